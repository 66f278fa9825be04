package pdf

import (
	"math"
	"sort"
)

// header makes the rows of the header: words below one another in one column are one cell, and a cell with others below
// it covers the columns that it stands over the middle of.
func (t *Table) header(ts []token, xs []float64, cols []span, from int) {
	if len(ts) == 0 {
		return
	}
	n := len(cols)
	blocks := labelBlocks(ts, nil)
	sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].mid() < blocks[j].mid() })
	type cell struct {
		*block
		a, b  int // columns covered
		group bool
		level int
	}
	var cells []*cell
	for i := range blocks {
		k := &blocks[i]
		c := &cell{block: k, a: n, b: -1}
		middle := (k.x0 + k.x1) / 2
		for j := range n {
			if middle > xs[j] && middle <= xs[j+1] {
				c.a, c.b = j, j
			}
		}
		if middle < xs[0] {
			c.a, c.b = -1, -1
		}
		for j := range blocks {
			o := &blocks[j]
			if j != i && o.y0 > k.y1-0.4*k.tokens[0].size && o.x0 < k.x1 && o.x1 > k.x0 && c.a >= 0 {
				c.group = true
			}
		}
		cells = append(cells, c)
	}
	// groups side by side share out the columns between them
	done := map[*cell]bool{}
	for _, c := range cells {
		if !c.group || done[c] {
			continue
		}
		row := []*cell{}
		for _, o := range cells {
			if o.group && o.a >= 0 && math.Abs(o.mid()-c.mid()) < 0.5*c.tokens[0].size {
				row = append(row, o)
				done[o] = true
			}
		}
		sort.Slice(row, func(i, j int) bool { return row[i].x0 < row[j].x0 })
		lo, hi := 0, n-1
		for _, o := range cells { // columns whose own header stands beside the groups are not theirs
			if !o.group && o.a >= 0 && o.y0 < c.y1 && o.y1 > c.y0 {
				if o.b < row[0].a {
					lo = max(lo, o.b+1)
				}
				if o.a > row[len(row)-1].b {
					hi = min(hi, o.a-1)
				}
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
	depth := 0
	for _, c := range cells {
		for _, o := range cells {
			if o != c && o.mid() < c.mid() && o.a <= c.b && o.b >= c.a && o.y1 <= c.y0+0.4*c.tokens[0].size {
				c.level = max(c.level, o.level+1)
			}
		}
		depth = max(depth, c.level+1)
	}
	busy := map[[2]int]bool{}
	var out []Cell
	for _, c := range cells {
		row, col, width := c.level, from+c.a, c.b-c.a+1
		if c.a < 0 {
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
		out = append(out, Cell{Row: row, Col: col, RowSpan: 1, ColSpan: width, Text: c.text(), Page: t.Page, Box: c.box()})
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].Row < out[j].Row || out[i].Row == out[j].Row && out[i].Col < out[j].Col
	})
	t.Cells = append(t.Cells, out...)
	t.Rows = depth
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
			if best == nil || math.Round(w.off/step) < math.Round(best.off/step) || math.Round(w.off/step) == math.Round(best.off/step) && covered(&w) > covered(best) {
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
