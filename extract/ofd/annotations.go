package ofd

import (
	"fmt"
	"strings"
)

const maxLaid = 2000 // annotations and seals of a page

// annots draws what is laid on the page, each as an annotation of the drawing, and gives the page's entry for them. Links
// and underlines say nothing of what is printed; a watermark is text of the page; what is struck out is not printed; all
// else, and the seals of signatures, is ink upon what lies below.
func (s *sheet) annots(b *documentBody, id string, paper box) string {
	var list []string
	for _, a := range b.laid[id] {
		if a.isFalse("Visible") || len(list) >= maxLaid {
			continue
		}
		kind, sub := a.attr("Type"), a.attr("Subtype")
		if kind == "Link" || strings.EqualFold(sub, "Underline") || strings.EqualFold(sub, "Squiggly") {
			continue
		}
		for _, look := range a.all("Appearance") {
			if s.d.drawn += 500; !s.d.spend(s.page, 1) || s.d.drawn > maxDrawn {
				s.d.limit(s.page, "more content than the limit")
				break
			}
			at, _ := boxOf(look.attr("Boundary"))
			if strings.EqualFold(sub, "Strikeout") || strings.EqualFold(kind, "Strikeout") {
				list = append(list, fmt.Sprintf("<< /Type /Annot /Subtype /StrikeOut /F 4 /Rect [%s] >>", s.onPaper(at, paper)))
				continue
			}
			subtype := "Stamp"
			if kind == "Watermark" {
				subtype = "Watermark"
			}
			list = append(list, fmt.Sprintf("<< /Type /Annot /Subtype /%s /F 4 /Rect [0 0 %.4f %.4f] /AP << /N %d 0 R >> >>", subtype,
				s.width, s.height, s.appearance(look, at, paper)))
		}
	}
	for _, seal := range b.seals[id] {
		if s.d.drawn += 100; len(list) < maxLaid && s.d.drawn < maxDrawn && s.d.spend(s.page, 1) {
			list = append(list, fmt.Sprintf("<< /Type /Annot /Subtype /Stamp /F 4 /Rect [%s] >>", s.onPaper(seal.shown(), paper)))
		}
	}
	if len(list) == 0 {
		return ""
	}
	return " /Annots [" + strings.Join(list, " ") + "]"
}

// lay draws what is laid on the page with the page.
func (s *sheet) lay(b *documentBody, id string) {
	laid := 0
	s.resources, s.lastColour.of = s.body.resources, nil
	for _, a := range b.laid[id] {
		for _, look := range a.all("Appearance") {
			if laid++; a.isFalse("Visible") || laid > maxLaid {
				continue
			}
			at, _ := boxOf(look.attr("Boundary"))
			k := plain()
			if strings.EqualFold(a.attr("Type"), "Highlight") { // what is below is seen through it
				k.alpha = 0.4
			}
			before := s.at
			s.at = moved(at.x, at.y).Then(s.at)
			s.units(look.kids, k, 0)
			s.at = before
		}
	}
	for _, x := range b.seals[id] {
		if laid++; laid <= maxLaid {
			s.seal(x)
		}
	}
}

// onPaper gives a box in points from the bottom left of the page.
func (s *sheet) onPaper(b box, paper box) string {
	x, y := (b.x-paper.x)*perMillimetre, s.height-(b.y-paper.y)*perMillimetre
	return fmt.Sprintf("%.3f %.3f %.3f %.3f", x, y-b.h*perMillimetre, x+b.w*perMillimetre, y)
}

// appearance draws the objects of an annotation.
func (s *sheet) appearance(n *node, at, paper box) int {
	on := &sheet{d: s.d, body: s.body, resources: s.body.resources, page: s.page}
	s.d.buffer = nil // the page is not yet written
	on.start(paper)
	on.at = moved(at.x, at.y).Then(on.at)
	on.units(n.kids, plain(), 0)
	s.d.drawn += len(on.out.b)
	return s.d.out.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %.4f %.4f] /Resources %d 0 R", s.width, s.height,
		s.d.shared), on.out.b)
}
