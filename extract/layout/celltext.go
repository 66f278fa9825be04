package layout

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// cellText gives the lines of a cell joined by "\n". Characters set one a line, or in a vertical font, read downwards.
func cellText(gs []Glyph) string {
	gs = upright(gs)
	if s, ok := verticalText(gs); ok {
		return s
	}
	ls := lines(gs)
	out := make([]string, 0, len(ls))
	for i := range ls {
		if s := strings.Join(strings.Fields(ls[i].text()), " "); s != "" {
			out = append(out, s)
		}
	}
	return strings.Join(out, "\n")
}

// verticalText reads a cell set in a vertical font: columns from the right, each downwards. It is one text, without
// breaks.
func verticalText(gs []Glyph) (string, bool) {
	if len(gs) == 0 {
		return "", false
	}
	for i := range gs {
		if !gs[i].Upright && strings.TrimSpace(gs[i].Text) != "" {
			return "", false
		}
	}
	gs = slices.Clone(gs)
	slices.SortStableFunc(gs, func(a, b Glyph) int {
		ax, bx := (a.X0+a.X1)/2, (b.X0+b.X1)/2
		if math.Abs(ax-bx) > 0.6*math.Max(a.Size, b.Size) {
			return cmp.Compare(bx, ax)
		}
		return cmp.Compare(a.Y0, b.Y0)
	})
	var b strings.Builder
	for _, g := range gs {
		b.WriteString(strings.TrimSpace(g.Text))
	}
	return b.String(), true
}

// upright turns glyphs that are all written along another direction so that they can be read in lines.
func upright(gs []Glyph) []Glyph {
	if len(gs) == 0 || gs[0].Turn == 0 {
		return gs
	}
	for _, g := range gs {
		if g.Turn != gs[0].Turn {
			return gs
		}
	}
	pg := Page{Glyphs: append([]Glyph(nil), gs...)}
	pg.rotate((4 - int(gs[0].Turn)) % 4)
	return pg.Glyphs
}
