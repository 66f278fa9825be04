package ledger

import (
	"context"
	"database/sql"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Host is what is known of a host, and the lease on it.
type Host struct {
	Name         string
	Pace         time.Duration // between the end of a request and the next one, as it has been learned
	Took         time.Duration // how long answers take, smoothed
	Fails        int           // troubles in a row
	Paused       time.Time     // left alone until then
	Why          string        // it is paused
	RobotsTime   time.Time     // when robots.txt was read; zero = never
	RobotsStatus int
	Robots       string
	DayPages     int64 // asked for today (UTC)
	DayBytes     int64
	Pages, Bytes int64 // ever
	Next         time.Time
}

// Take takes the lease on a host for one request, if nobody holds it and its pace allows; else wait says how long
// neither will be so at least. The request that follows must be over, or the lease be held on to with Hold, before
// lease has gone by; Give gives it back. Politeness is kept here, so that it is kept across machines.
func (l *Ledger) Take(ctx context.Context, host, holder string, lease, pace time.Duration) (
	h Host, wait time.Duration, err error) {
	err = l.tx(ctx, func(t *tx) error {
		wait = 0
		now, err := t.now()
		if err != nil {
			return err
		}
		if _, err := t.exec(`INSERT INTO hosts (host) VALUES (?) ON CONFLICT DO NOTHING`, host); err != nil {
			return err
		}
		lock := ""
		if t.l.pool != nil {
			lock = " FOR UPDATE"
		}
		var by, day string
		var until, next, p, took, paused, robots int64
		h = Host{Name: host}
		err = t.row(`SELECT holder, until, next, pace, took, fails, paused, why, robots_time, robots_status, robots, day,
			day_pages, day_bytes, pages, bytes FROM hosts WHERE host = ?`+lock, host).
			Scan(&by, &until, &next, &p, &took, &h.Fails, &paused, &h.Why, &robots, &h.RobotsStatus, &h.Robots, &day,
				&h.DayPages, &h.DayBytes, &h.Pages, &h.Bytes)
		if err != nil {
			return err
		}
		h.Pace, h.Took, h.Paused, h.RobotsTime, h.Next = time.Duration(p)*time.Millisecond,
			time.Duration(took)*time.Millisecond, fromMillis(paused), fromMillis(robots), fromMillis(next)
		if today := fromMillis(now).Format("2006-01-02"); day != today {
			h.DayPages, h.DayBytes = 0, 0
		}
		if beyond(paused, now, longestPause) {
			h.Paused, h.Why = time.Time{}, ""
		}
		if beyond(robots, now, longestPace) {
			h.RobotsTime = time.Time{}
		}
		if by != "" && by != holder && until > now && !beyond(until, now, longestLease) {
			wait = time.Duration(min(until-now, 1000)) * time.Millisecond
			return nil
		}
		if next > now && !beyond(next, now, longestPace) {
			wait = time.Duration(next-now) * time.Millisecond
			return nil
		}
		// also where the holder dies now, the next one waits as long as the pace says
		_, err = t.exec(`UPDATE hosts SET holder = ?, until = ?, next = ? WHERE host = ?`, holder,
			now+lease.Milliseconds(), now+max(pace, h.Pace).Milliseconds(), host)
		return err
	})
	return h, wait, err
}

// Hold holds on to the lease while a request takes its time.
func (l *Ledger) Hold(ctx context.Context, host, holder string, lease time.Duration) error {
	return l.tx(ctx, func(t *tx) error {
		now, err := t.now()
		if err != nil {
			return err
		}
		_, err = t.exec(`UPDATE hosts SET until = ? WHERE host = ? AND holder = ?`, now+lease.Milliseconds(), host,
			holder)
		return err
	})
}

// Give gives the lease back, with what was learned: the pace from now on, the host's troubles in a row, and whether it
// is to be left alone for a while.
func (l *Ledger) Give(ctx context.Context, h Host, holder string, pause time.Duration, pages, bytes int64) error {
	return l.tx(ctx, func(t *tx) error {
		now, err := t.now()
		if err != nil {
			return err
		}
		paused := int64(0)
		if pause > 0 {
			paused = now + pause.Milliseconds()
		}
		day := fromMillis(now).Format("2006-01-02")
		_, err = t.exec(`UPDATE hosts SET holder = '', until = 0, next = ?, pace = ?, took = ?, fails = ?, paused = ?, why = ?,
			day_pages = CASE WHEN day = ? THEN day_pages ELSE 0 END + ?,
			day_bytes = CASE WHEN day = ? THEN day_bytes ELSE 0 END + ?, day = ?, pages = pages + ?, bytes = bytes + ?
			WHERE host = ? AND holder = ?`,
			now+h.Pace.Milliseconds(), h.Pace.Milliseconds(), h.Took.Milliseconds(), h.Fails, paused, h.Why, day, pages,
			day, bytes, day, pages, bytes, h.Name, holder)
		return err
	})
}

// SetRobots keeps the robots.txt of a host.
func (l *Ledger) SetRobots(ctx context.Context, host string, status int, text string) error {
	_, err := l.exec(ctx, `UPDATE hosts SET robots_time = ?, robots_status = ?, robots = ? WHERE host = ?`,
		l.now().UnixMilli(), status, text, host)
	return err
}

// Hosts hands over all hosts.
func (l *Ledger) Hosts(ctx context.Context, each func(Host) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var h Host
		var p, took, paused, next int64
		if err := r.Scan(&h.Name, &p, &took, &h.Fails, &paused, &h.Why, &h.Pages, &h.Bytes, &next); err != nil {
			return err
		}
		h.Pace, h.Took, h.Paused, h.Next = time.Duration(p)*time.Millisecond, time.Duration(took)*time.Millisecond,
			fromMillis(paused), fromMillis(next)
		return each(h)
	}, `SELECT host, pace, took, fails, paused, why, pages, bytes, next FROM hosts ORDER BY host`)
}

// now is the clock that all workers share: the database's, where there are several machines.
func (t *tx) now() (int64, error) {
	if t.l.pool == nil {
		return t.l.now().UnixMilli(), nil
	}
	var ms int64
	err := t.row(`SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint`).Scan(&ms)
	return ms, err
}

// Peek gives what is known of a host; ok is false where nothing is.
func (l *Ledger) Peek(ctx context.Context, host string) (h Host, ok bool, err error) {
	err = l.query(ctx, func(r *sql.Rows) error {
		ok = true
		var robots int64
		err := r.Scan(&h.Name, &h.Fails, &h.Why, &robots, &h.RobotsStatus, &h.Robots)
		h.RobotsTime = fromMillis(robots)
		return err
	}, `SELECT host, fails, why, robots_time, robots_status, robots FROM hosts WHERE host = ?`, host)
	return h, ok, err
}

// Exclusive runs do while no other worker of the same database does so; on SQLite there is none.
func (l *Ledger) Exclusive(ctx context.Context, what string, do func() error) error {
	if l.pool == nil {
		return do()
	}
	conn, err := pgx.ConnectConfig(ctx, l.pool.Config().ConnConfig) // none of the pool's, which may have one alone
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx)) // and with it goes the lock
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext($1))`, what); err != nil {
		return err
	}
	return do()
}
