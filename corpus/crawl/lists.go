package crawl

import (
	"net/url"
	"regexp"
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
	createPage = regexp.MustCompile(
		`createPageHTML\w*\(\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]([\w\-]+)['"]\s*,\s*['"](\w+)['"]`)
	// Hanweb: a proxy that answers records as XML
	proxyAt     = regexp.MustCompile(`["']([^"'\s]*(?:dataproxy|jpage)[^"'\s]*\.(?:jsp|do|action|php)[^"'\s]*)["']`)
	totalRecord = regexp.MustCompile(`(?i)["']?totalRecord["']?\s*[:=]\s*["']?(\d+)|<totalrecord>(\d+)</totalrecord>`)
	perPage     = regexp.MustCompile(`(?i)["']?perPage["']?\s*[:=]\s*["']?(\d+)`)
	// ASP.NET
	postBack = regexp.MustCompile(
		`__doPostBack\(\s*(?:'|&#39;|\\')([^'&\\]*)(?:'|&#39;|\\')\s*,\s*(?:'|&#39;|\\')([^'&\\]*)(?:'|&#39;|\\')`)
	cdata   = regexp.MustCompile(`(?s)<!\[CDATA\[(.*?)\]\]>`)
	hrefIn  = regexp.MustCompile(`(?is)<a\b[^>]*?href\s*=\s*["']?([^"'\s>]+)["']?([^>]*)>(.*?)</a>`)
	titleIs = regexp.MustCompile(`(?i)title\s*=\s*["']([^"']+)["']`)
	// attachments that a script opens
	scriptFile = regexp.MustCompile(`["'(]((?:https?://|\.{0,2}/)?[^"'()\s<>]{1,300}\.(?i:` + files +
		`))(?:\?[^"'()\s]*)?["')]`)
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
	p.numbered(inline, base, add)
	p.proxied(inline, base, add)
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
			t := strings.ToLower(in.AttrOr("type", "text"))
			if !strings.HasPrefix(name, "__EVENT") && t != "submit" && t != "button" && t != "image" {
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
		p.anchors(m[1])
	}
}

// anchors takes the links of a piece of HTML.
func (p *Page) anchors(piece string) {
	for _, a := range hrefIn.FindAllStringSubmatch(piece, 2000) {
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
			p.Links = append(p.Links, Link{URL: at, Form: p.form, Words: p.Title, Role: RoleNext, Score: 80})
			continue
		}
		r, score, why := role(words, title, at, p)
		if len([]rune(title)) > len([]rune(words)) {
			words = title
		}
		p.Links = append(p.Links, Link{URL: at, Words: words, Role: r, Score: score, Why: why})
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
				p.Links = append(p.Links, Link{URL: at, Words: firstNonEmpty(words, p.Title), Role: RoleAttachment,
					Score: 92})
			case isReportTitle(words, p.Column):
				p.Links = append(p.Links, Link{URL: at, Words: words, Role: RoleReport, Score: 95})
			}
		}
	}
	opens := "[onclick], a[href^='javascript:'], a[href^='JavaScript:'], " +
		"[data-href], [data-url], [data-file], [data-src]"
	doc.Find(opens).Each(func(_ int, s *goquery.Selection) {
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
