package normalize

import (
	"github.com/gongkai/gongkai/normalize/form"
)

// inForce keeps the edition that was in force for a year, else the newest.
func inForce(editions []*form.Form, year int) []*form.Form {
	for _, f := range editions {
		if f.Holds(year) {
			return []*form.Form{f}
		}
	}
	return []*form.Form{editions[len(editions)-1]}
}

// likeliestFirst puts the edition in force for a year, else the newest, before the others.
func likeliestFirst(editions []*form.Form, year int) []*form.Form {
	out := inForce(editions, year)
	for i := len(editions) - 1; i >= 0; i-- {
		if editions[i] != out[0] {
			out = append(out, editions[i])
		}
	}
	return out
}

// choose takes the edition that accounts for most: the share of its form that was found and of its column headers that
// are printed, less the numbers left over. Between equals the edition in force for the report year wins, then the newest.
func choose(as []*attempt, printed map[string]bool, year int) *attempt {
	best := as[0]
	if len(as) == 1 {
		return best
	}
	most := 0 // cells of the largest edition: of half a table the smaller one is not the likelier
	for _, a := range as {
		most = max(most, a.form.Size())
	}
	score := func(a *attempt) float64 {
		return float64(a.cells)/float64(most) + headersPrinted(a.form, printed) +
			0.02*float64(len(a.filled.accounted)) - 0.01*float64(a.leftOver()) - 0.03*float64(a.filled.gaps())
	}
	for _, a := range as {
		s, b := score(a), score(best)
		if s > b+1e-9 || s > b-1e-9 && a.form.Holds(year) && !best.form.Holds(year) {
			best = a
		}
	}
	return best
}

// tableLabels collects the labels that the document's tables and lines print.
func tableLabels(all []*sheet) map[string]bool {
	out := map[string]bool{}
	for _, s := range all {
		for _, l := range s.lines {
			for _, p := range l.own {
				if p.label != "" && len(p.label) <= 60 {
					out[p.label] = true
				}
			}
		}
	}
	return out
}

// headersPrinted gives the share of the form's columns whose header is printed in its full wording.
func headersPrinted(f *form.Form, labels map[string]bool) float64 {
	n := 0
	for _, words := range f.ColumnWords {
		if labels[words[0]] {
			n++
		}
	}
	return float64(n) / float64(len(f.Columns))
}

// gaps counts the rows that were not found between the first and the last that were: those of another edition.
func (t *filled) gaps() int {
	n, since := 0, -1
	for _, l := range t.rows {
		switch {
		case l != nil && since >= 0:
			n += since
			since = 0
		case l != nil:
			since = 0
		case since >= 0:
			since++
		}
	}
	return n
}

// leftOver counts the numbers in the sheets of the attempt's hits that it did not claim.
func (a *attempt) leftOver() int {
	n := 0
	seen := map[*sheet]bool{}
	for _, h := range a.hits {
		if seen[h.sheet] || h.line.run {
			continue
		}
		seen[h.sheet] = true
		for _, l := range h.sheet.lines {
			for _, p := range l.own {
				if p.numeric() && !a.filled.accounted[p] {
					n++
				}
			}
		}
	}
	return n
}
