package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// patience is how long a tab may take for anything; machines that test are slow and busy.
const patience = 90 * time.Second

// chromium starts Debian's browser for a test.
func chromium(t testing.TB) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip("no browser: install chromium: ", err)
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), chromedp.ExecPath(path), chromedp.Headless,
		chromedp.DisableGPU, chromedp.NoSandbox, chromedp.NoFirstRun, chromedp.WSURLReadTimeout(patience),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-color-profile", "srgb"))
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal("chromium: ", err)
	}
	return ctx
}

// A look is how the explorer is looked at.
type look struct {
	lang   string // "en" or "zh-CN": what the browser says that its reader reads
	dark   bool
	width  int64 // of the window; 0 = 1360
	height int64 // 0 = 900
	scale  float64
}

func (l look) String() string {
	return l.lang[:2] + map[bool]string{false: "-light", true: "-dark"}[l.dark]
}

// A tab is a window of its own, without anything that others have stored, and a witness of all that goes wrong in it.
type tab struct {
	testing.TB
	ctx   context.Context
	at    string // address of the explorer, ending in a slash
	look  look
	shown bool // something was opened before

	mu     sync.Mutex
	faults []string
	wanted []string // parts of faults that this journey is about
	asked  map[network.RequestID]string
}

func openTab(t testing.TB, chrome context.Context, at string, l look) *tab {
	t.Helper()
	ctx, closeTab := chromedp.NewContext(chrome, chromedp.WithNewBrowserContext())
	ctx, cancel := context.WithTimeout(ctx, patience)
	x := &tab{TB: t, ctx: ctx, at: at, look: l, asked: map[network.RequestID]string{}}
	t.Cleanup(func() {
		x.mu.Lock()
		for _, f := range x.faults {
			t.Error("the browser says: ", f)
		}
		x.mu.Unlock()
		cancel()
		closeTab()
	})
	if err := chromedp.Listen(ctx, x.hear); err != nil {
		t.Fatal("chromium: ", err)
	}
	if l.width == 0 {
		l.width, l.height = 1360, 900
	}
	theme := "light"
	if l.dark {
		theme = "dark"
	}
	version, err := chromedp.CallBrowser(ctx, browser.GetVersion, cdp.Empty{})
	x.must(err)
	call(x, network.Enable, network.EnableParams{})
	call(x, cdplog.Enable, cdp.Empty{})
	call(x, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: version.UserAgent,
		AcceptLanguage: l.lang})
	call(x, emulation.SetEmulatedMedia,
		emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme",
			Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	// whatever tab is in front
	call(x, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	x.size(l.width, l.height, max(1, l.scale))
	return x
}

func call[P, R any](x *tab, c cdp.Command[P, R], params P) R {
	x.Helper()
	r, err := chromedp.Call(x.ctx, c, params)
	x.must(err)
	return r
}

func (x *tab) must(err error) {
	if err != nil {
		x.Helper()
		x.Fatal("chromium: ", err)
	}
}

// do takes steps.
func (x *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	x.must(chromedp.Do(x.ctx, steps...))
}

func (x *tab) size(width, height int64, scale float64) {
	x.Helper()
	call(x, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height,
		DeviceScaleFactor: scale})
}

// hear keeps what the browser complains of, and counts what comes over the wire.
func (x *tab) hear(ev any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	fault := func(format string, args ...any) {
		text := fmt.Sprintf(format, args...)
		for _, w := range x.wanted {
			if strings.Contains(text, w) {
				return
			}
		}
		x.faults = append(x.faults, text)
	}
	switch e := ev.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type != runtime.ConsoleAPICalledTypeLog && e.Type != runtime.ConsoleAPICalledTypeInfo &&
			e.Type != runtime.ConsoleAPICalledTypeDebug {
			var words []string
			for _, a := range e.Args {
				words = append(words, string(a.Value)+" "+a.Description)
			}
			fault("console %s: %s", e.Type, strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		d := e.ExceptionDetails
		text := d.Text
		if d.Exception != nil {
			text += " " + d.Exception.Description
		}
		fault("exception: %s (%s:%d)", text, d.URL, d.LineNumber+1)
	case *cdplog.EventEntryAdded:
		if e.Entry.Level == cdplog.EntryLevelError || e.Entry.Level == cdplog.EntryLevelWarning {
			fault("log %s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		x.asked[e.RequestID] = e.Request.URL
		if u := e.Request.URL; !strings.HasPrefix(u, x.at) && !strings.HasPrefix(u, "data:") &&
			!strings.HasPrefix(u, "blob:"+x.at[:strings.Index(x.at[8:], "/")+8]) {
			fault("a request to elsewhere: %s", u)
		}
	case *network.EventResponseReceived:
		if e.Response.Status >= 400 {
			fault("%d %s", e.Response.Status, e.Response.URL)
		}
	case *network.EventLoadingFailed:
		if !e.Canceled { // a page that is left gives up what it asked for
			fault("%s failed: %s", x.asked[e.RequestID], e.BlockedReason)
		}
	}
}

// want says that a fault is what a journey is about.
func (x *tab) want(part string) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.wanted = append(x.wanted, part)
}

// open goes to a route of the explorer as one who was sent the link, and waits until it is drawn.
func (x *tab) open(route string) {
	x.Helper()
	x.shown = true
	x.do(chromedp.Navigate("about:blank"), chromedp.Navigate(x.at+addressOf(route)))
	x.wait(`document.body?.dataset.ready === "true"`)
}

// then takes steps that change the address, and waits until what it says is drawn.
func (x *tab) then(steps ...chromedp.Action[chromedp.Void]) {
	x.Helper()
	x.eval(`document.body.dataset.ready = "before"`)
	x.do(steps...)
	x.wait(`document.body.dataset.ready === "true"`)
}

// addressOf is the address below the explorer's of a route as its parts, "/report/KEY/NAME" or "/anomalies?year=2024".
func addressOf(route string) string {
	route, query, _ := strings.Cut(strings.TrimPrefix(route, "/"), "?")
	part := strings.Split(route, "/")
	switch {
	case route == "":
	case part[0] == "report" && len(part) == 3:
		query = "cell=" + part[2]
	case part[0] == "report" && len(part) > 3:
		query = "section=" + strings.Join(part[3:], ".")
	case part[0] == "coverage" || part[0] == "unread": // the first page
		part = part[:1]
	}
	if part[0] == "report" {
		part = part[:2]
	}
	at := ""
	if route != "" {
		at = strings.Join(part, "/") + "/"
	}
	if query != "" {
		at += "?" + query
	}
	return at
}

// turn goes on within the page, as a link of it does.
func (x *tab) turn(route string) {
	x.Helper()
	x.then(chromedp.Evaluate[chromedp.Void](`void import(` + quote(x.at+"assets/route.js") + `).then((m) => m.go(` +
		quote(x.at+addressOf(route)) + `))`))
}

// wait waits until an expression of JavaScript is true.
func (x *tab) wait(expression string) {
	x.Helper()
	_, err := chromedp.Run(x.ctx, chromedp.Poll[chromedp.Void](expression,
		chromedp.WithPollingInterval(20*time.Millisecond), chromedp.WithPollingTimeout(patience)))
	if err != nil {
		text, _ := chromedp.Run(x.ctx,
			chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText.slice(0, 2000)`))
		x.Fatalf("never true: %s (%v)\n%s", expression, err, text)
	}
}

func (x *tab) eval(expression string) { ask[chromedp.Void](x, expression) }

// ask evaluates an expression of JavaScript, past the policy of the page; q is document.querySelector, qq that of all.
func ask[T any](x *tab, expression string) T {
	x.Helper()
	v, err := chromedp.Run(x.ctx, chromedp.Evaluate[T](`(async () => {
		const ROOT = `+quote(x.at)+`, here = () => decodeURI(location.href.slice(ROOT.length));
		const q = (s) => document.querySelector(s), qq = (s) => [...document.querySelectorAll(s)];
		const clean = (e) => { const c = e.cloneNode(true); c.querySelectorAll(".vh").forEach((v) => v.remove()); return c.textContent.trim(); };
		return (`+expression+`);
	})()`, chromedp.EvalAwaitPromise))
	if err != nil {
		x.Fatalf("%s: %v", expression, err)
	}
	return v
}

// words gives what the explorer says for a key, as the page itself has it.
func (x *tab) words(key string) string {
	x.Helper()
	return ask[string](x, `(await import(new URL("assets/words.`+x.look.lang[:2]+`.js", ROOT))).default[`+
		quote(key)+`]`)
}

func (x *tab) click(selector string) chromedp.Action[chromedp.Void] {
	return chromedp.Click(chromedp.CSS(selector))
}

// mark gives the first element that an expression finds an id, and its selector, for real clicks.
func (x *tab) mark(expression string) string {
	x.Helper()
	if !ask[bool](x, `((e) => { if (!e) return false; qq("#under-test").forEach((o) => o.removeAttribute("id")); if `+
		`(e.id) e.dataset.was = e.id; e.id = "under-test"; return true; })(`+expression+`)`) {
		x.Fatalf("nothing is %s:\n%s", expression, ask[string](x, `document.body.innerText.slice(0, 3000)`))
	}
	return "#under-test"
}

// hover brings the pointer over the middle of an element.
func (x *tab) hover(selector string) {
	x.Helper()
	x.eval(`void q(` + quote(selector) + `).scrollIntoView({block: "center", inline: "center"})`)
	r := x.rect(selector)
	x.do(chromedp.MouseEvent(input.DispatchMouseEventTypeMouseMoved, r.X+r.W/2, r.Y+r.H/2))
}

type rect struct{ X, Y, W, H float64 }

func (x *tab) rect(selector string) rect {
	x.Helper()
	return ask[rect](x, `((r) => ({X: r.x, Y: r.y, W: r.width, H: r.height}))(q(`+quote(selector)+
		`).getBoundingClientRect())`)
}

// screen gives what is seen in the window, or all of the page.
func (x *tab) screen(whole bool) []byte {
	x.Helper()
	p := cdppage.CaptureScreenshotParams{CaptureBeyondViewport: &whole}
	if whole {
		r := ask[rect](x, `({W: document.documentElement.clientWidth, H: Math.min(7000, `+
			`document.documentElement.scrollHeight)})`)
		p.Clip = &cdppage.Viewport{Width: r.W, Height: r.H, Scale: 1}
	}
	return call(x, cdppage.CaptureScreenshot, p).Data
}

// pixels gives what is seen in a part of the window; its points are those of the window, in pixels of the screen.
func (x *tab) pixels(in rect) *image.RGBA {
	x.Helper()
	at := ask[rect](x, `({X: scrollX, Y: scrollY, W: devicePixelRatio})`)
	in = rect{math.Floor(in.X), math.Floor(in.Y), math.Ceil(in.W), math.Ceil(in.H)}
	fast := true
	b := call(x, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{OptimizeForSpeed: &fast,
		Clip: &cdppage.Viewport{X: in.X + at.X, Y: in.Y + at.Y, Width: in.W, Height: in.H, Scale: 1}}).Data
	img, err := png.Decode(bytes.NewReader(b))
	x.must(err)
	from := image.Pt(int(in.X*at.W), int(in.Y*at.W))
	out := image.NewRGBA(img.Bounds().Add(from))
	draw.Draw(out, out.Bounds(), img, img.Bounds().Min, draw.Src)
	return out
}

// shot keeps what is seen as PNG where GONGKAI_SHOTS names a folder.
func (x *tab) shot(name string, whole bool) {
	x.Helper()
	dir := os.Getenv("GONGKAI_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		x.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, name+"-"+x.look.String()+".png"), x.screen(whole), 0o644); err != nil {
		x.Fatal(err)
	}
}

// download takes steps that save a file, and gives its name and bytes.
func (x *tab) download(steps ...chromedp.Action[chromedp.Void]) (name string, body []byte) {
	x.Helper()
	on := true
	dir := x.TempDir()
	begun, done := chromedp.BrowserEvents(x.ctx, browser.DownloadWillBegin),
		chromedp.BrowserEvents(x.ctx, browser.DownloadProgress)
	_, err := chromedp.CallBrowser(x.ctx, browser.SetDownloadBehavior,
		browser.SetDownloadBehaviorParams{Behavior: browser.SetDownloadBehaviorBehaviorAllowAndName,
			BrowserContextID: chromedp.FromContext(x.ctx).BrowserContextID, DownloadPath: dir, EventsEnabled: &on})
	x.must(err)
	x.do(steps...)
	id := ""
	for e, err := range begun {
		x.must(err)
		id, name = e.GUID, e.SuggestedFilename
		break
	}
	for e, err := range done {
		x.must(err)
		if e.GUID != id || e.State == browser.DownloadProgressStateInProgress {
			continue
		}
		if e.State != browser.DownloadProgressStateCompleted {
			x.Fatalf("the download of %s: %s", name, e.State)
		}
		break
	}
	body, err = os.ReadFile(filepath.Join(dir, id))
	x.must(err)
	return name, body
}

func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}
