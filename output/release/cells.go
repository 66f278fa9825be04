package release

import (
	"encoding/json"
	"fmt"
	"math"
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
	out := []column{{ColumnDoc: output.ColumnDoc{Name: "year", Type: "int32, null",
		Doc: "report year; null where it is not known", DocZh: "报告年度；未知为空"}, kind: count, nullable: true}}
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
	f, err := file.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	cols = append([]column(nil), cols...)
	owner := make([]int, len(f.Parquet().Schema().Columns()))
	for i := range owner {
		owner[i] = -1
	}
	for i := range cols[1:] {
		c := &cols[i+1]
		if c.leaves, c.fields, err = f.Leaves(c.Name, c.Type); err != nil {
			return err
		}
		for _, k := range c.leaves {
			owner[k] = i + 1
		}
	}
	row := make([]cell, len(cols))
	row[0] = cell{null: file.Year == 0, i: int64(file.Year)}
	elements := make([][]parquet.Value, len(owner))
	return f.Rows(from, to, func(r parquet.Row) error {
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
		return each(row)
	})
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
		return appendQuoted(b, output.Guard(v.s))
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
