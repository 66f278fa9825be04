package normalize

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// tryDisputes reads table IV in one edition: one row of 15 under a header of groups, three rows of 5, three tables,
// or a run of numbers whose headers a plain text has scattered. A table that a page cut goes on in the next sheet.
func tryDisputes(f *form.Form, all []*sheet) *attempt {
	a := &attempt{form: f, filled: newFilled(f)}
	a.disputes(all, false)
	if a.filled.found() == 0 {
		a.disputes(all, true)
	}
	return a
}

// disputes reads table IV from the sheets. In a flattened table lines of nothing but blank cells may belong to merged
// headers as well as to values; blanks says that they are values, for want of any other.
func (a *attempt) disputes(all []*sheet, blanks bool) {
	f := a.form
	last := -1               // the sheet that held (part of) the table last
	cut := -1                // the sheet that holds nothing but the name of a group whose values a page has cut off
	var open *disputeContext // headers whose values a page has cut off
	for i, s := range all {
		if cut >= 0 && cut == i-1 && len(s.lines) > 0 && !s.lines[0].run {
			headed := *s
			headed.before = all[cut].lines[0].own[0].label
			s = &headed
		}
		if namesGroup(f, s) {
			cut = i
			continue
		}
		from, to := disputeRange(f, s)
		if from < 0 && last >= 0 && i-last == 1 && open != nil && open.continues(f, s) {
			last = i
			open = a.readDisputes(s, 0, len(s.lines), open, blanks)
			continue
		}
		if from < 0 && last >= 0 && i-last == 1 && a.filled.found() < f.Size() && goesOn(f, s) {
			from, to = 0, len(s.lines)
		}
		if from < 0 {
			continue
		}
		last = i
		open = a.readDisputes(s, from, to, nil, blanks)
	}
}

// namesGroup reports whether a table holds nothing but the name of one group.
func namesGroup(f *form.Form, s *sheet) bool {
	if len(s.lines) != 1 || s.lines[0].run || len(s.lines[0].own) != 1 {
		return false
	}
	p := s.lines[0].own[0]
	return p.wordy() && groupOf(f, p.text) >= 0 && utf8.RuneCountInString(p.label) <= 12
}

// goesOn reports whether a table may be the rest of a table IV that began before: its first line is a row named by its
// group, or as many values as the whole table has, and it holds nothing else.
func goesOn(f *form.Form, s *sheet) bool {
	if len(s.lines) == 0 || s.lines[0].run || len(s.lines) > 4 {
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

// disputeRange finds the lines of a sheet that belong to table IV; from < 0 if none do.
func disputeRange(f *form.Form, s *sheet) (from, to int) {
	from, to = -1, len(s.lines)
	grid := len(s.lines) > 0 && !s.lines[0].run
	words, columns := map[int]bool{}, map[int]bool{}
	mark, titled := -1, false
	for i, l := range s.lines {
		text := ""
		for _, p := range l.own {
			if p.wordy() {
				text += p.label
			}
		}
		if text == "" {
			continue
		}
		if !grid {
			// in a run of text the table begins at its heading or its first group and ends at the next heading
			for k, p := range l.own {
				if !p.wordy() {
					continue
				}
				if isTitle(f, p.text) && len(columns) < 3 { // what stood between two titles was no table IV
					mark, titled = i, true
					clear(words)
					clear(columns)
				}
				if n, bracketed := form.Ordinal(p.text); n > 0 && !bracketed && mark >= 0 && i > mark && !isTitle(f, p.text) {
					if k == 0 {
						to = i
					} else {
						to = i + 1
					}
					break
				}
			}
			if to < len(s.lines) {
				break
			}
		}
		for r := range f.Rows {
			if strings.Contains(text, f.RowWords[r][0]) && len(text) < 400 {
				words[r] = true
				if mark < 0 {
					mark = i
				}
			}
		}
		for c := range f.Columns {
			if strings.Contains(text, f.ColumnWords[c][0]) && len(text) < 400 {
				columns[c] = true
			}
		}
	}
	switch { // the headers of a flattened table may be scattered beyond reading
	case mark < 0 && len(columns) < len(f.Columns)-1:
	case mark >= 0 && len(words) >= 1 && len(columns) >= 2:
		from = mark
	case len(columns) >= len(f.Columns)-1 && groupOf(f, s.before) >= 0 && len([]rune(s.before)) <= 20:
		from = 0
	case grid && len(words) >= 2 && isTitle(f, s.before):
		from = mark
	case !grid && len(words) >= 2 && (len(columns) >= 1 || titled):
		from = mark
	}
	for grid && from > 0 && isColumnHeader(f, s.lines[from-1]) {
		from--
	}
	return from, to
}

// isColumnHeader reports whether a line names columns of the form and holds no value.
func isColumnHeader(f *form.Form, l *line) bool {
	n := 0
	for _, p := range l.own {
		if p.wordy() && matchColumn(f, p.label, f.Every) >= 0 {
			n++
		}
	}
	return n > 1 && !isData(l)
}

// isTitle reports whether a text is the title of the form's section.
func isTitle(f *form.Form, text string) bool {
	if len(text) > 150 {
		return false
	}
	near := false
	for _, t := range f.TitleWords {
		near = near || len(text)*3 >= len(t)*5 // three bytes a character, and some may be missing
	}
	if !near {
		return false
	}
	k := []rune(form.Fold(text))
	for _, t := range f.TitleWords {
		if form.Likeness(k, t, 0.8) > 0.8 {
			return true
		}
	}
	return false
}

// readDisputes reads the lines from..to of one sheet below the headers of ctx, if any. It gives the headers at its end
// whose values are still to come; nil if there are none.
func (a *attempt) readDisputes(s *sheet, from, to int, above *disputeContext, blanks bool) *disputeContext {
	f := a.form
	if len(s.lines) > 0 && s.lines[0].run {
		a.disputeRun(s, from, to)
		return nil
	}
	ctx := disputeContext{group: -1, before: s.before}
	if isTitle(f, ctx.before) || len([]rune(ctx.before)) > 20 {
		ctx.before = ""
	}
	if above != nil {
		ctx = *above
	}
	below := false // a value line was read since the last header
	any := false
	for i := from; i < to; i++ {
		l := s.lines[i]
		if l.flow && i+1 < to && isData(l) && l.noWords() && s.lines[i+1].noWords() {
			if n := len(l.own) + len(s.lines[i+1].own); n == len(f.Columns) || n == len(f.Columns)*len(f.Rows) {
				whole := *l // a blank line within a flattened row
				whole.own = append(append([]*piece(nil), l.own...), s.lines[i+1].own...)
				l = &whole
				i++
			}
		}
		if isDisputeData(f, l, (i > from || above != nil) && !below && (blanks || !l.flow) && blankValues(f, s.lines[i+1:to])) {
			a.disputeLine(s, l, &ctx)
			below, any = true, true
			continue
		}
		words := 0
		text := ""
		for _, p := range l.own {
			if p.wordy() {
				words++
				text += p.text
			}
		}
		if words == 0 {
			continue
		}
		if below { // headers below values: another block of the table
			below = false
			ctx.head, ctx.group = nil, -1
		}
		ctx.head = append(ctx.head, l)
		if words == 1 && !isTitle(f, text) {
			if g := groupOf(f, text); g >= 0 {
				ctx.group = g
			}
		}
	}
	if !any && above == nil && (blanks || len(s.lines) > 0 && !s.lines[0].flow) { // an office that leaves every cell blank: the last line of nothing but blank cells
		for i := to - 1; i >= from; i-- {
			if l := s.lines[i]; len(l.own) > len(f.Columns) && l.noWords() {
				a.disputeLine(s, l, &ctx)
				return nil
			}
		}
	}
	if any && blanks && s.lines[from].flow {
		a.find(Finding{Code: CodeNoValues, Severity: Warning, Name: f.Table, Place: s.place,
			Message: "no value is printed in the table; its last line of blank cells is taken for the values"})
	}
	if len(ctx.head) == 0 {
		return nil
	}
	ctx.read = below
	return &ctx
}

// continues reports whether a sheet goes on below the headers: a grid of the same width that begins with values, or, in a
// table that lies on its side, with another result.
func (ctx *disputeContext) continues(f *form.Form, s *sheet) bool {
	if len(s.lines) == 0 || s.lines[0].run || s.lines[0].flow || len(s.lines) > len(f.Columns) {
		return false
	}
	if ctx.read {
		first := s.lines[0].own
		if len(ctx.groupsAcross(f)) != len(f.Rows) || len(first) == 0 || !first[0].wordy() || matchColumn(f, first[0].label, f.Every) < 0 {
			return false
		}
	}
	return s.lines[0].width == ctx.head[len(ctx.head)-1].width
}

// A disputeContext is what the lines above a value line of table IV say about it.
type disputeContext struct {
	before string  // a short text right above the table, folded
	group  int     // the row of the form that a line of its own names; -1 if none
	head   []*line // the header lines above
	read   bool    // values below them were read
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

// groupsAcross gives the groups that the last header line names, one a cell, in the order printed.
func (ctx *disputeContext) groupsAcross(f *form.Form) []int {
	if len(ctx.head) == 0 {
		return nil
	}
	var out []int
	for _, p := range ctx.head[len(ctx.head)-1].own {
		if g := groupOf(f, p.text); p.wordy() && g >= 0 && !containsInt(out, g) {
			out = append(out, g)
		}
	}
	return out
}

// isDisputeData reports whether a line holds values: a number or mark, or blank cells where values belong.
func isDisputeData(f *form.Form, l *line, belowHeader bool) bool {
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
	return group && words <= 2 && !isColumnHeader(f, l) && blank == nc || belowHeader && l.noWords() && (blank == nc || blank == nc*len(f.Rows))
}

// isData reports whether a line holds a number or mark that is no header.
func isData(l *line) bool {
	for _, p := range l.own {
		if p.valueLike() && p.state != Blank && !p.furnish {
			return true
		}
	}
	return false
}

func (l *line) noWords() bool {
	for _, p := range l.own {
		if p.wordy() {
			return false
		}
	}
	return true
}

// groupOf finds which row of table IV a text names: the longest of their labels in it. -1 if none.
func groupOf(f *form.Form, text string) int {
	k := form.Fold(text)
	best, bestLen := -1, 0
	for r, words := range f.RowWords {
		for _, w := range words {
			if len(w) > bestLen && strings.Contains(k, w) {
				best, bestLen = r, len(w)
			}
		}
	}
	return best
}

// disputeLine names the values of one data line by the headers above them and the words beside them, and by order
// where the headers do not reach.
func (a *attempt) disputeLine(s *sheet, l *line, ctx *disputeContext) {
	f, t := a.form, a.filled
	beside := ""
	for _, p := range l.over {
		if p.wordy() {
			beside += p.text
		}
	}
	first, nc := 0, len(f.Columns)
	side := -1 // the column that words beside the values name: the table lies on its side
	for i, p := range l.own {
		rest := len(l.own) - i
		if p.wordy() && (groupOf(f, p.text) >= 0 || i == first && rest != nc && rest != nc*len(f.Rows) && !(side >= 0 && rest == len(f.Rows))) {
			beside += p.text
			first = i + 1
			side = matchColumn(f, form.Fold(beside), f.Every)
		}
	}
	var vs []*piece
	for _, p := range l.own[first:] {
		if !p.furnish {
			vs = append(vs, p)
		}
	}
	group := groupOf(f, beside)
	if group < 0 {
		group = ctx.group
	}
	type spot struct{ r, c int }
	spots := make([]spot, 0, len(vs))
	named, against, seen := true, false, map[spot]bool{}
	var above []string
	if group >= 0 {
		side = -1
	}
	if len(vs) == nc+1 && group >= 0 && vs[0].state == Blank && first > 0 { // what a wide label leaves where nothing is merged
		vs = vs[1:]
	}
	across := ctx.groupsAcross(f)
	for i, p := range vs {
		text, foot := "", ""
		var prev *piece
		for _, h := range ctx.head {
			if l.flow {
				break
			}
			q, _ := h.at(p.col)
			if q == nil || q == prev || !q.wordy() {
				continue
			}
			prev = q
			text += q.text
			foot = q.text
		}
		above = append(above, text)
		k := form.Fold(text)
		for _, ws := range f.RowWords {
			k = strings.ReplaceAll(k, ws[0], "")
		}
		c := matchColumn(f, k, f.Every)
		if c < 0 {
			c = matchColumn(f, form.Fold(foot), f.Every)
		}
		if c < 0 && group < 0 {
			c = side
		}
		r := group
		if r < 0 {
			r = groupOf(f, text)
		}
		if r < 0 && side >= 0 && len(across) == len(vs) {
			r = across[i]
		}
		if r < 0 {
			r = groupOf(f, ctx.before)
		}
		if c >= 0 && (len(vs) == nc || len(vs) == nc*len(f.Rows)) && c != i%nc {
			against = true // the headers that can be read are in another order than the form's
		}
		sp := spot{r, c}
		if r < 0 || c < 0 || seen[sp] || p.span > 1 || p.deep > 1 {
			named = false
		}
		seen[sp] = true
		spots = append(spots, sp)
	}
	name := f.Table
	switch {
	case named && (len(vs) == nc || len(vs) == nc*len(f.Rows) || side >= 0 && len(vs) == len(f.Rows)):
		for i, sp := range spots {
			a.place(sp.r, sp.c, vs[i])
		}
	case against:
		t.claim(vs...)
		a.find(Finding{Code: CodeHeaderUnread, Severity: Error, Name: name, Place: vs[0].place,
			Message: "the headers stand in another order than the form's and not all of them can be read; the values are left out: " + quoteAll(vs)})
	case group >= 0 && len(vs) == nc:
		for c := range f.Columns {
			a.place(group, c, vs[c])
		}
	case len(vs) == nc*len(f.Rows):
		for i, p := range vs {
			a.place(i/nc, i%nc, p)
		}
	case len(vs) == nc && group < 0:
		g := groupOf(f, strings.Join(above, ""))
		if g < 0 {
			g = groupOf(f, ctx.before)
		}
		if g < 0 { // three rows without labels, in the form's order
			for r := range f.Rows {
				if t.rows[r] == nil {
					g = r
					break
				}
			}
			if g >= 0 {
				a.find(Finding{Code: CodeRowByPlace, Severity: Warning, Name: f.Table + "." + f.Rows[g].Name, Place: vs[0].place,
					Message: "the row carries no label that can be read; it was named by its order"})
			}
		}
		if g >= 0 {
			for c := range f.Columns {
				a.place(g, c, vs[c])
			}
		}
	case len(vs) == 0:
	default:
		cells, nm := a.disputeCells(group, len(vs))
		if cells == nil || !isData(l) {
			break
		}
		if nm != "" {
			name += "." + nm
		}
		a.settleDisputes(cells, vs, name, vs[0].place)
	}
	if group >= 0 {
		t.rows[group] = l
	}
}

// disputeCells gives the fields that a line of about n values fills: one row, or the whole table.
func (a *attempt) disputeCells(group, n int) (cells []*field, row string) {
	f, t := a.form, a.filled
	if group >= 0 {
		for c := range f.Columns {
			cells = append(cells, &t.fields[group][c])
		}
		return cells, f.Rows[group].Name
	}
	all := len(f.Rows) * len(f.Columns)
	if n < all-2 || n > all+2 {
		return nil, ""
	}
	for r := range f.Rows {
		for c := range f.Columns {
			cells = append(cells, &t.fields[r][c])
		}
	}
	return cells, ""
}

func (a *attempt) place(r, c int, p *piece) {
	f, t := a.form, a.filled
	x := &t.fields[r][c]
	t.claim(p)
	if x.piece != nil {
		if x.text != p.text {
			a.find(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: f.Name(r, c), Place: p.place,
				Message: fmt.Sprintf("the first print reads %q, another %q", x.text, p.text)})
		}
		for _, g := range a.findings {
			if g.Code == CodeTableTwice {
				return
			}
		}
		a.find(Finding{Code: CodeTableTwice, Severity: Note, Name: f.Table, Place: p.place, Message: "the table is printed more than once; the first print is used"})
		return
	}
	t.set(r, c, p)
}

// settleDisputes places too many or too few values as the sums of the groups allow.
func (a *attempt) settleDisputes(cells []*field, vs []*piece, name string, at extract.Place) {
	t := a.filled
	as := arrange(vs, len(cells))
	eqs := touching(t.equations(), cells)
	for i := range as {
		t.judge(cells, &as[i], eqs)
	}
	as = best(as)
	words := "which is which is not decidable"
	if len(as) > 0 && as[0].broken == 0 {
		slots, unsure := agreed(as)
		doubt := 0
		for k := range cells {
			if unsure[k] {
				doubt++
				continue
			}
			cells[k].piece, cells[k].state = slots[k], Absent
			if slots[k] != nil {
				cells[k].state = slots[k].state
			}
		}
		words = "placed as the identities require"
		if doubt > 0 {
			words = fmt.Sprintf("%d of them cannot be told apart and are absent", doubt)
		}
	}
	code := CodeRowShort
	if len(vs) > len(cells) {
		code = CodeRowLong
	}
	t.claim(vs...)
	a.find(Finding{Code: code, Severity: Warning, Name: name, Place: at,
		Message: fmt.Sprintf("%d cells are printed where the form has %d; %s: %s", len(vs), len(cells), words, quoteAll(vs))})
}

// turnedRun reads a table IV that lies on its side from lines of text: the groups across, then each result with as many
// values. It reports whether the lines are one.
func (a *attempt) turnedRun(s *sheet, from, to int) bool {
	f := a.form
	n := len(f.Rows)
	var across []int
	type lot struct {
		column int
		vs     []*piece
	}
	var lots []lot
	var seen [8]bool
	for _, l := range s.lines[from:to] {
		for _, p := range l.own {
			switch c := -1; {
			case p.furnish || p.soft && len(lots) == 0:
			case p.wordy() && isTitle(f, p.text):
				across = nil
			case p.wordy() && len(lots) == 0 && groupOf(f, p.text) >= 0:
				if g := groupOf(f, p.text); !containsInt(across, g) {
					across = append(across, g)
				}
			case p.wordy():
				if c = matchColumn(f, p.label, f.Every); c < 0 || utf8.RuneCountInString(p.label) > 6 {
					if len(lots) == 0 {
						continue // 结果, 类别: the corner
					}
					return false
				}
				if seen[c] {
					return false
				}
				seen[c] = true
				lots = append(lots, lot{column: c})
			case len(lots) == 0:
				return false
			default:
				last := &lots[len(lots)-1]
				last.vs = append(last.vs, p)
			}
		}
	}
	if len(across) != n || len(lots) != len(f.Columns) {
		return false
	}
	for i := range lots {
		lots[i].vs = fit(lots[i].vs, n)
		if len(lots[i].vs) != n {
			return false
		}
	}
	for _, l := range lots {
		for i, p := range l.vs {
			a.place(across[i], l.column, p)
		}
	}
	return true
}

// disputeRun reads table IV from lines of text: the values between its heading and the next, in order, as long as no
// label of a group stands between them out of the form's order.
func (a *attempt) disputeRun(s *sheet, from, to int) {
	f, t := a.form, a.filled
	nc, all := len(f.Columns), len(f.Rows)*len(f.Columns)
	var values []*piece // every value, in order
	if a.turnedRun(s, from, to) {
		return
	}
	var columns []int // the columns named, in order
	lots := 0         // runs of values without words between
	words := true
	type chunk struct {
		group int
		vs    []*piece
	}
	var chunks []chunk
	group := -1
	for _, l := range s.lines[from:to] {
		for _, p := range l.own {
			switch {
			case p.furnish:
			case p.wordy():
				words = true
				if isTitle(f, p.text) || utf8.RuneCountInString(p.label) >= 16 {
					break
				}
				if g := groupOf(f, p.text); g >= 0 {
					group = g
				} else if c := matchColumn(f, p.label, f.Every); c >= 0 && f.ColumnWords[c][0] == p.label {
					columns = append(columns, c)
				}
			default:
				values = append(values, p)
				if words && !p.soft {
					lots++
					words = false
				}
				if len(chunks) == 0 || chunks[len(chunks)-1].group != group {
					chunks = append(chunks, chunk{group: group})
				}
				c := &chunks[len(chunks)-1]
				c.vs = append(c.vs, p)
			}
		}
	}
	hard := 0
	for _, p := range values {
		if !p.soft {
			hard++
		}
	}
	if hard == 0 {
		return
	}
	inOrder := true
	for i, c := range columns {
		inOrder = inOrder && (len(columns)%nc != 0 || c == i%nc)
	}
	// rows with labels of their own
	labelled := map[int]bool{}
	ok := len(chunks) > 1 && inOrder
	for i := range chunks {
		chunks[i].vs = fit(chunks[i].vs, nc)
		g := chunks[i].group
		n := 0
		for _, p := range chunks[i].vs {
			if !p.soft {
				n++
			}
		}
		if n == 0 {
			continue
		}
		if g < 0 || labelled[g] || len(chunks[i].vs) > nc+2 || len(chunks[i].vs) < nc-2 {
			ok = false
		}
		labelled[g] = true
	}
	if ok {
		for _, c := range chunks {
			switch {
			case c.group < 0:
			case len(c.vs) == nc:
				for k, p := range c.vs {
					a.place(c.group, k, p)
				}
			case len(c.vs) > 0:
				cells, row := a.disputeCells(c.group, len(c.vs))
				a.settleDisputes(cells, c.vs, f.Table+"."+row, c.vs[0].place)
			}
		}
		return
	}
	vs := fit(values, all)
	if !inOrder || lots > 1 && len(vs) == all {
		t.claim(vs...)
		a.find(Finding{Code: CodeHeaderUnread, Severity: Error, Name: f.Table, Place: vs[0].place,
			Message: "words stand between the values, or headers in another order than the form's; which value is which is not decidable: " + quoteAll(vs)})
		return
	}
	for len(vs) > all && vs[0].soft {
		vs = vs[1:]
	}
	if len(vs) == all {
		for i, p := range vs {
			a.place(i/nc, i%nc, p)
		}
		return
	}
	if cells, _ := a.disputeCells(-1, len(vs)); cells != nil {
		a.settleDisputes(cells, vs, f.Table, vs[0].place)
		return
	}
	t.claim(vs...)
	a.find(Finding{Code: CodeRowShort, Severity: Error, Name: f.Table, Place: vs[0].place,
		Message: fmt.Sprintf("%d values are printed where the form has %d; which is which is not decidable: %s", len(vs), all, quoteAll(vs))})
}
