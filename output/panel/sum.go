package panel

// Sum adds up cells of a report: what figures and rates are made of. A cell without a number makes a sum unknown,
// unless the edition of the form that the report follows does not have it; a sum of which no cell has a number is
// unknown.
func Sum(cells []string, number func(cell string) (int64, bool), has func(cell string) bool) (total int64, ok bool) {
	for _, name := range cells {
		n, there := number(name)
		switch {
		case there:
			total, ok = total+n, true
		case has(name):
			return 0, false
		}
	}
	return total, ok
}
