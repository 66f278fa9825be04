package made

import (
	"math/rand"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/gold"
)

// phrases are the words of invented prose; none is so long that two texts share a passage by chance.
var phrases = [][]string{
	{"围绕", "聚焦", "针对", "结合", "依托", "面向", "立足", "着眼"},
	{"教育入学", "医疗服务", "住房保障", "就业创业", "生态修复", "乡村振兴", "交通出行", "养老托育", "市场准入", "食品药品", "水利防汛", "城市更新"},
	{"工作", "领域", "事项", "需求", "重点", "关切"},
	{"及时更新", "持续完善", "集中整理", "逐项梳理", "分批发布", "规范编制", "统一归集", "定期检查"},
	{"公开目录", "政策文件库", "办事指南", "解读材料", "信息栏目", "数据清单", "问答专栏", "图文说明"},
	{"，群众反映较好。", "，形式更加多样。", "，内容更为准确。", "，查询更加方便。", "，口径保持一致。", "，责任落实到人。", "，进度按月通报。", "，效果有所提升。"},
}

// Prose writes so many sentences.
func Prose(rng *rand.Rand, sentences int) string {
	var b strings.Builder
	for range sentences {
		for _, p := range phrases {
			b.WriteString(p[rng.Intn(len(p))])
		}
	}
	return b.String()
}

// headings are what headings of sections begin with.
var headings = []string{"一", "二", "三", "四", "五", "六"}

func firstRune(s string) string {
	_, n := utf8.DecodeRuneInString(s)
	return s[:n]
}

// copies says how many years a body's words on what is still wanting stay as they were.
const copies = 2

// write puts prose in the place of the few sentences that every report of package gold has: most of it is new each year, some is
// that of the year before.
func (c Corpus) write(d *Document) {
	fresh := c.draw(d.Body.Number, d.Year, "prose")
	kept := c.draw(d.Body.Number, d.Year/copies, "prose that stays")
	tabled := d.Year < 2019 && slices.ContainsFunc(d.Report.Items, func(it gold.Item) bool { return it.Table != nil })
	if tabled {
		d.Report.Facts = nil // gold's are other figures than those of the table
	}
	var items []gold.Item
	section := false
	for _, it := range d.Report.Items {
		section = section || strings.HasPrefix(it.Text, "一、")
		switch {
		case it.Table != nil:
		case strings.HasPrefix(it.Text, "（一）主动公开方面"), strings.HasPrefix(it.Text, "（二）平台建设方面"),
			strings.HasPrefix(it.Text, "公开内容还不够全面"):
			it.Text = Prose(fresh, 20)
		case strings.HasPrefix(it.Text, "对照上级要求"):
			it.Text = Prose(kept, 16)
		case strings.HasPrefix(it.Text, "本年度未收取"):
			it.Text = Prose(fresh, 4)
		case strings.HasPrefix(it.Text, "一、") && d.Year < 2019:
			items = append(items, it, gold.Item{Text: Prose(kept, 16)})
			continue
		case tabled && section && !slices.Contains(headings, firstRune(it.Text)) && !strings.HasSuffix(it.Text, "统计表"):
			it.Text = Prose(fresh, 3)
		}
		items = append(items, it)
	}
	d.Report.Items = slices.Clip(items)
}
