package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// A report may go on over further pages, as articles of many systems do: t1.html, t1_1.html, t1_2.html; show.asp?id=1
// and &page=2. The pages are kept as they came, and what is read is one document made of them, in their order: the first
// page, and behind its text that of the others, which is what they do not share with the first. Made twice of the same
// pages it is the same, byte by byte. It says of which answers it was made, and what is missing.

// mostParts is of how many pages a report may be.
const mostParts = 40

var (
	partWord = regexp.MustCompile(`^[\[(（【《〈<]?\s*(?:第?\s*[\d一二三四五六七八九十]{1,3}\s*页?|下一?页|后一?页|next(?:page)?|尾页|末页|最后一?页)` +
		`\s*[\])）】》〉>]*$|^[>›»]+$`)
	pagerText = regexp.MustCompile(`^(?:上一?页|下一?页|前一?页|后一?页|首页|第一页|尾页|末页|最后一?页|当前|共|第|页|条|转到|跳转到?|GO|go|next|prev|` +
		`[\d\s<>«»‹›\[\]()（）【】/|.·…:：,，\-])*$`)
	partNumber = regexp.MustCompile(`^[_\-](\d{1,2})$`)
)

// partsOf finds the further pages of a report: by the pager of its system, or by links that say so. What they lead to
// must be the address of the report but for a number.
func (p *Page) partsOf(doc *goquery.Document, inline string, base *url.URL) (parts map[int]string, last int) {
	parts = map[int]string{}
	add := func(at string) {
		if n, ok := pieceOf(p.first(), at); ok && len(parts) < mostParts {
			parts[n] = at
		}
	}
	stem := stemOf(p.URL.Path)
	if m := createPageDiv.FindStringSubmatch(inline); m != nil && strings.HasPrefix(stem, m[3]) {
		n, _ := strconv.Atoi(m[1])
		for i := 2; i <= min(n, mostParts); i++ {
			add(Canonical(base, fmt.Sprintf("%s_%d.%s", m[3], i, m[4])))
		}
	} else if m := createPage.FindStringSubmatch(inline); m != nil && strings.HasPrefix(stem, m[3]) {
		n, _ := strconv.Atoi(m[1])
		for i := 1; i < min(n, mostParts); i++ {
			add(Canonical(base, fmt.Sprintf("%s_%d.%s", m[3], i, m[4])))
		}
	} else if n := number(countPage, inline, 0); n > 1 && stem != "" && stem != "index" {
		for i := 1; i < min(n, mostParts); i++ {
			add(Canonical(base, fmt.Sprintf("%s_%d%s", stem, i, path.Ext(p.URL.Path))))
		}
	}
	doc.Find("a[href], option[value]").Each(func(_ int, s *goquery.Selection) {
		words := strings.Join(strings.Fields(firstNonEmpty(s.Text(), s.AttrOr("title", ""))), "")
		if partWord.MatchString(words) {
			add(Canonical(base, firstNonEmpty(s.AttrOr("href", ""), s.AttrOr("value", ""))))
		}
	})
	for n := range parts {
		last = max(last, n)
	}
	return parts, last
}

// first is the address of the first page of the report that a page is one of.
func (p *Page) first() *url.URL {
	if p.whole != nil {
		return p.whole
	}
	return p.URL
}

func stemOf(p string) string {
	base := path.Base(p)
	return strings.TrimSuffix(base, path.Ext(base))
}

// pieceOf gives the number of the page that an address is of a report: t1_2.html of t1.html, ?id=1&page=2 of ?id=1.
func pieceOf(first *url.URL, at string) (int, bool) {
	u, err := weburl.Parse(at)
	if err != nil || u.Host != first.Host || u.String() == first.String() {
		return 0, false
	}
	if u.Path == first.Path {
		a, b := first.Query(), u.Query()
		for name, v := range b {
			if !pageParameter.MatchString(name) || len(v) != 1 {
				continue
			}
			n, err := strconv.Atoi(v[0])
			a.Del(name)
			b.Del(name)
			if err == nil && n > 0 && n < 100 && a.Encode() == b.Encode() && !(n == 1 && first.Query().Get(name) == "") {
				return n, true
			}
		}
		return 0, false
	}
	if path.Dir(u.Path) != path.Dir(first.Path) || path.Ext(u.Path) != path.Ext(first.Path) || u.RawQuery != first.RawQuery {
		return 0, false
	}
	rest, ok := strings.CutPrefix(stemOf(u.Path), stemOf(first.Path))
	m := partNumber.FindStringSubmatch(rest)
	if !ok || m == nil || stemOf(first.Path) == "" {
		return 0, false
	}
	n, err := strconv.Atoi(m[1])
	return n, err == nil && n > 0
}

// joined asks for the further pages of a report and makes one document of all.
func (w *walk) joined(ctx context.Context, it *ledger.Item, p *Page, t *taken) (*Page, string, error) {
	type piece struct {
		at   string
		page *Page
		text string
	}
	first := decodeText(t.body, t.capture.Header.Get("Content-Type"), w.p.Options.Charset)
	known := p.parts
	got, gone, last := map[int]piece{}, map[int]string{}, 0
	parts := map[int]archive.Part{}
	for asked := map[int]bool{}; ; {
		next := 0
		for _, n := range slices.Sorted(maps.Keys(known)) {
			if !asked[n] {
				next = n
				break
			}
		}
		if next == 0 || len(asked) > mostParts {
			break
		}
		asked[next], last = true, max(last, next)
		at := known[next]
		body, c, err := w.along(ctx, it, at, "", KindPart, t)
		var trouble *fetch.Trouble
		switch {
		case errors.As(err, &trouble):
			if later(trouble) || w.again(it, trouble) {
				return nil, "", err
			}
			gone[next] = at + ": " + trouble.Error()
			continue
		case err != nil:
			return nil, "", err
		}
		text := decodeText(body, c.Header.Get("Content-Type"), w.p.Options.Charset)
		q := w.look(ctx, it, c, body)
		q.whole = p.URL
		if why := p.strange(q); why != "" {
			gone[next] = at + ": " + why
			continue
		}
		got[next], parts[next] = piece{at, q, text}, partOf(c)
		more, _ := q.partsOf(q.doc, strings.Join(q.inline, "\n"), q.URL)
		for n, at := range more {
			if known[n] == "" {
				known[n] = at
			}
		}
	}
	var texts []string
	all := []archive.Part{partOf(t.capture)}
	for _, n := range slices.Sorted(maps.Keys(got)) {
		texts, all = append(texts, got[n].text), append(all, parts[n])
	}
	var missing []string
	for _, n := range slices.Sorted(maps.Keys(gone)) {
		missing = append(missing, gone[n])
	}
	if p.Sections >= len(sections) && len(texts) == 0 { // the numbers below it are not of it: all of it is here
		p.parts = nil
		return nil, "", nil
	}
	own := map[string]bool{p.URL.String(): true}
	for _, at := range known {
		own[at] = true
	}
	body, err := join(p.URL, own, first, texts, all, missing)
	if err != nil {
		return nil, "", err
	}
	for _, m := range missing {
		if w.c.Log != nil {
			w.c.Log("%s: a page of it is missing: %s", it.URL, m)
		}
	}
	q, sum, err := w.made(ctx, it, t.capture, body, all)
	if q != nil {
		q.missing = missing
	}
	return q, sum, err
}

// strange says why a page is no further page of a report, "" where it is one.
func (p *Page) strange(q *Page) string {
	switch {
	case !q.HTML || q.Kind == KindShell:
		return "it is no page with text"
	case p.said == q.said || q.Report && p.TextSum != "" && p.TextSum == q.TextSum:
		return "it shows the same as the first page"
	}
	for _, title := range q.titles {
		for _, mine := range p.titles {
			if title == mine && len([]rune(title)) > 6 {
				return ""
			}
		}
	}
	for _, l := range q.Links {
		if _, is := pieceOf(p.URL, l.URL); is || l.URL == p.URL.String() {
			return "" // its pager leads to the other pages
		}
	}
	return fmt.Sprintf("it is no further page of the report (%.60q)", firstNonEmpty(append(q.titles, q.Title, "")...))
}

// join puts the pages of a report together. own are the addresses of its pages; what leads from one to another is left
// out. In the first page stands the text of each other one, which is what it does not share with the first, behind the
// first page's own text.
func join(at *url.URL, own map[string]bool, first string, others []string, parts []archive.Part, missing []string) ([]byte, error) {
	root, err := html.Parse(strings.NewReader(first))
	if err != nil {
		return nil, err
	}
	clean(root, at, own)
	body := find(root, atom.Body)
	var after *html.Node
	for _, text := range others {
		x, err := html.Parse(strings.NewReader(text))
		if err != nil {
			return nil, err
		}
		clean(x, at, own)
		from := find(x, atom.Body)
		if body == nil || from == nil {
			continue
		}
		mine, theirs := apart(body, from)
		if after == nil {
			if len(mine) > 0 {
				after = mine[len(mine)-1]
			} else {
				after = body.LastChild
			}
			if after == nil {
				continue
			}
		}
		if len(theirs) > 0 {
			if more := firstTable(theirs[0]); grow(lastTable(after), more) {
				if more == theirs[0] {
					theirs = theirs[1:]
				} else {
					more.Parent.RemoveChild(more)
				}
			}
		}
		for _, n := range theirs {
			n.Parent.RemoveChild(n)
			after.Parent.InsertBefore(n, after.NextSibling)
			after = n
		}
	}
	if head := find(root, atom.Head); head != nil {
		head.InsertBefore(&html.Node{Type: html.RawNode, Data: "<meta charset=\"utf-8\">" + provenance(parts, missing)}, head.FirstChild)
	}
	var b bytes.Buffer
	err = html.Render(&b, root)
	b.WriteByte('\n')
	return b.Bytes(), err
}

// clean takes out of a page what says how it is encoded, and its pager.
func clean(root *html.Node, at *url.URL, own map[string]bool) {
	var out []*html.Node
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.ElementNode {
			switch n.DataAtom {
			case atom.Meta:
				if attribute(n, "charset") != "" || strings.EqualFold(attribute(n, "http-equiv"), "content-type") {
					out = append(out, n)
				}
			case atom.Script:
				if n.FirstChild != nil && strings.Contains(n.FirstChild.Data, "createPageHTML") {
					out = append(out, n)
				}
			case atom.A:
				if words := strings.Join(strings.Fields(textIn(n)), ""); own[Canonical(at, attribute(n, "href"))] &&
					pagerText.MatchString(words) {
					out = append(out, pagerAround(n))
					return
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	for _, n := range out {
		if n.Parent != nil {
			n.Parent.RemoveChild(n)
		}
	}
}

// pagerAround is the largest element around a link to a page that holds nothing but a pager.
func pagerAround(n *html.Node) *html.Node {
	for n.Parent != nil && n.Parent.Type == html.ElementNode && n.Parent.DataAtom != atom.Body &&
		pagerText.MatchString(strings.Join(strings.Fields(textIn(n.Parent)), "")) {
		n = n.Parent
	}
	return n
}

func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return strings.TrimSpace(a.Val)
		}
	}
	return ""
}

func textIn(n *html.Node) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data)
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(n)
	return b.String()
}

func find(n *html.Node, a atom.Atom) *html.Node {
	if n.DataAtom == a && n.Type == html.ElementNode {
		return n
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if x := find(c, a); x != nil {
			return x
		}
	}
	return nil
}

// apart gives the runs of nodes in which two like trees differ: down to where more than one child differs, or the
// elements are not alike.
func apart(a, b *html.Node) (mine, theirs []*html.Node) {
	for {
		x, y := content(a), content(b)
		for len(x) > 0 && len(y) > 0 && alike(x[0], y[0]) {
			x, y = x[1:], y[1:]
		}
		for len(x) > 0 && len(y) > 0 && furniture(x[len(x)-1]) && alike(x[len(x)-1], y[len(y)-1]) {
			x, y = x[:len(x)-1], y[:len(y)-1]
		}
		if len(x) == 1 && len(y) == 1 && holds(x[0], y[0]) {
			a, b = x[0], y[0]
			continue
		}
		return x, y
	}
}

// furniture tells what stands below articles on every page, and is no end of an article's text: links, scripts, forms,
// lines. Two pages of a report may well end with the same words.
func furniture(n *html.Node) bool {
	if n.Type != html.ElementNode || n.DataAtom == atom.Table {
		return false
	}
	switch n.DataAtom {
	case atom.A, atom.Script, atom.Style, atom.Noscript, atom.Hr, atom.Form, atom.Input, atom.Button, atom.Img, atom.Iframe, atom.Footer:
		return true
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if furniture(c) {
			return true
		}
	}
	return len(content(n)) == 0
}

// holds tells that two elements are the same container with other contents.
func holds(a, b *html.Node) bool {
	if a.Type != html.ElementNode || b.Type != html.ElementNode || a.DataAtom != b.DataAtom || a.Data != b.Data ||
		attribute(a, "id") != attribute(b, "id") || attribute(a, "class") != attribute(b, "class") {
		return false
	}
	switch a.DataAtom {
	case atom.Table, atom.P, atom.Ul, atom.Ol, atom.Script, atom.Style:
		return false
	}
	return true
}

// content are the children of a node that are not blank.
func content(n *html.Node) (out []*html.Node) {
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		if c.Type == html.CommentNode || c.Type == html.TextNode && strings.TrimSpace(c.Data) == "" {
			continue
		}
		out = append(out, c)
	}
	return out
}

// alike tells that two nodes are the same but for blanks.
func alike(a, b *html.Node) bool {
	if a.Type != b.Type || a.Type == html.ElementNode && (a.Data != b.Data || len(a.Attr) != len(b.Attr)) {
		return false
	}
	if a.Type == html.TextNode {
		return strings.Join(strings.Fields(a.Data), " ") == strings.Join(strings.Fields(b.Data), " ")
	}
	for i := range a.Attr {
		if a.Attr[i] != b.Attr[i] {
			return false
		}
	}
	x, y := content(a), content(b)
	if len(x) != len(y) {
		return false
	}
	for i := range x {
		if !alike(x[i], y[i]) {
			return false
		}
	}
	return true
}

// lastTable is the table that a node ends with, nil where it ends with something else.
func lastTable(n *html.Node) *html.Node {
	return endTable(n, func(x []*html.Node) *html.Node { return x[len(x)-1] })
}

// firstTable is the table that a node begins with.
func firstTable(n *html.Node) *html.Node {
	return endTable(n, func(x []*html.Node) *html.Node { return x[0] })
}

func endTable(n *html.Node, end func([]*html.Node) *html.Node) *html.Node {
	for n.Type == html.ElementNode {
		if n.DataAtom == atom.Table {
			return n
		}
		x := content(n)
		if len(x) == 0 {
			return nil
		}
		n = end(x)
	}
	return nil
}

// grow adds the rows of a table that goes on at the top of the next page to the one that ends the page before: both are
// as wide, and what the second repeats of the first one's head is left out.
func grow(table, next *html.Node) bool {
	if table == nil || next == nil {
		return false
	}
	mine, more := rowsIn(table), rowsIn(next)
	if len(mine) == 0 || len(more) == 0 || widest(mine) != widest(more) {
		return false
	}
	head := 0
	for head < len(more) && head < len(mine) && alike(mine[head], more[head]) {
		head++
	}
	if head == 0 && !numberCell.MatchString(cellsOf(more[0])) { // it has a head of its own: another table
		return false
	}
	into := mine[len(mine)-1].Parent
	for _, r := range more[head:] {
		r.Parent.RemoveChild(r)
		into.AppendChild(r)
	}
	return true
}

var numberCell = regexp.MustCompile(`(?m)^[\d,.]+$`)

// cellsOf are the texts of a row, one a line.
func cellsOf(row *html.Node) string {
	var b strings.Builder
	for _, c := range content(row) {
		b.WriteString(strings.Join(strings.Fields(textIn(c)), "") + "\n")
	}
	return b.String()
}

func rowsIn(table *html.Node) (rows []*html.Node) {
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.DataAtom == atom.Tr:
				rows = append(rows, c)
			case c.DataAtom == atom.Table:
			default:
				walk(c)
			}
		}
	}
	walk(table)
	return rows
}

// widest is the number of columns of the widest of rows.
func widest(rows []*html.Node) int {
	most := 0
	for _, r := range rows {
		n := 0
		for _, c := range content(r) {
			span, err := strconv.Atoi(attribute(c, "colspan"))
			if err != nil || span < 1 || span > 100 {
				span = 1
			}
			n += span
		}
		most = max(most, n)
	}
	return most
}
