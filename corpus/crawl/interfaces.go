package crawl

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/extract/kind"
)

// Pages that are built by scripts get their lists and articles from interfaces, as JSON: which, their scripts say.

var (
	apiAt = regexp.MustCompile("[\"'`]((?:https?://[^\"'`\\s]+|/?[\\w\\-./]*)/[\\w\\-./]*(?:api|list|query|search|" +
		"channel|article|column|catalog|data|json|content|info)[\\w\\-./]*(?:\\?[^\"'`\\s]*)?)[\"'`]")
	detailAt = regexp.MustCompile("[\"'`]([^\"'`\\s]*(?:detail|article|content|info|show|" +
		"view)[^\"'`\\s]*?(?:[?&]\\w*[iI][dD]=|/))[\"'`]\\s*(?:\\+|\\.concat)")
	openAt = regexp.MustCompile("[\"'`]([^\"'`\\s]*)(?:\\$\\{\\s*[\\w.]*id\\s*\\}|\\{id\\}|:id)([^\"'`\\s]*)[\"'`]")
)

// mayBeData leaves out of the addresses in a script its pictures, styles and other scripts.
func mayBeData(at string) bool {
	k := kind.Named(at)
	return k.Fetched() && k.Class != kind.Picture
}

// script takes from a script the addresses that it asks for data.
func (p *Page) script(code string, shell bool) {
	if !shell || len(code) > 4<<20 {
		return
	}
	seen := map[string]bool{}
	add := func(ref string, score int) {
		at := Canonical(p.URL, ref)
		if at == "" || seen[at] || len(seen) >= 12 || !sameSite(at, p.URL) || !mayBeData(at) {
			return
		}
		seen[at] = true
		p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleData, Score: score})
	}
	detail := detailOf(code)
	for _, m := range apiAt.FindAllStringSubmatch(code, 60) {
		ref := m[1]
		if strings.ContainsAny(ref, "{}$") || detail != "" && strings.HasPrefix(detail, ref) {
			continue
		}
		n := len(p.Links)
		score := 42
		if p.Column || listAt.MatchString(ref) {
			score = 60
		}
		add(ref, score)
		if detail != "" && len(p.Links) > n {
			p.Links[n].Words = strings.TrimSpace(p.Title + " \x1f" + detail)
		}
	}
}

// detailOf finds in scripts how the address of an article is made of its number; it is kept beside the address of the
// list, for the list's answer to be read with.
func detailOf(code string) string {
	if m := openAt.FindStringSubmatch(code); m != nil {
		return m[1] + "{id}" + m[2]
	}
	if m := detailAt.FindStringSubmatch(code); m != nil {
		return m[1] + "{id}"
	}
	return ""
}

// articleIn reads the one article of an interface's answer, nil where it holds none.
func articleIn(text string) *answer {
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil
	}
	a := &answer{}
	(&Page{URL: &url.URL{}}).gather(v, 0, a)
	if len(a.text) <= 200 {
		return nil
	}
	return a
}

// feedLike tells XML whose elements are entries with titles and addresses.
var feedLike = regexp.MustCompile(`(?i)<(?:rss|feed|channel|items?|news|list|root|data|articles?|infos?|records?|rows?)[\s>]`)

// feed reads the entries of a list that came as XML: elements whose parts are named as the fields of JSON are.
func (p *Page) feed(text string) {
	d := xml.NewDecoder(strings.NewReader(text))
	d.Strict = false
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // it was decoded
	type level struct {
		row  article
		text strings.Builder
	}
	stack := []*level{{}}
	for n := 0; n < 500_000 && len(stack) < 50; n++ {
		t, err := d.Token()
		if err != nil {
			break
		}
		switch x := t.(type) {
		case xml.StartElement:
			l := &level{}
			for _, a := range x.Attr {
				switch fields[strings.ToLower(a.Name.Local)] {
				case fieldTitle:
					l.row.title = a.Value
				case fieldAddress:
					l.row.at = a.Value
				}
			}
			stack = append(stack, l)
		case xml.CharData:
			stack[len(stack)-1].text.Write(x)
		case xml.EndElement:
			if len(stack) < 2 {
				continue
			}
			l, up := stack[len(stack)-1], stack[len(stack)-2]
			stack = stack[:len(stack)-1]
			inner := strings.TrimSpace(l.text.String())
			switch f := fields[strings.ToLower(x.Name.Local)]; {
			case l.row.title != "" && l.row.at != "":
				if ref := Canonical(p.URL, l.row.at); ref != "" {
					to, score, why := role(l.row.title, "", ref, p)
					p.entries = append(p.entries, ref)
					p.Links = append(p.Links, Link{URL: ref, Words: l.row.title, Role: to, Score: score, Why: why})
				}
			case f == fieldTitle && up.row.title == "":
				up.row.title = tagsOut.ReplaceAllString(inner, "")
			case f == fieldAddress && up.row.at == "":
				up.row.at = inner
			case f == fieldTotal:
				if n, err := strconv.Atoi(inner); err == nil {
					p.List.Kind, p.List.Stated = ledger.Entries, n
				}
			}
		}
	}
	if p.Kind = KindData; len(p.entries) > 0 {
		p.Kind = KindList
		p.records(len(p.entries), p.List.Stated)
	}
}

// A field is what a name in the answer of an interface stands for.
type field int

const (
	fieldTitle   field = iota + 1
	fieldAddress       // of the article
	fieldID            // of the article, where its address is made of it
	fieldText          // of the article
	fieldTotal         // articles of the list
	fieldSize          // articles of a page of the list
	fieldPages         // pages of the list
	fieldDate
)

// fields are the names that systems give them, in lower case.
var fields = map[string]field{
	"title": fieldTitle, "name": fieldTitle, "bt": fieldTitle, "subject": fieldTitle, "doctitle": fieldTitle,
	"infotitle": fieldTitle, "articletitle": fieldTitle, "tit": fieldTitle, "columnname": fieldTitle,
	"channelname": fieldTitle,
	"url":         fieldAddress, "link": fieldAddress, "href": fieldAddress, "docurl": fieldAddress,
	"docpuburl": fieldAddress,
	"puburl":    fieldAddress, "htmlurl": fieldAddress, "infourl": fieldAddress, "linkurl": fieldAddress,
	"path":       fieldAddress,
	"articleurl": fieldAddress,
	"id":         fieldID, "articleid": fieldID, "docid": fieldID, "infoid": fieldID, "guid": fieldID, "uuid": fieldID,
	"contentid": fieldID,
	"content":   fieldText, "body": fieldText, "html": fieldText, "nr": fieldText, "doccontent": fieldText,
	"txt":            fieldText,
	"articlecontent": fieldText, "infocontent": fieldText,
	"total": fieldTotal, "totalcount": fieldTotal, "totalrecord": fieldTotal, "totalelements": fieldTotal,
	"count":       fieldTotal,
	"recordcount": fieldTotal,
	"size":        fieldSize, "pagesize": fieldSize, "limit": fieldSize, "rows": fieldSize, "perpage": fieldSize,
	"pages": fieldPages, "totalpages": fieldPages, "pagecount": fieldPages, "totalpage": fieldPages,
	"pubdate": fieldDate, "publishtime": fieldDate, "publishdate": fieldDate, "docreltime": fieldDate,
	"date": fieldDate, "publishedtimestr": fieldDate, "infodate": fieldDate,
	"titlehtml":   fieldTitle,
	"releasetime": fieldDate,
}

// An answer is what is gathered from the JSON of an interface.
type answer struct {
	detail      string   // pattern of an article's address, with {id} in it; "" where none is known
	links       int      // articles with title and address
	total, size int      // articles of the list, and of a page of it
	text, title string   // the longest text in it, and its title
	date        string   // of publication
	files       []string // documents that it names
}

// An article is one object of such an answer.
type article struct{ title, at, id, text string }

// data reads what an interface answered as JSON: articles with title and address, and where there is more; or one
// article with its text.
func (p *Page) data(text string) {
	p.Kind = KindData
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return
	}
	title, detail, _ := strings.Cut(p.Title, "\x1f")
	p.Title = strings.TrimSpace(title)
	if columnWord.MatchString(p.Title) {
		p.Column = true
	}
	a := &answer{detail: detail}
	p.gather(v, 0, a)
	if a.links == 0 && len(a.text) <= 200 || strings.Contains(a.text, "<a ") && !strings.Contains(a.text, "总体情况") {
		p.inJSON(v, 0) // entries as pieces of HTML
		for _, l := range p.Links {
			if l.Role != "" {
				a.links++
			}
		}
		if p.List.Rows > 0 {
			a.links, a.total = p.List.Rows, max(a.total, p.List.Stated)
		}
	}
	switch {
	case a.links > 0:
		p.Kind = KindList
		stated := a.total
		if a.size == 1 { // counted in pages
			stated = 0
		}
		p.records(a.links, stated)
		p.dataPages(a.links, a.total, a.size, detail)
	case len(a.text) > 200:
		p.dataArticle(a)
	}
}

// gather goes through the values of an answer, objects by their names in order, and takes the links to articles.
func (p *Page) gather(v any, depth int, a *answer) {
	if depth > 12 {
		return
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			p.gather(e, depth+1, a)
		}
	case map[string]any:
		names := slices.Sorted(maps.Keys(x))
		r := a.object(x, names)
		if len(r.text) > len(a.text) {
			a.text, a.title = r.text, r.title
		}
		if r.at == "" && r.id != "" && a.detail != "" {
			r.at = strings.ReplaceAll(a.detail, "{id}", url.QueryEscape(r.id))
		}
		if r.title != "" && r.at != "" && r.text == "" {
			if ref := Canonical(p.URL, r.at); ref != "" {
				a.links++
				p.entries = append(p.entries, ref)
				to, score, why := role(r.title, "", ref, p)
				p.Links = append(p.Links, Link{URL: ref, Words: r.title, Role: to, Score: score, Why: why})
			}
		}
		for _, n := range names {
			p.gather(x[n], depth+1, a)
		}
	}
}

// object reads the fields of one object: those of an article it gives, those of the list it keeps.
func (a *answer) object(x map[string]any, names []string) (r article) {
	for _, name := range names {
		s := fmt.Sprint(x[name])
		switch f := fields[strings.ToLower(name)]; f {
		case fieldTitle:
			if r.title == "" {
				r.title = tagsOut.ReplaceAllString(s, "")
			}
		case fieldAddress:
			if r.at == "" && s != "<nil>" {
				r.at = s
			}
		case fieldID:
			if r.id == "" {
				r.id = s
			}
		case fieldText:
			r.text = s
		case fieldDate:
			a.date = isoDate(s)
		case fieldTotal, fieldSize, fieldPages:
			a.counted(f, s)
		}
		if m, ok := x[name].(string); ok && kind.Named(strings.SplitN(m, "?", 2)[0]).IsFile() {
			a.files = append(a.files, m)
		}
	}
	return r
}

// counted takes how much the list holds.
func (a *answer) counted(f field, s string) {
	n, err := strconv.Atoi(s)
	switch {
	case err != nil:
	case f == fieldTotal:
		a.total = max(a.total, n)
	case f == fieldSize:
		a.size = n
	case n > 0: // a list that is counted in pages
		a.total, a.size = max(a.total, n), 1
	}
}

// dataArticle looks at the one article of an answer, whether it is a report.
func (p *Page) dataArticle(a *answer) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(a.text))
	if err != nil {
		return
	}
	shown := visible(doc)
	p.countSections(shown)
	p.judge([]string{a.title}, p.Title, RoleReport, shown, 0, 0)
	p.Words, p.Tables = len([]rune(shown)), doc.Find("table").Length()
	if !p.Report {
		return
	}
	p.Published, p.TextSum = a.date, textSum(p.Title, shown)
	p.links(doc, p.URL)
	for _, f := range a.files {
		if at := Canonical(p.URL, f); at != "" {
			p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleAttachment, Score: 92})
		}
	}
}

var pageParameter = regexp.MustCompile(`(?i)^(?:page|pageno|pagenum|pageindex|pagenumber|current|currentpage|p|` +
	`curpage|currpage)$`)

// dataPages asks for the other pages of a list that an interface answers piece by piece.
func (p *Page) dataPages(items, total, size int, detail string) {
	if size <= 0 {
		size = items
	}
	last := (total + size - 1) / size
	words := p.Title
	if detail != "" {
		words += " \x1f" + detail
	}
	if from, at, ok := nextForm(p.form); ok {
		for k := from + 1; k <= min(last-1+min(from, 1), maxListPages); k++ {
			p.Links = append(p.Links, Link{URL: p.URL.String(), Form: at(k), Words: words, Role: RoleData, Score: 88})
		}
		return
	}
	q := p.URL.Query()
	if in := q.Get("paramJson"); in != "" {
		if from, at, ok := nextForm(in); ok {
			for k := from + 1; k <= min(last, maxListPages); k++ {
				q.Set("paramJson", at(k))
				u := *p.URL
				u.RawQuery = q.Encode()
				p.Links = append(p.Links, Link{URL: u.String(), Words: words, Role: RoleData, Score: 88})
			}
			return
		}
	}
	for n := range q {
		if !pageParameter.MatchString(n) {
			continue
		}
		from, err := strconv.Atoi(q.Get(n))
		if err != nil {
			continue
		}
		for k := from + 1; k < min(last+1, maxListPages); k++ {
			q.Set(n, strconv.Itoa(k))
			u := *p.URL
			u.RawQuery = q.Encode()
			p.Links = append(p.Links, Link{URL: u.String(), Words: words, Role: RoleData, Score: 70})
		}
		if from == 0 && last > 1 { // pages counted from 0 end one earlier
			p.Links = p.Links[:len(p.Links)-1]
		}
		return
	}
}
