package layout

import (
	"math"
	"slices"
	"strings"
)

// A Mark is something drawn that is neither a character nor a rule nor plain ground: a picture, an outline, ink laid on
// the page, a form field that no program draws alike. What it says nobody knows, so a cell that it lies in is in doubt.
type Mark struct {
	Box   [4]float64 // around it
	Order int32      // in which it was drawn, counted with the glyphs
	Kind  MarkKind
	From  [2]float64 // ends of a Stroke
	To    [2]float64
}

// A MarkKind says what is known of a mark.
type MarkKind uint8

const (
	Picture MarkKind = iota // of pixels
	Outline                 // a filled path that is no rectangle
	Drawn                   // a path of many strokes, or of curves
	Stroke                  // a straight line that runs along no axis
	Ink                     // laid on the page: notes, stamps, fields without an appearance
	Cover                   // likewise, and what lies below it is not seen
)

// StrokeMark is the mark of a straight line.
func StrokeMark(x0, y0, x1, y1 float64) Mark {
	return Mark{Kind: Stroke, From: [2]float64{x0, y0}, To: [2]float64{x1, y1},
		Box: [4]float64{math.Min(x0, x1), math.Min(y0, y1), math.Max(x0, x1), math.Max(y0, y1)}}
}

// rotate turns a mark by a quarter clockwise on a page of height h.
func (m *Mark) rotate(h float64) {
	b := m.Box
	m.Box = [4]float64{h - b[3], b[0], h - b[1], b[2]}
	m.From = [2]float64{h - m.From[1], m.From[0]}
	m.To = [2]float64{h - m.To[1], m.To[0]}
}

// within gives how much of a stroke lies in a box, in points.
func (m *Mark) within(b [4]float64) float64 {
	dx, dy := m.To[0]-m.From[0], m.To[1]-m.From[1]
	lo, hi := 0.0, 1.0
	for axis, d := range [2]float64{dx, dy} {
		from := m.From[axis]
		if d == 0 {
			if from < b[axis] || from > b[axis+2] {
				return 0
			}
			continue
		}
		t0, t1 := (b[axis]-from)/d, (b[axis+2]-from)/d
		lo, hi = math.Max(lo, math.Min(t0, t1)), math.Min(hi, math.Max(t0, t1))
	}
	return math.Max(0, hi-lo) * math.Hypot(dx, dy)
}

// ink is the box that the strokes of a digit fill, not that of its type.
func (g *Glyph) ink() [4]float64 {
	x0, x1 := g.X0, g.X1
	if g.Turn == 0 && !g.Upright {
		if wide := 0.55 * g.Size; x1-x0 > wide && isDigits(g.Text) { // a font whose widths are not told
			x1 = x0 + wide
		}
		return [4]float64{x0, g.Base - 0.7*g.Size, x1, g.Base}
	}
	return [4]float64{x0, g.Y0, x1, g.Y1}
}

// overlap is the area that two boxes have in common.
func overlap(a, b [4]float64) float64 {
	w, h := math.Min(a[2], b[2])-math.Max(a[0], b[0]), math.Min(a[3], b[3])-math.Max(a[1], b[1])
	return math.Max(0, w) * math.Max(0, h)
}

func areaOf(b [4]float64) float64 { return (b[2] - b[0]) * (b[3] - b[1]) }

func contains(b [4]float64, x, y float64) bool {
	return x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]
}

// isFigure reports whether a text is of the characters that a figure is printed with.
func isFigure(s string) bool {
	return s != "" && strings.Trim(s, "0123456789０１２３４５６７８９.,．，-－—–%％/／＋+") == ""
}

// doubtCells puts U+FFFD into the cells of a table that marks lie in, where they hold a figure or nothing: a picture of
// a number is no blank, and 1 beside a picture of 5 is not 1. The words of labels are read as they stand.
func (pg *Page) doubtCells(t *Table) {
	var hits []int
	for i := range pg.Marks {
		m := &pg.Marks[i]
		if overlap(m.Box, grown(t.Box, 1)) <= 0 && (m.Kind != Stroke || m.within(t.Box) < 3) {
			continue
		}
		if areaOf(m.Box) > 0.5*pg.Width*pg.Height && m.Kind != Stroke || pg.explained(m) {
			continue // the ground of a page; the outline of a character
		}
		hits = hits[:0]
		for k := range t.Cells {
			if m.touches(&t.Cells[k]) {
				hits = append(hits, k)
			}
		}
		if len(hits) == 0 {
			t.addCell(m)
			continue
		}
		if pg.isGround(m, t, hits) {
			continue
		}
		for _, k := range hits {
			t.Cells[k].doubt()
		}
	}
	pg.doubtBoxes(t)
}

// doubtLines puts U+FFFD into lines of words and figures, which may be rows of a table that has no rules, where a mark of
// the height of the line lies on a figure or in its place.
func (pg *Page) doubtLines(ls []line) {
	if len(pg.Marks) == 0 {
		return
	}
	for i := range ls {
		l := &ls[i]
		l.fillGaps(pg)
		l.fillEnds(pg)
		var rs []run
		for k := range pg.Marks {
			m := &pg.Marks[k]
			y := (m.Box[1] + m.Box[3]) / 2
			if m.Kind == Stroke || y < l.y0 || y > l.y1 || m.Box[3]-m.Box[1] > 3*l.size || m.Box[2] < l.x0 ||
				m.Box[0] > l.x1+4*l.size || m.Box[2]-m.Box[0] > 0.4*pg.Width || pg.explained(m) {
				continue
			}
			if rs == nil {
				if rs = l.runs(); len(rs) < 2 || len(onlyFigures(rs)) == 0 {
					break
				}
			}
			l.doubt(m, rs)
		}
	}
}

// doubt puts U+FFFD in the place of a mark, beside the figure that it lies on.
func (l *line) doubt(m *Mark, rs []run) {
	x := m.Box[0]
	for i := range rs {
		if r := &rs[i]; r.x0 < m.Box[2] && r.x1 > m.Box[0] {
			if !r.figure() {
				return // beside or below words
			}
			x = r.x1
		}
	}
	at := 0
	for at < len(l.glyphs) && l.glyphs[at].X0 < x {
		at++
	}
	l.glyphs = slices.Insert(slices.Clone(l.glyphs), at, Glyph{Text: "\ufffd", X0: x, X1: x + 0.3*l.size, Y0: l.y0,
		Y1: l.y1, Base: l.base, Size: l.size, Order: m.Order})
}

func grown(b [4]float64, by float64) [4]float64 {
	return [4]float64{b[0] - by, b[1] - by, b[2] + by, b[3] + by}
}

// doubt says of a cell of figures that something stands in it of which nobody knows what it says.
func (c *Cell) doubt() {
	if c.Text != "" && !valueLike(c.Text) || strings.Contains(c.Text, "\ufffd") {
		return
	}
	c.Text += "\ufffd"
}

// valueLike reports whether a text may be a value: it has a digit and no words, or is a mark for none.
func valueLike(s string) bool {
	if strings.Trim(s, "-—–－─―一/／\\|无 ") == "" {
		return true
	}
	words := 0
	for _, r := range s {
		if r >= 0x2e80 && r < 0xff00 {
			words++
		}
	}
	return words <= 3 && strings.ContainsAny(s, "0123456789０１２３４５６７８９")
}

// inner is a cell without its borders.
func (c *Cell) inner() [4]float64 {
	dx, dy := math.Min(2, 0.2*(c.Box[2]-c.Box[0])), math.Min(2, 0.2*(c.Box[3]-c.Box[1]))
	return [4]float64{c.Box[0] + dx, c.Box[1] + dy, c.Box[2] - dx, c.Box[3] - dy}
}

// touches reports whether a mark lies in a cell, and not only on its border.
func (m *Mark) touches(c *Cell) bool {
	in := c.inner()
	if m.Kind == Stroke {
		return m.within(in) >= 2.5
	}
	b := m.Box
	w, h := math.Min(b[2], in[2])-math.Max(b[0], in[0]), math.Min(b[3], in[3])-math.Max(b[1], in[1])
	if w <= 0 || h <= 0 || w < 1 && h < 1 {
		return false
	}
	return w*h >= 0.15*math.Max(areaOf(b), 1) || w*h >= 0.15*areaOf(in) || contains(in, (b[0]+b[2])/2, (b[1]+b[3])/2)
}

// explained reports whether a mark is the outline of a character that stands in the same place: bold type made of
// strokes.
func (pg *Page) explained(m *Mark) bool {
	if m.Kind != Drawn && m.Kind != Stroke {
		return false
	}
	x, y := (m.Box[0]+m.Box[2])/2, (m.Box[1]+m.Box[3])/2
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if x > g.X0 && x < g.X1 && y > g.Y0 && y < g.Y1 && m.Box[2]-m.Box[0] <= 1.1*(g.X1-g.X0) &&
			m.Box[3]-m.Box[1] <= 0.8*g.Size && g.Text != "\ufffd" {
			return true
		}
	}
	return false
}

// isGround reports whether a mark is what cells are printed on: a coat of arms behind a table, the rounded ground of a
// heading. What is printed on it was drawn later.
func (pg *Page) isGround(m *Mark, t *Table, hits []int) bool {
	if m.Kind == Stroke || m.Kind == Ink || m.Kind == Cover {
		return false
	}
	over := func(c *Cell) (any, all bool) {
		all = true
		for i := range pg.Glyphs {
			g := &pg.Glyphs[i]
			x, y := g.Center()
			if !contains(c.Box, x, y) || strings.TrimSpace(g.Text) == "" {
				continue
			}
			if g.Order > m.Order && contains(m.Box, x, y) {
				any = true
			} else {
				all = false
			}
		}
		return any, any && all
	}
	if len(hits) == 1 {
		_, all := over(&t.Cells[hits[0]])
		return all && m.Kind == Outline
	}
	figures, printed := 0, 0 // cells of figures, and those with a figure that stands on the mark
	for _, k := range hits {
		if c := &t.Cells[k]; c.Text == "" || valueLike(c.Text) {
			figures++
			if any, _ := over(c); any {
				printed++
			}
		}
	}
	return printed*2 >= figures
}

// addCell makes a cell for a mark in a table without rules where its row has none: a picture in the place of a figure.
func (t *Table) addCell(m *Mark) {
	x, y := (m.Box[0]+m.Box[2])/2, (m.Box[1]+m.Box[3])/2
	if m.Kind == Stroke || !contains(t.Box, x, y) {
		return
	}
	row, col := -1, -1
	var box [4]float64
	for i := range t.Cells {
		c := &t.Cells[i]
		if contains(c.Box, x, y) {
			return // a cell that it only touches
		}
		if c.RowSpan == 1 && y >= c.Box[1] && y <= c.Box[3] && (row < 0 || isFigure(c.Text)) {
			row, box[1], box[3] = c.Row, c.Box[1], c.Box[3]
		}
		if c.ColSpan == 1 && x >= c.Box[0] && x <= c.Box[2] && (col < 0 || isFigure(c.Text)) {
			col, box[0], box[2] = c.Col, c.Box[0], c.Box[2]
		}
	}
	if row < 0 || col < 0 {
		return
	}
	at := len(t.Cells)
	for i := range t.Cells {
		c := &t.Cells[i]
		if row >= c.Row && row < c.Row+c.RowSpan && col >= c.Col && col < c.Col+c.ColSpan {
			c.doubt()
			return
		}
		if at == len(t.Cells) && (c.Row > row || c.Row == row && c.Col > col) {
			at = i
		}
	}
	t.Cells = slices.Insert(t.Cells, at, t.cell(row, col, 1, "\ufffd", box))
}

// doubtBoxes doubts the cells in which a filled box stands that is not their ground: what it says, or what it hides,
// nobody knows.
func (pg *Page) doubtBoxes(t *Table) {
	for i := range pg.Areas {
		a := &pg.Areas[i]
		if a.Picture || a.White || a.light() || overlap(a.Box, t.Box) <= 0 {
			continue
		}
		x, y := (a.Box[0]+a.Box[2])/2, (a.Box[1]+a.Box[3])/2
		for k := range t.Cells {
			c := &t.Cells[k]
			if !contains(c.Box, x, y) {
				continue
			}
			if in := grown(c.Box, 1); a.Box[0] < in[0] || a.Box[1] < in[1] || a.Box[2] > in[2] || a.Box[3] > in[3] {
				break // it shades more than this cell
			}
			if !pg.printedOn(a) {
				c.doubt()
			}
			break
		}
	}
}

// light reports whether an area is of a light colour, as grounds are.
func (a *Area) light() bool {
	if a.Colour < 0 {
		return false
	}
	r, g, b := a.Colour>>16&255, a.Colour>>8&255, a.Colour&255
	return 299*r+587*g+114*b > 600*255
}

// printedOn reports whether characters stand on an area.
func (pg *Page) printedOn(a *Area) bool {
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if x, y := g.Center(); g.Order > a.Order && a.holds(x, y) && strings.TrimSpace(g.Text) != "" {
			return true
		}
	}
	return false
}
