package crawl

import (
	"context"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// columnOf gives how far the columns of a portal were read.
func columnOf(t testing.TB, c *Crawler, portal string) *ledger.Column {
	t.Helper()
	col, err := c.Ledger.Column(context.Background(), portal)
	if err != nil || col == nil {
		t.Fatalf("%s: how far its column was read: %v, %v", portal, col, err)
	}
	return col
}

// TestColumns: of the families whose lists are read to their ends it is said that they are.
func TestColumns(t *testing.T) {
	t.Parallel()
	for i, s := range loopback.All() {
		t.Run(s.Family, func(t *testing.T) {
			t.Parallel()
			s.Start()
			defer s.Close()
			c := crawler(t, t.TempDir(), Manners{Off: true, Lease: quick().Lease, Wait: quick().Wait, Backoff: 0.001})
			p := portal(s, i)
			visit(t, c, p)
			col := columnOf(t, c, p.ID)
			want := ledger.ColumnWhole
			if s.Family == "sitemap" { // no list leads to its reports
				want = ledger.ColumnUnread
			}
			if col.State != want {
				t.Errorf("its column: %+v", col)
			}
			t.Logf("%-12s %s %s %s: %d of %d, %v", s.Family, col.State, col.Code, col.Detail, col.Found, col.Stated, col.Years)
		})
	}
}

// TestSystems: of the systems that whole provinces use every list is read to its end, or it is said how far it was; with
// at most 2.5 requests a report.
func TestSystems(t *testing.T) {
	t.Parallel()
	for i, s := range loopback.Systems() {
		t.Run(s.Family, func(t *testing.T) {
			t.Parallel()
			s.Start()
			defer s.Close()
			c := crawler(t, t.TempDir(), off())
			if *verbose {
				c.Progress = func(_ corpus.Portal, _ *ledger.Visit, it *ledger.Item, what string) {
					t.Logf("%3d %-10s %s %s %q: %s", it.Score, it.Role, it.URL, it.Form, it.Words, what)
				}
			}
			p := portal(s, i)
			visit(t, c, p)
			got := found(t, c, p, KindReport)
			missed := 0
			for path, year := range s.Reports {
				if d, ok := got[path]; !ok || d.Year != year {
					missed++
				}
			}
			if missed > 0 || len(got) != len(s.Reports) {
				t.Errorf("%d of %d reports found, %d missed", len(got), len(s.Reports), missed)
			}
			col := columnOf(t, c, p.ID)
			switch s.Family {
			case "stated more":
				if col.State != ledger.ColumnPart || col.Code != ColumnShort || col.Stated != 38 || col.Found != 15 {
					t.Errorf("its column: %+v", col)
				}
			default:
				if col.State != ledger.ColumnWhole || col.Found < 38 {
					t.Errorf("its column: %+v", col)
				}
			}
			j := s.Judge()
			if len(j.Twice) > 0 || len(j.Missed) > 0 {
				t.Errorf("twice %q, missed %q", j.Twice, j.Missed)
			}
			share := float64(j.Requests) / float64(len(s.Reports))
			if share > 2.5 {
				t.Errorf("%.1f requests a report", share)
			}
			t.Logf("%-12s %d reports, %d requests, %.2f a report; %s, %d of %d", s.Family, len(got), j.Requests, share, col.State,
				col.Found, col.Stated)
		})
	}
}

// TestDownloads: files behind addresses that name none are found, whatever their names come in; a form in the place of
// one is no file, and it is said so; a header leads on, and a cookie is given back.
func TestDownloads(t *testing.T) {
	t.Parallel()
	s := loopback.Downloads()
	s.Start()
	defer s.Close()
	c := crawler(t, t.TempDir(), off())
	p := portal(s, 0)
	v := visit(t, c, p)
	if got := found(t, c, p, KindReport); len(got) != len(s.Reports) {
		t.Errorf("%d reports of %d", len(got), len(s.Reports))
	}
	files := found(t, c, p, KindAttachment)
	for f := range s.Files {
		if _, ok := files[f]; !ok {
			t.Errorf("%s is not found", f)
		}
	}
	if len(files) != len(s.Files) {
		t.Errorf("%d files of %d", len(files), len(s.Files))
	}
	said := ""
	err := c.Ledger.Frontier(context.Background(), v.ID, ledger.Failed, func(it ledger.Item) error {
		if it.Role == RoleAttachment {
			said += it.Reason
		}
		return nil
	})
	if err != nil || !strings.Contains(said, "a page in the place of a file") {
		t.Errorf("what is said of the form: %q, %v", said, err)
	}
}
