// Package render has a browser build the pages that are nothing without their scripts. The browser itself never touches
// the network: every request of a page is answered by the caller, who asks politely, within bounds, and keeps what
// came. It is optional: a portal's row asks for it (browser=yes), and Chromium must be installed.
package render

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os/exec"
	"time"

	cdp "github.com/chromedp/cdproto/fetch"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// ErrNoBrowser says that no browser is installed.
var ErrNoBrowser = errors.New("no browser: install chromium, or leave browser=yes out of the portal's row")

// A Browser builds pages, one at a time each.
type Browser struct {
	ctx    context.Context
	cancel func()
	limit  time.Duration
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
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.UserAgent(agent),
		chromedp.Headless, chromedp.DisableGPU, chromedp.NoSandbox, chromedp.NoFirstRun,
		chromedp.Flag("disable-dev-shm-usage", true),
		chromedp.Flag("disable-background-networking", true),
		// a proxy that is not there: what were to slip past the interception would reach nothing
		chromedp.ProxyServer("http://127.0.0.1:9"), chromedp.Flag("proxy-bypass-list", "<-loopback>"),
		// an address is asked for as the portal gives it: many have no https, and the caller has what http answered
		chromedp.Flag("disable-features", "HttpsUpgrades,HttpsFirstBalancedMode,HttpsFirstBalancedModeAutoEnable"))
	ctx, cancel := chromedp.NewContext(alloc)
	b := &Browser{ctx, func() { cancel(); stop() }, limit}
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

// Page builds a page and gives its HTML as it stands when its text has not changed for a second.
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
	go func() {
		for r, err := range requests {
			if err != nil {
				return
			}
			if err := answer(tab, &r, ask); err != nil && tab.Err() == nil {
				cancel()
			}
		}
	}()
	if err := chromedp.Do(tab, chromedp.Navigate(at)); err != nil {
		return nil, fmt.Errorf("chromium: %s: %w", at, err)
	}
	last, same := -1, 0
	for range 60 {
		n, err := chromedp.Run(tab,
			chromedp.Evaluate[int](`document.body ? document.body.innerText.length + 1000*document.links.length : 0`))
		if err != nil {
			return nil, fmt.Errorf("chromium: %s: %w", at, err)
		}
		if n != last {
			last, same = n, 0
		} else if same++; same >= 4 {
			break
		}
		select {
		case <-tab.Done():
			return nil, fmt.Errorf("chromium: %s: %w", at, tab.Err())
		case <-time.After(250 * time.Millisecond):
		}
	}
	text, err := chromedp.Run(tab, chromedp.Evaluate[string](`document.documentElement.outerHTML`))
	if err != nil {
		return nil, fmt.Errorf("chromium: %s: %w", at, err)
	}
	return []byte(text), nil
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
