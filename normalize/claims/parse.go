package claims

import (
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

const maxSections = 8

// newGrammar reads the words and the rules. Errors begin with file and line.
func newGrammar(forms *form.Forms, words, rules string) (*Grammar, error) {
	g := &Grammar{forms: forms, lexicon: map[rune][]entry{}, noneBegin: map[rune]bool{},
		classes: map[string]*class{}, sums: map[string]rowSum{},
		reasons: map[string]string{}, results: map[string]bool{}, applicants: map[string]bool{}}
	for _, name := range plain {
		g.class(name)
	}
	saying := g.formWords()
	if err := eachLine("words.txt", words, func(line string, _ int) error { return g.parseWords(line) }); err != nil {
		return nil, err
	}
	p := &parser{g: g, sections: g.sections()}
	if err := eachLine("rules.txt", rules, p.parse); err != nil {
		return nil, err
	}
	for name, s := range p.sections {
		if len(s.rules) == 0 {
			return nil, fmt.Errorf("rules.txt: no rules of section %s", name)
		}
	}
	g.findReasons()
	for _, e := range saying {
		if e.class.senses != [maxSections]sense{} { // what no rule names stays unknown
			g.say(e)
		}
	}
	g.lists = make([][]entry, 1, len(g.lexicon)+1)
	for r, entries := range g.lexicon {
		sort.SliceStable(entries, func(i, j int) bool { return len(entries[i].word) > len(entries[j].word) })
		if r >= firstHan && r <= lastHan {
			g.list[r-firstHan], g.lists = uint16(len(g.lists)), append(g.lists, entries)
		}
		for _, e := range entries {
			if e.class.name == none || e.class.name == noText {
				g.noneWords = append(g.noneWords, e.word)
				g.noneBegin[r] = true
			}
		}
	}
	g.own = ownClasses{g.classes[unknown], g.classes[number], g.classes[stop], g.classes[year], g.classes[months], map[rune]*class{}}
	for r, name := range marks {
		g.own.marks[r] = g.classes[name]
	}
	return g, nil
}

// formWords gives the words that the forms say for their rows and columns.
func (g *Grammar) formWords() (out []entry) {
	add := func(name string, words []string) {
		for _, w := range words {
			out = append(out, entry{w, g.class(name)})
		}
	}
	for _, table := range g.forms.Tables() {
		for _, f := range g.forms.Editions(table) {
			for i := range f.Rows {
				add(table+"."+f.Rows[i].Name, f.Rows[i].Said)
			}
			for i := range f.Columns {
				add(table+".."+f.Columns[i].Name, f.Columns[i].Said)
			}
		}
	}
	return out
}

// findReasons finds the rows that are of the kind of a result, and none themselves.
func (g *Grammar) findReasons() {
	for _, f := range g.forms.Editions(g.applications.table) {
		for i := range f.Rows {
			for _, kind := range f.Rows[i].Kinds {
				if name := f.Rows[i].Name; g.results[kind] && !g.results[name] {
					g.reasons[name] = kind
				}
			}
		}
	}
}

// say takes a word into the lexicon, unless it is there.
func (g *Grammar) say(e entry) {
	r, _ := utf8.DecodeRuneInString(e.word)
	if !slices.ContainsFunc(g.lexicon[r], func(f entry) bool { return f.word == e.word }) {
		g.lexicon[r] = append(g.lexicon[r], e)
	}
}

func (g *Grammar) sections() map[string]*section {
	return map[string]*section{
		"growth": &g.growth, "asides": &g.asides, "changes": &g.changes, "rates": &g.rates,
		"disputes": &g.disputes, "decisions": &g.decisions, "active": &g.active, "applications": &g.applications,
	}
}

// eachLine calls parse for the lines that are not blank and no comments, and puts the place before its error.
func eachLine(file, text string, parse func(line string, number int) error) error {
	n := 0
	for line := range strings.Lines(text) {
		n++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		if err := parse(line, n); err != nil {
			return fmt.Errorf("%s:%d: %w", file, n, err)
		}
	}
	return nil
}

// class gives the class of a name, new where it is not known.
func (g *Grammar) class(name string) *class {
	c := g.classes[name]
	if c == nil {
		c = &class{name: name}
		g.classes[name] = c
	}
	return c
}

// parseWords reads a line of words.txt: a class and its words.
func (g *Grammar) parseWords(line string) error {
	name, words, ok := strings.Cut(line, "\t")
	if !ok {
		return errors.New("a class without a tab and words")
	}
	for w := range strings.FieldsSeq(words) {
		g.say(entry{w, g.class(name)})
	}
	return nil
}

// A parser reads rules.txt.
type parser struct {
	g        *Grammar
	sections map[string]*section
	s        *section
	begun    int // sections
	examples []string
}

func (p *parser) parse(line string, number int) error {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if word != "section" && p.s == nil {
		return fmt.Errorf("%s before the first section", word)
	}
	switch word {
	case "section":
		return p.section(rest)
	case "table":
		p.s.table = rest
		return nil
	case "rows":
		return p.group(rowAxis, rest)
	case "columns":
		return p.group(columnAxis, rest)
	case "words":
		return p.group(0, "- "+rest)
	case "group":
		return p.group(0, rest)
	case "sum":
		return p.sum(rest)
	case ">":
		p.examples = append(p.examples, rest)
		return nil
	}
	return p.rule(line, number)
}

func (p *parser) section(rest string) error {
	name, way, _ := strings.Cut(rest, " ")
	s := p.sections[name]
	if s == nil || s.names != nil {
		return fmt.Errorf("section %s is not known, or there twice", name)
	}
	if way = strings.TrimSpace(way); way != "" && way != "in order" && way != "by the first word" {
		return fmt.Errorf("section %s %q is neither in order nor by the first word", name, way)
	}
	s.number, s.names, s.inOrder, s.first = p.begun, map[string]sense{}, way == "in order", way == "by the first word"
	p.s = s
	p.begun++
	return nil
}

// group reads classes that name rows or columns of the form, and gives them a name together: RESULT granted
// RF=refused. A class of words.txt is called by the row or column after =; @refused are all rows that the forms call
// refused.
func (p *parser) group(axis int, rest string) error {
	group, members, _ := strings.Cut(rest, " ")
	all := sense{axis: axis}
	for m := range strings.FieldsSeq(members) {
		member, names, _ := strings.Cut(m, "=")
		names = or(names, member)
		classes := map[string]*class{names: p.class(member)}
		if kind, ok := strings.CutPrefix(member, "@"); ok {
			classes = p.rowsOf(kind)
		} else if classes[names] == nil {
			return fmt.Errorf("no words say %s", member)
		}
		if p.s.count == 64 {
			return errors.New("more than 64 words in a section")
		}
		x := sense{bits: 1 << p.s.count, axis: axis} // rows of a kind share it: a notice may bring any number of them
		p.s.count++
		for name, c := range classes {
			if c.senses[p.s.number].bits != 0 {
				return fmt.Errorf("%s is in the section already", member)
			}
			c.senses[p.s.number] = sense{x.bits, axis, name}
		}
		p.s.names[member] = x
		all.bits |= x.bits
		p.note(group, names)
	}
	p.s.names[group] = all
	return nil
}

// note keeps what totals and shares ask for: which rows are results, which columns are of who applied.
func (p *parser) note(group, name string) {
	switch group {
	case "RESULT":
		p.g.results[name] = true
	case "APPLICANT":
		p.g.applicants[name] = true
	}
}

// class gives the class that a section calls by a name: a row or a column of its table, or a class of words.txt; nil
// where it is none.
func (p *parser) class(name string) *class {
	for _, full := range []string{p.s.table + "." + name, p.s.table + ".." + name, name} {
		if c := p.g.classes[full]; c != nil {
			return c
		}
	}
	return nil
}

// rowsOf gives the classes of the rows of a kind, by their names.
func (p *parser) rowsOf(kind string) map[string]*class {
	out := map[string]*class{}
	for _, f := range p.g.forms.Editions(p.s.table) {
		for i := range f.Rows {
			row := &f.Rows[i]
			if c := p.g.classes[p.s.table+"."+row.Name]; c != nil && slices.Contains(row.Kinds, kind) {
				out[row.Name] = c
			}
		}
	}
	return out
}

// sum reads NAME ROW + ROW, or NAME columns under LABEL.
func (p *parser) sum(rest string) error {
	name, parts, _ := strings.Cut(rest, " ")
	words := strings.Fields(parts)
	switch {
	case len(words) == 3 && words[0] == "columns" && words[1] == "under":
		p.g.sums[name] = rowSum{label: words[2]}
	case len(words) == 3 && words[1] == "+":
		p.g.sums[name] = rowSum{rows: []string{words[0], words[2]}}
	default:
		return fmt.Errorf("%s is neither ROW + ROW nor columns under LABEL", name)
	}
	return nil
}

// rule reads PATTERN [if CONDITIONS] → EFFECT[; MEMORY].
func (p *parser) rule(line string, number int) error {
	pattern, effect, ok := strings.Cut(line, "→")
	if !ok {
		return fmt.Errorf("%q is no rule: it has no →", line)
	}
	if len(p.examples) == 0 {
		return errors.New("a rule without the sentence that needs it")
	}
	u := rule{line: number, examples: p.examples}
	p.examples = nil
	pattern, when, _ := strings.Cut(pattern, " if ")
	if err := p.pattern(&u, pattern); err != nil {
		return err
	}
	if err := u.parseConditions(when); err != nil {
		return err
	}
	if err := u.parseEffect(strings.TrimSpace(effect)); err != nil {
		return err
	}
	for _, c := range slices.Concat(u.effect.cells, u.effect.or, []cellSpec{u.effect.of}) {
		if err := p.check(c); err != nil {
			return err
		}
	}
	p.s.rules = append(p.s.rules, u)
	return nil
}

// pattern reads the words of a pattern: X, X|Y, X?, X* and !X, only before them, … after.
func (p *parser) pattern(u *rule, pattern string) error {
	for _, word := range strings.Fields(pattern) {
		switch word {
		case "only":
			u.only = true
			continue
		case "…":
			u.beside = true
			continue
		}
		word, not := strings.CutPrefix(word, "!")
		word, optional := strings.CutSuffix(word, "?")
		word, many := strings.CutSuffix(word, "*")
		t, axis := term{optional: optional || many, many: many}, -1
		for name := range strings.SplitSeq(word, "|") {
			x, ok := p.s.names[name]
			if !ok {
				return fmt.Errorf("%s is no word of the section", name)
			}
			if axis >= 0 && axis != x.axis {
				return fmt.Errorf("%s names something else than the words beside it", name)
			}
			t.bits, axis = t.bits|x.bits, x.axis
		}
		if not {
			u.not |= t.bits
			continue
		}
		u.terms = append(u.terms, t)
		u.named[axis] = append(u.named[axis], t)
	}
	if len(u.terms) == 0 {
		return errors.New("a pattern without words")
	}
	return nil
}

func (u *rule) parseConditions(text string) error {
	for word := range strings.FieldsSeq(text) {
		name, value, ok := strings.Cut(word, "=")
		c := condition{value: value}
		if !ok {
			name, c.value = word, "yes"
			name, c.not = strings.CutPrefix(name, "!")
		} else {
			name, c.not = strings.CutSuffix(name, "!")
		}
		if c.value == "none" {
			c.value = ""
		}
		if c.field = conditions[name]; c.field == nil {
			return fmt.Errorf("no condition is called %s", name)
		}
		u.when = append(u.when, c)
	}
	return nil
}

func (u *rule) parseEffect(text string) error {
	said, memory, _ := strings.Cut(text, ";")
	if err := u.effect.parse(strings.Fields(said)); err != nil {
		return err
	}
	for part := range strings.SplitSeq(memory, ",") {
		part = strings.TrimSpace(part)
		name, value, _ := strings.Cut(part, " ")
		switch value = strings.TrimSpace(value); {
		case name == "" && memory == "":
		case name == "open" && (value == "received" || value == "handled"):
			u.effect.open = value
		case memories[name] == nil || value == "":
			return fmt.Errorf("%q is nothing to remember", part)
		default:
			if value == "none" {
				value = ""
			}
			u.effect.remember = append(u.effect.remember, memo{memories[name], value})
		}
	}
	return nil
}

// parse reads what a number is: nothing, aside, CELL, CELL + CELL, share CELL of CELL, change CELL, last-year CELL.
func (e *effect) parse(words []string) error {
	if len(words) == 0 {
		return errors.New("a rule without an effect")
	}
	e.relation = Equals
	switch words[0] {
	case "nothing", "aside":
		e.relation, e.aside = "", words[0] == "aside"
		if len(words) > 1 {
			return fmt.Errorf("%s and more", words[0])
		}
		return nil
	case "share", "change", "last-year":
		e.relation, words = Relation(words[0]), words[1:]
	}
	if i := slices.Index(words, "or"); i >= 0 {
		for _, w := range words[i+1:] {
			e.or = append(e.or, parseCell(w))
		}
		words = words[:i]
	}
	if n := len(words); e.relation == Share && n == 3 && words[1] == "of" {
		e.of, words = parseCell(words[2]), words[:1]
	} else if e.relation == Share {
		return errors.New("a share is CELL of CELL")
	}
	for i, w := range words {
		switch {
		case i%2 == 1 && w != "+":
			return fmt.Errorf("%s where + should be", w)
		case i%2 == 0:
			e.cells = append(e.cells, parseCell(w))
		}
	}
	return nil
}

// check reports a row of an effect that no edition of the table has.
func (p *parser) check(c cellSpec) error {
	if c.row == "" || c.row == "before" || c.row == "its-row" || strings.ContainsAny(c.row, "$^") {
		return nil
	}
	if p.g.sums[c.row].rows != nil {
		return nil
	}
	for _, f := range p.g.forms.Editions(p.s.table) {
		if len(rowsOf(f, c.row)) > 0 {
			return nil
		}
	}
	return fmt.Errorf("no form has a row %s.%s", p.s.table, c.row)
}

func parseCell(text string) cellSpec {
	row, column, _ := strings.Cut(text, ".")
	return cellSpec{row, column}
}
