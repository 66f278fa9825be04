package scan

import (
	"context"
	"fmt"
	"image"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"testing"

	"github.com/gongkai/gongkai/extract/cputime"
)

// TestThreads: however many threads the engine has, a line is read the same way.
func TestThreads(t *testing.T) {
	lines := noise(40)
	var with [2][]Reading
	for i, threads := range []int{1, 8} {
		e := withThreads(t, threads)
		out, err := e.Recognise(context.Background(), lines, make([]bool, len(lines)))
		if err != nil {
			t.Fatal(err)
		}
		with[i] = out
	}
	if !reflect.DeepEqual(with[0], with[1]) {
		t.Error("it depends on the number of threads what is read")
	}
}

// BenchmarkThreads tells the CPU time of a line with one thread and with many, which should be about the same: documents
// have a limit of CPU time, which must not depend on how many processors there are.
func BenchmarkThreads(b *testing.B) {
	lines := noise(40)
	for _, threads := range []int{1, 8} {
		b.Run(fmt.Sprint(threads), func(b *testing.B) {
			e := withThreads(b, threads)
			from := cputime.Used()
			for b.Loop() {
				if _, err := e.Recognise(context.Background(), lines, make([]bool, len(lines))); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric((cputime.Used()-from).Seconds()*1e3/float64(b.N*len(lines)), "cpu-ms/line")
		})
	}
}

// noise is pictures of lines in which nothing is written.
func noise(n int) (lines []*image.Gray) {
	rng := rand.New(rand.NewSource(1))
	for range n {
		l := image.NewGray(image.Rect(0, 0, 300, 48))
		for i := range l.Pix {
			l.Pix[i] = uint8(rng.Intn(256))
		}
		lines = append(lines, l)
	}
	return lines
}

// withThreads is the engine with so many threads, after its first line.
func withThreads(t testing.TB, threads int) *paddle {
	dir := os.Getenv("GONGKAI_OCR")
	if dir == "" {
		t.Skip("GONGKAI_OCR does not say where the engine is")
	}
	e, err := openPaddle(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	e.s.close()
	e.s, err = openSession(filepath.Join(dir, libraryFile()), filepath.Join(dir, modelFile), "x", "softmax_11.tmp_0", threads)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Recognise(context.Background(), noise(1), []bool{false}); err != nil {
		t.Fatal(err)
	}
	return e
}
