package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

// Documents are read in child processes, each under a limit of time and of memory: whatever a document does to its
// reader, it can take no more than its own process with it, and its row says why it is unread.

// limits bound the reading of one document.
type limits struct {
	Time   time.Duration
	Memory int64  // bytes; 0 = no child process, and no limit
	Cache  string // folder for what readers keep between documents
	OCR    string // engine that reads pictures
}

// A request asks a child process to read one document.
type request struct {
	Body     []byte
	File     string
	URL      string            // where it was fetched
	Division string            // code of the division whose portal it was found at; "" = not known
	Linked   map[string][]byte // pictures in it, by their addresses
	Limit    time.Duration
	Dump     bool            // the Document is wanted too
	Page     int             // a View of this page is wanted too; 0 = none
	Evidence string          // what is wanted instead of a reading: evidencePage, evidencePicture (of Page), evidenceMember; "" = a reading
	Marks    []evidence.Mark // of evidencePage
	Member   string          // of evidenceMember: its SHA-256
}

// A response is what became of it.
type response struct {
	MediaType string
	Pages     int
	Reports   []*normalize.Report // at least one
	Document  *extract.Document
	View      *pdf.View
	Members   []member // of an archive: what became of each file in it
	Page      int      // not the answer yet: this page of the document's
	OfPages   int      // is being recognised
	Shown     bool     // Evidence is what was asked for
	Evidence  []byte
	Why       string // why there is none
}

// A member is what became of one file of an archive.
type member struct {
	Name, SHA256 string
	Bytes        int64
	MediaType    string
	Pages        int
	Reports      []*normalize.Report
}

func unread(reason string) []*normalize.Report { return []*normalize.Report{normalize.Unread(reason)} }

// workerEnv tells a process that it is such a child.
const workerEnv = "GONGKAI_WORKER"

// Exit codes of a child that ran out of its memory or its time.
const (
	exitMemory = 77
	exitTime   = 78
)

// page is told when a page of a document begins to be recognised, which takes long.
type page func(page, pages int)

// workers are the child processes that wait for documents.
type workers struct {
	limits
	forms  *form.Forms
	engine func() (scan.Engine, error) // of this process, where there is no child
	mu     sync.Mutex
	idle   []*worker
	all    map[*worker]bool
}

type worker struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	to   *gob.Encoder
	from *gob.Decoder
	said tail
}

func newWorkers(l limits, forms *form.Forms) *workers {
	return &workers{limits: l, forms: forms, engine: lazyEngine(l.OCR, l.Cache), all: map[*worker]bool{}}
}

// read reads one document. It never fails: what goes wrong is in the report.
func (ws *workers) read(ctx context.Context, req request, at page) response {
	req.Limit = ws.Time
	if at == nil {
		at = func(int, int) {}
	}
	if ws.Memory == 0 {
		return readHere(ctx, req, ws.forms, ws.Cache, ws.engine, at)
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
	pages := make(chan [2]int, 1)
	go func() {
		var a answer
		for a.err = w.to.Encode(&req); a.err == nil; {
			a.res = response{}
			if a.err = w.from.Decode(&a.res); a.err != nil || a.res.Page == 0 {
				break
			}
			pages <- [2]int{a.res.Page, a.res.OfPages}
		}
		done <- a
	}()
	// a reader that heeds its context ends by itself and says how far it came; one that does not is ended
	timer := time.NewTimer(ws.Time + time.Second)
	defer timer.Stop()
	for {
		select {
		case p := <-pages: // each page has its own time
			timer.Reset(pageTimes*ws.Time + time.Second)
			at(p[0], p[1])
			continue
		case a := <-done:
			if a.err == nil {
				ws.put(w)
				return a.res
			}
			return response{Reports: unread(ws.end(w))}
		case <-timer.C:
			go drain(pages)
			ws.end(w)
			return response{Reports: unread(fmt.Sprintf("not read within the limit of %s", ws.Time))}
		case <-ctx.Done():
			go drain(pages)
			ws.end(w)
			return response{Reports: unread(ctx.Err().Error())}
		}
	}
}

// drain takes what a child that is being ended has still said, so that nobody waits to hand it over.
func drain(pages <-chan [2]int) {
	for {
		select {
		case <-pages:
		case <-time.After(2 * time.Second):
			return
		}
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
	w.cmd.Env = append(os.Environ(), workerEnv+"=1", fmt.Sprintf("%s_MEMORY=%d", workerEnv, ws.Memory), fmt.Sprintf("%s_CACHE=%s", workerEnv, ws.Cache), fmt.Sprintf("%s_OCR=%s", workerEnv, ws.OCR))
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
	forms, err := form.Load()
	if err != nil {
		fmt.Fprintln(std.err, err)
		return exitFailed
	}
	from, to := gob.NewDecoder(std.in), gob.NewEncoder(std.out)
	cache := os.Getenv(workerEnv + "_CACHE")
	engine := lazyEngine(os.Getenv(workerEnv+"_OCR"), cache)
	at := func(page, pages int) {
		if err := to.Encode(&response{Page: page, OfPages: pages}); err != nil {
			os.Exit(exitFailed) // nobody listens any more
		}
	}
	for {
		var req request
		if err := from.Decode(&req); err != nil {
			if err == io.EOF {
				return exitDone
			}
			fmt.Fprintln(std.err, err)
			return exitFailed
		}
		res := readHere(context.Background(), req, forms, cache, engine, at)
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

// pageTimes is how many times the limit of a document a page may take that is recognised on its picture.
const pageTimes = 4

// unpack reads the files of an archive, each as a document of its own.
func (res *response) unpack(ctx context.Context, body []byte, read func([]byte, string) (*extract.Document, []*normalize.Report)) {
	files, err := extract.Members(ctx, body)
	for _, f := range files {
		m := member{Name: f.Name, Bytes: int64(len(f.Body))}
		if f.Err != nil {
			m.Reports = unread(f.Err.Error())
		} else {
			var doc *extract.Document
			doc, m.Reports = read(f.Body, f.Name)
			m.SHA256, m.MediaType, m.Pages = doc.SHA256, doc.MediaType, doc.Pages
			if res.Document.Blocks == nil {
				res.Document = doc
			}
		}
		res.Members = append(res.Members, m)
	}
	switch {
	case err != nil:
		res.Reports = unread(err.Error())
	case len(files) == 0:
		res.Reports = unread("an archive without files")
	default:
		res.Reports = nil // each of its files has a row of its own
	}
}

// lazyEngine opens the engine that reads pictures when the first one is met, once for the process.
func lazyEngine(name, cache string) func() (scan.Engine, error) {
	return sync.OnceValues(func() (scan.Engine, error) { return scan.Open(name, engineDir(cache)) })
}

// readHere reads a document in this process: extract, then normalize. Its time begins anew with each page that has to be
// recognised on a picture.
func readHere(ctx context.Context, req request, forms *form.Forms, cache string, engine func() (scan.Engine, error), at page) response {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var late atomic.Bool
	timer := time.AfterFunc(req.Limit, func() { late.Store(true); cancel() })
	defer timer.Stop()
	next := func(page, pages int) {
		timer.Reset(pageTimes * req.Limit)
		at(page, pages)
	}
	done := make(chan response, 1)
	go func() {
		defer func() { // a fault of ours in one document must not end the run
			if p := recover(); p != nil {
				done <- response{Reports: unread(fmt.Sprintf("the program failed on this document, which is a fault of the program: %v", p))}
			}
		}()
		soffice, _ := exec.LookPath("soffice") // "" where it is not installed
		beside := func(ref string) ([]byte, error) {
			if req.URL != "" { // what a crawl kept: nothing lies beside it
				base, err := url.Parse(req.URL)
				if err != nil {
					return nil, err
				}
				at, err := base.Parse(ref)
				if err != nil {
					return nil, err
				}
				if b, ok := req.Linked[at.String()]; ok {
					return b, nil
				}
				return nil, fmt.Errorf("%s is not in the archive", at)
			}
			ref, _, _ = strings.Cut(ref, "?")
			name, err := url.PathUnescape(ref)
			if err != nil || !filepath.IsLocal(filepath.FromSlash(name)) {
				return nil, fmt.Errorf("%s does not lie beside the page", ref)
			}
			f, err := os.Open(filepath.Join(filepath.Dir(req.File), filepath.FromSlash(name)))
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return io.ReadAll(io.LimitReader(f, extract.MaxBytes))
		}
		opts := []extract.Option{extract.WithCache(cache), extract.WithOCR(engine), extract.WithProgress(next), extract.WithLibreOffice(soffice), extract.WithLinked(beside)}
		if req.Evidence != "" {
			var res response
			shown, err := showHere(ctx, req, cache, opts)
			if err != nil {
				res.Why = err.Error()
			} else {
				res.Shown, res.Evidence = true, shown
			}
			done <- res
			return
		}
		read := func(body []byte, name string) (*extract.Document, []*normalize.Report) {
			doc, err := extract.ReadContext(ctx, body, name, opts...)
			if err != nil {
				return doc, unread(err.Error())
			}
			return doc, normalize.ReadAll(doc, forms, normalize.Origin{URL: req.URL, Division: req.Division})
		}
		doc, reports := read(req.Body, req.File)
		res := response{MediaType: doc.MediaType, Pages: doc.Pages, Document: doc, Reports: reports}
		if extract.IsArchive(req.Body) {
			res.unpack(ctx, req.Body, read)
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
	if len(res.Reports)+len(res.Members) == 0 && !res.Shown && res.Why == "" || late.Load() && len(res.Reports) > 0 && res.Reports[0].Status == normalize.StatusUnread {
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
