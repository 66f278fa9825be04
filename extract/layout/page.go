package layout

import "math"

// A Page is one page as it was drawn, or as it was recognised on a picture. Everything on it is in points from the top
// left of the page as displayed, x to the right and y downwards; after Settle, of the page turned so that its text
// is upright.
type Page struct {
	Number        int // from 1
	Width, Height float64
	Turn          int     // quarter turns clockwise by which Settle has turned it
	Glyphs        []Glyph // in the order drawn
	Across, Down  []Rule  // horizontal and vertical rules, in any order
	Areas         []Area  // in the order painted
	Marks         []Mark  // what else is drawn, in the order drawn
	Seen          *Seen   // how it was recognised; nil where its text is characters of the file
}

// A Glyph is one drawn character, or the few that one glyph stands for (a ligature).
type Glyph struct {
	Text           string // U+FFFD where nobody knows what is drawn
	X0, Y0, X1, Y1 float64
	Base           float64 // y of the baseline; for vertical writing the bottom of the glyph
	Size           float64 // of its font
	Order          int32   // in which it was drawn, counted with the areas
	Ref            int32   // whatever the maker of the page wants to know of it again; nothing here reads it
	Turn           int8    // quarter turns clockwise of its writing direction; Slanted where it is none
	Upright        bool    // of a vertical font
	Pale           bool    // painted in a light colour, or not opaque
	Clipped        bool    // part of it is not shown
	figure         bool    // of a figure; known after Settle
}

// Slanted is the Turn of a glyph that runs along no axis.
const Slanted = int8(-1)

// Center gives the middle of a glyph.
func (g *Glyph) Center() (x, y float64) { return (g.X0 + g.X1) / 2, (g.Y0 + g.Y1) / 2 }

// TurnOf tells in which direction text runs, from where its x axis points on the page (y down).
func TurnOf(dx, dy float64) int8 {
	const straight = 0.05
	switch l := math.Hypot(dx, dy); {
	case l == 0:
		return 0
	case math.Abs(dy) < straight*l && dx > 0:
		return 0
	case math.Abs(dy) < straight*l:
		return 2
	case math.Abs(dx) < straight*l && dy > 0:
		return 1
	case math.Abs(dx) < straight*l:
		return 3
	}
	return Slanted
}

// A Rule is a drawn line along an axis: horizontal from A to B at height At, or vertical from A to B at x = At. A < B.
type Rule struct{ At, A, B float64 }

// An Area is something painted that is no line: a filled rectangle or a picture.
type Area struct {
	Box     [4]float64 // x0, y0, x1, y1
	Order   int32      // in which it was painted, counted with the glyphs
	White   bool
	Picture bool
	Colour  int32 // 0xRRGGBB; negative where it is not one colour
}

func (a *Area) holds(x, y float64) bool {
	return x >= a.Box[0] && x <= a.Box[2] && y >= a.Box[1] && y <= a.Box[3]
}

// Ground gives the colour that is painted below a point before an order of drawing: white where nothing is, negative
// where it is no single colour.
func (pg *Page) Ground(x, y float64, before int32) int32 {
	for i := len(pg.Areas) - 1; i >= 0; i-- {
		a := &pg.Areas[i]
		switch {
		case a.Order >= before || !a.holds(x, y):
		case a.White:
			return 0xffffff
		case a.Picture:
			return -1
		default:
			return a.Colour
		}
	}
	return 0xffffff
}

// Alike reports whether two colours can hardly be told apart.
func Alike(a, b int32) bool {
	if a < 0 || b < 0 {
		return false
	}
	for shift := 0; shift < 24; shift += 8 {
		if d := a>>shift&255 - b>>shift&255; d > 17 || d < -17 {
			return false
		}
	}
	return true
}

// Shown gives a box of a page that Settle has turned in points of the page as displayed.
func (pg *Page) Shown(b [4]float64) [4]float64 {
	w, h := pg.Width, pg.Height
	for range (4 - pg.Turn%4) % 4 {
		b = [4]float64{h - b[3], b[0], h - b[1], b[2]}
		w, h = h, w
	}
	return b
}

// rotate turns everything on the page by quarter turns clockwise.
func (pg *Page) rotate(turns int) {
	for range turns {
		h := pg.Height
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			g.X0, g.Y0, g.X1, g.Y1 = h-g.Y1, g.X0, h-g.Y0, g.X1
			g.Turn = (g.Turn + 1) % 4
		}
		for i := range pg.Areas {
			a := &pg.Areas[i].Box
			*a = [4]float64{h - a[3], a[0], h - a[1], a[2]}
		}
		for i := range pg.Marks {
			pg.Marks[i].rotate(h)
		}
		var across, down []Rule
		for _, r := range pg.Across {
			down = append(down, Rule{h - r.At, r.A, r.B})
		}
		for _, r := range pg.Down {
			across = append(across, Rule{r.At, h - r.B, h - r.A})
		}
		pg.Across, pg.Down = across, down
		pg.Width, pg.Height = pg.Height, pg.Width
		pg.Turn++
	}
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if g.Turn == 0 && !g.Upright {
			g.Base = g.Y1 - 0.2*g.Size
		} else {
			g.Base = g.Y1
		}
	}
}
