package tables_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output/tables"
)

type reportRow struct {
	Document string    `parquet:"document,dict"`
	Agency   *string   `parquet:"agency_id,optional,dict"`
	Cells    int32     `parquet:"cells"`
	Amount   *int64    `parquet:"amount,optional,decimal(6:18)"`
	Day      *int32    `parquet:"day,optional,date"`
	Kinds    []string  `parquet:"kinds,list"`
	Parts    []partRow `parquet:"parts,list"`
}

type partRow struct {
	Level int32  `parquet:"level"`
	Title string `parquet:"title"`
}

const rowsMade = 1500

func madeRow(i int) reportRow {
	r := reportRow{Document: fmt.Sprint("document ", i/3), Cells: int32(i)}
	if i%2 == 0 {
		id, n, day := fmt.Sprint("agency ", i%7), int64(i)*1_000_000, int32(18000+i)
		r.Agency, r.Amount, r.Day = &id, &n, &day
	}
	for k := range i % 4 {
		r.Kinds = append(r.Kinds, fmt.Sprint("kind ", k))
		r.Parts = append(r.Parts, partRow{int32(k), fmt.Sprint("part ", k, " of ", i)})
	}
	return r
}

// made is a dataset of one table in two years, in several row groups.
func made(t testing.TB) *tables.Folder {
	dir := t.TempDir()
	for year := range 2 {
		f := tables.FileOf(dir, "reports", 2020+year)
		if err := os.MkdirAll(filepath.Dir(f.Path), 0o755); err != nil {
			t.Fatal(err)
		}
		out, err := os.Create(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		w := parquet.NewGenericWriter[reportRow](out, parquet.PageBufferSize(4096))
		for i := range rowsMade {
			if _, err := w.Write([]reportRow{madeRow(i)}); err != nil {
				t.Fatal(err)
			}
			if i%700 == 699 {
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := errors.Join(w.Close(), out.Close()); err != nil {
			t.Fatal(err)
		}
	}
	m := tables.Manifest{Program: "gongkai", Version: "test", Rows: map[string]int64{"reports": 2 * rowsMade}}
	b, err := m.Bytes()
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, tables.ManifestName), b, 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
	d, err := tables.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func opened(t testing.TB, d *tables.Folder) *tables.Reader {
	files, err := d.Files("reports")
	if err != nil || len(files) != 2 || files[1].Year != 2021 || files[1].Table != "reports" {
		t.Fatalf("%+v %v", files, err)
	}
	r, err := files[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func word(r reportRow) string {
	agency, amount, day := "null", "null", "null"
	if r.Agency != nil {
		agency, amount, day = *r.Agency, fmt.Sprint(*r.Amount), fmt.Sprint(*r.Day)
	}
	return fmt.Sprint(r.Document, agency, r.Cells, amount, day, r.Kinds, r.Parts)
}

// TestReaders: every way to read the rows gives what was written.
func TestReaders(t *testing.T) {
	d := made(t)
	n, last := 0, 0
	err := tables.Select(d, "reports", func(year int, r reportRow) error {
		if want := madeRow(n % rowsMade); word(r) != word(want) {
			t.Fatalf("row %d: %s, not %s", n, word(r), word(want))
		}
		n, last = n+1, year
		return nil
	})
	if err != nil || n != 2*rowsMade || last != 2021 {
		t.Fatalf("%d rows, the last of %d: %v", n, last, err)
	}
	r := opened(t, d)
	var st tables.Stream[reportRow]
	if err := st.Begin(r); err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	c, err := r.Cursor("document", "cells")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, s := range []tables.Span{{First: 0, N: 1}, {First: 690, N: 20}, {First: 710, N: 3}, {First: 1490, N: 10}} {
		alone, err := tables.At[reportRow](r, s)
		if err != nil {
			t.Fatal(err)
		}
		streamed, err := tables.Take(&st, r, s)
		if err != nil {
			t.Fatal(err)
		}
		for i := range int(s.N) {
			want := madeRow(int(s.First) + i)
			if word(alone[i]) != word(want) || word(streamed[i]) != word(want) {
				t.Errorf("row %d: alone %s, streamed %s, not %s", int(s.First)+i, word(alone[i]), word(streamed[i]),
					word(want))
			}
			v, err := c.Row(int64(s.First) + int64(i))
			if err != nil || v[0].String() != want.Document || v[1].Int32() != want.Cells {
				t.Errorf("row %d: the cursor has %v: %v", int(s.First)+i, v, err)
			}
		}
	}
	seen := 0
	if err := r.Rows(698, 1403, func(row parquet.Row) error {
		if row[0].String() != madeRow(698+seen).Document {
			t.Fatalf("row %d is %v", 698+seen, row[0])
		}
		seen++
		return nil
	}); err != nil || seen != 1403-698 {
		t.Errorf("%d rows: %v", seen, err)
	}
}

// TestColumns: one column as it is read alone.
func TestColumns(t *testing.T) {
	r := opened(t, made(t))
	next := int64(0)
	if err := r.Column("cells", func(row int64, v parquet.Value) {
		if row != next || int64(v.Int32()) != row {
			t.Fatalf("row %d is %v", row, v)
		}
		next++
	}); err != nil || next != rowsMade {
		t.Errorf("%d rows: %v", next, err)
	}
	dst := make([]int64, rowsMade)
	if err := r.Ints("amount", dst, -1); err != nil || dst[0] != 0 || dst[1] != -1 || dst[1498] != 1498_000_000 {
		t.Errorf("%v, %v … %v: %v", dst[0], dst[1], dst[1498], err)
	}
	runs := 0
	if err := r.Runs("document", func(b []byte, s tables.Span) {
		if string(b) != madeRow(int(s.First)).Document || s.N < 1 || s.N > 3 {
			t.Fatalf("%s at %+v", b, s)
		}
		runs++
	}); err != nil || runs != rowsMade/3 { // a run may go over the end of a row group
		t.Errorf("%d runs: %v", runs, err)
	}
	if n, err := r.Longest("document"); err != nil || n != len("document 100") {
		t.Errorf("the longest has %d bytes: %v", n, err)
	}
}

// TestTableMissing: a table that should be there and is not is an error, never one without rows; one that has no rows,
// or that nobody has made yet, has none. Signs of patterns in the folder's name are its name.
func TestTableMissing(t *testing.T) {
	d := made(t)
	dir := filepath.Join(t.TempDir(), "data[1]*")
	if err := os.Rename(d.Dir(), dir); err != nil {
		t.Fatal(err)
	}
	d, err := tables.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if files, err := d.Files("reports"); err != nil || len(files) != 2 {
		t.Errorf("%v: %v", files, err)
	}
	if err := os.RemoveAll(filepath.Join(dir, "reports")); err != nil {
		t.Fatal(err)
	}
	d.Rows["terms"], d.Rows["claims"] = 0, 3
	for table, want := range map[string]string{
		"reports": "reports: no files, though dataset.json counts 3000 rows of it; the dataset is damaged",
		"claims":  "claims: no files, though dataset.json counts 3 rows of it; the dataset is damaged",
		"reuse":   ": no table reuse; the dataset was written by another version of the program",
		"terms":   "", "anomalies": "",
	} {
		files, err := d.Files(table)
		rows := tables.Select(d, table, func(int, reportRow) error { return errors.New("a row") })
		for _, err := range []error{err, rows} {
			if want == "" && (err != nil || len(files) > 0) || want != "" &&
				(err == nil || !strings.HasSuffix(err.Error(), want)) {
				t.Errorf("%s: %v, not %q", table, err, want)
			}
		}
	}
	d.Rows["anomalies"] = 1
	if _, err := d.Files("anomalies"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("anomalies, of which one is counted: %v", err)
	}
}

// TestColumnMissing: a column that the file does not have, or has otherwise, is an error in every way to read it, never
// null and 0.
func TestColumnMissing(t *testing.T) {
	d := made(t)
	r := opened(t, d)
	const other = "; the dataset was written by another version of the program"
	type (
		renamed struct {
			Agency *string `parquet:"agency_idx,optional"`
			Cells  int32   `parquet:"cells"`
		}
		number struct {
			Cells int32 `parquet:"cellz"`
		}
		wider struct {
			Cells int64 `parquet:"cells"`
		}
		text struct {
			Cells string `parquet:"cells"`
		}
		required struct {
			Agency string `parquet:"agency_id"`
		}
		plain struct {
			Day *int32 `parquet:"day,optional"`
		}
		scaled struct {
			Amount *int64 `parquet:"amount,optional,decimal(2:18)"`
		}
		noList struct {
			Kinds *string `parquet:"kinds,optional"`
		}
		field struct {
			Parts []struct {
				Level int32  `parquet:"level"`
				Name  string `parquet:"name"`
			} `parquet:"parts,list"`
		}
	)
	wrong := map[string]func() []error{
		"reports: no column agency_idx":                                 func() []error { return ways[renamed](d, r) },
		"reports: no column cellz":                                      func() []error { return ways[number](d, r) },
		"reports: column cells holds int32, not int64":                  func() []error { return ways[wider](d, r) },
		"reports: column cells holds int32, not string":                 func() []error { return ways[text](d, r) },
		"reports: column agency_id holds string, null, not string":      func() []error { return ways[required](d, r) },
		"reports: column day holds date, not int32":                     func() []error { return ways[plain](d, r) },
		"reports: column amount holds decimal(18,6), not decimal(18,2)": func() []error { return ways[scaled](d, r) },
		"reports: column kinds holds list of string, not string":        func() []error { return ways[noList](d, r) },
		"reports: no column parts.name":                                 func() []error { return ways[field](d, r) },
	}
	for want, read := range wrong {
		for i, err := range read() {
			var c *tables.ColumnError
			if !errors.As(err, &c) || !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), other) {
				t.Errorf("way %d: %v, not %s", i, err, want)
			}
		}
	}
	_, err := r.Cursor("document", "agency_idx")
	_, _, leaves := r.Leaves("agency_idx", "string")
	_, longest := r.Longest("agency_idx")
	for i, err := range []error{err, leaves, longest, r.Column("agency_idx", nil),
		r.Ints("agency_idx", make([]int64, rowsMade), 0), r.Runs("agency_idx", nil)} {
		if err == nil || err.Error() != "reports: no column agency_idx"+other {
			t.Errorf("%d: %v", i, err)
		}
	}
	if _, _, err := r.Leaves("cells", "string, null"); err == nil ||
		!strings.Contains(err.Error(), "column cells holds int32, not string") {
		t.Error(err)
	}
	if leaves, fields, err := r.Leaves("parts", "list of struct"); err != nil || len(leaves) != 2 ||
		fields[1] != "title" {
		t.Error(leaves, fields, err)
	}
}

// ways reads rows in every way there is.
func ways[T any](d *tables.Folder, r *tables.Reader) []error {
	var st tables.Stream[T]
	_, at := tables.At[T](r, tables.Span{First: 3, N: 2})
	return []error{tables.Select(d, "reports", func(int, T) error { return nil }), st.Begin(r), at}
}

// TestFewColumns: of few columns of many the rows are those that were written. A column that is damaged and that nobody
// asked for hinders nobody; one that was asked for is an error.
func TestFewColumns(t *testing.T) {
	d := made(t)
	files, err := d.Files("reports")
	if err != nil {
		t.Fatal(err)
	}
	r := opened(t, d)
	leaf, ok := r.Parquet().Schema().Lookup("amount")
	if !ok {
		t.Fatal("no amount")
	}
	f, err := os.OpenFile(files[0].Path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range r.Parquet().Metadata().RowGroups {
		if _, err := f.WriteAt([]byte(strings.Repeat("\xff", 32)), g.Columns[leaf.ColumnIndex].MetaData.DataPageOffset); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	n := 0
	if err := tables.Each(files[0], func(x struct {
		Agency *string `parquet:"agency_id,optional"`
		Day    *int32  `parquet:"day,optional,date"`
	}) error {
		want := madeRow(n)
		if fmt.Sprint(x.Agency == nil, x.Day == nil) != fmt.Sprint(want.Agency == nil, want.Day == nil) ||
			x.Agency != nil && (*x.Agency != *want.Agency || *x.Day != *want.Day) {
			t.Fatalf("row %d: %v", n, x)
		}
		n++
		return nil
	}); err != nil || n != rowsMade {
		t.Fatalf("%d rows: %v", n, err)
	}
	n = 0
	if err := tables.Each(files[0], func(x struct {
		Cells int32    `parquet:"cells"`
		Kinds []string `parquet:"kinds,list"`
	}) error {
		if want := madeRow(n); x.Cells != want.Cells || fmt.Sprint(x.Kinds) != fmt.Sprint(want.Kinds) {
			t.Fatalf("row %d: %v", n, x)
		}
		n++
		return nil
	}); err != nil || n != rowsMade {
		t.Fatalf("%d rows: %v", n, err)
	}
	if err := tables.Each(files[0], func(struct {
		Amount *int64 `parquet:"amount,optional,decimal(6:18)"`
	}) error {
		return nil
	}); err == nil || !strings.Contains(err.Error(), files[0].Path) {
		t.Errorf("a damaged column: %v", err)
	}
	stop := errors.New("enough")
	if err := tables.Each(files[1], func(struct {
		Cells int32 `parquet:"cells"`
	}) error {
		return stop
	}); !errors.Is(err, stop) {
		t.Errorf("what the caller says: %v", err)
	}
}
