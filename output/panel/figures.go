package panel

import (
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

//go:embed figures.txt
var figuresText string

// Figures are what the panel says of each body and year beside who it is: see figures.txt.
type Figures struct {
	Counts []Count
	Rates  []Rate
}

// A Count is a number that means the same in every form that it is taken from.
type Count struct {
	Name, EN, ZH string
	Of           []Source // the first whose table a report has counts
	line         int
}

// A Source is where a count stands in one table of the forms, in whatever edition.
type Source struct {
	Table            string
	Near             bool // the series is to be joined with others only when somebody wants it
	Reason, ReasonZh string
	Cells            []string // of all editions: a report has those of its own
	terms            []string
}

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

var figures = sync.OnceValues(func() (*Figures, error) { return parseFigures("figures.txt", figuresText) })

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
	var count *Count
	var rate *Rate
	for i, line := range strings.Split(text, "\n") {
		key, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		rest = strings.TrimSpace(rest)
		en, zh, both := strings.Cut(rest, " | ")
		var err error
		wrong := func(format string, args ...any) {
			err = fmt.Errorf(name+":%d: "+format, append([]any{i + 1}, args...)...)
		}
		switch {
		case key == "" || key[0] == '#':
		case key == "count" || key == "rate":
			if len(rest) > mostName || rest == "" || strings.Trim(rest, "abcdefghijklmnopqrstuvwxyz_") != "" {
				wrong("%q is no name of at most %d letters", rest, mostName)
			}
			if count, rate = nil, nil; key == "count" {
				f.Counts = append(f.Counts, Count{Name: rest, line: i + 1})
				count = &f.Counts[len(f.Counts)-1]
			} else {
				f.Rates = append(f.Rates, Rate{Name: rest, line: i + 1})
				rate = &f.Rates[len(f.Rates)-1]
			}
		case key == "words" && both && count != nil:
			count.EN, count.ZH = en, zh
		case key == "words" && both && rate != nil:
			rate.EN, rate.ZH = en, zh
		case key == "source" && both && rate != nil:
			rate.Source, rate.SourceZh = en, zh
		case key == "of" && count != nil:
			words, reasons, _ := strings.Cut(rest, " | ")
			w := strings.Fields(words)
			if len(w) < 3 || w[1] != "same" && w[1] != "near" {
				wrong("not of TABLE same|near TERM …")
				break
			}
			s := Source{Table: w[0], Near: w[1] == "near", terms: w[2:]}
			s.Reason, s.ReasonZh, _ = strings.Cut(reasons, " | ")
			if s.Near && s.ReasonZh == "" {
				wrong("near without a reason in both languages")
			}
			count.Of = append(count.Of, s)
		case (key == "share" || key == "ratio") && rate != nil:
			over, under, ok := strings.Cut(rest, " / ")
			if !ok {
				wrong("%s without /", key)
			}
			rate.Share, rate.Numerator, rate.Denominator = key == "share", strings.Split(over, " + "), strings.Split(under, " + ")
		case key == "inferred" && rate != nil && (rest == "count" || rest == "drop"):
			rate.DropInferred = rest == "drop"
		case key == "contradicted" && rate != nil && (rest == "mark" || rest == "drop"):
			rate.DropContradicted = rest == "drop"
		default:
			wrong("%q is not understood here", strings.TrimSpace(line))
		}
		if err != nil {
			return nil, err
		}
	}
	return f, f.check(name)
}

// check tells what is missing or named twice.
func (f *Figures) check(name string) error {
	seen := map[string]bool{}
	for _, c := range f.Counts {
		if seen[c.Name] || c.EN == "" || len(c.Of) == 0 {
			return fmt.Errorf("%s:%d: count %s is there twice, or has no words or no source", name, c.line, c.Name)
		}
		seen[c.Name] = true
	}
	for _, r := range f.Rates {
		if seen["r "+r.Name] || r.EN == "" || r.Source == "" || len(r.Denominator) == 0 {
			return fmt.Errorf("%s:%d: rate %s is there twice, or has no words, no source or no whole", name, r.line, r.Name)
		}
		seen["r "+r.Name] = true
		for _, c := range slices.Concat(r.Numerator, r.Denominator) {
			if !seen[c] {
				return fmt.Errorf("%s:%d: rate %s of %q, which is no count above it", name, r.line, r.Name, c)
			}
		}
	}
	return nil
}

// with looks the terms up in the forms. A table that these forms do not have gives a source without cells.
func (f *Figures) with(forms *form.Forms) (*Figures, error) {
	out := &Figures{Counts: slices.Clone(f.Counts), Rates: f.Rates}
	rows := map[string]string{} // cells by their name
	for _, c := range forms.Cells() {
		rows[c.Name] = c.Table
	}
	for i := range out.Counts {
		c := &out.Counts[i]
		c.Of = slices.Clone(c.Of)
		for k := range c.Of {
			s := &c.Of[k]
			if !slices.Contains(forms.Tables(), s.Table) {
				continue
			}
			for _, term := range s.terms {
				kind, ofKind := strings.CutPrefix(term, "*")
				row, column, _ := strings.Cut(kind, ".")
				var cells []string
				if ofKind {
					cells = forms.Select(s.Table, row, column)
				} else if name := s.Table + "." + term; rows[name] != "" {
					cells = []string{name}
				}
				if len(cells) == 0 {
					return nil, fmt.Errorf("figures.txt:%d: count %s: the forms have no %s in %s", c.line, c.Name, term, s.Table)
				}
				for _, n := range cells {
					if !slices.Contains(s.Cells, n) {
						s.Cells = append(s.Cells, n)
					}
				}
			}
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
	// Confirmed says that another format of the report prints the same in every cell of it.
	Confirmed bool
	Corrected bool // a part of it is a correction, and not what was read
}

// Words for why a figure is missing that are no states of a cell: codes of the list figure.
const (
	NotInEdition = "not_in_edition"
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
// the report's edition has none of the name.
func (c *Count) In(has func(table string) bool, value func(cell string) *normalize.Value) Figure {
	i := slices.IndexFunc(c.Of, func(s Source) bool { return has(s.Table) })
	if i < 0 {
		return Figure{State: string(normalize.Absent)}
	}
	out := Figure{State: NotInEdition, Near: c.Of[i].Near, Confirmed: true}
	missing := ""
	for _, name := range c.Of[i].Cells {
		v := value(name)
		switch {
		case v == nil:
		case v.Number == nil || !v.Number.IsInteger():
			if missing == "" {
				if missing = string(v.State); v.State == normalize.Number {
					missing = string(normalize.Text)
				}
			}
		default:
			if !out.There {
				out.State = ranks[0]
			}
			out.There, out.Number = true, out.Number+v.Number.IntPart()
			out.State, out.Confirmed = worse(out.State, string(v.Verdict)), out.Confirmed && v.ConfirmedBy != ""
			if v.State == normalize.Corrected {
				out.State, out.Corrected = worse(out.State, string(normalize.Corrected)), true
			}
		}
	}
	if missing != "" {
		return Figure{State: missing, Near: out.Near, Corrected: out.Corrected}
	}
	out.Confirmed = out.Confirmed && out.There
	return out
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
