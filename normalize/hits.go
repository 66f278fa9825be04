package normalize

import (
	"fmt"
	"slices"
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
	// blank lines before the first and behind the last of its values are none of them
	parted bool
	units  int // words between label and values: a unit in a cell of its own
}

// hits finds the rows of the form by their labels, in document order.
func hits(f *form.Form, all []*sheet) []hit {
	index := f.Labels
	var out []hit
	for i, s := range all {
		var mine []hit
		for _, l := range s.lines {
			if !l.run && isColumnHeader(f, l) ||
				i+1 < len(all) && l == s.lines[len(s.lines)-1] && pageBetween(l, all[i+1], len(f.Columns)) {
				continue // 其他 and 总计 head columns as well as rows
			}
			if h, ok := labelHit(index, l, s); ok {
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
			if len(kept) == 0 || otherOrdinal(f, &h) {
				continue
			}
			prev := kept[len(kept)-1]
			if prev.row >= h.row || h.row-prev.row > 8 || h.line.table-prev.line.table > 2 {
				continue
			}
		}
		kept = append(kept, h)
	}
	return kept
}

// pageBetween reports whether the one number behind the words of a line of text is that of a page, because the values of
// the row stand without a label in the table that follows.
func pageBetween(l *line, next *sheet, n int) bool {
	if !l.run || !next.isTable() {
		return false
	}
	last := l.own[len(l.own)-1]
	if l.trailing() != 1 || !last.plain || last.whole > 99 {
		return false
	}
	w, ok := unlabelled(next.lines[0], n)
	return ok && w.from == 0
}

// otherOrdinal reports whether a short label is numbered otherwise than in the form: 3.其他 is not （六）其他处理, of which 其他
// is a wording too.
func otherOrdinal(f *form.Form, h *hit) bool {
	path := f.Rows[h.row].Path
	printed, own := ordinal(h.named().text), ordinal(path[len(path)-1])
	return printed > 0 && own > 0 && printed != own
}

// ordinal gives the number that a label begins with: （六）, 3. or 3、; 0 if it begins with none.
func ordinal(text string) int {
	if n, _ := form.Ordinal(text); n > 0 {
		return n
	}
	n := 0
	for i, r := range strings.TrimLeft(form.Squeeze(text), "(") {
		switch {
		case r >= '0' && r <= '9' && i < 2:
			n = n*10 + int(r-'0')
		case n > 0 && strings.ContainsRune(".、)", r):
			return n
		default:
			return 0
		}
	}
	return 0
}

// labelHit finds the row that the labels of a line name: the best of its words, alone or joined with the words before
// (a label wrapped over several cells or lines).
func labelHit(x *form.LabelIndex, l *line, s *sheet) (hit, bool) {
	best := hit{line: l, sheet: s, row: -1}
	from := 0
	switch value := l.firstValue(); {
	case l.run && value < 0:
		return best, false
	case l.run: // words far above the values are prose or headers
		from = max(value-10, 0)
	}
	for i := from; i < len(l.own); i++ {
		if p := l.own[i]; (p.wordy() || p.label != "") && !p.furnish {
			best.tryLabel(x, i)
		}
	}
	return best, best.row >= 0 && !best.headsGroup() && best.hasValues()
}

// tryLabel takes the words that end with piece i for the label, if they name a row better than those tried before.
func (h *hit) tryLabel(x *form.LabelIndex, i int) {
	own := h.line.own
	folded, size, torn := "", 0, false
	for j := i; j >= 0 && i-j < 6; j-- {
		q := own[j]
		if q.soft {
			continue
		}
		if !q.wordy() && !(j == i && q.label != "") {
			break
		}
		folded, size, torn = q.label+folded, size+len(q.text), torn || q.torn
		if size > 360 {
			break
		}
		label, score, second := folded, 1.0, 0.0
		var row int
		if j == i {
			if row, score, second = x.Find(label); row < 0 {
				if row = h.belowHeading(x, label, i); row >= 0 {
					score = 1
				}
			}
		} else { // joined with the words before it a label must be a known wording
			if torn { // a note in brackets begins in one cell or line and ends in another
				label = form.Fold(textOf(own[j : i+1]))
			}
			var known bool
			if row, known = x.Known(label); !known {
				continue
			}
		}
		if row < 0 || score < form.LikeEnough || score < 1 && score-second < form.LikeMargin {
			continue
		}
		if score > h.like || score == h.like && i+1 > h.from {
			h.row, h.from, h.label, h.like = row, i+1, label, score
		}
		if score == 1 {
			break
		}
	}
}

// belowHeading gives the row of a label that several rows of the form share: the heading last seen before piece i
// decides, in the line, in the cells that reach into it, or in the lines above. -1 if it is no such label, or no
// heading was seen.
func (h *hit) belowHeading(x *form.LabelIndex, label string, i int) int {
	if _, several := x.Known(label); !several {
		return -1
	}
	last := func(ps []*piece) int {
		for k := len(ps) - 1; k >= 0; k-- {
			if row, ok := x.Under(ps[k].label, label); ok {
				return row
			}
		}
		return -1
	}
	if row := max(last(h.line.own[:i]), last(h.line.over)); row >= 0 {
		return row
	}
	for k := slices.Index(h.sheet.lines, h.line) - 1; k >= 0; k-- {
		if row := last(h.sheet.lines[k].own); row >= 0 {
			return row
		}
	}
	return -1
}

// textOf joins what pieces print; blank lines print nothing.
func textOf(ps []*piece) string {
	var b strings.Builder
	for _, p := range ps {
		if !p.soft {
			b.WriteString(p.text)
		}
	}
	return b.String()
}

// headsGroup reports whether a further label stands between the one found and the values: then that was a group's.
func (h *hit) headsGroup() bool {
	for _, p := range h.line.own[h.from:] {
		if p.valueLike() && !p.soft && p.state != Blank {
			return false
		}
		if p.wordy() && utf8.RuneCountInString(p.label) >= 6 {
			return true
		}
	}
	return false
}

// hasValues reports whether something that may be a value stands behind the label, or, in a table behind a known label,
// nothing but short words.
func (h *hit) hasValues() bool {
	rest := h.line.own[h.from:]
	for _, p := range rest {
		if p.valueLike() && !p.furnish {
			return true
		}
	}
	if h.line.run || h.like < 1 || len(rest) == 0 {
		return false
	}
	for _, p := range rest { // a row whose every value is words
		if utf8.RuneCountInString(p.text) > 8 {
			return false
		}
	}
	return true
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
	return hard(values) // some blank lines are cells, some may not be: what is printed alone is sure
}

// hard leaves out the blank lines that may be no cells.
func hard(values []*piece) []*piece {
	soft := 0
	for _, p := range values {
		if p.soft {
			soft++
		}
	}
	if soft == 0 {
		return values
	}
	out := make([]*piece, 0, len(values)-soft)
	for _, p := range values {
		if !p.soft {
			out = append(out, p)
		}
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

// named gives the piece that ends the label.
func (h *hit) named() *piece { return h.line.own[h.from-1-h.units] }

func (h *hit) placed() extract.Place {
	if h.from > 0 && h.from <= len(h.line.own) {
		return h.named().place
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
	n := namer{have: map[int]bool{}, out: append([]hit(nil), hs...)}
	for i := range hs {
		known[hs[i].line] = i
		n.have[hs[i].row] = true
	}
	last := hs[len(hs)-1]
	within, prev := false, -1
	for _, s := range all {
		touched := false
		for _, l := range s.lines {
			if _, ok := known[l]; ok {
				touched = true
				break
			}
		}
		if !touched && !within {
			continue
		}
		for _, l := range s.lines {
			if i, ok := known[l]; ok {
				if within && hs[i].row > prev || i == 0 {
					n.name(prev, hs[i].row)
				}
				n.waiting, within, prev = nil, l != last.line, hs[i].row
			} else if w, ok := unlabelled(l, len(f.Columns)); ok {
				w.sheet = s
				n.waiting = append(n.waiting, w)
			}
		}
		if touched && !within && prev == last.row {
			n.name(prev, len(f.Rows))
			break
		}
	}
	sort.SliceStable(n.out, func(i, j int) bool {
		a, b := n.out[i].line, n.out[j].line
		if a.table != b.table {
			return a.table < b.table
		}
		return a.row < b.row
	})
	return n.out
}

// A namer gives the lines that wait for a name those of the rows that are missing.
type namer struct {
	have    map[int]bool // rows that have a line
	waiting []hit
	out     []hit
}

// name names the lines that wait, if just as many rows are missing between two.
func (n *namer) name(after, before int) {
	var missing []int
	for r := after + 1; r < before; r++ {
		if !n.have[r] {
			missing = append(missing, r)
		}
	}
	if len(missing) != len(n.waiting) {
		return
	}
	for i, w := range n.waiting {
		w.row, w.place = missing[i], true
		n.have[w.row] = true
		n.out = append(n.out, w)
	}
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
