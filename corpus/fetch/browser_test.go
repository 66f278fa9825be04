package fetch

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"context"
	"fmt"
	"net"
	"net/http/cookiejar"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/chromedp"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/klauspost/compress/zstd"
)

// An oddity is an answer that is not as the standards have it.
type oddity struct {
	name string
	raw  string // as it is sent; then the connection is closed
	read bool   // we read it; else we refuse it, with a reason
	kind Kind   // of that refusal
}

const oddPage = "<!DOCTYPE html><html><head><title>x</title></head><body>政府信息公开年报 2022</body></html>"

func with(w func(*bytes.Buffer)) string {
	var b bytes.Buffer
	w(&b)
	return b.String()
}

func zipped(s string) string {
	return with(func(b *bytes.Buffer) { z := gzip.NewWriter(b); z.Write([]byte(s)); z.Close() })
}

// answerOf is an answer with a head line, headers and a body.
func answerOf(line, headers, body string) string {
	return line + "\r\nContent-Type: text/html; charset=utf-8\r\n" + headers + "\r\n" + body
}

func oddAnswers() []oddity {
	ok := "HTTP/1.1 200 OK"
	cl := fmt.Sprintf("Content-Length: %d\r\n", len(oddPage))
	chunked := "Transfer-Encoding: chunked\r\n"
	chunk := fmt.Sprintf("%x\r\n%s\r\n", len(oddPage), oddPage)
	z := zipped(oddPage)
	deflated := with(func(b *bytes.Buffer) { w, _ := flate.NewWriter(b, 6); w.Write([]byte(oddPage)); w.Close() })
	zlibbed := with(func(b *bytes.Buffer) { w := zlib.NewWriter(b); w.Write([]byte(oddPage)); w.Close() })
	brotlied := with(func(b *bytes.Buffer) { w := brotli.NewWriter(b); w.Write([]byte(oddPage)); w.Close() })
	zstded := with(func(b *bytes.Buffer) { w, _ := zstd.NewWriter(b); w.Write([]byte(oddPage)); w.Close() })
	gbk, _ := simplifiedchinese.GBK.NewEncoder().String(strings.Replace(oddPage, "<title>", "<meta charset=gbk><title>", 1))
	return []oddity{
		// the first line
		{"plain", answerOf(ok, cl, oddPage), true, ""},
		{"lower case protocol", answerOf("http/1.1 200 OK", cl, oddPage), true, ""},
		{"no reason", answerOf("HTTP/1.1 200", cl, oddPage), true, ""},
		{"two blanks", answerOf("HTTP/1.1  200 OK", cl, oddPage), true, ""},
		{"reason in GBK", answerOf("HTTP/1.1 200 \xb3\xc9\xb9\xa6", cl, oddPage), true, ""},
		{"version 1.0", answerOf("HTTP/1.0 200 OK", "", oddPage), true, ""},
		{"version 1.2", answerOf("HTTP/1.2 200 OK", cl, oddPage), true, ""},
		{"no version", answerOf("HTTP 200 OK", "", oddPage), true, ""},
		{"ICY", answerOf("ICY 200 OK", "", oddPage), false, Connect},
		{"an empty line before", "\r\n" + answerOf(ok, cl, oddPage), true, ""},
		{"four bytes before", "\r\nxy" + answerOf(ok, cl, oddPage), true, ""},
		{"a reason of digits", answerOf("HTTP/1.1 200 200", cl, oddPage), true, ""},
		{"200OK in one", answerOf("HTTP/1.1 200OK", cl, oddPage), true, ""},
		{"no status", answerOf("HTTP/1.1 OK", cl, oddPage), true, ""},
		{"HTTP/0.9", oddPage, false, Connect},
		{"an interim answer before", "HTTP/1.1 100 Continue\r\n\r\n" + answerOf(ok, cl, oddPage), true, ""},
		{"early hints before", "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" + answerOf(ok, cl, oddPage), true, ""},
		// headers
		{"a line without colon", answerOf(ok, "X-Broken\r\n"+cl, oddPage), true, ""},
		{"a line of Chinese", answerOf(ok, "\xb7\xfe\xce\xf1\xc6\xf7: 1\r\n"+cl, oddPage), true, ""},
		{"a blank before the colon", answerOf(ok, "X-A : 1\r\n"+cl, oddPage), true, ""},
		{"a blank in a name", answerOf(ok, "X A: 1\r\n"+cl, oddPage), true, ""},
		{"no name", answerOf(ok, ": 1\r\n"+cl, oddPage), true, ""},
		{"folded", answerOf(ok, "X-A: 1\r\n  2\r\n"+cl, oddPage), true, ""},
		{"GBK in a value", answerOf(ok, "X-Powered-By: \xd5\xfe\xb8\xae\r\n"+cl, oddPage), true, ""},
		{"bare line feeds", strings.ReplaceAll(answerOf(ok, cl, ""), "\r\n", "\n") + oddPage, true, ""},
		{"a control in a value", answerOf(ok, "X-A: a\x01b\r\n"+cl, oddPage), true, ""},
		{"a hundred headers", answerOf(ok, strings.Repeat("X-A: 1\r\n", 100)+cl, oddPage), true, ""},
		{"a header of 100 KB", answerOf(ok, "X-A: "+strings.Repeat("a", 100<<10)+"\r\n"+cl, oddPage), true, ""},
		{"two types", answerOf(ok, "Content-Type: text/html; charset=utf-8\r\n"+cl, oddPage), true, ""},
		// length and framing
		{"no length", answerOf(ok, "", oddPage), true, ""},
		{"length twice", answerOf(ok, cl+cl, oddPage), true, ""},
		{"two lengths", answerOf(ok, cl+"Content-Length: 5\r\n", oddPage), false, Connect},
		{"a length of words", answerOf(ok, "Content-Length: many\r\n", oddPage), true, ""},
		{"a length below nought", answerOf(ok, "Content-Length: -1\r\n", oddPage), true, ""},
		{"a length with a plus", answerOf(ok, "Content-Length: +20\r\n", oddPage), true, ""},
		{"an empty length", answerOf(ok, "Content-Length: \r\n", oddPage), true, ""},
		{"a length too large", answerOf(ok, fmt.Sprintf("Content-Length: %d\r\n", len(oddPage)+50), oddPage), false, WrongLength},
		{"more than its length", answerOf(ok, cl, oddPage+"<p>more"), true, ""},
		{"identity", answerOf(ok, "Transfer-Encoding: identity\r\n"+cl, oddPage), true, ""},
		{"chunked", answerOf(ok, chunked, chunk+"0\r\n\r\n"), true, ""},
		{"chunked and a length", answerOf(ok, chunked+"Content-Length: 5\r\n", chunk+"0\r\n\r\n"), true, ""},
		{"no last chunk", answerOf(ok, chunked, chunk), true, ""},
		{"chunks in upper case", answerOf(ok, "Transfer-Encoding: Chunked\r\n",
			strings.ToUpper(chunk[:2])+chunk[2:]+"0\r\n\r\n"), true, ""},
		{"a blank behind the size", answerOf(ok, chunked, strings.Replace(chunk, "\r\n", "  \r\n", 1)+"0\r\n\r\n"), true, ""},
		{"an extension of a chunk", answerOf(ok, chunked, strings.Replace(chunk, "\r\n", ";a=b\r\n", 1)+"0\r\n\r\n"), true, ""},
		{"a trailer", answerOf(ok, chunked, chunk+"0\r\nX-A: 1\r\n\r\n"), true, ""},
		{"no line end behind a chunk", answerOf(ok, chunked, strings.TrimSuffix(chunk, "\r\n")+"0\r\n\r\n"), false, Connect},
		{"said to be chunked, and is not", answerOf(ok, chunked, oddPage), false, WrongLength},
		{"chunked in version 1.0", answerOf("HTTP/1.0 200 OK", chunked, oddPage), true, ""},
		// content codings
		{"coding UTF-8", answerOf(ok, "Content-Encoding: UTF-8\r\n"+cl, oddPage), true, ""},
		{"coding none", answerOf(ok, "Content-Encoding: none\r\n"+cl, oddPage), true, ""},
		{"coding of its own", answerOf(ok, "Content-Encoding: sdch\r\n"+cl, oddPage), true, ""},
		{"empty coding", answerOf(ok, "Content-Encoding: \r\n"+cl, oddPage), true, ""},
		{"gzip", answerOf(ok, "Content-Encoding: gzip\r\n", z), true, ""},
		{"GZIP", answerOf(ok, "Content-Encoding: GZip\r\n", z), true, ""},
		{"x-gzip", answerOf(ok, "Content-Encoding: x-gzip\r\n", z), true, ""},
		{"gzip twice", answerOf(ok, "Content-Encoding: gzip, gzip\r\n", zipped(z)), true, ""},
		{"gzip in two headers", answerOf(ok, "Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", zipped(z)), true, ""},
		{"gzip without trailer", answerOf(ok, "Content-Encoding: gzip\r\n", z[:len(z)-8]), true, ""},
		{"gzip with a wrong checksum", answerOf(ok, "Content-Encoding: gzip\r\n",
			z[:len(z)-8]+"\x00\x00\x00\x00"+z[len(z)-4:]), false, BadEncoding},
		{"gzip and zeros", answerOf(ok, "Content-Encoding: gzip\r\n", z+strings.Repeat("\x00", 40)), true, ""},
		{"said to be gzip, and is not", answerOf(ok, "Content-Encoding: gzip\r\n"+cl, oddPage), false, BadEncoding},
		{"said to be gzip, and empty", answerOf(ok, "Content-Encoding: gzip\r\nContent-Length: 0\r\n", ""), false, Empty},
		{"gzip that breaks off", answerOf(ok, "Content-Encoding: gzip\r\n", z[:len(z)/2]), false, BadEncoding},
		{"deflate of zlib", answerOf(ok, "Content-Encoding: deflate\r\n", zlibbed), true, ""},
		{"deflate, raw", answerOf(ok, "Content-Encoding: deflate\r\n", deflated), true, ""},
		{"brotli", answerOf(ok, "Content-Encoding: br\r\n", brotlied), true, ""},
		{"zstd", answerOf(ok, "Content-Encoding: zstd\r\n", zstded), true, ""},
		{"gzip and chunked", answerOf(ok, "Content-Encoding: gzip\r\n"+chunked, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(z), z)), true, ""},
		// the text
		{"GBK by its own word", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + gbk, true, ""},
		{"no type", "HTTP/1.1 200 OK\r\n\r\n" + strings.Replace(oddPage, "<title>", "<meta charset=utf-8><title>", 1), true, ""},
		{"a mark of byte order", answerOf(ok, "", "\xef\xbb\xbf"+oddPage), true, ""},
		// statuses
		{"404 with a page", answerOf("HTTP/1.1 404 Not Found", cl, oddPage), false, Gone},
		{"status 999", answerOf("HTTP/1.1 999 ?", cl, oddPage), false, Server},
		{"status 203", answerOf("HTTP/1.1 203 Non-Authoritative", cl, oddPage), true, ""},
		{"status 206 unasked", answerOf("HTTP/1.1 206 Partial", cl, oddPage), true, ""},
		{"status 204", "HTTP/1.1 204 No Content\r\n\r\n", false, Empty},
		{"nothing", "", false, Connect},
		{"half a head", "HTTP/1.1 200 OK\r\nContent-Ty", false, Connect},
	}
}

// oddServer sends the answers, each at its number, and then closes the connection.
func oddServer(t *testing.T, odd []oddity) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	t.Cleanup(func() { l.Close(); all.Wait() })
	serve := func(c net.Conn) {
		defer all.Done()
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
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
		var n int
		if _, err := fmt.Sscanf(line, "GET /%d ", &n); err == nil && n < len(odd) {
			c.Write([]byte(odd[n].raw))
		}
	}
	all.Add(1)
	go func() {
		defer all.Done()
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Add(1)
			go serve(c)
		}
	}()
	return "http://" + l.Addr().String()
}

// TestOddAnswers: each answer is read, or refused for its reason, as the table says.
func TestOddAnswers(t *testing.T) {
	t.Parallel()
	odd := oddAnswers()
	at := oddServer(t, odd)
	for i, o := range odd {
		client := quick(true) // with a connection of its own: the server closes them without a word
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		a := client.Do(context.Background(), Request{URL: fmt.Sprintf("%s/%d", at, i), Jar: jar})
		switch {
		case o.read && (a.Trouble != nil || !strings.Contains(text(a.Header.Get("Content-Type"), a.Body), "年报 2022</body>")):
			t.Errorf("%s: %v %q", o.name, a.Trouble, a.Body)
		case !o.read && (a.Trouble == nil || a.Trouble.Kind != o.kind || a.Trouble.Reason == ""):
			t.Errorf("%s: %v, want %s; %q", o.name, a.Trouble, o.kind, a.Body)
		}
	}
}

// TestOddAsChromium: what of these answers is read is what Chromium shows at the same server, and what it does not show is
// refused.
func TestOddAsChromium(t *testing.T) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("chromium is not installed")
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless,
		chromedp.DisableGPU, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.Flag("disable-dev-shm-usage", true))
	defer stop()
	ctx, cancel := chromedp.NewContext(alloc)
	defer cancel()
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	odd := oddAnswers()
	at := oddServer(t, odd)
	for i, o := range odd {
		err := chromedp.Do(ctx, chromedp.Navigate(fmt.Sprintf("%s/%d", at, i)))
		shown, lost := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body ? document.body.innerText : ''`))
		if lost != nil {
			t.Fatal(o.name, lost)
		}
		if got := strings.TrimSpace(shown) == "政府信息公开年报 2022" || o.name == "more than its length" &&
			strings.HasPrefix(shown, "政府信息公开年报 2022"); got != o.read {
			t.Logf("%s: we read it: %v; Chromium shows %.80q %v", o.name, o.read, shown, err)
			if o.read {
				t.Errorf("%s is read, and Chromium does not show it", o.name)
			}
		}
	}
}
