package crawl

import (
	"context"
	"flag"
	"fmt"
	"net/url"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

var verbose = flag.Bool("steps", false, "log every address that a visit asks for")

func crawler(t testing.TB, dir string, m Manners) *Crawler {
	t.Helper()
	ctx := context.Background()
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(ctx, filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close(); a.Close() })
	client := fetch.New(fetch.Options{Agent: "gongkai/test (+mailto:test@example.org)", AllowPrivate: true,
		Limits: fetch.Limits{Idle: time.Second, Header: 2 * time.Second, Total: 5 * time.Second}})
	return &Crawler{Ledger: l, Archive: a, Client: client, Manners: m, Bounds: Usual(), Holder: "test", Log: t.Logf,
		Calendar: march}
}

// march is a calendar by which all must publish by 31 March.
func march(_ string, year int) string { return fmt.Sprintf("%d-03-31", year+1) }

// quick manners are polite ones in little.
func quick() Manners {
	m := Polite()
	m.Pace, m.Lease, m.Wait, m.Pause, m.Backoff = 4*time.Millisecond, 10*time.Second, 2*time.Second, time.Second, 0.005
	return m
}

func visit(t testing.TB, c *Crawler, p corpus.Portal) *ledger.Visit {
	t.Helper()
	for range 100 {
		o, err := c.Visit(context.Background(), p)
		if err != nil {
			t.Fatal(err)
		}
		if o.Done {
			return o.Visit
		}
		time.Sleep(min(o.After, 2*time.Second))
	}
	t.Fatal("the visit does not end")
	return nil
}

func portal(s *loopback.Site, i int) corpus.Portal {
	return corpus.Portal{ID: fmt.Sprintf("p%02d", i), Name: s.Name, Level: "prefecture", Home: s.URL}
}

// found lists the documents of a portal as the site names them.
func found(t testing.TB, c *Crawler, p corpus.Portal, kind string) map[string]ledger.Document {
	t.Helper()
	out := map[string]ledger.Document{}
	err := c.Ledger.Documents(context.Background(), p.ID, func(d ledger.Document) error {
		u, err := url.Parse(d.URL)
		if err != nil {
			return err
		}
		if d.Kind == kind {
			out[u.RequestURI()] = d
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestFamilies goes through a site of each family: every report found once, with its year and its files; no rule of
// robots.txt and no pace broken, by the sites' own logs; and a second visit costs next to nothing.
func TestFamilies(t *testing.T) {
	t.Parallel()
	m := quick()
	c := crawler(t, t.TempDir(), m)
	pages, reports, requests, first, second := 0, 0, 0, 0, 0
	var mu sync.Mutex  // of the sums
	t.Cleanup(func() { // when all families are done
		t.Logf("%d pages, %d reports and files, %d requests: %.2f for each; the second visits cost %.2f %% of the bytes",
			pages, reports,
			requests, float64(requests)/float64(reports), 100*float64(second)/float64(first))
		if share := float64(requests) / float64(reports); share > 2.5 && pages > 1000 {
			t.Errorf("%.1f requests for each report", share)
		}
		if share := float64(second) / float64(first); share > 0.05 {
			t.Errorf("the second visits cost %.1f %% of the bytes", 100*share)
		}
		ctx := context.Background()
		if err := c.Ledger.Check(ctx); err != nil {
			t.Error(err)
		}
		if _, _, err := c.Archive.Check(ctx, func(s string) { t.Error(s) }); err != nil {
			t.Error(err)
		}
	})
	for i, s := range loopback.All() {
		t.Run(s.Family, func(t *testing.T) {
			t.Parallel()
			c := *c // a holder of its own, as each worker has
			c.Holder, c.Log = "test/"+s.Family, t.Logf
			s.Start()
			defer s.Close()
			p := portal(s, i)
			if *verbose {
				c.Progress = func(_ corpus.Portal, _ *ledger.Visit, it *ledger.Item, what string) {
					t.Logf("%3d %-10s %s %q: %s", it.Score, it.Role, it.URL, it.Words, what)
				}
			}
			v := visit(t, &c, p)
			if v.State != "done" || v.Reason != "" {
				t.Errorf("the visit: %s %s", v.State, v.Reason)
			}
			got := found(t, &c, p, KindReport)
			for path, year := range s.Reports {
				if s.Family == "redirects" { // known by the address that the portal gives
					path = fmt.Sprintf("/r?id=%d", year)
				}
				d, ok := got[path]
				if !ok && s.Family == "sessions" {
					d, ok = got[strings.Replace(path, "/gk/", "/m/", 1)]
				}
				if !ok {
					t.Errorf("report %s is not found", path)
				} else if d.Year != year {
					t.Errorf("report %s has the year %d, want %d", path, d.Year, year)
				}
			}
			if len(got) != len(s.Reports) {
				var all []string
				for g := range got {
					all = append(all, g)
				}
				sort.Strings(all)
				t.Errorf("%d reports found, there are %d: %q", len(got), len(s.Reports), all)
			}
			files := found(t, &c, p, KindAttachment)
			for f, page := range s.Files {
				if d, ok := files[f]; !ok || !strings.HasSuffix(d.Page, page) {
					t.Errorf("file %s of %s: %+v", f, page, d)
				}
			}
			if len(files) != len(s.Files) {
				t.Errorf("%d files found, there are %d", len(files), len(s.Files))
			}
			j := s.Judge()
			if len(j.Forbidden) > 0 || j.Overlaps > 0 || j.Nameless > 0 {
				t.Errorf("forbidden %q, %d overlaps, %d without a name", j.Forbidden, j.Overlaps, j.Nameless)
			}
			if j.Closest < m.Pace-time.Millisecond {
				t.Errorf("two requests only %s apart, the pace is %s", j.Closest, m.Pace)
			}
			if s.Family != "sessions" && s.Family != "redirects" && len(j.Twice) > 0 {
				t.Errorf("asked for twice: %q", j.Twice)
			}
			s.Forget()
			visit(t, &c, p)
			k := s.Judge()
			t.Logf("%-12s %5d pages, %3d reports, %3d files; %3d requests, %.1f a report; second visit %d requests, "+
				"%.1f %% of the bytes",
				s.Family, s.Pages, len(s.Reports), len(s.Files), j.Requests,
				float64(j.Requests)/float64(len(s.Reports)+len(s.Files)), k.Requests,
				100*float64(k.Bytes)/float64(j.Bytes))
			if len(k.Forbidden) > 0 || k.Overlaps > 0 {
				t.Errorf("second visit: forbidden %q, %d overlaps", k.Forbidden, k.Overlaps)
			}
			mu.Lock()
			defer mu.Unlock()
			pages, reports, requests, first, second = pages+s.Pages, reports+len(s.Reports)+len(s.Files),
				requests+j.Requests, first+j.Bytes, second+k.Bytes
		})
	}
}
