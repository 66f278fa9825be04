package evidence

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/microcosm-cc/bluemonday"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const (
	maxTags     = 300_000  // of a page that is shown as it is
	maxPictures = 16 << 20 // bytes of the pictures that lie in a page, all together
)

// HTML shows a page, decoded to UTF-8, with the marks at their paths: structure and words as they are, without
// whatever runs, loads, sends or leads elsewhere, and without the page's style sheets. A page that cannot be shown so
// is shown as its words.
func HTML(ctx context.Context, text string, marks []Mark) ([]byte, error) {
	page, err := asItIs(ctx, text, marks)
	if err == nil || ctx.Err() != nil {
		return page, err
	}
	notes := []said{{"", "The page cannot be shown as it is (" + strings.TrimPrefix(err.Error(), "evidence: ") +
		"); these are its words.", "该网页" + whyZh(err) + "，无法按原样显示，以下仅为其文字。"}}
	words, whole := wordsOf(ctx, text)
	if !whole {
		notes = append(notes, said{"", fmt.Sprintf("They are cut off after %d bytes.", len(words)),
			fmt.Sprintf("仅显示前 %d 字节。", len(words))})
	}
	var b bytes.Buffer
	b.WriteString("<pre>\n")
	writeText(&b, words)
	b.WriteString("</pre>")
	return finish(ctx, b.Bytes(), marks, notes)
}

func whyZh(err error) string {
	var unsafe *notInert
	switch {
	case errors.As(err, &unsafe):
		return "含有不能确保无害的内容"
	case errors.Is(err, errTooLong):
		return "过大"
	}
	return "嵌套过深，无法解析"
}

// asItIs marks the page's own tree, takes away what acts, and has the result cleaned by bluemonday and proved.
func asItIs(ctx context.Context, text string, marks []Mark) ([]byte, error) {
	if n := strings.Count(text, "<"); n > maxTags {
		return nil, fmt.Errorf("%w: %d tags, the limit is %d", errTooLong, n, maxTags)
	}
	root, err := html.Parse(&reader{ctx: ctx, r: strings.NewReader(text)})
	if err != nil {
		return nil, err
	}
	p := &page{marks: marks, marked: map[*html.Node]*Mark{}, nth: map[string]int{}, seen: map[*html.Node]bool{}}
	at := make([]*html.Node, len(marks)) // all of them before the first changes the tree
	for i := range marks {
		at[i] = nodeAt(root, marks[i].Place.Path)
	}
	for i := range marks {
		if at[i] != nil && keptID.MatchString(marks[i].ID) {
			p.mark(at[i], &marks[i])
		}
	}
	body := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
	for n := range root.ChildNodes() {
		if n.DataAtom == atom.Html {
			p.takeHTML(n, body)
		}
	}
	var b bytes.Buffer
	if err := html.Render(&b, body); err != nil {
		return nil, err
	}
	if b.Len() > 2*maxPage {
		return nil, errTooLong
	}
	clean := policy().SanitizeReader(&reader{ctx: ctx, r: &b}).Bytes()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return finish(ctx, clean, marks, nil)
}

// policy is what bluemonday lets through: the elements and attributes of the list, and styles that only arrange text.
var policy = sync.OnceValue(func() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	for a := range kept {
		p.AllowElements(a.String())
		p.AllowNoAttrs().OnElements(a.String())
	}
	p.AllowAttrs("title").Globally()
	p.AllowAttrs("id").Matching(keptID).Globally()
	p.AllowAttrs("class").Matching(keptClass).Globally()
	p.AllowAttrs("hidden").Matching(regexp.MustCompile(`^$`)).Globally()
	p.AllowAttrs("colspan", "rowspan").Matching(keptCount).OnElements("td", "th")
	p.AllowAttrs("span").Matching(keptCount).OnElements("col", "colgroup")
	p.AllowAttrs("start").Matching(keptCount).OnElements("ol")
	p.AllowAttrs("value").Matching(keptCount).OnElements("li")
	p.AllowAttrs("type").Matching(keptKind).OnElements("ol", "li")
	p.AllowAttrs("width").Matching(keptWidth).OnElements("table", "td", "th", "col", "img")
	p.AllowAttrs("align", "valign").Matching(keptAlign).Globally()
	p.AllowAttrs("src").Matching(keptImage).OnElements("img")
	p.AllowDataURIImages()
	size := regexp.MustCompile(`^-?[0-9]{1,4}(?:\.[0-9]{1,4})?(?:px|pt|em|%|cm|mm)?$`)
	p.AllowStyles("width", "text-indent", "height").Matching(size).Globally()
	p.AllowStyles("font-size", "opacity").Matching(regexp.MustCompile(`^0(?:px|pt|em|%)?$`)).Globally()
	p.AllowStyles("display").MatchingEnum("none").Globally()
	p.AllowStyles("visibility").MatchingEnum("hidden", "collapse").Globally()
	p.AllowStyles("text-align").MatchingEnum("left", "right", "center", "justify", "start", "end").Globally()
	p.AllowStyles("vertical-align").MatchingEnum("top", "middle", "bottom", "baseline", "sub", "super").Globally()
	p.AllowStyles("text-decoration").MatchingEnum("underline", "line-through", "none").Globally()
	p.AllowStyles("font-weight").MatchingEnum("bold", "bolder", "normal", "600", "700", "800", "900").Globally()
	p.AllowStyles("font-style").MatchingEnum("italic", "normal").Globally()
	p.AllowStyles("white-space").MatchingEnum("pre", "pre-wrap", "pre-line", "nowrap", "normal").Globally()
	p.AllowStyles("writing-mode").MatchingEnum("tb-rl", "vertical-rl", "horizontal-tb", "lr-tb").Globally()
	return p
})

var keptID = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._-]*$`)

// shaping finds the styles that are worth to be looked at: pages from word processors carry long ones in every cell.
var shaping = regexp.MustCompile(
	`(?i)width|height|indent|display|visibility|align|decoration|weight|font-style|white-space|writing-mode|(?:size|` +
		`opacity)\s*:\s*0`)

// A page is a tree that is being made inert.
type page struct {
	marks    []Mark
	marked   map[*html.Node]*Mark
	nth      map[string]int      // pieces already marked of the same text at the same place
	seen     map[*html.Node]bool // what was added to say what was recognised on a picture
	pictures int                 // bytes kept
}

// nodeAt follows a path such as /html/body/div[2]/table[1]/tbody[1]/tr[3]/td[2]; nil = there is no such element.
func nodeAt(n *html.Node, path string) *html.Node {
	steps, ok := strings.CutPrefix(path, "/")
	if !ok {
		return nil
	}
	for step := range strings.SplitSeq(steps, "/") {
		name, ordinal := step, 1
		if i := strings.LastIndexByte(step, '['); i > 0 && strings.HasSuffix(step, "]") {
			k, err := strconv.Atoi(step[i+1 : len(step)-1])
			if err != nil || k < 1 {
				return nil
			}
			name, ordinal = step[:i], k
		}
		c := n.FirstChild
		for ; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && c.Data == name {
				if ordinal--; ordinal == 0 {
					break
				}
			}
		}
		if c == nil {
			return nil
		}
		n = c
	}
	return n
}

// mark marks what a mark stands for in an element: all of it, or the piece of its text.
func (p *page) mark(n *html.Node, m *Mark) {
	if n.DataAtom == atom.Img {
		p.markPicture(n, m)
		return
	}
	if text, whole := textOf(n); m.Text != "" && whole && fold(text) != fold(m.Text) && p.markPiece(n, m) {
		return
	}
	if p.marked[n] == nil && n.DataAtom != atom.Html && n.DataAtom != atom.Body {
		p.marked[n] = m
		return
	}
	// the element has a mark already: another goes round its content, or round the table
	switch n.DataAtom {
	case atom.Html, atom.Body:
		for b := range n.Descendants() {
			if b.DataAtom == atom.Body {
				n = b
				break
			}
		}
		if n.DataAtom == atom.Body {
			p.marked[wrapContent(n, atom.Div)] = m
		}
	case atom.Tr, atom.Tbody, atom.Thead, atom.Tfoot, atom.Table, atom.Colgroup, atom.Col, atom.Ul, atom.Ol, atom.Dl,
		atom.Br, atom.Hr, atom.Input, atom.Select, atom.Textarea:
		for n.Parent != nil && (n.DataAtom == atom.Tr || n.DataAtom == atom.Tbody || n.DataAtom == atom.Thead ||
			n.DataAtom == atom.Tfoot || n.DataAtom == atom.Colgroup || n.DataAtom == atom.Col) {
			n = n.Parent
		}
		if n.Parent == nil || n.Parent.DataAtom == atom.Table {
			return
		}
		around := &html.Node{Type: html.ElementNode, Data: "div", DataAtom: atom.Div}
		n.Parent.InsertBefore(around, n)
		n.Parent.RemoveChild(n)
		around.AppendChild(n)
		p.marked[around] = m
	default:
		p.marked[wrapContent(n, atom.Span)] = m
	}
}

// wrapContent puts all that an element holds into a new element in it.
func wrapContent(n *html.Node, a atom.Atom) *html.Node {
	in := &html.Node{Type: html.ElementNode, Data: a.String(), DataAtom: a}
	for n.FirstChild != nil {
		c := n.FirstChild
		n.RemoveChild(c)
		in.AppendChild(c)
	}
	n.AppendChild(in)
	return in
}

// markPicture says after a picture what was recognised on it.
func (p *page) markPicture(n *html.Node, m *Mark) {
	after := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
	p.seen[after] = true
	in := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
	in.AppendChild(&html.Node{Type: html.TextNode, Data: m.Text})
	after.AppendChild(in)
	at := n.NextSibling // after what was said of it before
	for p.seen[at] {
		at = at.NextSibling
	}
	n.Parent.InsertBefore(after, at)
	p.marked[in] = m
}

// A stretch is a part of a text node, as folded text has it.
type stretch struct {
	node       *html.Node
	start, end int // bytes of node.Data
}

// markPiece marks the piece of an element's text that a mark names, where there can be no doubt which it is.
func (p *page) markPiece(n *html.Node, m *Mark) bool {
	var text strings.Builder
	var from []stretch // for each byte of text, where it comes from
	put := func(s string, st stretch) {
		text.WriteString(s)
		for range len(s) {
			from = append(from, st)
		}
	}
	space := true
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				for i, r := range c.Data {
					st := stretch{c, i, i + len(string(r))}
					switch {
					case isInvisible(r):
					case !isSpace(r):
						put(string(r), st)
						space = false
					case !space:
						put(" ", st)
						space = true
					}
				}
			case c.Type == html.ElementNode && !concealed(c):
				if block := breaks[c.DataAtom]; block {
					put("\n", stretch{})
					space = true
					walk(c)
					put("\n", stretch{})
					space = true
				} else {
					walk(c)
				}
			}
		}
	}
	walk(n)
	s := text.String()
	var at []int // where the text stands by itself, at the offset from the beginning of its line
	for i := 0; i < len(s); {
		k := strings.Index(s[i:], m.Text)
		if k < 0 {
			break
		}
		k += i
		i = k + 1
		line := strings.LastIndexByte(s[:k], '\n') + 1
		end := k + len(m.Text)
		if k-line == m.Place.Offset && (end == len(s) || s[end] == ' ' || s[end] == '\n') {
			at = append(at, k)
		}
	}
	key := fmt.Sprint(m.Place.Path, " ", m.Place.Offset, " ", m.Text)
	same := 0
	for i := range p.marks {
		if x := &p.marks[i]; x.Place.Path == m.Place.Path && x.Place.Offset == m.Place.Offset && x.Text == m.Text {
			same++
		}
	}
	if len(at) == 0 || len(at) != same {
		return false
	}
	k := at[p.nth[key]]
	first, last := from[k], from[k+len(m.Text)-1]
	if first.node == nil || first.node != last.node {
		return false
	}
	p.nth[key]++
	t := first.node
	in := &html.Node{Type: html.ElementNode, Data: "span", DataAtom: atom.Span}
	in.AppendChild(&html.Node{Type: html.TextNode, Data: t.Data[first.start:last.end]})
	t.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: t.Data[:first.start]}, t)
	t.Parent.InsertBefore(in, t)
	t.Data = t.Data[last.end:]
	p.marked[in] = m
	return true
}

// breaks are the elements that begin a line.
var breaks = map[atom.Atom]bool{
	atom.Br: true, atom.Hr: true, atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true,
	atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Section: true,
	atom.Article: true, atom.Header: true,
	atom.Footer: true, atom.Main: true, atom.Aside: true, atom.Nav: true, atom.Blockquote: true, atom.Pre: true,
	atom.Center: true, atom.Form: true,
	atom.Fieldset: true, atom.Table: true, atom.Tr: true, atom.Td: true, atom.Th: true, atom.Caption: true,
	atom.Address: true, atom.Figure: true,
	atom.Details: true, atom.Summary: true,
}

// takeHTML moves what a page shows into body.
func (p *page) takeHTML(n, body *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch {
		case c.Type != html.ElementNode || c.DataAtom == atom.Head:
		case c.DataAtom == atom.Body:
			for d := c.FirstChild; d != nil; {
				after := d.NextSibling
				c.RemoveChild(d)
				body.AppendChild(d)
				d = after
			}
		default: // a frameset
			n.RemoveChild(c)
			body.AppendChild(c)
		}
		c = next
	}
	p.still(body)
}

// still makes what an element holds inert. Of elements that act there remains what they show, else a word of what was
// there; that word is no text, so that the text stays the document's.
func (p *page) still(n *html.Node) {
	for c := n.FirstChild; c != nil; {
		next := c.NextSibling
		switch c.Type {
		case html.TextNode:
		case html.ElementNode:
			p.stillOne(n, c)
		default:
			n.RemoveChild(c)
		}
		c = next
	}
}

func (p *page) stillOne(parent, c *html.Node) {
	old := map[string]string{}
	for _, a := range c.Attr {
		if _, twice := old[a.Key]; !twice && a.Namespace == "" {
			old[a.Key] = a.Val
		}
	}
	c.Attr = nil
	set := func(key, val string) { c.Attr = append(c.Attr, html.Attribute{Key: key, Val: val}) }
	become := func(a atom.Atom) { c.Data, c.DataAtom, c.Namespace = a.String(), a, "" }
	only := func(text string) {
		for c.FirstChild != nil {
			c.RemoveChild(c.FirstChild)
		}
		become(atom.Span)
		if text != "" {
			c.AppendChild(&html.Node{Type: html.TextNode, Data: text})
		}
	}
	class, title := "", ""
	left := func(words ...string) {
		only("")
		class, title = "left", clipTo(strings.Join(strings.Fields(strings.Join(words, " ")), " "), 300)
	}
	switch {
	case c.Namespace == "math":
		only(allText(c))
	case c.Namespace != "":
		left(c.Data)
	default:
		switch c.DataAtom {
		case atom.Script, atom.Style, atom.Link, atom.Meta, atom.Base, atom.Title, atom.Head, atom.Template,
			atom.Noscript, atom.Source, atom.Track, atom.Param, atom.Map, atom.Area, atom.Datalist, atom.Noembed,
			atom.Noframes:
			parent.RemoveChild(c)
			return
		case atom.Iframe, atom.Frame, atom.Object, atom.Embed, atom.Applet, atom.Video, atom.Audio, atom.Canvas,
			atom.Button:
			address := old["src"]
			if address == "" {
				address = old["data"]
			}
			if strings.HasPrefix(strings.ToLower(strings.TrimSpace(address)), "data:") {
				address = "data:"
			}
			left(c.Data, address)
		case atom.Img, atom.Image:
			if !p.picture(old["src"]) {
				src := old["src"]
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(src)), "data:") {
					src = "data:"
				}
				left("img", old["alt"], src)
				break
			}
			become(atom.Img)
			set("src", strings.Join(strings.Fields(old["src"]), ""))
		case atom.Input:
			switch strings.ToLower(old["type"]) {
			case "", "text", "number":
				only(old["value"])
			case "hidden":
				parent.RemoveChild(c)
				return
			default:
				state := ""
				if _, on := old["checked"]; on {
					state = "☑"
				}
				left("input", old["type"], state)
			}
		case atom.Select:
			only(chosen(c))
		case atom.Textarea:
			only(allText(c))
		case atom.A:
			become(atom.Span)
			if href, ok := old["href"]; ok {
				class, title = "address", clipTo(href, 300)
			}
		case atom.Plaintext, atom.Xmp, atom.Listing:
			only(allText(c))
			become(atom.Pre)
		default:
			if !kept[c.DataAtom] {
				if breaks[c.DataAtom] {
					become(atom.Div)
				} else {
					become(atom.Span)
				}
			}
		}
	}
	for _, key := range [...]string{"colspan", "rowspan", "span", "start", "value", "type", "width", "align",
		"valign"} {
		v, ok := old[key]
		if v = strings.TrimSpace(v); ok && v != "" && mayHave(c, html.Attribute{Key: key, Val: v}) {
			set(key, v)
		}
	}
	if _, ok := old["hidden"]; ok {
		set("hidden", "")
	}
	if s := old["style"]; s != "" && !strings.Contains(s, `\`) && shaping.MatchString(s) {
		set("style", s)
	}
	if m := p.marked[c]; m != nil {
		if title != "" {
			title = " · " + title
		}
		set("id", m.ID)
		class, title = m.class(), m.Title+title
	}
	if p.seen[c] {
		class = "seen"
	}
	if class != "" {
		set("class", class)
	}
	if title != "" {
		set("title", title)
	}
	p.still(c)
}

// picture reports whether a picture lies in the page itself and may stay.
func (p *page) picture(src string) bool {
	src = strings.Join(strings.Fields(src), "")
	if !keptImage.MatchString(src) || p.pictures+len(src) > maxPictures {
		return false
	}
	_, data, _ := strings.Cut(src, ",")
	if _, err := base64.StdEncoding.DecodeString(data); err != nil {
		return false
	}
	p.pictures += len(src)
	return true
}

// chosen gives the text of the option that a list shows.
func chosen(n *html.Node) string {
	var first, selected *html.Node
	for c := range n.Descendants() {
		if c.DataAtom != atom.Option {
			continue
		}
		if first == nil {
			first = c
		}
		for _, a := range c.Attr {
			if a.Key == "selected" {
				selected = c
			}
		}
	}
	if selected == nil {
		selected = first
	}
	if selected == nil {
		return ""
	}
	return allText(selected)
}

func allText(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

func clipTo(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// wordsOf gives the words of a page without a tree, and whether that is all of them.
func wordsOf(ctx context.Context, text string) (string, bool) {
	var b strings.Builder
	z := html.NewTokenizer(&reader{ctx: ctx, r: strings.NewReader(text)})
	skip := false
	for {
		switch z.Next() {
		case html.ErrorToken:
			return b.String(), errors.Is(z.Err(), io.EOF)
		case html.StartTagToken:
			name, _ := z.TagName()
			skip = skip || string(name) == "script" || string(name) == "style"
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" {
				skip = false
			}
		case html.TextToken:
			if s := strings.Join(strings.Fields(string(z.Text())), " "); s != "" && !skip {
				if room := maxText - b.Len(); len(s) > room {
					for room > 0 && !utf8.RuneStart(s[room]) {
						room--
					}
					b.WriteString(s[:room])
					return b.String(), false
				}
				b.WriteString(s)
				b.WriteByte('\n')
			}
		}
	}
}
