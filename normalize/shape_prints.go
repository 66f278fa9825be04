package normalize

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// A print is a run of lines under one stamp: a table, or a part of one where captions stand inside.
type print struct {
	sheet    int // index
	from, to int // lines
	stamp    stamp
}

// choosePrints lays aside the tables of other years, of drafts and of other bodies, where captions, headers or names of
// sheets say so and the same table of the report's own stands elsewhere.
func (sh *shaper) choosePrints(all []*sheet) []*sheet {
	prints, telling := sh.prints(all)
	if !telling {
		return all
	}
	drop := make([]int, len(prints)) // how many tables do without the print, less those that need it
	carries := make([]bool, len(prints))
	for _, t := range sh.forms.Tables() {
		sh.chooseTable(t, all, prints, drop, carries)
	}
	for i := range prints { // the rest of a table that was laid aside
		if p := &prints[i]; i > 0 && !carries[i] && drop[i-1] > 0 && p.stamp == prints[i-1].stamp {
			drop[i] = 1
		}
	}
	var out []*sheet
	for i := 0; i < len(prints); {
		s := all[prints[i].sheet]
		var kept []*line
		n, first := prints[i].sheet, true
		for ; i < len(prints) && prints[i].sheet == n; i++ {
			lines := s.lines[prints[i].from:prints[i].to]
			if drop[i] <= 0 {
				kept = append(kept, lines...)
				continue
			}
			first = first && len(kept) > 0
			for _, l := range lines {
				sh.layAside(l.own...)
			}
		}
		switch {
		case len(kept) == len(s.lines):
			out = append(out, s)
		case len(kept) > 0:
			s = withLines(s, kept)
			out = append(out, s)
		}
	}
	return out
}

// prints cuts the sheets at captions. telling says that one of them is of figures that are not the report's own.
func (sh *shaper) prints(all []*sheet) (out []print, telling bool) {
	var base, cur stamp
	name := ""
	read := func(text string) bool {
		heading := cur != base && isKnownHeading(text)
		if heading {
			cur = base
		}
		t, ok := caption(text, sh.known)
		if ok {
			cur.take(t)
		}
		return ok || heading
	}
	for i, s := range all {
		if n := sheetName(s); n != name {
			name = n
			base, _ = stampOf(n)
			cur = base
		}
		for _, text := range s.above {
			read(text)
		}
		p := print{sheet: i, stamp: cur}
		for k, l := range s.lines {
			before := cur
			if !sh.captions(l, read) || cur == before {
				continue
			}
			if k > p.from {
				p.to = k
				out = append(out, p)
			}
			p = print{sheet: i, from: k, stamp: cur}
		}
		p.to = len(s.lines)
		out = append(out, p)
		for k := range out {
			if q := &out[k]; q.sheet == i && s.isTable() {
				q.stamp.take(sh.headed(s.lines[q.from:q.to]))
			}
		}
	}
	for i := range out {
		t := &out[i].stamp
		st := t.stand(sh.year)
		telling = telling || st == aside || st == jointly || t.stage != 0
	}
	return out, telling
}

// take adds what a further caption says: of the year, the stage and the body the last word counts.
func (t *stamp) take(u stamp) {
	if u.onYear() || u.torn {
		t.year, t.own, t.other, t.torn = u.year, u.own, u.other, u.torn
	}
	if u.stage != 0 {
		t.stage = u.stage
	}
	if u.body != 0 {
		t.body = u.body
	}
	if u.says() {
		t.words = u.words
	}
}

// captions reads the captions that stand in a line: of a table the only cell of a row, in a run of text any line.
func (sh *shaper) captions(l *line, read func(string) bool) (any bool) {
	if !l.run {
		var only *piece
		for _, p := range l.own {
			switch {
			case p.state == Blank:
			case only != nil || !p.wordy():
				return false
			default:
				only = p
			}
		}
		return only != nil && len(l.over) == 0 && read(only.text)
	}
	for _, p := range l.own {
		if p.wordy() && !p.furnish && !sh.known(p.label) && utf8.RuneCountInString(p.text) <= 48 {
			any = read(p.text) || any
		}
	}
	return any
}

// headed gives the year that the headers of a table name, if they name one alone: 2020年申请人情况, or a corner 2020年.
func (sh *shaper) headed(lines []*line) stamp {
	var t stamp
	for _, l := range lines {
		if holdsValues(l) {
			break
		}
		for _, p := range l.own {
			if p.state != Text || len(p.text) > 60 || sh.known(p.label) {
				continue
			}
			u, _ := stampOf(p.text)
			if !u.onYear() || u.change {
				continue
			}
			u.body, u.stage = 0, 0
			if t.onYear() && (u.year != t.year || u.own != t.own || u.other != t.other) {
				return stamp{} // columns of several years
			}
			t = u
		}
	}
	return t
}

// sheetName gives the name of the sheet of a workbook that something stands in; "" elsewhere.
func sheetName(s *sheet) string {
	name, _, ok := strings.Cut(s.place.Path, "!")
	if !ok {
		return ""
	}
	return name
}

// chooseTable finds the prints of one table and decides which are laid aside.
func (sh *shaper) chooseTable(table string, all []*sheet, prints []print, drop []int, carries []bool) {
	type carrier struct{ i, n int }
	var found []carrier
	best, stage := aside, 0
	for i := range prints {
		p := &prints[i]
		n := 0
		for _, f := range sh.forms.Editions(table) {
			n = max(n, signsOfTable(f, all[p.sheet].lines[p.from:p.to]))
		}
		if n == 0 {
			continue
		}
		carries[i] = true
		found = append(found, carrier{i, n})
		best = max(best, p.stamp.stand(sh.year))
		stage = max(stage, stageOf(&p.stamp))
	}
	goes := func(p *print) bool {
		st := p.stamp.stand(sh.year)
		return st == aside && best > aside || st == jointly && best == owned || stageOf(&p.stamp) < stage
	}
	kept, left := 0, 0
	for _, c := range found {
		if goes(&prints[c.i]) {
			left = max(left, c.n)
		} else {
			kept += c.n
		}
	}
	if len(found) > 0 && best == aside {
		sh.tellOtherYear(table, all, &prints[found[0].i])
	}
	if left == 0 {
		return
	}
	if kept*2 < left {
		for _, c := range found {
			drop[c.i] = -100 // a remnant is no table: the other is needed
		}
		return
	}
	var words []string
	numbers, sev := 0, Note
	for _, c := range found {
		p := &prints[c.i]
		if !goes(p) {
			drop[c.i] = -100
			continue
		}
		drop[c.i]++
		words = append(words, p.stamp.words)
		if p.stamp.stand(sh.year) == jointly || stage < final && stage > 0 {
			sev = Warning
		}
		for _, l := range all[p.sheet].lines[p.from:p.to] {
			for _, q := range l.own {
				if q.numeric() && !q.furnish {
					numbers++
				}
			}
		}
	}
	p := &prints[found[0].i]
	sh.found(table, CodePrintedBeside, sev, all[p.sheet].lines[p.from].placed(),
		"the table is also printed as %s; its %d numbers there are left out", titleOf(words), numbers)
}

// tellOtherYear doubts a table of which only a print of another year stands in the document.
func (sh *shaper) tellOtherYear(table string, all []*sheet, p *print) {
	if p.stamp.year == 0 || p.stamp.year == sh.year || sh.year == 0 {
		return
	}
	sh.found(table, CodeOtherYear, Warning, all[p.sheet].lines[p.from].placed(),
		"the caption of the table says %q, and the report is on %d", p.stamp.words, sh.year)
}

// stageOf gives the stage of a print; one that says nothing of it is final.
func stageOf(t *stamp) int {
	if t.stage == 0 {
		return final
	}
	return t.stage
}

// placed gives the place of what a line prints first.
func (l *line) placed() (p extract.Place) {
	if len(l.own) > 0 {
		return l.own[0].place
	}
	return p
}

// signsOfTable counts what lines show of a table: rows by their known labels, of a strip its columns. Few are none.
func signsOfTable(f *form.Form, lines []*line) int {
	values := false
	seen := map[int]bool{}
	strip := slices.Contains(f.Layouts, form.Strip)
	for _, l := range lines {
		data := holdsValues(l)
		values = values || data
		for _, p := range l.own {
			if p.label == "" || !p.wordy() {
				continue
			}
			if strip {
				if c := matchColumn(f, p.label, f.Every); c >= 0 && f.ColumnWords[c][0] == p.label {
					seen[c] = true
				}
				continue
			}
			if row, ok := f.Labels.Known(p.label); ok && row >= 0 && utf8.RuneCountInString(p.label) > 2 || ok &&
				row >= 0 && !fullRows(f) {
				seen[row] = true
			}
		}
	}
	least := 5
	switch {
	case strip:
		least = len(f.Columns) - 1
	case !fullRows(f):
		least = 2
	}
	if !values || len(seen) < least {
		return 0
	}
	return len(seen)
}
