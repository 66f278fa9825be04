// Package ledger is the memory of a crawl: visits and what is left to ask for in them, what each URL answered last,
// the reports found, how each host wants to be treated, and the news that nobody was told yet. One page is one
// transaction: whatever breaks off, nothing is half written.
//
// It lies in SQLite by default and in PostgreSQL for many workers, by the same statements. It can be lost: the archive
// holds what was received, and with each visit what it wrote here (Part, Restore).
package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite"

	"github.com/gongkai/gongkai/corpus/secret"
)

// A Ledger is an open one. It is safe for use by several goroutines.
type Ledger struct {
	db   *sql.DB
	pool *pgxpool.Pool // nil on SQLite
	lock *os.File      // of SQLite: held by the one process that crawls
	now  func() time.Time

	statements sync.Map // of SQLite, each prepared once: text → *sql.Stmt; PostgreSQL's driver keeps its own
	ready      bool     // the tables are there
	copy       string   // folder of the copy that is looked at, where the ledger's own cannot be written to; "" = none
}

// ErrLocked says that another process crawls with this ledger.
var ErrLocked = errors.New("another gongkai crawls with this ledger")

// Open opens a ledger, and makes it if it is not there: a file of SQLite by its path, or a database of PostgreSQL by
// its URL ("postgres://…"). On SQLite one process crawls at a time; with reading set, it is only looked at.
func Open(ctx context.Context, where string, reading bool) (*Ledger, error) {
	l, err := open(ctx, where, reading)
	if err == nil && reading {
		l, err = l.upToDate(ctx, where)
	}
	if err != nil {
		return nil, fmt.Errorf("ledger %s: %w", secret.URL(where), err)
	}
	return l, nil
}

// upToDate brings a ledger that an earlier version wrote to the tables of this one, before it is looked at.
func (l *Ledger) upToDate(ctx context.Context, where string) (*Ledger, error) {
	version := len(schema)
	err := l.query(ctx, func(r *sql.Rows) error { return r.Scan(&version) },
		`SELECT COALESCE(MAX(version), 0) FROM ledger_version`)
	if err == nil && version >= len(schema) {
		return l, nil
	}
	if err == nil && l.copy != "" { // the copy is brought up to date
		return l, l.migrateCopy(ctx)
	}
	if cerr := l.Close(); err != nil || cerr != nil {
		return nil, errors.Join(err, cerr)
	}
	written, err := open(ctx, where, false)
	if errors.Is(err, ErrLocked) {
		err = fmt.Errorf("an earlier version of this program crawls with it: stop it first (%w)", err)
	}
	if err != nil {
		return nil, err
	}
	if err := written.Close(); err != nil {
		return nil, err
	}
	return open(ctx, where, true)
}

func (l *Ledger) migrateCopy(ctx context.Context) error {
	if _, err := l.exec(ctx, `PRAGMA query_only = 0`); err != nil {
		return err
	}
	if err := l.migrate(ctx); err != nil {
		return err
	}
	_, err := l.exec(ctx, `PRAGMA query_only = 1`)
	return err
}

func open(ctx context.Context, where string, reading bool) (*Ledger, error) {
	l := &Ledger{now: time.Now}
	if strings.HasPrefix(where, "postgres://") || strings.HasPrefix(where, "postgresql://") {
		pool, err := pgxpool.New(ctx, where)
		if err != nil {
			return nil, err
		}
		if err := pool.Ping(ctx); err != nil {
			pool.Close()
			return nil, err
		}
		l.pool, l.db = pool, stdlib.OpenDBFromPool(pool)
		if !reading {
			if err := l.migrate(ctx); err != nil {
				l.Close()
				return nil, err
			}
		}
		return l, nil
	}
	path, err := filepath.Abs(where)
	if err != nil {
		return nil, err
	}
	if reading {
		if _, err := os.Stat(path); err != nil {
			return nil, errors.New("there is none; gongkai crawl makes it, from an archive that is there gongkai crawl --rebuild")
		}
	} else {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, err
		}
		if l.lock, err = lockFile(path + ".lock"); err != nil {
			return nil, err
		}
	}
	options := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(NORMAL)", "busy_timeout(20000)",
		"foreign_keys(1)"}, "_txlock": {"immediate"}}
	if reading {
		options = url.Values{"_pragma": {"busy_timeout(20000)", "query_only(1)"}}
		if !writable(filepath.Dir(path)) { // SQLite would keep its log beside it
			if path, l.copy, err = aside(path); err != nil {
				return nil, err
			}
		}
	}
	l.db, err = sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+"?"+options.Encode())
	if err != nil {
		return nil, err
	}
	l.db.SetMaxOpenConns(1) // writers would wait for each other in any case
	if reading {
		l.ready = true
		return l, l.db.PingContext(ctx)
	}
	if err := l.migrate(ctx); err != nil {
		l.Close()
		return nil, err
	}
	// nobody else is here: what a process that was killed held is free
	_, err = l.exec(ctx, "UPDATE hosts SET holder = '', until = 0 WHERE holder <> ''")
	if err == nil {
		_, err = l.exec(ctx, "UPDATE visits SET holder = '', until = 0 WHERE holder <> ''")
	}
	if err != nil {
		l.Close()
		return nil, err
	}
	l.ready = true
	return l, nil
}

// aside copies a ledger that lies where nothing can be written, with its log, to a folder of its own.
func aside(path string) (to, dir string, err error) {
	if dir, err = os.MkdirTemp("", "gongkai-ledger-"); err != nil {
		return "", "", err
	}
	for _, end := range []string{"", "-wal"} {
		from, err := os.Open(path + end)
		if errors.Is(err, os.ErrNotExist) && end != "" {
			continue
		}
		if err == nil {
			err = copied(filepath.Join(dir, "ledger.sqlite"+end), from)
			from.Close()
		}
		if err != nil {
			os.RemoveAll(dir)
			return "", "", err
		}
	}
	return filepath.Join(dir, "ledger.sqlite"), dir, nil
}

func copied(to string, from io.Reader) error {
	f, err := os.Create(to)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}

// DB gives the database to the queue, which keeps its own tables in it.
func (l *Ledger) DB() *sql.DB { return l.db }

// Pool gives the PostgreSQL pool to the queue; nil on SQLite.
func (l *Ledger) Pool() *pgxpool.Pool { return l.pool }

// Close ends the use of the ledger.
func (l *Ledger) Close() error {
	l.statements.Range(func(_, s any) bool { s.(*sql.Stmt).Close(); return true })
	err := l.db.Close()
	if l.pool != nil {
		l.pool.Close()
	}
	if l.lock != nil {
		l.lock.Close()
	}
	if l.copy != "" {
		err = errors.Join(err, os.RemoveAll(l.copy))
	}
	return err
}

// schema holds the statements that make the tables, each once, in their order. A later change is appended.
var schema = []string{
	`CREATE TABLE visits (
		id TEXT PRIMARY KEY, portal TEXT NOT NULL, name TEXT NOT NULL, started BIGINT NOT NULL,
		ended BIGINT NOT NULL DEFAULT 0,
		state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', pages BIGINT NOT NULL DEFAULT 0,
		bytes BIGINT NOT NULL DEFAULT 0,
		found BIGINT NOT NULL DEFAULT 0, holder TEXT NOT NULL DEFAULT '', until BIGINT NOT NULL DEFAULT 0)`,
	`CREATE INDEX visits_portal ON visits (portal, started)`,
	`CREATE TABLE frontier (
		visit TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, form TEXT NOT NULL DEFAULT '', host TEXT NOT NULL,
		pattern TEXT NOT NULL,
		depth INTEGER NOT NULL, score INTEGER NOT NULL, role TEXT NOT NULL, words TEXT NOT NULL, parent TEXT NOT NULL,
		state TEXT NOT NULL, reason TEXT NOT NULL DEFAULT '', tries INTEGER NOT NULL DEFAULT 0,
		due BIGINT NOT NULL DEFAULT 0, seq BIGINT NOT NULL,
		PRIMARY KEY (visit, key))`,
	`CREATE INDEX frontier_next ON frontier (visit, state, score DESC, seq)`,
	`CREATE INDEX frontier_pattern ON frontier (visit, pattern, state, seq)`,
	`CREATE TABLE urls (
		portal TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, form TEXT NOT NULL DEFAULT '', kind TEXT NOT NULL,
		words TEXT NOT NULL DEFAULT '', parent TEXT NOT NULL DEFAULT '',
		role TEXT NOT NULL DEFAULT '', score INTEGER NOT NULL DEFAULT 0,
		sha256 TEXT NOT NULL DEFAULT '', etag TEXT NOT NULL DEFAULT '', modified TEXT NOT NULL DEFAULT '',
		first BIGINT NOT NULL, version BIGINT NOT NULL,
		last BIGINT NOT NULL, versions INTEGER NOT NULL DEFAULT 1, bytes BIGINT NOT NULL DEFAULT 0, state TEXT NOT NULL,
		useful INTEGER NOT NULL DEFAULT 0, textsum TEXT NOT NULL DEFAULT '',
		PRIMARY KEY (portal, key))`,
	`CREATE INDEX urls_text ON urls (portal, textsum)`,
	`CREATE TABLE documents (
		portal TEXT NOT NULL, key TEXT NOT NULL, url TEXT NOT NULL, kind TEXT NOT NULL, page TEXT NOT NULL DEFAULT '',
		title TEXT NOT NULL,
		year INTEGER NOT NULL DEFAULT 0, published TEXT NOT NULL DEFAULT '', first BIGINT NOT NULL, last BIGINT NOT NULL,
		sha256 TEXT NOT NULL,
		media TEXT NOT NULL DEFAULT '', bytes BIGINT NOT NULL DEFAULT 0, versions INTEGER NOT NULL DEFAULT 1,
		state TEXT NOT NULL, late INTEGER NOT NULL DEFAULT 0, visit TEXT NOT NULL, own INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (portal, key))`,
	`CREATE TABLE hosts (
		host TEXT PRIMARY KEY, holder TEXT NOT NULL DEFAULT '', until BIGINT NOT NULL DEFAULT 0,
		next BIGINT NOT NULL DEFAULT 0,
		pace BIGINT NOT NULL DEFAULT 0, took BIGINT NOT NULL DEFAULT 0, fails INTEGER NOT NULL DEFAULT 0,
		paused BIGINT NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
		robots_time BIGINT NOT NULL DEFAULT 0, robots_status INTEGER NOT NULL DEFAULT 0, robots TEXT NOT NULL DEFAULT '',
		day TEXT NOT NULL DEFAULT '', day_pages BIGINT NOT NULL DEFAULT 0, day_bytes BIGINT NOT NULL DEFAULT 0,
		pages BIGINT NOT NULL DEFAULT 0, bytes BIGINT NOT NULL DEFAULT 0)`,
	`CREATE TABLE events (
		id TEXT PRIMARY KEY, time BIGINT NOT NULL, portal TEXT NOT NULL, kind TEXT NOT NULL, url TEXT NOT NULL,
		title TEXT NOT NULL,
		year INTEGER NOT NULL, sha256 TEXT NOT NULL, before TEXT NOT NULL DEFAULT '', told TEXT NOT NULL DEFAULT '')`,
	`CREATE INDEX events_time ON events (time)`,
	`CREATE TABLE refused (
		portal TEXT NOT NULL, host TEXT NOT NULL, reason TEXT NOT NULL, url TEXT NOT NULL, first BIGINT NOT NULL,
		last BIGINT NOT NULL, times BIGINT NOT NULL,
		PRIMARY KEY (portal, host, reason))`,
	`CREATE TABLE seen_portals (
		portal TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL, code TEXT NOT NULL, home TEXT NOT NULL,
		next BIGINT NOT NULL DEFAULT 0, fails INTEGER NOT NULL DEFAULT 0)`,
	`ALTER TABLE documents ADD COLUMN suspect BIGINT NOT NULL DEFAULT 0`,
	`ALTER TABLE documents ADD COLUMN suspect_why TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE events ADD COLUMN detail TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE frontier ADD COLUMN list_rows INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE frontier ADD COLUMN list_stated INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE frontier ADD COLUMN list_kind INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE frontier ADD COLUMN list_why TEXT NOT NULL DEFAULT ''`,
	`CREATE TABLE columns_read (
		portal TEXT PRIMARY KEY, time BIGINT NOT NULL, state TEXT NOT NULL, code TEXT NOT NULL DEFAULT '',
		detail TEXT NOT NULL DEFAULT '', found INTEGER NOT NULL DEFAULT 0, stated INTEGER NOT NULL DEFAULT 0,
		years TEXT NOT NULL DEFAULT '')`,
	`ALTER TABLE frontier ADD COLUMN list_entries TEXT NOT NULL DEFAULT ''`,
	`CREATE TABLE heads (
		portal TEXT PRIMARY KEY, visit TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, core ` + bytesType + ` NOT NULL)`,
	`CREATE TABLE broken (
		portal TEXT NOT NULL, sha256 TEXT NOT NULL, url TEXT NOT NULL, why TEXT NOT NULL, found BIGINT NOT NULL,
		healed BIGINT NOT NULL DEFAULT 0, how TEXT NOT NULL DEFAULT '', PRIMARY KEY (portal, sha256))`,
	`CREATE TABLE ways (
		way TEXT PRIMARY KEY, fails INTEGER NOT NULL DEFAULT 0, next BIGINT NOT NULL DEFAULT 0,
		last BIGINT NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '', pending TEXT NOT NULL DEFAULT '')`,
	`CREATE INDEX documents_page ON documents (portal, page)`, // who reads a document asks what hangs on its page
}

// bytesType is what PostgreSQL calls bytes; SQLite takes any name.
const bytesType = "BYTEA"

// The first version had twelve statements; the index of patterns was put in before the last of them and not behind it.
const (
	firstSchema  = 12
	patternIndex = 4
)

func (l *Ledger) migrate(ctx context.Context) error {
	if _, err := l.exec(ctx, `CREATE TABLE IF NOT EXISTS ledger_version (version INTEGER NOT NULL)`); err != nil {
		return err
	}
	return l.tx(ctx, func(t *tx) error {
		if l.pool != nil {
			// two workers may start at once
			if _, err := t.exec(`LOCK TABLE ledger_version IN EXCLUSIVE MODE`); err != nil {
				return err
			}
		}
		version := 0
		if err := t.row(`SELECT COALESCE(MAX(version), 0) FROM ledger_version`).Scan(&version); err != nil {
			return err
		}
		if version > len(schema) {
			return fmt.Errorf("written by a later version of this program (%d, this one knows %d)", version,
				len(schema))
		}
		if version == firstSchema {
			if _, err := t.exec(schema[patternIndex]); err != nil {
				return fmt.Errorf("index of patterns: %w", err)
			}
			version++
		}
		for i := version; i < len(schema); i++ {
			if _, err := t.exec(schema[i]); err != nil {
				return fmt.Errorf("table %d: %w", i, err)
			}
		}
		_, err := t.exec(`INSERT INTO ledger_version (version) VALUES (?)`, len(schema))
		return err
	})
}

// bind writes the placeholders of a statement as the database wants them: ? for SQLite, $1 for PostgreSQL.
func (l *Ledger) bind(q string) string {
	if l.pool == nil {
		return q
	}
	var b strings.Builder
	n := 0
	for _, r := range q {
		if r == '?' {
			n++
			fmt.Fprintf(&b, "$%d", n)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func (l *Ledger) exec(ctx context.Context, q string, args ...any) (sql.Result, error) {
	var r sql.Result
	err := again(ctx, func() (err error) {
		if s := l.prepared(ctx, q); s != nil {
			r, err = s.ExecContext(ctx, args...)
			return err
		}
		r, err = l.db.ExecContext(ctx, l.bind(q), args...)
		return err
	})
	return r, err
}

func (l *Ledger) query(ctx context.Context, each func(*sql.Rows) error, q string, args ...any) error {
	return again(ctx, func() error {
		var rows *sql.Rows
		var err error
		if s := l.prepared(ctx, q); s != nil {
			rows, err = s.QueryContext(ctx, args...)
		} else {
			rows, err = l.db.QueryContext(ctx, l.bind(q), args...)
		}
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			if err := each(rows); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// prepared gives a statement that is parsed once, nil where statements are not kept. It must not be called within a
// transaction, which has the only connection.
func (l *Ledger) prepared(ctx context.Context, q string) *sql.Stmt {
	if s, ok := l.statements.Load(q); ok {
		return s.(*sql.Stmt)
	}
	if l.pool != nil || !l.ready {
		return nil
	}
	s, err := l.db.PrepareContext(ctx, q)
	if err != nil {
		return nil // using it tells what is wrong
	}
	if kept, met := l.statements.LoadOrStore(q, s); met {
		s.Close()
		return kept.(*sql.Stmt)
	}
	return s
}

type tx struct {
	ctx context.Context
	l   *Ledger
	t   *sql.Tx
	new []string // statements that were not prepared
}

// statement gives what was prepared, for the transaction; nil where it was not yet.
func (t *tx) statement(q string) *sql.Stmt {
	if s, ok := t.l.statements.Load(q); ok {
		return t.t.StmtContext(t.ctx, s.(*sql.Stmt))
	}
	t.new = append(t.new, q)
	return nil
}

func (t *tx) exec(q string, args ...any) (sql.Result, error) {
	if s := t.statement(q); s != nil {
		return s.ExecContext(t.ctx, args...)
	}
	return t.t.ExecContext(t.ctx, t.l.bind(q), args...)
}

func (t *tx) row(q string, args ...any) *sql.Row {
	if s := t.statement(q); s != nil {
		return s.QueryRowContext(t.ctx, args...)
	}
	return t.t.QueryRowContext(t.ctx, t.l.bind(q), args...)
}

// tx runs do in a transaction, again where the database was busy or went away.
func (l *Ledger) tx(ctx context.Context, do func(*tx) error) error {
	return again(ctx, func() error {
		t, err := l.db.BeginTx(ctx, nil)
		if err != nil {
			return err
		}
		defer t.Rollback()
		x := &tx{ctx: ctx, l: l, t: t}
		if err := do(x); err != nil {
			return err
		}
		if err := t.Commit(); err != nil {
			return err
		}
		for _, q := range x.new {
			l.prepared(ctx, q)
		}
		return nil
	})
}

// again tries what failed because the database was locked, restarted or out of reach, for a minute.
func again(ctx context.Context, do func() error) error {
	wait := 50 * time.Millisecond
	for start := time.Now(); ; {
		err := do()
		if err == nil || !passing(err) || time.Since(start) > time.Minute {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}

func passing(err error) bool {
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		code := lite.Code() & 0xff
		return code == 5 || code == 6 // SQLITE_BUSY, SQLITE_LOCKED
	}
	s := err.Error()
	for _, w := range []string{"connection refused", "SQLSTATE 57P0", "SQLSTATE 40001", "SQLSTATE 40P01", "SQLSTATE 08",
		"unexpected EOF", "conn closed", "broken pipe", "connection reset", "bad connection", "failed to connect",
		"no such file or directory"} {
		if strings.Contains(s, w) && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
			return true
		}
	}
	return false
}

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}
