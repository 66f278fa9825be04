package output

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output/panel"
)

// CodeCopiesDiffer is the finding on a cell that two documents of one report print otherwise.
const CodeCopiesDiffer = "copies-differ"

// An indexed is what the writer holds of a result in memory until all are there.
type indexed struct {
	span
	again  func() (Result, error) // gives the result; nil = the spool has it
	digest name                   // see Head
	text   name                   // Head.Prose
	year   int32
	part   int32
	values int32
	report bool // it is one, and not a document that was not read
	*reporter
	*manner
	panel.Standing

	document  string
	published *int32

	// known once all results are there
	stands bool
	by     string
	others int32 // documents of the report, itself among them
	within string
	found  []normalize.Finding // across documents
}

// A reporter is whose a report is, and where from: shared by the reports that say the same.
type reporter struct {
	who     *panel.Identity
	kind    agencies.Kind
	code    string // of its division
	apart   bool   // it is led from above, not by the government of its place
	decided bool   // who the body is
	body    string
	printed string
	origin  string
}

// A manner is what reports have in common with many others: shared, too.
type manner struct {
	scope          normalize.Scope
	status, inTime string

	// for the series of later years
	counts haul
	tables string // with their editions
	levels bool   // a table of before 2019 has columns for the levels of body
}

// A name names something that many bytes say; the zero name is that of nothing.
type name [sha256.Size]byte

func nameOf(s string) name {
	if s == "" {
		return name{}
	}
	return sha256.Sum256([]byte(s))
}

// one gives one copy of a text that stands in many results.
func (w *Writer) one(s string) string {
	if k, ok := w.names[s]; ok {
		return k
	}
	s = strings.Clone(s)
	w.names[s] = s
	return s
}

// A bodyYear is what one report stands for.
type bodyYear struct {
	body string
	year int32
}

// settle says of every report whether it stands for its body and year, and compares it with the others.
func (w *Writer) settle() error {
	groups := map[bodyYear][]int32{}
	var order []bodyYear
	for i := range w.results {
		x := &w.results[i]
		if !x.report || x.body == "" || x.year == 0 {
			continue
		}
		k := bodyYear{x.body, x.year}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], int32(i))
	}
	for _, k := range order {
		g := groups[k]
		by := panel.Stand(g, func(i int32) panel.Standing { return w.results[i].Standing })
		for n, i := range g {
			x := &w.results[i]
			x.stands, x.by, x.others = n == 0, by[n], int32(len(g))
		}
		if len(g) > 1 {
			if err := w.compare(g); err != nil {
				return err
			}
		}
	}
	w.enclose()
	w.orderYears()
	return nil
}

// enclose finds the body whose figures may hold those of a report too: the nearest government, of its division or of
// one above, whose standing report of the year is of the scope all. Who is led from above is in no government's
// figures that the form would tell.
func (w *Writer) enclose() {
	whole := map[bodyYear]string{} // division and year → government
	for i := range w.results {
		if x := &w.results[i]; x.stands && x.decided && x.kind == agencies.Government && x.scope == normalize.AllScope &&
			x.code != "" {
			whole[bodyYear{x.code, x.year}] = x.body
		}
	}
	if len(whole) == 0 {
		return
	}
	for i := range w.results {
		x := &w.results[i]
		if !x.decided || x.code == "" || x.apart || x.year == 0 {
			continue
		}
		for _, code := range above(x.code, int(x.year)) {
			if g := whole[bodyYear{code, x.year}]; g != "" && g != x.body {
				x.within = g
				break
			}
		}
	}
}

// above are the codes of a division and of those that it lies in, the nearest first.
func above(code string, year int) []string {
	out := []string{code}
	d := places.At(code, year)
	if d == nil {
		return out
	}
	for d = d.Parent(); d != nil; d = d.Parent() {
		out = append(out, d.Code)
	}
	return out
}

// mostTold is how many cells in which two documents of a report differ are told one by one: documents that differ in
// more have different tables, which is one thing to say.
const mostTold = 12

// compare holds the documents of a report that stand side by side against the one that stands. Versions that another
// took the place of are allowed to differ, and so are the tables of a body alone and of all below it.
func (w *Writer) compare(g []int32) error {
	first := &w.results[g[0]]
	var a Result
	for _, i := range g[1:] {
		x := &w.results[i]
		if x.Superseded || first.Superseded || x.scope != first.scope && x.scope != "" && first.scope != "" {
			continue
		}
		var err error
		if a.Report == nil {
			if a, err = w.get(first); err != nil {
				return err
			}
		}
		b, err := w.get(x)
		if err != nil {
			return err
		}
		if a.Document.SHA256 == b.Document.SHA256 && first.part == x.part {
			continue
		}
		here, there := copiesDiffer(&a, &b)
		first.found, x.found = append(first.found, here...), append(x.found, there...)
	}
	return nil
}

// copiesDiffer compares two documents of a report cell by cell. What is compared is what each prints, in the tables
// that both follow in one edition; cells that are in doubt already, or of which the comparison of formats has told,
// are left out.
func copiesDiffer(a, b *Result) (of, ofOther []normalize.Finding) {
	at := map[string]*normalize.Value{}
	for i := range b.Report.Values {
		at[b.Report.Values[i].Name] = &b.Report.Values[i]
	}
	doubt := map[string]bool{}
	for _, r := range []*Result{a, b} {
		for i := range r.Report.Findings {
			if f := &r.Report.Findings[i]; f.Severity != normalize.Note {
				doubt[f.Name] = true
			}
		}
	}
	var first, second []*normalize.Value
	for i := range a.Report.Values {
		v := &a.Report.Values[i]
		table, _, _ := strings.Cut(v.Name, ".")
		y := at[v.Name]
		if y == nil || v.Number == nil || y.Number == nil || v.Number.Equal(*y.Number) || v.ConfirmedBy != "" ||
			doubt[v.Name] || a.Report.Editions[table] != b.Report.Editions[table] {
			continue
		}
		first, second = append(first, v), append(second, y)
	}
	name := func(r *Result, other *Result) string {
		if r.Document.SHA256 == other.Document.SHA256 {
			return fmt.Sprintf("part %d of the same document", r.part())
		}
		return fmt.Sprintf("%s (%.12s…)", cmp.Or(other.Document.URL, other.Document.File), other.Document.SHA256)
	}
	if n := len(first); n > mostTold {
		say := func(r *Result, v, y *normalize.Value, other string) []normalize.Finding {
			return []normalize.Finding{{Code: CodeCopiesDiffer, Severity: normalize.Warning, Place: v.Place,
				Message: fmt.Sprintf("%d cells print other numbers than %s, which is of the same body and year: %s is %s "+
					"here and %s there", n, other, v.Name, v.Number, y.Number)}}
		}
		return say(a, first[0], second[0], name(a, b)), say(b, second[0], first[0], name(b, a))
	}
	for i, v := range first {
		y := second[i]
		say := func(v, y *normalize.Value, other string) normalize.Finding {
			return normalize.Finding{Code: CodeCopiesDiffer, Severity: normalize.Warning, Name: v.Name, Place: v.Place,
				Message: fmt.Sprintf("%q is printed here, %q in %s, which is of the same body and year", v.Text, y.Text, other)}
		}
		of, ofOther = append(of, say(v, y, name(a, b))), append(ofOther, say(y, v, name(b, a)))
	}
	return of, ofOther
}
