package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/normalize/gold"
)

// TestKeptCrawl: of what a crawl keeps only documents are opened that are new: a run after it goes by the hashes in the
// ledger, and gives the bytes of a run that opens all. Versions that others followed and documents that vanished are rows
// that change without being read.
func TestKeptCrawl(t *testing.T) {
	t.Chdir(t.TempDir())
	ctx := context.Background()
	formats := map[string]gold.Format{}
	for _, f := range gold.Formats() {
		formats[f.Name] = f
	}
	sums := map[string]string{}
	day := time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)
	n := 0
	put := func(url string, seed int64, year int, state string, kind string) {
		t.Helper()
		l, err := ledger.Open(ctx, "crawl/ledger.sqlite", false)
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		a, err := archive.Open(ctx, "crawl/archive")
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		v, _, err := l.Begin(ctx, "p1", "test", time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		body := formats["html"].Write(gold.New(seed, year, "2021", "2021", gold.Options{Zero: "0"}), seed)
		sum, err := a.PutBody(ctx, body)
		if err != nil {
			t.Fatal(err)
		}
		n++
		d := &ledger.Document{Portal: "p1", Key: archive.Key("", url, ""), URL: url, Kind: crawl.KindReport, Year: year,
			First: day, Last: day.AddDate(0, 0, n), SHA256: sum, Bytes: int64(len(body)), State: state, Visit: v.ID}
		var events []ledger.Event
		if kind != "" {
			events = append(events, ledger.Event{ID: fmt.Sprint(n), Time: day.AddDate(0, 0, n), Portal: "p1", Kind: kind, URL: url,
				Before: sums[url], SHA256: sum})
		}
		if ok, err := l.Commit(ctx, v, "test", &ledger.Step{Document: d, Events: events}); err != nil || !ok {
			t.Fatalf("%v, %v", ok, err)
		}
		sums[url] = sum
	}
	run := func(out string, more ...string) (read int) {
		t.Helper()
		said := ran(t, "", append([]string{"run", "--from", "crawl", "--out", out, "-q", "--explain", "--no-corrections"}, more...)...)
		for line := range strings.Lines(said) {
			if strings.HasPrefix(line, "read ") {
				read++
			}
		}
		return read
	}
	url := func(i int) string { return fmt.Sprintf("http://a.gov.cn/nb/%d.html", i) }
	for i := range 5 {
		put(url(i), int64(i), 2021+i%3, "present", "")
	}
	if read := run("ds"); read != 5 {
		t.Fatalf("%d of 5 were read", read)
	}
	for i, c := range []struct {
		name string
		do   func()
		read int
	}{
		{"nothing", func() {}, 0},
		{"a new one", func() { put(url(9), 9, 2024, "present", "") }, 1},
		{"another version", func() { put(url(2), 22, 2023, "present", "changed") }, 1},
		{"one is gone", func() { put(url(3), 3, 2021, "gone", "vanished") }, 0},
		{"another year for the same bytes", func() { put(url(7), 9, 2024, "present", "") }, 1}, // at another address
	} {
		c.do()
		if read := run("ds"); read != c.read {
			t.Errorf("%s: %d were read, want %d", c.name, read, c.read)
		}
		os.RemoveAll("fresh")
		run("fresh", "--readings", fmt.Sprint("other", i))
		if !sameFolders(t, "ds", "fresh") {
			t.Fatalf("%s: not what a fresh run gives", c.name)
		}
	}
}
