package explore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/tables"
)

// noDay stands for a day that is not known.
const noDay = -1 << 31

// A document is a row of documents. Empty strings stand for null where the column may be null.
type document struct {
	id, file, url, media, reason, status string
	bytes                                int64
	pages                                int32
	year                                 int32 // 0 = not known
	seen, superseded, vanished           int32
}

// A report is what the lists need of a row of reports, and where its rows in the other tables are.
type report struct {
	document   int32 // of documents
	part       int32
	year       int32 // 0 = not known
	authority  int32 // -1 = nobody is named
	row        int32 // in the year's files of reports and wide
	standing   bool  // the one that counts for its authority and year
	first      int32 // row of its first value in the year's file of values
	cells      int32
	absent     int32
	proved     int32
	refuted    int32 // cells that are contradicted
	inferred   int32
	unchecked  int32
	errors     int32
	warnings   int32
	notes      int32
	published  int32
	deadline   int32
	superseded int32
	title      string
	agency     string
	scope      string
	inTime     string
	status     string
	editions   [3]string // active, applications, disputes; "" = the table was not found
	rows       rowsOf
	copies     bool // the same bytes were met at another place too
}

// An authority is a body that reports.
type authority struct {
	id                                                    string // 16 hex digits
	agencyID, name, division, level, kind, function, unit string
	names                                                 []string // as printed
	reports                                               []int32  // newest year first, the standing one of a year first
	standing                                              []int32  // one a year, ascending
	region                                                string
}

// A catalog is what is held in memory of a dataset: who reported when, and where the rest is.
type catalog struct {
	data                                                                   *output.Dataset
	documents                                                              []document
	reports                                                                []report
	authorities                                                            []authority     // by division, then name
	ofYear                                                                 map[int][]int32 // the reports of each year, in the order of the rows
	byKey                                                                  map[string]int32
	byID                                                                   map[string]int32
	byDocument                                                             map[string]int32
	years                                                                  []int // ascending, known ones
	unknown                                                                bool  // there are documents of no known year
	unread                                                                 []int32
	regions                                                                []string // in order, without all
	wide, values, sections, claims, findings, reuse, terms, facts, anomaly table
}

// rowsOf are the rows of a report's document in the tables that have any number of rows a report.
type rowsOf struct{ sections, claims, findings, reuse, terms tables.Span }

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
	Document            string  `parquet:"document"`
	Part                int32   `parquet:"part"`
	Agency              *string `parquet:"agency,optional"`
	Title               *string `parquet:"title,optional"`
	Published           *int32  `parquet:"published,optional,date"`
	AgencyID            *string `parquet:"agency_id,optional"`
	AgencyName          *string `parquet:"agency_name,optional"`
	Division            *string `parquet:"division,optional"`
	Level               *string `parquet:"level,optional"`
	Kind                *string `parquet:"kind,optional"`
	Function            *string `parquet:"function,optional"`
	Unit                *string `parquet:"unit,optional"`
	Scope               *string `parquet:"scope,optional"`
	Deadline            *int32  `parquet:"deadline,optional,date"`
	InTime              *string `parquet:"in_time,optional"`
	EditionActive       *string `parquet:"edition_active,optional"`
	EditionApplications *string `parquet:"edition_applications,optional"`
	EditionDisputes     *string `parquet:"edition_disputes,optional"`
	Superseded          *int32  `parquet:"superseded,optional,date"`
	Status              string  `parquet:"status"`
	Cells               int32   `parquet:"cells"`
	Absent              int32   `parquet:"absent"`
	Proved              int32   `parquet:"proved"`
	Contradicted        int32   `parquet:"contradicted"`
	Inferred            int32   `parquet:"inferred"`
	Unchecked           int32   `parquet:"unchecked"`
	Errors              int32   `parquet:"errors"`
	Warnings            int32   `parquet:"warnings"`
	Notes               int32   `parquet:"notes"`
}

func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func day(d *int32) int32 {
	if d == nil {
		return noDay
	}
	return *d
}

// load reads a dataset as far as the lists need it.
func load(ctx context.Context, d *output.Dataset) (c *catalog, err error) {
	c = &catalog{data: d, ofYear: map[int][]int32{}, byKey: map[string]int32{}, byID: map[string]int32{}, byDocument: map[string]int32{}}
	defer func() {
		if err != nil {
			c.close()
		}
	}()
	for name, t := range map[string]*table{"wide": &c.wide, "values": &c.values, "sections": &c.sections, "claims": &c.claims, "findings": &c.findings, "reuse": &c.reuse, "terms": &c.terms, "reports": &c.facts, "anomalies": &c.anomaly} {
		if *t, err = openTable(d, name); err != nil {
			return c, err
		}
	}
	if err := c.loadReports(ctx); err != nil {
		return c, err
	}
	var work errgroup.Group
	work.SetLimit(2)
	for i, t := range []table{c.sections, c.claims, c.findings, c.reuse, c.terms} {
		for _, f := range t {
			work.Go(func() error {
				err := f.Runs("document", func(id []byte, s tables.Span) {
					for part := int32(1); ; part++ { // a document may hold several reports, and of several years
						n, ok := c.report(string(id), part)
						if !ok {
							return
						}
						if r := &c.reports[n]; int(r.year) == f.File().Year && r.rows.of(i).N == 0 {
							*r.rows.of(i) = s
						}
					}
				})
				if err == nil {
					err = ctx.Err()
				}
				return err
			})
		}
	}
	return c, work.Wait()
}

// of gives the rows in one of the tables, in the order of the fields.
func (r *rowsOf) of(i int) *tables.Span {
	return []*tables.Span{&r.sections, &r.claims, &r.findings, &r.reuse, &r.terms}[i]
}

func (c *catalog) close() {
	for _, t := range []table{c.wide, c.values, c.sections, c.claims, c.findings, c.reuse, c.terms, c.facts, c.anomaly} {
		t.close()
	}
}

// loadReports reads documents and reports and gathers them by authority.
func (c *catalog) loadReports(ctx context.Context) error {
	known := map[string]string{}
	one := func(p *string) string { // one copy of each string that stands in many rows
		if p == nil {
			return ""
		}
		if k, ok := known[*p]; ok {
			return k
		}
		known[*p] = *p
		return *p
	}
	copies := map[string][]int32{}
	err := output.Select(c.data, "documents", func(year int, r documentRow) error {
		x := document{id: r.Document, file: r.File, url: str(r.URL), media: one(r.MediaType), reason: one(r.Reason), status: one(&r.Status), bytes: r.Bytes, year: int32(year), seen: day(r.Seen), superseded: day(r.Superseded), vanished: day(r.Vanished)}
		if r.Pages != nil {
			x.pages = *r.Pages
		}
		n := int32(len(c.documents))
		if _, ok := c.byDocument[x.id]; !ok {
			c.byDocument[x.id] = n
		}
		copies[x.id] = append(copies[x.id], n)
		if x.status == "unread" {
			c.unread = append(c.unread, n)
		}
		c.unknown = c.unknown || year == 0
		c.documents = append(c.documents, x)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	of := map[string]int32{}
	met := map[string]int{} // how often the report of a document was met: the same bytes may lie at several places
	row, first, last := int32(0), int32(0), -1
	err = output.Select(c.data, "reports", func(year int, r reportRow) error {
		if year != last {
			row, first, last = 0, 0, year
		}
		key := r.Document + "-" + strconv.Itoa(int(r.Part))
		docs := copies[r.Document]
		if len(docs) == 0 {
			return fmt.Errorf("%s: in reports and not in documents: the tables do not belong together", r.Document)
		}
		x := report{document: docs[min(met[key], len(docs)-1)], part: r.Part, year: int32(year), authority: -1, row: row, first: first, cells: r.Cells, absent: r.Absent, proved: r.Proved, refuted: r.Contradicted, inferred: r.Inferred,
			unchecked: r.Unchecked, errors: r.Errors, warnings: r.Warnings, notes: r.Notes, published: day(r.Published), deadline: day(r.Deadline), superseded: day(r.Superseded), title: str(r.Title), agency: one(r.Agency), scope: one(r.Scope),
			inTime: one(r.InTime), status: one(&r.Status), editions: [3]string{one(r.EditionActive), one(r.EditionApplications), one(r.EditionDisputes)}}
		met[key]++
		row++
		first += r.Cells
		n := int32(len(c.reports))
		if k, ok := c.byKey[key]; ok {
			x.copies, c.reports[k].copies = true, true
		} else {
			c.byKey[key] = n
		}
		doc := &c.documents[x.document]
		if who := anomalies.BodyKey(str(r.AgencyID), x.agency, doc.url, doc.file); who != "" {
			a, ok := of[who]
			if !ok {
				a = int32(len(c.authorities))
				of[who] = a
				sum := sha256.Sum256([]byte(who))
				c.authorities = append(c.authorities, authority{id: hex.EncodeToString(sum[:8])})
			}
			x.authority = a
			b := &c.authorities[a]
			// the newest report says what the body is called
			if b.name = x.agency; str(r.AgencyName) != "" {
				b.name = one(r.AgencyName)
			}
			b.agencyID, b.division, b.level, b.kind, b.function, b.unit = one(r.AgencyID), one(r.Division), one(r.Level), one(r.Kind), one(r.Function), one(r.Unit)
			if !slices.Contains(b.names, x.agency) && x.agency != "" {
				b.names = append(b.names, x.agency)
			}
			b.reports = append(b.reports, n)
		}
		c.reports = append(c.reports, x)
		c.ofYear[year] = append(c.ofYear[year], n)
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	c.gather()
	return nil
}

// gather sorts the authorities and says of each year which report stands.
func (c *catalog) gather() {
	order := make([]int32, len(c.authorities))
	for i := range order {
		order[i] = int32(i)
		b := &c.authorities[i]
		b.region = regionOf(b.division)
		slices.SortFunc(b.reports, func(i, k int32) int {
			x, y := &c.reports[i], &c.reports[k]
			return cmp.Or(cmp.Compare(y.year, x.year), c.compare(x, y), cmp.Compare(i, k))
		})
		year := int32(-1)
		for _, r := range b.reports {
			if x := &c.reports[r]; x.year != year {
				if year = x.year; year > 0 {
					x.standing = true
					b.standing = append(b.standing, r)
				}
			}
		}
		slices.Reverse(b.standing)
	}
	last := func(s string) string { // what is not known comes last
		if s == "" {
			return "~"
		}
		return s
	}
	slices.SortStableFunc(order, func(i, k int32) int {
		x, y := &c.authorities[i], &c.authorities[k]
		return cmp.Or(cmp.Compare(last(x.division), last(y.division)), cmp.Compare(kindRank(x.kind), kindRank(y.kind)), cmp.Compare(x.name, y.name), cmp.Compare(x.id, y.id))
	})
	sorted, place := make([]authority, len(order)), make([]int32, len(order))
	regions := map[string]bool{}
	for n, i := range order {
		sorted[n], place[i] = c.authorities[i], int32(n)
		c.byID[sorted[n].id] = int32(n)
		regions[sorted[n].region] = true
	}
	c.authorities = sorted
	for i := range c.reports {
		if a := c.reports[i].authority; a >= 0 {
			c.reports[i].authority = place[a]
		}
	}
	for r := range regions {
		c.regions = append(c.regions, r)
	}
	slices.Sort(c.regions)
	years := map[int]bool{}
	for i := range c.documents {
		if y := int(c.documents[i].year); y > 0 {
			years[y] = true
		}
	}
	c.years = slices.Sorted(maps.Keys(years))
	if n := len(c.years); n > 1 && c.years[n-1]-c.years[0] <= longestPanel { // a year between of which nobody's report is there is missing too
		for y := c.years[0]; y < c.years[n-1]; y++ {
			if !years[y] {
				c.years = append(c.years, y)
			}
		}
		slices.Sort(c.years)
	}
}

// longestPanel is over how many years the ones between are listed: the duty to report is of 2008.
const longestPanel = 40

// compare says which of two documents of a report stands for it: the newest version, then what has more cells and fewer doubts.
func (c *catalog) compare(x, y *report) int {
	old := func(r *report) int {
		if r.superseded != noDay {
			return 1
		}
		return 0
	}
	return cmp.Or(cmp.Compare(old(x), old(y)), cmp.Compare(y.cells-y.absent, x.cells-x.absent), cmp.Compare(x.refuted, y.refuted))
}

func kindRank(kind string) int {
	if i := slices.Index(kinds, kind); i >= 0 {
		return i
	}
	return len(kinds)
}

var kinds = []string{"government", "office", "department", "township", "subdistrict", "zone", "other"}

var levels = []string{"national", "provincial", "prefecture", "county", "township"}

// regionOf is the province-level division of a code: its first two digits, 00 for the whole country, none where it is not known.
func regionOf(division string) string {
	if len(division) < 2 {
		return "none"
	}
	return division[:2]
}

// regionName is the name of a region in a year, in Chinese.
func regionName(region string, year int) string {
	switch region {
	case "00":
		return "全国"
	case "none":
		return "未定"
	}
	if d := places.At(region+"0000", year); d != nil {
		return d.Name
	}
	return region
}

// levelOf is the level as it stands in addresses.
func levelOf(level string) string { return cmp.Or(level, "none") }

func (c *catalog) key(r int32) string {
	x := &c.reports[r]
	return c.documents[x.document].id + "-" + strconv.Itoa(int(x.part))
}

// report finds a report by its key.
func (c *catalog) report(document string, part int32) (int32, bool) {
	n, ok := c.byKey[document+"-"+strconv.Itoa(int(part))]
	return n, ok
}

func dayWord(d int32) *string {
	if d == noDay {
		return nil
	}
	s := time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
	return &s
}

func null(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func nullYear(y int32) *int32 {
	if y == 0 {
		return nil
	}
	return &y
}

// money writes a number of the long table, in millionths, as a decimal.
func decimalWord(n int64) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	s := fmt.Sprintf("%d.%06d", n/1_000_000, n%1_000_000)
	return sign + strings.TrimRight(strings.TrimRight(s, "0"), ".")
}
