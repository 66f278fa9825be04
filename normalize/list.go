package normalize

import "github.com/gongkai/gongkai/normalize/form"

// readList reads a table that is printed as a list: a label, its unit in a cell of its own, and its values
// (主动公开政府信息数 | 条 | 1204). But for the unit it is a crossed table.
func readList(f *form.Form, all []*sheet) *attempt {
	a := newAttempt(f)
	if !fullRows(f) {
		return a
	}
	hs := hits(f, all)
	for i := range hs {
		hs[i].passUnits()
	}
	a.crossed(all, hs)
	return a
}

// passUnits passes over the units of a row: words that stand between its label and its first value and are no values.
func (h *hit) passUnits() {
	for h.from+1 < len(h.line.own) {
		p := h.line.own[h.from]
		if !p.wordy() || !countingWords[p.text] && !ofCell(p.text) {
			return
		}
		h.from++
		h.units++
	}
}
