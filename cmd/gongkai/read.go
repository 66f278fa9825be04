package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// source is what a command reads, and how.
type source struct {
	Paths   []string `arg:"" optional:"" name:"path" help:"Documents, folders of documents, or - for standard input."`
	Workers int      `placeholder:"N" help:"Documents read at the same time (default: one a processor)."`
	bounds
}

// What a document is given where nobody says otherwise.
const (
	defaultLimit  = 10 * time.Second
	defaultMemory = 512
)

// bounds are the limits of one document, as flags.
type bounds struct {
	Limit  time.Duration `default:"10s" help:"${read_limit}"`
	Memory int64         `default:"512" placeholder:"MB" help:"${read_memory}"`
	OCR    string        `enum:"auto,paddle,tesseract,none" default:"auto" help:"${read_ocr}"`
	Cache  string        `env:"GONGKAI_CACHE" type:"path" placeholder:"DIR" help:"${read_cache}"`
}

func (b *bounds) limits() child.Limits {
	l := child.Limits{Time: b.Limit, Memory: b.Memory << 20, Cache: b.Cache, OCR: b.OCR}
	if l.Cache == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			l.Cache = filepath.Join(dir, "gongkai")
		}
	}
	return l
}

func (s *source) find() (*form.Forms, []string, error) {
	forms, err := form.Load()
	if err != nil {
		return nil, nil, err
	}
	if len(s.Paths) == 0 {
		return nil, nil, errors.New("expected \"<path> ...\"")
	}
	files, err := corpus.Find(s.Paths)
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("no document under %q", s.Paths)
	}
	return forms, files, err
}

func (s *source) workers() int {
	if s.Workers > 0 {
		return s.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// readOne takes one document the whole way: bytes, blocks and tables, values. It never fails: what cannot be read is a
// result that says why. A document that holds several reports gives a result for each. want says what else is asked
// for.
func readOne(ctx context.Context, file string, from origin, pool *child.Pool, want child.Document,
	at child.Progress) ([]output.Result, child.Answer) {
	cap, err := from(ctx, file)
	doc := output.Document{File: file, URL: cap.URL, SHA256: cap.SHA256, Bytes: cap.Bytes,
		Seen: cap.Seen, Superseded: cap.Superseded, Vanished: cap.Vanished}
	var r child.Answer
	switch {
	case err != nil:
		r.Reports = child.Unread(err.Error())
	case cap.Body == nil && cap.Bytes > 0:
		r.Reports = child.Unread(fmt.Sprintf("larger than the limit of %d MiB (%d bytes)", corpus.MaxBytes>>20,
			cap.Bytes))
	default:
		want.Body, want.File, want.URL, want.Division, want.Linked = cap.Body, file, cap.URL, cap.Division, cap.Linked
		r = pool.Read(ctx, want, at)
	}
	return resultsOf(doc, cap.aside && err == nil, &r), r
}

// resultsOf gives the results of an answer. aside = the document lies beside documents.
func resultsOf(doc output.Document, aside bool, r *child.Answer) (out []output.Result) {
	if aside && !r.Broken {
		r.Reports = skip(r.Reports)
	}
	doc.MediaType, doc.Pages = r.MediaType, r.Pages
	for _, rep := range r.Reports {
		out = append(out, output.Result{Document: doc, Report: rep})
	}
	among := func(name string) bool {
		return slices.ContainsFunc(r.Members, func(m child.Member) bool { return m.Name == name })
	}
	for _, m := range r.Members {
		if corpus.Aside(m.Name, among) && !m.Broken {
			m.Reports = skip(m.Reports)
		}
		inner := output.Document{File: doc.File + "!" + m.Name, URL: doc.URL, SHA256: m.SHA256, Bytes: m.Bytes,
			MediaType: m.MediaType, Pages: m.Pages, Seen: doc.Seen, Superseded: doc.Superseded, Vanished: doc.Vanished}
		if m.SHA256 == "" { // not unpacked: known by where it lies
			inner.SHA256 = memberSum(doc.SHA256, m.Name)
		}
		for _, rep := range m.Reports {
			out = append(out, output.Result{Document: inner, Report: rep})
		}
	}
	return out
}

// memberSum stands for the hash of a file of an archive that could not be unpacked.
func memberSum(archive, name string) string {
	return fmt.Sprintf("%x", sha256.Sum256([]byte(archive+"!"+name)))
}

// skip makes of a file that lies beside documents, and holds no report, one that was skipped: what was read of it is no
// report's and says nothing. It is not for what could not be looked at to its end: that stays unread, a report may be
// in it.
func skip(reports []*normalize.Report) []*normalize.Report {
	for _, rep := range reports {
		if rep.Status.HoldsReport() {
			return reports
		}
	}
	if len(reports) == 0 {
		return reports
	}
	return []*normalize.Report{{Status: normalize.StatusSkipped, Reason: "beside the documents: " + reports[0].Reason}}
}

// readAll reads the files with the given number of workers and hands the results over in the order of files, so that
// the same input gives the same bytes; with words their prose is cut into words. Documents of one report in several
// formats are compared on the way. No more documents are in memory than workers can hold.
func readAll(ctx context.Context, files []string, from origin, pool *child.Pool, workers int, words bool,
	at func(file string, page, pages int), each func(output.Result) error) error {
	compare := output.NewPairs(each)
	return inOrder(ctx, files, workers, func(ctx context.Context, file string) []output.Result {
		res, _ := readOne(ctx, file, from, pool, child.Document{}, func(n, of int) { at(file, n, of) })
		for i := range res {
			if words {
				res[i].Report.ReadWords()
			}
		}
		return res
	}, func(results []output.Result) error {
		for _, res := range results {
			if err := compare.Take(res); err != nil {
				return err
			}
		}
		return nil
	}, compare.Flush)
}

// inOrder has something made of each file by the given number of workers, and takes what was made in the order of files; last
// is called when all was taken. No more is in memory than workers can hold. The first error ends it, and so does the end
// of ctx, which is an error too.
func inOrder[T any](ctx context.Context, files []string, workers int, made func(ctx context.Context, file string) T,
	take func(T) error, last func() error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pending := make(chan chan T, workers)
	work := make(chan func(), workers)
	var wg sync.WaitGroup
	for range workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for do := range work {
				do()
			}
		}()
	}
	go func() {
		defer close(pending)
		defer close(work)
		for _, f := range files {
			slot := make(chan T, 1)
			select {
			case pending <- slot:
			case <-ctx.Done():
				return
			}
			work <- func() { slot <- made(ctx, f) }
		}
	}()
	var err error
	for slot := range pending {
		if t := <-slot; err == nil && ctx.Err() == nil {
			if err = take(t); err != nil {
				cancel()
			}
		}
	}
	if err == nil && ctx.Err() == nil {
		err = last()
	}
	wg.Wait()
	if err == nil && ctx.Err() != nil {
		err = errInterrupted
	}
	return err
}
