package explore

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/panel"
)

// Numbers of a made-up city: what is refused and handled, of the form's cells, all else 0.
type numbers struct{ refused, handled, received int64 }

// odd says what is special about a report of the made-up cities.
func special(city, year int) (n numbers, contradicted, absent bool) {
	n = numbers{int64(3 + 7*city + year%5), int64(100 + 31*city), int64(90 + 40*city + 3*(year-2020))}
	switch {
	case city == 2 && year == 2023:
		contradicted = true
	case city == 3 && year == 2023: // one of two is no mountain range
		n.refused, n.handled = 1, 2
	case city == 4 && year == 2023:
		absent = true
	case city == 5: // one that outweighs all others
		n.received = 50_000
	}
	return n, contradicted, absent
}

// citiesOf writes reports of the governments of cities of three provinces on four years, one of them under the name of
// its office, and of a department.
func citiesOf(t testing.TB) *output.Dataset {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var cells []string
	for _, f := range forms(t).Editions("applications") {
		if f.Edition == "2021" {
			cells = f.Names()
		}
	}
	seen := map[string]int{}
	city, id := 0, 0
	for _, d := range places.All() {
		if d.Level() != places.Prefecture || !d.In(2024) || !slices.Contains([]string{"32", "33", "51"}, d.Code[:2]) ||
			seen[d.Code[:2]] == 4 {
			continue
		}
		seen[d.Code[:2]]++
		for year := 2020; year <= 2023; year++ {
			n, contradicted, absent := special(city, year)
			kind, name := agencies.Government, d.Path()+"人民政府"
			if city == 1 {
				kind, name = agencies.Office, d.Path()+"人民政府办公室"
			}
			id++
			r := &normalize.Report{Agency: name, Year: year, Status: normalize.StatusRead, Scope: normalize.AllScope,
				Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", name, year), Published: fmt.Sprintf("%d-01-%02d", year+1, 5+city),
				Editions: normalize.Editions{"applications": "2021"},
				Body: agencies.Agency{ID: d.Code + "/" + string(kind), Normal: name, Code: d.Code, Series: d.Code,
					Level: places.Prefecture, Kind: kind}}
			for i, c := range cells {
				v := normalize.Value{Name: c, Text: "0", State: normalize.Number, Verdict: normalize.Proved}
				switch c {
				case "applications.refused_state_secret.total":
					v.Text = strconv.FormatInt(n.refused, 10)
				case "applications.handled_total.total":
					v.Text = strconv.FormatInt(n.handled, 10)
					if contradicted {
						v.Verdict = normalize.Contradicted
					}
				case "applications.received.total":
					v.Text = strconv.FormatInt(n.received, 10)
				}
				v.Place.Table, v.Place.Row, v.Place.Column = 1, 1+i/7, 1+i%7
				if absent && c == "applications.handled_total.total" {
					v.State, v.Text, v.Verdict = normalize.Absent, "", normalize.Unchecked
				} else {
					x := decimal.RequireFromString(v.Text)
					v.Number = &x
				}
				r.Values = append(r.Values, v)
			}
			sha := fmt.Sprintf("%064x", id)
			if err := w.Write(output.Result{Document: output.Document{File: "made/" + sha + ".html", SHA256: sha,
				MediaType: "text/html", Bytes: 1000}, Report: r}); err != nil {
				t.Fatal(err)
			}
		}
		city++
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// A panelRow is a row of the table panel, as the writer made it, apart from all that the explorer computes.
type panelRow struct {
	agency, province, level, kind, scope, state string
	rate                                        *float64
	n, d                                        int64
	there                                       bool
}

// panelOf reads a rate of the table panel.
func panelOf(t testing.TB, d *output.Dataset, rate string, year int) (out []panelRow) {
	t.Helper()
	files, err := d.Files("panel")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Year != year {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		defer r.Close()
		out = make([]panelRow, r.NumRows())
		column := func(name string, put func(x *panelRow, v parquet.Value)) {
			if err := r.Column(name, func(row int64, v parquet.Value) {
				if !v.IsNull() {
					put(&out[row], v)
				}
			}); err != nil {
				t.Fatal(err)
			}
		}
		for name, to := range map[string]func(x *panelRow) *string{
			"agency": func(x *panelRow) *string { return &x.agency }, "province": func(x *panelRow) *string { return &x.province },
			"level": func(x *panelRow) *string { return &x.level }, "kind": func(x *panelRow) *string { return &x.kind },
			"scope": func(x *panelRow) *string { return &x.scope }, "s_r_" + rate: func(x *panelRow) *string { return &x.state }} {
			column(name, func(x *panelRow, v parquet.Value) { *to(x) = v.String() })
		}
		column("r_"+rate, func(x *panelRow, v parquet.Value) { f := v.Double(); x.rate = &f })
		column("n_"+rate, func(x *panelRow, v parquet.Value) { x.n, x.there = v.Int64(), true })
		column("d_"+rate, func(x *panelRow, v parquet.Value) { x.d = v.Int64() })
	}
	return out
}

// TestRank: every number of a ranking and of its tiles is what the table panel has; rates of few cases, and bodies
// without the figure, are left out and counted; a report of an office for its government is among governments.
func TestRank(t *testing.T) {
	d := citiesOf(t)
	e := open(t, d, false)
	rows := panelOf(t, d, "refused", 2023)
	if len(rows) != 12 {
		t.Fatalf("%d rows in panel", len(rows))
	}
	for _, least := range []int{0, 10} {
		r := get[jsonRanking](t, e, fmt.Sprintf("/api/rank/rate.refused/2023/prefecture/government.json?min=%d", least))
		var want []string
		regions := map[string][3]int64{}
		left, without, contradicted := map[string]int{}, 0, 0
		small := 0
		for _, x := range rows {
			if x.rate == nil {
				without++
				continue
			}
			if x.state == "contradicted" {
				left[x.province[:2]]++
			} else {
				sum := regions[x.province[:2]]
				regions[x.province[:2]] = [3]int64{sum[0] + x.n, sum[1] + x.d, sum[2] + 1}
			}
			if x.d < int64(least) {
				small++
				continue
			}
			if x.state == "contradicted" {
				contradicted++
			}
			want = append(want, fmt.Sprintf("%s %.4f %d/%d %v", x.agency, *x.rate, x.n, x.d, x.state == "contradicted"))
		}
		var have []string
		for i, x := range r.Rows {
			have = append(have, fmt.Sprintf("%s %s %s/%s %v", x.Name, x.Value, *x.N, *x.D, str(x.Verdict) == "contradicted"))
			if i > 0 && x.Value > r.Rows[i-1].Value {
				t.Errorf("%s with %s stands below %s", x.Name, x.Value, r.Rows[i-1].Value)
			}
			rep := get[jsonReport](t, e, "/api/reports/"+x.Key+".json")
			if v := rep.Values[x.Cell]; v == nil || *v.Number != *x.N { // all that is refused is so for one reason
				t.Errorf("%s: the evidence of %s is %s: %+v", x.Name, *x.N, x.Cell, v)
			}
			if v := rep.Values[*x.Whole]; v == nil || *v.Number != *x.D {
				t.Errorf("%s: the evidence of %s is %s: %+v", x.Name, *x.D, *x.Whole, v)
			}
		}
		slices.Sort(want)
		slices.Sort(have)
		if !slices.Equal(have, want) || len(want) != 11-small {
			t.Errorf("min %d:\n%s\nwant\n%s", least, strings.Join(have, "\n"), strings.Join(want, "\n"))
		}
		if r.Without != without || r.Small != small || r.Contradicted != contradicted || without != 1 || contradicted != 1 ||
			r.Reports != len(rows) || r.Total != len(want) {
			t.Errorf("min %d: %d of %d ranked, %d without, %d small, %d contradicted; want %d, %d, %d, %d, %d", least, r.Total,
				r.Reports, r.Without, r.Small, r.Contradicted, len(want), len(rows), without, small, contradicted)
		}
		if len(r.Regions) != 34 {
			t.Errorf("%d provinces", len(r.Regions))
		}
		for _, x := range r.Regions {
			sum := regions[x.Region]
			value := ""
			if sum[2] > 0 {
				value = fmt.Sprintf("%.4f", float64(sum[0])/float64(sum[1]))
			}
			if str(x.Value) != value || x.Reports != int(sum[2]) || x.Contradicted != left[x.Region] ||
				value != "" && (*x.N != fmt.Sprint(sum[0]) || *x.D != fmt.Sprint(sum[1])) {
				t.Errorf("%s: %s of %d reports, want %s of %v", x.Name, str(x.Value), x.Reports, value, sum)
			}
		}
	}
}

// TestRankTable: the table has the rows of the ranking; pages are parts of the whole; what cannot be asked is refused.
func TestRankTable(t *testing.T) {
	e := open(t, citiesOf(t), false)
	table := ask(e, "GET", "/api/rank/rate.refused/2023/prefecture/government.csv?region=32&min=0&order=asc")
	if !strings.HasPrefix(table.Body.String(), "\ufeffrank,") {
		t.Errorf("the table begins otherwise: %.40q", table.Body.String())
	}
	lines, err := csv.NewReader(strings.NewReader(table.Body.String())).ReadAll()
	same := get[jsonRanking](t, e, "/api/rank/rate.refused/2023/prefecture/government.json?region=32&min=0&order=asc")
	if err != nil || len(lines) != 1+same.Total || same.Total == 0 {
		t.Fatalf("%d lines of %d rows: %v", len(lines), same.Total, err)
	}
	for i, x := range same.Rows {
		l := lines[i+1]
		if l[0] != strconv.Itoa(x.Rank) || l[2] != x.Name || l[8] != x.Value || l[9] != *x.N || l[10] != *x.D {
			t.Errorf("line %d is %q, the row %+v", i+1, l, x)
		}
	}
	// a count is ranked too, and of all kinds together; a page is a part of the whole
	all := get[jsonRanking](t, e, "/api/rank/applications.received.total/2021/all/all.json")
	part := get[jsonRanking](t, e, "/api/rank/applications.received.total/2021/all/all.json?each=5&page=2")
	if all.Total != 12 || all.Rows[0].Value != "50000" || len(part.Rows) != 5 || part.Rows[0].ID != all.Rows[5].ID {
		t.Errorf("%d counts, the first %s; a page of %d", all.Total, all.Rows[0].Value, len(part.Rows))
	}
	for target, status := range map[string]int{"/api/rank/rate.none/2023/all/all.json": 404,
		"/api/rank/rate.refused/1999/all/all.json": 404, "/api/rank/rate.refused/2023/city/all.json": 404,
		"/api/rank/rate.refused/2023/all/all.json?region=99": 400, "/api/rank/rate.refused/2023/all/all.json?min=-1": 400,
		"/api/rank/rate.refused/2023/all/all.json?order=up": 400, "/api/rank/rate.refused/2023/all/all.json?page=9": 404,
		"/api/rank/rate.refused/2023/all/all.json?each=5000": 400, "/api/rank/rate.refused/2023/all/all.xml": 404,
		"/api/rank/rate.refused/2023/all/all.json?region=71": 200} {
		if w := ask(e, "GET", target); w.Code != status {
			t.Errorf("%s: %d, want %d", target, w.Code, status)
		}
	}
}

// TestHome: the numbers of the first page are those of the reports that it was made of: sums over the same bodies, or
// medians; what a sum contradicts counts for nothing; a bar that one report makes is named.
func TestHome(t *testing.T) {
	d := citiesOf(t)
	e := open(t, d, false)
	b, err := os.ReadFile(filepath.Join(d.Dir(), "dataset.json"))
	if err != nil {
		t.Fatal(err)
	}
	x := get[jsonDataset](t, e, "/api/dataset.json").Edition
	newest := int32(panel.NoDay)
	for i := range e.c.Reports {
		newest = max(newest, e.c.Reports[i].Published)
	}
	if x.SHA256 != fmt.Sprintf("%x", sha256.Sum256(b)) || x.By != "published" || str(x.Day) != str(dayWord(newest)) {
		t.Errorf("the dataset is %+v", x)
	}
	h := get[jsonHome](t, e, "/api/home.json")
	trend := func(name string) jsonTrend {
		i := slices.IndexFunc(h.Trends, func(x jsonTrend) bool { return x.Name == name })
		if i < 0 {
			t.Fatalf("no trend of %s", name)
		}
		return h.Trends[i]
	}
	received := trend("applications.received.total")
	if received.Way != "same" || received.Bodies != 12 || len(received.Years) != 4 {
		t.Errorf("received: %s of %d bodies over %d years", received.Way, received.Bodies, len(received.Years))
	}
	for _, y := range received.Years {
		sum := int64(0)
		for city := range 12 {
			n, _, _ := special(city, y.Year)
			sum += n.received
		}
		if str(y.Value) != fmt.Sprint(sum) || y.Reports != 12 || y.Largest == nil ||
			str(y.LargestShare) != fmt.Sprintf("%.4f", 50_000/float64(sum)) {
			t.Errorf("received in %d: %s of %d, the largest %+v; want %d", y.Year, str(y.Value), y.Reports, y.Largest, sum)
		}
	}
	handled := trend("applications.handled_total.total")
	if handled.Way != "same" || handled.Bodies != 10 { // one has none in a year, of one a sum fails
		t.Errorf("handled: %s of %d bodies", handled.Way, handled.Bodies)
	}
	for _, y := range handled.Years {
		sum := int64(0)
		for city := range 12 {
			if n, _, _ := special(city, y.Year); city != 2 && city != 4 {
				sum += n.handled
			}
		}
		if str(y.Value) != fmt.Sprint(sum) || y.Reports != 10 || (y.Contradicted == 1) != (y.Year == 2023) {
			t.Errorf("handled in %d: %s of %d, %d left out; want %d", y.Year, str(y.Value), y.Reports, y.Contradicted, sum)
		}
	}
	if h.Year != 2023 || h.New.By != "published" || h.New.Total != 12 || len(h.New.Rows) != homeNew {
		t.Errorf("%d, new: %+v", h.Year, h.New)
	}
	c := get[jsonCoverage](t, e, "/api/coverage/all/all/1.json")
	for _, p := range h.Provinces {
		there := 0
		for _, r := range c.Rows {
			if strings.HasPrefix(str(r.Division), p.Region) && r.Cells[slices.Index(c.Years, h.Year)].Key != nil {
				there++
			}
		}
		if p.InTime+p.Late+p.Published != there || p.Authorities != 4 || p.Missing != 4-there {
			t.Errorf("%+v, and %d reports are there", p, there)
		}
	}
	if b := get[jsonBodies](t, e, "/api/bodies.json?q=nanjing"); b.Total != 1 ||
		b.Authorities[0].Name != "江苏省南京市人民政府" {
		t.Errorf("nanjing: %+v", b)
	}
	for _, q := range []string{"njs", "nan+jing", "NANJINGSHI", "%E5%8D%97%E4%BA%AC"} {
		if b := get[jsonBodies](t, e, "/api/bodies.json?q="+q); b.Total != 1 {
			t.Errorf("%s: %+v", q, b)
		}
	}
	// nobody is the province, and all that lie in it are found
	if b := get[jsonBodies](t, e, "/api/bodies.json?q=Jiangsu"); b.Total != 4 {
		t.Errorf("jiangsu: %+v", b)
	}
	for code, want := range map[string]string{"230100": "harbin", "150000": "innermongolia neimongol", "650100": "urumqi",
		"540000": "tibet", "653101": "kashgar", "510000": "sichuan"} {
		words := strings.Fields(spellingsOf(places.At(code, 0)))
		for w := range strings.FieldsSeq(want) {
			if !slices.ContainsFunc(words, func(s string) bool { return strings.HasPrefix(s, w) }) {
				t.Errorf("%s is found by %q", code, words)
			}
		}
	}
	if b := get[jsonBodies](t, e, "/api/bodies.json?q=xyzzy"); b.Total != 0 {
		t.Errorf("nothing is called xyzzy: %+v", b)
	}
}

// TestTold: what the explorer tells of the anomalies and trends of the examples.
func TestTold(t *testing.T) {
	d, _ := made(t, true)
	e := open(t, d, false)
	t.Run("medians", func(t *testing.T) { testMedian(t, e) })
	t.Run("stories", func(t *testing.T) { testStories(t, e) })
	t.Run("marks", func(t *testing.T) { testMarks(t, e) })
	t.Run("order", func(t *testing.T) { testOrder(t, e) })
	t.Run("judgements", func(t *testing.T) { testJudgements(t, d, e.oddities.rows[0].ID) })
}

// testMedian: too few bodies are the same in all years: medians of what there is.
func testMedian(t *testing.T, e *Explorer) {
	h := get[jsonHome](t, e, "/api/home.json")
	for _, trend := range h.Trends {
		if trend.Way != "median" {
			t.Errorf("%s: %s", trend.Name, trend.Way)
		}
		for _, y := range trend.Years {
			var values []float64
			for i := range e.c.authorities {
				a := get[jsonBody](t, e, "/api/authorities/"+e.c.authorities[i].id+".json")
				k := slices.Index(a.Years, int32(y.Year))
				if k < 0 || a.Values[trend.Name] == nil || a.Values[trend.Name][k] == nil {
					continue
				}
				if v := a.Verdicts[trend.Name]; v != nil && str(v[k]) == "contradicted" {
					continue
				}
				f, err := strconv.ParseFloat(*a.Values[trend.Name][k], 64)
				if err != nil {
					t.Fatal(err)
				}
				values = append(values, f)
			}
			slices.Sort(values)
			want := (values[(len(values)-1)/2] + values[len(values)/2]) / 2
			if got, err := strconv.ParseFloat(*y.Value, 64); err != nil || got != want || y.Reports != len(values) {
				t.Errorf("%s in %d: %s of %d, want %v of %d", trend.Name, y.Year, *y.Value, y.Reports, want, len(values))
			}
		}
	}
	if len(h.Trends) < 5 {
		t.Errorf("%d trends", len(h.Trends))
	}
}

// testStories: what the first page tells are anomalies, each of another body, as their own resources tell them.
func testStories(t *testing.T, e *Explorer) {
	h := get[jsonHome](t, e, "/api/home.json")
	bodies, rules := map[string]bool{}, map[string]bool{}
	for _, s := range h.Stories {
		x := get[jsonDetail](t, e, "/api/anomalies/"+s.ID+".json")
		if x.Sentence != s.Sentence || x.SentenceZh != s.SentenceZh || s.InnocentZh != x.InnocentZh[0] {
			t.Errorf("%s is told otherwise", s.ID)
		}
		body := cmp.Or(str(s.Authority), s.Agency)
		if bodies[body] && h.OneOf != "none" {
			t.Errorf("two stories of %s", s.Agency)
		}
		bodies[body], rules[s.Rule] = true, true
	}
	if len(h.Stories) < 2 || len(rules) < 2 {
		t.Errorf("%d stories of %d rules", len(h.Stories), len(rules))
	}
	want := "none"
	if len(bodies) == len(h.Stories) {
		if want = "body"; len(rules) == len(h.Stories) {
			want = "rule"
		}
	}
	if h.OneOf != want {
		t.Errorf("one of %s; %d stories of %d bodies and %d rules", h.OneOf, len(h.Stories), len(bodies), len(rules))
	}
}

// TestStories: five where there are five, of bodies and rules apart as far as there are such, and the page says how far; a
// body whose name begins with another's is a body of its own.
func TestStories(t *testing.T) {
	d := citiesOf(t)
	e := open(t, d, false)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	odd := func(id, rule, body, sentence string, arithmetic bool, others ...namedBody) oddity {
		return oddity{jsonOddity: jsonOddity{ID: id, Rule: rule, Severity: "error", Authority: &body, Agency: body,
			SentenceZh: sentence, Arithmetic: arithmetic}, others: others}
	}
	mirror := namedBody{0, e.c.authorities[0].Name}
	for name, x := range map[string]struct {
		rows []oddity
		want string
		one  string
	}{
		"apart": {[]oddity{odd("1", "a", "x", "", false), odd("2", "a", "y", "", false), odd("3", "b", "x", "", false),
			odd("4", "c", "y", "", true)}, "1 4 2 3", "none"},
		"a rule twice": {[]oddity{odd("1", "a", "x", "", false), odd("2", "a", "y", "", false)}, "1 2", "body"},
		"a name that begins another": {[]oddity{odd("1", "a", "江州市", "", false), odd("2", "b", "江州市环保局",
			"江州市环保局少报一项", false)}, "1 2", "rule"},
		"five at most, sums again too": {[]oddity{odd("1", "a", "u", "", true), odd("2", "a", "v", "", true), odd("3", "a", "w", "",
			true), odd("4", "a", "x", "", true), odd("5", "a", "y", "", true), odd("6", "a", "z", "", true)}, "1 2 3 4 5", "body"},
		"of each other": {[]oddity{odd("1", "a", e.c.authorities[0].id, "", false), odd("2", "b", "y", "", false, mirror)}, "1", "rule"},
	} {
		e.mu.Lock()
		e.oddities = &oddities{rows: x.rows}
		e.mu.Unlock()
		stories, one := e.stories()
		var ids []string
		for _, s := range stories {
			ids = append(ids, s.ID)
		}
		if got := strings.Join(ids, " "); got != x.want || one != x.one {
			t.Errorf("%s: %s, one of %s; want %s, one of %s", name, got, one, x.want, x.one)
		}
	}
}

// testMarks: an anomaly marks every cell that it rests on, in its report, its body and rankings; and marks nothing else.
func testMarks(t *testing.T, e *Explorer) {
	want, have := map[string]bool{}, map[string]bool{}
	for _, x := range e.oddities.rows {
		a := get[jsonDetail](t, e, "/api/anomalies/"+x.ID+".json")
		for _, r := range a.Refs {
			if r.Kind == "cell" {
				want[x.ID+" "+r.Key+" "+r.Name] = true
			}
		}
	}
	for i := range e.c.Reports {
		key := e.c.key(int32(i))
		for name, ids := range get[jsonReport](t, e, "/api/reports/"+key+".json").Marks {
			for _, id := range ids {
				have[id+" "+key+" "+name] = true
			}
		}
	}
	if len(want) < 5 {
		t.Fatalf("%d cells are odd", len(want))
	}
	for m := range want {
		if !have[m] {
			t.Errorf("not marked: %s", m)
		}
	}
	for m := range have {
		if !want[m] {
			t.Errorf("marked: %s", m)
		}
	}
	// in the row of its body, and in a ranking of the figure
	seen := 0
	for m := range want {
		f := strings.Fields(m)
		n, _ := e.c.keyed(f[1])
		r := &e.c.Reports[n]
		if !r.Stands || r.Body < 0 {
			continue
		}
		a := get[jsonBody](t, e, "/api/authorities/"+e.c.authorities[r.Body].id+".json")
		k := slices.Index(a.Years, r.Year)
		if a.Values[f[2]] == nil || a.Values[f[2]][k] == nil {
			continue
		}
		seen++
		if a.Marks[f[2]] == nil || !slices.Contains(a.Marks[f[2]][k], f[0]) {
			t.Errorf("not marked in the row of its body: %s", m)
		}
		ranking := get[jsonRanking](t, e, fmt.Sprintf("/api/rank/%s/%d/all/all.json?each=200", f[2], r.Year))
		i := slices.IndexFunc(ranking.Rows, func(x jsonRanked) bool { return x.Key == f[1] })
		if i < 0 || !slices.ContainsFunc(ranking.Rows[i].Marks, func(x jsonFlag) bool { return x.ID == f[0] }) {
			t.Errorf("not marked in the ranking: %s", m)
		}
	}
	if seen == 0 {
		t.Error("no mark of a number of a body")
	}
}

// TestCounts: every rate has its two sums, and is their quotient.
func TestCounts(t *testing.T) {
	e := open(t, citiesOf(t), false)
	seen := 0
	for i := range e.c.authorities {
		a := get[jsonBody](t, e, "/api/authorities/"+e.c.authorities[i].id+".json")
		for name, list := range a.Rates {
			for k, v := range list {
				c := a.Counts[name][k]
				if (v == nil) != (c == nil) {
					t.Fatalf("%s %s: %v beside %v", a.Name, name, v, c)
				}
				if v == nil {
					continue
				}
				n, err1 := strconv.ParseFloat(c[0], 64)
				d, err2 := strconv.ParseFloat(c[1], 64)
				if err1 != nil || err2 != nil || rateWord(n/d) != *v {
					t.Errorf("%s %s: %s is not %v", a.Name, name, *v, c)
				}
				seen++
			}
		}
	}
	if seen < 100 {
		t.Errorf("%d rates", seen)
	}
	// and one of two is not among those that others are set beside
	p := get[jsonPeers](t, e, "/api/peers/rate.refused.json")
	i := slices.IndexFunc(p.Groups, func(g peerGroup) bool { return g.Year == 2023 && g.Kind == "government" })
	if i < 0 || p.Groups[i].Small != 1 || p.Groups[i].Reports != 10 || slices.Contains(p.Groups[i].Quantiles, "0.5000") {
		t.Errorf("peers: %+v", p.Groups)
	}
}

// testJudgements: what somebody found who looked is shown, outlives the dataset, and is refused where it is no
// judgement.
func testJudgements(t *testing.T, d *output.Dataset, id string) {
	file := anomalies.JudgementsOf(d.Dir())
	if err := os.WriteFile(file, []byte("\ufeffid,verdict,who,why,when\n"+id+
		",open,Li,to be asked,2026-03-01\n"+id+",explained,Wang,\"merged, see the notice\",\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	e := open(t, d, false)
	a := get[jsonDetail](t, e, "/api/anomalies/"+id+".json")
	want := []anomalies.Judgement{{Verdict: "open", Who: "Li", Why: "to be asked", When: "2026-03-01"},
		{Verdict: "explained", Who: "Wang", Why: "merged, see the notice"}}
	if !slices.Equal(a.Judgements, want) || !slices.Equal(get[jsonDataset](t, e, "/api/dataset.json").Judgements[id], want) {
		t.Errorf("judged: %+v", a.Judgements)
	}
	testJudged(t, e, id)
	for _, s := range get[jsonHome](t, e, "/api/home.json").Stories {
		if s.ID == id {
			t.Error("what was explained is told as a story")
		}
	}
	// the dataset is built anew in its place
	w, err := output.Create(d.Dir(), forms(t), output.Info{ProgramVersion: "test"})
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	if list, err := anomalies.ReadJudgements(file); err != nil || len(list) != 2 {
		t.Errorf("after the dataset was built anew: %v %v", list, err)
	}
	if d, err = output.Open(d.Dir()); err != nil {
		t.Fatal(err)
	}
	for text, says := range map[string]string{"id,who,why\n": "verdict", "id,verdict,who,why\nx,guilty,Li,so\n": ":2:",
		"id,verdict,who,why\nx,open,,so\n": "who", "id,verdict,who,why\n\"x,open,Li": "csv:"} {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		_, err := Open(context.Background(), d, Options{Forms: forms(t)})
		if err == nil || !strings.Contains(err.Error(), says) || !strings.Contains(err.Error(), filepath.Base(file)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// testJudged: the table and the briefs say how an anomaly was judged, by whom, why and when.
func testJudged(t *testing.T, e *Explorer, id string) {
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(ask(e, "GET", "/api/anomalies.csv").Body.String(),
		"\ufeff"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	last := func(row []string) []string { return row[len(row)-4:] }
	if !slices.Equal(last(rows[0]), []string{"verdict", "who", "why", "when"}) {
		t.Errorf("the table has %q", rows[0])
	}
	for _, row := range rows[1:] {
		want := []string{"", "", "", ""}
		if row[0] == id {
			want = []string{"explained", "Wang", "merged, see the notice", ""}
		}
		if !slices.Equal(last(row), want) {
			t.Errorf("%s: %q", row[0], last(row))
		}
	}
	for file, lines := range map[string][]string{
		"brief.en.md":   {"not settled (Li, 2026-03-01): to be asked", "explained (Wang): merged, see the notice"},
		"brief.zh.html": {"待核实（Li，2026-03-01）：to be asked", "有合理解释（Wang）：merged, see the notice"},
	} {
		text := ask(e, "GET", "/api/anomalies/"+id+"/"+file).Body.String()
		for _, line := range lines {
			if !strings.Contains(text, line) {
				t.Errorf("%s does not say %q", file, line)
			}
		}
	}
}

// testOrder: the list has one anomaly of a body and year before a second, and the rules by turns; stories and
// arithmetic apart are the whole.
func testOrder(t *testing.T, e *Explorer) {
	all := get[jsonOddities](t, e, "/api/anomalies.json")
	story, arithmetic := get[jsonOddities](t, e, "/api/anomalies.json?group=story"), get[jsonOddities](t, e,
		"/api/anomalies.json?group=arithmetic")
	if story.Total+arithmetic.Total != all.Total || story.Total == 0 || arithmetic.Total == 0 ||
		all.Facets["group"]["story"] != story.Total {
		t.Errorf("%d stories and %d others of %d", story.Total, arithmetic.Total, all.Total)
	}
	// folded: one line a body and year, and none is lost or told twice
	told, of := map[string]bool{}, map[string]bool{}
	folded := get[jsonOddities](t, e, "/api/anomalies.json?fold=1")
	for page := 1; page <= folded.Pages; page++ {
		for _, x := range get[jsonOddities](t, e, fmt.Sprintf("/api/anomalies.json?fold=1&page=%d", page)).Rows {
			for i, y := range append([]jsonOddity{x.jsonOddity}, x.Folded...) {
				at := fmt.Sprint(cmp.Or(str(y.Authority), y.Agency, y.ID), mustJSON(t, y.Year))
				if told[y.ID] || of[at] != (i > 0) {
					t.Errorf("%s stands twice, or in a second line of its body and year", y.ID)
				}
				told[y.ID], of[at] = true, true
			}
		}
	}
	if len(told) != all.Total || folded.Total != all.Total || folded.Lines != len(of) || all.Lines != all.Total || len(of) == len(told) {
		t.Errorf("%d told in %d lines (%d) of %d", len(told), len(of), folded.Lines, all.Total)
	}
	seen := map[string]bool{}
	severity, again := "", false
	for _, x := range all.Rows {
		if x.Severity != severity {
			severity, again = x.Severity, false
		}
		at := fmt.Sprint(cmp.Or(str(x.Authority), x.Agency), x.Year == nil)
		if x.Year != nil {
			at = fmt.Sprint(cmp.Or(str(x.Authority), x.Agency), *x.Year)
		}
		if again && !seen[at] {
			t.Errorf("%s stands after a second of another body and year", x.ID)
		}
		again = again || seen[at]
		seen[at] = true
	}
	if w := ask(e, "GET", "/api/anomalies.json?fold=yes"); w.Code != http.StatusBadRequest {
		t.Errorf("folded how: %d", w.Code)
	}
	if w := ask(e, "GET", "/api/anomalies.json?group=x"); w.Code != http.StatusBadRequest {
		t.Errorf("a group that is none: %d", w.Code)
	}
}
