package claims

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// parseGrammar reads the words and the rules. Errors begin with file and line.
func parseGrammar(words, rules string) (*grammar, error) {
	g := &grammar{lexicon: map[rune][]entry{}, classes: map[string]*class{}, results: map[string]bool{}, applicants: map[string]bool{}}
	for _, name := range plain {
		g.class(name)
	}
	if err := eachLine("words.txt", words, g.parseWords); err != nil {
		return nil, err
	}
	for r := range g.lexicon {
		sort.SliceStable(g.lexicon[r], func(i, j int) bool { return len(g.lexicon[r][i].word) > len(g.lexicon[r][j].word) })
	}
	p := &parser{g: g, sections: g.sections()}
	if err := eachLine("rules.txt", rules, p.parse); err != nil {
		return nil, err
	}
	for name, s := range g.sections() {
		if len(s.rules) == 0 {
			return nil, fmt.Errorf("rules.txt: no rules of section %s", name)
		}
	}
	return g, nil
}

func (g *grammar) sections() map[string]*section {
	return map[string]*section{"growth": &g.growth, "asides": &g.asides, "disputes": &g.disputes, "decisions": &g.decisions,
		"active": &g.active, "applications": &g.applications, "changes": &g.changes, "rates": &g.rates}
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
func (g *grammar) class(name string) *class {
	c := g.classes[name]
	if c == nil {
		c = &class{name: name}
		g.classes[name] = c
	}
	return c
}

// parseWords reads a line of words.txt: a class and its words. A word that an earlier line has keeps the class it has there.
func (g *grammar) parseWords(line string, _ int) error {
	name, words, ok := strings.Cut(line, "\t")
	if !ok {
		return errors.New("a class without a tab and words")
	}
	for _, w := range strings.Fields(words) {
		r, _ := utf8.DecodeRuneInString(w)
		if !g.known(r, w) {
			g.lexicon[r] = append(g.lexicon[r], entry{w, g.class(name)})
		}
	}
	return nil
}

func (g *grammar) known(r rune, word string) bool {
	for _, e := range g.lexicon[r] {
		if e.word == word {
			return true
		}
	}
	return false
}

// parser reads rules.txt.
type parser struct {
	g        *grammar
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

// group reads classes that name rows or columns of the form, and gives them a name together: RESULT G=granted RF=refused. A class
// without = is called as the form calls it; one that ends in * is all classes that begin so.
func (p *parser) group(axis int, rest string) error {
	group, members, _ := strings.Cut(rest, " ")
	all := sense{axis: axis}
	for m := range strings.FieldsSeq(members) {
		member, names, _ := strings.Cut(m, "=")
		classes := p.classes(member)
		if len(classes) == 0 {
			return fmt.Errorf("no words say %s", member)
		}
		for _, c := range classes {
			bit, err := p.bit(c.name)
			if err != nil {
				return err
			}
			x := sense{bits: bit, axis: axis, names: or(names, c.name)}
			c.senses[p.s.number], p.s.names[c.name] = x, x
			all.bits |= bit
			switch group {
			case "RESULT":
				p.g.results[x.names] = true
			case "COLUMN":
				p.g.applicants[x.names] = true
			}
		}
	}
	p.s.names[group] = all
	return nil
}

// classes gives the classes of a name, in the order of their names.
func (p *parser) classes(name string) []*class {
	prefix, all := strings.CutSuffix(name, "*")
	var out []*class
	for _, n := range slices.Sorted(maps.Keys(p.g.classes)) {
		if n == name || all && strings.HasPrefix(n, prefix) {
			out = append(out, p.g.classes[n])
		}
	}
	return out
}

// bit gives a class its bit of the section.
func (p *parser) bit(name string) (uint64, error) {
	if p.s.names[name].bits != 0 {
		return 0, fmt.Errorf("%s is in the section already", name)
	}
	if p.s.count == 64 {
		return 0, errors.New("more than 64 words in a section")
	}
	p.s.count++
	return 1 << (p.s.count - 1), nil
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
		case name == "open":
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

func parseCell(text string) cellSpec {
	row, column, _ := strings.Cut(text, ".")
	return cellSpec{row, column}
}
