package ofd

import (
	"fmt"
	"math"
	"strings"
	"unicode"
	"unicode/utf16"
)

// A placed is a glyph of a text in its place.
type placed struct {
	text string // what the text says there
	gid  int    // the glyph of its font that is drawn; negative where that follows from the text
	x, y float64
}

// text draws a TextObject (11.1 to 11.3). mode is a mode of painting that stands for the object's own; negative = none.
func (s *sheet) text(n *node, k look, m matrix, mode int) {
	size, ok := n.number("Size")
	if !ok || size == 0 {
		if len(strings.TrimSpace(allText(n))) > 0 {
			s.d.doubt("hidden-text", s.page, "a text without size was left out: %q", allText(n))
		}
		return
	}
	f := s.resources.fonts[n.attr("Font")]
	if f == nil { // whoever shows it takes another font
		f = s.nameless()
	}
	stretch := 1.0
	if v, ok := n.number("HScale"); ok && v > 0 {
		stretch = v
	}
	glyphs := s.glyphs(n, f, size*stretch, m)
	if len(glyphs) == 0 {
		return
	}
	filled, stroked := !n.isFalse("Fill"), n.isTrue("Stroke")
	fill, stroke := s.colours(n, k)
	switch {
	case mode >= 0:
	case k.hidden || !filled && !stroked:
		mode = 3
	case filled && stroked:
		mode = 2
	case stroked:
		mode = 1
	default:
		mode = 0
	}
	if filled {
		fill.paint(s, "ca", false)
	}
	if stroked {
		stroke.paint(s, "CA", true)
		s.out.put("w", k.width)
	}
	s.out.put("cm", m[:]...)
	s.out.raw("BT\n")
	if mode > 0 {
		s.out.put("Tr", float64(mode))
	}
	if stretch != 1 {
		s.out.put("Tz", 100*stretch)
	}
	s.set(n, f, glyphs, size, stretch)
	s.out.raw("ET\n")
}

// nameless is the font of texts whose font is missing.
func (s *sheet) nameless() *font {
	f := s.body.resources.fonts["\x00"]
	if f == nil {
		f = &font{name: "missing"}
		s.d.allFonts = append(s.d.allFonts, f)
		s.body.resources.fonts["\x00"] = f
	}
	s.resources.fonts["\x00"] = f
	return f
}

// turned gives the matrix of glyphs that stand turned by a multiple of a quarter, clockwise; y runs downwards.
func turned(direction float64) [4]float64 {
	sin, cos := math.Sincos(direction * math.Pi / 180)
	return [4]float64{cos, sin, sin, -cos}
}

// set writes glyphs: in one go as long as they stand on one line.
func (s *sheet) set(n *node, f *font, glyphs []placed, size, stretch float64) {
	direction, _ := n.number("CharDirection")
	runs, _ := n.number("ReadDirection")
	alone := direction != 0 && direction != runs // each character is turned by itself: 6 may be 9
	t := turned(direction)
	b, _ := boxOf(n.attr("Boundary"))
	var font *alias
	open, next := false, 0.0
	end := func() {
		if open {
			s.out.raw("] TJ\n")
			open = false
		}
	}
	for i := range glyphs {
		g := &glyphs[i]
		text, gid := f.shown(g.text, g.gid)
		if !finite(g.x, g.y) { // where it stands nobody knows: here, for whoever reads the cell
			text, gid = "\ufffd", -1
			if g.x, g.y = 0, size; i > 0 {
				g.x, g.y = glyphs[i-1].x, glyphs[i-1].y
			}
		}
		if text == "" {
			continue
		}
		if outsideOf(n, b, g, size) { // some programs cut it, and some do not
			text, gid = "\ufffd", -1
		}
		if alone && strings.ContainsFunc(text, unicode.IsDigit) {
			text = "\ufffd"
		}
		var a *alias
		var code int
		var width float64
		if gid >= 0 {
			a, code, width = s.d.glyph(f, gid, text)
		} else {
			step := 0.0
			if i+1 < len(glyphs) && glyphs[i+1].y == g.y {
				step = (glyphs[i+1].x - g.x) / (size * stretch)
			}
			a, code, width = s.d.character(f, text, step)
		}
		if a != font {
			end()
			s.out.raw("/" + a.name + " ")
			s.out.put("Tf", size)
			font = a
		}
		if open && i > 0 && glyphs[i-1].y == g.y && direction == 0 {
			if by := 1000 * (next - g.x) / (size * stretch); math.Abs(by) > 0.01 {
				s.out.raw(" ")
				s.out.number(by)
			}
		} else {
			end()
			s.out.put("Tm", t[0], t[1], t[2], t[3], g.x, g.y)
			s.out.raw("[")
			open = true
		}
		s.out.b = fmt.Appendf(s.out.b, "<%04X>", code)
		next = g.x + width*size*stretch
		if direction != 0 {
			end()
		}
	}
	end()
}

// outsideOf reports whether a glyph stands wholly outside of the boundary of its text.
func outsideOf(n *node, b box, g *placed, size float64) bool {
	if n.attr("CTM") != "" || b.w <= 0 || b.h <= 0 || n.name != "TextObject" {
		return false
	}
	const slack = 0.6 // of the size
	return g.x > b.w+slack*size || g.x < -(1+slack)*size || g.y < -slack*size || g.y > b.h+(1+slack)*size
}

// glyphs places the characters of a text. Beyond the end of a list of distances its last one holds; without lists the
// widths of the characters do.
func (s *sheet) glyphs(n *node, f *font, size float64, m matrix) (out []placed) {
	var transforms []*node
	x, y := 0.0, 0.0
	down, _ := n.number("ReadDirection")
	for _, k := range n.kids {
		switch k.name {
		case "CGTransform":
			transforms = append(transforms, k)
		case "TextCode":
			x, y = k.coordinate("X", x), k.coordinate("Y", y)
			units := transformed(codesOf(k.text), transforms)
			transforms = nil
			dx, dy := distances(k.attr("DeltaX")), distances(k.attr("DeltaY"))
			if wide := utf16Units(units); (len(dx) > 0 && len(dx) == wide-1 || len(dy) > 0 && len(dy) == wide-1) && wide > len(units) {
				dx, dy = byCharacter(dx, units), byCharacter(dy, units)
			}
			cx, cy := x, y
			for i := range units {
				u := &units[i]
				u.x, u.y = cx, cy
				out = append(out, *u)
				if s.d.objects++; s.d.objects > maxObjects {
					return out
				}
				switch {
				case len(dx) > 0 || len(dy) > 0:
					cx += at(dx, i)
					cy += at(dy, i)
				case down == 90:
					cy += size
				default:
					cx += f.advance(u) * size
				}
			}
		}
	}
	return out
}

// coordinate gives an attribute; what it was before where there is none.
func (n *node) coordinate(name string, before float64) float64 {
	v, ok := n.number(name)
	switch {
	case ok:
		return v
	case n.attr(name) == "":
		return before
	}
	return math.NaN()
}

// advance is how far a character moves what follows where the text does not say it.
func (f *font) advance(u *placed) float64 {
	if p := f.program; p != nil {
		g := u.gid
		if g < 0 {
			for _, r := range u.text {
				g = p.glyphs[r]
				break
			}
		}
		if g > 0 {
			if w, ok := p.width(g); ok {
				return w
			}
		}
	}
	return usualWidth(u.text)
}

func at(list []float64, i int) float64 {
	if len(list) == 0 {
		return 0
	}
	return list[min(i, len(list)-1)]
}

// codesOf gives the characters of a text. Line breaks that a producer put in for its XML, with what stands beside them,
// are none.
func codesOf(s string) (out []placed) {
	if strings.ContainsAny(s, "\n\r") {
		lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
		for i := range lines {
			lines[i] = strings.Trim(lines[i], " \t")
		}
		s = strings.Join(lines, "")
	}
	for _, r := range s {
		out = append(out, placed{text: string(r), gid: -1})
	}
	return out
}

// transformed gives the glyphs that transformations make of characters (11.4): as many glyphs of the font as they say for
// as many characters. Several characters that become one glyph are its text.
func transformed(codes []placed, transforms []*node) []placed {
	if len(transforms) == 0 {
		return codes
	}
	var out []placed
	done := 0
	for _, t := range transforms {
		from, _ := t.number("CodePosition")
		chars, ok := t.number("CodeCount")
		if !ok {
			chars = 1
		}
		list := numbers(t.said("Glyphs"))
		if n, ok := t.number("GlyphCount"); ok && int(n) < len(list) && n >= 0 {
			list = list[:int(n)]
		}
		start := int(from)
		if start < done || start > len(codes) || chars < 0 || len(list) == 0 {
			continue
		}
		out = append(out, codes[done:start]...)
		end := min(len(codes), start+int(chars))
		part := codes[start:end]
		for i, g := range list {
			u := placed{gid: int(g)}
			switch {
			case len(list) == len(part):
				u.text = part[i].text
			case i == 0 && len(list) < len(part) && len(list) == 1:
				for _, c := range part {
					u.text += c.text
				}
			case len(part) == 0:
			default: // which is of which nobody knows
				u.text = "\ufffd"
			}
			out = append(out, u)
		}
		done = end
	}
	return append(out, codes[done:]...)
}

func utf16Units(units []placed) (n int) {
	for i := range units {
		n += len(utf16.Encode([]rune(units[i].text)))
	}
	return n
}

// byCharacter joins the distances of a list that counts the halves of characters outside of the basic plane.
func byCharacter(list []float64, units []placed) (out []float64) {
	i := 0
	for k := range units {
		sum := 0.0
		for range len(utf16.Encode([]rune(units[k].text))) {
			if i < len(list) {
				sum += list[i]
				i++
			}
		}
		out = append(out, sum)
	}
	return out
}

const maxDistances = 100_000

// distances reads a list of distances; g n v stands for n times v.
func distances(s string) (out []float64) {
	words := strings.Fields(s)
	for i := 0; i < len(words) && len(out) < maxDistances; i++ {
		if words[i] != "g" {
			v, ok := parseNumber(words[i])
			if !ok {
				v = math.NaN() // where what follows stands nobody knows
			}
			out = append(out, v)
			continue
		}
		if i+2 >= len(words) {
			break
		}
		n, _ := parseNumber(words[i+1])
		v, ok := parseNumber(words[i+2])
		if !ok {
			v = math.NaN()
		}
		for range int(math.Max(0, math.Min(n, maxDistances-float64(len(out))))) {
			out = append(out, v)
		}
		i += 2
	}
	return out
}

func allText(n *node) string {
	var b strings.Builder
	for _, t := range n.all("TextCode") {
		b.WriteString(strings.TrimSpace(t.text))
	}
	r := []rune(b.String())
	return string(r[:min(len(r), 60)])
}
