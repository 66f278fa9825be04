// Package scan reads pictures of pages: it stands them straight, finds their ruling lines and lines of text, and has an
// engine recognise these one by one, so that each cell of a table is read by itself and with a confidence of its own.
// Reading a whole page at once, as such engines offer, loses most of these tables.
//
// It knows pictures and engines. It knows nothing of what a report is.
package scan

import (
	"context"
	"image"
	"strings"

	"github.com/gongkai/gongkai/extract/layout"
)

// An Engine recognises pictures of single lines of text.
type Engine interface {
	// Name tells the engine and its version: what it read once, it reads the same way again.
	Name() string
	// Recognise reads lines. figures tells of each whether it may be a figure of a table, which is looked at more
	// closely.
	Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]Reading, error)
	Close()
}

// A Reading is what an engine makes of one line.
type Reading struct {
	Text       string
	Confidence float64 // 0 to 1
	Others     []layout.Alternative
}

// Page reads the picture of a page; scale is the number of pixels in a point.
func Page(ctx context.Context, e Engine, img image.Image, scale float64) (*layout.Seen, error) {
	p := load(img)
	p.flatten()
	if _, _, usual := p.grain(); usual > 4 {
		p.smooth()
	}
	limit := p.threshold()
	p = p.turn(p.skew(limit))
	ink := p.ink(limit)
	dpi := scale * 72
	across, down := ink.rules(dpi)
	p.whiten(ink, limit)
	p.findStamps()
	cut := ink.cut
	ink = p.faint(limit)
	ink.cut = cut
	s := &layout.Seen{Angle: p.angle}
	s.Width, s.Height = size(img, scale)
	for _, l := range across {
		s.Across = append(s.Across, layout.Rule{At: l.at / scale, A: l.a / scale, B: l.b / scale})
	}
	for _, l := range down {
		s.Down = append(s.Down, layout.Rule{At: l.at / scale, A: l.a / scale, B: l.b / scale})
	}
	fields := layout.Fields(s.Across, s.Down)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	strips := p.strips(ink, fields, scale, limit)
	var crops []*image.Gray
	var figures []bool
	for i := range strips {
		crops = append(crops, strips[i].crop)
		figures = append(figures, strips[i].figure)
	}
	readings, err := e.Recognise(ctx, crops, figures)
	if err != nil {
		return nil, err
	}
	oneFigure(strips, readings)
	for i := range strips {
		st, r := &strips[i], readings[i]
		if w := float64(st.box[2]-st.box[0]) / scale; r.Text == "-" && w > 5.2 {
			r.Text = "—" // which of the two, only its length tells
		} else if r.Text == "—" && w < 4.6 {
			r.Text = "-"
		}
		if st.cut && st.field >= 0 && st.figure { // an 8 whose left side went with the rule is a 3
			r.Confidence = min(r.Confidence, 0.5)
		}
		if strings.TrimSpace(r.Text) == "" {
			if st.field < 0 { // a smudge beside the text
				continue
			}
			r.Text, r.Confidence = "\ufffd", 0
		}
		b := [4]float64{float64(st.box[0]) / scale, float64(st.box[1]) / scale, float64(st.box[2]) / scale,
			float64(st.box[3]) / scale}
		s.Texts = append(s.Texts, layout.Text{Text: r.Text, Box: b,
			Reading: layout.Reading{Confidence: r.Confidence, Others: r.Others, Covered: st.covered}})
	}
	s.Covered = p.covered(scale)
	return s, nil
}

// size gives the width and height of a picture in points.
func size(img image.Image, scale float64) (w, h float64) {
	return float64(img.Bounds().Dx()) / scale, float64(img.Bounds().Dy()) / scale
}

// oneFigure empties what stands in a field beside a figure and is no print: a smudge. The figure is the less trusted
// for it.
func oneFigure(strips []strip, readings []Reading) {
	for i := 0; i < len(strips); {
		j := i + 1
		for j < len(strips) && strips[j].field >= 0 && strips[j].field == strips[i].field {
			j++
		}
		best := -1
		for k := i; k < j; k++ {
			if digits(readings[k].Text) && (best < 0 || readings[k].Confidence > readings[best].Confidence) {
				best = k
			}
		}
		smudged := best >= 0 && j-i > 1
		for k := i; k < j && smudged; k++ {
			h, tall := strips[k].box[3]-strips[k].box[1], strips[best].box[3]-strips[best].box[1]
			smudged = k == best || readings[k].Confidence < 0.6 && (h*10 < tall*8 || len([]rune(readings[k].Text)) < 2)
		}
		for k := i; k < j && smudged; k++ {
			if k == best {
				readings[k].Confidence = min(readings[k].Confidence, 0.7)
			} else {
				readings[k] = Reading{}
				strips[k].field, strips[k].figure = -1, false
			}
		}
		i = j
	}
}

// whiten takes off the page what is no ink any more: ruling lines, and the grey of their edges.
func (p *picture) whiten(ink *bits, limit uint8) {
	gone := make([]bool, len(p.pix))
	for i, v := range p.pix {
		if v < limit && ink.on[i] == 0 {
			for _, k := range [5]int{i, i - 1, i + 1, i - p.w, i + p.w} {
				if k >= 0 && k < len(gone) && ink.on[k] == 0 {
					gone[k] = true
				}
			}
		}
	}
	for i, g := range gone {
		if g {
			p.pix[i] = 250
		}
	}
}

// covered gives the places where a stamp lies, in points.
func (p *picture) covered(scale float64) (out [][4]float64) {
	const t = stampTile
	for i, on := range p.on {
		if on {
			x, y := float64(i%p.stamps*t), float64(i/p.stamps*t)
			out = append(out, [4]float64{x / scale, y / scale, (x + t) / scale, (y + t) / scale})
		}
	}
	return out
}
