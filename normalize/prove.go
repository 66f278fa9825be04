package normalize

import (
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// An equation is one identity over fields of a filled form.
type equation struct {
	left, right []*field
	name        string // where a finding about it belongs: the row, or the cell of the total
	words       string // the identity in names
	row, col    int    // the row or column it runs along; -1 for the other
	at          [][2]int
}

// outcome is what an equation says as long as blank may be anything from zero up.
type outcome struct {
	known     bool  // every field is a number
	usable    bool  // no field is absent or mere words
	diff      int64 // left − right, open fields as zero
	open      []*field
	openLeft  bool
	openRight bool
	unsure    bool // some field is in doubt: it may hold, but that it fails says nothing
}

func (e *equation) evaluate() outcome {
	o := outcome{usable: true}
	side := func(fields []*field, sign int64, openSide *bool) {
		for _, c := range fields {
			o.unsure = o.unsure || c.unsure
			if n, ok := c.count(); ok {
				o.diff += sign * n
				continue
			}
			if c.open() {
				o.open = append(o.open, c)
				*openSide = true
				continue
			}
			o.usable = false
		}
	}
	side(e.left, 1, &o.openLeft)
	side(e.right, -1, &o.openRight)
	o.known = o.usable && len(o.open) == 0
	return o
}

// any reports whether the equation says anything but 0 = 0.
func (e *equation) any() bool {
	for _, side := range [...][]*field{e.left, e.right} {
		for _, c := range side {
			if n, ok := c.count(); ok && n != 0 {
				return true
			}
		}
	}
	return false
}

// proves reports whether the equation holds with every open field zero, and could not hold otherwise:
// all open fields on one side, because counts are not negative.
func (o *outcome) proves() bool { return o.usable && o.diff == 0 && !(o.openLeft && o.openRight) }

// fails reports whether no value from zero up for the open fields makes the equation hold.
func (o *outcome) fails() bool {
	if !o.usable || o.diff == 0 || o.unsure {
		return false
	}
	if o.diff > 0 {
		return !o.openRight
	}
	return !o.openLeft
}

func (t *filled) equations() []equation {
	f := t.form
	all, of := 0, 0 // equations, and fields in them
	for _, s := range f.RowSums {
		all, of = all+len(f.Rows), of+len(f.Rows)*(len(s.Left)+len(s.Right))
	}
	for _, s := range f.ColSums {
		all, of = all+len(f.Columns), of+len(f.Columns)*(len(s.Left)+len(s.Right))
	}
	out := make([]equation, 0, all)
	fields, places := make([]*field, 0, of), make([][2]int, 0, of)
	// add adds the equation of a sum; at gives the row and the column of each of its members
	add := func(e equation, s form.Sum, at func(int) [2]int) {
		from := len(fields)
		for _, xs := range [...][]int{s.Left, s.Right} {
			for _, x := range xs {
				p := at(x)
				fields, places = append(fields, &t.fields[p[0]][p[1]]), append(places, p)
			}
		}
		mid, to := from+len(s.Left), len(fields)
		e.left, e.right, e.at = fields[from:mid:mid], fields[mid:to:to], places[from:to:to]
		out = append(out, e)
	}
	words := func(ix form.Sum, name func(int) string) string {
		side := func(xs []int) string {
			var s []string
			for _, x := range xs {
				s = append(s, name(x))
			}
			if len(s) > 4 {
				s = []string{s[0], "…", s[len(s)-1]}
			}
			return strings.Join(s, " + ")
		}
		return side(ix.Left) + " = " + side(ix.Right)
	}
	for _, s := range f.RowSums {
		w := words(s, func(i int) string { return f.Columns[i].Name })
		for r := range f.Rows {
			add(equation{name: f.Table + "." + f.Rows[r].Name, words: w, row: r, col: -1}, s,
				func(c int) [2]int { return [2]int{r, c} })
		}
	}
	for _, s := range f.ColSums {
		w := words(s, func(i int) string { return f.Rows[i].Name })
		for c := range f.Columns {
			add(equation{name: f.Name(s.Right[len(s.Right)-1], c), words: w, row: -1, col: c}, s,
				func(r int) [2]int { return [2]int{r, c} })
		}
	}
	return out
}

// check runs the identities as a code over the form: infers blanks that must be zero, gives every field its verdict,
// and reports equations that fail, blanks that are not zero, and the one cell where a failing row and column cross.
func (t *filled) check(tell func(Finding)) {
	eqs := t.equations()
	t.recognise(eqs, tell)
	if !t.assumed {
		t.inferZeros(eqs)
	}
	results := make([]outcome, len(eqs))
	broken := map[*field]bool{}
	for i := range eqs {
		e := &eqs[i]
		o := e.evaluate()
		results[i] = o
		if (o.fails() || o.proves()) && e.any() {
			t.tested++
			if o.fails() {
				t.failed++
			}
		}
		switch {
		case o.fails():
			for _, c := range append(e.left, e.right...) {
				broken[c] = true
			}
			tell(Finding{Code: CodeSumFails, Severity: Error, Name: e.name, Place: e.place(),
				Message: fmt.Sprintf("%s does not hold: %s", e.words, e.figures())})
		case o.proves(), o.unsure:
		case o.usable && o.diff != 0 && len(o.open) == 1:
			if c := o.open[0]; !t.reported(c) {
				c.verdict = Unchecked
				tell(Finding{Code: CodeBlankNotZero, Severity: Warning, Name: t.nameOf(c), Place: c.place,
					Message: fmt.Sprintf("%q is printed, but %s gives %d", c.text, e.words, abs(o.diff))})
			}
		case o.usable && o.diff != 0:
			tell(Finding{Code: CodeBlankNotZero, Severity: Warning, Name: e.name, Place: e.place(),
				Message: fmt.Sprintf("%d cells print no number, but %s leaves %d for them",
					len(o.open), e.words, abs(o.diff))})
		}
	}
	holds := t.proved(eqs)
	for r := range t.fields {
		for c := range t.fields[r] {
			x := &t.fields[r][c]
			_, counted := x.count()
			switch {
			case t.assumed: // sums hold under any order
			case x.zero && broken[x]:
				x.zero = false // a blank inside a broken identity proves nothing
			case x.zero:
				x.verdict = Inferred
			case !counted:
			case broken[x]:
				x.verdict = Contradicted
			case holds[x]:
				x.verdict = Proved
			}
		}
	}
	t.suspects(eqs, results, tell)
}

func (t *filled) reported(c *field) bool { return c.verdict == Inferred }

// proved gives the fields that some identity proves: one that holds, that had no part in placing any of its fields, and
// of which no other field is in doubt. Two doubts can be wrong by the same, and two small numbers often are; but a field
// that one identity proves is in doubt no more, and others may follow from it.
func (t *filled) proved(eqs []equation) map[*field]bool {
	out := map[*field]bool{}
	if t.assumed {
		return out
	}
	for {
		before, doubted := len(out), false
		for i := range eqs {
			e := &eqs[i]
			o := e.evaluate()
			if !o.proves() {
				continue
			}
			if !e.witness(len(o.open) > 0, out) {
				doubted = true
				continue
			}
			for _, side := range [][]*field{e.left, e.right} {
				for _, x := range side {
					out[x] = true
				}
			}
		}
		if len(out) == before || !doubted {
			return out
		}
	}
}

// witness reports whether an identity that holds says something: not where it had a part in placing a field, nor where
// two of its fields are in doubt. A blank is one that may be anything.
func (e *equation) witness(blanks bool, proved map[*field]bool) bool {
	doubts := 0
	for _, side := range [][]*field{e.left, e.right} {
		for _, x := range side {
			if x.settled {
				return false
			}
			if x.doubted() && !proved[x] {
				doubts++
			}
		}
	}
	return doubts == 0 || doubts == 1 && !blanks
}

// inferZeros marks open fields as zero where an equation proves it and none that contains the field objects.
func (t *filled) inferZeros(eqs []equation) {
	for {
		candidate := map[*field]bool{}
		for i := range eqs {
			if o := eqs[i].evaluate(); o.proves() && eqs[i].witness(len(o.open) > 0, nil) {
				for _, c := range o.open {
					candidate[c] = true
				}
			}
		}
		if len(candidate) == 0 {
			return
		}
		// an equation that would be left without an explanation for its difference vetoes
		for i := range eqs {
			o := eqs[i].evaluate()
			if !o.usable || o.diff == 0 {
				continue
			}
			explained := false
			for _, c := range o.open {
				explained = explained || !candidate[c]
			}
			if !explained {
				for _, c := range o.open {
					delete(candidate, c)
				}
			}
		}
		if len(candidate) == 0 {
			return
		}
		for c := range candidate {
			c.zero = true
		}
	}
}

// suspects reports the cells where a failing row and a failing column cross by the same difference: one wrong cell
// would explain both. Print is kept.
func (t *filled) suspects(eqs []equation, results []outcome, tell func(Finding)) {
	rowFails, columnFails := false, false
	for i := range eqs {
		if results[i].fails() {
			rowFails, columnFails = rowFails || eqs[i].row >= 0, columnFails || eqs[i].row < 0
		}
	}
	if !rowFails || !columnFails {
		return
	}
	for r := range t.fields {
		for c := range t.fields[r] {
			x := &t.fields[r][c]
			n, ok := x.count()
			if !ok || x.piece == nil {
				continue
			}
			var want int64
			rows, cols, agree := 0, 0, true
			for i := range eqs {
				e := &eqs[i]
				sign := int64(0)
				for _, y := range e.left {
					if y == x {
						sign = -1
					}
				}
				for _, y := range e.right {
					if y == x {
						sign = 1
					}
				}
				if sign == 0 || !results[i].usable {
					continue
				}
				if !results[i].fails() {
					if results[i].proves() {
						agree = false // another value would break what holds
					}
					continue
				}
				w := n + sign*results[i].diff
				if rows+cols > 0 && w != want {
					agree = false
				}
				want = w
				if e.row >= 0 {
					rows++
				} else {
					cols++
				}
			}
			if agree && rows > 0 && cols > 0 && want >= 0 {
				tell(Finding{Code: CodeSuspectCell, Severity: Warning, Name: t.form.Name(r, c), Place: x.place,
					Message: fmt.Sprintf("a failing row and a failing column cross here: %q is printed, %d would "+
						"make both hold",
						x.text, want)})
			}
		}
	}
}

func (e *equation) figures() string {
	sum := func(fields []*field) (s int64) {
		for _, c := range fields {
			n, _ := c.count()
			s += n
		}
		return s
	}
	return fmt.Sprintf("%d against %d", sum(e.left), sum(e.right))
}

func abs(n int64) int64 {
	if n < 0 {
		return -n
	}
	return n
}

func (e *equation) place() extract.Place {
	for _, fields := range [][]*field{e.right, e.left} {
		for _, c := range fields {
			if c.piece != nil {
				return c.place
			}
		}
	}
	return extract.Place{}
}

// short reports whether an equation with absent fields on the left only is already too large there to hold.
func (e *equation) short(diff int64) bool {
	for _, c := range e.right {
		if _, ok := c.count(); !ok {
			return false
		}
	}
	return diff > 0
}

// touching keeps the equations that contain any of the fields.
func touching(eqs []equation, cells []*field) []equation {
	in := map[*field]bool{}
	for _, c := range cells {
		in[c] = true
	}
	var out []equation
	for _, e := range eqs {
		for _, c := range append(append([]*field(nil), e.left...), e.right...) {
			if in[c] {
				out = append(out, e)
				break
			}
		}
	}
	return out
}
