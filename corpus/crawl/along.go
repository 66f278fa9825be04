package crawl

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// Some pages are not all that they are about: their scripts get the list or the article, or the report goes on over
// further pages. What is missing is asked for along with the page, in its step: within the same manners, each answer in
// the archive as it came, and once a visit.

// unfinished tells a page that what it is about has to be completed first: by what its scripts ask for, by its further
// pages, or by a browser.
func (w *walk) unfinished(it *ledger.Item, p *Page) bool {
	return p.parted() || p.byScripts(it) || w.mayBuild(it, p)
}

// parted tells a report that goes on over further pages.
func (p *Page) parted() bool { return p.Report && len(p.parts) > 0 }

// byScripts tells a page whose list or article is put there by its scripts.
func (p *Page) byScripts(it *ledger.Item) bool {
	if !p.HTML || len(p.inline)+len(p.sources) == 0 || p.Redirect != "" {
		return false
	}
	for _, l := range p.Links {
		if l.Role == RoleData || l.Role == RoleNext {
			return false
		}
	}
	switch it.Role {
	case RoleHome:
		return p.Kind == KindShell
	case RoleReport:
		return p.empty()
	case RoleColumn, RoleNext, RoleFrame, RoleGuess:
		if p.Kind == KindShell || p.hollow() {
			return true
		}
		l := p.List
		return p.Kind == KindList && p.Column && l.Rows > 0 && (l.Kind&ledger.Entries != 0 && l.Rows < l.Stated ||
			l.Kind&ledger.Pages != 0 && l.Stated > 1 || l.Why != "")
	}
	return false
}

// hollow tells a column of reports that leads to none, and to nothing else that might.
func (p *Page) hollow() bool {
	if !p.HTML || !p.Column || p.Report || p.Kind != KindList || emptyList.MatchString(p.said) {
		return false
	}
	for _, title := range append([]string{p.Title}, p.titles...) {
		if YearOf(title) != 0 && !yearOnly.MatchString(narrow(title)) {
			return false // an article
		}
	}
	bodies := 0
	for _, l := range p.Links {
		switch l.Role {
		case RoleReport, RoleNext, RoleData, RoleFrame:
			return false
		case RoleColumn: // what every page of the site links to speaks of places and bodies, too
			if l.Score > scoreAgency {
				return false
			}
			if l.Score == scoreAgency {
				bodies++
			}
		}
	}
	return bodies < 4
}

var emptyList = regexp.MustCompile(`暂无|没有(?:找到|相关|符合|任何|记录|数据|内容|信息)|无相关|正在建设|建设中(?:[^心]|$)|共\s*0\s*条`)

// complete makes of an unfinished page what it is about; where that is another page than was sent, it gives that one, and
// the name of the body that it was made of. The links that scripts lead to are added to the page.
func (w *walk) complete(ctx context.Context, it *ledger.Item, p *Page, t *taken) (q *Page, sum string, err error) {
	if p.parted() {
		return w.joined(ctx, it, p, t)
	}
	if p.byScripts(it) {
		q, sum, err = w.scriptedPage(ctx, it, p, t)
		if err != nil || q != nil {
			return q, sum, err
		}
		for _, l := range p.Links {
			if l.Role == RoleData {
				return nil, "", nil // its answers decide
			}
		}
	}
	if !w.mayBuild(it, p) {
		return nil, "", nil
	}
	q, sum, n, err := w.render(ctx, it, t.capture, t.body)
	t.pages += n
	switch {
	case err != nil && ctx.Err() != nil:
		return nil, "", ctx.Err()
	case err != nil:
		it.Reason = "shell: " + err.Error()
		if w.c.Log != nil {
			w.c.Log("%s: %v", it.URL, err)
		}
		return nil, "", nil
	}
	return q, sum, nil
}

// mostScripts is how many outside scripts of a page are read for what they ask for.
const mostScripts = 5

// scriptedPage looks at what the scripts of a page ask for: lists become links, and the article of a page is asked for.
func (w *walk) scriptedPage(ctx context.Context, it *ledger.Item, p *Page, t *taken) (*Page, string, error) {
	codes := p.inline
	asks := askings(p.URL, p.doc, codes)
	if !useful(asks, it.Role) {
		for i, at := range p.sources {
			if i >= mostScripts {
				break
			}
			body, c, err := w.along(ctx, it, at, "", KindData, t)
			var trouble *fetch.Trouble
			if errors.As(err, &trouble) {
				if later(trouble) {
					return nil, "", err
				}
				continue
			}
			if err != nil {
				return nil, "", err
			}
			codes = append(codes, decodeText(body, c.Header.Get("Content-Type"), w.p.Options.Charset))
		}
		asks = askings(p.URL, p.doc, codes)
	}
	if it.Role == RoleReport {
		return w.article(ctx, it, p, asks, t)
	}
	p.interfaces(asks, codes)
	return nil, "", nil
}

// useful tells whether among requests there is one of the kind that is looked for.
func useful(asks []asking, role string) bool {
	for _, a := range asks {
		if a.paged && role != RoleReport || a.article && role == RoleReport {
			return true
		}
	}
	return false
}

// interfaces makes links of what the scripts of a list ask for.
func (p *Page) interfaces(asks []asking, codes []string) {
	all := strings.Join(codes, "\n")
	score := 62
	if p.Column {
		score = 88
	}
	paged := false
	for _, a := range asks {
		paged = paged || a.paged
	}
	words := p.Title
	if d := detailOf(all); d != "" {
		words = strings.TrimSpace(words + " \x1f" + d)
	}
	n := 0
	for _, a := range asks {
		if a.article || paged && !a.paged || !paged && !listAt.MatchString(a.at) {
			continue
		}
		n++
		p.Links = append(p.Links, Link{URL: a.at, Form: a.form, Words: words, Role: RoleData, Score: score})
	}
	if n == 0 {
		p.script(all, p.Kind == KindShell)
	}
}

// later tells the trouble of a host that may not be asked now: nothing was asked.
func later(t *fetch.Trouble) bool {
	return t.Kind == fetch.Held || t.Kind == fetch.Paused || t.Kind == fetch.Quiet || t.Kind == fetch.Budget
}

// article asks for the article of a page that is a shell, and makes a page of the answer.
func (w *walk) article(ctx context.Context, it *ledger.Item, p *Page, asks []asking, t *taken) (*Page, string, error) {
	tried := 0
	for _, a := range asks {
		if !a.article || tried == 2 {
			continue
		}
		tried++
		body, c, err := w.along(ctx, it, a.at, a.form, KindData, t)
		var trouble *fetch.Trouble
		if errors.As(err, &trouble) && !later(trouble) && !w.again(it, trouble) {
			continue
		}
		if err != nil {
			return nil, "", err
		}
		x := articleIn(decodeText(body, c.Header.Get("Content-Type"), w.p.Options.Charset))
		if x == nil {
			continue
		}
		parts := []archive.Part{partOf(t.capture), partOf(c)}
		return w.made(ctx, it, t.capture, x.page(parts), parts)
	}
	return nil, "", nil
}

// again tells the trouble that may pass, as long as it is worth trying.
func (w *walk) again(it *ledger.Item, t *fetch.Trouble) bool {
	return it.Tries+1 < fetch.Rules[t.Kind].Tries
}

func partOf(c *archive.Capture) archive.Part {
	x := archive.Part{URL: c.URL, Form: c.Form, SHA256: c.SHA256}
	if x.SHA256 == "" && c.Since != nil {
		x.SHA256 = c.Since.SHA256
	}
	return x
}

// page writes an article that came as data as a page, with what it was made of.
func (a *answer) page(parts []archive.Part) []byte {
	var b bytes.Buffer
	b.WriteString("<html><head><meta charset=\"utf-8\">")
	b.WriteString(provenance(parts, nil))
	fmt.Fprintf(&b, "<title>%s</title>", html.EscapeString(a.title))
	if a.date != "" {
		fmt.Fprintf(&b, "<meta name=\"PubDate\" content=\"%s\">", a.date)
	}
	fmt.Fprintf(&b, "</head><body><h1>%s</h1><div>%s</div>", html.EscapeString(a.title), a.text)
	for _, f := range a.files {
		fmt.Fprintf(&b, "<p><a href=\"%s\">附件</a></p>", html.EscapeString(f))
	}
	b.WriteString("</body></html>\n")
	return b.Bytes()
}

// provenance says in the head of a page that was put together of which answers it is, and what is missing.
func provenance(parts []archive.Part, missing []string) string {
	var b strings.Builder
	for i, x := range parts {
		fmt.Fprintf(&b, "<meta name=\"gongkai-part\" content=\"%d %s %s\">", i+1, x.SHA256, html.EscapeString(x.URL))
	}
	for _, m := range missing {
		fmt.Fprintf(&b, "<meta name=\"gongkai-part-missing\" content=\"%s\">", html.EscapeString(m))
	}
	return b.String()
}

// made keeps what was put together beside what it was made of, and looks at it.
func (w *walk) made(ctx context.Context, it *ledger.Item, of *archive.Capture, body []byte, parts []archive.Part) (*Page,
	string, error) {
	c := &archive.Capture{Portal: w.p.ID, Visit: w.v.Name, Key: archive.Key("JOIN", it.URL, it.Form), Method: "JOIN",
		URL: it.URL, Final: of.Final, Time: w.c.now().UTC(), Status: http.StatusOK, Parts: parts,
		Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Result: archive.New}
	q := w.look(ctx, it, c, body)
	c.Kind, q.built, q.parts = q.Kind, body, nil
	if err := w.c.Archive.Put(ctx, c, body); err != nil {
		return nil, "", err
	}
	return q, archive.Sum(body), nil
}

// along gives what is asked for along with a page, from the archive where this visit has it. An error that is a
// *fetch.Trouble is what asking came to.
func (w *walk) along(ctx context.Context, it *ledger.Item, at, form, kind string, t *taken) ([]byte, *archive.Capture, error) {
	sub := w.item(at, form, RoleData, it.Words, it.Score, it.Depth+1, it.Key)
	sub.Tries = it.Tries
	got, ok, err := w.received(ctx, &sub)
	if err != nil {
		return nil, nil, err
	}
	if !ok {
		if w.c.replay != nil {
			return nil, nil, fetch.Refuse(fetch.NotKept, "the archive has no answer of this visit to it")
		}
		known, err := w.c.Ledger.Known(ctx, w.p.ID, sub.Key)
		if err != nil {
			return nil, nil, err
		}
		was, err := w.whole(ctx, known)
		if err != nil {
			return nil, nil, err
		}
		again := got.again
		a, requests := w.ask(ctx, &sub, known, was != nil)
		got = taken{capture: w.captureOf(&sub, known, a), pages: requests, trouble: a.Trouble, body: a.Body, was: was}
		got.capture.Kind, got.capture.Page = kind, it.URL
		if again { // the capture that is there stays what it is
			got.capture.Key += "-again"
		}
		t.pages, t.wire = t.pages+requests, t.wire+a.Wire
		switch {
		case a.Trouble != nil:
			err = w.keepTrouble(ctx, &sub, known, a, got)
		case a.NotModified():
			got, err = w.keepUnchanged(ctx, known, got)
		default:
			err = w.keepAlong(ctx, &sub, known, &got, kind)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	if got.trouble != nil {
		return nil, got.capture, got.trouble
	}
	return got.body, got.capture, nil
}

// keepAlong keeps an answer that came along, and what is known of its address from now on.
func (w *walk) keepAlong(ctx context.Context, sub *ledger.Item, known *ledger.Known, got *taken, kind string) error {
	switch sum := archive.Sum(got.body); {
	case known == nil || known.SHA256 == "":
		got.capture.Result, got.capture.Since = archive.New, nil
	case known.SHA256 == sum:
		got.capture.Result = archive.Unchanged
	default:
		got.capture.Result = archive.Changed
	}
	if err := w.c.Archive.Put(ctx, got.capture, got.body); err != nil {
		return err
	}
	k := w.knownOf(sub, known, &Page{Kind: kind}, *got, w.c.now())
	return w.commit(ctx, &ledger.Step{Known: k})
}
