package normalize

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// readBlocks reads a table that is printed as blocks, as the notices print table II: each row has columns of its own,
// named by the header row above it (信息内容 | 本年制发件数 | …); the blocks may stand in one table or in one each
// (第二十条第（一）项).
func readBlocks(f *form.Form, all []*sheet) *attempt {
	b := blocks{attempt: newAttempt(f), index: map[*line]lineHit{}, cut: -1}
	for i, s := range all {
		b.sheet(s, i)
	}
	b.byPlace()
	return b.attempt
}

// blocks is the state of the search for a table of blocks.
type blocks struct {
	*attempt
	index    map[*line]lineHit // what was found in each line: sheets of the table are looked at twice
	anchored bool              // within the table
	head     []*piece          // header cells of the columns, in order
	cut      int               // the sheet that ended with a header whose rows stand in the next
	nameless []hit             // lines of values without words
}

type lineHit struct {
	hit
	ok bool
}

func (b *blocks) hit(l *line, s *sheet) (hit, bool) {
	got, known := b.index[l]
	if !known {
		got.hit, got.ok = labelHit(b.form.Labels, l, s)
		b.index[l] = got
	}
	return got.hit, got.ok
}

// sheet reads the rows of sheet i, if it is one of the table.
func (b *blocks) sheet(s *sheet, i int) {
	f := b.form
	goesOn := b.cut >= 0 && b.cut == i-1
	if !b.anchored {
		if !b.looksAlike(s, goesOn) {
			if head := endsInHeader(f, s); head != nil {
				b.head, b.cut = head, i
			}
			return
		}
		if !goesOn {
			b.head = nil
		}
	}
	if slices.ContainsFunc(s.above, func(text string) bool { return b.anchors(form.Fold(text)) }) {
		b.head = nil // a block begins in the text above, and with it another header
	}
	began := false
	for _, l := range s.lines {
		began = b.line(s, l, began)
	}
	// after the last row the table is complete: what follows is another
	b.anchored = (b.anchored || began) && b.filled.rows[len(f.Rows)-1] == nil
}

// line reads one line of the table. began says that a header or row was met before in its sheet; line says whether it
// is met now.
func (b *blocks) line(s *sheet, l *line, began bool) bool {
	f := b.form
	h, ok := b.hit(l, s)
	if !ok || h.like < 1 && !b.anchored && !began {
		if head := headerCells(f, l.own); head != nil {
			b.head, began = head, true
		} else if began && !l.run && b.isBlockHeader(l) {
			b.head = wordyOf(l.own[1:])
		} else if slices.ContainsFunc(l.own, b.isAnchor) { // a new block: the header of the one before does not hold
			b.head = nil
		}
		if p := headless(l, b.head); p != nil && began {
			b.nameless = append(b.nameless, hit{line: l, sheet: s, row: -1, from: p.from})
		}
		return began
	}
	// a header cell may stand in the same run of text before the label
	if l.flow {
		above := l.own[:max(h.from-1, 0)]
		if head := headerCells(f, above); head != nil || slices.ContainsFunc(above, b.isAnchor) {
			b.head = head
		}
	}
	if b.filled.rows[h.row] != nil {
		b.repeat(h, b.head)
		return true
	}
	b.hits = append(b.hits, h)
	b.blockRow(&h, b.head)
	return true
}

// looksAlike reports whether a sheet is (part of) the table: two of its rows by their exact names with a header or
// anchor, or one row below its own header. headed says that the sheet before ended in a header.
func (b *blocks) looksAlike(s *sheet, headed bool) bool {
	f := b.form
	rows, signs := 0, 0
	if headed {
		signs++
	}
	for _, l := range s.lines {
		if h, ok := b.hit(l, s); ok && h.like == 1 {
			rows++
		}
		if headerCells(f, l.own) != nil {
			signs++
		}
		for _, p := range l.own {
			if b.isAnchor(p) {
				signs++
			}
		}
	}
	return rows > 0 && signs > 0 || rows > 2
}

// endsInHeader gives the header cells of the last line of a sheet, nil if that is no header of the table.
func endsInHeader(f *form.Form, s *sheet) []*piece {
	if !s.isTable() {
		return nil
	}
	return headerCells(f, s.lines[len(s.lines)-1].own)
}

// headerCells gives the pieces that head columns, nil if none of them names one: those right of the corner, or, without
// one, those that name columns.
func headerCells(f *form.Form, ps []*piece) []*piece {
	corner := -1
	var out []*piece
	for i, p := range ps {
		switch {
		case !p.wordy() || p.label == "":
		case f.Corner != "" && p.label == form.Fold(f.Corner):
			corner, out = i, nil
		case corner >= 0:
			out = append(out, p)
		case matchColumn(f, p.label, f.Every) >= 0:
			out = append(out, p)
		}
	}
	return out
}

// isBlockHeader reports whether a line that is no row of the form is a header, though it may name no column that is
// known: words and no values, in more than one cell or below none.
func (b *blocks) isBlockHeader(l *line) bool {
	words := 0
	for _, p := range l.own {
		switch {
		case p.furnish:
		case p.valueLike() && p.state != Blank:
			return false
		case p.wordy() && utf8.RuneCountInString(p.label) > 20, b.isAnchor(p):
			return false
		case p.wordy():
			words++
		}
	}
	return words > 1 || words == 1 && len(l.own) > 1 && l.own[0].state == Blank
}

func wordyOf(ps []*piece) []*piece {
	var out []*piece
	for _, p := range ps {
		if p.wordy() && p.label != "" {
			out = append(out, p)
		}
	}
	return out
}

// isAnchor reports whether a piece is the head of a block: 第二十条第（五）项.
func (b *blocks) isAnchor(p *piece) bool { return b.anchors(p.label) }

func (b *blocks) anchors(label string) bool {
	return slices.ContainsFunc(b.form.Anchors, func(a string) bool { return strings.HasPrefix(label, a) })
}

// headless finds the values of a line without words below a header.
func headless(l *line, head []*piece) *hit {
	if len(head) == 0 {
		return nil
	}
	from := len(l.own)
	numbers := 0
	for from > 0 && l.own[from-1].valueLike() && !l.own[from-1].furnish && len(l.own)-from < len(head) {
		from--
		if l.own[from].numeric() {
			numbers++
		}
	}
	if numbers == 0 || len(l.own)-from < len(head) {
		return nil
	}
	for _, p := range l.own[:from] {
		if p.wordy() {
			return nil
		}
	}
	return &hit{line: l, from: from}
}

// A laid row says which value stands in which column of a row: under its header where the grid shows it, by order where
// values and headers are as many.
type laidRow struct {
	cols    []int    // nil where it is certain neither by place nor by number
	vs      []*piece // the values
	assumed bool     // the order is the form's, because not every header was read
	lost    bool     // the headers are of something else, or contradict the form's order
}

func layRow(f *form.Form, h *hit, head []*piece) laidRow {
	want := f.Rows[h.row].Columns
	vs := withoutUnits(h.values(), len(want))
	x := readBlockHead(f, want, head)
	lay := laidRow{vs: vs, assumed: x.heads == nil, lost: x.lost}
	if h.line.run {
		all := vs
		if t := trimSoft(vs); len(hard(t)) != len(vs) &&
			slices.ContainsFunc(h.sheet.lines, func(l *line) bool { return printsZero(l.own) }) {
			if allParted(t) {
				t = hard(t)
			}
			all, vs = t, t // who prints zeros leaves no blank lines for them
		}
		if vs = fit(vs, len(want)); len(vs) > 0 && len(vs) == len(want) && vs[len(vs)-1] != all[len(vs)-1] {
			return lay // blank lines between the values: cells or not, who knows
		}
	}
	if x.heads != nil && !h.line.flow {
		if under := cellsUnder(h, x.heads, vs); under != nil {
			lay.cols, lay.vs = x.cols, under
			return lay
		}
	}
	if len(vs) > len(want) {
		var printed []*piece // trailing blank cells of a wider table are no cells of this row
		for i, p := range vs {
			if i < len(want) || p.state != Blank {
				printed = append(printed, p)
			}
		}
		vs = printed
	}
	lay.vs = vs
	if len(vs) == len(want) && x.width <= len(want) {
		lay.cols = x.cols
	}
	return lay
}

// allParted reports whether blank lines stand between any two values: they part them.
func allParted(vs []*piece) bool {
	for i := 1; i < len(vs); i++ {
		if !vs[i].soft && !vs[i-1].soft {
			return false
		}
	}
	return len(vs) > 1
}

// A blockHead is what the header above a row says of the row's columns.
type blockHead struct {
	cols    []int    // in the order of their headers; the form's where not each of them has one
	heads   []*piece // of each of cols; nil where not each of them has one: the header was not read, or is another row's
	unknown bool     // headers stand there that name no column of the form
	lost    bool     // they are of something else, or contradict the form's order
	width   int      // headers that stand there
}

// readBlockHead reads the header of a row by its words.
func readBlockHead(f *form.Form, want []int, head []*piece) blockHead {
	x := blockHead{cols: want}
	var cols []int
	var heads []*piece
	ours := true // the order of those that were read is the form's
	words := apart(wordsOf(f, head))
	for i := range words {
		h := &words[i]
		c := h.Column()
		switch {
		case h.Foreign:
			x.lost = true
		case c < 0 || containsInt(cols, c):
			x.unknown = x.unknown || !h.Known
		case !containsInt(want, c):
		default:
			ours = ours && (len(words) != len(want) || want[i] == c)
			cols, heads = append(cols, c), append(heads, h.first)
		}
	}
	x.width = len(words)
	if len(cols) == len(want) {
		x.cols, x.heads, x.unknown = cols, heads, false
		if !x.lost { // else there is a column more, of another year or thing
			x.width = len(heads)
		}
		x.lost = false
		return x
	}
	x.lost = x.lost || !ours || !slices.IsSorted(cols)
	if len(cols) == 0 && !x.unknown && !x.lost { // another row's
		x.width = 0
	}
	return x
}

// cellsUnder gives the cells of a grid's row that stand right below its headers, if each has one and nothing is printed
// beside them; else nil.
func cellsUnder(h *hit, heads, vs []*piece) []*piece {
	under := make([]*piece, 0, len(heads))
	used := map[*piece]bool{}
	for _, g := range heads {
		p, _ := h.line.at(g.col)
		if p == nil || p.col != g.col || p.deep > 1 || used[p] || p.wordy() && p.label != "" && p == h.named() {
			return nil
		}
		used[p] = true
		under = append(under, p)
	}
	for _, p := range vs {
		if !used[p] && p.state != Blank {
			return nil
		}
	}
	return under
}

// blockRow lays the values of a line into its row.
func (b *blocks) blockRow(h *hit, head []*piece) {
	f, t := b.form, b.filled
	name := b.rowName(h.row)
	t.rows[h.row] = h.line
	if h.place {
		// told where it was named
	} else if word := h.narrowed(f); word != "" {
		b.tell(h.rowOfOther(name, word))
	} else if h.like < 1 {
		b.tell(Finding{Code: CodeRowLike, Severity: Note, Name: name, Place: h.placed(),
			Message: fmt.Sprintf("the label reads %q", h.named().text)})
	}
	lay := layRow(f, h, head)
	cols, vs := lay.cols, lay.vs
	want := f.Rows[h.row].Columns
	if lay.lost {
		t.account(vs...)
		if len(vs) > 0 {
			lost := headerLost(f, vs)
			lost.Name = name
			b.tell(lost)
		}
		return
	}
	if n := len(vs); cols == nil && h.line.last && n > 0 && n < len(want) && len(hard(vs)) == n {
		if x := readBlockHead(f, want, head); x.heads != nil && x.width == len(want) { // the text was cut off
			b.tell(Finding{Code: CodeRowShort, Severity: Warning, Name: name, Place: h.placed(),
				Message: fmt.Sprintf("the text ends in this row, after %d of %d cells: %s", n, len(want), quoteAll(vs))})
			for i, p := range vs {
				t.set(h.row, x.cols[i], p)
			}
			return
		}
	}
	if cols == nil {
		code := CodeRowShort
		if len(vs) > len(want) {
			code = CodeRowLong
		}
		b.tell(Finding{Code: code, Severity: Warning, Name: name, Place: h.placed(),
			Message: fmt.Sprintf("the row prints %d cells where the form has %d; which is which is not decidable: %s",
				len(vs), len(want), quoteAll(vs))})
		t.account(vs...)
		return
	}
	if lay.assumed {
		b.assume(h.placed())
	}
	if !slices.Equal(cols, want) {
		sev := Note
		if h.line.flow { // in a run of text the words may stand in another order than the cells
			sev = Warning
		}
		b.tell(Finding{Code: CodeColumnsMoved, Severity: sev, Name: name, Place: h.placed(),
			Message: "the headers above the row stand in another order than the form's; they were followed"})
	}
	for i, c := range cols {
		t.set(h.row, c, vs[i])
	}
}

// repeat compares a row that is printed again with the first print.
func (b *blocks) repeat(h hit, head []*piece) {
	f, t := b.form, b.filled
	lay := layRow(f, &h, head)
	cols, vs := lay.cols, lay.vs
	t.account(vs...)
	if cols == nil || lay.lost {
		b.tell(Finding{Code: CodeRowTwice, Severity: Warning, Name: b.rowName(h.row), Place: h.placed(),
			Message: "the row is printed once more and reads " + quoteAll(vs)})
		return
	}
	for i, c := range cols {
		x := &t.fields[h.row][c]
		if x.piece == nil {
			b.tell(Finding{Code: CodeRowTwice, Severity: Warning, Name: f.Name(h.row, c), Place: vs[i].place,
				Message: fmt.Sprintf("absent in the first print, the second reads %q", vs[i].text)})
		} else if x.text != vs[i].text {
			b.tell(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: f.Name(h.row, c), Place: vs[i].place,
				Message: fmt.Sprintf("the first print reads %q, another %q", x.text, vs[i].text)})
		}
	}
	if !b.told(CodeTableTwice) {
		b.tell(Finding{Code: CodeTableTwice, Severity: Note, Name: f.Table, Place: h.placed(),
			Message: "rows of the table are printed more than once; the first print is used"})
	}
}

// byPlace names rows that lost their label: where just one row of the form is missing between the two neighbours.
func (b *blocks) byPlace() {
	f, t := b.form, b.filled
	for _, w := range b.nameless {
		before, after := -1, len(f.Rows)
		for _, h := range b.hits {
			if h.line.table < w.line.table || h.line.table == w.line.table && h.line.row < w.line.row {
				before = max(before, h.row)
			} else {
				after = min(after, h.row)
			}
		}
		var missing []int
		for r := before + 1; r < after; r++ {
			if t.rows[r] == nil {
				missing = append(missing, r)
			}
		}
		rivals := 0
		for _, o := range b.nameless {
			if o.line.table == w.line.table && abs(int64(o.line.row-w.line.row)) <= 1 {
				rivals++
			}
		}
		if len(missing) != 1 || rivals != 1 || len(w.values()) != len(f.Rows[missing[0]].Columns) {
			continue
		}
		w.row, w.place = missing[0], true
		b.tell(Finding{Code: CodeRowByPlace, Severity: Warning, Name: b.rowName(w.row), Place: w.line.own[w.from].place,
			Message: "the row carries no label that can be read; it was named by its place between its neighbours"})
		if len(w.values()) > 1 {
			b.assume(w.line.own[w.from].place)
		}
		t.rows[w.row] = w.line
		for i, c := range f.Rows[w.row].Columns {
			t.set(w.row, c, w.values()[i])
		}
	}
}
