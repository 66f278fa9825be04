package evidence

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold leaves of a text what tells it from another: no white space, nothing invisible, no differences of width or
// height.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if isSpace(r) || isInvisible(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

func isSpace(r rune) bool { return unicode.IsSpace(r) }

// isInvisible reports whether a character shows nothing: controls, marks of direction, joiners.
func isInvisible(r rune) bool {
	return r == 0xfeff || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) ||
		unicode.IsControl(r) && !isSpace(r)
}
