package crawl

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// off are no manners, for made-up portals.
func off() Manners {
	return Manners{Off: true, Lease: time.Minute, Wait: time.Second, Backoff: 0.0001}
}

func eventsOf(t testing.TB, c *Crawler) (out []ledger.Event) {
	t.Helper()
	out, err := c.Ledger.Events(context.Background(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// TestWallsAreNoReports: a page that is linked as a report and is a wall, a login, a notice makes no report; its year is
// not called missing, and why it was not taken is kept.
func TestWallsAreNoReports(t *testing.T) {
	t.Parallel()
	for name, html := range loopback.Walls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := loopback.TRS()
			s.Start()
			defer s.Close()
			const path = "/zwgk/zfxxgknb/202501/t20250115_3024.html"
			s.PutWall(path, html)
			c := crawler(t, t.TempDir(), off())
			now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
			c.Now = func() time.Time { return now }
			p := portal(s, 0)
			visit(t, c, p)
			got := found(t, c, p, KindReport)
			if _, ok := got[path]; ok || len(got) != len(s.Reports)-1 {
				t.Errorf("%d reports of %d, the wall among them: %v", len(got), len(s.Reports)-1, ok)
			}
			for _, e := range eventsOf(t, c) {
				if e.Kind != "found" {
					t.Errorf("told: %s %s", e.Kind, e.URL)
				}
			}
			col := columnOf(t, c, p.ID)
			if lacks, why := Lacks(col, map[int]bool{2023: true}, 2024); lacks || why == "" {
				t.Errorf("2024 is called missing: %+v", col)
			}
		})
	}
}

// TestKnownReportsStand: what is put in the place of a known report is suspect: it is told as trouble, kept apart and
// asked for again within a day; the report stands as it was, until it is seen again.
func TestKnownReportsStand(t *testing.T) {
	t.Parallel()
	for name, html := range loopback.Walls() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := loopback.TRS()
			s.Start()
			defer s.Close()
			const path = "/zwgk/zfxxgknb/202301/t20230115_3022.html"
			c := crawler(t, t.TempDir(), off())
			now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
			c.Now = func() time.Time { return now }
			p := portal(s, 0)
			visit(t, c, p)
			before := found(t, c, p, KindReport)[path]
			kept := s.Take(path)
			s.PutWall(path, html)
			now = now.AddDate(0, 0, 1)
			visit(t, c, p)
			d := found(t, c, p, KindReport)[path]
			if d.SHA256 != before.SHA256 || d.State != "present" || d.Suspect.IsZero() || d.SuspectWhy == "" {
				t.Errorf("the report: %+v", d)
			}
			kinds := []string{}
			for _, e := range eventsOf(t, c) {
				if e.Kind != "found" {
					kinds = append(kinds, e.Kind)
				}
			}
			if !slices.Equal(kinds, []string{"suspect"}) {
				t.Errorf("told: %q", kinds)
			}
			if next, _, err := c.Ledger.NextVisit(context.Background(), p.ID); err != nil || next.Sub(now) > 24*time.Hour {
				t.Errorf("asked for again on %s, %v", next, err)
			}
			s.Put(path, kept)
			now = now.AddDate(0, 0, 1)
			visit(t, c, p)
			if d := found(t, c, p, KindReport)[path]; d.SHA256 != before.SHA256 || !d.Suspect.IsZero() || d.Versions != 1 {
				t.Errorf("seen again: %+v", d)
			}
			if n := len(eventsOf(t, c)); n != 12+1 {
				t.Errorf("%d events", n)
			}
		})
	}
}

// TestRemovedTwice: a page that says that a report was removed is believed when it is seen on a second day.
func TestRemovedTwice(t *testing.T) {
	t.Parallel()
	s := loopback.TRS()
	s.Start()
	defer s.Close()
	const path = "/zwgk/zfxxgknb/202301/t20230115_3022.html"
	c := crawler(t, t.TempDir(), off())
	now := time.Date(2025, 6, 1, 2, 0, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	p := portal(s, 0)
	visit(t, c, p)
	s.PutWall(path, "<html><body>您访问的页面不存在或已删除</body></html>")
	for _, step := range []struct {
		hours int
		state string
	}{{1, "present"}, {2, "present"}, {24, "vanished"}} {
		now = now.Add(time.Duration(step.hours) * time.Hour)
		visit(t, c, p)
		if d := found(t, c, p, KindReport)[path]; d.State != step.state {
			t.Errorf("%s: %+v", now, d)
		}
	}
	var kinds []string
	for _, e := range eventsOf(t, c) {
		if e.Kind != "found" {
			kinds = append(kinds, e.Kind)
		}
	}
	slices.Sort(kinds)
	if !slices.Equal(kinds, []string{"suspect", "vanished"}) {
		t.Errorf("told: %q", kinds)
	}
}

// TestRestless: counters, clocks and tokens make no change; a number does, and it is told which where bodies are read.
func TestRestless(t *testing.T) {
	t.Parallel()
	s := loopback.TRS()
	s.Start()
	defer s.Close()
	c := crawler(t, t.TempDir(), off())
	now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	c.Judge = func(_ context.Context, e Evidence) Judgement { // reads one cell
		_, rest, _ := strings.Cut(string(e.Body), "全年主动公开信息")
		n, _, _ := strings.Cut(rest, "条")
		return Judgement{Sure: true, Report: rest != "", Why: "no cell", Cells: map[string]string{"published.all": n}}
	}
	p := portal(s, 0)
	s.Restless()
	for range 3 {
		now = now.AddDate(0, 2, 0)
		visit(t, c, p)
	}
	first := found(t, c, p, KindReport)
	for path, d := range first {
		if d.Versions != 1 {
			t.Errorf("%s has %d versions", path, d.Versions)
		}
	}
	if len(first) != len(s.Reports) {
		t.Errorf("%d reports", len(first))
	}
	const path = "/zwgk/zfxxgknb/202301/t20230115_3022.html"
	if !s.Replace(path, "全年主动公开信息", "全年主动公开信息9") {
		t.Fatal("the page is not there")
	}
	s.Restless()
	now = now.AddDate(0, 2, 0)
	visit(t, c, p)
	var told []string
	for _, e := range eventsOf(t, c) {
		if e.Kind != "found" && e.Kind != "overdue" {
			told = append(told, e.Kind+" "+e.Detail)
		}
	}
	if len(told) != 1 || !strings.HasPrefix(told[0], "changed published.all: ") {
		t.Errorf("told: %q", told)
	}
}

// TestLateBySight: a report that names no day of its own is late only where a visit after the deadline read the column
// whole and did not find it.
func TestLateBySight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		between time.Time // of a visit before it was published
		wall    bool      // stood in the place of the column then
		want    string
	}{
		"no visit after the deadline":      {time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC), false, "new"},
		"a visit after it":                 {time.Date(2026, 4, 20, 8, 0, 0, 0, time.UTC), false, "late"},
		"a visit after it that met a wall": {time.Date(2026, 4, 20, 8, 0, 0, 0, time.UTC), true, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := loopback.TRS()
			s.Start()
			defer s.Close()
			w := crawler(t, t.TempDir(), off())
			now := time.Date(2026, 1, 20, 8, 0, 0, 0, time.UTC)
			w.Now = func() time.Time { return now }
			p := portal(s, 0)
			visit(t, w, p)
			now = c.between
			const column, index = "/zwgk/zfxxgknb/", "/zwgk/zfxxgknb/index.html"
			a, b := s.Take(column), s.Take(index)
			s.Put(column, a)
			s.Put(index, b)
			if c.wall {
				s.PutWall(column, loopback.Walls()["登录"])
				s.PutWall(index, loopback.Walls()["登录"])
			}
			visit(t, w, p)
			s.Put(column, a)
			s.Put(index, b)
			s.Publish(2025, "")
			s.Replace("/zwgk/zfxxgknb/202601/t20260115_3025.html", "发布日期：", "编号：")
			now = time.Date(2026, 5, 20, 8, 0, 0, 0, time.UTC)
			visit(t, w, p)
			got := ""
			for _, e := range eventsOf(t, w) {
				if e.Year == 2025 && strings.HasSuffix(e.URL, "t20260115_3025.html") {
					got += e.Kind
				}
			}
			if got != c.want {
				t.Errorf("told %q, want %q", got, c.want)
			}
		})
	}
}
