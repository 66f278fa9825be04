package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// A piece is one printed cell, or one line that may be a cell.
type piece struct {
	reading
	label   string // folded text
	place   extract.Place
	col     int      // grid column of its left edge
	span    int      // grid columns covered
	deep    int      // grid rows covered
	soft    bool     // a blank line that may be no cell at all
	furnish bool     // page number or the like
	parted  bool     // words that blank lines separate from those before
	torn    bool     // a bracket is opened but not closed, or closed but not opened
	bound   bool     // of a run of text: the source bounds it as a cell
	block   int32    // of a run of text: which block of the document
	halves  []*piece // the two pieces whose digits make this one number
	seen    *extract.Reading
}

// valueLike reports whether the piece may be a value cell.
func (p *piece) valueLike() bool { return p.numeric() || p.state != Text || p.zeroable() }

// wordy reports whether the piece may be a label.
func (p *piece) wordy() bool { return p.state == Text && !p.numeric() && !isNothing(p.text) }

// A line is one row of cells in the order printed: a row of a grid, of a flow table, or the run of lines of a
// flattened text that begins with a label.
type line struct {
	own    []*piece // cells that begin in this row, left to right
	table  int      // ordinal of the table within the document, counted over grids, flows and runs of text
	row    int      // row within the table
	extent int      // grid columns covered by the row, cells from above included
	flow   bool     // columns are only ordinals
	last   bool     // of a run of text: the document ends in its values
	run    bool     // made of lines of text: blank ones may be no cells
	over   []*piece // cells of rows above that reach into this row
	shadow []span   // of each of over: the columns it covers
	width  int      // columns of its table
}

type span struct{ from, to int }

// A sheet is one table of the document, or one run of its text between tables, as lines.
type sheet struct {
	lines  []*line
	usual  int      // the extent most of its rows have
	before string   // the nearest text above it, folded
	above  []string // the short texts between the table before and it
	place  extract.Place
	block  int // which block of the document; of a run of text the first
}

// isTable reports whether the sheet is a table with rows of its own, not a run of text.
func (s *sheet) isTable() bool { return len(s.lines) > 0 && !s.lines[0].run }

func newPiece(text string, place extract.Place) *piece { return prints(nil).piece(text, place) }

// prints are the texts of a document that were read as pieces: tables of statistics are looked for in all of it once more, and
// words stand in many cells. nil remembers nothing.
type prints map[string]*piece

func (m prints) piece(text string, place extract.Place) *piece {
	p := &piece{}
	m.print(p, text, place)
	return p
}

// print makes a piece that of a text.
func (m prints) print(p *piece, text string, place extract.Place) {
	p.place, p.span, p.deep = place, 1, 1
	r, ok := readDigits(text)
	if ok { // as most cells are: no label, and no number of a page
		p.reading = r
		return
	}
	if known := m[text]; known != nil {
		p.reading, p.label, p.torn, p.furnish = known.reading, known.label, known.torn, known.furnish
		return
	}
	p.words(text)
	if m != nil {
		m[text] = &piece{reading: p.reading, label: p.label, torn: p.torn, furnish: p.furnish}
	}
}

// words reads a text that is not just digits.
func (p *piece) words(text string) {
	squeezed := form.Squeeze(text)
	p.reading = readSqueezed(text, squeezed)
	if p.state == Text && (p.number == nil || utf8.RuneCountInString(p.text) > 4) || p.state == Number && p.unit != "" {
		p.label = form.FoldSqueezed(squeezed)
	}
	if p.label != "" {
		p.torn = halfOpen(text)
	}
	p.furnish = isPageFurniture(squeezed)
}

// halfOpen reports whether a text opens brackets and closes none, or closes some and opens none.
func halfOpen(text string) bool {
	if strings.IndexByte(text, "（"[0]) < 0 && strings.IndexByte(text, '(') < 0 && strings.IndexByte(text, ')') < 0 {
		return false
	}
	return holds(text, "（", "(") != holds(text, "）", ")")
}

// holds reports whether a text holds one of two words.
func holds(text, a, b string) bool { return strings.Contains(text, a) || strings.Contains(text, b) }

// isPageNumber reports whether a cell or line is page furniture: - 4 -, — 5 —, 第 3 页, 3 / 12 页.
func isPageNumber(text string) bool {
	if r := firstRune(text); isIdeograph(r) && r != '第' { // as paragraphs begin
		return false
	}
	return isPageFurniture(form.Squeeze(text))
}

// isPageFurniture is isPageNumber of a squeezed text.
func isPageFurniture(s string) bool {
	if len(s) < 3 || len(s) > 30 {
		return false
	}
	strokes := "-—－–―─·~"
	inner := strings.Trim(s, strokes)
	if inner != s && inner != "" && allDigits(inner) && len(inner) <= 3 {
		first, _ := utf8.DecodeRuneInString(s)
		last, _ := utf8.DecodeLastRuneInString(s)
		return strings.ContainsRune(strokes, first) && strings.ContainsRune(strokes, last)
	}
	return strings.HasPrefix(s, "第") && strings.HasSuffix(s, "页") && strings.ContainsAny(s, "0123456789"+form.Ordinals)
}

// sheets turns the document into sheets of lines: its tables, and its lines of text between them as one sheet a run.
func sheets(doc *extract.Document, m prints) []*sheet {
	var out []*sheet
	var loose []*piece
	before := "" // the text last met, as printed
	var above []string
	flush := func() {
		if s := runSheet(loose, len(out)); s != nil {
			s.before, s.block = "", int(loose[0].block)
			out = append(out, s)
		}
		loose = nil
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == extract.TableBlock {
			if b.Table == nil || len(b.Table.Cells) == 0 {
				continue
			}
			flush()
			s := tableSheet(b.Table, len(out), m)
			s.before, s.block = form.Fold(before), i
			s.above, above = above, nil
			out = append(out, s)
			continue
		}
		if b.Text == "" {
			if b.Kind == extract.Line && len(loose) > 0 {
				p := m.piece("", b.Place)
				p.soft, p.bound, p.block = !b.Bound, b.Bound, int32(i)
				loose = append(loose, p)
			}
			continue
		}
		before = b.Text
		if len(b.Text) <= 150 {
			above = append(above, b.Text)
		}
		for _, p := range splitRun(b.Text, b.Place, m) {
			p.block, p.bound = int32(i), b.Bound
			loose = append(loose, p)
		}
	}
	flush()
	if n := len(out); n > 0 && len(loose) == 0 && !out[n-1].isTable() && len(out[n-1].lines) > 0 {
		l := out[n-1].lines[len(out[n-1].lines)-1]
		l.last = l.trailing() > 0
	}
	return out
}

// splitRun splits a line of text that holds a label and its numbers, or only numbers, into pieces:
// "二、上年结转政府信息公开申请数量 7 0 0 0 0 0 7". Any other line is one piece.
func splitRun(text string, place extract.Place, m prints) []*piece {
	if len(text) > 400 {
		return []*piece{m.piece(text, place)}
	}
	fields := strings.Fields(text)
	// 行政许可 31, 行政事业性收费 3 -1
	pair := (len(fields) == 2 || len(fields) == 3) && len(text) < 60 && allHan(fields[0]) && len(fields[0]) >= 12
	if len(fields) < 3 && !pair {
		return []*piece{m.piece(text, place)}
	}
	n := 0
	for n < len(fields) {
		r := read(fields[len(fields)-1-n])
		if strings.Trim(r.text, "|｜") == "" { // 行政事业性收费 |: a bar beside a blank is no stroke
			break
		}
		if !r.numeric() && r.state != Mark && !isNothing(r.text) {
			break
		}
		n++
	}
	if n < 3 && !(pair && n == len(fields)-1) || isPageNumber(text) {
		return []*piece{m.piece(text, place)}
	}
	var out []*piece
	for from, k := 0, 1; k <= len(fields)-n; k++ { // 三、本年度办理结果 （一）予以公开: the label of a group and that of a row
		if k == len(fields)-n || beginsLabel(fields[k]) {
			out = append(out, m.piece(strings.Join(fields[from:k], " "), place))
			from = k
		}
	}
	at := 0
	for i, f := range fields {
		j := strings.Index(text[at:], f)
		if i >= len(fields)-n {
			q := place
			if q.Offset > 0 || q.Page == 0 {
				q.Offset += at + j
			}
			out = append(out, m.piece(f, q))
		}
		at += j + len(f)
	}
	return out
}

// beginsLabel reports whether a word begins with an ordinal, as a label does.
func beginsLabel(s string) bool {
	n, _ := form.Ordinal(s)
	trimmed := form.TrimOrdinal(form.Squeeze(s))
	return n > 0 || trimmed != "" && trimmed != form.Squeeze(s)
}

func allHan(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.Han, r) {
			return false
		}
	}
	return true
}

// tableSheet turns a table into lines.
func tableSheet(t *extract.Table, ordinal int, m prints) *sheet {
	s := &sheet{place: t.Place}
	s.lines = make([]*line, t.Rows)
	lines, pieces := make([]line, t.Rows), make([]piece, len(t.Cells))
	room, own := make([]*piece, len(t.Cells)), make([]int, t.Rows) // of each row the number of its cells
	for i := range t.Cells {
		if r := t.Cells[i].Row; r < len(own) {
			own[r]++
		}
	}
	for r := range s.lines {
		s.lines[r] = &lines[r]
		lines[r] = line{table: ordinal, row: r, flow: t.Kind == extract.Flow, width: t.Cols}
		lines[r].own, room = room[:0:own[r]], room[own[r]:]
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		if c.Row >= len(s.lines) {
			continue
		}
		p := &pieces[i]
		m.print(p, c.Text, c.Place)
		p.seen = c.Seen
		p.col, p.span, p.deep = c.Col, max(c.ColSpan, 1), max(c.RowSpan, 1)
		s.lines[c.Row].own = append(s.lines[c.Row].own, p)
		s.lines[c.Row].extent += p.span
		for r := c.Row + 1; r < c.Row+p.deep && r < len(s.lines); r++ {
			s.lines[r].over = append(s.lines[r].over, p)
			s.lines[r].shadow = append(s.lines[r].shadow, span{p.col, p.col + p.span})
			s.lines[r].extent += p.span
		}
	}
	if t.Kind == extract.Flow {
		s.lines = mendFlow(s.lines)
	}
	count := map[int]int{}
	for _, l := range s.lines {
		count[l.extent]++
		if n := count[l.extent]; n > count[s.usual] || n == count[s.usual] && l.extent > s.usual {
			s.usual = l.extent
		}
	}
	return s
}

// mendFlow mends the rows of a flattened table where the marks between them were lost or a line was added: a row with a
// further label and values after its values is two rows, and values alone that complete the row above belong to it.
func mendFlow(lines []*line) []*line {
	var out []*line
	for _, l := range lines {
		for {
			k := secondLabel(l.own)
			if k < 0 {
				break
			}
			head := *l
			head.own = l.own[:k:k]
			head.extent = len(head.own)
			out = append(out, &head)
			tail := *l
			tail.own = l.own[k:]
			tail.extent = len(tail.own)
			l = &tail
		}
		out = append(out, l)
	}
	usual, most := 0, 0 // how many values most labelled rows have
	count := map[int]int{}
	for _, l := range out {
		if n := l.trailing(); n > 1 && n < len(l.own) {
			count[n]++
			if count[n] > most {
				usual, most = n, count[n]
			}
		}
	}
	var joined []*line
	for _, l := range out {
		if last := len(joined) - 1; last >= 0 && most > 2 && len(l.own) > 0 {
			above := joined[last]
			n := above.trailing()
			if n > 0 && n < usual && n < len(above.own) && l.trailing() == len(l.own) && n+len(l.own) == usual {
				whole := *above
				whole.own = append(append([]*piece(nil), above.own...), l.own...)
				whole.extent = len(whole.own)
				joined[last] = &whole
				continue
			}
		}
		joined = append(joined, l)
	}
	for i, l := range joined {
		l.row = i
	}
	return joined
}

// trailing counts the values at the end of a line.
func (l *line) trailing() int {
	n := 0
	for n < len(l.own) && l.own[len(l.own)-1-n].valueLike() && !l.own[len(l.own)-1-n].furnish {
		n++
	}
	return n
}

// secondLabel gives the index of a label that stands between two lots of at least five values; -1 if there is none.
// Blank cells before it are its group's.
func secondLabel(own []*piece) int {
	values, labelled := 0, false
	for i, p := range own {
		if !p.wordy() {
			if !p.furnish {
				values++
			}
			continue
		}
		if values >= 5 && labelled {
			after := 0
			for j := i + 1; j < len(own) && !own[j].wordy(); j++ {
				after++
			}
			if after >= 5 {
				return i
			}
		}
		values, labelled = 0, true
	}
	return -1
}

// at gives the cell that covers column c of the line, and whether it begins in this row at just that column and covers
// no other.
func (l *line) at(c int) (p *piece, own bool) {
	for _, q := range l.own {
		if q.col <= c && c < q.col+q.span {
			return q, q.col == c && q.span == 1 && q.deep == 1
		}
	}
	for i, q := range l.over {
		if l.shadow[i].from <= c && c < l.shadow[i].to {
			return q, false
		}
	}
	return nil, false
}

// lacks reports whether the row has fewer cells than its table has columns.
func (l *line) lacks() bool { return !l.flow && !l.run && l.extent < l.width }

func (l *line) hasNumbers() bool {
	for _, p := range l.own {
		if p.numeric() && !p.furnish {
			return true
		}
	}
	return false
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

// labels joins the words of a line, folded.
func (l *line) labels() string {
	text := ""
	for _, p := range l.own {
		if p.wordy() {
			text += p.label
		}
	}
	return text
}

func (l *line) noWords() bool {
	for _, p := range l.own {
		if p.wordy() {
			return false
		}
	}
	return true
}

// runSheet turns loose pieces into lines: a new line begins at a label that follows values.
func runSheet(pieces []*piece, ordinal int) *sheet {
	some := false
	for _, p := range pieces {
		some = some || p.valueLike() && !p.soft
	}
	if !some {
		return nil
	}
	pieces = settleBlanks(pieces)
	s := &sheet{}
	if len(pieces) > 0 {
		s.place = pieces[0].place
	}
	var l *line
	values := false
	for _, p := range pieces {
		wordy := !p.valueLike() && !p.furnish
		if l == nil || wordy && (values || l.blanks() >= 5) {
			l = &line{table: ordinal, row: len(s.lines), flow: true, run: true}
			s.lines = append(s.lines, l)
			values = false
		}
		if !wordy && !p.furnish && !p.soft {
			values = true
		}
		if wordy && len(l.own) > 0 && l.own[len(l.own)-1].soft {
			// blank lines between two labels separate paragraphs
			for len(l.own) > 0 && l.own[len(l.own)-1].soft {
				l.own = l.own[:len(l.own)-1]
			}
			p.parted = true
		}
		l.own = append(l.own, p)
	}
	return s
}

// blanks counts the blank lines at the end of a line: five or more below a label are a row of blank cells.
func (l *line) blanks() int {
	n := 0
	for n < len(l.own)-1 && l.own[len(l.own)-1-n].soft {
		n++
	}
	return n
}

// settleBlanks finds out what blank lines mean in a flattened text. Where nearly every two neighbouring values have the
// same number of blank lines between them, those separate, and only further ones stand for blank cells.
func settleBlanks(pieces []*piece) []*piece {
	gaps := map[int]int{}
	pairs, run := 0, 0
	last := false
	for _, p := range pieces {
		if p.soft {
			run++
			continue
		}
		value := p.valueLike() && !p.furnish
		if value && last {
			gaps[run]++
			pairs++
		}
		last, run = value, 0
	}
	k := 0
	for n, c := range gaps {
		if c > gaps[k] || c == gaps[k] && n < k {
			k = n
		}
	}
	if k == 0 || pairs < 6 || gaps[k]*10 < pairs*5 {
		return pieces
	}
	var out []*piece
	for i := 0; i < len(pieces); {
		if !pieces[i].soft {
			out = append(out, pieces[i])
			i++
			continue
		}
		j := i
		for j < len(pieces) && pieces[j].soft {
			j++
		}
		// a run of blank lines holds n blank cells when it is k + n(k+1) long
		for n := 0; n < (j-i-k)/(k+1); n++ {
			out = append(out, pieces[i+n])
		}
		i = j
	}
	return out
}

// maxPieces bounds the lines and cells of a document that is looked through; a report has some two thousand.
const maxPieces = 50_000

func size(doc *extract.Document) int {
	n := len(doc.Blocks)
	for i := range doc.Blocks {
		if t := doc.Blocks[i].Table; t != nil {
			n += len(t.Cells)
		}
	}
	return n
}
