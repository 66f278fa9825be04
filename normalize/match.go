package normalize

import (
	"github.com/gongkai/gongkai/normalize/form"
)

// An attempt is one edition of a table tried on the document.
type attempt struct {
	form     *form.Form
	hits     []hit
	filled   *filled
	findings []Finding
	claimed  int
}

func (a *attempt) find(f Finding) { a.findings = append(a.findings, f) }

func (a *attempt) edition() string {
	if a.filled.found() == 0 {
		return ""
	}
	return a.form.Edition
}

// complete reports whether every name of the form was found, by labels and headers that are known, and no number is left.
func (a *attempt) complete() bool {
	return a.claimed == a.form.Size() && len(a.findings) == 0 && a.leftOver() == 0
}
