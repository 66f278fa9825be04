package normalize

import (
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A stamp is what words say about the figures that stand below or beside them: of which year they are, of which stage
// of the report, and whose.
type stamp struct {
	year   int    // 2021年; 0 = none is named
	own    bool   // 本年, 本报告期
	other  bool   // 上年, 供对照: figures of another year
	change bool   // 增减, 同比: how two years differ
	stage  int    // of a draft: 1 初稿 … 9 定稿; 0 = none is named
	body   bodies // 本级, 下属单位, 合计
	torn   bool   // it contradicts itself: two years, or 上年 beside the report's own
	words  string // as printed, squeezed
}

type bodies int8

const (
	ownBody   bodies = iota + 1 // 本级: the reporting body itself
	bodyBelow                   // 下属单位: what is subordinate to it
	allBodies                   // 合计: both together
)

// final is the stage of a text that is published.
const final = 9

// Words of stamps, the longer before those that they contain.
var (
	otherYearWords = []string{"上年同期", "去年同期", "上年度", "上一年度", "上一年", "上年", "去年", "上期", "前一年度", "前一年",
		"前年", "往年", "历年"}
	ownYearWords = []string{"本报告年度", "本报告期", "报告年度", "本年度", "本年", "今年", "当年", "本期"}
	changeWords  = []string{"同比增减率", "同比增减", "同比增长率", "同比增长", "同比变化", "增减情况", "增减率", "增减数", "增减",
		"增长率", "增长", "增幅", "变化率", "变化情况", "变化", "差额", "同比"}
	againstWords = []string{"供对照", "供对比", "供参考", "供参照", "仅供参考", "对照数据", "作对照", "用于对比", "历史数据"}
	stageWords   = []struct {
		word  string
		stage int
	}{{"征求意见稿", 4}, {"征求意见", 4}, {"讨论稿", 3}, {"送审稿", 6}, {"报审稿", 6}, {"报批稿", 7}, {"审议稿", 6},
		{"修改稿", 5}, {"修订稿", 5}, {"初稿", 1}, {"草稿", 1}, {"草案", 1}, {"第一稿", 1}, {"第二稿", 2}, {"第三稿", 3}, {"一稿", 1},
		{"二稿", 2}, {"三稿", 3}, {"原稿", 1}, {"旧稿", 1}, {"作废", 1}, {"废稿", 1}, {"旧版", 1}, {"定稿", final},
		{"最终稿", final}, {"最终版", final}, {"终稿", final}, {"最终", final}, {"正式稿", final}, {"正式版", final}, {"正式", final},
		{"公开稿", final}, {"发布稿", final}, {"公布稿", final}, {"审定稿", final}}
	bodyWords = []struct {
		word string
		body bodies
	}{{"机关本级", ownBody}, {"本机关", ownBody}, {"本单位", ownBody}, {"本部门", ownBody}, {"局机关", ownBody}, {"委机关", ownBody},
		{"厅机关", ownBody}, {"市本级", ownBody}, {"县本级", ownBody}, {"区本级", ownBody}, {"省本级", ownBody}, {"局本级", ownBody},
		{"委本级", ownBody}, {"厅本级", ownBody}, {"府本级", ownBody}, {"办本级", ownBody}, {"本级", ownBody}, {"本局", ownBody},
		{"下属部门和单位", bodyBelow}, {"下属各单位", bodyBelow}, {"下属部门", bodyBelow}, {"下属单位", bodyBelow},
		{"下属机构", bodyBelow}, {"所属部门", bodyBelow}, {"所属单位", bodyBelow}, {"直属单位", bodyBelow}, {"直属部门", bodyBelow},
		{"直属机构", bodyBelow}, {"派出机构", bodyBelow}, {"二级单位", bodyBelow}, {"基层单位", bodyBelow}, {"各部门", bodyBelow},
		{"各单位", bodyBelow}, {"各乡镇", bodyBelow}, {"乡镇街道", bodyBelow}, {"街道乡镇", bodyBelow}, {"下级", bodyBelow},
		{"其他部门", bodyBelow}, {"其他单位", bodyBelow}, {"部门", bodyBelow}, {"街道", bodyBelow}, {"乡镇", bodyBelow},
		{"下属", bodyBelow}, {"全市合计", allBodies}, {"全县合计", allBodies}, {"全区合计", allBodies}, {"全省合计", allBodies},
		{"全系统合计", allBodies}, {"全市汇总", allBodies}, {"全县汇总", allBodies}, {"全区汇总", allBodies}, {"全系统", allBodies},
		{"全市", allBodies}, {"全县", allBodies}, {"全区", allBodies}, {"全省", allBodies}, {"全局", allBodies},
		{"汇总", allBodies}, {"合计", allBodies}, {"总计", allBodies}}
)

// Which lists of words a text could hold one of: each of their words has one of the characters that signsIn looks for.
const (
	yearSigns = 1 << iota
	changeSigns
	againstSigns
	stageSigns
	bodySigns
)

// signsIn is a quick look at which stamps a text could bear.
func signsIn(text string) (signs int) {
	for _, r := range text {
		switch r {
		case '年', '期':
			signs |= yearSigns
		case '增', '变', '差', '同':
			signs |= changeSigns
		case '供', '对', '历':
			signs |= againstSigns
		case '征', '稿', '案', '终', '正', '废', '版':
			signs |= stageSigns
		case '级', '关', '位', '门', '构', '镇', '道', '属', '局', '全', '汇', '计':
			signs |= bodySigns
		}
	}
	return signs
}

// stampOf reads what a text says of the figures it belongs to, and what it says besides: 2021年自然人 is a stamp and
// 自然人. A text without a stamp gives itself.
func stampOf(text string) (t stamp, rest string) {
	s := form.Squeeze(text)
	signs := signsIn(s)
	if signs == 0 && !isYear(s) {
		return t, s
	}
	t.words = s
	rest = t.cutYears(s)
	cut := func(words []string) (found bool) {
		for _, w := range words {
			if strings.Contains(rest, w) {
				rest, found = strings.ReplaceAll(rest, w, ""), true
			}
		}
		return found
	}
	t.change = signs&changeSigns != 0 && cut(changeWords)
	t.other = signs&yearSigns != 0 && cut(otherYearWords)
	t.other = signs&againstSigns != 0 && cut(againstWords) || t.other
	t.own = signs&yearSigns != 0 && cut(ownYearWords)
	for _, w := range stageWords {
		if signs&stageSigns == 0 {
			break
		}
		if strings.Contains(rest, w.word) {
			rest, t.stage = strings.ReplaceAll(rest, w.word, ""), max(t.stage, w.stage)
		}
	}
	for _, w := range bodyWords {
		if signs&bodySigns == 0 {
			break
		}
		if t.body == 0 && strings.Contains(rest, w.word) {
			rest, t.body = strings.ReplaceAll(rest, w.word, ""), w.body
		}
	}
	return t, bareRest(rest)
}

// bareRest leaves out what only serves a stamp: 2021年数, （数据）.
func bareRest(s string) string {
	s = strings.Trim(s, "()[]【】〔〕:、,-—/“”\"《》")
	switch s {
	case "数", "数据", "数量", "数值", "度", "年度", "情况", "数字", "的", "统计", "统计数", "统计数据", "值", "项目", "件", "单位", "比较", "率":
		return ""
	}
	return s
}

func isYear(s string) bool { return len(s) == 4 && allDigits(s) && s >= "2008" && s <= "2049" }

// cutYears takes the years out of a squeezed text: 2021年, 2021年度, 2021-年 of a period, 二〇二一年. A day (2022年1月20日)
// names no year of figures, a period does.
func (t *stamp) cutYears(s string) string {
	if isYear(s) {
		t.year = int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')
		return ""
	}
	if strings.Contains(s, "二") && strings.Contains(s, "年") {
		s = chineseYears.Replace(s)
	}
	period := strings.ContainsAny(s, "至-—~－")
	var out strings.Builder
	for i := 0; i < len(s); {
		const year = "年"
		if i+4+len(year) > len(s) || !isYear(s[i:i+4]) || !strings.HasPrefix(s[i+4:], year) ||
			i > 0 && s[i-1] >= '0' && s[i-1] <= '9' {
			out.WriteByte(s[i])
			i++
			continue
		}
		y := int(s[i]-'0')*1000 + int(s[i+1]-'0')*100 + int(s[i+2]-'0')*10 + int(s[i+3]-'0')
		next := s[i+4+len(year):]
		day := next != "" && next[0] >= '0' && next[0] <= '9'
		i += 4 + len(year)
		if day && !period {
			continue
		}
		t.torn = t.torn || t.year != 0 && t.year != y
		t.year = y
		if rest, ok := strings.CutPrefix(s[i:], "度"); ok && !strings.HasPrefix(rest, "数") {
			i += len("度")
		}
	}
	return out.String()
}

var chineseYears = strings.NewReplacer("二〇一", "201", "二〇二", "202", "二零一", "201", "二零二", "202", "二○一", "201",
	"二○二", "202", "二0一", "201", "二0二", "202", "〇年", "0年", "零年", "0年", "○年", "0年", "一年", "1年", "二年", "2年",
	"三年", "3年", "四年", "4年", "五年", "5年", "六年", "6年", "七年", "7年", "八年", "8年", "九年", "9年")

// says reports whether a text bears a stamp at all.
func (t *stamp) says() bool {
	return t.year != 0 || t.own || t.other || t.change || t.stage != 0 || t.body != 0
}

// onYear reports whether a stamp speaks of a year.
func (t *stamp) onYear() bool { return t.year != 0 || t.own || t.other }

// A standing is how near figures stand to those that a report is to give: the figures that stand nearest are its own.
type standing int8

const (
	aside   standing = -1 // of another year, or of those below
	unsaid  standing = 0
	jointly standing = 1 // of the body and those below it
	owned   standing = 2
)

// stand judges a stamp in a report on a year.
func (t *stamp) stand(year int) standing {
	if t.torn {
		return unsaid
	}
	own, other := t.own, t.other
	if t.year != 0 && year != 0 {
		own, other = own || t.year == year, other || t.year != year
		if t.year == year && t.other || t.year != year && t.own {
			return unsaid // 2021年（上年） in the report on 2021
		}
	}
	switch {
	case t.change || own && other: // 本年比上年增减
		return aside
	case other || t.body == bodyBelow:
		return aside
	case t.body == allBodies:
		return jointly
	case own || t.body == ownBody:
		return owned
	}
	return unsaid
}

// caption reports whether a text is short enough, and says little enough besides, to head a table: a stamp alone, or
// with the words of a title. known tells labels of the form, such as 上年结转政府信息公开申请数量.
func caption(text string, known func(string) bool) (stamp, bool) {
	if n := utf8.RuneCountInString(text); n < 2 || n > 48 || strings.ContainsAny(text, "。；;") {
		return stamp{}, false
	}
	t, rest := stampOf(text)
	t.change = false // of the two years together a table may well say how they differ
	if !t.says() || known(form.Fold(text)) {
		return stamp{}, false
	}
	if rest == "" {
		return t, true
	}
	if !containsAny(rest, []string{"情况", "表", "数据", "统计", "申请", "公开", "复议", "诉讼"}) {
		return stamp{}, false
	}
	// of words that may be part of a name or title only years and stages count there: 区本级, 部门 and 合计 do not
	if t.body != 0 && !t.onYear() && t.stage == 0 && utf8.RuneCountInString(rest) > 24 {
		return stamp{}, false
	}
	return t, true
}
