package claims

import "strings"

// settleTotals decides what the numbers after a total tell of it, when the paragraph is read.
func (r *reader) settleTotals() {
	for i := range r.all {
		if r.all[i].open != "" {
			r.settleOpen(i)
		}
		r.madeAmong(i)
	}
	for i := range r.all {
		if f := &r.all[i]; f.isTotal("received", "all", "handled_total") && !f.part {
			r.partsOfOthers(i)
		}
	}
	for i := range r.all {
		r.inherit(i)
	}
}

// after gives the numbers of the sentence after one.
func (r *reader) after(i int) []found {
	end := i + 1
	for end < len(r.all) && r.all[end].sentence == r.all[i].sentence {
		end++
	}
	return r.all[i+1 : end]
}

// settleOpen decides which total an open one is: of what was received, or with it of what was carried in
// (共收到申请359件，其中新收到352件、 上年度结转7件), or of what was handled (办理申请80件，予以公开72件).
func (r *reader) settleOpen(i int) {
	f := &r.all[i]
	handled := f.open == "handled"
	f.open = ""
	both, results := r.partsAfter(i, handled)
	switch {
	case both:
		f.row = "all"
		after := r.after(i)
		for j := range after {
			if after[j].row == "received" {
				after[j].open = ""
			}
		}
	case handled && results:
		f.row = "handled_total"
	case handled:
		*f = found{sentence: f.sentence}
	default: // who has received 12 may count those carried in
		f.or = []concept{{f.table, "all", f.column}}
	}
}

// madeAmong forgets that documents made public are those made in the year, where a part of them is said to be that:
// 主动公开规章13件（含新制定5件，修改4件）.
func (r *reader) madeAmong(i int) {
	f := &r.all[i]
	if f.table != r.g.active.table || f.relation != Equals || i+1 == len(r.all) {
		return
	}
	g := &r.all[i+1]
	made := strings.Contains(f.column, "issued") && (g.column == "made" || g.column == f.column)
	if made && g.inside && g.row == f.row && g.scope == f.scope {
		f.empty()
	}
}

// partsAfter reports whether the numbers after an open total say that those received and those carried in are its
// parts, and whether they tell results.
func (r *reader) partsAfter(i int, handled bool) (both, results bool) {
	counted := false
	after := r.after(i)
	for j := range after {
		g := &after[j]
		if g.relation != Equals || g.column != "total" {
			continue
		}
		if g.row == "received" && g.scope != r.all[i].scope { // 其中县政府收到31件: whose part, not which
			continue
		}
		if counted && !handled {
			break
		}
		inside := g.inside || j > 0 && both || handled
		switch g.row {
		case "received":
			both = both || inside && (g.open != "" || j == 0)
		case "carried_in":
			both = both || inside
		default: // 答复30件（含上年结转3件）: the carried ones are part of another number
			counted = true
			results = results || r.g.results[r.g.kind(g.row)]
		}
	}
	return both, results
}

// partsOfOthers marks the numbers after a total that are parts of it because they are those of a part of the bodies:
// 全县收到76件，其中 县政府收到31件.
func (r *reader) partsOfOthers(i int) {
	f := &r.all[i]
	inside := false
	after := r.after(i)
	for j := range after {
		g := &after[j]
		inside = inside || g.inside
		same := g.row == f.row || g.row == "received" && f.row == "all"
		if inside && same && g.relation == Equals && g.scope != "" && g.scope != f.scope {
			g.part = true
		}
	}
}

// inherit gives a share or a change what its total turned out to be.
func (r *reader) inherit(i int) {
	f := &r.all[i]
	if f.relation != Share && f.relation != Change || f.inherited < 0 || f.inherited >= i {
		return
	}
	if g := &r.all[f.inherited]; g.nothing() {
		*f = found{sentence: f.sentence}
	} else if g.relation == Equals && f.relation == Change {
		f.concept, f.sum = g.concept, g.sum
	}
}
