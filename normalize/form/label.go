package form

import (
	"math/bits"
	"slices"
)

// How far a label that is no known wording may still be a row's.
const (
	LikeEnough = 0.72 // the likeness that it must have
	LikeMargin = 0.06 // by how much it must beat the next row
)

// Likeness is the likeness of two folded labels, 2·LCS/(len x + len y) over their characters, from 0 to 1; 0 as soon as
// it is sure to be below least.
func Likeness(x, y []rune, least float64) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	all := float64(len(x) + len(y))
	if 2*float64(min(len(x), len(y)))/all < least {
		return 0
	}
	var space [2][96]int
	prev, cur := space[0][:], space[1][:]
	if len(y) >= len(prev) {
		prev, cur = make([]int, len(y)+1), make([]int, len(y)+1)
	}
	for i := range x {
		for j := range y {
			switch {
			case x[i] == y[j]:
				cur[j+1] = prev[j] + 1
			case prev[j+1] > cur[j]:
				cur[j+1] = prev[j+1]
			default:
				cur[j+1] = cur[j]
			}
		}
		if 2*float64(cur[len(y)]+len(x)-1-i)/all < least {
			return 0
		}
		prev, cur = cur, prev
	}
	return 2 * float64(prev[len(y)]) / all
}

// Letters is a set of characters, as far as 128 bits tell them apart: what is not in it is not in the text.
type Letters [2]uint64

// LettersOf gives the characters of a text.
func LettersOf(text string) (s Letters) {
	for _, r := range text {
		s.Add(r)
	}
	return s
}

// Add takes a character in.
func (s *Letters) Add(r rune) { s[r>>6&1] |= 1 << (r & 63) }

// Has reports whether a character may be one of them.
func (s *Letters) Has(r rune) bool { return s[r>>6&1]>>(r&63)&1 != 0 }

// Within reports whether a text of these characters may be a part of one of others.
func (s Letters) Within(of Letters) bool { return s[0]&^of[0]|s[1]&^of[1] == 0 }

// apart says how many characters of a text of these characters, at least, are none of one of others, and the other way
// round.
func (s Letters) apart(of Letters) (here, there int) {
	return bits.OnesCount64(s[0]&^of[0]) + bits.OnesCount64(s[1]&^of[1]), bits.OnesCount64(of[0]&^s[0]) + bits.OnesCount64(of[1]&^s[1])
}

// shared counts the characters of a text that may be in the set: no common subsequence is longer.
func (s Letters) shared(text []rune) (n int) {
	for _, r := range text {
		n += int(s[r>>6&1] >> (r & 63) & 1)
	}
	return n
}

// A LabelIndex finds which row a printed label means. It is made once a form and not changed.
type LabelIndex struct {
	exact   map[string]int // folded label → row; -1 = it is that of several rows
	under   map[string]int // a label above it, a line break, folded label → row; -1 = of several even there
	leaves  [][]rune
	letters []Letters // of each leaf
	of      []int
	groups  map[string]bool
	longest int // characters of the longest label
}

func (f *Form) makeIndex() {
	x := &LabelIndex{exact: map[string]int{}, under: map[string]int{}, groups: map[string]bool{}}
	for _, g := range f.Groups {
		x.groups[Fold(g)] = true
	}
	for r := range f.Rows {
		path := f.Rows[r].Path
		for _, label := range append([]string{leaf(path)}, f.Rows[r].Also...) {
			x.add(label, r)
			for _, above := range path[:len(path)-1] {
				x.addUnder(above, label, r)
			}
		}
	}
	f.Labels = x
	for c := range f.Columns {
		path := f.Columns[c].Path
		var words []string
		for _, w := range append([]string{leaf(path)}, f.Columns[c].Also...) {
			words = append(words, Fold(w))
		}
		f.ColumnWords = append(f.ColumnWords, words)
		var letters []Letters
		for _, w := range words {
			letters = append(letters, LettersOf(w))
		}
		f.ColumnLetters = append(f.ColumnLetters, letters)
		for _, p := range path[:len(path)-1] {
			if k := Fold(p); !slices.Contains(f.ParentWords, k) {
				f.ParentWords = append(f.ParentWords, k)
			}
		}
		f.Every = append(f.Every, c)
	}
	for r := range f.Rows {
		path := f.Rows[r].Path
		var words []string
		for _, w := range append([]string{leaf(path)}, f.Rows[r].Also...) {
			words = append(words, Fold(w))
		}
		f.RowWords = append(f.RowWords, words)
	}
	for _, t := range f.Titles {
		f.TitleWords = append(f.TitleWords, []rune(Fold(t)))
	}
	f.makeHeads()
}

func (x *LabelIndex) add(label string, i int) {
	k := Fold(label)
	if j, ok := x.exact[k]; ok {
		if j != i {
			x.exact[k] = -1
		}
		return
	}
	x.exact[k] = i
	leaf := []rune(k)
	x.leaves = append(x.leaves, leaf)
	x.letters = append(x.letters, LettersOf(k))
	x.of = append(x.of, i)
	x.longest = max(x.longest, len(leaf))
}

func (x *LabelIndex) addUnder(above, label string, i int) {
	k := Fold(above) + "\n" + Fold(label)
	if j, ok := x.under[k]; ok && j != i {
		i = -1
	}
	x.under[k] = i
}

// Under gives the row of a folded label below a folded label of its path: the same words may stand below several
// headings.
func (x *LabelIndex) Under(above, k string) (row int, ok bool) {
	row, ok = x.under[above+"\n"+k]
	return row, ok && row >= 0
}

// Known gives the row of a folded label that is one of its wordings; -1 where it is one of several rows.
func (x *LabelIndex) Known(k string) (row int, ok bool) {
	row, ok = x.exact[k]
	return row, ok
}

// Group reports whether a folded label heads several rows.
func (x *LabelIndex) Group(k string) bool { return x.groups[k] }

// Find gives the best row for a folded label, how alike they are, and how alike the second-best row is; likenesses
// too small to matter are 0.
func (x *LabelIndex) Find(k string) (row int, score, second float64) {
	if i, ok := x.exact[k]; ok { // of several rows: none, if the heading above does not tell
		if i < 0 {
			return -1, 0, 0
		}
		return i, 1, 0
	}
	if k == "" || len(k) > 9*x.longest || x.groups[k] {
		return -1, 0, 0
	}
	row = -1
	runes := []rune(k)
	letters := LettersOf(k)
	for n, leaf := range x.leaves {
		here, there := letters.apart(x.letters[n])
		if 2*float64(min(len(runes)-here, len(leaf)-there))/float64(len(runes)+len(leaf)) < LikeEnough-LikeMargin {
			continue // as nearly all are
		}
		if 2*float64(x.letters[n].shared(runes))/float64(len(runes)+len(leaf)) < LikeEnough-LikeMargin {
			continue
		}
		s := Likeness(runes, leaf, LikeEnough-LikeMargin)
		switch {
		case s > score:
			if row != x.of[n] {
				second = score
			}
			row, score = x.of[n], s
		case s > second && x.of[n] != row:
			second = s
		}
	}
	return row, score, second
}
