package render

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// browser opens one, or skips the test where none is installed; in CI one must be.
func browser(t *testing.T, limit time.Duration) *Browser {
	t.Helper()
	b, err := Open("gongkai/test", limit)
	if err != nil {
		if os.Getenv("CI") == "true" || !errors.Is(err, ErrNoBrowser) {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	t.Cleanup(b.Close)
	return b
}

// A web is what a test's page can ask for: bodies by address, and a log of what was asked.
type web struct {
	bodies map[string]string
	mu     sync.Mutex
	asked  []string
}

func (w *web) ask(_ context.Context, url, form string) (int, http.Header, []byte, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked = append(w.asked, strings.TrimSpace(url+" "+form))
	body, ok := w.bodies[url]
	if !ok {
		return 0, nil, nil, errors.New("not allowed")
	}
	media := "text/html; charset=utf-8"
	if strings.HasSuffix(url, ".js") {
		media = "text/javascript"
	}
	return http.StatusOK, http.Header{"Content-Type": {media}}, []byte(body), nil
}

func (w *web) log() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Join(w.asked, "\n")
}

// TestPage: a page is built by its scripts from what the caller answers, and from nothing else; pictures and styles are
// not asked for, what is refused is missing, a form's words come with the request.
func TestPage(t *testing.T) {
	t.Parallel()
	b := browser(t, 30*time.Second)
	w := &web{bodies: map[string]string{
		"http://a.gov.cn/": `<html><head><link rel="stylesheet" href="/s.css"><script src="/app.js"></script></head>
			<body><img src="/logo.png"><div id="list">loading</div></body></html>`,
		"http://a.gov.cn/app.js": `window.onload = async () => {
			const list = await (await fetch('/api/list', {method: 'POST', body: 'page=1'})).text()
			let refused = ''
			try { await fetch('http://elsewhere.example.org/') } catch (e) { refused = 'refused' }
			document.getElementById('list').innerHTML = list + refused }`,
		"http://a.gov.cn/api/list": `<a href="/nb/2024.html">2024年政府信息公开工作年度报告</a>`,
	}}
	html, err := b.Page(context.Background(), "http://a.gov.cn/", w.ask)
	if err != nil {
		t.Fatalf("%v; asked for: %s", err, w.log())
	}
	if s := string(html); !strings.Contains(s, "2024年政府信息公开工作年度报告</a>refused") || strings.Contains(s, "loading") {
		t.Errorf("the page as it was built: %s", s)
	}
	log := w.log()
	for _, want := range []string{"http://a.gov.cn/\n", "http://a.gov.cn/app.js", "http://a.gov.cn/api/list page=1",
		"http://elsewhere.example.org/"} {
		if !strings.Contains(log+"\n", want) {
			t.Errorf("%s was not asked for: %s", want, log)
		}
	}
	if strings.Contains(log, "logo.png") || strings.Contains(log, "s.css") {
		t.Errorf("a picture or a style was asked for: %s", log)
	}
	// the next page knows nothing of the one before, and a page that cannot be had is an error that names it
	if _, err := b.Page(context.Background(), "http://a.gov.cn/none", w.ask); err == nil ||
		!strings.Contains(err.Error(), "http://a.gov.cn/none") {
		t.Errorf("a page that is refused: %v", err)
	}
}

// TestSlowAnswer: a page is not still while it waits for an answer, however often it is looked at meanwhile.
func TestSlowAnswer(t *testing.T) {
	t.Parallel()
	b := browser(t, 4*time.Minute)
	w := &web{bodies: map[string]string{
		"http://a.gov.cn/": `<body><div id="list">loading</div><script>window.onload = async () => {
			document.getElementById('list').innerHTML = await (await fetch('/api/list')).text() }</script></body>`,
		"http://a.gov.cn/api/list": `<a href="/nb/2024.html">2024年政府信息公开工作年度报告</a>`,
	}}
	looks, gone := make(chan struct{}), make(chan struct{})
	patient := &Browser{ctx: b.ctx, cancel: b.cancel, limit: b.limit, looked: func() {
		select {
		case looks <- struct{}{}:
		default: // nobody counts
		}
	}}
	slow := func(ctx context.Context, url, form string) (int, http.Header, []byte, error) {
		for n := 0; strings.HasSuffix(url, "/api/list") && n < 8; n++ {
			select {
			case <-looks:
			case <-gone: // the page was taken without the answer
				n = 8
			}
		}
		return w.ask(ctx, url, form)
	}
	html, err := patient.Page(context.Background(), "http://a.gov.cn/", slow)
	close(gone)
	if err != nil || !strings.Contains(string(html), "年度报告</a>") || strings.Contains(string(html), "loading<") {
		t.Errorf("a page with a slow answer: %s, %v", html, err)
	}
}

// TestStopped: a caller that is stopped, and a page that never comes to an end, do not hold the crawl.
func TestStopped(t *testing.T) {
	t.Parallel()
	b := browser(t, time.Minute)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	never := func(ctx context.Context, _, _ string) (int, http.Header, []byte, error) {
		cancel()
		<-ctx.Done()
		return 0, nil, nil, ctx.Err()
	}
	if html, err := b.Page(ctx, "http://a.gov.cn/", never); err == nil {
		t.Errorf("a page that was never answered: %s", html)
	}
	busy := &web{bodies: map[string]string{"http://a.gov.cn/busy": `<body><script>while (true) {}</script>`}}
	hasty := &Browser{ctx: b.ctx, cancel: b.cancel, limit: time.Second} // the same one, with less patience
	if html, err := hasty.Page(context.Background(), "http://a.gov.cn/busy", busy.ask); err == nil {
		t.Errorf("a page that never comes to an end: %s", html)
	}
	// the browser itself is whole
	after := &web{bodies: map[string]string{"http://b.gov.cn/": `<body>fine</body>`}}
	if html, err := b.Page(context.Background(), "http://b.gov.cn/", after.ask); err != nil ||
		!strings.Contains(string(html), "fine") {
		t.Errorf("after it: %s, %v", html, err)
	}
}

// TestNoBrowser: where none is installed, the error says what to do.
func TestNoBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if b, err := Open("gongkai/test", time.Second); !errors.Is(err, ErrNoBrowser) ||
		!strings.Contains(err.Error(), "install chromium") {
		if b != nil {
			b.Close()
		}
		t.Errorf("no browser: %v", err)
	}
}

func ExampleOpen() {
	b, err := Open("gongkai/example", time.Minute)
	if errors.Is(err, ErrNoBrowser) {
		fmt.Println("pages are taken as they are sent")
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	defer b.Close()
	html, err := b.Page(context.Background(), "http://www.example.gov.cn/",
		func(context.Context, string, string) (int, http.Header, []byte, error) {
			return http.StatusOK, http.Header{"Content-Type": {"text/html"}},
				[]byte("<body><script>document.body.append('年报')</script></body>"), nil
		})
	fmt.Println(strings.Contains(string(html), "年报"), err)
}

// TestSandbox: the browser has its sandbox but for root, and where the system gives users no namespaces.
func TestSandbox(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		user  int
		files map[string]string
		want  string
	}{
		"a user":            {1000, nil, ""},
		"root":              {0, nil, "root"},
		"namespaces":        {1000, map[string]string{"/proc/sys/user/max_user_namespaces": "15000\n"}, ""},
		"no namespaces":     {1000, map[string]string{"/proc/sys/user/max_user_namespaces": "0\n"}, "max_user_namespaces"},
		"Debian's switch":   {1000, map[string]string{"/proc/sys/kernel/unprivileged_userns_clone": "0\n"}, "userns_clone"},
		"AppArmor's switch": {1000, map[string]string{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1\n"}, "apparmor"},
		"AppArmor's is off": {1000, map[string]string{"/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "0\n"}, ""},
	} {
		got := noSandbox(c.user, func(name string) ([]byte, error) {
			if s, ok := c.files[name]; ok {
				return []byte(s), nil
			}
			return nil, os.ErrNotExist
		})
		if (got == "") != (c.want == "") || !strings.Contains(got, c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
