package search

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	folders "github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/places"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// A filed report is a document, by a number, and the year that it is filed under.
type filed struct{ document, year int }

// archive writes a dataset of reports, the prose of each of which is that of its document: the same in every year.
func archive(t testing.TB, dir string, list []filed) *output.Dataset {
	t.Helper()
	levels := []places.Level{"national", "county", ""}
	divisions := []string{"000000", "320102", ""}
	return dataset(t, dir, func(each func(output.Result)) {
		for i, f := range list {
			a := author{rand.New(rand.NewSource(int64(f.document)))}
			k := a.Intn(len(levels))
			rep := &normalize.Report{Status: normalize.StatusRead, Agency: "某机关", Year: f.year,
				Body: agencies.Agency{Code: divisions[k], Level: levels[k]}, Sections: a.sections(400)}
			if f.document%17 == 3 {
				rep.Sections = nil
			}
			each(output.Result{Document: output.Document{SHA256: fmt.Sprintf("%064x", f.document*7919+1),
				File: fmt.Sprint(i)}, Report: rep})
		}
	})
}

func built(t testing.TB, path string, d *output.Dataset) *Index {
	t.Helper()
	if err := Build(context.Background(), d, path, nil); err != nil {
		t.Fatal(err)
	}
	x, err := Open(path, d)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { x.Close() })
	return x
}

// overAll answers a query as one index over the reports of all years does, from one of them on, and gives the one to go
// on from; -1 = nothing is left.
func overAll(all []plainReport, has []map[bigram]bool, q Query, from, limit int) (a Answer, next int) {
	_, bigrams, _ := wordsOf(q.Words)
	for i := from; i < len(all); i++ {
		r := all[i]
		if slices.ContainsFunc(bigrams, func(b bigram) bool { return !has[i][b] }) ||
			q.Region != "" && q.Region != "all" && q.Region != r.region ||
			q.Level != "" && q.Level != "all" && q.Level != r.level ||
			q.Year == UnknownYear && r.year != 0 || q.Year > 0 && q.Year != r.year {
			continue
		}
		if len(a.Hits) == q.Limit || a.Looked > 0 && limit <= 0 {
			a.Exact = len(a.Hits) == q.Limit
			return a, i
		}
		a.Looked++
		frame := report{key: r.key}
		for k, p := range r.positions {
			title := ""
			if r.titles[k] != nil {
				title = *r.titles[k]
			}
			frame.sections = append(frame.sections, section{p, []byte(title), []byte(r.texts[k])})
		}
		limit -= workLook + len(appendReport(nil, &frame))
		if found := answers(all[i:i+1], q); len(found) > 0 {
			a.Hits = append(a.Hits, Hit{Key: found[0]})
		}
	}
	a.Exact = true
	return a, -1
}

// TestYearsAnswerAsOne: what is found in the files of the years, page by page, is what one index over all would find,
// with as much work; also where a document stands in several years.
func TestYearsAnswerAsOne(t *testing.T) {
	for seed := range int64(3) {
		rng := rand.New(rand.NewSource(seed))
		var list []filed
		for range 150 {
			f := filed{rng.Intn(90), 2015 + rng.Intn(2+4*int(seed))}
			if rng.Intn(20) == 0 {
				f.year = 0
			}
			if seed == 0 && slices.ContainsFunc(list, func(o filed) bool { return o.document == f.document }) {
				continue
			}
			list = append(list, f)
		}
		d := archive(t, filepath.Join(t.TempDir(), "d"), list)
		x := built(t, filepath.Join(t.TempDir(), "x"), d)
		all := slices.DeleteFunc(plainReports(t, d), func(r plainReport) bool { return len(r.texts) == 0 })
		if x.Reports() != len(all) {
			t.Errorf("%d reports, want %d", x.Reports(), len(all))
		}
		has := make([]map[bigram]bool, len(all))
		for i, r := range all {
			has[i] = map[bigram]bool{}
			for _, f := range r.folded {
				eachBigram([]byte(f), func(b bigram) { has[i][b] = true })
			}
		}
		asked := queries(rng, all, 120)
		for _, w := range []string{"公开", "信息公开 开信息公", "公开公开", "更新 公开"} {
			asked = append(asked, Query{Words: w, Limit: 1 + rng.Intn(30)})
		}
		cut, hits := 0, 0
		for _, q := range asked {
			x.work = rng.Intn(60_000)
			for from := 0; from >= 0; {
				var want Answer
				want, from = overAll(all, has, q, from, x.work)
				got, err := x.Find(context.Background(), q)
				if err != nil {
					t.Fatal(err)
				}
				var places []string
				for _, h := range want.Hits {
					places = append(places, h.Key)
				}
				if !slices.Equal(placesOf(got.Hits), places) || got.Looked != want.Looked || got.Exact != want.Exact ||
					(got.After != "") != (from >= 0) {
					t.Fatalf("%d: %+v: %q, looked into %d, exact %v, after %q;\nwant %q, %d, %v, at %d", seed, q,
						placesOf(got.Hits), got.Looked, got.Exact, got.After, places, want.Looked, want.Exact, from)
				}
				hits += len(places)
				if !want.Exact {
					cut++
				}
				q.After = got.After
			}
		}
		if cut < 10 || hits < 200 {
			t.Errorf("%d: %d hits, %d answers cut off", seed, hits, cut)
		}
	}
}

// changed are the files of reports and sections in which two datasets differ, by year.
func changed(t testing.TB, a, b *output.Dataset) (years []int) {
	t.Helper()
	sums := map[string]int{}
	for _, d := range []*output.Dataset{a, b} {
		for _, table := range []string{"reports", "sections"} {
			files, err := d.Files(table)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range files {
				body, err := os.ReadFile(f.Path)
				if err != nil {
					t.Fatal(err)
				}
				sums[fmt.Sprintf("%d %s %x", f.Year, table, sha256.Sum256(body))]++
			}
		}
	}
	for s, n := range sums {
		year, _ := strconv.Atoi(strings.Fields(s)[0])
		if n == 1 && !slices.Contains(years, year) {
			years = append(years, year)
		}
	}
	return years
}

// TestOneYearChanged: of a dataset of which one year is another one, that year's file alone is made, of its reports
// alone, and the answers are those of an index that is made afresh.
func TestOneYearChanged(t *testing.T) {
	var list []filed
	for i := range 72 {
		list = append(list, filed{i, 2015 + i%6})
	}
	at, cache := filepath.Join(t.TempDir(), "d"), t.TempDir()
	before := archive(t, at, list)
	place, err := Place(cache, before)
	if err != nil {
		t.Fatal(err)
	}
	built(t, place, before).Close()
	for name, change := range map[string]func() (int, []filed){
		"a year more":       func() (int, []filed) { return 2021, append(slices.Clone(list), filed{500, 2021}) },
		"a report more":     func() (int, []filed) { return 2017, append(slices.Clone(list), filed{501, 2017}) },
		"another document":  func() (int, []filed) { l := slices.Clone(list); l[9].document = 502; return l[9].year, l },
		"also in this year": func() (int, []filed) { return 2019, append(slices.Clone(list), filed{1, 2019}) },
		"no report of it":   func() (int, []filed) { return 2020, slices.DeleteFunc(slices.Clone(list), in(2020)) },
	} {
		year, now := change()
		kept := filepath.Join(t.TempDir(), "kept")
		if err := os.Rename(at, kept); err != nil {
			t.Fatal(err)
		}
		d := archive(t, at, now)
		old, err := output.Open(kept)
		if err != nil {
			t.Fatal(err)
		}
		if got := changed(t, old, d); !slices.Equal(got, []int{year}) {
			t.Fatalf("%s: the files of %d differ", name, got)
		}
		files, stats := filesOf(t, cache), map[string]os.FileInfo{}
		for n := range files {
			if stats[n], err = os.Stat(filepath.Join(cache, n)); err != nil {
				t.Fatal(err)
			}
		}
		want := len(slices.DeleteFunc(slices.Clone(now), func(f filed) bool { return f.year != year }))
		last, total := 0, 0
		if err := Build(context.Background(), d, place, func(done, of int) { last, total = done, of }); err != nil {
			t.Fatal(err)
		}
		if last != want || total != want {
			t.Errorf("%s: %d of %d reports were read, want %d", name, last, total, want)
		}
		is := fmt.Sprintf("-%d-", year)
		after := filesOf(t, cache)
		for n := range after {
			info, err := os.Stat(filepath.Join(cache, n))
			if err != nil {
				t.Fatal(err)
			}
			same := stats[n] != nil && os.SameFile(info, stats[n]) && info.ModTime().Equal(stats[n].ModTime()) &&
				after[n] == files[n]
			if same == strings.Contains(n, is) {
				t.Errorf("%s: %s: the same %v", name, n, same)
			}
		}
		years, err := yearsOf(d)
		if err != nil {
			t.Fatal(err)
		}
		if len(after) != len(years) {
			t.Errorf("%s: %d files of %d years", name, len(after), len(years))
		}
		x, err := Open(place, d)
		if err != nil {
			t.Fatal(err)
		}
		afresh := built(t, filepath.Join(t.TempDir(), "x"), d)
		all := plainReports(t, d)
		for _, q := range queries(rand.New(rand.NewSource(3)), all, 40) {
			got, want := findAll(t, x, q), findAll(t, afresh, q)
			if !slices.Equal(placesOf(got), placesOf(want)) || !slices.Equal(placesOf(got), answers(all, q)) {
				t.Fatalf("%s: %+v: %q, afresh %q, want %q", name, q, placesOf(got), placesOf(want), answers(all, q))
			}
		}
		x.Close()
		afresh.Close()
		// and back, which makes again only what was removed
		if err := errors.Join(os.RemoveAll(at), os.Rename(kept, at)); err != nil {
			t.Fatal(err)
		}
		back, err := output.Open(at)
		if err != nil {
			t.Fatal(err)
		}
		built(t, place, back).Close()
	}
}

func in(year int) func(filed) bool { return func(f filed) bool { return f.year == year } }

// TestDocumentOfSeveralYears: it is found once, in the newest year; that of an older one is found where the newer has it no
// more, by the same file.
func TestDocumentOfSeveralYears(t *testing.T) {
	at, cache := filepath.Join(t.TempDir(), "d"), t.TempDir()
	list := []filed{{1, 2018}, {2, 2018}, {1, 2020}, {4, 2020}, {1, 0}, {2, 0}, {5, 0}, {1, 2019}}
	key := fmt.Sprintf("%064x-", 1*7919+1)
	for _, c := range []struct {
		without int // this year
		year    int // of the document then
		reports int
	}{{-1, 2020, 4}, {2020, 2019, 3}, {-1, 2020, 4}, {2018, 2020, 4}} {
		d := archive(t, at, slices.DeleteFunc(slices.Clone(list), in(c.without)))
		place, err := Place(cache, d)
		if err != nil {
			t.Fatal(err)
		}
		before := filesOf(t, cache)
		x := built(t, place, d)
		for n, b := range filesOf(t, cache) {
			if was, ok := before[n]; ok && was != b {
				t.Errorf("without %d: %s is another one", c.without, n)
			}
		}
		if x.Reports() != c.reports {
			t.Errorf("without %d: %d reports, want %d", c.without, x.Reports(), c.reports)
		}
		var years []int
		for _, h := range findAll(t, x, Query{Words: "政府"}) {
			if strings.HasPrefix(h.Key, key) {
				years = append(years, h.Year)
			}
		}
		if !slices.Equal(years, []int{c.year}) {
			t.Errorf("without %d: found in %d, want %d", c.without, years, c.year)
		}
		x.Close()
	}
}

// TestHashOfYear: a text that changes and leaves the footer as it was makes another year of it, by the manifest's hash.
func TestHashOfYear(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "d"), 30, 300, 6)
	m, err := tables.ReadManifest(d.Dir())
	if err != nil {
		t.Fatal(err)
	}
	m.Years = map[string]*tables.Year{}
	say := func(body []byte) { // of the sections of 2021
		t.Helper()
		sum := sha256.Sum256(body)
		m.Years["2021"] = &tables.Year{Files: map[string]string{"sections": hex.EncodeToString(sum[:])}}
		said, err := m.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		for name, b := range map[string][]byte{tables.FileOf(d.Dir(), "sections", 2021).Path: body,
			filepath.Join(d.Dir(), tables.ManifestName): said} {
			if err := os.WriteFile(name, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	b, err := os.ReadFile(tables.FileOf(d.Dir(), "sections", 2021).Path)
	if err != nil {
		t.Fatal(err)
	}
	say(b)
	path := filepath.Join(t.TempDir(), "x")
	built(t, path, d).Close()
	before, err := yearsOf(d)
	if err != nil {
		t.Fatal(err)
	}
	b[100] ^= 1
	say(b)
	after, err := yearsOf(d)
	if err != nil {
		t.Fatal(err)
	}
	for i, y := range after {
		if (y.identity == before[i].identity) == (y.year == 2021) {
			t.Errorf("%d: %s, before %s", y.year, y.identity, before[i].identity)
		}
	}
	if identityOf(before) == identityOf(after) {
		t.Error("the dataset is the same")
	}
	if _, err := Open(path, d); !errors.Is(err, ErrOther) {
		t.Errorf("a year is another one: %v", err)
	}
}

// TestKilled: what builds that were killed left is removed; what a build that runs is at, and what is of another
// dataset, stays.
func TestKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no locks on folders")
	}
	cache := t.TempDir()
	d := made(t, filepath.Join(t.TempDir(), "d"), 30, 300, 6)
	place, err := Place(cache, d)
	if err != nil {
		t.Fatal(err)
	}
	name := "." + filepath.Base(place)
	stays := []string{name + "-2020-0123456789abcdef.index.partial-1", ".search-other-2020-0123.index.partial-1"}
	goes := []string{name + "-2020-0123456789abcdef.index.partial-2", name + "-0123456789abcdef.index.partial-3"}
	for _, n := range slices.Concat(stays, goes) {
		if err := os.MkdirAll(filepath.Join(cache, n, "runs-1"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	letGo, err := folders.Take(filepath.Join(cache, stays[0]))
	if err != nil {
		t.Fatal(err)
	}
	defer letGo()
	built(t, place, d)
	var left []string
	for n := range filesOf(t, cache) {
		if strings.HasPrefix(n, ".") {
			left = append(left, strings.TrimSuffix(n, "/"))
		}
	}
	slices.Sort(left)
	slices.Sort(stays)
	if !slices.Equal(left, stays) {
		t.Errorf("left %q, want %q", left, stays)
	}
}

// TestReplacedMeanwhile: what was read while another dataset took the place is under no name of a year.
func TestReplacedMeanwhile(t *testing.T) {
	at, cache := filepath.Join(t.TempDir(), "d"), t.TempDir()
	before := made(t, at, 600, 200, 1)
	right := t.TempDir()
	built(t, filepath.Join(right, "x"), before).Close()
	once := false
	err := Build(context.Background(), before, filepath.Join(cache, "x"), func(int, int) {
		if !once {
			once = true
			made(t, at, 600, 200, 2)
		}
	})
	if !errors.Is(err, errReplaced) || !once {
		t.Fatal(err)
	}
	want := filesOf(t, right)
	for n, b := range filesOf(t, cache) {
		if b != want[n] {
			t.Errorf("%s does not hold what its name says", n)
		}
	}
	now, err := output.Open(at)
	if err != nil {
		t.Fatal(err)
	}
	if x := built(t, filepath.Join(cache, "x"), now); x.Reports() == 0 || len(filesOf(t, cache)) != len(x.years) {
		t.Errorf("then: %d reports, %d files", x.Reports(), len(filesOf(t, cache)))
	}
}

// TestBuiltAtOnce: several may make the index of a dataset at a time.
func TestBuiltAtOnce(t *testing.T) {
	d := made(t, filepath.Join(t.TempDir(), "d"), 200, 300, 6)
	alone, together := t.TempDir(), t.TempDir()
	built(t, filepath.Join(alone, "x"), d).Close()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := Build(context.Background(), d, filepath.Join(together, "x"), nil); err != nil {
				t.Error(err)
				return
			}
			x, err := Open(filepath.Join(together, "x"), d)
			if err != nil {
				t.Error(err)
				return
			}
			x.Close()
		})
	}
	wg.Wait()
	if got, want := filesOf(t, together), filesOf(t, alone); !maps.Equal(got, want) {
		t.Errorf("%d files, want %d", len(got), len(want))
	}
}

// TestKeysAscend: the table of keys is by sum, each with its report.
func TestKeysAscend(t *testing.T) {
	var keys []keyed
	for i := range 100 {
		keys = append(keys, keyed{sumOf(fmt.Sprint(i)), uint32(i)})
	}
	table := appendKeys(nil, keys)
	for i := 0; i < len(table); i += keyEntry {
		if i > 0 && bytes.Compare(table[i-keyEntry:i-4], table[i:i+keySum]) >= 0 {
			t.Errorf("entry %d", i/keyEntry)
		}
	}
}

// TestFilter: it denies nothing that is there, and most of what is not.
func TestFilter(t *testing.T) {
	rng := rand.New(rand.NewSource(14))
	for _, n := range []int{0, 1, 7, 1000, 50_000} {
		there := map[bigram]bool{}
		for len(there) < n {
			there[bigram(0x4E00+rng.Intn(3000))<<21|bigram(0x4E00+rng.Intn(3000))] = true
		}
		f := newFilter(n)
		for b := range there {
			f.add(b)
		}
		for b := range there {
			if !f.has(b) {
				t.Fatalf("of %d: %s is denied", n, b)
			}
		}
		wrong, asked := 0, 20_000
		for i := 0; i < asked; i++ {
			if b := bigram(0x4E00+rng.Intn(3000))<<21 | bigram(0x4E00+rng.Intn(3000)); !there[b] && f.has(b) {
				wrong++
			}
		}
		if wrong > asked/40 {
			t.Errorf("of %d: %d of %d that are not there", n, wrong, asked)
		}
	}
}
