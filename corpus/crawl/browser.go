package crawl

import (
	"context"
	"errors"
	"net/http"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

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

// mayBuild tells a page that a browser is to build: where the portal's row asks for it any that is empty, and by itself
// one that should be a column of reports, a report, or the home page.
func (w *walk) mayBuild(it *ledger.Item, p *Page) bool {
	if !p.empty() {
		return false
	}
	if w.p.Options.Browser {
		return true
	}
	return w.c.Render != nil && p.HTML && (it.Role == RoleHome || it.Role == RoleReport ||
		it.Role == RoleColumn && it.Score >= 80)
}

// render has the browser build a page, and keeps what it built beside what was sent. All that the page asks for goes
// the way of every request: allowed hosts, robots.txt, pace, archive.
func (w *walk) render(ctx context.Context, it *ledger.Item, capture *archive.Capture, body []byte) (
	p *Page, sum string, requests int64, err error) {
	c := w.c
	if c.Render == nil {
		return nil, "", 0, errors.New("a page that needs a browser, and there is none")
	}
	before := w.before(it.Host, &requests)
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
			if b, err := c.Archive.Body(ctx, x.SHA256); !archive.Broken(err) {
				return x.Status, x.Header, b, err
			}
		}
		if c.replay != nil {
			return 0, nil, nil, fetch.Refuse(fetch.NotKept, "the archive has no answer to it")
		}
		a := c.Client.Do(ctx, fetch.Request{URL: at, Form: form, Referer: it.URL, AnyCert: w.p.Options.AnyCert, Jar: w.cookies(),
			Before: before})
		if a.Trouble != nil {
			return 0, nil, nil, a.Trouble
		}
		x := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: key, URL: at, Method: method, Form: form,
			Time: c.now().UTC(), Chain: a.Chain, Status: a.Status, Proto: a.Proto, Request: a.Sent, Header: a.Header,
			Head: a.Head, Wire: a.Wire, Result: archive.New, Kind: KindData}
		return a.Status, a.Header, a.Body, c.Archive.PutReceived(ctx, x, a.Body, a.Coded)
	}
	html, err := c.Render(ctx, it.URL, ask)
	if err != nil {
		return nil, "", requests, err
	}
	built := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: archive.Key("RENDER", it.URL, ""), Method: "RENDER",
		URL: it.URL, Final: capture.Final, Time: c.now().UTC(), Status: http.StatusOK,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Result: archive.New}
	p = w.look(ctx, it, built, html)
	built.Kind, p.built = p.Kind, html
	if err := c.Archive.Put(ctx, built, html); err != nil {
		return nil, "", requests, err
	}
	return p, built.SHA256, requests, nil
}
