package release

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
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/claims"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// BenchmarkRelease makes a release of a dataset of 2,000 reports of six years (GONGKAI_REPORTS for another number:
// 100000 is what the limits are for), and brings it up to date after one cell of one year has changed: seconds for
// both, the most memory meanwhile, and how many files were written the second time.
func BenchmarkRelease(b *testing.B) {
	n := 2000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	dir := b.TempDir()
	before, after := crowd(b, n, filepath.Join(dir, "before"), false), crowd(b, n, filepath.Join(dir, "after"), true)
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
		out := filepath.Join(dir, "release")
		if err := os.RemoveAll(out); err != nil {
			b.Fatal(err)
		}
		make := func(d *output.Dataset) (*Summary, float64) {
			begin := time.Now()
			s, err := Write(context.Background(), d, out, Options{Forms: load(b), Program: "bench", Workers: 2})
			if err != nil {
				b.Fatal(err)
			}
			return s, time.Since(begin).Seconds()
		}
		runtime.GC()
		_, first := make(before)
		again, seconds := make(after)
		close(stop)
		if want := (Changes{Reread: 1, Cells: 1}); again.Changed != want {
			b.Errorf("changed: %+v, want %+v", again.Changed, want)
		}
		b.ReportMetric(first, "s-first")
		b.ReportMetric(seconds, "s-again")
		b.ReportMetric(float64(most.Load())/1e6, "MB-most")
		b.ReportMetric(float64(again.Written), "files-again")
		b.ReportMetric(float64(before.Rows["reports"]), "reports")
		b.ReportMetric(float64(before.Rows["values"]), "values")
	}
}

// crowd writes a dataset of n reports of the years 2019 to 2024, each of 200 cells, three sections and ten claims; in
// other, one cell of one report of 2022 is otherwise.
func crowd(b testing.TB, n int, dir string, other bool) *output.Dataset {
	forms := load(b)
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	rng := rand.New(rand.NewSource(1))
	levels := []places.Level{places.Prefecture, places.County, places.Township}
	for i := range n {
		year := 2019 + i*6/n
		edition := "2021"
		if year < 2021 {
			edition = "2019"
		}
		name := fmt.Sprintf("临溪市第%d局", i%(n/6+1))
		rep := &normalize.Report{Status: normalize.StatusRead, Agency: name, Year: year,
			Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, year), Published: fmt.Sprintf("%d-01-%02d", year+1, 1+i%28),
			Body: agencies.Agency{Name: name, Normal: name, Level: levels[i%3], Kind: agencies.Department,
				ID: "321201/department/" + name},
			Editions: normalize.Editions{"active": edition, "applications": edition, "disputes": edition}}
		for _, table := range []string{"active", "applications", "disputes"} {
			for _, f := range forms.Editions(table) {
				if f.Edition != edition && len(forms.Editions(table)) > 1 {
					continue
				}
				for _, name := range f.Names() {
					d := decimal.NewFromInt(int64(rng.Intn(1 + rng.Intn(200))))
					if other && i == n/6*3+n/12 && name == "applications.received.total" {
						d = decimal.NewFromInt(4711)
					}
					v := normalize.Value{Name: name, Text: d.String(), Number: &d, State: normalize.Number,
						Verdict: normalize.Proved}
					v.Place.Table, v.Place.Row, v.Place.Column, v.Place.Path = 1, len(rep.Values)/7+1,
						len(rep.Values)%7+1,
						"/html/body/table[2]/tr[3]/td[4]"
					rep.Values = append(rep.Values, v)
				}
			}
		}
		for k := range 3 {
			text := fmt.Sprintf("%d年，%s主动公开政府信息%d条，收到申请%d件。", year, name, rng.Intn(1000), rng.Intn(100))
			rep.Sections = append(rep.Sections, normalize.Section{Ordinal: k + 1, Text: text,
				Kinds: []normalize.SectionKind{normalize.GeneralSection}})
		}
		for k := range 10 {
			c := normalize.Claim{Section: 1, Link: normalize.Agrees,
				Claim: claims.Claim{Start: k, End: k + 3, Text: "五件",
					Unit: "件", Cells: []string{"applications.received.total"}, Relation: claims.Equals,
					Value: decimal.NewFromInt(5)}}
			c.Table = &c.Value
			rep.Claims = append(rep.Claims, c)
		}
		if i%20 == 7 {
			rep.Findings = append(rep.Findings, normalize.Finding{Code: normalize.CodeSumFails,
				Severity: normalize.Error,
				Name:     "applications.granted", Message: "1 + 1 is not 3"})
		}
		sum := fmt.Sprintf("%08x%056x", uint32(i)*2654435761, i)
		if err := w.Write(output.Result{Document: output.Document{File: fmt.Sprintf("%d/%d.html", year, i), SHA256: sum,
			MediaType: "text/html", Bytes: 40_000}, Report: rep}); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	return d
}
