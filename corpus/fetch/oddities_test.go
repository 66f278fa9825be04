package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestOddities: answers that browsers show are read: codings that are none, that are put on twice, that lack their end;
// a last chunk that is missing; cookies that a page wants before it shows itself.
func TestOddities(t *testing.T) {
	t.Parallel()
	const page = "<html><body>政府信息公开年报</body></html>"
	packed := func(s string) string {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		z.Write([]byte(s))
		z.Close()
		return b.String()
	}
	raw := func(head, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			c, rw, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			fmt.Fprintf(rw, "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n%s\r\n%s", head, body)
			rw.Flush()
		}
	}
	z := packed(page)
	chunk := fmt.Sprintf("%x\r\n%s\r\n", len(page), page)
	cases := map[string]struct {
		h    http.HandlerFunc
		want Kind
	}{
		"coding UTF-8":           {raw("Content-Encoding: UTF-8\r\n", page), ""},
		"coding none":            {raw("Content-Encoding: none\r\n", page), ""},
		"gzip twice":             {raw("Content-Encoding: gzip, gzip\r\n", packed(z)), ""},
		"gzip without its end":   {raw("Content-Encoding: gzip\r\n", z[:len(z)-8]), ""},
		"gzip and zeros":         {raw("Content-Encoding: gzip\r\n", z+strings.Repeat("\x00", 32)), ""},
		"gzip that breaks off":   {raw("Content-Encoding: gzip\r\n", z[:len(z)/2]), BadEncoding},
		"no last chunk":          {raw("Transfer-Encoding: chunked\r\n", chunk), ""},
		"a page in half a chunk": {raw("Transfer-Encoding: chunked\r\n", chunk[:len(chunk)/2]), WrongLength},
		"announced as too large": {raw("Content-Length: 99999999\r\n", page), TooLarge},
		"it leads to itself ever": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusFound)
		}, RedirectLoop},
		"it sets a cookie and leads to itself": {func(w http.ResponseWriter, r *http.Request) {
			if c, err := r.Cookie("gate"); err != nil || c.Value != "open" {
				http.SetCookie(w, &http.Cookie{Name: "gate", Value: "open", Path: "/"})
				http.Redirect(w, r, r.URL.Path, http.StatusFound)
				return
			}
			fmt.Fprint(w, page)
		}, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := httptest.NewServer(c.h)
			defer s.Close()
			jar, err := cookiejar.New(nil)
			if err != nil {
				t.Fatal(err)
			}
			a := quick(true).Do(context.Background(), Request{URL: s.URL + "/x", Jar: jar})
			switch {
			case c.want == "" && (a.Trouble != nil || string(a.Body) != page):
				t.Errorf("%v: %q", a.Trouble, a.Body)
			case c.want != "" && (a.Trouble == nil || a.Trouble.Kind != c.want):
				t.Errorf("%v, want %s", a.Trouble, c.want)
			}
		})
	}
}

// TestOldServers: a server that knows keys by RSA only is asked where its portal's row says certificate=any; elsewhere
// the trouble is named as what it is.
func TestOldServers(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>here</html>") }))
	s.TLS = &tls.Config{MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA,
		tls.TLS_RSA_WITH_AES_128_GCM_SHA256}}
	s.StartTLS()
	defer s.Close()
	for any, want := range map[bool]Kind{true: "", false: TLS} {
		a := quick(true).Do(context.Background(), Request{URL: s.URL, AnyCert: any})
		if got := a.Trouble; (got == nil) != (want == "") || got != nil && got.Kind != want {
			t.Errorf("certificate=any %v: %v", any, got)
		}
	}
}
