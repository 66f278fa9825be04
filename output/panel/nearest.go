package panel

import (
	"cmp"
	"slices"
	"unicode/utf8"
)

// Nearest gives at most n of the names that a word which names nothing may have meant, the likeliest first: those
// that hold it but for few characters, of these the shortest. Nothing is near a word of which half the characters are
// others.
func Nearest(word string, names []string, n int) []string {
	type near struct {
		name      string
		off, size int
	}
	var all []near
	most := max(1, (utf8.RuneCountInString(word)-1)/2)
	seen := map[string]bool{}
	for _, name := range names {
		if name == "" || seen[name] {
			continue
		}
		seen[name] = true
		if off := within(word, name); off <= most {
			all = append(all, near{name, off, utf8.RuneCountInString(name)})
		}
	}
	slices.SortFunc(all, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.size, b.size), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, x := range all[:min(n, len(all))] {
		out = append(out, x.name)
	}
	return out
}

// within is how many characters must be changed, put in or left out for the word to stand in the text (Sellers 1980).
func within(word, text string) int {
	w := []rune(word)
	row := make([]int, len(w)+1) // row[i]: the first i characters of the word, ending here
	for i := range row {
		row[i] = i
	}
	best := row[len(w)]
	for _, c := range text {
		before := 0 // the word may begin anywhere
		for i, r := range w {
			change := before
			if r != c {
				change++
			}
			before = row[i+1]
			row[i+1] = min(change, row[i]+1, row[i+1]+1)
		}
		best = min(best, row[len(w)])
	}
	return best
}
