package normalize

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Annexes: the tables of statistics that reports printed before 2019. There was no one table: provinces had their own from
// 2008, kept them beside the national one of 2014 to 2018, and changed rows, numbering and columns from year to year. What
// they have in common is their build: a line an indicator, its unit in a cell of its own or in brackets, and one or more
// columns of values (the year and all years, levels of body, departments, months).
//
// So a table is first read by its build alone (annex_rows.go), which gives rows under their label paths and columns under
// their headers. Then each family (form files of layout annex) says which of the rows are its own (annex_match.go): by
// label, and where the same words stand below several parents by the parent last seen. The family that knows most of the
// rows, and misses fewest of its own, is taken; the year decides only between equals. What a family does not know is kept
// under its printed label (annex_other.go), and so is a whole table that no family knows.
//
// A report that prints a table of the forms in force since 2019 is not looked at here at all.
//
// When it is wrong. A label names a row only by a wording that is known, or one character from one that is, which is told;
// of two columns whose headers are not known neither is named. A family's columns that are not printed are no absent
// cells: offices print what they have. Cells that a flattened text has lost leave their row short, and it is told and
// absent, for which of them is lost nobody can say.

// An annexTable is one table of statistics, read by its build.
type annexTable struct {
	sheets  []*sheet // the parts that pages have cut it into
	title   string   // the text above it that names it; "" = none does
	columns []annexColumn
	rows    []*annexRow
	headed  bool // a header says which column is which
	known   bool // its header, units or title show that it is a table of statistics
	unread  []Finding
	roles   []role            // of the columns of a grid
	codes   int               // columns of codes between labels and values
	labels  func(string) bool // whether a key is that of a label that some family has
	halves  int               // of a flow: how many indicators stand beside each other
	passed  map[*piece]bool   // pieces that are ordinals, codes, remarks, feet: no values
}

// An annexColumn is a column of values.
type annexColumn struct {
	head  string // as printed, levels of it joined by a space; "" = nothing stands above it
	key   string // see form.AnnexHeader
	year  int    // that the header names; 0 = none, -1 = several
	place extract.Place
}

// An annexRow is one line of a table of statistics.
type annexRow struct {
	label  *piece
	key    string // see form.AnnexLabel
	within bool   // 其中
	above  []*piece
	keys   []string // of these, see keysAbove
	path   []string // the labels above it and its own, as printed
	unit   *piece
	values []annexValue
	line   *line
	sheet  *sheet
	half   int  // of two columns of indicators, the second is 1
	short  bool // it has another number of values than columns, and which is which nobody can say
	twice  int  // how many rows of the same path stand before it
}

// An annexValue is a piece and the column that it stands in.
type annexValue struct {
	column int
	piece  *piece
	shared bool // the cell covers several rows or columns
}

// keysAbove gives the keys of the labels above the row: each family asks for them.
func (r *annexRow) keysAbove() []string {
	for _, p := range r.above[len(r.keys):] {
		k, _ := form.AnnexLabel(p.text)
		r.keys = append(r.keys, k)
	}
	return r.keys
}

// heads reports whether the row heads others and counts nothing: nothing but strokes or blanks.
func (r *annexRow) heads() bool {
	return !slices.ContainsFunc(r.values, func(v annexValue) bool {
		return v.piece.numeric() || v.piece.state == Text
	}) && !r.short
}

// lastOld is the last year whose reports print tables of statistics.
const lastOld = 2018

// annexes finds the tables of statistics of a report: nil for reports of today that print the tables of the forms.
func readAnnexes(forms *form.Forms, doc *extract.Document, year int, chosen []*attempt, m prints) *annexes {
	old := year != 0 && year <= lastOld
	if anyFound(chosen) && !old ||
		slices.ContainsFunc(chosen, func(a *attempt) bool { return a.cells > 0 && a.form.Holds(year) }) ||
		len(forms.Annexes()) == 0 {
		return nil // a table that is in force in the report's year
	}
	x := &annexes{forms: forms, year: year}
	x.sheets = annexSheets(doc, forms, m)
	tables := annexTables(x.sheets, func(key string) bool { return knowsLabel(forms, key) })
	if len(tables) == 0 {
		return nil
	}
	for _, t := range tables {
		if a := x.family(t); a != nil {
			x.found = append(x.found, a)
		} else if old && t.known {
			x.other = append(x.other, t)
		}
	}
	if len(x.found)+len(x.other) == 0 {
		return nil
	}
	x.pair()
	return x
}

// annexes are the tables of statistics of a report.
type annexes struct {
	forms  *form.Forms
	year   int
	sheets []*sheet
	found  []*annexAttempt // of families that are known
	other  []*annexTable   // of none
	later  []*annexAttempt // of found: those of another scope, which are a report of their own
}

// attempts gives what was filled in, as for tables of the forms.
func (x *annexes) attempts() []*attempt {
	if x == nil {
		return nil
	}
	var out []*attempt
	for _, a := range x.found {
		out = append(out, a.attempt)
	}
	return out
}

// owns reports whether a sheet of the document, by its block, is one of the tables.
func (x *annexes) owns(block int) bool {
	in := func(t *annexTable) bool {
		return slices.ContainsFunc(t.sheets, func(s *sheet) bool { return s.block == block && s.isTable() })
	}
	return slices.ContainsFunc(x.found, func(a *annexAttempt) bool { return in(a.table) }) || slices.ContainsFunc(x.other, in)
}

// region tells which places of the text lie in a table of statistics that is printed as lines.
func (x *annexes) region() func(extract.Place) bool {
	as := x.attempts()
	for _, t := range x.other {
		a := &attempt{filled: &filled{accounted: map[*piece]bool{}}}
		for _, r := range t.rows {
			for _, v := range r.values {
				a.filled.account(v.piece)
			}
		}
		as = append(as, a)
	}
	return regionOf(x.sheets, as)
}

// annexSheets gives the tables of a document and its runs of text, as sheets does, but splits a line of text into label,
// unit and values where it holds just these.
func annexSheets(doc *extract.Document, forms *form.Forms, m prints) []*sheet {
	var out []*sheet
	var loose []*piece
	var above []string
	before := "" // the text last met, as printed
	flush := func() {
		if s := runSheet(loose, len(out)); s != nil {
			s.block = int(loose[0].block)
			s.above = slices.Clone(above)
			out = append(out, s)
		}
		loose = nil
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		switch {
		case b.Kind == extract.TableBlock:
			if b.Table == nil || len(b.Table.Cells) == 0 {
				continue
			}
			flush()
			s := tableSheet(b.Table, len(out), m)
			s.before, s.block, s.above = form.Fold(before), i, above
			above = nil
			out = append(out, s)
		case b.Text == "":
			if b.Kind == extract.Line && len(loose) > 0 {
				p := m.piece("", b.Place)
				p.soft, p.block = true, int32(i)
				loose = append(loose, p)
			}
		default:
			before = b.Text
			if len(b.Text) <= 180 {
				above = append(above, b.Text)
			}
			for _, p := range splitIndicator(b.Text, b.Place, forms, m) {
				p.block = int32(i)
				loose = append(loose, p)
			}
		}
	}
	flush()
	return out
}

// splitIndicator splits a line of text that holds an indicator, its unit and its values: 主动公开信息数 条 739 4359; or the
// words of a header.
func splitIndicator(text string, place extract.Place, forms *form.Forms, m prints) []*piece {
	whole := func() []*piece { return []*piece{m.piece(text, place)} }
	if bare := strings.Trim(text, "|｜ "); strings.ContainsAny(bare, "|｜") && len(bare) < 300 { // a row between bars
		text = strings.Map(func(r rune) rune {
			if r == '|' || r == '｜' {
				return ' '
			}
			return r
		}, text)
	}
	fields := strings.Fields(text)
	if commas := strings.Split(text, ","); len(commas) > 1 && len(text) < 300 { // values between commas
		last := read(commas[len(commas)-1])
		short := len(commas[0]) < 240 && !strings.ContainsAny(commas[0], "，。；")
		if (last.numeric() || last.state == Mark) && (len(commas) > 2 || short) ||
			slices.ContainsFunc(commas, func(f string) bool { return headerRole(f) == labelRole }) {
			at := 0
			var out []*piece
			for _, f := range commas {
				q := place
				if q.Offset > 0 || q.Page == 0 {
					q.Offset += at
				}
				at += len(f) + 1
				if f == "" && len(out) == 0 { // below a label that several rows share
					continue
				}
				out = append(out, m.piece(strings.Trim(f, "\""), q))
			}
			return out
		}
	}
	if len(fields) < 2 || len(text) > 300 {
		return whole()
	}
	n := 0
	for n < len(fields)-1 {
		if r := read(fields[len(fields)-1-n]); !r.numeric() && r.state != Mark && !isNothing(r.text) {
			break
		}
		n++
	}
	label, unit := len(fields)-n, ""
	switch {
	case n == 0:
		if !slices.ContainsFunc(fields, func(f string) bool { return headerRole(f) == labelRole }) {
			return whole()
		}
		label = 0
	case isUnitWord(fields[label-1]): // alone, beside a label that is broken over lines
		label--
		unit = fields[label]
	}
	if n > 0 {
		key, _ := form.AnnexLabel(strings.Join(fields[:label], ""))
		if unit == "" && !knowsLabel(forms, key) {
			return whole()
		}
	}
	var out []*piece
	if label > 0 {
		out = append(out, m.piece(strings.Join(fields[:label], " "), place))
	}
	at := 0
	for i, f := range fields {
		j := strings.Index(text[at:], f)
		if i >= label {
			q := place
			if q.Offset > 0 || q.Page == 0 {
				q.Offset += at + j
			}
			out = append(out, m.piece(f, q))
		}
		at += j + len(f)
	}
	return out
}

// knowsLabel reports whether a key of a label is that of a row, or of a group, of some family.
func knowsLabel(forms *form.Forms, key string) bool {
	return slices.ContainsFunc(forms.Annexes(), func(f *form.Form) bool {
		return len(f.Annex().Rows(key)) > 0 || f.Annex().Group(key)
	})
}

// isUnitWord reports whether a text is nothing but a unit: 条, （万元）, 人次, 场.
func isUnitWord(s string) bool {
	s = strings.Trim(form.Squeeze(s), "()[]【】")
	if s == "" || utf8.RuneCountInString(s) > 6 {
		return false
	}
	return unitOf(s).kind != noUnit || otherUnits[s]
}

// otherUnits are what indicators are counted in beside countingWords.
var otherUnits = map[string]bool{"场": true, "场次": true, "期": true, "页": true, "天": true, "小时": true, "类": true, "种": true,
	"%": true, "人/次": true, "条(件)": true, "件(条)": true, "册": true, "张": true, "平方米": true, "位": true, "所": true}
