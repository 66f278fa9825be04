package ledger

import (
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// A ledger that is lost is made again from the archive: each visit leaves there what it wrote into the ledger, as a Part,
// and the parts put in again in their order are the ledger.

// A Part is what a visit wrote into the ledger.
type Part struct {
	Visit     Visit
	Known     []Known    // addresses that it asked for
	Useful    []string   // keys of all addresses of the portal that lead to reports
	Documents []Document // that it saw, changed, missed or doubted
	Events    []Event
	Column    *Column
	Refused   []Refusal
	Seen      Seen
}

// Seen is how a portal stood at the end of a visit.
type Seen struct {
	Portal, Name, Level, Code, Home string
	Next                            time.Time // visit
	Fails                           int
}

// toldAll marks an event that was found before the ledger was rebuilt: what was told of it is not known any more, and it
// is told to nobody.
const toldAll = "[*]"

// Part gathers what a visit wrote, for the archive. The visit is one that ends now, in a state, for a reason.
func (l *Ledger) Part(ctx context.Context, v *Visit, state, reason string) (*Part, error) {
	p := &Part{Visit: *v}
	p.Visit.State, p.Visit.Reason, p.Visit.Ended = state, reason, l.now().UTC()
	// what a visit touched is told by its frontier and its name, not by clocks
	err := l.query(ctx, func(r *sql.Rows) error {
		k, err := scanKnown(r)
		p.Known = append(p.Known, k)
		return err
	}, `SELECT `+knownColumns+` FROM urls WHERE portal = ?
		AND key IN (SELECT key FROM frontier WHERE visit = ? AND state IN ('done', 'failed')) ORDER BY key`, v.Portal, v.ID)
	if err != nil {
		return nil, err
	}
	err = l.query(ctx, func(r *sql.Rows) error {
		var key string
		err := r.Scan(&key)
		p.Useful = append(p.Useful, key)
		return err
	}, `SELECT key FROM urls WHERE portal = ? AND useful = 1 ORDER BY key`, v.Portal)
	if err != nil {
		return nil, err
	}
	err = l.query(ctx, func(r *sql.Rows) error {
		d, err := scanDocument(r)
		p.Documents = append(p.Documents, d)
		return err
	}, `SELECT `+documentColumns+` FROM documents WHERE portal = ? AND (visit = ?
		OR key IN (SELECT key FROM frontier WHERE visit = ? AND state IN ('done', 'failed'))) ORDER BY key`, v.Portal, v.ID, v.ID)
	if err != nil {
		return nil, err
	}
	if err := l.events(ctx, &p.Events, `WHERE portal = ? AND (id LIKE ? OR kind = 'overdue') ORDER BY time, id`, v.Portal,
		"%/"+v.Name); err != nil {
		return nil, err
	}
	if p.Column, err = l.Column(ctx, v.Portal); err != nil {
		return nil, err
	}
	if err := l.Refusals(ctx, v.Portal, func(x Refusal) error { p.Refused = append(p.Refused, x); return nil }); err != nil {
		return nil, err
	}
	p.Seen.Portal = v.Portal
	err = l.query(ctx, func(r *sql.Rows) error {
		var next int64
		err := r.Scan(&p.Seen.Name, &p.Seen.Level, &p.Seen.Code, &p.Seen.Home, &next, &p.Seen.Fails)
		p.Seen.Next = fromMillis(next)
		return err
	}, `SELECT name, level, code, home, next, fails FROM seen_portals WHERE portal = ?`, v.Portal)
	return p, err
}

// Pack writes a part for the archive: JSON, gzip.
func (p *Part) Pack() ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := json.NewEncoder(z).Encode(p); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

// Unpack reads what Pack wrote.
func Unpack(b []byte) (*Part, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	var p Part
	return &p, json.NewDecoder(z).Decode(&p)
}

// Restore puts a part in again, after those of earlier visits. It is safe to do so twice.
func (l *Ledger) Restore(ctx context.Context, p *Part) error {
	return l.tx(ctx, func(t *tx) error {
		v := p.Visit
		if _, err := t.exec(`INSERT INTO visits (id, portal, name, started, ended, state, reason, pages, bytes, found)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, v.ID, v.Portal, v.Name, millis(v.Started),
			millis(v.Ended), v.State, v.Reason, v.Pages, v.Bytes, v.Found); err != nil {
			return fmt.Errorf("visit %s: %w", v.ID, err)
		}
		for i := range p.Known {
			if err := t.putKnown(&p.Known[i]); err != nil {
				return err
			}
		}
		for _, key := range p.Useful {
			if _, err := t.exec(`UPDATE urls SET useful = 1 WHERE portal = ? AND key = ?`, v.Portal, key); err != nil {
				return err
			}
		}
		for i := range p.Documents {
			d := &p.Documents[i]
			if err := t.putDocument(d); err != nil {
				return err
			}
			late := 0
			if d.Late {
				late = 1
			}
			if _, err := t.exec(`UPDATE documents SET late = ? WHERE portal = ? AND key = ?`, late, d.Portal, d.Key); err != nil {
				return err
			}
		}
		for _, e := range p.Events {
			if _, err := t.exec(`INSERT INTO events (id, time, portal, kind, url, title, year, sha256, before, detail, told)
				VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, e.ID, millis(e.Time), e.Portal, e.Kind, e.URL,
				e.Title, e.Year, e.SHA256, e.Before, e.Detail, toldAll); err != nil {
				return err
			}
		}
		for _, x := range p.Refused {
			if _, err := t.exec(`INSERT INTO refused (portal, host, reason, url, first, last, times) VALUES (?, ?, ?, ?, ?, ?, ?)
				ON CONFLICT (portal, host, reason) DO UPDATE SET last = excluded.last, times = excluded.times`, x.Portal, x.Host,
				x.Reason, x.URL, millis(v.Started), millis(v.Ended), x.Times); err != nil {
				return err
			}
		}
		if s := p.Seen; s.Portal != "" {
			if err := t.setNext(s); err != nil {
				return err
			}
		}
		if p.Column != nil {
			return t.setColumn(*p.Column)
		}
		return nil
	})
}

// RestoreOpen puts in a visit that had not ended, so that the next crawl goes on with it: what it captured is not asked for
// again.
func (l *Ledger) RestoreOpen(ctx context.Context, portal, name string, started time.Time) (*Visit, error) {
	v := &Visit{ID: portal + "/" + name, Portal: portal, Name: name, Started: started, State: "open"}
	_, err := l.exec(ctx, `INSERT INTO visits (id, portal, name, started, state) VALUES (?, ?, ?, ?, 'open')
		ON CONFLICT DO NOTHING`, v.ID, portal, name, millis(started))
	return v, err
}

// EndAt closes a visit that is replayed, at a time that has been.
func (l *Ledger) EndAt(ctx context.Context, v *Visit, at time.Time) error {
	_, err := l.exec(ctx, `UPDATE visits SET ended = ? WHERE id = ?`, millis(at), v.ID)
	if err != nil {
		return err
	}
	_, err = l.exec(ctx, `UPDATE events SET told = ? WHERE portal = ?`, toldAll, v.Portal)
	return err
}

// Started tells whether a visit has anything in its frontier; one that was put in by RestoreOpen has not.
func (l *Ledger) Started(ctx context.Context, v *Visit) (bool, error) {
	n := 0
	err := l.query(ctx, func(r *sql.Rows) error { return r.Scan(&n) },
		`SELECT COUNT(*) FROM frontier WHERE visit = ?`, v.ID)
	return n > 0, err
}

// How it stands with a ledger.
const (
	Fresh      = "fresh"      // no visit of any portal is known: it is new, or was lost
	Rebuilding = "rebuilding" // it is being made anew from an archive, or that broke off
	Used       = "used"
)

// State tells whether a ledger is in use. What is not a ledger of visits yet says so by a head without a portal.
func (l *Ledger) State(ctx context.Context) (state string, err error) {
	n := 0
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&n) }, `SELECT COUNT(*) FROM
		(SELECT id FROM visits UNION ALL SELECT visit FROM frontier LIMIT 1) v`) // imports have a frontier and no visit
	if state = Fresh; n > 0 {
		state = Used
	}
	if err != nil {
		return state, err
	}
	return state, l.query(ctx, func(r *sql.Rows) error { return r.Scan(&state) }, `SELECT name FROM heads WHERE portal = ''`)
}

// BeginRebuild makes a ledger ready to be made anew: an empty one, or one whose rebuild broke off, which is emptied.
func (l *Ledger) BeginRebuild(ctx context.Context) error {
	state, err := l.State(ctx)
	if err != nil {
		return err
	}
	if state == Used {
		return errors.New("the ledger is not empty; one that is to be made anew is moved away first")
	}
	return l.tx(ctx, func(t *tx) error {
		for _, table := range []string{"visits", "frontier", "urls", "documents", "events", "refused", "seen_portals",
			"columns_read", "heads", "broken"} {
			if _, err := t.exec(`DELETE FROM ` + table); err != nil {
				return err
			}
		}
		return t.setHead(Head{Name: Rebuilding}, []byte{})
	})
}

// EndRebuild says that a ledger was made anew to its end.
func (l *Ledger) EndRebuild(ctx context.Context) error {
	return l.tx(ctx, func(t *tx) error { return t.setHead(Head{Name: Used}, []byte{}) })
}

// A Head is the last segment of a portal in the archive: see archive.Sealed. The ledger has its bytes too, since nothing in
// the archive has a copy of what is newest.
type Head struct {
	Portal, Visit, Name, SHA256 string
	Core                        []byte
}

// SetHead keeps the last segment of a portal.
func (l *Ledger) SetHead(ctx context.Context, h Head) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(h.Core); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	return l.tx(ctx, func(t *tx) error { return t.setHead(h, b.Bytes()) })
}

func (t *tx) setHead(h Head, core []byte) error {
	_, err := t.exec(`INSERT INTO heads (portal, visit, name, sha256, core) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (portal) DO UPDATE SET visit = excluded.visit, name = excluded.name, sha256 = excluded.sha256,
		core = excluded.core`, h.Portal, h.Visit, h.Name, h.SHA256, core)
	return err
}

// Heads hands over the last segments of the portals. A ledger of an earlier version, which is only looked at, has none.
func (l *Ledger) Heads(ctx context.Context, each func(Head) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var h Head
		var packed []byte
		if err := r.Scan(&h.Portal, &h.Visit, &h.Name, &h.SHA256, &packed); err != nil {
			return err
		}
		if z, err := gzip.NewReader(bytes.NewReader(packed)); err == nil {
			var b bytes.Buffer
			if _, err := b.ReadFrom(z); err == nil {
				h.Core = b.Bytes()
			}
		}
		return each(h)
	}, `SELECT portal, visit, name, sha256, core FROM heads WHERE portal <> '' ORDER BY portal`)
}

// Bodies hands over the hashes of the bodies that addresses and documents have, with where they come from.
func (l *Ledger) Bodies(ctx context.Context, each func(portal, url, form, sha256 string) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var portal, url, form, sum string
		if err := r.Scan(&portal, &url, &form, &sum); err != nil {
			return err
		}
		return each(portal, url, form, sum)
	}, `SELECT portal, url, form, sha256 FROM urls WHERE sha256 <> ''
		UNION SELECT portal, url, '', sha256 FROM documents WHERE sha256 <> ''
		UNION SELECT portal, url, '', before FROM events WHERE before <> '' ORDER BY 1, 2, 3, 4`)
}

// A Broken body is one that the archive should hold and does not, or not whole.
type Broken struct {
	Portal, SHA256, URL, Why string
	Found                    time.Time
	Healed                   time.Time // zero = it is not
	How                      string    // it was healed, or given up
}

// SetBroken keeps that a body is broken, or what became of it. The first time stands.
func (l *Ledger) SetBroken(ctx context.Context, b Broken) error {
	_, err := l.exec(ctx, `INSERT INTO broken (portal, sha256, url, why, found, healed, how) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (portal, sha256) DO UPDATE SET why = excluded.why, healed = excluded.healed, how = excluded.how`,
		b.Portal, b.SHA256, b.URL, b.Why, millis(b.Found), millis(b.Healed), b.How)
	return err
}

// Broken hands over the bodies of a portal that are broken, or were.
func (l *Ledger) Broken(ctx context.Context, portal string, each func(Broken) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		b := Broken{Portal: portal}
		var found, healed int64
		if err := r.Scan(&b.SHA256, &b.URL, &b.Why, &found, &healed, &b.How); err != nil {
			return err
		}
		b.Found, b.Healed = fromMillis(found), fromMillis(healed)
		return each(b)
	}, `SELECT sha256, url, why, found, healed, how FROM broken WHERE portal = ? ORDER BY found, sha256`, portal)
}

// BrokenBody gives what is kept of a body of a portal; nil = nothing is.
func (l *Ledger) BrokenBody(ctx context.Context, portal, sum string) (out *Broken, err error) {
	found := errors.New("found")
	err = l.Broken(ctx, portal, func(b Broken) error {
		if b.SHA256 != sum {
			return nil
		}
		out = &b
		return found
	})
	if errors.Is(err, found) {
		err = nil
	}
	return out, err
}
