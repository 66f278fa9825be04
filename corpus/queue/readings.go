package queue

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/secret"
)

// Readings is the queue of documents that are to be read, apart from that of the visits: in a schema of its own of the
// same PostgreSQL database, or in a file of its own beside the ledger of SQLite, at which any number of processes work
// while one crawls.
//
// # The words
//
// A job asks for one reading: of these bytes, under these limits (its key), by this reader (its print). It is unique by
// that as long as it is not finished, and may be done twice without harm: a reading that is kept ends it.
//
// A lane is a queue of River's. Its name says the cost (read, or read-scan for what needs pictures recognised), the
// format, and the print of what reads it; a process works in the lanes of its own prints, so that one of another version,
// or without the engine that another has, leaves alone what it would read otherwise, and goes on with what it reads alike.
//
// A worker is a process that has written down its name, its lanes, and until when it is believed to live, by the
// database's clock; it does so anew three times in that while.
//
// # What holds, whatever breaks off
//
// The jobs of a worker that is not believed to live any more are made available by the others. A worker that lost sight
// of the database for as long goes on reading; what it keeps is the same. A job that was finished while the database was
// away stays running in the table: its own worker finds, twice in a row, that it does not have it, and makes it available;
// whoever takes it finds the reading. What was taken mostAttempts times, and ended by no worker, is given up: who waits
// for it reads it himself. No clock but the database's decides anything here.
type Readings struct {
	o     ReadOptions
	name  string
	db    *sql.DB
	pool  *pgxpool.Pool // nil on SQLite
	jobs  client
	clock *databaseClock // nil on SQLite
	mu    sync.Mutex
	doing map[int64]bool // jobs that this process has
	stray map[int64]bool // those it should have and has not, as seen last
	stop  func()
	rest  sync.WaitGroup
}

// ReadArgs ask for the reading of a document.
type ReadArgs struct {
	Key   string `json:"key" river:"unique"`   // under which it is kept
	Print string `json:"print" river:"unique"` // of what is to read it
	Scan  bool   `json:"scan,omitempty" river:"unique"`

	Document library.Ref   `json:"document"`
	Limit    time.Duration `json:"limit" river:"unique"`  // of CPU time
	Memory   int64         `json:"memory" river:"unique"` // bytes
	Missing  bool          `json:"missing,omitempty"`     // who asks has looked: it is not kept
	Again    bool          `json:"-"`                     // somebody had the job before, and may have kept it
	ScanLane string        `json:"scan_lane,omitempty"`
}

// Kind names the job.
func (ReadArgs) Kind() string { return "read" }

// fetchEvery is how long a lane waits at least until it takes more jobs: as many as ended in the meantime are taken at once,
// since to take one costs the database about as much as to take many.
const fetchEvery = 50 * time.Millisecond

// lookedFor is for how long somebody's word holds that a reading is not kept.
const lookedFor = time.Hour

// mostAttempts is how often a job is begun: a document at which workers themselves die is given up after as many.
const mostAttempts = 5

// InsertOpts make it unique.
func (ReadArgs) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: mostAttempts, UniqueOpts: onlyOne()}
}

// Done is what came of a job.
type Done struct {
	Kept  bool   `json:"kept,omitempty"`  // the reading lies under its key
	Tried string `json:"tried,omitempty"` // it may not be kept, and lies beside it with this hash for who asked
	Scan  bool   `json:"scan,omitempty"`  // pictures in it are to be recognised
	Next  int64  `json:"next,omitempty"`  // the job that does that; 0 = nobody
}

// ErrHopeless is wrapped by what Work returns where no other attempt can do better.
var ErrHopeless = errors.New("it cannot be had")

// ReadOptions say how a process takes part.
type ReadOptions struct {
	Lanes   map[string]int // in which it works, and how many jobs of each it has at once; nil = it only puts them in
	Slots   int            // documents that it reads at once
	Program string         // its version, for status
	Work    func(context.Context, ReadArgs) (Done, error)
	Poll    time.Duration // how often new jobs are looked for; 0 = 500 ms, on PostgreSQL 2 s
	Lease   time.Duration // how long a worker is believed to live that says nothing; 0 = 30 s
	Log     io.Writer     // warnings; nil = none
}

// ErrNoReadings says that nobody ever put a document in that is to be read.
var ErrNoReadings = errors.New("there is no queue of documents to be read")

// schemaOfReads is where the tables lie in PostgreSQL.
const schemaOfReads = "gongkai_read"

// readsFile is the file of the queue beside a ledger of SQLite.
func readsFile(db string) string { return filepath.Join(filepath.Dir(db), "reads.sqlite") }

func isPostgres(db string) bool {
	return strings.HasPrefix(db, "postgres://") || strings.HasPrefix(db, "postgresql://")
}

// OpenReadings opens the queue that belongs to a ledger. Without make it is an error where there is none.
func OpenReadings(ctx context.Context, db string, make bool, o ReadOptions) (*Readings, error) {
	if o.Poll <= 0 {
		o.Poll = 500 * time.Millisecond
		if isPostgres(db) { // which tells of new jobs by itself
			o.Poll = 2 * time.Second
		}
	}
	if o.Lease <= 0 {
		o.Lease = 30 * time.Second
	}
	q := &Readings{o: o, name: fmt.Sprintf("%s/%x", Holder(), time.Now().UnixNano()), doing: map[int64]bool{}}
	err := q.connect(ctx, db, make)
	if err == nil {
		err = q.prepare(ctx, db, make)
	}
	if err != nil {
		q.close()
		if errors.Is(err, ErrNoReadings) {
			return nil, err
		}
		return nil, fmt.Errorf("queue of readings, %s: %w", secret.URL(db), err)
	}
	return q, nil
}

func (q *Readings) connect(ctx context.Context, db string, make bool) (err error) {
	if isPostgres(db) {
		config, err := pgxpool.ParseConfig(db)
		if err != nil {
			return err
		}
		config.AfterConnect = func(ctx context.Context, c *pgx.Conn) error { // what a server forgets as it breaks down is done again
			_, err := c.Exec(ctx, `SET synchronous_commit = off`)
			return err
		}
		if q.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
			return err
		}
		q.db = stdlib.OpenDBFromPool(q.pool)
		return q.pool.Ping(ctx)
	}
	path, err := filepath.Abs(readsFile(db))
	if err != nil {
		return err
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && !make {
		return ErrNoReadings
	}
	options := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(20000)"}, "_txlock": {"immediate"}}
	q.db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err == nil {
		q.db.SetMaxOpenConns(1)
	}
	return err
}

// prepare makes the tables, one process at a time, and the client of River.
func (q *Readings) prepare(ctx context.Context, db string, make bool) error {
	log := io.Discard
	if q.o.Log != nil {
		log = q.o.Log
	}
	workers := river.NewWorkers()
	river.AddWorker(workers, &readWorker{q: q})
	config := &river.Config{ID: q.name, Workers: workers, JobTimeout: -1, RescueStuckJobsAfter: never, FetchPollInterval: q.o.Poll,
		FetchCooldown:       min(q.o.Poll, fetchEvery),
		Logger:              slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelWarn})),
		RetryPolicy:         retryPolicy{time.Now},
		MaxAttempts:         mostAttempts,
		ReindexerIndexNames: []string{}, CompletedJobRetentionPeriod: 24 * time.Hour, SoftStopTimeout: 10 * time.Second}
	if len(q.o.Lanes) > 0 {
		config.Queues = map[string]river.QueueConfig{}
		for lane, n := range q.o.Lanes {
			config.Queues[lane] = river.QueueConfig{MaxWorkers: n}
		}
	}
	var err error
	if q.pool != nil {
		if q.clock, err = newDatabaseClock(ctx, q.pool); err != nil {
			return err
		}
		config.Test.Time, config.RetryPolicy = q.clock, retryPolicy{q.clock.Now}
		config.Schema = schemaOfReads
		driver := riverpgxv5.New(q.pool)
		if make {
			err = q.migratePostgres(ctx, driver, config)
		} else {
			err = q.there(ctx, `SELECT to_regclass('`+schemaOfReads+`.readers') IS NOT NULL`)
		}
		if err == nil {
			q.jobs, err = river.NewClient(driver, config)
		}
		return err
	}
	driver := riversqlite.New(q.db)
	if make {
		err = q.migrateSQLite(ctx, readsFile(db), driver, config)
	} else {
		err = q.there(ctx, `SELECT count(*) > 0 FROM sqlite_master WHERE name = 'readers'`)
	}
	if err != nil {
		return err
	}
	q.jobs, err = river.NewClient(driver, config)
	return err
}

// there tells whether the tables were made; that of the workers is the last of them.
func (q *Readings) there(ctx context.Context, ask string) error {
	is := false
	err := q.db.QueryRowContext(ctx, ask).Scan(&is)
	if err == nil && !is {
		err = ErrNoReadings
	}
	return err
}

const readersTable = `readers (name TEXT PRIMARY KEY, program TEXT NOT NULL, lanes TEXT NOT NULL, slots INTEGER NOT NULL,
	until BIGINT NOT NULL)`

func (q *Readings) migratePostgres(ctx context.Context, driver *riverpgxv5.Driver, config *river.Config) error {
	conn, err := pgx.ConnectConfig(ctx, q.pool.Config().ConnConfig) // none of the pool's, which may have one alone
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // and with it goes the lock
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext('gongkai readings'))`); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+schemaOfReads); err != nil {
		return err
	}
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: config.Logger, Schema: schemaOfReads})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `DROP INDEX IF EXISTS `+schemaOfReads+`.river_job_args_index, `+schemaOfReads+
		`.river_job_metadata_index`); err != nil { // nobody looks for what is in a job, and to keep them is most of what a job costs
		return err
	}
	_, err = conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS `+schemaOfReads+`.`+readersTable)
	return err
}

func (q *Readings) migrateSQLite(ctx context.Context, path string, driver *riversqlite.Driver, config *river.Config) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	release, err := held.File(path+".lock", q.name)
	for errors.Is(err, held.ErrHeld) && ctx.Err() == nil {
		time.Sleep(20 * time.Millisecond)
		release, err = held.File(path+".lock", q.name)
	}
	if err != nil {
		return err
	}
	defer release()
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: config.Logger})
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return err
	}
	_, err = q.db.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS `+readersTable)
	return err
}

// in writes a statement for the database that there is: {job} and {readers} are tables, {now} is its clock in
// milliseconds, {moment} its clock as River keeps it, {by} who had a job last, and ? a parameter.
func (q *Readings) in(text string) string {
	if q.pool == nil {
		return strings.NewReplacer("{job}", "river_job", "{readers}", "readers", "{now}", "cast(unixepoch('subsec') * 1000 AS integer)",
			"{moment}", "datetime('now', 'subsec')", "{by}", "json_extract(attempted_by, '$[#-1]')", "{state}", "").Replace(text)
	}
	text = strings.NewReplacer("{job}", schemaOfReads+".river_job", "{readers}", schemaOfReads+".readers",
		"{now}", "cast(extract(epoch FROM clock_timestamp()) * 1000 AS bigint)", "{moment}", "clock_timestamp()",
		"{by}", "attempted_by[array_upper(attempted_by, 1)]", "{state}", "::"+schemaOfReads+".river_job_state").Replace(text)
	var b strings.Builder
	n := 0
	for _, c := range text {
		if c == '?' {
			n++
			fmt.Fprintf(&b, "$%d", n)
			continue
		}
		b.WriteRune(c)
	}
	return b.String()
}

// Start begins to work in the lanes.
func (q *Readings) Start(ctx context.Context) error {
	if err := q.live(ctx); err != nil {
		return err
	}
	if err := q.jobs.Start(ctx); err != nil {
		return errors.Join(err, q.die(ctx))
	}
	watching, stop := context.WithCancel(ctx)
	q.stop = stop
	q.rest.Go(func() { q.watch(watching) })
	return nil
}

// live writes down that this process lives.
func (q *Readings) live(ctx context.Context) error {
	var lanes []string
	for lane := range q.o.Lanes {
		lanes = append(lanes, lane)
	}
	slices.Sort(lanes)
	_, err := q.db.ExecContext(ctx, q.in(`INSERT INTO {readers} (name, program, lanes, slots, until) VALUES (?, ?, ?, ?, {now} + ?)
		ON CONFLICT (name) DO UPDATE SET until = excluded.until`), q.name, q.o.Program, strings.Join(lanes, " "), q.o.Slots,
		q.o.Lease.Milliseconds())
	return err
}

// die takes back that this process lives.
func (q *Readings) die(ctx context.Context) error {
	_, err := q.db.ExecContext(ctx, q.in(`DELETE FROM {readers} WHERE name = ?`), q.name)
	return err
}

// watch says that this process lives, and looks after what nobody works at any more. What the database does not answer
// is asked again.
func (q *Readings) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(q.o.Lease / 3):
		}
		asking, cancel := context.WithTimeout(ctx, q.o.Lease)
		if q.clock != nil {
			_ = q.clock.ask(asking)
		}
		if q.live(asking) == nil && q.own(asking) == nil {
			_ = q.rescue(asking)
		}
		cancel()
	}
}

// freed makes jobs that run available, or gives up those that were begun too often.
const freed = `UPDATE {job} SET
	state = CASE WHEN attempt >= max_attempts THEN 'discarded'{state} ELSE 'available'{state} END,
	finalized_at = CASE WHEN attempt >= max_attempts THEN {moment} END, scheduled_at = {moment}
	WHERE kind = 'read' AND state = 'running' AND `

// rescue frees the jobs of workers that are dead, which are forgotten after a day.
func (q *Readings) rescue(ctx context.Context) error {
	_, err := q.db.ExecContext(ctx, q.in(freed+`{by} <> ? AND {by} NOT IN
		(SELECT name FROM {readers} WHERE until >= {now})`), q.name)
	if err == nil {
		_, err = q.db.ExecContext(ctx, q.in(`DELETE FROM {readers} WHERE until < {now} - 86400000`))
	}
	return err
}

// own frees the jobs that run by this process as far as the table says, and do not.
func (q *Readings) own(ctx context.Context) error {
	rows, err := q.db.QueryContext(ctx, q.in(`SELECT id FROM {job} WHERE kind = 'read' AND state = 'running' AND {by} = ?`), q.name)
	if err != nil {
		return err
	}
	var all []int64
	for rows.Next() {
		var id int64
		if err = rows.Scan(&id); err != nil {
			break
		}
		all = append(all, id)
	}
	if err := errors.Join(err, rows.Err(), rows.Close()); err != nil {
		return err
	}
	q.mu.Lock()
	before := q.stray
	q.stray = map[int64]bool{}
	var lost []int64
	for _, id := range all {
		switch {
		case q.doing[id]:
		case before[id]:
			lost = append(lost, id)
		default:
			q.stray[id] = true
		}
	}
	q.mu.Unlock()
	for _, id := range lost {
		if _, err := q.db.ExecContext(ctx, q.in(freed+`id = ? AND {by} = ?`), id, q.name); err != nil {
			return err
		}
	}
	return nil
}

// Close gives back what is under way, and ends.
func (q *Readings) Close(ctx context.Context) error {
	var err error
	if q.stop != nil {
		err = q.jobs.StopAndCancel(ctx)
		q.stop()
		q.rest.Wait()
		if e := q.die(ctx); err == nil {
			err = e
		}
	}
	return errors.Join(err, q.close())
}

func (q *Readings) close() error {
	if q.db == nil {
		return nil
	}
	err := q.db.Close()
	if q.pool != nil {
		q.pool.Close()
	}
	return err
}

type readWorker struct {
	river.WorkerDefaults[ReadArgs]
	q *Readings
}

// Timeout is none: documents have limits of their own.
func (*readWorker) Timeout(*river.Job[ReadArgs]) time.Duration { return -1 }

// Work has a document read. What is found to be a scan is handed on.
func (w *readWorker) Work(ctx context.Context, job *river.Job[ReadArgs]) error {
	q := w.q
	q.doingIt(job.ID, true)
	defer q.doingIt(job.ID, false)
	args := job.Args
	args.Again = job.Attempt > 1
	// what was looked for long ago may have been made meanwhile
	args.Missing = args.Missing && job.AttemptedAt != nil && job.AttemptedAt.Sub(job.ScheduledAt) < lookedFor
	done, err := q.o.Work(ctx, args)
	switch {
	case errors.Is(err, ErrHopeless):
		return river.JobCancel(err)
	case err != nil:
		return errors.Join(ctx.Err(), err)
	}
	if done.Scan && job.Args.ScanLane != "" {
		next := job.Args
		next.Scan = true
		ids, err := q.Order(ctx, []Order{{Lane: next.ScanLane, Args: next, Priority: int(job.Priority)}})
		if err != nil {
			return err
		}
		done.Next = ids[0]
	}
	return river.RecordOutput(ctx, done)
}

func (q *Readings) doingIt(id int64, yes bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if yes {
		q.doing[id] = true
	} else {
		delete(q.doing, id)
	}
}

// An Order is a job that is put into a lane.
type Order struct {
	Lane     string
	Args     ReadArgs
	Priority int // 1 = somebody waits for it, to 4
}

// Order puts jobs in, and gives their ids in the order of the orders; where one waits or is under way already it is that.
func (q *Readings) Order(ctx context.Context, list []Order) ([]int64, error) {
	if len(list) == 0 {
		return nil, nil
	}
	var params []river.InsertManyParams
	for _, o := range list {
		params = append(params, river.InsertManyParams{Args: o.Args, InsertOpts: &river.InsertOpts{Queue: o.Lane, Priority: o.Priority}})
	}
	res, err := q.jobs.InsertMany(ctx, params)
	if err != nil {
		return nil, err
	}
	ids := make([]int64, len(res))
	for i, r := range res {
		ids[i] = r.Job.ID
	}
	if q.pool == nil {
		return ids, nil
	}
	return ids, waitForNothing(ctx, q.pool, q.in("{job}"), ids)
}

// Outcome tells what became of a job. ended = it will not go on; done = and came to its end, which is not so where it was
// given up, or has failed and is tried again some time later.
func (q *Readings) Outcome(ctx context.Context, id int64) (d Done, ended, done bool, err error) {
	job, err := q.jobs.JobGet(ctx, id)
	if errors.Is(err, river.ErrNotFound) {
		return d, true, false, nil
	}
	if err != nil {
		return d, false, false, err
	}
	switch job.State {
	case rivertype.JobStateCompleted:
		if out := job.Output(); out != nil {
			err = json.Unmarshal(out, &d)
		}
		return d, true, err == nil, err
	case rivertype.JobStateAvailable, rivertype.JobStateRunning, rivertype.JobStatePending:
		return d, false, false, nil
	}
	return d, true, false, nil
}

// A Reader is a worker that is believed to live.
type Reader struct {
	Name, Program string
	Lanes         []string
	Slots         int
}

// Readers lists the workers that are believed to live, without this process.
func (q *Readings) Readers(ctx context.Context) (out []Reader, err error) {
	rows, err := q.db.QueryContext(ctx, q.in(`SELECT name, program, lanes, slots FROM {readers} WHERE until >= {now} AND name <> ?
		ORDER BY name`), q.name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var r Reader
		lanes := ""
		if err := rows.Scan(&r.Name, &r.Program, &lanes, &r.Slots); err != nil {
			return nil, err
		}
		r.Lanes = strings.Fields(lanes)
		out = append(out, r)
	}
	return out, rows.Err()
}

// A Lane tells how it stands with the jobs of a queue.
type Lane struct {
	Name    string
	Waiting int
	Running int
	Retried int // wait since they failed
	Done    int // of those that are remembered: a day, a week for visits
	Failed  int // given up
}

// Lanes counts the jobs by lanes.
func (q *Readings) Lanes(ctx context.Context) ([]Lane, error) { return lanes(ctx, q.db, q.in(`{job}`)) }

// Visits counts the jobs of a ledger's own queue; nil where there is none.
func Visits(ctx context.Context, db *sql.DB) ([]Lane, error) {
	all, err := lanes(ctx, db, "river_job")
	if err != nil { // a ledger of which no queue was opened yet
		return nil, nil
	}
	return all, nil
}

func lanes(ctx context.Context, db *sql.DB, table string) (out []Lane, err error) {
	rows, err := db.QueryContext(ctx, `SELECT queue, state, count(*) FROM `+table+` WHERE kind IN ('read', 'visit')
		GROUP BY queue, state ORDER BY queue, state`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name, state string
		n := 0
		if err := rows.Scan(&name, &state, &n); err != nil {
			return nil, err
		}
		if len(out) == 0 || out[len(out)-1].Name != name {
			out = append(out, Lane{Name: name})
		}
		l := &out[len(out)-1]
		switch rivertype.JobState(state) {
		case rivertype.JobStateRunning:
			l.Running += n
		case rivertype.JobStateRetryable:
			l.Retried += n
		case rivertype.JobStateCompleted:
			l.Done += n
		case rivertype.JobStateDiscarded, rivertype.JobStateCancelled:
			l.Failed += n
		default:
			l.Waiting += n
		}
	}
	return out, rows.Err()
}
