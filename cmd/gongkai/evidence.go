package main

import (
	"bytes"
	chain "container/list"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"golang.org/x/image/draw"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

const (
	rendered     = 2        // documents that are made into pages and pictures at the same time
	keptRendered = 64 << 20 // bytes of finished pages and pictures that are kept in memory
)

// originals are the documents of a dataset as they were published: from the archive of the crawl, else from where they were read,
// and only if the bytes are still those. Whatever is made of the bytes is made in child processes.
type originals struct {
	dir     string           // that file names are relative to
	archive *archive.Archive // nil = none
	workers *workers
	slots   chan struct{}
	ready   *recent
}

var _ evidence.Documents = (*originals)(nil)

// openOriginals opens the documents below a folder, and those in an archive if one is named.
func openOriginals(ctx context.Context, dir, where string, l limits, forms *form.Forms) (*originals, error) {
	o := &originals{dir: dir, workers: newWorkers(l, forms), slots: make(chan struct{}, rendered), ready: newRecent(keptRendered)}
	if where != "" {
		a, err := (place{Archive: where}).existing(ctx)
		if err != nil {
			return nil, err
		}
		o.archive = a
	}
	return o, nil
}

func (o *originals) close() {
	o.workers.close()
	if o.archive != nil {
		o.archive.Close()
	}
}

// Raw gives the bytes of a document.
func (o *originals) Raw(ctx context.Context, d evidence.Source) ([]byte, error) {
	done, err := o.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return o.body(ctx, d)
}

// Page gives a document as an inert page with its marks.
func (o *originals) Page(ctx context.Context, d evidence.Source, marks []evidence.Mark) ([]byte, error) {
	h := sha256.New()
	for i := range marks {
		m := &marks[i]
		fmt.Fprintf(h, "%q %q %q %q %s\n", m.ID, m.Title, m.Text, m.Kind, m.Place)
	}
	return o.make(ctx, d, fmt.Sprintf("page %x", h.Sum(nil)), request{Evidence: evidencePage, Marks: marks})
}

// Picture gives a page of a document as PNG.
func (o *originals) Picture(ctx context.Context, d evidence.Source, page int) ([]byte, error) {
	if page < 1 {
		return nil, fmt.Errorf("%s: no page %d", d.File, page)
	}
	return o.make(ctx, d, fmt.Sprintf("picture %d", page), request{Evidence: evidencePicture, Page: page})
}

// slot waits for its turn.
func (o *originals) slot(ctx context.Context) (func(), error) {
	select {
	case o.slots <- struct{}{}:
		return func() { <-o.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o *originals) make(ctx context.Context, d evidence.Source, what string, req request) ([]byte, error) {
	key := d.SHA256 + " " + d.File + " " + what
	if b, ok := o.ready.get(key); ok {
		return b, nil
	}
	done, err := o.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	if b, ok := o.ready.get(key); ok { // made while this one waited
		return b, nil
	}
	body, err := o.body(ctx, d)
	if err != nil {
		return nil, err
	}
	req.Body, req.File, req.URL = body, d.File, d.URL
	b, err := o.ask(ctx, req)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.File, err)
	}
	o.ready.put(key, b)
	return b, nil
}

// ask has a child process make something of a document.
func (o *originals) ask(ctx context.Context, req request) ([]byte, error) {
	r := o.workers.read(ctx, req, nil)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.Shown:
		return r.Evidence, nil
	case r.Why != "":
		return nil, errors.New(r.Why)
	case len(r.Reports) > 0: // the process did not come to its end
		return nil, errors.New(r.Reports[0].Reason)
	}
	return nil, errors.New("nothing was made of it")
}

// body finds the bytes of a document and proves them.
func (o *originals) body(ctx context.Context, d evidence.Source) ([]byte, error) {
	if o.archive != nil {
		has, err := o.archive.Has(ctx, d.SHA256)
		if err != nil {
			return nil, err
		}
		if has {
			return o.archive.Body(ctx, d.SHA256)
		}
		if d.URL != "" && strings.Contains(d.File, "!") {
			if b, err := o.archived(ctx, d); b != nil || err != nil {
				return b, err
			}
		}
	}
	if d.URL != "" {
		if o.archive == nil {
			return nil, fmt.Errorf("%s: it is from a crawl, and no archive is named (--from DIR): %w", d.File, evidence.ErrNotKept)
		}
		return nil, fmt.Errorf("%s: the archive does not have it: %w", d.File, evidence.ErrNotKept)
	}
	if d.File == "-" {
		return nil, fmt.Errorf("it was read from standard input: %w", evidence.ErrNotKept)
	}
	// Readers are told of a document's name, not of where this machine keeps it.
	// A file in an archive file is named a.zip!report.pdf; but any name may have a ! in it.
	for at := len(d.File); at > 0; at = strings.LastIndexByte(d.File[:at], '!') {
		name := filepath.FromSlash(d.File[:at])
		if !filepath.IsAbs(name) {
			name = filepath.Join(o.dir, name)
		}
		if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		c, err := corpus.Read(name, nil)
		switch {
		case err != nil:
			return nil, fmt.Errorf("%s: it is there and cannot be read: %w", d.File, evidence.ErrNotKept)
		case at == len(d.File) && c.SHA256 != d.SHA256:
			return nil, fmt.Errorf("the file at %s is not the one that was read: its bytes have the hash %s: %w", d.File, c.SHA256, evidence.ErrNotKept)
		case c.Bytes > corpus.MaxBytes:
			return nil, fmt.Errorf("%s: larger than the limit of %d MiB (%d bytes): %w", d.File[:at], corpus.MaxBytes>>20, c.Bytes, evidence.ErrNotKept)
		case at == len(d.File):
			return c.Body, nil
		}
		b, err := o.member(ctx, c.Body, d)
		if err == nil && b == nil {
			err = fmt.Errorf("the archive at %s is not the one that was read: it does not hold %s: %w", d.File[:at], d.File[at+1:], evidence.ErrNotKept)
		}
		return b, err
	}
	return nil, fmt.Errorf("%s: no such file where the documents are looked for: %w", d.File, evidence.ErrNotKept)
}

// archived finds a document that lay in an archive file of the crawl, in any version of that; nil = it is not there.
func (o *originals) archived(ctx context.Context, d evidence.Source) ([]byte, error) {
	portal, _, _ := strings.Cut(d.File, "/")
	var sums []string
	seen := map[string]bool{"": true}
	err := o.archive.Captures(ctx, portal, func(c *archive.Capture) error {
		if (c.URL == d.URL || c.Final == d.URL) && !seen[c.SHA256] {
			seen[c.SHA256] = true
			sums = append(sums, c.SHA256)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, sum := range sums {
		body, err := o.archive.Body(ctx, sum)
		if err != nil {
			return nil, err
		}
		if b, err := o.member(ctx, body, d); b != nil || err != nil {
			return b, err
		}
	}
	return nil, nil
}

// member has a document unpacked from an archive file; nil = it is not in it.
func (o *originals) member(ctx context.Context, body []byte, d evidence.Source) ([]byte, error) {
	b, err := o.ask(ctx, request{Body: body, File: d.File, Evidence: evidenceMember, Member: d.SHA256})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.File, err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(b)); sum != d.SHA256 {
		return nil, nil
	}
	return b, nil
}

// What a child process makes of a document instead of reading it.
const (
	evidencePage    = "page"
	evidencePicture = "picture"
	evidenceMember  = "member"
)

// showHere makes evidence of a document in this process.
func showHere(ctx context.Context, req request, cache string, opts []extract.Option) ([]byte, error) {
	if req.Evidence == evidenceMember {
		files, err := extract.Members(ctx, req.Body)
		for i := range files {
			if files[i].Err == nil && fmt.Sprintf("%x", sha256.Sum256(files[i].Body)) == req.Member {
				return files[i].Body, nil
			}
		}
		return nil, err
	}
	c, err := extract.Open(req.Body, req.File)
	if err != nil {
		return nil, err
	}
	if req.Evidence == evidencePicture {
		return pictureOf(ctx, c, req.Page, cache)
	}
	switch {
	case c.HTML:
		return evidence.HTML(ctx, c.Text, req.Marks)
	case c.MediaType == "text/plain":
		return evidence.Text(ctx, c.Text, req.Marks)
	}
	doc, err := extract.ReadContext(ctx, req.Body, req.File, opts...)
	if err != nil {
		return nil, err
	}
	return evidence.Blocks(ctx, blocksOf(doc), req.Marks)
}

// pictureOf draws a page so that a pixel is half a point.
func pictureOf(ctx context.Context, c extract.Content, page int, cache string) ([]byte, error) {
	switch {
	case c.MediaType == "application/pdf":
		v, err := pdf.Look(ctx, c.Body, page, pictureDPI, pdf.Options{Cache: cache})
		if err == nil && v.Picture == nil {
			err = fmt.Errorf("page %d cannot be drawn: %s", page, v.Why)
		}
		if err != nil {
			return nil, err
		}
		return letter(v, chineseFonts)
	case !strings.HasPrefix(c.MediaType, "image/"):
		return nil, fmt.Errorf("%s has no pages to be shown as pictures", orUnknown(c.MediaType))
	case page != 1:
		return nil, fmt.Errorf("no page %d: a picture is one page", page)
	}
	img, scale, err := extract.Picture(c.Body)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	w, h := int(float64(b.Dx())/scale*pictureDPI/72+0.5), int(float64(b.Dy())/scale*pictureDPI/72+0.5)
	if most := 40_000_000; w < 1 || h < 1 || w > most/h {
		return nil, fmt.Errorf("a picture of %d × %d points is too large to be shown", w/2, h/2)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src) // paper, where a picture is transparent
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	var to bytes.Buffer
	if err := png.Encode(&to, out); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// blocksOf gives what a reader saw in the words of evidence.
func blocksOf(doc *extract.Document) []evidence.Block {
	place := func(p extract.Place) evidence.Place {
		return evidence.Place{Page: p.Page, Table: p.Table, Row: p.Row, Column: p.Column, Box: p.Box, Path: p.Path, Offset: p.Offset}
	}
	out := make([]evidence.Block, len(doc.Blocks))
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		out[i] = evidence.Block{Text: b.Text, Place: place(b.Place)}
		if b.Table == nil {
			continue
		}
		t := &evidence.Table{Rows: b.Table.Rows, Cols: b.Table.Cols, Cells: make([]evidence.Cell, len(b.Table.Cells))}
		for k := range b.Table.Cells {
			c := &b.Table.Cells[k]
			t.Cells[k] = evidence.Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Header: c.Header, Text: c.Text, Place: place(c.Place)}
		}
		out[i].Table = t
	}
	return out
}

// recent keeps what was made last, up to a number of bytes.
type recent struct {
	mu    sync.Mutex
	most  int         // bytes
	room  int         // bytes of it that are free
	order *chain.List // of made, the newest first
	by    map[string]*chain.Element
}

type made struct {
	key  string
	body []byte
}

func newRecent(most int) *recent {
	return &recent{most: most, room: most, order: chain.New(), by: map[string]*chain.Element{}}
}

func (r *recent) get(key string) ([]byte, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	e := r.by[key]
	if e == nil {
		return nil, false
	}
	r.order.MoveToFront(e)
	return e.Value.(made).body, true
}

func (r *recent) put(key string, body []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.by[key] != nil || len(body) > r.most/4 { // one that is large would push out all others
		return
	}
	r.by[key] = r.order.PushFront(made{key, body})
	for r.room -= len(body); r.room < 0; {
		e := r.order.Back()
		m := e.Value.(made)
		r.order.Remove(e)
		delete(r.by, m.key)
		r.room += len(m.body)
	}
}
