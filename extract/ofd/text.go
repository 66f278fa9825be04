package ofd

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// A placed is a glyph of a text in its place.
type placed struct {
	text string // what the text says there
	gid  int    // the glyph of its font that is drawn; negative where that follows from the text
	x, y float64

	unsure bool // a glyph that programs do not agree upon may be drawn there
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
	f := s.resources.font(n.attr("Font"))
	if f == nil { // whoever shows it takes another font
		f = s.nameless()
	}
	stretch := 1.0
	if v, ok := n.number("HScale"); ok && v > 0 {
		stretch = v
	}
	if !f.met {
		if s.d.usedFonts++; s.d.usedFonts > maxFonts {
			s.d.limit(s.page, "more fonts than the limit")
			return
		}
		f.met = true
	}
	if size < 0 { // nothing says what that is
		defer func(before bool) { s.unsure = before }(s.unsure)
		size, s.unsure = -size, true
	}
	glyphs := s.glyphs(n, f, size*stretch)
	if len(glyphs) == 0 {
		return
	}
	filled, stroked := !n.isFalse("Fill"), n.isTrue("Stroke")
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
	m = m.Then(s.at)
	if filled {
		c := s.colourOf(n, "FillColor", k.fill, k.alpha)
		c.paint(s, false)
	}
	if stroked {
		c := s.colourOf(n, "StrokeColor", k.stroke, k.alpha)
		c.paint(s, true)
		wider, _ := scale(m)
		s.out.lineWidth(k.width * wider)
	}
	s.out.raw("BT\n")
	s.out.painting(mode)
	s.out.stretching(stretch)
	s.set(n, f, glyphs, m, size, stretch)
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
	return f
}

// turned gives the matrix of glyphs that stand turned by a multiple of a quarter, clockwise; y runs downwards.
func turned(direction float64) [4]float64 {
	sin, cos := math.Sincos(direction * math.Pi / 180)
	return [4]float64{cos, sin, sin, -cos}
}

// set writes glyphs: in one go as long as they stand on one line. m is from the text to the points of the drawing.
func (s *sheet) set(n *node, f *font, glyphs []placed, m matrix, size, stretch float64) {
	direction, _ := n.number("CharDirection")
	runs, _ := n.number("ReadDirection")
	alone := direction != 0 && direction != runs // each character is turned by itself: 6 may be 9
	t := turned(direction)
	b, _ := boxOf(n.attr("Boundary"))
	bounded := n.name == "TextObject" && b.w > 0 && b.h > 0 && n.attr("CTM") == ""
	wide := size * stretch
	open, inText, next := false, false, 0.0 // an array, a string in it, and where the pen stands
	end := func() {
		if inText {
			s.out.raw(">")
		}
		if open {
			s.out.raw("] TJ\n")
		}
		open, inText = false, false
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
		if bounded && outsideOf(b, g, size) { // some programs cut it, and some do not
			text, gid = "\ufffd", -1
		}
		if (alone || s.unsure || g.unsure) && strings.ContainsFunc(text, unicode.IsDigit) {
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
				step = (glyphs[i+1].x - g.x) / wide
			}
			a, code, width = s.d.character(f, text, step)
		}
		if a != s.out.st.font || size != s.out.st.size {
			end()
			s.out.setFont(a, size)
		}
		if open && i > 0 && glyphs[i-1].y == g.y && direction == 0 {
			if by := 1000 * (next - g.x) / wide; math.Abs(by) > 0.5 {
				if inText {
					s.out.raw(">")
					inText = false
				}
				s.out.number(by)
				next = g.x
			}
		} else {
			end()
			x, y := m.Apply(g.x, g.y)
			s.out.put("Tm", t[0]*m[0]+t[1]*m[2], t[0]*m[1]+t[1]*m[3], t[2]*m[0]+t[3]*m[2], t[2]*m[1]+t[3]*m[3], x, y)
			s.out.raw("[")
			open, next = true, g.x
		}
		if !inText {
			s.out.raw("<")
			inText = true
		}
		s.out.code(code)
		next += width * wide
		if direction != 0 {
			end()
		}
	}
	end()
}

// outsideOf reports whether a glyph stands wholly outside of the boundary of its text.
func outsideOf(b box, g *placed, size float64) bool {
	const slack = 0.6 // of the size
	return g.x > b.w+slack*size || g.x < -(1+slack)*size || g.y < -slack*size || g.y > b.h+(1+slack)*size
}

// glyphs places the characters of a text. Beyond the end of a list of distances its last one holds; without lists the
// widths of the characters do.
func (s *sheet) glyphs(n *node, f *font, size float64) (out []placed) {
	out = s.glyphsOfText[:0]
	defer func() { s.glyphsOfText = out }()
	var transforms []*node
	x, y := 0.0, 0.0
	seen, covered := 0, 0 // codes so far, and how many of them transformations speak of
	down, _ := n.number("ReadDirection")
	for _, k := range n.kids {
		switch k.name {
		case "CGTransform":
			transforms = append(transforms, k)
		case "TextCode":
			x, y = k.coordinate("X", x), k.coordinate("Y", y)
			from := len(out)
			beyond := covered > seen && seen > 0 // by transformations of a text before it
			if !s.d.spend(s.page, len(k.text)/64) {
				return out
			}
			out = codesOf(k.text, out)
			seen += len(out) - from
			for _, t := range transforms {
				first, _ := t.number("CodePosition")
				n, _ := t.number("CodeCount")
				covered = max(covered, int(math.Min(first+n, maxObjects)))
			}
			if len(transforms) == 1 && oneToOne(transforms[0], out[from:]) {
				transforms = transforms[:0]
			}
			if len(transforms) > 0 {
				out = append(out[:from], transformed(slices.Clone(out[from:]), transforms)...)
				transforms = transforms[:0]
			}
			units := out[from:]
			most := 2*len(units) + 1
			s.steps[0] = distances(k.attr("DeltaX"), s.steps[0][:0], most)
			s.steps[1] = distances(k.attr("DeltaY"), s.steps[1][:0], most)
			dx, dy := s.steps[0], s.steps[1]
			if n := max(len(dx), len(dy)); n >= len(units) && n == utf16Units(units)-1 {
				dx, dy = byCharacter(dx, units), byCharacter(dy, units)
			}
			cx, cy := x, y
			for i := range units {
				u := &units[i]
				u.x, u.y, u.unsure = cx, cy, beyond
				if !s.d.spend(s.page, 1) {
					out = out[:from+i]
					return out
				}
				switch {
				case len(dx) > 0 || len(dy) > 0:
					cx += at(dx, i)
					cy += at(dy, i)
				case down == 90:
					cy += size
				case down != 0 && down != 360: // against the order of the steps that there are none of
					cx = math.NaN()
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
func codesOf(s string, out []placed) []placed {
	if strings.ContainsAny(s, "\n\r") {
		lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
		for i := range lines {
			lines[i] = strings.Trim(lines[i], " \t")
		}
		s = strings.Join(lines, "")
	}
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		text := s[i : i+n]
		if r == utf8.RuneError {
			text = "\ufffd"
		}
		out = append(out, placed{text: text, gid: -1})
		i += n
	}
	return out
}

// transformed gives the glyphs that transformations make of characters (11.4): as many glyphs of the font as they say for
// as many characters. Several characters that become one glyph are its text.
func transformed(codes []placed, transforms []*node) []placed {
	out := make([]placed, 0, len(codes))
	done := 0
	for _, t := range transforms {
		from, _ := t.number("CodePosition")
		chars, ok := t.number("CodeCount")
		if !ok {
			chars = 1
		}
		said := t.said("Glyphs")
		if len(said) > 64*(len(codes)+1000) { // no text has so many
			continue
		}
		list := numbers(said)
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

// oneToOne puts in the glyphs of a transformation that gives all characters one each, as most do, and reports whether it
// does.
func oneToOne(t *node, codes []placed) bool {
	if from, _ := t.number("CodePosition"); from != 0 {
		return false
	}
	n, ok := t.number("CodeCount")
	glyphs, told := t.number("GlyphCount")
	if !ok || int(n) != len(codes) || told && int(glyphs) != len(codes) {
		return false
	}
	rest, w := t.said("Glyphs"), ""
	for i := range codes {
		w, rest = word(rest)
		g, ok := parseNumber(w)
		if !ok {
			for k := range i {
				codes[k].gid = -1
			}
			return false
		}
		codes[i].gid = int(g)
	}
	if w, _ := word(rest); w != "" {
		for k := range codes {
			codes[k].gid = -1
		}
		return false
	}
	return true
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

// distances appends a list of distances, no more than so many; g n v stands for n times v.
func distances(s string, out []float64, most int) []float64 {
	for w, rest := word(s); w != "" && len(out) < most; w, rest = word(rest) {
		times, v := 1.0, w
		if w == "g" {
			var n string
			n, rest = word(rest)
			if v, rest = word(rest); v == "" {
				break
			}
			times, _ = parseNumber(n)
		}
		d, ok := parseNumber(v)
		if !ok {
			d = math.NaN() // where what follows stands nobody knows
		}
		for range int(math.Max(0, math.Min(times, float64(most-len(out))))) {
			out = append(out, d)
		}
	}
	return out
}

func allText(n *node) string {
	var b strings.Builder
	for _, t := range n.kids {
		if t.name == "TextCode" {
			b.WriteString(strings.TrimSpace(t.text[:min(len(t.text), 1000)]))
		}
		if b.Len() > 240 {
			break
		}
	}
	r := []rune(strings.ToValidUTF8(b.String(), ""))
	return string(r[:min(len(r), 60)])
}
