package normalize

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Shapes: what a person reads at once though the matcher does not. Between the sheets and the matcher stands a step
// that selects and rearranges, so that a table which says by its own words how it is laid out reaches the matcher in
// the form's usual shape:
//
//   - Prints of other years, of drafts, of bodies below, told by captions, headers of columns, labels of rows and names
//     of sheets, are laid aside where the report's own stand beside them (shape_stamp.go: what words say;
//     shape_prints.go: whole tables; shape_columns.go: columns and rows of one table).
//   - Tables that lie on their side or are cut between columns are crossed again: each value has the label of a row on
//     one side and the header of a column on the other, wherever these stand (shape_pairs.go).
//   - Lines stacked in one cell become rows (shape_stacked.go); labels and figures that a text prints column by column
//     become lines (shape_run.go).
//
// Each is a recogniser that must be sure, by known wordings of the form alone, and one rewriting of the sheets it
// concerns; any other sheet passes as it is, the same pointer. Pieces keep their places, so that what is published
// still points at the printed cell. What is laid aside belongs to no name and is told by one finding a table, not
// number by number. Where words contradict each other nothing is laid aside: the matcher then meets the table twice,
// and doubts each cell that differs.

// A shaper is one document on its way through that step.
type shaper struct {
	forms    *form.Forms
	year     int // reported on; 0 = not known
	findings []shaped
	aside    []*piece // laid aside
	sheets   []*sheet // as printed, but for the prints laid aside
	cut      *cut     // what the table before left out
	// tables in which a row prints several figures a cell, and rows around none
	unsettled []extract.Place
}

// shaped is a finding that is told if its table is read.
type shaped struct {
	table string
	Finding
}

// reshape gives the sheets of a document in the usual shape of the forms.
func reshape(forms *form.Forms, doc *extract.Document, year int, m prints) ([]*sheet, *shaper) {
	sh := &shaper{forms: forms, year: year}
	all := sheets(sh.unstacked(doc), m)
	all = sh.chooseGroups(sh.choosePrints(all))
	sh.sheets = all
	for i, s := range all {
		all = replaced(all, i, sh.choose(s))
	}
	all = sh.cross(all)
	for i, s := range all {
		all = replaced(all, i, sh.eachStrip(sh.regroup(s), sh.upended))
	}
	return all, sh
}

// replaced gives the list with another sheet at i; the list itself is left alone.
func replaced(all []*sheet, i int, s *sheet) []*sheet {
	if all[i] == s {
		return all
	}
	all = slices.Clone(all)
	all[i] = s
	return all
}

// tell tells what was done to the tables that were found, and doubts those whose figures stand in other rows than their
// labels.
func (sh *shaper) tell(chosen []*attempt, tell func(Finding)) {
	for _, a := range chosen {
		for _, at := range sh.unsettled {
			if slices.ContainsFunc(a.hits, func(h hit) bool { return keyOf(h.sheet.place) == keyOf(at) }) {
				tell(Finding{Code: CodeMergedCell, Severity: Warning, Name: a.form.Table, Place: at,
					Message: "cells of one row print several figures each while rows beside it print none: which are which is not certain"})
			}
		}
	}
	for _, x := range sh.findings {
		if slices.ContainsFunc(chosen, func(a *attempt) bool { return a.cells > 0 && a.form.Table == x.table }) {
			tell(x.Finding)
		}
	}
}

func (sh *shaper) found(table, code string, sev Severity, at extract.Place, format string, args ...any) {
	f := Finding{Code: code, Severity: sev, Name: table, Place: at, Message: fmt.Sprintf(format, args...)}
	for _, x := range sh.findings {
		if x.table == table && x.Code == code && x.Message == f.Message {
			return
		}
	}
	sh.findings = append(sh.findings, shaped{table, f})
}

// known reports whether a folded text is a label of a form: of a row, a column, a group.
func (sh *shaper) known(label string) bool { return sh.forms.Knows(label) }

// editions gives all editions of all tables, of each table the likeliest first.
func (sh *shaper) editions(table string) []*form.Form {
	return likeliestFirst(sh.forms.Editions(table), sh.year)
}

// layOut makes a sheet of rows of pieces: of a grid with the columns that the pieces say, of which cells reach into the
// rows below. The pieces are not changed.
func layOut(of *sheet, rows [][]*piece, width int) *sheet {
	s := &sheet{before: of.before, above: of.above, place: of.place, block: of.block, lines: make([]*line, len(rows))}
	var like line
	if len(of.lines) > 0 {
		like = *of.lines[0]
	}
	for r := range rows {
		s.lines[r] = &line{table: like.table, row: r, flow: like.flow, run: like.run, width: width}
	}
	for r, ps := range rows {
		for _, p := range ps {
			s.lines[r].own = append(s.lines[r].own, p)
			s.lines[r].extent += p.span
			for k := r + 1; k < r+p.deep && k < len(rows); k++ {
				s.lines[k].over = append(s.lines[k].over, p)
				s.lines[k].shadow = append(s.lines[k].shadow, span{p.col, p.col + p.span})
				s.lines[k].extent += p.span
			}
		}
	}
	s.usual = usualExtent(s.lines)
	return s
}

// usualExtent gives the extent that most rows have.
func usualExtent(lines []*line) int {
	count, usual := map[int]int{}, 0
	for _, l := range lines {
		count[l.extent]++
		if n := count[l.extent]; n > count[usual] || n == count[usual] && l.extent > usual {
			usual = l.extent
		}
	}
	return usual
}

// withLines gives a sheet of some of another's lines, numbered anew.
func withLines(of *sheet, lines []*line) *sheet {
	s := *of
	s.lines = make([]*line, len(lines))
	for i, l := range lines {
		c := *l
		c.row = i
		s.lines[i] = &c
	}
	s.usual = usualExtent(s.lines)
	return &s
}

// layAside takes pieces from what is looked for, and counts their numbers.
func (sh *shaper) layAside(ps ...*piece) (numbers int) {
	for _, p := range ps {
		sh.aside = append(sh.aside, p)
		if p.numeric() && !p.furnish {
			numbers++
		}
	}
	return numbers
}

// isYears reports whether a line holds no number but years: 2021 | 2020 as a sheet prints the headers of columns.
func isYears(l *line) bool {
	first, several := "", false
	for _, p := range l.own {
		switch {
		case p.state == Blank || p.wordy() || p.furnish:
		case !isYear(p.text):
			return false
		case first == "":
			first = p.text
		default:
			several = several || p.text != first
		}
	}
	return several
}

// holdsValues reports whether a line holds values, not years that head columns.
func holdsValues(l *line) bool { return isData(l) && !isYears(l) }

// titleOf gives the words of a stamp as a message quotes them.
func titleOf(words []string) string {
	slices.Sort(words)
	words = slices.Compact(words)
	for i, w := range words {
		words[i] = fmt.Sprintf("%q", w)
	}
	if len(words) > 4 {
		words = append(words[:4], "…")
	}
	return strings.Join(words, ", ")
}

// besideProse adds to the places that are no prose those of lines of text that were laid aside.
func (sh *shaper) besideProse(inside func(extract.Place) bool) func(extract.Place) bool {
	if len(sh.aside) == 0 {
		return inside
	}
	type key struct {
		page, offset int
		path         string
	}
	gone := map[key]bool{}
	for _, p := range sh.aside {
		if utf8.RuneCountInString(p.text) <= 60 && !isKnownHeading(p.text) && p.place.Table == 0 {
			gone[key{p.place.Page, p.place.Offset, p.place.Path}] = true
		}
	}
	return func(at extract.Place) bool {
		return at.Offset > 0 && gone[key{at.Page, at.Offset, at.Path}] || inside(at)
	}
}
