// Package readback reads a dataset with tools that know nothing of the program that wrote it. It is a module of its
// own: DuckDB needs cgo, and neither it nor Arrow is needed by users.
package readback

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/pqarrow"
	_ "github.com/duckdb/duckdb-go/v2"
	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
)

type key struct{ document, name string }

// dataset writes the example reports and gives the folder, with what was written.
func dataset(t *testing.T) (dir string, values map[key]normalize.Value, years map[string]int) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	values, years = map[key]normalize.Value{}, map[string]int{}
	for _, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.ReadFrom(doc, forms, normalize.Origin{URL: "http://127.0.0.1/art/" + e.File})
		rep.ReadWords()
		years[doc.SHA256] = rep.Year
		for _, v := range rep.Values {
			values[key{doc.SHA256, v.Name}] = v
		}
		if err := w.Write(output.Result{Document: output.Document{File: e.File, SHA256: doc.SHA256,
			MediaType: doc.MediaType, Bytes: doc.Bytes, Pages: doc.Pages}, Report: rep}); err != nil {
			t.Fatal(err)
		}
	}
	// one that was never read, without a year
	if err := w.Write(output.Result{Document: output.Document{File: "x", SHA256: strings.Repeat("0", 64)},
		Report: normalize.Unread("binary data")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	list, err := anomalies.Find(context.Background(), d, anomalies.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := output.Add(d, "anomalies", anomalies.Rows(list.Anomalies)); err != nil {
		t.Fatal(err)
	}
	return dir, values, years
}

func TestDuckDB(t *testing.T) {
	dir, values, years := dataset(t)
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	from := func(table string) string {
		return fmt.Sprintf("read_parquet('%s/%s/*/*.parquet', hive_partitioning=true)", filepath.ToSlash(dir), table)
	}
	rows, err := db.Query("SELECT document, name, year, text, CAST(number AS VARCHAR), state, verdict, unit FROM " +
		from("values"))
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	n, nulls, zeros := 0, 0, 0
	for rows.Next() {
		var k key
		var year int
		var text, number sql.NullString
		var state, verdict, unit string
		if err := rows.Scan(&k.document, &k.name, &year, &text, &number, &state, &verdict, &unit); err != nil {
			t.Fatal(err)
		}
		n++
		v, ok := values[k]
		if !ok || years[k.document] != year {
			t.Fatalf("%v in %d was never written", k, year)
		}
		if text.Valid != (v.State != normalize.Absent) || text.String != v.Text || state != string(v.State) ||
			verdict != string(v.Verdict) || unit != v.Unit {
			t.Errorf("%v: %v %s %s %q, written %+v", k, text, state, verdict, unit, v)
		}
		if number.Valid != (v.Number != nil) || number.Valid &&
			!decimal.RequireFromString(number.String).Equal(*v.Number) {
			t.Errorf("%v: number %v, written %v", k, number, v.Number)
		}
		if !number.Valid {
			nulls++
		} else if decimal.RequireFromString(number.String).IsZero() {
			zeros++
		}
	}
	if err := rows.Err(); err != nil || n != len(values) || nulls == 0 || zeros == 0 {
		t.Fatalf("%d of %d values, %d nulls, %d zeros, %v", n, len(values), nulls, zeros, err)
	}
	for query, want := range map[string]string{
		"SELECT count(*) FROM " + from("documents"): "13",
		"SELECT count(*) FROM " + from("documents") +
			" WHERE status = 'unread' AND year = 0 AND report_year IS NULL AND pages IS NULL": "1",
		"SELECT count(*) FROM " + from("reports") +
			" WHERE published IS NOT NULL AND year(published) = year + 1 AND report_year = year": "12",
		"SELECT count(*) FROM " + from("wide"): "12",
		// the wide table holds what the long one does
		"SELECT count(*) FROM " + from("wide") + " w JOIN " + from("values") + " v USING (document) WHERE v.name = " +
			"'applications.received.total' AND v.number = w.applications__received__total": "12",
		"SELECT count(*) FROM " + from("wide") +
			" WHERE applications__closed__total IS NULL": "8",
		"SELECT CAST(sum(active__fees__amount) AS VARCHAR) FROM " + from("wide") + " WHERE agency = '望川市卫生健康委员会' AND " +
			"year = 2022": "25.100000",
		"SELECT count(DISTINCT code) > 2 FROM " + from(
			"findings"): "true",
		"SELECT count(*) FROM " + from("reports") +
			" WHERE agency_id IS NULL AND kind IS NOT NULL AND scope IN ('own', " +
			"'all') AND year(deadline) = year + 1 AND in_time = 'kept'": "12",
		// lists stay lists, and what stands at a word's place is the word
		"SELECT count(*) > 500 AND bool_and(substr(decode(encode(text)[start+1:start+octet_length(encode(token))]), 1) " +
			"= token) FROM (SELECT text, unnest(tokens) AS token, unnest(starts) AS start FROM " + from("sections") +
			")": "true",
		"SELECT (SELECT sum(count) FROM " + from("terms") + " WHERE term = '政府信息公开') = (SELECT count(*) FROM (SELECT " +
			"unnest(tokens) AS token FROM " + from("sections") +
			") WHERE token = '政府信息公开')": "true",
		"SELECT count(*) > 10 FROM (SELECT unnest(parts) AS p FROM " + from("sections") +
			") WHERE p.level = 1 AND p.title LIKE '（%' AND p.\"end\" > p.start": "true",
		"SELECT count(*) FROM " + from("claims") +
			" WHERE link = 'agrees' AND len(cells) > 0 AND table_says = value": "12",
		"SELECT count(*) > 3 AND bool_and(share BETWEEN 0 AND 1 AND len(passages) > 0) FROM " + from("reuse") +
			" WHERE \"of\" = 'last-year'": "true",
		"SELECT count(*) >= 12*6 FROM " + from("sections"): "true",
		// each number of an anomaly is what values prints there
		"SELECT count(*) > 20 AND bool_and(e.text = v.text) FROM (SELECT unnest(evidence) AS e FROM " +
			from("anomalies") +
			" WHERE rule = 'sum-fails') JOIN " + from("values") +
			" v ON v.document = e.document AND v.part = e.part AND " +
			"v.name = e.name": "true",
	} {
		var got string
		if err := db.QueryRow("SELECT CAST((" + query + ") AS VARCHAR)").Scan(&got); err != nil || got != want {
			t.Errorf("%s\n = %s, want %s, %v", query, got, want, err)
		}
	}
}

func TestArrow(t *testing.T) {
	dir, values, _ := dataset(t)
	files, err := filepath.Glob(filepath.Join(dir, "values", "*", "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	n, nulls, zeros := 0, 0, 0
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		pf, err := file.NewParquetReader(f)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if v := pf.MetaData().KeyValueMetadata().FindValue("gongkai.version"); v == nil || *v != "test" {
			t.Errorf("%s: version %v", name, v)
		}
		r, err := pqarrow.NewFileReader(pf, pqarrow.ArrowReadProperties{}, memory.DefaultAllocator)
		if err != nil {
			t.Fatal(err)
		}
		table, err := r.ReadTable(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		column := func(name string) arrow.Array {
			ix := table.Schema().FieldIndices(name)
			if len(ix) != 1 {
				t.Fatalf("column %s: %v", name, ix)
			}
			chunks := table.Column(ix[0]).Data().Chunks()
			whole, err := array.Concatenate(chunks, memory.DefaultAllocator)
			if err != nil {
				t.Fatal(err)
			}
			return whole
		}
		text := func(a arrow.Array, i int) string {
			return a.ValueStr(i)
		}
		document, cell, printed, number := column("document"), column("name"), column("text"), column("number")
		if _, ok := number.DataType().(*arrow.Decimal128Type); !ok {
			t.Fatalf("number is %s", number.DataType())
		}
		for i := range int(table.NumRows()) {
			if document.Len() == 0 {
				continue
			}
			v, ok := values[key{text(document, i), text(cell, i)}]
			if !ok {
				t.Fatalf("%s: %s was never written", name, text(cell, i))
			}
			n++
			if printed.IsNull(i) != (v.State == normalize.Absent) || !printed.IsNull(i) && text(printed, i) != v.Text {
				t.Errorf("%s: text %q, written %q", v.Name, text(printed, i), v.Text)
			}
			if number.IsNull(i) != (v.Number == nil) || !number.IsNull(i) &&
				!decimal.RequireFromString(text(number, i)).Equal(*v.Number) {
				t.Errorf("%s: number %s, written %v", v.Name, text(number, i), v.Number)
			}
			if number.IsNull(i) {
				nulls++
			} else if v.Number.IsZero() {
				zeros++
			}
		}
		table.Release()
		pf.Close()
	}
	if n != len(values) || nulls == 0 || zeros == 0 {
		t.Errorf("%d of %d values, %d nulls, %d zeros", n, len(values), nulls, zeros)
	}
}
