// Package simplified writes traditional Chinese characters as simplified ones, character by character: a text keeps its
// length in bytes, so that places in the one are places in the other. It knows no words: 乾 and 著, which are characters of
// simplified texts too, stay.
package simplified

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed characters.txt
var charactersText string

// table gives the simplified character of each of the basic plane, 0 where it is one already.
var table = sync.OnceValue(func() *[1 << 16]uint16 {
	var t [1 << 16]uint16
	for line := range strings.Lines(charactersText) {
		if line[0] == '#' {
			continue
		}
		for _, group := range strings.Fields(line) {
			var to rune
			for i, r := range group {
				if i == 0 {
					to = r
					continue
				}
				t[r] = uint16(to)
			}
		}
	}
	return &t
})

// Fold gives a text in simplified characters; a text that is in these already comes back as it is.
func Fold(s string) string {
	t := table()
	at := -1
	for i, r := range s {
		if r >= 0x2e80 && r <= 0xffff && t[r] != 0 {
			at = i
			break
		}
	}
	if at < 0 {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	b.WriteString(s[:at])
	for _, r := range s[at:] {
		if r <= 0xffff && t[r] != 0 {
			r = rune(t[r])
		}
		b.WriteRune(r)
	}
	return b.String()
}
