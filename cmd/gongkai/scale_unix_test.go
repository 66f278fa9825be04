//go:build unix

package main

import (
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/cmd/gongkai/crowd"
	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/corpus/readings"
	"github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/output/reading"
)

// Bounds of must show 2, of what is resident at most.
const (
	mostOfRun       = 1500 << 20
	mostOfAnomalies = 2000 << 20
	mostMoreYears   = 1.1 // the memory of a run of 17 years in that of one of two, of the same number of reports
)

// A cost is what one command needed, its children with it.
type cost struct {
	what      string
	reports   int
	years     int
	cpu, wall time.Duration
	memory    int64 // the most that one process had resident
}

// spentOn runs the program.
func spentOn(t *testing.T, what string, reports, years int, args ...string) cost {
	t.Helper()
	cmd := testProgram(t, "", args...)
	begin := time.Now()
	out, err := cmd.CombinedOutput()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != exitPartly) {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	memory := int64(use.Maxrss)
	if runtime.GOOS != "darwin" {
		memory <<= 10
	}
	m := cost{what, reports, years, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), time.Since(begin), memory}
	t.Logf("%-28s %9d reports %2d years %10.1f CPU-s %10.1f s %7.0f MB", what, reports, years, m.cpu.Seconds(), m.wall.Seconds(),
		float64(memory)/(1<<20))
	return m
}

// weigh tells how much lies in a folder.
func weigh(t *testing.T, what, dir string) {
	files, bytes := 0, int64(0)
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			files, bytes = files+1, bytes+info.Size()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%-28s %9d files %12.1f MB", what, files, float64(bytes)/1e6)
}

// sizes are the numbers of reports to measure, ascending.
func sizes(t *testing.T, usual ...int) []int {
	if !longRun {
		t.Skip("it makes thousands of reports: GONGKAI_LONG=1 runs it, GONGKAI_REPORTS=10000,100000 says how many")
	}
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		usual = nil
		for _, w := range strings.Split(s, ",") {
			n, err := strconv.Atoi(w)
			if err != nil {
				t.Fatal(err)
			}
			usual = append(usual, n)
		}
	}
	slices.Sort(usual)
	return usual
}

// growth says by which power of the number of reports the CPU time of each command grows, between neighbouring sizes.
func growth(t *testing.T, all []cost) {
	slices.SortStableFunc(all, func(a, b cost) int {
		return cmp.Or(strings.Compare(a.what, b.what), cmp.Compare(a.years, b.years), cmp.Compare(a.reports, b.reports))
	})
	for i := 1; i < len(all); i++ {
		a, b := all[i-1], all[i]
		if a.what == b.what && a.years == b.years && a.reports < b.reports {
			t.Logf("%-28s %9d to %d reports: CPU exponent %.2f, memory ×%.2f", a.what, a.reports, b.reports,
				math.Log(b.cpu.Seconds()/a.cpu.Seconds())/math.Log(float64(b.reports)/float64(a.reports)),
				float64(b.memory)/float64(a.memory))
		}
	}
}

func heldTo(t *testing.T, m cost, most int64) {
	t.Helper()
	if m.memory > most {
		t.Errorf("%s of %d reports of %d years: %d MB resident, more than %d", m.what, m.reports, m.years, m.memory>>20, most>>20)
	}
}

// afterReading measures what follows the readings: a dataset of documents, and what is made of it; then the same where one
// year has changed, which touch changes.
func afterReading(t *testing.T, n, years int, run []string, touch func()) (all []cost) {
	t.Helper()
	step := func(what string, most int64, args ...string) {
		m := spentOn(t, what, n, years, args...)
		heldTo(t, m, most)
		all = append(all, m)
	}
	for _, turn := range []string{"", ", nothing changed", ", one year changed"} {
		if turn == ", one year changed" {
			touch()
		}
		step("run"+turn, mostOfRun, run...)
		step("anomalies"+turn, mostOfAnomalies, "anomalies", "ds", "--write")
		step("release"+turn, mostOfRun, "release", "ds", "--out", "release", "--formats", "stata", "-q")
	}
	weigh(t, "documents", "docs")
	weigh(t, "dataset", "ds")
	weigh(t, "release", "release")
	return all
}

// changeSome gives a hundredth of the documents of the newest year another last line.
func changeSome(t *testing.T, files []string, n int, other func(file string, i int)) {
	newest := slices.DeleteFunc(slices.Clone(files), func(f string) bool {
		return !strings.HasPrefix(filepath.Base(f), strconv.Itoa(made.LastYear))
	})
	for i := range max(1, n/100) {
		other(newest[i%len(newest)], i)
	}
}

// TestScale measures from the bytes of documents on: 17 years, 70 % HTML, 20 % PDF, 8 % Word, 2 % text.
func TestScale(t *testing.T) {
	var all []cost
	for _, n := range sizes(t, 1000) {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Chdir(t.TempDir())
			var newest []string
			for d := range (made.Corpus{Reports: n, Seed: 1}).All() {
				name, err := d.WriteTo("docs")
				if err != nil {
					t.Fatal(err)
				}
				if d.Year == made.LastYear {
					newest = append(newest, name)
				}
			}
			all = append(all, afterReading(t, n, made.Years, []string{"run", "docs", "--out", "ds", "-q"}, func() {
				changeSome(t, newest, n, func(file string, _ int) {
					b, err := os.ReadFile(file)
					if err == nil {
						err = os.WriteFile(file, append(b, '\n'), 0o644)
					}
					if err != nil {
						t.Fatal(err)
					}
				})
			})...)
			weigh(t, "readings", ".ds.readings")
		})
	}
	growth(t, all)
}

// TestScaleOfReadings measures from kept readings on, of 17 years and of two: what a run holds does not grow with the years.
func TestScaleOfReadings(t *testing.T) {
	var all []cost
	for _, n := range sizes(t, 2000) {
		most := map[int]int64{}
		for _, years := range []int{2, made.Years} {
			t.Run(fmt.Sprint(n, " of ", years), func(t *testing.T) {
				t.Chdir(t.TempDir())
				limits := (&bounds{Limit: defaultLimit, Memory: defaultMemory, OCR: "none"}).limits()
				machine := limits.Machine()
				c, err := crowd.New(made.Corpus{Reports: n, Seed: 1}, years, reading.Head{Time: int64(limits.Time), Memory: limits.Memory},
					func(media []string) string { return machine.Reader(media, fingerprint.Part{}) })
				if err != nil {
					t.Fatal(err)
				}
				store, err := readings.Open(context.Background(), "readings")
				if err != nil {
					t.Fatal(err)
				}
				makeReadings(t, c, store, 0, 1, n)
				more := afterReading(t, n, years, []string{"run", "docs", "--out", "ds", "--ocr", "none", "--readings", "readings", "-q"},
					func() { makeReadings(t, c, store, (n/years+1)*years+years-1, years, max(1, n/100)) })
				weigh(t, "readings", "readings")
				most[years] = more[0].memory
				all = append(all, more...)
			})
		}
		if a, b := most[2], most[made.Years]; a > 0 && float64(b) > mostMoreYears*float64(a) {
			t.Errorf("%d reports: %d MB of %d years, %d MB of two", n, b>>20, made.Years, a>>20)
		}
	}
	growth(t, all)
}

// makeReadings makes n of a crowd, the first and every so many after it.
func makeReadings(t *testing.T, c *crowd.Crowd, store *readings.Store, first, step, n int) {
	t.Helper()
	var work errgroup.Group
	work.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		work.Go(func() error { return c.Write(context.Background(), first+i*step, "docs", store) })
	}
	if err := work.Wait(); err != nil {
		t.Fatal(err)
	}
}
