package extract

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/extract/script"
	"github.com/gongkai/gongkai/extract/style"
)

// What a cell of a page shows. The markup says which characters there are; package style says which of them are seen and
// how. Here the two are put together, for cells with more care than for prose, as the contract in document.go has it:
//
//   - What is not seen is left out, with the doubt hidden-text where it has digits; what is struck out likewise, with
//     struck-text. Raised and lowered characters are so (package script).
//   - Where the cell shows something that is no text of the page (a picture, a control that draws itself, a background,
//     a box of colour), it is not blank, and digits beside it are not the whole number: U+FFFD is added. Beside words
//     a picture is an ornament.
//   - Where the characters are there and what they look like is not known (turned, cut, moved over one another, in
//     another order, written by a script, in a font that the page brings along), their digits are U+FFFD.

const unreadable = "\ufffd"

// A cellWriter collects what one cell shows.
type cellWriter struct {
	w      *htmlWalker
	b      *strings.Builder
	ink    bool   // something is shown that is no text
	open   string // why no digit of the cell can be trusted; "" = all can
	runs   int    // of text
	floats int    // of these, in boxes that float
	right  bool   // runs follow one another from right to left
	levels uint8  // of its runs: a bit each for lowered, on the line, raised
	turned bool   // a part of it is written backwards
	// clamped: only the first lines of a box are shown.
	clamped bool
}

// A htmlCell is a td or th with what its row and table make of it.
type htmlCell struct {
	node  *html.Node
	style *style.Style
}

// cellText gives what a cell shows: br and the ends of blocks are line breaks, runs of inline elements join. why is why
// nothing that its row shows can be trusted; "" = it can.
func (w *htmlWalker) cellText(c htmlCell, around *style.Style, why string) string {
	// most cells hold one short text in one or two elements
	if why == "" {
		if s, ok := w.onlyText(c); ok && (s != "" || around.Picture != style.Background) {
			return clean(s)
		}
	}
	if c.style.Gone {
		w.hid(c.node)
		return ""
	}
	if c.style.Struck {
		w.leaveOut(c.node)
	}
	x := cellWriter{w: w, b: &strings.Builder{}, open: why}
	if c.style.Picture == style.Background {
		x.ink = true
	}
	if c.style.Moved || c.style.Floats || c.style.Ordered {
		x.open = "the cell is shown elsewhere"
	}
	x.inside(c.node, c.style)
	s := x.b.String()
	if c.style.Reversed {
		x.b = &strings.Builder{}
		x.turn(s)
		s = x.b.String()
	}
	if strings.Contains(s, "\x00") {
		var out []string
		for _, l := range strings.Split(s, "\x00") {
			if l = cleanHTML(l); l != "" {
				out = append(out, l)
			}
		}
		s = strings.Join(out, "\n")
	} else {
		s = cleanHTML(s)
	}
	if x.levels == 1 || x.levels == 4 {
		s = script.Flat(s)
	}
	return x.settle(script.Settle(s), around)
}

// settle adds to a cell's text what is known of the cell as a whole.
func (x *cellWriter) settle(s string, around *style.Style) string {
	if s == "" && around.Picture == style.Background {
		x.ink = true
	}
	if x.floats > 0 && x.runs > x.floats || x.floats > 1 {
		x.open = "a part of it floats beside the rest"
	}
	if x.turned && x.runs > 1 {
		x.open = "a part of it runs from right to left"
	}
	if x.right && (x.runs > 1 || strings.Trim(s, "0123456789") != "" && hasDigit(s)) {
		x.open = "it runs from right to left"
	}
	if x.clamped && strings.Contains(s, "\n") {
		x.open = "only its first lines are shown"
	}
	if !labelLike(s) {
		s = strings.Map(func(r rune) rune {
			if private(r) {
				return '\ufffd'
			}
			return r
		}, s)
	}
	switch {
	case strings.Contains(s, "{{") && strings.Contains(s, "}}"): // what a script puts in its place
		return unreadable
	case x.open != "" && (s == "" || !hasDigit(s) && utf8.RuneCountInString(s) < 4):
		return unreadable
	case x.open != "":
		return veil(s)
	case x.ink && (s == "" || !labelLike(s)):
		return s + unreadable
	}
	return s
}

// labelLike reports whether a text is words, beside which a picture is an ornament: four Chinese characters that do not
// follow a number, but for an ordinal.
func labelLike(s string) bool {
	s = strings.TrimLeft(s, " 　(（")
	if s != "" && s[0] >= '0' && s[0] <= '9' {
		rest := strings.TrimLeft(s, "0123456789")
		t := strings.TrimLeft(rest, ".．、)） ")
		if len(t) == len(rest) || t != "" && t[0] < 0x80 {
			return false
		}
		s = t
	}
	han := 0
	for _, r := range s {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	return han >= 4 || han >= 2 && !hasDigit(s)
}

// private reports whether a character is drawn in a way that only the page's own font knows; U+E5E5 is a space in old
// tables of characters.
func private(r rune) bool { return r >= 0xe000 && unicode.Is(unicode.Co, r) && r != 0xe5e5 }

func hasDigit(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool {
		return unicode.IsDigit(r) || script.IsRaised(r) || script.IsLowered(r)
	})
}

// veil makes every digit U+FFFD: it is there, and which one it looks like is not known.
func veil(s string) string {
	return strings.Map(func(r rune) rune {
		if hasDigit(string(r)) || strings.ContainsRune("零一二三四五六七八九十百千", r) && len(s) < 24 {
			return '\ufffd'
		}
		return r
	}, s)
}

// hid tells that something with digits is not shown.
func (w *htmlWalker) hid(n *html.Node) {
	w.hidText(goquery.NewDocumentFromNode(n).Text(), n)
}

func (w *htmlWalker) hidText(s string, n *html.Node) {
	if s = clean(s); hasDigit(s) && len(w.doc.Doubts) < 100 {
		if r := []rune(s); len(r) > 40 {
			s = string(r[:40]) + "…"
		}
		w.doc.doubt("hidden-text", Place{Path: w.path(n)}, "%q is not shown and left out", s)
	}
}

// onlyText gives the text of a cell in which there is one run of text at most, and nothing special.
func (w *htmlWalker) onlyText(c htmlCell) (string, bool) {
	if w.restless || !c.style.Plain() || templated(c.node) || !w.scripts.idle() && w.scripts.touches(c.node, false) {
		return "", false
	}
	n, st := c.node, c.style
	painted := false
	for n.Type == html.ElementNode {
		k := n.FirstChild
		if k == nil {
			return "", !isMedia(n) && !painted
		}
		if k.NextSibling != nil {
			return "", false
		}
		if k.Type == html.ElementNode {
			if w.scripts.define() && strings.IndexByte(k.Data, '-') > 0 {
				return "", false
			}
			if special[k.DataAtom] || k.Namespace != "" || k.DataAtom == 0 && strings.HasPrefix(k.Data, "mn") {
				return "", false
			}
			st = w.style.Of(k, st)
			if !st.Plain() || templated(k) || !w.scripts.idle() && w.scripts.touches(k, false) {
				return "", false
			}
			painted = painted || st.Paints
		} else if k.Type != html.TextNode {
			return "", false
		}
		n = k
	}
	return n.Data, n.Type == html.TextNode && !strings.ContainsAny(n.Data, "\n\r{") && !strings.ContainsFunc(n.Data, private)
}

// special are elements of which a cell shows something else than their text.
var special = map[atom.Atom]bool{atom.Input: true, atom.Select: true, atom.Table: true, atom.Textarea: true,
	atom.Meter: true, atom.Progress: true, atom.Script: true, atom.Img: true, atom.Svg: true, atom.Canvas: true,
	atom.Object: true, atom.Embed: true, atom.Iframe: true, atom.Video: true, atom.Audio: true, atom.Map: true,
	atom.Br: true, atom.Hr: true, atom.Details: true, atom.Ruby: true, atom.Rt: true, atom.Q: true, atom.Math: true,
	atom.Style: true, atom.Applet: true, atom.Noscript: true, atom.Template: true, atom.Marquee: true, atom.Button: true}

// inside writes what an element holds, with what the sheet adds before and behind.
func (x *cellWriter) inside(n *html.Node, st *style.Style) {
	if x.w.scripts.touches(n, false) || templated(n) {
		x.open = "a script writes it"
	}
	if st.Replaced {
		x.ink = true
		return // a picture that the sheet names stands in its place
	}
	if shadowed(n) || strings.IndexByte(n.Data, '-') > 0 && x.w.scripts.define() {
		x.open = "what it shows is written elsewhere"
	}
	if x.w.style.Has("first-letter") || x.w.style.Has("first-line") {
		for _, p := range [...]string{"first-letter", "first-line"} {
			if f := x.w.style.Pseudo(n, p, st); f != nil && (!f.Plain() || f.Gone) {
				x.open = "its first characters are set apart"
			}
		}
	}
	shown := 0
	if x.generated(n, st, "before") {
		shown++
	}
	shown += x.children(n, st)
	if x.generated(n, st, "after") {
		shown++
	}
	if st.Backwards && shown > 1 {
		x.open = "what it holds is shown in another order"
	}
}

// shadowed reports whether an element shows a tree of its own in the place of what it holds.
func shadowed(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.DataAtom == atom.Template {
			_, is := attribute(c, "shadowrootmode")
			return is
		}
	}
	return false
}

// children writes what stands in an element, and gives how many things that is.
func (x *cellWriter) children(n *html.Node, st *style.Style) (shown int) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			if strings.TrimSpace(c.Data) != "" {
				shown++
			}
			x.text(strings.ReplaceAll(c.Data, "\x00", ""), st, n)
		case html.ElementNode:
			shown++
			x.element(c, st)
		}
	}
	return shown
}

// text writes a run of text that stands right in n.
func (x *cellWriter) text(s string, st *style.Style, n *html.Node) {
	if strings.TrimSpace(s) == "" {
		x.b.WriteString(s)
		return
	}
	if st.Struck {
		return
	}
	switch st.Sight() {
	case style.Unseen:
		x.w.hidText(s, n)
		return
	case style.Unsure:
		if !st.Doubtful() || !labelLike(s) {
			s = veil(s)
		}
	}
	if st.WebWords && strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		x.w.lentTable = true
	}
	x.runs++
	x.levels |= 1 << (st.Level + 1)
	switch {
	case st.Unknown != "" || st.WebFont:
		s = veil(s)
	case st.Level == style.Raised:
		s = script.Raise(s)
	case st.Level == style.Lowered:
		s = script.Lower(s)
	}
	x.right = x.right || st.RightToLeft && !st.Reversed
	x.b.WriteString(s)
}

// generated writes what the sheet has ::before or ::after say, and reports whether it says anything.
func (x *cellWriter) generated(n *html.Node, of *style.Style, pseudo string) bool {
	st := x.w.style.Pseudo(n, pseudo, of)
	if st == nil || st.Gone || !st.Visible {
		return false
	}
	if st.Picture == style.Background {
		x.ink = true
	}
	if st.Moved && ((st.Paints || covers(st)) && !hairline(st) || len(st.Content) > 0 && st.Content[0] != (style.Part{})) {
		x.open = "something is drawn over it"
		return true
	}
	if st.Sight() == style.Unseen {
		return false
	}
	for _, p := range st.Content {
		switch {
		case p.Unknown || strings.ContainsFunc(p.Text, private):
			x.ink = true // a counter, a picture, a sign of a font of its own
		case p.Text != "":
			block := !strings.HasPrefix(st.Display, "inline") && !of.InRow
			if block {
				x.b.WriteByte(0)
			}
			x.text(p.Text, st, n)
			if st.Reversed || st.Floats || st.Ordered {
				x.open = "a part of it stands in another place"
			}
			if block {
				x.b.WriteByte(0)
			}
		}
	}
	if len(st.Content) > 0 && st.Paints && st.Width > 0 && st.Height > 0 {
		x.ink = true
	}
	return len(st.Content) > 0
}

// hairline reports whether what a sheet draws into a cell is a line along one of its edges: a rule of the table, as many
// pages draw them so that they are half a pixel wide.
func hairline(st *style.Style) bool { return st.AtEdge && st.Height <= 2 || st.AtSide && st.Width <= 2 }

// element writes what an element within a cell shows.
func (x *cellWriter) element(n *html.Node, parent *style.Style) {
	if n.DataAtom == atom.Script {
		if runs(n) {
			x.open = "a script stands in it"
		}
		return
	}
	st := x.w.style.Of(n, parent)
	if st.Gone {
		if n.DataAtom != atom.Style && n.DataAtom != atom.Noscript && n.DataAtom != atom.Template {
			x.w.hid(n)
		}
		if x.w.scripts.touches(n, false) {
			x.open = "a script shows or hides it"
		}
		return
	}
	if st.Struck && !parent.Struck {
		x.w.leaveOut(n)
	}
	if st.Picture == style.Background {
		x.ink = true
	}
	if x.control(n, st) {
		return
	}
	inner, runs, lines := x.b, x.runs, x.b.Len()
	turned := st.Reversed && !parent.Reversed
	if turned {
		x.b = &strings.Builder{}
	}
	block := breaks(n, st, parent)
	if block {
		x.b.WriteByte(0)
	}
	switch {
	case n.Namespace == "math" || n.DataAtom == atom.Math:
		x.formula(n, st)
	case n.DataAtom == atom.Details:
		x.details(n, st)
	case n.DataAtom == atom.Q:
		open, end, known := st.Quotes()
		x.ink = x.ink || !known
		x.b.WriteString(open)
		x.inside(n, st)
		x.b.WriteString(end)
	default:
		x.inside(n, st)
	}
	if block {
		x.b.WriteByte(0)
	}
	wrote := x.runs > runs
	if turned {
		s := x.b.String()
		x.b = inner
		x.turn(s)
	} else if !wrote && st.Paints && st.Visible && (st.Width > 0 && st.Height > 0 ||
		st.Display == "inline-block" && (st.Width > 0 || st.Height > 0)) {
		x.ink = true // a box of colour: a stroke may be a one
	}
	if st.Marker && st.Visible || st.Display == "list-item" && x.marked(n, st) {
		x.ink = true
	}
	if wrote {
		x.placed(st, x.b.String()[min(lines, x.b.Len()):], x.runs-runs)
	} else if st.Moved && (st.Paints || covers(st)) {
		x.open = "something is drawn over it"
	}
}

// covers reports whether something that is shown elsewhere than where it stands has a size, and hides what lies below it.
func covers(st *style.Style) bool {
	return st.Covers && st.Visible && !(st.Width <= 1) && !(st.Height <= 1) &&
		(st.Width > 1 || st.Height > 1 || st.AtEdge && st.AtSide)
}

// marked reports whether the sheet gives a list item a mark of its own.
func (x *cellWriter) marked(n *html.Node, st *style.Style) bool {
	m := x.w.style.Pseudo(n, "marker", st)
	return m != nil && len(m.Content) > 0
}

// placed judges where an element that shows text puts it.
func (x *cellWriter) placed(st *style.Style, s string, runs int) {
	switch {
	case st.Moved:
		x.open = "a part of it is shown elsewhere"
		if hasDigit(s) {
			x.w.roams, x.w.strays = x.w.roams || st.Roams, true
		}
	case st.Ordered:
		x.open = "a part of it stands in another place"
	case st.Floats:
		x.floats += runs
	case st.Clamped:
		x.clamped = true
	}
	if st.Cuts && st.Width < textWidth(s, st.FontSize) {
		x.open = "a part of it is cut off"
	}
}

// textWidth estimates the width of a text: half its size for a digit, its size for a Chinese character.
func textWidth(s string, size float64) float64 {
	w := 0.0
	for _, r := range s {
		switch {
		case r < ' ' || r == ' ':
		case r > 0x2e80:
			w += size
		default:
			w += size * 0.45
		}
	}
	return w * 0.98
}

// turn writes a text that is shown from right to left.
func (x *cellWriter) turn(s string) {
	if strings.ContainsAny(s, "\x00"+unreadable) || strings.ContainsFunc(s, func(r rune) bool {
		return script.IsRaised(r) || script.IsLowered(r)
	}) {
		x.b.WriteString(veil(s))
		return
	}
	r := []rune(strings.TrimSpace(s))
	for i, j := 0, len(r)-1; i < j; i, j = i+1, j-1 {
		r[i], r[j] = r[j], r[i]
	}
	x.b.WriteString(string(r))
	x.turned = true
}

// breaks reports whether an element begins and ends a line.
func breaks(n *html.Node, st, parent *style.Style) bool {
	if parent.InRow {
		return false
	}
	switch st.Display {
	case "contents":
		return false
	case "inline":
		return parent.Stacked
	}
	return parent.Stacked || !strings.HasPrefix(st.Display, "inline") && !strings.HasPrefix(st.Display, "ruby") &&
		!strings.HasPrefix(st.Display, "-webkit-inline")
}

// details writes a summary, and what stands below it where it is open.
func (x *cellWriter) details(n *html.Node, st *style.Style) {
	_, open := attribute(n, "open")
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode && open:
			x.text(c.Data, st, n)
		case c.Type == html.ElementNode && (open || c.DataAtom == atom.Summary):
			x.element(c, st)
		case c.Type == html.ElementNode:
			x.w.hid(c)
		}
	}
}

// formula writes MathML: a fraction with a stroke, exponents raised. Of a root or a matrix nothing is made.
func (x *cellWriter) formula(n *html.Node, st *style.Style) {
	kids := func() (out []*html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode {
				out = append(out, c)
			}
		}
		return out
	}
	part := func(c *html.Node, up func(string) string) {
		y := cellWriter{w: x.w, b: &strings.Builder{}}
		y.element(c, st)
		x.b.WriteString(up(y.b.String()))
		x.runs += y.runs
		x.ink = x.ink || y.ink
		if y.open != "" {
			x.open = y.open
		}
	}
	same := func(s string) string { return s }
	switch n.Data {
	case "math", "mrow", "mstyle", "mpadded", "mn", "mi", "mo", "mtext", "ms":
		x.children(n, st)
	case "semantics":
		if k := kids(); len(k) > 0 {
			x.element(k[0], st)
		}
	case "mfrac", "msup", "msub":
		k := kids()
		if len(k) != 2 {
			x.ink = true
			return
		}
		if n.Data == "mfrac" {
			x.b.WriteByte(' ') // 2 ½ is not 21 halves
		}
		part(k[0], same)
		switch n.Data {
		case "mfrac":
			x.b.WriteByte('/')
			part(k[1], same)
			x.b.WriteByte(' ')
		case "msup":
			part(k[1], script.Raise)
		case "msub":
			part(k[1], script.Lower)
		}
	case "annotation", "annotation-xml", "mphantom", "mspace":
	default:
		x.ink = true
	}
}

// control writes what is no plain text: pictures, form controls, line breaks.
func (x *cellWriter) control(n *html.Node, st *style.Style) bool {
	show := func(s string) {
		x.text(s, st, n)
		if st.Width < textWidth(s, st.FontSize) {
			x.open = "a part of it is cut off"
		}
	}
	if isMedia(n) {
		if st.Visible && !tiny(n) && !(st.Width <= 3) && !(st.Height <= 3) {
			x.ink = true
			if st.Moved {
				x.open = "a picture lies over it"
			}
		}
		return true
	}
	if x.w.scripts.touches(n, false) {
		x.open = "a script writes it"
	}
	switch n.DataAtom {
	case atom.Br:
		x.b.WriteByte(0)
	case atom.Hr, atom.Meter, atom.Progress:
		x.ink = x.ink || st.Visible
	case atom.Audio, atom.Map:
	case atom.Input:
		s, known := shownValue(n)
		x.ink = x.ink || !known && st.Visible
		if s != "" {
			show(s)
		}
	case atom.Select:
		s, known := chosen(n)
		x.ink = x.ink || !known && st.Visible
		show(s)
	case atom.Textarea:
		s := goquery.NewDocumentFromNode(n).Text()
		if s == "" && hasDigit(attributeOr(n, "placeholder")) {
			x.ink = true
		}
		show(s)
	case atom.Marquee:
		x.ink = true
	case atom.Rt:
		y := cellWriter{w: x.w, b: &strings.Builder{}}
		y.inside(n, st)
		if s := y.b.String(); hasDigit(s) { // an annotation above: its digits are not those of the text
			x.b.WriteString(script.Raise(s))
			x.runs++
		}
	default:
		return false
	}
	return true
}

// templated reports whether an element is filled by a framework in the reader's browser.
func templated(n *html.Node) bool {
	for i := range n.Attr {
		switch k := n.Attr[i].Key; {
		case strings.HasPrefix(k, "v-") && k != "v-align", strings.HasPrefix(k, "ng-"), k == "x-text", k == "x-html",
			k == "x-show", k == "data-bind", k == "data-ng-bind", k == "th:text",
			k != "" && k[0] == ':' && (strings.Contains(k, "text") || strings.Contains(k, "html")):
			return true
		}
	}
	return false
}

func attribute(n *html.Node, key string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}

func attributeOr(n *html.Node, key string) string {
	v, _ := attribute(n, key)
	return v
}

// shownValue gives what an input field shows; known is false where it draws something or hides what it holds.
func shownValue(n *html.Node) (s string, known bool) {
	typ, val := strings.ToLower(attributeOr(n, "type")), attributeOr(n, "value")
	switch typ {
	case "hidden":
		return "", true
	case "checkbox", "radio", "range", "color", "file", "image", "date", "time", "month", "week", "datetime-local":
		return "", false
	case "password":
		return "", val == ""
	case "number":
		if _, err := strconv.ParseFloat(val, 64); err != nil && val != "" {
			return "", false
		}
	}
	if val == "" {
		return "", !hasDigit(attributeOr(n, "placeholder"))
	}
	return val, true
}

// chosen gives the text of the option that a list shows: the last that is selected, else the first that can be. A list
// that shows several says which in colours only.
func chosen(n *html.Node) (string, bool) {
	var first, selected *html.Node
	var find func(*html.Node)
	find = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type != html.ElementNode {
				continue
			}
			if c.DataAtom != atom.Option {
				find(c)
				continue
			}
			_, off := attribute(c, "disabled")
			if first == nil && !off {
				first = c
			}
			if _, is := attribute(c, "selected"); is {
				selected = c
			}
		}
	}
	find(n)
	_, several := attribute(n, "multiple")
	if size, _ := leadingInt(attributeOr(n, "size")); several || size > 1 {
		return "", false
	}
	if selected == nil {
		selected = first
	}
	if selected == nil {
		return "", true
	}
	if label := attributeOr(selected, "label"); label != "" {
		return label, true
	}
	return goquery.NewDocumentFromNode(selected).Text(), true
}
