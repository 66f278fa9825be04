// Package script keeps raised characters apart from those on the line: the mark of a footnote (524 with a raised 1) is
// not the last digit of the number before it. All readers use it, so that a raised 1 is ¹ whatever the format.
package script

import "strings"

const (
	line   = "0123456789+-=()"
	raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"
	sunk   = "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"
)

var raise, lower = func() (*strings.Replacer, *strings.Replacer) {
	var up, down []string
	above := []rune(raised)
	for i, r := range line {
		up = append(up, string(r), string(above[i]))
		down = append(down, string(above[i]), string(r))
	}
	return strings.NewReplacer(up...), strings.NewReplacer(down...)
}()

// Raise gives the text of a run that is set as superscript: digits become ⁰ to ⁹. What Unicode has no raised form of
// stays as it is; brackets keep its digits apart.
func Raise(s string) string { return raise.Replace(s) }

var sink, lift = func() (*strings.Replacer, *strings.Replacer) {
	var down, up []string
	below := []rune(sunk)
	for i, r := range line {
		down = append(down, string(r), string(below[i]))
		up = append(up, string(below[i]), string(r))
	}
	return strings.NewReplacer(down...), strings.NewReplacer(up...)
}()

// Sink gives the text of a run that is set as subscript: digits become ₀ to ₉.
func Sink(s string) string { return sink.Replace(s) }

// Settle gives the text of a whole cell: where nothing but raised characters is printed, none is raised above another,
// and they are ordinary ones; likewise where nothing but lowered ones is.
func Settle(s string) string {
	set, back := raised, lower
	if !strings.ContainsAny(s, raised) {
		if !strings.ContainsAny(s, sunk) {
			return s
		}
		set, back = sunk, lift
	}
	for _, r := range s {
		if !strings.ContainsRune(set, r) && r != ' ' && r != '\n' && r != '.' && r != ',' {
			return s
		}
	}
	return back.Replace(s)
}

// IsRaised reports whether a character is a raised digit or sign.
func IsRaised(r rune) bool { return strings.ContainsRune(raised, r) }

// IsSunk reports whether a character is a lowered digit or sign.
func IsSunk(r rune) bool { return strings.ContainsRune(sunk, r) }
