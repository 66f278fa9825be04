package layout

import (
	"math"
	"strings"

	"github.com/gongkai/gongkai/extract/script"
)

// liftRaised puts raised digits on the line that they belong to, as ⁰ to ⁹: smaller than the character before them,
// which they touch, and set above its baseline. Lowered ones become ₀ to ₉.
func (pg *Page) liftRaised() {
	var line, above float64 // baseline of the character that raised ones hang on, and theirs
	var size, end float64
	inRun := false
	for i := range pg.Glyphs {
		g := &pg.Glyphs[i]
		if i == 0 || strings.TrimSpace(g.Text) == "" {
			continue
		}
		p := &pg.Glyphs[i-1]
		if !inRun || g.Size != size || g.Base != above || math.Abs(g.X0-end) > 0.5*size {
			inRun = false
			if g.loweredOn(p) {
				g.Text, g.Base = lowered.Replace(g.Text), p.Base
				continue
			}
			if !g.raisedOn(p) {
				continue
			}
			line, above, size, inRun = p.Base, g.Base, g.Size, true
		}
		end = g.X1
		if strings.Trim(g.Text, "0123456789[]()〔〕【】*") != "" {
			inRun = false
			continue
		}
		g.Text, g.Base = script.Raise(g.Text), line
	}
}

// raisedOn reports whether a glyph is set smaller than the one before it, above its baseline, and touches it.
func (g *Glyph) raisedOn(p *Glyph) bool {
	rise := p.Base - g.Base
	return rise >= 0.15*p.Size && rise <= 0.75*p.Size && g.Size <= 0.85*p.Size &&
		g.X0 >= p.X1-0.2*p.Size && g.X0 <= p.X1+0.35*p.Size && strings.TrimSpace(p.Text) != ""
}

// loweredOn reports whether a digit is set smaller than the one before it, below its baseline, and touches it; or goes
// on with such ones.
func (g *Glyph) loweredOn(p *Glyph) bool {
	if !g.figure || !isDigits(g.Text) || g.X0 < p.X1-0.2*p.Size || g.X0 > p.X1+0.35*p.Size {
		return false
	}
	if strings.Trim(p.Text, "₀₁₂₃₄₅₆₇₈₉") == "" { // p is on the line already
		return g.Y1 == p.Y1 && g.Size == p.Size
	}
	drop := g.Base - p.Base
	return isDigits(p.Text) && g.Size <= 0.85*p.Size && drop >= 0.1*p.Size && drop <= 0.6*p.Size
}

var lowered = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈",
	"9", "₉")
