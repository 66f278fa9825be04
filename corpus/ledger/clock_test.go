package ledger

import (
	"context"
	"path/filepath"
	"testing"
	"time"
)

// TestClock: times that were kept while the clock was a year ahead silence nobody when it is right again: not a host, a
// visit, an address, a portal.
func TestClock(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, err := Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	right := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	now := right.AddDate(1, 0, 0)
	l.SetClock(func() time.Time { return now })
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, _, err = l.Take(ctx, "h", "dead", time.Minute, time.Second)
	must(err)
	must(l.SetRobots(ctx, "h", 200, ""))
	h, _, err := l.Take(ctx, "paused", "x", time.Minute, time.Second)
	must(err)
	h.Why = "it fails"
	must(l.Give(ctx, h, "x", 24*time.Hour, 1, 1))
	v, _, err := l.Begin(ctx, "p", "dead", time.Minute)
	must(err)
	_, err = l.Commit(ctx, v, "dead", &Step{Links: []Item{{Key: "k", URL: "u", Due: now.Add(time.Hour)}}})
	must(err)
	must(l.SetNext(ctx, "p", "", "", "", "", now.AddDate(0, 0, 30), 0))
	must(l.SetNext(ctx, "q", "", "", "", "", right.AddDate(0, 0, 30), 0))

	now = right
	if h, wait, err := l.Take(ctx, "h", "y", time.Minute, time.Second); err != nil || wait != 0 || !h.RobotsTime.IsZero() {
		t.Errorf("a host that was held: %v %v, robots.txt of %v", wait, err, h.RobotsTime)
	}
	if h, wait, err := l.Take(ctx, "paused", "y", time.Minute, time.Second); err != nil || wait != 0 || !h.Paused.IsZero() {
		t.Errorf("a host that was paused: %v %v until %v", wait, err, h.Paused)
	}
	if lost, err := l.Abandoned(ctx); err != nil || len(lost) != 1 {
		t.Errorf("visits of workers that died: %q %v", lost, err)
	}
	got, resumed, err := l.Begin(ctx, "p", "y", time.Minute)
	if err != nil || got == nil || !resumed {
		t.Fatalf("the visit: %v %v %v", got, resumed, err)
	}
	if it, due, err := l.Next(ctx, got.ID); err != nil || it == nil {
		t.Errorf("the address: %v, due %v, %v", it, due, err)
	}
	if next, _, err := l.NextVisit(ctx, "p"); err != nil || next.After(now) {
		t.Errorf("the portal: %v %v", next, err)
	}
	if next, _, err := l.NextVisit(ctx, "q"); err != nil || !next.Equal(right.AddDate(0, 0, 30)) {
		t.Errorf("a time that is none too far: %v %v", next, err)
	}
	// what is held now is held
	if _, wait, err := l.Take(ctx, "h", "z", time.Minute, time.Second); err != nil || wait == 0 {
		t.Errorf("a host that is held: %v %v", wait, err)
	}
}
