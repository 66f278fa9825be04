package normalize

import (
	"math/bits"
	"slices"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// crossRuns finds the tables that a text prints column by column: first the labels of several rows, one below the
// other, then the values of a column, one below the other, then those of the next, with the names of the columns between
// them or above.
func (sh *shaper) crossRuns(f *form.Form, all []*sheet) ([]*sheet, bool) {
	done := false
	for i, s := range all {
		if len(s.lines) == 0 || !s.lines[0].run {
			continue
		}
		lines := make([]*line, len(s.lines))
		for k, l := range s.lines {
			lines[k] = upright(f, l)
		}
		some := false
		for k := 0; k < len(lines); k++ {
			if with, used := columnwise(f, lines[k:]); used > 0 {
				lines = slices.Replace(lines, k, k+used, with...)
				k += len(with) - 1
				some = true
			}
		}
		if some {
			all = replaced(all, i, withLines(s, lines))
			done = true
			sh.found(f.Table, CodeReshaped, Note, s.place, "the text prints the table column by column; it was read so")
		}
	}
	return all, done
}

// upright gives a line in which the words of headers that stand one character below the other are whole.
func upright(f *form.Form, l *line) *line {
	single := func(p *piece) bool { return p.wordy() && utf8.RuneCountInString(p.label) == 1 }
	var own []*piece
	for i := 0; i < len(l.own); i++ {
		p := l.own[i]
		word, whole, n := p.label, "", 1
		for k := i + 1; single(p) && k < min(i+10, len(l.own)) && single(l.own[k]); k++ {
			if word += l.own[k].label; columnOf(f, word) >= 0 || slices.Contains(f.ParentWords, word) {
				n = k + 1 - i
				whole = word
			}
		}
		if n > 1 {
			c := *p
			c.label, c.text = whole, whole
			p = &c
		}
		if n > 1 && own == nil {
			own = slices.Clone(l.own[:i])
		}
		if own != nil {
			own = append(own, p)
		}
		i += n - 1
	}
	if own == nil {
		return l
	}
	c := *l
	c.own, c.extent = own, len(own)
	return &c
}

// columnwise takes the labels that end the first of the lines, and the columns of values that follow them, and makes a
// line of each label; used = 0 where they are no such columns.
func columnwise(f *form.Form, lines []*line) (with []*line, used int) {
	first := lines[0]
	n := first.firstValue()
	if n < 2 {
		return nil, 0
	}
	if labels, rows, from := labelsBefore(f, first.own[:n]); len(labels) > 1 {
		want := f.Rows[rows[0]].Columns
		nc, m := len(want), len(labels)
		if vs := fit(first.own[n:], m*nc); nc > 1 && len(vs) == m*nc && sameColumns(f, rows, want) {
			if vs = byColumns(f, want, vs, m); vs != nil {
				return runLines(first, first.own[:from], labels, vs, nc), 1
			}
		}
	}
	return namedColumns(f, lines, n)
}

// namedColumns is columnwise where each column of values stands below its name.
func namedColumns(f *form.Form, lines []*line, n int) (with []*line, used int) {
	first := lines[0]
	at := n - 1
	for at > 0 && (first.own[at].soft || slices.Contains(f.ParentWords, first.own[at].label)) {
		at--
	}
	if columnOf(f, first.own[at].label) < 0 {
		return nil, 0
	}
	begin := at
	for begin > 0 && (first.own[begin-1].soft || slices.Contains(f.ParentWords, first.own[begin-1].label)) {
		begin--
	}
	labels, rows, from := labelsBefore(f, first.own[:begin])
	if len(labels) < 2 {
		return nil, 0
	}
	want := f.Rows[rows[0]].Columns
	nc, m := len(want), len(labels)
	if nc > len(lines) || !sameColumns(f, rows, want) {
		return nil, 0
	}
	lots := make([][]*piece, 0, nc)
	heads := slices.Clone(first.own[:from])
	seen := map[int]bool{}
	for i, l := range lines[:nc] {
		k := l.firstValue()
		if k < 1 {
			return nil, 0
		}
		name := l.own[k-1]
		if i == 0 {
			name = first.own[at]
		}
		c := columnOf(f, name.label)
		vs := fit(l.own[k:], m)
		if c < 0 || seen[c] || !slices.Contains(want, c) || len(vs) != m {
			return nil, 0
		}
		seen[c] = true
		heads = append(heads, name)
		lots = append(lots, vs)
	}
	var vs []*piece
	for i := range m {
		for _, lot := range lots {
			vs = append(vs, lot[i])
		}
	}
	return runLines(first, heads, labels, vs, nc), nc
}

func sameColumns(f *form.Form, rows, want []int) bool {
	return !slices.ContainsFunc(rows, func(r int) bool { return !slices.Equal(f.Rows[r].Columns, want) })
}

// labelsBefore gives the labels of different rows that end a run of words, one after the other, those of groups between
// them left out.
func labelsBefore(f *form.Form, words []*piece) (at, rows []int, from int) {
	from = len(words)
	blanks := 0
	for i := len(words) - 1; i >= 0; i-- {
		p := words[i]
		if p.soft {
			if blanks++; blanks > 4 {
				break
			}
			continue
		}
		row, ok := f.Labels.Known(p.label)
		if ok && row < 0 { // of several rows: the heading above decides
			for k := i - 1; k >= 0 && row < 0; k-- {
				if r, under := f.Labels.Under(words[k].label, p.label); under {
					row = r
				}
			}
		}
		if !ok || row < 0 {
			if slices.ContainsFunc(f.Groups, func(g string) bool { return form.Fold(g) == p.label }) {
				continue
			}
			break
		}
		if len(rows) > 0 && row >= rows[len(rows)-1] { // 其他 and 总计 head columns as well as rows
			break
		}
		blanks = 0
		at, rows, from = append(at, i), append(rows, row), i
	}
	slices.Reverse(at)
	slices.Reverse(rows)
	return at, rows, from
}

// byColumns orders values row by row that stand column by column, if the sums of the rows say that they do; values that
// stand row by row stay, if the sums say that. Else nil.
func byColumns(f *form.Form, want []int, vs []*piece, m int) []*piece {
	nc := len(want)
	turned := make([]*piece, 0, len(vs))
	for i := range m {
		for c := range nc {
			turned = append(turned, vs[c*m+i])
		}
	}
	down, across, same := rowSums(f, turned, nc), rowSums(f, vs, nc), true
	for i := range vs {
		same = same && vs[i].text == turned[i].text
	}
	switch {
	case same && down >= 0:
		return turned
	case down > 1 && down > 3*max(across, 0), down == 1 && across < 0:
		return turned
	case across > 1 && across > 3*max(down, 0), across == 1 && down < 0:
		return vs
	}
	return nil
}

// rowSums counts the rows whose sums hold and are not all zero, less those whose sums fail.
func rowSums(f *form.Form, vs []*piece, nc int) (n int) {
	if len(f.RowSums) == 0 || nc != len(f.Columns) {
		return -1
	}
	for i := 0; i+nc <= len(vs); i += nc {
		for _, sum := range f.RowSums {
			var left, right int64
			for c, p := range vs[i : i+nc] {
				switch {
				case slices.Contains(sum.Left, c):
					left += p.whole
				case slices.Contains(sum.Right, c):
					right += p.whole
				}
			}
			switch {
			case left != right:
				n--
			case left != 0:
				n++
			}
		}
	}
	return n
}

// runLines makes a line of each label with its values; what stands before the first label stays before it.
func runLines(like *line, head []*piece, labels []int, vs []*piece, nc int) []*line {
	var out []*line
	for i, at := range labels {
		c := *like
		c.own = nil
		if i == 0 {
			c.own = append(c.own, head...)
		}
		c.own = append(c.own, like.own[at])
		c.own = append(c.own, vs[i*nc:(i+1)*nc]...)
		c.extent = len(c.own)
		out = append(out, &c)
	}
	return out
}

// A columnsPart is some columns of a table, as lines of text print them.
type columnsPart struct {
	sheet int
	cols  []int
	heads []*piece
	above []*line // that print the headers alone
	lines []*line
	label []*piece // line by line
	vs    [][]*piece
	rows  []int
}

// joinRuns joins the parts of a table whose columns a text prints one lot after the other, each below its headers and
// behind the labels of the rows, by the edition that knows the most of these.
func (sh *shaper) joinRuns(table string, all []*sheet) []*sheet {
	var best []columnsPart
	for _, f := range sh.editions(table) {
		if parts := partsToJoin(f, all); len(parts) > 0 && (best == nil || len(parts[0].rows) > len(best[0].rows)) {
			best = parts
		}
	}
	if best == nil {
		return all
	}
	sh.found(table, CodeReshaped, Note, best[0].label[0].place,
		"the table is printed in parts, one for some of its columns; they were joined")
	return joinParts(all, best)
}

func partsToJoin(f *form.Form, all []*sheet) []columnsPart {
	if !fullRows(f) || slices.Contains(f.Layouts, form.Strip) {
		return nil
	}
	if !someParts(f, all) {
		return nil
	}
	var parts []columnsPart
	for i, s := range all {
		if len(s.lines) > 0 && s.lines[0].flow {
			parts = append(parts, partsOf(f, s, i)...)
		}
	}
	for i := range parts {
		n, cols := 0, map[int]bool{}
		for k := i; k < len(parts) && len(cols) < len(f.Columns); k++ {
			p := &parts[k]
			if len(p.rows) < 3 || !slices.Equal(p.rows, parts[i].rows) ||
				slices.ContainsFunc(p.cols, func(c int) bool { return cols[c] }) {
				break
			}
			for _, c := range p.cols {
				cols[c] = true
			}
			n++
		}
		if n > 1 && len(cols) == len(f.Columns) {
			return parts[i : i+n]
		}
	}
	return nil
}

// someParts is a quick look at whether columns of the form stand in several parts: two times the words above values name
// some of them and not all, or characters stand one below the other.
func someParts(f *form.Form, all []*sheet) bool {
	parts, together := 0, uint64(0)
	for _, s := range all {
		if len(s.lines) == 0 || !s.lines[0].flow {
			continue
		}
		var cols uint64
		for _, l := range s.lines {
			single, words := 0, l.own
			n := l.trailing()
			if n > 0 { // without the label of the row
				words = l.own[:max(len(l.own)-n-1, 0)]
			}
			for _, p := range words {
				if !p.wordy() || p.label == "" {
					continue
				}
				if single++; utf8.RuneCountInString(p.label) > 1 {
					single = 0
				}
				if single > 1 {
					return true
				}
				if c := columnOf(f, p.label); c >= 0 {
					cols |= 1 << min(c, 63)
				}
			}
			if cols != 0 && n > 0 {
				if bits.OnesCount64(cols) < len(f.Columns) {
					parts++
					together |= cols
				}
				cols = 0
			}
		}
	}
	return parts > 1 && bits.OnesCount64(together) == len(f.Columns)
}

// partsOf cuts lines at the words that head columns.
func partsOf(f *form.Form, s *sheet, i int) []columnsPart {
	var out []columnsPart
	var words []*piece
	var above [][2]*line // lines of words: as printed, as read
	var cur *columnsPart
	for _, printed := range s.lines {
		l := upright(f, printed)
		n := len(l.own) - l.trailing()
		if !isData(l) && !(cur != nil && n > 0 && len(fit(l.own[n:], len(cur.cols))) == len(cur.cols)) {
			words, above = append(words, l.own...), append(above, [2]*line{printed, l})
			continue
		}
		if n == 0 {
			cur = nil
			continue
		}
		words = append(words, l.own[:n-1]...)
		if heads, cols := headsAmong(f, words); len(cols) > 0 {
			out = append(out, columnsPart{sheet: i, cols: cols, heads: heads})
			cur = &out[len(out)-1]
			for _, w := range above {
				if slices.ContainsFunc(w[1].own, func(p *piece) bool { return slices.Contains(heads, p) }) {
					cur.above = append(cur.above, w[0])
				}
			}
		}
		words, above = nil, nil
		row, _, _ := rowOf(f, []*piece{l.own[n-1]})
		var vs []*piece
		if cur != nil {
			vs = fit(l.own[n:], len(cur.cols))
		}
		if cur == nil || row < 0 || len(vs) != len(cur.cols) {
			cur = nil
			continue
		}
		cur.lines, cur.label = append(cur.lines, printed), append(cur.label, l.own[n-1])
		cur.vs, cur.rows = append(cur.vs, vs), append(cur.rows, row)
	}
	return out
}

// headsAmong gives the columns that words head, in the order of their values: those below a common header stand where it
// stands.
func headsAmong(f *form.Form, words []*piece) (heads []*piece, cols []int) {
	at := map[int]int{}
	parent := -1
	for i, p := range words {
		if slices.Contains(f.ParentWords, p.label) {
			parent = i
		}
		c := columnOf(f, p.label)
		if c < 0 || slices.Contains(cols, c) {
			continue
		}
		at[c] = i * 2
		if len(f.Columns[c].Path) > 1 && parent >= 0 {
			at[c] = parent*2 + 1
		}
		cols, heads = append(cols, c), append(heads, p)
	}
	order := make([]int, len(cols))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return at[cols[a]] - at[cols[b]] })
	var hs []*piece
	var cs []int
	for _, i := range order {
		hs, cs = append(hs, heads[i]), append(cs, cols[i])
	}
	return hs, cs
}

// joinParts puts the lines of several parts together, in place of those of the first, below the headers of all. The lines
// that printed these head nothing more, and would be taken for what a page has cut off the table that follows.
func joinParts(all []*sheet, parts []columnsPart) []*sheet {
	gone := map[*line]bool{}
	instead := map[*line]*line{}
	for k, p := range parts {
		for _, l := range p.above {
			gone[l] = true
		}
		for i, l := range p.lines {
			if k > 0 {
				gone[l] = true
				continue
			}
			c := *l
			c.own = nil
			if i == 0 {
				for _, q := range parts {
					c.own = append(c.own, q.heads...)
				}
			}
			c.own = append(c.own, p.label[i])
			for _, q := range parts {
				c.own = append(c.own, q.vs[i]...)
			}
			c.extent = len(c.own)
			instead[l] = &c
		}
	}
	out := slices.Clone(all)
	for i, s := range all {
		var lines []*line
		changed := false
		for _, l := range s.lines {
			switch {
			case gone[l]:
				changed = true
			case instead[l] != nil:
				changed = true
				lines = append(lines, instead[l])
			default:
				lines = append(lines, l)
			}
		}
		if changed {
			out[i] = withLines(s, lines)
		}
	}
	return slices.DeleteFunc(out, func(s *sheet) bool { return len(s.lines) == 0 })
}
