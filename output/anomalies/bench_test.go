package anomalies

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// BenchmarkFind checks a dataset of some 100,000 reports (GONGKAI_REPORTS for another number) with 20 million values:
// seconds for the first run, the most heap in use meanwhile, and seconds for a run after one report in a hundred has
// changed. With GONGKAI_KEEP the two datasets are left in that folder.
func BenchmarkFind(b *testing.B) {
	want := 100_000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		want, _ = strconv.Atoi(s)
	}
	dir := os.Getenv("GONGKAI_KEEP")
	if dir == "" {
		dir = b.TempDir()
	}
	before, after := filepath.Join(dir, "before"), filepath.Join(dir, "after")
	reports, values := crowd(b, want, before, after)
	for b.Loop() {
		var most atomic.Uint64
		stop := make(chan bool)
		go func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(20 * time.Millisecond):
					var m runtime.MemStats
					runtime.ReadMemStats(&m)
					most.Store(max(most.Load(), m.Sys-m.HeapReleased))
				}
			}
		}()
		find := func(dir string) (*List, float64) {
			d, err := output.Open(dir)
			if err != nil {
				b.Fatal(err)
			}
			begin := time.Now()
			list, err := Find(context.Background(), d, Options{})
			if err != nil {
				b.Fatal(err)
			}
			return list, time.Since(begin).Seconds()
		}
		runtime.GC()
		list, first := find(before)
		_, again := find(after)
		close(stop)
		b.Logf("found: %v", list.Found)
		b.ReportMetric(first, "s-first")
		b.ReportMetric(again, "s-again")
		b.ReportMetric(float64(most.Load())/1e6, "MB-most")
		b.ReportMetric(float64(reports), "reports")
		b.ReportMetric(float64(values), "values")
		b.ReportMetric(float64(list.Tests), "tests")
		b.ReportMetric(float64(len(list.Anomalies)), "anomalies")
	}
}

// crowd writes a dataset of about n reports, and one of which one report in a hundred has changed.
func crowd(b *testing.B, n int, dirs ...string) (reports, values int64) {
	if _, err := output.Open(dirs[len(dirs)-1]); err != nil {
		makeCrowd(b, n, dirs...)
	}
	d, err := output.Open(dirs[0])
	if err != nil {
		b.Fatal(err)
	}
	return d.Rows["reports"], d.Rows["values"]
}

func makeCrowd(b *testing.B, n int, dirs ...string) {
	forms, err := form.Load()
	if err != nil {
		b.Fatal(err)
	}
	m := &model{rng: rand.New(rand.NewSource(1))}
	for i := range max(1, (n/6-1600)/270) {
		m.functions = append(m.functions, fmt.Sprintf("%s%c局", functions[i%4][:6], '一'+rune(i)))
	}
	m.make(min(270, n/60), min(1330, n/12), min(270, n/60))
	for i, dir := range dirs {
		w, err := output.Create(dir, forms, output.Info{ProgramVersion: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		id := 0
		for y := firstYear; y <= lastYear; y++ {
			for _, x := range m.bodies {
				id++
				r := x.of(y)
				if id%100 == 0 && i > 0 {
					r.n["applications.received.natural_person"]++
					r.n["applications.carried_out.natural_person"]++
					r.total()
				}
				// of a hundred reports five carry in what was not carried over, five have a sum that fails, three a
				// claim that is wrong
				if id%20 == 3 && y > firstYear {
					r.n["applications.carried_in.total"]++
				}
				res := r.direct(forms, id)
				rep := res.Report
				for k, text := range r.text {
					rep.Sections = append(rep.Sections, normalize.Section{Ordinal: k + 1, Text: text,
						Kinds: []normalize.SectionKind{normalize.GeneralSection}})
				}
				for k := range 10 {
					c := normalize.Claim{Section: 1, Link: normalize.Agrees,
						Claim: claims.Claim{Start: 30 * k, End: 30*k + 9,
							Text: "一二三", Unit: "件", Cells: []string{"applications.received.total"},
							Relation: claims.Equals,
							Value:    decimal.NewFromInt(5)}}
					c.Table = &c.Value
					if k == 5 && id%33 == 0 {
						c.Link = normalize.Disagrees
					}
					rep.Claims = append(rep.Claims, c)
				}
				if id%20 == 7 {
					rep.Findings = append(rep.Findings,
						normalize.Finding{Code: normalize.CodeSumFails, Severity: normalize.Error,
							Name: "applications.granted"})
				}
				if err := w.Write(res); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
}
