package tables

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"

	"github.com/parquet-go/parquet-go"
)

// Select hands over the rows of a table, year by year, with the columns that the parquet tags of T name; other
// columns are not read. Year is 0 where it is not known. Of a table that is not there Files says whether it may.
func Select[T any](d *Folder, table string, each func(year int, r T) error) error {
	files, err := d.Files(table)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := Each(f, func(r T) error { return each(f.Year, r) }); err != nil {
			return err
		}
	}
	return nil
}

// Each hands over the rows of one file of a table, with the columns that T names. Few columns of many are read one by one:
// the reader of rows goes through all columns of the file for each row, also where nobody asked for them.
func Each[T any](f File, each func(T) error) error {
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	return EachOf(r, each)
}

// EachOf does the same with a file that is open.
func EachOf[T any](r *Reader, each func(T) error) error {
	if err := Check[T](r); err != nil {
		return err
	}
	if fewOf*len(parquet.SchemaOf(new(T)).Columns()) <= len(r.file.Schema().Columns()) {
		return eachOfFew(r, each)
	}
	rows := parquet.NewGenericReader[T](r.file)
	defer rows.Close()
	buf := make([]T, 512)
	for {
		n, err := rows.Read(buf)
		for _, row := range buf[:n] {
			if e := each(row); e != nil {
				return fmt.Errorf("%s: %w", r.of.Path, e)
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", r.of.Path, err)
		}
	}
}

// Columns are few where a table has so many times as many. Their rows are read so many at a time.
const (
	fewOf     = 4
	fewAtOnce = 1 << 14
)

// eachOfFew hands over all rows of a file, column by column of T.
func eachOfFew[T any](r *Reader, each func(T) error) error {
	for at := int64(0); at < r.NumRows(); at += fewAtOnce {
		rows, err := At[T](r, Span{int32(at), int32(min(fewAtOnce, r.NumRows()-at))})
		if err != nil {
			return err
		}
		for i := range rows {
			if err := each(rows[i]); err != nil {
				return fmt.Errorf("%s: %w", r.of.Path, err)
			}
		}
	}
	return nil
}

// Rows hands over the rows from to to (without it), counted from 0, with all their columns. The row is used again.
func (r *Reader) Rows(from, to int64, each func(parquet.Row) error) error {
	buf := make([]parquet.Row, 256)
	begin := int64(0)
	for _, g := range r.file.RowGroups() {
		first := max(begin, from) - begin
		last := min(begin+g.NumRows(), to) - begin
		if begin += g.NumRows(); first < last {
			if err := r.groupRows(g, first, last, buf, each); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *Reader) groupRows(g parquet.RowGroup, at, to int64, buf []parquet.Row, each func(parquet.Row) error) error {
	rows := g.Rows()
	defer rows.Close()
	if at > 0 {
		if err := rows.SeekToRow(at); err != nil {
			return fmt.Errorf("%s: %w", r.of.Path, err)
		}
	}
	for at < to {
		n, err := rows.ReadRows(buf[:min(int64(len(buf)), to-at)])
		at += int64(n)
		for _, row := range buf[:n] {
			if e := each(row); e != nil {
				return e
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", r.of.Path, err)
		}
	}
	return nil
}

// At reads some rows of a file, with the columns that the parquet tags of T name: strings, numbers, truths, pointers
// to them, and lists of them or of structs of them. Only the pages that hold the rows are unpacked, which for a few
// rows is several times faster than the reader of whole files. Of a nil Reader, a file that is not there, there are
// none.
func At[T any](r *Reader, s Span) ([]T, error) {
	if r == nil || s.N == 0 {
		return nil, nil
	}
	if err := Check[T](r); err != nil {
		return nil, err
	}
	out := make([]T, s.N)
	rows := reflect.ValueOf(out)
	t := reflect.TypeFor[T]()
	for i := range t.NumField() {
		field := t.Field(i)
		name := columnName(field)
		if err := r.fill(rows, []int{i}, field.Type, s, name); err != nil {
			return nil, fmt.Errorf("%s: column %s, row %d: %w", r.of.Path, name, s.First, err)
		}
	}
	return out, nil
}

// fill reads a column, or the columns of a list of structs, into a field of the rows.
func (r *Reader) fill(rows reflect.Value, field []int, t reflect.Type, s Span, path ...string) error {
	if t.Kind() != reflect.Slice {
		return r.values(s, path, func(row int, v parquet.Value) error {
			return assign(rows.Index(row).FieldByIndex(field), v)
		})
	}
	element := t.Elem()
	path = append(path, "list", "element")
	if element.Kind() != reflect.Struct {
		return r.values(s, path, func(row int, v parquet.Value) error {
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
		if err := r.fillStructs(rows, field, element, i, s, path); err != nil {
			return err
		}
	}
	return nil
}

// fillStructs reads field i of the elements of a list.
func (r *Reader) fillStructs(rows reflect.Value, field []int, element reflect.Type, i int, s Span,
	path []string) error {
	last, n := -1, 0
	path = append(slices.Clone(path), columnName(element.Field(i)))
	return r.values(s, path, func(row int, v parquet.Value) error {
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
}

// values hands over the values of a leaf in some rows, with the row counted from the first of them.
func (r *Reader) values(s Span, path []string, each func(row int, v parquet.Value) error) error {
	leaf, ok := r.file.Schema().Lookup(path...)
	if !ok {
		return &ColumnError{Table: r.of.Table, Column: path[0]}
	}
	row, from, left := -1, int64(s.First), int64(s.N)
	for _, g := range r.file.RowGroups() {
		if from >= g.NumRows() {
			from -= g.NumRows()
			continue
		}
		n := min(left, g.NumRows()-from)
		var err error
		if row, err = groupValues(g.ColumnChunks()[leaf.ColumnIndex], from, n, row, each); err != nil {
			return err
		}
		from = 0
		if left -= n; left == 0 {
			return nil
		}
	}
	return io.ErrUnexpectedEOF
}

// groupValues hands over the values of rows of one group.
func groupValues(c parquet.ColumnChunk, from, n int64, row int, each func(int, parquet.Value) error) (int, error) {
	pages := c.Pages()
	defer pages.Close()
	if err := pages.SeekToRow(from); err != nil {
		return row, err
	}
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
		row, err = pageValues(part, row, each)
		parquet.Release(p)
		if err != nil {
			return row, err
		}
	}
	return row, nil
}

func pageValues(p parquet.Page, row int, each func(int, parquet.Value) error) (int, error) {
	var buf [256]parquet.Value
	values := p.Values()
	for {
		k, err := values.ReadValues(buf[:])
		for _, v := range buf[:k] {
			if v.RepetitionLevel() == 0 {
				row++
			}
			if err := each(row, v); err != nil {
				return row, err
			}
		}
		if errors.Is(err, io.EOF) {
			return row, nil
		}
		if err != nil {
			return row, err
		}
	}
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
		return fmt.Errorf("%s for a field of kind %s", v.Kind(), to.Kind())
	}
	return nil
}

// A Stream reads the rows of a file in their order, each page once. Its zero value has not begun.
type Stream[T any] struct {
	of   *Reader
	rows *parquet.GenericReader[T]
	next int64
}

// Begin makes the stream read a file from its beginning; nil is a table that has none.
func (st *Stream[T]) Begin(r *Reader) error {
	if r == nil {
		return nil
	}
	if err := Check[T](r); err != nil {
		return err
	}
	st.of, st.rows = r, parquet.NewGenericReader[T](r.file)
	return nil
}

// Close ends the stream; the file stays open.
func (st *Stream[T]) Close() error {
	if st.rows == nil {
		return nil
	}
	return st.rows.Close()
}

// Read reads rows into dst, from row first on.
func (st *Stream[T]) Read(first int64, dst []T) error {
	if st.next != first {
		if err := st.rows.SeekToRow(first); err != nil {
			return fmt.Errorf("%s: row %d: %w", st.of.of.Path, first, err)
		}
	}
	for at := 0; at < len(dst); {
		n, err := st.rows.Read(dst[at:])
		if at += n; at < len(dst) && (err != nil || n == 0) {
			return fmt.Errorf("%s: row %d: %w", st.of.of.Path, first+int64(at), errors.Join(err, io.ErrUnexpectedEOF))
		}
	}
	st.next = first + int64(len(dst))
	return nil
}

// Take reads some rows of a file: from the stream, where it was begun, else by themselves.
func Take[T any](st *Stream[T], r *Reader, s Span) ([]T, error) {
	if st.rows == nil || r == nil || s.N == 0 {
		return At[T](r, s)
	}
	out := make([]T, s.N)
	return out, st.Read(int64(s.First), out)
}
