package pdf

import (
	"math"
	"sort"
	"strings"
)

// sides gives the parts of a page that are read one after the other: two pages printed on one sheet, or columns of
// prose, with an empty strip between them from top to bottom. A page that is no such thing is its only part.
func (pg *page) sides() []*page {
	x, ok := pg.gutter()
	if !ok {
		return []*page{pg}
	}
	left, right := pg.split(x)
	return append(left.sides(), right.sides()...)
}

// split divides a page at x.
func (pg *page) split(x float64) (*page, *page) {
	left, right := *pg, *pg
	left.glyphs, right.glyphs = nil, nil
	for _, g := range pg.glyphs {
		if (g.x0+g.x1)/2 < x {
			left.glyphs = append(left.glyphs, g)
		} else {
			right.glyphs = append(right.glyphs, g)
		}
	}
	divide := func(rs []rule, at func(rule) float64) (l, r []rule) {
		for _, k := range rs {
			if at(k) < x {
				l = append(l, k)
			} else {
				r = append(r, k)
			}
		}
		return l, r
	}
	left.across, right.across = divide(pg.across, func(r rule) float64 { return (r.a + r.b) / 2 })
	left.down, right.down = divide(pg.down, func(r rule) float64 { return r.at })
	left.areas, right.areas = nil, nil
	for _, a := range pg.areas {
		if (a.box[0]+a.box[2])/2 < x {
			left.areas = append(left.areas, a)
		} else {
			right.areas = append(right.areas, a)
		}
	}
	return &left, &right
}

// gutter finds the middle of an empty strip that divides the page's prose.
func (pg *page) gutter() (float64, bool) {
	const step = 1.0
	n := int(pg.width/step) + 1
	if n < 10 || n > 20_000 || len(pg.glyphs) < 150 {
		return 0, false
	}
	busy := make([]bool, n)
	mark := func(a, b float64) {
		for i := max(0, int(a/step)); i <= min(n-1, int(b/step)); i++ {
			busy[i] = true
		}
	}
	x0, x1 := math.Inf(1), math.Inf(-1)
	for _, g := range pg.glyphs {
		if strings.TrimSpace(g.text) == "" {
			continue
		}
		mark(g.x0, g.x1)
		x0, x1 = math.Min(x0, g.x0), math.Max(x1, g.x1)
	}
	for _, r := range pg.across {
		if r.b-r.a < 0.95*pg.width {
			mark(r.a, r.b)
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
		var l, r []glyph
		for _, g := range pg.glyphs {
			if (g.x0+g.x1)/2 < x {
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
func proseLines(gs []glyph) int {
	n := 0
	for _, l := range lines(gs) {
		words := 0
		for _, g := range l.glyphs {
			if wideRune(firstRune(g.text)) {
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
func (pg *page) framed(a, b float64) bool {
	if pg.width < 1.15*pg.height {
		return false
	}
	left, right := 0, 0
	for _, r := range pg.down {
		switch {
		case r.at < a:
			left++
		case r.at > b:
			right++
		}
	}
	return left > 4 && right > 4 || left == 0 && right == 0 && proseLines(pg.glyphs) == 0
}
