package normalize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// What no family knows is kept as it is printed: each number under the path of labels above it and the header of its
// column, with its unit. The name is provisional: the same labels give the same name in every report, and a form file
// that knows them gives them another.

// OtherTable is the table in the names of values that no family of forms knows.
const OtherTable = "statistics_other"

// paths finds the labels above each row: those in cells beside it, else the last row with a number of a higher order, or,
// for 其中, the row before.
func (t *annexTable) paths() {
	type level struct {
		style numbering
		label string
	}
	var open []level
	count := map[string]int{}
	for i, r := range t.rows {
		style, label := r.style(), clean(r.label.text)
		switch {
		case len(r.above) > 0 && r.sheet.isTable() && !r.line.flow:
			for _, p := range r.above {
				r.path = append(r.path, clean(p.text))
			}
		default:
			for _, p := range r.above { // headings of a text, above the first label of a line
				s := styleOf(p.text)
				if k := slices.IndexFunc(open, func(l level) bool { return l.style == s }); k >= 0 {
					open = open[:k]
				}
				open = append(open, level{s, clean(p.text)})
			}
			k := slices.IndexFunc(open, func(l level) bool { return l.style == style })
			switch {
			case r.within && k >= 0 && style != unnumbered && i > 0 && t.rows[i-1].style() != style:
				open = open[:min(len(open), k)] // 其中：1. below another total
				if len(open) == 0 || open[len(open)-1].label != clean(t.rows[i-1].label.text) {
					open = append(open, level{t.rows[i-1].style(), clean(t.rows[i-1].label.text)})
				}
			case k >= 0:
				open = open[:k]
			}
			for _, l := range open {
				r.path = append(r.path, l.label)
			}
			if r.within && style == unnumbered && i > 0 && !t.rows[i-1].within {
				if last := clean(t.rows[i-1].label.text); len(r.path) == 0 || r.path[len(r.path)-1] != last {
					r.path = append(r.path, last)
				}
			}
			if style != unnumbered || !r.within && (len(open) == 0 || open[0].style == unnumbered) {
				open = append(open, level{style, label})
			}
		}
		r.path = append(r.path, label)
		key := strings.Join(r.path, "\n")
		r.twice = count[key]
		count[key]++
	}
}

// style is the way in which a row is numbered.
func (r *annexRow) style() numbering { return styleOf(r.label.text) }

func styleOf(text string) numbering {
	s := form.Squeeze(text)
	for _, w := range []string{"其中"} {
		s = strings.TrimLeft(strings.TrimPrefix(s, w), ":,、;.")
	}
	if len(s) > 2 && strings.Contains("①②③④⑤⑥⑦⑧⑨⑩", string([]rune(s)[0])) {
		return arabicInBrackets + 1
	}
	if n, bracket := form.Ordinal(s); n > 0 {
		if bracket {
			return bracketed
		}
		return chinese
	}
	if m := arabicHead.FindStringSubmatch(s); m != nil {
		if m[1] != "" {
			return arabicInBrackets
		}
		return arabic
	}
	return unnumbered
}

// clean gives a label without white space, its number and 其中.
func clean(text string) string {
	s := form.Squeeze(text)
	if rest, ok := strings.CutPrefix(s, "其中"); ok {
		s = strings.TrimLeft(rest, ":,、;.")
	}
	if t := form.TrimOrdinal(s); t != "" {
		s = t
	}
	return s
}

// nameOfLabel makes a part of a provisional name of labels: they themselves, without marks.
func nameOfLabel(path []string) string {
	var parts []string
	for _, p := range path {
		k := form.Fold(p)
		if k == "" {
			k = strings.Map(func(r rune) rune {
				if r == '.' {
					return -1
				}
				return r
			}, form.Squeeze(p))
		}
		parts = append(parts, strings.ReplaceAll(k, ".", ""))
	}
	return strings.Join(parts, "_")
}

// columnName is the provisional name of a column.
func (t *annexTable) columnName(i int) string {
	c := t.columns[i]
	name := nameOfLabel([]string{c.head})
	if name == "" {
		name = "value"
		if len(t.columns) > 1 {
			name = fmt.Sprintf("value%d", i+1)
		}
	}
	for k := range i {
		if t.columns[k].head == c.head && c.head != "" {
			return fmt.Sprintf("%s_%d", name, i+1)
		}
	}
	return name
}

// reportOther publishes what no family knows: the rows of a table of none, and the rows and columns of a known table that
// its family does not have.
func (x *annexes) reportOther(rep *Report) {
	names := map[string]bool{}
	for i := range rep.Values {
		names[rep.Values[i].Name] = true
	}
	for _, a := range x.found {
		n := 0
		for i, r := range a.table.rows {
			row := a.of[i]
			if row == headsOnly {
				continue
			}
			for _, v := range r.values {
				if row >= 0 && (a.columns[v.column] >= 0 || a.filled.accounted[v.piece]) {
					continue
				}
				column := a.table.columnName(v.column)
				if c := a.columns[v.column]; c >= 0 {
					column = a.form.Columns[c].Name
				}
				if x.publish(rep, names, a.table, r, v, column) {
					a.filled.account(v.piece)
					n++
				}
			}
		}
		if n > 0 {
			rep.Findings = append(rep.Findings, Finding{Code: CodeAnnexRows, Severity: Note, Name: a.form.Table,
				Place: a.table.sheets[0].place,
				Message: fmt.Sprintf("%d values stand in rows or columns that the form does not have; they are kept under "+
					"their printed labels, as %s", n, OtherTable)})
		}
	}
	for _, t := range x.other {
		n := 0
		for _, r := range t.rows {
			if r.heads() && r.unit == nil {
				continue
			}
			for _, v := range r.values {
				if x.publish(rep, names, t, r, v, t.columnName(v.column)) {
					n++
				}
			}
		}
		if n == 0 {
			continue
		}
		sev, headless := Note, ""
		if !t.headed {
			sev, headless = Warning, "; it prints no header, and what its columns are nobody can say"
		}
		rep.Findings = append(rep.Findings, Finding{Code: CodeAnnexUnknown, Severity: sev, Name: OtherTable, Place: t.sheets[0].place,
			Message: fmt.Sprintf("a table of statistics (%s) of a family that no form describes: its %d values are kept under "+
				"their printed labels, with provisional names%s", titleOr(t.title), n, headless)})
		for _, f := range t.unread {
			f.Name = OtherTable
			rep.Findings = append(rep.Findings, f)
		}
	}
}

func titleOr(title string) string {
	if title == "" {
		return "without a title"
	}
	return clipRunes(title, 60)
}

// publish gives one value under its printed labels; false where there is nothing to publish.
func (x *annexes) publish(rep *Report, names map[string]bool, t *annexTable, r *annexRow, v annexValue, column string) bool {
	p := v.piece
	if p.furnish {
		return false
	}
	row := nameOfLabel(r.path)
	if r.twice > 0 {
		row += fmt.Sprintf("_%d", r.twice+1)
	}
	val := Value{Name: OtherTable + "." + row + "." + column, State: p.state, Verdict: Unchecked, Text: p.text, Place: p.place,
		Label: strings.Join(r.path, " / ")}
	for k := 2; names[val.Name]; k++ {
		val.Name = fmt.Sprintf("%s.%s_%d.%s", OtherTable, row, k, column)
	}
	names[val.Name] = true
	said, from := unitOfRow(r)
	if said.word != "" {
		val.Unit, val.UnitFrom = said.word, from
	}
	tell := func(code string, sev Severity, format string, args ...any) {
		rep.Findings = append(rep.Findings, Finding{Code: code, Severity: sev, Name: val.Name, Place: p.place,
			Message: fmt.Sprintf(format, args...)})
	}
	if strings.ContainsRune(p.text, form.Unreadable) {
		val.State, val.Text = Absent, ""
		tell(CodeUnreadable, Error, "something is printed here of which not all characters could be read: %q", p.text)
		rep.Values = append(rep.Values, val)
		return true
	}
	f := &field{piece: p, state: p.state, verdict: Unchecked}
	val.Number = p.number // in the unit that is printed
	if u := unitOf(p.unit); u.kind != noUnit {
		val.Unit, val.UnitFrom = p.unit, UnitInCell
	}
	if p.turned {
		val.Number = nil
	}
	f.tellPrint(&val, form.Column{Name: column, Signed: true}, tell)
	if v.shared {
		tell(CodeMergedCell, Warning, "%q stands in a cell that covers several rows or columns", p.text)
	}
	if p.seen != nil {
		f.unsure = true
		f.publish(&val, func(y Finding) { rep.Findings = append(rep.Findings, y) })
	}
	rep.Values = append(rep.Values, val)
	return true
}

// without gives the tables of the forms that were found elsewhere than in the tables of statistics; they share words.
func (x *annexes) without(chosen []*attempt) []*attempt {
	mine := map[placeKey]bool{}
	mark := func(t *annexTable) {
		for _, r := range t.rows {
			mine[keyOf(r.label.place)] = true
			for _, v := range r.values {
				mine[keyOf(v.piece.place)] = true
			}
		}
	}
	for _, a := range slices.Concat(x.found, x.later) {
		mark(a.table)
	}
	for _, t := range x.other {
		mark(t)
	}
	var out []*attempt
	for _, a := range chosen {
		shares := false
		for p := range a.filled.accounted {
			shares = shares || mine[keyOf(p.place)]
		}
		for _, h := range a.hits {
			shares = shares || x.owns(h.sheet.block)
		}
		if a.cells > 0 && !shares {
			out = append(out, a)
		}
	}
	return out
}

// withAnnexes makes the report of a document that prints tables of statistics, and perhaps tables of the forms as well.
func (rep *Report) withAnnexes(doc *extract.Document, forms *form.Forms, x *annexes, chosen []*attempt, all []*sheet,
	tell func(Finding)) {
	rep.Editions = Editions{}
	for _, a := range chosen {
		a.report(rep, doc)
		rep.Editions[a.form.Table] = a.edition()
	}
	for _, a := range x.found {
		a.report(rep)
		rep.Editions[a.form.Table] = a.edition()
	}
	both := append(slices.Clone(chosen), x.attempts()...)
	sumsMostlyFail(both, tell)
	x.reportOther(rep)
	lost := tellLeft(all, chosen, tell)
	x.tellLeft(tell)
	rep.doubtUnclaimed(both, lost)
	for _, f := range rep.readClaims(forms) {
		tell(f)
	}
	rep.settleStatus(chosen)
	var why []string
	for _, a := range x.found {
		n := 0
		for r := range a.form.Rows {
			if a.filled.rows[r] == nil {
				n++
			}
		}
		if all := len(a.form.Rows); n > 0 {
			why = append(why, fmt.Sprintf("%d of %d rows of table %s are absent", n, all, a.form.Table))
		}
	}
	if rep.Reason != "" {
		why = append([]string{rep.Reason}, why...)
	}
	if len(why) > 0 {
		rep.Status, rep.Reason = StatusPartly, strings.Join(why, "; ")
	}
	rep.tellEightMonths(tell)
	rep.ofOtherScopes(forms, x)
	sortFindings(rep, forms)
}

// ofOtherScopes makes a report of its own of each table that a document prints again for others: 本级 beside 汇总.
func (rep *Report) ofOtherScopes(forms *form.Forms, x *annexes) {
	if len(x.later) == 0 {
		return
	}
	for _, a := range x.found {
		if s, ok := scopeWords[a.scope]; ok {
			rep.Scope, rep.ScopeFrom = s, fmt.Sprintf("the table says %q", a.scope)
		}
	}
	for _, a := range x.later {
		rep.Findings = append(rep.Findings, Finding{Code: CodeTableTwice, Severity: Note, Name: a.form.Table,
			Place:   a.table.sheets[0].place,
			Message: fmt.Sprintf("the document prints the table again for another scope (%q): that is a report of its own", a.scope)})
		r := *rep
		r.Values, r.Findings, r.Claims, r.Sections, r.parts = nil, nil, nil, nil, nil
		r.Status, r.Reason, r.Scope, r.ScopeFrom = StatusRead, "", "", ""
		if s, ok := scopeWords[a.scope]; ok {
			r.Scope, r.ScopeFrom = s, fmt.Sprintf("the table says %q", a.scope)
		}
		r.Editions = Editions{a.form.Table: a.edition()}
		a.report(&r)
		only := &annexes{forms: x.forms, year: x.year, sheets: x.sheets, found: []*annexAttempt{a}}
		only.reportOther(&r)
		only.tellLeft(func(f Finding) { r.Findings = append(r.Findings, f) })
		r.doubtUnclaimed(only.attempts(), nil)
		if n := len(a.form.Rows) - len(a.hits); n > 0 {
			r.Status, r.Reason = StatusPartly, fmt.Sprintf("%d of %d rows of table %s are absent", n, len(a.form.Rows), a.form.Table)
		}
		sortFindings(&r, forms)
		rep.parts = append(rep.parts, &r)
	}
}

// scopeWords are what the title of a table says of whose figures it has. 不含垂管, all without those that ministries and
// provinces manage themselves, is neither of the two.
var scopeWords = map[string]Scope{"汇总": AllScope, "全市": AllScope, "全省": AllScope, "全县": AllScope, "全区": AllScope, "本级": OwnScope}

// tellLeft reports every number of a table of statistics that no name accounts for.
func (x *annexes) tellLeft(tell func(Finding)) {
	left := func(name string, t *annexTable, has func(*piece) bool) {
		for _, s := range t.sheets {
			first, last := -1, -1
			for i, l := range s.lines {
				if slices.ContainsFunc(t.rows, func(r *annexRow) bool { return r.line == l }) {
					if first < 0 {
						first = i
					}
					last = i
				}
			}
			for i, l := range s.lines {
				if first < 0 || i < first || l.run && i > last {
					continue
				}
				for _, p := range l.own {
					if p.numeric() && !p.furnish && !t.passed[p] && !has(p) && !isLabelOf(t, p) {
						tell(Finding{Code: CodeUnclaimed, Severity: Warning, Name: name, Place: p.place,
							Message: fmt.Sprintf("%q belongs to no row and column of the table", p.text)})
					}
				}
			}
		}
	}
	for _, a := range x.found {
		left(a.form.Table, a.table, func(p *piece) bool { return a.filled.accounted[p] })
	}
	for _, t := range x.other {
		left(OtherTable, t, func(p *piece) bool {
			return slices.ContainsFunc(t.rows, func(r *annexRow) bool {
				return slices.ContainsFunc(r.values, func(v annexValue) bool { return v.piece == p })
			})
		})
	}
}

func isLabelOf(t *annexTable, p *piece) bool {
	return slices.ContainsFunc(t.rows, func(r *annexRow) bool {
		return r.label == p || r.unit == p || slices.Contains(r.above, p)
	})
}

// tellEightMonths gives a report on 2008 its period: the Regulations of 2007 were in force from 1 May of that year.
func (rep *Report) tellEightMonths(tell func(Finding)) {
	const first, last = "2008-05-01", "2008-12-31"
	if rep.Year != 2008 || rep.Period.From != "" {
		return
	}
	rep.Period = Period{first, last}
	tell(Finding{Code: CodePeriodOdd, Severity: Note,
		Message: "the report is on 2008: the Regulations of 2007 were in force from 1 May, so its figures cover eight months"})
}
