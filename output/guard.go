package output

import "regexp"

// formula matches what a spreadsheet program takes for a formula, where a text begins with it (OWASP, CSV injection:
// the full-width forms too), and what would be taken for a guarded one.
var formula = regexp.MustCompile(`^'*[=+\-@\t\r\n＝＋－＠]`)

// harmless matches texts that begin so and are no formula: numbers, and signs alone, which stand for "none" in reports.
var harmless = regexp.MustCompile(`^(?:[+\-＋－]?[0-9０-９]+(?:[.．][0-9０-９]+)?|[-－]+)$`)

// Guard puts an apostrophe before a text that a spreadsheet program would compute: who reads the file takes one away
// where one or more stand before one of these signs. Columns of numbers never need it.
func Guard(s string) string {
	if s == "" || s[0] >= '0' && s[0] <= '9' || !formula.MatchString(s) || harmless.MatchString(s) {
		return s
	}
	return "'" + s
}
