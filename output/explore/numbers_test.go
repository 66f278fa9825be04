package explore

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// What is told in sentences, stories, tiles and on the first page, computed apart from the tables of the dataset.

var numeral = regexp.MustCompile(`\d[\d,]*(?:\.\d+)?`)

// TestSentences: every number in the sentence of an anomaly, in both languages, is that of the cell it leads to, as the
// table values has it; the others are years of reports or follow from numbers of the sentence.
func TestSentences(t *testing.T) {
	d, _ := made(t, true)
	e := open(t, d, false)
	values := map[string]string{}
	if err := output.Select(d, "values", func(_ int, v output.ValueRow) error {
		if v.Number != nil {
			values[fmt.Sprintf("%s-%d %s", v.Document, v.Part, v.Name)] = decimalWord(*v.Number)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	stories := map[string]bool{}
	for _, s := range get[jsonHome](t, e, "/api/home.json").Stories {
		stories[s.ID] = true
	}
	led, told := 0, 0
	for i := range e.oddities.rows {
		x := get[jsonDetail](t, e, "/api/anomalies/"+e.oddities.rows[i].ID+".json")
		for _, segments := range [][]jsonSegment{x.Segments, x.SegmentsZh} {
			var whole strings.Builder
			for _, s := range segments {
				whole.WriteString(s.Text)
				if s.Ref == nil || x.Refs[*s.Ref].Kind != "cell" {
					continue
				}
				ref := x.Refs[*s.Ref]
				for _, n := range numeral.FindAllString(s.Text, -1) {
					led++
					if have := strings.ReplaceAll(n, ",", ""); have != values[ref.Key+" "+ref.Name] {
						t.Errorf("%s says %s, %s of %s is %q", x.ID, n, ref.Name, ref.Key, values[ref.Key+" "+ref.Name])
					}
				}
			}
			if want := []string{x.Sentence, x.SentenceZh}; !slices.Contains(want, whole.String()) {
				t.Errorf("%s: the segments say %q", x.ID, whole.String())
			}
		}
		if stories[x.ID] {
			told++
		}
	}
	if led < 10 || told != len(stories) {
		t.Errorf("%d numbers led to a cell, %d of %d stories were looked at", led, told, len(stories))
	}
}

// TestCountTiles: the tile of a count is the median of the bodies of its province, as the table values has them, without
// those of which a sum fails; the first page counts what the tables have.
func TestCountTiles(t *testing.T) {
	d := citiesOf(t)
	e := open(t, d, false)
	const figure = "applications.received.total"
	of := map[string][]float64{} // by province
	division, reports := map[string]string{}, 0
	if err := output.Select(d, "reports", func(year int, r output.ReportRow) error {
		reports++
		if year == 2023 && r.Standing && r.Division != nil {
			division[fmt.Sprintf("%s-%d", r.Document, r.Part)] = *r.Division
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := output.Select(d, "values", func(_ int, v output.ValueRow) error {
		code := division[fmt.Sprintf("%s-%d", v.Document, v.Part)]
		if v.Name == figure && v.Number != nil && code != "" && v.Verdict != string(normalize.Contradicted) {
			f, err := strconv.ParseFloat(decimalWord(*v.Number), 64)
			of[code[:2]] = append(of[code[:2]], f)
			return err
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, x := range get[jsonRanking](t, e, "/api/rank/"+figure+"/2023/prefecture/government.json").Regions {
		list := of[x.Region]
		if len(list) == 0 {
			if x.Value != nil {
				t.Errorf("%s: %s of nothing", x.Name, *x.Value)
			}
			continue
		}
		seen++
		slices.Sort(list)
		want := (list[(len(list)-1)/2] + list[len(list)/2]) / 2
		if have, err := strconv.ParseFloat(str(x.Value), 64); err != nil || have != want || x.Reports != len(list) {
			t.Errorf("%s: %s of %d, want %v of %d", x.Name, str(x.Value), x.Reports, want, len(list))
		}
	}
	if seen != 3 {
		t.Errorf("%d provinces", seen)
	}
	set := get[jsonDataset](t, e, "/api/dataset.json")
	if set.Reports != reports || set.Authorities != len(e.c.authorities) || reports == 0 {
		t.Errorf("the first page says %d reports, the table has %d", set.Reports, reports)
	}
}

// TestLatin: bodies are called in Latin letters wherever they are named.
func TestLatin(t *testing.T) {
	d := citiesOf(t)
	e := open(t, d, false)
	b := get[jsonBodies](t, e, "/api/bodies.json?q=nanjing").Authorities[0]
	const want = "Nanjing, Jiangsu: government"
	latin := map[string]*string{"bodies": b.Latin, "authority": get[jsonBody](t, e, "/api/authorities/"+b.ID+".json").Latin}
	for _, r := range get[jsonCoverage](t, e, "/api/coverage/all/all/1.json?q=nanjing").Rows {
		latin["coverage"] = r.Latin
	}
	for _, r := range get[jsonRanking](t, e, "/api/rank/rate.refused/2023/prefecture/government.json?min=0").Rows {
		if r.ID == b.ID {
			latin["rank"] = r.Latin
			latin["report"] = get[jsonReport](t, e, "/api/reports/"+r.Key+".json").Authority.Latin
		}
	}
	if len(latin) != 5 {
		t.Errorf("named in %d places", len(latin))
	}
	for where, l := range latin {
		if str(l) != want {
			t.Errorf("%s: %q, want %q", where, str(l), want)
		}
	}
}

// TestNamed: a sentence names other bodies beside its own; each is told with what it is called in Latin letters, once.
func TestNamed(t *testing.T) {
	e := open(t, citiesOf(t), false)
	var bodies []int32
	for i := range e.c.authorities {
		if e.latin(&e.c.authorities[i]) != nil {
			bodies = append(bodies, int32(i))
		}
	}
	own, other := bodies[0], bodies[len(bodies)-1]
	a, b := e.c.authorities[own], e.c.authorities[other]
	x := oddity{jsonOddity: jsonOddity{Authority: &a.id, Agency: a.Name,
		Sentence: "The report of " + a.Name + " prints what " + b.Name + " prints."}}
	for _, body := range []int32{own, other, other, -1} {
		x.names(e, body)
	}
	if got := e.toldOddity(&x).Named; len(got) != 1 || got[0] != [2]string{b.Name, *e.latin(&b)} {
		t.Errorf("%v", got)
	}
	x.Sentence, x.others = "Nobody else is named.", nil
	x.names(e, other)
	if got := e.toldOddity(&x).Named; got == nil || len(got) != 0 {
		t.Errorf("%v", got)
	}
}

// TestKeep: what is kept of an answer is that of the whole, and nothing else; what is no such list is refused.
func TestKeep(t *testing.T) {
	e := open(t, citiesOf(t), false)
	id := get[jsonBodies](t, e, "/api/bodies.json?q=nanjing").Authorities[0].ID
	whole := get[map[string]json.RawMessage](t, e, "/api/authorities/"+id+".json")
	part := get[map[string]json.RawMessage](t, e, "/api/authorities/"+id+
		".json?keep=years,rates/rate.refused,values/none,nothing,series/req_received")
	if len(part) != 4 || string(part["years"]) != string(whole["years"]) || string(part["values"]) != "{}" {
		t.Errorf("kept: %s", part)
	}
	var rates map[string]json.RawMessage
	if err := json.Unmarshal(whole["rates"], &rates); err != nil {
		t.Fatal(err)
	}
	if want := `{"rate.refused":` + string(rates["rate.refused"]) + "}"; string(part["rates"]) != want {
		t.Errorf("rates: %s, want %s", part["rates"], want)
	}
	var series []struct{ Name string }
	if err := json.Unmarshal(part["series"], &series); err != nil || len(series) != 1 || series[0].Name != "req_received" {
		t.Errorf("series: %v %+v", err, series)
	}
	all := get[jsonPeers](t, e, "/api/peers/rate.refused.json")
	one := get[jsonPeers](t, e, "/api/peers/rate.refused.json?year=2023&level=prefecture&kind=government")
	if len(one.Groups) != 1 || len(all.Groups) < 2 || one.Groups[0].Year != 2023 || one.Groups[0].Kind != "government" {
		t.Errorf("%d of %d groups", len(one.Groups), len(all.Groups))
	}
	for _, target := range []string{"/api/authorities/" + id + ".json?keep=name/x", "/api/dataset.json?keep=years",
		"/api/authorities/" + id + ".json?keep=a&keep=b", "/api/peers/rate.refused.json?year=x",
		"/api/authorities/" + id + ".json?keep=" + strings.Repeat("a,", 100)} {
		if w := ask(e, "GET", target); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", target, w.Code)
		}
	}
}
