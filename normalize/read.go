package normalize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Read reads a document as an annual report by the given forms. It never fails: a document in which no table of the
// form is found is a Report with Status unread and a Reason.
func Read(doc *extract.Document, forms *form.Forms) *Report { return ReadFrom(doc, forms, Origin{}) }

// ReadFrom is Read of a document of which more is known than its bytes.
func ReadFrom(doc *extract.Document, forms *form.Forms, from Origin) *Report {
	rep := &Report{}
	tell := func(f Finding) { rep.Findings = append(rep.Findings, f) }
	for _, d := range doc.Doubts {
		sev := Warning
		switch d.Code {
		case "linked-document", "link-list", "recognised", "second-reader", "computed", "hidden-text", "slanted-text",
			"repaired", "linked-style":
			sev = Note
		}
		tell(Finding{Code: CodeReader, Severity: sev, Message: d.Code + ": " + d.Message, Place: d.Place})
	}
	head := readHeading(doc, from, tell)
	rep.Agency, rep.Year, rep.Title = head.agency, head.year, head.title
	rep.Period = head.period
	if len(head.days) > 0 {
		rep.Published = head.days[0].day
	}
	for _, d := range doc.Doubts {
		if d.Code == "recognised" && rep.Title != "" {
			tell(Finding{Code: CodeNameRecognised, Severity: Note,
				Message: fmt.Sprintf("the title %q was recognised on a picture; "+
					"single characters of it may be others", rep.Title),
				Place: d.Place})
			break
		}
	}
	if n := size(doc); n > maxPieces {
		rep.Status = StatusUnread
		rep.Reason = fmt.Sprintf("a document with %d lines and cells, more than the limit of %d: no single report is "+
			"so long",
			n, maxPieces)
		return rep
	}
	restored := restore(forms, doc)
	var known prints
	if rep.Year <= lastOld { // it is read once more for tables of statistics
		known = prints{}
	}
	all, shapes := reshape(forms, restored, rep.Year, known)
	chosen := match(forms, all, rep.Year, from.Division)
	for _, a := range chosen {
		if a.cells == 0 {
			a.hits = nil
		}
	}
	measureAll(restored, all, chosen)
	heads := make(headlines, len(doc.Blocks))
	rep.Sections = readSections(doc, heads, shapes.besideProse(regionOf(all, chosen)))
	rep.settleYear(from, tell)
	old := readAnnexes(forms, restored, rep.Year, chosen, known)
	if old != nil {
		chosen = old.without(chosen)
		inTable, inAnnex := shapes.besideProse(regionOf(all, chosen)), old.region()
		rep.Sections = readSections(doc, heads, func(p extract.Place) bool { return inTable(p) || inAnnex(p) })
	}
	rep.readBody(doc, from, &head, tell)
	rep.settleDates(from, head.days, tell)
	if old != nil {
		rep.withAnnexes(doc, forms, old, chosen, all, tell)
		return rep
	}
	if !anyFound(chosen) {
		rep.withoutTable(doc, forms, &head, tell)
		return rep
	}
	rep.Editions = Editions{}
	for _, a := range chosen {
		a.report(rep, doc)
		rep.Editions[a.form.Table] = a.edition()
	}
	rep.nameDoubts()
	shapes.tell(chosen, tell)
	sumsMostlyFail(chosen, tell)
	rep.doubtUnclaimed(chosen, tellLeft(all, chosen, tell))
	rep.tellEditions(chosen, tell)
	rep.tellSections(tell)
	for _, f := range rep.readClaims(forms) {
		tell(f)
	}
	rep.settleStatus(chosen)
	sortFindings(rep, forms)
	return rep
}

// nameDoubts gives the warnings of the readers that speak of a cell, a row or a table the name of what stands there.
func (rep *Report) nameDoubts() {
	for i := range rep.Findings {
		f := &rep.Findings[i]
		if f.Code != CodeReader || f.Severity == Note || f.Name != "" || f.Place.Table == 0 {
			continue
		}
		for _, v := range rep.Values {
			at := v.Place
			if at.Table != f.Place.Table || f.Place.Row != 0 && at.Row != f.Place.Row ||
				f.Place.Column != 0 && at.Column != f.Place.Column {
				continue
			}
			switch {
			case f.Place.Row == 0:
				f.Name, _, _ = strings.Cut(v.Name, ".")
			case f.Place.Column == 0:
				f.Name = v.Name[:strings.LastIndexByte(v.Name, '.')]
			default:
				f.Name = v.Name
			}
			break
		}
	}
}

// withoutTable reads a document in which no table of the form was found: a report in prose alone, one whose table could
// not be read, or none.
func (rep *Report) withoutTable(doc *extract.Document, forms *form.Forms, head *heading, tell func(Finding)) {
	rep.Status, rep.Reason = StatusUnread, ""
	said := head.said()
	if !said.isReport() {
		rep.Reason = whyUnread(doc, rep, said)
		return
	}
	rep.Reason = whyNoTable(doc, rep, said)
	for _, f := range rep.readClaims(forms) {
		tell(f)
	}
	switch {
	case rep.Reason != "":
	case lacksParts(doc): // what it prints is not known
		rep.Status, rep.Reason = StatusPartly, "no table of the form was found in what is left of a damaged file"
		rep.Editions = Editions{}
		rep.tellEightMonths(tell)
		tell(Finding{Code: CodeTableMissing, Severity: Error, Message: rep.Reason})
	default:
		rep.Status = StatusRead
		rep.Editions = Editions{}
		rep.tellEightMonths(tell)
		tell(Finding{Code: CodeProseOnly, Severity: Note,
			Message: "the report prints no table of the form; its sections and the figures of its prose are given"})
	}
	sortFindings(rep, forms)
}

// lacksParts reports whether a document is known not to be whole: it was cut off, or put together again from what was left of it.
func lacksParts(doc *extract.Document) bool {
	return slices.ContainsFunc(doc.Doubts, func(d extract.Doubt) bool {
		return slices.Contains([]string{"truncated", "repaired", "limit", "broken-page", "broken-stream"}, d.Code)
	})
}

// Unread is the report of a document whose bytes could not be read at all; reason is one sentence for a person.
func Unread(reason string) *Report { return &Report{Status: StatusUnread, Reason: reason} }
