package gold

import (
	"fmt"
	"sort"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
)

// A Score counts what became of the cells of documents whose print is known.
type Score struct {
	Documents int
	Cells     int // names that the documents print unambiguously, and names that they do not print
	Exact     int // of Cells: text, state and number as printed; absent where nothing is printed
	Abstained int // of Cells: printed, but said to be absent
	Flagged   int // published otherwise than printed, with a finding on the cell, its row or its table
	Silent    int // published otherwise than printed, without one
	Proved    int // published otherwise than printed, and said to be proved or inferred
	Alarms    int // documents without a fault that carry a warning or an error of ours
}

// Add sums two scores.
func (s *Score) Add(o Score) {
	s.Documents += o.Documents
	s.Cells += o.Cells
	s.Exact += o.Exact
	s.Abstained += o.Abstained
	s.Flagged += o.Flagged
	s.Silent += o.Silent
	s.Proved += o.Proved
	s.Alarms += o.Alarms
}

// ExactShare is Exact of Cells, from 0 to 1.
func (s *Score) ExactShare() float64 {
	if s.Cells == 0 {
		return 1
	}
	return float64(s.Exact) / float64(s.Cells)
}

// Judge compares what was read with what is printed. It gives the score, and each failure in words.
func (r *Report) Judge(got *normalize.Report) (Score, []string) {
	s := Score{Documents: 1}
	var failures []string
	truth := r.Truth()
	read := map[string]normalize.Value{}
	for _, v := range got.Values {
		read[v.Name] = v
	}
	names := r.Names()
	known := map[string]bool{}
	for _, n := range names {
		known[n] = true
	}
	for n := range read { // names of an edition that the report does not follow
		if !known[n] {
			names = append(names, n)
		}
	}
	sort.Strings(names[len(known):])
	covered := func(name string) bool {
		for _, f := range got.Findings {
			if f.Severity != normalize.Note && f.Name != "" && (f.Name == name || strings.HasPrefix(name, f.Name+".")) {
				return true
			}
		}
		return false
	}
	for _, n := range names {
		p, printed := truth[n]
		v, published := read[n]
		published = published && v.State != normalize.Absent
		right := published && printed && Same(p, v) || !published && !printed
		if !r.Ambiguous[n] {
			s.Cells++
			switch {
			case right:
				s.Exact++
			case !published:
				s.Abstained++
				failures = append(failures, fmt.Sprintf("abstained %s: printed %q", n, p.Text))
			}
		}
		if r.Ambiguous[n] && published && v.Number != nil && v.Number.Equal(decimal.NewFromInt(r.Real[n])) {
			right = true // what the office meant
		}
		if v.Verdict == normalize.Inferred && r.Real[n] != 0 {
			right = false // a zero that none was
		}
		if published && !right {
			word := "flagged"
			if wrongProof(v) {
				s.Proved++
				failures = append(failures, fmt.Sprintf("proved %s: printed %q, read %q %s", n, p.Text, v.Text, v.Verdict))
			}
			if covered(n) {
				s.Flagged++
			} else {
				s.Silent++
				word = "silent"
			}
			number := "nil"
			if v.Number != nil {
				number = v.Number.String()
			}
			failures = append(failures, fmt.Sprintf("%s %s: printed %q %s %s, read %q %s %s", word, n, p.Text, p.State,
				p.Number, v.Text, v.State, number))
		}
	}
	return s, failures
}

// Same reports whether a value is what is printed.
func Same(p Print, v normalize.Value) bool {
	if v.State != p.State && !(p.Number == "?" && (v.State == normalize.Number || v.State == normalize.Text)) {
		return false
	}
	if squeeze(p.Text) != squeeze(v.Text) {
		return false
	}
	switch {
	case p.Number == "?" || v.Verdict == normalize.Inferred:
		return true
	case p.Number == "":
		return v.Number == nil
	case v.Number == nil:
		return false
	}
	want, err := decimal.NewFromString(p.Number)
	return err == nil && want.Equal(*v.Number)
}

// squeeze leaves out what layouts add to and take from a text.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\u00a0', '\u3000', '\u200b', '\u200c', '\u200d', '\ufeff', '\n', '\t':
			return -1
		}
		return r
	}, s)
}
