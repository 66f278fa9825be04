package crawl

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// TestParts: reports over several pages are joined in their order, each page is kept as it came, the document says of
// which it was made, and what is missing is said. What was joined once is joined to the same bytes again; a wall in the
// place of a page is suspect and no change.
func TestParts(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := loopback.Parts()
	s.Start()
	defer s.Close()
	c := crawler(t, t.TempDir(), off())
	now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	c.Now = func() time.Time { return now }
	if *verbose {
		c.Progress = func(_ corpus.Portal, _ *ledger.Visit, it *ledger.Item, what string) {
			t.Logf("%3d %-10s %s %s %q: %s", it.Score, it.Role, it.URL, it.Form, it.Words, what)
		}
	}
	p := portal(s, 0)
	v := visit(t, c, p)
	got := found(t, c, p, KindReport)
	if len(got) != len(s.Reports) {
		t.Errorf("%d reports of %d", len(got), len(s.Reports))
	}
	order := []string{"一、总体情况", "二、主动公开", "三、收到和处理", "第1项", "第15项", "第16项", "第30项", "四、政府信息公开行政复议", "五、存在", "六、其他"}
	for path, year := range s.Reports {
		d, ok := got[path]
		if !ok {
			t.Errorf("%s is not found", path)
			continue
		}
		b, err := c.Archive.Body(ctx, d.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		body, missing := string(b), year == loopback.Years[4]
		want := 3
		if year == loopback.Years[5] { // whole on its first page
			want = 0
		}
		if n := strings.Count(body, `name="gongkai-part"`); n != want && !missing {
			t.Errorf("%s: %d parts", path, n)
		}
		if strings.Contains(body, "gongkai-part-missing") != missing {
			t.Errorf("%s: that a page is missing: %v", path, !missing)
		}
		at := 0
		for _, w := range order {
			if missing && (strings.HasPrefix(w, "第") || strings.HasPrefix(w, "三")) {
				continue
			}
			i := strings.Index(body[at:], w)
			if i < 0 || strings.Count(body, w) != 1 {
				t.Errorf("%s: %q stands %d times, or not in its place", path, w, strings.Count(body, w))
				break
			}
			at += i
		}
		for _, w := range []string{"下一页", "[2]", "第1页"} {
			if year != loopback.Years[5] && strings.Contains(body, w) {
				t.Errorf("%s: its pager is in it: %s", path, w)
			}
		}
		if n := strings.Count(body, "<table"); year == loopback.Years[0] && n != 2 {
			t.Errorf("%s: %d tables, one of which went on over the page", path, n)
		}
	}
	joined := 0
	err := c.Archive.Captures(ctx, p.ID, func(x *archive.Capture) error {
		if x.Method == "JOIN" {
			joined++
			for _, part := range x.Parts {
				if ok, err := c.Archive.Has(ctx, part.SHA256); err != nil || !ok || part.URL == "" {
					t.Errorf("%s: its part %+v is not kept: %v", x.URL, part, err)
				}
			}
		}
		return nil
	})
	if err != nil || joined != 5 {
		t.Errorf("%d joined documents, %v", joined, err)
	}
	said := ""
	if err := c.Ledger.Frontier(ctx, v.ID, ledger.Failed, func(it ledger.Item) error { said += it.Reason; return nil }); err != nil ||
		!strings.Contains(said, "a page of the report is missing") {
		t.Errorf("what is said of the missing page: %q, %v", said, err)
	}
	if j := s.Judge(); len(j.Twice) > 0 || j.Requests > 30 {
		t.Errorf("%+v", j)
	}

	told := func() (out []string) {
		for _, e := range eventsOf(t, c) {
			if e.Kind != "found" && e.Kind != "overdue" {
				out = append(out, fmt.Sprintf("%s %d", e.Kind, e.Year))
			}
		}
		return out
	}
	now = now.AddDate(0, 2, 0)
	visit(t, c, p)
	if out := told(); len(out) > 0 {
		t.Errorf("nothing was changed: %q", out)
	}
	const second = "/zwgk/nb/t2019_1.html"
	kept := s.Take(second)
	s.PutWall(second, loopback.Walls()["登录"])
	now = now.AddDate(0, 2, 0)
	visit(t, c, p)
	if out := told(); strings.Join(out, " ") != "suspect 2019" {
		t.Errorf("a wall in the place of a page: %q", out)
	}
	s.Put(second, kept)
	s.Replace(second, "第16项办理情况", "第16项办理的情况")
	now = now.AddDate(0, 0, 1)
	visit(t, c, p)
	if out := told(); !strings.Contains(strings.Join(out, " "), "changed 2019") || len(out) != 2 {
		t.Errorf("a word on the second page was changed: %q", out)
	}
}

// TestPieces: which addresses are further pages of a report.
func TestPieces(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		first, at string
		want      int
	}{
		{"/a/t1.html", "/a/t1_1.html", 1},
		{"/a/t1.html", "/a/t1-2.html", 2},
		{"/a/t1.html", "/a/t2_1.html", 0},
		{"/a/t1.html", "/a/t1_1.pdf", 0},
		{"/a/t1.html", "/b/t1_1.html", 0},
		{"/a/t1.html", "/a/t1_2024.html", 0},
		{"/a?id=1", "/a?id=1&page=2", 2},
		{"/a?id=1&page=1", "/a?id=1&page=3", 3},
		{"/a?id=1", "/a?id=2&page=2", 0},
		{"/a?id=1", "/a?id=1&page=1", 0},
		{"/a?id=1", "/a?id=1", 0},
	} {
		first, err := url.Parse("http://a.gov.cn" + c.first)
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := pieceOf(first, "http://a.gov.cn"+c.at); got != c.want {
			t.Errorf("%s of %s: %d, want %d", c.at, c.first, got, c.want)
		}
	}
}
