package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A unit is what a number is counted in: a power of ten of 元, or of one piece. Offices write the same unit in many
// ways (人民币万元, 万元人民币, RMB万元) and in every power of ten (百元, 十万元, 百件).
type unit struct {
	kind  unitKind
	shift int32 // power of ten of 元, or of one piece
}

type unitKind int

const (
	noUnit      unitKind = iota // not a word of units
	moneyUnit                   // 元 and its multiples
	countUnit                   // 件 and other counting words, and their multiples
	bareUnit                    // 万 alone: of what, the column says
	foreignUnit                 // another country's money: no form counts in it, and no rate is printed
	unknownUnit                 // said to be a unit, but none that is known here
)

// ofMoney and ofCount report whether a unit may be that of an amount, or of a count.
func (u unit) ofMoney() bool {
	return u.kind == moneyUnit || u.kind == bareUnit || u.kind == foreignUnit
}
func (u unit) ofCount() bool { return u.kind == countUnit || u.kind == bareUnit }

// countingWords are what counts are made in.
var countingWords = map[string]bool{"件": true, "条": true, "个": true, "项": true, "次": true, "人": true, "宗": true,
	"份": true, "起": true, "部": true, "笔": true, "件次": true, "人次": true, "条次": true, "件/次": true, "例": true,
	"篇": true, "批": true, "封": true, "户": true, "家": true, "名": true}

// yuanWords are the words for 元, the longer before their beginnings.
var yuanWords = []string{"元整", "块钱", "元", "圆", "圓", "块"}

// foreignWords are other countries' money, and what is not a yuan though the character stands in it.
var foreignWords = []string{"新台币", "新加坡元", "加拿大元", "澳大利亚元", "美元", "美金", "港元", "港币", "港幣", "欧元", "日元", "日圆", "日币", "英镑",
	"澳门元", "澳元", "加元", "韩元", "台币", "新元", "卢布", "瑞士法郎", "法郎", "泰铢", "USD", "US$", "HKD", "HK$", "EUR", "JPY", "GBP", "$", "€", "£"}

// ownMoney are the names of the country's money, which may stand before or after the unit, in brackets too.
var ownMoney = []string{"人民币", "(人民币)", "人民幣", "(人民幣)", "RMB", "(RMB)", "CNY", "(CNY)", "￥", "(￥)", "¥", "(¥)"}

// powersOfTen are the characters that multiply a unit.
var powersOfTen = map[rune]int32{'十': 1, '拾': 1, '百': 2, '佰': 2, '千': 3, '仟': 3, '万': 4, '萬': 4, '亿': 8, '億': 8}

// unitBegins are the characters that a unit begins with, so that other words are passed over at once.
var unitBegins = firstRunes(func(yield func(string)) {
	for _, ws := range [][]string{yuanWords, foreignWords, ownMoney} {
		for _, w := range ws {
			yield(w)
		}
	}
	for w := range countingWords {
		yield(w)
	}
	for r := range powersOfTen {
		yield(string(r))
	}
	yield("(") // (人民币)元
})

// firstRunes gives the characters that words begin with, capital and small.
func firstRunes(words func(func(string))) map[rune]bool {
	out := map[rune]bool{}
	words(func(w string) {
		r := firstRune(w)
		out[r], out[unicode.ToLower(r)], out[unicode.ToUpper(r)] = true, true, true
	})
	return out
}

// unitOf reads a word that is nothing but a unit; noUnit where it is none.
func unitOf(word string) unit {
	s := form.Squeeze(word)
	if s == "" || len(s) > 40 {
		return unit{}
	}
	if u, n := unitAt(s); n == len(s) {
		return u
	}
	return unit{}
}

// unitAt reads the unit that a squeezed text begins with, and how many bytes it takes; 0 where it begins with none.
func unitAt(s string) (u unit, n int) {
	if !unitBegins[firstRune(s)] {
		return u, 0
	}
	own := false
	skipOwn := func() {
		for again := true; again; {
			again = false
			rest := s[n:]
			for _, w := range ownMoney {
				if foldsTo(rest, w) {
					n, own, again = n+len(w), true, true
					rest = s[n:]
				}
			}
		}
	}
	skipOwn()
	if own { // 人民币(元), 人民币:元, 人民币/元
		for _, open := range []string{"(", ":", "/", "-"} {
			if !strings.HasPrefix(s[n:], open) {
				continue
			}
			if in, k := unitAt(s[n+1:]); in.kind == moneyUnit {
				n += 1 + k
				if open == "(" && strings.HasPrefix(s[n:], ")") {
					n++
				}
				return in, n
			}
		}
	}
	scaled := n
	for n < len(s) {
		r, size := utf8.DecodeRuneInString(s[n:])
		p, ok := powersOfTen[r]
		if !ok {
			break
		}
		u.shift += p
		n += size
	}
	skipOwn()
	switch rest := s[n:]; {
	case !own && beginsWith(rest, foreignWords) > 0:
		u.kind = foreignUnit
		n += beginsWith(rest, foreignWords)
	case beginsWith(rest, yuanWords) > 0:
		u.kind = moneyUnit
		n += beginsWith(rest, yuanWords)
		skipOwn()
	case own:
		if next := firstRune(rest); next >= '0' && next <= '9' { // RMB'000 are thousands
			return unit{}, 0
		}
		u.kind = moneyUnit
	case countingWord(rest) > 0:
		u.kind = countUnit
		n += countingWord(rest)
	case n > scaled && u.shift > 1: // 十 alone is the numeral
		u.kind = bareUnit
	default:
		return unit{}, 0
	}
	return u, n
}

// foldsTo reports whether a text begins with a word, capital or small. Most differ in the first byte already: letters of
// the words are ASCII, where the two cases are one bit apart.
func foldsTo(s, word string) bool {
	return len(s) >= len(word) && (s[0]^word[0])&^0x20 == 0 && strings.EqualFold(s[:len(word)], word)
}

func beginsWith(s string, words []string) int {
	for _, w := range words {
		if foldsTo(s, w) {
			return len(w)
		}
	}
	return 0
}

// countingWord gives the length of the counting word that a text begins with: the longest.
func countingWord(s string) int {
	end := 0
	for range 2 {
		_, size := utf8.DecodeRuneInString(s[end:])
		if size == 0 {
			break
		}
		if end += size; countingWords[s[:end]] {
			if _, next := utf8.DecodeRuneInString(s[end:]); countingWords[s[:end+next]] {
				return end + next
			}
			return end
		}
	}
	return 0
}

// statedUnit gives what brackets behind a number say of its unit, without the words that say that it is one:
// 单位：万元 is 万元.
func statedUnit(inner string) string {
	for _, before := range []string{"单位", "金额单位", "计量单位", "货币单位", "收费单位"} {
		if rest, cut := strings.CutPrefix(inner, before); cut {
			return strings.TrimLeft(rest, ":为是")
		}
	}
	return inner
}

// moneyWord reports whether a unit printed in a cell is money's.
func moneyWord(s string) bool {
	u := unitOf(s)
	return u.ofMoney()
}

// What a text says about units.

// A saying is one unit that a text names, and for what.
type saying struct {
	unit
	word string // as printed, squeezed
	of   unitScope
}

// A unitScope says what numbers a saying speaks of.
type unitScope int

const (
	ofAny    unitScope = iota // of those that its kind fits
	ofMoney                   // 金额单位
	ofCounts                  // 数量单位
	ofOthers                  // 培训人数单位: no number of the forms
)

// concerns reports whether a saying says something of amounts, or of counts.
func (y *saying) concerns(money bool) bool {
	switch {
	case y.of == ofOthers, money && y.of == ofCounts, !money && y.of == ofMoney:
		return false
	case y.kind == unknownUnit:
		return true
	case money:
		return y.ofMoney()
	}
	return y.ofCount()
}

// mayName is a quick look at whether a text could name a unit at all.
func mayName(text string) bool {
	for i, r := range text {
		switch r {
		case '位', '元', '圆', '币', '角', '百', '千', '佰', '仟', '万', '萬', '亿', '億', '$', '￥', '¥', '€', '£':
			return true
		case 'R', 'C', 'U':
			if hasAnyPrefix(text[i:], "RMB", "CNY", "USD") {
				return true
			}
		}
	}
	return false
}

// traditionalUnits are the words of statements of units in traditional characters.
var traditionalUnits = strings.NewReplacer("單位", "单位", "金額", "金额", "貨幣", "货币", "數量", "数量", "為", "为", "計量", "计量", "億", "亿",
	"萬", "万")

// sayings reads what a text says about units. A label or header may name one in brackets or at its end (采购总金额（元）,
// 收费金额/元); label says that the text is one. Of other texts a line that is nothing but a unit does (（元）), and a
// statement: 单位：件、万元; 金额单位均为元; 以万元为单位.
func sayings(text string, label bool) []saying {
	if !mayName(text) {
		return nil
	}
	s := form.Squeeze(text)
	if strings.Contains(s, "單位") {
		s = traditionalUnits.Replace(s)
	}
	s = unquotedUnit.Replace(s)
	out := statements(s, label)
	if out != nil {
		return out
	}
	if word := strings.Trim(s, "()[]【】〔〕:"); unitOf(word).kind != noUnit {
		return []saying{{unitOf(word), word, ofAny}}
	}
	if !label {
		return titleSays(s)
	}
	strange := ""
	for rest := s; ; { // 采购总金额(元), 行政事业性收费(万元)(本级)
		i := strings.IndexAny(rest, "([【〔")
		if i < 0 {
			break
		}
		j := strings.IndexAny(rest[i:], ")]】〕")
		if j < 0 {
			break
		}
		_, open := utf8.DecodeRuneInString(rest[i:])
		inner := rest[i+open : i+j]
		if in, _ := unitList(inner, ofAny); in != nil { // （万元，下同）
			return in
		}
		for _, part := range strings.FieldsFunc(inner, func(r rune) bool { return strings.ContainsRune(",;:、", r) }) {
			if u := unitOf(part); u.kind != noUnit { // （本级，元）
				return []saying{{u, part, ofAny}}
			}
		}
		if meantAsUnit(inner) {
			strange = inner
		}
		rest = rest[i+j:]
	}
	if strange != "" {
		return []saying{{unit{kind: unknownUnit}, strange, ofAny}}
	}
	for i := range s { // the longest unit at the end
		if i == 0 || len(s)-i > 30 {
			continue
		}
		u := unitOf(s[i:])
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		set := strings.ContainsRune("/:,;-、", before) // set apart
		if u.kind == moneyUnit || u.kind == foreignUnit || set && u.kind != noUnit || u.kind == countUnit && u.shift > 1 {
			return []saying{{u, s[i:], ofAny}}
		}
	}
	return nil
}

// unquotedUnit leaves out the marks that a unit is quoted in: 单位：“元”.
var unquotedUnit = strings.NewReplacer("“", "", "”", "", "‘", "", "’", "", "'", "", "\"", "", "「", "", "」", "", "『", "", "』", "",
	"《", "", "》",
	"", "<", "", ">", "", "〈", "", "〉", "")

// meantAsUnit reports whether what stands in brackets in a header is the word of an amount of money, though of none that is
// known: （K元）, （精确到元）, （角）.
func meantAsUnit(inner string) bool {
	n := utf8.RuneCountInString(inner)
	return n <= 6 && hasAnySuffix(inner, "元", "圆", "块") && !strings.ContainsAny(inner, "0123456789,;、单一多二三") ||
		inner == "角" || inner == "分" || hasAnyPrefix(inner, "RMB", "CNY") && n <= 8
}

// titleSays reads the unit in brackets at the end of a short line, a title or caption: 二、主动公开政府信息情况（百件）.
func titleSays(s string) []saying {
	end := strings.TrimRight(s, ")]】〕")
	i := strings.LastIndexAny(end, "([【〔")
	if len(end) == len(s) || i < 0 || utf8.RuneCountInString(s) > 40 || strings.ContainsAny(s, "0123456789。") {
		return nil
	}
	_, open := utf8.DecodeRuneInString(end[i:])
	if u := unitOf(end[i+open:]); u.kind == countUnit && u.shift > 1 || u.kind == moneyUnit || u.kind == foreignUnit {
		return []saying{{u, end[i+open:], scopeBefore(s[:i])}}
	}
	return nil
}

// statements reads the statements 单位：…, 以…为单位, 以…计 in a squeezed text.
func statements(s string, label bool) []saying {
	var out []saying
	for at := 0; ; {
		i := strings.Index(s[at:], "单位")
		if i < 0 {
			break
		}
		i += at
		at = i + len("单位")
		of := scopeBefore(s[:i])
		out = append(out, listed(s[:i], s[at:], of, label)...)
	}
	for _, w := range []string{"以", "按", "用"} { // 以万元为单位, 按元计
		for at := 0; ; {
			i := strings.Index(s[at:], w)
			if i < 0 {
				break
			}
			i, at = i+at, i+at+len(w)
			u, n := unitAt(s[at:])
			if n > 0 && hasAnyPrefix(s[at+n:], "为单位", "作单位", "作为单位", "为计", "为货币单位", "为基本单位", "为统计单位", "计", "填报", "列示",
				"统计", "表示") {
				out = append(out, saying{u, s[at : at+n], scopeBefore(s[:i])})
			}
		}
	}
	if len(out) == 0 { // 收费金额均为元
		for _, w := range []string{"金额均为", "金额为", "费用均为", "金额都是", "数量均为", "金额:", "费用:"} {
			if i := strings.Index(s, w); i >= 0 {
				rest := s[i+len(w):]
				if u, n := unitAt(rest); n > 0 && ended(rest[n:]) {
					out = append(out, saying{u, rest[:n], scopeBefore(s[:i+len("金额")])})
				}
			}
		}
	}
	return out
}

// scopeBefore tells what the words of the same clause say that a unit is of.
func scopeBefore(s string) unitScope {
	if i := strings.LastIndexAny(s, "。;,；，、)"); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	switch {
	case containsAny(s, []string{"人数", "人员", "人口", "面积", "时间", "时长", "字数", "培训", "粉丝", "访问", "点击", "浏览", "阅读"}):
		return ofOthers
	case strings.HasSuffix(s, "币种:人民币"):
		return ofMoney
	case containsAny(s, []string{"金额", "货币", "收费", "费用", "资金", "经费", "款", "价"}):
		return ofMoney
	case containsAny(s, []string{"数量", "件数", "计数", "数目", "次数", "条数", "申请", "计件"}):
		return ofCounts
	}
	return ofAny
}

// listed reads the units behind 单位: :件、万元; (元); 均为人民币万元.
func listed(before, s string, of unitScope, label bool) []saying {
	// 行政单位, 主办单位:… speak of offices: there only a word that is a unit beyond doubt is one
	prev, _ := utf8.DecodeLastRuneInString(before)
	ours := !unicode.Is(unicode.Han, prev) || hasAnySuffix(before, "金额", "货币", "计量", "计价", "收费", "费用", "资金", "数量", "件数",
		"计数", "统计", "数据", "表", "均", "以上", "以下", "其", "的", "中", "报告", "本页", "各项")
	rest := s
	set := false // by a colon, a bracket or a word
	for trimmed := true; trimmed; {
		trimmed = false
		for _, w := range []string{":", "为", "是", "均", "都", "全", "皆", "统一", "一律", "(", "[", "“", "\"", "‘", "「", "采用", "使用", "以", "按"} {
			if t := strings.TrimPrefix(rest, w); len(t) < len(rest) {
				rest, set, trimmed = t, true, true
			}
		}
	}
	if !set { // 单位 元, 单位∶元: with nothing else
		bare := strings.TrimLeft(s, "∶﹕;=|-—－/·.")
		out, left := unitList(bare, of)
		if left = strings.TrimLeft(left, ")]】〕"); !ours || left != "" && !hasAnyPrefix(left, ",", ";", "。") {
			return nil
		}
		return out
	}
	if word := multiple(rest); ours && word != "" {
		return []saying{{unit{kind: unknownUnit}, word, of}}
	}
	out, rest := unitList(rest, of)
	if out == nil && ours {
		if word := strangeWord(rest, label); word != "" {
			out = append(out, saying{unit{kind: unknownUnit}, word, of})
		}
	}
	return out
}

// multiple gives a unit that is written with digits, 100件 or ×1000元; "" if a text begins with none.
func multiple(s string) string {
	rest := strings.TrimLeft(s, "×*xX")
	word := strings.TrimLeft(strings.TrimPrefix(rest, "1"), "0")
	if !strings.HasPrefix(rest, "1") || len(rest)-len(word) < 3 && len(rest) == len(s) || len(rest)-len(word) < 2 {
		return ""
	}
	_, n := unitAt(word)
	if n == 0 && len(rest) == len(s) || !ended(word[n:]) {
		return ""
	}
	return s[:len(s)-len(word)+n]
}

// unitList reads units one after the other, 件、万元, and gives what is left.
func unitList(rest string, of unitScope) (out []saying, left string) {
	for rest != "" {
		u, n := unitAt(rest)
		if n == 0 || !ended(rest[n:]) {
			break
		}
		out = append(out, saying{u, rest[:n], of})
		rest = rest[n:]
		next := rest
		for _, w := range []string{"、", ",", "/", ";", "和", "及", "与", "或"} {
			next = strings.TrimPrefix(next, w)
		}
		if next == rest {
			break
		}
		if i := strings.IndexAny(next, ":"); i > 0 && i < 20 && !strings.Contains(next[:i], "单位") {
			next = next[i+1:] // 单位：件，金额：万元
		}
		rest = next
	}
	return out, rest
}

// ended reports whether a unit ends before s: 单位:元氏县 names none.
func ended(s string) bool {
	r, n := utf8.DecodeRuneInString(s)
	return n == 0 || !unicode.Is(unicode.Han, r) && !unicode.IsLetter(r) ||
		hasAnyPrefix(s, "和", "及", "与", "或", "日期", "时间", "填表", "编制", "币种", "为单位", "计")
}

// strangeWord gives the word behind 单位: that is no unit known here, where it can be none but that: a short word with
// nothing after it. The name of an office (单位：县教育局) is none.
func strangeWord(s string, label bool) string {
	end := strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	word := s
	if end >= 0 {
		word = s[:end]
	}
	n := utf8.RuneCountInString(word)
	switch {
	case n == 0 || n > 6 || n > 3 && !label:
	case len(strings.Trim(s[len(word):], "()[]【】〔〕。.;,")) > 0:
	case isAgency(word) || n > 1 && hasAnySuffix(word, agencyEndings...) || hasAnyPrefix(word, "盖章", "公章", "签章", "名称"):
	case strings.ContainsAny(word, "0123456789") && !hasAnyPrefix(word, "RMB", "CNY"):
	default:
		return word
	}
	return ""
}

func hasAnyPrefix(s string, of ...string) bool {
	for _, p := range of {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}

func hasAnySuffix(s string, of ...string) bool {
	for _, p := range of {
		if strings.HasSuffix(s, p) {
			return true
		}
	}
	return false
}
