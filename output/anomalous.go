package output

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// A reportKey is a report of a dataset.
type reportKey struct {
	document string
	part     int32
}

// MarkPanel says in panel which counts the anomalies of the dataset name a cell of. The table anomalies is made when
// the others lie there already, so that this is said after it.
func MarkPanel(d *Dataset, forms *form.Forms) error {
	figures, err := panel.FiguresOf(forms)
	if err != nil {
		return err
	}
	of := map[string][]string{} // counts by cell
	for _, c := range figures.Counts {
		for _, s := range c.Of {
			if s.Class == panel.Never {
				continue
			}
			for _, cell := range s.Cells {
				of[cell] = append(of[cell], c.Name)
			}
		}
	}
	named := map[reportKey][]string{}
	type row struct {
		Evidence []EvidenceRow `parquet:"evidence,list"`
	}
	if err := Select(d, "anomalies", func(_ int, r row) error {
		for _, e := range r.Evidence {
			if k := (reportKey{e.Document, e.Part}); e.Kind == "cell" {
				named[k] = append(named[k], of[e.Name]...)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for k := range named {
		slices.Sort(named[k])
		named[k] = slices.Compact(named[k])
	}
	files, err := d.Files("panel")
	if err != nil {
		return err
	}
	m, err := tables.ReadManifest(d.Dir())
	if err != nil {
		return err
	}
	noted := false
	for _, f := range files {
		y, whole := m.Years[yearName(int32(f.Year))], true
		if y != nil { // one that is damaged has not the hash of a whole one afterwards
			sum, err := sumOfFile(f.Path)
			if err != nil {
				return err
			}
			whole = sum == y.Files["panel"]
		}
		written, err := markFile(f, named)
		if err != nil {
			return err
		}
		if y != nil && written && whole {
			if y.Files["panel"], err = sumOfFile(f.Path); err != nil {
				return err
			}
			y.Marked, noted = true, true
			y.Seal()
		}
	}
	if !noted {
		return nil
	}
	return d.Describe(m)
}

// A markedRow is what a row of panel says of whose report it is, and which counts of it anomalies name.
type markedRow struct {
	Document  *string  `parquet:"document,optional"`
	Part      *int32   `parquet:"part,optional"`
	Anomalous []string `parquet:"anomalous,list"`
}

// markFile writes a file of panel again with the lists of a report, where they are others, and says that it did. The
// lists of the rows are looked at first, a few columns of two hundred: mostly they stay as they are. Else it goes column by
// column, so that no row is put together, and what is held is no more than the writer holds.
func markFile(f tables.File, named map[reportKey][]string) (written bool, err error) {
	var lists [][]string // as they are to be, row by row
	differs := false
	if err := tables.Each(f, func(row markedRow) error {
		var key reportKey
		if row.Document != nil {
			key.document = *row.Document
		}
		if row.Part != nil {
			key.part = *row.Part
		}
		now := named[key]
		differs = differs || !slices.Equal(row.Anomalous, now)
		lists = append(lists, now)
		return nil
	}); err != nil || !differs {
		return false, err
	}
	r, err := f.Open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	leaves, _, err := r.Leaves("anomalous", "list of string")
	if err != nil {
		return false, err
	}
	// one name for what is not whole: what a process that was killed left there the next one writes over
	temp, err := os.Create(filepath.Join(filepath.Dir(f.Path), ".panel.part"))
	if err != nil {
		return false, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	w := parquet.NewGenericWriter[any](temp, append(rewriting(r), r.Parquet().Schema())...)
	for _, g := range r.Parquet().RowGroups() {
		for k, c := range g.ColumnChunks() {
			if k == leaves[0] {
				for _, list := range lists[:g.NumRows()] { // a row at a time, as they were written: the pages are the same
					if _, err = w.ColumnWriters()[k].WriteRowValues(listValues(list, k)); err != nil {
						break
					}
				}
			} else {
				err = copyColumn(w.ColumnWriters()[k], c)
			}
			if err != nil {
				return false, fmt.Errorf("%s: %w", f.Path, err)
			}
		}
		lists = lists[g.NumRows():]
		if err := w.Flush(); err != nil {
			return false, err
		}
	}
	if err := w.Close(); err != nil {
		return false, err
	}
	if err := temp.Chmod(0o644); err != nil {
		return false, err
	}
	if err := temp.Close(); err != nil {
		return false, err
	}
	return true, os.Rename(temp.Name(), f.Path)
}

// listValues are a list of strings as a column has it.
func listValues(list []string, column int) []parquet.Value {
	if len(list) == 0 {
		return []parquet.Value{parquet.NullValue().Level(0, 0, column)}
	}
	values := make([]parquet.Value, len(list))
	for n, s := range list {
		values[n] = parquet.ByteArrayValue([]byte(s)).Level(min(n, 1), 1, column)
	}
	return values
}

// copyColumn writes a column of a row group as it is, page by page: no row is put together for it.
func copyColumn(to *parquet.ColumnWriter, from parquet.ColumnChunk) error {
	pages := from.Pages()
	defer pages.Close()
	var values []parquet.Value
	for {
		page, err := pages.ReadPage()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		values = slices.Grow(values[:0], int(page.NumValues()))[:page.NumValues()]
		n, err := page.Values().ReadValues(values)
		if n < len(values) {
			err = errors.Join(err, io.ErrUnexpectedEOF)
		} else if _, err = to.WriteRowValues(values); err == nil {
			parquet.Release(page)
			continue
		}
		parquet.Release(page)
		return err
	}
}
