package normalize

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/extract/script"
)

// fold brings a printed label to the form in which labels are compared: full-width forms narrowed, white space,
// punctuation, its ordinal (一、 （一） 1. 1、 （3）) and a trailing note in brackets removed.
func fold(s string) string {
	s = squeeze(s)
	s = trimOrdinal(s)
	// a note in brackets says nothing about which label it is; "（一）" alone is an ordinal and gone by now
	for {
		i := strings.IndexByte(s, '(')
		if i < 0 {
			break
		}
		j := strings.IndexByte(s[i:], ')')
		if j < 0 {
			if i > 0 {
				s = s[:i]
			}
			break
		}
		if i == 0 && i+j+1 == len(s) {
			break
		}
		s = s[:i] + s[i+j+1:]
	}
	var b strings.Builder
	for _, r := range s {
		if !unicode.IsPunct(r) && !unicode.IsSymbol(r) && !script.IsRaised(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// squeeze narrows full-width forms and removes all white space and characters without width.
func squeeze(s string) string {
	if isPlain(s) {
		return s
	}
	if strings.Contains(s, "\xef") || strings.Contains(s, "\xe2\x82\xa9") { // U+F000 on, where the full-width forms are
		s = width.Fold.String(s)
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || invisible(r) {
			return -1
		}
		return r
	}, s)
}

func isPlain(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

func invisible(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0xad || r == 0xfeff || r == 0x180e || (r >= 0x200b && r <= 0x200f) || (r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x2064) || r == 0x3000
}

// unreadable stands for a character of the source that no table could tell.
const unreadable = '\ufffd'

const chineseOrdinals = "一二三四五六七八九十"

// trimOrdinal removes one leading ordinal of a squeezed label: 一、 （一） (1) 1. 1、 ① and a bare digit before a word.
func trimOrdinal(s string) string {
	r := []rune(s)
	i := 0
	if len(r) > 1 && r[0] >= '①' && r[0] <= '⑳' {
		return string(r[1:])
	}
	open := i < len(r) && (r[i] == '(' || r[i] == unreadable)
	if open {
		i++
	}
	start, digits := i, false
	for i < len(r) && i-start < 3 && (strings.ContainsRune(chineseOrdinals, r[i]) || r[i] >= '0' && r[i] <= '9') {
		digits = r[i] <= '9'
		i++
	}
	if i == start {
		return s
	}
	closed := i < len(r) && (r[i] == ')' || r[i] == unreadable)
	if closed {
		i++
	}
	point := false
	for i < len(r) && strings.ContainsRune("、.,:;·\ufffd", r[i]) {
		i++
		point = true
	}
	switch {
	case i == len(r):
		return s // nothing but an ordinal: keep it, it is no label
	case open && closed, point, closed:
		return string(r[i:])
	case digits && !open && unicode.Is(unicode.Han, r[i]) && !strings.ContainsRune("年月日件条个项次人", r[i]):
		return string(r[i:])
	}
	return s
}

// ordinal gives the value of a leading top-level ordinal (一、 or 1、) of a heading, 0 if there is none,
// and whether it was in brackets.
func ordinal(s string) (n int, bracketed bool) {
	r := []rune(squeeze(s))
	i := 0
	if i < len(r) && r[i] == '(' {
		bracketed = true
		i++
	}
	start := i
	for i < len(r) && strings.ContainsRune(chineseOrdinals, r[i]) {
		i++
	}
	if i == start || i-start > 2 || i >= len(r) {
		return 0, false
	}
	if bracketed && r[i] != ')' || !bracketed && !strings.ContainsRune("、.,:", r[i]) {
		return 0, false
	}
	n = 0
	for _, c := range r[start:i] {
		k := strings.IndexRune(chineseOrdinals, c)/3 + 1
		if k == 10 && n > 0 {
			n *= 10
		} else {
			n += k
		}
	}
	return n, bracketed
}

// likeRunes is the likeness of two folded labels, 2·LCS/(len x + len y) over their characters, from 0 to 1; 0 as soon as
// it is sure to be below least.
func likeRunes(x, y []rune, least float64) float64 {
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

// A labelIndex finds which row a printed label means. It is made once a form and not changed.
type labelIndex struct {
	exact   map[string]int // folded label → row; -1 = ambiguous
	leaves  [][]rune
	of      []int
	groups  map[string]bool
	longest int // characters of the longest label
}

func (f *Form) makeIndex() {
	x := &labelIndex{exact: map[string]int{}, groups: map[string]bool{}}
	for _, g := range f.Groups {
		x.groups[fold(g)] = true
	}
	for r := range f.Rows {
		path := f.Rows[r].Path
		x.add(path[len(path)-1], r)
		for _, a := range f.Rows[r].Also {
			x.add(a, r)
		}
	}
	f.labels = x
	for c := range f.Columns {
		path := f.Columns[c].Path
		var words []string
		for _, w := range append([]string{path[len(path)-1]}, f.Columns[c].Also...) {
			words = append(words, fold(w))
		}
		f.columnWords = append(f.columnWords, words)
		for _, p := range path[:len(path)-1] {
			if k := fold(p); !containsString(f.parentWords, k) {
				f.parentWords = append(f.parentWords, k)
			}
		}
		f.every = append(f.every, c)
	}
	for r := range f.Rows {
		path := f.Rows[r].Path
		var words []string
		for _, w := range append([]string{path[len(path)-1]}, f.Rows[r].Also...) {
			words = append(words, fold(w))
		}
		f.rowWords = append(f.rowWords, words)
	}
	for _, t := range f.Titles {
		f.titleWords = append(f.titleWords, []rune(fold(t)))
	}
}

func containsString(xs []string, x string) bool {
	for _, y := range xs {
		if y == x {
			return true
		}
	}
	return false
}

func (x *labelIndex) add(label string, i int) {
	k := fold(label)
	if j, ok := x.exact[k]; ok {
		if j != i {
			x.exact[k] = -1
		}
		return
	}
	x.exact[k] = i
	leaf := []rune(k)
	x.leaves = append(x.leaves, leaf)
	x.of = append(x.of, i)
	x.longest = max(x.longest, len(leaf))
}

// find gives the best row for a folded label, how alike they are, and how alike the second-best row is; likenesses
// too small to matter are 0.
func (x *labelIndex) find(k string) (row int, score, second float64) {
	if i, ok := x.exact[k]; ok && i >= 0 {
		return i, 1, 0
	}
	if k == "" || len(k) > 9*x.longest || x.groups[k] {
		return -1, 0, 0
	}
	row = -1
	runes := []rune(k)
	for n, leaf := range x.leaves {
		s := likeRunes(runes, leaf, likeEnough-likeMargin)
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
