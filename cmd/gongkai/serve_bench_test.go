package main

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/gongkai/gongkai/cmd/gongkai/bench"
	"github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
)

// BenchmarkServe starts gongkai serve on a dataset of GONGKAI_REPORTS made reports (2,000; 100,000 takes some minutes to make),
// or on that of GONGKAI_DATASET (its index in GONGKAI_INDEX, made where it is not there), and lets 50 readers at a time ask for
// everything there is, as gongkai bench serve does. Evidence is not asked for: made in this way, a dataset has no documents.
func BenchmarkServe(b *testing.B) {
	dir := os.Getenv("GONGKAI_DATASET")
	if dir == "" {
		n := 2000
		if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
			n, _ = strconv.Atoi(s)
		}
		dir = filepath.Join(b.TempDir(), "dataset")
		if keep := os.Getenv("GONGKAI_KEEP"); keep != "" {
			dir = keep
		}
		if _, err := output.Open(dir); err != nil {
			manyReports(b, dir, n)
		}
	}
	program := filepath.Join(b.TempDir(), "gongkai")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	p := &bench.Program{Path: program, Dir: b.TempDir(), Say: func(format string, args ...any) { b.Logf(format, args...) }}
	for b.Loop() {
		r, err := p.Serve(context.Background(), bench.Input{Paths: []string{dir}},
			bench.Crowd{Readers: 50, Answers: 12_000, Index: os.Getenv("GONGKAI_INDEX")})
		if err != nil {
			b.Fatal(err)
		}
		for _, s := range r.Steps {
			b.Logf("%-26s %7.2f CPU-s, %4.0f MB", s.Name, s.CPU, float64(s.Memory)/1e6)
		}
		for _, v := range r.Views {
			b.Logf("%-12s %5d answers: p50 %6.1f ms, p99 %6.1f ms, most %6.1f ms", v.Name, v.Answers, v.P50, v.P99, v.Most)
		}
		all, last := r.Views[len(r.Views)-1], r.Steps[len(r.Steps)-1]
		b.ReportMetric(all.P50, "ms-p50")
		b.ReportMetric(all.P99, "ms-p99")
		b.ReportMetric(1000*last.CPU/float64(max(1, all.Answers)), "ms-cpu/answer")
		b.ReportMetric(float64(last.Memory)/1e6, "MB-most")
	}
}

// manyReports writes a dataset of n made reports with anomalies.
func manyReports(b *testing.B, dir string, n int) {
	if err := bench.Dataset(dir, made.Corpus{Reports: n, Seed: 1}, 0); err != nil {
		b.Fatal(err)
	}
	data, err := output.Open(dir)
	if err != nil {
		b.Fatal(err)
	}
	list, err := anomalies.Find(context.Background(), data, anomalies.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if err := output.Add(data, "anomalies", anomalies.Rows(list.Anomalies)); err != nil {
		b.Fatal(err)
	}
}
