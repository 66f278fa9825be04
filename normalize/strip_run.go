package normalize

import (
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// stripRun reads a strip from lines of text: the values between its heading and the next, in order, as long as no label
// of a group stands between them out of the form's order.
func (a *attempt) stripRun(s *sheet, from, to int) {
	f := a.form
	if a.turnedRun(s, from, to) {
		return
	}
	run := readRun(f, s.lines[from:to])
	if len(hard(run.values)) == 0 {
		return
	}
	order := readOrder(f, wordsOf(f, run.heads))
	if run.labelled(f) {
		if order.against(false) {
			a.filled.account(run.values...)
			a.tell(headerLost(f, run.values))
			return
		}
		a.placeLabelled(run.chunks, &order)
		return
	}
	all := len(f.Rows) * len(f.Columns)
	vs := run.values
	if !run.blanksAreCells() {
		vs = trimSoft(vs)
	}
	vs = fit(vs, all)
	if order.against(true) || run.lots > 1 && len(vs) == all {
		a.filled.account(vs...)
		a.tell(Finding{Code: CodeHeaderUnread, Severity: Error, Name: f.Table, Place: vs[0].place,
			Message: "words stand between the values, or headers in another order than the form's; " +
				"which value is which is not decidable: " + quoteAll(vs)})
		return
	}
	for len(vs) > all && vs[0].soft {
		vs = vs[1:]
	}
	switch {
	case len(vs) == all:
		a.placeAll(vs, &order)
	case !a.settleStrip(-1, vs, &order):
		a.filled.account(vs...)
		a.tell(Finding{Code: CodeRowShort, Severity: Error, Name: f.Table, Place: vs[0].place,
			Message: fmt.Sprintf("%d values are printed where the form has %d; which is which is not decidable: %s",
				len(vs), all, quoteAll(vs))})
	}
}

// blanksAreCells reports whether a blank line before the first value or behind the last may be a cell: not where an
// office prints its zeros and leaves no other cell blank, nor where blank lines separate the headers.
func (run *valueRun) blanksAreCells() bool {
	inner := len(trimSoft(run.values)) - len(hard(run.values))
	return !run.parted && (inner > 0 || !printsZero(run.values))
}

// printsZero reports whether one of the values is a zero that is printed, or a mark for one.
func printsZero(vs []*piece) bool {
	return slices.ContainsFunc(vs, func(p *piece) bool { return p.isInt && p.whole == 0 || p.state == Mark })
}

// trimSoft leaves out the blank lines before the first value and behind the last.
func trimSoft(vs []*piece) []*piece {
	for len(vs) > 0 && vs[0].soft {
		vs = vs[1:]
	}
	for len(vs) > 0 && vs[len(vs)-1].soft {
		vs = vs[:len(vs)-1]
	}
	return vs
}

// A valueRun is what lines of text print of a strip, word for word and value for value.
type valueRun struct {
	values []*piece // all of them, in order
	lots   int      // how often values begin after words
	heads  []*piece // the words before the first value
	parted bool     // blank lines separate them
	chunks []chunk
}

// A chunk is the values below the name of one group; -1 = before any was named.
type chunk struct {
	group int
	vs    []*piece
}

func readRun(f *form.Form, lines []*line) *valueRun {
	run := &valueRun{}
	words := true
	group := -1
	for _, l := range lines {
		for _, p := range l.own {
			switch {
			case p.furnish:
			case p.wordy():
				words = true
				if head := headPieces(f, []*piece{p}); head != nil {
					if run.lots == 0 {
						run.parted = run.parted || p.parted && len(run.heads) > 0
						run.heads = append(run.heads, p)
					}
					if g := groupOf(f, p.text); g >= 0 {
						group = g
					}
				} else if isTitle(f, p.text) {
					run.heads = nil
				}
			default:
				if words && !p.soft {
					run.lots++
					words = false
				}
				run.add(p, group)
			}
		}
	}
	nc := len(f.Columns)
	inner := 0 // blank lines between values
	for _, c := range run.chunks {
		inner += len(trimSoft(c.vs)) - len(hard(c.vs))
	}
	for i := range run.chunks {
		c := &run.chunks[i]
		if inner == 0 && printsZero(run.values) {
			c.vs = trimSoft(c.vs)
		}
		c.vs = fit(c.vs, nc)
	}
	return run
}

func (run *valueRun) add(p *piece, group int) {
	run.values = append(run.values, p)
	if len(run.chunks) == 0 || run.chunks[len(run.chunks)-1].group != group {
		run.chunks = append(run.chunks, chunk{group: group})
	}
	c := &run.chunks[len(run.chunks)-1]
	c.vs = append(c.vs, p)
}

// labelled reports whether the values stand in rows with labels of their own, each about as long as the form's.
func (run *valueRun) labelled(f *form.Form) bool {
	if len(run.chunks) < 2 {
		return false
	}
	nc := len(f.Columns)
	seen := map[int]bool{}
	for _, c := range run.chunks {
		if len(hard(c.vs)) == 0 {
			continue
		}
		if c.group < 0 || seen[c.group] || len(c.vs) > nc+2 || len(c.vs) < nc-2 {
			return false
		}
		seen[c.group] = true
	}
	return true
}

func (a *attempt) placeLabelled(chunks []chunk, order *stripOrder) {
	for _, c := range chunks {
		switch {
		case c.group < 0:
		case len(c.vs) == len(a.form.Columns):
			a.placeRow(c.group, c.vs, order)
		case len(c.vs) > 0:
			a.settleStrip(c.group, c.vs, order)
		}
	}
}

// turnedRun reads a strip that lies on its side from lines of text: the groups across, then each column's name with as
// many values. It reports whether the lines are one.
func (a *attempt) turnedRun(s *sheet, from, to int) bool {
	across, lots, ok := readTurned(a.form, s.lines[from:to])
	if n := len(a.form.Rows); !ok || len(across) != n || len(lots) != len(a.form.Columns) {
		return false
	}
	for i := range lots {
		lots[i].vs = fit(lots[i].vs, len(across))
		if len(lots[i].vs) != len(across) {
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

// A lot is the values beside the name of a column.
type lot struct {
	column int
	vs     []*piece
}

// readTurned gives the groups across and the lots below them; not ok where something stands between that belongs to
// neither.
func readTurned(f *form.Form, lines []*line) (across []int, lots []lot, ok bool) {
	seen := make([]bool, len(f.Columns))
	for _, l := range lines {
		for _, p := range l.own {
			switch {
			case p.furnish || p.soft && len(lots) == 0:
			case !p.wordy() && len(lots) == 0:
				return nil, nil, false
			case !p.wordy():
				last := &lots[len(lots)-1]
				last.vs = append(last.vs, p)
			case isTitle(f, p.text):
				across = nil
			case len(lots) == 0 && groupOf(f, p.text) >= 0:
				if g := groupOf(f, p.text); !containsInt(across, g) {
					across = append(across, g)
				}
			default:
				h := f.Heads.Read(p.text)
				c := h.Column()
				if c < 0 || utf8.RuneCountInString(p.label) > 6 {
					if len(lots) == 0 {
						continue // 结果, 类别: the corner
					}
					return nil, nil, false
				}
				if seen[c] {
					return nil, nil, false
				}
				seen[c] = true
				lots = append(lots, lot{column: c})
			}
		}
	}
	return across, lots, true
}
