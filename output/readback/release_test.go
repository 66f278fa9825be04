package readback

import (
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/release"
)

// python gives the Python of Debian, which has pandas; without it the test is skipped, but fails in CI.
func python(t *testing.T) string {
	t.Helper()
	const program = "/usr/bin/python3"
	if err := exec.Command(program, "-c", "import pandas").Run(); err != nil {
		missing(t, "Debian's python3-pandas is not installed")
	}
	return program
}

// pythonBin gives the folder of programs of an environment with frictionless, mlcroissant, cffconvert and DuckDB.
func pythonBin(t *testing.T) string {
	t.Helper()
	bin := os.Getenv("GONGKAI_PYTHON_BIN")
	if bin == "" {
		missing(t, "GONGKAI_PYTHON_BIN names no environment with frictionless and the like")
	}
	return bin
}

func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// everything is every format with every table, and cite all that is said of a release.
var (
	everything = []string{"csv", "stata-all", "xlsx-all"}
	cite       = release.Citation{Authors: []string{"Li, Lei", "The gongkai authors"}, License: "CC-BY-4.0",
		DOI: "10.5281/zenodo.1234", URL: "https://example.org/release"}
)

// released makes a release of the example reports and gives its folder.
func released(t *testing.T) (dir string, values map[key]normalize.Value, d *output.Dataset) {
	t.Helper()
	data, values, _ := dataset(t)
	d, err := output.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "release")
	if _, err := release.Write(context.Background(), d, dir,
		release.Options{Forms: forms, Program: "test", Workers: 2, Formats: everything, Cite: cite}); err != nil {
		t.Fatal(err)
	}
	return dir, values, d
}

// TestPandas: CSV and Stata files of a release, read by pandas, hold what was written: texts, numbers, nulls, kinds of
// missing, and the labels in both languages.
func TestPandas(t *testing.T) {
	program := python(t)
	dir, values, d := released(t)
	type truth struct {
		Text, Number         *string
		State, Verdict, Unit string
	}
	want := map[string]truth{}
	for k, v := range values {
		x := truth{State: string(v.State), Verdict: string(v.Verdict), Unit: v.Unit}
		if v.State != normalize.Absent {
			x.Text = &v.Text
		}
		if v.Number != nil {
			s := v.Number.String()
			x.Number = &s
		}
		want[k.document+" "+k.name] = x
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][2]string{}
	for _, c := range forms.Cells() {
		names[c.Name] = [2]string{c.Stata, c.RowLabel + " | " + c.ColumnLabel}
	}
	b, err := json.Marshal(map[string]any{"values": want, "rows": d.Rows, "names": names})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "truth.json")
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(program, "release.py", dir, file).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "equal:") {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	// the script sees a fault: one cell of a CSV file is otherwise
	bad := filepath.Join(dir, "csv", "wide", "2022.csv")
	b, err = os.ReadFile(bad)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.LastIndex(string(b), ",")
	if err := os.WriteFile(bad, []byte(string(b[:i])+",987654\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(program, "release.py", dir, file).CombinedOutput(); err == nil {
		t.Errorf("a wrong cell is not seen:\n%s", out)
	}
}

// TestFrictionless: the data package is valid, with its types, constraints and foreign keys, and the files are what it
// says; one that is not is told. The same for Croissant.
func TestFrictionless(t *testing.T) {
	bin := pythonBin(t)
	dir, _, _ := released(t)
	validate := func() (string, error) {
		c := exec.Command(filepath.Join(bin, "frictionless"), "validate", "datapackage.json")
		c.Dir = dir
		c.Env = append(os.Environ(), "PYTHONUTF8=1", "COLUMNS=200")
		out, err := c.CombinedOutput()
		return string(out), err
	}
	if out, err := validate(); err != nil || strings.Contains(out, "INVALID") || strings.Count(out, "VALID") < 8 {
		t.Fatalf("%v\n%s", err, out)
	}
	c := exec.Command(filepath.Join(bin, "mlcroissant"), "validate", "--jsonld", filepath.Join(dir, "croissant.json"))
	if out, err := c.CombinedOutput(); err != nil || !strings.Contains(string(out), "Done") {
		t.Errorf("croissant: %v\n%s", err, out)
	}
	for _, fault := range []struct{ file, from, to string }{
		{"csv/findings/2023.csv", ",error,", ",fatal,"},
		{"csv/wide/2022.csv", "2022,", "MMXXII,"},
		{"csv/reports/2022.csv", "2022,1", "2022,0"}, // a document that is not among the documents
	} {
		name := filepath.Join(dir, filepath.FromSlash(fault.file))
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		worse := strings.Replace(string(b), fault.from, fault.to, 1)
		if worse == string(b) {
			t.Fatalf("%s has no %q", fault.file, fault.from)
		}
		if err := os.WriteFile(name, []byte(worse), 0o644); err != nil {
			t.Fatal(err)
		}
		if out, err := validate(); err == nil || !strings.Contains(out, "INVALID") {
			t.Errorf("%s with %q: found valid\n%s", fault.file, fault.to, out)
		}
		if err := os.WriteFile(name, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestLibreOffice: the workbooks, opened by LibreOffice, say what was written, sheet by sheet.
func TestLibreOffice(t *testing.T) {
	if _, err := exec.LookPath("soffice"); err != nil {
		missing(t, "LibreOffice is not installed")
	}
	dir, values, d := released(t)
	out := t.TempDir()
	books, err := filepath.Glob(filepath.Join(dir, "xlsx", "*.xlsx"))
	if err != nil || len(books) < 6 {
		t.Fatalf("%q %v", books, err)
	}
	// every sheet as UTF-8, values as they are and not as they are shown (a date is one in either)
	args := []string{"-env:UserInstallation=file://" + filepath.ToSlash(t.TempDir()), "--headless", "--convert-to",
		"csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1", "--outdir", out}
	if b, err := exec.Command("soffice", append(args, books...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	sheet := func(name string) (rows []map[string]string) {
		files, err := filepath.Glob(filepath.Join(out, "*-"+name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(b), "\ufeff"))).ReadAll()
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			for _, l := range lines[1:] {
				row := map[string]string{}
				for i, field := range l {
					row[lines[0][i]] = field
				}
				rows = append(rows, row)
			}
		}
		return rows
	}
	equal := func(where, have string, want *decimal.Decimal) {
		t.Helper()
		if x, err := decimal.NewFromString(have); (have == "") != (want == nil) ||
			want != nil && (err != nil || !x.Equal(*want)) {
			t.Errorf("%s: %q, want %v", where, have, want)
		}
	}
	n, nulls := 0, 0
	for _, r := range sheet("values") {
		v, ok := values[key{r["document"], r["name"]}]
		if !ok || r["text"] != v.Text || r["state"] != string(v.State) || r["verdict"] != string(v.Verdict) ||
			r["unit"] != v.Unit {
			t.Errorf("%v, written %+v", r, v)
		}
		equal(r["name"], r["number"], v.Number)
		n++
		if v.Number == nil {
			nulls++
		}
	}
	if n != len(values) || nulls == 0 {
		t.Errorf("%d values, want %d; %d without a number", n, len(values), nulls)
	}
	wide := sheet("wide")
	for _, r := range wide {
		for column, have := range r {
			if name := strings.ReplaceAll(column, "__", "."); name != column {
				equal(name, have, values[key{r["document"], name}].Number)
			}
		}
	}
	for _, table := range []string{"reports", "wide", "findings", "claims", "documents", "anomalies"} {
		if k := len(sheet(table)); int64(k) != d.Rows[table] {
			t.Errorf("%s: %d rows, want %d", table, k, d.Rows[table])
		}
	}
	for _, r := range sheet("reports") {
		if day, err := time.Parse(time.DateOnly, r["published"]); err != nil ||
			strconv.Itoa(day.Year()-1) != r["year"] {
			t.Errorf("published %q in %s", r["published"], r["year"])
		}
	}
}

// TestHaven: R's haven reads the Stata files: texts, numbers, why there is none, and the labels of values and
// variables.
func TestHaven(t *testing.T) {
	if err := exec.Command("Rscript", "-e", "library(haven)").Run(); err != nil {
		missing(t, "Debian's r-cran-haven is not installed")
	}
	dir, values, d := released(t)
	c := exec.Command("Rscript", "release.R", dir)
	c.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	out, err := c.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	states := map[string]normalize.State{"a number is printed": normalize.Number, "nothing is printed": normalize.Blank,
		"a dash, slash or the like": normalize.Mark, "words, or a number with a note": normalize.Text,
		"not found in the document": normalize.Absent}
	letters := map[normalize.State]string{normalize.Blank: "b", normalize.Mark: "m", normalize.Text: "t",
		normalize.Absent: "a"}
	n, nulls := 0, 0
	rows := map[string]int64{}
	for _, l := range strings.Split(strings.TrimSuffix(string(out), "\n"), "\n") {
		f := strings.Split(l, "\t")
		if f[0] == "file" {
			k, err := strconv.ParseInt(f[2], 10, 64)
			if rows[f[1]] += k; err != nil || f[4] != "0" {
				t.Errorf("%s: %s of %s variables have no label (%v)", f[1], f[4], f[3], err)
			}
			continue
		}
		n++
		v, ok := values[key{f[1], f[2]}]
		if !ok || f[3] != v.Text || states[f[6]] != v.State {
			t.Errorf("%q, written %+v", f, v)
			continue
		}
		if v.Number == nil {
			nulls++
			if f[4] != "" || f[5] != letters[v.State] {
				t.Errorf("%q: missing as .%s, state %s", f, f[5], v.State)
			}
		} else if x, err := decimal.NewFromString(f[4]); err != nil || !x.Equal(*v.Number) || f[5] != "" {
			t.Errorf("%q, written %s", f, v.Number)
		}
	}
	if n != len(values) || nulls == 0 {
		t.Errorf("%d values, want %d; %d without a number", n, len(values), nulls)
	}
	for _, table := range []string{"reports", "values", "wide", "findings", "claims"} {
		if rows[table] != d.Rows[table] {
			t.Errorf("%s: %d rows, want %d", table, rows[table], d.Rows[table])
		}
	}
}

// TestCitation: CITATION.cff is valid.
func TestCitation(t *testing.T) {
	bin := pythonBin(t)
	dir, _, _ := released(t)
	file := filepath.Join(dir, "CITATION.cff")
	validate := func() error { return exec.Command(filepath.Join(bin, "cffconvert"), "--validate", "-i", file).Run() }
	if err := validate(); err != nil {
		t.Error(err)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(strings.Replace(string(b), "authors:", "writers:", 1)), 0o644); err != nil {
		t.Fatal(err)
	}
	if validate() == nil {
		t.Error("one without authors is found valid")
	}
}

// TestOverHTTP: DuckDB, asking a web server for a column, a year or a document, gets the answers of the files without
// fetching them: it skips by columns, folders of years, and the filter on documents.
func TestOverHTTP(t *testing.T) {
	bin := pythonBin(t)
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	data, dir := filepath.Join(t.TempDir(), "dataset"), filepath.Join(t.TempDir(), "release")
	w, err := output.Create(data, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	document := ""
	for i, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.ReadFrom(doc, forms, normalize.Origin{})
		for k := range 300 {
			h := sha256.Sum256(fmt.Appendf(nil, "%d of %s", k, e.File))
			sum := hex.EncodeToString(h[:])
			if i == 5 && k == 150 {
				document = sum
			}
			if err := w.Write(output.Result{Document: output.Document{File: e.File, SHA256: sum,
				MediaType: doc.MediaType,
				Bytes:     doc.Bytes}, Report: rep}); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := release.Write(context.Background(), d, dir,
		release.Options{Forms: forms, Program: "test", Workers: 2, Formats: everything, Cite: cite}); err != nil {
		t.Fatal(err)
	}
	var requests, sent atomic.Int64
	files := http.FileServer(http.Dir(dir))
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/count" {
			fmt.Fprint(w, requests.Swap(0), " ", sent.Swap(0))
			return
		}
		if r.Method == http.MethodGet {
			requests.Add(1)
		}
		files.ServeHTTP(&counting{w, &sent}, r)
	}))
	defer srv.Close()
	c := exec.Command(filepath.Join(bin, "python"), "release_http.py", srv.URL, dir, document)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	var cost map[string]struct{ Requests, Bytes, Rows int64 }
	if err := json.Unmarshal(out, &cost); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	size := func(pattern string) (n int64) {
		found, _ := filepath.Glob(filepath.Join(dir, "parquet", pattern))
		for _, f := range found {
			info, err := os.Stat(f)
			if err != nil {
				t.Fatal(err)
			}
			n += info.Size()
		}
		return n
	}
	for name, limit := range map[string]struct{ requests, bytes int64 }{
		"column":   {24, size("wide/*/*") * 4 / 5},
		"year":     {20, size("values/*/*") / 2},
		"document": {30, size("values/*/*") / 2},
		"count":    {15, size("values/*/*") / 3},
	} {
		t.Logf("%s: %+v of %d bytes of values, %d of wide", name, cost[name], size("values/*/*"), size("wide/*/*"))
		if x := cost[name]; x.Rows == 0 || x.Requests > limit.requests || x.Bytes > limit.bytes {
			t.Errorf("%s: %+v, limit %+v", name, x, limit)
		}
	}
}

// counting counts the bytes of answers.
type counting struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c *counting) Write(b []byte) (int, error) {
	n, err := c.ResponseWriter.Write(b)
	c.n.Add(int64(n))
	return n, err
}
