package anomalies

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"flag"
	"math"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

var update = flag.Bool("update", false, "rewrite docs/rules.md")

// TestDocument: docs/rules.md is what the rules say.
func TestDocument(t *testing.T) {
	for name, text := range map[string]string{"rules.md": Document(false), "rules.zh.md": Document(true)} {
		path := filepath.Join("..", "..", "docs", name)
		if *update {
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != text {
			t.Errorf("%s is not what the rules say; run go test ./output/anomalies -run TestDocument -update", path)
		}
	}
}

// TestRules: every rule says what it is in both languages, and has a code of its own.
func TestRules(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range Rules() {
		if seen[r.Code] {
			t.Errorf("%s: twice", r.Code)
		}
		seen[r.Code] = true
		if r.Title == "" || r.TitleZh == "" || r.Doc == "" || r.DocZh == "" || r.Source == "" || len(r.Innocent) == 0 ||
			len(r.Innocent) != len(r.InnocentZh) || severities[r.Severity] == 0 && r.Severity != "note" {
			t.Errorf("%s: not whole: %+v", r.Code, r)
		}
	}
	if _, err := chosen([]string{"no-such"}, nil); err == nil || !strings.Contains(err.Error(), "carried-over") {
		t.Errorf("an unknown rule: %v", err)
	}
	rules, err := chosen(nil, []string{"late"})
	if err != nil || len(rules) != len(Rules())-1 ||
		slices.ContainsFunc(rules, func(r *Rule) bool { return r.Code == "late" }) {
		t.Errorf("switched off: %d rules, %v", len(rules), err)
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range forms.Cells() {
		if w := forms.Short(c.Name); strings.ContainsAny(w.EN+w.ZH, "0123456789") || strings.Contains(w.EN, "_") {
			t.Errorf("%s: a number in its words, or none are given: %v", c.Name, w)
		}
	}
}

func TestSpread(t *testing.T) {
	for _, c := range []struct {
		xs            []float64
		middle, scale float64
	}{
		{[]float64{1, 2, 3, 4, 100}, 3, 1.4826},
		{[]float64{5, 5, 5, 5, 9}, 5, 1.2533 * 4 / 5}, // MAD is 0: the fall-back
		{[]float64{7, 7, 7}, 7, 0},
		{[]float64{2, 4}, 3, 1.4826},
	} {
		m, s := spread(slices.Clone(c.xs))
		if m != c.middle || math.Abs(s-c.scale) > 1e-9 {
			t.Errorf("%v: %g, %g, want %g, %g", c.xs, m, s, c.middle, c.scale)
		}
	}
}

// TestTail compares the sums of the beta-binomial distribution with sums of its terms, and the large ones with the
// small.
func TestTail(t *testing.T) {
	for _, d := range []betaBinomial{{2, 6}, {0.5, 40}, {30, 3}, {4000, 6000}} {
		for _, n := range []float64{1, 2, 17, 400} {
			below := 0.0
			for k := 0.0; k <= n; k++ {
				at := math.Exp(d.log(k, n))
				below += at
				want := below
				if k > n*d.mean() {
					want = 1 - below + at
				}
				got, same := d.tail(k, n)
				if math.Abs(got-want) > 1e-9 || math.Abs(same-at) > 1e-12 {
					t.Fatalf("%v: %g of %g: %g, want %g", d, k, n, got, want)
				}
			}
			if math.Abs(below-1) > 1e-9 {
				t.Errorf("%v, %g: the terms add up to %g", d, n, below)
			}
		}
	}
	d := betaBinomial{20, 20}
	exact := 0.0
	for k := 0.0; k <= 3100; k++ {
		exact += math.Exp(d.log(k, 10000))
	}
	if got, _ := d.tail(3100, 10000); math.Abs(got/exact-1) > 0.03 {
		t.Errorf("a long tail: %g, its terms %g", got, exact)
	}
}

// TestOneOfTwo: a share of few cases is no outlier, the same share of many is.
func TestOneOfTwo(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	var k, n []float64
	for range 100 {
		size := 50 + rng.Intn(500)
		p := 0.05 + 0.02*rng.Float64()
		hits := 0
		for range size {
			if rng.Float64() < p {
				hits++
			}
		}
		k, n = append(k, float64(hits)), append(n, float64(size))
	}
	d, ok := fit(k, n)
	if !ok || math.Abs(d.mean()-0.06) > 0.01 {
		t.Fatalf("fitted %v, %v", d, ok)
	}
	if p := d.rare(1, 2); p < 0.05 {
		t.Errorf("1 of 2: p = %g", p)
	}
	if p := d.rare(400, 800); p > 1e-12 {
		t.Errorf("400 of 800: p = %g", p)
	}
	if d2, _ := fit(append(k, 480), append(n, 500)); math.Abs(d2.mean()-d.mean()) > 0.003 {
		t.Errorf("an outlier moves the mean from %g to %g", d.mean(), d2.mean())
	}
}

// TestRuler: tails are learned from the middle; a few that lie far out do not move them.
func TestRuler(t *testing.T) {
	rng := rand.New(rand.NewSource(2))
	draw := func(freedom float64, far int) ruler {
		zs := make([]float64, 20000)
		s := distuv.StudentsT{Nu: freedom, Sigma: 1, Src: source{rng}}
		for i := range zs {
			zs[i] = math.Abs(s.Rand())
		}
		for i := range far {
			zs[i] = 15
		}
		return learn(zs)
	}
	if r := draw(1e6, 0); r.freedom < 20 || r.scale > 1.05 {
		t.Errorf("normal: %v", r)
	}
	if r := draw(4, 0); r.freedom > 8 {
		t.Errorf("4 degrees of freedom: %v", r)
	}
	if r := draw(1e6, 300); r.p(15) > 1e-8 {
		t.Errorf("with outliers: %v, p = %g", r, r.p(15))
	}
	if p, want := (ruler{1, 8}).p(3), 2*(distuv.StudentsT{Nu: 8, Sigma: 1}).Survival(3); math.Abs(p-want) > 1e-9 {
		t.Errorf("p = %g, want %g", p, want)
	}
}

func TestControl(t *testing.T) {
	// the example of Benjamini and Hochberg 1995: 15 p values, of which 4 are kept at 0.05
	ps := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
		0.6528, 0.7590, 1.0000}
	n := 0
	for _, q := range control(ps, 15) {
		if q <= 0.05 {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d kept, want 4", n)
	}
}

func TestSentence(t *testing.T) {
	refs := []Ref{{Text: "甲市"}, {Text: "12"}, {Text: ""}, {Text: "3"}}
	s, err := sentence("{0}: {1+3}, {1..2}.", refs, "; ", "blank")
	if err != nil || Text(s) != "甲市: 12 + blank + 3, 12; blank." {
		t.Errorf("%q, %v", Text(s), err)
	}
	for _, bad := range []string{"{4}", "{x}", "{1", "{2..1}"} {
		if _, err := sentence(bad, refs, "", ""); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestBlank: a zero that is not printed is no number in a sentence.
func TestBlank(t *testing.T) {
	refs := []Ref{{Kind: "cell", Text: "", Zero: true}}
	s, _ := sentence("{0}件", refs, "、", "空白")
	if Text(s) != "空白件" {
		t.Errorf("%q", Text(s))
	}
}

// TestNotKnown: a report of which neither body nor year is known is not one of the year 0, by a blank.
func TestNotKnown(t *testing.T) {
	refs := []Ref{{Kind: "report", Name: "agency"}, {Kind: "report", Name: "report_year", Text: "0"}}
	for blank, want := range map[string]string{"空白": "（未署名）未知年度报告", "blank": "An unnamed body: the report on an unknown year"} {
		s, err := sentence(map[string]string{"空白": "{0}{1}年度报告", "blank": "{0}: the report on {1}"}[blank], refs, "", blank)
		if err != nil || Text(s) != want {
			t.Errorf("%q, want %q: %v", Text(s), want, err)
		}
	}
}

// TestSmall: a probability has two digits, and below a thousandth none.
func TestSmall(t *testing.T) {
	for v, want := range map[float64]string{6.145747255304624e-36: "< 0.001", 0.00099: "< 0.001", 0.0123: "= 0.012", 0.5: "= 0.50",
		0: "< 0.001"} {
		if got := Probability(v); got != want {
			t.Errorf("%g: %q, want %q", v, got, want)
		}
	}
	q, effect := 6.145747255304624e-36, 3.0
	a := Anomaly{Strength: Strength{Effect: effect, Unit: "ratio", P: &q, Q: &q}}
	for _, zh := range []bool{false, true} {
		if s := a.Strength.Words(zh); strings.Contains(s, "e-") || strings.Count(s, "0.001") != 1 {
			t.Errorf("%q", s)
		}
	}
}

// TestShownDifference: by how much departments have more than the whole is what the cells that are shown give.
func TestShownDifference(t *testing.T) {
	m := &model{rng: rand.New(rand.NewSource(5)), change: func(_ *model, b *madeBody, year int, v *yearly) {
		if b.whole != nil && year == 2022 {
			v.size = b.whole.size * 0.6 // all four together: far more than those that are needed to have more
		}
	}}
	m.make(4, 0, 2)
	list, err := Find(context.Background(), m.dataset(t), Options{})
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, a := range list.Anomalies {
		if a.Rule != "departments-exceed" {
			continue
		}
		var cells []int
		for _, r := range a.Refs {
			if r.Kind == "cell" {
				n, err := strconv.Atoi(r.Text)
				if err != nil {
					t.Fatal(err)
				}
				cells = append(cells, n)
			}
		}
		difference := -cells[0]
		for _, n := range cells[1:] {
			difference += n
		}
		if float64(difference) != a.Strength.Effect {
			t.Errorf("%s: said to differ by %g, the evidence gives %d", Text(a.Sentence), a.Strength.Effect, difference)
		}
		seen++
	}
	if seen < 2 {
		t.Errorf("%d anomalies", seen)
	}
}

// small is a corpus with a few anomalies, for the formats.
func someAnomalies(t *testing.T) (*output.Dataset, *List) {
	m := &model{rng: rand.New(rand.NewSource(3))}
	m.make(30, 0, 0)
	for i, b := range m.bodies[:3] {
		b.of(2022).n["applications.carried_in.natural_person"] += int64(5 + i)
		b.of(2022).total()
	}
	d := m.dataset(t)
	list, err := Find(context.Background(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Anomalies) < 3 {
		t.Fatalf("%d anomalies", len(list.Anomalies))
	}
	return d, list
}

func TestFormats(t *testing.T) {
	d, list := someAnomalies(t)
	a := &list.Anomalies[0]

	var b bytes.Buffer
	if err := WriteJSON(&b, list.Anomalies); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if len(lines) != len(list.Anomalies) {
		t.Fatalf("%d lines", len(lines))
	}
	var j struct {
		ID       string
		Segments []struct {
			Text string
			Ref  *int
		}
		Refs []struct{ Text string }
	}
	if err := json.Unmarshal([]byte(lines[0]), &j); err != nil || j.ID != a.ID {
		t.Fatalf("%v: %s", err, lines[0])
	}
	for _, s := range j.Segments {
		if s.Ref != nil && j.Refs[*s.Ref].Text != s.Text {
			t.Errorf("segment %q is not what its ref prints", s.Text)
		}
	}

	b.Reset()
	if err := WriteRows(&b, list.Anomalies, listing.Options{Format: "csv", Excel: true}); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(rows) != len(list.Anomalies)+1 || rows[1][0] != a.ID {
		t.Errorf("csv: %d rows, %v", len(rows), err)
	}

	for _, zh := range []bool{false, true} {
		svg := a.Chart(zh)
		dec := xml.NewDecoder(strings.NewReader(svg))
		circles := 0
		for {
			tok, err := dec.Token()
			if tok == nil {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, svg)
			}
			if e, ok := tok.(xml.StartElement); ok && e.Name.Local == "circle" {
				circles++
			}
		}
		if circles != 12 {
			t.Errorf("%d points in the chart, want 12", circles)
		}
		b.Reset()
		brief := Briefs(list, "agency", zh)[0]
		if err := brief.HTML(&b); err != nil {
			t.Fatal(err)
		}
		checkLinks(t, b.Bytes())
		b.Reset()
		if err := brief.Markdown(&b); err != nil {
			t.Fatal(err)
		}
		for _, s := range a.sentence(zh) {
			if s.Ref >= 0 && !strings.Contains(b.String(), "["+mdText.Replace(s.Text)+"](<") {
				t.Errorf("%q is no link in the Markdown", s.Text)
			}
		}
	}
	if years := Briefs(list, "year", true); years[0].Title < years[len(years)-1].Title {
		t.Errorf("years: %q before %q", years[0].Title, years[len(years)-1].Title)
	}

	first := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	entries := Entries(list.Anomalies, func(string) time.Time { return first }, func(id string) string { return "https://e.org/" + id },
		true)
	ids := map[string]bool{}
	for _, e := range entries {
		ids[e.ID] = true
		if !strings.HasPrefix(e.ID, "urn:uuid:") || e.Updated != first || e.Text == "" || !strings.HasPrefix(e.Link, "https://e.org/") {
			t.Errorf("%+v", e)
		}
	}
	if len(ids) != len(list.Anomalies) || entries[0].Link != "https://e.org/"+list.Anomalies[0].ID {
		t.Errorf("%d ids of %d anomalies", len(ids), len(list.Anomalies))
	}

	// the table in the dataset reads back
	if err := output.Add(d, "anomalies", Rows(list.Anomalies)); err != nil {
		t.Fatal(err)
	}
	n := 0
	err = output.Select(d, "anomalies", func(_ int, r output.AnomalyRow) error {
		n++
		if len(r.Evidence) == 0 || r.Sentence == "" {
			t.Errorf("%+v", r)
		}
		return nil
	})
	again, _ := output.Open(d.Dir())
	if err != nil || n != len(list.Anomalies) || again.Rows["anomalies"] != int64(n) {
		t.Errorf("%d rows, %v", n, err)
	}
}

// checkLinks follows the links within a page.
func checkLinks(t *testing.T, page []byte) {
	t.Helper()
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]bool{}, []string{}
	for n := range doc.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" {
				ids[a.Val] = true
			}
			if a.Key == "href" && strings.HasPrefix(a.Val, "#") {
				links = append(links, a.Val[1:])
			}
		}
	}
	if len(links) < 4 {
		t.Errorf("%d links", len(links))
	}
	for _, l := range links {
		if !ids[l] {
			t.Errorf("the link #%s leads nowhere", l)
		}
	}
}

// TestStable: the same dataset gives the same list, in the same order, with the same ids.
func TestStable(t *testing.T) {
	d, list := someAnomalies(t)
	again, err := Find(context.Background(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var a, b bytes.Buffer
	WriteJSON(&a, list.Anomalies)
	WriteJSON(&b, again.Anomalies)
	if a.String() != b.String() {
		t.Error("two runs differ")
	}
	ids := map[string]bool{}
	for _, x := range list.Anomalies {
		if ids[x.ID] {
			t.Errorf("%s twice", x.ID)
		}
		ids[x.ID] = true
	}
	top, err := Find(context.Background(), d, Options{Top: 2, Rules: []string{"carried-over"}})
	if err != nil || len(top.Anomalies) != 2 {
		t.Errorf("top: %d, %v", len(top.Anomalies), err)
	}
}

// TestStale: a copied passage that speaks of the year before as its own, and mentions of it that are right.
func TestStale(t *testing.T) {
	for s, want := range map[string]bool{
		"2022年，本机关认真落实":         true,
		"工作平稳。2022年以来，坚持公开":     true,
		"按照《2022年，政务公开工作要点》的要求": false,
		"《条例》自2022年5月1日起施行":     false,
		"2021年，本机关认真落实":         false,
		"按照《要点》，2022年全年受理申请":    true,
	} {
		if got := stale(s, 1, output.PassageRow{Section: 1, Start: 0, End: int32(len(s))}, 2022) >= 0; got != want {
			t.Errorf("%q: %v", s, got)
		}
	}
	if stale("2022年，", 2, output.PassageRow{Section: 1, End: 10}, 2022) >= 0 {
		t.Error("a passage of another section")
	}
}

// TestCopies: the same bytes at two addresses are told once, and what is found of them is not lost.
func TestCopies(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	m := &model{rng: rand.New(rand.NewSource(4))}
	m.make(1, 0, 0)
	r := m.bodies[0].of(2023)
	r.n["applications.granted.natural_person"] += 90
	r.said["applications.received.total"] = "999999"
	d := write(t, func(each func(output.Result)) {
		for _, url := range []string{r.url, strings.Replace(r.url, "/art/", "/copy/", 1), r.url + "?again"} {
			r.url = url
			each(r.read(t, forms))
		}
	})
	list, err := Find(context.Background(), d, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, a := range list.Anomalies {
		got = append(got, a.Rule)
		for _, x := range a.Refs {
			if x.URL == "" || x.File == "" {
				t.Errorf("%s: a place without an address", a.Rule)
			}
		}
	}
	if want := []string{"sum-fails", "claim-differs"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestReadFromTop: read from its top a list has the severest first, one of each body and year before a second, and the rules by turns;
// nothing is lost, and the order by weight decides within a rule.
func TestReadFromTop(t *testing.T) {
	var list []Anomaly
	add := func(severity, rule, body string, year int) {
		a := Anomaly{ID: strconv.Itoa(len(list)), Rule: rule, Severity: severity, Year: year}
		a.Body.ID = body
		list = append(list, a)
	}
	for i := range 6 {
		add("error", "sum-fails", "b"+strconv.Itoa(i/2), 2020)
	}
	add("error", "late", "b9", 2020)
	add("error", "late", "b0", 2020)
	add("warning", "grant-rate", "b0", 2020)
	Spread(list)
	var ids []string
	for _, a := range list {
		ids = append(ids, a.ID)
	}
	if got, want := strings.Join(ids, " "), "0 6 2 4 1 7 3 5 8"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
