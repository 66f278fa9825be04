package crawl

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// What was imported is looked at as a visit looks at what it is answered, but for two things: nothing is asked, and the
// order is another. A visit comes to a page by the link that led there; in an import pages, and files that hang on them,
// lie in any order and over many files. So all pages are looked at for links first, and the links between what is there
// are written into the frontier of the import ("import/PORTAL", in which an item stands for an address); then each
// address is judged by its bodies, pages before files, and becomes a document with the dates at which it was captured,
// or is none, with the reason. An item whose captures are all looked at is done, so that an import that breaks off goes
// on, and one that is made again does nothing. What a crawl knows of an address itself stands; an import adds the time
// before.

// Adopted counts what the addresses that were imported for a portal came to.
type Adopted struct {
	Reports, Attachments int // addresses that became, or were, documents
	Copies               int // the same words lie at another address
	Others               int // pages, pictures and files that are no reports
	Undecided            int // could not be read, so that whether they are reports is not known
}

// Add adds.
func (n *Adopted) Add(m Adopted) {
	n.Reports += m.Reports
	n.Attachments += m.Attachments
	n.Copies += m.Copies
	n.Others += m.Others
	n.Undecided += m.Undecided
}

// Importing notes that an import begins: a ledger that knows of one is no lost one, though it has no visits.
func (c *Crawler) Importing(ctx context.Context) error {
	return c.Ledger.Link(ctx, importVisit(""), []ledger.Item{{Key: "import", State: ledger.Done}})
}

// Imported notes what an import has closed in the archive.
func (c *Crawler) Imported(ctx context.Context, segments []*archive.Sealed) error {
	for _, s := range segments {
		if err := c.Ledger.SetHead(ctx, headOf(s)); err != nil {
			return err
		}
	}
	return nil
}

// importVisit names the frontier of what is imported for a portal.
func importVisit(portal string) string { return "import/" + portal }

// undecided begins the reason of an item that could not be read.
const undecided = "it could not be read: "

// A seen is one imported capture of an address.
type seen struct {
	time       time.Time
	sum        string
	visit, key string // of the capture
}

// An adoptee is an address of which there are imported captures, in the order of time.
type adoptee struct {
	ledger.Item
	seen []seen
}

// An adoption is the work on one portal.
type adoption struct {
	*walk
	all map[string]*adoptee // by the key of the address
}

// Adopt makes documents of what was imported for a portal and not looked at yet. It can be called at any time, and again.
func (c *Crawler) Adopt(ctx context.Context, p corpus.Portal) (n Adopted, err error) {
	a := &adoption{walk: &walk{c: c, p: p, v: &ledger.Visit{ID: importVisit(p.ID), Portal: p.ID}, first: true},
		all: map[string]*adoptee{}}
	if err := a.gather(ctx); err != nil {
		return n, err
	}
	order := make([]*adoptee, 0, len(a.all))
	for _, x := range a.all {
		order = append(order, x)
	}
	slices.SortFunc(order, func(x, y *adoptee) int {
		return cmp.Or(x.seen[0].time.Compare(y.seen[0].time), cmp.Compare(x.URL, y.URL))
	})
	for _, x := range order {
		if x.State == ledger.Waiting {
			if err := a.lead(ctx, x); err != nil {
				return n, err
			}
		}
	}
	slices.SortStableFunc(order, func(x, y *adoptee) int { return cmp.Compare(phase(x.Role), phase(y.Role)) })
	for _, x := range order {
		if x.State == ledger.Waiting {
			if err := a.settle(ctx, x); err != nil {
				return n, err
			}
		}
		n.count(x.Reason)
	}
	return n, nil
}

func (n *Adopted) count(reason string) {
	switch {
	case reason == KindReport:
		n.Reports++
	case reason == KindAttachment:
		n.Attachments++
	case reason == "copy":
		n.Copies++
	case strings.HasPrefix(reason, undecided):
		n.Undecided++
	default:
		n.Others++
	}
}

// phase orders addresses: a page is looked at before what hangs on it.
func phase(role string) int {
	switch role {
	case "", RoleColumn, RoleNext, RoleFrame, RoleHome:
		return 0
	case RoleAttachment, RoleImage, RoleStyle:
		return 2
	}
	return 1
}

// gather lists the addresses that were imported, with what the frontier knows of them. What has captures that were not
// looked at yet waits.
func (a *adoption) gather(ctx context.Context) error {
	err := a.c.Archive.Captures(ctx, a.p.ID, func(x *archive.Capture) error {
		if x.Source == "" && x.Result != archive.Imported || x.Method == "RENDER" {
			return nil
		}
		sum := x.SHA256
		if sum == "" && x.Since != nil {
			sum = x.Since.SHA256
		}
		if sum == "" || x.Result == archive.Failed || x.Result == archive.Gone {
			return nil
		}
		at := firstNonEmpty(Canonical(nil, x.URL), x.URL)
		it := a.item(at, x.Form, "", "", 0, 1, "")
		e := a.all[it.Key]
		if e == nil {
			it.State = ledger.Waiting
			e = &adoptee{Item: it}
			a.all[it.Key] = e
		}
		e.seen = append(e.seen, seen{x.Time, sum, x.Visit, x.Key})
		return nil
	})
	if err != nil && !errors.Is(err, archive.ErrDamaged) { // what can be read is; gongkai archive check tells the rest
		return err
	}
	for _, e := range a.all {
		slices.SortStableFunc(e.seen, func(x, y seen) int { return x.time.Compare(y.time) })
	}
	return a.c.Ledger.Frontier(ctx, a.v.ID, "", func(it ledger.Item) error {
		e := a.all[it.Key]
		if e == nil {
			return nil
		}
		if it.State == ledger.Done && it.Tries != len(e.seen) {
			it.State = ledger.Waiting
		}
		e.Item = it
		return nil
	})
}

// body gives a capture and its body; why is not "" where it cannot be had.
func (a *adoption) body(ctx context.Context, s seen) (x *archive.Capture, body []byte, why string, err error) {
	if x, err = a.c.Archive.Get(ctx, a.p.ID, s.visit, s.key); err != nil {
		return nil, nil, "", err
	}
	body, err = a.c.Archive.Body(ctx, s.sum)
	if err != nil && ctx.Err() == nil {
		return x, nil, err.Error(), nil
	}
	return x, body, "", err
}

// lead writes down which of the addresses that were imported a page links, and how.
func (a *adoption) lead(ctx context.Context, e *adoptee) error {
	var links []ledger.Item
	last := ""
	for _, s := range e.seen {
		if s.sum == last {
			continue
		}
		last = s.sum
		x, body, why, err := a.body(ctx, s)
		if err != nil {
			return err
		}
		if why != "" {
			continue
		}
		p := a.look(ctx, &e.Item, x, body)
		for _, l := range p.Links {
			if l.Role == "" {
				continue
			}
			to := a.target(l)
			if to == nil || to == e || to.Score >= l.Score {
				continue
			}
			to.Role, to.Words, to.Score, to.Parent, to.State = l.Role, l.Words, l.Score, e.Key, ledger.Waiting
			links = append(links, to.Item)
		}
	}
	return a.c.Ledger.Link(ctx, a.v.ID, links)
}

// target is the address that a link leads to, by whichever of http and https it was captured.
func (a *adoption) target(l Link) *adoptee {
	it := a.item(l.URL, l.Form, "", "", 0, 1, "")
	if e := a.all[it.Key]; e != nil {
		return e
	}
	other := ""
	if rest, ok := strings.CutPrefix(l.URL, "http://"); ok {
		other = "https://" + rest
	} else if rest, ok := strings.CutPrefix(l.URL, "https://"); ok {
		other = "http://" + rest
	}
	it = a.item(other, l.Form, "", "", 0, 1, "")
	return a.all[it.Key]
}

// A version is a body of a document.
type version struct {
	seen
	page *Page
	x    *archive.Capture
	body []byte // of the newest only
}

// settle says what an address is, by all its bodies, and writes it down.
func (a *adoption) settle(ctx context.Context, e *adoptee) error {
	var docs []version
	var shown *version // the newest body, whatever it is
	why, last := "", ""
	end := time.Time{}
	for _, s := range e.seen {
		if s.sum == last {
			if len(docs) > 0 && docs[len(docs)-1].sum == s.sum {
				end = s.time
			}
			continue
		}
		last = s.sum
		x, body, missing, err := a.body(ctx, s)
		if err != nil {
			return err
		}
		if missing != "" {
			why = undecided + missing
			continue
		}
		p := a.look(ctx, &e.Item, x, body)
		not := a.verdict(ctx, e, p, body)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		v := version{seen: s, page: p, x: x, body: body}
		shown = &v
		if !p.Report && p.Kind != KindAttachment && p.Kind != KindImage {
			why = not
			continue
		}
		if k := len(docs); k > 0 {
			docs[k-1].body = nil
		}
		docs = append(docs, v)
		end = s.time
	}
	e.State, e.Tries = ledger.Done, len(e.seen)
	out := &ledger.Adoption{}
	switch {
	case len(docs) > 0:
		if err := a.document(ctx, e, docs, end, out); err != nil {
			return err
		}
	default:
		e.Reason = why
		if shown != nil && (shown.page.Kind == KindList || shown.page.Kind == KindStyle) {
			out.Known = a.known(ctx, e, *shown, e.seen[len(e.seen)-1].time)
		}
	}
	out.Item = e.Item
	return a.c.Ledger.Adopt(ctx, a.p.ID, a.v.ID, out)
}

// verdict judges a body: that a page has the title of a report makes none, and that a file has no title keeps it from
// being none. It gives the reason where it is no report.
func (a *adoption) verdict(ctx context.Context, e *adoptee, p *Page, body []byte) (why string) {
	hangs := e.Role == RoleAttachment || e.Role == RoleImage || e.Role == RoleStyle
	file := !p.HTML && (p.Kind == KindOther || p.Kind == KindReport)
	ask := p.Report || !hangs && (file || p.HTML && p.Kind != KindReading && p.Kind != KindNotice &&
		(p.Sections > 0 || p.Tables > 0 || annual.MatchString(p.Title)))
	if !ask || a.c.Judge == nil {
		return firstNonEmpty(p.Doubt, p.Kind)
	}
	j := a.c.judge(ctx, Evidence{Body: body, URL: e.URL, Division: a.p.Code})
	switch {
	case j.Sure && j.Report || p.Report && (!j.Sure || p.carries()):
		p.Report, p.Kind = true, KindReport
		if isReportTitle(j.Title, true) || p.Title == "" {
			p.Title = firstNonEmpty(j.Title, p.Title)
		}
		p.Title = firstNonEmpty(p.Title, e.URL[strings.LastIndex(e.URL, "/")+1:])
		if p.Year == 0 {
			p.Year = j.Year
		}
		return ""
	case !j.Sure && file:
		p.Report, p.Kind = false, KindOther
		return undecided + firstNonEmpty(j.Why, "a scan, or a damaged file")
	}
	was := p.Report
	p.Report = false
	if was || p.Kind == KindReport {
		p.Kind = KindOther
	}
	if p.Kind != KindOther {
		return p.Kind
	}
	return firstNonEmpty(j.Why, "it does not read as a report")
}

// known is what the ledger knows of an address from its imported bodies; nil where a crawl knows more.
func (a *adoption) known(ctx context.Context, e *adoptee, v version, end time.Time) *ledger.Known {
	k := &ledger.Known{Portal: a.p.ID, Key: e.Key, URL: e.URL, Form: e.Form, Kind: v.page.Kind, Words: e.Words,
		Parent: e.Parent, Role: e.Role, Score: e.Score, SHA256: v.sum, First: e.seen[0].time, Version: v.time, Last: end,
		Versions: 1, Bytes: v.x.Bytes, State: "here", TextSum: v.page.TextSum}
	if v.x.Header != nil {
		k.ETag, k.Modified = v.x.Header.Get("ETag"), v.x.Header.Get("Last-Modified")
	}
	if v.page.Kind == KindList && v.page.Column {
		k.TextSum = "column"
	}
	if v.page.Report && k.Role == "" {
		k.Role = RoleReport
	}
	return k
}

// document makes a document of the bodies of an address, with a version for each that says something else.
func (a *adoption) document(ctx context.Context, e *adoptee, docs []version, end time.Time, out *ledger.Adoption) error {
	before, err := a.c.Ledger.Document(ctx, a.p.ID, e.Key)
	if err != nil {
		return err
	}
	var known *ledger.Known
	if before != nil && !strings.HasPrefix(before.Visit, importVisit("")) {
		if known, err = a.c.Ledger.Known(ctx, a.p.ID, e.Key); err != nil {
			return err
		}
	}
	if known != nil { // a crawl has seen it, and what came of it since then
		i := slices.IndexFunc(docs, func(v version) bool { return !v.time.Before(known.First) })
		if i >= 0 {
			docs = docs[:i]
		}
		if len(docs) == 0 {
			e.Reason = before.Kind
			return nil
		}
	}
	newest := docs[len(docs)-1]
	textsum := newest.page.TextSum
	if textsum == "" && newest.page.Kind != KindImage {
		textsum = "sha256:" + newest.sum
	}
	if before == nil {
		copyOf, err := a.c.Ledger.Copy(ctx, a.p.ID, textsum, e.Key)
		if err != nil {
			return err
		}
		if copyOf != "" {
			e.Reason = "copy"
			return nil
		}
	}
	d := &ledger.Document{Portal: a.p.ID, Key: e.Key, URL: e.URL, First: docs[0].time, Versions: 1}
	a.describeAdopted(ctx, d, e, docs[0], docs[0].time)
	events := []ledger.Event{a.adoptEvent("found", d, docs[0].time, "")}
	next := func(sum string, v version, body []byte, at time.Time) error {
		diff, err := a.compare(ctx, e.URL, d.SHA256, body, d.Media)
		if err != nil && !errors.Is(err, archive.ErrMissing) {
			return err
		}
		if diff.same || sum == d.SHA256 {
			return nil
		}
		old := d.SHA256
		d.Versions++
		d.SHA256 = sum
		if v.page != nil {
			a.describeAdopted(ctx, d, e, v, at)
		}
		ev := a.adoptEvent("changed", d, at, old)
		ev.Detail = diff.detail
		events = append(events, ev)
		return nil
	}
	for _, v := range docs[1:] {
		body := v.body
		if body == nil {
			if body, err = a.c.Archive.Body(ctx, v.sum); err != nil {
				return err
			}
		}
		if err := next(v.sum, v, body, v.time); err != nil {
			return err
		}
	}
	d.Last, d.Visit = end, a.v.ID
	if known != nil { // the import tells of the time before
		sum, err := a.c.Ledger.FirstSum(ctx, before)
		if err != nil {
			return err
		}
		body, err := a.c.Archive.Body(ctx, sum)
		if err != nil {
			return err
		}
		if err := next(sum, version{}, body, known.First); err != nil {
			return err
		}
		d2 := *before
		d2.First, d2.Versions = d.First, known.Versions+d.Versions-1
		out.Document, out.Events, e.Reason = &d2, events[1:], d2.Kind
		return nil
	}
	e.Reason = d.Kind
	out.Document, out.Events = d, events
	out.Known = a.known(ctx, e, newest, end)
	out.Known.TextSum, out.Known.Useful, out.Known.Versions = textsum, true, d.Versions
	return nil
}

// describeAdopted writes into a document what one of its bodies says of it.
func (a *adoption) describeAdopted(ctx context.Context, d *ledger.Document, e *adoptee, v version, at time.Time) {
	k := &ledger.Known{SHA256: v.sum, Bytes: v.x.Bytes}
	a.describe(ctx, d, &e.Item, k, v.page, v.x, at)
	if d.Media == "" && v.x.Header == nil {
		d.Media = http.DetectContentType(v.body)
	}
}

func (a *adoption) adoptEvent(kind string, d *ledger.Document, at time.Time, before string) ledger.Event {
	ev := a.event(kind, d, at, before)
	ev.ID = kind + "/" + a.p.ID + "/" + d.Key + "/" + d.SHA256 + "/" + at.UTC().Format("20060102T150405.000Z")
	return ev
}
