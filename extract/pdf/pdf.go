// Package pdf reads a PDF into paragraphs and tables whose every cell knows its box on the page.
//
// github.com/ledongthuc/pdf is its object layer: cross-references, streams, decryption. Everything above that (content
// streams, fonts, ruling lines) is read here, because these reports use what the object layer does not know:
// CID widths, predefined Chinese CMaps, ToUnicode beside an encoding dictionary, forms, vertical writing.
package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sort"
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// A Document is what the pages show, in reading order.
type Document struct {
	Pages  int
	Title  string // Info /Title
	Blocks []Block
	Doubts []Doubt
}

// A Block is a table, or a paragraph where Table is nil.
type Block struct {
	Table *Table
	Text  string
	Page  int // from 1
	Box   [4]float64
}

// A Table is a grid found from ruling lines. A table that runs over pages is one Table a page.
type Table struct {
	Rows, Cols int
	Cells      []Cell // sorted by row and column; the cells of a table cover all its positions
	Page       int
	Box        [4]float64
}

// A Cell is one field between ruling lines.
type Cell struct {
	Row, Col, RowSpan, ColSpan int
	Text                       string // its lines joined by "\n"
	Page                       int
	Box                        [4]float64 // x0, y0, x1, y1 in points from the top left of the page as displayed
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
	ErrNoText    = errors.New("a scanned PDF: its pages are pictures without text; this version does not read text from pictures")
)

const (
	maxPages   = 2000
	maxContent = 64 << 20 // bytes of content streams, all pages together
	maxGlyphs  = 2_000_000
)

// Read reads a document. Errors are ErrEncrypted, ErrNoText, the context's, or say what is broken.
func Read(ctx context.Context, body []byte) (doc *Document, err error) {
	defer func() {
		// the object layer panics on broken objects; this is the one place that catches it
		if p := recover(); p != nil {
			doc, err = nil, fmt.Errorf("a broken PDF: %v", p)
		}
	}()
	if i := bytes.Index(body[:min(len(body), 1024)], []byte("%PDF-")); i > 0 {
		body = body[i:] // junk before the header: offsets count from the header
	}
	r, err := objects.NewReader(bytes.NewReader(body), int64(len(body)))
	switch {
	case errors.Is(err, objects.ErrInvalidPassword):
		return nil, ErrEncrypted
	case err != nil && bytes.Contains(body, []byte("/Encrypt")) && strings.Contains(err.Error(), "encrypt"):
		return nil, ErrEncrypted
	case err != nil:
		return nil, fmt.Errorf("a broken PDF: %w", err)
	}
	doc = &Document{Title: r.Trailer().Key("Info").Key("Title").Text()}
	pages, err := pageTree(ctx, r.Trailer().Key("Root").Key("Pages"))
	if err != nil {
		return nil, err
	}
	if len(pages) == 0 {
		return nil, errors.New("a broken PDF: it has no pages")
	}
	doc.Pages = len(pages)
	in := &interpreter{ctx: ctx, doc: doc, fonts: map[string]*font{}}
	var shown []*page
	glyphs, pictures := 0, 0
	for i, p := range pages {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pg := in.page(i+1, p)
		glyphs += len(pg.glyphs)
		if len(pg.glyphs) == 0 && pg.pictures > 0 {
			pictures++
		}
		shown = append(shown, pg)
	}
	if glyphs == 0 {
		if pictures > 0 {
			return doc, ErrNoText
		}
		return doc, errors.New("a PDF without text")
	}
	for _, pg := range shown {
		if len(pg.glyphs) == 0 && pg.pictures > 0 {
			doc.Doubts = append(doc.Doubts, Doubt{Code: "scanned-page", Message: "the page is a picture without text; it was not read", Page: pg.number})
		}
		if pg.hiddenGlyphs > 0 {
			doc.Doubts = append(doc.Doubts, Doubt{Code: "hidden-text", Message: fmt.Sprintf("%d invisible characters were left out", pg.hiddenGlyphs), Page: pg.number})
		}
		if pg.unknown > 0 {
			doc.Doubts = append(doc.Doubts, Doubt{Code: "undecodable", Message: fmt.Sprintf("%d of %d characters have no known meaning", pg.unknown, len(pg.glyphs)), Page: pg.number})
		}
	}
	doc.layout(shown)
	return doc, nil
}

// A pageObject is a page with what it inherits.
type pageObject struct {
	dict, resources, mediaBox, cropBox, rotate objects.Value
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
		}{{"Resources", &here.resources}, {"MediaBox", &here.mediaBox}, {"CropBox", &here.cropBox}, {"Rotate", &here.rotate}} {
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

// layout turns pages into blocks in reading order: tables, and paragraphs around them.
func (doc *Document) layout(pages []*page) {
	furniture := repeatedLines(pages)
	for _, pg := range pages {
		tables, rest := findTables(pg)
		paras := paragraphs(pg, rest, furniture)
		blocks := append(paras, tables...)
		sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].Box[1] < blocks[j].Box[1] })
		doc.Blocks = append(doc.Blocks, blocks...)
	}
}
