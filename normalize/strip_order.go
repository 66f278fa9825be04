package normalize

import (
	"slices"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// A stripOrder is the order in which the headers of a strip stand, read along their words: for values of which only the
// order is known, as in a flattened text, or where the headers of a grid do not stand above their values.
type stripOrder struct {
	groups  []int // the form's rows in the order printed; nil where not all were read
	cols    []int // its columns in the order printed, the same in each group; nil where not all were read
	torn    bool  // pieces of words stand among the headers: what is read along them is in no order
	guessed bool  // of each group one column is named only because it is the one that is left

	groupsAgainst bool // the groups that were read stand in another order than the form's
	colsAgainst   bool // the columns do, or in another in each group, or words of another year or thing stand there
}

func (o *stripOrder) group(i int) int {
	if o.groups == nil {
		return i
	}
	return o.groups[i]
}

func (o *stripOrder) col(i int) int {
	if o.cols == nil {
		return i
	}
	return o.cols[i]
}

// against reports whether what was read contradicts the form's order and not all was read.
func (o *stripOrder) against(groups bool) bool { return o.colsAgainst || groups && o.groupsAgainst }

// words gives the words of the header lines in order.
func (h *stripHeads) words(f *form.Form) []word {
	out := wordsOf(f, headPieces(f, h.cut))
	for _, l := range h.lines {
		out = append(out, wordsOf(f, headPieces(f, l.own))...)
	}
	return out
}

// headPieces leaves out titles and what is too long for a header.
func headPieces(f *form.Form, ps []*piece) []*piece {
	var out []*piece
	for _, p := range ps {
		if !p.wordy() || isTitle(f, p.text) {
			continue
		}
		if utf8.RuneCountInString(p.label) >= 16 {
			if h := f.Heads.Read(p.text); !h.Known || len(h.Heads) == 0 {
				continue
			}
		}
		out = append(out, p)
	}
	return out
}

// readOrder reads the order of groups and columns from the words of headers.
func readOrder(f *form.Form, words []word) stripOrder {
	var o stripOrder
	var rows []form.Head // rows and what stands above them
	var cols []int       // columns; -1 = words that nobody knows
	for _, w := range words {
		switch {
		case w.Foreign:
			o.colsAgainst = true
		case !w.Known:
			o.torn = o.torn || w.Piece
			cols = append(cols, -1)
		case w.Row() >= 0:
			rows = append(rows, form.Head{Column: -1, Row: w.Row()})
		default:
			var own []form.Head
			named := false
			for _, x := range w.Heads {
				if x.Column < 0 {
					own = append(own, x)
					named = named || x.Row >= 0
				}
			}
			if !named || !w.Idle || !above(own) { // else a caption: 行政复议、行政诉讼情况
				rows = append(rows, own...)
			}
		}
		if w.Known && !w.Foreign {
			for _, x := range w.Heads {
				if x.Column >= 0 {
					cols = append(cols, x.Column)
				}
			}
		}
	}
	o.readGroups(f, rows)
	if !o.torn {
		o.readColumns(f, cols)
	}
	return o
}

// above reports whether one of the heads stands above several.
func above(heads []form.Head) bool {
	return slices.ContainsFunc(heads, func(x form.Head) bool { return x.Parent != "" })
}

// readGroups finds the order of the groups: that of their names, and what stands above several, where it is printed by
// itself, decides before these do.
func (o *stripOrder) readGroups(f *form.Form, heads []form.Head) {
	var seen []int
	parents := map[string]int{}
	for _, x := range heads {
		if x.Parent != "" {
			parents[x.Parent]++
		} else if !slices.Contains(seen, x.Row) {
			seen = append(seen, x.Row)
		}
	}
	parentOf := func(r int) string {
		if path := f.Rows[r].Path; len(path) > 1 {
			return form.Fold(path[0])
		}
		return ""
	}
	children := map[string][]int{}
	for _, r := range seen {
		if p := parentOf(r); p != "" {
			children[p] = append(children[p], r)
		}
	}
	var order []int
	add := func(r int) {
		if !slices.Contains(order, r) {
			order = append(order, r)
		}
	}
	met := map[string]int{}
	for _, x := range heads {
		switch {
		case x.Parent != "" && parents[x.Parent] == len(children[x.Parent]): // one above each
			add(children[x.Parent][met[x.Parent]])
			met[x.Parent]++
		case x.Parent != "":
			for _, r := range children[x.Parent] {
				add(r)
			}
		case parents[parentOf(x.Row)] == 0:
			add(x.Row)
		}
	}
	for _, r := range seen {
		add(r)
	}
	if len(order) == len(f.Rows) {
		o.groups = order
		return
	}
	o.groupsAgainst = !slices.IsSorted(order)
}

// readColumns finds the order of the columns, which must be the same in each group.
func (o *stripOrder) readColumns(f *form.Form, cols []int) {
	nc := len(f.Columns)
	var known []int
	for _, c := range cols {
		if c >= 0 {
			known = append(known, c)
		}
	}
	if o.colsAgainst {
		return
	}
	if len(known) > 0 && len(known)%nc == 0 && permutations(known, nc) {
		if o.cols = repeated(known, nc); o.cols == nil {
			o.colsAgainst = true
		}
		return
	}
	if len(known) > 0 && len(cols)%nc == 0 && len(cols) <= nc*len(f.Rows) {
		filled := fillLast(cols, nc)
		if filled != nil && permutations(filled, nc) {
			if o.cols = repeated(filled, nc); o.cols != nil {
				o.guessed = true
				return
			}
		}
		for i, c := range cols {
			o.colsAgainst = o.colsAgainst || c >= 0 && c != i%nc
		}
		return
	}
	groups := 1
	for i := 1; i < len(known); i++ {
		if known[i] <= known[i-1] {
			groups++
		}
	}
	o.colsAgainst = groups > len(f.Rows)
}

// permutations reports whether each n of the columns are all there are.
func permutations(cols []int, n int) bool {
	for i := 0; i < len(cols); i += n {
		part := slices.Sorted(slices.Values(cols[i : i+n]))
		for k, c := range part {
			if c != k {
				return false
			}
		}
	}
	return true
}

// repeated gives the order of n columns that is repeated; nil where it is not the same each time.
func repeated(cols []int, n int) []int {
	for i := n; i < len(cols); i += n {
		if !slices.Equal(cols[i:i+n], cols[:n]) {
			return nil
		}
	}
	return cols[:n]
}

// fillLast names the one column of each n that is not known; nil where more are not.
func fillLast(cols []int, n int) []int {
	out := slices.Clone(cols)
	for i := 0; i < len(out); i += n {
		part := out[i : i+n]
		free := -1
		sum := n * (n - 1) / 2
		for k, c := range part {
			switch {
			case c >= 0:
				sum -= c
			case free >= 0:
				return nil
			default:
				free = k
			}
		}
		if free >= 0 {
			if sum < 0 || sum >= n {
				return nil
			}
			part[free] = sum
		}
	}
	return out
}
