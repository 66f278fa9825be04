package pdf

import (
	"math"
	"sort"
	"strings"
	"unicode"
)

// Tables without ruling lines are found by how their figures stand: below one another. A row of at least minSeed figures
// begins one; where figures of several rows overlap, there is a column. What stands left of the columns are labels.
//
// Only what the positions say is used: rows of the table are label blocks and lines of figures, brought together by
// their heights, and by the edges of shaded bands and of rules across the table where it has them.

const (
	minSeed    = 4 // figures in a row that begins a table
	minColumns = 4
)

// A token is a run of glyphs without a gap.
type token struct {
	text           string
	x0, y0, x1, y1 float64
	size           float64
	glyphs         []glyph
	line           int
}

func (t *token) mid() float64 { return (t.y0 + t.y1) / 2 }

// figure reports whether a token is what a cell of figures prints: digits, or a mark for none.
func (t *token) figure() bool {
	s := strings.Trim(t.text, "()（）")
	if s == "" {
		return false
	}
	digits := false
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits = true
		case strings.ContainsRune(",，.．-－+%％", r) && (digits || i == 0):
		default:
			return strings.Trim(s, "-—–－―─/／\\|无") == "" && len([]rune(s)) <= 4
		}
	}
	return digits || len(s) == 1 && strings.ContainsAny(s, "-/")
}

// tokens splits a line where its glyphs stand apart.
func (l *textLine) tokens(line int) []token {
	var out []token
	for _, g := range l.glyphs {
		s := strings.TrimSpace(g.text)
		if s == "" {
			continue
		}
		if n := len(out) - 1; n >= 0 && g.x0-out[n].x1 <= 0.35*math.Max(g.size, out[n].size) {
			t := &out[n]
			t.text += s
			t.x1, t.y0, t.y1 = math.Max(t.x1, g.x1), math.Min(t.y0, g.y0), math.Max(t.y1, g.y1)
			t.glyphs = append(t.glyphs, g)
			continue
		}
		out = append(out, token{text: s, x0: g.x0, x1: g.x1, y0: g.y0, y1: g.y1, size: g.size, glyphs: []glyph{g}, line: line})
	}
	return out
}

type span struct{ a, b float64 }

// columns joins the widths that figures take to columns.
func columns(ts []token) []span {
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

// alignedTables finds the tables among the lines that no ruled table has taken, and gives the lines outside of them.
// carried are the figures of a table with which the page before ends: its columns go on at the top of this one. figures
// are those of the table with which this page ends, if it does.
func alignedTables(pg *page, ls []textLine, carried []token) (tables []Block, left []textLine, open []token) {
	byLine := make([][]token, len(ls))
	figures := make([]int, len(ls))
	for i := range ls {
		byLine[i] = ls[i].tokens(i)
		for k := range byLine[i] {
			if byLine[i][k].figure() {
				figures[i]++
			}
		}
	}
	used := make([]bool, len(ls))
	for i := 0; i < len(ls); i++ {
		goesOn := len(carried) > 0 && figures[i] > 0 && inColumns(onlyFigures(byLine[i]), columns(append([]token(nil), carried...)))
		if figures[i] == 0 && len(carried) > 0 && (prose(byLine[i], pg) || headed(byLine[i], carried)) {
			carried = nil // the table has ended, or begins anew with columns of its own
		}
		if used[i] || figures[i] < minSeed && !goesOn {
			continue
		}
		// the lines of figures that follow in the same columns
		var seeds []int
		var all []token
		if goesOn {
			all = append(all, carried...)
			seeds = append(seeds, i)
		}
		carried = nil
		last := i
		for k := i; k < len(ls) && ls[k].y0-ls[last].y1 < 7*ls[k].size; k++ {
			if k > i && headed(byLine[k], all) {
				break // the header of another table
			}
			if k == i && goesOn {
				all = append(all, onlyFigures(byLine[k])...)
				continue
			}
			if figures[k] < minSeed {
				if figures[k] > 0 && inColumns(onlyFigures(byLine[k]), columns(append([]token(nil), all...))) {
					last = k // a row with blank cells
				}
				continue
			}
			more := append(append([]token(nil), all...), onlyFigures(byLine[k])...)
			if len(seeds) > 0 && !sameColumns(columns(append([]token(nil), all...)), columns(onlyFigures(byLine[k]))) {
				break
			}
			seeds, all, last = append(seeds, k), more, k
		}
		cols := columns(all)
		if len(cols) < minColumns {
			continue
		}
		// and those above, with fewer figures
		start := i
		for k := i - 1; k >= 0 && !used[k] && ls[start].y0-ls[k].y1 < 7*ls[i].size && !headed(byLine[k], all) && !prose(byLine[k], pg) && math.Abs(ls[k].size-ls[i].size) < 0.2*ls[i].size; k-- {
			if f := onlyFigures(byLine[k]); len(f) > 0 {
				if !inColumns(f, cols) {
					break
				}
				start = k
			}
		}
		if start < i {
			seeds = append([]int{start}, seeds...)
		}
		if t, cols := alignedTable(pg, ls, byLine, seeds, all, cols, used); t != nil {
			tables = append(tables, Block{Table: t, Page: pg.number, Box: t.Box})
			open = nil
			for _, c := range cols {
				open = append(open, token{text: "0", x0: c.a, x1: c.b, size: ls[i].size})
			}
		}
	}
	for i := range ls {
		if !used[i] {
			left = append(left, ls[i])
			if len(open) > 0 && ls[i].y0 > tables[len(tables)-1].Box[3] && ls[i].y1 < 0.9*pg.height {
				open = nil // something stands below it
			}
		}
	}
	return tables, left, open
}

// prose reports whether a line is one of text: a run as wide as half of the page.
func prose(ts []token, pg *page) bool {
	for i := range ts {
		if ts[i].x1-ts[i].x0 > 0.5*pg.width {
			return true
		}
	}
	return false
}

// headed reports whether a line has words apart from one another where the figures stand.
func headed(ts, figures []token) bool {
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

// inColumns reports whether all figures stand in columns.
func inColumns(ts []token, cols []span) bool {
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

func onlyFigures(ts []token) []token {
	var out []token
	for _, t := range ts {
		if t.figure() {
			out = append(out, t)
		}
	}
	return out
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

// alignedTable makes a grid of the lines around the seeds. used marks the lines that it takes.
func alignedTable(pg *page, ls []textLine, byLine [][]token, seeds []int, figures []token, cols []span, used []bool) (*Table, []span) {
	cols = headedColumns(ls, byLine, seeds[0], cols, used)
	var above []token
	for k := seeds[0] - 1; k >= max(0, seeds[0]-9) && len(onlyFigures(byLine[k])) == 0; k-- {
		above = append(above, byLine[k]...)
	}
	cols = settleColumns(figures, cols, above)
	n := len(cols)
	edge := cols[0].a - 0.4*ls[seeds[0]].size // labels end here
	right := cols[n-1].b
	// borders between columns lie in the middle of the gaps
	xs := []float64{edge}
	for i := 1; i < n; i++ {
		xs = append(xs, (cols[i-1].b+cols[i].a)/2)
	}
	xs = append(xs, right+2*ls[seeds[0]].size)
	colOf := func(x float64) int { return min(max(sort.SearchFloat64s(xs, x)-1, -1), n-1) }
	belongs := func(i int) bool { // a line of labels or of few figures, not prose
		for k := range byLine[i] {
			t := &byLine[i][k]
			if t.x0 < edge && t.x1 > cols[min(1, n-1)].a {
				return false // runs from the labels into the columns
			}
			if t.x0 > xs[n] {
				return false
			}
		}
		return true
	}
	first, last := seeds[0], seeds[len(seeds)-1]
	size := ls[first].size
	pitch := gapOf(ls, seeds)
	reach := math.Max(3*size, 1.25*pitch) // how far apart lines of one table stand
	// downwards: the end of a wrapped label, and rows of few figures
	for k := last + 1; k < len(ls) && !used[k] && ls[k].y0-ls[k-1].y1 < reach && belongs(k) && !headed(byLine[k], onlyFigures(byLine[first])) && math.Abs(ls[k].size-size) < 0.2*size; k++ {
		onlyLabel := ls[k].x1 < cols[0].a
		if !onlyLabel && len(onlyFigures(byLine[k])) == 0 && ls[k].y0-ls[k-1].y1 > 0.5*size {
			break // words below the figures
		}
		if onlyLabel && ls[k].y0-ls[last].y1 > 1.3*size && !beginsOrdinal(lineText(byLine[k])) {
			break
		}
		last = k
	}
	// upwards: the rows of the header, and labels that begin above their figures
	top := first
	for k := first - 1; k >= 0 && !used[k] && ls[k+1].y0-ls[k].y1 < math.Max(2.2*size, reach) && math.Abs(ls[k].size-size) < 0.2*size; k-- {
		if !belongs(k) && !headerLine(byLine[k], edge) || len(onlyFigures(byLine[k])) > 1 {
			break
		}
		top = k
	}
	firstRow := ls[first].y0
	var labels, head, values []token
	for k := top; k <= last; k++ {
		for _, t := range joinInColumns(byLine[k], colOf) {
			c := colOf((t.x0 + t.x1) / 2)
			switch {
			case c < 0 || t.x0 < edge && t.x1 < cols[0].b:
				labels = append(labels, t)
			case t.y1 <= firstRow+0.3*size:
				head = append(head, t)
			default:
				values = append(values, t)
			}
		}
	}
	usual := make([]alignment, n)
	for c := range usual {
		usual[c].learn(values, cols[c], func(t *token) bool { return colOf((t.x0+t.x1)/2) == c })
	}
	heights := []float64{}
	for i := range values {
		heights = append(heights, values[i].mid())
	}
	blocks := labelBlocks(labels, heights)
	leaves, groups := splitGroups(blocks, edge)
	bands := bandsOf(pg, ls[top].y0-size, ls[last].y1+size, cols[0].a, right)
	// a leaf over an edge of two bands is two leaves
	leaves = cutAt(leaves, bands)
	type tableRow struct {
		y      float64
		y0, y1 float64
		leaf   *block
		group  []*block
		values []token
	}
	var rows []*tableRow
	for i := range leaves {
		b := &leaves[i]
		if b.y1 <= firstRow-0.2*size && !overlapsAny(b, values) && (len(bands) == 0 || bandOf(bands, b.mid()) < bandOf(bands, ls[first].y0+0.5*size)) {
			head = append(head, b.tokens...) // stands beside the header
			continue
		}
		rows = append(rows, &tableRow{y: b.mid(), y0: b.y0, y1: b.y1, leaf: b})
	}
	// lines of figures go to the label beside them
	values = stacked(values, colOf, pitch)
	sort.SliceStable(values, func(i, j int) bool { return values[i].mid() < values[j].mid() })
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j].mid()-values[i].mid() < 0.5*size {
			j++
		}
		y, taken := 0.0, map[int]bool{}
		for _, v := range values[i:j] {
			y += v.mid()
			c := colOf((v.x0 + v.x1) / 2)
			if taken[c] || c < 0 {
				return nil, nil // two in one column: these are not its columns
			}
			taken[c] = true
		}
		y /= float64(j - i)
		var best *tableRow
		for _, r := range rows {
			beside := y > r.y0-0.3*size && y < r.y1+0.3*size
			if len(bands) > 0 {
				beside = bandOf(bands, y) == bandOf(bands, r.y)
			}
			if beside && (best == nil || math.Abs(r.y-y) < math.Abs(best.y-y)) {
				best = r
			}
		}
		if best != nil && len(best.values) > 0 { // two lines of figures beside one label
			if clash(best.values, values[i:j], colOf) {
				best = nil
			}
		}
		if best == nil {
			best = &tableRow{y: y, y0: y - size/2, y1: y + size/2}
			rows = append(rows, best)
		}
		best.values = append(best.values, values[i:j]...)
		i = j
	}
	sort.SliceStable(rows, func(i, j int) bool { return rows[i].y < rows[j].y })
	// labels without figures before the first and after the last row of figures are no rows, if nothing says so
	for k := len(rows) - 1; k > 0 && rows[k].values == nil; k-- {
		if gap := rows[k].y0 - rows[k-1].y1; beginsOrdinal(rows[k].leaf.text()) && gap < math.Max(1.2*size, 1.3*pitch) {
			break
		}
		rows = rows[:k]
	}
	full := 0
	for _, r := range rows {
		if len(r.values) > 0 {
			full++
		}
	}
	if full == 0 || full < len(seeds) {
		return nil, nil
	}
	for i := range groups {
		b := &groups[i]
		var best *tableRow
		for _, r := range rows {
			if best == nil || math.Abs(r.y-b.mid()) < math.Abs(best.y-b.mid()) {
				best = r
			}
		}
		if best != nil && b.y1 > firstRow-0.5*size {
			best.group = append(best.group, b)
		}
	}
	deep, labelled := 0, false
	for _, r := range rows {
		labelled = labelled || r.leaf != nil || r.group != nil
		deep = max(deep, len(r.group))
		sort.Slice(r.group, func(i, j int) bool { return r.group[i].x0 < r.group[j].x0 })
	}
	x0 := edge
	for i := range labels {
		x0 = math.Min(x0, labels[i].x0)
	}
	// a column without a figure and without a header is none
	for c := n - 1; c >= 0; c-- {
		used := false
		for _, r := range rows {
			for _, v := range r.values {
				used = used || colOf((v.x0+v.x1)/2) == c
			}
		}
		for _, h := range head {
			m := (h.x0 + h.x1) / 2
			used = used || m > xs[c] && m <= xs[c+1]
		}
		if !used && c > 0 {
			cols = append(append([]span(nil), cols[:c]...), cols[c+1:]...)
			xs = append(append([]float64(nil), xs[:c]...), xs[c+1:]...)
			usual = append(append([]alignment(nil), usual[:c]...), usual[c+1:]...)
			n--
		}
	}
	from := deep + 1 // the first column of figures
	if !labelled {
		from = 0
	}
	t := &Table{Cols: from + n, Page: pg.number, Box: [4]float64{x0, ls[top].y0, math.Max(right, ls[top].x1), ls[last].y1}}
	t.header(head, xs, cols, from)
	for i, r := range rows {
		a, b := r.y0, r.y1
		if i > 0 {
			a = (rows[i-1].y1 + r.y0) / 2
		}
		if i+1 < len(rows) {
			b = (r.y1 + rows[i+1].y0) / 2
		}
		for k, g := range r.group {
			t.Cells = append(t.Cells, Cell{Row: t.Rows, Col: k, RowSpan: 1, ColSpan: 1, Text: g.text(), Page: pg.number, Box: g.box()})
		}
		if !labelled {
			x0 = edge
		}
		leaf := Cell{Row: t.Rows, Col: len(r.group), RowSpan: 1, ColSpan: from - len(r.group), Page: pg.number, Box: [4]float64{x0, a, edge, b}}
		if r.leaf != nil {
			leaf.Text, leaf.Box = r.leaf.text(), r.leaf.box()
		}
		if labelled {
			t.Cells = append(t.Cells, leaf)
		}
		inside := make([][]glyph, n)
		over := make([]int, n) // columns that a figure between two of them covers
		for _, v := range r.values {
			c := max(0, colOf((v.x0+v.x1)/2))
			inside[c] = append(inside[c], v.glyphs...)
			over[c] = usual[c].astray(&v)
		}
		for c := 0; c < n; c++ {
			cell := Cell{Row: t.Rows, Col: from + c, RowSpan: 1, ColSpan: 1, Page: pg.number}
			k := c
			switch {
			case over[c] > 0 && c+1 < n && inside[c+1] == nil:
				cell.ColSpan = 2
			case over[c] == 0 && inside[c] == nil && c+1 < n && over[c+1] < 0:
				cell.ColSpan, k = 2, c+1
			}
			cell.Text, cell.Box = cellText(inside[k]), [4]float64{xs[c], a, xs[c+cell.ColSpan], b}
			t.Cells = append(t.Cells, cell)
			c += cell.ColSpan - 1
		}
		t.Rows++
	}
	for k := top; k <= last; k++ {
		used[k] = true
	}
	return t, cols
}

// stacked joins what stands below one another in one cell: a note wrapped below its figure, digits on two lines. Rows lie
// further apart than the lines of a cell.
func stacked(ts []token, colOf func(float64) int, pitch float64) []token {
	sort.SliceStable(ts, func(i, j int) bool { return ts[i].mid() < ts[j].mid() })
	var out []token
	for _, t := range ts {
		joined := false
		for i := range out {
			o := &out[i]
			gap := t.y0 - o.y1
			if colOf((t.x0+t.x1)/2) == colOf((o.x0+o.x1)/2) && gap > -0.5*t.size && gap < 0.45*t.size && (pitch == 0 || gap < 0.6*pitch) && t.y0 > o.y0+0.3*t.size {
				o.text += t.text
				o.x0, o.x1, o.y1 = math.Min(o.x0, t.x0), math.Max(o.x1, t.x1), t.y1
				o.glyphs = append(append([]glyph(nil), o.glyphs...), t.glyphs...)
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

func (t *token) edges() [3]float64 { return [3]float64{t.x0, (t.x0 + t.x1) / 2, t.x1} }

func (a *alignment) learn(ts []token, c span, in func(*token) bool) {
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
func (a *alignment) astray(t *token) int {
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
func settleColumns(ts []token, cols []span, head []token) []span {
	for i := 0; i < len(cols); i++ {
		c := cols[i]
		var own []token
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

// joinInColumns joins the tokens of a line that stand less than a character apart in one column.
func joinInColumns(ts []token, colOf func(float64) int) []token {
	var out []token
	for _, t := range ts {
		if n := len(out) - 1; n >= 0 && colOf((t.x0+t.x1)/2) >= 0 && colOf((t.x0+t.x1)/2) == colOf((out[n].x0+out[n].x1)/2) && t.x0-out[n].x1 < t.size {
			o := &out[n]
			o.text += " " + t.text
			o.x1, o.y0, o.y1 = t.x1, math.Min(o.y0, t.y0), math.Max(o.y1, t.y1)
			o.glyphs = append(append([]glyph(nil), o.glyphs...), t.glyphs...)
			continue
		}
		out = append(out, t)
	}
	return out
}

// gapOf is the usual gap between rows of figures; 0 where there are too few.
func gapOf(ls []textLine, seeds []int) float64 {
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

func lineText(ts []token) string {
	var b strings.Builder
	for i := range ts {
		b.WriteString(ts[i].text)
	}
	return b.String()
}

// headerLine reports whether a line that does not fit the columns may still be one of the header: several words apart.
func headerLine(ts []token, edge float64) bool {
	apart := 0
	for i := range ts {
		if ts[i].x0 > edge {
			apart++
		}
	}
	return apart >= 2
}

// headedColumns adds the columns that have a header and no figure: a word at the bottom of the header above no column.
func headedColumns(ls []textLine, byLine [][]token, first int, cols []span, used []bool) []span {
	size := ls[first].size
	var head []token
	for k := first - 1; k >= 0 && !used[k] && ls[k+1].y0-ls[k].y1 < 3*size && math.Abs(ls[k].size-size) < 0.2*size && len(byLine[k]) > 1; k-- {
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

// A block is a label: tokens below one another.
type block struct {
	tokens         []token
	x0, y0, x1, y1 float64
}

func (b *block) add(t token) {
	if len(b.tokens) == 0 {
		b.x0, b.y0, b.x1, b.y1 = t.x0, t.y0, t.x1, t.y1
	}
	b.tokens = append(b.tokens, t)
	b.x0, b.y0, b.x1, b.y1 = math.Min(b.x0, t.x0), math.Min(b.y0, t.y0), math.Max(b.x1, t.x1), math.Max(b.y1, t.y1)
}

func (b *block) mid() float64    { return (b.y0 + b.y1) / 2 }
func (b *block) box() [4]float64 { return [4]float64{b.x0, b.y0, b.x1, b.y1} }

func (b *block) text() string {
	var gs []glyph
	for i := range b.tokens {
		gs = append(gs, b.tokens[i].glyphs...)
	}
	return cellText(gs)
}

// labelBlocks joins the lines of wrapped labels: one below the other without a gap, or, where the lines are set apart,
// with the same middle or left edge; an ordinal begins a new label. Lines that stand beside figures of two rows are two
// labels: rows are the heights of the figures, as far as they are known.
func labelBlocks(ts []token, rows []float64) []block {
	sort.SliceStable(ts, func(i, j int) bool { return ts[i].mid() < ts[j].mid() })
	beside := func(t *token) bool {
		for _, y := range rows {
			if math.Abs(y-t.mid()) < 0.3*t.size {
				return true
			}
		}
		return false
	}
	apart := rowGap(rows, ts)
	var out []block
	held := []bool{} // a line of the block stands beside figures
	for _, t := range ts {
		best, has := -1, beside(&t)
		for i := range out {
			b := &out[i]
			last := &b.tokens[len(b.tokens)-1]
			overlap := math.Min(b.x1, t.x1) - math.Max(b.x0, t.x0)
			gap := t.y0 - b.y1
			near := gap < 0.55*t.size
			if rows != nil && !near && gap < 1.3*t.size && (apart == 0 || gap < 0.6*apart) {
				near = math.Abs(last.x0+last.x1-t.x0-t.x1) < 0.6*t.size || math.Abs(last.x0-t.x0) < 0.3*t.size
			}
			if t.y0 > last.y0+0.3*t.size && near && !(has && held[i]) && overlap > 0.5*math.Min(b.x1-b.x0, t.x1-t.x0) && !beginsOrdinal(t.text) {
				if best < 0 || math.Abs(out[best].x0+out[best].x1-t.x0-t.x1) > math.Abs(b.x0+b.x1-t.x0-t.x1) {
					best = i
				}
			}
		}
		if best >= 0 {
			out[best].add(t)
			held[best] = held[best] || has
			continue
		}
		var b block
		b.add(t)
		out, held = append(out, b), append(held, has)
	}
	return out
}

// rowGap is the usual distance between rows of figures less the height of a line; 0 where there are too few.
func rowGap(rows []float64, ts []token) float64 {
	if len(rows) < 3 || len(ts) == 0 {
		return 0
	}
	ys := append([]float64(nil), rows...)
	sort.Float64s(ys)
	var gaps []float64
	for i := 1; i < len(ys); i++ {
		if d := ys[i] - ys[i-1]; d > 0.5*ts[0].size {
			gaps = append(gaps, d-ts[0].size)
		}
	}
	if len(gaps) < 2 {
		return 0
	}
	sort.Float64s(gaps)
	return gaps[len(gaps)/2]
}

// splitGroups tells labels of rows from labels of groups of rows: a group has labels to its right.
func splitGroups(blocks []block, edge float64) (leaves, groups []block) {
	for i := range blocks {
		b := &blocks[i]
		group := false
		for k := range blocks {
			o := &blocks[k]
			if k != i && o.x0 >= b.x1-1 && o.y0 < b.y1 && o.y1 > b.y0 {
				group = true
			}
		}
		if group {
			groups = append(groups, *b)
		} else {
			leaves = append(leaves, *b)
		}
	}
	return leaves, groups
}

// beginsOrdinal reports whether a label begins with an ordinal: 一、 （一） 1. 1、 (1) ①
func beginsOrdinal(s string) bool {
	r := []rune(s)
	if len(r) == 0 {
		return false
	}
	if r[0] >= '①' && r[0] <= '⑳' {
		return true
	}
	i := 0
	open := r[0] == '（' || r[0] == '('
	if open {
		i++
	}
	start := i
	for i < len(r) && (strings.ContainsRune("一二三四五六七八九十", r[i]) || unicode.IsDigit(r[i])) {
		i++
	}
	if i == start || i-start > 2 || i == len(r) {
		return false
	}
	return open && (r[i] == '）' || r[i] == ')') || !open && strings.ContainsRune("、.．,，", r[i])
}

// bandsOf gives the heights at which rules or shaded areas divide a table; none where they do not divide it whole.
func bandsOf(pg *page, y0, y1, x0, x1 float64) []float64 {
	width := map[float64]float64{}
	note := func(y, a, b float64) {
		if y < y0 || y > y1 {
			return
		}
		w := math.Min(b, x1) - math.Max(a, x0)
		if w <= 0 {
			return
		}
		for k := range width {
			if math.Abs(k-y) < 1.5 {
				width[k] += w
				return
			}
		}
		width[y] = w
	}
	for _, r := range pg.across {
		note(r.at, r.a, r.b)
	}
	for _, a := range pg.areas {
		if !a.white && !a.picture && a.box[3]-a.box[1] > 4 {
			note(a.box[1], a.box[0], a.box[2])
			note(a.box[3], a.box[0], a.box[2])
		}
	}
	var ys []float64
	for y, w := range width {
		if w > 0.6*(x1-x0) {
			ys = append(ys, y)
		}
	}
	sort.Float64s(ys)
	if len(ys) < 6 || ys[len(ys)-1]-ys[0] < 0.6*(y1-y0) {
		return nil
	}
	return ys
}

func bandOf(bands []float64, y float64) int { return sort.SearchFloat64s(bands, y) }

// cutAt cuts blocks at the edges of bands.
func cutAt(blocks []block, bands []float64) []block {
	if len(bands) == 0 {
		return blocks
	}
	var out []block
	for _, b := range blocks {
		parts := map[int]*block{}
		var order []int
		for _, t := range b.tokens {
			k := bandOf(bands, t.mid())
			if parts[k] == nil {
				parts[k] = &block{}
				order = append(order, k)
			}
			parts[k].add(t)
		}
		for _, k := range order {
			out = append(out, *parts[k])
		}
	}
	// and labels of one band that only wrap wide apart are one
	joined := out[:0:0]
	for _, b := range out {
		same := -1
		for i := range joined {
			if bandOf(bands, joined[i].mid()) == bandOf(bands, b.mid()) && joined[i].x0 < b.x1 && joined[i].x1 > b.x0 {
				same = i
			}
		}
		if same >= 0 {
			for _, t := range b.tokens {
				joined[same].add(t)
			}
			continue
		}
		joined = append(joined, b)
	}
	return joined
}

func overlapsAny(b *block, ts []token) bool {
	for i := range ts {
		if m := ts[i].mid(); m > b.y0 && m < b.y1 {
			return true
		}
	}
	return false
}

// clash reports whether two lines of figures have figures in the same column.
func clash(a, b []token, colOf func(float64) int) bool {
	busy := map[int]bool{}
	for i := range a {
		busy[colOf((a[i].x0+a[i].x1)/2)] = true
	}
	for i := range b {
		if busy[colOf((b[i].x0+b[i].x1)/2)] {
			return true
		}
	}
	return false
}

// smallTables finds what is left: a header of two or more words apart with one or more rows below it, a figure in each
// third of them at least. Each becomes a grid, if its words stand in columns.
func smallTables(pg *page, ls []textLine) (tables []Block, left []textLine) {
	narrow, wide := make([][]token, len(ls)), make([][]token, len(ls))
	for i := range ls {
		narrow[i] = ls[i].tokens(i)
		wide[i] = wideTokens(narrow[i])
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
		tables = append(tables, Block{Table: t, Page: pg.number, Box: t.Box})
		i += rows
	}
	return tables, left
}

// smallTable makes a grid of the lines from i on, as far as they belong together; nil where they are none.
func smallTable(pg *page, ls []textLine, byLine [][]token, i int) (*Table, int) {
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
	var all []token
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
	t := &Table{Rows: rows, Cols: len(cols), Page: pg.number, Box: [4]float64{xs[0], ls[i].y0, xs[len(cols)], ls[j-1].y1}}
	for k := i; k < j; k++ {
		y0, y1 := ls[k].y0, ls[k].y1
		if k > i {
			y0 = (ls[k-1].y1 + y0) / 2
		}
		if k+1 < j {
			y1 = (y1 + ls[k+1].y0) / 2
		}
		for c := range cols {
			var gs []glyph
			for _, w := range byLine[k] {
				if m := (w.x0 + w.x1) / 2; m > xs[c] && m <= xs[c+1] {
					gs = append(gs, w.glyphs...)
				}
			}
			t.Cells = append(t.Cells, Cell{Row: k - i, Col: c, RowSpan: 1, ColSpan: 1, Text: cellText(gs), Page: pg.number, Box: [4]float64{xs[c], y0, xs[c+1], y1}})
		}
	}
	return t, rows
}

// wideTokens joins tokens that stand less than a character apart: words of one cell.
func wideTokens(ts []token) []token {
	var out []token
	for _, t := range ts {
		if n := len(out) - 1; n >= 0 && t.x0-out[n].x1 < 1.2*math.Max(t.size, out[n].size) && !(out[n].figure() && t.figure()) {
			o := &out[n]
			o.text += t.text
			o.x1, o.y0, o.y1 = t.x1, math.Min(o.y0, t.y0), math.Max(o.y1, t.y1)
			o.glyphs = append(append([]glyph(nil), o.glyphs...), t.glyphs...)
			continue
		}
		out = append(out, t)
	}
	return out
}
