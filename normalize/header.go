package normalize

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A header says which column of the form stands where.
type header struct {
	order []int       // the form's columns in the order printed
	at    map[int]int // grid column → form column; nil where the source has no grid
	read  bool        // false: nothing was read, the form's order is assumed
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
	var h header
	use := f.Every
	lines := s.lines[from:to]
	if to > from && !s.lines[from].flow {
		width := s.lines[from].width
		at := map[int]int{}
		var order []int
		seen := map[int]bool{}
		for g := 0; g < width; g++ {
			text := ""
			var last *piece
			for _, l := range lines {
				p, _ := l.at(g)
				if p == nil || p == last || !p.wordy() && p.label == "" {
					continue
				}
				last = p
				text += p.label
			}
			c := matchColumn(f, text, use)
			if c < 0 {
				continue
			}
			at[g] = c
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
	var h header
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

// before gives the sheet that stands right before s; nil if there is none or it is no table.
func before(all []*sheet, s *sheet) *sheet {
	for i := 1; i < len(all); i++ {
		if all[i] == s && all[i-1].isTable() {
			return all[i-1]
		}
	}
	return nil
}

// isColumnHeader reports whether a line names columns of the form and holds no value.
func isColumnHeader(f *form.Form, l *line) bool {
	n := 0
	for _, p := range l.own {
		if p.wordy() && matchColumn(f, p.label, f.Every) >= 0 {
			n++
		}
	}
	return n > 1 && !isData(l)
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
