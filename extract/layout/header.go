package layout

import (
	"math"
	"sort"
)

// A heading is a cell of the header on its way.
type heading struct {
	*label
	a, b  int  // the columns that it covers, from and to; -1 = it stands left of them; a > b = right of them
	group bool // others stand below it
	level int  // the row of the header that it stands in
}

// header makes the rows of the header: words below one another in one column are one cell, and a cell with others below
// it covers the columns that it stands over the middle of.
func (t *Table) header(ts []run, xs []float64, cols []span, from int) {
	if len(ts) == 0 {
		return
	}
	hs := headings(ts, xs)
	spanGroups(hs, cols)
	t.Rows = setLevels(hs)
	t.Cells = append(t.Cells, t.headerCells(hs, from)...)
}

// headings makes cells of words, from the top down, each in the column that its middle stands in.
func headings(ts []run, xs []float64) []*heading {
	n := len(xs) - 1
	labels := joinLabels(ts, nil)
	sort.SliceStable(labels, func(i, j int) bool { return labels[i].mid() < labels[j].mid() })
	var out []*heading
	for i := range labels {
		k := &labels[i]
		h := &heading{label: k, a: n, b: -1}
		middle := (k.x0 + k.x1) / 2
		for j := range n {
			if middle > xs[j] && middle <= xs[j+1] {
				h.a, h.b = j, j
			}
		}
		if middle < xs[0] {
			h.a, h.b = -1, -1
		}
		for j := range labels {
			o := &labels[j]
			below := o.y0 > k.y1-0.4*k.runs[0].size && o.x0 < k.x1 && o.x1 > k.x0
			h.group = h.group || j != i && below && h.a >= 0
		}
		out = append(out, h)
	}
	return out
}

// spanGroups lets headings with others below them cover columns: those side by side share out the columns between them.
func spanGroups(hs []*heading, cols []span) {
	done := map[*heading]bool{}
	for _, h := range hs {
		if !h.group || done[h] {
			continue
		}
		var row []*heading
		for _, o := range hs {
			if o.group && o.a >= 0 && math.Abs(o.mid()-h.mid()) < 0.5*h.runs[0].size {
				row = append(row, o)
				done[o] = true
			}
		}
		sort.Slice(row, func(i, j int) bool { return row[i].x0 < row[j].x0 })
		lo, hi := 0, len(cols)-1
		for _, o := range hs { // columns whose own header stands beside the groups are not theirs
			if o.group || o.a < 0 || o.y0 >= h.y1 || o.y1 <= h.y0 {
				continue
			}
			if o.b < row[0].a {
				lo = max(lo, o.b+1)
			}
			if o.a > row[len(row)-1].b {
				hi = min(hi, o.a-1)
			}
		}
		var middles []float64
		for _, o := range row {
			middles = append(middles, (o.x0+o.x1)/2)
		}
		for i, r := range shareOut(middles, cols, lo, hi) {
			row[i].a, row[i].b = r[0], r[1]
		}
	}
}

// setLevels counts how many headings stand above each of them, and gives the number of rows.
func setLevels(hs []*heading) (rows int) {
	for _, h := range hs {
		for _, o := range hs {
			if o != h && o.mid() < h.mid() && o.a <= h.b && o.b >= h.a && o.y1 <= h.y0+0.4*h.runs[0].size {
				h.level = max(h.level, o.level+1)
			}
		}
		rows = max(rows, h.level+1)
	}
	return rows
}

// headerCells gives the cells of the header by row and column. What would lie over another is left out.
func (t *Table) headerCells(hs []*heading, from int) (out []Cell) {
	busy := map[[2]int]bool{}
	for _, h := range hs {
		row, col, width := h.level, from+h.a, h.b-h.a+1
		if h.a < 0 {
			col, width = 0, from
		}
		if width <= 0 {
			continue
		}
		clash := false
		for k := range width {
			clash = clash || busy[[2]int{row, col + k}]
		}
		if clash {
			continue
		}
		for k := range width {
			busy[[2]int{row, col + k}] = true
		}
		out = append(out, t.cell(row, col, width, h.text(), h.box()))
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Row < out[j].Row || out[i].Row == out[j].Row && out[i].Col < out[j].Col
	})
	return out
}

// shareOut gives headers in a row the neighbouring columns that they stand over the middle of, within lo … hi; of ways
// that fit alike, the one that covers more.
func shareOut(middles []float64, cols []span, lo, hi int) [][2]int {
	type way struct {
		off  float64
		ends [][2]int
	}
	var best *way
	var try func(i, a int, w way)
	tries := 0
	try = func(i, a int, w way) {
		if tries++; tries > 20_000 {
			return
		}
		if i == len(middles) {
			covered := func(w *way) int { // more columns, and these shared evenly
				sum := 0
				for _, r := range w.ends {
					sum += (r[1] - r[0]) * (r[1] - r[0])
				}
				return 1000*(w.ends[len(w.ends)-1][1]-w.ends[0][0]) - sum
			}
			step := (cols[len(cols)-1].b - cols[0].a) / float64(len(cols)) / 3
			steps := func(w *way) float64 { return math.Round(w.off / step) }
			if best == nil || steps(&w) < steps(best) || steps(&w) == steps(best) && covered(&w) > covered(best) {
				k := way{w.off, append([][2]int(nil), w.ends...)}
				best = &k
			}
			return
		}
		for b := a; b <= hi; b++ {
			middle := (cols[a].a + cols[a].b + cols[b].a + cols[b].b) / 4
			try(i+1, b+1, way{w.off + math.Abs(middle-middles[i]), append(w.ends, [2]int{a, b})})
		}
	}
	for a := lo; a <= hi; a++ {
		try(0, a, way{})
	}
	if best == nil {
		return nil
	}
	return best.ends
}
