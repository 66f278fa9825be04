package crawl

import (
	"encoding/json"
	"fmt"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// A family is a system that portals are built with, by how its lists are had: what of a page's text and scripts tells
// it, and what is asked for first. The other pages follow from the answers: from their totals, and the parameter that
// counts pages, in the query, the form or the JSON of the request (dataPages).
type family struct {
	name string
	hint string         // a part of what sign finds: looking for it costs little
	sign *regexp.Regexp // in the page with its scripts
	ask  string         // the address: {1} … are the groups of sign, {name} those of values, {meta name} of the page
	form string         // of a POST, likewise: name=value&…, or JSON; "" = GET
	// values are had from the page, each by the first group; one that is not there makes the family another one, unless
	// it is said to be empty then.
	values map[string]value
}

type value struct {
	find  *regexp.Regexp
	empty string // where it is not found; "-" = then nothing is asked
}

func named(names string) *regexp.Regexp {
	return regexp.MustCompile(`(?i)["']?\b(?:` + names + `)["']?\s*[:=]\s*["']?([\w\-.]+)`)
}

// families are those of reference lists; each has a made-up portal in corpus/loopback.
var families = []family{
	{
		name: "UCAP search (开普云)",
		hint: "earch",
		sign: regexp.MustCompile(`["'](/(?:[\w\-]+/)*(?:searchList|common/search))/([\w\-]*)[?"']`),
		ask:  "{1}/{id}?_isAgg=true&_isJson=true&_pageSize=10&_template=index&page=1",
		values: map[string]value{"id": {regexp.MustCompile(
			`(?i)(?:searchList|common/search)/([\w\-]+)[?"']|<meta\s+name=["']channelid["']\s+content=["']([\w\-]+)["']`), "-"}},
	},
	{
		name: "jpaas (大汉)",
		hint: "jpaas-publish-server",
		sign: regexp.MustCompile(`(/api-gateway/jpaas-publish-server/front/page/build/unit)`),
		ask:  "{1}?{query}&paramJson=%7B%22pageNo%22%3A1%2C%22pageSize%22%3A15%7D",
		values: map[string]value{"query": {regexp.MustCompile(
			`(?is)queryData\s*=\s*"(\{.*?\})"|queryData\s*=\s*'(\{.*?\})'`), "-"}},
	},
	{
		name:   "xxgk (大汉)",
		hint:   "/module/xxgk/",
		sign:   regexp.MustCompile(`["']([^"'\s]*/module/xxgk/)(?:tree|search)\.jsp(?:\?([^"'\s]*))?["']`),
		ask:    "{1}search.jsp?{2}",
		form:   "infotypeId={type}&jdid={site}&area=&divid=div1&vc_title=&vc_number=&sortfield=&currpage=1&fbtime=&texttype=&vc_all=",
		values: map[string]value{"type": {named("infotypeId"), ""}, "site": {named("jdid"), "1"}},
	},
	{
		name:   "gkmlpt (广东)",
		hint:   "/gkmlpt",
		sign:   regexp.MustCompile(`(?is)(/gkmlpt)/.*?["']?SID["']?\s*[:=]\s*["']?(\w+)`),
		ask:    "{1}/api/all/{column}?page=1&sid={2}",
		values: map[string]value{"column": {nil, "-"}},
	},
	{
		name: "WebBuilder (新点)",
		hint: "getgovinfolist",
		sign: regexp.MustCompile(`["']([^"'\s]*/rest/lightfrontaction/getgovinfolist)["']`),
		ask:  "{1}",
		form: `{"token":"Epoint_WebSerivce_**##0601","params":{"siteguid":"{site}","categorynum":"{category}",` +
			`"deptcode":"","pageindex":0,"pagesize":15}}`,
		values: map[string]value{"site": {named("siteGuid"), ""}, "category": {named("categoryNum|catenum"), "-"}},
	},
	{
		name: "State Taxation Administration",
		hint: "getFileListByCodeId",
		sign: regexp.MustCompile(`["']([^"'\s]*/getFileListByCodeId)["']`),
		ask:  "{1}",
		form: "channelId={channel}&page=1&size=10&relateSubChannels=true",
		values: map[string]value{"channel": {regexp.MustCompile(
			`(?i)["']?channelId["']?\s*[:=]\s*["']?([\w\-]+)|<meta\s+name=["']channelid["']\s+content=["']([\w\-]+)["']`), "-"}},
	},
}

var placeIn = regexp.MustCompile(`\{(\w+)\}`)

// asked are the first requests for the lists of a page whose system is known.
func (p *Page) asked(text, words string, base *url.URL) {
	score := 60
	if p.Column {
		score = 88
	}
	for _, f := range families {
		if !strings.Contains(text, f.hint) {
			continue
		}
		m := f.sign.FindStringSubmatch(text)
		if m == nil {
			continue
		}
		got, complete := map[string]string{}, true
		for i, g := range m {
			got[strconv.Itoa(i)] = g
		}
		for name, v := range f.values {
			x := v.empty
			if v.find != nil {
				if g := v.find.FindStringSubmatch(text); g != nil {
					x = firstNonEmpty(g[1:]...)
				}
			} else if _, id, ok := strings.Cut(words, columnMark); ok {
				x = id
			} else if g := columnInTree.FindStringSubmatch(text); g != nil {
				x = firstNonEmpty(g[1], g[2])
			}
			complete = complete && x != "-"
			if name == "query" {
				x = queryOf(x)
			}
			got[name] = x
		}
		if !complete {
			continue
		}
		fill := func(s string) string {
			return placeIn.ReplaceAllStringFunc(s, func(name string) string {
				if x, ok := got[strings.Trim(name, "{}")]; ok {
					return x
				}
				return name
			})
		}
		if at := whole(base, fill(f.ask)); at != "" && sameSite(at, p.URL) {
			p.Links = append(p.Links, Link{URL: at, Form: fill(f.form), Words: p.Title, Role: RoleData, Score: score})
		}
	}
	p.labels(text, base, score)
}

// whole gives an address with all of its query: what an interface is asked with says what is asked for, also where it is
// named like a session.
func whole(base *url.URL, ref string) string {
	u, err := base.Parse(ref)
	if err != nil || Canonical(base, ref) == "" {
		return ""
	}
	u.Fragment = ""
	return u.String()
}

// columnMark parts the words of a link from the number of a column that stood behind the # of its address.
const columnMark = " \x1f#"

var (
	fragmentColumn = regexp.MustCompile(`/gkmlpt/[\w/]*#(\d+)$`)
	columnInTree   = regexp.MustCompile(`(?i)["']id["']\s*:\s*["']?(\d+)["']?[^{}]{0,200}?["']name["']\s*:\s*["'][^"']*年报[^"']*["']|` +
		`["']name["']\s*:\s*["'][^"']*年报[^"']*["'][^{}]{0,200}?["']id["']\s*:\s*["']?(\d+)`)
	labelAt    = regexp.MustCompile(`["']([^"'\s]*/site/label/\d+\?[^"'\s]*labelName=publicInfoList[^"'\s]*)["']`)
	labelPages = regexp.MustCompile(`(?i)\bpageCount["']?\s*[:=]\s*["']?(\d+)`)
	labelTotal = regexp.MustCompile(`(?i)\b(?:total|dataCount|recordCount)["']?\s*[:=]\s*["']?(\d+)`)
	labelIndex = regexp.MustCompile(`([?&]pageIndex=)\d*`)
	// 开普云 and its kin: createPageHTML('page_div', pages, current, 'list', 'shtml', entries): list_2.shtml is the second
	createPageDiv = regexp.MustCompile(`createPageHTML\w*\(\s*['"][\w\-]+['"]\s*,\s*['"]?(\d+)['"]?\s*,\s*['"]?(\d+)['"]?\s*,\s*` +
		`['"]([\w\-]+)['"]\s*,\s*['"](\w+)['"]\s*(?:,\s*['"]?(\d+))?`)
	// Beijing and others: Pager({size: 3, current: 0, prefix: 'index', suffix: 'html'})
	pagerCall   = regexp.MustCompile(`\bPager\s*\(\s*\{([^{}]+)\}`)
	pagerSize   = regexp.MustCompile(`\bsize\s*:\s*['"]?(\d+)`)
	pagerPrefix = regexp.MustCompile(`\bprefix\s*:\s*['"]([\w\-]+)['"]`)
	pagerSuffix = regexp.MustCompile(`\bsuffix\s*:\s*['"](\w+)['"]`)
	countPage   = regexp.MustCompile(`\bcountPage\s*=\s*["']?(\d+)`)
	ajaxParam   = regexp.MustCompile(`(?s)ajaxParam\s*:\s*\{(.*?)\}`)
	pairIn      = regexp.MustCompile(`["']?(\w+)["']?\s*:\s*(?:["']([^"']*)["']|([\w\-./]+))`)
	initData    = regexp.MustCompile(`(?s)InitData\w*\s*=\s*(\[.*?\])\s*;`)
	unescapeJS  = strings.NewReplacer(`\"`, `"`, `\'`, `'`, `\/`, `/`, `&amp;`, `&`)
)

// queryOf writes an object of a page, {'webId':'1',…}, as a query.
func queryOf(object string) string {
	v := url.Values{}
	for _, m := range pairIn.FindAllStringSubmatch(strings.ReplaceAll(object, "&quot;", `"`), 40) {
		v.Set(m[1], m[2]+m[3])
	}
	return v.Encode()
}

// labels are the pages of a list of 龙讯: fragments of HTML by their number.
func (p *Page) labels(text string, base *url.URL, score int) {
	if !strings.Contains(text, "publicInfoList") {
		return
	}
	m := labelAt.FindStringSubmatch(text)
	if m == nil {
		return
	}
	at := Canonical(base, strings.ReplaceAll(m[1], "&amp;", "&"))
	if at == "" || !sameSite(at, p.URL) {
		return
	}
	pages := number(labelPages, text, 0)
	if total := number(labelTotal, text, 0); total > 0 {
		p.List.Kind, p.List.Stated = ledger.Entries, total
	} else if pages > 0 {
		p.List.Kind, p.List.Stated = ledger.Pages, pages
	}
	if !labelIndex.MatchString(at) {
		at += "&pageIndex=1"
	}
	for i := 1; i <= min(max(pages, 1), maxListPages); i++ {
		to := labelIndex.ReplaceAllString(at, "${1}"+strconv.Itoa(i))
		if to != p.URL.String() && !(i == 1 && rowsShown(text)) {
			p.Links = append(p.Links, Link{URL: to, Words: p.Title, Role: RoleNext, Score: score})
		}
	}
}

// rowsShown tells that a page shows entries of its list itself.
func rowsShown(text string) bool {
	return annual.MatchString(tagsOut.ReplaceAllString(text, "")) && strings.Contains(text, "<li")
}

// numbered are the pages of a list by their number, as scripts of static sites make them.
func (p *Page) numbered(inline string, base *url.URL, add func(at, form, words string)) {
	stated := func(kind ledger.ListKind, n int) {
		if n > 0 && p.List.Stated == 0 {
			p.List.Kind, p.List.Stated = kind, n
		}
	}
	if m := createPageDiv.FindStringSubmatch(inline); m != nil {
		n, _ := strconv.Atoi(m[1])
		current, _ := strconv.Atoi(m[2])
		entries, _ := strconv.Atoi(m[5])
		stated(ledger.Entries, entries)
		stated(ledger.Pages, n)
		for i := 1; i <= min(n, maxListPages); i++ {
			if i == current {
				continue
			}
			name := fmt.Sprintf("%s_%d.%s", m[3], i, m[4])
			if i == 1 {
				name = m[3] + "." + m[4]
			}
			add(Canonical(base, name), "", p.Title)
		}
		return
	}
	if m := createPage.FindStringSubmatch(inline); m != nil {
		n, _ := strconv.Atoi(m[1])
		current, _ := strconv.Atoi(m[2])
		if entries := number(statedEntries, inline, 0); entries > 0 {
			stated(ledger.Entries, entries)
		}
		stated(ledger.Pages, n)
		for i := 1; i < min(n, maxListPages); i++ {
			if i != current {
				add(Canonical(base, fmt.Sprintf("%s_%d.%s", m[3], i, m[4])), "", p.Title)
			}
		}
		return
	}
	if from, at, ok := nextForm(p.form); ok && p.Kind == KindList {
		for k := from + 1; k <= min(number(statedPages, p.shown, 0), maxListPages); k++ {
			add(p.URL.String(), at(k), p.Title)
		}
	}
	if m := pagerCall.FindStringSubmatch(inline); m != nil {
		size, prefix, suffix := number(pagerSize, m[1], 0), firstGroup(pagerPrefix, m[1], "index"), firstGroup(pagerSuffix, m[1], "html")
		stated(ledger.Pages, size)
		p.indexed(base, prefix, suffix, size, add)
		return
	}
	if s := p.doc.Find("[pagecount]").First(); s.Length() > 0 {
		n, _ := strconv.Atoi(s.AttrOr("pagecount", ""))
		stated(ledger.Pages, n)
		p.indexed(base, s.AttrOr("pagename", "index"), s.AttrOr("pageext", strings.TrimPrefix(path.Ext(p.URL.Path)+".html", ".")), n, add)
		return
	}
	if n := number(countPage, inline, 0); n > 1 {
		stated(ledger.Pages, n)
		file := path.Base(p.URL.Path)
		stem, ext, ok := strings.Cut(file, ".")
		if strings.HasSuffix(p.URL.Path, "/") || !ok {
			stem, ext = "index", "html"
		}
		if i := strings.LastIndexByte(stem, '_'); i > 0 {
			stem = stem[:i]
		}
		for i := 1; i < min(n, maxListPages); i++ {
			if name := fmt.Sprintf("%s_%d.%s", stem, i, ext); name != file {
				add(Canonical(base, name), "", p.Title)
			}
		}
	}
}

// indexed are the pages of a list whose first is index.html and whose second index_1.html.
func (p *Page) indexed(base *url.URL, prefix, suffix string, n int, add func(at, form, words string)) {
	file := path.Base(p.URL.Path)
	suffix, _, _ = strings.Cut(suffix, ".")
	for i := 1; i < min(n, maxListPages); i++ {
		if name := fmt.Sprintf("%s_%d.%s", prefix, i, suffix); name != file {
			add(Canonical(base, name), "", p.Title)
		}
	}
}

func firstGroup(re *regexp.Regexp, s, otherwise string) string {
	if m := re.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return otherwise
}

// proxied are the pieces of a list that a proxy of 大汉 answers; its first entries may lie in an array of the page.
func (p *Page) proxied(inline string, base *url.URL, add func(at, form, words string)) {
	first, start := 0, len(p.Links)
	for _, m := range initData.FindAllStringSubmatch(inline, 4) {
		before := len(p.Links)
		p.anchors(unescapeJS.Replace(m[1]))
		first = max(first, len(p.Links)-before)
	}
	for _, l := range p.Links[start:] {
		p.entries = append(p.entries, l.URL)
	}
	p.List.Rows = max(p.List.Rows, first)
	m := proxyAt.FindStringSubmatch(inline)
	form, at := "", ""
	if m != nil {
		at = Canonical(base, strings.ReplaceAll(m[1], "&amp;", "&"))
	}
	if a := ajaxParam.FindStringSubmatch(inline); a != nil {
		v := url.Values{}
		for _, pair := range pairIn.FindAllStringSubmatch(a[1], 40) {
			v.Set(pair[1], pair[2]+pair[3])
		}
		if form = v.Encode(); at == "" {
			at = Canonical(base, "/module/web/jpage/dataproxy.jsp")
		}
	}
	if at == "" {
		return
	}
	total, per := number(totalRecord, inline, 0), number(perPage, inline, 15)
	if total > 0 {
		p.List.Kind, p.List.Stated = ledger.Entries, total
	}
	step := max(per*3, 45) // these proxies answer three pages at once
	if first > 0 && total > 0 && first >= total {
		return
	}
	for from := 1 + first; from <= min(max(total, 1), maxListPages*per); from += step {
		to := from + step - 1
		if total > 0 {
			to = min(to, total)
		}
		sep := "?"
		if strings.Contains(at, "?") {
			sep = "&"
		}
		add(fmt.Sprintf("%s%sstartrecord=%d&endrecord=%d&perpage=%d", at, sep, from, to, per), form, p.Title)
	}
}

// inJSON finds pieces of HTML in the values of an answer, and takes the links in them.
func (p *Page) inJSON(v any, depth int) {
	if depth > 8 {
		return
	}
	switch x := v.(type) {
	case []any:
		for _, e := range x {
			p.inJSON(e, depth+1)
		}
	case map[string]any:
		for _, e := range x {
			p.inJSON(e, depth+1)
		}
	case string:
		if !strings.Contains(x, "<a ") {
			return
		}
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(x))
		if err != nil {
			return
		}
		p.links(doc, p.URL)
		rows := slices.Concat(rowsOf(doc, p.URL)...)
		p.entries = append(p.entries, rows...)
		p.List.Rows += len(rows)
		if p.List.Stated == 0 {
			if n := number(statedEntries, x, number(labelTotal, x, 0)); n > 0 {
				p.List.Kind, p.List.Stated = ledger.Entries, n
			}
		}
	}
}

// nextForm gives the form or the JSON of a request with another number of the page in it; ok is false where it counts
// none.
func nextForm(form string) (from int, at func(page int) string, ok bool) {
	if strings.HasPrefix(form, "{") {
		var v map[string]any
		if json.Unmarshal([]byte(form), &v) != nil {
			return 0, nil, false
		}
		in := v
		if params, is := v["params"].(map[string]any); is {
			in = params
		}
		for name, x := range in {
			n, is := x.(float64)
			if !is || !pageParameter.MatchString(name) {
				continue
			}
			return int(n), func(page int) string {
				in[name] = page
				b, err := json.Marshal(v)
				if err != nil {
					return ""
				}
				return string(b)
			}, true
		}
		return 0, nil, false
	}
	v, err := url.ParseQuery(form)
	if err != nil {
		return 0, nil, false
	}
	for name := range v {
		n, err := strconv.Atoi(v.Get(name))
		if err != nil || !pageParameter.MatchString(name) {
			continue
		}
		return n, func(page int) string {
			v.Set(name, strconv.Itoa(page))
			return v.Encode()
		}, true
	}
	return 0, nil, false
}
