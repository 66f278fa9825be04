package scan

import (
	"image"
	"math"
	"sort"
)

// A strip is one line of text on a page: a crop of it for the engine.
type strip struct {
	box     [4]int // pixels on the straightened page
	crop    *image.Gray
	field   int  // the field of a table that it stands in; -1 = outside
	figure  bool // it may be a figure
	covered bool
	cut     bool // it touches a rule: part of it may have gone with that
	stacked bool // characters set below each other, put side by side for the engine
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
		b := [4]int{max(0, int(f[0]*scale)+edge), max(0, int(f[1]*scale)+edge),
			min(p.w, int(f[2]*scale+1)-edge), min(p.h, int(f[3]*scale+1)-edge)}
		for y := max(0, b[1]-2*edge); y < min(p.h, b[3]+2*edge); y++ {
			for x := max(0, b[0]-2*edge); x < min(p.w, b[2]+2*edge); x++ {
				inTable[y*p.w+x] = true
			}
		}
		out = append(out, p.fieldStrips(ink, b, scale, k)...)
	}
	rest := &bits{w: ink.w, h: ink.h, on: append([]uint8(nil), ink.on...), cut: ink.cut}
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
	l := &lineCutter{p: p, ink: ink, box: b, scale: scale, field: field}
	l.pieces = l.print(ink.blobs(b[0], b[1], b[2], b[3]))
	if len(l.pieces) == 0 {
		return nil
	}
	l.usual = usualHeight(l.pieces, scale)
	var out []strip
	for _, band := range l.joinBands(l.bands()) {
		out = append(out, l.cut(band)...)
	}
	return out
}

// A lineCutter cuts one area into lines of text.
type lineCutter struct {
	p      *picture
	ink    *bits
	box    [4]int
	scale  float64 // pixels in a point
	field  int     // of a table; -1 = outside
	pieces []blob  // of ink: characters, and parts of them
	usual  float64 // height of a character
}

// A band is rows of pixels, of which each has ink.
type band struct{ from, to int }

// print leaves out ink that is no print: specks, and what was left of rules.
func (l *lineCutter) print(blobs []blob) []blob {
	b, scale := l.box, l.scale
	speck := math.Max(4, 0.35*scale*scale*2) // less than a comma is
	kept := blobs[:0]
	for _, c := range blobs {
		w, h := float64(c.x1-c.x0), float64(c.y1-c.y0)
		if float64(c.area) < speck || math.Max(w, h) < 1.4*scale {
			continue
		}
		// what touches a field's edge and is thin is what was left of its rule
		beside := (c.x0 <= b[0]+1 || c.x1 >= b[2]-1) && w < 1.2*scale && h > 2*w
		along := (c.y0 <= b[1]+1 || c.y1 >= b[3]-1) && h < 1.2*scale && w > 2*h
		if l.field >= 0 && (beside || along) {
			continue
		}
		kept = append(kept, c)
	}
	return kept
}

// bands parts the area by the rows without ink.
func (l *lineCutter) bands() []band {
	top := l.box[1]
	rows := make([]int, l.box[3]-top)
	for _, c := range l.pieces {
		for y := c.y0; y < c.y1; y++ {
			rows[y-top] += min(c.x1-c.x0, 1+c.area/(c.y1-c.y0))
		}
	}
	var out []band
	for y := 0; y < len(rows); {
		if rows[y] == 0 {
			y++
			continue
		}
		z := y
		for z < len(rows) && rows[z] > 0 {
			z++
		}
		out = append(out, band{y + top, z + top})
		y = z
	}
	return out
}

// joinBands joins bands of which one holds only pieces of characters (the dots of 六, the bars of 三) with the one
// beside.
func (l *lineCutter) joinBands(bands []band) []band {
	for i := 0; i+1 < len(bands); {
		a, c := bands[i], bands[i+1]
		usual := l.usual
		for _, k := range l.pieces { // a character is as high as it is wide
			wide := k.x1 - k.x0
			if k.in(band{a.from, c.to}) && float64(wide) < 26*l.scale && wide < 2*(c.to-a.from) {
				usual = math.Max(usual, float64(wide))
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
	return bands
}

// in reports whether the middle of a piece lies in a band.
func (c *blob) in(b band) bool {
	mid := (c.y0 + c.y1) / 2
	return mid >= b.from && mid < b.to
}

// cut cuts a band where wide gaps part it.
func (l *lineCutter) cut(b band) (out []strip) {
	var in []blob
	for _, c := range l.pieces {
		if c.in(b) {
			in = append(in, c)
		}
	}
	sort.Slice(in, func(i, j int) bool { return in[i].x0 < in[j].x0 })
	for i, groups := 0, 1; i < len(in); groups++ {
		box, j := l.group(in, i)
		// beside a label of two lines stands its figure, between them: what stands apart is cut by itself
		if l.field < 0 && float64(box[3]-box[1]) > 1.4*l.usual && (groups > 1 || j < len(in)) {
			out = append(out, l.p.lineStrips(l.ink, box, l.scale, l.field)...)
		} else {
			out = append(out, l.strip(box, j-i))
		}
		i = j
	}
	return out
}

// group gives the box around the pieces from i on that no wide gap parts, and the first piece behind it.
func (l *lineCutter) group(in []blob, i int) (box [4]int, j int) {
	high := math.Max(l.usual, 8*l.scale)
	// the columns of a table without rules stand closer than two characters, a comma leaves less than one
	apart := int(0.85 * high)
	if l.field >= 0 {
		apart = 1 << 30 // a field's line is one
	}
	// figures of two columns stand closer still, but no digits of one figure so far apart
	figuresApart := int(0.5 * high)
	narrow := func(c blob) bool { return float64(c.x1-c.x0) < 0.62*high }
	box = [4]int{in[i].x0, in[i].y0, in[i].x1, in[i].y1}
	for j = i + 1; j < len(in); j++ {
		c := in[j]
		gap := c.x0 - box[2]
		if gap >= apart || l.field < 0 && gap > figuresApart && narrow(in[j-1]) && narrow(c) {
			break
		}
		box = [4]int{min(box[0], c.x0), min(box[1], c.y0), max(box[2], c.x1), max(box[3], c.y1)}
	}
	return box, j
}

// strip makes a line of text of a box with n pieces.
func (l *lineCutter) strip(box [4]int, n int) strip {
	w, h := float64(box[2]-box[0]), math.Max(float64(box[3]-box[1]), 5*l.scale)
	return strip{box: box, field: l.field, cut: l.ink.cutIn(box), covered: l.p.reddish(box), figure: w < 7.5*h && n <= 40,
		crop: l.p.crop(box, int(math.Max(2, 0.12*h)))}
}

// cutIn reports whether a rule was cut off from ink at the edge of a box.
func (b *bits) cutIn(box [4]int) bool {
	const beside, least = 2, 3
	from := sort.SearchInts(b.cut, max(0, box[1]-beside)*b.w)
	n := 0
	for _, i := range b.cut[from:] {
		x, y := i%b.w, i/b.w
		if y >= box[3]+beside {
			break
		}
		if x >= box[0]-beside && x < box[2]+beside {
			if n++; n >= least {
				return true
			}
		}
	}
	return false
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
