package claims

import (
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize/numeral"
)

// A mention is a number with its unit as a text prints them. Dates, ordinals, article and document numbers, telephone
// numbers and numbers inside the title of a document are none.
type mention struct {
	start, end int // bytes of the text
	value      decimal.Decimal
	unit       string
	about      bool // 余, 多, 近, 约: the number is rounded
	words      bool // written in Chinese numerals
}

// units that statements of number are made in, longest first.
var units = strings.Fields("个百分点 百分点 个工作日 工作日 平方公里 平方米 件次 条次 人次 家次 户次 批次 次数 万元 亿元 公里 小时 分钟 " +
	"件 条 次 人 名 位 个 项 份 篇 期 场 起 宗 例 家 部 处 种 类 页 幅 张 封 批 户 元 天 倍 分 台 套 则 册 本 档 块 栏 组 对 轮 只 支 间 所 座 亩 吨 字 帖 票 点 款 卷 笔 % ‰")

// wordUnits are those that a number in Chinese numerals counts by; others are mostly idiom (三个方面, 一批).
var wordUnits = strings.Fields("件次 人次 工作日 个工作日 件 条 次 人 名 起 宗 份 篇 期 场 部 家 项")

// mentions finds the numbers of a text, in order.
func mentions(text string) []mention {
	var out []mention
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '《':
			if j := strings.Index(text[i:], "》"); j > 0 {
				i += j + len("》")
				continue
			}
		case r == '“' || r == '"':
			closing := map[rune]string{'“': "”", '"': `"`}[r]
			if j := strings.Index(text[i+n:], closing); j >= 0 && utf8.RuneCountInString(text[i+n:i+n+j]) <= 24 {
				i += n + j + len(closing)
				continue
			}
		case isDigit(r):
			m, next := arabic(text, i)
			if m != nil && !cutShort(text, m) {
				out = append(out, *m)
			}
			i = next
			continue
		case beginsWords(r):
			if m, next := inWords(text, i); m != nil {
				out = append(out, *m)
				i = next
				continue
			} else if next > i {
				i = next
				continue
			}
		}
		i += n
	}
	return out
}

// beginsWords reports whether a number in words may begin with a character.
func beginsWords(r rune) bool {
	switch r {
	case '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '零', '近':
		return true
	}
	return false
}

// cutShort reports whether a character that nobody could read stands right beside a number: it may be one of its digits.
func cutShort(text string, m *mention) bool {
	before, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text[:m.start], " "))
	number := strings.TrimRight(text[m.start:m.end], " ")
	number = strings.TrimRight(strings.TrimSuffix(number, m.unit), " ")
	after, _ := utf8.DecodeRuneInString(text[m.start+len(number):])
	return m.start > 0 && before == utf8.RuneError || after == utf8.RuneError && m.start+len(number) < len(text)
}

func isDigit(r rune) bool { return numeral.IsDigit(r) }

// scan reads the numeral that begins at a byte. A wide comma sets groups apart only where a unit follows: in 规章12，135 it
// is a comma of the sentence.
func scan(s string, at int) (n numeral.Numeral, next int, ok bool) {
	n, size, why := numeral.Scan(s[at:], true)
	if size > 0 && strings.Contains(s[at:at+size], "，") && (why != "" || !unitFollows(s, at+size)) {
		n, size, why = numeral.Scan(s[at:], false)
	}
	return n, at + size, size > 0 && why == ""
}

func unitFollows(s string, at int) bool {
	next := spaces(s, at)
	_, end := unitAt(s, next, units)
	return end > next
}

// spaces gives where the spaces end that begin at a byte.
func spaces(s string, at int) int {
	return len(s) - len(strings.TrimLeft(s[at:], " \u00a0"))
}

func unitAt(s string, at int, of []string) (string, int) {
	rest := s[at:]
	switch {
	case strings.HasPrefix(rest, "％"), strings.HasPrefix(rest, "﹪"):
		return "%", at + 3
	}
	for _, u := range of {
		if strings.HasPrefix(rest, u) {
			return u, at + len(u)
		}
	}
	return "", at
}

// arabic reads a number in digits at a place. m is nil where it is no statement of number.
func arabic(s string, at int) (m *mention, next int) {
	n, i, ok := scan(s, at)
	before := s[:at]
	if !ok || isReference(before, s[at:i]) || n.Value.NumDigits() > 15 {
		return nil, i
	}
	value, word, j := n.Value, n.Word, spaces(s, i)
	if word == "" && j > i { // 1.5 万件
		power, size := numeral.Magnitude(s[j:])
		value, word, j = value.Shift(power), s[j:j+size], spaces(s, j+size)
	}
	about := n.About || hasAnySuffix(before, "近", "约", "超", "超过", "逾")
	if hasAnyPrefix(s[j:], "余", "多") {
		about, j = true, spaces(s, j+len("余"))
	}
	unit, end := unitAt(s, j, units)
	if unit == "" {
		return &mention{start: at, end: j, value: value, about: about}, j
	}
	if word == "万" && unit == "元" { // the unit is that of the column
		unit, value = "万元", value.Shift(-4)
	}
	after := s[end:]
	switch {
	case hasAnyPrefix(after, "余", "多", "左右", "上下"):
		about = true
	case notCounted(unit, before, s[i:], after):
		return nil, i
	}
	if unit == "亿元" {
		unit, value = "元", value.Shift(8)
	}
	return &mention{start: at, end: end, value: value, unit: unit, about: about}, end
}

// isReference reports whether what stands before digits makes them an ordinal, a part of a code or the number of a
// document or a telephone, or the end of a range: 第3, A3, 0312-3, 〔2019〕, 电话：12345678, 3至5.
func isReference(before, digits string) bool {
	r, size := utf8.DecodeLastRuneInString(before)
	last, _ := utf8.DecodeLastRuneInString(before[:len(before)-size])
	switch r {
	case '第', ':', '/', '〔', '[':
		return true
	case '：':
		return len(digits) > 6
	case '-', '~', '～', '—', '–', '－', '至', '到':
		return isDigit(last)
	}
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' || r != '|' && numeral.LooksLike(before[len(before)-size:])
}

// notUnits are what follows a unit that is the beginning of another word.
var notUnits = map[string][]string{
	"分": {"钟", "之"}, "点": {"至", "前"}, "处": {"室"}, "部": {"门", "分"}, "本": {"级"}, "字": {"第", "号"},
	"小时": {"自助", "服务", "在线", "不打烊", "办事", "便民", "生活", "开放", "值班"},
	"分钟": {"自助", "服务", "在线", "不打烊", "办事", "便民", "生活", "开放", "值班"},
}

// notCounted reports whether digits and a unit are a time, an ordinal or a phrase: 9时30分, 24小时自助, 第3期, 3方面. rest
// begins after the digits, after behind the unit.
func notCounted(unit, before, rest, after string) bool {
	switch unit {
	case "分":
		if hasAnySuffix(before, "时", "点") {
			return true
		}
	case "点":
		if !strings.Contains(rest, ".") {
			return true
		}
	case "类", "期":
		if strings.HasSuffix(before, "第") {
			return true
		}
	}
	return hasAnyPrefix(after, "方面", "部分组成") || hasAnyPrefix(after, notUnits[unit]...)
}

func hasAnySuffix(s string, of ...string) bool {
	for _, p := range of {
		if strings.HasSuffix(s, p) {
			return true
		}
	}
	return false
}

func hasAnyPrefix(s string, of ...string) bool {
	for _, p := range of {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

// notBefore is what stands before numerals that are part of a word: 第三, 每一, 统一.
const notBefore = "第每任某这那同逐首另唯上下前后再头末初统专单合之“‘（"

// inWords reads a number in Chinese numerals at a place: 一百二十三件, 两起, 三分之一, 近七成.
func inWords(s string, at int) (m *mention, next int) {
	i, about := at, strings.HasPrefix(s[at:], "近")
	if about {
		i += len("近")
	}
	n, j, ok := scan(s, i)
	switch {
	case strings.HasPrefix(s[i:], "百分之"):
		n.Value, j, ok = decimal.New(100, 0), i+len("百"), true
	case !n.Han: // digits, or no numeral
		return nil, at
	case !ok && j > i, n.Doubt != "": // 三四十, 七八: no number that one would count by
		return nil, j
	case !ok:
		return nil, at
	}
	prev, size := utf8.DecodeLastRuneInString(s[:at])
	if size > 1 && strings.ContainsRune(notBefore, prev) || size == 1 && prev == '(' {
		return nil, j
	}
	if strings.HasPrefix(s[j:], "分之") {
		if m, next := fraction(s, at, j, n.Value, about); m != nil || next == j {
			return m, next
		}
	}
	ten := decimal.New(10, 0)
	if strings.HasPrefix(s[j:], "成") && n.Value.LessThan(ten) && hasAnyPrefix(s[j+len("成"):], "的", "以上", "左右", "申请", "，", "。", "为") {
		end := j + len("成")
		return &mention{start: at, end: end, value: n.Value.Mul(ten), unit: "%", words: true, about: true}, end
	}
	if n.About && n.Value.LessThan(ten) { // 一多
		return nil, j
	}
	unit, end := unitAt(s, j, wordUnits)
	if unit == "" {
		return nil, j
	}
	if hasAnyPrefix(s[end:], notUnits[unit]...) { // 六部分
		return nil, end
	}
	if isIdiom(n.Value.Equal(decimal.New(1, 0)), utf8.RuneCountInString(s[i:j]), unit, s[end:]) {
		return nil, end
	}
	return &mention{start: at, end: end, value: n.Value, unit: unit, words: true, about: about || n.About}, end
}

// fraction reads 百分之三十, 三分之一: n is what stands before 分之, at byte j.
func fraction(s string, at, j int, n decimal.Decimal, about bool) (m *mention, next int) {
	k, end, ok := scan(s, j+len("分之"))
	about = about || k.About
	switch {
	case !ok || !k.Han:
		return nil, j
	case n.Equal(decimal.New(100, 0)):
		return &mention{start: at, end: end, value: k.Value, unit: "%", words: true, about: about}, end
	case n.IsPositive():
		value := k.Value.DivRound(n, 6)
		return &mention{start: at, end: end, value: value, words: true, about: true}, end
	}
	return nil, -1
}

// isIdiom reports whether a number in words and a unit count nothing: 一次性, 三大, 一份报告, 一部. numerals is how many
// characters it has.
func isIdiom(one bool, numerals int, unit, after string) bool {
	if hasAnyPrefix(after, "事", "套", "次性", "类", "门", "长", "数", "员", "大", "才", "民", "群", "体", "机") {
		return true
	}
	if one && numerals == 1 && !strings.Contains("件起宗份场次", unit) {
		return true
	}
	switch unit {
	case "项", "家":
		return !endsClause(after)
	case "次":
		return (one || strings.HasPrefix(after, "性")) && !endsClause(after)
	case "份":
		return one && !endsClause(after)
	case "期":
		return hasAnyPrefix(after, "工程", "间")
	}
	return false
}

func endsClause(s string) bool {
	return s == "" || hasAnyPrefix(s, "，", "。", "；", "、", "）", ",", ";", ")", "\n", "：")
}
