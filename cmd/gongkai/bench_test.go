package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/cmd/gongkai/bench"
	"github.com/gongkai/gongkai/normalize/gold/made"
)

// pythonWith finds a Python that has a package; in CI one must be there.
func pythonWith(t *testing.T, packages string) string {
	t.Helper()
	for _, python := range []string{filepath.Join(os.Getenv("GONGKAI_PYTHON_BIN"), "python3"), "python3"} {
		if exec.Command(python, "-c", "import "+packages).Run() == nil {
			return python
		}
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("no python3 has %s; .ci/run installs them", packages)
	}
	t.Skipf("no python3 has %s", packages)
	return ""
}

// benched runs gongkai bench and gives what it measured.
func benched(t *testing.T, args ...string) (all []bench.Result) {
	t.Helper()
	cmd := testProgram(t, "", append(append([]string{"bench"}, args...), "--json", "-q")...)
	var words bytes.Buffer
	cmd.Stderr = &words
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%q: %v\n%s", args, err, words.String())
	}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var r bench.Result
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

// tool finds what a tool cost.
func tool(t *testing.T, r bench.Result, name string) bench.Tool {
	t.Helper()
	at := slices.IndexFunc(r.Tools, func(x bench.Tool) bool { return strings.HasPrefix(x.Name, name) })
	if at < 0 {
		t.Fatalf("no %s among %+v", name, r.Tools)
	}
	return r.Tools[at]
}

// TestBenchTools compares on a few documents: every tool reads all of them and finds figures, gongkai all of them.
func TestBenchTools(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ format, packages, rival string }{
		{"html", "pandas, lxml", "pandas"}, {"pdf", "pdfplumber", "pdfplumber"}, {"office", "docx", "python-docx"}} {
		t.Run(c.format, func(t *testing.T) {
			python := pythonWith(t, c.packages)
			r := benched(t, c.format, "--reports", "3", "--rounds", "1", "--python", python, "--only", c.rival)[0]
			ours, theirs := tool(t, r, "gongkai"), tool(t, r, c.rival)
			if r.Name != c.format || r.Documents != 3 || r.Bytes == 0 || r.Made == nil || r.Made.Seed != 1 || r.Machine.Cores == 0 ||
				r.Day == "" || r.Program == "" {
				t.Errorf("what was measured is not said: %+v", r)
			}
			for _, x := range []bench.Tool{ours, theirs} {
				if x.Missing != "" || x.Failed != 0 || x.CPU+x.Start <= 0 {
					t.Errorf("%+v", x)
				}
			}
			if ours.Found != ours.Of || ours.Of != theirs.Of {
				t.Errorf("gongkai found %d of %d figures, of %d that %s was asked for", ours.Found, ours.Of, theirs.Of, c.rival)
			}
			if theirs.Of > 0 && theirs.Found < theirs.Of/2 {
				t.Errorf("%s found %d of %d figures: its cells are not understood", c.rival, theirs.Found, theirs.Of)
			}
		})
	}
}

// TestBenchMissing holds that a tool that is not installed is named, with how it is installed, and is no failure; that one that
// fails on a document is told with it; and that files of the user are read where they are.
func TestBenchMissing(t *testing.T) {
	t.Parallel()
	none := benched(t, "html", "--rounds", "1", "--python", "no-such-python", "../../examples")[0]
	if x := tool(t, none, "pandas"); !strings.Contains(x.Missing, "pip install pandas lxml") {
		t.Errorf("%+v", x)
	}
	if x := tool(t, none, "gongkai"); none.Made != nil || none.Documents < 5 || x.Of != 0 || x.Failed != 0 {
		t.Errorf("%+v %+v", none, x)
	}
	if _, err := exec.LookPath("/bin/sh"); err != nil {
		t.Skip(err)
	}
	// a Python that answers as the script of the tools would, with one document that failed
	fake := filepath.Join(t.TempDir(), "python")
	script := "#!/bin/sh\n[ \"$3\" = version ] && { echo some 1.0; exit; }\ncat >/dev/null\necho '{\"failed\": 1}'\n"
	if err := os.WriteFile(fake, []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	r := benched(t, "html", "--rounds", "2", "--python", fake, "../../examples")[0]
	if x := tool(t, r, "pandas"); x.Failed != 1 || x.Version != "some 1.0" || x.Missing != "" || r.Rounds != 2 {
		t.Errorf("%+v", x)
	}
}

// TestBenchWhole measures run, anomalies and release on a few reports.
func TestBenchWhole(t *testing.T) {
	t.Parallel()
	run := benched(t, "run", "--reports", "3")[0]
	if len(run.Steps) != 3 || run.Documents != 3 || run.Steps[0].CPU <= 0 || run.Steps[0].Files == 0 || run.Steps[1].Share <= 0 {
		t.Errorf("run: %+v", run)
	}
	if own := benched(t, "run", "../../examples/yunqi")[0]; len(own.Steps) != 2 || own.Documents != 2 || own.Made != nil {
		t.Errorf("run of files: %+v", own)
	}
	for name, steps := range map[string]int{"anomalies": 3, "release": 2} {
		r := benched(t, name, "--reports", "20")[0]
		if r.Name != name || r.Documents != 20 || len(r.Steps) != steps || r.Steps[0].CPU <= 0 || len(r.Notes) == 0 {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// TestBenchAside: what is measured on a dataset of the user begins each time with nothing kept, and leaves nothing beside it.
func TestBenchAside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	dataset := filepath.Join(dir, "ds")
	if err := bench.Dataset(dataset, made.Corpus{Reports: 20, Seed: 1}, 0); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r := benched(t, "anomalies", dataset)[0]
		if names := []string{r.Steps[0].Name, r.Steps[1].Name}; len(r.Steps) != 2 ||
			!slices.Equal(names, []string{"everything is new", "nothing has changed"}) {
			t.Errorf("%+v", r.Steps)
		}
	}
	all, err := os.ReadDir(dir)
	if err != nil || len(all) != 1 {
		t.Errorf("%v %v", all, err)
	}
}

// TestBenchServe has readers ask a server: every kind of view is among the answers, evidence too.
func TestBenchServe(t *testing.T) {
	t.Parallel()
	r := benched(t, "serve", "--reports", "18", "--readers", "4", "--answers", "240", "--pause", "1ms")[0]
	of := map[string]bench.View{}
	for _, v := range r.Views {
		of[v.Name] = v
	}
	for _, want := range []string{"home", "rank, tiles", "evidence", "search", "report", "authority", "coverage", "first asked for",
		"asked for again", "all"} {
		if v := of[want]; v.Answers == 0 || v.P50 <= 0 || v.P99 < v.P50 || v.Most < v.P99 {
			t.Errorf("%s: %+v", want, v)
		}
	}
	if of["first asked for"].Answers+of["asked for again"].Answers != 240 || !strings.Contains(r.About, "1ms") {
		t.Errorf("%s: %+v", r.About, r.Views)
	}
	if of["all"].Answers != 240 || len(r.Steps) != 3 || r.Steps[0].CPU <= 0 {
		t.Errorf("%+v", r)
	}
}

// TestBenchPrinted holds that the same is told as a table, as Markdown and as JSON, with machine and day.
func TestBenchPrinted(t *testing.T) {
	r := &bench.Result{Name: "html", About: "pages.", Documents: 2, Made: &made.Corpus{Reports: 2, Seed: 7}, Rounds: 3, Program: "v1",
		Day: "2026-01-02", Machine: bench.Machine{CPU: "Fast", Cores: 2, OS: "Some 1", Arch: "arm64", Go: "go1.99", Load: 0.5},
		Tools: []bench.Tool{{Name: "gongkai", Does: "all", CPU: 0.5, Each: 250, Memory: 90_000_000, Found: 9, Of: 10},
			{Name: "other", Does: "less", Version: "other 2.0", CPU: 1.5, Each: 750, Times: 3, Memory: 80_000_000, AtMost: true, Failed: 1},
			{Name: "third", Missing: "pip install third"}},
		Steps: []bench.Step{{Name: "first", CPU: 2, Each: 1000}, {Name: "again", CPU: 0.5, Share: 0.25, Disk: 1_500_000, Files: 3}},
		Views: []bench.View{{Name: "home", Answers: 5, P50: 1, P99: 2, Most: 3}}, Notes: []string{"so it was"}}
	for how, c := range map[string]measured{"table": {}, "markdown": {Markdown: true}, "json": {manner: manner{JSON: true}}} {
		var out bytes.Buffer
		if err := c.print(streams{out: &out}, r); err != nil {
			t.Fatal(err)
		}
		wants := []string{"pages.", "2 made reports (seed 7); the least of 3 rounds", "Fast, 2 cores, Some 1, arm64, go1.99; load 0.5",
			"2026-01-02", "v1", "9 of 10 (90.0 %)", "≤ 80 MB", "other (2.0)", "3.00", "not installed: pip install third", "25.0 %",
			"1.5 MB", "home", "so it was"}
		switch how {
		case "markdown":
			wants = append(wants, "### html\n", "|---|---|--:|", "| other (2.0) | less |")
		case "json":
			var back bench.Result
			if err := json.Unmarshal(out.Bytes(), &back); err != nil || !reflect.DeepEqual(back, *r) {
				t.Errorf("%v: %+v", err, back)
			}
			continue
		}
		for _, want := range wants {
			if !strings.Contains(out.String(), want) {
				t.Errorf("%s: no %q in\n%s", how, want, out.String())
			}
		}
	}
}
