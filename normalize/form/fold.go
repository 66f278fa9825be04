package form

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/extract/script"
)

// Fold brings a printed label to the form in which labels are compared: full-width forms narrowed, white space,
// punctuation, its ordinal (一、 （一） 1. 1、 （3）) and a trailing note in brackets removed.
func Fold(s string) string { return FoldSqueezed(Squeeze(s)) }

// FoldSqueezed is Fold of a text that was squeezed.
func FoldSqueezed(s string) string {
	s = TrimOrdinal(s)
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
	keep := func(r rune) bool {
		return isIdeograph(r) || !unicode.IsPunct(r) && !unicode.IsSymbol(r) && !script.IsRaised(r)
	}
	first := strings.IndexFunc(s, func(r rune) bool { return r == utf8.RuneError || !keep(r) })
	if first < 0 {
		return s // as most labels are
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:first])
	for _, r := range s[first:] {
		if keep(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// isIdeograph reports whether a character is one of the unified ideographs, which nearly all of a Chinese text are: they
// are letters, and need not be looked for in tables.
func isIdeograph(r rune) bool { return r >= 0x4e00 && r <= 0x9fff }

// Squeeze narrows full-width forms and removes all white space and characters without width.
func Squeeze(s string) string {
	next := unsqueezed(s)
	if next == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	for {
		b.WriteString(s[:next])
		if s = s[next:]; s == "" {
			return b.String()
		}
		r, w := utf8.DecodeRuneInString(s)
		if r >= 0xff00 && r <= 0xffef || r == 0x20a9 {
			r = narrow(r)
		}
		if !unicode.IsSpace(r) && !invisible(r) {
			b.WriteRune(r)
		}
		s = s[w:]
		next = unsqueezed(s)
	}
}

// narrow gives the narrow form of a full-width character, and the usual form of one of half the width.
func narrow(r rune) rune {
	if r > 0xff00 && r < 0xff5f {
		return r - 0xfee0
	}
	if f := width.LookupRune(r).Folded(); f != 0 {
		return f
	}
	return r
}

// unsqueezed gives where a text holds the first character that Squeeze may remove or change; its length if there is none.
func unsqueezed(s string) int {
	for i := 0; i < len(s); {
		if ideographAt(s, i) {
			i += 3
			continue
		}
		if c := s[i]; c > ' ' && c < 0x7f {
			i++
			continue
		}
		r, w := utf8.DecodeRuneInString(s[i:])
		if !isIdeograph(r) && (r >= 0xf000 || r == 0x20a9 || unicode.IsSpace(r) || invisible(r)) {
			return i
		}
		i += w
	}
	return len(s)
}

// ideographAt reports whether a character of a text is a unified ideograph by the bytes that encode it: U+4E00 to U+9FFF.
func ideographAt(s string, i int) bool {
	return i+2 < len(s) && s[i] >= 0xe4 && s[i] <= 0xe9 && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80 &&
		(s[i] > 0xe4 || s[i+1] >= 0xb8)
}

func invisible(r rune) bool {
	return r < ' ' || r == 0x7f || r == 0xad || r == 0xfeff || r == 0x180e || (r >= 0x200b && r <= 0x200f) ||
		(r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x2064) || r == 0x3000
}

// Unreadable stands for a character of the source that no table could tell.
const Unreadable = '\ufffd'

// Ordinals are the Chinese numerals that number headings, one to ten.
const Ordinals = "一二三四五六七八九十"

// TrimOrdinal removes one leading ordinal of a squeezed label: 一、 （一） (1) 1. 1、 ① and a bare digit before a word.
func TrimOrdinal(s string) string {
	r, w := utf8.DecodeRuneInString(s)
	if isIdeograph(r) && !strings.ContainsRune(Ordinals, r) {
		return s
	}
	if r >= '①' && r <= '⑳' && len(s) > w {
		return s[w:]
	}
	i := 0
	at := func() rune { // 0 at the end
		if i >= len(s) {
			return 0
		}
		r, w = utf8.DecodeRuneInString(s[i:])
		return r
	}
	is := func(one rune) bool {
		if i >= len(s) || at() != one && r != Unreadable {
			return false
		}
		i += w
		return true
	}
	open := is('(')
	start, n, digits := i, 0, false
	for ; n < 3 && i < len(s) && (at() >= '0' && r <= '9' || strings.ContainsRune(Ordinals, r)); n++ {
		digits = r <= '9'
		i += w
	}
	if i == start {
		return s
	}
	closed := is(')')
	point := false
	for i < len(s) && strings.ContainsRune("、.,:;·\ufffd", at()) {
		i += w
		point = true
	}
	switch {
	case i == len(s):
		return s // nothing but an ordinal: keep it, it is no label
	case open && closed, point, closed:
		return s[i:]
	case digits && !open && unicode.Is(unicode.Han, at()) && !strings.ContainsRune("年月日件条个项次人", r):
		return s[i:]
	}
	return s
}

// Ordinal gives the value of a leading top-level ordinal (一、 or 1、) of a heading, 0 if there is none,
// and whether it was in brackets.
func Ordinal(s string) (n int, bracketed bool) {
	s = Squeeze(s)
	rest := strings.TrimPrefix(s, "(")
	bracketed = len(rest) < len(s)
	var numerals [2]int // each as its place in Ordinals
	count := 0
	for rest != "" {
		r, w := utf8.DecodeRuneInString(rest)
		k := strings.IndexRune(Ordinals, r)
		if k < 0 {
			break
		}
		if count == len(numerals) {
			return 0, false
		}
		numerals[count], count, rest = k, count+1, rest[w:]
	}
	if count == 0 || rest == "" {
		return 0, false
	}
	if r, _ := utf8.DecodeRuneInString(rest); bracketed && r != ')' || !bracketed && !strings.ContainsRune("、.,:", r) {
		return 0, false
	}
	n = 0
	for _, k := range numerals[:count] {
		k = k/3 + 1
		if k == 10 && n > 0 {
			n *= 10
		} else {
			n += k
		}
	}
	return n, bracketed
}
