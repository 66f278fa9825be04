package panel

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

//go:embed figures.txt
var ratesText string

//go:embed crosswalk.txt
var crosswalkText string

// Figures are what the panel says of each body and year beside who it is: see crosswalk.txt and figures.txt.
type Figures struct {
	Counts []Count
	Rates  []Rate
	Breaks []Break
}

// A Count is a number that means the same, or nearly, in every form that it is taken from: a series.
type Count struct {
	Name, EN, ZH string
	Unit         string   // of money, into which what is printed in another is brought; "" = none
	Of           []Source // the first of whose cells a report prints any counts
	line         int
}

// HasNear reports whether a source of the count is only near the others.
func (c *Count) HasNear() bool {
	return slices.ContainsFunc(c.Of, func(s Source) bool { return s.Class == Near })
}

// A Class says whether the figures of a source may stand in one series with those of the others.
type Class string

// The classes, codes of the list class.
const (
	Same  Class = "same"
	Near  Class = "near" // only when somebody asks for it
	Never Class = "no"   // never: the source stands there to say why
)

// A Source is where a count stands in one table of the forms.
type Source struct {
	Table            string
	Class            Class
	Reason, ReasonZh string
	Cells            []string // of all editions: a report has those of its own
	Editions         []string // of the table, those that have any of the cells
	terms            []string
	line             int
}

// A Break stands in no form: figures of Year and after are not counted as those before.
type Break struct {
	Name             string
	Year             int
	EN, ZH           string
	Source, SourceZh string
	Verified         bool     // the source was read
	Of               []string // counts; none = all
	told             bool
	line             int
}

// Breaks reports whether a series is broken by it.
func (b *Break) Breaks(count string) bool { return len(b.Of) == 0 || slices.Contains(b.Of, count) }

// A Rate is one sum of counts out of another.
type Rate struct {
	Name, EN, ZH           string
	Numerator, Denominator []string // counts
	Share                  bool     // the first is a part of the second
	DropInferred           bool     // where a part is inferred there is no rate
	DropContradicted       bool
	Source, SourceZh       string
	line                   int
}

// mostName is the longest name of a figure, so that with s_r_ before it it is none too long for any format.
const mostName = 26

// MostCounts is how many counts there may be: whether a report has each is held in as many bits.
const MostCounts = 128

var figures = sync.OnceValues(func() (*Figures, error) {
	f := &Figures{}
	if err := f.parse("crosswalk.txt", crosswalkText); err != nil {
		return nil, err
	}
	if err := f.parse("figures.txt", ratesText); err != nil {
		return nil, err
	}
	return f, f.check()
})

// FiguresOf gives the figures with the cells that the forms have for them.
func FiguresOf(forms *form.Forms) (*Figures, error) {
	read, err := figures()
	if err != nil {
		return nil, err
	}
	return read.with(forms)
}

func parseFigures(name, text string) (*Figures, error) {
	f := &Figures{}
	if err := f.parse(name, text); err != nil {
		return nil, err
	}
	return f, f.check()
}

// parse reads a file of counts, breaks or rates.
func (f *Figures) parse(name, text string) error {
	kind := ""
	for i, line := range strings.Split(text, "\n") {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		err := fmt.Errorf("%q is not understood here", strings.TrimSpace(line))
		switch {
		case key == "" || key[0] == '#':
			err = nil
		case key == "count" || key == "rate" || key == "break":
			kind = key
			err = f.begin(kind, rest, i+1)
		case kind == "count":
			err = f.Counts[len(f.Counts)-1].read(key, rest, i+1, err)
		case kind == "rate":
			err = f.Rates[len(f.Rates)-1].read(key, rest, err)
		case kind == "break":
			err = f.Breaks[len(f.Breaks)-1].read(key, rest, err)
		}
		if err != nil {
			return fmt.Errorf("%s:%d: %w", name, i+1, err)
		}
	}
	return nil
}

// begin begins a count, rate or break.
func (f *Figures) begin(kind, rest string, line int) error {
	name, year, _ := strings.Cut(rest, " ")
	letters := "abcdefghijklmnopqrstuvwxyz_"
	if kind == "break" {
		letters += "0123456789"
	}
	if len(name) > mostName || name == "" || strings.Trim(name, letters) != "" || kind != "break" && year != "" {
		return fmt.Errorf("%q is no name of at most %d letters", rest, mostName)
	}
	switch kind {
	case "count":
		f.Counts = append(f.Counts, Count{Name: name, line: line})
	case "rate":
		f.Rates = append(f.Rates, Rate{Name: name, line: line})
	default:
		y, err := strconv.Atoi(year)
		if err != nil || y < 2000 || y > 2100 {
			return fmt.Errorf("%q is no name and year", rest)
		}
		f.Breaks = append(f.Breaks, Break{Name: name, Year: y, line: line})
	}
	return nil
}

// read reads a line of a count; wrong is what is said of one that is not understood.
func (c *Count) read(key, rest string, line int, wrong error) error {
	en, zh, both := strings.Cut(rest, " | ")
	switch {
	case key == "words" && both:
		c.EN, c.ZH = en, zh
	case key == "unit" && rest == "元":
		c.Unit = rest
	case key == "of":
		words, reasons, _ := strings.Cut(rest, " | ")
		w := strings.Fields(words)
		if len(w) < 3 || w[1] != string(Same) && w[1] != string(Near) && w[1] != string(Never) {
			return errors.New("not of TABLE same|near|no TERM …")
		}
		s := Source{Table: w[0], Class: Class(w[1]), terms: w[2:], line: line}
		s.Reason, s.ReasonZh, _ = strings.Cut(reasons, " | ")
		if s.Class != Same && s.ReasonZh == "" {
			return fmt.Errorf("%s without a reason in both languages", s.Class)
		}
		return c.add(s)
	default:
		return wrong
	}
	return nil
}

// add adds a source; terms with alternatives, ROW.COLUMN|COLUMN, are as many sources as there are columns.
func (c *Count) add(s Source) error {
	for n := 0; ; n++ {
		one, more := s, false
		one.terms = nil
		for _, t := range s.terms {
			row, columns, _ := strings.Cut(t, ".")
			alternatives := strings.Split(columns, "|")
			if n > 0 && len(alternatives) <= n {
				return fmt.Errorf("terms with %d columns beside one with %d", n+1, len(alternatives))
			}
			one.terms = append(one.terms, row+"."+alternatives[n])
			more = more || len(alternatives) > n+1
		}
		c.Of = append(c.Of, one)
		if !more {
			return nil
		}
	}
}

func (r *Rate) read(key, rest string, wrong error) error {
	en, zh, both := strings.Cut(rest, " | ")
	switch {
	case key == "words" && both:
		r.EN, r.ZH = en, zh
	case key == "source" && both:
		r.Source, r.SourceZh = en, zh
	case key == "share" || key == "ratio":
		over, under, ok := strings.Cut(rest, " / ")
		if !ok {
			return fmt.Errorf("%s without /", key)
		}
		r.Share, r.Numerator, r.Denominator = key == "share", strings.Split(over, " + "), strings.Split(under, " + ")
	case key == "inferred" && (rest == "count" || rest == "drop"):
		r.DropInferred = rest == "drop"
	case key == "contradicted" && (rest == "mark" || rest == "drop"):
		r.DropContradicted = rest == "drop"
	default:
		return wrong
	}
	return nil
}

func (b *Break) read(key, rest string, wrong error) error {
	en, zh, both := strings.Cut(rest, " | ")
	switch {
	case key == "words" && both:
		b.EN, b.ZH = en, zh
	case key == "source" && both:
		b.Source, b.SourceZh = en, zh
	case (key == "verified" || key == "unverified") && rest == "":
		b.Verified, b.told = key == "verified", true
	case key == "of" && rest == "all":
		b.Of = []string{}
	case key == "of" && rest != "":
		b.Of = strings.Fields(rest)
	default:
		return wrong
	}
	return nil
}

// check tells what is missing or named twice.
func (f *Figures) check() error {
	const counts, rates = "crosswalk.txt", "figures.txt"
	if len(f.Counts) > MostCounts {
		return fmt.Errorf("%s: %d counts, more than %d", counts, len(f.Counts), MostCounts)
	}
	seen := map[string]bool{}
	for _, c := range f.Counts {
		if seen[c.Name] || c.EN == "" || len(c.Of) == 0 {
			return fmt.Errorf("%s:%d: count %s is there twice, or has no words or no source", counts, c.line, c.Name)
		}
		seen[c.Name] = true
	}
	for _, r := range f.Rates {
		if seen["r "+r.Name] || r.EN == "" || r.Source == "" || len(r.Denominator) == 0 {
			return fmt.Errorf("%s:%d: rate %s is there twice, or has no words, no source or no whole", rates, r.line, r.Name)
		}
		seen["r "+r.Name] = true
		for _, c := range slices.Concat(r.Numerator, r.Denominator) {
			if !seen[c] {
				return fmt.Errorf("%s:%d: rate %s of %q, which is no count above it", rates, r.line, r.Name, c)
			}
		}
	}
	for _, b := range f.Breaks {
		if seen["b "+b.Name] || b.EN == "" || b.Source == "" || b.Of == nil || !b.told {
			return fmt.Errorf("%s:%d: break %s is there twice, or lacks words, source, series, or whether it is verified",
				counts, b.line, b.Name)
		}
		seen["b "+b.Name] = true
		for _, c := range b.Of {
			if !seen[c] {
				return fmt.Errorf("%s:%d: break %s of %q, which is no count", counts, b.line, b.Name, c)
			}
		}
	}
	return nil
}

// with looks the terms up in the forms. A table that these forms do not have gives a source without cells.
func (f *Figures) with(forms *form.Forms) (*Figures, error) {
	out := &Figures{Counts: slices.Clone(f.Counts), Rates: f.Rates, Breaks: f.Breaks}
	editions := map[string][]string{} // of each cell
	for _, c := range forms.Cells() {
		editions[c.Name] = c.Editions
	}
	tables := slices.Clone(forms.Tables())
	for _, f := range forms.Annexes() {
		tables = append(tables, f.Table)
		for _, n := range f.Names() {
			editions[n] = append(editions[n], f.Edition)
		}
	}
	for i := range out.Counts {
		c := &out.Counts[i]
		c.Of = slices.Clone(c.Of)
		for k := range c.Of {
			s := &c.Of[k]
			if !slices.Contains(tables, s.Table) {
				continue
			}
			for _, term := range s.terms {
				kind, ofKind := strings.CutPrefix(term, "*")
				row, column, _ := strings.Cut(kind, ".")
				var names []string
				if ofKind {
					names = forms.Select(s.Table, row, column)
				} else if name := s.Table + "." + term; editions[name] != nil {
					names = []string{name}
				}
				if len(names) == 0 {
					return nil, fmt.Errorf("crosswalk.txt:%d: count %s: the forms have no %s in %s", s.line, c.Name, term, s.Table)
				}
				for _, n := range names {
					if !slices.Contains(s.Cells, n) {
						s.Cells = append(s.Cells, n)
					}
				}
			}
			for _, n := range s.Cells {
				for _, ed := range editions[n] {
					if !slices.Contains(s.Editions, ed) {
						s.Editions = append(s.Editions, ed)
					}
				}
			}
			slices.Sort(s.Editions)
		}
	}
	return out, nil
}

// Count gives the count of a name; nil where there is none.
func (f *Figures) Count(name string) *Count {
	if i := slices.IndexFunc(f.Counts, func(c Count) bool { return c.Name == name }); i >= 0 {
		return &f.Counts[i]
	}
	return nil
}

// Rate gives the rate of a name; nil where there is none.
func (f *Figures) Rate(name string) *Rate {
	if i := slices.IndexFunc(f.Rates, func(r Rate) bool { return r.Name == name }); i >= 0 {
		return &f.Rates[i]
	}
	return nil
}

// Cells are the cells of counts in the form that is filled now, those of the first source of each.
func (f *Figures) Cells(counts []string) (out []string) {
	for _, n := range counts {
		if c := f.Count(n); c != nil {
			out = append(out, c.Of[0].Cells...)
		}
	}
	return out
}

// A Figure is what the panel says of a body and year in one column: a number, or why there is none.
type Figure struct {
	Number int64
	There  bool
	State  string // a code of the list figure
	Near   bool   // it is of a series that is only near the others of the column
	Source int    // of the count's; -1 = the report has none of their cells
	// Confirmed says that another format of the report prints the same in every cell of it.
	Confirmed bool
	Corrected bool // a part of it is a correction, and not what was read
}

// Words for why a figure is missing that are no states of a cell: codes of the list figure.
const (
	NotInEdition = "not_in_edition"
	OnlyNear     = "near"
	NoReport     = "no_report"
	NotRead      = "not_read"
	WholeZero    = "whole_zero"
	NoShare      = "no_share"
	Dropped      = "dropped"
)

// ranks are what is said of a number from the best to the worst: a sum is as good as its worst part. Whatever the sums
// say of a correction, it is not what is printed.
var ranks = []string{"proved", "inferred", "unchecked", "corrected", "contradicted"}

func worse(a, b string) string {
	return ranks[max(slices.Index(ranks, a), slices.Index(ranks, b), 0)]
}

// In computes a count of a report. has says whether a table of the form was found in it; value gives a cell, nil where
// the report's edition has none of the name. What the crosswalk calls no series is in none.
func (c *Count) In(has func(table string) bool, value func(cell string) *normalize.Value) Figure {
	found := false
	for i := range c.Of {
		s := &c.Of[i]
		if s.Class == Never || !has(s.Table) {
			continue
		}
		found = true
		if f := s.in(c.Unit, value); f.State != NotInEdition {
			f.Source = i
			return f
		}
	}
	if found {
		return Figure{State: NotInEdition, Source: -1}
	}
	return Figure{State: string(normalize.Absent), Source: -1}
}

// in adds up the cells of a source that a report has, money in a unit.
func (s *Source) in(unit string, value func(cell string) *normalize.Value) Figure {
	near := s.Class == Near
	out := Figure{State: NotInEdition, Near: near, Confirmed: true}
	missing := ""
	for _, name := range s.Cells {
		v := value(name)
		if v == nil {
			continue
		}
		whole, n := v.Number != nil, decimal.Zero
		if whole {
			if n = *v.Number; unit == "元" && v.Unit == "万元" {
				n = n.Shift(4)
			}
			whole = n.IsInteger()
		}
		if !whole {
			if missing == "" {
				if missing = string(v.State); v.State == normalize.Number {
					missing = string(normalize.Text)
				}
			}
			continue
		}
		if !out.There {
			out.State = ranks[0]
		}
		out.There, out.Number = true, out.Number+n.IntPart()
		out.State, out.Confirmed = worse(out.State, string(v.Verdict)), out.Confirmed && v.ConfirmedBy != ""
		if v.State == normalize.Corrected {
			out.State, out.Corrected = worse(out.State, string(normalize.Corrected)), true
		}
	}
	if missing != "" {
		return Figure{State: missing, Near: near, Corrected: out.Corrected}
	}
	out.Confirmed = out.Confirmed && out.There
	return out
}

// Before2019 reports whether a table of the forms is of reports of before 2019.
func Before2019(table string) bool { return strings.HasPrefix(table, "statistics") }

// Since2019 reports whether a form of today has it.
func (c *Count) Since2019() bool {
	return slices.ContainsFunc(c.Of, func(s Source) bool { return s.Class != Never && !Before2019(s.Table) })
}

// At gives the source of a count in a report of which only the editions of its tables are known; nil = it has none.
func (c *Count) At(edition func(table string) string) *Source {
	for i := range c.Of {
		s := &c.Of[i]
		if s.Class != Never && slices.Contains(s.Editions, edition(s.Table)) {
			return s
		}
	}
	return nil
}

// Whole adds figures up: a sum of counts, as rates are made of. One that is missing makes the sum missing.
func Whole(parts []Figure) Figure {
	out := Figure{There: true, State: ranks[0]}
	for _, p := range parts {
		if !p.There {
			return Figure{State: p.State}
		}
		out.Number, out.State, out.Near = out.Number+p.Number, worse(out.State, p.State), out.Near || p.Near
	}
	return out
}

// Of computes a rate of its two sums. state says how good it is, or why there is none.
func (r *Rate) Of(n, d Figure) (value float64, ok bool, state string) {
	switch {
	case !d.There:
		return 0, false, d.State
	case !n.There:
		return 0, false, n.State
	case d.Number <= 0:
		return 0, false, WholeZero
	}
	switch state = worse(n.State, d.State); {
	case r.Share && n.Number > d.Number:
		return 0, false, NoShare
	case r.DropContradicted && state == "contradicted", r.DropInferred && (n.State == "inferred" || d.State == "inferred"):
		return 0, false, Dropped
	}
	return float64(n.Number) / float64(d.Number), true, state
}
