package anomalies

import (
	"cmp"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/output"
)

// A Brief is what is handed to an editor: the anomalies of one body, or of one year, with evidence and charts.
type Brief struct {
	Title     string
	Zh        bool
	Anomalies []Anomaly
	List      *List  // what they were found among
	Charts    string // Markdown: folder of the SVG files, relative to the brief; "" = none
}

// Briefs groups a list by "agency" or "year", the groups with the weightiest anomalies first.
func Briefs(l *List, by string, zh bool) []Brief {
	at := map[string]int{}
	var out []Brief
	for _, a := range l.Anomalies {
		key, title := a.Body.ID+"\x00"+a.Body.Name, a.Body.Name
		if by == "year" {
			title = strconv.Itoa(a.Year)
			if a.Year == 0 {
				if title = "several years"; zh {
					title = "多个年度"
				}
			}
			key = title
		}
		i, ok := at[key]
		if !ok {
			i = len(out)
			at[key] = i
			out = append(out, Brief{Title: title, Zh: zh, List: l})
		}
		out[i].Anomalies = append(out[i].Anomalies, a)
	}
	if by == "year" {
		slices.SortStableFunc(out, func(a, b Brief) int { return cmp.Compare(b.Title, a.Title) })
	}
	return out
}

// says gives the English or the Chinese words.
func says(zh bool, en, chinese string) string {
	if zh {
		return chinese
	}
	return en
}

// Sentence is the anomaly's sentence in the language of the brief.
func (a *Anomaly) sentence(zh bool) []Segment {
	if zh {
		return a.SentenceZh
	}
	return a.Sentence
}

// Words are strength and uncertainty in words. The numbers here are computed, which the words say.
func (s *Strength) Words(zh bool) string {
	var b strings.Builder
	n := func(v float64) string {
		switch s.Unit {
		case "share":
			return strconv.FormatFloat(100*v, 'f', 1, 64) + "%"
		case "cases", "cells", "days":
			return strconv.FormatFloat(v, 'f', -1, 64)
		}
		return strconv.FormatFloat(v, 'g', 3, 64)
	}
	unit := map[string]string{"cases": "件", "cells": "个数据项", "days": "天", "share": "比例", "ratio": "倍",
		"percentage points": "个百分点"}
	switch {
	case s.Unit == "":
		return ""
	case s.P == nil:
		switch s.Unit {
		case "days":
			return says(zh, "computed: "+n(s.Effect)+" days late", "计算：逾期"+n(s.Effect)+"天")
		case "share":
			return says(zh, "computed: "+n(s.Effect)+" of the prose", "计算：正文的"+n(s.Effect))
		case "cells":
			return says(zh, "computed: "+n(s.Effect)+" cells other than zero agree", "计算："+n(s.Effect)+"个非零数据项一致")
		}
		return says(zh, "computed: a difference of "+n(math.Abs(s.Effect))+" "+s.Unit,
			"计算：相差"+n(math.Abs(s.Effect))+unit[s.Unit])
	}
	fmt.Fprintf(&b, "%s", says(zh, "computed: ", "计算："))
	switch s.Unit {
	case "ratio":
		b.WriteString(says(zh, n(s.Effect)+" times what was to be expected", "为预期的"+n(s.Effect)+"倍"))
	case "share":
		b.WriteString(says(zh, "a share of "+n(s.Effect), "比例"+n(s.Effect)))
	default:
		b.WriteString(n(s.Effect) + " " + s.Unit)
	}
	if s.Low != nil && s.High != nil {
		fmt.Fprintf(&b, says(zh, " (95 %% interval %s to %s)", "（95%%区间%s至%s）"), n(*s.Low), n(*s.High))
	}
	if s.Expected != nil && s.Unit == "share" {
		b.WriteString(says(zh, ", usual among peers "+n(*s.Expected), "，同类机关通常为"+n(*s.Expected)))
	}
	if s.Peers > 0 {
		fmt.Fprintf(&b, says(zh, "; %d compared", "；比较对象%d个"), s.Peers)
	}
	if s.Q != nil {
		b.WriteString(says(zh, "; q ", "；q ") + Probability(*s.Q))
	}
	return b.String()
}

// Probability writes a probability with its sign, as readers of statistics know it: "= 0.012", "< 0.001".
func Probability(v float64) string {
	if v < 0.001 {
		return "< 0.001"
	}
	if v < 0.1 {
		return "= " + strconv.FormatFloat(v, 'g', 2, 64)
	}
	return "= " + strconv.FormatFloat(v, 'f', 2, 64)
}

// Place says where a Ref stands in its document.
func (r *Ref) Place(zh bool) string {
	var parts []string
	add := func(en, chinese string, n *int32) {
		if n != nil {
			parts = append(parts, fmt.Sprintf(says(zh, en, chinese), *n))
		}
	}
	switch r.Kind {
	case "prose":
		return fmt.Sprintf(says(zh, "prose, section %s, bytes %d to %d", "正文第%s部分，字节%d至%d"), r.Name, r.Start, r.End)
	case "report":
		return says(zh, "head of the report", "报告信息")
	}
	add("page %d", "第%d页", r.Page)
	add("table %d", "表%d", r.TableIndex)
	add("row %d", "第%d行", r.Row)
	add("column %d", "第%d列", r.Column)
	if len(parts) == 0 && r.Offset != nil {
		parts = append(parts, fmt.Sprintf("byte %d", *r.Offset))
	}
	return strings.Join(parts, says(zh, ", ", "，"))
}

// factWords are what is known of a report, in words.
var factWords = map[string][2]string{
	"agency": {"reporting body", "报告机关"}, "report_year": {"report year", "报告年度"}, "title": {"title", "标题"},
	"published": {"date of publication", "发布日期"},
	"deadline":  {"legal deadline", "法定期限"}, "superseded": {"another version seen", "发现新版本日期"},
	"vanished": {"no longer there", "发现撤下日期"},
}

// What a Ref is.
func (r *Ref) What(zh bool) string {
	switch r.Kind {
	case "report":
		if w, ok := factWords[r.Name]; ok {
			return says(zh, w[0], w[1])
		}
		return r.Name
	case "prose":
		return says(zh, "prose", "正文")
	}
	return says(zh, r.Label[0], r.Label[1])
}

// Source is where its document can be had: the address, else the file.
func (r *Ref) Source() string {
	if r.URL != "" {
		return r.URL
	}
	return r.File
}

// rate says what the list promises.
func (b *Brief) rate() string {
	if b.List.Tests == 0 { // of a list that is not known as a whole
		return fmt.Sprintf(says(b.Zh, "The q of a statistical anomaly is the share of false alarms to expect in the "+
			"list down to it (Benjamini and Hochberg). %d reports of %d bodies.",
			"统计类异常所附q值为列表至该条的预期误报比例（Benjamini–Hochberg）。报告%d份，机关%d个。"), b.List.Reports, b.List.Bodies)
	}
	return fmt.Sprintf(says(b.Zh, "%d tests of statistical rules; of their list at most %g %% are false alarms to be "+
		"expected (Benjamini and Hochberg). %d reports of %d bodies.",
		"统计类规则共检验%d次，所列结果中预期误报不超过%g%%（Benjamini–Hochberg）。报告%d份，机关%d个。"), b.List.Tests, 100*b.List.Rate, b.List.Reports,
		b.List.Bodies)
}

// head is the title of an anomaly.
func (a *Anomaly) head(zh bool) string {
	r := ByCode(a.Rule)
	s := says(zh, r.Title, r.TitleZh)
	if a.Year > 0 {
		s = fmt.Sprintf("%d · %s", a.Year, s)
	}
	return s
}

func (a *Anomaly) innocent(zh bool) []string {
	if r := ByCode(a.Rule); zh {
		return r.InnocentZh
	} else {
		return r.Innocent
	}
}

func severityWord(s string, zh bool) string { return output.CodeLabel("severity", s, zh) }

// mdText escapes text for Markdown.
var mdText = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;",
	"|", `\|`, "`", "\\`", "#", `\#`, "\n", " ")

// mdTarget makes an address safe inside <…>.
var mdTarget = strings.NewReplacer("<", "%3C", ">", "%3E", "\n", "", " ", "%20")

// Markdown writes the brief. Each number of a sentence links to its source; the title of the link says the place.
func (b *Brief) Markdown(w io.Writer) error {
	var s strings.Builder
	fmt.Fprintf(&s, "# %s\n\n%s\n\n", mdText.Replace(b.Title), b.rate())
	for i := range b.Anomalies {
		a := &b.Anomalies[i]
		fmt.Fprintf(&s, "## %s\n\n", mdText.Replace(a.head(b.Zh)))
		for _, x := range a.sentence(b.Zh) {
			if x.Ref < 0 {
				s.WriteString(mdText.Replace(x.Text))
				continue
			}
			r := &a.Refs[x.Ref]
			fmt.Fprintf(&s, `[%s](<%s> "%s")`, mdText.Replace(x.Text), mdTarget.Replace(r.Source()),
				strings.ReplaceAll(mdText.Replace(r.Agency+" "+r.What(b.Zh)+": "+r.Place(b.Zh)), `"`, "'"))
		}
		s.WriteString("\n\n")
		fmt.Fprintf(&s, "%s · %s · `%s`\n\n", severityWord(a.Severity, b.Zh), mdText.Replace(a.Strength.Words(b.Zh)),
			a.ID)
		if b.Charts != "" && a.Chart(b.Zh) != "" {
			fmt.Fprintf(&s, "![%s](%s/%s.svg)\n\n", mdText.Replace(a.head(b.Zh)), b.Charts, a.ID)
		} else if t := a.historyTable(b.Zh); t != "" {
			s.WriteString(t + "\n")
		}
		if len(a.Judgements) > 0 {
			s.WriteString(says(b.Zh, "Looked at:\n\n", "核查意见：\n\n"))
			for _, j := range a.Judgements {
				s.WriteString("- " + mdText.Replace(j.words(b.Zh)) + "\n")
			}
			s.WriteString("\n")
		}
		s.WriteString(says(b.Zh, "What would explain it:\n\n", "可能的合理解释：\n\n"))
		for _, x := range a.innocent(b.Zh) {
			s.WriteString("- " + x + "\n")
		}
		s.WriteString(says(b.Zh, "\nEvidence:\n\n| what | printed | where | document |\n|---|---|---|---|\n",
			"\n证据：\n\n| 内容 | 原文 | 位置 | 文件 |\n|---|---|---|---|\n"))
		for k := range a.Refs {
			r := &a.Refs[k]
			fmt.Fprintf(&s, "| %s %d %s | %s | %s | [%s…](<%s>) |\n", mdText.Replace(r.Agency), r.Year,
				mdText.Replace(r.What(b.Zh)), mdText.Replace(r.Text), mdText.Replace(r.Place(b.Zh)),
				r.Document[:min(12, len(r.Document))], mdTarget.Replace(r.Source()))
		}
		s.WriteString("\n")
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// historyTable is the history as a Markdown table; "" where there is none.
func (a *Anomaly) historyTable(zh bool) string {
	if len(a.History.Series) == 0 || len(a.History.Series[0].Points) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString("| |")
	for _, p := range a.History.Series[0].Points {
		fmt.Fprintf(&b, " %d |", p.Year)
	}
	b.WriteString("\n|---|" + strings.Repeat("---:|", len(a.History.Series[0].Points)) + "\n")
	for _, s := range a.History.Series {
		b.WriteString("| " + mdText.Replace(says(zh, s.Name, s.NameZh)) + " |")
		for _, p := range s.Points {
			if p.Value == nil {
				b.WriteString(" |")
				continue
			}
			b.WriteString(" " + strconv.FormatFloat(*p.Value, 'f', -1, 64) + " |")
		}
		b.WriteString("\n")
	}
	return b.String()
}

var page = template.Must(template.New("brief").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<title>{{.Title}}</title>
<style>
body{font:16px/1.6 'Noto Sans CJK SC','Source Han Sans SC','PingFang SC','Microsoft YaHei',sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem;color:#222}
h2{border-top:1px solid #ddd;padding-top:1rem;font-size:1.15rem}
.said{font-size:1.1rem}
.said a{color:#1f4e8c;text-decoration:none;border-bottom:1px solid}
.meta,.where{color:#666;font-size:.85rem}
.error{color:#a33}.warning{color:#8a5a00}
table{border-collapse:collapse;font-size:.85rem;width:100%}
td,th{border:1px solid #ddd;padding:.2rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}
tr:target{background:#fff3c4}
svg{max-width:100%;height:auto}
</style>
</head>
<body>
<h1>{{.Title}}</h1>
<p class="meta">{{.Rate}}</p>
{{range .Items}}<section id="{{.ID}}">
<h2>{{.Head}}</h2>
<p class="said">{{range .Said}}{{if .Href}}<a href="{{.Href}}" title="{{.Title}}">{{.Text}}</a>{{else}}{{.Text}}{{end}}{{end}}</p>
<p class="meta"><span class="{{.Severity}}">{{.SeverityWord}}</span> · {{.Strength}} · <code>{{.ID}}</code></p>
{{.Chart}}
{{if .Judged}}<p>{{$.JudgedWord}}</p>
<ul>{{range .Judged}}<li>{{.}}</li>{{end}}</ul>
{{end}}<p>{{$.InnocentWord}}</p>
<ul>{{range .Innocent}}<li>{{.}}</li>{{end}}</ul>
<details open><summary>{{$.EvidenceWord}}</summary>
<table><tr>{{range $.Heads}}<th>{{.}}</th>{{end}}</tr>
{{range .Evidence}}<tr id="{{.ID}}"><td>{{.What}}</td><td>{{.Text}}</td><td>{{.Place}}</td><td>{{if .Link}}<a href="{{.Link}}">{{.Source}}</a>{{else}}{{.Source}}{{end}}<br><span class="where">sha256 {{.Document}}</span></td></tr>
{{end}}</table></details>
</section>
{{end}}</body>
</html>
`))

type htmlSaid struct{ Text, Href, Title string }

type htmlRef struct{ ID, What, Text, Place, Link, Source, Document string }

type htmlItem struct {
	ID, Head, Severity, SeverityWord, Strength string
	Said                                       []htmlSaid
	Chart                                      template.HTML
	Innocent, Judged                           []string
	Evidence                                   []htmlRef
}

// HTML writes the brief as one page that needs nothing else. A number in a sentence leads to its row of evidence, and
// that to the source.
func (b *Brief) HTML(w io.Writer) error {
	zh := b.Zh
	data := struct {
		Lang, Title, Rate, InnocentWord, EvidenceWord, JudgedWord string
		Heads                                                     []string
		Items                                                     []htmlItem
	}{says(zh, "en", "zh-CN"), b.Title, b.rate(), says(zh, "What would explain it:", "可能的合理解释："),
		says(zh, "Evidence", "证据"), says(zh, "Looked at:", "核查意见："),
		[]string{says(zh, "what", "内容"), says(zh, "printed", "原文"), says(zh, "where", "位置"),
			says(zh, "document", "文件")}, nil}
	for i := range b.Anomalies {
		a := &b.Anomalies[i]
		it := htmlItem{ID: a.ID, Head: a.head(zh), Severity: a.Severity, SeverityWord: severityWord(a.Severity, zh),
			Strength: a.Strength.Words(zh), Innocent: a.innocent(zh),
			Chart: template.HTML(a.Chart(zh))} // made by Chart, which escapes
		for _, x := range a.sentence(zh) {
			s := htmlSaid{Text: x.Text}
			if x.Ref >= 0 {
				r := &a.Refs[x.Ref]
				s.Href, s.Title = fmt.Sprintf("#%s-%d", a.ID, x.Ref), r.What(zh)+": "+r.Place(zh)
			}
			it.Said = append(it.Said, s)
		}
		for _, j := range a.Judgements {
			it.Judged = append(it.Judged, j.words(zh))
		}
		for k := range a.Refs {
			r := &a.Refs[k]
			it.Evidence = append(it.Evidence,
				htmlRef{fmt.Sprintf("%s-%d", a.ID, k), fmt.Sprintf("%s %d %s", r.Agency, r.Year,
					r.What(zh)), r.Text, r.Place(zh), r.URL, r.Source(), r.Document})
		}
		data.Items = append(data.Items, it)
	}
	return page.Execute(w, data)
}
