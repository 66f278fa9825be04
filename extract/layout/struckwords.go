package layout

import (
	"cmp"
	"math"
	"slices"
	"unicode"
	"unicode/utf8"
)

// doubtWords takes the meaning from characters of words and numbers that a line goes through which belongs to them and to
// no table, or that something lies over. A name or a year of a title that is crossed out is none.
//
// A line belongs to words where it begins and ends with them and is not joined to a rule that runs down: rules of tables
// over which a text runs are.
func (pg *Page) doubtWords() {
	if len(pg.Across) == 0 && len(pg.Marks) == 0 {
		return
	}
	f := figureRows{pg: pg}
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if g.Turn != 0 || g.Upright || g.Base < 0 || g.Base > 1e5 || !wordLike(g.Text) {
			continue
		}
		at := int(g.Base / rowHeight)
		for len(f.rows) <= at+3 {
			f.rows = append(f.rows, nil)
		}
		f.rows[at] = append(f.rows[at], int32(i))
		f.largest = math.Max(f.largest, g.Size)
	}
	if f.largest == 0 {
		return
	}
	for k := range pg.Marks {
		f.marked(&pg.Marks[k])
	}
	pg.Across = slices.DeleteFunc(pg.Across, f.strikes)
}

func wordLike(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return unicode.Is(unicode.Han, r) || r >= '0' && r <= '9'
}

func (g *Glyph) isHan() bool {
	r, _ := utf8.DecodeRuneInString(g.Text)
	return unicode.Is(unicode.Han, r)
}

// strikes doubts the words that a rule crosses out, and reports whether it does.
func (f *figureRows) strikes(r Rule) bool {
	x0, x1, size := math.Inf(1), math.Inf(-1), 0.0
	var hit []int32
	for _, row := range f.near(r.At, r.At+0.6*f.largest) {
		for _, i := range row {
			g := &f.pg.Glyphs[i]
			x, _ := g.Center()
			if up := g.Base - r.At; up < 0.15*g.Size || up > 0.6*g.Size || x < r.A || x > r.B {
				continue
			}
			x0, x1, size = math.Min(x0, g.X0), math.Max(x1, g.X1), math.Max(size, g.Size)
			if g.isHan() {
				hit = append(hit, i)
			}
		}
	}
	if len(hit) == 0 || r.A < x0-0.7*size || r.B > x1+0.7*size || f.pg.joined(r) {
		return false
	}
	for _, i := range hit {
		f.pg.Glyphs[i].Text = "\ufffd"
	}
	return true
}

// joined reports whether a rule that runs down begins, ends or passes at an end of a rule that runs across.
func (pg *Page) joined(r Rule) bool {
	return slices.ContainsFunc(pg.Down, func(d Rule) bool {
		return r.At > d.A-1.5 && r.At < d.B+1.5 && (math.Abs(d.At-r.A) < 1.5 || math.Abs(d.At-r.B) < 1.5)
	})
}

// marked doubts the characters that a mark lies over or goes through.
func (f *figureRows) marked(m *Mark) {
	if m.Kind != Cover && m.Kind != Drawn && m.Kind != Stroke || m.Box[3]-m.Box[1] > 200 {
		return
	}
	x0, x1, size := math.Inf(1), math.Inf(-1), 0.0
	var hit []int32
	for _, row := range f.near(m.Box[1]-f.largest, m.Box[3]+f.largest) {
		for _, i := range row {
			g := &f.pg.Glyphs[i]
			x, y := g.Center()
			middle, height := (m.Box[1]+m.Box[3])/2, m.Box[3]-m.Box[1]
			through := false
			switch m.Kind {
			case Cover:
				through = contains(m.Box, x, y)
			case Drawn:
				through = x > m.Box[0] && x < m.Box[2] && height < g.Size && middle > g.Base-0.65*g.Size &&
					middle < g.Base-0.1*g.Size && m.Box[2]-m.Box[0] > 0.8*(g.X1-g.X0)
			case Stroke:
				through = height < 1.3*g.Size && m.within(g.ink()) >= 0.25*g.Size
			}
			if through && g.Order < m.Order {
				hit = append(hit, i)
				x0, x1, size = math.Min(x0, g.X0), math.Max(x1, g.X1), math.Max(size, g.Size)
			}
		}
	}
	if len(hit) == 0 || m.Kind != Cover && (m.Box[0] < x0-0.7*size || m.Box[2] > x1+0.7*size || f.pg.explained(m)) {
		return
	}
	for _, i := range hit {
		f.pg.Glyphs[i].Text = "\ufffd"
	}
}

// fillEnds puts U+FFFD before and behind a line where outlines of its height go on right beside it: words that are drawn.
// A picture or a single shape there is an ornament.
func (l *line) fillEnds(pg *Page) {
	if len(l.glyphs) == 0 || len(pg.Marks) < fewOutlines {
		return
	}
	for _, side := range [2]int{0, 1} {
		edge := l.x0
		if side == 1 {
			edge = l.x1
		}
		var spans [][2]float64 // away from the line
		above, below := 0, 0
		for k := range pg.Marks {
			m := &pg.Marks[k]
			y, h := (m.Box[1]+m.Box[3])/2, m.Box[3]-m.Box[1]
			if m.Kind != Outline || h > 1.3*l.size {
				continue
			}
			span := [2]float64{m.Box[0] - edge, m.Box[2] - edge}
			if side == 0 {
				span = [2]float64{edge - m.Box[2], edge - m.Box[0]}
			}
			switch {
			case span[0] <= -0.2*l.size || span[1] <= 0 || span[0] > 6*l.size && (y < l.y0 || y > l.y1):
			case y < l.y0 && y > l.y0-1.5*l.size:
				above++
			case y > l.y1 && y < l.y1+1.5*l.size:
				below++
			case y >= l.y0 && y <= l.y1:
				spans = append(spans, span)
			}
		}
		slices.SortFunc(spans, func(a, b [2]float64) int { return cmp.Compare(a[0], b[0]) })
		end, count := 0.0, 0
		for _, s := range spans {
			if s[0] > end+0.8*l.size {
				break
			}
			end, count = math.Max(end, s[1]), count+1
		}
		if count < fewOutlines || end < 1.5*l.size || above >= fewOutlines && below >= fewOutlines { // a seal
			continue
		}
		g := Glyph{Text: "\ufffd", X0: edge - end, X1: edge, Y0: l.y0, Y1: l.y1, Base: l.base, Size: l.size, Order: l.glyphs[0].Order}
		if side == 1 {
			g.X0, g.X1 = edge, edge+end
			l.glyphs = append(slices.Clone(l.glyphs), g)
		} else {
			l.glyphs = slices.Insert(slices.Clone(l.glyphs), 0, g)
		}
	}
}

// fewOutlines is the number of outlines below which they are no words: two Chinese characters have more.
const fewOutlines = 6

// fillGaps puts U+FFFD where a picture or a drawing of the height of a line stands between two of its characters, right
// beside both: a part of a word or of a number that is no text.
func (l *line) fillGaps(pg *Page) {
	for i := 0; i+1 < len(l.glyphs); i++ {
		a, b := &l.glyphs[i], &l.glyphs[i+1]
		gap := b.X0 - a.X1
		if gap < 0.4*l.size || gap > 12*l.size || !wordLike(a.Text) || !wordLike(b.Text) {
			continue
		}
		filled, left, right := 0.0, math.Inf(1), math.Inf(-1)
		for k := range pg.Marks {
			m := &pg.Marks[k]
			y := (m.Box[1] + m.Box[3]) / 2
			if m.Kind == Stroke || y < l.y0 || y > l.y1 || m.Box[3]-m.Box[1] > 2.5*l.size || m.Box[3]-m.Box[1] < 0.3*l.size ||
				m.Box[0] < a.X1-2 || m.Box[2] > b.X0+2 {
				continue
			}
			filled += m.Box[2] - m.Box[0]
			left, right = math.Min(left, m.Box[0]), math.Max(right, m.Box[2])
		}
		if filled >= 0.4*gap && left-a.X1 < 0.6*l.size && b.X0-right < 0.6*l.size {
			l.glyphs = slices.Insert(slices.Clone(l.glyphs), i+1, Glyph{Text: "\ufffd", X0: a.X1, X1: b.X0, Y0: l.y0, Y1: l.y1,
				Base: l.base, Size: l.size, Order: a.Order})
			i++
		}
	}
}
