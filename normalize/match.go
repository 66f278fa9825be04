package normalize

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// A hit is a line that was recognised as a row of the form.
type hit struct {
	line  *line
	sheet *sheet
	row   int
	from  int     // own[from:] are the values
	label string  // folded
	like  float64 // how alike the label is; 1 = a known wording
	place bool    // named by its place between its neighbours
	exact bool    // blank lines are cells in this text: each counts
}

// An attempt is one edition of a table tried on the document.
type attempt struct {
	form     *form.Form
	hits     []hit
	filled   *filled
	findings []Finding
	claimed  int
}

func (a *attempt) find(f Finding) { a.findings = append(a.findings, f) }

// hits finds the rows of the form by their labels, in document order.
func hits(f *form.Form, all []*sheet) []hit {
	index := f.Labels
	var out []hit
	for _, s := range all {
		var mine []hit
		for _, l := range s.lines {
			if !l.run && isColumnHeader(f, l) {
				continue // 其他 and 总计 head columns as well as rows
			}
			if h, ok := labelHit(index, l); ok {
				h.sheet = s
				mine = append(mine, h)
			}
		}
		// a sheet in which nothing but vague likenesses were found is another table
		sure := 0
		for _, h := range mine {
			if h.like == 1 {
				sure++
			}
		}
		if sure*2 >= len(mine) {
			out = append(out, mine...)
		}
	}
	return dropStrays(f, out)
}

// dropStrays leaves out hits by a label so short (总计, 其他) that other tables carry it too, unless a row that stands
// shortly above it in the form was found shortly before.
func dropStrays(f *form.Form, hs []hit) []hit {
	kept := hs[:0]
	for _, h := range hs {
		if len([]rune(h.label)) <= 2 {
			if len(kept) == 0 {
				continue
			}
			prev := kept[len(kept)-1]
			if prev.row >= h.row || h.row-prev.row > 8 || h.line.table-prev.line.table > 1 {
				continue
			}
		}
		kept = append(kept, h)
	}
	return kept
}

// hit finds the row that the labels of a line name: the best of its words, alone or joined with the words before
// (a label wrapped over several cells or lines).
func labelHit(x *form.LabelIndex, l *line) (hit, bool) {
	best := hit{line: l, row: -1}
	from := 0
	switch value := l.firstValue(); {
	case l.run && value < 0:
		return best, false
	case l.run: // words far above the values are prose or headers
		from = max(value-10, 0)
	}
	for i, p := range l.own {
		if i < from {
			continue
		}
		if !p.wordy() && p.label == "" || p.furnish {
			continue
		}
		joined, folded, torn := p.text, p.label, p.torn
		for j := i; j >= 0 && i-j < 6; j-- {
			q := l.own[j]
			if q.soft {
				continue
			}
			if !q.wordy() && !(j == i && q.label != "") {
				break
			}
			if j < i {
				joined, folded, torn = q.text+joined, q.label+folded, torn || q.torn
			}
			if len(joined) > 360 {
				break
			}
			label := q.label
			var row int
			var score, second float64
			if j == i {
				row, score, second = x.Find(label)
			} else { // joined with the words before it a label must be a known wording
				label = folded
				if torn { // a note in brackets begins in one cell or line and ends in another
					label = form.Fold(joined)
				}
				if r, ok := x.Known(label); ok {
					row, score = r, 1
				} else {
					continue
				}
			}
			if row < 0 || score < form.LikeEnough || score < 1 && score-second < form.LikeMargin {
				continue
			}
			if score > best.like || score == best.like && i+1 > best.from {
				best = hit{line: l, row: row, from: i + 1, label: label, like: score}
			}
			if score == 1 {
				break
			}
		}
	}
	if best.row < 0 {
		return best, false
	}
	for _, p := range l.own[best.from:] { // a further label before the values: the first one heads a group
		if p.valueLike() && !p.soft && p.state != Blank {
			break
		}
		if p.wordy() && utf8.RuneCountInString(p.label) >= 6 {
			return best, false
		}
	}
	for _, p := range l.own[best.from:] {
		if p.valueLike() && !p.furnish {
			return best, true
		}
	}
	if l.run || best.like < 1 || best.from == len(l.own) {
		return best, false
	}
	for _, p := range l.own[best.from:] { // a table's row whose every value is words
		if utf8.RuneCountInString(p.text) > 8 {
			return best, false
		}
	}
	return best, true
}

// firstValue gives the index of the first value of a line that is no blank line; -1 if there is none.
func (l *line) firstValue() int {
	for i, p := range l.own {
		if p.valueLike() && !p.soft && !p.furnish {
			return i
		}
	}
	if len(l.own) > 0 && l.own[len(l.own)-1].soft {
		return len(l.own) - 1
	}
	return -1
}

// values gives the pieces right of a hit's label.
func (h *hit) values() []*piece {
	var out []*piece
	for _, p := range h.line.own[h.from:] {
		if !p.furnish {
			out = append(out, p)
		}
	}
	return out
}

// fit strips blank lines that are no cells from the values of a run, where that leaves n of them.
func fit(values []*piece, n int) []*piece {
	for len(values) > n && values[len(values)-1].soft {
		values = values[:len(values)-1]
	}
	if len(values) == n {
		return values
	}
	var hard []*piece
	for _, p := range values {
		if !p.soft {
			hard = append(hard, p)
		}
	}
	if len(hard) == len(values) {
		return values
	}
	if len(hard) >= n {
		return hard
	}
	// some blank lines are cells, some may not be: the numbers alone are sure
	return hard
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

func (h *hit) numbers() int {
	n := 0
	for _, p := range h.values() {
		if p.numeric() {
			n++
		}
	}
	return n
}

func (h *hit) placed() extract.Place {
	if h.from > 0 && h.from <= len(h.line.own) {
		return h.line.own[h.from-1].place
	}
	if len(h.line.own) > 0 {
		return h.line.own[0].place
	}
	return extract.Place{}
}

func quoteAll(ps []*piece) string {
	var s []string
	for _, p := range ps {
		if !p.soft {
			s = append(s, fmt.Sprintf("%q", p.text))
		}
	}
	if len(s) > 16 {
		s = append(s[:16], "…")
	}
	return strings.Join(s, " ")
}

// byPlace names lines without a readable label: between two recognised neighbours whose rows leave out just as many
// rows of the form as there are such lines.
func byPlace(f *form.Form, hs []hit, all []*sheet) []hit {
	if len(hs) < 3 {
		return hs
	}
	known := map[*line]int{}
	for i := range hs {
		known[hs[i].line] = i
	}
	have := map[int]bool{}
	for _, h := range hs {
		have[h.row] = true
	}
	out := append([]hit(nil), hs...)
	name := func(waiting []hit, after, before int) {
		var missing []int
		for r := after + 1; r < before; r++ {
			if !have[r] {
				missing = append(missing, r)
			}
		}
		if len(waiting) == 0 || len(missing) != len(waiting) {
			return
		}
		for i, w := range waiting {
			w.row, w.place = missing[i], true
			have[w.row] = true
			out = append(out, w)
		}
	}
	last := hs[len(hs)-1].line
	within, prev := false, -1
	var waiting []hit
	for _, s := range all {
		touched := false
		for _, l := range s.lines {
			if _, ok := known[l]; ok {
				touched = true
			}
		}
		if !touched && !within {
			continue
		}
		for _, l := range s.lines {
			if i, ok := known[l]; ok {
				if within && hs[i].row > prev || i == 0 {
					name(waiting, prev, hs[i].row)
				}
				waiting, within, prev = nil, true, hs[i].row
				if l == last {
					within = false
				}
				continue
			}
			if w, ok := unlabelled(l, len(f.Columns)); ok && (within || touched) {
				w.sheet = s
				waiting = append(waiting, w)
			}
		}
		if touched && !within && prev == hs[len(hs)-1].row {
			name(waiting, prev, len(f.Rows))
			break
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, b := out[i].line, out[j].line
		if a.table != b.table {
			return a.table < b.table
		}
		return a.row < b.row
	})
	return out
}

// unlabelled reports whether a line holds n values and no words that could be a label of another row.
func unlabelled(l *line, n int) (hit, bool) {
	from := len(l.own)
	numbers := 0
	for from > 0 && (l.own[from-1].valueLike() && !l.own[from-1].furnish) && len(l.own)-from < n {
		from--
		if l.own[from].numeric() {
			numbers++
		}
	}
	if len(l.own)-from < n || numbers == 0 && l.run {
		return hit{}, false
	}
	for _, p := range l.own[:from] {
		if p.numeric() && !p.furnish {
			return hit{}, false // more numbers than columns: which are which is not for the place to say
		}
	}
	return hit{line: l, from: from}, true
}

// A header says which column of the form stands where.
type header struct {
	order []int       // the form's columns in the order printed
	at    map[int]int // grid column → form column; nil where the source has no grid
	read  bool        // false: nothing was read, the form's order is assumed
	units map[int]string
}

// matchColumn finds which of the form's columns (those in use) a folded header names: the longest known wording in it.
func matchColumn(f *form.Form, s string, use []int) int {
	for _, p := range f.ParentWords {
		if strings.Contains(s, p) {
			s = strings.ReplaceAll(s, p, "")
		}
	}
	bestLen, best := 0, -1
	for _, c := range use {
		for _, k := range f.ColumnWords[c] {
			if len(k) > bestLen && strings.Contains(s, k) {
				bestLen, best = len(k), c
			}
		}
	}
	return best
}

// readHeader reads the header lines above line `to` of a sheet: down each grid column, or along the words in order.
func readHeader(f *form.Form, s *sheet, from, to int) header {
	h := header{units: map[int]string{}}
	use := f.Every
	lines := s.lines[from:to]
	if to > from && !s.lines[from].flow {
		width := s.lines[from].width
		at := map[int]int{}
		var order []int
		seen := map[int]bool{}
		for g := 0; g < width; g++ {
			text, unit := "", ""
			var last *piece
			for _, l := range lines {
				p, _ := l.at(g)
				if p == nil || p == last || !p.wordy() && p.label == "" {
					continue
				}
				last = p
				text += p.label
				if u := moneyUnit(p.text); u != "" {
					unit = u
				}
			}
			c := matchColumn(f, text, use)
			if c < 0 {
				continue
			}
			at[g] = c
			if unit != "" {
				h.units[c] = unit
			}
			if !seen[c] {
				seen[c] = true
				order = append(order, c)
			}
		}
		if len(order) == len(f.Columns) {
			h.order, h.read = order, true
			if len(at) == len(order) {
				h.at = at
			}
			return h
		}
	}
	return wordsInOrder(f, lines)
}

// wordsInOrder reads the columns from header words in the order printed: where each column's first word stands.
func wordsInOrder(f *form.Form, lines []*line) header {
	h := header{units: map[int]string{}}
	use := f.Every
	type spot struct{ parent, at, col int }
	text := ""
	for _, l := range lines {
		for _, p := range l.own {
			if p.wordy() || p.label != "" {
				text += p.label + " "
			}
		}
	}
	parents := map[string]int{}
	for _, k := range f.ParentWords {
		if i := strings.Index(text, k); i >= 0 {
			parents[k] = i
			text = strings.ReplaceAll(text, k, strings.Repeat("*", len(k)))
		}
	}
	var spots []spot
	for _, c := range use {
		col := &f.Columns[c]
		first := -1
		for _, w := range f.ColumnWords[c] {
			if i := strings.Index(text, w); i >= 0 && (first < 0 || i < first) {
				first = i
			}
		}
		if first < 0 {
			continue
		}
		sp := spot{first, first, c}
		if len(col.Path) > 1 { // columns below a common header stand where that header stands
			if i, ok := parents[form.Fold(col.Path[0])]; ok {
				sp.parent = i
			}
		}
		spots = append(spots, sp)
	}
	named := 0 // lines that name columns
	for _, l := range lines {
		for _, p := range l.own {
			if p.wordy() && matchColumn(f, p.label, use) >= 0 {
				named++
				break
			}
		}
	}
	if len(parents) < len(f.ParentWords) && named > 1 {
		spots = nil // without the common header, columns of two lines cannot be put in one order
	}
	if len(spots) == len(f.Columns) {
		sort.Slice(spots, func(i, j int) bool {
			if spots[i].parent != spots[j].parent {
				return spots[i].parent < spots[j].parent
			}
			return spots[i].at < spots[j].at
		})
		for _, sp := range spots {
			h.order = append(h.order, sp.col)
		}
		h.read = true
		return h
	}
	h.order = use
	return h
}

// headerOf finds the header that stands above a hit: the lines without values before it in its sheet, the words before
// its label where lines are runs of text, and the end of the sheet before where a page has cut the header off.
func headerOf(f *form.Form, h *hit, before *sheet, stop func(*line) bool) header {
	s := h.sheet
	if h.line.run {
		words := &line{flow: true, run: true}
		for _, p := range h.line.own[:max(h.from-1, 0)] {
			if utf8.RuneCountInString(p.label) <= 12 && !isTitle(f, p.text) {
				words.own = append(words.own, p)
			}
		}
		if got := readHeader(f, &sheet{lines: []*line{words}}, 0, 1); got.read {
			return got
		}
	}
	to := 0
	for to < len(s.lines) && s.lines[to] != h.line {
		to++
	}
	from := to
	for from > 0 && to-from < 14 && !stop(s.lines[from-1]) {
		from--
	}
	got := readHeader(f, s, from, to)
	if !got.read && from == 0 && before != nil {
		tail := len(before.lines)
		for tail > 0 && len(before.lines)-tail < 14 && !stop(before.lines[tail-1]) {
			tail--
		}
		both := &sheet{lines: append(append([]*line(nil), before.lines[tail:]...), s.lines[:to]...)}
		if wide := wordsInOrder(f, both.lines); wide.read {
			wide.at = got.at
			return wide
		}
	}
	return got
}

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

// before gives the sheet that stands right before s; nil if there is none or it is no table.
func before(all []*sheet, s *sheet) *sheet {
	for i := 1; i < len(all); i++ {
		if all[i] == s && len(all[i-1].lines) > 0 && !all[i-1].lines[0].run {
			return all[i-1]
		}
	}
	return nil
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

func (l *line) hasNumbers() bool {
	for _, p := range l.own {
		if p.numeric() && !p.furnish {
			return true
		}
	}
	return false
}

// first gives the grid column of the first value; -1 where the header does not say.
func (h *header) first() int {
	first := -1
	for g := range h.at {
		if first < 0 || g < first {
			first = g
		}
	}
	return first
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
