package queue

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"
)

// A desk is a queue of readings in a folder of its own.
type desk struct {
	t    *testing.T
	db   string
	mu   sync.Mutex
	read []string // keys that were read, in their order
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	return &desk{t: t, db: filepath.Join(t.TempDir(), "ledger.sqlite")}
}

// open opens the queue as another process would. What it works is do.
func (d *desk) open(do func(context.Context, ReadArgs) (Done, error), lanes ...string) *Readings {
	d.t.Helper()
	o := ReadOptions{Slots: 1, Poll: 5 * time.Millisecond, Lease: time.Second, Program: "test",
		Work: func(ctx context.Context, a ReadArgs) (Done, error) {
			done, err := do(ctx, a)
			if err == nil {
				d.mu.Lock()
				d.read = append(d.read, a.Key)
				d.mu.Unlock()
			}
			return done, err
		}}
	if len(lanes) > 0 {
		o.Lanes = map[string]int{}
	}
	for _, l := range lanes {
		o.Lanes[l] = 1
	}
	q, err := OpenReadings(d.t.Context(), d.db, true, o)
	if err != nil {
		d.t.Fatal(err)
	}
	if len(lanes) > 0 {
		if err := q.Start(context.WithoutCancel(d.t.Context())); err != nil {
			d.t.Fatal(err)
		}
	}
	d.t.Cleanup(func() {
		if err := q.Close(context.Background()); err != nil {
			d.t.Error(err)
		}
	})
	return q
}

// order puts one in.
func (d *desk) order(q *Readings, lane, key string) int64 {
	d.t.Helper()
	ids, err := q.Order(d.t.Context(), []Order{{Lane: lane, Args: ReadArgs{Key: key, Print: "p", ScanLane: "read-scan-pdf-p"}}})
	if err != nil {
		d.t.Fatal(err)
	}
	return ids[0]
}

// ended waits until a job has ended.
func (d *desk) ended(q *Readings, id int64) (Done, bool) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), time.Minute)
	defer cancel()
	for {
		out, ended, done, err := q.Outcome(ctx, id)
		if err != nil {
			d.t.Fatal(err)
		}
		if ended {
			return out, done
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func kept(context.Context, ReadArgs) (Done, error) { return Done{Kept: true}, nil }

// TestReadOnce: what is asked for by several, or again while it waits, is read once; and again when it is asked for later.
func TestReadOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	a, b := d.order(q, "read-html-p", "k"), d.order(d.open(nil), "read-html-p", "k")
	if a != b {
		t.Errorf("two jobs: %d, %d", a, b)
	}
	d.open(kept, "read-html-p")
	if out, done := d.ended(q, a); !done || !out.Kept {
		t.Errorf("%+v, %v", out, done)
	}
	c := d.order(q, "read-html-p", "k")
	if _, done := d.ended(q, c); !done || c == a || len(d.read) != 2 {
		t.Errorf("job %d after %d, read %q", c, a, d.read)
	}
}

// TestReadLimits: one who lets a document take longer does not get what was found within less.
func TestReadLimits(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	seen := map[int64]bool{}
	for _, l := range []ReadArgs{{Limit: time.Second}, {Limit: time.Minute}, {Limit: time.Minute, Memory: 1 << 30}, {Limit: time.Second}} {
		l.Key, l.Print, l.ScanLane = "k", "p", "read-scan-pdf-p"
		ids, err := q.Order(t.Context(), []Order{{Lane: "read-html-p", Args: l}})
		if err != nil {
			t.Fatal(err)
		}
		seen[ids[0]] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d jobs of three sets of limits", len(seen))
	}
}

// TestReadLanes: a process leaves lanes that are not its own alone.
func TestReadLanes(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	other, mine := d.order(q, "read-html-other", "a"), d.order(q, "read-html-p", "b")
	w := d.open(kept, "read-html-p")
	d.ended(q, mine)
	if _, ended, _, err := q.Outcome(t.Context(), other); ended || err != nil {
		t.Errorf("it was taken: %v", err)
	}
	all, err := q.Readers(t.Context())
	if err != nil || len(all) != 1 || all[0].Name != w.name || all[0].Program != "test" ||
		!slices.Equal(all[0].Lanes, []string{"read-html-p"}) {
		t.Errorf("%+v, %v", all, err)
	}
	lanes, err := q.Lanes(t.Context())
	want := []Lane{{Name: "read-html-other", Waiting: 1}, {Name: "read-html-p", Done: 1}}
	if err != nil || !slices.Equal(lanes, want) {
		t.Errorf("%+v, %v", lanes, err)
	}
}

// TestReadNotBegun: a process that cannot begin to work is not taken for one that lives.
func TestReadNotBegun(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil) // works in no lane, with which River does not start
	if err := q.Start(t.Context()); err == nil {
		t.Fatal("it began")
	}
	if all, err := d.open(nil).Readers(t.Context()); err != nil || len(all) > 0 {
		t.Errorf("%+v, %v", all, err)
	}
}

// TestReadHandOn: what is found to be a scan goes into the lane of scans, and who waits is told which job that is.
func TestReadHandOn(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	id := d.order(q, "read-pdf-p", "k")
	do := func(_ context.Context, a ReadArgs) (Done, error) { return Done{Scan: !a.Scan, Kept: a.Scan}, nil }
	d.open(do, "read-pdf-p")
	out, done := d.ended(q, id)
	if !done || !out.Scan || out.Next == 0 {
		t.Fatalf("%+v, %v", out, done)
	}
	d.open(do, "read-scan-pdf-p")
	if out, done := d.ended(q, out.Next); !done || !out.Kept {
		t.Errorf("%+v, %v", out, done)
	}
}

// TestReadTakenOver: the job of a worker that is dead is worked by another, also by one that began after it, and one at
// which worker after worker dies is given up.
func TestReadTakenOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	id, bad := d.order(q, "read-html-p", "k"), d.order(q, "read-html-p", "bad")
	for job, attempt := range map[int64]int{id: 1, bad: mostAttempts} {
		if _, err := q.db.Exec(fmt.Sprintf(`UPDATE river_job SET state = 'running', attempt = %d, attempted_at = datetime('now', 'subsec'),
			attempted_by = jsonb('["dead/1/2"]') WHERE id = %d`, attempt, job)); err != nil {
			t.Fatal(err)
		}
	}
	d.open(kept, "read-html-p")
	if out, done := d.ended(q, id); !done || !out.Kept {
		t.Errorf("%+v, %v", out, done)
	}
	if _, done := d.ended(q, bad); done || !slices.Equal(d.read, []string{"k"}) {
		t.Errorf("done %v, read %q", done, d.read)
	}
}

// TestReadStray: a job that the table says this process has, and that it has not (the database was away when it ended), is
// worked again; one that it has is left to it, however long it takes.
func TestReadStray(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	long, end := make(chan bool, 9), make(chan bool)
	w := d.open(func(_ context.Context, a ReadArgs) (Done, error) {
		if a.Key == "long" {
			long <- true
			<-end
		}
		return Done{Kept: true}, nil
	}, "read-html-p", "read-pdf-p")
	slow := d.order(q, "read-pdf-p", "long")
	<-long
	id := d.order(q, "read-html-elsewhere", "k")
	if _, err := q.db.Exec(`UPDATE river_job SET state = 'running', queue = 'read-html-p', attempt = 1, attempted_at = datetime('now', 'subsec'),
		attempted_by = jsonb('["`+w.name+`"]') WHERE id = ?`, id); err != nil {
		t.Fatal(err)
	}
	if out, done := d.ended(q, id); !done || !out.Kept {
		t.Errorf("%+v, %v", out, done)
	}
	if _, ended, _, err := q.Outcome(t.Context(), slow); ended || err != nil {
		t.Errorf("the other was taken from it: %v", err)
	}
	close(end)
	if _, done := d.ended(q, slow); !done || len(d.read) != 2 {
		t.Errorf("done %v, read %q", done, d.read)
	}
}

// TestReadFails: what has failed, and what cannot be had, is not waited for.
func TestReadFails(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	q := d.open(nil)
	d.open(func(_ context.Context, a ReadArgs) (Done, error) {
		if a.Key == "gone" {
			return Done{}, fmt.Errorf("%w: it is not in the archive", ErrHopeless)
		}
		return Done{}, errors.New("the store is away")
	}, "read-html-p")
	gone, away := d.order(q, "read-html-p", "gone"), d.order(q, "read-html-p", "away")
	if _, done := d.ended(q, gone); done {
		t.Error("done")
	}
	if _, done := d.ended(q, away); done {
		t.Error("done")
	}
	lanes, err := q.Lanes(t.Context())
	if err != nil || len(lanes) != 1 || lanes[0].Failed != 1 || lanes[0].Retried+lanes[0].Waiting+lanes[0].Running != 1 {
		t.Errorf("%+v, %v", lanes, err)
	}
}

// TestNoReadings: where nobody ever read there is no queue, and looking makes none.
func TestNoReadings(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	for range 2 {
		if _, err := OpenReadings(t.Context(), d.db, false, ReadOptions{}); !errors.Is(err, ErrNoReadings) {
			t.Errorf("%v", err)
		}
	}
}
