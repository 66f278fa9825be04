package normalize

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Read reads a document as an annual report by the given forms. It never fails: a document in which no table of the
// form is found is a Report with Status unread and a Reason.
func Read(doc *extract.Document, forms *form.Forms) *Report { return ReadFrom(doc, forms, Origin{}) }

// ReadFrom is Read of a document of which more is known than its bytes.
func ReadFrom(doc *extract.Document, forms *form.Forms, from Origin) *Report {
	rep := &Report{}
	find := func(f Finding) { rep.Findings = append(rep.Findings, f) }
	for _, d := range doc.Doubts {
		sev := Warning
		switch d.Code {
		case "linked-document", "link-list", "recognised", "second-reader", "computed", "hidden-text", "slanted-text", "repaired":
			sev = Note
		}
		find(Finding{Code: CodeReader, Severity: sev, Message: d.Code + ": " + d.Message, Place: d.Place})
	}
	head := readHeading(doc, find)
	rep.Agency, rep.Year, rep.Title, rep.Published, rep.Period = head.agency, head.year, head.title, head.published, head.period
	for _, d := range doc.Doubts {
		if d.Code == "recognised" && rep.Title != "" {
			find(Finding{Code: CodeNameRecognised, Severity: Note, Message: fmt.Sprintf("the title %q was recognised on a picture; single characters of it may be others", rep.Title), Place: d.Place})
			break
		}
	}
	if n := size(doc); n > maxPieces {
		rep.Status, rep.Reason = StatusUnread, fmt.Sprintf("a document with %d lines and cells, more than the limit of %d: no single report is so long", n, maxPieces)
		return rep
	}
	all := sheets(restore(forms, doc))
	printed := tableLabels(all)
	tries := [3]func(*form.Form, []*sheet) *attempt{tryActive, tryApplications, tryDisputes}
	var chosen [3]*attempt
	claims := map[*piece]bool{}
	for i := range tries {
		var as []*attempt
		editions := forms.Editions([...]string{"active", "applications", "disputes"}[i])
		if i == 2 { // both editions print the same table IV: that of the report's year, or of its table II
			year := rep.Year
			if year == 0 {
				year = chosen[0].form.From
			}
			editions = inForce(editions, year)
		}
		for _, f := range likeliestFirst(editions, rep.Year) {
			a := tries[i](f, all)
			a.claimed = a.filled.found()
			as = append(as, a)
			if a.complete() {
				break // no other edition can account for more
			}
		}
		chosen[i] = choose(as, printed, rep.Year)
		for p := range chosen[i].filled.claims {
			claims[p] = true
		}
	}
	found := 0
	for i, a := range chosen {
		if a.filled.found() > 0 {
			found++
		} else {
			chosen[i].hits = nil
		}
	}
	rep.Sections = readSections(doc, regionOf(all, chosen[:]))
	rep.settleYear(from, find)
	rep.readBody(doc, from, find)
	rep.settleDates(from, find)
	if found == 0 {
		rep.Status, rep.Reason = StatusUnread, whyUnread(doc, rep)
		return rep
	}
	for _, a := range chosen {
		a.report(rep, doc)
	}
	sumsMostlyFail(chosen[:], find)
	rep.Editions = Editions{}
	for _, a := range chosen {
		rep.Editions[a.form.Table] = a.edition()
	}
	unclaimed(all, chosen[:], claims, find)
	rep.editionFindings(chosen[:], find)
	for _, f := range rep.readClaims() {
		find(f)
	}
	rep.settleStatus(chosen[:])
	sortFindings(rep, forms)
	return rep
}

// sumsMostlyFail doubts every table where the identities of the document fail for the most part: an office that adds up
// wrongly does so here and there; that nothing adds up means that the characters are not what they seem.
func sumsMostlyFail(chosen []*attempt, find func(Finding)) {
	tested, failed := 0, 0
	for _, a := range chosen {
		tested, failed = tested+a.filled.tested, failed+a.filled.failed
	}
	if failed < 4 || failed*3 <= tested {
		return
	}
	for _, a := range chosen {
		if a.filled.found() > 0 {
			find(Finding{Code: CodeSumsMostlyFail, Severity: Error, Name: a.form.Table,
				Message: fmt.Sprintf("%d of the %d identities of the document that are not all zero fail: its digits may not be what they seem", failed, tested)})
		}
	}
}

// maxPieces bounds the lines and cells of a document that is looked through; a report has some two thousand.
const maxPieces = 50_000

func size(doc *extract.Document) int {
	n := len(doc.Blocks)
	for i := range doc.Blocks {
		if t := doc.Blocks[i].Table; t != nil {
			n += len(t.Cells)
		}
	}
	return n
}

// Unread is the report of a document whose bytes could not be read at all; reason is one sentence for a person.
func Unread(reason string) *Report { return &Report{Status: StatusUnread, Reason: reason} }

func (a *attempt) edition() string {
	if a.filled.found() == 0 {
		return ""
	}
	return a.form.Edition
}

// inForce keeps the edition that was in force for a year, else the newest.
func inForce(editions []*form.Form, year int) []*form.Form {
	for _, f := range editions {
		if f.Holds(year) {
			return []*form.Form{f}
		}
	}
	return []*form.Form{editions[len(editions)-1]}
}

// likeliestFirst puts the edition in force for a year, else the newest, before the others.
func likeliestFirst(editions []*form.Form, year int) []*form.Form {
	out := inForce(editions, year)
	for i := len(editions) - 1; i >= 0; i-- {
		if editions[i] != out[0] {
			out = append(out, editions[i])
		}
	}
	return out
}

// complete reports whether every name of the form was found, by labels and headers that are known, and no number is left.
func (a *attempt) complete() bool {
	return a.claimed == a.form.Size() && len(a.findings) == 0 && a.leftOver() == 0
}

// choose takes the edition that accounts for most: the share of its form that was found and of its column headers that
// are printed, less the numbers left over. Between equals the edition in force for the report year wins, then the newest.
func choose(as []*attempt, printed map[string]bool, year int) *attempt {
	best := as[0]
	if len(as) == 1 {
		return best
	}
	most := 0 // cells of the largest edition: of half a table the smaller one is not the likelier
	for _, a := range as {
		most = max(most, a.form.Size())
	}
	score := func(a *attempt) float64 {
		return float64(a.claimed)/float64(most) + headersPrinted(a.form, printed) +
			0.02*float64(len(a.filled.claims)) - 0.01*float64(a.leftOver()) - 0.03*float64(a.filled.gaps())
	}
	for _, a := range as {
		s, b := score(a), score(best)
		if s > b+1e-9 || s > b-1e-9 && a.form.Holds(year) && !best.form.Holds(year) {
			best = a
		}
	}
	return best
}

// tableLabels collects the labels that the document's tables and lines print.
func tableLabels(all []*sheet) map[string]bool {
	out := map[string]bool{}
	for _, s := range all {
		for _, l := range s.lines {
			for _, p := range l.own {
				if p.label != "" && len(p.label) <= 60 {
					out[p.label] = true
				}
			}
		}
	}
	return out
}

// headersPrinted gives the share of the form's columns whose header is printed in its full wording.
func headersPrinted(f *form.Form, labels map[string]bool) float64 {
	n := 0
	for _, words := range f.ColumnWords {
		if labels[words[0]] {
			n++
		}
	}
	return float64(n) / float64(len(f.Columns))
}

// gaps counts the rows that were not found between the first and the last that were: those of another edition.
func (t *filled) gaps() int {
	n, since := 0, -1
	for _, l := range t.rows {
		switch {
		case l != nil && since >= 0:
			n += since
			since = 0
		case l != nil:
			since = 0
		case since >= 0:
			since++
		}
	}
	return n
}

// leftOver counts the numbers in the sheets of the attempt's hits that it did not claim.
func (a *attempt) leftOver() int {
	n := 0
	seen := map[*sheet]bool{}
	for _, h := range a.hits {
		if seen[h.sheet] || h.line.run {
			continue
		}
		seen[h.sheet] = true
		for _, l := range h.sheet.lines {
			for _, p := range l.own {
				if p.numeric() && !a.filled.claims[p] {
					n++
				}
			}
		}
	}
	return n
}

// report turns the filled form into values and its findings.
func (a *attempt) report(rep *Report, doc *extract.Document) {
	f, t := a.form, a.filled
	find := func(x Finding) { rep.Findings = append(rep.Findings, x) }
	if t.found() == 0 {
		said := ""
		if f.Table == "disputes" {
			said = saidInWords(doc)
		}
		if said != "" {
			find(Finding{Code: CodeTableInWords, Severity: Note, Name: f.Table, Message: "there is no table; the text says: " + said})
		} else {
			find(Finding{Code: CodeTableMissing, Severity: Error, Name: f.Table,
				Message: fmt.Sprintf("the table %s was not found", f.Titles[0])})
		}
	}
	rep.Findings = append(rep.Findings, a.findings...)
	t.check(find)
	for r := range f.Rows {
		absent := 0
		for _, c := range f.Rows[r].Columns {
			x := &t.fields[r][c]
			v := Value{Name: f.Name(r, c), State: x.state, Verdict: x.verdict, Unit: f.Columns[c].Unit}
			switch {
			case x.piece == nil:
				v.State = Absent
				absent++
			case strings.ContainsRune(x.text, form.Unreadable): // never published: what is printed there, nobody can say
				v.State = Absent
				find(Finding{Code: CodeUnreadable, Severity: Error, Name: v.Name, Place: x.place,
					Message: fmt.Sprintf("something is printed here of which not all characters could be read: %q", x.text)})
			default:
				v.Text, v.Place = x.text, x.place
				v.Number = x.inUnit(f.Columns[c].Unit, x.header)
				a.cellFindings(x, &v, f.Columns[c], find)
				if x.zero {
					v.Number = zero()
				}
				if x.seen != nil {
					x.publish(&v, find)
				}
			}
			rep.Values = append(rep.Values, v)
		}
		if absent == len(f.Rows[r].Columns) && t.found() > 0 && !a.mentions(f.Table+"."+f.Rows[r].Name) {
			find(Finding{Code: CodeRowMissing, Severity: Error, Name: f.Table + "." + f.Rows[r].Name,
				Message: fmt.Sprintf("the row %s was not found in the table", f.Rows[r].Path[len(f.Rows[r].Path)-1])})
		} else if absent > 0 && absent < len(f.Rows[r].Columns) && !a.mentions(f.Table+"."+f.Rows[r].Name) && !a.mentions(f.Table) {
			find(Finding{Code: CodeRowShort, Severity: Warning, Name: f.Table + "." + f.Rows[r].Name,
				Message: fmt.Sprintf("%d of the row's %d cells were not found", absent, len(f.Rows[r].Columns))})
		}
	}
}

func (a *attempt) mentions(name string) bool {
	for _, f := range a.findings {
		if f.Name == name && (f.Code == CodeRowShort || f.Code == CodeRowLong || f.Code == CodeMergedCell) {
			return true
		}
	}
	return false
}

// cellFindings reports what is odd about the characters of one cell.
func (a *attempt) cellFindings(x *field, v *Value, col form.Column, find func(Finding)) {
	at := func(code string, sev Severity, format string, args ...any) {
		find(Finding{Code: code, Severity: sev, Name: v.Name, Place: v.Place, Message: fmt.Sprintf(format, args...)})
	}
	switch {
	case x.halves != nil:
		at(CodeDoubtfulNumber, Warning, "%q and %q stand in two cells and are read as one number", x.halves[0].text, x.halves[1].text)
	case x.doubt != "" && x.number == nil:
		at(CodeNoNumber, Warning, "%q: %s", x.text, x.doubt)
	case x.doubt != "" && v.Verdict != Proved:
		at(CodeDoubtfulNumber, Warning, "%q is read as %s: %s", x.text, x.number, x.doubt)
	case x.state == Text && x.number == nil && !x.zeroable():
		at(CodeNoNumber, Note, "%q is printed where a number belongs", x.text)
	}
	if x.deep > 1 && a.form.Table == "applications" {
		at(CodeMergedCell, Warning, "the printed cell covers %d rows", x.deep)
	}
	if x.number == nil {
		return
	}
	if col.Unit == "" && (!x.isInt || x.number.IsNegative() && !col.Signed) {
		at(CodeNotCount, Warning, "%q is no count", x.text)
	}
	if col.Unit == "" && moneyUnitKnown(x.unit) {
		at(CodeNotCount, Warning, "%q is an amount of money where a count belongs", x.text)
	}
	if col.Unit != "" && x.unit != "" && !moneyUnitKnown(x.unit) {
		at(CodeNotCount, Warning, "%q is a count where an amount of money belongs", x.text)
	}
	if col.Unit != "" && !x.number.Equal(*v.Number) {
		at(CodeUnit, Note, "%q is printed; in %s that is %s", x.text, col.Unit, v.Number)
	}
}

func moneyUnitKnown(u string) bool { _, ok := moneyUnits[u]; return ok }

// saidInWords finds the sentence that stands for a missing table IV.
func saidInWords(doc *extract.Document) string {
	for _, b := range doc.Blocks {
		if b.Kind == extract.TableBlock || !strings.Contains(b.Text, "行政复议") {
			continue
		}
		for _, w := range []string{"未发生", "没有发生", "无行政复议", "未收到", "未产生", "不存在", "没有因", "未因", "均为0", "无因"} {
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

// unclaimed reports every number of a recognised table that no name and no finding accounts for.
func unclaimed(all []*sheet, chosen []*attempt, claims map[*piece]bool, find func(Finding)) {
	type extent struct{ first, last int }
	for _, s := range all {
		table := ""
		labels := map[*line]int{}
		rows := map[*line]string{}
		in := extent{1 << 30, -1}
		for _, a := range chosen {
			for _, h := range a.hits {
				if h.sheet == s {
					table = a.form.Table
					labels[h.line] = h.from
					rows[h.line] = a.form.Table + "." + a.form.Rows[h.row].Name
					in.first, in.last = min(in.first, h.line.row), max(in.last, h.line.row)
				}
			}
			for _, l := range s.lines {
				for _, p := range l.own {
					if a.filled.claims[p] {
						if table == "" {
							table = a.form.Table
						}
						in.first, in.last = min(in.first, l.row), max(in.last, l.row)
					}
				}
			}
		}
		if table == "" {
			continue
		}
		for i, l := range s.lines {
			if l.run && (i < in.first || i > in.last) {
				continue
			}
			for k, p := range l.own {
				name := table
				if r := rows[l]; r != "" {
					name = r
				}
				switch {
				case p.furnish && (l.run && i > in.first && i < in.last || !l.run):
					find(Finding{Code: CodePageNumber, Severity: Note, Name: name, Place: p.place, Message: fmt.Sprintf("%q was passed over as a page number", p.text)})
				case !p.numeric() || claims[p] || p.furnish || k < labels[l]:
				default:
					find(Finding{Code: CodeUnclaimed, Severity: Warning, Name: name, Place: p.place, Message: fmt.Sprintf("%q belongs to no cell of the form", p.text)})
				}
			}
		}
	}
}

// regionOf tells which places of the text lie inside a table that was read from lines of text, so that sections leave them out.
func regionOf(all []*sheet, chosen []*attempt) func(extract.Place) bool {
	type key struct {
		offset, page int
		path         string
		box          [4]float64
	}
	at := func(p extract.Place) key {
		k := key{p.Offset, p.Page, p.Path, [4]float64{}}
		if p.Box != nil {
			k.box = *p.Box
		}
		return k
	}
	inside := map[key]bool{}
	for _, s := range all {
		first, last := 1<<30, -1
		for _, l := range s.lines {
			if !l.run {
				continue
			}
			for _, a := range chosen {
				for _, p := range l.own {
					if a.filled.claims[p] {
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
				inside[at(p.place)] = true
			}
		}
	}
	return func(p extract.Place) bool { return len(inside) > 0 && inside[at(p)] }
}

// editionFindings says where tables follow different editions, or one that was not in force.
func (rep *Report) editionFindings(chosen []*attempt, find func(Finding)) {
	a, b := chosen[0].edition(), chosen[1].edition()
	if a != "" && b != "" && a != b {
		find(Finding{Code: CodeEditionMixed, Severity: Note, Message: fmt.Sprintf("table II follows the edition of %s, table III that of %s", a, b)})
	}
	for _, t := range chosen[:2] {
		if rep.Year != 0 && t.edition() != "" && !t.form.Holds(rep.Year) {
			find(Finding{Code: CodeEditionOdd, Severity: Note, Name: t.form.Table,
				Message: fmt.Sprintf("the table follows the edition of %s in a report on %d", t.form.Edition, rep.Year)})
		}
	}
	have := map[int]bool{}
	for _, s := range rep.Sections {
		for i, ws := range sectionWords {
			for _, w := range ws {
				if s.Title != "" && strings.Contains(form.Squeeze(s.Title), w) {
					have[i] = true
				}
			}
		}
	}
	for i := range sectionWords {
		if !have[i] {
			find(Finding{Code: CodeSectionMissing, Severity: Note, Message: fmt.Sprintf("no heading of section %d (%s) was found", i+1, sectionWords[i][0])})
		}
	}
}

// settleStatus says how far the report was read, and why not further.
func (rep *Report) settleStatus(chosen []*attempt) {
	rep.Status = StatusRead
	var why []string
	for _, a := range chosen {
		n, all := a.filled.found(), a.form.Size()
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
func whyUnread(doc *extract.Document, rep *Report) string {
	text := 0
	titles, links, login := 0, 0, false
	statistics, tables := false, 0
	for _, b := range doc.Blocks {
		text += len(b.Text)
		if b.Kind == extract.TableBlock {
			tables++
			for _, c := range b.Table.Cells {
				text += len(c.Text)
				statistics = statistics || strings.Contains(c.Text, "统计数") || strings.Contains(c.Text, "主动公开政府信息数")
			}
		}
		k := form.Squeeze(b.Text)
		if isReportTitle(b.Text) {
			titles++
		}
		statistics = statistics || strings.Contains(k, "政府信息公开情况统计表")
		login = login || strings.Contains(k, "验证码") || strings.Contains(k, "用户登录") || strings.Contains(k, "请输入密码") || strings.Contains(k, "密码") && len(k) < 60
	}
	for _, d := range doc.Doubts {
		switch d.Code {
		case "linked-document":
			links++
		case "link-list":
			n, _ := strconv.Atoi(strings.SplitN(d.Message, " ", 2)[0])
			titles += n
		}
	}
	switch {
	case titles >= 3 && tables == 0:
		return fmt.Sprintf("a list of reports (%d titles), not a report", titles)
	case text == 0 && links > 0:
		return "the page holds no text; the report is only linked or framed"
	case text == 0:
		return "the document holds no text"
	case statistics:
		return "a report in the form of 2014–2018 (政府信息公开情况统计表), which this version does not read"
	case login && tables == 0:
		return "a login page, not a report"
	case titles >= 3:
		return fmt.Sprintf("a list of reports (%d titles), not a report", titles)
	case rep.Title != "" && links > 0:
		return "a report without its tables; they are only in a linked file"
	case rep.Title != "":
		return "a report in which no table of the form was found"
	case tables > 0:
		return fmt.Sprintf("not an annual report: no title, and none of its %d tables is one of the form", tables)
	}
	return "not an annual report: neither its title nor a table of the form was found"
}

// sortFindings puts findings in the order of the form: document first, then each table with its rows and cells.
func sortFindings(rep *Report, forms *form.Forms) {
	sort.SliceStable(rep.Findings, func(i, j int) bool { return forms.Rank(rep.Findings[i].Name) < forms.Rank(rep.Findings[j].Name) })
}
