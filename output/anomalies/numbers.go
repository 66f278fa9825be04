package anomalies

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// none is a cell without a number: blank, a mark, or absent. It is not zero.
const none = math.MinInt64

// Numbers are the dataset as the rules see it: who reported what when, and the numbers column by column.
type numbers struct {
	figures *panel.Figures
	*panel.Panel
	data   *output.Dataset
	forms  *form.Forms
	names  []string             // of the cells, by column
	column map[string]int       // its inverse
	cells  []narrow             // by column; counts as they are, money in millionths of 万元
	label  map[string][2]string // of each name: row and column in the words of the form
	money  map[string]bool
	kept   kept
}

type body = panel.Body

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// bodyOf is whose report it is; -1 where nobody is named or the year is not known, so that there is nothing to
// compare it with.
func (p *numbers) bodyOf(rep int32) int32 {
	if p.Reports[rep].Year == 0 {
		return -1
	}
	return p.Reports[rep].Body
}

// documentOf is the document of a report.
func (p *numbers) documentOf(rep int32) string { return p.Documents[p.Reports[rep].Document].ID }

// reporting is how many bodies have reports on known years.
func (p *numbers) reporting() (n int) {
	for i := range p.Bodies {
		if len(p.Bodies[i].Years) > 0 {
			n++
		}
	}
	return n
}

// number gives the number of a cell of a report.
func (p *numbers) number(rep int32, name string) (int64, bool) {
	c, ok := p.column[name]
	if !ok || rep < 0 {
		return 0, false
	}
	n := p.cells[c].at(rep)
	return n, n != none
}

// sum adds cells up; ok is false where one has no number, except those that the edition of the report does not have.
func (p *numbers) sum(rep int32, names []string) (total int64, ok bool) {
	return panel.Sum(names, func(name string) (int64, bool) { return p.number(rep, name) }, func(name string) bool {
		return rep < 0 || p.forms.Has(tableOf(name), p.edition(rep, tableOf(name)), name)
	})
}

// exactly is sum of cells that must all have a number.
func (p *numbers) exactly(rep int32, names []string) (total int64, ok bool) {
	for _, name := range names {
		n, there := p.number(rep, name)
		if !there {
			return 0, false
		}
		total += n
	}
	return total, true
}

// edition is the edition of a table that a report follows, "" where the table was not found.
func (p *numbers) edition(rep int32, table string) string { return p.Edition(&p.Reports[rep], table) }

// words are a table, row or cell in few words, in English and in Chinese.
func (p *numbers) words(name string) [2]string {
	w := p.forms.Short(name)
	return [2]string{w.EN, w.ZH}
}

// load reads what the rules need.
func load(ctx context.Context, d *output.Dataset, forms *form.Forms, keptIn string) (*numbers, error) {
	p := &numbers{kept: kept{dir: keptIn}, data: d, forms: forms, column: map[string]int{}, label: map[string][2]string{},
		money: map[string]bool{}}
	for _, c := range forms.Cells() {
		p.column[c.Name] = len(p.names)
		p.names = append(p.names, c.Name)
		p.label[c.Name] = [2]string{c.RowLabel, c.ColumnLabel}
		p.money[c.Name] = c.Unit != ""
	}
	var err error
	if p.figures, err = panel.FiguresOf(forms); err != nil {
		return nil, err
	}
	var work errgroup.Group
	work.Go(func() (err error) { p.Panel, err = panel.Load(ctx, d.Folder); return err })
	rows := 0
	work.Go(func() (err error) { rows, err = p.readCells(ctx); return err })
	if err := work.Wait(); err != nil {
		return nil, err
	}
	if rows != len(p.Reports) {
		return nil, fmt.Errorf("the table wide has %d rows, reports %d: the dataset is not whole", rows, len(p.Reports))
	}
	return p, nil
}

// readCells reads the columns of wide, whose rows are those of reports in the same order.
func (p *numbers) readCells(ctx context.Context) (rows int, err error) {
	p.cells = make([]narrow, len(p.names))
	files, err := p.data.Files("wide")
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		n, err := p.readWide(ctx, f)
		if err != nil {
			return 0, err
		}
		rows += n
	}
	for i := range p.cells {
		p.cells[i].close()
	}
	return rows, nil
}

func (p *numbers) readWide(ctx context.Context, f output.File) (rows int, err error) {
	r, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return 0, err
	}
	defer r.Close()
	rows = int(r.NumRows())
	var next atomic.Int64
	var work errgroup.Group
	for range 2 {
		work.Go(func() error {
			numbers := make([]int64, rows)
			for k := int(next.Add(1)) - 1; k < len(p.names); k = int(next.Add(1)) - 1 {
				if err := ctx.Err(); err != nil {
					return err
				}
				name := output.WideName(p.names[k])
				if !r.Has(name) { // a dataset from before the form had the cell
					for i := range numbers {
						numbers[i] = none
					}
				} else if err := r.Ints(name, numbers, none); err != nil {
					return err
				}
				p.cells[k].add(numbers)
			}
			return nil
		})
	}
	return rows, work.Wait()
}

// comparable reports whether two reports give figures of the same: of the body alone, or of those below it too.
func (p *numbers) comparable(a, b int32) bool {
	x, y := p.Reports[a].Scope, p.Reports[b].Scope
	return x == "" || y == "" || x == y
}

// stands reports whether a report is the one that stands for its body and year, or of no known body or year.
func (p *numbers) stands(rep int32) bool {
	return p.Reports[rep].Stands || p.bodyOf(rep) < 0
}

// standing gives the report that stands for its body and year among those of a document's bytes; ok is false where
// another document does. Of no known body, the first.
func (p *numbers) standing(document string, part int32) (rep int32, ok bool) {
	for rep := range p.Copies(document, part) {
		if p.stands(rep) {
			return rep, true
		}
	}
	return -1, false
}

// asOf is the day of which "not there yet" is meant.
func (p *numbers) asOf(day string) (int32, error) {
	if day != "" {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return 0, fmt.Errorf("%q is no day like 2026-01-31", day)
		}
		return int32(t.Unix() / 86400), nil
	}
	last := int32(0)
	for i := range p.Reports {
		last = max(last, p.Reports[i].Published)
	}
	return last, nil
}

// line is a figure for a history: cells that are added up.
type line struct {
	words [2]string
	cells []string
	exact bool // a report that lacks one of the cells has no figure
}

func (p *numbers) lineOf(name string) line { return line{words: p.words(name), cells: []string{name}} }

// history is what the reports of a body say of figures.
func (p *numbers) history(b int32, share bool, lines ...line) func() History {
	return func() History {
		h := History{Share: share}
		if b < 0 {
			return h
		}
		x := &p.Bodies[b]
		for _, l := range lines {
			s := Series{Name: l.words[0], NameZh: l.words[1]}
			for y := x.Years[0]; y <= x.Years[len(x.Years)-1]; y++ {
				pt := Point{Year: y}
				if rep := x.At(y); rep >= 0 {
					sum := p.sum
					if l.exact {
						sum = p.exactly
					}
					if n, ok := sum(rep, l.cells); ok {
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

// tableOf is the table that a name belongs to.
func tableOf(name string) string {
	t, _, _ := strings.Cut(name, ".")
	return t
}
