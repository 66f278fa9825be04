package ofd

import (
	"math"
	"strings"
)

// path draws a PathObject (9.1).
func (s *sheet) path(n *node, k look, m matrix) {
	stroked, filled := !n.isFalse("Stroke"), n.isTrue("Fill")
	fill, stroke := s.colours(n, k)
	if filled && n.kid("FillColor") == nil && k.fill == nil && !s.thin(n, m) {
		filled = false // no colour is none; a thin one some programs draw as a line
	}
	if !stroked && !filled {
		return
	}
	if filled {
		fill.paint(s, "ca", false)
	}
	if stroked {
		stroke.paint(s, "CA", true)
		s.out.put("w", k.width)
	}
	s.out.put("cm", m[:]...)
	if !s.outline(n, identity) {
		s.out.raw("n\n")
		return
	}
	op := map[[2]bool]string{{true, false}: "S", {false, true}: "f", {true, true}: "B"}[[2]bool{stroked, filled}]
	if filled && strings.EqualFold(n.attr("Rule"), "Even-Odd") {
		op += "*"
	}
	s.out.raw(op + "\n")
}

// thin reports whether a path is no thicker than a line.
func (s *sheet) thin(n *node, m matrix) bool {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for _, c := range commands(n) {
		for i := 0; i+1 < len(c.args); i += 2 {
			x, y := m.apply(c.args[i], c.args[i+1])
			x0, y0, x1, y1 = math.Min(x0, x), math.Min(y0, y), math.Max(x1, x), math.Max(y1, y)
		}
	}
	return math.Min(x1-x0, y1-y0) < 1
}

// A command is one of AbbreviatedData (table 35): S and M move, L draws a line, Q and B curves of Bézier, A an arc, C
// closes.
type command struct {
	op   byte
	args []float64
}

var operands = map[byte]int{'S': 2, 'M': 2, 'L': 2, 'Q': 4, 'B': 6, 'A': 7, 'C': 0}

const maxCommands = 500_000

// commands gives the commands of a path; what cannot be told ends it.
func commands(n *node) (out []command) {
	data := n.said("AbbreviatedData")
	if data == "" {
		data = n.attr("AbbreviatedData")
	}
	var b strings.Builder
	for i := range len(data) { // a letter may touch the numbers beside it; e is one of a number
		switch c := data[i]; {
		case c >= 'A' && c <= 'Z' && c != 'E':
			b.WriteByte(' ')
			b.WriteByte(c)
			b.WriteByte(' ')
		case c == ',':
			b.WriteByte(' ')
		default:
			b.WriteByte(c)
		}
	}
	words := strings.Fields(b.String())
	for i := 0; i < len(words) && len(out) < maxCommands; {
		op := words[i][0]
		want, ok := operands[op]
		if !ok || len(words[i]) != 1 || i+want >= len(words) {
			return out
		}
		c := command{op: op}
		for _, w := range words[i+1 : i+1+want] {
			v, ok := parseNumber(w)
			if !ok || !finite(v) {
				return out
			}
			c.args = append(c.args, v)
		}
		out = append(out, c)
		i += 1 + want
	}
	return out
}

// outline writes a path, and reports whether there is one.
func (s *sheet) outline(n *node, m matrix) bool {
	list := commands(n)
	var x, y float64 // where the pen stands
	begun := false
	point := func(op string, xs ...float64) {
		for i := 0; i+1 < len(xs); i += 2 {
			xs[i], xs[i+1] = m.apply(xs[i], xs[i+1])
		}
		s.out.put(op, xs...)
	}
	for _, c := range list {
		a := c.args
		if c.op != 'M' && c.op != 'S' && c.op != 'C' && !begun {
			point("m", 0, 0)
			begun = true
		}
		switch c.op {
		case 'M', 'S':
			point("m", a[0], a[1])
			begun = true
		case 'L':
			point("l", a[0], a[1])
		case 'Q':
			point("c", x+2*(a[0]-x)/3, y+2*(a[1]-y)/3, a[2]+2*(a[0]-a[2])/3, a[3]+2*(a[1]-a[3])/3, a[2], a[3])
		case 'B':
			point("c", a[0], a[1], a[2], a[3], a[4], a[5])
		case 'A':
			for _, curve := range arc(x, y, a) {
				point("c", curve[:]...)
			}
		case 'C':
			if begun {
				s.out.raw("h\n")
			}
			continue
		}
		x, y = c.args[len(c.args)-2], c.args[len(c.args)-1]
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
