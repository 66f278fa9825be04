// Package fetch asks web servers for pages: one request, its redirects, and a name for whatever goes wrong. It knows
// HTTP, robots.txt and the faults of the wire; it knows nothing of what a page says, nor of what to ask for next.
package fetch

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// Limits bound one request.
type Limits struct {
	Connect time.Duration // until the connection stands; 0 = 20 s
	Header  time.Duration // until the head of the answer is there; 0 = 40 s
	Idle    time.Duration // between two pieces of the body; 0 = 20 s
	Total   time.Duration // for all of it; 0 = 3 min
	Bytes   int64         // of the body, decoded; 0 = archive.MaxBody
	Hops    int           // redirects; 0 = 10
}

func (l Limits) filled() Limits {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&l.Connect, 20*time.Second)
	set(&l.Header, 40*time.Second)
	set(&l.Idle, 20*time.Second)
	set(&l.Total, 3*time.Minute)
	if l.Bytes == 0 {
		l.Bytes = archive.MaxBody
	}
	if l.Hops == 0 {
		l.Hops = 10
	}
	return l
}

// Options of a Client.
type Options struct {
	Agent        string // User-Agent, with an address to write to
	Limits       Limits
	AllowPrivate bool           // addresses of this machine and of private networks may be asked: for tests and intranets
	Roots        *x509.CertPool // that certificates lead to; nil = those of the system
}

// A Client makes requests. It keeps no cookies but those of a Request's Jar, and trusts no host.
type Client struct {
	o         Options
	client    *http.Client
	unchecked *http.Client // for portals whose certificates cannot be checked, where their row says so

	mu      sync.Mutex
	issuers map[string][]*x509.Certificate // fetched from where certificates name them
}

// New makes a Client.
func New(o Options) *Client {
	o.Limits = o.Limits.filled()
	dialer := &net.Dialer{Timeout: o.Limits.Connect, KeepAlive: 30 * time.Second}
	if !o.AllowPrivate {
		// the address is checked where it is known: after the name was resolved, so that no name can point inside
		dialer.Control = func(_, address string, _ syscall.RawConn) error { return publicAddress(address) }
	}
	transport := &http.Transport{
		DialContext:            dialed(dialer.DialContext),
		ResponseHeaderTimeout:  o.Limits.Header,
		DisableCompression:     true, // the encoding is taken off here, within limits
		MaxIdleConnsPerHost:    4,
		IdleConnTimeout:        5 * time.Second,
		MaxResponseHeaderBytes: 1 << 20,
	}
	c := &Client{o: o, issuers: map[string][]*x509.Certificate{}}
	unchecked := transport.Clone()
	transport.DialTLSContext = secured(dialer.DialContext, o.Limits.Connect, c.checked)
	unchecked.DialTLSContext = secured(dialer.DialContext, o.Limits.Connect, anything)
	noRedirect := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	c.client = &http.Client{Transport: transport, CheckRedirect: noRedirect}
	c.unchecked = &http.Client{Transport: unchecked, CheckRedirect: noRedirect}
	return c
}

// Close gives up the connections that wait for another request.
func (c *Client) Close() {
	c.client.CloseIdleConnections()
	c.unchecked.CloseIdleConnections()
}

// Agent is the User-Agent that the client sends.
func (c *Client) Agent() string { return c.o.Agent }

// publicAddress refuses what lies on this machine or inside a network: a page must not make the crawler ask there.
func publicAddress(address string) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return err
	}
	ip = ip.Unmap().WithZone("")
	for _, p := range notPublic {
		if p.Contains(ip) {
			return &addressError{ip}
		}
	}
	if !ip.IsGlobalUnicast() {
		return &addressError{ip}
	}
	return nil
}

// notPublic: the special-purpose address registries of IANA (RFC 6890 and what followed).
var notPublic = func() (out []netip.Prefix) {
	for _, s := range []string{"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
		"172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
		"240.0.0.0/4",
		"::/127", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "fc00::/7",
		"fe80::/10", "ff00::/8"} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

type addressError struct{ ip netip.Addr }

func (e *addressError) Error() string {
	return fmt.Sprintf("%s is an address of this machine or of a private network: refused", e.ip)
}

// A Request is what is asked for.
type Request struct {
	URL          string
	Form         string // for a POST: its body, application/x-www-form-urlencoded, or JSON where it begins with {
	Referer      string
	ETag         string // of the version that is known
	LastModified string
	AnyCert      bool // the certificate is not checked
	Limit        int64
	Jar          http.CookieJar // of the visit; nil = no cookies
	Hops         int            // redirects that are followed; 0 = as many as the client's limits say
	// Before is called before each request that goes out, also for each redirect. It waits until the host may be
	// asked, or refuses; what it returns is called when the answer is there.
	Before func(ctx context.Context, u *url.URL) (after func(*Answer), err error)
}

// An Answer is what came back.
type Answer struct {
	URL     string // where the redirects ended
	Chain   []archive.Hop
	Status  int // 0 = none came
	Proto   string
	Sent    http.Header // headers of the last request
	Header  http.Header
	Head    []byte // first line and headers of the last answer as they came, byte for byte; nil where none did
	Body    []byte // without its content encoding; nil for none
	Coded   []byte // the body as it came, in the content encoding that the header names; nil for none
	Wire    int64  // bytes of body as they came, also those that were thrown away
	Took    time.Duration
	Trouble *Trouble // nil = a page came, or 304
}

// NotModified says that the version that is known is still the one.
func (a *Answer) NotModified() bool { return a.Trouble == nil && a.Status == http.StatusNotModified }

// Do makes a request. It does not fail: what goes wrong is the Answer's Trouble.
func (c *Client) Do(ctx context.Context, r Request) *Answer {
	start := time.Now()
	limits := c.o.Limits
	if r.Limit > 0 {
		limits.Bytes = r.Limit
	}
	if r.Hops > 0 {
		limits.Hops = r.Hops
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Total, errTotal)
	defer cancel()
	a := &Answer{URL: r.URL}
	defer func() { a.Took = time.Since(start) }()
	seen, cookies := map[string]bool{}, cookiesOf{}
	for {
		if seen[a.URL] && !cookies.news(r.Jar, a.URL) || len(a.Chain) > limits.Hops {
			a.Trouble = trouble(RedirectLoop, "the redirects go round: %s", a.URL)
			return a
		}
		seen[a.URL] = true
		cookies.note(r.Jar, a.URL)
		at, err := weburl.Resolve(nil, a.URL)
		if err != nil {
			a.Trouble = trouble(BadURL, "%q is no address of a page", a.URL)
			return a
		}
		u := at.URL()
		after := func(*Answer) {}
		if r.Before != nil {
			if after, err = r.Before(ctx, u); err != nil {
				var t *Trouble
				if !errors.As(err, &t) {
					t = trouble(Stopped, "%v", err)
				}
				a.Trouble = t
				return a
			}
		}
		next := c.once(ctx, at, r, limits, a)
		after(a)
		if next == "" {
			return a
		}
		a.Chain = append(a.Chain, archive.Hop{URL: a.URL, Status: a.Status, Location: next, Header: a.Header,
			Head: a.Head})
		a.URL, r.Referer, r.Form = next, a.URL, ""
		a.Header, a.Head, a.Status, a.Body, a.Coded = nil, nil, 0, nil, nil
	}
}

// cookiesOf are the cookies with which addresses were asked: one that leads to itself and sets a cookie wants to be asked
// again with it.
type cookiesOf map[string]string

func (c cookiesOf) of(jar http.CookieJar, at string) string {
	u, err := url.Parse(at)
	if jar == nil || err != nil {
		return ""
	}
	return fmt.Sprint(jar.Cookies(u))
}

func (c cookiesOf) note(jar http.CookieJar, at string) { c[at] = c.of(jar, at) }

func (c cookiesOf) news(jar http.CookieJar, at string) bool { return c[at] != c.of(jar, at) }

var errTotal = errors.New("the time for one page is over")

// once makes one request; it returns where a redirect leads, and else "".
func (c *Client) once(ctx context.Context, at weburl.Address, r Request, limits Limits, a *Answer) (next string) {
	method, body := http.MethodGet, io.Reader(nil)
	if r.Form != "" {
		method, body = http.MethodPost, strings.NewReader(r.Form)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var conn *headConn
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(i httptrace.GotConnInfo) { conn, _ = i.Conn.(*headConn) }})
	req, err := http.NewRequestWithContext(ctx, method, at.Scheme+"://"+at.Host, body)
	if err != nil {
		a.Trouble = trouble(BadURL, "%v", err)
		return ""
	}
	u := at.URL()
	req.URL = u
	req.Header.Set("User-Agent", c.o.Agent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
	req.Header.Set("Accept-Language", "zh-CN,zh;q=0.9")
	req.Header.Set("Accept-Encoding", "gzip")
	if r.Form != "" {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if strings.HasPrefix(r.Form, "{") {
			req.Header.Set("Content-Type", "application/json;charset=utf-8")
		}
	}
	if r.Referer != "" {
		req.Header.Set("Referer", r.Referer)
	}
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	if r.Jar != nil {
		for _, k := range r.Jar.Cookies(u) {
			req.AddCookie(k)
		}
	}
	if req.Body == nil {
		// the transport would repeat a request by itself when a connection breaks, at once and unseen by the host's
		// pace; one whose body cannot be rewound, though it is empty, it does not
		req.Body = io.NopCloser(strings.NewReader(""))
	}
	req.GetBody = nil
	a.Sent = req.Header
	client := c.client
	if r.AnyCert {
		client = c.unchecked
	}
	resp, err := client.Do(req)
	if err != nil {
		a.Trouble = wireTrouble(ctx, err)
		return ""
	}
	defer resp.Body.Close()
	a.Status, a.Proto, a.Header = resp.StatusCode, resp.Proto, resp.Header
	if conn != nil {
		a.Head = conn.head()
	}
	if r.Jar != nil {
		r.Jar.SetCookies(u, resp.Cookies())
	}
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect,
		http.StatusPermanentRedirect:
		to := resp.Header.Get("Location")
		n, _ := io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
		a.Wire += n
		next, err := at.Resolve(weburl.FromHeader(to))
		if err != nil || to == "" {
			a.Trouble = trouble(RedirectLoop, "a redirect to %q", to)
			return ""
		}
		return next.String()
	case http.StatusNotModified:
		return ""
	}
	if resp.ContentLength > limits.Bytes {
		a.Trouble = trouble(TooLarge, "the server announces %d bytes, the limit is %d", resp.ContentLength, limits.Bytes)
		return ""
	}
	coding := strings.Join(resp.Header.Values("Content-Encoding"), ",")
	wire, err := readBody(resp.Body, limits, cancel)
	a.Wire += int64(len(wire))
	if errors.Is(err, io.ErrUnexpectedEOF) && resp.ContentLength < 0 && wholePage(wire, coding, limits.Bytes) {
		err = nil // only the last, empty chunk is missing: browsers show it
	}
	if err != nil {
		a.Trouble = bodyTrouble(ctx, err, resp)
		return ""
	}
	a.Coded = wire
	a.Body, err = archive.Decode(wire, coding, limits.Bytes)
	if err != nil {
		a.Body = nil
		kind := BadEncoding
		if strings.Contains(err.Error(), "larger than") {
			kind = Bomb
		}
		a.Trouble = trouble(kind, "%d bytes came in %s: %v", len(wire), coding, err)
		return ""
	}
	a.Trouble = statusTrouble(resp, a.Body)
	return ""
}

// wholePage tells a page that came to its end.
func wholePage(wire []byte, encoding string, limit int64) bool {
	body, err := archive.Decode(wire, encoding, limit)
	return err == nil && bytes.HasSuffix(bytes.ToLower(bytes.TrimSpace(body)), []byte("</html>"))
}

var (
	errIdle  = errors.New("nothing more came")
	errLarge = errors.New("too large")
)

// readBody reads a body piece by piece: each must come in time, and all of them stay below the limit.
func readBody(r io.Reader, limits Limits, cancel context.CancelCauseFunc) ([]byte, error) {
	idle := time.AfterFunc(limits.Idle, func() { cancel(errIdle) })
	defer idle.Stop()
	var out []byte
	piece := make([]byte, 32<<10)
	for {
		n, err := r.Read(piece)
		idle.Reset(limits.Idle)
		out = append(out, piece[:n]...)
		switch {
		case int64(len(out)) > limits.Bytes:
			return out, errLarge
		case errors.Is(err, io.EOF):
			return out, nil
		case err != nil:
			return out, err
		}
	}
}

// retryAfter reads the header of that name: seconds or a date (RFC 9110, section 10.2.3). At most a day.
func retryAfter(h http.Header) time.Duration {
	s := strings.TrimSpace(h.Get("Retry-After"))
	d := time.Duration(0)
	if n, err := strconv.Atoi(s); err == nil && n > 0 {
		d = time.Duration(min(n, 86400)) * time.Second
	} else if t, err := http.ParseTime(s); err == nil {
		d = time.Until(t)
	}
	return max(0, min(d, 24*time.Hour))
}

// Page gives the text of a page and where its redirects ended.
func (c *Client) Page(ctx context.Context, at string) (page, final string, err error) {
	a := c.Do(ctx, Request{URL: at})
	if a.Trouble != nil {
		return "", a.URL, a.Trouble
	}
	return text(a.Header.Get("Content-Type"), a.Body), a.URL, nil
}
