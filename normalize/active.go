package normalize

import (
	"fmt"

	"github.com/gongkai/gongkai/normalize/form"
)

// tryActive reads table II in one edition. Each row of it has columns of its own, named by the header row above it
// (信息内容 | 本年制发件数 | …); the rows may stand in one table or in one a sub-item of Article 20.
func tryActive(f *form.Form, all []*sheet) *attempt {
	a := &attempt{form: f, filled: newFilled(f)}
	t := a.filled
	index := (&lineIndex{f.Labels, map[*line]lineHit{}}).hit
	anchored := false
	var second []hit
	var head []*piece // header cells of the columns, in order
	cut := -1         // the sheet that ended with a header whose rows stand in the next
	for i, s := range all {
		if !anchored && !looksActive(f, s, index, cut >= 0 && cut == i-1) {
			if hd := endsInHeader(f, s); hd != nil {
				head, cut = hd, i
			}
			continue
		}
		if !anchored && (cut < 0 || cut != i-1) {
			head = nil
		}
		began := false
		for _, l := range s.lines {
			h, ok := index(l)
			if ok && h.like < 1 && !anchored && !began {
				ok = false
			}
			if !ok {
				if hd := activeHeader(f, l); hd != nil {
					head, began = hd, true
				}
				if p := headless(l, head); p != nil && began {
					second = append(second, hit{line: l, sheet: s, row: -1, from: p.from})
				}
				continue
			}
			// a header cell may stand in the same run of text before the label
			if hd := activeHeader(f, &line{own: l.own[:h.from]}); hd != nil && l.flow {
				head = hd
			}
			h.sheet = s
			began = true
			if t.rows[h.row] != nil {
				a.repeat(h, head)
				continue
			}
			a.hits = append(a.hits, h)
			a.activeRow(&h, head)
		}
		if began {
			anchored = true
		}
		if anchored && t.rows[len(t.rows)-1] != nil {
			anchored = false // the table is complete: what follows is another
		}
	}
	a.activeByPlace(second)
	return a
}

// A lineIndex remembers what was found in each line: table II is looked at twice.
type lineIndex struct {
	labels *form.LabelIndex
	found  map[*line]lineHit
}

type lineHit struct {
	hit
	ok bool
}

func (x *lineIndex) hit(l *line) (hit, bool) {
	got, known := x.found[l]
	if !known {
		got.hit, got.ok = labelHit(x.labels, l)
		x.found[l] = got
	}
	return got.hit, got.ok
}

// looksActive reports whether a sheet is (part of) table II: two of its rows by their exact names with a header or
// anchor, or one row below its own header.
// A sheet right after one that ended in a header needs no header of its own.
func looksActive(f *form.Form, s *sheet, index func(*line) (hit, bool), headed bool) bool {
	rows, header, anchor := 0, 0, 0
	if headed {
		header++
	}
	for _, l := range s.lines {
		if h, ok := index(l); ok && h.like == 1 {
			rows++
		}
		if activeHeader(f, l) != nil {
			header++
		}
		for _, p := range l.own {
			for _, a := range f.Anchors {
				if len(p.label) >= len(a) && p.label[:len(a)] == a {
					anchor++
				}
			}
		}
	}
	return rows > 0 && (header > 0 || anchor > 0) || rows > 2
}

// endsInHeader gives the header cells of the last line of a sheet, nil if that is no header of table II.
func endsInHeader(f *form.Form, s *sheet) []*piece {
	if len(s.lines) == 0 || s.lines[0].run {
		return nil
	}
	return activeHeader(f, s.lines[len(s.lines)-1])
}

// activeHeader gives the header cells of a line, nil if it is no header line.
func activeHeader(f *form.Form, l *line) []*piece {
	var out []*piece
	for _, p := range l.own {
		if p.label != "" && matchColumn(f, p.label, f.Every) >= 0 && p.wordy() {
			out = append(out, p)
		}
	}
	return out
}

// headless finds the values of a line without words below a header.
func headless(l *line, head []*piece) *hit {
	if len(head) == 0 {
		return nil
	}
	from := len(l.own)
	numbers := 0
	for from > 0 && l.own[from-1].valueLike() && !l.own[from-1].furnish && len(l.own)-from < len(head) {
		from--
		if l.own[from].numeric() {
			numbers++
		}
	}
	if numbers == 0 || len(l.own)-from < len(head) {
		return nil
	}
	for _, p := range l.own[:from] {
		if p.wordy() {
			return nil
		}
	}
	return &hit{line: l, from: from}
}

// layActive says which value stands in which column of the row: under its header where the grid shows it, by order where
// values and headers are as many. nil where neither is certain.
func layActive(f *form.Form, h *hit, head []*piece) (cols []int, vs []*piece) {
	want := f.Rows[h.row].Columns
	vs = h.values()
	var heads []*piece
	for _, p := range head {
		if c := matchColumn(f, p.label, want); c >= 0 && !containsInt(cols, c) {
			cols = append(cols, c)
			heads = append(heads, p)
		}
	}
	if len(cols) != len(want) {
		cols, heads = append([]int(nil), want...), nil // header not read, or another row's: the form's order
	}
	if h.line.run {
		all := vs
		if vs = fit(vs, len(want)); len(vs) > 0 && len(vs) == len(want) && vs[len(vs)-1] != all[len(vs)-1] {
			return nil, all // blank lines between the values: cells or not, who knows
		}
	}
	if heads != nil && !h.line.flow {
		under := make([]*piece, 0, len(cols))
		used := map[*piece]bool{}
		for _, g := range heads {
			p, _ := h.line.at(g.col)
			if p == nil || p.col != g.col || p.deep > 1 || used[p] || p.wordy() && p.label != "" && p == h.line.own[h.from-1] {
				under = nil
				break
			}
			used[p] = true
			under = append(under, p)
		}
		if under != nil {
			rest := 0
			for _, p := range vs {
				if !used[p] && p.state != Blank {
					rest++
				}
			}
			if rest == 0 {
				return cols, under
			}
		}
	}
	if len(vs) > len(want) {
		var printed []*piece // trailing blank cells of a wider table are no cells of this row
		for i, p := range vs {
			if i < len(want) || p.state != Blank {
				printed = append(printed, p)
			}
		}
		vs = printed
	}
	if len(vs) == len(want) {
		return cols, vs
	}
	return nil, vs
}

func (a *attempt) activeRow(h *hit, head []*piece) {
	f, t := a.form, a.filled
	name := f.Table + "." + f.Rows[h.row].Name
	t.rows[h.row] = h.line
	if h.like < 1 && !h.place {
		a.find(Finding{Code: CodeRowLike, Severity: Note, Name: name, Place: h.placed(),
			Message: fmt.Sprintf("the label reads %q", h.line.own[h.from-1].text)})
	}
	cols, vs := layActive(f, h, head)
	if cols == nil {
		code := CodeRowShort
		if len(vs) > len(f.Rows[h.row].Columns) {
			code = CodeRowLong
		}
		a.find(Finding{Code: code, Severity: Warning, Name: name, Place: h.placed(),
			Message: fmt.Sprintf("the row prints %d cells where the form has %d; which is which is not decidable: %s", len(vs), len(f.Rows[h.row].Columns), quoteAll(vs))})
		t.claim(vs...)
		return
	}
	for i, c := range cols {
		if want := f.Rows[h.row].Columns; c != want[i] { // in a run of text the words may stand in another order than the cells
			sev := Note
			if h.line.flow {
				sev = Warning
			}
			a.find(Finding{Code: CodeColumnsMoved, Severity: sev, Name: name, Place: h.placed(),
				Message: "the headers above the row stand in another order than the form's; they were followed"})
			break
		}
	}
	for i, c := range cols {
		t.set(h.row, c, vs[i])
		for _, p := range head {
			if matchColumn(f, p.label, []int{c}) == c {
				t.fields[h.row][c].header = moneyUnit(p.text)
			}
		}
		if t.fields[h.row][c].header == "" {
			t.fields[h.row][c].header = moneyUnit(h.line.own[h.from-1].text)
		}
	}
}

// repeat compares a row that is printed again with the first print.
func (a *attempt) repeat(h hit, head []*piece) {
	f, t := a.form, a.filled
	cols, vs := layActive(f, &h, head)
	t.claim(vs...)
	if cols == nil {
		a.find(Finding{Code: CodeRowTwice, Severity: Warning, Name: f.Table + "." + f.Rows[h.row].Name, Place: h.placed(),
			Message: "the row is printed once more and reads " + quoteAll(vs)})
		return
	}
	for i, c := range cols {
		x := &t.fields[h.row][c]
		if x.piece == nil {
			a.find(Finding{Code: CodeRowTwice, Severity: Warning, Name: f.Name(h.row, c), Place: vs[i].place,
				Message: fmt.Sprintf("absent in the first print, the second reads %q", vs[i].text)})
		} else if x.text != vs[i].text {
			a.find(Finding{Code: CodeTwiceDiffers, Severity: Warning, Name: f.Name(h.row, c), Place: vs[i].place,
				Message: fmt.Sprintf("the first print reads %q, another %q", x.text, vs[i].text)})
		}
	}
	if len(a.findings) == 0 || a.findings[len(a.findings)-1].Code != CodeTableTwice {
		for _, g := range a.findings {
			if g.Code == CodeTableTwice {
				return
			}
		}
		a.find(Finding{Code: CodeTableTwice, Severity: Note, Name: f.Table, Place: h.placed(), Message: "rows of the table are printed more than once; the first print is used"})
	}
}

// activeByPlace names rows that lost their label: where just one row of the form is missing between the two neighbours.
func (a *attempt) activeByPlace(waiting []hit) {
	f, t := a.form, a.filled
	for _, w := range waiting {
		before, after := -1, len(f.Rows)
		for _, h := range a.hits {
			if h.line.table < w.line.table || h.line.table == w.line.table && h.line.row < w.line.row {
				before = max(before, h.row)
			} else {
				after = min(after, h.row)
			}
		}
		var missing []int
		for r := before + 1; r < after; r++ {
			if t.rows[r] == nil {
				missing = append(missing, r)
			}
		}
		rivals := 0
		for _, o := range waiting {
			if o.line.table == w.line.table && abs(int64(o.line.row-w.line.row)) <= 1 {
				rivals++
			}
		}
		if len(missing) != 1 || rivals != 1 || len(w.values()) != len(f.Rows[missing[0]].Columns) {
			continue
		}
		w.row, w.place = missing[0], true
		a.find(Finding{Code: CodeRowByPlace, Severity: Warning, Name: f.Table + "." + f.Rows[w.row].Name, Place: w.line.own[w.from].place,
			Message: "the row carries no label that can be read; it was named by its place between its neighbours"})
		t.rows[w.row] = w.line
		for i, c := range f.Rows[w.row].Columns {
			t.set(w.row, c, w.values()[i])
		}
	}
}

func containsInt(xs []int, x int) bool {
	for _, y := range xs {
		if y == x {
			return true
		}
	}
	return false
}
