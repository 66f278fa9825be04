package main

import (
	"errors"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/output/tables"
)

// wholeDataset holds a dataset, if there is one, against its manifest: whenever its writer was killed.
func wholeDataset(t *testing.T, dir string) {
	t.Helper()
	m, err := tables.ReadManifest(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	for year, y := range m.Years {
		for table, sum := range y.Files {
			if got := sha256Of(t, filepath.Join(dir, table, "year="+year, "part-0.parquet")); got != sum {
				t.Fatalf("%s of %s is not what the manifest says", table, year)
			}
		}
	}
}

// TestKeptKill kills runs with SIGKILL at random moments, of reading and of writing: the run after them reads nothing that
// was kept when it began (no object that is there is made again, so that no more is than was in hand), gives the bytes of a
// run that was never killed, and leaves nothing lying about. GONGKAI_LONG=1 kills 50 runs of 5,000 reports (or
// GONGKAI_REPORTS) in the place of 5 of 40.
func TestKeptKill(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the program some ten times; not with -short")
	}
	n, kills := 40, 5
	if longRun {
		n, kills = 5000, 50
	}
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	seed := int64(1) // the same each time, and others in the long run
	if longRun {
		seed = time.Now().UnixNano()
	}
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewSource(seed))
	t.Chdir(t.TempDir())
	madeReports(t, "docs", n)
	run := []string{"run", "docs", "--out", "ds", "-q", "--explain"}
	begun := time.Now()
	ran(t, "", "run", "docs", "--out", "fresh", "-q", "--readings", "other")
	whole := time.Since(begun) // moments are chosen by it; nothing depends on it
	killed, most := 0, 0
	kept := map[string]os.FileInfo{} // objects as they were first met
	again := func() {
		t.Helper()
		for _, o := range objects(t, ".ds.readings", false) {
			info, err := os.Stat(o)
			if err != nil {
				t.Fatal(err)
			}
			if was := kept[o]; was != nil && !os.SameFile(was, info) {
				t.Fatalf("a reading that was kept was made again: %s", o)
			}
			kept[o] = info
		}
	}
	for range kills {
		before := len(objects(t, ".ds.readings", false))
		cmd := testProgram(t, "", run...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		end := time.AfterFunc(time.Duration(rng.Int63n(int64(whole)))*2/time.Duration(kills)+time.Duration(rng.Int63n(int64(whole/8)+1)),
			func() { cmd.Process.Kill() })
		if err := cmd.Wait(); err != nil {
			killed++
		}
		end.Stop()
		again()
		wholeDataset(t, "ds")
		most = max(most, len(objects(t, ".ds.readings", false))-before)
		if rng.Intn(4) == 0 { // at last there is a dataset that is replaced
			if err := os.WriteFile("docs/b0/2008.html", []byte(strconv.Itoa(rng.Int())), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	before := len(objects(t, ".ds.readings", false))
	said := ran(t, "", run...)
	read := 0
	for line := range strings.Lines(said) {
		if strings.HasPrefix(line, "read docs/") {
			read++
		}
	}
	after := len(objects(t, ".ds.readings", false))
	if read != after-before {
		t.Errorf("%d documents were read, and %d readings are new", read, after-before)
	}
	again()
	os.RemoveAll("fresh")
	ran(t, "", "run", "docs", "--out", "fresh", "-q", "--readings", "other", "--fresh")
	sameFolders(t, "ds", "fresh")
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if strings.Contains(e.Name(), ".partial-") {
			t.Errorf("%s lies about", e.Name())
		}
	}
	t.Logf("%d runs of %d killed; the last one read %d of %d", killed, kills, read, n)
}
