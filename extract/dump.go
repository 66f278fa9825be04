package extract

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteText writes a document as a dump for reading, one line a fact, that ParseText reads back to an equal document:
//
//	document text/html utf-8 41233 bytes 0 pages SHA256
//	title "…"
//	meta "PubDate" "2023-01-18"
//	paragraph "…" path=/html/body/p[1]
//	table grid 3x4 table=1
//	cell 0,1 1x2 "…" table=1 row=1 column=2
//	doubt "undecodable" "…" offset=12
func WriteText(w io.Writer, d *Document) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "document %s %s %d bytes %d pages %s\n", orDash(d.MediaType), orDash(d.Charset), d.Bytes, d.Pages,
		orDash(d.SHA256))
	if d.Title != "" {
		fmt.Fprintf(b, "title %s\n", quote(d.Title))
	}
	for _, m := range d.Meta {
		fmt.Fprintf(b, "meta %s %s\n", quote(m.Name), quote(m.Content))
	}
	for i := range d.Blocks {
		bl := &d.Blocks[i]
		switch {
		case bl.Kind == TableBlock && bl.Table != nil:
			t := bl.Table
			kind := "grid"
			if t.Kind == Flow {
				kind = "flow"
			}
			fmt.Fprintf(b, "table %s %dx%d%s\n", kind, t.Rows, t.Cols, placeWords(t.Place))
			for j := range t.Cells {
				c := &t.Cells[j]
				word := "cell"
				if c.Header {
					word = "head"
				}
				fmt.Fprintf(b, "%s %d,%d %dx%d %s%s\n", word, c.Row, c.Col, c.RowSpan, c.ColSpan, quote(c.Text),
					placeWords(c.Place))
			}
		case bl.Kind == Line:
			word := "line"
			if bl.Bound {
				word = "bound"
			}
			fmt.Fprintf(b, "%s %s%s\n", word, quote(bl.Text), placeWords(bl.Place))
		default:
			fmt.Fprintf(b, "paragraph %s%s\n", quote(bl.Text), placeWords(bl.Place))
		}
	}
	for _, x := range d.Doubts {
		fmt.Fprintf(b, "doubt %s %s%s\n", quote(x.Code), quote(x.Message), placeWords(x.Place))
	}
	return b.Flush()
}

// quote is strconv.Quote that leaves Chinese readable.
func quote(s string) string { return strconv.Quote(strings.ToValidUTF8(s, "\ufffd")) }

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

func placeWords(p Place) string {
	var b strings.Builder
	num := func(name string, n int) {
		if n != 0 {
			fmt.Fprintf(&b, " %s=%d", name, n)
		}
	}
	num("page", p.Page)
	num("table", p.Table)
	num("row", p.Row)
	num("column", p.Column)
	num("offset", p.Offset)
	if p.Box != nil {
		f := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
		fmt.Fprintf(&b, " box=%s,%s,%s,%s", f(p.Box[0]), f(p.Box[1]), f(p.Box[2]), f(p.Box[3]))
	}
	if p.Path != "" {
		fmt.Fprintf(&b, " path=%s", strconv.Quote(p.Path))
	}
	return b.String()
}

// ParseText reads a dump back. Errors begin with the line.
func ParseText(r io.Reader) (*Document, error) {
	d := &Document{}
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 64<<10), 128<<20)
	for n := 1; s.Scan(); n++ {
		if err := d.parseLine(s.Text()); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	return d, s.Err()
}

func (d *Document) parseLine(text string) error {
	l := &dumpLine{rest: text}
	word := l.word()
	switch word {
	case "":
	case "document":
		d.MediaType, d.Charset = undash(l.word()), undash(l.word())
		d.Bytes = int64(l.int())
		l.word()
		d.Pages = l.int()
		l.word()
		d.SHA256 = undash(l.word())
	case "title":
		d.Title = l.string()
	case "meta":
		d.Meta = append(d.Meta, Meta{l.string(), l.string()})
	case "paragraph", "line", "bound":
		b := Block{Kind: Paragraph, Text: l.string(), Place: l.place(), Bound: word == "bound"}
		if word != "paragraph" {
			b.Kind = Line
		}
		d.Blocks = append(d.Blocks, b)
	case "table":
		t := &Table{}
		switch k := l.word(); k {
		case "grid":
		case "flow":
			t.Kind = Flow
		default:
			return fmt.Errorf("table of kind %q", k)
		}
		t.Rows, t.Cols = l.pair("x")
		if l.err == nil && (t.Rows < 0 || t.Cols < 0 || t.Rows > 1<<20 || t.Cols > 1<<20) {
			return fmt.Errorf("a table of %dx%d", t.Rows, t.Cols)
		}
		t.Place = l.place()
		d.Blocks = append(d.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
	case "cell", "head":
		if len(d.Blocks) == 0 || d.Blocks[len(d.Blocks)-1].Table == nil {
			return fmt.Errorf("a cell without a table")
		}
		c := Cell{Header: word == "head"}
		c.Row, c.Col = l.pair(",")
		c.RowSpan, c.ColSpan = l.pair("x")
		c.Text = l.string()
		c.Place = l.place()
		t := d.Blocks[len(d.Blocks)-1].Table
		fits := c.Row >= 0 && c.RowSpan >= 1 && c.RowSpan <= t.Rows-c.Row &&
			c.Col >= 0 && c.ColSpan >= 1 && c.ColSpan <= t.Cols-c.Col
		if l.err == nil && !fits {
			return fmt.Errorf("cell %d,%d of %dx%d does not fit a table of %dx%d",
				c.Row, c.Col, c.RowSpan, c.ColSpan, t.Rows, t.Cols)
		}
		t.Cells = append(t.Cells, c)
	case "doubt":
		d.Doubts = append(d.Doubts, Doubt{l.string(), l.string(), l.place()})
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	if l.err == nil && strings.TrimSpace(l.rest) != "" {
		l.err = fmt.Errorf("%q left over", l.rest)
	}
	return l.err
}

func undash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

type dumpLine struct {
	rest string
	err  error
}

func (l *dumpLine) word() string {
	l.rest = strings.TrimLeft(l.rest, " ")
	w, rest, _ := strings.Cut(l.rest, " ")
	l.rest = rest
	return w
}

func (l *dumpLine) int() int { return l.atoi(l.word()) }

func (l *dumpLine) atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("%q is no number", s)
	}
	return n
}

func (l *dumpLine) pair(sep string) (int, int) {
	a, b, _ := strings.Cut(l.word(), sep)
	return l.atoi(a), l.atoi(b)
}

func (l *dumpLine) string() string {
	l.rest = strings.TrimLeft(l.rest, " ")
	q, err := strconv.QuotedPrefix(l.rest)
	if err == nil {
		l.rest = l.rest[len(q):]
		q, err = strconv.Unquote(q)
	}
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("no quoted text at %q", l.rest)
	}
	return q
}

func (l *dumpLine) place() Place {
	var p Place
	for l.err == nil {
		l.rest = strings.TrimLeft(l.rest, " ")
		if l.rest == "" {
			break
		}
		if rest, ok := strings.CutPrefix(l.rest, "path="); ok {
			l.rest = rest
			p.Path = l.string()
			continue
		}
		key, v, ok := strings.Cut(l.word(), "=")
		if !ok {
			l.err = fmt.Errorf("%q is no place", key)
			break
		}
		switch key {
		case "page":
			p.Page = l.atoi(v)
		case "table":
			p.Table = l.atoi(v)
		case "row":
			p.Row = l.atoi(v)
		case "column":
			p.Column = l.atoi(v)
		case "offset":
			p.Offset = l.atoi(v)
		case "box":
			p.Box = new([4]float64)
			for i, s := range strings.SplitN(v, ",", 4) {
				f, err := strconv.ParseFloat(s, 64)
				if err != nil && l.err == nil {
					l.err = fmt.Errorf("%q is no number", s)
				}
				p.Box[i] = f
			}
		default:
			l.err = fmt.Errorf("unknown place %q", key)
		}
	}
	return p
}
