package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// source is what a command reads, and how.
type source struct {
	Paths   []string      `arg:"" name:"path" help:"Documents, folders of documents, or - for standard input."`
	Workers int           `placeholder:"N" help:"Documents read at the same time (default: one a processor)."`
	Limit   time.Duration `default:"10s" help:"Time after which a document is given up as unread."`
}

func (s *source) find() (*normalize.Forms, []string, error) {
	forms, err := normalize.Load()
	if err != nil {
		return nil, nil, err
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
// result that says why.
func readOne(ctx context.Context, file string, stdin io.Reader, forms *normalize.Forms, limit time.Duration) output.Result {
	res, _ := readStages(ctx, file, stdin, forms, limit)
	return res
}

func readStages(ctx context.Context, file string, stdin io.Reader, forms *normalize.Forms, limit time.Duration) (output.Result, *extract.Document) {
	cap, err := corpus.Read(file, stdin)
	res := output.Result{Document: output.Document{File: file, SHA256: cap.SHA256, Bytes: cap.Bytes}}
	if err != nil {
		res.Report = normalize.Unread(err.Error())
		return res, nil
	}
	if cap.Body == nil && cap.Bytes > 0 {
		res.Report = normalize.Unread(fmt.Sprintf("larger than the limit of %d MiB (%d bytes)", corpus.MaxBytes>>20, cap.Bytes))
		return res, nil
	}
	type stages struct {
		doc *extract.Document
		rep *normalize.Report
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	done := make(chan stages, 1)
	go func() {
		defer func() { // a fault of ours in one document must not end the run
			if p := recover(); p != nil {
				done <- stages{nil, normalize.Unread(fmt.Sprintf("the program failed on this document, which is a fault of the program: %v", p))}
			}
		}()
		doc, err := extract.ReadContext(ctx, cap.Body, file)
		if err != nil {
			done <- stages{doc, normalize.Unread(err.Error())}
			return
		}
		done <- stages{doc, normalize.Read(doc, forms)}
	}()
	var s stages
	select {
	case s = <-done:
	case <-ctx.Done():
		// a reader that heeds its context ends now and says how far it came; one that does not is left behind
		grace := time.NewTimer(time.Second)
		defer grace.Stop()
		select {
		case s = <-done:
		case <-grace.C:
		}
	}
	switch {
	case s.rep == nil || errors.Is(ctx.Err(), context.DeadlineExceeded) && s.rep.Status == normalize.StatusUnread:
		res.Report = normalize.Unread(fmt.Sprintf("not read within the limit of %s", limit))
	default:
		res.Report = s.rep
	}
	if s.doc != nil {
		res.Document.MediaType, res.Document.Pages = s.doc.MediaType, s.doc.Pages
	}
	return res, s.doc
}

// readAll reads the files with the given number of workers and hands the results over in the order of files, so that
// the same input gives the same bytes. No more documents are in memory than workers can hold.
func readAll(ctx context.Context, files []string, stdin io.Reader, forms *normalize.Forms, workers int, limit time.Duration, each func(output.Result) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pending := make(chan chan output.Result, workers)
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
			slot := make(chan output.Result, 1)
			select {
			case pending <- slot:
			case <-ctx.Done():
				return
			}
			work <- func() { slot <- readOne(ctx, f, stdin, forms, limit) }
		}
	}()
	var err error
	for slot := range pending {
		res := <-slot
		if err == nil && ctx.Err() == nil {
			if err = each(res); err != nil {
				cancel()
			}
		}
	}
	wg.Wait()
	if err == nil && ctx.Err() != nil {
		err = errors.New("interrupted")
	}
	return err
}
