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

// markFile writes a file of panel again with the lists of a report, where they are others, and says that it did.
func markFile(f tables.File, named map[reportKey][]string) (written bool, err error) {
	r, err := f.Open()
	if err != nil {
		return false, err
	}
	defer r.Close()
	leaves, _, err := r.Leaves("anomalous", "list of string")
	if err != nil {
		return false, err
	}
	schema := r.Parquet().Schema()
	document, _ := schema.Lookup("document")
	part, _ := schema.Lookup("part")
	list := leaves[0]
	var rows []parquet.Row
	differs := false
	err = r.Rows(0, r.NumRows(), func(old parquet.Row) error {
		var key reportKey
		var was []string
		var at int
		row := make(parquet.Row, 0, len(old)+4)
		for _, v := range old {
			switch c := v.Column(); {
			case c == list:
				if at = len(row); !v.IsNull() {
					was = append(was, v.String())
				}
				continue
			case c == document.ColumnIndex && !v.IsNull():
				key.document = v.String()
			case c == part.ColumnIndex && !v.IsNull():
				key.part = v.Int32()
			}
			row = append(row, v.Clone())
		}
		now := named[key]
		differs = differs || !slices.Equal(was, now)
		values := []parquet.Value{parquet.NullValue().Level(0, 0, list)}
		for n, name := range now {
			v := parquet.ByteArrayValue([]byte(name)).Level(min(n, 1), 1, list)
			values = append(values[:n], v)
		}
		rows = append(rows, slices.Insert(row, at, values...))
		return nil
	})
	if err != nil || !differs {
		return false, err
	}
	// one name for what is not whole: what a process that was killed left there the next one writes over
	temp, err := os.Create(filepath.Join(filepath.Dir(f.Path), ".panel.part"))
	if err != nil {
		return false, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	w := parquet.NewGenericWriter[any](temp, append(rewriting(r), schema)...)
	if _, err := w.WriteRows(rows); err != nil {
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
