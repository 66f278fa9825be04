package query

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output"
)

// kind is what a column holds.
type kind = output.ColumnKind

const (
	text    = output.TextColumn
	count   = output.CountColumn
	measure = output.MeasureColumn
	money   = output.MoneyColumn
	date    = output.DateColumn
	truth   = output.TruthColumn
	list    = output.ListColumn // JSON for SQL
)

// A column is one column of a table; the first of each table, year, is in no file.
type column struct {
	name string
	kind kind
	typ  string // in the words of the data dictionary
}

func columnOf(c output.ColumnDoc) column {
	k, _ := c.Kind()
	return column{c.Name, k, c.Type}
}

// affinity is the type by which SQLite compares the column with values of another type.
func affinity(k kind) string {
	switch k {
	case count, truth:
		return "INTEGER"
	case measure:
		return "REAL"
	case money:
		return "NUMERIC"
	}
	return "TEXT"
}

// sqlValue gives a value that is not null as SQLite has it.
func sqlValue(v parquet.Value, k kind) any {
	switch k {
	case text:
		return string(v.ByteArray())
	case measure:
		return v.Double()
	case truth:
		return v.Boolean()
	}
	if v.Kind() == parquet.Int32 {
		return number(int64(v.Int32()), k)
	}
	return number(v.Int64(), k)
}

func number(n int64, k kind) any {
	switch k {
	case money:
		return amount(n)
	case date:
		return time.Unix(n*86400, 0).UTC().Format(time.DateOnly)
	}
	return n
}

// amount gives a decimal with six places: an integer where it is whole, else the nearest floating point number.
func amount(n int64) any {
	const million = 1_000_000
	if n%million == 0 {
		return n / million
	}
	if n < 1<<53 && n > -1<<53 {
		return float64(n) / million // both are exact, so the quotient is the nearest
	}
	f, _ := strconv.ParseFloat(strconv.FormatInt(n, 10)+"e-6", 64) // a number by its making
	return f
}

// A chunk reads a column of a row group, one page at a time. Rows are those of the group; asking for them in
// ascending order unpacks each page once.
type chunk struct {
	db         *DB
	kind       kind
	pages      parquet.Pages
	page       parquet.Page
	start, end int64 // rows of the page

	at   []int32 // of each row, where its value stands; -1 for null. nil where every row has one
	dict parquet.Dictionary
	seen []any // what dict holds, as far as it was asked for

	asked   any // what lookup was asked last, and of which dictionary
	askedOf parquet.Dictionary
	answer  int32

	index   []int32 // into dict
	ints    []int32
	longs   []int64
	doubles []float64
	bytes   []byte
	offsets []uint32
	values  []parquet.Value // of other kinds
}

func (c *chunk) close() {
	c.drop()
	c.pages.Close()
}

func (c *chunk) drop() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

// load brings the page in which a row stands.
func (c *chunk) load(row int64) error {
	if c.page != nil && row >= c.start && row < c.end {
		return nil
	}
	if err := c.db.ctx.Err(); err != nil {
		return err
	}
	next := c.end == row && (c.page != nil || row == 0)
	c.drop()
	if !next {
		if err := c.pages.SeekToRow(row); err != nil {
			return err
		}
	}
	page, err := c.pages.ReadPage()
	if err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	c.db.read.Pages++
	c.page, c.start, c.end = page, row, row+page.NumRows()
	if c.end == c.start {
		return fmt.Errorf("row %d: a page without rows", row)
	}
	return c.unpack(page)
}

func (c *chunk) unpack(page parquet.Page) error {
	c.at, c.index = c.at[:0], nil
	c.ints, c.longs, c.doubles, c.bytes, c.offsets, c.values = nil, nil, nil, nil, nil, nil
	if levels := page.DefinitionLevels(); len(levels) > 0 && page.NumNulls() > 0 {
		k := int32(0)
		for _, l := range levels {
			if l == 0 {
				c.at = append(c.at, -1)
			} else {
				c.at = append(c.at, k)
				k++
			}
		}
	}
	data := page.Data()
	if d := page.Dictionary(); d != nil {
		if d != c.dict {
			c.dict, c.seen = d, make([]any, d.Len())
		}
		c.index = data.Int32()
		return nil
	}
	switch page.Type().Kind() {
	case parquet.Int32:
		c.ints = data.Int32()
	case parquet.Int64:
		c.longs = data.Int64()
	case parquet.Double:
		c.doubles = data.Double()
	case parquet.ByteArray:
		c.bytes, c.offsets = data.ByteArray()
	default:
		all := make([]parquet.Value, page.NumValues())
		n, err := page.Values().ReadValues(all)
		if int64(n) < page.NumValues() {
			return fmt.Errorf("%d of %d values: %w", n, page.NumValues(), err)
		}
		for _, v := range all { // without the nulls, as the other kinds have it
			if !v.IsNull() {
				c.values = append(c.values, v)
			}
		}
	}
	return nil
}

// place is where the value of a row stands among those of the page; -1 for null.
func (c *chunk) place(row int64) int32 {
	if len(c.at) > 0 {
		return c.at[row-c.start]
	}
	return int32(row - c.start)
}

// value gives the value of a row.
func (c *chunk) value(row int64) (any, error) {
	if err := c.load(row); err != nil {
		return nil, err
	}
	i := c.place(row)
	switch {
	case i < 0:
		return nil, nil
	case c.index != nil:
		k := c.index[i]
		if c.seen[k] == nil {
			c.seen[k] = sqlValue(c.dict.Index(k), c.kind)
		}
		return c.seen[k], nil
	case c.ints != nil:
		return number(int64(c.ints[i]), c.kind), nil
	case c.longs != nil:
		return number(c.longs[i], c.kind), nil
	case c.doubles != nil:
		return c.doubles[i], nil
	case c.offsets != nil:
		return string(c.bytes[c.offsets[i]:c.offsets[i+1]]), nil
	}
	return sqlValue(c.values[i], c.kind), nil
}

// find gives the first row from row on, before end, whose value is want, a string or an int64; end where there is none.
func (c *chunk) find(row, end int64, want any) (int64, error) {
	for row < end {
		if err := c.load(row); err != nil {
			return 0, err
		}
		stop := min(c.end, end)
		switch {
		case c.index != nil:
			k, ok := c.lookup(want)
			if !ok { // no row of the page has it
				row = stop
				continue
			}
			if len(c.at) == 0 {
				for i, v := range c.index[row-c.start : stop-c.start] {
					if v == k {
						return row + int64(i), nil
					}
				}
				row = stop
				continue
			}
			for ; row < stop; row++ {
				if i := c.place(row); i >= 0 && c.index[i] == k {
					return row, nil
				}
			}
		case c.offsets != nil:
			w, _ := want.(string)
			for ; row < stop; row++ {
				if i := c.place(row); i >= 0 && string(c.bytes[c.offsets[i]:c.offsets[i+1]]) == w {
					return row, nil
				}
			}
		default:
			for ; row < stop; row++ {
				v, err := c.value(row)
				if err != nil {
					return 0, err
				}
				if v == want {
					return row, nil
				}
			}
		}
	}
	return end, nil
}

// lookup gives the index of a value in the dictionary. It compares what the file holds, not the copies for SQLite.
func (c *chunk) lookup(want any) (int32, bool) {
	if c.asked != nil && c.asked == want && c.askedOf == c.dict {
		return c.answer, c.answer >= 0
	}
	c.asked, c.askedOf, c.answer = want, c.dict, -1
	w, isText := want.(string)
	for k := range int32(c.dict.Len()) {
		v := c.dict.Index(k)
		if isText && c.kind == text {
			if string(v.ByteArray()) == w {
				c.answer = k
				break
			}
		} else if sqlValue(v, c.kind) == want {
			c.answer = k
			break
		}
	}
	return c.answer, c.answer >= 0
}

// lists reads a list of a row group: its leaves side by side, as JSON.
type lists struct {
	leaves []*leaf
	fields []string
}

type leaf struct {
	db         *DB
	pages      parquet.Pages
	start, end int64
	values     []parquet.Value
	firsts     []int // of each row, and the end
}

func (l *leaf) row(row int64) ([]parquet.Value, error) {
	if row < l.start || row >= l.end {
		if err := l.db.ctx.Err(); err != nil {
			return nil, err
		}
		if row != l.end {
			if err := l.pages.SeekToRow(row); err != nil {
				return nil, err
			}
		}
		page, err := l.pages.ReadPage()
		if err != nil {
			if err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return nil, err
		}
		defer parquet.Release(page)
		l.db.read.Pages++
		l.values = make([]parquet.Value, page.NumValues())
		if n, err := page.Values().ReadValues(l.values); int64(n) < page.NumValues() {
			return nil, fmt.Errorf("%d of %d values: %w", n, page.NumValues(), err)
		}
		l.firsts = l.firsts[:0]
		for i := range l.values {
			l.values[i] = l.values[i].Clone()
			if l.values[i].RepetitionLevel() == 0 {
				l.firsts = append(l.firsts, i)
			}
		}
		l.start, l.end = row, row+int64(len(l.firsts))
		l.firsts = append(l.firsts, len(l.values))
		if l.start == l.end {
			return nil, fmt.Errorf("row %d: a page without rows", row)
		}
	}
	i := row - l.start
	return l.values[l.firsts[i]:l.firsts[i+1]], nil
}

// json gives the list of a row: of strings, of numbers, or of objects. null is a field that has no value.
func (l *lists) json(row int64) (any, error) {
	all := make([][]parquet.Value, len(l.leaves))
	for i, f := range l.leaves {
		v, err := f.row(row)
		if err != nil {
			return nil, err
		}
		all[i] = v
	}
	first := all[0]
	if len(first) == 0 || len(first) == 1 && first[0].IsNull() {
		return "[]", nil
	}
	var b bytes.Buffer
	b.WriteByte('[')
	for i := range first {
		if i > 0 {
			b.WriteByte(',')
		}
		if len(all) == 1 {
			writeJSON(&b, first[i])
			continue
		}
		b.WriteByte('{')
		for k := range all {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strconv.Quote(l.fields[k]))
			b.WriteByte(':')
			writeJSON(&b, all[k][i])
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.String(), nil
}

func writeJSON(b *bytes.Buffer, v parquet.Value) {
	switch {
	case v.IsNull():
		b.WriteString("null")
	case v.Kind() == parquet.Int32:
		b.WriteString(strconv.FormatInt(int64(v.Int32()), 10))
	case v.Kind() == parquet.Int64:
		b.WriteString(strconv.FormatInt(v.Int64(), 10))
	case v.Kind() == parquet.Double:
		b.WriteString(strconv.FormatFloat(v.Double(), 'g', -1, 64))
	case v.Kind() == parquet.Boolean:
		b.WriteString(strconv.FormatBool(v.Boolean()))
	default:
		jsonText(b, string(v.ByteArray()))
	}
}

// jsonText writes a string as JSON, with < and & as they are.
func jsonText(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s)         // a string always has JSON
	b.Truncate(b.Len() - 1) // the line's end
}
