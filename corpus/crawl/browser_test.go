package crawl

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/corpus/render"
)

// TestBrowser: a portal that is nothing without its scripts. The browser builds its pages and asks for nothing by
// itself: all requests are the crawler's, at its pace, and pictures are not asked for.
func TestBrowser(t *testing.T) {
	t.Parallel()
	b, err := render.Open("gongkai/test", 20*time.Second)
	if err != nil {
		if os.Getenv("CI") == "true" || !errors.Is(err, render.ErrNoBrowser) {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	defer b.Close()
	s := loopback.Scripted()
	s.Start()
	defer s.Close()
	c := crawler(t, t.TempDir(), quick())
	c.Render = func(ctx context.Context, at string, ask Ask) ([]byte, error) {
		return b.Page(ctx, at, ask)
	}
	p := portal(s, 0)
	p.Options.Browser = true
	visit(t, c, p)
	got := found(t, c, p, KindReport)
	for path, year := range s.Reports {
		d, ok := got[path]
		if !ok || d.Year != year {
			t.Errorf("report %s: %+v", path, d)
			continue
		}
		body, err := c.Archive.Body(context.Background(), d.SHA256)
		if err != nil || !strings.Contains(string(body), "总体情况") {
			t.Errorf("report %s: what is kept is not what the browser built: %v", path, err)
		}
	}
	j := s.Judge()
	if len(j.Forbidden) > 0 || j.Overlaps > 0 || j.Nameless > 0 || j.Closest < c.Manners.Pace-time.Millisecond {
		t.Errorf("%+v", j)
	}
	for _, l := range s.Log() {
		if l.Path == "/logo.png" {
			t.Error("a picture was asked for")
		}
	}
	c.Render = nil
	other := portal(s, 1)
	other.Options.Browser = true
	v := visit(t, c, other)
	if len(found(t, c, other, KindReport)) != 0 || v.State != "done" {
		t.Error("without a browser there is nothing to find, and nothing to fail")
	}
}
