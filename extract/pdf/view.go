package pdf

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"strings"
	"unicode/utf8"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/gongkai/gongkai/extract/layout"
)

// A View is one page for whoever must judge a reading: its picture, and the lines that the reader saw on it.
type View struct {
	Pages         int
	Width, Height float64 // in points, as displayed
	Lines         [][4]float64
	Picture       []byte // PNG; nil where PDFium could not draw the page
	DPI           int    // of the picture
	Why           string // why not
	// Letters are the Chinese characters of fonts that the file does not hold, which PDFium, having no fonts but those
	// of the Latin alphabet, does not draw.
	Letters []Letter
}

// A Letter is a character that is to be drawn with another font.
type Letter struct {
	Text string
	// left edge, baseline and size of the font, in points from the top left of the page as displayed
	X, Base, Size float64
	Upright       bool // false: the line runs in another direction than from left to right or from top to bottom
}

// Look gives a view of a page (from 1), its picture at dpi dots an inch.
func Look(ctx context.Context, body []byte, number, dpi int, o Options) (*View, error) {
	v := &View{DPI: dpi}
	var first error
	for _, r := range repairs {
		whole, err := r.do(ctx, body, o)
		if err == nil {
			err = v.lines(ctx, whole, number)
		}
		if err == nil {
			break
		}
		if first == nil {
			first = err
		}
	}
	if v.Pages == 0 {
		return nil, first
	}
	if number < 1 || number > v.Pages {
		return nil, fmt.Errorf("no page %d: the document has %d", number, v.Pages)
	}
	err := withPDFium(ctx, o, func(p pdfium.Pdfium) error {
		d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
		if err != nil {
			return err
		}
		r, err := p.RenderPageInDPI(&requests.RenderPageInDPI{DPI: dpi,
			Page: requests.Page{ByIndex: &requests.PageByIndex{Document: d.Document, Index: number - 1}}})
		if err != nil {
			return err
		}
		defer r.Cleanup()
		var b bytes.Buffer
		if err := png.Encode(&b, r.Result.RenderedImage); err != nil {
			return err
		}
		v.Picture = b.Bytes()
		return nil
	})
	if err != nil {
		v.Why = err.Error()
	}
	return v, nil
}

// A Character is one drawn character.
type Character struct {
	Page    int
	Text    string  // U+FFFD where no table says what it is
	X, Base float64 // its left edge and baseline, in points from the top left of the page as displayed
}

// Characters gives every character that shows, page by page in the order drawn, blanks left out.
func Characters(ctx context.Context, body []byte) (out []Character, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	f, err := open(body)
	if err != nil {
		return nil, err
	}
	pages, err := pageTree(ctx, f.Trailer().Key("Root").Key("Pages"))
	if err != nil {
		return nil, err
	}
	in := newInterpreter(ctx, f, &Document{})
	var shown []*page
	for i, p := range pages {
		shown = append(shown, in.safePage(i+1, p))
	}
	in.judgeFonts(shown)
	for _, pg := range shown {
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			if strings.TrimSpace(g.Text) == "" {
				continue
			}
			b := pg.Shown([4]float64{g.X0, g.Base, g.X0, g.Base})
			out = append(out, Character{pg.Number, g.Text, b[0], b[1]})
		}
	}
	return out, nil
}

// lines fills in what our own reader sees.
func (v *View) lines(ctx context.Context, body []byte, number int) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	f, err := open(body)
	if err != nil {
		return err
	}
	pages, err := pageTree(ctx, f.Trailer().Key("Root").Key("Pages"))
	if err != nil {
		return err
	}
	v.Pages = len(pages)
	if number < 1 || number > len(pages) {
		return nil
	}
	in := newInterpreter(ctx, f, &Document{})
	pg := in.safePage(number, pages[number-1])
	v.Width, v.Height = pg.Width, pg.Height
	if pg.Turn%2 == 1 {
		v.Width, v.Height = pg.Height, pg.Width
	}
	v.Lines = nil
	for _, r := range layout.JoinRules(pg.Across) {
		v.Lines = append(v.Lines, pg.Shown([4]float64{r.A, r.At, r.B, r.At}))
	}
	for _, r := range layout.JoinRules(pg.Down) {
		v.Lines = append(v.Lines, pg.Shown([4]float64{r.At, r.A, r.At, r.B}))
	}
	v.Letters = nil
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		first, _ := utf8.DecodeRuneInString(g.Text)
		if !in.origins.of(g).bare() || first < firstChinese || g.Text == "\ufffd" {
			continue
		}
		b := pg.Shown([4]float64{g.X0, g.Base, g.X0, g.Base})
		l := Letter{g.Text, b[0], b[1], g.Size, g.Turn == 0 && pg.Turn%4 == 0}
		if g.Upright {
			l.Base -= 0.12 * g.Size // from the bottom of the glyph
		}
		v.Letters = append(v.Letters, l)
	}
	return nil
}

// firstChinese is where the characters begin that fonts of the Latin alphabet do not have: radicals, ideographs, their
// punctuation.
const firstChinese = 0x2e80
