package claims

import (
	"slices"
	"strings"
)

// A concept is a row of a table, or several that are summed, and a column.
type concept struct{ table, row, column string }

func (c concept) none() bool { return c.row == "" }

// A found is what a number counts. It is of no concept, of one, or of the sum of several.
type found struct {
	concept
	sum       []concept
	relation  Relation
	of        []concept // for Share
	or        []concept // what it may be as well, for Share what of may be
	down      bool
	open      string // "received" or "handled": what follows decides which total it is
	aside     bool   // a number that no cell states, of a kind that leaves the topic as it is
	right     bool   // the words after the number were needed
	sentence  int
	scope     string // whose number it is, as in the claim
	part      bool   // a part of a number before it: 其中县政府收到31件
	inside    bool   // in brackets or after 其中
	inherited int    // index of the number that a change or share is of; -1 = none
}

// isTotal reports whether a number is the total of one of the rows.
func (f *found) isTotal(rows ...string) bool {
	return f.relation == Equals && f.column == "total" && slices.Contains(rows, f.row)
}

func (f *found) nothing() bool { return f.none() && len(f.sum) == 0 }

// empty forgets what the number counts.
func (f *found) empty() {
	*f = found{sentence: f.sentence, scope: f.scope, aside: f.aside, inside: f.inside, inherited: -1}
}

func (f *found) parts() []concept {
	if len(f.sum) > 0 {
		return f.sum
	}
	return []concept{f.concept}
}

// memory is what the clauses so far leave to those that follow.
type memory struct {
	topic   string // the table that is spoken of, for disputes the kind of them
	row     string // the row of table III whose total was named last
	branch  string // the result whose reasons may follow
	noun    string // the row of table II
	verb    string // and its column
	dispute string // the kind of dispute named last, linked or not
	listed  string // "yes": the numbers of this sentence are those of things put on a site
}

// A place is whose number it is and of which year.
type place struct {
	scope string
	part  bool
	year  int
}

// reader reads one paragraph.
type reader struct {
	g     *Grammar
	known Context
	text  string
	ts    []token
	out   []Claim
	all   []found // one for each claim

	memory
	place
	sentence  int
	left      int      // where the clause begins
	last      int      // the number before this one; -1 = none
	aside     int      // what was counted last before the bracket that is open; -1 = none
	lastTotal int      // the number before that is a total of applications or disputes
	recent    []int    // such totals of this sentence
	months    bool     // the numbers of this sentence are of a part of the year
	changes   []found  // 同比分别下降20%和50%: what is to come
	queue     []*class // 维持、纠正分别为2件、3件: what is to come
	pending   *class   // the kind of dispute that the clause just before names, without a number
	buffers   [2][]*class
}

// Read reads a paragraph. Claims are in the order of the text.
func (g *Grammar) Read(text string, known Context) []Claim {
	printed := text
	text, at := simplified(text)
	numbers := mentions(text)
	if len(numbers) == 0 && !g.saysNone(text) { // as half of all paragraphs
		return nil
	}
	r := &reader{g: g, known: known, text: text, ts: g.tokens(text, numbers), last: -1, aside: -1, lastTotal: -1}
	if known.Topic == g.applications.table {
		r.topic = known.Topic
	}
	for i := range r.ts {
		switch t := &r.ts[i]; {
		case t.name == number:
			r.number(i)
		case t.is(none, noText):
			r.none(i)
		case t.isMark():
			r.mark(i)
		}
	}
	r.settleTotals()
	for i := range r.all {
		c := &r.out[i]
		r.fill(c, &r.all[i])
		if at != nil {
			c.Start, c.End = at[c.Start], at[c.End]
		}
		c.Text = printed[c.Start:c.End]
	}
	return r.out
}

// mark ends a clause, and with 。 the sentence.
func (r *reader) mark(i int) {
	t := &r.ts[i]
	if t.name == stop {
		r.aside, r.queue, r.pending, r.verb, r.changes = -1, nil, nil, "", nil
		if t.text != "；" && t.text != ";" {
			r.sentence++
			r.recent, r.listed, r.year, r.months = nil, "", 0, false
		}
	}
	r.withoutNumber(r.ts[r.left:i])
	r.left = i + 1
	switch { // what stands in brackets is an aside: 487件（含结转12件），增长8.2%
	case t.name == opening && r.aside < 0:
		r.aside = r.last
	case t.name == closing && r.aside >= 0:
		if f := &r.all[r.aside]; f.sentence == r.sentence && !f.none() && r.all[r.last].relation == Equals {
			r.last = r.aside
		}
		r.aside = -1
	}
}

// number reads what a number counts, by the words around it.
func (r *reader) number(i int) {
	m := r.ts[i].m
	left, right, end := r.ts[r.left:i], r.rightOf(i), r.rightEnd(i)
	f := r.meaning(left, right, m)
	f.sentence, f.scope, f.inherited = r.sentence, r.scope, -1
	r.left = i + 1
	if f.right {
		r.left = end
	}
	if m.unit == "" && (f.nothing() || !m.words && f.relation != Equals || len(right) > 0) && !(m.words && m.about) {
		return // digits without a unit that no words name: not a statement
	}
	if f.relation == Share || f.relation == Change {
		f.inherited = r.lastOf(f.concept)
	}
	if !r.countedIn(&f, m.unit) {
		f.empty()
	}
	f.inside = r.insideAt(i)
	r.out = append(r.out, Claim{Text: r.ts[i].text, Start: m.start, End: m.end, Value: m.value, Unit: m.unit,
		About: m.about, Scope: r.scope, Part: r.part, Year: r.year})
	r.all = append(r.all, f)
	r.last = len(r.all) - 1
	if f.isTotal("received", "handled_total", "reconsideration", "litigation") {
		r.lastTotal = r.last
		r.recent = append(r.recent, r.last)
	}
}

// rightEnd gives the token that ends the words to the right of a number.
func (r *reader) rightEnd(i int) int {
	for i++; i < len(r.ts); i++ {
		if t := &r.ts[i]; t.isMark() || t.is(number, list) {
			break
		}
	}
	return i
}

// rightOf gives the words to the right of a number, unless they are those to the left of the next.
func (r *reader) rightOf(i int) []token {
	end := r.rightEnd(i)
	if end < len(r.ts) && r.ts[end].name == number {
		return nil
	}
	return r.ts[i+1 : end]
}

// lastOf gives the last number that counts a concept; -1 = none.
func (r *reader) lastOf(c concept) int {
	for i := len(r.all) - 1; i >= 0; i-- {
		if r.all[i].concept == c && r.all[i].relation == Equals {
			return i
		}
	}
	return -1
}

// insideAt reports whether a number stands in brackets that are open, or after 其中, 含 or 包括.
func (r *reader) insideAt(i int) bool {
	closed := 0 // brackets
	for i--; i >= 0 && !r.ts[i].is(stop, number); i-- {
		switch t := &r.ts[i]; {
		case t.name == closing:
			closed++
		case t.name == opening && closed > 0:
			closed--
		case closed > 0:
		case t.name == opening, strings.HasPrefix(t.text, "其中"), t.text == "含", t.text == "包括":
			return true
		}
	}
	return false
}

// countedIn reports whether what was found may be counted in a unit.
func (r *reader) countedIn(f *found, unit string) bool {
	if f.nothing() {
		return false
	}
	switch f.relation {
	case Share, Change:
		return unit == "%"
	case Times:
		return unit == "倍"
	}
	switch unit {
	case "":
		return true
	case "%", "倍", "个百分点", "天", "个工作日":
		return false
	case "人次", "人", "名", "篇", "场", "期": // people, not what they asked for
		return false
	}
	return r.g.isMoney(f.concept) == (unit == "元" || unit == "万元")
}

// withoutNumber takes in a clause, or the rest of one, that no number ends: it may name the topic of the next.
func (r *reader) withoutNumber(ts []token) {
	k := r.clause(ts, r.place, 0)
	r.place = k.place
	if len(k.words) == 0 {
		r.months = r.months || k.months && !k.unknown // 2022年3月，收到…
		return
	}
	r.pending = nil
	for _, w := range k.words {
		if w.name == "APP" {
			r.topic = r.g.applications.table
		} else if kind := r.g.disputes.row(w); kind != "" {
			r.topic, r.dispute = kind, kind
		} else if text := r.g.active.row(w); text != "" {
			r.noun = text
		}
	}
	if len(k.words) == 1 || len(k.words) == 2 && k.words[1].name == "ABOUT" {
		if r.g.disputes.row(k.words[0]) != "" {
			r.pending = k.words[0]
		}
	}
}

// meaning finds what a number counts by the words to its left in the clause and, where they do not say, by those to
// its right.
func (r *reader) meaning(left, right []token, m *mention) found {
	k := r.clause(left, r.place, 0)
	after := r.clause(right, k.place, 1)
	r.place = k.place
	k.unit, k.each = m.unit, contains(left, "分别")
	k.total, k.beyond = contains(left, "总量", "总数", "总"), contains(left, "超过", "超")
	if r.months = k.months || r.months && !contains(left, wholes...); r.months {
		return found{}
	}
	each := k.each || contains(left, "分别为")
	if each && len(k.words) > 1 {
		r.enqueue(k.words)
	}
	if m.unit == "%" || m.unit == "倍" {
		return r.rate(&k)
	}
	pending := r.pending
	r.pending = nil
	if len(r.queue) > 0 && !k.unknown && (each || len(k.words) == 0 || isAnd(k.words)) {
		next := r.queue[:1]
		r.queue = r.queue[1:]
		return r.concept(&k, next)
	}
	if k.unknown {
		r.lost(left)
		return found{}
	}
	words, alone := k.afterList()
	if !alone {
		return found{}
	}
	words = trim(words)
	for _, s := range [...]*section{&r.g.growth, &r.g.asides} {
		if u := s.find(r, &k, words); u != nil {
			return r.apply(s, u, &k.bound)
		}
	}
	if len(after.words) > 0 && !after.unknown {
		if f := r.concept(&k, slices.Concat(words, after.words)); !f.nothing() {
			f.right = true
			return f
		}
	}
	if len(words) > 0 {
		return r.concept(&k, words)
	}
	return r.withoutWords(&k, &after, left, right, pending)
}

// wholes are words after which the numbers are those of the whole year again.
var wholes = []string{"全年", "本年度", "全年共", "全年度", "年内", "本年", "今年", "报告期内"}

// enqueue keeps what the numbers after 分别为 count in turn: 维持、纠正分别为2件、3件.
func (r *reader) enqueue(words []*class) {
	r.queue = nil
	for _, w := range words {
		if !has([]*class{w}, list, "AND") {
			r.queue = append(r.queue, w)
		}
	}
}

func isAnd(words []*class) bool { return len(words) == 1 && words[0].name == "AND" }

// trim drops 和 before words and 方面 after them.
func trim(words []*class) []*class {
	if len(words) > 0 && words[0].name == "AND" {
		words = words[1:]
	}
	if n := len(words); n > 0 && words[n-1].name == "ABOUT" {
		words = words[:n-1]
	}
	return words
}

// withoutWords finds what a number counts beside which no words say it: 行政复议：维持2件。
func (r *reader) withoutWords(k, after *clause, left, right []token, pending *class) found {
	switch {
	case after.unknown:
		r.lost(right)
		return found{}
	case len(after.words) > 0:
		return found{}
	case r.dispute != "" && contains(left, "涉及政府信息公开的", "涉及政府信息公开", "涉政府信息公开"):
		pending = r.g.classOf(&r.g.disputes, r.dispute)
	}
	if pending == nil {
		return found{}
	}
	return r.concept(k, []*class{pending})
}

// lost forgets the topic where a clause speaks of something else.
func (r *reader) lost(ts []token) {
	for i := range ts {
		if kind := r.g.disputes.row(ts[i].class); kind == "reconsideration" || kind == "litigation" {
			r.dispute = kind
		}
	}
	r.topic, r.row, r.branch, r.verb, r.noun = "", "", "", "", ""
}
