package normalize

import (
	"slices"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// unstacked gives a document in which rows that stack several rows of a form in their cells, a line each, are rows of
// their own: one cell with five labels beside cells with five figures. A number or a label that merely wraps is left
// alone: as many known labels must stand in one cell as figures in the others.
func (sh *shaper) unstacked(doc *extract.Document) *extract.Document {
	out := doc
	for i := range doc.Blocks {
		t := doc.Blocks[i].Table
		if t == nil || !slices.ContainsFunc(t.Cells, func(c extract.Cell) bool { return stack(c.Text) != nil }) {
			continue
		}
		u := sh.unstack(t)
		if u == nil {
			continue
		}
		if out == doc {
			c := *doc
			c.Blocks = slices.Clone(doc.Blocks)
			out = &c
		}
		out.Blocks[i].Table = u
	}
	return out
}

// stack gives the lines of a cell that prints several figures, one a line; nil if it is no such cell.
func stack(text string) []string {
	if !strings.Contains(text, "\n") {
		return nil
	}
	lines := strings.Split(text, "\n")
	for _, l := range lines {
		if r := read(l); r.number == nil && !r.zeroable() || r.doubt != "" {
			return nil
		}
	}
	return lines
}

// unstack gives a table with its stacked rows apart; nil if it has none.
func (sh *shaper) unstack(t *extract.Table) *extract.Table {
	into := map[int]int{} // row → how many it is
	labels := map[int][]string{}
	for r := range t.Rows {
		if k, at, ls := sh.stacked(t, r); k > 1 {
			into[r], labels[at] = k, ls
		}
	}
	if len(into) == 0 {
		return sh.spread(t)
	}
	u := *t
	u.Cells = nil
	shift := func(row int) (n int) {
		for r, k := range into {
			if r < row {
				n += k - 1
			}
		}
		return n
	}
	u.Rows += shift(t.Rows)
	for i := range t.Cells {
		c := t.Cells[i]
		row := c.Row + shift(c.Row)
		lines := labels[i]
		if lines == nil && into[c.Row] > 1 {
			lines = stack(c.Text)
		}
		if lines == nil || into[c.Row] == 0 {
			c.RowSpan = max(c.RowSpan, 1)
			c.RowSpan += shift(c.Row+c.RowSpan) - shift(c.Row)
			c.Row = row
			u.Cells = append(u.Cells, c)
			continue
		}
		for k, l := range lines {
			d := c
			d.Row, d.RowSpan, d.Text = row+k, 1, l
			u.Cells = append(u.Cells, d)
		}
	}
	slices.SortStableFunc(u.Cells, func(a, b extract.Cell) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Col - b.Col
	})
	return &u
}

// spread gives a table in which the figures of several rows stand in the cells of one of them, because nothing on the
// page rules between them, with each in the row of its label: just as many rows around are blank as there are figures.
// Where they are not as many the table is doubted.
func (sh *shaper) spread(t *extract.Table) *extract.Table {
	rows := make([][]int, t.Rows)
	for i := range t.Cells {
		if r := t.Cells[i].Row; r < t.Rows {
			rows[r] = append(rows[r], i)
		}
	}
	var u *extract.Table
	for r := range rows {
		k, even, cols := 0, true, map[int]bool{}
		for _, i := range rows[r] {
			c := &t.Cells[i]
			lines := stack(c.Text)
			if lines == nil {
				even = even && read(c.Text).number == nil
				continue
			}
			cols[c.Col] = true
			even = even && (k == 0 || k == len(lines))
			k = len(lines)
		}
		if len(cols) < 2 || !even {
			continue // numbers that wrap
		}
		from, to := r, r+1
		for from > 0 && sh.bareRow(t, rows[from-1], cols) {
			from--
		}
		for to < len(rows) && sh.bareRow(t, rows[to], cols) {
			to++
		}
		if to-from == 1 {
			continue
		}
		if to-from != k || !sh.labelled(t, rows[r]) {
			sh.unsettled = append(sh.unsettled, t.Place)
			continue
		}
		if u == nil {
			c := *t
			c.Cells = slices.Clone(t.Cells)
			u = &c
		}
		for _, i := range rows[r] {
			lines := stack(t.Cells[i].Text)
			for n := from; n < to && lines != nil; n++ {
				for _, j := range rows[n] {
					if t.Cells[j].Col == t.Cells[i].Col {
						u.Cells[j].Text, u.Cells[j].Place, u.Cells[j].Seen = lines[n-from], t.Cells[i].Place, t.Cells[i].Seen
					}
				}
			}
		}
	}
	return u
}

// labelled reports whether a row begins with a label of the form.
func (sh *shaper) labelled(t *extract.Table, row []int) bool {
	return slices.ContainsFunc(row, func(i int) bool {
		k := form.Fold(t.Cells[i].Text)
		return len(k) > 6 && sh.known(k) && !sh.group(k)
	})
}

// bareRow reports whether a row has a label, and blank cells in some columns.
func (sh *shaper) bareRow(t *extract.Table, row []int, cols map[int]bool) bool {
	blank := 0
	for _, i := range row {
		c := &t.Cells[i]
		if cols[c.Col] {
			if c.Text != "" {
				return false
			}
			blank++
		}
		if read(c.Text).number != nil {
			return false
		}
	}
	return blank == len(cols) && sh.labelled(t, row)
}

// stacked tells how many rows are stacked in one, which of the table's cells holds their labels, and these; k = 0 where
// it is an ordinary row.
func (sh *shaper) stacked(t *extract.Table, row int) (k, at int, labels []string) {
	for i := range t.Cells {
		c := &t.Cells[i]
		if c.Row != row {
			continue
		}
		if lines := stack(c.Text); lines != nil {
			if k != 0 && k != len(lines) || c.RowSpan > 1 || c.Seen != nil {
				return 0, 0, nil
			}
			k = len(lines)
		}
	}
	if k == 0 {
		return 0, 0, nil
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		if c.Row != row || stack(c.Text) != nil {
			continue
		}
		if r := read(c.Text); r.number != nil {
			return 0, 0, nil // a single figure beside several
		}
		if ls := sh.labelsIn(strings.Split(c.Text, "\n")); len(ls) == k && c.RowSpan <= 1 {
			at, labels = i, ls
		}
	}
	if labels == nil {
		return 0, 0, nil
	}
	return k, at, labels
}

// labelsIn reads lines as labels of the form, each of one line or, wrapped, of several; labels of groups between them
// are left out. nil where some line is of none.
func (sh *shaper) labelsIn(lines []string) []string {
	var out []string
	seen := map[string]bool{}
	for i := 0; i < len(lines); {
		n, label := 0, ""
		for k := i + 1; k <= min(i+6, len(lines)); k++ {
			if text := strings.Join(lines[i:k], ""); sh.known(form.Fold(text)) {
				n, label = k-i, text
			}
		}
		switch {
		case n == 0 && strings.TrimSpace(lines[i]) != "":
			return nil
		case n == 0:
			n = 1
		case sh.group(form.Fold(label)):
		case seen[label]:
			return nil
		default:
			seen[label] = true
			out = append(out, label)
		}
		i += n
	}
	return out
}

// group reports whether a folded text heads several rows, or columns, and is none itself in any form.
func (sh *shaper) group(label string) bool {
	heads := false
	for _, t := range sh.forms.Tables() {
		for _, f := range sh.forms.Editions(t) {
			heads = heads || slices.Contains(f.ParentWords, label)
			for _, g := range f.Groups {
				heads = heads || form.Fold(g) == label
			}
			if _, row := f.Labels.Known(label); row || columnOf(f, label) >= 0 {
				return false
			}
		}
	}
	return heads
}
