package form

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Parse reads one form file. Errors begin with file and line.
//
// A form file is lines of a word and what it says. Of the table: table, edition, years, notice, section, layout, where,
// required, optional, title, english, anchor, corner, crown, column, row, group, sum. Of the table, column or row
// above: short, also, said, stata, is, unit, signed, article, unseen. docs/adding-a-form-edition.md tells each.
func Parse(file, text string) (*Form, error) {
	p := &parser{f: &Form{}, once: map[string]bool{}}
	p.last = thing{short: &p.f.Short, said: &p.f.Said, stata: &p.f.Stata}
	var sums [][3]string // kind, text, place
	for n, line := range strings.Split(text, "\n") {
		place := file + ":" + strconv.Itoa(n+1)
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if rest == "" && !slices.Contains(bare, word) {
			return nil, fmt.Errorf("%s: %s without a value", place, word)
		}
		if word == "sum" { // it names rows and columns that may stand below it
			kind, terms, _ := strings.Cut(rest, " ")
			sums = append(sums, [3]string{kind, terms, place})
			continue
		}
		if err := p.line(word, rest); err != nil {
			return nil, fmt.Errorf("%s: %w", place, err)
		}
	}
	for _, s := range sums {
		if err := p.f.addSum(s[0], s[1]); err != nil {
			return nil, fmt.Errorf("%s: %w", s[2], err)
		}
	}
	return p.f, p.f.finish(file)
}

// bare are the words that say all by themselves.
var bare = []string{"signed", "unseen", "required", "optional"}

// A thing is what the lines below a table, title, column or row may tell of it; nil where it cannot be told.
type thing struct {
	short  *Words
	also   *[]string
	said   *[]string
	stata  *string
	kinds  *[]string
	known  []string // the kinds that it may be of
	column *Column
	row    *Row
}

type parser struct {
	f    *Form
	last thing
	once map[string]bool // words that stand once in a file
}

var tableName = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// line takes one line of the file.
func (p *parser) line(word, rest string) error {
	switch word {
	case "table", "edition", "years", "section", "layout", "where", "required", "optional", "english", "corner",
		"crown", "notice":
		if p.once[word] {
			return fmt.Errorf("%s twice", word)
		}
		p.once[word] = true
		return p.head(word, rest)
	case "title":
		p.f.Titles = append(p.f.Titles, rest)
		p.last.also = &p.f.Titles
	case "anchor":
		p.f.Anchors = append(p.f.Anchors, rest)
	case "group":
		p.f.Groups = append(p.f.Groups, strings.Fields(rest)...)
	case "column":
		return p.column(rest)
	case "row":
		return p.row(rest)
	case "short", "also", "said", "stata", "is", "unit", "signed", "article", "unseen":
		return p.below(word, rest)
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}

// head takes a line that tells of the table as a whole.
func (p *parser) head(word, rest string) error {
	f := p.f
	switch word {
	case "table":
		if !tableName.MatchString(rest) {
			return fmt.Errorf("table %q is not a name of small letters, digits and _", rest)
		}
		f.Table = rest
	case "edition":
		f.Edition = rest
	case "years":
		from, to, ok := strings.Cut(rest, "-")
		var err1, err2 error
		f.From, err1 = strconv.Atoi(from)
		if to != "" {
			f.To, err2 = strconv.Atoi(to)
		}
		if !ok || err1 != nil || err2 != nil || f.To != 0 && f.To < f.From {
			return fmt.Errorf("years %q is not FROM-TO", rest)
		}
	case "section":
		if f.Section = chineseNumber(rest); f.Section == 0 {
			return fmt.Errorf("section %q is not one of 一 to 十", rest)
		}
	case "layout":
		for _, l := range strings.Fields(rest) {
			if !slices.Contains(Layouts(), Layout(l)) && Layout(l) != Annex {
				return fmt.Errorf("unknown layout %q; known are %s", l, joined(append(Layouts(), Annex)))
			}
			f.Layouts = append(f.Layouts, Layout(l))
		}
	case "where":
		for _, code := range strings.Fields(rest) {
			if n, err := strconv.Atoi(code); err != nil || len(code) != 6 || n <= 0 {
				return fmt.Errorf("where %q is not a code of a division, six digits", code)
			}
			f.Where = append(f.Where, code)
		}
	case "required", "optional":
		if rest != "" || p.once["required"] && p.once["optional"] {
			return fmt.Errorf("a table is either required or optional, and nothing else is said there")
		}
		f.Optional = word == "optional"
	case "notice":
		f.Notice = rest
	case "english":
		f.English = rest
	case "corner":
		f.Corner = rest
	case "crown":
		f.Crown = rest
	}
	return nil
}

// column takes the line of a column: NAME PATH.
func (p *parser) column(rest string) error {
	name, path, ok := strings.Cut(rest, " ")
	if !ok {
		return fmt.Errorf("column %s without a label", name)
	}
	f := p.f
	if f.Column(name) >= 0 {
		return fmt.Errorf("column %s twice", name)
	}
	if len(f.Rows) > 0 {
		return fmt.Errorf("column %s below a row: the columns come first", name)
	}
	f.Columns = append(f.Columns, Column{Name: name, Path: splitPath(path)})
	c := &f.Columns[len(f.Columns)-1]
	p.last = thing{short: &c.Short, also: &c.Also, said: &c.Said, stata: &c.Stata, kinds: &c.Kinds, known: columnKinds,
		column: c}
	return nil
}

// row takes the line of a row: NAME[COLUMNS] PATH; without columns it has all.
func (p *parser) row(rest string) error {
	f := p.f
	name, path := rest, ""
	var cols []int
	open, end := strings.Index(rest, "["), strings.Index(rest, "] ")
	if open > 0 && end > open && !strings.Contains(rest[:open], " ") {
		name, path = rest[:open], rest[end+2:]
		for _, c := range strings.Fields(rest[open+1 : end]) {
			k := f.Column(c)
			if k < 0 {
				return fmt.Errorf("row %s has no column %s", name, c)
			}
			cols = append(cols, k)
		}
	} else if a, b, ok := strings.Cut(rest, " "); ok {
		name, path = a, b
		for k := range f.Columns {
			cols = append(cols, k)
		}
	}
	if path == "" {
		return fmt.Errorf("row %s without a label", name)
	}
	f.Rows = append(f.Rows, Row{Name: name, Path: splitPath(path), Columns: cols})
	r := &f.Rows[len(f.Rows)-1]
	p.last = thing{short: &r.Short, also: &r.Also, said: &r.Said, stata: &r.Stata, kinds: &r.Kinds, known: rowKinds,
		row: r}
	return nil
}

// below takes a line that tells more of the table, title, column or row above it.
func (p *parser) below(word, rest string) error {
	misplaced := func(where string) error { return fmt.Errorf("%s stands below %s", word, where) }
	switch word {
	case "short":
		en, zh, ok := strings.Cut(rest, " | ")
		if !ok {
			return fmt.Errorf("short %q is not ENGLISH | CHINESE", rest)
		}
		*p.last.short = Words{strings.TrimSpace(en), strings.TrimSpace(zh)}
	case "also":
		if p.last.also == nil {
			return misplaced("a title, column or row")
		}
		s, _, _ := strings.Cut(rest, " @ ")
		*p.last.also = append(*p.last.also, s)
	case "said":
		*p.last.said = append(*p.last.said, strings.Fields(rest)...)
	case "stata":
		*p.last.stata = rest
	case "is":
		if p.last.kinds == nil {
			return misplaced("a column or row")
		}
		for _, k := range strings.Fields(rest) {
			if !slices.Contains(p.last.known, k) {
				return fmt.Errorf("unknown kind %q; known are %s", k, strings.Join(p.last.known, ", "))
			}
			*p.last.kinds = append(*p.last.kinds, k)
		}
	case "unit", "signed":
		if word == "unit" && p.last.row != nil {
			if !p.f.IsAnnex() {
				return fmt.Errorf("unit below a row: only in a table of layout annex, named before")
			}
			p.last.row.Unit = rest
			return nil
		}
		if p.last.column == nil {
			return misplaced("a column")
		}
		if word == "signed" {
			p.last.column.Signed = true
		} else {
			p.last.column.Unit = rest
		}
	case "article", "unseen":
		if p.last.row == nil {
			return misplaced("a row")
		}
		if word == "unseen" {
			p.last.row.Unseen = true
		} else {
			p.last.row.Article = rest
		}
	}
	return nil
}

func splitPath(s string) []string {
	parts := strings.Split(s, " / ")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func joined(layouts []Layout) string {
	var out []string
	for _, l := range layouts {
		out = append(out, string(l))
	}
	return strings.Join(out, ", ")
}

func (f *Form) addSum(kind, text string) error {
	left, right, bound := strings.Cut(text, "<=")
	if !bound {
		var ok bool
		if left, right, ok = strings.Cut(text, "="); !ok {
			return fmt.Errorf("sum without =")
		}
	} else if kind != "rows" || !f.IsAnnex() {
		return fmt.Errorf("sum with <= over %s: only over rows, in a table of layout annex", kind)
	}
	find := f.Column
	if kind == "rows" {
		find = f.Row
	} else if kind != "columns" {
		return fmt.Errorf("sum over %q, not columns or rows", kind)
	}
	var s Sum
	for side, t := range []string{left, right} {
		for _, name := range strings.Split(t, "+") {
			i := find(strings.TrimSpace(name))
			if i < 0 {
				return fmt.Errorf("sum names %q, which is none of the %s", strings.TrimSpace(name), kind)
			}
			if side == 0 {
				s.Left = append(s.Left, i)
			} else {
				s.Right = append(s.Right, i)
			}
		}
	}
	if bound {
		f.Bounds = append(f.Bounds, s)
	} else if kind == "rows" {
		f.ColSums = append(f.ColSums, s)
	} else {
		f.RowSums = append(f.RowSums, s)
	}
	return nil
}

// finish checks that nothing is wanting, and makes what is looked up.
func (f *Form) finish(file string) error {
	for _, need := range []struct {
		word string
		told bool
	}{{"table", f.Table != ""}, {"edition", f.Edition != ""}, {"years", f.From != 0}, {"layout", len(f.Layouts) > 0},
		{"title", len(f.Titles) > 0}, {"column", len(f.Columns) > 0}, {"row", len(f.Rows) > 0}} {
		if !need.told {
			return fmt.Errorf("%s: a form without a line %s", file, need.word)
		}
	}
	index := map[string]bool{}
	f.matrix = make([][]int, len(f.Rows))
	for r := range f.Rows {
		f.matrix[r] = make([]int, len(f.Columns))
		for c := range f.matrix[r] {
			f.matrix[r][c] = -1
		}
		for _, c := range f.Rows[r].Columns {
			n := f.Name(r, c)
			if index[n] {
				return fmt.Errorf("%s: %s twice", file, n)
			}
			index[n] = true
			f.matrix[r][c] = len(f.names)
			f.names = append(f.names, n)
		}
	}
	for _, l := range f.Layouts {
		for r := range f.Rows {
			if row := &f.Rows[r]; l.whole() && len(row.Columns) != len(f.Columns) {
				return fmt.Errorf("%s: layout %s needs every row to have every column, row %s has %d of %d", file, l,
					row.Name, len(row.Columns), len(f.Columns))
			}
		}
	}
	if f.IsAnnex() {
		if len(f.Layouts) > 1 {
			return fmt.Errorf("%s: layout annex and another", file)
		}
		f.annex = sync.OnceValue(f.makeAnnex)
		return nil
	}
	f.makeIndex()
	return nil
}
