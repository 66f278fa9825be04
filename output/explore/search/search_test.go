package search

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

type foldingCase struct {
	Text    string   `json:"text"`
	Folded  string   `json:"folded"`
	Bigrams []string `json:"bigrams"`
}

func foldingCases(t testing.TB) []foldingCase {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "folding.json"))
	if err != nil {
		t.Fatal(err)
	}
	var cases []foldingCase
	if err := json.Unmarshal(b, &cases); err != nil {
		t.Fatal(err)
	}
	return cases
}

func distinct(folded string) []string {
	out := []string{}
	eachBigram([]byte(folded), func(b bigram) {
		if !slices.Contains(out, b.String()) {
			out = append(out, b.String())
		}
	})
	return out
}

func TestFolding(t *testing.T) {
	for _, c := range foldingCases(t) {
		var at []int32
		got, at := fold([]byte(c.Text), nil, &at)
		if string(got) != c.Folded {
			t.Errorf("%q: folded %q, want %q", c.Text, got, c.Folded)
		}
		if b := distinct(string(got)); !reflect.DeepEqual(b, c.Bigrams) {
			t.Errorf("%q: bigrams %q, want %q", c.Text, b, c.Bigrams)
		}
		if len(at) != len(got) {
			t.Errorf("%q: %d places of %d bytes", c.Text, len(at), len(got))
		}
		if plain := string(plainly(c.Text)); plain != c.Folded {
			t.Errorf("%q: the plain folding of the tests gives %q", c.Text, plain)
		}
	}
}

// plainly folds as the rules say, rule by rule, to check fold.
func plainly(text string) []rune {
	var rs []rune
	for _, r := range text {
		if r >= 0xFF01 && r <= 0xFF5E {
			r -= 0xFEE0
		}
		if r >= 'A' && r <= 'Z' {
			r += 32
		}
		if classOf(r) != nothing {
			rs = append(rs, r)
		}
	}
	gap := func(r rune) bool { return classOf(r) == space || classOf(r) == lineEnd }
	for len(rs) > 0 && gap(rs[0]) {
		rs = rs[1:]
	}
	for len(rs) > 0 && gap(rs[len(rs)-1]) {
		rs = rs[:len(rs)-1]
	}
	var out []rune
	for i := 0; i < len(rs); i++ {
		if !gap(rs[i]) {
			out = append(out, rs[i])
			continue
		}
		k, ended := i, false
		for ; gap(rs[k]); k++ {
			ended = ended || classOf(rs[k]) == lineEnd
		}
		switch {
		case ended:
			out = append(out, '\n')
		case rs[i-1] < wide && rs[k] < wide:
			out = append(out, ' ')
		}
		i = k - 1
	}
	return out
}

// A plainReport is one as the dataset has it.
type plainReport struct {
	key, region, level string
	year               int
	positions          []int
	texts, folded      []string
	titles             []*string
}

// plainReports reads the reports of a dataset in the order of answers: what stands in several years, in the newest in
// which it has prose; what has none anywhere is among them.
func plainReports(t testing.TB, d *output.Dataset) []plainReport {
	t.Helper()
	var all []plainReport
	at := map[string]int{}
	name := func(year int, document string, part int32) string {
		return fmt.Sprintf("%d %s-%d", year, document, part)
	}
	if err := d.Reports(func(year int, r output.ReportRow) error {
		p := plainReport{key: fmt.Sprintf("%s-%d", r.Document, r.Part), region: "none", level: "none", year: year}
		if r.Division != nil {
			p.region = (*r.Division)[:2]
		}
		if r.Level != nil {
			p.level = *r.Level
		}
		if n := name(year, r.Document, r.Part); at[n] == 0 {
			all = append(all, p)
			at[n] = len(all)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if err := d.Sections(func(year int, s output.SectionRow) error {
		if i := at[name(year, s.Document, s.Part)] - 1; i >= 0 && !slices.Contains(all[i].positions, int(s.Position)) {
			all[i].positions = append(all[i].positions, int(s.Position))
			all[i].texts = append(all[i].texts, s.Text)
			all[i].titles = append(all[i].titles, s.Title)
			all[i].folded = append(all[i].folded, string(plainly(s.Text)))
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	slices.SortStableFunc(all, func(a, b plainReport) int { return b.year - a.year })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(p plainReport) bool {
		again := seen[p.key]
		seen[p.key] = again || len(p.texts) > 0
		return again
	})
}

// answers is what a query should be answered with: keys and places.
func answers(all []plainReport, q Query) (want []string) {
	var words []string
	for _, w := range strings.Fields(q.Words) {
		words = append(words, string(plainly(w)))
	}
	for _, r := range all {
		if q.Region != "" && q.Region != "all" && q.Region != r.region || q.Level != "" && q.Level != "all" &&
			q.Level != r.level ||
			q.Year == UnknownYear && r.year != 0 || q.Year > 0 && q.Year != r.year {
			continue
		}
		has := func(w string) bool {
			return slices.ContainsFunc(r.folded, func(f string) bool { return strings.Contains(f, w) })
		}
		if slices.ContainsFunc(words, func(w string) bool { return !has(w) }) {
			continue
		}
		i := slices.IndexFunc(r.folded, func(f string) bool { return strings.Contains(f, words[0]) })
		want = append(want, fmt.Sprintf("%s %d %d", r.key, r.year, r.positions[i]))
	}
	return want
}

// findAll follows an answer to its end.
func findAll(t testing.TB, x *Index, q Query) (hits []Hit) {
	t.Helper()
	for {
		a, err := x.Find(context.Background(), q)
		if err != nil {
			t.Fatalf("%+v: %v", q, err)
		}
		hits = append(hits, a.Hits...)
		if a.After == "" {
			if !a.Exact {
				t.Fatalf("%+v: not exact and nothing to go on with", q)
			}
			return hits
		}
		q.After = a.After
	}
}

func placesOf(hits []Hit) (got []string) {
	for _, h := range hits {
		got = append(got, fmt.Sprintf("%s %d %d", h.Key, h.Year, h.Section))
	}
	return got
}

// pick takes a run of a report's text, of one paragraph, that a query can hold.
func pick(rng *rand.Rand, all []plainReport) string {
	for {
		r := all[rng.Intn(len(all))]
		if len(r.texts) == 0 {
			continue
		}
		lines := strings.Split(r.texts[rng.Intn(len(r.texts))], "\n")
		line := []rune(lines[rng.Intn(len(lines))])
		if len(line) < 2 {
			continue
		}
		i := rng.Intn(len(line) - 1)
		s := string(line[i:min(len(line), i+2+rng.Intn(12))])
		if len(strings.Fields(s)) == 1 && len(distinct(string(plainly(s)))) > 0 {
			return s
		}
	}
}

func queries(rng *rand.Rand, all []plainReport, n int) (out []Query) {
	for range n {
		q := Query{Words: pick(rng, all), Limit: 1 + rng.Intn(30)}
		for rng.Intn(3) == 0 {
			q.Words += " " + pick(rng, all)
		}
		if rng.Intn(4) == 0 {
			q.Region = []string{"00", "32", "11", "none", "all", "99"}[rng.Intn(6)]
		}
		if rng.Intn(4) == 0 {
			q.Level = []string{"county", "national", "none", "all", "x"}[rng.Intn(5)]
		}
		if rng.Intn(4) == 0 {
			q.Year = []int{2019, 2023, UnknownYear, 1999}[rng.Intn(4)]
		}
		if rng.Intn(4) == 0 { // characters of a text in another order: bigrams that are there, words that are not
			rs := []rune(pick(rng, all))
			slices.Reverse(rs)
			q.Words += " " + string(rs)
		}
		out = append(out, q)
	}
	return out
}

// TestFindsExactly: an answer holds the reports in which the words stand, no other, at their place.
func TestFindsExactly(t *testing.T) {
	for _, d := range []*output.Dataset{examples(t), made(t, filepath.Join(t.TempDir(), "made"), 400, 1500, 1)} {
		x := indexOf(t, d)
		all := plainReports(t, d)
		texts := map[string]string{}
		for _, r := range all {
			for i, p := range r.positions {
				texts[fmt.Sprintf("%s %d", r.key, p)] = r.texts[i]
			}
		}
		found := 0
		for _, q := range queries(rand.New(rand.NewSource(2)), all, 400) {
			hits := findAll(t, x, q)
			if got, want := placesOf(hits), answers(all, q); !slices.Equal(got, want) {
				t.Fatalf("%+v:\ngot  %q\nwant %q", q, got, want)
			}
			found += len(hits)
			for _, h := range hits {
				text := texts[fmt.Sprintf("%s %d", h.Key, h.Section)]
				checkHit(t, h, text, strings.Fields(q.Words)[0])
			}
		}
		if found < 400 {
			t.Errorf("only %d hits", found)
		}
	}
}

// TestManyReaders: readers at once are answered as one is, those too whose answers are cut off.
func TestManyReaders(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "made"), 100, 600, 12)
	x := indexOf(t, d)
	x.work = 100_000
	asked := queries(rand.New(rand.NewSource(13)), plainReports(t, d), 40)
	for _, w := range []string{"公开 更新", "公开公开", "信息公开 开信息公"} {
		asked = append(asked, Query{Words: w, Limit: maxLimit})
	}
	var want []Answer
	early := 0
	for _, q := range asked {
		a, err := x.Find(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		if !a.Exact {
			early++
		}
		want = append(want, a)
	}
	if early == 0 || early == len(asked) {
		t.Fatalf("%d of %d answers are cut off", early, len(asked))
	}
	var wg sync.WaitGroup
	for k := range 16 {
		wg.Go(func() {
			for i := range asked {
				i = (i + k) % len(asked)
				if a, err := x.Find(context.Background(), asked[i]); err != nil || !reflect.DeepEqual(a, want[i]) {
					t.Errorf("%+v: %+v, %v", asked[i], a, err)
				}
			}
		})
	}
	wg.Wait()
}

func checkHit(t *testing.T, h Hit, text, word string) {
	t.Helper()
	w := string(plainly(word))
	if h.Start < 0 || h.End > len(text) || h.Start >= h.End || string(plainly(text[h.Start:h.End])) != w {
		t.Fatalf("%s: %d to %d is no %q", h.Key, h.Start, h.End, w)
	}
	if before := string(plainly(text[:h.End])); strings.Index(before, w)+len(w) != len(before) {
		t.Fatalf("%s: %q stands before %d", h.Key, w, h.Start)
	}
	var all, marked string
	for i, p := range h.Snippet {
		if p.Text == "" || i > 0 && h.Snippet[i-1].Hit == p.Hit || !utf8.ValidString(p.Text) {
			t.Fatalf("%s: pieces %+v", h.Key, h.Snippet)
		}
		all += p.Text
		if p.Hit {
			marked += string(plainly(p.Text))
		}
	}
	if !strings.Contains(text, strings.TrimSuffix(strings.TrimPrefix(all, "…"), "…")) || !strings.Contains(marked, w) {
		t.Fatalf("%s: snippet %+v for %q", h.Key, h.Snippet, w)
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("前", 50) + "政府 信息公开，政府信 息" + strings.Repeat("后", 90)
	for _, c := range []struct {
		text, words string
		want        string
	}{
		{"第一段\n我局主动公开信息。\n第三段", "公开", "我局主动[公开]信息。"},
		{"公开", "公开", "[公开]"},
		{"Ｐ ＤＦ 公 开", "df公", "Ｐ [ＤＦ 公] 开"},
		{long, "信息", "…" + strings.Repeat("前", 37) + "政府 [信息]公开，政府[信 息]" + strings.Repeat("后", 72) + "…"},
		{"公开公开公", "公开公", "[公开公]开公"},
		{"公开条例与公开", "开条 公开 例", "[公开条例]与[公开]"},
	} {
		words, _, err := wordsOf(c.words)
		if err != nil {
			t.Fatal(err)
		}
		l := looker{words: words}
		_, _, pieces := l.snippet([]byte(c.text))
		var got string
		for _, p := range pieces {
			if p.Hit {
				p.Text = "[" + p.Text + "]"
			}
			got += p.Text
		}
		if got != c.want {
			t.Errorf("%q in %q:\ngot  %s\nwant %s", c.words, c.text, got, c.want)
		}
	}
}

var oddQueries = []struct {
	words string
	err   error
}{
	{"", ErrShort}, {" \n\u3000", ErrShort}, {"公", ErrShort}, {"公 开", ErrShort}, {"，。！？", ErrShort},
	{"\"*^-()", ErrShort},
	{"\xff\xfe", ErrShort}, {"\xed\xa0\x80", ErrShort}, {"公\xff开", ErrShort}, {"\u200b\u200b", ErrShort},
	{strings.Repeat("公开", 1<<19), ErrLong}, {strings.Repeat("公", 201), ErrLong}, {strings.Repeat("\xff", 201), ErrLong},
	{strings.Repeat("公开信息", 50), nil}, {strings.Repeat("公开 ", 66), nil}, {"公开信息信息公开", nil}, {"息信开公", nil},
	{"😀😀", nil}, {"公开😀", nil}, {"公开\xed\xa0\x80", nil}, {"\"公开\"", nil}, {"公开* AND NOT OR", nil},
	{"NEAR(公开 信息, 3)", nil}, {"^公开", nil},
	{"text:公开", nil}, {"'; DROP TABLE reports; --", nil}, {"公开 开", nil}, {"2019 年", nil}, {"\x00\x00公开", nil},
	{"__proto__ constructor", nil},
}

func TestOddQueries(t *testing.T) {
	d := examples(t)
	x := indexOf(t, d)
	all := plainReports(t, d)
	for _, c := range oddQueries {
		_, err := x.Find(context.Background(), Query{Words: c.words})
		if !errors.Is(err, c.err) {
			t.Errorf("%.40q: %v, want %v", c.words, err, c.err)
		}
		if c.err != nil {
			continue
		}
		q := Query{Words: c.words}
		if got, want := placesOf(findAll(t, x, q)), answers(all, q); !slices.Equal(got, want) {
			t.Errorf("%.40q: %q, want %q", c.words, got, want)
		}
	}
	for _, after := range []string{"x", "00000000.3", ".", x.identity[:8] + ".", x.identity[:8] + ".-1",
		x.identity[:8] + ".99999999999999999999"} {
		if _, err := x.Find(context.Background(), Query{Words: "公开", After: after}); !errors.Is(err, ErrAfter) {
			t.Errorf("after %q: %v", after, err)
		}
	}
	if a, err := x.Find(context.Background(), Query{Words: "公开", After: x.identity[:8] +
		".2147483647"}); err != nil || len(a.Hits) > 0 || !a.Exact {
		t.Errorf("after the last: %+v, %v", a, err)
	}
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := x.Find(gone, Query{Words: "公开"}); !errors.Is(err, context.Canceled) {
		t.Errorf("a reader that is gone: %v", err)
	}
}

// TestWorkUsedUp: an answer that is cut off says so, and going on gives all there is. Where it is cut off is reckoned
// of what was looked into.
func TestWorkUsedUp(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "made"), 300, 600, 3)
	x := indexOf(t, d)
	x.work = 20_000 // each report is 1,600 to 4,000 of it
	q := Query{Words: "公开 更新"}
	want := answers(plainReports(t, d), q)
	calls, looked := 0, 0
	var hits []Hit
	for {
		a, err := x.Find(context.Background(), q)
		if err != nil {
			t.Fatal(err)
		}
		hits = append(hits, a.Hits...)
		calls++
		looked += a.Looked
		if a.After == "" {
			break
		}
		if a.Exact || a.Looked < 5 || a.Looked > 13 {
			t.Fatalf("looked into %d, exact %v", a.Looked, a.Exact)
		}
		q.After = a.After
	}
	if got := placesOf(hits); !slices.Equal(got, want) || calls < 3 || looked < len(want) {
		t.Errorf("%d calls, looked into %d: %d hits, want %d", calls, looked, len(got), len(want))
	}
	x.work = 0 // an answer goes on by a report at least
	if a, err := x.Find(context.Background(), Query{Words: "公开 更新"}); err != nil || a.Looked != 1 || a.Exact {
		t.Errorf("without any work: %+v, %v", a, err)
	}
	x.work = 1 << 30
	q.After, q.Limit = "", maxLimit
	if a, err := x.Find(context.Background(), q); err != nil || !a.Exact || len(a.Hits) != min(len(want), maxLimit) {
		t.Errorf("with all the work there is: %d hits, exact %v, %v", len(a.Hits), a.Exact, err)
	}
}

func TestBuiltTwice(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "made"), 200, 600, 4)
	var first map[string]string
	for i, bytesHeld := range []int{held, held, 50_000, 0} { // in one run, in several, in one a report
		dir := t.TempDir()
		if err := build(context.Background(), d, filepath.Join(dir, "x"), bytesHeld, nil); err != nil {
			t.Fatal(err)
		}
		files := filesOf(t, dir)
		if i == 0 {
			first = files
		}
		if len(files) != 7 || !maps.Equal(files, first) {
			t.Errorf("build %d differs", i)
		}
	}
}

// filesOf are the files of a folder with what they hold; a folder in it has a slash.
func filesOf(t testing.TB, dir string) map[string]string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, e := range entries {
		if e.IsDir() {
			out[e.Name()+"/"] = ""
			continue
		}
		b, err := os.ReadFile(filepath.Join(dir, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		out[e.Name()] = string(b)
	}
	return out
}

// TestInterrupted: what is broken off leaves nothing half done; the years that were finished are not made again.
func TestInterrupted(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "made"), 1200, 200, 5)
	cache, site := t.TempDir(), t.TempDir()
	for name, do := range map[string]func(context.Context, func(int, int)) error{
		"index": func(ctx context.Context, p func(int, int)) error {
			return Build(ctx, d, filepath.Join(cache, "x"), p)
		},
		"static": func(ctx context.Context, p func(int, int)) error { return WriteStatic(ctx, d, site, p) },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		calls := 0
		err := do(ctx, func(done, total int) {
			if calls++; total != 1200 || done > total {
				t.Errorf("%s: %d of %d", name, done, total)
			}
			if done >= 500 {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || calls == 0 {
			t.Errorf("%s: %v after %d calls", name, err, calls)
		}
		cancel()
	}
	if err := filepath.WalkDir(site, func(p string, e os.DirEntry, err error) error {
		if err == nil && p != site && p != filepath.Join(site, "api") {
			t.Errorf("static: left %s", p)
		}
		return err
	}); err != nil {
		t.Error(err)
	}
	years, err := yearsOf(d)
	if err != nil {
		t.Fatal(err)
	}
	left, rest := filesOf(t, cache), 0
	for _, y := range years {
		if _, ok := left[filepath.Base(y.file("x"))]; !ok {
			if err := y.count(); err != nil {
				t.Fatal(err)
			}
			rest += y.rows
		}
	}
	if len(left) != 2 || rest == 0 { // of 7, with 197 or 198 reports each
		t.Fatalf("left %d files, and %d reports to go", len(left), rest)
	}
	last := 0
	if err := Build(context.Background(), d, filepath.Join(cache, "x"), func(done, total int) {
		if total != rest || done < last || done > total {
			t.Errorf("then: %d after %d of %d, want %d", done, last, total, rest)
		}
		last = done
	}); err != nil || last != rest {
		t.Errorf("then: %d of %d, %v", last, rest, err)
	}
	if _, err := Open(filepath.Join(cache, "x"), d); err != nil {
		t.Error(err)
	}
}

func TestOtherDataset(t *testing.T) {
	at := filepath.Join(t.TempDir(), "dataset")
	cache := t.TempDir()
	build := func(d *output.Dataset) string {
		t.Helper()
		place, err := Place(cache, d)
		if err != nil {
			t.Fatal(err)
		}
		if err := Build(context.Background(), d, place, nil); err != nil {
			t.Fatal(err)
		}
		return place
	}
	before := made(t, at, 30, 300, 6)
	place := build(before)
	x, err := Open(place, before)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	after := made(t, at, 30, 300, 7)
	if _, err := Open(place, after); !errors.Is(err, ErrOther) {
		t.Errorf("the index of the dataset before: %v", err)
	}
	elsewhere := made(t, filepath.Join(t.TempDir(), "elsewhere"), 10, 300, 8)
	other := build(elsewhere)
	if other == place {
		t.Error("two datasets have one place")
	}
	// files of a form that there is no more: all years in one
	for _, old := range []string{place, other} {
		if err := os.WriteFile(old+"-0123456789abcdef.index", nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build(after)
	want := []string{filepath.Base(other) + "-0123456789abcdef.index"}
	for _, d := range []struct {
		place string
		*output.Dataset
	}{{place, after}, {other, elsewhere}} {
		years, err := yearsOf(d.Dataset)
		if err != nil {
			t.Fatal(err)
		}
		for _, y := range years {
			want = append(want, filepath.Base(y.file(d.place)))
		}
	}
	slices.Sort(want)
	if names := slices.Sorted(maps.Keys(filesOf(t, cache))); !slices.Equal(names, want) {
		t.Errorf("in the cache: %q, want %q", names, want)
	}
	// what is added beside the reports does not make another dataset of it
	if err := output.Add(after, "anomalies", map[int][]output.AnomalyRow{2020: {{ID: "x"}}}); err != nil {
		t.Fatal(err)
	}
	if x, err := Open(place, after); err != nil {
		t.Errorf("anomalies moved the index: %v", err)
	} else {
		x.Close()
	}
}

// TestDamaged: a file that is cut off is not opened, and made again, it alone; one that is damaged inside is an error or
// an answer, no panic.
func TestDamaged(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "dataset"), 120, 300, 7)
	dir := t.TempDir()
	path := filepath.Join(dir, "x")
	if err := Build(context.Background(), d, path, nil); err != nil {
		t.Fatal(err)
	}
	years, err := yearsOf(d)
	if err != nil {
		t.Fatal(err)
	}
	y := years[2]
	if err := y.count(); err != nil {
		t.Fatal(err)
	}
	file := y.file(path)
	f, err := openYear(file, y.identity)
	if err != nil {
		t.Fatal(err)
	}
	keys, memory := int(f.foot.keysAt()), int(f.foot.headsAt())
	f.Close()
	good := filesOf(t, dir)
	whole := []byte(good[filepath.Base(file)])
	for _, n := range []int{0, 10, 100, len(whole) / 2, len(whole) - 1, -1} {
		if n < 0 {
			err = os.Remove(file)
		} else {
			err = os.WriteFile(file, whole[:n], 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		if x, err := Open(path, d); err == nil {
			x.Close()
			t.Errorf("%d bytes of %d were opened", n, len(whole))
		} else if n < 0 && !errors.Is(err, ErrOther) {
			t.Errorf("one file is not there: %v", err)
		}
		made := 0
		if err := Build(context.Background(), d, path, func(_, total int) { made = total }); err != nil {
			t.Fatal(err)
		}
		if made != y.rows || !maps.Equal(filesOf(t, dir), good) {
			t.Errorf("%d bytes of %d: %d reports were read, want %d", n, len(whole), made, y.rows)
		}
	}
	for _, at := range []int{40, len(whole) / 3, len(whole) / 2, keys - 150, memory + 100} {
		b := bytes.Clone(whole)
		for i := range 300 {
			b[min(at+i, len(b)-1)] ^= 0x5A
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		x, err := Open(path, d)
		if err == nil {
			x.Find(context.Background(), Query{Words: "公开", Year: y.year})
			x.Close()
		}
		if at >= keys-150 && !errors.Is(err, errDamaged) {
			t.Errorf("the tables of keys and of bigrams are damaged: %v", err)
		}
		if at >= keys-150 {
			if err := Build(context.Background(), d, path, nil); err != nil {
				t.Fatal(err)
			}
			if !maps.Equal(filesOf(t, dir), good) {
				t.Error("what is damaged was not made again")
			}
		}
	}
}

// TestSameDocumentTwice: bytes that lie at two places are one report, and unread documents are none.
func TestSameDocumentTwice(t *testing.T) {
	d := dataset(t, filepath.Join(t.TempDir(), "d"), func(each func(output.Result)) {
		for i, key := range []int{1, 1, 2, 1, 3, 4} {
			rep := &normalize.Report{Status: normalize.StatusRead, Year: 2020,
				Sections: []normalize.Section{{Text: "主动公开"},
					{Text: fmt.Sprintf("第%d份", key)}}}
			if key == 3 {
				rep.Status, rep.Reason = normalize.StatusUnread, "no-tables"
			}
			if key == 4 {
				rep.Sections = nil
			}
			each(output.Result{Document: output.Document{SHA256: fmt.Sprintf("%064x", key), File: fmt.Sprint(i)},
				Report: rep})
		}
	})
	x := indexOf(t, d)
	if hits := findAll(t, x, Query{Words: "公开"}); len(hits) != 2 || x.Reports() != 2 || hits[0].Key == hits[1].Key {
		t.Errorf("%d reports, hits %+v", x.Reports(), hits)
	}
}

func TestEmptyDataset(t *testing.T) {
	d := dataset(t, filepath.Join(t.TempDir(), "d"), func(func(output.Result)) {})
	x := indexOf(t, d)
	if hits := findAll(t, x, Query{Words: "公开", Year: 2020, Region: "32"}); len(hits) != 0 {
		t.Errorf("%+v", hits)
	}
	if err := WriteStatic(context.Background(), d, t.TempDir(), nil); err != nil {
		t.Error(err)
	}
}

type listCase struct {
	N        int      `json:"n"`
	Ordinals []uint32 `json:"ordinals"`
	List     string   `json:"list"`
}

// listCases are lists of each kind, with what they hold.
func listCases() (out []listCase) {
	rng := rand.New(rand.NewSource(9))
	for _, n := range []int{1, 7, 64, 65, 1000, 70_000} {
		for _, share := range []float64{0, 0.0005, 0.01, 0.1, 0.5, 0.9, 0.99, 0.9995, 1} {
			ordinals := []uint32{}
			for i := range n {
				if rng.Float64() < share {
					ordinals = append(ordinals, uint32(i))
				}
			}
			out = append(out, listCase{n, ordinals, base64.RawStdEncoding.EncodeToString(encodeList(nil, ordinals, n))})
		}
	}
	return out
}

func TestLists(t *testing.T) {
	kinds := map[byte]int{}
	for _, c := range listCases() {
		b, err := base64.RawStdEncoding.DecodeString(c.List)
		if err != nil {
			t.Fatal(err)
		}
		kinds[b[0]]++
		if most := 1 + 8*((c.N+63)/64); len(b) > most {
			t.Errorf("%d of %d: %d bytes", len(c.Ordinals), c.N, len(b))
		}
		s := newSet(c.N)
		s.fill(0, c.N)
		if err := s.keep(b, c.N, newSet(c.N)); err != nil {
			t.Fatal(err)
		}
		got := []uint32{}
		for i := s.next(0); i >= 0; i = s.next(i + 1) {
			got = append(got, uint32(i))
		}
		if !slices.Equal(got, c.Ordinals) {
			t.Errorf("%d of %d by %d: %d came back", len(c.Ordinals), c.N, b[0], len(got))
		}
	}
	if len(kinds) != 3 {
		t.Errorf("kinds %v", kinds)
	}
}

// TestStaticAnswersAlike: search.js gives over the static files what Find gives over the index.
func TestStaticAnswersAlike(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	for name, d := range map[string]*output.Dataset{"examples": examples(t),
		"made": made(t, filepath.Join(t.TempDir(), "made"), 900, 1200, 10)} {
		x := indexOf(t, d)
		x.work = 1 << 40 // as looks of search.js
		site := t.TempDir()
		if err := WriteStatic(context.Background(), d, site, nil); err != nil {
			t.Fatal(err)
		}
		all := plainReports(t, d)
		writeReports(t, site, all)
		checkFiles(t, site)

		type jsQuery struct {
			Q      string `json:"q"`
			Region string `json:"region"`
			Level  string `json:"level"`
			Year   *int   `json:"year"`
			After  string `json:"after"`
			Limit  int    `json:"limit"`
			Looks  int    `json:"looks"`
		}
		var asked []Query
		var input struct {
			Cases   []string   `json:"cases"`
			Lists   []listCase `json:"lists"`
			Dir     string     `json:"dir"`
			Queries []jsQuery  `json:"queries"`
		}
		asked = queries(rand.New(rand.NewSource(11)), all, 150)
		for _, c := range oddQueries {
			if utf8.ValidString(c.words) { // JSON cannot carry others
				asked = append(asked, Query{Words: c.words})
			}
		}
		for _, q := range slices.Clone(asked) { // second pages
			if a, err := x.Find(context.Background(), q); err == nil && a.After != "" {
				q.After = a.After
				asked = append(asked, q)
			}
		}
		asked = append(asked, Query{Words: "公开", After: "00000000.1"})
		for _, q := range asked {
			j := jsQuery{Q: q.Words, Region: q.Region, Level: q.Level, After: q.After, Limit: q.Limit, Looks: 1 << 20}
			if q.Year != 0 {
				year := max(0, q.Year)
				j.Year = &year
			}
			input.Queries = append(input.Queries, j)
		}
		cases := foldingCases(t)
		for _, c := range cases {
			input.Cases = append(input.Cases, c.Text)
		}
		input.Lists, input.Dir = listCases(), site

		var output struct {
			Cases []struct {
				Folded  string   `json:"folded"`
				At      []int    `json:"at"`
				Bigrams []string `json:"bigrams"`
			} `json:"cases"`
			Lists   [][]uint32 `json:"lists"`
			Answers []jsAnswer `json:"answers"`
		}
		runNode(t, node, input, &output)
		for i, c := range cases {
			if got := output.Cases[i]; got.Folded != c.Folded || !reflect.DeepEqual(got.Bigrams, c.Bigrams) {
				t.Errorf("%q: search.js folds to %q with %q", c.Text, got.Folded, got.Bigrams)
			}
		}
		for i, c := range input.Lists {
			if !slices.Equal(output.Lists[i], c.Ordinals) {
				t.Errorf("a list of %d of %d: search.js reads %d", len(c.Ordinals), c.N, len(output.Lists[i]))
			}
		}
		hits := 0
		for i, q := range asked {
			a, err := x.Find(context.Background(), q)
			want, got := answerOf(a, err), output.Answers[i]
			if len(got.Hits) == 0 {
				got.Hits = nil
			}
			if _, bigrams, _ := wordsOf(q.Words); len(bigrams) > 12 { // it looks into more reports, with fewer lists
				want.Looked = got.Looked
			}
			hits += len(want.Hits)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %+v:\nsearch.js %+v\nFind      %+v", name, q, got, want)
			}
		}
		if hits < 200 {
			t.Errorf("%s: only %d hits", name, hits)
		}
	}
}

type jsAnswer struct {
	Error string `json:"error"`
	Hits  []struct {
		Key     string  `json:"key"`
		Year    *int    `json:"year"` // null where Find says 0
		Section int     `json:"section"`
		Title   *string `json:"title"` // null where Find says ""
		Start   int     `json:"start"`
		End     int     `json:"end"`
		Snippet []struct {
			Text string `json:"text"`
			Hit  bool   `json:"hit"`
		} `json:"snippet"`
	} `json:"hits"`
	Looked int     `json:"looked"`
	Exact  bool    `json:"exact"`
	After  *string `json:"after"`
}

func answerOf(a Answer, err error) (j jsAnswer) {
	for is, code := range map[error]string{ErrShort: "short", ErrLong: "long", ErrAfter: "stale"} {
		if errors.Is(err, is) {
			return jsAnswer{Error: code}
		}
	}
	b, _ := json.Marshal(a)
	json.Unmarshal(b, &j) // names differ in case only
	if j.After != nil && *j.After == "" {
		j.After = nil
	}
	for i := range j.Hits {
		h := &j.Hits[i]
		if *h.Year == 0 {
			h.Year = nil
		}
		if *h.Title == "" {
			h.Title = nil
		}
	}
	return j
}

func runNode(t *testing.T, node string, in, out any) {
	t.Helper()
	dir := t.TempDir()
	for from, to := range map[string]string{filepath.Join("..", "assets", "search.js"): "search.mjs",
		filepath.Join("testdata", "find.mjs"): "find.mjs"} {
		b, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, to), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(node, filepath.Join(dir, "find.mjs"))
	cmd.Stdin = bytes.NewReader(b)
	var said bytes.Buffer
	cmd.Stderr = &said
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v\n%s", err, said.Bytes())
	}
	if err := json.Unmarshal(printed, out); err != nil {
		t.Fatal(err)
	}
}

// writeReports writes of each report what search.js reads of it.
func writeReports(t *testing.T, site string, all []plainReport) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(site, "api", "reports"), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		sections := []map[string]any{}
		for i, text := range r.texts {
			sections = append(sections, map[string]any{"position": r.positions[i], "title": r.titles[i], "text": text})
		}
		if err := writeJSON(filepath.Join(site, "api", "reports", r.key+".json"), map[string]any{"sections": sections,
			"authority": nil}); err != nil {
			t.Fatal(err)
		}
	}
}

func checkFiles(t *testing.T, site string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(site, "api", "search", "*.json"))
	if err != nil || len(files) < 3 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() > 70<<10 {
			t.Errorf("%s: %d bytes", f, info.Size())
		}
	}
}

// FuzzFind looks for words in texts and compares with a plain search; where they stand, the lists must let the report
// through.
func FuzzFind(f *testing.F) {
	for _, c := range oddQueries {
		if len(c.words) < 1000 {
			f.Add("主动 公开政府信息。\n依申请公开　２０２３年 Open Data", c.words)
		}
	}
	for _, c := range foldingCases(f) {
		f.Add(c.Text, c.Text)
	}
	f.Fuzz(func(t *testing.T, text, query string) {
		texts := []string{string(served(text)), string(served("收到申请\n" + text + query))}
		words, bigrams, err := wordsOf(query)
		if err != nil {
			if !errors.Is(err, ErrShort) && !errors.Is(err, ErrLong) {
				t.Fatal(err)
			}
			return
		}
		l := looker{words: words}
		var folded []string
		has := map[bigram]bool{}
		for i, s := range texts {
			l.sections = append(l.sections, section{position: i + 1, text: []byte(s)})
			folded = append(folded, string(plainly(s)))
			b, _ := fold([]byte(s), nil, nil)
			eachBigram(b, func(b bigram) { has[b] = true })
		}
		var plain []string
		for _, w := range strings.FieldsFunc(query, func(r rune) bool {
			return classOf(r) == space ||
				classOf(r) == lineEnd
		}) {
			if p := string(plainly(w)); p != "" {
				plain = append(plain, p)
			}
		}
		stands := func(w string) bool {
			return slices.ContainsFunc(folded, func(s string) bool { return strings.Contains(s, w) })
		}
		want := !slices.ContainsFunc(plain, func(w string) bool { return !stands(w) })
		i, ok := l.section()
		if ok != want {
			t.Fatalf("%q in %q: %v, want %v", query, texts, ok, want)
		}
		if !ok {
			return
		}
		for _, b := range bigrams {
			if !has[b] {
				t.Fatalf("%q stands in %q, but not its %s", query, texts, b)
			}
		}
		h := Hit{}
		h.Start, h.End, h.Snippet = l.snippet([]byte(texts[i]))
		checkHit(t, h, texts[i], plain[0])
	})
}

// FuzzKeep: no list, however damaged, leads out of the reports.
func FuzzKeep(f *testing.F) {
	for _, c := range listCases()[:30] {
		b, _ := base64.RawStdEncoding.DecodeString(c.List)
		f.Add(b, c.N)
	}
	f.Fuzz(func(t *testing.T, list []byte, n int) {
		if n < 0 || n > 100_000 {
			return
		}
		s := newSet(n)
		s.fill(0, n)
		if err := s.keep(list, n, newSet(n)); err != nil {
			return
		}
		for i := s.next(0); i >= 0; i = s.next(i + 1) {
			if i >= n {
				t.Fatalf("report %d of %d", i, n)
			}
		}
	})
}
