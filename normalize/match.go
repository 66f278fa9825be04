package normalize

import (
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// The matcher finds the tables of the forms in a document and names their cells. It knows no table by name: what is
// looked for, and in which layouts, stands in the form files; a new edition or another table is one file more.
//
// What it works on:
//
//   - A piece is what one cell, or one line of loose text, prints: its characters read as a number, a mark, words or
//     nothing, its text folded for comparison, and where it stands. A blank line of a text is a piece too, but a soft
//     one: it may be a blank cell or mere spacing.
//   - A line is one row of pieces: of a grid (columns are known), of a flow (a table of which only rows and the order
//     of cells are known), or of a run of loose text, cut before each label that follows values.
//   - A sheet is one table of the document, or the run of text between two. The document is a list of sheets; a table
//     of the form may be cut over several of them, and a sheet may hold several tables of the form.
//   - A hit is a line that was recognised as a row of the form, by the likeness of its label: a known wording is sure,
//     a near one is told, and a line without any label may be named by its place between two that are sure.
//   - A header says which column of the form stands where: below which grid column, or in which order.
//   - A filled form is a field for each cell of the form with the piece found for it, and the set of pieces that are
//     accounted for: published under a name, or quoted in a finding. A number that nothing accounts for is a finding
//     too.
//   - An attempt is one edition of one table, read in one layout: hits, filled form and what is to be told of it.
//     Attempts know nothing of each other; all but the chosen one leave no trace.
//
// How a table is found. Nothing is looked for by its place in the document: titles are missing, doubled or wrong too
// often. A layout goes through all sheets and takes those that show enough of the table's own words. Four are known,
// each a function of one signature:
//
//   - crossed (table III): each line is named by its own label, each value by its column's header;
//   - blocks (table II): the same, but each group of rows has columns and a header line of its own;
//   - strip (table IV): so few cells that they are printed in any shape: one row below two levels of headers, a row or
//     a table a group, on its side, as a run of numbers;
//   - list: a label, a unit, a value a line.
//
// An edition is first read in the layouts that its file declares. Only if no edition of the table is met in any of
// these (a layout that meets the table and leaves its values out has its reasons) are the other layouts tried, only on
// the sheets that stand right below the table's own title, and only one that fills every cell by words that were read,
// with nothing to tell, is taken: a table elsewhere that happens to carry the same words is not, and what is half
// understood stays missing.
//
// How an edition is chosen. Editions share most of their words, so each is tried as a whole, the one in force for the
// report's year first. One that fills every cell with nothing to tell and no number left over is taken at once. Else
// that one is taken which accounts for most of what is printed (see choose); the year decides only between equals,
// because offices go on with an old form, or start early with the new. Editions that print the very same cells cannot
// be told apart by what is printed: of these only the one of the report's year is tried.
//
// Tables whose editions are all out of force in the report's year are tried only if none that is in force was found;
// what is not found is missing only if it was in force together with one that was.
//
// When it is wrong. A header is read only if every character of it belongs to a word that is known, for 上年处理决定数量 is
// another column than 处理决定数量. Where not all headers can be read and the others stand in the form's order, that order is
// assumed: it is told (order-assumed), and no value is proved by it, for sums hold under any order. Where those that were
// read contradict it they win, or the values are left out. Blank lines of a text may be cells or part them; a row that
// has as many cells as the form only with one at its end may have lost another. A label that is near two rows is taken
// for neither. A table printed twice is read once, and where the second print differs that is told. Another table in the
// same shape with the same labels (last year's, for comparison) is laid aside before (shape.go) if its caption, its
// headers or the name of its sheet say so; else it is taken for a second print, or, standing first, for the table itself,
// and each cell that differs is doubted. Where a row has too many or too few cells the identities choose, and what they
// leave open is absent, not guessed.

// An attempt is one edition of a table, read from a document in one layout.
type attempt struct {
	form     *form.Form
	layout   form.Layout
	hits     []hit
	filled   *filled
	findings []Finding
	cells    int  // found
	alike    bool // the table's editions print the same cells: that this one was taken says nothing
	// orderAssumed says that values were named by the form's own order of columns or rows, because no words that could
	// be read say which is which.
	orderAssumed bool
	unitsMixed   bool // its counts are not all in one unit

	differs map[string]bool // cells of which another print says otherwise
}

func newAttempt(f *form.Form) *attempt { return &attempt{form: f, filled: newFilled(f)} }

// attemptIn reads an edition of a table in a layout.
func attemptIn(layout form.Layout, f *form.Form, all []*sheet) *attempt {
	var a *attempt
	switch layout {
	case form.Crossed:
		a = readCrossed(f, all)
	case form.Blocks:
		a = readBlocks(f, all)
	case form.Strip:
		a = readStrip(f, all)
	case form.List:
		a = readList(f, all)
	default: // a layout that form files may name and nobody reads yet
		a = newAttempt(f)
	}
	a.layout, a.cells = layout, a.filled.found()
	return a
}

// A quest is what is looked for in one report, and where.
type quest struct {
	forms    *form.Forms
	all      []*sheet
	printed  map[string]bool // the labels in them
	year     int             // reported on; 0 = not known
	division string          // of the portal, GB/T 2260; "" = not known
}

// match finds the tables of the forms in the sheets of a report: for each that is found, or missing, the attempt that
// accounts for most, in the order of the forms. With nothing found it gives what was tried.
func match(forms *form.Forms, all []*sheet, year int, division string) []*attempt {
	q := &quest{forms, all, tableLabels(all), year, division}
	now, other := q.inYear()
	chosen := q.tables(now)
	if !anyFound(chosen) {
		chosen = append(chosen, q.tables(other)...)
		slices.SortStableFunc(chosen, func(a, b *attempt) int {
			return forms.Rank(a.form.Table) - forms.Rank(b.form.Table)
		})
	}
	if !anyFound(chosen) {
		return chosen
	}
	var kept []*attempt
	for _, a := range chosen {
		if a.cells > 0 || q.due(a.form.Table, chosen) {
			kept = append(kept, a)
		}
	}
	return kept
}

func anyFound(as []*attempt) bool {
	return slices.ContainsFunc(as, func(a *attempt) bool { return a.cells > 0 })
}

// inYear tells the tables of which an edition is in force in the report's year from the others. Of no year all may be.
func (q *quest) inYear() (now, other []string) {
	for _, t := range q.forms.Tables() {
		holds := func(f *form.Form) bool { return f.Holds(q.year) }
		if q.year == 0 || slices.ContainsFunc(q.forms.Editions(t), holds) {
			now = append(now, t)
		} else {
			other = append(other, t)
		}
	}
	return now, other
}

// here reports whether an edition may be met: it is for everywhere, or for the province of the portal, or that is not
// known.
func (q *quest) here(f *form.Form) bool {
	return len(f.Where) == 0 || q.division == "" || q.inProvince(f)
}

func (q *quest) inProvince(f *form.Form) bool {
	return len(q.division) >= 2 && slices.ContainsFunc(f.Where, func(code string) bool {
		return strings.HasPrefix(code, q.division[:2])
	})
}

// due reports whether the report must have a table: where an edition of it that is not optional, and not for another
// province, was in force together with a table that was found.
func (q *quest) due(table string, chosen []*attempt) bool {
	for _, f := range q.forms.Editions(table) {
		if f.Optional || len(f.Where) > 0 && !q.inProvince(f) {
			continue
		}
		if slices.ContainsFunc(chosen, func(a *attempt) bool { return a.cells > 0 && together(f, a.form) }) {
			return true
		}
	}
	return false
}

// together reports whether two editions were in force in one year.
func together(f, g *form.Form) bool {
	return (f.To == 0 || g.From <= f.To) && (g.To == 0 || f.From <= g.To)
}

// tables finds each of the tables by itself.
func (q *quest) tables(names []string) []*attempt {
	var chosen []*attempt
	for _, t := range names {
		var editions []*form.Form
		for _, f := range q.forms.Editions(t) {
			if q.here(f) {
				editions = append(editions, f)
			}
		}
		if len(editions) == 0 {
			continue
		}
		alike := printAlike(editions)
		if alike { // that of the report's year, or of the first table
			year := q.year
			if year == 0 && len(chosen) > 0 {
				year = chosen[0].form.From
			}
			editions = inForce(editions, year)
		}
		a := q.table(likeliestFirst(editions, q.year))
		a.alike = alike
		chosen = append(chosen, a)
	}
	return chosen
}

// printAlike reports whether the editions of a table, if it has several, print the same cells.
func printAlike(editions []*form.Form) bool {
	for _, f := range editions[1:] {
		if f.Size() != editions[0].Size() || !slices.Equal(f.Names(), editions[0].Names()) {
			return false
		}
	}
	return len(editions) > 1
}

// table tries the editions of a table, the likeliest first, in the layouts that they declare; if the table is not
// met, in the others, on the sheets below its title.
func (q *quest) table(editions []*form.Form) *attempt {
	as := tryEditions(editions, q.all, func(f *form.Form) []form.Layout { return f.Layouts })
	met := func(a *attempt) bool { return a.cells > 0 || len(a.findings) > 0 }
	if !slices.ContainsFunc(as, met) {
		if below := titled(editions, q.all); len(below) > 0 {
			for _, a := range tryEditions(editions, below, otherLayouts) {
				if a.complete() && !a.orderAssumed {
					return a
				}
			}
		}
	}
	return choose(as, q.printed, q.year)
}

// tryEditions makes the attempts: each edition in each of its layouts, until one accounts for all.
func tryEditions(editions []*form.Form, all []*sheet, layouts func(*form.Form) []form.Layout) []*attempt {
	var as []*attempt
	for _, f := range editions {
		for _, layout := range layouts(f) {
			a := attemptIn(layout, f, all)
			as = append(as, a)
			if a.complete() {
				return as // no other can account for more
			}
		}
	}
	return as
}

// otherLayouts are those that a form does not declare and could be printed in.
func otherLayouts(f *form.Form) []form.Layout {
	var out []form.Layout
	for _, layout := range form.Layouts() {
		small := len(f.Rows)*len(f.Columns) <= maxStrip
		if !slices.Contains(f.Layouts, layout) && (layout != form.Strip || small) {
			out = append(out, layout)
		}
	}
	return out
}

// maxStrip is how many cells a table may have that is met as a strip though its form does not say so.
const maxStrip = 20

// titled gives the tables of the document that stand right below a title of the editions.
func titled(editions []*form.Form, all []*sheet) []*sheet {
	var out []*sheet
	for _, s := range all {
		if s.isTable() && slices.ContainsFunc(editions, func(f *form.Form) bool { return isTitle(f, s.before) }) {
			out = append(out, s)
		}
	}
	return out
}

func (a *attempt) tell(f Finding) {
	if a.findings = append(a.findings, f); f.Code == CodeTwiceDiffers {
		if a.differs == nil {
			a.differs = map[string]bool{}
		}
		a.differs[f.Name] = true
	}
}

// assume marks that the form's order was assumed, because no words that could be read say which is which, and tells it
// once.
func (a *attempt) assume(at extract.Place) {
	a.orderAssumed = true
	if !a.told(CodeOrderAssumed) {
		a.tell(orderAssumed(a.form, at))
	}
}

// told reports whether a finding of a code was told already.
func (a *attempt) told(code string) bool {
	for i := range a.findings {
		if a.findings[i].Code == code {
			return true
		}
	}
	return false
}

// mentions reports whether the cells of a row or table that are absent are accounted for by a finding on it.
func (a *attempt) mentions(name string) bool {
	for _, f := range a.findings {
		if f.Name == name && (f.Code == CodeRowShort || f.Code == CodeRowLong || f.Code == CodeMergedCell ||
			f.Code == CodeHeaderUnread) {
			return true
		}
	}
	return false
}

func (a *attempt) edition() string {
	if a.cells == 0 {
		return ""
	}
	return a.form.Edition
}

func (a *attempt) rowName(r int) string { return a.filled.rowName(r) }

// complete reports whether every name of the form was found, by labels and headers that are known, and no number is
// left.
func (a *attempt) complete() bool {
	return a.cells == a.form.Size() && len(a.findings) == 0 && a.leftOver() == 0
}
