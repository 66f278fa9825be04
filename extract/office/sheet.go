package office

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// sheet cuts a sheet into its tables and lines of text and adds them to the document. In a sheet everything stands in
// cells: titles and headings too. A row belongs to a table when several of its cells are filled or have borders, or
// when a cell from above reaches into it; else it is a line of text.
func (d *Document) sheet(name string, rows []rawRow) {
	g := d.grid(&rawTable{rows: rows})
	if g == nil {
		return
	}
	anyRuled := 0
	type line struct {
		filled, ruled int
		only          *Cell
		below         bool // a filled or ruled cell from above reaches into it
	}
	lines := make([]line, g.Rows)
	filled := 0
	for i := range g.Cells {
		c := &g.Cells[i]
		if strings.TrimSpace(c.Text) != "" {
			filled++
			lines[c.Row].filled++
			lines[c.Row].only = c
		}
		if c.ruled {
			anyRuled++
			lines[c.Row].ruled++
		}
		for r := c.Row + 1; r < min(c.Row+c.RowSpan, g.Rows); r++ {
			lines[r].below = true
		}
	}
	inTable := func(r int) bool {
		l := &lines[r]
		switch {
		case l.filled > 1 || l.below:
			return true
		case l.filled == 1 && isLine(l.only.Text): // a column may have borders from the first row to the last
			return false
		case l.ruled > 1:
			return true
		case l.filled == 0:
			return false
		case anyRuled*3 > filled: // borders tell
			return l.ruled > 0
		}
		// without borders: one cell over columns that the row below fills is a header
		s := l.only.Text
		return r+1 < g.Rows && lines[r+1].filled > 1 && !isHeading(s) && len(s) < 240
	}
	for r := 0; r < g.Rows; {
		if !inTable(r) {
			if c := lines[r].only; c != nil {
				d.Blocks = append(d.Blocks, Block{Text: strings.ReplaceAll(c.Text, "\n", " "), Place: c.Place})
			}
			r++
			continue
		}
		end := r + 1
		for end < g.Rows && inTable(end) {
			end++
		}
		d.cut(g, r, end, name)
		r = end
	}
}

// isLine reports whether a text that stands alone in its row is no cell of a table whatever its borders: a title, a
// heading with its ordinal, a paragraph.
func isLine(s string) bool {
	s = strings.TrimSpace(s)
	if utf8.RuneCountInString(s) > 10 && strings.HasSuffix(s, "。") || strings.HasSuffix(s, "年度报告") {
		return true
	}
	first, n := utf8.DecodeRuneInString(s)
	return strings.ContainsRune("一二三四五六", first) && strings.HasPrefix(s[n:], "、") && isHeading(s)
}

// isHeading reports whether a line reads as a title or a numbered heading and not as the label of a row.
func isHeading(s string) bool {
	s = strings.TrimSpace(s)
	for _, end := range []string{"情况", "事项", "报告", "问题"} {
		if strings.HasSuffix(s, end) {
			return true
		}
	}
	return false
}

// cut makes a table of the rows from … to-1, without the columns that are empty beside it.
func (d *Document) cut(g *Table, from, to int, name string) {
	t := &Table{Rows: to - from, Place: name + "!" + strconv.Itoa(from+1) + ":" + strconv.Itoa(to)}
	inRow := map[int]int{}
	for _, c := range g.Cells {
		if c.Text != "" {
			inRow[c.Row]++
		}
	}
	left, right := 1<<30, 0
	for _, alone := range []bool{false, true} { // a title over the table may be wider than it
		for _, c := range g.Cells {
			if c.Row >= from && c.Row < to && (c.Text != "" || c.ruled) && (alone || inRow[c.Row] > 1) {
				left, right = min(left, c.Col), max(right, c.Col+c.ColSpan)
			}
		}
		if right > 0 {
			break
		}
	}
	for _, c := range g.Cells {
		if c.Row < from || c.Row >= to || c.Col+c.ColSpan <= left || c.Col >= right {
			continue
		}
		if c.Col < left {
			c.ColSpan -= left - c.Col
			c.Col = left
		}
		c.ColSpan = min(c.ColSpan, right-c.Col)
		c.Row -= from
		c.Col -= left
		c.RowSpan = min(c.RowSpan, to-from-c.Row)
		t.Cells = append(t.Cells, c)
	}
	if len(t.Cells) > 0 {
		t.Cols = right - left
		t.trim()
		d.Blocks = append(d.Blocks, Block{Table: t, Place: t.Place})
	}
}

// column names a column of a sheet: A … Z, AA …
func column(k int) string {
	s := ""
	for k++; k > 0; k = (k - 1) / 26 {
		s = string(rune('A'+(k-1)%26)) + s
	}
	return s
}
