package pdf

import (
	"context"
	"fmt"
	"image"
	"math"
	"strings"
	"unicode/utf8"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
)

// Seen is what a recogniser sees on the picture of a page, once that stands straight. Boxes are x0, y0, x1, y1 in points
// from its top left.
type Seen struct {
	Width, Height float64
	Angle         float64 // by which the page was turned about its middle to stand straight, in radians
	Across, Down  []Line
	Texts         []Text
	Covered       [][4]float64 // places that a stamp lies on: whatever is read there is in doubt
}

// A Line is a ruling line: horizontal at height At from A to B, or vertical at x = At.
type Line struct{ At, A, B float64 }

// A Text is one line of text that was recognised. Text "\ufffd" is ink of which nothing could be made.
type Text struct {
	Text    string
	Box     [4]float64
	Reading Reading
}

// A Reading says how sure a recogniser is of a text.
type Reading struct {
	Confidence float64       // 0 to 1
	Others     []Alternative // other texts that it may be, the likeliest first
	Covered    bool          // a stamp lies on it
}

// An Alternative is another text that a picture may show, and how likely it is, from 0 to 1.
type Alternative struct {
	Text       string
	Confidence float64
}

// A Recogniser reads the picture of a page. Page is its number, of all pages; scale is the number of pixels in a point.
type Recogniser func(ctx context.Context, page, pages int, picture image.Image, scale float64) (*Seen, error)

// pictureDPI is the resolution in which pages are drawn for the recogniser; pages of more than mostPoints square points
// (four of A3) in less.
const (
	pictureDPI = 200
	mostPoints = 4_000_000
)

// Fields gives the boxes of the fields that ruling lines bound: what the cells of a page's tables will be.
func Fields(across, down []Line) [][4]float64 {
	s := &Seen{Across: across, Down: down, Width: math.Inf(1), Height: math.Inf(1)}
	pg := s.page(1)
	tables, _ := findTables(pg)
	var out [][4]float64
	for _, t := range tables {
		for _, c := range t.Table.Cells {
			out = append(out, c.Box)
		}
	}
	return out
}

// page lays out what was seen as if it had been drawn.
func (s *Seen) page(number int) *page {
	pg := &page{number: number, width: s.Width, height: s.Height}
	for _, l := range s.Across {
		pg.across = append(pg.across, rule{l.At, l.A, l.B})
	}
	for _, l := range s.Down {
		pg.down = append(pg.down, rule{l.At, l.A, l.B})
	}
	for i := range s.Texts {
		t := &s.Texts[i]
		n := 0.0
		for _, r := range t.Text {
			n += breadth(r)
		}
		if n == 0 {
			continue
		}
		x, per := t.Box[0], (t.Box[2]-t.Box[0])/n
		size := math.Min(t.Box[3]-t.Box[1], 1.6*math.Max(per, (t.Box[3]-t.Box[1])/2))
		for _, r := range t.Text {
			w := per * breadth(r)
			g := glyph{text: string(r), x0: x, x1: x + w, y0: t.Box[1], y1: t.Box[3], base: t.Box[3] - 0.15*(t.Box[3]-t.Box[1]), size: size, order: len(pg.glyphs)}
			x += w
			pg.glyphs = append(pg.glyphs, g)
		}
	}
	return pg
}

// breadth is the share of a character in the breadth of its line: Chinese ones are square.
func breadth(r rune) float64 {
	if r < 0x2000 {
		return 0.55
	}
	return 1
}

// shown gives the place on the page as it came of a place on the straightened one.
func (s *Seen) shown(b [4]float64) [4]float64 {
	if s.Angle == 0 {
		return b
	}
	sin, cos := math.Sincos(s.Angle)
	x, y := (b[0]+b[2]-s.Width)/2, (b[1]+b[3]-s.Height)/2 // its middle, from that of the page
	x, y = s.Width/2+x*cos-y*sin, s.Height/2+x*sin+y*cos
	w, h := (b[2]-b[0])/2, (b[3]-b[1])/2
	return [4]float64{x - w, y - h, x + w, y + h}
}

// judge tells how sure the cells of a page's tables are of what they print, and puts all in its place on the page as it came.
func (s *Seen) judge(blocks []Block) {
	for b := range blocks {
		t := blocks[b].Table
		blocks[b].Box = s.shown(blocks[b].Box)
		if t == nil {
			continue
		}
		t.Box = s.shown(t.Box)
		for i := range t.Cells {
			c := &t.Cells[i]
			c.Seen = &Reading{Confidence: 1}
			var in []*Text
			for k := range s.Texts {
				x, y := (s.Texts[k].Box[0]+s.Texts[k].Box[2])/2, (s.Texts[k].Box[1]+s.Texts[k].Box[3])/2
				if x > c.Box[0] && x < c.Box[2] && y > c.Box[1] && y < c.Box[3] {
					in = append(in, &s.Texts[k])
				}
			}
			for _, x := range in {
				c.Seen.Confidence = math.Min(c.Seen.Confidence, x.Reading.Confidence)
				c.Seen.Covered = c.Seen.Covered || x.Reading.Covered
			}
			if len(in) == 1 {
				c.Seen.Others = in[0].Reading.Others
			}
			for _, a := range s.Covered {
				w, h := math.Min(a[2], c.Box[2])-math.Max(a[0], c.Box[0]), math.Min(a[3], c.Box[3])-math.Max(a[1], c.Box[1])
				c.Seen.Covered = c.Seen.Covered || w > 1 && h > 1
			}
			c.Box = s.shown(c.Box)
		}
	}
}

// unread reports whether a page shows something that its characters do not tell.
func (pg *page) unread() bool {
	return pg.pictures > 0 && (len(pg.glyphs) == 0 || pg.scan && len(pg.glyphs) < 40 && pg.hiddenGlyphs >= len(pg.glyphs)) || pg.unknown*3 > len(pg.glyphs)
}

// Unseen reports whether the document has pages that are pictures, or garbled, which a recogniser has not read.
func (doc *Document) Unseen() bool { return doc.unseen }

// look has the recogniser read the pages that are pictures, or garbled. It gives the pages with these put in, and what
// was seen on each.
func (doc *Document) look(ctx context.Context, body []byte, pages []*page, o Options) ([]*page, map[*page]*Seen, error) {
	var which []int
	for i, pg := range pages {
		if pg.unread() {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return pages, nil, nil
	}
	seen := map[*page]*Seen{}
	out := append([]*page(nil), pages...)
	err := withPDFium(ctx, o, func(p pdfium.Pdfium) error {
		d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
		if err != nil {
			return err
		}
		for _, i := range which {
			dpi := pictureDPI
			if area := pages[i].width * pages[i].height; area > mostPoints { // a poster
				dpi = max(36, int(pictureDPI*math.Sqrt(mostPoints/area)))
			}
			r, err := p.RenderPageInDPI(&requests.RenderPageInDPI{DPI: dpi, Page: requests.Page{ByIndex: &requests.PageByIndex{Document: d.Document, Index: i}}})
			if err != nil {
				return fmt.Errorf("page %d: %w", i+1, err)
			}
			picture := image.Image(r.Result.RenderedImage)
			scale := float64(dpi) / 72
			s, err := o.Recognise(ctx, i+1, len(pages), picture, scale)
			r.Cleanup()
			if err != nil {
				return fmt.Errorf("page %d: %w", i+1, err)
			}
			s.fill(picture.Bounds(), scale)
			out[i] = s.page(i + 1)
			seen[out[i]] = s
		}
		return nil
	})
	return out, seen, err
}

func (s *Seen) fill(b image.Rectangle, scale float64) {
	s.Width, s.Height = float64(b.Dx())/scale, float64(b.Dy())/scale
}

// ReadPicture reads a picture as a document of one page.
func ReadPicture(ctx context.Context, picture image.Image, scale float64, o Options) (*Document, error) {
	s, err := o.Recognise(ctx, 1, 1, picture, scale)
	if err != nil {
		return nil, err
	}
	s.fill(picture.Bounds(), scale)
	doc := &Document{Pages: 1}
	doc.layout([]*page{s.page(1)})
	s.judge(doc.Blocks)
	doc.saySeen(s, 1)
	if len(doc.Blocks) == 0 {
		return doc, fmt.Errorf("a picture on which no text was found")
	}
	return doc, nil
}

// saySeen records that a page was read from its picture.
func (doc *Document) saySeen(s *Seen, page int) {
	unclear := 0
	for i := range s.Texts {
		if strings.ContainsRune(s.Texts[i].Text, utf8.RuneError) {
			unclear++
		}
	}
	message := fmt.Sprintf("the page is a picture; %d lines of text were recognised on it", len(s.Texts)-unclear)
	if unclear > 0 {
		message += fmt.Sprintf(", %d could not be", unclear)
	}
	if len(s.Covered) > 0 {
		message += "; a stamp lies on it"
	}
	doc.Doubts = append(doc.Doubts, Doubt{Code: "recognised", Message: message, Page: page})
}
