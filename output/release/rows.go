package release

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"
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
	list    = output.ListColumn // written as JSON
)

// A column is one column of a table on its way into another format.
type column struct {
	output.ColumnDoc
	kind     kind
	nullable bool
	leaves   []int    // columns of the file
	fields   []string // of a list of structs, their names
}

// A cell is a value of a row; i holds counts, money (scaled), dates and truths.
type cell struct {
	null bool
	i    int64
	f    float64
	s    string
}

// columnsOf gives the columns of a table by its dictionary, year first.
func columnsOf(t output.TableDoc) []column {
	out := []column{{ColumnDoc: output.ColumnDoc{Name: "year", Type: "int32, null", Doc: "report year; null where it is not known", DocZh: "报告年度；未知为空"}, kind: count, nullable: true}}
	for _, c := range t.Columns {
		k, null := c.Kind()
		out = append(out, column{ColumnDoc: c, kind: k, nullable: null})
	}
	return out
}

// readRows hands over the rows of one file; year stands before its columns. The row is used again.
func readRows(file output.File, cols []column, each func(row []cell) error) error {
	return readRowsFrom(file, cols, 0, math.MaxInt64, each)
}

// readRowsFrom hands over rows from to to (without it), counted from 0.
func readRowsFrom(file output.File, cols []column, from, to int64, each func(row []cell) error) error {
	f, err := os.Open(file.Path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	pf, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return fmt.Errorf("%s: %w", file.Path, err)
	}
	cols = append([]column(nil), cols...)
	owner := make([]int, len(pf.Schema().Columns()))
	for i := range owner {
		owner[i] = -1
	}
	for i := range cols[1:] {
		c := &cols[i+1]
		for k, path := range pf.Schema().Columns() {
			if path[0] == c.Name {
				c.leaves = append(c.leaves, k)
				c.fields = append(c.fields, path[len(path)-1])
				owner[k] = i + 1
			}
		}
		if len(c.leaves) == 0 {
			return fmt.Errorf("%s: no column %s; the dataset was written by another version of the program", file.Path, c.Name)
		}
	}
	row := make([]cell, len(cols))
	row[0] = cell{null: file.Year == 0, i: int64(file.Year)}
	buf := make([]parquet.Row, 256)
	elements := make([][]parquet.Value, len(owner))
	begin := int64(0)
	for _, g := range pf.RowGroups() {
		at := begin // of the next row
		begin += g.NumRows()
		if begin <= from || at >= to {
			continue
		}
		rows := g.Rows()
		if at < from {
			if err := rows.SeekToRow(from - at); err != nil {
				rows.Close()
				return fmt.Errorf("%s: %w", file.Path, err)
			}
			at = from
		}
		for at < to {
			n, err := rows.ReadRows(buf[:min(int64(len(buf)), to-at)])
			at += int64(n)
			for _, r := range buf[:n] {
				for i := range elements {
					elements[i] = elements[i][:0]
				}
				for _, v := range r {
					if k := v.Column(); owner[k] >= 0 && cols[owner[k]].kind == list {
						elements[k] = append(elements[k], v)
					} else if owner[k] >= 0 {
						row[owner[k]] = scalar(v, cols[owner[k]].kind)
					}
				}
				for i := range cols[1:] {
					if c := &cols[i+1]; c.kind == list {
						row[i+1] = cell{s: listJSON(c, elements)}
					}
				}
				if e := each(row); e != nil {
					rows.Close()
					return e
				}
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				rows.Close()
				return fmt.Errorf("%s: %w", file.Path, err)
			}
		}
		rows.Close()
	}
	return nil
}

func scalar(v parquet.Value, k kind) cell {
	if v.IsNull() {
		return cell{null: true}
	}
	switch k {
	case text:
		return cell{s: string(v.ByteArray())}
	case measure:
		return cell{f: v.Double()}
	case truth:
		if v.Boolean() {
			return cell{i: 1}
		}
		return cell{}
	}
	if v.Kind() == parquet.Int32 {
		return cell{i: int64(v.Int32())}
	}
	return cell{i: v.Int64()}
}

// listJSON writes a list as JSON: of strings, of numbers, or of objects.
func listJSON(c *column, elements [][]parquet.Value) string {
	first := elements[c.leaves[0]]
	if len(first) == 0 || len(first) == 1 && first[0].IsNull() {
		return "[]"
	}
	var b strings.Builder
	value := func(v parquet.Value) {
		if v.IsNull() {
			b.WriteString("null")
			return
		}
		switch v.Kind() {
		case parquet.Int32, parquet.Int64:
			b.WriteString(strconv.FormatInt(v.Int64(), 10))
		case parquet.Double:
			b.WriteString(strconv.FormatFloat(v.Double(), 'g', -1, 64))
		default:
			q, _ := json.Marshal(string(v.ByteArray())) // a string always has JSON
			b.Write(q)
		}
	}
	b.WriteByte('[')
	for i := range first {
		if i > 0 {
			b.WriteByte(',')
		}
		if len(c.leaves) == 1 {
			value(first[i])
			continue
		}
		b.WriteByte('{')
		for k, leaf := range c.leaves {
			if k > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:", c.fields[k])
			value(elements[leaf][i])
		}
		b.WriteByte('}')
	}
	b.WriteByte(']')
	return b.String()
}

// appendCell writes a cell as text: the form that CSV has. A null is nothing, an empty string is "".
func appendCell(b []byte, c *column, v *cell) []byte {
	if v.null {
		return b
	}
	switch c.kind {
	case text, list:
		return appendQuoted(b, v.s)
	case measure:
		return strconv.AppendFloat(b, v.f, 'g', -1, 64)
	case money:
		return appendMoney(b, v.i)
	case date:
		return time.Unix(v.i*86400, 0).UTC().AppendFormat(b, time.DateOnly)
	case truth:
		return strconv.AppendBool(b, v.i == 1)
	}
	return strconv.AppendInt(b, v.i, 10)
}

// appendQuoted writes a field of CSV (RFC 4180).
func appendQuoted(b []byte, s string) []byte {
	if s != "" && !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' {
			b = append(b, '"')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// appendMoney writes a decimal with six places without zeros at its end.
func appendMoney(b []byte, n int64) []byte {
	if n < 0 {
		b = append(b, '-')
		n = -n
	}
	b = strconv.AppendInt(b, n/1_000_000, 10)
	rest := n % 1_000_000
	if rest == 0 {
		return b
	}
	b = append(b, '.')
	for p := int64(100_000); rest > 0; p /= 10 {
		b = append(b, byte('0'+rest/p))
		rest %= p
	}
	return b
}

// longestTexts gives the bytes of the longest text of each column.
func longestTexts(path string, names []string) (map[string]int, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	pf, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	out := map[string]int{}
	for _, name := range names {
		leaf, ok := pf.Schema().Lookup(name)
		if !ok {
			return nil, fmt.Errorf("%s: no column %s; the dataset was written by another version of the program", path, name)
		}
		for _, g := range pf.RowGroups() {
			n, err := longestOf(g.ColumnChunks()[leaf.ColumnIndex])
			if err != nil {
				return nil, fmt.Errorf("%s: %s: %w", path, name, err)
			}
			out[name] = max(out[name], n)
		}
	}
	return out, nil
}

func longestOf(c parquet.ColumnChunk) (n int, err error) {
	pages := c.Pages()
	defer pages.Close()
	buf := make([]parquet.Value, 1024)
	for {
		page, err := pages.ReadPage()
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if d := page.Dictionary(); d != nil { // the same for every page of the chunk
			for i := range d.Len() {
				n = max(n, len(d.Index(int32(i)).ByteArray()))
			}
			parquet.Release(page)
			return n, nil
		}
		values := page.Values()
		for {
			k, err := values.ReadValues(buf)
			for _, v := range buf[:k] {
				if !v.IsNull() {
					n = max(n, len(v.ByteArray()))
				}
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				return n, err
			}
		}
		parquet.Release(page)
	}
}
