package made

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// Direct is what reading the report would give, without reading it: for what comes after, at sizes at which the bytes would take
// too long. It has body, editions, values and prose; claims and findings it has none, and places are not those of the bytes.
func (d *Document) Direct(forms *form.Forms) *normalize.Report {
	r := &normalize.Report{Status: normalize.StatusRead, Agency: d.Body.Name, Year: d.Year, Title: d.Report.Title,
		Published: fmt.Sprintf("%d-01-22", d.Year+1), Deadline: fmt.Sprintf("%d-01-31", d.Year+1), InTime: normalize.Kept,
		Editions: normalize.Editions{}, Scope: normalize.OwnScope}
	if d.Year < 2019 {
		r.Deadline = fmt.Sprintf("%d-03-31", d.Year+1)
	}
	if d.Body.Kind == agencies.Government {
		r.Scope = normalize.AllScope
	}
	r.Body = agencies.Read(d.Body.Name, agencies.Context{Year: d.Year, Division: d.Body.Division.Code})
	truth := d.Report.Truth()
	for _, f := range d.editions(forms, truth) {
		r.Editions[f.Table] = f.Edition
		r.Values = append(r.Values, values(f, truth)...)
	}
	r.Sections = sections(d.Report.Items)
	return r
}

// editions are the forms that hold for the year, of which the report prints something.
func (d *Document) editions(forms *form.Forms, truth map[string]gold.Print) (out []*form.Form) {
	printed := func(f *form.Form) bool {
		return slices.ContainsFunc(f.Names(), func(n string) bool { _, ok := truth[n]; return ok })
	}
	if d.Year < 2019 {
		for _, f := range forms.Annexes() {
			if f.Holds(d.Year) && printed(f) {
				out = append(out, f)
			}
		}
		return out
	}
	for _, table := range forms.Tables() {
		if forms.Optional(table) {
			continue
		}
		editions := forms.Editions(table)
		at := slices.IndexFunc(editions, func(f *form.Form) bool { return f.Holds(d.Year) && printed(f) })
		out = append(out, editions[max(0, at)])
	}
	return out
}

// values are the cells of a form as they are printed.
func values(f *form.Form, truth map[string]gold.Print) (out []normalize.Value) {
	units := map[string]string{}
	for row := range f.Rows {
		for _, c := range f.Rows[row].Columns {
			units[f.Name(row, c)] = cmp.Or(f.Columns[c].Unit, f.Rows[row].Unit) // before 2019 each row has one
		}
	}
	for i, name := range f.Names() {
		p, printed := truth[name]
		v := normalize.Value{Name: name, Text: p.Text, State: p.State, Unit: units[name], Verdict: normalize.Proved}
		switch {
		case !printed && f.IsAnnex(): // a table before 2019 has the columns that it needs
			continue
		case !printed:
			v.State, v.Verdict = normalize.Absent, normalize.Unchecked
		default:
			row, column := 1+i/7, 1+i%7
			v.Place = extract.Place{Table: 1, Row: row, Column: column, Path: fmt.Sprintf("/html/body/table[%d]/tbody/tr[%d]/td[%d]",
				f.Section, row, column)}
		}
		if n, err := decimal.NewFromString(p.Number); err == nil {
			v.Number = &n
			if v.Unit != "" {
				v.UnitFrom = normalize.UnitInHeader
			}
		}
		out = append(out, v)
	}
	return out
}

// kinds are the sections of the form since 2019, in their order.
var kinds = []normalize.SectionKind{normalize.GeneralSection, normalize.ActiveSection, normalize.ApplicationsSection,
	normalize.DisputesSection, normalize.ProblemsSection, normalize.OtherSection}

// sections are the paragraphs under their headings.
func sections(items []gold.Item) (out []normalize.Section) {
	for i, it := range items {
		ordinal := slices.Index(headings, firstRune(it.Text)) + 1
		switch {
		case it.Table != nil || i == 0:
		case ordinal > 0 && strings.HasPrefix(it.Text[len("一"):], "、"):
			out = append(out, normalize.Section{Ordinal: ordinal, Title: it.Text, Kinds: kinds[ordinal-1 : ordinal],
				Place: extract.Place{Path: fmt.Sprintf("/html/body/p[%d]", i)}})
		case len(out) > 0:
			s := &out[len(out)-1]
			s.Text = strings.TrimPrefix(s.Text+"\n"+it.Text, "\n")
		}
	}
	return out
}
