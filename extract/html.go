package extract

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/script"
	"github.com/gongkai/gongkai/extract/style"
)

const (
	maxTags      = 300_000   // tags of one page; the largest pages seen have 60,000
	maxPositions = 2_000_000 // rows × columns of one table
	maxHeap      = 384 << 20 // bytes by which the heap may grow while a page is parsed
)

// openTag is where the tag begins in which a page ends; -1 where it ends in none. No server or program writes such a page: it was
// cut off. That its last elements are open says nothing, many whole pages leave them so.
func openTag(text string) int {
	at := strings.LastIndexByte(text, '<')
	if at < 0 || strings.IndexByte(text[at:], '>') >= 0 {
		return -1
	}
	name := strings.TrimPrefix(text[at+1:], "/")
	if name == "" && text[at:] == "<" || name != "" && (name[0]|0x20 < 'a' || name[0]|0x20 > 'z') { // "< 5" is text
		return -1
	}
	return at
}

// readHTML reads a page: paragraphs and data tables in reading order, without what a browser does not show and
// without the site's menus.
func readHTML(ctx context.Context, doc *Document, body []byte, o options) error {
	if n := bytes.Count(body, []byte("<")); n > maxTags {
		return &Unreadable{fmt.Sprintf("an HTML page with %d tags, more than the limit of %d", n, maxTags)}
	}
	text := decode(doc, body, true)
	if at := openTag(text); at >= 0 {
		doc.doubtCut(at)
	}
	root, err := html.Parse(&guard{ctx: ctx, r: strings.NewReader(text), start: heap()})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, errHeap):
		return &Unreadable{err.Error()}
	case err != nil: // nesting too deep for any browser: keep at least the words
		doc.doubt("limit", Place{}, "the page cannot be parsed (%v); only its text was read", err)
		plainText(ctx, doc, text)
		return nil
	}
	images := readHead(doc, root)
	w := &htmlWalker{ctx: ctx, doc: doc, ordinals: map[*html.Node]int{}, paths: map[*html.Node]string{},
		style: style.New(root, o.linked), scripts: readScripts(root)}
	if !w.scripts.idle() {
		for _, sheet := range w.scripts.sheets {
			w.style.Perhaps(sheet)
		}
	}
	w.restless = w.style.Has("before") || w.style.Has("after") || w.style.Has("first-letter") || w.style.Has("first-line") ||
		w.style.Has("marker")
	if missing := w.style.Missing(); len(missing) > 0 {
		doc.doubt("linked-style", Place{}, "%s of the page could not be looked at, as the files are not here (the first: %s): "+
			"what is hidden, struck out or added there is not known", plural(len(missing), "style sheet"), missing[0])
	}
	said := len(doc.Doubts)
	w.walk(root, w.style.Root())
	w.flush()
	if w.tables == 0 && w.gone > 0 && w.err == nil {
		w.reveal(root, said)
	}
	if w.err != nil {
		return w.err
	}
	w.tellOverlays()
	if w.scripts != nil && w.scripts.roams {
		doc.doubt("script-writes", Place{}, "a script of the page goes through its texts and may change any of them; "+
			"they are read as they stand before")
	}
	if w.style.Overrun() {
		doc.doubt("limit", Place{}, "more style rules than the limit; what the others hide or add is not known")
	}
	if w.tables == 0 {
		w.linkedDocuments(goquery.NewDocumentFromNode(root))
	}
	doc.readPictures(ctx, w.pictures(images, o), o)
	return ctx.Err()
}

// readHead reads what a page says of itself, its title and its meta elements wherever they stand, and gives its pictures that
// have a source.
func readHead(doc *Document, root *html.Node) (images []*html.Node) {
	titled := false
	for n := range root.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		switch n.Data {
		case "title":
			if !titled {
				doc.Title, titled = clean(goquery.NewDocumentFromNode(n).Text()), true
			}
		case "img":
			if _, ok := attribute(n, "src"); ok {
				images = append(images, n)
			}
		case "meta":
			name, ok := attribute(n, "name")
			if !ok {
				name = attributeOr(n, "property")
			}
			if content := attributeOr(n, "content"); name != "" && content != "" {
				doc.Meta = append(doc.Meta, Meta{clean(name), clean(content)})
				if name == partMissing {
					doc.doubt("part-missing", Place{}, "a page of it is missing: %s", clean(content))
				}
			}
		}
	}
	return images
}

// partMissing is the name under which the head of a page that was put together of several says what is missing of it.
const partMissing = "gongkai-part-missing"

// pictures gives the pictures that a page shows: those that lie in it, and those that the caller has.
func (w *htmlWalker) pictures(images []*html.Node, o options) (out []linkedPicture) {
	missing := 0
	for _, n := range images {
		if len(out) > mostPictures {
			break
		}
		src := strings.TrimSpace(attributeOr(n, "src"))
		var body []byte
		switch {
		case strings.HasPrefix(src, "data:"):
			head, data, _ := strings.Cut(src, ",")
			if !strings.HasSuffix(head, ";base64") {
				continue
			}
			b, err := base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
				if isSpace(r) {
					return -1
				}
				return r
			}, data))
			if err != nil {
				continue
			}
			body = b
		case o.linked == nil:
			missing++
			continue
		default:
			b, err := o.linked(src)
			if err != nil {
				missing++
				continue
			}
			body = b
		}
		out = append(out, linkedPicture{body, Place{Path: w.path(n)}})
	}
	if missing > 0 && w.tables == 0 {
		w.doc.doubt("picture", Place{},
			"%s of the page, which has no table, could not be looked at: the files are not here",
			plural(missing, "picture"))
	}
	return out
}

var errHeap = errors.New("a page that needs more memory than the limit to be parsed")

// guard stops the parser when time or memory runs out.
type guard struct {
	ctx   context.Context
	r     io.Reader
	start uint64
	n     int
}

func (g *guard) Read(p []byte) (int, error) {
	if g.n++; g.n%16 == 0 {
		if err := g.ctx.Err(); err != nil {
			return 0, err
		}
		if h := heap(); h > g.start+maxHeap {
			runtime.GC() // other documents' garbage is not this page's
			if heap() > g.start+maxHeap {
				return 0, errHeap
			}
		}
	}
	return g.r.Read(p[:min(len(p), 16<<10)])
}

func heap() uint64 {
	// without stopping the program, as MemStats does
	m := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(m)
	return m[0].Value.Uint64()
}

// plainText keeps the words of a page that has no tree.
func plainText(ctx context.Context, doc *Document, text string) {
	z := html.NewTokenizer(strings.NewReader(text))
	skip := 0
	for n := 0; n < 4*maxTags; n++ {
		if n%4096 == 0 && ctx.Err() != nil {
			return
		}
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" {
				skip++
			}
		case html.EndTagToken:
			if name, _ := z.TagName(); string(name) == "script" || string(name) == "style" {
				skip = 0
			}
		case html.TextToken:
			if skip == 0 {
				if s := clean(string(z.Text())); s != "" {
					doc.Blocks = append(doc.Blocks, Block{Text: s})
				}
			}
		}
	}
}

type htmlWalker struct {
	ctx    context.Context
	err    error
	doc    *Document
	buf    strings.Builder
	first  *html.Node // first text node of the paragraph in buf
	tables int
	seen   int

	ordinals map[*html.Node]int // places among siblings, as far as asked for
	within   *html.Node         // what the element stands in whose path was last asked for
	// its path
	withinPath string
	paths      map[*html.Node]string // of elements that hold others, as far as asked for
	above      []*html.Node          // room for what stands around an element
	steps      []byte                // and for a path
	style      *style.Cascade
	scripts    *pageScripts // nil = none changes anything
	restless   bool         // the sheets add text, or set first letters apart
	gone       int          // elements that the style takes away
	// revealing says that those which hold tables are read
	revealing bool
	// waiting: a part is hidden only until the page's script has done its work; opened: one is that is hidden till asked for
	waiting, opened bool
	veiled          bool       // a script writes the text at hand
	ended           int        // paragraphs
	gap             int        // where in the paragraph at hand something is shown that is no text; 0 = nowhere
	digitGap        bool       // it counts only beside digits
	lent            bool       // words of the paragraph at hand are drawn by a font that the page brings along
	shaky           bool       // a part of the paragraph is shown elsewhere: over the rest, perhaps
	afloat          bool       // the paragraph before floats out of a word or number of this one
	anchor          *html.Node // what has a position of its own, around the text at hand
	overlays        []overlay
	grids           []overlay
	doubts          map[*html.Node][2]int // told of a cell: from, to
	houseFont       bool                  // all of the page is set in a font that it brings along
	told            map[string]bool       // what was said once
	lentTable       bool                  // labels of the table at hand are drawn by a font of the page
	roams           bool                  // a text of the table at hand is shown nobody knows where in it
	strays          bool                  // a text of the row at hand is shown beside its cell
}

// reveal reads a page again of which no table is shown, with the parts that hold tables and are hidden: tabs, and what a
// script shows when it has done its work. said is how many doubts there were before it was first read.
func (w *htmlWalker) reveal(root *html.Node, said int) {
	blocks, doubts := w.doc.Blocks, w.doc.Doubts
	w.overlays, w.grids = nil, nil
	w.doc.Blocks, w.doc.Doubts, w.revealing = nil, doubts[:said:said], true
	w.walk(root, w.style.Root())
	w.flush()
	if w.tables == 0 {
		w.doc.Blocks, w.doc.Doubts = blocks, doubts
		return
	}
	if w.waiting && !w.opened {
		w.doc.doubt("hidden-text", Place{}, "the page is hidden until its script has done its work; it is read as the script shows it")
		return
	}
	w.doc.doubt("hidden-tables", Place{}, "all tables of the page stand in parts that are hidden until a reader or a script opens "+
		"them; they are read all the same")
}

// walk emits the blocks below a node in reading order; around is the style of what it stands in.
func (w *htmlWalker) walk(n *html.Node, around *style.Style) {
	if w.seen++; w.seen%4096 == 0 && w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.say(n.Data, n, around)
		return
	case html.CommentNode, html.DoctypeNode:
		return
	}
	st := around
	if n.Type == html.ElementNode {
		if silent(n) {
			w.passSilent(n, around)
			return
		}
		st = w.style.Of(n, around)
		if st.Anchors {
			w.over(n, st)
			outer := w.anchor
			w.anchor = n
			defer func() { w.anchor = outer }()
		}
		if n.DataAtom == atom.Body {
			w.houseFont = st.WebFont
		}
		if (n.DataAtom == atom.Html || n.DataAtom == atom.Body) && (st.Gone || !st.Visible) {
			st = around // until a script has done its work
		}
		if waits := (st.Gone || !st.Visible && around.Visible) && w.awaited(n); st.Gone || waits {
			if w.passOver(n, waits) {
				return
			}
			st = around
		}
		if w.apart(n, st, around) {
			return
		}
	}
	block := n.Type == html.ElementNode && breaks(n, st, around)
	split := block && (st.Floats || st.Moved) && w.first != nil && !empty(n) && w.leave(n)
	if block {
		w.flush()
	}
	if n.Type == html.ElementNode && !w.veiled && w.written(n, st, block) {
		w.veiled = true // what it says is not known
		defer func() { w.veiled = false }()
	}
	from, ended := w.buf.Len(), w.ended
	w.quote(n, st, true)
	w.generated(n, st, "before")
	_, open := attribute(n, "open")
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if n.DataAtom == atom.Details && !open && c.DataAtom != atom.Summary {
			continue
		}
		w.walk(c, st)
	}
	w.generated(n, st, "after")
	w.quote(n, st, false)
	if !block && n.Type == html.ElementNode && w.ended == ended && w.buf.Len() > from {
		w.placed(n, st, around, from)
	}
	if block {
		w.flush()
		w.afloat = split
	}
}

// apart reads an element that is no run of text or a block of them: a table, a menu, a control, something in the place of
// what it holds. It reports whether that is all that it shows.
func (w *htmlWalker) apart(n *html.Node, st, around *style.Style) bool {
	if st.Struck && !around.Struck {
		w.leaveOut(n)
	}
	switch n.DataAtom {
	case atom.Br, atom.Hr:
		w.flush()
		return true
	case atom.Table:
		w.flush()
		w.table(n, st)
		return true
	case atom.Ul, atom.Ol, atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Div, atom.Dl, atom.Section:
		if w.isMenu(n, st) {
			w.flush()
			w.menu(n)
			return true
		}
	case atom.Input:
		s, known := shownValue(n)
		switch attributeOr(n, "type") {
		case "submit", "button", "reset":
			known, s = known && !hasDigit(s), ""
		}
		if !known {
			w.picture(n, st)
		} else {
			w.buf.WriteString(s)
		}
		return true
	case atom.Select:
		return true
	}
	if st.Replaced || n.FirstChild == nil && (st.Picture == style.Background || st.Paints) && st.Width > 3 && st.Height > 3 {
		w.picture(n, st)
		return true
	}
	if st.Moved && covers(st) && w.first != nil && empty(n) {
		w.shaky = true
	}
	if st.Reversed && !around.Reversed {
		w.backwards(n, st, breaks(n, st, around))
		return true
	}
	return false
}

// passOver reports whether an element that the style hides is left out: if it holds no table, or a table that is shown
// may stand elsewhere. waits says that a script of the page will show it.
func (w *htmlWalker) passOver(n *html.Node, waits bool) bool {
	tables := n.DataAtom == atom.Table || holdsTable(n)
	w.gone++
	if waits {
		w.waiting = true
	} else if w.revealing {
		w.opened = w.opened || tables
	}
	if tables && !w.revealing {
		w.hid(n)
	}
	return !tables || !w.revealing
}

// shortText reports whether an element holds a number, date or name rather than a part of the page.
func shortText(n *html.Node) bool {
	left := 40
	var count func(n *html.Node)
	count = func(n *html.Node) {
		if n.Type == html.TextNode {
			left -= len(strings.TrimSpace(n.Data))
		}
		for c := n.FirstChild; c != nil && left > 0; c = c.NextSibling {
			count(c)
		}
	}
	count(n)
	return left > 0 && left < 40
}

// awaited reports whether an element is hidden only until the page's script has done its work: marked as such for the
// library that shows it, or made invisible, with its place kept, by its own attribute in a page with a script.
func (w *htmlWalker) awaited(n *html.Node) bool {
	for _, k := range [...]string{"v-cloak", "ng-cloak", "x-cloak", "data-cloak"} {
		if _, ok := attribute(n, k); ok {
			return true
		}
	}
	own := strings.ToLower(attributeOr(n, "style"))
	if attributeOr(n, "id") == "" || !strings.Contains(own, "visibility") && !strings.Contains(own, "opacity") ||
		strings.Contains(own, "display") || !holdsTable(n) {
		return false
	}
	root := n
	for root.Parent != nil {
		root = root.Parent
	}
	return hasScript(root)
}

func hasScript(n *html.Node) bool {
	if n.DataAtom == atom.Script && n.Type == html.ElementNode {
		return runs(n)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if hasScript(c) {
			return true
		}
	}
	return false
}

// say writes a run of prose as it is seen.
func (w *htmlWalker) say(s string, n *html.Node, st *style.Style) {
	if st.Struck {
		return
	}
	if w.veiled {
		s = veilWords(s)
	}
	if !st.Plain() && strings.TrimSpace(s) != "" {
		inline := strings.HasPrefix(st.Display, "inline")
		switch sight := st.Sight(); {
		case sight == style.Unseen:
			return
		case (sight == style.Unsure && !st.Doubtful() || st.Unknown != "") && inline:
			s = veilWords(s)
		case sight == style.Unsure && !st.Doubtful(), st.Unknown != "", st.WebFont && !w.houseFont:
			s = veil(s)
		case st.Level == style.Raised:
			s = script.Raise(s)
		case st.Level == style.Lowered:
			s = script.Lower(s)
		}
	}
	if strings.TrimSpace(s) != "" {
		if w.first == nil {
			w.first = n
		}
		w.lent = w.lent || st.WebWords
		w.join(s)
	}
	w.buf.WriteString(s)
}

// generated writes what the sheet adds to prose; signs of fonts of its own and counters are left out.
func (w *htmlWalker) generated(n *html.Node, of *style.Style, pseudo string) {
	if !w.restless || n.Type != html.ElementNode {
		return
	}
	st := w.style.Pseudo(n, pseudo, of)
	if st == nil || st.Gone {
		return
	}
	if st.Moved || st.Sight() != style.Seen {
		return
	}
	for _, p := range st.Content {
		if p.Unknown {
			w.gap, w.digitGap = w.buf.Len(), true
		}
		if strings.ContainsFunc(p.Text, unicode.IsLetter) || hasDigit(p.Text) {
			from := n.FirstChild
			if from == nil {
				from = n
			}
			w.say(p.Text, from, st)
		}
	}
}

// backwards writes prose that is shown from right to left.
func (w *htmlWalker) backwards(n *html.Node, st *style.Style, block bool) {
	if block {
		w.flush()
		defer w.flush()
	}
	x := cellWriter{w: w, b: &strings.Builder{}}
	x.inside(n, st)
	y := cellWriter{w: w, b: &strings.Builder{}}
	y.turn(x.b.String())
	if w.first == nil {
		w.first = n.FirstChild
	}
	w.buf.WriteString(y.b.String())
}

func (w *htmlWalker) flush() {
	if w.first != nil {
		s := cleanHTML(w.buf.String())
		if w.shaky {
			s = veil(s)
		}
		if w.lent && !w.told["title"] && utf8.RuneCountInString(s) <= 80 && (strings.Contains(s, "报告") || strings.Contains(s, "年报")) {
			w.fontOfWords("title", "a title", Place{Path: w.path(w.first.Parent)})
		}
		if s != "" {
			w.doc.Blocks = append(w.doc.Blocks,
				Block{Kind: Paragraph, Text: s, Place: Place{Path: w.path(w.first.Parent)}})
		}
	}
	w.buf.Reset()
	w.first = nil
	w.ended++
	w.gap, w.shaky, w.lent = 0, false, false
}

// cleanHTML is clean for text from markup: a line break of the source between two Chinese characters is no space.
func cleanHTML(s string) string {
	if !strings.ContainsAny(s, "\n\r") {
		return clean(s)
	}
	var b strings.Builder
	b.Grow(len(s))
	before := rune(0) // the character before the spaces at hand
	spaces, broken := false, false
	for _, r := range s {
		if isSpace(r) {
			spaces, broken = true, broken || r == '\n' || r == '\r'
			continue
		}
		if spaces && !(broken && before > 0x2e80 && r > 0x2e80) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		before, spaces, broken = r, false, false
	}
	return clean(b.String()) // which takes the spaces off its end
}

// silent reports whether prose takes nothing from an element: it shows none, or something that is no text.
func silent(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Title, atom.Iframe, atom.Object,
		atom.Embed, atom.Svg, atom.Button, atom.Video, atom.Audio, atom.Map, atom.Frameset, atom.Rt, atom.Rp, atom.Img,
		atom.Canvas, atom.Applet, atom.Meter, atom.Progress, atom.Marquee, atom.Noembed:
		return true
	}
	return false
}

// leaveOut tells that crossed-out text is not read.
func (w *htmlWalker) leaveOut(n *html.Node) {
	if s := clean(goquery.NewDocumentFromNode(n).Text()); s != "" && len(w.doc.Doubts) < 100 {
		w.doc.doubt("struck-text", Place{Path: w.path(n)}, "%q is crossed out and left out", s)
	}
}

// isMenu reports whether a block is site chrome: nearly all of its words are links, there are several, and no table.
func (w *htmlWalker) isMenu(n *html.Node, st *style.Style) bool {
	if n.DataAtom == atom.Div || n.DataAtom == atom.Section {
		// quick way out: a div whose first words are no link is content or holds content
		links := 0
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && (c.DataAtom == atom.A || c.DataAtom == atom.Span ||
				c.DataAtom == atom.Li) {
				links++
			}
		}
		if links < 3 {
			return false
		}
	}
	all, linked, links, table := 0, 0, 0, false
	var count func(*html.Node, *style.Style, bool, int)
	count = func(n *html.Node, st *style.Style, in bool, depth int) {
		if table || depth > 40 || all > 4000 {
			return
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				k := len(strings.TrimSpace(c.Data))
				all += k
				if in {
					linked += k
				}
			case c.Type == html.ElementNode && c.DataAtom == atom.Table:
				table = true
				return
			case c.Type == html.ElementNode && !silent(c):
				of := w.style.Of(c, st)
				if of.Gone {
					continue
				}
				if c.DataAtom == atom.A {
					links++
				}
				count(c, of, in || c.DataAtom == atom.A, depth+1)
			}
		}
	}
	count(n, st, false, 0)
	return !table && all <= 4000 && links >= 3 && linked*10 >= all*7
}

// menu drops a menu but keeps what it lists, if that is reports: a page of such links is a list page.
func (w *htmlWalker) menu(n *html.Node) {
	reports := 0
	goquery.NewDocumentFromNode(n).Find("a").Each(func(_ int, s *goquery.Selection) {
		if t := s.Text(); strings.Contains(t, "年度报告") || strings.Contains(t, "年报") {
			reports++
		}
	})
	if reports > 0 {
		w.doc.doubt("link-list", Place{Path: w.path(n)}, "%s named as annual reports", plural(reports, "link"))
	}
}

// linkedDocuments records where a page without a table sends its reader: frames and attached files.
func (w *htmlWalker) linkedDocuments(q *goquery.Document) {
	add := func(href string, n *html.Node) {
		if href != "" && len(w.doc.Doubts) < 100 {
			w.doc.Doubts = append(w.doc.Doubts, Doubt{Code: "linked-document", Message: href,
				Place: Place{Path: w.path(n)}})
		}
	}
	q.Find("iframe[src],frame[src],embed[src],object[data]").Each(func(_ int, s *goquery.Selection) {
		add(s.AttrOr("src", s.AttrOr("data", "")), s.Get(0))
	})
	q.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		if href := s.AttrOr("href", ""); kind.Linked(href) {
			add(href, s.Get(0))
		}
	})
}

// A htmlRow is a tr with its cells.
type htmlRow struct {
	node  *html.Node
	style *style.Style
	cells []htmlCell
	group int    // rows of one thead, tbody or tfoot; a rowspan ends with its group
	why   string // why nothing that the row shows can be trusted; "" = it can
}

// rowsOf gives the rows of a table as a browser shows them: head, bodies, foot. What is not displayed has no place in
// it; what is only not seen has.
func (w *htmlWalker) rowsOf(table *html.Node, st *style.Style) (rows []htmlRow, nested bool, caption *html.Node) {
	var head, body, foot []htmlRow
	group, gone := 0, false
	shown := func(n *html.Node, around *style.Style) (*style.Style, bool) {
		of := w.style.Of(n, around)
		if of.Display == "none" {
			w.hid(n)
			return of, false
		}
		return of, true
	}
	take := func(parent *html.Node, around *style.Style, to *[]htmlRow) {
		group++
		for tr := parent.FirstChild; tr != nil; tr = tr.NextSibling {
			if tr.Type != html.ElementNode || tr.DataAtom != atom.Tr {
				continue
			}
			of, ok := shown(tr, around)
			if !ok {
				continue
			}
			r := htmlRow{node: tr, style: of, group: group}
			switch {
			case w.scripts.touches(tr, true) || w.scripts.touches(parent, true) || w.scripts.touches(table, true):
				r.why = "a script writes it"
			case of.Backwards || of.Moved || around.Backwards:
				r.why = "the row is shown in another order"
			}
			for td := tr.FirstChild; td != nil; td = td.NextSibling {
				if td.Type == html.ElementNode && (td.DataAtom == atom.Td || td.DataAtom == atom.Th) {
					if cs, ok := shown(td, of); ok {
						if cs.Floats || cs.Ordered {
							r.why = "the row is shown in another order"
						}
						r.cells = append(r.cells, htmlCell{td, cs})
					}
				}
			}
			*to = append(*to, r)
		}
	}
	for c := table.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		switch c.DataAtom {
		case atom.Thead, atom.Tfoot, atom.Tbody:
			of, ok := shown(c, st)
			if !ok {
				continue
			}
			switch {
			case c.DataAtom == atom.Thead:
				take(c, of, &head)
			case c.DataAtom == atom.Tfoot:
				take(c, of, &foot)
			default:
				take(c, of, &body)
			}
		case atom.Col, atom.Colgroup:
			gone = gone || !w.style.Of(c, st).Visible && st.Visible
			for k := c.FirstChild; k != nil; k = k.NextSibling {
				gone = gone || k.DataAtom == atom.Col && !w.style.Of(k, st).Visible && st.Visible
			}
		case atom.Caption:
			if !w.style.Of(c, st).Gone {
				caption = c
			}
		}
	}
	rows = append(append(head, body...), foot...)
	for i, r := range rows {
		if gone {
			rows[i].why = "a column is not shown"
		}
		for _, c := range r.cells {
			nested = nested || holdsTable(c.node)
		}
	}
	return rows, nested, caption
}

func holdsTable(n *html.Node) bool {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && (c.DataAtom == atom.Table || c.DataAtom != atom.Script && holdsTable(c)) {
			return true
		}
	}
	return false
}

// table emits a data table as a block, and walks a layout table as if its cells were divs. A table is layout when it
// holds other tables (but is no grid of its own), when it is one column or row of long text, or a single cell.
func (w *htmlWalker) table(n *html.Node, st *style.Style) {
	told := len(w.doc.Doubts)
	rows, nested, caption := w.rowsOf(n, st)
	cells, texts, long := 0, 0, 0
	for _, r := range rows {
		cells += len(r.cells)
	}
	var content [][]string
	outer := w.roams
	if !nested || cells > 60 {
		w.roams, w.lentTable = false, false
		content = make([][]string, len(rows))
		for i, r := range rows {
			content[i] = make([]string, len(r.cells))
			w.strays = false
			for j, c := range r.cells {
				said := len(w.doc.Doubts)
				s := w.cellText(c, r.style, r.why)
				if n := len(w.doc.Doubts); n > said {
					w.remember(c.node, said, n)
				}
				content[i][j] = s
				texts += len(s)
				if len(s) > 450 {
					long++
				}
			}
			if w.strays {
				veilRow(content[i])
			}
		}
	}
	if content != nil {
		if w.roams {
			for i := range content {
				veilRow(content[i])
			}
		}
		w.roams = outer
	}
	layout := cells == 0 || content == nil || cells == 1 || cells <= 6 && texts > 1500 && long > 0 ||
		long > 0 && long*3 >= cells
	if caption != nil {
		w.walk(caption, st)
		w.flush()
	}
	if layout {
		w.doc.Doubts = w.doc.Doubts[:told] // they are told where the text is walked
		for _, r := range rows {
			for _, c := range r.cells {
				w.walk(c.node, r.style)
				w.flush()
			}
		}
		return
	}
	w.grid(n, rows, content)
	if w.lentTable {
		w.fontOfWords("table "+strconv.Itoa(w.tables), "a table's labels", Place{Table: w.tables, Path: w.path(n)})
	}
	if nested { // tables inside cells of a data table are read on their own as well
		for _, r := range rows {
			for _, c := range r.cells {
				if holdsTable(c.node) {
					w.inner(c.node, c.style)
				}
			}
		}
	}
}

// veilRow doubts the cells of a row over one of which something is shown that stands elsewhere; labels stay.
func veilRow(cells []string) {
	for j, s := range cells {
		if s == "" {
			cells[j] = unreadable
		} else if !labelLike(s) {
			cells[j] = veil(s)
		}
	}
}

func (w *htmlWalker) inner(n *html.Node, st *style.Style) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if of := w.style.Of(c, st); of.Gone {
			continue
		} else if c.DataAtom == atom.Table {
			w.table(c, of)
		} else {
			w.inner(c, of)
		}
	}
}

// grid lays the cells of a table onto its true columns, tolerating broken spans as browsers do: colspan at most 1000,
// rowspan cut at the end of its row group, an overlapping cell cut at what already lies there.
func (w *htmlWalker) grid(n *html.Node, rows []htmlRow, content [][]string) {
	w.tables++
	w.grids = append(w.grids, overlay{node: n, anchor: w.anchor, table: w.tables})
	t := &Table{Kind: Grid, Rows: len(rows), Place: Place{Table: w.tables, Path: w.path(n)}}
	ends := map[int]int{} // group → row after its last
	for i, r := range rows {
		ends[r.group] = i + 1
	}
	cells := 0
	for i := range rows {
		cells += len(rows[i].cells)
	}
	t.Cells = make([]Cell, 0, cells)
	var down []int // per column: rows below this one that are still covered
	width := 0
	for i, r := range rows {
		rowPath := ""
		col, tds, ths := 0, 0, 0
		next := append([]int(nil), down...)
		for j := range next {
			if next[j] > 0 {
				next[j]--
			}
		}
		for j, c := range r.cells {
			for col < len(down) && down[col] > 0 {
				col++
			}
			cs, rs := spans(c.node)
			if rs == 0 || i+rs > ends[r.group] {
				rs = ends[r.group] - i
			}
			for k := col; k < col+cs; k++ {
				if k < len(down) && down[k] > 0 {
					w.doc.doubt("broken-span", Place{Table: w.tables, Row: i + 1, Column: col + 1},
						"a cell that spans %d columns overlaps one from a row above and was cut to %d", cs, k-col)
					cs = k - col
					break
				}
			}
			if (col+cs)*len(rows) > maxPositions {
				w.doc.doubt("limit", Place{Table: w.tables, Row: i + 1},
					"a table larger than the limit; the rest of its cells is left out")
				t.Rows = i + 1
				t.Cols = width
				w.emit(t)
				return
			}
			for len(next) < col+cs {
				next = append(next, 0)
				down = append(down, 0)
			}
			for k := col; k < col+cs; k++ {
				next[k] = rs - 1
				down[k] = 1
			}
			if rowPath == "" {
				rowPath = w.path(r.node)
			}
			step := ""
			if c.node.DataAtom == atom.Th {
				ths++
				step = "/th[" + strconv.Itoa(ths) + "]"
			} else {
				tds++
				step = "/td[" + strconv.Itoa(tds) + "]"
			}
			w.locate(c.node, Place{Table: w.tables, Row: i + 1, Column: col + 1})
			t.Cells = append(t.Cells, Cell{Row: i, Col: col, RowSpan: rs, ColSpan: cs,
				Text: content[i][j], Header: c.node.DataAtom == atom.Th,
				Place: Place{Table: w.tables, Row: i + 1, Column: col + 1, Path: rowPath + step}})
			col += cs
			width = max(width, col)
		}
		down = next
	}
	t.Cols = width
	w.emit(t)
}

// fontOfWords tells, once, that the words of something are drawn by a font that the page brings along: which characters
// they look like, only that font knows.
func (w *htmlWalker) fontOfWords(of, what string, at Place) {
	if w.told[of] {
		return
	}
	if w.told == nil {
		w.told = map[string]bool{}
	}
	w.told[of] = true
	w.doc.doubt("web-font", at, "the words of %s are drawn by a font that the page brings along, and may look like others", what)
}

func (w *htmlWalker) emit(t *Table) {
	w.doc.Blocks = append(w.doc.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
}

// spans reads colspan and rowspan as browsers do: leading digits count, nonsense is 1, rowspan 0 means to the end.
func spans(n *html.Node) (cols, rows int) {
	cols, rows = 1, 1
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "colspan":
			if v, ok := leadingInt(a.Val); ok && v >= 1 {
				cols = min(v, 1000)
			}
		case "rowspan":
			if v, ok := leadingInt(a.Val); ok && v >= 0 {
				rows = min(v, 65534)
			}
		}
	}
	return cols, rows
}

func leadingInt(s string) (int, bool) {
	s = strings.TrimLeft(s, " \t\n\r\f+")
	i := 0
	for i < len(s) && i < 9 && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	v, err := strconv.Atoi(s[:i])
	return v, err == nil
}

func isMedia(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Img, atom.Svg, atom.Canvas, atom.Object, atom.Embed, atom.Iframe, atom.Video, atom.Applet:
		return true
	}
	return false
}

// tiny reports whether an element is too small to show anything: the transparent pictures that hold old layouts open.
func tiny(n *html.Node) bool {
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "width", "height":
			if v, ok := leadingInt(a.Val); ok && v <= 3 && !strings.Contains(a.Val, "%") {
				return true
			}
		case "src":
			v := strings.ToLower(a.Val)
			for _, w := range [...]string{"spacer", "blank", "pixel", "transparent", "space.gif", "empty"} {
				if strings.Contains(v, w) {
					return true
				}
			}
		case "hidden":
			return true
		}
	}
	return false
}

// ordinal gives the 1-based place of a node among its siblings of the same name, remembering those it passed: pages
// have paragraphs by the ten thousand.
func (w *htmlWalker) ordinal(n *html.Node) int {
	i := 1
	for s := n.PrevSibling; s != nil; s = s.PrevSibling {
		if s.Type == html.ElementNode && s.Data == n.Data {
			if k := w.ordinals[s]; k > 0 {
				i += k
				break
			}
			i++
		}
	}
	w.ordinals[n] = i
	return i
}

// path is the XPath of a node in the tree as the parser sees it (with tbody).
func (w *htmlWalker) path(n *html.Node) string {
	if n == nil || n.Type != html.ElementNode {
		return ""
	}
	if w.within != n.Parent { // neighbours are asked for one after the other
		w.within, w.withinPath = n.Parent, w.pathAround(n.Parent)
	}
	w.steps = w.step(append(w.steps[:0], w.withinPath...), n)
	return string(w.steps)
}

// step adds the last step of the path of an element.
func (w *htmlWalker) step(to []byte, n *html.Node) []byte {
	to = append(append(to, '/'), n.Data...)
	if n.DataAtom == atom.Html || n.DataAtom == atom.Body {
		return to
	}
	return append(strconv.AppendInt(append(to, '['), int64(w.ordinal(n)), 10), ']')
}

// pathAround is the path of an element that holds others, which is remembered: the rows of a table, the paragraphs of a
// part have most of it in common. Long ones are not: a page may nest hundreds of elements, and many times.
func (w *htmlWalker) pathAround(n *html.Node) string {
	above := w.above[:0]
	known := ""
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		if known = w.paths[n]; known != "" {
			break
		}
		above = append(above, n)
	}
	w.above = above
	if len(above) == 0 {
		return known
	}
	w.steps = append(w.steps[:0], known...)
	for i := len(above) - 1; i >= 0; i-- {
		w.steps = w.step(w.steps, above[i])
	}
	p := string(w.steps)
	if len(p) < 300 {
		w.paths[above[0]] = p
	}
	return p
}
