package ledger

import (
	"context"
	"database/sql"
	"encoding/json"
	"time"
)

// A Column is how far the columns of annual reports of a portal were read on its last visit that ended. Only of a column
// that was read whole can it be said that a report is not in it.
type Column struct {
	Portal string
	Time   time.Time
	State  string         // ColumnWhole, ColumnPart, ColumnUnread
	Code   string         // why it was not read whole: a code of crawl
	Detail string         // the facts: an address, numbers
	Found  int            // entries seen
	Stated int            // that the lists say they have; 0 = they do not say
	Years  map[int]string // years of which something was linked as a report and was not read as one: why
}

// States of a Column.
const (
	ColumnWhole  = "whole"
	ColumnPart   = "part"
	ColumnUnread = "not_read"
)

// SetColumn keeps how far the columns of a portal were read.
func (l *Ledger) SetColumn(ctx context.Context, c Column) error {
	return l.tx(ctx, func(t *tx) error { return t.setColumn(c) })
}

func (t *tx) setColumn(c Column) error {
	years := ""
	if len(c.Years) > 0 {
		b, err := json.Marshal(c.Years)
		if err != nil {
			return err
		}
		years = string(b)
	}
	_, err := t.exec(`INSERT INTO columns_read (portal, time, state, code, detail, found, stated, years)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (portal) DO UPDATE SET time = excluded.time, state = excluded.state,
		code = excluded.code, detail = excluded.detail, found = excluded.found, stated = excluded.stated,
		years = excluded.years`, c.Portal, millis(c.Time), c.State, c.Code, c.Detail, c.Found, c.Stated, years)
	return err
}

// Column gives how far the columns of a portal were read; nil where no visit since this is kept has ended.
func (l *Ledger) Column(ctx context.Context, portal string) (*Column, error) {
	var out *Column
	err := l.query(ctx, func(r *sql.Rows) error {
		c := Column{Portal: portal}
		var ms int64
		var years string
		if err := r.Scan(&ms, &c.State, &c.Code, &c.Detail, &c.Found, &c.Stated, &years); err != nil {
			return err
		}
		c.Time, out = fromMillis(ms), &c
		if years == "" {
			return nil
		}
		return json.Unmarshal([]byte(years), &c.Years)
	}, `SELECT time, state, code, detail, found, stated, years FROM columns_read WHERE portal = ?`, portal)
	return out, err
}
