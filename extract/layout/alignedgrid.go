package layout

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// alignedTable makes a grid of the lines around the seeds, whose figures stand in cols, and marks the lines that it
// takes. It gives the columns that it has in the end; nil where the lines make no table.
func alignedTable(f *finder, seeds []int, figures []run, cols []span) (*Table, []span) {
	a := &aligner{finder: f, first: seeds[0], size: f.ls[seeds[0]].size, pitch: gapOf(f.ls, seeds)}
	a.setColumns(figures, cols)
	a.extend(seeds[len(seeds)-1])
	a.sortTokens()
	if !a.makeRows() || a.full() < len(seeds) {
		return nil, nil
	}
	a.dropEmptyColumns()
	t := a.table()
	for k := a.top; k <= a.last; k++ {
		a.used[k] = true
	}
	return t, a.cols
}

// An aligner builds one table out of lines.
type aligner struct {
	*finder
	first       int // the first line of figures
	top, last   int // the lines of the table
	size, pitch float64
	cols        []span    // where figures stand
	xs          []float64 // borders between the columns, in the middle of the gaps
	edge        float64   // labels end here

	labels, head, values []run
	bands                []float64
	usual                []alignment // of each column
	rows                 []*alignedRow
}

// An alignedRow is a label with the figures beside it.
type alignedRow struct {
	y, y0, y1 float64
	leaf      *label
	group     []*label
	values    []run
}

// setColumns settles the columns: with those that only have a header, without those that are none.
func (a *aligner) setColumns(figures []run, cols []span) {
	cols = headedColumns(a.ls, a.runs, a.first, cols, a.used)
	var above []run
	for k := a.first - 1; k >= max(0, a.first-9) && len(onlyFigures(a.runs[k])) == 0; k-- {
		above = append(above, a.runs[k]...)
	}
	a.cols = settleColumns(figures, cols, above)
	a.edge = a.cols[0].a - 0.4*a.size
	a.xs = []float64{a.edge}
	for i := 1; i < len(a.cols); i++ {
		a.xs = append(a.xs, (a.cols[i-1].b+a.cols[i].a)/2)
	}
	a.xs = append(a.xs, a.cols[len(a.cols)-1].b+2*a.size)
}

// column gives the column of a run; -1 left of them.
func (a *aligner) column(t *run) int {
	return min(max(sort.SearchFloat64s(a.xs, (t.x0+t.x1)/2)-1, -1), len(a.cols)-1)
}

// belongs reports whether a line has labels or few figures, and is not prose.
func (a *aligner) belongs(k int) bool {
	for i := range a.runs[k] {
		t := &a.runs[k][i]
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
	for k := lastSeed + 1; k < len(ls) && free(k) && ls[k].y0-ls[k-1].y1 < reach && a.belongs(k); k++ {
		if headed(a.runs[k], onlyFigures(a.runs[a.first])) {
			break // the header of another table
		}
		onlyLabel := ls[k].x1 < a.cols[0].a
		if !onlyLabel && len(onlyFigures(a.runs[k])) == 0 && ls[k].y0-ls[k-1].y1 > 0.5*a.size {
			break // words below the figures
		}
		if onlyLabel && ls[k].y0-ls[a.last].y1 > 1.3*a.size && !beginsOrdinal(lineText(a.runs[k])) {
			break
		}
		a.last = k
	}
	// upwards: the rows of the header, and labels that begin above their figures
	a.top = a.first
	for k := a.first - 1; k >= 0 && free(k) && ls[k+1].y0-ls[k].y1 < math.Max(2.2*a.size, reach); k-- {
		if !a.belongs(k) && !headerLine(a.runs[k], a.edge) || len(onlyFigures(a.runs[k])) > 1 {
			break
		}
		a.top = k
	}
}

// sortTokens tells labels, words of the header and figures apart.
func (a *aligner) sortTokens() {
	firstRow := a.ls[a.first].y0
	for k := a.top; k <= a.last; k++ {
		for _, t := range joinInColumns(a.runs[k], a.column) {
			switch c := a.column(&t); {
			case c < 0 || t.x0 < a.edge && t.x1 < a.cols[0].b:
				a.addLabel(t)
			case t.y1 <= firstRow+0.3*a.size:
				a.head = append(a.head, t)
			default:
				a.values = append(a.values, t)
			}
		}
	}
	a.usual = make([]alignment, len(a.cols))
	for c := range a.usual {
		a.usual[c].learn(a.values, a.cols[c], func(t *run) bool { return a.column(t) == c })
	}
}

// addLabel takes words left of the columns. A label with blanks in it is one, up to the ordinal of the next.
func (a *aligner) addLabel(t run) {
	if n := len(a.labels) - 1; n >= 0 {
		l := &a.labels[n]
		beside := math.Abs(l.mid()-t.mid()) < 0.2*t.size && t.x0 > l.x0 && t.x0-l.x1 < 0.75*t.size
		if beside && !beginsOrdinal(t.text) {
			l.join(&t)
			return
		}
	}
	a.labels = append(a.labels, t)
}

// makeRows brings labels and lines of figures together; it fails where two figures of a line stand in one column.
func (a *aligner) makeRows() bool {
	firstRow := a.ls[a.first].y0
	heights := []float64{}
	for i := range a.values {
		heights = append(heights, a.values[i].mid())
	}
	leaves, groups := splitGroups(joinLabels(a.labels, heights))
	a.bands = bandsOf(a.pg, a.ls[a.top].y0-a.size, a.ls[a.last].y1+a.size, a.cols[0].a, a.cols[len(a.cols)-1].b)
	leaves = cutAt(leaves, a.bands) // a leaf over an edge of two bands is two
	for i := range leaves {
		b := &leaves[i]
		above := len(a.bands) == 0 || bandOf(a.bands, b.mid()) < bandOf(a.bands, a.ls[a.first].y0+0.5*a.size)
		if b.y1 <= firstRow-0.2*a.size && above && !overlapsAny(b, a.values) {
			a.head = append(a.head, b.runs...) // stands beside the header
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
		gap := a.rows[k].y0 - a.rows[k-1].y1
		if beginsOrdinal(a.rows[k].leaf.text()) && gap < math.Max(1.2*a.size, 1.3*a.pitch) {
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
func (a *aligner) addLine(values []run) bool {
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
func (a *aligner) groupTo(b *label) {
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
	t := &Table{Cols: from + n, Page: a.pg.Number}
	t.Box = [4]float64{x0, a.ls[a.top].y0, math.Max(a.cols[n-1].b, a.ls[a.top].x1), a.ls[a.last].y1}
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
			t.Cells = append(t.Cells, t.cell(t.Rows, k, 1, g.text(), g.box()))
		}
		if labelled {
			leaf := t.cell(t.Rows, len(r.group), from-len(r.group), "", [4]float64{x0, y0, a.edge, y1})
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
	inside := make([][]Glyph, n)
	over := make([]int, n)
	for i := range r.values {
		v := &r.values[i]
		c := max(0, a.column(v))
		inside[c] = append(inside[c], v.glyphs...)
		over[c] = a.usual[c].astray(v)
	}
	for c := 0; c < n; c++ {
		width, k := 1, c
		switch {
		case over[c] > 0 && c+1 < n && inside[c+1] == nil:
			width = 2
		case over[c] == 0 && inside[c] == nil && c+1 < n && over[c+1] < 0:
			width, k = 2, c+1
		}
		box := [4]float64{a.xs[c], y0, a.xs[c+width], y1}
		t.Cells = append(t.Cells, t.cell(t.Rows, from+c, width, cellText(inside[k]), box))
		c += width - 1
	}
}

func lineText(ts []run) string {
	var b strings.Builder
	for i := range ts {
		b.WriteString(ts[i].text)
	}
	return b.String()
}

// headerLine reports whether a line that does not fit the columns may still be one of the header: several words apart.
func headerLine(ts []run, edge float64) bool {
	apart := 0
	for i := range ts {
		if ts[i].x0 > edge {
			apart++
		}
	}
	return apart >= 2
}
