package queue

import (
	"context"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// What is asked of River is the same on both databases; only its types differ.

// A client is one of River's, of either database.
type client interface {
	Start(context.Context) error
	Stopped() <-chan struct{}
	StopAndCancel(context.Context) error
	InsertMany(context.Context, []river.InsertManyParams) ([]*rivertype.JobInsertResult, error)
	JobGet(ctx context.Context, id int64) (*rivertype.JobRow, error)
	JobList(context.Context, *river.JobListParams) (*river.JobListResult, error)
	JobRetry(ctx context.Context, id int64) (*rivertype.JobRow, error)
}

// unfinished are the states of a job that waits, is under way or is to be tried again.
var unfinished = []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
	rivertype.JobStateRunning, rivertype.JobStateScheduled}

// onlyOne has a job not put in while another one with the same arguments is not finished.
func onlyOne() river.UniqueOpts { return river.UniqueOpts{ByArgs: true, ByState: unfinished} }

// waitForNothing has jobs that were just put in be taken at once: River dates them by the clock of this machine, and they are
// taken by that of the database, which may be behind. table is River's.
func waitForNothing(ctx context.Context, pool *pgxpool.Pool, table string, ids []int64) error {
	_, err := pool.Exec(ctx, `UPDATE `+table+` SET scheduled_at = clock_timestamp() WHERE id = ANY($1) AND state = 'available'
		AND scheduled_at > clock_timestamp()`, ids)
	return err
}

// A databaseClock is the clock of PostgreSQL as this process knows it: what it said last, and the time since then, which a
// machine counts right whatever its own clock says or is set to meanwhile. River dates by it what is to go on later, and
// wakes by it what waits.
type databaseClock struct {
	pool        *pgxpool.Pool
	mu          sync.Mutex
	said, heard time.Time
}

func newDatabaseClock(ctx context.Context, pool *pgxpool.Pool) (*databaseClock, error) {
	c := &databaseClock{pool: pool}
	return c, c.ask(ctx)
}

// ask asks the database anew, which is done now and then: clocks go at different speeds.
func (c *databaseClock) ask(ctx context.Context) error {
	var said time.Time
	if err := c.pool.QueryRow(ctx, `SELECT clock_timestamp()`).Scan(&said); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.said, c.heard = said, time.Now()
	return nil
}

// Now is a moment behind the database at most, and not ahead of it.
func (c *databaseClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.Add(time.Since(c.heard))
}

// NowOrNil leaves the time in statements to the database itself.
func (c *databaseClock) NowOrNil() *time.Time { return nil }
