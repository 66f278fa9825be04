package claims

// rate finds what a percentage or a multiple says.
func (r *reader) rate(k *clause) found {
	if k.unknown && !has(k.words, "SHARE.h", "SHARE.rec") {
		return found{}
	}
	if k.unit == "倍" {
		if f := r.before(); !f.none() && f.relation == Equals && k.yearBefore {
			return found{concept: f.concept, relation: Times}
		}
		return found{}
	}
	words, _ := k.afterList()
	if has(words, "UPWARD", "DOWNWARD") {
		return r.change(k, words)
	}
	if len(r.changes) > 0 && (len(words) == 0 || isAnd(words)) {
		return r.nextChange()
	}
	if u := r.g.rates.find(r, k, words); u != nil {
		return r.apply(&r.g.rates, u, &k.bound)
	}
	return found{}
}

func (r *reader) nextChange() found {
	f := r.changes[0]
	r.changes = r.changes[1:]
	return f
}

// change finds whose change a percentage is: of what the words name, or of the number before.
func (r *reader) change(k *clause, words []*class) found {
	f := found{relation: Change, down: has(words, "DOWNWARD")}
	subject := make([]*class, 0, len(words))
	for _, w := range words {
		if !has([]*class{w}, "UPWARD", "DOWNWARD", "THAN", "LY", "AND", "TOT", "ABOUT") {
			subject = append(subject, w)
		}
	}
	if len(subject) > 0 {
		f.concept = r.subject(k, subject)
	} else if k.each {
		return r.changeEach(f)
	} else {
		r.changeOfBefore(&f)
	}
	if f.nothing() {
		return found{}
	}
	return f
}

// subject gives the concept that words name beside a change, which leaves what is remembered as it is.
func (r *reader) subject(k *clause, words []*class) concept {
	if u := r.g.changes.find(r, k, words); u != nil {
		return r.apply(&r.g.changes, u, &k.bound).concept
	}
	hold, c := r.memory, *k
	c.unit = ""
	f := r.concept(&c, words)
	r.memory = hold
	if f.relation != Equals || f.open != "" {
		return concept{}
	}
	return f.concept
}

// changeEach gives the change of the first of the two totals before, and leaves that of the other to the next number:
// 行政复议9件，行政诉讼5件，同比分别下降20%和50%.
func (r *reader) changeEach(f found) found {
	r.changes = nil
	if len(r.recent) != 2 {
		return found{}
	}
	for _, i := range r.recent {
		f.concept = r.all[i].concept
		r.changes = append(r.changes, f)
	}
	return r.nextChange()
}

// changeOfBefore makes a change that of the number before in the sentence: 收到80件（网上12件），增长15%; 收到80件，上年73件，增长9.6%.
func (r *reader) changeOfBefore(f *found) {
	before := r.before()
	total := concept{}
	if r.lastTotal >= 0 {
		total = r.all[r.lastTotal].concept
	}
	switch {
	case before.nothing() || before.sentence != r.sentence:
		if before.aside && r.lastTotal >= 0 && r.all[r.lastTotal].sentence == r.sentence {
			f.concept = total
		}
	case before.relation == LastYear && r.lastTotal >= 0:
		f.concept, f.sum = total, before.sum
	default:
		f.concept, f.sum = before.concept, before.sum
	}
}
