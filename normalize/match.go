package normalize

import (
	"github.com/gongkai/gongkai/normalize/form"
)

// An attempt is one edition of a table, read from a document in one layout.
type attempt struct {
	form     *form.Form
	layout   string
	hits     []hit
	filled   *filled
	findings []Finding
	cells    int // found
	// orderAssumed says that values were named by the form's own order of columns or rows, because no words that could be
	// read say which is which. Sums hold under any order, so they do not prove the names of such values.
	orderAssumed bool
}

func newAttempt(f *form.Form) *attempt { return &attempt{form: f, filled: newFilled(f)} }

func (a *attempt) tell(f Finding) { a.findings = append(a.findings, f) }

// told reports whether a finding of a code was told already.
func (a *attempt) told(code string) bool {
	for i := range a.findings {
		if a.findings[i].Code == code {
			return true
		}
	}
	return false
}

func (a *attempt) edition() string {
	if a.filled.found() == 0 {
		return ""
	}
	return a.form.Edition
}

// complete reports whether every name of the form was found, by labels and headers that are known, and no number is left.
func (a *attempt) complete() bool {
	return a.cells == a.form.Size() && len(a.findings) == 0 && a.leftOver() == 0
}

func (a *attempt) rowName(r int) string { return a.filled.rowName(r) }
