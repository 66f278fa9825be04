// Package render has a browser build the pages that are nothing without their scripts. The browser itself never touches
// the network: every request of a page is answered by the caller, who asks politely, within bounds, and keeps what
// came. It is optional: a portal's row asks for it (browser=yes), and Chromium must be installed.
package render

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"time"

	cdp "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/gongkai/gongkai/corpus/secret"
)

// ErrNoBrowser says that no browser is installed.
var ErrNoBrowser = errors.New("no browser: install chromium, or leave browser=yes out of the portal's row")

// A Browser builds pages, one at a time each.
type Browser struct {
	ctx    context.Context
	cancel func()
	limit  time.Duration
	open   string // why it runs without its sandbox; "" = it has one
	looked func() // called after each look at whether a page is still; nil but in tests
}

// Open starts a browser that gives each page at most limit.
func Open(agent string, limit time.Duration) (*Browser, error) {
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if p, err := exec.LookPath(name); err == nil {
			path = p
			break
		}
	}
	if path == "" {
		return nil, ErrNoBrowser
	}
	why := noSandbox(os.Geteuid(), os.ReadFile)
	b, err := start(path, agent, limit, why)
	if err != nil && why == "" { // a container may forbid it in more ways than can be looked up
		why = "it does not start with it here"
		b, err = start(path, agent, limit, why)
	}
	return b, err
}

// noSandbox says why the browser cannot have its sandbox; "" = it can, as far as is known: it needs a user who is not
// root, and namespaces that users may make.
func noSandbox(user int, read func(string) ([]byte, error)) string {
	if user == 0 {
		return "it has none for root"
	}
	for name, off := range map[string]string{"/proc/sys/user/max_user_namespaces": "0",
		"/proc/sys/kernel/unprivileged_userns_clone": "0", "/proc/sys/kernel/apparmor_restrict_unprivileged_userns": "1"} {
		if b, err := read(name); err == nil && strings.TrimSpace(string(b)) == off {
			return "this system gives users no namespaces of their own: " + name + " is " + off
		}
	}
	return ""
}

// Unprotected says why the browser runs without its sandbox, "" where it has one.
func (b *Browser) Unprotected() string { return b.open }

func start(path, agent string, limit time.Duration, open string) (*Browser, error) {
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.UserAgent(agent),
		// what builds hostile pages is told none of this process's secrets, and takes so much memory a page
		chromedp.NoInheritEnv, chromedp.Env(secret.Environ()...), chromedp.Flag("js-flags", "--max-old-space-size=512"),
		chromedp.Headless, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		// a proxy that is not there: what were to slip past the interception would reach nothing
		chromedp.ProxyServer("http://127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		// an address is asked for as the portal gives it: many have no https, and the caller has what http answered
		chromedp.Flag("disable-features", "HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable")}
	if open != "" {
		options = append(options, chromedp.NoSandbox)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(alloc)
	b := &Browser{ctx: ctx, cancel: func() { cancel(); stop() }, limit: limit, open: open}
	if err := chromedp.Do(ctx); err != nil {
		b.cancel()
		return nil, fmt.Errorf("chromium: %w", err)
	}
	return b, nil
}

// Close ends the browser.
func (b *Browser) Close() { b.cancel() }

// An Ask answers a request of a page; form is the body of a POST. An error means that there is no answer.
type Ask func(ctx context.Context, url, form string) (status int, header http.Header, body []byte, err error)

// Page builds a page and gives its HTML as it stands when its text has not changed for a second in which it waited for
// no answer: how long an answer takes, and that hosts are asked slowly, does not decide what the page is. Only one that
// never stops asking is taken as it stands after half the limit.
func (b *Browser) Page(ctx context.Context, at string, ask Ask) (html []byte, err error) {
	tab, closeTab := chromedp.NewContext(b.ctx)
	defer closeTab()
	tab, cancel := context.WithTimeout(tab, b.limit)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	requests := chromedp.Events(tab, cdp.RequestPaused)
	if _, err := chromedp.Call(tab, cdp.Enable, cdp.EnableParams{}); err != nil {
		return nil, fmt.Errorf("chromium: %w", err)
	}
	var waits atomic.Int64 // requests that have no answer yet
	go func() {
		for r, err := range requests {
			if err != nil {
				return
			}
			waits.Add(1)
			err := answer(tab, &r, ask)
			waits.Add(-1)
			if err != nil && tab.Err() == nil {
				cancel()
			}
		}
	}()
	if err := chromedp.Do(tab, chromedp.Navigate(at)); err != nil {
		return nil, fmt.Errorf("chromium: %s: %w", at, err)
	}
	if err := b.still(tab, &waits); err != nil {
		return nil, fmt.Errorf("chromium: %s: %w", at, err)
	}
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
	if err != nil {
		return nil, fmt.Errorf("chromium: %s: %w", at, err)
	}
	return []byte(text), nil
}

// still waits until the text of a page stays as it is.
func (b *Browser) still(tab context.Context, waits *atomic.Int64) error {
	enough := time.After(b.limit / 2)
	last, same := -1, 0
	for rounds := 0; rounds < 60; {
		before := waits.Load()
		n, err := chromedp.Run(tab,
			chromedp.Evaluate[int](`document.body ? document.body.innerText.length + 1000*document.links.length : 0`))
		if err != nil {
			return err
		}
		switch waiting := before+waits.Load() > 0; {
		case n != last || waiting:
			last, same = n, 0
		case same == 3:
			return nil
		default:
			same++
		}
		if before == 0 {
			rounds++
		}
		if b.looked != nil {
			b.looked()
		}
		select {
		case <-tab.Done():
			return tab.Err()
		case <-enough:
			return nil
		case <-time.After(250 * time.Millisecond):
		}
	}
	return nil
}

// answer lets the caller answer a request; pictures, fonts, styles and the like are not asked for.
func answer(tab context.Context, r *cdp.EventRequestPaused, ask Ask) error {
	fail := func() error {
		_, err := chromedp.Call(tab, cdp.FailRequest, cdp.FailRequestParams{RequestID: r.RequestID,
			ErrorReason: network.ErrorReasonBlockedByClient})
		return err
	}
	switch r.ResourceType {
	case network.ResourceTypeDocument, network.ResourceTypeScript, network.ResourceTypeXHR, network.ResourceTypeFetch:
	default:
		return fail()
	}
	form := ""
	for _, e := range r.Request.PostDataEntries {
		form += string(e.Bytes)
	}
	status, header, body, err := ask(tab, r.Request.URL, form)
	if err != nil {
		return fail()
	}
	var headers []*cdp.HeaderEntry
	for _, n := range []string{"Content-Type", "Location", "Access-Control-Allow-Origin"} {
		if v := header.Get(n); v != "" {
			headers = append(headers, &cdp.HeaderEntry{Name: n, Value: v})
		}
	}
	_, err = chromedp.Call(tab, cdp.FulfillRequest, cdp.FulfillRequestParams{RequestID: r.RequestID,
		ResponseCode: int64(status), ResponseHeaders: headers, Body: body})
	return err
}
