package extract

import (
	"encoding/csv"
	"strings"
)

// commaFields splits a record at its commas as spreadsheets write them, and gives the number of its lines: within quotes
// a cell goes on over several. It gives nil where there is no comma, or where the line is prose.
func commaFields(lines []textLine, i int) (fields []string, n int) {
	s := lines[i].raw
	if !strings.Contains(s, ",") && !strings.HasPrefix(s, `"`) || strings.HasSuffix(s, "。") {
		return nil, 1
	}
	for n = 1; strings.Count(s, `"`)%2 == 1 && n < 40 && i+n < len(lines); n++ {
		s += "\n" + lines[i+n].raw
	}
	if len(s) > 4000 {
		return nil, 1
	}
	r := csv.NewReader(strings.NewReader(s))
	r.LazyQuotes = true
	fields, err := r.Read()
	if err != nil || len(fields) < 2 {
		return nil, 1
	}
	return fields, n
}

// isFigure reports whether a field is a number, or a mark in its place.
func isFigure(s string) bool {
	s = strings.TrimSpace(s)
	return s != "" && strings.Trim(s, "0123456789０１２３４５６７８９.,-/%—－") == ""
}

// figures counts them.
func figures(fields []string) (n int) {
	for _, f := range fields {
		if isFigure(f) {
			n++
		}
	}
	return n
}

// hasCommaTables reports whether a text holds tables between commas: three lines on end of as many fields, two of them
// with two figures or more. Prose whose commas are those of a keyboard has no such lines.
func hasCommaTables(lines []textLine) bool {
	run, width, rich := 0, 0, 0
	for i := 0; i < len(lines); {
		fields, n := commaFields(lines, i)
		i += n
		if len(fields) != width || fields == nil {
			run, width, rich = 0, len(fields), 0
		}
		if fields == nil {
			continue
		}
		run++
		if figures(fields) >= 2 {
			rich++
		}
		if run >= 3 && rich >= 2 {
			return true
		}
	}
	return false
}

// commaRows reads a run of rows of as many fields, or nearly. What stands alone in a row before the first with two fields, or is a
// sentence, is text, as in a sheet whose title lies in its first cell.
func (t *textReader) commaRows(i int) int {
	var rows [][]piece
	n, width, some := 0, 0, 0
	for i+n < len(t.lines) {
		fields, k := commaFields(t.lines, i+n)
		if width == 0 {
			width = len(fields)
		}
		if d := width - len(fields); width == 0 || fields == nil || d < 0 && (d < -3 || figures(fields) < 2) {
			break // a row that has gained a cell is a row of the table still; of one that is shorter blank cells were cut off
		}
		some += figures(fields)
		l := t.lines[i+n]
		n += k
		var row []piece
		at := 0
		for _, f := range fields {
			if k := strings.Index(l.raw[at:], f); k >= 0 {
				at += k
			}
			row = append(row, piece{clean(f), l.offset + at, l.page})
			at = min(at+len(f), len(l.raw))
		}
		rows = append(rows, row)
	}
	if len(rows) < 2 || some == 0 {
		return 0
	}
	flush := func(rows [][]piece) {
		if len(rows) > 0 {
			t.grid(rows, Grid)
		}
	}
	from := 0
	for k, row := range rows {
		if s, ok := alone(row); ok && (k == from || isSentence(s)) && s != "" {
			flush(rows[from:k])
			from = k + 1
			t.doc.Blocks = append(t.doc.Blocks, Block{Kind: Line, Text: s, Place: Place{Page: row[0].page, Offset: row[0].offset}})
		}
	}
	flush(rows[from:])
	return n
}

// alone gives the first cell of a row whose other cells are all blank.
func alone(row []piece) (string, bool) {
	for _, p := range row[1:] {
		if p.text != "" {
			return "", false
		}
	}
	return row[0].text, true
}

// isSentence reports whether a text is prose, not the label of a row.
func isSentence(s string) bool { return strings.HasSuffix(s, "。") || len([]rune(s)) > 60 }
