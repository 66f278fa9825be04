package output_test

import (
	"fmt"
	"maps"
	"math/rand"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// The made panel: 30 bodies from 2008 to 2025 that pass through every form and break. What their series are is computed
// here a second time, from the numbers drawn and the rows written out by hand below; nothing of the crosswalk's file or
// code is used.

// A madeYear is what a body printed on a year.
type madeYear struct {
	body, year int
	tables     map[string]string   // edition of each
	number     map[string]*float64 // by cell; nil = blank
	levels     bool                // the national table is in levels of body
	scope      normalize.Scope
}

// A madeSource is a source of a series, as a person reads the notices.
type madeSource struct {
	table, column, class string
	rows                 []string
}

// madeSeries are the series that pass a break, by hand.
func madeSeries() map[string][]madeSource {
	rows := func(s string) []string { return strings.Fields(s) }
	now := func(s string) madeSource { return madeSource{"applications", "total", "same", rows(s)} }
	nat := func(class, s string) madeSource { return madeSource{"statistics", "", class, rows(s)} } // count, or total
	fj := func(s string) madeSource { return madeSource{"statistics_fujian", "year", "near", rows(s)} }
	sh := func(s string) madeSource { return madeSource{"statistics_shanghai", "year", "near", rows(s)} }
	ah := func(s string) madeSource { return madeSource{"statistics_anhui", "", "near", rows(s)} }
	lit := func(c string) madeSource {
		return madeSource{"disputes", c, "same", rows("litigation_direct litigation_after")}
	}
	rec := func(c string) madeSource { return madeSource{"disputes", c, "same", rows("reconsideration")} }
	grounds := "refused_state_secret refused_other_law refused_three_safeties refused_third_party refused_internal refused_process " +
		"refused_enforcement_file refused_inquiry"
	return map[string][]madeSource{
		"req_received": {now("received"), nat("same", "received"), fj("received"), sh("received"), ah("received")},
		"req_handled":  {now("handled_total"), nat("near", "closed"), fj("answered"), sh("answered"), ah("answered")},
		"res_granted": {now("granted"), nat("near", "answered_granted answered_already_public"), fj("answered_granted"),
			sh("answered_granted"), ah("answered_granted")},
		"res_partly": {now("partly_granted"), nat("near", "answered_partly"), fj("answered_partly"), sh("answered_partly"),
			ah("answered_partly")},
		"res_refused": {now(grounds), nat("near", "answered_refused"), fj("answered_refused"), sh("refused_grounds"),
			ah("answered_refused")},
		"ref_secret": {now("refused_state_secret"), nat("same", "refused_state_secret"), sh("refused_state_secret")},
		"ref_safety": {now("refused_three_safeties"), nat("same", "refused_three_safeties")},
		"ref_third": {now("refused_third_party"), nat("near", "refused_trade_secret refused_privacy"),
			sh("refused_trade_secret refused_privacy")},
		"ref_otherlaw":  {now("refused_other_law"), nat("near", "refused_other_law"), sh("refused_other_law")},
		"not_held":      {now("unavailable_not_held"), nat("near", "answered_not_existing answered_not_held"), sh("not_existing not_held")},
		"unclear":       {now("unavailable_unclear")},
		"rej_petition":  {now("rejected_petition")},
		"rej_repeat":    {now("rejected_repeat"), sh("repeat")},
		"rec_total":     {rec("total")},
		"rec_upheld":    {rec("upheld"), nat("same", "reconsideration_upheld")},
		"rec_corrected": {rec("corrected"), nat("same", "reconsideration_corrected")},
		"lit_total":     {lit("total")},
		"lit_upheld":    {lit("upheld"), nat("near", "litigation_upheld")},
		"lit_corrected": {lit("corrected"), nat("near", "litigation_corrected")},
		"norm_made": {{"active", "issued", "same", rows("normative_document")}, {"active", "made", "near", rows("normative_document")},
			nat("near", "issued_normative"), sh("issued_normative"), ah("issued_normative")},
		"disclosed_total": {nat("same", "disclosed"), fj("disclosed"), sh("disclosed"), ah("disclosed")},
		"complaints":      {nat("same", "complaints"), fj("complaints"), sh("complaints"), ah("complaints")},
		"closed_extended": {nat("same", "closed_extended")},
		"fee_requests":    {nat("same", "fees"), sh("fees_requests")},
		"budget":          {nat("same", "budget"), sh("budget")},
		"staff":           {nat("same", "staff"), sh("staff")},
	}
}

// source gives the number of a series in what a body printed, as the hand-written list has it.
func (y *madeYear) source(list []madeSource) (s *madeSource, value int64, names []string, ok bool) {
	for i := range list {
		s = &list[i]
		if y.tables[s.table] == "" {
			continue
		}
		columns := []string{s.column}
		if s.column == "" {
			columns = []string{"count", "total"}
		}
		for _, c := range columns {
			names, ok, value = nil, true, 0
			for _, r := range s.rows {
				n, printed := y.number[s.table+"."+r+"."+c]
				if !printed {
					continue
				}
				names = append(names, s.table+"."+r+"."+c)
				if ok = ok && n != nil; ok {
					x := *n
					if strings.Contains(r, "budget") || s.table == "statistics" && r == "fees" {
						x *= 10000 // printed in 万元
					}
					value += int64(x)
				}
			}
			if len(names) > 0 {
				return s, value, names, ok
			}
		}
	}
	return nil, 0, nil, false
}

// draw draws what body b prints on a year.
func draw(rng *rand.Rand, forms *form.Forms, b, year int) *madeYear {
	y := &madeYear{body: b, year: year, tables: map[string]string{}, number: map[string]*float64{}, scope: normalize.OwnScope}
	if b%7 == 3 && year >= 2016 {
		y.scope = normalize.AllScope
	}
	old := map[int]string{0: "statistics_fujian", 1: "statistics_shanghai", 2: "statistics_anhui"}[b%4] // the fourth: prose until 2013
	edition := map[string]string{"statistics_fujian": "2008", "statistics_shanghai": "2004", "statistics_anhui": "2009"}[old]
	if year >= 2011 {
		edition = map[string]string{"statistics_fujian": "2012", "statistics_shanghai": "2011", "statistics_anhui": "2009"}[old]
	}
	switch {
	case year >= 2021:
		y.tables = map[string]string{"applications": "2021", "disputes": "2021", "active": "2021"}
	case year >= 2019:
		y.tables = map[string]string{"applications": "2019", "disputes": "2019", "active": "2019"}
	case year >= 2014 && b%8 == 4: // keeps its province's table alone
		y.tables[old] = map[bool]string{true: "2014", false: "2017"}[year < 2017]
	case year >= 2014:
		y.tables["statistics"] = "2014"
		y.levels = b%5 == 2
		if b%8 == 0 { // both
			y.tables[old] = "2014"
		}
	case old != "":
		y.tables[old] = edition
	}
	if rng.Intn(12) == 0 {
		y.tables = nil // prose alone, or not found
	}
	for _, table := range slices.Sorted(maps.Keys(y.tables)) {
		for _, name := range cellsOf(forms, table, y.tables[table]) {
			part := strings.Split(name, ".")
			levelled := map[string]bool{"government": true, "units": true, "townships": true, "total": true}[part[2]]
			if (table == "statistics" || table == "statistics_anhui") && levelled != (y.levels && table == "statistics") {
				continue
			}
			var n *float64
			if rng.Intn(25) > 0 {
				v := float64(rng.Intn(500))
				if table == "statistics" && part[1] == "fees" || part[1] == "budget" {
					v /= 16 // of 万元: 0.0625 are 625 元
				}
				n = &v
			}
			y.number[name] = n
		}
	}
	return y
}

func cellsOf(forms *form.Forms, table, edition string) []string {
	for _, f := range slices.Concat(forms.Editions(table), forms.Annexes()) {
		if f.Table == table && f.Edition == edition {
			return f.Names()
		}
	}
	panic("no edition " + edition + " of " + table)
}

// result makes a report of it.
func (y *madeYear) result() output.Result {
	rep := &normalize.Report{Status: normalize.StatusRead, Year: y.year, Agency: fmt.Sprintf("第%d局", y.body), Scope: y.scope,
		Editions: normalize.Editions(y.tables), Title: "年度报告"}
	rep.Body.ID, rep.Body.Normal = fmt.Sprintf("330100/department/%d", y.body), rep.Agency
	rep.Body.Code, rep.Body.Series, rep.Body.Kind, rep.Body.Level = "330100", "330100", "department", "prefecture"
	for _, name := range slices.Sorted(maps.Keys(y.number)) {
		v := normalize.Value{Name: name, State: normalize.Blank, Verdict: normalize.Unchecked}
		if part := strings.Split(name, "."); part[1] == "budget" || part[0] == "statistics" && part[1] == "fees" {
			v.Unit = "万元"
		}
		if n := y.number[name]; n != nil {
			d := decimal.NewFromFloat(*n)
			v.Number, v.State, v.Text = &d, normalize.Number, d.String()
		}
		rep.Values = append(rep.Values, v)
	}
	n := y.body*100 + y.year - 2000
	return output.Result{Report: rep, Document: output.Document{File: fmt.Sprint(n), SHA256: fmt.Sprintf("%064x", n),
		URL: fmt.Sprintf("https://www.example.gov.cn/%d.html", n)}}
}

// madeBreak says whether something lies between two numbers of a series, and what a person would find in the words.
func madeBreak(series string, a, b *madeYear, sa, sb *madeSource) (words []string) {
	if a.year == 2008 {
		words = append(words, "eight months")
	}
	if a.year < 2019 && b.year >= 2019 {
		words = append(words, "merged and divided")
	}
	dispute := strings.HasPrefix(series, "rec_") || strings.HasPrefix(series, "lit_")
	if dispute && a.year < 2024 && b.year >= 2024 {
		words = append(words, "reconsideration before a suit")
	}
	if strings.HasPrefix(series, "lit_") && a.year < 2015 && b.year >= 2015 {
		words = append(words, "registered on filing")
	}
	if series == "fee_requests" && a.year < 2017 && b.year >= 2017 {
		words = append(words, "dropped")
	}
	if slices.Contains(strings.Fields("req_handled res_granted res_partly res_refused ref_third ref_otherlaw not_held"), series) &&
		a.year < 2019 && b.year >= 2019 {
		words = append(words, "one result a case")
	}
	scope := func(y *madeYear, s *madeSource) normalize.Scope {
		if y.levels && strings.HasPrefix(s.table, "statistics") {
			return normalize.AllScope
		}
		return y.scope
	}
	if scope(a, sa) != scope(b, sb) {
		words = append(words, "other bodies")
	}
	if sa.table != sb.table && (sa.class == "near" || sb.class == "near") || sa.class != sb.class {
		words = append(words, "") // some reason
	}
	return words
}

// TestLinkedSeries: the series of the made panel are those of the second computation, row by row, with class, cells and
// breaks; panel holds what is same in the column and what is near beside it; what is no series is in none.
func TestLinkedSeries(t *testing.T) {
	forms := load(t)
	rng := rand.New(rand.NewSource(23))
	bodies := map[int][]*madeYear{}
	var results []output.Result
	for b := range 30 {
		for year := 2008; year <= 2025; year++ {
			y := draw(rng, forms, b, year)
			bodies[b] = append(bodies[b], y)
			results = append(results, y.result())
		}
	}
	rng.Shuffle(len(results), func(i, k int) { results[i], results[k] = results[k], results[i] })
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, results)
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	type key struct {
		series string
		body   string
		year   int
	}
	got := map[key]output.SeriesRow{}
	if err := output.Select(d, "linked_series", func(year int, r output.SeriesRow) error {
		k := key{r.Series, r.Body, year}
		if _, twice := got[k]; twice {
			t.Errorf("%v is there twice", k)
		}
		got[k] = r
		if r.Class != "same" && r.Class != "near" {
			t.Errorf("%v: class %s", k, r.Class)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	numbers, breaks, classes := 0, 0, map[string]int{}
	for series, list := range madeSeries() {
		for b := range 30 {
			body := fmt.Sprintf("330100/department/%d", b)
			var before *madeYear
			var from *madeSource
			for _, y := range bodies[b] {
				s, value, names, ok := y.source(list)
				k := key{series, body, y.year}
				r, there := got[k]
				if there != ok {
					t.Errorf("%v: there %v, not %v", k, there, ok)
					continue
				}
				delete(got, k)
				if !ok {
					continue
				}
				numbers++
				classes[s.class]++
				slices.Sort(r.Names)
				slices.Sort(names)
				if r.Value != value || r.Class != s.class || r.Table != s.table || !slices.Equal(r.Names, names) {
					t.Errorf("%v: %d %s %s %v, not %d %s %v", k, r.Value, r.Class, r.Table, r.Names, value, s.class, names)
				}
				var words []string
				if before != nil {
					words = madeBreak(series, before, y, from, s)
				}
				if (len(words) > 0) != (r.Break != nil) || (r.Break == nil) != (r.BreakZh == nil) {
					t.Errorf("%v: break %v, not %q", k, r.Break, words)
				}
				for _, w := range words {
					if breaks++; r.Break != nil && !strings.Contains(*r.Break, w) {
						t.Errorf("%v: break %q says nothing of %q", k, *r.Break, w)
					}
				}
				before, from = y, s
			}
		}
	}
	for k := range got {
		if madeSeries()[k.series] != nil {
			t.Errorf("%v is in no computation", k)
		}
	}
	if numbers < 4000 || breaks < 500 || classes["near"] < 1000 || classes["same"] < 1000 {
		t.Errorf("%d numbers, %d breaks, %v", numbers, breaks, classes)
	}
	t.Logf("%d numbers, %d breaks, %v", numbers, breaks, classes)
	inPanel(t, d, bodies)
}

// inPanel looks that the columns of panel hold what may be joined, and what is near stands beside.
func inPanel(t *testing.T, d *output.Dataset, bodies map[int][]*madeYear) {
	type row struct {
		Body        string   `parquet:"body"`
		Document    *string  `parquet:"document,optional"`
		Received    *int64   `parquet:"req_received,optional"`
		ReceivedNo  *int64   `parquet:"near_req_received,optional"`
		State       string   `parquet:"s_req_received"`
		Handled     *int64   `parquet:"req_handled,optional"`
		HandledNear *int64   `parquet:"near_req_handled,optional"`
		Rate        string   `parquet:"s_r_refused"`
		Unclear     string   `parquet:"s_unclear"`
		Near        []string `parquet:"near,list"`
	}
	of := map[string]*madeYear{}
	for b, list := range bodies {
		for _, y := range list {
			of[fmt.Sprintf("330100/department/%d %d", b, y.year)] = y
		}
	}
	seen := 0
	if err := output.Select(d, "panel", func(year int, r row) error {
		y := of[fmt.Sprintf("%s %d", r.Body, year)]
		if y == nil || r.Document == nil {
			return nil
		}
		for name, f := range map[string][2]*int64{"req_received": {r.Received, r.ReceivedNo}, "req_handled": {r.Handled, r.HandledNear}} {
			s, value, _, ok := y.source(madeSeries()[name])
			want := [2]*int64{}
			if ok && s.class == "same" {
				want[0] = &value
			} else if ok {
				want[1] = &value
			}
			for i := range want {
				if (want[i] == nil) != (f[i] == nil) || want[i] != nil && *want[i] != *f[i] {
					t.Errorf("%s %d %s: %v", r.Body, year, name, f)
				}
			}
			if near := ok && s.class == "near"; near != slices.Contains(r.Near, name) ||
				near && name == "req_received" && r.State != "near" {
				t.Errorf("%s %d %s: %s, near %v", r.Body, year, name, r.State, r.Near)
			}
			if seen++; ok && s.class == "near" && name == "req_handled" && slices.Contains([]string{"proved", "unchecked"}, r.Rate) {
				t.Errorf("%s %d: a rate over a denominator that is only near", r.Body, year)
			}
		}
		if year < 2019 && len(y.tables) > 0 && r.Unclear != panel.NotInEdition {
			t.Errorf("%s %d: unclear is %s", r.Body, year, r.Unclear)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if seen < 900 {
		t.Errorf("%d rows of panel", seen)
	}
}

// TestNeverJoined tries to have what the crosswalk calls no series joined: by a report that prints nothing else.
func TestNeverJoined(t *testing.T) {
	forms := load(t)
	f, err := panel.FiguresOf(forms)
	if err != nil {
		t.Fatal(err)
	}
	var results []output.Result
	never := map[string][]string{} // by document, the cells
	n := 0
	for _, c := range f.Counts {
		for _, s := range c.Of {
			if s.Class != panel.Never || len(s.Cells) == 0 {
				continue
			}
			n++
			y := &madeYear{body: n, year: 2010 + n%8, tables: map[string]string{s.Table: s.Editions[0]}, number: map[string]*float64{}}
			for _, cell := range s.Cells {
				v := float64(100 + n)
				y.number[cell] = &v
			}
			r := y.result()
			never[r.Document.SHA256] = append(s.Cells, c.Name)
			results = append(results, r)
		}
	}
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, results)
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := output.Select(d, "linked_series", func(_ int, r output.SeriesRow) error {
		if list := never[r.Document]; r.Series == list[len(list)-1] {
			t.Errorf("%s holds %v", r.Series, r.Names)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	classes := map[string]int{}
	if err := output.Select(d, "crosswalk", func(_ int, r output.CrosswalkRow) error {
		if classes[r.Class]++; r.Class != "same" && (r.Reason == nil || r.ReasonZh == nil) {
			t.Errorf("%s of %s: %s without a reason", r.Name, r.Table, r.Class)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if n < 10 || classes["no"] != n {
		t.Errorf("%d sources that are never joined, %v", n, classes)
	}
}
