package main

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/listing"
)

type benchCmd struct {
	PDF benchPDFCmd `cmd:"" name:"pdf" help:"Time the reading of PDF documents beside pdftotext."`
}

type benchPDFCmd struct {
	Paths  []string `arg:"" name:"path" help:"PDF documents, or folders of them."`
	Rounds int      `default:"15" help:"How often each document is read; the median counts."`
	Copies int      `default:"20" help:"A long document is made of this many copies of each, and read too; 0: none."`
	printing
	manner
}

func (benchPDFCmd) Help() string {
	return `Reads each document from its bytes to checked values on one core, and has pdftotext -bbox-layout (poppler-utils)
write its text beside it, in one run. The long documents are made by
pdfunite (poppler-utils too). The memory is the most that the Go runtime held while the document was read.

Example:  gongkai bench pdf examples`
}

func (c *benchPDFCmd) Run(ctx context.Context, std streams) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	files, err := corpus.Find(c.Paths)
	if err != nil {
		return err
	}
	other, _ := exec.LookPath("pdftotext")
	runtime.GOMAXPROCS(1)
	t, err := c.rows(std.out, c.Format, c.sheet, listing.Column{Key: "document"}, listing.Column{Key: "pages"},
		listing.Column{Key: "ms", Head: "gongkai ms"}, listing.Column{Key: "pages_s", Head: "pages/s"},
		listing.Column{Key: "megabytes", Head: "memory MB"}, listing.Column{Key: "pdftotext_ms", Head: "pdftotext ms"},
		listing.Column{Key: "pdftotext_pages_s", Head: "pages/s"})
	if err != nil {
		return err
	}
	for _, f := range files {
		if filepath.Ext(f) != ".pdf" {
			continue
		}
		body, err := os.ReadFile(f)
		if err != nil {
			return err
		}
		if err := c.measure(ctx, t, f, body, forms, other, c.Rounds); err != nil {
			return err
		}
		if c.Copies == 0 {
			continue
		}
		long, err := copies(ctx, body, c.Copies)
		if err != nil {
			fmt.Fprintf(std.err, "%s: no long document can be made of it: %v\n", f, err)
			continue
		}
		if err := c.measure(ctx, t, fmt.Sprintf("%s × %d", f, c.Copies), long, forms, other,
			max(3, c.Rounds/5)); err != nil {
			return err
		}
	}
	if t.Rows() == 0 {
		return fmt.Errorf("no .pdf under %q", c.Paths)
	}
	if err := t.Close(); err != nil {
		return err
	}
	if other == "" {
		fmt.Fprintln(std.err, "pdftotext is not installed: nothing to compare with")
	}
	return nil
}

func (c *benchPDFCmd) measure(ctx context.Context, t *listing.List, name string, body []byte, forms *form.Forms,
	other string, rounds int) error {
	pages := 0
	read := func() error {
		doc, err := extract.ReadContext(ctx, body, "a.pdf")
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		pages = doc.Pages
		normalize.Read(doc, forms)
		return nil
	}
	if err := read(); err != nil { // once unmeasured: what is unpacked on first use
		return err
	}
	ours, err := median(rounds, read)
	if err != nil {
		return err
	}
	memory := peak(read)
	theirs := time.Duration(0)
	if other != "" {
		dir, err := os.MkdirTemp("", "bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		in := filepath.Join(dir, "a.pdf")
		if err := os.WriteFile(in, body, 0o644); err != nil {
			return err
		}
		if theirs, err = median(rounds, func() error {
			return exec.CommandContext(ctx, other, "-bbox-layout", in, os.DevNull).Run()
		}); err != nil {
			return fmt.Errorf("%s: pdftotext: %w", name, err)
		}
	}
	rate := func(d time.Duration) any {
		if d == 0 {
			return nil
		}
		return math.Round(float64(pages) / d.Seconds())
	}
	ms := func(d time.Duration) any {
		if d == 0 {
			return nil
		}
		return math.Round(float64(d.Microseconds())/100) / 10
	}
	return t.Add(clip(name, 50), pages, ms(ours), rate(ours), int(memory>>20), ms(theirs), rate(theirs))
}

func median(n int, do func() error) (time.Duration, error) {
	var ds []time.Duration
	for range max(1, n) {
		start := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		ds = append(ds, time.Since(start))
	}
	sort.Slice(ds, func(i, j int) bool { return ds[i] < ds[j] })
	return ds[len(ds)/2], nil
}

// peak gives the most memory that the runtime held while it did something, beyond what it gave back.
func peak(do func() error) uint64 {
	debug.FreeOSMemory()
	stop, most := make(chan bool), make(chan uint64)
	go func() {
		top := uint64(0)
		var m runtime.MemStats
		for {
			runtime.ReadMemStats(&m)
			top = max(top, m.Sys-m.HeapReleased)
			select {
			case <-stop:
				most <- top
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	_ = do() // it was done before without an error
	stop <- true
	return <-most
}

// copies makes one document of n copies of another, each with fonts of its own, by pdfunite (poppler-utils).
func copies(ctx context.Context, body []byte, n int) ([]byte, error) {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "in.pdf"), filepath.Join(dir, "out.pdf")
	if err := os.WriteFile(in, body, 0o644); err != nil {
		return nil, err
	}
	said, err := exec.CommandContext(ctx, "pdfunite", append(slices.Repeat([]string{in}, n), out)...).CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("pdfunite: %w %s", err, bytes.TrimSpace(said))
	}
	return os.ReadFile(out)
}
