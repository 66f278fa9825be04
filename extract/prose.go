package extract

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/extract/style"
)

// What prose shows, where it is not what the text says. A title, a date, a number in a sentence are read as cells are
// (appear.go), but for this: most pictures and pieces of script of a page have nothing to do with what stands beside
// them. So something that is no text counts only where text touches it on both sides, and what a style or a script
// leaves open makes single words and numbers unreadable, never whole paragraphs.

// drawsItself reports whether an element that holds no prose shows something in its place.
func drawsItself(n *html.Node) bool {
	return isMedia(n) || n.DataAtom == atom.Meter || n.DataAtom == atom.Progress || n.DataAtom == atom.Marquee
}

// passSilent notes of an element from which prose takes no text what is shown there all the same.
func (w *htmlWalker) passSilent(n *html.Node, around *style.Style) {
	switch {
	case drawsItself(n):
		st := w.style.Of(n, around)
		w.over(n, st)
		w.picture(n, st)
	case n.DataAtom == atom.Button && hasDigit(textOf(n)):
		w.picture(n, w.style.Of(n, around))
	case n.DataAtom == atom.Script && runs(n) && n.FirstChild != nil && printsText(n.FirstChild.Data):
		if w.first != nil {
			w.gap, w.digitGap = w.buf.Len(), false
		} else if next := n.NextSibling; next != nil && next.Type == html.TextNode && next.Data != "" && next.Data[0] >= '0' &&
			next.Data[0] <= '9' {
			w.afloat = true // what it writes is the beginning of a number
		}
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	var add func(n *html.Node)
	add = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			add(c)
		}
	}
	add(n)
	return b.String()
}

// picture notes something in a paragraph that is no text.
func (w *htmlWalker) picture(n *html.Node, st *style.Style) {
	if w.first == nil || st.Gone || !st.Visible || st.Moved || st.Floats || tiny(n) || st.Width <= 3 || st.Height <= 3 {
		return
	}
	if w.gap != w.buf.Len() {
		w.digitGap = false
	}
	w.gap = w.buf.Len()
}

// join puts U+FFFD between a text and the one before it, where something is shown between them that is no text, or where
// a part of a number floats away from it.
func (w *htmlWalker) join(s string) {
	next, _ := utf8.DecodeRuneInString(s)
	if w.gap > 0 && w.gap == w.buf.Len() {
		last, _ := utf8.DecodeLastRuneInString(w.buf.String())
		if touching(last) && touching(next) && (!w.digitGap || unicode.IsDigit(last) || unicode.IsDigit(next)) {
			w.buf.WriteString(unreadable)
		}
	}
	if w.gap > 0 && w.gap < w.buf.Len() {
		w.gap = 0
	}
	if w.afloat && touching(next) {
		w.buf.WriteString(unreadable)
	}
	w.afloat = false
}

// touching reports whether a character is one of a word or a number.
func touching(r rune) bool { return unicode.IsDigit(r) || unicode.Is(unicode.Han, r) }

// leave reports whether the text at hand goes on behind an element that is shown out of it, so that of a word or a number
// one part stands elsewhere; it then ends in U+FFFD.
func (w *htmlWalker) leave(n *html.Node) bool {
	last, _ := utf8.DecodeLastRuneInString(w.buf.String())
	next := n.NextSibling
	for next != nil && next.Type == html.ElementNode && next.FirstChild != nil {
		next = next.FirstChild
	}
	if next == nil || next.Type != html.TextNode || !touching(last) {
		return false
	}
	if first, _ := utf8.DecodeRuneInString(next.Data); !touching(first) {
		return false
	}
	w.buf.WriteString(unreadable)
	return true
}

// placed doubts the words of an inline element, which begin at from, where its style does not show them as they stand.
func (w *htmlWalker) placed(n *html.Node, st, around *style.Style, from int) {
	apart := false
	if w.restless {
		for _, p := range [...]string{"first-letter", "first-line"} {
			if w.style.Has(p) {
				f := w.style.Pseudo(n, p, st)
				apart = apart || f != nil && (!f.Plain() || f.Gone)
			}
		}
	}
	if st.Plain() && !apart {
		return
	}
	s := w.buf.String()[from:]
	switch {
	case st.Lined, st.Moved && !st.Ordered, st.Backwards && pieces(n) > 1, st.Ordered, apart, shadowed(n):
	case st.RightToLeft && !around.RightToLeft && pieces(n) > 1:
	case st.Cuts && st.Width < textWidth(s, st.FontSize):
	case st.Clamped && strings.Contains(s, "\n"):
	default:
		return
	}
	w.rewrite(from, veilWords(s))
	w.shaky = w.shaky || st.Moved || st.Ordered
}

// quote writes the marks that an element puts around a quotation.
func (w *htmlWalker) quote(n *html.Node, st *style.Style, open bool) {
	if n.DataAtom != atom.Q || n.Type != html.ElementNode {
		return
	}
	first, last, known := st.Quotes()
	switch {
	case !known:
		w.gap, w.digitGap = w.buf.Len(), true
	case open:
		w.buf.WriteString(first)
	default:
		w.buf.WriteString(last)
	}
}

func empty(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" || c.Type == html.ElementNode && !empty(c) {
			return false
		}
	}
	return true
}

// pieces counts what stands in an element.
func pieces(n *html.Node) (count int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode || c.Type == html.TextNode && strings.TrimSpace(c.Data) != "" {
			count++
		}
	}
	return count
}

// rewrite puts another text in the place of what the paragraph says from a place on.
func (w *htmlWalker) rewrite(from int, s string) {
	before := w.buf.String()[:from]
	w.buf.Reset()
	w.buf.WriteString(before)
	w.buf.WriteString(s)
}

// written reports whether a script, or a framework in the reader's browser, says what an element shows: a number, a date
// or a name. An empty one is a gap in its paragraph.
func (w *htmlWalker) written(n *html.Node, st *style.Style, block bool) bool {
	by := templated(n) || shadowed(n) || w.crossedOut(n, st) || st.Clamped && holdsBreak(n)
	if !by && !w.scripts.idle() {
		if w.scripts.says(n) && titleLike(n) {
			return true
		}
		by = w.scripts.touches(n, true) || !block && w.scripts.hides(n)
	}
	if !by {
		return false
	}
	if n.FirstChild == nil && !block {
		w.picture(n, st)
		return false
	}
	return shortText(n)
}

// titleLike reports whether an element is a heading, or words as long as one that speak of a report.
func titleLike(n *html.Node) bool {
	s := strings.TrimSpace(textOf(n))
	if s == "" || utf8.RuneCountInString(s) > 80 {
		return false
	}
	switch n.DataAtom {
	case atom.H1, atom.H2, atom.H3, atom.H4:
		return true
	}
	return strings.Contains(s, "报告") || strings.Contains(s, "年报")
}

func holdsBreak(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Br || holdsBreak(c) {
			return true
		}
	}
	return false
}

// crossedOut reports whether the sheet may draw a line through an element: across, and not along an edge.
func (w *htmlWalker) crossedOut(n *html.Node, of *style.Style) bool {
	if !w.restless {
		return false
	}
	for _, p := range [...]string{"before", "after"} {
		st := w.style.Pseudo(n, p, of)
		if st != nil && !st.Gone && st.Visible && st.Moved && st.Paints && !hairline(st) && !(st.Height > 3) && !textual(st) {
			return true
		}
	}
	return false
}

func textual(st *style.Style) bool {
	return len(st.Content) > 0 && st.Content[0] != (style.Part{})
}

// veilWords is veil for a few words: none of their characters is known, nor is a number among them.
func veilWords(s string) string {
	han := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if han > 30 {
		return veil(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) || hasDigit(string(r)) {
			return '\ufffd'
		}
		return r
	}, s)
}
