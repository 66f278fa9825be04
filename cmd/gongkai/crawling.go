package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/announce"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/corpus/render"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/explore"
	"github.com/gongkai/gongkai/output/panel"
)

// place is where a crawl keeps what it has and what it knows.
type place struct {
	Work    string `default:"crawl" placeholder:"DIR" env:"GONGKAI_WORK" help:"${crawling_work}"`
	DB      string `placeholder:"URL" env:"GONGKAI_DB" secret:"part" help:"${crawling_db}"`
	Archive string `placeholder:"URL" env:"GONGKAI_ARCHIVE" secret:"part" help:"${crawling_archive}"`

	rebuilds bool             // the ledger is made anew
	now      func() time.Time `kong:"-"` // nil = the machine's clock
}

// clock is what time it is.
func (p place) clock() time.Time {
	if p.now != nil {
		return p.now()
	}
	return time.Now()
}

func (p place) db() string {
	if p.DB != "" {
		return p.DB
	}
	return filepath.Join(p.Work, "ledger.sqlite")
}

func (p place) archive() string {
	if p.Archive != "" {
		return p.Archive
	}
	return filepath.Join(p.Work, "archive")
}

// list is which portals there are.
type list struct {
	Portals []string `placeholder:"FILE" help:"${crawling_portals}"`
	Only    bool     `help:"Only the portals of these files, not those that come with the program."`
}

func (l list) load() ([]corpus.Portal, error) { return corpus.LoadPortals(l.Portals, !l.Only) }

// choice is which of them are meant.
type choice struct {
	City  []string `placeholder:"NAME" help:"${crawling_city}"`
	Level []string `placeholder:"LEVEL" help:"${crawling_level}"`
}

// some reports whether not simply all are meant.
func (c choice) some() bool { return len(c.City) > 0 || len(c.Level) > 0 }

func (c choice) of(all []corpus.Portal) ([]corpus.Portal, error) {
	var out []corpus.Portal
	met := map[string]bool{}
	for _, p := range all {
		ok := len(c.City) == 0
		for _, s := range c.City {
			if p.ID == s || p.Code == s || strings.Contains(p.Name, s) {
				ok, met[s] = true, true
			}
		}
		level := len(c.Level) == 0
		for _, l := range c.Level {
			level = level || p.Level == l
		}
		if ok && level {
			out = append(out, p)
		}
	}
	for _, s := range c.City {
		if !met[s] {
			return nil, fmt.Errorf("--city %s: no portal has this id, code or name%s", s, nearPortals(s, all))
		}
	}
	return out, nil
}

// mostNearPortals is how many portals are offered for one that there is not.
const mostNearPortals = 4

// nearPortals offers portals whose names or ids are like a text.
func nearPortals(text string, all []corpus.Portal) string {
	var names []string
	for _, p := range all {
		names = append(names, p.Name, p.ID)
	}
	if near := panel.Nearest(text, names, mostNearPortals); len(near) > 0 {
		return "; near it are " + strings.Join(near, ", ")
	}
	return ""
}

// conduct is how servers are asked.
type conduct struct {
	Contact      string        `placeholder:"ADDRESS" env:"GONGKAI_CONTACT" help:"${crawling_contact}"`
	Pace         time.Duration `default:"2s" help:"${crawling_pace}"`
	Pages        int64         `default:"3000" help:"Most pages that one visit of a portal asks for."`
	Megabytes    int64         `default:"3000" help:"Most megabytes that one visit takes."`
	Workers      int           `default:"8" help:"Portals visited at once; a host is never asked by two of them."`
	Slice        time.Duration `default:"10m" help:"${crawling_slice}"`
	Lease        time.Duration `default:"4m" help:"${crawling_lease}"`
	AllowPrivate bool          `hidden:"" help:"${crawling_allowprivate}"`
}

// check refuses a contact that nobody could write to.
func (c conduct) check() error {
	if c.Contact == "" {
		return nil
	}
	u, err := url.Parse(c.Contact)
	page := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if _, err := mail.ParseAddress(strings.TrimPrefix(c.Contact, "mailto:")); err != nil && !page {
		return fmt.Errorf("--contact %s: neither an e-mail address (mailto:you@example.org) nor a page (https://…)",
			c.Contact)
	}
	return nil
}

func (c conduct) agent() string {
	contact := "https://github.com/gongkai/gongkai"
	if c.Contact != "" {
		contact = c.Contact
	}
	return "gongkai/" + strings.TrimPrefix(version(), "v") + " (+" + contact + ")"
}

// telling is how news is told.
type telling struct {
	Webhook       string   `placeholder:"URL" env:"GONGKAI_WEBHOOK" secret:"whole" help:"${crawling_webhook}"`
	WebhookAs     string   `enum:"auto,json,wecom,dingtalk,feishu" default:"auto" help:"${crawling_webhookas}"`
	WebhookSecret string   `placeholder:"TEXT" env:"GONGKAI_WEBHOOK_SECRET" secret:"whole" help:"${crawling_webhooksecret}"`
	Feed          string   `placeholder:"FILE" help:"${crawling_feed}"`
	SMTP          string   `placeholder:"URL" env:"GONGKAI_SMTP" secret:"part" help:"${crawling_smtp}"`
	MailFrom      string   `placeholder:"ADDRESS" help:"Sender of the e-mail."`
	MailTo        []string `placeholder:"ADDRESS" help:"Receivers of the e-mail."`
	SiteURL       string   `placeholder:"URL" name:"site-url" env:"GONGKAI_SITE_URL" help:"${site_url}"`
	Lang          string   `enum:"en,zh" default:"en" help:"Language of the news: en or zh."`

	every time.Duration `kong:"-"` // by a command that stays; 0 = every minute
}

// ways are the ways of telling. shown says which documents the explorer shows: those link to its pages.
func (t telling) ways(names map[string]string, now func() time.Time, shown func(sha256 string) bool) announce.Ways {
	return announce.Ways{Webhook: t.Webhook, As: t.WebhookAs, Secret: t.WebhookSecret, Feed: t.Feed, SMTP: t.SMTP, From: t.MailFrom,
		To: t.MailTo, Names: names, Chinese: t.Lang == "zh", Now: now, Site: explore.Address(t.SiteURL, "", ""),
		Page: func(e ledger.Event) string {
			if id, ok := strings.CutPrefix(e.ID, anomalyEvent); ok {
				return explore.Address(t.SiteURL, "anomaly", id)
			}
			if shown == nil || !shown(e.SHA256) {
				return ""
			}
			return explore.Address(t.SiteURL, "report", e.SHA256+"-1")
		}}
}

// check refuses a way of telling that cannot work.
func (t telling) check() error { return t.ways(nil, nil, nil).Check() }

func (t telling) tell(ctx context.Context, g *crawling) error {
	_, err := t.ways(g.names, g.now, nil).Tell(ctx, g.ledger)
	return err
}

// A crawling is what the commands that crawl have opened.
type crawling struct {
	ledger   *ledger.Ledger
	archive  *archive.Archive
	crawler  *crawl.Crawler
	queue    *queue.Queue
	portals  []corpus.Portal
	mu       sync.Mutex
	done     []crawl.Outcome
	names    map[string]string
	count    *meters
	progress *crawlProgress
	browser  *render.Browser
	db       string // of the ledger
	readers  func() // ends the processes that read bodies
	now      func() time.Time
}

func (p place) open(ctx context.Context, l list, c conduct, o queue.Options, std streams, quiet bool) (*crawling,
	error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	portals, err := l.load()
	if err != nil {
		return nil, err
	}
	if !strings.Contains(p.archive(), "://") || p.DB == "" {
		if err := os.MkdirAll(p.Work, 0o755); err != nil {
			return nil, err
		}
	}
	g := &crawling{portals: portals, names: map[string]string{}, now: p.clock, db: p.db()}
	for _, x := range portals {
		g.names[x.ID] = x.Name
	}
	if g.ledger, err = ledger.Open(ctx, p.db(), false); err != nil {
		return nil, err
	}
	g.ledger.SetClock(p.now)
	if g.archive, err = archive.Open(ctx, p.archive()); err != nil {
		g.ledger.Close()
		return nil, err
	}
	if err := p.belongs(ctx, g); err != nil {
		g.close()
		return nil, err
	}
	forms, err := form.Load()
	if err != nil {
		g.close()
		return nil, err
	}
	judge, done := judgeWith(forms)
	g.readers = done
	m := crawl.Polite()
	m.Pace, m.Lease = c.Pace, c.Lease
	bounds := crawl.Usual()
	bounds.Pages, bounds.Bytes, bounds.Slice = c.Pages, c.Megabytes<<20, c.Slice
	g.crawler = &crawl.Crawler{Ledger: g.ledger, Archive: g.archive,
		Client: fetch.New(fetch.Options{Agent: c.agent(), AllowPrivate: c.AllowPrivate,
			Limits: fetch.Limits{Total: c.Lease * 3 / 4}}), Manners: m, Bounds: bounds, Holder: queue.Holder(),
		Calendar: deadline, Dates: &crawl.Dates{}, Now: p.now, Judge: judge, Address: addresses(),
		Log: func(format string, args ...any) { fmt.Fprintf(std.err, format+"\n", args...) }}
	g.count = newMeters()
	show := func(corpus.Portal, *ledger.Visit, *ledger.Item, string) {}
	if g.progress = (&crawlProgress{meter: manner{}.meter(std.err, "asked", "已请求")}); !quiet {
		show = g.progress.step
	}
	g.crawler.Progress = func(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string) {
		g.count.step(it, what)
		show(p, v, it, what)
	}
	g.crawler.Render = g.render(c.agent())
	o.Workers, o.Slice, o.Log = c.Workers, c.Slice, std.err
	o.After = func(out crawl.Outcome, p corpus.Portal, err error) {
		if err != nil && ctx.Err() == nil {
			fmt.Fprintln(std.err, spoken(p.ID+": "+err.Error()))
		}
		if out.Done {
			g.progress.ended.Add(1)
			g.count.visits.WithLabelValues(out.Visit.State).Inc()
			g.mu.Lock()
			g.done = append(g.done, out)
			g.mu.Unlock()
			if err := g.orderReadings(context.WithoutCancel(ctx), p, out.Visit); err != nil {
				fmt.Fprintf(std.err, say("%s: what it found is read when it is asked for: %s\n", "%s：所得文件留待需要时读取：%s\n"), p.ID,
					spoken(err.Error()))
			}
		}
	}
	if g.queue, err = queue.Open(ctx, g.crawler, portals, o); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

// belongs refuses a ledger that knows nothing of an archive that is full: it was lost, or is another's. To begin afresh
// would find everything anew, and tell it as news.
func (p place) belongs(ctx context.Context, g *crawling) error {
	state, err := g.ledger.State(ctx)
	if err != nil || state == ledger.Used || p.rebuilds {
		return err
	}
	if state == ledger.Rebuilding {
		return fmt.Errorf("the making of the ledger %s from its archive broke off; gongkai crawl --rebuild does it again",
			shownDB(p.db()))
	}
	portals, err := g.archive.Portals(ctx)
	if err != nil || len(portals) == 0 {
		return err
	}
	return fmt.Errorf("the ledger %s is empty, and the archive %s holds visits of %d portals: if the ledger was lost, gongkai crawl "+
		"--rebuild makes it anew from the archive", shownDB(p.db()), p.archive(), len(portals))
}

// shownDB leaves the password out of the address of a database.
func shownDB(at string) string {
	if u, err := url.Parse(at); err == nil && u.User != nil {
		return u.Redacted()
	}
	return at
}

// addresses looks up where hosts are, each once in this process. What lies on this machine or in a private network is
// nobody's shared platform.
func addresses() func(ctx context.Context, host string) string {
	var known sync.Map
	return func(ctx context.Context, host string) string {
		if at, ok := known.Load(host); ok {
			return at.(string)
		}
		if _, err := netip.ParseAddr(host); err == nil {
			return ""
		}
		ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
		defer cancel()
		all, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
		if err != nil || len(all) == 0 {
			return "" // asking will tell
		}
		first := slices.MinFunc(all, netip.Addr.Compare).Unmap()
		at := first.String()
		if first.IsLoopback() || first.IsPrivate() {
			at = ""
		}
		known.Store(host, at)
		return at
	}
}

// render has a browser build pages, which is started when the first one wants it.
func (g *crawling) render(agent string) func(ctx context.Context, at string, ask crawl.Ask) ([]byte, error) {
	open := sync.OnceValues(func() (*render.Browser, error) {
		b, err := render.Open(agent, 2*time.Minute)
		g.mu.Lock()
		g.browser = b
		g.mu.Unlock()
		if err == nil && b.Unprotected() != "" {
			g.crawler.Log("chromium runs without its sandbox: %s", b.Unprotected())
		}
		return b, err
	})
	return func(ctx context.Context, at string, ask crawl.Ask) ([]byte, error) {
		b, err := open()
		if err != nil {
			return nil, err
		}
		return b.Page(ctx, at, ask)
	}
}

func (g *crawling) close() error {
	if g.browser != nil {
		g.browser.Close()
	}
	if g.readers != nil {
		g.readers()
	}
	if g.crawler != nil {
		g.crawler.Client.Close()
	}
	return errors.Join(g.archive.Close(), g.ledger.Close())
}

// crawlProgress shows what visits ask for, how fast, and of how many portals the visits have ended: on a terminal in one line
// that is rewritten, elsewhere in a line every half minute; and each report in a line of its own.
type crawlProgress struct {
	*meter
	asked, ended, planned atomic.Int64
}

// step tells of a request.
func (c *crawlProgress) step(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string) {
	n := c.asked.Add(1)
	if what == crawl.KindReport {
		c.line("%s: report: %s  %s", p.ID, clip(it.Words, 60), it.URL)
		return
	}
	on := fmt.Sprintf(say("%s, %s, %s: %s", "%s，%s，%s：%s"), p.ID, number(int(v.Pages), "page", "pages", "页"), size(v.Bytes), it.URL)
	if all := c.planned.Load(); all > 0 { // how long it takes is known of portals: how many pages one has is not
		c.of("portals visited", "已访问门户")
		c.at(int(c.ended.Load()), int(all), fmt.Sprintf(say("asked %d; %s", "已请求 %d 次；%s"), n, on))
		return
	}
	c.at(int(n), 0, on)
}

// stay works until it is stopped, and tells the news every minute.
func stay(ctx context.Context, std streams, p place, l list, c conduct, every time.Duration, metrics string,
	quiet bool, t *telling) error {
	tellEvery := time.Minute
	if t != nil {
		if err := t.check(); err != nil {
			return err
		}
		if t.every > 0 {
			tellEvery = t.every
		}
	}
	g, err := p.open(ctx, l, c, queue.Options{Every: every}, std, quiet)
	if err != nil {
		return err
	}
	defer g.close()
	if metrics != "" {
		stop, err := serveMetrics(metrics, g, std.err)
		if err != nil {
			return err
		}
		defer stop()
	}
	if err := g.queue.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
		case <-time.After(tellEvery):
			if t != nil {
				if err := t.tell(ctx, g); err != nil && ctx.Err() == nil {
					fmt.Fprintf(std.err, say("news could not be told, it is tried again: %s\n", "通知未能发出，稍后再试：%s\n"), spoken(err.Error()))
				}
			}
		}
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return g.queue.Stop(stopCtx)
}
