package crawl

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// TestWild: of portals built in ways of their own every report is found, or it is said that the column was not read
// whole; nothing else is taken for a report, nothing is told that is not so, and a second visit finds the same.
func TestWild(t *testing.T) {
	t.Parallel()
	for i, s := range loopback.Wild() {
		t.Run(s.Family, func(t *testing.T) {
			t.Parallel()
			s.Start()
			defer s.Close()
			c := crawler(t, t.TempDir(), off())
			now := time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC) // the reports on 2025 are due
			c.Now = func() time.Time { return now }
			if *verbose {
				c.Progress = func(_ corpus.Portal, _ *ledger.Visit, it *ledger.Item, what string) {
					t.Logf("%3d %-10s %s %s %q: %s", it.Score, it.Role, it.URL, it.Form, it.Words, what)
				}
			}
			p := portal(s, i)
			v := visit(t, c, p)
			got := map[string]ledger.Document{}
			for path, d := range found(t, c, p, KindReport) {
				if before, _, ok := strings.Cut(path, "?token="); ok {
					path = before
				}
				got[path] = d
			}
			for path, year := range s.Reports {
				if d, ok := got[path]; !ok || d.Year != year {
					t.Errorf("report %s of %d: found %v, %d", path, year, ok, d.Year)
				}
			}
			if len(got) != len(s.Reports) {
				for path, d := range got {
					if _, ok := s.Reports[path]; !ok {
						t.Errorf("taken for a report: %s %s", path, d.Title)
					}
				}
			}
			col := columnOf(t, c, p.ID)
			if s.Family == "unknown script" && (col.Code != ColumnScript || col.Detail == "") {
				t.Errorf("why nothing was read: %+v", col)
			}
			if whole := col.State == ledger.ColumnWhole; whole == s.Partly || !whole && col.Code == "" {
				t.Errorf("its column: %+v", col)
			}
			j := s.Judge()
			if most := 25 + 5*len(s.Reports)/2; j.Requests > most || len(j.Twice) > 0 {
				t.Errorf("%d requests for %d reports; twice %q", j.Requests, len(s.Reports), j.Twice)
			}
			t.Logf("%-14s %2d reports, %2d requests; %s %s %s, %d of %d, %v", s.Family, len(got), j.Requests, col.State,
				col.Code, col.Detail, col.Found, col.Stated, v.Reason)
			now = now.AddDate(0, 2, 0)
			visit(t, c, p)
			for _, e := range eventsOf(t, c) {
				if e.Kind != "found" && (e.Kind != "overdue" || s.Partly) {
					t.Errorf("told: %s %s %s", e.Kind, e.URL, e.Detail)
				}
			}
			if again := found(t, c, p, KindReport); len(again) != len(got) {
				t.Errorf("%d reports at the second visit, %d at the first", len(again), len(got))
			}
			if err := c.Ledger.Check(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
}
