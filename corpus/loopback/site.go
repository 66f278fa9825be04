// Package loopback serves made-up portals on this machine, one for each way in which the websites of Chinese
// authorities are built, for tests and measurements of the crawl. Each portal knows its reports, and keeps a log of
// every request: the log, not the crawler, says whether the crawl was complete and polite.
package loopback

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A Site is one made-up portal.
type Site struct {
	Family  string
	Name    string            // of its authority
	URL     string            // home page
	Reports map[string]int    // path (and query) of each report → its year
	Files   map[string]string // path of each attachment of a report → path of the report
	Pages   int               // how many pages it has, traps not counted
	Partly  bool              // its column cannot be read whole, and that is to be said
	Clock   func() time.Time  // what time it is there; nil = as here. It is set before Start

	mu      sync.Mutex
	pages   map[string]*page
	handle  map[string]func(w http.ResponseWriter, r *http.Request) bool
	robots  string
	log     []Request
	active  atomic.Int32
	delay   time.Duration
	overlap int
	server  *httptest.Server
	plain   bool // no ETag, no Last-Modified
}

// A page is one answer of a site.
type page struct {
	body  []byte
	media string
	extra map[string]string
	code  int
}

// A Request is a line of a site's log.
type Request struct {
	Path       string // with its query
	Method     string
	Start, End time.Time
	Status     int // 0 = broken off
	Bytes      int
	Agent      string
}

func newSite(family, name string) *Site {
	return &Site{Family: family, Name: name, Reports: map[string]int{}, Files: map[string]string{},
		pages: map[string]*page{}, handle: map[string]func(http.ResponseWriter, *http.Request) bool{},
		robots: "User-agent: *\nDisallow: /private/\n"}
}

// Start begins to serve a site on a port of its own.
func (s *Site) Start() {
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	s.URL = s.server.URL + "/"
}

// StartAt serves on an address, for a test that must come back to it.
func (s *Site) StartAt(address string) error {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	s.server = httptest.NewUnstartedServer(http.HandlerFunc(s.serve))
	s.server.Listener.Close()
	s.server.Listener = l
	s.server.Start()
	s.URL = s.server.URL + "/"
	return nil
}

// Close ends the site.
func (s *Site) Close() { s.server.Close() }

// Slow makes every answer take so long.
func (s *Site) Slow(d time.Duration) { s.mu.Lock(); s.delay = d; s.mu.Unlock() }

func (s *Site) serve(w http.ResponseWriter, r *http.Request) {
	line := Request{Path: r.URL.RequestURI(), Method: r.Method, Start: time.Now(), Agent: r.UserAgent()}
	if s.active.Add(1) > 1 {
		s.mu.Lock()
		s.overlap++
		s.mu.Unlock()
	}
	s.mu.Lock()
	delay := s.delay
	s.mu.Unlock()
	time.Sleep(delay)
	c := &counter{ResponseWriter: w}
	defer func() { // also where the answer is broken off
		s.active.Add(-1)
		broken := recover()
		line.End, line.Status, line.Bytes = time.Now(), c.status, c.n
		if broken != nil {
			line.Status = 0
		}
		s.mu.Lock()
		s.log = append(s.log, line)
		s.mu.Unlock()
		if broken != nil {
			panic(broken)
		}
	}()
	s.answer(c, r)
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) {
	if s.Clock != nil {
		w.Header().Set("Date", s.Clock().UTC().Format(http.TimeFormat))
	}
	if r.URL.Path == "/robots.txt" {
		if s.robots == "" {
			http.NotFound(w, r)
			return
		}
		fmt.Fprint(w, s.robots)
		return
	}
	s.mu.Lock()
	var own func(http.ResponseWriter, *http.Request) bool
	longest := -1
	for prefix, h := range s.handle {
		if strings.HasPrefix(r.URL.Path, prefix) && len(prefix) > longest {
			own, longest = h, len(prefix)
		}
	}
	p := s.pages[r.URL.RequestURI()]
	if p == nil {
		p = s.pages[r.URL.Path]
	}
	s.mu.Unlock()
	if own != nil && own(w, r) {
		return
	}
	if p == nil {
		http.NotFound(w, r)
		return
	}
	for k, v := range p.extra {
		w.Header().Set(k, v)
	}
	w.Header().Set("Content-Type", p.media)
	if !s.plain {
		sum := sha256.Sum256(p.body)
		tag := `"` + hex.EncodeToString(sum[:6]) + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
	}
	if p.code != 0 {
		w.WriteHeader(p.code)
	}
	w.Write(p.body)
}

// counter counts what an answer sends.
type counter struct {
	http.ResponseWriter
	status, n int
}

func (c *counter) WriteHeader(code int) { c.status = code; c.ResponseWriter.WriteHeader(code) }

func (c *counter) Write(b []byte) (int, error) {
	if c.status == 0 {
		c.status = 200
	}
	n, err := c.ResponseWriter.Write(b)
	c.n += n
	return n, err
}

func (c *counter) Unwrap() http.ResponseWriter { return c.ResponseWriter }

// put adds a page in UTF-8.
func (s *Site) put(path, html string) { s.putAs(path, html, "text/html; charset=utf-8", false) }

// putGB adds a page in GB18030 that does not say so in its header.
func (s *Site) putGB(path, html string) { s.putAs(path, html, "text/html", true) }

func (s *Site) putAs(path, html, media string, gb bool) {
	body := []byte(html)
	if gb {
		b, err := simplifiedchinese.GB18030.NewEncoder().Bytes(body)
		if err != nil {
			panic(err)
		}
		body = b
	}
	s.mu.Lock()
	s.pages[path] = &page{body: body, media: media}
	s.Pages = len(s.pages)
	s.mu.Unlock()
}

// Replace changes a page that is there, as authorities do without a word.
func (s *Site) Replace(path, old, new string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[path]
	if p == nil || !bytes.Contains(p.body, []byte(old)) {
		return false
	}
	q := *p
	q.body = bytes.ReplaceAll(p.body, []byte(old), []byte(new))
	s.pages[path] = &q
	return true
}

// Remove takes a page away.
func (s *Site) Remove(path string) { s.mu.Lock(); delete(s.pages, path); s.mu.Unlock() }

// Log gives the requests up to now.
func (s *Site) Log() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Request(nil), s.log...)
}

// Forget begins a new log.
func (s *Site) Forget() { s.mu.Lock(); s.log, s.overlap = nil, 0; s.mu.Unlock() }

// A Verdict is what the log says of a crawl.
type Verdict struct {
	Requests  int
	Bytes     int
	Forbidden []string      // asked for though robots.txt forbids it
	Overlaps  int           // times that two requests were under way
	Closest   time.Duration // between the end of an answer and the next request
	Twice     []string      // reports and files asked for more than once
	Missed    []string      // reports and files never asked for
	Nameless  int           // requests without a User-Agent of ours
}

// Judge reads the log.
func (s *Site) Judge() Verdict {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := Verdict{Requests: len(s.log), Overlaps: s.overlap, Closest: time.Hour}
	log := append([]Request(nil), s.log...)
	sort.Slice(log, func(i, j int) bool { return log[i].Start.Before(log[j].Start) })
	times := map[string]int{}
	for i, l := range log {
		v.Bytes += l.Bytes
		if strings.HasPrefix(l.Path, "/private/") {
			v.Forbidden = append(v.Forbidden, l.Path)
		}
		if i > 0 {
			v.Closest = min(v.Closest, l.Start.Sub(log[i-1].End))
		}
		if l.Status == 200 {
			times[l.Path]++
		}
		if !strings.Contains(l.Agent, "gongkai") {
			v.Nameless++
		}
	}
	for _, all := range []map[string]bool{keys(s.Reports), keys(s.Files)} {
		for p := range all {
			switch n := times[p]; {
			case n == 0:
				v.Missed = append(v.Missed, p)
			case n > 1:
				v.Twice = append(v.Twice, p)
			}
		}
	}
	sort.Strings(v.Missed)
	sort.Strings(v.Twice)
	return v
}

func keys[V any](m map[string]V) map[string]bool {
	out := map[string]bool{}
	for k := range m {
		out[k] = true
	}
	return out
}

// Take takes a page away and gives it, for Put.
func (s *Site) Take(path string) any {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.pages[path]
	delete(s.pages, path)
	return p
}

// Put puts a page back that Take gave.
func (s *Site) Put(path string, p any) {
	s.mu.Lock()
	s.pages[path] = p.(*page)
	s.mu.Unlock()
}

// Lead makes a path lead somewhere else by 302, whatever stood there.
func (s *Site) Lead(path, to string) {
	s.mu.Lock()
	s.handle[path] = func(w http.ResponseWriter, r *http.Request) bool {
		http.Redirect(w, r, to, http.StatusFound)
		return true
	}
	s.mu.Unlock()
}

// Publish adds the report of a year to the list of a TRS site.
func (s *Site) Publish(year int, date string) {
	path := fmt.Sprintf("/zwgk/zfxxgknb/%d01/t%d0115_%d.html", year+1, year+1, 1000+year)
	s.report(path, year, year, s.put, "")
	s.Replace(path, "发布日期：", "发布日期："+date+" ")
	link := fmt.Sprintf("<ul><li><a href=\".%s\">%s</a></li>", strings.TrimPrefix(path, "/zwgk/zfxxgknb"),
		title(s.Name, year))
	s.Replace("/zwgk/zfxxgknb/", "<ul>", link)
	s.Replace("/zwgk/zfxxgknb/index.html", "<ul>", link)
}
