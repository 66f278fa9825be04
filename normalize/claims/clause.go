package claims

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// A clause is what the words between a mark, or a number, and a number say.
type clause struct {
	place
	words      []*class // without those that say nothing
	unknown    bool     // there are words that the lexicon does not have
	yearBefore bool     // the year before is named, to compare with
	total      bool     // 总数
	beyond     bool     // 超过
	each       bool     // 分别
	months     bool     // it is of a part of the year
	unit       string   // of the number
	tried      []*class // the words that a rule is sought for
	bound      binding  // what the words name by the pattern that is tried
}

// afterList gives the last words of a list, 维持、纠正和其他; alone is false where those before them have no number of their
// own, so that the number is that of all.
func (k *clause) afterList() (words []*class, alone bool) {
	for i := len(k.words) - 1; i >= 0; i-- {
		if k.words[i].name == list {
			return k.words[i+1:], i == 0
		}
	}
	return k.words, true
}

func has(words []*class, names ...string) bool {
	for _, w := range words {
		for _, n := range names {
			if w.name == n {
				return true
			}
		}
	}
	return false
}

func contains(ts []token, texts ...string) bool {
	for i := range ts {
		for _, w := range texts {
			if ts[i].text == w {
				return true
			}
		}
	}
	return false
}

// clause gives what words say, where the number before was of a place. The words lie in a buffer that the next clause
// uses again.
func (r *reader) clause(ts []token, at place, buffer int) clause {
	k := clauseReader{r: r, ts: ts}
	k.place, k.words = at, r.buffers[buffer][:0]
	for i := range ts {
		switch t := &ts[i]; t.name {
		case silent:
		case year:
			k.yearAt(i)
		case "SITE":
			k.words = append(k.words, t.class)
			if i > 0 && (ts[i-1].name == scope || ts[i-1].name == part) { // 市政府门户网站, 部门网站 say where, not whose
				k.scope, k.part = at.scope, at.part
			}
		case scope, wide, part:
			if !k.begun && !k.leads(i) && !k.kind(i) {
				k.scope, k.part = wholeOf(t), t.name == part
			}
		case unknown, none, noText, grounds:
			k.unknownAt(i)
		case months:
			k.months = true
		default:
			c := t.class
			if k.carried {
				c, k.carried = r.g.classes[carriedIn], false
			}
			k.words, k.begun = append(k.words, c), true
		}
	}
	r.buffers[buffer] = k.words
	return k.clause
}

// kind reports whether 部门 says what kind of thing is counted, and not whose it is: 部门动态47条.
func (k *clauseReader) kind(i int) bool {
	return k.ts[i].text == "部门" && i+1 < len(k.ts) && k.ts[i+1].name == unknown && k.ts[i+1].at == k.ts[i].at+len("部门")
}

// wholeOf gives the scope that a word says: 全市 for 全市各级行政机关.
func wholeOf(t *token) string {
	if t.name == wide && strings.HasPrefix(t.text, "全") {
		for _, w := range []string{"全市", "全省", "全县", "全区", "全州", "全盟", "全旗"} {
			if strings.HasPrefix(t.text, w) {
				return w
			}
		}
	}
	return t.text
}

// clauseReader is a clause as it is read.
type clauseReader struct {
	clause
	r       *reader
	ts      []token
	begun   bool // there are words of the subject: a body's name after them does not say whose it is
	carried bool // 2022年结转 in the report for 2023: the next word says that they were carried in
}

func (k *clauseReader) yearAt(i int) {
	t, known := &k.ts[i], k.r.known.Year
	switch than := comparesAny(k.ts[:i]); {
	case i > 0 && k.ts[i-1].name == "CARRYTO": // 结转至2024年
		k.words[len(k.words)-1] = k.r.g.classes[carriedOut]
	case i+1 < len(k.ts) && k.ts[i+1].is("CARRY", carriedIn) && known == t.year+1:
		k.carried = true
	case than && (known != 0 && t.year == known-1 || k.year == t.year+1):
		k.yearBefore = true
	default:
		k.year = t.year
	}
}

func comparesAny(ts []token) bool {
	for i := range ts {
		switch t := &ts[i]; {
		case t.is("THAN", "AND"), t.text == "是", t.text == "超过", t.text == "比", t.text == "较":
			return true
		}
	}
	return false
}

var (
	viaWords = regexp.MustCompile(`^(?:通过|利用|依托|借助|运用|经由)`)
	bodyHead = regexp.MustCompile(`^(.{2,12}?(?:局|委|厅|办公室|政府))(?:通过|共|在|全年|累计|依托|利用)`)
	bodyEnds = strings.Fields("局 委 厅 办公室 办公厅 委员会 政府 街道 办事处 镇 乡 管委会 中心 县 区 市 省")
)

// noBody is what no body's name has: words of what is done, or where (华侨路街道办事处在区委).
var noBody = regexp.MustCompile(`在|报送|上报|围绕|成立|负责|按照|根据|依据|为了|对|向|由|把|将|让|了|认真|结合|坚持|组织(?:开展|全)|积极|推进|贯彻|落实|加强|严格|要求|通过|经`)

// leads reports whether a body at a place is one that leads or asks for the work, not the one whose number follows:
// 在市政府的领导下.
func (k *clauseReader) leads(i int) bool {
	before, after := "", ""
	if i > 0 {
		before = k.ts[i-1].text
	}
	for i++; i < len(k.ts) && len(after) < 24; i++ {
		after += k.ts[i].text
	}
	return hasAnyPrefix(after, "领导", "的领导", "正确领导", "的正确领导", "坚强领导", "的坚强领导", "统一部署", "的统一部署", "部署", "的部署", "的关心", "的指导", "关心",
		"指导", "的大力支持", "要求", "的要求", "的有关要求", "有关要求", "工作要求") || hasAnySuffix(before, "按照", "根据", "依据", "围绕")
}

// calls reports whether a name is that of the reporting body, in full or without what it belongs to: 市商务局 in the report
// of 安康市商务局, 大竹县 in that of its government.
func (c *Context) calls(name string) bool {
	return utf8.RuneCountInString(name) > 2 &&
		(strings.HasSuffix(c.Body, name) || strings.HasSuffix(strings.TrimSuffix(c.Body, "人民政府"), name))
}

// unknownAt reads words that the lexicon does not have: the name of a body, or what the number is of.
func (k *clauseReader) unknownAt(i int) {
	text := k.ts[i].text
	if !k.begun && !viaWords.MatchString(text) { // 通过局门户网站: where, not whose
		n := utf8.RuneCountInString(text)
		if i+1 < len(k.ts) && n >= 3 && n <= 20 && hasAnySuffix(text, bodyEnds...) && !noBody.MatchString(text) {
			k.scope, k.part = text, !k.r.known.calls(text)
			return
		}
		if hasAnyPrefix(text, "街道", "办事处") && n <= 5 && (k.r.known.Body == "" || strings.HasSuffix(k.r.known.Body, "办事处")) {
			// 2019年度街道受理申请0件
			k.scope = text
			return
		}
		if m := bodyHead.FindStringSubmatch(text); m != nil && !noBody.MatchString(m[1]) {
			k.scope, k.part = m[1], !k.r.known.calls(m[1])
		}
	}
	k.unknown, k.begun = true, true
}
