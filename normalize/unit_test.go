package normalize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestUnits: which unit a word is.
func TestUnits(t *testing.T) {
	for word, want := range map[string]unit{
		"元": {moneyUnit, 0}, "圆": {moneyUnit, 0}, "人民币元": {moneyUnit, 0}, "RMB": {moneyUnit, 0}, "rmb": {moneyUnit, 0},
		"人民币": {moneyUnit, 0}, "人民币（元）": {moneyUnit, 0}, "百元": {moneyUnit, 2}, "千元": {moneyUnit, 3}, "万元": {moneyUnit, 4},
		"萬元": {moneyUnit, 4}, "十万元": {moneyUnit, 5}, "百万元": {moneyUnit, 6}, "千万元": {moneyUnit, 7}, "亿元": {moneyUnit, 8},
		"人民币万元": {moneyUnit, 4}, "万元人民币": {moneyUnit, 4}, "万元（人民币）": {moneyUnit, 4}, "万 元": {moneyUnit, 4},
		"万": {bareUnit, 4}, "亿": {bareUnit, 8}, "百": {bareUnit, 2},
		"美元": {foreignUnit, 0}, "万美元": {foreignUnit, 4}, "港币": {foreignUnit, 0}, "日元": {foreignUnit, 0}, "USD": {foreignUnit, 0},
		"件": {countUnit, 0}, "人次": {countUnit, 0}, "件次": {countUnit, 0}, "百件": {countUnit, 2}, "万件": {countUnit, 4},
		"贯": {}, "元氏县": {}, "": {}, "十": {}, "元旦": {}, "多元": {}, "人民": {},
	} {
		if got := unitOf(word); got != want {
			t.Errorf("%q: %+v, want %+v", word, got, want)
		}
	}
}

// TestSayings: what a text says about units. The second part of a case is scope, word and power of each.
func TestSayings(t *testing.T) {
	scope := map[unitScope]string{ofAny: "", ofMoney: "money ", ofCounts: "counts ", ofOthers: "others "}
	for _, c := range []struct {
		text  string
		label bool
		want  string
	}{
		{"单位：元", false, "元 0"},
		{"（金额单位：元）", false, "money 元 0"},
		{"单位：件、万元", false, "件 0, 万元 4"},
		{"数量单位：件，金额单位：千元", false, "counts 件 0, money 千元 3"},
		{"币种：人民币　单位：元", false, "money 元 0"},
		{"单位:人民币万元 2022年", false, "人民币万元 4"},
		{"注：金额单位为元。", false, "money 元 0"},
		{"注：以上金额单位均为人民币百元", false, "money 人民币百元 2"},
		{"说明：收费金额以元计。", false, "money 元 0"},
		{"本报告金额以万元为单位", false, "money 万元 4"},
		{"收费金额均为元", false, "money 元 0"},
		{"单位：百件", false, "百件 2"},
		{"数量单位：万件", false, "counts 万件 4"},
		{"（元）", false, "元 0"},
		{"单位：“百件”", false, "百件 2"},
		{"（以“元”为单位）", false, "元 0"},
		{"单位 百件", false, "百件 2"},
		{"单位∶百件", false, "百件 2"},
		{"单位：100件", false, "100件 ?"},
		{"采购总金额（单位：RMB'000）", true, "money RMB000 ?"},
		{"（金额：元）", false, "money 元 0"},
		{"四、行政复议、行政诉讼情况（百件）", false, "百件 2"},
		{"下属单位：10个，均已报送", false, ""},
		{"本年收费金额（本级，元）", true, "元 0"},
		{"本年收费金额（K元）", true, "K元 ?"},
		{"本年收费金额（仟元）", true, "仟元 3"},
		{"单位：贯", false, "贯 ?"},
		{"单位：美元", false, "美元 0"},
		{"培训人数单位为百人", false, "others 百人 2"},
		{"主办单位：江州市人民政府办公室", false, ""},
		{"单位：县教育局", false, ""},
		{"单位：元氏县教育局", false, ""},
		{"责任单位：各部门、各乡镇", false, ""},
		{"填报单位（盖章）：", false, ""},
		{"各有关单位要以人为本，统计到位", false, ""},
		{"本年收费金额（单位：万元）", true, "money 万元 4"},
		{"采购总金额（元）", true, "元 0"},
		{"采购总金额（万元，下同）", true, "万元 4"},
		{"采购总金额（万元/元）", true, "万元 4, 元 0"},
		{"單位：萬元", false, "万元 4"},
		{"（部分）", true, ""},
		{"采购总金额/千元", true, "千元 3"},
		{"收费金额万元", true, "万元 4"},
		{"行政许可（百件）", true, "百件 2"},
		{"行政事业性收费（本级）", true, ""},
		{"行政规范性文件", true, ""},
		{"其他对外管理服务事项", true, ""},
		{"采购总金额", true, ""},
	} {
		var got []string
		for _, y := range sayings(c.text, c.label) {
			power := fmt.Sprint(y.shift)
			if y.kind == unknownUnit {
				power = "?"
			}
			got = append(got, scope[y.of]+y.word+" "+power)
		}
		want := strings.NewReplacer("（", "", "）", "").Replace(c.want)
		if g := strings.NewReplacer("(", "", ")", "").Replace(strings.Join(got, ", ")); g != want {
			t.Errorf("%q: %q, want %q", c.text, g, want)
		}
	}
}

// TestMeasure: the unit of the fee is that which the nearest source names, and a warning says where that is not certain.
func TestMeasure(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name                               string
		intro, above, header, label, value string
		below                              string
		number                             string // "" = none
		from                               UnitSource
		doubt                              bool
	}{
		{name: "as in the form", header: "本年收费金额（单位：万元）", value: "241.7", number: "241.7", from: UnitInHeader},
		{name: "cell", header: "本年收费金额（单位：万元）", value: "2417000元", number: "241.7", from: UnitInCell},
		{name: "brackets", header: "本年收费金额（单位：万元）", value: "2417000（元）", number: "241.7", from: UnitInCell},
		{name: "label", header: "本年收费金额", label: "行政事业性收费（元）", value: "2417000", number: "241.7", from: UnitInRow},
		{name: "label against header", header: "本年收费金额（单位：万元）", label: "行政事业性收费（元）", value: "2417000", number: "241.7",
			from: UnitInRow, doubt: true},
		{name: "above", above: "（金额单位：元）", header: "本年收费金额", value: "2417000", number: "241.7", from: UnitAbove},
		{name: "above for counts", above: "数量单位：百件", header: "本年收费金额（单位：万元）", value: "241.7", number: "241.7",
			from: UnitInHeader},
		{name: "above against header", above: "单位：元", header: "本年收费金额（单位：万元）", value: "241.7", number: "241.7",
			from: UnitInHeader, doubt: true},
		{name: "below", header: "本年收费金额", value: "2417000", below: "注：金额单位为元。", number: "241.7", from: UnitBelow},
		{name: "below against header", header: "本年收费金额（单位：万元）", value: "241.7", below: "注：金额单位为元。", number: "241.7",
			from: UnitInHeader, doubt: true},
		{name: "report", intro: "本报告金额单位均为元。", header: "本年收费金额", value: "2417000", number: "241.7", from: UnitOfReport},
		{name: "missing", header: "本年收费金额", value: "241.7", number: "241.7", from: UnitOfForm, doubt: true},
		{name: "missing, nothing", header: "本年收费金额", value: "0", number: "0", from: UnitOfForm},
		{name: "foreign", header: "本年收费金额（单位：美元）", value: "241.7", from: UnitInHeader, doubt: true},
		{name: "foreign cell", header: "本年收费金额（单位：万元）", value: "241.7美元", from: UnitInCell, doubt: true},
		{name: "unknown", header: "本年收费金额（单位：贯）", value: "241.7", from: UnitInHeader, doubt: true},
		{name: "bare", header: "本年收费金额（万）", value: "241.7", number: "241.7", from: UnitInHeader},
		{name: "prose", intro: "全年收费241.7万元。", header: "本年收费金额（单位：万元）", value: "2417000", number: "2417000",
			from: UnitInHeader, doubt: true},
		{name: "other office", above: "主办单位：元江县教育局", header: "本年收费金额（单位：万元）", value: "241.7", number: "241.7",
			from: UnitInHeader},
	} {
		if c.label == "" {
			c.label = "行政事业性收费"
		}
		text := "<h1>江州市教育局2022年政府信息公开工作年度报告</h1><p>一、总体情况</p><p>" + c.intro +
			"</p><p>二、主动公开政府信息情况</p><p>" + c.above + "</p><table>" +
			"<tr><td>信息内容</td><td>本年处理决定数量</td></tr><tr><td>行政许可</td><td>38</td></tr>" +
			"<tr><td colspan=2>第二十条第（八）项</td></tr><tr><td>信息内容</td><td>" + c.header + "</td></tr><tr><td>" + c.label +
			"</td><td>" + c.value + "</td></tr></table><p>" + c.below + "</p><p>三、收到和处理政府信息公开申请情况</p><p>无。</p>"
		doc, err := extract.Read([]byte(text), "report.html")
		if err != nil {
			t.Fatal(err)
		}
		rep := Read(doc, forms)
		for _, v := range rep.Values {
			if v.Name != "active.fees.amount" {
				continue
			}
			number, doubt := "", false
			if v.Number != nil {
				number = v.Number.String()
			}
			for _, f := range rep.Findings {
				doubt = doubt || f.Name == v.Name && f.Severity != Note
			}
			if number != c.number || v.UnitFrom != c.from || doubt != c.doubt || v.State != Number {
				t.Errorf("%s: number %q from %q doubt %v state %s; want %q %q %v", c.name, number, v.UnitFrom, doubt, v.State,
					c.number, c.from, c.doubt)
			}
		}
	}
}
