// Package query answers SQL over a dataset with SQLite, embedded and without cgo. Each table of the dataset is a
// virtual table that streams its rows from the Parquet files: a partition of another year is not opened, a row group
// that cannot hold what is asked for is not read, and a column is unpacked only where a row needs it.
//
// What SQL sees: year is a column of every table, null where it is not known. Counts are INTEGER, dates TEXT
// (2023-01-31), truths 0 or 1, lists JSON text for json_each. A decimal(18,6) is INTEGER where it is whole, else the
// REAL nearest to it: up to 15 significant digits it prints as it stands in the file, and a sum over such is as exact
// as floating point. The exact characters of a cell are in the column text beside number.
//
// Nothing can be written, attached or set. A query runs until its context ends.
package query

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"modernc.org/sqlite"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

// longest is how many bytes one text or result may have: what an expression makes up (printf, zeroblob, replace) ends
// there.
const longest = 128 << 20

// A DB is a dataset that SQL can ask. It answers one query at a time.
type DB struct {
	pool   *sql.DB
	conn   *sql.Conn
	tables []*table

	// of the query that runs
	ctx     context.Context
	fault   error  // the error of a table, whose words SQLite does not hand on
	refused string // what the authorizer did not allow
	collate bool   // texts may be compared otherwise than byte by byte: SQLite alone does it
	read    Read
}

// A Read is what a query has read of a dataset's files.
type Read struct {
	Files, Groups, Pages int
	Bytes                int64
}

// Open makes the tables of a dataset ready. Files are opened when a query asks for them.
func Open(ctx context.Context, d *output.Dataset, forms *form.Forms) (*DB, error) {
	db := &DB{ctx: ctx}
	for _, doc := range output.Tables(forms) {
		files, err := d.Files(doc.Name)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			if doc.Name != "anomalies" { // there once somebody has looked
				return nil, fmt.Errorf("%s: no files; the dataset was written by another version of the program",
					filepath.Join(d.Dir(), doc.Name))
			}
			continue
		}
		db.tables = append(db.tables, newTable(db, doc, files, d.Rows))
	}
	// a driver of its own: modules reach only the connections of their driver
	drv := &sqlite.Driver{}
	if err := drv.RegisterModule(moduleName, module{db}); err != nil {
		return nil, err
	}
	db.pool = sql.OpenDB(connector{drv})
	db.pool.SetMaxOpenConns(1)
	if err := db.open(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("%s: %w", d.Dir(), err)
	}
	return db, nil
}

func (db *DB) open(ctx context.Context) (err error) {
	if db.conn, err = db.pool.Conn(ctx); err != nil {
		return err
	}
	for _, t := range db.tables {
		if _, err := db.conn.ExecContext(ctx, fmt.Sprintf("CREATE VIRTUAL TABLE %s USING %s(%s)", quoted(t.name),
			moduleName, t.name)); err != nil {
			return fmt.Errorf("%s: %w", t.name, err)
		}
	}
	if _, err := db.conn.ExecContext(ctx, "PRAGMA query_only = 1"); err != nil {
		return err
	}
	const length, attached = 0, 7 // SQLITE_LIMIT_LENGTH, SQLITE_LIMIT_ATTACHED
	if _, err := sqlite.Limit(db.conn, length, longest); err != nil {
		return err
	}
	if _, err := sqlite.Limit(db.conn, attached, 0); err != nil {
		return err
	}
	return db.conn.Raw(func(c any) error {
		r, ok := c.(sqlite.AuthorizerRegisterer)
		if !ok {
			return errors.New("SQLite without an authorizer")
		}
		return r.RegisterAuthorizer(db.allow)
	})
}

// connector opens connections to an empty database in memory, on whose tables nothing but the dataset is.
type connector struct{ driver *sqlite.Driver }

func (c connector) Connect(context.Context) (driver.Conn, error) {
	return c.driver.Open(":memory:?_dqs=0&_defensive=1")
}
func (c connector) Driver() driver.Driver { return c.driver }

// pragmas are those that only tell.
var pragmas = []string{"table_info", "table_xinfo", "table_list", "function_list", "collation_list"}

// verbs begin statements that do more than read; what hides behind another word, WITH … DELETE, the authorizer sees.
var verbs = []string{"alter", "analyze", "attach", "begin", "commit", "create", "delete", "detach", "drop", "end",
	"insert", "reindex", "release", "replace", "rollback",
	"savepoint", "update", "vacuum"}

func refusal(what string) error {
	return fmt.Errorf("query: a dataset is only read: %s is refused", what)
}

// actions are the words for what else a statement may want.
var actions = map[sqlite.AuthorizerActionCode]string{
	sqlite.AuthInsert: "INSERT", sqlite.AuthUpdate: "UPDATE", sqlite.AuthDelete: "DELETE", sqlite.AuthAttach: "ATTACH",
}

// allow says what a statement may do: read.
func (db *DB) allow(action sqlite.AuthorizerActionCode, first, second, _, _ string) sqlite.AuthorizerReturnCode {
	what := actions[action]
	switch action {
	case sqlite.AuthSelect, sqlite.AuthRead, sqlite.AuthRecursive:
		return sqlite.AuthorizerOK
	case sqlite.AuthFunction:
		if !strings.EqualFold(second, "load_extension") {
			return sqlite.AuthorizerOK
		}
		what = second + "()"
	case sqlite.AuthPragma:
		if slices.Contains(pragmas, strings.ToLower(first)) {
			return sqlite.AuthorizerOK
		}
		what = "PRAGMA " + first
	}
	if what == "" {
		what = "a change"
	}
	if db.refused == "" {
		db.refused = what
	}
	return sqlite.AuthorizerDeny
}

// Close lets go of the files.
func (db *DB) Close() error {
	var first error
	if db.conn != nil {
		first = db.conn.Close()
		db.conn = nil
	}
	if err := db.pool.Close(); first == nil {
		first = err
	}
	for _, t := range db.tables {
		t.close()
	}
	return first
}

// Tables are the names of the tables.
func (db *DB) Tables() []string {
	var out []string
	for _, t := range db.tables {
		out = append(out, t.name)
	}
	return out
}

// Read is what the last query has read until now.
func (db *DB) Read() Read { return db.read }

// Rows is what a query answers, row by row. A value is nil, int64, float64, string or []byte.
type Rows struct {
	Columns []string
	db      *DB
	rows    *sql.Rows
	values  []any
	into    []any
	err     error
}

// Query runs one statement. Another query may start when the Rows are closed.
func (db *DB) Query(ctx context.Context, text string) (*Rows, error) {
	s := look(text)
	switch {
	case s.first == "":
		return nil, errors.New("query: no SQL; for instance SELECT * FROM reports")
	case s.more:
		return nil, errors.New("query: one statement at a time; nothing was run")
	}
	if slices.Contains(verbs, s.first) {
		return nil, refusal(strings.ToUpper(s.first))
	}
	db.ctx, db.fault, db.refused, db.collate, db.read = ctx, nil, "", s.collate, Read{}
	rows, err := db.conn.QueryContext(ctx, text)
	if err != nil {
		return nil, db.explain(err, s)
	}
	r := &Rows{db: db, rows: rows}
	if r.Columns, err = rows.Columns(); err != nil {
		rows.Close()
		return nil, db.explain(err, s)
	}
	r.values, r.into = make([]any, len(r.Columns)), make([]any, len(r.Columns))
	for i := range r.values {
		r.into[i] = &r.values[i]
	}
	return r, nil
}

// Next goes to the next row, if there is one.
func (r *Rows) Next() bool {
	if r.err != nil || !r.rows.Next() {
		return false
	}
	if err := r.rows.Scan(r.into...); err != nil {
		r.err = r.db.explain(err, statement{})
		return false
	}
	return true
}

// Values are those of the row; they hold until Next.
func (r *Rows) Values() []any { return r.values }

// Err is why Next gave no more rows; nil where there are no more.
func (r *Rows) Err() error {
	if r.err != nil {
		return r.err
	}
	if r.db.fault != nil {
		return r.db.fault
	}
	if err := r.rows.Err(); err != nil {
		return r.db.explain(err, statement{})
	}
	return nil
}

// Close ends the query.
func (r *Rows) Close() error { return r.rows.Close() }

// explain puts what a user can do about it beside SQLite's words.
func (db *DB) explain(err error, s statement) error {
	if db.fault != nil {
		return db.fault
	}
	if ctx := db.ctx.Err(); ctx != nil {
		return fmt.Errorf("query: stopped before its end: %w", ctx)
	}
	words := err.Error()
	for _, p := range []string{"SQL logic error: ", "authorization denied: "} {
		words = strings.TrimPrefix(words, p)
	}
	if i := strings.LastIndex(words, " ("); i > 0 && strings.HasSuffix(words, ")") {
		words = words[:i]
	}
	switch lower := strings.ToLower(words); {
	case db.refused != "":
		return refusal(db.refused)
	case strings.HasPrefix(lower, "no such table"):
		words += "; the tables are " + strings.Join(db.Tables(), ", ")
		if strings.Contains(lower, ": anomalies;") || strings.HasSuffix(lower, ": anomalies") {
			words += " (anomalies is there once gongkai anomalies --write has looked)"
		}
	case strings.Contains(lower, `near "values": syntax error`) && s.first != "values",
		strings.Contains(lower, "syntax error") && s.values:
		words += `; values is a word of SQL: write "values" in double quotes`
	case strings.HasPrefix(lower, "no such column"):
		words += "; text stands in 'single quotes', and PRAGMA table_info(" + db.tableOf(s) + ") lists the columns of a table"
	case strings.Contains(lower, "attempt to write a readonly"), strings.Contains(lower, "may not be modified"):
		return errors.New("query: a dataset is only read: " + words)
	}
	return &sqlError{"query: " + words, err}
}

// tableOf is the table that a statement asks of, that of reports where it asks of none.
func (db *DB) tableOf(s statement) string {
	if slices.Contains(db.Tables(), s.from) {
		if s.from == "values" {
			return `"values"`
		}
		return s.from
	}
	return "reports"
}

type sqlError struct {
	words string
	err   error
}

func (e *sqlError) Error() string { return e.words }
func (e *sqlError) Unwrap() error { return e.err }

func quoted(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

// A statement is what is told by looking over SQL without parsing it.
type statement struct {
	first   string // its first word, in small letters
	more    bool   // another statement follows
	collate bool   // the word COLLATE is in it
	values  bool   // VALUES stands behind FROM or JOIN
	from    string // the first word behind FROM or JOIN, or a quoted name; "" = none
}

// look goes over SQL: words, strings, quoted names and comments.
func look(s string) (out statement) {
	ended, last := false, ""
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f':
			i++
			continue
		case strings.HasPrefix(s[i:], "--"):
			n := strings.IndexByte(s[i:], '\n')
			if n < 0 {
				return out
			}
			i += n
			continue
		case strings.HasPrefix(s[i:], "/*"):
			n := strings.Index(s[i+2:], "*/")
			if n < 0 {
				return out
			}
			i += n + 4
			continue
		case c == ';':
			ended = out.first != ""
			i++
			continue
		}
		out.more = out.more || ended
		if out.more {
			return out
		}
		start := i
		switch {
		case c == '\'' || c == '"' || c == '`' || c == '[':
			end := c
			if c == '[' {
				end = ']'
			}
			n := strings.IndexByte(s[i+1:], end)
			if n < 0 {
				n = len(s) - i - 2
			}
			if out.from == "" && (last == "from" || last == "join") {
				out.from = strings.ToLower(s[start+1 : i+1+n])
			}
			i += n + 2 // a doubled quote begins another string at once, which comes to the same
			last = ""
		case wordByte(c):
			for i < len(s) && wordByte(s[i]) {
				i++
			}
			w := strings.ToLower(s[start:i])
			out.collate = out.collate || w == "collate"
			behind := last == "from" || last == "join"
			out.values = out.values || w == "values" && behind
			if behind && out.from == "" {
				out.from = w
			}
			last = w
		default:
			i++
			last = ""
		}
		if out.first == "" {
			out.first = strings.ToLower(s[start:i])
		}
	}
	return out
}

func wordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// counted counts the bytes that are read of a file.
type counted struct {
	*os.File
	db *DB
}

func (c counted) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.File.ReadAt(p, off)
	c.db.read.Bytes += int64(n)
	return n, err
}
