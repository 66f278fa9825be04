package form

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// An AnnexIndex finds what the labels and headers of an annex mean. It is made when the first one is looked for: reports
// of today print none.
type AnnexIndex struct {
	rows    map[string][]int // key of a label → rows: the same words may stand below several parents
	keys    []annexWord      // all wordings, for labels with a character wrong
	parent  []int            // of each row: the row that its path names above it; -1 = none
	above   []string         // of each row: the key of the label above it; "" = none
	heading map[string]int   // these keys, numbered from 0
	over    []int            // of each row: the number of the key above it; -1 = none
	heads   [][]int          // of each row: the numbers of those of its own keys that stand above others
	groups  map[string]bool  // keys of labels that head rows and are none
	columns map[string]int   // folded header, without a year → column
}

type annexWord struct {
	runes   []rune
	letters Letters
	row     int
}

// AnnexLabel brings a label of an annex to the form in which such labels are compared. within says that it begins with
// 其中: it is a part of the row before. Its number (1. 一、) is gone, and whether it counts a 数, 总数 or 数量 of them: the
// offices of one family print all three.
func AnnexLabel(label string) (key string, within bool) {
	s := Squeeze(label)
	for _, w := range []string{"其中", "其:中"} {
		if rest, ok := strings.CutPrefix(s, w); ok {
			within = true
			s = strings.TrimLeft(rest, ":,、;. ")
		}
	}
	s = strings.ReplaceAll(Fold(s), "其它", "其他")
	for _, end := range []string{"总数量", "总数", "数量", "总量", "数"} {
		if rest, ok := strings.CutSuffix(s, end); ok && utf8.RuneCountInString(rest) >= 2 {
			return rest, within
		}
	}
	return s, within
}

// AnnexHeader brings the header of a column to the form in which headers are compared, and gives the year that it names;
// 0 = none, -1 = several.
func AnnexHeader(text string) (key string, year int) {
	s := []rune(Squeeze(text))
	var out []rune
	for i := 0; i < len(s); i++ {
		n, size := yearAt(s[i:])
		if size > 0 && i+size < len(s) && s[i+size] == '年' {
			if year != 0 && year != n {
				year = -1
			} else if year == 0 {
				year = n
			}
			i += size - 1
			continue
		}
		out = append(out, s[i])
	}
	key = Fold(string(out))
	if key == "" {
		key = string(out)
	}
	if size := len(s); key == "" || year == 0 && size == 4 {
		if n, k := yearAt(s); k == size && size > 0 { // 2012 alone
			return "年", n
		}
	}
	return key, year
}

// yearAt reads a year in digits, or in Chinese ones (二〇一二), and how many characters it takes.
func yearAt(s []rune) (n, size int) {
	if len(s) < 4 {
		return 0, 0
	}
	for _, r := range s[:4] {
		d := strings.IndexRune("0123456789", r)
		if d < 0 {
			if d = slices.Index([]rune("〇一二三四五六七八九"), r); d < 0 {
				if r != '○' && r != '零' {
					return 0, 0
				}
				d = 0
			}
		}
		n = n*10 + d
	}
	if n < 1990 || n > 2100 || len(s) > 4 && strings.ContainsRune("0123456789", s[4]) {
		return 0, 0
	}
	return n, 4
}

func (f *Form) makeAnnex() *AnnexIndex {
	x := &AnnexIndex{rows: map[string][]int{}, groups: map[string]bool{}, columns: map[string]int{}}
	words, names := make([][]string, len(f.Rows)), make([][]string, len(f.Rows))
	for r := range f.Rows {
		for _, label := range append([]string{leaf(f.Rows[r].Path)}, f.Rows[r].Also...) {
			k, _ := AnnexLabel(label)
			names[r] = append(names[r], k)
			if k == "" || slices.Contains(words[r], k) {
				continue
			}
			words[r] = append(words[r], k)
			x.rows[k] = append(x.rows[k], r)
			x.keys = append(x.keys, annexWord{[]rune(k), LettersOf(k), r})
		}
	}
	for _, g := range f.Groups {
		k, _ := AnnexLabel(g)
		x.groups[k] = true
	}
	for r := range f.Rows {
		x.parent, x.above = append(x.parent, -1), append(x.above, "")
		path := f.Rows[r].Path
		if len(path) < 2 {
			continue
		}
		k, _ := AnnexLabel(path[len(path)-2])
		x.above[r] = k
		for i := r - 1; i >= 0 && x.parent[r] < 0; i-- {
			if slices.Contains(words[i], k) {
				x.parent[r] = i
			}
		}
	}
	for c := range f.Columns {
		for _, w := range append([]string{leaf(f.Columns[c].Path)}, f.Columns[c].Also...) {
			if k, _ := AnnexHeader(w); k != "" {
				if _, ok := x.columns[k]; !ok {
					x.columns[k] = c
				}
			}
		}
	}
	x.heading = map[string]int{}
	for _, k := range x.above {
		if _, ok := x.heading[k]; k != "" && !ok {
			x.heading[k] = len(x.heading)
		}
	}
	for r := range f.Rows {
		over := -1
		if x.above[r] != "" {
			over = x.heading[x.above[r]]
		}
		var heads []int
		for _, k := range names[r] {
			if n, ok := x.heading[k]; ok {
				heads = append(heads, n)
			}
		}
		x.over, x.heads = append(x.over, over), append(x.heads, heads)
	}
	return x
}

// Headings is how many keys stand above rows.
func (x *AnnexIndex) Headings() int { return len(x.heading) }

// Heading gives the number of a key that stands above rows; -1 where it stands above none.
func (x *AnnexIndex) Heading(key string) int {
	if n, ok := x.heading[key]; ok {
		return n
	}
	return -1
}

// Heads gives the numbers of those of a row's own keys that stand above others.
func (x *AnnexIndex) Heads(row int) []int { return x.heads[row] }

// Over gives the number of the key above a row; -1 if it has none.
func (x *AnnexIndex) Over(row int) int { return x.over[row] }

// Annex is the index of an annex's labels.
func (f *Form) Annex() *AnnexIndex { return f.annex() }

// Rows gives the rows that a key of AnnexLabel may be.
func (x *AnnexIndex) Rows(key string) []int { return x.rows[key] }

// Parent gives the row above a row, -1 if it has none, and the key of the label above it, "" if it has none.
func (x *AnnexIndex) Parent(row int) (parent int, label string) { return x.parent[row], x.above[row] }

// Group reports whether a key is that of a label that heads rows.
func (x *AnnexIndex) Group(key string) bool { return x.groups[key] }

// Column gives the column of a key of AnnexHeader; -1 if there is none.
func (x *AnnexIndex) Column(key string) int {
	if c, ok := x.columns[key]; ok {
		return c
	}
	return -1
}

// turning are the characters that make another thing of a label: one too many or too few is no slip of the pen.
const turning = "不未非无否去上前下后本其他全部分主被予同转延按"

// Near gives the row whose wording differs from a key by one character, lost, added or another; -1 if there is none, or
// several, or if the character may turn the meaning.
func (x *AnnexIndex) Near(key string) int {
	k := []rune(key)
	if len(k) < 5 {
		return -1
	}
	row := -1
	letters := LettersOf(key)
	for _, w := range x.keys {
		if here, there := letters.apart(w.letters); here > 1 || there > 1 || !oneApart(k, w.runes) {
			continue
		}
		if row >= 0 && row != w.row {
			return -1
		}
		row = w.row
	}
	return row
}

func oneApart(a, b []rune) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	turns := func(rs ...rune) bool {
		return slices.ContainsFunc(rs, func(r rune) bool { return strings.ContainsRune(turning, r) || r >= '0' && r <= '9' })
	}
	if len(a) == len(b) {
		return i < len(a) && slices.Equal(a[i+1:], b[i+1:]) && !turns(a[i], b[i])
	}
	return slices.Equal(a[i:], b[i+1:]) && !turns(b[i])
}
