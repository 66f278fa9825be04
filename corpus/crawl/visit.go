// Package crawl finds the annual reports of a portal: from its home page along the links that speak of them, over the
// pages of lists of whatever system, to the reports and the files that hang on them. It knows how such sites are built and
// how to behave towards them; it does not know what a report's figures mean.
package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// A Crawler visits portals. Several of them may work with one ledger, each with a Holder of its own.
type Crawler struct {
	Ledger  *ledger.Ledger
	Archive *archive.Archive
	Client  *fetch.Client
	Manners Manners
	Bounds  Bounds
	Holder  string // names this worker
	Year    int    // only reports of this year are taken; 0 = all
	Now     func() time.Time
	// Calendar says by when reports are due; nil = no day is known, and none is late or overdue.
	Calendar corpus.Calendar
	Log      func(format string, args ...any)
	// Render has a browser build a page; ask answers what the page asks for. nil = no browser.
	Render   func(ctx context.Context, at string, ask func(ctx context.Context, url, form string) (int, http.Header, []byte, error)) ([]byte, error)
	Progress func(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string)
}

// Bounds of one visit.
type Bounds struct {
	Pages   int64         // requests
	Bytes   int64         // that come
	Slice   time.Duration // after which a worker turns to the next portal; the visit goes on later
	Depth   int           // links from the home page
	Recheck time.Duration // after which a page that gave nothing is asked again, and a report without validators
}

// Usual bounds.
func Usual() Bounds {
	return Bounds{Pages: 3000, Bytes: 3 << 30, Slice: 10 * time.Minute, Depth: 12, Recheck: 30 * 24 * time.Hour}
}

// An Outcome is what a call of Visit came to.
type Outcome struct {
	Done  bool          // the visit has ended
	After time.Duration // otherwise: go on after this time
	Why   string
	Visit *ledger.Visit
}

func (c *Crawler) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

var errTaken = errors.New("another worker has taken the visit over")

// Visit goes through a portal, or on with a visit that is open. It returns when the visit has ended, when its slice of
// time is over, or when nothing can be asked for a while.
func (c *Crawler) Visit(ctx context.Context, p corpus.Portal) (Outcome, error) {
	hold := c.Manners.Lease + c.Manners.Lease/2
	v, resumed, err := c.Ledger.Begin(ctx, p.ID, c.Holder, hold)
	if err != nil {
		return Outcome{}, err
	}
	if v == nil {
		return Outcome{After: 5 * time.Second, Why: "another worker visits it"}, nil
	}
	if p.Home == "" && len(p.Listings) == 0 {
		return c.end(ctx, p, v, "stopped", "its home page is not known")
	}
	first, err := c.Ledger.Visits(ctx, p.ID)
	if err != nil {
		return Outcome{}, err
	}
	w := &walk{c: c, p: p, v: v, first: first == 0}
	if !resumed {
		if err := w.seed(ctx); err != nil {
			return Outcome{}, err
		}
	}
	letGo := func(after time.Duration, why string) (Outcome, error) {
		ctx := context.WithoutCancel(ctx)
		return Outcome{After: after, Why: why, Visit: v}, c.Ledger.LetGo(ctx, v.ID, c.Holder)
	}
	start, held := time.Now(), time.Now()
	for {
		if ctx.Err() != nil {
			return letGo(0, "stopped")
		}
		if c.Bounds.Slice > 0 && time.Since(start) > c.Bounds.Slice {
			return letGo(0, "its slice of time is over")
		}
		if time.Since(held) > hold/4 {
			ok, err := c.Ledger.HoldVisit(ctx, v.ID, c.Holder, hold)
			if err != nil || !ok {
				return Outcome{After: 5 * time.Second, Why: errTaken.Error()}, err
			}
			held = time.Now()
		}
		if v.Pages >= c.Bounds.Pages || v.Bytes >= c.Bounds.Bytes {
			return c.end(ctx, p, v, "done", fmt.Sprintf("stopped at %d pages and %d bytes: the most that a visit asks for", v.Pages, v.Bytes))
		}
		it, due, err := c.Ledger.Next(ctx, v.ID)
		if err != nil {
			return Outcome{}, err
		}
		if it == nil && due.IsZero() {
			more, err := w.elsewhere(ctx)
			if err != nil {
				return Outcome{}, err
			}
			if more {
				continue
			}
			return c.end(ctx, p, v, "done", "")
		}
		if it == nil {
			wait := due.Sub(c.now())
			if wait > c.Manners.Wait {
				return letGo(wait, "nothing may be asked before "+due.Format(time.RFC3339))
			}
			if err := sleep(ctx, max(wait, time.Millisecond)); err != nil {
				return letGo(0, "stopped")
			}
			continue
		}
		if err := w.step(ctx, it); err != nil {
			if errors.Is(err, errTaken) {
				return Outcome{After: 5 * time.Second, Why: err.Error()}, nil
			}
			if ctx.Err() != nil {
				return letGo(0, "stopped")
			}
			_, lerr := letGo(0, "")
			return Outcome{}, errors.Join(err, lerr)
		}
	}
}

// end closes a visit: when the next one is, and whether the portal's own report is overdue.
func (c *Crawler) end(ctx context.Context, p corpus.Portal, v *ledger.Visit, state, reason string) (Outcome, error) {
	now := c.now()
	answered, hasLast := false, false
	last := corpus.LastYear(now)
	err := c.Ledger.Documents(ctx, p.ID, func(d ledger.Document) error {
		hasLast = hasLast || d.Year == last && d.Kind == KindReport && d.Own && d.State == "present"
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	err = c.Ledger.Frontier(ctx, v.ID, ledger.Done, func(it ledger.Item) error {
		answered = answered || it.Role == RoleHome || it.Role == RoleColumn && it.Depth <= 1
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	_, fails, err := c.Ledger.NextVisit(ctx, p.ID)
	if err != nil {
		return Outcome{}, err
	}
	if answered {
		fails = 0
	} else {
		fails++
		if reason == "" {
			reason = "its home page gave no answer"
			state = "stopped"
			err := c.Ledger.Frontier(ctx, v.ID, "", func(it ledger.Item) error {
				if it.Role == RoleHome && it.State != ledger.Done {
					reason += ": " + it.Reason
				}
				return nil
			})
			if err != nil {
				return Outcome{}, err
			}
		}
	}
	if answered && !hasLast && c.Calendar.Over(p, last, now) {
		err := c.Ledger.AddEvent(ctx, ledger.Event{ID: fmt.Sprintf("overdue/%s/%d", p.ID, last), Time: now, Portal: p.ID, Kind: "overdue", URL: p.Home, Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", p.Name, last), Year: last})
		if err != nil {
			return Outcome{}, err
		}
	}
	if err := c.Ledger.SetNext(ctx, p.ID, p.Name, p.Level, p.Code, p.Home, c.Calendar.NextVisit(p, now, hasLast, fails), fails); err != nil {
		return Outcome{}, err
	}
	if err := c.Ledger.End(ctx, v, state, reason); err != nil {
		return Outcome{}, err
	}
	v.State, v.Reason = state, reason
	return Outcome{Done: true, Why: reason, Visit: v}, nil
}

// walk is one worker's part of a visit.
type walk struct {
	c     *Crawler
	p     corpus.Portal
	v     *ledger.Visit
	first bool  // the portal was never gone through before
	page  *Page // that take has looked at already
}

func (w *walk) item(at, form, role, words string, score, depth int, parent string) ledger.Item {
	u, err := url.Parse(at)
	if err != nil {
		u = &url.URL{}
	}
	it := ledger.Item{URL: at, Form: form, Host: u.Host, Pattern: pattern(u), Role: role, Words: words, Score: score, Depth: depth, Parent: parent, Key: archive.Key("", at, "")}
	if form != "" { // the state of a page that is sent along does not name what is asked for
		it.Key = archive.Key("POST", at, formName(form))
	}
	return it
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
	var links []ledger.Item
	if at := Canonical(nil, w.p.Home); at != "" {
		links = append(links, w.item(at, "", RoleHome, w.p.Name, 100, 0, ""))
	}
	for _, l := range w.p.Listings {
		if at := Canonical(nil, l); at != "" {
			links = append(links, w.item(at, "", RoleColumn, "政府信息公开年报", 97, 1, ""))
		}
	}
	now := w.c.now()
	err := w.c.Ledger.Spine(ctx, w.p.ID, func(k ledger.Known) error {
		if k.Form != "" {
			return nil // its state is of that time: the list that leads to it is asked
		}
		document := k.Role == RoleReport || k.Role == RoleAttachment || k.Role == RoleImage
		if document && k.ETag == "" && k.Modified == "" && now.Sub(k.Last) < w.c.Bounds.Recheck {
			return nil
		}
		it := w.item(k.URL, "", k.Role, k.Words, max(40, k.Score), 1, k.Parent)
		it.Key = k.Key
		links = append(links, it)
		return nil
	})
	if err != nil {
		return err
	}
	return w.commit(ctx, &ledger.Step{Links: links})
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
	u, err := url.Parse(Canonical(nil, w.p.Home))
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
			it.State, it.Reason = ledger.Left, fmt.Sprintf("a trap, or a list without reports: %d pages of this kind led to %d reports", asked, useful)
			return w.commit(ctx, &ledger.Step{Item: *it})
		}
	}
	known, err := c.Ledger.Known(ctx, w.p.ID, it.Key)
	if err != nil {
		return err
	}
	capture, body, pages, wire, trouble, err := w.take(ctx, it, known)
	if err != nil {
		return err
	}
	if trouble != nil {
		return w.failed(ctx, it, known, trouble, pages, wire)
	}
	return w.took(ctx, it, known, capture, body, pages, wire)
}

// take gives the capture of an item: the one that this visit has already, or a new one.
func (w *walk) take(ctx context.Context, it *ledger.Item, known *ledger.Known) (capture *archive.Capture, body []byte, pages, wire int64, t *fetch.Trouble, err error) {
	c := w.c
	capture, err = c.Archive.Get(ctx, w.p.ID, w.v.Name, it.Key)
	switch {
	case err == nil: // received before a crash: nothing is asked twice
		sum := capture.SHA256
		if capture.Since != nil && sum == "" {
			sum = capture.Since.SHA256
		}
		if capture.Result == archive.Failed || capture.Result == archive.Gone {
			kind, reason, _ := strings.Cut(capture.Reason, ": ")
			return capture, nil, 0, 0, &fetch.Trouble{Kind: fetch.Kind(kind), Reason: reason}, nil
		}
		body, err = c.Archive.Body(ctx, sum)
		return capture, body, 0, 0, nil, err
	case !errors.Is(err, archive.ErrMissing):
		return nil, nil, 0, 0, nil, err
	}
	err = nil
	r := fetch.Request{URL: it.URL, Form: it.Form, AnyCert: w.p.Options.AnyCert}
	if !strings.HasPrefix(it.Parent, "http") {
		r.Referer = ""
	}
	if known != nil && known.State == "here" && known.SHA256 != "" && it.Form == "" {
		r.ETag, r.LastModified = known.ETag, known.Modified
	}
	requests := int64(0)
	gate := c.gate(w.p, func(host string) bool { return host == it.Host || allowedHost(w.p, host) })
	r.Before = func(ctx context.Context, u *url.URL) (func(*fetch.Answer), error) {
		after, err := gate(ctx, u)
		if err == nil {
			requests++
		}
		return after, err
	}
	a := c.Client.Do(ctx, r)
	if a.Trouble == nil && a.Status == http.StatusOK && len(a.Chain) > 0 && it.Role != RoleHome && isHome(a.URL, w.p) {
		a.Trouble = fetch.Refuse(fetch.SoftGone, "leads to the home page")
	}
	capture = &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: it.Key, URL: it.URL, Form: it.Form, Time: c.now().UTC(), Chain: a.Chain, Status: a.Status, Proto: a.Proto, Request: a.Sent, Header: a.Header, Wire: a.Wire}
	if it.Form != "" {
		capture.Method = http.MethodPost
	}
	if a.URL != it.URL {
		capture.Final = a.URL
	}
	if known != nil && known.SHA256 != "" {
		capture.Since = &archive.Version{SHA256: known.SHA256, Time: known.Version}
	}
	if a.Trouble != nil {
		t = a.Trouble
		rule := fetch.Rules[t.Kind]
		gone := t.Kind == fetch.Gone || t.Kind == fetch.SoftGone
		if ctx.Err() != nil && (t.Kind == fetch.Stopped || t.Kind == fetch.Slow || t.Kind == fetch.Connect) {
			return nil, nil, requests, a.Wire, nil, ctx.Err()
		}
		if it.Tries+1 < rule.Tries && !gone {
			return nil, nil, requests, a.Wire, t, nil // tried again: what is kept is what it comes to
		}
		capture.Result, capture.Reason = archive.Failed, t.Error()
		if gone && known != nil {
			capture.Result = archive.Gone
		} else {
			capture.Since = nil
		}
		if requests > 0 {
			err = c.Archive.Put(ctx, capture, a.Body)
		}
		return capture, nil, requests, a.Wire, t, err
	}
	if a.NotModified() {
		if known == nil || known.SHA256 == "" {
			return nil, nil, requests, a.Wire, fetch.Refuse(fetch.Odd, "304 to a request without conditions"), nil
		}
		capture.Result = archive.Unchanged
		if body, err = c.Archive.Body(ctx, known.SHA256); err != nil {
			return nil, nil, requests, a.Wire, nil, err
		}
		return capture, body, requests, a.Wire, nil, c.Archive.Put(ctx, capture, nil)
	}
	body = a.Body
	switch sum := archive.Sum(body); {
	case known == nil || known.SHA256 == "":
		capture.Result, capture.Since = archive.New, nil
	case known.SHA256 == sum:
		capture.Result = archive.Unchanged
	default:
		capture.Result = archive.Changed
	}
	kept := make(chan error, 1)
	go func() { // the disk has its time while the page is looked at
		_, err := c.Archive.PutBody(ctx, body)
		kept <- err
	}()
	p := w.look(ctx, it, capture, body)
	if err := <-kept; err != nil {
		return nil, nil, requests, a.Wire, nil, err
	}
	w.page = p
	capture.Kind, capture.Page = p.Kind, ""
	if p.Kind == KindAttachment || p.Kind == KindImage {
		capture.Page = w.parentURL(ctx, it)
	}
	return capture, body, requests, a.Wire, nil, c.Archive.Put(ctx, capture, body)
}

func isHome(at string, p corpus.Portal) bool {
	u, err := url.Parse(at)
	h, herr := url.Parse(p.Home)
	return err == nil && herr == nil && u.Host == h.Host && u.RawQuery == "" && (u.Path == "/" || u.Path == "" || u.Path == h.Path || strings.HasPrefix(strings.ToLower(u.Path), "/index."))
}

func (w *walk) parentURL(ctx context.Context, it *ledger.Item) string {
	if k, err := w.c.Ledger.Known(ctx, w.p.ID, it.Parent); err == nil && k != nil {
		return k.URL
	}
	return ""
}

// look reads an answer. Whether it lies in a column of reports, the page that led here says.
func (w *walk) look(ctx context.Context, it *ledger.Item, capture *archive.Capture, body []byte) *Page {
	column := it.Role == RoleColumn && it.Score >= 80
	if it.Role == RoleNext || it.Role == RoleFrame || it.Role == RoleData || it.Role == RoleReport || it.Role == RoleColumn && it.Score == 62 {
		if k, err := w.c.Ledger.Known(ctx, w.p.ID, it.Parent); err == nil && k != nil && k.Kind == KindList {
			column = column || strings.Contains(k.TextSum, "column")
		}
	}
	if it.Role == RoleFrame && columnWord.MatchString(it.Words) {
		column = true
	}
	return Look(capture, body, it.Depth, it.Role, it.Words, w.p.Options.Charset, column)
}

// failed writes down what went wrong, and when it is tried again.
func (w *walk) failed(ctx context.Context, it *ledger.Item, known *ledger.Known, t *fetch.Trouble, pages, wire int64) error {
	rule, ok := fetch.Rules[t.Kind]
	if !ok {
		rule = fetch.Rule{Tries: 1}
	}
	now := w.c.now()
	s := &ledger.Step{Pages: pages, Bytes: wire}
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
		if t.Kind == fetch.ByRobots || t.Kind == fetch.OffSite || t.Kind == fetch.Private {
			it.State = ledger.Left
		}
	}
	s.Item = *it
	if it.State == ledger.Failed && (t.Kind == fetch.Gone || t.Kind == fetch.SoftGone) && known != nil {
		k := *known
		k.State, k.Last = "gone", now
		s.Known = &k
		d, err := w.c.Ledger.Document(ctx, w.p.ID, it.Key)
		if err != nil {
			return err
		}
		if d != nil && d.State == "present" {
			d.State = "vanished"
			s.Document = d
			s.Events = append(s.Events, w.event("vanished", d, now, d.SHA256))
		}
	}
	w.tell(it, it.Reason)
	return w.commit(ctx, s)
}

func (w *walk) tell(it *ledger.Item, what string) {
	if w.c.Progress != nil {
		w.c.Progress(w.p, w.v, it, what)
	}
}

func (w *walk) event(kind string, d *ledger.Document, now time.Time, before string) ledger.Event {
	return ledger.Event{ID: kind + "/" + w.p.ID + "/" + d.Key + "/" + d.SHA256 + "/" + w.v.Name, Time: now, Portal: w.p.ID, Kind: kind, URL: d.URL, Title: d.Title, Year: d.Year, SHA256: d.SHA256, Before: before}
}

// took writes down an answer: its version, whether it is a report, and where it leads.
func (w *walk) took(ctx context.Context, it *ledger.Item, known *ledger.Known, capture *archive.Capture, body []byte, pages, wire int64) error {
	c, now := w.c, w.c.now()
	p := w.page
	if w.page = nil; p == nil {
		p = w.look(ctx, it, capture, body)
	}
	rendered := ""
	if w.p.Options.Browser && p.empty() {
		q, sum, n, err := w.render(ctx, it, capture, body)
		pages += n
		switch {
		case err != nil && ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			it.Reason = "shell: " + err.Error()
			if c.Log != nil {
				c.Log("%s: %v", it.URL, err)
			}
		default:
			p, rendered = q, sum
		}
	}
	sum := capture.SHA256
	if sum == "" && capture.Since != nil {
		sum = capture.Since.SHA256
	}
	k := &ledger.Known{Portal: w.p.ID, Key: it.Key, URL: it.URL, Form: it.Form, Kind: p.Kind, Words: it.Words, Parent: it.Parent, Role: it.Role, Score: it.Score, SHA256: sum,
		First: now, Version: now, Last: now, Versions: 1, Bytes: int64(len(body)), State: "here", TextSum: p.TextSum}
	if capture.Header != nil {
		k.ETag, k.Modified = capture.Header.Get("ETag"), capture.Header.Get("Last-Modified")
	}
	changed := false
	if known != nil {
		k.First, k.Versions, k.Useful = known.First, known.Versions, known.Useful
		if k.ETag == "" && k.Modified == "" && capture.Status == http.StatusNotModified {
			k.ETag, k.Modified = known.ETag, known.Modified
		}
		if known.SHA256 == sum {
			k.Version = known.Version
		} else if known.SHA256 != "" {
			k.Versions++
			changed = true
		}
	}
	if p.Kind == KindList && p.Column {
		k.TextSum = "column"
	}
	if it.State = ledger.Done; p.Kind != KindShell || it.Reason == "" {
		it.Reason = p.Kind
	}
	s := &ledger.Step{Pages: pages, Bytes: wire, Known: k}
	if p.Report || p.Kind == KindAttachment || p.Kind == KindImage {
		if err := w.document(ctx, it, k, p, s, capture, now, changed); err != nil {
			return err
		}
		if s.Document != nil && rendered != "" { // the document is what the browser built
			s.Document.SHA256, s.Document.Media = rendered, "text/html; charset=utf-8"
		}
	}
	if it.Reason != "copy" {
		links, err := w.links(ctx, it, p, now)
		if err != nil {
			return err
		}
		s.Links = links
	}
	s.Item = *it
	w.tell(it, it.Reason)
	return w.commit(ctx, s)
}

// empty tells a page that is nothing without its scripts: a shell, or the title of a report and nothing below it.
func (p *Page) empty() bool {
	if p.Kind != KindReport {
		return p.Kind == KindShell
	}
	for _, l := range p.Links {
		if l.Role == RoleAttachment {
			return false
		}
	}
	return p.HTML && p.Sections < 2 && p.Tables == 0 && p.Words < 400
}

// render has the browser build a page, and keeps what it built beside what was sent. All that the page asks for goes the
// way of every request: allowed hosts, robots.txt, pace, archive.
func (w *walk) render(ctx context.Context, it *ledger.Item, capture *archive.Capture, body []byte) (p *Page, sum string, requests int64, err error) {
	c := w.c
	if c.Render == nil {
		return nil, "", 0, errors.New("a page that needs a browser, and there is none")
	}
	gate := c.gate(w.p, func(host string) bool { return host == it.Host || allowedHost(w.p, host) })
	ask := func(ctx context.Context, at, form string) (int, http.Header, []byte, error) {
		if at == it.URL || at == capture.Final {
			return http.StatusOK, http.Header{"Content-Type": capture.Header["Content-Type"]}, body, nil
		}
		method := ""
		if form != "" {
			method = http.MethodPost
		}
		key := archive.Key(method, at, form)
		if x, err := c.Archive.Get(ctx, w.p.ID, w.v.Name, key); err == nil && x.SHA256 != "" {
			b, err := c.Archive.Body(ctx, x.SHA256)
			return x.Status, x.Header, b, err
		}
		a := c.Client.Do(ctx, fetch.Request{URL: at, Form: form, Referer: it.URL, AnyCert: w.p.Options.AnyCert, Before: func(ctx context.Context, u *url.URL) (func(*fetch.Answer), error) {
			after, err := gate(ctx, u)
			if err == nil {
				requests++
			}
			return after, err
		}})
		if a.Trouble != nil {
			return 0, nil, nil, a.Trouble
		}
		x := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: key, URL: at, Method: method, Form: form, Time: c.now().UTC(), Chain: a.Chain, Status: a.Status, Proto: a.Proto, Request: a.Sent, Header: a.Header, Wire: a.Wire, Result: archive.New, Kind: KindData}
		return a.Status, a.Header, a.Body, c.Archive.Put(ctx, x, a.Body)
	}
	html, err := c.Render(ctx, it.URL, ask)
	if err != nil {
		return nil, "", requests, err
	}
	built := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: archive.Key("RENDER", it.URL, ""), Method: "RENDER", URL: it.URL, Final: capture.Final, Time: c.now().UTC(), Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Result: archive.New}
	p = w.look(ctx, it, built, html)
	built.Kind = p.Kind
	if err := c.Archive.Put(ctx, built, html); err != nil {
		return nil, "", requests, err
	}
	return p, built.SHA256, requests, nil
}

// document makes a document of a report or of what hangs on one.
func (w *walk) document(ctx context.Context, it *ledger.Item, k *ledger.Known, p *Page, s *ledger.Step, capture *archive.Capture, now time.Time, changed bool) error {
	c := w.c
	if k.TextSum == "" && !strings.HasPrefix(p.Kind, "image") {
		k.TextSum = "sha256:" + k.SHA256
	}
	copyOf, err := c.Ledger.Copy(ctx, w.p.ID, k.TextSum, k.Key)
	if err != nil {
		return err
	}
	d, err := c.Ledger.Document(ctx, w.p.ID, k.Key)
	if err != nil {
		return err
	}
	if copyOf != "" && d == nil {
		it.Reason = "copy"
		return nil
	}
	if p.Report && c.Year != 0 && p.Year != c.Year {
		it.Reason = fmt.Sprintf("a report of %d", p.Year)
		return nil
	}
	wasThere := d != nil
	if d == nil {
		d = &ledger.Document{Portal: w.p.ID, Key: k.Key, URL: it.URL, First: now, Versions: 0}
	}
	before, state := d.SHA256, d.State
	d.Kind, d.Title, d.Year, d.Published, d.Last, d.SHA256, d.Bytes, d.State, d.Visit = p.Kind, p.Title, p.Year, p.Published, now, k.SHA256, k.Bytes, "present", w.v.ID
	if capture.Header != nil && capture.Status != http.StatusNotModified {
		d.Media = capture.Header.Get("Content-Type")
	}
	d.Own = p.Report && isOwn(p.Title, w.p.Name)
	if p.Kind != KindReport {
		d.Page = w.parentURL(ctx, it)
		if parent, err := c.Ledger.Document(ctx, w.p.ID, it.Parent); err == nil && parent != nil {
			d.Year = parent.Year
			if d.Title == "" {
				d.Title = parent.Title
			}
		}
	}
	if before != d.SHA256 {
		d.Versions++
	}
	s.Document = d
	k.Useful = true
	kind := ""
	switch {
	case !wasThere && w.first:
		kind = "found"
	case !wasThere:
		kind = "new"
		if d.Kind == KindReport && d.Own {
			if d.Late = c.Calendar.Late(w.p, d.Year, d.Published, now); d.Late {
				kind = "late"
			}
		}
	case state == "vanished":
		kind = "back"
	case changed && before != d.SHA256:
		kind = "changed"
	}
	if w.first && d.Own && d.Kind == KindReport && d.Published != "" {
		d.Late = c.Calendar.Late(w.p, d.Year, d.Published, now)
	}
	if kind != "" && d.Kind != KindImage {
		s.Events = append(s.Events, w.event(kind, d, now, before))
	}
	// the pages that led here are worth a visit next time
	for key, n := it.Parent, 0; key != "" && n < 40; n++ {
		up, err := c.Ledger.Known(ctx, w.p.ID, key)
		if err != nil {
			return err
		}
		if up == nil || up.Useful {
			break
		}
		s.Useful = append(s.Useful, key)
		key = up.Parent
	}
	return nil
}

// isOwn tells the report of the authority itself from those of its departments.
func isOwn(title, name string) bool {
	loc := yearWord.FindStringIndex(title)
	if loc == nil {
		return false
	}
	short := func(s string) string {
		s = strings.Map(func(r rune) rune {
			if strings.ContainsRune(" 《》“”\"　", r) {
				return -1
			}
			return r
		}, s)
		return strings.TrimSuffix(strings.TrimSuffix(s, "办公室"), "人民政府")
	}
	head, full := short(title[:loc[0]]), short(name)
	if head == "" {
		head = short(title[loc[1]:])
		return !strings.Contains(head, "局") && !strings.Contains(head, "委") || strings.HasPrefix(head, full)
	}
	return head == full || strings.HasSuffix(full, head) && len([]rune(head)) >= 2 || strings.HasSuffix(head, full)
}

// links makes items of the links of a page: those worth asking for wait, those that come near are left with the reason.
func (w *walk) links(ctx context.Context, it *ledger.Item, p *Page, now time.Time) ([]ledger.Item, error) {
	var out []ledger.Item
	seen := map[string]int{}
	own := allowedHost(w.p, p.URL.Host)
	for _, l := range p.Links {
		if l.Role == "" {
			// what speaks of reports and is not taken, is said with its reason
			if l.Why == "" || !annual.MatchString(l.Words) {
				continue
			}
			x := w.item(l.URL, l.Form, "left", l.Words, 0, it.Depth+1, it.Key)
			x.State, x.Reason = ledger.Left, l.Why
			out = append(out, x)
			continue
		}
		x := w.item(l.URL, l.Form, l.Role, l.Words, l.Score, it.Depth+1, it.Key)
		switch l.Role {
		case RoleNext, RoleFrame:
			x.Depth = it.Depth
		case RoleData:
			x.Score = max(x.Score, min(it.Score, 80)-5)
		}
		if i, ok := seen[x.Key]; ok {
			if out[i].Score >= x.Score {
				continue
			}
			out[i] = x
			continue
		}
		if x.Key == it.Key || x.Score < follow {
			continue
		}
		if x.Depth > w.c.Bounds.Depth {
			x.State, x.Reason = ledger.Left, "too far from the home page"
		}
		if !allowedHost(w.p, x.Host) && !own {
			x.State, x.Reason = ledger.Left, "off-site: outside *.gov.cn, and linked to by "+p.URL.Host+" only"
			if err := w.c.Ledger.Refuse(ctx, w.p.ID, x.Host, "outside *.gov.cn, and not linked to by the portal itself", x.URL); err != nil {
				return nil, err
			}
		} else if !allowedHost(w.p, x.Host) && x.Role != RoleReport && x.Role != RoleAttachment && x.Role != RoleImage && x.Role != RoleFrame {
			x.State, x.Reason = ledger.Left, "off-site: columns are followed on *.gov.cn and the portal's own host only"
		}
		if known, err := w.c.Ledger.Known(ctx, w.p.ID, x.Key); err != nil {
			return nil, err
		} else if known != nil && x.State == "" && !known.First.After(w.v.Started) {
			recent := now.Sub(known.Last) < w.c.Bounds.Recheck
			document := known.Kind == KindReport || known.Kind == KindAttachment || known.Kind == KindImage
			switch {
			case !known.Useful && recent && known.State == "here":
				x.State, x.Reason = ledger.Left, "asked on "+known.Last.Format(time.DateOnly)+" and led to nothing"
			case known.Useful && document && recent && known.ETag == "" && known.Modified == "":
				x.State, x.Reason = ledger.Left, "known, and seen on "+known.Last.Format(time.DateOnly)
			}
		}
		seen[x.Key] = len(out)
		out = append(out, x)
	}
	return out, nil
}
