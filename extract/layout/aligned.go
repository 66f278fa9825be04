package layout

import (
	"math"
	"slices"
)

// Tables without ruling lines are found by how their figures stand: below one another. A row of at least minSeed
// figures begins one; where figures of several rows overlap, there is a column. What stands left of the columns are
// labels.
//
// Only what the positions say is used: rows of the table are labels and lines of figures, brought together by
// their heights, and by the edges of shaded bands and of rules across the table where it has them.

const (
	minSeed    = 4 // figures in a row that begins a table
	minColumns = 4
)

// alignedTables finds the tables among the lines that no ruled table has taken, and gives the lines outside of them.
// carried are the figures of a table with which the page before ends: its columns go on at the top of this one. open
// are those of the table with which this page ends, if it does.
func alignedTables(pg *Page, ls []line, carried []run) (tables []Block, left []line, open []run) {
	f := newFinder(pg, ls, carried)
	for i := range ls {
		goesOn := f.goesOn(i)
		f.endCarried(i)
		if f.used[i] || f.figures[i] < minSeed && !goesOn {
			continue
		}
		seeds, figures := f.seedsFrom(i, goesOn)
		f.carried = nil
		cols := columns(figures)
		if len(cols) < minColumns {
			continue
		}
		if start := f.rowsAbove(i, figures, cols); start < i {
			seeds = append([]int{start}, seeds...)
		}
		t, cols := alignedTable(f, seeds, figures, cols)
		if t == nil {
			continue
		}
		tables = append(tables, Block{Table: t, Page: pg.Number, Box: t.Box})
		open = nil
		for _, c := range cols {
			open = append(open, run{text: "0", x0: c.a, x1: c.b, size: ls[i].size})
		}
	}
	for i := range ls {
		if f.used[i] {
			continue
		}
		left = append(left, ls[i])
		if len(open) > 0 && ls[i].y0 > tables[len(tables)-1].Box[3] && ls[i].y1 < 0.9*pg.Height {
			open = nil // something stands below it
		}
	}
	return tables, left, open
}

// A finder looks for tables among the lines of a page.
type finder struct {
	pg      *Page
	ls      []line
	runs    [][]run // of each line
	figures []int   // how many of them are figures
	used    []bool  // lines that a table has taken
	carried []run   // figures of a table that the page before has begun
	anew    bool    // that table has begun anew on this one, with its header
}

func newFinder(pg *Page, ls []line, carried []run) *finder {
	f := &finder{pg: pg, ls: ls, carried: carried}
	f.runs, f.figures, f.used = make([][]run, len(ls)), make([]int, len(ls)), make([]bool, len(ls))
	for i := range ls {
		f.runs[i] = ls[i].runs()
		for k := range f.runs[i] {
			if f.runs[i][k].figure() {
				f.figures[i]++
			}
		}
	}
	return f
}

// goesOn reports whether the figures of a line stand in the columns of the table that the page before has begun.
func (f *finder) goesOn(i int) bool {
	return len(f.carried) > 0 && f.figures[i] > 0 && inColumns(onlyFigures(f.runs[i]), columns(slices.Clone(f.carried)))
}

// endCarried ends the table that the page before has begun where a line without figures says so.
func (f *finder) endCarried(i int) {
	switch {
	case f.figures[i] > 0 || len(f.carried) == 0:
	case prose(f.runs[i], f.pg):
		f.carried = nil
	case !f.anew && headed(f.runs[i], f.carried): // it begins anew, with its header again
		f.carried, f.anew = headerColumns(f.ls, f.runs, i, len(f.carried)), true
	}
}

// seedsFrom gives the lines of figures from i on that stand in the same columns, and these figures, with those of the
// table that goes on there.
func (f *finder) seedsFrom(i int, goesOn bool) (seeds []int, figures []run) {
	if goesOn {
		figures = slices.Clone(f.carried)
		seeds = append(seeds, i)
	}
	cols, of := []span(nil), -1 // the columns of so many figures
	known := func() []span {
		if of != len(figures) {
			cols, of = columns(slices.Clone(figures)), len(figures)
		}
		return cols
	}
	last := i
	for k := i; k < len(f.ls) && f.ls[k].y0-f.ls[last].y1 < 7*f.ls[k].size; k++ {
		if k > i && headed(f.runs[k], figures) {
			break // the header of another table
		}
		if k == i && goesOn {
			figures = append(figures, onlyFigures(f.runs[k])...)
			continue
		}
		if f.figures[k] < minSeed {
			if f.figures[k] > 0 && inColumns(onlyFigures(f.runs[k]), known()) {
				last = k // a row with blank cells
			}
			continue
		}
		more := onlyFigures(f.runs[k])
		if len(seeds) > 0 && !sameColumns(known(), columns(slices.Clone(more))) {
			break
		}
		seeds, figures, last = append(seeds, k), append(figures, more...), k
	}
	return seeds, figures
}

// rowsAbove gives the first of the rows above line i whose figures, few as they are, stand in its columns; i where
// there is none.
func (f *finder) rowsAbove(i int, figures []run, cols []span) int {
	start, size := i, f.ls[i].size
	for k := i - 1; k >= 0 && !f.used[k]; k-- {
		if f.ls[start].y0-f.ls[k].y1 >= 7*size || math.Abs(f.ls[k].size-size) >= 0.2*size ||
			headed(f.runs[k], figures) || prose(f.runs[k], f.pg) {
			break
		}
		if few := onlyFigures(f.runs[k]); len(few) > 0 {
			if !inColumns(few, cols) {
				break
			}
			start = k
		}
	}
	return start
}

// prose reports whether a line is one of text: a run as wide as half of the page.
func prose(ts []run, pg *Page) bool {
	for i := range ts {
		if ts[i].x1-ts[i].x0 > 0.5*pg.Width {
			return true
		}
	}
	return false
}

// headed reports whether a line has words apart from one another where the figures stand.
func headed(ts, figures []run) bool {
	x0 := math.Inf(1)
	for _, f := range figures {
		x0 = math.Min(x0, f.x0)
	}
	words := 0
	for i := range ts {
		if !ts[i].figure() && ts[i].x0 > x0-ts[i].size {
			words++
		}
	}
	return words >= 2
}

func onlyFigures(ts []run) []run {
	var out []run
	for _, t := range ts {
		if t.figure() {
			out = append(out, t)
		}
	}
	return out
}
