package claims

import (
	"github.com/shopspring/decimal"
)

// supposed are words before 未收到 and 无 that make no statement of it: 如未收到, 是否无.
var supposed = []string{"如", "若", "如果", "倘若", "假如", "是否", "凡", "对", "对于"}

// An item is a thing that there was none of: its words, and where they stand.
type item struct {
	words      []*class
	start, end int
}

// none reads that there was none of something: 未收到政府信息公开申请, 未发生行政复议、行政诉讼. Each thing that a cell counts is a zero.
func (r *reader) none(i int) {
	end := r.rightEndOfClause(i)
	if hasAnySuffix(r.text[:r.ts[i].at], supposed...) {
		return
	}
	items := r.itemsAfter(i, end)
	if len(items) == 0 {
		return
	}
	k := r.clause(r.ts[r.left:i], r.place, 0)
	ours := !k.unknown && !k.months && !r.months && !k.yearBefore && len(trimAll(k.words)) == 0
	for n := range items {
		t := &items[n]
		f := found{}
		if ours {
			k.words = t.words
			f = r.concept(&k, t.words)
		}
		if f.relation != Equals {
			f = found{}
		}
		f.sentence, f.scope, f.inherited, f.open = r.sentence, k.scope, -1, ""
		r.out = append(r.out, Claim{Start: t.start, End: t.end, Value: decimal.Zero, Scope: k.scope, Part: k.part,
			Year: k.year})
		r.all = append(r.all, f)
		r.last = len(r.all) - 1
		if f.isTotal("received", "reconsideration", "litigation") {
			r.lastTotal = r.last
			r.recent = append(r.recent, r.last)
		}
	}
}

// trimAll drops words that only name the topic: 依申请公开方面未收到申请.
func trimAll(words []*class) []*class {
	for len(words) > 0 && has(words[:1], "APP", "ABOUT", "AND") {
		words = words[1:]
	}
	return words
}

// rightEndOfClause gives the token that ends the clause.
func (r *reader) rightEndOfClause(i int) int {
	for i++; i < len(r.ts) && !r.ts[i].isMark(); i++ {
	}
	return i
}

// itemsAfter gives what is named after 未收到 and its like as that of which there is none, up to the end of the clause:
// nothing where the words say more of it than what it is (未收到重复的申请), or a number follows.
func (r *reader) itemsAfter(i, end int) []item {
	var out []item
	cur := item{start: r.ts[i].at}
	made := r.ts[i].name == noText
	ended := func() bool {
		words := r.g.noneOf(cur.words, made)
		if words != nil {
			out = append(out, item{words, cur.start, cur.end})
		}
		cur = item{start: -1}
		return words != nil
	}
	for j := i + 1; j < end; j++ {
		t := &r.ts[j]
		switch {
		case t.is(silent, "ABOUT", scope, year):
			continue
		case t.is(list, "AND"):
			if len(cur.words) > 0 && !ended() {
				return nil
			}
			continue
		case t.is(number, none, noText, months):
			return nil
		case t.name == unknown:
			if len(cur.words) == 0 && len(out) > 0 { // 未出台规范性文件和重要政策措施
				return out
			}
			return nil
		case r.g.disputes.row(t.class) != "" && len(cur.words) > 0 && r.g.disputes.row(cur.words[len(cur.words)-1]) != "":
			if !ended() { // 复议诉讼
				return nil
			}
		}
		if cur.start < 0 {
			cur.start = t.at
		}
		cur.words, cur.end = append(cur.words, t.class), t.at+len(t.text)
	}
	if len(cur.words) > 0 && !ended() { // 未发生行政复议、行政诉讼被纠正: of neither is it said that there was none
		return nil
	}
	return out
}

// noneOf gives the words by which rules find what there is none of; nil where it is not one of the things that reports
// say so of.
func (g *Grammar) noneOf(words []*class, made bool) []*class {
	first := func(n string) bool { return len(words) > 0 && words[0].name == n }
	switch n := len(words); {
	case n == 0:
		return nil
	case made:
		if n == 1 && g.active.row(words[0]) != "" {
			return []*class{g.classes["ISSUE"], words[0]}
		}
		return nil
	case n == 2 && first("APP") && g.disputes.row(words[1]) != "": // 申请行政复议
		return words[1:]
	case n == 2 && g.disputes.row(words[0]) != "" && has(words[1:], "APP"): // 提起行政诉讼的申请
		return words[:1]
	case n == 1 && first("APP"):
		return []*class{g.classes["RECV"], words[0]}
	case n <= 2 && has(words, carriedIn, carriedOut) && (n == 1 || has(words, "APP")):
		if n == 1 {
			return []*class{words[0], g.classes["APP"]}
		}
		return words
	case n == 1 && (g.disputes.row(words[0]) != "" || first(grounds)):
		return words
	}
	return nil
}
