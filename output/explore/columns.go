package explore

import (
	"errors"
	"fmt"
	"io"
	"os"

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
			if pf, err = parquet.OpenFile(f, info.Size(), parquet.SkipBloomFilters(true)); err == nil {
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

// rowsAt reads some rows of a file, with the columns that T names.
func rowsAt[T any](f *file, s span) ([]T, error) {
	if f == nil || s.n == 0 {
		return nil, nil
	}
	r := parquet.NewGenericReader[T](f.pf)
	defer r.Close()
	if err := r.SeekToRow(int64(s.first)); err != nil {
		return nil, fmt.Errorf("%s: row %d: %w", f.path, s.first, err)
	}
	out := make([]T, s.n)
	for at := 0; at < len(out); {
		n, err := r.Read(out[at:])
		if at += n; at < len(out) && (err != nil || n == 0) {
			return nil, fmt.Errorf("%s: row %d: %w", f.path, int(s.first)+at, errors.Join(err, io.ErrUnexpectedEOF))
		}
	}
	return out, nil
}
