package output_test

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gongkai/gongkai/output"
)

// BenchmarkWrite writes datasets of reports with 200 values each; reports/s is the figure.
func BenchmarkWrite(b *testing.B) {
	results := exampleResults(b)
	forms := load(b)
	for b.Loop() {
		w, err := output.Create(filepath.Join(b.TempDir(), "dataset"), forms, output.Info{ProgramVersion: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		for i := range 2000 {
			r := results[i%len(results)]
			r.Document.SHA256 = fmt.Sprintf("%064x", i)
			if err := w.Write(r); err != nil {
				b.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(2000*float64(b.N)/b.Elapsed().Seconds(), "reports/s")
}

// BenchmarkMemory streams 20,000 reports of six years into one dataset and reports the most heap that was in use, in
// the first quarter and in the whole: they are alike when memory is flat.
func BenchmarkMemory(b *testing.B) {
	results := exampleResults(b)
	forms := load(b)
	const n = 20_000
	for b.Loop() {
		w, err := output.Create(filepath.Join(b.TempDir(), "dataset"), forms, output.Info{ProgramVersion: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		var quarter, most uint64
		for i := range n {
			r := results[i%len(results)]
			r.Document.SHA256 = fmt.Sprintf("%064x", i)
			if err := w.Write(r); err != nil {
				b.Fatal(err)
			}
			if i%500 == 499 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				if i < n/4 {
					quarter = max(quarter, m.HeapAlloc)
				}
				most = max(most, m.HeapAlloc)
			}
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(quarter)/1e6, "MB-first-quarter")
		b.ReportMetric(float64(most)/1e6, "MB-most")
	}
}
