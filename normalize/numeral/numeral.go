// Package numeral reads one numeral as offices print them: in digits, in Chinese numerals, or in digits with magnitude
// words. What it knows is a whitelist: a run of characters that is not wholly in the grammar is refused as a whole, with
// the reason, so that no caller takes its first digits for the number.
//
//	numeral   = quantity [ about ] [ magnitude { [ "零" ] part } ] [ about ]
//	          | chinese [ about ] .
//	quantity  = digits [ "." digits ] | group { sep group3 } [ "." digits ] .
//	sep       = "," | "，" | "'" | " " .                      (one kind in one numeral; group3 has three digits)
//	part      = digits [ "." digits ] magnitude               (a lesser magnitude than the one before: 1万5千)
//	          | digits .                                      (as many as the magnitude before has zeros: 1万0500; last)
//	magnitude = [ "十" | "百" | "千" ] ( "万" | "亿" ) | "万亿" | "十" | "百" | "千" .
//	about     = "余" | "多" .
//	chinese   = full [ "点" digit { digit } [ "万" | "亿" ] ] | digit { digit } .
//	full      = one to four levels of 亿 and 万, each with its 千, 百, 十 and units; "零" stands where a level or a place
//	            is left out, and only there.
//
// Formal (壹贰叁) and traditional (萬億) characters are read as the plain ones, 廿, 卅 and 卌 as 二十, 三十 and 四十.
//
// Refused are numerals that leave out what they end with (一万五, 一百二, 1万5: fifteen thousand or ten thousand and five),
// numerals of two neighbours (三四十), groups that are not of three (4,86), fractions (½, 1/2), powers (10⁴, 1e4), and
// digits beside what looks like one and is none (1О, 1丨, 1〇). It knows neither signs nor units nor notes: what stands
// behind the numeral is the caller's.
package numeral

import (
	"math/big"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// A Numeral is one numeral, read to its end.
type Numeral struct {
	// Value is exact. Its exponent tells how far a numeral with a magnitude word is rounded: 2.3万 is 23 × 10³.
	Value decimal.Decimal
	Lead  decimal.Decimal // what stands before Word: 15 of 15万; Value where Word is ""
	Word  string          // the magnitude word of a numeral in digits that has one, at its end: 万, 百万; else ""
	Parts int             // of a numeral in digits: two or more where it is mixed (1万5千)
	Large bool            // it has a magnitude word that a unit of money may begin with, in whatever place
	Han   bool            // in Chinese numerals
	About bool            // 余 or 多 belongs to it
	Doubt string          // why it may mean something else, though it is in the grammar
}

// maxDigits bounds what is taken for a number: no count and no sum of money has more.
const maxDigits = 18

// Scan reads the numeral that text begins with, and gives the byte at which it ends. Where something like a numeral
// stands there that is not in the grammar, why says so, and end is the end of the whole run. Where nothing like it
// stands there, end is 0. comma says that ， may set groups apart.
func Scan(text string, comma bool) (n Numeral, end int, why string) {
	first, _ := utf8.DecodeRuneInString(text)
	switch {
	case IsDigit(first):
		return scanDigits(text, comma)
	case value(first) >= 0 || first == '十' || first == '拾' || strings.ContainsRune(tens, first):
		return scanHan(text)
	case looksLikeDigit(first) || unicode.IsNumber(first) && !IsMark(first):
		end = runEnd(text, 0)
		if strings.IndexFunc(text[:end], unicode.IsNumber) < 0 {
			return n, 0, "" // a word that begins with such a letter
		}
		return n, end, "characters that are no digits stand with them"
	}
	return n, 0, ""
}

// IsDigit reports whether a character is a digit as numbers are printed with: 0–9, full-width ones too.
func IsDigit(r rune) bool { return r >= '0' && r <= '9' || r >= '０' && r <= '９' }

// IsMark reports whether a character is the mark of a note, of the kind that is itself a numeral: ¹, ①.
func IsMark(r rune) bool {
	return r == '¹' || r == '²' || r == '³' || r >= '⁴' && r <= '⁹' || r >= '①' && r <= '⑳'
}

// looksLikeDigit reports whether a letter or stroke can be taken for a digit by eye.
func looksLikeDigit(r rune) bool {
	return strings.ContainsRune("OoIl|ОоОΟοІӀ丨丶ıⅠⅼ〇○◯◦ＯｏＩｌ｜ｌߊ", r)
}

// LooksLike reports whether a text is nothing but letters and strokes that can be taken for digits.
func LooksLike(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool { return !looksLikeDigit(r) }) < 0
}

// digitRun reads digits, and gives them narrow.
func digitRun(s string, at int) (plain string, next int) {
	next = at
	for next < len(s) && s[next] >= '0' && s[next] <= '9' {
		next++
	}
	plain = s[at:next]
	for next < len(s) {
		r, w := utf8.DecodeRuneInString(s[next:])
		if !IsDigit(r) {
			break
		}
		if r >= '０' {
			r -= '０' - '0'
		}
		plain += string(r)
		next += w
	}
	return plain, next
}

// A quantity is what digits, separators and a point make.
type quantity struct {
	plain string // digits and at most one point
	sep   rune   // 0 = none
	why   string // why it is none
}

// readQuantity reads digits with separators to the end of the run.
func readQuantity(s string, at int, comma bool) (q quantity, next int) {
	first, i := digitRun(s, at)
	q.plain = first
	point := false
	for {
		r, w := utf8.DecodeRuneInString(s[i:])
		d, j := "", i
		if i < len(s) {
			d, j = digitRun(s, i+w)
		}
		if d == "" {
			return q, i
		}
		switch {
		case r == '.' || r == '．':
			if point {
				q.why = "more than one decimal point"
			}
			q.plain += "." + d
			point = true
		case r == ',' || r == '\'' || r == '’' || comma && r == '，':
			if point || len(d) != 3 || len(first) > 3 || q.sep != 0 && q.sep != r {
				q.why = "separators that do not group by three"
			}
			q.plain, q.sep = q.plain+d, r
		case unicode.IsSpace(r) && r != '\n': // digits apart that make no group are another number
			if point || len(d) != 3 || len(first) > 3 || first == "0" || q.sep != 0 && q.sep != r {
				return q, i
			}
			q.plain, q.sep = q.plain+d, r
		default:
			return q, i
		}
		i = j
	}
}

// scanDigits reads a numeral that begins with a digit.
func scanDigits(s string, comma bool) (n Numeral, end int, why string) {
	q, i := readQuantity(s, 0, comma)
	if q.why != "" {
		return n, runEnd(s, i), q.why
	}
	if len(q.plain) > maxDigits {
		return n, runEnd(s, i), "digits that are no number"
	}
	if why := touched(q.plain, s[i:]); why != "" {
		return n, runEnd(s, i), why
	}
	d, err := decimal.NewFromString(q.plain)
	if err != nil {
		return n, runEnd(s, i), "digits that are no number"
	}
	n.Value, n.Lead, n.Parts = d, d, 1
	j := skipAbout(s, i)
	power, k := magnitude(s, j)
	if k == j { // no magnitude word
		if j > i {
			n.About = true
		}
		r, _ := utf8.DecodeRuneInString(s[j:])
		if j > i && IsDigit(r) || value(r) >= 0 || j < len(s) && strings.ContainsRune("几半", r) {
			return n, runEnd(s, j), "digits and numerals in words stand together"
		}
		return n, j, ""
	}
	n.About = j > i
	n.Word, n.Value = s[j:k], d.Shift(power)
	n.Large = true
	return n.more(s, k, power, strings.Contains(q.plain, ".") || n.About)
}

// more reads the parts of a mixed numeral behind its first magnitude word. whole says that none may follow.
func (n Numeral) more(s string, i int, power int32, whole bool) (_ Numeral, end int, why string) {
	for {
		if j := skipAbout(s, i); j > i {
			n.About, i, whole = true, j, true
		}
		zero := strings.HasPrefix(s[i:], "零") || strings.HasPrefix(s[i:], "〇")
		from := i
		if zero {
			from += len("零")
		}
		r, _ := utf8.DecodeRuneInString(s[from:])
		switch {
		case from == len(s) && !zero,
			!zero && !IsDigit(r) && value(r) < 0 && !strings.ContainsRune("几半十百千万亿萬億", r):
			if why := touched("", s[i:]); why != "" {
				return n, runEnd(s, i), why
			}
			return n, i, ""
		case !IsDigit(r) || whole:
			return n, runEnd(s, from), "digits and numerals in words stand together"
		}
		q, k := readQuantity(s, from, false)
		if q.sep != 0 || q.why != "" || len(q.plain) > maxDigits {
			return n, runEnd(s, k), "separators within a mixed numeral"
		}
		less, next := magnitude(s, k)
		d, err := decimal.NewFromString(q.plain)
		if err != nil {
			return n, runEnd(s, k), "digits that are no number"
		}
		top := decimal.New(1, power)
		point := strings.Contains(q.plain, ".")
		switch {
		case next > k && less < power && d.Shift(less).LessThan(top):
			d = d.Shift(less)
		case next == k && !point && (len(q.plain) == int(power) || zero && len(q.plain) < int(power)):
			less = 0
		default:
			return n, runEnd(s, next), "the last digits of a mixed numeral have no magnitude word of their own"
		}
		n.Value, n.Parts, n.Word = n.Value.Add(d), n.Parts+1, ""
		n.Lead = n.Value
		i, power, whole = next, less, point || less == 0
	}
}

func skipAbout(s string, i int) int {
	if strings.HasPrefix(s[i:], "余") || strings.HasPrefix(s[i:], "多") {
		return i + len("余")
	}
	return i
}

// Magnitude reads the magnitude word that a text begins with: its power of ten, and where it ends.
func Magnitude(text string) (power int32, end int) { return magnitude(text, 0) }

// magnitude reads a magnitude word; power is of ten. next is at where there is none.
func magnitude(s string, at int) (power int32, next int) {
	i := at
	word := func(r rune) int32 {
		switch r {
		case '十', '拾':
			return 1
		case '百', '佰':
			return 2
		case '千', '仟':
			return 3
		case '万', '萬':
			return 4
		case '亿', '億':
			return 8
		}
		return 0
	}
	for last := int32(0); i < len(s); {
		r, w := utf8.DecodeRuneInString(s[i:])
		p := word(r)
		if p == 0 || p <= last || last > 0 && p < 4 {
			break
		}
		last = p
		power += p
		i += w
	}
	return power, i
}

// touched says what stands right behind digits that makes them something else; "" if nothing does.
func touched(digits, rest string) string {
	r, w := utf8.DecodeRuneInString(rest)
	if rest == "" {
		return ""
	}
	next, _ := utf8.DecodeRuneInString(rest[w:])
	switch {
	case looksLikeDigit(r):
		return "characters that are no digits stand with them"
	case strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", r):
		if digits == "10" || r == '⁰' || r == '⁺' || r == '⁻' || strings.ContainsRune("⁰¹²³⁴⁵⁶⁷⁸⁹", next) {
			return "a power"
		}
	case IsMark(r):
	case unicode.IsNumber(r):
		return "a fraction, or digits of another kind"
	case unicode.IsMark(r):
		return "a mark is set over the digits"
	case (r == '/' || r == '⁄' || r == '∕') && IsDigit(next):
		return "a fraction"
	case r == '^', (r == 'e' || r == 'E') && (IsDigit(next) || next == '+' || next == '-'):
		return "a power"
	}
	return ""
}

// runEnd gives the end of a run that is refused: all that is a number, or looks or reads like a part of one.
func runEnd(s string, at int) int {
	i := at
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+w:])
		switch {
		case unicode.IsNumber(r) || looksLikeDigit(r) || unicode.IsMark(r) || value(r) >= 0:
		case strings.ContainsRune("十百千万亿余多几半拾佰仟萬億点⁺⁻^", r):
		case strings.ContainsRune(".．,'’/⁄∕eE+-", r) && i > at && IsDigit(next), r == '/' && IsDigit(next):
		case (r == 'e' || r == 'E') && (IsDigit(next) || next == '+' || next == '-'):
		default:
			return i
		}
		i += w
	}
	return i
}

// tens are the numerals that stand for two characters.
const tens = "廿卅卌"

// value gives the value of a Chinese digit, -1 if it is none.
func value(r rune) int {
	switch r {
	case '零', '〇', '○':
		return 0
	case '一', '壹', '壱':
		return 1
	case '二', '贰', '貳', '弍', '两', '兩':
		return 2
	case '三', '叁', '參', '叄':
		return 3
	case '四', '肆':
		return 4
	case '五', '伍':
		return 5
	case '六', '陆', '陸':
		return 6
	case '七', '柒':
		return 7
	case '八', '捌':
		return 8
	case '九', '玖':
		return 9
	}
	return -1
}

// scanHan reads a numeral in Chinese numerals.
func scanHan(s string) (n Numeral, end int, why string) {
	i := 0
	var rs []rune
	for i < len(s) {
		r, w := utf8.DecodeRuneInString(s[i:])
		next, _ := utf8.DecodeRuneInString(s[i+w:])
		if value(r) < 0 && !strings.ContainsRune("十百千万亿拾佰仟萬億"+tens, r) &&
			!(r == '点' && value(next) >= 0) {
			break
		}
		rs = append(rs, r)
		i += w
	}
	n.Han, n.Parts = true, 1
	d, doubt, ok := parseHan(rs)
	j := skipAbout(s, i)
	if p, k := magnitude(s, j); j > i && k > j && p >= 4 && ok { // 十余万
		d, j = d.Shift(p), k
		n.Large = true
	}
	n.About = j > i
	r, _ := utf8.DecodeRuneInString(s[j:])
	switch {
	case IsDigit(r) || unicode.IsNumber(r) && !IsMark(r), value(r) >= 0,
		j < len(s) && strings.ContainsRune("几半十百千万亿萬億", r):
		return n, runEnd(s, j), "digits and numerals in words stand together"
	case !ok:
		return n, j, "no numeral in full: what its last words count is left open"
	}
	n.Value, n.Lead, n.Doubt = d, d, doubt
	n.Large = n.Large || strings.ContainsAny(string(rs), "万亿萬億")
	return n, j, ""
}

// parseHan reads Chinese numerals in full.
func parseHan(rs []rune) (d decimal.Decimal, doubt string, ok bool) {
	if len(rs) > 30 {
		return d, "", false
	}
	for i, r := range rs {
		if r == '点' {
			return decimals(rs[:i], rs[i+1:])
		}
	}
	places := false
	for _, r := range rs {
		places = places || value(r) < 0
	}
	if !places {
		return positional(rs)
	}
	n, ok := levels(rs)
	return decimal.New(n, 0), "", ok
}

// decimals reads 三点五, and 三点五万.
func decimals(whole, frac []rune) (d decimal.Decimal, doubt string, ok bool) {
	power := int32(0)
	if k := len(frac) - 1; k > 0 {
		if p, _ := magnitude(string(frac[k]), 0); p >= 4 {
			power, frac = p, frac[:k]
		}
	}
	d, doubt, ok = parseHan(whole)
	if !ok || len(frac) == 0 || len(frac) > 6 {
		return d, "", false
	}
	text := d.String() + "."
	for _, r := range frac {
		v := value(r)
		if v < 0 || r == '两' || r == '兩' {
			return d, "", false
		}
		text += string(rune('0' + v))
	}
	d, err := decimal.NewFromString(text)
	return d.Shift(power), doubt, err == nil
}

// positional reads numerals that are set like digits: 二〇二. Two or three neighbours in order (三四) are a guess in
// words, no number.
func positional(rs []rune) (d decimal.Decimal, doubt string, ok bool) {
	if len(rs) > maxDigits {
		return d, "", false
	}
	n, ascending := new(big.Int), len(rs) > 1
	for i, r := range rs {
		if len(rs) > 1 && (r == '两' || r == '兩') {
			return d, "", false
		}
		n.Mul(n, big.NewInt(10)).Add(n, big.NewInt(int64(value(r))))
		ascending = ascending && (i == 0 || value(r) == value(rs[i-1])+1)
	}
	if ascending {
		return d, "", false
	}
	if len(rs) > 1 {
		doubt = "numerals set like digits, without the words for tens and hundreds"
	}
	return decimal.NewFromBigInt(n, 0), doubt, true
}

// levels reads the levels of 亿 and 万.
func levels(rs []rune) (n int64, ok bool) {
	cut := func(rs []rune, word string) (before, after []rune, found bool) {
		for i, r := range rs {
			if strings.ContainsRune(word, r) {
				return rs[:i], rs[i+1:], true
			}
		}
		return nil, rs, false
	}
	high, rest, large := cut(rs, "亿億")
	mid, low, middle := cut(rest, "万萬")
	used := false
	for _, l := range []struct {
		rs      []rune
		there   bool
		unit    int64
		skipped bool // a level above was left out between
	}{{high, large, 1e8, false}, {mid, middle, 1e4, false}, {low, len(low) > 0, 1, large && !middle}} {
		if !l.there {
			continue
		}
		rs := l.rs
		if used {
			zero := len(rs) > 1 && value(rs[0]) == 0
			if zero {
				rs = rs[1:]
			}
			v, ok := places(rs, false)
			if !ok || zero != (v < 1000 || l.skipped) {
				return 0, false
			}
			n += v * l.unit
			continue
		}
		v, ok := places(rs, true)
		if !ok || v == 0 {
			return 0, false
		}
		n, used = n+v*l.unit, true
	}
	return n, used
}

// places reads 千, 百, 十 and units of one level. first says that nothing stands above: 十二 is twelve there.
func places(rs []rune, first bool) (n int64, ok bool) {
	last := int64(10000) // the place read last
	zero := false        // 零 stands before what comes
	for i := 0; i < len(rs); i++ {
		r := rs[i]
		if k := strings.IndexRune(tens, r); k >= 0 { // 廿五
			if i > 0 || !first {
				return 0, false
			}
			n, last = int64(k/3+2)*10, 10
			continue
		}
		v := int64(value(r))
		if v == 0 {
			if zero || last == 10000 || last == 1 || i == len(rs)-1 {
				return 0, false
			}
			zero = true
			continue
		}
		if v < 0 { // 十二, 一百十二
			if r != '十' && r != '拾' || i > 0 && last != 100 || i == 0 && !first || zero {
				return 0, false
			}
			v = 1
			i--
		}
		unit := int64(1)
		if i+1 < len(rs) {
			switch rs[i+1] {
			case '千', '仟':
				unit = 1000
			case '百', '佰':
				unit = 100
			case '十', '拾':
				unit = 10
			}
		}
		if unit > 1 {
			i++
		}
		two := r == '两' || r == '兩'
		gap := last != 10000 && last != unit*10
		switch {
		case unit >= last || gap != zero,
			two && unit == 10, two && unit == 1 && len(rs) > 1:
			return 0, false
		}
		n, last, zero = n+v*unit, unit, false
	}
	return n, len(rs) > 0 && !zero
}
