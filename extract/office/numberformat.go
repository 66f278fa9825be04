package office

import (
	"math"
	"strconv"
	"strings"
)

// A sheet keeps a number and says how it is displayed: 0.5 may print 50%, 1, ½, 1月, 无 or nothing. A numberFormat is
// such a display as a sheet program carries it out (ECMA-376 18.8.31, [MS-XLS] 2.4.126, OpenDocument's data styles are
// turned into the same): up to four sections, chosen by sign or by condition, each a list of literal text and places for
// digits. Where programs differ, or where the format holds what is not known here, it says so and displays nothing.
type numberFormat struct {
	sections []section
	unknown  bool
	mapped   bool // in each case the sign is laid down by the section, and the last is for all others
}

// A section is how the numbers that meet its condition are displayed.
type section struct {
	items   []formatItem
	test    string // "<", "<=", ">", ">=", "=", "<>"; "" = none is given
	limit   float64
	ink     ink
	date    bool
	text    bool // it has a place for text
	general bool
	unknown bool // something in it is not known here
	percent int
	scale   int // commas behind the last digit: thousands
	group   bool
	point   int // index of the decimal point among the items; -1 = none
	exp     int // index of the exponent; -1 = none
	slash   int // index of the fraction's stroke; -1 = none
}

type formatItem struct {
	kind byte // 'l' literal, '0' '#' '?' places, '.', 'e' exponent, '/', '@', 'g' General, 'd' date code
	text string
}

// builtinFormats are the formats that go by number alone (ECMA-376 18.8.30). Those of dates are such as no language
// turns into a number.
var builtinFormats = map[int]string{0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
	5: `"¥"#,##0;"¥"\-#,##0`, 6: `"¥"#,##0;[Red]"¥"\-#,##0`, 7: `"¥"#,##0.00;"¥"\-#,##0.00`,
	8: `"¥"#,##0.00;[Red]"¥"\-#,##0.00`, 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
	14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM", 19: "h:mm:ss AM/PM", 20: "h:mm",
	21: "h:mm:ss", 22: "yyyy/m/d h:mm", 27: `yyyy"年"m"月"`, 28: `m"月"d"日"`, 29: `m"月"d"日"`, 30: "m-d-yy",
	31: `yyyy"年"m"月"d"日"`, 32: `h"时"mm"分"`, 33: `h"时"mm"分"ss"秒"`, 36: `yyyy"年"m"月"`,
	37: "#,##0 ;-#,##0 ", 38: "#,##0 ;[Red]-#,##0 ", 39: "#,##0.00 ;-#,##0.00 ", 40: "#,##0.00 ;[Red]-#,##0.00 ",
	41: `_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, 42: `_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ `,
	43: `_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ `,
	44: `_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ `, 45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0",
	48: "##0.0E+0", 49: "@", 50: `yyyy"年"m"月"`, 51: `m"月"d"日"`, 52: `yyyy"年"m"月"`, 53: `m"月"d"日"`,
	54: `m"月"d"日"`, 57: `yyyy"年"m"月"`, 58: `m"月"d"日"`}

// parseFormat reads a format code.
func parseFormat(code string) *numberFormat {
	f := &numberFormat{}
	code = strings.ReplaceAll(code, "G/通用格式", "General")
	if strings.TrimSpace(code) == "" {
		code = "General"
	}
	for _, s := range splitSections(code) {
		f.sections = append(f.sections, parseSection(s))
	}
	if len(f.sections) > 4 {
		f.unknown = true
	}
	return f
}

// splitSections cuts a code at its semicolons.
func splitSections(code string) []string {
	var out []string
	from, quoted := 0, false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '\\' || c == '_' || c == '*':
			i++
		case c == ';':
			out = append(out, code[from:i])
			from = i + 1
		}
	}
	return append(out, code[from:])
}

var formatInks = map[string]ink{"black": isRGB, "white": white, "red": rgb(255, 0, 0), "green": rgb(0, 255, 0),
	"blue": rgb(0, 0, 255), "yellow": rgb(255, 255, 0), "magenta": rgb(255, 0, 255), "cyan": rgb(0, 255, 255)}

// parseSection reads one section.
func parseSection(s string) section {
	x := section{point: -1, exp: -1, slash: -1, ink: noInk}
	add := func(kind byte, text string) {
		if n := len(x.items); kind == 'l' && n > 0 && x.items[n-1].kind == 'l' {
			x.items[n-1].text += text
			return
		}
		x.items = append(x.items, formatItem{kind, text})
	}
	r := []rune(s)
	for i := 0; i < len(r); i++ {
		c := r[i]
		rest := strings.ToLower(string(r[i:min(len(r), i+8)]))
		switch {
		case c == '"':
			end := i + 1
			for end < len(r) && r[end] != '"' {
				end++
			}
			add('l', string(r[i+1:end]))
			i = end
		case c == '\\' && i+1 < len(r):
			add('l', string(r[i+1]))
			i++
		case c == '_' && i+1 < len(r):
			add('l', " ")
			i++
		case c == '*' && i+1 < len(r): // fills the rest of the cell's width
			i++
			if r[i] != ' ' && r[i] != '\u3000' {
				x.unknown = true
			}
		case c == '[':
			end := i + 1
			for end < len(r) && r[end] != ']' {
				end++
			}
			x.bracket(string(r[i+1:min(end, len(r))]), add)
			i = end
		case strings.HasPrefix(rest, "general"):
			x.general = true
			add('g', "")
			i += 6
		case c == '0' || c == '#' || c == '?':
			if x.date { // fractions of a second
				add('d', string(c))
				continue
			}
			add(byte(c), "")
		case c == '.':
			switch {
			case x.date:
				add('l', ".")
			case x.point >= 0:
				x.unknown = true
			default:
				x.point = len(x.items)
				add('.', "")
			}
		case c == ',':
			x.comma(r, i, add)
		case c == '%':
			x.percent++
			add('l', "%")
		case c == '‰':
			x.unknown = true
		case c == '@':
			x.text = true
			add('@', "")
		case isExponent(r[i:]):
			if x.exp >= 0 {
				x.unknown = true
			}
			x.exp = len(x.items)
			add('e', string(r[i+1]))
			i++
		case c == '/' && !x.date:
			x.slash = len(x.items)
			add('/', "")
		case strings.HasPrefix(rest, "am/pm"):
			x.date = true
			add('d', "am/pm")
			i += 4
		case strings.HasPrefix(rest, "a/p"):
			x.date = true
			add('d', "a/p")
			i += 2
		case strings.ContainsRune("ymdhsYMDHSeEgGbBaA", c):
			n := i
			for n+1 < len(r) && (r[n+1] == c || r[n+1]|0x20 == c|0x20) {
				n++
			}
			x.date = true
			add('d', strings.ToLower(string(r[i:n+1])))
			i = n
		case x.stray(c): // a digit that is not in quotes: some print it, some do not
			x.unknown = true
			add('l', string(c))
		default: // $ - + ( ) : space, currency signs and characters of other scripts stand for themselves
			add('l', string(c))
		}
	}
	return x
}

// isExponent reports whether a code begins with that of an exponent.
func isExponent(r []rune) bool {
	return len(r) > 1 && (r[0] == 'e' || r[0] == 'E') && (r[1] == '+' || r[1] == '-')
}

// stray reports whether a character is a digit that stands for none and is in no quotes.
func (x *section) stray(c rune) bool { return c >= '1' && c <= '9' && x.slash < 0 && !x.date }

// comma takes a comma: between places it groups digits, behind the last one it divides by a thousand.
func (x *section) comma(r []rune, i int, add func(byte, string)) {
	if x.date {
		add('l', ",")
		return
	}
	before := i > 0 && strings.ContainsRune("0#?,", r[i-1])
	after := false
	for k := i + 1; k < len(r) && !after; k++ {
		if r[k] == '.' || r[k] == ';' {
			break
		}
		after = strings.ContainsRune("0#?", r[k])
	}
	switch {
	case before && after && x.point < 0:
		x.group = true
	case before:
		x.scale++
	default:
		add('l', ",")
	}
}

// bracket takes what stands in square brackets.
func (x *section) bracket(s string, add func(byte, string)) {
	low := strings.ToLower(strings.TrimSpace(s))
	if k, ok := formatInks[low]; ok {
		x.ink = k
		return
	}
	switch {
	case strings.HasPrefix(low, "color") || strings.HasPrefix(low, "颜色"):
		n, err := strconv.Atoi(strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(low, "color"), "颜色")))
		if err != nil || n < 1 || n > 56 {
			x.unknown = true
			return
		}
		x.ink = xlsPalette[n-1]
		x.unknown = x.unknown || apart(x.ink, white) < nearColour // programs number them otherwise
	case low != "" && strings.ContainsRune("<>=", rune(low[0])):
		op := low[:1]
		if len(low) > 1 && (low[1] == '=' || low[1] == '>') {
			op = low[:2]
		}
		v, err := strconv.ParseFloat(strings.TrimSpace(low[len(op):]), 64)
		if err != nil {
			x.unknown = true
		}
		x.test, x.limit = op, v
	case strings.HasPrefix(low, "$"): // [$¥-804]: a currency sign and a language
		sign, language, _ := strings.Cut(s[1:], "-")
		if len(language) > 4 && language[0] != '0' { // other digits, another calendar
			x.unknown = true
		}
		if sign != "" {
			add('l', sign)
		}
	case strings.Trim(low, "h") == "" || strings.Trim(low, "m") == "" || strings.Trim(low, "s") == "":
		x.date = true
		add('d', "["+low+"]")
	default: // [DBNum1], natural numbers, other calendars
		x.unknown = true
	}
}

// A display is what a format makes of a value.
type display struct {
	text  string
	ink   ink  // the format's own colour
	known bool // false: programs differ, or the format is not known
}

// holds reports whether a value meets a section's own condition.
func (x *section) holds(v float64) bool {
	switch x.test {
	case "<":
		return v < x.limit
	case "<=":
		return v <= x.limit
	case ">":
		return v > x.limit
	case ">=":
		return v >= x.limit
	case "=":
		return v == x.limit
	case "<>":
		return v != x.limit
	}
	return true
}

// choose gives the section for a number, and whether its sign is said by being there.
func (f *numberFormat) choose(v float64) (x *section, signed, known bool) {
	s := f.sections
	n := len(s)
	if f.mapped {
		return f.chooseMapped(v)
	}
	if n == 4 || n > 1 && s[n-1].text { // the last is for text
		n = min(n, 4) - 1
	}
	conditions := false
	for i := range n {
		conditions = conditions || s[i].test != ""
	}
	if !conditions {
		switch {
		case n == 1 || v > 0 || v == 0 && n == 2:
			return &s[0], false, true
		case v < 0:
			return &s[1], true, true
		}
		return &s[2], false, true
	}
	for i := range n {
		x := &s[i]
		switch {
		case v < 0: // whether the sign is said by the section or by a sign, programs differ
			if x.test == "" || x.holds(v) {
				return x, false, false
			}
		case x.test == "" && i == 0: // what it is for is left to the program; surely for what no other takes
			return x, false, v > 0 && !s[1].holds(v)
		case x.test == "" && i == 1 && n > 2: // for all the rest, or for what is below zero only
			return x, false, false
		case x.test == "" || x.holds(v):
			return x, false, true
		}
	}
	if n == 1 { // [>100]0 of 5: a row of signs in one program, the number in another
		return &s[0], false, false
	}
	return &s[n-1], false, false
}

// chooseMapped gives the section for a number where each but the last has its condition, as in OpenDocument. One for
// what is below zero prints the sign that it wants itself.
func (f *numberFormat) chooseMapped(v float64) (x *section, signed, known bool) {
	last := len(f.sections) - 1
	for i := range f.sections {
		x = &f.sections[i]
		if i == last || x.holds(v) {
			below := x.test == "<" && x.limit <= 0 || i == last && last == 1 && f.sections[0].test == ">=" &&
				f.sections[0].limit == 0
			return x, v < 0 && below, v >= 0 || below || i < last
		}
	}
	return x, false, false
}

// number displays a number.
func (f *numberFormat) number(v float64, date1904 bool) display {
	x, signed, known := f.choose(v)
	d := display{ink: x.ink, known: known && !f.unknown && !x.unknown}
	if !d.known {
		return d
	}
	switch {
	case x.date:
		d.text, d.known = x.dateText(v, date1904)
	case x.general || x.text:
		digits, point := decimalOf(v)
		d.known = point <= 11 && max(len(digits), point) <= 10 || len(digits) <= point && point <= 11
		d.text = x.around(generalText(v, signed))
	default:
		d.text, d.known = x.digits(v, signed)
	}
	return d
}

// words displays a text.
func (f *numberFormat) words(s string) display {
	n := len(f.sections)
	if n == 0 {
		return display{text: s, known: true}
	}
	x := &f.sections[n-1]
	if !x.text && n < 4 {
		return display{text: s, known: true}
	}
	if x.text && n < 4 && x.test != "" {
		return display{known: false}
	}
	return display{text: x.around(s), ink: x.ink, known: !x.unknown && n <= 4}
}

// around puts what a section says around a value that it displays as it is.
func (x *section) around(s string) string {
	var b strings.Builder
	for _, it := range x.items {
		switch it.kind {
		case 'l':
			b.WriteString(it.text)
		case '@', 'g':
			b.WriteString(s)
		}
	}
	return b.String()
}

func generalText(v float64, signed bool) string {
	if signed {
		v = math.Abs(v)
	}
	return general(v)
}

// A sheet keeps 15 digits of a number; what binary makes of the rest is not displayed. decimalOf gives them, without a
// sign, and the place of the point among them.
func decimalOf(v float64) (digits string, point int) {
	s := strconv.FormatFloat(math.Abs(v), 'e', 14, 64)
	mantissa, exp, _ := strings.Cut(s, "e")
	n, err := strconv.Atoi(exp)
	if err != nil {
		return "0", 1
	}
	digits = strings.TrimRight(strings.Replace(mantissa, ".", "", 1), "0")
	if digits == "" {
		return "0", 1
	}
	return digits, n + 1
}

// rounded gives a decimal with so many places, half away from zero: the digits before and behind the point.
func rounded(digits string, point, places int) (whole, part string) {
	for point <= 0 {
		digits, point = "0"+digits, point+1
	}
	for len(digits) < point {
		digits += "0"
	}
	keep := point + places
	for len(digits) < keep {
		digits += "0"
	}
	up := len(digits) > keep && digits[keep] >= '5'
	b := []byte(digits[:keep])
	for i := len(b) - 1; i >= 0 && up; i-- {
		if b[i] != '9' {
			b[i]++
			up = false
		} else {
			b[i] = '0'
		}
	}
	if up {
		b = append([]byte{'1'}, b...)
		point++
	}
	return strings.TrimLeft(string(b[:point]), "0"), string(b[point:])
}

// digits displays a number in the places of a section.
func (x *section) digits(v float64, signed bool) (string, bool) {
	places := 0
	for _, it := range x.items {
		if it.kind == '0' || it.kind == '#' || it.kind == '?' {
			places++
		}
	}
	minus := ""
	if v < 0 && !signed {
		minus = "-"
	}
	if places == 0 { // nothing but words, or nothing
		if minus != "" && len(x.items) > 0 { // some programs put a sign before the words
			return "", false
		}
		return x.around(""), true
	}
	digits, point := decimalOf(v)
	point += 2*x.percent - 3*x.scale
	switch {
	case x.percent > 1: // a hundred times, or ten thousand
		return "", false
	case x.slash >= 0:
		return x.fraction(math.Abs(v)*math.Pow(100, float64(x.percent)), minus)
	case x.exp >= 0:
		return x.scientific(v, digits, point, minus)
	}
	decimals := 0
	if x.point >= 0 {
		for _, it := range x.items[x.point:] {
			if it.kind == '0' || it.kind == '#' || it.kind == '?' {
				decimals++
			}
		}
	}
	if keep := point + decimals; (x.percent > 0 || x.scale > 0) && keep >= 0 && keep == len(digits)-1 && digits[keep] == '5' {
		return "", false // halfway, after the value was multiplied: programs round the one and the other way
	}
	whole, part := rounded(digits, point, decimals)
	if minus != "" && whole == "" && strings.Trim(part, "0") == "" { // -0: printed so by some
		return "", false
	}
	if x.point >= 0 && trimmed(x.items, x.point, part) == "" { // a point with nothing behind it: some leave it out
		t := x.fill(x.items[:x.point], whole, "", -1)
		return minus + t, t != "" && !x.decimalWords()
	}
	return minus + x.fill(x.items, whole, part, x.point), true
}

// decimalWords reports whether something but digits stands behind the point.
func (x *section) decimalWords() bool {
	for _, it := range x.items[x.point:] {
		if it.kind == 'l' && strings.TrimSpace(it.text) != "" || it.kind == '?' {
			return true
		}
	}
	return false
}

// fill puts digits into the places of items.
func (x *section) fill(items []formatItem, whole, part string, point int) string {
	if point < 0 {
		point = len(items)
	}
	var ints []int
	for i := range point {
		if k := items[i].kind; k == '0' || k == '#' || k == '?' {
			ints = append(ints, i)
		}
	}
	out := make([]string, len(items))
	rest := whole
	for n := len(ints) - 1; n >= 0; n-- { // from the point to the left; the first place takes all that is left
		have := rest
		if n > 0 && rest != "" {
			have = rest[len(rest)-1:]
		}
		rest = rest[:len(rest)-len(have)]
		switch kind := items[ints[n]].kind; {
		case have == "" && kind == '0':
			have = "0"
		case have == "" && kind == '?':
			have = " "
		}
		if x.group {
			have = grouped(have, len(ints)-1-n)
		}
		out[ints[n]] = have
	}
	var b strings.Builder
	k := 0
	part = trimmed(items, point, part)
	for i, it := range items {
		switch it.kind {
		case 'l':
			b.WriteString(it.text)
		case '.':
			if len(ints) == 0 {
				b.WriteString(whole)
			}
			b.WriteByte('.')
		case '0', '#', '?':
			if i < point {
				b.WriteString(out[i])
				continue
			}
			if k < len(part) {
				b.WriteByte(part[k])
			} else if it.kind == '?' {
				b.WriteByte(' ')
			}
			k++
		}
	}
	return b.String()
}

// trimmed drops the zeros at the end that the places do not ask for.
func trimmed(items []formatItem, point int, part string) string {
	least, n := 0, 0
	for i := point; i < len(items); i++ {
		switch items[i].kind {
		case '0':
			n++
			least = n
		case '#', '?':
			n++
		}
	}
	for len(part) > least && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	return part
}

// grouped puts commas between the thousands of digits of which so many follow.
func grouped(s string, follow int) string {
	var b strings.Builder
	for i := range len(s) {
		b.WriteByte(s[i])
		if left := len(s) - 1 - i + follow; left > 0 && left%3 == 0 && s[i] != ' ' {
			b.WriteByte(',')
		}
	}
	return b.String()
}

// scientific displays 1.23E+04.
func (x *section) scientific(v float64, digits string, point int, minus string) (string, bool) {
	before, decimals := 0, 0
	for i, it := range x.items[:x.exp] {
		if it.kind == '0' || it.kind == '#' || it.kind == '?' {
			if x.point >= 0 && i > x.point {
				decimals++
			} else {
				before++
			}
		}
	}
	if before != 1 || x.percent > 0 || x.scale > 0 {
		return "", false
	}
	exp := point - 1
	if v == 0 {
		exp = 0
	}
	whole, part := rounded(digits, 1, decimals)
	if len(whole) > 1 {
		whole, exp = whole[:1], exp+1
	}
	sign := ""
	switch {
	case exp < 0:
		sign = "-"
	case x.items[x.exp].text == "+":
		sign = "+"
	}
	e := strconv.Itoa(max(exp, -exp))
	return minus + x.fill(x.items[:x.exp], whole, part, x.point) + "E" + sign +
		x.fill(x.items[x.exp+1:], e, "", -1), true
}

// fraction displays 3 1/2.
func (x *section) fraction(v float64, minus string) (string, bool) {
	places := func(from, to int) (n int, fixed string) {
		for _, it := range x.items[from:to] {
			switch it.kind {
			case '0', '#', '?':
				n++
			case 'l':
				fixed += strings.TrimSpace(it.text)
			}
		}
		return n, fixed
	}
	// the whole number, a space, the numerator, the stroke, the denominator
	first := -1
	for i := x.slash - 1; i >= 0; i-- {
		if x.items[i].kind == 'l' && first < 0 {
			first = i
		}
	}
	if first < 0 {
		return "", false // a fraction without a whole number
	}
	if n, words := places(0, first); n == 0 || words != "" {
		return "", false
	}
	n, fixed := places(x.slash+1, len(x.items))
	most := int64(math.Pow10(n)) - 1
	whole := math.Floor(v)
	part := v - whole
	num, den := int64(0), int64(1)
	switch {
	case fixed != "":
		d, err := strconv.ParseInt(fixed, 10, 64)
		if err != nil || d < 1 || n > 0 {
			return "", false
		}
		num, den = int64(math.Floor(part*float64(d)+0.5)), d
	case n < 1 || n > 3:
		return "", false
	default:
		best := math.Inf(1)
		for d := int64(1); d <= most; d++ {
			k := int64(math.Floor(part*float64(d) + 0.5))
			if off := math.Abs(part - float64(k)/float64(d)); off < best-1e-12 {
				best, num, den = off, k, d
			}
		}
	}
	if num == den {
		whole, num = whole+1, 0
	}
	if num == 0 {
		return minus + strconv.FormatFloat(whole, 'f', -1, 64), true
	}
	s := strconv.FormatInt(num, 10) + "/" + strconv.FormatInt(den, 10)
	if whole != 0 {
		s = strconv.FormatFloat(whole, 'f', -1, 64) + " " + s
	}
	return minus + s, true
}
