package normalize

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"
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
		if !unicode.IsPunct(r) && !unicode.IsSymbol(r) {
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
	s = width.Fold.String(s)
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

const chineseOrdinals = "一二三四五六七八九十"

// trimOrdinal removes one leading ordinal of a squeezed label: 一、 （一） (1) 1. 1、 ① and a bare digit before a word.
func trimOrdinal(s string) string {
	r := []rune(s)
	i := 0
	if len(r) > 1 && r[0] >= '①' && r[0] <= '⑳' {
		return string(r[1:])
	}
	open := i < len(r) && r[i] == '('
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
	closed := i < len(r) && r[i] == ')'
	if closed {
		i++
	}
	point := false
	for i < len(r) && strings.ContainsRune("、.,:;·", r[i]) {
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

// likeness is 2·LCS/(len a + len b) over the characters of two folded labels, 0 … 1.
func likeness(a, b string) float64 {
	if a == b {
		return 1
	}
	x, y := []rune(a), []rune(b)
	if len(x) == 0 || len(y) == 0 {
		return 0
	}
	if d := len(x) - len(y); d > 2*len(y) || -d > 2*len(x) {
		return 0
	}
	prev, cur := make([]int, len(y)+1), make([]int, len(y)+1)
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
		prev, cur = cur, prev
	}
	return 2 * float64(prev[len(y)]) / float64(len(x)+len(y))
}

// A labelIndex finds which row (or column) a printed label means.
type labelIndex struct {
	exact  map[string]int // folded label → index; -1 = ambiguous
	leaves []string
	of     []int
	groups map[string]bool
}

func (f *Form) rowLabels() *labelIndex {
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
	return x
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
	x.leaves = append(x.leaves, k)
	x.of = append(x.of, i)
}

// find gives the best row for a folded label, how alike they are, and how alike the second-best row is.
func (x *labelIndex) find(k string) (row int, score, second float64) {
	if i, ok := x.exact[k]; ok && i >= 0 {
		return i, 1, 0
	}
	if k == "" || x.groups[k] {
		return -1, 0, 0
	}
	row = -1
	for n, leaf := range x.leaves {
		s := likeness(k, leaf)
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
