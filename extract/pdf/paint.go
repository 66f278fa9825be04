package pdf

import (
	"math"

	objects "github.com/ledongthuc/pdf"

	"github.com/gongkai/gongkai/extract/layout"
)

// A path under construction: subpaths of points, curves only by their ends, and by what bounds them.
type subpath struct {
	points, controls [][2]float64
	curved           bool
	closed           bool
}

func closeLast(path []subpath) {
	if n := len(path); n > 0 {
		path[n-1].closed = true
	}
}

// picture notes a picture in the unit square of the CTM. clear says that what is below it shows through, plain that it is
// of one colour.
func (in *interpreter) picture(pg *page, st *state, w, h float64, clear bool, plain func() bool) {
	b := bounds(st.ctm, [4]float64{0, 0, 1, 1})
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	if w > 50 && h > 50 {
		pg.pictures++
	}
	bw, bh := b[2]-b[0], b[3]-b[1]
	switch { // some printers draw lines as pictures
	case bh <= thin && bw > 3*bh && bw > 4:
		pg.addRule(st, b[0], (b[1]+b[3])/2, b[2], (b[1]+b[3])/2)
	case bw <= thin && bh > 8*bw && bh > 10:
		pg.addRule(st, (b[0]+b[2])/2, b[1], (b[0]+b[2])/2, b[3])
	case bw >= 1.5 && bh >= 1.5 && !st.fillClear && (bw < 0.7*pg.Width || bh < 0.7*pg.Height) && !plain():
		pg.mark(in, b, layout.Picture)
	}
	if bw > 0.85*pg.Width && bh > 0.7*pg.Height {
		pg.scan = true
	}
	if !clear && !st.veiled && !st.fillClear {
		in.paint(pg, layout.Area{Box: b, Picture: true, Colour: -1})
	}
}

// plain reports whether a picture is of one colour, and so only ground: printers draw some boxes as pictures. Only small
// ones are looked into.
func (in *interpreter) plain(x objects.Value) bool {
	w, h := int(x.Key("Width").Int64()), int(x.Key("Height").Int64())
	if w <= 1 && h <= 1 {
		return true
	}
	const most = 1 << 16 // pixels
	if w <= 0 || h <= 0 || w > most || h > most || w*h > most {
		return false
	}
	for _, f := range filtersOfValue(x) {
		switch f.name {
		case "DCTDecode", "DCT", "JPXDecode", "JBIG2Decode", "CCITTFaxDecode", "CCF":
			return false
		}
	}
	b, err := in.file.data(x, 16*most)
	if err != nil || len(b) < h {
		return false
	}
	n := 1 // bytes that repeat
	if x.Key("BitsPerComponent").Int64() == 8 {
		n = max(1, len(b)/(w*h))
	}
	row := max(1, len(b)/h)
	for i := range b {
		last := i%row == row-1 && x.Key("BitsPerComponent").Int64() < 8 // its bits beyond the picture say nothing
		if b[i] != b[i%n] && !(last && w%8 != 0) {
			return false
		}
	}
	return x.Key("BitsPerComponent").Int64() == 8 || b[0] == 0 || b[0] == 0xff
}

// paint records an area.
func (in *interpreter) paint(pg *page, a layout.Area) {
	if a.Box[2]-a.Box[0] < 1 || a.Box[3]-a.Box[1] < 1 || len(pg.Areas) > 50_000 {
		return
	}
	if pg.throughText(a.Box) {
		return
	}
	in.order++
	a.Order = in.order
	pg.Areas = append(pg.Areas, a)
	if !a.White && a.Colour >= 0 && len(pg.grounds) <= maxGrounds && !pg.hasGround(a.Colour) {
		pg.grounds = append(pg.grounds, a.Colour)
	}
}

const maxGrounds = 32 // colours of areas that are told apart

// hasGround reports whether an area of about this colour is painted anywhere on the page.
func (pg *page) hasGround(colour int32) bool {
	if len(pg.grounds) > maxGrounds {
		return true
	}
	for _, c := range pg.grounds {
		if layout.Alike(c, colour) {
			return true
		}
	}
	return false
}

// throughText takes what is painted while text is the clip (9.3.6): it is seen in the shape of the text, in colours that
// nobody knows.
func (pg *page) throughText(box [4]float64) bool {
	if len(pg.clipText) == 0 {
		return false
	}
	for _, g := range pg.clipText {
		if x, y := g.Center(); x >= box[0] && x <= box[2] && y >= box[1] && y <= box[3] {
			g.Text = "\ufffd"
			pg.Glyphs = append(pg.Glyphs, g)
		}
	}
	return true
}

// intersect gives what two boxes have in common; its sides are the wrong way round where that is nothing.
func intersect(a, b [4]float64) [4]float64 {
	return [4]float64{math.Max(a[0], b[0]), math.Max(a[1], b[1]), math.Min(a[2], b[2]), math.Min(a[3], b[3])}
}

// clipTo narrows the clip to the bounding box of a path.
func (st *state) clipTo(path []subpath) {
	if len(path) == 0 {
		return
	}
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, s := range path {
		o := s.bounds(st.ctm)
		b = [4]float64{math.Min(b[0], o[0]), math.Min(b[1], o[1]), math.Max(b[2], o[2]), math.Max(b[3], o[3])}
	}
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	st.clip, st.hasClip = b, true
}

// thin is how thick a filled shape may be to count as a line, in points.
const thin = 3.2

// stroke records the axis-parallel segments of a stroked path as rules, and the others as marks.
func (in *interpreter) stroke(pg *page, st *state, path []subpath) {
	width := st.width * scaleOf(st.ctm)
	for _, s := range path {
		n := len(s.points)
		drawing := s.curved || n > 5 // of many strokes, only long ones may be rules
		if drawing && in.letter(pg, st, s, layout.Drawn) {
			continue
		}
		for i := 0; i+1 < n || s.closed && i < n && n > 2; i++ {
			p, q := s.points[i], s.points[(i+1)%n]
			if width > thin {
				in.thick(pg, st, p, q, width)
			}
			if width <= 12 { // else an area, not a line
				in.segment(pg, st, p, q, drawing)
			}
		}
	}
}

// strokeWhite covers what white lines lie over that are too thick to be rules.
func (in *interpreter) strokeWhite(pg *page, st *state, path []subpath) {
	width := st.width * scaleOf(st.ctm)
	for _, s := range path {
		for i := 0; i+1 < len(s.points) && width > thin; i++ {
			in.thick(pg, st, s.points[i], s.points[i+1], width)
		}
	}
}

// thick paints the box that a thick line fills.
func (in *interpreter) thick(pg *page, st *state, p, q [2]float64, width float64) {
	b := bounds(st.ctm, [4]float64{p[0], p[1], q[0], q[1]})
	w, h := b[2]-b[0], b[3]-b[1]
	switch {
	case st.veiled || w > 0.8 && h > 0.8:
		return
	case w < h:
		b[0], b[2] = b[0]-width/2, b[2]+width/2
	default:
		b[1], b[3] = b[1]-width/2, b[3]+width/2
	}
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	in.paint(pg, layout.Area{Box: b, White: st.line.white, Colour: st.line.rgb})
}

// letter marks a drawing that is no larger than a few characters.
func (in *interpreter) letter(pg *page, st *state, s subpath, kind layout.MarkKind) bool {
	const size = 30.0
	b := s.bounds(st.ctm)
	w, h := b[2]-b[0], b[3]-b[1]
	if !(w <= size && h <= size) {
		return false
	}
	if st.hasClip {
		if b = intersect(b, st.clip); b[2] <= b[0] && b[3] <= b[1] {
			return true
		}
	}
	if w > 0.8 || h > 0.8 {
		pg.mark(in, b, kind)
	}
	return true
}

// bounds is a box that a subpath does not leave.
func (s *subpath) bounds(m matrix) [4]float64 {
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, list := range [2][][2]float64{s.points, s.controls} {
		for _, p := range list {
			x, y := m.Apply(p[0], p[1])
			b = [4]float64{math.Min(b[0], x), math.Min(b[1], y), math.Max(b[2], x), math.Max(b[3], y)}
		}
	}
	return b
}

func scaleOf(m matrix) float64 { return math.Sqrt(math.Abs(m[0]*m[3] - m[1]*m[2])) }

func (in *interpreter) segment(pg *page, st *state, p, q [2]float64, drawing bool) {
	x0, y0 := st.ctm.Apply(p[0], p[1])
	x1, y1 := st.ctm.Apply(q[0], q[1])
	if math.Abs(x1-x0) > 0.8 && math.Abs(y1-y0) > 0.8 {
		if c := st.clip; !st.hasClip || math.Max(x0, x1) > c[0] && math.Min(x0, x1) < c[2] && math.Max(y0, y1) > c[1] &&
			math.Min(y0, y1) < c[3] {
			pg.strokeMark(in, x0, y0, x1, y1)
		}
		return
	}
	if drawing && math.Hypot(x1-x0, y1-y0) < 24 {
		return
	}
	pg.addRule(st, x0, y0, x1, y1)
}

// addRule records a segment if it runs along an axis, cut to the clip.
func (pg *page) addRule(st *state, x0, y0, x1, y1 float64) {
	if st.hasClip {
		const slack = 2
		c := st.clip
		if math.Max(x0, x1) < c[0]-slack || math.Min(x0, x1) > c[2]+slack || math.Max(y0, y1) < c[1]-slack ||
			math.Min(y0, y1) > c[3]+slack {
			return
		}
		x0, x1 = math.Max(math.Min(x0, c[2]+slack), c[0]-slack), math.Max(math.Min(x1, c[2]+slack), c[0]-slack)
		y0, y1 = math.Max(math.Min(y0, c[3]+slack), c[1]-slack), math.Max(math.Min(y1, c[3]+slack), c[1]-slack)
	}
	if len(pg.Across)+len(pg.Down) > 200_000 {
		return
	}
	dx, dy := math.Abs(x1-x0), math.Abs(y1-y0)
	switch {
	case dy <= 0.8 && dx > 1:
		pg.Across = append(pg.Across, layout.Rule{At: (y0 + y1) / 2, A: math.Min(x0, x1), B: math.Max(x0, x1)})
	case dx <= 0.8 && dy > 1:
		pg.Down = append(pg.Down, layout.Rule{At: (x0 + x1) / 2, A: math.Min(y0, y1), B: math.Max(y0, y1)})
	}
}

// fill records thin filled shapes as lines, rectangles as areas, and others as marks. A white one is no line, but covers
// what is below.
func (in *interpreter) fill(pg *page, st *state, path []subpath) {
	for _, s := range path {
		if len(s.points) < 3 && !s.curved {
			continue
		}
		b := s.bounds(st.ctm)
		if !finite(b[:]...) {
			continue
		}
		x0, y0, x1, y1 := b[0], b[1], b[2], b[3]
		w, h := x1-x0, y1-y0
		switch {
		case s.curved || len(s.points) > 6 || len(s.points) == 3 || !s.square(st.ctm, b):
			in.shape(pg, st, s, b)
		case h <= thin && w > 2*h:
			if !st.fill.white {
				pg.addRule(st, x0, (y0+y1)/2, x1, (y0+y1)/2)
			}
		case w <= thin && h > 2*w:
			if !st.fill.white {
				pg.addRule(st, (x0+x1)/2, y0, (x0+x1)/2, y1)
			}
		case !st.veiled:
			if st.hasClip {
				b = intersect(b, st.clip)
			}
			in.paint(pg, layout.Area{Box: b, White: st.fill.white, Colour: st.fill.rgb})
		}
	}
}

// square reports whether a subpath is a rectangle along the axes, or a line as thin as one.
func (s *subpath) square(m matrix, b [4]float64) bool {
	if b[2]-b[0] < 0.8 || b[3]-b[1] < 0.8 {
		return true
	}
	for _, p := range s.points {
		x, y := m.Apply(p[0], p[1])
		dx, dy := math.Min(x-b[0], b[2]-x), math.Min(y-b[1], b[3]-y)
		if dx > 0.1*(b[2]-b[0]) && dy > 0.1*(b[3]-b[1]) || dx > 0.8 && dy > 0.8 {
			return false
		}
	}
	return true
}

// shape marks a filled shape that is no rectangle: the outline of a character, a line aslant, or a drawing. A white one
// is seen only where it hides something.
func (in *interpreter) shape(pg *page, st *state, s subpath, b [4]float64) {
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	if b[2]-b[0] < 0.3 || b[3]-b[1] < 0.3 || b[2]-b[0] < 0.8 && b[3]-b[1] < 0.8 || pg.throughText(b) {
		return
	}
	if n := len(s.points); !s.curved && n == 4 && spread(s.points) < 0.3*areaOf(s.bounds(identity)) && !st.fill.white {
		p, q := s.points[0], s.points[2]
		x0, y0 := st.ctm.Apply(p[0], p[1])
		x1, y1 := st.ctm.Apply(q[0], q[1])
		pg.strokeMark(in, x0, y0, x1, y1)
		return
	}
	kind := layout.Outline
	if st.fill.white {
		hides := false
		for i := range pg.Glyphs {
			x, y := pg.Glyphs[i].Center()
			hides = hides || x >= b[0] && x <= b[2] && y >= b[1] && y <= b[3]
		}
		if !hides {
			return
		}
		kind = layout.Cover
	}
	pg.mark(in, b, kind)
}

// spread is the area of a polygon.
func spread(points [][2]float64) float64 {
	sum := 0.0
	for i, p := range points {
		q := points[(i+1)%len(points)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return math.Abs(sum) / 2
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return true
}
