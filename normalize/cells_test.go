package normalize

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestCellGrammar: what cells print, and what is read: as a count, with its unit, and what is to be told of it.
//
//	doubt   the number, or that there is none, is told with a warning
//	figure  no number, with a warning; the cell still stands in its row like one
//	about   the number is not exact, which no sum changes
//	turned  a sign from an arrow or a word behind or in brackets: a number only where the column has signs
//	signed  a sign before the number, told where the column has none
//	scaled  万 multiplies a count and may be the unit of money
func TestCellGrammar(t *testing.T) {
	for _, c := range []struct {
		printed string
		state   State
		count   string // "" = no number
		unit    string
		told    string
	}{
		{"3千件", Number, "3000", "件", ""},
		{"15万", Number, "150000", "万", "scaled"},
		{"15万件", Number, "150000", "件", ""},
		{"15万元", Number, "15", "万元", ""},
		{"2万余件", Text, "20000", "件", "about"},
		{"2万余", Text, "20000", "万", "about"},
		{"2万多件", Text, "20000", "件", "about"},
		{"20余万件", Text, "200000", "件", "about"},
		{"20多件", Text, "20", "件", "about"},
		{"10余", Text, "10", "", "about"},
		{"一万五", Text, "", "", "figure"},
		{"一百二", Text, "", "", "figure"},
		{"二百五", Text, "", "", "figure"},
		{"三四十", Text, "", "", "figure"},
		{"一万五千", Number, "15000", "", "scaled"},
		{"1万5千", Number, "15000", "", "scaled"},
		{"1万5", Text, "", "", "figure"},
		{"1万5000", Number, "15000", "", "scaled"},
		{"1万零5百", Number, "10500", "", "scaled"},
		{"2亿4173.5万元", Number, "241735000", "元", ""},
		{"1.5万5千", Text, "", "", "figure"},
		{"2½", Text, "", "", "figure"},
		{"3½件", Text, "", "", "figure"},
		{"½", Text, "", "", "figure"},
		{"⅓", Text, "", "", "figure"},
		{"1/2", Text, "", "", "figure"},
		{"15382/2", Text, "", "", "figure"},
		{"10⁴", Text, "", "", "figure"},
		{"524¹", Text, "524", "", ""},
		{"524²", Text, "524", "", "doubt"},
		{"5⁴", Text, "5", "", "doubt"},
		{"2¹⁰", Text, "", "", "figure"},
		{"1e4", Text, "", "", "figure"},
		{"1.5E+04", Text, "", "", "figure"},
		{"10^4", Text, "", "", "figure"},
		{"1О", Text, "", "", "figure"},
		{"О", Text, "", "", "figure"},
		{"10О", Text, "", "", "figure"},
		{"1丨", Text, "", "", "figure"},
		{"丨5", Text, "", "", "figure"},
		{"1〇", Text, "", "", "figure"},
		{"〇", Number, "0", "", ""},
		{"○", Number, "0", "", "doubt"},
		{"O", Text, "", "", "figure"},
		{"o", Text, "", "", "figure"},
		{"l", Text, "", "", "figure"},
		{"I", Text, "", "", "figure"},
		{"Ⅰ", Text, "", "", "figure"},
		{"1Ⅰ", Text, "", "", "figure"},
		{"1ı", Text, "", "", "figure"},
		{"l5", Text, "", "", "figure"},
		{"6O", Text, "", "", "figure"},
		{"7-Jan", Text, "", "", "figure"},
		{"Jan-7", Text, "", "", ""},
		{"1月2日", Text, "", "", "doubt"},
		{"2022年", Text, "", "", "doubt"},
		{"2022-01-02", Text, "", "", "doubt"},
		{"2022/1/2", Text, "", "", "doubt"},
		{"2022.1.2", Text, "", "", "doubt"},
		{"10:20", Text, "", "", "doubt"},
		{"4,86", Text, "", "", "figure"},
		{"4，86", Text, "", "", "figure"},
		{"13,612", Number, "13612", "", ""},
		{"13，612", Number, "13612", "", ""},
		{"13'612", Number, "13612", "", ""},
		{"1,234,567", Number, "1234567", "", ""},
		{"1,234,56", Text, "", "", "figure"},
		{"1.234.567", Text, "", "", "figure"},
		{"1,234'567", Text, "", "", "figure"},
		{"1 234", Number, "1234", "", ""},
		{"1 234 567", Number, "1234567", "", ""},
		{"1 3", Number, "13", "", "doubt"},
		{"1\n3", Number, "13", "", "doubt"},
		{"1234 5", Number, "12345", "", "doubt"},
		{"12.", Text, "", "", "doubt"},
		{"12;", Text, "", "", "figure"},
		{"12。", Text, "", "", "figure"},
		{"12，", Text, "", "", "figure"},
		{"12、", Text, "", "", "doubt"},
		{"12)", Text, "", "", "doubt"},
		{".5", Text, "", "", "figure"},
		{"5-", Text, "", "", "figure"},
		{"5+", Text, "", "", "figure"},
		{"+5", Number, "5", "", "signed"},
		{"-5", Number, "-5", "", "signed"},
		{"—5", Number, "-5", "", "signed"},
		{"--5", Text, "", "", "figure"},
		{"±5", Text, "", "", "figure"},
		{"~5", Text, "", "", "figure"},
		{"≥5", Text, "", "", "figure"},
		{"<5", Text, "", "", "figure"},
		{"(5)", Text, "", "", "doubt"},
		{"（5）", Text, "", "", "doubt"},
		{"[5]", Text, "", "", "doubt"},
		{"①", Text, "", "", ""},
		{"⑤", Text, "", "", ""},
		{"①12", Text, "", "", ""},
		{"*12", Text, "", "", "figure"},
		{"#12", Text, "", "", "figure"},
		{"12*", Text, "12", "", ""},
		{"12※", Text, "12", "", ""},
		{"12#", Text, "12", "", ""},
		{"12①", Text, "12", "", ""},
		{"12注", Text, "12", "", ""},
		{"12注1", Text, "12", "", ""},
		{"12（注1）", Text, "12", "", ""},
		{"12[1]", Text, "12", "", ""},
		{"12（1）", Text, "12", "", ""},
		{"12（13）", Text, "12", "", "doubt"},
		{"12（件）", Number, "12", "件", ""},
		{"12件（宗）", Text, "12", "件", ""},
		{"24173500（元）", Number, "24173500", "元", ""},
		{"24173500（单位：元）", Number, "24173500", "元", ""},
		{"2（万件）", Number, "20000", "件", ""},
		{"2（万）", Number, "2", "万", ""},
		{"2（百）", Number, "200", "", "scaled"},
		{"12（约）", Text, "12", "", "about"},
		{"12（左右）", Text, "12", "", "about"},
		{"约12", Text, "12", "", "about"},
		{"约12件", Text, "12", "件", "about"},
		{"近12", Text, "12", "", "about"},
		{"12左右", Text, "12", "", "about"},
		{"12件左右", Text, "12", "件", "about"},
		{"12以上", Text, "", "", "figure"},
		{"12件以上", Text, "", "", "figure"},
		{"12以内", Text, "", "", "figure"},
		{"不足12", Text, "", "", ""},
		{"超过12", Text, "", "", ""},
		{"超12", Text, "", "", ""},
		{"12多", Text, "12", "", "about"},
		{"12来件", Text, "", "", "figure"},
		{"十来件", Text, "", "", "figure"},
		{"共12件", Text, "", "", ""},
		{"合计12", Text, "", "", ""},
		{"第3", Text, "", "", ""},
		{"第3页", Text, "", "", ""},
		{"A5", Text, "", "", ""},
		{"无（0）", Text, "", "", ""},
		{"0件（无）", Text, "0", "件", ""},
		{"无0", Text, "", "", ""},
		{"12件/次", Number, "12", "件/次", ""},
		{"12件次", Number, "12", "件次", ""},
		{"12（件次）", Number, "12", "件次", ""},
		{"12个", Number, "12", "个", ""},
		{"12个半", Text, "", "", "figure"},
		{"一个半", Text, "", "", "figure"},
		{"半", Text, "", "", "doubt"},
		{"三点五", Number, "3.5", "", ""},
		{"三点五万元", Number, "35000", "元", ""},
		{"12.5", Number, "12.5", "", ""},
		{"12.0", Number, "12", "", ""},
		{"10%", Text, "", "", "figure"},
		{"12‰", Text, "", "", "figure"},
		{"12％", Text, "", "", "figure"},
		{"12℃", Text, "", "", "figure"},
		{"5-6", Text, "", "", "figure"},
		{"5～6", Text, "", "", "figure"},
		{"5~6", Text, "", "", "figure"},
		{"5—6", Text, "", "", "figure"},
		{"5至6", Text, "", "", "figure"},
		{"3+2", Text, "", "", "figure"},
		{"3×2", Text, "", "", "figure"},
		{"1:2", Text, "", "", "doubt"},
		{"1.2.3", Text, "", "", "figure"},
		{"１２３", Number, "123", "", ""},
		{"１２３件", Number, "123", "件", ""},
		{"１，２３４", Number, "1234", "", ""},
		{"5↑", Text, "5", "", "turned"},
		{"5↓", Text, "-5", "", "turned"},
		{"↓5", Text, "-5", "", "turned"},
		{"↑5", Text, "5", "", "turned"},
		{"5（减少）", Text, "-5", "", "turned"},
		{"5（↓）", Text, "-5", "", "turned"},
		{"5（增加）", Text, "5", "", "turned"},
		{"（减少）5", Text, "-5", "", "turned"},
		{"减少5", Text, "-5", "", "signed"},
		{"减少5件", Text, "-5", "件", "signed"},
		{"增加5", Text, "5", "", "signed"},
		{"新增5", Text, "5", "", "signed"},
		{"下降5", Text, "-5", "", "signed"},
		{"-5（减少）", Text, "-5", "", "turned"},
		{"+5（减少）", Text, "", "", "figure"},
		{"减少-5", Text, "", "", "figure"},
		{"▲5", Text, "", "", "figure"},
		{"5（比上年减少2件）", Text, "5", "", ""},
		{"¥5", Number, "5", "元", ""},
		{"￥5", Number, "5", "元", ""},
		{"¥5元", Number, "5", "元", ""},
		{"¥5万元", Number, "5", "万元", ""},
		{"$5", Text, "", "", "figure"},
		{"5 USD", Number, "5", "USD", ""},
		{"5美元", Number, "5", "美元", ""},
		{"5元", Number, "5", "元", ""},
		{"5元整", Number, "5", "元整", ""},
		{"五元整", Number, "5", "元整", ""},
		{"5圆", Number, "5", "圆", ""},
		{"5百元", Number, "5", "百元", ""},
		{"241735百元", Number, "241735", "百元", ""},
		{"25.1万元", Number, "25.1", "万元", ""},
		{"1.2亿元", Number, "1.2", "亿元", ""},
		{"5千元", Number, "5", "千元", ""},
		{"5百万元", Number, "5", "百万元", ""},
		{"人民币5元", Number, "5", "元", ""},
		{"3千", Number, "3000", "", "scaled"},
		{"3百", Number, "300", "", "scaled"},
		{"3百件", Number, "300", "件", ""},
		{"百余件", Text, "", "", "doubt"},
		{"十余件", Text, "10", "件", "about"},
		{"十余万件", Text, "100000", "件", "about"},
		{"数十件", Text, "", "", "doubt"},
		{"几十件", Text, "", "", "doubt"},
		{"十几件", Text, "", "", "figure"},
		{"20几件", Text, "", "", "figure"},
		{"百件", Text, "", "", "doubt"},
		{"#REF!", Text, "", "", "figure"},
		{"#N/A", Text, "", "", "figure"},
		{"#DIV/0!", Text, "", "", "figure"},
		{"#VALUE!", Text, "", "", "figure"},
		{"####", Text, "", "", "figure"},
		{"٣", Text, "", "", "figure"},
		{"١٢", Text, "", "", "figure"},
		{"𝟏𝟐", Text, "", "", "figure"},
		{"¹²", Text, "", "", ""},
		{"₁₂", Text, "", "", "figure"},
		{"Ⅻ", Text, "", "", "figure"},
		{"XII", Text, "", "", ""},
		{"一", Number, "1", "", "doubt"},
		{"一件", Number, "1", "件", ""},
		{"一一", Mark, "", "", ""},
		{"一5", Text, "", "", "figure"},
		{"二", Number, "2", "", ""},
		{"两件", Number, "2", "件", ""},
		{"两", Number, "2", "", ""},
		{"廿", Number, "20", "", ""},
		{"廿五", Number, "25", "", ""},
		{"卅", Number, "30", "", ""},
		{"十二", Number, "12", "", ""},
		{"二十", Number, "20", "", ""},
		{"一百零三", Number, "103", "", ""},
		{"一百零三件", Number, "103", "件", ""},
		{"一千二十", Text, "", "", "figure"},
		{"一万零五百", Number, "10500", "", "scaled"},
		{"一万五百", Text, "", "", "figure"},
		{"一亿五千", Text, "", "", "figure"},
		{"一亿零五百万", Number, "105000000", "", "scaled"},
		{"三百三十六", Number, "336", "", ""},
		{"两千", Number, "2000", "", ""},
		{"零", Number, "0", "", ""},
		{"壹佰贰拾叁", Number, "123", "", ""},
		{"壹万贰仟元整", Number, "12000", "元整", ""},
		{"二〇", Number, "20", "", "doubt"},
		{"二〇二", Number, "202", "", "doubt"},
		{"一五", Number, "15", "", "doubt"},
		{"一二", Text, "", "", "figure"},
		{"三四", Text, "", "", "figure"},
		{"三百万元", Number, "3000000", "元", ""},
		{"十2", Text, "", "", "figure"},
		{"1百二十", Text, "", "", "figure"},
		{"一次性告知", Text, "", "", ""},
		{"三公经费", Text, "", "", ""},
		{"千方百计", Text, "", "", ""},
		{"一般", Text, "", "", ""},
		{"十二条", Number, "12", "条", ""},
		{"5个工作日", Text, "", "", "figure"},
		{"1.属于国家秘密", Text, "", "", "doubt"},
		{"1其他", Text, "", "", "figure"},
		{"12修订", Text, "", "", "figure"},
		{"22（其中修订16件）", Text, "22", "", ""},
		{"22（其中", Text, "22", "", "doubt"},
		{"22（含x）件", Text, "22", "件", ""},
		{"22其中修订16件", Text, "", "", "figure"},
		{"99999999999999999999999", Text, "", "", "figure"},
		{"12(一)", Text, "12", "", ""},
		{"\u202e15", Text, "", "", "figure"},
		{"1̶5", Text, "", "", "figure"},
		{"5️⃣", Text, "", "", "figure"},
		{"详见附件", Text, "", "", ""},
		{"详见附件1", Text, "", "", ""},
		{"N/A", Text, "", "", ""},
		{"不适用", Text, "", "", ""},
		{"12abc", Text, "", "", "figure"},
		{"12件、3件", Text, "", "", "figure"},
		{"12；13", Text, "", "", "figure"},
		{"1，2，3", Text, "", "", "figure"},
		{"007", Number, "7", "", ""},
		{"0.0", Number, "0", "", ""},
		{"-0", Number, "0", "", "signed"},
		{"12 件", Number, "12", "件", ""},
		{"5 ½", Text, "", "", "figure"},
		{"12", Number, "12", "", ""},
		{"5件。", Text, "", "", "figure"},
		{"1.5", Number, "1.5", "", ""},
		{"三", Number, "3", "", ""},
		{"50%", Text, "", "", "figure"},
		{"1亿", Number, "100000000", "亿", "scaled"},
		{"1万亿", Number, "1000000000000", "", "scaled"},
		{"１5", Number, "15", "", ""},
		{"5,", Text, "", "", "figure"},
		{"5%以上", Text, "", "", "figure"},
		{"15(万)", Number, "15", "万", ""},
		{"15（万元）", Number, "15", "万元", ""},
		{"15万（元）", Number, "15", "万元", ""},
		{"15万(件)", Number, "150000", "件", ""},
		{"5分之1", Text, "", "", "figure"},
		{"三分之一", Text, "", "", ""},
		{"5倍", Text, "", "", "figure"},
	} {
		r := read(c.printed)
		count, told := "", ""
		if r.number != nil {
			count = r.asCount().String()
		}
		switch {
		case r.figure:
			told = "figure"
		case r.doubt != "":
			told = "doubt"
		case r.rough != "":
			told = "about"
		case r.turned:
			told = "turned"
		case r.said:
			told = "signed"
		case r.scaled:
			told = "scaled"
		}
		if r.state != c.state || count != c.count || r.unit != c.unit || told != c.told {
			t.Errorf("%q: %s %q %q %s, want %s %q %q %s (%s)", c.printed, r.state, count, r.unit, told, c.state, c.count,
				c.unit, c.told, r.doubt)
		}
		if r.figure && (r.doubt == "" || r.number != nil) {
			t.Errorf("%q: a figure with a number, or without a reason", c.printed)
		}
	}
}

// known are the characters that cells with a number are made of, outside of brackets.
const known = "0123456789.,，'’ 　\u00a0零〇○一二两兩三四五六七八九十百千万亿萬億壹壱贰貳弍叁參叄肆伍陆陸柒捌玖拾佰仟廿卅卌点余多约近大为将左右上下整正注" +
	"+-−－–—﹣增加新长升净减少下降低负↑↓⬆⬇↗↘\ufe0f¥￥人民币*※#★☆¹²³⁴⁵⁶⁷⁸⁹|｜"

// FuzzCell: what is read of a cell. A number has no character beside it that the grammar does not know, its digits are
// those that are printed, and one that is refused is told.
func FuzzCell(f *testing.F) {
	for _, s := range []string{"13,612", "1万5千件", "22（其中修订16件）", "一百零三", "5（减少）", "约2417.35万元", "4,86", "2½", "1О", "10⁴", "7-Jan",
		"24173500（元）", "2（万件）", "一万五", "0 |", "１２３", "1 234", "\u202e15", "12（13）"} {
		f.Add(s)
	}
	var units []string
	for u := range countingWords {
		units = append(units, u)
	}
	units = append(append(append(append(units, yuanWords...), foreignWords...), ownMoney...), "单位", ":")
	slices.SortFunc(units, func(a, b string) int { return len(b) - len(a) })
	f.Fuzz(func(t *testing.T, printed string) {
		r := read(printed)
		if r.number == nil {
			if r.isInt || r.figure && r.doubt == "" {
				t.Fatalf("%q: %+v", printed, r)
			}
			return
		}
		s := form.Squeeze(printed)
		bare := outsideBrackets(s)
		for _, u := range units {
			bare = strings.ReplaceAll(bare, u, "")
		}
		for _, c := range bare {
			if !strings.ContainsRune(known, c) && !(c >= '①' && c <= '⑳') {
				t.Fatalf("%q is read as %s in spite of %q", printed, r.number, c)
			}
		}
		// nothing but digits, separators, a sign and a unit: the digits of the number are those printed
		if digits := digitsOf(s); !strings.ContainsFunc(s, unicode.IsNumber) || digits == "" || r.scaled || r.state != Number ||
			strings.ContainsFunc(bare, func(c rune) bool { return !strings.ContainsRune("0123456789.,，'’+-−－–—﹣", c) }) {
			return
		} else if got := digitsOf(r.number.String()); !strings.Contains(digits, strings.Trim(got, "0")) {
			t.Fatalf("%q is read as %s", printed, r.number)
		}
	})
}

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// outsideBrackets leaves out what stands in brackets.
func outsideBrackets(s string) string {
	depth := 0
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("([【〔", r):
			depth++
			return -1
		case strings.ContainsRune(")]】〕", r):
			depth = max(depth-1, 0)
			return -1
		case depth > 0:
			return -1
		}
		return r
	}, s)
}
