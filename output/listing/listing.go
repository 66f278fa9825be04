// Package listing prints rows the way they are asked for, by one rule for all commands: a table that fits the terminal, one
// field a line, CSV (as programs read it, or as Excel does), one JSON object a row, Markdown.
//
// It knows widths, quoting and what may be cut, and nothing of what the rows say. A number is never cut: cut short it would be
// another number. Columns for which a terminal has no room are left out from the least on, and the caller is told.
package listing

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/output"
)

// Formats are those that Open knows.
var Formats = []string{"table", "line", "csv", "json", "md"}

// A Column is one field of every row.
type Column struct {
	Key   string // in line, csv and json
	Head  string // over the table; "" = the key
	Right bool   // stands to the right, and is not cut, though not all of it is numbers
	Main  bool   // is what the row says: columns that may be left out go before it is cut short
	Less  int    // a table that is too wide leaves out the column of the greatest first; of 0 none, but for the last in order
	Wrap  bool   // goes on below where a table is too narrow for it, instead of being cut

	// Words says a code as a reader is to read it, in tables and lines; csv and json have the code. nil = as it is.
	Words func(code string) string
}

// Options say how rows are printed.
type Options struct {
	Format string                         // one of Formats
	Excel  bool                           // csv begins with a byte order mark, and what would be computed has an apostrophe before it
	Width  int                            // cells of the terminal that a table has to fit; 0 = as wide as it comes
	Note   func(left []string)            // is told, after the last row, which columns a table had no room for
	Paint  func(code, cell string) string // colours the first column of a table, by its code; nil = as it is
}

// look is how many rows decide how wide the columns of a table are; what comes after them is printed at once, so that a list
// may be of any length.
const look = 1000

// A List takes rows and prints them.
type List struct {
	w       *bufio.Writer
	o       Options
	columns []Column
	keys    [][]byte // as JSON texts
	rows    [][]any  // of a table, until its widths are settled
	lines   []int    // widths of the columns; nil = not settled
	right   []bool
	numbers []int    // widths of the widest number of each column
	shown   []int    // the columns that a table has room for
	left    []string // the others
	n       int
	line    []byte
}

// Open begins a list. Two columns of one name are an error where an object has room for one.
func Open(w io.Writer, o Options, columns ...Column) (*List, error) {
	if !slices.Contains(Formats, o.Format) {
		return nil, fmt.Errorf("%q is no format: %s", o.Format, strings.Join(Formats, ", "))
	}
	l := &List{w: bufio.NewWriterSize(w, 64<<10), o: o, columns: columns, right: make([]bool, len(columns)),
		numbers: make([]int, len(columns))}
	seen := map[string]bool{}
	for _, c := range columns {
		if o.Format == "json" && seen[c.Key] {
			return nil, fmt.Errorf("two columns are called %s: an object has room for one; name one with AS", c.Key)
		}
		seen[c.Key] = true
		l.keys = append(l.keys, appendJSON(nil, c.Key))
	}
	if o.Format == "csv" {
		if o.Excel {
			l.w.WriteString("\ufeff")
		}
		head := make([]any, len(columns))
		for i, c := range columns {
			head[i] = c.Key
		}
		l.csv(head)
	}
	return l, nil
}

// Add prints a row: a cell is nil (null: nothing is known), a string, a number, a truth or bytes.
func (l *List) Add(cells ...any) error {
	if len(cells) != len(l.columns) {
		return fmt.Errorf("listing: %d cells for %d columns", len(cells), len(l.columns))
	}
	l.n++
	switch l.o.Format {
	case "csv":
		return l.csv(cells)
	case "json":
		return l.object(cells)
	case "line":
		return l.fields(cells)
	}
	if l.lines != nil {
		return l.put(cells)
	}
	if l.rows = append(l.rows, cells); len(l.rows) == look {
		return l.settle()
	}
	return nil
}

// Rows is how many rows there were.
func (l *List) Rows() int { return l.n }

// Close prints what is left.
func (l *List) Close() error {
	if l.lines == nil && (l.o.Format == "table" || l.o.Format == "md") {
		if err := l.settle(); err != nil {
			return err
		}
	}
	if err := l.w.Flush(); err != nil {
		return err
	}
	if len(l.left) > 0 && l.o.Note != nil {
		l.o.Note(l.left)
	}
	return nil
}

// Null is a cell of which nothing is known, where a reader has to be told.
type Null struct{}

func (Null) String() string { return "NULL" }

// text is a cell as text.
func text(v any) string {
	switch x := v.(type) {
	case nil:
		return ""
	case string:
		return x
	case int64:
		return strconv.FormatInt(x, 10)
	case float64:
		return string(appendFloat(nil, x))
	case []byte:
		return hex.EncodeToString(x)
	}
	return fmt.Sprint(v)
}

// appendFloat writes a number out as far as one would by hand, and with an exponent beyond: as encoding/json does.
func appendFloat(b []byte, x float64) []byte {
	if size := math.Abs(x); x == 0 || size >= 1e-6 && size < 1e21 {
		return strconv.AppendFloat(b, x, 'f', -1, 64)
	}
	return strconv.AppendFloat(b, x, 'g', -1, 64)
}

// isNumber reports whether a cell is a number, or a text that reads as one: 1,234.5 or 12%.
func isNumber(v any) bool {
	s, isText := v.(string)
	if !isText {
		switch v.(type) {
		case int, int32, int64, float64, json.Number:
			return true
		}
		return false
	}
	s = strings.TrimSuffix(s, "%")
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	return s != "" && strings.Trim(s, "0123456789,.") == ""
}

// csv writes RFC 4180: null is an empty field, an empty text "".
func (l *List) csv(cells []any) error {
	b := l.line[:0]
	for i, v := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		s, isText := v.(string)
		switch {
		case !isText:
			b = append(b, text(v)...)
		case l.o.Excel:
			b = appendField(b, output.Guard(s))
		default:
			b = appendField(b, s)
		}
	}
	l.line = append(b, "\r\n"...)
	_, err := l.w.Write(l.line)
	return err
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

func (l *List) object(cells []any) error {
	b := append(l.line[:0], '{')
	for i, v := range cells {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(b, l.keys[i]...), ':')
		switch x := v.(type) {
		case nil:
			b = append(b, "null"...)
		case float64:
			if math.IsInf(x, 0) || math.IsNaN(x) { // JSON has no number for it
				b = appendJSON(b, text(x))
			} else {
				b = appendFloat(b, x)
			}
		case []byte:
			b = appendJSON(b, text(x))
		default:
			b = appendJSON(b, v)
		}
	}
	l.line = append(b, "}\n"...)
	_, err := l.w.Write(l.line)
	return err
}

// appendJSON writes a value with Chinese and signs as they are.
func appendJSON(b []byte, v any) []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return append(b, "null"...)
	}
	return append(b, bytes.TrimSuffix(out.Bytes(), []byte("\n"))...)
}

// fields writes a row as one field a line, rows apart by an empty line. Fields of which nothing is known are left out.
func (l *List) fields(cells []any) error {
	widest := 0
	for _, c := range l.columns {
		widest = max(widest, Width(c.Key))
	}
	if l.n > 1 {
		l.w.WriteByte('\n')
	}
	for i, v := range cells {
		if v == nil {
			continue
		}
		key := l.columns[i].Key
		fmt.Fprintf(l.w, "%s%s  %s\n", key, strings.Repeat(" ", widest-Width(key)), OneLine(l.words(i, v)))
	}
	return nil
}

// settle decides how wide the columns are, and prints the head and the rows so far.
func (l *List) settle() error {
	md := l.o.Format == "md"
	widths := make([]int, len(l.columns))
	for i := range l.columns {
		numbers, others := 0, 0
		widths[i] = max(Width(OneLine(l.head(i))), 3)
		for _, r := range l.rows {
			switch r[i].(type) {
			case nil, Null:
			case int, int32, int64, float64, json.Number:
				numbers++
			default:
				others++
			}
			wide := Width(l.cell(i, r[i]))
			if widths[i] = max(widths[i], wide); isNumber(r[i]) {
				l.numbers[i] = max(l.numbers[i], wide)
			}
		}
		l.right[i] = l.columns[i].Right || numbers > 0 && others == 0
		l.shown = append(l.shown, i)
	}
	l.lines = widths
	if !md && l.o.Width > 0 {
		l.fit()
	}
	head, rule := make([]any, len(l.columns)), make([]any, len(l.columns))
	for i := range l.columns {
		head[i] = l.head(i)
		switch {
		case md && l.right[i]:
			rule[i] = "---:"
		case md:
			rule[i] = "---"
		default:
			rule[i] = strings.Repeat("─", l.lines[i])
		}
	}
	paint := l.o.Paint
	l.o.Paint = nil
	said := l.columns
	l.columns = slices.Clone(said)
	for i := range l.columns { // heads are no codes
		l.columns[i].Words = nil
	}
	err := l.put(head)
	if err == nil {
		err = l.put(rule)
	}
	l.o.Paint, l.columns = paint, said
	for _, r := range l.rows {
		if err == nil {
			err = l.put(r)
		}
	}
	l.rows = nil
	return err
}

func (l *List) head(i int) string {
	if h := l.columns[i].Head; h != "" {
		return h
	}
	return l.columns[i].Key
}

// words is a cell as it is read.
func (l *List) words(i int, v any) string {
	if code, ok := v.(string); ok && l.columns[i].Words != nil {
		return l.columns[i].Words(code)
	}
	return text(v)
}

// cell is a cell of a table.
func (l *List) cell(i int, v any) string {
	s := OneLine(l.words(i, v))
	if l.o.Format == "md" {
		s = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", "&", "&amp;").Replace(s)
	}
	return s
}

// least is how narrow a text may be cut before a column is left out instead, leastMain that of the one that matters.
const (
	least     = 16
	leastMain = 40
	// of one that goes on below
	leastWrap     = 10
	leastWrapMain = 24
)

// fit makes the columns narrow enough: the widest text is cut or broken, down to least, then columns are left out, then texts are
// cut as far as it takes.
func (l *List) fit() {
	for floor := least; ; {
		total := 2 * (len(l.shown) - 1)
		for _, i := range l.shown {
			total += l.lines[i]
		}
		if total <= l.o.Width {
			return
		}
		widest := -1
		for _, i := range l.shown {
			if !l.right[i] && l.lines[i] > l.floor(i, floor) && (widest < 0 || l.lines[i] > l.lines[widest]) {
				widest = i
			}
		}
		switch {
		case widest >= 0:
			l.lines[widest] = max(l.floor(widest, floor), l.lines[widest]-(total-l.o.Width), l.second(widest))
		case l.leaveOut():
		case floor > 4:
			floor = 4
		default:
			return // narrower than any text: the terminal breaks the lines
		}
	}
}

// floor is how narrow a column may become: never narrower than a number in it.
func (l *List) floor(i, floor int) int {
	switch c := &l.columns[i]; {
	case floor != least:
	case c.Main && c.Wrap:
		floor = leastWrapMain
	case c.Main:
		floor = leastMain
	case c.Wrap:
		floor = leastWrap
	}
	return max(floor, l.numbers[i])
}

// second is the width of the widest text but one, to which the widest is cut before both are; one less where they are alike.
func (l *List) second(widest int) int {
	n := 0
	for _, i := range l.shown {
		if i != widest && !l.right[i] {
			n = max(n, l.lines[i])
		}
	}
	return min(n, l.lines[widest]-1)
}

// leaveOut takes the least important column away, where one may be.
func (l *List) leaveOut() bool {
	at := -1
	for k, i := range l.shown {
		if less := l.columns[i].Less; less > 0 && (at < 0 || less >= l.columns[l.shown[at]].Less) {
			at = k
		}
	}
	if at < 0 {
		if at = len(l.shown) - 1; at < 2 || l.weighed() {
			return false
		}
	}
	l.left = append(l.left, l.head(l.shown[at]))
	l.shown = slices.Delete(l.shown, at, at+1)
	return true
}

// weighed reports whether somebody said which columns matter; where nobody did, the last goes first.
func (l *List) weighed() bool {
	return slices.ContainsFunc(l.columns, func(c Column) bool { return c.Less > 0 })
}

// put prints a row of a table: on one line, or on as many as the cells take that go on below.
func (l *List) put(cells []any) error {
	shown := make([][]string, len(l.shown))
	deep := 1
	for k, i := range l.shown {
		s := l.cell(i, cells[i])
		switch narrow := l.o.Width > 0 && l.o.Format != "md" && !l.right[i] && !isNumber(cells[i]); {
		case narrow && l.columns[i].Wrap:
			shown[k] = Wrap(s, l.lines[i])
		case narrow:
			shown[k] = []string{Clip(s, l.lines[i])}
		default:
			shown[k] = []string{s}
		}
		deep = max(deep, len(shown[k]))
	}
	for n := range deep {
		l.putLine(cells, shown, n)
	}
	return nil
}

// putLine prints one of the lines of a row.
func (l *List) putLine(cells []any, shown [][]string, n int) {
	md := l.o.Format == "md"
	last := len(l.shown) - 1
	for ; n > 0 && last > 0 && n >= len(shown[last]); last-- { // nothing stands there, and no spaces need to
	}
	for k, i := range l.shown[:last+1] {
		s := ""
		if n < len(shown[k]) {
			s = shown[k][n]
		}
		if md {
			l.w.WriteString("| " + s + " ")
			continue
		}
		if k > 0 {
			l.w.WriteString("  ")
		}
		gap := strings.Repeat(" ", max(0, l.lines[i]-Width(s)))
		if k == 0 && l.o.Paint != nil && s != "" {
			s = l.o.Paint(text(cells[i]), s)
		}
		switch {
		case l.right[i]:
			l.w.WriteString(gap + s)
		case k == last:
			l.w.WriteString(s)
		default:
			l.w.WriteString(s + gap)
		}
	}
	if md {
		l.w.WriteByte('|')
	}
	l.w.WriteByte('\n')
}

// closing are signs that no line begins with, opening those that none ends with.
const (
	closing = "，。；：、？！）》」』”’…%％·"
	opening = "（《「『“‘"
)

// Wrap breaks a text into lines of at most n cells of a terminal: at spaces, beside Chinese characters, and within names behind
// their points; only what is longer than a line is broken elsewhere. No text is one empty line.
func Wrap(s string, n int) (lines []string) {
	n = max(n, 2)
	line, used := "", 0
	end := func() {
		lines = append(lines, strings.TrimRight(line, " "))
		line, used = "", 0
	}
	for _, word := range words(s) {
		k := Width(strings.TrimRight(word, " "))
		if used > 0 && used+k > n {
			end()
		}
		for k > n { // there is no line for it
			head := clipped(word, n)
			line = head
			end()
			word = word[len(head):]
			k = Width(strings.TrimRight(word, " "))
		}
		line += word
		used += Width(word)
	}
	if line = strings.TrimRight(line, " "); line != "" || lines == nil {
		lines = append(lines, line)
	}
	return lines
}

// clipped is as much of the beginning of a text as n cells have room for, and at least a character.
func clipped(s string, n int) string {
	used := 0
	for i, r := range s {
		if used += Width(string(r)); used > n && i > 0 {
			return s[:i]
		}
	}
	return s
}

// words cuts a text where a line may end.
func words(s string) (out []string) {
	start := 0
	var before rune
	for i, r := range s {
		wide := r >= 0x2e80 || before >= 0x2e80
		breaks := i > 0 && (before == ' ' && r != ' ' || wide && r != ' ' && !strings.ContainsRune(closing, r) &&
			!strings.ContainsRune(opening, before) || (before == '.' || before == '_' || before == '/') && unicode.IsLetter(r))
		if breaks {
			out = append(out, s[start:i])
			start = i
		}
		before = r
	}
	return append(out, s[start:])
}

// OneLine makes a text fit for a cell of a table: control characters, which a terminal would obey, become spaces.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
			return ' '
		}
		return r
	}, s)
}

// Width is how many cells of a terminal a text takes: a Chinese character takes two.
func Width(s string) (n int) {
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

// Clip shortens a text to at most n cells of a terminal, and says so by "…".
func Clip(s string, n int) string {
	if Width(s) <= n {
		return s
	}
	used := 0
	for i, r := range s {
		k := Width(string(r))
		if used+k > n-1 {
			return s[:i] + "…"
		}
		used += k
	}
	return s
}
