package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func quick(private bool) *Client {
	return New(Options{Agent: "gongkai/test", AllowPrivate: private,
		Limits: Limits{Connect: time.Second, Header: time.Second, Idle: 700 * time.Millisecond, Total: 3 * time.Second,
			Bytes: 1 << 20}})
}

// TestFaults names each fault of the wire by its kind, within the limits.
func TestFaults(t *testing.T) {
	t.Parallel()
	page := func(s string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			fmt.Fprint(w, s)
		}
	}
	status := func(code int, header ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			for i := 0; i+1 < len(header); i += 2 {
				w.Header().Set(header[i], header[i+1])
			}
			w.WriteHeader(code)
			fmt.Fprint(w, "<html><body>...</body></html>")
		}
	}
	mux := http.NewServeMux()
	done := make(chan struct{})
	cases := map[string]Kind{}
	add := func(name string, want Kind, h http.HandlerFunc) {
		mux.HandleFunc("/"+name, h)
		cases[name] = want
	}
	add("ok", "", page("<html><body>ok</body></html>"))
	add("slow-head", Slow, func(http.ResponseWriter, *http.Request) {
		select {
		case <-done:
		case <-time.After(5 * time.Second):
		}
	})
	add("slow-loris", Slow, func(w http.ResponseWriter, _ *http.Request) {
		for range 100 {
			fmt.Fprint(w, "x")
			w.(http.Flusher).Flush()
			select {
			case <-done:
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	})
	add("stops", Slow, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "<html>")
		w.(http.Flusher).Flush()
		select {
		case <-done:
		case <-time.After(5 * time.Second):
		}
	})
	add("endless", TooLarge, func(w http.ResponseWriter, _ *http.Request) {
		b := []byte(strings.Repeat("x", 1<<16))
		for range 1 << 12 {
			if _, err := w.Write(b); err != nil {
				return
			}
		}
	})
	var bomb bytes.Buffer
	z := gzip.NewWriter(&bomb)
	b := make([]byte, 1<<20)
	for range 64 {
		z.Write(b)
	}
	z.Close()
	add("bomb", Bomb, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(bomb.Bytes())
	})
	add("no-gzip", BadEncoding, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		fmt.Fprint(w, "plain")
	})
	add("wrong-length", WrongLength, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "1000")
		fmt.Fprint(w, "short")
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	add("loop", RedirectLoop, func(w http.ResponseWriter,
		r *http.Request) {
		http.Redirect(w, r, "/loop", http.StatusFound)
	})
	add("long", RedirectLoop, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/long?"+r.URL.RawQuery+"x", http.StatusFound)
	})
	add("nowhere", RedirectLoop, status(302))
	add("403", Forbidden, status(403))
	add("429", Busy, status(429, "Retry-After", "7"))
	add("503", Busy, status(503))
	add("500", Server, status(500))
	add("404", Gone, status(404))
	add("410", Gone, status(410))
	add("412", Captcha, status(412))
	add("empty", Empty, page("  "))
	add("captcha", Captcha, page("<html><body>访问过于频繁，请输入验证码</body></html>"))
	add("soft", SoftGone, page("<html><body><h1>您访问的页面不存在或已删除</h1></body></html>"))
	add("soft-not", "", page("<html><body><h1>关于报告</h1><p>"+strings.Repeat("本年度依申请公开中，信息不存在的答复已删除重复项。",
		30)+"</p></body></html>"))
	s := httptest.NewServer(mux)
	defer s.Close()
	defer close(done)
	c := quick(true)
	for name, want := range cases {
		a := c.Do(context.Background(), Request{URL: s.URL + "/" + name})
		got := Kind("")
		if a.Trouble != nil {
			got = a.Trouble.Kind
			if a.Trouble.Reason == "" {
				t.Errorf("%s: no reason", name)
			}
			if _, ok := Rules[got]; !ok {
				t.Errorf("%s: no rule for %s", name, got)
			}
		}
		if got != want {
			t.Errorf("%s: %v, want %q", name, a.Trouble, want)
		}
		if a.Took > 10*time.Second {
			t.Errorf("%s took %s", name, a.Took)
		}
		if name == "429" && a.Trouble.After != 7*time.Second {
			t.Errorf("Retry-After is %s", a.Trouble.After)
		}
	}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := closed.Addr().String()
	closed.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	secure.Config.ErrorLog = nil
	for at, want := range map[string]Kind{
		"http://" + address + "/": Connect, secure.URL + "/": TLS, "https://" + s.Listener.Addr().String() + "/": TLS,
		"ftp://x.gov.cn/": BadURL, "http://": BadURL, "http://no-such-host.invalid/": NoName,
	} {
		a := c.Do(context.Background(), Request{URL: at})
		// without a resolver the name has no answer at all
		if a.Trouble == nil || a.Trouble.Kind != want && !(want == NoName && a.Trouble.Kind == DNS) {
			t.Errorf("%s: %v, want %s", at, a.Trouble, want)
		}
	}
	if a := c.Do(context.Background(), Request{URL: secure.URL + "/", AnyCert: true}); a.Trouble == nil ||
		a.Trouble.Kind != Gone {
		t.Errorf("a certificate that need not be checked: %v", a.Trouble)
	}
}

// TestNoRepeats: a request whose connection breaks is not repeated behind the back of the host's pace, and an empty
// body adds no header to it.
func TestNoRepeats(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	n, odd := 0, ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		n++
		if r.Header.Get("Content-Length")+strings.Join(r.TransferEncoding, "") != "" {
			odd = fmt.Sprint(r.Header, r.TransferEncoding)
		}
		if r.URL.Path == "/break" {
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, "<html>ok</html>")
	}))
	defer s.Close()
	c := quick(true)
	for range 3 {
		c.Do(context.Background(), Request{URL: s.URL + "/"}) // the connection is kept
		a := c.Do(context.Background(), Request{URL: s.URL + "/break"})
		if a.Trouble == nil || a.Trouble.Kind != Connect {
			t.Errorf("%v, want %s", a.Trouble, Connect)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if n != 6 || odd != "" {
		t.Errorf("%d requests came, want 6; %s", n, odd)
	}
}

// TestPrivate refuses addresses of this machine and of private networks, by number, by name and by redirect.
func TestPrivate(t *testing.T) {
	t.Parallel()
	asked := 0
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked++ }))
	defer s.Close()
	_, port, _ := net.SplitHostPort(s.Listener.Addr().String())
	c := quick(false)
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1.2.3"} {
		a := c.Do(context.Background(), Request{URL: "http://" + host + ":" + port + "/"})
		if a.Trouble == nil || a.Trouble.Kind != Private && a.Trouble.Kind != NoName && a.Trouble.Kind != DNS &&
			a.Trouble.Kind != Connect {
			t.Errorf("%s: %v", host, a.Trouble)
		}
	}
	if asked > 0 {
		t.Errorf("%d requests came through", asked)
	}
	for _, a := range []string{"10.1.2.3:80", "172.16.0.1:80", "192.168.1.1:80", "169.254.169.254:80", "100.64.0.1:80",
		"[fe80::1]:80", "[fd00::1]:80", "[64:ff9b::7f00:1]:80", "224.0.0.1:80", "255.255.255.255:80"} {
		if publicAddress(a) == nil {
			t.Errorf("%s is taken for public", a)
		}
	}
	for _, a := range []string{"61.163.111.1:80", "[2400:3200::1]:443"} {
		if err := publicAddress(a); err != nil {
			t.Error(err)
		}
	}
}

func TestRobots(t *testing.T) {
	t.Parallel()
	r := ParseRobots(200,
		"User-agent: *\nDisallow: /\n\nUser-agent: gongkai\nDisallow: /private/\nAllow: /private/open\nDisallow: "+
			"/*.bak$\nCrawl-delay: 7\nSitemap: http://a.gov.cn/s.xml\n")
	for path, want := range map[string]bool{"/": true, "/private/x": false, "/private/open/y": true, "/a/b.bak": false,
		"/a/b.bak2": true} {
		if got := r.Allowed("gongkai/1.0 (+x)", &url.URL{Path: path}); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if r.Delay("gongkai/1.0") != 7*time.Second || len(r.Sitemaps()) != 1 {
		t.Errorf("delay %s, sitemaps %q", r.Delay("gongkai/1.0"), r.Sitemaps())
	}
	if !ParseRobots(200, "<html>404</html>").Allowed("gongkai", &url.URL{Path: "/x"}) {
		t.Error("a page in the place of robots.txt forbids")
	}
	code := 500
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(code)
		fmt.Fprint(w, "User-agent: *\nDisallow: /\n")
	}))
	defer s.Close()
	u, _ := url.Parse(s.URL)
	c := quick(true)
	for _, x := range []struct {
		code    int
		wait    bool
		allowed bool
	}{{500, true, false}, {503, true, false}, {404, false, true}, {403, false, true}, {200, false, false}} {
		code = x.code
		r, a := c.ReadRobots(context.Background(), u, false, nil)
		if (r == nil) != x.wait || r == nil && a.Trouble.Kind != RobotsWait ||
			r != nil && r.Allowed("gongkai", &url.URL{Path: "/x"}) != x.allowed {
			t.Errorf("%d: %+v, %v", x.code, r, a.Trouble)
		}
	}
}

// TestRobotsInTheWild: a line that is not understood costs none of the others, however the file is written; octets are
// compared, and of two rules of one length the one that allows holds.
func TestRobotsInTheWild(t *testing.T) {
	t.Parallel()
	wide := func(s string, high bool) string {
		var b strings.Builder
		b.WriteString(map[bool]string{true: "\xfe\xff", false: "\xff\xfe"}[high])
		for _, c := range []byte(s) {
			if high {
				b.WriteByte(0)
			}
			b.WriteByte(c)
			if !high {
				b.WriteByte(0)
			}
		}
		return b.String()
	}
	usual := "User-agent: *\nDisallow: /x/\n"
	for _, c := range []struct {
		name, text, path string
		allowed          bool
	}{
		{"a rule before any group", "Disallow: /\nUser-agent: *\nDisallow: /x/\n", "/y", true},
		{"and the group after it", "Disallow: /\nUser-agent: *\nDisallow: /x/\n", "/x/y", false},
		{"a delay in words", "User-agent: *\nCrawl-delay: ten\nDisallow: /x/\n", "/x/y", false},
		{"a line without a colon", "User-agent: *\nthis is no rule\nDisallow: /x/\n", "/x/y", false},
		{"a colon that is missing", "User-agent *\nDisallow /x/\n", "/x/y", false},
		{"a mark before it", "\xef\xbb\xbf" + usual, "/x/y", false},
		{"UTF-16, low octet first", wide(usual, false), "/x/y", false},
		{"UTF-16, high octet first", wide(usual, true), "/x/y", false},
		{"bare carriage returns", strings.ReplaceAll(usual, "\n", "\r"), "/x/y", false},
		{"a tie", "User-agent: *\nDisallow: /x\nAllow: /x\n", "/x", true},
		{"a longer rule", "User-agent: *\nAllow: /x\nDisallow: /x/y\n", "/x/y", false},
		{"octets beyond ASCII", "User-agent: *\nDisallow: /年报/\n", "/%E5%B9%B4%E6%8A%A5/1", false},
		{"octets in small letters", "User-agent: *\nDisallow: /%e5%b9%b4\n", "/%E5%B9%B4%E6%8A%A5/1", false},
		{"octets that need no writing", "User-agent: *\nDisallow: /%7Ejoe/\n", "/~joe/1", false},
		{"a slash that is written as an octet is none", "User-agent: *\nDisallow: /a%2Fb\n", "/a/b", true},
		{"groups of one product", "User-agent: gongkai\nDisallow: /x/\nUser-agent: *\nDisallow: /\n" +
			"User-agent: GongKai/2\nDisallow: /z/\n", "/z/1", false},
		{"and nothing of the others", "User-agent: gongkai\nDisallow: /x/\nUser-agent: *\nDisallow: /\n", "/y", true},
		{"nothing is forbidden", "User-agent: *\nDisallow:\n", "/y", true},
		{"many stars", "User-agent: *\nDisallow: /" + strings.Repeat("*a", 200) + "\n",
			"/" + strings.Repeat("a", 199), true},
	} {
		u, err := url.Parse("http://a.gov.cn" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		if got := ParseRobots(200, c.text).Allowed("gongkai/1.0 (+x)", u); got != c.allowed {
			t.Errorf("%s: %s allowed %v", c.name, c.path, got)
		}
	}
}

// TestRobotsElsewhere: a robots.txt is followed to other hosts, five times; one that goes on is none.
func TestRobotsElsewhere(t *testing.T) {
	t.Parallel()
	for hops, want := range map[int]bool{1: false, 5: false, 6: true} {
		var first, second *httptest.Server
		left := hops
		serve := func(w http.ResponseWriter, r *http.Request) {
			if left == 0 {
				fmt.Fprint(w, "User-agent: *\nDisallow: /x\n")
				return
			}
			left--
			to := first
			if left%2 == 1 {
				to = second
			}
			http.Redirect(w, r, fmt.Sprintf("%s/robots.txt?%d", to.URL, left), http.StatusFound)
		}
		first, second = httptest.NewServer(http.HandlerFunc(serve)), httptest.NewServer(http.HandlerFunc(serve))
		u, err := url.Parse(first.URL)
		if err != nil {
			t.Fatal(err)
		}
		r, a := quick(true).ReadRobots(context.Background(), u, false, nil)
		if r == nil || r.Allowed("gongkai", &url.URL{Path: "/x"}) != want {
			t.Errorf("%d redirects: %+v, %v", hops, r, a.Trouble)
		}
		first.Close()
		second.Close()
	}
}
