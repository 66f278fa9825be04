package main

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"path"
	"sort"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// An origin gives documents by name: files, or what a crawl keeps.
type origin func(ctx context.Context, name string) (found, error)

// found is a document with where it comes from.
type found struct {
	corpus.Capture
	URL      string            // it was fetched from; "" for a file
	Division string            // code of the division whose portal it was found at; "" = not known
	Linked   map[string][]byte // the pictures in it that lie in the archive too, by their addresses
	versioned
}

// versioned says when a document was what its address showed, in days as "2006-01-02".
type versioned struct {
	seen       string // first; "" = not known
	superseded string // by another version; "" = it is the newest
	vanished   string // no longer there; "" = it is
}

// files is the origin of what lies in files and on standard input.
func files(stdin io.Reader) origin {
	return func(_ context.Context, name string) (found, error) {
		c, err := corpus.Read(name, stdin)
		return found{Capture: c}, err
	}
}

// A library is what a crawl keeps, as documents: every report and attachment that was found, in every version that was seen. The
// page of a report and what hangs on it lie in one folder, so that they are compared; versions that others followed lie apart.
type library struct {
	a      *archive.Archive
	l      *ledger.Ledger
	names  []string
	docs   map[string]ledger.Document
	when   map[string]versioned         // by name
	images map[string][]ledger.Document // by the page that they hang on
	codes  map[string]string            // division codes of the portals, by their ids
}

func openLibrary(ctx context.Context, p place, portals []corpus.Portal) (*library, error) {
	l, err := ledger.Open(ctx, p.db(), true)
	if err != nil {
		return nil, err
	}
	a, err := archive.Open(ctx, p.archive())
	if err != nil {
		l.Close()
		return nil, err
	}
	lib := &library{a: a, l: l, docs: map[string]ledger.Document{}, when: map[string]versioned{}, images: map[string][]ledger.Document{}, codes: map[string]string{}}
	for _, x := range portals {
		lib.codes[x.ID] = x.Code
	}
	changes, err := l.Changes(ctx)
	if err != nil {
		lib.close()
		return nil, err
	}
	history := map[string][]ledger.Event{}
	for _, e := range changes {
		history[e.Portal+" "+e.URL] = append(history[e.Portal+" "+e.URL], e)
	}
	err = l.Documents(ctx, "", func(d ledger.Document) error {
		if d.Kind == crawl.KindImage {
			lib.images[d.Portal+" "+d.Page] = append(lib.images[d.Portal+" "+d.Page], d)
			return nil
		}
		folder := d.Key
		if d.Page != "" {
			folder = archive.Key("", d.Page, "")
		}
		base := "page.html"
		if u, err := url.Parse(d.URL); err == nil && path.Base(u.Path) != "/" && path.Base(u.Path) != "." {
			base = path.Base(u.Path)
		}
		name := fmt.Sprintf("%s/%d-%s/%s-%s", d.Portal, d.Year, folder[:12], d.Key[:8], strings.Map(func(r rune) rune {
			if r == '/' || r == '\\' || r == '!' || r < ' ' {
				return '_'
			}
			return r
		}, base))
		lib.add(name, d, history[d.Portal+" "+d.URL])
		return nil
	})
	if err == nil && len(lib.names) == 0 {
		err = fmt.Errorf("%s: no report was found yet", p.db())
	}
	if err != nil {
		lib.close()
		return nil, err
	}
	sort.Strings(lib.names)
	return lib, nil
}

// add keeps a document under its name, and the versions of it that others followed.
func (lib *library) add(name string, d ledger.Document, history []ledger.Event) {
	keep := func(name string, d ledger.Document, v versioned) {
		lib.docs[name], lib.when[name] = d, v
		lib.names = append(lib.names, name)
	}
	now := versioned{seen: d.First.Format(time.DateOnly)}
	for _, e := range history {
		day := e.Time.Format(time.DateOnly)
		if now.vanished = ""; e.Kind == "vanished" {
			now.vanished = day
		}
		if e.Kind == "vanished" || e.Before == "" || e.Before == e.SHA256 {
			continue
		}
		if e.Before != d.SHA256 { // else it came back to what it was
			old := d
			old.SHA256, old.Bytes = e.Before, 0
			folder, base := path.Split(name)
			keep(fmt.Sprintf("%s@%s-%s/%s", strings.TrimSuffix(folder, "/"), day, e.Before[:8], base), old, versioned{seen: now.seen, superseded: day})
		}
		now.seen = day
	}
	keep(name, d, now)
}

func (lib *library) close() { lib.a.Close(); lib.l.Close() }

func (lib *library) get(ctx context.Context, name string) (found, error) {
	d := lib.docs[name]
	f := found{Capture: corpus.Capture{File: name, SHA256: d.SHA256, Bytes: d.Bytes}, URL: d.URL, Division: lib.codes[d.Portal], versioned: lib.when[name]}
	body, err := lib.a.Body(ctx, d.SHA256)
	if err != nil {
		return f, err
	}
	f.Body, f.Bytes = body, int64(len(body))
	if len(body) > corpus.MaxBytes {
		f.Body = nil
	}
	for _, i := range lib.images[d.Portal+" "+d.URL] {
		b, err := lib.a.Body(ctx, i.SHA256)
		if err != nil {
			return f, err
		}
		if f.Linked == nil {
			f.Linked = map[string][]byte{}
		}
		f.Linked[i.URL] = b
	}
	return f, nil
}
