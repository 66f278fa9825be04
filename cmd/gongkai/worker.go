package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize"
)

// Documents are read in child processes, each under a limit of time and of memory: whatever a document does to its
// reader, it can take no more than its own process with it, and its row says why it is unread.

// limits bound the reading of one document.
type limits struct {
	Time   time.Duration
	Memory int64  // bytes; 0 = no child process, and no limit
	Cache  string // folder for what readers keep between documents
}

// A request asks a child process to read one document.
type request struct {
	Body  []byte
	File  string
	Limit time.Duration
	Dump  bool // the Document is wanted too
	Page  int  // a View of this page is wanted too; 0 = none
}

// A response is what became of it.
type response struct {
	MediaType string
	Pages     int
	Reports   []*normalize.Report // at least one
	Document  *extract.Document
	View      *pdf.View
}

func unread(reason string) []*normalize.Report { return []*normalize.Report{normalize.Unread(reason)} }

// workerEnv tells a process that it is such a child.
const workerEnv = "GONGKAI_WORKER"

// Exit codes of a child that ran out of its memory or its time.
const (
	exitMemory = 77
	exitTime   = 78
)

// workers are the child processes that wait for documents.
type workers struct {
	limits
	forms *normalize.Forms
	mu    sync.Mutex
	idle  []*worker
	all   map[*worker]bool
}

type worker struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	to   *gob.Encoder
	from *gob.Decoder
	said tail
}

func newWorkers(l limits, forms *normalize.Forms) *workers {
	return &workers{limits: l, forms: forms, all: map[*worker]bool{}}
}

// read reads one document. It never fails: what goes wrong is in the report.
func (ws *workers) read(ctx context.Context, req request) response {
	req.Limit = ws.Time
	if ws.Memory == 0 {
		return readHere(ctx, req, ws.forms, ws.Cache)
	}
	w, err := ws.take()
	if err != nil {
		return response{Reports: unread(fmt.Sprintf("no process could be started to read it: %v", err))}
	}
	type answer struct {
		res response
		err error
	}
	done := make(chan answer, 1)
	go func() {
		var a answer
		if a.err = w.to.Encode(&req); a.err == nil {
			a.err = w.from.Decode(&a.res)
		}
		done <- a
	}()
	// a reader that heeds its context ends by itself and says how far it came; one that does not is ended
	timer := time.NewTimer(ws.Time + time.Second)
	defer timer.Stop()
	select {
	case a := <-done:
		if a.err == nil {
			ws.put(w)
			return a.res
		}
		return response{Reports: unread(ws.end(w))}
	case <-timer.C:
		ws.end(w)
		return response{Reports: unread(fmt.Sprintf("not read within the limit of %s", ws.Time))}
	case <-ctx.Done():
		ws.end(w)
		return response{Reports: unread(ctx.Err().Error())}
	}
}

func (ws *workers) take() (*worker, error) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	if n := len(ws.idle); n > 0 {
		w := ws.idle[n-1]
		ws.idle = ws.idle[:n-1]
		return w, nil
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	w := &worker{cmd: exec.Command(exe)}
	w.cmd.Args[0] = os.Args[0]
	w.cmd.Env = append(os.Environ(), workerEnv+"=1", fmt.Sprintf("%s_MEMORY=%d", workerEnv, ws.Memory), fmt.Sprintf("%s_CACHE=%s", workerEnv, ws.Cache))
	w.cmd.Stderr = &w.said
	if w.in, err = w.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := w.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := w.cmd.Start(); err != nil {
		return nil, err
	}
	w.to, w.from = gob.NewEncoder(w.in), gob.NewDecoder(out)
	ws.all[w] = true
	return w, nil
}

func (ws *workers) put(w *worker) {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	ws.idle = append(ws.idle, w)
}

// end ends a child and says what it died of.
func (ws *workers) end(w *worker) string {
	ws.mu.Lock()
	delete(ws.all, w)
	ws.mu.Unlock()
	// one that has died by itself is waited for a moment, because its exit code says why
	exited := make(chan error, 1)
	go func() { exited <- w.cmd.Wait() }()
	var err error
	select {
	case err = <-exited:
	case <-time.After(200 * time.Millisecond):
		w.cmd.Process.Kill()
		err = <-exited
	}
	var code *exec.ExitError
	if errors.As(err, &code) {
		switch code.ExitCode() {
		case exitMemory:
			return fmt.Sprintf("more memory than the limit of %d MB was needed to read it", ws.Memory>>20)
		case exitTime:
			return fmt.Sprintf("not read within the limit of %s", ws.Time)
		}
	}
	said := w.said.first()
	if said == "" {
		said = fmt.Sprint(err)
	}
	return "the process that read it broke down: " + said
}

// close ends all children.
func (ws *workers) close() {
	ws.mu.Lock()
	defer ws.mu.Unlock()
	for w := range ws.all {
		w.in.Close()
		w.cmd.Process.Kill()
		w.cmd.Wait()
		delete(ws.all, w)
	}
	ws.idle = nil
}

// A tail keeps the first bytes of what a child says before it dies.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := 4096 - t.b.Len(); room > 0 {
		t.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *tail) first() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, _, _ := strings.Cut(strings.TrimSpace(t.b.String()), "\n")
	return s
}

// workerMain is the child process: it reads documents until its input ends.
func workerMain(std streams) int {
	var memory int64
	fmt.Sscan(os.Getenv(workerEnv+"_MEMORY"), &memory)
	if memory > 0 {
		debug.SetMemoryLimit(memory * 3 / 4)
		go watchMemory(memory)
	}
	forms, err := normalize.Load()
	if err != nil {
		fmt.Fprintln(std.err, err)
		return exitFailed
	}
	from, to := gob.NewDecoder(std.in), gob.NewEncoder(std.out)
	for {
		var req request
		if err := from.Decode(&req); err != nil {
			if err == io.EOF {
				return exitDone
			}
			fmt.Fprintln(std.err, err)
			return exitFailed
		}
		res := readHere(context.Background(), req, forms, os.Getenv(workerEnv+"_CACHE"))
		if err := to.Encode(&res); err != nil {
			fmt.Fprintln(std.err, err)
			return exitFailed
		}
	}
}

// watchMemory ends the process when it holds more memory than it may.
func watchMemory(limit int64) {
	s := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
	for {
		metrics.Read(s)
		if int64(s[0].Value.Uint64()-s[1].Value.Uint64()) > limit {
			os.Exit(exitMemory)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// readHere reads a document in this process: extract, then normalize.
func readHere(ctx context.Context, req request, forms *normalize.Forms, cache string) response {
	ctx, cancel := context.WithTimeout(ctx, req.Limit)
	defer cancel()
	done := make(chan response, 1)
	go func() {
		defer func() { // a fault of ours in one document must not end the run
			if p := recover(); p != nil {
				done <- response{Reports: unread(fmt.Sprintf("the program failed on this document, which is a fault of the program: %v", p))}
			}
		}()
		doc, err := extract.ReadContext(ctx, req.Body, req.File, extract.WithCache(cache))
		res := response{MediaType: doc.MediaType, Pages: doc.Pages, Document: doc}
		if err != nil {
			res.Reports = unread(err.Error())
		} else {
			res.Reports = normalize.ReadAll(doc, forms)
		}
		if req.Page > 0 && doc.MediaType == "application/pdf" {
			view, err := pdf.Look(ctx, req.Body, req.Page, pictureDPI, pdf.Options{Cache: cache})
			if err != nil {
				view = &pdf.View{Why: err.Error()}
			}
			res.View = view
		}
		done <- res
	}()
	var res response
	select {
	case res = <-done:
	case <-ctx.Done():
		grace := time.NewTimer(time.Second / 2)
		defer grace.Stop()
		select {
		case res = <-done:
		case <-grace.C:
			if os.Getenv(workerEnv) != "" {
				os.Exit(exitTime) // it would go on for ever; the parent starts another process
			}
		}
	}
	if res.Reports == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) && res.Reports[0].Status == normalize.StatusUnread {
		res.Reports = unread(fmt.Sprintf("not read within the limit of %s", req.Limit))
	}
	if !req.Dump {
		res.Document = nil
	}
	if len(req.Body) > 16<<20 {
		runtime.GC() // what a large document took is not held for the small ones after it
	}
	return res
}
