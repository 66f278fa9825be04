package claims

import "strings"

// cells gives the names of the cells that a concept is the sum of, in the editions that the report follows.
func (c concept) cells(known Context, year int) []string {
	edition := known.Edition
	if edition == "" {
		if known.Year != 0 {
			year = known.Year
		}
		if edition = "2021"; year != 0 && year <= 2020 {
			edition = "2019"
		}
	}
	if c.table == "applications" {
		edition = or(known.Applications, edition)
	}
	columns := sums[c.column]
	if columns == nil {
		columns = []string{columnOf(c.column, edition)}
	}
	rows := sums[c.row]
	if rows == nil || c.row == "closed" && edition == "2019" {
		rows = []string{c.row}
	}
	var out []string
	for _, row := range rows {
		for _, column := range columns {
			if column != "-" {
				out = append(out, c.table+"."+row+"."+column)
			}
		}
	}
	return out
}

// columnOf gives the first of the columns that the edition has: issued|made. - stands for none.
func columnOf(columns, edition string) string {
	last := ""
	for column := range strings.SplitSeq(columns, "|") {
		last = column
		switch column {
		case "issued", "repealed", "in_force":
			if edition == "2019" {
				continue
			}
		}
		return column
	}
	return last
}

var sums = map[string][]string{
	"all":         {"received", "carried_in"},
	"litigation":  {"litigation_direct", "litigation_after"},
	"refused":     under("refused_", "state_secret", "other_law", "three_safeties", "third_party", "internal", "process", "enforcement_file", "inquiry"),
	"unavailable": under("unavailable_", "not_held", "not_compiled", "unclear"),
	"rejected":    under("rejected_", "petition", "repeat", "publication", "abusive", "reissue"),
	"closed":      under("closed_", "not_corrected", "fee_unpaid", "other"),

	"organisation": {"business", "research", "public_welfare", "legal_service", "other"},
}

func under(prefix string, names ...string) []string {
	for i := range names {
		names[i] = prefix + names[i]
	}
	return names
}

// isMoney reports whether a concept is an amount of money.
func (c concept) isMoney() bool { return c.column == "amount" }

// fill writes what was found into the claim.
func (r *reader) fill(c *Claim, f *found) {
	if f.nothing() {
		return
	}
	for _, p := range f.parts() {
		c.Cells = append(c.Cells, p.cells(r.known, c.Year)...)
	}
	for _, p := range f.of {
		c.Of = append(c.Of, p.cells(r.known, c.Year)...)
	}
	if len(c.Cells) == 0 {
		c.Of = nil
		return
	}
	c.Relation, c.Down, c.Part = f.relation, f.down, c.Part || f.part
	if c.Year != 0 && r.known.Year != 0 && c.Year != r.known.Year && c.Relation == Equals {
		if c.Relation = LastYear; c.Year != r.known.Year-1 {
			c.Cells, c.Relation = nil, ""
		}
	}
}
