package anomalies

import (
	"context"
	"fmt"
	"math/rand"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// A plant is one anomaly that was put into the corpus: what a rule has to find. Year 0 is any.
type plant struct {
	rule, body string
	year       int
}

// A planter puts anomalies into a corpus. It works on figures, prose and documents, and knows nothing of how rules
// look.
type planter struct {
	*model
	free  []*madeBody    // not used yet
	want  []plant        // must be found
	may   map[plant]bool // follows from what was planted
	extra []*madeReport  // further documents
	hooks map[*madeBody]func(year int, v *yearly)
	later []func()
}

// take gives an unused body of which ok holds.
func (p *planter) take(ok func(*madeBody) bool) *madeBody {
	for i, b := range p.free {
		if ok == nil || ok(b) {
			p.free = append(p.free[:i:i], p.free[i+1:]...)
			return b
		}
	}
	panic("no body left")
}

func (p *planter) must(rule string, b *madeBody, year int) {
	p.want = append(p.want, plant{rule, b.name, year})
}
func (p *planter) also(rule string, b *madeBody, years ...int) {
	for _, y := range years {
		p.may[plant{rule, b.name, y}] = true
	}
}

func (b *madeBody) of(year int) *madeReport { return b.reports[year-firstYear] }

func government(b *madeBody) bool { return b.kind == agencies.Government }
func alone(b *madeBody) bool      { return b.kind == agencies.Government && b.division.Code[4:] != "00" }

var statistical = []string{"grant-rate", "refusal-reason", "not-held-rate", "backlog-rate", "correction-rate",
	"volume", "jump", "structural-zero", "round-numbers", "last-digits", "benford"}

// distorted says that the figures of a body's year are no longer those of its like: whatever a statistical rule says of
// it is so.
func (p *planter) distorted(b *madeBody, years ...int) {
	for _, r := range statistical {
		p.also(r, b, append(years, 0)...)
	}
}

// plan decides what is planted, before the figures are drawn. Another order makes another corpus of the same seed.
func (p *planter) plan() {
	p.rng.Shuffle(len(p.free), func(i, j int) { p.free[i], p.free[j] = p.free[j], p.free[i] })
	p.exceeded() // first: governments with departments are few
	p.rates()
	p.sizes()
	p.digits()
	p.figures()
	p.documents()
	p.copiedTables()
	p.copiedProse()
	p.days()
}

// year draws the year of a plant: any but the first, so that there is a year before.
func (p *planter) year() int { return 2020 + p.rng.Intn(5) }

// newForm draws a year of the form in use since 2021 that has one before it of the same form.
func (p *planter) newForm() int { return 2022 + p.rng.Intn(3) }

// after has something done once the figures are drawn.
func (p *planter) after(do func()) { p.later = append(p.later, do) }

// exceeded plants more cases in the departments than in the whole.
func (p *planter) exceeded() {
	for range 8 {
		g := p.take(func(b *madeBody) bool { return government(b) && p.departments(b) != nil })
		y := p.year()
		for _, d := range p.departments(g) {
			p.free = slices.DeleteFunc(p.free, func(x *madeBody) bool { return x == d })
			p.hooks[d] = func(at int, v *yearly) {
				if at == y {
					v.size = g.size * 0.45
				}
			}
			p.distorted(d, y, y+1)
		}
		p.must("departments-exceed", g, y)
	}
}

// rates plants shares of results that no body of the kind has.
func (p *planter) rates() {
	rate := func(n int, rule string, ok func(*madeBody) bool, change func(v *yearly)) {
		for range n {
			b := p.take(func(b *madeBody) bool { return government(b) && b.size > 150 && (ok == nil || ok(b)) })
			y := p.year()
			p.hooks[b] = func(at int, v *yearly) {
				if at == y {
					change(v)
				}
			}
			p.distorted(b, y, y+1)
			p.must(rule, b, y)
		}
	}
	heap := func(v *yearly, row string, to float64) {
		k := slices.Index(results, row)
		for i := range v.outcome {
			v.outcome[i] *= (1 - to) / (1 - v.outcome[k])
		}
		v.outcome[k] = to
	}
	rate(10, "grant-rate", nil, func(v *yearly) { heap(v, "granted", 0.002); heap(v, "partly_granted", 0.001) })
	rate(10, "refusal-reason", nil, func(v *yearly) {
		heap(v, []string{"refused_internal", "refused_process", "refused_third_party",
			"refused_inquiry"}[p.rng.Intn(4)], 0.5)
	})
	rate(8, "not-held-rate", nil, func(v *yearly) { heap(v, "unavailable_not_held", 0.85) })
	rate(8, "backlog-rate", nil, func(v *yearly) { v.wait = 0.6 })
	rate(8, "correction-rate", func(b *madeBody) bool { return b.size > 400 },
		func(v *yearly) { v.disputed, v.lost = 0.3, 0.9 })
}

// sizes plants bodies and years with far too many applications, and bodies that never print a result.
func (p *planter) sizes() {
	for range 8 {
		b := p.take(alone)
		p.hooks[b] = func(_ int, v *yearly) { v.size = b.size*60 + 3000 }
		p.distorted(b, 2019, 2020, 2021, 2022, 2023, 2024)
		p.must("volume", b, 0)
	}
	for range 10 {
		b, y := p.take(alone), p.year()
		p.hooks[b] = func(at int, v *yearly) {
			if at == y {
				v.size *= 12
			}
		}
		p.distorted(b, y, y+1)
		p.must("jump", b, y)
	}
	for range 6 {
		b := p.take(func(b *madeBody) bool { return government(b) && b.size > 500 })
		p.hooks[b] = func(_ int, v *yearly) {
			for i, row := range results {
				if row == "unavailable_not_held" {
					v.outcome[i] = 0
				}
			}
			v.outcome = p.dirichlet(v.outcome, 1e6)
			for i, row := range results {
				if row == "unavailable_not_held" {
					v.outcome[i] = 0
				}
			}
		}
		p.distorted(b, 2019, 2020, 2021, 2022, 2023, 2024)
		p.must("structural-zero", b, 0)
	}
}

// digits plants figures that were rounded or made up.
func (p *planter) digits() {
	for range 6 {
		b := p.take(func(b *madeBody) bool { return government(b) && b.size > 400 })
		p.after(func() { p.redo(b, 100, func(n int64) int64 { return (n + 5) / 10 * 10 }) })
		p.must("round-numbers", b, 0)
	}
	for range 3 {
		g := p.take(func(b *madeBody) bool { return government(b) && b.size > 250 && p.departments(b) != nil })
		all := append([]*madeBody{g}, p.departments(g)...)
		for _, d := range all {
			p.free = slices.DeleteFunc(p.free, func(x *madeBody) bool { return x == d })
			p.after(func() { p.redo(d, 100, func(n int64) int64 { return n/10*10 + 7 }) })
		}
		p.must("last-digits", g, 0)
	}
	for range 3 {
		g := p.take(func(b *madeBody) bool { return government(b) && p.departments(b) != nil })
		for _, d := range append([]*madeBody{g}, p.departments(g)...) {
			p.free = slices.DeleteFunc(p.free, func(x *madeBody) bool { return x == d })
			p.after(func() {
				p.redo(d, 3, func(n int64) int64 { // begins with six
					for k := int64(1); ; k *= 10 {
						if n < 10*k {
							return 6*k + n%k
						}
					}
				})
			})
			for y := firstYear; y <= lastYear; y++ {
				p.also("departments-exceed", d, y)
			}
		}
		p.must("benford", g, 0)
	}
}

// redo changes the digits of a body's numbers from least on: of those that no identity binds, and of the others with
// the totals made anew.
func (p *planter) redo(b *madeBody, least int64, change func(n int64) int64) {
	for _, r := range b.reports {
		for _, row := range append([]string{"active.licensing.decisions", "active.punishment.decisions",
			"active.coercion.decisions", "active.normative_document.made"}, "x") {
			if n := r.n[row]; n >= least {
				r.n[row] = change(n)
			}
		}
		for _, column := range columns {
			moved := int64(0)
			for _, row := range append(append([]string(nil), results...), "closed") {
				name := "applications." + row + "." + column
				if n := r.n[name]; n >= least {
					r.n[name] = change(n)
					moved += r.n[name] - n
				}
			}
			r.n["applications.received."+column] += moved
		}
		r.total()
	}
	p.distorted(b, 2019, 2020, 2021, 2022, 2023, 2024)
}

// figures plants numbers that do not agree: with the year before, with each other, with the prose.
func (p *planter) figures() {
	for range 12 { // carried in is not what was carried over
		b, y := p.take(government), p.year()
		p.after(func() {
			r, more := b.of(y), int64(3+p.rng.Intn(40))
			r.n["applications.carried_in.natural_person"] += more
			if k := r.n["applications.received.natural_person"]; k > more {
				r.n["applications.received.natural_person"] -= more
			} else {
				r.n["applications.granted.natural_person"] += more
			}
			r.total()
		})
		p.must("carried-over", b, y)
	}
	for range 12 { // the stock of rules moves by more than was issued and repealed
		b, y := p.take(government), p.newForm()
		p.after(func() {
			for at := y; at <= lastYear; at++ {
				b.of(at).n["active.normative_document.in_force"] += 7
			}
		})
		p.must("in-force", b, y)
	}
	for i := range 12 { // one cell typed wrongly, or a total
		b, y := p.take(government), p.year()
		p.after(func() {
			r := b.of(y)
			switch i % 3 {
			case 0:
				r.n["applications.granted.natural_person"] += 90
			case 1:
				r.n["disputes.reconsideration.total"] += 2
			case 2:
				r.n["applications.received.business"]++
			}
		})
		p.distorted(b, y)
		p.must("sum-fails", b, y)
	}
	for range 12 { // the prose says otherwise
		b, y := p.take(nil), p.year()
		p.after(func() {
			b.of(y).said["applications.received.total"] = fmt.Sprint(b.of(y).n["applications.received.total"] + 11)
		})
		p.must("claim-differs", b, y)
	}
}

// documents plants second documents of a report.
func (p *planter) documents() {
	other := func(b *madeBody, y int) *madeReport { // with another figure
		r := *b.of(y)
		r.n = map[string]int64{}
		for k, v := range b.of(y).n {
			r.n[k] = v
		}
		r.n["active.punishment.decisions"] += 13
		r.n["active.licensing.decisions"] = max(0, r.n["active.licensing.decisions"]-5)
		p.extra = append(p.extra, &r)
		return &r
	}
	for range 10 {
		b, y := p.take(nil), p.year()
		p.after(func() {
			old := other(b, y)
			old.seen, old.superseded = fmt.Sprintf("%d-02-01", y+1), fmt.Sprintf("%d-06-01", y+1)
			b.of(y).seen = old.superseded
		})
		p.must("republished", b, y)
	}
	for range 10 {
		b, y := p.take(nil), p.year()
		p.after(func() { other(b, y).url += "?copy" })
		p.must("documents-differ", b, y)
	}
}

// copiedTables plants tables III taken from another body and from the year before.
func (p *planter) copiedTables() {
	apply := func(from, to *madeReport) {
		for name, n := range from.n {
			if strings.HasPrefix(name, "applications.") {
				to.n[name] = n
			}
		}
	}
	for range 8 {
		a, b, y := p.take(government), p.take(government), p.newForm()
		p.after(func() { apply(a.of(y), b.of(y)) })
		p.must("same-numbers-bodies", b, y)
		p.may[plant{"same-numbers-bodies", a.name, y}] = true
		p.also("carried-over", b, y, y+1)
		p.distorted(b, y)
	}
	for range 8 {
		b, y := p.take(government), p.newForm()
		p.after(func() { apply(b.of(y-1), b.of(y)) })
		p.must("same-numbers-years", b, y)
		p.also("carried-over", b, y, y+1)
		p.distorted(b, y)
	}
}

// copiedProse plants prose, and the year in it, taken from the year before and from another body.
func (p *planter) copiedProse() {
	for range 8 {
		b, y := p.take(nil), p.year()
		p.after(func() { b.of(y).text = b.of(y - 1).text })
		p.must("prose-reused", b, y)
	}
	for range 8 {
		a, b, y := p.take(nil), p.take(nil), p.year()
		p.after(func() { b.of(y).text = a.of(y).text })
		p.must("prose-reused", b, y)
		p.also("prose-reused", a, y)
	}
	for range 8 {
		b, y := p.take(nil), p.year()
		p.after(func() { b.of(y).said["year"] = fmt.Sprint(y - 1) })
		p.must("year-unchanged", b, y)
	}
	for range 5 { // copied with the year in it
		b, y := p.take(nil), p.year()
		p.after(func() {
			b.of(y - 1).text[1] = fmt.Sprintf("%d年，%s", y-1, b.of(y - 1).text[1])
			b.of(y).text = b.of(y - 1).text
		})
		p.must("prose-reused", b, y)
		p.must("year-unchanged", b, y)
	}
}

// days plants reports that came late, never came, and went away again.
func (p *planter) days() {
	for range 16 {
		b, y := p.take(nil), p.year()
		p.after(func() {
			b.of(y).day = fmt.Sprintf("%d-0%d-17", y+1, 4+p.rng.Intn(3))
			// the address of a page is of its day
			b.of(y).url = fmt.Sprintf("http://127.0.0.1/%s/late-%d-%s.html", b.division.Code, y, b.kind)
		})
		p.must("late", b, y)
	}
	for i := range 12 {
		b, y := p.take(nil), 2020+p.rng.Intn(4)
		if i%3 == 0 {
			y = lastYear
		}
		p.after(func() { b.of(y).drop = true })
		p.must("missing", b, y)
	}
	for range 8 {
		b, y := p.take(nil), p.year()
		p.after(func() { b.of(y).vanished = "2026-03-04" })
		p.must("vanished", b, y)
	}
}

func (p *planter) departments(g *madeBody) (out []*madeBody) {
	for _, b := range p.bodies {
		if b.whole == g {
			out = append(out, b)
		}
	}
	return out
}

// planted makes the corpus and reads all its pages.
func planted(t testing.TB, seed int64) (*output.Dataset, *planter) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &planter{model: &model{rng: rand.New(rand.NewSource(seed))}, may: map[plant]bool{},
		hooks: map[*madeBody]func(int, *yearly){}}
	planned := false
	p.change = func(m *model, b *madeBody, year int, v *yearly) {
		if !planned {
			p.free = append(p.free, m.bodies...)
			p.plan()
			planned = true
		}
		if h := p.hooks[b]; h != nil {
			h(year, v)
		}
	}
	p.make(140, 130, 25)
	for _, do := range p.later {
		do()
	}
	old := slices.DeleteFunc(oldBodies(p.rng, 40), func(o *oldBody) bool {
		return slices.ContainsFunc(p.bodies, func(b *madeBody) bool { return b.division.Code == o.code })
	})
	for k := range cumulated(p.rng, old) {
		p.want = append(p.want, k)
	}
	for _, b := range old { // none of them reports any more
		for y := firstYear; y <= lastYear; y++ {
			p.may[plant{"missing", b.name, y}] = true
		}
	}
	d := write(t, func(each func(output.Result)) {
		for y := firstYear; y <= lastYear; y++ {
			for _, b := range p.bodies {
				if r := b.of(y); !r.drop {
					each(r.read(t, forms))
				}
			}
		}
		for _, r := range p.extra {
			each(r.read(t, forms))
		}
		for _, b := range old {
			for y := oldFirst; y <= oldLast; y++ {
				each(b.read(t, forms, y))
			}
		}
	})
	return d, p
}

// TestPlanted: of what is planted, exact rules find nearly all and nothing else; what statistical rules find is planted
// nine times out of ten.
func TestPlanted(t *testing.T) {
	seed := int64(7)
	if s := os.Getenv("GONGKAI_SEED"); s != "" {
		seed, _ = strconv.ParseInt(s, 10, 64)
	}
	if !longRun {
		t.Skip("reads 2,200 documents: GONGKAI_LONG=1 runs it")
	}
	d, p := planted(t, seed)
	list, err := Find(context.Background(), d, Options{AsOf: "2025-06-30"})
	if err != nil {
		t.Fatal(err)
	}
	type tally struct{ planted, found, right, told int }
	by := map[string]*tally{}
	for _, r := range Rules() {
		by[r.Code] = &tally{}
	}
	ids := map[string]bool{}
	for _, a := range list.Anomalies {
		if ids[a.ID] {
			t.Errorf("%s twice: %s", a.ID, Text(a.Sentence))
		}
		ids[a.ID] = true
	}
	hit := map[plant]bool{}
	said := map[plant]bool{}
	for _, a := range list.Anomalies {
		name := a.Refs[0].Agency
		for _, k := range []plant{{a.Rule, name, a.Year}, {a.Rule, name, 0}} {
			hit[k] = true
		}
		said[plant{a.Rule, name, a.Year}] = true
	}
	wanted := map[plant]bool{}
	for _, w := range p.want {
		wanted[w] = true
		by[w.rule].planted++
		if hit[w] {
			by[w.rule].found++
		} else {
			t.Logf("not found: %s of %s %d", w.rule, w.body, w.year)
		}
	}
	for _, a := range list.Anomalies {
		name := a.Refs[0].Agency
		b := by[a.Rule]
		b.told++
		if k, any := (plant{a.Rule, name, a.Year}), (plant{a.Rule, name, 0}); wanted[k] || p.may[k] || wanted[any] {
			b.right++
		} else {
			t.Logf("not planted: %s", Text(a.Sentence))
		}
	}
	var exact, other tally
	for _, r := range Rules() {
		b := by[r.Code]
		t.Logf("%-20s planted %3d, found %3d; told %3d, right %3d", r.Code, b.planted, b.found, b.told, b.right)
		sum := &exact
		if r.Statistical {
			sum = &other
		}
		sum.planted += b.planted
		sum.found += b.found
		sum.told += b.told
		sum.right += b.right
		if b.planted == 0 {
			t.Errorf("nothing planted for %s", r.Code)
		}
	}
	t.Logf("exact: %d of %d found, %d of %d right; statistical: %d of %d found, %d of %d right; %d reports, %d tests",
		exact.found, exact.planted, exact.right, exact.told, other.found, other.planted, other.right, other.told,
		list.Reports, list.Tests)
	if float64(exact.found) < 0.95*float64(exact.planted) {
		t.Errorf("exact rules find %d of %d", exact.found, exact.planted)
	}
	if exact.right != exact.told {
		t.Errorf("exact rules tell %d, of which %d were planted", exact.told, exact.right)
	}
	if float64(other.right) < 0.9*float64(other.told) {
		t.Errorf("statistical rules tell %d, of which %d were planted", other.told, other.right)
	}
	follow(t, d, list)
}

// follow follows every link of every sentence: what it says is what the dataset has at that place, and no number stands
// in a sentence without a link.
func follow(t *testing.T, d *output.Dataset, list *List) {
	t.Helper()
	type place struct {
		document string
		part     int32
		name     string
	}
	cells, facts, sections := map[place]*output.ValueRow{}, map[place]string{}, map[place]string{}
	err := d.Values(func(_ int, r output.ValueRow) error {
		cells[place{r.Document, r.Part, r.Name}] = &r
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	day := func(n *int32) string {
		if n == nil {
			return ""
		}
		return time.Unix(int64(*n)*86400, 0).UTC().Format(time.DateOnly)
	}
	err = d.Reports(func(year int, r output.ReportRow) error {
		for name, text := range map[string]string{"agency": *r.Agency, "report_year": fmt.Sprint(*r.ReportYear),
			"published": day(r.Published), "deadline": day(r.Deadline), "superseded": day(r.Superseded),
			"title": *r.Title} {
			facts[place{r.Document, r.Part, name}] = text
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Documents(func(_ int, r output.DocumentRow) error {
		facts[place{r.Document, 1, "vanished"}] = day(r.Vanished)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = d.Sections(func(_ int, r output.SectionRow) error {
		sections[place{r.Document, r.Part, fmt.Sprint(r.Position)}] = r.Text
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, a := range list.Anomalies {
		for _, s := range [][]Segment{a.Sentence, a.SentenceZh} {
			for _, x := range s {
				if x.Ref < 0 {
					if strings.ContainsAny(x.Text, "0123456789０１２３４５６７８９") {
						t.Errorf("%s: a number without a link in %q", a.Rule, Text(s))
					}
					continue
				}
				links++
				r := a.Refs[x.Ref]
				at := place{r.Document, r.Part, r.Name}
				switch r.Kind {
				case "cell":
					v := cells[at]
					if v == nil || v.Text == nil || *v.Text != x.Text || v.State != "number" && v.State != "text" {
						t.Errorf("%s: %q is not what %s prints: %+v", a.Rule, x.Text, r.Name, v)
						continue
					}
					if *r.Row != *v.GridRow || *r.Column != *v.GridColumn || r.Path != *v.Path ||
						*r.Number != *v.Number {
						t.Errorf("%s: %s is at another place: %+v", a.Rule, r.Name, v)
					}
				case "prose":
					if got := sections[at]; int(r.End) > len(got) || got[r.Start:r.End] != x.Text {
						t.Errorf("%s: %q is not what stands in the prose", a.Rule, x.Text)
					}
				default:
					if got, ok := facts[at]; !ok || got != x.Text || got == "" {
						t.Errorf("%s: %q is not the %s of the report, %q", a.Rule, x.Text, r.Name, got)
					}
				}
			}
		}
	}
	t.Logf("%d links followed", links)
	if links < 5*len(list.Anomalies) {
		t.Errorf("%d links in %d anomalies", links, len(list.Anomalies))
	}
}
