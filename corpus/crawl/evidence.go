package crawl

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/extract/kind"
)

// A Judge reads a body and says whether it is a report. What a report means is not known in this room: the judge is
// handed in, as the clock is. A nil Judge leaves it to titles and sections.
type Judge func(ctx context.Context, e Evidence) Judgement

// Evidence is a body as it came.
type Evidence struct {
	Body     []byte
	URL      string
	Division string // code of the portal's division; "" = not known
}

// A Judgement is what the reading of a body came to.
type Judgement struct {
	Sure   bool // the body was read; where it was not (a scan, a damaged file) it may be a report
	Report bool
	Why    string            // it is none, or was not read: one sentence
	Title  string            // of the report, as printed
	Year   int               // that it is on; 0 = not known
	Text   string            // its prose, without what stands around it
	Cells  map[string]string // what its cells print, by name
}

// judge asks the Judge, where there is one.
func (c *Crawler) judge(ctx context.Context, e Evidence) Judgement {
	if c.Judge == nil || ctx.Err() != nil {
		return Judgement{}
	}
	return c.Judge(ctx, e)
}

// believe holds what a page was taken for against its body: the words of a link make no report, and a page in the place
// of a file is no file.
func (w *walk) believe(ctx context.Context, it *ledger.Item, p *Page, body []byte) {
	if p.Report {
		j := w.c.judge(ctx, Evidence{Body: body, URL: it.URL, Division: w.p.Code})
		if j.Sure && !j.Report && !p.carries() {
			p.Report, p.Kind, p.Doubt = false, KindOther, "it does not read as a report: "+j.Why
		}
	}
}

// carries tells the page that shows a report's title and holds the report in a file or in pictures.
func (p *Page) carries() bool {
	if !p.HTML || p.Sections >= 2 {
		return false
	}
	for _, l := range p.Links {
		if l.Role == RoleAttachment || l.Role == RoleImage {
			return true
		}
	}
	return false
}

// tells is what a page of this kind is in the place of a known document, in a word; "" where it may be another version
// of it.
func (p *Page) instead(d *ledger.Document) string {
	switch {
	case d.Kind == KindReport && p.Report, d.Kind == p.Kind:
		return ""
	case d.Kind == KindAttachment && p.Kind == KindReport && !p.HTML: // a file is a file
		return ""
	}
	what := p.Doubt
	if what == "" {
		what = "a page of another kind: " + p.Kind
	}
	if p.Title != "" {
		what += fmt.Sprintf(" (%.60q)", p.Title)
	}
	return what
}

// suspect says whether an answer in the place of a document that is known is something else; nil = it is not.
func (w *walk) suspect(ctx context.Context, it *ledger.Item, p *Page) (*fetch.Trouble, error) {
	d, err := w.c.Ledger.Document(ctx, w.p.ID, it.Key)
	if err != nil || d == nil {
		return nil, err
	}
	if why := p.instead(d); why != "" {
		return fetch.Refuse(fetch.Suspect, "in the place of %s: %s", d.Title, why), nil
	}
	return nil, nil
}

// A difference is how a document that came differs from the one that is known.
type difference struct {
	same   bool
	detail string // the cells that differ
}

// mostCells is how many cells a change names.
const mostCells = 12

// beforeBroken is said of a change whose former version the archive has no more.
const beforeBroken = "what changed cannot be said: the version before is damaged or lost in the archive " +
	"(存档中的前一版本已损坏或丢失，无法比对)"

// compare holds two bodies of a document against each other: what stands around its text, counters, clocks and tokens
// make no change.
func (w *walk) compare(ctx context.Context, at string, was string, now []byte, media string) (difference, error) {
	before, err := w.c.Archive.Body(ctx, was)
	if archive.Broken(err) {
		return difference{detail: beforeBroken}, w.broken(ctx, at, was, err)
	}
	if err != nil {
		return difference{}, err
	}
	if bytes.Equal(before, now) {
		return difference{same: true}, nil
	}
	if a, b := proseOf(before, media), proseOf(now, media); a != "" && a == b {
		return difference{same: true}, nil
	}
	old := w.c.judge(ctx, Evidence{Body: before, URL: at, Division: w.p.Code})
	new := w.c.judge(ctx, Evidence{Body: now, URL: at, Division: w.p.Code})
	if !old.Sure || !new.Sure || !old.Report || !new.Report {
		return difference{}, nil
	}
	var cells []string
	for _, name := range slices.Sorted(maps.Keys(both(old.Cells, new.Cells))) {
		if a, b := old.Cells[name], new.Cells[name]; a != b {
			cells = append(cells, fmt.Sprintf("%s: %s → %s", name, shown(a), shown(b)))
		}
	}
	d := difference{same: len(cells) == 0 && still(old.Text) == still(new.Text)}
	if n := len(cells) - mostCells; n > 0 {
		cells = append(cells[:mostCells], fmt.Sprintf("and %d more", n))
	}
	d.detail = strings.Join(cells, "; ")
	return d, nil
}

func both(a, b map[string]string) map[string]string {
	out := maps.Clone(a)
	if out == nil {
		out = map[string]string{}
	}
	maps.Copy(out, b)
	return out
}

func shown(s string) string {
	if s == "" {
		return "(blank)"
	}
	return s
}

// restless is what pages print of the visit and not of the report: counters and clocks.
var restless = regexp.MustCompile(`(?:浏览|阅读|点击|访问|查看)(?:次数|量|数|人次)?[：:\s]*[（(\[]?\s*\d*\s*[)）\]]?\s*(?:次|人次)?` +
	`|(?:今天|现在|当前|访问|打印|查询)(?:是|时间|日期)[：:\s]*[\d年月日号时分秒:：\-/\s星期一二三四五六七天]*` +
	`|(?:您是|你是)?第\s*\d+\s*位(?:访问者|访客|浏览者)?|(?i:jsessionid|token|sid|nonce|_t)=[\w\-.]+`)

// restlessStart are the words that what is restless begins with.
var restlessStart = regexp.MustCompile(`^(?:` + restless.String() + `)`)

// calm takes what is restless out of a text. It looks at the pattern only where a text may begin to be so.
func calm(s string) string {
	var b strings.Builder
	from := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if strings.ContainsRune("浏阅点访查今现当打您你第jJtTsSnN_", r) {
			// as far as such a text may be
			if m := restlessStart.FindStringIndex(s[i:min(len(s), i+200)]); m != nil && m[1] > 0 {
				b.WriteString(s[from:i])
				i += m[1]
				from = i
				continue
			}
		}
		i += n
	}
	if from == 0 {
		return s
	}
	b.WriteString(s[from:])
	return b.String()
}

// still is a text without what is of the visit.
func still(s string) string {
	return strings.Join(strings.Fields(calm(s)), "")
}

// proseOf is the text of a page from its first section on, as textSum takes it, without what is of the visit; "" of
// what is no page.
func proseOf(body []byte, media string) string {
	head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 2048)]))
	if k := sniff(media, "", head, body); k != "html" {
		return ""
	}
	c := &archive.Capture{URL: "http://localhost/", Header: http.Header{"Content-Type": {media}}}
	p := Look(c, body, 1, RoleReport, "", "", true)
	return p.TextSum
}

// isFile tells by its first bytes what is a document or an archive of documents.
func isFile(body []byte) bool {
	for _, magic := range []string{"%PDF", "\xd0\xcf\x11\xe0", "PK\x03\x04", "PK\x05\x06", "Rar!", "{\\rtf", "7z\xbc\xaf",
		"\x1f\x8b", "BZh", "\xfd7zXZ", "\xffWPC", "\x00\x00\x00\x0cftyp"} {
		if bytes.HasPrefix(body, []byte(magic)) {
			return true
		}
	}
	at := bytes.Index(body[:min(len(body), 1024)], []byte("%PDF-"))
	return at >= 0
}

// fileOf judges the bytes that are no page: a document, by its first bytes or, where those are of no kind that is known,
// by the name that it was sent with.
func fileOf(body []byte, path, name string) (ok bool, why string) {
	switch {
	case isFile(body):
		return true, ""
	case len(bytes.TrimSpace(body)) < 64:
		return false, fmt.Sprintf("%d bytes are no file", len(body))
	case kind.Named(path).IsFile() || kind.Named(name).IsFile():
		return true, ""
	}
	return false, "bytes of no kind of file that is known"
}
