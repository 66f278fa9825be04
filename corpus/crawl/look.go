package crawl

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode/utf32"
	"golang.org/x/text/transform"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/weburl"
	"github.com/gongkai/gongkai/extract/kind"
)

var (
	libraryAt = regexp.MustCompile(`(?i)jquery|vue(\.min)?\.js|react|bootstrap|swiper|layui|polyfill|echarts|axios|` +
		`elementui`)
	noticeWord    = regexp.MustCompile(`通知|做好|报送|编制`)
	publishedWord = regexp.MustCompile(`(?:发布日期|发布时间|发文日期|公开日期|生成日期|成文日期|日期|` +
		`时间)[：:\s]*((?:20\d\d)[-年/.]\d{1,2}[-月/.]\d{1,2})`)
	decoration = regexp.MustCompile(`(?i)logo|icon|banner|ewm|qrcode|weixin|wechat|share|jiucuo|bszn|dzjg|gongan|` +
		`beian|footer|header|btn|arrow|bg[_.]`)
)

// Kinds of a page: what it proved to be.
const (
	KindReport     = "report"
	KindAttachment = "attachment"
	KindImage      = "image"
	KindList       = "list"
	KindReading    = "interpretation"
	KindNotice     = "notice"
	KindData       = "data"
	KindStyle      = "style"
	KindPart       = "part"  // a further page of a report
	KindShell      = "shell" // nothing but a script
	KindOther      = "other"
)

// A Page is what discovery sees of an answer.
type Page struct {
	URL       *url.URL
	Depth     int
	Kind      string
	Title     string
	Year      int
	Published string // 2006-01-02
	Report    bool
	Column    bool // a column of annual reports, or a page of one
	HTML      bool
	Words     int // runes of visible text
	Sections  int // of the six a report has
	Tables    int
	TextSum   string // of a report's text
	Links     []Link
	Redirect  string // where the page leads by itself
	Doubt     string // it was linked as a report or a file, and is none: why
	List      ledger.List
	built     []byte            // by a browser
	refresh   string            // header of that name: where the page leads
	form      string            // that it was asked for with
	shown     string            // its text, while it is looked at
	queries   encoding.Encoding // that those of its links are in; nil = UTF-8

	doc     *goquery.Document
	base    *url.URL
	said    string   // its text, as it is compared
	titles  []string // that it gives itself
	inline  []string // its scripts
	sources []string // addresses of scripts of its own site
	parts   map[int]string
	whole   *url.URL // the first page of the report that it is looked at as a page of
	missing []string // pages of the report that could not be had
	entries []string // of the list, by their addresses
}

// A Link is an address that a page names.
type Link struct {
	URL, Form string
	Words     string
	Role      string
	Score     int
	Why       string // it is left, where Role is ""
}

// decodeText gives the text of a page: by its header, its own words, and where both are wrong by what its bytes are.
// GB2312 and GBK are read as GB18030, which holds both.
func decodeText(body []byte, media, hint string) string {
	text, _ := decoded(body, media, hint)
	return text
}

// decoded is decodeText with the encoding that the queries of a page's links are sent in; nil for UTF-8.
func decoded(body []byte, media, hint string) (text string, queries encoding.Encoding) {
	e, name, certain := charset.DetermineEncoding(body[:min(len(body), 4096)], media)
	switch {
	case hint != "":
		if h, n := charset.Lookup(hint); h != nil {
			e, name, certain = h, n, true
		}
	case len(body) > 4 && body[0] == 0 && body[1] == 0:
		e, name = utf32.UTF32(utf32.BigEndian, utf32.UseBOM), "utf-32"
	}
	if name == "gbk" || name == "gb2312" || name == "gb18030" {
		e = simplifiedchinese.GB18030
	}
	if !certain && name == "windows-1252" {
		e = simplifiedchinese.GB18030
	}
	out := decodeWith(e, body)
	if name == "utf-8" || strings.HasPrefix(name, "gb") || !certain {
		other := encoding.Encoding(simplifiedchinese.GB18030)
		if e == simplifiedchinese.GB18030 {
			other = encoding.Nop
		}
		if bad := strings.Count(out, "\ufffd"); bad > 5 {
			if alt := decodeWith(other, body); strings.Count(strings.ToValidUTF8(alt, "\ufffd"), "\ufffd")*4 < bad {
				out, e = strings.ToValidUTF8(alt, "\ufffd"), other
			}
		}
	}
	switch {
	case e == simplifiedchinese.GB18030 && name != "gb18030":
		queries = simplifiedchinese.GBK // which browsers write, though they read more
	case e != encoding.Nop && name != "utf-8" && !strings.HasPrefix(name, "utf-"):
		queries = e
	}
	return strings.TrimPrefix(out, "\ufeff"), queries
}

func decodeWith(e encoding.Encoding, body []byte) string {
	if e == encoding.Nop {
		return string(body)
	}
	b, _, err := transform.Bytes(e.NewDecoder(), body)
	if err != nil {
		return string(body)
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}

// sectionHints are parts of what sections find: looking for them costs little.
var sectionHints = []string{"总体情况", "主动公开", "申请", "复议", "存在", "其他需要报告的"}

// sections are the six that every report has (notice 国办公开办函〔2021〕30号), as they are usually headed.
var sections = []*regexp.Regexp{
	regexp.MustCompile(`[一1][、.．]\s*总体情况|总体情况`),
	regexp.MustCompile(`主动公开(?:政府)?信息(?:的)?情况|主动公开政府信息`),
	regexp.MustCompile(`(?:收到和)?处理政府信息公开申请(?:的)?情况|依申请公开(?:政府信息)?(?:办理)?情况|申请公开政府信息`),
	regexp.MustCompile(`行政复议[、和及]?\s*(?:提起)?行政诉讼(?:的)?情况|复议、?诉讼情况`),
	regexp.MustCompile(`存在的?(?:主要)?(?:问题|不足)`),
	regexp.MustCompile(`其他需要报告的(?:事项|情况)`),
}

// Look reads an answer: what it is, and where it leads. words and on are those of the link that led to it.
func Look(c *archive.Capture, body []byte, depth int, linkRole, words, hint string, column bool) *Page {
	at, err := weburl.Parse(c.URL)
	if c.Final != "" {
		at, err = weburl.Parse(c.Final)
	}
	if err != nil {
		at = &url.URL{}
	}
	p := &Page{URL: at, Depth: depth, Kind: KindOther, Title: words, Column: column, form: c.Form,
		refresh: c.Header.Get("Refresh")}
	media := c.Header.Get("Content-Type")
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 2048)]))
	what := sniff(media, at.Path, head, body)
	switch {
	case linkRole == RoleStyle:
		if p.Kind = KindStyle; what == "html" {
			p.Kind, p.Doubt = KindOther, "a page in the place of a style sheet"
		} else {
			p.imports(decodeText(body, media, hint))
		}
	case linkRole == RoleSitemap || what == "xml" && (bytes.Contains(head, []byte("<urlset")) ||
		bytes.Contains(head, []byte("<sitemapindex"))):
		p.sitemap(body)
	case what == "json":
		p.data(decodeText(body, media, hint))
	case what == "script":
		p.script(decodeText(body, media, hint), true)
	case what == "xml" && bytes.Contains(body, []byte("<datastore")):
		p.Kind = KindList
		text := decodeText(body, media, hint)
		p.datastore(text)
		for _, l := range p.Links {
			if l.Role != RoleNext {
				p.entries = append(p.entries, l.URL+" "+l.Words)
			}
		}
		p.records(p.recordRows(text), number(totalRecord, text, 0))
	case what == "xml" && feedLike.Match(body[:min(len(body), 4096)]):
		p.feed(decodeText(body, media, hint))
	case what == "html" || what == "xml":
		var text string
		text, p.queries = decoded(body, media, hint)
		p.html(text, linkRole, words)
		if linkRole == RoleAttachment || linkRole == RoleImage {
			p.inPlaceOfFile(linkRole)
		}
	case what == "picture":
		if linkRole == RoleImage {
			p.Kind = KindImage
		}
	default: // a file
		if name := fileName(c.Header); name != "" && !isReportTitle(words, true) {
			p.Title = strings.TrimSpace(firstNonEmpty(words, name))
		}
		ok, why := fileOf(body, at.Path, fileName(c.Header))
		switch {
		case !ok:
			p.Doubt = why
		case linkRole == RoleAttachment:
			p.Kind = KindAttachment
		case isReportTitle(p.Title, column) || isReportTitle(fileName(c.Header), column) || linkRole == RoleReport:
			p.Kind, p.Report = KindReport, true
		}
		p.Year = YearOf(p.Title)
	}
	return p
}

// encodeQueries writes the queries of a page's addresses in its own encoding, so that what reads them later need not know it.
func (p *Page) encodeQueries(doc *goquery.Document) {
	if p.queries == nil {
		return
	}
	for _, name := range []string{"href", "src", "action", "data"} {
		doc.Find("[" + name + "*='?']").Each(func(_ int, s *goquery.Selection) {
			s.SetAttr(name, weburl.EncodeQuery(s.AttrOr(name, ""), p.queries))
		})
	}
}

// inPlaceOfFile looks at a page that came where a file or a picture was linked: a document that was saved as a page is
// one, and anything else (a form that asks for letters in a picture, a login) is not.
func (p *Page) inPlaceOfFile(linkRole string) {
	p.Report = false
	if linkRole == RoleAttachment && (p.Sections >= 2 || p.Tables > 0 && p.Words > 200) {
		p.Kind, p.Links = KindAttachment, nil
		return
	}
	p.Kind, p.Links = KindOther, nil
	p.Doubt = "a page in the place of a file"
}

func firstNonEmpty(s ...string) string {
	for _, x := range s {
		if strings.TrimSpace(x) != "" {
			return x
		}
	}
	return ""
}

// fileName is the name that a download is given: Content-Disposition, in whatever encoding it came.
func fileName(h http.Header) string {
	d := h.Get("Content-Disposition")
	if d == "" {
		return ""
	}
	name := ""
	if m := extendedName.FindStringSubmatch(d); m != nil { // RFC 5987 and 8187, in any charset
		if s, err := url.PathUnescape(strings.Trim(m[2], `"' `)); err == nil {
			name = s
			if e, _ := charset.Lookup(m[1]); e != nil && !strings.EqualFold(m[1], "utf-8") {
				name = decodeWith(e, []byte(s))
			}
		}
	}
	if name == "" {
		if _, params, err := mime.ParseMediaType(d); err == nil {
			name = params["filename"]
		}
	}
	if m := plainName.FindStringSubmatch(d); m != nil && name == "" {
		name = strings.Trim(firstNonEmpty(m[1:]...), `"'; `)
	}
	if strings.Contains(name, "=?") { // RFC 2047, as for mail
		words := mime.WordDecoder{CharsetReader: charset.NewReaderLabel}
		if s, err := words.DecodeHeader(name); err == nil {
			name = s
		}
	}
	if strings.Contains(name, "%") {
		if s, err := url.PathUnescape(name); err == nil {
			name = s
		}
	}
	if strings.ToValidUTF8(name, "\ufffd") != name {
		name = decodeWith(simplifiedchinese.GB18030, []byte(name))
	}
	return strings.TrimSpace(name[strings.LastIndexAny(name, `/\`)+1:])
}

var (
	extendedName = regexp.MustCompile(`(?i)filename\*\s*=\s*"?([\w\-]*)'[^']*'([^;]+)`)
	plainName    = regexp.MustCompile(`(?i)filename\s*=\s*(?:"([^"]*)"|([^;]+))`)
)

// sniff tells what an answer is by its bytes; headers are often wrong.
func sniff(media, path string, head, body []byte) string {
	media = strings.ToLower(media)
	switch {
	case bytes.HasPrefix(head, []byte("%pdf")), bytes.HasPrefix(body, []byte{0xd0, 0xcf, 0x11, 0xe0}),
		bytes.HasPrefix(body, []byte("PK\x03\x04")), bytes.HasPrefix(body, []byte("Rar!")),
		bytes.HasPrefix(head, []byte(`{\rtf`)):
		return "file"
	case bytes.HasPrefix(body, []byte("\x89PNG")), bytes.HasPrefix(body, []byte{0xff, 0xd8, 0xff}),
		bytes.HasPrefix(head, []byte("gif8")), bytes.HasPrefix(body, []byte("BM")) && strings.Contains(media, "image"):
		return "picture"
	case bytes.HasPrefix(head, []byte("{")) || bytes.HasPrefix(head, []byte("[")):
		if json.Valid(bytes.TrimSpace(body)) || strings.Contains(media, "json") {
			return "json"
		}
	case bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html")) ||
		bytes.Contains(head, []byte("<frameset")):
		return "html"
	case bytes.HasPrefix(head, []byte("<?xml")) || bytes.HasPrefix(head, []byte("<datastore")) ||
		bytes.HasPrefix(head, []byte("<urlset")):
		return "xml"
	}
	switch {
	case strings.Contains(media, "javascript") || strings.HasSuffix(strings.ToLower(path), ".js"):
		return "script"
	case strings.Contains(media, "html") || bytes.HasPrefix(head, []byte("<")):
		return "html"
	case strings.Contains(media, "json"):
		return "json"
	case strings.Contains(media, "image/"):
		return "picture"
	case strings.Contains(media, "text/plain"):
		return "html"
	}
	return "file"
}

func (p *Page) html(text, linkRole, words string) {
	marked := words
	words, _, _ = strings.Cut(words, columnMark)
	p.Title = words
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		return
	}
	p.encodeQueries(doc)
	base := p.URL
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, err := weburl.Parse(Canonical(p.URL, href)); err == nil {
			base = u
		}
	}
	scripts := doc.Find("script")
	var inline strings.Builder
	var linked []string
	scripts.Each(func(_ int, s *goquery.Selection) {
		if src, ok := s.Attr("src"); ok {
			if at := Canonical(base, src); at != "" {
				linked = append(linked, at)
			}
			return
		}
		inline.WriteString(s.Text() + "\n")
		p.inline = append(p.inline, s.Text())
	})
	p.doc, p.base = doc, base
	for _, at := range linked {
		if sameSite(at, p.URL) && !libraryAt.MatchString(at) {
			p.sources = append(p.sources, at)
		}
	}
	data := doc.Find(`script[type="text/xml"], script[type="text/html"], textarea[id*="data"], xml`).Text()
	shown := visible(doc)
	p.shown, p.said = shown, strings.Join(strings.Fields(shown), " ")
	defer func() { p.shown = "" }()
	p.HTML, p.Words = true, len([]rune(strings.Join(strings.Fields(shown), "")))
	p.Tables = doc.Find("table").Length()
	p.countSections(shown)
	titles := titlesOf(doc)
	p.titles = titles
	reportLinks, columns := 0, 0
	doc.Find("a[href]").Each(func(_ int, s *goquery.Selection) {
		words := strings.TrimSpace(firstNonEmpty(s.AttrOr("title", ""), s.Text()))
		switch {
		case isReportTitle(words, false):
			reportLinks++
		case len([]rune(words)) <= 24 && deptEnd.MatchString(words):
			columns++
		}
	})
	p.judge(titles, words, linkRole, shown, reportLinks, columns)
	if p.Report {
		p.Published = published(doc, shown)
		p.TextSum = textSum(p.Title, shown)
	}
	p.redirect(doc, inline.String(), base)
	p.links(doc, base)
	if p.Report {
		p.parts, _ = p.partsOf(doc, inline.String(), base)
	}
	if !p.parted() {
		p.pages(doc, inline.String(), base)
	}
	p.asked(text, marked, base)
	if strings.Contains(data, "<datastore") || strings.Contains(text, "<datastore") {
		p.datastore(text)
	}
	p.scripted(doc, inline.String(), base)
	p.opened(doc, inline.String(), base)
	if p.Report && p.Tables == 0 && p.Sections < 6 {
		p.pictures(doc, base)
	}
	if p.Report && p.Sections < 2 && !p.carries() && !p.parted() {
		// its title is that of a report, and there is nothing of one below it
		p.Report, p.Kind, p.TextSum = false, KindOther, ""
		if p.Column && columns >= 3 { // the reports of others under one title
			p.Kind = KindList
		} else {
			p.Doubt = nothingBelow
		}
	}
	if p.Report {
		p.styles(doc, base)
	}
	p.list(doc, shown, inline.String(), text)
	followed := 0
	for _, l := range p.Links {
		if l.Role != "" {
			followed++
		}
	}
	if followed == 0 && p.Words < 400 && !p.Report && p.Redirect == "" && (inline.Len() > 0 || len(linked) > 0) {
		p.Kind = KindShell
	}
}

const nothingBelow = "nothing of a report stands below its title"

// countSections counts the headings of a report's sections in a text.
func (p *Page) countSections(shown string) {
	for i, re := range sections {
		if strings.Contains(shown, sectionHints[i]) && re.MatchString(shown) {
			p.Sections++
		}
	}
}

// judge tells a report from a list, an interpretation and a notice.
func (p *Page) judge(titles []string, words, linkRole, shown string, reportLinks, columns int) {
	best := "" // what the page itself says that it is; the words of the link are not its own
	for _, t := range titles {
		t = strings.Join(strings.Fields(t), "")
		if isReportTitle(t, p.Column || linkRole == RoleReport) {
			best = t
			break
		}
	}
	linked := strings.Join(strings.Fields(words), "")
	if !isReportTitle(linked, p.Column || linkRole == RoleReport) {
		linked = ""
	}
	first := ""
	if len(titles) > 0 {
		first = titles[0]
	}
	for _, t := range titles {
		if columnWord.MatchString(strings.Join(strings.Fields(t), "")) ||
			columnWord.MatchString(strings.SplitN(t, "-", 2)[0]) {
			p.Column = true
		}
	}
	if columnWord.MatchString(strings.TrimSpace(words)) {
		p.Column = true
	}
	switch {
	case reading.MatchString(first) && annual.MatchString(first):
		p.Kind, p.Title = KindReading, first
	case p.Sections >= 4 && reportLinks < 3 || best != "" && p.Sections >= 2 && reportLinks < 5,
		linked != "" && p.Sections >= 2 && p.Tables > 0 && reportLinks < 3:
		p.Kind, p.Report = KindReport, true
		p.Title = firstNonEmpty(best, titleIn(shown), linked, first, words)
	case best != "" && linkRole == RoleReport && reportLinks < 3:
		p.Kind, p.Report, p.Title = KindReport, true, best
	case annual.MatchString(first) && noticeWord.MatchString(first):
		p.Kind, p.Title = KindNotice, first
	default:
		p.Title = firstNonEmpty(first, words)
		switch {
		case linkRole == RoleReport && linked != "" && reportLinks < 2 && columns < 3:
			p.Column = false
			p.Doubt = "it was linked as a report, and neither its title nor its text is that of one"
		case reportLinks > 0 || p.Column:
			p.Kind = KindList
			p.Column = p.Column || reportLinks >= 2
		}
	}
	if p.Report {
		p.Year = YearOf(p.Title)
		if p.Year == 0 {
			p.Year = YearOf(words)
		}
	}
}

// titleIn finds the title of a report in its text.
func titleIn(shown string) string {
	for _, line := range strings.Split(shown, "\n") {
		line = strings.Join(strings.Fields(line), "")
		if n := len([]rune(line)); n > 8 && n < 60 && isReportTitle(line, false) {
			return line
		}
	}
	return ""
}

func titlesOf(doc *goquery.Document) []string {
	var out []string
	add := func(s string) {
		if s = strings.TrimSpace(strings.Join(strings.Fields(s), " ")); s != "" && len([]rune(s)) < 120 {
			out = append(out, s)
		}
	}
	doc.Find(`meta[name]`).Each(func(_ int, s *goquery.Selection) {
		if strings.EqualFold(s.AttrOr("name", ""), "ArticleTitle") {
			add(s.AttrOr("content", ""))
		}
	})
	heads := `h1, h2, .title, .bt, .article-title, .arti_title, .tit, #title, .xxgk_title`
	doc.Find(heads).Each(func(i int, s *goquery.Selection) {
		if i < 8 {
			add(s.Text())
		}
	})
	if t := doc.Find("title").First().Text(); t != "" {
		add(t)
	}
	columns := `meta[name="ColumnName"], meta[name="columnname"], .current, .crumb a:last-child, .position ` +
		`a:last-child, ` +
		`.weizhi a:last-child`
	doc.Find(columns).Each(func(i int, s *goquery.Selection) {
		if i < 4 {
			add(firstNonEmpty(s.AttrOr("content", ""), s.Text()))
		}
	})
	return out
}

// visible is the text that a reader sees, blocks on lines of their own.
func visible(doc *goquery.Document) string {
	var b strings.Builder
	var walk func(n *html.Node)
	walk = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			b.WriteString(n.Data)
			return
		case html.ElementNode:
			switch n.DataAtom {
			case atom.Script, atom.Style, atom.Noscript, atom.Template, atom.Textarea:
				return
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
		switch n.DataAtom {
		case atom.P, atom.Div, atom.Tr, atom.Li, atom.H1, atom.H2, atom.H3, atom.H4, atom.Br, atom.Table, atom.Section:
			b.WriteByte('\n')
		}
	}
	for _, n := range doc.Nodes {
		walk(n)
	}
	return b.String()
}

var dateWord = regexp.MustCompile(`(20\d\d)[-年/.](\d{1,2})[-月/.](\d{1,2})`)

// published is the date on which the page says it was published.
func published(doc *goquery.Document, shown string) string {
	out := ""
	doc.Find("meta[name]").EachWithBreak(func(_ int, s *goquery.Selection) bool {
		switch strings.ToLower(s.AttrOr("name", "")) {
		case "pubdate", "publishdate", "publicdate", "firstpublishedtime", "publishtime":
			out = isoDate(s.AttrOr("content", ""))
		}
		return out == ""
	})
	if out != "" {
		return out
	}
	if m := publishedWord.FindStringSubmatch(shown); m != nil {
		return isoDate(m[1])
	}
	return ""
}

func isoDate(s string) string {
	m := dateWord.FindStringSubmatch(s)
	if m == nil {
		return ""
	}
	month, _ := strconv.Atoi(m[2])
	day, _ := strconv.Atoi(m[3])
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return ""
	}
	return fmt.Sprintf("%s-%02d-%02d", m[1], month, day)
}

// textSum names the words of a report, from its first section on: the same report at two addresses has one.
func textSum(title, shown string) string {
	shown = calm(shown)
	s := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Han, r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, shown)
	if i := strings.Index(s, "总体情况"); i >= 0 {
		s = s[i:]
	}
	if len([]rune(s)) < 200 {
		return ""
	}
	// what follows a report is not of it
	for _, end := range []string{"其他需要报告的事项", "上一篇", "打印本页", "关闭窗口", "相关链接", "网站地图"} {
		if i := strings.LastIndex(s, end); i > len(s)/2 && end != "其他需要报告的事项" {
			s = s[:i]
		}
	}
	return archive.Sum([]byte(strings.Join(strings.Fields(title), "") + "\n" + s))
}

// links takes the addresses of a page.
func (p *Page) links(doc *goquery.Document, base *url.URL) {
	seen := map[string]bool{}
	doc.Find("a[href], area[href]").Each(func(_ int, s *goquery.Selection) {
		href := s.AttrOr("href", "")
		lower := strings.ToLower(strings.TrimSpace(href))
		if strings.HasPrefix(lower, "javascript:") || strings.HasPrefix(lower, "mailto:") ||
			strings.HasPrefix(lower, "tel:") || strings.HasPrefix(lower, "#") {
			return
		}
		at := Canonical(base, href)
		if at == "" || seen[at] {
			return
		}
		seen[at] = true
		words := strings.Join(strings.Fields(s.Text()), " ")
		title := strings.TrimSpace(s.AttrOr("title", ""))
		mark := ""
		if m := fragmentColumn.FindStringSubmatch(strings.TrimSpace(href)); m != nil {
			mark = columnMark + m[1]
		}
		if words == "" {
			words = s.Find("img").AttrOr("alt", "")
		}
		r, score, why := role(words, title, at, p)
		if len([]rune(title)) > len([]rune(words)) {
			words = title
		}
		if r == "" && p.Column && !p.Report {
			if around := p.around(s, words); around != "" {
				words = around
				r, score, why = role(around, "", at, p)
			}
		}
		p.Links = append(p.Links, Link{URL: at, Words: words + mark, Role: r, Score: score, Why: why})
	})
	if p.Column && !p.Report {
		p.boxes(doc, base, seen)
	}
	doc.Find("frame[src], iframe[src], embed[src], object[data]").Each(func(_ int, s *goquery.Selection) {
		src := firstNonEmpty(s.AttrOr("src", ""), s.AttrOr("data", ""))
		at := Canonical(base, src)
		if at == "" || seen[at] {
			return
		}
		seen[at] = true
		u, err := weburl.Parse(at)
		if err != nil {
			return
		}
		for _, v := range []string{"file", "url", "src", "path"} { // a viewer, and what it shows
			if f := u.Query().Get(v); kind.Named(f).IsFile() {
				at = Canonical(base, f)
			}
		}
		if u, err = weburl.Parse(at); err != nil || at == "" {
			return
		}
		switch {
		case kind.Named(u.Path).IsFile() && p.Report:
			p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleAttachment, Score: 92})
		case kind.Named(u.Path).IsFile() && isReportTitle(p.Title, p.Column):
			p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleReport, Score: 95})
		case goquery.NodeName(s) == "frame" || goquery.NodeName(s) == "iframe" && sameSite(at, p.URL):
			if p.Depth < 12 {
				p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleFrame, Score: 50})
			}
		}
	})
}

// vague are the words of a link that leave it to what stands around it to say where it leads.
var vague = regexp.MustCompile(`^(?:点击|在线|全文)?(?:查看|浏览|阅读|下载|打开|预览|详情|详细|全文|链接|原文)(?:全文|详情|附件|报告|文件|年报|报告全文)?[>»]*$|` +
	`^(?i:\[?(?:pdf|word|docx?|wps|ofd|html?)(?:版|下载)?\]?)$|^[√✓●]$`)

// around says where a link leads by what stands around it, where its own words do not: the entry of the list that it is
// in, or the heads of its row and column in a table of bodies and years. "" = it cannot be told.
func (p *Page) around(s *goquery.Selection, words string) string {
	words = strings.Join(strings.Fields(words), "")
	if !vague.MatchString(words) && !yearOnly.MatchString(words) && len([]rune(words)) > 2 {
		return ""
	}
	for up, n := s.Parent(), 0; up.Length() > 0 && n < 4; up, n = up.Parent(), n+1 {
		switch name := goquery.NodeName(up); name {
		case "td", "th":
			if t := p.crossing(up, words); t != "" {
				return t
			}
			fallthrough
		case "li", "p", "dd", "tr", "dt", "span", "div":
			text := strings.Join(strings.Fields(up.Text()), "")
			if len([]rune(text)) > 90 || name == "tr" && up.Find("a[href]").Length() > 2 {
				return ""
			}
			if text = strings.TrimSuffix(text, words); isReportTitle(text, true) {
				return text
			}
		case "ul", "ol", "table", "body":
			return ""
		}
	}
	return ""
}

// crossing is what the heads of a cell's row and column say together.
func (p *Page) crossing(cell *goquery.Selection, words string) string {
	at := cell.Index()
	row := cell.Parent()
	side := strings.Join(strings.Fields(row.Children().First().Text()), "")
	head := strings.Join(strings.Fields(row.Closest("table").Find("tr").First().Children().Eq(at).Text()), "")
	if at == 0 || side == "" || len([]rune(side)) > 30 || len([]rune(head)) > 30 {
		return ""
	}
	year := head
	if YearOf(narrow(words)) != 0 || yearOnly.MatchString(words) {
		year = words
	}
	if yearOnly.MatchString(side) { // years down, bodies across
		side, year = head, side
	}
	if !yearOnly.MatchString(year) || side == "" {
		return ""
	}
	return side + strings.TrimSuffix(strings.TrimSuffix(strings.Trim(year, "（）()【】[]"), "度"), "年") + "年政府信息公开年度报告"
}

// boxes takes the addresses that boxes of a column offer to choose from: years, and reports.
func (p *Page) boxes(doc *goquery.Document, base *url.URL, seen map[string]bool) {
	doc.Find("select option[value]").Each(func(_ int, s *goquery.Selection) {
		ref := strings.TrimSpace(s.AttrOr("value", ""))
		if !addressLike(ref) && !pageFile.MatchString(ref) {
			return
		}
		at, words := Canonical(base, ref), strings.Join(strings.Fields(s.Text()), "")
		if at == "" || seen[at] || !sameSite(at, p.URL) {
			return
		}
		if r, score, why := role(words, "", at, p); r == RoleReport || r == RoleColumn && score >= 80 {
			seen[at] = true
			p.Links = append(p.Links, Link{URL: at, Words: words, Role: r, Score: score, Why: why})
		}
	})
}

func sameSite(at string, u *url.URL) bool {
	x, err := weburl.Parse(at)
	return err == nil && x.Host == u.Host
}

var (
	refreshIn = regexp.MustCompile(`(?is)^\s*(?:\d+[\d.]*|\.[\d.]*)(?:\s*[;,]|\s)\s*(?:url\s*=\s*)?(?:"([^"]*)|'([^']*)|(\S.*))`)
	metaTo    = regexp.MustCompile(`(?i)url\s*=\s*['"]?([^'"\s;]+)`)
	scriptTo  = regexp.MustCompile(`(?:window\.|self\.|top\.|document\.|` +
		`parent\.)?location(?:\.href)?\s*=\s*["']([^"']+)["']|location\.(?:replace|assign)\(\s*["']([^"']+)["']`)
)

// refreshTo is where a refresh leads: 0; url=/x, as the HTML Standard reads it (4.2.5.3, refresh), and without a time.
func refreshTo(s string) string {
	if m := refreshIn.FindStringSubmatch(s); m != nil {
		if to := strings.TrimSpace(firstNonEmpty(m[1:]...)); !strings.EqualFold(to, "url=") {
			return to
		}
		return ""
	}
	if m := metaTo.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// redirect finds where a page leads without being asked: by a refresh, or by a script that does little else.
func (p *Page) redirect(doc *goquery.Document, inline string, base *url.URL) {
	doc.Find("meta[http-equiv]").Each(func(_ int, s *goquery.Selection) {
		if strings.EqualFold(s.AttrOr("http-equiv", ""), "refresh") {
			if to := refreshTo(s.AttrOr("content", "")); to != "" {
				p.Redirect = Canonical(base, weburl.EncodeQuery(to, p.queries))
			}
		}
	})
	if to := refreshTo(p.refresh); to != "" && p.Redirect == "" {
		p.Redirect = Canonical(base, to)
	}
	if p.Redirect == "" && p.Words < 200 && len(inline) < 4000 {
		if m := scriptTo.FindStringSubmatch(inline); m != nil {
			p.Redirect = Canonical(base, weburl.EncodeQuery(firstNonEmpty(m[1], m[2]), p.queries))
		}
	}
	if p.Redirect == p.URL.String() {
		p.Redirect = ""
	}
	if p.Redirect != "" {
		p.Links = append(p.Links, Link{URL: p.Redirect, Words: p.Title, Role: RoleFrame, Score: 70})
	}
}

// mostStyles is how many style sheets of a page are asked for, and of those that one takes in.
const mostStyles = 8

// Sheets that a sheet takes in have a score that is lower by one; below the least one they are not asked for.
const scoreStyle, leastStyle = 89, 86

// styles takes the style sheets of a report's page: what is shown of it depends on them.
func (p *Page) styles(doc *goquery.Document, base *url.URL) {
	n := 0
	doc.Find("link[href]").Each(func(_ int, s *goquery.Selection) {
		at := Canonical(base, s.AttrOr("href", ""))
		rel := strings.Fields(strings.ToLower(s.AttrOr("rel", "")))
		if at == "" || n >= mostStyles || !slices.Contains(rel, "stylesheet") || slices.Contains(rel, "alternate") {
			return
		}
		n++
		p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleStyle, Score: scoreStyle})
	})
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/`)
	cssImport  = regexp.MustCompile(`(?i)@import\s+(?:url\(\s*)?["']?([^"')\s;]+)`)
)

// Imports gives the sheets that a style sheet takes in, as it names them.
func Imports(css string) (refs []string) {
	if !strings.Contains(strings.ToLower(css), "@import") {
		return nil
	}
	for _, m := range cssImport.FindAllStringSubmatch(cssComment.ReplaceAllString(css, ""), mostStyles) {
		if !strings.HasPrefix(m[1], "data:") {
			refs = append(refs, m[1])
		}
	}
	return refs
}

// imports takes the sheets that a style sheet takes in.
func (p *Page) imports(css string) {
	for _, ref := range Imports(css) {
		if at := Canonical(p.URL, ref); at != "" {
			p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleStyle, Score: scoreStyle})
		}
	}
}

// pictures takes the pictures of a report whose tables are none.
func (p *Page) pictures(doc *goquery.Document, base *url.URL) {
	n := 0
	doc.Find("img[src]").Each(func(_ int, s *goquery.Selection) {
		src := s.AttrOr("src", "")
		at := Canonical(base, src)
		if at == "" || n >= 40 {
			return
		}
		if w, err := strconv.Atoi(strings.TrimSuffix(s.AttrOr("width", "400"), "px")); err == nil && w < 200 {
			return
		}
		if decoration.MatchString(src) {
			return
		}
		n++
		p.Links = append(p.Links, Link{URL: at, Words: p.Title, Role: RoleImage, Score: 91})
	})
}

// sitemap reads the addresses of a sitemap that speak of reports.
func (p *Page) sitemap(body []byte) {
	p.Kind = KindData
	d := xml.NewDecoder(bytes.NewReader(body))
	d.Strict = false
	d.CharsetReader = charset.NewReaderLabel
	loc, index := false, false
	for n := 0; n < 200_000; n++ {
		t, err := d.Token()
		if err == io.EOF || err != nil {
			break
		}
		switch x := t.(type) {
		case xml.StartElement:
			loc = x.Name.Local == "loc"
			index = index || x.Name.Local == "sitemapindex"
		case xml.EndElement:
			loc = false
		case xml.CharData:
			if !loc {
				continue
			}
			at := Canonical(p.URL, string(x))
			u, err := weburl.Parse(at)
			if at == "" || err != nil {
				continue
			}
			switch {
			case index || strings.HasSuffix(u.Path, ".xml"):
				p.Links = append(p.Links, Link{URL: at, Role: RoleSitemap, Score: 35})
			case pathAnnual.MatchString(u.Path):
				p.Links = append(p.Links, Link{URL: at, Role: RoleColumn, Score: 60})
			}
		}
	}
	if len(p.Links) > 500 {
		sort.SliceStable(p.Links, func(i, j int) bool { return len(p.Links[i].URL) < len(p.Links[j].URL) })
		p.Links = p.Links[:500]
	}
}
