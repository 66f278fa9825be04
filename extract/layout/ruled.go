package layout

import (
	"math"
	"sort"
)

// How far apart drawn things may lie and still belong together, in points.
const (
	snap  = 3.0 // two rules this close are one (double lines, borders of neighbouring cells)
	reach = 4.0 // a rule ends on another if it comes this close
)

// ruledTables finds the tables that ruling lines draw on a page, and gives the glyphs outside of them.
func ruledTables(pg *Page) (tables []Block, rest []Glyph) {
	across, down := JoinRules(pg.Across), JoinRules(pg.Down)
	across, down = pg.withoutStrokes(across, down)
	taken := make([]bool, len(pg.Glyphs))
	var letters []ruleGroup
	for _, group := range connected(across, down) {
		if group.small() {
			letters = append(letters, group)
			continue
		}
		t := buildTable(pg, group.across, group.down, taken)
		if t != nil {
			tables = append(tables, Block{Table: t, Page: pg.Number, Box: t.Box})
		}
	}
	for _, l := range letters {
		pg.strokes(l.across, l.down)
	}
	if len(tables) == 0 {
		return nil, pg.Glyphs
	}
	for i, g := range pg.Glyphs {
		if !taken[i] {
			rest = append(rest, g)
		}
	}
	return tables, rest
}

// joinRules brings rules at nearly the same coordinate to one, and joins pieces that touch or nearly do.
func JoinRules(rs []Rule) []Rule {
	rs = append([]Rule(nil), rs...)
	sort.Slice(rs, func(i, j int) bool { return rs[i].At < rs[j].At })
	var out []Rule
	for i := 0; i < len(rs); {
		j := i + 1
		for j < len(rs) && rs[j].At-rs[j-1].At <= 1.2 && rs[j].At-rs[i].At <= snap {
			j++
		}
		band := append([]Rule(nil), rs[i:j]...)
		sort.Slice(band, func(a, b int) bool { return band[a].A < band[b].A })
		// pieces that touch are one rule, at the mean of their coordinates
		cur, sum, n := band[0], band[0].At, 1.0
		for _, r := range band[1:] {
			if r.A <= cur.B+reach {
				cur.B = math.Max(cur.B, r.B)
				sum, n = sum+r.At, n+1
				continue
			}
			cur.At = sum / n
			out = append(out, cur)
			cur, sum, n = r, r.At, 1
		}
		cur.At = sum / n
		out = append(out, cur)
		i = j
	}
	return out
}

type ruleGroup struct{ across, down []Rule }

// connected groups rules that meet; a group with fewer than two rules each way is no table.
func connected(across, down []Rule) []ruleGroup {
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
			if v.At >= h.A-reach && v.At <= h.B+reach && h.At >= v.A-reach && h.At <= v.B+reach {
				parent[find(i)] = find(len(across) + j)
			}
		}
	}
	groups := map[int]*ruleGroup{}
	var order []*ruleGroup
	get := func(i int) *ruleGroup {
		k := find(i)
		if groups[k] == nil {
			groups[k] = &ruleGroup{}
			order = append(order, groups[k])
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
	for _, g := range order {
		if len(g.across) >= 1 && len(g.down) >= 2 || len(g.across) >= 2 && len(g.down) >= 1 {
			out = append(out, *g)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { // from the top, and of those that begin alike from the left
		xi, yi := out[i].corner()
		xj, yj := out[j].corner()
		return yi < yj || yi == yj && xi < xj
	})
	return out
}

// corner gives the top left of a group.
func (g *ruleGroup) corner() (x, y float64) {
	x, y = math.Inf(1), math.Inf(1)
	for _, h := range g.across {
		x, y = math.Min(x, h.A), math.Min(y, h.At)
	}
	for _, v := range g.down {
		x, y = math.Min(x, v.At), math.Min(y, v.A)
	}
	return x, y
}

// lattice gives the coordinates of rules that run one way, with the ends of those that run the other way where no
// rule closes the table there (rows and cells cut by a page).
func lattice(rs, others []Rule) []float64 {
	var xs []float64
	for _, r := range rs {
		xs = append(xs, r.At)
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, o := range others {
		lo, hi = math.Min(lo, o.A), math.Max(hi, o.B)
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
func drawn(rs []Rule, x, a, b float64) bool {
	covered := 0.0
	for _, r := range rs {
		if math.Abs(r.At-x) > snap {
			continue
		}
		if lo, hi := math.Max(r.A, a), math.Min(r.B, b); hi > lo {
			covered += hi - lo
		}
	}
	return covered >= 0.6*(b-a)
}

// ruleAt gives the coordinate of the rule nearest to x that runs along most of a … b; x where there is none.
func ruleAt(rs []Rule, x, a, b float64) float64 {
	best := x
	off := math.Inf(1)
	for _, r := range rs {
		d := math.Abs(r.At - x)
		if d <= snap && d < off && math.Min(r.B, b)-math.Max(r.A, a) > 0.6*(b-a) {
			best, off = r.At, d
		}
	}
	return best
}

// buildTable makes the grid of one group of rules and puts the glyphs into its cells.
func buildTable(pg *Page, across, down []Rule, taken []bool) *Table {
	m := &mesh{xs: lattice(down, across), ys: lattice(across, down), across: across, down: down}
	m.cols, m.rows = len(m.xs)-1, len(m.ys)-1
	if m.cols < 1 || m.rows < 1 || m.cols*m.rows < 2 || m.cols*m.rows > 100_000 {
		return nil
	}
	t := &Table{Rows: m.rows, Cols: m.cols, Page: pg.Number, Box: m.box(0, 0, m.rows, m.cols)}
	t.Cells = m.cells(pg.Number)
	if len(t.Cells) < 2 {
		return nil // a frame, not a table
	}
	if m.isLetter(pg.Glyphs) {
		return nil
	}
	for i, gs := range m.fill(pg.Glyphs, taken, len(t.Cells)) {
		t.Cells[i].Text = cellText(gs)
	}
	for i := range t.Cells { // the lattice brings rules close together to one; a cell's box is drawn by its own
		b := &t.Cells[i].Box
		*b = [4]float64{ruleAt(down, b[0], b[1], b[3]), ruleAt(across, b[1], b[0], b[2]),
			ruleAt(down, b[2], b[1], b[3]), ruleAt(across, b[3], b[0], b[2])}
	}
	t.tidy()
	return t
}

// A mesh is the lattice of a table: positions between neighbouring coordinates, each of which belongs to one cell.
type mesh struct {
	xs, ys       []float64
	rows, cols   int
	across, down []Rule
	owner        []int // of each position the number of its cell; -1 = none yet
}

// openRight reports whether no rule parts a position from the one to its right.
func (m *mesh) openRight(r, c int) bool {
	return c+1 < m.cols && !drawn(m.down, m.xs[c+1], m.ys[r], m.ys[r+1])
}

// openBelow reports whether no rule parts a position from the one below it.
func (m *mesh) openBelow(r, c int) bool {
	return r+1 < m.rows && !drawn(m.across, m.ys[r+1], m.xs[c], m.xs[c+1])
}

func (m *mesh) box(r, c, h, w int) [4]float64 {
	return [4]float64{m.xs[c], m.ys[r], m.xs[c+w], m.ys[r+h]}
}

// cells joins positions that no rule parts, and squares off what is no rectangle.
func (m *mesh) cells(page int) (out []Cell) {
	m.owner = make([]int, m.rows*m.cols)
	for i := range m.owner {
		m.owner[i] = -1
	}
	out = make([]Cell, 0, min(m.rows*m.cols, 300))
	for r := range m.rows {
		for c := range m.cols {
			if m.owner[r*m.cols+c] >= 0 {
				continue
			}
			w, h := 1, 1
			for m.openRight(r, c+w-1) && m.owner[r*m.cols+c+w] < 0 {
				w++
			}
			for r+h < m.rows && m.goesDown(r+h, c, w) {
				h++
			}
			for i := r; i < r+h; i++ {
				for k := c; k < c+w; k++ {
					m.owner[i*m.cols+k] = len(out)
				}
			}
			out = append(out, Cell{Row: r, Col: c, RowSpan: h, ColSpan: w, Page: page, Box: m.box(r, c, h, w)})
		}
	}
	return out
}

// goesDown reports whether a cell of w columns from c on goes on in row r: nothing parts them there, and nothing parts
// the row itself.
func (m *mesh) goesDown(r, c, w int) bool {
	for k := c; k < c+w; k++ {
		if !m.openBelow(r-1, k) || m.owner[r*m.cols+k] >= 0 {
			return false
		}
	}
	for k := c; k < c+w-1; k++ { // a separator below means that the area splits there
		if !m.openRight(r, k) {
			return false
		}
	}
	return true
}

// isLetter reports whether the mesh is lower than a glyph in it: outlines of letters drawn as lines (bold type made by
// some programs).
func (m *mesh) isLetter(gs []Glyph) bool {
	x0, x1, y0, y1 := m.xs[0], m.xs[m.cols], m.ys[0], m.ys[m.rows]
	for i := range gs {
		x, y := gs[i].Center()
		if x > x0 && x < x1 && y > y0 && y < y1 && y1-y0 < gs[i].Size {
			return true
		}
	}
	return false
}

// fill gives the glyphs in each of n cells, and marks them as taken. A number is never cut by a rule that it is
// printed over: it belongs to the cell that most of it stands in.
func (m *mesh) fill(gs []Glyph, taken []bool, n int) [][]Glyph {
	in, count := make([]int32, len(gs)), make([]int, n) // which cell each lies in, plus one; how many lie in each
	from, to, owner := 0, 0, -1                         // of a number over a rule
	all := 0
	for i := range gs {
		if taken[i] {
			continue
		}
		k := m.cellAt(&gs[i])
		if i >= to && gs[i].figure && k >= 0 {
			from, to, owner = m.number(gs, i, k)
		}
		if i >= from && i < to && owner >= 0 {
			k = owner
		}
		if k < 0 {
			continue
		}
		taken[i] = true
		in[i] = int32(k + 1)
		count[k]++
		all++
	}
	inside, room := make([][]Glyph, n), make([]Glyph, all)
	for k, c := range count {
		inside[k], room = room[:0:c], room[c:]
	}
	for i, k := range in {
		if k > 0 {
			inside[k-1] = append(inside[k-1], gs[i])
		}
	}
	return inside
}

// cellAt gives the number of the cell that the middle of a glyph lies in; -1 where that is none.
func (m *mesh) cellAt(g *Glyph) int {
	x, y := g.Center()
	if x < m.xs[0] || x > m.xs[m.cols] || y < m.ys[0] || y > m.ys[m.rows] {
		return -1
	}
	c, r := sort.SearchFloat64s(m.xs, x)-1, sort.SearchFloat64s(m.ys, y)-1
	if c < 0 || r < 0 || c >= m.cols || r >= m.rows {
		return -1
	}
	return m.owner[r*m.cols+c]
}

// number gives the glyphs of a number that begins with glyph i in cell k, and the cell that they belong to: -1 where
// they stand in k alone. A number of which no cell has most is doubted.
func (m *mesh) number(gs []Glyph, i, k int) (from, to, owner int) {
	to = i + 1
	alone := true
	for to < len(gs) && gs[to].figure && gs[to].follows(&gs[to-1]) {
		alone = alone && m.cellAt(&gs[to]) == k
		to++
	}
	if alone {
		return i, to, -1
	}
	share, all := map[int]float64{}, 0.0
	owner = k
	for j := i; j < to; j++ {
		at, w := m.cellAt(&gs[j]), gs[j].X1-gs[j].X0
		share[at] += w
		all += w
		if share[at] > share[owner] {
			owner = at
		}
	}
	if owner < 0 || share[owner] < 0.6*all {
		for j := i; j < to; j++ {
			gs[j].Text = "\ufffd"
		}
		return i, to, -1
	}
	return i, to, owner
}

// follows reports whether a glyph touches the one before it on its line.
func (g *Glyph) follows(p *Glyph) bool {
	gap := g.X0 - p.X1
	return g.Turn == 0 && p.Turn == 0 && math.Abs(g.Base-p.Base) < 0.1*g.Size && gap < 0.12*g.Size && gap > -0.4*g.Size
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
	kept := make([]Cell, 0, len(t.Cells))
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
