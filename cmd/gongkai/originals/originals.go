// Package originals finds the documents of a dataset as they were published, and has them shown as evidence: from the
// archive of the crawl, else from where they were read, and only if the bytes are still those that were read.
//
// It knows where bytes may lie and how they are proved. Whatever is made of them is made in child processes.
package originals

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

const (
	rendered     = 2        // documents that are made into pages and pictures at the same time
	keptRendered = 64 << 20 // bytes of finished pages and pictures that are kept in memory
)

// Originals are the documents of a dataset.
type Originals struct {
	dir     string           // that file names are relative to
	archive *archive.Archive // nil = none
	pool    *child.Pool
	slots   chan struct{}
	ready   *recent
}

var _ evidence.Documents = (*Originals)(nil)

// New gives the documents below a folder, and those in an archive if there is one. Close closes archive and pool.
func New(dir string, a *archive.Archive, pool *child.Pool) *Originals {
	return &Originals{dir: dir, archive: a, pool: pool,
		slots: make(chan struct{}, rendered), ready: newRecent(keptRendered)}
}

// Close lets go of the archive and ends the processes.
func (o *Originals) Close() {
	o.pool.Close()
	if o.archive != nil {
		o.archive.Close()
	}
}

// Raw gives the bytes of a document.
func (o *Originals) Raw(ctx context.Context, d evidence.Source) ([]byte, error) {
	done, err := o.slot(ctx)
	if err != nil {
		return nil, err
	}
	defer done()
	return o.body(ctx, d)
}

// Page gives a document as an inert page with its marks.
func (o *Originals) Page(ctx context.Context, d evidence.Source, marks []evidence.Mark) ([]byte, error) {
	h := sha256.New()
	for i := range marks {
		m := &marks[i]
		fmt.Fprintf(h, "%q %q %q %q %s\n", m.ID, m.Title, m.Text, m.Kind, m.Place)
	}
	return o.make(ctx, d, fmt.Sprintf("page %x", h.Sum(nil)), func(from child.Document) ([]byte, error) {
		return o.pool.Page(ctx, from, marks)
	})
}

// Picture gives a page of a document as PNG.
func (o *Originals) Picture(ctx context.Context, d evidence.Source, page int) ([]byte, error) {
	if page < 1 {
		return nil, fmt.Errorf("%s: no page %d", d.File, page)
	}
	return o.make(ctx, d, fmt.Sprintf("picture %d", page), func(from child.Document) ([]byte, error) {
		return o.pool.Picture(ctx, from, page)
	})
}

// slot waits for its turn.
func (o *Originals) slot(ctx context.Context) (func(), error) {
	select {
	case o.slots <- struct{}{}:
		return func() { <-o.slots }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// make has something made of a document, unless it was made before.
func (o *Originals) make(ctx context.Context, d evidence.Source, what string,
	of func(child.Document) ([]byte, error)) ([]byte, error) {
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
	b, err := of(child.Document{Body: body, File: d.File, URL: d.URL})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.File, err)
	}
	o.ready.put(key, b)
	return b, nil
}

// body finds the bytes of a document and proves them.
func (o *Originals) body(ctx context.Context, d evidence.Source) ([]byte, error) {
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
			return nil, fmt.Errorf("%s: it is from a crawl, and no archive is named (--from DIR): %w",
				d.File, evidence.ErrNotKept)
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
			return nil, fmt.Errorf("the file at %s is not the one that was read: its bytes have the hash %s: %w",
				d.File, c.SHA256, evidence.ErrNotKept)
		case c.Bytes > corpus.MaxBytes:
			return nil, fmt.Errorf("%s: larger than the limit of %d MiB (%d bytes): %w",
				d.File[:at], corpus.MaxBytes>>20, c.Bytes, evidence.ErrNotKept)
		case at == len(d.File):
			return c.Body, nil
		}
		b, err := o.member(ctx, c.Body, d)
		if err == nil && b == nil {
			err = fmt.Errorf("the archive at %s is not the one that was read: it does not hold %s: %w",
				d.File[:at], d.File[at+1:], evidence.ErrNotKept)
		}
		return b, err
	}
	return nil, fmt.Errorf("%s: no such file where the documents are looked for: %w", d.File, evidence.ErrNotKept)
}

// archived finds a document that lay in an archive file of the crawl, in any version of that; nil = it is not there.
func (o *Originals) archived(ctx context.Context, d evidence.Source) ([]byte, error) {
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
	if err != nil && !errors.Is(err, archive.ErrDamaged) { // what is damaged is not the one that is looked for, or is not there
		return nil, err
	}
	for _, sum := range sums {
		body, err := o.archive.Body(ctx, sum)
		if archive.Broken(err) {
			continue
		}
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
func (o *Originals) member(ctx context.Context, body []byte, d evidence.Source) ([]byte, error) {
	b, err := o.pool.Member(ctx, child.Document{Body: body, File: d.File}, d.SHA256)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", d.File, err)
	}
	if sum := fmt.Sprintf("%x", sha256.Sum256(b)); sum != d.SHA256 {
		return nil, nil
	}
	return b, nil
}
