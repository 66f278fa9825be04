package normalize

import (
	"fmt"
	"unicode/utf8"
)

// turnedRun reads a table IV that lies on its side from lines of text: the groups across, then each result with as many
// values. It reports whether the lines are one.
func (a *attempt) turnedRun(s *sheet, from, to int) bool {
	f := a.form
	n := len(f.Rows)
	var across []int
	type lot struct {
		column int
		vs     []*piece
	}
	var lots []lot
	var seen [8]bool
	for _, l := range s.lines[from:to] {
		for _, p := range l.own {
			switch c := -1; {
			case p.furnish || p.soft && len(lots) == 0:
			case p.wordy() && isTitle(f, p.text):
				across = nil
			case p.wordy() && len(lots) == 0 && groupOf(f, p.text) >= 0:
				if g := groupOf(f, p.text); !containsInt(across, g) {
					across = append(across, g)
				}
			case p.wordy():
				if c = matchColumn(f, p.label, f.Every); c < 0 || utf8.RuneCountInString(p.label) > 6 {
					if len(lots) == 0 {
						continue // 结果, 类别: the corner
					}
					return false
				}
				if seen[c] {
					return false
				}
				seen[c] = true
				lots = append(lots, lot{column: c})
			case len(lots) == 0:
				return false
			default:
				last := &lots[len(lots)-1]
				last.vs = append(last.vs, p)
			}
		}
	}
	if len(across) != n || len(lots) != len(f.Columns) {
		return false
	}
	for i := range lots {
		lots[i].vs = fit(lots[i].vs, n)
		if len(lots[i].vs) != n {
			return false
		}
	}
	for _, l := range lots {
		for i, p := range l.vs {
			a.place(across[i], l.column, p)
		}
	}
	return true
}

// disputeRun reads table IV from lines of text: the values between its heading and the next, in order, as long as no
// label of a group stands between them out of the form's order.
func (a *attempt) disputeRun(s *sheet, from, to int) {
	f, t := a.form, a.filled
	nc, all := len(f.Columns), len(f.Rows)*len(f.Columns)
	var values []*piece // every value, in order
	if a.turnedRun(s, from, to) {
		return
	}
	var columns []int // the columns named, in order
	lots := 0         // runs of values without words between
	words := true
	type chunk struct {
		group int
		vs    []*piece
	}
	var chunks []chunk
	group := -1
	for _, l := range s.lines[from:to] {
		for _, p := range l.own {
			switch {
			case p.furnish:
			case p.wordy():
				words = true
				if isTitle(f, p.text) || utf8.RuneCountInString(p.label) >= 16 {
					break
				}
				if g := groupOf(f, p.text); g >= 0 {
					group = g
				} else if c := matchColumn(f, p.label, f.Every); c >= 0 && f.ColumnWords[c][0] == p.label {
					columns = append(columns, c)
				}
			default:
				values = append(values, p)
				if words && !p.soft {
					lots++
					words = false
				}
				if len(chunks) == 0 || chunks[len(chunks)-1].group != group {
					chunks = append(chunks, chunk{group: group})
				}
				c := &chunks[len(chunks)-1]
				c.vs = append(c.vs, p)
			}
		}
	}
	hard := 0
	for _, p := range values {
		if !p.soft {
			hard++
		}
	}
	if hard == 0 {
		return
	}
	inOrder := true
	for i, c := range columns {
		inOrder = inOrder && (len(columns)%nc != 0 || c == i%nc)
	}
	// rows with labels of their own
	labelled := map[int]bool{}
	ok := len(chunks) > 1 && inOrder
	for i := range chunks {
		chunks[i].vs = fit(chunks[i].vs, nc)
		g := chunks[i].group
		n := 0
		for _, p := range chunks[i].vs {
			if !p.soft {
				n++
			}
		}
		if n == 0 {
			continue
		}
		if g < 0 || labelled[g] || len(chunks[i].vs) > nc+2 || len(chunks[i].vs) < nc-2 {
			ok = false
		}
		labelled[g] = true
	}
	if ok {
		for _, c := range chunks {
			switch {
			case c.group < 0:
			case len(c.vs) == nc:
				for k, p := range c.vs {
					a.place(c.group, k, p)
				}
			case len(c.vs) > 0:
				cells, row := a.disputeCells(c.group, len(c.vs))
				a.settleDisputes(cells, c.vs, f.Table+"."+row, c.vs[0].place)
			}
		}
		return
	}
	vs := fit(values, all)
	if !inOrder || lots > 1 && len(vs) == all {
		t.claim(vs...)
		a.find(Finding{Code: CodeHeaderUnread, Severity: Error, Name: f.Table, Place: vs[0].place,
			Message: "words stand between the values, or headers in another order than the form's; which value is which is not decidable: " + quoteAll(vs)})
		return
	}
	for len(vs) > all && vs[0].soft {
		vs = vs[1:]
	}
	if len(vs) == all {
		for i, p := range vs {
			a.place(i/nc, i%nc, p)
		}
		return
	}
	if cells, _ := a.disputeCells(-1, len(vs)); cells != nil {
		a.settleDisputes(cells, vs, f.Table, vs[0].place)
		return
	}
	t.claim(vs...)
	a.find(Finding{Code: CodeRowShort, Severity: Error, Name: f.Table, Place: vs[0].place,
		Message: fmt.Sprintf("%d values are printed where the form has %d; which is which is not decidable: %s", len(vs), all, quoteAll(vs))})
}
