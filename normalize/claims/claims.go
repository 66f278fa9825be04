// Package claims reads the statements of number in the prose of a report: what is counted (a cell of the form, a sum of
// cells, a ratio of them, where the words say so), the value, the unit, whose number it is and of which year, and the exact
// span of text. What the words leave open has no cell: a number is never given a name by its value.
package claims

import (
	_ "embed"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/shopspring/decimal"
)

// Relation says what a claim states of its cells.
type Relation string

const (
	Equals   Relation = "equals"    // the value is the sum of the cells
	Share    Relation = "share"     // the value, in percent, is the sum of the cells divided by that of Of
	Change   Relation = "change"    // the value, in percent, is the change of the cells over the year before; Down where it fell
	LastYear Relation = "last-year" // the value is what the cells were the year before
	Times    Relation = "times"     // the value is how many times what they were the year before
)

// A Claim is one statement of number.
type Claim struct {
	Text       string // as printed, number and unit: 412件
	Start, End int    // bytes of the paragraph
	Value      decimal.Decimal
	Unit       string   // as printed; 万 and 亿 before it are in Value; "" where none is printed
	About      bool     // rounded: 余, 近, 约
	Cells      []string // names of the cells whose sum it states; nil where the words name none
	Of         []string // for Share
	Relation   Relation // "" where Cells is nil
	Down       bool     // for Change
	Scope      string   // as printed: 全市, 本机关; "" where nothing is said
	Part       bool     // the scope is a part of the reporting body's field, or others than it
	Year       int      // year that the sentence names for the number; 0 where it names none
}

// Context is what is known beside the paragraph.
type Context struct {
	Year         int    // the report year; 0 = not known
	Edition      string // of table II: "2019" or "2021"; "" = that of the year
	Applications string // edition of table III, likewise
	Topic        string // "disputes" or "applications" where the heading above the paragraph says so
}

//go:embed words.txt
var wordsText string

type lexicon struct {
	byRune map[rune][]entry // longest first
}

type entry struct{ word, class string }

var load = sync.OnceValue(func() *lexicon {
	l := &lexicon{map[rune][]entry{}}
	seen := map[string]bool{}
	for line := range strings.Lines(wordsText) {
		class, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		if !ok || line[0] == '#' {
			continue
		}
		for _, w := range strings.Fields(words) {
			if !seen[w] {
				seen[w] = true
				r, _ := utf8.DecodeRuneInString(w)
				l.byRune[r] = append(l.byRune[r], entry{w, class})
			}
		}
	}
	for r := range l.byRune {
		sort.SliceStable(l.byRune[r], func(i, j int) bool { return len(l.byRune[r][i].word) > len(l.byRune[r][j].word) })
	}
	return l
})

// A token is a known word, a mark, a number or a run of unknown characters.
type token struct {
	class string // meaning; "U" unknown, "#" number, "," "." and ":" marks, "(" ")" brackets, "year"
	text  string
	m     *mention
	year  int
	at    int
}

var (
	yearAt   = regexp.MustCompile(`^(20\d\d)\s*年度?`)
	monthsAt = regexp.MustCompile(`^(?:\d{1,2}\s*月(?:\d{1,2}\s*日)?(?:底|末|份)?)(?:起?(?:至|到|-|—|－)(?:20\d\d年)?\d{1,2}\s*月(?:\d{1,2}\s*日)?(?:底|止)?)?`)
	bodyHead = regexp.MustCompile(`^(.{2,12}?(?:局|委|厅|办公室|政府))(?:通过|共|在|全年|累计|依托|利用)`)
	viaWords = regexp.MustCompile(`^(?:通过|利用|依托|借助|运用|经由)`)
	bodyEnd  = regexp.MustCompile(`(?:局|委|厅|办公室|办公厅|委员会|政府|街道|办事处|镇|乡|管委会|中心|县|区|市|省)$`)
)

func tokens(text string) []token {
	l := load()
	ms := mentions(text)
	var out []token
	unknown := -1
	flush := func(to int) {
		if unknown >= 0 {
			out = append(out, token{class: "U", text: text[unknown:to], at: unknown})
			unknown = -1
		}
	}
	next := 0
	for i := 0; i < len(text); {
		for next < len(ms) && ms[next].start < i {
			next++
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if isDigit(r) {
			if m := yearAt.FindStringSubmatch(text[i:]); m != nil {
				flush(i)
				y, _ := strconv.Atoi(m[1])
				out = append(out, token{class: "year", text: m[0], year: y, at: i})
				i += len(m[0])
				continue
			}
			if m := monthsAt.FindString(text[i:]); m != "" {
				flush(i)
				i += len(m)
				continue
			}
		}
		if next < len(ms) && ms[next].start == i {
			flush(i)
			out = append(out, token{class: "#", text: text[ms[next].start:ms[next].end], m: &ms[next], at: i})
			i = ms[next].end
			continue
		}
		mark := ""
		switch r {
		case '，', ',', '\t':
			mark = ","
		case '；', ';', '。', '\n', '！', '？':
			mark = "."
		case '：', ':':
			mark = ":"
		case '（', '(', '【', '[':
			mark = "("
		case '）', ')', '】', ']':
			mark = ")"
		case ' ', '　', '\u00a0', '“', '”', '"':
			if mark == "" && unknown < 0 && !strings.ContainsRune("“\"", r) {
				i += n
				continue
			}
		}
		longest := entry{}
		for _, e := range l.byRune[r] {
			if strings.HasPrefix(text[i:], e.word) {
				longest = e
				break
			}
		}
		if longest.word != "" && !(unknown >= 0 && utf8.RuneCountInString(longest.word) == 1 && longest.class != "SEP") {
			flush(i)
			out = append(out, token{class: longest.class, text: longest.word, at: i})
			i += len(longest.word)
			continue
		}
		if mark != "" {
			flush(i)
			out = append(out, token{class: mark, text: text[i : i+n], at: i})
			i += n
			continue
		}
		if unknown < 0 {
			unknown = i
		}
		i += n
	}
	flush(len(text))
	return out
}

// A concept is a row of a table, or the total of one, and a column.
type concept struct{ row, col string }

func (c concept) none() bool { return c.row == "" }

// state is what the words so far leave to those that follow.
type state struct {
	listed    bool // the numbers of this sentence are those of things put on a site
	known     Context
	topic     string // app, rc, lt, ld, la, ""
	dispute   string // the kind of dispute named last, linked or not
	row       string // the row of table III whose total was named last
	branch    string // the result whose reasons may follow: cl, rj …
	noun      string // reg or nd
	verb      string // issue, made, open, repeal, inforce, pubtotal
	last      *found // the mention linked or left before this one
	pending   string // topic named in a clause without a number just before
	queue     []string
	scope     string
	part      bool
	year      int
	total     bool    // the words just read say 总数
	changes   []found // 同比分别下降20%和50%: what is to come
	recent    []found // linked numbers of this sentence, those of results left out
	lastTotal *found
	sentence  int
}

type found struct {
	concept
	relation  Relation
	sentence  int
	claim     int
	sum       []concept // for combinations
	pending   string    // "handle" or "recv": what follows decides
	scope     string    // whose number it is, as in the claim
	part      bool      // a part of a number before it: 其中县政府收到31件
	of        []concept
	down      bool
	right     bool // the words after the number were needed
	detail    bool // a number that no cell states, of a kind that leaves the topic as it is
	inherited int  // index of the claim that a change or share is of
}

// Read reads a paragraph. Claims are in the order of the text.
func Read(text string, known Context) []Claim {
	ts := tokens(text)
	st := state{known: known}
	switch known.Topic {
	case "disputes":
		st.topic = ""
	case "applications":
		st.topic = "app"
	}
	var out []Claim
	var all []found
	var marks []string
	ogi := known.Topic != "" || strings.Contains(text, "信息公开")
	left := 0
	var before *found // what was counted last before the bracket that is open
	for i, t := range ts {
		switch t.class {
		case ".":
			before = nil
			st.queue, st.pending, st.verb = nil, "", ""
			st.changes = nil
			if t.text != "；" && t.text != ";" {
				st.sentence++
				st.recent, st.listed, st.year = nil, false, 0
			}
			st.clauseWithout(ts[left:i])
			left = i + 1
		case ",", ":", "(", ")":
			st.clauseWithout(ts[left:i])
			left = i + 1
			switch { // what stands in brackets is an aside: 487件（含结转12件），增长8.2%
			case t.class == "(" && before == nil:
				before = st.last
			case t.class == ")" && before != nil:
				if before.sentence == st.sentence && !before.none() && st.last != before && st.last.relation == Equals {
					st.last = before
				}
				before = nil
			}
		case "#":
			end := i + 1
			for end < len(ts) && !isMark(ts[end].class) && ts[end].class != "#" && ts[end].class != "SEP" {
				end++
			}
			right := ts[i+1 : end]
			if end < len(ts) && ts[end].class == "#" {
				right = nil
			}
			c := Claim{Text: t.text, Start: t.m.start, End: t.m.end, Value: t.m.value, Unit: t.m.unit, About: t.m.about}
			f := st.meaning(ts[left:i], right, t.m, ogi, i > 0 && ts[i-1].class == "(" || left > 0 && ts[left-1].class == "(")
			f.sentence, f.claim = st.sentence, len(out)
			c.Scope, c.Part, c.Year = st.scope, st.part, st.year
			f.scope = st.scope
			left = i + 1
			if f.right {
				left = end
			}
			if t.m.unit == "" && (f.none() && len(f.sum) == 0 || !t.m.words && f.relation != Equals || len(right) > 0) && !(t.m.words && t.m.about) {
				continue // digits without a unit that no words name: not a statement
			}
			f.inherited = -1
			if f.relation == Share || f.relation == Change {
				f.inherited = st.lastIndex(all, f)
			}
			if !st.settle(&f, t.m) {
				f = found{sentence: f.sentence, claim: f.claim, scope: f.scope, detail: f.detail, inherited: -1}
			}
			all = append(all, f)
			inside := ""
			closed := 0 // brackets
			for j := i - 1; j >= 0 && ts[j].class != "." && ts[j].class != "#"; j-- {
				switch {
				case ts[j].class == ")":
					closed++
					continue
				case ts[j].class == "(" && closed > 0:
					closed--
					continue
				case closed > 0:
					continue
				}
				if ts[j].class == "(" || strings.HasPrefix(ts[j].text, "其中") || ts[j].text == "含" || ts[j].text == "包括" {
					inside = ts[j].text
				}
			}
			marks = append(marks, inside)
			out = append(out, c)
			st.last = &found{}
			*st.last = f
			if f.relation == Equals && (f.row == "rec" || f.row == "in" || f.row == "h" || f.row == "rc" || f.row == "lt") && f.col == "total" {
				g := f
				st.lastTotal = &g
				st.recent = append(st.recent, f)
			}
		}
	}
	decide(all, marks)
	for i := range all {
		fill(&out[i], &all[i], known)
	}
	return out
}

func isMark(class string) bool {
	switch class {
	case ",", ".", ":", "(", ")":
		return true
	}
	return false
}

// lastIndex gives the claim that a share or a change is of.
func (st *state) lastIndex(all []found, f found) int {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].concept == f.concept && all[i].relation == Equals {
			return i
		}
	}
	return -1
}

// settle checks that the unit is one that the concept is counted in.
func (st *state) settle(f *found, m *mention) bool {
	if f.none() && len(f.sum) == 0 {
		return false
	}
	switch f.relation {
	case Share, Change:
		return m.unit == "%"
	case Times:
		return m.unit == "倍"
	}
	if m.unit == "%" || m.unit == "倍" || m.unit == "个百分点" || m.unit == "天" || m.unit == "个工作日" {
		return false
	}
	if m.unit == "人次" || m.unit == "人" || m.unit == "名" || m.unit == "篇" || m.unit == "场" || m.unit == "期" { // people, not what they asked for
		return false
	}
	money := m.unit == "元" || m.unit == "万元"
	if isMoney := f.row == "fee" || f.row == "proc.amount"; isMoney != money && m.unit != "" {
		return false
	}
	return true
}

// clauseWithout takes in a clause, or the rest of one, that no number ends: it may name the topic of the next.
func (st *state) clauseWithout(ts []token) {
	k := st.classes(ts)
	if len(k.seq) == 0 {
		return
	}
	st.pending = ""
	for _, c := range k.seq {
		switch c {
		case "APP":
			st.topic = "app"
		case "RC", "LT", "LD", "LA":
			st.topic = strings.ToLower(c)
			st.dispute = st.topic
		case "REG", "ND":
			st.noun = strings.ToLower(c)
		}
	}
	if len(k.seq) == 2 && k.seq[1] == "ABOUT" || len(k.seq) == 1 {
		switch k.seq[0] {
		case "RC", "LT", "LD", "LA":
			st.pending = strings.ToLower(k.seq[0])
		}
	}
}

type read struct {
	seq     []string // meanings, without what says nothing
	unknown bool
	lastYr  bool // the year before is named
}

// classes gives the meanings of a run of words; scope and year go into the state.
func (st *state) classes(ts []token) read {
	var k read
	begun := false
	scope, part := st.scope, st.part
	for i, t := range ts {
		switch t.class {
		case "-":
		case "year":
			if i > 0 && ts[i-1].class == "CARRYTO" {
				k.seq[len(k.seq)-1] = "CARRYOUT"
				continue
			}
			if i+1 < len(ts) && (ts[i+1].class == "CARRY" || ts[i+1].class == "CARRYIN") && st.known.Year == t.year+1 { // 2022年结转8件 in the report for 2023
				k.seq = append(k.seq, "CARRYFROM")
				continue
			}
			if st.known.Year != 0 && t.year == st.known.Year-1 && i+1 <= len(ts) && begunThan(ts[:i]) {
				k.lastYr = true
			} else {
				if begunThan(ts[:i]) && st.year == t.year+1 {
					k.lastYr = true
				} else {
					st.year = t.year
				}
			}
		case "SITE":
			k.seq = append(k.seq, "SITE")
			if i > 0 && ts[i-1].class == "scope" { // 市政府门户网站 says where, not whose
				st.scope, st.part = scope, part
			}
		case "scope", "wide", "part":
			if begun {
				break
			}
			st.scope, st.part = t.text, t.class == "part"
			for _, p := range []string{"全市", "全省", "全县", "全区", "全州", "全盟", "全旗"} {
				if t.class == "wide" && strings.HasPrefix(t.text, p) {
					st.scope = p
				}
			}
		case "U":
			if viaWords.MatchString(t.text) { // 通过局门户网站: where, not whose
				k.unknown, begun = true, true
				continue
			}
			if !begun && i+1 <= len(ts) && bodyEnd.MatchString(t.text) && utf8.RuneCountInString(t.text) >= 3 && utf8.RuneCountInString(t.text) <= 20 && (i+1 < len(ts)) {
				st.scope, st.part = t.text, true
				continue
			}
			if m := bodyHead.FindStringSubmatch(t.text); m != nil && !begun {
				st.scope, st.part = m[1], true
			}
			k.unknown = true
			begun = true
		default:
			k.seq = append(k.seq, t.class)
			begun = true
		}
	}
	return k
}

func begunThan(ts []token) bool {
	for _, t := range ts {
		if t.class == "THAN" || t.class == "AND" {
			return true
		}
		if t.text == "是" || t.text == "超过" || t.text == "比" || t.text == "较" {
			return true
		}
	}
	return false
}

// afterLast keeps what follows the last 、; ok is false where the words before it have no number of their own, so that the number
// is that of all.
func afterLast(seq []string) (rest []string, ok bool) {
	for i := len(seq) - 1; i >= 0; i-- {
		if seq[i] == "SEP" {
			return seq[i+1:], i == 0
		}
	}
	return seq, true
}

// meaning finds what a number counts by the words to its left in the clause and, where they do not say, by those to its right.
func (st *state) meaning(left, right []token, m *mention, ogi, bracket bool) found {
	l := st.classes(left)
	hold := *st
	r := st.classes(right)
	st.scope, st.part, st.year = hold.scope, hold.part, hold.year
	if len(left) > 0 && contains(left, "分别为", "分别") && len(l.seq) > 1 {
		st.queue = nil
		for _, c := range l.seq {
			if c != "SEP" && c != "AND" {
				st.queue = append(st.queue, c)
			}
		}
	}
	if m.unit == "%" || m.unit == "倍" {
		return st.ratio(l, m, contains(left, "分别"))
	}
	pending := st.pending
	st.pending = ""
	st.total = contains(left, "总量", "总数", "总")
	if len(st.queue) > 0 && !l.unknown && (len(l.seq) == 0 || contains(left, "分别为", "分别") || len(l.seq) == 1 && l.seq[0] == "AND") {
		c := st.queue[0]
		st.queue = st.queue[1:]
		return st.concept([]string{c}, m, ogi, false)
	}
	if l.unknown {
		st.lost(left)
		return found{}
	}
	seq, alone := afterLast(l.seq)
	if !alone {
		return found{}
	}
	if len(seq) > 0 && seq[0] == "AND" {
		seq = seq[1:]
	}
	if n := len(seq); n > 0 && seq[n-1] == "ABOUT" {
		seq = seq[:n-1]
	}
	if has(seq, "UPWARD", "DOWNWARD") {
		return found{detail: true}
	}
	for _, c := range seq {
		switch c {
		case "THAN":
			if c == "THAN" && l.lastYr && st.last != nil || c == "THAN" && l.lastYr {
				f := found{relation: LastYear}
				f.concept = concept{"rec", "total"}
				if st.last != nil && !st.last.none() {
					f.concept = st.last.concept
				} else if m.unit != "件" {
					return found{}
				}
				return f
			}
			return found{detail: true}
		case "SUB", "PRIOR", "AUTH":
			return found{detail: true}
		case "LY":
			if len(seq) == 1 && st.last != nil && !st.last.none() && st.last.relation == Equals && !contains(left, "超过", "超") {
				return found{concept: st.last.concept, sum: st.last.sum, relation: LastYear}
			}
			return found{}
		}
	}
	if len(r.seq) > 0 && !r.unknown {
		if f := st.concept(append(append([]string{}, seq...), r.seq...), m, ogi, bracket); !f.none() || len(f.sum) > 0 {
			f.right = true
			return f
		}
	}
	if len(seq) == 0 && len(left) > 0 || len(seq) == 0 && len(l.seq) == 0 {
		if len(r.seq) > 0 || r.unknown {
			if r.unknown && len(right) > 0 {
				st.lost(right)
			}
			return found{}
		}
		if st.dispute != "" && contains(left, "涉及政府信息公开的", "涉及政府信息公开", "涉政府信息公开") {
			pending = st.dispute
		}
		if pending != "" {
			return st.concept([]string{strings.ToUpper(pending)}, m, ogi, bracket)
		}
		return found{}
	}
	return st.concept(seq, m, ogi, bracket)
}

func contains(ts []token, words ...string) bool {
	for _, t := range ts {
		for _, w := range words {
			if t.text == w {
				return true
			}
		}
	}
	return false
}

// lost forgets the topic where a clause speaks of something else.
func (st *state) lost(ts []token) {
	for _, t := range ts {
		if t.class == "APP" && !strings.Contains(t.text, "依申请") {
			continue
		}
		if t.class == "RC" || t.class == "LT" {
			st.dispute = strings.ToLower(t.class)
		}
	}
	st.topic, st.row, st.branch, st.verb, st.noun = "", "", "", "", ""
}

var columns = map[string]string{"NP": "natural_person", "BIZ": "business", "RES": "research", "PW": "public_welfare", "LS": "legal_service", "OTH": "other", "OTHORG": "other", "ORG": "org"}

var disputeColumns = map[string]string{"UP": "upheld", "CO": "corrected", "OT": "other", "PE": "pending", "OTH": "other"}

// concept is what a sequence of meanings names; the state decides where the words alone do not.
func (st *state) concept(seq []string, m *mention, ogi, bracket bool) found {
	f := found{relation: Equals}
	set := func(row, col string) found {
		f.concept = concept{row, col}
		return f
	}
	s := strings.Join(seq, " ")
	s = strings.TrimSuffix(s, " TOT")
	// the parts of table IV
	switch s {
	case "RC.CO":
		st.topic = "rc"
		return set("rc", "corrected")
	case "LT.CO":
		st.topic = "lt"
		return set("lt", "corrected")
	}
	if n := len(seq); n > 0 {
		kind := ""
		rest := seq
		switch seq[0] {
		case "RC", "LT", "LD", "LA":
			kind, rest = strings.ToLower(seq[0]), seq[1:]
		case "RECV", "HANDLE", "DONE":
			if n > 1 && (seq[1] == "RC" || seq[1] == "LT") {
				if seq[0] == "RECV" && n == 2 && st.known.Topic == "disputes" {
					kind, rest = strings.ToLower(seq[1]), nil
				} else {
					st.topic, st.dispute = "", strings.ToLower(seq[1])
					return found{}
				}
			}
		}
		if kind == "lt" && len(rest) > 0 && (rest[0] == "LD" || rest[0] == "LA") {
			kind, rest = strings.ToLower(rest[0]), rest[1:]
		}
		if len(rest) > 0 && rest[0] == "ABOUT" {
			rest = rest[1:]
		}
		if kind != "" {
			st.dispute = kind
			switch {
			case len(rest) == 0 || len(rest) == 1 && rest[0] == "TOT":
				st.topic, st.row = kind, ""
				return set(kind, "total")
			case len(rest) == 1 && disputeColumns[rest[0]] != "":
				st.topic = kind
				return set(kind, disputeColumns[rest[0]])
			}
			st.topic = ""
			return found{}
		}
		if n == 1 {
			if c := disputeColumns[seq[0]]; c != "" {
				if st.topic == "rc" || st.topic == "lt" || st.topic == "ld" || st.topic == "la" {
					return set(st.topic, c)
				}
				if seq[0] != "OTH" {
					return found{}
				}
			}
			if seq[0] == "TOT" {
				switch st.topic {
				case "rc", "lt", "ld", "la":
					return set(st.topic, "total")
				}
				return found{}
			}
		}
	}
	// table II
	if f, ok := st.active(seq, m); ok {
		return f
	}
	// table III
	return st.application(seq, bracket)
}

// active reads the cells of table II.
func (st *state) active(seq []string, m *mention) (found, bool) {
	noun, verb := "", ""
	for _, c := range seq {
		switch c {
		case "REG", "ND":
			if noun != "" {
				return found{}, true
			}
			noun = strings.ToLower(c)
		case "MADE", "ISSUE", "REPEAL", "INFORCE", "PUBTOTAL":
			if verb != "" && !(verb == "open" && c == "REPEAL") && verb != "open" {
				return found{}, true
			}
			verb = strings.ToLower(c)
		case "OPEN", "PUB":
			if verb == "" {
				verb = "open"
			}
		case "LIC", "PUN", "COE", "FEE", "PITEMS", "PAMOUNT":
			if len(seq) > 1 || st.listed || m != nil && m.unit == "条" { // 公开行政许可2306条: what was put on a site, not what was decided
				st.listed = true
				return found{}, true
			}
			row := map[string]string{"LIC": "licensing", "PUN": "punishment", "COE": "coercion", "FEE": "fee", "PITEMS": "proc.items", "PAMOUNT": "proc.amount"}[c]
			st.topic = "active"
			return found{concept: concept{row, "decisions"}, relation: Equals}, true
		case "SITE":
		case "TOT", "AND":
			if c == "AND" {
				return found{}, noun != "" || verb != "" && verb != "open"
			}
		default:
			if noun != "" {
				return found{}, true
			}
			return found{}, false
		}
	}
	switch {
	case noun == "" && verb == "":
		return found{}, false
	case noun == "" && (verb == "open" || st.noun == ""):
		return found{}, verb != "open"
	case noun == "":
		noun = st.noun
	case verb == "":
		verb = st.verb
	}
	if verb == "" {
		st.noun = noun
		return found{}, true
	}
	st.noun, st.verb, st.topic = noun, verb, "active"
	return found{concept: concept{noun, verb}, relation: Equals}, true
}

// application reads the cells of table III.
func (st *state) application(seq []string, bracket bool) found {
	for i, c := range seq {
		if c == "CARRYFROM" {
			seq = append(append([]string{}, seq[:i]...), seq[i+1:]...)
			if i < len(seq) {
				seq[i] = "CARRYIN"
			}
			break
		}
	}
	f := found{relation: Equals}
	col := ""
	var rows []string
	has := map[string]bool{}
	and := false
	for _, c := range seq {
		switch {
		case columns[c] != "":
			if col != "" {
				return found{}
			}
			col = columns[c]
		case c == "AND":
			and = true
		case c == "TOT" || c == "ABOUT":
			has[c] = true
		case c == "APP" || c == "RECV" || c == "NEW" || c == "HANDLE" || c == "DONE" || c == "CARRYIN" || c == "CARRYOUT" || c == "CARRY":
			has[c] = true
		case c == "PUB":
			rows = append(rows, "G?")
		case c == "G" || c == "PG" || c == "RF" || c == "UV" || c == "RJ" || c == "CL" || strings.Contains(c, ".") && (strings.HasPrefix(c, "RF.") || strings.HasPrefix(c, "UV.") || strings.HasPrefix(c, "RJ.") || strings.HasPrefix(c, "CL.")):
			rows = append(rows, c)
		default:
			return found{}
		}
	}
	if and && !(len(rows) == 2) {
		return found{}
	}
	if len(rows) > 0 {
		if has["RECV"] || has["NEW"] || has["CARRYIN"] || has["CARRYOUT"] || has["CARRY"] {
			return found{}
		}
		if len(rows) == 2 && and {
			ok := func(r string) bool {
				return r == "G" || r == "G?" || r == "PG" || r == "RF" || r == "UV" || r == "RJ" || r == "CL"
			}
			if !ok(rows[0]) || !ok(rows[1]) || st.topic != "app" && rows[0] == "G?" {
				return found{}
			}
			f.sum = []concept{{key(rows[0]), or(col, "total")}, {key(rows[1]), or(col, "total")}}
			return f
		}
		if len(rows) == 2 && strings.HasPrefix(rows[0], rows[1]+".") { // 属于行政查询事项不予公开
			rows = rows[:1]
		}
		if len(rows) != 1 {
			return found{}
		}
		if rows[0] == "G?" && (st.topic != "app" || st.row != "h" && st.row != "rec" && st.row != "in" && st.row != "") {
			return found{}
		}
		st.topic = "app"
		st.branch = key(rows[0])
		f.concept = concept{key(rows[0]), or(col, "total")}
		return f
	}
	if col != "" {
		if col == "other" && len(seq) == 1 { // 其他: of what, only the words before tell
			if st.branch == "cl" || strings.HasPrefix(st.branch, "cl.") {
				f.concept = concept{"cl.other", "total"}
				return f
			}
			if st.last == nil || !isColumn(st.last.col) || st.last.row == "" {
				return found{}
			}
		}
		row := st.row
		switch {
		case has["DONE"]:
			row = "h"
		case has["RECV"] || has["NEW"] || row == "" && has["APP"]:
			row = "rec"
		case row == "":
			row = "rec"
			if st.topic == "" && col != "natural_person" && col != "org" && (st.last == nil || !isColumn(st.last.col)) {
				return found{}
			}
		}
		if row == "" || has["CARRYIN"] || has["CARRYOUT"] {
			return found{}
		}
		st.topic, st.row = "app", row
		f.concept = concept{row, col}
		return f
	}
	row := ""
	switch {
	case has["CARRYIN"] && !has["RECV"] && !has["NEW"] && !has["DONE"]:
		row = "ci"
	case has["CARRYOUT"] && !has["RECV"] && !has["NEW"]:
		row = "co"
	case has["CARRYIN"] || has["CARRYOUT"]:
		return found{}
	case has["CARRY"] && !has["RECV"] && !has["NEW"] && !has["DONE"] && !has["HANDLE"]:
		if st.topic != "app" && st.last == nil {
			return found{}
		}
		row = "co"
		if st.row == "rec" && st.branch == "" || st.row == "in" {
			row = "ci"
		}
	case has["NEW"] && (has["APP"] || st.topic == "app" || len(seq) == 1):
		if !has["APP"] && st.topic != "app" {
			return found{}
		}
		row = "rec"
	case has["DONE"] && (has["APP"] || st.topic == "app"):
		if has["RECV"] {
			return found{}
		}
		row = "h"
	case has["RECV"] && has["HANDLE"] && has["APP"]:
		row, f.pending = "rec", "handle"
	case has["HANDLE"] && has["TOT"] && (has["APP"] || st.topic == "app"):
		row = "h"
	case has["HANDLE"] && has["APP"]:
		row, f.pending = "rec", "handle"
	case has["RECV"] && (has["APP"] || st.topic == "app"):
		row, f.pending = "rec", "recv"
	case has["APP"] && len(seq) == 1 && st.total:
		row, f.pending = "rec", "recv"
	}
	if (row == "ci" || row == "co") && !has["APP"] && st.topic != "app" {
		row = ""
	}
	if row == "" {
		if has["APP"] {
			st.topic = "app"
		}
		return found{}
	}
	st.topic, st.branch = "app", ""
	if row == "rec" || row == "h" {
		st.row = row
	}
	f.concept = concept{row, "total"}
	return f
}
