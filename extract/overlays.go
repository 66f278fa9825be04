package extract

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/gongkai/gongkai/extract/style"
)

// What lies over a table without being a part of it: a picture, a drawing, a box, a number, that its style places by
// coordinates. Where exactly it lands only a browser can say. So what is placed within the very box that holds the table,
// or stands beside the table, is a doubt on the table; what a page places elsewhere (menus, advertisements, codes to be
// scanned) is none.

// An overlay is an element that lies over others, or a table that such may lie over.
type overlay struct {
	node    *html.Node
	anchor  *html.Node // the box that its coordinates count from; nil = the page
	table   int        // its number, of a table; of what lies over others, how many stand before it
	spreads bool       // it covers all of its box
}

// over notes an element that lies over others and shows something: not at an edge of its box, where headers and buttons
// are.
func (w *htmlWalker) over(n *html.Node, st *style.Style) {
	if st.Spreads && !st.Gone && st.Visible && len(w.overlays) < 1000 {
		if !w.scripts.idle() && (w.scripts.touches(n, false) || w.scripts.hides(n)) {
			return // it is there until the page has loaded
		}
		o := overlay{node: n, anchor: w.anchor, table: w.tables, spreads: true}
		if st.Fixed {
			o.anchor = nil
		}
		w.overlays = append(w.overlays, o)
		return
	}
	if !st.Absolute || st.Gone || !st.Visible || st.AtEdge || st.AtSide || tiny(n) || st.Width <= 3 || st.Height <= 3 ||
		len(w.overlays) > 1000 {
		return
	}
	if isMedia(n) || covers(st) && empty(n) || w.holdsNumber(n) || holdsMedia(n) && empty(n) {
		w.overlays = append(w.overlays, overlay{node: n, anchor: w.anchor})
	}
}

// holdsNumber reports whether an element shows a number and hardly a word.
func (w *htmlWalker) holdsNumber(n *html.Node) bool {
	digits, words, left := 0, 0, 40
	var look func(n *html.Node)
	look = func(n *html.Node) {
		if n.Type == html.TextNode {
			left -= utf8.RuneCountInString(n.Data)
			for _, r := range n.Data {
				switch {
				case unicode.IsDigit(r):
					digits++
				case unicode.IsLetter(r):
					words++
				}
			}
		}
		for c := n.FirstChild; c != nil && left > 0; c = c.NextSibling {
			look(c)
		}
	}
	look(n)
	return left > 0 && digits > 0 && words <= 1
}

func holdsMedia(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (isMedia(c) && !tiny(c) || holdsMedia(c)) {
			return true
		}
	}
	return false
}

// tellOverlays doubts the tables over which something may lie.
func (w *htmlWalker) tellOverlays() {
	told := map[int]bool{}
	for _, o := range w.overlays {
		if o.spreads {
			w.tellCover(o, told)
			continue
		}
		for _, t := range w.grids {
			beside := o.node.Parent == t.node.Parent
			within := o.anchor != nil && o.anchor == t.anchor
			if (beside || within) && !told[t.table] {
				told[t.table] = true
				w.doc.doubt("overlaid", Place{Table: t.table, Path: w.path(o.node)},
					"something that is no part of the table is placed by coordinates where it may lie over its cells")
			}
		}
	}
}

// tellCover doubts what a box covers that is as large as what it is placed in.
func (w *htmlWalker) tellCover(o overlay, told map[int]bool) {
	if o.anchor == nil && !told[0] {
		told[0] = true
		w.doc.doubt("overlaid", Place{Path: w.path(o.node)}, "a box without a hole is placed over the whole page; what lies below "+
			"it is read all the same")
	}
	for _, t := range w.grids {
		above := t.anchor != nil && t.anchor != o.anchor && t.table > o.table && !encloses(t.anchor, o.node)
		if told[t.table] || above || o.anchor != nil && !encloses(o.anchor, t.node) || encloses(o.node, t.node) {
			continue
		}
		told[t.table] = true
		w.doc.doubt("overlaid", Place{Table: t.table, Path: w.path(o.node)},
			"a box without a hole is placed by coordinates over all of what the table stands in")
	}
}

// encloses reports whether n stands in outer.
func encloses(outer, n *html.Node) bool {
	for ; n != nil; n = n.Parent {
		if n == outer {
			return true
		}
	}
	return false
}

// remember notes which doubts speak of a cell.
func (w *htmlWalker) remember(cell *html.Node, from, to int) {
	if w.doubts == nil {
		w.doubts = map[*html.Node][2]int{}
	}
	w.doubts[cell] = [2]int{from, to}
}

// locate says of a cell's doubts where it lies in its table.
func (w *htmlWalker) locate(cell *html.Node, at Place) {
	span, ok := w.doubts[cell]
	if !ok {
		return
	}
	for i := span[0]; i < min(span[1], len(w.doc.Doubts)); i++ {
		at.Path = w.doc.Doubts[i].Place.Path
		w.doc.Doubts[i].Place = at
	}
	delete(w.doubts, cell)
}
