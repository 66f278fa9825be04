package weburl

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// chromium opens a browser, or skips the test where none is installed; in CI one must be.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("chromium is not installed")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless,
		chromedp.DisableGPU, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.Flag("disable-dev-shm-usage", true))
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(cancel)
	return ctx
}

// oddities are addresses as pages have them, each for a rule of the standard.
var oddities = []string{
	"a.html", "./a.html", "../a.html", "../../../../a.html", "a/./b/../c", "a/..", "a/.", ".", "..", "", "?x=1",
	"?", "#top", "a#", "//other.gov.cn/x",
	"///other.gov.cn/x", "////x.cn//y", "/", "//", "\\a\\b.html", "..\\a.html", "http:\\\\other.gov.cn\\a",
	"http:/a.html", "http:a.html",
	"https:a.html", "https:/a.html", "HTTP://WWW.Example.GOV.cn/A", "http://www.example.gov.cn:80/",
	"http://www.example.gov.cn:8080/",
	"https://www.example.gov.cn:443/a", "http://www.example.gov.cn:/a", "http://www.example.gov.cn:080/a",
	"http://www.example.gov.cn:99999/a",
	"http://user:pw@www.example.gov.cn/a", "http://www.example.gov.cn@evil.cn/", "http://www.example.gov.cn./a",
	"http://中国政府.cn/年报",
	"http://xn--fiqs8s.cn/", "http://１２７.0.0.1/", "http://0x7f.1/", "http://2130706433/", "http://1.2.3/",
	"http://a_b.gov.cn/", "http://a b.cn/",
	"http://a%62.cn/", "http://[::1]/", "http://[::ffff:1.2.3.4]:81/", " a.html ", "a\tb\nc.html",
	"\u00a0a.html", "\u3000a.html", "a b.html", "a%20b.html",
	"a%2.html", "50%.html", "a%zz", "年报.html", "年报.html?年=2022", "?a=b c", "?a=b+c", "?q=\"x\"&r='y'",
	"?q=<>`{}|^[]", "?a?b??", "a?b#c?d#e", "a.html;jsessionid=1",
	"a;b=c/d", "a//b///c", "a|b", "a^b", "a{b}", "a\"b", "a'b", "a<b>", "a`b", "a[b]", "a@b:c", "a:b", "1a:b",
	"javascript:void(0)", "mailto:a@b.cn", "ftp://a.cn/b",
	"file:///etc/passwd", "data:text/html,x", "%2e%2e/a", "%2E/a", ".%2e/a", "a/%2e%2e/b", "/%2f/a", "http://",
	"http:///a", "https://?x", "://a", ":a", "&amp;a=1", "a&amp;b",
	"C:/a", "c|/a", "/c:/a", "/\\evil.cn/x", "\u200ba.html", "a\u00adb.html", "\ufeffa.html", "é.html",
	"e\u0301.html", "a\x00b", "a\x7fb", "a\x01b", "~x", "a!$()*+,b",
	"http://www.example.gov.cn?x", "http://www.example.gov.cn#x", "http://www。example。gov。cn/",
	"http://WWW．EXAMPLE．CN/", "http://faß.de/", "http://☃.net/", "http://a..cn/",
	"http://-a.cn/", "http://%e4%b8%ad.cn/", "http://a<b.cn/", "http://a^b.cn", "http://256.1.1.1/",
	"http://1.1.1.1.1/", "http://a.1/", "http://[1::2::3]/",
}

var noName = regexp.MustCompile(`^https?://[^/]*[^a-z0-9.:_\-\[\]/]`)

const resolveAll = `(([base, refs]) => refs.map(r => { try { const u = new URL(r, base); u.hash = ''; u.username = ''; u.password = '';
  return /^https?:$/.test(u.protocol) ? u.href : '' } catch { return '' } }))(%s)`

// TestAsChromium: what stands in a page is the address that Chromium makes of it, or none where Chromium has none.
// Where a host has bytes that no name has (blanks, quotes, stars; low lines beside Chinese), Chromium and the standard differ in what they
// refuse; none
// can be asked for.
// GONGKAI_LONG=1 asks for 200,000 that are made of pieces at random, and else for 4,000.
func TestAsChromium(t *testing.T) {
	ctx := chromium(t)
	const at = "http://www.example.gov.cn/zwgk/xxgk/index.html?a=1"
	refs := append([]string(nil), oddities...)
	n := 4000
	if os.Getenv("GONGKAI_LONG") != "" {
		n = 200_000
	}
	r := rand.New(rand.NewPCG(7, 11))
	pieces := []string{"http:", "https:", "//", "/", "\\", "..", ".", "%2e", "a", "index.html", "?", "#", "&", "=", "%", "%41", "%zz",
		" ", "\t", "中", "é", "|", "^", "\"", "'",
		"<", "`", "{", "[", "]", ":", ":80", ":8080", "@", "www.x.gov.cn", "1.2.3.4", "0x10", "x_y.cn", "中国.cn",
		";", ",", "+", "*", "~", "C|", "\u3000", "😀", "ＡＢ", "。", "-"}
	for range n {
		var ref strings.Builder
		for range 1 + r.IntN(7) {
			ref.WriteString(pieces[r.IntN(len(pieces))])
		}
		refs = append(refs, ref.String())
	}
	base, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	differ, nameless := 0, 0
	for len(refs) > 0 {
		some := refs[:min(len(refs), 5000)]
		refs = refs[len(some):]
		args, err := json.Marshal([]any{at, some})
		if err != nil {
			t.Fatal(err)
		}
		want, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](fmt.Sprintf(resolveAll, args)))
		if err != nil {
			t.Fatal(err)
		}
		for i, ref := range some {
			got := ""
			if a, err := Resolve(base, ref); err == nil {
				got = a.String()
			}
			if got == strings.TrimSuffix(want[i], "#") {
				continue
			}
			if noName.MatchString(got) || noName.MatchString(want[i]) ||
				got == "" && strings.Contains(want[i], "_") && strings.Contains(ref, "_") {
				nameless++
				continue
			}
			if differ++; differ <= 40 {
				t.Errorf("%q: %s, Chromium %s", ref, got, want[i])
			}
		}
	}
	t.Logf("%d of %d differ, %d in hosts that are no names", differ, n+len(oddities), nameless)
	if nameless > n/100 {
		t.Error("too many hosts that are no names")
	}
}

// lines serves page at /page/ and writes what else is asked for to asked: the target as it stands in the first line. A server
// of net/http would refuse some.
func lines(t *testing.T, page []byte, asked chan<- string) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				r := bufio.NewReader(c)
				line, err := r.ReadString('\n')
				if err != nil {
					return
				}
				for {
					if h, err := r.ReadString('\n'); err != nil || strings.TrimSpace(h) == "" {
						break
					}
				}
				target := strings.Fields(line)[1]
				if target == "/page/" {
					fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s",
						len(page), page)
					return
				}
				if target != "/favicon.ico" {
					asked <- target
				}
				io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

// TestAsked: what a server is asked for when a link of a page in an old encoding is followed is what Chromium asks it for,
// byte for byte.
func TestAsked(t *testing.T) {
	ctx := chromium(t)
	for name, e := range map[string]encoding.Encoding{"utf-8": nil, "gbk": simplifiedchinese.GBK, "gb18030": simplifiedchinese.GB18030} {
		t.Run(name, func(t *testing.T) {
			refs := []string{"/s?q=公开年报", "/公开?年=二〇二二&x=a b",
				"/s?q=㐀&r=😀&s=€&t=é", "/s?q=%E5%85%AC开", "/s?q=镕喆", "/a?q='\"<>`{}|^",
				"/50%?x=%zz", "/a//b?", "//{}|",
				"/s?q=公#公", "s?丂=亐"}
			var page strings.Builder
			fmt.Fprintf(&page, "<!DOCTYPE html><meta charset=%s><body>", name)
			for _, r := range refs {
				fmt.Fprintf(&page, "<a href=\"%s\">x</a>", html.EscapeString(r))
			}
			body := []byte(page.String())
			if e != nil {
				var err error
				if body, err = encoding.HTMLEscapeUnsupported(e.NewEncoder()).Bytes(body); err != nil {
					t.Fatal(err)
				}
			}
			asked := make(chan string, 100)
			at := lines(t, body, asked)
			tab, done := chromedp.NewContext(ctx)
			defer done()
			if err := chromedp.Do(tab, chromedp.Navigate(at+"/page/")); err != nil {
				t.Fatal(err)
			}
			links, err := chromedp.Run(tab, chromedp.Evaluate[[]string](`[...document.links].map(a => a.href)`))
			if err != nil || len(links) != len(refs) {
				t.Fatal(links, err)
			}
			base, err := url.Parse(at + "/page/")
			if err != nil {
				t.Fatal(err)
			}
			for i, ref := range refs {
				a, err := Resolve(base, EncodeQuery(ref, e))
				if err != nil {
					if strings.HasPrefix(links[i], "http") {
						t.Errorf("%s: %v, Chromium %s", ref, err, links[i])
					}
					continue
				}
				if want, _, _ := strings.Cut(links[i], "#"); a.String() != want {
					t.Errorf("%s: %s, Chromium %s", ref, a, want)
				}
				if a.Host != base.Host {
					continue
				}
				if _, err := chromedp.Run(tab, chromedp.Evaluate[bool](
					fmt.Sprintf(`fetch(document.links[%d].href).then(r => r.text()).then(() => true)`, i),
					chromedp.EvalAwaitPromise)); err != nil {
					t.Fatal(err)
				}
				want := <-asked
				req, err := http.NewRequest(http.MethodGet, at, nil)
				if err != nil {
					t.Fatal(err)
				}
				req.URL = a.URL()
				resp, err := http.DefaultTransport.RoundTrip(req)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if got := strings.TrimPrefix(<-asked, at); got != want {
					t.Errorf("%s: %q is asked for, by Chromium %q", ref, got, want)
				}
			}
			if !bytes.Contains(body, []byte("href")) {
				t.Fatal("no links")
			}
		})
	}
}
