package layout

import (
	"math"
)

// smallTables finds what is left: a header of two or more words apart with one or more rows below it, a figure in each
// third of them at least. Each becomes a grid, if its words stand in columns.
func smallTables(pg *Page, ls []line) (tables []Block, left []line) {
	narrow, wide := make([][]run, len(ls)), make([][]run, len(ls))
	for i := range ls {
		narrow[i] = ls[i].runs()
		wide[i] = wideRuns(narrow[i])
	}
	for i := 0; i < len(ls); {
		t, rows := smallTable(pg, ls, narrow, i)
		if t == nil {
			t, rows = smallTable(pg, ls, wide, i) // words of one cell may stand apart
		}
		if t == nil {
			left = append(left, ls[i])
			i++
			continue
		}
		tables = append(tables, Block{Table: t, Page: pg.Number, Box: t.Box})
		i += rows
	}
	return tables, left
}

// smallTable makes a grid of the lines from i on, as far as they belong together; nil where they are none.
func smallTable(pg *Page, ls []line, byLine [][]run, i int) (*Table, int) {
	j, figures := i, 0
	for ; j < len(ls) && (j == i || ls[j].y0-ls[j-1].y1 < 3*ls[j].size); j++ {
		f := len(onlyFigures(byLine[j]))
		if len(byLine[j]) < 2 || f == 0 && figures > 0 { // the header of the next one
			break
		}
		figures += f
	}
	rows := j - i
	if figures == 0 || rows < 2 || figures*3 < rows {
		return nil, 0
	}
	var all []run
	most := 0
	for k := i; k < j; k++ {
		all = append(all, byLine[k]...)
		most = max(most, len(byLine[k]))
	}
	cols := columns(all)
	if len(cols) != most || most > 20 {
		return nil, 0
	}
	xs := []float64{cols[0].a - 2}
	for c := 1; c < len(cols); c++ {
		xs = append(xs, (cols[c-1].b+cols[c].a)/2)
	}
	xs = append(xs, cols[len(cols)-1].b+2)
	t := &Table{Rows: rows, Cols: len(cols), Page: pg.Number}
	t.Box = [4]float64{xs[0], ls[i].y0, xs[len(cols)], ls[j-1].y1}
	for k := i; k < j; k++ {
		y0, y1 := ls[k].y0, ls[k].y1
		if k > i {
			y0 = (ls[k-1].y1 + y0) / 2
		}
		if k+1 < j {
			y1 = (y1 + ls[k+1].y0) / 2
		}
		for c := range cols {
			var gs []Glyph
			for _, w := range byLine[k] {
				if m := (w.x0 + w.x1) / 2; m > xs[c] && m <= xs[c+1] {
					gs = append(gs, w.glyphs...)
				}
			}
			t.Cells = append(t.Cells, t.cell(k-i, c, 1, cellText(gs), [4]float64{xs[c], y0, xs[c+1], y1}))
		}
	}
	return t, rows
}

// wideRuns joins runs that stand less than a character apart: words of one cell.
func wideRuns(ts []run) []run {
	var out []run
	for _, t := range ts {
		if n := len(out) - 1; n >= 0 {
			o := &out[n]
			if t.x0-o.x1 < 1.2*math.Max(t.size, o.size) && !(o.figure() && t.figure()) {
				o.join(&t)
				continue
			}
		}
		out = append(out, t)
	}
	return out
}
