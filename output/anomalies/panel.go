package anomalies

import (
	"context"
	"fmt"
	"math"
	"net/url"
	"path"
	"sort"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/output"
)

// none is a cell without a number: blank, a mark, or absent. It is not zero.
const none = math.MinInt64

// A panel is the dataset as the rules see it: reports with what is known of each, and their numbers column by column.
type panel struct {
	data    *output.Dataset
	forms   *normalize.Forms
	reports []report
	bodies  []body
	names   []string             // of the cells, by column
	column  map[string]int       // its inverse
	cells   [][]int64            // by column and report; counts as they are, money in millionths of 万元
	label   map[string][2]string // of each name: row and column in the words of the form
	money   map[string]bool
	found   map[docPart][]int32 // reports by document and part; several where the same bytes lie at several places
}

type docPart struct {
	document string
	part     int32
}

// A report is a row of reports.
type report struct {
	reportRow
	year           int
	body           int32 // -1 where nobody is named or the year is not known
	first          int64 // row of its first value in values, counted within its year
	file           string
	url            string
	seen, vanished int32 // days; 0 = not known
}

// A reportRow is what is read of reports.
type reportRow struct {
	Document            string  `parquet:"document"`
	Part                int32   `parquet:"part"`
	Agency              *string `parquet:"agency,optional"`
	Title               *string `parquet:"title,optional"`
	Published           *int32  `parquet:"published,optional,date"`
	AgencyID            *string `parquet:"agency_id,optional"`
	AgencyName          *string `parquet:"agency_name,optional"`
	Division            *string `parquet:"division,optional"`
	Series              *string `parquet:"series,optional"`
	Level               *string `parquet:"level,optional"`
	Kind                *string `parquet:"kind,optional"`
	Function            *string `parquet:"function,optional"`
	Vertical            bool    `parquet:"vertical"`
	Scope               *string `parquet:"scope,optional"`
	Deadline            *int32  `parquet:"deadline,optional,date"`
	InTime              *string `parquet:"in_time,optional"`
	EditionActive       *string `parquet:"edition_active,optional"`
	EditionApplications *string `parquet:"edition_applications,optional"`
	EditionDisputes     *string `parquet:"edition_disputes,optional"`
	Superseded          *int32  `parquet:"superseded,optional,date"`
	Cells               int32   `parquet:"cells"`
	Absent              int32   `parquet:"absent"`
	Contradicted        int32   `parquet:"contradicted"`
}

// A body is an authority with its reports.
type body struct {
	key, name, division, series, level, kind, function string
	vertical                                           bool
	// years, ascending, and of each the report that stands for it: the newest version, of several the one with most cells
	years   []int
	reports []int32
	others  [][]int32 // the other documents and versions of each year
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// at gives the report of the body on a year, -1 where there is none.
func (b *body) at(year int) int32 {
	i := sort.SearchInts(b.years, year)
	if i == len(b.years) || b.years[i] != year {
		return -1
	}
	return b.reports[i]
}

// number gives the number of a cell of a report.
func (p *panel) number(rep int32, name string) (int64, bool) {
	c, ok := p.column[name]
	if !ok || rep < 0 {
		return 0, false
	}
	n := p.cells[c][rep]
	return n, n != none
}

// sum adds cells up; ok is false where one has no number, except those that the edition of the report does not know.
func (p *panel) sum(rep int32, names []string) (total int64, ok bool) {
	for _, name := range names {
		n, there := p.number(rep, name)
		if !there {
			return 0, false
		}
		total += n
	}
	return total, true
}

// load reads what the rules need.
func load(ctx context.Context, d *output.Dataset, forms *normalize.Forms) (*panel, error) {
	p := &panel{data: d, forms: forms, column: map[string]int{}, label: map[string][2]string{}, money: map[string]bool{}, found: map[docPart][]int32{}}
	for _, c := range forms.Cells() {
		p.column[c.Name] = len(p.names)
		p.names = append(p.names, c.Name)
		p.label[c.Name] = [2]string{c.RowLabel, c.ColumnLabel}
		p.money[c.Name] = c.Unit != ""
	}
	var work errgroup.Group
	work.Go(func() error {
		if err := p.readReports(ctx); err != nil {
			return err
		}
		return p.readDocuments(ctx)
	})
	rows := 0
	work.Go(func() (err error) { rows, err = p.readCells(ctx); return err })
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if rows != len(p.reports) {
		return nil, fmt.Errorf("the table wide has %d rows, reports %d: the dataset is not whole", rows, len(p.reports))
	}
	p.gather()
	return p, nil
}

func (p *panel) readReports(ctx context.Context) error {
	known := map[string]string{}
	same := func(s *string) { // one copy of each name
		if s != nil {
			if k, ok := known[*s]; ok {
				*s = k
			} else {
				known[*s] = *s
			}
		}
	}
	row, last := int64(0), -1
	return output.Select(p.data, "reports", func(year int, r reportRow) error {
		if year != last {
			row, last = 0, year
		}
		for _, s := range []*string{r.Agency, r.AgencyID, r.AgencyName, r.Division, r.Series, r.Level, r.Kind, r.Function, r.Scope, r.InTime, r.EditionActive, r.EditionApplications, r.EditionDisputes} {
			same(s)
		}
		k := docPart{r.Document, r.Part}
		p.found[k] = append(p.found[k], int32(len(p.reports)))
		p.reports = append(p.reports, report{reportRow: r, year: year, body: -1, first: row})
		row += int64(r.Cells)
		return ctx.Err()
	})
}

func (p *panel) readDocuments(ctx context.Context) error {
	type documentRow struct {
		Document string  `parquet:"document"`
		File     string  `parquet:"file"`
		URL      *string `parquet:"url,optional"`
		Seen     *int32  `parquet:"seen,optional,date"`
		Vanished *int32  `parquet:"vanished,optional,date"`
	}
	seen := map[string]int{} // how many places of the same bytes were met: they stand in the order of their reports
	return output.Select(p.data, "documents", func(_ int, r documentRow) error {
		n := seen[r.Document]
		seen[r.Document]++
		for part := int32(1); ; part++ {
			list := p.found[docPart{r.Document, part}]
			if n >= len(list) {
				return ctx.Err()
			}
			x := &p.reports[list[n]]
			x.file, x.url = r.File, text(r.URL)
			if r.Seen != nil {
				x.seen = *r.Seen
			}
			if r.Vanished != nil {
				x.vanished = *r.Vanished
			}
		}
	})
}

// readCells reads the columns of wide, whose rows are those of reports in the same order.
func (p *panel) readCells(ctx context.Context) (rows int, err error) {
	p.cells = make([][]int64, len(p.names))
	for i := range p.cells {
		p.cells[i] = make([]int64, p.data.Rows["wide"])
	}
	files, err := p.data.Files("wide")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		n, err := p.readWide(ctx, f, rows)
		if err != nil {
			return 0, err
		}
		rows += n
	}
	return rows, nil
}

func (p *panel) readWide(ctx context.Context, f output.File, at int) (rows int, err error) {
	r, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return 0, err
	}
	defer r.Close()
	rows = int(r.NumRows())
	if at+rows > len(p.cells[0]) {
		return 0, fmt.Errorf("%s: more rows than dataset.json says", f.Path)
	}
	var work errgroup.Group
	work.SetLimit(2)
	for k, name := range p.names {
		dst := p.cells[k][at : at+rows]
		if !r.Has(output.WideName(name)) { // a dataset from before the form had the cell
			for i := range dst {
				dst[i] = none
			}
			continue
		}
		work.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return r.Ints(output.WideName(name), dst, none)
		})
	}
	return rows, work.Wait()
}

// gather makes bodies of the reports: by identity, where that is undecided by name.
func (p *panel) gather() {
	of := map[string]int32{}
	type yearOf struct {
		body int32
		year int
	}
	years := map[yearOf][]int32{}
	for i := range p.reports {
		r := &p.reports[i]
		key := BodyKey(text(r.AgencyID), text(r.Agency), r.url, r.file)
		if key == "" || r.year == 0 {
			continue
		}
		b, ok := of[key]
		if !ok {
			b = int32(len(p.bodies))
			of[key] = b
			p.bodies = append(p.bodies, body{key: key})
		}
		r.body = b
		x := &p.bodies[b]
		// the newest report says what the body is called
		x.name, x.vertical = text(r.Agency), r.Vertical
		if n := text(r.AgencyName); n != "" {
			x.name = n
		}
		x.division, x.series, x.level, x.kind, x.function = text(r.Division), text(r.Series), text(r.Level), text(r.Kind), text(r.Function)
		years[yearOf{b, r.year}] = append(years[yearOf{b, r.year}], int32(i))
	}
	keys := make([]yearOf, 0, len(years))
	for k := range years {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i].body < keys[j].body || keys[i].body == keys[j].body && keys[i].year < keys[j].year
	})
	for _, k := range keys {
		x, list := &p.bodies[k.body], years[k]
		best := 0
		for i := range list {
			if p.better(list[i], list[best]) {
				best = i
			}
		}
		x.years, x.reports = append(x.years, k.year), append(x.reports, list[best])
		x.others = append(x.others, append(append([]int32(nil), list[:best]...), list[best+1:]...))
	}
}

// BodyKey tells the body of a report from others: by its identity; where who it is could not be decided, by its name and where the
// report was found (the host of its address, or its folder), since the same name at another place may be another body. "" = nobody is
// named. The keys of undecided bodies begin with a question mark.
func BodyKey(id, printed, address, file string) string {
	if id != "" {
		return id
	}
	name := agencies.Fold(printed)
	if name == "" {
		return ""
	}
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		return "?" + name + "@" + u.Host
	}
	return "?" + name + "@" + path.Dir(file)
}

// better says which of two documents of a report stands for it: the newest version, then what has more cells and fewer doubts.
func (p *panel) better(a, b int32) bool {
	x, y := &p.reports[a], &p.reports[b]
	if (x.Superseded == nil) != (y.Superseded == nil) {
		return x.Superseded == nil
	}
	if nx, ny := x.Cells-x.Absent, y.Cells-y.Absent; nx != ny {
		return nx > ny
	}
	if x.Contradicted != y.Contradicted {
		return x.Contradicted < y.Contradicted
	}
	return a < b
}

// comparable reports whether two reports give figures of the same: of the body alone, or of those below it too.
func (p *panel) comparable(a, b int32) bool {
	x, y := text(p.reports[a].Scope), text(p.reports[b].Scope)
	return x == "" || y == "" || x == y
}

// stands reports whether a report is the one that stands for its body and year, or of no known body.
func (p *panel) stands(rep int32) bool {
	r := &p.reports[rep]
	return r.body < 0 || p.bodies[r.body].at(r.year) == rep
}

// standing gives the report that stands for its body and year among those of a document's bytes; ok is false where another document
// does. Of no known body, the first.
func (p *panel) standing(document string, part int32) (rep int32, ok bool) {
	for _, rep := range p.found[docPart{document, part}] {
		if p.stands(rep) {
			return rep, true
		}
	}
	return -1, false
}

// asOf is the day of which "not there yet" is meant.
func (p *panel) asOf(day string) (int32, error) {
	if day != "" {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return 0, fmt.Errorf("%q is no day like 2026-01-31", day)
		}
		return int32(t.Unix() / 86400), nil
	}
	last := int32(0)
	for i := range p.reports {
		if d := p.reports[i].Published; d != nil {
			last = max(last, *d)
		}
	}
	return last, nil
}

// line is a figure for a history: cells that are added up.
type line struct {
	words [2]string
	cells []string
}

func lineOf(name string) line { return line{CellWords(name), []string{name}} }

// history is what the reports of a body say of figures.
func (p *panel) history(b int32, share bool, lines ...line) func() History {
	return func() History {
		h := History{Share: share}
		if b < 0 {
			return h
		}
		x := &p.bodies[b]
		for _, l := range lines {
			s := Series{Name: l.words[0], NameZh: l.words[1]}
			for y := x.years[0]; y <= x.years[len(x.years)-1]; y++ {
				pt := Point{Year: y}
				if rep := x.at(y); rep >= 0 {
					if n, ok := p.sum(rep, l.cells); ok {
						v := float64(n)
						if p.money[l.cells[0]] {
							v /= 1e6
						}
						pt.Value = &v
					}
				}
				s.Points = append(s.Points, pt)
			}
			h.Series = append(h.Series, s)
		}
		return h
	}
}

// years are all that the dataset has reports on, ascending.
func (p *panel) years() []int {
	seen := map[int]bool{}
	var out []int
	for i := range p.reports {
		if y := p.reports[i].year; y > 0 && !seen[y] {
			seen[y] = true
			out = append(out, y)
		}
	}
	sort.Ints(out)
	return out
}

// tableOf is the table that a name belongs to.
func tableOf(name string) string {
	t, _, _ := strings.Cut(name, ".")
	return t
}
