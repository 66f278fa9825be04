package pdf

import (
	"math"

	"github.com/gongkai/gongkai/extract/layout"
)

// A path under construction: subpaths of points, curves only by their ends.
type subpath struct {
	points [][2]float64
	curved bool
	closed bool
}

func closeLast(path []subpath) {
	if n := len(path); n > 0 {
		path[n-1].closed = true
	}
}

// picture notes a picture in the unit square of the CTM. clear says that what is below it shows through.
func (in *interpreter) picture(pg *page, st *state, w, h float64, clear bool) {
	b := bounds(st.ctm, [4]float64{0, 0, 1, 1})
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	if w > 50 && h > 50 {
		pg.pictures++
	}
	switch bw, bh := b[2]-b[0], b[3]-b[1]; { // some printers draw lines as pictures
	case bh <= thin && bw > 8*bh && bw > 10:
		pg.addRule(st, b[0], (b[1]+b[3])/2, b[2], (b[1]+b[3])/2)
	case bw <= thin && bh > 8*bw && bh > 10:
		pg.addRule(st, (b[0]+b[2])/2, b[1], (b[0]+b[2])/2, b[3])
	}
	if bw, bh := b[2]-b[0], b[3]-b[1]; bw > 0.85*pg.Width && bh > 0.7*pg.Height {
		pg.scan = true
	}
	if !clear && !st.veiled && !st.fillClear {
		in.paint(pg, layout.Area{Box: b, Picture: true})
	}
}

// paint records an area.
func (in *interpreter) paint(pg *page, a layout.Area) {
	if a.Box[2]-a.Box[0] < 1 || a.Box[3]-a.Box[1] < 1 || len(pg.Areas) > 50_000 {
		return
	}
	in.order++
	a.Order = in.order
	pg.Areas = append(pg.Areas, a)
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
		if s.curved {
			return // its ends do not bound it
		}
		for _, p := range s.points {
			x, y := st.ctm.apply(p[0], p[1])
			b = [4]float64{math.Min(b[0], x), math.Min(b[1], y), math.Max(b[2], x), math.Max(b[3], y)}
		}
	}
	if st.hasClip {
		b = intersect(b, st.clip)
	}
	st.clip, st.hasClip = b, true
}

// thin is how thick a filled shape may be to count as a line, in points.
const thin = 3.2

// stroke records the axis-parallel segments of a stroked path.
func (in *interpreter) stroke(pg *page, st *state, path []subpath) {
	if st.width*scaleOf(st.ctm) > 12 {
		return // an area, not a line
	}
	for _, s := range path {
		n := len(s.points)
		drawing := s.curved || n > 5 // of many strokes, only long ones may be rules
		for i := 0; i+1 < n; i++ {
			in.segment(pg, st, s.points[i], s.points[i+1], drawing)
		}
		if s.closed && n > 2 {
			in.segment(pg, st, s.points[n-1], s.points[0], drawing)
		}
	}
}

func scaleOf(m matrix) float64 { return math.Sqrt(math.Abs(m[0]*m[3] - m[1]*m[2])) }

func (in *interpreter) segment(pg *page, st *state, p, q [2]float64, drawing bool) {
	x0, y0 := st.ctm.apply(p[0], p[1])
	x1, y1 := st.ctm.apply(q[0], q[1])
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

// fill records thin filled shapes as lines, and others as areas. A white one is no line, but covers what is below.
func (in *interpreter) fill(pg *page, st *state, path []subpath) {
	for _, s := range path {
		if len(s.points) < 3 || len(s.points) > 6 || s.curved {
			continue
		}
		x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for _, p := range s.points {
			x, y := st.ctm.apply(p[0], p[1])
			x0, y0, x1, y1 = math.Min(x0, x), math.Min(y0, y), math.Max(x1, x), math.Max(y1, y)
		}
		if !finite(x0, y0, x1, y1) {
			continue
		}
		w, h := x1-x0, y1-y0
		switch {
		case h <= thin && w > 2*h:
			if !st.fillWhite {
				pg.addRule(st, x0, (y0+y1)/2, x1, (y0+y1)/2)
			}
		case w <= thin && h > 2*w:
			if !st.fillWhite {
				pg.addRule(st, (x0+x1)/2, y0, (x0+x1)/2, y1)
			}
		case !st.veiled && (len(s.points) == 4 || len(s.points) == 5):
			b := [4]float64{x0, y0, x1, y1}
			if st.hasClip {
				b = intersect(b, st.clip)
			}
			in.paint(pg, layout.Area{Box: b, White: st.fillWhite})
		}
	}
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return true
}
