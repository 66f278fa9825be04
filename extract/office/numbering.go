package office

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// numRef names a list and a level of it; -1 = not said.
type numRef struct{ id, level int }

func readNumPr(x *xmlReader) numRef {
	ref := numRef{-1, -1}
	x.children(func() {
		switch x.name {
		case "ilvl":
			ref.level = x.number("val", 0)
		case "numId", "ilfo":
			ref.id = x.number("val", 0)
		}
	})
	return ref
}

// A docxStyle is what a style says of numbers and of how text looks.
type docxStyle struct {
	based string
	num   numRef
	look  docxStyleLook
}

// readStyles reads styles by their names; what holds for all text is that named \x00, and one named so with a kind is
// based on the default style of that kind. The colours of the theme may be given.
func readStyles(b []byte, themes ...docxColours) map[string]docxStyle {
	var colours docxColours
	if len(themes) > 0 {
		colours = themes[0]
	}
	out := map[string]docxStyle{}
	x := newXML(b)
	for x.next() != xmlEnd {
		if x.kind == xmlOpen && x.name == "rPrDefault" {
			var s docxStyleLook
			x.children(func() { colours.style(&s, x) })
			out["\x00"] = docxStyle{look: s}
			continue
		}
		if x.kind != xmlOpen || x.name != "style" {
			continue
		}
		s, id := docxStyle{num: numRef{-1, -1}}, x.attr("styleId")
		s.look.kind = x.attr("type")
		if v := x.attr("default"); v == "1" || v == "true" || v == "on" {
			out["\x00"+s.look.kind] = docxStyle{based: id}
		}
		x.children(func() {
			switch x.name {
			case "basedOn":
				s.based = x.attr("val")
			case "pPr":
				x.children(func() {
					if x.name == "numPr" {
						s.num = readNumPr(x)
						return
					}
					colours.paragraph(&s.look.run, x)
				})
			default:
				colours.style(&s.look, x)
			}
		})
		out[id] = s
	}
	return out
}

// A level is how one level of a list is numbered.
type level struct {
	start   int
	format  string // ST_NumberFormat
	text    string // "（%1）"
	suffix  string // tab, space, nothing
	restart int    // the level after which it begins anew; -1 = the one above
	legal   bool   // all levels in plain digits
}

type list struct {
	levels   [9]level
	counters [9]int
	used     [9]bool
}

// numbering counts the automatic numbers of a document, which carry many a row's label.
type numbering struct {
	nums   map[int]*list       // by number; several numbers share one list, and go on counting in it
	starts map[int]map[int]int // number → level → where it begins anew
	begun  map[int]bool
	styled map[string]numRef // paragraph style → list level that names it
}

func defaultLevels() (out [9]level) {
	for i := range out {
		out[i] = level{start: 1, format: "decimal", suffix: "tab", restart: -1}
	}
	return out
}

// readNumbering reads numbering.xml.
func readNumbering(b []byte, styles map[string]docxStyle) *numbering {
	n := &numbering{nums: map[int]*list{}, starts: map[int]map[int]int{}, begun: map[int]bool{},
		styled: map[string]numRef{}}
	abstract := map[int]*list{}
	links := map[int]string{} // abstract list → the style that has the real one
	pstyles := map[int]map[string]int{}
	x := newXML(b)
	for x.next() != xmlEnd {
		if x.kind != xmlOpen {
			continue
		}
		switch x.name {
		case "abstractNum":
			id, l := x.number("abstractNumId", 0), &list{levels: defaultLevels()}
			pstyles[id] = map[string]int{}
			x.children(func() {
				switch x.name {
				case "lvl":
					k := x.number("ilvl", 0)
					style := readLevel(x, &l.levels, k)
					if style != "" {
						pstyles[id][style] = k
					}
				case "numStyleLink":
					links[id] = x.attr("val")
				}
			})
			abstract[id] = l
		case "num":
			id, of := x.number("numId", 0), -1
			x.children(func() {
				switch x.name {
				case "abstractNumId":
					of = x.number("val", 0)
				case "lvlOverride":
					k := x.number("ilvl", 0)
					x.children(func() {
						switch x.name {
						case "startOverride":
							if n.starts[id] == nil {
								n.starts[id] = map[int]int{}
							}
							n.starts[id][k] = x.number("val", 1)
						case "lvl":
							if abstract[of] != nil { // a list of its own from here on
								own := *abstract[of]
								abstract[-id-1] = &own
								readLevel(x, &own.levels, k)
								of = -id - 1
							}
						}
					})
				}
			})
			if style := links[of]; style != "" {
				if s, ok := styles[style]; ok && n.nums[s.num.id] != nil {
					n.nums[id] = n.nums[s.num.id]
					continue
				}
			}
			if l := abstract[of]; l != nil {
				n.nums[id] = l
				for style, k := range pstyles[of] {
					if _, ok := n.styled[style]; !ok {
						n.styled[style] = numRef{id, k}
					}
				}
			}
		}
	}
	return n
}

func readLevel(x *xmlReader, levels *[9]level, k int) (style string) {
	l := level{start: 1, format: "decimal", suffix: "tab", restart: -1}
	x.children(func() {
		switch x.name {
		case "start":
			l.start = x.number("val", 1)
		case "numFmt":
			l.format = x.attr("val")
		case "nfc":
			l.format = formatByCode(x.number("val", 0))
		case "lvlText":
			l.text = x.attr("val")
		case "suff":
			l.suffix = strings.ToLower(x.attr("val"))
		case "isLgl":
			l.legal = x.on()
		case "lvlRestart":
			l.restart = x.number("val", -1)
		case "pStyle":
			style = x.attr("val")
		}
	})
	if k >= 0 && k < 9 {
		levels[k] = l
	}
	return style
}

// next gives the number that stands before a paragraph, and counts it.
func (n *numbering) next(ref numRef, styles map[string]docxStyle, style string) string {
	for s, hops := style, 0; ref.id < 0 && s != "" && hops < 20; hops++ {
		st, ok := styles[s]
		if !ok {
			break
		}
		if st.num.id >= 0 {
			if ref.level < 0 {
				ref.level = st.num.level
			}
			ref.id = st.num.id
			if by, ok := n.styled[s]; ok && ref.level < 0 {
				ref.level = by.level
			}
			break
		}
		s = st.based
	}
	l := n.nums[ref.id]
	if ref.id <= 0 || l == nil {
		return ""
	}
	k := min(max(ref.level, 0), 8)
	if !n.begun[ref.id] {
		n.begun[ref.id] = true
		for at, start := range n.starts[ref.id] {
			if at >= 0 && at < 9 {
				l.counters[at], l.used[at] = start-1, true
			}
		}
	}
	return l.count(k)
}

// count steps a level and gives its number in print.
func (l *list) count(k int) string {
	if !l.used[k] {
		l.counters[k], l.used[k] = l.levels[k].start-1, true
	}
	l.counters[k]++
	for i := k + 1; i < 9; i++ { // deeper levels begin anew, unless they say otherwise
		if r := l.levels[i].restart; r < 0 || r > 0 && k < r {
			l.used[i] = false
		}
	}
	lv := &l.levels[k]
	if lv.format == "bullet" || lv.format == "none" && !strings.Contains(lv.text, "%") {
		return ""
	}
	var b strings.Builder
	for i := 0; i < len(lv.text); i++ {
		if lv.text[i] == '%' && i+1 < len(lv.text) && lv.text[i+1] >= '1' && lv.text[i+1] <= '9' {
			at := int(lv.text[i+1] - '1')
			if !l.used[at] {
				l.counters[at], l.used[at] = l.levels[at].start, true
			}
			format := l.levels[at].format
			if lv.legal {
				format = "decimal"
			}
			b.WriteString(ordinal(l.counters[at], format))
			i++
			continue
		}
		b.WriteByte(lv.text[i])
	}
	if b.Len() == 0 {
		return ""
	}
	if lv.suffix == "nothing" {
		return b.String()
	}
	return b.String() + " "
}

// ordinal prints a number in one of the formats that Word and OpenDocument know.
func ordinal(n int, format string) string {
	if n < 0 || n > 1_000_000 {
		return strconv.Itoa(n)
	}
	switch format {
	case "none":
		return ""
	case "chineseCounting", "chineseCountingThousand", "ideographDigital", "japaneseCounting", "taiwaneseCounting",
		"taiwaneseCountingThousand", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanCounting":
		return chinese(n, "零一二三四五六七八九", "十百千")
	case "chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal":
		return chinese(n, "零壹贰叁肆伍陆柒捌玖", "拾佰仟")
	case "ideographTraditional":
		return cyclic(n, "甲乙丙丁戊己庚辛壬癸")
	case "ideographZodiac":
		return cyclic(n, "子丑寅卯辰巳午未申酉戌亥")
	case "decimalEnclosedCircle", "decimalEnclosedCircleChinese":
		if n >= 1 && n <= 20 {
			return string(rune('①' + n - 1))
		}
	case "decimalEnclosedParen":
		if n >= 1 && n <= 20 {
			return string(rune('⑴' + n - 1))
		}
	case "decimalEnclosedFullstop":
		if n >= 1 && n <= 20 {
			return string(rune('⒈' + n - 1))
		}
	case "ideographEnclosedCircle":
		if n >= 1 && n <= 10 {
			return string(rune('㈠' + n - 1))
		}
	case "decimalFullWidth", "decimalFullWidth2":
		return strings.Map(func(r rune) rune { return r - '0' + '０' }, strconv.Itoa(n))
	case "decimalZero":
		if n < 10 {
			return "0" + strconv.Itoa(n)
		}
	case "upperLetter":
		return letters(n, 'A')
	case "lowerLetter":
		return letters(n, 'a')
	case "upperRoman":
		return roman(n)
	case "lowerRoman":
		return strings.ToLower(roman(n))
	}
	return strconv.Itoa(n)
}

func cyclic(n int, of string) string {
	r := []rune(of)
	if n < 1 {
		return strconv.Itoa(n)
	}
	return string(r[(n-1)%len(r)])
}

func letters(n int, first byte) string {
	if n < 1 || n > 780 {
		return strconv.Itoa(n)
	}
	return strings.Repeat(string(rune(int(first)+(n-1)%26)), (n-1)/26+1)
}

func roman(n int) string {
	if n < 1 || n > 3999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	for _, x := range []struct {
		v int
		s string
	}{
		{1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"}, {40, "XL"},
		{10, "X"}, {9, "IX"}, {5, "V"}, {4, "IV"}, {1, "I"},
	} {
		for n >= x.v {
			b.WriteString(x.s)
			n -= x.v
		}
	}
	return b.String()
}

// chinese prints a number up to 9999 as it is counted: 十二, 一百零三.
func chinese(n int, digits, units string) string {
	d, u := []rune(digits), []rune(units)
	if n == 0 {
		return string(d[0])
	}
	if n > 9999 {
		return strconv.Itoa(n)
	}
	var b strings.Builder
	zero := false
	for place, power := 3, 1000; place >= 0; place, power = place-1, power/10 {
		k := n / power % 10
		if k == 0 {
			zero = zero || b.Len() > 0
			continue
		}
		if zero {
			b.WriteRune(d[0])
			zero = false
		}
		if !(k == 1 && place == 1 && b.Len() == 0) { // 十二, not 一十二
			b.WriteRune(d[k])
		}
		if place > 0 {
			b.WriteRune(u[place-1])
		}
	}
	return b.String()
}

// formatByCode names the number formats of the binary files (MS-OSHARED, MSONFC).
func formatByCode(nfc int) string {
	switch nfc {
	case 1:
		return "upperRoman"
	case 2:
		return "lowerRoman"
	case 3:
		return "upperLetter"
	case 4:
		return "lowerLetter"
	case 10, 11, 33, 34, 35, 36, 37, 38, 39, 40:
		return "chineseCounting"
	case 14, 19:
		return "decimalFullWidth"
	case 18, 28:
		return "decimalEnclosedCircle"
	case 22:
		return "decimalZero"
	case 23:
		return "bullet"
	case 26:
		return "decimalEnclosedFullstop"
	case 27:
		return "decimalEnclosedParen"
	case 29:
		return "ideographEnclosedCircle"
	case 30:
		return "ideographTraditional"
	case 31:
		return "ideographZodiac"
	case 255:
		return "none"
	}
	return "decimal"
}

// labelled puts a paragraph's number before its text. In a cell a number of digits alone stands apart from the figure
// that follows: the two are no number, and no digits of one in groups.
func labelled(label, text string, inCell bool) string {
	if inCell && label != strings.TrimRight(label, " ") {
		last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(label, " "))
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(text, " "))
		if unicode.IsDigit(last) && unicode.IsDigit(first) {
			return label + object + text
		}
	}
	return label + text
}
