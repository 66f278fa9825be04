package main

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/gongkai/gongkai/output"
)

// mended: what readers found wrong does not come back, each of them seen in a browser.
func mended(t *testing.T, chrome context.Context, at string, odd output.AnomalyRow) {
	phone := look{lang: "zh-CN", width: 390, height: 844}
	city := ask[string](openAt(t, chrome, at), `(await (await fetch("api/bodies.json?q=nanjing")).json()).authorities[0].id`)
	report := fmt.Sprintf("%s-%d", odd.Document, odd.Part)
	compare := "/compare?a=" + city + "&n=rate.refused,applications.received.total"
	t.Run("the answer on the first screen of a telephone", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		for route, what := range map[string]string{"/rank/rate.refused": "table.ranking tbody tr:nth-child(5)",
			"/anomalies": ".result > .anomalies > li:nth-child(2) > p a", "/coverage": "table.coverage tbody tr:nth-child(5)",
			"/": ".questions li"} {
			x.open(route)
			if y := ask[float64](x, `q("`+what+`").getBoundingClientRect().bottom`); y > 844 {
				t.Errorf("%s: %s ends at %v", route, what, y)
			}
			if y := ask[float64](x, `(q("form.filters, form.facets")?.getBoundingClientRect().height || 0)`); y > 422 {
				t.Errorf("%s: the filters take %v pixels", route, y)
			}
		}
	})
	t.Run("filters unfold", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		x.open("/rank/rate.refused")
		if s := ask[string](x, `q(".narrowed summary").textContent`); !strings.Contains(s, "2024") || !strings.Contains(s, "地级") {
			t.Errorf("the folded filters say %q", s)
		}
		x.do(x.click(".narrowed summary"))
		if !ask[bool](x, `q("[data-field=order]").checkVisibility()`) {
			t.Error("the filters are not to be seen")
		}
	})
	t.Run("formulas are no ribbons", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		x.open(compare)
		if n := ask[int](x, `qq("table.data td, table.data th").filter((e) => e.checkVisibility() && e.offsetHeight > 160).length`); n > 0 {
			t.Errorf("%d cells of tables are ribbons", n)
		}
		if !strings.Contains(ask[string](x, `q("details.formula").textContent`), "÷") {
			t.Error("the formula is not told")
		}
		x.open("/report/" + report + "/applications.received.total")
		if n := ask[int](x, `qq(".panel .term-of").filter((e) => e.scrollWidth > e.clientWidth + 1 || e.offsetHeight > 90).length`); n > 0 {
			t.Errorf("%d terms of sums are cut or are ribbons", n)
		}
		// labels are whole words: none begins with a bracket that was opened in what is cut off, or ends in one
		bad := ask[[]string](x, `qq(".panel .term-of").map((e) => e.firstChild.textContent.trim()).filter((s) => `+
			`/^[）)」』、，]|[一二三四五六七八九十]）|[（(]$/.test(s) || (s.match(/[（(]/g) || []).length !== (s.match(/[）)]/g) || []).length)`)
		if len(bad) > 0 {
			t.Errorf("labels of sums are cut: %q", bad)
		}
	})
	t.Run("values stand clear of each other", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		x.open(compare)
		overlaps := ask[[]string](x, `qq(".plot svg").flatMap((svg) => { const all = [...svg.querySelectorAll("text.value")].map((e) => `+
			`[e.textContent, e.getBoundingClientRect()]); return all.flatMap(([a, r], i) => all.slice(i + 1).filter(([, s]) => `+
			`r.left < s.right && s.left < r.right && r.top < s.bottom - 2 && s.top < r.bottom - 2).map(([b]) => a + " / " + b)); })`)
		if len(overlaps) > 0 {
			t.Errorf("numbers of a chart lie over each other: %q", overlaps)
		}
	})
	t.Run("search has totals, figures and a table", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/search?q=" + url.QueryEscape("公开"))
		if s := ask[string](x, `q(".total").textContent`); !strings.ContainsAny(s, "123456789") {
			t.Errorf("the search says %q", s)
		}
		few := ask[int](x, `qq("#h-figures ~ ul li").length`)
		x.do(x.click("[data-more=figures]"))
		if all := ask[int](x, `qq("#h-figures ~ ul li").length`); few != 4 || all <= few {
			t.Errorf("%d figures, then %d", few, all)
		}
		name, body := x.download(x.click("[data-do=csv]"))
		if !strings.HasSuffix(name, ".csv") || !strings.HasPrefix(string(body), "\ufeffreport,authority,") ||
			strings.Count(string(body), "\n") < 3 {
			t.Errorf("%s: %.80q", name, body)
		}
	})
	t.Run("coverage is filtered where one is", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/coverage")
		x.do(x.click("[data-field=q]"), chromedp.SendKeys(chromedp.CSS("[data-field=q]"), "nanjing"))
		x.wait(`document.querySelectorAll("table.coverage tbody tr").length === 1`)
		if !ask[bool](x, `document.activeElement === q("[data-field=q]") && location.search.includes("q=nanjing")`) {
			t.Error("the box has lost what is typed, or the address does not say it")
		}
		x.open("/coverage?missing=any")
		if n := ask[int](x, `qq("table.coverage tbody tr").length`); n != 2 {
			t.Errorf("%d bodies lack a report; two offices do, all others have one of every year", n)
		}
	})
	t.Run("names in Latin letters", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, english)
		x.open("/rank/rate.refused")
		han := `qq("table.ranking tbody th").filter((e) => /[\u4e00-\u9fff]/.test(e.textContent)).length`
		if n := ask[int](x, han); n == 0 {
			t.Error("names are not as they are printed")
		}
		x.do(x.click("[data-latin]"))
		x.wait(`document.body.dataset.ready === "true" && document.querySelector("[data-latin]").getAttribute("aria-pressed") === "true"`)
		for _, route := range []string{"/rank/rate.refused", "/coverage", compare, "/report/" + report} {
			x.open(route) // kept for the next view
			seen := ask[[]string](x, `qq("table.ranking th, table.coverage th, .picked span, .form th, .form caption, .kicker a")`+
				`.map((e) => e.textContent).filter((s) => /[\u4e00-\u9fff]/.test(s))`)
			if len(seen) > 0 {
				t.Errorf("%s: %q", route, seen)
			}
			x.shot("latin-"+strings.Trim(strings.SplitN(route, "?", 2)[0], "/")[:4], false)
		}
		x.open("/?names=han")
		if !slices.Equal([]string{"false"}, ask[[]string](x, `qq("[data-latin]").map((e) => e.getAttribute("aria-pressed"))`)) {
			t.Error("the address does not decide")
		}
	})
	t.Run("a printed report has an address and a date", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		x.open("/report/" + report)
		if ask[bool](x, `q("#printed").checkVisibility()`) {
			t.Error("what is for paper is on the screen")
		}
		call(x, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
		said := ask[string](x, `(window.dispatchEvent(new Event("beforeprint")), q("#printed").checkVisibility() && `+
			`q("#printed").textContent)`)
		today := ask[string](x, `((d) => d.getFullYear() + "年" + (d.getMonth() + 1) + "月" + d.getDate() + "日")(new Date())`)
		if !strings.Contains(said, at+addressOf("/report/"+report)) || !strings.Contains(said, today) {
			t.Errorf("the paper says %q on %s", said, today)
		}
		if idle := ask[[]string](x, `qq("details:not([open]) > summary, button, .screen").filter((e) => e.checkVisibility())`+
			`.map((e) => e.textContent)`); len(idle) > 0 {
			t.Errorf("on paper stand %q", idle)
		}
	})
	t.Run("an anomaly is cited with what it rests on", func(t *testing.T) {
		t.Parallel()
		x := openTab(t, chrome, at, phone)
		x.open("/anomaly/" + odd.ID)
		want := ask[[]string](x, `(async () => { const a = await (await fetch(new URL("api/anomalies/`+odd.ID+`.json", ROOT))).json(); `+
			`const r = a.refs.find((r) => r.kind === "cell"); `+
			`const d = await (await fetch(new URL("api/dataset.json", ROOT))).json(); `+
			`return [r.title, r.zero ? "0" : r.text, r.url, r.key.split("-")[0], d.edition.sha256].filter(Boolean); })()`)
		x.do(x.press("main", "cite"))
		x.wait(`document.querySelectorAll("main .quoted").length === 2`)
		for i, c := range ask[[]string](x, `qq("main .quoted").map((e) => e.textContent)`) {
			said := []string{strings.TrimSuffix(odd.SentenceZh, "。"), strings.TrimSuffix(odd.Sentence, ".")}[i]
			for _, part := range append(want, said, at+addressOf("/anomaly/"+odd.ID), []string{"表“", "Table “"}[i]) {
				if !strings.Contains(c, part) {
					t.Errorf("the citation has no %q: %s", part, c)
				}
			}
		}
	})
	t.Run("an effect with its interval", func(t *testing.T) {
		t.Parallel()
		x := openAt(t, chrome, at)
		all := ask[[]string](x, `(await (await fetch("api/anomalies.json?group=story")).json()).rows.map((r) => r.id)`)
		for _, id := range all[:min(len(all), 6)] {
			x.turn("/anomaly/" + id)
			facts := ask[[][2]string](x, `qq("#h-strength ~ dl > div").map((e) => `+
				`[e.children[0].textContent, e.children[1].textContent])`)
			for _, fact := range facts {
				if fact[0] != "Effect" && strings.Contains(fact[1], "interval") {
					t.Errorf("%s: the interval stands beside %s: %s", id, fact[0], fact[1])
				}
			}
		}
	})
}
