package normalize

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A strip is a table so small that offices print it in any shape: all its cells in one row below headers of two levels
// (table IV: 15 below three groups of five), a row a group, a table a group, on its side, or as a run of numbers whose
// headers a plain text has scattered. Its rows are called groups here, because that is how they are printed: as headers
// that stand above several columns. A table that a page has cut goes on in the next sheet.

// readStrip reads a table that is printed as a strip.
func readStrip(f *form.Form, all []*sheet) *attempt {
	a := newAttempt(f)
	if !fullRows(f) {
		return a
	}
	a.strip(all, false)
	if a.filled.found() == 0 {
		a.strip(all, true)
	}
	if a.filled.found() == 0 {
		a.tornStrip(all)
	}
	return a
}

// tornStrip reads a table whose header a converter has torn to pieces: right below the table's title, and nothing between but
// such pieces, one row of all its values, of which those of each group add up. That proves the order of the columns, not
// that of the groups, which is assumed.
func (a *attempt) tornStrip(all []*sheet) {
	f := a.form
	for _, s := range all {
		title := slices.IndexFunc(s.above, func(t string) bool { return isTitle(f, t) })
		if !s.isTable() || title < 0 {
			continue
		}
		var row []*piece
		odd := false
		for _, l := range s.lines {
			switch {
			case isData(l) && row == nil && l.noWords():
				row = l.own
			default:
				odd = odd || isData(l) || !allPieces(f, l.own)
			}
		}
		if odd || len(row) != len(f.Rows)*len(f.Columns) || !groupsAddUp(f, row) {
			continue
		}
		var heads []*piece
		for _, t := range s.above[title+1:] {
			heads = append(heads, newPiece(t, s.place))
		}
		order := readOrder(f, wordsOf(f, heads))
		if order.groupsAgainst || !allPieces(f, heads) {
			continue
		}
		a.placeAll(row, &stripOrder{})
		return
	}
}

// allPieces reports whether words are all of the table's header, or torn from it.
func allPieces(f *form.Form, ps []*piece) bool {
	return !slices.ContainsFunc(ps, func(p *piece) bool {
		if !p.wordy() {
			return p.state != Blank && !p.furnish
		}
		h := f.Heads.Read(p.text)
		return h.Foreign || !h.Known && !h.Piece && !f.Heads.Torn(p.text)
	})
}

// groupsAddUp reports whether the values of each group satisfy the sums of a row of the form, and not all are zero.
func groupsAddUp(f *form.Form, row []*piece) bool {
	some := false
	nc := len(f.Columns)
	for g := 0; g+nc <= len(row); g += nc {
		for _, sum := range f.RowSums {
			var left, right int64
			for c, p := range row[g : g+nc] {
				if !p.isInt {
					return false
				}
				some = some || p.whole != 0
				switch {
				case containsInt(sum.Left, c):
					left += p.whole
				case containsInt(sum.Right, c):
					right += p.whole
				}
			}
			if left != right {
				return false
			}
		}
	}
	return some && len(f.RowSums) > 0
}

// strip reads the table from the sheets. In a flattened table lines of nothing but blank cells may belong to merged
// headers as well as to values; blanks says that they are values, for want of any other.
func (a *attempt) strip(all []*sheet, blanks bool) {
	f := a.form
	last := -1           // the sheet that held (part of) the table last
	cut := -1            // the sheet that holds nothing but the name of a group whose values a page has cut off
	headed := -2         // the sheet that holds nothing but headers whose rows a page has cut off
	var open *stripHeads // headers whose values a page has cut off
	for i, s := range all {
		if cut >= 0 && cut == i-1 && s.isTable() {
			headed := *s
			headed.before = all[cut].lines[0].own[0].label
			s = &headed
		}
		if namesGroup(f, s) {
			cut = i
			continue
		}
		var rest *stripHeads // what headed the table before a page cut it
		from, to := stripRange(f, s)
		if from < 0 && last >= 0 && i-last == 1 && open != nil && open.continues(f, s) {
			last = i
			open = a.stripSheet(s, 0, len(s.lines), nil, open, blanks)
			continue
		}
		if from < 0 && last >= 0 && i-last == 1 && a.filled.found() < f.Size() && goesOn(f, s) {
			from, to = 0, len(s.lines)
		}
		if last >= 0 && i-last == 1 && s.isTable() &&
			!slices.ContainsFunc(s.lines, func(l *line) bool { return isColumnHeader(f, l) }) {
			rest = open
		}
		if from < 0 {
			if s.isTable() && !slices.ContainsFunc(s.lines, isData) && isColumnHeader(f, s.lines[len(s.lines)-1]) {
				headed = i
			}
			continue
		}
		last = i
		var off []*piece
		switch {
		case headed == i-1 && s.isTable() && !slices.ContainsFunc(s.above, func(t string) bool { return isTitle(f, t) }):
			off = all[headed].words()
		case rest != nil:
			off = append(off, rest.cut...)
			for _, l := range rest.lines {
				off = append(off, wordyOf(l.own)...)
			}
		}
		open = a.stripSheet(s, from, to, off, nil, blanks)
	}
}

// words gives the words of a sheet in order.
func (s *sheet) words() []*piece {
	var out []*piece
	for _, l := range s.lines {
		out = append(out, wordyOf(l.own)...)
	}
	return out
}

// groupOf finds which row of the form a text names, in words that are all known or by one of its labels among others.
// -1 if none, or several.
func groupOf(f *form.Form, text string) int {
	h := f.Heads.Read(text)
	if r := h.Row(); r >= 0 || h.Known || h.Foreign {
		return r
	}
	return groupAmong(f, text)
}

// groupAmong finds the one label of a row among other words. -1 where those turn it into another: 经行政复议后起诉.
func groupAmong(f *form.Form, text string) int {
	k := form.Fold(text)
	row := -1
	for {
		best, size := -1, 0
		word := ""
		for r, words := range f.RowWords {
			for _, w := range words {
				if len(w) > size && strings.Contains(k, w) {
					best, size, word = r, len(w), w
				}
			}
		}
		if best < 0 {
			break
		}
		if row >= 0 && row != best {
			return -1
		}
		row = best
		k = strings.ReplaceAll(k, word, "|")
	}
	if strings.ContainsAny(k, "经后未年前上") {
		return -1
	}
	return row
}

// namesGroup reports whether a table holds nothing but the name of one group.
func namesGroup(f *form.Form, s *sheet) bool {
	if len(s.lines) != 1 || s.lines[0].run || len(s.lines[0].own) != 1 {
		return false
	}
	p := s.lines[0].own[0]
	return p.wordy() && groupOf(f, p.text) >= 0 && utf8.RuneCountInString(p.label) <= 12
}

// goesOn reports whether a sheet may be the rest of a table that began before: its first line is a row named by its
// group, or as many values as the whole table has, and it holds nothing else.
func goesOn(f *form.Form, s *sheet) bool {
	if !s.isTable() || len(s.lines) > 4 {
		return false
	}
	for _, l := range s.lines {
		n := 0
		named := false
		for _, p := range l.own {
			switch {
			case p.furnish:
			case p.wordy():
				if groupOf(f, p.text) < 0 && matchColumn(f, p.label, f.Every) < 0 {
					return false
				}
				named = named || groupOf(f, p.text) >= 0
			default:
				n++
			}
		}
		if named && n == len(f.Columns) || n == len(f.Columns)*len(f.Rows) {
			return true
		}
	}
	return false
}

// stripSigns are what the lines of a sheet show of the table.
type stripSigns struct {
	rows, columns map[int]bool // named in their full wording
	mark          int          // the line of the title or of the first row named; -1 = none
	to            int          // the line before which the table ends
	titled        bool
}

// stripRange finds the lines of a sheet that belong to the table; from < 0 if none do.
func stripRange(f *form.Form, s *sheet) (from, to int) {
	g := stripSigns{rows: map[int]bool{}, columns: map[int]bool{}, mark: -1, to: len(s.lines)}
	grid := s.isTable()
	for i, l := range s.lines {
		text := l.labels()
		if text == "" {
			continue
		}
		if !grid {
			if g.heading(f, l, i); g.to < len(s.lines) {
				break
			}
		}
		if len(text) < 400 {
			g.names(f, text, i)
		}
	}
	from = g.begins(f, s, grid)
	for grid && from > 0 && isColumnHeader(f, s.lines[from-1]) {
		from--
	}
	return from, g.to
}

// heading looks for headings in a run of text, where the table begins at its own or at its first group and ends at the
// next one.
func (g *stripSigns) heading(f *form.Form, l *line, i int) {
	for k, p := range l.own {
		if !p.wordy() {
			continue
		}
		title := isTitle(f, p.text)
		if title && len(g.columns) < 3 { // what stood between two titles was not the table
			g.mark, g.titled = i, true
			clear(g.rows)
			clear(g.columns)
		}
		if title || g.mark < 0 || i <= g.mark {
			continue
		}
		if n, bracketed := form.Ordinal(p.text); n > 0 && !bracketed {
			g.to = i + 1
			if k == 0 {
				g.to = i
			}
			return
		}
	}
}

// names notes the rows and columns that the words of a line name.
func (g *stripSigns) names(f *form.Form, text string, i int) {
	for r := range f.Rows {
		if strings.Contains(text, f.RowWords[r][0]) {
			g.rows[r] = true
			if g.mark < 0 {
				g.mark = i
			}
		}
	}
	for c := range f.Columns {
		if strings.Contains(text, f.ColumnWords[c][0]) {
			g.columns[c] = true
		}
	}
}

// begins gives the line at which the table begins, -1 if the signs are too few.
func (g *stripSigns) begins(f *form.Form, s *sheet, grid bool) int {
	nearlyAll := len(g.columns) >= len(f.Columns)-1
	switch { // the headers of a flattened table may be scattered beyond reading
	case g.mark < 0 && !nearlyAll:
	case g.mark >= 0 && len(g.rows) >= 1 && len(g.columns) >= 2:
		return g.mark
	case nearlyAll && groupOf(f, s.before) >= 0 && len([]rune(s.before)) <= 20:
		return 0
	case grid && len(g.rows) >= 2 && isTitle(f, s.before):
		return g.mark
	case !grid && len(g.rows) >= 2 && (len(g.columns) >= 1 || g.titled):
		return g.mark
	}
	return -1
}

// stripHeads are what the lines above a line of values say about it.
type stripHeads struct {
	before string   // a short text right above the table, folded
	group  int      // the row of the form that a line of its own names; -1 if none
	lines  []*line  // the header lines above
	cut    []*piece // what a page has cut off above: headers that stand as text, or in a table, right above
	read   bool     // values below them were read
}

// stripSheet reads the lines from..to of one sheet below the headers given, if any, and those that a page has cut off.
// It gives the headers at its end whose values are still to come; nil if there are none.
func (a *attempt) stripSheet(s *sheet, from, to int, cut []*piece, above *stripHeads, blanks bool) *stripHeads {
	f := a.form
	if len(s.lines) > 0 && s.lines[0].run {
		a.stripRun(s, from, to)
		return nil
	}
	heads := stripHeads{group: -1, before: s.before, cut: cut}
	if p := cutHeader(f, s); p != nil {
		heads.cut = append(heads.cut, p)
	}
	if isTitle(f, heads.before) || len([]rune(heads.before)) > 20 {
		heads.before = ""
	}
	if above != nil {
		heads = *above
	}
	below := false // a line of values was read since the last header
	any := false
	for i := from; i < to; i++ {
		l := s.lines[i]
		if whole := wholeRow(f, s.lines[i:to]); whole != nil {
			l = whole
			i++
		}
		underHead := (i > from || above != nil) && !below && (blanks || !l.flow) && blankValues(f, s.lines[i+1:to])
		if isStripData(f, l, underHead) {
			a.stripLine(l, &heads)
			below, any = true, true
			continue
		}
		below = heads.add(f, l, below)
	}
	flow := len(s.lines) > 0 && s.lines[0].flow
	if !any && above == nil && (blanks || !flow) && a.lastBlankLine(s.lines[from:to], &heads) {
		return nil
	}
	if any && blanks && flow {
		a.tell(Finding{Code: CodeNoValues, Severity: Warning, Name: f.Table, Place: s.place,
			Message: "no value is printed in the table; its last line of blank cells is taken for the values"})
	}
	if len(heads.lines) == 0 {
		return nil
	}
	heads.read = below
	return &heads
}

// wholeRow joins the first two lines of a flattened table that a blank line has cut a row into; nil if they are not
// that.
func wholeRow(f *form.Form, lines []*line) *line {
	if len(lines) < 2 || !lines[0].flow || !isData(lines[0]) || !lines[0].noWords() || !lines[1].noWords() {
		return nil
	}
	n := len(lines[0].own) + len(lines[1].own)
	if n != len(f.Columns) && n != len(f.Columns)*len(f.Rows) {
		return nil
	}
	whole := *lines[0]
	whole.own = append(append([]*piece(nil), lines[0].own...), lines[1].own...)
	return &whole
}

// add takes a line without values among the headers. below says that the line above held values; add says whether it
// still counts as the last that was read.
func (h *stripHeads) add(f *form.Form, l *line, below bool) bool {
	words := 0
	text := ""
	for _, p := range l.own {
		if p.wordy() {
			words++
			text += p.text
		}
	}
	if words == 0 {
		return below
	}
	if below { // headers below values: another block of the table
		h.lines, h.group = nil, -1
	}
	h.lines = append(h.lines, l)
	if words == 1 && !isTitle(f, text) {
		if g := groupOf(f, text); g >= 0 {
			h.group = g
		}
	}
	return false
}

// lastBlankLine reads the table of an office that leaves every cell blank: the last line of nothing but blank cells.
func (a *attempt) lastBlankLine(lines []*line, heads *stripHeads) bool {
	for i := len(lines) - 1; i >= 0; i-- {
		if l := lines[i]; len(l.own) > len(a.form.Columns) && l.noWords() {
			a.stripLine(l, heads)
			return true
		}
	}
	return false
}

// continues reports whether a sheet goes on below the headers: a grid of the same width that begins with values, or, in
// a table that lies on its side, with another column's name.
func (h *stripHeads) continues(f *form.Form, s *sheet) bool {
	if !s.isTable() || s.lines[0].flow || len(s.lines) > len(f.Columns) {
		return false
	}
	if h.read {
		first := s.lines[0].own
		if len(h.groupsAcross(f)) != len(f.Rows) || len(first) == 0 || !first[0].wordy() ||
			matchColumn(f, first[0].label, f.Every) < 0 {
			return false
		}
	}
	return s.lines[0].width == h.lines[len(h.lines)-1].width
}

// groupsAcross gives the groups that the last header line names, one a cell, in the order printed.
func (h *stripHeads) groupsAcross(f *form.Form) []int {
	if len(h.lines) == 0 {
		return nil
	}
	var out []int
	for _, p := range h.lines[len(h.lines)-1].own {
		if g := groupOf(f, p.text); p.wordy() && g >= 0 && !containsInt(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// blankValues reports whether a line of blank cells may be values, by what follows it: not where the values are still
// to come, nor where further headers do (a merged header leaves blank lines in a flattened text).
func blankValues(f *form.Form, next []*line) bool {
	for _, l := range next {
		switch {
		case l.noWords() && !isData(l):
		case isData(l):
			return false
		default:
			return !isColumnHeader(f, l)
		}
	}
	return true
}

// isStripData reports whether a line holds values: a number or mark, or blank cells where values belong.
func isStripData(f *form.Form, l *line, belowHeader bool) bool {
	if isData(l) {
		return true
	}
	blank, words, group, side := 0, 0, false, false
	for _, p := range l.own {
		switch {
		case p.wordy():
			group = groupOf(f, p.text) >= 0
			side = matchColumn(f, p.label, f.Every) >= 0
			blank = 0
			words++
		case p.state == Blank && p.span == 1 && p.deep == 1:
			blank++
		}
	}
	nc := len(f.Columns)
	if side && words == 1 && blank == len(f.Rows) && blank+1 == len(l.own) {
		return true
	}
	if group && words <= 2 && !isColumnHeader(f, l) && blank == nc {
		return true
	}
	return belowHeader && l.noWords() && (blank == nc || blank == nc*len(f.Rows))
}

// A stripRow is a line of values with what the words beside and above it say about them.
type stripRow struct {
	line    *line
	vs      []*piece
	group   int    // the form's row that words name for the whole line; -1 if none
	side    int    // the column that words beside the values name, where the table lies on its side; -1 if none
	spots   []spot // where each value belongs as far as the words say
	named   bool   // the words give each value a place of its own
	against bool   // the columns that can be read stand in another order than the form's
	foreign bool   // a header speaks of another year or thing
}

// A spot is a cell of the form; -1 stands for a row or column that is not known.
type spot struct{ row, col int }

// stripLine names the values of one line by the headers above them and the words beside them, and by order where the
// headers do not reach.
func (a *attempt) stripLine(l *line, heads *stripHeads) {
	f := a.form
	v := wordsBeside(f, l, heads)
	v.nameValues(f, heads)
	nc := len(f.Columns)
	all := nc * len(f.Rows)
	n := len(v.vs)
	order := readOrder(f, heads.words(f))
	if cols := v.columns(nc); order.cols == nil && cols != nil {
		order.cols, order.colsAgainst = cols, false
	}
	switch {
	case v.named && (n == nc || n == all || v.side >= 0 && n == len(f.Rows)):
		for i, sp := range v.spots {
			a.place(sp.row, sp.col, v.vs[i])
		}
	case n == 0 || !isData(l) && n != nc && n != all:
	case order.against(n == all || v.group < 0) || v.against && order.cols == nil || v.foreign ||
		n == all && order.groups == nil && v.otherGroups(nc):
		a.filled.account(v.vs...)
		a.tell(headerLost(f, v.vs))
	case n == nc && v.group >= 0:
		a.placeRow(v.group, v.vs, &order)
	case n == all:
		a.placeAll(v.vs, &order)
	case n == nc:
		if g := a.groupByOrder(&v, heads); g >= 0 {
			a.placeRow(g, v.vs, &order)
			if a.told(CodeRowByPlace) {
				for c := range f.Columns {
					a.filled.fields[g][c].settled = true // its sum holds whichever row it is
				}
			}
		}
	default:
		a.settleStrip(v.group, v.vs, &order)
	}
	if v.group >= 0 {
		a.filled.rows[v.group] = l
	}
}

// wordsBeside splits a line into the words that name it and its values.
func wordsBeside(f *form.Form, l *line, heads *stripHeads) stripRow {
	v := stripRow{line: l, side: -1}
	beside := ""
	for _, p := range l.over {
		if p.wordy() {
			beside += p.text
		}
	}
	first, nc, nr := 0, len(f.Columns), len(f.Rows)
	for i, p := range l.own {
		if !p.wordy() {
			continue
		}
		rest := len(l.own) - i // words among so many cells are a value: 无
		values := rest == nc || rest == nc*nr || v.side >= 0 && rest == nr
		if groupOf(f, p.text) >= 0 || i == first && !values {
			beside += p.text
			first = i + 1
			h := f.Heads.Read(beside)
			v.side = h.Column()
		}
	}
	for _, p := range l.own[first:] {
		if !p.furnish {
			v.vs = append(v.vs, p)
		}
	}
	if v.group = groupOf(f, beside); v.group < 0 {
		v.group = heads.group
	}
	if v.group >= 0 {
		v.side = -1
		// what a wide label leaves where nothing is merged
		if n := len(v.vs); n > 0 && first > 0 && v.vs[0].state == Blank && (n == nc+1 || n == nc && l.lacks() && isData(l)) {
			v.vs = v.vs[1:] // of a row that lacks a cell it is as well the label's as a value
		}
	}
	return v
}

// nameValues finds the spot of each value by the words around it.
func (v *stripRow) nameValues(f *form.Form, heads *stripHeads) {
	nc, n := len(f.Columns), len(v.vs)
	across := heads.groupsAcross(f)
	v.named = true
	v.spots = make([]spot, 0, n)
	seen := make(map[spot]bool, n)
	for i, p := range v.vs {
		sp := spot{v.group, -1}
		if !v.line.flow {
			sp.col = columnAbove(f, heads.lines, p.col)
			if sp.row < 0 {
				sp.row = rowAbove(f, heads.lines, p.col)
			}
		}
		v.foreign = v.foreign || sp.col == foreignColumn
		if sp.col < 0 {
			sp.col = -1
			if v.group < 0 {
				sp.col = v.side
			}
		}
		if sp.row < 0 && v.side >= 0 && len(across) == n {
			sp.row = across[i]
		}
		if sp.row < 0 {
			sp.row = groupOf(f, heads.before)
		}
		if n == nc || n == nc*len(f.Rows) {
			v.against = v.against || sp.col >= 0 && sp.col != i%nc
		}
		if sp.row < 0 || sp.col < 0 || seen[sp] || p.span > 1 || p.deep > 1 {
			v.named = false
		}
		seen[sp] = true
		v.spots = append(v.spots, sp)
	}
}

// otherGroups reports whether the headers above the values name the groups, each above all of its values, in another
// order than the form's.
func (v *stripRow) otherGroups(nc int) bool {
	other := false
	for i, sp := range v.spots {
		if sp.row != v.spots[i-i%nc].row {
			return false // the headers do not stand above their values
		}
		other = other || sp.row >= 0 && sp.row != i/nc
	}
	return other
}

// columns gives the order of columns that the headers right above the values name, if they name each and the same in
// each group; else nil.
func (v *stripRow) columns(nc int) []int {
	if len(v.spots) == 0 || len(v.spots)%nc != 0 {
		return nil
	}
	cols := make([]int, len(v.spots))
	for i, sp := range v.spots {
		cols[i] = sp.col
	}
	if !permutations(cols, nc) {
		return nil
	}
	return repeated(cols, nc)
}

// rowAbove finds the row of the form that the header cells above a grid column name, the lowest of them that does, alone
// or with those right above it; -1 if none.
func rowAbove(f *form.Form, lines []*line, g int) int {
	text := ""
	var last *piece
	for i := len(lines) - 1; i >= 0; i-- {
		p, _ := lines[i].at(g)
		if p == nil || p == last || !p.wordy() {
			continue
		}
		last = p
		text = p.text + text
		h := f.Heads.Read(p.text)
		if h.Foreign {
			return -1
		}
		if r := h.Row(); r >= 0 {
			return r
		}
		if h = f.Heads.Read(text); h.Row() >= 0 {
			return h.Row()
		}
	}
	return groupAmong(f, text)
}

// groupByOrder names a row of values by the words above it, or, where there are none, as the next in the form's order.
func (a *attempt) groupByOrder(v *stripRow, heads *stripHeads) int {
	f := a.form
	g := v.spots[0].row
	for _, sp := range v.spots {
		if sp.row != g {
			g = -1
		}
	}
	if g < 0 {
		g = groupOf(f, heads.before)
	}
	if g >= 0 {
		return g
	}
	for r := range f.Rows {
		if a.filled.rows[r] == nil {
			a.tell(Finding{Code: CodeRowByPlace, Severity: Warning, Name: a.rowName(r), Place: v.vs[0].place,
				Message: "the row carries no label that can be read; it was named by its order"})
			return r
		}
	}
	return -1
}

// placeRow lays the values of one row in the order of columns that was read, else in the form's.
func (a *attempt) placeRow(row int, vs []*piece, order *stripOrder) {
	if order.cols == nil || order.guessed {
		a.assume(vs[0].place)
	}
	for i, p := range vs {
		a.place(row, order.col(i), p)
	}
}

// placeAll lays the values of the whole table in the order of groups and columns that was read, else in the form's.
func (a *attempt) placeAll(vs []*piece, order *stripOrder) {
	if order.cols == nil || order.groups == nil || order.guessed {
		a.assume(vs[0].place)
	}
	nc := len(a.form.Columns)
	for i, p := range vs {
		a.place(order.group(i/nc), order.col(i%nc), p)
	}
}

// place lays a value into its cell, and compares it with what stands there already.
func (a *attempt) place(r, c int, p *piece) {
	f, t := a.form, a.filled
	x := &t.fields[r][c]
	if x.piece == nil {
		t.set(r, c, p)
		return
	}
	t.account(p)
	if x.text != p.text {
		a.tell(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: f.Name(r, c), Place: p.place,
			Message: fmt.Sprintf("the first print reads %q, another %q", x.text, p.text)})
	}
	if !a.told(CodeTableTwice) {
		a.tell(Finding{Code: CodeTableTwice, Severity: Note, Name: f.Table, Place: p.place,
			Message: "the table is printed more than once; the first print is used"})
	}
}

// stripCells gives the fields that about n values fill: one row, or the whole table; nil if n is far from either.
func (a *attempt) stripCells(group, n int, order *stripOrder) (cells []*field, name string) {
	f, t := a.form, a.filled
	if group >= 0 {
		for c := range f.Columns {
			cells = append(cells, &t.fields[group][order.col(c)])
		}
		return cells, f.Table + "." + f.Rows[group].Name
	}
	all := len(f.Rows) * len(f.Columns)
	if n < all-2 || n > all+2 {
		return nil, ""
	}
	for r := range f.Rows {
		for c := range f.Columns {
			cells = append(cells, &t.fields[order.group(r)][order.col(c)])
		}
	}
	return cells, f.Table
}

// settleStrip places too many or too few values, of one group or of the whole table, as the sums of the groups allow.
// It reports whether they are about as many as there are cells.
func (a *attempt) settleStrip(group int, vs []*piece, order *stripOrder) bool {
	if len(vs) == 0 {
		return false
	}
	cells, name := a.stripCells(group, len(vs), order)
	if cells == nil {
		return false
	}
	if order.cols == nil || group < 0 && order.groups == nil || order.guessed {
		a.assume(vs[0].place)
	}
	as := a.filled.arranged(cells, vs, touching(a.filled.equations(), cells))
	words := "which is which is not decidable"
	if len(as) > 0 && as[0].broken == 0 {
		words = "placed as the identities require"
		if doubt := fillAgreed(cells, as); doubt > 0 {
			words = fmt.Sprintf("%d of them cannot be told apart and are absent", doubt)
		}
	}
	code := CodeRowShort
	if len(vs) > len(cells) {
		code = CodeRowLong
	}
	a.filled.account(vs...)
	a.tell(Finding{Code: code, Severity: Warning, Name: name, Place: vs[0].place,
		Message: fmt.Sprintf("%d cells are printed where the form has %d; %s: %s",
			len(vs), len(cells), words, quoteAll(vs))})
	return true
}
