package normalize

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// How a table of statistics is read by its build. Each column of a grid has a role: that of its header, or, where nothing
// stands above it, of what its cells hold. A role label after a column of values begins another half of the table: two
// columns of indicators side by side, read one after the other. A table on its side (a department a row) is turned first.

// A role is what a column of a table of statistics holds.
type role int

const (
	noRole     role = iota
	labelRole       // 指标名称
	unitRole        // 计量单位
	codeRole        // 序号, 代码
	remarkRole      // 备注
	valueRole
)

// roleWords are the headers of columns that hold no values.
var roleWords = map[string]role{"指标名称": labelRole, "指标": labelRole, "统计指标": labelRole, "项目": labelRole, "项目名称": labelRole,
	"统计项目": labelRole, "指标内容": labelRole, "统计内容": labelRole, "内容": labelRole, "名称": labelRole, "类别": labelRole, "指标项目": labelRole,
	"公开指标": labelRole, "统计指标名称": labelRole, "信息公开指标": labelRole, "指标项": labelRole, "统计项": labelRole,
	"单位": unitRole, "计量单位": unitRole, "数量单位": unitRole, "统计单位": unitRole,
	"序号": codeRole, "代码": codeRole, "编号": codeRole, "编码": codeRole, "行次": codeRole, "行号": codeRole, "指标代码": codeRole, "代号": codeRole,
	"备注": remarkRole, "说明": remarkRole, "备注说明": remarkRole}

func headerRole(text string) role {
	if len(text) > 60 {
		return noRole
	}
	return roleWords[form.Fold(text)]
}

// footWords begin the foot of a table.
var footWords = []string{"单位负责人", "负责人", "审核人", "填报人", "联系电话", "填报日期", "填表人", "制表人", "制表", "填报单位", "填表单位", "报送单位", "单位名称",
	"统计负责人", "联系人", "填表日期", "报出日期", "注", "备注", "说明", "复核人", "分管领导", "电话"}

func isFoot(text string) bool {
	s := form.Squeeze(text)
	for _, w := range footWords {
		if rest, ok := strings.CutPrefix(s, w); ok && (strings.HasPrefix(rest, ":") || rest == "" || strings.HasPrefix(rest, "(签")) {
			return true
		}
	}
	return false
}

// annexTables reads the sheets of a document as tables of statistics; sheets that are none give nothing.
func annexTables(all []*sheet, labels func(key string) bool) []*annexTable {
	var out []*annexTable
	var last *annexTable // the table right before, that may go on
	for _, s := range all {
		if furnished(s) {
			continue // a page number between two pages
		}
		parts := []*sheet{s}
		if len(s.lines) > 0 && s.lines[0].run {
			if last != nil && last.loose(s) {
				continue
			}
			parts = cutRun(s)
		}
		for _, s := range parts {
			var t *annexTable
			if len(s.lines) > 0 && s.lines[0].flow && !s.even() {
				t = flowTable(s, labels)
			} else if len(s.lines) > 0 {
				t = gridTable(s, last)
			}
			if t == nil {
				last = nil
				continue
			}
			t.labels = labels
			t.name(s)
			if last != nil && last.goesOn(t) {
				last.join(t)
				continue
			}
			last = t
			out = append(out, t)
		}
	}
	out = slices.DeleteFunc(out, func(t *annexTable) bool { return len(t.rows) < 3 })
	for _, t := range out {
		t.paths()
	}
	return out
}

// name finds the text that names the table: the nearest above it, or a line of the table itself, before its header.
func (t *annexTable) name(s *sheet) {
	named := func(text string) bool {
		return containsAny(form.Squeeze(text), []string{"统计表", "情况表", "一览表", "汇总表", "报表", "附表", "统计数据", "明细表"})
	}
	for k := len(s.above) - 1; k >= 0 && k >= len(s.above)-4 && t.title == ""; k-- {
		if named(s.above[k]) {
			t.title = s.above[k]
		}
	}
	for _, l := range s.lines[:min(3, len(s.lines))] {
		for _, p := range l.own {
			if t.title == "" && named(p.text) {
				t.title = p.text
			}
		}
	}
	units := 0
	for _, r := range t.rows {
		if r.unit != nil {
			units++
		}
	}
	t.known = t.known || units*2 > len(t.rows) || t.title != "" && strings.Contains(t.title, "公开")
}

// goesOn reports whether a table is the rest of one that a page has cut: it has no header of its own, or the same, and no
// name.
func (t *annexTable) goesOn(next *annexTable) bool {
	if len(next.columns) != len(t.columns) || next.sheets[0].isTable() != t.sheets[0].isTable() {
		return false
	}
	loose := t.sheets[len(t.sheets)-1].lines[0].run && next.sheets[0].isTable() // the lines between were taken
	for _, text := range next.sheets[0].above {
		if !loose && !isPageNumber(text) && !allDigits(form.Squeeze(text)) &&
			(utf8.RuneCountInString(text) > 20 || containsAny(text, []string{"表", "报告", "汇总", "本级", "全市", "全县", "全区", "年"})) {
			return false // a name; a few characters may be what a label spills over its page
		}
	}
	if len(t.rows) > 0 && len(next.rows) > 0 && t.rows[0].key == next.rows[0].key {
		return false // it begins anew
	}
	if !next.headed {
		return true
	}
	return slices.EqualFunc(t.columns, next.columns, func(a, b annexColumn) bool { return a.key == b.key && a.year == b.year })
}

func (t *annexTable) join(next *annexTable) {
	t.sheets = append(t.sheets, next.sheets...)
	t.rows = append(t.rows, next.rows...)
	slices.SortStableFunc(t.rows, func(a, b *annexRow) int { return a.half - b.half }) // a half goes on on the next page
	t.unread = append(t.unread, next.unread...)
	for p := range next.passed {
		t.passed[p] = true
	}
}

// A grid is a sheet whose cells stand in columns.
type annexGrid struct {
	cells [][]*piece // [row][column]; a cell that spans stands in each place that it covers
	lines []*line
	width int
}

func gridOf(s *sheet) *annexGrid {
	g := &annexGrid{lines: s.lines}
	for _, l := range s.lines {
		g.width = max(g.width, l.width)
	}
	g.cells = make([][]*piece, len(s.lines))
	for r := range g.cells {
		g.cells[r] = make([]*piece, g.width)
	}
	for r, l := range s.lines {
		for _, p := range l.own {
			for i := r; i < r+p.deep && i < len(g.cells); i++ {
				for c := p.col; c < p.col+p.span && c < g.width; c++ {
					g.cells[i][c] = p
				}
			}
		}
	}
	return g
}

// number reports whether a cell of a row prints a number that may be a value.
func isFigure(p *piece) bool { return p != nil && p.numeric() && !p.furnish }

// even reports whether all rows of a flattened table have the same number of cells: then it is a grid.
func (s *sheet) even() bool {
	for _, l := range s.lines {
		if l.run || len(l.own) != len(s.lines[0].own) || len(l.own) < 2 {
			return false
		}
	}
	return true
}

// cutRun cuts a run of text before each header of a table, and keeps the words before it as what names the table.
func cutRun(s *sheet) []*sheet {
	var out []*sheet
	part := &sheet{place: s.place, block: s.block}
	for _, l := range s.lines {
		at := slices.IndexFunc(l.own, func(p *piece) bool { return p.wordy() && headerRole(p.text) == labelRole })
		if at > 0 && headerRole(l.own[at-1].text) == codeRole {
			at--
		}
		if at < 0 {
			part.lines = append(part.lines, l)
			continue
		}
		if len(part.lines) > 0 {
			out = append(out, part)
		}
		part = &sheet{place: l.own[at].place, block: s.block}
		for _, p := range l.own[:at] {
			if p.wordy() {
				part.above = append(part.above, p.text)
			}
		}
		headed := *l
		headed.own = l.own[at:]
		part.lines = append(part.lines, &headed)
	}
	return append(out, part)
}

// loose takes the lines of a run that stands between two parts of the table as rows of it: a page without rules, whose
// labels are broken over lines, is read as pieces of a table and lines between them.
func (t *annexTable) loose(s *sheet) bool {
	var ps []*piece
	for _, l := range s.lines {
		ps = append(ps, l.own...)
	}
	rows := t.looseRows(s, ps)
	for _, r := range rows {
		t.take(r)
	}
	if len(rows) > 0 {
		t.sheets = append(t.sheets, s)
	}
	return len(rows) > 0
}

// looseRows reads rows from lines of a page in which the values of a row stand beside the middle of a label that is broken
// over several lines. Only what a family knows is taken: the words before and behind the values are a label if together
// they are one; what is not stays unclaimed.
func (t *annexTable) looseRows(s *sheet, ps []*piece) []*annexRow {
	per := len(t.columns)
	if per == 0 || t.labels == nil {
		return nil
	}
	ps = slices.DeleteFunc(slices.Clone(ps), func(p *piece) bool { return p.furnish || p.soft })
	var rows []*annexRow
	for i := 0; i < len(ps); {
		n := i
		for n < len(ps) && ps[n].wordy() && !isUnitWord(ps[n].text) {
			n++
		}
		words, k := ps[i:n], n
		r := &annexRow{line: s.lines[0], sheet: s}
		if k+1 < len(ps) && isFigure(ps[k]) && isUnitWord(ps[k+1].text) { // the number of the row
			t.passed[ps[k]] = true
			k++
		}
		if k < len(ps) && isUnitWord(ps[k].text) {
			r.unit = ps[k]
			k++
		}
		v := k
		for v < len(ps) && ps[v].valueLike() && v-k < per+t.codes+1 {
			v++
		}
		values := ps[k:v]
		marks := len(values) > 0 && !slices.ContainsFunc(values, func(p *piece) bool { return p.state != Mark })
		short := false
		if t.codes > 0 && !marks {
			switch len(values) {
			case per + t.codes:
				t.pass(values[:t.codes])
				values = values[t.codes:]
			default: // a blank is lost: of what is there the first may be a code or a value
				short = len(values) > 0 && len(values) < per+t.codes
				if !short {
					values = nil
				}
			}
		}
		if len(values) != per && !marks && !short || len(values) == 0 {
			break
		}
		label, next := t.looseLabel(words, ps[v:], len(rows) == 0)
		if label == nil {
			break
		}
		r.label = label
		if short {
			t.lost(r, values)
			values = nil
		}
		for c, p := range values[:min(per, len(values))] {
			r.values = append(r.values, annexValue{column: c, piece: p})
		}
		rows = append(rows, r)
		i = v + next
	}
	return rows
}

// looseLabel puts a label together of the words before a line of values and the first words behind it. Where more words or
// fewer make another label, none is.
func (t *annexTable) looseLabel(before, behind []*piece, first bool) (label *piece, used int) {
	words := 0
	for words < len(behind) && words < 4 && behind[words].wordy() && !isUnitWord(behind[words].text) {
		words++
	}
	for from := range before {
		if from > 0 && !first {
			break
		}
		known := ""
		for n := 0; n <= words; n++ {
			text := ""
			for _, p := range append(slices.Clone(before[from:]), behind[:n]...) {
				text += looseText(p.text)
			}
			key, _ := form.AnnexLabel(text)
			switch {
			case !t.labels(key):
			case known != "" && known != key:
				return nil, 0
			default:
				known, used = key, n
				label = newPiece(text, before[from].place)
			}
		}
		if label != nil {
			return label, used
		}
	}
	return nil, 0
}

// looseText gives a part of a label without the number of its row, which stands beside it: 2 府网站公开.
func looseText(s string) string {
	number, rest, ok := strings.Cut(s, " ")
	if ok && allDigits(number) && len(number) <= 2 {
		return rest
	}
	return s
}

// furnished reports whether a sheet holds nothing but page numbers.
func furnished(s *sheet) bool {
	for _, l := range s.lines {
		for _, p := range l.own {
			if !p.furnish && !p.soft {
				return false
			}
		}
	}
	return !s.isTable()
}

// gridTable reads a grid, the table before it, if any, telling what its columns hold where it has no header; nil if it is
// no table of statistics.
func gridTable(s *sheet, before *annexTable) *annexTable {
	g := gridOf(s)
	if g.width < 2 {
		return nil
	}
	t := &annexTable{sheets: []*sheet{s}, passed: map[*piece]bool{}}
	top, from := g.headerRows()
	if top < 0 && before != nil && len(before.roles) == g.width {
		t.roles = before.roles
	} else {
		t.roles = g.roles(top, from)
	}
	halves := halvesOf(t.roles)
	if len(halves) == 0 {
		return nil
	}
	t.headed = top >= 0
	t.known = top >= 0
	for _, c := range halves[0].codes {
		if c > halves[0].labels[0] && c < halves[0].values[0] {
			t.codes++
		}
	}
	for h, half := range halves {
		var columns []int // of the grid → of the table
		for i, c := range half.values {
			if i > 0 && top >= 0 && half.values[i-1] == c-1 && g.oneColumn(from, c) {
				columns = append(columns, columns[i-1])
				continue
			}
			columns = append(columns, t.column(g, top, from, c, h > 0))
		}
		for r := from; r < len(g.cells); r++ {
			t.gridRow(g, s, r, h, half, columns)
		}
	}
	return t
}

// headerRows finds the first row of the header, -1 if there is none, and the first row below it.
func (g *annexGrid) headerRows() (top, from int) {
	top = -1
	for r := 0; r < len(g.cells) && r < 8; r++ {
		if slices.ContainsFunc(g.cells[r], func(p *piece) bool { return p != nil && p.span < g.width && headerRole(p.text) == labelRole }) {
			top = r
			break
		}
	}
	if top < 0 { // no word of a header: a first row of years and the like above values
		for r := 0; r < len(g.cells) && r < 4; r++ {
			if slices.ContainsFunc(g.cells[r], func(p *piece) bool { return isFigure(p) && !p.isYear() }) {
				break
			}
			named := 0
			for c := 1; c < g.width; c++ {
				if p := g.cells[r][c]; p != nil && p.text != "" && p.span < g.width-1 && (p.wordy() && !isUnitWord(p.text) || p.isYear()) {
					named++
				}
			}
			if named > 0 && r+1 < len(g.cells) {
				top = r
				break
			}
		}
		if top < 0 {
			return -1, 0
		}
	}
	from = top + 1
	for _, p := range g.cells[top] { // the header is as deep as its labels
		if p != nil && p.deep > 1 && headerRole(p.text) != noRole {
			from = max(from, top+p.deep)
		}
	}
	for from < len(g.cells) && from < top+4 { // a second row of headers below one that spans
		if !slices.ContainsFunc(g.cells[from-1], func(p *piece) bool { return p != nil && p.span > 1 && p.span < g.width && p.wordy() }) ||
			slices.ContainsFunc(g.cells[from], isFigure) ||
			g.cells[from][0] != nil && g.cells[from][0].wordy() && g.cells[from][0] != g.cells[from-1][0] {
			break
		}
		if blankRow(g.cells[from]) {
			break
		}
		from++
	}
	return top, from
}

func blankRow(row []*piece) bool {
	return !slices.ContainsFunc(row, func(p *piece) bool { return p != nil && p.text != "" })
}

// isYear reports whether a piece prints nothing but a year, as headers do.
func (p *piece) isYear() bool {
	key, year := form.AnnexHeader(p.text)
	return year > 0 && utf8.RuneCountInString(key) <= 2
}

// roles finds what each column holds.
func (g *annexGrid) roles(top, from int) []role {
	out := make([]role, g.width)
	for c := range out {
		if top >= 0 {
			for r := top; r < from && r < len(g.cells); r++ {
				p := g.cells[r][c]
				if p == nil || p.text == "" || p.span >= g.width {
					continue
				}
				if k := headerRole(p.text); k != noRole {
					out[c] = k
				} else if out[c] == noRole || out[c] == unitRole && !g.holdsUnits(from, c) {
					out[c] = valueRole
				}
			}
		}
		if out[c] == noRole || out[c] == unitRole && !g.holdsUnits(from, c) && g.holdsFigures(from, c) {
			out[c] = g.guess(from, c)
		}
		// 单位 above names of departments heads labels
		if out[c] == unitRole && !g.holdsUnits(from, c) && !g.holdsFigures(from, c) && !slices.Contains(out[:c], labelRole) {
			out[c] = labelRole
		}
		if out[c] == valueRole && top >= 0 && !g.holdsFigures(from, c) {
			if k := g.guess(from, c); k == unitRole || k == labelRole && c == 0 {
				out[c] = k
			}
		}
	}
	return out
}

// share counts the cells of a column, and those of them that hold units, words and figures.
func (g *annexGrid) share(from, c int) (all, units, words, figures int) {
	var last *piece
	for r := from; r < len(g.cells); r++ {
		p := g.cells[r][c]
		if p == nil || p == last || p.text == "" || p.span >= g.width || p.state == Mark {
			continue
		}
		last = p
		all++
		switch {
		case isUnitWord(p.text):
			units++
		case isFigure(p):
			figures++
		case p.wordy():
			words++
		}
	}
	return all, units, words, figures
}

func (g *annexGrid) holdsUnits(from, c int) bool {
	all, units, _, _ := g.share(from, c)
	return units > 0 && units*2 >= all
}

func (g *annexGrid) holdsFigures(from, c int) bool {
	all, _, _, figures := g.share(from, c)
	return figures > 0 && figures*2 >= all
}

// guess tells what a column holds by its cells alone.
func (g *annexGrid) guess(from, c int) role {
	all, units, words, figures := g.share(from, c)
	switch {
	case all == 0:
		return valueRole
	case units*2 >= all:
		return unitRole
	case words*2 >= all && (c == 0 || words > figures*2):
		return labelRole
	case c == 0 && figures == all && g.counts(from, c):
		return codeRole
	}
	return valueRole
}

// counts reports whether a column numbers its rows: 1, 2, 3.
func (g *annexGrid) counts(from, c int) bool {
	want := int64(0)
	for r := from; r < len(g.cells); r++ {
		p := g.cells[r][c]
		if !isFigure(p) || !p.isInt {
			continue
		}
		if want++; p.whole != want {
			return false
		}
	}
	return want >= 3
}

// A half is what stands beside other indicators in one table.
type half struct{ labels, units, codes, values []int }

// halvesOf cuts the columns into halves: each begins with labels (or their numbers) after values.
func halvesOf(roles []role) []half {
	var out []half
	var h half
	done := func() {
		if len(h.labels) > 0 && len(h.values) > 0 {
			out = append(out, h)
		}
		h = half{}
	}
	for c, k := range roles {
		if (k == labelRole || k == codeRole) && len(h.values) > 0 && slices.Contains(roles[c:], labelRole) {
			done()
		}
		switch k {
		case labelRole:
			h.labels = append(h.labels, c)
		case unitRole:
			h.units = append(h.units, c)
		case codeRole, remarkRole:
			h.codes = append(h.codes, c)
		case valueRole:
			h.values = append(h.values, c)
		}
	}
	done()
	return out
}

// column gives the column of the table that a column of the grid is: a new one, or, in another half, that of the same
// header.
func (t *annexTable) column(g *annexGrid, top, from, c int, again bool) int {
	var heads []string
	var last *piece
	var place extract.Place
	for r := max(top, 0); top >= 0 && r < from; r++ {
		if p := g.cells[r][c]; p != nil && p != last && p.text != "" && p.span < g.width {
			heads, last, place = append(heads, p.text), p, p.place
		}
	}
	x := annexColumn{head: strings.Join(heads, " "), place: place}
	x.key, x.year = form.AnnexHeader(strings.Join(heads, ""))
	if len(heads) > 1 { // the lowest alone, where those above only say that these are figures
		if key, _ := form.AnnexHeader(heads[0]); slices.Contains([]string{"统计", "统计数据", "数量", "统计数", "数据", "年", "年度", "本年", "本年度"}, key) {
			k, y := form.AnnexHeader(heads[len(heads)-1])
			x.key = k
			if y != 0 {
				x.year = y
			}
		}
	}
	if again {
		for i, y := range t.columns {
			if y.key == x.key && y.year == x.year {
				return i
			}
		}
	}
	t.columns = append(t.columns, x)
	return len(t.columns) - 1
}

// oneColumn reports whether a column and the one before it are two only because a number broke in a row or two: one header
// stands over both, or none over the second, and hardly a row prints something in each.
func (g *annexGrid) oneColumn(from, c int) bool {
	head, before := g.cells[from-1][c], g.cells[from-1][c-1]
	if before == nil || before.text == "" || before.span >= g.width || head != nil && head != before && head.text != "" {
		return false
	}
	any, both := 0, 0
	for r := from; r < len(g.cells); r++ {
		a, b := g.cells[r][c-1], g.cells[r][c]
		there := func(p *piece) bool { return p != nil && p.text != "" }
		if there(a) || there(b) {
			any++
		}
		if there(a) && there(b) && a != b {
			both++
		}
	}
	return both*4 <= any
}

// gridRow reads one row of a half of a grid.
func (t *annexTable) gridRow(g *annexGrid, s *sheet, r, which int, h half, columns []int) {
	row := &annexRow{line: g.lines[r], sheet: s, half: which}
	var last *piece
	for _, c := range h.labels {
		p := g.cells[r][c]
		if p == nil || p == last || p.text == "" {
			continue
		}
		last = p
		if row.label != nil {
			row.above = append(row.above, row.label)
		}
		row.label = p
	}
	for _, c := range h.codes {
		if p := g.cells[r][c]; p != nil {
			t.passed[p] = true
		}
	}
	if row.label == nil || isFoot(row.label.text) || len(row.above) > 0 && isFoot(row.above[0].text) {
		if row.label != nil || blankRow(g.cells[r]) || len(t.rows) > 0 && g.footBefore(r) {
			t.pass(g.cells[r])
		}
		return
	}
	if headerRole(row.label.text) == labelRole &&
		!slices.ContainsFunc(g.cells[r], func(p *piece) bool { return isFigure(p) && !p.isYear() }) {
		t.pass(g.cells[r]) // the header once more, below a page
		return
	}
	for _, c := range h.units {
		if p := g.cells[r][c]; p != nil && p.wordy() && p != row.label {
			row.unit = p
		}
	}
	var beside []*piece // two pieces where one column is
	for i, c := range h.values {
		p := g.cells[r][c]
		if p == nil || p == row.label || slices.Contains(row.above, p) || p == row.unit {
			continue
		}
		if i > 0 && columns[i] == columns[i-1] {
			switch before := g.cells[r][c-1]; {
			case p.text == "":
				t.passed[p] = true
				continue
			case before != nil && before != p && before.text != "":
				beside = append(beside, before, p)
			case before != nil && before != p: // nothing: the value stands in the second
				row.drop(before)
				t.passed[before] = true
			}
		}
		row.add(t, columns[i], p)
	}
	if len(beside) > 0 {
		for _, v := range row.values {
			t.passed[v.piece] = true
		}
		row.values = nil
		t.lost(row, beside)
	}
	t.take(row)
}

// footBefore reports whether the foot of a table has begun above a row.
func (g *annexGrid) footBefore(r int) bool {
	for i := r - 1; i >= 0 && i >= r-4; i-- {
		if slices.ContainsFunc(g.cells[i], func(p *piece) bool { return p != nil && isFoot(p.text) }) {
			return true
		}
	}
	return false
}

func (t *annexTable) pass(ps []*piece) {
	for _, p := range ps {
		if p != nil {
			t.passed[p] = true
		}
	}
}

// add lays a value into its column. A cell that covers several columns or rows belongs to none for certain.
func (r *annexRow) add(t *annexTable, column int, p *piece) {
	for i := range r.values {
		if r.values[i].piece == p {
			r.values[i].shared = true
			return
		}
	}
	r.values = append(r.values, annexValue{column, p, p.deep > 1})
}

// drop takes a piece out of the values of a row.
func (r *annexRow) drop(p *piece) {
	r.values = slices.DeleteFunc(r.values, func(v annexValue) bool { return v.piece == p })
}

// take takes a row among those of the table.
func (t *annexTable) take(r *annexRow) {
	r.key, r.within = form.AnnexLabel(r.label.text)
	if r.key == "" {
		r.key = form.Squeeze(r.label.text)
	}
	t.rows = append(t.rows, r)
}

// flowTable reads lines of which only the order of cells is known: a flattened table, or lines of text.
func flowTable(s *sheet, labels func(string) bool) *annexTable {
	t := &annexTable{sheets: []*sheet{s}, passed: map[*piece]bool{}, labels: labels}
	heads, at := flowHeader(s)
	if at < 0 {
		return nil // without a header nothing says what the values of a text are
	}
	t.headed, t.known = true, true
	perHalf := t.flowColumns(heads)
	if perHalf == 0 {
		return nil
	}
	codes, before := 0, false // codes that stand between label and values, or before the label
	seen := false
	for _, k := range heads {
		switch headerRole(k.text) {
		case labelRole:
			seen = true
		case codeRole:
			if seen {
				codes++
			} else {
				before = true
			}
		case noRole, unitRole, remarkRole, valueRole:
		}
		if seen && headerRole(k.text) == noRole {
			break
		}
	}
	t.codes = codes
	if first := s.lines[at].own[0]; s.lines[at].run && first.place.Box != nil && t.halves < 2 {
		var ps []*piece
		for _, l := range s.lines[at:] {
			ps = append(ps, slices.DeleteFunc(slices.Clone(l.own), func(p *piece) bool { return slices.Contains(heads, p) })...)
		}
		if rows := t.looseRows(s, ps); len(rows) > 0 {
			for _, r := range rows {
				t.take(r)
			}
			return t
		}
	}
	var halves [][]*annexRow
	turn := 0
	for _, l := range s.lines[at:] {
		rows, ok := t.flowRows(s, l, heads, perHalf, codes, before)
		if !ok {
			break
		}
		for i, r := range rows {
			if l.run && t.halves > 1 { // a row a line: the halves take turns
				i = turn % t.halves
				turn++
			}
			for len(halves) <= i {
				halves = append(halves, nil)
			}
			halves[i] = append(halves[i], r)
		}
	}
	for i, h := range halves {
		for _, r := range h {
			r.half = i
			t.take(r)
		}
	}
	return t
}

// flowHeader finds the pieces of the header of a flow, and the line in which it begins; -1 if there is none.
func flowHeader(s *sheet) (heads []*piece, at int) {
	for i, l := range s.lines {
		for k, p := range l.own {
			if !p.wordy() || headerRole(p.text) != labelRole {
				continue
			}
			if k > 0 && headerRole(l.own[k-1].text) == codeRole {
				k--
			}
			for _, q := range l.own[k:] {
				if q.state == Blank || q.soft {
					continue
				}
				if !q.wordy() && !q.isYear() || len(heads) > 1 && isUnitWord(q.text) && headerRole(q.text) == noRole {
					break
				}
				heads = append(heads, q)
			}
			if !l.run || len(heads) == 0 {
				return heads, i
			}
			// the first label stands behind the header in the same run, and before its unit or values
			if n := len(heads); n > 2 && !heads[n-1].isYear() && headerRole(heads[0].text) != codeRole {
				heads = trimLabels(heads, l.own)
			}
			// a year in digits begins values: 2012年度 is words, 2012 alone would be a number
			return heads, i
		}
	}
	return nil, -1
}

// trimLabels leaves out of the words behind a header those that begin the first row: the last one before a unit or a value.
func trimLabels(heads, own []*piece) []*piece {
	last := heads[len(heads)-1]
	i := slices.Index(own, last)
	for k := i + 1; k < len(own); k++ {
		q := own[k]
		if q.soft {
			continue
		}
		if isUnitWord(q.text) && headerRole(q.text) == noRole || q.valueLike() {
			heads = heads[:len(heads)-1]
			for len(heads) > 2 && beginsRow(heads[len(heads)-1]) {
				heads = heads[:len(heads)-1]
			}
		}
		break
	}
	return heads
}

// beginsRow reports whether a word of a run bears a number, as labels and groups do.
func beginsRow(p *piece) bool {
	s := form.Squeeze(p.text)
	return form.TrimOrdinal(s) != s
}

// flowColumns makes the columns of a flow of its header, and gives how many values a half has.
func (t *annexTable) flowColumns(heads []*piece) int {
	per, labels := 0, 0
	for i, p := range heads {
		switch headerRole(p.text) {
		case labelRole:
			if i == 0 || headerRole(heads[i-1].text) != labelRole { // 项目 | 统计指标 head one label
				labels++
			}
		case noRole:
			if labels == 1 {
				per++
				x := annexColumn{head: p.text, place: p.place}
				x.key, x.year = form.AnnexHeader(p.text)
				t.columns = append(t.columns, x)
			}
		case unitRole, codeRole, remarkRole, valueRole:
		}
		t.passed[p] = true
	}
	t.halves = labels
	return per
}

// flowRows reads the rows of one line: a label, its unit and its values, once or, in two halves, twice. ok is false where
// the table has ended.
func (t *annexTable) flowRows(s *sheet, l *line, heads []*piece, per, codes int, numbered bool) (rows []*annexRow, ok bool) {
	var row *annexRow
	var words, after []*piece
	done := func() {
		if row != nil {
			if len(after) > per+codes && row.unit == nil && after[0].state == Mark { // a group has a stroke for its unit
				t.passed[after[0]] = true
				after = after[1:]
			}
			if n := len(after); numbered && l.run && n == per+codes+1 && after[n-1].isInt { // the number of the next row
				t.passed[after[n-1]] = true
				after = after[:n-1]
			}
			row.settle(t, after, per, codes)
			rows = append(rows, row)
		}
		row, after = nil, nil
	}
	for k, p := range l.own {
		switch {
		case slices.Contains(heads, p):
			continue
		case p.wordy() && isFoot(p.text):
			done()
			t.pass(l.own[k:])
			return rows, len(rows) > 0 || len(t.rows) == 0
		case p.wordy() && row != nil && len(after) == 0 && row.unit == nil && isUnitWord(p.text):
			row.unit = p
		case p.wordy():
			if headerRole(p.text) != noRole {
				t.passed[p] = true
				continue
			}
			if row != nil && len(after) > 0 {
				done()
			}
			if row != nil {
				words = append(words, row.label)
			}
			row = &annexRow{label: p, line: l, sheet: s}
		case row == nil && numbered && isFigure(p):
			t.passed[p] = true
		case row != nil:
			after = append(after, p)
		}
	}
	if row != nil && len(after) == 0 && row.unit == nil && l.run { // prose behind the table
		return rows, true
	}
	done()
	if len(rows) > 0 && len(words) > 0 { // what stands above the first label of the line
		rows[0].above = words
	}
	return rows, true
}

// lost tells that a row has another number of values than the table has columns: which is which nobody can say.
func (t *annexTable) lost(r *annexRow, values []*piece) {
	r.short = true
	t.unread = append(t.unread, Finding{Code: CodeRowShort, Severity: Warning, Place: r.label.place,
		Message: fmt.Sprintf("%q has %d values where the table has %d columns; they are left out: %s", r.label.text,
			len(values), len(t.columns), quoteAll(values))})
	t.pass(values)
}

// settle lays the values of a row of a flow into columns, by their number.
func (r *annexRow) settle(t *annexTable, after []*piece, per, codes int) {
	values := after
	if codes > 0 && len(values) >= codes {
		t.pass(values[:codes])
		values = values[codes:]
	}
	if len(values) != per {
		values = fit(values, per)
	}
	if n := len(values); t.halves > 1 && n > per && !slices.ContainsFunc(values[per:], func(p *piece) bool { return p.state != Blank }) {
		values = values[:per] // nothing stands beside it in the other half
	}
	if len(values) == 0 {
		return
	}
	if len(values) != per {
		if slices.ContainsFunc(values, func(p *piece) bool { return p.numeric() || p.state == Text }) {
			t.lost(r, values)
			return
		}
		t.pass(values)
		return
	}
	for i, p := range values {
		r.values = append(r.values, annexValue{column: i, piece: p})
	}
}
