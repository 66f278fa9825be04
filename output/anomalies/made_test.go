package anomalies

import (
	"fmt"
	"math"
	"math/rand"
	"path/filepath"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// A corpus of our own making: bodies of real places with invented figures over six years. The figures come from a model
// of how requests arrive, wait and are decided, with bodies that differ from one another and years that differ within a
// body. Nothing in it knows the rules.

const (
	firstYear = 2019
	lastYear  = 2024
)

// A madeBody is an authority of the corpus.
type madeBody struct {
	name     string
	division *places.Division
	kind     agencies.Kind
	function string
	whole    *madeBody // of a department: its government
	size     float64   // requests a year
	outcome  []float64 // what becomes of them
	wait     float64
	disputed float64 // share of requests that are disputed
	lost     float64 // share of disputes that are lost
	work     [4]float64
	reports  []*madeReport
}

// A madeReport is one report of it.
type madeReport struct {
	body                       *madeBody
	year                       int
	n                          map[string]int64
	text                       []string // the prose: sections one, five and six
	day                        string   // of publication
	url                        string
	said                       map[string]string // figures that the prose states otherwise than the table, by name
	drop                       bool
	seen, superseded, vanished string
}

var (
	results = []string{"granted", "partly_granted", "refused_state_secret", "refused_other_law",
		"refused_three_safeties", "refused_third_party", "refused_internal", "refused_process",
		"refused_enforcement_file",
		"refused_inquiry", "unavailable_not_held", "unavailable_not_compiled", "unavailable_unclear",
		"rejected_petition",
		"rejected_repeat", "rejected_publication", "rejected_abusive", "rejected_reissue", "closed_not_corrected",
		"closed_fee_unpaid", "closed_other"}
	usual     = []float64{44, 6, .2, 1.5, .3, 1.5, 2, 2, 1.5, 1.5, 16, 3, 2, 6, 2, .3, .2, .4, 3, .1, 6}
	columns   = []string{"natural_person", "business", "research", "public_welfare", "legal_service", "other"}
	columnsOf = []float64{84, 8, .6, .9, 4, 2.5}
	functions = []string{"卫生健康委员会", "教育局", "公安局", "交通运输局"}
)

// A model draws the figures.
type model struct {
	rng    *rand.Rand
	bodies []*madeBody
	change func(m *model, b *madeBody, year int, y *yearly) // plants; nil = none
	// departments of each government; nil = functions
	functions []string
}

// yearly is what a year's figures are drawn from.
type yearly struct {
	size, wait, disputed, lost float64
	outcome                    []float64
}

func (m *model) gamma(a float64) float64 {
	return distuv.Gamma{Alpha: a, Beta: 1, Src: source{m.rng}}.Rand()
}
func (m *model) poisson(l float64) int64 {
	return int64(distuv.Poisson{Lambda: max(l, 1e-9), Src: source{m.rng}}.Rand())
}
func (m *model) lognormal(mean, sigma float64) float64 {
	return mean * math.Exp(sigma*m.rng.NormFloat64())
}
func (m *model) binomial(n int64, p float64) (k int64) {
	switch {
	case p < 1e-9:
		return 0
	case p > 1-1e-9:
		return n
	case n > 200:
		return min(n, int64(distuv.Binomial{N: float64(n), P: p, Src: source{m.rng}}.Rand()))
	}
	for range n {
		if m.rng.Float64() < p {
			k++
		}
	}
	return k
}
func (m *model) beta(a, b float64) float64 { x := m.gamma(a); return x / (x + m.gamma(b)) }

// source is math/rand as gonum wants it.
type source struct{ *rand.Rand }

func (s source) Uint64() uint64 { return s.Rand.Uint64() }

// dirichlet scatters shares; the larger concentration is, the less.
func (m *model) dirichlet(mean []float64, concentration float64) []float64 {
	out, total, all := make([]float64, len(mean)), 0.0, sum(mean)
	for i, x := range mean {
		out[i] = m.gamma(max(x/all*concentration, 1e-3))
		total += out[i]
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

// multinomial spreads n over shares.
func (m *model) multinomial(n int64, shares []float64) []int64 {
	out, left := make([]int64, len(shares)), 1.0
	for i, s := range shares {
		if n == 0 || left <= 0 {
			break
		}
		out[i] = m.binomial(n, min(1, s/left))
		n -= out[i]
		left -= s
	}
	out[len(out)-1] += n
	return out
}

// make draws bodies and their reports: governments of prefectures and counties, and departments of some of the first.
func (m *model) make(prefectures, counties, departments int) {
	used := map[string]int{}
	for _, d := range places.All() {
		used[d.Name]++
	}
	for _, d := range places.All() {
		if d.Until != 0 || d.From > firstYear || used[d.Name] > 1 {
			continue
		}
		switch {
		case d.Level() == places.Prefecture && prefectures > 0 && strings.HasSuffix(d.Name, "市"):
			prefectures--
			g := m.body(d.Name+"人民政府", d, agencies.Government, "", nil)
			if departments > 0 {
				departments--
				fs := m.functions
				if fs == nil {
					fs = functions
				}
				for _, f := range fs {
					m.body(d.Name+f, d, agencies.Department, f, g)
				}
			}
		case d.Level() == places.County && counties > 0 && strings.HasSuffix(d.Name, "县"):
			counties--
			m.body(d.Path()+"人民政府", d, agencies.Government, "", nil)
		}
	}
	shock := map[int]float64{}
	for y := firstYear; y <= lastYear; y++ {
		shock[y] = m.lognormal(1, 0.1)
	}
	for _, b := range m.bodies {
		var before *madeReport
		for y := firstYear; y <= lastYear; y++ {
			v := yearly{m.lognormal(b.size*shock[y], 0.15), b.wait, b.disputed, b.lost, m.dirichlet(b.outcome, 150)}
			if m.change != nil {
				m.change(m, b, y, &v)
			}
			r := m.report(b, y, &v, before)
			b.reports = append(b.reports, r)
			before = r
		}
	}
}

func (m *model) body(name string, d *places.Division, kind agencies.Kind, function string, whole *madeBody) *madeBody {
	b := &madeBody{name: name, division: d, kind: kind, function: function, whole: whole, size: m.lognormal(260, 0.8),
		outcome: m.dirichlet(usual, 30), wait: m.beta(5, 70), disputed: m.beta(3, 40), lost: m.beta(3, 15)}
	for i, mean := range []float64{9000, 3000, 2500, 150} {
		b.work[i] = m.lognormal(mean*math.Pow(b.size/260, 0.8), 0.4) // larger places have more of everything
	}
	if whole != nil {
		part := func() float64 { return (0.02 + 0.05*m.rng.Float64()) * 4 / float64(max(4, len(m.functions))) }
		b.size = whole.size * part()
		for i := range b.work {
			b.work[i] = whole.work[i] * part()
		}
	}
	m.bodies = append(m.bodies, b)
	return b
}

func editionOf(year int) string {
	if year < 2021 {
		return "2019"
	}
	return "2021"
}

// report draws the figures of a year; what was carried over the year before is carried in.
func (m *model) report(b *madeBody, year int, v *yearly, before *madeReport) *madeReport {
	r := &madeReport{body: b, year: year, n: map[string]int64{}, said: map[string]string{}}
	n := r.n
	rows := results
	if year < 2021 {
		rows = append(append([]string(nil), results[:18]...), "closed")
	}
	received := m.multinomial(m.poisson(v.size), m.dirichlet(columnsOf, 200))
	for c, column := range columns {
		in := int64(0)
		if before != nil {
			in = before.n["applications.carried_out."+column]
		}
		all := received[c] + in
		out := m.binomial(all, v.wait)
		n["applications.received."+column], n["applications.carried_in."+column],
			n["applications.carried_out."+column] = received[c], in, out
		for i, k := range m.multinomial(all-out, v.outcome) {
			row := results[i]
			if year < 2021 && strings.HasPrefix(row, "closed_") {
				row = "closed"
			}
			n["applications."+row+"."+column] += k
		}
	}
	// disputes
	handled := int64(0)
	for _, row := range rows {
		for _, column := range columns {
			handled += n["applications."+row+"."+column]
		}
	}
	for i, row := range []string{"reconsideration", "litigation_direct", "litigation_after"} {
		part := []float64{0.6, 0.2, 0.2}[i]
		k := m.binomial(handled, v.disputed*part)
		if b.whole != nil { // what is of the department is of the government too
			k = min(k, b.whole.reports[year-firstYear].n["disputes."+row+".total"]/8)
		}
		pending := m.binomial(k, 0.1)
		corrected := m.binomial(k-pending, v.lost)
		other := m.binomial(k-pending-corrected, 0.15)
		n["disputes."+row+".pending"], n["disputes."+row+".corrected"], n["disputes."+row+".other"],
			n["disputes."+row+".upheld"] = pending, corrected, other, k-pending-corrected-other
	}
	// what is published
	works := []string{"licensing", "punishment", "coercion", "fees"}
	for i, mean := range b.work {
		row, k := works[i], m.poisson(m.lognormal(mean, 0.12))
		switch {
		case row == "fees" && year >= 2021:
			n["active.fees.amount"] = k
		case row == "fees":
			n["active.fees.prior_items"], n["active.fees.change"] = 3, 0
		default:
			n["active."+row+".decisions"] = k
			if year < 2021 {
				n["active."+row+".prior_items"], n["active."+row+".change"] = 200, 2
			}
		}
	}
	if year < 2021 {
		n["active.procurement.items"], n["active.procurement.amount"] = m.poisson(40), m.poisson(9000)
		n["active.other_services.prior_items"], n["active.other_services.decisions"] = m.poisson(60), m.poisson(1200)
	}
	for _, row := range []string{"regulation", "normative_document"} {
		mean := 20.0
		if row == "regulation" {
			mean = 1
		}
		if year < 2021 {
			n["active."+row+".made"], n["active."+row+".newly_public"],
				n["active."+row+".public_total"] = m.poisson(mean),
				m.poisson(mean), m.poisson(10*mean)
			continue
		}
		issued, repealed := m.poisson(mean), m.poisson(mean*0.8)
		stock := m.poisson(12 * mean)
		if before != nil && before.year >= 2021 {
			was := before.n["active."+row+".in_force"]
			repealed = min(repealed, was+issued)
			stock = was + issued - repealed
		}
		n["active."+row+".issued"], n["active."+row+".repealed"], n["active."+row+".in_force"] = issued, repealed, stock
	}
	r.total()
	r.url = fmt.Sprintf("http://127.0.0.1/%s/art/%d/1/1%d/%s.html", b.division.Code, year+1, m.rng.Intn(9),
		string(b.kind)+fmt.Sprint(len(b.name), "-", m.rng.Intn(1e9)))
	r.day = fmt.Sprintf("%d-01-%02d", year+1, 10+m.rng.Intn(20))
	r.text = m.prose()
	return r
}

// total makes the totals of what the parts are.
func (r *madeReport) total() {
	rows := append(append([]string(nil), results...), "closed")
	for _, column := range columns {
		h := int64(0)
		for _, row := range rows {
			h += r.n["applications."+row+"."+column]
		}
		r.n["applications.handled_total."+column] = h
	}
	for _, row := range append(rows, "received", "carried_in", "carried_out", "handled_total") {
		t := int64(0)
		for _, column := range columns {
			t += r.n["applications."+row+"."+column]
		}
		r.n["applications."+row+".total"] = t
	}
	for _, row := range []string{"reconsideration", "litigation_direct", "litigation_after"} {
		r.n["disputes."+row+".total"] = r.n["disputes."+row+".upheld"] + r.n["disputes."+row+".corrected"] +
			r.n["disputes."+row+".other"] + r.n["disputes."+row+".pending"]
	}
}

func (m *model) prose() []string {
	out := make([]string, 3)
	for i, n := range []int{14, 8, 4} {
		out[i] = made.Prose(m.rng, n)
	}
	return out
}

// figures are the cells of the report's editions.
func (r *madeReport) figures(forms *form.Forms) map[string]int64 {
	out := map[string]int64{}
	for _, table := range []string{"active", "applications", "disputes"} {
		for _, name := range formOf(forms, table, r.year).Names() {
			out[name] = r.n[name]
		}
	}
	return out
}

func formOf(forms *form.Forms, table string, year int) *form.Form {
	list := forms.Editions(table)
	for _, f := range list {
		if f.Edition == editionOf(year) {
			return f
		}
	}
	return list[len(list)-1]
}

// page writes the report as the HTML that an office would put on its site.
func (r *madeReport) page(forms *form.Forms) []byte {
	g := gold.New(int64(r.year), r.year, editionOf(r.year), editionOf(r.year), gold.Options{Agency: r.body.name,
		Figures: r.figures(forms), Zero: "0"})
	state := func(name string) string {
		if s, ok := r.said[name]; ok {
			return s
		}
		return fmt.Sprint(r.n[name])
	}
	year := fmt.Sprint(r.year)
	if y, ok := r.said["year"]; ok {
		year = y
	}
	day := strings.Split(r.day, "-")
	part := 0
	for i := range g.Items {
		it := &g.Items[i]
		switch {
		case it.Table != nil || i == 0:
		case strings.HasPrefix(it.Text, "（20"):
			it.Text = fmt.Sprintf("发布时间：%s年%s月%s日", day[0], strings.TrimPrefix(day[1], "0"),
				strings.TrimPrefix(day[2], "0"))
		case strings.HasPrefix(it.Text, "本机关依照"):
			it.Text = "按照条例要求编制本报告。"
		case strings.HasPrefix(it.Text, "20") && strings.Contains(it.Text, "全年收到"):
			it.Text = year + "年，" + r.text[0] + year + "年新收到政府信息公开申请" + state("applications.received.total") +
				"件，上年结转政府信息公开申请" + state("applications.carried_in.total") + "件。" + year + "年的工作总体平稳。"
		case strings.HasPrefix(it.Text, "（一）主动公开方面"), strings.HasPrefix(it.Text, "（二）平台建设"):
			it.Text = ""
		case strings.HasPrefix(it.Text, "对照上级要求"), strings.HasPrefix(it.Text, "本年度未收取"):
			part++
			it.Text = r.text[part]
		}
	}
	kept := g.Items[:0]
	for _, it := range g.Items {
		if it.Table != nil || it.Text != "" {
			kept = append(kept, it)
		}
	}
	g.Items = kept
	page := string(g.HTML(gold.HTMLStyle{}))
	return []byte(strings.ReplaceAll(page, fmt.Sprintf("%d-01-22 09:30:00", r.year+1), r.day+" 09:30:00"))
}

// read reads the page: the whole way that a real one goes.
func (r *madeReport) read(t testing.TB, forms *form.Forms) output.Result {
	doc, err := extract.Read(r.page(forms), "x.html")
	if err != nil {
		t.Fatal(err)
	}
	rep := normalize.ReadFrom(doc, forms, normalize.Origin{URL: r.url, Division: r.body.division.Code})
	if rep.Body.ID == "" || rep.Year != r.year || rep.Published != r.day {
		t.Fatalf("%s %d: read as %q %d %s: %v", r.body.name, r.year, rep.Body.ID, rep.Year, rep.Published, rep.Findings)
	}
	return output.Result{Document: r.document(doc.SHA256), Report: rep}
}

func (r *madeReport) document(sha string) output.Document {
	return output.Document{File: sha[:12] + ".html", SHA256: sha, MediaType: "text/html", Bytes: 1, URL: r.url,
		Seen: r.seen, Superseded: r.superseded, Vanished: r.vanished}
}

// direct is what reading the page would give, without the prose; for speed.
func (r *madeReport) direct(forms *form.Forms, id int) output.Result {
	b := r.body
	rep := &normalize.Report{Status: normalize.StatusRead, Agency: b.name, Year: r.year, Published: r.day,
		Scope: normalize.OwnScope, Title: b.name + fmt.Sprint(r.year) + "年政府信息公开工作年度报告",
		Body: agencies.Agency{Name: b.name, Normal: b.name, Code: b.division.Code, Series: b.division.Code,
			Level: b.division.Level(), Kind: b.kind, Function: b.function,
			ID: b.division.Code + "/" + string(b.kind) + "/" +
				b.name},
		Editions: normalize.Editions{"active": editionOf(r.year), "applications": editionOf(r.year),
			"disputes": formOf(forms, "disputes", r.year).Edition}}
	if b.kind == agencies.Government {
		rep.Scope = normalize.AllScope
	}
	values := make([]normalize.Value, 0, 210)
	for _, table := range []string{"active", "applications", "disputes"} {
		f := formOf(forms, table, r.year)
		for _, name := range f.Names() {
			d := decimal.NewFromInt(r.n[name])
			v := normalize.Value{Name: name, Text: d.String(), Number: &d, State: normalize.Number,
				Verdict: normalize.Proved}
			v.Place.Table, v.Place.Row, v.Place.Column, v.Place.Path = 1, len(values)/7+1, len(values)%7+1,
				"/html/body/table[2]/tr[3]/td[4]"
			if strings.HasSuffix(name, ".amount") {
				v.Unit = "万元"
			}
			values = append(values, v)
		}
	}
	rep.Values = values
	return output.Result{Document: r.document(fmt.Sprintf("%064x", id)), Report: rep}
}

// write writes a dataset of results.
func write(t testing.TB, results func(each func(output.Result))) *output.Dataset {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	results(func(r output.Result) {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
