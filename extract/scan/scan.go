// Package scan reads pictures of pages: it stands them straight, finds their ruling lines and lines of text, and has an
// engine recognise these one by one, so that each cell of a table is read by itself and with a confidence of its own.
// Reading a whole page at once, as such engines offer, loses most of these tables.
//
// It knows pictures and engines. It knows nothing of what a report is.
package scan

import (
	"context"
	"image"
	"math"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/extract/layout"
)

// An Engine recognises pictures of single lines of text.
type Engine interface {
	// Name tells the engine and its version: what it read once, it reads the same way again.
	Name() string
	// Recognise reads lines. figures tells of each whether it may be a figure of a table, which is looked at more closely.
	Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]Reading, error)
	Close()
}

// A Reading is what an engine makes of one line.
type Reading struct {
	Text       string
	Confidence float64 // 0 to 1
	Others     []layout.Alternative
}

// A strip is one line of text on a page: a crop of it for the engine.
type strip struct {
	box     [4]int // pixels on the straightened page
	crop    *image.Gray
	field   int  // the field of a table that it stands in; -1 = outside
	figure  bool // it may be a figure
	covered bool
	stacked bool // characters set below each other, put side by side for the engine
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
	ink = p.faint(limit)
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
		if strings.TrimSpace(r.Text) == "" {
			if st.field < 0 { // a smudge beside the text
				continue
			}
			r.Text, r.Confidence = "\ufffd", 0
		}
		b := [4]float64{float64(st.box[0]) / scale, float64(st.box[1]) / scale, float64(st.box[2]) / scale, float64(st.box[3]) / scale}
		s.Texts = append(s.Texts, layout.Text{Text: r.Text, Box: b, Reading: layout.Reading{Confidence: r.Confidence, Others: r.Others, Covered: st.covered}})
	}
	s.Covered = p.covered(scale)
	return s, nil
}

// size gives the width and height of a picture in points.
func size(img image.Image, scale float64) (w, h float64) {
	return float64(img.Bounds().Dx()) / scale, float64(img.Bounds().Dy()) / scale
}

// oneFigure empties what stands in a field beside a figure and is no print: a smudge. The figure is the less trusted for it.
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

// reddish reports whether a stamp lies on a part of the page.
func (p *picture) reddish(b [4]int) bool {
	if p.red == nil {
		return false
	}
	n, all := 0, 0
	for y := max(0, b[1]-2); y < min(p.h, b[3]+2); y++ {
		for x := max(0, b[0]-2); x < min(p.w, b[2]+2); x++ {
			n += int(p.red[y*p.w+x])
			all++
		}
	}
	return n*80 > all
}

// strips cuts the page into lines of text: those of each field of a table, and those outside of tables.
func (p *picture) strips(ink *bits, fields [][4]float64, scale float64, limit uint8) []strip {
	var out []strip
	inTable := make([]bool, len(ink.on))
	edge := int(math.Max(2, 0.9*scale))
	for k, f := range fields {
		b := [4]int{max(0, int(f[0]*scale)+edge), max(0, int(f[1]*scale)+edge), min(p.w, int(f[2]*scale+1)-edge), min(p.h, int(f[3]*scale+1)-edge)}
		for y := max(0, b[1]-2*edge); y < min(p.h, b[3]+2*edge); y++ {
			for x := max(0, b[0]-2*edge); x < min(p.w, b[2]+2*edge); x++ {
				inTable[y*p.w+x] = true
			}
		}
		out = append(out, p.fieldStrips(ink, b, scale, k)...)
	}
	rest := &bits{ink.w, ink.h, append([]uint8(nil), ink.on...)}
	for i, in := range inTable {
		if in {
			rest.on[i] = 0
		}
	}
	out = append(out, p.lineStrips(rest, [4]int{0, 0, p.w, p.h}, scale, -1)...)
	return out
}

// fieldStrips gives the lines of one field. Specks are no ink.
func (p *picture) fieldStrips(ink *bits, b [4]int, scale float64, field int) []strip {
	lines := p.lineStrips(ink, b, scale, field)
	if len(lines) >= 3 { // characters below each other are read side by side
		square := true
		for _, l := range lines {
			w, h := float64(l.box[2]-l.box[0]), float64(l.box[3]-l.box[1])
			square = square && w < 1.7*math.Max(h, 7*scale)
		}
		if square && b[3]-b[1] > 2*(b[2]-b[0]) {
			return []strip{p.stack(lines, field)}
		}
	}
	return lines
}

// stack puts characters that are set below each other side by side.
func (p *picture) stack(lines []strip, field int) strip {
	box := lines[0].box
	w, h := 0, 0
	for _, l := range lines {
		box = [4]int{min(box[0], l.box[0]), min(box[1], l.box[1]), max(box[2], l.box[2]), max(box[3], l.box[3])}
		w += l.crop.Bounds().Dx()
		h = max(h, l.crop.Bounds().Dy())
	}
	crop := image.NewGray(image.Rect(0, 0, w, h))
	for i := range crop.Pix {
		crop.Pix[i] = 255
	}
	x := 0
	for _, l := range lines {
		lb := l.crop.Bounds()
		for y := range lb.Dy() {
			copy(crop.Pix[(y+(h-lb.Dy())/2)*crop.Stride+x:], l.crop.Pix[y*l.crop.Stride:y*l.crop.Stride+lb.Dx()])
		}
		x += lb.Dx()
	}
	return strip{box: box, crop: crop, field: field, stacked: true, covered: p.reddish(box)}
}

// lineStrips cuts an area into lines by the rows without ink between them, and lines where wide gaps part them.
func (p *picture) lineStrips(ink *bits, b [4]int, scale float64, field int) []strip {
	type span struct{ from, to int }
	blobs := ink.blobs(b[0], b[1], b[2], b[3])
	speck := math.Max(4, 0.35*scale*scale*2) // less than a comma is
	kept := blobs[:0]
	for _, c := range blobs {
		w, h := float64(c.x1-c.x0), float64(c.y1-c.y0)
		if float64(c.area) < speck || math.Max(w, h) < 1.4*scale {
			continue
		}
		// what touches a field's edge and is thin is what was left of its rule
		if field >= 0 && (c.x0 <= b[0]+1 || c.x1 >= b[2]-1) && w < 1.2*scale && h > 2*w || field >= 0 && (c.y0 <= b[1]+1 || c.y1 >= b[3]-1) && h < 1.2*scale && w > 2*h {
			continue
		}
		kept = append(kept, c)
	}
	if len(kept) == 0 {
		return nil
	}
	rows := make([]int, b[3]-b[1])
	for _, c := range kept {
		for y := c.y0; y < c.y1; y++ {
			rows[y-b[1]] += min(c.x1-c.x0, 1+c.area/(c.y1-c.y0))
		}
	}
	var bands []span
	for y := 0; y < len(rows); {
		if rows[y] == 0 {
			y++
			continue
		}
		z := y
		for z < len(rows) && rows[z] > 0 {
			z++
		}
		bands = append(bands, span{y + b[1], z + b[1]})
		y = z
	}
	// pieces of characters (the dots of 六, the bars of 三) belong to the band beside them
	usual := usualHeight(kept, scale)
	for i := 0; i+1 < len(bands); {
		a, c := bands[i], bands[i+1]
		usual := usual
		for _, k := range kept { // a character is as high as it is wide
			if mid := (k.y0 + k.y1) / 2; mid >= a.from && mid < c.to && float64(k.x1-k.x0) < 26*scale && k.x1-k.x0 < 2*(c.to-a.from) {
				usual = math.Max(usual, float64(k.x1-k.x0))
			}
		}
		low := math.Min(float64(a.to-a.from), float64(c.to-c.from)) < 0.6*usual
		if joint := float64(c.to - a.from); low && joint < 1.35*usual && float64(c.from-a.to) < 0.5*usual {
			bands[i].to = c.to
			bands = append(bands[:i+1], bands[i+2:]...)
			continue
		}
		i++
	}
	var out []strip
	for _, band := range bands {
		var in []blob
		for _, c := range kept {
			if mid := (c.y0 + c.y1) / 2; mid >= band.from && mid < band.to {
				in = append(in, c)
			}
		}
		sort.Slice(in, func(i, j int) bool { return in[i].x0 < in[j].x0 })
		// the columns of a table without rules stand closer than two characters, a comma leaves less than one
		apart := int(0.85 * math.Max(usual, 8*scale))
		if field >= 0 {
			apart = 1 << 30 // a field's line is one
		}
		// figures of two columns stand closer still, but no digits of one figure so far apart
		figuresApart := int(0.5 * math.Max(usual, 8*scale))
		narrow := func(c blob) bool { return float64(c.x1-c.x0) < 0.62*math.Max(usual, 8*scale) }
		groups := 0
		for i := 0; i < len(in); {
			box := [4]int{in[i].x0, in[i].y0, in[i].x1, in[i].y1}
			j := i + 1
			for j < len(in) && in[j].x0-box[2] < apart && !(field < 0 && in[j].x0-box[2] > figuresApart && narrow(in[j-1]) && narrow(in[j])) {
				box = [4]int{min(box[0], in[j].x0), min(box[1], in[j].y0), max(box[2], in[j].x1), max(box[3], in[j].y1)}
				j++
			}
			groups++
			// beside a label of two lines stands its figure, between them: what stands apart is cut by itself
			if field < 0 && float64(box[3]-box[1]) > 1.4*usual && (groups > 1 || j < len(in)) {
				out = append(out, p.lineStrips(ink, box, scale, field)...)
				i = j
				continue
			}
			st := strip{box: box, field: field, covered: p.reddish(box)}
			w, h := float64(box[2]-box[0]), float64(box[3]-box[1])
			st.figure = w < 7.5*math.Max(h, 5*scale) && j-i <= 40
			st.crop = p.crop(box, int(math.Max(2, 0.12*math.Max(h, 5*scale))))
			out = append(out, st)
			i = j
		}
	}
	return out
}

// usualHeight is the height of the larger pieces of ink: that of a character.
func usualHeight(blobs []blob, scale float64) float64 {
	var hs []int
	for _, c := range blobs {
		hs = append(hs, max(c.y1-c.y0, (c.x1-c.x0)*3/4))
	}
	sort.Ints(hs)
	h := float64(hs[len(hs)*3/4])
	return math.Min(math.Max(h, 6*scale), 16*scale)
}

// crop cuts a piece out of the page, with some paper around it.
func (p *picture) crop(b [4]int, margin int) *image.Gray {
	w, h := b[2]-b[0]+2*margin, b[3]-b[1]+2*margin
	g := image.NewGray(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := uint8(255)
			if sx, sy := b[0]-margin+x, b[1]-margin+y; sx >= 0 && sy >= 0 && sx < p.w && sy < p.h {
				v = p.pix[sy*p.w+sx]
			}
			g.Pix[y*g.Stride+x] = v
		}
	}
	return g
}
