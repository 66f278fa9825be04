package query

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/listing"
)

// examples writes the example reports, one document that was never read, and the anomalies.
func examples(t testing.TB) *output.Dataset {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.ReadFrom(doc, forms, normalize.Origin{})
		rep.ReadWords()
		d := output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes,
			Pages: doc.Pages}
		if i%3 == 0 {
			d.URL, d.Seen = "https://example.org/"+e.File, "2024-02-29"
		}
		if err := w.Write(output.Result{Document: d, Report: rep}); err != nil {
			t.Fatal(err)
		}
	}
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
	return d
}

func opened(t testing.TB, d *output.Dataset) *DB {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	db, err := Open(context.Background(), d, forms)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func all(t testing.TB, db *DB, text string) [][]any {
	t.Helper()
	out, err := ask(db, text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return out
}

func ask(db *DB, text string) (out [][]any, err error) {
	rows, err := db.Query(context.Background(), text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		out = append(out, slices.Clone(rows.Values()))
	}
	return out, rows.Err()
}

// TestReadBack: every column of every table is what the dataset's own reader gives.
func TestReadBack(t *testing.T) {
	d := examples(t)
	db := opened(t, d)
	if want := []string{"documents", "reports", "values", "findings", "sections", "terms", "claims", "reuse", "wide",
		"panel", "authorities", "divisions", "linked_series", "crosswalk", "breaks", "rates",
		"corrections", "anomalies"}; !slices.Equal(db.Tables(), want) {
		t.Fatalf("tables %q", db.Tables())
	}
	for name, want := range map[string][][]any{
		"documents": typed[output.DocumentRow](t, d, "documents"), "reports": reports(t, d),
		"values":   typed[output.ValueRow](t, d, "values"),
		"findings": typed[output.FindingRow](t, d, "findings"), "sections": typed[output.SectionRow](t, d, "sections"),
		"terms":  typed[output.TermRow](t, d, "terms"),
		"claims": typed[output.ClaimRow](t, d, "claims"), "reuse": typed[output.ReuseRow](t, d, "reuse"),
		"anomalies": typed[output.AnomalyRow](t, d, "anomalies"), "wide": laid(t, d, "wide"), "panel": laid(t, d, "panel"),
		"authorities":   typed[output.AuthorityRow](t, d, "authorities"),
		"divisions":     typed[output.DivisionRow](t, d, "divisions"),
		"linked_series": typed[output.SeriesRow](t, d, "linked_series"),
		"crosswalk":     typed[output.CrosswalkRow](t, d, "crosswalk"),
		"breaks":        typed[output.BreakRow](t, d, "breaks"),
		"rates":         typed[output.RateRow](t, d, "rates"),
	} {
		got := all(t, db, "SELECT * FROM "+quoted(name))
		if len(got) != len(want) || int64(len(got)) != d.Rows[name] {
			t.Errorf("%s: %d rows of %d", name, len(got), len(want))
			continue
		}
		nulls, blanks := 0, 0
		for i := range want {
			for k, w := range want[i] {
				switch w {
				case nil:
					nulls++
				case "":
					blanks++
				}
				if !reflect.DeepEqual(got[i][k], w) {
					t.Fatalf("%s: row %d, column %d: %#v, written %#v", name, i, k, got[i][k], w)
				}
			}
		}
		t.Logf("%s: %d rows, %d nulls, %d blanks", name, len(want), nulls, blanks)
		if name == "values" && (nulls == 0 || blanks == 0) {
			t.Errorf("%s: %d nulls, %d blanks", name, nulls, blanks)
		}
	}
}

// reports are the rows of reports, with the columns of the editions, which are in no struct.
func reports(t *testing.T, d *output.Dataset) [][]any {
	t.Helper()
	type editions struct {
		Active       *string `parquet:"edition_active,optional"`
		Applications *string `parquet:"edition_applications,optional"`
		Disputes     *string `parquet:"edition_disputes,optional"`
	}
	superseded, _ := reflect.TypeFor[output.ReportRow]().FieldByName("Superseded")
	out, follow := typed[output.ReportRow](t, d, "reports"), typed[editions](t, d, "reports")
	for i := range out {
		out[i] = slices.Insert(out[i], 1+superseded.Index[0], follow[i][1:]...)
	}
	return out
}

// typed gives the rows of a table by the dataset's reader, as SQLite should have them.
func typed[T any](t *testing.T, d *output.Dataset, name string) (out [][]any) {
	t.Helper()
	var row T
	typ := reflect.TypeOf(row)
	err := output.Select(d, name, func(year int, r T) error {
		line := []any{nil}
		if year != 0 {
			line[0] = int64(year)
		}
		v := reflect.ValueOf(r)
		for i := range typ.NumField() {
			tag := typ.Field(i).Tag.Get("parquet")
			f := v.Field(i)
			if f.Kind() == reflect.Slice {
				line = append(line, written(f))
				continue
			}
			if f.Kind() == reflect.Pointer {
				if f.IsNil() {
					line = append(line, nil)
					continue
				}
				f = f.Elem()
			}
			switch {
			case strings.Contains(tag, "decimal"):
				line = append(line, decimal(f.Int()))
			case strings.Contains(tag, ",date"):
				line = append(line, time.Unix(f.Int()*86400, 0).UTC().Format("2006-01-02"))
			case f.Kind() == reflect.Bool:
				n := int64(0)
				if f.Bool() {
					n = 1
				}
				line = append(line, n)
			case f.Kind() == reflect.Int32 || f.Kind() == reflect.Int64:
				line = append(line, f.Int())
			default:
				line = append(line, f.Interface())
			}
		}
		out = append(out, line)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// decimal is the value by exact arithmetic.
func decimal(n int64) any {
	r := big.NewRat(n, 1_000_000)
	if r.IsInt() {
		return r.Num().Int64()
	}
	f, _ := r.Float64()
	return f
}

// written is a list as JSON, the fields of a struct by their parquet names.
func written(list reflect.Value) string {
	if list.Len() == 0 {
		return "[]"
	}
	var parts []string
	plain := func(v reflect.Value) string {
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return "null"
		}
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(v.Interface()); err != nil {
			panic(err)
		}
		return strings.TrimSuffix(b.String(), "\n")
	}
	for i := range list.Len() {
		v := list.Index(i)
		if v.Kind() != reflect.Struct {
			parts = append(parts, plain(v))
			continue
		}
		var fields []string
		for k := range v.NumField() {
			name, _, _ := strings.Cut(v.Type().Field(k).Tag.Get("parquet"), ",")
			fields = append(fields, fmt.Sprintf("%q:%s", name, plain(v.Field(k))))
		}
		parts = append(parts, "{"+strings.Join(fields, ",")+"}")
	}
	return "[" + strings.Join(parts, ",") + "]"
}

// laid gives the rows of a table of which the forms make columns, value by value as parquet-go reads rows.
func laid(t *testing.T, d *output.Dataset, table string) (out [][]any) {
	t.Helper()
	files, err := d.Files(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		f, err := os.Open(file.Path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r := parquet.NewReader(f)
		names := r.Schema().Columns()
		buf := make([]parquet.Row, 1)
		for {
			n, err := r.ReadRows(buf)
			if n == 0 {
				break
			}
			line := []any{nil}
			if file.Year != 0 {
				line[0] = int64(file.Year)
			}
			lists := map[int][]string{}
			for _, v := range buf[0] {
				i := v.Column()
				leaf, _ := r.Schema().Lookup(names[i]...)
				typ := leaf.Node.Type().String()
				if len(names[i]) > 1 {
					if !v.IsNull() {
						lists[i] = append(lists[i], v.String())
					}
					if v.RepetitionLevel() == 0 {
						line = append(line, i)
					}
					continue
				}
				switch {
				case v.Kind() == parquet.Boolean && !v.IsNull():
					line = append(line, map[bool]int64{true: 1}[v.Boolean()])
				case v.Kind() == parquet.Double && !v.IsNull():
					line = append(line, v.Double())
				case v.IsNull():
					line = append(line, nil)
				case strings.HasPrefix(typ, "DECIMAL"):
					line = append(line, decimal(v.Int64()))
				case typ == "DATE":
					line = append(line, time.Unix(int64(v.Int32())*86400, 0).UTC().Format("2006-01-02"))
				case v.Kind() == parquet.Int32:
					line = append(line, int64(v.Int32()))
				case v.Kind() == parquet.Int64:
					line = append(line, v.Int64())
				default:
					line = append(line, v.String())
				}
			}
			for k, x := range line {
				if column, ok := x.(int); ok { // the place of a list
					line[k] = written(reflect.ValueOf(lists[column]))
				}
			}
			out = append(out, line)
			if err != nil {
				break
			}
		}
	}
	return out
}

// TestAmount: a decimal is the number nearest to it, however large.
func TestAmount(t *testing.T) {
	for _, n := range []int64{0, 1, -1, 999_999, 1_000_000, -1_000_000, 1_500_000, 96_171_600_000, 1<<53 - 1, 1<<53 + 1,
		999_999_999_999_999_999, -999_999_999_999_999_999} {
		if got, want := amount(n), decimal(n); got != want {
			t.Errorf("%d: %v, want %v", n, got, want)
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		n := r.Int64N(1_000_000_000_000_000_000) >> r.IntN(50)
		if got, want := amount(n), decimal(n); got != want {
			t.Fatalf("%d: %v, want %v", n, got, want)
		}
	}
}

// grouped puts values with many row groups in the place of those of the examples: 40 reports in each of four years and
// of no year, a row group for four.
func grouped(t testing.TB) *output.Dataset {
	t.Helper()
	d := examples(t)
	if err := os.RemoveAll(filepath.Join(d.Dir(), "values")); err != nil {
		t.Fatal(err)
	}
	names := []string{"active.regulation.issued", "applications.received.total", "applications.granted.total",
		"disputes.litigation.total"}
	r := rand.New(rand.NewPCG(3, 4))
	rows := 0
	for _, year := range []int{0, 2020, 2021, 2022, 2023} {
		file := filepath.Join(d.Dir(), "values", fmt.Sprintf("year=%d", year), "part-0.parquet")
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		f, err := os.Create(file)
		if err != nil {
			t.Fatal(err)
		}
		w := parquet.NewGenericWriter[output.ValueRow](f,
			parquet.BloomFilters(parquet.SplitBlockFilter(10, "document")),
			parquet.PageBufferSize(64))
		for i := range 40 {
			var list []output.ValueRow
			doc := fmt.Sprintf("%064x", r.Uint64())
			if i%10 == 0 {
				doc = fmt.Sprintf("%064x", i) // the same in all years
			}
			for k, name := range names {
				v := output.ValueRow{Document: doc, Part: int32(1 + k%2), Name: name, State: "number",
					Verdict: "proved"}
				switch r.IntN(4) {
				case 0:
					v.State = "absent"
				case 1:
					s := ""
					v.Text, v.State = &s, "blank"
				default:
					n := r.Int64N(5)*1_000_000 + r.Int64N(2)*500_000
					s := fmt.Sprint(float64(n) / 1e6)
					v.Text, v.Number = &s, &n
				}
				if i%3 > 0 {
					a := []string{"江州市", "A", "a", "a ", "12"}[r.IntN(5)]
					v.Agency = &a
				}
				if r.IntN(2) == 0 {
					p := int32(r.IntN(3))
					v.Page = &p
				}
				list = append(list, v)
			}
			if _, err := w.Write(list); err != nil {
				t.Fatal(err)
			}
			rows += len(list)
			if i%4 == 3 {
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	d.Rows["values"] = int64(rows)
	// and claims with lists on many pages
	var claims []output.ClaimRow
	for i := range 300 {
		c := output.ClaimRow{Document: fmt.Sprintf("%064x", i/10), Part: 1, Section: int32(i % 7), Text: fmt.Sprint(i),
			Link: "agrees"}
		for k := range r.IntN(4) {
			c.Cells = append(c.Cells, fmt.Sprintf("cell %d of %d <&>", k, i))
		}
		claims = append(claims, c)
	}
	file := filepath.Join(d.Dir(), "claims", "year=2022", "part-0.parquet")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := parquet.NewGenericWriter[output.ClaimRow](f, parquet.PageBufferSize(64))
	for i := range claims {
		if _, err := w.Write(claims[i : i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReadsLess: a condition on year opens one file, one on a key the row groups that may hold it, and what is not
// asked for is not read.
func TestReadsLess(t *testing.T) {
	db := opened(t, grouped(t))
	whole := func(text string) Read {
		t.Helper()
		all(t, db, text)
		return db.Read()
	}
	everything := whole(`SELECT * FROM "values"`)
	if everything.Files != 5 || everything.Groups != 50 {
		t.Fatalf("%+v", everything)
	}
	one := all(t, db, `SELECT document FROM "values" WHERE year = 2022 LIMIT 1 OFFSET 70`)[0][0].(string)
	for _, c := range []struct {
		text          string
		files, groups int
		pages         int // at most
	}{
		{`SELECT count(*) FROM "values"`, 5, 50, 0},
		{`SELECT * FROM "values" WHERE year = 2022`, 1, 10, everything.Pages / 4},
		{`SELECT * FROM "values" WHERE year IN (2021, 2023)`, 2, 20, everything.Pages / 2},
		{`SELECT * FROM "values" WHERE year > 2020 AND year < 2022`, 1, 10, everything.Pages / 4},
		{`SELECT * FROM "values" WHERE year BETWEEN 2021 AND 2022`, 2, 20, everything.Pages / 2},
		{`SELECT * FROM "values" WHERE year IS NULL`, 1, 10, everything.Pages / 4},
		{`SELECT * FROM "values" WHERE year = NULL`, 0, 0, 0},
		{`SELECT * FROM "values" WHERE document = '` + one + `'`, 5, 1, everything.Pages / 30},
		{`SELECT * FROM "values" WHERE document = 'of no document'`, 5, 0, 0},
		{`SELECT sum(number) FROM "values"`, 5, 50, everything.Pages / 8},
	} {
		got := whole(c.text)
		if got.Files != c.files || got.Groups != c.groups || got.Pages > c.pages {
			t.Errorf("%s: %+v, want %d files, %d groups, at most %d of %d pages", c.text, got, c.files, c.groups,
				c.pages, everything.Pages)
		}
	}
	// a condition is looked at before the other columns are unpacked
	if a, b := whole(`SELECT text, path, x0, x1 FROM "values" WHERE name = 'no such name'`),
		whole(`SELECT name FROM "values"`); a.Pages > b.Pages {
		t.Errorf("%d pages, name alone has %d", a.Pages, b.Pages)
	}
	if a := whole(`SELECT count(*) FROM "values" WHERE agency = 'A' COLLATE NOCASE`); a.Groups != 50 {
		t.Errorf("%+v", a)
	}
}

// TestLikeTables: conditions, joins and orders give what they give on ordinary tables of SQLite with the same rows.
func TestLikeTables(t *testing.T) {
	d := grouped(t)
	db := opened(t, d)
	plain, err := sql.Open("sqlite", ":memory:?_dqs=0")
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	plain.SetMaxOpenConns(1)
	if n := all(t, db, "SELECT * FROM claims WHERE year = 2022"); !reflect.DeepEqual(n,
		typed[output.ClaimRow](t, d, "claims")[len(all(t, db, "SELECT 1 FROM claims WHERE year < 2022")):][:300]) {
		t.Fatal("claims")
	}
	for _, name := range []string{"values", "reports", "claims"} {
		var cols, marks []string
		for _, c := range all(t, db, fmt.Sprintf("SELECT name, type FROM pragma_table_info('%s')", name)) {
			cols, marks = append(cols, quoted(c[0].(string))+" "+c[1].(string)), append(marks, "?")
		}
		if _, err := plain.Exec(fmt.Sprintf("CREATE TABLE %s(%s)", quoted(name),
			strings.Join(cols, ", "))); err != nil {
			t.Fatal(err)
		}
		for _, row := range all(t, db, "SELECT * FROM "+quoted(name)) {
			if _, err := plain.Exec(fmt.Sprintf("INSERT INTO %s VALUES (%s)", quoted(name), strings.Join(marks, ",")),
				row...); err != nil {
				t.Fatal(err)
			}
		}
	}
	docs := all(t, db, `SELECT DISTINCT document FROM "values"`)
	r := rand.New(rand.NewPCG(5, 6))
	pick := func(s ...string) string { return s[r.IntN(len(s))] }
	literal := func() string {
		return pick("2021", "2022.0", "2020.5", "'2021'", "' 2022 '", "'x'", "NULL", "1", "2", "'1'", "0", "1.5",
			"'1.5'",
			"''", "'A'", "'a'", "'a '", "'12'", "12", "'江州市'",
			"'applications.received.total'", "'absent'", "'"+docs[r.IntN(len(docs))][0].(string)+"'", "x'41'", "9e999",
			"-1")
	}
	column := func() string {
		return pick("year", "year", "document", "part", "agency", "name", "text", "number", "state", "page", "unit",
			"confidence")
	}
	var condition func(depth int) string
	condition = func(depth int) string {
		if depth > 0 && r.IntN(2) == 0 {
			return "(" + condition(depth-1) + pick(" AND ", " AND ", " OR ") + condition(depth-1) + ")"
		}
		c := column()
		switch r.IntN(8) {
		case 0:
			return c + " IN (" + literal() + ", " + literal() + ", " + literal() + ")"
		case 1:
			return c + pick(" IS NULL", " IS NOT NULL", " ISNULL", " NOTNULL")
		case 2:
			return c + " BETWEEN " + literal() + " AND " + literal()
		case 3:
			return c + " IN (SELECT " + pick("year", "document", "part", "agency") + ` FROM "values" WHERE year = ` +
				literal() + ")"
		case 4:
			return c + " = " + literal() + pick(" COLLATE NOCASE", " COLLATE RTRIM")
		default:
			return c + pick(" = ", " = ", " IS ", " <> ", " < ", " <= ", " > ", " >= ") + literal()
		}
	}
	tried, found := 0, 0
	check := func(text string) {
		t.Helper()
		want, wantErr := plainRows(plain, text)
		got, err := ask(db, text)
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%s: %v, ordinary tables: %v", text, err, wantErr)
		}
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%s: %d rows, ordinary tables %d\n%v\n%v", text, len(got), len(want), head(got), head(want))
		}
		tried++
		found += len(want)
	}
	rounds := 600
	if testing.Short() {
		rounds = 30
	}
	for range rounds {
		check(`SELECT year, document, name, agency, text, number, page FROM "values" WHERE ` + condition(2) +
			` ORDER BY year, document, name`)
		check(`SELECT year, count(*) FROM "values" WHERE ` + condition(1) + ` GROUP BY year`)
		check(`SELECT year FROM "values" WHERE ` + condition(1) + ` ORDER BY year`)
	}
	for _, text := range []string{
		`SELECT year, count(*), count(number), sum(number), count(text) FROM "values" GROUP BY year`,
		`SELECT DISTINCT year FROM "values" ORDER BY year`,
		`SELECT year FROM "values" ORDER BY year DESC, document, name LIMIT 7`,
		`SELECT a.year, b.year, count(*), sum(a.number - b.number) FROM "values" a JOIN "values" b ON a.document = ` +
			`b.document AND a.name = b.name AND b.year = a.year + 1 GROUP BY 1, 2 ORDER BY 1, 2`,
		`SELECT count(*), count(r.document) FROM "values" v LEFT JOIN reports r ON r.document = v.document AND ` +
			`r.part = v.part`,
		`SELECT count(*) FROM reports r LEFT JOIN "values" v USING (document, part)`,
		`SELECT r.year, count(*) FROM claims c JOIN reports r ON r.document = c.document AND r.part = c.part GROUP ` +
			`BY 1 ORDER BY 1`,
		`SELECT (SELECT count(*) FROM "values" b WHERE b.document = a.document AND b.name = a.name AND b.year < ` +
			`a.year) AS n, count(*) FROM "values" a WHERE a.part = 1 GROUP BY 1 ORDER BY 1`,
		`SELECT count(*) FROM "values" a WHERE EXISTS (SELECT 1 FROM "values" b WHERE b.document = a.document AND ` +
			`b.year = 2023)`,
		`SELECT count(*) FROM "values" a, "values" b WHERE a.state = b.state AND a.verdict = b.verdict AND a.year = ` +
			`b.year AND a.name = 'applications.received.total'`,
		`SELECT count(*) FROM "values" a JOIN "values" b ON a.agency = b.agency COLLATE NOCASE`,
		`SELECT year, document, rank() OVER (PARTITION BY year ORDER BY number, document, name) FROM "values" WHERE ` +
			`name LIKE 'applications.%' ORDER BY 1, 2, 3`,
		`WITH RECURSIVE y(n) AS (SELECT 2020 UNION ALL SELECT n + 1 FROM y WHERE n < 2023) SELECT n, count(v.number) ` +
			`FROM y LEFT JOIN "values" v ON v.year = n GROUP BY n ORDER BY n`,
		`SELECT document, e.value FROM claims, json_each(cells) e ORDER BY 1, 2`,
		`SELECT count(*) FROM "values" WHERE (document, part) IN (SELECT document, part FROM "values" WHERE year = ` +
			`2021)`,
		`SELECT count(*) FROM "values" WHERE (document, part) = (SELECT document, part FROM "values" WHERE year = ` +
			`2021 ORDER BY document, part LIMIT 1)`,
		`SELECT a.year, b.year, count(*) FROM (SELECT * FROM "values" WHERE year > 2020) a FULL JOIN (SELECT * FROM ` +
			`"values" WHERE name LIKE 'app%') b ON a.document = b.document AND a.name = b.name GROUP BY 1, 2 ORDER ` +
			`BY 1, 2`,
		`SELECT count(*) FROM reports r RIGHT JOIN "values" v ON v.document = r.document AND v.year = 2021 WHERE ` +
			`v.agency IS NOT NULL`,
		`SELECT count(*) FROM "values" v LEFT JOIN reports r ON r.document = v.document WHERE r.year IS NULL AND ` +
			`r.document IS NULL`,
		`SELECT v.year, (SELECT max(number) FROM "values" w WHERE w.year IS v.year AND w.agency IS v.agency) AS n, ` +
			`count(*) FROM "values" v WHERE v.name = 'applications.received.total' GROUP BY 1, 2 ORDER BY 1, 2`,
		`SELECT year FROM "values" ORDER BY year DESC`,
		`SELECT text, cells FROM claims WHERE section = 3 AND year = 2022 ORDER BY rowid`,
		`SELECT text, cells, "of" FROM claims WHERE year = 2022 AND text IN ('299', '17', '17', '18', '150', '3') ` +
			`ORDER BY text`,
		`SELECT year FROM "values" UNION SELECT part FROM reports ORDER BY 1`,
		`SELECT count(*) FROM "values" a JOIN "values" b ON a.year = b.part + 2020 AND b.name = a.name`,
		`SELECT count(DISTINCT rowid) = count(*) FROM "values"`,
	} {
		check(text)
	}
	t.Logf("%d queries, %d rows", tried, found)
}

func head(rows [][]any) [][]any { return rows[:min(len(rows), 5)] }

func plainRows(db *sql.DB, text string) (out [][]any, err error) {
	rows, err := db.Query(text)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	for rows.Next() {
		line, into := make([]any, len(cols)), make([]any, len(cols))
		for i := range line {
			into[i] = &line[i]
		}
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		out = append(out, line)
	}
	return out, rows.Err()
}

// TestIndex: a column that is asked for one value after another is read once.
func TestIndex(t *testing.T) {
	db := opened(t, grouped(t))
	all(t, db, `SELECT count(*) FROM "values" a JOIN "values" b ON b.document = a.document AND b.part = a.part AND `+
		`b.name = 'applications.granted.total'`)
	first := db.Read()
	all(t, db, `SELECT count(*) FROM "values" a JOIN "values" b ON b.document = a.document AND b.part = a.part AND `+
		`b.name = 'applications.granted.total'`)
	if again := db.Read(); again.Pages >= first.Pages || first.Groups > 800 {
		t.Errorf("%+v, again %+v", first, again)
	}
}

// TestRefused: nothing is written, attached, set or made, and the message says what is refused.
func TestRefused(t *testing.T) {
	d := examples(t)
	db := opened(t, d)
	t.Chdir(t.TempDir())
	for text, want := range map[string]string{
		"DELETE FROM reports":                        "DELETE is refused",
		"WITH x AS (SELECT 1) DELETE FROM reports":   "DELETE is refused",
		"INSERT INTO reports(part) VALUES (1)":       "INSERT is refused",
		"UPDATE reports SET part = 2":                "UPDATE is refused",
		"REPLACE INTO reports(part) VALUES (1)":      "REPLACE is refused",
		"CREATE TABLE a(b)":                          "CREATE is refused",
		"CREATE TEMP VIEW a AS SELECT 1":             "CREATE is refused",
		"CREATE VIRTUAL TABLE x USING fts5(y)":       "CREATE is refused",
		"EXPLAIN CREATE TABLE a(b)":                  "is refused",
		"DROP TABLE reports":                         "DROP is refused",
		"ALTER TABLE reports RENAME TO x":            "ALTER is refused",
		"ATTACH 'x.db' AS x":                         "ATTACH is refused",
		"DETACH main":                                "DETACH is refused",
		"VACUUM INTO 'x.db'":                         "VACUUM is refused",
		"PRAGMA query_only = 0":                      "PRAGMA query_only is refused",
		"PRAGMA temp_store_directory = '/'":          "PRAGMA temp_store_directory is refused",
		"PRAGMA writable_schema = 1":                 "PRAGMA writable_schema is refused",
		"SELECT * FROM pragma_journal_mode":          "PRAGMA journal_mode is refused",
		"SELECT load_extension('x')":                 "load_extension() is refused",
		"BEGIN":                                      "BEGIN is refused",
		"REINDEX":                                    "REINDEX is refused",
		"/* a */ -- b\n dElete from reports":         "DELETE is refused",
		"SELECT 1; DELETE FROM reports":              "one statement at a time",
		"":                                           "no SQL",
		"  -- nothing":                               "no SQL",
		";;":                                         "no SQL",
		"SELECT ';' ; -- fine":                       "",
		"SELECT * FROM values":                       `write "values" in double quotes`,
		"SELECT a.year FROM reports a JOIN values b": `write "values" in double quotes`,
		"SELECT values.name FROM reports":            `write "values" in double quotes`,
		"VALUES (1), (2)":                            "",
		"SELECT * FROM nowhere": "no such table: nowhere; the tables are documents, " +
			"reports, values,",
		`SELECT * FROM reports WHERE agency = "江州市"`:                            "'single quotes'",
		"SELECT nowhere FROM reports":                                           "no such column: nowhere",
		"SELECT nowhere FROM documents":                                         "PRAGMA table_info(documents) lists",
		`SELECT nowhere FROM "values" JOIN reports`:                             `PRAGMA table_info("values") lists`,
		"SELECT * FROM reports WHERE":                                           "incomplete input",
		"SELECT 'open":                                                          "unrecognized token",
		"SELECT zeroblob(1000000000)":                                           "too big",
		"SELECT printf('%.*c', 1000000000, 'x')":                                "",
		"SELECT * FROM pragma_table_info('reports')":                            "",
		"EXPLAIN QUERY PLAN SELECT * FROM reports":                              "",
		"SELECT count(*) FROM reports WHERE (((((1=1)))))":                      "",
		"SELECT " + strings.Repeat("(", 5000) + "1" + strings.Repeat(")", 5000): "",
		"SELECT " + strings.Repeat("1+", 5000) + "1":                            "too large",
		"SELECT '\x00'":                                                         "",
	} {
		_, err := ask(db, text)
		name := text[:min(len(text), 60)]
		switch {
		case want == "" && err != nil && len(text) < 1000 && !strings.Contains(text, "printf") &&
			!strings.Contains(text, "\x00"):
			t.Errorf("%s: %v", name, err)
		case want != "" && (err == nil || !strings.Contains(err.Error(), want) ||
			!strings.HasPrefix(err.Error(), "query: ")):
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if n := all(t, db, "SELECT count(*) FROM reports")[0][0]; n != d.Rows["reports"] {
		t.Errorf("%d reports afterwards", n)
	}
	if left, err := os.ReadDir("."); err != nil || len(left) > 0 {
		t.Errorf("files: %v, %v", left, err)
	}
}

// TestEnds: a query that would never end does when its context does, whether SQLite counts or a table is searched.
func TestEnds(t *testing.T) {
	db := opened(t, grouped(t))
	for _, text := range []string{
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
		"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
		`SELECT count(*) FROM "values" a, "values" b, "values" c, "values" d WHERE a.text || b.text = c.text || ` +
			`d.text || 'x'`,
		`SELECT count(*) FROM "values" a, "values" b, "values" c, "values" d WHERE b.name = 'no' OR c.document = ` +
			`d.document`,
	} {
		ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
		rows, err := db.Query(ctx, text)
		if err == nil {
			for rows.Next() {
			}
			err = rows.Err()
			rows.Close()
		}
		stop()
		if err == nil || !strings.Contains(err.Error(), "stopped before its end") { // one that goes on never gets here
			t.Errorf("%s: %v", text, err)
		}
	}
	if n := all(t, db, `SELECT count(*) FROM "values"`)[0][0]; n != int64(800) { // the next query is not ended
		t.Errorf("%v values", n)
	}
}

// TestDamaged: an error names the file, and no part of an answer passes for the whole.
func TestDamaged(t *testing.T) {
	d := grouped(t)
	file := filepath.Join(d.Dir(), "values", "year=2022", "part-0.parquet")
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 8))
	failed := 0
	rounds := 60
	if testing.Short() {
		rounds = 10
	}
	for i := range rounds {
		bad := slices.Clone(body)
		switch {
		case i == 0:
			bad = bad[:len(bad)/2]
		case i == 1:
			bad = nil
		default:
			for range 20 {
				bad[r.IntN(len(bad)*9/10)] ^= byte(1 + r.IntN(255))
			}
		}
		if err := os.WriteFile(file, bad, 0o644); err != nil {
			t.Fatal(err)
		}
		db := opened(t, d)
		rows, err := ask(db, `SELECT * FROM "values"`)
		if err != nil {
			failed++
			if !strings.HasPrefix(err.Error(), file+": ") {
				t.Errorf("%v", err)
			}
		} else if len(rows) != 800 {
			t.Errorf("%d rows without an error", len(rows))
		}
		db.Close()
	}
	if failed < rounds/2 {
		t.Errorf("%d of %d told", failed, rounds)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	db := opened(t, d)
	if n := all(t, db, `SELECT count(*) FROM "values"`)[0][0]; n != int64(640) {
		t.Errorf("%v values without the year", n)
	}
}

// TestWrite: null, blank, text and number are told apart in every format.
func TestWrite(t *testing.T) {
	db := opened(t, examples(t))
	const text = `SELECT NULL AS a, '' AS b, 'x,"y' || char(10) || '| <江> ' AS c, 1 AS d, 2.5 AS e, x'0aff' AS f, 0 ` +
		`AS g UNION ALL SELECT NULL, '', 'z', 9007199254740993, 9e999, NULL, -1`
	for format, want := range map[string]string{
		"csv": "a,b,c,d,e,f,g\r\n,\"\",\"x,\"\"y\n| <江> \",1,2.5,0aff,0\r\n,\"\",z,9007199254740993,+Inf,,-1\r\n",
		"json": `{"a":null,"b":"","c":"x,\"y\n| <江> ","d":1,"e":2.5,"f":"0aff","g":0}` + "\n" +
			`{"a":null,"b":"","c":"z","d":9007199254740993,"e":"+Inf","f":null,"g":-1}` + "\n",
		"md": "| a | b | c | d | e | f | g |\n| --- | --- | --- | ---: | ---: | --- | ---: |\n| NULL |  | x,\"y \\| " +
			"&lt;江>  | 1 | 2.5 | 0aff | 0 |\n| NULL |  | z | 9007199254740993 | +Inf | NULL | -1 |\n",
		"table": "a     b    c                            d     e  f       g\n────  ───  ────────────  " +
			"────────────────  ────  ────  ───\n" +
			"NULL       x,\"y | <江>                  1   2.5  0aff    0\nNULL       z             9007199254740993  " +
			"+Inf  NULL   -1\n",
	} {
		rows, err := db.Query(context.Background(), text)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		n, more, err := Write(&b, rows, listing.Options{Format: format}, 0)
		rows.Close()
		if err != nil || n != 2 || more {
			t.Errorf("%s: %d %v %v", format, n, more, err)
		}
		if trimmed(b.String()) != trimmed(want) {
			t.Errorf("%s:\n%q\n%q", format, b.String(), want)
		}
	}
	for _, format := range []string{"table", "md"} {
		rows, err := db.Query(context.Background(), `SELECT name FROM "values"`)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		n, more, err := Write(&b, rows, listing.Options{Format: format}, 5)
		rows.Close()
		if err != nil || n != 5 || !more || !strings.Contains(b.String(), "the first 5 rows; there are more") {
			t.Errorf("%s: %d %v %v\n%s", format, n, more, err, b.String())
		}
	}
	rows, err := db.Query(context.Background(), `SELECT 1 AS a, 2 AS a`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if _, _, err := Write(&strings.Builder{}, rows, listing.Options{Format: "json"}, 0); err == nil ||
		!strings.Contains(err.Error(), "two columns are called a") {
		t.Errorf("%v", err)
	}
}

func trimmed(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// FuzzLook: the look over SQL ends, whatever it is given.
func FuzzLook(f *testing.F) {
	for _, s := range []string{"SELECT 1; SELECT 2", "select 'a;b''c' from \"x;y\" -- ;", "/* ; */ [a;b] `c;d`", "'",
		"\"", "[", "/*", "--", ";", "é", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, b := look(s), look("  "+s+" ")
		if a != b && !strings.ContainsAny(s, "'\"`[/-") {
			t.Errorf("%q: %+v, with spaces %+v", s, a, b)
		}
	})
}

// BenchmarkQuery reads a dataset that GONGKAI_BENCH_DATASET names.
func BenchmarkQuery(b *testing.B) {
	dir := os.Getenv("GONGKAI_BENCH_DATASET")
	if dir == "" {
		b.Skip("GONGKAI_BENCH_DATASET names no dataset")
	}
	d, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	db := opened(b, d)
	for name, text := range map[string]string{
		"one name a year": `SELECT year, sum(number) FROM "values" WHERE name = 'applications.received.total' GROUP ` +
			`BY year`,
		"count": `SELECT count(*) FROM "values"`,
		"wide":  `SELECT year, division, sum(applications__received__total) FROM wide GROUP BY 1, 2`,
		"join": `SELECT r.level, count(*), sum(v.number) FROM "values" v JOIN reports r USING (document, part) ` +
			`WHERE v.name = 'applications.received.total' GROUP BY 1`,
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				all(b, db, text)
			}
			b.ReportMetric(float64(db.Read().Bytes)/math.Pow(2, 20), "MB-read")
		})
	}
}
