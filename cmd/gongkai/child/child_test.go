package child

import (
	"context"
	"encoding/gob"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/normalize/form"
)

func TestMain(m *testing.M) {
	switch {
	case Called() && os.Getenv(deeds) != "":
		l := Limits{}
		fmt.Sscan(os.Getenv(env+"_MEMORY"), &l.Memory)
		s := newServer(l, cputime.Used, os.Exit)
		s.answer = s.do
		go s.watch(time.Tick(watchEvery))
		if err := s.serve(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(exitFailed)
		}
		os.Exit(0)
	case Called():
		os.Exit(Main(os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// deeds tells a child of these tests that it is to do what its documents say instead of reading them.
const deeds = "GONGKAI_CHILD_DEEDS"

// do does what a document says.
func (s *server) do(ctx context.Context, req *request, say func(reply)) (res result) {
	say(reply{Step: stepBegun, MediaType: "text/plain"})
	body := string(req.Body)
	res.Late = s.clock.run(ctx, req.Limits.Time, func(ctx context.Context) {
		switch body {
		case "crash":
			fmt.Fprintln(os.Stderr, "boom: of a sudden\ngoroutine 1")
			os.Exit(2)
		case "panic":
			var wait sync.WaitGroup
			wait.Go(func() { panic("nobody catches this") })
			wait.Wait()
		case "exit":
			os.Exit(5)
		case "be killed":
			p, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = p.Kill()
			}
			fmt.Fprintln(os.Stderr, err)
			select {}
		case "eat":
			var all [][]byte
			for {
				b := make([]byte, 1<<20)
				for i := range b {
					b[i] = byte(i)
				}
				all = append(all, b)
				runtime.KeepAlive(all)
			}
		case "burn":
			for n := 0; ; n++ {
			}
		case "burn until it is told":
			for ctx.Err() == nil {
			}
		case "burn by a program":
			_ = cputime.Command(ctx, "/bin/sh", "-c", "while :; do :; done").Run()
		case "eat aside":
			s.clock.aside(func() {
				b := make([]byte, 2*s.memory)
				for i := range b {
					b[i] = byte(i)
				}
			})
		case "babble":
			os.Stdout.WriteString("\x02\x00\x00 is no answer")
			select {}
		case "hang":
			select {}
		}
	})
	res.Reports = Unread(fmt.Sprintf("%s, done by %d", body, os.Getpid()))
	return res
}

// doers is a pool of real processes that do what documents say.
func doers(t *testing.T, l Limits) *Pool {
	t.Helper()
	p := Open(l, nil)
	p.start = func() (*process, error) {
		exe, err := os.Executable()
		if err != nil {
			return nil, err
		}
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), deeds+"=1", env+"=1", fmt.Sprintf("%s_MEMORY=%d", env, l.Memory))
		return startCommand(cmd)
	}
	t.Cleanup(p.Close)
	return p
}

func reasons(a Answer) string {
	var all []string
	for _, r := range a.Reports {
		all = append(all, r.Reason)
	}
	return strings.Join(all, "|")
}

// TestProcesses: what a document does to the process that reads it is said, and the next document is read all the same.
func TestProcesses(t *testing.T) {
	for _, c := range []struct {
		do, want string
		machine  bool
		survives bool // the process goes on with the next document
	}{
		{"nothing", "nothing, done by ", false, true},
		{"crash", "the process that read it broke down: boom: of a sudden", false, false},
		{"panic", "the process that read it broke down: panic: nobody catches this", false, false},
		{"exit", "the process that read it broke down: exit status 5", false, false},
		{"eat", "more memory than the limit of 256 MB was needed to read it", false, false},
		{"burn", "not read within the limit of 200ms of CPU time", false, false},
		{"burn until it is told", "not read within the limit of 200ms of CPU time", false, true},
		{"burn by a program", "not read within the limit of 200ms of CPU time", false, true},
		{"eat aside", "eat aside, done by ", false, true},
		{"be killed", killed, true, false},
	} {
		t.Run(c.do, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath("/bin/sh"); err != nil && (c.machine || c.do == "burn by a program") {
				t.Skip("this system has no signals, or no shell")
			}
			limit := time.Hour // on which nothing depends but what burns time
			if strings.HasPrefix(c.do, "burn") {
				limit = 200 * time.Millisecond
			}
			p := doers(t, Limits{Time: limit, Memory: 256 << 20})
			a := p.Read(t.Context(), Document{Body: []byte(c.do)}, nil)
			if got := reasons(a); !strings.HasPrefix(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if a.Machine != c.machine {
				t.Errorf("the machine's: %v", a.Machine)
			}
			if got := len(p.idle) == 1; got != c.survives {
				t.Errorf("the process waits for the next document: %v", got)
			}
			if len(p.all) != len(p.idle) {
				t.Errorf("%d processes are known, %d wait", len(p.all), len(p.idle))
			}
			if c.want != "" && c.do != "nothing" && c.do != "eat aside" && a.MediaType != "text/plain" {
				t.Errorf("media type %q is lost", a.MediaType)
			}
			if c.do == "crash" || c.do == "be killed" {
				_, err := p.Picture(t.Context(), Document{Body: []byte(c.do)}, 1)
				if err == nil || errors.Is(err, ErrMachine) != c.machine || err.Error() != reasons(a) {
					t.Errorf("shown: %v", err)
				}
			}
			if got := reasons(p.Read(t.Context(), Document{Body: []byte("next")}, nil)); !strings.HasPrefix(got,
				"next, done by") {
				t.Errorf("the next document: %q", got)
			}
		})
	}
}

// TestHang: a process that does nothing is ended: by who waits, when he goes, and by the pool, when it is closed. One
// that says what nobody understands is ended, too.
func TestHang(t *testing.T) {
	p := doers(t, Limits{Time: time.Hour, Memory: 256 << 20})
	got := reasons(p.Read(t.Context(), Document{Body: []byte("babble")}, nil))
	if !strings.HasPrefix(got, "the process that read it broke down: it gave no answer (gob: ") {
		t.Errorf("babble: %q", got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	began := make(chan struct{})
	start := p.start
	p.start = func() (*process, error) { defer close(began); return start() }
	go func() { <-began; cancel() }()
	if got := reasons(p.Read(ctx, Document{Body: []byte("hang")}, nil)); got != context.Canceled.Error() {
		t.Errorf("hang: %q", got)
	}
	p.start = start
	p.Read(t.Context(), Document{Body: []byte("nothing")}, nil)
	w := p.idle[0]
	p.Close()
	if e := w.wait(); e.code == 0 && !e.killed || len(p.all) > 0 || len(p.idle) > 0 {
		t.Errorf("after the end: %+v, %d processes", e, len(p.all))
	}
	if a := p.Read(t.Context(), Document{}, nil); !strings.Contains(reasons(a), errClosed.Error()) {
		t.Errorf("after the end: %q", reasons(a))
	}
}

// TestStart: that no process can be started is the machine's doing.
func TestStart(t *testing.T) {
	p := Open(Limits{Time: time.Second, Memory: 1 << 30}, nil)
	tried := 0
	p.start = func() (*process, error) { tried++; return nil, io.ErrNoProgress }
	a := p.Read(t.Context(), Document{}, nil)
	if !a.Machine || !strings.HasPrefix(reasons(a), "the machine could not start a process to read it: ") ||
		tried != 2 {
		t.Errorf("%q after %d times", reasons(a), tried)
	}
}

// A fake is a process that is a part of the test, which decides what it reads, how, and how much CPU time that takes.
type fake struct {
	server *server
	cpu    atomic.Int64
	code   int
	ended  sync.Once
	gone   chan struct{}
}

func (f *fake) now() time.Duration { return time.Duration(f.cpu.Load()) }

func (f *fake) spend(d time.Duration) { f.cpu.Add(int64(d)) }

// startFake starts a process whose documents are answered by what is made for it.
func startFake(make_ func(f *fake) func(context.Context, *request, func(reply)) result) *process {
	inR, inW := io.Pipe()
	outR, outW := io.Pipe()
	f := &fake{gone: make(chan struct{})}
	f.spend(time.Second) // its start
	exited := func(code int) {
		f.ended.Do(func() {
			f.code = code
			inR.Close()
			outW.Close()
			close(f.gone)
		})
	}
	f.server = newServer(Limits{}, f.now, exited)
	f.server.answer = make_(f)
	go func() {
		_ = f.server.serve(inR, outW)
		exited(0)
	}()
	return &process{to: gob.NewEncoder(inW), from: gob.NewDecoder(outR),
		kill: func() { exited(-1) },
		wait: func() exit { <-f.gone; return exit{code: f.code, used: f.now(), said: fmt.Sprintf("exit %d", f.code)} }}
}

func forms(t *testing.T) *form.Forms {
	t.Helper()
	f, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestEngineIsNotTheDocuments: six broken PDFs are read by six processes at once, none of which has PDFium yet. That
// it takes each of them an hour to be made ready, and that they wait for each other, is nothing to do with the
// documents: each is what it is alone.
func TestEngineIsNotTheDocuments(t *testing.T) {
	if testing.Short() {
		t.Skip("PDFium is compiled, which takes minutes under the race detector")
	}
	const processes = 6
	one := sync.OnceValues(func() (*pdf.PDFium, error) { return pdf.OpenPDFium(context.Background(), "") })
	if e, err := one(); err != nil {
		t.Fatal(err)
	} else {
		defer e.Close()
	}
	read := func(n int) []Answer {
		var waiting sync.WaitGroup
		waiting.Add(n)
		l := Limits{Time: 10 * time.Second, Memory: 1 << 30, OCR: "none"}
		p := Open(l, nil)
		p.start = func() (*process, error) {
			return startFake(func(f *fake) func(context.Context, *request, func(reply)) result {
				slow := engines{
					pdfium: func(context.Context, string) (*pdf.PDFium, error) {
						f.spend(time.Hour)
						if f.server.clock.look(func() {
							t.Error(
								"memory is looked at while an engine is made ready")
						}) {
							t.Error("it is ended while an engine is made ready")
						}
						waiting.Done()
						waiting.Wait() // none is ready before all need it
						return one()
					},
					ocr: func(string, string) (scan.Engine, error) { return nil, scan.ErrNoEngine },
				}
				return newReader(forms(t), l, f.server.clock, slow).answer
			}), nil
		}
		defer p.Close()
		out := make([]Answer, n)
		var wait sync.WaitGroup
		for i := range n {
			wait.Go(func() {
				out[i] = p.Read(context.Background(), Document{Body: []byte("%PDF-1.4\nx"), File: "x.pdf"}, nil)
			})
		}
		wait.Wait()
		return out
	}
	alone := read(1)[0]
	if !strings.HasPrefix(reasons(alone), "a broken PDF: ") {
		t.Fatalf("alone: %q", reasons(alone))
	}
	for i, a := range read(processes) {
		if !reflect.DeepEqual(a, alone) {
			t.Errorf("%d of %d: %+v %q, alone: %+v %q", i+1, processes, a, reasons(a), alone, reasons(alone))
		}
	}
}

// TestClock: what is used beyond the budget makes late, what is used aside does not, and each page has a budget of
// its own.
func TestClock(t *testing.T) {
	var used, asides atomic.Int64
	used.Store(1000)
	spend := func(n int64) { used.Add(n) }
	c := &clock{used: func() time.Duration { return time.Duration(used.Load()) }, said: func(bool) { asides.Add(1) }}
	look := func() bool { return c.look(func() {}) }
	for _, x := range []struct {
		name string
		do   func(context.Context)
		late bool
	}{
		{"all of it", func(context.Context) { spend(100) }, false},
		{"more", func(context.Context) { spend(101) }, true},
		{"aside", func(context.Context) { spend(50); c.aside(func() { spend(900); look() }); spend(50) }, false},
		{"aside in aside", func(context.Context) {
			c.aside(func() {
				spend(900)
				c.aside(func() { spend(900) })
				spend(
					900)
			})
		}, false},
		{"aside, then more", func(context.Context) { spend(50); c.aside(func() { spend(900) }); spend(51) }, true},
		{"page after page", func(context.Context) {
			for range 5 {
				spend(90)
				look()
				c.again(100)
			}
		}, false},
		{"a page after the end", func(context.Context) { spend(101); look(); c.again(1000) }, true},
		{"the context ends", func(ctx context.Context) {
			if spend(100); look() || ctx.Err() != nil {
				t.Error("the context ends with all of it")
			}
			if spend(1); look() || ctx.Err() == nil {
				t.Error("the context goes on after the end")
			}
			if spend(int64(graceTime)); !look() {
				t.Error("what does not heed its context goes on")
			}
		}, true},
		{"a program that used far more has ended", func(ctx context.Context) {
			if spend(100 * int64(graceTime)); look() || ctx.Err() == nil {
				t.Error("what heard of its end just now is ended as if it had not heeded it")
			}
			if spend(int64(graceTime) - 1); look() {
				t.Error("it is ended within its grace")
			}
			if spend(1); !look() {
				t.Error("it goes on after its grace")
			}
		}, true},
		{"programs have the rest", func(ctx context.Context) {
			if spend(30); c.left() != 70 {
				t.Errorf("%d are left", c.left())
			}
			if cmd := cputime.Command(ctx, "x"); len(cmd.Args) < 3 || cmd.Args[3] != "2" {
				t.Errorf("a program without a limit: %q", cmd.Args)
			}
		}, false},
	} {
		if late := c.run(context.Background(), 100, x.do); late != x.late {
			t.Errorf("%s: late = %v", x.name, late)
		}
		if look() {
			t.Errorf("%s: nothing is read, and does not heed it", x.name)
		}
	}
	if n := asides.Load(); n != 6 {
		t.Errorf("said aside %d times", n)
	}
	free := &clock{}
	if free.run(context.Background(), 0, func(ctx context.Context) {
		if cmd := cputime.Command(ctx, "x"); len(cmd.Args) != 1 && cmd.Args[3] != "0" {
			t.Errorf("a program with a limit that is not: %q", cmd.Args)
		}
	}) {
		t.Error("late without a limit")
	}
}

// TestMachine: a document on which the wall clock runs out is read once more, when no other is being read; if it runs
// out again, the machine was too slow. If its CPU time was used up meanwhile, it was the document.
func TestMachine(t *testing.T) {
	for _, c := range []struct {
		name    string
		slow    int // how often nothing comes of it
		spend   time.Duration
		want    string
		machine bool
	}{
		{"slow once", 1, 0, "read", false},
		{"slow twice", 2, 0, "the machine was too slow: not read within 5m0s, though the limit of CPU time was not " +
			"used up", true},
		{"hard", 1, 11 * time.Second, "not read within the limit of 10s of CPU time", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			reading, other, release := make(chan struct{}, 9), make(chan struct{}), make(chan struct{})
			var now, slow atomic.Int64
			p := Open(Limits{Time: 10 * time.Second, Memory: 1 << 30}, nil)
			defer p.Close()
			p.start = func() (*process, error) {
				return startFake(func(f *fake) func(context.Context, *request, func(reply)) result {
					return func(_ context.Context, req *request, say func(reply)) result {
						say(reply{Step: stepBegun})
						if string(req.Body) == "other" {
							now.Add(1)
							close(other)
							<-release
							now.Add(-1)
							return result{Answer: Answer{Reports: Unread("other")}}
						}
						n := slow.Add(1)
						if n > 1 && now.Load() != 0 {
							t.Error("it is tried once more beside another")
						}
						if n <= int64(c.slow) {
							f.spend(c.spend)
							reading <- struct{}{}
							<-f.gone
						}
						return result{Answer: Answer{Reports: Unread("read")}}
					}
				}), nil
			}
			wall := make(chan time.Time)
			var counted atomic.Int64
			p.tick = func(d time.Duration) (<-chan time.Time, func()) {
				if d != leastWall/ticks {
					t.Errorf("counted in %v", d)
				}
				if counted.Add(1) == 1 {
					return nil, func() {} // the other's
				}
				return wall, func() {}
			}
			var wait sync.WaitGroup
			wait.Go(func() { p.Read(context.Background(), Document{Body: []byte("other")}, nil) })
			<-other
			var a Answer
			done := make(chan struct{})
			go func() {
				defer close(done)
				a = p.Read(context.Background(), Document{Body: []byte("it")}, nil)
			}()
			for n := range c.slow {
				<-reading
				for range ticks {
					wall <- time.Time{}
				}
				if n == 0 {
					close(release)
				}
			}
			<-done
			wait.Wait()
			if reasons(a) != c.want || a.Machine != c.machine {
				t.Errorf("%q, machine %v", reasons(a), a.Machine)
			}
		})
	}
}

// TestFresh: whether a document can be read does not depend on what its process read before. What ends a used process
// is tried in a fresh one, what ends that is said.
func TestFresh(t *testing.T) {
	started := 0
	p := Open(Limits{Time: time.Second, Memory: 64 << 20}, nil)
	defer p.Close()
	p.start = func() (*process, error) {
		started++
		return startFake(func(f *fake) func(context.Context, *request, func(reply)) result {
			read := 0
			return func(_ context.Context, req *request, _ func(reply)) result {
				read++
				if body := string(req.Body); body == "too much" || body == "too much after another" && read > 1 {
					f.server.exit(exitMemory)
				}
				return result{Answer: Answer{Reports: Unread(fmt.Sprintf("read as number %d", read))}}
			}
		}), nil
	}
	for i, c := range []struct {
		body, want string
		started    int
	}{
		{"one", "read as number 1", 1},
		{"two", "read as number 2", 1},
		{"too much after another", "read as number 1", 2},
		{"three", "read as number 2", 2},
		{"too much", "more memory than the limit of 64 MB was needed to read it", 3},
		{"too much", "more memory than the limit of 64 MB was needed to read it", 4},
	} {
		got := reasons(p.Read(t.Context(), Document{Body: []byte(c.body)}, nil))
		if got != c.want || started != c.started {
			t.Errorf("%d. %s: %q, %d processes", i+1, c.body, got, started)
		}
	}
}

// TestLate: of a document whose time is used up nothing counts, however far it came; what was said on the way was
// heard.
func TestLate(t *testing.T) {
	p := Open(Limits{Time: time.Second, Memory: 1 << 30}, nil)
	defer p.Close()
	p.start = func() (*process, error) {
		return startFake(func(f *fake) func(context.Context, *request, func(reply)) result {
			return func(ctx context.Context, req *request, say func(reply)) (res result) {
				say(reply{Step: stepBegun, MediaType: "application/pdf"})
				res.Answer = Answer{MediaType: "x", Pages: 3, Reports: Unread("half of it"), Members: []Member{{}}}
				res.Late = f.server.clock.run(ctx, req.Limits.Time, func(context.Context) {
					say(reply{Step: stepPage, Page: 2, Pages: 3})
					f.server.clock.again(4 * req.Limits.Time)
					f.spend(5 * time.Second)
				})
				return res
			}
		}), nil
	}
	var pages []string
	a := p.Read(t.Context(), Document{},
		func(page, pages_ int) { pages = append(pages, fmt.Sprint(page, "/", pages_)) })
	want := Answer{MediaType: "application/pdf", Reports: Unread("not read within the limit of 1s of CPU time"), Broken: true}
	if !reflect.DeepEqual(a, want) || fmt.Sprint(pages) != "[2/3]" {
		t.Errorf("%+v %q %v", a, reasons(a), pages)
	}
	if _, err := p.Picture(t.Context(), Document{}, 1); err == nil || err.Error() != reasons(want) {
		t.Errorf("a picture: %v", err)
	}
}

// TestReading: a process gives the same as reading in this one does, of files, of what lies beside them and of
// archives.
func TestReading(t *testing.T) {
	examples := filepath.Join("..", "..", "..", "examples")
	l := Limits{Time: time.Minute, Memory: 512 << 20, Cache: t.TempDir(), OCR: "none"}
	child, here := Open(l, forms(t)), Open(Limits{Time: l.Time, Cache: l.Cache, OCR: l.OCR}, forms(t))
	defer child.Close()
	defer here.Close()
	for _, name := range []string{"jiangzhou/2021.html", "jiangzhou/2023.pdf", "README.md"} {
		body, err := os.ReadFile(filepath.Join(examples, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		d := Document{Body: body, File: name, Blocks: true}
		var got [3]string
		for i, p := range []*Pool{child, here, child} {
			a := p.Read(t.Context(), d, nil)
			b, err := json.Marshal(a)
			if err != nil {
				t.Fatal(err)
			}
			got[i] = string(b)
			if len(a.Reports) != 1 || a.Document == nil || a.MediaType == "" {
				t.Errorf("%s: %d reports, %q", name, len(a.Reports), a.MediaType)
			}
		}
		if got[0] != got[1] || got[0] != got[2] {
			t.Errorf("%s:\n%s\n%s\n%s", name, got[0], got[1], got[2])
		}
	}
}
