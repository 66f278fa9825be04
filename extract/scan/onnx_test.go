package scan

import (
	"context"
	"image"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
)

// TestThreads: however many threads the engine has, a line costs about the same CPU time and is read the same way.
// Documents have a limit of CPU time, which must not depend on how many processors there are.
func TestThreads(t *testing.T) {
	dir := os.Getenv("GONGKAI_OCR")
	if dir == "" {
		t.Skip("GONGKAI_OCR does not say where the engine is")
	}
	rng := rand.New(rand.NewSource(1))
	var lines []*image.Gray
	for range 40 {
		l := image.NewGray(image.Rect(0, 0, 300, 48))
		for i := range l.Pix {
			l.Pix[i] = uint8(rng.Intn(256))
		}
		lines = append(lines, l)
	}
	read := func(threads int) (time.Duration, []Reading) {
		e, err := openPaddle(dir)
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		e.s.close()
		e.s, err = openSession(filepath.Join(dir, libraryFile()), filepath.Join(dir, modelFile), "x",
			"softmax_11.tmp_0", threads)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := e.Recognise(context.Background(), lines[:1], []bool{false}); err != nil {
			t.Fatal(err)
		}
		from := cputime.Used()
		out, err := e.Recognise(context.Background(), lines, make([]bool, len(lines)))
		if err != nil {
			t.Fatal(err)
		}
		return cputime.Used() - from, out
	}
	one, with1 := read(1)
	eight, with8 := read(8)
	t.Logf("%v with one thread, %v with eight", one, eight)
	if eight > 2*one {
		t.Errorf("%v of CPU time with eight threads, %v with one", eight, one)
	}
	if !reflect.DeepEqual(with1, with8) {
		t.Error("it depends on the number of threads what is read")
	}
}
