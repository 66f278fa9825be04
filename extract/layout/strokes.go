package layout

import "math"

// How long a rule may be that is a stroke of a character, in points: a dash, a 1 or the rim of a 0 drawn as lines. One
// longer than a letter must stand clear of all others.
const (
	letter = 14.0
	stroke = 40.0
)

// withoutStrokes takes out the short rules that meet no other: they are strokes of characters drawn as lines, or
// dashes, and no rules of a table. They become marks.
func (pg *Page) withoutStrokes(across, down []Rule) (keptAcross, keptDown []Rule) {
	meets := func(r Rule, others []Rule) bool {
		near := 1.2
		if r.B-r.A > letter {
			near = reach
		}
		for _, o := range others {
			if o.At >= r.A-near && o.At <= r.B+near && r.At >= o.A-near && r.At <= o.B+near {
				return true
			}
		}
		return false
	}
	part := func(rs, others []Rule) (kept, strokes []Rule) {
		for i, r := range rs {
			if r.B-r.A <= stroke && !meets(r, others) {
				if kept == nil {
					kept = append(kept, rs[:i]...)
				}
				strokes = append(strokes, r)
			} else if strokes != nil {
				kept = append(kept, r)
			}
		}
		if strokes == nil {
			return rs, nil
		}
		return kept, strokes
	}
	keptAcross, a := part(across, down)
	keptDown, d := part(down, across)
	pg.strokes(a, d)
	return keptAcross, keptDown
}

// small reports whether a group of rules is no larger than a character or two.
func (g *ruleGroup) small() bool {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, r := range g.across {
		x0, x1, y0, y1 = math.Min(x0, r.A), math.Max(x1, r.B), math.Min(y0, r.At), math.Max(y1, r.At)
	}
	for _, r := range g.down {
		x0, x1, y0, y1 = math.Min(x0, r.At), math.Max(x1, r.At), math.Min(y0, r.A), math.Max(y1, r.B)
	}
	return x1-x0 <= letter && y1-y0 <= letter
}

// strokes makes marks of rules that are strokes of characters. A line below a figure is only that.
func (pg *Page) strokes(across, down []Rule) {
	for _, r := range across {
		if !pg.underlines(r) {
			pg.Marks = append(pg.Marks, StrokeMark(r.A, r.At, r.B, r.At))
		}
	}
	for _, r := range down {
		pg.Marks = append(pg.Marks, StrokeMark(r.At, r.A, r.At, r.B))
	}
}

// underlines reports whether a rule runs below characters, or above them.
func (pg *Page) underlines(r Rule) bool {
	under := 0.0
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if down := (r.At - g.Base) / g.Size; (down > -0.12 && down < 0.5 || down < -0.74 && down > -1.2) && g.Turn == 0 {
			under += math.Max(0, math.Min(g.X1, r.B)-math.Max(g.X0, r.A))
		}
	}
	return under >= 0.5*(r.B-r.A)
}
