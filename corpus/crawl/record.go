package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// took writes down an answer: its version, whether it is a report, and where it leads.
func (w *walk) took(ctx context.Context, it *ledger.Item, known *ledger.Known, t taken) error {
	now := w.c.now()
	p := t.page
	if p == nil {
		p = w.look(ctx, it, t.capture, t.body)
		fresh := t.capture.Result == archive.New || t.capture.Result == archive.Changed
		if fresh && !w.unfinished(it, p) { // the visit broke off behind it
			w.believe(ctx, it, p, t.body)
		}
	}
	rendered, hollow := "", p.hollow()
	if w.unfinished(it, p) {
		q, sum, err := w.complete(ctx, it, p, &t)
		var trouble *fetch.Trouble
		switch {
		case errors.As(err, &trouble):
			t.trouble = trouble
			return w.failed(ctx, it, known, t)
		case err != nil:
			return err
		case q != nil:
			p, rendered, hollow = q, sum, q.hollow()
			w.believe(ctx, it, p, q.built)
		default:
			w.believe(ctx, it, p, t.body)
		}
		if known != nil {
			trouble, err := w.suspect(ctx, it, p)
			if err == nil && trouble == nil && len(p.missing) > 0 {
				trouble, err = w.lessThanKnown(ctx, it, p, rendered)
			}
			if err != nil {
				return err
			}
			if trouble != nil {
				t.trouble = trouble
				return w.failed(ctx, it, known, t)
			}
		}
	}
	if p.Doubt != "" && (p.Kind == KindOther || p.Kind == KindShell) {
		return w.doubted(ctx, it, p, t, now)
	}
	k := w.knownOf(it, known, p, t, now)
	if it.State = ledger.Done; p.Kind != KindShell || it.Reason == "" {
		it.Reason = p.Kind
	}
	it.List = p.List
	if known != nil && known.Useful && known.Kind == KindList && !p.leads() {
		it.List.Kind, it.List.Why = it.List.Kind|ledger.ReportsColumn, ledToReports
	}
	switch {
	case it.List.Why != "":
	case it.Role == RoleNext && p.HTML && p.Column && !p.Report && it.List.Rows == 0 && p.Words > 4 && !p.leads() &&
		!emptyList.MatchString(p.said):
		it.List.Kind, it.List.Why = it.List.Kind|ledger.ReportsColumn, showsNone
	case it.Role == RoleColumn && p.hollow():
		it.List.Kind, it.List.Why = it.List.Kind|ledger.ReportsColumn, putByScript
	case it.Role == RoleColumn && hollow: // its scripts ask for something
		it.List.Kind, it.List.Why = it.List.Kind|ledger.ReportsColumn, askedByScript
	}
	w.known(it, p)
	s := &ledger.Step{Pages: t.pages, Bytes: t.wire, Known: k}
	if p.Kind == KindStyle { // once a host, and outside the count of pages
		s.Pages = 0
	}
	for i, m := range p.missing { // said where what was not taken is said
		x := w.item(fmt.Sprintf("%s#%d", it.URL, i+2), "", KindPart, it.Words, 0, it.Depth, it.Key)
		x.State, x.Reason = ledger.Failed, "a page of the report is missing: "+m
		s.Links = append(s.Links, x)
	}
	if p.Report || p.Kind == KindAttachment || p.Kind == KindImage {
		if err := w.document(ctx, it, k, p, s, t, rendered, now); err != nil {
			return err
		}
	}
	if it.Reason != "copy" {
		links, err := w.links(ctx, it, p, now)
		if err != nil {
			return err
		}
		s.Links = append(s.Links, links...)
	}
	s.Item = *it
	w.tell(it, it.Reason)
	return w.commit(ctx, s)
}

// Said of pages of a column that show no entry of it.
const (
	showsNone     = "a page of the list shows none of it"
	askedByScript = "what its scripts ask for holds no entry"
	putByScript   = "its entries are not in the page, and what puts them there is not known"
)

// known remembers the entries of a list that were seen on this visit. A page that shows none but these leads no further:
// a list that begins again behind its end, or that shows one page for every number.
func (w *walk) known(it *ledger.Item, p *Page) {
	if p.List.Entries == "" {
		return
	}
	root := it.Key
	if it.Role == RoleNext || it.Role == RoleData || it.Role == RoleFrame {
		if root = it.Parent; w.roots[root] != "" {
			root = w.roots[root]
		}
	}
	if w.roots == nil {
		w.roots, w.seen = map[string]string{}, map[string]map[string]bool{}
	}
	w.roots[it.Key] = root
	if w.seen[root] == nil {
		w.seen[root] = map[string]bool{}
	}
	fresh := false
	for names := p.List.Entries; len(names) >= ledger.EntryName; names = names[ledger.EntryName:] {
		name := names[:ledger.EntryName]
		fresh = fresh || !w.seen[root][name]
		w.seen[root][name] = true
	}
	if !fresh && it.Role == RoleNext {
		next := map[string]bool{}
		for _, l := range p.Links {
			next[l.URL] = next[l.URL] || l.Role == RoleNext || l.Role == RoleData
		}
		p.Links = slices.DeleteFunc(p.Links, func(l Link) bool { return next[l.URL] })
	}
}

// lessThanKnown says of a report of which a page is missing now that the one that is known stands; nil = it is the same.
func (w *walk) lessThanKnown(ctx context.Context, it *ledger.Item, p *Page, sum string) (*fetch.Trouble, error) {
	d, err := w.c.Ledger.Document(ctx, w.p.ID, it.Key)
	if err != nil || d == nil || d.SHA256 == sum {
		return nil, err
	}
	return fetch.Refuse(fetch.Suspect, "in the place of %s: a page of it is missing: %s", d.Title, p.missing[0]), nil
}

// ledToReports is said of a list that is known and shows nothing of what it showed: a wall is in its place.
const ledToReports = "it led to reports before, and shows none now"

// leads tells that a page names a report, or the way to one.
func (p *Page) leads() bool {
	for _, l := range p.Links {
		switch l.Role {
		case RoleReport, RoleNext, RoleData, RoleFrame:
			return true
		case RoleColumn:
			if l.Score >= scoreAgency {
				return true
			}
		}
	}
	return p.Report
}

// doubted writes down an address that was linked as a report, or as a file of one, and is none: with the reason, and what
// it leads to.
func (w *walk) doubted(ctx context.Context, it *ledger.Item, p *Page, t taken, now time.Time) error {
	it.State = ledger.Failed
	if !strings.HasPrefix(it.Reason, "shell: ") {
		it.Reason = fetch.Refuse(fetch.NotAReport, "%s", p.Doubt).Error()
	}
	if p.Title != "" && p.Title != it.Words {
		it.Reason += fmt.Sprintf(" (%.60q)", p.Title)
	}
	links, err := w.links(ctx, it, p, now)
	if err != nil {
		return err
	}
	w.tell(it, it.Reason)
	return w.commit(ctx, &ledger.Step{Item: *it, Pages: t.pages, Bytes: t.wire, Links: links})
}

// knownOf is what is known of an address from now on.
func (w *walk) knownOf(it *ledger.Item, known *ledger.Known, p *Page, t taken, now time.Time) *ledger.Known {
	sum := t.capture.SHA256
	if sum == "" && t.capture.Since != nil {
		sum = t.capture.Since.SHA256
	}
	k := &ledger.Known{Portal: w.p.ID, Key: it.Key, URL: it.URL, Form: it.Form, Kind: p.Kind, Words: it.Words,
		Parent: it.Parent, Role: it.Role, Score: it.Score, SHA256: sum, First: now, Version: now, Last: now,
		Versions: 1, Bytes: int64(len(t.body)), State: "here", TextSum: p.TextSum}
	if t.capture.Header != nil {
		k.ETag, k.Modified = t.capture.Header.Get("ETag"), t.capture.Header.Get("Last-Modified")
	}
	if known != nil {
		k.First, k.Versions, k.Useful = known.First, known.Versions, known.Useful
		if k.ETag == "" && k.Modified == "" && t.capture.Status == http.StatusNotModified {
			k.ETag, k.Modified = known.ETag, known.Modified
		}
		if known.SHA256 == sum {
			k.Version = known.Version
		} else if known.SHA256 != "" {
			k.Versions++
		}
	}
	if p.Kind == KindList && p.Column {
		k.TextSum = "column"
	}
	return k
}

// document makes a document of a report or of what hangs on one, and news of it, in the step; it makes none of a copy
// and of a report on a year that was not asked for, and says so in the item.
func (w *walk) document(ctx context.Context, it *ledger.Item, k *ledger.Known, p *Page, s *ledger.Step,
	t taken, rendered string, now time.Time) error {
	c := w.c
	capture := t.capture
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
	before := d
	if d == nil {
		d = &ledger.Document{Portal: w.p.ID, Key: k.Key, URL: it.URL, First: now}
	} else {
		was := *d
		before = &was
	}
	w.describe(ctx, d, it, k, p, capture, now)
	if rendered != "" { // the document is what the browser built
		d.SHA256, d.Media = rendered, "text/html; charset=utf-8"
	}
	var diff difference
	if before != nil && before.SHA256 != d.SHA256 {
		body := t.body
		if rendered != "" {
			body = p.built
		}
		if diff, err = w.compare(ctx, it.URL, before.SHA256, body, d.Media); err != nil {
			return err
		}
		if diff.same { // other bytes that say the same: the version that was kept first stays the one
			d.SHA256, d.Bytes, d.Media = before.SHA256, before.Bytes, before.Media
		}
	}
	if before == nil || before.SHA256 != d.SHA256 {
		d.Versions++
	}
	s.Document = d
	k.Useful = true
	late := d.Own && d.Kind == KindReport && w.c.Calendar.Late(w.p, d.Year, d.Published, now)
	if late && d.Published == "" && w.c.clockWrong(w.p, w.v) {
		late = false
	}
	if late && d.Published == "" {
		if late, err = w.lackedIt(ctx, d.Year); err != nil {
			return err
		}
	}
	if kind, old := w.news(d, before, late); kind != "" && d.Kind != KindImage {
		e := w.event(kind, d, now, old)
		e.Detail = diff.detail
		s.Events = append(s.Events, e)
	}
	s.Useful, err = w.wayHere(ctx, it)
	return err
}

// describe writes into a document what its page says of it now.
func (w *walk) describe(ctx context.Context, d *ledger.Document, it *ledger.Item, k *ledger.Known, p *Page,
	capture *archive.Capture, now time.Time) {
	d.Kind, d.Title, d.Year, d.Published, d.Last = p.Kind, p.Title, p.Year, p.Published, now
	d.SHA256, d.Bytes, d.State, d.Visit = k.SHA256, k.Bytes, "present", w.v.ID
	d.Suspect, d.SuspectWhy = time.Time{}, ""
	if capture.Header != nil && capture.Status != http.StatusNotModified {
		d.Media = capture.Header.Get("Content-Type")
	}
	d.Own = p.Report && Whose(p.Title, w.p.Name) == Own
	if p.Kind == KindReport {
		return
	}
	d.Page = w.parentURL(ctx, it)
	if parent, err := w.c.Ledger.Document(ctx, w.p.ID, it.Parent); err == nil && parent != nil {
		d.Year = parent.Year
		if d.Title == "" {
			d.Title = parent.Title
		}
	}
}

// lackedIt reports whether a visit after the deadline read the column whole and did not find the report on a year: only
// then is one that names no day of its own late.
func (w *walk) lackedIt(ctx context.Context, year int) (bool, error) {
	c, err := w.c.Ledger.Column(ctx, w.p.ID)
	if err != nil || c == nil || !w.c.Calendar.Over(w.p, year, c.Time) {
		return false, err
	}
	return c.State == ledger.ColumnWhole && c.Years[year] == "" && c.Years[0] == "", nil
}

// news is what there is to tell of a document: "" is nothing. What a portal's first visit finds is found, and no news;
// old is the hash that it had before.
func (w *walk) news(d, before *ledger.Document, late bool) (kind, old string) {
	if w.first && d.Own && d.Kind == KindReport && d.Published != "" {
		d.Late = late
	}
	switch {
	case before == nil && w.first:
		return "found", ""
	case before == nil:
		if d.Own && d.Kind == KindReport {
			d.Late = late
		}
		if late {
			return "late", ""
		}
		return "new", ""
	case before.State == "vanished":
		return "back", before.SHA256
	case before.SHA256 != d.SHA256:
		return "changed", before.SHA256
	}
	return "", ""
}

// wayHere names the pages that led to an item: they are worth a visit next time.
func (w *walk) wayHere(ctx context.Context, it *ledger.Item) (keys []string, err error) {
	for key, n := it.Parent, 0; key != "" && n < 40; n++ {
		up, err := w.c.Ledger.Known(ctx, w.p.ID, key)
		if err != nil {
			return nil, err
		}
		if up == nil || up.Useful {
			break
		}
		keys = append(keys, key)
		key = up.Parent
	}
	return keys, nil
}

// links makes items of the links of a page: those worth asking for wait, those that come near are left with the reason.
func (w *walk) links(ctx context.Context, it *ledger.Item, p *Page, now time.Time) ([]ledger.Item, error) {
	var out []ledger.Item
	seen := map[string]int{}
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
		case RoleStyle:
			if it.Role == RoleStyle {
				x.Depth = it.Depth
				if x.Score = it.Score - 1; x.Score < leastStyle {
					x.State, x.Reason = ledger.Left, "a style sheet taken in by so many others, one in the other"
				}
			}
		case RoleData:
			x.Score = max(x.Score, min(it.Score, 80)-5)
		}
		if i, ok := seen[x.Key]; ok {
			if out[i].Score < x.Score {
				out[i] = x
			}
			continue
		}
		if x.Key == it.Key || x.Score < follow {
			continue
		}
		if err := w.leave(ctx, &x, p, now); err != nil {
			return nil, err
		}
		seen[x.Key] = len(out)
		out = append(out, x)
	}
	return out, nil
}

// leave marks an item that is not to be asked for, with the reason: it is too far away, outside, or known well enough.
func (w *walk) leave(ctx context.Context, x *ledger.Item, p *Page, now time.Time) error {
	off := func(why string) { x.State, x.Reason = ledger.Left, why }
	if x.Depth > w.c.Bounds.Depth {
		off("too far from the home page")
	}
	if !allowedHost(w.p, x.Host) {
		switch {
		case !allowedHost(w.p, p.URL.Host):
			off("off-site: outside *.gov.cn, and linked to by " + p.URL.Host + " only")
			why := "outside *.gov.cn, and not linked to by the portal itself"
			if err := w.c.Ledger.Refuse(ctx, w.p.ID, x.Host, why, x.URL); err != nil {
				return err
			}
		case x.Role != RoleReport && x.Role != RoleAttachment && x.Role != RoleImage && x.Role != RoleFrame:
			off("off-site: columns are followed on *.gov.cn and the portal's own host only")
		}
	}
	known, err := w.c.Ledger.Known(ctx, w.p.ID, x.Key)
	if err != nil || known == nil || x.State != "" || known.First.After(w.v.Started) {
		return err
	}
	recent := fresh(known.Last, now, w.c.Bounds.Recheck)
	document := known.Kind == KindReport || known.Kind == KindAttachment || known.Kind == KindImage
	inColumn := p.Column && (x.Role == RoleNext || x.Role == RoleData || x.Role == RoleFrame)
	switch {
	case inColumn: // how far the column goes is looked at each time
	case !known.Useful && recent && known.State == "here":
		off("asked on " + known.Last.Format(time.DateOnly) + " and led to nothing")
	case known.Useful && document && recent && known.ETag == "" && known.Modified == "":
		off("known, and seen on " + known.Last.Format(time.DateOnly))
	}
	return nil
}
