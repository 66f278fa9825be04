package normalize

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// sure is the confidence from which on a figure that was recognised on a picture is taken as printed without a proof.
// Two looks of an engine that agree give more than 0.98 on clean scans.
const sure = 0.95

// maxReadings bounds how many combinations of readings of one identity are tried.
const maxReadings = 20_000

// doubtful reports whether what was recognised may be something else than is printed.
func (p *piece) doubtful() bool {
	if p.seen == nil {
		return false
	}
	if p.seen.Covered || p.seen.Confidence < sure || strings.ContainsRune(p.text, form.Unreadable) {
		return true
	}
	if p.number != nil { // a dash is the same drawing as 一
		for _, r := range p.text {
			if unicode.Is(unicode.Han, r) && !strings.ContainsAny(p.text, "0123456789") {
				return true
			}
		}
	}
	return false
}

// A guess is one way to read a cell.
type guess struct {
	value int64
	text  string
	own   bool // what the engine takes for the likeliest
}

// guesses are the counts that a cell may print.
func (x *field) guesses() []guess {
	var out []guess
	add := func(text string, own bool) {
		r := read(text)
		v := int64(0)
		switch {
		case r.isInt && !strings.ContainsRune(text, form.Unreadable):
			v = r.whole
		case r.number == nil && r.zeroable():
		default:
			return
		}
		for _, g := range out {
			if g.value == v {
				return
			}
		}
		out = append(out, guess{v, text, own})
	}
	add(x.text, true)
	for _, o := range x.seen.Others {
		add(o.Text, false)
	}
	return out
}

// recognise settles the cells of a picture whose reading is in doubt: what the identities leave of an engine's readings
// is what is printed, if it is one. Its own first reading is confirmed by any identity; another one is only taken where
// two identities that cross in the cell agree on it. Cells that stay in doubt are marked so.
func (t *filled) recognise(eqs []equation, tell func(Finding)) {
	var doubts []*field
	for r := range t.fields {
		for c := range t.fields[r] {
			if x := &t.fields[r][c]; x.piece != nil && x.doubtful() {
				doubts = append(doubts, x)
			}
		}
	}
	t.settleReadings(eqs, doubts, tell)
	for _, x := range doubts {
		x.unsure = true
	}
	// a reading that seemed sure, but where a row and a column fail: it too may be another
	var crossed []*field
	failing := map[*field]int{}
	for i := range eqs {
		if o := eqs[i].evaluate(); o.fails() {
			for _, x := range append(append([]*field(nil), eqs[i].left...), eqs[i].right...) {
				if x.piece != nil && x.seen != nil && !x.unsure {
					failing[x]++
				}
			}
		}
	}
	for r := range t.fields {
		for c := range t.fields[r] {
			if x := &t.fields[r][c]; failing[x] > 1 && len(x.guesses()) > 1 {
				crossed = append(crossed, x)
			}
		}
	}
	t.settleReadings(eqs, crossed, tell)
}

// settleReadings narrows the guesses of cells by the identities until nothing changes.
func (t *filled) settleReadings(eqs []equation, doubts []*field, tell func(Finding)) {
	if len(doubts) == 0 {
		return
	}
	open := map[*field][]guess{}
	for _, x := range doubts {
		open[x] = x.guesses()
	}
	// by which identities what is left of a cell's guesses is left: only those in which no other cell is still in doubt,
	// for what is doubtful does not get surer by company
	backed := map[*field]map[int]bool{}
	for range 12 {
		changed := false
		for i := range eqs {
			fits := eqs[i].fitting(open)
			for x, values := range fits {
				var kept []guess
				for _, g := range open[x] {
					if values[g.value] {
						kept = append(kept, g)
					}
				}
				if len(kept) < len(open[x]) {
					open[x], changed = kept, true
				}
				alone := true
				for y := range fits {
					alone = alone && (y == x || len(open[y]) == 1 && len(backed[y]) > 0)
				}
				if alone && !backed[x][i] {
					if backed[x] == nil {
						backed[x] = map[int]bool{}
					}
					backed[x][i], changed = true, true
				}
			}
		}
		if !changed {
			break
		}
	}
	for _, x := range doubts {
		g := open[x]
		if len(g) != 1 || g[0].own || len(backed[x]) < 2 {
			continue
		}
		was := x.text
		p := *x.piece
		p.reading = read(g[0].text)
		t.account(&p)
		x.piece, x.state = &p, p.state
		tell(Finding{Code: CodeReadingChosen, Severity: Note, Name: t.nameOf(x), Place: x.place,
			Message: fmt.Sprintf("the picture may be read as %s; only %q makes the row and the column hold",
				readings(was, x.seen), g[0].text)})
	}
}

func readings(first string, r *extract.Reading) string {
	s := []string{fmt.Sprintf("%q (%.0f %%)", first, 100*r.Confidence)}
	for _, o := range r.Others {
		if len(s) < 4 {
			s = append(s, fmt.Sprintf("%q (%.0f %%)", o.Text, 100*o.Confidence))
		}
	}
	return strings.Join(s, ", ")
}

// fitting gives, for each cell in doubt of an identity, the values with which the identity can hold. It gives nothing
// where the identity says nothing: with words in it, with blanks that may be anything, or when it cannot hold at all.
func (e *equation) fitting(open map[*field][]guess) map[*field]map[int64]bool {
	type term struct {
		x    *field
		sign int64
	}
	var terms []term
	sum := int64(0)
	combos := 1
	side := func(fields []*field, sign int64) bool {
		for _, x := range fields {
			if g, ok := open[x]; ok {
				if len(g) == 0 {
					return false
				}
				terms = append(terms, term{x, sign})
				if combos *= len(g); combos > maxReadings {
					return false
				}
				continue
			}
			switch n, ok := x.count(); {
			case ok:
				sum += sign * n
			case x.open(): // a blank that nobody doubts is a zero here, or the identity holds for no one
			default:
				return false
			}
		}
		return true
	}
	if !side(e.left, 1) || !side(e.right, -1) || len(terms) == 0 {
		return nil
	}
	out := map[*field]map[int64]bool{}
	pick := make([]int, len(terms))
	for {
		total := sum
		for k, tm := range terms {
			total += tm.sign * open[tm.x][pick[k]].value
		}
		if total == 0 {
			for k, tm := range terms {
				if out[tm.x] == nil {
					out[tm.x] = map[int64]bool{}
				}
				out[tm.x][open[tm.x][pick[k]].value] = true
			}
		}
		k := 0
		for ; k < len(terms); k++ {
			if pick[k]++; pick[k] < len(open[terms[k].x]) {
				break
			}
			pick[k] = 0
		}
		if k == len(terms) {
			break
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}

// publish makes of a cell that was recognised a value: with its confidence, and, where it stays in doubt, as text only.
func (x *field) publish(v *Value, tell func(Finding)) {
	v.Confidence = x.seen.Confidence
	if !x.unsure || v.Verdict == Proved {
		return
	}
	if v.Verdict == Inferred { // the zero is proved; what is printed for it is not
		if x.text != "" || x.seen.Covered {
			tell(Finding{Code: CodeDoubtfulReading, Severity: Note, Name: v.Name, Place: v.Place,
				Message: fmt.Sprintf("%q was recognised on a picture and is not certain; that it stands for zero is "+
					"proved", x.text)})
		}
		return
	}
	why := fmt.Sprintf("it may be %s", readings(x.text, x.seen))
	if x.seen.Covered {
		why = "a stamp lies on it"
		if utf8.RuneCountInString(x.text) > 0 {
			why += fmt.Sprintf("; it may be %s", readings(x.text, x.seen))
		}
	}
	v.Number = nil
	if v.State == Number {
		v.State = Text
	}
	tell(Finding{Code: CodeDoubtfulReading, Severity: Warning, Name: v.Name, Place: v.Place,
		Message: "recognised on a picture and not proved: " + why})
}
