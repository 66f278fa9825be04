package normalize

import (
	"slices"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A block of a table is header lines and the lines of values below them. Where each of its values has the label of a
// row of the form on one side and the header of a column on the other, all in known wordings, it does not matter on
// which side they stand, nor whether the columns of a row stand in one block or in several: the table can be crossed
// again.
type block struct {
	sheet          int // index
	from, body, to int // lines: headers, values, end
	turned         bool
	pairs          []pair
	rows           []int // of the form, line by line; -1 = not known
}

// A pair is a value with the words that name it.
type pair struct {
	row, col     int
	value        *piece
	label, head  *piece
	above        []*piece // what stands above the label: 不予公开
	line, column int      // in print
}

// cross crosses again the tables that lie on their side, or whose columns stand in several blocks.
func (sh *shaper) cross(all []*sheet) []*sheet {
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.editions(t) {
			if slices.Contains(f.Layouts, form.Strip) {
				break
			}
			if out, ok := sh.crossForm(f, all); ok {
				all = out
				break
			}
		}
		for _, f := range sh.editions(t) {
			if slices.Contains(f.Layouts, form.Strip) {
				break
			}
			if out, ok := sh.crossRuns(f, all); ok {
				all = out
				break
			}
		}
		all = sh.joinRuns(t, all)
	}
	return all
}

func (sh *shaper) crossForm(f *form.Form, all []*sheet) ([]*sheet, bool) {
	if whole := acrossPages(all); len(whole) < len(all) {
		if out, ok := sh.crossSheets(f, whole); ok {
			return out, true
		}
	}
	return sh.crossSheets(f, all)
}

// acrossPages puts together the parts of tables that pages have cut: a grid that begins with values goes on with the one
// before it, column for column from the right. It is for looking only: a table that needs no crossing stays cut.
func acrossPages(all []*sheet) []*sheet {
	var out []*sheet
	last := -1 // the grid before
	for _, s := range all {
		grid := s.isTable() && !s.lines[0].flow
		if grid && last >= 0 && s.place.Page == lastPage(out[last])+1 && holdsValues(s.lines[0]) {
			out[last] = continued(out[last], s)
			continue
		}
		if grid {
			last = len(out)
		}
		out = append(out, s)
	}
	return out
}

// lastPage gives the page on which a table ends.
func lastPage(s *sheet) int {
	page := s.place.Page
	for _, l := range s.lines {
		page = max(page, l.placed().Page)
	}
	return page
}

// continued gives a grid with another below it.
func continued(a, b *sheet) *sheet {
	width := max(a.lines[0].width, b.lines[0].width)
	var rows [][]*piece
	for _, s := range []*sheet{a, b} {
		shift := width - s.lines[0].width
		for _, l := range s.lines {
			var row []*piece
			for _, p := range l.own {
				if shift > 0 {
					c := *p
					if c.col == 0 {
						c.span += shift
					} else {
						c.col += shift
					}
					p = &c
				}
				row = append(row, p)
			}
			rows = append(rows, row)
		}
	}
	return layOut(a, rows, width)
}

func (sh *shaper) crossSheets(f *form.Form, all []*sheet) ([]*sheet, bool) {
	var odd []block
	for i, s := range all {
		if !s.isTable() {
			continue
		}
		for _, b := range blocksOf(f, s) {
			if ordinary(f, s.lines[b.from:b.body]) {
				continue
			}
			b.sheet = i
			var before *block
			if len(odd) > 0 {
				before = &odd[len(odd)-1]
			}
			if b.pair(f, s, before) && (b.turned || b.partial(f)) {
				odd = append(odd, b)
			}
		}
	}
	var whole [][]block
	for i := 0; i < len(odd); {
		n := wholeGroup(f, odd[i:])
		if n == 0 {
			i++
			continue
		}
		whole = append(whole, odd[i:i+n])
		i += n
	}
	if len(whole) == 0 {
		return all, false
	}
	all = slices.Clone(all)
	lines := map[int]map[int][][]*piece{} // what stands in place of a line: sheet, line, rows
	gone := map[*line]bool{}
	for _, g := range whole {
		for _, b := range g {
			for _, l := range all[b.sheet].lines[b.from:b.to] {
				gone[l] = true
			}
		}
		if lines[g[0].sheet] == nil {
			lines[g[0].sheet] = map[int][][]*piece{}
		}
		lines[g[0].sheet][g[0].from] = crossed(f, g)
		how := "is printed in parts, one for some of its columns; they were joined"
		if g[0].turned {
			how = "lies on its side; it was read so"
		}
		sh.found(f.Table, CodeReshaped, Note, g[0].pairs[0].label.place, "the table %s", how)
	}
	out := all[:0]
	for i, s := range all {
		var rows [][]*piece
		for k, l := range s.lines {
			rows = append(rows, lines[i][k]...)
			if !gone[l] {
				rows = append(rows, l.own)
			}
		}
		switch {
		case !slices.ContainsFunc(s.lines, func(l *line) bool { return gone[l] }):
			out = append(out, s)
		case len(rows) > 0:
			out = append(out, layOut(s, rows, max(s.lines[0].width, len(f.Columns)+1)))
		}
	}
	return out, true
}

// ordinary reports whether header lines name just the columns of a row of the form, and no rows: what stands below them
// needs no crossing.
func ordinary(f *form.Form, head []*line) bool {
	var cols uint64
	for _, l := range head {
		for _, p := range l.own {
			if !p.wordy() || p.label == "" {
				continue
			}
			if c := columnOf(f, p.label); c >= 0 && c < 64 {
				cols |= 1 << c
			} else if _, ok := f.Labels.Known(p.label); ok {
				return false
			}
		}
	}
	for r := range f.Rows {
		var want uint64
		for _, c := range f.Rows[r].Columns {
			want |= 1 << min(c, 63)
		}
		if want == cols {
			return true
		}
	}
	return false
}

// blocksOf cuts a table at its header lines.
func blocksOf(f *form.Form, s *sheet) []block {
	var out []block
	heads := func(l *line) bool {
		if holdsValues(l) {
			return false
		}
		first, rows, words := -1, 0, 0
		for _, p := range l.own {
			if !p.wordy() || p.label == "" {
				continue
			}
			words++
			if columnOf(f, p.label) >= 0 {
				return true
			}
			if r, ok := f.Labels.Known(p.label); ok && (rows == 0 || r != first) {
				first = r
				rows++
			}
		}
		return rows > 1 || rows == 1 && words == 2 && !fullRows(f)
	}
	for i := 0; i < len(s.lines); {
		if !heads(s.lines[i]) {
			i++
			continue
		}
		b := block{from: i}
		for i++; i < len(s.lines) && !holdsValues(s.lines[i]); i++ {
		}
		b.body = i
		for ; i < len(s.lines) && !heads(s.lines[i]); i++ {
		}
		for b.to = i; b.to > b.body && !holdsValues(s.lines[b.to-1]) && s.lines[b.to-1].labels() != ""; b.to-- {
		}
		if b.body < b.to {
			out = append(out, b)
		}
	}
	return out
}

// columnOf gives the column that a folded text heads, in a known wording.
func columnOf(f *form.Form, label string) int {
	return slices.IndexFunc(f.ColumnWords, func(words []string) bool { return slices.Contains(words, label) })
}

// pair pairs the values of a block with the words that name them; false where some number has none. Where lines have
// no labels those of the block before them hold, line for line.
func (b *block) pair(f *form.Form, s *sheet, before *block) bool {
	head := s.lines[b.from:b.body]
	if head[0].flow && !b.aligned(s) {
		return false
	}
	if b.pairs = b.paired(f, s, false, nil); b.pairs != nil {
		return true
	}
	if b.pairs = b.paired(f, s, true, nil); b.pairs != nil {
		b.turned = true
		return true
	}
	if before != nil && !before.turned && len(before.rows) == b.to-b.body {
		b.pairs = b.paired(f, s, false, before.rows)
	}
	return b.pairs != nil
}

// aligned reports whether the cells of a flattened table stand below its header, one for one.
func (b *block) aligned(s *sheet) bool {
	for _, l := range s.lines[b.body:b.to] {
		if len(l.own) != len(s.lines[b.body-1].own) {
			return false
		}
	}
	return b.body-b.from == 1
}

func (b *block) paired(f *form.Form, s *sheet, turned bool, rows []int) (out []pair) {
	type at struct{ row, col int }
	seen := map[at]bool{}
	b.rows = make([]int, b.to-b.body)
	for i, l := range s.lines[b.body:b.to] {
		b.rows[i] = -1
		for _, p := range l.own {
			if !p.valueLike() || p.furnish {
				continue
			}
			left, above := leftOf(l, p), aboveOf(s.lines[b.from:b.body], p.col)
			x := pair{value: p, line: i, column: p.col, row: -1, col: -1}
			labels, heads := left, above
			if turned {
				labels, heads = above, left
			}
			if rows != nil && len(left) == 0 {
				x.row = rows[i]
			} else {
				x.row, x.label, x.above = rowOf(f, labels)
			}
			for _, h := range heads {
				if x.col = columnOf(f, h.label); x.col >= 0 {
					x.head = h
					break
				}
			}
			if x.row < 0 || x.col < 0 || !slices.Contains(f.Rows[x.row].Columns, x.col) || seen[at{x.row, x.col}] {
				if p.numeric() {
					return nil
				}
				continue
			}
			if !turned {
				b.rows[i] = x.row
			}
			seen[at{x.row, x.col}] = true
			out = append(out, x)
		}
	}
	return out
}

// leftOf gives the words left of a cell, the nearest first.
func leftOf(l *line, p *piece) []*piece {
	var out []*piece
	for _, q := range l.own {
		if q.wordy() && q.label != "" && q.col < p.col {
			out = append(out, q)
		}
	}
	for i, q := range l.over {
		if q.wordy() && q.label != "" && l.shadow[i].to <= p.col {
			out = append(out, q)
		}
	}
	slices.SortStableFunc(out, func(a, b *piece) int { return b.col - a.col })
	return out
}

// aboveOf gives the words of header lines above a column, the nearest first.
func aboveOf(head []*line, col int) []*piece {
	var out []*piece
	for i := len(head) - 1; i >= 0; i-- {
		if q, _ := head[i].at(col); q != nil && q.wordy() && q.label != "" && !slices.Contains(out, q) {
			out = append(out, q)
		}
	}
	return out
}

// rowOf gives the row that words name, the nearest first, the piece that names it, and what stands above that.
func rowOf(f *form.Form, words []*piece) (int, *piece, []*piece) {
	for i, p := range words {
		row, ok := f.Labels.Known(p.label)
		if ok && row >= 0 {
			return row, p, words[i+1:]
		}
		for _, q := range words[i+1:] {
			if row, ok := f.Labels.Under(q.label, p.label); ok {
				return row, p, words[i+1:]
			}
		}
	}
	if len(words) > 0 && utf8.RuneCountInString(words[0].label) > 4 {
		row, score, second := f.Labels.Find(words[0].label)
		if row >= 0 && score >= form.LikeEnough && score-second >= form.LikeMargin {
			return row, words[0], words[1:]
		}
	}
	return -1, nil, nil
}

// partial reports whether a row of the block has only some of its columns there.
func (b *block) partial(f *form.Form) bool {
	n := map[int]int{}
	for _, x := range b.pairs {
		n[x.row]++
	}
	for row, k := range n {
		if k < len(f.Rows[row].Columns) {
			return true
		}
	}
	return false
}

// wholeGroup tells how many of the blocks, from the first, make rows that are whole; 0 if they do not.
func wholeGroup(f *form.Form, bs []block) int {
	cells := map[[2]int]bool{}
	rows := map[int]int{}
	for i, b := range bs {
		if b.turned != bs[0].turned {
			return 0
		}
		for _, x := range b.pairs {
			if k := [2]int{x.row, x.col}; cells[k] {
				return 0
			} else {
				cells[k] = true
			}
			rows[x.row]++
		}
		whole := len(rows) > 0
		for row, n := range rows {
			whole = whole && n == len(f.Rows[row].Columns)
		}
		if whole && (!fullRows(f) || len(rows)*2 >= len(f.Rows) || b.turned) {
			return i + 1
		}
	}
	return 0
}

// crossed gives the rows of a group of blocks in the form's usual shape: a header line, then a line a row.
func crossed(f *form.Form, bs []block) [][]*piece {
	var order []int
	by := map[int][]pair{}
	for _, b := range bs {
		for _, x := range b.pairs {
			if by[x.row] == nil {
				order = append(order, x.row)
			}
			by[x.row] = append(by[x.row], x)
		}
	}
	if bs[0].turned {
		slices.SortStableFunc(order, func(a, b int) int { return by[a][0].column - by[b][0].column })
	}
	put := func(p *piece, col int) *piece {
		c := *p
		c.col, c.span, c.deep = col, 1, 1
		return &c
	}
	var out [][]*piece
	var last []int
	for _, row := range order {
		xs := by[row]
		var cols []int
		var head, own []*piece
		var label *piece
		for i, x := range xs {
			cols = append(cols, x.col)
			head = append(head, put(x.head, i+1))
			if x.label != nil && label == nil {
				label = x.label
				for k := len(x.above) - 1; k >= 0; k-- { // its group
					g := put(x.above[k], 0)
					g.span = 0
					own = append(own, g)
				}
				own = append(own, put(label, 0))
			}
		}
		for i, x := range xs {
			own = append(own, put(x.value, i+1))
		}
		if !slices.Equal(cols, last) {
			out = append(out, head)
			last = cols
		}
		out = append(out, own)
	}
	return out
}
