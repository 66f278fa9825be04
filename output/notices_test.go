package output_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore"
	"github.com/gongkai/gongkai/output/release"
)

// A trial is a notice that the program does not have, given as one form file, and a report that follows it.
type trial struct {
	dir          string // in testdata: a .form file and report.html, in which one sum is wrong on purpose
	table        string
	edition      string
	row          string // of the table, which is in no form of the program
	cell         string // of the row
	text         string // printed there
	column       string // of the cell in wide
	stata        string
	label, print string // of the row: its path in the dictionary, its leaf in the form view
	en, zh       string // the row in few words
	title        string // of the table in English
	layout       string
	rate         string // that its kind puts it into; "" = none
	identity     string // over the row, as the codebook tells it
}

var trials = []trial{
	{
		dir: "one-row-more", table: "applications", edition: "2026", row: "refused_trade_secret",
		cell: "applications.refused_trade_secret.total", text: "49",
		column: "applications__refused_trade_secret__total", stata: "p_refused_trade_secret_tot",
		label: "三、本年度办理结果 / （三）不予公开 / 9.属于商业秘密", print: "9.属于商业秘密",
		en: "refused as trade secrets", zh: "属于商业秘密不予公开",
		title: "III. Requests received and handled", layout: "crossed", rate: "rate.refused",
		identity: "refused_inquiry + refused_trade_secret + unavailable_not_held",
	},
	{
		dir: "another-table", table: "statistics", edition: "2014", row: "requests_total",
		cell: "statistics.requests_total.count", text: "76",
		column: "statistics__requests_total__count", stata: "s_requests_total_n",
		label: "二、依申请公开情况 / （三）收到申请总数", print: "（三）收到申请总数",
		en: "requests in all", zh: "收到申请总数",
		title: "Statistics of disclosure", layout: "list",
		identity: "requests_letter + requests_website = requests_total",
	},
}

// TestNoticeIsOneFile: an edition with one more row, and a table of another family, are each one file: the row is read,
// and is in the dataset, the JSON, the dictionary, the release with codebook and names for Stata, the explorer and the
// sentences of anomalies.
func TestNoticeIsOneFile(t *testing.T) {
	for _, x := range trials {
		t.Run(x.dir, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join("testdata", x.dir)
			if files, err := fs.Glob(os.DirFS(dir), "*.form"); err != nil || len(files) != 1 {
				t.Fatalf("form files %v, %v: want one", files, err)
			}
			forms, err := form.Load(os.DirFS(dir))
			if err != nil {
				t.Fatal(err)
			}
			if known := load(t); known.Rank(x.table+"."+x.row) != 0 {
				t.Fatalf("%s.%s is a row of the program's own forms: the trial shows nothing", x.table, x.row)
			}
			r := x.read(t, forms)
			x.inJSON(t, r)
			d := x.inDataset(t, forms, r)
			x.inDictionary(t, forms)
			x.inRelease(t, forms, d)
			x.inAnomalies(t, forms, d)
			x.inExplorer(t, forms, d)
		})
	}
}

// contains fails where one of the words is not in a text.
func contains(t *testing.T, what, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%s: no %q", what, w)
		}
	}
}

func (x *trial) read(t *testing.T, forms *form.Forms) output.Result {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("testdata", x.dir, "report.html"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.Read(body, "report.html")
	if err != nil {
		t.Fatal(err)
	}
	rep := normalize.Read(doc, forms)
	if rep.Status != normalize.StatusRead || rep.Editions[x.table] != x.edition {
		t.Fatalf("status %s (%s), editions %v", rep.Status, rep.Reason, rep.Editions)
	}
	found := false
	for _, v := range rep.Values {
		if v.State == normalize.Absent {
			t.Errorf("%s is absent", v.Name)
		}
		if v.Name == x.cell {
			found = true
			if v.Text != x.text || v.Number == nil || v.Number.String() != x.text ||
				v.Verdict != normalize.Contradicted {
				t.Errorf("%s: %q %v %s, want %s, contradicted", v.Name, v.Text, v.Number, v.Verdict, x.text)
			}
		}
	}
	if !found {
		t.Errorf("no value %s", x.cell)
	}
	return output.Result{
		Document: output.Document{File: "report.html", SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes},
		Report:   rep,
	}
}

func (x *trial) inJSON(t *testing.T, r output.Result) {
	t.Helper()
	var b bytes.Buffer
	if err := output.WriteJSON(&b, r); err != nil {
		t.Fatal(err)
	}
	contains(t, "JSON", b.String(), `"`+x.cell+`"`, `"`+x.table+`":"`+x.edition+`"`)
	err := output.ReadJSON(&b, func(again output.Result) error {
		if again.Report.Editions[x.table] != x.edition {
			t.Errorf("JSON read again: editions %v", again.Report.Editions)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (x *trial) inDataset(t *testing.T, forms *form.Forms, r output.Result) *output.Dataset {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(r); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	editions, err := d.Editions(forms.Tables())
	if err != nil {
		t.Fatal(err)
	}
	if got := editions[x.table].At(0); got != x.edition {
		t.Errorf("edition_%s of reports is %q", x.table, got)
	}
	values := 0
	err = d.Values(func(_ int, v output.ValueRow) error {
		if v.Name == x.cell && v.Text != nil && *v.Text == x.text {
			values++
		}
		return nil
	})
	if err != nil || values != 1 {
		t.Errorf("%d rows %s in values, %v", values, x.cell, err)
	}
	return d
}

func (x *trial) inDictionary(t *testing.T, forms *form.Forms) {
	t.Helper()
	for _, zh := range []bool{false, true} {
		contains(t, "dictionary", output.Dictionary(forms, zh), "| `"+x.cell+"` | `"+x.column+"` | "+x.label+" |",
			"`edition_"+x.table+"`")
	}
}

func (x *trial) inRelease(t *testing.T, forms *form.Forms, d *output.Dataset) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "release")
	if _, err := release.Write(context.Background(), d, dir,
		release.Options{Forms: forms, Program: "test"}); err != nil {
		t.Fatal(err)
	}
	text := func(name string) string {
		found := ""
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() &&
				strings.HasPrefix(filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))), name) {
				b, err := os.ReadFile(path)
				found += string(b)
				return err
			}
			return err
		})
		if err != nil || found == "" {
			t.Errorf("release: no file %s, %v", name, err)
		}
		return found
	}
	for _, book := range []string{"codebook.md", "codebook.zh.md"} {
		contains(t, book, text(book), "`"+x.cell+"` | `"+x.column+"` | `"+x.stata+"` | "+x.label, x.identity)
	}
	contains(t, "Stata", text("stata/"), x.stata, x.label)
	contains(t, "datapackage.json", text("datapackage.json"), `"`+x.column+`"`)
}

func (x *trial) inAnomalies(t *testing.T, forms *form.Forms, d *output.Dataset) {
	t.Helper()
	list, err := anomalies.Find(context.Background(), d, anomalies.Options{Forms: forms, Rules: []string{"sum-fails"}})
	if err != nil {
		t.Fatal(err)
	}
	var en, zh string
	for _, a := range list.Anomalies {
		for _, s := range a.Sentence {
			en += s.Text
		}
		for _, s := range a.SentenceZh {
			zh += s.Text
		}
	}
	contains(t, "anomalies", en, x.en, x.text)
	contains(t, "anomalies in Chinese", zh, x.zh, x.text)
}

func (x *trial) inExplorer(t *testing.T, forms *form.Forms, d *output.Dataset) {
	t.Helper()
	e, err := explore.Open(context.Background(), d, explore.Options{Forms: forms, Program: "test"})
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	get := func(target string, into any) {
		t.Helper()
		w := httptest.NewRecorder()
		e.ServeHTTP(w, httptest.NewRequest("GET", "http://127.0.0.1"+target, nil))
		if w.Code != 200 {
			t.Fatalf("%s: %d %s", target, w.Code, w.Body)
		}
		if err := json.Unmarshal(w.Body.Bytes(), into); err != nil {
			t.Fatalf("%s: %v", target, err)
		}
	}
	var words struct {
		Rows []struct {
			Name, Label, Words string
			WordsZh            string `json:"words_zh"`
		} `json:"form_rows"`
		Tables []struct{ Table, Title string }
		Rates  []struct {
			Name      string
			Numerator []string
		}
	}
	get("/api/dataset.json", &words)
	labelled, titled := false, false
	for _, r := range words.Rows {
		labelled = labelled || r.Name == x.table+"."+x.row && r.Label == x.label && r.Words == x.en && r.WordsZh == x.zh
	}
	for _, s := range words.Tables {
		titled = titled || s.Table == x.table && s.Title == x.title
	}
	if !labelled || !titled {
		t.Errorf("explorer: row labelled %v, table titled %v", labelled, titled)
	}

	var report struct {
		Report struct{ Editions map[string]string }
		Tables []struct {
			Table, Edition, Layout string
			Rows                   []struct {
				Name string
				Path []string
			}
		}
		Values map[string]struct{ Text string }
	}
	files, err := d.Files("reports")
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	key := ""
	err = d.Reports(func(_ int, r output.ReportRow) error { key = r.Document + "-1"; return nil })
	if err != nil {
		t.Fatal(err)
	}
	get("/api/reports/"+key+".json", &report)
	shown := false
	for _, s := range report.Tables {
		for _, r := range s.Rows {
			shown = shown || s.Table == x.table && s.Edition == x.edition && s.Layout == x.layout &&
				r.Name == x.row && r.Path[len(r.Path)-1] == x.print
		}
	}
	if !shown || report.Values[x.cell].Text != x.text || report.Report.Editions[x.table] != x.edition {
		t.Errorf("explorer: row shown %v, %q, editions %v", shown, report.Values[x.cell].Text, report.Report.Editions)
	}
	if x.rate != "" {
		counted := false
		for _, r := range words.Rates {
			counted = counted || r.Name == x.rate && slices.Contains(r.Numerator, x.cell)
		}
		if !counted {
			t.Errorf("explorer: %s is not counted in %s", x.cell, x.rate)
		}
	}
	var peers struct{ Name string }
	get("/api/peers/"+x.cell+".json", &peers)
}

// TestRateOfEarlierEdition: a row that a later edition brings leaves the rates of the earlier reports as they were.
func TestRateOfEarlierEdition(t *testing.T) {
	forms, err := form.Load(os.DirFS(filepath.Join("testdata", "one-row-more")))
	if err != nil {
		t.Fatal(err)
	}
	rates := func(forms *form.Forms) map[string]string {
		dir := filepath.Join(t.TempDir(), "dataset")
		w, err := output.Create(dir, forms, output.Info{ProgramVersion: "test"})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range exampleResults(t) {
			if err := w.Write(r); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		d, err := output.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		e, err := explore.Open(context.Background(), d, explore.Options{Forms: forms, Program: "test"})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close()
		w2 := httptest.NewRecorder()
		e.ServeHTTP(w2, httptest.NewRequest("GET", "http://127.0.0.1/api/peers/rate.refused.json", nil))
		var peers struct {
			Groups []struct {
				Year      int
				Level     string
				Kind      string
				Quantiles []string
			}
		}
		if err := json.Unmarshal(w2.Body.Bytes(), &peers); err != nil {
			t.Fatal(err)
		}
		out := map[string]string{}
		for _, g := range peers.Groups {
			out[fmt.Sprint(g.Year, g.Level, g.Kind)] = strings.Join(g.Quantiles, " ")
		}
		return out
	}
	want, got := rates(load(t)), rates(forms)
	if len(want) == 0 || !maps.Equal(got, want) {
		t.Errorf("rate.refused with the later edition %v, without %v", got, want)
	}
}
