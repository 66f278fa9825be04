package crawl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/gongkai/gongkai/extract/kind"
)

var (
	listAt = regexp.MustCompile(`(?i)list|page|query|column|channel|catalog`)
)

// Lists go on over many pages, and hardly two systems do it alike. Each of those met is here.

const maxListPages = 200 // of one list

var (
	// TRS and its kin: createPageHTML(pages, current, "index", "html"): index_1.html is the second
	createPage = regexp.MustCompile(`createPageHTML\w*\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w\-]+)['"]\s*,\s*['"](\w+)['"]`)
	// Hanweb: a proxy that answers records as XML
	proxyAt     = regexp.MustCompile(`["']([^"'\s]*(?:dataproxy|jpage)[^"'\s]*\.(?:jsp|do|action|php)[^"'\s]*)["']`)
	totalRecord = regexp.MustCompile(`(?i)["']?totalRecord["']?\s*[:=]\s*["']?(\d+)|<totalrecord>(\d+)</totalrecord>`)
	perPage     = regexp.MustCompile(`(?i)["']?perPage["']?\s*[:=]\s*["']?(\d+)`)
	// ASP.NET
	postBack = regexp.MustCompile(`__doPostBack\(\s*(?:'|&#39;|\\')([^'&\\]*)(?:'|&#39;|\\')\s*,\s*(?:'|&#39;|\\')([^'&\\]*)(?:'|&#39;|\\')`)
	cdata    = regexp.MustCompile(`(?s)<!\[CDATA\[(.*?)\]\]>`)
	hrefIn   = regexp.MustCompile(`(?is)<a\b[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?([^>]*)>(.*?)</a>`)
	titleIs  = regexp.MustCompile(`(?i)title\s*=\s*["']([^"']+)["']`)
	// attachments that a script opens
	scriptFile = regexp.MustCompile(`["'(]((?:https?://|\.{0,2}/)?[^"'()\s<>]{1,300}\.(?i:` + files + `))(?:\?[^"'()\s]*)?["')]`)
	scriptLink = regexp.MustCompile(`["']((?:https?://|\.{0,2}/)[^"'\s<>]{1,300})["']`)
)

// pages finds the other pages of the list that a page shows.
func (p *Page) pages(doc *goquery.Document, inline string, base *url.URL) {
	score := 44
	if p.Column {
		score = 88
	}
	add := func(at, form, words string) {
		if at != "" {
			p.Links = append(p.Links, Link{URL: at, Form: form, Words: words, Role: RoleNext, Score: score})
		}
	}
	if m := createPage.FindStringSubmatch(inline); m != nil {
		n, _ := strconv.Atoi(m[1])
		current, _ := strconv.Atoi(m[2])
		for i := 1; i < min(n, maxListPages); i++ {
			if i != current {
				add(Canonical(base, fmt.Sprintf("%s_%d.%s", m[3], i, m[4])), "", p.Title)
			}
		}
	}
	if m := proxyAt.FindStringSubmatch(inline); m != nil {
		total, per := number(totalRecord, inline, 0), number(perPage, inline, 15)
		if at := Canonical(base, strings.ReplaceAll(m[1], "&amp;", "&")); at != "" {
			step := max(per*3, 45) // these proxies answer three pages at once
			for from := 1; from <= min(max(total, 1), maxListPages*per); from += step {
				to := from + step - 1
				if total > 0 {
					to = min(to, total)
				}
				sep := "?"
				if strings.Contains(at, "?") {
					sep = "&"
				}
				add(fmt.Sprintf("%s%sstartrecord=%d&endrecord=%d&perpage=%d", at, sep, from, to, per), "", p.Title)
			}
		}
	}
	p.postBacks(doc, base, add)
	// links that say that they lead on
	doc.Find("a[href], a[onclick]").Each(func(_ int, s *goquery.Selection) {
		words := strings.Join(strings.Fields(s.Text()), "")
		if words == "" {
			words = s.AttrOr("title", "")
		}
		if !nextWord.MatchString(words) {
			return
		}
		href := s.AttrOr("href", "")
		if strings.HasPrefix(strings.ToLower(href), "javascript:") || href == "" || href == "#" {
			if m := scriptLink.FindStringSubmatch(href + " " + s.AttrOr("onclick", "")); m != nil {
				href = m[1]
			} else {
				return
			}
		}
		at := Canonical(base, href)
		if at == "" || at == p.URL.String() || !sameSite(at, p.URL) {
			return
		}
		if p.Column || p.Kind == KindList {
			add(at, "", p.Title)
		}
	})
}

// postBacks makes the forms that lead to the other pages of a list that a server keeps the state of.
func (p *Page) postBacks(doc *goquery.Document, base *url.URL, add func(at, form, words string)) {
	form := doc.Find("form").FilterFunction(func(_ int, s *goquery.Selection) bool {
		return s.Find(`input[name="__VIEWSTATE"]`).Length() > 0
	}).First()
	if form.Length() == 0 {
		return
	}
	at := Canonical(base, firstNonEmpty(form.AttrOr("action", ""), base.String()))
	seen := map[string]bool{}
	doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		m := postBack.FindStringSubmatch(s.AttrOr("href", ""))
		words := strings.Join(strings.Fields(s.Text()), "")
		if m == nil || !nextWord.MatchString(words) || seen[m[0]] || len(seen) > 30 {
			return
		}
		seen[m[0]] = true
		values := url.Values{"__EVENTTARGET": {m[1]}, "__EVENTARGUMENT": {m[2]}}
		form.Find("input[name]").Each(func(_ int, in *goquery.Selection) {
			name := in.AttrOr("name", "")
			if t := strings.ToLower(in.AttrOr("type", "text")); !strings.HasPrefix(name, "__EVENT") && t != "submit" && t != "button" && t != "image" {
				values.Set(name, in.AttrOr("value", ""))
			}
		})
		add(at, values.Encode(), p.Title)
	})
}

func number(re *regexp.Regexp, s string, otherwise int) int {
	m := re.FindStringSubmatch(s)
	for _, x := range m[min(1, len(m)):] {
		if n, err := strconv.Atoi(x); err == nil {
			return n
		}
	}
	return otherwise
}

// datastore reads the records of a Hanweb proxy: pieces of HTML in CDATA, some of them the address of the next piece.
func (p *Page) datastore(text string) {
	for _, m := range cdata.FindAllStringSubmatch(text, 5000) {
		piece := m[1]
		for _, a := range hrefIn.FindAllStringSubmatch(piece, 20) {
			href := strings.ReplaceAll(a[1], "&amp;", "&")
			at := Canonical(p.URL, href)
			if at == "" {
				continue
			}
			words := strings.Join(strings.Fields(tagsOut.ReplaceAllString(a[3], "")), " ")
			title := ""
			if t := titleIs.FindStringSubmatch(a[0]); t != nil {
				title = t[1]
			}
			if strings.Contains(href, "dataproxy") {
				p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleNext, Score: 80})
				continue
			}
			r, score, why := role(words, title, at, p)
			if len([]rune(title)) > len([]rune(words)) {
				words = title
			}
			p.Links = append(p.Links, Link{URL: at, Words: words, Role: r, Score: score, Why: why})
		}
	}
}

var tagsOut = regexp.MustCompile(`<[^>]*>`)

// scripted finds the files that scripts of a page open: by click, by data attribute, by a variable.
func (p *Page) scripted(doc *goquery.Document, inline string, base *url.URL) {
	take := func(s, words string) {
		for _, m := range scriptFile.FindAllStringSubmatch(s, 20) {
			at := Canonical(base, m[1])
			switch {
			case at == "":
			case p.Report:
				p.Links = append(p.Links, Link{URL: at, Words: firstNonEmpty(words, p.Title), Role: RoleAttachment, Score: 92})
			case isReportTitle(words, p.Column):
				p.Links = append(p.Links, Link{URL: at, Words: words, Role: RoleReport, Score: 95})
			}
		}
	}
	doc.Find("[onclick], a[href^='javascript:'], a[href^='JavaScript:'], [data-href], [data-url], [data-file], [data-src]").Each(func(_ int, s *goquery.Selection) {
		words := strings.Join(strings.Fields(firstNonEmpty(s.AttrOr("title", ""), s.Text())), " ")
		if len([]rune(words)) > 120 {
			words = ""
		}
		var all []string
		for _, n := range []string{"onclick", "href", "data-href", "data-url", "data-file", "data-src"} {
			if v, ok := s.Attr(n); ok {
				all = append(all, "'"+v+"'", v)
			}
		}
		code := strings.Join(all, " ")
		take(code, words)
		// an article that a script opens
		for _, m := range scriptLink.FindAllStringSubmatch(code, 5) {
			if at := Canonical(base, m[1]); at != "" && !kind.Named(m[1]).IsFile() {
				r, score, why := role(words, "", at, p)
				if r != "" {
					p.Links = append(p.Links, Link{URL: at, Words: words, Role: r, Score: score, Why: why})
				}
			}
		}
	})
	if p.Report {
		take(inline, "")
	}
}

var (
	apiAt    = regexp.MustCompile("[\"'`]((?:https?://[^\"'`\\s]+|/?[\\w\\-./]*)/[\\w\\-./]*(?:api|list|query|search|channel|article|column|catalog|data|json|content|info)[\\w\\-./]*(?:\\?[^\"'`\\s]*)?)[\"'`]")
	detailAt = regexp.MustCompile("[\"'`]([^\"'`\\s]*(?:detail|article|content|info|show|view)[^\"'`\\s]*?(?:[?&]\\w*[iI][dD]=|/))[\"'`]\\s*(?:\\+|\\.concat)")
	openAt   = regexp.MustCompile("[\"'`]([^\"'`\\s]*)(?:\\$\\{\\s*[\\w.]*id\\s*\\}|\\{id\\}|:id)([^\"'`\\s]*)[\"'`]")
)

// mayBeData leaves out of the addresses in a script its pictures, styles and other scripts.
func mayBeData(at string) bool {
	k := kind.Named(at)
	return k.Class != kind.Other && k.Class != kind.Picture
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
	// the address of an article is kept beside that of the list, for the list's answer to be read with
	detail := ""
	if m := openAt.FindStringSubmatch(code); m != nil {
		detail = m[1] + "{id}" + m[2]
	} else if m := detailAt.FindStringSubmatch(code); m != nil {
		detail = m[1] + "{id}"
	}
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

// data reads what an interface answered as JSON: articles with title and address, and where there is more.
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
	items, total, size := 0, 0, 0
	longest, longestTitle, date := "", "", ""
	var files []string
	var walk func(v any, depth int)
	walk = func(v any, depth int) {
		if depth > 12 {
			return
		}
		switch x := v.(type) {
		case []any:
			for _, e := range x {
				walk(e, depth+1)
			}
		case map[string]any:
			var t, at, id, html string
			keys := make([]string, 0, len(x))
			for k := range x {
				keys = append(keys, k)
			}
			sort.Strings(keys)
			for _, k := range keys {
				s := fmt.Sprint(x[k])
				switch lower := strings.ToLower(k); lower {
				case "title", "name", "bt", "subject", "doctitle", "infotitle", "articletitle", "tit", "columnname", "channelname":
					if t == "" {
						t = tagsOut.ReplaceAllString(s, "")
					}
				case "url", "link", "href", "docurl", "docpuburl", "puburl", "htmlurl", "infourl", "linkurl", "path", "articleurl":
					if at == "" && s != "<nil>" {
						at = s
					}
				case "id", "articleid", "docid", "infoid", "guid", "uuid", "contentid":
					if id == "" {
						id = s
					}
				case "content", "body", "html", "nr", "doccontent", "txt", "articlecontent", "infocontent":
					html = s
				case "total", "totalcount", "totalrecord", "totalelements", "count", "recordcount":
					if n, err := strconv.Atoi(s); err == nil {
						total = max(total, n)
					}
				case "size", "pagesize", "limit", "rows", "perpage":
					if n, err := strconv.Atoi(s); err == nil {
						size = n
					}
				case "pages", "totalpages", "pagecount", "totalpage":
					if n, err := strconv.Atoi(s); err == nil && n > 0 {
						total, size = max(total, n), 1
					}
				case "pubdate", "publishtime", "publishdate", "docreltime", "date", "releasetime":
					date = isoDate(s)
				}
				if m, ok := x[k].(string); ok && kind.Named(strings.SplitN(m, "?", 2)[0]).IsFile() {
					files = append(files, m)
				}
			}
			if len(html) > len(longest) {
				longest, longestTitle = html, t
			}
			if at == "" && id != "" && detail != "" {
				at = strings.ReplaceAll(detail, "{id}", url.QueryEscape(id))
			}
			if t != "" && at != "" && html == "" {
				if ref := Canonical(p.URL, at); ref != "" {
					items++
					r, score, why := role(t, "", ref, p)
					p.Links = append(p.Links, Link{URL: ref, Words: t, Role: r, Score: score, Why: why})
				}
			}
			for _, k := range keys {
				walk(x[k], depth+1)
			}
		}
	}
	walk(v, 0)
	if len(longest) > 200 && items == 0 {
		if doc, err := goquery.NewDocumentFromReader(strings.NewReader(longest)); err == nil {
			shown := visible(doc)
			for _, re := range sections {
				if re.MatchString(shown) {
					p.Sections++
				}
			}
			p.judge([]string{longestTitle}, p.Title, RoleReport, shown, 0)
			p.Words, p.Tables = len([]rune(shown)), doc.Find("table").Length()
			if p.Report {
				p.Published, p.TextSum = date, textSum(p.Title, shown)
				p.links(doc, p.URL)
				for _, f := range files {
					if at := Canonical(p.URL, f); at != "" {
						p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleAttachment, Score: 92})
					}
				}
			}
		}
		return
	}
	if items > 0 {
		p.Kind = KindList
		p.dataPages(items, total, size, detail)
	}
}

var pageParameter = regexp.MustCompile(`(?i)^(?:page|pageno|pagenum|pageindex|pagenumber|current|currentpage|p|curpage)$`)

// dataPages asks for the other pages of a list that an interface answers piece by piece.
func (p *Page) dataPages(items, total, size int, detail string) {
	if size <= 0 {
		size = items
	}
	last := (total + size - 1) / size
	q := p.URL.Query()
	for n := range q {
		if !pageParameter.MatchString(n) {
			continue
		}
		from, err := strconv.Atoi(q.Get(n))
		if err != nil {
			continue
		}
		words := p.Title
		if detail != "" {
			words += " \x1f" + detail
		}
		for k := from + 1; k < min(last+1, maxListPages); k++ {
			q.Set(n, strconv.Itoa(k))
			u := *p.URL
			u.RawQuery = q.Encode()
			p.Links = append(p.Links, Link{URL: Canonical(nil, u.String()), Words: words, Role: RoleData, Score: 70})
		}
		if from == 0 && last > 1 { // pages counted from 0 end one earlier
			p.Links = p.Links[:len(p.Links)-1]
		}
		return
	}
}

func sortStrings(s []string) { sort.Strings(s) }
