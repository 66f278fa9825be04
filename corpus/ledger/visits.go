package ledger

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A Visit is one going-through of a portal.
type Visit struct {
	ID      string // portal and name
	Portal  string
	Name    string // the time it began, 20060102T150405.000Z: names its captures in the archive
	Started time.Time
	Ended   time.Time // zero = not yet
	State   string    // open, done, stopped
	Reason  string    // why it stopped
	Pages   int64     // requests made
	Bytes   int64     // that came for them
	Found   int64     // documents seen, new or known
	Refused int64     // addresses left, each with its reason in the frontier
}

// An Item is one address to ask for in a visit.
type Item struct {
	Key     string
	URL     string
	Form    string // of a POST
	Host    string
	Pattern string // of the address: its numbers left out
	Depth   int
	Score   int // 0 to 100: how likely it leads to a report
	Role    string
	Words   string // those it was linked with
	Parent  string // page that linked to it
	State   string // waiting, done, failed, left
	Reason  string
	Tries   int
	Due     time.Time // not before
	List    List      // of a page of a list
}

// A List is what a page of a list says of the list, and what was seen of it.
type List struct {
	Kind   ListKind
	Rows   int    // entries on the page
	Stated int    // entries, or pages, that the whole list has by its own words; 0 = it does not say
	Why    string // the rest of it cannot be asked for: why; "" = it can, or there is none
	// Entries name the entries on the page, EntryName letters each, so that what stands on several pages of a list is
	// counted once; "" = they are only counted.
	Entries string
}

// EntryName is how many letters name an entry in List.Entries.
const EntryName = 8

// A ListKind says what List.Stated counts, and which lists are those of reports.
type ListKind int

// Kinds of lists; a page of none has the zero one.
const (
	Entries       ListKind = 1 << iota // Stated counts entries
	Pages                              // Stated counts pages
	ReportsColumn                      // the list is one of annual reports
)

// States of an Item.
const (
	Waiting = "waiting"
	Done    = "done"
	Failed  = "failed"
	Left    = "left" // not asked for: Reason says why
)

// Begin gives the visit of a portal that is open, or opens one; resumed says which. It is held by holder until hold has
// gone by or HoldVisit says longer; where another one holds it, the visit is nil.
func (l *Ledger) Begin(ctx context.Context, portal, holder string, hold time.Duration) (v *Visit, resumed bool,
	err error) {
	err = l.tx(ctx, func(t *tx) error {
		v = nil
		now, err := t.now()
		if err != nil {
			return err
		}
		var x Visit
		var started, until int64
		var by string
		lock := ""
		if l.pool != nil {
			if _, err := t.exec(`SELECT pg_advisory_xact_lock(hashtext(?))`, "visit "+portal); err != nil {
				return err
			}
			lock = " FOR UPDATE"
		}
		err = t.row(`SELECT id, name, started, pages, bytes, found, holder, until FROM visits
			WHERE portal = ? AND state = 'open'`+lock, portal).
			Scan(&x.ID, &x.Name, &started, &x.Pages, &x.Bytes, &x.Found, &by, &until)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			x.Name = fromMillis(now).Format("20060102T150405.000Z")
			x.ID, started = portal+"/"+x.Name, now
			if _, err := t.exec(`INSERT INTO visits (id, portal, name, started, state) VALUES (?, ?, ?, ?, 'open')`,
				x.ID, portal, x.Name, now); err != nil {
				return fmt.Errorf("visit %s: %w", x.ID, err)
			}
		case err != nil:
			return err
		case by != "" && by != holder && until > now && !beyond(until, now, longestLease):
			return nil
		default:
			resumed = true
		}
		x.Portal, x.Started, x.State = portal, fromMillis(started), "open"
		if _, err := t.exec(`UPDATE visits SET holder = ?, until = ? WHERE id = ?`, holder, now+hold.Milliseconds(),
			x.ID); err != nil {
			return err
		}
		v = &x
		return nil
	})
	return v, resumed, err
}

// HoldVisit holds on to a visit; it is false where another one has taken it over.
func (l *Ledger) HoldVisit(ctx context.Context, id, holder string, hold time.Duration) (bool, error) {
	held := false
	err := l.tx(ctx, func(t *tx) error {
		now, err := t.now()
		if err != nil {
			return err
		}
		r, err := t.exec(`UPDATE visits SET until = ? WHERE id = ? AND holder = ? AND state = 'open'`,
			now+hold.Milliseconds(), id, holder)
		if err != nil {
			return err
		}
		n, err := r.RowsAffected()
		held = n == 1
		return err
	})
	return held, err
}

// LetGo gives a visit back unfinished, so that another worker can go on with it at once.
func (l *Ledger) LetGo(ctx context.Context, id, holder string) error {
	_, err := l.exec(ctx, `UPDATE visits SET holder = '', until = 0 WHERE id = ? AND holder = ?`, id, holder)
	return err
}

// End closes a visit. The frontiers of the portal's earlier visits are let go: the archive keeps what they received.
func (l *Ledger) End(ctx context.Context, v *Visit, state, reason string) error {
	return l.tx(ctx, func(t *tx) error {
		now, err := t.now()
		if err != nil {
			return err
		}
		if _, err := t.exec(`UPDATE visits SET state = ?, reason = ?, ended = ?, holder = '', until = 0,
			found = (SELECT COUNT(*) FROM documents WHERE documents.visit = visits.id) WHERE id = ?`,
			state, reason, now, v.ID); err != nil {
			return err
		}
		_, err = t.exec(`DELETE FROM frontier WHERE visit IN (SELECT id FROM visits WHERE portal = ? AND id <> ?)`,
			v.Portal, v.ID)
		return err
	})
}

// LastVisit is the last visit of a portal, nil if there was none.
func (l *Ledger) LastVisit(ctx context.Context, portal string) (*Visit, error) {
	var out *Visit
	err := l.query(ctx, func(r *sql.Rows) error {
		v := Visit{Portal: portal}
		var started, ended int64
		if err := r.Scan(&v.ID, &v.Name, &started, &ended, &v.State, &v.Reason, &v.Pages, &v.Bytes, &v.Found,
			&v.Refused); err != nil {
			return err
		}
		v.Started, v.Ended = fromMillis(started), fromMillis(ended)
		out = &v
		return nil
	}, `SELECT id, name, started, ended, state, reason, pages, bytes, found, (SELECT COUNT(*) FROM frontier
		WHERE visit = visits.id AND state IN ('left', 'failed'))
		FROM visits WHERE portal = ? ORDER BY CASE WHEN started > ? THEN 1 ELSE 0 END, started DESC LIMIT 1`, portal,
		l.now().Add(longestLease).UnixMilli())
	return out, err
}

// Visits counts the visits of a portal that ended.
func (l *Ledger) Visits(ctx context.Context, portal string) (n int, err error) {
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&n) },
		`SELECT COUNT(*) FROM visits WHERE portal = ? AND state = 'done'`, portal)
	return n, err
}

// Next gives the item to ask for next: of those that are due the one with the highest score. Where none is due, it
// gives nil and when the first one will be; zero = none is waiting.
func (l *Ledger) Next(ctx context.Context, visit string) (it *Item, due time.Time, err error) {
	now := l.now().UnixMilli()
	it = nil
	err = l.query(ctx, func(r *sql.Rows) error {
		x := Item{State: Waiting}
		if err := r.Scan(&x.Key, &x.URL, &x.Form, &x.Host, &x.Pattern, &x.Depth, &x.Score, &x.Role, &x.Words, &x.Parent,
			&x.Tries); err != nil {
			return err
		}
		it = &x
		return nil
	}, `SELECT key, url, form, host, pattern, depth, score, role, words, parent, tries FROM frontier
		WHERE visit = ? AND state = 'waiting' AND (due <= ? OR due > ?) ORDER BY score DESC, seq LIMIT 1`,
		visit, now, now+longestDue.Milliseconds())
	if err != nil || it != nil {
		return it, time.Time{}, err
	}
	err = l.query(ctx, func(r *sql.Rows) error {
		var ms sql.NullInt64
		err := r.Scan(&ms)
		due = fromMillis(ms.Int64)
		return err
	}, `SELECT MIN(due) FROM frontier WHERE visit = ? AND state = 'waiting'`, visit)
	return nil, due, err
}

// Frontier hands over the items of a visit in the order they came; those of one state if it is named.
func (l *Ledger) Frontier(ctx context.Context, visit, state string, each func(Item) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var x Item
		var due int64
		if err := r.Scan(&x.Key, &x.URL, &x.Form, &x.Host, &x.Pattern, &x.Depth, &x.Score, &x.Role, &x.Words, &x.Parent,
			&x.State, &x.Reason, &x.Tries, &due, &x.List.Kind, &x.List.Rows, &x.List.Stated, &x.List.Why,
			&x.List.Entries); err != nil {
			return err
		}
		x.Due = fromMillis(due)
		return each(x)
	}, `SELECT key, url, form, host, pattern, depth, score, role, words, parent, state, reason, tries, due,
		list_kind, list_rows, list_stated, list_why, list_entries FROM frontier WHERE visit = ? AND (? = '' OR state = ?)
		ORDER BY seq, key`,
		visit, state, state)
}

// Known is what a URL answered last.
type Known struct {
	Portal, Key, URL, Form string
	Kind                   string
	Words, Parent, Role    string
	Score                  int
	SHA256                 string
	ETag, Modified         string
	First                  time.Time // asked for
	Version                time.Time // when the version that is known was first received
	Last                   time.Time // asked for
	Versions               int
	Bytes                  int64
	State                  string // here, gone
	Useful                 bool   // on the way to a report
	TextSum                string // of the words of a report: the same report at another address has the same
}

const knownColumns = `portal, key, url, form, kind, words, parent, role, score, sha256, etag, modified, first,
		version, last, versions, bytes, state, useful, textsum`

func scanKnown(r *sql.Rows) (k Known, err error) {
	var first, version, last int64
	var useful int
	err = r.Scan(&k.Portal, &k.Key, &k.URL, &k.Form, &k.Kind, &k.Words, &k.Parent, &k.Role, &k.Score, &k.SHA256,
		&k.ETag, &k.Modified, &first, &version, &last, &k.Versions, &k.Bytes, &k.State, &useful, &k.TextSum)
	k.First, k.Version, k.Last, k.Useful = fromMillis(first), fromMillis(version), fromMillis(last), useful != 0
	return k, err
}

// Known gives what a URL answered last, nil if it was never asked for.
func (l *Ledger) Known(ctx context.Context, portal, key string) (*Known, error) {
	var out *Known
	err := l.query(ctx, func(r *sql.Rows) error {
		k, err := scanKnown(r)
		out = &k
		return err
	}, `SELECT `+knownColumns+` FROM urls WHERE portal = ? AND key = ?`, portal, key)
	return out, err
}

// Spine hands over the pages of a portal that led to reports, and the reports.
func (l *Ledger) Spine(ctx context.Context, portal string, each func(Known) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		k, err := scanKnown(r)
		if err != nil {
			return err
		}
		return each(k)
	}, `SELECT `+knownColumns+` FROM urls WHERE portal = ? AND useful = 1 ORDER BY first, key`, portal)
}

// Copy gives the address at which a portal has the same words already, "" if none.
func (l *Ledger) Copy(ctx context.Context, portal, textsum, key string) (at string, err error) {
	if textsum == "" {
		return "", nil
	}
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&at) },
		`SELECT u.url FROM urls u JOIN documents d ON d.portal = u.portal AND d.key = u.key
		WHERE u.portal = ? AND u.textsum = ? AND u.key <> ? ORDER BY u.first LIMIT 1`,
		portal, textsum, key)
	return at, err
}

// A Document is a report, or an attachment of one, that a portal published.
type Document struct {
	Portal, Key, URL string
	Kind             string // report, attachment, image
	Page             string // of an attachment: the page that it hangs on
	Title            string
	Year             int       // reported on; 0 = not known
	Published        string    // as the page says, 2006-01-02; "" = it does not
	First, Last      time.Time // seen
	SHA256           string    // of the version seen last
	Media            string
	Bytes            int64
	Versions         int
	State            string // present, vanished
	Late             bool   // it appeared after its deadline
	Own              bool   // it is the report of the portal's authority itself
	Visit            string // that saw it last
	// Suspect is when something else was first seen in its place that is no other version of it; zero = nothing is. The
	// document stands as it was until it is seen again, or is gone.
	Suspect    time.Time
	SuspectWhy string
}

const documentColumns = `portal, key, url, kind, page, title, year, published, first, last, sha256, media, bytes,
		versions, state, late, own, visit, suspect, suspect_why`

func scanDocument(r *sql.Rows) (d Document, err error) {
	var first, last, suspect int64
	var late, own int
	err = r.Scan(&d.Portal, &d.Key, &d.URL, &d.Kind, &d.Page, &d.Title, &d.Year, &d.Published, &first, &last,
		&d.SHA256, &d.Media, &d.Bytes, &d.Versions, &d.State, &late, &own, &d.Visit, &suspect, &d.SuspectWhy)
	d.First, d.Last, d.Late, d.Own = fromMillis(first), fromMillis(last), late != 0, own != 0
	d.Suspect = fromMillis(suspect)
	return d, err
}

// Documents hands over the documents of a portal, or of all.
func (l *Ledger) Documents(ctx context.Context, portal string, each func(Document) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		d, err := scanDocument(r)
		if err != nil {
			return err
		}
		return each(d)
	}, `SELECT `+documentColumns+` FROM documents WHERE (? = '' OR portal = ?) ORDER BY portal, year, url`, portal,
		portal)
}

// OnPage goes through the documents that hang on a page.
func (l *Ledger) OnPage(ctx context.Context, portal, page string, each func(Document) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		d, err := scanDocument(r)
		if err != nil {
			return err
		}
		return each(d)
	}, onPage, portal, page)
}

const onPage = `SELECT ` + documentColumns + ` FROM documents WHERE portal = ? AND page = ? ORDER BY year, url`

// An Event is news of a document.
type Event struct {
	ID     string    `json:"id"`
	Time   time.Time `json:"time"`
	Portal string    `json:"portal"`
	Kind   string    `json:"kind"` // new, changed, late, vanished, back, overdue, suspect
	URL    string    `json:"url"`
	Title  string    `json:"title"`
	Year   int       `json:"year"`
	SHA256 string    `json:"sha256,omitempty"`
	Before string    `json:"before,omitempty"` // of a change: the hash of the version before
	Detail string    `json:"detail,omitempty"` // of a change: the cells that changed; of what is suspect: why
}

// A Step is everything that one page changes.
type Step struct {
	Item     Item // with its state, reason, tries and due
	Pages    int64
	Bytes    int64
	Links    []Item
	Known    *Known
	Document *Document
	Events   []Event
	Useful   []string // keys of the pages that led here
}

// Commit writes a step: all of it or nothing. It is safe to write it twice. It is false where another worker has taken
// the visit over, and nothing is written then.
func (l *Ledger) Commit(ctx context.Context, v *Visit, holder string, s *Step) (bool, error) {
	held := true
	err := l.tx(ctx, func(t *tx) error {
		r, err := t.exec(`UPDATE visits SET pages = pages + ?, bytes = bytes + ? WHERE id = ? AND holder = ? AND `+
			`state = 'open'`,
			s.Pages, s.Bytes, v.ID, holder)
		if err != nil {
			return err
		}
		if n, err := r.RowsAffected(); err != nil || n != 1 {
			held = false
			return err
		}
		if s.Item.Key != "" {
			if _, err := t.exec(`UPDATE frontier SET state = ?, reason = ?, tries = ?, due = ?, list_kind = ?,
				list_rows = ?, list_stated = ?, list_why = ?, list_entries = ? WHERE visit = ? AND key = ?`,
				s.Item.State, s.Item.Reason, s.Item.Tries, millis(s.Item.Due), s.Item.List.Kind, s.Item.List.Rows,
				s.Item.List.Stated, s.Item.List.Why, s.Item.List.Entries, v.ID, s.Item.Key); err != nil {
				return err
			}
		}
		if err := t.addLinks(v.ID, s.Links); err != nil {
			return err
		}
		if err := t.putKnown(s.Known); err != nil {
			return err
		}
		for _, k := range s.Useful {
			if _, err := t.exec(`UPDATE urls SET useful = 1 WHERE portal = ? AND key = ?`, v.Portal, k); err != nil {
				return err
			}
		}
		if err := t.putDocument(s.Document); err != nil {
			return err
		}
		for _, e := range s.Events {
			if _, err := t.exec(`INSERT INTO events (id, time, portal, kind, url, title, year, sha256, before, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
				e.ID, millis(e.Time), e.Portal, e.Kind, e.URL, e.Title, e.Year, e.SHA256, e.Before, e.Detail); err != nil {
				return err
			}
		}
		return nil
	})
	return held, err
}

// addLinks adds items that are not there; one that waits takes the higher score.
func (t *tx) addLinks(visit string, links []Item) error {
	if len(links) == 0 {
		return nil
	}
	var seq int64
	if err := t.row(`SELECT COALESCE(MAX(seq), 0) FROM frontier WHERE visit = ?`, visit).Scan(&seq); err != nil {
		return err
	}
	for _, x := range links {
		seq++
		if x.State == "" {
			x.State = Waiting
		}
		if _, err := t.exec(`INSERT INTO frontier (visit, key, url, form, host, pattern, depth, score, role, words,
		parent, state, reason, due, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (visit, key) DO UPDATE SET score = excluded.score, role = excluded.role, words = excluded.words,
			parent = excluded.parent, depth = excluded.depth, state = excluded.state, reason = excluded.reason
			WHERE frontier.state IN ('waiting', 'left') AND frontier.score < excluded.score`,
			visit, x.Key, x.URL, x.Form, x.Host, x.Pattern, x.Depth, x.Score, x.Role, x.Words, x.Parent, x.State,
			x.Reason, millis(x.Due), seq); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) putKnown(k *Known) error {
	if k == nil {
		return nil
	}
	useful := 0
	if k.Useful {
		useful = 1
	}
	_, err := t.exec(`INSERT INTO urls (`+knownColumns+
		`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (portal, key) DO UPDATE SET kind = excluded.kind, words = excluded.words, parent = excluded.parent,
		role = excluded.role, score = excluded.score, sha256 = excluded.sha256,
		etag = excluded.etag, modified = excluded.modified, version = excluded.version, last = excluded.last,
		versions = excluded.versions, bytes = excluded.bytes,
		state = excluded.state, useful = CASE WHEN excluded.useful > urls.useful THEN excluded.useful ELSE urls.useful END,
		textsum = excluded.textsum`,
		k.Portal, k.Key, k.URL, k.Form, k.Kind, k.Words, k.Parent, k.Role, k.Score, k.SHA256, k.ETag, k.Modified,
		millis(k.First), millis(k.Version), millis(k.Last), k.Versions, k.Bytes, k.State, useful, k.TextSum)
	return err
}

func (t *tx) putDocument(d *Document) error {
	if d == nil {
		return nil
	}
	flag := func(b bool) int {
		if b {
			return 1
		}
		return 0
	}
	_, err := t.exec(`INSERT INTO documents (`+documentColumns+
		`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (portal, key) DO UPDATE SET kind = excluded.kind, page = excluded.page, title = excluded.title,
		year = excluded.year, published = excluded.published,
		last = excluded.last, sha256 = excluded.sha256, media = excluded.media, bytes = excluded.bytes,
		versions = excluded.versions, state = excluded.state, own = excluded.own, visit = excluded.visit,
		suspect = excluded.suspect, suspect_why = excluded.suspect_why`,
		d.Portal, d.Key, d.URL, d.Kind, d.Page, d.Title, d.Year, d.Published, millis(d.First), millis(d.Last), d.SHA256,
		d.Media, d.Bytes, d.Versions, d.State, flag(d.Late), flag(d.Own), d.Visit, millis(d.Suspect), d.SuspectWhy)
	return err
}

// Document gives a document of a portal, nil if there is none.
func (l *Ledger) Document(ctx context.Context, portal, key string) (out *Document, err error) {
	err = l.query(ctx, func(r *sql.Rows) error {
		d, err := scanDocument(r)
		out = &d
		return err
	}, `SELECT `+documentColumns+` FROM documents WHERE portal = ? AND key = ?`, portal, key)
	return out, err
}

// PatternUse counts how many of the last pages of a pattern that were asked for in a visit led to something; it looks
// at most at 60 of them.
func (l *Ledger) PatternUse(ctx context.Context, v *Visit, pattern string) (asked, useful int, err error) {
	err = l.query(ctx, func(r *sql.Rows) error { return r.Scan(&asked, &useful) },
		`SELECT COUNT(*), COALESCE(SUM((SELECT u.useful FROM urls u WHERE u.portal = ? AND u.key = f.key)), 0) FROM
			(SELECT key FROM frontier WHERE visit = ? AND pattern = ? AND state = 'done' ORDER BY seq DESC LIMIT 60) f`,
		v.Portal, v.ID, pattern)
	return asked, useful, err
}

// Refuse records a host that a portal's pages point to and that is not read, with one address of it.
func (l *Ledger) Refuse(ctx context.Context, portal, host, reason, url string) error {
	now := l.now().UnixMilli()
	_, err := l.exec(ctx, `INSERT INTO refused (portal, host, reason, url, first, last, times) VALUES (?, ?, ?, ?, ?, ?, 1)
		ON CONFLICT (portal, host, reason) DO UPDATE SET last = excluded.last, times = refused.times + 1`, portal, host,
		reason, url, now, now)
	return err
}

// A Refusal is a host that is not read.
type Refusal struct {
	Portal, Host, Reason, URL string
	Times                     int64
}

// Refusals hands over the hosts that are not read.
func (l *Ledger) Refusals(ctx context.Context, portal string, each func(Refusal) error) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var x Refusal
		if err := r.Scan(&x.Portal, &x.Host, &x.Reason, &x.URL, &x.Times); err != nil {
			return err
		}
		return each(x)
	}, `SELECT portal, host, reason, url, times FROM refused WHERE (? = '' OR portal = ?) ORDER BY portal, host, reason`,
		portal, portal)
}

// Untold hands over the events that a way of telling was not used for yet, oldest first.
func (l *Ledger) Untold(ctx context.Context, way string, most int) (out []Event, err error) {
	err = l.events(ctx, &out, `WHERE told NOT LIKE ? AND told NOT LIKE '%[*]%' ORDER BY time, id LIMIT ?`, "%["+way+"]%", most)
	return out, err
}

// Events gives the last events, newest first.
func (l *Ledger) Events(ctx context.Context, most int) (out []Event, err error) {
	err = l.events(ctx, &out, `ORDER BY time DESC, id LIMIT ?`, most)
	return out, err
}

func (l *Ledger) events(ctx context.Context, out *[]Event, rest string, args ...any) error {
	return l.query(ctx, func(r *sql.Rows) error {
		var e Event
		var ms int64
		if err := r.Scan(&e.ID, &ms, &e.Portal, &e.Kind, &e.URL, &e.Title, &e.Year, &e.SHA256, &e.Before,
			&e.Detail); err != nil {
			return err
		}
		e.Time = fromMillis(ms)
		*out = append(*out, e)
		return nil
	}, `SELECT id, time, portal, kind, url, title, year, sha256, before, detail FROM events `+rest, args...)
}

// Changes are the events of documents that were changed, vanished or came back, the oldest first.
func (l *Ledger) Changes(ctx context.Context) (out []Event, err error) {
	err = l.events(ctx, &out, `WHERE kind IN ('changed', 'vanished', 'back') ORDER BY time, id`)
	return out, err
}

// Told marks events as told in a way.
func (l *Ledger) Told(ctx context.Context, way string, ids []string) error {
	return l.tx(ctx, func(t *tx) error {
		for _, id := range ids {
			if _, err := t.exec(`UPDATE events SET told = told || ? WHERE id = ? AND told NOT LIKE ?`, "["+way+"]", id,
				"%["+way+"]%"); err != nil {
				return err
			}
		}
		return nil
	})
}

// AddEvent adds news that came from no page.
func (l *Ledger) AddEvent(ctx context.Context, e Event) error {
	_, err := l.exec(ctx,
		`INSERT INTO events (id, time, portal, kind, url, title, year, sha256, before, detail)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		e.ID, millis(e.Time), e.Portal, e.Kind, e.URL, e.Title, e.Year, e.SHA256, e.Before, e.Detail)
	return err
}

// SetNext keeps when a portal is to be visited next, and how often in a row its visits failed.
func (l *Ledger) SetNext(ctx context.Context, portal, name, level, code, home string, next time.Time, fails int) error {
	return l.tx(ctx, func(t *tx) error { return t.setNext(Seen{portal, name, level, code, home, next, fails}) })
}

func (t *tx) setNext(s Seen) error {
	_, err := t.exec(`INSERT INTO seen_portals (portal, name, level, code, home, next, fails) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (portal) DO UPDATE SET name = excluded.name, level = excluded.level, code = excluded.code,
		home = excluded.home, next = excluded.next, fails = excluded.fails`,
		s.Portal, s.Name, s.Level, s.Code, s.Home, millis(s.Next), s.Fails)
	return err
}

// NextVisit is when a portal is to be visited next, and its failures in a row; the zero time if it was never visited.
func (l *Ledger) NextVisit(ctx context.Context, portal string) (next time.Time, fails int, err error) {
	err = l.query(ctx, func(r *sql.Rows) error {
		var ms int64
		err := r.Scan(&ms, &fails)
		next = fromMillis(ms)
		if now := l.now(); beyond(ms, now.UnixMilli(), longestNext) {
			next = now.UTC().Add(-time.Hour) // a clock that was wrong kept it: it has come
		}
		return err
	}, `SELECT next, fails FROM seen_portals WHERE portal = ?`, portal)
	return next, fails, err
}

// Check proves the database: PRAGMA integrity_check on SQLite; on PostgreSQL the server does so itself.
func (l *Ledger) Check(ctx context.Context) error {
	if l.pool != nil {
		return l.db.PingContext(ctx)
	}
	return l.query(ctx, func(r *sql.Rows) error {
		var s string
		if err := r.Scan(&s); err != nil {
			return err
		}
		if s != "ok" {
			return errors.New(s)
		}
		return nil
	}, `PRAGMA integrity_check`)
}

// Abandoned lists the portals whose visit is open and held by a worker that let its lease run out: it is dead, or cut
// off.
func (l *Ledger) Abandoned(ctx context.Context) (portals []string, err error) {
	err = l.tx(ctx, func(t *tx) error {
		portals = nil
		now, err := t.now()
		if err != nil {
			return err
		}
		rows, err := t.t.QueryContext(ctx,
			l.bind(`SELECT portal FROM visits WHERE state = 'open' AND holder <> '' AND (until < ? OR until > ?)`), now,
			now+longestLease.Milliseconds())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var p string
			if err := rows.Scan(&p); err != nil {
				return err
			}
			portals = append(portals, p)
		}
		return rows.Err()
	})
	return portals, err
}

// News gives the last events that are news, newest first: what the first visit of a portal found is none.
func (l *Ledger) News(ctx context.Context, most int) (out []Event, err error) {
	err = l.events(ctx, &out, `WHERE kind <> 'found' AND told NOT LIKE ? ORDER BY time DESC, id LIMIT ?`,
		"%"+history+"%", most)
	return out, err
}
