package layout

import (
	"math"
	"slices"
	"strings"
	"unicode"
)

// A run is glyphs of one line that stand together, without a gap: a figure, or the words of a label.
type run struct {
	text           string
	x0, y0, x1, y1 float64
	size           float64
	glyphs         []Glyph
	shared         bool // they lie in the line, one behind the other
}

func (t *run) mid() float64 { return (t.y0 + t.y1) / 2 }

// figure reports whether a run is what a cell of figures prints: digits, or a mark for none.
func (t *run) figure() bool {
	s := strings.Trim(t.text, "()（）")
	if s == "" {
		return false
	}
	digits := false
	for i, r := range s {
		switch {
		case unicode.IsDigit(r):
			digits = true
		case strings.ContainsRune(",，.．-－+%％", r) && (digits || i == 0):
		default:
			return strings.Trim(s, "-—–－―─/／\\|无") == "" && len([]rune(s)) <= 4
		}
	}
	return digits || len(s) == 1 && strings.ContainsAny(s, "-/")
}

// join adds a run that stands to the right.
func (t *run) join(o *run) {
	t.text += o.text
	t.x1, t.y0, t.y1 = math.Max(t.x1, o.x1), math.Min(t.y0, o.y0), math.Max(t.y1, o.y1)
	t.glyphs = append(slices.Clone(t.glyphs), o.glyphs...)
}

// runs splits a line where its glyphs stand apart.
func (l *line) runs() []run {
	var out []run
	end := 0 // glyph behind the last run
	for i := range l.glyphs {
		g := &l.glyphs[i]
		s := strings.TrimSpace(g.Text)
		if s == "" {
			continue
		}
		if n := len(out) - 1; n >= 0 && g.X0-out[n].x1 <= 0.35*math.Max(g.Size, out[n].size) {
			t := &out[n]
			t.text += s
			t.x1, t.y0, t.y1 = math.Max(t.x1, g.X1), math.Min(t.y0, g.Y0), math.Max(t.y1, g.Y1)
			if t.shared && end == i {
				t.glyphs = l.glyphs[i-len(t.glyphs) : i+1 : i+1]
			} else { // a blank stood between
				t.glyphs, t.shared = append(t.glyphs, *g), false
			}
			end = i + 1
			continue
		}
		out = append(out, run{text: s, x0: g.X0, x1: g.X1, y0: g.Y0, y1: g.Y1, size: g.Size,
			glyphs: l.glyphs[i : i+1 : i+1], shared: true})
		end = i + 1
	}
	return out
}
