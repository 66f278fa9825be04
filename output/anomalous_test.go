package output_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// TestMarkPanel: panel names the counts that an anomaly looked at, and is else as it was; where the lists stay as they
// are no file is written again, whatever is wrong with the columns beside them.
func TestMarkPanel(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, exampleResults(t))
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Document  *string  `parquet:"document,optional"`
		Anomalous []string `parquet:"anomalous,list"`
	}
	marked := func() (lists map[string][]string) {
		t.Helper()
		lists = map[string][]string{}
		if err := output.Select(d, "panel", func(_ int, r row) error {
			if r.Document != nil {
				lists[*r.Document] = r.Anomalous
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		return lists
	}
	// rest are all rows of panel without the lists
	rest := func() (rows []string) {
		t.Helper()
		files, err := d.Files("panel")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			list, _, err := r.Leaves("anomalous", "list of string")
			if err != nil {
				t.Fatal(err)
			}
			if err := r.Rows(0, r.NumRows(), func(row parquet.Row) error {
				row = slices.DeleteFunc(row.Clone(), func(v parquet.Value) bool { return v.Column() == list[0] })
				rows = append(rows, fmt.Sprintf("%+v", row))
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			r.Close()
		}
		return rows
	}
	before, unmarked, as := hashes(t, dir), marked(), rest()
	document := slices.Min(slices.Collect(maps.Keys(unmarked)))
	mark := func(cells ...string) {
		t.Helper()
		a := output.AnomalyRow{ID: "x", Rule: "x", Document: document, Part: 1}
		for _, c := range cells {
			a.Evidence = append(a.Evidence, output.EvidenceRow{Kind: "cell", Document: document, Part: 1, Name: c})
		}
		if err := output.Add(d, "anomalies", map[int][]output.AnomalyRow{2022: {a}}); err != nil {
			t.Fatal(err)
		}
		if err := output.MarkPanel(d, load(t)); err != nil {
			t.Fatal(err)
		}
	}
	mark("applications.received.total", "applications.carried_in.total")
	lists := marked()
	if len(lists[document]) < 2 || !slices.IsSorted(lists[document]) {
		t.Errorf("marked: %q", lists[document])
	}
	for doc, l := range lists {
		if doc != document && len(l) > 0 {
			t.Errorf("%s, of which there is no anomaly, is marked: %q", doc, l)
		}
	}
	if !slices.Equal(as, rest()) {
		t.Error("panel says something else beside the lists")
	}
	after := hashes(t, dir)
	files, err := d.Files("panel")
	if err != nil {
		t.Fatal(err)
	}
	var written []tables.File
	for _, f := range files {
		name, err := filepath.Rel(dir, f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if name = filepath.ToSlash(name); before[name] != after[name] {
			written = append(written, f)
		}
	}
	if len(written) != 1 {
		t.Fatalf("%d files of panel were written for one report", len(written))
	}
	// the same again: the lists are looked at, and nothing else of the file
	r, err := written[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	damaged := false
	f, err := os.OpenFile(written[0].Path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Parquet().Metadata().RowGroups[0].Columns {
		if c.MetaData.PathInSchema[0] == "agency" {
			_, err = f.WriteAt([]byte("damaged damaged"), c.MetaData.DataPageOffset)
			damaged = true
		}
	}
	if e := r.Close(); err != nil || e != nil || f.Close() != nil || !damaged {
		t.Fatal(err, e, damaged)
	}
	mark("applications.received.total", "applications.carried_in.total")
	// and back to what it was
	write(t, dir, exampleResults(t))
	mark("applications.received.total", "applications.carried_in.total")
	if again := hashes(t, dir); !maps.Equal(again, after) {
		t.Error("the same marks give other bytes")
	}
	mark()
	if lists := marked(); len(lists[document]) > 0 {
		t.Errorf("marks stay: %q", lists[document])
	}
}
