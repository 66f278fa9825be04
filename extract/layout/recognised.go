package layout

import (
	"context"
	"fmt"
	"image"
	"math"
	"strings"
	"unicode/utf8"
)

// A Recogniser reads the picture of a page: the seam between who has pictures and who reads them. page is its number,
// of all pages; scale is the number of pixels in a point.
type Recogniser func(ctx context.Context, page, pages int, picture image.Image, scale float64) (*Seen, error)

// Seen is what a recogniser sees on the picture of a page, once that stands straight. Boxes are x0, y0, x1, y1 in
// points from its top left.
type Seen struct {
	Width, Height float64
	Angle         float64 // by which the page was turned about its middle to stand straight, in radians
	Across, Down  []Rule
	Texts         []Text
	Covered       [][4]float64 // places that a stamp lies on: whatever is read there is in doubt
}

// A Text is one line of text that was recognised. Text "\ufffd" is ink of which nothing could be made.
type Text struct {
	Text    string
	Box     [4]float64
	Reading Reading
}

// A Reading says how sure a recogniser is of what a line or a cell prints.
type Reading struct {
	Confidence float64       // 0 to 1
	Others     []Alternative // other texts that may be printed, the likeliest first
	Covered    bool          // a stamp lies on it
}

// An Alternative is another text that a picture may show, and how likely it is, from 0 to 1.
type Alternative struct {
	Text       string
	Confidence float64
}

// Page lays out what was seen as if it had been drawn: the characters of a line share its box.
func (s *Seen) Page(number int) *Page {
	pg := &Page{Number: number, Width: s.Width, Height: s.Height, Across: s.Across, Down: s.Down, Seen: s}
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
		high := t.Box[3] - t.Box[1]
		size := math.Min(high, 1.6*math.Max(per, high/2))
		for _, r := range t.Text {
			w := per * breadth(r)
			pg.Glyphs = append(pg.Glyphs, Glyph{Text: string(r), X0: x, X1: x + w, Y0: t.Box[1], Y1: t.Box[3],
				Base: t.Box[3] - 0.15*high, Size: size, Order: int32(len(pg.Glyphs))})
			x += w
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

// Told says in one sentence what was recognised.
func (s *Seen) Told() string {
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
	return message
}

// judge tells how sure the cells of a block are of what they print, and puts it in its place on the page as it came.
func (s *Seen) judge(b *Block) {
	b.Box = s.shown(b.Box)
	if b.Table == nil {
		return
	}
	b.Table.Box = s.shown(b.Table.Box)
	for i := range b.Table.Cells {
		c := &b.Table.Cells[i]
		c.Seen = s.reading(c.Box)
		c.Box = s.shown(c.Box)
	}
}

// reading tells how sure a cell is of what it prints: as sure as the least sure of its lines. Other texts that it may
// print are known where it has one line.
func (s *Seen) reading(box [4]float64) *Reading {
	out := &Reading{Confidence: 1}
	lines := 0
	for k := range s.Texts {
		t := &s.Texts[k]
		x, y := (t.Box[0]+t.Box[2])/2, (t.Box[1]+t.Box[3])/2
		if x <= box[0] || x >= box[2] || y <= box[1] || y >= box[3] {
			continue
		}
		out.Confidence = math.Min(out.Confidence, t.Reading.Confidence)
		out.Covered = out.Covered || t.Reading.Covered
		out.Others = t.Reading.Others
		lines++
	}
	if lines != 1 {
		out.Others = nil
	}
	for _, a := range s.Covered {
		w, h := math.Min(a[2], box[2])-math.Max(a[0], box[0]), math.Min(a[3], box[3])-math.Max(a[1], box[1])
		out.Covered = out.Covered || w > 1 && h > 1
	}
	return out
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
