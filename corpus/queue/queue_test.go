package queue

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/riverqueue/river/rivertype"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// A bench is a crawl in a folder of its own.
type bench struct {
	t *testing.T
	c *crawl.Crawler

	mu   sync.Mutex
	done []string // portals whose visits ended
	errs []error
}

func newBench(t *testing.T) *bench {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(ctx, filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close(); l.Close() })
	m := crawl.Polite()
	m.Off, m.Lease, m.Wait = true, 10*time.Second, time.Second
	return &bench{t: t, c: &crawl.Crawler{Ledger: l, Archive: a,
		Client:  fetch.New(fetch.Options{Agent: "gongkai/test", AllowPrivate: true}),
		Manners: m, Bounds: crawl.Usual(), Holder: "test"}}
}

func (b *bench) open(o Options, portals ...corpus.Portal) *Queue {
	b.t.Helper()
	o.Poll = 5 * time.Millisecond
	o.After = func(out crawl.Outcome, p corpus.Portal, err error) {
		b.mu.Lock()
		defer b.mu.Unlock()
		if out.Done {
			b.done = append(b.done, p.ID)
		}
		if err != nil {
			b.errs = append(b.errs, err)
		}
	}
	q, err := Open(context.Background(), b.c, portals, o)
	if err != nil {
		b.t.Fatal(err)
	}
	return q
}

// run works until nothing is left that does not wait for longer than a second.
func (b *bench) run(q *Queue) []Waiting {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := q.Start(ctx); err != nil {
		b.t.Fatal(err)
	}
	left, err := q.Wait(ctx, time.Second)
	if err := errors.Join(err, q.Stop(ctx)); err != nil {
		b.t.Fatal(err)
	}
	return left
}

func (b *bench) visit(q *Queue, portals ...string) {
	b.t.Helper()
	for _, p := range portals {
		if err := q.Visit(context.Background(), p); err != nil {
			b.t.Fatal(err)
		}
	}
}

func (b *bench) unfinished(q *Queue) (out []string) {
	b.t.Helper()
	all, err := q.Unfinished(context.Background())
	if err != nil {
		b.t.Fatal(err)
	}
	for _, w := range all {
		out = append(out, w.Portal+" "+w.State)
	}
	slices.Sort(out)
	return out
}

func site(t *testing.T, id string) corpus.Portal {
	t.Helper()
	s := loopback.Files()
	s.Start()
	t.Cleanup(s.Close)
	return corpus.Portal{ID: id, Name: s.Name, Level: "county", Home: s.URL}
}

// TestUnique: however often a visit is asked for, and by whatever process, one is waiting; and one that has ended makes
// room for the next.
func TestUnique(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := site(t, "p")
	q := b.open(Options{}, p)
	b.visit(q, "p", "p", "p")
	b.visit(b.open(Options{Idle: true}, p), "p")
	if got := b.unfinished(q); !slices.Equal(got, []string{"p available"}) {
		t.Errorf("unfinished: %q", got)
	}
	if left := b.run(q); len(left) > 0 || !slices.Equal(b.done, []string{"p"}) || b.errs != nil {
		t.Fatalf("left %v, done %q, errors %v", left, b.done, b.errs)
	}
	q = b.open(Options{}, p)
	b.visit(q, "p")
	if b.run(q); !slices.Equal(b.done, []string{"p", "p"}) {
		t.Errorf("done %q", b.done)
	}
}

// TestSlices: a visit that takes longer than its slice makes room for the others and goes on later, until it has ended;
// it is one visit all the while.
func TestSlices(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ps := []corpus.Portal{site(t, "a"), site(t, "b"), site(t, "c")}
	q := b.open(Options{Workers: 1, Slice: time.Millisecond}, ps...)
	b.visit(q, "a", "b", "c")
	if left := b.run(q); len(left) > 0 || b.errs != nil {
		t.Fatalf("left %v, errors %v", left, b.errs)
	}
	slices.Sort(b.done)
	if !slices.Equal(b.done, []string{"a", "b", "c"}) {
		t.Errorf("done %q", b.done)
	}
	for _, p := range ps {
		reports := 0
		err := b.c.Ledger.Documents(context.Background(), p.ID, func(ledger.Document) error { reports++; return nil })
		visits, verr := b.c.Ledger.Visits(context.Background(), p.ID)
		if err := errors.Join(err, verr); err != nil || reports != len(loopback.Years) || visits != 1 {
			t.Errorf("%s: %d reports in %d visits, %v", p.ID, reports, visits, err)
		}
	}
}

// TestRunning: on SQLite one process works; what ran when the last one was killed is available again at once.
func TestRunning(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := site(t, "p")
	b.visit(b.open(Options{Idle: true}, p), "p")
	if _, err := b.c.Ledger.DB().Exec(
		`UPDATE river_job SET state = 'running', attempted_at = CURRENT_TIMESTAMP`); err != nil {
		t.Fatal(err)
	}
	q := b.open(Options{}, p)
	if got := b.unfinished(q); !slices.Equal(got, []string{"p available"}) {
		t.Errorf("unfinished: %q", got)
	}
	if b.run(q); !slices.Equal(b.done, []string{"p"}) {
		t.Errorf("done %q", b.done)
	}
}

// TestTakenForDead: a job that runs and is made available nevertheless, as one of a worker that was thought dead, is no
// second visit: neither while the first is under way nor after it.
func TestTakenForDead(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var once sync.Once
	var homes atomic.Int32
	again := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		homes.Add(1)
		once.Do(func() {
			if _, err := b.c.Ledger.DB().Exec(`UPDATE river_job SET state = 'available' WHERE state = 'running'`); err != nil {
				t.Error(err)
			}
			for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(time.Millisecond) {
				var attempt int
				if err := b.c.Ledger.DB().QueryRow(`SELECT max(attempt) FROM river_job`).Scan(&attempt); err == nil && attempt > 1 {
					break
				}
			}
			close(again)
		})
		<-again
		fmt.Fprint(w, "<html><title>政府</title><p>欢迎</p></html>")
	}))
	t.Cleanup(s.Close)
	p := corpus.Portal{ID: "p", Name: "某市", Level: "prefecture", Home: s.URL + "/"}
	q := b.open(Options{Workers: 2}, p)
	b.visit(q, "p")
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	left, err := q.Wait(ctx, 10*time.Second) // what waits for a second is waited for
	if err := errors.Join(err, q.Stop(ctx)); err != nil || len(left) > 0 {
		t.Fatalf("left %v, %v", left, err)
	}
	visits, err := b.c.Ledger.Visits(ctx, "p")
	if err != nil || visits != 1 || homes.Load() != 1 || !slices.Equal(b.done, []string{"p"}) || b.errs != nil {
		t.Errorf("%d visits, %d looks at the home page, done %q, errors %v, %v", visits, homes.Load(), b.done, b.errs, err)
	}
}

// TestOtherClock: a machine whose clock is not that of the jobs takes none for stuck.
func TestOtherClock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	ago := time.Now().AddDate(-2, 0, 0)
	began := time.Now()
	b.c.Now = func() time.Time { return ago.Add(time.Since(began)) }
	var looked sync.Once
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		looked.Do(func() {
			for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
				var state string
				err := b.c.Ledger.DB().QueryRow(`SELECT state FROM river_job WHERE kind = 'of old'`).Scan(&state)
				if err == nil && state != "running" {
					return
				}
			}
			t.Error("nobody looked for stuck jobs")
		})
		fmt.Fprint(w, "<html><title>政府</title><p>欢迎</p></html>")
	}))
	t.Cleanup(s.Close)
	q := b.open(Options{Workers: 2}, corpus.Portal{ID: "p", Name: "某市", Level: "prefecture", Home: s.URL + "/"})
	// a job that is stuck by any clock, which tells that River has looked
	if _, err := b.c.Ledger.DB().Exec(`INSERT INTO river_job (kind, args, max_attempts, state, attempt, attempted_at)
		VALUES ('of old', '{}', 3, 'running', 1, '1800-01-01 00:00:00.000')`); err != nil {
		t.Fatal(err)
	}
	b.visit(q, "p")
	if left := b.run(q); len(left) > 0 || !slices.Equal(b.done, []string{"p"}) {
		t.Errorf("left %v, done %q", left, b.done)
	}
	var attempt int
	err := b.c.Ledger.DB().QueryRow(`SELECT max(attempt) FROM river_job WHERE kind = 'visit'`).Scan(&attempt)
	if err != nil || attempt != 1 {
		t.Errorf("%d attempts, %v", attempt, err)
	}
}

// TestOnly: a process that was asked for some portals leaves the jobs of others to wait, and does not count them.
func TestOnly(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	a, other := site(t, "a"), site(t, "other")
	q := b.open(Options{}, a, other)
	b.visit(q, "other", "a")
	q.Only(map[string]bool{"a": true})
	if left := b.run(q); len(left) > 0 || !slices.Equal(b.done, []string{"a"}) {
		t.Errorf("left %v, done %q", left, b.done)
	}
	got := b.unfinished(b.open(Options{Idle: true}, a, other))
	if len(got) != 1 || !strings.HasPrefix(got[0], "other ") {
		t.Errorf("what waits: %q", got)
	}
}

// TestUnlisted: the visit of a portal that is in no list any more is given up, not tried for ever.
func TestUnlisted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.visit(b.open(Options{Idle: true}), "gone")
	q := b.open(Options{}, site(t, "p"))
	if left := b.run(q); len(left) > 0 || len(b.done) > 0 {
		t.Errorf("left %v, done %q", left, b.done)
	}
	if got := b.unfinished(q); got != nil {
		t.Errorf("unfinished: %q", got)
	}
}

// TestFails: a job that failed is kept with its error and tried again later.
func TestFails(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := site(t, "p")
	q := b.open(Options{}, p)
	b.visit(q, "p")
	// the ledger fails in the middle of the visit
	if _, err := b.c.Ledger.DB().Exec(
		`CREATE TRIGGER broken BEFORE INSERT ON documents BEGIN SELECT RAISE(ABORT, 'the disk is full'); END`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	left, err := q.Wait(ctx, 0)
	if err := errors.Join(err, q.Stop(ctx)); err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || left[0].State != "retryable" || len(left[0].Errors) == 0 ||
		!strings.Contains(left[0].Errors[0], "the disk is full") {
		t.Fatalf("left: %+v", left)
	}
	if _, err := b.c.Ledger.DB().Exec(`DROP TRIGGER broken`); err != nil {
		t.Fatal(err)
	}
	if v, resumed, err := b.c.Ledger.Begin(ctx, "p", "another", time.Second); v == nil || !resumed || err != nil {
		t.Errorf("the visit is not free to be gone on with: %+v, %v, %v", v, resumed, err)
	}
}

// TestRetries: seconds at first, an hour at most.
func TestRetries(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]time.Duration{0: time.Second, 1: 2 * time.Second, 5: 32 * time.Second,
		11: 2048 * time.Second, 12: time.Hour, 40: time.Hour} {
		before := time.Now()
		at := retryPolicy{time.Now}.NextRetry(&rivertype.JobRow{Errors: make([]rivertype.AttemptError, n)})
		if at.Before(before.Add(want)) || at.After(time.Now().Add(want)) {
			t.Errorf("after %d errors it is tried again in %s, want %s", n, at.Sub(before), want)
		}
	}
}

// TestDue: what was never visited is due, and what is due by the ledger; not what is due later, nor what has no
// address.
func TestDue(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	b := newBench(t)
	now := time.Date(2025, 6, 1, 8, 0, 0, 0, time.UTC)
	b.c.Now = func() time.Time { return now }
	var portals []corpus.Portal
	for id, next := range map[string]time.Duration{"past": -time.Hour, "now": 0, "future": time.Hour} {
		p := corpus.Portal{ID: id, Home: "http://127.0.0.1:9/"}
		if err := b.c.Ledger.SetNext(ctx, id, "", "", "", p.Home, now.Add(next), 0); err != nil {
			t.Fatal(err)
		}
		portals = append(portals, p)
	}
	portals = append(portals, corpus.Portal{ID: "never", Home: "http://127.0.0.1:9/"}, corpus.Portal{ID: "unknown"},
		corpus.Portal{ID: "listed", Listings: []string{"http://127.0.0.1:9/nb/"}})
	q := b.open(Options{Idle: true}, portals...)
	for range 2 { // again: nothing is added
		if n, err := q.Due(ctx); err != nil || n != 4 {
			t.Errorf("%d are due, %v", n, err)
		}
	}
	want := []string{"listed available", "never available", "now available", "past available"}
	if got := b.unfinished(q); !slices.Equal(got, want) {
		t.Errorf("unfinished: %q, want %q", got, want)
	}
}

func ExampleQueue_Visit() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "queue")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	q, err := Open(ctx, &crawl.Crawler{Ledger: l, Manners: crawl.Polite()}, nil, Options{Idle: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	for range 3 { // asked for three times, visited once
		if err := q.Visit(ctx, "230100"); err != nil {
			fmt.Println(err)
		}
	}
	waiting, err := q.Unfinished(ctx)
	fmt.Println(len(waiting), waiting[0].Portal, waiting[0].State, err)
	// Output: 1 230100 available <nil>
}
