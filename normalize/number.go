package normalize

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/numeral"
)

// A reading is what the characters of one cell say, without regard to which cell it is.
type reading struct {
	text   string // as printed, white space folded, line breaks within the cell joined
	state  State
	number *decimal.Decimal // as printed, in unit
	unit   string           // printed in the cell: "元", "万元", "亿元", or a counting word; "" if none
	doubt  string           // why number may not be what is meant, or why there is none; "" when plain
	plain  bool             // digits only, with ordinary separators
	whole  int64            // number as a count, where that is a whole number
	isInt  bool
	figure bool   // digits are printed that are no number: the cell stands in its row like one, and has none
	rough  string // what says that the number is not exact: 约, 余; no sum makes it so
	scaled bool   // a magnitude word is printed and no unit: 万 multiplies a count, and may be the unit of money
	said   bool   // a sign is printed: + or 增加
	turned bool   // what stands beside the number gives its sign, which only a signed column has: ↓, （减少）
}

// numeric reports whether a number is printed, alone or with a note, or digits that are meant as one.
func (r *reading) numeric() bool { return r.number != nil || r.figure }

// zeroable reports whether the cell prints no number but may stand for zero.
func (r *reading) zeroable() bool {
	return r.number == nil && (r.state == Blank || r.state == Mark || r.state == Text && isNothing(r.text))
}

// nothing are the words that offices print where there is nothing to count.
var nothing = map[string]bool{"无": true, "空": true, "不适用": true, "N/A": true, "n/a": true, "无。": true, "没有": true,
	"暂无": true}

// isNothing reports whether a text is one of them, of which the longest has nine bytes.
func isNothing(text string) bool { return len(text) <= len("不适用") && nothing[text] }

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
	return readSqueezed(printed, form.Squeeze(printed))
}

// readSqueezed reads the characters of a cell that is not just digits; s is what is printed, squeezed.
func readSqueezed(printed, s string) reading {
	r := reading{text: strings.TrimSpace(joined(printed))}
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
	return reading{text: s, state: Number, number: whole(n), plain: true, whole: n, isInt: true}, true
}

// whole gives a whole number. Most of a report are few small ones, and no reader changes what it is given.
func whole(n int64) *decimal.Decimal {
	if small := smallNumbers(); n < int64(len(small)) {
		return &small[n]
	}
	d := decimal.New(n, 0)
	return &d
}

var smallNumbers = sync.OnceValue(func() *[256]decimal.Decimal {
	var ds [256]decimal.Decimal
	for i := range ds {
		ds[i] = decimal.New(int64(i), 0)
	}
	return &ds
})

// A cellText is what is left to read of the squeezed text of a cell, and what was read of it so far. The grammar is a
// whitelist and goes to the end of the text: what is printed behind digits and is not in it leaves no number, but a
// doubt.
//
//	cell  = { about | sign | "¥" } numeral { about | counting | money | arrow | mark | "(" note ")" }
//	sign  = "+" | "-" | "增加" | "减少" …
//	about = "约" | "近" | "余" | "多" | "左右"
//	note  = any text; a unit, a direction (减少) or 约 alone in brackets is what it is without them
//
// A numeral is that of package numeral.
type cellText struct {
	rest   string
	sign   int // of the character or word before the number
	turn   int // of an arrow, or a word in brackets or behind
	rough  string
	unit   string
	note   bool
	why    string // why there is no number
	doubt  string
	signed bool
	power  decimal.Decimal // of a magnitude word in brackets
	word   string          // which
}

// readNumber reads a number with its sign, its unit and a note in squeezed text; printed tells of lines and spaces.
func (r *reading) readNumber(s, printed string) {
	if strings.IndexByte(printed, "\u202e"[0]) >= 0 && strings.ContainsRune(printed, '\u202e') &&
		strings.ContainsAny(s, "0123456789") { // shown the other way round
		r.refuse(s, "a mark turns the direction of reading")
		return
	}
	t := cellText{rest: s}
	if bar := beforeBars(printed); len(bar) < len(printed) && barApart(printed[len(bar):]) {
		t.rest, t.note = strings.TrimRight(s, "|"), true
	}
	t.before()
	n, end, why := numeral.Scan(t.rest, true)
	if end == 0 {
		r.noNumeral(s, &t)
		return
	}
	if why != "" {
		if n.Han && !numeralsOnly(t.rest[end:]) { // a word that begins with a Chinese numeral
			return
		}
		r.refuse(s, why)
		return
	}
	scanned := t.rest[:end]
	t.rest = t.rest[end:]
	if n.About {
		t.rough = "余"
		if strings.Contains(scanned, "多") {
			t.rough = "多"
		}
	}
	t.behind()
	switch {
	case t.why != "" && n.Han && !numeralsOnly(t.rest):
		return
	case t.why != "":
		r.refuse(s, t.why)
		return
	case t.sign*t.turn < 0:
		r.refuse(s, "the sign and the word beside it contradict each other")
		return
	}
	r.settle(&n, &t)
	switch {
	case t.doubt != "":
		r.doubt = t.doubt
	case n.Doubt != "":
		r.doubt = n.Doubt
	case scanned == "一" && s == "一":
		r.doubt = "一 may be the numeral one or a dash"
	case scanned == "○":
		r.doubt = "a circle may be a zero or a mark"
	default:
		r.doubt = doubtOf(printed)
	}
}

// beforeBars gives a text without the bars and blanks that it ends with.
func beforeBars(s string) string {
	const bars = "|｜ 　\n"
	if last, _ := utf8.DecodeLastRuneInString(s); isIdeograph(last) { // as labels end
		return s
	}
	return strings.TrimRight(s, bars)
}

// barApart reports whether a bar stands apart from what is before it: a rule of the table drawn in characters, and no
// digit.
func barApart(s string) bool {
	return strings.ContainsAny(s, "|｜") && !strings.HasPrefix(s, "|") && !strings.HasPrefix(s, "｜")
}

// settle makes the reading of a numeral and what stands around it.
func (r *reading) settle(n *numeral.Numeral, t *cellText) {
	if t.word != "" { // 2（万件）
		n.Lead, n.Value, n.Word, n.Large = n.Value, n.Value.Mul(t.power), t.word, true
	}
	d := n.Value
	if n.Word != "" {
		if ofCell(n.Word + t.unit) { // 万元 is the unit; 万 alone may be
			d, t.unit = n.Lead, n.Word+t.unit
		}
	}
	r.scaled = n.Large && (t.unit == "" || t.unit == n.Word)
	if t.sign < 0 || t.turn < 0 {
		d = d.Neg()
	}
	r.number, r.unit, r.rough = &d, t.unit, t.rough
	r.said, r.turned = t.signed, t.turn != 0
	r.state = Number
	if t.note || t.turn != 0 || t.rough != "" || t.signed && t.sign != 0 && r.wordSigned() {
		r.state = Text
	}
	count := r.asCount()
	if count.IsInteger() && count.Abs().LessThan(decimal.New(1, 15)) && !r.turned {
		r.whole, r.isInt = count.IntPart(), true
	}
}

// wordSigned reports whether the sign is printed as a word.
func (r *reading) wordSigned() bool {
	first, _ := utf8.DecodeRuneInString(form.Squeeze(r.text))
	return unicode.Is(unicode.Han, first)
}

// asCount gives the number as a count: there 万 multiplies.
func (r *reading) asCount() *decimal.Decimal {
	if r.number == nil || !r.scaled {
		return r.number
	}
	power, ok := map[string]int32{"万": 4, "亿": 8}[r.unit]
	if !ok {
		return r.number
	}
	d := r.number.Shift(power)
	return &d
}

// aboutWords say before or behind a number, or in brackets, that it is not exact.
var aboutWords = []string{"大约", "约为", "将近", "约", "近", "左右", "上下", "余", "多"}

// signWords are the words and characters before a number that say its sign, longer ones before their beginnings.
var signWords = []struct {
	word string
	sign int
}{
	{"+", 1}, {"增加", 1}, {"新增", 1}, {"增长", 1}, {"上升", 1}, {"净增", 1}, {"增", 1},
	{"减少", -1}, {"下降", -1}, {"降低", -1}, {"净减", -1}, {"减", -1}, {"降", -1},
	{"-", -1}, {"−", -1}, {"－", -1}, {"–", -1}, {"—", -1}, {"﹣", -1},
}

// turns are what gives a number its sign from behind, or as an arrow, or in brackets.
var turns = map[string]int{"↑": 1, "⬆": 1, "↗": 1, "增加": 1, "增": 1, "增长": 1, "上升": 1, "新增": 1, "+": 1,
	"↓": -1, "⬇": -1, "↘": -1, "减少": -1, "减": -1, "下降": -1, "降低": -1, "降": -1, "负": -1, "-": -1}

// begins are the characters of what may stand before a number.
var begins = firstRunes(func(yield func(string)) {
	for _, ws := range [][]string{aboutWords, ownMoney, {"(", "[", "【", "〔"}} {
		for _, w := range ws {
			yield(w)
		}
	}
	for _, w := range signWords {
		yield(w.word)
	}
	for w := range turns {
		yield(w)
	}
})

// before reads what may stand before a number.
func (t *cellText) before() {
	for range 4 {
		if !begins[firstRune(t.rest)] {
			return
		}
		was := t.rest
		if t.rough == "" {
			t.rough = t.cut(aboutWords[:5])
		}
		if t.sign == 0 {
			for _, w := range signWords {
				if rest, ok := strings.CutPrefix(t.rest, w.word); ok {
					t.rest, t.sign, t.signed = rest, w.sign, true
					break
				}
			}
		}
		if t.turn == 0 {
			t.turned()
		}
		if t.unit == "" && t.cut(ownMoney) != "" {
			t.unit = "元"
		}
		if t.rest == was {
			return
		}
	}
}

// cut cuts the first of the words that the rest begins with.
func (t *cellText) cut(words []string) string {
	for _, w := range words {
		if rest, ok := strings.CutPrefix(t.rest, w); ok {
			t.rest = rest
			return w
		}
	}
	return ""
}

// turned cuts an arrow, or a direction in brackets.
func (t *cellText) turned() {
	inner, rest, ok := inBrackets(t.rest)
	if !ok {
		_, w := utf8.DecodeRuneInString(t.rest)
		inner, rest = t.rest[:w], t.rest[w:]
		if !strings.ContainsAny(inner, "↑↓⬆⬇↗↘") {
			return
		}
		rest = strings.TrimPrefix(rest, "\ufe0f")
	}
	if turn := turns[inner]; turn != 0 && inner != "" {
		t.turn, t.rest = turn, rest
	}
}

// behind reads what may stand behind a number, to the end of the text.
func (t *cellText) behind() {
	own := t.unit == "" // ¥5元 names its unit twice
	for t.rest != "" {
		switch unit := t.unitWord(); {
		case unit != "" && (own || moneyWord(unit) && t.unit == "元"):
			own = false
			t.unit, t.rest = unit, t.rest[len(unit):]
			if moneyWord(unit) {
				t.cut([]string{"整", "正"})
			}
			continue
		case t.rough == "":
			if t.rough = t.cut(aboutWords[5:]); t.rough != "" {
				continue
			}
		}
		if t.turn == 0 {
			if t.turned(); t.turn != 0 {
				continue
			}
		}
		if inner, rest, ok := inBrackets(t.rest); ok {
			round := strings.HasPrefix(t.rest, "(")
			t.rest = rest
			t.bracket(inner, round, &own)
			continue
		}
		if strings.ContainsRune("([【〔", firstRune(t.rest)) { // the note goes on elsewhere, or its end is lost
			t.rest, t.note, t.doubt = "", true, "a bracket is not closed"
			continue
		}
		if !t.mark() {
			t.why = "what stands behind the digits is no part of a number"
			return
		}
	}
}

// unitWord gives the longest unit that the rest begins with.
func (t *cellText) unitWord() string {
	if !unitBegins[firstRune(t.rest)] {
		return ""
	}
	unit := ""
	end := 0
	for range 3 { // 件/次
		_, w := utf8.DecodeRuneInString(t.rest[end:])
		if end += w; countingWords[t.rest[:end]] {
			unit = t.rest[:end]
		}
	}
	if _, n := unitAt(t.rest); n > len(unit) && ofCell(t.rest[:n]) {
		unit = t.rest[:n]
	}
	return unit
}

// ofCell reports whether a word is a unit of money that a number in a cell may be in. 万 and 亿 alone may be one, too.
func ofCell(word string) bool {
	switch u := unitOf(word); u.kind {
	case moneyUnit, foreignUnit:
		return true
	case bareUnit:
		return word == "万" || word == "亿"
	}
	return false
}

// bracket reads what stands in brackets behind a number.
func (t *cellText) bracket(inner string, round bool, own *bool) {
	word := statedUnit(inner)
	in := cellText{rest: word}
	switch {
	case inner == "":
		t.note = true
	case *own && word != "" && in.unitWord() == word:
		t.unit, *own = word, false
	case t.unit == "" && t.magnified(word):
		*own = false
	case t.rough == "" && (slices.Contains(aboutWords, inner) || slices.Contains(estimates, inner)):
		t.rough = inner
	default:
		t.note = true
		// 12（13）, 5（0）: which of them counts is not said; (1) and [1] are marks of notes
		if allDigits(inner) && (len(inner) > 1 || round && !strings.Contains("123", inner)) {
			t.doubt = "another number stands in brackets"
		}
	}
}

// magnified takes a magnitude word in brackets, with its unit if it has one: 2（万件）.
func (t *cellText) magnified(s string) bool {
	n, end, why := numeral.Scan("1"+s, false)
	if why != "" || n.Word == "" || n.About {
		return false
	}
	in := cellText{rest: ("1" + s)[end:]}
	unit := in.unitWord()
	if unit != in.rest {
		return false
	}
	t.power, t.word, t.unit = n.Value, n.Word, unit
	return true
}

var estimates = []string{"估", "估计", "估算", "预计", "预估", "暂估", "概数"}

// mark cuts the mark of a note: *, ※, ¹, ①, 注1.
func (t *cellText) mark() bool {
	r, w := utf8.DecodeRuneInString(t.rest)
	switch {
	case strings.ContainsRune("*※#★☆", r):
	case numeral.IsMark(r):
		if strings.ContainsRune("²³⁴⁵⁶⁷⁸⁹", r) {
			t.doubt = "a raised digit may be the mark of a note or a power"
		}
	case r == '注':
		for w < len(t.rest) && (t.rest[w] >= '0' && t.rest[w] <= '9' || strings.HasPrefix(t.rest[w:], "¹")) {
			w++
		}
	default:
		return false
	}
	t.rest, t.note = t.rest[w:], true
	return true
}

// inBrackets splits text in brackets from what follows it.
func inBrackets(s string) (inner, rest string, ok bool) {
	open := firstRune(s)
	if !strings.ContainsRune("([【〔", open) {
		return "", s, false
	}
	depth := 0
	for i, r := range s {
		switch {
		case strings.ContainsRune("([【〔", r):
			depth++
		case strings.ContainsRune(")]】〕", r):
			if depth--; depth == 0 {
				return s[utf8.RuneLen(open):i], s[i+utf8.RuneLen(r):], true
			}
		}
	}
	return "", s, false
}

func firstRune(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

// holdsNumber reports whether words hold a number: digits, or a Chinese numeral with what it counts.
func holdsNumber(s string) bool {
	if strings.IndexFunc(s, isNumber) >= 0 {
		return true
	}
	for i, r := range s {
		if !strings.ContainsRune("一二两三四五六七八九十百千万", r) {
			continue
		}
		t := cellText{rest: s[i+utf8.RuneLen(r):]}
		if unit := t.unitWord(); unit == "件" || unit == "条" || unit == "宗" || moneyWord(unit) {
			return true
		}
	}
	return false
}

// refuse says that what is printed is no number.
func (r *reading) refuse(s, why string) {
	r.doubt = why
	r.figure = figureLike(s)
}

// figureLike reports whether a text with digits stands where a number would, so that its row is not cut at it. Dates,
// ordinals and whole sentences stand elsewhere too.
func figureLike(s string) bool {
	if len(s) > 60 {
		return false
	}
	digits := strings.TrimLeftFunc(s, func(r rune) bool { return r == '+' || r == '-' })
	rest := strings.TrimLeft(digits, "0123456789")
	if rest != digits && rest != "" {
		r := firstRune(rest)
		if strings.ContainsRune("年月日号.、):", r) && !startsWithDigit(rest[utf8.RuneLen(r):]) ||
			strings.ContainsRune("年月日:", r) {
			return false
		}
		switch n := len(digits) - len(rest); {
		case n == 4 && strings.ContainsRune("-/.—", r) && strings.HasPrefix(digits, "20"): // 2022-01-02
			return false
		case (n == 3 || n == 4) && r == '-' && digits[0] == '0' && len(rest) >= 8: // a telephone
			return false
		}
	}
	depth, outside := 0, 0
	for _, r := range rest {
		switch {
		case strings.ContainsRune("([【〔", r):
			depth++
		case strings.ContainsRune(")]】〕", r):
			depth--
		case depth == 0:
			outside++
		}
	}
	return outside <= 10
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }

// numeralsOnly reports whether a text holds nothing but what numerals, ranges of them and what they count are made of.
func numeralsOnly(s string) bool {
	for s != "" {
		t := cellText{rest: s}
		if unit := t.unitWord(); unit != "" {
			s = s[len(unit):]
			continue
		}
		r, w := utf8.DecodeRuneInString(s)
		if !strings.ContainsRune("零〇一二两三四五六七八九十百千万亿余多几数半来点左右上下以内外不足至到或~～-—–%％‰()/.,+", r) &&
			!unicode.IsNumber(r) {
			return false
		}
		s = s[w:]
	}
	return true
}

// noNumeral tells of a text that begins with no numeral and yet seems to hold one: ≥5, *12, (5), $5, O, #REF!.
func (r *reading) noNumeral(s string, t *cellText) {
	if len(s) > 60 {
		return
	}
	first := firstRune(t.rest)
	digits := strings.IndexFunc(s, isNumber) >= 0
	symbol := !unicode.IsLetter(first) && !unicode.IsSpace(first)
	inner, rest, closed := inBrackets(s)
	switch {
	case numeral.LooksLike(s):
		r.refuse(s, "letters or strokes that look like digits")
	case strings.HasPrefix(s, "#"): // what a spreadsheet prints for an error, or a column too narrow
		r.refuse(s, "no number but a mark of the program that printed it")
	case closed && rest == "" && digits && strings.IndexFunc(inner, unicode.IsLetter) < 0:
		r.doubt = "digits in brackets: a negative number, an ordinal or a note"
	case symbol && digits && !strings.ContainsRune("([【〔《〈“\"", first) && !numeral.IsMark(first):
		r.refuse(s, "what stands before the digits is no part of a number")
	case slices.Contains([]string{"半", "几", "若干", "数"}, s), (t.rough != "" || t.sign != 0) && digits,
		strings.ContainsRune("百千万亿几数", first) && numeralsOnly(t.rest):
		r.doubt = "a quantity in words, without a number"
	}
}

// doubtOf says what in the print of a number makes it doubtful; "" if nothing does.
func doubtOf(printed string) string {
	switch {
	case brokenDigits(printed):
		return "the digits stand on two lines"
	case oddSpace(printed):
		return "a space between the digits"
	}
	return ""
}

// isNumber is unicode.IsNumber. Nearly all characters of a Chinese text are ideographs, which are letters.
func isNumber(r rune) bool { return !isIdeograph(r) && unicode.IsNumber(r) }

// isIdeograph reports whether a character is one of the unified ideographs.
func isIdeograph(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

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
	if r := firstRune(s); isIdeograph(r) && r != '一' { // as labels begin
		return false
	}
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

func zero() *decimal.Decimal { d := decimal.New(0, 0); return &d }
