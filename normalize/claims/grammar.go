package claims

import "github.com/gongkai/gongkai/normalize/form"

// A Grammar knows what the words beside numbers mean: those of words.txt and of the forms, by the patterns of
// rules.txt, whose head says what its terms mean. It may be used by several at once.
type Grammar struct {
	forms      *form.Forms
	lexicon    map[rune][]entry // by first character, longest first
	lists      [][]entry        // the same of Chinese characters; the first is empty
	list       [lastHan - firstHan + 1]uint16
	noneWords  []string      // those of the classes none and noText
	noneBegin  map[rune]bool // their first characters
	own        ownClasses
	classes    map[string]*class // by name; those of rows are table.row, those of columns table..column
	sums       map[string]rowSum // by name
	reasons    map[string]string // the result that a row is a reason for
	results    map[string]bool   // rows of what became of applications
	applicants map[string]bool   // columns of who applied

	growth, asides, disputes, decisions, active, applications, changes, rates section
}

// ownClasses are those of what is no word.
type ownClasses struct {
	unknown, number, stop, year, months *class
	marks                               map[rune]*class
}

// An entry is a word and what it says.
type entry struct {
	word  string
	class *class
}

// A rowSum is rows that a rule sums under a name; or columns, those below a label of the form.
type rowSum struct {
	rows  []string
	label string
}

// A class is what a word says. Two words of one class say the same: those of a line of words.txt, or those that the
// forms say for a row or a column.
type class struct {
	name   string
	senses [maxSections]sense // by number of section
}

// A sense is what a class is in a section: its bit there, or for a group the bits of its classes, and the row or the
// column that it names.
type sense struct {
	bits  uint64
	axis  int // rowAxis, columnAxis or 0
	names string
}

const (
	rowAxis    = 1
	columnAxis = 2
)

// A section is rules about one thing, tried in order.
type section struct {
	number  int
	table   string
	inOrder bool // the words stand in the order of the pattern
	first   bool // the first word that the section knows decides
	rules   []rule
	names   map[string]sense // what its rules may say: classes and groups of them
	count   int              // classes
}

// A term is a place of a pattern: any word with one of the bits.
type term struct {
	bits     uint64
	optional bool
	many     bool // any number of words, in patterns in order
}

// A rule is a pattern of classes, what must hold beside, and what the number is then.
type rule struct {
	line     int
	terms    []term
	named    [3][]term // by axis: those that name rows, and columns
	not      uint64
	only     bool // no word stands beside those of the pattern
	beside   bool // any word may stand beside or after
	when     []condition
	effect   effect
	examples []string // sentences that need the rule
}

// A condition is a field of what is remembered and the text that it must, or must not, have.
type condition struct {
	field func(*reader, *clause) string
	value string
	not   bool
}

// An effect is what a number is by a rule, and what is remembered of it.
type effect struct {
	relation Relation   // "" for nothing
	cells    []cellSpec // whose sum it is
	of       cellSpec
	or       []cellSpec // what cells, or for a share of, may be as well
	aside    bool
	open     string
	remember []memo
}

// A cellSpec is a row and a column as a rule writes them: a name, $ for what the words name, ^ for what is
// remembered; the row "before" stands for what the number before counts.
type cellSpec struct{ row, column string }

// A memo is a field of what is remembered and what is written there.
type memo struct {
	field func(*memory) *string
	value string
}

// A binding is what the words of a clause name, in order.
type binding struct {
	rows, columns [2]string
	row, column   int
}

func (b *binding) add(s sense) {
	switch {
	case s.axis == rowAxis && b.row < len(b.rows):
		b.rows[b.row] = s.names
		b.row++
	case s.axis == columnAxis && b.column < len(b.columns):
		b.columns[b.column] = s.names
		b.column++
	}
}

// find gives the first rule of the section that the words of a clause meet; nil where none does. What they name is in
// k.bound.
func (s *section) find(r *reader, k *clause, words []*class) *rule {
	k.tried, k.bound = words, binding{}
	if s.inOrder {
		return s.findInOrder(r, k, words)
	}
	if s.first {
		return s.findFirst(r, k, words)
	}
	var (
		have  uint64
		named [3][3]uint64 // bits of the first words on each axis
		count [3]int
		alien bool
	)
	for _, w := range words {
		x := w.senses[s.number]
		alien = alien || x.bits == 0
		have |= x.bits
		if x.axis != 0 {
			if count[x.axis] < 3 {
				named[x.axis][count[x.axis]] = x.bits
			}
			count[x.axis]++
			k.bound.add(x)
		}
	}
	if have == 0 {
		return nil
	}
	for i := range s.rules {
		u := &s.rules[i]
		if !u.has(have) || u.only && len(words) != len(u.terms) {
			continue
		}
		if !u.beside && (alien || !meets(u.named[rowAxis], named[rowAxis][:], count[rowAxis])) {
			continue
		}
		if !u.beside && !meets(u.named[columnAxis], named[columnAxis][:], count[columnAxis]) {
			continue
		}
		if u.holds(r, k) {
			return u
		}
	}
	return nil
}

// has reports whether each place of the pattern has a word.
func (u *rule) has(have uint64) bool {
	if have&u.not != 0 {
		return false
	}
	for _, t := range u.terms {
		if !t.optional && have&t.bits == 0 {
			return false
		}
	}
	return true
}

// meets reports whether the words that name rows, or columns, are met one to one by places of the pattern.
func meets(terms []term, words []uint64, n int) bool {
	if n > len(terms) {
		return false
	}
	for i, t := range terms {
		if i >= n {
			return t.optional
		}
		if words[i]&t.bits == 0 {
			return false
		}
	}
	return true
}

// holds reports whether the conditions of a rule hold.
func (u *rule) holds(r *reader, k *clause) bool {
	for _, c := range u.when {
		if (c.field(r, k) == c.value) == c.not {
			return false
		}
	}
	return true
}

func (s *section) findFirst(r *reader, k *clause, words []*class) *rule {
	for _, w := range words {
		x := w.senses[s.number]
		if x.bits == 0 {
			continue
		}
		for i := range s.rules {
			if u := &s.rules[i]; x.bits&u.terms[0].bits != 0 && !(u.only && len(words) != 1) && u.holds(r, k) {
				return u
			}
		}
		break
	}
	return nil
}

func (s *section) findInOrder(r *reader, k *clause, words []*class) *rule {
	for i := range s.rules {
		u := &s.rules[i]
		if k.bound = (binding{}); s.follow(u, &k.bound, words) && u.holds(r, k) {
			return u
		}
	}
	return nil
}

// follow holds the words against a pattern, place by place.
func (s *section) follow(u *rule, b *binding, words []*class) bool {
	i := 0
	for _, t := range u.terms {
		met := false
		for i < len(words) && words[i].senses[s.number].bits&t.bits != 0 && (!met || t.many) {
			b.add(words[i].senses[s.number])
			i, met = i+1, true
		}
		if !met && !t.optional {
			return false
		}
	}
	return i == len(words) || u.beside
}

// row gives the row that a word names by itself; "" where it names none.
func (s *section) row(w *class) string {
	if x := w.senses[s.number]; x.axis == rowAxis {
		return x.names
	}
	return ""
}

// classOf gives the class that names a row.
func (g *Grammar) classOf(s *section, row string) *class {
	for _, c := range g.classes {
		if s.row(c) == row {
			return c
		}
	}
	return nil
}
