package normalize

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Is it a report? What a page shows of its kind: a title, the sections that the notice prescribes, sentences in which a
// report speaks of itself. None of them must be there: half of all reports have no title line, small bodies write prose
// without headings. That a page is something else needs evidence of its own.

// A selfImage is what a document shows of its kind.
type selfImage struct {
	signs float64 // how much speaks for a report
	other string  // what it is instead, in words; "" = nothing says that
	bare  bool    // it holds titles and no word of a report
}

// isReport reports whether a document is an annual report, if no table says so.
func (s selfImage) isReport() bool { return s.other == "" && s.signs >= 3 }

var (
	ofItself = regexp.MustCompile(`编制(?:了?本|而成|的?20|20|完成)|本(?:年度|年|工作)?报告|本年报|特向社会公布|现公布|现将.{0,40}(?:报告|公布|公开|汇报)如下|报告如下|公布如下|所列数据|统计期|` +
		`数据统计|年度报告的?电子版|年度报告公布|编制本`)
	ofUs   = regexp.MustCompile(`(?:我|本)(?:局|镇|乡|县|区|市|省|街道|办|委|厅|院|机关|单位|部门|中心|州|旗|处|街|站|会|所|行政机关|开发区|管委会)`)
	figure = regexp.MustCompile(`(?:公开|发布|受理|收到|接到|接收|申请|答复|公布).{0,24}?(?:\d+|[一二三四五六七八九十百零]+)[余多]?(?:条|件|篇|份|次|个|则|期)|` +
		`(?:未|没有|无)(?:收到|接到|受理|发生).{0,20}(?:申请|复议|诉讼)|申请.{0,6}(?:为零|0件)`)
	newsLead        = regexp.MustCompile(`本报讯|记者|据悉|获悉|(?:^|\n|。)(?:近日|日前|昨日|今日),|讯[(:]|通讯员`)
	campus          = regexp.MustCompile(`高等学校信息公开|高校信息公开|教育部令第?29号|学年|教职工|我校|学校(?:信息公开|党委|主动公开)|校务公开|师生`)
	article         = regexp.MustCompile(`^第[一二三四五六七八九十]+条`)
	asks            = regexp.MustCompile(`通知如下|请.{0,24}(?:报送|填报|贯彻|遵照)|各(?:单位|部门|镇|乡|地)[\p{Han}]{0,8}(?:要|应当|务必)|责令改正|应当(?:编制|公布)`)
	norms           = regexp.MustCompile(`应当|不得|必须|应(?:在|及时|予|于)|由[\p{Han}]{2,10}负责|责令|追究|予以处分`)
	ruleItself      = regexp.MustCompile(`本(?:制度|办法|规定|细则|条例|规范)(?:由|自|所称|适用)`)
	blanked         = regexp.MustCompile(`20[xX×*]{2}年|[xX×*]{2,}(?:省|市|县|区|镇|乡|街道|局|委|厅|办|单位|年|人民政府)|(?:○○|〇〇|某某)(?:省|市|县|区|镇|乡|街道|局|单位)`)
	searched        = regexp.MustCompile(`(?:找到|检索到|搜索到|查询到|查到|检索出)[^。]{0,16}(?:条|个|篇|项)[^。]{0,6}(?:结果|信息|记录|文章)|搜索结果`)
	notOffice       = regexp.MustCompile(`高等学校信息公开|学年|我校|我院师生|校务公开`)
	aboutDisclosure = regexp.MustCompile(`信息公开|政务公开|主动公开|依申请公开`)
	webTable        = regexp.MustCompile(`政府网站.{0,8}(?:年度|工作)?.{0,4}报表`)
	school          = regexp.MustCompile(`(?:大学|学院|学校|中学|小学|幼儿园|党校|研究所|研究院)(?:\(.*\))?$`)
)

// An impression is what imageOf counts.
type impression struct {
	title, nameless             bool // a title with a body or a year; one without
	academicTitle, schoolTitle  bool
	paper                       string // the title of another paper
	listed                      int    // titles of different reports
	headline                    string // a headline about a report
	kinds                       map[SectionKind]bool
	articles                    int    // lines that begin as articles of rules do
	opening                     string // the first lines, with their quotations
	self                        int    // sentences in which a report speaks of itself
	us, public, figures, period bool   // 我局; disclosure is spoken of; counts of it; the period is named
}

// imageOf weighs what a document shows of its kind.
func imageOf(lines []headLine, cands, outside []candidate, prose string, period Period) selfImage {
	m := impression{kinds: map[SectionKind]bool{}, listed: listedTitles(cands), period: period.From != ""}
	m.ofTitles(cands, outside)
	m.ofLines(lines)
	m.ofProse(prose)
	return selfImage{signs: m.weigh(prose), other: m.another(prose), bare: !m.speaks() && !m.figures}
}

func (m *impression) ofTitles(cands, outside []candidate) {
	for _, cs := range [][]candidate{cands, outside} {
		for i := range cs {
			c := &cs[i]
			switch {
			case c.paper != "":
				if m.paper == "" {
					m.paper = c.printed
				}
			case c.score <= -5:
			case c.headline && c.first >= 0:
				m.nameless = true
				m.headline = c.printed
			case c.named() || c.year != 0:
				m.title = true
				m.academicTitle = m.academicTitle || c.academic
				if school.MatchString(c.agency) && !containsAny(c.printed, []string{"政府信息", "政务"}) {
					m.schoolTitle = true
				}
			default:
				m.nameless = true
			}
		}
	}
}

func (m *impression) ofLines(lines []headLine) {
	var opening strings.Builder
	for i := range lines {
		l := &lines[i]
		if opening.Len() < 6000 {
			opening.WriteString(l.key)
		}
		if first := clipRunes(l.key, 80); i < 40 && academic.MatchString(clipRunes(first, 60)) &&
			strings.Contains(first, "信息公开") && strings.Contains(first, "报告") {
			m.academicTitle = true
		}
		if article.MatchString(l.key) && !strings.HasPrefix(l.key, "第二十条第") {
			m.articles++
		}
		n := utf8.RuneCountInString(l.key)
		if i > 200 || l.kind != plainLine && n > 120 {
			continue
		}
		if h, ok := readHeadline(l.key); ok {
			for _, k := range h.kinds {
				m.kinds[k] = true
			}
		}
		if !m.title && m.paper == "" && i <= 40 && l.kind == plainLine && n >= 6 && n <= 60 && m.isOtherTitle(l.key, n) {
			m.paper = l.text
		}
	}
	m.opening = opening.String()
}

// isOtherTitle reports whether a short line is the title of another paper: 政府网站工作年度报表, …要点.
func (m *impression) isOtherTitle(k string, n int) bool {
	if webTable.MatchString(k) && (strings.HasSuffix(k, "报表") || strings.HasSuffix(k, ")")) {
		return true
	}
	return strings.Contains(k, "公开") && n >= 8 && len(m.kinds) == 0 && otherTitle.MatchString(strings.TrimRight(k, ")》\"”"))
}

func (m *impression) ofProse(prose string) {
	m.self = len(ofItself.FindAllStringIndex(prose, 3))
	m.us = ofUs.MatchString(prose)
	words := []string{"信息公开", "政务公开", "公开政府信息", "公开信息", "公开政务信息", "依申请公开", "政府信息"}
	m.public = containsAny(prose, words) || containsAny(m.opening, words)
	m.figures = m.public && figure.MatchString(prose)
}

// speaks reports whether the text says anything that reports say.
func (m *impression) speaks() bool {
	return m.self > 0 || len(m.kinds) > 0 || m.period || m.us
}

// weigh adds up what speaks for a report.
func (m *impression) weigh(prose string) float64 {
	named := m.title || m.nameless
	if !named && (!m.public || m.self == 0 && !m.period && !m.us && !m.figures) {
		return 0 // headings alone are a form to be filled in
	}
	signs := min(4, float64(len(m.kinds)))
	for _, x := range []struct {
		holds  bool
		weight float64
	}{
		{m.title, 3}, {m.nameless && !m.title, 1}, {m.self > 0, 2}, {m.period, 2}, {m.us && m.public, 1}, {m.figures, 1},
		{len(aboutDisclosure.FindAllStringIndex(prose, 4)) >= 3, 1},
	} {
		if x.holds {
			signs += x.weight
		}
	}
	return signs
}

// another says what the document is instead of a report; "" where nothing says that it is something else.
func (m *impression) another(prose string) string {
	silent := !m.us && !m.figures && !m.period // nothing of what a report tells of itself
	if of := m.ofOthers(); of != "" {
		return of
	}
	switch {
	case m.academicTitle, m.schoolTitle,
		!m.title && !m.us && notOffice.MatchString(m.opening) && len(campus.FindAllStringIndex(m.opening, 4)) >= 3:
		return "another kind of report: that of a university or school (高校信息公开)"
	case m.articles >= 2 && (len(m.kinds) < 3 || !m.period && !m.figures && ruleItself.MatchString(m.opening)):
		return "not an annual report: rules in articles (第一条 …)"
	case !m.title && len(blanked.FindAllStringIndex(m.opening, 2)) >= 2:
		return "not an annual report: a pattern of one, with names and years left open (XX镇)"
	case !m.title && m.self == 0 && silent && len(norms.FindAllStringIndex(m.opening, 4)) >= 3:
		return "not an annual report: rules on what is to be done"
	case !m.title && silent && asks.MatchString(m.opening):
		return "not an annual report: a notice to others"
	case !m.title && m.paper != "":
		if webTable.MatchString(m.paper) {
			return "another kind of report: a government website's yearly table (政府网站工作年度报表)"
		}
		if asks.MatchString(prose) || len(m.kinds) < 3 || m.self == 0 || !m.figures && !m.period {
			return fmt.Sprintf("not an annual report: its title is %q", clipRunes(strings.TrimSpace(m.paper), 60))
		}
	}
	if newsLead.MatchString(clipRunes(prose, 400)) && len(m.kinds) < 2 && !m.us && !m.period {
		return "not an annual report: news about one"
	}
	return ""
}

// ofOthers says of a list of reports or a headline about one that it is that.
func (m *impression) ofOthers() string {
	itself := m.self > 0 || m.period || m.us
	switch {
	case !itself && (m.listed >= 3 && len(m.kinds) < 3 || m.listed >= 2 && !m.speaks() && !m.figures):
		return fmt.Sprintf("a list of reports (%d titles), not a report", m.listed)
	case m.listed >= 2 && searched.MatchString(m.opening):
		return fmt.Sprintf("a list of reports (%d titles among the results of a search), not a report", m.listed)
	case m.headline != "" && !m.title && !itself && len(m.kinds) < 2:
		return "not an annual report: news about one"
	}
	return ""
}

// listedTitles counts the titles of different reports.
func listedTitles(cands []candidate) int {
	seen := map[titleParts]bool{}
	for i := range cands {
		if c := &cands[i]; c.paper == "" && c.score > -5 && (c.named() || c.year != 0) {
			seen[titleParts{agency: c.agency, year: c.year}] = true
		}
	}
	return len(seen)
}

// otherTitle ends the titles of other papers on disclosure.
var otherTitle = regexp.MustCompile(`(?:制度|办法|指南|公开目录|事项目录|范文|要点|的通知|解读|模板|模版|规定|细则|方案|通报|汇总表|考核|评议|统计表|` +
	`统计报表|通告|批复|复函|的函|总结|自查报告|培训|图解|一图读懂|计划|清单|年鉴|申请表|流程图|调研报告|评估报告|审计报告)$`)

// formWords are what only a table of a form prints.
var formWords = []string{"第二十条第", "信息内容", "本年新收政府信息公开申请", "上年结转政府信息公开申请", "统计指标", "本列数据的勾稽关系", "申请人情况", "结果维持"}

// printsForm reports whether a document prints words of the form's tables, whether or not they could be read.
func printsForm(doc *extract.Document) bool {
	n := 0
	hit := func(text string) bool {
		if len(text) > 200 {
			return false
		}
		k := form.Squeeze(text)
		for _, w := range formWords {
			if strings.Contains(k, w) && utf8.RuneCountInString(k) <= 40 {
				n++
				break
			}
		}
		return n >= 2
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if hit(b.Text) {
			return true
		}
		if b.Table != nil {
			for j := range b.Table.Cells {
				if hit(b.Table.Cells[j].Text) {
					return true
				}
			}
		}
	}
	return false
}
