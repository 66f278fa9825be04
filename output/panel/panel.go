package panel

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"slices"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output/tables"
)

// NoDay stands for a day that is not known. Days are counted from 1970-01-01.
const NoDay = -1 << 31

// A Document is a row of documents. Empty strings stand for null where the column may be null.
type Document struct {
	ID, File, URL, Media, Reason, Status string
	Bytes                                int64
	Pages                                int32
	Year                                 int32 // 0 = not known
	Seen, Superseded, Vanished           int32
}

// A Report is a row of reports, and where its rows in the other tables are.
type Report struct {
	Document     int32 // of Documents: the place at which these bytes were met
	Part         int32
	Year         int32 // 0 = not known
	Body         int32 // -1 = nobody is named
	Row          int32 // in the year's files of reports and wide
	First        int32 // row of its first value in the year's file of values
	Cells        int32
	Absent       int32
	Proved       int32
	Contradicted int32
	Inferred     int32
	Unchecked    int32
	Errors       int32
	Warnings     int32
	Notes        int32
	Published    int32
	Deadline     int32
	Superseded   int32
	PeriodFrom   int32
	PeriodTo     int32
	Stands       bool // the one that counts for its body and year
	Copies       bool // the same bytes were met at another place too
	Title        string
	Agency       string // as printed
	Key          string // of the body; "" = nobody is named
	Within       string // body whose figures may hold these too; "" = none
	By           string // what decided whether it stands: a code of standing_by
	Scope        string
	InTime       string
	Status       string
	// of each of the panel's Tables; "" = it was not found. Shared by the reports that say the same
	Editions []string
	Who      *Identity // shared by the reports that say the same
}

func (p *Panel) standing(r *Report) Standing {
	return Standing{r.Superseded != NoDay, r.Proved, r.Cells - r.Absent, r.Contradicted, p.Source(r).URL}
}

// A Panel is who reported when, and where the rest is.
type Panel struct {
	Documents []Document
	Reports   []Report
	Bodies    []Body
	OfYear    map[int][]int32 // the reports of each year, in the order of the rows
	Tables    []string        // of the form, that the dataset has editions of
	// NotRead are the years of each body, by its key, of which it is not known whether there is a report, and why.
	NotRead map[string]map[int]string

	of map[string]spots // by document
}

// spots are where a document stands in the panel, and its reports. A document may hold several reports, and the same
// bytes may be met at several places: each place has all of them.
type spots struct {
	document int32 // the first place; -1 = none
	reports  []int32
}

// Document finds the first place of a document.
func (p *Panel) Document(id string) (int32, bool) {
	x, ok := p.of[id]
	return x.document, ok
}

// Report finds the report of a document and part; of the same bytes at several places, that at the first.
func (p *Panel) Report(document string, part int32) (int32, bool) {
	for n := range p.Copies(document, part) {
		return n, true
	}
	return -1, false
}

// Copies are the reports of a document and part, one for each place at which the bytes were met.
func (p *Panel) Copies(document string, part int32) iter.Seq[int32] {
	return func(yield func(int32) bool) {
		for _, n := range p.of[document].reports {
			if p.Reports[n].Part == part && !yield(n) {
				return
			}
		}
	}
}

// Source is the document of a report.
func (p *Panel) Source(r *Report) *Document { return &p.Documents[r.Document] }

// Years are those on which there are reports, ascending.
func (p *Panel) Years() []int {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(p.OfYear)), func(y int) bool { return y == 0 })
}

type documentRow struct {
	Document   string  `parquet:"document"`
	File       string  `parquet:"file"`
	URL        *string `parquet:"url,optional"`
	MediaType  *string `parquet:"media_type,optional"`
	Bytes      int64   `parquet:"bytes"`
	Pages      *int32  `parquet:"pages,optional"`
	Status     string  `parquet:"status"`
	Reason     *string `parquet:"reason,optional"`
	Seen       *int32  `parquet:"seen,optional,date"`
	Superseded *int32  `parquet:"superseded,optional,date"`
	Vanished   *int32  `parquet:"vanished,optional,date"`
}

type reportRow struct {
	Document     string  `parquet:"document"`
	Part         int32   `parquet:"part"`
	Agency       *string `parquet:"agency,optional"`
	Title        *string `parquet:"title,optional"`
	Published    *int32  `parquet:"published,optional,date"`
	AgencyID     *string `parquet:"agency_id,optional"`
	AgencyName   *string `parquet:"agency_name,optional"`
	Division     *string `parquet:"division,optional"`
	Series       *string `parquet:"series,optional"`
	Level        *string `parquet:"level,optional"`
	Kind         *string `parquet:"kind,optional"`
	Function     *string `parquet:"function,optional"`
	Unit         *string `parquet:"unit,optional"`
	Vertical     bool    `parquet:"vertical"`
	Scope        *string `parquet:"scope,optional"`
	Deadline     *int32  `parquet:"deadline,optional,date"`
	InTime       *string `parquet:"in_time,optional"`
	Superseded   *int32  `parquet:"superseded,optional,date"`
	Body         *string `parquet:"body,optional"`
	Standing     bool    `parquet:"standing"`
	StandingBy   string  `parquet:"standing_by"`
	Within       *string `parquet:"within,optional"`
	PeriodFrom   *int32  `parquet:"period_from,optional,date"`
	PeriodTo     *int32  `parquet:"period_to,optional,date"`
	Status       string  `parquet:"status"`
	Cells        int32   `parquet:"cells"`
	Absent       int32   `parquet:"absent"`
	Proved       int32   `parquet:"proved"`
	Contradicted int32   `parquet:"contradicted"`
	Inferred     int32   `parquet:"inferred"`
	Unchecked    int32   `parquet:"unchecked"`
	Errors       int32   `parquet:"errors"`
	Warnings     int32   `parquet:"warnings"`
	Notes        int32   `parquet:"notes"`
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func day(d *int32) int32 {
	if d == nil {
		return NoDay
	}
	return *d
}

// words keep one copy of each string that stands in many rows.
type words map[string]string

func (w words) one(p *string) string {
	if p == nil {
		return ""
	}
	if k, ok := w[*p]; ok {
		return k
	}
	w[*p] = *p
	return *p
}

// Load reads documents and reports of a dataset and gathers the reports by body.
func Load(ctx context.Context, d *tables.Folder) (*Panel, error) {
	p := &Panel{OfYear: map[int][]int32{}, of: map[string]spots{}}
	w := words{}
	all := map[string][]int32{} // the places of each document
	err := tables.Select(d, "documents", func(year int, r documentRow) error {
		if r.Status == string(normalize.StatusSkipped) {
			return ctx.Err() // no document, and nothing is missing
		}
		n := int32(len(p.Documents))
		p.Documents = append(p.Documents, Document{ID: r.Document, File: r.File, URL: str(r.URL),
			Media: w.one(r.MediaType), Reason: w.one(r.Reason), Status: w.one(&r.Status), Bytes: r.Bytes,
			Year: int32(year), Seen: day(r.Seen), Superseded: day(r.Superseded), Vanished: day(r.Vanished)})
		if r.Pages != nil {
			p.Documents[n].Pages = *r.Pages
		}
		all[r.Document] = append(all[r.Document], n)
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	for id, list := range all {
		p.of[id] = spots{document: list[0]}
	}
	who := map[Identity]*Identity{}
	row, first, last := int32(0), int32(0), -1
	err = tables.Select(d, "reports", func(year int, r reportRow) error {
		if year != last {
			row, first, last = 0, 0, year
		}
		docs := all[r.Document]
		if len(docs) == 0 {
			return fmt.Errorf("%s: in reports and not in documents: the tables do not belong together", r.Document)
		}
		n, met := int32(len(p.Reports)), 0 // how many places of the same bytes were met
		for before := range p.Copies(r.Document, r.Part) {
			p.Reports[before].Copies = p.Reports[before].Copies || met == 0
			met++
		}
		x := r.report(w, who)
		x.Year, x.Row, x.First = int32(year), row, first
		x.Document, x.Copies = docs[min(met, len(docs)-1)], met > 0
		row++
		first += r.Cells
		p.Reports = append(p.Reports, x)
		p.OfYear[year] = append(p.OfYear[year], n)
		of := p.of[r.Document]
		of.reports = append(of.reports, n)
		p.of[r.Document] = of
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if err := p.readEditions(d); err != nil {
		return nil, err
	}
	p.gather()
	return p, p.readNotRead(ctx, d)
}

// notReadRow is what authorities says of a body and year.
type notReadRow struct {
	Body   string  `parquet:"body"`
	State  string  `parquet:"state"`
	Reason *string `parquet:"reason,optional"`
}

// readNotRead reads of which bodies and years it is not known whether there is a report.
func (p *Panel) readNotRead(ctx context.Context, d *tables.Folder) error {
	p.NotRead = map[string]map[int]string{}
	if d.Rows["authorities"] == 0 {
		return nil
	}
	return tables.Select(d, "authorities", func(year int, r notReadRow) error {
		if r.State == NotRead && r.Reason != nil {
			if p.NotRead[r.Body] == nil {
				p.NotRead[r.Body] = map[int]string{}
			}
			p.NotRead[r.Body][year] = *r.Reason
		}
		return ctx.Err()
	})
}

// report is a row without its place in the dataset.
func (r *reportRow) report(w words, who map[Identity]*Identity) Report {
	id := Identity{w.one(r.AgencyID), w.one(r.AgencyName), w.one(r.Division), w.one(r.Series), w.one(r.Level),
		w.one(r.Kind), w.one(r.Function), w.one(r.Unit), r.Vertical}
	if who[id] == nil {
		who[id] = &id
	}
	return Report{Part: r.Part, Body: -1, Cells: r.Cells, Absent: r.Absent, Proved: r.Proved,
		Contradicted: r.Contradicted, Inferred: r.Inferred, Unchecked: r.Unchecked,
		Errors: r.Errors, Warnings: r.Warnings, Notes: r.Notes,
		Published: day(r.Published), Deadline: day(r.Deadline), Superseded: day(r.Superseded), Title: str(r.Title),
		PeriodFrom: day(r.PeriodFrom), PeriodTo: day(r.PeriodTo), Key: w.one(r.Body), Within: w.one(r.Within),
		Stands: r.Standing, By: w.one(&r.StandingBy), Agency: w.one(r.Agency), Scope: w.one(r.Scope), InTime: w.one(r.InTime),
		Status: w.one(&r.Status), Who: who[id]}
}
