package main

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"encoding/xml"
	"fmt"
	"image/color"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// press presses one of the buttons under what is handed on: link, cite, png, svg, csv, embed, within an element.
func (x *tab) press(within, name string) chromedp.Action[chromedp.Void] {
	x.Helper()
	within = fmt.Sprintf(`document.querySelector(%s).querySelector('[data-do="%s"]')`, quote(within), name)
	if !ask[bool](x, within+`?.checkVisibility() || false`) {
		x.Fatalf("there is no button: %s", within)
	}
	return chromedp.Evaluate[chromedp.Void](`void ` + within + `.click()`) // a picture above may still be on its way
}

// handed: a number of a report is handed on as link, citation, picture, row of data and frame, each of which says what
// the dataset does.
func (g *guided) handed(t *testing.T) {
	for _, l := range []look{english, {lang: "zh-CN", dark: true, width: 390, height: 800}} {
		x := openTab(t, g.chrome, g.at, l)
		key, _ := g.report(t, "jiangzhou/2021.html")
		const name = "applications.received.natural_person"
		v, report := g.values[key][name], g.reports[key]
		route := "/report/" + key + "/" + name
		x.open(route)
		x.wait(`document.querySelector(".panel [data-do]") !== null`)
		x.eval(`void Object.defineProperty(navigator, "clipboard", {value: {writeText: async (s) => { window.copied = s; }}})`)
		x.do(x.press(".panel", "link"))
		x.wait(`document.querySelector(".panel .copied") !== null`)
		want := g.at + addressOf(route)
		if l.lang == "en" {
			want += "&lang=en"
		}
		if got := ask[string](x, `window.copied`); got != want {
			t.Errorf("the link is %s, want %s", got, want)
		}
		x.do(x.press(".panel", "cite"))
		x.wait(`document.querySelectorAll(".panel .quoted").length === 2`)
		for _, c := range ask[[]string](x, `qq(".panel .quoted").map((e) => e.textContent)`) {
			for _, part := range []string{*report.Agency, *report.Title, report.Document, g.at + addressOf(route), *v.Text,
				"收到和处理政府信息公开申请情况", "自然人"} {
				if !strings.Contains(c, part) {
					t.Errorf("the citation has no %q: %s", part, c)
				}
			}
		}
		x.shot("handed-cite"+g.suffix(), false)
		file, body := x.download(x.press(".panel", "csv"))
		rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))).ReadAll()
		if err != nil || len(rows) != 2 || !strings.HasSuffix(file, ".csv") {
			t.Fatalf("%s: %q %v", file, rows, err)
		}
		row := map[string]string{}
		for i, head := range rows[0] {
			row[head] = rows[1][i]
		}
		if row["document"] != report.Document || row["name"] != name || row["text"] != *v.Text || row["verdict"] != v.Verdict ||
			row["grid_row"] != fmt.Sprint(*v.GridRow) {
			t.Errorf("the row of data is %v", row)
		}
		svg := x.svg(".panel")
		for _, part := range []string{*v.Text, report.Document, *report.Agency} {
			if !strings.Contains(svg, part) {
				t.Errorf("the picture has no %q", part)
			}
		}
		x.png(".panel", svg)
		x.do(x.press(".panel", "embed"))
		x.wait(`document.querySelectorAll(".panel .quoted").length === 1`)
		if code := ask[string](x, `q(".panel .quoted").textContent`); !strings.Contains(code, `src="`+g.at+"embed/?report="+key) {
			t.Errorf("the code for a frame is %s", code)
		}
	}
	// a chart: nothing of it is cut off
	_, r := g.report(t, "qinglan/2023.txt")
	x := openTab(t, g.chrome, g.at, look{lang: "zh-CN", width: 390, height: 800})
	for _, route := range []string{"/", "/authority/" + r.Authority.ID,
		"/compare?a=" + r.Authority.ID + "&n=applications.received.total,rate.granted"} {
		x.open(route)
		for i := range min(4, ask[int](x, `qq("figure.chart").filter((f) => f.querySelector(".plot svg")).length`)) {
			figure := x.mark(fmt.Sprintf(`qq("figure.chart").filter((f) => f.querySelector(".plot svg"))[%d]`, i))
			svg := x.svg(figure)
			cut := ask[[]string](x, `(() => { const d = document.createElement("div"); d.style.position = "absolute"; document.body.append(d);
				d.attachShadow({mode: "open"}).append(document.importNode(
					new DOMParser().parseFromString(`+quote(svg)+`, "image/svg+xml").documentElement, true));
				const s = d.shadowRoot.firstChild, box = s.viewBox.baseVal;
				const out = [...s.querySelectorAll("text")].filter((e) => { const m = e.getCTM(), b = e.getBBox(), k = s.getCTM();
					const x0 = b.x + (m.e - k.e) / k.a; return x0 < -0.5 || x0 + b.width > box.width + 0.5; }).map((e) => e.textContent);
				d.remove(); return out; })()`)
			if len(cut) > 0 {
				t.Errorf("%s: chart %d is cut off at %q", route, i, cut)
			}
			if i == 0 {
				x.png(x.mark(`q("figure.chart .plot svg").closest("figure")`), "")
			}
		}
	}
}

// svg saves the picture of what lies in an element, and gives it.
func (x *tab) svg(within string) string {
	x.Helper()
	name, body := x.download(x.press(within, "svg"))
	if !strings.HasSuffix(name, ".svg") {
		x.Errorf("the picture is %s", name)
	}
	d := xml.NewDecoder(bytes.NewReader(body))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			x.Fatalf("%s: %v\n%s", name, err, body)
		}
	}
	if !bytes.Contains(body, []byte("gongkai")) || !bytes.Contains(body, []byte(x.at)) {
		x.Errorf("%s tells neither source nor address", name)
	}
	return string(body)
}

var svgSize = regexp.MustCompile(`width="(\d+)[.\d]*" height="(\d+)"`)

// png saves the same in pixels: twice as many as the drawing has points.
func (x *tab) png(within, svg string) {
	x.Helper()
	name, body := x.download(x.press(within, "png"))
	img, err := png.Decode(bytes.NewReader(body))
	if err != nil {
		x.Fatalf("%s: %v", name, err)
	}
	if m := svgSize.FindStringSubmatch(svg); m != nil {
		var w int
		fmt.Sscan(m[1], &w)
		if got := img.Bounds().Dx(); got < 2*w || got > 2*w+2 {
			x.Errorf("%s is %d pixels wide, the drawing %d points", name, got, w)
		}
	}
	dark := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 2 {
		for i := img.Bounds().Min.X; i < img.Bounds().Max.X; i += 2 {
			r, g, b, _ := img.At(i, y).RGBA()
			if r>>8 < 90 && g>>8 < 90 && b>>8 < 90 {
				dark++
			}
		}
	}
	if c := color.RGBAModel.Convert(img.At(1, 1)).(color.RGBA); dark < 100 || c.R < 250 || c.A != 255 {
		x.Errorf("%s: %d dark pixels on %v: not ink on white paper", name, dark, c)
	}
}

// smallest is what a frame may weigh from a server, not compressed.
const smallest = 60_000

// embedded: what is embedded is drawn in a page of another origin, and weighs little; the rest may not be framed.
func (g *guided) embedded(t *testing.T) {
	key, r := g.report(t, "jiangzhou/2023.pdf")
	_, q := g.report(t, "qinglan/2023.txt")
	odd := ""
	if g.static {
		odd = get[struct{ Rows []struct{ ID string } }](t, g.at+"api/anomalies/all.json").Rows[0].ID
	} else {
		odd = get[struct{ Rows []struct{ ID string } }](t, g.at+"api/anomalies.json").Rows[0].ID
	}
	// all kinds together are its peers
	level := cmp.Or(get[struct{ Level string }](t, g.at+"api/authorities/"+q.Authority.ID+".json").Level, "none")
	of := "&year=2023&kind=all&level=" + level
	queries := []string{"a=" + r.Authority.ID + "," + q.Authority.ID + "&n=applications.received.total&lang=zh",
		"a=" + r.Authority.ID + "&n=rate.granted&lang=en", "trend=applications.received.total&lang=zh",
		"report=" + key + "&cell=applications.received.total&lang=zh", "anomaly=" + odd + "&lang=zh",
		"rank=rate.refused&lang=zh" + of, "tiles=rate.refused&lang=en" + of,
		"peers=rate.refused&lang=zh" + of + "&a=" + q.Authority.ID}
	far := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprintf(w, `<!doctype html><title>a newspaper</title><link rel="icon" href="data:,"><h1>报</h1>`+
			`<iframe src="%s" width="560" height="420" style="border:0"></iframe>`,
			strings.ReplaceAll(r.URL.Query().Get("src"), "&", "&amp;"))
	}))
	defer far.Close()
	inked := func(x *tab) int {
		n := 0
		img := x.pixels(x.rect("iframe"))
		for i := 0; i < len(img.Pix); i += 4 {
			if int(img.Pix[i])+int(img.Pix[i+1])+int(img.Pix[i+2]) < 500 {
				n++
			}
		}
		return n
	}
	for i, query := range queries {
		x := openTab(t, g.chrome, g.at, english)
		x.do(chromedp.Navigate(g.at + "embed/?" + query))
		x.wait(`document.body?.dataset.ready === "true"`)
		size := ask[struct{ Wire, Plain int }](x, `(() => {
			const all = [performance.getEntriesByType("navigation")[0], ...performance.getEntriesByType("resource")]; `+
			`return {Wire: all.reduce((n, e) => n + e.encodedBodySize, 0), Plain: all.reduce((n, e) => n + e.decodedBodySize, 0)}; })()`)
		t.Logf("%s: %d bytes over the wire, %d unpacked", query, size.Wire, size.Plain)
		if !g.static && size.Plain > smallest {
			t.Errorf("%s: %d bytes", query, size.Plain)
		}
		if text := ask[string](x, `document.body.innerText`); len(text) < 40 || ask[bool](x, `q("[role=alert]") !== null`) {
			t.Errorf("%s: %q", query, text)
		}
		link := ask[string](x, `q(".source a").href`)
		if !strings.HasPrefix(link, g.at) {
			t.Errorf("%s leads to %s", query, link)
		}
		f := openTab(t, g.chrome, far.URL+"/", english)
		f.want("a request to elsewhere: " + g.at)
		f.do(chromedp.Navigate(far.URL + "/?src=" + strings.NewReplacer("&", "%26", "?", "%3F", ":", "%3A").Replace(g.at+"embed/?"+query)))
		n := 0
		for stop := time.Now().Add(patience / 4); n < 300 && time.Now().Before(stop); {
			n = inked(f)
		}
		if n < 300 {
			t.Errorf("%s: %d dark pixels in the frame of another page", query, n)
		}
		f.shot(fmt.Sprintf("embedded-%d%s", i, g.suffix()), false)
	}
	if g.static {
		return // a file says nothing of who may frame it
	}
	f := openTab(t, g.chrome, far.URL+"/", english)
	f.want("a request to elsewhere: " + g.at)
	f.want("frame-ancestors")
	f.want("failed:")
	f.do(chromedp.Navigate(far.URL + "/?src=" + strings.ReplaceAll(g.at+"report/"+key+"/", ":", "%3A")))
	f.wait(`document.readyState === "complete"`)
	if ask[bool](f, `(() => { try { return q("iframe").contentDocument !== null; } catch { return false; } })()`) {
		t.Error("the page of a report is shown in a frame of others")
	}
}

// back: old addresses lead to those of today; Back shows what was left, where it was left, with what had been loaded.
func (g *guided) back(t *testing.T) {
	x := openTab(t, g.chrome, g.at, look{lang: "en", width: 1000, height: 500})
	key, _ := g.report(t, "beilan/2024.html")
	for from, want := range map[string]string{"#/report/" + key + "/applications.received.total": "report/" + key +
		"/?cell=applications.received.total", "#/coverage/all/all/1": "coverage/",
		"#/anomalies?rule=sum-fails&year=2024": "anomalies/?rule=sum-fails&year=2024",
		"#/report/" + key + "/section/1/0/6":   "report/" + key + "/?section=1.0.6", "#/": ""} {
		x.do(chromedp.Navigate("about:blank"), chromedp.Navigate(g.at+from))
		x.wait(`document.body?.dataset.ready === "true"`)
		if got := ask[string](x, `here()`); got != want {
			t.Errorf("%s leads to %s, want %s", from, got, want)
		}
	}
	x.open("/search?q=公开")
	if n := ask[int](x, `qq("ol.hits > li").length`); n < 8 {
		t.Fatalf("%d hits", n)
	}
	if ask[bool](x, `q(".go-on button") !== null`) {
		x.do(x.click(".go-on button"))
	}
	x.eval(`void (q("ol.hits").dataset.mine = "yes", q("ol.hits > li:nth-child(8)").scrollIntoView({block: "center"}))`)
	place := ask[int](x, `Math.round(scrollY)`)
	if place < 100 {
		t.Fatalf("the page is not long enough to lose a place in: %d", place)
	}
	hits := ask[int](x, `qq("ol.hits > li").length`)
	x.then(x.click("ol.hits > li:nth-child(8) a"))
	if r := ask[string](x, `document.body.dataset.route`); r != "report" {
		t.Fatalf("the hit leads to %s", r)
	}
	x.then(chromedp.NavigateBack())
	if got := ask[int](x, `Math.round(scrollY)`); got < place-2 || got > place+2 {
		t.Errorf("Back leads to line %d, it was left at %d", got, place)
	}
	if n := ask[int](x, `qq("ol.hits > li").length`); n != hits || ask[string](x, `q("ol.hits").dataset.mine || ""`) != "yes" {
		t.Errorf("Back shows %d hits, %d had been loaded", n, hits)
	}
}
