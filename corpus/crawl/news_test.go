package crawl

import (
	"context"
	"fmt"
	"sort"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// TestNews: what authorities do without a word between two visits is seen: a report that is new, changed, late, taken
// away and put back. Nothing that was kept is lost, and each change is told once.
func TestNews(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := loopback.TRS()
	s.Start()
	defer s.Close()
	c := crawler(t, t.TempDir(), quick())
	now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	p := portal(s, 0)
	visit(t, c, p)
	told := map[string]bool{}
	news := func() string {
		t.Helper()
		now = now.AddDate(0, 2, 0)
		visit(t, c, p)
		all, err := c.Ledger.Events(ctx, 1000)
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, e := range all {
			if !told[e.ID] && e.Kind != "found" {
				out = append(out, fmt.Sprintf("%s %d %s", e.Kind, e.Year, strings.TrimPrefix(e.URL, s.URL)))
			}
			told[e.ID] = true
		}
		sort.Strings(out)
		return strings.Join(out, "; ")
	}
	path := "zwgk/zfxxgknb/202301/t20230115_3022.html"
	if got := news(); got != "" {
		t.Errorf("nothing was changed: %s", got)
	}
	if !s.Replace("/"+path, "全年主动公开信息", "全年共主动公开信息") {
		t.Fatal("the page is not there")
	}
	if got := news(); got != "changed 2022 "+path {
		t.Errorf("after a change: %s", got)
	}
	kept := s.Take("/" + path)
	if got := news(); got != "vanished 2022 "+path {
		t.Errorf("after it was taken away: %s", got)
	}
	if got := news(); got != "" {
		t.Errorf("still away: %s", got)
	}
	s.Put("/"+path, kept)
	// on 1 April 2026 in China nothing of 2025 is there; then it comes, late
	if got := news(); got != "back 2022 "+path+"; overdue 2025 " {
		t.Errorf("put back, after the deadline: %s", got)
	}
	s.Publish(2025, "2026-05-20")
	if got := news(); !strings.Contains(got, "late 2025 zwgk/zfxxgknb/202601/t20260115_3025.html") {
		t.Errorf("published late: %s", got)
	}
	versions := map[string]bool{}
	err := c.Archive.Captures(ctx, p.ID, func(x *archive.Capture) error {
		if strings.HasSuffix(x.URL, path) && x.SHA256 != "" && x.Result != archive.Gone {
			versions[x.SHA256] = true
		}
		return nil
	})
	if err != nil || len(versions) != 2 {
		t.Errorf("%d versions of the page are kept, want 2; %v", len(versions), err)
	}
	d, err := c.Ledger.Document(ctx, p.ID, archive.Key("", s.URL+path, ""))
	if err != nil || d == nil || d.Versions != 2 || d.State != "present" ||
		!d.First.Equal(time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("the document: %+v, %v", d, err)
	}
}

// TestRefused: a host outside *.gov.cn that only another such host links to is refused and recorded; so is a redirect
// to one.
func TestRefused(t *testing.T) {
	t.Parallel()
	s, clone := loopback.Redirects(), loopback.TRS()
	s.Start()
	clone.Start()
	defer s.Close()
	defer clone.Close()
	s.Lead("/r", clone.URL+"zwgk/zfxxgknb/202001/t20200115_3019.html")
	c := crawler(t, t.TempDir(), quick())
	p := portal(s, 0)
	visit(t, c, p)
	if n := len(clone.Log()); n > 0 {
		t.Errorf("%d requests to a host that the portal only redirects to", n)
	}
	n := 0
	if err := c.Ledger.Refusals(context.Background(), p.ID, func(r ledger.Refusal) error {
		n++
		if !strings.Contains(r.Reason, "redirect") || !strings.Contains(clone.URL, r.Host) {
			t.Errorf("%+v", r)
		}
		return nil
	}); err != nil || n != 1 {
		t.Errorf("%d hosts refused, want 1; %v", n, err)
	}
}
