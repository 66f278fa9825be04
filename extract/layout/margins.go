package layout

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// runningHeads finds running heads: the same line at the same height on most pages.
func runningHeads(pages []*Page) map[string]bool {
	count := map[string]int{}
	for _, pg := range pages {
		seen := map[string]bool{}
		var margin []Glyph
		for i := range pg.Glyphs {
			if g := &pg.Glyphs[i]; g.Y1 <= 0.09*pg.Height+2 || g.Y0 >= 0.92*pg.Height-2 {
				margin = append(margin, *g)
			}
		}
		for _, l := range lines(margin) {
			if l.y1 > 0.09*pg.Height && l.y0 < 0.92*pg.Height {
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

// isPageNumber reports whether a line in the margin is a page number: - 4 -, — 5 —, 第 3 页 共 9 页, 3.
func isPageNumber(s string) bool {
	k := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
	core := strings.Trim(k, "-—–－─―·~‐‑−")
	if core == "" || utf8.RuneCountInString(k) > 16 || strings.Contains(strings.TrimSpace(s), "  ") {
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
	case strings.Contains(core, "/") && len(core) <= 7:
		return strings.TrimFunc(core, func(r rune) bool { return unicode.IsDigit(r) || r == '/' }) == ""
	}
	return false
}

// withoutMargins leaves out page numbers and running heads.
func (pg *Page) withoutMargins(ls []line, heads map[string]bool) []line {
	out := ls[:0:0]
	for i := range ls {
		l := &ls[i]
		if l.y0 > 0.88*pg.Height || l.y1 < 0.09*pg.Height {
			if s := strings.TrimSpace(l.text()); isPageNumber(s) || heads[s] {
				continue
			}
		}
		out = append(out, *l)
	}
	return out
}
