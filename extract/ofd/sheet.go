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
	base          matrix  // from millimetres of the page to points of the drawing
	out           content
}

func (s *sheet) start(paper box) {
	s.width, s.height = math.Max(1, paper.w*perMillimetre), math.Max(1, paper.h*perMillimetre)
	s.base = matrix{perMillimetre, 0, 0, -perMillimetre, -paper.x * perMillimetre, s.height + paper.y*perMillimetre}
	s.out.put("cm", s.base[:]...)
}

// A look is how objects are painted where they do not say it themselves.
type look struct {
	fill, stroke *node // the elements of colours; nil = none is named
	width        float64
	alpha        float64 // of all of it, 0 to 1
	hidden       bool
}

const usualLine = 0.353 // millimetres

func (s *sheet) layer(n *node) {
	k := look{width: usualLine, alpha: 1}
	s.units(n.kids, s.inherit(k, n), 0)
}

// inherit gives the look with what a drawing parameter and an object say.
func (s *sheet) inherit(k look, n *node) look {
	if id := n.attr("DrawParam"); id != "" {
		var fill, stroke, width bool
		s.resources.param(id, func(p *node) bool {
			if c := p.kid("FillColor"); c != nil && !fill {
				k.fill, fill = c, true
			}
			if c := p.kid("StrokeColor"); c != nil && !stroke {
				k.stroke, stroke = c, true
			}
			if w, ok := p.number("LineWidth"); ok && !width {
				k.width, width = w, true
			}
			return false
		})
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
		if s.d.objects++; s.d.objects%1024 == 0 && s.d.ctx.Err() != nil {
			return
		}
		if s.d.objects > maxObjects || s.d.drawn+len(s.out.b) > maxDrawn {
			s.d.limit(s.page, "more content than the limit")
			return
		}
		switch n.name {
		case "TextObject":
			s.unit(n, k, func(k look, m matrix) { s.text(n, k, m, -1) })
		case "PathObject":
			s.unit(n, k, func(k look, m matrix) { s.path(n, k, m) })
		case "ImageObject":
			s.unit(n, k, func(k look, m matrix) { s.image(n, k, m) })
		case "CompositeObject":
			s.composite(n, k, depth)
		case "PageBlock", "Layer", "Content":
			if depth >= maxComposites {
				s.d.limit(s.page, "objects within objects")
				return
			}
			s.units(n.kids, s.inherit(k, n), depth+1)
		}
	}
}

// place is the matrix of an object: from its own millimetres to those of the page.
func place(n *node) (m matrix, b box, bounded bool) {
	b, bounded = boxOf(n.attr("Boundary"))
	return matrixOf(n).then(moved(b.x, b.y)), b, bounded
}

// unit draws an object within its own state.
func (s *sheet) unit(n *node, k look, draw func(look, matrix)) {
	m, b, bounded := place(n)
	if ctm := n.attr("CTM"); !finite(m[:]...) || ctm != "" && len(numbers(ctm)) != 6 || !bounded {
		s.d.doubt("broken-page", s.page, "an object of the page stands at no place: Boundary=%q CTM=%q", n.attr("Boundary"), ctm)
		if !finite(m[:]...) {
			return
		}
	}
	k = s.inherit(k, n)
	if k.hidden && n.name != "TextObject" {
		return
	}
	s.out.raw("q\n")
	s.clips(n, b)
	if bounded && n.name != "TextObject" && b.w >= 0 && b.h >= 0 && finite(b.x, b.y, b.w, b.h) {
		// what is painted beyond the boundary is cut; a line along it is not
		slack := math.Max(0.5, k.width)
		s.out.put("re", b.x-slack, b.y-slack, b.w+2*slack, b.h+2*slack)
		s.out.raw("W n\n")
	}
	draw(k, m)
	s.out.raw("Q\n")
}

func (s *sheet) composite(n *node, k look, depth int) {
	id := n.attr("ResourceID")
	c := s.resources.composites[id]
	if c == nil {
		s.d.doubt("broken-page", s.page, "a composite object is missing: %s", id)
		return
	}
	if s.d.composites++; depth >= maxComposites || s.d.composites > maxUnits {
		s.d.limit(s.page, "objects within objects")
		return
	}
	s.unit(n, k, func(k look, m matrix) {
		s.out.put("cm", m[:]...)
		list := c.kids
		if inner := c.kid("Content"); inner != nil {
			list = inner.kids
		}
		s.units(list, k, depth+1)
	})
}

// clips narrows what is seen of an object: the areas of one clip together, the clips one within the other.
func (s *sheet) clips(n *node, b box) {
	for _, group := range n.all("Clips") {
		for _, c := range group.all("Clip") {
			any := false
			var texts []*node
			for _, a := range c.all("Area") {
				m := matrixOf(a).then(moved(b.x, b.y))
				for _, p := range a.kids {
					own, _, _ := place(p)
					switch p.name {
					case "Path", "PathObject":
						any = s.outline(p, own.then(m)) || any
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
				m := own.then(moved(b.x, b.y))
				if back, ok := m.inverse(); ok {
					s.text(t, look{width: usualLine, alpha: 1}, m, 7)
					s.out.put("cm", back[:]...)
				}
			}
		}
	}
}

// opacity sets how opaque fills and strokes are.
func (s *sheet) opacity(op string, alpha float64) {
	if alpha >= 1 {
		return
	}
	name := fmt.Sprintf("G%s%d", op, int(math.Round(255*alpha)))
	s.d.states[name] = fmt.Sprintf("<< /%s %.4f >>", op, alpha)
	s.out.raw("/" + name + " gs\n")
}
