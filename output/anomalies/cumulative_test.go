package anomalies

import (
	"context"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
)

// An oldBody is a county of Fujian with the table of its province, year and all years so far, for 2011 to 2018.
type oldBody struct {
	name  string
	code  string
	year  []map[string]int64 // by year from oldFirst, the rows' own numbers
	soFar []map[string]int64
}

const oldFirst, oldLast = 2011, 2018

// oldRows are the rows of the table, with their labels: 2014 and after another channel and another kind of reply.
var oldRows = [][2]string{{"disclosed", "主动公开文件数"}, {"disclosed_website", "其中：1、政府网站公开数"}, {"disclosed_gazette", "2、政府公报公开数"},
	{"received", "受理依申请公开信息总数"}, {"received_in_person", "其中：1、当面申请数"}, {"received_online", "2、网上申请数"},
	{"received_letter_fax", "3、信函、传真申请数"}, {"answered", "对申请的答复总数"}, {"answered_granted", "其中：1、同意公开答复数"},
	{"answered_partly", "2、同意部分公开答复数"}, {"answered_refused", "3、不予公开答复数"}, {"answered_other", "4、其他类型答复数"},
	{"complaints", "行政申诉、举报数"}, {"reconsideration", "行政复议数"}, {"litigation", "行政诉讼数"}}

// oldBodies draws counties whose counts follow from year to year.
func oldBodies(rng *rand.Rand, n int) (out []*oldBody) {
	for _, d := range places.All() {
		if len(out) == n || !strings.HasPrefix(d.Code, "35") || d.Until != 0 || d.From > 2000 || d.Level() != places.County ||
			!strings.HasSuffix(d.Name, "县") {
			continue
		}
		b := &oldBody{name: d.Path() + "人民政府", code: d.Code}
		var before map[string]int64
		for y := oldFirst; y <= oldLast; y++ {
			now, soFar := map[string]int64{}, map[string]int64{}
			for _, r := range oldRows {
				now[r[0]] = int64(1 + rng.Intn(90))
			}
			now["disclosed"] = now["disclosed_website"] + now["disclosed_gazette"] + int64(rng.Intn(50))
			now["received"] = now["received_in_person"] + now["received_online"] + now["received_letter_fax"]
			now["answered"] = now["answered_granted"] + now["answered_partly"] + now["answered_refused"] + now["answered_other"]
			for r, k := range now {
				if soFar[r] = before[r] + k; before == nil {
					soFar[r] = 3*k + 100
					switch r {
					case "disclosed", "received", "answered":
						soFar[r] = 3*k + 400 // parts are four at most
					}
				}
			}
			if before == nil { // the sums of the first
				soFar["received"] = soFar["received_in_person"] + soFar["received_online"] + soFar["received_letter_fax"]
				soFar["answered"] = soFar["answered_granted"] + soFar["answered_partly"] + soFar["answered_refused"] +
					soFar["answered_other"]
			}
			b.year, b.soFar, before = append(b.year, now), append(b.soFar, soFar), soFar
		}
		out = append(out, b)
	}
	return out
}

// page is a report as an office would put it on its site.
func (b *oldBody) page(year int) string {
	var s strings.Builder
	fmt.Fprintf(&s, "<html><head><title>%[1]s%[2]d年政府信息公开工作年度报告</title></head><body><h1>%[1]s%[2]d年政府信息公开工作年度报告</h1>"+
		"<p>发布时间：%[3]d-01-20</p><p>一、概述</p><p>本报告由%[1]s编制。</p><table><tr><td>指标名称</td><td>计量单位</td><td>%[2]d年度</td>"+
		"<td>历年累计</td></tr>", b.name, year, year+1)
	for _, r := range oldRows {
		unit := "条"
		if r[0] == "complaints" || r[0] == "reconsideration" || r[0] == "litigation" {
			unit = "件"
		}
		fmt.Fprintf(&s, "<tr><td>%s</td><td>%s</td><td>%d</td><td>%d</td></tr>", r[1], unit, b.year[year-oldFirst][r[0]],
			b.soFar[year-oldFirst][r[0]])
	}
	return s.String() + "</table></body></html>"
}

func (b *oldBody) read(t testing.TB, forms *form.Forms, year int) output.Result {
	doc, err := extract.Read([]byte(b.page(year)), "x.html")
	if err != nil {
		t.Fatal(err)
	}
	url := fmt.Sprintf("http://127.0.0.1/%s/old/%d.html", b.code, year)
	rep := normalize.ReadFrom(doc, forms, normalize.Origin{URL: url, Division: b.code})
	if rep.Body.ID == "" || rep.Year != year || rep.Editions["statistics_fujian"] == "" {
		t.Fatalf("%s %d: read as %q %d %v: %v", b.name, year, rep.Body.ID, rep.Year, rep.Editions, rep.Findings)
	}
	return output.Result{Report: rep, Document: output.Document{File: doc.SHA256[:12] + ".html", SHA256: doc.SHA256,
		MediaType: "text/html", Bytes: 1, URL: url}}
}

// add puts a difference into what is counted so far of a row, from a year on.
func (b *oldBody) add(row string, year int, by int64) {
	for y := year; y <= oldLast; y++ {
		b.soFar[y-oldFirst][row] += by
	}
}

// restart begins the count again with a year.
func (b *oldBody) restart(year int) {
	for y := year; y <= oldLast; y++ {
		for r, k := range b.year[y-oldFirst] {
			if b.soFar[y-oldFirst][r] = k; y > year {
				b.soFar[y-oldFirst][r] += b.soFar[y-1-oldFirst][r]
			}
		}
	}
}

// cumulated plants counts that do not follow, into bodies of their own. It gives what a rule must find, with severity.
func cumulated(rng *rand.Rand, bodies []*oldBody) map[plant]string {
	want := map[plant]string{}
	for i, b := range bodies {
		y := 2013 + rng.Intn(5)
		switch i % 4 {
		case 0: // one row was counted again
			b.add("disclosed", y, int64(7+rng.Intn(500)))
			want[plant{"cumulative", b.name, y}] = "warning"
		case 1: // another body's count came in with a merger
			for _, r := range []string{"received", "received_online", "answered", "answered_granted"} {
				b.add(r, y, 55)
			}
			want[plant{"cumulative", b.name, y}] = "warning"
		case 2:
			b.restart(y)
			want[plant{"cumulative", b.name, y}] = "note"
		}
	}
	return want
}

// TestCumulative: each count so far that does not follow from the year before is told once, a restart as such, and of
// bodies whose counts follow nothing is said.
func TestCumulative(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewSource(11))
	bodies := oldBodies(rng, 12)
	want := cumulated(rng, bodies)
	d := write(t, func(each func(output.Result)) {
		for _, b := range bodies {
			for y := oldFirst; y <= oldLast; y++ {
				if b != bodies[3] || y != 2014 { // a year without a report: nothing follows
					each(b.read(t, forms, y))
				}
			}
		}
	})
	list, err := Find(context.Background(), d, Options{Rules: []string{"cumulative"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) != 9 {
		t.Fatalf("%d planted", len(want))
	}
	for _, a := range list.Anomalies {
		k := plant{a.Rule, a.Refs[0].Agency, a.Year}
		if want[k] != a.Severity {
			t.Errorf("%q, not %q: %s", a.Severity, want[k], Text(a.Sentence))
		}
		delete(want, k)
		for _, s := range [][]Segment{a.Sentence, a.SentenceZh} {
			for _, x := range s {
				if x.Ref < 0 && strings.ContainsAny(x.Text, "0123456789") {
					t.Errorf("a number without a link in %q", Text(s))
				}
			}
		}
		if s := a.History.Series; len(s) != 2 || len(s[0].Points) != oldLast-oldFirst+1 || s[1].Points[0].Value == nil {
			t.Errorf("history %+v", a.History)
		}
	}
	for k := range want {
		t.Errorf("not found: %v", k)
	}
	t.Log(Text(list.Anomalies[0].Sentence), Text(list.Anomalies[0].SentenceZh))
}
