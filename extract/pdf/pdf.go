// Package pdf reads a PDF into paragraphs and tables whose every cell knows its box on the page.
//
// github.com/ledongthuc/pdf is its object layer: cross-references, streams. Everything else (decryption, content
// streams, fonts, ruling lines) is read here, because these reports use what the object layer does not know:
// CID widths, predefined Chinese CMaps, ToUnicode beside an encoding dictionary, forms, vertical writing.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	objects "github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/extract/layout"
)

// A Document is what the pages show, in reading order.
type Document struct {
	Pages  int
	Title  string // Info /Title
	Blocks []layout.Block
	Doubts []Doubt

	unseen         bool  // some page shows what its characters do not tell
	glyphs, damage int   // how much was read, and how many parts could not be
	err            error // why an attempt is not whole
}

// A Doubt is something that could not be read for certain.
type Doubt struct {
	Code, Message string
	Page          int
	Box           *[4]float64
}

// Errors that a caller branches on.
var (
	ErrEncrypted = errors.New("an encrypted PDF that asks for a password")
	ErrNoText    = errors.New("scanned: its pages are pictures without text")
	ErrGarbled   = errors.New("a PDF whose characters have no known meaning: " +
		"its fonts lack the tables that say what is drawn")
)

const (
	maxPages   = 2000
	maxContent = 64 << 20 // bytes of content streams, all pages together
	maxGlyphs  = 2_000_000
)

// Options are what a caller may choose.
type Options struct {
	Cache     string            // a folder in which PDFium keeps what it compiles; "" = nowhere
	Recognise layout.Recogniser // reads the pages that are pictures; nil = they are not read

	// PDFium is asked for when it is first needed; nil = it is started from Cache, and compiled if it does not lie
	// there.
	PDFium func(context.Context) (*PDFium, error)
}

// Read reads a document. Errors are ErrEncrypted, ErrNoText, the context's, or say what is broken. A file that is
// damaged is repaired, in several ways until one gives its text whole; that it was carries the doubt "repaired".
func Read(ctx context.Context, body []byte, o Options) (*Document, error) {
	var best *Document
	var first, last error
	for i, r := range repairs {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		whole, err := r.do(ctx, body, o)
		var doc *Document
		if err == nil {
			doc, err = read(ctx, whole, o)
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if errors.Is(err, ErrEncrypted) {
			return nil, ErrEncrypted
		}
		if first == nil {
			first = err
			if err == nil {
				first = fmt.Errorf("%d parts of it cannot be read", doc.damage)
			}
		}
		last = err
		if doc == nil {
			continue
		}
		if i > 0 {
			damaged := fmt.Sprintf("the file is damaged (%v); it was %s", first, r.name)
			doc.Doubts = append([]Doubt{{Code: "repaired", Message: damaged}}, doc.Doubts...)
		}
		if doc.damage == 0 && (err == nil || i == 0) {
			return doc, err
		}
		doc.err = err
		if best == nil || best.err != nil && err == nil || (best.err == nil) == (err == nil) && doc.better(best) {
			best = doc
		}
	}
	if best != nil {
		return best, best.err
	}
	if first == nil {
		first = last
	}
	return nil, fmt.Errorf("a broken PDF: %w", first)
}

// better reports whether more of the document was read than in another attempt.
func (doc *Document) better(o *Document) bool {
	if doc.glyphs != o.glyphs {
		return doc.glyphs > o.glyphs
	}
	return doc.damage < o.damage
}

// read reads a file that is whole.
func read(ctx context.Context, body []byte, o Options) (doc *Document, err error) {
	defer func() {
		// the object layer panics on broken objects; this is the last place that catches it
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("%v", p)
		}
	}()
	f, err := open(body)
	if err != nil {
		return nil, err
	}
	root := f.Trailer().Key("Root")
	doc = &Document{Title: f.title()}
	pages, err := pageTree(ctx, root.Key("Pages"))
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, errors.New("it has no pages")
	}
	doc.Pages = len(pages)
	in := newInterpreter(ctx, f, doc)
	var shown []*page
	pictures, hidden := 0, 0
	for i, p := range pages {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pg := in.safePage(i+1, p)
		if pg.pictures > 0 || pg.outlined() {
			pictures++
		}
		hidden += pg.Hidden
		shown = append(shown, pg)
	}
	in.judgeFonts(shown)
	for _, pg := range shown {
		doc.glyphs += len(pg.Glyphs)
		for _, g := range pg.Glyphs {
			if strings.ContainsRune(g.Text, '\ufffd') {
				pg.unknown++
			}
		}
	}
	for _, d := range doc.Doubts {
		if strings.HasPrefix(d.Code, "broken-") {
			doc.damage++
		}
	}
	seen := false
	if o.Recognise != nil {
		if shown, err = doc.look(ctx, body, shown, o); err != nil {
			return doc, err
		}
		for _, pg := range shown {
			if pg.Seen != nil {
				doc.glyphs += len(pg.Glyphs)
				seen = true
			}
		}
	}
	if doc.glyphs == 0 && seen {
		return doc, errors.New("scanned: no text was found on its pages")
	}
	if doc.glyphs == 0 {
		switch {
		case pictures > 0:
			return doc, ErrNoText
		case hidden > 0:
			return doc, errors.New("a PDF all of whose text is invisible")
		}
		return doc, errors.New("a PDF without text")
	}
	unknown := 0
	for _, pg := range shown {
		unknown += pg.unknown
		if pg.Seen != nil {
			doc.Doubts = append(doc.Doubts, Doubt{Code: "recognised", Message: pg.Seen.Told(), Page: pg.Number})
			continue
		}
		doc.unseen = doc.unseen || pg.unread()
		doc.Doubts = append(doc.Doubts, pg.doubts()...)
	}
	if unknown*10 > doc.glyphs*9 {
		return doc, ErrGarbled
	}
	drawn := make([]*layout.Page, len(shown))
	for i, pg := range shown {
		drawn[i] = &pg.Page
	}
	doc.Blocks = layout.Read(drawn)
	return doc, nil
}

// title is the document's title in Info; a title in a Chinese code page, which the format does not know, is decoded.
func (f *file) title() (s string) {
	defer func() { recover() }() // a broken Info is no loss
	v := f.Trailer().Key("Info").Key("Title")
	raw := v.RawString()
	if !strings.HasPrefix(raw, "\xfe\xff") && !strings.HasPrefix(raw, "\xff\xfe") {
		if utf8.ValidString(raw) {
			return strings.TrimPrefix(raw, "\ufeff")
		}
		if out, err := simplifiedchinese.GB18030.NewDecoder().String(raw); err == nil {
			return out
		}
	}
	return v.Text()
}

// safePage draws a page; one that breaks off gives what came before.
func (in *interpreter) safePage(number int, p pageObject) (pg *page) {
	pg = &page{Page: layout.Page{Number: number, Width: 595, Height: 842}}
	defer func() {
		if r := recover(); r != nil {
			in.doubt(Doubt{Code: "broken-page", Message: fmt.Sprintf("the page cannot be read: %v", r), Page: number})
		}
	}()
	return in.page(number, p)
}

// A pageObject is a page with what it inherits.
type pageObject struct {
	dict, resources, mediaBox, cropBox, rotate, userUnit objects.Value
}

// pageTree walks the page tree without trusting it: cycles end the walk, counts are ignored.
func pageTree(ctx context.Context, root objects.Value) ([]pageObject, error) {
	var out []pageObject
	visited := 0
	var walk func(v objects.Value, up pageObject, depth int) error
	walk = func(v objects.Value, up pageObject, depth int) error {
		if visited++; visited > 4*maxPages || depth > 60 {
			return fmt.Errorf("a PDF whose page tree has more than %d nodes or runs in a circle", 4*maxPages)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		here := up
		here.dict = v
		for _, x := range []struct {
			key string
			to  *objects.Value
		}{
			{"Resources", &here.resources}, {"MediaBox", &here.mediaBox}, {"CropBox", &here.cropBox},
			{"Rotate", &here.rotate}, {"UserUnit", &here.userUnit},
		} {
			if w := v.Key(x.key); !w.IsNull() {
				*x.to = w
			}
		}
		kids := v.Key("Kids")
		if v.Key("Type").Name() == "Page" || kids.Kind() != objects.Array {
			if v.Kind() == objects.Dict && len(out) < maxPages {
				out = append(out, here)
			}
			return nil
		}
		for i := 0; i < kids.Len(); i++ {
			if err := walk(kids.Index(i), here, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(root, pageObject{}, 0); err != nil {
		return nil, err
	}
	return out, nil
}
