// Package script keeps raised and lowered characters apart from those on the line: the mark of a footnote (524 with a
// raised 1) is not the last digit of the number before it, nor is a lowered 1. All readers use it, so that a raised 1 is
// ¹ and a lowered one ₁ whatever the format.
package script

import "strings"

const (
	line    = "0123456789+-=()"
	raised  = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"
	lowered = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
)

var raise, lower, settle = func() (up, down, back *strings.Replacer) {
	var ups, downs, backs []string
	above, below := []rune(raised), []rune(lowered)
	for i, r := range line {
		ups = append(ups, string(r), string(above[i]))
		downs = append(downs, string(r), string(below[i]))
		backs = append(backs, string(above[i]), string(r), string(below[i]), string(r))
	}
	return strings.NewReplacer(ups...), strings.NewReplacer(downs...), strings.NewReplacer(backs...)
}()

// Raise gives the text of a run that is set as superscript: digits become ⁰ to ⁹. What Unicode has no raised form of
// stays as it is; brackets keep its digits apart.
func Raise(s string) string { return raise.Replace(s) }

// Lower is Raise for a subscript: digits become ₀ to ₉.
func Lower(s string) string { return lower.Replace(s) }

// Settle gives the text of a whole cell: where nothing but raised characters, or nothing but lowered ones, is printed,
// none stands above or below another, and they are ordinary ones.
func Settle(s string) string {
	for _, set := range [...]string{raised, lowered} {
		if strings.ContainsAny(s, set) && only(s, set) {
			return settle.Replace(s)
		}
	}
	return s
}

// Flat gives a text in which all raised and lowered characters are ordinary ones: that of a cell or line that stands as a
// whole higher or lower.
func Flat(s string) string { return settle.Replace(s) }

func only(s, set string) bool {
	for _, r := range s {
		if !strings.ContainsRune(set, r) && r != ' ' && r != '\n' && r != '.' && r != ',' {
			return false
		}
	}
	return true
}

// IsRaised reports whether a character is a raised digit or sign.
func IsRaised(r rune) bool { // all stand from ² to ⁾, where no Chinese character does
	return r >= '²' && r <= '⁾' && strings.ContainsRune(raised, r)
}

// IsLowered reports whether a character is a lowered digit or sign.
func IsLowered(r rune) bool { return r >= '₀' && r <= '₎' && strings.ContainsRune(lowered, r) }
