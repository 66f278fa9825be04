package tables

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/parquet-go/parquet-go"
)

// A Reader is an open file of a table. Several may read it at once.
type Reader struct {
	of   File
	open *os.File
	file *parquet.File
}

// Open opens the file. Bloom filters and page indexes are read where they are needed only if the options leave them
// out.
func (f File) Open(opts ...parquet.FileOption) (*Reader, error) { return f.OpenVia(nil, opts...) }

// OpenVia opens the file and reads its bytes by way of what via makes of it; nil is the file itself.
func (f File) OpenVia(via func(*os.File) io.ReaderAt, opts ...parquet.FileOption) (*Reader, error) {
	o, err := os.Open(f.Path)
	if err != nil {
		return nil, err
	}
	var bytes io.ReaderAt = o
	if via != nil {
		bytes = via(o)
	}
	info, err := o.Stat()
	if err == nil {
		var pf *parquet.File
		if pf, err = parquet.OpenFile(bytes, info.Size(), opts...); err == nil {
			return &Reader{f, o, pf}, nil
		}
		err = fmt.Errorf("%s: %w", f.Path, err)
	}
	o.Close()
	return nil, err
}

// Close closes the file.
func (r *Reader) Close() error { return r.open.Close() }

// Content is the bytes of the file that is read, whatever lies in its place by now.
func (r *Reader) Content() io.Reader { return io.NewSectionReader(r.open, 0, r.file.Size()) }

// File is the file that is read.
func (r *Reader) File() File { return r.of }

// Parquet is the file as the library has it, for those who copy it.
func (r *Reader) Parquet() *parquet.File { return r.file }

// NumRows is how many rows there are.
func (r *Reader) NumRows() int64 { return r.file.NumRows() }

// Leaves are the leaves of a column that holds a type of the data dictionary ("string", "list of struct" …; whether
// it may be null is left open): one, but for lists of structs, of which each field is one, with their names.
func (r *Reader) Leaves(column, typ string) (leaves []int, fields []string, err error) {
	typ = strings.TrimSuffix(typ, ", null")
	for k, path := range r.file.Schema().Columns() {
		if path[0] != column {
			continue
		}
		if leaf, _ := r.file.Schema().Lookup(path...); shape(path, typeOf(leaf)) != typ {
			return nil, nil, &ColumnError{r.of.Table, column, shape(path, typeOf(leaf)), typ}
		}
		leaves, fields = append(leaves, k), append(fields, path[len(path)-1])
	}
	if len(leaves) == 0 {
		return nil, nil, &ColumnError{Table: r.of.Table, Column: column}
	}
	return leaves, fields, nil
}

// Columns are the names of the columns, in their order.
func (r *Reader) Columns() (out []string) {
	for _, f := range r.file.Schema().Fields() {
		out = append(out, f.Name())
	}
	return out
}

// Has reports whether the file has a column that is no list.
func (r *Reader) Has(column string) bool {
	_, ok := r.file.Schema().Lookup(column)
	return ok
}

// leaf finds a column that is no list.
func (r *Reader) leaf(column string) (int, error) {
	l, ok := r.file.Schema().Lookup(column)
	if !ok {
		return 0, &ColumnError{Table: r.of.Table, Column: column}
	}
	return l.ColumnIndex, nil
}

// Pages hands over the pages of a column, one after the other, with the row of each page's first value. The column is
// no list.
func (r *Reader) Pages(column string, each func(row int64, p parquet.Page) error) error {
	leaf, err := r.leaf(column)
	if err != nil {
		return err
	}
	row := int64(0)
	for _, g := range r.file.RowGroups() {
		pages := g.ColumnChunks()[leaf].Pages()
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
				return fmt.Errorf("%s: column %s: %w", r.of.Path, column, err)
			}
		}
		pages.Close()
	}
	return nil
}

// eachValue hands over the values of a page, some at a time, with the row of the first.
func eachValue(row int64, p parquet.Page, each func(row int64, v parquet.Value)) error {
	var buf [512]parquet.Value
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
}

// Column hands over the values of a column row by row. The column is no list.
func (r *Reader) Column(column string, each func(row int64, v parquet.Value)) error {
	return r.Pages(column, func(row int64, p parquet.Page) error { return eachValue(row, p, each) })
}

// Ints reads an optional column of integers into dst, which has room for every row; null gives null.
func (r *Reader) Ints(column string, dst []int64, null int64) error {
	if int64(len(dst)) != r.NumRows() {
		return fmt.Errorf("%s: room for %d rows of %d", r.of.Path, len(dst), r.NumRows())
	}
	leaf, err := r.leaf(column)
	if err != nil {
		return err
	}
	if l, _ := r.file.Schema().Lookup(column); l.Node.Type().Kind() != parquet.Int64 {
		return &ColumnError{r.of.Table, column, typeOf(l), "int64"}
	}
	for _, g := range r.file.RowGroups() {
		if err := ints(g.ColumnChunks()[leaf], dst[:g.NumRows()], null); err != nil {
			return fmt.Errorf("%s: column %s: %w", r.of.Path, column, err)
		}
		dst = dst[g.NumRows():]
	}
	return nil
}

func ints(c parquet.ColumnChunk, dst []int64, null int64) error {
	pages := c.Pages()
	defer pages.Close()
	var buf [512]parquet.Value
	for len(dst) > 0 {
		page, err := pages.ReadPage()
		if err != nil {
			return errors.Join(err, io.ErrUnexpectedEOF)
		}
		values := page.Values()
		for {
			n, err := values.ReadValues(buf[:min(len(buf), len(dst))])
			for i := range buf[:n] {
				if dst[i] = null; !buf[i].IsNull() {
					dst[i] = buf[i].Int64()
				}
			}
			if dst = dst[n:]; err != nil || n == 0 || len(dst) == 0 {
				break
			}
		}
		parquet.Release(page)
	}
	return nil
}

// Longest is the bytes of the longest text of a column that is no list.
func (r *Reader) Longest(column string) (n int, err error) {
	leaf, err := r.leaf(column)
	if err != nil {
		return 0, err
	}
	for _, g := range r.file.RowGroups() {
		k, err := longest(g.ColumnChunks()[leaf])
		if err != nil {
			return 0, fmt.Errorf("%s: column %s: %w", r.of.Path, column, err)
		}
		n = max(n, k)
	}
	return n, nil
}

func longest(c parquet.ColumnChunk) (n int, err error) {
	pages := c.Pages()
	defer pages.Close()
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
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
		err = eachValue(0, page, func(_ int64, v parquet.Value) {
			if !v.IsNull() {
				n = max(n, len(v.ByteArray()))
			}
		})
		parquet.Release(page)
		if err != nil {
			return n, err
		}
	}
}

// Range gives the smallest and the largest value of a column of whole numbers; 0 and 0 where it has none.
func (r *Reader) Range(column string) (low, high int64, err error) {
	leaf, err := r.leaf(column)
	if err != nil {
		return 0, 0, err
	}
	some := false
	for _, g := range r.file.RowGroups() {
		pages := g.ColumnChunks()[leaf].Pages()
		for err == nil {
			var page parquet.Page
			if page, err = pages.ReadPage(); err != nil {
				break
			}
			err = eachValue(0, page, func(_ int64, v parquet.Value) {
				if v.IsNull() {
					return
				}
				x := v.Int64()
				if v.Kind() == parquet.Int32 {
					x = int64(v.Int32())
				}
				if !some {
					low, high, some = x, x, true
				}
				low, high = min(low, x), max(high, x)
			})
			parquet.Release(page)
		}
		pages.Close()
		if !errors.Is(err, io.EOF) {
			return 0, 0, fmt.Errorf("%s: column %s: %w", r.of.Path, column, err)
		}
		err = nil
	}
	return low, high, nil
}

// A Span is a run of rows of a file.
type Span struct{ First, N int32 }

// Runs finds the runs of rows that have one value in a column of strings. A value that stands at two places of the
// file has two runs.
func (r *Reader) Runs(column string, each func(value []byte, s Span)) error {
	var last []byte
	first, rows := int64(0), int64(0)
	end := func(row int64) {
		if row > first {
			each(last, Span{int32(first), int32(row - first)})
		}
		first = row
	}
	at := func(row int64, b []byte) {
		if string(b) != string(last) {
			end(row)
			last = append(last[:0], b...)
		}
	}
	err := r.Pages(column, func(row int64, p parquet.Page) error {
		rows = row + p.NumRows()
		d := p.Dictionary()
		if d == nil {
			return eachValue(row, p, func(row int64, v parquet.Value) { at(row, v.ByteArray()) })
		}
		before, data := int32(-1), p.Data()
		for i, k := range data.Int32() {
			if k != before {
				before = k
				at(row+int64(i), d.Index(k).ByteArray())
			}
		}
		return nil
	})
	if err == nil {
		end(rows)
	}
	return err
}
