package child

import (
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
	"github.com/gongkai/gongkai/normalize/form"
)

// Called reports whether this process was started as a child.
func Called() bool { return os.Getenv(env) != "" }

// Main is the child process: it reads documents until its input ends. It gives the exit code.
func Main(in io.Reader, out, errs io.Writer) int {
	var l Limits
	fmt.Sscan(os.Getenv(env+"_MEMORY"), &l.Memory)
	l.Cache, l.OCR = os.Getenv(env+"_CACHE"), os.Getenv(env+"_OCR")
	s := newServer(l, cputime.Used, os.Exit)
	go s.watch(time.Tick(watchEvery))
	forms, err := form.Load()
	if err != nil {
		fmt.Fprintln(errs, err)
		return exitFailed
	}
	s.answer = newReader(forms, l, s.clock, ours()).answer
	if err := s.serve(in, out); err != nil {
		fmt.Fprintln(errs, err)
		return exitFailed
	}
	return 0
}

// watchEvery is how often a process looks at what it has used.
const watchEvery = 10 * time.Millisecond

// A server is what a child process is.
type server struct {
	memory int64 // bytes
	clock  *clock
	answer func(context.Context, *request, func(reply)) result
	exit   func(code int)

	mu sync.Mutex // of to
	to *gob.Encoder
}

func newServer(l Limits, used func() time.Duration, exit func(int)) *server {
	s := &server{memory: l.Memory, clock: &clock{used: used}, exit: exit}
	s.clock.said = s.aside
	s.setMemoryLimit()
	return s
}

// serve answers requests until there are no more.
func (s *server) serve(in io.Reader, out io.Writer) error {
	from := gob.NewDecoder(in)
	s.to = gob.NewEncoder(out)
	for {
		req := &request{}
		if err := from.Decode(req); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		debug.SetGCPercent(GarbageFor(len(req.Body)))
		res := s.answer(context.Background(), req, s.say)
		s.checkMemory()
		if len(req.Body) > 16<<20 {
			runtime.GC() // what a large document took is not held for the small ones after it
		}
		s.say(reply{Step: stepAnswer, Result: res})
	}
}

// GarbageFor is how much garbage, in percent of what is held, waits until it is collected while a document of a size is read. A
// process that reads small ones holds some megabytes, the forms: to look through these after every fifth page is a seventh of
// its time, and what waits instead is less than what a large document takes.
func GarbageFor(size int) int {
	if size < 1<<20 {
		return 600
	}
	return 100
}

// say says how far it is, and what was used until then.
func (s *server) say(r reply) {
	r.Used = int64(s.clock.now())
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.to.Encode(&r); err != nil {
		s.exit(exitFailed) // nobody listens any more
	}
}

// aside lifts the limit of memory while an engine is made ready, and says so.
func (s *server) aside(is bool) {
	if is {
		debug.SetMemoryLimit(math.MaxInt64)
		s.say(reply{Step: stepAside})
		return
	}
	debug.FreeOSMemory() // what is left over is not the document's
	s.setMemoryLimit()
	s.say(reply{Step: stepBack})
}

func (s *server) setMemoryLimit() {
	if s.memory > 0 {
		debug.SetMemoryLimit(s.memory * 3 / 4)
	}
}

// watch ends the process when it holds more memory than it may, or takes more time than it may and does not heed that.
func (s *server) watch(tick <-chan time.Time) {
	for range tick {
		if s.clock.look(s.checkMemory) {
			s.exit(exitTime) // it would go on for ever; another process takes its place
			return
		}
	}
}

// checkMemory ends the process if it holds more than it may.
func (s *server) checkMemory() {
	if s.memory > 0 && held() > s.memory {
		s.exit(exitMemory)
	}
}

// held is the memory of this process, in bytes, as the runtime of Go counts it.
func held() int64 {
	m := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	metrics.Read(m)
	return int64(m[0].Value.Uint64() - m[1].Value.Uint64())
}
