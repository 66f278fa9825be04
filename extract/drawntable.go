package extract

import (
	"regexp"
	"slices"
	"strings"
)

// Tables that a text draws with characters: between rules and bars (grid tables of Markdown, tables of boxes), where a cell
// may take several lines and cover several columns and rows, and below rules alone (simple and multiline tables of
// Markdown), where a column is as wide as its rule. The lines are measured in columns of a screen, of which a Chinese
// character takes two.

// A drawn table is one that lines n from its first on draw.
type drawn struct {
	n     int
	rows  [][]piece
	spans map[[2]int][2]int // rows and columns covered by the cell at a row and column; nil = one each
}

var (
	gridRule  = regexp.MustCompile(`^[ \t]*[+┌├└┏┣┗╔╠╚][-=─━═:+┬┼┴┳╋┻╦╬╩┐┤┘┓┫┛╗╣╝ ]*[+┐┤┘┓┫┛╗╣╝][ \t]*$`)
	dashRule  = regexp.MustCompile(`^ *-{2,}(?: +-{2,})+ *$`)
	wholeRule = regexp.MustCompile(`^ *-{12,} *$`)
)

// drawnTables finds the tables that are drawn, by their first lines.
func (t *textReader) drawnTables() {
	t.drawn = map[int]*drawn{}
	for i := 0; i < len(t.lines); i++ {
		var d *drawn
		switch raw := t.lines[i].raw; {
		case gridRule.MatchString(raw):
			d = t.gridTable(i)
		case wholeRule.MatchString(raw):
			d = t.multilineTable(i)
		case i+1 < len(t.lines) && dashRule.MatchString(t.lines[i+1].raw) && strings.TrimSpace(raw) != "" && !dashRule.MatchString(raw):
			d = t.simpleTable(i)
		}
		if d != nil {
			t.drawn[i] = d
			i += d.n - 1
		}
	}
}

// inDrawn reports whether a line is part of a table that is drawn.
func (t *textReader) inDrawn(i int) bool {
	for from, d := range t.drawn {
		if from <= i && i < from+d.n {
			return true
		}
	}
	return false
}

// screen gives a line as the characters in its columns, each with the byte where it begins; the second column of a wide
// character is 0.
func screen(s string) (chars []rune, at []int) {
	for i, r := range s {
		chars, at = append(chars, r), append(at, i)
		if r > 0x2e80 {
			chars, at = append(chars, 0), append(at, i)
		}
	}
	return chars, at
}

// gridTable reads a table between rules and bars; nil where its lines do not make one.
func (t *textReader) gridTable(i int) *drawn {
	n := 0
	var groups [][]textLine // the lines between two rules through the whole table
	var rules int
	for ; i+n < len(t.lines); n++ {
		s := strings.TrimSpace(t.lines[i+n].raw)
		switch {
		case gridRule.MatchString(s):
			rules++
			groups = append(groups, nil)
		case beginsWithBar(s) && len(groups) > 0:
			groups[len(groups)-1] = append(groups[len(groups)-1], t.lines[i+n])
		default:
			goto end
		}
	}
end:
	if rules < 3 {
		return nil
	}
	if d := t.spannedGrid(t.lines[i : i+n]); d != nil {
		return d
	}
	return t.plainGrid(groups, n)
}

// plainGrid reads a table of as many cells in each line: the lines between two rules are a row.
func (t *textReader) plainGrid(groups [][]textLine, n int) *drawn {
	d := &drawn{n: n}
	width := 0
	for _, lines := range groups {
		var row []piece
		figured := 0
		for _, l := range lines {
			cells := splitPipes(l, t.shown)
			if width == 0 {
				width = len(cells)
			}
			if len(cells) != width {
				return nil
			}
			some := false
			for k, c := range cells {
				some = some || isFigure(c.text)
				if row == nil || len(row) <= k {
					row = append(row, c)
					continue
				}
				row[k] = joined(row[k], c)
			}
			if some {
				figured++
			}
		}
		if figured > 1 { // rules do not part the rows
			return nil
		}
		if row != nil {
			d.rows = append(d.rows, row)
		}
	}
	if len(d.rows) < 2 {
		return nil
	}
	return d
}

// joined adds a further line to a cell.
func joined(p, q piece) piece {
	switch {
	case q.text == "":
		return p
	case p.text == "":
		return q
	}
	p.text += "\n" + q.text
	return p
}

// spannedGrid reads a table whose bars and rules all stand in columns of the screen. A cell reaches to the next bar and the
// next rule that bound it; nil where some do not close.
func (t *textReader) spannedGrid(lines []textLine) *drawn {
	chars, at := make([][]rune, len(lines)), make([][]int, len(lines))
	var ys, xs []int
	for y := range lines {
		chars[y], at[y] = screen(strings.TrimRight(lines[y].raw, " \t"))
		rule := false
		for x, r := range chars[y] {
			if r == '+' {
				rule = true
				if !slices.Contains(xs, x) {
					xs = append(xs, x)
				}
			}
		}
		if rule {
			ys = append(ys, y)
		}
	}
	slices.Sort(xs)
	if len(ys) < 3 || len(xs) < 3 || ys[0] != 0 || ys[len(ys)-1] != len(lines)-1 {
		return nil
	}
	char := func(y, x int) rune {
		if x >= len(chars[y]) {
			return ' '
		}
		return chars[y][x]
	}
	barred := func(y0, y1, x int) bool {
		for y := y0 + 1; y < y1; y++ {
			if r := char(y, x); r != '|' && r != '+' {
				return false
			}
		}
		return y1 > y0+1
	}
	ruled := func(y, x0, x1 int) bool {
		for x := x0 + 1; x < x1; x++ {
			if r := char(y, x); r != '-' && r != '=' && r != '+' && r != ':' {
				return false
			}
		}
		return true
	}
	for r := 0; r+1 < len(ys); r++ {
		figured := 0
		for _, l := range lines[ys[r]+1 : ys[r+1]] {
			if slices.ContainsFunc(splitPipes(l, nil), func(p piece) bool { return isFigure(p.text) }) {
				figured++
			}
		}
		if figured > 1 { // rules do not part the rows
			return nil
		}
	}
	d := &drawn{n: len(lines), spans: map[[2]int][2]int{}, rows: make([][]piece, len(ys)-1)}
	taken := map[[2]int]bool{}
	for r := 0; r+1 < len(ys); r++ {
		for c := 0; c+1 < len(xs); c++ {
			if taken[[2]int{r, c}] {
				d.rows[r] = append(d.rows[r], piece{offset: -1})
				continue
			}
			c1, r1 := c+1, r+1
			for c1 < len(xs)-1 && !barred(ys[r], ys[r+1], xs[c1]) {
				c1++
			}
			for r1 < len(ys)-1 && !ruled(ys[r1], xs[c], xs[c1]) {
				r1++
			}
			if !barred(ys[r], ys[r1], xs[c]) && r1 == r+1 || !barred(ys[r], ys[r1], xs[c1]) || !ruled(ys[r1], xs[c], xs[c1]) {
				return nil
			}
			for a := r; a < r1; a++ {
				for b := c; b < c1; b++ {
					taken[[2]int{a, b}] = true
				}
			}
			d.spans[[2]int{r, c}] = [2]int{r1 - r, c1 - c}
			var p piece
			for y := ys[r] + 1; y < ys[r1]; y++ {
				p = joined(p, t.slice(lines[y], chars[y], at[y], xs[c]+1, xs[c1]))
			}
			d.rows[r] = append(d.rows[r], p)
		}
	}
	return d
}

// slice gives what stands in columns from x0 to x1 of a line.
func (t *textReader) slice(l textLine, chars []rune, at []int, x0, x1 int) piece {
	if x0 >= len(chars) {
		return piece{"", l.offset + len(l.raw), l.page}
	}
	from, to := at[x0], len(strings.TrimRight(l.raw, " \t"))
	if x1 < len(at) {
		to = at[x1]
	}
	cell := l.raw[from:to]
	lead := len(cell) - len(strings.TrimLeft(cell, " \t　"))
	text := cellBreaks.Replace(cell)
	return piece{clean(t.shown(text, Place{Page: l.page, Offset: l.offset + from + lead})), l.offset + from + lead, l.page}
}

// starts gives the columns where the parts of a rule begin.
func starts(rule string) (out []int) {
	for x, r := range rule {
		if r == '-' && (x == 0 || rule[x-1] == ' ') {
			out = append(out, x)
		}
	}
	return out
}

// cells cuts a line at the columns where those of a rule begin; nil where a character stands across one.
func (t *textReader) cells(l textLine, from []int) []piece {
	chars, at := screen(l.raw)
	var out []piece
	for k, x := range from {
		x0, x1 := x, len(chars)
		if k == 0 {
			x0 = 0
		}
		if k+1 < len(from) {
			x1 = from[k+1]
			if x1-1 < len(chars) && x1 > 0 && chars[x1-1] != ' ' {
				return nil
			}
		}
		out = append(out, t.slice(l, chars, at, x0, x1))
	}
	return out
}

// simpleTable reads a table whose header is the line above a rule in parts: a line a row, to a blank line or another rule.
func (t *textReader) simpleTable(i int) *drawn {
	from := starts(t.lines[i+1].raw)
	d := &drawn{}
	for k := i; k < len(t.lines); k++ {
		l := t.lines[k]
		if k == i+1 {
			continue
		}
		if strings.TrimSpace(l.raw) == "" || dashRule.MatchString(l.raw) || wholeRule.MatchString(l.raw) {
			d.n = k - i
			if strings.TrimSpace(l.raw) != "" {
				d.n++
			}
			break
		}
		row := t.cells(l, from)
		if row == nil {
			return nil
		}
		d.rows = append(d.rows, row)
		d.n = k - i + 1
	}
	if len(d.rows) < 2 {
		return nil
	}
	return d
}

// multilineTable reads a table between two whole rules whose header stands above a rule in parts, its rows parted by
// blank lines.
func (t *textReader) multilineTable(i int) *drawn {
	k := i + 1
	for k < len(t.lines) && k-i < 12 && !dashRule.MatchString(t.lines[k].raw) {
		k++
	}
	if k == len(t.lines) || !dashRule.MatchString(t.lines[k].raw) {
		return nil
	}
	from := starts(t.lines[k].raw)
	d := &drawn{}
	var row []piece
	flush := func() {
		if row != nil {
			d.rows = append(d.rows, row)
		}
		row = nil
	}
	for y := i + 1; y < len(t.lines); y++ {
		l := t.lines[y]
		switch {
		case y == k || strings.TrimSpace(l.raw) == "":
			flush()
			continue
		case wholeRule.MatchString(l.raw) || dashRule.MatchString(l.raw):
			flush()
			if d.n = y - i + 1; len(d.rows) < 2 {
				return nil
			}
			return d
		}
		cells := t.cells(l, from)
		if cells == nil {
			return nil
		}
		if row == nil {
			row = cells
			continue
		}
		for c := range row {
			row[c] = joined(row[c], cells[c])
		}
	}
	return nil
}

// draw emits a table that is drawn.
func (t *textReader) draw(d *drawn) int {
	t.grid(d.rows, Grid)
	if d.spans == nil {
		return d.n
	}
	tab := t.doc.Blocks[len(t.doc.Blocks)-1].Table
	kept := tab.Cells[:0]
	for _, c := range tab.Cells {
		span, ok := d.spans[[2]int{c.Row, c.Col}]
		if !ok {
			continue
		}
		c.RowSpan, c.ColSpan = span[0], span[1]
		kept = append(kept, c)
	}
	tab.Cells = kept
	return d.n
}
