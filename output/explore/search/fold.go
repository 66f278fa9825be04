package search

import "unicode/utf8"

// What a character is to folding.
type class int

const (
	letter  class = iota // letters, digits, symbols: they make bigrams
	mark                 // punctuation: looked for as printed, but in no bigram
	space                // blanks within a line
	lineEnd              // ends of paragraphs
	nothing              // what has no width
)

// wide is the first code point of what is set without spaces: radicals, Chinese, kana, Hangul and all above.
const wide = 0x2E80

func classOf(r rune) class {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return letter
	case r < wide:
		return narrowClass(r)
	}
	return wideClass(r)
}

func narrowClass(r rune) class {
	switch r {
	case '\n', '\r', '\v', '\f', 0x85, 0x2028, 0x2029:
		return lineEnd
	case '\t', ' ', 0xA0, 0x1680, 0x202F, 0x205F:
		return space
	case 0xAD, 0x200B, 0x200C, 0x200D, 0x2060:
		return nothing
	}
	switch {
	case r >= 0x2000 && r <= 0x200A:
		return space
	case r < 0x30 || r >= 0x3A && r <= 0x40 || r >= 0x5B && r <= 0x60 || r >= 0x7B && r <= 0xBF ||
		r >= 0x2000 && r <= 0x206F:
		return mark
	}
	return letter
}

func wideClass(r rune) class {
	switch {
	case r == 0x3000:
		return space
	case r == 0xFEFF:
		return nothing
	case r >= 0x3001 && r <= 0x3004 || r >= 0x3008 && r <= 0x303F || r >= 0xFE10 && r <= 0xFE1F ||
		r >= 0xFE30 && r <= 0xFE6F || r >= 0xFF5F && r <= 0xFF65 || r >= 0xFFE0 && r <= 0xFFFF:
		return mark
	}
	return letter
}

// fold appends to dst what of a text is compared, by the rules at the top of static.go, and to at, for each byte of
// it, the byte of the text at which its character begins. at may be nil where the places are not wanted.
func fold(text []byte, dst []byte, at *[]int32) ([]byte, []int32) {
	var places []int32
	if at != nil {
		places = *at
	}
	last := rune(-1) // the character before; -1 at the beginning of a line
	gap, ended := -1, false
	for i := 0; i < len(text); {
		if k := plainRun(text, i); k > i { // most of the text, taken over as it is
			if gap >= 0 && ended && len(dst) > 0 {
				dst = append(dst, '\n')
				if at != nil {
					places = append(places, int32(i))
				}
			}
			gap, ended = -1, false
			dst = append(dst, text[i:k]...)
			if at != nil {
				for ; i < k; i += 3 {
					places = append(places, int32(i), int32(i), int32(i))
				}
			}
			i, last = k, wide
			continue
		}
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRune(text[i:])
		}
		begin := i
		i += size
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if r >= 'A' && r <= 'Z' {
			r += 'a' - 'A'
		}
		switch c := classOf(r); c {
		case space, lineEnd:
			if gap < 0 {
				gap = begin
			}
			ended = ended || c == lineEnd
			continue
		case nothing:
			continue
		}
		if gap >= 0 {
			switch {
			case ended && len(dst) > 0:
				dst = append(dst, '\n')
			case !ended && last >= 0 && last < wide && r < wide:
				dst = append(dst, ' ')
			}
			gap, ended = -1, false
		}
		dst = utf8.AppendRune(dst, r)
		if at != nil {
			for len(places) < len(dst) {
				places = append(places, int32(begin))
			}
		}
		last = r
	}
	return dst, places
}

// plainRun gives the end of the characters of U+4000–9FFF, three bytes each, that begin at i.
func plainRun(text []byte, i int) int {
	for i+2 < len(text) && text[i] >= 0xE4 && text[i] <= 0xE9 && text[i+1]&0xC0 == 0x80 && text[i+2]&0xC0 == 0x80 {
		i += 3
	}
	return i
}

// A bigram is two neighbouring letters of folded text: the code point of the first times 2²¹ and that of the second.
type bigram uint64

func (b bigram) String() string { return string([]rune{rune(b >> 21), rune(b & (1<<21 - 1))}) }

// eachBigram hands over the bigrams of folded text in order, those that stand several times several times.
func eachBigram(folded []byte, each func(bigram)) {
	before := rune(-1)
	for i := 0; i < len(folded); {
		r, size := utf8.DecodeRune(folded[i:])
		i += size
		if classOf(r) != letter {
			before = -1
			continue
		}
		if before >= 0 {
			each(bigram(before)<<21 | bigram(r))
		}
		before = r
	}
}
