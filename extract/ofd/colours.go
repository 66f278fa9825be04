package ofd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// A colour is what something is painted in.
type colour struct {
	space   string    // g, rg or k: the operators of PDF
	parts   []float64 // 0 to 1
	pattern string    // a name of the drawing's patterns, where it is not one colour
	alpha   float64
}

// colours gives the colours of an object: its own, else those of its drawing parameter; black where none is named.
func (s *sheet) colours(n *node, k look) (fill, stroke colour) {
	if c := n.kid("FillColor"); c != nil {
		k.fill = c
	}
	if c := n.kid("StrokeColor"); c != nil {
		k.stroke = c
	}
	fill, stroke = s.colour(k.fill), s.colour(k.stroke)
	fill.alpha *= k.alpha
	stroke.alpha *= k.alpha
	return fill, stroke
}

func (s *sheet) colour(n *node) colour {
	c := colour{space: "g", parts: []float64{0}, alpha: 1}
	if n == nil {
		return c
	}
	if a, ok := n.number("Alpha"); ok {
		c.alpha = math.Max(0, math.Min(1, a/255))
	}
	for _, k := range n.kids {
		switch k.name {
		case "AxialShd", "RadialShd", "GouraudShd", "LaGourandShd", "LaGouraudShd":
			return s.shading(k, c)
		case "Pattern":
			c.pattern = s.tiles()
			return c
		}
	}
	id := n.attr("ColorSpace")
	if id == "" {
		id = s.body.space
	}
	space := s.resources.spaces[id]
	bits := 8.0
	if b, ok := space.number("BitsPerComponent"); ok && b >= 1 && b <= 16 {
		bits = b
	}
	value := n.attr("Value")
	if i, ok := n.number("Index"); ok && value == "" {
		if cvs := space.kid("Palette").all("CV"); i >= 0 && int(i) < len(cvs) {
			value = cvs[int(i)].text
		}
	}
	parts := components(value)
	switch n := len(parts); {
	case n == 0:
		return c
	case n == 1:
		c.space = "g"
	case n == 3:
		c.space = "rg"
	case n == 4:
		c.space = "k"
	default:
		return c
	}
	for i := range parts {
		parts[i] = math.Max(0, math.Min(1, parts[i]/(math.Exp2(bits)-1)))
	}
	c.parts = parts
	return c
}

// components reads the values of a colour: decimal, or hexadecimal after a #.
func components(s string) (out []float64) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' }) {
		if hex, ok := strings.CutPrefix(w, "#"); ok {
			v, err := strconv.ParseUint(hex, 16, 32)
			if err != nil {
				return nil
			}
			out = append(out, float64(v))
			continue
		}
		v, ok := parseNumber(w)
		if !ok {
			return nil
		}
		out = append(out, v)
	}
	return out
}

// shading is a colour that changes: one colour where all that it changes between is the same.
func (s *sheet) shading(n *node, c colour) colour {
	var list []colour
	for _, name := range []string{"Segment", "Point"} {
		for _, seg := range n.all(name) {
			if k := seg.kid("Color"); k != nil && len(list) < 100 {
				list = append(list, s.colour(&node{attrs: k.attrs}))
			}
		}
	}
	same := len(list) > 0
	for i := range list {
		same = same && list[i].space == list[0].space && fmt.Sprint(list[i].parts) == fmt.Sprint(list[0].parts)
	}
	if same {
		list[0].alpha *= c.alpha
		return list[0]
	}
	s.d.painted++
	c.pattern = fmt.Sprintf("P%d", s.d.painted)
	grey := func(k int) float64 {
		if len(list) == 0 || len(list[k].parts) == 0 {
			return 0
		}
		return list[k].parts[0]
	}
	first, last := grey(0), grey(max(0, len(list)-1))
	fmt.Fprintf(&s.d.patterns, "/%s << /PatternType 2 /Shading << /ShadingType 2 /ColorSpace /DeviceGray /Coords [0 0 %.1f 0] "+
		"/Extend [true true] /Function << /FunctionType 2 /Domain [0 1] /N 1 /C0 [%.3f] /C1 [%.3f] >> >> >> ", c.pattern, s.width,
		first, last)
	return c
}

// tiles is a pattern of tiles, of which it is only known that they may be of any colour.
func (s *sheet) tiles() string {
	if s.d.tiles == "" {
		n := s.d.out.stream("/Type /Pattern /PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 4 4] /XStep 4 /YStep 4 "+
			"/Resources << >>", []byte("0.5 g 0 0 2 2 re f"))
		s.d.painted++
		s.d.tiles = fmt.Sprintf("P%d", s.d.painted)
		fmt.Fprintf(&s.d.patterns, "/%s %d 0 R ", s.d.tiles, n)
	}
	return s.d.tiles
}

// paint makes a colour that of what is filled, or stroked.
func (c *colour) paint(s *sheet, state string, stroke bool) {
	s.opacity(state, c.alpha)
	op := c.space
	if stroke {
		op = strings.ToUpper(op)
	}
	if c.pattern != "" {
		cs, scn := "cs", "scn"
		if stroke {
			cs, scn = "CS", "SCN"
		}
		s.out.raw("/Pattern " + cs + " /" + c.pattern + " " + scn + "\n")
		return
	}
	s.out.put(op, c.parts...)
}
