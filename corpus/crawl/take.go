package crawl

import (
	"context"
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"golang.org/x/net/publicsuffix"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// taken is what asking for an item came to. Where there is trouble, nothing else but what was spent matters.
type taken struct {
	capture *archive.Capture
	body    []byte
	page    *Page // where the body was looked at already
	pages   int64 // requests that were made
	wire    int64 // bytes that came
	trouble *fetch.Trouble
	was     []byte // the version that is known, read before it is asked whether it has changed
	again   bool   // this visit received it, and what it received is damaged
}

// take gives the capture of an item: the one that this visit has already, or a new one, which it keeps in the archive.
func (w *walk) take(ctx context.Context, it *ledger.Item, known *ledger.Known) (taken, error) {
	t, ok, err := w.received(ctx, it)
	if ok || err != nil {
		return t, err
	}
	if w.c.replay != nil {
		t.trouble = fetch.Refuse(fetch.NotKept, "the archive has no answer of this visit to it")
		return t, nil
	}
	again := t.again
	was, err := w.whole(ctx, known)
	if err != nil {
		return t, err
	}
	a, requests := w.ask(ctx, it, known, was != nil)
	t = taken{capture: w.captureOf(it, known, a), pages: requests, wire: a.Wire, trouble: a.Trouble, was: was}
	if again { // the capture that is there stays what it is
		t.capture.Key += "-again"
	}
	switch {
	case a.Trouble != nil:
		return t, w.keepTrouble(ctx, it, known, a, t)
	case a.NotModified():
		return w.keepUnchanged(ctx, known, t)
	}
	return w.keepVersion(ctx, it, known, a, t)
}

// whole gives the version that is known, out of the archive. Where it is damaged or lost there the address is asked for
// all of it, not whether it has changed: what comes heals it, or stands for it.
func (w *walk) whole(ctx context.Context, known *ledger.Known) ([]byte, error) {
	if known == nil || known.State != "here" || known.SHA256 == "" || known.Form != "" {
		return nil, nil
	}
	if known.ETag == "" && known.Modified == "" {
		return nil, nil
	}
	body, err := w.c.Archive.Body(ctx, known.SHA256)
	if archive.Broken(err) {
		return nil, w.broken(ctx, known.URL, known.SHA256, err)
	}
	return body, err
}

// broken keeps that a body is damaged or lost, for status to say.
func (w *walk) broken(ctx context.Context, at, sum string, why error) error {
	if w.c.Log != nil {
		w.c.Log("%s: %v", at, why)
	}
	return w.c.Ledger.SetBroken(ctx, ledger.Broken{Portal: w.p.ID, SHA256: sum, URL: at, Why: why.Error(), Found: w.c.now()})
}

// healed keeps that a body that was broken is whole again.
func (w *walk) healed(ctx context.Context, sum string) error {
	b, err := w.c.Ledger.BrokenBody(ctx, w.p.ID, sum)
	if err != nil || b == nil || !b.Healed.IsZero() {
		return err
	}
	b.Healed, b.How = w.c.now(), "its address gave it again"
	return w.c.Ledger.SetBroken(ctx, *b)
}

// received gives what this visit received before it broke off, so that nothing is asked twice; ok is false where
// nothing was, or what was is damaged.
func (w *walk) received(ctx context.Context, it *ledger.Item) (t taken, ok bool, err error) {
	capture, err := w.c.Archive.Get(ctx, w.p.ID, w.v.Name, it.Key)
	if errors.Is(err, archive.ErrMissing) {
		return t, false, nil
	}
	if err != nil {
		return t, false, err
	}
	if w.c.replay != nil {
		w.c.replay(capture.Time)
	}
	t.capture = capture
	if capture.Result == archive.Failed || capture.Result == archive.Gone {
		kind, reason, _ := strings.Cut(capture.Reason, ": ")
		t.trouble = &fetch.Trouble{Kind: fetch.Kind(kind), Reason: reason}
		return t, true, nil
	}
	sum := capture.SHA256
	if capture.Since != nil && sum == "" {
		sum = capture.Since.SHA256
	}
	t.body, err = w.c.Archive.Body(ctx, sum)
	if archive.Broken(err) {
		return taken{again: true}, false, w.broken(ctx, it.URL, sum, err)
	}
	return t, true, err
}

// ask asks for an item, where it is wanted with the conditions of what is known, and counts the requests that this took.
func (w *walk) ask(ctx context.Context, it *ledger.Item, known *ledger.Known, conditions bool) (a *fetch.Answer, requests int64) {
	r := fetch.Request{URL: it.URL, Form: it.Form, AnyCert: w.p.Options.AnyCert, Jar: w.cookies(),
		Before: w.before(it.Host, &requests)}
	if conditions && it.Form == "" {
		r.ETag, r.LastModified = known.ETag, known.Modified
	}
	a = w.c.Client.Do(ctx, r)
	if a.Trouble == nil && a.Status == http.StatusOK && len(a.Chain) > 0 && it.Role != RoleHome && isHome(a.URL, w.p) {
		a.Trouble = fetch.Refuse(fetch.SoftGone, "leads to the home page")
	}
	return a, requests
}

// cookies are those of this worker's part of the visit: a session that a portal begins is kept for as long, and never
// longer.
func (w *walk) cookies() http.CookieJar {
	if w.jar == nil {
		jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
		if err != nil {
			return nil
		}
		w.jar = jar
	}
	return w.jar
}

// before is the hook that stands before each request, those of redirects too: the gate, and a count of what passed it.
func (w *walk) before(host string, requests *int64) gate {
	gate := w.c.gate(w.p, func(h string) bool { return h == host || allowedHost(w.p, h) })
	return func(ctx context.Context, u *url.URL) (func(*fetch.Answer), error) {
		after, err := gate(ctx, u)
		if err == nil {
			*requests++
		}
		return after, err
	}
}

// captureOf describes an answer for the archive; what it was, is said by who keeps it.
func (w *walk) captureOf(it *ledger.Item, known *ledger.Known, a *fetch.Answer) *archive.Capture {
	c := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: it.Key, URL: it.URL, Form: it.Form,
		Time:  w.c.now().UTC(),
		Chain: a.Chain, Status: a.Status, Proto: a.Proto, Request: a.Sent, Header: a.Header, Head: a.Head, Wire: a.Wire}
	if it.Form != "" {
		c.Method = http.MethodPost
	}
	if a.URL != it.URL {
		c.Final = a.URL
	}
	if known != nil && known.SHA256 != "" {
		c.Since = &archive.Version{SHA256: known.SHA256, Time: known.Version}
	}
	return c
}

// keepTrouble keeps what an item failed with, once it is not tried again. That the crawl itself is being stopped is no
// trouble of the address: it is the error then.
func (w *walk) keepTrouble(ctx context.Context, it *ledger.Item, known *ledger.Known, a *fetch.Answer, t taken) error {
	kind := t.trouble.Kind
	if ctx.Err() != nil && (kind == fetch.Stopped || kind == fetch.Slow || kind == fetch.Connect) {
		return ctx.Err()
	}
	gone := kind == fetch.Gone || kind == fetch.SoftGone
	if it.Tries+1 < fetch.Rules[kind].Tries && !gone {
		return nil // what is kept is what it comes to
	}
	t.capture.Result, t.capture.Reason = archive.Failed, t.trouble.Error()
	if gone && known != nil {
		t.capture.Result = archive.Gone
	} else {
		t.capture.Since = nil
	}
	if t.pages == 0 {
		return nil
	}
	return w.c.Archive.PutReceived(ctx, t.capture, a.Body, a.Coded)
}

// keepUnchanged keeps that the server says that nothing has changed.
func (w *walk) keepUnchanged(ctx context.Context, known *ledger.Known, t taken) (taken, error) {
	if known == nil || t.was == nil {
		t.trouble = fetch.Refuse(fetch.Odd, "304 to a request without conditions")
		return t, nil
	}
	t.capture.Result, t.body = archive.Unchanged, t.was
	return t, w.c.Archive.Put(ctx, t.capture, nil)
}

// keepVersion keeps what came, and looks at it while the disk has its time.
func (w *walk) keepVersion(ctx context.Context, it *ledger.Item, known *ledger.Known, a *fetch.Answer, t taken) (taken,
	error) {
	body := a.Body
	switch {
	case known == nil || known.SHA256 == "":
		t.capture.Result, t.capture.Since = archive.New, nil
	case known.SHA256 == archive.Sum(body):
		t.capture.Result = archive.Unchanged
	default:
		t.capture.Result = archive.Changed
	}
	kept := make(chan error, 1)
	go func() {
		_, err := w.c.Archive.PutCoded(ctx, body, a.Coded, strings.Join(a.Header.Values("Content-Encoding"), ","))
		kept <- err
	}()
	t.body, t.page = body, w.look(ctx, it, t.capture, body)
	unfinished := w.unfinished(it, t.page) // what it is about comes later
	if !unfinished {
		w.believe(ctx, it, t.page, body)
	}
	if err := <-kept; err != nil {
		return t, err
	}
	if err := w.healed(ctx, archive.Sum(body)); err != nil {
		return t, err
	}
	if known != nil && !unfinished {
		trouble, err := w.suspect(ctx, it, t.page)
		if err != nil {
			return t, err
		}
		if trouble != nil { // kept apart: the version that is known stays the one that is
			t.trouble = trouble
			t.capture.Result, t.capture.Reason, t.capture.Kind = archive.Failed, trouble.Error(), t.page.Kind
			return t, w.c.Archive.PutReceived(ctx, t.capture, body, a.Coded)
		}
	}
	t.capture.Kind, t.capture.Page = t.page.Kind, ""
	if t.page.Kind == KindAttachment || t.page.Kind == KindImage {
		t.capture.Page = w.parentURL(ctx, it)
	}
	return t, w.c.Archive.PutReceived(ctx, t.capture, body, a.Coded)
}

func isHome(at string, p corpus.Portal) bool {
	u, err := weburl.Parse(at)
	h, herr := weburl.Parse(p.Home)
	return err == nil && herr == nil && u.Host == h.Host && u.RawQuery == "" &&
		(u.Path == "/" || u.Path == "" || u.Path == h.Path || strings.HasPrefix(strings.ToLower(u.Path), "/index."))
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
	if it.Role == RoleNext || it.Role == RoleFrame || it.Role == RoleData || it.Role == RoleReport ||
		it.Role == RoleColumn && it.Score == scoreAgency {
		if k, err := w.c.Ledger.Known(ctx, w.p.ID, it.Parent); err == nil && k != nil && k.Kind == KindList {
			column = column || strings.Contains(k.TextSum, "column")
		}
	}
	if it.Role == RoleFrame && columnWord.MatchString(it.Words) {
		column = true
	}
	return Look(capture, body, it.Depth, it.Role, it.Words, w.p.Options.Charset, column)
}
