// Package anomalies looks across the reports of a dataset for what is wrong or remarkable: figures that contradict
// those of the year before, of the departments, of the prose; reports that are late, missing, changed or copied;
// shares, volumes and digits that stand out among peers. Each anomaly is a named rule with the numbers, the source
// cells, and what would explain it away. It is no score.
//
// It knows the dataset, not how a value was read. A number in a sentence is never computed: it is one that a cell, a
// report or its prose prints, and the sentence says which. What is computed (an effect, a chance) stands beside the
// sentence, in Strength.
package anomalies

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// Options say what is looked for.
type Options struct {
	Rules []string // codes; none = all
	Off   []string // codes of rules that are switched off
	Rate  float64  // false-discovery rate of the statistical rules together; 0 = DefaultRate
	// AsOf is the day, "2006-01-02", on which a report that is not there yet is overdue or not. "" = the last day of
	// publication in the dataset, so that the same dataset gives the same anomalies.
	AsOf string
	// Where says of which bodies and year anomalies are wanted. Peers are the whole dataset all the same. Where nobody
	// is, or nothing is on the year, is an error.
	Where panel.Filter
	Least string // the least severity that is wanted; "" = note
	Top   int    // the first only; 0 = all

	Spread bool // in the order of Spread, and not by weight alone
	// Progress is told how many rules have looked, of how many, and which one was last; nil = nobody.
	Progress func(done, all int, rule string)
	// Kept is a folder of its own for what is taken from the files of the dataset, so that the next look reads through only
	// those that have changed; what is found is the same. "" = nothing is kept.
	Kept string
	// Forms are those that the dataset was read by; nil = those of the program.
	Forms *form.Forms
}

// DefaultRate is the share of false alarms that the list of statistical anomalies may hold: one in twenty.
const DefaultRate = 0.05

// A List is what was found, the weightiest first.
type List struct {
	Anomalies []Anomaly
	Total     int     // as many as are wanted, before Top
	Tests     int     // of the statistical rules
	Rate      float64 // the false-discovery rate that their list holds
	Reports   int
	Bodies    int
	Years     []int
	Found     map[string]int // by rule, wanted or not
	// Looked is how many reports and bodies Where lets through.
	Looked struct{ Reports, Bodies int }

	reads int64 // files of findings, claims, reuse and values that were read through
}

// An Anomaly is one thing that is wrong or remarkable.
type Anomaly struct {
	ID         string    // the same in every run as long as the dataset says the same
	Rule       string    // code of the rule
	Severity   string    // note, warning or error
	Body       Body      // whose report it is about
	Year       int       // report year; 0 = of several years
	Document   string    // SHA-256 of the report's document
	Part       int32     // of the report in it
	Strength   Strength  // how far it is from what was to be expected
	Sentence   []Segment // in English
	SentenceZh []Segment
	Refs       []Ref   // what it rests on; the segments point into it
	History    History // of the body, for the figures that the rule looks at
	// what those found who looked at it, the newest last; Judge puts it here
	Judgements []Judgement

	weight float64
	draft  *candidate
}

// A Body is the authority that reported.
type Body struct{ ID, Name, Division, Level, Kind, Function string }

// Strength is the effect and its uncertainty.
type Strength struct {
	Effect    float64  // in Unit
	Unit      string   // cases, share (0 to 1), deviations, ratio, days, or "" where there is nothing to measure
	Expected  *float64 // what peers, or its own other years, would have let one expect, in Unit
	Low, High *float64 // 95 % interval of the effect, where it is an estimate
	P         *float64 // chance of one as far out among peers; nil for exact rules
	// share of false alarms to expect in a list down to here (Benjamini and Hochberg); nil for exact rules
	Q     *float64
	Peers int // how many reports it was compared with; 0 for exact rules
}

// A Segment is a piece of a sentence: words, or what Refs[Ref] prints.
type Segment struct {
	Text string
	Ref  int // -1 = words
}

// A Ref is a place that prints something: a cell, a fact of a report, or a passage of its prose.
type Ref struct {
	Kind     string // cell, report or prose
	Document string // SHA-256, the archive's name of the bytes
	Part     int32
	Agency   string
	Year     int
	File     string
	URL      string // "" for files
	// cell: its name; report: the column of the table reports; prose: position of the section in sections
	Name                          string
	Text                          string // as printed; "" = printed blank
	Zero                          bool   // prints no number and is proved to be zero
	Number                        *int64 // of a cell: as in the table values
	Label                         [2]string
	Page, TableIndex, Row, Column *int32
	Box                           *[4]float64
	Path                          string
	Offset                        *int64
	Start, End                    int32 // prose: bytes of the section's text
}

// History is what the body's reports say, year by year, of the figures that a rule looks at.
type History struct {
	Share  bool // the first series out of the second
	Series []Series
}

// A Series is one figure over the years.
type Series struct {
	Name, NameZh string
	Points       []Point
}

// A Point is what one year says; Value is nil where the report has no number, or there is no report.
type Point struct {
	Year  int
	Value *float64
}

// A candidate is an anomaly before its evidence is looked up.
type candidate struct {
	rule     *Rule
	severity string // "" = that of the rule
	rep      int32  // the report it is about
	year     int    // 0 = that of the report, allYears = several
	key      string // tells it from others of the same rule, body and year
	en, zh   string // with {i} for what refs[i] prints, {i..j} for several, {i+j} for several with plus signs
	refs     []pointer
	strength Strength
	history  func() History
}

const allYears = -1

// A pointer is a Ref that is not looked up yet.
type pointer struct {
	kind       string
	rep        int32
	name       string
	start, end int32
	clip       bool // to the first words
}

func cell(rep int32, name string) pointer  { return pointer{kind: "cell", rep: rep, name: name} }
func field(rep int32, name string) pointer { return pointer{kind: "report", rep: rep, name: name} }
func who(rep int32) pointer                { return field(rep, "agency") }
func yearOf(rep int32) pointer             { return field(rep, "report_year") }
func prose(rep, section, start, end int32) pointer {
	return pointer{kind: "prose", rep: rep, name: fmt.Sprint(section), start: start, end: end}
}

// A finder collects what the rules find.
type finder struct {
	told func(done, all int, rule string)
	*numbers
	asOf  int32
	mu    sync.Mutex
	list  []*candidate
	tests []*candidate // of statistical rules, with P set; only those that may matter
	count int          // of all tests

	// what several rules read, read once
	repeatsOnce sync.Once
	repeatsOf   []repeat
	repeatsErr  error
	shares      map[int32]float64

	doubtsOnce sync.Once
	doubtsOf   []doubtRow
	doubtsErr  error

	printsOnce sync.Once
	printsOf   map[string][]print
	groupsMu   sync.Mutex
	groupsOf   map[string][]group
}

func (f *finder) add(c candidate) { f.mu.Lock(); f.list = append(f.list, &c); f.mu.Unlock() }

// Find looks for anomalies in a dataset.
func Find(ctx context.Context, d *output.Dataset, o Options) (*List, error) {
	if o.Rate == 0 {
		o.Rate = DefaultRate
	}
	rules, err := chosen(o.Rules, o.Off)
	if err != nil {
		return nil, err
	}
	if o.Forms == nil {
		if o.Forms, err = form.Load(); err != nil {
			return nil, err
		}
	}
	p, err := load(ctx, d, o.Forms, o.Kept)
	if err != nil {
		return nil, err
	}
	look := p.choose(o.Where)
	if err := look.Err(); err != nil {
		return nil, err
	}
	f := &finder{numbers: p, told: o.Progress}
	if f.asOf, err = p.asOf(o.AsOf); err != nil {
		return nil, err
	}
	if err := f.run(ctx, rules); err != nil {
		return nil, err
	}
	out := &List{Tests: f.count, Rate: o.Rate, Reports: len(p.Reports), Bodies: p.reporting(), Years: p.Years(),
		Found: map[string]int{}}
	out.Looked.Reports, out.Looked.Bodies = look.Reports, look.Bodies
	f.list = append(f.list, f.survivors(o.Rate)...)
	told := map[string]bool{}
	for _, c := range f.list {
		a := p.anomaly(c)
		if told[a.ID] {
			continue // of the same bytes at another place
		}
		told[a.ID] = true
		out.Found[c.rule.Code]++
		if o.wants(&a) {
			out.Anomalies = append(out.Anomalies, a)
		}
	}
	slices.SortFunc(out.Anomalies, func(a, b Anomaly) int {
		return cmp.Or(cmp.Compare(severities[b.Severity], severities[a.Severity]), cmp.Compare(b.weight, a.weight),
			cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Year, b.Year), cmp.Compare(a.Body.ID, b.Body.ID),
			cmp.Compare(a.Body.Name, b.Body.Name), cmp.Compare(a.ID, b.ID))
	})
	out.Total = len(out.Anomalies)
	if o.Spread {
		Spread(out.Anomalies)
	}
	if o.Top > 0 && len(out.Anomalies) > o.Top {
		out.Anomalies = out.Anomalies[:o.Top]
	}
	err = p.prove(ctx, out.Anomalies)
	out.reads = p.kept.reads.Load()
	return out, err
}

// Spread puts a list that is ordered by weight into the order in which one reads it from its top: by severity, then one of each body
// and year, then the others, and among each of these one of a rule after the other, so that none hides the rest.
func Spread(list []Anomaly) {
	type place struct {
		severity int
		again    bool // something of the body and year stands before it
		turn     int  // how many of its rule do
	}
	type bodyYear struct {
		severity, body string
		year           int
	}
	at := make(map[string]place, len(list))
	met := map[bodyYear]bool{}
	type heap struct {
		severity, rule string
		again          bool
	}
	turns := map[heap]int{}
	for i := range list {
		a := &list[i]
		of := bodyYear{a.Severity, cmp.Or(a.Body.ID, a.Body.Name), a.Year}
		h := heap{a.Severity, a.Rule, met[of]}
		met[of] = true
		at[a.ID] = place{severities[a.Severity], h.again, turns[h]}
		turns[h]++
	}
	slices.SortStableFunc(list, func(a, b Anomaly) int {
		x, y := at[a.ID], at[b.ID]
		again := 0
		if x.again != y.again {
			if again = -1; x.again {
				again = 1
			}
		}
		return cmp.Or(cmp.Compare(y.severity, x.severity), again, cmp.Compare(x.turn, y.turn))
	})
}

var severities = map[string]int{string(normalize.Note): 0, string(normalize.Warning): 1, string(normalize.Error): 2}

// wants reports whether an anomaly is asked for.
func (o *Options) wants(a *Anomaly) bool {
	return severities[a.Severity] >= severities[o.Least] && (o.Where.Year == 0 || a.Year == o.Where.Year) &&
		o.Where.Wants(a.Body.Name, a.Body.Division, a.Body.Level)
}

// choose holds a filter against the bodies of the dataset.
func (p *numbers) choose(where panel.Filter) *panel.Choice {
	c := where.Choose()
	years := make([][]int, len(p.Bodies))
	for i := range p.Reports {
		r := &p.Reports[i]
		if b := p.bodyOf(int32(i)); b >= 0 {
			years[b] = append(years[b], int(r.Year))
		} else {
			c.LookAt(r.Agency, "", "", int(r.Year))
		}
	}
	for i := range p.Bodies {
		if b := &p.Bodies[i]; len(b.Years) > 0 {
			c.Look(b.Name, b.Division, b.Level, years[i]...)
		}
	}
	return c
}

// run lets the rules look, as many at a time as there are processors.
func (f *finder) run(ctx context.Context, rules []*Rule) error {
	todo := make(chan *Rule, len(rules))
	for _, r := range rules {
		todo <- r
	}
	close(todo)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var first error
	done := 0
	for range max(1, min(runtime.GOMAXPROCS(0), 4)) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for r := range todo {
				if err := ctx.Err(); err != nil {
					mu.Lock()
					first = err
					mu.Unlock()
					return
				}
				err := r.look(ctx, f, r)
				mu.Lock()
				if done++; f.told != nil {
					f.told(done, len(rules), r.Code)
				}
				if err != nil {
					first = fmt.Errorf("%s: %w", r.Code, err)
				}
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	return first
}

// survivors are the tests that the false-discovery rate lets through.
func (f *finder) survivors(rate float64) []*candidate {
	slices.SortFunc(f.tests, func(a, b *candidate) int {
		return cmp.Or(cmp.Compare(*a.strength.P, *b.strength.P), cmp.Compare(a.rule.Code, b.rule.Code),
			cmp.Compare(a.rep, b.rep), cmp.Compare(a.key, b.key))
	})
	ps := make([]float64, len(f.tests))
	for i, c := range f.tests {
		ps[i] = *c.strength.P
	}
	var out []*candidate
	for i, q := range control(ps, f.count) {
		if q <= rate {
			f.tests[i].strength.Q = &q
			out = append(out, f.tests[i])
		}
	}
	return out
}

// anomaly is a candidate with all that needs no look at the values.
func (p *numbers) anomaly(c *candidate) Anomaly {
	r := &p.Reports[c.rep]
	a := Anomaly{Rule: c.rule.Code, Severity: c.severity, Year: int(r.Year), Document: p.Source(r).ID, Part: r.Part,
		Strength: c.strength, draft: c}
	if a.Severity == "" {
		a.Severity = c.rule.Severity
	}
	if c.year != 0 {
		a.Year = max(c.year, 0)
	}
	key := r.Agency
	if b := p.bodyOf(c.rep); b >= 0 {
		x := &p.Bodies[b]
		a.Body = Body{strings.TrimPrefix(x.Key, "?"), x.Name, x.Division, x.Level, x.Kind, x.Function}
		if strings.HasPrefix(x.Key, "?") {
			a.Body.ID = ""
		}
		key = x.Key
	} else {
		a.Body.Name = key
	}
	if c.history != nil {
		a.History = c.history()
	}
	a.weight = weight(c.strength.P, c.strength.Effect)
	sum := sha256.Sum256([]byte(strings.Join([]string{c.rule.Code, key, fmt.Sprint(a.Year), c.key}, "\x00")))
	a.ID = c.rule.Code + "-" + hex.EncodeToString(sum[:6])
	return a
}

// Text gives a sentence without its links.
func Text(s []Segment) string {
	var b strings.Builder
	for _, x := range s {
		b.WriteString(x.Text)
	}
	return b.String()
}
