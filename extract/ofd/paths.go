package ofd

import (
	"math"
	"strings"
)

// path draws a PathObject (9.1).
func (s *sheet) path(n *node, k look, m matrix, b box) {
	stroked, filled := !n.isFalse("Stroke"), n.isTrue("Fill")
	if !stroked && !filled {
		return
	}
	s.line = s.commands(n)
	x0, y0, x1, y1 := reach(s.line, m)
	if filled && k.fill == nil && n.kid("FillColor") == nil && math.Min(x1-x0, y1-y0) >= 1 {
		if filled = false; !stroked { // no colour is none; a thin one some programs draw as a line
			return
		}
	}
	if !inside(b, k.width, x0, y0, x1, y1) {
		s.within(b, k.width, func() { s.pathWithin(n, k, m, stroked, filled) })
		return
	}
	s.pathWithin(n, k, m, stroked, filled)
}

func (s *sheet) pathWithin(n *node, k look, m matrix, stroked, filled bool) {
	if filled {
		c := s.colourOf(n, "FillColor", k.fill, k.alpha)
		c.paint(s, false)
	}
	m = m.Then(s.at)
	if stroked {
		c := s.colourOf(n, "StrokeColor", k.stroke, k.alpha)
		c.paint(s, true)
		wider, alike := scale(m)
		if !alike { // the pen itself is stretched
			s.out.save()
			defer s.out.restore()
			s.out.put("cm", m[:]...)
			m, wider = identity, 1
		}
		s.out.lineWidth(k.width * wider)
	}
	if !s.outline(s.line, m) {
		s.out.raw("n\n")
		return
	}
	op := "S"
	switch {
	case stroked && filled:
		op = "B"
	case filled:
		op = "f"
	}
	if filled && strings.EqualFold(n.attr("Rule"), "Even-Odd") {
		op += "*"
	}
	s.out.raw(op + "\n")
}

// reach gives the box around the points of a path, its control points among them.
func reach(line []command, m matrix) (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	add := func(x, y float64) {
		x, y = m.Apply(x, y)
		x0, y0, x1, y1 = math.Min(x0, x), math.Min(y0, y), math.Max(x1, x), math.Max(y1, y)
	}
	for i := range line {
		a, n := &line[i].args, operands(line[i].op)
		if line[i].op == 'A' { // no further from its end than the ellipse is wide
			r := 2 * math.Max(math.Abs(a[0]), math.Abs(a[1]))
			add(a[5]-r, a[6]-r)
			add(a[5]+r, a[6]+r)
			continue
		}
		for k := 0; k < n; k += 2 {
			add(a[k], a[k+1])
		}
		if i == 0 && line[i].op != 'M' && line[i].op != 'S' {
			add(0, 0)
		}
	}
	return x0, y0, x1, y1
}

// A command is one of AbbreviatedData (table 35): S and M move, L draws a line, Q and B curves of Bézier, A an arc, C
// closes.
type command struct {
	op   byte
	args [7]float64
}

// operands gives how many numbers a command has; -1 where it is none.
func operands(op byte) int {
	switch op {
	case 'C':
		return 0
	case 'S', 'M', 'L':
		return 2
	case 'Q':
		return 4
	case 'B':
		return 6
	case 'A':
		return 7
	}
	return -1
}

const maxCommands = 500_000

// commands gives the commands of a path; what cannot be told ends it. A letter may touch the numbers beside it; e is
// one of a number.
func (s *sheet) commands(n *node) []command {
	out := s.line[:0]
	data := n.said("AbbreviatedData")
	if data == "" {
		data = n.attr("AbbreviatedData")
	}
	if !s.d.spend(s.page, len(data)/100) {
		return out
	}
	letter := func(c byte) bool { return c >= 'A' && c <= 'Z' && c != 'E' }
	next := func() (w string) {
		i := 0
		for i < len(data) && (data[i] <= ' ' || data[i] == ',') {
			i++
		}
		from := i
		if i < len(data) && letter(data[i]) {
			i++
		} else {
			for i < len(data) && data[i] > ' ' && data[i] != ',' && !letter(data[i]) {
				i++
			}
		}
		w, data = data[from:i], data[i:]
		return w
	}
	for len(out) < maxCommands {
		w := next()
		if len(w) != 1 || operands(w[0]) < 0 {
			return out
		}
		c := command{op: w[0]}
		for i := range operands(c.op) {
			v, ok := parseNumber(next())
			if !ok || !finite(v) {
				return out
			}
			c.args[i] = v
		}
		out = append(out, c)
	}
	return out
}

// outline writes a path, and reports whether there is one.
func (s *sheet) outline(list []command, m matrix) bool {
	var x, y float64 // where the pen stands
	begun := false
	point := func(op string, xs ...float64) {
		for i := 0; i+1 < len(xs); i += 2 {
			x, y := m.Apply(xs[i], xs[i+1])
			s.out.number(x)
			s.out.number(y)
		}
		s.out.raw(op)
	}
	for i := range list {
		op, a := list[i].op, &list[i].args
		if op != 'M' && op != 'S' && op != 'C' && !begun {
			point("m\n", 0, 0)
			begun = true
		}
		switch op {
		case 'M', 'S':
			point("m\n", a[0], a[1])
			begun = true
		case 'L':
			point("l\n", a[0], a[1])
		case 'Q':
			point("c\n", x+2*(a[0]-x)/3, y+2*(a[1]-y)/3, a[2]+2*(a[0]-a[2])/3, a[3]+2*(a[1]-a[3])/3, a[2], a[3])
		case 'B':
			point("c\n", a[0], a[1], a[2], a[3], a[4], a[5])
		case 'A':
			for _, curve := range arc(x, y, a[:]) {
				point("c\n", curve[:]...)
			}
		case 'C':
			if begun {
				s.out.raw("h\n")
			}
			continue
		}
		n := operands(op)
		x, y = a[n-2], a[n-1]
	}
	return begun
}

// arc gives the curves of an arc from a point: two radii, the turn of the ellipse in degrees, whether the longer way is
// meant, whether clockwise, and the end.
func arc(x0, y0 float64, a []float64) (out [][6]float64) {
	rx, ry, x1, y1 := math.Abs(a[0]), math.Abs(a[1]), a[5], a[6]
	if rx < 1e-9 || ry < 1e-9 || x0 == x1 && y0 == y1 {
		return [][6]float64{{x0, y0, x1, y1, x1, y1}}
	}
	sin, cos := math.Sincos(a[2] * math.Pi / 180)
	dx, dy := (x0-x1)/2, (y0-y1)/2
	px, py := cos*dx+sin*dy, -sin*dx+cos*dy
	if l := px*px/(rx*rx) + py*py/(ry*ry); l > 1 {
		rx, ry = rx*math.Sqrt(l), ry*math.Sqrt(l)
	}
	den := rx*rx*py*py + ry*ry*px*px
	k := math.Sqrt(math.Max(0, (rx*rx*ry*ry-den)/den))
	if (a[3] != 0) == (a[4] != 0) {
		k = -k
	}
	qx, qy := k*rx*py/ry, -k*ry*px/rx
	cx, cy := cos*qx-sin*qy+(x0+x1)/2, sin*qx+cos*qy+(y0+y1)/2
	from := math.Atan2((py-qy)/ry, (px-qx)/rx)
	sweep := math.Atan2((-py-qy)/ry, (-px-qx)/rx) - from
	if a[4] != 0 && sweep < 0 {
		sweep += 2 * math.Pi
	} else if a[4] == 0 && sweep > 0 {
		sweep -= 2 * math.Pi
	}
	n := int(math.Ceil(math.Abs(sweep) / (math.Pi / 2)))
	if n < 1 || n > 8 {
		return [][6]float64{{x0, y0, x1, y1, x1, y1}}
	}
	step := sweep / float64(n)
	h := 4.0 / 3 * math.Tan(step/4)
	at := func(u, v float64) (float64, float64) {
		return cx + cos*rx*u - sin*ry*v, cy + sin*rx*u + cos*ry*v
	}
	for i := range n {
		s0, c0 := math.Sincos(from + float64(i)*step)
		s1, c1 := math.Sincos(from + float64(i+1)*step)
		var c [6]float64
		c[0], c[1] = at(c0-h*s0, s0+h*c0)
		c[2], c[3] = at(c1+h*s1, s1-h*c1)
		c[4], c[5] = at(c1, s1)
		out = append(out, c)
	}
	return out
}
