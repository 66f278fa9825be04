package query_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/query"
)

// documented are the queries that the documents and the program's help show, in SQLite's words.
func documented(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "../../README.md", "../../README.zh.md", "../../cmd/gongkai/query.go", "../../cmd/gongkai/run.go")
	table := regexp.MustCompile(`(?:read_parquet\('[^']*?/(\w+)/\*/\*\.parquet'[^)]*\)|read_parquet\(getvariable\('files'\)[^)]*\))`)
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(b)
		for _, re := range []string{`query (?:--format \w+ )?dataset (?:--format \w+ )?'([^']*)'`, `query dataset "((?:[^"\\]|\\.)*)"`,
			"(?s)```sql\n(.*?)```", `DuckDB  (SELECT [^;]*);`} {
			for _, m := range regexp.MustCompile(re).FindAllStringSubmatch(text, -1) {
				q := regexp.MustCompile(`(?m)^(--|SET ).*$`).ReplaceAllString(strings.ReplaceAll(m[1], `\"`, `"`), "")
				q = table.ReplaceAllStringFunc(q, func(s string) string {
					if n := table.FindStringSubmatch(s)[1]; n != "" {
						return `"` + n + `"`
					}
					return "wide"
				})
				out[strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(q), ";"))] = filepath.Base(name)
			}
		}
	}
	return out
}

// published writes a dataset of a government, whose tables hold its departments', and one of these, on two years; with
// copies there is each report also as an older version, as a copy on another site, in another format, and the same
// bytes once more at another place.
func published(t *testing.T, copies bool) *output.Dataset {
	t.Helper()
	forms, err := form.Load()
	check(err)
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	check(err)
	n := 0
	write := func(d output.Document, rep *normalize.Report) {
		check(w.Write(output.Result{Document: d, Report: rep}))
	}
	other := func(d output.Document, url string) output.Document {
		n++
		d.File, d.URL, d.SHA256 = fmt.Sprintf("copies/%d", n), url, fmt.Sprintf("%064x", n)
		return d
	}
	for _, file := range []string{"qinglan/2022.txt", "qinglan/2023.txt"} {
		body, err := os.ReadFile("../../examples/" + file)
		check(err)
		doc, err := extract.Read(body, file)
		check(err)
		for _, id := range []string{"230100/government", "230100/department/财政局"} {
			rep := normalize.Read(doc, forms)
			rep.Body.ID, rep.Body.Code, rep.Body.Series, rep.Body.Level = id, "230100", "230100", "prefecture"
			rep.Scope, rep.Body.Kind = normalize.AllScope, "government"
			if strings.Contains(id, "department") {
				rep.Scope, rep.Body.Kind, rep.Agency = normalize.OwnScope, "department", "哈尔滨市财政局"
			}
			first := output.Document{File: file, SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes,
				URL: "https://www.harbin.gov.cn/" + file}
			if rep.Body.Kind == "department" {
				first = other(first, "https://czj.harbin.gov.cn/"+file)
			}
			if copies {
				old := other(first, first.URL)
				old.Seen, old.Superseded = "2024-01-01", "2024-03-01"
				write(old, rep)
				write(other(first, "https://copies.example.org/"+file), rep)
			}
			write(first, rep)
			if copies {
				word := other(first, first.URL+".docx")
				word.MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
				write(word, rep)
				again := first
				again.File, again.URL = "again/"+first.File, first.URL+"?again"
				write(again, rep)
			}
		}
	}
	check(w.Close())
	d, err := output.Open(dir)
	check(err)
	return d
}

func answers(t *testing.T, d *output.Dataset, queries []string) map[string][]string {
	t.Helper()
	forms, err := form.Load()
	check(err)
	db, err := query.Open(context.Background(), d, forms)
	check(err)
	defer db.Close()
	out := map[string][]string{}
	for _, q := range queries {
		rows, err := db.Query(context.Background(), q)
		if err != nil {
			t.Errorf("%s: %v", q, err)
			continue
		}
		var b strings.Builder
		_, _, err = query.Write(&b, rows, listing.Options{Format: "csv"}, 0)
		rows.Close()
		check(err)
		lines := strings.Split(strings.TrimSpace(strings.ReplaceAll(b.String(), "\r", "")), "\n")
		slices.Sort(lines[1:])
		out[q] = lines
	}
	return out
}

// TestDocumentedQueries: every query that is shown says the same of a dataset with copies, formats and versions of its
// reports as of one without, and a sum over bodies has a government's figures once.
func TestDocumentedQueries(t *testing.T) {
	shown := documented(t)
	var queries []string
	for q := range shown {
		queries = append(queries, q)
	}
	slices.Sort(queries)
	if len(queries) < 10 {
		t.Fatalf("only %d queries are shown: %q", len(queries), queries)
	}
	const (
		sum   = "SELECT sum(applications__received__total) FROM wide WHERE standing AND within IS NULL AND year = 2022"
		one   = "SELECT applications__received__total FROM wide WHERE standing AND year = 2022 AND scope = 'all'"
		every = "SELECT count(*) FROM reports"
		stand = "SELECT standing_by, documents_of_report, standing, count(*) FROM reports GROUP BY 1, 2, 3"
	)
	plain, full := published(t, false), published(t, true)
	a := answers(t, plain, append(queries, sum, one))
	b := answers(t, full, append(queries, sum, one, every, stand))
	for _, q := range queries {
		if len(a[q]) < 2 && !strings.Contains(q, "disagrees") {
			t.Errorf("%s: %s has no row", shown[q], q)
		}
		if !slices.Equal(a[q], b[q]) {
			t.Errorf("%s: %s\nof each report once  %q\nwith all its copies  %q", shown[q], q, a[q], b[q])
		}
	}
	if v := b[sum]; v[1] != a[one][1] || v[1] != "4841" {
		t.Errorf("the sum is %q, the government's figure %q", v, a[one])
	}
	if b[every][1] != "20" {
		t.Errorf("%q reports with the copies", b[every])
	}
	if want := []string{"address,5,0,4", "order,5,0,8", "order,5,1,4", "version,5,0,4"}; !slices.Equal(b[stand][1:], want) {
		t.Errorf("standing by %q, not %q", b[stand][1:], want)
	}
}

// TestYearbook: a table by 行政区划代码 meets the panel over 撤县设区, whether it has the codes of its years or today's.
func TestYearbook(t *testing.T) {
	forms, err := form.Load()
	check(err)
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	check(err)
	body, err := os.ReadFile("../../examples/qinglan/2022.txt")
	check(err)
	doc, err := extract.Read(body, "2022.txt")
	check(err)
	for i, r := range []struct {
		year         int
		code, series string
	}{{2015, "320829", "320813"}, {2016, "320813", "320813"}, {2017, "320813", "320813"}, {2016, "320812", "320812"},
		{2017, "320812", "320812"}} { // 洪泽县 and 洪泽区; 清江浦区, of two districts
		rep := normalize.Read(doc, forms)
		rep.Year, rep.Body.ID, rep.Body.Code, rep.Body.Series = r.year, r.code+"/government", r.code, r.series
		rep.Body.Kind, rep.Body.Level = "government", "county"
		check(w.Write(output.Result{Document: output.Document{File: fmt.Sprint(i), SHA256: fmt.Sprintf("%064d", i)}, Report: rep}))
	}
	check(w.Close())
	d, err := output.Open(dir)
	check(err)
	join := func(yearbook string) string {
		return `WITH yearbook(code, year, people) AS (VALUES ` + yearbook + `)
			SELECT p.year, p.division, y.people FROM panel p
			LEFT JOIN (SELECT DISTINCT d.series, y.year, y.people FROM yearbook y JOIN divisions d ON d.code = y.code) y
			ON y.series = p.series AND y.year = p.year WHERE p.document IS NOT NULL`
	}
	own := join("('320829', 2015, 37), ('320813', 2016, 38), ('320813', 2017, 39), ('320812', 2016, 40), ('320812', 2017, 41)")
	now := join("('320813', 2015, 37), ('320813', 2016, 38), ('320813', 2017, 39), ('320812', 2016, 40), ('320812', 2017, 41)")
	gap := "SELECT year, state, division FROM authorities WHERE by = 'seen'"
	all := answers(t, d, []string{own, now, gap, "SELECT count(*) FROM divisions", "SELECT valid_from, valid_until, successors, " +
		"series, short_name, parent FROM divisions WHERE code = '320829'"})
	want := []string{"2015,320829,37", "2016,320812,40", "2016,320813,38", "2017,320812,41", "2017,320813,39"}
	for _, q := range []string{own, now} {
		if !slices.Equal(all[q][1:], want) {
			t.Errorf("%s gives %q", q, all[q])
		}
	}
	for q, a := range all {
		if strings.Contains(q, "count(*)") && a[1] != "3617" {
			t.Errorf("%q divisions", a)
		}
		if strings.Contains(q, "valid_from") && a[1] != `1983,2016,"[""320813""]",320813,洪泽,320800` {
			t.Errorf("320829: %q", a)
		}
	}
	// 洪泽县 ended with 2015: nobody expects its report afterwards, or that of 清江浦区 before
	due := []string{"2015,read,320829", "2016,read,320812", "2016,read,320813", "2017,read,320812", "2017,read,320813"}
	if !slices.Equal(all[gap][1:], due) {
		t.Errorf("authorities %q", all[gap])
	}
}
