package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// A clock that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time { c.mu.Lock(); defer c.mu.Unlock(); return c.t }

func (c *clock) pass(d time.Duration) { c.mu.Lock(); defer c.mu.Unlock(); c.t = c.t.Add(d) }

// made opens a ledger whose clock stands still.
func made(t testing.TB) (*Ledger, *clock) {
	t.Helper()
	l, err := Open(context.Background(), filepath.Join(t.TempDir(), "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &clock{t: time.Date(2025, 3, 1, 12, 0, 0, 0, time.UTC)}
	l.now = c.now
	return l, c
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// begin opens a visit, or gives nil where another one holds it.
func begin(t testing.TB, l *Ledger, holder string) (v *Visit, resumed bool) {
	t.Helper()
	v, resumed, err := l.Begin(context.Background(), "p", holder, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return v, resumed
}

func commit(t testing.TB, l *Ledger, v *Visit, holder string, s *Step) bool {
	t.Helper()
	return must(l.Commit(context.Background(), v, holder, s))(t)
}

// TestLock: one process crawls with a ledger at a time; others may look at it meanwhile; and the lock ends with its
// holder.
func TestLock(t *testing.T) {
	t.Parallel()
	ctx, at := context.Background(), filepath.Join(t.TempDir(), "a b", "ledger.sqlite")
	if _, err := Open(ctx, at, true); err == nil || !strings.Contains(err.Error(), "there is none") {
		t.Errorf("reading a ledger that is not there: %v", err)
	}
	l := must(Open(ctx, at, false))(t)
	if _, err := Open(ctx, at, false); !errors.Is(err, ErrLocked) || !strings.Contains(err.Error(), at) {
		t.Errorf("a second crawl: %v", err)
	}
	r := must(Open(ctx, at, true))(t)
	if err := r.AddEvent(ctx, Event{ID: "x"}); err == nil {
		t.Error("a ledger that is only looked at was written to")
	}
	r.Close()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	must(Open(ctx, at, false))(t).Close()
}

// TestReopen: after a process that was killed, what it held is free, and the visit goes on where it was.
func TestReopen(t *testing.T) {
	t.Parallel()
	ctx, at := context.Background(), filepath.Join(t.TempDir(), "ledger.sqlite")
	l := must(Open(ctx, at, false))(t)
	v, resumed := begin(t, l, "dead")
	if resumed {
		t.Error("a new visit is called resumed")
	}
	commit(t, l, v, "dead", &Step{Pages: 3, Bytes: 40, Links: []Item{{Key: "a", URL: "http://a/", Score: 50}}})
	if _, wait, err := l.Take(ctx, "a", "dead", time.Hour, time.Millisecond); err != nil || wait != 0 {
		t.Fatal(wait, err)
	}
	l.Close()
	l = must(Open(ctx, at, false))(t)
	defer l.Close()
	again, resumed := begin(t, l, "alive")
	if again == nil || !resumed || again.ID != v.ID || again.Pages != 3 || again.Bytes != 40 {
		t.Fatalf("resumed %v: %+v, want %+v", resumed, again, v)
	}
	if it, _, err := l.Next(ctx, again.ID); err != nil || it == nil || it.Key != "a" {
		t.Errorf("the next item: %+v, %v", it, err)
	}
	if h, ok, err := l.Peek(ctx, "a"); err != nil || !ok || h.Name != "a" {
		t.Errorf("the host: %+v %v %v", h, ok, err)
	}
}

// firstTables is how many statements made the tables of the first version.
func firstTables(t testing.TB) int {
	for i, q := range schema {
		if strings.HasPrefix(q, "ALTER TABLE") {
			return i
		}
	}
	t.Fatal("no table was ever changed")
	return 0
}

// TestMigrate: a ledger of an earlier version gets the tables and columns that came since, and keeps what is in it, also
// where it is only looked at; one of a later version is not touched.
func TestMigrate(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, reading := range []bool{false, true} {
		at := filepath.Join(t.TempDir(), "ledger.sqlite")
		db := must(sql.Open("sqlite", "file:"+at))(t)
		first := firstTables(t)
		for _, q := range append([]string{`CREATE TABLE ledger_version (version INTEGER NOT NULL)`,
			fmt.Sprintf(`INSERT INTO ledger_version (version) VALUES (%d)`, first)}, append(slices.Clone(schema[:first]),
			`INSERT INTO documents (portal, key, url, kind, title, first, last, sha256, state, visit)
				VALUES ('p', 'k', 'http://a/', 'report', '甲', 1, 2, 'x', 'present', 'v')`,
			`INSERT INTO events (id, time, portal, kind, url, title, year, sha256)
				VALUES ('e', 1, 'p', 'new', 'http://a/', '甲', 2024, 'x')`)...) {
			must(db.ExecContext(ctx, q))(t)
		}
		db.Close()
		l, err := Open(ctx, at, reading)
		if err != nil {
			t.Fatalf("reading %v: %v", reading, err)
		}
		d, err := l.Document(ctx, "p", "k")
		if err != nil || d == nil || d.Title != "甲" || !d.Suspect.IsZero() {
			t.Errorf("reading %v: its document: %+v, %v", reading, d, err)
		}
		if all, err := l.Events(ctx, 9); err != nil || len(all) != 1 || all[0].Detail != "" {
			t.Errorf("reading %v: its news: %+v, %v", reading, all, err)
		}
		if c, err := l.Column(ctx, "p"); err != nil || c != nil {
			t.Errorf("reading %v: a column of which nothing is known: %+v, %v", reading, c, err)
		}
		l.Close()
		l = must(Open(ctx, at, false))(t)
		want := Column{Portal: "p", State: ColumnPart, Code: "short", Found: 3, Stated: 9, Years: map[int]string{2024: "x"}}
		if err := l.SetColumn(ctx, want); err != nil {
			t.Error(err)
		}
		if c, err := l.Column(ctx, "p"); err != nil || c == nil || c.Code != "short" || c.Years[2024] != "x" {
			t.Errorf("what was kept of a column: %+v, %v", c, err)
		}
		must(l.exec(ctx, `INSERT INTO ledger_version (version) VALUES (?)`, len(schema)+1))(t)
		l.Close()
		before := must(os.ReadFile(at))(t)
		if _, err := Open(ctx, at, false); err == nil || !strings.Contains(err.Error(), "written by a later version") {
			t.Errorf("a ledger of a later version: %v", err)
		}
		if after := must(os.ReadFile(at))(t); !slices.Equal(before, after) {
			t.Error("it was written to")
		}
	}
}

// TestOnPage: what hangs on a page is found without looking through all documents of its portal.
func TestOnPage(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, _ := made(t)
	var how []string
	err := l.query(ctx, func(r *sql.Rows) error {
		var id, parent, unused int
		var step string
		err := r.Scan(&id, &parent, &unused, &step)
		how = append(how, step)
		return err
	}, `EXPLAIN QUERY PLAN `+onPage, "p", "http://a/")
	if err != nil || len(how) == 0 || !strings.Contains(how[0], "documents_page") {
		t.Errorf("%q, %v", how, err)
	}
}

// TestTakenOver: a visit has one holder; when its time has run out another one takes over, and what the first one still
// writes is refused whole.
func TestTakenOver(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, c := made(t)
	v, _ := begin(t, l, "one")
	if x, _ := begin(t, l, "two"); x != nil {
		t.Fatal("two hold one visit")
	}
	if x, resumed := begin(t, l, "one"); x == nil || !resumed {
		t.Error("the holder itself does not get it again")
	}
	c.pass(2 * time.Minute)
	if lost := must(l.Abandoned(ctx))(t); !slices.Equal(lost, []string{"p"}) {
		t.Errorf("abandoned: %q", lost)
	}
	if x, _ := begin(t, l, "two"); x == nil || x.ID != v.ID {
		t.Fatalf("a visit whose holder is gone: %+v", x)
	}
	if held := must(l.HoldVisit(ctx, v.ID, "one", time.Minute))(t); held {
		t.Error("the first one still holds it")
	}
	late := &Step{Pages: 1, Links: []Item{{Key: "x"}}, Known: &Known{Portal: "p", Key: "x"},
		Document: &Document{Portal: "p", Key: "x"},
		Events:   []Event{{ID: "x"}}}
	if commit(t, l, v, "one", late) {
		t.Error("what a worker writes that lost the visit is taken")
	}
	if it, due, err := l.Next(ctx, v.ID); it != nil || !due.IsZero() || err != nil {
		t.Errorf("an item of it: %+v", it)
	}
	known, document := must(l.Known(ctx, "p", "x"))(t), must(l.Document(ctx, "p", "x"))(t)
	if events := must(l.Events(ctx, 9))(t); known != nil || document != nil || len(events) > 0 {
		t.Errorf("half of it was written: %+v %+v %+v", known, document, events)
	}
	if err := l.LetGo(ctx, v.ID, "two"); err != nil {
		t.Fatal(err)
	}
	if x, _ := begin(t, l, "three"); x == nil {
		t.Error("a visit that was let go is not free")
	}
}

// TestNext: the highest score first, then the order in which they came; what is due later waits; a link met again
// raises what waits or was left, and never what is done.
func TestNext(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, c := made(t)
	v, _ := begin(t, l, "w")
	next := func() string {
		t.Helper()
		it, _, err := l.Next(ctx, v.ID)
		if err != nil {
			t.Fatal(err)
		}
		if it == nil {
			return ""
		}
		return it.Key
	}
	commit(t, l, v, "w", &Step{Links: []Item{{Key: "low", Score: 40}, {Key: "b", Score: 60}, {Key: "c", Score: 60},
		{Key: "later", Score: 99, Due: c.now().Add(time.Hour)}, {Key: "left", Score: 90, State: Left, Reason: "why"}}})
	if got := next(); got != "b" {
		t.Errorf("first %s, want b", got)
	}
	commit(t, l, v, "w", &Step{Item: Item{Key: "b", State: Done},
		Links: []Item{{Key: "b", Score: 99}, {Key: "low", Score: 70}, {Key: "c", Score: 10}}})
	if got := next(); got != "low" {
		t.Errorf("then %s, want low, which was met again with a higher score", got)
	}
	for _, k := range []string{"low", "c"} {
		commit(t, l, v, "w", &Step{Item: Item{Key: k, State: Done}})
	}
	if it, due, err := l.Next(ctx, v.ID); err != nil || it != nil || !due.Equal(c.now().Add(time.Hour)) {
		t.Errorf("nothing is due: %+v, %s, %v", it, due, err)
	}
	c.pass(time.Hour)
	if got := next(); got != "later" {
		t.Errorf("an hour later %q", got)
	}
	commit(t, l, v, "w", &Step{Item: Item{Key: "later", State: Failed, Reason: "gone"},
		Links: []Item{{Key: "left", Score: 95}}})
	if got := next(); got != "left" {
		t.Errorf("what was left and is linked to again more likely: %q", got)
	}
	states := map[string]string{}
	if err := l.Frontier(ctx, v.ID, "", func(it Item) error { states[it.Key] = it.State; return nil }); err != nil {
		t.Fatal(err)
	}
	if want := map[string]string{"low": Done, "b": Done, "c": Done, "later": Failed,
		"left": Waiting}; fmt.Sprint(states) != fmt.Sprint(want) {
		t.Errorf("the frontier: %v, want %v", states, want)
	}
}

// TestTwice: a step that is written twice, because its answer was lost, counts its pages twice and changes nothing
// else.
func TestTwice(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, c := made(t)
	v, _ := begin(t, l, "w")
	commit(t, l, v, "w", &Step{Links: []Item{{Key: "a", Score: 50}}})
	s := &Step{Item: Item{Key: "a", State: Done}, Links: []Item{{Key: "b", Score: 50}},
		Known: &Known{Portal: "p", Key: "a", State: "here", First: c.now(), Versions: 1, Useful: true},
		Document: &Document{Portal: "p", Key: "a", Kind: "report", Year: 2024, State: "present", Versions: 1,
			Visit: v.ID},
		Events: []Event{{ID: "new/a", Time: c.now(), Portal: "p", Kind: "new"}}}
	for range 2 {
		if !commit(t, l, v, "w", s) {
			t.Fatal("not held")
		}
	}
	items, documents := 0, 0
	if err := errors.Join(l.Frontier(ctx, v.ID, "", func(Item) error { items++; return nil }),
		l.Documents(ctx, "", func(Document) error { documents++; return nil })); err != nil {
		t.Fatal(err)
	}
	if events := must(l.Events(ctx, 9))(t); items != 2 || documents != 1 || len(events) != 1 {
		t.Errorf("%d items, %d documents, %d events", items, documents, len(events))
	}
	// useful stays: a page that led to a report once is worth a look
	commit(t, l, v, "w", &Step{Known: &Known{Portal: "p", Key: "a", State: "here"}})
	if k := must(l.Known(ctx, "p", "a"))(t); k == nil || !k.Useful || !k.First.Equal(c.now()) {
		t.Errorf("known: %+v", k)
	}
	if err := l.End(ctx, v, "done", ""); err != nil {
		t.Fatal(err)
	}
	if last := must(l.LastVisit(ctx, "p"))(t); last.State != "done" || last.Found != 1 {
		t.Errorf("the visit: %+v", last)
	}
	if n := must(l.Visits(ctx, "p"))(t); n != 1 {
		t.Errorf("%d visits", n)
	}
}

// TestTake: a host has one asker at a time, at its pace, whoever asks; a holder that died makes nobody wait longer than
// its lease; a day's count begins anew at midnight.
func TestTake(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, c := made(t)
	take := func(holder string) (Host, time.Duration) {
		t.Helper()
		h, wait, err := l.Take(ctx, "a", holder, time.Minute, 2*time.Second)
		if err != nil {
			t.Fatal(err)
		}
		return h, wait
	}
	h, wait := take("one")
	if wait != 0 {
		t.Fatalf("a host that nobody holds: wait %s", wait)
	}
	if _, wait := take("two"); wait <= 0 {
		t.Error("two ask one host at once")
	}
	h.Pace = 5 * time.Second
	if err := l.Give(ctx, h, "two", 0, 1, 10); err != nil {
		t.Fatal(err)
	}
	if _, wait := take("two"); wait <= 0 {
		t.Error("who does not hold a host gave it back")
	}
	if err := l.Give(ctx, h, "one", 0, 1, 10); err != nil {
		t.Fatal(err)
	}
	if _, wait := take("two"); wait != 5*time.Second {
		t.Errorf("after a request the next one waits %s, want the pace that was learned", wait)
	}
	c.pass(5 * time.Second)
	h, wait = take("two")
	if wait != 0 || h.DayPages != 1 || h.DayBytes != 10 || h.Pace != 5*time.Second {
		t.Errorf("wait %s: %+v", wait, h)
	}
	c.pass(time.Minute) // two died
	if _, wait = take("three"); wait != 0 {
		t.Errorf("the lease of a dead one: wait %s", wait)
	}
	if err := l.Give(ctx, h, "three", time.Hour, 1, 5); err != nil {
		t.Fatal(err)
	}
	c.pass(24 * time.Hour)
	h, _ = take("four")
	if h.DayPages != 0 || h.Pages != 2 || h.Bytes != 15 || h.Paused.IsZero() || h.Paused.After(c.now()) {
		t.Errorf("the next day: %+v", h)
	}
}

// TestTold: news is told once in each way.
func TestTold(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, c := made(t)
	for i, kind := range []string{"found", "new", "changed"} {
		e := Event{ID: fmt.Sprint(i), Time: c.now().Add(time.Duration(i) * time.Second), Portal: "p", Kind: kind}
		if err := errors.Join(l.AddEvent(ctx, e), l.AddEvent(ctx, e)); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(l.Told(ctx, "mail", []string{"1"}), l.Told(ctx, "mail", []string{"1"})); err != nil {
		t.Fatal(err)
	}
	ids := func(all []Event, err error) (out []string) {
		t.Helper()
		for _, e := range must(all, err)(t) {
			out = append(out, e.ID)
		}
		return out
	}
	for name, got := range map[string][]string{"[0 2]": ids(l.Untold(ctx, "mail", 9)),
		"[0 1 2]": ids(l.Untold(ctx, "feed", 9)),
		"[2 1]":   ids(l.News(ctx, 9)), "[2]": ids(l.Changes(ctx))} {
		if fmt.Sprint(got) != name {
			t.Errorf("%v, want %s", got, name)
		}
	}
}

func ExampleOpen() {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "ledger")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	l, err := Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer l.Close()
	v, resumed, err := l.Begin(ctx, "230100", "this worker", time.Minute)
	fmt.Println(v.Portal, v.State, resumed, err)
	// Output: 230100 open false <nil>
}
