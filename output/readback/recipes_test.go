package readback

import (
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/release"
)

// recipes are the blocks of code of a document, those that are said to be not run left out.
func recipes(t *testing.T, file string) (run, not [][2]string) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile("(?ms)^```([^\n]+)\n(.*?)^```$").FindAllStringSubmatch(string(b), -1) {
		if language, ok := strings.CutSuffix(m[1], " not run"); ok {
			not = append(not, [2]string{language, m[2]})
		} else {
			run = append(run, [2]string{m[1], m[2]})
		}
	}
	return run, not
}

// cooked makes the dataset and the release that the recipes read, in a folder, and gives the lines that each must
// print. One report stands there as an older version too, one as a copy on another site, one in another format, and of
// one the bytes were met at two places.
func cooked(t *testing.T) (dir string, panel []string, counts string) {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	w, err := output.Create(filepath.Join(dir, "dataset"), forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	numbers, zeros, nulls := 0, 0, 0
	for i, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.ReadFrom(doc, forms, normalize.Origin{})
		rep.Body.ID = "990000/government/" + rep.Agency // as if it were decided
		d := output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes,
			Pages: doc.Pages, URL: "https://www.example.gov.cn/" + e.File}
		if err := w.Write(output.Result{Document: d, Report: rep}); err != nil {
			t.Fatal(err)
		}
		switch i {
		case 0:
			d.File, d.SHA256, d.Superseded = "older", strings.Repeat("f", 64), "2025-03-01"
		case 1:
			d.File, d.SHA256, d.URL = "copy", strings.Repeat("e", 64), "https://example.org/copy"
		case 2:
			d.File, d.SHA256, d.URL, d.MediaType = "format", strings.Repeat("d", 64), d.URL+".doc", "application/msword"
		case 3:
			d.File, d.URL = "again", d.URL+"?again"
		}
		if i <= 3 {
			if err := w.Write(output.Result{Document: d, Report: rep}); err != nil {
				t.Fatal(err)
			}
		}
		line := []string{rep.Agency, strconv.Itoa(rep.Year), "", ""}
		for _, v := range rep.Values {
			if v.Number == nil {
				continue
			}
			switch v.Name {
			case "applications.received.total":
				line[2] = v.Number.String()
			case "applications.closed_fee_unpaid.total":
				line[3] = v.Number.String()
			}
		}
		switch line[3] {
		case "":
			nulls++
		case "0":
			zeros++
			numbers++
		default:
			numbers++
		}
		panel = append(panel, strings.Join(line, ","))
	}
	if err := w.Write(output.Result{Document: output.Document{File: "x", SHA256: strings.Repeat("0", 64)},
		Report: normalize.Unread("binary data")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := output.Open(filepath.Join(dir, "dataset"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := release.Write(context.Background(), data, filepath.Join(dir, "release"),
		release.Options{Forms: forms, Program: "test", Workers: 2}); err != nil {
		t.Fatal(err)
	}
	if zeros == 0 || nulls == 0 || numbers == zeros {
		t.Fatalf("%d numbers, %d zeros, %d nulls tell nothing apart", numbers, zeros, nulls)
	}
	slices.Sort(panel)
	return dir, panel, fmt.Sprintf("%d,%d,%d", numbers, zeros, nulls)
}

// differs says in what the output of a recipe is not what it must be: the panel in any order, then the counts.
func differs(printed string, panel []string, counts string) error {
	r := csv.NewReader(strings.NewReader(printed))
	r.FieldsPerRecord = -1
	var lines []string
	for {
		line, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		lines = append(lines, strings.Join(line, ","))
	}
	if len(lines) != len(panel)+3 {
		return fmt.Errorf("%d lines, want %d", len(lines), len(panel)+3)
	}
	body := slices.Clone(lines[1 : len(lines)-2])
	slices.Sort(body)
	switch {
	case lines[0] != "agency,year,received,fee_unpaid" || lines[len(lines)-2] != "numbers,zeros,nulls":
		return fmt.Errorf("heads %q and %q", lines[0], lines[len(lines)-2])
	case lines[len(lines)-1] != counts:
		return fmt.Errorf("counts %s, want %s", lines[len(lines)-1], counts)
	}
	for i := range panel {
		if body[i] != panel[i] {
			return fmt.Errorf("%s, want %s", body[i], panel[i])
		}
	}
	return nil
}

// TestRecipes runs the recipes of the documentation with the tools that they are for, and compares what they print with
// what was read.
func TestRecipes(t *testing.T) {
	run, not := recipes(t, "../../docs/recipes.md")
	if len(run) < 12 || len(not) > 3 {
		t.Fatalf("%d recipes are run, %d are not", len(run), len(not))
	}
	chinese, unrun := recipes(t, "../../docs/recipes.zh.md")
	for _, r := range append(chinese, unrun...) {
		if !slices.Contains(run, r) {
			t.Errorf("the Chinese document has a recipe that the English has not:\n%s", r[1])
		}
	}
	dir, panel, counts := cooked(t)
	server := httptest.NewServer(http.FileServer(http.Dir(dir)))
	t.Cleanup(server.Close)
	python, home := os.Getenv("GONGKAI_PYTHON_BIN"), t.TempDir()
	bin := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(bin, "gongkai"), "./cmd/gongkai")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	env := append(os.Environ(), "HOME="+home, "PATH="+strings.Join([]string{bin, python, os.Getenv("PATH")},
		string(os.PathListSeparator)), "PYTHONUTF8=1", "LC_ALL=C.UTF-8",
		"SPARK_LOCAL_IP=127.0.0.1")
	command := func(code, name string, args ...string) *exec.Cmd {
		if name == "python" {
			name = filepath.Join(python, name)
		}
		c := exec.Command(name, args...)
		c.Dir, c.Env, c.Stdin = dir, env, strings.NewReader(code)
		return c
	}
	for i, r := range run {
		language, code := r[0], r[1]
		t.Run(fmt.Sprintf("%d-%s", i+1, language), func(t *testing.T) {
			t.Parallel()
			var c *exec.Cmd
			switch language {
			case "python":
				code := strings.ReplaceAll(code, "https://example.org", server.URL)
				if python == "" {
					missing(t, "GONGKAI_PYTHON_BIN names no environment with pandas, pyarrow, polars, duckdb, "+
						"pyspark and chdb")
				}
				for _, m := range regexp.MustCompile(`(?m)^(?:import|from) (\w+)`).FindAllStringSubmatch(code, -1) {
					if out, err := command("import "+m[1], "python", "-").CombinedOutput(); err != nil {
						missing(t, fmt.Sprintf("Python has no %s: %s", m[1], out))
					}
				}
				if strings.Contains(code, server.URL) {
					if out, err := command(httpfs, "python", "-").CombinedOutput(); err != nil {
						missing(t, fmt.Sprintf("DuckDB has no httpfs: %s", out))
					}
				}
				if strings.Contains(code, "pyspark") {
					if _, err := exec.LookPath("java"); err != nil {
						missing(t, "Spark needs Java")
					}
				}
				c = command(code, "python", "-")
			case "r":
				if err := exec.Command("Rscript", "-e", "library(haven)").Run(); err != nil {
					missing(t, "R with haven (r-cran-haven) is not installed")
				}
				c = command(code, "Rscript", "--vanilla", "/dev/stdin")
			case "sh":
				if strings.HasPrefix(code, "duckdb ") {
					if _, err := os.Stat(filepath.Join(python, "duckdb")); python == "" || err != nil {
						missing(t, "GONGKAI_PYTHON_BIN has no duckdb-cli")
					}
				}
				c = command(code, "sh", "-e")
			default:
				t.Fatalf("nothing runs %q", language)
			}
			var words strings.Builder
			c.Stderr = &words
			out, err := c.Output()
			if err != nil {
				t.Fatalf("%v\n%s\n%s", err, code, words.String())
			}
			if err := differs(string(out), panel, counts); err != nil {
				t.Errorf("%v\n%s\nprints\n%s", err, code, out)
			}
		})
	}
}

// httpfs puts the extension that reads over HTTP, which DuckDB fetches where there is a network, where DuckDB looks for
// it.
const httpfs = `
import pathlib, shutil, duckdb, duckdb_extension_httpfs
version, platform = "v" + duckdb.__version__, duckdb.sql("PRAGMA platform").fetchone()[0]
place = pathlib.Path.home() / ".duckdb" / "extensions" / version / platform
place.mkdir(parents=True, exist_ok=True)
shutil.copy(pathlib.Path(duckdb_extension_httpfs.__file__).parent / "extensions" / version / "httpfs.duckdb_extension", place)
`

// TestRecipesTell: a null that became a zero, a row of an older version, and a wrong count are told.
func TestRecipesTell(t *testing.T) {
	panel := []string{"甲,2020,3,", "甲,2021,5,0"}
	good := "\"agency\",\"year\",received,fee_unpaid\n甲,2021,5,0\n甲,2020,3,\nnumbers,zeros,nulls\n1,1,1\n"
	if err := differs(good, panel, "1,1,1"); err != nil {
		t.Error(err)
	}
	for _, r := range [][2]string{{"3,\n", "3,0\n"}, {"3,\n", "3,NA\n"}, {"5,0", "5,"}, {"1,1,1", "2,2,0"},
		{"甲,2020,3,\n", "甲,2020,3,\n甲,2020,3,\n"}, {"甲,2020,3,\n", ""}, {"5,0", "5.0,0"}} {
		if err := differs(strings.Replace(good, r[0], r[1], 1), panel, "1,1,1"); err == nil {
			t.Errorf("%q for %q is not told", r[1], r[0])
		}
	}
}

// TestPanel: the panel is what DuckDB and pandas make of reports, values and the definitions, without our code.
func TestPanel(t *testing.T) {
	python := os.Getenv("GONGKAI_PYTHON_BIN")
	if python == "" {
		missing(t, "GONGKAI_PYTHON_BIN names no environment with pandas, pyarrow and duckdb")
	}
	python = filepath.Join(python, "python")
	if out, err := exec.Command(python, "-c", "import pandas, pyarrow, duckdb").CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("Python has no pandas, pyarrow or duckdb: %s", out))
	}
	dir, _, _ := cooked(t)
	out, err := exec.Command(python, "panel.py", filepath.Join(dir, "dataset")).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// TestTypes: polars, DuckDB and pandas read panel, wide and divisions with the types of the dictionary, with no option that
// docs/recipes.md does not give.
func TestTypes(t *testing.T) {
	python := filepath.Join(pythonBin(t), "python")
	if out, err := exec.Command(python, "-c", "import pandas, polars, duckdb").CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("Python has no pandas, polars or duckdb: %s", out))
	}
	dir, _, _ := cooked(t)
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var lines strings.Builder
	for _, table := range output.Tables(forms) {
		if slices.Contains([]string{"panel", "wide", "divisions"}, table.Name) {
			for _, c := range table.Columns {
				fmt.Fprintf(&lines, "%s\t%s\t%s\n", table.Name, c.Name, c.Type)
			}
		}
	}
	columns := filepath.Join(t.TempDir(), "columns.tsv")
	if err := os.WriteFile(columns, []byte(lines.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "column_types.py", filepath.Join(dir, "dataset"), columns).CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}
