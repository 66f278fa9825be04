package layout

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// LeftOut tells what a page draws and does not show. Its maker says so to whoever reads the document.
type LeftOut struct {
	Hidden  int      // characters of which nothing is to be seen
	Covered int      // characters below a picture or a box: they stay on the page, as U+FFFD
	Slanted int      // characters of watermarks and stamps: aslant, or large and pale
	Doubted int      // digits of which it cannot be told what is seen: they stay on the page, as U+FFFD
	Struck  []string // digits that are crossed out
}

// Settle takes out what does not show, or is no text and no rule of the page, and turns the page so that its text is
// upright. Raised digits become ⁰ to ⁹ on the line that they hang on. It is done once, when all has been drawn.
func (pg *Page) Settle() LeftOut {
	var out LeftOut
	kept := pg.Glyphs[:0]
	turns := [4]int{}
	large := 2.2 * pg.usualSize()
	var painted paintings
	for _, g := range pg.Glyphs {
		x, y := g.Center()
		if x < -2 || x > pg.Width+2 || y < -2 || y > pg.Height+2 {
			continue // off the page
		}
		g.figure = isFigure(g.Text)
		if over := pg.coveredBy(&g, x, y); over != nil {
			if strings.TrimSpace(g.Text) == "" {
				continue
			}
			if pg.vanishes(&g, over, x, y) {
				out.Hidden++
				continue
			}
			out.Covered++ // something stands below a picture or a box: what, nobody sees
			g.Text = "\ufffd"
			if painted == nil {
				painted = paintings{}
			}
			painted[g.Order] = over.Order
		}
		if g.Turn == Slanted || g.Pale && g.Size > large {
			if strings.TrimSpace(g.Text) != "" {
				out.Slanted++ // a watermark
				if !g.Pale && g.Size <= large {
					pg.Marks = append(pg.Marks, Mark{Box: [4]float64{g.X0, g.Y0, g.X1, g.Y1}, Order: g.Order, Kind: Ink})
				}
			}
			continue
		}
		turns[g.Turn]++
		kept = append(kept, g)
	}
	pg.Glyphs = kept
	best := 0
	for t, n := range turns {
		if n > turns[best] && n*10 > len(kept)*6 {
			best = t
		}
	}
	if best != 0 {
		pg.rotate((4 - best) % 4)
	}
	unknown := pg.unknown()
	pg.settleOverprints(painted)
	out.Struck = pg.dropStruck()
	pg.doubtWords()
	pg.crossFigures()
	out.Doubted = max(0, pg.unknown()-unknown)
	pg.dropStrokes()
	pg.liftRaised()
	return out
}

// vanishes reports whether nothing is left to be seen of a glyph that something is painted over: it is of the colour
// of the ground, or the picture of the whole page.
func (pg *Page) vanishes(g *Glyph, over *Area, x, y float64) bool {
	if over.Picture {
		return (over.Box[2]-over.Box[0])*(over.Box[3]-over.Box[1]) > 0.5*pg.Width*pg.Height
	}
	colour := over.Colour
	if over.White {
		colour = 0xffffff
	}
	return !over.partly(g) && Alike(colour, pg.Ground(x, y, g.Order))
}

// partly reports whether an area leaves a good part of a digit to be seen.
func (a *Area) partly(g *Glyph) bool {
	in := g.ink()
	return g.figure && overlap(a.Box, in) < 0.7*areaOf(in)
}

// unknown counts the characters that nobody knows.
func (pg *Page) unknown() (n int) {
	for i := range pg.Glyphs {
		if pg.Glyphs[i].Text == "\ufffd" {
			n++
		}
	}
	return n
}

// usualSize is the size that half of the page's glyphs do not exceed.
func (pg *Page) usualSize() float64 {
	if len(pg.Glyphs) == 0 {
		return 0
	}
	sizes := make([]float64, len(pg.Glyphs))
	for i := range pg.Glyphs {
		sizes[i] = pg.Glyphs[i].Size
	}
	slices.Sort(sizes)
	return sizes[len(sizes)/2]
}

// coveredBy gives what is painted over the middle of a glyph after it was drawn, or over a good part of a digit.
func (pg *Page) coveredBy(g *Glyph, x, y float64) *Area {
	for i := len(pg.Areas) - 1; i >= 0 && pg.Areas[i].Order > g.Order; i-- {
		a := &pg.Areas[i]
		if a.holds(x, y) && a.Box[3]-a.Box[1] > 0.5*g.Size {
			return a
		}
		if g.figure {
			if in := g.ink(); overlap(a.Box, in) >= 0.25*areaOf(in) {
				return a
			}
		}
	}
	return nil
}

// dropStrokes takes out rules that are strokes of letters: no longer than the glyph in whose box they lie. Some
// programs draw the outlines of bold type as lines.
func (pg *Page) dropStrokes() {
	const cell = 24.0
	// the last glyph of each square, and of each glyph the one before it there, both plus one
	last, before := map[[2]int]int32{}, make([]int32, len(pg.Glyphs))
	for i := range pg.Glyphs {
		x, y := pg.Glyphs[i].Center()
		k := [2]int{int(x / cell), int(y / cell)}
		before[i] = last[k]
		last[k] = int32(i + 1)
	}
	stroke := func(x, y, length float64) bool {
		if length > cell {
			return false
		}
		for dx := -1; dx <= 1; dx++ {
			for dy := -1; dy <= 1; dy++ {
				for i := last[[2]int{int(x/cell) + dx, int(y/cell) + dy}]; i > 0; i = before[i-1] {
					g := &pg.Glyphs[i-1]
					in := 0.1 * g.Size
					if length <= 1.05*g.Size && x > g.X0+in && x < g.X1-in && y > g.Y0+in && y < g.Y1-in {
						return true
					}
				}
			}
		}
		return false
	}
	pg.Across = slices.DeleteFunc(pg.Across, func(r Rule) bool { return stroke((r.A+r.B)/2, r.At, r.B-r.A) })
	pg.Down = slices.DeleteFunc(pg.Down, func(r Rule) bool { return stroke(r.At, (r.A+r.B)/2, r.B-r.A) })
}

// dropStruck takes out figures that are crossed out, with the rule that crosses them, and gives them. Such a rule runs
// through the middle of digits and ends where they end; the rules of a table go on. Of a second rule for the same
// figure, as double lines are, nothing is said again.
func (pg *Page) dropStruck() (struck []string) {
	if len(pg.Across) == 0 {
		return nil
	}
	var digits []int
	for i := range pg.Glyphs {
		if g := &pg.Glyphs[i]; g.figure || g.Text == "无" {
			digits = append(digits, i)
		}
	}
	if len(digits) == 0 {
		return nil
	}
	slices.SortFunc(digits, func(i, j int) int { return cmp.Compare(pg.Glyphs[i].Base, pg.Glyphs[j].Base) })
	out := map[int]bool{}
	pg.Across = slices.DeleteFunc(pg.Across, func(r Rule) bool {
		var on []int
		says := false // more than points and dashes
		x0, x1, size := math.Inf(1), math.Inf(-1), 0.0
		from, _ := slices.BinarySearchFunc(digits, r.At, func(i int, at float64) int {
			return cmp.Compare(pg.Glyphs[i].Base, at)
		})
		for _, i := range digits[from:] {
			g := &pg.Glyphs[i]
			if g.Base-r.At > 40 {
				break
			}
			if up := (g.Base - r.At) / g.Size; up < 0.12 || up > 0.6 || g.X0 < r.A-0.3*g.Size || g.X1 > r.B+0.3*g.Size {
				continue
			}
			on = append(on, i)
			says = says || isDigits(g.Text) || strings.Contains("无/／", g.Text)
			x0, x1, size = math.Min(x0, g.X0), math.Max(x1, g.X1), math.Max(size, g.Size)
		}
		if !says || r.A < x0-0.4*size || r.B > x1+0.4*size || x1-x0 < 0.8*(r.B-r.A) {
			return false
		}
		slices.SortFunc(on, func(i, j int) int { return cmp.Compare(pg.Glyphs[i].X0, pg.Glyphs[j].X0) })
		var said strings.Builder
		for _, i := range on {
			if !out[i] {
				out[i] = true
				said.WriteString(pg.Glyphs[i].Text)
			}
		}
		if said.Len() > 0 {
			struck = append(struck, said.String())
		}
		return true
	})
	if len(out) == 0 {
		return nil
	}
	kept := pg.Glyphs[:0]
	for i, g := range pg.Glyphs {
		if !out[i] {
			kept = append(kept, g)
		}
	}
	pg.Glyphs = kept
	return struck
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789０１２３４５６７８９") == ""
}
