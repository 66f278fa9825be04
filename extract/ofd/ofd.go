// Package ofd draws an OFD file (GB/T 33190-2016), the national fixed-layout format, so that it can be read as a PDF is.
//
// The imaging model of OFD is that of PDF: a page is painted from back to front with paths, pictures and glyphs, each in
// a colour, with a matrix and a clip; only the writing differs (XML parts in a zip archive, millimetres, y downwards).
// What of a drawing is seen is the same question in both, and has one answer, in the reader of PDF: what is covered,
// struck, cut, pale, of the colour of its ground, laid on the page. So Draw says in the operators of PDF what the file
// says in its own, glyph by glyph at the places that the file gives, and that reader takes it from there: it fills the
// pages that package layout reads. The drawing is a whole PDF file, for the pictures that PDFium makes of pages.
//
// What only OFD has is decided here:
//
//   - which parts count, and in which order: bodies, templates, layers, annotations, seals (document.go);
//   - what inherits from what: drawing parameters, resources of the document, of its parts and of the page (resources.go);
//   - where the glyphs of a text stand and what they are, between what the text says, what its transformation of
//     characters to glyphs says, and what the font knows of its glyphs (text.go, fonts.go);
//   - whether what was signed has been changed (signatures.go).
//
// Where programs that show OFD differ, and a number may be at stake, the drawing has U+FFFD.
package ofd

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Document is what a file draws.
type Document struct {
	PDF         []byte // its pages, as a PDF file
	Pages       int
	Title       string
	Doubts      []Doubt
	Attachments []Attachment // the files that it carries, without their bytes
}

// A Doubt is something that could not be read for certain. Page is 0 where it is about the whole file.
type Doubt struct {
	Code, Message string
	Page          int
}

// Errors that a caller branches on.
var (
	ErrEncrypted = errors.New("an encrypted OFD file")
	errNoPages   = errors.New("an OFD file without pages")
)

const (
	maxPages   = 2000
	maxDrawn   = 64 << 20 // bytes of drawing
	maxObjects = 2_000_000
	maxDoubts  = 200
)

// Options are what a caller may choose.
type Options struct {
	Pictures bool // have the pictures themselves in the drawing; else only their places
	Laid     bool // have what is laid on the pages, the pictures of seals too, drawn with them, for whoever looks at them
}

// Draw draws a document. The error says why it cannot be drawn at all; what of it cannot is a Doubt.
func Draw(ctx context.Context, body []byte, o Options) (doc *Document, err error) {
	d, root, err := open(ctx, body)
	if err != nil {
		return nil, err
	}
	d.options, d.out, d.states, d.programs = o, newWriter(), map[string]string{}, map[string]*program{}
	for _, name := range d.container.twice {
		d.doubt("broken-part", 0, "there are two parts named %s, which differ; the first was read", name)
	}
	d.begin()
	bodies := root.all("DocBody")
	for i, b := range bodies {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err := d.body(b, i); err != nil {
			if errors.Is(err, ErrEncrypted) || len(bodies) == 1 {
				return nil, err
			}
			d.doubt("broken-part", 0, "document %d of %d: %v", i+1, len(bodies), err)
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if len(d.pages) == 0 {
		return nil, errNoPages
	}
	d.doc.Pages = len(d.pages)
	d.doc.PDF = d.end()
	return d.doc, nil
}

func (d *drawing) doubt(code string, page int, format string, args ...any) {
	switch n := len(d.doc.Doubts); {
	case n < maxDoubts:
		d.doc.Doubts = append(d.doc.Doubts, Doubt{code, fmt.Sprintf(format, args...), page})
	case n == maxDoubts:
		d.doc.Doubts = append(d.doc.Doubts, Doubt{"limit", "more doubts than are told", 0})
	}
}

// spend counts work: an object, or what costs as much. It reports whether more may be done.
func (d *drawing) spend(page, n int) bool {
	before := d.objects
	d.objects += n
	switch {
	case d.objects > maxObjects:
		d.limit(page, "more content than the limit")
		return false
	case before/1024 != d.objects/1024 && d.ctx.Err() != nil:
		return false
	}
	return true
}

// limit tells once that something was left out.
func (d *drawing) limit(page int, what string) {
	if !d.limited {
		d.limited = true
		d.doubt("limit", page, "%s; the rest was not read", what)
	}
}

// A drawing is a document being drawn.
type drawing struct {
	ctx       context.Context
	container *container
	options   Options
	doc       *Document
	out       *writer

	shared        int               // the object of the resources that all pages share
	tree          int               // that of the page tree
	pages         []int             // those of the pages
	allFonts      []*font           // of all bodies
	aliases       int               // fonts of the drawing
	states        map[string]string // entries of ExtGState by their names
	xobjects      strings.Builder
	patterns      strings.Builder
	programs      map[string]*program // of fonts, by their paths
	usedFonts     int
	pixels        int    // of pictures that were decoded
	painted       int    // patterns
	tiles         string // the one of tiles
	drawnPictures int
	composites    int // of these, composite ones
	objects       int // graphic objects drawn
	drawn         int // bytes of content
	limited       bool
	within        bool   // a file in the file is drawn
	buffer        []byte // what the content of a page is written into
}

func (d *drawing) begin() { d.shared, d.tree = d.out.keep(), d.out.keep() }

func (d *drawing) end() []byte {
	fonts := d.out.fonts(d.allFonts)
	var states strings.Builder
	for _, name := range sortedKeys(d.states) {
		fmt.Fprintf(&states, "/%s %s ", name, d.states[name])
	}
	d.out.write(d.shared, "<< /Font << "+fonts+">> /ExtGState << "+states.String()+">> /XObject << "+d.xobjects.String()+
		">> /Pattern << "+d.patterns.String()+">> >>")
	var kids strings.Builder
	for _, p := range d.pages {
		fmt.Fprintf(&kids, "%d 0 R ", p)
	}
	d.out.write(d.tree, fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids.String(), len(d.pages)))
	return d.out.end(d.out.object(fmt.Sprintf("<< /Type /Catalog /Pages %d 0 R >>", d.tree)))
}
