package explore

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore/assets"
)

// A preview is what those see of a page who do not run it: search engines, and whoever is sent its address.
type preview struct {
	title, text string // of the page's head; text in a sentence or two
	kind        string // og:type
}

// plainViews are the pages that are about no single thing, with what they are in Chinese and in English.
var plainViews = map[string][2]string{
	"coverage":  {"发布情况：机关与年度", "Coverage: authorities and years"},
	"unread":    {"未能读出的文件", "Documents that could not be read"},
	"compare":   {"机关与年度比较", "Compare authorities and years"},
	"anomalies": {"异常", "Anomalies"},
	"search":    {"检索", "Search"},
	"about":     {"说明", "About these data"},
	"api":       {"数据接口", "The same data for programs"},
}

// pageNames are the pages that there are one of.
func pageNames() []string {
	names := []string{""}
	for name := range plainViews {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// isPage tells whether an address without its last slash can be a page of the application.
func isPage(name string) bool {
	kind, what, ok := strings.Cut(name, "/")
	if !ok {
		_, ok = plainViews[kind]
		return ok || name == ""
	}
	return (kind == "authority" || kind == "report" || kind == "anomaly" || kind == "rank") && what != "" && !strings.Contains(what, "/")
}

// page makes the HTML of a page: the application with a head of its own. What is not there is told by the application
// too, with status 404.
func (e *Explorer) page(ctx context.Context, name string, q url.Values) (*resource, error) {
	zh := q.Get("lang") != "en"
	var p preview
	var err error
	kind, what, _ := strings.Cut(name, "/")
	switch kind {
	case "authority":
		p, err = e.previewBody(what, zh)
	case "report":
		p, err = e.previewReport(ctx, what, q.Get("cell"), zh)
	case "anomaly":
		p, err = e.previewAnomaly(what, zh)
	case "rank":
		p, err = e.previewRank(what, q, zh)
	default:
		p = e.previewView(kind, zh)
	}
	status := http.StatusOK
	if no, ok := err.(*refusal); ok {
		p, status, err = preview{title: choose(zh, "此处没有内容", "Nothing is here"), text: no.words, kind: "website"},
			no.status, nil
	}
	if err != nil {
		return nil, err
	}
	b, err := e.head(name, p, zh, status)
	return &resource{body: b, media: htmlMedia, status: status}, err
}

func choose(zh bool, chinese, english string) string {
	if zh {
		return chinese
	}
	return english
}

// indexPage is the application's page as it is embedded.
var indexPage = sync.OnceValues(func() (string, error) {
	b, err := assets.Files.ReadFile("index.html")
	return string(b), err
})

const plainTitle = "<title>公开 gongkai</title>"

// head puts a preview into the application's page. Addresses in it are relative to the page, so that the same file
// works in any folder of any host; the canonical one is whole where the address of the site is known.
func (e *Explorer) head(name string, p preview, zh bool, status int) ([]byte, error) {
	text, err := indexPage()
	if err != nil {
		return nil, err
	}
	up := "" // to the explorer's folder
	if name != "" {
		up = strings.Repeat("../", strings.Count(name, "/")+1)
	}
	for _, folder := range []string{"assets/", "api/"} {
		text = strings.ReplaceAll(text, `"`+folder, `"`+up+folder)
	}
	kind, what, _ := strings.Cut(name, "/")
	address := "./"
	if e.opts.SiteURL != "" {
		address = Link(e.opts.SiteURL, kind, what)
	}
	esc := html.EscapeString
	var b strings.Builder
	title := p.title
	if name != "" {
		title += " · 公开 gongkai"
	}
	fmt.Fprintf(&b, "<title>%s</title>\n<meta name=\"description\" content=\"%s\">\n", esc(title), esc(p.text))
	if status == http.StatusOK {
		fmt.Fprintf(&b, "<link rel=\"canonical\" href=\"%s\">\n", esc(address))
	} else {
		b.WriteString("<meta name=\"robots\" content=\"noindex\">\n")
	}
	og := [][2]string{{"og:site_name", "公开 gongkai"}, {"og:type", p.kind}, {"og:title", p.title},
		{"og:description", p.text}, {"og:locale", choose(zh, "zh_CN", "en")}}
	if e.opts.SiteURL != "" {
		og = append(og, [2]string{"og:url", address})
	}
	for _, x := range og {
		fmt.Fprintf(&b, "<meta property=\"%s\" content=\"%s\">\n", x[0], esc(x[1]))
	}
	b.WriteString("<meta name=\"twitter:card\" content=\"summary\">")
	text = strings.Replace(text, plainTitle, b.String(), 1)
	text = strings.Replace(text, "<noscript>", fmt.Sprintf("<noscript><h1>%s</h1><p>%s</p>", esc(p.title), esc(p.text)), 1)
	if !zh {
		text = strings.Replace(text, `<html lang="zh-CN">`, `<html lang="en">`, 1)
	}
	return []byte(text), nil
}

func (e *Explorer) previewView(kind string, zh bool) preview {
	years := ""
	if n := len(e.c.years); n > 0 {
		years = span(e.c.years[0], e.c.years[n-1])
	}
	p := preview{kind: "website",
		title: choose(zh, "公开 gongkai：政府信息公开年度报告，每个数字均可查证",
			"gongkai: China’s open-government-information reports, traced to the print"),
		text: choose(zh, fmt.Sprintf("%d个机关的%d份政府信息公开工作年度报告（%s）：每个数字均可查到其在原文中的位置。",
			len(e.c.authorities), len(e.c.Reports), years),
			fmt.Sprintf("%d annual open-government-information reports of %d Chinese authorities, %s: every figure leads to "+
				"the place where it is printed.", len(e.c.Reports), len(e.c.authorities), years))}
	if words, ok := plainViews[kind]; ok {
		p.title = choose(zh, words[0], words[1])
	}
	return p
}

// span writes years from one to another.
func span(first, last int) string {
	if first == last {
		return fmt.Sprint(first)
	}
	return fmt.Sprintf("%d–%d", first, last)
}

func (e *Explorer) previewBody(id string, zh bool) (preview, error) {
	n, ok := e.c.byID[id]
	if !ok {
		return preview{}, notFound("authority %q: there is none of that id", id)
	}
	a := &e.c.authorities[n]
	var years []int
	for _, r := range a.Reports {
		if y := int(e.c.Reports[r].Year); y > 0 && !slices.Contains(years, y) {
			years = append(years, y)
		}
	}
	of := ""
	if len(years) > 0 {
		of = span(slices.Min(years), slices.Max(years))
	}
	return preview{kind: "website", title: a.Name, text: choose(zh,
		fmt.Sprintf("%s的政府信息公开工作年度报告：%d份，%s年度；历年数值、比率与同类比较，每个数字附原文。", a.Name, len(a.Reports), of),
		fmt.Sprintf("%s: %d annual open-government-information reports, %s; figures and rates over the years and among "+
			"peers, each with its evidence.", a.Name, len(a.Reports), of))}, nil
}

// A previewed is what a preview says of a cell.
type previewed struct {
	Values map[string]struct {
		Text, Number, Unit *string
		State, Verdict     string
	} `json:"values"`
}

func (e *Explorer) previewReport(ctx context.Context, key, cell string, zh bool) (preview, error) {
	n, ok := e.c.keyed(key)
	if !ok {
		return preview{}, notFound("report %q: there is none of that key", key)
	}
	r := &e.c.Reports[n]
	who := r.Agency
	if w := e.who(r); w != nil {
		who = w.Name
	}
	title := r.Title
	if title == "" {
		title = fmt.Sprintf("%s%s政府信息公开工作年度报告", who, yearWords(r.Year))
	}
	p := preview{kind: "article", title: title}
	day := ""
	if d := dayWord(r.Published); d != nil {
		day = choose(zh, "，发布于"+*d, ", published "+*d)
	}
	p.text = choose(zh, fmt.Sprintf("%s，%s度报告%s：%d个数据项，每个数值均可查到其在原文中的位置。", who, yearWords(r.Year), day,
		r.Cells),
		fmt.Sprintf("%s, report on %s%s: %d cells, every value with the place where it is printed.", who,
			yearEnglish(r.Year), day, r.Cells))
	c := e.cell[cell]
	if c == nil {
		return p, nil
	}
	res, err := e.api(ctx, "reports/"+key+".json", url.Values{})
	if err != nil {
		return p, err
	}
	body, err := res.plain()
	if err != nil {
		return p, err
	}
	var x previewed
	if err := json.Unmarshal(body, &x); err != nil {
		return p, err
	}
	v, ok := x.Values[cell]
	if !ok {
		return p, nil
	}
	words := e.figureWords(cell, zh)
	value := choose(zh, "原文缺失", "absent from the document")
	switch {
	case v.Number != nil && v.Verdict == "inferred":
		value = choose(zh, "0（推定，原文未列数值）", "0 (inferred, not printed)")
	case v.Number != nil:
		value = *v.Number
		if v.Unit != nil {
			value += " " + *v.Unit
		}
	case v.Text != nil && *v.Text != "":
		value = choose(zh, "“"+*v.Text+"”", "“"+*v.Text+"”")
	case v.Text != nil:
		value = choose(zh, "空白", "blank")
	}
	if v.Verdict == "contradicted" {
		value += choose(zh, "（勾稽不符）", " (an identity contradicts it)")
	}
	p.title = fmt.Sprintf("%s %s：%s %s", who, yearWords(r.Year), words, value)
	if !zh {
		p.title = fmt.Sprintf("%s %s: %s %s", who, yearEnglish(r.Year), words, value)
	}
	return p, nil
}

// figureWords names a cell or rate, as assets/marks.js does (label).
func (e *Explorer) figureWords(name string, zh bool) string {
	if x := e.rateNamed(name); x != nil {
		return choose(zh, x.LabelZh, x.Label)
	}
	c := e.cell[name]
	if c == nil {
		return name
	}
	row, column := e.opts.Forms.Short(c.Table+"."+c.Row), e.opts.Forms.ShortColumn(c.Table, c.Column)
	if row.EN == "" || column.EN == "" {
		return name
	}
	return choose(zh, row.ZH+"·"+column.ZH, row.EN+", "+column.EN)
}

func yearWords(y int32) string {
	if y == 0 {
		return "年度未知"
	}
	return fmt.Sprintf("%d年", y)
}

func yearEnglish(y int32) string {
	if y == 0 {
		return "an unknown year"
	}
	return fmt.Sprint(y)
}

func (e *Explorer) previewAnomaly(id string, zh bool) (preview, error) {
	x, err := e.find(id)
	if err != nil {
		return preview{}, err
	}
	rule := ""
	if r := anomalies.ByCode(x.Rule); r != nil {
		rule = choose(zh, r.TitleZh, r.Title)
	}
	where := x.Agency
	if x.Year != nil {
		where = strings.TrimSpace(where + " " + fmt.Sprint(*x.Year))
	}
	return preview{kind: "article", title: choose(zh, x.SentenceZh, x.Sentence), text: choose(zh,
		fmt.Sprintf("%s · %s。这是规则给出的线索，不是结论；附原文与可能的合理解释。", rule, where),
		fmt.Sprintf("%s · %s. A rule points here; it is no verdict. With the print, and what would explain it.", rule,
			where))}, nil
}

func (e *Explorer) previewRank(name string, q url.Values, zh bool) (preview, error) {
	if e.cell[name] == nil && e.rateNamed(name) == nil {
		return preview{}, notFound("rank: no cell or rate %q", name)
	}
	words := e.figureWords(name, zh)
	title := choose(zh, words+"：机关排名", "Ranking: "+words)
	if year, ok := number(q.Get("year")); ok {
		title = choose(zh, fmt.Sprintf("%s：%d年机关排名", words, year), fmt.Sprintf("Ranking, %d: %s", year, words))
	}
	return preview{kind: "website", title: title, text: choose(zh,
		"按同层级、同类别机关的年度报告排列，比率附分子与分母，每个数值均可查到其在原文中的位置。",
		"Bodies of one level and kind in order, rates with their counts, every value with the place where it is printed.")}, nil
}
