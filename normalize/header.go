package normalize

import (
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// A header says which column of the form stands where.
type header struct {
	order []int       // the form's columns in the order printed
	at    map[int]int // grid column → form column; nil where the source has no grid
	read  bool        // false: not each of them was read, the form's order is assumed

	lost bool // what was read stands in another order than the form's, and which is which is not known

	below map[int]int // of a grid: the columns of the form that were read, by grid column
	some  []int       // the columns of which words were read, in order, if not all were
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

// matchColumn finds which of the form's columns (those in use) a folded header names: the longest known wording in it.
func matchColumn(f *form.Form, s string, use []int) int {
	for _, p := range f.ParentWords {
		if strings.Contains(s, p) {
			s = strings.ReplaceAll(s, p, "")
		}
	}
	bestLen, best := 0, -1
	letters := form.LettersOf(s)
	for _, c := range use {
		for i, k := range f.ColumnWords[c] {
			if len(k) > bestLen && f.ColumnLetters[c][i].Within(letters) && strings.Contains(s, k) {
				bestLen, best = len(k), c
			}
		}
	}
	return best
}

// readHeader reads the header lines above line `to` of a sheet: down each grid column, or along the words in order.
func readHeader(f *form.Form, s *sheet, from, to int) header {
	lines := s.lines[from:to]
	if to > from && !s.lines[from].flow {
		h := header{below: map[int]int{}}
		at := map[int]int{}
		seen := map[int]bool{}
		for g := 0; g < s.lines[from].width; g++ {
			c := columnAbove(f, lines, g)
			if c < 0 {
				continue
			}
			at[g], h.below[g] = c, c
			if !seen[c] {
				seen[c] = true
				h.order = append(h.order, c)
			}
		}
		if len(h.order) == len(f.Columns) {
			h.read = true
			if len(at) == len(h.order) {
				h.at = at
			}
			return h
		}
		words := wordsInOrder(f, lines)
		words.below = h.below
		return words
	}
	return wordsInOrder(f, lines)
}

// foreignColumn is the column of a header that speaks of another year or thing.
const foreignColumn = -2

// columnAbove finds which column of the form the header cells above a grid column name: the lowest of them that does,
// alone or with those right above it, where a label is cut over several. -1 = none does; foreignColumn = they speak of
// something else.
func columnAbove(f *form.Form, lines []*line, g int) (c int) {
	var above []*piece
	for _, l := range lines {
		p, _ := l.at(g)
		if p == nil || len(above) > 0 && p == above[len(above)-1] || !p.wordy() && p.label == "" {
			continue
		}
		above = append(above, p)
	}
	c = -1
	text := ""
	k := len(above)
	for k > 0 && c == -1 {
		k--
		text = above[k].text + text
		if h := f.Heads.Read(text); h.Known && !h.Foreign {
			c = h.Column()
		}
	}
	for _, p := range above {
		switch h := f.Heads.Read(p.text); {
		case h.Foreign:
			return foreignColumn
		case c >= 0 && !h.Known && p.span == 1 && !h.Piece && utf8.RuneCountInString(p.label) <= 12 && !isTitle(f, p.text):
			if !strings.Contains(text, p.text) { // words above this column alone, and nobody knows what they say
				c = -1
			}
		}
	}
	return c
}

// A word is what a piece of a header says, or several pieces that a label is cut over.
type word struct {
	form.Heading
	first *piece
}

// wordsOf reads the pieces of header lines in order. A label that is cut over neighbouring pieces is put together.
func wordsOf(f *form.Form, ps []*piece) []word {
	var out []word
	for i := 0; i < len(ps); {
		if !ps[i].wordy() && ps[i].label == "" || ps[i].furnish {
			i++
			continue
		}
		best, n := word{f.Heads.Read(ps[i].text), ps[i]}, 1
		text := ps[i].text
		for k := 1; !(best.Known && len(best.Heads) > 0) && i+k < len(ps) && utf8.RuneCountInString(text) < 10; k++ {
			if !ps[i+k].wordy() {
				break
			}
			text += ps[i+k].text
			if h := f.Heads.Read(text); h.Known && len(h.Heads) > 0 && (!best.Known || len(h.Heads) == 1 && f.Heads.Word(text)) {
				best, n = word{h, ps[i]}, k+1
			}
		}
		out = append(out, best)
		i += n
	}
	return out
}

// apart takes words that head several columns, as lines of text print them, apart: 本年制发件数 本年废止件数.
func apart(words []word) []word {
	out := words[:0:0]
	for _, w := range words {
		n := 0
		for _, x := range w.Heads {
			if x.Column >= 0 {
				n++
			}
		}
		if n < 2 || !w.Known || w.Foreign {
			out = append(out, w)
			continue
		}
		for _, x := range w.Heads {
			if x.Column >= 0 {
				one := w
				one.Heads = []form.Head{x}
				out = append(out, one)
			}
		}
	}
	return out
}

// wordsInOrder reads the columns from header words in the order printed: where each column's first word stands.
func wordsInOrder(f *form.Form, lines []*line) header {
	h := header{order: f.Every}
	type spot struct{ parent, at, col int }
	parents := map[string]int{}
	first := map[int]int{}
	named, n := 0, 0 // lines that name columns; words
	odd := false     // words of another year or thing stand among the others
	for _, l := range lines {
		any := false
		for _, w := range wordsOf(f, l.own) {
			n++
			odd = odd || w.Foreign
			if !w.Known || w.Foreign {
				continue
			}
			for _, x := range w.Heads {
				n++
				if _, ok := parents[x.Parent]; x.Parent != "" && !ok {
					parents[x.Parent] = n
				}
				if _, ok := first[x.Column]; x.Column >= 0 && !ok {
					first[x.Column] = n
				}
				any = any || x.Column >= 0
			}
		}
		if any {
			named++
		}
	}
	for c := range first {
		h.some = append(h.some, c)
	}
	sort.Slice(h.some, func(i, j int) bool { return first[h.some[i]] < first[h.some[j]] })
	missing := false
	for _, p := range f.ParentWords {
		if _, ok := parents[p]; !ok {
			missing = true
		}
	}
	if odd || missing && named > 1 || len(first) < len(f.Columns) {
		return h // without the common header, columns of two lines cannot be put in one order
	}
	var spots []spot
	for c, at := range first {
		sp := spot{at, at, c}
		if path := f.Columns[c].Path; len(path) > 1 { // columns below a common header stand where that header stands
			if i, ok := parents[form.Fold(path[0])]; ok {
				sp.parent = i
			}
		}
		spots = append(spots, sp)
	}
	sort.Slice(spots, func(i, j int) bool {
		if spots[i].parent != spots[j].parent {
			return spots[i].parent < spots[j].parent
		}
		return spots[i].at < spots[j].at
	})
	h.order = nil
	for _, sp := range spots {
		h.order = append(h.order, sp.col)
	}
	if slices.IsSorted(h.some) {
		// Lines of a page are no rows of a table: a header set in the middle of two rows stands before, between or behind the
		// words of both. Where the columns' own words all stand in one order, where the common header of some stands says
		// nothing: were these other columns, the last of the others would stand before the first of them, in the row above.
		h.order = h.some
	}
	h.read = true
	return h
}

// orderAssumed is the finding on a table of which not every header was read and the others stand in the form's order.
func orderAssumed(f *form.Form, at extract.Place) Finding {
	return Finding{Code: CodeOrderAssumed, Severity: Warning, Name: f.Table, Place: at,
		Message: "not every header of the values could be read; the form's own order is assumed, and nothing is proved by it"}
}

// headerLost is the finding on values that are left out because their headers contradict the form's order and not all
// of them were read.
func headerLost(f *form.Form, vs []*piece) Finding {
	return Finding{Code: CodeHeaderUnread, Severity: Error, Name: f.Table, Place: vs[0].place,
		Message: "the headers stand in another order than the form's, or speak of something else, and not all of them can " +
			"be read; the values are left out: " + quoteAll(vs)}
}

// headerOf finds the header that stands above a hit: the lines without values before it in its sheet, the words before
// its label where lines are runs of text, and the end of the sheet before where a page has cut the header off.
func headerOf(f *form.Form, h *hit, before *sheet, stop func(*line) bool) header {
	s := h.sheet
	if h.line.run {
		words := &line{flow: true, run: true}
		for _, p := range h.line.own[:max(h.from-1, 0)] {
			short := utf8.RuneCountInString(p.label) <= 12
			if !short && len(p.text) < 240 && p.wordy() { // a line of headers
				head := f.Heads.Read(p.text)
				short = head.Known && len(head.Heads) > 2
			}
			if short && !isTitle(f, p.text) {
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
	if cut := cutHeader(f, s); !got.read && from == 0 && cut != nil {
		both := append([]*line{{own: []*piece{cut}}}, s.lines[:to]...)
		if wide := wordsInOrder(f, both); wide.read {
			wide.at = got.at
			return wide
		}
	}
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

// cutHeader gives the text right above a table if it is a part of the table's header that a page has cut off: nothing
// but words of columns and rows.
func cutHeader(f *form.Form, s *sheet) *piece {
	if s.before == "" || len(s.before) > 200 {
		return nil
	}
	if h := f.Heads.Read(s.before); !h.Known || h.Idle || h.Foreign || len(h.Heads) < 2 {
		return nil
	}
	return newPiece(s.before, s.place)
}

// before gives the sheet that stands right before s; nil if there is none or it is no table.
func before(all []*sheet, s *sheet) *sheet {
	for i := 1; i < len(all); i++ {
		if all[i] == s && all[i-1].isTable() {
			return all[i-1]
		}
	}
	return nil
}

// isColumnHeader reports whether a line names several columns of the form and holds no value. 其他处理 and 其他 name one.
func isColumnHeader(f *form.Form, l *line) bool {
	one, several := -1, false
	for _, p := range l.own {
		if !p.wordy() {
			continue
		}
		if c := matchColumn(f, p.label, f.Every); c >= 0 {
			several = several || one >= 0 && c != one
			one = c
		}
	}
	return several && !isData(l)
}

// isTitle reports whether a text is the title of the form's section.
func isTitle(f *form.Form, text string) bool {
	if len(text) > 150 {
		return false
	}
	near := false
	for _, t := range f.TitleWords {
		near = near || len(text)*3 >= len(t)*5 // three bytes a character, and some may be missing
	}
	if !near {
		return false
	}
	k := []rune(form.Fold(text))
	for _, t := range f.TitleWords {
		if form.Likeness(k, t, 0.8) > 0.8 {
			return true
		}
	}
	return false
}

func containsInt(xs []int, x int) bool {
	for _, y := range xs {
		if y == x {
			return true
		}
	}
	return false
}
