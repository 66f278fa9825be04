package ofd

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// An ink is what something is painted with, as PDF says it.
type ink struct {
	space   string     // g, rg or k: the operators; "" = black, as g
	parts   [4]float64 // 0 to 1
	pattern string     // a name of the drawing's patterns, where it is not one colour
}

// A colour is an ink and how opaque it is, 0 to 1.
type colour struct {
	ink
	alpha float64
}

// colourOf gives the colour of an object by the name of its element: its own, else that of its drawing parameter; black
// where none is named.
func (s *sheet) colourOf(n *node, name string, inherited *node, alpha float64) colour {
	c := colour{alpha: 1}
	if own := n.kid(name); own != nil {
		inherited = own
	}
	switch {
	case inherited == nil:
	case inherited == s.lastColour.of: // most objects are painted as the one before them
		c = s.lastColour.colour
	default:
		c = s.colour(inherited)
		s.lastColour.of, s.lastColour.colour = inherited, c
	}
	c.alpha *= alpha
	return c
}

func (s *sheet) colour(n *node) colour {
	c := colour{alpha: 1}
	if a, ok := n.number("Alpha"); ok {
		c.alpha = math.Max(0, math.Min(1, a/255))
	}
	s.d.spend(s.page, len(n.kids)/16)
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
	space := s.resources.space(id)
	bits := 8.0
	if b, ok := space.number("BitsPerComponent"); ok && b >= 1 && b <= 16 {
		bits = b
	}
	value := n.attr("Value")
	if i, ok := n.number("Index"); ok && value == "" {
		p := space.kid("Palette")
		if p != nil && s.d.spend(s.page, len(p.kids)/64) {
			if cvs := p.all("CV"); i >= 0 && int(i) < len(cvs) {
				value = cvs[int(i)].text
			}
		}
	}
	count := components(value, &c.parts)
	switch count {
	case 1:
		c.space = "g"
	case 3:
		c.space = "rg"
	case 4:
		c.space = "k"
	default:
		c.parts = [4]float64{}
		return c
	}
	most := math.Exp2(bits) - 1
	for i := range count {
		c.parts[i] = math.Max(0, math.Min(1, c.parts[i]/most))
	}
	if c.ink == (ink{space: "g"}) {
		c.ink = ink{}
	}
	return c
}

// components reads the values of a colour, decimal or hexadecimal after a #, and gives how many there are; 0 where one of
// them is none.
func components(s string, parts *[4]float64) (n int) {
	for w, rest := word(s); w != ""; w, rest = word(rest) {
		var v float64
		ok := n < len(parts)
		if hex, is := strings.CutPrefix(w, "#"); is {
			u, err := strconv.ParseUint(hex, 16, 32)
			v, ok = float64(u), ok && err == nil
		} else if ok {
			v, ok = parseNumber(w)
		}
		if !ok {
			return 0
		}
		parts[n] = v
		n++
	}
	return n
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
		same = same && list[i].ink == list[0].ink
	}
	if same {
		list[0].alpha *= c.alpha
		return list[0]
	}
	s.d.painted++
	c.pattern = fmt.Sprintf("P%d", s.d.painted)
	grey := func(k int) float64 {
		if len(list) == 0 {
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
func (c *colour) paint(s *sheet, stroke bool) {
	now, at := &s.out.st.fill, 0
	if stroke {
		now, at = &s.out.st.stroke, 1
	}
	s.opacity(at, c.alpha)
	if *now == c.ink {
		return
	}
	*now = c.ink
	if c.pattern != "" {
		if stroke {
			s.out.raw("/Pattern CS /" + c.pattern + " SCN\n")
		} else {
			s.out.raw("/Pattern cs /" + c.pattern + " scn\n")
		}
		return
	}
	op, n := c.space, 1
	switch c.space {
	case "":
		op = "g"
	case "rg":
		n = 3
	case "k":
		n = 4
	}
	if stroke {
		op = strings.ToUpper(op)
	}
	s.out.put(op, c.parts[:n]...)
}
