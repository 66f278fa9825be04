// Package script keeps raised characters apart from those on the line: the mark of a footnote (524 with a raised 1) is
// not the last digit of the number before it. All readers use it, so that a raised 1 is ¹ whatever the format.
package script

import "strings"

const (
	line   = "0123456789+-=()"
	raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾"
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

// Settle gives the text of a whole cell: where nothing but raised characters is printed, none is raised above another,
// and they are ordinary ones.
func Settle(s string) string {
	if !strings.ContainsAny(s, raised) {
		return s
	}
	for _, r := range s {
		if !strings.ContainsRune(raised, r) && r != ' ' && r != '\n' && r != '.' && r != ',' {
			return s
		}
	}
	return lower.Replace(s)
}

// IsRaised reports whether a character is a raised digit or sign.
func IsRaised(r rune) bool { // all stand from ² to ⁾, where no Chinese character does
	return r >= '²' && r <= '⁾' && strings.ContainsRune(raised, r)
}
