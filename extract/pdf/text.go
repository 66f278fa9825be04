package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A textLine is one line of glyphs.
type textLine struct {
	glyphs         []glyph
	x0, x1, y0, y1 float64
	base, size     float64
}

// lines sorts glyphs into lines by their baselines, top to bottom, left to right.
func lines(gs []glyph) []textLine {
	if len(gs) == 0 {
		return nil
	}
	order := make([]int32, len(gs))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(i, j int32) int { return cmp.Compare(gs[i].base, gs[j].base) })
	var out []textLine
	for _, at := range order {
		g := &gs[at]
		n := len(out) - 1
		// the same line: baselines within a third of the larger character
		if n >= 0 && math.Abs(g.base-out[n].base) <= 0.34*math.Max(g.size, out[n].size) {
			l := &out[n]
			l.glyphs = append(l.glyphs, *g)
			if g.size > l.size {
				l.size, l.base = g.size, g.base
			}
			continue
		}
		out = append(out, textLine{glyphs: append(make([]glyph, 0, min(32, len(gs))), *g), base: g.base, size: g.size})
	}
	for i := range out {
		l := &out[i]
		byX := func(a, b glyph) int { return cmp.Compare(a.x0, b.x0) }
		if !slices.IsSortedFunc(l.glyphs, byX) {
			slices.SortStableFunc(l.glyphs, byX)
		}
		l.glyphs = dropDoubles(l.glyphs)
		l.x0, l.y0, l.x1, l.y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for i := range l.glyphs {
			g := &l.glyphs[i]
			if strings.TrimSpace(g.text) == "" {
				continue
			}
			l.x0, l.x1 = math.Min(l.x0, g.x0), math.Max(l.x1, g.x1)
			l.y0, l.y1 = math.Min(l.y0, g.y0), math.Max(l.y1, g.y1)
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

// dropDoubles leaves out a glyph drawn a second time almost at the same place (bold made by overprinting, shadows).
func dropDoubles(gs []glyph) []glyph {
	kept := gs[:0]
	for _, g := range gs {
		double := false
		for k := len(kept) - 1; k >= 0 && k >= len(kept)-3; k-- {
			o := &kept[k]
			if o.text == g.text && math.Abs(o.x0-g.x0) < 0.12*g.size && math.Abs(o.base-g.base) < 0.12*g.size && strings.TrimSpace(g.text) != "" {
				double = true
			}
		}
		if !double {
			kept = append(kept, g)
		}
	}
	return kept
}

// text joins a line's glyphs: a space stands where one is printed between them or where a real gap is.
func (l *textLine) text() string {
	var b strings.Builder
	end := math.Inf(1)
	space := false
	var last rune
	for i := range l.glyphs {
		g := &l.glyphs[i]
		t := strings.TrimFunc(g.text, func(r rune) bool { return unicode.IsSpace(r) || r == 0 })
		if t == "" {
			space = b.Len() > 0
			continue
		}
		first, _ := utf8.DecodeRuneInString(t)
		gap := g.x0 - end
		wide := 0.3 * g.size
		if wideRune(last) || wideRune(first) {
			wide = 0.9 * g.size
		}
		switch {
		case b.Len() == 0:
		case gap > 2.5*g.size:
			b.WriteString("  ") // columns of a table without rules
		case gap > wide || space && (gap > 0.12*g.size || !(wideRune(last) && wideRune(first))):
			b.WriteByte(' ')
		}
		b.WriteString(t)
		last, _ = utf8.DecodeLastRuneInString(t)
		end, space = g.x1, false
	}
	return b.String()
}

func wideRune(r rune) bool { return r >= 0x2e80 }

// cellText gives the lines of a cell joined by "\n". Characters set one a line, or in a vertical font, read downwards.
func cellText(gs []glyph) string {
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

// verticalText reads a cell set in a vertical font: columns from the right, each downwards. It is one text, without breaks.
func verticalText(gs []glyph) (string, bool) {
	if len(gs) == 0 {
		return "", false
	}
	for i := range gs {
		if !gs[i].upright && strings.TrimSpace(gs[i].text) != "" {
			return "", false
		}
	}
	gs = slices.Clone(gs)
	slices.SortStableFunc(gs, func(a, b glyph) int {
		ax, bx := (a.x0+a.x1)/2, (b.x0+b.x1)/2
		if math.Abs(ax-bx) > 0.6*math.Max(a.size, b.size) {
			return cmp.Compare(bx, ax)
		}
		return cmp.Compare(a.y0, b.y0)
	})
	var b strings.Builder
	for _, g := range gs {
		b.WriteString(strings.TrimSpace(g.text))
	}
	return b.String(), true
}

// upright turns glyphs that are all written along another direction so that they can be read in lines.
func upright(gs []glyph) []glyph {
	if len(gs) == 0 || gs[0].turn == 0 {
		return gs
	}
	for _, g := range gs {
		if g.turn != gs[0].turn {
			return gs
		}
	}
	pg := page{glyphs: append([]glyph(nil), gs...)}
	pg.rotate((4 - int(gs[0].turn)) % 4)
	return pg.glyphs
}

// repeatedLines finds running heads: the same line at the same height on most pages.
func repeatedLines(pages []*page) map[string]bool {
	count := map[string]int{}
	for _, pg := range pages {
		seen := map[string]bool{}
		var margin []glyph
		for i := range pg.glyphs {
			if g := &pg.glyphs[i]; g.y1 <= 0.09*pg.height+2 || g.y0 >= 0.92*pg.height-2 {
				margin = append(margin, *g)
			}
		}
		for _, l := range lines(margin) {
			if l.y1 > 0.09*pg.height && l.y0 < 0.92*pg.height {
				continue
			}
			if s := strings.TrimSpace(l.text()); !seen[s] {
				seen[s] = true
				count[s]++
			}
		}
	}
	out := map[string]bool{}
	for s, n := range count {
		if n >= 3 && n*2 > len(pages) {
			out[s] = true
		}
	}
	return out
}

// isFurniture reports whether a line in the margin is a page number: - 4 -, — 5 —, 第 3 页 共 9 页, 3.
func isFurniture(s string, inMargin bool) bool {
	k := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	core := strings.Trim(k, "-—–－─―·~‐‑−")
	if core == "" || !inMargin || utf8.RuneCountInString(k) > 16 || strings.Contains(strings.TrimSpace(s), "  ") {
		return false
	}
	digits := strings.TrimFunc(core, unicode.IsDigit) == ""
	switch {
	case digits && core != k && len(core) <= 4:
		return true
	case digits && len(core) <= 3:
		return true
	case strings.HasPrefix(core, "第") && strings.Contains(core, "页"):
		return true
	case strings.Contains(core, "/") && strings.TrimFunc(core, func(r rune) bool { return unicode.IsDigit(r) || r == '/' }) == "" && len(core) <= 7:
		return true
	}
	return false
}

// withoutFurniture leaves out page numbers and running heads.
func (pg *page) withoutFurniture(ls []textLine, furniture map[string]bool) []textLine {
	out := ls[:0:0]
	for i := range ls {
		l := &ls[i]
		if l.y0 > 0.88*pg.height || l.y1 < 0.09*pg.height {
			if s := strings.TrimSpace(l.text()); isFurniture(s, true) || furniture[s] {
				continue
			}
		}
		out = append(out, *l)
	}
	return out
}

// paragraphs joins the lines outside of tables to whole paragraphs.
func paragraphs(pg *page, ls []textLine) []Block {
	if len(ls) == 0 {
		return nil
	}
	left, rightEdge := math.Inf(1), math.Inf(-1)
	for _, l := range ls {
		left, rightEdge = math.Min(left, l.x0), math.Max(rightEdge, l.x1)
	}
	var out []Block
	var prev *textLine
	for i := range ls {
		l := &ls[i]
		s := l.text()
		joined := prev != nil && len(out) > 0 &&
			!strings.Contains(s, "  ") && !strings.Contains(out[len(out)-1].Text, "  ") && // rows of a table without rules
			l.y0-prev.y1 < 1.6*l.size && l.y0 >= prev.y0 &&
			math.Abs(l.size-prev.size) < 0.15*l.size &&
			prev.x1 > rightEdge-2.6*l.size && // the line before runs to the margin
			l.x0 < left+1.2*l.size && // this one is not indented
			!beginsItem(s)
		if joined {
			b := &out[len(out)-1]
			b.Text = joinLines(b.Text, s)
			b.Box[0], b.Box[2] = math.Min(b.Box[0], l.x0), math.Max(b.Box[2], l.x1)
			b.Box[3] = l.y1
		} else {
			out = append(out, Block{Text: s, Page: pg.number, Box: [4]float64{l.x0, l.y0, l.x1, l.y1},
				flush: l.x0 < left+1.2*l.size, item: beginsItem(s), size: l.size})
		}
		out[len(out)-1].runsOn = l.x1 > rightEdge-2.6*l.size
		prev = l
	}
	return out
}

// joinLines joins two lines of one paragraph: with a blank only between words of Latin letters.
func joinLines(a, b string) string {
	if first, _ := utf8.DecodeRuneInString(b); !wideRune(first) && !endsWide(a) {
		return a + " " + b
	}
	return a + b
}

func endsWide(s string) bool {
	r, _ := utf8.DecodeLastRuneInString(s)
	return wideRune(r)
}

// beginsItem reports whether a line begins with the ordinal of a heading: 一、 or （一）.
func beginsItem(s string) bool {
	r := []rune(s)
	if len(r) < 2 {
		return false
	}
	const numerals = "一二三四五六七八九十"
	if strings.ContainsRune(numerals, r[0]) && (r[1] == '、' || len(r) > 2 && strings.ContainsRune(numerals, r[1]) && r[2] == '、') {
		return true
	}
	return (r[0] == '（' || r[0] == '(') && strings.ContainsRune(numerals, r[1])
}
