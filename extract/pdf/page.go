package pdf

import (
	"fmt"
	"math"
	"strings"

	"github.com/gongkai/gongkai/extract/layout"
)

// A page is what its content streams draw, and what of it is no text.
type page struct {
	layout.Page
	layout.LeftOut                // what it draws and does not show
	pictures       int            // pictures large enough to hold text
	scan           bool           // a picture covers nearly all of it
	unknown        int            // characters whose meaning no table tells
	grounds        []int32        // the colours of its areas
	clipText       []layout.Glyph // text that is the clip of what is painted next
}

// unread reports whether a page shows something that its characters do not tell.
func (pg *page) unread() bool {
	return pg.outlined() || pg.pictures > 0 && (len(pg.Glyphs) == 0 || pg.scan && len(pg.Glyphs) < 40 && pg.Hidden >= len(pg.Glyphs)) ||
		pg.unknown*3 > len(pg.Glyphs)
}

// outlined reports whether a page has no character, but as many drawings as text has that was made into outlines.
func (pg *page) outlined() bool {
	const few = 100
	n := 0
	for i := range pg.Marks {
		if k := pg.Marks[i].Kind; k == layout.Outline || k == layout.Drawn {
			n++
		}
	}
	return len(pg.Glyphs) == 0 && n >= few
}

// doubtLast takes the meaning from what was drawn last where the content breaks off: the rest of its line may be
// missing.
func (pg *page) doubtLast() {
	n := len(pg.Glyphs)
	for i := n - 1; i >= 0 && n-i < 80 && math.Abs(pg.Glyphs[i].Base-pg.Glyphs[n-1].Base) < 1; i-- {
		if g := &pg.Glyphs[i]; strings.TrimSpace(g.Text) != "" {
			g.Text = "\ufffd"
		}
	}
}

// doubts says what of a page could not be read.
func (pg *page) doubts() (out []Doubt) {
	say := func(code, format string, args ...any) {
		out = append(out, Doubt{Code: code, Message: fmt.Sprintf(format, args...), Page: pg.Number})
	}
	if pg.outlined() || pg.pictures > 0 && (len(pg.Glyphs) == 0 || pg.scan && len(pg.Glyphs) < 40 && pg.Hidden > len(pg.Glyphs)) {
		say("scanned-page", "the page is a picture; it was not read")
	}
	if pg.Hidden > 0 {
		say("hidden-text", "%d invisible characters were left out", pg.Hidden)
	}
	if pg.Covered > 0 {
		say("covered-text", "%d characters lie below a picture or a box and were not read", pg.Covered)
	}
	for i := range pg.Marks {
		if m := &pg.Marks[i]; m.Kind == layout.Cover && areaOf(m.Box) > 0.5*pg.Width*pg.Height {
			say("overlaid", "a shape that hides what lies below it is drawn over most of the page; its text is read all the same")
			break
		}
	}
	for _, s := range pg.Struck {
		say("struck-text", "%q is crossed out and left out", s)
	}
	if pg.Slanted > 0 {
		say("slanted-text", "%d characters of a watermark or a stamp (aslant, or large and pale) were left out",
			pg.Slanted)
	}
	if n := pg.unknown - pg.Covered - pg.Doubted; n > 0 {
		say("undecodable", "%d of %d characters have no known meaning", n, len(pg.Glyphs))
	}
	return out
}

// A sight says how much of a glyph is seen through a clip.
type sight int

const (
	whole sight = iota
	cut         // a digit of which not enough is left to know it
	gone
)

// outside tells how much of a glyph a clip leaves. What is drawn of a digit lies between its baseline and seven tenths
// of its size; of other characters only those are told that lie outside.
func outside(g *layout.Glyph, c [4]float64) sight {
	x, y := g.Center()
	switch {
	case x < c[0]-3 || x > c[2]+3 || y < c[1]-3 || y > c[3]+3:
		return gone
	case g.X0 >= c[0] && g.X1 <= c[2] && g.Y0 >= c[1] && g.Y1 <= c[3] || g.Turn != 0 || !isDigitText(g.Text):
		return whole
	}
	const slack = 0.25
	side := 0.06 * (g.X1 - g.X0) // beside the strokes of a digit is some room
	top, bottom := math.Max(g.Base-0.7*g.Size, c[1]-slack), math.Min(g.Base, c[3]+slack)
	left, right := math.Max(g.X0+side, c[0]-slack), math.Min(g.X1-side, c[2]+slack)
	share := math.Max(0, right-left) / (g.X1 - g.X0 - 2*side) * math.Max(0, bottom-top) / (0.7 * g.Size)
	switch {
	case share < 0.1:
		return gone
	case share < 0.55:
		return cut
	}
	return whole
}
