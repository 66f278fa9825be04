package claims

import (
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"
	"golang.org/x/text/width"
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
			if m != nil {
				out = append(out, *m)
			}
			i = next
			continue
		case strings.ContainsRune("一二两三四五六七八九十百零近", r):
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

func isDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// digits reads a run of digits with separators of thousands and one point. next is where it ends.
func digits(s string, at int) (plain string, next int) {
	first, i := digitRun(s, at)
	plain = first
	point := false
	for {
		r, n := utf8.DecodeRuneInString(s[i:])
		d, j := digitRun(s, i+n)
		switch {
		case strings.ContainsRune(",， \u00a0", r) && !point && len(d) == 3 && len(first) <= 3 && first != "0":
			if r == '，' && !unitFollows(s, j) { // 规章12，135 is no number of a table without its unit
				return plain, i
			}
			plain += d
		case (r == '.' || r == '．') && !point && d != "":
			plain += "." + d
			point = true
		default:
			return plain, i
		}
		i = j
	}
}

// digitRun reads digits only, full-width ones as others.
func digitRun(s string, at int) (plain string, next int) {
	next = at
	for next < len(s) && s[next] >= '0' && s[next] <= '9' {
		next++
	}
	plain = s[at:next]
	for next < len(s) {
		r, n := utf8.DecodeRuneInString(s[next:])
		if !isDigit(r) {
			break
		}
		plain += width.Fold.String(string(r))
		next += n
	}
	return plain, next
}

func unitFollows(s string, at int) bool {
	_, next := scale(s, at)
	_, end := unitAt(s, next, units)
	return end > next
}

// scale reads what may stand between digits and unit: 余, 多, 万, 亿.
func scale(s string, at int) (shift int32, next int) {
	i := at
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		switch r {
		case '万', '萬':
			shift += 4
		case '亿':
			shift += 8
		case '千':
			shift += 3
		case '百':
			shift += 2
		case '余', '多', '几', ' ', '\u00a0':
		default:
			return shift, i
		}
		i += n
	}
	return shift, i
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
	plain, i := digits(s, at)
	next = i
	before := s[:at]
	if isReference(before, plain) {
		return nil, next
	}
	shift, j := scale(s, i)
	unit, end := unitAt(s, j, units)
	if hasAnyPrefix(s[i:], "万元", "亿元") { // the unit is that of the column
		unit, end = unitAt(s, i, units)
		shift, j = 0, i
	}
	d, err := decimal.NewFromString(plain)
	if err != nil || len(plain) > 15 {
		return nil, next
	}
	about := strings.ContainsAny(s[i:j], "余多几") || hasAnySuffix(before, "近", "约", "超", "超过", "逾")
	if unit == "" {
		return &mention{start: at, end: j, value: d.Shift(shift), about: about, unit: ""}, next
	}
	after := s[end:]
	switch {
	case hasAnyPrefix(after, "余", "多"):
		about = true
	case notCounted(unit, before, s[i:], after):
		return nil, next
	}
	if unit == "亿元" {
		unit, shift = "元", shift+8
	}
	return &mention{start: at, end: end, value: d.Shift(shift), unit: unit, about: about}, end
}

// isReference reports whether what stands before digits makes them an ordinal, a part of a code or the number of a
// document or a telephone: 第3, A3, 0312-3, 〔2019〕, 电话：12345678.
func isReference(before, digits string) bool {
	r, _ := utf8.DecodeLastRuneInString(before)
	switch r {
	case '第', ':', '/', '〔', '[':
		return true
	case '：':
		return len(digits) > 6
	case '-':
		return len(before) > 1 && isDigit(rune(before[len(before)-2]))
	}
	return r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z'
}

// notUnits are what follows a unit that is the beginning of another word.
var notUnits = map[string][]string{
	"分": {"钟", "之"}, "点": {"至", "前"}, "处": {"室"}, "部": {"门"}, "本": {"级"}, "字": {"第", "号"},
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

const numerals = "零〇一二两三四五六七八九"

// inWords reads a number in Chinese numerals at a place: 一百二十三件, 两起, 三分之一, 近七成.
func inWords(s string, at int) (m *mention, next int) {
	i, about := at, strings.HasPrefix(s[at:], "近")
	if about {
		i += len("近")
	}
	n, j, ok := numeral(s, i)
	if !ok {
		return nil, at
	}
	prev, size := utf8.DecodeLastRuneInString(s[:at])
	if size > 1 && strings.ContainsRune(notBefore, prev) || size == 1 && prev == '(' {
		return nil, j
	}
	if strings.HasPrefix(s[j:], "分之") {
		if m, next := fraction(s, at, j, n, about); m != nil || next == j {
			return m, next
		}
	}
	if strings.HasPrefix(s[j:], "成") && n < 10 && hasAnyPrefix(s[j+len("成"):], "的", "以上", "左右", "申请", "，", "。", "为") {
		end := j + len("成")
		return &mention{start: at, end: end, value: decimal.New(n*10, 0), unit: "%", words: true, about: true}, end
	}
	if hasAnyPrefix(s[j:], "余", "多") && n >= 10 {
		about = true
		j += len("余")
	}
	unit, end := unitAt(s, j, wordUnits)
	if unit == "" {
		return nil, j
	}
	if isIdiom(n, utf8.RuneCountInString(s[i:j]), unit, s[end:]) {
		return nil, end
	}
	return &mention{start: at, end: end, value: decimal.New(n, 0), unit: unit, words: true, about: about}, end
}

// fraction reads 百分之三十, 三分之一: n is what stands before 分之, at byte j.
func fraction(s string, at, j int, n int64, about bool) (m *mention, next int) {
	k, end, ok := numeral(s, j+len("分之"))
	switch {
	case !ok:
		return nil, j
	case n == 100:
		return &mention{start: at, end: end, value: decimal.New(k, 0), unit: "%", words: true, about: about}, end
	case n > 0:
		value := decimal.New(k, 0).DivRound(decimal.New(n, 0), 6)
		return &mention{start: at, end: end, value: value, words: true, about: true}, end
	}
	return nil, -1
}

// isIdiom reports whether a number in words and a unit count nothing: 一次性, 三大, 一份报告, 一部. numerals is how many
// characters it has.
func isIdiom(n int64, numerals int, unit, after string) bool {
	if hasAnyPrefix(after, "事", "套", "次性", "类", "门", "长", "数", "员", "大", "才", "民", "群", "体", "机") {
		return true
	}
	if n == 1 && numerals == 1 && !strings.Contains("件起宗份场次", unit) {
		return true
	}
	switch unit {
	case "项", "家":
		return !endsClause(after)
	case "次":
		return (n == 1 || strings.HasPrefix(after, "性")) && !endsClause(after)
	case "份":
		return n == 1 && !endsClause(after)
	case "期":
		return hasAnyPrefix(after, "工程", "间")
	}
	return false
}

func endsClause(s string) bool {
	return s == "" || hasAnyPrefix(s, "，", "。", "；", "、", "）", ",", ";", ")", "\n", "：")
}

// numeral reads Chinese numerals below ten thousand times ten thousand.
func numeral(s string, at int) (n int64, next int, ok bool) {
	var section, total, digit int64
	digit = -1
	i, used := at, 0
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		if k := strings.IndexRune(numerals, r); k >= 0 {
			v := []int64{0, 0, 1, 2, 2, 3, 4, 5, 6, 7, 8, 9}[k/3]
			if digit > 0 {
				return 0, i, false // 一二三: no number that one would count by
			}
			digit = v
		} else if u := map[rune]int64{'十': 10, '百': 100, '千': 1000}[r]; u > 0 {
			if digit < 0 {
				digit = 1
			}
			section += digit * u
			digit = -1
		} else if r == '万' && used > 0 {
			section += max(digit, 0)
			total += section * 10000
			section, digit = 0, -1
		} else {
			break
		}
		used++
		i += w
	}
	if used == 0 {
		return 0, at, false
	}
	return total + section + max(digit, 0), i, true
}
