package normalize

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// Each number has one unit, and the unit a source that can be named: what is printed in the cell itself; the label of
// its row, or a cell of the row that holds nothing but a unit; the header of its column, in however many lines; a line
// of the table or of the text above it (（金额单位：元）); a note below (注：金额单位为元); a line about the whole report
// (本报告金额单位均为元). The nearest decides. Only where none is printed is it the form's own. What two sources say
// differently, what is no unit that is known, another country's money and what the form would print and the document
// does not are told as doubt.
//
// This is done when the tables have been read, from the places where their numbers stand, so it holds for every layout.

// words names a source in a finding.
func (s UnitSource) words() string {
	switch s {
	case UnitInCell:
		return "the cell"
	case UnitInRow:
		return "the row"
	case UnitInHeader:
		return "the column header"
	case UnitAbove:
		return "the line above"
	case UnitBelow:
		return "the note below"
	case UnitOfReport:
		return "the line about the whole report"
	}
	return "the form"
}

// A measure is what the number of a cell is counted in, and what says so.
type measure struct {
	said
	from  UnitSource
	doubt string // why it may be another; "" if nothing says so
	wide  bool   // the doubt is told once for the whole table
}

// A said is a saying with its place in the document.
type said struct {
	saying
	text  string // of the cell or line that says it
	place extract.Place
	at    spotAt
	own   bool // a line of its own, no label or header of a table
	note  bool // it begins as a note does: it speaks of what stands above
	all   bool // it speaks of the whole report
}

// A spotAt is a place in the order of the document: block, then row of a table.
type spotAt int

func at(block, row int) spotAt { return spotAt(block<<16 | row&0xffff) }

func (s *sheet) at(l *line, p *piece) spotAt {
	if l.run {
		return at(int(p.block), 0)
	}
	return at(s.block, l.row)
}

// number gives the number of a field in the unit of its column. Exact: only the exponent changes.
func (x *field) inUnitOf(column string) *decimal.Decimal {
	switch {
	case x.piece == nil:
		return nil
	case x.number == nil || x.number.IsZero(): // nothing is nothing in any unit
		return x.number
	case x.measure == nil:
		return x.asCount()
	}
	switch x.measure.kind {
	case foreignUnit, unknownUnit:
		if column != "" {
			return nil
		}
		return x.number
	}
	d := x.number.Shift(x.measure.shift - unitOf(column).shift)
	return &d
}

// A measurer looks for the units of the numbers of the tables chosen.
type measurer struct {
	all      []*sheet
	chosen   []*attempt
	cells    map[*piece][]said // what labels, headers and cells of units say
	lines    []said            // what lines of their own say, in the order of the document
	groups   map[groupAt]groupSaid
	parts    map[*piece][]*piece // headers that stand in one line of text beside each other
	loose    []looseHead         // headers that stand in the text above a table, not in it
	headings []spotAt            // of the sections
	numbered []spotAt            // of these the ones with a number, 四、…
	others   []spotAt            // of tables with figures that are none of those chosen
	where    map[*piece]spotOf
	extents  []extent // of chosen
}

// A looseHead is a header that a reader of pages has left outside the table.
type looseHead struct {
	at    spotAt
	label string // folded
	says  []said
}

// A spotOf is where a piece stands.
type spotOf struct {
	sheet *sheet
	line  int
}

// An extent is where the cells of a table begin and end.
type extent struct{ first, last spotAt }

// measureAll finds the unit of every number of the tables chosen in a document.
func measureAll(doc *extract.Document, all []*sheet, chosen []*attempt) {
	m := &measurer{all: all, chosen: chosen, cells: map[*piece][]said{}, parts: map[*piece][]*piece{}}
	m.listen(doc)
	m.locate()
	if len(m.where) == 0 {
		return
	}
	if len(m.lines) > 0 {
		m.readHeadings(doc)
		m.readOthers()
		m.extents = make([]extent, len(chosen))
		for i, a := range chosen {
			m.extents[i] = m.extentOf(a)
		}
	}
	for i, a := range chosen {
		for r := range a.form.Rows {
			for _, c := range a.form.Rows[r].Columns {
				if x := &a.filled.fields[r][c]; x.piece != nil && x.number != nil {
					x.measure = m.measure(i, r, x, c)
				}
			}
		}
		a.gatherDoubts()
		m.unheard(a)
	}
}

// unheard doubts the counts of a table of which a header or label names another unit than single pieces, where that was
// found for none of them, or how far it reaches cannot be seen: in running text, or above or beside several columns or
// rows where no cell is merged.
func (m *measurer) unheard(a *attempt) {
	if a.cells == 0 || a.layout != form.Strip && a.layout != form.Crossed {
		return
	}
	heard := map[extract.Place]bool{}
	a.eachCount(func(x *field) {
		if x.measure != nil {
			heard[x.measure.place] = true
		}
	})
	for _, s := range m.all {
		for _, l := range s.lines {
			for k, p := range l.own {
				for _, y := range m.cells[p] {
					odd := y.concerns(false) && y.kind != unknownUnit && y.shift > 1
					if !odd || !a.speaksTo(l, k) || !a.unbounded(l, p) && (heard[y.place] || !l.run && !l.flow) {
						continue
					}
					a.unitsMixed = true
					a.tell(Finding{Code: CodeUnitDoubtful, Severity: Warning, Name: a.form.Table, Place: y.place,
						Message: fmt.Sprintf("%q names a unit, and of which counts cannot be seen", p.text)})
					return
				}
			}
		}
	}
}

// speaksTo reports whether piece k of a line heads columns or rows of the table, or stands as a unit alone among such.
func (a *attempt) speaksTo(l *line, k int) bool {
	p := l.own[k]
	if a.heading(p).Known || a.heads(p) || groupOf(a.form, p.text) >= 0 || isTorn(p.text) {
		return true
	}
	near := l.own[max(k-4, 0):min(k+5, len(l.own))]
	return p.isUnit() && (l.run || l.flow) && slices.ContainsFunc(near, a.heads)
}

// unbounded reports whether a piece heads several columns or rows, and its cell does not show which.
func (a *attempt) unbounded(l *line, p *piece) bool {
	if p.span > 1 || p.deep > 1 {
		return false
	}
	if isTorn(p.text) { // ：百件） beside one row, of （三）不予公开（单位：百件） beside all
		return true
	}
	if a.form.Labels.Group(withoutUnit(p.label)) {
		return true
	}
	if h := a.heading(p); h.Column() >= 0 && len(h.Heads) == 1 {
		return false
	}
	return !a.holds(l)
}

// listen collects what the document says of units.
func (m *measurer) listen(doc *extract.Document) {
	inRun := make([]bool, len(doc.Blocks))
	for _, s := range m.all {
		for _, l := range s.lines {
			for k, p := range l.own {
				if l.run {
					inRun[p.block] = true
				}
				if p.number == nil && p.state == Text && mayName(p.text) {
					m.hear(s, l, k)
				}
			}
		}
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Kind == extract.TableBlock || inRun[i] || !mayName(b.Text) {
			continue
		}
		text := b.Text
		torn := isTorn(text)
		for k := i + 1; torn && text == b.Text && k < min(i+4, len(doc.Blocks)); k++ {
			if next := doc.Blocks[k].Text; isTorn(next) && !strings.ContainsAny(next, "（(") {
				text += next
			}
		}
		label := form.Fold(text)
		head := len(text) < 90 && !isNote(text) && m.namesColumn(label)
		var says []said
		for _, y := range sayings(text, head) {
			says = append(says, lineSaid(y, text, b.Place, at(i, 0)))
		}
		if head {
			m.loose = append(m.loose, looseHead{at(i, 0), label, says})
		}
		if !head || len(says) > 1 {
			m.lines = append(m.lines, says...)
		}
	}
	sort.SliceStable(m.lines, func(i, j int) bool { return m.lines[i].at < m.lines[j].at })
}

// hear takes what piece k of a line says: as a label or header, or as a line of its own.
func (m *measurer) hear(s *sheet, l *line, k int) {
	p := l.own[k]
	text := p.text
	if p.torn && k+1 < len(l.own) && l.own[k+1].torn { // （单位： | 万元）
		text += l.own[k+1].text
	}
	alone := true
	for i, q := range l.own {
		alone = alone && (i == k || q.state == Blank)
	}
	if l.run && m.hearParts(s, l, p) {
		return
	}
	heads, idle := m.headWords(p)
	sure := p.label != "" && (m.namesRow(p) || heads)
	names := sure || p.label != "" && m.namesColumn(p.label)
	own := isNote(text) || states(text) || !names && (alone && !l.run || l.run && unitOf(p.text).kind == noUnit) ||
		names && len(text) > 90 && !sure
	for _, y := range sayings(text, !own || alone || idle) {
		x := lineSaid(y, text, p.place, s.at(l, p))
		if !own || alone && !l.run || l.run && !isNote(text) && !idle {
			m.cells[p] = append(m.cells[p], x)
		}
		// a corner or crown speaks of the table, and so does its title
		corner := !names && (idle || k == 0 && !own && !alone && !l.run && !slices.ContainsFunc(l.own, (*piece).numeric))
		if own && (alone || strings.Contains(text, "位") || isNote(text) || x.all) || corner {
			m.lines = append(m.lines, x)
		}
	}
}

func isTorn(text string) bool {
	return strings.ContainsAny(text, "（(") != strings.ContainsAny(text, "）)")
}

func (m *measurer) namesColumn(label string) bool {
	for _, a := range m.chosen {
		if a.cells > 0 && matchColumn(a.form, label, a.form.Every) >= 0 {
			return true
		}
	}
	return false
}

func (m *measurer) namesRow(p *piece) bool {
	for _, a := range m.chosen {
		if a.cells == 0 {
			continue
		}
		if _, known := a.form.Labels.Known(p.label); known || groupOf(a.form, p.text) >= 0 && len(p.label) < 60 {
			return true
		}
	}
	return false
}

// hearParts takes a line of text in which several headers stand beside each other, parted by spaces, each for itself. It
// reports whether the piece is that.
func (m *measurer) hearParts(s *sheet, l *line, p *piece) bool {
	fields := strings.Fields(p.text)
	if len(fields) < 2 || len(p.text) > 600 {
		return false
	}
	parts := make([]*piece, len(fields))
	for i, f := range fields {
		q := newPiece(f, p.place)
		heads, idle := m.headWords(q)
		if q.label == "" || !heads && !idle && !m.namesColumn(q.label) && !states(f) {
			return false
		}
		parts[i] = q
	}
	for _, q := range parts {
		heads, idle := m.headWords(q)
		for _, y := range sayings(q.text, true) {
			x := lineSaid(y, q.text, p.place, s.at(l, p))
			if !heads && (idle || states(q.text)) {
				m.lines = append(m.lines, x)
			} else {
				m.cells[p] = append(m.cells[p], x)
				m.cells[q] = append(m.cells[q], x)
			}
		}
	}
	m.parts[p] = parts
	return true
}

// headWords reports whether a piece is nothing but words of headers that name something (行政复议（百件） 行政诉讼), or
// idle: nothing but words that name nothing, as in a corner, a crown or a title (信息内容（单位：元）, 申请人情况/百件).
func (m *measurer) headWords(p *piece) (heads, idle bool) {
	for _, a := range m.chosen {
		if a.cells > 0 && !p.isUnit() {
			heads = heads || a.heads(p)
			idle = idle || a.heading(p).Known || isTitle(a.form, p.label) || slices.Contains(cornerWords, withoutUnit(p.label))
		}
	}
	return heads, idle && !heads && !states(p.text)
}

// cornerWords stand in corners beside those that forms print there.
var cornerWords = []string{"项目", "事项", "分类", "种类", "栏目", "项目名称"}

// states reports whether a text begins with a statement of units, whatever else it names: （单位：件；其中…）.
func states(text string) bool {
	return hasAnyPrefix(strings.TrimLeft(form.Squeeze(text), "([【〔"), "单位", "金额单位", "数量单位", "计量单位")
}

// heads reports whether a piece is nothing but words that stand above columns or rows of the table.
func (a *attempt) heads(p *piece) bool {
	h := a.heading(p)
	return h.Known && len(h.Heads) > 0 || a.form.Labels.Group(withoutUnit(p.label))
}

// heading reads the words of a piece without what it says of units.
func (a *attempt) heading(p *piece) form.Heading {
	if p.label == "" || len(p.text) > 360 {
		return form.Heading{}
	}
	h := a.form.Heads.Read(p.text)
	if !h.Known || len(h.Heads) == 0 {
		h = a.form.Heads.Read(withoutUnit(p.label))
	}
	return h
}

// withoutUnit cuts the unit off the end of a label: 申请人情况/百件.
func withoutUnit(label string) string {
	for i := range label {
		if i > 0 && len(label)-i < 20 {
			if u := unitOf(label[i:]); u.kind == countUnit && u.shift > 1 {
				return label[:i]
			}
		}
	}
	return label
}

func isNote(text string) bool {
	return hasAnyPrefix(form.Squeeze(text), "注", "备注", "说明", "附注", "*", "※", "★")
}

func lineSaid(y saying, text string, place extract.Place, where spotAt) said {
	return said{saying: y, text: text, place: place, at: where, own: true, note: isNote(text),
		all: containsAny(text, []string{"本报告", "报告中", "全文", "文中", "各表", "所有", "本年报", "下同", "全部表", "年报中"})}
}

// locate finds where the numbers stand whose unit is in question: amounts of money, and counts where something is said
// of theirs.
func (m *measurer) locate() {
	counts := false
	odd := func(ys []said) bool {
		return slices.ContainsFunc(ys, func(y said) bool { return y.concerns(false) && (y.kind == unknownUnit || y.shift != 0) })
	}
	counts = odd(m.lines)
	for _, ys := range m.cells {
		counts = counts || odd(ys)
	}
	for _, x := range m.loose {
		counts = counts || odd(x.says)
	}
	m.where = map[*piece]spotOf{}
	for _, a := range m.chosen {
		for r := range a.form.Rows {
			for _, c := range a.form.Rows[r].Columns {
				x := &a.filled.fields[r][c]
				if x.piece == nil || x.number == nil || a.form.Columns[c].Unit == "" && (!counts || x.number.IsZero()) {
					continue
				}
				m.where[first(x.piece)] = spotOf{}
			}
		}
	}
	if len(m.where) == 0 {
		return
	}
	for _, s := range m.all {
		for i, l := range s.lines {
			for _, p := range l.own {
				if _, ok := m.where[p]; ok {
					m.where[p] = spotOf{s, i}
				}
			}
		}
	}
}

// first gives the piece itself, or that which the number begins in.
func first(p *piece) *piece {
	if len(p.halves) > 0 {
		return first(p.halves[0])
	}
	return p
}

func (m *measurer) readHeadings(doc *extract.Document) {
	for i := range doc.Blocks {
		if b := &doc.Blocks[i]; b.Kind != extract.TableBlock && len(b.Text) < 200 && isKnownHeading(b.Text) {
			m.headings = append(m.headings, at(i, 0))
			if isNumbered(b.Text) {
				m.numbered = append(m.numbered, at(i, 0))
			}
		}
	}
	for _, s := range m.all {
		if !s.isTable() {
			continue
		}
		for _, l := range s.lines { // a sheet of a workbook holds the whole report
			if len(l.own) > 0 && l.own[0].wordy() && len(l.own[0].text) < 200 && isKnownHeading(l.own[0].text) {
				m.headings = append(m.headings, at(s.block, l.row))
				if isNumbered(l.own[0].text) {
					m.numbered = append(m.numbered, at(s.block, l.row))
				}
			}
		}
	}
	slices.Sort(m.headings)
}

// readOthers notes where other tables stand: what is said between such a one and a table of the forms is of either, what
// stands beyond it is of the other.
func (m *measurer) readOthers() {
	for _, s := range m.all {
		if !s.isTable() {
			continue
		}
		numbers, ours := 0, false
		for _, l := range s.lines {
			for _, p := range l.own {
				if p.numeric() && !p.furnish {
					numbers++
				}
				ours = ours || slices.ContainsFunc(m.chosen, func(a *attempt) bool { return a.filled.accounted[p] })
			}
		}
		if numbers > 1 && !ours {
			m.others = append(m.others, at(s.block, 0))
		}
	}
}

func (m *measurer) extentOf(a *attempt) extent {
	e := extent{first: 1 << 60, last: -1}
	if a.cells == 0 {
		return e
	}
	mine := map[*piece]bool{}
	for r := range a.filled.fields {
		for c := range a.filled.fields[r] {
			if p := a.filled.fields[r][c].piece; p != nil {
				mine[first(p)] = true
			}
		}
	}
	for _, s := range m.all {
		for _, l := range s.lines {
			for _, p := range l.own {
				if mine[p] {
					e.first, e.last = min(e.first, s.at(l, p)), max(e.last, s.at(l, p))
				}
			}
		}
	}
	return e
}

// measure gives the unit of one number: nil where it is the form's and nothing is to be told.
func (m *measurer) measure(i, r int, x *field, c int) *measure {
	a := m.chosen[i]
	col := &a.form.Columns[c]
	money := col.Unit != ""
	where, asked := m.where[first(x.piece)]
	u := unitOf(x.unit)
	inCell := measure{said: said{saying: saying{unit: u, word: x.unit}, text: x.text, place: x.place}, from: UnitInCell}
	sign := !strings.ContainsAny(x.text, "元圆圓块") && u.kind == moneyUnit && u.shift == 0 // ￥ alone does not say 元 or 万元
	if money && u.ofMoney() && !(sign && asked && where.sheet != nil) {
		return &inCell
	}
	if !asked || where.sheet == nil || !money && x.scaled { // 15万 says for itself what it counts in
		return nil
	}
	var found []measure
	add := func(from UnitSource, ys []said) {
		for _, y := range ys {
			if y.concerns(money) {
				found = append(found, measure{said: y, from: from})
			}
		}
	}
	l := where.sheet.lines[where.line]
	add(UnitInRow, m.besideOrBefore(i, r, where, first(x.piece)))
	add(UnitInHeader, m.heads(a, c, where, first(x.piece)))
	if len(m.lines) > 0 {
		above, below, whole := m.around(i, where.sheet.at(l, first(x.piece)), money)
		add(UnitAbove, above)
		add(UnitBelow, below)
		add(UnitOfReport, whole)
	}
	if money && sign {
		inCell.doubts(found)
		return &inCell
	}
	if len(found) == 0 {
		return m.unsaid(x, col)
	}
	best := found[0]
	best.doubts(found[1:])
	if money && best.kind == bareUnit && best.shift != 4 && best.shift != 8 && best.doubt == "" { // 千: of what?
		best.doubt = fmt.Sprintf("%s says %q, and not of what", best.from.words(), best.text)
	}
	plain := best.from == UnitBelow && !best.note && !saysAbove(best.text) || best.from == UnitOfReport && !best.all
	if money && plain && best.doubt == "" && best.shift != unitOf(col.Unit).shift {
		best.doubt = fmt.Sprintf("%q stands elsewhere, and does not say of what", best.text)
	}
	if !money && best.shift != 0 && best.doubt == "" { // a count of hundreds is told, though it is certain
		best.doubt = fmt.Sprintf("%s says %q", best.from.words(), best.text)
	}
	if !money && best.shift == 0 && best.doubt == "" {
		return nil
	}
	return &best
}

// doubts says what makes a unit doubtful: what it is, and what others say.
func (b *measure) doubts(others []measure) {
	switch {
	case b.kind == unknownUnit:
		b.doubt = fmt.Sprintf("%s names a unit that is not known: %q", b.from.words(), b.text)
		return
	case b.kind == foreignUnit:
		return
	}
	for _, o := range others {
		if o.shift != b.shift || (o.kind == foreignUnit || o.kind == unknownUnit) && o.kind != b.kind {
			b.doubt = fmt.Sprintf("%s says %q, %s %q", b.from.words(), b.text, o.from.words(), o.text)
			return
		}
	}
}

// largeAmount is an amount in 万元 that no body has spent: ten thousand million 元.
var largeAmount = decimal.New(1, 6)

// unsaid is the measure of an amount whose unit nothing printed names. Where the form prints one in its header, that
// the document does not is a doubt; where the form prints none, only an amount too large to be meant in the form's.
func (m *measurer) unsaid(x *field, col *form.Column) *measure {
	if col.Unit == "" {
		return nil
	}
	b := &measure{said: said{saying: saying{unit: unitOf(col.Unit), word: col.Unit}, place: x.place}, from: UnitOfForm}
	printed := sayings(col.Path[len(col.Path)-1], true)
	switch {
	case len(printed) > 0:
		b.doubt = fmt.Sprintf("no unit is printed; %s is the form's", col.Unit)
	case x.number.Abs().GreaterThanOrEqual(largeAmount):
		b.doubt = fmt.Sprintf("no unit is printed, and the amount is large for one in %s", col.Unit)
	}
	return b
}

// besideOrBefore gives what the row of a number says, or what stood beside the rows of its group on the page before: a cell
// that is merged over rows is printed once, and blank where its rows go on.
func (m *measurer) besideOrBefore(i, r int, where spotOf, p *piece) []said {
	l := where.sheet.lines[where.line]
	ys := m.besides(l, p)
	path := m.chosen[i].form.Rows[r].Path
	if len(path) < 2 || l.run {
		return ys
	}
	key := groupAt{i, strings.Join(path[:len(path)-1], "/")}
	before, known := m.groups[key]
	switch {
	case len(ys) == 0 && known && before.sheet != where.sheet && !slices.ContainsFunc(l.over, (*piece).wordy):
		return before.says
	case len(ys) > 0 && slices.ContainsFunc(l.over, func(q *piece) bool { return len(m.cells[q]) > 0 }):
		if m.groups == nil {
			m.groups = map[groupAt]groupSaid{}
		}
		m.groups[key] = groupSaid{where.sheet, ys}
	}
	return ys
}

// groupAt is a group of rows of a chosen table; groupSaid is what stood beside it, and on which sheet.
type (
	groupAt struct {
		table int
		group string
	}
	groupSaid struct {
		sheet *sheet
		says  []said
	}
)

// besides gives what the row of a number says: its label, or a cell of the row that holds nothing but a unit.
func (m *measurer) besides(l *line, p *piece) []said {
	var out []said
	k := slices.Index(l.own, p)
	if k < 0 {
		return nil
	}
	if l.run { // header and caption stand before the label in the same line
		i := k - 1
		for i >= 0 && !l.own[i].wordy() {
			i--
		}
		for i >= 0 && unitOf(l.own[i].text).kind != noUnit {
			out = append(out, m.cells[l.own[i]]...)
			i--
		}
		if i >= 0 && (m.namesRow(l.own[i]) || !m.namesColumn(l.own[i].label)) && !isNote(l.own[i].text) {
			out = append(out, m.cells[l.own[i]]...)
		}
		return out
	}
	for i := k - 1; i >= 0; i-- {
		out = append(out, m.cells[l.own[i]]...)
	}
	for i := len(l.over) - 1; i >= 0; i-- {
		if q := l.over[i]; l.flow || l.shadow[i].to <= p.col {
			out = append(out, m.cells[q]...)
		}
	}
	for _, q := range l.own[k+1:] {
		out = append(out, m.cells[q]...)
	}
	return out
}

// heads gives what the header of column c says above a number: in the lines right above its row or block, or in an
// earlier part of the table.
func (m *measurer) heads(a *attempt, c int, where spotOf, p *piece) []said {
	s, from := where.sheet, where.line
	index := slices.Index(m.all, s)
	l := s.lines[from]
	if l.run {
		if ys, found := m.headInRun(a, c, l.own[:max(slices.Index(l.own, p), 0)]); found {
			return ys
		}
	}
	for back := 0; back < 4 && index-back >= 0; back++ {
		t := m.all[index-back]
		if back > 0 {
			if !t.isTable() {
				return nil
			}
			from = len(t.lines)
			if t.lines[0].width != l.width {
				p = nil // other columns
			}
		}
		for i := from - 1; i >= 0; i-- {
			var ys []said
			var found bool
			if t.lines[i].run {
				ys, found = m.headInRun(a, c, t.lines[i].own)
			} else {
				ys, found = m.headInLine(a, c, t, i, p)
			}
			if found {
				return ys
			}
		}
		if ys, found := m.headAbove(a, c, index-back); found {
			return ys
		}
	}
	return nil
}

// headAbove finds the header of a column in the text between a table and the sheet before it.
func (m *measurer) headAbove(a *attempt, c int, index int) (ys []said, found bool) {
	top, after := m.all[index], spotAt(-1)
	if index > 0 {
		after = at(m.all[index-1].block+1, 0)
	}
	for k := len(m.loose) - 1; k >= 0; k-- {
		x := m.loose[k]
		if x.at >= after && x.at < at(top.block, 0) && matchColumn(a.form, x.label, a.form.Every) == c {
			return x.says, true
		}
	}
	return nil, false
}

// headInRun finds the header of a column among pieces of text, from the end: with a unit on a line of its own behind.
func (m *measurer) headInRun(a *attempt, c int, ps []*piece) (ys []said, found bool) {
	for i := len(ps) - 1; i >= 0; i-- {
		q := ps[i]
		for _, part := range m.parts[q] {
			if matchColumn(a.form, part.label, a.form.Every) == c {
				return m.cells[part], true
			}
		}
		if q.number != nil || q.label == "" || len(q.text) > 90 || matchColumn(a.form, q.label, a.form.Every) != c {
			continue
		}
		ys = m.cells[q]
		for j := i + 1; len(ys) == 0 && j < len(ps) && j < i+3; j++ {
			if len(ps[j].text) < 40 && !m.namesRow(ps[j]) && !m.namesColumn(ps[j].label) {
				ys = m.cells[ps[j]]
			}
		}
		return ys, true
	}
	return nil, false
}

// headInLine finds the header of a column in line i of a table, with what further lines of the header say above and
// below.
func (m *measurer) headInLine(a *attempt, c int, s *sheet, i int, p *piece) (ys []said, found bool) {
	l := s.lines[i]
	if a.holds(l) {
		return nil, false
	}
	over := func(in *line, q *piece) bool {
		if p == nil || l.flow {
			return false
		}
		from, to := covers(in, q)
		return from < p.col+p.span && p.col < to && (to-from < max(l.width, 2) || a.heads(q))
	}
	for _, q := range l.own {
		names := q.wordy() && q.label != "" && matchColumn(a.form, q.label, a.form.Every) == c
		if !names {
			continue
		}
		found = true
		ys = append(ys, m.cells[q]...)
	}
	if !found {
		return nil, false
	}
	add := func(k int) bool { // a further line of the header
		if k < 0 || k >= len(s.lines) || a.holds(s.lines[k]) {
			return false
		}
		for _, q := range s.lines[k].own {
			unitAlone := unitOf(strings.Trim(form.Squeeze(q.text), "()[]【】:")).kind != noUnit
			if over(s.lines[k], q) || l.flow && unitAlone {
				ys = append(ys, m.cells[q]...)
			}
		}
		return true
	}
	for k := i + 1; k < i+3 && add(k); k++ {
	}
	for k := i - 1; k > i-4 && add(k); k-- {
	}
	return ys, true
}

// holds reports whether a line holds cells of the table.
func (a *attempt) holds(l *line) bool {
	for _, p := range l.own {
		if p.state != Text && a.filled.accounted[p] || p.number != nil && a.filled.accounted[p] {
			return true
		}
	}
	return false
}

// around gives what lines of their own say of table i: above it, nearest first, below it, and of the whole report. A
// line speaks of the table that it stands with: no heading of a section and no other table lies between. Between two
// tables a note speaks of the upper, another line of the lower, or of that which holds amounts of money.
func (m *measurer) around(i int, field spotAt, money bool) (above, below, whole []said) {
	e := m.extents[i]
	start := spotAt(1 << 60)
	for _, x := range m.extents {
		start = min(start, x.first)
	}
	for k := range m.lines {
		y := m.lines[k]
		switch {
		case y.all:
			whole = append(whole, y)
		case y.at >= e.first && y.at <= e.last:
			if y.at < field {
				above = append(above, y)
			} else if y.note {
				below = append(below, y)
			}
		case y.at < e.first:
			upper, free := m.between(y.at, e.first, i)
			refers := upper >= 0 && (y.note || saysAbove(y.text)) && !saysBelow(y.text)
			if !free && m.entitles(y.at, e.first) {
				above = append(above, y) // the heading of a section speaks of all that stands in it
			} else if free && !(refers && (!money || m.chosen[upper].holdsMoney())) {
				above = append(above, y)
			} else if money && !free && y.at < start && !y.note && len(y.text) < 90 {
				whole = append(whole, y) // below the title of the report
			}
		case y.at > e.last:
			if _, free := m.between(e.last, y.at, i); !free || slices.Contains(m.headings, y.at) {
				continue
			}
			plain := !y.note && !saysAbove(y.text)
			if plain && slices.ContainsFunc(m.others, func(o spotAt) bool { return o > y.at && !m.headed(y.at, o) }) {
				continue // the caption of another table
			}
			lower := m.next(y.at)
			theirs := lower >= 0 && plain
			if !theirs || money && !m.chosen[lower].holdsMoney() && !saysBelow(y.text) {
				below = append(below, y)
			}
		}
	}
	slices.Reverse(above)
	return above, below, whole
}

func saysAbove(text string) bool { return containsAny(text, []string{"以上", "上表", "上述"}) }
func saysBelow(text string) bool { return containsAny(text, []string{"以下", "下表", "下列"}) }

// between looks at what lies between two places: the table nearest before the second in the same section, -1 if there
// is none, and whether neither a heading nor another table than i parts them.
func (m *measurer) between(from, to spotAt, i int) (upper int, free bool) {
	upper, free = -1, true
	if m.headed(from, to) || slices.ContainsFunc(m.others, func(o spotAt) bool { return o > from && o < to }) {
		free = false
	}
	last := spotAt(-1)
	for k, x := range m.extents {
		switch {
		case k == i || x.last < 0:
		case x.first > from && x.first < to || x.last > from && x.last < to:
			free = false
		case x.last <= from && x.last > last && !m.headed(x.last, from):
			last, upper = x.last, k
		}
	}
	return upper, free
}

func (m *measurer) headed(from, to spotAt) bool {
	return slices.ContainsFunc(m.headings, func(h spotAt) bool { return h > from && h < to })
}

// entitles reports whether a line is the heading of the section in which a table begins.
func (m *measurer) entitles(line, table spotAt) bool {
	return slices.Contains(m.numbered, line) &&
		!slices.ContainsFunc(m.numbered, func(h spotAt) bool { return h > line && h < table })
}

// isNumbered reports whether a heading is that of a section, 四、…, and not a caption in one.
func isNumbered(text string) bool {
	text = strings.TrimLeft(text, "#* （(　")
	n, size := utf8.DecodeRuneInString(text)
	rest := strings.TrimLeft(text[min(size, len(text)):], " ）)")
	return strings.ContainsRune("一二三四五六", n) && (strings.HasPrefix(rest, "、") ||
		strings.HasPrefix(rest, ".") || strings.HasPrefix(rest, "．"))
}

// next gives the table that begins next below a place in the same section, -1 if there is none.
func (m *measurer) next(from spotAt) int {
	best := -1
	for k, x := range m.extents {
		if x.last >= 0 && x.first > from && !m.headed(from, x.first) && (best < 0 || x.first < m.extents[best].first) {
			best = k
		}
	}
	return best
}

// holdsMoney reports whether the form has amounts of money.
func (a *attempt) holdsMoney() bool {
	return slices.ContainsFunc(a.form.Columns, func(c form.Column) bool { return c.Unit != "" })
}

// gatherDoubts tells a doubt of the unit that all counts of the table share once, and takes the proof from sums whose
// members are not counted in one unit.
func (a *attempt) gatherDoubts() {
	counts, shared, mixed := 0, 0, false
	var one *measure
	a.eachCount(func(x *field) {
		counts++
		switch b := x.measure; {
		case b == nil || b.doubt == "":
			mixed = true
		case one == nil:
			one = b
			shared++
		case b.doubt == one.doubt && b.shift == one.shift:
			shared++
		default:
			mixed = true
		}
	})
	if one == nil {
		return
	}
	a.unitsMixed = mixed
	if shared < counts || mixed {
		if one.from == UnitInHeader && (a.layout == form.Crossed || a.layout == form.Strip) {
			// a text does not show how far the cell of a header reaches
			a.tell(Finding{Code: CodeUnitDoubtful, Severity: Warning, Name: a.form.Table, Place: one.place,
				Message: fmt.Sprintf("the counts of the table are not all in one unit: %s", one.doubt)})
		}
		return
	}
	a.eachCount(func(x *field) { x.measure.wide = true })
	a.tell(Finding{Code: CodeUnitDoubtful, Severity: Warning, Name: a.form.Table, Place: one.place,
		Message: one.countsIn()})
}

// eachCount calls f for each count of the table that is not zero.
func (a *attempt) eachCount(f func(*field)) {
	for r := range a.form.Rows {
		for _, c := range a.form.Rows[r].Columns {
			x := &a.filled.fields[r][c]
			if a.form.Columns[c].Unit == "" && x.piece != nil && x.number != nil && !x.number.IsZero() {
				f(x)
			}
		}
	}
}

// countsIn says in a finding what becomes of a count.
func (b *measure) countsIn() string {
	if b.shift == 0 || b.kind == unknownUnit {
		return b.doubt
	}
	return fmt.Sprintf("%s: what is printed is multiplied by %s", b.doubt, decimal.New(1, b.shift))
}

// tellUnit tells of the unit of a value: where it was read, if not where the form prints it, and why it may be another.
func (x *field) tellUnit(v *Value, col *form.Column, at func(code string, sev Severity, format string, args ...any)) {
	b := x.measure
	if b == nil || x.number.IsZero() { // nothing is nothing in any unit
		return
	}
	money := col.Unit != ""
	switch {
	case b.kind == foreignUnit && money:
		at(CodeNoNumber, Warning, "%q is an amount in %s, as %s says; there is no number in %s", x.text, b.word,
			b.from.words(), col.Unit)
	case b.doubt != "" && !money && !b.wide:
		at(CodeUnitDoubtful, Warning, "%q: %s", x.text, b.countsIn())
	case b.doubt != "" && money:
		at(CodeUnitDoubtful, Warning, "%q: %s", x.text, b.doubt)
	}
	asInForm := b.from == UnitInHeader && b.shift == unitOf(col.Unit).shift || b.from == UnitOfForm
	if money && !asInForm && b.from != UnitInCell && v.Number != nil {
		at(CodeUnitFrom, Note, "%q is in %s, as %s says: %q", x.text, b.word, b.from.words(), b.text)
	}
}

// withoutUnits leaves out cells that hold nothing but a unit, where a row has more than n.
func withoutUnits(vs []*piece, n int) []*piece {
	if len(vs) <= n || !slices.ContainsFunc(vs, (*piece).isUnit) {
		return vs
	}
	return slices.DeleteFunc(slices.Clone(vs), (*piece).isUnit)
}

// isUnit reports whether a cell holds nothing but the word of a unit.
func (p *piece) isUnit() bool {
	return p.wordy() && len(p.text) < 40 && unitOf(strings.Trim(form.Squeeze(p.text), "()[]【】")).kind != noUnit
}
