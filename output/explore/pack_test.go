package explore

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unsafe"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/claims"
	corpus "github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
)

// A changing is a dataset of made reports that changes document by document.
type changing struct {
	t    testing.TB
	dir  string
	docs []*changingDoc
	odd  map[int][]output.AnomalyRow // kept in the dataset; nil = they are looked for once
}

// A changingDoc is a report of the corpus, with what was changed of it.
type changingDoc struct {
	made    corpus.Document
	sha     string
	gone    bool
	changes []func(*output.Result)
}

func newChanging(t testing.TB, reports int, wanted func(d *corpus.Document) bool) *changing {
	t.Helper()
	s := &changing{t: t, dir: filepath.Join(t.TempDir(), "dataset")}
	for d := range (corpus.Corpus{Reports: reports, Seed: 5}).All() {
		if wanted(&d) {
			s.docs = append(s.docs, &changingDoc{made: d, sha: fmt.Sprintf("%064x", 1+d.Number)})
		}
	}
	return s
}

// of finds the documents of a year, in the order of the corpus.
func (s *changing) of(year int) (out []*changingDoc) {
	for _, d := range s.docs {
		if d.made.Year == year && !d.gone {
			out = append(out, d)
		}
	}
	return out
}

// write writes the dataset as it is now.
func (s *changing) write() *output.Dataset {
	s.t.Helper()
	if err := os.RemoveAll(s.dir); err != nil {
		s.t.Fatal(err)
	}
	w, err := output.Create(s.dir, forms(s.t), output.Info{ProgramVersion: "test"})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, d := range s.docs {
		if d.gone {
			continue
		}
		r := output.Result{Document: output.Document{File: d.made.File, SHA256: d.sha, MediaType: "text/html", Bytes: 40_000,
			URL: "http://127.0.0.1/" + d.made.File, Seen: "2026-01-02"}, Report: d.made.Direct(forms(s.t))}
		for _, change := range d.changes {
			change(&r)
		}
		if err := w.Write(r); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	set, err := output.Open(s.dir)
	if err != nil {
		s.t.Fatal(err)
	}
	if s.odd == nil {
		list, err := anomalies.Find(context.Background(), set, anomalies.Options{})
		if err != nil {
			s.t.Fatal(err)
		}
		s.odd = anomalies.Rows(list.Anomalies)
	}
	if err := output.Add(set, "anomalies", s.odd); err != nil {
		s.t.Fatal(err)
	}
	return set
}

// open opens the dataset without a pack; makePack puts one into the folder.
func (s *changing) open(d *output.Dataset, index string) *Explorer {
	s.t.Helper()
	e, err := Open(context.Background(), d, Options{Forms: forms(s.t), Program: "test", Documents: shelf{},
		FindUpTo: 1000, PackFrom: 1})
	if err != nil {
		s.t.Fatal(err)
	}
	if err := e.Wait(); err != nil {
		s.t.Fatal(err)
	}
	e.opts.Index = index
	return e
}

// unpackedYears gives all that is packed of each year, as the tables tell it. What cannot be made is told by its error.
func unpackedYears(e *Explorer) map[int]string {
	out := map[int]string{}
	for year, list := range e.c.OfYear {
		var b strings.Builder
		tells(&b, func() error {
			var st streams
			defer st.close()
			if err := st.begin(e.c, year); err != nil {
				return err
			}
			for _, n := range list {
				r, err := e.makeReport(n, &st)
				if err != nil {
					return err
				}
				rows, err := e.seriesRows(n, &st)
				if err != nil {
					return err
				}
				for _, x := range []any{r, rows} {
					body, err := marshal(x)
					if err != nil {
						return err
					}
					b.Write(body)
				}
			}
			delete(e.doubts, year)
			doubts, err := e.doubtsOf(year)
			fmt.Fprintln(&b, doubts)
			return err
		})
		out[year] = b.String()
	}
	return out
}

// tells writes what went wrong, panics too.
func tells(b *strings.Builder, f func() error) {
	defer func() {
		if x := recover(); x != nil {
			fmt.Fprintln(b, "panic:", x)
		}
	}()
	if err := f(); err != nil {
		fmt.Fprintln(b, "error:", err)
	}
}

func gunzipped(t testing.TB, b []byte, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return string(plain)
}

// parting shows where two texts part.
func parting(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	show := func(s string) string { return s[max(0, i-60):min(len(s), i+60)] }
	return fmt.Sprintf("%q, %q", show(a), show(b))
}

// samePacked holds all that a pack gives against the tables.
func samePacked(t testing.TB, e *Explorer, p *pack, when string) {
	t.Helper()
	for i := range e.c.Reports {
		n := int32(i)
		r, err := e.makeReport(n, &streams{})
		if err != nil {
			t.Fatal(err)
		}
		want, err := marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.report(n)
		if have := gunzipped(t, b, err); have != string(want) {
			t.Errorf("%s: report %s is packed otherwise: %s", when, e.c.key(n), parting(have, string(want)))
		}
		a, err := e.numbersOf(n, nil)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := e.numbersOf(n, p); err != nil || !maps.Equal(a, b) {
			t.Errorf("%s: the numbers of %s are packed otherwise: %v", when, e.c.key(n), err)
		}
		rows, err := e.seriesRows(n, &streams{})
		if err != nil {
			t.Fatal(err)
		}
		if have, err := p.linked(n); err != nil || len(have) != len(rows) || len(rows) > 0 && !reflect.DeepEqual(have, rows) {
			t.Errorf("%s: the series of %s are packed otherwise: %v", when, e.c.key(n), err)
		}
	}
	for i := range e.c.authorities {
		want, err := e.makeBody(context.Background(), &e.c.authorities[i], nil)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.body(int32(i))
		if gunzipped(t, b, err) != string(want) {
			t.Errorf("%s: body %s is packed otherwise", when, e.c.authorities[i].Name)
		}
	}
	for _, name := range e.figureNames() {
		want, err := e.makePeers(name)
		if err != nil {
			t.Fatal(err)
		}
		b, err := p.peers(name)
		if gunzipped(t, b, err) != string(want) {
			t.Errorf("%s: %s is packed otherwise", when, name)
		}
	}
	for year := range e.c.OfYear {
		want, err := e.doubtsOf(year)
		if have, wrong := p.doubts(year, len(e.cells)); err != nil || wrong != nil || !slices.Equal(have, want) {
			t.Errorf("%s: the doubts of %d are packed otherwise: %v %v", when, year, err, wrong)
		}
	}
}

// TestPackFollows: after each of many changes of a dataset a pack gives what the tables do, and only the years are packed
// again of which something has come out otherwise.
func TestPackFollows(t *testing.T) {
	long := os.Getenv("GONGKAI_LONG") != ""
	reports := 60
	if long {
		reports = 400
	}
	s := newChanging(t, reports, func(d *corpus.Document) bool { return long || d.Year == 2014 || d.Year >= 2018 })
	rng := rand.New(rand.NewSource(7))
	one := func(year int) *changingDoc { list := s.of(year); return list[rng.Intn(len(list))] }
	late := one(2021)
	late.gone = true
	lone := *one(2021) // of a body that has no other year
	lone.sha, lone.gone = strings.Repeat("a", 64), false
	lone.change(func(r *output.Result) { r.Report.Body.ID, r.Report.Agency = "330100/office", "杭州市某办公室" })
	s.docs = append(s.docs, &lone)
	s.odd = map[int][]output.AnomalyRow{}
	for i, year := range []int{2018, 2019, 2020, 2022} {
		s.odd[year] = []output.AnomalyRow{oddOn(one(year), one(2021), fmt.Sprint("first-", i), "warning"),
			oddOn(one(year), one(2020), fmt.Sprint("second-", i), "note")}
	}
	const text = "本机关认真贯彻落实条例，依法主动公开政府信息，全年通过门户网站发布各类文件三百余条，涉及规划、财政预算、重大项目与民生保障。" +
		"在依申请公开方面，进一步规范登记、审核、办理、答复、归档各环节，主动与申请人沟通，提高答复质量。平台建设上，优化栏目设置，" +
		"增设政策解读专区，推动图解、视频等多种形式。监督保障方面，定期开展业务培训，将公开工作纳入年度绩效考核，未发生责任追究情形。"
	prose := func(text string) func(*output.Result) {
		return func(r *output.Result) {
			r.Report.Sections = r.Report.Sections[:1]
			r.Report.Sections[0].Text = text
			r.Report.ReadWords()
		}
	}
	index := t.TempDir()
	steps := []struct {
		name string
		do   func()
		// more may be packed than has changed: that the bytes lie at two places may change which findings are shown
		coarse bool
	}{
		{"the first time", func() {}, false},
		{"nothing", func() {}, false},
		{"a number of one document", func() {
			one(2022).change(func(r *output.Result) {
				v := &r.Report.Values[3]
				n := decimal.NewFromInt(4711)
				v.Text, v.Number, v.Verdict = "4711", &n, "contradicted"
			})
		}, false},
		{"the bytes of one document", func() { one(2020).sha = strings.Repeat("c", 64) }, false},
		{"a text that was printed otherwise", func() {
			one(2018).change(func(r *output.Result) { r.Report.Values[0].Text += " " })
		}, false},
		{"a document of a body with other years", func() { late.gone = false }, false},
		{"a word of the prose", func() { one(2023).change(prose("另一段文字。")) }, false},
		{"prose of one year", func() { lone.change(prose(text)) }, false},
		{"the same prose the year after, of another body", func() { one(2022).change(prose(text)) }, false},
		{"what is repeated lies elsewhere there", func() { lone.change(prose("另有一句。" + text)) }, false},
		{"who is repeated", func() { // its identity, and with it the address of its page
			lone.change(func(r *output.Result) { r.Report.Body.ID = "330100/department/other" })
		}, false},
		{"who is repeated is not there any more", func() { lone.gone = true }, false},
		{"a judgement", func() {
			a := slices.Concat(slices.Collect(maps.Values(s.odd))...)[0]
			b := []byte("id,verdict,who,why\n" + a.ID + ",explained,A. Reader,it is so\n")
			if err := os.WriteFile(anomalies.JudgementsOf(s.dir), b, 0o644); err != nil {
				t.Fatal(err)
			}
		}, false},
		{"anomalies written anew", func() {
			for year, rows := range s.odd {
				s.odd[year] = rows[:len(rows)/2]
			}
		}, false},
		{"an anomaly that rests on another year", func() {
			a, b := one(2019), one(2014)
			s.odd[2019] = append(s.odd[2019], oddOn(a, b, "made-1", "note"))
		}, false},
		{"another severity, and with it the order", func() {
			a, b := one(2018), one(2014)
			s.odd[2018] = append(s.odd[2018], oddOn(a, b, "made-2", "error"))
		}, false},
		{"a body by its newest report", func() {
			list := s.of(2024)
			list[0].change(func(r *output.Result) { r.Report.Body.Function, r.Report.Body.Level = "审计", places.Prefecture })
		}, false},
		{"a day on which a document was seen", func() {
			one(2018).change(func(r *output.Result) { r.Document.Seen = "2026-02-03" })
		}, false},
		{"a document that has vanished", func() {
			one(2020).change(func(r *output.Result) { r.Document.Vanished = "2026-02-03" })
		}, false},
		{"a document gone", func() { one(2020).gone = true }, false},
		{"the same bytes at another place, read as of another year", func() {
			a := *one(2019)
			a.changes = append(slices.Clone(a.changes), func(r *output.Result) { r.Document.File += ".copy"; r.Report.Year = 2023 })
			s.docs = append([]*changingDoc{&a}, s.docs...)
		}, true},
		{"a second document of a body and year", func() {
			a := *one(2022)
			a.sha = strings.Repeat("d", 64)
			a.change(func(r *output.Result) { r.Document.File += ".again"; r.Document.URL = "" })
			s.docs = append(s.docs, &a)
		}, false},
		{"a report of no known year", func() {
			a := *one(2022)
			a.sha = strings.Repeat("e", 64)
			a.change(func(r *output.Result) { r.Report.Year = 0 })
			s.docs = append(s.docs, &a)
		}, false},
		{"a year that is new", func() {
			a := *one(2024)
			a.sha = strings.Repeat("f", 64)
			a.change(func(r *output.Result) { r.Report.Year = 2025 })
			s.docs = append(s.docs, &a)
		}, false},
		{"no report of a year any more", func() {
			for _, d := range s.of(2014) {
				d.gone = true
			}
		}, false},
		{"all bodies of another kind", func() {
			for _, d := range s.docs {
				d.change(func(r *output.Result) { r.Report.Body.Kind = agencies.Kind("department") })
			}
		}, false},
	}
	before, files := map[int]string{}, map[string]string{}
	kept := 0
	for i, step := range steps {
		step.do()
		e := s.open(s.write(), index)
		now := unpackedYears(e)
		want := 0
		changed := map[int]bool{}
		for year := range now {
			if now[year] != before[year] {
				want, changed[year] = want+len(e.c.OfYear[year]), true
			} else {
				kept++
			}
		}
		total := -1
		var done atomic.Int64
		p, err := e.makePack(context.Background(), func(n int) { total = n }, func() { done.Add(1) })
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		if total != want && !(step.coarse && total > want) || int(done.Load()) != total {
			t.Errorf("%s: %d of %d reports are packed, of years that came out otherwise there are %d", step.name, done.Load(), total, want)
		}
		samePacked(t, e, p, step.name)
		have := packFiles(t, index)
		if n := len(e.c.OfYear) + 2; len(have) != n {
			t.Errorf("%s: %d files, want %d: %v", step.name, len(have), n, slices.Collect(maps.Keys(have)))
		}
		names, err := e.namePack(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		for year, name := range names.years {
			if have[name] == "" || (have[name] == files[name]) == changed[year] && (changed[year] || !step.coarse) {
				t.Errorf("%s: %d: written again, or not, against what has changed (%t)", step.name, year, changed[year])
			}
		}
		if of := slices.Sorted(maps.Keys(changed)); strings.Contains(step.name, "is repeated") && !slices.Equal(of, []int{2021, 2022}) {
			t.Errorf("%s: %v have changed", step.name, of)
		} else {
			t.Logf("%s: %v", step.name, of)
		}
		if again, err := e.listed(); err != nil {
			t.Errorf("%s: it is not noted: %v", step.name, err)
		} else {
			if i%8 == 0 {
				samePacked(t, e, again, step.name+", listed")
			}
			again.close()
		}
		p.close()
		e.Close()
		before, files = now, have
	}
	if kept < len(steps)*3 {
		t.Errorf("years came out the same %d times", kept)
	}
	// the same bytes, written at another time
	e := s.open(s.write(), index)
	defer e.Close()
	err := filepath.WalkDir(s.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		return os.Chtimes(path, time.Unix(1e9, 0), time.Unix(1e9, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.listed(); err == nil {
		t.Error("a dataset that was written anew is taken for the one that was opened")
	}
	e = s.open(e.c.data, index)
	defer e.Close()
	if _, err := e.listed(); err == nil {
		t.Error("it is known without a look at its bytes")
	}
	p, err := e.makePack(context.Background(), func(n int) {
		if n != 0 {
			t.Errorf("%d reports are packed again", n)
		}
	}, func() { t.Error("a report is packed again") })
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	for name, was := range packFiles(t, index) {
		if strings.HasSuffix(name, packSuffix) && was != files[name] {
			t.Errorf("%s was written again", name)
		}
	}
	if p, err := e.listed(); err != nil {
		t.Error(err)
	} else {
		p.close()
	}
}

func (d *changingDoc) change(f func(*output.Result)) {
	d.changes = append(slices.Clip(d.changes), f)
}

// oddOn is an anomaly of a report that rests on a cell of its own and on one of another, which it names.
func oddOn(a, b *changingDoc, id, severity string) output.AnomalyRow {
	const cell = "applications.received.total"
	x := output.AnomalyRow{ID: id, Rule: "sum-fails", Severity: severity, Document: a.sha, Part: 1, Effect: 7, Sentence: "It is odd.",
		SentenceZh: "异常。"}
	for _, d := range []*changingDoc{a, b} {
		for _, name := range []string{cell, "applications.handled_total.total"} {
			x.Evidence = append(x.Evidence, output.EvidenceRow{Kind: "cell", Document: d.sha, Part: 1, Name: name})
		}
	}
	return x
}

// TestPackKeys: whatever is changed of what an explorer holds in memory, field by field, and whichever file of a year is
// another: where a packed report, body or distribution comes out otherwise, its file has another name.
func TestPackKeys(t *testing.T) {
	s := newChanging(t, 48, func(d *corpus.Document) bool { return d.Year == 2018 || d.Year >= 2023 })
	twice := *s.of(2023)[0]
	twice.changes = append(twice.changes, func(r *output.Result) { r.Document.File += ".copy" })
	doubted := func(r *output.Result) {
		r.Report.Findings = append(r.Report.Findings, normalize.Finding{Code: "sum-fails", Severity: normalize.Warning,
			Message: "it is odd"})
	}
	s.of(2023)[0].change(doubted)
	twice.change(doubted)
	moved := *s.of(2023)[1]
	moved.changes = append(moved.changes, func(r *output.Result) { r.Document.File += ".copy"; r.Report.Year = 2024 })
	nobody := *s.of(2024)[0]
	nobody.sha = strings.Repeat("9", 64)
	nobody.change(func(r *output.Result) { r.Report.Body, r.Report.Agency = agencies.Agency{}, "" })
	unknown := *s.of(2024)[1]
	unknown.sha = strings.Repeat("8", 64)
	unknown.change(func(r *output.Result) { r.Report.Year = 0 })
	drawn := *s.of(2024)[0]
	drawn.sha = strings.Repeat("7", 64)
	drawn.change(func(r *output.Result) {
		r.Document.MediaType, r.Document.Pages = "application/pdf", 3
		r.Report.ReadWords()
		r.Report.Claims = []normalize.Claim{{Claim: claims.Claim{Text: "3件", Value: decimal.NewFromInt(3), Unit: "件"}, Section: 1,
			Link: normalize.NotInTable}}
	})
	s.docs = append(s.docs, &twice, &moved, &nobody, &unknown, &drawn)
	s.write()
	for i, d := range s.of(2024) {
		s.odd[2024] = append(s.odd[2024], oddOn(d, s.of(2023)[0], fmt.Sprint("made-", i), []string{"note", "warning", "error"}[i%3]))
	}
	e := s.open(s.write(), t.TempDir())
	defer e.Close()
	names := e.figureNames()
	names = []string{names[0], names[len(names)-1], "applications.received.total"}
	type state struct {
		years, keys map[int]string
		all, key    string
	}
	look := func() state {
		x := state{years: unpackedYears(e), keys: map[int]string{}}
		var all, key strings.Builder
		tells(&all, func() error {
			for i := range e.c.authorities {
				b, err := e.makeBody(context.Background(), &e.c.authorities[i], nil)
				if err != nil {
					return err
				}
				all.Write(b)
			}
			for _, name := range names {
				b, err := e.makePeers(name)
				if err != nil {
					return err
				}
				all.Write(b)
			}
			return nil
		})
		var keys []string
		for _, year := range e.packYears() {
			var b strings.Builder
			tells(&b, func() error {
				k, err := e.yearKey(context.Background(), year)
				b.WriteString(k)
				return err
			})
			x.keys[year] = b.String()
			keys = append(keys, b.String())
		}
		tells(&key, func() error {
			k, err := e.allKey(context.Background(), keys)
			key.WriteString(k)
			return err
		})
		x.all, x.key = all.String(), key.String()
		return x
	}
	first := look()
	if again := look(); !reflect.DeepEqual(first, again) {
		t.Fatal("it comes out otherwise each time")
	}
	mattered, changes := map[string]int{}, 0
	try := func(what string) {
		changes++
		now := look()
		for year, was := range first.years {
			if now.years[year] != was {
				mattered[what]++
				if now.keys[year] == first.keys[year] {
					t.Errorf("%s: the reports of %d come out otherwise under the same name", what, year)
				}
			}
		}
		if now.all != first.all {
			mattered[what]++
			if now.key == first.key {
				t.Errorf("%s: what is over all years comes out otherwise under the same name", what)
			}
		}
	}
	// another value of each field of a struct, of the structs in it too
	var fields func(what string, v reflect.Value)
	fields = func(what string, v reflect.Value) {
		for i := range v.NumField() {
			f := v.Field(i)
			f = reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem() // those with small names too
			name := what + "." + v.Type().Field(i).Name
			if f.Kind() == reflect.Struct {
				fields(name, f)
				continue
			}
			was := reflect.New(f.Type()).Elem()
			was.Set(f)
			for _, other := range othersOf(f, 2) {
				f.Set(other)
				try(name)
				f.Set(was)
			}
		}
	}
	at := func(sha, file string) int32 {
		for i := range e.c.Reports {
			if d := e.c.Source(&e.c.Reports[i]); d.ID == sha && strings.HasSuffix(d.File, file) {
				return int32(i)
			}
		}
		t.Fatalf("no report of %s", sha)
		return -1
	}
	own := at(s.of(2023)[0].sha, "")
	for i, n := range []int32{own, at(moved.sha, ".copy"), at(twice.sha, ".copy"), at(nobody.sha, ""), at(unknown.sha, ""),
		at(drawn.sha, "")} {
		r := &e.c.Reports[n]
		fields("report", reflect.ValueOf(r).Elem())
		fields("document", reflect.ValueOf(&e.c.Documents[r.Document]).Elem())
		fields("rows", reflect.ValueOf(&e.c.rows[n]).Elem())
		if i == 1 && os.Getenv("GONGKAI_LONG") == "" {
			break
		}
	}
	a := &e.c.authorities[e.c.Reports[at(s.of(2023)[0].sha, "")].Body]
	who := a.Identity
	mine := *who
	a.Identity = &mine
	fields("identity", reflect.ValueOf(&mine).Elem())
	a.Identity = who
	fields("body", reflect.ValueOf(a.Body).Elem())
	fields("authority", reflect.ValueOf(a).Elem())
	o := e.oddities
	for i := range o.rows {
		if o.rows[i].ID == "made-1" {
			fields("anomaly", reflect.ValueOf(&o.rows[i]).Elem())
		}
	}
	fields("anomalies", reflect.ValueOf(o).Elem())
	for i := range o.marks {
		if o.marks[i].report == at(s.of(2023)[0].sha, "") {
			fields("mark", reflect.ValueOf(&o.marks[i]).Elem())
			break
		}
	}
	e.oddities = nil
	try("no anomalies")
	e.oddities = o
	slices.Reverse(o.rows) // each where another was
	try("order of the anomalies")
	slices.Reverse(o.rows)
	tables := e.c.Tables
	e.c.Tables = tables[1:]
	try("tables")
	e.c.Tables = tables
	years := e.c.years
	e.c.years = []int{1985}
	try("newest year")
	e.c.years = years
	docs := e.opts.Documents
	e.opts.Documents = nil
	try("no documents")
	e.opts.Documents = docs
	for name, of := range map[string]table{"reports": e.c.facts, "values": e.c.values, "findings": e.c.findings,
		"sections": e.c.sections,
		"terms":    e.c.terms, "claims": e.c.claims, "reuse": e.c.reuse, "linked_series": e.c.series, "wide": e.c.wide} {
		was := of[2024]
		for _, other := range []int{2018, 2023} {
			of[2024] = of[other]
			try(name + " of another year")
		}
		of[2024] = was
	}
	program := e.opts.Program
	e.opts.Program = "another"
	now := look()
	if now.key == first.key || slices.ContainsFunc(e.packYears(), func(y int) bool { return now.keys[y] == first.keys[y] }) {
		t.Error("another program would take the packs of this one")
	}
	e.opts.Program = program
	// that a change of these changes nothing would be news
	for _, what := range []string{"report.Document", "report.Body", "report.Copies", "report.Stands", "report.First", "report.Row",
		"document.Seen",
		"document.Media", "document.Bytes", "document.Pages", "identity.Level", "identity.Division",
		"body.Name", "body.Names", "body.Standing",
		"authority.id", "authority.region", "anomaly.jsonOddity.Sentence", "anomaly.jsonOddity.Others",
		"anomalies.byReport", "anomalies.marks",
		"mark.cell", "mark.odd", "order of the anomalies", "no anomalies", "tables", "no documents",
		"reports of another year", "values of another year", "sections of another year", "terms of another year",
		"claims of another year",
		"reuse of another year", "linked_series of another year", "wide of another year", "rows.sections.First", "rows.reuse.N"} {
		if mattered[what] == 0 {
			t.Errorf("%s: nothing comes out otherwise where it is another", what)
		}
	}
	t.Logf("%d changes, of which matter: %v", changes, slices.Sorted(maps.Keys(mattered)))
	if now = look(); !reflect.DeepEqual(first, now) {
		t.Error("it is not again as it was")
	}
}

// othersOf are other values of a field.
func othersOf(f reflect.Value, depth int) (out []reflect.Value) {
	put := func(set func(v reflect.Value)) {
		v := reflect.New(f.Type()).Elem()
		v.Set(f)
		set(v)
		out = append(out, v)
	}
	switch f.Kind() {
	case reflect.String:
		put(func(v reflect.Value) { v.SetString(v.String() + "x") })
		put(func(v reflect.Value) { v.SetString("") })
	case reflect.Bool:
		put(func(v reflect.Value) { v.SetBool(!v.Bool()) })
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		put(func(v reflect.Value) { v.SetInt(v.Int() + 1) })
		put(func(v reflect.Value) { v.SetInt(0) })
	case reflect.Float64:
		put(func(v reflect.Value) { v.SetFloat(v.Float() + 0.5) })
	case reflect.Pointer:
		if f.IsNil() && depth > 0 && f.Type().Elem().Kind() != reflect.Struct {
			put(func(v reflect.Value) { v.Set(reflect.New(f.Type().Elem())) })
		} else if !f.IsNil() && f.Type().Elem().Kind() != reflect.Struct {
			for _, x := range othersOf(f.Elem(), depth-1) {
				put(func(v reflect.Value) { v.Set(reflect.New(f.Type().Elem())); v.Elem().Set(x) })
			}
			put(func(v reflect.Value) { v.SetZero() })
		}
	case reflect.Slice:
		if f.Len() > 0 {
			put(func(v reflect.Value) { v.Set(f.Slice(1, f.Len())) })
			put(func(v reflect.Value) {
				v.Set(reflect.AppendSlice(reflect.MakeSlice(f.Type(), 0, f.Len()), f))
				reflect.Swapper(v.Interface())(0, f.Len()-1)
			})
		}
	case reflect.Map:
		put(func(v reflect.Value) { v.SetZero() })
	}
	return out
}

// TestPackLeft: what is of packs of before, and what was left by one that was killed, is removed; what another folder's
// dataset has stays.
func TestPackLeft(t *testing.T) {
	s := newChanging(t, 20, func(d *corpus.Document) bool { return d.Year >= 2022 })
	e := s.open(s.write(), t.TempDir())
	defer e.Close()
	head, err := e.packHead()
	if err != nil {
		t.Fatal(err)
	}
	in := func(name string) string { return filepath.Join(e.opts.Index, name) }
	old := []string{in(head + "0123456789abcdef0123.sqlite"), in(head + "2022-0123456789abcdef0123.pack"),
		in(head + "0123456789abcdef0123.list")}
	mine := []string{in("reports-000000000000-2022-0123456789abcdef0123.pack"), in("search-000000000000-1.index")}
	for _, path := range slices.Concat(old, mine) {
		if err := os.WriteFile(path, []byte("x"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"." + head + "0123456789abcdef0123.sqlite" + partial + "1", "." + head + "made" + partial + "2"} {
		if err := os.MkdirAll(in(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		old = append(old, in(dir))
	}
	p, err := e.makePack(context.Background(), func(int) {}, func() {})
	if err != nil {
		t.Fatal(err)
	}
	p.close()
	for _, path := range old {
		if _, err := os.Lstat(path); err == nil {
			t.Errorf("%s is left", filepath.Base(path))
		}
	}
	for _, path := range mine {
		if _, err := os.Lstat(path); err != nil {
			t.Error(err)
		}
	}
	// one that is ended leaves nothing that would be taken for whole
	ctx, cancel := context.WithCancel(context.Background())
	e.opts.Index = t.TempDir()
	if _, err := e.makePack(ctx, func(int) {}, cancel); err == nil {
		t.Error("it was ended and says nothing")
	}
	if p, err := e.listed(); err == nil {
		p.close()
		t.Error("what was ended is listed")
	}
	if left, err := filepath.Glob(filepath.Join(e.opts.Index, ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
	if p, err = e.makePack(context.Background(), func(int) {}, func() {}); err != nil {
		t.Fatal(err)
	}
	samePacked(t, e, p, "after one that was ended")
	p.close()
}
