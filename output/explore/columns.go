package explore

import (
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output"
)

// A file is an open file of a table: one report year. It is read by several at once.
type file struct {
	year int
	path string
	f    *os.File
	pf   *parquet.File
}

// A table is its files by year.
type table map[int]*file

// openTable opens the files of a table. A table that is not there has none.
func openTable(d *output.Dataset, name string) (table, error) {
	files, err := d.Files(name)
	if err != nil {
		return nil, err
	}
	t := table{}
	for _, x := range files {
		if t[x.Year] != nil {
			t.close()
			return nil, fmt.Errorf("%s: a second file of the year", x.Path)
		}
		f, err := os.Open(x.Path)
		if err != nil {
			t.close()
			return nil, err
		}
		info, err := f.Stat()
		if err == nil {
			var pf *parquet.File
			if pf, err = parquet.OpenFile(f, info.Size(), parquet.SkipBloomFilters(true), parquet.SkipPageIndex(name == "wide")); err == nil { // of wide whole columns are read
				t[x.Year] = &file{x.Year, x.Path, f, pf}
				continue
			}
		}
		f.Close()
		t.close()
		return nil, fmt.Errorf("%s: %w", x.Path, err)
	}
	return t, nil
}

func (t table) close() {
	for _, f := range t {
		f.f.Close()
	}
}

// chunks hands over the pages of a column, one after the other, with the row of each page's first value. The column is not a list.
func (f *file) chunks(name string, each func(row int64, p parquet.Page) error) error {
	leaf, ok := f.pf.Schema().Lookup(name)
	if !ok {
		return fmt.Errorf("%s: no column %s; the dataset was written by another version of the program", f.path, name)
	}
	row := int64(0)
	for _, g := range f.pf.RowGroups() {
		pages := g.ColumnChunks()[leaf.ColumnIndex].Pages()
		for {
			p, err := pages.ReadPage()
			if errors.Is(err, io.EOF) {
				break
			}
			if err == nil {
				err = each(row, p)
				row += p.NumRows()
				parquet.Release(p)
			}
			if err != nil {
				pages.Close()
				return fmt.Errorf("%s: column %s: %w", f.path, name, err)
			}
		}
		pages.Close()
	}
	return nil
}

// column hands over the values of a column row by row. The column is not a list.
func (f *file) column(name string, each func(row int64, v parquet.Value)) error {
	var buf [512]parquet.Value
	return f.chunks(name, func(row int64, p parquet.Page) error {
		values := p.Values()
		for {
			n, err := values.ReadValues(buf[:])
			for i := range buf[:n] {
				each(row+int64(i), buf[i])
			}
			row += int64(n)
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
}

// A span is a run of rows of a file.
type span struct{ first, n int32 }

// spans finds the rows of each document in a table in which they lie together. Of a document that stands in two places of the file,
// the first is meant.
func (f *file) spans(each func(document []byte, s span)) error {
	var last []byte
	first := int64(0)
	end := func(row int64) {
		if row > first {
			each(last, span{int32(first), int32(row - first)})
		}
		first = row
	}
	rows := int64(0)
	err := f.chunks("document", func(row int64, p parquet.Page) error {
		rows = row + p.NumRows()
		d := p.Dictionary()
		if d == nil {
			var buf [512]parquet.Value
			values := p.Values()
			for {
				n, err := values.ReadValues(buf[:])
				for i := range buf[:n] {
					if b := buf[i].ByteArray(); string(b) != string(last) {
						end(row + int64(i))
						last = append(last[:0], b...)
					}
				}
				row += int64(n)
				if errors.Is(err, io.EOF) {
					return nil
				}
				if err != nil {
					return err
				}
			}
		}
		at, data := int32(-1), p.Data()
		for i, k := range data.Int32() {
			if k == at {
				continue
			}
			at = k
			if b := d.Index(k).ByteArray(); string(b) != string(last) {
				end(row + int64(i))
				last = append(last[:0], b...)
			}
		}
		return nil
	})
	if err == nil {
		end(rows)
	}
	return err
}

// rowsAt reads some rows of a file, with the columns that the parquet tags of T name: strings, numbers, truths, pointers to them, and
// lists of them or of structs of them. Only the pages that hold the rows are unpacked, which for a few rows is several times
// faster than the reader of whole files.
func rowsAt[T any](f *file, s span) ([]T, error) {
	if f == nil || s.n == 0 {
		return nil, nil
	}
	out := make([]T, s.n)
	rows := reflect.ValueOf(out)
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		field := t.Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("parquet"), ",")
		if err := f.fill(rows, []int{i}, field.Type, s, name); err != nil {
			return nil, fmt.Errorf("%s: column %s, row %d: %w", f.path, name, s.first, err)
		}
	}
	return out, nil
}

// fill reads a column, or the columns of a list of structs, into a field of the rows.
func (f *file) fill(rows reflect.Value, field []int, t reflect.Type, s span, path ...string) error {
	if t.Kind() != reflect.Slice {
		return f.leaf(s, path, func(row int, v parquet.Value) error {
			return assign(rows.Index(row).FieldByIndex(field), v)
		})
	}
	element := t.Elem()
	path = append(path, "list", "element")
	if element.Kind() != reflect.Struct {
		return f.leaf(s, path, func(row int, v parquet.Value) error {
			if v.DefinitionLevel() == 0 {
				return nil // an empty list
			}
			x := reflect.New(element).Elem()
			list := rows.Index(row).FieldByIndex(field)
			list.Set(reflect.Append(list, x))
			return assign(list.Index(list.Len()-1), v)
		})
	}
	for i := range element.NumField() {
		name, _, _ := strings.Cut(element.Field(i).Tag.Get("parquet"), ",")
		last, n := -1, 0
		err := f.leaf(s, append(slices.Clone(path), name), func(row int, v parquet.Value) error {
			if v.DefinitionLevel() == 0 {
				return nil
			}
			if row != last {
				last, n = row, 0
			}
			list := rows.Index(row).FieldByIndex(field)
			if i == 0 {
				list.Set(reflect.Append(list, reflect.Zero(element)))
			}
			if n >= list.Len() {
				return errors.New("the columns of a list are not of the same length")
			}
			n++
			return assign(list.Index(n-1).Field(i), v)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// leaf hands over the values of a column in some rows, with the row counted from the first of them.
func (f *file) leaf(s span, path []string, each func(row int, v parquet.Value) error) error {
	leaf, ok := f.pf.Schema().Lookup(path...)
	if !ok {
		return errors.New("there is none; the dataset was written by another version of the program")
	}
	row, from, left := -1, int64(s.first), int64(s.n)
	for _, g := range f.pf.RowGroups() {
		if from >= g.NumRows() {
			from -= g.NumRows()
			continue
		}
		n := min(left, g.NumRows()-from)
		var err error
		if row, err = someRows(g.ColumnChunks()[leaf.ColumnIndex], from, n, row, each); err != nil {
			return err
		}
		from = 0
		if left -= n; left == 0 {
			return nil
		}
	}
	return io.ErrUnexpectedEOF
}

// someRows hands over rows of one group.
func someRows(c parquet.ColumnChunk, from, n int64, row int, each func(row int, v parquet.Value) error) (int, error) {
	pages := c.Pages()
	defer pages.Close()
	if err := pages.SeekToRow(from); err != nil {
		return row, err
	}
	var buf [256]parquet.Value
	for n > 0 {
		p, err := pages.ReadPage()
		if err != nil {
			return row, errors.Join(err, io.ErrUnexpectedEOF)
		}
		part := p
		if k := min(n, p.NumRows()); k < p.NumRows() {
			part = p.Slice(0, k)
		}
		n -= part.NumRows()
		values := part.Values()
		for {
			k, err := values.ReadValues(buf[:])
			for _, v := range buf[:k] {
				if v.RepetitionLevel() == 0 {
					row++
				}
				if err := each(row, v); err != nil {
					parquet.Release(p)
					return row, err
				}
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				parquet.Release(p)
				return row, err
			}
		}
		parquet.Release(p)
	}
	return row, nil
}

// assign puts a value into a field; null leaves it as it is.
func assign(to reflect.Value, v parquet.Value) error {
	if v.IsNull() {
		return nil
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	switch {
	case to.Kind() == reflect.String && v.Kind() == parquet.ByteArray:
		to.SetString(string(v.ByteArray()))
	case to.Kind() == reflect.Int32 && v.Kind() == parquet.Int32:
		to.SetInt(int64(v.Int32()))
	case to.Kind() == reflect.Int64 && v.Kind() == parquet.Int64:
		to.SetInt(v.Int64())
	case to.Kind() == reflect.Float64 && v.Kind() == parquet.Double:
		to.SetFloat(v.Double())
	case to.Kind() == reflect.Bool && v.Kind() == parquet.Boolean:
		to.SetBool(v.Boolean())
	default:
		return fmt.Errorf("holds %s, not %s", v.Kind(), to.Kind())
	}
	return nil
}

// A stream reads the rows of a file in their order.
type stream[T any] struct {
	r    *parquet.GenericReader[T]
	next int64
}

// begin makes the stream read a file; nil = a table that has none.
func (st *stream[T]) begin(f *file) {
	if f != nil {
		st.r = parquet.NewGenericReader[T](f.pf)
	}
}

func (st *stream[T]) Close() error {
	if st.r == nil {
		return nil
	}
	return st.r.Close()
}

// take reads some rows: from the stream, where it was begun, else by themselves.
func take[T any](st *stream[T], f *file, s span) ([]T, error) {
	if st.r == nil || f == nil || s.n == 0 {
		return rowsAt[T](f, s)
	}
	if st.next != int64(s.first) {
		if err := st.r.SeekToRow(int64(s.first)); err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", f.path, s.first, err)
		}
	}
	out := make([]T, s.n)
	for at := 0; at < len(out); {
		n, err := st.r.Read(out[at:])
		if at += n; at < len(out) && (err != nil || n == 0) {
			return nil, fmt.Errorf("%s: row %d: %w", f.path, int(s.first)+at, errors.Join(err, io.ErrUnexpectedEOF))
		}
	}
	st.next = int64(s.first) + int64(s.n)
	return out, nil
}
