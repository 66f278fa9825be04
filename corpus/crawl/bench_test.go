package crawl

import (
	"flag"
	"runtime"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

var departments = flag.Int("departments", 150,
	"departments of the city that BenchmarkVisit goes through; each has six reports on eight pages")

// BenchmarkVisit goes through a large portal on this machine without manners: what the queue, the ledger, the archive
// and the reading of pages cost. It reports pages a second, and the memory in use after a tenth of the visit and at its
// most.
func BenchmarkVisit(b *testing.B) {
	s := loopback.Departments(*departments)
	s.Start()
	defer s.Close()
	for b.Loop() {
		c := crawler(b, b.TempDir(), Manners{Off: true, Lease: time.Minute, Wait: time.Second})
		c.Bounds.Pages, c.Bounds.Slice = 1<<40, time.Hour
		n, early, most := 0, uint64(0), uint64(0)
		c.Progress = func(corpus.Portal, *ledger.Visit, *ledger.Item, string) {
			if n++; n%500 == 0 || n == s.Pages/10 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				most = max(most, m.HeapAlloc)
				if early == 0 {
					early = m.HeapAlloc
				}
			}
		}
		start := time.Now()
		v := visit(b, c, portal(s, 0))
		b.ReportMetric(float64(v.Pages)/time.Since(start).Seconds(), "pages/s")
		b.ReportMetric(float64(v.Pages), "pages")
		b.ReportMetric(float64(early)/1e6, "MB-early")
		b.ReportMetric(float64(most)/1e6, "MB-most")
	}
}
