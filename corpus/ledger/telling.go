package ledger

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// A Way is how it stands with one way of telling news: a webhook, mail.
type Way struct {
	Name    string
	Fails   int       // in a row
	Next    time.Time // not before; zero = at once
	Last    time.Time // a message was sent
	Why     string    // it failed
	Pending []string  // ids of the events of a message that was begun, and of which it is not known whether it arrived
}

// Way gives how it stands with a way; one that was never used has nothing but its name.
func (l *Ledger) Way(ctx context.Context, name string) (Way, error) {
	w := Way{Name: name}
	err := l.query(ctx, func(r *sql.Rows) error {
		var next, last int64
		var pending string
		err := r.Scan(&w.Fails, &next, &last, &w.Why, &pending)
		w.Next, w.Last = fromMillis(next), fromMillis(last)
		if pending != "" {
			w.Pending = strings.Split(pending, "\n")
		}
		return err
	}, `SELECT fails, next, last, why, pending FROM ways WHERE way = ?`, name)
	return w, err
}

// SetWay keeps how it stands with a way.
func (l *Ledger) SetWay(ctx context.Context, w Way) error {
	return l.tx(ctx, func(t *tx) error { return t.setWay(w) })
}

func (t *tx) setWay(w Way) error {
	_, err := t.exec(`INSERT INTO ways (way, fails, next, last, why, pending) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (way) DO UPDATE SET fails = excluded.fails, next = excluded.next, last = excluded.last,
		why = excluded.why, pending = excluded.pending`,
		w.Name, w.Fails, millis(w.Next), millis(w.Last), w.Why, strings.Join(w.Pending, "\n"))
	return err
}

// Delivered marks the events of a message as told in a way, and keeps how it stands with it: both or neither.
func (l *Ledger) Delivered(ctx context.Context, w Way, ids []string) error {
	return l.tx(ctx, func(t *tx) error {
		for _, id := range ids {
			if _, err := t.exec(`UPDATE events SET told = told || ? WHERE id = ? AND told NOT LIKE ?`, "["+w.Name+"]", id,
				"%["+w.Name+"]%"); err != nil {
				return err
			}
		}
		return t.setWay(w)
	})
}

// EventsOf gives the events of these ids, in their order; those that are not there are left out.
func (l *Ledger) EventsOf(ctx context.Context, ids []string) (out []Event, err error) {
	for _, id := range ids {
		if err := l.events(ctx, &out, `WHERE id = ?`, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// CountNews counts the events that are news.
func (l *Ledger) CountNews(ctx context.Context) (n int, err error) {
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&n) },
		`SELECT COUNT(*) FROM events WHERE kind <> 'found'`)
	return n, err
}

// NewsFrom gives n events that are news from a place on, counted from the oldest.
func (l *Ledger) NewsFrom(ctx context.Context, from, n int) (out []Event, err error) {
	err = l.events(ctx, &out, `WHERE kind <> 'found' ORDER BY time, id LIMIT ? OFFSET ?`, n, from)
	return out, err
}

// EventIDs gives the ids of the events that begin so.
func (l *Ledger) EventIDs(ctx context.Context, prefix string) (map[string]bool, error) {
	out := map[string]bool{}
	err := l.query(ctx, func(r *sql.Rows) error {
		var id string
		err := r.Scan(&id)
		out[id] = true
		return err
	}, `SELECT id FROM events WHERE id >= ? AND id < ?`, prefix, prefix+"\x7f")
	return out, err
}

// AddEvents adds events, all or none; those that are there stay as they are.
func (l *Ledger) AddEvents(ctx context.Context, list []Event) error {
	return l.tx(ctx, func(t *tx) error {
		for _, e := range list {
			if _, err := t.exec(`INSERT INTO events (id, time, portal, kind, url, title, year, sha256, before, detail)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, e.ID, millis(e.Time), e.Portal, e.Kind, e.URL,
				e.Title, e.Year, e.SHA256, e.Before, e.Detail); err != nil {
				return err
			}
		}
		return nil
	})
}

// OfKind hands over the addresses of a kind of page, with the hash of what they answered last.
func (l *Ledger) OfKind(ctx context.Context, kind string, each func(portal, key, sha256 string) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var portal, key, sum string
		if err := r.Scan(&portal, &key, &sum); err != nil {
			return err
		}
		return each(portal, key, sum)
	}, `SELECT portal, key, sha256 FROM urls WHERE kind = ? ORDER BY portal, key`, kind)
}
