package extract

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"
)

// maxCells bounds the lines and cells of a text; a report has some two thousand.
const maxCells = 200_000

var cellBreaks = strings.NewReplacer(`\|`, "|", "<br>", "\n", "<br/>", "\n", "<br />", "\n")

// readText reads a plain text in which tables may lie flattened: tab-separated rows, Markdown tables, cells that each
// begin with a tab, or one cell a line. Lines that are none of these stay lines, blank ones too.
func readText(ctx context.Context, doc *Document, body []byte) error {
	text := decode(doc, body, false)
	if n := strings.Count(text, "\n") + strings.Count(text, "\r") + strings.Count(text, "\t") + strings.Count(text,
		"|") + strings.Count(text, "｜"); n > maxCells {
		return &Unreadable{fmt.Sprintf("a text with %d lines and cells, more than the limit of %d", n, maxCells)}
	}
	lines := splitLines(text, doc)
	t := &textReader{doc: doc, lines: lines}
	raw := make([]string, len(lines))
	for i := range lines {
		raw[i] = lines[i].raw
	}
	t.marked = hasMarks(raw)
	t.drawnTables()
	t.unmark()
	lines = t.lines
	leading := 0
	for _, l := range lines {
		if strings.HasPrefix(l.raw, "\t") && !strings.Contains(strings.TrimSpace(l.raw), "\t") {
			leading++
		}
	}
	t.parted, t.gap = partedLines(lines)
	t.flow = leading >= 12 && !t.parted
	t.bars, t.between = barLines(lines)
	rows := 0
	for _, l := range lines {
		if isPipeRow(l.raw) {
			rows++
		}
	}
	t.pairs = rows >= 3 && !t.bars
	t.commas = hasCommaTables(lines)
	for i := 0; i < len(lines); {
		if i%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		switch n := t.take(i); {
		case n > 0:
			i += n
		default:
			l := lines[i]
			i++
			text, ok := l.raw, true
			if t.bars {
				text, ok = t.unbarred(i - 1)
			}
			if ok {
				bound := t.bars && isBarLine(l.raw)
				doc.Blocks = append(doc.Blocks, Block{Kind: Line, Text: clean(text), Bound: bound, Place: l.place()})
			}
		}
	}
	return nil
}

// A textLine is one line with the byte offset of its first character and its page, 0 where there are no page breaks.
type textLine struct {
	raw    string
	offset int
	page   int
}

func (l *textLine) place() Place {
	return Place{Page: l.page, Offset: l.offset + len(l.raw) - len(strings.TrimLeft(l.raw, " \t　\u00a0"))}
}

// splitLines splits at LF, CRLF, CR, U+2028 and U+2029; a form feed begins a page.
func splitLines(s string, doc *Document) []textLine {
	page := 0
	if strings.ContainsRune(s, '\f') {
		page, doc.Pages = 1, 1+strings.Count(strings.TrimRight(s, "\f\r\n "), "\f")
	}
	var out []textLine
	start := 0
	for i := 0; i < len(s); {
		n := 0
		switch c := s[i]; {
		case c == '\n' || c == '\f':
			n = 1
		case c == '\r' && i+1 < len(s) && s[i+1] == '\n':
			n = 2
		case c == '\r':
			n = 1
		case c == 0xe2 && (strings.HasPrefix(s[i:], "\u2028") || strings.HasPrefix(s[i:], "\u2029")):
			n = 3
		}
		if n == 0 {
			i++
			continue
		}
		if s[i] != '\f' || i > start {
			out = append(out, textLine{s[start:i], start, page})
		}
		if s[i] == '\f' {
			page++
		}
		i += n
		start = i
	}
	if start < len(s) {
		out = append(out, textLine{s[start:], start, page})
	}
	return out
}

type textReader struct {
	doc   *Document
	lines []textLine
	flow  bool // cells are marked by a leading tab
	bars  bool // cells stand one a line, each with a bar behind it

	between bool // the bars part them, on lines of their own
	marked  bool // the text is Markdown: what is between its bars may carry marks, too
	pairs   bool // cells stand between bars with none around a row: a row of two has one bar
	commas  bool // cells stand between commas
	tables  int
	parted  bool           // lines of nothing but a tab part the cells
	gap     int            // blank lines behind each of these
	drawn   map[int]*drawn // tables drawn with characters, by the first of their lines
}

// take reads a table that begins at line i and gives the number of lines it took; 0 if none begins there.
func (t *textReader) take(i int) int {
	raw := t.lines[i].raw
	switch {
	case t.drawn[i] != nil:
		return t.draw(t.drawn[i])
	case gridRule.MatchString(raw) && i+1 < len(t.lines) && isPipeRow(t.lines[i+1].raw):
		if n := t.pipes(i + 1); n > 0 { // the rule above its first row
			return n + 1
		}
		return 0
	case t.bars && isBars(raw):
		return 0
	case isPipeRow(raw), t.pairs && t.beginsRows(i):
		return t.pipes(i)
	case t.commas:
		return t.commaRows(i)
	case strings.Contains(strings.Trim(raw, " \t　"), "\t"):
		return t.tabs(i)
	case t.flow && strings.HasPrefix(raw, "\t"):
		return t.flowRun(i)
	case t.parted && t.aheadIsTab(i) > 0:
		return t.partedRows(i)
	}
	return 0
}

// aheadIsTab gives where behind line i the line stands that is nothing but a tab, with blank lines at most between; 0 if
// another is there.
func (t *textReader) aheadIsTab(i int) int {
	for k := i + 1; k < len(t.lines) && k-i < 6; k++ {
		switch s := t.lines[k].raw; {
		case isTab(s):
			return k
		case strings.Trim(s, " \u00a0　\r") != "":
			return 0
		}
	}
	return 0
}

// isTab reports whether a line is a tab and nothing else.
func isTab(s string) bool { return strings.Trim(s, " \u00a0") == "\t" }

// partedRows reads rows whose cells are paragraphs: a browser copies them with a line between two that is nothing but a
// tab, and blank lines around it that are as many everywhere. A row ends where no such line follows.
func (t *textReader) partedRows(i int) int {
	var rows [][]piece
	k := i
	for k < len(t.lines) && strings.Trim(t.lines[k].raw, " \u00a0　") != "" && !isTab(t.lines[k].raw) {
		tab := t.aheadIsTab(k)
		if tab == 0 && (len(rows) == 0 || len(t.lines[k].raw) > 120 || isTextRow(clean(t.lines[k].raw)) || !t.rowAhead(k)) {
			break
		}
		l := t.lines[k]
		row := []piece{{clean(l.raw), l.place().Offset, l.page}}
		k++
		for tab > 0 {
			next := tab + 1
			for n := 0; n < t.gap && next < len(t.lines) && strings.Trim(t.lines[next].raw, " \u00a0　") == ""; n++ {
				next++
			}
			if next >= len(t.lines) {
				row, k = append(row, piece{"", t.lines[tab].offset + 1, l.page}), next
				break
			}
			c := t.lines[next]
			row = append(row, piece{clean(c.raw), c.place().Offset, c.page})
			k = next + 1
			if isTab(c.raw) { // nothing stands between two
				row[len(row)-1] = piece{"", c.offset, c.page}
				tab, k = next, next+1
				continue
			}
			tab = t.aheadIsTab(next)
		}
		rows = append(rows, row)
		for n := 0; n <= t.gap && k < len(t.lines) && strings.Trim(t.lines[k].raw, " \u00a0　") == "" && t.rowAhead(k); n++ {
			k++
		}
	}
	if len(rows) == 0 {
		return 0
	}
	t.grid(rows, Flow)
	return k - i
}

// rowAhead reports whether a row of parted cells begins within a few lines behind line i.
func (t *textReader) rowAhead(i int) bool {
	for k, n := i+1, 0; k < len(t.lines) && n < 2 && k-i < 8; k++ {
		if strings.Trim(t.lines[k].raw, " \u00a0　") == "" {
			continue
		}
		if t.aheadIsTab(k) > 0 {
			return true
		}
		n++
	}
	return false
}

// partedLines reports whether cells are parted by lines that are nothing but a tab, and by how many blank lines each of
// these is set off.
func partedLines(lines []textLine) (parted bool, gap int) {
	n, led, gaps := 0, 0, map[int]int{}
	for i := range lines {
		if !isTab(lines[i].raw) {
			if strings.HasPrefix(lines[i].raw, "\t") {
				led++ // cells begin with a tab: one alone is a blank cell
			}
			continue
		}
		n++
		k := i + 1
		for k < len(lines) && strings.Trim(lines[k].raw, " \u00a0　") == "" {
			k++
		}
		gaps[k-i-1]++
	}
	for g, c := range gaps {
		if c > gaps[gap] || c == gaps[gap] && g < gap {
			gap = g
		}
	}
	return n >= 8 && led*4 < n, gap
}

// cellBars are the characters that bound cells: of a keyboard, of boxes, full width.
const cellBars = "|│┃｜"

func countBars(s string) (n int) {
	for _, r := range s {
		if r >= '|' && strings.ContainsRune(cellBars, r) {
			n++
		}
	}
	return n
}

// beginsWithBar reports whether the first character of a trimmed row bounds a cell.
func beginsWithBar(s string) bool { return s != "" && strings.TrimLeft(s, cellBars) != s }

func endsWithBar(s string) bool { return s != "" && strings.TrimRight(s, cellBars) != s }

func isPipeRow(s string) bool {
	s = strings.TrimSpace(s)
	n := countBars(s)
	return n >= 2 && (beginsWithBar(s) || strings.HasSuffix(s, "|") || n >= 3)
}

// beginsRows reports whether a line with a bar or two, or a cell alone before its bar, stands right above rows of cells:
// they are of its table.
func (t *textReader) beginsRows(i int) bool {
	raw := t.lines[i].raw
	if i+1 == len(t.lines) || !isPair(raw) && !(isBarLine(raw) && !isBars(raw) && !isTextRow(strings.TrimSpace(raw))) {
		return false
	}
	next := t.lines[i+1].raw
	return isPipeRow(next) || isPair(next)
}

// isPair reports whether a line is two or three cells and the bars between them: 行政许可 | 31.
func isPair(s string) bool {
	s = strings.TrimSpace(s)
	n := countBars(s)
	return len(s) < 120 && (n == 1 || n == 2) && !beginsWithBar(s) && !endsWithBar(s)
}

// isBarLine reports whether a line is one cell and the bar behind it, or nothing but bars.
func isBarLine(s string) bool {
	s = strings.TrimSpace(s)
	return strings.HasSuffix(s, "|") && !strings.Contains(strings.TrimRight(s, "| \t　"), "|")
}

// barLines reports whether the cells of a text stand one a line, each with a bar behind it, or between bars that have
// lines of their own.
func barLines(lines []textLine) (bars, between bool) {
	n, own := 0, 0
	for i := range lines {
		if isBarLine(lines[i].raw) {
			n++
			if isBars(lines[i].raw) {
				own++
			}
		}
	}
	return n >= 8, own == n
}

// isBars reports whether a line is nothing but bars.
func isBars(s string) bool {
	s = strings.Trim(s, " \t　")
	return s != "" && strings.Trim(s, "| \t　") == ""
}

// unbarred takes the bar off a cell on a line of its own: it is no part of what is printed. A bar alone ends a blank
// cell, or parts two cells; several end the row, and say only how wide the table is.
func (t *textReader) unbarred(i int) (text string, ok bool) {
	s := t.lines[i].raw
	switch {
	case !isBarLine(s):
		return s, true
	case !isBars(s):
		return strings.TrimRight(s, "| \t　"), true
	case t.between:
		return "", i > 0 && isBars(t.lines[i-1].raw)
	}
	return "", strings.Count(s, "|") == 1
}

// pipes reads a Markdown table, or one drawn with box characters.
func (t *textReader) pipes(i int) int {
	var rows [][]piece
	var last []textLine
	n, open, bordered := 0, 0, true
	for ; i+n < len(t.lines); n++ {
		l := t.lines[i+n]
		s := strings.TrimSpace(l.raw)
		if !isPipeRow(s) && !(len(rows) > 0 && isBarLine(s)) && !(t.pairs && isPair(s)) {
			if s != "" && strings.TrimLeftFunc(s, isStroke) == "" {
				continue
			}
			break
		}
		if isRuled(s) && separatorRow(s) {
			continue
		}
		bordered = bordered && beginsWithBar(s)
		if !endsWithBar(s) {
			open++
		}
		rows = append(rows, splitPipes(l, t.shown))
		last = append(last, l)
	}
	if open*2 > len(rows) { // no bar ends a row: behind one that does is a blank cell
		for r, l := range last {
			if s := strings.TrimSpace(l.raw); endsWithBar(s) {
				rows[r] = append(rows[r], piece{"", l.offset + len(l.raw), l.page})
			}
		}
	}
	if len(rows) < 2 && (len(rows) == 0 || len(rows[0]) < 3) {
		return 0
	}
	kind := Grid
	for _, row := range rows {
		if !bordered && len(row) != len(rows[0]) { // a merged cell leaves nothing: the second bar ends no second column
			kind = Flow
		}
	}
	t.grid(rows, kind)
	return n
}

// isStroke reports whether a character draws the rules of a table.
func isStroke(r rune) bool { return r == '+' || r == '-' || r == '=' || r >= '─' && r <= '╿' }

// isRuled reports whether a line is nothing but rules and bars, and some rule.
func isRuled(s string) bool {
	return strings.ContainsAny(s, "-─━═=") && strings.TrimLeftFunc(s, func(r rune) bool {
		return isStroke(r) || strings.ContainsRune("|｜: \t", r)
	}) == ""
}

// separatorRow reports whether a pipe row is the rule below a header (every cell three or more dashes, or with colons),
// not a row of cells that print a dash.
func separatorRow(s string) bool {
	for _, c := range strings.FieldsFunc(s, func(r rune) bool {
		return strings.ContainsRune("|｜+", r) || r >= '│' && r <= '╿' && !strings.ContainsRune("─━═", r)
	}) {
		c = strings.TrimSpace(c)
		if c != "" && len(strings.Trim(c, "-")) == 0 && len(c) < 3 {
			return false
		}
	}
	return true
}

type piece struct {
	text   string
	offset int
	page   int
}

// splitPipes splits a row at its unescaped pipes; the outer ones border the table and bound no cell. shown gives what a
// cell shows; nil takes it as it is.
func splitPipes(l textLine, shown func(string, Place) string) []piece {
	var out []piece
	start, s := 0, l.raw
	add := func(end int) {
		cell := s[start:end]
		lead := len(cell) - len(strings.TrimLeft(cell, " \t　"))
		text := cellBreaks.Replace(cell)
		if shown != nil {
			text = shown(text, Place{Page: l.page, Offset: l.offset + start + lead})
		}
		out = append(out, piece{clean(text), l.offset + start + lead, l.page})
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r >= '|' && strings.ContainsRune(cellBars, r) && (i == 0 || s[i-1] != '\\') {
			if strings.TrimSpace(s[:i]) != "" || len(out) > 0 {
				add(i)
			}
			start = i + n
			if len(out) == 0 && strings.TrimSpace(s[:i]) == "" {
				out = out[:0]
			}
		}
		i += n
	}
	if strings.TrimSpace(s[start:]) != "" {
		add(len(s))
	}
	return out
}

// tabs reads a run of tab-separated rows.
func (t *textReader) tabs(i int) int {
	var rows [][]piece
	n := 0
	for ; i+n < len(t.lines); n++ {
		l := t.lines[i+n]
		if !strings.Contains(strings.Trim(l.raw, " \t　"), "\t") && !(n > 0 && strings.Count(l.raw, "\t") >= 2) {
			break
		}
		var row []piece
		at := 0
		for _, c := range strings.Split(l.raw, "\t") {
			lead := len(c) - len(strings.TrimLeft(c, " 　"))
			row = append(row, piece{clean(c), l.offset + at + lead, l.page})
			at += len(c) + 1
		}
		rows = append(rows, row)
	}
	if len(rows) < 2 && len(rows[0]) < 3 {
		return 0
	}
	t.grid(rows, Grid)
	return n
}

// grid emits rows as a table, of a grid with true columns.
func (t *textReader) grid(rows [][]piece, kind TableKind) {
	t.tables++
	tab := &Table{Kind: kind, Rows: len(rows), Place: Place{Table: t.tables, Page: rows[0][0].page,
		Offset: rows[0][0].offset}}
	for r, row := range rows {
		tab.Cols = max(tab.Cols, len(row))
		for c, p := range row {
			tab.Cells = append(tab.Cells, Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: p.text,
				Place: Place{Page: p.page, Table: t.tables, Row: r + 1, Column: c + 1, Offset: p.offset}})
		}
	}
	t.doc.Blocks = append(t.doc.Blocks, Block{Kind: TableBlock, Table: tab, Place: tab.Place})
}

// flowRun reads a run of cells that each begin with a tab. A line that is only a tab is a blank cell, an unmarked line
// continues the cell before it, an empty line ends the row.
func (t *textReader) flowRun(i int) int {
	var rows [][]piece
	open := false // the row goes on
	n := 0
loop:
	for ; i+n < len(t.lines); n++ {
		l := t.lines[i+n]
		switch {
		case l.raw == "" || strings.Trim(l.raw, " \u00a0　") == "" && !strings.Contains(l.raw, "\t"):
			open = false
		case strings.HasPrefix(l.raw, "\t"):
			if strings.Contains(strings.Trim(l.raw, " \t　"), "\t") {
				break loop
			}
			if !open {
				rows = append(rows, nil)
				open = true
			}
			last := &rows[len(rows)-1]
			*last = append(*last, piece{clean(l.raw), l.place().Offset, l.page})
		case open:
			row := rows[len(rows)-1]
			p := &row[len(row)-1]
			if s := clean(l.raw); p.text == "" {
				p.text = s
			} else {
				p.text += "\n" + s
			}
		default:
			break loop
		}
	}
	// a row of one cell that reads as a heading or a sentence is text that happens to begin with a tab
	var pending [][]piece
	flush := func() {
		if len(pending) == 0 {
			return
		}
		t.tables++
		tab := &Table{Kind: Flow, Rows: len(pending)}
		tab.Place = Place{Table: t.tables, Page: pending[0][0].page, Offset: pending[0][0].offset}
		for r, row := range pending {
			tab.Cols = max(tab.Cols, len(row))
			for c, p := range row {
				tab.Cells = append(tab.Cells, Cell{Row: r, Col: c, RowSpan: 1, ColSpan: 1, Text: p.text,
					Place: Place{Page: p.page, Table: t.tables, Row: r + 1, Column: c + 1, Offset: p.offset}})
			}
		}
		t.doc.Blocks = append(t.doc.Blocks, Block{Kind: TableBlock, Table: tab, Place: tab.Place})
		pending = nil
	}
	for _, row := range rows {
		if len(row) == 1 && isTextRow(row[0].text) {
			flush()
			at := Place{Page: row[0].page, Offset: row[0].offset}
			t.doc.Blocks = append(t.doc.Blocks, Block{Kind: Paragraph, Text: clean(row[0].text), Place: at})
			continue
		}
		pending = append(pending, row)
	}
	flush()
	return n
}

// unmark takes the marks of Markdown off the lines of a text that carries some. Rows between bars keep theirs until they
// are cells; what prints nothing becomes a blank line, as the paragraphs it parts are.
func (t *textReader) unmark() {
	if !t.marked {
		return
	}
	for i := range t.lines {
		l := &t.lines[i]
		if isPipeRow(l.raw) || strings.TrimSpace(l.raw) == "" || t.inDrawn(i) {
			continue
		}
		s, _, ok, cut := unmarked(l.raw)
		if i > 0 && strings.TrimSpace(t.lines[i-1].raw) != "" && underline.MatchString(l.raw) {
			ok = false
		}
		if !ok {
			l.raw = ""
			continue
		}
		l.offset += cut
		l.raw = t.shown(s, l.place())
	}
}

// shown gives what a line or cell of Markdown shows, and tells what is crossed out in it.
func (t *textReader) shown(s string, at Place) string {
	if !t.marked {
		return s
	}
	text, crossed := inlineText(s)
	if crossed != "" && len(t.doc.Doubts) < 100 {
		t.doc.doubt("struck-text", at, "%q is crossed out and left out", crossed)
	}
	return text
}

// isTextRow reports whether a row of one cell is a heading (一、…) or a sentence.
func isTextRow(s string) bool {
	r := []rune(s)
	if len(r) > 2 && strings.ContainsRune("一二三四五六七八九", r[0]) && strings.ContainsRune("、.．,，", r[1]) {
		return true
	}
	return len(r) > 60 || strings.HasSuffix(s, "。")
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
