package normalize

import (
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// ReadAll reads a document that may hold several reports: one behind the other, or side by side on each page. They are
// told apart by their titles, each with an agency and a year of its own. A document with one report gives that one.
func ReadAll(doc *extract.Document, forms *form.Forms, from Origin) []*Report {
	parts := split(doc)
	if len(parts) < 2 {
		rep := ReadFrom(doc, forms, from)
		// another reader's version of the same bytes: where they differ, neither is believed without a word
		if doc.Second != nil {
			second := Read(doc.Second, forms)
			Confirm(rep, "", second, "")
			for i := range rep.Values {
				if v, name := &rep.Values[i], rep.Values[i].Name; v.State == Absent && second.prints(name) {
					rep.Findings = append(rep.Findings,
						Finding{Code: CodeFormatsDiffer, Severity: Error, Name: name,
							Message: "the second reader of this file found this cell, ours did not"})
				}
			}
		}
		if len(rep.parts) == 0 {
			return []*Report{rep}
		}
		out := append([]*Report{rep}, rep.parts...)
		for i, r := range out {
			r.Part, r.parts = i+1, nil
		}
		return out
	}
	var out []*Report
	for i, p := range parts {
		r := ReadFrom(p, forms, from)
		if r.Status == StatusUnread { // a title without a report behind it: a list, a reference
			return []*Report{ReadFrom(doc, forms, from)}
		}
		r.Part = i + 1
		out = append(out, r)
	}
	return out
}

// prints reports whether a cell was found.
func (rep *Report) prints(name string) bool {
	for i := range rep.Values {
		if rep.Values[i].Name == name {
			return rep.Values[i].State != Absent
		}
	}
	return false
}

// split cuts a document before each title that names another agency or year than the one before it.
func split(doc *extract.Document) []*extract.Document {
	type key struct {
		agency string
		year   int
	}
	var cuts []int
	var current key
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Table != nil || !strings.Contains(b.Text, "公开") || utf8.RuneCountInString(b.Text) > 80 ||
			!isReportTitle(b.Text) {
			continue
		}
		t, at := splitTitle(b.Text), i
		if t.agency == "" && i > 0 && doc.Blocks[i-1].Table == nil && isAgency(doc.Blocks[i-1].Text) {
			t.agency, at = form.Squeeze(doc.Blocks[i-1].Text), i-1
		}
		k := key{form.Squeeze(t.agency), t.year}
		if t.flaw != "" {
			continue
		}
		if k.agency == "" || k.year == 0 || k == current {
			continue
		}
		current = k
		cuts = append(cuts, at)
	}
	if len(cuts) < 2 {
		return nil
	}
	cuts[0] = 0
	var out []*extract.Document
	for i, from := range cuts {
		to := len(doc.Blocks)
		if i+1 < len(cuts) {
			to = cuts[i+1]
		}
		part := *doc
		part.Blocks = doc.Blocks[from:to:to]
		if i > 0 {
			part.Title, part.Meta = "", nil // those of the first
		}
		out = append(out, &part)
	}
	return out
}
