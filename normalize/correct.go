package normalize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// A Fix is a number that somebody says belongs in a cell, in the unit of its value.
type Fix struct {
	Name    string
	Number  decimal.Decimal
	Message string // of the finding that tells it
}

// Correct puts numbers in the place of those that were read, and judges the sums of their tables anew. Text and Place
// of a value stay what is printed; its State is Corrected, and a finding tells it. What no sum proved before, other than
// for what is corrected, none proves after: why it was in doubt is not looked at again. Claims of the prose that speak of
// a corrected cell are compared with what holds now.
func (rep *Report) Correct(forms *form.Forms, fixes []Fix) {
	if len(fixes) == 0 {
		return
	}
	at := map[string]*Value{}
	for i := range rep.Values {
		at[rep.Values[i].Name] = &rep.Values[i]
	}
	byTable := map[string][]Fix{}
	for _, x := range fixes {
		if at[x.Name] != nil {
			table, _, _ := strings.Cut(x.Name, ".")
			byTable[table] = append(byTable[table], x)
		}
	}
	for _, table := range forms.Tables() {
		for _, f := range forms.Editions(table) {
			if f.Edition == rep.Editions[table] && len(byTable[table]) > 0 {
				rep.correctTable(f, at, byTable[table])
				delete(byTable, table)
			}
		}
	}
	for _, rest := range byTable { // provisional names: there is no form, and no sum
		for _, x := range rest {
			at[x.Name].correct(&x)
		}
	}
	for i := range rep.Values {
		if v := &rep.Values[i]; v.State == Corrected {
			k := slices.IndexFunc(fixes, func(x Fix) bool { return x.Name == v.Name })
			if k >= 0 {
				rep.Findings = append(rep.Findings, Finding{Code: CodeCorrected, Severity: Warning, Name: v.Name, Place: v.Place,
					Message: fixes[k].Message})
			}
		}
	}
	rep.correctClaims(at)
	sortFindings(rep, forms)
}

// Found reports whether the cell was found in the document: there is a text, and a place.
func (v *Value) Found() bool {
	return v.State != Absent && (v.State != Corrected || v.Text != "" || v.Place != (extract.Place{}))
}

func (v *Value) correct(x *Fix) {
	n := x.Number
	v.Number, v.State, v.Verdict, v.ConfirmedBy, v.Confidence = &n, Corrected, Unchecked, "", 0
}

// correctTable corrects cells of one table.
func (rep *Report) correctTable(f *form.Form, at map[string]*Value, fixes []Fix) {
	t := rep.refilled(f, at)
	t.check(func(Finding) {})
	t.hold(at) // what is in doubt for reasons that are known no more
	for i := range fixes {
		at[fixes[i].Name].correct(&fixes[i])
	}
	again := rep.refilled(f, at)
	for r := range t.fields {
		for c := range t.fields[r] {
			x := &again.fields[r][c]
			if v := at[f.Name(r, c)]; v != nil && v.State != Corrected {
				x.settled, x.unsure = t.fields[r][c].settled, t.fields[r][c].unsure
			}
		}
	}
	about := func(y *Finding) bool {
		return y.Code == CodeSumFails || y.Code == CodeSuspectCell || y.Code == CodeBlankNotZero
	}
	rep.Findings = slices.DeleteFunc(rep.Findings, func(y Finding) bool {
		return about(&y) && (y.Name == f.Table || strings.HasPrefix(y.Name, f.Table+"."))
	})
	again.check(func(y Finding) {
		if about(&y) {
			rep.Findings = append(rep.Findings, y)
		}
	})
	for r := range again.fields {
		for c := range again.fields[r] {
			v, x := at[f.Name(r, c)], &again.fields[r][c]
			if v == nil || x.piece == nil || v.State != Corrected && x.verdict == t.fields[r][c].verdict {
				continue // what the correction changes nothing of stays as it was published
			}
			switch v.Verdict = x.verdict; {
			case x.verdict == Inferred && x.zero:
				v.Number = zero()
			case x.number == nil:
				v.Number = nil // a zero that the sums prove no more
			}
		}
	}
}

// refilled is a table as its values have it.
func (rep *Report) refilled(f *form.Form, at map[string]*Value) *filled {
	t := newFilled(f)
	for i := range rep.Findings {
		if y := &rep.Findings[i]; y.Code == CodeOrderAssumed && (y.Name == f.Table || strings.HasPrefix(y.Name, f.Table+".")) {
			t.assumed = true
		}
	}
	for r := range f.Rows {
		for _, c := range f.Rows[r].Columns {
			v := at[f.Name(r, c)]
			if v == nil || v.State == Absent {
				continue
			}
			p := &piece{place: v.Place, reading: reading{text: v.Text, state: v.State}}
			if v.Number != nil && v.Verdict != Inferred {
				p.number = v.Number
				p.isInt = v.Number.IsInteger()
				p.whole = v.Number.IntPart()
			}
			t.set(r, c, p)
		}
	}
	return t
}

// hold marks the fields of which the report says less than the sums alone would: of these none proves anything.
func (t *filled) hold(at map[string]*Value) {
	for r := range t.fields {
		for c := range t.fields[r] {
			v, x := at[t.form.Name(r, c)], &t.fields[r][c]
			if v == nil || v.Verdict == x.verdict {
				continue
			}
			switch x.verdict {
			case Proved, Inferred:
				x.settled = true
			case Contradicted:
				x.unsure = true
			}
		}
	}
}

// correctClaims holds the claims that speak of corrected cells against what holds now.
func (rep *Report) correctClaims(at map[string]*Value) {
	corrected := func(name string) bool { return at[name] != nil && at[name].State == Corrected }
	for i := range rep.Claims {
		c := &rep.Claims[i]
		if !slices.ContainsFunc(c.Cells, corrected) && !slices.ContainsFunc(c.Of, corrected) || c.Link == OtherScope {
			continue
		}
		told := -1
		if c.Link == Disagrees {
			was := fmt.Sprintf("the prose says %q", c.Text)
			told = slices.IndexFunc(rep.Findings, func(y Finding) bool {
				return y.Code == CodeProseDiffers && y.Name == c.Cells[0] && strings.HasPrefix(y.Message, was)
			})
		}
		if told >= 0 {
			rep.Findings = slices.Delete(rep.Findings, told, told+1)
		}
		c.Table = nil
		c.hold(at)
		if c.Link == Disagrees && rep.others(c.Scope) {
			c.Link, c.Table = OtherScope, nil
		}
		if c.Link == Disagrees {
			rep.Findings = append(rep.Findings, c.finding(&rep.Sections[c.Section-1], at))
		}
	}
}
