package main

import (
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/normalize/gold/made"
)

// madeReports writes n made reports of 17 years, a folder a body.
func madeReports(t *testing.T, dir string, n int) (files []string) {
	t.Helper()
	for d := range (made.Corpus{Reports: n, Seed: 1}).All() {
		name, err := d.WriteTo(dir)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	return files
}

// spent runs the program and gives the CPU time of it and of its children.
func spent(t *testing.T, args ...string) (time.Duration, string) {
	t.Helper()
	cmd := testProgram(t, "", args...)
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != exitPartly) {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), string(out)
}

// TestKeptCost measures, on 5,000 made reports (or GONGKAI_REPORTS), what a run costs where nothing has changed, and where
// 1 % has: documents of the newest year, as they come in a season, and of all years. The figures are ratios of CPU time of
// all processes to that of a full run, and are reported; the bytes are held against those of a run that knows nothing.
func TestKeptCost(t *testing.T) {
	if !longRun {
		t.Skip("it reads 5,000 reports twice: GONGKAI_LONG=1 runs it")
	}
	n := 5000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	t.Chdir(t.TempDir())
	files := madeReports(t, "docs", n)
	run := func(out string, more ...string) []string {
		return append([]string{"run", "docs", "--out", out, "-q"}, more...)
	}
	whole, _ := spent(t, run("ds")...)
	part := func(what string, d time.Duration) {
		t.Logf("%s: %.2f CPU-s, %.2f %% of the %.1f CPU-s of a full run", what, d.Seconds(), 100*d.Seconds()/whole.Seconds(),
			whole.Seconds())
	}
	none, _ := spent(t, run("ds")...)
	part("nothing changed", none)
	rng := rand.New(rand.NewSource(1))
	change := func(list []string) {
		for range n / 100 {
			f := list[rng.Intn(len(list))]
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(f, append(b, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	change(slices.DeleteFunc(slices.Clone(files), func(f string) bool {
		return !strings.HasPrefix(filepath.Base(f), strconv.Itoa(made.LastYear))
	}))
	newest, _ := spent(t, run("ds")...)
	part("1 % changed, in the newest year", newest)
	change(files)
	all, _ := spent(t, run("ds")...)
	part("1 % changed, in all years", all)
	fresh, _ := spent(t, run("fresh", "--readings", "other")...)
	part("a full run of the same", fresh)
	sameFolders(t, "ds", "fresh")
	bytes, count := int64(0), 0
	for _, o := range objects(t, ".ds.readings", false) {
		if info, err := os.Stat(o); err == nil {
			bytes, count = bytes+info.Size(), count+1
		}
	}
	t.Logf("%d readings of %.1f KB", count, float64(bytes)/float64(count)/1000)
}
