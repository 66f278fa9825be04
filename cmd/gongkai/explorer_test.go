package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/explore"
)

// exhibits are the bundled examples and what they lack: a second version of a report with a number changed, one in
// words and one that is gone; a PDF whose cells lie where its maker says; a document of Word; a document that cannot be
// read.
type exhibits struct {
	dir, dataset string
	file         map[string]string                     // key of the report in a file
	values       map[string]map[string]output.ValueRow // key, name
	reports      map[string]output.ReportRow
	placed       map[string]gold.PlacedBox // of jiangzhou/2024.pdf
}

func exhibit(t testing.TB) *exhibits {
	t.Helper()
	x := &exhibits{dir: t.TempDir(), file: map[string]string{}, values: map[string]map[string]output.ValueRow{},
		reports: map[string]output.ReportRow{}}
	put := func(name string, body []byte) {
		t.Helper()
		name = filepath.Join(x.dir, "reports", filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, body, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, e := range gold.Examples() {
		put(e.File, e.Body)
		if e.File != "jiangzhou/2021.html" {
			continue
		}
		again := string(e.Body)
		for from, to := range map[string]string{
			"<td>13</td><td>6</td><td>14</td>":                    "<td>13</td><td>7</td><td>14</td>",
			`<td colspan="3">6,232</td>`:                          `<td colspan="3">无</td>`,
			`<tr><td>行政事业性收费</td><td colspan="3">21.37</td></tr>`: "",
		} {
			if strings.Count(again, from) != 1 {
				t.Fatalf("%s: no %s", e.File, from)
			}
			again = strings.Replace(again, from, to, 1)
		}
		put("jiangzhou/2021-2.html", []byte(again))
	}
	body, boxes := gold.New(7, 2024, "2021", "2021",
		gold.Options{Zero: "0", Agency: "江州市人民政府"}).PlacedPDF(gold.PDFStyle{Encoding: "Identity-H"})
	x.placed = boxes
	put("jiangzhou/2024.pdf", body)
	put("jiangzhou/2020.docx", gold.New(8, 2020, "2021", "2021",
		gold.Options{Zero: "/", Agency: "江州市人民政府"}).DOCX(gold.WordStyle{}))
	put("jiangzhou/broken.pdf", []byte("\x00\x01\x02 nothing that can be read"))
	x.dataset = filepath.Join(x.dir, "dataset")
	var out, words bytes.Buffer
	inFolder(t, x.dir, func() {
		if code := realMain([]string{"run", "reports", "--out", x.dataset, "--quiet", "--limit", "1m"},
			streams{strings.NewReader(""), &out, &words}); code != exitPartly {
			t.Fatalf("gongkai run: exit code %d\n%s%s", code, out.String(), words.String())
		}
	})
	d, err := output.Open(x.dataset)
	if err != nil {
		t.Fatal(err)
	}
	err = output.Select(d, "documents", func(_ int, r output.DocumentRow) error {
		x.file[strings.TrimPrefix(r.File, "reports/")] = r.Document + "-1"
		return nil
	})
	if err == nil {
		err = output.Select(d, "reports", func(_ int, r output.ReportRow) error {
			key := fmt.Sprintf("%s-%d", r.Document, r.Part)
			x.reports[key], x.values[key] = r, map[string]output.ValueRow{}
			return nil
		})
	}
	if err == nil {
		err = output.Select(d, "values", func(_ int, r output.ValueRow) error {
			x.values[fmt.Sprintf("%s-%d", r.Document, r.Part)][r.Name] = r
			return nil
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	if len(x.reports) != len(gold.Examples())+3 {
		t.Fatalf("%d reports", len(x.reports))
	}
	return x
}

// inFolder works in a folder: names of files in a dataset are relative to where it was made.
func inFolder(t testing.TB, dir string, f func()) {
	t.Helper()
	was, err := os.Getwd()
	if err == nil {
		err = os.Chdir(dir)
	}
	if err != nil {
		t.Fatal(err)
	}
	defer os.Chdir(was)
	f()
}

// serve opens the explorer as gongkai serve does.
func (x *exhibits) serve(t testing.TB, chrome context.Context) *guided {
	t.Helper()
	c := serveCmd{shown: shown{Documents: x.dir, bounds: bounds{Limit: time.Minute, Memory: 512, OCR: "none",
		Cache: t.TempDir()}}}
	e, done, err := c.open(context.Background(), streams{strings.NewReader(""), io.Discard, testLog{t}}, x.dataset,
		t.TempDir(), explore.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(done)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	w := &wire{Handler: explore.Guard(e), busy: map[string]int{}}
	s := httptest.NewServer(w)
	t.Cleanup(s.Close)
	return &guided{x, chrome, s.URL + "/", false, w}
}

// site writes the static site and gives it to a host that knows nothing, in a folder of it.
func (x *exhibits) site(t testing.TB) string {
	t.Helper()
	var out, words bytes.Buffer
	dir := filepath.Join(t.TempDir(), "site")
	if code := realMain([]string{"site", x.dataset, "--out", dir, "--documents", x.dir, "--ocr", "none", "--limit",
		"1m", "--quiet"}, streams{strings.NewReader(""), &out, &words}); code != exitPartly && code != exitDone {
		t.Fatalf("gongkai site: exit code %d\n%s%s", code, out.String(), words.String())
	}
	t.Log(strings.TrimSpace(out.String()))
	s := httptest.NewServer(http.StripPrefix("/some/folder/", http.FileServer(http.Dir(dir))))
	t.Cleanup(s.Close)
	return s.URL + "/some/folder/"
}

type testLog struct{ testing.TB }

func (l testLog) Write(b []byte) (int, error) {
	l.Logf("%s", bytes.TrimSpace(b))
	return len(b), nil
}

// A guided is one who walks through an explorer.
type guided struct {
	*exhibits
	chrome context.Context
	at     string
	static bool
	wire   *wire // nil on the site
}

// get gives a resource of the API.
func get[T any](t testing.TB, address string) (out T) {
	t.Helper()
	resp, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", address, resp.Status)
	}
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return out
}

// A reported is what of a report the journeys hold the page against.
type reported struct {
	Authority struct{ ID, Name string }
	Evidence  struct {
		Kind, View string
		Pages      map[string]string
	}
	Findings []struct{ Code, Severity, Name, Message string }
	Claims   []struct {
		Section, Start, End int
		Text, Link          string
		Cells               []string
	}
	Sections []struct {
		Position int
		Text     string
		Keywords []string
	}
	Identities []struct {
		Left, Right []string
		State       string
	}
}

func (g *guided) report(t testing.TB, file string) (key string, r reported) {
	t.Helper()
	key = g.file[file]
	return key, get[reported](t, g.at+"api/reports/"+key+".json")
}

var english = look{lang: "en"}

// TestExplorer walks through the explorer in Chromium, on a server and on a static site in a folder of a host.
func TestExplorer(t *testing.T) {
	if !longRun {
		t.Skip("a browser takes minutes: GONGKAI_LONG=1 runs it")
	}
	chrome := chromium(t)
	x := exhibit(t)
	served := x.serve(t, chrome)
	type journey struct {
		name string
		walk func(*guided, *testing.T)
	}
	both := []journey{
		{"overview", (*guided).overview}, {"coverage", (*guided).coverage}, {"report", (*guided).tables},
		{"evidence of HTML", (*guided).pages}, {"evidence of PDF", (*guided).pictures},
		{"compare", (*guided).compare}, {"anomalies", (*guided).anomalies}, {"search", (*guided).search},
		{"handed on", (*guided).handed}, {"embedded", (*guided).embedded}, {"back", (*guided).back},
	}
	own := []journey{
		{"axe", (*guided).accessible}, {"keyboard", (*guided).keyboard}, {"states", (*guided).states},
		{"findings, claims, prose", (*guided).beside}, {"versions", (*guided).versions}, {"unread", (*guided).unread},
		{"language", (*guided).language},
		{"a picture is asked for again", (*guided).again}, {"theme", (*guided).theme}, {"unknown", (*guided).unknown},
	}
	walk := func(g *guided, list []journey) func(t *testing.T) {
		return func(t *testing.T) {
			for _, j := range list {
				t.Run(j.name, func(t *testing.T) {
					t.Parallel()
					j.walk(g, t)
				})
			}
		}
	}
	t.Run("serve", walk(served, slices.Concat(own, both)))
	t.Run("weight", served.weight) // alone, since it counts what the server sends
	t.Run("site", walk(&guided{x, chrome, x.site(t), true, nil}, both))
}

// overview: what the first page tells is that of the dataset, and the ways that lead on; the totals stand on the page
// that says how the numbers were read.
func (g *guided) overview(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	x.open("/")
	// the median of a year of which there is one version each
	name, values := "applications.received.total", []int64{}
	for key, r := range g.reports {
		if v := g.values[key][name]; *r.ReportYear == 2023 && v.Number != nil && v.Verdict != "contradicted" {
			values = append(values, *v.Number/1e6)
		}
	}
	slices.Sort(values)
	median := float64(values[(len(values)-1)/2]+values[len(values)/2]) / 2
	label := ask[string](x, `(await import(new URL("assets/marks.js", ROOT))).label("`+name+`")`)
	row := ask[[]string](x, `[...qq("figure.chart").find((f) => f.textContent.toLowerCase().startsWith(`+
		quote(strings.ToLower(label))+
		`)).querySelectorAll("tbody tr")].map((r) => [...r.children].map((c) => c.textContent)).find((r) => r[0] === `+
		`"2023")`)
	if len(row) < 3 || strings.ReplaceAll(row[1], ",", "") != fmt.Sprint(median) || row[2] != fmt.Sprint(len(values)) {
		t.Errorf("%s in 2023: %q, want %v of %d reports", name, row, median, len(values))
	}
	if n := ask[int](x, `qq("figure.chart svg").length`); n < 4 {
		t.Errorf("%d charts", n)
	}
	if n := ask[int](x, `qq(".stories > li .innocent").length`); n < 2 {
		t.Errorf("%d stories with what would explain them", n)
	}
	x.shot("overview"+g.suffix(), true)
	x.then(x.click(`.questions a[href$="/rank/rate.refused/"]`))
	ranked := ask[[]string](x, `qq("table.ranking tbody tr").map((tr) => tr.querySelector("th a").textContent + " " + `+
		`tr.querySelector("td.parts").textContent)`)
	if len(ranked) < 1 {
		t.Errorf("ranked: %q", ranked)
	}
	x.shot("ranked"+g.suffix(), true)
	if !g.static { // whose table is that of the row of buttons (handed on)
		name, body := x.download(x.click("section:has(> #h-rank) [data-do=csv]"))
		lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
		if err != nil || len(lines) != 1+len(ranked) {
			t.Errorf("%s has %d lines of %d rows: %v", name, len(lines), len(ranked), err)
		}
	}
	x.then(x.click("table.ranking tbody tr td.n a[data-evidence]"))
	if r := ask[string](x, `document.body.dataset.route`); r != "report" {
		t.Errorf("a number leads to %s", r)
	}
	x.turn("/")
	x.then(x.click(`#main a[href*="/coverage/"]`))
	if r := ask[string](x, `document.body.dataset.route`); r != "coverage" {
		t.Errorf("the link to the coverage leads to %s", r)
	}
	x.turn("/about")
	cells, findings, agencies := 0, 0, map[string]bool{}
	for _, r := range g.reports {
		if r.Standing { // of a report in several formats or versions one counts
			cells += int(r.Cells)
			findings += int(r.Errors + r.Warnings + r.Notes)
		}
		agencies[*r.Agency] = true
	}
	tiles := ask[map[string]string](x,
		`Object.fromEntries(qq(".tile").map((e) => [e.querySelector("dt").textContent, `+
			`e.querySelector("dd").firstChild.textContent]))`)
	for key, want := range map[string]int{"documents": len(g.file), "reports": len(g.reports),
		"authorities": len(agencies), "cells": cells, "findings": findings} {
		if got := strings.ReplaceAll(tiles[x.words(key)], ",", ""); got != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %d", key, got, want)
		}
	}
}

func (g *guided) suffix() string {
	if g.static {
		return "-site"
	}
	return ""
}

// coverage: every report is marked in the cell of its authority and year, and the mark leads to it.
func (g *guided) coverage(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	x.open("/coverage/all/all/1")
	type cell struct{ Agency, Year, Href, Text, State string }
	cells := ask[[]cell](x, `(() => { const years = qq("table.coverage thead th").map((e) => e.textContent); return qq("table.coverage tbody tr").flatMap((tr) => [...tr.children].map((td, i) =>
		({Agency: tr.children[0].textContent, Year: years[i], Href: td.querySelector("a")?.getAttribute("href") || "", Text: td.textContent, State: td.className})).filter((c) => /^\d{4}$/.test(c.Year))); })()`)
	found := map[string]cell{}
	for _, c := range cells {
		found[c.Agency+" "+c.Year] = c
	}
	want := map[string][]string{}
	for key, r := range g.reports {
		at := fmt.Sprintf("%s %d", *r.Agency, *r.ReportYear)
		want[at] = append(want[at], key)
	}
	for at, keys := range want {
		c := found[at]
		if _, key, _ := strings.Cut(c.Href, "/report/"); !slices.Contains(keys, strings.TrimSuffix(key, "/")) {
			t.Errorf("%s: the cell leads to %q, want one of %v", at, c.Href, keys)
		}
		if len(keys) > 1 != strings.Contains(c.Text, fmt.Sprintf("×%d", len(keys))) && len(keys) > 1 {
			t.Errorf("%s: %d versions are not told: %q", at, len(keys), c.Text)
		}
	}
	for at, c := range found {
		if want[at] == nil && (c.Href != "" || !strings.Contains(c.State, "missing")) {
			t.Errorf("%s: %+v, and there is no report", at, c)
		}
	}
	x.shot("coverage"+g.suffix(), true)
	name, body := x.download(x.click(`.hand-on [data-do="csv"]`)) // a row a body and year
	lines, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\ufeff")))).ReadAll()
	if err != nil || len(lines) != 1+len(cells) {
		t.Errorf("%s has %d lines of %d cells: %v", name, len(lines), len(cells), err)
	}
	if name, body = x.download(x.click(`.hand-on [data-do="svg"]`)); !strings.Contains(string(body), cells[0].Agency) {
		t.Errorf("%s does not name %s", name, cells[0].Agency)
	}
	key := g.file["beilan/2024.html"]
	x.then(x.click(`a[href$="/report/` + key + `/"]`))
	if got := ask[string](x, `document.body.dataset.route + " " + q("h1").textContent`); got != "report "+
		*g.reports[key].Title {
		t.Errorf("the cell leads to %s", got)
	}
}

// A drawn is a cell of the form as the page shows it.
type drawn struct{ Name, Text, Guess, State, Verdict string }

func (x *tab) cells() map[string]drawn {
	x.Helper()
	out := map[string]drawn{}
	for _, d := range ask[[]drawn](x,
		`qq("td[data-cell]").map((td) => { const p = td.querySelector(".print"), g = td.querySelector(".guess"); `+
			`return {Name: td.dataset.cell, Text: p ? clean(p) : "?", Guess: g ? clean(g) : "", State: `+
			`td.dataset.state, Verdict: td.dataset.verdict}; })`) {
		if _, twice := out[d.Name]; twice {
			x.Errorf("%s is shown twice", d.Name)
		}
		out[d.Name] = d
	}
	return out
}

// tables: every cell of every report with the characters, the state and the verdict of the dataset.
func (g *guided) tables(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	seen := 0
	for i, file := range slices.Sorted(maps.Keys(g.file)) {
		key := g.file[file]
		want := g.values[key]
		if want == nil {
			continue // unread
		}
		if i == 0 {
			x.open("/report/" + key)
		} else {
			x.turn("/report/" + key)
		}
		have := x.cells()
		for name, v := range want {
			text, guess := "∅", ""
			if v.Text != nil {
				text = *v.Text
			}
			if v.Verdict == "inferred" {
				guess = "0"
			}
			if d, w := have[name], (drawn{name, text, guess, v.State, v.Verdict}); d != w {
				t.Errorf("%s: %+v, want %+v", file, d, w)
			}
			seen++
		}
		if len(have) != len(want) {
			t.Errorf("%s: %d cells are shown of %d", file, len(have), len(want))
		}
		if i%6 == 0 {
			x.shot(strings.ReplaceAll(strings.TrimSuffix(file, filepath.Ext(file)), "/", "-")+g.suffix(), true)
		}
	}
	t.Logf("%d cells", seen)
}

// states: blank, a mark, words, a printed zero, an inferred zero and a cell that is not there differ to the eye and to
// the ear.
func (g *guided) states(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	type sight struct{ Seen, Spoken string }
	seen := map[string]sight{}
	look := func(file, what string, is func(output.ValueRow) bool) {
		t.Helper()
		key := g.file[file]
		for _, name := range slices.Sorted(maps.Keys(g.values[key])) {
			if !is(g.values[key][name]) {
				continue
			}
			x.open("/report/" + key)
			s := fmt.Sprintf(`td[data-cell=%q]`, name)
			seen[what] = ask[sight](x,
				`((td) => { const s = getComputedStyle(td), p = td.querySelector(".print"), r = p.getBoundingClientRect(); return {
				Seen: clean(td) + " " + s.backgroundColor + s.backgroundImage + " " + getComputedStyle(p).borderTopStyle + " " + (r.width > 4 && r.height > 4), Spoken: td.textContent }; })(q(`+quote(s)+`))`)
			return
		}
		t.Fatalf("%s has no cell that is %s", file, what)
	}
	text := func(v output.ValueRow) string {
		if v.Text == nil {
			return "∅"
		}
		return *v.Text
	}
	look("linxi/2019.html", "blank, inferred", func(v output.ValueRow) bool {
		return v.State == "blank" &&
			v.Verdict == "inferred"
	})
	look("linxi/2020.html", "a mark, inferred", func(v output.ValueRow) bool {
		return text(v) == "/" &&
			v.Verdict == "inferred"
	})
	look("linxi/2020.html", "a mark", func(v output.ValueRow) bool { return text(v) == "/" && v.Verdict != "inferred" })
	look("jiangzhou/2021.html", "zero", func(v output.ValueRow) bool { return text(v) == "0" })
	look("jiangzhou/2021-2.html", "words", func(v output.ValueRow) bool { return v.State == "text" })
	look("jiangzhou/2021-2.html", "absent", func(v output.ValueRow) bool { return v.State == "absent" })
	look("beilan/2024.html", "contradicted", func(v output.ValueRow) bool { return v.Verdict == "contradicted" })
	for a, s := range seen {
		for b, o := range seen {
			if a < b && (s.Seen == o.Seen || s.Spoken == o.Spoken) {
				t.Errorf("%s and %s look or sound the same: %+v", a, b, s)
			}
		}
		if strings.HasSuffix(s.Seen, "false") {
			t.Errorf("%s: nothing is seen of it: %+v", a, s)
		}
	}
}

// keyboard: pointing at a cell and moving to it tell its print, place and identities; arrows move, Enter opens the
// evidence, Escape leads back.
func (g *guided) keyboard(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	key, r := g.report(t, "jiangzhou/2021.html")
	x.open("/report/" + key)
	tells := func(name string) {
		t.Helper()
		x.wait(`document.querySelector("[role=tooltip]") !== null`)
		tip := ask[string](x, `q("[role=tooltip]").innerText`)
		v := g.values[key][name]
		place := fmt.Sprintf("%s %d", strings.Fields(x.words("place.row"))[0], *v.GridRow)
		for _, want := range []string{*v.Text, place, x.words(v.Verdict)} {
			if !strings.Contains(tip, want) {
				t.Errorf("%s: %q does not tell %q", name, tip, want)
			}
		}
		holds := 0
		for _, i := range r.Identities {
			if slices.Contains(append(slices.Clone(i.Left), i.Right...), name) {
				holds++
			}
		}
		if n := strings.Count(tip, x.words("identity.holds")); n != holds || holds == 0 {
			t.Errorf("%s: %d identities are told of %d: %q", name, n, holds, tip)
		}
		if by := ask[string](x, `q("[aria-describedby]")?.dataset.cell || ""`); by != name {
			t.Errorf("the tooltip describes %q, want %s", by, name)
		}
	}
	x.hover(`td[data-cell="applications.received.business"]`)
	tells("applications.received.business")
	x.shot("report-hover", false)
	x.hover("h1")
	x.wait(`document.querySelector("[role=tooltip]") === null`)

	const first = "applications.received.natural_person"
	x.do(chromedp.Focus(chromedp.CSS(`td[data-cell="` + first + `"]`)))
	at := func() string {
		return ask[string](x, `document.activeElement.dataset.cell || document.activeElement.tagName`)
	}
	for _, step := range []struct{ keys, want string }{
		{kb.ArrowRight, "applications.received.business"}, {kb.ArrowDown, "applications.carried_in.business"},
		{kb.ArrowLeft, "applications.carried_in.natural_person"},
		{kb.ArrowUp, first}, {kb.End, "applications.received.total"}, {kb.ArrowRight, "applications.received.total"},
		{kb.Home, first},
	} {
		x.do(chromedp.KeyEvent(step.keys))
		if got := at(); got != step.want {
			t.Errorf("%q leads to %s, want %s", step.keys, got, step.want)
		}
	}
	tells(first)
	if n := ask[int](x, `q("table.applications").querySelectorAll("td[tabindex='0']").length`); n != 1 {
		t.Errorf("the table is %d stops of the Tab key", n)
	}
	x.then(chromedp.KeyEvent(kb.Enter))
	if h := ask[string](x, `here()`); h != addressOf("/report/"+key+"/"+first) {
		t.Errorf("Enter leads to %s", h)
	}
	if !ask[bool](x, `q("[data-evidence]").checkVisibility()`) {
		t.Error("no evidence is shown")
	}
	x.do(chromedp.KeyEvent(kb.Escape))
	x.wait(`location.pathname.endsWith("/report/` + key + `/") && !location.search && ` +
		`document.activeElement.dataset.cell === "` + first + `"`)
	if ask[bool](x, `q("[data-evidence]")?.checkVisibility() || false`) {
		t.Error("the evidence is still shown")
	}
}

// ends are cells at both ends of the tables, of the rows and of the columns.
var ends = []string{"active.regulation.in_force", "active.normative_document.issued",
	"applications.received.natural_person", "applications.received.total", "applications.carried_out.natural_person",
	"applications.carried_out.total",
	"disputes.reconsideration.upheld", "disputes.litigation_after.total"}

// pages: the frame holds the inert page, and the ring is around the cell and around nothing else. Where the cell is,
// the same page in a window of its own tells.
func (g *guided) pages(t *testing.T) {
	files := []string{"jiangzhou/2021.html", "linxi/2019.html", "qinglan/2022.txt", "jiangzhou/2020.docx"}
	if g.static {
		files = files[:1]
	}
	// where the evidence lies below the tables, a frame is wide enough not to be scrolled sideways, which two windows
	// need not do alike
	x := openTab(t, g.chrome, g.at, look{lang: "en", width: 1140, height: 1300})
	plain := openTab(t, g.chrome, g.at, english)
	for i, file := range files {
		key, r := g.report(t, file)
		held := 0
		for k, name := range ends {
			v, ok := g.values[key][name]
			if !ok { // the form of 2019 asks for other things
				continue
			}
			held++
			if !x.shown {
				x.open("/report/" + key + "/" + name)
			} else {
				x.turn("/report/" + key + "/" + name)
			}
			x.wait(`document.querySelector("[data-evidence] iframe") !== null`)
			frame := ask[struct{ Sandbox, Src string }](x,
				`((f) => ({Sandbox: f.getAttribute("sandbox") ?? "none", Src: f.dataset.src || `+
					`f.src}))(q("[data-evidence] iframe"))`)
			id := "1." + name
			if frame.Sandbox != "" || frame.Src != g.at+r.Evidence.View+"#"+id {
				t.Errorf("%s %s: %+v", file, name, frame)
			}
			x.eval(`void q("[data-evidence] iframe").scrollIntoView({block: "nearest"})`)
			inner := func() rect {
				return ask[rect](x, `((f) => ({X: f.getBoundingClientRect().x + f.clientLeft, Y: `+
					`f.getBoundingClientRect().y + f.clientTop, W: f.clientWidth, H: `+
					`f.clientHeight}))(q("[data-evidence] iframe"))`)
			}
			in := inner()
			if k == 0 {
				plain.size(int64(in.W), int64(in.H), 1)
				plain.do(chromedp.Navigate("about:blank"))
			}
			plain.do(chromedp.Navigate(g.at + r.Evidence.View + "#" + id))
			if ask[bool](plain, `document.scrollingElement.scrollWidth > innerWidth`) {
				t.Errorf("%s is wider than a frame of %.0f pixels", file, in.W)
			}
			inside := plain.rect(`[id="` + id + `"]`)
			if got := ask[string](plain, `q('[id="`+id+`"]').textContent.trim()`); v.Text != nil &&
				!strings.Contains(strings.Join(strings.Fields(got), ""), strings.Join(strings.Fields(*v.Text), "")) {
				t.Errorf("%s %s: %q is marked, %q is printed", file, name, got, *v.Text)
			}
			ring := func(c color.RGBA) bool { return near(c, 0xd0, 0, 0, 10) }
			why, want := "", inside
			for stop := time.Now().Add(patience / 4); ; {
				x.eval(`void q("[data-evidence] iframe").scrollIntoView({block: "nearest"})`)
				in = inner() // what comes late above it moves it
				want.X, want.Y = inside.X+in.X, inside.Y+in.Y
				img := x.pixels(in)
				if why = surrounded(img, want, in, 4, ring); why == "" && v.Text != nil && *v.Text != "" &&
					!inked(img, want) {
					why = "no ink is in the ring"
				}
				if why == "" || time.Now().After(stop) {
					break
				}
			}
			if why != "" {
				t.Errorf("%s %s at %+v: %s", file, name, want, why)
				x.shot(fmt.Sprintf("fault-page-%d-%d", i, k), false)
			}
			if k == 2 {
				x.shot("evidence-page-"+fmt.Sprint(i)+g.suffix(), false)
			}
		}
		if held < 6 {
			t.Errorf("%s: %d cells were looked for", file, held)
		}
	}
	// beside the tables too it is in sight, in a window that has nothing of it yet
	key, _ := g.report(t, "linxi/2019.html")
	fresh := openTab(t, g.chrome, g.at, english)
	fresh.open("/report/" + key + "/disputes.litigation_after.total")
	ring := 0
	for stop := time.Now().Add(patience / 4); ring < 100 && time.Now().Before(stop); {
		img := fresh.pixels(fresh.rect("[data-evidence] iframe"))
		ring = 0
		for i := 0; i < len(img.Pix); i += 4 {
			if near(color.RGBA{img.Pix[i], img.Pix[i+1], img.Pix[i+2], 255}, 0xd0, 0, 0, 10) {
				ring++
			}
		}
	}
	if ring < 100 {
		t.Errorf("%d pixels of a ring are in sight beside the tables", ring)
	}
	fresh.shot("evidence-page-beside"+g.suffix(), false)
}

// pictures: the box is drawn where the dataset says that the cell is, which is where the maker of the PDF has put it,
// and a digit is in it.
func (g *guided) pictures(t *testing.T) {
	x := openTab(t, g.chrome, g.at, look{lang: "en", width: 1360, height: 900, scale: 2})
	files := []string{"jiangzhou/2024.pdf", "wangchuan/2024.pdf", "jiangzhou/2023.pdf"}
	if g.static {
		files = files[:1]
	}
	for i, file := range files {
		key, _ := g.report(t, file)
		for k, name := range ends {
			v := g.values[key][name]
			if v.X0 == nil {
				t.Errorf("%s %s has no box", file, name)
				continue
			}
			if !x.shown {
				x.open("/report/" + key + "/" + name)
			} else {
				x.turn("/report/" + key + "/" + name)
			}
			x.wait(`document.querySelector("[data-evidence] img")?.complete && document.querySelector("[data-box]") ` +
				`!== null`)
			p := x.rect("[data-evidence] img")
			wide := ask[float64](x, `q("[data-evidence] img").naturalWidth`)
			scale := p.W / wide * 2 // of a point: a pixel is half a point
			want := rect{p.X + *v.X0*scale, p.Y + *v.Y0*scale, (*v.X1 - *v.X0) * scale, (*v.Y1 - *v.Y0) * scale}
			have := x.rect("[data-box]")
			if !alike(have, want, 3) {
				t.Errorf("%s %s: the box is at %+v, want %+v", file, name, have, want)
			}
			if b, ok := g.placed[name]; i == 0 && (!ok || b.Page != int(*v.Page) ||
				!alike(want, rect{p.X + b.Box[0]*scale, p.Y + b.Box[1]*scale, (b.Box[2] - b.Box[0]) * scale,
					(b.Box[3] - b.Box[1]) * scale}, 3)) {
				t.Errorf("%s %s: the cell was drawn on page %d at %v", file, name, b.Page, b.Box)
			}
			in := x.rect("[data-evidence] .scroller")
			img := x.pixels(in)
			double := func(r rect) rect { return rect{r.X * 2, r.Y * 2, r.W * 2, r.H * 2} }
			red := func(c color.RGBA) bool { return near(c, 0xc4, 0x16, 0x1c, 60) }
			if why := surrounded(img, double(want), double(in), 5, red); why != "" {
				t.Errorf("%s %s at %+v: %s", file, name, want, why)
				x.shot(fmt.Sprintf("fault-picture-%d-%d", i, k), false)
			} else if !inked(img, double(rect{want.X + 3, want.Y + 3, want.W - 6, want.H - 6})) {
				t.Errorf("%s %s: nothing is printed in the box", file, name)
			}
			if k == 1 {
				x.shot("evidence-picture-"+fmt.Sprint(i)+g.suffix(), false)
			}
		}
	}
	before := x.rect("[data-evidence] img").W
	x.do(x.click(x.mark(`qq("[data-evidence] button").find((b) => b.getAttribute("aria-label") === ` +
		quote(x.words("zoom.in")) + `)`)))
	if after := x.rect("[data-evidence] img").W; after <= before {
		t.Errorf("a larger picture is %.0f wide, was %.0f", after, before)
	}
}

// again: a picture that a busy machine does not give at once is asked for again, the reader is told, and sees it.
func (g *guided) again(t *testing.T) {
	g = g.serve(t, g.chrome) // of its own: what is refused here is refused to no other journey
	key, _ := g.report(t, "jiangzhou/2024.pdf")
	v := g.values[key]["applications.received.total"]
	document, _, _ := strings.Cut(key, "-")
	path := fmt.Sprintf("/documents/%s-%d.png", document, *v.Page)
	g.wire.mu.Lock()
	g.wire.busy[path] = 2
	g.wire.mu.Unlock()
	x := openTab(t, g.chrome, g.at, english)
	x.want("503")
	x.open("/report/" + key)
	x.eval(`void new MutationObserver(() => { const p = q("[data-evidence] p[role=status]"); ` +
		`if (p && !p.hidden && p.textContent) (window.told ||= []).push(p.textContent); }).observe(document.body, ` +
		`{subtree: true, childList: true, attributes: true, characterData: true})`)
	x.turn("/report/" + key + "/applications.received.total")
	x.wait(`document.querySelector("[data-box]") !== null && document.querySelector("[data-evidence] img")?.naturalWidth > 100`)
	if n := ask[int](x, `new Set(window.told).size`); n < 2 {
		t.Errorf("%d tries were told: %q", n, ask[[]string](x, `window.told || []`))
	}
	if ask[bool](x, `q("[data-evidence] [role=alert]") !== null`) {
		t.Error("a picture that is there is said to have failed")
	}
}

func abs(x float64) float64 { return max(x, -x) }

func alike(a, b rect, by float64) bool {
	return abs(a.X-b.X) <= by && abs(a.Y-b.Y) <= by && abs(a.X+a.W-b.X-b.W) <= by && abs(a.Y+a.H-b.Y-b.H) <= by
}

func near(c color.RGBA, r, g, b, by int) bool {
	return abs(float64(int(c.R)-r)) <= float64(by) && abs(float64(int(c.G)-g)) <= float64(by) &&
		abs(float64(int(c.B)-b)) <= float64(by)
}

// surrounded looks whether a line of a colour runs along the edges of a rectangle, as far as they lie in a window, and
// says what is wrong: an edge that has none, or such a line elsewhere in the window.
func surrounded(img *image.RGBA, r, in rect, thick float64, is func(color.RGBA) bool) string {
	inside := func(x, y float64) bool { return x >= in.X && y >= in.Y && x < in.X+in.W && y < in.Y+in.H }
	edge := func(x0, y0, x1, y1, dx, dy float64) (have, of int) {
		n := int(max(x1-x0, y1-y0))
		for i := range n {
			x, y := x0+(x1-x0)*(float64(i)+0.5)/float64(n), y0+(y1-y0)*(float64(i)+0.5)/float64(n)
			if !inside(x, y) {
				continue
			}
			of++
			for d := -thick; d <= thick; d++ {
				if is(img.RGBAAt(int(x+d*dx), int(y+d*dy))) {
					have++
					break
				}
			}
		}
		return have, of
	}
	sides := 0
	for _, e := range [][6]float64{{r.X, r.Y, r.X + r.W, r.Y, 0, 1}, {r.X, r.Y + r.H, r.X + r.W, r.Y + r.H, 0, 1},
		{r.X, r.Y, r.X, r.Y + r.H, 1, 0}, {r.X + r.W, r.Y, r.X + r.W, r.Y + r.H, 1, 0}} {
		have, of := edge(e[0], e[1], e[2], e[3], e[4], e[5])
		if of == 0 {
			continue
		}
		sides++
		if have*10 < of*9 {
			return fmt.Sprintf("the edge from (%.0f, %.0f) to (%.0f, %.0f) has the colour on %d of %d pixels", e[0],
				e[1], e[2], e[3], have, of)
		}
	}
	if sides < 3 {
		return fmt.Sprintf("%d sides of it are in the window %+v", sides, in)
	}
	other := 0
	for y := int(in.Y); y < int(in.Y+in.H); y++ {
		for x := int(in.X); x < int(in.X+in.W); x++ {
			fx, fy := float64(x), float64(y)
			if (fx < r.X-thick-1 || fx > r.X+r.W+thick+1 || fy < r.Y-thick-1 || fy > r.Y+r.H+thick+1) &&
				is(img.RGBAAt(x, y)) {
				other++
			}
		}
	}
	if other > 0 {
		return fmt.Sprintf("%d pixels of the colour are elsewhere", other)
	}
	return ""
}

// inked looks for print in a rectangle; the line around it is red.
func inked(img *image.RGBA, r rect) bool {
	for y := int(r.Y); y < int(r.Y+r.H); y++ {
		for x := int(r.X); x < int(r.X+r.W); x++ {
			if c := img.RGBAAt(x, y); c.A == 255 && c.R < 150 && c.G < 150 && c.B < 150 {
				return true
			}
		}
	}
	return false
}

// beside: findings lead to their cells, numbers in the prose to the tables and back, words are marked where they stand.
func (g *guided) beside(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	key, r := g.report(t, "beilan/2024.html")
	x.open("/report/" + key)
	if n := ask[int](x, `qq(".findings > li").length`); n != len(r.Findings) {
		t.Errorf("%d findings are shown of %d", n, len(r.Findings))
	}
	text := ask[string](x, `q(".findings").textContent`)
	for _, f := range r.Findings {
		if !strings.Contains(text, f.Code) || !strings.Contains(text, f.Message) {
			t.Errorf("%s is not shown: %s", f.Code, f.Message)
		}
	}
	x.do(x.click(x.mark(`qq(".findings button").find((b) => b.textContent === ` + quote(x.words("findings.cell")) +
		`)`)))
	if name := ask[string](x,
		`document.activeElement.dataset.cell || ""`); g.values[key][name].Verdict != "contradicted" {
		t.Errorf("the finding leads to %q", name)
	}
	x.shot("report-findings", false)
	for _, c := range r.Claims {
		if len(c.Cells) == 0 {
			continue
		}
		if !ask[bool](x, `q('td[data-cell="`+c.Cells[0]+`"] .claim') !== null`) {
			t.Errorf("%s does not tell that the prose restates it", c.Cells[0])
		}
		to := addressOf(fmt.Sprintf("/report/%s/section/%d/%d/%d", key, c.Section, c.Start, c.End))
		x.then(x.click(`#main td a[href$="` + to + `"], #main th a[href$="` + to + `"]`))
		if got := ask[string](x, `qq("mark.target").map((e) => e.textContent).join("")`); got != c.Text {
			t.Errorf("the claim %q leads to %q", c.Text, got)
		}
		if !ask[bool](x, `((r) => r.top >= 0 && r.bottom <= innerHeight)(q("mark.target").getBoundingClientRect())`) {
			t.Errorf("the claim %q is out of sight", c.Text)
		}
		x.shot("report-claim", false)
		x.then(x.click(`.section .text a.claim`))
		if h := ask[string](x, `here()`); !strings.HasPrefix(h, addressOf("/report/"+key+"/applications.")) &&
			!strings.HasPrefix(h, addressOf("/report/"+key+"/active.")) {
			t.Errorf("the number in the prose leads to %s", h)
		}
		break
	}
	for _, s := range r.Sections {
		if len(s.Keywords) == 0 {
			continue
		}
		word := s.Keywords[0]
		chip := x.mark(fmt.Sprintf(
			`[...document.getElementById("section-%d").querySelectorAll("button")].find((b) => b.textContent === %s)`,
			s.Position, quote(word)))
		x.do(x.click(chip))
		marked := ask[[]string](x, `qq("mark.term").map((e) => e.textContent)`)
		if len(marked) != strings.Count(s.Text, word) ||
			slices.ContainsFunc(marked, func(m string) bool { return m != word }) {
			t.Errorf("%q is marked as %q; it stands %d times in the section", word, marked, strings.Count(s.Text, word))
		}
		x.shot("report-term", false)
		break
	}
}

// versions: what differs between two versions of a report, and nothing else, in the characters of both.
func (g *guided) versions(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	one, two := g.file["jiangzhou/2021.html"], g.file["jiangzhou/2021-2.html"]
	x.open("/report/" + one)
	if n := ask[int](x, `document.getElementById("h-versions").parentElement.querySelectorAll('a[href$="/report/`+two+
		`/"]').length`); n == 0 {
		t.Error("the other version is not listed")
	}
	x.do(x.click(x.mark(`qq("button").find((b) => b.textContent === ` + quote(x.words("versions.compare")) + `)`)))
	x.wait(`document.querySelector("table.sides") !== null`)
	rows := func() map[string][2]string {
		out := map[string][2]string{}
		for _, r := range ask[[][]string](x,
			`qq("table.sides tbody tr").map((tr) => `+
				`[new URL(tr.querySelector("a").href).searchParams.get("cell"), clean(tr.children[1]), `+
				`clean(tr.children[2])])`) {
			out[r[0]] = [2]string{r[1], r[2]}
		}
		return out
	}
	want := map[string][2]string{}
	print := func(v output.ValueRow) string {
		if v.Text == nil {
			return "∅"
		}
		return *v.Text
	}
	for name, v := range g.values[one] {
		if a, b := print(v), print(g.values[two][name]); a != b {
			want[name] = [2]string{a, b}
		}
	}
	if len(want) != 3 {
		t.Fatalf("the versions differ in %v", want)
	}
	if got := rows(); !maps.Equal(got, want) {
		t.Errorf("the versions differ in %v, want %v", got, want)
	}
	x.eval(`void q("table.sides").scrollIntoView({block: "center"})`)
	x.shot("versions", false)
	x.do(x.click(x.mark(`q("table.sides").closest("section").querySelector("input[type=checkbox]")`)))
	x.wait(`document.querySelectorAll("table.sides tbody tr").length > 100`)
	if n := len(rows()); n != len(g.values[one]) {
		t.Errorf("%d cells are set beside each other, want %d", n, len(g.values[one]))
	}
}

// compare: two authorities by a cell and a rate: chart, table and download say the same, peers are told.
func (g *guided) compare(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	type authority struct {
		ID, Name string
		Years    []int
		Values   map[string][]*string
		Rates    map[string][]*string
	}
	var list [2]authority
	for i, file := range []string{"jiangzhou/2023.pdf", "qinglan/2023.txt"} {
		_, r := g.report(t, file)
		list[i] = get[authority](t, g.at+"api/authorities/"+r.Authority.ID+".json")
	}
	x.open("/compare")
	x.do(chromedp.SendKeys(chromedp.CSS(`input[role=combobox]`), "江州"))
	x.wait(`document.querySelectorAll("[role=option]").length === 1`)
	x.then(chromedp.KeyEvent(kb.Enter))
	if h := ask[string](x, `here()`); !strings.Contains(h, list[0].ID) {
		t.Errorf("the authority that was picked is not in the address %s", h)
	}
	names := []string{"applications.received.total", "rate.granted"}
	x.turn("/compare?a=" + list[0].ID + "," + list[1].ID + "&n=" + strings.Join(names, ",") + "&y=2021-2023")
	want := [][]string{}
	points := 0
	for _, a := range list {
		for _, n := range names {
			row := []string{a.ID, a.Name, n}
			for y := 2021; y <= 2023; y++ {
				text := ""
				values := a.Values[n]
				if strings.HasPrefix(n, "rate.") {
					values = a.Rates[n]
				}
				if i := slices.Index(a.Years, y); i >= 0 && i < len(values) && values[i] != nil {
					text = *values[i]
					points++
				}
				row = append(row, text)
			}
			want = append(want, row)
		}
	}
	if n := ask[int](x, `qq('[aria-labelledby="h-chart"] svg .m > title').length`); n != points {
		t.Errorf("%d points are drawn of %d", n, points)
	}
	shown := ask[[][]string](x,
		`[...q('[aria-labelledby="h-table"] tbody').rows].map((r) => [...r.cells].map((c) => c.innerText.trim()))`)
	name, body := x.download(x.click(x.mark(`qq('[aria-labelledby="h-table"] button').find((b) => b.textContent === ` +
		quote(x.words("download.csv")) + `)`)))
	if !strings.HasSuffix(name, ".csv") || !bytes.HasPrefix(body, []byte("\xef\xbb\xbf")) {
		t.Errorf("the download is %q, and begins with % x", name, body[:min(3, len(body))])
	}
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")))).ReadAll()
	if err != nil || len(rows) != len(want)+1 || len(shown) != len(want) {
		t.Fatalf("%d rows in the download, %d are shown, want %d: %v", len(rows), len(shown), len(want), err)
	}
	if years := rows[0][4:7]; !slices.Equal(years, []string{"2021", "2022", "2023"}) {
		t.Errorf("the years of the download are %v", years)
	}
	for i, w := range want {
		have := append(slices.Clone(rows[i+1][:3]), rows[i+1][4:7]...)
		if !slices.Equal(have, w) {
			t.Errorf("the download says %q, want %q", have, w)
		}
		if shown[i][0] != w[1] {
			t.Errorf("the table says %q, want %q", shown[i], w)
		}
		for k, text := range w[3:] {
			see := strings.ReplaceAll(shown[i][k+2], ",", "")
			if strings.HasPrefix(w[2], "rate.") && text != "" {
				var v float64
				fmt.Sscan(text, &v)
				text = fmt.Sprintf("%.1f%%", v*100)
				// and what it is of
				years := (len(rows[0]) - 4) / 5
				n, d := rows[i+1][4+3*years+k], rows[i+1][4+4*years+k]
				text += " " + n + "/" + d
			}
			if text == "" {
				text = x.words("none")
			}
			if see != text {
				t.Errorf("%s %s: the table shows %q, want %q", w[1], w[2], see, text)
			}
		}
	}
	peers := ask[string](x, `q('[aria-labelledby="h-peers"]').innerText`)
	for _, a := range list {
		if strings.Count(peers, a.Name) < 2 {
			t.Errorf("%s is not told among its peers: %q", a.Name, peers)
		}
	}
	if n := ask[int](x, `qq('[aria-labelledby="h-peers"] svg .marked').length`); n != 4 {
		t.Errorf("%d marks among peers, want 4", n)
	}
	x.shot("compare"+g.suffix(), true)
}

// anomalies: filters live in the address, facets count, a sentence leads to the numbers that it is about and to what
// would explain it.
func (g *guided) anomalies(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	type row struct{ ID, Rule, Severity, Sentence, Key string }
	var all []row
	if g.static {
		all = get[struct{ Rows []row }](t, g.at+"api/anomalies/all.json").Rows
	} else {
		all = get[struct{ Rows []row }](t, g.at+"api/anomalies.json").Rows
	}
	count := func(is func(row) bool) (n int) {
		for _, r := range all {
			if is(r) {
				n++
			}
		}
		return n
	}
	x.open("/anomalies")
	listed := func(want int) {
		t.Helper()
		if n := ask[int](x, `qq("ol.anomalies > li").length`); n != want {
			t.Errorf("%s: %d anomalies are listed, want %d", ask[string](x, `here()`), n, want)
		}
		if total := ask[string](x, `q(".total").textContent`); !strings.HasPrefix(total, fmt.Sprint(want)+" ") {
			t.Errorf("%q, want %d", total, want)
		}
	}
	listed(len(all))
	x.shot("anomalies"+g.suffix(), true)
	fails := count(func(r row) bool { return r.Rule == "sum-fails" })
	box := x.mark(`q('[data-field="rule sum-fails"]')`)
	n := ask[string](x, `q('[data-field="rule sum-fails"]').closest("label").querySelector("small").textContent`)
	if n != fmt.Sprint(fails) {
		t.Errorf("the facet counts %s, want %d", n, fails)
	}
	x.then(x.click(box))
	listed(fails)
	if h := ask[string](x, `here()`); h != "anomalies/?rule=sum-fails" {
		t.Errorf("the address is %s", h)
	}
	x.then(chromedp.SetValue(chromedp.CSS(`[data-field=year]`), "2024"),
		chromedp.Evaluate[chromedp.Void](
			`void document.querySelector("[data-field=year]").dispatchEvent(new Event("change", {bubbles: true}))`))
	listed(count(func(r row) bool { return r.Rule == "sum-fails" && *g.reports[r.Key].ReportYear == 2024 }))
	x.then(chromedp.NavigateBack())
	listed(fails)
	// one who was sent the link sees the same
	x.open("/anomalies?rule=sum-fails&year=2024&severity=error")
	listed(count(func(r row) bool { return r.Rule == "sum-fails" && *g.reports[r.Key].ReportYear == 2024 }))

	x.then(x.click(`ol.anomalies a[href*="/anomaly/"]`))
	id := ask[string](x, `location.pathname.split("/").at(-2)`)
	i := slices.IndexFunc(all, func(r row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("no anomaly %s", id)
	}
	if h := ask[string](x, `q("h1").textContent`); h != all[i].Sentence {
		t.Errorf("the sentence is %q, want %q", h, all[i].Sentence)
	}
	if n := ask[int](x, `qq('h1 a[href*="/report/"]').length`); n < 2 {
		t.Errorf("%d numbers of the sentence are linked", n)
	}
	if n := ask[int](x, `qq('[aria-labelledby="h-innocent"] li').length`); n == 0 {
		t.Error("nothing would explain it innocently")
	}
	x.shot("anomaly"+g.suffix(), true)
	briefs := ask[[]string](x, `qq(".exports a").map((a) => a.href)`)
	name := ask[string](x, `qq("h1 a").find((a) => a.search.startsWith("?cell=")).href.slice(ROOT.length)`)
	x.then(x.click(`h1 a[href$="` + name + `"]`))
	if h := ask[string](x, `here()`); h != name ||
		!ask[bool](x, `q("[data-evidence]")?.checkVisibility() || false`) {
		t.Errorf("the number leads to %s, want %s with its evidence", h, name)
	}
	if len(briefs) < 4 {
		t.Fatalf("exports: %v", briefs)
	}
	for _, b := range briefs {
		resp, err := http.Get(b)
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(text), "北澜区") &&
			!strings.Contains(string(text), "望川市") {
			t.Errorf("%s: %s %v\n%s", b, resp.Status, err, text)
		}
		if strings.HasSuffix(b, "en.html") || strings.HasSuffix(b, "zh.html") {
			x.do(chromedp.Navigate(b))
			if n := ask[int](x, `document.body.innerText.length`); n < 200 {
				t.Errorf("%s: %d characters", b, n)
			}
			x.shot("brief-"+strings.Split(b, ".")[len(strings.Split(b, "."))-2]+g.suffix(), false)
		}
	}
	if !g.static {
		for _, b := range []string{"api/brief.html?lang=zh&rule=sum-fails", "api/brief.md?lang=en&rule=sum-fails",
			"api/anomalies.csv?rule=sum-fails"} {
			resp, err := http.Get(g.at + b)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusOK || !strings.Contains(string(text), "北澜区") {
				t.Errorf("%s: %s %v", b, resp.Status, err)
			}
		}
	}
}

// search: words of the prose lead to the place where they stand, the name of a body to the body.
func (g *guided) search(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	const words = "网站检索功能改造"
	x.open("/")
	x.do(chromedp.SendKeys(chromedp.CSS(`#top input[type=search]`), words))
	x.then(chromedp.KeyEvent(kb.Enter))
	if h := ask[string](x, `here()`); h != "search/?q="+words {
		t.Errorf("the address is %s", h)
	}
	hits := ask[[]struct{ Href, Text, Marked string }](x,
		`qq("ol.hits > li").map((li) => ({Href: li.querySelector("a").href, Text: li.innerText, Marked: `+
			`[...li.querySelectorAll("mark")].map((m) => m.textContent).join("")}))`)
	holding := 0
	for key := range g.reports {
		r := get[reported](t, g.at+"api/reports/"+key+".json")
		if slices.ContainsFunc(r.Sections, func(s struct {
			Position int
			Text     string
			Keywords []string
		}) bool {
			return strings.Contains(s.Text, words)
		}) {
			holding++
		}
	}
	if len(hits) != holding || holding == 0 {
		t.Fatalf("%d hits, %d reports have the words", len(hits), holding)
	}
	for _, h := range hits {
		if !strings.Contains(h.Marked, words) {
			t.Errorf("%s marks %q", h.Href, h.Marked)
		}
	}
	x.shot("search"+g.suffix(), true)
	x.then(x.click("ol.hits > li:nth-child(2) a"))
	if got := ask[string](x, `qq("mark.target").map((e) => e.textContent).join("")`); got != words {
		t.Errorf("the hit leads to %q", got)
	}
	if !ask[bool](x, `((r) => r.top >= 0 && r.bottom <= innerHeight)(q("mark.target").getBoundingClientRect())`) {
		t.Error("the place of the hit is out of sight")
	}
	x.turn("/search?q=" + url.QueryEscape("青岚市"))
	x.then(x.click(`.bodies a`))
	if got := ask[string](x, `document.body.dataset.route + " " + q("h1").textContent`); got != "authority 青岚市人民政府" {
		t.Errorf("the body leads to %s", got)
	}
	for _, file := range []string{"qinglan/2022.txt", "qinglan/2023.txt"} {
		if !ask[bool](x, `q('a[href$="/report/`+g.file[file]+`/"]') !== null`) {
			t.Errorf("the page of the body does not list %s", file)
		}
	}
	x.shot("authority"+g.suffix(), true)
	x.turn("/search?q=" + url.QueryEscape("没有这样的话"))
	if text := ask[string](x, `q("main").innerText`); !strings.Contains(text, x.words("search.nothing")) {
		t.Errorf("that nothing was found is not told: %q", text)
	}
}

// unread: a document that could not be read is named, with the reason.
func (g *guided) unread(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	x.open("/unread/1")
	rows := ask[[]string](x, `[...q("main tbody").rows].map((r) => r.innerText)`)
	type unread struct {
		Rows []struct{ File, Reason string }
	}
	list := get[unread](t, g.at+"api/unread/1.json").Rows
	if len(rows) != 1 || len(list) != 1 || !strings.Contains(rows[0], "broken.pdf") ||
		!strings.Contains(rows[0], list[0].Reason) || list[0].Reason == "" {
		t.Errorf("%q, want %+v", rows, list)
	}
	x.shot("unread", true)
}

// language: by what the browser says, by the switch, by the link; and what was chosen is kept, without a cookie.
func (g *guided) language(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	lang := func() string { return ask[string](x, `document.documentElement.lang + " " + q("h1").textContent`) }
	x.open("/")
	en, zh := x.inBoth("home.title")
	if got := lang(); got != "en "+en {
		t.Errorf("an English browser sees %s", got)
	}
	x.then(x.click(x.mark(`qq("button").find((b) => b.textContent === "中文")`)))
	if got := lang(); got != "zh-CN "+zh {
		t.Errorf("the switch leads to %s", got)
	}
	x.shot("overview-switched", true)
	x.open("/")
	if got := lang(); got != "zh-CN "+zh {
		t.Errorf("the choice is not kept: %s", got)
	}
	x.open("/about?lang=en")
	if got := ask[string](x, `document.documentElement.lang`); got != "en" {
		t.Errorf("a link in English is shown in %s", got)
	}
	if cookie := ask[string](x, `document.cookie`); cookie != "" {
		t.Errorf("a cookie: %s", cookie)
	}
	differ := ask[[]string](x,
		`(async () => { const [a, b] = (await Promise.all(["en", "zh"].map((l) => import(new URL("assets/words." + l + ".js", ROOT))))).map((m) => m.default);
		const holes = (t) => [...new Set(t.match(/\{\d\}/g) || [])].sort().join("");
		return [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((k) => !(k in a) || !(k in b) || a[k] === "" || b[k] === "" || holes(a[k]) !== holes(b[k])); })()`)
	if len(differ) > 0 {
		t.Errorf("not the same in both languages: %v", differ)
	}
	c := openTab(t, g.chrome, g.at, look{lang: "zh-CN"})
	c.open("/")
	if got := ask[string](c, `document.documentElement.lang`); got != "zh-CN" {
		t.Errorf("a Chinese browser sees %s", got)
	}
}

// inBoth gives the words of a key in both languages.
func (x *tab) inBoth(key string) (en, zh string) {
	x.Helper()
	both := ask[[]string](x,
		`Promise.all(["en", "zh"].map(async (l) => (await import(new URL("assets/words." + l + ".js", `+
			`ROOT))).default[`+quote(key)+`]))`)
	return both[0], both[1]
}

// theme: as the system has it, until the switch says otherwise; what was chosen is kept.
func (g *guided) theme(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	bright := func(x *tab) bool {
		return ask[bool](x, `((c) => c[0] + c[1] + c[2] > `+
			`380)(getComputedStyle(document.body).backgroundColor.match(/[\d.]+/g).map(Number))`)
	}
	x.open("/")
	if !bright(x) {
		t.Error("a light system sees a dark page")
	}
	for range 2 { // auto, light, dark
		x.do(x.click(x.mark(`q(".switches button:last-child")`)))
	}
	if bright(x) || ask[string](x, `document.documentElement.dataset.theme`) != "dark" {
		t.Error("the switch does not make the page dark")
	}
	x.shot("overview-dark-switched", false)
	x.open("/about")
	if bright(x) {
		t.Error("the choice is not kept")
	}
	d := openTab(t, g.chrome, g.at, look{lang: "en", dark: true})
	d.open("/")
	if bright(d) {
		t.Error("a dark system sees a light page")
	}
}

// unknown: what is not there is said not to be there.
func (g *guided) unknown(t *testing.T) {
	x := openTab(t, g.chrome, g.at, english)
	x.want("404")
	key := g.file["jiangzhou/2021.html"]
	for i, c := range []struct{ route, want string }{
		{"/nowhere", "error.route"}, {"/report/" + strings.Repeat("0", 64) + "-1", "report"},
		{"/authority/0000000000000000", "authority"}, {"/anomaly/sum-fails-000000000000", "anomaly"},
		{"/report/" + key + "/no.such.cell", "no.such.cell"}, {"/coverage/99/all/1", ""},
		{"/compare?a=0000000000000000&n=no.such.cell", ""},
	} {
		x.open(c.route)
		if c.want == "error.route" {
			c.want = x.words(c.want)
		}
		text := ask[string](x, `q("main").innerText`)
		if !strings.Contains(strings.ToLower(text), strings.ToLower(c.want)) ||
			!ask[bool](x, `q("main .message, main [role=alert], main .note") !== null`) {
			t.Errorf("%s: %q does not say %q", c.route, text, c.want)
		}
		if i < 3 {
			x.shot(fmt.Sprintf("unknown-%d", i), false)
		}
	}
}

// views are the routes of the explorer, each with something in it.
func (g *guided) views(t testing.TB) []struct{ name, route string } {
	t.Helper()
	page, _ := g.report(t, "beilan/2024.html")
	pdf, _ := g.report(t, "wangchuan/2024.pdf")
	blank, r := g.report(t, "linxi/2019.html")
	_, q := g.report(t, "qinglan/2023.txt")
	_, j := g.report(t, "jiangzhou/2023.pdf")
	odd := get[struct{ Rows []struct{ ID, Rule string } }](t, g.at+"api/anomalies.json").Rows
	force := odd[slices.IndexFunc(odd, func(o struct{ ID, Rule string }) bool { return o.Rule == "in-force" })].ID
	c := r.Claims[0]
	return []struct{ name, route string }{
		{"overview", "/"}, {"coverage", "/coverage/all/all/1"}, {"unread", "/unread/1"},
		{"authority", "/authority/" + q.Authority.ID}, {"report", "/report/" + page},
		{"evidence of HTML", "/report/" + page + "/applications.received.total"},
		{"evidence of PDF", "/report/" + pdf + "/applications.received.total"},
		{"report with blanks", "/report/" + blank},
		{"prose", fmt.Sprintf("/report/%s/section/%d/%d/%d", blank, c.Section, c.Start, c.End)},
		{"compare", "/compare?a=" + q.Authority.ID + "," + j.Authority.ID +
			"&n=applications.received.total,rate.granted"}, {"nothing compared", "/compare"},
		{"rank", "/rank/rate.refused"}, {"anomalies", "/anomalies"}, {"anomaly", "/anomaly/" + force},
		{"search", "/search?q=" + url.QueryEscape("公开")},
		{"about", "/about"}, {"api", "/api"}, {"nowhere", "/nowhere"},
	}
}

// accessible: axe-core finds nothing serious in any view, in both languages and both themes, and no word is missing.
func (g *guided) accessible(t *testing.T) {
	file := os.Getenv("GONGKAI_AXE")
	if file == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("GONGKAI_AXE does not name axe.min.js")
		}
		t.Skip("GONGKAI_AXE does not name axe.min.js (npm install axe-core)")
	}
	axe, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []look{english, {lang: "zh-CN", dark: true}} {
		t.Run(l.String(), func(t *testing.T) {
			t.Parallel()
			g.audit(t, l, string(axe))
		})
	}
}

// audit goes through all views as one reader sees them.
func (g *guided) audit(t *testing.T, l look, axe string) {
	x := openTab(t, g.chrome, g.at, l)
	for i, v := range g.views(t) {
		if i == 0 {
			x.open(v.route)
			x.do(chromedp.Evaluate[chromedp.Void](axe + "\nvoid 0"))
		} else {
			x.turn(v.route)
		}
		type violation struct {
			ID, Impact, Help string
			Nodes            []struct{ HTML, FailureSummary string }
		}
		for _, f := range ask[[]violation](x,
			`axe.run(document, {iframes: false, resultTypes: ["violations"]}).then((r) => r.violations.map((v) => `+
				`({ID: v.id, Impact: v.impact, Help: v.help, Nodes: v.nodes.map((n) => ({HTML: n.html, `+
				`FailureSummary: n.failureSummary}))})))`) {
			says := t.Logf
			if f.Impact == "serious" || f.Impact == "critical" {
				says = t.Errorf
			}
			says("%s %s: %s %s: %s (%d places)\n%.300s\n%.400s", v.name, l, f.Impact, f.ID, f.Help, len(f.Nodes),
				f.Nodes[0].HTML, f.Nodes[0].FailureSummary)
		}
		if missing := x.untold(); len(missing) > 0 {
			t.Errorf("%s %s: words without translation: %q", v.name, l, missing)
		}
		x.shot("view-"+strings.ReplaceAll(v.name, " ", "-"), true)
		x.size(390, 800, 1)
		if wide := ask[int](x, `document.scrollingElement.scrollWidth`); wide > 390 {
			t.Errorf("%s %s: on a telephone the page is %d pixels wide: %s", v.name, l, wide,
				ask[string](x, `qq("main *").filter((e) => e.getBoundingClientRect().right > innerWidth + 1 && `+
					`!e.closest(".wide, .scroller, svg")).slice(0, 3).map((e) => e.outerHTML.slice(0, 160)).join("\n")`))
		}
		if l.dark {
			x.shot("telephone-"+strings.ReplaceAll(v.name, " ", "-"), false)
		}
		x.size(1360, 900, 1)
	}
}

// untold gives what looks like a key of the words, not like words: nav.overview, or in Chinese a lone word of Latin
// letters.
func (x *tab) untold() []string {
	x.Helper()
	return ask[[]string](x, `(async () => {
		const words = (await import(new URL("assets/words.en.js", ROOT))).default;
		const heads = [...new Set(Object.keys(words).filter((k) => k.includes(".")).map((k) => k.split(".")[0]))];
		const key = new RegExp("(^|[^\\w./-])(" + heads.join("|") + ")\\.[a-z][\\w-]*(?![\\w.])");
		const zh = document.documentElement.lang.startsWith("zh");
		const out = new Set();
		const look = (text, e) => {
			text = text.trim();
			if (text === "" || ["gongkai", "devel"].includes(text) ||
				e.closest("code, iframe, [lang=en]") && !(zh && e.checkVisibility?.() && e.closest("[lang=en]") && / \w+ \w+ \w+ /.test(text) &&
				!e.closest("code, pre"))) return;
			// what is read as a sentence: four English words in a row, seen, and not said to be English or of a document
			if (zh && /([A-Za-z][a-z']+[ ,]+){3,}[a-z']+/.test(text) && e.checkVisibility?.() !== false &&
				!e.closest("a.out, pre")) out.add(text.slice(0, 120));
			if (key.test(text) || (zh && /^[a-z][a-z_-]{2,}$/.test(text)) || /undefined|NaN|\[object|\{\d\}/.test(text)) out.add(text.slice(0, 120));
		};
		const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		while (walk.nextNode()) look(walk.currentNode.data, walk.currentNode.parentElement);
		for (const e of qq("[title], [aria-label], [placeholder], [alt]")) for (const a of ["title", "aria-label", "placeholder", "alt"]) if (e.hasAttribute(a)) look(e.getAttribute(a), e);
		return [...out];
	})()`)
}

// heaviest is what the first view of a page may bring over the wire.
const heaviest = 200_000

// weight: what a first view of each route brings over the wire.
func (g *guided) weight(t *testing.T) {
	for _, v := range g.views(t) {
		g.wire.clear()
		x := openTab(t, g.chrome, g.at, english)
		if v.name == "nowhere" {
			x.want("404")
		}
		x.open(v.route)
		if v.name == "evidence of HTML" {
			for stop := time.Now().Add(patience); !g.wire.has("/documents/") && time.Now().Before(stop); {
				x.wait(`document.querySelector("iframe") !== null`)
			}
		}
		n, packed, unpacked := g.wire.sum()
		t.Logf("%-20s %3d requests, %7d bytes, unpacked %7d", v.name, n, packed, unpacked)
		if packed > heaviest {
			t.Errorf("%s: %d bytes in the first view, more than %d", v.name, packed, heaviest)
		}
		if packed < 10_000 {
			t.Errorf("%s: %d bytes cannot be all of it", v.name, packed)
		}
	}
}

// A wire counts what a server sends.
type wire struct {
	http.Handler
	mu   sync.Mutex
	sent []sending
	busy map[string]int // paths, and how often they are refused as a busy machine does
}

type sending struct {
	path             string
	packed, unpacked int
}

func (w *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	w.mu.Lock()
	refused := w.busy[r.URL.Path] > 0
	w.busy[r.URL.Path]--
	w.mu.Unlock()
	if refused {
		http.Error(rw, "busy", http.StatusServiceUnavailable)
		return
	}
	rec := httptest.NewRecorder()
	w.Handler.ServeHTTP(rec, r)
	maps.Copy(rw.Header(), rec.Header())
	rw.WriteHeader(rec.Code)
	s := sending{r.URL.Path, rec.Body.Len(), rec.Body.Len()}
	var head bytes.Buffer
	rec.Header().Write(&head)
	if rec.Header().Get("Content-Encoding") == "gzip" {
		if z, err := gzip.NewReader(bytes.NewReader(rec.Body.Bytes())); err == nil {
			n, _ := io.Copy(io.Discard, z)
			s.unpacked = int(n)
		}
	}
	s.packed += head.Len() + len("HTTP/1.1 200 OK\r\n\r\n")
	rw.Write(rec.Body.Bytes())
	w.mu.Lock()
	w.sent = append(w.sent, s)
	w.mu.Unlock()
}

func (w *wire) clear() {
	w.mu.Lock()
	w.sent = nil
	w.mu.Unlock()
}

func (w *wire) has(path string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.ContainsFunc(w.sent, func(s sending) bool { return strings.HasPrefix(s.path, path) })
}

func (w *wire) sum() (n, packed, unpacked int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range w.sent {
		n, packed, unpacked = n+1, packed+s.packed, unpacked+s.unpacked
	}
	return n, packed, unpacked
}

// BenchmarkFirstView tells milliseconds until a route is drawn in a browser that has nothing of it yet.
func BenchmarkFirstView(b *testing.B) {
	chrome := chromium(b)
	x := exhibit(b)
	g := x.serve(b, chrome)
	for _, v := range g.views(b) {
		b.Run(strings.ReplaceAll(v.name, " ", "-"), func(b *testing.B) {
			var sum, most time.Duration
			n := 0
			for b.Loop() {
				b.StopTimer()
				x := openTab(b, chrome, g.at, english)
				b.StartTimer()
				began := time.Now()
				x.open(v.route)
				took := time.Since(began)
				sum, most, n = sum+took, max(most, took), n+1
			}
			b.ReportMetric(float64(sum.Milliseconds())/float64(n), "ms-drawn")
			b.ReportMetric(float64(most.Milliseconds()), "ms-most")
		})
	}
}
