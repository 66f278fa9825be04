package release

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// TestSize: a report takes at most 25 KB in the formats that a release has unless it is told otherwise.
func TestSize(t *testing.T) {
	d := crowd(t, 600, filepath.Join(t.TempDir(), "dataset"), false)
	for _, c := range []struct {
		formats []string
		most    int64
	}{{nil, 25_000}, {everything, 1 << 30}} {
		dir := filepath.Join(t.TempDir(), "release")
		if _, err := Write(context.Background(), d, dir, Options{Forms: load(t), Program: "test", Workers: 2,
			Formats: c.formats}); err != nil {
			t.Fatal(err)
		}
		sizes, all := map[string]int64{}, int64(0)
		for f := range tree(t, dir) {
			info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f)))
			if err != nil {
				t.Fatal(err)
			}
			first := filepath.ToSlash(f)
			for i, n := 0, 0; i < len(first); i++ {
				if first[i] == '/' {
					if n++; n == 2 || first[:i] == "xlsx" {
						first = first[:i]
					}
				}
			}
			if filepath.Dir(f) == "." {
				first = "descriptions"
			}
			switch path.Base(first) {
			case "descriptions", "divisions", "crosswalk", "breaks", "rates": // the same however many reports there are
			default:
				all += info.Size()
			}
			sizes[first] += info.Size()
		}
		t.Logf("%v: %d bytes a report: %v", c.formats, all/600, sizes)
		if all/600 > c.most {
			t.Errorf("%v: %d bytes a report, at most %d", c.formats, all/600, c.most)
		}
	}
}

// TestFormats: what is asked for is there and nothing else; a format that is none is refused.
func TestFormats(t *testing.T) {
	d := dataset(t, nil)
	for formats, want := range map[string]string{"": "csv parquet stata xlsx", "parquet": "parquet", "csv,stata": "csv parquet stata",
		"xlsx-all": "parquet xlsx", "stata-all": "parquet stata"} {
		dir := filepath.Join(t.TempDir(), "release")
		opts := Options{Forms: load(t), Program: "test", Workers: 2}
		if formats != "" {
			opts.Formats = strings.Split(formats, ",")
		}
		if _, err := Write(context.Background(), d, dir, opts); err != nil {
			t.Fatal(err)
		}
		var folders []string
		entries, err := os.ReadDir(dir)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			if e.IsDir() {
				folders = append(folders, e.Name())
			}
		}
		if got := strings.Join(folders, " "); got != want {
			t.Errorf("%q: %s, want %s", formats, got, want)
		}
		_, err = os.Stat(filepath.Join(dir, "stata", "values"))
		if all := strings.Contains(formats, "stata-all"); (err == nil) != all {
			t.Errorf("%q: values in Stata: %v", formats, err)
		}
		for _, table := range []string{"divisions", "authorities", "panel"} {
			_, err := os.Stat(filepath.Join(dir, "stata", table))
			if stata := strings.Contains(want, "stata"); (err == nil) != stata {
				t.Errorf("%q: %s in Stata: %v", formats, table, err)
			}
		}
		if _, err := os.Stat(filepath.Join(dir, "datapackage.json")); (err == nil) != strings.Contains(want, "csv") {
			t.Errorf("%q: datapackage.json: %v", formats, err)
		}
	}
	if _, err := Write(context.Background(), d, filepath.Join(t.TempDir(), "x"), Options{Forms: load(t),
		Formats: []string{"dbf"}}); err == nil || !strings.Contains(err.Error(), "dbf") {
		t.Errorf("an unknown format: %v", err)
	}
}

// TestCitations: what is said of a release is in every file that it is cited by, and what is not said is in none; the
// day is that of the data.
func TestCitations(t *testing.T) {
	d := dataset(t, nil)
	newest := int32(0)
	if err := d.Reports(func(_ int, r output.ReportRow) error {
		if r.Published != nil {
			newest = max(newest, *r.Published)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	day := dayOf(newest)
	files := []string{"CITATION.cff", "citation.bib", "citation.ris", ".zenodo.json", "datacite.json", "croissant.json"}
	for _, cite := range []Citation{{}, {Title: "Reports & 报告", Authors: []string{"Li, Lei", "A {Lab}"}, License: "CC-BY-4.0",
		DOI: "https://doi.org/10.5281/zenodo.77", URL: "https://example.org/r"}} {
		dir := filepath.Join(t.TempDir(), "release")
		if _, err := Write(context.Background(), d, dir, Options{Forms: load(t), Program: "test", Formats: []string{"parquet"},
			Cite: cite}); err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			text := read(t, filepath.Join(dir, f))
			if strings.HasSuffix(f, ".json") && !json.Valid([]byte(text)) {
				t.Errorf("%s is no JSON", f)
			}
			for what, s := range map[string]string{"author": "Lei", "doi": "10.5281/zenodo.77", "title": "报告"} {
				if given := cite.DOI != ""; strings.Contains(text, s) != given && !(what == "title" && !given) {
					t.Errorf("%s: %s, given %v:\n%.900s", f, what, given, text)
				}
			}
			if !strings.Contains(text, day) && !strings.Contains(text, strings.ReplaceAll(day, "-", "/")) {
				t.Errorf("%s: no %s", f, day)
			}
			if f != "citation.ris" && strings.Contains(strings.ToLower(text), "cc-by") != (cite.License != "") &&
				f != "croissant.json" {
				t.Errorf("%s: the licence", f)
			}
		}
		if bib := read(t, filepath.Join(dir, "citation.bib")); cite.Title != "" && (!strings.Contains(bib, `Reports \&`) ||
			!strings.Contains(bib, `Li, Lei and {A \{Lab\}}`)) {
			t.Errorf("BibTeX: %s", bib)
		}
	}
	for _, bad := range []Citation{{License: "CC BY 4.0"}, {DOI: "zenodo.77"}, {URL: "example.org"}, {Authors: []string{" "}}} {
		if _, err := Write(context.Background(), d, filepath.Join(t.TempDir(), "x"), Options{Forms: load(t), Cite: bad}); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// TestSummary: the workbook of a year has a row a body with its figures, says why one is not there, and sums by province
// and level what is in no other's figures.
func TestSummary(t *testing.T) {
	d := dataset(t, nil)
	dir := filepath.Join(t.TempDir(), "release")
	write(t, d, dir)
	f, err := excelize.OpenFile(filepath.Join(dir, "xlsx", "summary-2023.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("各机关", excelize.Options{RawCellValue: true})
	if err != nil || len(rows) < 3 {
		t.Fatal(rows, err)
	}
	column := slices.Index(rows[0], "本年新收申请")
	if column < 0 || rows[0][0] != "机关" {
		t.Fatalf("headers: %q", rows[0])
	}
	type row struct {
		Agency   *string `parquet:"agency,optional"`
		Within   *string `parquet:"within,optional"`
		Received *int64  `parquet:"req_received,optional"`
		State    string  `parquet:"s_req_received"`
	}
	at, sum, lacks := 0, int64(0), 0
	if err := output.Select(d, "panel", func(year int, r row) error {
		if year != 2023 {
			return nil
		}
		at++
		want := output.CodeLabel("figure", r.State, true)
		if r.Received != nil {
			want = strconv.FormatInt(*r.Received, 10)
		}
		if got := rows[at]; r.Agency == nil || got[0] != *r.Agency || got[column] != want {
			t.Errorf("row %d: %s %s, want %s", at, got[0], got[column], want)
		}
		if r.Within == nil && r.Received != nil {
			sum += *r.Received
		} else if r.Within == nil {
			lacks++
		}
		return nil
	}); err != nil || at != len(rows)-1 {
		t.Errorf("%d rows, want %d: %v", len(rows)-1, at, err)
	}
	sums, err := f.GetRows("汇总", excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	column = slices.Index(sums[0], "本年新收申请")
	total, without := int64(0), 0
	for _, r := range sums[1:] {
		n, _ := strconv.ParseInt(r[column], 10, 64) // "" where no body has one
		k, err := strconv.Atoi(r[column+1])
		if err != nil {
			t.Error(err)
		}
		total, without = total+n, without+k
	}
	if total != sum || without != lacks || sum == 0 {
		t.Errorf("sums %d without %d, want %d without %d", total, without, sum, lacks)
	}
}

// TestLostAndCauses: CHANGES.md names a table that is gone, tells what the authority changed apart from what was read
// otherwise, and the numbers that are most otherwise by name.
func TestLostAndCauses(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "release")
	d := dataset(t, nil)
	if err := output.Add(d, "anomalies", map[int][]output.AnomalyRow{2023: nil}); err != nil {
		t.Fatal(err)
	}
	write(t, d, dir)
	n, body := 0, ""
	after := dataset(t, func(i int, r *output.Result) bool {
		if r.Report.Year != 2023 {
			return true
		}
		n++
		for k := range r.Report.Values {
			if v := &r.Report.Values[k]; v.Name == "applications.received.total" && n < 3 {
				x := decimal.NewFromInt(int64(10_000 * n))
				v.Text, v.Number = x.String(), &x
			}
		}
		if n == 1 {
			body, r.Document.SHA256 = r.Report.Agency, strings.Repeat("ab", 32)
		}
		return true
	})
	if _, err := Write(context.Background(), after, dir, Options{Forms: load(t), Program: "test", Formats: everything,
		WithoutAnomalies: true}); err != nil {
		t.Fatal(err)
	}
	text := read(t, filepath.Join(dir, "CHANGES.md"))
	part := func(head string) string {
		_, after, ok := strings.Cut(text, "## "+head+"\n")
		if !ok {
			t.Fatalf("no %q in %s", head, text)
		}
		before, _, _ := strings.Cut(after, "\n## ")
		return before
	}
	if !strings.Contains(part("Tables that are no longer there"), "anomalies was in 2024.1") {
		t.Error(text)
	}
	published, ours := part("The report changed"), part("Our reading changed")
	if !strings.Contains(published, "| 2023 | "+body+" | `applications.received.total` |") ||
		!strings.Contains(published, "| 10000 |") || strings.Contains(published, "20000") {
		t.Errorf("what the authority changed: %s", published)
	}
	if !strings.Contains(ours, "| 20000 |") || strings.Contains(ours, "| 10000 |") {
		t.Errorf("what was read otherwise: %s", ours)
	}
}

// TestLargest keeps the ten largest and their order, whatever the order they come in.
func TestLargest(t *testing.T) {
	m := &maker{causes: map[string]*cause{}}
	for i := range 40 {
		n := i * 17 % 40
		m.note(&change{what: "reread", name: "x", was: printed{number: "1"}, is: printed{number: strconv.Itoa(1 - n)}})
	}
	m.note(&change{what: "reread", name: "x", was: printed{number: "1"}}) // a number that is gone
	x := m.causes["reread"]
	for i, j := range x.largest {
		if want := decimal.NewFromInt(int64(39 - i)); !j.by.Equal(want) {
			t.Errorf("number %d is otherwise by %s, want %s", i, j.by, want)
		}
	}
	if len(x.largest) != 10 || x.cells != 41 {
		t.Errorf("%d of %d", len(x.largest), x.cells)
	}
}

// TestExtract: a release of some reports and names has these alone, in every table, and says so; its folder takes no
// other release.
func TestExtract(t *testing.T) {
	d := dataset(t, nil)
	chosen, err := output.ParseSelection("year=2022|2023")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "release")
	opts := Options{Forms: load(t), Program: "test", Workers: 2, Formats: everything, Select: chosen,
		Names: []string{"applications.received.*", "req_received"}}
	s, err := Write(context.Background(), d, dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	header := func(f string) []string {
		lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, filepath.Join(dir, f)), "\ufeff"))).ReadAll()
		if err != nil || len(lines) < 2 {
			t.Fatal(f, err)
		}
		return lines[0]
	}
	for _, f := range []string{"csv/wide/2022.csv", "csv/panel/2022.csv"} {
		cells := 0
		for _, c := range header(f) {
			if output.CellName(c) != "" {
				cells++
				if !strings.HasPrefix(c, "applications__received__") {
					t.Errorf("%s has %s", f, c)
				}
			}
			if strings.HasPrefix(c, output.RatePrefix) || strings.HasPrefix(c, "rec_") {
				t.Errorf("%s has %s", f, c)
			}
		}
		if want := map[bool]int{true: 7}[strings.Contains(f, "wide")]; cells != want {
			t.Errorf("%s: %d cells, want %d", f, cells, want)
		}
	}
	if !slices.Contains(header("csv/panel/2022.csv"), "s_req_received") {
		t.Error("panel without how good a figure is")
	}
	if _, err := os.Stat(filepath.Join(dir, "csv", "reports", "2021.csv")); err == nil {
		lines := strings.Count(read(t, filepath.Join(dir, "csv", "reports", "2021.csv")), "\n")
		if lines != 1 {
			t.Errorf("2021 has %d lines", lines)
		}
	}
	book := read(t, filepath.Join(dir, "codebook.md"))
	if !strings.Contains(book, "reports with year=2022|2023") || strings.Contains(book, "`disputes.") &&
		regexp.MustCompile("(?m)^\\| `disputes\\.").MatchString(book) || !strings.Contains(book, "`applications.received.total`") {
		t.Error("the codebook is not that of the extract")
	}
	want := int64(0)
	if err := d.Values(func(year int, v output.ValueRow) error {
		if (year == 2022 || year == 2023) && strings.HasPrefix(v.Name, "applications.received.") {
			want++
		}
		return nil
	}); err != nil || s.Values != want {
		t.Errorf("%d values, want %d: %v", s.Values, want, err)
	}
	if _, err := Write(context.Background(), d, dir, Options{Forms: load(t), Program: "test"}); err == nil ||
		!strings.Contains(err.Error(), "year=2022|2023") {
		t.Errorf("the whole dataset in the place of an extract: %v", err)
	}
	again, err := Write(context.Background(), d, dir, opts)
	if err != nil || again.Written != 0 || again.Version != s.Version {
		t.Errorf("the same again: %+v %v", again, err)
	}
	opts.Names = []string{"applications.recieved.*"}
	if _, err := Write(context.Background(), d, filepath.Join(t.TempDir(), "x"), opts); err == nil ||
		!strings.Contains(err.Error(), "recieved") {
		t.Errorf("a name that stands for nothing: %v", err)
	}
	for _, bad := range []string{"level=country", "county", "colour=red", "level="} {
		if _, err := output.ParseSelection(bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

// TestAgreement: two documents of one body and year are compared cell by cell; a version that another followed is not.
func TestAgreement(t *testing.T) {
	copies := 0
	d := dataset(t, nil)
	dir := filepath.Join(t.TempDir(), "copies")
	w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	dataset(t, func(i int, r *output.Result) bool {
		if err := w.Write(*r); err != nil {
			t.Fatal(err)
		}
		if r.Report.Year != 2022 || !r.Report.Status.HoldsReport() {
			return true
		}
		copies++
		again := *r.Report
		again.Values = slices.Clone(again.Values)
		for k := range again.Values {
			v := &again.Values[k]
			if v.Name == "applications.received.total" && copies == 1 {
				x := decimal.NewFromInt(4711)
				v.Text, v.Number, v.State = x.String(), &x, normalize.Number
			}
		}
		for n, superseded := range []string{"", "2024-05-05"} {
			doc := r.Document
			doc.SHA256, doc.MediaType, doc.Superseded = strings.Repeat(strconv.Itoa(n+copies%5), 64), "application/pdf", superseded
			if err := w.Write(output.Result{Document: doc, Report: &again}); err != nil {
				t.Fatal(err)
			}
		}
		return true
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if copies == 0 {
		t.Fatal("no report to copy")
	}
	for at, want := range map[string]bool{d.Dir(): false, dir: true} {
		data, err := output.Open(at)
		if err != nil {
			t.Fatal(err)
		}
		m := &maker{data: data}
		list, err := m.agreement(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		var differ, cells int64
		for _, a := range list {
			if want && a.pairs > copies && a.other == "application/pdf" {
				t.Errorf("%+v: more than %d pairs", a, copies)
			}
			if a.one == "application/pdf" || a.other == "application/pdf" {
				differ += a.cells - a.equal
				cells += a.cells
			}
		}
		if want && (differ != 1 || cells < 100) {
			t.Errorf("%d cells differ of %d, want 1: %+v", differ, cells, list)
		}
	}
}

// TestContents: each entry of the codebook's contents leads to a heading, every table scrolls by itself, and there is a
// search.
func TestContents(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "release")
	write(t, dataset(t, nil), dir)
	for _, f := range []string{"codebook.html", "codebook.zh.html"} {
		page := read(t, filepath.Join(dir, f))
		links := regexp.MustCompile(`href="#(s\d+)"`).FindAllStringSubmatch(page, -1)
		for _, l := range links {
			if strings.Count(page, " id="+l[1]+">") != 1 {
				t.Errorf("%s: %s leads nowhere", f, l[1])
			}
		}
		if len(links) < 15 || strings.Count(page, "<table>") != strings.Count(page, "<div class=scroll><table>") ||
			strings.Count(page, "<section>") != strings.Count(page, "</section>") || !strings.Contains(page, "type=search") ||
			strings.Count(page, "<thead>") != strings.Count(page, "<table>") {
			t.Errorf("%s: %d entries of contents, or tables that do not scroll", f, len(links))
		}
	}
}

// TestKeys: what the data package says that a table points at is there, also for a document whose sections were read
// and no table.
func TestKeys(t *testing.T) {
	d := dataset(t, func(i int, r *output.Result) bool {
		if i == 0 {
			r.Report.Status = normalize.StatusUnread
		}
		return true
	})
	dir := filepath.Join(t.TempDir(), "release")
	write(t, d, dir)
	type reference struct {
		Fields    any
		Reference struct {
			Resource string
			Fields   any
		}
	}
	var pkg struct {
		Resources []struct {
			Name   string
			Schema struct{ ForeignKeys []reference }
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "datapackage.json"))), &pkg); err != nil {
		t.Fatal(err)
	}
	keys := func(table string, fields any) (out []string) {
		list, _ := fields.([]any)
		if one, ok := fields.(string); ok {
			list = []any{one}
		}
		paths, err := filepath.Glob(filepath.Join(dir, "csv", table, "*.csv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, p), "\ufeff"))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, l := range lines[1:] {
				key := ""
				for _, f := range list {
					key += " " + l[slices.Index(lines[0], f.(string))]
				}
				if strings.TrimSpace(key) != "" {
					out = append(out, key)
				}
			}
		}
		return out
	}
	ofNone := 0
	for _, r := range pkg.Resources {
		for _, k := range r.Schema.ForeignKeys {
			have := map[string]bool{}
			for _, s := range keys(k.Reference.Resource, k.Reference.Fields) {
				have[s] = true
			}
			for _, s := range keys(r.Name, k.Fields) {
				if !have[s] {
					t.Errorf("%s points at %s of %s, which is not there", r.Name, s, k.Reference.Resource)
				}
			}
		}
		if r.Name == "sections" {
			reports := map[string]bool{}
			for _, s := range keys("reports", "document") {
				reports[s] = true
			}
			for _, s := range keys("sections", "document") {
				if !reports[s] {
					ofNone++
				}
			}
		}
	}
	if ofNone == 0 {
		t.Error("no section of a document without a report")
	}
}
