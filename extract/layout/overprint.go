package layout

import (
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// settleOverprints looks at what is drawn over figures. The same character drawn a second time, moved by less than half
// of its width, is a shadow or bold type and counts once; anything else that lies over a digit leaves nobody able to
// say which number is meant: U+FFFD. painted gives, for characters that something is painted over, when that was.
//
// The measure is the overlap of the characters relative to their own width: neighbours in a number touch, but do not
// lie over one another, however small the type is.
func (pg *Page) settleOverprints(painted paintings) {
	const field = 8.0 // the side of the squares that glyphs are sought in
	cols, rows := int(pg.Width/field)+2, int(pg.Height/field)+2
	if cols*rows > 1_000_000 || len(pg.Glyphs) == 0 {
		return
	}
	first := make([]int32, cols*rows) // the last figure glyph of each square, plus one
	next := make([]int32, len(pg.Glyphs))
	square := func(x, y float64) (int, int) {
		return max(0, min(cols-1, int(x/field))), max(0, min(rows-1, int(y/field)))
	}
	figures := 0
	for i := range pg.Glyphs {
		if g := &pg.Glyphs[i]; g.figure {
			x, y := g.Center()
			cx, cy := square(x, y)
			next[i], first[cy*cols+cx] = first[cy*cols+cx], int32(i+1)
			figures++
		}
	}
	if figures == 0 {
		return
	}
	var drop, doubt map[int]bool
	var pairs [][2]int // that lie over one another
	set := func(m *map[int]bool, i int) {
		if *m == nil {
			*m = map[int]bool{}
		}
		(*m)[i] = true
	}
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		x, y := g.Center()
		cx, cy := square(x, y)
		reach := 1 + int(math.Max(g.X1-g.X0, g.Size)/(2*field))
		if reach > 4 || strings.TrimSpace(g.Text) == "" {
			continue
		}
		for ry := max(0, cy-1); ry <= min(rows-1, cy+1); ry++ {
			for rx := max(0, cx-reach); rx <= min(cols-1, cx+reach); rx++ {
				for k := first[ry*cols+rx]; k > 0; k = next[k-1] {
					j := int(k - 1)
					o := &pg.Glyphs[j]
					if j == i || o.figure && g.figure && j > i {
						continue // each pair of figures once, with the later one as g
					}
					switch g.over(o) {
					case sameTwice:
						if painted.before(o, g) {
							set(&drop, j)
						} else {
							set(&drop, i)
						}
					case overprinted:
						pairs = append(pairs, [2]int{i, j})
					}
				}
			}
		}
	}
	for _, p := range pairs {
		g, o := &pg.Glyphs[p[0]], &pg.Glyphs[p[1]]
		switch {
		case drop[p[0]] || drop[p[1]]: // a shadow lies over its neighbours
		case painted.before(o, g): // drawn anew upon what hid the other one
			set(&drop, p[1])
		case painted.before(g, o):
			set(&drop, p[0])
		default:
			set(&doubt, p[1])
			if g.figure {
				set(&doubt, p[0])
			}
		}
	}
	for i := range doubt {
		pg.Glyphs[i].Text = "\ufffd"
	}
	if drop == nil {
		return
	}
	kept := pg.Glyphs[:0]
	for i, g := range pg.Glyphs {
		if !drop[i] || doubt[i] {
			kept = append(kept, g)
		}
	}
	pg.Glyphs = kept
}

// paintings tell, of glyphs by their order, when something was painted over them.
type paintings map[int32]int32

// before reports whether something was painted over a glyph before another one was drawn.
func (p paintings) before(g, next *Glyph) bool {
	at, hidden := p[g.Order]
	return hidden && at < next.Order
}

type overprint int

const (
	apart overprint = iota
	sameTwice
	overprinted
)

// over tells how a glyph lies over another one, which is a figure.
func (g *Glyph) over(o *Glyph) overprint {
	if g.Turn != o.Turn || g.Upright != o.Upright {
		return apart
	}
	size := math.Min(g.Size, o.Size)
	dy := math.Abs(g.Base - o.Base)
	if g.Turn%2 == 1 {
		dy = math.Abs((g.X0+g.X1)/2 - (o.X0+o.X1)/2)
	} else if g.Turn == 2 {
		dy = math.Abs(g.Y1 - o.Y1)
	}
	if dy > 0.6*math.Max(size, 0.7*math.Max(g.Size, o.Size)) {
		return apart
	}
	gw, ow := g.span(), o.span()
	share := (math.Min(gw[1], ow[1]) - math.Max(gw[0], ow[0])) / math.Min(gw[1]-gw[0], ow[1]-ow[0])
	same := g.Text == o.Text
	switch {
	case !(share >= 0.25):
		return apart
	case same && share >= 0.5 && dy <= 0.34*size && math.Abs(g.Size-o.Size) < 0.2*size:
		return sameTwice
	case g.figure:
		return overprinted
	case share < 0.4 || dy > 0.45*size || g.Clipped || besides(g.Text):
		return apart
	}
	return overprinted
}

// span is where a glyph begins and ends along its line.
func (g *Glyph) span() [2]float64 {
	a, b := g.X0, g.X1
	if g.Turn%2 == 1 || g.Upright {
		a, b = g.Y0, g.Y1
	}
	if wide := 0.55 * g.Size; g.figure && b-a > wide {
		if g.Turn == 2 {
			a = b - wide
		} else {
			b = a + wide // a font whose widths are not told
		}
	}
	if b-a < 0.1*g.Size { // a stroke that is set over the character before it
		a, b = a-0.25*g.Size, b+0.25*g.Size
	}
	return [2]float64{a, b}
}

// besides reports whether a character may share its box with a figure and hide nothing of it: one that goes around
// another (① drawn as a circle and a digit), and punctuation, of which a Chinese font fills half a square and whoever
// sets the text leaves out the other half.
func besides(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.IsPunct(r) || strings.ContainsRune("○◯〇□\u20dd\u20de", r)
}

// crossFigures takes the meaning from digits that a line crosses which does not end with them: one that crosses out a
// whole cell or row, aslant or along it, or a stroke through a single digit. Rules through digits are no rules of a
// table: they are left out.
func (pg *Page) crossFigures() {
	f := figureRows{pg: pg}
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if !g.figure || g.Turn != 0 || !isDigits(g.Text) || g.Base < 0 || g.Base > 1e5 {
			continue
		}
		at := int(g.Base / rowHeight)
		for len(f.rows) <= at+3 {
			f.rows = append(f.rows, nil)
		}
		f.rows[at] = append(f.rows[at], int32(i))
		f.all = append(f.all, int32(i))
		f.largest = math.Max(f.largest, g.Size)
	}
	if len(f.all) == 0 {
		return
	}
	pg.crossedAslant(f.all)
	pg.Across = f.crossedAlong()
	pg.Down = f.crossedUpright()
}

// figureRows are the digits of a page by the height of their baselines.
type figureRows struct {
	pg      *Page
	rows    [][]int32
	all     []int32
	largest float64 // size
}

const rowHeight = 16.0

// near gives the rows of digits whose baselines lie from one height to another one.
func (f *figureRows) near(y0, y1 float64) [][]int32 {
	from, to := max(0, int(y0/rowHeight)), min(len(f.rows)-1, int(y1/rowHeight))
	if from > to {
		return nil
	}
	return f.rows[from : to+1]
}

func (pg *Page) crossedAslant(figures []int32) {
	for k := range pg.Marks {
		m := &pg.Marks[k]
		if m.Kind != Stroke {
			continue
		}
		for _, i := range figures {
			g := &pg.Glyphs[i]
			if in := g.ink(); overlap(grown(m.Box, 0.1), in) > 0 && m.within(in) >= 0.25*g.Size && !pg.explained(m) {
				g.Text = "\ufffd"
			}
		}
	}
}

// crossedAlong doubts the digits that horizontal rules run through, and gives the rules that do not.
func (f *figureRows) crossedAlong() []Rule {
	left := f.pg.Across[:0]
	for _, r := range f.pg.Across {
		crossed := false
		for _, row := range f.near(r.At, r.At+0.58*f.largest) {
			for _, i := range row {
				g := &f.pg.Glyphs[i]
				x, _ := g.Center()
				if up := g.Base - r.At; up < 0.15*g.Size || up > 0.58*g.Size || x < r.A || x > r.B {
					continue
				}
				g.Text, crossed = "\ufffd", true
			}
		}
		if !crossed {
			left = append(left, r)
		}
	}
	return left
}

// crossedUpright doubts the digits that a short upright stroke runs through, and gives the other vertical rules. A rule
// that goes on above and below is one of a table over which a number is printed.
func (f *figureRows) crossedUpright() []Rule {
	left := f.pg.Down[:0]
	for _, r := range f.pg.Down {
		if r.B-r.A >= 1.8*f.largest || !f.crosses(r) {
			left = append(left, r)
		}
	}
	return left
}

// crosses doubts the digits that an upright stroke runs through.
func (f *figureRows) crosses(r Rule) (any bool) {
	for _, row := range f.near(r.A, r.B+f.largest) {
		for _, i := range row {
			g := &f.pg.Glyphs[i]
			in := g.ink()
			third := 0.25 * (in[2] - in[0])
			if r.At > in[0]+third && r.At < in[2]-third && r.B-r.A < 1.8*g.Size &&
				math.Min(r.B, in[3])-math.Max(r.A, in[1]) > 0.4*g.Size {
				g.Text, any = "\ufffd", true
			}
		}
	}
	return any
}
