package extract

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"regexp"
	"runtime"
	"runtime/metrics"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/script"
)

const (
	maxTags      = 300_000   // tags of one page; the largest pages seen have 60,000
	maxPositions = 2_000_000 // rows × columns of one table
	maxHeap      = 384 << 20 // bytes by which the heap may grow while a page is parsed
)

// readHTML reads a page: paragraphs and data tables in reading order, without what a browser does not show and
// without the site's menus.
func readHTML(ctx context.Context, doc *Document, body []byte, o options) error {
	if n := bytes.Count(body, []byte("<")); n > maxTags {
		return &Unreadable{fmt.Sprintf("an HTML page with %d tags, more than the limit of %d", n, maxTags)}
	}
	text := decode(doc, body, true)
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
	q := goquery.NewDocumentFromNode(root)
	doc.Title = clean(q.Find("title").First().Text())
	q.Find("meta").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", s.AttrOr("property", ""))
		if content := s.AttrOr("content", ""); name != "" && content != "" {
			doc.Meta = append(doc.Meta, Meta{clean(name), clean(content)})
		}
	})
	w := &htmlWalker{ctx: ctx, doc: doc, ordinals: map[*html.Node]int{}, generated: map[string]bool{}}
	q.Find("style").Each(func(_ int, s *goquery.Selection) {
		for _, m := range contentOf.FindAllStringSubmatch(s.Text(), -1) {
			if name := strings.ToLower(m[1]); name != "href" && name != "title" { // how style sheets print links
				w.generated[name] = true
			}
		}
	})
	w.walk(root)
	w.flush()
	if w.err != nil {
		return w.err
	}
	if w.tables == 0 {
		w.linkedDocuments(q)
	}
	doc.readPictures(ctx, w.pictures(q, o), o)
	return ctx.Err()
}

// pictures gives the pictures that a page shows: those that lie in it, and those that the caller has.
func (w *htmlWalker) pictures(q *goquery.Document, o options) (out []linkedPicture) {
	missing := 0
	q.Find("img[src]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		src := strings.TrimSpace(s.AttrOr("src", ""))
		var body []byte
		switch {
		case strings.HasPrefix(src, "data:"):
			head, data, _ := strings.Cut(src, ",")
			if !strings.HasSuffix(head, ";base64") {
				return true
			}
			b, err := base64.StdEncoding.DecodeString(strings.Map(func(r rune) rune {
				if isSpace(r) {
					return -1
				}
				return r
			}, data))
			if err != nil {
				return true
			}
			body = b
		case o.linked == nil:
			missing++
			return true
		default:
			b, err := o.linked(src)
			if err != nil {
				missing++
				return true
			}
			body = b
		}
		out = append(out, linkedPicture{body, Place{Path: w.path(s.Get(0))}})
		return len(out) <= mostPictures
	})
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
	raised   int                // superscript elements around
	// generated are the attributes whose values the page's style shows as text, which no reader of the markup sees.
	generated map[string]bool
}

// walk emits the blocks below a node in reading order.
func (w *htmlWalker) walk(n *html.Node) {
	if w.seen++; w.seen%4096 == 0 && w.err == nil {
		w.err = w.ctx.Err()
	}
	if w.err != nil {
		return
	}
	switch n.Type {
	case html.TextNode:
		if w.first == nil && strings.TrimSpace(n.Data) != "" {
			w.first = n
		}
		if w.raised > 0 {
			w.buf.WriteString(script.Raise(n.Data))
			return
		}
		w.buf.WriteString(n.Data)
		return
	case html.CommentNode, html.DoctypeNode:
		return
	case html.ElementNode:
		if hidden(n) {
			return
		}
		switch look(n) {
		case struck:
			w.leaveOut(n)
			return
		case raised:
			w.raised++
			defer func() { w.raised-- }()
		}
		switch n.DataAtom {
		case atom.Br, atom.Hr:
			w.flush()
			return
		case atom.Table:
			w.flush()
			w.table(n)
			return
		case atom.Ul, atom.Ol, atom.Nav, atom.Header, atom.Footer, atom.Aside, atom.Div, atom.Dl, atom.Section:
			if isMenu(n) {
				w.flush()
				w.menu(n)
				return
			}
		case atom.Input:
			if s := shownValue(n); s != "" {
				w.buf.WriteString(s)
			}
			return
		case atom.Select:
			return
		}
	}
	block := n.Type == html.ElementNode && blocks[n.DataAtom]
	if block {
		w.flush()
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.walk(c)
	}
	if block {
		w.flush()
	}
}

func (w *htmlWalker) flush() {
	if w.first != nil {
		if s := cleanHTML(w.buf.String()); s != "" {
			w.doc.Blocks = append(w.doc.Blocks,
				Block{Kind: Paragraph, Text: s, Place: Place{Path: w.path(w.first.Parent)}})
		}
	}
	w.buf.Reset()
	w.first = nil
}

// cleanHTML is clean for text from markup: a line break of the source between two Chinese characters is no space.
func cleanHTML(s string) string {
	if !strings.ContainsAny(s, "\n\r") {
		return clean(s)
	}
	var b strings.Builder
	r := []rune(s)
	for i := 0; i < len(r); {
		if !isSpace(r[i]) {
			b.WriteRune(r[i])
			i++
			continue
		}
		j, broken := i, false
		for j < len(r) && isSpace(r[j]) {
			broken = broken || r[j] == '\n' || r[j] == '\r'
			j++
		}
		if !(broken && i > 0 && j < len(r) && r[i-1] > 0x2e80 && r[j] > 0x2e80) {
			b.WriteByte(' ')
		}
		i = j
	}
	return clean(b.String())
}

var blocks = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true,
	atom.H6: true,
	atom.Li: true, atom.Ul: true, atom.Ol: true, atom.Dl: true, atom.Dt: true, atom.Dd: true, atom.Section: true,
	atom.Article: true, atom.Header: true, atom.Footer: true, atom.Main: true, atom.Aside: true, atom.Nav: true,
	atom.Blockquote: true, atom.Pre: true, atom.Center: true, atom.Form: true, atom.Fieldset: true, atom.Body: true,
	atom.Td: true, atom.Th: true, atom.Tr: true, atom.Caption: true, atom.Address: true, atom.Figure: true,
	atom.Option: true, atom.Button: true, atom.Details: true, atom.Summary: true,
}

// hidden reports whether a browser shows nothing of an element, or nothing that is text.
func hidden(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Head, atom.Title, atom.Iframe, atom.Object,
		atom.Embed, atom.Svg, atom.Button, atom.Video, atom.Audio, atom.Map, atom.Frameset, atom.Rt, atom.Rp:
		return true
	}
	for i := range n.Attr {
		switch a := &n.Attr[i]; a.Key {
		case "hidden":
			return true
		case "style":
			// spares the long styles of exported pages
			if strings.Contains(a.Val, "none") || strings.Contains(a.Val, "hid") ||
				strings.Contains(a.Val, "NONE") || strings.Contains(a.Val, "HID") {
				for _, w := range [...]string{"isplay", "isibility", "so-hide", "ISPLAY", "ISIBILITY"} {
					if v := style(a.Val, w); strings.HasPrefix(v, "none") || strings.HasPrefix(v, "hidden") ||
						strings.HasPrefix(v, "all") {
						return true
					}
				}
			}
			if strings.Contains(a.Val, ":0") || strings.Contains(a.Val, ": 0") {
				for _, w := range [...]string{"font-size", "opacity"} {
					if v := style(a.Val, w); v != "" && v[0] == '0' && strings.Trim(v, "0.ptxemr% ") == "" {
						return true
					}
				}
			}
		}
	}
	return false
}

// contentOf finds the attributes that a style sheet shows as text.
var contentOf = regexp.MustCompile(`content\s*:[^;}]*?attr\(\s*([\w-]+)`)

// style gives what follows a word and a colon in a style, in lower case, up to the next property; "" where the word is
// not there.
func style(s, word string) string {
	i := strings.Index(s, word)
	if i < 0 {
		return ""
	}
	v, _, _ := strings.Cut(s[i+len(word):], ";")
	return strings.ToLower(strings.TrimLeft(v, " :\t"))
}

// A lookOf is how an element sets its text apart.
type lookOf uint8

const (
	plainly lookOf = iota
	raised         // above the line: the mark of a footnote
	struck         // crossed out
)

func look(n *html.Node) lookOf {
	switch n.DataAtom {
	case atom.Sup:
		return raised
	case atom.S, atom.Del, atom.Strike:
		return struck
	}
	for i := range n.Attr {
		if a := &n.Attr[i]; a.Key == "style" {
			switch {
			case strings.Contains(a.Val, "super") && strings.HasPrefix(style(a.Val, "vertical-align"), "super"):
				return raised
			case strings.Contains(a.Val, "through") &&
				strings.Contains(style(a.Val, "text-decoration"), "line-through"):
				return struck
			}
		}
	}
	return plainly
}

// leaveOut tells that crossed-out text is not read.
func (w *htmlWalker) leaveOut(n *html.Node) {
	if s := clean(goquery.NewDocumentFromNode(n).Text()); s != "" && len(w.doc.Doubts) < 100 {
		w.doc.doubt("struck-text", Place{Path: w.path(n)}, "%q is crossed out and left out", s)
	}
}

func shownValue(n *html.Node) string {
	typ, val := "text", ""
	for _, a := range n.Attr {
		switch a.Key {
		case "type":
			typ = strings.ToLower(a.Val)
		case "value":
			val = a.Val
		}
	}
	if typ == "text" || typ == "number" {
		return val
	}
	return ""
}

// isMenu reports whether a block is site chrome: nearly all of its words are links, there are several, and no table.
func isMenu(n *html.Node) bool {
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
	var count func(*html.Node, bool, int)
	count = func(n *html.Node, in bool, depth int) {
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
			case c.Type == html.ElementNode && !hidden(c):
				if c.DataAtom == atom.A {
					links++
				}
				count(c, in || c.DataAtom == atom.A, depth+1)
			}
		}
	}
	count(n, false, 0)
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
	cells []*html.Node
	group int // rows of one thead, tbody or tfoot; a rowspan ends with its group
}

// rowsOf gives the rows of a table as a browser shows them: head, bodies, foot.
func rowsOf(table *html.Node) (rows []htmlRow, nested bool, caption *html.Node) {
	var head, body, foot []htmlRow
	group := 0
	take := func(parent *html.Node, to *[]htmlRow) {
		group++
		for tr := parent.FirstChild; tr != nil; tr = tr.NextSibling {
			if tr.Type != html.ElementNode || tr.DataAtom != atom.Tr || hidden(tr) {
				continue
			}
			r := htmlRow{node: tr, group: group}
			for td := tr.FirstChild; td != nil; td = td.NextSibling {
				if td.Type == html.ElementNode && (td.DataAtom == atom.Td || td.DataAtom == atom.Th) && !hidden(td) {
					r.cells = append(r.cells, td)
				}
			}
			*to = append(*to, r)
		}
	}
	for c := table.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode || hidden(c) {
			continue
		}
		switch c.DataAtom {
		case atom.Thead:
			take(c, &head)
		case atom.Tfoot:
			take(c, &foot)
		case atom.Tbody:
			take(c, &body)
		case atom.Caption:
			caption = c
		}
	}
	rows = append(append(head, body...), foot...)
	for _, r := range rows {
		for _, c := range r.cells {
			nested = nested || holdsTable(c)
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
func (w *htmlWalker) table(n *html.Node) {
	rows, nested, caption := rowsOf(n)
	cells, texts, long := 0, 0, 0
	for _, r := range rows {
		cells += len(r.cells)
	}
	var content [][]string
	if !nested || cells > 60 {
		content = make([][]string, len(rows))
		for i, r := range rows {
			content[i] = make([]string, len(r.cells))
			for j, c := range r.cells {
				s := w.cellText(c)
				content[i][j] = s
				texts += len(s)
				if len(s) > 450 {
					long++
				}
			}
		}
	}
	layout := cells == 0 || content == nil || cells == 1 || cells <= 6 && texts > 1500 && long > 0 ||
		long > 0 && long*3 >= cells
	if caption != nil {
		w.walk(caption)
		w.flush()
	}
	if layout {
		for _, r := range rows {
			for _, c := range r.cells {
				w.walk(c)
				w.flush()
			}
		}
		return
	}
	w.grid(n, rows, content)
	if nested { // tables inside cells of a data table are read on their own as well
		for _, r := range rows {
			for _, c := range r.cells {
				if holdsTable(c) {
					w.inner(c)
				}
			}
		}
	}
}

func (w *htmlWalker) inner(n *html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.ElementNode && c.DataAtom == atom.Table {
			w.table(c)
		} else if c.Type == html.ElementNode {
			w.inner(c)
		}
	}
}

// grid lays the cells of a table onto its true columns, tolerating broken spans as browsers do: colspan at most 1000,
// rowspan cut at the end of its row group, an overlapping cell cut at what already lies there.
func (w *htmlWalker) grid(n *html.Node, rows []htmlRow, content [][]string) {
	w.tables++
	t := &Table{Kind: Grid, Rows: len(rows), Place: Place{Table: w.tables, Path: w.path(n)}}
	ends := map[int]int{} // group → row after its last
	for i, r := range rows {
		ends[r.group] = i + 1
	}
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
			cs, rs := spans(c)
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
			if c.DataAtom == atom.Th {
				ths++
				step = "/th[" + strconv.Itoa(ths) + "]"
			} else {
				tds++
				step = "/td[" + strconv.Itoa(tds) + "]"
			}
			t.Cells = append(t.Cells, Cell{Row: i, Col: col, RowSpan: rs, ColSpan: cs,
				Text: content[i][j], Header: c.DataAtom == atom.Th,
				Place: Place{Table: w.tables, Row: i + 1, Column: col + 1, Path: rowPath + step}})
			col += cs
			width = max(width, col)
		}
		down = next
	}
	t.Cols = width
	w.emit(t)
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

// cellText gives what a cell prints: br and the ends of blocks are line breaks, runs of inline elements join. A cell
// that shows something which is no text, a picture of a number, is U+FFFD: not blank.
func (w *htmlWalker) cellText(n *html.Node) string {
	// most cells hold one short text in one or two elements
	if s, ok := w.onlyText(n); ok {
		return clean(s)
	}
	var b strings.Builder
	w.writeCell(&b, n, false)
	s := b.String()
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
	if s == "" && w.showsOther(n) {
		return "\ufffd"
	}
	return script.Settle(s)
}

func (w *htmlWalker) onlyText(n *html.Node) (string, bool) {
	for n.Type == html.ElementNode {
		c := n.FirstChild
		if c == nil {
			return "", !isMedia(n) && len(w.generated) == 0
		}
		if c.NextSibling != nil {
			return "", false
		}
		if c.Type != html.TextNode && (c.Type != html.ElementNode || hidden(c) || look(c) != plainly ||
			c.DataAtom == atom.Input || c.DataAtom == atom.Select || c.DataAtom == atom.Table) {
			return "", false
		}
		n = c
	}
	return n.Data, n.Type == html.TextNode && !strings.ContainsAny(n.Data, "\n\r")
}

func (w *htmlWalker) writeCell(b *strings.Builder, n *html.Node, up bool) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch c.Type {
		case html.TextNode:
			s := strings.ReplaceAll(c.Data, "\x00", "")
			if up {
				s = script.Raise(s)
			}
			b.WriteString(s)
		case html.ElementNode:
			if hidden(c) {
				continue
			}
			how := look(c)
			switch {
			case how == struck:
				w.leaveOut(c)
			case c.DataAtom == atom.Br:
				b.WriteByte(0)
			case c.DataAtom == atom.Input:
				b.WriteString(shownValue(c))
			case c.DataAtom == atom.Select:
				b.WriteString(chosen(c))
			case blocks[c.DataAtom] || c.DataAtom == atom.Table:
				b.WriteByte(0)
				w.writeCell(b, c, up || how == raised)
				b.WriteByte(0)
			default:
				w.writeCell(b, c, up || how == raised)
			}
		}
	}
}

// chosen gives the text of the option that a list shows: the one that is selected, else the first.
func chosen(n *html.Node) string {
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
			if first == nil {
				first = c
			}
			for i := range c.Attr {
				if c.Attr[i].Key == "selected" {
					selected = c
				}
			}
		}
	}
	find(n)
	if selected == nil {
		selected = first
	}
	if selected == nil {
		return ""
	}
	return goquery.NewDocumentFromNode(selected).Text()
}

// showsOther reports whether a cell without text shows a picture or the like, or text that the page's style takes from
// an attribute.
func (w *htmlWalker) showsOther(n *html.Node) bool {
	for i := range n.Attr {
		if a := &n.Attr[i]; w.generated[a.Key] && strings.TrimSpace(a.Val) != "" {
			return true
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type != html.ElementNode {
			continue
		}
		if isMedia(c) && !tiny(c) {
			return true
		}
		if !hidden(c) && w.showsOther(c) {
			return true
		}
	}
	return false
}

func isMedia(n *html.Node) bool {
	switch n.DataAtom {
	case atom.Img, atom.Svg, atom.Canvas, atom.Object, atom.Embed, atom.Iframe, atom.Video:
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
	var steps []string
	for ; n != nil && n.Type == html.ElementNode; n = n.Parent {
		i := w.ordinal(n)
		switch n.DataAtom {
		case atom.Html, atom.Body:
			steps = append(steps, n.Data)
		default:
			steps = append(steps, n.Data+"["+strconv.Itoa(i)+"]")
		}
	}
	var b strings.Builder
	for i := len(steps) - 1; i >= 0; i-- {
		b.WriteByte('/')
		b.WriteString(steps[i])
	}
	return b.String()
}
