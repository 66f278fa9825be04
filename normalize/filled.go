package normalize

import (
	"github.com/gongkai/gongkai/normalize/form"
)

// A field is one name of a form with what was found for it.
type field struct {
	*piece        // nil = absent
	state   State // of the piece, or Absent
	verdict Verdict
	zero    bool     // inferred to be zero
	unsure  bool     // recognised on a picture, and in doubt
	settled bool     // placed as the identities require: that they hold proves nothing
	measure *measure // what its number is counted in; nil: what the form says, and nothing else is printed
}

func (c *field) count() (n int64, ok bool) {
	if c.piece != nil && c.isInt {
		return c.whole, true
	}
	return 0, c.zero
}

// open reports whether the field prints no number but may stand for zero.
func (c *field) open() bool { return c.piece != nil && !c.zero && c.zeroable() }

// doubted reports whether the number may not be what is printed or meant, as far as the cell alone says.
func (c *field) doubted() bool {
	return c.piece != nil && (c.unsure || c.settled || c.number != nil && (c.doubt != "" || c.halves != nil))
}

// A filled form is one table read: a field for each row and column of the form.
type filled struct {
	tested, failed int // identities that are known and not all zero, and those of them that fail
	form           *form.Form
	fields         [][]field       // [row][column]; columns the row does not have stay absent and unnamed
	rows           []*line         // where each row was found; nil = not found
	assumed        bool            // the order of columns or rows is the form's, because it could not be read
	accounted      map[*piece]bool // pieces that a name or a finding accounts for
}

func newFilled(f *form.Form) *filled {
	t := &filled{form: f, accounted: map[*piece]bool{}}
	t.fields, t.rows = make([][]field, len(f.Rows)), make([]*line, len(f.Rows))
	n := len(f.Columns)
	all := make([]field, len(f.Rows)*n)
	for i := range all {
		all[i].state, all[i].verdict = Absent, Unchecked
	}
	for r := range t.fields {
		t.fields[r] = all[r*n : (r+1)*n : (r+1)*n]
	}
	return t
}

// rowName names a row as findings do.
func (t *filled) rowName(r int) string { return t.form.Table + "." + t.form.Rows[r].Name }

func (t *filled) set(r, c int, p *piece) {
	x := &t.fields[r][c]
	x.piece = p
	if p == nil {
		x.state = Absent
		return
	}
	x.state = p.state
	t.account(p)
}

func (t *filled) account(ps ...*piece) {
	for _, p := range ps {
		t.accounted[p] = true
	}
}

// found counts the fields that are not absent.
func (t *filled) found() int {
	n := 0
	for r := range t.form.Rows {
		for _, c := range t.form.Rows[r].Columns {
			if t.fields[r][c].state != Absent {
				n++
			}
		}
	}
	return n
}

func (t *filled) nameOf(x *field) string {
	for r := range t.fields {
		for c := range t.fields[r] {
			if &t.fields[r][c] == x {
				return t.form.Name(r, c)
			}
		}
	}
	return t.form.Table
}

// judge lays pieces into cells, those of one row or, where a form prints one line of figures, of all, as an arrangement
// says, and scores what the identities say.
func (t *filled) judge(cells []*field, a *arrangement, eqs []equation) {
	old := make([]field, len(cells))
	for i, c := range cells {
		old[i] = *c
		c.piece, c.zero = a.slots[i], false
		if c.piece == nil {
			c.state = Absent
		} else {
			c.state = c.piece.state
		}
	}
	for i := range eqs {
		o := eqs[i].evaluate()
		switch {
		case !o.usable:
			if eqs[i].short(o.diff) {
				a.broken++
			}
		case o.fails():
			a.broken++
		case o.known:
			a.score += 3
		case o.proves():
			a.score += 2
		}
	}
	for i, c := range cells {
		*c = old[i]
	}
}
