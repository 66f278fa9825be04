package ofd

import (
	"fmt"
	"math"
)

// A sheet is a page being drawn.
type sheet struct {
	d             *drawing
	body          *documentBody
	resources     *resources
	page          int
	width, height float64 // in points
	at            matrix  // from millimetres of what is being drawn to points of the drawing
	out           content
	glyphsOfText  []placed // of the text being drawn
	steps         [2][]float64
	line          []command // of the path being drawn
	unsure        bool      // some programs show what is being drawn and some do not, or show something else
	lastColour    struct {
		of *node
		colour
	}
}

func (s *sheet) start(paper box) {
	s.width, s.height = math.Max(1, paper.w*perMillimetre), math.Max(1, paper.h*perMillimetre)
	s.at = matrix{perMillimetre, 0, 0, -perMillimetre, -paper.x * perMillimetre, s.height + paper.y*perMillimetre}
	s.out = newContent(s.d.buffer)
}

// A look is how objects are painted where they do not say it themselves.
type look struct {
	fill, stroke *node // the elements of colours; nil = none is named
	width        float64
	alpha        float64 // of all of it, 0 to 1
	hidden       bool
}

const usualLine = 0.353 // millimetres

// plain is the look of what nothing is said of.
func plain() look { return look{width: usualLine, alpha: 1} }

func (s *sheet) layer(n *node) {
	k := plain()
	s.units(n.kids, s.inherit(k, n), 0)
}

// inherit gives the look with what a drawing parameter and an object say.
func (s *sheet) inherit(k look, n *node) look {
	if id := n.attr("DrawParam"); id != "" {
		p := s.resources.parameter(id)
		if p.fill != nil {
			k.fill = p.fill
		}
		if p.stroke != nil {
			k.stroke = p.stroke
		}
		if p.hasWidth {
			k.width = p.width
		}
	}
	if w, ok := n.number("LineWidth"); ok {
		k.width = w
	}
	if a, ok := n.number("Alpha"); ok {
		k.alpha *= math.Max(0, math.Min(1, a/255))
	}
	k.hidden = k.hidden || n.isFalse("Visible")
	return k
}

const (
	maxComposites = 12      // within one another
	maxUnits      = 100_000 // composite objects of a document
)

// units draws objects in the order of their writing.
func (s *sheet) units(list []*node, k look, depth int) {
	for _, n := range list {
		if !s.d.spend(s.page, 1+len(n.kids)/16) {
			return
		}
		if s.d.drawn+len(s.out.b) > maxDrawn {
			s.d.limit(s.page, "more content than the limit")
			return
		}
		switch n.name {
		case "TextObject", "PathObject", "ImageObject":
			s.unit(n, k)
		case "CompositeObject":
			s.composite(n, k, depth)
		case "PageBlock", "Layer", "Content":
			if depth >= maxComposites {
				s.d.limit(s.page, "objects within objects")
				return
			}
			s.units(n.kids, s.inherit(k, n), depth+1)
		default: // what stands in an element of no known name
			if len(n.kids) > 0 && depth < maxComposites {
				s.doubtful(n.kids, s.inherit(k, n), depth+1)
			}
		}
	}
}

// doubtful draws objects that not all programs show: their digits are unreadable.
func (s *sheet) doubtful(list []*node, k look, depth int) {
	before := s.unsure
	s.unsure = true
	s.units(list, k, depth)
	s.unsure = before
}

// place is the matrix of an object, from its own millimetres to those of what it lies in, and its boundary.
func place(n *node) (m matrix, b box, told bool) {
	b, bounded := boxOf(n.attr("Boundary"))
	m, ok := matrixOf(n)
	m[4] += b.x
	m[5] += b.y
	return m, b, ok && bounded
}

// placed gives where an object stands, and how it is painted; false where it is not drawn.
func (s *sheet) placed(n *node, k look) (matrix, box, look, bool) {
	m, b, told := place(n)
	if !told || !finite(m[:]...) {
		s.d.doubt("broken-page", s.page, "an object of the page stands at no place: Boundary=%q CTM=%q", n.attr("Boundary"), n.attr("CTM"))
	}
	k = s.inherit(k, n)
	return m, b, k, finite(m[:]...) && (!k.hidden || n.name == "TextObject")
}

// unit draws an object that is made of no others.
func (s *sheet) unit(n *node, k look) {
	m, b, k, drawn := s.placed(n, k)
	if !drawn {
		return
	}
	if clips := n.kid("Clips"); clips != nil {
		s.out.save()
		s.clips(n, b)
		defer s.out.restore()
	}
	switch n.name {
	case "TextObject":
		s.text(n, k, m, -1)
	case "PathObject":
		s.path(n, k, m, b)
	case "ImageObject":
		s.image(n, k, m, b)
	}
}

// within draws what lies within the boundary of an object: what is painted beyond it is cut; a line along it is not.
func (s *sheet) within(b box, width float64, draw func()) {
	if b == (box{}) || b.w < 0 || b.h < 0 || !finite(b.x, b.y, b.w, b.h) {
		draw()
		return
	}
	slack := math.Max(0.5, width)
	s.out.save()
	s.corners(box{b.x - slack, b.y - slack, b.w + 2*slack, b.h + 2*slack}, s.at)
	s.out.raw("W n\n")
	draw()
	s.out.restore()
}

// inside reports whether a box of points lies within the boundary of an object.
func inside(b box, width float64, x0, y0, x1, y1 float64) bool {
	slack := math.Max(0.5, width)
	return x0 >= b.x-slack && y0 >= b.y-slack && x1 <= b.x+b.w+slack && y1 <= b.y+b.h+slack
}

// corners writes a box as a path.
func (s *sheet) corners(b box, m matrix) {
	if m[1] == 0 && m[2] == 0 {
		x, y := m.Apply(b.x, b.y)
		s.out.put("re", x, y, b.w*m[0], b.h*m[3])
		return
	}
	for i, p := range [4][2]float64{{b.x, b.y}, {b.x + b.w, b.y}, {b.x + b.w, b.y + b.h}, {b.x, b.y + b.h}} {
		x, y := m.Apply(p[0], p[1])
		s.out.put(map[bool]string{true: "m", false: "l"}[i == 0], x, y)
	}
	s.out.raw("h\n")
}

func (s *sheet) composite(n *node, k look, depth int) {
	id := n.attr("ResourceID")
	c := s.resources.composite(id)
	if c == nil {
		s.d.doubt("broken-page", s.page, "a composite object is missing: %s", id)
		return
	}
	if s.d.composites++; depth >= maxComposites || s.d.composites > maxUnits {
		s.d.limit(s.page, "objects within objects")
		return
	}
	m, b, k, drawn := s.placed(n, k)
	if !drawn {
		return
	}
	s.out.save()
	s.clips(n, b)
	s.within(b, k.width, func() {
		list := c.kids
		if inner := c.kid("Content"); inner != nil {
			list = inner.kids
		}
		before := s.at
		s.at = m.Then(s.at)
		s.units(list, k, depth+1)
		s.at = before
	})
	s.out.restore()
}

// clips narrows what is seen of an object: the areas of one clip together, the clips one within the other.
func (s *sheet) clips(n *node, b box) {
	for _, group := range n.all("Clips") {
		for _, c := range group.all("Clip") {
			if !s.d.spend(s.page, 1) {
				return
			}
			any := false
			var texts []*node
			for _, a := range c.all("Area") {
				m, _ := matrixOf(a)
				m = m.Then(moved(b.x, b.y)).Then(s.at)
				for _, p := range a.kids {
					if !s.d.spend(s.page, 1) {
						return
					}
					own, _, _ := place(p)
					switch p.name {
					case "Path", "PathObject":
						s.line = s.commands(p)
						any = s.outline(s.line, own.Then(m)) || any
					case "Text", "TextObject":
						texts = append(texts, p)
					}
				}
			}
			if any {
				s.out.raw("W n\n")
			}
			for _, t := range texts { // what is painted is seen in the shape of text
				own, _, _ := place(t)
				s.text(t, plain(), own.Then(moved(b.x, b.y)), 7)
			}
		}
	}
}

// opacity sets how opaque what is filled (0) or stroked (1) is.
func (s *sheet) opacity(of int, alpha float64) {
	n := int(math.Round(255 * alpha))
	if s.out.st.opaque[of] == n {
		return
	}
	s.out.st.opaque[of] = n
	op := [...]string{"ca", "CA"}[of]
	name := fmt.Sprintf("G%s%d", op, n)
	s.d.states[name] = fmt.Sprintf("<< /%s %.4f >>", op, float64(n)/255)
	s.out.raw("/" + name + " gs\n")
}
