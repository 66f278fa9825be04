package normalize

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// readCrossed reads a table that is printed crossed, as the notices print table III: a row a line, each behind its
// label, below headers that name the columns.
func readCrossed(f *form.Form, all []*sheet) *attempt {
	a := newAttempt(f)
	if fullRows(f) {
		a.crossed(all, hits(f, all))
	}
	return a
}

// fullRows reports whether every row of a form has every column.
func fullRows(f *form.Form) bool {
	for r := range f.Rows {
		if len(f.Rows[r].Columns) != len(f.Columns) {
			return false
		}
	}
	return true
}

// crossed lays the lines found into the form: those of the longest print; of another print it tells where it differs.
func (a *attempt) crossed(all []*sheet, hs []hit) {
	prints := a.prints(hs)
	if len(prints) == 0 {
		return
	}
	main := 0
	for i := range prints {
		if len(prints[i]) > len(prints[main])+3 {
			main = i
		}
	}
	a.hits = byPlace(a.form, prints[main], all)
	isHit := map[*line]bool{}
	for _, p := range prints {
		for _, h := range p {
			isHit[h.line] = true
		}
	}
	x := crossing{filled: a.filled, all: all, isHit: isHit, tell: a.tell}
	x.fill(a.hits)
	a.orderAssumed = x.orderAssumed
	for i, p := range prints {
		if i != main {
			a.second(all, p, isHit)
		}
	}
}

// prints splits the hits into prints of the same table: a row seen again begins a new print when most rows follow
// again; else it is a row printed twice.
func (a *attempt) prints(hs []hit) [][]hit {
	f := a.form
	var out [][]hit
	var cur []hit
	seen := map[int]bool{}
	for i, h := range hs {
		if seen[h.row] {
			again := map[int]bool{}
			for _, g := range hs[i:] {
				if seen[g.row] {
					again[g.row] = true
				}
			}
			if len(again) < 3 && len(f.Rows) > 6 || len(again) < 2 {
				if h.like == 1 || h.numbers() > 0 {
					a.tell(Finding{Code: CodeRowTwice, Severity: Warning, Name: a.rowName(h.row), Place: h.placed(),
						Message: "the row is printed twice; the first is used, the second reads " +
							quoteAll(h.values())})
					a.filled.account(h.values()...)
				}
				continue
			}
			out = append(out, cur)
			cur, seen = nil, map[int]bool{}
		}
		seen[h.row] = true
		cur = append(cur, h)
	}
	if len(cur) > 0 {
		out = append(out, cur)
	}
	return out
}

// second reads another print of the table and compares it cell by cell.
func (a *attempt) second(all []*sheet, hs []hit, isHit map[*line]bool) {
	if len(hs) < 3 {
		for _, h := range hs {
			a.tell(Finding{Code: CodeRowTwice, Severity: Warning, Name: a.rowName(h.row), Place: h.placed(),
				Message: "the row is printed once more elsewhere and reads " + quoteAll(h.values())})
			a.filled.account(h.values()...)
		}
		return
	}
	u := newFilled(a.form)
	u.accounted = a.filled.accounted
	again := crossing{filled: u, all: all, isHit: isHit, tell: func(Finding) {}}
	again.fill(hs)
	a.tell(Finding{Code: CodeTableTwice, Severity: Note, Name: a.form.Table, Place: hs[0].placed(),
		Message: "the table is printed more than once; the first print is used"})
	for r := range a.form.Rows {
		for _, c := range a.form.Rows[r].Columns {
			x, y := &a.filled.fields[r][c], &u.fields[r][c]
			if y.piece == nil || x.piece != nil && x.text == y.text {
				continue
			}
			first := "nothing"
			if x.piece != nil {
				first = fmt.Sprintf("%q", x.text)
			}
			a.tell(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: a.form.Name(r, c), Place: y.place,
				Message: fmt.Sprintf("the first print of the table reads %s, another %q", first, y.text)})
		}
	}
}

// A crossing lays the lines of one print into a form.
type crossing struct {
	*filled
	all          []*sheet
	isHit        map[*line]bool // lines of any print: no headers
	tell         func(Finding)
	heads        map[*sheet]header
	last         *header // the last that was read
	moved        bool    // it was told that columns stand in another order
	orderAssumed bool
}

// fill lays the values of each hit into its row.
func (x *crossing) fill(hs []hit) {
	n := len(x.form.Columns)
	x.heads = map[*sheet]header{}
	var irregular []hit
	var lost []*piece
	countBlankLines(hs, n)
	for i := range hs {
		h := &hs[i]
		head, ok := x.heads[h.sheet]
		if !ok {
			head = x.headOf(h, hs)
			x.heads[h.sheet] = head
		}
		if head.lost {
			lost = append(lost, h.values()...)
			continue
		}
		x.tellName(h)
		x.rows[h.row] = h.line
		if ps := regular(h, &head, n); ps != nil {
			for k, p := range ps {
				x.set(h.row, head.order[k], p)
				x.fields[h.row][head.order[k]].settled = h.place // sums hold whichever row it is
			}
			continue
		}
		irregular = append(irregular, *h)
	}
	if len(lost) > 0 {
		x.account(lost...)
		x.tell(headerLost(x.form, lost))
	}
	if len(irregular) == 0 {
		return
	}
	eqs := x.equations()
	for pass := 0; pass < 2; pass++ { // rows settled in the first pass help those that were not
		var left []hit
		for i := range irregular {
			if h := &irregular[i]; !x.settle(h, eqs, pass == 1) {
				left = append(left, *h)
			}
		}
		irregular = left
	}
}

// headOf finds the header that holds for a sheet, from the first of its lines: its own, or that of the sheets before.
func (x *crossing) headOf(h *hit, hs []hit) header {
	f := x.form
	head := headerOf(f, h, before(x.all, h.sheet), func(l *line) bool { return x.isHit[l] || l.hasNumbers() })
	if !head.read && x.last != nil {
		old := head.at
		head = *x.last
		head.at = old
		if len(h.sheet.lines) > 0 && x.last.at != nil && h.line.width == hs[0].line.width {
			head.at = x.last.at
		}
	}
	if head.read && head.at == nil && disproved(f, &head, hs, h.sheet) {
		head.order, head.read = f.Every, false
	}
	if head.at == nil && !h.line.flow {
		head.at = lastColumns(f, head.order, hs, h.sheet)
	}
	if !head.read && x.last == nil {
		x.assume(&head, h)
	}
	if head.read {
		x.last = &head
	}
	for k, c := range head.order {
		if c != k && !x.moved {
			x.moved = true
			x.tell(Finding{Code: CodeColumnsMoved, Severity: Note, Name: f.Table, Place: h.placed(),
				Message: "the columns stand in another order than the form's; the printed headers were followed"})
		}
	}
	return head
}

// assume takes the form's own order where not every column has a header that was read, if those that were stand in it.
// Where they stand in another they win: the one column that is left has the one place that is left. What then is still
// not known is left out.
func (x *crossing) assume(head *header, h *hit) {
	told := x.orderAssumed
	x.orderAssumed = true
	if !x.agrees(head) && !head.byElimination(x.form) {
		head.lost = true
		return
	}
	if !told {
		x.tell(orderAssumed(x.form, h.placed()))
	}
}

// agrees reports whether the headers that were read stand in the form's order.
func (x *crossing) agrees(head *header) bool {
	if head.at != nil {
		for g, c := range head.below {
			if a, ok := head.at[g]; ok && a != c {
				return false
			}
		}
	}
	return slices.IsSorted(head.some)
}

// byElimination names the one column whose header was not read, if only one was not and where the values stand is
// known.
func (h *header) byElimination(f *form.Form) bool {
	if len(h.at) != len(f.Columns) || len(h.below) != len(f.Columns)-1 {
		return false
	}
	left, free := -1, -1
	for _, c := range f.Every {
		used := false
		for _, b := range h.below {
			used = used || b == c
		}
		if !used {
			if left >= 0 {
				return false
			}
			left = c
		}
	}
	at := map[int]int{}
	for g := range h.at {
		if c, ok := h.below[g]; ok {
			at[g] = c
		} else if free < 0 {
			free = g
		} else {
			return false
		}
	}
	if left < 0 || free < 0 {
		return false
	}
	at[free] = left
	h.at, h.order = at, nil
	for _, g := range slices.Sorted(maps.Keys(at)) {
		h.order = append(h.order, at[g])
	}
	return true
}

// tellName tells by what a line was named, if not by a known label.
func (x *crossing) tellName(h *hit) {
	name := x.rowName(h.row)
	switch {
	case h.place:
		x.tell(Finding{Code: CodeRowByPlace, Severity: Warning, Name: name, Place: h.line.own[h.from].place,
			Message: "the row carries no label that can be read; it was named by its place between its neighbours"})
	case x.form.Beside(h.row, h.named().text) != "":
		x.tell(h.rowOfOther(name, x.form.Beside(h.row, h.named().text)))
	case h.like < 1:
		x.tell(Finding{Code: CodeRowLike, Severity: Note, Name: name, Place: h.placed(),
			Message: fmt.Sprintf("the label reads %q", h.named().text)})
	}
}

// disproved reports whether an order of columns read from words alone breaks the sums of most rows that the form's own
// order satisfies.
func disproved(f *form.Form, head *header, hs []hit, s *sheet) bool {
	holds := func(vs []*piece, order []int) bool {
		for _, sum := range f.RowSums {
			var left, right int64
			for k, c := range order {
				switch {
				case !vs[k].isInt:
					return false
				case containsInt(sum.Left, c):
					left += vs[k].whole
				case containsInt(sum.Right, c):
					right += vs[k].whole
				}
			}
			if left != right {
				return false
			}
		}
		return true
	}
	read, own := 0, 0
	for i := range hs {
		vs := hs[i].values()
		if hs[i].sheet != s || len(vs) != len(f.Columns) {
			continue
		}
		if holds(vs, head.order) {
			read++
		}
		if holds(vs, f.Every) {
			own++
		}
	}
	return own > 2*read
}

// lastColumns takes the last grid columns of a sheet as those of the form, if most of its rows have a cell of their own
// in each of them: where values stand when no header says so.
func lastColumns(f *form.Form, order []int, hs []hit, s *sheet) map[int]int {
	n := len(f.Columns)
	rows, fit := 0, 0
	width := 0
	for i := range hs {
		l := hs[i].line
		if hs[i].sheet != s || l.width < n {
			continue
		}
		rows++
		width = l.width
		own := 0
		for g := width - n; g < width; g++ {
			if p, single := l.at(g); p != nil && single && p.valueLike() {
				own++
			}
		}
		if own == n {
			fit++
		}
	}
	if fit < 2 || fit*10 < rows*6 {
		return nil
	}
	at := map[int]int{}
	for k, c := range order {
		at[width-n+k] = c
	}
	return at
}

// trimLabel leaves out the blank cells that a wide label leaves where there are no merged cells.
func trimLabel(vs []*piece, first int) []*piece {
	for len(vs) > 0 && vs[0].state == Blank && first >= 0 && vs[0].col < first {
		vs = vs[1:]
	}
	return vs
}

// countBlankLines finds out in which texts blank lines are cells: where some row has n values only with them. There
// each blank line of a row that another row follows counts as one.
func countBlankLines(hs []hit, n int) {
	cells := map[*sheet]bool{}
	for i := range hs {
		vs := hs[i].values()
		soft := false
		for _, p := range vs {
			soft = soft || p.soft
		}
		cells[hs[i].sheet] = cells[hs[i].sheet] || hs[i].line.run && soft && len(vs) == n
	}
	for i := range hs[:max(len(hs)-1, 0)] {
		next := &hs[i+1]
		hs[i].exact = cells[hs[i].sheet] && next.sheet == hs[i].sheet && next.line.row == hs[i].line.row+1
	}
	ends := blankEnds(hs)
	for i := range hs {
		hs[i].parted = hs[i].line.run && !ends[hs[i].sheet]
	}
}

// blankEnds finds out in which texts a blank line behind the values of a row may be a cell: where of
// most rows no number is the sum of the others, for then the total is what is blank; or of none is, and no zero is printed.
// Elsewhere it parts the rows, and a row that is whole only with it has lost a cell.
func blankEnds(hs []hit) map[*sheet]bool {
	whole, blank, zeros := map[*sheet]int{}, map[*sheet]int{}, map[*sheet]bool{}
	out := map[*sheet]bool{}
	for i := range hs {
		s, all := hs[i].sheet, hs[i].values()
		vs := trimSoft(all)
		zeros[s] = zeros[s] || printsZero(vs)
		out[s] = false
		if len(vs) < 2 || !all[len(all)-1].soft {
			continue
		}
		sum, total := int64(0), int64(0)
		for _, p := range vs {
			sum, total = sum+p.whole, max(total, p.whole)
		}
		switch {
		case sum == 0:
		case sum == 2*total: // one number is the sum of the others
			whole[s]++
		default:
			blank[s]++
		}
	}
	for s := range out {
		out[s] = blank[s] > whole[s] || whole[s] == 0 && !zeros[s]
	}
	return out
}

// regular gives a row's values in printed order where there is no question which is which.
func regular(h *hit, head *header, n int) []*piece {
	vs := h.valuesBelow(head, n)
	if len(vs) == n && (head.at == nil || !h.reachedInto(vs) && !h.overhangs(vs)) {
		return vs // as many cells as the form has columns: spans are the layout's affair
	}
	if head.at != nil {
		return inColumns(h, head, vs, n)
	}
	if len(vs) > n && (allPrinted(vs[:n]) || allBound(vs)) &&
		!slices.ContainsFunc(vs[n:], func(p *piece) bool { return p.state != Blank }) {
		return vs[:n] // blank cells behind a row that is full are the layout's
	}
	return nil
}

// allBound reports whether each piece is a line that the text bounds as a cell.
func allBound(vs []*piece) bool {
	return !slices.ContainsFunc(vs, func(p *piece) bool { return !p.bound })
}

// allPrinted reports whether something is printed in each cell.
func allPrinted(vs []*piece) bool {
	return !slices.ContainsFunc(vs, func(p *piece) bool { return p.state == Blank })
}

// valuesBelow gives the values of a row without what a wide label leaves before the first column and without blank
// lines that are no cells.
func (h *hit) valuesBelow(head *header, n int) []*piece {
	vs := h.values()
	if h.parted {
		vs = trimSoft(vs)
	}
	if h.line.run && !h.exact {
		vs = fit(vs, n)
	}
	return trimLabel(vs, head.first())
}

// reachedInto reports whether a cell of a row above reaches into the values.
func (h *hit) reachedInto(vs []*piece) bool {
	for i, p := range h.line.over {
		if !p.wordy() && len(vs) > 0 && h.line.shadow[i].to > vs[0].col {
			return true
		}
	}
	return false
}

// inColumns gives the cells that stand below the headers, one each; nil if they are not that or a number stands beside.
func inColumns(h *hit, head *header, vs []*piece, n int) []*piece {
	cols := make([]int, 0, len(head.at))
	for g := range head.at {
		cols = append(cols, g)
	}
	sort.Ints(cols)
	out := make([]*piece, 0, n)
	used := map[*piece]bool{}
	for _, g := range cols {
		p, own := h.line.at(g)
		if p == nil || !own || used[p] || p.wordy() && p.label != "" && g < 1 {
			return nil
		}
		used[p] = true
		out = append(out, p)
	}
	if len(out) != n || h.line.extent != h.sheet.usual {
		return nil
	}
	for _, p := range vs {
		if !used[p] && p.numeric() {
			return nil
		}
	}
	return out
}

// overhangs reports whether a row of a grid with a merged value reaches farther than the others: it holds a cell too
// many beside the merged one, and as many as the form only by chance.
func (h *hit) overhangs(vs []*piece) bool {
	if h.line.flow || h.line.run || h.line.extent <= h.sheet.usual {
		return false
	}
	for _, p := range vs {
		if p.span > 1 && p.valueLike() {
			return true
		}
	}
	return false
}

// settle places the values of a row that has more or fewer cells than the form, as the identities allow. What they do
// not decide stays absent. It always leaves a finding on the row, but for one that it leaves for the last pass.
func (x *crossing) settle(h *hit, eqs []equation, last bool) bool {
	head := x.heads[h.sheet]
	n := len(x.form.Columns)
	cells := make([]*field, n)
	for k, c := range head.order {
		cells[k] = &x.fields[h.row][c]
	}
	vs := h.valuesBelow(&head, n)
	merged := h.reachedInto(vs)
	for _, p := range vs {
		merged = merged || p.span > 1 && p.valueLike()
	}
	if merged && head.at != nil && h.line.extent == h.sheet.usual {
		x.setByGrid(h, &head)
		return true
	}
	as := x.arranged(cells, vs, touching(eqs, cells))
	if len(as) > 0 && as[0].broken > 0 {
		as = nil // none of them can be what is meant
	}
	if !last && (len(as) != 1 || as[0].score == 0) {
		return false
	}
	words := fmt.Sprintf("%d cells where the form has %d", len(vs), n)
	code := CodeRowShort
	if len(vs) > n {
		code = CodeRowLong
	}
	if merged {
		code = CodeMergedCell
		words += ", a printed cell covers several"
	}
	words += "; " + outcomeOf(as, fillAgreed(cells, as))
	x.tell(Finding{Code: code, Severity: Warning, Name: x.rowName(h.row), Place: h.placed(),
		Message: "the row prints " + words + ": " + quoteAll(vs)})
	x.account(vs...) // each stands in the finding
	return true
}

// outcomeOf says how the arrangements left placed the values of a row.
func outcomeOf(as []arrangement, doubt int) string {
	switch {
	case len(as) == 0:
		return "which is which is not decidable"
	case doubt > 0:
		return fmt.Sprintf("%d of them cannot be told apart and are absent", doubt)
	case as[0].joins > 0:
		return "two neighbours are read as one number, as the identities require"
	}
	return "placed as the identities require"
}

// setByGrid places the cells of a row that stand alone in their column; those that a merged cell covers stay absent.
func (x *crossing) setByGrid(h *hit, head *header) {
	var covered []string
	done := map[*piece]bool{}
	for g, c := range head.at {
		p, own := h.line.at(g)
		if p == nil || p.wordy() && p.col < head.first() {
			continue
		}
		if own {
			x.set(h.row, c, p)
			continue
		}
		x.account(p)
		if !done[p] {
			done[p] = true
			covered = append(covered, fmt.Sprintf("%q", p.text))
		}
	}
	sort.Strings(covered)
	x.account(h.values()...) // what stands in no column of the form is told by the finding, too
	x.tell(Finding{Code: CodeMergedCell, Severity: Warning, Name: x.rowName(h.row), Place: h.placed(),
		Message: "a printed cell covers several cells of the form, which are absent: " + strings.Join(covered, " ")})
}
