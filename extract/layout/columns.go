package layout

import (
	"math"
	"sort"
)

type span struct{ a, b float64 }

// columns joins the widths that figures take to columns.
func columns(ts []run) []span {
	sort.Slice(ts, func(i, j int) bool { return ts[i].x0 < ts[j].x0 })
	var out []span
	for _, t := range ts {
		if n := len(out) - 1; n >= 0 && t.x0 < out[n].b-0.1*t.size {
			out[n].b = math.Max(out[n].b, t.x1)
			continue
		}
		out = append(out, span{t.x0, t.x1})
	}
	return out
}

// inColumns reports whether all figures stand in columns.
func inColumns(ts []run, cols []span) bool {
	for _, t := range ts {
		in := false
		for _, c := range cols {
			in = in || t.x0 < c.b+t.size && t.x1 > c.a-t.size
		}
		if !in {
			return false
		}
	}
	return true
}

// sameColumns reports whether each of the columns b is one of a, or falls between two of them.
func sameColumns(a, b []span) bool {
	for _, y := range b {
		n := 0
		for _, x := range a {
			if y.a < x.b && y.b > x.a {
				n++
			}
		}
		if n > 1 {
			return false
		}
	}
	return len(a) >= len(b) || len(b) <= len(a)+3
}

// stacked joins what stands below one another in one cell: a note wrapped below its figure, digits on two lines. Rows
// lie further apart than the lines of a cell.
func stacked(ts []run, column func(*run) int, pitch float64) []run {
	sort.SliceStable(ts, func(i, j int) bool { return ts[i].mid() < ts[j].mid() })
	var out []run
	for _, t := range ts {
		joined := false
		for i := range out {
			o := &out[i]
			gap := t.y0 - o.y1
			near := gap > -0.5*t.size && gap < 0.45*t.size && (pitch == 0 || gap < 0.6*pitch)
			if near && t.y0 > o.y0+0.3*t.size && column(&t) == column(o) {
				o.text += t.text
				o.x0, o.x1, o.y1 = math.Min(o.x0, t.x0), math.Max(o.x1, t.x1), t.y1
				o.glyphs = append(append([]Glyph(nil), o.glyphs...), t.glyphs...)
				joined = true
				break
			}
		}
		if !joined {
			out = append(out, t)
		}
	}
	return out
}

// An alignment is how the figures of a column stand: by their left edges, middles or right edges.
type alignment struct {
	edge   int // 0 left, 1 middle, 2 right
	at     float64
	spread float64
	center float64
}

func (t *run) edges() [3]float64 { return [3]float64{t.x0, (t.x0 + t.x1) / 2, t.x1} }

func (a *alignment) learn(ts []run, c span, in func(*run) bool) {
	var at [3][]float64
	for i := range ts {
		if in(&ts[i]) {
			for e, x := range ts[i].edges() {
				at[e] = append(at[e], x)
			}
		}
	}
	*a = alignment{edge: 1, at: (c.a + c.b) / 2, spread: (c.b - c.a) / 2, center: (c.a + c.b) / 2}
	if len(at[0]) < 3 {
		return
	}
	best := math.Inf(1)
	for e := range at {
		sort.Float64s(at[e])
		m := at[e][len(at[e])/2]
		var off []float64
		for _, x := range at[e] {
			off = append(off, math.Abs(x-m))
		}
		sort.Float64s(off)
		if d := off[len(off)/2]; d < best-0.5 {
			best = d
			a.edge, a.at, a.spread = e, m, d
		}
	}
	a.center = at[1][len(at[1])/2]
}

// astray tells whether a figure stands beside where those of its column do: -1 to the left, 1 to the right, 0 not.
func (a *alignment) astray(t *run) int {
	off := t.edges()[a.edge] - a.at
	if math.Abs(off) <= math.Max(0.7*t.size, 3*a.spread) {
		return 0
	}
	if t.edges()[1] < a.center {
		return -1
	}
	return 1
}

// settleColumns joins what is no column: figures that stand in one row only, with no header of their own, a blank away
// from another one (a number with a space in it).
func settleColumns(ts []run, cols []span, head []run) []span {
	for i := 0; i < len(cols); i++ {
		c := cols[i]
		var own []run
		for _, t := range ts {
			if t.x0 < c.b && t.x1 > c.a {
				own = append(own, t)
			}
		}
		if len(own) != 1 {
			continue
		}
		named := false
		for _, h := range head {
			m := (h.x0 + h.x1) / 2
			named = named || m > c.a-h.size && m < c.b+h.size
		}
		if named {
			continue
		}
		for _, k := range []int{i - 1, i + 1} {
			if k < 0 || k >= len(cols) {
				continue
			}
			if gap := math.Max(cols[k].a-c.b, c.a-cols[k].b); gap < own[0].size {
				a, b := min(i, k), max(i, k)
				cols = append(append(append([]span(nil), cols[:a]...), span{cols[a].a, cols[b].b}), cols[b+1:]...)
				i = -1
				break
			}
		}
	}
	return cols
}

// joinInColumns joins the runs of a line that stand less than a character apart in one column.
func joinInColumns(ts []run, column func(*run) int) []run {
	var out []run
	for _, t := range ts {
		if n := len(out) - 1; n >= 0 && column(&t) >= 0 && column(&t) == column(&out[n]) && t.x0-out[n].x1 < t.size {
			out[n].text += " "
			out[n].join(&t)
			continue
		}
		out = append(out, t)
	}
	return out
}

// gapOf is the usual gap between rows of figures; 0 where there are too few.
func gapOf(ls []line, seeds []int) float64 {
	var gaps []float64
	for i := 1; i < len(seeds); i++ {
		gaps = append(gaps, ls[seeds[i]].y0-ls[seeds[i-1]].y1)
	}
	if len(gaps) < 2 {
		return 0
	}
	sort.Float64s(gaps)
	return gaps[len(gaps)/2]
}

// headerColumns reads n columns from a header that begins with line i: the short words with none below them. It gives
// runs in their places; nil where there are not n.
func headerColumns(ls []line, byLine [][]run, i, n int) []run {
	var head, out []run
	for k := i; k < min(len(ls), i+10) && len(onlyFigures(byLine[k])) == 0; k++ {
		head = append(head, byLine[k]...)
	}
	for _, t := range head {
		bottom := t.x1-t.x0 < 5*t.size
		for _, o := range head {
			bottom = bottom && !(o.y0 > t.y0+0.3*t.size && o.x0 < t.x1 && o.x1 > t.x0)
		}
		if bottom {
			t.text = "0"
			out = append(out, t)
		}
	}
	if len(out) != n {
		return nil
	}
	sort.Slice(out, func(i, j int) bool { return out[i].x0 < out[j].x0 })
	return out
}

// headedColumns adds the columns that have a header and no figure: a word at the bottom of the header above no column.
func headedColumns(ls []line, byLine [][]run, first int, cols []span, used []bool) []span {
	size := ls[first].size
	var head []run
	for k := first - 1; k >= 0 && !used[k]; k-- {
		far := ls[k+1].y0-ls[k].y1 >= 3*size || math.Abs(ls[k].size-size) >= 0.2*size
		if far || len(onlyFigures(byLine[k])) > 0 {
			break
		}
		head = append(head, byLine[k]...)
	}
	for _, t := range head {
		bottom, above := true, false
		for _, o := range head {
			if o.y0 > t.y0+0.3*size && o.x0 < t.x1 && o.x1 > t.x0 {
				bottom = false
			}
		}
		for _, c := range cols {
			above = above || t.x0 < c.b && t.x1 > c.a
		}
		if bottom && !above && t.x0 > cols[0].a-4*size && t.x1-t.x0 < 5*size && (t.x0 > cols[0].b || len(cols) > 7) {
			cols = append(cols, span{t.x0, t.x1})
			sort.Slice(cols, func(i, j int) bool { return cols[i].a < cols[j].a })
		}
	}
	return cols
}

// clash reports whether two lines of figures have figures in the same column.
func clash(a, b []run, column func(*run) int) bool {
	busy := map[int]bool{}
	for i := range a {
		busy[column(&a[i])] = true
	}
	for i := range b {
		if busy[column(&b[i])] {
			return true
		}
	}
	return false
}
