package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore"
)

// cities writes made-up reports of the governments of real prefectures, some of each province, on three years, and those of
// two offices, one as it is bundled and one whose prose tells of lawsuits, with their documents, and a dataset of them with
// anomalies.
func cities(t testing.TB, each int) (dir, dataset string) {
	t.Helper()
	dir = t.TempDir()
	dataset = filepath.Join(dir, "dataset")
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := output.Create(dataset, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	add := func(name string, body []byte) {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o644); err != nil {
			t.Fatal(err)
		}
		doc, err := extract.Read(body, name)
		if err != nil {
			t.Fatal(err)
		}
		r := output.Result{Document: output.Document{File: name, SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes, Pages: doc.Pages},
			Report: normalize.ReadFrom(doc, forms, normalize.Origin{URL: "http://127.0.0.1/" + name})}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	of, seed := map[string]int{}, int64(0)
	for _, d := range places.All() {
		if d.Level() != places.Prefecture || !d.In(2024) || of[d.Code[:2]] == each {
			continue
		}
		of[d.Code[:2]]++
		for year := 2022; year <= 2024; year++ {
			seed++
			add(fmt.Sprintf("reports/%s/%d.html", d.Code, year), gold.New(seed, year, "2021", "2021",
				gold.Options{Agency: d.Path() + "人民政府", Zero: "0"}).HTML(gold.HTMLStyle{}))
		}
	}
	office, err := os.ReadFile(filepath.Join("..", "..", "examples", "real", "harbin-2022.txt"))
	if err != nil {
		t.Fatal(err)
	}
	add("reports/harbin.txt", office)
	add("reports/daqing.txt", bytes.ReplaceAll(bytes.Replace(office, []byte("本年新收"), []byte(lawsuits+"\n\n本年新收"), 1),
		[]byte("哈尔滨市"), []byte("大庆市")))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dataset)
	if err != nil {
		t.Fatal(err)
	}
	list, err := anomalies.Find(context.Background(), d, anomalies.Options{Forms: forms})
	if err == nil {
		err = output.Add(d, "anomalies", anomalies.Rows(list.Anomalies))
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir, dataset
}

// TestExplorerCities walks the ways that begin at home, in Chromium, and looks at every view on a telephone, a tablet and a
// wide window, in both languages and themes.
func TestExplorerCities(t *testing.T) {
	if !longRun {
		t.Skip("a browser takes minutes: GONGKAI_LONG=1 runs it")
	}
	chrome := chromium(t)
	dir, dataset := cities(t, 2)
	judge := "id,verdict,who,why,when\n"
	d, err := output.Open(dataset)
	if err != nil {
		t.Fatal(err)
	}
	var first output.AnomalyRow
	err = output.Select(d, "anomalies", func(_ int, r output.AnomalyRow) error {
		if first.ID == "" && slices.ContainsFunc(r.Evidence, func(e output.EvidenceRow) bool { return e.Kind == "cell" }) {
			first = r
		}
		return nil
	})
	if err != nil || first.ID == "" {
		t.Fatal("no anomalies: ", err)
	}
	judge += first.ID + ",explained,读者甲,机构改革后划转,2026-01-05\n"
	if err := os.WriteFile(anomalies.JudgementsOf(dataset), []byte("\ufeff"+judge), 0o644); err != nil {
		t.Fatal(err)
	}
	c := serveCmd{shown: shown{Documents: dir, bounds: bounds{Limit: time.Minute, Memory: 512, OCR: "none",
		Cache: t.TempDir()}}}
	e, done, err := c.open(context.Background(), streams{strings.NewReader(""), io.Discard, testLog{t}}, dataset,
		t.TempDir(), explore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(explore.Guard(e))
	t.Cleanup(s.Close)
	at := s.URL + "/"

	journeys(t, chrome, at, first)
	t.Run("faults", func(t *testing.T) { mended(t, chrome, at, first) })
	city := ask[string](openAt(t, chrome, at), `(await (await fetch("api/bodies.json?q=nanjing")).json()).authorities[0].id`)
	views := []struct{ name, route string }{{"home", "/"}, {"rank", "/rank/rate.refused"},
		{"rank-province", "/rank/rate.refused?region=32"}, {"rank-count", "/rank/applications.received.total"},
		{"authority", "/authority/" + city}, {"compare", "/compare?a=" + city + "&n=rate.refused,applications.received.total"},
		{"anomalies", "/anomalies"}, {"anomaly", "/anomaly/" + first.ID}, {"coverage", "/coverage?missing=any"},
		{"report", "/report/" + first.Document + "-1"}, {"search", "/search?q=" + url.QueryEscape("公开")}, {"about", "/about"},
		{"api", "/api"}}
	axe := ""
	if file := os.Getenv("GONGKAI_AXE"); file != "" {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		axe = string(b)
	} else if os.Getenv("CI") == "true" {
		t.Fatal("GONGKAI_AXE does not name axe.min.js")
	}
	for _, l := range []look{{lang: "en"}, {lang: "zh-CN", dark: true}, {lang: "zh-CN"}, {lang: "en", dark: true}} {
		for _, v := range views {
			t.Run(v.name+" "+l.String(), func(t *testing.T) {
				t.Parallel()
				x := openTab(t, chrome, at, l)
				x.open(v.route)
				if axe != "" {
					x.do(chromedp.Evaluate[chromedp.Void](axe + "\nvoid 0"))
				}
				for _, width := range []int64{390, 720, 768, 1440} { // 720: 1440 at 200 %
					x.size(width, 900, 1)
					x.wait(`innerWidth === ` + fmt.Sprint(width))
					if wide := ask[int](x, `document.scrollingElement.scrollWidth`); wide > int(width) {
						t.Errorf("%s at %d: the page is %d pixels wide: %s", v.name, width, wide,
							ask[string](x, `qq("main *").filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && `+
								`!e.closest(".wide, .scroller, svg")).slice(0, 3).map((e) => e.outerHTML.slice(0, 160)).join("\n")`))
					}
					x.shot(fmt.Sprintf("%s-%d", v.name, width), true)
				}
				if missing := x.untold(); len(missing) > 0 {
					t.Errorf("%s: words without translation: %q", v.name, missing)
				}
				if axe == "" {
					return
				}
				type violation struct {
					ID, Impact, Help string
					Nodes            []struct{ HTML, FailureSummary string }
				}
				for _, f := range ask[[]violation](x,
					`axe.run(document, {iframes: false, resultTypes: ["violations"]}).then((r) => r.violations.map((v) => `+
						`({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map((n) => ({HTML: n.html, `+
						`FailureSummary: n.failureSummary}))})))`) {
					if f.Impact == "serious" || f.Impact == "critical" {
						t.Errorf("%s: %s %s: %s (%d places)\n%.300s\n%.400s", v.name, f.Impact, f.ID, f.Help, len(f.Nodes),
							f.Nodes[0].HTML, f.Nodes[0].FailureSummary)
					}
				}
			})
		}
	}
}

// openAt is a tab in which the explorer is open.
func openAt(t *testing.T, chrome context.Context, at string) *tab {
	x := openTab(t, chrome, at, english)
	x.open("/")
	return x
}
