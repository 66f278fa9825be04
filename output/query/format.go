package query

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Formats are those that Write knows.
var Formats = []string{"table", "csv", "json", "md"}

// Write writes the rows of a query.
//
// csv is RFC 4180 with a head; null is an empty field, an empty text "". json is one object a line. table and md are
// for reading: null is NULL, line ends are spaces, and at most limit rows are shown (0: all); more reports whether
// there are others, which the text says too. A blob is written in hexadecimal.
func Write(w io.Writer, rows *Rows, format string, limit int) (n int, more bool, err error) {
	b := bufio.NewWriterSize(w, 64<<10)
	switch format {
	case "csv":
		n, err = writeCSV(b, rows)
	case "json":
		n, err = writeLines(b, rows)
	case "table", "md":
		n, more, err = writeTable(b, rows, format == "md", limit)
	default:
		return 0, false, fmt.Errorf("%q is no format: %s", format, strings.Join(Formats, ", "))
	}
	if e := b.Flush(); err == nil { // what came before an error is still handed on
		err = e
	}
	return n, more, err
}

// appendValue writes a value as text.
func appendValue(b []byte, v any) []byte {
	switch x := v.(type) {
	case nil:
		return b
	case int64:
		return strconv.AppendInt(b, x, 10)
	case float64:
		return strconv.AppendFloat(b, x, 'g', -1, 64)
	case string:
		return append(b, x...)
	case []byte:
		return hex.AppendEncode(b, x)
	}
	return fmt.Append(b, v)
}

func writeCSV(w *bufio.Writer, rows *Rows) (n int, err error) {
	var b []byte
	for i, c := range rows.Columns {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendField(b, c)
	}
	b = append(b, "\r\n"...)
	if _, err := w.Write(b); err != nil {
		return 0, err
	}
	for rows.Next() {
		b = b[:0]
		for i, v := range rows.Values() {
			if i > 0 {
				b = append(b, ',')
			}
			if s, ok := v.(string); ok {
				b = appendField(b, s)
			} else {
				b = appendValue(b, v)
			}
		}
		b = append(b, "\r\n"...)
		if _, err := w.Write(b); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

// appendField writes a field of CSV; an empty text is quoted, which tells it from null.
func appendField(b []byte, s string) []byte {
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

func writeLines(w *bufio.Writer, rows *Rows) (n int, err error) {
	var names [][]byte
	seen := map[string]bool{}
	for _, c := range rows.Columns {
		if seen[c] {
			return 0, fmt.Errorf("query: two columns are called %s: an object has room for one; name one with AS", c)
		}
		seen[c] = true
		var b bytes.Buffer
		jsonText(&b, c)
		names = append(names, b.Bytes())
	}
	var b bytes.Buffer
	for rows.Next() {
		b.Reset()
		b.WriteByte('{')
		for i, v := range rows.Values() {
			if i > 0 {
				b.WriteByte(',')
			}
			b.Write(names[i])
			b.WriteByte(':')
			switch x := v.(type) {
			case nil:
				b.WriteString("null")
			case int64:
				b.Write(strconv.AppendInt(b.AvailableBuffer(), x, 10))
			case float64:
				if math.IsInf(x, 0) { // JSON has no number for it
					jsonText(&b, strconv.FormatFloat(x, 'g', -1, 64))
				} else {
					b.Write(strconv.AppendFloat(b.AvailableBuffer(), x, 'g', -1, 64))
				}
			default:
				jsonText(&b, string(appendValue(nil, v)))
			}
		}
		b.WriteString("}\n")
		if _, err := w.Write(b.Bytes()); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}

func writeTable(w *bufio.Writer, rows *Rows, md bool, limit int) (n int, more bool, err error) {
	head := make([]string, len(rows.Columns))
	for i, c := range rows.Columns {
		head[i] = oneLine(c, md)
	}
	var lines [][]string
	right := make([]bool, len(head))
	numbers, others := make([]int, len(head)), make([]int, len(head))
	for rows.Next() {
		if limit > 0 && n == limit {
			more = true
			break
		}
		line := make([]string, len(head))
		for i, v := range rows.Values() {
			switch v.(type) {
			case nil:
				line[i] = "NULL"
				continue
			case int64, float64:
				numbers[i]++
			default:
				others[i]++
			}
			line[i] = oneLine(string(appendValue(nil, v)), md)
		}
		lines = append(lines, line)
		n++
	}
	if !more {
		err = rows.Err()
	}
	widths := make([]int, len(head))
	for i := range head {
		right[i] = numbers[i] > 0 && others[i] == 0
		widths[i] = max(cellsOf(head[i]), 3)
		for _, l := range lines {
			widths[i] = max(widths[i], cellsOf(l[i]))
		}
	}
	put := func(line []string) {
		for i, s := range line {
			switch {
			case md:
				w.WriteString("| " + s + " ")
				continue
			case i > 0:
				w.WriteString("  ")
			}
			gap := strings.Repeat(" ", widths[i]-cellsOf(s))
			switch {
			case right[i]:
				w.WriteString(gap + s)
			case i == len(line)-1:
				w.WriteString(s)
			default:
				w.WriteString(s + gap)
			}
		}
		if md {
			w.WriteByte('|')
		}
		w.WriteByte('\n')
	}
	put(head)
	rule := make([]string, len(head))
	for i := range rule {
		switch {
		case md && right[i]:
			rule[i] = "---:"
		case md:
			rule[i] = "---"
		default:
			rule[i] = strings.Repeat("─", widths[i])
		}
	}
	put(rule)
	for _, l := range lines {
		put(l)
	}
	if more {
		if md {
			w.WriteByte('\n')
		}
		fmt.Fprintf(w, "… the first %d rows; there are more (--limit 0 shows all)\n", n)
	}
	return n, more, err
}

// oneLine makes a text fit for a cell of a table: control characters, which a terminal would obey, become spaces.
func oneLine(s string, md bool) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
	if md {
		s = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;").Replace(s)
	}
	return s
}

// cellsOf is how many cells of a terminal a text takes.
func cellsOf(s string) (n int) {
	for _, r := range s {
		switch k := width.LookupRune(r).Kind(); {
		case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case k == width.EastAsianWide, k == width.EastAsianFullwidth:
			n += 2
		default:
			n++
		}
	}
	return n
}
