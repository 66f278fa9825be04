package normalize

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A mark is a header cell, or the label of a row, that bears a stamp: 2021年, 上年制发件数, 现行有效件数（本年）, 本级.
type mark struct {
	*piece
	stamp stamp
	rest  string // what it says besides, folded: 制发件数
	plain string // the same as printed: 收费金额（单位：万元）
	stand standing
}

// mark reads the stamp of a piece. Words of the form are none, whatever they begin with (上年结转…, 本年制发件数), but they
// may stand beside one that is: 本年制发件数 | 上年制发件数.
func (sh *shaper) mark(p *piece) (mark, bool) {
	if p.state == Blank || p.furnish || len(p.text) > 60 || !p.wordy() && !isYear(p.text) {
		return mark{}, false
	}
	known := p.label != "" && sh.known(p.label) && !strings.ContainsAny(p.text, "（(")
	t, rest := stampOf(p.text)
	m := mark{piece: p, stamp: t, rest: form.Fold(rest), plain: rest, stand: t.stand(sh.year)}
	switch {
	case known && (t.other || t.change && t.own): // 上一年项目数量, 本年增/减
		return mark{}, false
	case known && !t.says():
		m.stand = unsaid
		return m, true
	case !t.says() || m.rest != "" && !sh.known(m.rest):
		return mark{}, false
	}
	return m, true
}

// against finds among the marks of one line those that compare: of the same words, some of the report's own year or
// body and some of others. It gives them in the order printed, with what goes and what stays.
func against(ms []mark) (out []mark) {
	for i := range ms {
		if ms[i].stand == jointly && !besides(ms) {
			continue
		}
		own, off := false, false
		for k := range ms {
			if ms[k].rest != ms[i].rest {
				continue
			}
			switch st := ms[k].stand; {
			case st == aside:
				off = true
			case st == owned || st == jointly && ms[k].stamp.body == allBodies && besides(ms):
				own = true
			case st == unsaid && ms[i].rest != "" && !ms[k].stamp.onYear(): // not 2023年废止件数（上年） in the report on 2023
				own = true
			}
		}
		if own && off || ms[i].rest == "" && besides(ms) && own {
			out = append(out, ms[i])
		}
	}
	return out
}

// besides reports whether a line sets the body itself, or those below it, apart from others.
func besides(ms []mark) bool {
	own, others := false, false
	for i := range ms {
		if ms[i].rest != "" {
			continue
		}
		own = own || ms[i].stamp.body == ownBody
		others = others || ms[i].stamp.body == bodyBelow
	}
	return own || others
}

// goes reports whether what a mark heads is laid aside, beside the others.
func (m *mark) goes(ms []mark) bool {
	if m.stand != jointly {
		return m.stand == aside
	}
	return slices.ContainsFunc(ms, func(o mark) bool { return o.stand == owned && o.rest == m.rest })
}

// choose lays aside the columns and rows of a sheet that give other years or other bodies.
func (sh *shaper) choose(s *sheet) *sheet {
	off := false
	dated := map[*piece]*piece{} // 2022年处理决定数量 in the report on 2022
	for _, l := range s.lines {
		for _, p := range l.own {
			if off || !p.wordy() && !isYear(p.text) || sh.plainWord(p) {
				continue // as most pieces are
			}
			m, ok := sh.mark(p)
			off = off || ok && m.stand == aside
			if q := sh.undated(p); q != nil {
				dated[p] = q
			}
		}
	}
	if !off && (sh.cut == nil || !s.isTable()) {
		return instead(s, dated)
	}
	if s.isTable() && !s.lines[0].flow {
		s = sh.chooseColumns(s)
	} else {
		s = sh.chooseByOrder(s)
	}
	if off {
		s = sh.chooseRows(s)
	}
	return s
}

// undated gives the header of columns without the report's own year in it; nil where it is none.
func (sh *shaper) undated(p *piece) *piece {
	if len(p.text) > 240 || sh.year == 0 || !strings.Contains(p.text, "年") || !strings.ContainsAny(p.text, "0123456789０１２二") {
		return nil
	}
	t, rest := stampOf(p.text)
	if t.year != sh.year || t.torn || t.other || t.change || t.body != 0 || t.stage != 0 || !sh.headsColumns(rest) {
		return nil
	}
	c := *p
	c.label, c.text = form.Fold(rest), rest
	return &c
}

// headsColumns reports whether a text is nothing but words that stand above columns of a form.
func (sh *shaper) headsColumns(text string) bool {
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.forms.Editions(t) {
			h := f.Heads.Read(text)
			if h.Known && !h.Foreign && slices.ContainsFunc(h.Heads, func(x form.Head) bool { return x.Column >= 0 }) {
				return true
			}
		}
	}
	return false
}

// instead gives a sheet with other pieces in place of some.
func instead(s *sheet, of map[*piece]*piece) *sheet {
	if len(of) == 0 {
		return s
	}
	lines := make([]*line, len(s.lines))
	for i, l := range s.lines {
		c := *l
		c.own, c.over = slices.Clone(l.own), slices.Clone(l.over)
		for _, ps := range [][]*piece{c.own, c.over} {
			for k, p := range ps {
				if q := of[p]; q != nil {
					ps[k] = q
				}
			}
		}
		lines[i] = &c
	}
	return withLines(s, lines)
}

// plainWord reports whether a piece is a word of the forms that says nothing of years: 自然人, but not 增减情况.
func (sh *shaper) plainWord(p *piece) bool {
	return p.label != "" && sh.known(p.label) && !strings.ContainsAny(p.text, "（(") &&
		(len(p.label) > len("增减情况") || !strings.ContainsAny(p.label, "增变差同"))
}

// A cut is the columns that a table leaves out, for the case that it goes on in the next sheet. They are counted from
// the right: labels may fill one column on one page and several on the next.
type cut struct {
	columns int // from the leftmost that is left out, or stands beside one that is, to the right edge
	drop    map[int]bool
}

// newCut notes what a table leaves out.
func newCut(width int, drop map[int]bool) *cut {
	if len(drop) == 0 {
		return nil
	}
	c := &cut{drop: map[int]bool{}}
	for g := range drop {
		c.drop[width-g] = true
		c.columns = max(c.columns, width-g)
	}
	return c
}

// in gives the columns to be left out of a sheet that begins with values; nil where it has not the same columns.
func (c *cut) in(s *sheet) map[int]bool {
	w := s.lines[0].width
	if !holdsValues(s.lines[0]) || c.columns > w {
		return nil
	}
	fit, rows := 0, 0
	for _, l := range s.lines {
		if !holdsValues(l) {
			continue
		}
		rows++
		own := 0
		for g := w - c.columns; g < w; g++ {
			if p, single := l.at(g); p != nil && single && p.valueLike() {
				own++
			}
		}
		if own == c.columns {
			fit++
		}
	}
	if fit*10 < rows*8 {
		return nil
	}
	drop := map[int]bool{}
	for k := range c.drop {
		drop[w-k] = true
	}
	return drop
}

// chooseColumns lays aside columns of a grid. Each block of it, a header and the rows below, has columns of its own.
func (sh *shaper) chooseColumns(s *sheet) *sheet {
	sets := make([]map[int]bool, len(s.lines))
	bare := map[*piece]*piece{} // headers without their stamp
	var words []string
	var drop map[int]bool
	if sh.cut != nil {
		drop = sh.cut.in(s)
	}
	sh.cut = nil
	any, sev := false, Note
	for i := 0; i < len(s.lines); {
		k := i
		var fresh map[int]bool
		named := false
		for ; k < len(s.lines) && !holdsValues(s.lines[k]); k++ {
			ms := sh.marks(s.lines[k])
			named = named || slices.ContainsFunc(ms, func(m mark) bool { return !m.stamp.says() })
			ms = against(ms)
			for x := range ms {
				m := &ms[x]
				if !m.goes(ms) {
					sh.bare(m, bare)
					continue
				}
				if m.stand == jointly {
					sev = Warning
				}
				words = append(words, m.text)
				if fresh == nil {
					fresh = map[int]bool{}
				}
				from, to := covers(s.lines[k], m.piece)
				for g := from; g < to; g++ {
					fresh[g] = true
				}
			}
		}
		if named || fresh != nil {
			drop = fresh
		}
		for ; k < len(s.lines) && holdsValues(s.lines[k]); k++ {
		}
		for ; i < k; i++ {
			sets[i] = drop
			any = any || len(drop) > 0
		}
	}
	if !any {
		return s
	}
	sh.cut = newCut(s.lines[0].width, drop)
	out, gone := dropColumns(s, sets, bare)
	sh.tellBeside(s, sev, words, sh.layAside(gone...))
	return out
}

func (sh *shaper) marks(l *line) []mark {
	var ms []mark
	last, i := -1, 0 // the piece that the last mark is, blank ones not counted
	for _, p := range l.own {
		m, ok := sh.mark(p)
		if p.state != Blank {
			i++
		}
		switch {
		case !ok:
			continue
		case m.stand == jointly && sh.known(m.label): // 总计 of the columns, but where it ends 本级 | 下属单位 | 合计
			if len(ms) == 0 || last != i-1 || ms[len(ms)-1].stamp.body == 0 || ms[len(ms)-1].rest != "" {
				continue
			}
		}
		ms, last = append(ms, m), i
	}
	return ms
}

// bare notes the header without its stamp, in its words too: who reads headers knows no year.
func (sh *shaper) bare(m *mark, into map[*piece]*piece) {
	if !m.stamp.says() || sh.known(m.label) && m.text == m.label {
		return
	}
	c := *m.piece
	if c.label, c.text = m.rest, m.plain; m.rest == "" {
		c.reading = reading{state: Blank}
	} else if strings.LastIndexByte(c.text, '(') > strings.LastIndexByte(c.text, ')') {
		c.text += ")"
	}
	into[m.piece] = &c
}

// covers gives the grid columns that a header stands above: those it spans, or, where nothing spans, those up to the
// next header.
func covers(l *line, p *piece) (from, to int) {
	from, to = p.col, p.col+p.span
	if p.span > 1 {
		return from, to
	}
	for _, q := range l.own {
		if q.span > 1 {
			return from, to
		}
	}
	for _, q := range l.own {
		if q.col == to && q.state == Blank {
			to++
		}
	}
	return from, to
}

// dropColumns gives a grid without some of its columns, and what stood in them. sets says which, line by line; bare,
// what stands in place of some headers.
func dropColumns(s *sheet, sets []map[int]bool, bare map[*piece]*piece) (out *sheet, gone []*piece) {
	width := 0
	rows := make([][]*piece, len(s.lines))
	for i, l := range s.lines {
		set := sets[i]
		kept := func(from, to int) (n int) {
			for g := from; g < to; g++ {
				if !set[g] {
					n++
				}
			}
			return n
		}
		width = max(width, kept(0, l.width))
		for _, p := range l.own {
			n := kept(p.col, p.col+p.span)
			if n == 0 {
				gone = append(gone, p)
				continue
			}
			if b := bare[p]; b != nil {
				p = b
			}
			if len(set) > 0 {
				c := *p
				c.col = kept(0, p.col)
				if c.span = n; n < p.span && p.valueLike() && p.state != Blank {
					c.span++ // a value of all of them together is none of one
				}
				p = &c
			}
			rows[i] = append(rows[i], p)
		}
	}
	return layOut(s, rows, width), gone
}

// tellBeside tells, for each table that a sheet shows, what else it prints.
func (sh *shaper) tellBeside(s *sheet, sev Severity, words []string, numbers int) {
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.editions(t) {
			if signsOfTable(f, s.lines) > 0 {
				sh.found(t, CodePrintedBeside, sev, s.lines[0].placed(),
					"the table also prints %s; its %d numbers there are left out", titleOf(words), numbers)
				break
			}
		}
	}
}

// chooseByOrder does the same where cells have only an order: the headers stand one behind the other, and a row has as
// many values as there are headers, or so many times as many.
func (sh *shaper) chooseByOrder(s *sheet) *sheet {
	var seq []mark
	var words []string
	var gone []*piece
	lines := make([]*line, len(s.lines))
	sev, values := Note, false
	for i, l := range s.lines {
		n := l.trailing()
		if isYears(l) {
			n = 0
		}
		head := l.own[:len(l.own)-n]
		ms := sh.marks(&line{own: head})
		named := slices.ContainsFunc(ms, func(m mark) bool { // headers anew; 其他 and 总计 may be labels of rows
			return !m.stamp.says() && sh.isColumn(m.label) && (n == 0 || m.piece != head[len(head)-1])
		})
		cmp := against(ms)
		c := *l
		switch {
		case len(cmp) > 1:
			if values || seq == nil || slices.ContainsFunc(cmp, func(m mark) bool { return m.rest != "" || len(cmp) >= len(seq) }) {
				seq = cmp
			}
			bare := map[*piece]*piece{}
			off := map[*piece]bool{}
			for k := range cmp {
				if cmp[k].goes(cmp) {
					off[cmp[k].piece] = true
					words = append(words, cmp[k].text)
					if cmp[k].stand == jointly {
						sev = Warning
					}
				} else {
					sh.bare(&cmp[k], bare)
				}
			}
			c.own = nil
			for _, p := range head {
				b := bare[p]
				switch {
				case off[p] || b != nil && b.label == "":
				case b != nil:
					c.own = append(c.own, b)
				default:
					c.own = append(c.own, p)
				}
			}
			c.own = append(c.own, l.own[len(l.own)-n:]...)
			values = false
		case named && values:
			seq = nil
		}
		vs := c.own[len(c.own)-n:]
		for len(vs) > 0 && len(seq) > 0 && len(vs)%len(seq) != 0 && vs[len(vs)-1].soft {
			vs = vs[:len(vs)-1]
		}
		values = values || n > 0 && isData(l)
		if len(seq) > 0 && len(vs) > 0 && len(vs)%len(seq) == 0 && isData(l) {
			own := slices.Clone(c.own[:len(c.own)-n])
			for k, p := range vs {
				if seq[k/(len(vs)/len(seq))].goes(seq) {
					gone = append(gone, p)
				} else {
					own = append(own, p)
				}
			}
			c.own = own
		}
		c.extent = len(c.own)
		lines[i] = &c
	}
	if len(gone) == 0 {
		return s
	}
	for i := 0; i+1 < len(lines); i++ { // years in figures were taken for values: the headers belong to the line below
		if s.lines[i].run && isYears(s.lines[i]) {
			lines[i+1].own = slices.Concat(lines[i].own, lines[i+1].own)
			lines[i].own = nil
		}
	}
	sh.tellBeside(s, sev, words, sh.layAside(gone...))
	return withLines(s, slices.DeleteFunc(lines, func(l *line) bool { return len(l.own) == 0 }))
}

// isColumn reports whether a folded text heads columns of a form.
func (sh *shaper) isColumn(label string) bool {
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.forms.Editions(t) {
			for _, words := range f.ColumnWords {
				if slices.Contains(words, label) {
					return true
				}
			}
		}
	}
	return false
}

// chooseRows lays aside rows that give other years or bodies: 2021年 | … above 2020年 | ….
func (sh *shaper) chooseRows(s *sheet) *sheet {
	marks, all := sh.rowMarks(s)
	for _, m := range all { // a page may part the rows of two years
		for _, other := range sh.sheets {
			if m.stand == aside && m.rest != "" && other != s {
				_, there := sh.rowMarks(other)
				all = append(all, slices.DeleteFunc(there, func(o mark) bool { return o.stand != owned || o.rest != m.rest })...)
			}
		}
	}
	cmp := against(all)
	if len(cmp) < 2 {
		return s
	}
	return sh.withoutRows(s, marks, cmp)
}

// rowMarks gives the marks that label lines of values, line by line and in all.
func (sh *shaper) rowMarks(s *sheet) (marks []*mark, all []mark) {
	marks = make([]*mark, len(s.lines))
	for i, l := range s.lines {
		if !holdsValues(l) {
			continue
		}
		for k := len(l.own) - 1; k >= 0; k-- {
			p := l.own[k]
			if !p.wordy() {
				continue
			}
			t, rest := stampOf(p.text)
			m := mark{p, t, form.Fold(rest), rest, t.stand(sh.year)}
			if t.says() && (m.rest == "" || sh.known(m.rest) && (t.onYear() && !t.change)) &&
				!(m.rest == "" && t.body == allBodies && !slices.ContainsFunc(all, func(m mark) bool { return m.stamp.body != 0 })) {
				marks[i] = &m
				all = append(all, m)
			}
			break
		}
	}
	return marks, all
}

// withoutRows gives a sheet without the rows whose marks go.
func (sh *shaper) withoutRows(s *sheet, marks []*mark, cmp []mark) *sheet {
	goes := func(m *mark) bool {
		return m != nil && m.goes(cmp) && slices.ContainsFunc(cmp, func(o mark) bool { return o.piece == m.piece })
	}
	rows := make([][]*piece, 0, len(s.lines))
	var words []string
	var gone []*piece
	var kept []*line
	sev := Note
	for i, l := range s.lines {
		own := slices.Clone(l.own)
		if m := marks[i]; m != nil && !goes(m) && m.rest == "" {
			own = slices.DeleteFunc(own, func(p *piece) bool { return p == m.piece })
		}
		c := *l
		c.own = own
		kept = append(kept, &c)
		rows = append(rows, own)
	}
	for i := len(rows) - 1; i >= 0; i-- {
		m := marks[i]
		if !goes(m) {
			continue
		}
		if m.stand == jointly {
			sev = Warning
		}
		words = append(words, m.text)
		from := 0
		if s.lines[i].run { // what stands before the label in a run of text heads the lines below, too
			from = slices.Index(rows[i], m.piece)
			if i+1 < len(kept) {
				kept[i+1].own = slices.Concat(rows[i][:from], kept[i+1].own)
			}
		}
		for _, p := range rows[i][from:] {
			if p.deep == 1 {
				gone = append(gone, p)
			}
		}
		rows = dropRow(rows, i)
		kept = slices.Delete(kept, i, i+1)
	}
	if len(gone) == 0 {
		return s
	}
	sh.tellBeside(s, sev, words, sh.layAside(gone...))
	if !s.isTable() || s.lines[0].flow {
		return withLines(s, kept)
	}
	return layOut(s, rows, s.lines[0].width)
}

// dropRow takes a row out of a grid: what reaches into it from above is shorter, what begins in it and reaches on
// begins in the next.
func dropRow(rows [][]*piece, r int) [][]*piece {
	for i := 0; i < r; i++ {
		for k, p := range rows[i] {
			if i+p.deep > r {
				c := *p
				c.deep--
				rows[i][k] = &c
			}
		}
	}
	for _, p := range rows[r] {
		if p.deep > 1 && r+1 < len(rows) {
			c := *p
			c.deep--
			rows[r+1] = append(rows[r+1], &c)
			slices.SortStableFunc(rows[r+1], func(a, b *piece) int { return a.col - b.col })
		}
	}
	return slices.Delete(rows, r, r+1)
}

// sumWords name a group of all groups, which no form has.
var sumWords = map[string]bool{"合计": true, "总计": true, "小计": true, "总数": true, "共计": true, "行政诉讼合计": true,
	"行政诉讼小计": true, "诉讼合计": true, "诉讼小计": true, "行政诉讼总计": true, "复议诉讼合计": true}

// regroup lays aside the sum of all groups that some offices add to a strip: 行政复议 | … | … | 合计.
func (sh *shaper) regroup(s *sheet) *sheet {
	if !slices.ContainsFunc(s.lines, func(l *line) bool {
		return slices.ContainsFunc(l.own, func(p *piece) bool { return sumWords[p.label] })
	}) {
		return s
	}
	return sh.eachStrip(s, sh.withoutSum)
}

// eachStrip does to a sheet what is to be done for a table printed as a strip, by the first of its editions that it can
// be done for.
func (sh *shaper) eachStrip(s *sheet, do func(*form.Form, *sheet) *sheet) *sheet {
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.editions(t) {
			if !slices.Contains(f.Layouts, form.Strip) {
				break
			}
			if out := do(f, s); out != s {
				return out
			}
		}
	}
	return s
}

// upended gives a strip that stands upright, a line a figure behind the names of its group and of its column, as a line
// a group.
func (sh *shaper) upended(f *form.Form, s *sheet) *sheet {
	nc, all := len(f.Columns), len(f.Columns)*len(f.Rows)
	if !s.isTable() || s.lines[0].flow || len(s.lines) < all || len(s.lines) > all+3 {
		return s
	}
	values := make([][]*piece, len(f.Rows))
	labels := make([]*piece, len(f.Rows))
	heads := make([]*piece, nc)
	for _, l := range s.lines {
		if !holdsValues(l) {
			continue
		}
		n := l.trailing()
		if n != 1 {
			return s
		}
		v := l.own[len(l.own)-1]
		left := leftOf(l, v)
		if len(left) < 2 {
			return s
		}
		col, row := columnOf(f, left[0].label), -1
		for _, p := range left[1:] {
			if r := slices.IndexFunc(f.RowWords, func(ws []string) bool { return slices.Contains(ws, p.label) }); r >= 0 && row < 0 {
				row, labels[r] = r, p
			}
		}
		if col < 0 || row < 0 || values[row] != nil && values[row][col] != nil {
			return s
		}
		if values[row] == nil {
			values[row] = make([]*piece, nc)
		}
		values[row][col], heads[col] = v, left[0]
	}
	put := func(p *piece, col int) *piece {
		c := *p
		c.col, c.span, c.deep = col, 1, 1
		return &c
	}
	rows := make([][]*piece, len(f.Rows)+1)
	for c, h := range heads {
		if h == nil {
			return s
		}
		rows[0] = append(rows[0], put(h, c+1))
	}
	for r := range f.Rows {
		if values[r] == nil || slices.Contains(values[r], nil) {
			return s
		}
		rows[r+1] = append(rows[r+1], put(labels[r], 0))
		for c, v := range values[r] {
			rows[r+1] = append(rows[r+1], put(v, c+1))
		}
	}
	sh.found(f.Table, CodeReshaped, Note, s.lines[0].placed(), "the table lies on its side; it was read so")
	return layOut(s, rows, nc+1)
}

func (sh *shaper) withoutSum(f *form.Form, s *sheet) *sheet {
	if s.lines[0].flow {
		if out := sh.runWithoutSum(f, s); out != s || s.lines[0].run {
			return out
		}
	}
	sums := map[*piece]bool{}
	lines := map[int]bool{}
	drop := map[int]bool{}
	first := len(s.lines) // the first line with a sum beside its values
	heads := true
	for i, l := range s.lines {
		heads = heads && !holdsValues(l)
		for k, p := range l.own {
			if !sumWords[p.label] || !p.wordy() {
				continue
			}
			from, to := covers(l, p)
			switch rest := l.own[k+1:]; {
			case heads && to-from == len(f.Columns) && !l.flow:
				sums[p] = true
				for g := from; g < to; g++ {
					drop[g] = true
				}
			case !heads && len(rest) == len(f.Columns) && !slices.ContainsFunc(rest, func(q *piece) bool { return q.wordy() }):
				sums[p] = true
				lines[i] = true
				first = min(first, i)
			}
		}
	}
	if len(sums) != 1 || !allGroups(f, s.lines[:min(first+1, len(s.lines))]) {
		return s
	}
	word := ""
	for p := range sums {
		word = p.text
	}
	if len(lines) > 0 {
		var kept []*line
		var gone []*piece
		for i, l := range s.lines {
			if lines[i] {
				gone = append(gone, l.own...)
			} else {
				kept = append(kept, l)
			}
		}
		sh.tellSum(f, s, word, sh.layAside(gone...))
		return withLines(s, kept)
	}
	sets := make([]map[int]bool, len(s.lines))
	for i := range sets {
		sets[i] = drop
	}
	out, gone := dropColumns(s, sets, nil)
	sh.tellSum(f, s, word, sh.layAside(gone...))
	return out
}

// allGroups reports whether lines name every group of a strip.
func allGroups(f *form.Form, lines []*line) bool {
	groups := map[int]bool{}
	for _, l := range lines {
		for _, p := range l.own {
			if !p.wordy() || p.label == "" || sumWords[p.label] || utf8.RuneCountInString(p.label) > 10 {
				continue
			}
			if g := groupOf(f, p.text); g >= 0 {
				groups[g] = true
			}
		}
	}
	return len(groups) == len(f.Rows)
}

func (sh *shaper) tellSum(f *form.Form, s *sheet, word string, numbers int) {
	sh.found(f.Table, CodePrintedBeside, Note, s.lines[0].placed(),
		"the table also prints %q; its %d numbers there are left out", word, numbers)
}

// runWithoutSum finds the sum of all groups in lines of text: a further lot of values, which the others make.
func (sh *shaper) runWithoutSum(f *form.Form, s *sheet) *sheet {
	nc, nr := len(f.Columns), len(f.Rows)
	for i, l := range s.lines {
		vs := hard(l.own[len(l.own)-l.trailing():])
		from := len(l.own) - l.trailing()
		whole := len(vs) == nc*(nr+1)
		part := len(vs) == nc && from > 0 && sumWords[l.own[from-1].label] && i >= nr
		if !whole && !part {
			continue
		}
		var own []*piece
		lots := make([][]*piece, 0, nr)
		last := vs[len(vs)-nc:]
		if whole {
			for g := range nr {
				lots = append(lots, vs[g*nc:(g+1)*nc])
			}
			own = slices.Clone(l.own[:from])
			for k := len(own) - 1; k >= 0; k-- {
				if sumWords[own[k].label] && !slices.Contains(f.ColumnWords[nc-1], own[k].label) {
					own = slices.Delete(own, k, k+1)
					break
				}
			}
			own = append(own, vs[:nc*nr]...)
		} else {
			for g := range nr {
				above := s.lines[i-nr+g]
				lots = append(lots, hard(above.own[len(above.own)-above.trailing():]))
			}
		}
		if !sumsUp(lots, last) {
			continue
		}
		lines := slices.Clone(s.lines)
		if whole {
			c := *l
			c.own = own
			lines[i] = &c
			withoutHeads(f, lines[:i])
		} else {
			lines = slices.Delete(lines, i, i+1)
		}
		sh.tellSum(f, s, "合计", sh.layAside(last...))
		return withLines(s, lines)
	}
	return s
}

// withoutHeads takes the headers of a sum of all groups out of the lines above the values of a flattened table.
func withoutHeads(f *form.Form, lines []*line) {
	all := len(f.Columns) * (len(f.Rows) + 1)
	for i, l := range lines {
		if l.run || len(l.own) == 0 {
			continue
		}
		last := len(l.own) - 1
		c := *l
		switch {
		case len(l.own) == all && isColumnHeader(f, l):
			c.own = l.own[:all-len(f.Columns)]
		case sumWords[l.own[last].label] && len(l.own) <= len(f.Rows)+2 && !isColumnHeader(f, l):
			c.own = l.own[:last]
		default:
			continue
		}
		c.extent = len(c.own)
		lines[i] = &c
	}
}

// sumsUp reports whether lots of values add up to the last, and not only because all are zero.
func sumsUp(lots [][]*piece, last []*piece) bool {
	some := false
	for k, p := range last {
		var sum int64
		for _, lot := range lots {
			if len(lot) != len(last) || !lot[k].isInt {
				return false
			}
			sum += lot[k].whole
		}
		if !p.isInt || p.whole != sum {
			return false
		}
		some = some || sum > 0
	}
	return some
}

// chooseGroups lays aside the table of the sum of all groups, where each group has a table of its own below its name.
func (sh *shaper) chooseGroups(all []*sheet) []*sheet {
	for _, t := range sh.forms.Tables() {
		f := sh.editions(t)[0]
		if !slices.Contains(f.Layouts, form.Strip) {
			continue
		}
		groups, sum := 0, -1
		for i, s := range all {
			if !s.isTable() || len(s.lines) > 4 || len(s.above) == 0 || signsOfTable(f, s.lines) == 0 {
				continue
			}
			g, at := -1, 0
			for k := len(s.above) - 1; k >= 0 && k >= len(s.above)-3 && g < 0; k-- {
				if text := form.Squeeze(s.above[k]); len([]rune(text)) <= 24 {
					if g = rowNamed(f, text); g < 0 && sumWords[form.Fold(text)] {
						sum, at = i, -1
						break
					}
				}
			}
			if at == 0 && g >= 0 {
				groups++
				if r := groupOf(f, s.before); r != g || len([]rune(s.before)) > 20 || isTitle(f, s.before) {
					c := *s
					c.before = f.RowWords[g][0]
					all = replaced(all, i, &c)
				}
			}
		}
		if sum >= 0 && groups >= len(f.Rows) {
			var gone []*piece
			for _, l := range all[sum].lines {
				gone = append(gone, l.own...)
			}
			sh.tellSum(f, all[sum], "合计", sh.layAside(gone...))
			all = slices.Delete(slices.Clone(all), sum, sum+1)
		}
	}
	return all
}

// rowNamed gives the row of a strip that a heading names, also in brackets: 行政诉讼（未经复议直接起诉）; -1 where it
// names none or, as a title does, several that are not parts of each other.
func rowNamed(f *form.Form, text string) int {
	best, n := -1, 0
	for r, words := range f.RowWords {
		for _, w := range words {
			if len(w) >= n && strings.Contains(text, w) {
				best, n = r, len(w)
			}
		}
	}
	if best < 0 || isTitle(f, text) {
		return -1
	}
	return best
}
