package output

import (
	"bytes"
	"fmt"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output/tables"
)

// made is a dataset of n reports that are laid out as the examples are, a page, a text, a PDF, a Word file and so on in
// turn, each with numbers of its own. It gives the documents in the order in which they were written too.
func made(t testing.TB, n int) (*Dataset, []string) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := Create(dir, forms, Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var all []Result
	for _, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.Read(doc, forms)
		rep.Sections, rep.Claims = nil, nil // the prose is measured elsewhere
		all = append(all, Result{Document: Document{File: e.File, MediaType: doc.MediaType, Bytes: doc.Bytes, Pages: doc.Pages},
			Report: rep})
	}
	rng := rand.New(rand.NewSource(rand.Int63()))
	var order []string
	for i := range n {
		r := all[i%len(all)]
		rep := *r.Report
		rep.Values = slices.Clone(rep.Values)
		rep.Body.ID = fmt.Sprintf("3212%02d/department/%d", i*7919%97, i*104729%(n/3+1))
		for k := range rep.Values {
			if v := &rep.Values[k]; v.Number != nil && !v.Number.IsZero() {
				d := decimal.NewFromInt(1 + int64(math.Exp(1.5+1.8*rng.NormFloat64())))
				v.Number, v.Text = &d, d.String()
			}
		}
		r.Report, r.Document.SHA256 = &rep, fmt.Sprintf("%016x%048x", rng.Uint64(), i)
		order = append(order, r.Document.SHA256)
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d, order
}

// The manner in which datasets were written before: rows in the order in which reports came, the fastest level of zstd,
// paths, numbers and places without a dictionary, and the row groups of all tables ended when the long one's were.
const rowGroupBefore = 128 << 10

// valueBefore is the schema of values as it was.
func valueBefore() *parquet.Schema {
	var fields []reflect.StructField
	for i := range reflect.TypeFor[ValueRow]().NumField() {
		f := reflect.TypeFor[ValueRow]().Field(i)
		tag := string(f.Tag)
		for _, c := range []string{"path", "number", "page", "table_index", "grid_row", "grid_column", "x0", "y0", "x1", "y1"} {
			if strings.HasPrefix(tag, `parquet:"`+c+`,`) {
				tag = strings.Replace(tag, ",dict", "", 1)
			}
		}
		f.Tag = reflect.StructTag(tag)
		fields = append(fields, f)
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
}

func before(out *bytes.Buffer, schema *parquet.Schema) *parquet.GenericWriter[any] {
	return parquet.NewGenericWriter[any](out, schema, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}))
}

// valuesBefore writes the values of a dataset in the manner of before.
func valuesBefore(t testing.TB, d *Dataset, order []string) map[int]int64 {
	t.Helper()
	of := map[string][]ValueRow{}
	years := map[string]int{}
	if err := d.Values(func(year int, r ValueRow) error {
		of[r.Document], years[r.Document] = append(of[r.Document], r), year
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	size := map[int]int64{}
	schema, now := valueBefore(), parquet.SchemaOf(ValueRow{})
	for year := range mapValues(years) {
		var out bytes.Buffer
		w := before(&out, schema)
		held := 0
		for _, doc := range order {
			if years[doc] != year {
				continue
			}
			for _, r := range of[doc] {
				if _, err := w.WriteRows([]parquet.Row{now.Deconstruct(nil, r)}); err != nil {
					t.Fatal(err)
				}
			}
			if held += len(of[doc]); held >= rowGroupBefore {
				held = 0
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		size[year] = int64(out.Len())
	}
	return size
}

func mapValues(m map[string]int) map[int]bool {
	out := map[int]bool{}
	for _, v := range m {
		out[v] = true
	}
	return out
}

// wideBefore writes a file of wide in the manner of before.
func wideBefore(t testing.TB, file File, perReport int) []byte {
	t.Helper()
	r, err := file.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out bytes.Buffer
	w := before(&out, r.Parquet().Schema())
	n := 0
	if err := r.Rows(0, r.NumRows(), func(row parquet.Row) error {
		if _, err := w.WriteRows([]parquet.Row{row}); err != nil {
			return err
		}
		if n++; n%(rowGroupBefore/perReport) == 0 {
			return w.Flush()
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSmaller holds values at 0.65 of what they took before, both written here of the same reports.
func TestSmaller(t *testing.T) {
	d, order := made(t, 600)
	was := valuesBefore(t, d, order)
	files, err := d.Files("values")
	if err != nil {
		t.Fatal(err)
	}
	var a, b int64
	for _, f := range files {
		info, err := os.Stat(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		a, b = a+was[f.Year], b+info.Size()
	}
	t.Logf("values: %d bytes before, %d now: %.3f; %d rows", a, b, float64(b)/float64(a), d.Rows["values"])
	if os.Getenv("GONGKAI_COLUMNS") != "" {
		bytesByColumn(t, files)
	}
	if float64(b) > 0.65*float64(a) {
		t.Errorf("values take %d bytes, %d before", b, a)
	}
}

// bytesByColumn tells where the bytes of a table are.
func bytesByColumn(t *testing.T, files []File) {
	sizes := map[string]int64{}
	for _, f := range files {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		for _, g := range r.Parquet().Metadata().RowGroups {
			for _, c := range g.Columns {
				sizes[c.MetaData.PathInSchema[0]] += c.MetaData.TotalCompressedSize
			}
		}
		r.Close()
	}
	for c, n := range sizes {
		t.Logf("%9d %s", n, c)
	}
}

// TestOrder: the rows of a year are in the order that the files say, however the reports came, and row groups end by
// their rows alone.
func TestOrder(t *testing.T) {
	d, _ := made(t, 300)
	three := []string{"agency_id", "document", "part"}
	for table, columns := range map[string][]string{"reports": three, "wide": three, "panel": three, "authorities": {"body"}} {
		files, err := d.Files(table)
		if err != nil {
			t.Fatal(err)
		}
		rows := 0
		for _, f := range files {
			r, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			keys := make([]string, r.NumRows())
			for _, c := range columns {
				if err := r.Column(c, func(row int64, v parquet.Value) {
					s := "\x7f" // null is behind all
					if !v.IsNull() {
						s = v.String()
					}
					keys[row] += s + "\x00"
				}); err != nil {
					t.Fatal(err)
				}
			}
			rows += len(keys)
			if !slices.IsSorted(keys) {
				t.Errorf("%s is not sorted", f.Path)
			}
			meta := r.Parquet().Metadata()
			if len(keys) > 0 && len(meta.RowGroups) != 1 {
				t.Errorf("%s: %d row groups of %d rows", f.Path, len(meta.RowGroups), len(keys))
			}
			for _, g := range meta.RowGroups {
				var said []string
				for _, s := range g.SortingColumns {
					said = append(said, r.Parquet().Schema().Columns()[s.ColumnIdx][0])
					if s.Descending || s.NullsFirst {
						t.Errorf("%s: %+v", f.Path, s)
					}
				}
				if !slices.Equal(said, columns) {
					t.Errorf("%s is said to be sorted by %q", f.Path, said)
				}
			}
		}
		if rows == 0 {
			t.Errorf("%s is empty", table)
		}
	}
	for _, table := range []string{"documents", "values", "findings"} { // one body's rows are together there too
		var order []string
		if err := d.Reports(func(year int, r ReportRow) error {
			order = append(order, strconv.Itoa(year)+r.Document)
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		at := -1
		type row struct {
			Document string `parquet:"document"`
		}
		if err := Select(d, table, func(year int, r row) error {
			k := slices.Index(order, strconv.Itoa(year)+r.Document)
			if k >= 0 && k < at {
				return fmt.Errorf("%s stands behind what it should precede", r.Document)
			}
			at = max(at, k)
			return nil
		}); err != nil {
			t.Errorf("%s: %v", table, err)
		}
	}
}

// BenchmarkWideColumn sums one column of wide, as it was written before and as it is now; ns/op side by side is the
// figure. GONGKAI_REPORTS is the number of reports, 6,000 if it is not set.
func BenchmarkWideColumn(b *testing.B) {
	n := 6000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	d, _ := made(b, n)
	files, err := d.Files("wide")
	if err != nil {
		b.Fatal(err)
	}
	var old []File
	for _, f := range files {
		path := filepath.Join(b.TempDir(), "part-0.parquet")
		if err := os.WriteFile(path, wideBefore(b, f, 199), 0o644); err != nil {
			b.Fatal(err)
		}
		old = append(old, File{Table: "wide", Year: f.Year, Path: path})
	}
	sums := map[string]int64{}
	for _, v := range []struct {
		name  string
		files []tables.File
	}{{"before", old}, {"now", files}} {
		b.Run(v.name, func(b *testing.B) {
			for b.Loop() {
				sum := int64(0)
				for _, f := range v.files {
					r, err := f.Open(parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
					if err != nil {
						b.Fatal(err)
					}
					if err := r.Column("applications__received__total", func(_ int64, v parquet.Value) {
						if !v.IsNull() {
							sum += v.Int64()
						}
					}); err != nil {
						b.Fatal(err)
					}
					r.Close()
				}
				sums[v.name] = sum
			}
		})
	}
	if sums["before"] != sums["now"] {
		b.Errorf("other sums: %v", sums)
	}
}
