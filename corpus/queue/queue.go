// Package queue runs visits as River jobs: unique, retried, snoozed, periodic; on SQLite by default and on PostgreSQL
// for many workers, by the same code. What a job does is in crawl; what it knows is in the ledger. The queue decides
// only which portal has its turn, and for how long.
//
// # The words
//
// A job is a row of River's in the ledger's database: the wish that a portal be visited, and nothing of how far the
// visit is. A visit job names a portal; as long as one of a portal is not finished (it waits, is under way, or is to be
// tried again), another one is not put in. At the start and then every Options.Every what is due is put in. (Earlier
// versions had a job for that too, which is still worked.) A portal is due when the time that the ledger keeps for its next visit has
// come, or when it was never visited; the crawl sets that time when a visit ends, by the Calendar.
//
// A worker is a place in this process in which one job runs: Options.Workers of them, and as many in each process that
// works on the same database. It works on a visit for a slice of time at most, Options.Slice. A snooze puts a job back
// until later; it is no failure, and a job may be snoozed without end. A retry comes after an error: after a second,
// then two, four, and so on to a quarter of an hour and more, twelve attempts in all.
//
// A lease is the ledger's and not the queue's: a visit, and a host, is held by a name until a time. It is the lease
// that keeps two workers from one visit; that there is one job for a portal only spares them the trouble. A holder is
// host name, process and portal, so that two visits of one process hold their hosts against each other as those of two
// machines do.
//
// # The order of decisions
//
// For a visit job (Work):
//
//  1. A portal that this process was told to leave (Only) is snoozed for half a minute, for another process or time.
//  2. A portal that is not in this process's list cancels the job: nobody knows its address.
//  3. The crawl goes on with the visit that is open, or begins one (Crawler.Visit). Where another holder has it, where
//     the slice is over, or where nothing may be asked for a while, it comes back with the time after which to go on.
//  4. Options.After is told how it went, whatever it was.
//  5. A process that is being stopped gives the job back: River makes it available and counts no attempt. A job that
//     met its time limit goes the same way, but its attempt counts.
//  6. An error is for a retry. A visit that has ended finishes the job. All else is snoozed for the time that the crawl
//     gave, so that the portals that waited meanwhile have their turn first.
//
// # What holds, whatever breaks off
//
// A visit is nowhere but in the ledger: a job that is lost, doubled or cancelled costs time and no pages. A process
// that dies leaves its jobs running in the table. On SQLite there is one process for a database (the ledger's lock), so
// what is marked running when the queue is opened runs no more and is made available. On PostgreSQL each process looks
// every five seconds (oftener where leases are shorter) for open visits whose lease has run out, and makes their jobs
// available (rescue), as it does where a job died without a lease, after a slice and three quarters and a lease by the
// database's clock, which is longer than the time limit of a job that works. River itself rescues nothing there (never): it
// holds the time at which a job began against the clock of whatever machine leads, and what one client does not know
// another one's discards. A worker that was thought dead and was not finds its commits refused; a process that gets a job
// of a portal that it is still visiting, or has just visited for that job, does not visit it a second time.
// River's tables are made and brought up to date by one process at a time (Exclusive).
//
// # When it is wrong
//
// A job that failed twelve times, whatever it did well in between, is discarded: Unfinished does not list it and Wait
// does not wait for it. Its portal is still due, so that the next plan or the next crawl puts it in again. A process
// that is killed each time it works on a portal uses the attempts up as errors do. Processes that share a database and
// not their lists cancel each other's jobs, until a plan of the one that knows the portal puts them in again; one with
// Only holds those of other portals back by half a minute each time it gets one. A worker that slept for longer than its
// lease and wakes while another one makes its visit puts the job back, so that the portal is visited once more. Unfinished
// lists 10,000 jobs at most.
// Leases, and on PostgreSQL jobs, go by the database's clock, whatever that of a machine says or is set to; when a portal is
// due the crawl says by that of the machine, so that a wrong clock visits too early or too late, but never a host by two at
// once. What it leaves behind is bounded: a time farther ahead than any that is ever kept counts as if it had come (Wake,
// and package ledger).
package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/crawl"
)

// VisitArgs ask for a visit of a portal. There is at most one job for a portal that is not finished.
type VisitArgs struct {
	Portal string `json:"portal" river:"unique"`
}

// Kind names the job.
func (VisitArgs) Kind() string { return "visit" }

// InsertOpts make it unique.
func (VisitArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: 12, UniqueOpts: onlyOne()}
}

// PlanArgs ask for a look at what is due.
type PlanArgs struct{}

// Kind names the job.
func (PlanArgs) Kind() string { return "plan" }

// Options of a Queue.
type Options struct {
	Workers int // visits at once
	// of a visit, before another one has its turn; also bounds how long a job of a dead worker lies
	Slice time.Duration
	Every time.Duration // what is due is looked for so often; 0 = never, by this process
	Idle  bool          // takes no jobs: only puts them in
	Poll  time.Duration // how often new jobs are looked for; 0 = 500 ms
	Log   io.Writer     // warnings; nil = none
	After func(crawl.Outcome, corpus.Portal, error)
}

// A Queue holds the jobs of a crawl.
type Queue struct {
	c       *crawl.Crawler
	portals map[string]corpus.Portal
	only    map[string]bool // portals that this process works on; nil = all
	o       Options
	jobs    client
	pool    *pgxpool.Pool  // nil on SQLite
	clock   *databaseClock // nil on SQLite, and where the crawl has a clock of its own

	stop     func() // of planning
	planning sync.WaitGroup
	stuck    time.Duration // a job that runs for longer by the database's clock runs no more
}

// never is after what time River may take a job for stuck.
const never = 100 * 365 * 24 * time.Hour

// Open opens the queue in the crawler's ledger.
func Open(ctx context.Context, c *crawl.Crawler, portals []corpus.Portal, o Options) (*Queue, error) {
	q := &Queue{c: c, portals: map[string]corpus.Portal{}, o: o, pool: c.Ledger.Pool()}
	for _, p := range portals {
		q.portals[p.ID] = p
	}
	if o.Workers <= 0 {
		o.Workers = 4
	}
	if o.Slice <= 0 {
		o.Slice = 10 * time.Minute
	}
	if o.Poll <= 0 {
		o.Poll = 500 * time.Millisecond
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &visitWorker{q: q, visiting: map[string]bool{}, ended: map[string]int64{}})
	river.AddWorker(workers, &planWorker{q: q})
	log := io.Discard
	if o.Log != nil {
		log = o.Log
	}
	longest := o.Slice + o.Slice/2 + c.Manners.Lease
	q.stuck = longest + o.Slice/4 + time.Second
	config := &river.Config{
		Workers: workers, JobTimeout: longest, RescueStuckJobsAfter: never,
		FetchPollInterval: o.Poll, FetchCooldown: min(o.Poll, 20*time.Millisecond),
		Logger:      slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		RetryPolicy: retryPolicy{q.now}, MaxAttempts: 12,
		CompletedJobRetentionPeriod: 7 * 24 * time.Hour, SoftStopTimeout: 10 * time.Second,
	}
	if c.Now != nil {
		config.Test.Time = clock{c.Now} // one clock for visits and jobs
	}
	if !o.Idle {
		config.Queues = map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: o.Workers}}
	}
	if q.pool != nil {
		if c.Now == nil {
			var err error
			if q.clock, err = newDatabaseClock(ctx, q.pool); err != nil {
				return nil, fmt.Errorf("queue: %w", err)
			}
			config.Test.Time = q.clock
		}
		driver := riverpgxv5.New(q.pool)
		m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: config.Logger})
		if err != nil {
			return nil, err
		}
		err = c.Ledger.Exclusive(ctx, "river migration", func() error {
			_, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("queue: %w", err)
		}
		q.jobs, err = river.NewClient(driver, config)
		return q, err
	}
	driver := riversqlite.New(c.Ledger.DB())
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: config.Logger})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return nil, fmt.Errorf("queue: %w", err)
	}
	// on SQLite this process is the only one: what was running when the last one ended, however it ended, runs no more
	for _, of := range []string{`UPDATE river_job SET state = 'available' WHERE state = 'running'`, `DELETE FROM river_leader`} {
		if _, err := c.Ledger.DB().ExecContext(ctx, of); err != nil {
			return nil, fmt.Errorf("queue: %w", err)
		}
	}
	// One process and one clock: what River takes for stuck is a job that it lost itself, and one that runs nevertheless is not
	// begun a second time. A crawl's own clock it does not know.
	if c.Now == nil {
		config.RescueStuckJobsAfter = q.stuck
	}
	q.jobs, err = river.NewClient(driver, config)
	return q, err
}

// retryPolicy tries a job that failed again after seconds, then minutes, then an hour.
type retryPolicy struct{ now func() time.Time }

func (r retryPolicy) NextRetry(job *rivertype.JobRow) time.Time {
	return r.now().Add(min(time.Second<<min(len(job.Errors), 12), time.Hour))
}

// A clock is the crawler's, as River asks for it.
type clock struct{ now func() time.Time }

func (c clock) Now() time.Time { return c.now() }

func (c clock) NowOrNil() *time.Time { t := c.now(); return &t }

func (q *Queue) now() time.Time {
	switch {
	case q.c.Now != nil:
		return q.c.Now()
	case q.clock != nil:
		return q.clock.Now()
	}
	return time.Now()
}

// longestSnooze is how far ahead a job may wait: an address that is tried again waits no longer than eight days.
const longestSnooze = 8 * 24 * time.Hour

// Wake makes the visits available whose time has come, and those that wait for a time that no clock but a wrong one can
// have meant.
func (q *Queue) Wake(ctx context.Context) error {
	all, err := q.Unfinished(ctx)
	if err != nil {
		return err
	}
	now := q.now()
	for _, w := range all {
		waits := w.State == string(rivertype.JobStateScheduled) || w.State == string(rivertype.JobStateRetryable)
		far := !w.At.Before(now.Add(longestSnooze)) // also of one that is available: nobody takes it before its time
		if w.State == string(rivertype.JobStateRunning) || !far && (!waits || w.At.After(now)) {
			continue
		}
		if _, err = q.jobs.JobRetry(ctx, w.id); err != nil {
			return fmt.Errorf("visit of %s: %w", w.Portal, err)
		}
	}
	return nil
}

// Start begins to work.
func (q *Queue) Start(ctx context.Context) error {
	if err := q.jobs.Start(ctx); err != nil {
		return err
	}
	if q.pool != nil {
		go q.rescue(ctx)
	}
	if q.o.Every > 0 && !q.o.Idle {
		planning, stop := context.WithCancel(ctx)
		q.stop = stop
		q.planning.Add(1)
		go func() {
			defer q.planning.Done()
			q.plan(planning)
		}()
	}
	return nil
}

// plan puts in what is due, at the start and every Options.Every. It is no periodic job of River's: whose turn these are a
// row with a time says, and a clock that jumped back would leave nobody to plan until that time has come.
func (q *Queue) plan(ctx context.Context) {
	tick := time.NewTicker(q.o.Every)
	defer tick.Stop()
	for {
		if err := q.unleash(ctx); err == nil {
			_, err = q.Due(ctx)
			if err != nil && ctx.Err() == nil && q.o.Log != nil {
				fmt.Fprintf(q.o.Log, "what is due could not be put in, it is tried again: %v\n", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// unleash ends a leadership among River's processes that a clock which was wrong gave for longer than any lasts, some ten
// seconds: without a leader no job that waits is woken in time.
func (q *Queue) unleash(ctx context.Context) error {
	if q.pool != nil {
		_, err := q.pool.Exec(ctx, `DELETE FROM river_leader WHERE expires_at > now() + interval '1 hour'`)
		return err
	}
	_, err := q.c.Ledger.DB().ExecContext(ctx, `DELETE FROM river_leader WHERE julianday(expires_at) > julianday(?)`,
		q.now().Add(time.Hour).UTC().Format(time.DateTime))
	return err
}

// rescueEvery is how often it is looked for visits whose worker died, unless leases are shorter.
const rescueEvery = 5 * time.Second

// rescue makes visits available again whose worker died: the visit's lease in the ledger has run out, or there is none and
// the job has been running for longer than any does.
func (q *Queue) rescue(ctx context.Context) {
	every := min(rescueEvery, max(q.c.Manners.Lease/3, rescueEvery/50))
	for {
		select {
		case <-ctx.Done():
			return
		case <-q.jobs.Stopped():
			return
		case <-time.After(every):
		}
		lost, err := q.c.Ledger.Abandoned(ctx)
		if err == nil && q.clock != nil {
			err = q.clock.ask(ctx)
		}
		if err != nil {
			continue // the database is away; it is asked again
		}
		for _, portal := range lost {
			if _, err := q.pool.Exec(ctx,
				`UPDATE river_job SET state = 'available', scheduled_at = now()
				WHERE kind = 'visit' AND state = 'running' AND args->>'portal' = $1`, portal); err != nil {
				break
			}
		}
		// a lease that holds says more than a time: other processes may have longer slices
		_, _ = q.pool.Exec(ctx, `UPDATE river_job SET state = 'available', scheduled_at = now()
			WHERE kind = 'visit' AND state = 'running' AND attempted_at < now() - make_interval(secs => $1)
			AND NOT EXISTS (SELECT 1 FROM visits WHERE portal = args->>'portal' AND visits.state = 'open' AND holder <> ''
				AND until >= extract(epoch FROM clock_timestamp()) * 1000)`, q.stuck.Seconds())
	}
}

// Stop lets the visits under way come to a point where they can be gone on with, and ends.
func (q *Queue) Stop(ctx context.Context) error {
	if q.stop != nil {
		q.stop()
		q.planning.Wait()
	}
	return q.jobs.StopAndCancel(ctx)
}

// Only makes this process leave the visits of all portals but these: they wait for another one, or for the next time.
// It is called before Start.
func (q *Queue) Only(portals map[string]bool) { q.only = portals }

// Visit puts in a visit of a portal; where one is waiting or under way, nothing is added.
func (q *Queue) Visit(ctx context.Context, portal string) error {
	res, err := q.jobs.InsertMany(ctx, []river.InsertManyParams{{Args: VisitArgs{portal}}})
	if err != nil || q.clock == nil {
		return err
	}
	return waitForNothing(ctx, q.pool, "river_job", []int64{res[0].Job.ID})
}

// A Waiting job is a visit that is not finished.
type Waiting struct {
	Portal string
	State  string
	At     time.Time
	Errors []string
	id     int64
}

// Unfinished lists the visits that are not finished, of the portals that this process works on.
func (q *Queue) Unfinished(ctx context.Context) ([]Waiting, error) {
	res, err := q.jobs.JobList(ctx, river.NewJobListParams().Kinds("visit").First(10000).States(unfinished...))
	if err != nil {
		return nil, err
	}
	var out []Waiting
	for _, j := range res.Jobs {
		w := Waiting{State: string(j.State), At: j.ScheduledAt, id: j.ID}
		var job river.Job[VisitArgs]
		if err := json.Unmarshal(j.EncodedArgs, &job.Args); err != nil {
			return nil, err
		}
		w.Portal = job.Args.Portal
		if q.only != nil && !q.only[w.Portal] {
			continue
		}
		for _, e := range j.Errors {
			w.Errors = append(w.Errors, e.Error)
		}
		out = append(out, w)
	}
	return out, nil
}

// Wait waits until the visits put in are finished, or wait for something that takes longer than patience; those it
// returns.
func (q *Queue) Wait(ctx context.Context, patience time.Duration) ([]Waiting, error) {
	for {
		all, err := q.Unfinished(ctx)
		if err != nil {
			return nil, err
		}
		soon := false
		for _, w := range all {
			soon = soon || w.State != "scheduled" && w.State != "retryable" || w.At.Sub(q.now()) < patience
		}
		if !soon {
			return all, nil
		}
		select {
		case <-ctx.Done():
			return all, ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}

// Due puts in a visit of every portal whose next one is due, and returns how many.
func (q *Queue) Due(ctx context.Context) (int, error) {
	if err := q.Wake(ctx); err != nil {
		return 0, err
	}
	now := q.now()
	n := 0
	for _, p := range q.portals {
		next, _, err := q.c.Ledger.NextVisit(ctx, p.ID)
		if err != nil {
			return n, err
		}
		if next.After(now) || p.Home == "" && len(p.Listings) == 0 {
			continue
		}
		if err := q.Visit(ctx, p.ID); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

type planWorker struct {
	river.WorkerDefaults[PlanArgs]
	q *Queue
}

func (w *planWorker) Work(ctx context.Context, _ *river.Job[PlanArgs]) error {
	_, err := w.q.Due(ctx)
	return err
}

type visitWorker struct {
	river.WorkerDefaults[VisitArgs]
	q *Queue

	mu       sync.Mutex
	visiting map[string]bool  // portals, by this process
	ended    map[string]int64 // by portal: the last job whose visit has ended
}

// begin is whether a job may go on with a visit: not while another one of this process does, nor where the job was for a
// visit that has ended meanwhile, as when it was taken for one of a dead worker.
func (w *visitWorker) begin(portal string, job int64) (free, over bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	over = w.ended[portal] == job
	free = !over && !w.visiting[portal]
	if free {
		w.visiting[portal] = true
	}
	return free, over
}

func (w *visitWorker) end(portal string, job int64, done bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.visiting, portal)
	if done {
		w.ended[portal] = job
	}
}

// Work goes on with a visit for a slice of time.
func (w *visitWorker) Work(ctx context.Context, job *river.Job[VisitArgs]) error {
	if w.q.only != nil && !w.q.only[job.Args.Portal] {
		return river.JobSnooze(30 * time.Second)
	}
	p, ok := w.q.portals[job.Args.Portal]
	if !ok {
		return river.JobCancel(fmt.Errorf("portal %s is not in the list", job.Args.Portal))
	}
	free, over := w.begin(p.ID, job.ID)
	if over {
		return nil
	}
	if !free {
		return river.JobSnooze(time.Second)
	}
	done := false
	defer func() { w.end(p.ID, job.ID, done) }()
	c := *w.q.c // its own holder: two visits of one process hold their hosts against each other
	c.Holder = fmt.Sprintf("%s/%s", w.q.c.Holder, p.ID)
	if w.q.o.Slice > 0 {
		c.Bounds.Slice = w.q.o.Slice
	}
	o, err := c.Visit(ctx, p)
	done = err == nil && o.Done
	if w.q.o.After != nil {
		w.q.o.After(o, p, err)
	}
	switch {
	case ctx.Err() != nil:
		return errors.Join(ctx.Err(), err)
	case err != nil:
		return err
	case o.Done:
		return nil
	}
	return river.JobSnooze(min(max(o.After, time.Millisecond), longestSnooze))
}

// Holder names this process among the workers.
func Holder() string {
	host, err := os.Hostname()
	if err != nil {
		host = "worker"
	}
	return fmt.Sprintf("%s/%d", host, os.Getpid())
}
