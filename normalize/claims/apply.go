package claims

// conditions are what rules ask after the word if. A flag is "yes" or "".
var conditions = map[string]func(*reader, *clause) string{
	"heading": func(r *reader, _ *clause) string { return r.known.Topic },
	"topic":   func(r *reader, _ *clause) string { return r.topicTable() },
	"row":     func(r *reader, _ *clause) string { return r.row },
	"branch":  func(r *reader, _ *clause) string { return r.g.kind(r.branch) },
	"noun":    func(r *reader, _ *clause) string { return r.noun },
	"verb":    func(r *reader, _ *clause) string { return r.verb },
	"listed":  func(r *reader, _ *clause) string { return r.listed },
	"unit":    func(_ *reader, k *clause) string { return k.unit },

	"applications": func(r *reader, k *clause) string { return flag(r.ofApplications() || has(k.tried, "APP")) },
	"total":        func(_ *reader, k *clause) string { return flag(k.total) },
	"beyond":       func(_ *reader, k *clause) string { return flag(k.beyond) },
	"year-before":  func(_ *reader, k *clause) string { return flag(k.yearBefore) },
	"one":          func(r *reader, k *clause) string { return flag(r.g.kind(k.bound.rows[0]) == k.bound.rows[1]) },

	"open":             func(r *reader, _ *clause) string { return flag(r.openBefore()) },
	"nothing-before":   func(r *reader, _ *clause) string { return flag(r.last < 0) },
	"cell-before":      func(r *reader, _ *clause) string { return flag(r.before().row != "") },
	"cells-before":     func(r *reader, _ *clause) string { return flag(!r.before().nothing()) },
	"count-before":     func(r *reader, _ *clause) string { return flag(r.before().relation == Equals) },
	"applicant-before": func(r *reader, _ *clause) string { return flag(r.g.applicants[r.before().column]) },
	"result-before":    func(r *reader, _ *clause) string { return flag(r.resultBefore()) },
}

func flag(is bool) string {
	if is {
		return "yes"
	}
	return ""
}

// memories are what rules may write down.
var memories = map[string]func(*memory) *string{
	"topic":   func(m *memory) *string { return &m.topic },
	"row":     func(m *memory) *string { return &m.row },
	"branch":  func(m *memory) *string { return &m.branch },
	"noun":    func(m *memory) *string { return &m.noun },
	"verb":    func(m *memory) *string { return &m.verb },
	"dispute": func(m *memory) *string { return &m.dispute },
	"listed":  func(m *memory) *string { return &m.listed },
}

// before gives the number before; an empty one where there is none.
func (r *reader) before() *found {
	if r.last < 0 {
		return &found{}
	}
	return &r.all[r.last]
}

// ofApplications reports whether the topic is the table of applications.
func (r *reader) ofApplications() bool { return r.topic == r.g.applications.table }

// openBefore reports whether the total that is spoken of may count others than its row says.
func (r *reader) openBefore() bool { return r.lastTotal >= 0 && r.all[r.lastTotal].open != "" }

// topicTable gives the table that is spoken of: a topic that is no table is a kind of dispute.
func (r *reader) topicTable() string {
	switch r.topic {
	case "", r.g.active.table, r.g.applications.table:
		return r.topic
	}
	return r.g.disputes.table
}

// resultBefore reports whether the number before counts results of applications, not those for one of their reasons.
func (r *reader) resultBefore() bool {
	c := r.before().parts()[0]
	return r.g.results[c.row] && r.g.kind(c.row) == c.row && c.column == "total"
}

// concept finds what words name; what is remembered decides where the words alone do not.
func (r *reader) concept(k *clause, words []*class) found {
	for _, s := range [...]*section{&r.g.disputes, &r.g.decisions, &r.g.active, &r.g.applications} {
		if u := s.find(r, k, words); u != nil {
			return r.apply(s, u, &k.bound)
		}
	}
	return found{}
}

// apply makes of a rule what a number counts, and remembers what the rule says.
func (r *reader) apply(s *section, u *rule, b *binding) found {
	e := &u.effect
	f := found{relation: e.relation, aside: e.aside, open: e.open}
	switch {
	case len(e.cells) > 1:
		f.sum = make([]concept, len(e.cells))
		for i, c := range e.cells {
			f.sum[i] = r.resolve(s, c, b)
		}
	case len(e.cells) == 1 && e.cells[0].row == "before":
		f.concept, f.sum = r.before().concept, r.before().sum
	case len(e.cells) == 1:
		f.concept = r.resolve(s, e.cells[0], b)
	}
	if e.relation == Share {
		f.of = []concept{r.resolve(s, e.of, b)}
	}
	for _, c := range e.or {
		f.or = append(f.or, r.resolve(s, c, b))
	}
	for _, m := range e.remember {
		*m.field(&r.memory) = r.value(m.value, b)
	}
	return f
}

func (r *reader) resolve(s *section, c cellSpec, b *binding) concept {
	if c.row == "its-row" {
		p := r.before().parts()[0]
		return concept{p.table, p.row, c.column}
	}
	return concept{s.table, r.value(c.row, b), r.value(c.column, b)}
}

// value gives what a name in a rule stands for.
func (r *reader) value(name string, b *binding) string {
	switch name {
	case "$row":
		return b.rows[0]
	case "$row2":
		return b.rows[1]
	case "$column":
		return or(b.columns[0], "total")
	case "^topic":
		return r.topic
	case "^row":
		return r.row
	case "^noun":
		return r.noun
	case "^verb":
		return r.verb
	}
	return name
}

func or(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// kind gives the result that a row is a reason for, 不予公开 for 属于国家秘密; the row itself where it is none.
func (g *Grammar) kind(row string) string { return or(g.reasons[row], row) }
