package pdf

import (
	"math"
	"sort"
)

// How far apart drawn things may lie and still belong together, in points.
const (
	snap  = 3.0 // two rules this close are one (double lines, borders of neighbouring cells)
	reach = 4.0 // a rule ends on another if it comes this close
)

// findTables finds the tables that ruling lines draw on a page, and gives the glyphs outside of them.
func findTables(pg *page) (tables []Block, rest []glyph) {
	across, down := joinRules(pg.across), joinRules(pg.down)
	taken := make([]bool, len(pg.glyphs))
	for _, group := range connected(across, down) {
		t := buildTable(pg, group.across, group.down, taken)
		if t != nil {
			tables = append(tables, Block{Table: t, Page: pg.number, Box: t.Box})
		}
	}
	for i, g := range pg.glyphs {
		if !taken[i] {
			rest = append(rest, g)
		}
	}
	return tables, rest
}

// joinRules brings rules at nearly the same coordinate to one, and joins pieces that touch or nearly do.
func joinRules(rs []rule) []rule {
	rs = append([]rule(nil), rs...)
	sort.Slice(rs, func(i, j int) bool { return rs[i].at < rs[j].at })
	var out []rule
	for i := 0; i < len(rs); {
		j := i + 1
		for j < len(rs) && rs[j].at-rs[j-1].at <= 1.2 && rs[j].at-rs[i].at <= snap {
			j++
		}
		band := append([]rule(nil), rs[i:j]...)
		sort.Slice(band, func(a, b int) bool { return band[a].a < band[b].a })
		// pieces that touch are one rule, at the mean of their coordinates
		cur, sum, n := band[0], band[0].at, 1.0
		for _, r := range band[1:] {
			if r.a <= cur.b+reach {
				cur.b = math.Max(cur.b, r.b)
				sum, n = sum+r.at, n+1
				continue
			}
			cur.at = sum / n
			out = append(out, cur)
			cur, sum, n = r, r.at, 1
		}
		cur.at = sum / n
		out = append(out, cur)
		i = j
	}
	return out
}

type ruleGroup struct{ across, down []rule }

// connected groups rules that meet; a group with fewer than two rules each way is no table.
func connected(across, down []rule) []ruleGroup {
	n := len(across) + len(down)
	parent := make([]int, n)
	for i := range parent {
		parent[i] = i
	}
	find := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	if len(across)*len(down) > 50_000_000 {
		return nil
	}
	for i, h := range across {
		for j, v := range down {
			if v.at >= h.a-reach && v.at <= h.b+reach && h.at >= v.a-reach && h.at <= v.b+reach {
				parent[find(i)] = find(len(across) + j)
			}
		}
	}
	groups := map[int]*ruleGroup{}
	get := func(i int) *ruleGroup {
		k := find(i)
		if groups[k] == nil {
			groups[k] = &ruleGroup{}
		}
		return groups[k]
	}
	for i, h := range across {
		g := get(i)
		g.across = append(g.across, h)
	}
	for j, v := range down {
		g := get(len(across) + j)
		g.down = append(g.down, v)
	}
	var out []ruleGroup
	for _, g := range groups {
		if len(g.across) >= 1 && len(g.down) >= 2 || len(g.across) >= 2 && len(g.down) >= 1 {
			out = append(out, *g)
		}
	}
	sort.Slice(out, func(i, j int) bool { return top(out[i]) < top(out[j]) })
	return out
}

func top(g ruleGroup) float64 {
	y := math.Inf(1)
	for _, h := range g.across {
		y = math.Min(y, h.at)
	}
	for _, v := range g.down {
		y = math.Min(y, v.a)
	}
	return y
}

// lattice gives the coordinates of rules that run one way, with the ends of those that run the other way where no
// rule closes the table there (rows and cells cut by a page).
func lattice(rs, others []rule) []float64 {
	var xs []float64
	for _, r := range rs {
		xs = append(xs, r.at)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, o := range others {
		lo, hi = math.Min(lo, o.a), math.Max(hi, o.b)
	}
	xs = append(xs, lo, hi)
	sort.Float64s(xs)
	out := xs[:1]
	for _, x := range xs[1:] {
		if x-out[len(out)-1] > snap {
			out = append(out, x)
		}
	}
	return out
}

// drawn reports whether a rule at coordinate x runs along most of a … b.
func drawn(rs []rule, x, a, b float64) bool {
	covered := 0.0
	for _, r := range rs {
		if math.Abs(r.at-x) > snap {
			continue
		}
		if lo, hi := math.Max(r.a, a), math.Min(r.b, b); hi > lo {
			covered += hi - lo
		}
	}
	return covered >= 0.6*(b-a)
}

// ruleAt gives the coordinate of the rule nearest to x that runs along most of a … b; x where there is none.
func ruleAt(rs []rule, x, a, b float64) float64 {
	best := x
	off := math.Inf(1)
	for _, r := range rs {
		d := math.Abs(r.at - x)
		if d <= snap && d < off && math.Min(r.b, b)-math.Max(r.a, a) > 0.6*(b-a) {
			best, off = r.at, d
		}
	}
	return best
}

// buildTable makes the grid of one group of rules and puts the glyphs into its cells.
func buildTable(pg *page, across, down []rule, taken []bool) *Table {
	xs, ys := lattice(down, across), lattice(across, down)
	cols, rows := len(xs)-1, len(ys)-1
	if cols < 1 || rows < 1 || cols*rows < 2 || cols*rows > 100_000 {
		return nil
	}
	// merge positions without a separator between them, then square off what is no rectangle
	id := make([]int, rows*cols)
	for i := range id {
		id[i] = -1
	}
	right := func(r, c int) bool { return c+1 < cols && !drawn(down, xs[c+1], ys[r], ys[r+1]) }
	below := func(r, c int) bool { return r+1 < rows && !drawn(across, ys[r+1], xs[c], xs[c+1]) }
	t := &Table{Rows: rows, Cols: cols, Page: pg.number, Box: [4]float64{xs[0], ys[0], xs[cols], ys[rows]}}
	for r := 0; r < rows; r++ {
		for c := 0; c < cols; c++ {
			if id[r*cols+c] >= 0 {
				continue
			}
			w, h := 1, 1
			for right(r, c+w-1) && id[r*cols+c+w] < 0 {
				w++
			}
			for r+h < rows {
				open := true
				for k := c; k < c+w; k++ {
					open = open && below(r+h-1, k) && id[(r+h)*cols+k] < 0
				}
				for k := c; open && k < c+w-1; k++ { // a separator below means that the area splits there
					open = right(r+h, k)
				}
				if !open {
					break
				}
				h++
			}
			for i := r; i < r+h; i++ {
				for k := c; k < c+w; k++ {
					id[i*cols+k] = len(t.Cells)
				}
			}
			t.Cells = append(t.Cells, Cell{Row: r, Col: c, RowSpan: h, ColSpan: w, Page: pg.number,
				Box: [4]float64{xs[c], ys[r], xs[c+w], ys[r+h]}})
		}
	}
	if len(t.Cells) < 2 {
		return nil // a frame, not a table
	}
	for i := range pg.glyphs { // outlines of letters drawn as lines (bold type made by some programs) are lower than they
		x, y := pg.glyphs[i].center()
		if x > xs[0] && x < xs[cols] && y > ys[0] && y < ys[rows] && ys[rows]-ys[0] < pg.glyphs[i].size {
			return nil
		}
	}
	inside := make([][]glyph, len(t.Cells))
	for i, g := range pg.glyphs {
		x, y := g.center()
		if taken[i] || x < xs[0] || x > xs[cols] || y < ys[0] || y > ys[rows] {
			continue
		}
		c := sort.SearchFloat64s(xs, x) - 1
		r := sort.SearchFloat64s(ys, y) - 1
		if c < 0 || r < 0 || c >= cols || r >= rows {
			continue
		}
		taken[i] = true
		k := id[r*cols+c]
		inside[k] = append(inside[k], g)
	}
	for i := range t.Cells {
		t.Cells[i].Text = cellText(inside[i])
	}
	for i := range t.Cells { // the lattice brings rules close together to one; a cell's box is drawn by its own
		b := &t.Cells[i].Box
		x0, x1, y0, y1 := ruleAt(down, b[0], b[1], b[3]), ruleAt(down, b[2], b[1], b[3]), ruleAt(across, b[1], b[0], b[2]), ruleAt(across, b[3], b[0], b[2])
		*b = [4]float64{x0, y0, x1, y1}
	}
	t.tidy()
	return t
}

// tidy drops rows and columns that hold no cell of their own: two rules that lie a little further apart than snap.
func (t *Table) tidy() {
	thin := func(size func(*Cell) (from, span int, width float64), n int) []bool {
		drop := make([]bool, n)
		for k := range drop {
			narrow, any := true, false
			for i := range t.Cells {
				from, span, width := size(&t.Cells[i])
				if from <= k && k < from+span && span == 1 {
					any = true
					if width > 6 || t.Cells[i].Text != "" {
						narrow = false
					}
				}
			}
			drop[k] = narrow && any
		}
		return drop
	}
	dropCol := thin(func(c *Cell) (int, int, float64) { return c.Col, c.ColSpan, c.Box[2] - c.Box[0] }, t.Cols)
	dropRow := thin(func(c *Cell) (int, int, float64) { return c.Row, c.RowSpan, c.Box[3] - c.Box[1] }, t.Rows)
	shrink := func(from, span int, drop []bool) (int, int) {
		f, s := from, span
		for k, d := range drop {
			if d && k < from {
				f--
			} else if d && k < from+span {
				s--
			}
		}
		return f, s
	}
	var kept []Cell
	for _, c := range t.Cells {
		c.Col, c.ColSpan = shrink(c.Col, c.ColSpan, dropCol)
		c.Row, c.RowSpan = shrink(c.Row, c.RowSpan, dropRow)
		if c.ColSpan > 0 && c.RowSpan > 0 {
			kept = append(kept, c)
		}
	}
	t.Cells = kept
	t.Rows, t.Cols = 0, 0
	for _, c := range kept {
		t.Rows, t.Cols = max(t.Rows, c.Row+c.RowSpan), max(t.Cols, c.Col+c.ColSpan)
	}
}
