package normalize

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// report turns the filled form into values and its findings.
func (a *attempt) report(rep *Report, doc *extract.Document) {
	f, t := a.form, a.filled
	tell := func(x Finding) { rep.Findings = append(rep.Findings, x) }
	if a.cells == 0 {
		a.tellMissing(doc, tell)
	}
	rep.Findings = append(rep.Findings, a.findings...)
	t.assumed = a.orderAssumed
	t.check(tell)
	rep.Values = slices.Grow(rep.Values, f.Size())
	for r := range f.Rows {
		absent := 0
		for _, c := range f.Rows[r].Columns {
			v := a.value(r, c, tell)
			if t.fields[r][c].piece == nil {
				absent++
			}
			rep.Values = append(rep.Values, v)
		}
		name := a.rowName(r)
		switch all := len(f.Rows[r].Columns); {
		case absent == 0 || a.mentions(name):
		case absent == all && a.cells > 0:
			tell(Finding{Code: CodeRowMissing, Severity: Error, Name: name,
				Message: fmt.Sprintf("the row %s was not found in the table", f.Rows[r].Path[len(f.Rows[r].Path)-1])})
		case absent < all && !a.mentions(f.Table):
			tell(Finding{Code: CodeRowShort, Severity: Warning, Name: name,
				Message: fmt.Sprintf("%d of the row's %d cells were not found", absent, all)})
		}
	}
}

// value makes of a field what is published.
func (a *attempt) value(r, c int, tell func(Finding)) Value {
	x, col := &a.filled.fields[r][c], a.form.Columns[c]
	v := Value{Name: a.form.Name(r, c), State: x.state, Verdict: x.verdict, Unit: col.Unit}
	switch {
	case x.piece == nil:
		v.State = Absent
	case strings.ContainsRune(x.text, form.Unreadable): // never published: what is printed there, nobody can say
		v.State = Absent
		tell(Finding{Code: CodeUnreadable, Severity: Error, Name: v.Name, Place: x.place,
			Message: fmt.Sprintf("something is printed here of which not all characters could be read: %q", x.text)})
	default:
		v.Text, v.Place = x.text, x.place
		v.Number = x.inUnitOf(col.Unit)
		if x.turned && !col.Signed { // an arrow turns nothing where there is no sign, and was printed to say something
			v.Number = nil
		}
		if x.measure != nil {
			v.UnitFrom = x.measure.from
		}
		a.cellFindings(x, &v, col, tell)
		// the sums are of the figures printed: not where these are not all in one unit, or the unit itself is in doubt
		if a.unitsMixed && v.Verdict == Inferred || (a.unitsMixed || x.measure != nil && x.measure.doubt != "") && v.Verdict == Proved {
			v.Verdict = Unchecked
		}
		if a.differs[v.Name] && (v.Verdict == Proved || v.Verdict == Inferred) {
			v.Verdict = Unchecked // another print says otherwise, and may be the one that is meant
		}
		if x.zero && v.Verdict == Inferred {
			v.Number = zero()
		}
		if x.seen != nil {
			x.publish(&v, tell)
		}
	}
	return v
}

// tellMissing tells that a table was not found, or which sentence stands in its place.
func (a *attempt) tellMissing(doc *extract.Document, tell func(Finding)) {
	f := a.form
	if slices.Contains(f.Layouts, form.Strip) { // of a table so small offices say that there was nothing to count
		said := saidInWords(doc, f.RowWords[0][0])
		if said == "" {
			said = saidNone(doc, f)
		}
		if said != "" {
			tell(Finding{Code: CodeTableInWords, Severity: Note, Name: f.Table,
				Message: "there is no table; the text says: " + said})
			return
		}
	}
	tell(Finding{Code: CodeTableMissing, Severity: Error, Name: f.Table,
		Message: fmt.Sprintf("the table %s was not found", f.Titles[0])})
}

// cellFindings reports what is odd about the characters of one cell.
func (a *attempt) cellFindings(x *field, v *Value, col form.Column, tell func(Finding)) {
	at := func(code string, sev Severity, format string, args ...any) {
		tell(Finding{Code: code, Severity: sev, Name: v.Name, Place: v.Place, Message: fmt.Sprintf(format, args...)})
	}
	x.tellPrint(v, col, at)
	if x.deep > 1 && (a.layout == form.Crossed || a.layout == form.List) {
		at(CodeMergedCell, Warning, "the printed cell covers %d rows", x.deep)
	}
	if x.number == nil {
		return
	}
	x.tellUnit(v, &col, at)
	if v.Number == nil {
		return
	}
	if col.Unit == "" && (!v.Number.IsInteger() || x.number.IsNegative() && !col.Signed) {
		at(CodeNotCount, Warning, "%q is no count", x.text)
	}
	if col.Unit == "" && moneyWord(x.unit) && !x.scaled {
		at(CodeNotCount, Warning, "%q is an amount of money where a count belongs", x.text)
	}
	if col.Unit != "" && x.unit != "" && !moneyWord(x.unit) {
		at(CodeNotCount, Warning, "%q is a count where an amount of money belongs", x.text)
	}
	if col.Unit != "" && v.Number != nil && !x.number.Equal(*v.Number) {
		at(CodeUnit, Note, "%q is printed; in %s that is %s", x.text, col.Unit, v.Number)
	}
}

// tellPrint says what makes the print of a cell doubtful, or why it is no number.
func (x *field) tellPrint(v *Value, col form.Column, at func(code string, sev Severity, format string, args ...any)) {
	if x.number == nil {
		switch {
		case x.doubt != "":
			at(CodeNoNumber, Warning, "%q: %s", x.text, x.doubt)
		case x.state != Text || x.zeroable():
		case holdsNumber(x.text):
			at(CodeNoNumber, Warning, "%q: words around a number, where a number belongs", x.text)
		default:
			at(CodeNoNumber, Note, "%q is printed where a number belongs", x.text)
		}
		return
	}
	switch {
	case x.halves != nil:
		at(CodeDoubtfulNumber, Warning, "%q and %q stand in two cells and are read as one number",
			x.halves[0].text, x.halves[1].text)
	case v.Number == nil && x.turned:
		at(CodeNoNumber, Warning, "%q: a rise or fall where a number without a sign belongs", x.text)
	case v.Number == nil: // its unit is told
	case x.rough != "":
		at(CodeDoubtfulNumber, Warning, "%q is read as %s: %s says that it is not exact", x.text, v.Number, x.rough)
	case x.doubt != "" && v.Verdict != Proved:
		at(CodeDoubtfulNumber, Warning, "%q is read as %s: %s", x.text, v.Number, x.doubt)
	case col.Signed && x.number.IsPositive() && strings.ContainsAny(x.text, "减降少↓"):
		at(CodeDoubtfulNumber, Warning, "%q is read as %s: what stands beside it may be its sign", x.text, v.Number)
	case x.said && !col.Signed && !x.number.IsNegative():
		at(CodeDoubtfulNumber, Warning, "%q is read as %s: a sign stands where there is none", x.text, v.Number)
	case x.scaled && col.Unit != "" && x.unit == "":
		at(CodeDoubtfulNumber, Warning, "%q is read as %s %s: the magnitude word may be the unit", x.text, v.Number,
			col.Unit)
	}
}

// noneWords are what a section says in place of its table where there was nothing to count.
var noneWords = []string{"无", "不涉及", "没有", "未发生", "暂无", "本年度无", "本年无", "无此情况", "无此类情况", "未涉及", "本年度不涉及", "无相关情况", "不存在"}

// saidNone finds the word that stands right below the title of a table in its place; "" if none does.
func saidNone(doc *extract.Document, f *form.Form) string {
	below := false
	for _, b := range doc.Blocks {
		switch {
		case b.Kind == extract.TableBlock:
			below = false
		case b.Text == "":
		case below:
			if k := strings.TrimRight(form.Squeeze(b.Text), "。.;；!"); slices.Contains(noneWords, k) {
				return b.Text
			}
			below = false
		default:
			below = isTitle(f, b.Text)
		}
	}
	return ""
}

// saidInWords finds the sentence that stands for a missing table whose first row has this label.
func saidInWords(doc *extract.Document, label string) string {
	none := []string{"未发生", "没有发生", "无" + label, "未收到", "未产生", "不存在", "没有因", "未因", "均为0", "无因"}
	for _, b := range doc.Blocks {
		if b.Kind == extract.TableBlock || !strings.Contains(b.Text, label) {
			continue
		}
		for _, w := range none {
			if strings.Contains(b.Text, w) {
				r := []rune(b.Text)
				if len(r) > 80 {
					r = append(r[:80], '…')
				}
				return string(r)
			}
		}
	}
	return ""
}

// sumsMostlyFail doubts every table where the identities of the document fail for the most part: an office that adds up
// wrongly does so here and there; that nothing adds up means that the characters are not what they seem.
func sumsMostlyFail(chosen []*attempt, tell func(Finding)) {
	tested, failed := 0, 0
	for _, a := range chosen {
		tested, failed = tested+a.filled.tested, failed+a.filled.failed
	}
	if failed < 4 || failed*3 <= tested {
		return
	}
	for _, a := range chosen {
		if a.cells > 0 {
			tell(Finding{Code: CodeSumsMostlyFail, Severity: Error, Name: a.form.Table,
				Message: fmt.Sprintf("%d of the %d identities of the document that are not all zero fail: "+
					"its digits may not be what they seem",
					failed, tested)})
		}
	}
}

// tellLeft reports every number of a recognised table that no name and no finding accounts for, and the page numbers
// that were passed over. lost are the tables of which a whole row is left over: numbers, and marks as many as make up a row.
func tellLeft(all []*sheet, chosen []*attempt, tell func(Finding)) (lost map[string]bool) {
	columns := widths(chosen)
	lost = map[string]bool{}
	accounted := func(p *piece) bool {
		return slices.ContainsFunc(chosen, func(a *attempt) bool { return a.filled.accounted[p] })
	}
	for _, s := range all {
		g := groundOf(s, chosen)
		if g.table == "" {
			continue
		}
		for i, l := range s.lines {
			if l.run && (i < g.first || i > g.last) {
				continue
			}
			name := g.table
			if r := g.rows[l]; r != "" {
				name = r
			}
			numbers, marks := 0, 0
			for k, p := range l.own {
				if k >= g.labels[l] && p.state == Mark && !accounted(p) {
					marks++
				}
				switch {
				case p.furnish:
					if !l.run || i > g.first && i < g.last {
						tell(Finding{Code: CodePageNumber, Severity: Note, Name: name, Place: p.place,
							Message: fmt.Sprintf("%q was passed over as a page number", p.text)})
					}
				case p.numeric() && k >= g.labels[l] && !accounted(p):
					numbers++
					tell(Finding{Code: CodeUnclaimed, Severity: Warning, Name: name, Place: p.place,
						Message: fmt.Sprintf("%q belongs to no cell of the form", p.text)})
				}
			}
			if numbers > 0 && numbers+marks >= columns[g.table] {
				lost[g.table] = true
			}
		}
	}
	return lost
}

// widths gives the number of columns of each table chosen.
func widths(chosen []*attempt) map[string]int {
	columns := map[string]int{}
	for _, a := range chosen {
		columns[a.form.Table] = len(a.form.Columns)
	}
	return columns
}

// doubtUnclaimed takes the proof from a table in which numbers are left over: one of them may belong to what was read as
// blank, and where a whole row of them is, rows may have been taken for others. Of a row with a number too many likewise.
func (rep *Report) doubtUnclaimed(chosen []*attempt, lost map[string]bool) {
	left := map[string]int{}
	for i := range rep.Findings {
		if f := &rep.Findings[i]; f.Code == CodeUnclaimed {
			left[f.Name]++
		}
	}
	if len(left) == 0 {
		return
	}
	columns := widths(chosen)
	for i := range rep.Values {
		v := &rep.Values[i]
		table, _, _ := strings.Cut(v.Name, ".")
		n, row := left[table], left[v.Name[:strings.LastIndexByte(v.Name, '.')]]
		switch {
		case v.Verdict == Inferred && n+row > 0:
			v.Verdict, v.Number = Unchecked, nil
		case v.Verdict == Proved && (n >= columns[table] || row > 0 || lost[table]):
			v.Verdict = Unchecked
		}
	}
}

// A ground is the part of a sheet in which the tables chosen lie.
type ground struct {
	table       string // whose rows are in it, or which accounts for a piece of it; "" if there is none
	first, last int    // lines
	rows        map[*line]string
	labels      map[*line]int // of each row: its values begin here
}

func groundOf(s *sheet, chosen []*attempt) ground {
	g := ground{first: 1 << 30, last: -1, rows: map[*line]string{}, labels: map[*line]int{}}
	for _, a := range chosen {
		for _, h := range a.hits {
			if h.sheet == s {
				g.table = a.form.Table
				g.labels[h.line] = h.from
				g.rows[h.line] = a.rowName(h.row)
				g.first, g.last = min(g.first, h.line.row), max(g.last, h.line.row)
			}
		}
		for _, l := range s.lines {
			for _, p := range l.own {
				if a.filled.accounted[p] {
					if g.table == "" {
						g.table = a.form.Table
					}
					g.first, g.last = min(g.first, l.row), max(g.last, l.row)
				}
			}
		}
	}
	return g
}

// A placeKey is a place that can be compared.
type placeKey struct {
	offset, page, table, row, column int
	path                             string
	box                              [4]float64
}

func keyOf(p extract.Place) placeKey {
	k := placeKey{offset: p.Offset, page: p.Page, table: p.Table, row: p.Row, column: p.Column, path: p.Path}
	if p.Box != nil {
		k.box = *p.Box
	}
	return k
}

// regionOf tells which places of the text lie inside a table that was read from lines of text, so that sections leave
// them out.
func regionOf(all []*sheet, chosen []*attempt) func(extract.Place) bool {
	inside := map[placeKey]bool{}
	for _, s := range all {
		first, last := 1<<30, -1
		for _, l := range s.lines {
			if !l.run {
				continue
			}
			for _, a := range chosen {
				for _, p := range l.own {
					if a.filled.accounted[p] {
						first, last = min(first, l.row), max(last, l.row)
					}
				}
			}
		}
		for _, l := range s.lines {
			if !l.run || l.row < first || l.row > last {
				continue
			}
			begin := 0
			for i, p := range l.own {
				// prose and headings that stand before the table's first words in the same run stay text
				if p.wordy() && (utf8.RuneCountInString(p.text) > 60 || isKnownHeading(p.text)) {
					begin = i + 1
				}
			}
			for i, p := range l.own {
				if l.row == first && i < begin || p.wordy() && isKnownHeading(p.text) {
					continue
				}
				inside[keyOf(p.place)] = true
			}
		}
	}
	return func(p extract.Place) bool { return len(inside) > 0 && inside[keyOf(p)] }
}

// tellEditions says where tables follow editions that were not in force together, or one that was not in force in the
// report's year. Editions that print the same cells say nothing of either.
func (rep *Report) tellEditions(chosen []*attempt, tell func(Finding)) {
	var found []*attempt
	for _, a := range chosen {
		if a.cells > 0 && !a.alike {
			found = append(found, a)
		}
	}
	for i, a := range found {
		if i > 0 && rep.mixed(found[0].form, a.form) {
			tell(Finding{Code: CodeEditionMixed, Severity: Note,
				Message: fmt.Sprintf("%s follows the edition of %s, %s that of %s",
					tableNumber(found[0].form), found[0].form.Edition, tableNumber(a.form), a.form.Edition)})
		}
	}
	for _, a := range found {
		if rep.Year != 0 && !a.form.Holds(rep.Year) {
			tell(Finding{Code: CodeEditionOdd, Severity: Note, Name: a.form.Table,
				Message: fmt.Sprintf("the table follows the edition of %s in a report on %d",
					a.form.Edition, rep.Year)})
		}
	}
}

// mixed reports whether two tables follow different editions that were not both in force in the report's year, or,
// where that is not known, in any.
func (rep *Report) mixed(f, g *form.Form) bool {
	switch {
	case f.Edition == g.Edition:
		return false
	case rep.Year == 0:
		return !together(f, g)
	}
	return !f.Holds(rep.Year) || !g.Holds(rep.Year)
}

// tableNumber names a table by its number, which is that of its section.
func tableNumber(f *form.Form) string {
	if roman := [...]string{"", "I", "II", "III", "IV", "V", "VI"}; f.Section > 0 && f.Section < len(roman) {
		return "table " + roman[f.Section]
	}
	return "table " + f.Table
}

// tellSections says which sections were not found under a heading.
func (rep *Report) tellSections(tell func(Finding)) {
	for i, ws := range sectionWords {
		named := func(s Section) bool { return s.Title != "" && containsAny(form.Squeeze(s.Title), ws) }
		if !slices.ContainsFunc(rep.Sections, named) {
			tell(Finding{Code: CodeSectionMissing, Severity: Note,
				Message: fmt.Sprintf("no heading of section %d (%s) was found", i+1, ws[0])})
		}
	}
}

func containsAny(s string, words []string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(s, w) })
}

// settleStatus says how far the report was read, and why not further.
func (rep *Report) settleStatus(chosen []*attempt) {
	rep.Status = StatusRead
	var why []string
	for _, a := range chosen {
		n, all := a.cells, a.form.Size()
		switch {
		case n == 0:
			why = append(why, fmt.Sprintf("table %s (%s) was not found", a.form.Table, a.form.Titles[0]))
		case n < all:
			why = append(why, fmt.Sprintf("%d of %d cells of table %s are absent", all-n, all, a.form.Table))
		}
	}
	if len(why) > 0 {
		rep.Status, rep.Reason = StatusPartly, strings.Join(why, "; ")
	}
}

// whyUnread says in one sentence what the document is instead of a report that can be read.
func whyUnread(doc *extract.Document, rep *Report, said selfImage) string {
	g := signsOf(doc)
	switch {
	case said.other != "":
		return said.other
	case g.titles >= 3 && g.tables == 0:
		return fmt.Sprintf("a list of reports (%d titles), not a report", g.titles)
	case g.text == 0 && g.links > 0:
		return "the page holds no text; the report is only linked or framed"
	case g.text == 0:
		return "the document holds no text"
	case g.statistics:
		return otherForm(rep.Year)
	case g.login && g.tables == 0:
		return "a login page, not a report"
	case g.titles >= 3:
		return fmt.Sprintf("a list of reports (%d titles), not a report", g.titles)
	case rep.Title != "" && g.links > 0:
		return "a report without its tables; they are only in a linked file"
	case rep.Title != "":
		return "a report in which no table of the form was found"
	case g.tables > 0:
		return fmt.Sprintf("not an annual report: no title, and none of its %d tables is one of the form", g.tables)
	}
	return "not an annual report: neither its title nor a table of the form was found"
}

// otherForm says that a report prints the statistics of an older form.
func otherForm(year int) string {
	if year != 0 && (year < 2014 || year > 2018) {
		return "a report with a table of statistics of its own form (政府信息公开情况统计表) that could not be read"
	}
	return "a report with a table of statistics as of 2014–2018 (政府信息公开情况统计表) that could not be read"
}

// whyNoTable says why nothing of a table was read in what is a report; "" where it prints none: it is prose alone.
func whyNoTable(doc *extract.Document, rep *Report, said selfImage) string {
	g := signsOf(doc)
	prose := 0
	for i := range rep.Sections {
		prose += utf8.RuneCountInString(rep.Sections[i].Text)
	}
	switch {
	case g.titles >= 3 && said.bare:
		return fmt.Sprintf("a list of reports (%d titles), not a report", g.titles)
	case g.statistics:
		return otherForm(rep.Year)
	case printsForm(doc):
		return "a report in which no table of the form could be read"
	case g.links > 0 && (said.bare || prose < 1000):
		return "a report without its tables; they are only in a linked file"
	case said.bare || prose < 40:
		return "a report in which no table of the form was found"
	}
	return ""
}

// signs are what a document shows of its kind.
type signs struct {
	text, titles, links, tables int
	login, statistics           bool
}

func signsOf(doc *extract.Document) signs {
	var g signs
	titles := map[[2]string]bool{} // body and year: a title that stands twice is one
	for _, b := range doc.Blocks {
		g.text += len(b.Text)
		if b.Kind == extract.TableBlock {
			g.tables++
			for _, c := range b.Table.Cells {
				g.text += len(c.Text)
				g.statistics = g.statistics || containsAny(c.Text, []string{"统计数", "主动公开政府信息数"})
			}
		}
		if t := form.Squeeze(b.Text); strings.Contains(t, "公") && len(t) < 300 && isReportTitle(t) {
			if x := splitTitle(t); !titles[[2]string{x.agency, strconv.Itoa(x.year)}] {
				titles[[2]string{x.agency, strconv.Itoa(x.year)}] = true
				g.titles++
			}
		}
		k := form.Squeeze(b.Text)
		g.statistics = g.statistics || strings.Contains(k, "政府信息公开情况统计表")
		g.login = g.login || containsAny(k, []string{"验证码", "用户登录", "请输入密码"}) || strings.Contains(k, "密码") &&
			len(k) < 60
	}
	for _, d := range doc.Doubts {
		switch d.Code {
		case "linked-document":
			g.links++
		case "link-list":
			n, _ := strconv.Atoi(strings.SplitN(d.Message, " ", 2)[0])
			g.titles += n
		}
	}
	return g
}

// sortFindings puts findings in the order of the form: document first, then each table with its rows and cells.
func sortFindings(rep *Report, forms *form.Forms) {
	slices.SortStableFunc(rep.Findings, func(a, b Finding) int { return forms.Rank(a.Name) - forms.Rank(b.Name) })
}
