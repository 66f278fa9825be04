package normalize

import (
	"fmt"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// An annexAttempt is a table of statistics read as one family in one edition.
type annexAttempt struct {
	*attempt
	table   *annexTable
	columns []int       // of each column of the table: that of the form; -1 = none of its own
	of      []int       // of each row of the table: that of the form; -1 = none, headsOnly = it heads others
	near    map[int]int // rows whose label is one character from the wording
	scope   string      // what its title says of whose figures these are; "" = nothing
	score   int
}

const headsOnly = -2

// family finds the family and edition that know most of a table's rows; nil if none knows enough.
func (x *annexes) family(t *annexTable) *annexAttempt {
	best := x.try(t)
	if turned := t.turned(); turned != nil {
		if a := x.try(turned); a != nil && (best == nil || a.score > best.score) {
			best = a
		}
	}
	if best != nil {
		best.fill(x.year)
	}
	return best
}

func (x *annexes) try(t *annexTable) *annexAttempt {
	var best *annexAttempt
	for _, f := range x.forms.Annexes() {
		a := matchAnnex(f, t)
		if a == nil {
			continue
		}
		if best == nil || a.score > best.score || a.score == best.score && f.Holds(x.year) && !best.form.Holds(x.year) {
			best = a
		}
	}
	return best
}

// matchAnnex names the rows of a table as an edition of a family has them; nil if it knows too few. Its form is not made
// before it is filled: most of those tried are not.
func matchAnnex(f *form.Form, t *annexTable) *annexAttempt {
	index := f.Annex()
	a := &annexAttempt{attempt: &attempt{form: f}, table: t, of: make([]int, len(t.rows)), near: map[int]int{}}
	a.layout = form.Annex
	last := make([]int, index.Headings()) // by the number of a label's key: behind which line it was last seen; 0 = it was not
	used := map[int]bool{}
	known, rows := 0, 0
	seen := func(key string, i int) {
		if n := index.Heading(key); n >= 0 {
			last[n] = i + 1
		}
	}
	for i, r := range t.rows {
		for _, k := range r.keysAbove() {
			seen(k, i)
		}
		a.of[i] = a.rowOf(index, i, r, last, used)
		seen(r.key, i)
		if row := a.of[i]; row >= 0 {
			for _, n := range index.Heads(row) { // another wording heads its children as well as the first
				last[n] = i + 1
			}
			known++
			rows++
			used[row] = true
		} else if a.of[i] != headsOnly {
			rows++
		}
	}
	if known < 3 || known*2 < rows {
		return nil
	}
	a.columns = columnsOf(index, t)
	named := 0
	for _, c := range a.columns {
		if c >= 0 {
			named++
		}
	}
	missing := len(f.Rows) - len(used)
	// A row of the table that the family lacks, or a column, says more than one of the form that an office did not print:
	// of the national table many print half.
	a.score = 20*known - 24*(rows-known) + 30*named - 30*(len(t.columns)-named) - 2*min(missing, 8) - 4*len(a.near)
	for i, row := range a.of {
		if row >= 0 && a.misplaced(i, row) != "" {
			a.score -= 12
		}
	}
	return a
}

// rowOf names one row: by its label, and where several rows share it by the label above that was seen last.
func (a *annexAttempt) rowOf(x *form.AnnexIndex, i int, r *annexRow, last []int, used map[int]bool) int {
	rows := x.Rows(r.key)
	if len(rows) == 0 {
		if x.Group(r.key) && r.heads() {
			return headsOnly
		}
		if n := x.Near(r.key); n >= 0 && !used[n] {
			a.near[i] = n
			return n
		}
		if r.heads() && r.unit == nil && len(r.values) > 0 || len(r.values) == 0 && !r.short {
			return headsOnly
		}
		return -1
	}
	best, seen := -1, -1
	for _, row := range rows {
		at := -1
		if n := x.Over(row); n >= 0 {
			at = last[n] - 1
		}
		if len(rows) == 1 || at > seen {
			best, seen = row, at
		} else if at == seen {
			best = -1
		}
	}
	if best >= 0 && used[best] && len(rows) > 1 { // 其他情形 of a parent that has one already
		return -1
	}
	return best
}

// columnsOf names the columns of a table.
func columnsOf(x *form.AnnexIndex, t *annexTable) []int {
	out := make([]int, len(t.columns))
	seen := map[int]int{}
	for i, c := range t.columns {
		out[i] = x.Column(c.key)
		if out[i] >= 0 {
			seen[out[i]]++
		}
	}
	for i := range out { // two columns of one name: years beside each other, or halves: neither is the column itself
		if out[i] >= 0 && seen[out[i]] > 1 {
			out[i] = -1
		}
	}
	return out
}

// fill lays the values into the form's cells, as far as columns and rows are known.
func (a *annexAttempt) fill(year int) {
	a.filled = newFilled(a.form)
	t := a.table
	a.nameColumns(year)
	a.scope = scopeOfTitle(t.title)
	for i, r := range t.rows {
		row := a.of[i]
		if row < 0 {
			continue
		}
		name := a.rowName(row)
		if a.filled.rows[row] != nil {
			a.again(row, r, name)
			continue
		}
		a.filled.rows[row] = r.line
		a.hits = append(a.hits, hit{line: r.line, sheet: r.sheet, row: row, from: len(r.line.own), like: 1})
		if _, near := a.near[i]; near {
			a.tell(Finding{Code: CodeRowLike, Severity: Warning, Name: name, Place: r.label.place,
				Message: fmt.Sprintf("the label %q was taken for %s, from which it differs by a character", r.label.text,
					leafOf(a.form.Rows[row].Path))})
		}
		if above := a.misplaced(i, row); above != "" {
			a.tell(Finding{Code: CodeRowLike, Severity: Warning, Name: name, Place: r.label.place,
				Message: fmt.Sprintf("%q stands below %q, where the form has it elsewhere", r.label.text, above)})
		}
		for _, v := range r.values {
			if c := a.columns[v.column]; c >= 0 {
				a.filled.set(row, c, v.piece)
				if v.shared {
					a.tell(Finding{Code: CodeMergedCell, Severity: Warning, Name: name, Place: v.piece.place,
						Message: fmt.Sprintf("%q stands in a cell that covers several rows or columns", v.piece.text)})
				}
				a.measureCell(row, c, r)
			}
		}
	}
	for _, f := range t.unread {
		f.Name = a.form.Table
		a.tell(f)
	}
	a.cells = a.filled.found()
}

// again compares a row that is printed twice.
func (a *annexAttempt) again(row int, r *annexRow, name string) {
	differs := false
	for _, v := range r.values {
		a.filled.account(v.piece)
		if c := a.columns[v.column]; c >= 0 {
			differs = differs || a.filled.fields[row][c].piece == nil || a.filled.fields[row][c].text != v.piece.text
		}
	}
	sev := Note
	if differs {
		sev = Warning
	}
	a.tell(Finding{Code: CodeRowTwice, Severity: sev, Name: name, Place: r.label.place,
		Message: fmt.Sprintf("the row %q is printed twice; the first is used", r.label.text)})
}

// misplaced gives the label of the row of the form that a row stands below though its parent is another; "" where it
// stands where it belongs. Offices move whole groups, and leave out headings that group rows; a child below the wrong
// total is another thing.
func (a *annexAttempt) misplaced(i, row int) string {
	x := a.form.Annex()
	parent, _ := x.Parent(row)
	if parent < 0 {
		return ""
	}
	for k := i - 1; k >= 0; k-- {
		switch r := a.of[k]; {
		case r == parent:
			return ""
		case r >= 0 && a.under(r, parent): // a row of the same total, or below one
		case r >= 0:
			return a.table.rows[k].label.text
		}
	}
	return ""
}

// under reports whether a row stands below another in the form, however deep.
func (a *annexAttempt) under(row, above int) bool {
	x := a.form.Annex()
	for range len(a.form.Rows) {
		if row < 0 {
			return false
		}
		if row == above {
			return true
		}
		row, _ = x.Parent(row)
	}
	return false
}

func leafOf(path []string) string { return path[len(path)-1] }

// nameColumns settles which column of the form each column of the table is.
func (a *annexAttempt) nameColumns(year int) {
	t, x := a.table, a.form.Annex()
	if a.columns == nil {
		a.columns = columnsOf(x, t)
	}
	// Of several columns of one name the one headed by the report's year is the form's own.
	byName := map[int][]int{}
	for i := range t.columns {
		if c := x.Column(t.columns[i].key); c >= 0 {
			byName[c] = append(byName[c], i)
		}
	}
	for c, is := range byName {
		own := -1
		for _, i := range is {
			if year != 0 && t.columns[i].year == year {
				if own >= 0 {
					own = -1
					break
				}
				own = i
			}
		}
		if len(is) > 1 && own >= 0 {
			a.columns[own] = c
		}
	}
	for i := range t.columns { // of another year than the report's
		y := t.columns[i].year
		if a.columns[i] < 0 || y == 0 || year == 0 || y == year {
			continue
		}
		if len(t.columns) > 1 && slices.ContainsFunc(t.columns, func(c annexColumn) bool { return c.year == year }) ||
			a.form.Columns[a.columns[i]].Name == "cumulative" {
			a.columns[i] = -1
			continue
		}
		a.tell(Finding{Code: CodeOtherYear, Severity: Warning, Name: a.form.Table, Place: t.columns[i].place,
			Message: fmt.Sprintf("the column is headed %q in a report on %d", t.columns[i].head, year)})
	}
	if len(t.columns) == 1 && a.columns[0] < 0 && !foreignHead(t.columns[0].head) {
		a.columns[0] = 0
		if h := &t.columns[0]; h.head != "" && h.year == 0 { // it says what the figures are, and it is not known
			a.assume(h.place)
		}
	}
	if !t.headed || slices.ContainsFunc(t.columns, func(c annexColumn) bool { return c.head == "" }) {
		if len(t.columns) == 2 && len(a.form.Columns) == 2 && t.columns[0].head == "" && t.columns[1].head == "" {
			for i := range a.columns {
				a.columns[i] = i
			}
			a.assume(t.sheets[0].place)
		}
	}
}

// foreignHead reports whether the header of the only column speaks of another thing than the figures of the year.
func foreignHead(head string) bool {
	return containsAny(form.Squeeze(head), []string{"上年", "去年", "同比", "增长", "增减", "比例", "占比", "%", "累计", "说明", "备注"})
}

// scopeOfTitle gives the word of a table's title that says whose figures it has.
func scopeOfTitle(title string) string {
	s := form.Squeeze(title)
	for _, w := range []string{"汇总", "本级", "不含垂管", "全市", "全省", "全县", "全区"} {
		if strings.Contains(s, w) {
			return w
		}
	}
	return ""
}

// measureCell notes in which unit the number of a cell is printed.
func (a *annexAttempt) measureCell(row, c int, r *annexRow) {
	x := &a.filled.fields[row][c]
	if x.piece == nil || x.number == nil {
		return
	}
	said, from := unitOfRow(r)
	if u := unitOf(x.unit); u.kind == moneyUnit || u.kind == countUnit {
		said, from = saying{unit: u, word: x.unit}, UnitInCell
	}
	want := unitOf(a.form.Rows[row].Unit)
	m := &measure{from: from}
	m.saying, m.text, m.place = said, r.label.text, x.place
	if r.unit != nil && from == UnitInRow {
		m.text, m.place = r.unit.text, r.unit.place
	}
	switch {
	case said.kind == noUnit && want.kind == moneyUnit:
		m.saying, m.from = saying{unit: want, word: a.form.Rows[row].Unit}, UnitOfForm
		m.doubt = fmt.Sprintf("no unit is printed; %s is the form's", a.form.Rows[row].Unit)
	case said.kind == noUnit:
		return
	case want.kind == moneyUnit && !said.ofMoney(), want.kind != moneyUnit && said.kind == moneyUnit:
		m.kind, m.doubt = unknownUnit, fmt.Sprintf("%q is printed as the unit, where the form counts in %s", said.word,
			a.form.Rows[row].Unit)
	case want.kind != moneyUnit && said.shift != 0:
		m.doubt = fmt.Sprintf("%s says %q", from.words(), said.word)
	case want.kind != moneyUnit:
		m.wide = true // 条 for 件 says nothing of the number
	}
	x.measure = m
}

// unitOfRow gives the unit that a row prints: in its cell, or in the brackets of its label.
func unitOfRow(r *annexRow) (saying, UnitSource) {
	if r.unit != nil {
		word := strings.Trim(form.Squeeze(r.unit.text), "()[]【】")
		return saying{unit: unitOf(word), word: word}, UnitInRow
	}
	if ys := sayings(r.label.text, true); len(ys) == 1 {
		return ys[0], UnitInRow
	}
	s := form.Squeeze(r.label.text)
	if i, j := strings.LastIndexByte(s, '('), len(s)-1; i > 0 && s[j] == ')' && isUnitWord(s[i+1:j]) {
		return saying{unit: unitOf(s[i+1 : j]), word: s[i+1 : j]}, UnitInRow
	}
	return saying{}, ""
}

// turned gives a table that lies on its side, a department or a month a row, with the indicators in rows; nil if it does
// not. Its parts on several pages are one table, whose header is printed again.
func (t *annexTable) turned() *annexTable {
	s := t.sheets[0]
	if len(t.columns) < 3 {
		return nil
	}
	var g *annexGrid
	for _, part := range t.sheets {
		if !part.isTable() || part.lines[0].flow && !part.even() {
			return nil
		}
		switch next := gridOf(part); {
		case g == nil:
			g = next
		case next.width != g.width:
			return nil
		default:
			again := 0
			for again < len(next.cells) && again < len(g.cells) && slices.EqualFunc(g.cells[again], next.cells[again], sameText) {
				again++
			}
			g.cells = append(g.cells, next.cells[again:]...)
		}
	}
	rows := make([][]*piece, g.width)
	width := len(g.cells)
	out := &sheet{before: s.before, above: s.above, place: s.place, block: s.block}
	seen := map[*piece]*piece{}
	for c := range rows {
		l := &line{table: s.lines[0].table, row: c, width: width, extent: width}
		for r := range g.cells {
			p := g.cells[r][c]
			if p == nil || seen[p] != nil {
				continue
			}
			q := *p
			q.col, q.span, q.deep = r, p.deep, p.span
			seen[p] = &q
			l.own = append(l.own, &q)
		}
		out.lines = append(out.lines, l)
	}
	x := gridTable(out, nil)
	if x == nil {
		return nil
	}
	x.name(out)
	x.title, x.known = t.title, t.known
	x.sheets = append(x.sheets, t.sheets[1:]...)
	x.paths()
	return x
}

// sameText reports whether two cells print the same.
func sameText(a, b *piece) bool {
	if a == nil || b == nil {
		return a == b
	}
	return form.Squeeze(a.text) == form.Squeeze(b.text)
}

// pair finds, among tables of one family, which is a report of its own (that of another scope), and which is printed twice.
func (x *annexes) pair() {
	var kept []*annexAttempt
	for _, a := range x.found {
		i := slices.IndexFunc(kept, func(b *annexAttempt) bool { return b.form.Table == a.form.Table })
		switch {
		case i < 0:
			kept = append(kept, a)
		case a.scope != kept[i].scope:
			x.later = append(x.later, a)
		default:
			kept[i].twice(a)
		}
	}
	x.found = kept
}

// twice compares a table with a second print of it.
func (a *annexAttempt) twice(b *annexAttempt) {
	a.tell(Finding{Code: CodeTableTwice, Severity: Note, Name: a.form.Table, Place: b.table.sheets[0].place,
		Message: "the table is printed more than once; the first is used"})
	for r := range b.form.Rows {
		row := a.form.Row(b.form.Rows[r].Name)
		for c := range b.form.Columns {
			y := &b.filled.fields[r][c]
			column := a.form.Column(b.form.Columns[c].Name)
			if row < 0 || column < 0 || y.piece == nil {
				continue
			}
			a.filled.account(y.piece)
			if x := &a.filled.fields[row][column]; x.piece != nil && x.text != y.text {
				a.tell(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: a.form.Name(row, column), Place: y.place,
					Message: fmt.Sprintf("%q is printed here, %q in the second print of the table", x.text, y.text)})
			}
		}
	}
}

// report publishes what was read.
func (a *annexAttempt) report(rep *Report) {
	f, t := a.form, a.filled
	tell := func(x Finding) { rep.Findings = append(rep.Findings, x) }
	rep.Findings = append(rep.Findings, a.findings...)
	t.assumed = a.orderAssumed
	a.mixUnits()
	t.check(tell)
	a.checkBounds(tell)
	printed := a.printedColumns()
	for r := range f.Rows {
		name := a.rowName(r)
		if t.rows[r] == nil {
			tell(Finding{Code: CodeRowMissing, Severity: Error, Name: name,
				Message: fmt.Sprintf("the row %s was not found in the table", leafOf(f.Rows[r].Path))})
		}
		absent := 0
		for _, c := range printed {
			v := a.value(r, c, tell)
			if v.State == Absent && t.rows[r] != nil && t.fields[r][c].piece == nil {
				absent++
			}
			rep.Values = append(rep.Values, v)
		}
		if absent > 0 {
			tell(Finding{Code: CodeRowShort, Severity: Warning, Name: name,
				Message: fmt.Sprintf("%d of the row's %d cells were not found", absent, len(printed))})
		}
	}
}

// printedColumns are the columns of the form that the table prints.
func (a *annexAttempt) printedColumns() []int {
	var out []int
	for c := range a.form.Columns {
		if slices.Contains(a.columns, c) {
			out = append(out, c)
		}
	}
	return out
}

// mixUnits marks a table in which a number is printed in another unit than its row's: its sums are not of the figures
// printed.
func (a *annexAttempt) mixUnits() {
	for r := range a.form.Rows {
		for c := range a.form.Columns {
			x := &a.filled.fields[r][c]
			if x.measure == nil {
				continue
			}
			if x.measure.kind == unknownUnit || x.measure.shift != unitOf(a.form.Rows[r].Unit).shift && x.measure.kind != noUnit {
				x.settled = true // no sum proves it
			}
		}
	}
}

// value makes of a field what is published.
func (a *annexAttempt) value(r, c int, tell func(Finding)) Value {
	x := &a.filled.fields[r][c]
	unit := a.form.Rows[r].Unit
	col := form.Column{Name: a.form.Columns[c].Name}
	if unitOf(unit).kind == moneyUnit {
		col.Unit = unit
	}
	v := Value{Name: a.form.Name(r, c), State: x.state, Verdict: x.verdict, Unit: unit}
	if x.piece == nil {
		v.State = Absent
		return v
	}
	if strings.ContainsRune(x.text, form.Unreadable) {
		v.State = Absent
		tell(Finding{Code: CodeUnreadable, Severity: Error, Name: v.Name, Place: x.place,
			Message: fmt.Sprintf("something is printed here of which not all characters could be read: %q", x.text)})
		return v
	}
	v.Text, v.Place = x.text, x.place
	v.Number = x.inUnitOf(col.Unit)
	if x.turned {
		v.Number = nil
	}
	if x.measure != nil {
		v.UnitFrom = x.measure.from
		if col.Unit == "" && x.measure.kind == countUnit {
			v.Unit = strings.TrimLeft(x.measure.word, "十百千万亿")
		}
	}
	a.cellFindings(x, &v, col, tell)
	if x.measure != nil && x.measure.doubt != "" && v.Number != nil && !v.Number.IsZero() &&
		(v.Verdict == Proved || v.Verdict == Inferred) {
		v.Verdict = Unchecked
	}
	if x.zero {
		v.Number = zero()
	}
	if x.seen != nil {
		x.publish(&v, tell)
	}
	return v
}

// checkBounds tells where a part is more than its whole.
func (a *annexAttempt) checkBounds(tell func(Finding)) {
	f := a.form
	for _, b := range f.Bounds {
		for c := range f.Columns {
			sum := func(rows []int) (n int64, ok bool, at extract.Place) {
				for _, r := range rows {
					x := &a.filled.fields[r][c]
					k, counted := x.count()
					if !counted {
						return 0, false, at
					}
					n += k
					if x.piece != nil {
						at = x.place
					}
				}
				return n, true, at
			}
			parts, ok, at := sum(b.Left)
			whole, ok2, _ := sum(b.Right)
			if ok && ok2 && parts > whole {
				tell(Finding{Code: CodeSumFails, Severity: Error, Name: f.Name(b.Left[0], c), Place: at,
					Message: fmt.Sprintf("%s is a part of %s, and more: %d against %d", f.Rows[b.Left[0]].Name,
						f.Rows[b.Right[0]].Name, parts, whole)})
			}
		}
	}
}
