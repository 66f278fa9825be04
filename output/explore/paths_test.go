package explore

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// served opens an explorer that knows where it lies.
func served(t *testing.T, opts Options) *Explorer {
	t.Helper()
	d, _ := made(t, true)
	opts.Forms, opts.Program, opts.Documents, opts.Index, opts.FindUpTo = forms(t), "test", shelf{}, t.TempDir(), 1000
	opts.Log = t.Logf
	e, err := Open(context.Background(), d, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(e.Close)
	if err := e.Wait(); err != nil {
		t.Fatal(err)
	}
	return e
}

var metaTag = regexp.MustCompile(`<meta (?:property|name)="([^"]+)" content="([^"]*)">`)

// TestPreviews: one who runs no script reads of every page what it is about, where it lies, and nothing that its API
// does not say.
func TestPreviews(t *testing.T) {
	e := served(t, Options{SiteURL: "https://data.example/ogi/"})
	s := httptest.NewServer(e)
	defer s.Close()
	read := func(at string, status int) (tags map[string]string, text string) {
		t.Helper()
		resp, err := http.Get(s.URL + "/" + at)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != status || len(b) > 6<<10 {
			t.Errorf("%s: %s, %d bytes: %v", at, resp.Status, len(b), err)
		}
		tags = map[string]string{}
		for _, m := range metaTag.FindAllStringSubmatch(string(b), -1) {
			tags[m[1]] = html.UnescapeString(m[2])
		}
		title, _, _ := strings.Cut(string(b[strings.Index(string(b), "<title>")+7:]), "</title>")
		tags["title"] = html.UnescapeString(title)
		return tags, string(b)
	}
	for _, name := range pageNames() {
		at := Link("", name, "")
		tags, text := read(at, 200)
		if tags["og:url"] != "https://data.example/ogi/"+at || tags["og:title"] == "" || tags["description"] == "" {
			t.Errorf("%q: %v", at, tags)
		}
		if !strings.Contains(text, `<link rel="canonical" href="https://data.example/ogi/`+at+`">`) {
			t.Errorf("%q: no canonical address", at)
		}
	}
	for i := range e.c.authorities {
		a := &e.c.authorities[i]
		tags, _ := read(Link("", "authority", AuthorityID(a.Key)), 200)
		if tags["og:title"] != a.Name || !strings.Contains(tags["title"], a.Name) ||
			!strings.Contains(tags["og:description"], a.Name) {
			t.Errorf("%s: %v", a.Name, tags)
		}
	}
	told := 0
	for i := range e.c.Reports {
		key := e.c.key(int32(i))
		tags, text := read(Link("", "report", key), 200)
		if tags["og:title"] != e.c.Reports[i].Title || tags["og:type"] != "article" {
			t.Errorf("%s: %v, want %s", key, tags, e.c.Reports[i].Title)
		}
		for _, m := range regexp.MustCompile(`(?:src|href)="(\.\./[^"]+)"`).FindAllStringSubmatch(text, -1) {
			at, err := url.Parse("/report/" + key + "/" + m[1])
			if err != nil {
				t.Fatal(err)
			}
			if w := ask(e, "GET", at.JoinPath().Path); w.Code != 200 {
				t.Errorf("%s: %s: %d", key, m[1], w.Code)
			}
		}
		r := get[jsonReport](t, e, "/api/reports/"+key+".json")
		for _, name := range []string{"applications.received.total", "applications.carried_out.total",
			"disputes.litigation_after.total"} {
			v, ok := r.Values[name]
			if !ok || v.Number == nil || v.Verdict == "inferred" {
				continue
			}
			told++
			for _, lang := range []string{"zh", "en"} {
				tags, _ := read(Link("", "report", key, "cell", name, "lang", lang), 200)
				words := e.figureWords(name, lang == "zh")
				if !strings.Contains(tags["og:title"], words+" "+*v.Number) {
					t.Errorf("%s %s: %q does not say %s %s", key, name, tags["og:title"], words, *v.Number)
				}
			}
		}
	}
	if told < 20 {
		t.Errorf("%d cells were told", told)
	}
	for _, x := range e.odd().rows {
		tags, _ := read(Link("", "anomaly", x.ID), 200)
		if tags["og:title"] != x.SentenceZh || tags["og:url"] != "https://data.example/ogi/anomaly/"+x.ID+"/" {
			t.Errorf("%s: %v", x.ID, tags)
		}
	}
	for _, at := range []string{"report/x/", "authority/x/", "anomaly/x/"} {
		tags, text := read(at, 404)
		if tags["robots"] != "noindex" || strings.Contains(text, "canonical") {
			t.Errorf("%s: %v", at, tags)
		}
	}
	// what the names of bodies and reports hold is text
	if b, err := e.head("report/x", preview{`"><script>alert(1)</script>`, `" onload="x`, "article"}, true, 200); err != nil ||
		strings.Contains(string(b), "<script>alert") || strings.Contains(string(b), `" onload`) {
		t.Errorf("a title is markup: %v\n%s", err, b)
	}
}

// TestFolders: a page is a folder: without its last slash it is sent on, by an address that holds below any proxy.
func TestFolders(t *testing.T) {
	e := served(t, Options{})
	key := e.c.key(0)
	for at, want := range map[string]string{"/report/" + key: key + "/", "/report/" + key + "?cell=a.b.c": key + "/?cell=a.b.c",
		"/coverage": "coverage/", "/api": "api/", "/embed?n=x": "embed/?n=x"} {
		w := ask(e, "GET", at)
		if w.Code != http.StatusMovedPermanently || w.Header().Get("Location") != want {
			t.Errorf("%s: %d %q, want %q", at, w.Code, w.Header().Get("Location"), want)
		}
	}
	text := ask(e, "GET", "/report/"+key+"/").Body.String()
	if !strings.Contains(text, `<link rel="canonical" href="./">`) || strings.Contains(text, "og:url") {
		t.Error("an explorer that does not know its address tells one")
	}
}

// TestCORS: scripts of others read the API where it is allowed, and nothing else; all may frame what is to be embedded.
func TestCORS(t *testing.T) {
	for _, on := range []bool{false, true} {
		e := served(t, Options{CORS: on})
		for at, open := range map[string]bool{"/api/dataset.json": on, "/api/reports/x.json": on, "/": false,
			"/assets/app.js": false} {
			if got := ask(e, "GET", at).Header().Get("Access-Control-Allow-Origin"); (got == "*") != open {
				t.Errorf("%s: %q", at, got)
			}
		}
		if w := ask(e, "OPTIONS", "/api/dataset.json"); (w.Code == http.StatusNoContent) != on {
			t.Errorf("a question beforehand: %d", w.Code)
		}
		policy := ask(e, "GET", "/embed/").Header().Get("Content-Security-Policy")
		if strings.Contains(policy, "frame-ancestors") || !strings.Contains(policy, "default-src 'none'") {
			t.Errorf("embed: %s", policy)
		}
		for _, at := range []string{"/", "/report/" + e.c.key(0) + "/", "/assets/app.js", "/api/dataset.json"} {
			if p := ask(e, "GET", at).Header().Get("Content-Security-Policy"); !strings.Contains(p, "frame-ancestors 'none'") {
				t.Errorf("%s may be framed: %s", at, p)
			}
		}
	}
}

// TestSiteURL: what is no place of a site is refused.
func TestSiteURL(t *testing.T) {
	for in, want := range map[string]string{"": "", "https://a.example": "https://a.example/",
		"http://a.example/x/": "http://a.example/x/", "https://a.example/x": "https://a.example/x/"} {
		if got, err := SiteURL(in); err != nil || got != want {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"a.example", "ftp://a.example/", "https://", "https://a.example/?x", "https://u@a.example/", "/x/",
		"https://a.example/#x"} {
		if got, err := SiteURL(in); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

// TestExamples: every address of the API, with the example that its page runs, answers.
func TestExamples(t *testing.T) {
	e := served(t, Options{})
	var book struct{ Paths map[string]json.RawMessage }
	if err := json.Unmarshal(ask(e, "GET", "/api/openapi.json").Body.Bytes(), &book); err != nil {
		t.Fatal(err)
	}
	examples := get[map[string]string](t, e, "/api/examples.json")
	if len(book.Paths) < 15 || len(examples) != len(book.Paths) {
		t.Errorf("%d addresses, %d examples", len(book.Paths), len(examples))
	}
	for _, x := range endpoints() {
		if summariesZh[x.path] == "" {
			t.Errorf("%s is not said in Chinese", x.path)
		}
		for _, p := range x.params {
			if paramsZh[p.name] == "" {
				t.Errorf("%s: %s is not said in Chinese", x.path, p.name)
			}
		}
	}
	for path := range book.Paths {
		at := examples[path]
		if w := ask(e, "GET", at); w.Code != 200 || strings.Contains(at, "{") {
			t.Errorf("%s: %q: %d %.100s", path, at, w.Code, w.Body)
		}
	}
}
