package explore

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// BenchmarkRank asks for rankings of rates and cells of 6,000 made-up reports (GONGKAI_REPORTS=100000 for as many) of
// departments of counties over six years, each with the totals of one table: a figure and year for the first time, and
// again with filters. It tells the milliseconds of each, and the megabytes that the figures which are kept take.
func BenchmarkRank(b *testing.B) {
	n := 6000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	dir := filepath.Join(b.TempDir(), "dataset")
	w, err := output.Create(dir, forms(b), output.Info{ProgramVersion: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	var counties []*places.Division
	for _, d := range places.All() {
		if d.Level() == places.County && d.In(2024) {
			counties = append(counties, d)
		}
	}
	var cells []string
	for _, f := range forms(b).Editions("applications") {
		if f.Edition == "2021" {
			cells = slices.DeleteFunc(f.Names(), func(c string) bool { return !strings.HasSuffix(c, ".total") })
		}
	}
	functions := strings.Fields("教育 民政 财政 审计 交通运输 水利 农业农村 商务 文化和旅游 卫生健康 应急管理 统计 林业 司法 体育 信访")
	rng := rand.New(rand.NewSource(1))
	var num [1000]decimal.Decimal
	for i := range num {
		num[i] = decimal.NewFromInt(int64(i))
	}
	id := 0
	for year := 2019; year <= 2024; year++ {
		for k := range n / 6 {
			d, function := counties[k%len(counties)], functions[(k/len(counties))%len(functions)]
			id++
			name := d.Path() + function + "局"
			r := &normalize.Report{Agency: name, Year: year, Status: normalize.StatusRead,
				Editions: normalize.Editions{"applications": "2021"}, Body: agencies.Agency{
					ID: d.Code + "/department/" + function, Normal: name, Code: d.Code, Series: d.Code,
					Level: places.County, Kind: agencies.Department, Function: function}}
			for _, c := range cells {
				i := rng.Intn(30)
				if strings.Contains(c, "handled_total") {
					i = 900
				}
				v := normalize.Value{Name: c, Text: strconv.Itoa(i), Number: &num[i], State: normalize.Number,
					Verdict: normalize.Proved}
				if rng.Intn(200) == 0 {
					v.Verdict = normalize.Contradicted
				}
				r.Values = append(r.Values, v)
			}
			sha := fmt.Sprintf("%064x", id)
			if err := w.Write(output.Result{Document: output.Document{File: "made/" + sha, SHA256: sha,
				MediaType: "text/html"}, Report: r}); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	e, err := Open(context.Background(), d, Options{Forms: forms(b), Program: "bench"})
	if err != nil {
		b.Fatal(err)
	}
	defer e.Close()
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	before := heap()
	var names []string
	for i := range e.rates {
		names = append(names, e.rates[i].Name)
	}
	names = append(names, cells...)
	ask := func(name string, year int, query string) time.Duration {
		begin := time.Now()
		target := fmt.Sprintf("/api/rank/%s/%d/county/department.json%s", name, year, query)
		if x := askOf(e, target); x != 200 {
			b.Fatalf("%s: %d", target, x)
		}
		return time.Since(begin)
	}
	for b.Loop() {
		e.standings.Purge()
		clear(e.doubts)
		var first, again []time.Duration
		for _, name := range names {
			for year := 2019; year <= 2024; year++ {
				first = append(first, ask(name, year, ""))
				again = append(again, ask(name, year, "?region=32&order=asc"), ask(name, year, "?order=asc"))
			}
		}
		ms := func(list []time.Duration, q int) float64 {
			slices.Sort(list)
			return float64(list[(len(list)-1)*q/100].Microseconds()) / 1000
		}
		b.ReportMetric(ms(first, 50), "ms-first-p50")
		b.ReportMetric(ms(first, 99), "ms-first-p99")
		b.ReportMetric(ms(again, 50), "ms-again-p50")
		b.ReportMetric(ms(again, 99), "ms-again-p99")
		b.ReportMetric(heap()-before, "MB-kept")
	}
}

func askOf(e *Explorer, target string) int { return ask(e, "GET", target).Code }
