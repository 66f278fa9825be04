package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"

	"github.com/gongkai/gongkai/output/explore/assets"
	"github.com/gongkai/gongkai/output/explore/evidence"
	"github.com/gongkai/gongkai/output/explore/search"
)

// A refusal is an error that the one who asked can mend.
type refusal struct {
	status int
	words  string
}

func (r *refusal) Error() string { return r.words }

func badRequest(format string, args ...any) error {
	return &refusal{http.StatusBadRequest, fmt.Sprintf(format, args...)}
}

func notFound(format string, args ...any) error {
	return &refusal{http.StatusNotFound, fmt.Sprintf(format, args...)}
}

// A resource is what an address gives.
type resource struct {
	body  []byte
	media string
	csp   string // "" = that of the application
	name  string // of the file to save it as; "" = it is to be shown
	// packed: the body is compressed with gzip already
	packed bool
	status int    // 0 = 200
	framed bool   // pages of other origins may show it in a frame
	tag    string // of the body before it was compressed here; "" = it is not known yet
}

// plain gives the body as it is without compression.
func (x *resource) plain() ([]byte, error) {
	if !x.packed {
		return x.body, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(x.body))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

const (
	// appPolicy lets the application load what lies beside it and nothing else; assets/index.html says the same for
	// static sites.
	appPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src " +
		"'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	// documentPolicy makes an archived page inert, whatever is left in it.
	documentPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action " +
		"'none'; frame-ancestors 'self'; sandbox"
	briefPolicy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action " +
		"'none'; frame-ancestors 'none'"
)

const (
	jsonMedia = "application/json; charset=utf-8"
	htmlMedia = "text/html; charset=utf-8"
)

// longestPath and longestQuery bound what is asked for.
const (
	longestPath  = 512
	longestQuery = 2048
)

// resource makes what lies at a path. Paths are those of the static site; a query goes with the few that a server
// answers only.
func (e *Explorer) resource(ctx context.Context, name string, q url.Values) (*resource, error) {
	if rest, ok := strings.CutPrefix(name, "api/"); ok {
		return e.api(ctx, rest, q)
	}
	if isPage(name) { // what is in its query is the application's
		return e.page(ctx, name, q)
	}
	if name == "embed" {
		return e.embedPage()
	}
	if err := only(q); err != nil {
		return nil, err
	}
	if rest, ok := strings.CutPrefix(name, "documents/"); ok {
		return e.evidence(ctx, rest)
	}
	if name == "index.html" {
		return e.page(ctx, "", q)
	}
	at, ok := strings.CutPrefix(name, "assets/")
	b, err := fs.ReadFile(assets.Files, at)
	if err != nil || !ok || path.Ext(at) == ".html" {
		return nil, notFound("%s: nothing is here", name)
	}
	media := mime.TypeByExtension(path.Ext(at))
	switch path.Ext(at) { // whatever the machine thinks
	case ".js":
		media = "text/javascript; charset=utf-8"
	case ".css":
		media = "text/css; charset=utf-8"
	case ".svg":
		media = "image/svg+xml"
	}
	return &resource{body: b, media: media}, nil
}

// only refuses parameters that are not among those allowed, and those that are there twice.
func only(q url.Values, names ...string) error {
	for k, v := range q {
		if !slices.Contains(names, k) {
			return badRequest("parameter %q: not known here", k)
		}
		if len(v) > 1 && k != "rule" || len(v) > 50 {
			return badRequest("parameter %q: there more than once", k)
		}
	}
	return nil
}

// number reads a page or part as it stands in an address: digits without leading zeros.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n > 0 && n < 1_000_000 && s == strconv.Itoa(n)
}

var filterNames = []string{"rule", "severity", "year", "level", "region", "authority", "q", "group"}

// api makes what lies below api/, or the part of it that is asked for.
func (e *Explorer) api(ctx context.Context, name string, q url.Values) (*resource, error) {
	wanted, q, err := keepOf(name, q)
	if err != nil {
		return nil, err
	}
	x, err := e.answer(ctx, name, q)
	if err != nil || wanted == nil {
		return x, err
	}
	b, err := x.plain()
	if err == nil {
		b, err = keep(b, wanted)
	}
	return &resource{body: b, media: x.media}, err
}

// answer makes what lies below api/.
func (e *Explorer) answer(ctx context.Context, name string, q url.Values) (*resource, error) {
	whole := name
	js := func(b []byte, err error) (*resource, error) { return &resource{body: b, media: jsonMedia}, err }
	switch name {
	case "anomalies.json":
		return e.anomaliesAsked(q)
	case "search.json":
		return e.search(ctx, q)
	case "bodies.json":
		return e.bodies(q)
	case "anomalies.csv", "brief.html", "brief.md":
		return e.export(name, q)
	}
	if rest, ok := strings.CutPrefix(name, "rank/"); ok {
		return e.rankResource(ctx, rest, q)
	}
	name, ok := strings.CutSuffix(name, ".json")
	parts := strings.Split(name, "/")
	if ok && parts[0] == "coverage" && len(parts) == 4 {
		return js(e.coverage(parts[1:], q))
	}
	if ok && parts[0] == "peers" && len(parts) == 2 {
		return e.peersAsked(parts[1], q)
	}
	if err := only(q); err != nil {
		return nil, err
	}
	if !ok {
		if len(parts) == 3 && parts[0] == "anomalies" {
			return e.briefOf(parts[1], parts[2])
		}
		return nil, notFound("api/%s: nothing is here", whole)
	}
	switch {
	case name == "dataset":
		return js(e.dataset())
	case name == "rules":
		return js(ruleBook())
	case name == "overview":
		return js(e.overviews())
	case name == "home":
		return js(e.home())
	case name == "openapi":
		return js(openAPI())
	case name == "examples":
		return js(e.examples())
	case name == "authorities" && e.opts.Static:
		return js(e.authoritiesList())
	case name == "anomalies/all" && e.opts.Static:
		return js(e.allAnomalies())
	case parts[0] == "unread" && len(parts) == 2:
		if page, ok := number(parts[1]); ok {
			return js(e.unread(page))
		}
	case parts[0] == "authorities" && len(parts) == 2:
		return e.authority(ctx, parts[1])
	case parts[0] == "reports" && len(parts) == 2:
		n, ok := e.c.keyed(parts[1])
		if !ok {
			return nil, notFound("report %q: there is none of that key", parts[1])
		}
		if p := e.ready(); p != nil {
			b, err := p.report(n)
			if err == nil {
				return &resource{body: b, media: jsonMedia, packed: true}, nil
			}
			e.packFails(err)
		}
		r, err := e.makeReport(n, &streams{})
		if err != nil {
			return nil, err
		}
		return js(marshal(r))
	case parts[0] == "figures" && len(parts) == 2:
		return js(e.figure(parts[1]))
	case parts[0] == "anomalies" && len(parts) == 2:
		return js(e.anomaly(parts[1]))
	}
	return nil, notFound("api/%s: nothing is here", whole)
}

// peersAsked is the distribution of a figure, whole or of one year, level and kind.
func (e *Explorer) peersAsked(name string, q url.Values) (x *resource, err error) {
	if err := only(q, "year", "level", "kind"); err != nil {
		return nil, err
	}
	if e.cell[name] == nil && e.rateNamed(name) == nil {
		return nil, notFound("peers: no cell or rate %q", name)
	}
	x = &resource{media: jsonMedia}
	if p := e.ready(); p != nil {
		if x.body, err = p.peers(name); err != nil {
			e.packFails(err)
		}
		x.packed = err == nil
	}
	if !x.packed {
		x.body, err = e.peerGroups(name)
	}
	if err != nil || len(q) == 0 {
		return x, err
	}
	b, err := x.plain()
	if err == nil {
		b, err = onePeers(b, q)
	}
	return &resource{body: b, media: jsonMedia}, err
}

// anomaliesAsked is a page of the anomalies that a filter lets through.
func (e *Explorer) anomaliesAsked(q url.Values) (*resource, error) {
	if err := only(q, append([]string{"page", "fold"}, filterNames...)...); err != nil {
		return nil, err
	}
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	page := 1
	if q.Has("page") {
		var ok bool
		if page, ok = number(q.Get("page")); !ok {
			return nil, badRequest("page=%q: no page", q.Get("page"))
		}
	}
	b, err := e.listAnomalies(f, page)
	return &resource{body: b, media: jsonMedia}, err
}

// rankResource is a ranking: NAME/YEAR/LEVEL/KIND.json or .csv.
func (e *Explorer) rankResource(ctx context.Context, name string, q url.Values) (*resource, error) {
	parts := strings.Split(name, "/")
	if len(parts) != 4 {
		return nil, notFound("api/rank/%s: nothing is here", name)
	}
	kind, ext, _ := strings.Cut(parts[3], ".")
	parts[3] = kind
	if ext != "json" && ext != "csv" {
		return nil, notFound("api/rank/%s: nothing is here", name)
	}
	x, err := e.readRank(parts, q)
	if err != nil {
		return nil, err
	}
	if ext == "csv" {
		b, err := e.rankTable(ctx, x)
		return &resource{body: b, media: "text/csv; charset=utf-8",
			name: fmt.Sprintf("gongkai-rank-%s-%d-%s-%s.csv", x.name, x.year, x.level, x.kind)}, err
	}
	b, err := e.rank(x)
	return &resource{body: b, media: jsonMedia}, err
}

// briefOf is an anomaly for an editor: brief.LANG.html or brief.LANG.md.
func (e *Explorer) briefOf(id, file string) (*resource, error) {
	part := strings.Split(file, ".")
	if len(part) != 3 || part[0] != "brief" || part[1] != "en" && part[1] != "zh" || part[2] != "html" &&
		part[2] != "md" {
		return nil, notFound("anomaly %q: no %q", id, file)
	}
	x, err := e.find(id)
	if err != nil {
		return nil, err
	}
	b, err := e.brief([]*oddity{x}, 1, part[1] == "zh", part[2] == "md")
	return briefResource(b, part[2], id+"."+part[1]), err
}

func briefResource(b []byte, format, name string) *resource {
	if format == "md" {
		return &resource{body: b, media: "text/markdown; charset=utf-8", name: name + ".md"}
	}
	return &resource{body: b, media: htmlMedia, csp: briefPolicy}
}

// export writes the anomalies that a filter lets through as a brief or a table.
func (e *Explorer) export(name string, q url.Values) (*resource, error) {
	if err := only(q, append([]string{"lang"}, filterNames...)...); err != nil {
		return nil, err
	}
	f, err := filterOf(q)
	if err != nil {
		return nil, err
	}
	lang := q.Get("lang")
	if lang != "" && lang != "en" && lang != "zh" {
		return nil, badRequest("lang=%q: en or zh", lang)
	}
	if e.odd() == nil {
		_, s := e.states()
		return nil, notFound("anomalies: %s", s.State)
	}
	if name == "anomalies.csv" {
		b, err := e.table(f)
		return &resource{body: b, media: "text/csv; charset=utf-8", name: "anomalies.csv"}, err
	}
	want, total := e.wanted(f, mostBrief)
	b, err := e.brief(want, total, lang == "zh", name == "brief.md")
	return briefResource(b, strings.TrimPrefix(name, "brief."), "brief"), err
}

type jsonPiece struct {
	Text string `json:"text"`
	Hit  bool   `json:"hit"`
}

type jsonHit struct {
	Key       string      `json:"key"`
	Year      *int32      `json:"year"`
	Authority *string     `json:"authority"`
	Agency    string      `json:"agency"`
	Latin     *string     `json:"latin"`
	Section   int         `json:"section"`
	Title     *string     `json:"title"`
	Start     int         `json:"start"`
	End       int         `json:"end"`
	Snippet   []jsonPiece `json:"snippet"`
}

// jsonFound is an answer of the search.
type jsonFound struct {
	Query       string          `json:"query"`
	State       string          `json:"state"`
	Message     *string         `json:"message"`
	Authorities []jsonAuthority `json:"authorities"`
	Total       int             `json:"authorities_total"`
	Hits        []jsonHit       `json:"hits"`
	Looked      int             `json:"looked"`
	Exact       bool            `json:"exact"`
	After       *string         `json:"after"`
}

// search answers a question of the search: authorities by name, reports by their prose.
func (e *Explorer) search(ctx context.Context, q url.Values) (*resource, error) {
	if err := only(q, "q", "region", "level", "year", "after"); err != nil {
		return nil, err
	}
	words := strings.Fields(q.Get("q"))
	if len([]rune(strings.Join(words, ""))) < 2 {
		return nil, badRequest("q=%q: at least two characters", q.Get("q"))
	}
	ask := search.Query{Words: q.Get("q"), Region: q.Get("region"), Level: q.Get("level"), After: q.Get("after"),
		Limit: 20}
	if y := q.Get("year"); y == "0" { // as in the lists: of no known year
		ask.Year = search.UnknownYear
	} else if y != "" {
		n, ok := number(y)
		if !ok {
			return nil, badRequest("year=%q: no year", y)
		}
		ask.Year = n
	}
	out := jsonFound{Query: ask.Words, Authorities: []jsonAuthority{}, Hits: []jsonHit{}}
	if ask.After == "" {
		out.Authorities, out.Total = e.named(words, ask.Region, ask.Level)
	}
	s, _ := e.states()
	out.State, out.Message = s.State, null(s.Message)
	if s.State == "ready" && !e.opts.Static {
		a, err := e.index.Find(ctx, ask)
		if errors.Is(err, search.ErrShort) || errors.Is(err, search.ErrLong) || errors.Is(err, search.ErrAfter) {
			return nil, badRequest("%v", err)
		}
		if err != nil {
			return nil, err
		}
		out.Looked, out.Exact, out.After = a.Looked, a.Exact, null(a.After)
		for _, h := range a.Hits {
			x := jsonHit{Key: h.Key, Section: h.Section, Title: null(h.Title), Start: h.Start, End: h.End}
			for _, p := range h.Snippet {
				x.Snippet = append(x.Snippet, jsonPiece{p.Text, p.Hit})
			}
			if n, ok := e.c.keyed(h.Key); ok {
				r := &e.c.Reports[n]
				x.Year, x.Agency = nullYear(r.Year), r.Agency
				if w := e.who(r); w != nil {
					x.Authority, x.Agency, x.Latin = &w.ID, w.Name, w.Latin
				}
			}
			out.Hits = append(out.Hits, x)
		}
	}
	b, err := marshal(out)
	return &resource{body: b, media: jsonMedia}, err
}

// jsonBodies are authorities by name or pinyin.
type jsonBodies struct {
	Authorities []jsonAuthority `json:"authorities"`
	Total       int             `json:"total"`
}

// bodies finds authorities by name or by the pinyin of their place.
func (e *Explorer) bodies(q url.Values) (*resource, error) {
	if err := only(q, "q", "region", "level"); err != nil {
		return nil, err
	}
	words := strings.Fields(q.Get("q"))
	if len([]rune(strings.Join(words, ""))) < 2 {
		return nil, badRequest("q=%q: at least two characters", q.Get("q"))
	}
	var out jsonBodies
	out.Authorities, out.Total = e.named(words, q.Get("region"), q.Get("level"))
	b, err := marshal(out)
	return &resource{body: b, media: jsonMedia}, err
}

// evidence shows an archived document: SHA256.html, or SHA256-PAGE.png.
func (e *Explorer) evidence(ctx context.Context, name string) (*resource, error) {
	id, isPage := strings.CutSuffix(name, ".html")
	page := 0
	if !isPage {
		picture, ok := strings.CutSuffix(name, ".png")
		var n string
		if id, n, _ = strings.Cut(picture, "-"); ok {
			page, ok = number(n)
		}
		if !ok {
			return nil, notFound("documents/%s: nothing is here", name)
		}
	}
	n, ok := e.c.Document(id)
	if !ok {
		return nil, notFound("document %q: it is not in the dataset", id)
	}
	d := &e.c.Documents[n]
	kind, reason := e.kindOfEvidence(d)
	if kind == "none" {
		return nil, notFound("document %s: %s", id, reason)
	}
	if isPage != (kind == "page") {
		return nil, notFound("document %s: it is shown as %s", id, kind)
	}
	if page > max(int(d.Pages), 1) {
		return nil, notFound("document %s: page %d of %d", id, page, d.Pages)
	}
	if isPage {
		marks, err := e.marks(id)
		if err != nil {
			return nil, err
		}
		b, err := e.opts.Documents.Page(ctx, evidenceSource(d), marks)
		return &resource{body: b, media: htmlMedia, csp: documentPolicy}, kept(err)
	}
	b, err := e.opts.Documents.Picture(ctx, evidenceSource(d), page)
	return &resource{body: b, media: "image/png"}, kept(err)
}

// kept turns the absence of a document's bytes into an answer.
func kept(err error) error {
	if errors.Is(err, evidence.ErrNotKept) {
		return notFound("%v", err)
	}
	return err
}

// ServeHTTP answers a request. Nothing that is asked for is ever a path of the machine: documents are named by their
// hash.
func (e *Explorer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	defer func() {
		if x := recover(); x != nil && x != http.ErrAbortHandler {
			e.log("%s %q: %v\n%s", r.Method, r.URL.Path, x, debug.Stack())
			refuse(w, r, http.StatusInternalServerError, "something went wrong here; the log says what")
		}
	}()
	h := w.Header()
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Content-Security-Policy", appPolicy)
	h.Set("Cache-Control", "no-cache")
	if e.opts.CORS && strings.HasPrefix(r.URL.Path, "/api/") {
		// what anybody may read without a cookie, pages of others may read too
		h.Set("Access-Control-Allow-Origin", "*")
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		if r.Method == http.MethodOptions {
			h.Set("Access-Control-Allow-Methods", "GET, HEAD")
			h.Set("Access-Control-Allow-Headers", "*")
			h.Set("Access-Control-Max-Age", "86400")
			w.WriteHeader(http.StatusNoContent)
			return
		}
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		h.Set("Allow", "GET, HEAD")
		refuse(w, r, http.StatusMethodNotAllowed, "the explorer only shows: GET and HEAD")
		return
	}
	if len(r.URL.Path) > longestPath || len(r.URL.RawQuery) > longestQuery {
		refuse(w, r, http.StatusRequestURITooLong, "the address is longer than any here")
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, "/")
	name, folder := strings.CutSuffix(name, "/")
	q, err := url.ParseQuery(r.URL.RawQuery)
	switch paged := isPage(name) || name == "embed"; {
	case ok && name != "" && folder != paged && (paged || fs.ValidPath(name)): // a page is a folder, all else a file
		if !paged {
			e.nowhere(w, r, name)
			return
		}
		to := path.Base(name) + "/" // relative: below whatever a proxy puts it
		if r.URL.RawQuery != "" {
			to += "?" + r.URL.RawQuery
		}
		h.Set("Location", to)
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusMovedPermanently)
		return
	case !ok || name != "" && !fs.ValidPath(name) || strings.ContainsAny(name, "\\\x00"):
		refuse(w, r, http.StatusBadRequest, "no address that could be here")
		return
	case err != nil:
		refuse(w, r, http.StatusBadRequest, "the query cannot be read")
		return
	}
	res, err := e.answered(e.answerKey(name, q), func() (*resource, error) { return e.resource(r.Context(), name, q) })
	var no *refusal
	switch {
	case errors.As(err, &no):
		refuse(w, r, no.status, no.words)
	case err != nil && r.Context().Err() != nil:
		return // nobody waits any more
	case errors.Is(err, evidence.ErrMachine):
		e.log("%s: %v", r.URL.Path, err)
		h.Set("Retry-After", "60")
		h.Set("Cache-Control", "no-store")
		refuse(w, r, http.StatusServiceUnavailable, "it could not be made now: the machine is too busy; try again later")
	case err != nil:
		e.log("%s: %v", r.URL.Path, err)
		refuse(w, r, http.StatusInternalServerError, "it could not be made; the log says why")
	default:
		res.serve(w, r)
	}
}

// nowhere says that a folder is none of ours: to a reader with the application, which names the ways on.
func (e *Explorer) nowhere(w http.ResponseWriter, r *http.Request, name string) {
	if !strings.Contains(r.Header.Get("Accept"), "text/html") {
		refuse(w, r, http.StatusNotFound, name+"/: nothing is here")
		return
	}
	zh := r.URL.Query().Get("lang") != "en"
	b, err := e.head(name, preview{choose(zh, "此处没有内容", "Nothing is here"), "", "website"}, zh, http.StatusNotFound)
	if err != nil {
		refuse(w, r, http.StatusInternalServerError, err.Error())
		return
	}
	(&resource{body: b, media: htmlMedia, status: http.StatusNotFound}).serve(w, r)
}

// refuse says no. A frame that was to show a document gets a page, all else JSON.
func refuse(w http.ResponseWriter, r *http.Request, status int, words string) {
	h := w.Header()
	h.Del("Content-Encoding")
	if strings.HasPrefix(r.URL.Path, "/documents/") && strings.HasSuffix(r.URL.Path, ".html") {
		h.Set("Content-Security-Policy", documentPolicy)
		h.Set("Content-Type", htmlMedia)
		w.WriteHeader(status)
		fmt.Fprintf(w, "<!doctype html><meta charset=utf-8><title>%d</title><p lang=zh>这份文件无法在此显示。<p lang=en>%s\n",
			status, escape(words))
		return
	}
	b, err := json.Marshal(map[string]string{"error": words})
	if err != nil {
		b = []byte(`{"error":"it cannot be said"}`)
	}
	h.Set("Content-Type", jsonMedia)
	w.WriteHeader(status)
	w.Write(append(b, '\n'))
}

var escape = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace

func (x *resource) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", x.media)
	if x.csp != "" {
		h.Set("Content-Security-Policy", x.csp)
	}
	if x.name != "" {
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": x.name}))
	}
	tag := x.tag
	if tag == "" {
		tag = tagOf(x.body)
	}
	h.Set("ETag", tag)
	h.Set("Vary", "Accept-Encoding")
	if x.framed {
		h.Set("Cross-Origin-Resource-Policy", "cross-origin")
		h.Del("Cross-Origin-Opener-Policy")
	}
	if x.fine() && r.Header.Get("If-None-Match") == tag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	body := x.body
	takes := strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
	switch {
	case x.packed && takes:
		h.Set("Content-Encoding", "gzip")
	case x.packed:
		var err error
		if body, err = x.plain(); err != nil {
			refuse(w, r, http.StatusInternalServerError, "the packed report cannot be unpacked")
			return
		}
	case takes && x.squeezes():
		body = squeezed(body)
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	if x.status != 0 {
		w.WriteHeader(x.status)
	}
	if r.Method == http.MethodHead {
		return
	}
	w.Write(body)
}

// Guard lets only requests through that are addressed to one of the hosts, as a browser that was lured here by a
// foreign name would not (DNS rebinding). Names that are always let through: localhost and the addresses of the
// loopback.
func Guard(h http.Handler, hosts ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.Host
		if host, _, err := net.SplitHostPort(name); err == nil {
			name = host
		}
		ip := net.ParseIP(strings.Trim(name, "[]"))
		if name == "localhost" || ip != nil && ip.IsLoopback() || slices.Contains(hosts, name) {
			h.ServeHTTP(w, r)
			return
		}
		refuse(w, r, http.StatusMisdirectedRequest, fmt.Sprintf("%q is not the name of this explorer", name))
	})
}
