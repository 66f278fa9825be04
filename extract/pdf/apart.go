package pdf

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract/script"
)

// dropStruck takes out digits that are crossed out, with the rule that crosses them. Such a rule runs through the middle of
// digits and ends where they end; the rules of a table go on.
func (pg *page) dropStruck() {
	var digits []int
	for i := range pg.glyphs {
		if isDigits(pg.glyphs[i].text) {
			digits = append(digits, i)
		}
	}
	if len(digits) == 0 || len(pg.across) == 0 {
		return
	}
	slices.SortFunc(digits, func(i, j int) int { return cmp.Compare(pg.glyphs[i].base, pg.glyphs[j].base) })
	out := map[int]bool{}
	pg.across = slices.DeleteFunc(pg.across, func(r rule) bool {
		var on []int
		x0, x1, size := math.Inf(1), math.Inf(-1), 0.0
		from, _ := slices.BinarySearchFunc(digits, r.at, func(i int, at float64) int { return cmp.Compare(pg.glyphs[i].base, at) })
		for _, i := range digits[from:] {
			g := &pg.glyphs[i]
			if g.base-r.at > 40 {
				break
			}
			if up := (g.base - r.at) / g.size; up < 0.12 || up > 0.6 || g.x0 < r.a-0.3*g.size || g.x1 > r.b+0.3*g.size {
				continue
			}
			on = append(on, i)
			x0, x1, size = math.Min(x0, g.x0), math.Max(x1, g.x1), math.Max(size, g.size)
		}
		if len(on) == 0 || r.a < x0-0.4*size || r.b > x1+0.4*size || x1-x0 < 0.8*(r.b-r.a) {
			return false
		}
		slices.SortFunc(on, func(i, j int) int { return cmp.Compare(pg.glyphs[i].x0, pg.glyphs[j].x0) })
		var said strings.Builder
		for _, i := range on {
			if !out[i] {
				out[i] = true
				said.WriteString(pg.glyphs[i].text)
			}
		}
		if said.Len() > 0 {
			pg.struck = append(pg.struck, said.String())
		}
		return true
	})
	if len(out) == 0 {
		return
	}
	kept := pg.glyphs[:0]
	for i, g := range pg.glyphs {
		if !out[i] {
			kept = append(kept, g)
		}
	}
	pg.glyphs = kept
}

// liftRaised puts raised digits on the line that they belong to, as ⁰ to ⁹: smaller than the character before them, which they touch,
// and set above its baseline.
func (pg *page) liftRaised() {
	var line, above float64 // baseline and size of the character that raised ones hang on
	var size, end float64
	run := false
	for i := range pg.glyphs {
		g := &pg.glyphs[i]
		if i == 0 || strings.TrimSpace(g.text) == "" {
			continue
		}
		p := &pg.glyphs[i-1]
		if !run || g.size != size || g.base != above || math.Abs(g.x0-end) > 0.5*size {
			run = false
			if rise := p.base - g.base; rise < 0.15*p.size || rise > 0.75*p.size || g.size > 0.85*p.size || g.x0 < p.x1-0.2*p.size || g.x0 > p.x1+0.35*p.size || strings.TrimSpace(p.text) == "" {
				continue
			}
			line, above, size, run = p.base, g.base, g.size, true
		}
		end = g.x1
		if strings.Trim(g.text, "0123456789[]()〔〕【】*") != "" {
			run = false
			continue
		}
		g.text, g.base = script.Raise(g.text), line
	}
}

func isDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
