package layout

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A textLine is one line of glyphs.
type line struct {
	glyphs         []Glyph
	x0, x1, y0, y1 float64
	base, size     float64
}

// lines sorts glyphs into lines by their baselines, top to bottom, left to right.
func lines(gs []Glyph) []line {
	if len(gs) == 0 {
		return nil
	}
	order := make([]int32, len(gs))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(gs[i].Base, gs[j].Base) })
	var out []line
	all := make([]Glyph, 0, len(gs)) // the glyphs of all lines, one line behind the other
	for _, at := range order {
		g := &gs[at]
		all = append(all, *g)
		n := len(out) - 1
		// the same line: baselines within a third of the larger character
		if n >= 0 && math.Abs(g.Base-out[n].base) <= 0.34*math.Max(g.Size, out[n].size) {
			l := &out[n]
			from := len(all) - len(l.glyphs) - 1
			l.glyphs = all[from:len(all):len(all)]
			if g.Size > l.size {
				l.size, l.base = g.Size, g.Base
			}
			continue
		}
		out = append(out, line{glyphs: all[len(all)-1 : len(all) : len(all)], base: g.Base, size: g.Size})
	}
	for i := range out {
		l := &out[i]
		byX := func(a, b Glyph) int { return cmp.Compare(a.X0, b.X0) }
		if !slices.IsSortedFunc(l.glyphs, byX) {
			slices.SortStableFunc(l.glyphs, byX)
		}
		l.glyphs = dropDoubles(l.glyphs)
		l.x0, l.y0, l.x1, l.y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for i := range l.glyphs {
			g := &l.glyphs[i]
			if strings.TrimSpace(g.Text) == "" {
				continue
			}
			l.x0, l.x1 = math.Min(l.x0, g.X0), math.Max(l.x1, g.X1)
			l.y0, l.y1 = math.Min(l.y0, g.Y0), math.Max(l.y1, g.Y1)
		}
	}
	kept := out[:0]
	for _, l := range out {
		if l.x1 >= l.x0 {
			kept = append(kept, l)
		}
	}
	return kept
}

// dropDoubles leaves out a glyph drawn a second time almost at the same place (bold made by overprinting, shadows). Of two
// different Chinese characters in one place nobody knows which is read.
func dropDoubles(gs []Glyph) []Glyph {
	kept := gs[:0]
	for _, g := range gs {
		double := false
		for k := len(kept) - 1; k >= 0 && k >= len(kept)-3; k-- {
			o := &kept[k]
			near := math.Max(0.12*g.Size, 0.45*math.Min(g.X1-g.X0, o.X1-o.X0)) // figures are settled before
			here := math.Abs(o.X0-g.X0) < near && math.Abs(o.Base-g.Base) < near && math.Abs(o.Size-g.Size) < 0.2*g.Size
			double = double || here && o.Text == g.Text && strings.TrimSpace(g.Text) != ""
			if !double && here && o.isHan() && g.isHan() && !o.Pale && !g.Pale && math.Abs(o.Base-g.Base) < 0.2*g.Size {
				o.Text, double = "\ufffd", true
			}
		}
		if !double {
			kept = append(kept, g)
		}
	}
	return kept
}

// text joins a line's glyphs: a space stands where one is printed between them or where a real gap is.
func (l *line) text() string {
	var b strings.Builder
	end := math.Inf(1)
	space := false
	var last rune
	for i := range l.glyphs {
		g := &l.glyphs[i]
		t := strings.TrimFunc(g.Text, func(r rune) bool { return unicode.IsSpace(r) || r == 0 })
		if t == "" {
			space = b.Len() > 0
			continue
		}
		first, _ := utf8.DecodeRuneInString(t)
		gap := g.X0 - end
		wide := 0.3 * g.Size
		if wideRune(last) || wideRune(first) {
			wide = 0.9 * g.Size
		}
		switch {
		case b.Len() == 0:
		case gap > 2.5*g.Size:
			b.WriteString("  ") // columns of a table without rules
		case gap > wide || space && (gap > 0.12*g.Size || !(wideRune(last) && wideRune(first))):
			b.WriteByte(' ')
		}
		b.WriteString(t)
		last, _ = utf8.DecodeLastRuneInString(t)
		end, space = g.X1, false
	}
	return b.String()
}

func wideRune(r rune) bool { return r >= 0x2e80 }
