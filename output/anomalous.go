package output

import (
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
		written, err := markFile(f, named)
		if err != nil {
			return err
		}
		if y := m.Years[yearName(int32(f.Year))]; y != nil && written {
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
	b, err := m.Bytes()
	if err != nil {
		return err
	}
	return putManifest(d.Dir(), b)
}

// A markedRow is what a row of panel says of whose report it is, and which counts of it anomalies name.
type markedRow struct {
	Document  *string  `parquet:"document,optional"`
	Part      *int32   `parquet:"part,optional"`
	Anomalous []string `parquet:"anomalous,list"`
}

// markFile writes a file of panel again with the lists of a report, where they are others, and says that it did. The
// lists of the rows are looked at first, which are a few columns of two hundred: mostly they stay as they are.
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
	list, next := leaves[0], 0
	var row, values parquet.Row
	err = r.Rows(0, r.NumRows(), func(old parquet.Row) error {
		at := 0
		row = row[:0]
		for _, v := range old {
			if v.Column() == list {
				at = len(row)
				continue
			}
			row = append(row, v)
		}
		values = append(values[:0], parquet.NullValue().Level(0, 0, list))
		for n, name := range lists[next] {
			values = append(values[:n], parquet.ByteArrayValue([]byte(name)).Level(min(n, 1), 1, list))
		}
		next++
		row = slices.Insert(row, at, values...)
		_, err := w.WriteRows([]parquet.Row{row})
		return err
	})
	if err != nil {
		return false, err
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
