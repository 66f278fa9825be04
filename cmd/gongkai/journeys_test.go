package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gongkai/gongkai/output"
)

// mostPresses is how far from the first page an answer may be.
const mostPresses = 5

// lawsuits stands in the prose of one report of cities.
const lawsuits = "全年因政府信息公开引发的行政诉讼均已依法应诉，行政诉讼败诉情况已逐案分析。"

// A walk goes from the first page to an answer, as a reader does: by what is there to be pressed. What is typed is no press,
// the key that ends it is one.
type walk struct {
	*tab
	presses int
}

// begin is a walk that stands on the first page.
func begin(t *testing.T, chrome context.Context, at string, l look) *walk {
	x := openTab(t, chrome, at, l)
	x.open("/")
	x.eval(`void Object.defineProperty(navigator, "clipboard", {value: {writeText: async (s) => { window.copied = s; }}})`)
	return &walk{tab: x}
}

// goOn presses what leads to another view.
func (w *walk) goOn(selector string) {
	w.Helper()
	w.presses++
	w.then(w.click(selector))
}

// use presses one of the buttons under what is handed on.
func (w *walk) use(within, name string) {
	w.Helper()
	w.presses++
	w.do(w.press(within, name))
}

// find types into the box for bodies and takes the one of a name.
func (w *walk) find(letters, name string) {
	w.Helper()
	const box = ".finder input"
	w.do(w.click(box), chromedp.SendKeys(chromedp.CSS(box), letters))
	w.wait(`[...document.querySelectorAll(".finder [role=option]")].some((o) => o.textContent.includes(` + quote(name) + `))`)
	w.shot("find-"+letters, false)
	w.goOn(w.mark(`qq(".finder [role=option]").find((o) => o.textContent.includes(` + quote(name) + `))`))
}

// arrived ends a walk where its answer is.
func (w *walk) arrived(shot string) {
	w.Helper()
	w.shot(shot, false)
	if w.presses > mostPresses {
		w.Errorf("%d presses from the first page, more than %d", w.presses, mostPresses)
	}
}

// journeys walks from the first page to what readers come for.
func journeys(t *testing.T, chrome context.Context, at string, odd output.AnomalyRow) {
	const ranked = "table.ranking tbody tr"
	t.Run("which cities refuse most", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, english)
		w.goOn(`.questions a[href$="/rank/rate.refused/"]`)
		values := ask[[]float64](w.tab, `qq("table.ranking tbody tr").map((tr) => { const [n, d] = `+
			`tr.querySelectorAll("td.n")[2].textContent.replaceAll(",", "").split(" / ").map(Number); return n / d; })`)
		if len(values) < 20 || !slices.IsSortedFunc(values, func(a, b float64) int { return int(1e6 * (b - a)) }) {
			t.Errorf("the ranking is not in order: %v", values)
		}
		w.goOn(`.provinces a[data-region="32"]`) // a province opens its prefectures
		if n := ask[int](w.tab, `qq("table.ranking tbody tr").length`); n != 2 {
			t.Errorf("%d prefectures of Jiangsu", n)
		}
		printed := ask[string](w.tab, `q("table.ranking tbody td.n:nth-of-type(n+3) a, table.ranking td.n + td + td.n a").textContent`)
		w.goOn(`table.ranking tbody tr td.n + td + td.n a, table.ranking tbody tr td.barred + td.n a`)
		shown := ask[string](w.tab, `q(".panel .figure .print").textContent`)
		if r := ask[string](w.tab, `document.body.dataset.route`); r != "report" || shown == "" {
			t.Errorf("the number %s leads to %s, where %q is shown", printed, r, shown)
		}
		w.arrived("journey-province")
	})
	t.Run("a number handed on", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, look{lang: "zh-CN"})
		w.goOn(`.questions a[href$="/rank/rate.refused/"]`)
		body := ask[string](w.tab, `q(`+quote(ranked+" th a, "+ranked+" td a")+`).textContent`)
		w.goOn(ranked + " td.n + td + td.n a, " + ranked + " td.barred + td.n a")
		figure := ask[string](w.tab, `q(".panel .figure .print").textContent`)
		w.use(".panel", "link")
		w.wait(`document.querySelector(".panel .copied") !== null`)
		link := ask[string](w.tab, `window.copied`)
		w.use(".panel", "cite")
		w.wait(`document.querySelectorAll(".panel .quoted").length === 2`)
		for _, c := range ask[[]string](w.tab, `qq(".panel .quoted").map((e) => e.textContent)`) {
			if !strings.Contains(c, link) || !strings.Contains(c, body) || !strings.Contains(c, figure) {
				t.Errorf("%s of %s is cited so: %s", figure, body, c)
			}
		}
		w.arrived("journey-cited")
		w.use(".panel", "embed")
		w.wait(`document.querySelectorAll(".panel .quoted").length === 1`)
		m := regexp.MustCompile(`src="([^"]+)"`).FindStringSubmatch(ask[string](w.tab, `q(".panel .quoted").textContent`))
		if m == nil {
			t.Fatal("the code for a frame names no address")
		}
		code := ask[string](w.tab, `q(".panel .quoted").textContent`)
		far := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprintf(rw, `<!doctype html><title>报</title><link rel="icon" href="data:,">%s`, code)
		}))
		defer far.Close()
		paper := openTab(t, chrome, far.URL+"/", english)
		paper.want("a request to elsewhere: " + at)
		paper.do(chromedp.Navigate(far.URL))
		paper.wait(`document.readyState === "complete" && document.querySelector("iframe") !== null`)
		frame := openTab(t, chrome, at, look{lang: "zh-CN"}) // what stands in the frame, which another origin cannot look into
		frame.do(chromedp.Navigate(strings.ReplaceAll(m[1], "&amp;", "&")))
		frame.wait(`document.body?.dataset.ready === "true"`)
		if s := ask[string](frame, `document.body.innerText`); !strings.Contains(s, figure) || !strings.Contains(s, body) {
			t.Errorf("the frame shows %q, not %s of %s", s, figure, body)
		}
		paper.shot("journey-embedded", false)
		w.arrived("journey-handed")
		// the link leads back to the same number
		w.do(chromedp.Navigate("about:blank"), chromedp.Navigate(link))
		w.wait(`document.body?.dataset.ready === "true"`)
		if s := ask[string](w.tab, `q(".panel .figure .print").textContent`); s != figure {
			t.Errorf("the link leads to %s, not to %s", s, figure)
		}
	})
	t.Run("Harbin's office beside its peers", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, look{lang: "zh-CN"})
		w.find("haerbin", "哈尔滨市人民政府办公厅")
		w.goOn(w.mark(`qq("a.button").find((a) => a.getAttribute("href").includes("/compare/"))`))
		text := ask[string](w.tab, `q("section[aria-labelledby=h-peers]").innerText`)
		for _, part := range []string{"哈尔滨市人民政府办公厅", "352", "2022"} {
			if !strings.Contains(text, part) {
				t.Errorf("no %s among the peers:\n%s", part, text)
			}
		}
		if n := ask[int](w.tab, `qq("section[aria-labelledby=h-peers] svg .marked").length`); n == 0 {
			t.Error("the office is marked in no strip of peers")
		}
		w.arrived("journey-peers")
	})
	t.Run("lawsuits in the prose", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, look{lang: "zh-CN"})
		box := w.mark(`q("form[role=search] input, input[type=search]")`)
		w.presses++
		w.then(chromedp.SendKeys(chromedp.CSS(box), "行政诉讼"+kb.Enter))
		total := ask[string](w.tab, `q(".total").textContent`)
		if !strings.ContainsAny(total, "123456789") {
			t.Errorf("the search says %q", total)
		}
		w.presses++
		_, b := w.download(w.click("[data-do=csv]"))
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(b, []byte("\ufeff")))).ReadAll()
		if err != nil || len(rows) != 2 || !strings.Contains(strings.Join(rows[1], " "), "大庆市") ||
			!strings.Contains(strings.Join(rows[1], " "), "行政诉讼") || !strings.Contains(total, fmt.Sprint(len(rows)-1)) {
			t.Errorf("%q: %q %v", total, rows, err)
		}
		w.arrived("journey-lawsuits")
	})
	t.Run("is this anomaly real", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, english)
		id := ""
		for _, s := range ask[[]string](w.tab, `qq(".stories a[href*='/anomaly/']").map((a) => `+
			`a.pathname.split("/").filter(Boolean).at(-1))`) {
			if ask[bool](w.tab, `(await (await fetch("api/anomalies/`+s+`.json")).json()).refs.some((r) => r.kind === "cell")`) {
				id = s
				break
			}
		}
		if id == "" {
			t.Fatal("no story on the first page rests on a cell")
		}
		w.goOn(".stories a[href*='/anomaly/" + id + "']")
		w.goOn("[aria-labelledby=h-evidence] th a[href*='cell=']")
		if n := ask[int](w.tab, `qq(".panel .oddities a[href$='/anomaly/`+id+`/']").length`); n != 1 {
			t.Errorf("the panel does not lead back to the anomaly %s", id)
		}
		if n := ask[int](w.tab, `qq("td[data-cell] .flag.odd").length`); n == 0 {
			t.Error("no cell of the form is marked")
		}
		w.arrived("journey-anomaly")
	})
	t.Run("judged", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/anomaly/" + odd.ID)
		if s := ask[string](x, `q(".judgements")?.textContent || ""`); !strings.Contains(s, "读者甲") ||
			!strings.Contains(s, "机构改革后划转") {
			t.Errorf("the judgement is not shown: %q", s)
		}
		x.shot("judged", true)
		for _, ref := range odd.Evidence {
			if ref.Kind != "cell" {
				continue
			}
			x.turn(fmt.Sprintf("/report/%s-%d/%s", ref.Document, ref.Part, ref.Name))
			if n := ask[int](x, `qq("td[data-cell='`+ref.Name+`'] .flag.odd").length`); n != 1 {
				t.Errorf("%s is marked %d times in the form", ref.Name, n)
			}
			if n := ask[int](x, `qq(".panel .oddities a[href$='/anomaly/`+odd.ID+`/']").length`); n != 1 {
				t.Errorf("the panel does not lead back to the anomaly")
			}
			x.shot("marked", false)
			break
		}
	})
	t.Run("my city on a telephone", func(t *testing.T) {
		t.Parallel()
		w := begin(t, chrome, at, look{lang: "zh-CN", width: 390, height: 844})
		w.find("nanjing", "南京市")
		if h := ask[string](w.tab, `q("h1").textContent`); !strings.Contains(h, "南京市人民政府") {
			t.Errorf("nanjing leads to %s", h)
		}
		w.arrived("journey-city")
	})
}
