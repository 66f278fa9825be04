// Package pdf reads a PDF into paragraphs and tables whose every cell knows its box on the page.
//
// github.com/ledongthuc/pdf is its object layer: cross-references, streams, decryption. Everything above that (content
// streams, fonts, ruling lines) is read here, because these reports use what the object layer does not know:
// CID widths, predefined Chinese CMaps, ToUnicode beside an encoding dictionary, forms, vertical writing.
package pdf

import (
	"context"
	"errors"
	"fmt"
	"math"
	"sort"
	"strings"
	"unicode/utf8"

	objects "github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A Document is what the pages show, in reading order.
type Document struct {
	Pages  int
	Title  string // Info /Title
	Blocks []Block
	Doubts []Doubt

	unseen         bool  // some page shows what its characters do not tell
	glyphs, damage int   // how much was read, and how many parts could not be
	err            error // why an attempt is not whole
}

// A Block is a table, or a paragraph where Table is nil.
type Block struct {
	Table *Table
	Text  string
	Page  int // from 1
	Box   [4]float64

	// of a paragraph, to join what a page has cut
	flush, runsOn, item bool // it begins at the left margin; its last line ends at the right one; it begins with an ordinal
	size                float64
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
	Seen                       *Reading   // nil = the text is characters of the file; else it was recognised on a picture
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
	ErrGarbled   = errors.New("a PDF whose characters have no known meaning: its fonts lack the tables that say what is drawn")
)

const (
	maxPages   = 2000
	maxContent = 64 << 20 // bytes of content streams, all pages together
	maxGlyphs  = 2_000_000
)

// Options are what a caller may choose.
type Options struct {
	Cache     string     // a folder in which PDFium keeps what it compiles; "" = nowhere
	Recognise Recogniser // reads the pages that are pictures; nil = they are not read

	// PDFium is asked for when it is first needed; nil = it is started from Cache, and compiled if it does not lie there.
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
			doc.Doubts = append([]Doubt{{Code: "repaired", Message: fmt.Sprintf("the file is damaged (%v); it was %s", first, r.name)}}, doc.Doubts...)
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
	in := &interpreter{ctx: ctx, file: f, doc: doc, fonts: map[string]*font{}}
	in.layers(root)
	var shown []*page
	pictures, hidden := 0, 0
	for i, p := range pages {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		pg := in.safePage(i+1, p)
		if pg.pictures > 0 {
			pictures++
		}
		hidden += pg.hiddenGlyphs
		shown = append(shown, pg)
	}
	in.judgeFonts(shown)
	for _, pg := range shown {
		doc.glyphs += len(pg.glyphs)
		for _, g := range pg.glyphs {
			if strings.ContainsRune(g.text, '\ufffd') {
				pg.unknown++
			}
		}
	}
	for _, d := range doc.Doubts {
		if strings.HasPrefix(d.Code, "broken-") {
			doc.damage++
		}
	}
	var seen map[*page]*Seen
	if o.Recognise != nil {
		if shown, seen, err = doc.look(ctx, body, shown, o); err != nil {
			return doc, err
		}
		for pg := range seen {
			doc.glyphs += len(pg.glyphs)
			pictures = 0
		}
	}
	if doc.glyphs == 0 && len(seen) > 0 {
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
		doc.unseen = doc.unseen || seen[pg] == nil && pg.unread()
		if s := seen[pg]; s != nil {
			doc.saySeen(s, pg.number)
		} else {
			doc.pageDoubts(pg)
		}
	}
	if unknown*10 > doc.glyphs*9 {
		return doc, ErrGarbled
	}
	doc.layout(shown)
	for pg, s := range seen {
		for i := range doc.Blocks {
			if doc.Blocks[i].Page == pg.number {
				s.judge(doc.Blocks[i : i+1])
			}
		}
	}
	return doc, nil
}

// pageDoubts says what of a page could not be read.
func (doc *Document) pageDoubts(pg *page) {
	say := func(code, format string, args ...any) {
		doc.Doubts = append(doc.Doubts, Doubt{Code: code, Message: fmt.Sprintf(format, args...), Page: pg.number})
	}
	if pg.pictures > 0 && (len(pg.glyphs) == 0 || pg.scan && len(pg.glyphs) < 40 && pg.hiddenGlyphs > len(pg.glyphs)) {
		say("scanned-page", "the page is a picture; it was not read")
	}
	if pg.hiddenGlyphs > 0 {
		say("hidden-text", "%d invisible characters were left out", pg.hiddenGlyphs)
	}
	if pg.covered > 0 {
		say("covered-text", "%d characters lie below a picture and were not read", pg.covered)
	}
	for _, s := range pg.struck {
		say("struck-text", "%q is crossed out and left out", s)
	}
	if pg.slantedGlyphs > 0 {
		say("slanted-text", "%d characters of a watermark or a stamp (aslant, or large and pale) were left out", pg.slantedGlyphs)
	}
	if n := pg.unknown - pg.covered; n > 0 {
		say("undecodable", "%d of %d characters have no known meaning", n, len(pg.glyphs))
	}
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

// layers finds the layers that are not shown when the document is opened (8.11.4).
func (in *interpreter) layers(root objects.Value) {
	d := root.Key("OCProperties").Key("D")
	off := d.Key("OFF")
	for i := 0; i < off.Len() && i < 1000; i++ {
		if in.off == nil {
			in.off = map[string]bool{}
		}
		in.off[off.Index(i).String()] = true
	}
}

// safePage draws a page; one that breaks off gives what came before.
func (in *interpreter) safePage(number int, p pageObject) (pg *page) {
	pg = &page{number: number, width: 595, height: 842}
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
		}{{"Resources", &here.resources}, {"MediaBox", &here.mediaBox}, {"CropBox", &here.cropBox}, {"Rotate", &here.rotate}, {"UserUnit", &here.userUnit}} {
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

// A part is a page, or a side of one.
type part struct {
	*page
	whole *page
}

// parts gives the pages in reading order. What stands side by side is read one after the other: page by page, or, where
// each side begins with a title of its own, first the one document, then the other.
func parts(pages []*page) []part {
	var out []part
	var rest [][]part // the sides from the second on
	apart, at := false, 0.0
	for i, whole := range pages {
		sides := whole.sides()
		if i == 0 && len(sides) == 2 && sides[0].titled() && sides[1].titled() {
			apart = true
			at, _ = whole.gutter()
		}
		if apart && len(sides) == 1 && whole.width == pages[0].width { // one side has come to its end
			l, r := whole.split(at)
			sides = []*page{l, r}
		}
		if len(sides) == 1 || !apart {
			for _, s := range sides {
				out = append(out, part{s, whole})
			}
			continue
		}
		out = append(out, part{sides[0], whole})
		for k, s := range sides[1:] {
			if k == len(rest) {
				rest = append(rest, nil)
			}
			rest[k] = append(rest[k], part{s, whole})
		}
	}
	for _, r := range rest {
		out = append(out, r...)
	}
	return out
}

// titled reports whether the first line of a page is set larger than its text.
func (pg *page) titled() bool {
	ls := lines(pg.glyphs)
	count := map[int]int{}
	usual := 0
	for i := range ls {
		size := int(2*ls[i].size + 0.5)
		count[size] += len(ls[i].glyphs)
		if count[size] > count[usual] {
			usual = size
		}
	}
	return len(ls) > 3 && 2*ls[0].size > 1.2*float64(usual)
}

// layout turns pages into blocks in reading order: tables, and paragraphs around them.
func (doc *Document) layout(pages []*page) {
	furniture := repeatedLines(pages)
	var open []token // figures of a table without rules that may go on
	cut := -1        // the last block, a paragraph that may go on
	for _, pg := range parts(pages) {
		tables, rest := findTables(pg.page)
		ls := pg.withoutFurniture(lines(rest), furniture)
		more, ls, goesOn := alignedTables(pg.page, ls, open)
		open = goesOn
		small, ls := smallTables(pg.page, ls)
		blocks := append(paragraphs(pg.page, ls), append(append(tables, more...), small...)...)
		sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].Box[1] < blocks[j].Box[1] })
		for i := range blocks {
			b := &blocks[i]
			b.Box = pg.whole.shown(b.Box)
			if b.Table != nil {
				b.Table.Box = b.Box
				for k := range b.Table.Cells {
					b.Table.Cells[k].Box = pg.whole.shown(b.Table.Cells[k].Box)
				}
			}
		}
		if cut >= 0 && len(blocks) > 0 && doc.Blocks[cut].joins(&blocks[0]) {
			b := &doc.Blocks[cut]
			b.Text, b.runsOn = joinLines(b.Text, blocks[0].Text), blocks[0].runsOn
			blocks = blocks[1:]
		}
		from := len(doc.Blocks)
		doc.Blocks = append(doc.Blocks, blocks...)
		last := len(doc.Blocks) - 1
		for last >= from && doc.Blocks[last].footnote(pg.whole, doc.Blocks[from:]) {
			last--
		}
		if last >= from {
			cut = last
		}
	}
}

// joins reports whether a paragraph at the top of a page goes on with this one, with which the page before ends.
func (b *Block) joins(next *Block) bool {
	return b.Table == nil && next.Table == nil && b.runsOn && next.flush && !next.item && math.Abs(b.size-next.size) < 0.15*b.size &&
		!strings.ContainsAny(lastRune(b.Text), "。！？；：!?;:")
}

func lastRune(s string) string {
	_, n := utf8.DecodeLastRuneInString(s)
	return s[len(s)-n:]
}

// footnote reports whether a paragraph in the lower part of a page is set smaller than most of its text.
func (b *Block) footnote(pg *page, all []Block) bool {
	if b.Table != nil || b.Box[1] < 0.6*pg.height {
		return false
	}
	larger, rest := 0, 0
	for i := range all {
		if o := &all[i]; o.Table == nil && b.size < 0.88*o.size {
			larger += len(o.Text)
		} else if o.Table == nil {
			rest += len(o.Text)
		}
	}
	return larger > rest
}
