package office

import "bytes"

// Rich text keeps the number of a list's item twice: written out before the text, for programs that know no lists, and
// as a list that is counted. Where it is not written out, it is shown nonetheless, and is no text here.

// readLists reads which numbers the levels of lists show; b begins inside the table of lists.
func (r *rtf) readLists(b []byte) {
	r.formats = map[int][]int{}
	var levels []int
	rtfWords(b, func(word string, n int) {
		switch word {
		case "listlevel":
			levels = append(levels, noNumber)
		case "levelnfc", "levelnfcn":
			if k := len(levels); k > 0 {
				levels[k-1] = n
			}
		case "listid":
			r.formats[n], levels = levels, nil
		}
	})
}

// readOverrides reads under which numbers the text speaks of lists.
func (r *rtf) readOverrides(b []byte) {
	r.numbers = map[int]int{}
	id := 0
	rtfWords(b, func(word string, n int) {
		switch word {
		case "listid":
			id = n
		case "ls":
			r.numbers[n] = id
		}
	})
}

// What the items of a list show that show no number.
const (
	aBullet  = 23
	noNumber = 255
)

// counts reports whether the items of a list show numbers.
func (r *rtf) counts(list, level int) bool {
	f := r.formats[r.numbers[list]]
	return level >= 0 && level < len(f) && f[level] != aBullet && f[level] != noNumber
}

// rtfWords calls each for the control words of the group that b begins in.
func rtfWords(b []byte, each func(word string, n int)) {
	for depth := 1; depth > 0; {
		i := bytes.IndexAny(b, `{}\`)
		if i < 0 || i+1 >= len(b) {
			return
		}
		c := b[i]
		b = b[i+1:]
		switch c {
		case '{':
			depth++
		case '}':
			depth--
		default:
			end := 0
			for end < len(b) && (b[end]|0x20 >= 'a' && b[end]|0x20 <= 'z') {
				end++
			}
			if end == 0 {
				b = b[1:]
				continue
			}
			word, n, digit := string(b[:end]), 0, end
			for digit < len(b) && digit < end+11 && b[digit] >= '0' && b[digit] <= '9' {
				n = n*10 + int(b[digit]-'0')
				digit++
			}
			b = b[digit:]
			each(word, n)
		}
	}
}

// noChoice says that nothing is chosen of a list of which nothing but entries is known.
const noChoice = -1

// choose gives a list of which the n-th entry is chosen, with the entries that are known.
func (c *choices) choose(n int) *choices {
	if c == nil {
		c = &choices{chosen: noChoice}
	}
	if n != noChoice {
		c.chosen = n
	}
	return c
}

// choose takes which entry of a field's list is chosen, or was at first.
func (f *rtfField) choose(word string, n int) {
	const undecided = 25
	if n != undecided && (word == "ffres" || f.list == nil || f.list.chosen < 0) {
		f.list = f.list.choose(n)
	}
}
