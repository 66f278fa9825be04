package ledger

import (
	"context"
	"database/sql"
)

// history marks an event that is no news: it tells what an import found of the past. It is there for the versions of
// documents, and nobody is told.
const history = "[history]"

// toNobody marks it as told in every way.
const toNobody = toldAll + history

// An Adoption is what an import makes of one address.
type Adoption struct {
	Item     Item // in the frontier of the import: its state and reason, and how it was linked
	Known    *Known
	Document *Document
	Events   []Event // all that imports know of the document; they are told to nobody
}

// Adopt writes an adoption: all of it or nothing. It is safe to write it twice: events of earlier imports of the address
// that are not among these are taken back.
func (l *Ledger) Adopt(ctx context.Context, portal, visit string, a *Adoption) error {
	return l.tx(ctx, func(t *tx) error {
		if err := t.adoptItem(visit, &a.Item); err != nil {
			return err
		}
		if err := t.putKnown(a.Known); err != nil {
			return err
		}
		if a.Known != nil { // an import may know of an earlier time
			if _, err := t.exec(`UPDATE urls SET first = ? WHERE portal = ? AND key = ? AND first > ?`, millis(a.Known.First),
				portal, a.Known.Key, millis(a.Known.First)); err != nil {
				return err
			}
		}
		if err := t.putDocument(a.Document); err != nil || a.Document == nil {
			return err
		}
		d := a.Document
		if _, err := t.exec(`UPDATE documents SET first = ? WHERE portal = ? AND key = ?`, millis(d.First), portal,
			d.Key); err != nil {
			return err
		}
		if _, err := t.exec(`DELETE FROM events WHERE portal = ? AND url = ? AND told LIKE ?`, portal, d.URL,
			"%"+history+"%"); err != nil {
			return err
		}
		for _, e := range a.Events {
			if _, err := t.exec(`INSERT INTO events (id, time, portal, kind, url, title, year, sha256, before, detail, told)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, e.ID, millis(e.Time), e.Portal, e.Kind, e.URL,
				e.Title, e.Year, e.SHA256, e.Before, e.Detail, toNobody); err != nil {
				return err
			}
		}
		return nil
	})
}

// Link writes down how addresses of an import were linked; what waits is looked at by it.
func (l *Ledger) Link(ctx context.Context, visit string, items []Item) error {
	if len(items) == 0 {
		return nil
	}
	return l.tx(ctx, func(t *tx) error {
		for i := range items {
			if err := t.adoptItem(visit, &items[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *tx) adoptItem(visit string, x *Item) error {
	_, err := t.exec(`INSERT INTO frontier (visit, key, url, form, host, pattern, depth, score, role, words,
		parent, state, reason, tries, seq) VALUES (?, ?, ?, ?, ?, '', 1, ?, ?, ?, ?, ?, ?, ?, 0)
		ON CONFLICT (visit, key) DO UPDATE SET score = excluded.score, role = excluded.role, words = excluded.words,
		parent = excluded.parent, state = excluded.state, reason = excluded.reason, tries = excluded.tries`,
		visit, x.Key, x.URL, x.Form, x.Host, x.Score, x.Role, x.Words, x.Parent, x.State, x.Reason, x.Tries)
	return err
}

// FirstSum is the hash of the body that a crawl saw first of a document.
func (l *Ledger) FirstSum(ctx context.Context, d *Document) (sum string, err error) {
	sum = d.SHA256
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&sum) },
		`SELECT before FROM events WHERE portal = ? AND url = ? AND kind = 'changed' AND before <> '' AND told NOT LIKE ?
		ORDER BY time, id LIMIT 1`, d.Portal, d.URL, "%"+history+"%")
	return sum, err
}
