package claims

import "strings"

// ratio finds what a percentage or a multiple says.
func (st *state) ratio(l read, m *mention, each bool) found {
	if l.unknown && !has(l.seq, "SHARE.h", "SHARE.rec") {
		return found{}
	}
	seq, _ := afterLast(l.seq)
	if m.unit == "倍" {
		if st.last != nil && !st.last.none() && st.last.relation == Equals && l.lastYr {
			return found{concept: st.last.concept, relation: Times}
		}
		return found{}
	}
	up, down := has(seq, "UPWARD"), has(seq, "DOWNWARD")
	if up || down || len(st.changes) > 0 && (len(seq) == 0 || len(seq) == 1 && seq[0] == "AND") {
		f := found{relation: Change, down: down}
		var subject []string
		for _, c := range seq {
			switch c {
			case "UPWARD", "DOWNWARD", "THAN", "LY", "AND", "TOT", "ABOUT":
			default:
				subject = append(subject, c)
			}
		}
		switch {
		case len(st.changes) > 0 && !up && !down:
			f = st.changes[0]
			st.changes = st.changes[1:]
			return f
		case len(subject) == 1 && subject[0] == "APP", len(subject) == 2 && subject[0] == "APP" && subject[1] == "RECV", len(subject) == 2 && subject[0] == "RECV" && subject[1] == "APP", len(subject) == 1 && subject[0] == "NEW", len(subject) == 2 && subject[0] == "NEW" && subject[1] == "APP":
			f.concept = concept{"rec", "total"}
			return f
		case len(subject) > 0:
			hold := *st
			g := st.concept(subject, nil, false, false)
			*st = hold
			if g.none() || g.relation != Equals || g.pending != "" {
				return found{}
			}
			f.concept = g.concept
			return f
		}
		if each {
			st.changes = nil
			for _, g := range st.recent {
				st.changes = append(st.changes, found{concept: g.concept, relation: Change, down: down})
			}
			if len(st.changes) == 2 && !st.changes[0].none() && !st.changes[1].none() {
				f = st.changes[0]
				st.changes = st.changes[1:]
				return f
			}
			st.changes = nil
			return found{}
		}
		if st.last == nil || st.last.none() && len(st.last.sum) == 0 || st.last.sentence != st.sentence {
			if st.lastTotal != nil && st.lastTotal.sentence == st.sentence && st.last != nil && st.last.detail {
				f.concept = st.lastTotal.concept
				return f
			}
			return found{}
		}
		f.concept, f.sum, f.pending = st.last.concept, st.last.sum, ""
		if st.last.relation == LastYear && st.lastTotal != nil {
			f.concept = st.lastTotal.concept
		}
		return f
	}
	switch {
	case has(seq, "SHARE", "SHARE.h", "SHARE.rec"):
		if st.last == nil || st.last.none() && len(st.last.sum) == 0 || st.last.relation != Equals {
			return found{}
		}
		f := found{concept: st.last.concept, sum: st.last.sum, relation: Share}
		of := ""
		switch {
		case has(seq, "SHARE.h"):
			of = "h"
		case has(seq, "SHARE.rec"):
			of = "rec"
		default:
			for _, c := range seq {
				if c != "SHARE" && c != "TOT" {
					return found{}
				}
			}
			parts := f.parts()
			switch {
			case isColumn(parts[0].col):
				of = parts[0].row
			case isResult(parts[0].row) && !strings.Contains(parts[0].row, "."):
				of = "h"
			default:
				return found{}
			}
		}
		f.of = []concept{{of, "total"}}
		return f
	case len(seq) == 1 && seq[0] == "RATE":
		if st.topic != "app" {
			return found{}
		}
		return found{concept: concept{"h", "total"}, of: []concept{{"in", "total"}}, relation: Share}
	case len(seq) == 1 && columns[seq[0]] != "" && seq[0] != "OTH":
		row := st.row
		if row == "" {
			row = "rec"
		}
		return found{concept: concept{row, columns[seq[0]]}, of: []concept{{row, "total"}}, relation: Share}
	}
	return found{}
}

func has(seq []string, of ...string) bool {
	for _, c := range seq {
		for _, o := range of {
			if c == o {
				return true
			}
		}
	}
	return false
}

func (f *found) parts() []concept {
	if len(f.sum) > 0 {
		return f.sum
	}
	return []concept{f.concept}
}

func isColumn(col string) bool {
	switch col {
	case "natural_person", "business", "research", "public_welfare", "legal_service", "other", "org":
		return true
	}
	return false
}

func isResult(row string) bool {
	row, _, _ = strings.Cut(row, ".")
	switch row {
	case "g", "pg", "rf", "uv", "rj", "cl":
		return true
	}
	return false
}

func key(class string) string { return strings.ToLower(strings.TrimSuffix(class, "?")) }

func or(s, none string) string {
	if s == "" {
		return none
	}
	return s
}

// decide settles the totals whose meaning the numbers after them tell: 共收到申请359件，其中新收到352件、上年度结转7件 counts both.
func decide(all []found, marks []string) {
	for i := range all {
		f := &all[i]
		if f.pending == "" {
			continue
		}
		pending := f.pending
		f.pending = ""
		sum, results, counted := false, false, false
		for j := i + 1; j < len(all) && all[j].sentence == f.sentence; j++ {
			g := &all[j]
			if g.relation != Equals || g.col != "total" || g.row == "rec" && g.scope != f.scope { // 其中县政府收到31件: whose part, not which
				continue
			}
			if counted && pending != "handle" {
				break
			}
			inside := marks[j] != "" || j > i+1 && sum
			if (g.row == "rec" && g.pending != "" || g.row == "rec" && j == i+1) && (inside || pending == "handle") || g.row == "ci" && (inside || pending == "handle") {
				sum = true
			}
			if !counted && g.row != "rec" && g.row != "ci" { // 答复30件（含上年结转3件）: the carried ones are part of another number
				counted = true
			}
			if isResult(g.row) || g.row == "h" && pending == "handle" {
				results = results || isResult(g.row)
			}
		}
		switch {
		case sum:
			f.row = "in"
			for j := i + 1; j < len(all) && all[j].sentence == f.sentence; j++ {
				if all[j].row == "rec" {
					all[j].pending = ""
				}
			}
		case pending == "handle" && results:
			f.row = "h"
		case pending == "handle":
			*f = found{sentence: f.sentence, claim: f.claim}
		}
	}
	for i := range all { // 全县收到76件，其中县政府收到31件
		f := &all[i]
		if f.relation != Equals || f.col != "total" || f.row != "rec" && f.row != "in" && f.row != "h" || f.part {
			continue
		}
		inside := false
		for j := i + 1; j < len(all) && all[j].sentence == f.sentence; j++ {
			g := &all[j]
			inside = inside || marks[j] != ""
			if inside && g.relation == Equals && (g.row == f.row || g.row == "rec" && f.row == "in") && g.scope != "" && g.scope != f.scope {
				g.part = true
			}
		}
	}
	for i := 1; i < len(all); i++ { // what was said of a total whose meaning was open
		if f := &all[i]; (f.relation == Share || f.relation == Change) && f.inherited >= 0 && f.inherited < i {
			if g := all[f.inherited]; g.none() && len(g.sum) == 0 {
				*f = found{sentence: f.sentence, claim: f.claim}
			} else if g.relation == Equals && f.relation == Change {
				f.concept, f.sum = g.concept, g.sum
			}
		}
	}
}

// cells of a concept, by its short name.
var rows = map[string][]string{
	"rec": {"applications.received"}, "ci": {"applications.carried_in"}, "co": {"applications.carried_out"}, "h": {"applications.handled_total"},
	"in": {"applications.received", "applications.carried_in"},
	"g":  {"applications.granted"}, "pg": {"applications.partly_granted"},
	"rf": under("applications.refused_", "state_secret", "other_law", "three_safeties", "third_party", "internal", "process", "enforcement_file", "inquiry"),
	"uv": under("applications.unavailable_", "not_held", "not_compiled", "unclear"),
	"rj": under("applications.rejected_", "petition", "repeat", "publication", "abusive", "reissue"),
	"cl": under("applications.closed_", "not_corrected", "fee_unpaid", "other"),

	"rf.secret": {"applications.refused_state_secret"}, "rf.law": {"applications.refused_other_law"}, "rf.safety": {"applications.refused_three_safeties"},
	"rf.third": {"applications.refused_third_party"}, "rf.internal": {"applications.refused_internal"}, "rf.process": {"applications.refused_process"},
	"rf.file": {"applications.refused_enforcement_file"}, "rf.inquiry": {"applications.refused_inquiry"},
	"uv.held": {"applications.unavailable_not_held"}, "uv.compiled": {"applications.unavailable_not_compiled"}, "uv.unclear": {"applications.unavailable_unclear"},
	"rj.petition": {"applications.rejected_petition"}, "rj.repeat": {"applications.rejected_repeat"}, "rj.publication": {"applications.rejected_publication"},
	"rj.abusive": {"applications.rejected_abusive"}, "rj.reissue": {"applications.rejected_reissue"},
	"cl.corrected": {"applications.closed_not_corrected"}, "cl.fee": {"applications.closed_fee_unpaid"}, "cl.other": {"applications.closed_other"},

	"rc": {"disputes.reconsideration"}, "ld": {"disputes.litigation_direct"}, "la": {"disputes.litigation_after"},
	"lt": {"disputes.litigation_direct", "disputes.litigation_after"},
}

func under(prefix string, names ...string) []string {
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

var organisations = []string{"business", "research", "public_welfare", "legal_service", "other"}

// cells gives the names of the cells that a concept is the sum of. In edition 2019 of table II, and of table III for 其他处理, the
// cells are others.
func cells(c concept, known Context, year int) []string {
	edition := known.Edition
	if edition == "" {
		if known.Year != 0 {
			year = known.Year
		}
		if edition = "2021"; year != 0 && year <= 2020 {
			edition = "2019"
		}
	}
	switch c.row {
	case "reg", "nd":
		row := map[string]string{"reg": "active.regulation.", "nd": "active.normative_document."}[c.row]
		col := map[string]string{"issue": "issued", "open": "issued", "repeal": "repealed", "inforce": "in_force"}[c.col]
		if edition == "2019" || c.col == "made" || c.col == "pubtotal" {
			col = map[string]string{"issue": "made", "made": "made", "open": "newly_public", "pubtotal": "public_total"}[c.col]
		}
		if col == "" {
			return nil
		}
		return []string{row + col}
	case "licensing", "punishment", "coercion":
		return []string{"active." + c.row + ".decisions"}
	case "fee":
		return []string{"active.fees.amount"}
	case "proc.items":
		return []string{"active.procurement.items"}
	case "proc.amount":
		return []string{"active.procurement.amount"}
	case "cl":
		if year := or(known.Applications, edition); year == "2019" {
			return crossed([]string{"applications.closed"}, c.col)
		}
	}
	return crossed(rows[c.row], c.col)
}

func crossed(rows []string, col string) []string {
	cols := []string{col}
	if col == "org" {
		cols = organisations
	}
	var out []string
	for _, r := range rows {
		for _, c := range cols {
			out = append(out, r+"."+c)
		}
	}
	return out
}

// fill writes what was found into the claim.
func fill(c *Claim, f *found, known Context) {
	if f.none() && len(f.sum) == 0 {
		return
	}
	for _, p := range f.parts() {
		c.Cells = append(c.Cells, cells(p, known, c.Year)...)
	}
	for _, p := range f.of {
		c.Of = append(c.Of, cells(p, known, c.Year)...)
	}
	if len(c.Cells) == 0 {
		c.Of = nil
		return
	}
	c.Relation, c.Down, c.Part = f.relation, f.down, c.Part || f.part
	if c.Year != 0 && known.Year != 0 && c.Year != known.Year && c.Relation == Equals {
		if c.Relation = LastYear; c.Year != known.Year-1 {
			c.Cells, c.Relation = nil, ""
		}
	}
}
