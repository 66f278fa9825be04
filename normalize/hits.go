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
