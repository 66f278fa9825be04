package normalize

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/shopspring/decimal"
)

// A reading is what the characters of one cell say, without regard to which cell it is.
type reading struct {
	text   string // as printed, white space folded, line breaks within the cell joined
	state  State
	number *decimal.Decimal // as printed, in unit
	unit   string           // printed in the cell: "元", "万元", "亿元", or a counting word; "" if none
	doubt  string           // why number may not be what is meant; "" when plain
	plain  bool             // digits only, with ordinary separators
	whole  int64            // number, where it is a whole number
	isInt  bool
}

// numeric reports whether a number is printed, alone or with a note.
func (r *reading) numeric() bool { return r.number != nil }

// zeroable reports whether the cell prints no number but may stand for zero.
func (r *reading) zeroable() bool {
	return r.number == nil && (r.state == Blank || r.state == Mark || r.state == Text && nothing[r.text])
}

// nothing are the words that offices print where there is nothing to count.
var nothing = map[string]bool{"无": true, "空": true, "不适用": true, "N/A": true, "n/a": true, "无。": true, "没有": true,
	"暂无": true}

// joined gives the printed text of a cell as one line: a line break inside a cell is layout, not a character.
// Between two Latin words or digits groups that stand on lines of their own nothing is added either; readNumber doubts
// those.
func joined(s string) string {
	if !strings.Contains(s, "\n") {
		return s
	}
	return strings.ReplaceAll(s, "\n", "")
}

// read reads the characters of a cell.
func read(printed string) reading {
	if r, ok := readDigits(printed); ok {
		return r
	}
	r := reading{text: strings.TrimSpace(joined(printed))}
	s := form.Squeeze(printed)
	switch {
	case s == "":
		r.state, r.text = Blank, ""
	case isMark(s):
		r.state = Mark
	case strings.ContainsRune(s, form.Unreadable):
		r.state, r.doubt = Text, "not all of its characters could be read"
	default:
		r.state = Text
		r.readNumber(s, printed)
	}
	return r
}

// readDigits reads a cell of nothing but a few digits on one line, as most are.
func readDigits(printed string) (reading, bool) {
	s := strings.TrimSpace(printed)
	if s == "" || len(s) > 15 || !allDigits(s) {
		return reading{}, false
	}
	var n int64
	for i := 0; i < len(s); i++ {
		n = n*10 + int64(s[i]-'0')
	}
	d := decimal.New(n, 0)
	return reading{text: s, state: Number, number: &d, plain: true, whole: n, isInt: true}, true
}

// readNumber reads a number with its sign, its unit and a note in squeezed text; printed tells of lines and spaces.
func (r *reading) readNumber(s, printed string) {
	body, note := s, ""
	if i := strings.IndexAny(s, "([【〔"); i > 0 {
		body, note = s[:i], s[i:]
	}
	body, said, negative := cutSign(body)
	note += said
	digits, rest := cutNumber(body)
	if digits == "" {
		if n, tail, ok := chineseNumeral(body); ok {
			rest = tail
			r.setNumber(decimal.New(n, 0), negative)
			if body == "一" {
				r.doubt = "一 may be the numeral one or a dash"
			}
		}
	} else {
		clean, doubt := ungroup(digits)
		d, err := decimal.NewFromString(clean)
		if err != nil || len(clean) > 18 {
			r.doubt = "digits that are no number"
			return
		}
		r.setNumber(d, negative)
		r.doubt = doubt
	}
	if r.number == nil {
		return
	}
	if word, ok := bracketedUnit(note); ok && rest == "" { // 24173500（元）
		rest, note = word, ""
	}
	switch {
	case rest == "":
	case isUnit(rest):
		r.unit = rest
	case digits == "": // a word that happens to begin with a Chinese numeral
		r.number = nil
		return
	default:
		note = rest + note
	}
	if note == "" {
		r.state = Number
	} else if !noteLike(note) || strings.ContainsRune("年月日号.、)", []rune(note)[0]) {
		r.number = nil // a date, an ordinal, a percentage or a sentence that begins with a number
		return
	}
	if r.doubt == "" {
		r.doubt = doubtOf(note, printed)
	}
	if r.number.IsInteger() && r.number.Abs().LessThan(decimal.New(1, 15)) {
		r.whole, r.isInt = r.number.IntPart(), true
	}
}

func (r *reading) setNumber(d decimal.Decimal, negative bool) {
	if negative {
		d = d.Neg()
	}
	r.number = &d
}

// doubtOf says what in the print of a number makes it doubtful; "" if nothing does.
func doubtOf(note, printed string) string {
	switch {
	case note != "" && note[0] < 0x80 && unicode.IsLetter(rune(note[0])): // 6O may be 60
		return "a letter stands beside the digits"
	case brokenDigits(printed):
		return "the digits stand on two lines"
	case oddSpace(printed):
		return "a space between the digits"
	}
	return ""
}

// signWords are the words and characters before a number that say its sign, longer ones before their beginnings.
var signWords = []struct {
	word, said string
	negative   bool
}{
	{"+", "", false}, {"增加", "增", false}, {"新增", "增", false}, {"增", "增", false}, {"减少", "减", true}, {"减", "减", true},
	{"-", "", true}, {"−", "", true}, {"－", "", true}, {"–", "", true}, {"—", "", true}, {"﹣", "", true},
}

// cutSign cuts the sign off a number; said is the word that was one.
func cutSign(s string) (rest, said string, negative bool) {
	for _, w := range signWords {
		if t := strings.TrimPrefix(s, w.word); len(t) < len(s) {
			return t, w.said, w.negative
		}
	}
	return s, "", false
}

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// isMark reports whether a squeezed text is nothing but strokes.
func isMark(s string) bool {
	n := 0
	for _, r := range s {
		if !strings.ContainsRune(`/\|-—－–―─━‐‑‒−﹣﹘ー一*×✕…·.~`, r) {
			return false
		}
		n++
	}
	// 一 alone is the numeral one; it is a stroke only in company (——, 一一 is doubtful and stays a mark)
	return n > 0 && s != "一" && s != "."
}

// cutNumber splits a leading run of digits with separators and one decimal point.
func cutNumber(s string) (digits, rest string) {
	i := 0
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || i > 0 && (s[i] == ',' || s[i] == '.' || s[i] == '\'')) {
		i++
	}
	for i > 0 && (s[i-1] == ',' || s[i-1] == '.' || s[i-1] == '\'') {
		i--
	}
	return s[:i], s[i:]
}

// ungroup removes thousands separators. Groups that are not of three digits are doubted.
func ungroup(s string) (clean, doubt string) {
	whole, frac, point := strings.Cut(s, ".")
	if strings.ContainsAny(frac, ".,'") {
		return strings.NewReplacer(",", "", "'", "", ".", "").Replace(s), "more than one decimal point"
	}
	if strings.ContainsAny(whole, ",'") {
		groups := strings.FieldsFunc(whole, func(r rune) bool { return r == ',' || r == '\'' })
		for i, g := range groups {
			if i > 0 && len(g) != 3 || len(g) > 3 || len(g) == 0 {
				doubt = "separators that do not group by three"
			}
		}
		whole = strings.Join(groups, "")
	}
	if point {
		return whole + "." + frac, doubt
	}
	return whole, doubt
}

// brokenDigits reports whether a line break of the cell stands between two digits.
func brokenDigits(s string) bool {
	for i := strings.IndexByte(s, '\n'); i >= 0; {
		before, after := strings.TrimRight(s[:i], " \n　"), strings.TrimLeft(s[i:], " \n　")
		if endsInDigit(before) && beginsWithDigit(after) {
			return true
		}
		j := strings.IndexByte(s[i+1:], '\n')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return false
}

// oddSpace reports whether a space stands between two digits and does not group by three.
func oddSpace(s string) bool {
	fields := strings.FieldsFunc(s, unicode.IsSpace)
	for i := 1; i < len(fields); i++ {
		if !endsInDigit(fields[i-1]) || !beginsWithDigit(fields[i]) {
			continue
		}
		d, rest := cutNumber(form.Squeeze(fields[i]))
		whole, _, _ := strings.Cut(d, ".")
		before, _ := cutNumber(form.Squeeze(fields[i-1]))
		if len(whole) != 3 || len(before) > 3 || strings.ContainsAny(rest, "0123456789") {
			return true
		}
	}
	return false
}

func endsInDigit(s string) bool {
	r := []rune(s)
	return len(r) > 0 && unicode.IsDigit(r[len(r)-1])
}

func beginsWithDigit(s string) bool {
	r := []rune(s)
	return len(r) > 0 && unicode.IsDigit(r[0])
}

// noteLike reports whether what follows a number only comments on it: brackets, and at most a short word outside them.
func noteLike(s string) bool {
	depth, outside := 0, 0
	for _, r := range s {
		if depth == 0 {
			outside++
		}
		switch {
		case strings.ContainsRune("([【〔", r):
			depth++
		case strings.ContainsRune(")]】〕", r):
			depth--
		case depth == 0 && (unicode.IsDigit(r) || r == '%'):
			return false
		}
	}
	return outside <= 8
}

const chineseDigits = "零一二三四五六七八九"

// chineseNumeral reads a leading Chinese numeral (三百三十六, 十二, 二〇, 两千) and gives what follows it.
func chineseNumeral(s string) (n int64, rest string, ok bool) {
	if first, _ := utf8.DecodeRuneInString(s); !strings.ContainsRune("零〇○一二三四五六七八九十百千两壹贰叁肆伍陆柒捌玖拾佰仟", first) {
		return 0, "", false
	}
	var total, section, digit int64
	digit = -1
	units := map[rune]int64{'十': 10, '拾': 10, '百': 100, '佰': 100, '千': 1000, '仟': 1000}
	big := map[rune]int64{'万': 1e4, '萬': 1e4, '亿': 1e8}
	formal := map[rune]int64{'壹': 1, '贰': 2, '叁': 3, '肆': 4, '伍': 5, '陆': 6, '柒': 7, '捌': 8, '玖': 9, '两': 2, '〇': 0,
		'○': 0}
	positional, used := true, 0
	var digitsOnly int64
	r := []rune(s)
	i := 0
	for ; i < len(r); i++ {
		d := int64(-1)
		if k := strings.IndexRune(chineseDigits, r[i]); k >= 0 {
			d = int64(k / 3)
		} else if v, is := formal[r[i]]; is {
			d = v
		}
		if d >= 0 {
			digitsOnly = digitsOnly*10 + d
			digit = d
			used++
			continue
		}
		if u, is := units[r[i]]; is {
			if digit < 0 {
				digit = 1
			}
			section += digit * u
			digit, positional = -1, false
			used++
			continue
		}
		if u, is := big[r[i]]; is && used > 0 {
			if i+1 < len(r) && r[i+1] == '元' { // 三万元: 万元 is the unit
				break
			}
			if digit > 0 {
				section += digit
			}
			total += section * u
			section, digit, positional = 0, -1, false
			used++
			continue
		}
		break
	}
	if used == 0 || used > 15 {
		return 0, s, false
	}
	if positional {
		return digitsOnly, string(r[i:]), true
	}
	if digit > 0 {
		section += digit
	}
	return total + section, string(r[i:]), true
}

func zero() *decimal.Decimal { d := decimal.New(0, 0); return &d }
