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
		for _, re := range []string{`query (?:--format \w+ )?'([^']*)' dataset`, `query "((?:[^"\\]|\\.)*)" dataset`,
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
		_, _, err = query.Write(&b, rows, "csv", 0)
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
