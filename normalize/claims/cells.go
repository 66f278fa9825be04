package claims

import (
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// cells gives the names of the cells that a concept is the sum of, in the edition that the report follows. A row or a
// column that this edition lacks is that of another: who speaks of 新制作 means the column of the edition that has it.
func (g *Grammar) cells(c concept, known Context, claimYear int) []string {
	f := g.edition(c.table, known, claimYear)
	if f == nil {
		return nil
	}
	rows, columns := g.rows(f, c.row), []string{c.column}
	if label := g.sums[c.column].label; label != "" {
		columns = under(f, label)
	} else if strings.Contains(c.column, "|") {
		columns = alternative(f, rows[0], c.column)
	}
	out := make([]string, 0, len(rows)*len(columns))
	for _, row := range rows {
		for _, column := range columns {
			out = append(out, c.table+"."+row+"."+column)
		}
	}
	return out
}

// edition gives the edition of a table that a report follows: the one that was found there, else that of table
// II, whose editions are the easiest to tell apart, else the one in force in its year, which is the newest where no
// year is known.
func (g *Grammar) edition(table string, known Context, claimYear int) *form.Form {
	editions := g.forms.Editions(table)
	if len(editions) == 0 {
		return nil
	}
	name := or(known.Editions[table], known.Editions[g.active.table])
	for _, f := range editions {
		if f.Edition == name {
			return f
		}
	}
	year := known.Year
	if year == 0 {
		year = claimYear
	}
	for _, f := range editions {
		if year != 0 && len(f.Where) == 0 && (year <= f.To || f.Holds(year)) {
			return f
		}
	}
	return editions[len(editions)-1]
}

// rows gives the rows that a name stands for: a sum of rules.txt, a row, or the rows of a kind.
func (g *Grammar) rows(f *form.Form, name string) []string {
	if rows := g.sums[name].rows; rows != nil {
		return rows
	}
	if rows := rowsOf(f, name); rows != nil {
		return rows
	}
	for _, other := range slices.Backward(g.forms.Editions(f.Table)) {
		if rows := rowsOf(other, name); rows != nil {
			return rows
		}
	}
	return []string{name}
}

// rowsOf gives the row of a name in a form, or the rows of a kind; nil where it has none.
func rowsOf(f *form.Form, name string) []string {
	if f.Row(name) >= 0 {
		return []string{name}
	}
	var out []string
	for i := range f.Rows {
		if slices.Contains(f.Rows[i].Kinds, name) {
			out = append(out, f.Rows[i].Name)
		}
	}
	return out
}

// under gives the columns below a label: 商业企业 and others below 法人或其他组织.
func under(f *form.Form, label string) []string {
	var out []string
	for i := range f.Columns {
		if p := f.Columns[i].Path; len(p) > 1 && p[0] == label {
			out = append(out, f.Columns[i].Name)
		}
	}
	return out
}

// alternative gives the first of the columns a|b|c that a row has in a form, or the last of them; none where the last
// is -.
func alternative(f *form.Form, row, columns string) []string {
	last := ""
	for column := range strings.SplitSeq(columns, "|") {
		if last = column; column == "-" {
			return nil
		}
		if i := f.Row(row); i >= 0 && slices.Contains(f.Rows[i].Columns, f.Column(column)) {
			break
		}
	}
	return []string{last}
}

// isMoney reports whether a concept is counted in money.
func (g *Grammar) isMoney(c concept) bool {
	for _, f := range g.forms.Editions(c.table) {
		if i := f.Column(c.column); i >= 0 && f.Columns[i].Unit != "" {
			return true
		}
	}
	return false
}

// fill writes what was found into the claim.
func (r *reader) fill(c *Claim, f *found) {
	if f.nothing() {
		return
	}
	for _, p := range f.parts() {
		c.Cells = append(c.Cells, r.g.cells(p, r.known, c.Year)...)
	}
	for _, p := range f.of {
		c.Of = append(c.Of, r.g.cells(p, r.known, c.Year)...)
	}
	if len(c.Cells) == 0 {
		c.Of = nil
		return
	}
	for _, p := range f.or {
		other := Reading{c.Cells, r.g.cells(p, r.known, c.Year)}
		switch {
		case f.relation != Share:
			other = Reading{other.Of, c.Of}
		case f.row == "received" && p.row == "all": // a part of both, divided by both
			other.Cells = r.g.cells(concept{f.table, p.row, f.column}, r.known, c.Year)
		}
		c.Or = append(c.Or, other)
	}
	c.Relation, c.Down, c.Part = f.relation, f.down, c.Part || f.part
	if c.Year != 0 && r.known.Year != 0 && c.Year != r.known.Year && c.Relation == Equals {
		if c.Relation = LastYear; c.Year != r.known.Year-1 {
			c.Cells, c.Relation, c.Or = nil, "", nil
		}
	}
}
