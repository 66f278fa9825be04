package explore

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore/evidence"
	"github.com/gongkai/gongkai/output/told"
)

func forms(t testing.TB) *form.Forms {
	t.Helper()
	f, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// made writes a dataset of the example reports, two of them once more at another place, one whose document holds two
// reports of two years, and one document that is unread; with anomalies it keeps them in the dataset.
func made(t testing.TB, keep bool) (*output.Dataset, []output.Result) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	var all []output.Result
	add := func(r output.Result) {
		r.Report.ReadWords()
		all = append(all, r)
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	for i, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		read := func() *normalize.Report {
			return normalize.ReadFrom(doc, forms(t), normalize.Origin{URL: "http://127.0.0.1/art/" + e.File})
		}
		r := output.Result{Document: output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes, Pages: doc.Pages}, Report: read()}
		add(r)
		switch i {
		case 0, 3:
			again := r
			again.Document.File, again.Report = e.File+".copy", read()
			add(again)
		case 1: // two reports in one document, the second on the year after
			two := r
			two.Document.SHA256, two.Document.File = strings.Repeat("ab", 32), "two.html"
			for part := 1; part <= 2; part++ {
				x := two
				x.Report = read()
				x.Report.Part, x.Report.Year = part, x.Report.Year+part-1
				add(x)
			}
		}
	}
	add(output.Result{Document: output.Document{File: "x.html", SHA256: strings.Repeat("0", 64)},
		Report: normalize.Unread("binary data")})
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if keep {
		list, err := anomalies.Find(context.Background(), d, anomalies.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if err := output.Add(d, "anomalies", anomalies.Rows(list.Anomalies)); err != nil {
			t.Fatal(err)
		}
	}
	return d, all
}

// slowMachine is a shelf whose documents cannot be shown at first, because of the machine.
type slowMachine struct {
	shelf
	failing *atomic.Bool
}

func (s slowMachine) Page(ctx context.Context, d evidence.Source, marks []evidence.Mark) ([]byte, error) {
	if s.failing.Load() {
		return nil, fmt.Errorf("%s: the machine was too slow: %w", d.File, evidence.ErrMachine)
	}
	return s.shelf.Page(ctx, d, marks)
}

// TestMachine: that the machine was too slow is an error of a site and not its words on a document, and a server
// remembers nothing of it.
func TestMachine(t *testing.T) {
	d, _ := made(t, true)
	var failing atomic.Bool
	at := func(static bool) *Explorer {
		e, err := Open(context.Background(), d, Options{Forms: forms(t), Program: "test",
			Documents: slowMachine{failing: &failing}, Index: t.TempDir(), Static: static, FindUpTo: 1000, Log: t.Logf})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(e.Close)
		return e
	}
	static, server := at(true), at(false)
	dir := filepath.Join(t.TempDir(), "site")
	failing.Store(true)
	if _, err := static.WriteSite(context.Background(), dir, 2, nil); !errors.Is(err, evidence.ErrMachine) {
		t.Errorf("the site is written: %v", err)
	}
	if len(static.lost) != 0 {
		t.Errorf("kept: %v", static.lost)
	}
	shown := ""
	for i := range server.c.Documents {
		d := &server.c.Documents[i]
		if kind, _ := server.kindOfEvidence(d); kind == "page" && !strings.HasPrefix(d.File, "two") {
			shown = "/documents/" + d.ID + ".html"
		}
	}
	w := ask(server, "GET", shown)
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" ||
		w.Header().Get("Cache-Control") != "no-store" || !strings.Contains(w.Body.String(), "machine") {
		t.Errorf("the server answers %d %v %s", w.Code, w.Header(), w.Body)
	}
	failing.Store(false)
	if w := ask(server, "GET", shown); w.Code != http.StatusOK {
		t.Errorf("the next time: %d", w.Code)
	}
	if _, err := static.WriteSite(context.Background(), dir, 2, nil); err != nil {
		t.Errorf("the next time: %v", err)
	}
}

// shelf keeps documents for a test: pages of the marks, pictures that are no pictures.
type shelf struct{}

func (shelf) Page(_ context.Context, d evidence.Source, marks []evidence.Mark) ([]byte, error) {
	if strings.HasPrefix(d.File, "two") {
		return nil, fmt.Errorf("%s: %w", d.File, evidence.ErrNotKept)
	}
	return fmt.Appendf(nil, "<p>%s, %d marks", d.SHA256, len(marks)), nil
}

func (shelf) Picture(_ context.Context, d evidence.Source, page int) ([]byte, error) {
	return fmt.Appendf(nil, "%s %d", d.SHA256, page), nil
}

func (shelf) Raw(context.Context, evidence.Source) ([]byte, error) { return nil, evidence.ErrNotKept }

func open(t testing.TB, d *output.Dataset, static bool) *Explorer {
	t.Helper()
	o := Options{Forms: forms(t), Program: "test", Documents: shelf{}, Index: t.TempDir(), Static: static,
		FindUpTo: 1000, Log: func(format string, args ...any) { t.Logf(format, args...) }}
	e, err := Open(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	return e
}

// ask sends a request to the explorer.
func ask(e http.Handler, method, target string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
	r.Method = method
	if u, err := url.Parse(target); err == nil {
		r.URL = u
	} else {
		r.URL = &url.URL{Path: target}
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func get[T any](t testing.TB, e *Explorer, target string) (out T) {
	t.Helper()
	w := ask(e, "GET", target)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", target, w.Code, w.Body)
	}
	d := json.NewDecoder(w.Body)
	d.DisallowUnknownFields()
	if err := d.Decode(&out); err != nil {
		t.Fatalf("%s: %v", target, err)
	}
	return out
}

// TestReports: every value, finding, section and claim of every report is shown as it was read: null, blank and 0 stay
// three things.
func TestReports(t *testing.T) {
	d, all := made(t, true)
	e := open(t, d, false)
	seen := map[string]bool{}
	values := 0
	for _, want := range all {
		rep := want.Report
		if rep.Status == normalize.StatusUnread {
			continue
		}
		key := fmt.Sprintf("%s-%d", want.Document.SHA256, max(1, rep.Part))
		if seen[key] {
			continue
		}
		seen[key] = true
		have := get[jsonReport](t, e, "/api/reports/"+key+".json")
		if have.Source.File != want.Document.File || *have.Report.Year != int32(rep.Year) ||
			len(have.Values) != len(rep.Values) || *have.Report.Agency != rep.Agency {
			t.Errorf("%s: %+v", key, have.Report)
		}
		for _, v := range rep.Values {
			x := have.Values[v.Name]
			if x == nil {
				t.Fatalf("%s lacks %s", key, v.Name)
			}
			if (x.Text == nil) != (v.State == normalize.Absent) || x.Text != nil && *x.Text != v.Text {
				t.Errorf("%s %s: text %v, want %q", key, v.Name, x.Text, v.Text)
			}
			if (x.Number == nil) != (v.Number == nil) || x.Number != nil && *x.Number != v.Number.String() {
				t.Errorf("%s %s: number %v, want %v", key, v.Name, x.Number, v.Number)
			}
			if x.State != string(v.State) || x.Verdict != string(v.Verdict) {
				t.Errorf("%s %s: %s %s, want %s %s", key, v.Name, x.State, x.Verdict, v.State, v.Verdict)
			}
			values++
		}
		if len(have.Findings) != len(rep.Findings) || len(have.Sections) != len(rep.Sections) ||
			len(have.Claims) != len(rep.Claims) {
			t.Errorf("%s: %d findings, %d sections, %d claims; want %d, %d, %d", key, len(have.Findings),
				len(have.Sections),
				len(have.Claims), len(rep.Findings), len(rep.Sections), len(rep.Claims))
		}
		for i, f := range have.Findings { // with its values in the reader's language
			if zh, ok := told.Finding(f.Name, rep.Findings[i].Message); !ok || f.MessageZh != zh || f.Message == zh {
				t.Errorf("%s: finding %d is %q in Chinese, want %q", key, i, f.MessageZh, zh)
			}
		}
		for i, s := range rep.Sections {
			if have.Sections[i].Text != s.Text || len(s.Tokens) > 30 && len(have.Sections[i].Terms) == 0 {
				t.Errorf("%s: section %d is otherwise", key, i)
			}
		}
		for i, c := range rep.Claims {
			if have.Claims[i].Text != c.Text || !slices.Equal(have.Claims[i].Cells, append([]string{}, c.Cells...)) {
				t.Errorf("%s: claim %d is %+v, want %+v", key, i, have.Claims[i], c)
			}
		}
		// an identity that holds proves what no other contradicts; one that fails contradicts all its cells that print
		// a number
		for _, id := range have.Identities {
			for _, name := range append(slices.Clone(id.Left), id.Right...) {
				if v := have.Values[name]; id.State == "fails" && v.Verdict != "contradicted" && v.State == "number" {
					t.Errorf("%s: %v fails and %s is %s", key, id.Right, name, v.Verdict)
				}
			}
		}
	}
	if len(seen) != 14 || values < 2500 {
		t.Errorf("%d reports, %d values", len(seen), values)
	}
}

// packedIn opens a dataset whose pack lies in a folder, if it has so many reports.
func packedIn(t testing.TB, d *output.Dataset, dir string, from int) *Explorer {
	t.Helper()
	e, err := Open(context.Background(), d, Options{Forms: forms(t), Program: "test", Documents: shelf{}, Index: dir, PackFrom: from})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestPack: a packed report and its numbers are those of the tables; a pack that is there is taken.
func TestPack(t *testing.T) {
	d, _ := made(t, true)
	dir := t.TempDir()
	with := func(from int) *Explorer { return packedIn(t, d, dir, from) }
	plain, packed := with(1000), with(1)
	if plain.ready() != nil || packed.ready() == nil {
		t.Fatal("packed, or not, against what was asked")
	}
	for _, target := range targets(t, plain) {
		if target == "/api/dataset.json" {
			continue
		}
		a, b := ask(plain, "GET", target), ask(packed, "GET", target)
		if a.Code != b.Code || a.Body.String() != b.Body.String() {
			t.Errorf("%s: packed it is otherwise: %d and %d", target, a.Code, b.Code)
		}
	}
	doubts := 0
	for year := range plain.c.wide {
		a, err := plain.doubtsOf(year)
		b, wrong := packed.ready().doubts(year, len(packed.cells))
		if err != nil || wrong != nil || !slices.Equal(a, b) {
			t.Errorf("%d: %d cells in doubt, packed %d: %v %v", year, len(a), len(b), err, wrong)
		}
		if doubts += len(a); len(a) > 0 {
			if _, err := packed.ready().doubts(year, 1); err == nil {
				t.Errorf("%d: a cell that no form has", year)
			}
		}
	}
	if doubts == 0 {
		t.Error("no cell is in doubt")
	}
	before := packFiles(t, dir)
	again := with(1)
	if after := packFiles(t, dir); again.ready() == nil || !maps.Equal(before, after) || len(before) != len(plain.c.OfYear)+2 {
		t.Errorf("packs: %v, before %v", after, before)
	}
	for _, e := range []*Explorer{packed, again} {
		if _, made := e.homes.Load("ready"); !made {
			t.Error("nobody has made the first page before it is asked for")
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".reports-*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestPackDamaged: of a pack what was cut off or damaged is made anew, and nothing else; a part that is damaged is an error
// of whoever asks for it.
func TestPackDamaged(t *testing.T) {
	d, _ := made(t, true)
	dir := t.TempDir()
	with := func(from int) *Explorer { return packedIn(t, d, dir, from) }
	with(1)
	before := packFiles(t, dir)
	for name := range before {
		if !strings.Contains(name, "-all-") && !strings.Contains(name, "-2022-") && !strings.HasSuffix(name, listSuffix) {
			continue
		}
		path := filepath.Join(dir, name)
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		torn := slices.Clone(b)
		if strings.HasSuffix(name, packSuffix) {
			torn[len(torn)-packEnd-1]++ // an entry
		}
		for _, damaged := range [][]byte{[]byte("damaged"), b[:len(b)-1], torn, nil} {
			if bytes.Equal(damaged, b) {
				continue
			}
			if err := os.Remove(path); err != nil { // whoever has it open may read on
				t.Fatal(err)
			}
			if damaged != nil {
				if err := os.WriteFile(path, damaged, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			e := with(1)
			if have, err := os.ReadFile(path); err != nil || e.ready() == nil || len(have) != len(b) {
				t.Errorf("%s: it is not made anew: %v", name, err)
			}
		}
		after := packFiles(t, dir)
		for other := range before {
			follows := strings.Contains(other, "-all-") || strings.HasSuffix(other, listSuffix)
			if is := after[other] == before[other]; is != (other != name) && !follows {
				t.Errorf("%s was damaged: %s was made anew: %t", name, other, !is)
			}
		}
		before = after
	}
	e := with(1)
	p := e.ready()
	asked := func(e *Explorer) map[string]string {
		out := map[string]string{}
		for _, path := range []string{"reports/" + e.c.key(e.c.OfYear[2022][0]), "authorities/" + e.c.authorities[0].id,
			"peers/" + e.cells[0].Name} {
			w := httptest.NewRecorder()
			e.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/api/"+path+".json", nil))
			if w.Code != http.StatusOK {
				t.Errorf("%s: %d %s", path, w.Code, w.Body)
			}
			out[path] = w.Body.String()
		}
		return out
	}
	sound := asked(with(1 << 30))
	for _, f := range []*packFile{p.all, p.years[2022]} {
		b, err := os.ReadFile(f.f.Name())
		if err != nil {
			t.Fatal(err)
		}
		b[len(packMagic)+5]++
		if err := os.WriteFile(f.f.Name(), b, 0o644); err != nil {
			t.Fatal(err)
		}
		if _, err := f.part(0, bodyPart); err == nil {
			t.Errorf("%s: a damaged part is given", f.f.Name())
		}
		if _, err := f.part(1, bodyPart); err != nil {
			t.Error(err)
		}
		if _, err := f.part(len(f.entries)/entryBytes, bodyPart); err == nil {
			t.Errorf("%s: a record that there is none of is given", f.f.Name())
		}
	}
	// what is damaged in the middle is looked up in the tables, and made anew by the next
	for i := range 2 * packParts {
		for _, f := range []*packFile{p.all, p.years[2022]} {
			b, err := os.ReadFile(f.f.Name())
			if err != nil {
				continue // it was found to be damaged, and is gone
			}
			b[len(packMagic)+i*len(b)/20]++
			if err := os.WriteFile(f.f.Name(), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if got := asked(e); !maps.Equal(got, sound) {
		t.Errorf("from a damaged pack: %v", got)
	}
	again := with(1)
	if again.ready() == nil {
		t.Error(again.packing)
	}
	for _, f := range append(slices.Collect(maps.Values(again.ready().years)), again.ready().all) {
		if err := f.check(); err != nil {
			t.Error(err)
		}
	}
}

// packFiles are the files of packs in a folder, each with what tells whether it was written anew.
func packFiles(t testing.TB, dir string) map[string]string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, "reports-*"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, path := range list {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		out[filepath.Base(path)] = fmt.Sprint(info.ModTime().UnixNano())
	}
	return out
}

// TestNothing: a dataset without a report has lists that are empty, not lists that are not there.
func TestNothing(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, forms(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(output.Result{Document: output.Document{File: "x.html", SHA256: strings.Repeat("0", 64)},
		Report: normalize.Unread("an empty file")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	e := open(t, d, false)
	for _, target := range []string{"/api/dataset.json", "/api/overview.json", "/api/coverage/all/all/1.json",
		"/api/unread/1.json", "/api/anomalies.json", "/api/peers/rate.granted.json"} {
		w := ask(e, "GET", target)
		var all map[string]any
		if err := json.Unmarshal(w.Body.Bytes(), &all); err != nil || w.Code != 200 {
			t.Fatalf("%s: %d %v", target, w.Code, err)
		}
		for name, v := range all {
			if v == nil {
				t.Errorf("%s: %s is null", target, name)
			}
		}
	}
	if w := ask(e, "GET", "/documents/"+strings.Repeat("0", 64)+".html"); w.Code != 404 ||
		!strings.Contains(w.Body.String(), "the document is empty") {
		t.Errorf("an empty document is shown: %d %s", w.Code, w.Body)
	}
}

// TestCoverage: every report that counts is in the matrix once, and nothing else.
func TestCoverage(t *testing.T) {
	d, _ := made(t, false)
	e := open(t, d, false)
	c := get[jsonCoverage](t, e, "/api/coverage/all/all/1.json")
	marks := 0
	for _, row := range c.Rows {
		for i, m := range row.Cells {
			if (m.State == "missing") != (m.Key == nil) {
				t.Errorf("%s %d: %+v", row.Name, c.Years[i], m)
			}
			if m.Key != nil {
				marks++
				r := get[jsonReport](t, e, "/api/reports/"+*m.Key+".json")
				if int(*r.Report.Year) != c.Years[i] || r.Authority.ID != row.ID || !r.Report.Standing ||
					len(r.Versions) != m.Versions {
					t.Errorf("%s %d leads to %+v", row.Name, c.Years[i], r.Report)
				}
			}
		}
		a := get[jsonBody](t, e, "/api/authorities/"+row.ID+".json")
		for i, y := range a.Years {
			for _, b := range a.Reports {
				if b.Year == nil || *b.Year != y || !b.Standing {
					continue
				}
				r := get[jsonReport](t, e, "/api/reports/"+b.Key+".json")
				for name, v := range r.Values {
					have := (*string)(nil)
					if a.Values[name] != nil {
						have = a.Values[name][i]
					}
					if (have == nil) != (v.Number == nil) || have != nil && *have != *v.Number {
						t.Errorf("%s %d %s: %v, the report says %v", a.Name, y, name, have, v.Number)
					}
					verdict := ""
					if a.Verdicts[name] != nil && a.Verdicts[name][i] != nil {
						verdict = *a.Verdicts[name][i]
					}
					if told := v.Number != nil && (v.Verdict == "contradicted" || v.Verdict == "inferred"); told &&
						verdict != v.Verdict || !told && verdict != "" {
						t.Errorf("%s %d %s: verdict %q, the report says %q", a.Name, y, name, verdict, v.Verdict)
					}
				}
			}
		}
	}
	if marks != 14 {
		t.Errorf("%d marks", marks)
	}
	testCoverageAsked(t, e, c)
	u := get[jsonUnreadPage](t, e, "/api/unread/1.json")
	if u.Total != 1 || u.Rows[0].Reason != "binary data" {
		t.Errorf("unread: %+v", u)
	}
	o := get[jsonOverview](t, e, "/api/overview.json")
	documents, unread := 0, 0
	for _, y := range o.Years {
		documents, unread = documents+y.Documents, unread+y.Unread
	}
	if documents != int(d.Rows["documents"]) || unread != 1 || o.Reasons[0].Reason != "binary data" {
		t.Errorf("overview: %d documents, %d unread", documents, unread)
	}
}

// testCoverageAsked holds what is filtered and sorted against the whole.
func testCoverageAsked(t *testing.T, e *Explorer, all jsonCoverage) {
	missing := func(row jsonCoverageRow, year int) (n int) {
		for i, m := range row.Cells {
			if m.State == "missing" && (year == 0 || all.Years[i] == year) {
				n++
			}
		}
		return n
	}
	year := all.Years[len(all.Years)-1]
	for query, want := range map[string]func(jsonCoverageRow) bool{
		"missing=any":                            func(r jsonCoverageRow) bool { return missing(r, 0) > 0 },
		fmt.Sprintf("missing=%d", year):          func(r jsonCoverageRow) bool { return missing(r, year) > 0 },
		"q=" + url.QueryEscape(all.Rows[0].Name): func(r jsonCoverageRow) bool { return r.Name == all.Rows[0].Name },
		"q=zzz":                                  func(jsonCoverageRow) bool { return false },
	} {
		var names, wanted []string
		for _, r := range get[jsonCoverage](t, e, "/api/coverage/all/all/1.json?"+query).Rows {
			names = append(names, r.Name)
		}
		for _, r := range all.Rows {
			if want(r) {
				wanted = append(wanted, r.Name)
			}
		}
		if !slices.Equal(names, wanted) {
			t.Errorf("%s: %q, want %q", query, names, wanted)
		}
		if query != "q=zzz" && (len(wanted) == 0 || query != "missing=any" && len(wanted) == len(all.Rows)) {
			t.Errorf("%s: nothing is told by it: %d of %d", query, len(wanted), len(all.Rows))
		}
	}
	sorted := get[jsonCoverage](t, e, "/api/coverage/all/all/1.json?order=missing").Rows
	if len(sorted) != len(all.Rows) || !slices.IsSortedFunc(sorted, func(a, b jsonCoverageRow) int {
		return missing(b, 0) - missing(a, 0)
	}) || missing(sorted[0], 0) == missing(sorted[len(sorted)-1], 0) {
		t.Error("the matrix is not sorted by what is missing")
	}
	for _, bad := range []string{"missing=1", "order=name", "q=x&q=y", "page=2"} {
		if w := ask(e, "GET", "/api/coverage/all/all/1.json?"+bad); w.Code != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, w.Code)
		}
	}
}

// TestPeers: the distribution of a cell is that of the reports that count.
func TestPeers(t *testing.T) {
	d, _ := made(t, false)
	e := open(t, d, false)
	for _, name := range []string{"applications.received.total", "rate.granted", "active.fees.amount"} {
		p := get[jsonPeers](t, e, "/api/peers/"+name+".json")
		have := map[string]int{}
		for _, g := range p.Groups {
			for _, q := range g.Quantiles {
				if g.Kind != "all" { // those of the kinds together
					have[fmt.Sprint(g.Year, " ", q)]++
				}
			}
		}
		want := map[string]int{}
		for i := range e.c.authorities {
			a := get[jsonBody](t, e, "/api/authorities/"+e.c.authorities[i].id+".json")
			list := a.Values[name]
			if strings.HasPrefix(name, "rate.") {
				list = a.Rates[name]
			}
			for k, v := range list {
				if v != nil {
					want[fmt.Sprint(a.Years[k], " ", *v)]++
				}
			}
		}
		if fmt.Sprint(have) != fmt.Sprint(want) || len(want) < 3 {
			t.Errorf("%s: %v, want %v", name, have, want)
		}
	}
}

// TestAnomalies: those that are kept in the dataset and those that are looked for on the way are the same, with the
// same sentences, evidence and briefs.
func TestAnomalies(t *testing.T) {
	kept, _ := made(t, true)
	a, b := open(t, kept, false), (*Explorer)(nil)
	found, _ := made(t, false)
	b = open(t, found, false)
	x, y := get[jsonOddities](t, a, "/api/anomalies.json"), get[jsonOddities](t, b, "/api/anomalies.json")
	if x.Total != y.Total || x.Total < 10 {
		t.Fatalf("%d kept, %d found", x.Total, y.Total)
	}
	for i := range x.Rows {
		one, two := get[jsonDetail](t, a, "/api/anomalies/"+x.Rows[i].ID+".json"),
			get[jsonDetail](t, b, "/api/anomalies/"+x.Rows[i].ID+".json")
		p, q := mustJSON(t, one), mustJSON(t, two)
		if p != q {
			t.Errorf("%s: kept\n%s\nfound\n%s", x.Rows[i].ID, p, q)
		}
		for _, ref := range one.Refs { // what a citation says is what its report says
			r := get[jsonReport](t, a, "/api/reports/"+ref.Key+".json")
			if str(ref.Title) != str(r.Report.Title) || str(ref.Published) != str(r.Report.Published) ||
				str(ref.Seen) != str(r.Source.Seen) || str(r.Report.Title) == "" {
				t.Errorf("%s rests on %q of %q, %q", one.ID, str(ref.Title), str(ref.Published), str(ref.Seen))
			}
		}
		said := ""
		for _, s := range one.Segments {
			said += s.Text
			if s.Ref != nil && one.Refs[*s.Ref].Text != s.Text && one.Refs[*s.Ref].Text != "" {
				t.Errorf("%s: %q is not what %+v prints", one.ID, s.Text, one.Refs[*s.Ref])
			}
		}
		if said != one.Sentence || len(one.Refs) == 0 || len(one.Innocent) == 0 {
			t.Errorf("%s: %q, in the list %q", one.ID, said, one.Sentence)
		}
		for _, file := range []string{"brief.en.html", "brief.zh.html", "brief.en.md", "brief.zh.md"} {
			if w := ask(a, "GET", "/api/anomalies/"+one.ID+"/"+file); w.Code != 200 ||
				!strings.Contains(w.Body.String(), one.Refs[0].Text) {
				t.Errorf("%s of %s: %d", file, one.ID, w.Code)
			}
		}
	}
	// facets say what a filter would leave
	for facet, counts := range x.Facets {
		for value, n := range counts {
			if facet == "severity" {
				continue // a least severity lets more through
			}
			if z := get[jsonOddities](t, a, "/api/anomalies.json?"+facet+"="+url.QueryEscape(value)); z.Total != n {
				t.Errorf("%s=%s: %d, the facet says %d", facet, value, z.Total, n)
			}
		}
	}
	if z := get[jsonOddities](t, a, "/api/anomalies.json?severity=error"); z.Total != x.Facets["severity"]["error"] {
		t.Errorf("%d errors", z.Total)
	}
	for _, target := range []string{"/api/brief.html?lang=zh&severity=warning", "/api/brief.md?rule=sum-fails",
		"/api/anomalies.csv"} {
		if w := ask(a, "GET", target); w.Code != 200 || w.Body.Len() < 1000 {
			t.Errorf("%s: %d, %d bytes", target, w.Code, w.Body.Len())
		}
	}
}

func mustJSON(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// targets are addresses of every kind that answer.
func targets(t testing.TB, e *Explorer) []string {
	t.Helper()
	names, err := e.siteNames()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range names {
		if e.opts.Static || n != "api/authorities.json" && n != "api/anomalies/all.json" {
			out = append(out, "/"+n)
		}
	}
	for i := range e.c.Reports {
		out = append(out, "/api/reports/"+e.c.key(int32(i))+".json")
	}
	for i := range e.c.authorities {
		out = append(out, "/api/authorities/"+e.c.authorities[i].id+".json")
	}
	if !e.opts.Static {
		out = append(out, "/", "/api/search.json?q="+url.QueryEscape("公开"),
			"/api/search.json?q="+url.QueryEscape("江州 申请"),
			"/api/search.json?q="+url.QueryEscape("没有这样的话"), "/api/anomalies.json?rule=sum-fails&rule=in-force&page=1",
			"/api/brief.html", "/api/brief.md?lang=zh", "/api/anomalies.csv", "/api/anomalies.json?group=story",
			"/api/bodies.json?q=nanjing", "/api/rank/rate.refused/2023/all/all.csv?min=0&order=asc",
			"/api/rank/rate.refused/2023/all/all.json?min=0&each=3")
	}
	return out
}

// TestOpenAPI: what is answered is what openapi.json says, for every kind of address, by an independent validator; and
// every address that it describes was asked.
func TestOpenAPI(t *testing.T) {
	d, _ := made(t, true)
	e := open(t, d, false)
	b, err := openAPI()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(b)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	for _, media := range []string{"text/html", "text/csv", "text/markdown", "image/png"} {
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	asked := map[string]bool{}
	list := targets(t, e)
	for i := range e.c.Documents {
		if e.c.Documents[i].Media == "text/html" {
			list = append(list, "/documents/"+e.c.Documents[i].ID+".html")
			break
		}
	}
	for i := range e.c.Documents {
		if e.c.Documents[i].Media == "application/pdf" {
			list = append(list, "/documents/"+e.c.Documents[i].ID+"-1.png")
			break
		}
	}
	check := func(target string, status int) {
		r := httptest.NewRequest(http.MethodGet, target, nil)
		route, path, err := router.FindRoute(r)
		if errors.Is(err, routers.ErrPathNotFound) && !strings.HasPrefix(target, "/api/") {
			return
		}
		if err != nil {
			t.Errorf("%s: %v", target, err)
			return
		}
		asked[route.Path] = true
		in := &openapi3filter.RequestValidationInput{Request: r, PathParams: path, Route: route}
		if err := openapi3filter.ValidateRequest(r.Context(), in); (err == nil) != (status == 200) {
			t.Errorf("%s: %v", target, err)
		}
		w := ask(e, "GET", target)
		if w.Code != status {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
		out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: w.Code, Header: w.Header(),
			Body: io.NopCloser(bytes.NewReader(w.Body.Bytes()))}
		if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
			t.Errorf("%s: %v", target, err)
		}
	}
	for _, target := range list {
		if target == "/api/openapi.json" {
			continue
		}
		check(target, 200)
	}
	check("/api/anomalies.json?severity=grave", 400)
	check("/api/search.json", 400)
	for path := range doc.Paths.Map() {
		if !asked[path] {
			t.Errorf("%s was not asked", path)
		}
	}
	t.Logf("%d answers", len(list))
}

// TestSite: a static site holds what the server answers, under the same names; the same bytes every time; what is gone
// is removed.
func TestSite(t *testing.T) {
	d, _ := made(t, true)
	server, static := open(t, d, false), open(t, d, true)
	dir := filepath.Join(t.TempDir(), "site")
	s, err := static.WriteSite(context.Background(), dir, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	if s.Lost != 1 || s.Written != s.Files {
		t.Errorf("%+v", s)
	}
	same := 0
	err = filepath.WalkDir(dir, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		rel, _ := filepath.Rel(dir, path)
		name := filepath.ToSlash(rel)
		have, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		switch {
		case name == siteName, name == "api/dataset.json", name == "api/examples.json", name == "api/authorities.json",
			name == "api/anomalies/all.json", strings.HasPrefix(name, "api/search/"):
			return nil
		case strings.HasPrefix(name, "api/reports/"+strings.Repeat("ab", 32)):
			// its document is lost: a file says so at once
			if !bytes.Contains(have, []byte(`"kind":"none"`)) {
				t.Errorf("%s does not say that its document is lost", name)
			}
			return nil
		case strings.HasPrefix(name, "api/reports/") && bytes.Contains(have, []byte(`"kind":"picture"`)):
			// pages without values are left out
			return nil
		}
		at := name
		if folder, ok := strings.CutSuffix(name, "/index.html"); ok { // a page
			at = folder + "/"
		}
		w := ask(server, "GET", "/"+at)
		if w.Code != 200 || !bytes.Equal(w.Body.Bytes(), have) {
			t.Errorf("%s: the server answers %d and otherwise", name, w.Code)
		}
		same++
		return nil
	})
	if err != nil || same < 300 {
		t.Errorf("%d files compared: %v", same, err)
	}
	for _, target := range targets(t, static) { // all that the application asks for is there
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(target))); err != nil {
			t.Error(err)
		}
	}
	again, err := open(t, d, true).WriteSite(context.Background(), dir, 1, nil)
	if err != nil || again.Written != 0 || again.Files != s.Files || again.Bytes != s.Bytes {
		t.Errorf("again: %+v, %v", again, err)
	}
	if err := os.RemoveAll(filepath.Join(d.Dir(), "anomalies")); err != nil {
		t.Fatal(err)
	}
	delete(d.Rows, "anomalies")                                  // counted and gone would be damage
	o := Options{Forms: forms(t), Program: "test", Static: true} // nobody looks
	e, err := Open(context.Background(), d, o)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	less, err := e.WriteSite(context.Background(), dir, 2, nil)
	if err != nil || less.Files >= s.Files {
		t.Errorf("without anomalies: %+v, %v", less, err)
	}
	files := 0
	if err := filepath.WalkDir(dir, func(path string, f fs.DirEntry, err error) error {
		if err == nil && !f.IsDir() {
			files++
		} else if in, err := os.ReadDir(path); err == nil && len(in) == 0 {
			t.Errorf("%s: an empty folder is left", path)
		}
		return err
	}); err != nil || files != less.Files+1 {
		t.Errorf("%d files lie there, %d belong there: %v", files, less.Files+1, err)
	}
	// one that was broken off is a site too: what it wrote is removed where it does not belong
	broken := filepath.Join(t.TempDir(), "site")
	ctx, stop := context.WithCancel(context.Background())
	if _, err := open(t, d, true).WriteSite(ctx, broken, 1, func(done, _ int) {
		if done == 3 {
			stop()
		}
	}); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	if left, err := readSite(broken); err != nil || len(left) == 0 {
		t.Errorf("broken off: %d files are known to be the site's: %v", len(left), err)
	}
	other := t.TempDir()
	if err := os.WriteFile(filepath.Join(other, "thesis.txt"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := e.WriteSite(context.Background(), other, 1, nil); err == nil ||
		!strings.Contains(err.Error(), "no gongkai site") {
		t.Errorf("a folder with other files: %v", err)
	}
}

// hostile are requests that must be refused.
var hostile = []string{"/../go.mod", "/..%2f..%2fetc/passwd", "/assets/../../go.mod", "/api/../../../etc/passwd",
	"/documents/../x.html", "/documents/" + "..%2f..%2fgo.mod", "//etc/passwd", "/api//reports", "/.", "/..",
	"/assets/", "/assets", "/assets/index.html", "/assets/assets.go", "/site.json",
	"/api/reports/.json", "/api/reports/x.json", "/api/reports/" +
		"0000000000000000000000000000000000000000000000000000000000000000-1.json", "/api/coverage/all/all/0.json",
	"/api/coverage/all/all/99999999999999999999.json", "/api/coverage/all/all/01.json", "/api/coverage/xx/all/1.json",
	"/api/coverage/all/mayor/1.json", "/api/coverage/all/all/-1.json",
	"/api/unread/2.json", "/api/authorities.json", "/api/anomalies/all.json", "/api/authorities/x.json",
	"/api/peers/x.json", "/api/peers/rate.refused.json?level=x", "/api/peers/rate.refused.json?kind=x",
	"/api/peers/rate.refused.json?kind=", "/api/peers/applications.received.json", "/api/anomalies/x.json",
	"/api/anomalies/x/brief.en.html", "/api/anomalies.json?page=0", "/api/anomalies.json?page=9999",
	"/api/anomalies.json?rule=x", "/api/anomalies.json?year=two", "/api/anomalies.json?severity=x",
	"/api/anomalies.json?level=x", "/api/anomalies.json?cell=1", "/api/anomalies.json?year=2020&year=2021",
	"/api/search.json", "/api/search.json?q=a", "/api/search.json?q=%00", "/api/search.json?q=%ff%fe",
	"/api/search.json?q=" + strings.Repeat("a", 3000), "/api/search.json?q=ab&after=zzz",
	"/api/search.json?q=ab&year=-1", "/api/brief.html?lang=fr", "/api/dataset.json?x=1", "/assets/app.js?x=1", "/%00",
	"/documents/", "/assets/app.js/", "/api/dataset.json/", "/embed.html", "/assets/embed.html", "/report/", "/report/x/y/",
	"/anomaly", "/authority//",
	"/documents/x.html", "/documents/" + "0000000000000000000000000000000000000000000000000000000000000000.html",
	"/documents/0-1.png", "/favicon.ico", "/.git/config", "/api/openapi.yaml", "/" + strings.Repeat("a", 600),
	"/api/anomalies.csv?page=1", "/api/search.json?q=%zz", "/C:\\windows"}

// TestHostile: what is not there, badly asked for or outside is refused with a sentence; never with a stack trace, nor
// a server's error.
func TestHostile(t *testing.T) {
	d, _ := made(t, true)
	e := open(t, d, false)
	for _, target := range hostile {
		w := ask(e, "GET", target)
		if w.Code < 400 || w.Code > 499 {
			t.Errorf("%.80s: %d %.80s", target, w.Code, w.Body)
		}
		refused(t, target, w)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "G"} {
		if w := ask(e, method, "/api/dataset.json"); w.Code != http.StatusMethodNotAllowed ||
			w.Header().Get("Allow") == "" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if w := ask(e, "HEAD", "/api/dataset.json"); w.Code != 200 || w.Body.Len() != 0 ||
		w.Header().Get("Content-Length") == "0" {
		t.Errorf("HEAD: %d, %d bytes", w.Code, w.Body.Len())
	}
}

// stack is a line of a stack trace.
var stack = regexp.MustCompile(`\.go:[0-9]+`)

// refused looks at what every answer must have.
func refused(t *testing.T, target string, w *httptest.ResponseRecorder) {
	t.Helper()
	body := w.Body.String()
	if w.Code >= 500 || strings.Contains(body, "goroutine ") || stack.MatchString(body) ||
		strings.Contains(body, "root:x:0") || strings.Contains(body, "module github.com") {
		t.Errorf("%.80q: %d %.200s", target, w.Code, body)
	}
	if w.Code >= 400 && w.Header().Get("Content-Type") == jsonMedia {
		var x struct{ Error string }
		if err := json.Unmarshal([]byte(body), &x); err != nil || x.Error == "" {
			t.Errorf("%.80q: %d %.80s", target, w.Code, body)
		}
	}
	for _, h := range []string{"Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy",
		"Cross-Origin-Resource-Policy"} {
		if w.Header().Get(h) == "" {
			t.Errorf("%.80q: no %s", target, h)
		}
	}
	if w.Header().Get("Set-Cookie") != "" {
		t.Errorf("%.80q sets a cookie", target)
	}
}

// FuzzRequest: whatever is asked, the answer is a resource or a refusal.
func FuzzRequest(f *testing.F) {
	d, _ := made(f, true)
	e := open(f, d, false)
	for _, target := range append(hostile, targets(f, e)...) {
		path, query, _ := strings.Cut(target, "?")
		f.Add("GET", path, query)
	}
	f.Fuzz(func(t *testing.T, method, path, query string) {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/", nil)
		r.Method, r.URL = method, &url.URL{Path: path, RawQuery: query}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		refused(t, path+"?"+query, w)
	})
}

// TestGuard: a page that was lured here by a foreign name gets nothing.
func TestGuard(t *testing.T) {
	h := Guard(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }),
		"data.example.org")
	for host, want := range map[string]int{"localhost:8019": 204, "127.0.0.1": 204, "[::1]:80": 204,
		"data.example.org": 204, "data.example.org:443": 204, "evil.example.org:8019": 421,
		"127.0.0.1.evil.example": 421,
		"":                       421} {
		r := httptest.NewRequest(http.MethodGet, "http://x/", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: %d, want %d", host, w.Code, want)
		}
	}
}

// TestTransport: answers are compressed for who can read that, and not sent again to who has them.
func TestTransport(t *testing.T) {
	d, _ := made(t, false)
	e := open(t, d, false)
	plain := ask(e, "GET", "/api/dataset.json")
	r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api/dataset.json", nil)
	r.Header.Set("Accept-Encoding", "gzip, br")
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(z); err != nil || !bytes.Equal(b, plain.Body.Bytes()) {
		t.Errorf("the compressed answer is another: %v", err)
	}
	r = httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api/dataset.json", nil)
	r.Header.Set("If-None-Match", plain.Header().Get("ETag"))
	w = httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if w.Code != http.StatusNotModified || w.Body.Len() != 0 {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
	doc := ask(e, "GET", "/documents/"+e.c.Documents[0].ID+".html")
	if csp := doc.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "sandbox") ||
		strings.Contains(csp, "script-src") {
		t.Errorf("a document's policy: %q", csp)
	}
	lost := ask(e, "GET", "/documents/"+strings.Repeat("ab", 32)+".html")
	if lost.Code != 404 || !strings.Contains(lost.Body.String(), "not kept") {
		t.Errorf("a document that is not kept: %d %s", lost.Code, lost.Body)
	}
}
