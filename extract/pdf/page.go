package pdf

import (
	"math"
	"slices"
	"strings"
)

// A glyph is one drawn character in displayed page space: points, origin at the top left, y down.
type glyph struct {
	text           string
	x0, y0, x1, y1 float64
	base           float64 // y of the baseline; for vertical writing the bottom of the glyph
	size           float64
	order          int  // in which it was drawn, counted with the areas
	turn           int8 // quarter turns clockwise of its writing direction; slanted where it is none
	upright        bool // of a vertical font
	pale           bool // painted in a light colour, or not opaque
	font           *font
	code           uint64
}

const slanted = int8(-1)

func (g *glyph) center() (float64, float64) { return (g.x0 + g.x1) / 2, (g.y0 + g.y1) / 2 }

// A rule is a drawn line along an axis: horizontal from a to b at height at, or vertical from a to b at x = at.
type rule struct{ at, a, b float64 }

// An area is something painted that is no line: a filled rectangle or a picture.
type area struct {
	box     [4]float64
	order   int
	white   bool
	picture bool
}

func (a *area) holds(x, y float64) bool {
	return x >= a.box[0] && x <= a.box[2] && y >= a.box[1] && y <= a.box[3]
}

type page struct {
	number        int
	width, height float64
	turn          int // quarter turns clockwise that make its text upright; the glyphs, rules and areas are turned so
	glyphs        []glyph
	across, down  []rule // horizontal and vertical rules
	areas         []area
	pictures      int
	scan          bool // a picture covers nearly all of it
	hiddenGlyphs  int
	slantedGlyphs int
	covered       int
	unknown       int
	struck        []string // digits that are crossed out
}

// doubtLast takes the meaning from what was drawn last where the content breaks off: the rest of its line may be missing.
func (pg *page) doubtLast() {
	n := len(pg.glyphs)
	for i := n - 1; i >= 0 && n-i < 80 && math.Abs(pg.glyphs[i].base-pg.glyphs[n-1].base) < 1; i-- {
		if g := &pg.glyphs[i]; strings.TrimSpace(g.text) != "" {
			g.text = "\ufffd"
		}
	}
}

// turnOf tells in which direction text runs, from where its x and y axes point on the page (y down).
func turnOf(xx, xy, yx, yy float64) int8 {
	const straight = 0.05
	switch l := math.Hypot(xx, xy); {
	case l == 0:
		return 0
	case math.Abs(xy) < straight*l && xx > 0:
		return 0
	case math.Abs(xy) < straight*l:
		return 2
	case math.Abs(xx) < straight*l && xy > 0:
		return 1
	case math.Abs(xx) < straight*l:
		return 3
	}
	return slanted
}

// shaded reports whether something that is not white is painted below a glyph.
func (pg *page) shaded(g *glyph) bool {
	x, y := g.center()
	for i := len(pg.areas) - 1; i >= 0; i-- {
		if a := &pg.areas[i]; a.holds(x, y) {
			return !a.white
		}
	}
	return false
}

// settle takes out what does not show, and turns the page so that its text is upright.
func (pg *page) settle() {
	kept := pg.glyphs[:0]
	turns := [4]int{}
	large := 2.2 * pg.usualSize()
	for _, g := range pg.glyphs {
		x, y := g.center()
		if x < -2 || x > pg.width+2 || y < -2 || y > pg.height+2 {
			continue // off the page
		}
		if over := pg.coveredBy(&g, x, y); over != nil {
			if strings.TrimSpace(g.text) == "" {
				continue
			}
			if !over.picture || (over.box[2]-over.box[0])*(over.box[3]-over.box[1]) > 0.5*pg.width*pg.height {
				pg.hiddenGlyphs++
				continue
			}
			pg.covered++ // something stands below a picture: what, nobody sees
			g.text = "\ufffd"
		}
		if g.turn == slanted || g.pale && g.size > large {
			if strings.TrimSpace(g.text) != "" {
				pg.slantedGlyphs++ // a watermark
			}
			continue
		}
		turns[g.turn]++
		kept = append(kept, g)
	}
	pg.glyphs = kept
	pg.dropStruck()
	pg.dropStrokes()
	best := 0
	for t, n := range turns {
		if n > turns[best] && n*10 > len(kept)*6 {
			best = t
		}
	}
	if best != 0 {
		pg.rotate((4 - best) % 4)
	}
	pg.liftRaised()
}

// dropStrokes takes out rules that are strokes of letters: no longer than the glyph in whose box they lie. Some programs
// draw the outlines of bold type as lines.
func (pg *page) dropStrokes() {
	const cell = 24.0
	at := map[[2]int][]int{}
	for i := range pg.glyphs {
		x, y := pg.glyphs[i].center()
		k := [2]int{int(x / cell), int(y / cell)}
		at[k] = append(at[k], i)
	}
	stroke := func(x, y, length float64) bool {
		if length > cell {
			return false
		}
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				for _, i := range at[[2]int{int(x/cell) + dx, int(y/cell) + dy}] {
					g := &pg.glyphs[i]
					in := 0.1 * g.size
					if length <= 1.05*g.size && x > g.x0+in && x < g.x1-in && y > g.y0+in && y < g.y1-in {
						return true
					}
				}
			}
		}
		return false
	}
	pg.across = slices.DeleteFunc(pg.across, func(r rule) bool { return stroke((r.a+r.b)/2, r.at, r.b-r.a) })
	pg.down = slices.DeleteFunc(pg.down, func(r rule) bool { return stroke(r.at, (r.a+r.b)/2, r.b-r.a) })
}

// usualSize is the size that half of the page's glyphs do not exceed.
func (pg *page) usualSize() float64 {
	if len(pg.glyphs) == 0 {
		return 0
	}
	sizes := make([]float64, len(pg.glyphs))
	for i := range pg.glyphs {
		sizes[i] = pg.glyphs[i].size
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// coveredBy gives what is painted over the middle of a glyph after it was drawn.
func (pg *page) coveredBy(g *glyph, x, y float64) *area {
	for i := len(pg.areas) - 1; i >= 0 && pg.areas[i].order > g.order; i-- {
		if a := &pg.areas[i]; a.holds(x, y) && a.box[3]-a.box[1] > 0.5*g.size {
			return a
		}
	}
	return nil
}

// rotate turns everything on the page by quarter turns clockwise.
func (pg *page) rotate(turns int) {
	for range turns {
		h := pg.height
		for i := range pg.glyphs {
			g := &pg.glyphs[i]
			g.x0, g.y0, g.x1, g.y1 = h-g.y1, g.x0, h-g.y0, g.x1
			g.turn = (g.turn + 1) % 4
		}
		for i := range pg.areas {
			a := &pg.areas[i].box
			*a = [4]float64{h - a[3], a[0], h - a[1], a[2]}
		}
		var across, down []rule
		for _, r := range pg.across {
			down = append(down, rule{h - r.at, r.a, r.b})
		}
		for _, r := range pg.down {
			across = append(across, rule{r.at, h - r.b, h - r.a})
		}
		pg.across, pg.down = across, down
		pg.width, pg.height = pg.height, pg.width
		pg.turn++
	}
	for i := range pg.glyphs {
		g := &pg.glyphs[i]
		if g.upright {
			g.base = g.y1
		} else if g.turn == 0 {
			g.base = g.y1 - 0.2*g.size
		} else {
			g.base = g.y1
		}
	}
}

// shown gives a box in points of the page as displayed, before it was turned.
func (pg *page) shown(b [4]float64) [4]float64 {
	w, _ := pg.width, pg.height
	h := pg.height
	for range (4 - pg.turn%4) % 4 {
		b = [4]float64{h - b[3], b[0], h - b[1], b[2]}
		w, h = h, w
	}
	return b
}

func outside(g *glyph, c [4]float64) bool {
	x, y := g.center()
	return x < c[0]-3 || x > c[2]+3 || y < c[1]-3 || y > c[3]+3
}
