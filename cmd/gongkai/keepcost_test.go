package main

import (
	"fmt"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/normalize/gold"
)

// made writes n reports: 70 % HTML, 20 % PDF, 8 % Word and 2 % text, of 17 years, a folder a body.
func made(t *testing.T, dir string, n int) (files []string) {
	t.Helper()
	formats := map[string]gold.Format{}
	for _, f := range gold.Formats() {
		formats[f.Name] = f
	}
	bodies := max(1, n/17)
	for i := range n {
		file, body := madeReport(formats, i, i%bodies, 2008+i/bodies%17)
		name := filepath.Join(dir, file)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body, 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, name)
	}
	return files
}

func madeReport(formats map[string]gold.Format, seed, body, year int) (file string, bytes []byte) {
	format := "html"
	switch k := body * 37 % 100; {
	case k >= 98:
		format = "text marked"
	case k >= 90:
		format = "word docx"
	case k >= 70:
		format = "pdf ruled"
	}
	active, apps := "2021", "2021"
	if year < 2021 {
		active, apps = "2019", "2019"
	}
	name := fmt.Sprintf("第%d县人民政府", body)
	name = strings.NewReplacer("0", "零", "1", "一", "2", "二", "3", "三", "4", "四", "5", "五", "6", "六", "7", "七", "8", "八", "9",
		"九").Replace(name)
	f := formats[format]
	return fmt.Sprintf("b%d/%d%s", body, year, filepath.Ext(f.File)), f.Write(gold.New(int64(seed), year, active, apps,
		gold.Options{Zero: "0", Agency: name}), int64(seed))
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
	files := made(t, "docs", n)
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
	change(files[len(files)-n/17:])
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
