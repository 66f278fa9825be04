package normalize

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/numeral"
	"github.com/gongkai/gongkai/normalize/simplified"
)

// SectionKind is one of the six sections that the notice prescribes (国办公开办函〔2021〕30号, annex), whatever heading and
// number a report gives it.
type SectionKind string

const (
	GeneralSection      SectionKind = "general"      // 一、总体情况
	ActiveSection       SectionKind = "active"       // 二、主动公开政府信息情况
	ApplicationsSection SectionKind = "applications" // 三、收到和处理政府信息公开申请情况
	DisputesSection     SectionKind = "disputes"     // 四、政府信息公开行政复议、行政诉讼情况
	ProblemsSection     SectionKind = "problems"     // 五、存在的主要问题及改进情况
	OtherSection        SectionKind = "other"        // 六、其他需要报告的事项
)

// kindWords tell the six apart; a heading may hold those of several (二、主动公开和依申请公开情况).
var kindWords = []struct {
	kind  SectionKind
	words []string
}{
	{GeneralSection, []string{"总体情况", "概述", "基本情况", "总体概况", "工作概况", "整体情况", "总体工作情况", "总体状况", "总体概述", "工作总体"}},
	{ActiveSection, []string{"主动公开政府信息", "主动公开情况", "主动公开信息", "主动公开政务信息", "主动公开工作", "主动公开的情况", "主动公开"}},
	{ApplicationsSection, []string{"收到和处理", "收到及处理", "收到与处理", "依申请公开", "公开申请情况", "申请办理情况", "公开申请的情况", "公开申请办理",
		"处理政府信息公开申请"}},
	{DisputesSection, []string{"行政复议", "行政诉讼", "复议诉讼", "复议、诉讼", "复议和诉讼"}},
	{ProblemsSection, []string{"主要问题", "存在问题", "存在的问题", "问题及改进", "问题和改进", "问题与改进", "不足及改进", "存在不足", "存在的不足", "困难和问题",
		"改进措施", "改进情况", "问题及下一步", "整改情况", "问题和不足", "不足和改进", "不足与改进"}},
	{OtherSection, []string{"其他需要报告", "其它需要报告", "需要报告的其他", "需要报告的其它", "其他事项", "其它事项", "其他应当报告", "其他需报告", "需要说明的其他",
		"其他需要说明", "其他报告事项", "其他需要公开"}},
}

// A kindWord is one of them: which section it names, by its place in the list.
type kindWord struct {
	kind int
	word string
}

// kindsBegin are the same words by their first character: few characters of a text begin one.
var kindsBegin = func() map[rune][]kindWord {
	out := map[rune][]kindWord{}
	for i, k := range kindWords {
		for _, w := range k.words {
			out[firstRune(w)] = append(out[firstRune(w)], kindWord{i, w})
		}
	}
	return out
}()

var kindsLetters = func() (out form.Letters) {
	for r := range kindsBegin {
		out.Add(r)
	}
	return out
}()

// kindsOf gives the sections that a heading names, in the order of the notice.
func kindsOf(body string) []SectionKind {
	var named [6]bool
	for i, r := range body {
		if !kindsLetters.Has(r) {
			continue
		}
		for _, w := range kindsBegin[r] {
			named[w.kind] = named[w.kind] || strings.HasPrefix(body[i:], w.word)
		}
	}
	var out []SectionKind
	for i, k := range kindWords {
		if named[i] {
			out = append(out, k.kind)
		}
	}
	if len(out) > 1 && out[0] == GeneralSection && len(out) == 2 { // 依申请公开基本情况 is no general section
		for _, w := range []string{"主动公开", "依申请公开", "复议", "诉讼"} {
			i, j := strings.Index(body, w), strings.Index(body, "情况")
			if i >= 0 && i < strings.LastIndex(body, "基本情况") && j >= 0 && !strings.ContainsAny(body, "及和与、") {
				return out[1:]
			}
		}
	}
	return out
}

// A numbering is the way in which headings of one level are numbered.
type numbering uint8

const (
	unnumbered       numbering = iota
	chinese                    // 一、
	part                       // 第一部分
	bracketed                  // （一）
	arabic                     // 1.
	arabicInBrackets           // (1)
)

var (
	partHead   = regexp.MustCompile(`^第([一二三四五六七八九十])(?:部分|章|项|节)[、:.,]?`)
	arabicHead = regexp.MustCompile(`^(?:\(([1-9])\)|([1-9])[、.:,)])`)
	spacedHead = regexp.MustCompile(`^([一二三四五六七八九十])\s+`)
)

// A headline is a block read as a heading.
type headline struct {
	style   numbering
	ordinal int
	body    string // without the number, squeezed
	kinds   []SectionKind
	// byte of the text where the heading ends and the first sentence begins; 0 = the whole block is the heading
	rest int
}

// readHeadline reads a block of prose as a heading; ok is false where it is none.
func readHeadline(text string) (h headline, ok bool) {
	k := simplified.Fold(form.Squeeze(text))
	switch {
	case strings.ContainsRune(form.Ordinals, firstRune(text)) && spacedHead.MatchString(text):
		h.style = chinese
		h.ordinal = strings.Index(form.Ordinals, spacedHead.FindStringSubmatch(text)[1])/3 + 1
		h.body = strings.TrimPrefix(k, spacedHead.FindStringSubmatch(text)[1])
	case strings.HasPrefix(k, "第") && partHead.MatchString(k):
		m := partHead.FindStringSubmatch(k)
		h.style, h.ordinal, h.body = part, strings.Index(form.Ordinals, m[1])/3+1, k[len(m[0]):]
	case k != "" && k[0] < 0x80 && arabicHead.MatchString(k):
		m := arabicHead.FindStringSubmatch(k)
		h.style, h.ordinal, h.body = arabic, int((m[1] + m[2])[0]-'0'), k[len(m[0]):]
		if m[1] != "" {
			h.style = arabicInBrackets
		}
	default:
		n, inBrackets := form.Ordinal(k)
		h.ordinal, h.body = n, k
		if n > 0 {
			h.style, h.body = chinese, form.TrimOrdinal(k)
			if inBrackets {
				h.style = bracketed
			}
		}
	}
	if utf8.RuneCountInString(k) > 40 || strings.HasSuffix(k, "。") { // a heading that runs into its first sentence
		head, _, cut := strings.Cut(h.body, "。")
		if !cut {
			head, _, cut = strings.Cut(h.body, ":")
		}
		h.kinds = kindsOf(head)
		at := strings.Index(text, "。")
		if at < 0 {
			at = strings.IndexAny(text, "：:")
		}
		if name := gluedHeading(h.body); name != "" && h.style != unnumbered && strings.Contains(text, name) {
			h.body, h.kinds, h.rest = name, kindsOf(name), strings.Index(text, name)+len(name)
			return h, true
		}
		if !cut || h.style == unnumbered || len(h.kinds) == 0 || utf8.RuneCountInString(head) > 26 ||
			strings.ContainsAny(head, ",;") || at < 0 || !headlike(head) {
			return h, false
		}
		_, w := utf8.DecodeRuneInString(text[at:])
		h.body, h.rest = head, at+w
		return h, true
	}
	h.kinds = kindsOf(h.body)
	n := utf8.RuneCountInString(h.body)
	if h.style == unnumbered {
		return h, len(h.kinds) > 0 && n <= 30 && !strings.ContainsAny(h.body, ",:;!?") && headlike(h.body)
	}
	return h, n > 0 && (len(h.kinds) > 0 || n <= 30)
}

// noticeHeadings are the headings of the six sections as the notice words them.
var noticeHeadings = []string{"总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
	"因政府信息公开工作被申请行政复议、提起行政诉讼情况", "存在的主要问题及改进情况", "政府信息公开工作存在的主要问题及改进情况",
	"其他需要报告的事项"}

// gluedHeading gives the heading that a section's text begins with where a converter lost the break behind it:
// 总体情况2024年，我市…. What goes on with the heading's own sentence (总体情况如下) is none.
func gluedHeading(body string) string {
	for _, name := range noticeHeadings {
		if rest, ok := strings.CutPrefix(body, name); ok && rest != "" {
			r, _ := utf8.DecodeRuneInString(rest)
			if !strings.ContainsRune("。,、;:.的和及与如是为", r) {
				return name
			}
		}
	}
	return ""
}

// headlike reports whether a text ends as headings end.
func headlike(s string) bool {
	if i := strings.IndexByte(s, '('); i > 0 {
		s = s[:i]
	}
	for _, e := range []string{"情况", "事项", "措施", "问题", "不足", "方面", "概述", "概况", "打算", "信息", "申请", "诉讼", "公开", "改进", "状况",
		"说明", "内容"} {
		if strings.HasSuffix(s, e) {
			return true
		}
	}
	return false
}

// topLevel finds the numbering of the six sections: the one whose headings name most of them; in doubt that of the
// notice.
func topLevel(hs []headline) numbering {
	best, most := chinese, 0
	for _, style := range []numbering{chinese, part, bracketed, arabic, arabicInBrackets} {
		named := map[SectionKind]bool{}
		for _, h := range hs {
			if h.style == style && len(h.kinds) > 0 {
				named[h.kinds[0]] = true
			}
		}
		if n := len(named); n > most && (style == chinese || style == part || n >= most+2) {
			best, most = style, n
		}
	}
	return best
}

// headlines are the blocks of a document read as headings, as far as asked for: its prose is split once more where tables of
// statistics are found in it.
type headlines []*knownHead

type knownHead struct {
	headline
	is bool
}

func (h headlines) of(doc *extract.Document, i int) *knownHead {
	if h[i] == nil {
		h[i] = &knownHead{}
		h[i].headline, h[i].is = readHeadline(doc.Blocks[i].Text)
	}
	return h[i]
}

// readSections splits the prose at the headings of its top level. Text of tables is not part of it.
func readSections(doc *extract.Document, known headlines, inTable func(extract.Place) bool) []Section {
	type block struct {
		*extract.Block
		*knownHead
	}
	var blocks []block
	var heads []headline
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == extract.TableBlock || b.Text == "" || inTable(b.Place) || isPageNumber(b.Text) {
			continue
		}
		x := block{b, known.of(doc, i)}
		if x.is {
			heads = append(heads, x.headline)
		}
		blocks = append(blocks, x)
	}
	top := topLevel(heads)
	var out []Section
	cur := Section{}
	var paras []string
	flush := func() {
		cur.Text = strings.Join(paras, "\n")
		cur.Parts = subsections(cur.Text)
		if cur.Title != "" || cur.Text != "" {
			out = append(out, cur)
		}
		paras = nil
	}
	seen := map[SectionKind]bool{}
	for _, b := range blocks {
		is := b.is && b.style == top
		// unnumbered, or numbered otherwise, where no other heading names it
		if b.is && !is && len(b.kinds) > 0 && headlike(b.body) {
			is = b.style == unnumbered && !seen[b.kinds[0]]
		}
		if is {
			flush()
			title := b.Text
			if b.rest > 0 {
				title = b.Text[:b.rest]
			}
			ordinal := b.ordinal
			cur = Section{Ordinal: ordinal, Title: title, Kinds: b.kinds, Place: b.Place}
			for _, k := range b.kinds {
				seen[k] = true
			}
			if b.rest > 0 {
				if rest := strings.TrimSpace(b.Text[b.rest:]); rest != "" {
					paras = append(paras, rest)
				}
			}
			continue
		}
		if len(paras) == 0 && cur.Title == "" {
			cur.Place = b.Place
		}
		paras = append(paras, b.Text)
	}
	flush()
	return out
}

// partStyles number the headings below the six sections.
var partStyles = []*regexp.Regexp{
	regexp.MustCompile(`^[（(]([一二三四五六七八九十]{1,3})[）)]\s*`),
	regexp.MustCompile(`^([一二三四五六七八九十]{1,3})[、.．]\s*`),
	regexp.MustCompile(`^(\d{1,2})(?:[、.．]\s*|\s+)`),
	regexp.MustCompile(`^[（(](\d{1,2})[）)]\s*`),
	regexp.MustCompile(`^([①②③④⑤⑥⑦⑧⑨⑩])\s*`),
}

// partBegins are the characters that what these find begins with.
const partBegins = "（(一二三四五六七八九十0123456789①②③④⑤⑥⑦⑧⑨⑩"

// subsections finds the parts of a section by their numbered headings. The way of numbering that comes first is that of
// the upper level; another within it is a level deeper. 1.5万条 and 2022.3 begin no part: a heading's number is followed
// by words, and the first of its level is 1 or follows on from the one before.
func subsections(text string) []Subsection {
	var out []Subsection
	var levels []int // style of each level that is open
	last := map[int]int{}
	at := 0
	for line := range strings.Lines(text) {
		start := at
		at += len(line)
		line = strings.TrimRight(line, "\n")
		lead := len(line) - len(strings.TrimLeft(line, " \t　"))
		body := line[lead:]
		if !strings.ContainsRune(partBegins, firstRune(body)) {
			continue
		}
		for style, re := range partStyles {
			m := re.FindStringSubmatchIndex(body)
			if m == nil {
				continue
			}
			rest := body[m[1]:]
			if r, _ := utf8.DecodeRuneInString(rest); rest == "" || r >= '0' && r <= '9' ||
				strings.ContainsRune("年月日件条%％，。、）)", r) {
				break
			}
			n := ordinalValue(body[m[2]:m[3]])
			depth := -1
			for i, s := range levels {
				if s == style {
					depth = i
				}
			}
			switch {
			case depth < 0 && n != 1, depth >= 0 && n != last[style]+1 && n != 1:
				// a number that happens to begin a line
				if style != 0 { // brackets around a Chinese numeral are nothing else
					n = 0
				}
			}
			if n == 0 {
				break
			}
			if depth < 0 {
				depth = len(levels)
				levels = append(levels, style)
			} else {
				levels = levels[:depth+1]
			}
			last[style] = n
			out = append(out, Subsection{Level: depth + 1, Ordinal: n, Title: body[:m[1]] + headOf(rest),
				Start: start + lead, End: len(text)})
			break
		}
	}
	for i := range out {
		out[i].Title = strings.TrimRight(out[i].Title, " 　")
		for j := i + 1; j < len(out); j++ {
			if out[j].Level <= out[i].Level {
				out[i].End = out[j].Start
				break
			}
		}
		for out[i].End > out[i].Start && text[out[i].End-1] == '\n' {
			out[i].End--
		}
	}
	return out
}

// headOf is the heading at the beginning of a paragraph: all of a short one that is no sentence, else what goes before
// the first full stop or colon; "" where there is none within 40 characters.
func headOf(s string) string {
	i := strings.IndexAny(s, "。：:；")
	if i < 0 {
		i = len(s)
	}
	if utf8.RuneCountInString(s[:i]) > 40 {
		return ""
	}
	return s[:i]
}

// ordinalValue reads the number of a heading: 十二, 12, ③.
func ordinalValue(s string) int {
	if r, _ := utf8.DecodeRuneInString(s); r >= '①' && r <= '⑩' {
		return int(r-'①') + 1
	}
	if s[0] >= '0' && s[0] <= '9' {
		n := 0
		for _, r := range s {
			n = n*10 + int(r-'0')
		}
		return n
	}
	n, end, why := numeral.Scan(s, false)
	if why != "" || end != len(s) || !n.Value.IsInteger() {
		return 0
	}
	return int(n.Value.IntPart())
}
