package crawl

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// walk is one worker's part of a visit.
type walk struct {
	c     *Crawler
	p     corpus.Portal
	v     *ledger.Visit
	jar   http.CookieJar
	first bool                       // the portal was never gone through before
	roots map[string]string          // the first page of the list that a page is one of, by keys
	seen  map[string]map[string]bool // the entries of a list that were seen, by the key of its first page
}

func (w *walk) item(at, form, role, words string, score, depth int, parent string) ledger.Item {
	u, err := weburl.Parse(at)
	if err != nil {
		u = &url.URL{}
	}
	it := ledger.Item{URL: at, Form: form, Host: u.Host, Pattern: pattern(u), Role: role, Words: words, Score: score,
		Depth: depth, Parent: parent, Key: KeyOf(at)}
	if form != "" { // the state of a page that is sent along does not name what is asked for
		it.Key = archive.Key("POST", at, formName(form))
	}
	return it
}

// KeyOf names an address in archive and ledger.
func KeyOf(at string) string { return archive.Key("", identity(at), "") }

// fleeting are parameters that are other ones each time that a page is shown: they are sent, and name nothing.
var fleeting = regexp.MustCompile(`(?i)^(?:token|access_?token|csrf\w*|nonce|ts|tm|tt|stamp|sign|signature|expires)$`)

// identity is what an address names, without what is fleeting in it.
func identity(at string) string {
	path, query, ok := strings.Cut(at, "?")
	if !ok {
		return at
	}
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(part string) bool {
		name, _, _ := strings.Cut(part, "=")
		return fleeting.MatchString(name)
	})
	if len(kept) == 0 {
		return path
	}
	return path + "?" + strings.Join(kept, "&")
}

// formName is the part of a form that says what is asked for.
func formName(form string) string {
	v, err := url.ParseQuery(form)
	if err != nil || v.Get("__EVENTTARGET") == "" {
		return form
	}
	return url.Values{"__EVENTTARGET": {v.Get("__EVENTTARGET")}, "__EVENTARGUMENT": {v.Get("__EVENTARGUMENT")}}.Encode()
}

// seed puts in the frontier where a visit begins: the home page, the listings that are known, and what earlier visits
// found to lead to reports.
func (w *walk) seed(ctx context.Context) error {
	links, err := w.seeds(ctx)
	if err != nil {
		return err
	}
	return w.commit(ctx, &ledger.Step{Links: links})
}

func (w *walk) seeds(ctx context.Context) (links []ledger.Item, err error) {
	if at := Canonical(nil, w.p.Home); at != "" {
		links = append(links, w.item(at, "", RoleHome, w.p.Name, 100, 0, ""))
	}
	for _, l := range w.p.Listings {
		if at := Canonical(nil, l); at != "" {
			links = append(links, w.item(at, "", RoleColumn, "政府信息公开年报", 97, 1, ""))
		}
	}
	now := w.c.now()
	err = w.c.Ledger.Spine(ctx, w.p.ID, func(k ledger.Known) error {
		if k.Form != "" {
			return nil // its state is of that time: the list that leads to it is asked
		}
		document := k.Role == RoleReport || k.Role == RoleAttachment || k.Role == RoleImage
		if document && k.ETag == "" && k.Modified == "" && fresh(k.Last, now, w.c.Bounds.Recheck) {
			return nil
		}
		it := w.item(k.URL, "", k.Role, k.Words, max(40, k.Score), 1, k.Parent)
		it.Key = k.Key
		links = append(links, it)
		return nil
	})
	return links, err
}

func (w *walk) commit(ctx context.Context, s *ledger.Step) error {
	ok, err := w.c.Ledger.Commit(ctx, w.v, w.c.Holder, s)
	if err == nil && !ok {
		err = errTaken
	}
	w.v.Pages += s.Pages
	w.v.Bytes += s.Bytes
	return err
}

// elsewhere adds what is tried where the links are used up and no report was found: sitemaps, then the usual paths.
func (w *walk) elsewhere(ctx context.Context) (bool, error) {
	found, tried, home := false, false, false
	err := w.c.Ledger.Documents(ctx, w.p.ID, func(ledger.Document) error { found = true; return nil })
	if err != nil || found {
		return false, err
	}
	err = w.c.Ledger.Frontier(ctx, w.v.ID, "", func(it ledger.Item) error {
		tried = tried || it.Role == RoleGuess || it.Role == RoleSitemap
		home = home || it.Role == RoleHome && it.State == ledger.Done
		return nil
	})
	if err != nil || tried || !home {
		return false, err
	}
	u, err := weburl.Parse(Canonical(nil, w.p.Home))
	if err != nil {
		return false, nil
	}
	sitemaps := []string{"/sitemap.xml"}
	if h, _, err := w.c.Ledger.Peek(ctx, u.Host); err == nil {
		sitemaps = append(fetch.ParseRobots(h.RobotsStatus, h.Robots).Sitemaps(), sitemaps...)
	}
	var links []ledger.Item
	for _, s := range sitemaps {
		if at := Canonical(u, s); at != "" {
			links = append(links, w.item(at, "", RoleSitemap, "", 38, 1, ""))
		}
	}
	for i, g := range guesses {
		if at := Canonical(u, "/"+g); at != "" {
			links = append(links, w.item(at, "", RoleGuess, "", 37-i/4, 1, ""))
		}
	}
	return true, w.commit(ctx, &ledger.Step{Links: links})
}

// step asks for one address, keeps the answer, looks where it leads, and writes all of it down at once.
func (w *walk) step(ctx context.Context, it *ledger.Item) error {
	c := w.c
	// pages of one kind in great number that lead to nothing are a trap
	if it.Role == RoleNext || it.Role == RoleColumn || it.Role == RoleFrame || it.Role == RoleData {
		asked, useful, err := c.Ledger.PatternUse(ctx, w.v, it.Pattern)
		if err != nil {
			return err
		}
		if asked >= 30 && useful*10 < asked {
			it.State, it.Reason = ledger.Left,
				fmt.Sprintf("a trap, or a list without reports: %d pages of this kind led to %d reports", asked, useful)
			return w.commit(ctx, &ledger.Step{Item: *it})
		}
	}
	known, err := c.Ledger.Known(ctx, w.p.ID, it.Key)
	if err != nil {
		return err
	}
	t, err := w.take(ctx, it, known)
	if err != nil {
		return err
	}
	if t.trouble != nil {
		return w.failed(ctx, it, known, t)
	}
	return w.took(ctx, it, known, t)
}

// failed writes down what went wrong, and when it is tried again.
func (w *walk) failed(ctx context.Context, it *ledger.Item, known *ledger.Known, got taken) error {
	t := got.trouble
	rule, ok := fetch.Rules[t.Kind]
	if !ok {
		rule = fetch.Rule{Tries: 1}
	}
	now := w.c.now()
	s := &ledger.Step{Pages: got.pages, Bytes: got.wire}
	waiting := t.Kind == fetch.Held || t.Kind == fetch.Paused || t.Kind == fetch.Quiet || t.Kind == fetch.Budget
	it.Tries++
	it.Reason = t.Error()
	switch {
	case waiting:
		it.Tries-- // nothing was asked
		it.Due = now.Add(max(t.After, 50*time.Millisecond))
	case it.Tries < rule.Tries:
		it.Due = now.Add(w.c.Manners.retry(rule, t, it.Tries))
	default:
		it.State = ledger.Failed
		if t.Kind == fetch.ByRobots || t.Kind == fetch.OffSite || t.Kind == fetch.Private || t.Kind == fetch.NotKept {
			it.State = ledger.Left
		}
	}
	s.Item = *it
	if it.State == ledger.Failed && known != nil {
		if err := w.notThere(ctx, it, known, t, s, now); err != nil {
			return err
		}
	}
	w.tell(it, it.Reason)
	return w.commit(ctx, s)
}

// notThere is what a document comes to whose address shows it no longer. It is gone where the server says so (404, 410),
// or where a page that says so was seen on two days; anything else in its place is suspect: it stands as it was, and is
// asked for again soon.
func (w *walk) notThere(ctx context.Context, it *ledger.Item, known *ledger.Known, t *fetch.Trouble, s *ledger.Step,
	now time.Time) error {
	d, err := w.c.Ledger.Document(ctx, w.p.ID, it.Key)
	if err != nil {
		return err
	}
	present := d != nil && d.State == "present"
	gone := t.Kind == fetch.Gone || t.Kind == fetch.SoftGone
	if present && t.Kind == fetch.SoftGone {
		gone = strings.HasPrefix(d.SuspectWhy, string(fetch.SoftGone)) && !corpus.SameDay(d.Suspect, now)
	}
	switch {
	case gone:
		k := *known
		k.State, k.Last = "gone", now
		s.Known = &k
		if present {
			d.State, d.Suspect, d.SuspectWhy = "vanished", time.Time{}, ""
			s.Document = d
			s.Events = append(s.Events, w.event("vanished", d, now, d.SHA256))
		}
	case present && (t.Kind == fetch.SoftGone || t.Kind == fetch.Suspect || t.Kind == fetch.Captcha):
		if kind, _, _ := strings.Cut(d.SuspectWhy, ":"); !d.Suspect.IsZero() && kind == string(t.Kind) {
			return nil // it was told
		}
		d.Suspect, d.SuspectWhy = now, t.Error()
		s.Document = d
		if d.Kind != KindImage {
			e := w.event("suspect", d, now, d.SHA256)
			e.Detail = t.Error()
			s.Events = append(s.Events, e)
		}
	}
	return nil
}

func (w *walk) tell(it *ledger.Item, what string) {
	if w.c.Progress != nil {
		w.c.Progress(w.p, w.v, it, what)
	}
}

func (w *walk) event(kind string, d *ledger.Document, now time.Time, before string) ledger.Event {
	return ledger.Event{ID: kind + "/" + w.p.ID + "/" + d.Key + "/" + d.SHA256 + "/" + w.v.Name, Time: now,
		Portal: w.p.ID, Kind: kind, URL: d.URL, Title: d.Title, Year: d.Year, SHA256: d.SHA256, Before: before}
}
