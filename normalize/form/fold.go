package form

import (
	"strings"
	"unicode"

	"golang.org/x/text/width"

	"github.com/gongkai/gongkai/extract/script"
)

// Fold brings a printed label to the form in which labels are compared: full-width forms narrowed, white space,
// punctuation, its ordinal (一、 （一） 1. 1、 （3）) and a trailing note in brackets removed.
func Fold(s string) string {
	s = Squeeze(s)
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
	var b strings.Builder
	for _, r := range s {
		if !unicode.IsPunct(r) && !unicode.IsSymbol(r) && !script.IsRaised(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Squeeze narrows full-width forms and removes all white space and characters without width.
func Squeeze(s string) string {
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
	return r < ' ' || r == 0x7f || r == 0xad || r == 0xfeff || r == 0x180e || (r >= 0x200b && r <= 0x200f) ||
		(r >= 0x2028 && r <= 0x202e) || (r >= 0x2060 && r <= 0x2064) || r == 0x3000
}

// Unreadable stands for a character of the source that no table could tell.
const Unreadable = '\ufffd'

// Ordinals are the Chinese numerals that number headings, one to ten.
const Ordinals = "一二三四五六七八九十"

// TrimOrdinal removes one leading ordinal of a squeezed label: 一、 （一） (1) 1. 1、 ① and a bare digit before a word.
func TrimOrdinal(s string) string {
	r := []rune(s)
	i := 0
	if len(r) > 1 && r[0] >= '①' && r[0] <= '⑳' {
		return string(r[1:])
	}
	open := i < len(r) && (r[i] == '(' || r[i] == Unreadable)
	if open {
		i++
	}
	start, digits := i, false
	for i < len(r) && i-start < 3 && (strings.ContainsRune(Ordinals, r[i]) || r[i] >= '0' && r[i] <= '9') {
		digits = r[i] <= '9'
		i++
	}
	if i == start {
		return s
	}
	closed := i < len(r) && (r[i] == ')' || r[i] == Unreadable)
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

// Ordinal gives the value of a leading top-level ordinal (一、 or 1、) of a heading, 0 if there is none,
// and whether it was in brackets.
func Ordinal(s string) (n int, bracketed bool) {
	r := []rune(Squeeze(s))
	i := 0
	if i < len(r) && r[i] == '(' {
		bracketed = true
		i++
	}
	start := i
	for i < len(r) && strings.ContainsRune(Ordinals, r[i]) {
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
		k := strings.IndexRune(Ordinals, c)/3 + 1
		if k == 10 && n > 0 {
			n *= 10
		} else {
			n += k
		}
	}
	return n, bracketed
}
