package readback

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
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

func missing(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip(why)
}

// released makes a release of the example reports and gives its folder.
func released(t *testing.T) (dir string, values map[key]normalize.Value, d *output.Dataset) {
	t.Helper()
	data, values, _ := dataset(t)
	d, err := output.Open(data)
	if err != nil {
		t.Fatal(err)
	}
	forms, err := normalize.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir = filepath.Join(t.TempDir(), "release")
	if _, err := release.Write(context.Background(), d, dir, release.Options{Forms: forms, Program: "test", Workers: 2}); err != nil {
		t.Fatal(err)
	}
	return dir, values, d
}

// TestPandas: CSV and Stata files of a release, read by pandas, hold what was written: texts, numbers, nulls, kinds of missing, and the
// labels in both languages.
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
	forms, err := normalize.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string][2]string{}
	for _, c := range forms.Cells() {
		names[c.Name] = [2]string{release.StataName(c.Name), c.RowLabel + " | " + c.ColumnLabel}
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

// TestFrictionless: the data package is valid, with its types, constraints and foreign keys, and the files are what it says; one that is
// not is told. The same for Croissant.
func TestFrictionless(t *testing.T) {
	bin := os.Getenv("GONGKAI_PYTHON_BIN") // of an environment with frictionless and mlcroissant
	if bin == "" {
		missing(t, "GONGKAI_PYTHON_BIN names no environment with frictionless and mlcroissant")
	}
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
