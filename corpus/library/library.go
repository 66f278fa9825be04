// Package library gives what a crawl keeps as documents to read: every report and attachment that was found, in every
// version that was seen, under names like those of files. It knows ledger and archive; it does not know how a document
// is read, nor what it says.
package library

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/secret"
)

// A Document is one of the library, or of a folder, with where it comes from.
type Document struct {
	corpus.Capture
	URL      string            // it was fetched from; "" for a file
	Division string            // code of the division whose portal it was found at; "" = not known
	Linked   map[string][]byte // the pictures in it that lie in the archive too, by their addresses
	Versions
}

// Versions says when a document was what its address showed, in days as "2006-01-02".
type Versions struct {
	Seen       string // first; "" = not known
	Superseded string // by another version; "" = it is the newest
	Vanished   string // no longer there; "" = it is
}

// A Library is an open one. The page of a report and what hangs on it lie in one folder, so that they are compared;
// versions that others followed lie apart.
type Library struct {
	archive *archive.Archive
	ledger  *ledger.Ledger
	names   []string
	docs    map[string]ledger.Document
	when    map[string]Versions          // by name
	images  map[string][]ledger.Document // by the page that they hang on
	codes   map[string]string            // division codes of the portals, by their ids
}

// Open opens the library of a crawl by the addresses of its ledger and its archive. A crawl that has found no report
// yet is an error. The portals say in which division a document was found.
func Open(ctx context.Context, db, at string, portals []corpus.Portal) (*Library, error) {
	l, err := ledger.Open(ctx, db, true)
	if err != nil {
		return nil, err
	}
	a, err := archive.Open(ctx, at)
	if err != nil {
		l.Close()
		return nil, err
	}
	lib := &Library{archive: a, ledger: l, docs: map[string]ledger.Document{}, when: map[string]Versions{},
		images: map[string][]ledger.Document{}, codes: map[string]string{}}
	for _, x := range portals {
		lib.codes[x.ID] = x.Code
	}
	err = lib.list(ctx)
	if err == nil && len(lib.names) == 0 {
		err = fmt.Errorf("%s: %w", secret.URL(db), ErrNone)
	}
	if err != nil {
		lib.Close()
		return nil, err
	}
	sort.Strings(lib.names)
	return lib, nil
}

// list takes the documents of the ledger, with what it tells of their versions.
func (lib *Library) list(ctx context.Context) error {
	changes, err := lib.ledger.Changes(ctx)
	if err != nil {
		return err
	}
	history := map[string][]ledger.Event{}
	for _, e := range changes {
		history[e.Portal+" "+e.URL] = append(history[e.Portal+" "+e.URL], e)
	}
	return lib.ledger.Documents(ctx, "", func(d ledger.Document) error {
		if d.Kind == crawl.KindImage {
			lib.images[d.Portal+" "+d.Page] = append(lib.images[d.Portal+" "+d.Page], d)
			return nil
		}
		lib.add(nameOf(d), d, history[d.Portal+" "+d.URL])
		return nil
	})
}

// nameOf makes a name of a document's portal and year, of the page that it is or hangs on, and of its own address.
func nameOf(d ledger.Document) string {
	folder := d.Key
	if d.Page != "" {
		folder = archive.Key("", d.Page, "")
	}
	base := "page.html"
	if u, err := url.Parse(d.URL); err == nil && path.Base(u.Path) != "/" && path.Base(u.Path) != "." {
		base = path.Base(u.Path)
	}
	base = strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r == '!' || r < ' ' {
			return '_'
		}
		return r
	}, base)
	return fmt.Sprintf("%s/%d-%s/%s-%s", d.Portal, d.Year, folder[:12], d.Key[:8], base)
}

// add keeps a document under its name, and the versions of it that others followed.
func (lib *Library) add(name string, d ledger.Document, history []ledger.Event) {
	keep := func(name string, d ledger.Document, v Versions) {
		lib.docs[name], lib.when[name] = d, v
		lib.names = append(lib.names, name)
	}
	now := Versions{Seen: d.First.Format(time.DateOnly)}
	for _, e := range history {
		day := e.Time.Format(time.DateOnly)
		if now.Vanished = ""; e.Kind == "vanished" {
			now.Vanished = day
		}
		if e.Kind == "vanished" || e.Before == "" || e.Before == e.SHA256 {
			continue
		}
		if e.Before != d.SHA256 { // else it came back to what it was
			old := d
			old.SHA256, old.Bytes = e.Before, 0
			folder, base := path.Split(name)
			keep(fmt.Sprintf("%s@%s-%s/%s", strings.TrimSuffix(folder, "/"), day, e.Before[:8], base), old,
				Versions{Seen: now.Seen, Superseded: day})
		}
		now.Seen = day
	}
	keep(name, d, now)
}

// Columns tells how far the columns of the portals were read, of those of which it is known, by portal.
func (lib *Library) Columns(ctx context.Context, portals []corpus.Portal) (map[string]*ledger.Column, error) {
	out := map[string]*ledger.Column{}
	for _, p := range portals {
		c, err := lib.ledger.Column(ctx, p.ID)
		if err != nil {
			return nil, err
		}
		if c != nil {
			out[p.ID] = c
		}
	}
	return out, nil
}

// Names lists the documents, sorted.
func (lib *Library) Names() []string { return lib.names }

// Close ends the use of the library.
func (lib *Library) Close() error { return errors.Join(lib.archive.Close(), lib.ledger.Close()) }

// known is what the ledger knows of a document.
func (lib *Library) known(name string) Document {
	d := lib.docs[name]
	f := Document{Capture: corpus.Capture{File: name, SHA256: d.SHA256, Bytes: d.Bytes}, URL: d.URL,
		Division: lib.codes[d.Portal], Versions: lib.when[name]}
	if strings.HasPrefix(d.URL, "file:") { // imported from a folder: it has no address, and when it was there nobody knows
		f.URL, f.Versions = "", Versions{}
	}
	return f
}

// Glance gives what is known of a document without opening the archive: neither its bytes nor what is linked to it. It is
// false where Get may leave its bytes out, or there is no such document.
func (lib *Library) Glance(name string) (Document, bool) {
	d, ok := lib.docs[name]
	return lib.known(name), ok && d.SHA256 != "" && d.Bytes <= corpus.MaxBytes
}

// Get gives a document by its name. Beyond corpus.MaxBytes its bytes are left out, as those of a file are.
func (lib *Library) Get(ctx context.Context, name string) (Document, error) {
	d := lib.docs[name]
	f := lib.known(name)
	body, err := lib.archive.Body(ctx, d.SHA256)
	if err != nil {
		return f, err
	}
	f.Body, f.Bytes = body, int64(len(body))
	if len(body) > corpus.MaxBytes {
		f.Body = nil
	}
	for _, i := range lib.images[d.Portal+" "+d.URL] {
		b, err := lib.archive.Body(ctx, i.SHA256)
		if err != nil {
			return f, fmt.Errorf("the picture %s in it: %w", i.URL, err)
		}
		if f.Linked == nil {
			f.Linked = map[string][]byte{}
		}
		f.Linked[i.URL] = b
	}
	return f, lib.styles(ctx, &f, d.Portal)
}

var (
	linkIn = regexp.MustCompile(`(?is)<link\b[^>]*>`)
	hrefIn = regexp.MustCompile(`(?is)\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))`)
)

// styles adds the style sheets of a page that the crawl kept, by the addresses that the page means.
func (lib *Library) styles(ctx context.Context, f *Document, portal string) error {
	base, err := url.Parse(f.URL)
	if err != nil {
		return nil
	}
	for _, tag := range linkIn.FindAllString(string(f.Body[:min(len(f.Body), 64<<10)]), 40) {
		m := hrefIn.FindStringSubmatch(tag)
		if m == nil || !strings.Contains(strings.ToLower(tag), "stylesheet") {
			continue
		}
		ref := strings.ReplaceAll(strings.TrimSpace(m[1]+m[2]+m[3]), "&amp;", "&")
		at, err := base.Parse(ref)
		if err != nil {
			continue
		}
		known, err := lib.ledger.Known(ctx, portal, crawl.KeyOf(crawl.Canonical(base, ref)))
		if err != nil {
			return err
		}
		if known == nil || known.Kind != crawl.KindStyle {
			continue
		}
		b, err := lib.archive.Body(ctx, known.SHA256)
		if err != nil {
			return fmt.Errorf("its style sheet %s: %w", at, err)
		}
		if f.Linked == nil {
			f.Linked = map[string][]byte{}
		}
		f.Linked[at.String()] = b
		if err := lib.imports(ctx, f, portal, at, b, 0); err != nil {
			return err
		}
	}
	return nil
}

// mostNested is how deep style sheets that take in others are followed.
const mostNested = 3

// imports adds the style sheets that one of a page takes in.
func (lib *Library) imports(ctx context.Context, f *Document, portal string, base *url.URL, css []byte, deep int) error {
	if deep == mostNested {
		return nil
	}
	for _, ref := range crawl.Imports(string(css)) {
		at, err := base.Parse(ref)
		if err != nil || f.Linked[at.String()] != nil {
			continue
		}
		known, err := lib.ledger.Known(ctx, portal, crawl.KeyOf(crawl.Canonical(base, ref)))
		if err != nil {
			return err
		}
		if known == nil || known.Kind != crawl.KindStyle {
			continue
		}
		b, err := lib.archive.Body(ctx, known.SHA256)
		if err != nil {
			return err
		}
		f.Linked[at.String()] = b
		if err := lib.imports(ctx, f, portal, at, b, deep+1); err != nil {
			return err
		}
	}
	return nil
}
