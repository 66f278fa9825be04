package search

import (
	"context"
	"errors"
	"io/fs"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gongkai/gongkai/output"
)

// pathological queries: bigrams that most reports have, in an order that none or few have.
var pathological = []string{
	"公开信息公开信息公开", "信息公开公开信息", "公开公开公开", "息公开信", "开信息公", "政府信息政府信息", "信息政府", "公开政府信息公开政府", "2019年2020年", "及时公开信息及时公开信息",
	"公开 信息 政府 条例 目录", "信息公开 开信息公", strings.Repeat("公开信息", 50), strings.Repeat("公开 信息 政府 ", 20), "工作工作工作", "１２３４５６７８９０",
	"的的的的", "公开", "信息", "2023",
}

// BenchmarkFind builds the indexes of a dataset of GONGKAI_REPORTS reports (3,000) with 2.5 KB of prose each and lets
// 50 readers ask at once. Dataset and index are left in the folder GONGKAI_KEEP where that is set, and taken from there
// the next time.
func BenchmarkFind(b *testing.B) {
	n := 3000
	if s := os.Getenv("GONGKAI_REPORTS"); s != "" {
		n, _ = strconv.Atoi(s)
	}
	dir := os.Getenv("GONGKAI_KEEP")
	if dir == "" {
		dir = b.TempDir()
	}
	d, err := output.Open(filepath.Join(dir, "dataset"))
	if err != nil {
		d = madeOf(b, filepath.Join(dir, "dataset"), n, 2500, 17, 1)
	}
	path, err := Place(dir, d)
	if err != nil {
		b.Fatal(err)
	}
	if x, err := Open(path, d); err == nil {
		x.Close()
	} else {
		buildBoth(b, d, path)
	}

	rng := rand.New(rand.NewSource(2))
	var sample []plainReport
	i := 0
	stop := errors.New("enough")
	if err := d.Sections(func(_ int, s output.SectionRow) error {
		if i++; i%97 == 0 {
			sample = append(sample, plainReport{texts: []string{strings.Clone(s.Text)}})
		}
		if len(sample) == 500 {
			return stop
		}
		return nil
	}); err != nil && !errors.Is(err, stop) {
		b.Fatal(err)
	}
	mixed := queries(rng, sample, 2000)
	var hard []Query
	for _, w := range pathological {
		hard = append(hard, Query{Words: w})
	}
	x, err := Open(path, d)
	if err != nil {
		b.Fatal(err)
	}
	defer x.Close()
	b.Logf("%d reports with prose, %d years", x.Reports(), len(x.years))
	for b.Loop() {
		for name, list := range map[string][]Query{"mixed": mixed, "pathological": hard} {
			var took []time.Duration
			most := mostMemory(func() { took = readers(b, x, list, 50, 10*time.Second) })
			slices.Sort(took)
			at := func(share float64) float64 {
				return float64(took[int(share*float64(len(took)-1))].Microseconds()) / 1000
			}
			b.Logf("%s: %d answers in 10 s, p50 %.1f ms, p99 %.1f ms, most %.1f ms, %.0f MB of memory", name, len(took),
				at(0.5), at(0.99), at(1), most)
		}
		for _, q := range hard {
			begin := time.Now()
			a, err := x.Find(context.Background(), q)
			if err != nil {
				b.Fatal(err)
			}
			b.Logf("alone: %.30q: %.1f ms, %d hits, looked into %d, exact %v", q.Words,
				float64(time.Since(begin).Microseconds())/1000, len(a.Hits), a.Looked, a.Exact)
		}
	}
}

// readers lets n readers ask for a while and gives what each answer took.
func readers(b *testing.B, x *Index, list []Query, n int, long time.Duration) (all []time.Duration) {
	var wg sync.WaitGroup
	var mu sync.Mutex
	end := time.Now().Add(long)
	for k := range n {
		wg.Go(func() {
			rng := rand.New(rand.NewSource(int64(k)))
			var took []time.Duration
			for time.Now().Before(end) {
				begin := time.Now()
				if _, err := x.Find(context.Background(), list[rng.Intn(len(list))]); err != nil {
					b.Error(err)
					return
				}
				took = append(took, time.Since(begin))
				runtime.Gosched() // as a server does that waits for its next question
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, took...)
		})
	}
	wg.Wait()
	return all
}

// mostMemory is the most memory in MB that the process held from the system while do ran.
func mostMemory(do func()) float64 {
	debug.FreeOSMemory()
	done, stopped := make(chan bool), make(chan bool)
	most := uint64(0)
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.Sys-m.HeapReleased)
			select {
			case <-done:
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	do()
	close(done)
	<-stopped
	return float64(most) / 1e6
}

// buildBoth builds the index at path, then again after the newest year has changed, and that of static files, and says
// what it took.
func buildBoth(b *testing.B, d *output.Dataset, path string) {
	years, err := yearsOf(d)
	if err != nil {
		b.Fatal(err)
	}
	for _, of := range []string{"all", "one"} {
		begin := time.Now()
		most := mostMemory(func() {
			if err := Build(context.Background(), d, path, nil); err != nil {
				b.Fatal(err)
			}
		})
		took, size := time.Since(begin).Seconds(), int64(0)
		for _, y := range years {
			info, err := os.Stat(y.file(path))
			if err != nil {
				b.Fatal(err)
			}
			size += info.Size()
		}
		b.Logf("Build, %s of %d years: %.1f s, %.0f MB of memory, index of %.0f MB", of, len(years), took, most,
			float64(size)/1e6)
		if of == "all" {
			if err := os.Remove(years[0].file(path)); err != nil {
				b.Fatal(err)
			}
		}
	}

	site := b.TempDir()
	begin := time.Now()
	most := mostMemory(func() {
		if err := WriteStatic(context.Background(), d, site, nil); err != nil {
			b.Fatal(err)
		}
	})
	files, size := 0, int64(0)
	filepath.WalkDir(site, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			info, _ := e.Info()
			files++
			size += info.Size()
		}
		return err
	})
	b.Logf("WriteStatic: %.1f s, %.0f MB of memory, %d files of %.0f MB", time.Since(begin).Seconds(), most, files,
		float64(size)/1e6)
}
