package main

import (
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

// cities writes made-up reports of the governments of real prefectures, some of each province, on three years, with
// their documents, and a dataset of them with anomalies.
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
	of, seed := map[string]int{}, int64(0)
	for _, d := range places.All() {
		if d.Level() != places.Prefecture || !d.In(2024) || of[d.Code[:2]] == each {
			continue
		}
		of[d.Code[:2]]++
		for year := 2022; year <= 2024; year++ {
			seed++
			body := gold.New(seed, year, "2021", "2021", gold.Options{Agency: d.Path() + "人民政府", Zero: "0"}).
				HTML(gold.HTMLStyle{})
			name := fmt.Sprintf("reports/%s/%d.html", d.Code, year)
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
	}
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

// TestExplorerCities walks the ways that begin at home, in Chromium: which cities refuse most, my own city by its
// pinyin, whether an anomaly is real; on a telephone, a tablet and a wide window, in both languages and themes.
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

	t.Run("which cities refuse most", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/")
		x.then(x.click(`.questions a[href$="/rank/rate.refused/"]`)) // 1
		values := ask[[]float64](x, `qq("table.ranking tbody tr").map((tr) => { const [n, d] = `+
			`tr.querySelectorAll("td.n")[2].textContent.replaceAll(",", "").split(" / ").map(Number); return n / d; })`)
		if len(values) < 20 || !slices.IsSortedFunc(values, func(a, b float64) int { return int(1e6 * (b - a)) }) {
			t.Errorf("the ranking is not in order: %v", values)
		}
		x.then(x.click(`.provinces a[data-region="32"]`)) // 2: a province opens its prefectures
		if n := ask[int](x, `qq("table.ranking tbody tr").length`); n != 2 {
			t.Errorf("%d prefectures of Jiangsu", n)
		}
		printed := ask[string](x, `q("table.ranking tbody td.n:nth-of-type(n+3) a, table.ranking td.n + td + td.n a").textContent`)
		x.then(x.click(`table.ranking tbody tr td.n + td + td.n a, table.ranking tbody tr td.barred + td.n a`)) // 3
		shown := ask[string](x, `q(".panel .figure .print").textContent`)
		if r := ask[string](x, `document.body.dataset.route`); r != "report" || shown == "" {
			t.Errorf("the number %s leads to %s, where %q is shown", printed, r, shown)
		}
	})
	t.Run("my city", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, look{lang: "zh-CN", width: 390, height: 844})
		x.open("/")
		x.do(x.click(".finder input"), chromedp.SendKeys(chromedp.CSS(".finder input"), "nanjing"))
		x.wait(`document.querySelector(".finder [role=option] span")?.textContent.includes("南京市")`)
		x.shot("find", false)
		x.then(x.click(".finder [role=option]"))
		if h := ask[string](x, `q("h1").textContent`); !strings.Contains(h, "南京市人民政府") {
			t.Errorf("nanjing leads to %s", h)
		}
	})
	t.Run("is this anomaly real", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/anomaly/" + first.ID)
		if s := ask[string](x, `q(".judgements")?.textContent || ""`); !strings.Contains(s, "读者甲") ||
			!strings.Contains(s, "机构改革后划转") {
			t.Errorf("the judgement is not shown: %q", s)
		}
		x.shot("judged", true)
		for _, ref := range first.Evidence {
			if ref.Kind != "cell" {
				continue
			}
			x.turn(fmt.Sprintf("/report/%s-%d/%s", ref.Document, ref.Part, ref.Name))
			if n := ask[int](x, `qq("td[data-cell='`+ref.Name+`'] .flag.odd").length`); n != 1 {
				t.Errorf("%s is marked %d times in the form", ref.Name, n)
			}
			if n := ask[int](x, `qq(".panel .oddities a[href$='/anomaly/`+first.ID+`/']").length`); n != 1 {
				t.Errorf("the panel does not lead back to the anomaly")
			}
			x.shot("marked", false)
			break
		}
	})
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
