package normalize

import (
	"fmt"
	"sort"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
)

// tryApplications reads table III in one edition.
func tryApplications(f *form.Form, all []*sheet) *attempt {
	a := &attempt{form: f, filled: newFilled(f)}
	hs := hits(f, all)
	prints := a.instances(hs)
	if len(prints) == 0 {
		return a
	}
	main := 0
	for i := range prints {
		if len(prints[i]) > len(prints[main])+3 {
			main = i
		}
	}
	a.hits = byPlace(f, prints[main], all)
	t := a.filled
	isHit := map[*line]bool{}
	for _, p := range prints {
		for _, h := range p {
			isHit[h.line] = true
		}
	}
	a.fill(t, all, a.hits, isHit, a.find)
	for i, p := range prints {
		if i == main {
			continue
		}
		a.second(all, p, isHit)
	}
	return a
}

// instances splits the hits into prints of the same table: a row seen again begins a new print when most rows follow
// again; else it is a row printed twice.
func (a *attempt) instances(hs []hit) [][]hit {
	f, find := a.form, a.find
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
					find(Finding{Code: CodeRowTwice, Severity: Warning, Name: f.Table + "." + f.Rows[h.row].Name, Place: h.placed(),
						Message: "the row is printed twice; the first is used, the second reads " + quoteAll(h.values())})
					a.filled.claim(h.values()...)
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
			a.find(Finding{Code: CodeRowTwice, Severity: Warning, Name: a.form.Table + "." + a.form.Rows[h.row].Name, Place: h.placed(),
				Message: "the row is printed once more elsewhere and reads " + quoteAll(h.values())})
			a.filled.claim(h.values()...)
		}
		return
	}
	u := newFilled(a.form)
	u.claims = a.filled.claims
	a.fill(u, all, hs, isHit, func(Finding) {})
	a.find(Finding{Code: CodeTableTwice, Severity: Note, Name: a.form.Table, Place: hs[0].placed(),
		Message: "the table is printed more than once; the first print is used"})
	for r := range a.form.Rows {
		for _, c := range a.form.Rows[r].Columns {
			x, y := &a.filled.fields[r][c], &u.fields[r][c]
			if y.piece == nil {
				continue
			}
			if x.piece == nil || x.text != y.text {
				first := "nothing"
				if x.piece != nil {
					first = fmt.Sprintf("%q", x.text)
				}
				a.find(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: a.form.Name(r, c), Place: y.place,
					Message: fmt.Sprintf("the first print of the table reads %s, another %q", first, y.text)})
			}
		}
	}
}

// fill lays the values of each hit into its row.
func (a *attempt) fill(t *filled, all []*sheet, hs []hit, isHit map[*line]bool, find func(Finding)) {
	f := a.form
	n := len(f.Columns)
	heads := map[*sheet]header{}
	var lastHead *header
	var irregular []hit
	moved := false
	countBlankLines(hs, n)
	for i := range hs {
		h := &hs[i]
		head, ok := heads[h.sheet]
		if !ok {
			head = headerOf(f, h, before(all, h.sheet), func(l *line) bool { return isHit[l] || l.hasNumbers() })
			if !head.read && lastHead != nil {
				old := head.at
				head = *lastHead
				head.at = old
				if len(h.sheet.lines) > 0 && lastHead.at != nil && h.line.width == hs[0].line.width {
					head.at = lastHead.at
				}
			}
			if head.read && head.at == nil && disproved(f, &head, hs, h.sheet) {
				head.order, head.read = f.Every, false
			}
			if !head.read && lastHead == nil {
				find(Finding{Code: CodeHeaderUnread, Severity: Note, Name: f.Table, Place: h.placed(),
					Message: "the column headers above this row could not be read; the form's own order of columns is assumed"})
			}
			if head.at == nil && !h.line.flow {
				head.at = lastColumns(f, head.order, hs, h.sheet)
			}
			heads[h.sheet] = head
			if head.read {
				lastHead = &head
			}
			for k, c := range head.order {
				if c != k && !moved {
					moved = true
					find(Finding{Code: CodeColumnsMoved, Severity: Note, Name: f.Table, Place: h.placed(),
						Message: "the columns stand in another order than the form's; the printed headers were followed"})
				}
			}
		}
		name := f.Table + "." + f.Rows[h.row].Name
		if h.place {
			find(Finding{Code: CodeRowByPlace, Severity: Warning, Name: name, Place: h.line.own[h.from].place,
				Message: "the row carries no label that can be read; it was named by its place between its neighbours"})
		} else if h.like < 1 {
			find(Finding{Code: CodeRowLike, Severity: Note, Name: name, Place: h.placed(),
				Message: fmt.Sprintf("the label reads %q", h.line.own[h.from-1].text)})
		}
		t.rows[h.row] = h.line
		if ps := regular(h, &head, n); ps != nil {
			for k, p := range ps {
				t.set(h.row, head.order[k], p)
			}
			continue
		}
		irregular = append(irregular, *h)
	}
	if len(irregular) == 0 {
		return
	}
	eqs := t.equations()
	for pass := 0; pass < 2; pass++ { // rows settled in the first pass help those that were not
		var left []hit
		for i := range irregular {
			h := &irregular[i]
			head := heads[h.sheet]
			cells := make([]*field, n)
			for k, c := range head.order {
				cells[k] = &t.fields[h.row][c]
			}
			if !t.settle(h, &head, cells, eqs, pass == 1, find) {
				left = append(left, *h)
			}
		}
		irregular = left
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

// countBlankLines finds out in which texts blank lines are cells: where some row has n values only with them. There each
// blank line of a row that another row follows counts as one.
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
}

// regular gives a row's values in printed order where there is no question which is which.
func regular(h *hit, head *header, n int) []*piece {
	vs := h.values()
	if h.line.run && !h.exact {
		vs = fit(vs, n)
	}
	vs = trimLabel(vs, head.first())
	if len(vs) == n { // as many cells as the form has columns: spans are the layout's affair
		over := 0
		for i := range h.line.over { // a cell from above that reaches into the values
			if !h.line.over[i].wordy() && len(vs) > 0 && h.line.shadow[i].to > vs[0].col {
				over++
			}
		}
		if over == 0 && !h.overhangs(vs) {
			return vs
		}
	}
	if head.at == nil {
		if len(vs) == n {
			return vs
		}
		return nil
	}
	var cols []int
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

// overhangs reports whether a row of a grid with a merged value reaches farther than the others: it holds a cell too many
// beside the merged one, and as many as the form only by chance.
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

// setByGrid places the cells of a row that stand alone in their column; those that a merged cell covers stay absent.
func (t *filled) setByGrid(h *hit, head *header, find func(Finding)) {
	var covered []string
	done := map[*piece]bool{}
	for g, c := range head.at {
		p, own := h.line.at(g)
		if p == nil || p.wordy() && p.col < head.first() {
			continue
		}
		if own {
			t.set(h.row, c, p)
			continue
		}
		t.claim(p)
		if !done[p] {
			done[p] = true
			covered = append(covered, fmt.Sprintf("%q", p.text))
		}
	}
	sort.Strings(covered)
	for _, p := range h.values() { // what stands in no column of the form is told by the finding, too
		t.claim(p)
	}
	find(Finding{Code: CodeMergedCell, Severity: Warning, Name: t.form.Table + "." + t.form.Rows[h.row].Name, Place: h.placed(),
		Message: "a printed cell covers several cells of the form, which are absent: " + strings.Join(covered, " ")})
}

// settle places the values of a row that has more or fewer cells than the form, as the identities allow. What they do
// not decide stays absent. It always leaves a finding on the row.
func (t *filled) settle(h *hit, head *header, cells []*field, eqs []equation, last bool, find func(Finding)) bool {
	f := t.form
	n := len(cells)
	name := f.Table + "." + f.Rows[h.row].Name
	vs := h.values()
	if h.line.run && !h.exact {
		vs = fit(vs, n)
	}
	vs = trimLabel(vs, head.first())
	merged := false
	for _, p := range vs {
		merged = merged || p.span > 1 && p.valueLike()
	}
	for i, p := range h.line.over {
		merged = merged || !p.wordy() && len(vs) > 0 && h.line.shadow[i].to > vs[0].col
	}
	if merged && head.at != nil && h.line.extent == h.sheet.usual {
		t.setByGrid(h, head, find)
		return true
	}
	code, words := CodeRowShort, fmt.Sprintf("%d cells where the form has %d", len(vs), n)
	if len(vs) > n {
		code = CodeRowLong
	}
	if merged {
		code = CodeMergedCell
		words += ", a printed cell covers several"
	}
	as := arrange(vs, n)
	near := touching(eqs, cells)
	for i := range as {
		t.judge(cells, &as[i], near)
	}
	as = best(as)
	if len(as) > 0 && as[0].broken > 0 {
		as = nil // none of them can be what is meant
	}
	if !last && (len(as) != 1 || as[0].score == 0) {
		return false
	}
	slots, unsure := agreed(as)
	doubt := 0
	for k := range cells {
		if as == nil {
			break
		}
		if unsure[k] {
			doubt++
			continue
		}
		cells[k].piece = slots[k]
		cells[k].state = Absent
		if p := slots[k]; p != nil {
			cells[k].state = p.state
		}
	}
	switch {
	case as == nil:
		words += "; which is which is not decidable"
	case doubt > 0:
		words += fmt.Sprintf("; %d of them cannot be told apart and are absent", doubt)
	case as[0].joins > 0:
		words += "; two neighbours are read as one number, as the identities require"
	default:
		words += "; placed as the identities require"
	}
	find(Finding{Code: code, Severity: Warning, Name: name, Place: h.placed(), Message: "the row prints " + words + ": " + quoteAll(vs)})
	t.claim(vs...) // each stands in the finding
	return true
}
