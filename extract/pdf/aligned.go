package pdf

import (
	"math"
	"slices"
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

// join adds a token that stands to the right.
func (t *token) join(o *token) {
	t.text += o.text
	t.x1, t.y0, t.y1 = math.Max(t.x1, o.x1), math.Min(t.y0, o.y0), math.Max(t.y1, o.y1)
	t.glyphs = append(slices.Clone(t.glyphs), o.glyphs...)
}

// tokens splits a line where its glyphs stand apart.
func (l *textLine) tokens() []token {
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
		out = append(out, token{text: s, x0: g.x0, x1: g.x1, y0: g.y0, y1: g.y1, size: g.size, glyphs: []glyph{g}})
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
		byLine[i] = ls[i].tokens()
		for k := range byLine[i] {
			if byLine[i][k].figure() {
				figures[i]++
			}
		}
	}
	used := make([]bool, len(ls))
	anew := false
	for i := 0; i < len(ls); i++ {
		goesOn := len(carried) > 0 && figures[i] > 0 && inColumns(onlyFigures(byLine[i]), columns(append([]token(nil), carried...)))
		switch {
		case figures[i] > 0 || len(carried) == 0:
		case prose(byLine[i], pg):
			carried = nil // the table has ended
		case !anew && headed(byLine[i], carried): // it begins anew, with its header again
			carried, anew = headerColumns(ls, byLine, i, len(carried)), true
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

func onlyFigures(ts []token) []token {
	var out []token
	for _, t := range ts {
		if t.figure() {
			out = append(out, t)
		}
	}
	return out
}

// alignedTable makes a grid of the lines around the seeds, whose figures stand in cols. used marks the lines that it takes.
// It gives the columns that it has in the end; nil where the lines make no table.
func alignedTable(pg *page, ls []textLine, byLine [][]token, seeds []int, figures []token, cols []span, used []bool) (*Table, []span) {
	a := &aligner{pg: pg, ls: ls, byLine: byLine, used: used, first: seeds[0], size: ls[seeds[0]].size, pitch: gapOf(ls, seeds)}
	a.setColumns(figures, cols)
	a.extend(seeds[len(seeds)-1])
	a.sortTokens()
	if !a.makeRows() || a.full() < len(seeds) {
		return nil, nil
	}
	a.dropEmptyColumns()
	t := a.table()
	for k := a.top; k <= a.last; k++ {
		used[k] = true
	}
	return t, a.cols
}

// An aligner builds one table out of lines.
type aligner struct {
	pg          *page
	ls          []textLine
	byLine      [][]token
	used        []bool
	first       int // the first line of figures
	top, last   int // the lines of the table
	size, pitch float64
	cols        []span    // where figures stand
	xs          []float64 // borders between the columns, in the middle of the gaps
	edge        float64   // labels end here

	labels, head, values []token
	bands                []float64
	usual                []alignment // of each column
	rows                 []*alignedRow
}

// An alignedRow is a label with the figures beside it.
type alignedRow struct {
	y, y0, y1 float64
	leaf      *block
	group     []*block
	values    []token
}

// setColumns settles the columns: with those that only have a header, without those that are none.
func (a *aligner) setColumns(figures []token, cols []span) {
	cols = headedColumns(a.ls, a.byLine, a.first, cols, a.used)
	var above []token
	for k := a.first - 1; k >= max(0, a.first-9) && len(onlyFigures(a.byLine[k])) == 0; k-- {
		above = append(above, a.byLine[k]...)
	}
	a.cols = settleColumns(figures, cols, above)
	a.edge = a.cols[0].a - 0.4*a.size
	a.xs = []float64{a.edge}
	for i := 1; i < len(a.cols); i++ {
		a.xs = append(a.xs, (a.cols[i-1].b+a.cols[i].a)/2)
	}
	a.xs = append(a.xs, a.cols[len(a.cols)-1].b+2*a.size)
}

// column gives the column of a token; -1 left of them.
func (a *aligner) column(t *token) int {
	return min(max(sort.SearchFloat64s(a.xs, (t.x0+t.x1)/2)-1, -1), len(a.cols)-1)
}

// belongs reports whether a line has labels or few figures, and is not prose.
func (a *aligner) belongs(k int) bool {
	for i := range a.byLine[k] {
		t := &a.byLine[k][i]
		if t.x0 < a.edge && t.x1 > a.cols[min(1, len(a.cols)-1)].a || t.x0 > a.xs[len(a.cols)] {
			return false
		}
	}
	return true
}

// extend finds the first and the last line of the table around its lines of figures.
func (a *aligner) extend(lastSeed int) {
	ls := a.ls
	reach := math.Max(3*a.size, 1.25*a.pitch) // how far apart lines of one table stand
	free := func(k int) bool { return !a.used[k] && math.Abs(ls[k].size-a.size) < 0.2*a.size }
	// downwards: the end of a wrapped label, and rows of few figures
	a.last = lastSeed
	for k := lastSeed + 1; k < len(ls) && free(k) && ls[k].y0-ls[k-1].y1 < reach && a.belongs(k) && !headed(a.byLine[k], onlyFigures(a.byLine[a.first])); k++ {
		onlyLabel := ls[k].x1 < a.cols[0].a
		if !onlyLabel && len(onlyFigures(a.byLine[k])) == 0 && ls[k].y0-ls[k-1].y1 > 0.5*a.size {
			break // words below the figures
		}
		if onlyLabel && ls[k].y0-ls[a.last].y1 > 1.3*a.size && !beginsOrdinal(lineText(a.byLine[k])) {
			break
		}
		a.last = k
	}
	// upwards: the rows of the header, and labels that begin above their figures
	a.top = a.first
	for k := a.first - 1; k >= 0 && free(k) && ls[k+1].y0-ls[k].y1 < math.Max(2.2*a.size, reach); k-- {
		if !a.belongs(k) && !headerLine(a.byLine[k], a.edge) || len(onlyFigures(a.byLine[k])) > 1 {
			break
		}
		a.top = k
	}
}

// sortTokens tells labels, words of the header and figures apart.
func (a *aligner) sortTokens() {
	firstRow := a.ls[a.first].y0
	for k := a.top; k <= a.last; k++ {
		for _, t := range joinInColumns(a.byLine[k], a.column) {
			switch c := a.column(&t); {
			case c < 0 || t.x0 < a.edge && t.x1 < a.cols[0].b:
				// a label with blanks in it is one, up to the ordinal of the next
				if n := len(a.labels) - 1; n >= 0 && math.Abs(a.labels[n].mid()-t.mid()) < 0.2*t.size && t.x0 > a.labels[n].x0 && t.x0-a.labels[n].x1 < 0.75*t.size && !beginsOrdinal(t.text) {
					a.labels[n].join(&t)
					continue
				}
				a.labels = append(a.labels, t)
			case t.y1 <= firstRow+0.3*a.size:
				a.head = append(a.head, t)
			default:
				a.values = append(a.values, t)
			}
		}
	}
	a.usual = make([]alignment, len(a.cols))
	for c := range a.usual {
		a.usual[c].learn(a.values, a.cols[c], func(t *token) bool { return a.column(t) == c })
	}
}

// makeRows brings labels and lines of figures together; it fails where two figures of a line stand in one column.
func (a *aligner) makeRows() bool {
	firstRow := a.ls[a.first].y0
	heights := []float64{}
	for i := range a.values {
		heights = append(heights, a.values[i].mid())
	}
	leaves, groups := splitGroups(labelBlocks(a.labels, heights))
	a.bands = bandsOf(a.pg, a.ls[a.top].y0-a.size, a.ls[a.last].y1+a.size, a.cols[0].a, a.cols[len(a.cols)-1].b)
	leaves = cutAt(leaves, a.bands) // a leaf over an edge of two bands is two
	for i := range leaves {
		b := &leaves[i]
		above := len(a.bands) == 0 || bandOf(a.bands, b.mid()) < bandOf(a.bands, a.ls[a.first].y0+0.5*a.size)
		if b.y1 <= firstRow-0.2*a.size && above && !overlapsAny(b, a.values) {
			a.head = append(a.head, b.tokens...) // stands beside the header
			continue
		}
		a.rows = append(a.rows, &alignedRow{y: b.mid(), y0: b.y0, y1: b.y1, leaf: b})
	}
	values := stacked(a.values, a.column, a.pitch)
	sort.SliceStable(values, func(i, j int) bool { return values[i].mid() < values[j].mid() })
	for i := 0; i < len(values); {
		j := i + 1
		for j < len(values) && values[j].mid()-values[i].mid() < 0.5*a.size {
			j++
		}
		if !a.addLine(values[i:j]) {
			return false
		}
		i = j
	}
	sort.SliceStable(a.rows, func(i, j int) bool { return a.rows[i].y < a.rows[j].y })
	// labels without figures after the last row of figures are no rows, if nothing says so
	for k := len(a.rows) - 1; k > 0 && a.rows[k].values == nil; k-- {
		if gap := a.rows[k].y0 - a.rows[k-1].y1; beginsOrdinal(a.rows[k].leaf.text()) && gap < math.Max(1.2*a.size, 1.3*a.pitch) {
			break
		}
		a.rows = a.rows[:k]
	}
	for i := range groups {
		if b := &groups[i]; b.y1 > firstRow-0.5*a.size {
			a.groupTo(b)
		}
	}
	return true
}

// addLine gives a line of figures to the label beside it, or makes a row without a label.
func (a *aligner) addLine(values []token) bool {
	y, taken := 0.0, map[int]bool{}
	for i := range values {
		y += values[i].mid() / float64(len(values))
		c := a.column(&values[i])
		if taken[c] || c < 0 {
			return false // two in one column: these are not its columns
		}
		taken[c] = true
	}
	var best *alignedRow
	for _, r := range a.rows {
		beside := y > r.y0-0.3*a.size && y < r.y1+0.3*a.size
		if len(a.bands) > 0 {
			beside = bandOf(a.bands, y) == bandOf(a.bands, r.y)
		}
		if beside && (best == nil || math.Abs(r.y-y) < math.Abs(best.y-y)) {
			best = r
		}
	}
	if best == nil || clash(best.values, values, a.column) { // two lines of figures beside one label are two rows
		best = &alignedRow{y: y, y0: y - a.size/2, y1: y + a.size/2}
		a.rows = append(a.rows, best)
	}
	best.values = append(best.values, values...)
	return true
}

// groupTo lets the label of a group of rows stand in the row nearest to its middle.
func (a *aligner) groupTo(b *block) {
	var best *alignedRow
	for _, r := range a.rows {
		if best == nil || math.Abs(r.y-b.mid()) < math.Abs(best.y-b.mid()) {
			best = r
		}
	}
	if best != nil {
		best.group = append(best.group, b)
		sort.Slice(best.group, func(i, j int) bool { return best.group[i].x0 < best.group[j].x0 })
	}
}

// full counts the rows with figures.
func (a *aligner) full() int {
	n := 0
	for _, r := range a.rows {
		if len(r.values) > 0 {
			n++
		}
	}
	return n
}

// dropEmptyColumns takes out columns without a figure and without a header: they are none.
func (a *aligner) dropEmptyColumns() {
	for c := len(a.cols) - 1; c > 0; c-- {
		used := false
		for _, r := range a.rows {
			for i := range r.values {
				used = used || a.column(&r.values[i]) == c
			}
		}
		for i := range a.head {
			m := (a.head[i].x0 + a.head[i].x1) / 2
			used = used || m > a.xs[c] && m <= a.xs[c+1]
		}
		if !used {
			a.cols = slices.Delete(slices.Clone(a.cols), c, c+1)
			a.xs = slices.Delete(slices.Clone(a.xs), c, c+1)
			a.usual = slices.Delete(slices.Clone(a.usual), c, c+1)
		}
	}
}

// table lays the rows out as a grid: labels of groups, the label of the row, the columns.
func (a *aligner) table() *Table {
	deep, labelled := 0, false
	x0 := a.edge
	for _, r := range a.rows {
		labelled = labelled || r.leaf != nil || r.group != nil
		deep = max(deep, len(r.group))
	}
	for i := range a.labels {
		x0 = math.Min(x0, a.labels[i].x0)
	}
	from := 0 // the first column of figures
	if labelled {
		from = deep + 1
	}
	n := len(a.cols)
	t := &Table{Cols: from + n, Page: a.pg.number, Box: [4]float64{x0, a.ls[a.top].y0, math.Max(a.cols[n-1].b, a.ls[a.top].x1), a.ls[a.last].y1}}
	t.header(a.head, a.xs, a.cols, from)
	for i, r := range a.rows {
		y0, y1 := r.y0, r.y1
		if i > 0 {
			y0 = (a.rows[i-1].y1 + r.y0) / 2
		}
		if i+1 < len(a.rows) {
			y1 = (r.y1 + a.rows[i+1].y0) / 2
		}
		for k, g := range r.group {
			t.Cells = append(t.Cells, Cell{Row: t.Rows, Col: k, RowSpan: 1, ColSpan: 1, Text: g.text(), Page: t.Page, Box: g.box()})
		}
		if labelled {
			leaf := Cell{Row: t.Rows, Col: len(r.group), RowSpan: 1, ColSpan: from - len(r.group), Page: t.Page, Box: [4]float64{x0, y0, a.edge, y1}}
			if r.leaf != nil {
				leaf.Text, leaf.Box = r.leaf.text(), r.leaf.box()
			}
			t.Cells = append(t.Cells, leaf)
		}
		a.figureCells(t, r, from, y0, y1)
		t.Rows++
	}
	return t
}

// figureCells adds a row's cells of figures. A figure that stands between two columns covers both.
func (a *aligner) figureCells(t *Table, r *alignedRow, from int, y0, y1 float64) {
	n := len(a.cols)
	inside := make([][]glyph, n)
	over := make([]int, n)
	for i := range r.values {
		v := &r.values[i]
		c := max(0, a.column(v))
		inside[c] = append(inside[c], v.glyphs...)
		over[c] = a.usual[c].astray(v)
	}
	for c := 0; c < n; c++ {
		cell := Cell{Row: t.Rows, Col: from + c, RowSpan: 1, ColSpan: 1, Page: t.Page}
		k := c
		switch {
		case over[c] > 0 && c+1 < n && inside[c+1] == nil:
			cell.ColSpan = 2
		case over[c] == 0 && inside[c] == nil && c+1 < n && over[c+1] < 0:
			cell.ColSpan, k = 2, c+1
		}
		cell.Text, cell.Box = cellText(inside[k]), [4]float64{a.xs[c], y0, a.xs[c+cell.ColSpan], y1}
		t.Cells = append(t.Cells, cell)
		c += cell.ColSpan - 1
	}
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
