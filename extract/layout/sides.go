package layout

import (
	"math"
	"sort"
	"strings"
)

// A side is a page, or the part of one that is read by itself.
type side struct {
	*Page
	whole *Page
}

// sidesOf gives the pages in reading order. What stands side by side is read one after the other: page by page, or,
// where each side begins with a title of its own, first the one document, then the other.
func sidesOf(pages []*Page) []side {
	var out []side
	var rest [][]side // the sides from the second on
	apart, at := false, 0.0
	for i, whole := range pages {
		sides := whole.sides()
		if i == 0 && len(sides) == 2 && sides[0].titled() && sides[1].titled() {
			apart = true
			at, _ = whole.gutter()
		}
		if apart && len(sides) == 1 && whole.Width == pages[0].Width { // one side has come to its end
			l, r := whole.split(at)
			sides = []*Page{l, r}
		}
		if len(sides) == 1 || !apart {
			for _, s := range sides {
				out = append(out, side{s, whole})
			}
			continue
		}
		out = append(out, side{sides[0], whole})
		for k, s := range sides[1:] {
			if k == len(rest) {
				rest = append(rest, nil)
			}
			rest[k] = append(rest[k], side{s, whole})
		}
	}
	for _, r := range rest {
		out = append(out, r...)
	}
	return out
}

// titled reports whether the first line of a page is set larger than its text.
func (pg *Page) titled() bool {
	ls := lines(pg.Glyphs)
	count := map[int]int{}
	usual := 0
	for i := range ls {
		size := int(2*ls[i].size + 0.5)
		count[size] += len(ls[i].glyphs)
		if count[size] > count[usual] {
			usual = size
		}
	}
	return len(ls) > 3 && 2*ls[0].size > 1.2*float64(usual)
}

// sides gives the parts of a page that are read one after the other: two pages printed on one sheet, or columns of
// prose, with an empty strip between them from top to bottom. A page that is no such thing is its only part.
func (pg *Page) sides() []*Page {
	x, ok := pg.gutter()
	if !ok {
		return []*Page{pg}
	}
	left, right := pg.split(x)
	return append(left.sides(), right.sides()...)
}

// split divides a page at x.
func (pg *Page) split(x float64) (*Page, *Page) {
	left, right := *pg, *pg
	left.Glyphs, right.Glyphs = nil, nil
	for _, g := range pg.Glyphs {
		if (g.X0+g.X1)/2 < x {
			left.Glyphs = append(left.Glyphs, g)
		} else {
			right.Glyphs = append(right.Glyphs, g)
		}
	}
	divide := func(rs []Rule, at func(Rule) float64) (l, r []Rule) {
		for _, k := range rs {
			if at(k) < x {
				l = append(l, k)
			} else {
				r = append(r, k)
			}
		}
		return l, r
	}
	left.Across, right.Across = divide(pg.Across, func(r Rule) float64 { return (r.A + r.B) / 2 })
	left.Down, right.Down = divide(pg.Down, func(r Rule) float64 { return r.At })
	left.Areas, right.Areas = nil, nil
	for _, a := range pg.Areas {
		if (a.Box[0]+a.Box[2])/2 < x {
			left.Areas = append(left.Areas, a)
		} else {
			right.Areas = append(right.Areas, a)
		}
	}
	return &left, &right
}

// gutter finds the middle of an empty strip that divides the page's prose.
func (pg *Page) gutter() (float64, bool) {
	const step = 1.0
	n := int(pg.Width/step) + 1
	if n < 10 || n > 20_000 || len(pg.Glyphs) < 150 {
		return 0, false
	}
	busy := make([]bool, n)
	mark := func(a, b float64) {
		for i := max(0, int(a/step)); i <= min(n-1, int(b/step)); i++ {
			busy[i] = true
		}
	}
	x0, x1 := math.Inf(1), math.Inf(-1)
	for _, g := range pg.Glyphs {
		if strings.TrimSpace(g.Text) == "" {
			continue
		}
		mark(g.X0, g.X1)
		x0, x1 = math.Min(x0, g.X0), math.Max(x1, g.X1)
	}
	for _, r := range pg.Across {
		if r.B-r.A < 0.95*pg.Width {
			mark(r.A, r.B)
		}
	}
	type strip struct{ a, b float64 }
	var strips []strip
	for i := 0; i < n; i++ {
		if busy[i] {
			continue
		}
		k := i
		for k < n && !busy[k] {
			k++
		}
		a, b := float64(i)*step, float64(k)*step
		if b-a >= 14 && a > x0 && b < x1 {
			strips = append(strips, strip{a, b})
		}
		i = k
	}
	middle := (x0 + x1) / 2
	sort.Slice(strips, func(i, j int) bool {
		return math.Abs((strips[i].a+strips[i].b)/2-middle) < math.Abs((strips[j].a+strips[j].b)/2-middle)
	})
	for _, s := range strips {
		x := (s.a + s.b) / 2
		if math.Abs(x-middle) > 0.2*(x1-x0) {
			continue
		}
		var l, r []Glyph
		for _, g := range pg.Glyphs {
			if (g.X0+g.X1)/2 < x {
				l = append(l, g)
			} else {
				r = append(r, g)
			}
		}
		if proseLines(l) >= 3 && proseLines(r) >= 3 || pg.framed(s.a, s.b) {
			return x, true
		}
	}
	return 0, false
}

// proseLines counts lines of twelve characters or more that are no figures.
func proseLines(gs []Glyph) int {
	n := 0
	for _, l := range lines(gs) {
		words := 0
		for _, g := range l.glyphs {
			if wideRune(firstRune(g.Text)) {
				words++
			}
		}
		if words >= 12 {
			n++
		}
	}
	return n
}

func firstRune(s string) rune {
	for _, r := range s {
		return r
	}
	return 0
}

// framed reports whether tables with frames of their own stand on both sides of a strip: two pages on one sheet.
func (pg *Page) framed(a, b float64) bool {
	if pg.Width < 1.15*pg.Height {
		return false
	}
	left, right := 0, 0
	for _, r := range pg.Down {
		switch {
		case r.At < a:
			left++
		case r.At > b:
			right++
		}
	}
	return left > 4 && right > 4 || left == 0 && right == 0 && proseLines(pg.Glyphs) == 0
}
