package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/mail"
	"net/url"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"text/tabwriter"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/announce"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/corpus/render"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// place is where a crawl keeps what it has and what it knows.
type place struct {
	Work    string `default:"crawl" placeholder:"DIR" env:"GONGKAI_WORK" help:"Folder of the crawl: its ledger and its archive."`
	DB      string `placeholder:"URL" env:"GONGKAI_DB" help:"Ledger and queue: a file of SQLite, or postgres://… for many workers (default: ledger.sqlite in the folder)."`
	Archive string `placeholder:"URL" env:"GONGKAI_ARCHIVE" help:"Archive: a folder, or s3://bucket?… (default: archive in the folder)."`
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
	Portals []string `placeholder:"FILE" help:"CSV files with portals of your own; a row replaces that with the same id. See docs/adding-a-portal.md."`
	Only    bool     `help:"Only the portals of these files, not those that come with the program."`
}

func (l list) load() ([]corpus.Portal, error) { return corpus.LoadPortals(l.Portals, !l.Only) }

// choice is which of them are meant.
type choice struct {
	City  []string `placeholder:"NAME" help:"Only portals with this id, division code or name (a part of it is enough)."`
	Level []string `placeholder:"LEVEL" help:"Only portals of this level: central, province, prefecture, county, town, department."`
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
			return nil, fmt.Errorf("--city %s: no portal has this id, code or name", s)
		}
	}
	return out, nil
}

// conduct is how servers are asked.
type conduct struct {
	Contact      string        `placeholder:"ADDRESS" env:"GONGKAI_CONTACT" help:"Page or e-mail address that server operators can write to; it goes into the User-Agent."`
	Pace         time.Duration `default:"2s" help:"At least so long between two requests of one host; slow hosts are asked more slowly by themselves."`
	Pages        int64         `default:"3000" help:"Most pages that one visit of a portal asks for."`
	Megabytes    int64         `default:"3000" help:"Most megabytes that one visit takes."`
	Workers      int           `default:"8" help:"Portals visited at once; a host is never asked by two of them."`
	Slice        time.Duration `default:"10m" help:"Time after which a visit makes room for the next portal; it goes on later."`
	Lease        time.Duration `default:"4m" help:"Longest time that one request may take; the host of a worker that died is free after it."`
	AllowPrivate bool          `hidden:"" help:"Ask addresses of this machine and of private networks: for tests and intranets."`
}

// check refuses a contact that nobody could write to.
func (c conduct) check() error {
	if c.Contact == "" {
		return nil
	}
	u, err := url.Parse(c.Contact)
	page := err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Host != ""
	if _, err := mail.ParseAddress(strings.TrimPrefix(c.Contact, "mailto:")); err != nil && !page {
		return fmt.Errorf("--contact %s: neither an e-mail address (mailto:you@example.org) nor a page (https://…)", c.Contact)
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
	Webhook  string   `placeholder:"URL" env:"GONGKAI_WEBHOOK" help:"Address that is sent news as JSON: reports that are new, changed, late, overdue, vanished."`
	Feed     string   `placeholder:"FILE" help:"Atom feed of the news, rewritten after each visit."`
	SMTP     string   `placeholder:"URL" env:"GONGKAI_SMTP" help:"Server for news by e-mail: smtp://user:password@host:587."`
	MailFrom string   `placeholder:"ADDRESS" help:"Sender of the e-mail."`
	MailTo   []string `placeholder:"ADDRESS" help:"Receivers of the e-mail."`
	Lang     string   `enum:"en,zh" default:"en" help:"Language of the news: en or zh."`
}

func (t telling) tell(ctx context.Context, g *crawling) error {
	w := announce.Ways{Webhook: t.Webhook, Feed: t.Feed, SMTP: t.SMTP, From: t.MailFrom, To: t.MailTo, Names: g.names, Chinese: t.Lang == "zh"}
	_, err := w.Tell(ctx, g.ledger)
	return err
}

// A crawling is what the commands that crawl have opened.
type crawling struct {
	ledger  *ledger.Ledger
	archive *archive.Archive
	crawler *crawl.Crawler
	queue   *queue.Queue
	portals []corpus.Portal
	mu      sync.Mutex
	done    []crawl.Outcome
	names   map[string]string
	count   *meters
	browser *render.Browser
}

func (p place) open(ctx context.Context, l list, c conduct, o queue.Options, std streams, quiet bool) (*crawling, error) {
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
	g := &crawling{portals: portals, names: map[string]string{}}
	for _, x := range portals {
		g.names[x.ID] = x.Name
	}
	if g.ledger, err = ledger.Open(ctx, p.db(), false); err != nil {
		return nil, err
	}
	if g.archive, err = archive.Open(ctx, p.archive()); err != nil {
		g.ledger.Close()
		return nil, err
	}
	m := crawl.Polite()
	m.Pace, m.Lease = c.Pace, c.Lease
	bounds := crawl.Usual()
	bounds.Pages, bounds.Bytes, bounds.Slice = c.Pages, c.Megabytes<<20, c.Slice
	g.crawler = &crawl.Crawler{Ledger: g.ledger, Archive: g.archive, Client: fetch.New(fetch.Options{Agent: c.agent(), AllowPrivate: c.AllowPrivate, Limits: fetch.Limits{Total: c.Lease * 3 / 4}}), Manners: m, Bounds: bounds, Holder: queue.Holder(), Calendar: deadline,
		Log: func(format string, args ...any) { fmt.Fprintf(std.err, format+"\n", args...) }}
	g.count = newMeters()
	show := func(corpus.Portal, *ledger.Visit, *ledger.Item, string) {}
	if !quiet {
		show = newCrawlProgress(std.err).step
	}
	g.crawler.Progress = func(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string) {
		g.count.step(it, what)
		show(p, v, it, what)
	}
	for _, x := range portals {
		if x.Options.Browser && g.browser == nil {
			b, err := render.Open(c.agent(), 2*time.Minute)
			if err != nil {
				fmt.Fprintf(std.err, "%v\n", err)
				break
			}
			g.browser = b
			g.crawler.Render = func(ctx context.Context, at string, ask func(context.Context, string, string) (int, http.Header, []byte, error)) ([]byte, error) {
				return b.Page(ctx, at, ask)
			}
		}
	}
	o.Workers, o.Slice, o.Log = c.Workers, c.Slice, std.err
	o.After = func(out crawl.Outcome, p corpus.Portal, err error) {
		if err != nil && ctx.Err() == nil {
			fmt.Fprintf(std.err, "%s: %v\n", p.ID, err)
		}
		if out.Done {
			g.count.visits.WithLabelValues(out.Visit.State).Inc()
			g.mu.Lock()
			g.done = append(g.done, out)
			g.mu.Unlock()
		}
	}
	if g.queue, err = queue.Open(ctx, g.crawler, portals, o); err != nil {
		g.close()
		return nil, err
	}
	return g, nil
}

func (g *crawling) close() error {
	if g.browser != nil {
		g.browser.Close()
	}
	return errors.Join(g.archive.Close(), g.ledger.Close())
}

type crawlCmd struct {
	place
	list
	choice
	conduct
	telling
	Due      bool          `help:"Only portals whose next visit is due: for cron and systemd timers."`
	Year     int           `placeholder:"YEAR" help:"Take reports of this year only."`
	URL      string        `placeholder:"ADDRESS" help:"Visit this home page, which needs to be in no list."`
	Name     string        `placeholder:"AUTHORITY" help:"With --url: whose home page it is."`
	Patience time.Duration `default:"10m" help:"Longest time to wait for hosts that want to be left alone; what is left then is visited by the next crawl."`
	Quiet    bool          `short:"q" help:"No progress on standard error."`
	ExitCode bool          `help:"Exit with 10 if a report is new, changed or vanished."`
}

func (crawlCmd) Help() string {
	return `Visits portals once and exits: finds the annual reports on them, keeps every answer in the archive, and prints what
each visit found. A crawl that is broken off, however, goes on where it was when it is started again.

Hosts are asked one request at a time, at the pace that robots.txt, the host's answers and --pace allow. What is
asked of them and why is in docs/crawl-policy.md.

Examples:  gongkai crawl --city 哈尔滨 --contact mailto:you@example.org
           gongkai crawl --due
           gongkai crawl --url http://www.example.gov.cn/ --name 某县人民政府`
}

// exitNews is the exit code of crawl --exit-code when there is news.
const exitNews = 10

var errNews = errors.New("there is news")

func (c *crawlCmd) Run(ctx context.Context, std streams) error {
	if c.URL != "" {
		file, err := ownPortal(c.Work, c.URL, c.Name)
		if err != nil {
			return err
		}
		c.Portals = append(c.Portals, file.name)
		c.City = append(c.City, file.id)
	}
	g, err := c.place.open(ctx, c.list, c.conduct, queue.Options{}, std, c.Quiet)
	if err != nil {
		return err
	}
	defer g.close()
	chosen, err := c.choice.of(g.portals)
	if err != nil {
		return err
	}
	g.crawler.Year = c.Year
	start := time.Now()
	wanted := map[string]bool{}
	unknown := 0
	for _, p := range chosen {
		if p.Home == "" && len(p.Listings) == 0 {
			unknown++
			continue
		}
		if c.Due {
			next, _, err := g.ledger.NextVisit(ctx, p.ID)
			if err != nil {
				return err
			}
			if next.After(time.Now()) {
				continue
			}
		}
		wanted[p.ID] = true
		if err := g.queue.Visit(ctx, p.ID); err != nil {
			return err
		}
	}
	if len(wanted) == 0 && unknown > 0 && !c.Due {
		return fmt.Errorf("of the %d portals chosen the home page is not known; add it with --portals, or use --url", unknown)
	}
	if c.choice.some() {
		g.queue.Only(wanted)
	}
	if err := g.queue.Start(ctx); err != nil {
		return err
	}
	left, werr := g.queue.Wait(ctx, c.Patience)
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if err := g.queue.Stop(stopCtx); err != nil && werr == nil {
		werr = err
	}
	out := context.WithoutCancel(ctx)
	news, err := g.report(out, std.out, start)
	if err != nil {
		return err
	}
	if err := c.telling.tell(out, g); err != nil {
		fmt.Fprintf(std.err, "news could not be told, the next crawl tries again: %v\n", err)
	}
	partly := false
	for _, o := range g.done {
		partly = partly || o.Visit.State != "done"
	}
	for _, w := range left {
		partly = true
		fmt.Fprintf(std.err, "%s: not finished: goes on after %s\n", w.Portal, w.At.Local().Format("2006-01-02 15:04:05"))
	}
	switch {
	case werr != nil && ctx.Err() != nil:
		return errors.New("broken off; the same command goes on where it was")
	case werr != nil:
		return werr
	case news && c.ExitCode:
		return errNews
	case partly:
		return errPartly
	}
	return nil
}

type portalFile struct{ name, id string }

// ownPortal writes a row for a home page that is in no list beside the ledger, for status and the next crawl to know it.
func ownPortal(work, at, name string) (portalFile, error) {
	if name == "" {
		name = at
	}
	id := strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '.' {
			return r
		}
		return '-'
	}, strings.ToLower(strings.TrimPrefix(strings.TrimPrefix(at, "https://"), "http://"))), "-.")
	id = id[:min(len(id), 60)]
	if err := os.MkdirAll(work, 0o755); err != nil {
		return portalFile{}, err
	}
	file := filepath.Join(work, "portal-"+id+".csv")
	row := fmt.Sprintf("id,name,level,home\n%s,%q,county,%q\n", id, strings.ReplaceAll(name, `"`, ""), at)
	return portalFile{file, id}, os.WriteFile(file, []byte(row), 0o644)
}

// report prints what the visits found, and says whether there is news.
func (g *crawling) report(ctx context.Context, w io.Writer, since time.Time) (news bool, err error) {
	sort.Slice(g.done, func(i, j int) bool { return g.done[i].Visit.ID < g.done[j].Visit.ID })
	for _, o := range g.done {
		v := o.Visit
		years := map[int]int{}
		reports, files := 0, 0
		err := g.ledger.Documents(ctx, v.Portal, func(d ledger.Document) error {
			if d.State == "present" {
				if d.Kind == crawl.KindReport {
					reports++
					years[d.Year]++
				} else {
					files++
				}
			}
			return nil
		})
		if err != nil {
			return news, err
		}
		fmt.Fprintf(w, "%s  %s: %d reports (%s), %d files; %d requests, %s", v.Portal, g.names[v.Portal], reports, spans(years), files, v.Pages, size(v.Bytes))
		if v.Reason != "" {
			fmt.Fprintf(w, "; %s", v.Reason)
		}
		fmt.Fprintln(w)
	}
	events, err := g.ledger.Events(ctx, 1000)
	if err != nil {
		return news, err
	}
	for i := len(events) - 1; i >= 0; i-- {
		e := events[i]
		if e.Time.Before(since) || e.Kind == "found" {
			continue
		}
		news = news || e.Kind != "overdue"
		fmt.Fprintf(w, "%-8s %s  %s  %s\n", e.Kind, e.Portal, e.Title, e.URL)
	}
	return news, nil
}

// spans writes years as spans: 2019-2022, 2024.
func spans(years map[int]int) string {
	var all []int
	for y := range years {
		all = append(all, y)
	}
	sort.Ints(all)
	var out []string
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1] == all[j]+1 {
			j++
		}
		switch {
		case all[i] == 0:
			out = append(out, "year not known")
		case i == j:
			out = append(out, fmt.Sprint(all[i]))
		default:
			out = append(out, fmt.Sprintf("%d-%d", all[i], all[j]))
		}
		i = j + 1
	}
	if len(out) == 0 {
		return "none"
	}
	return strings.Join(out, ", ")
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
}

// crawlProgress shows what visits ask for: on a terminal one line that is rewritten, elsewhere a line every 200 requests
// and for each report.
type crawlProgress struct {
	w        io.Writer
	terminal bool
	n        int
	last     time.Time
	mu       sync.Mutex
}

func newCrawlProgress(w io.Writer) *crawlProgress {
	return &crawlProgress{w: w, terminal: newProgress(w, 0, false).terminal}
}

func (c *crawlProgress) step(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	switch {
	case what == crawl.KindReport:
		if c.terminal {
			fmt.Fprint(c.w, "\r\x1b[K")
		}
		fmt.Fprintf(c.w, "%s: report: %s  %s\n", p.ID, clip(it.Words, 60), it.URL)
	case c.terminal && time.Since(c.last) > 100*time.Millisecond:
		c.last = time.Now()
		fmt.Fprintf(c.w, "\r\x1b[K%d asked; %s %d: %s", c.n, p.ID, v.Pages, clip(it.URL, 70))
	case !c.terminal && c.n%200 == 0:
		fmt.Fprintf(c.w, "%d asked; %s: %d pages, %s\n", c.n, p.ID, v.Pages, size(v.Bytes))
	}
}

type watchCmd struct {
	place
	list
	conduct
	telling
	Metrics string        `placeholder:"ADDRESS" help:"Serve metrics for Prometheus at this address, such as 127.0.0.1:9464."`
	Every   time.Duration `default:"10m" help:"How often to look for portals that are due."`
	Quiet   bool          `short:"q" help:"No progress on standard error."`
}

func (watchCmd) Help() string {
	return `Stays and follows the calendar: departments publish by 31 January, governments by 31 March (Articles 49 and 50 of
the Regulations). Portals are visited every month, every third day around their deadline, every day while the report of
the year is missing then; portals that do not answer later and later. For a crawl that a timer starts: gongkai crawl --due.`
}

func (c *watchCmd) Run(ctx context.Context, std streams) error {
	return stay(ctx, std, c.place, c.list, c.conduct, c.Every, c.Metrics, c.Quiet, c.telling.tell)
}

type workCmd struct {
	place
	list
	conduct
	Metrics string `placeholder:"ADDRESS" help:"Serve metrics for Prometheus at this address, such as 127.0.0.1:9464."`
	Quiet   bool   `short:"q" help:"No progress on standard error."`
}

func (workCmd) Help() string {
	return `A worker of a cluster: takes visits from the queue until it is stopped. As many as wanted, on as many machines, with
one --db postgres://… and one --archive s3://…; a lease on each host keeps them polite together. gongkai watch plans the visits.`
}

func (c *workCmd) Run(ctx context.Context, std streams) error {
	if !strings.HasPrefix(c.DB, "postgres") {
		return errors.New("work needs --db postgres://…: on SQLite one process does all the work (gongkai watch)")
	}
	return stay(ctx, std, c.place, c.list, c.conduct, 0, c.Metrics, c.Quiet, nil)
}

// stay works until it is stopped, and tells the news every minute.
func stay(ctx context.Context, std streams, p place, l list, c conduct, every time.Duration, metrics string, quiet bool, tell func(context.Context, *crawling) error) error {
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
		case <-time.After(time.Minute):
			if tell != nil {
				if err := tell(ctx, g); err != nil {
					fmt.Fprintf(std.err, "news could not be told, it is tried again: %v\n", err)
				}
			}
		}
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	return g.queue.Stop(stopCtx)
}

type statusCmd struct {
	place
	list
	choice
	All      bool   `help:"Also portals that were never visited."`
	Failures bool   `help:"List what was not taken on the last visits, with the reason of each."`
	Coverage bool   `help:"A table of authorities by years: published, late, missing, vanished, unread; as CSV."`
	Dataset  string `placeholder:"DIR" help:"With --coverage: the dataset made of the crawl, which says what could not be read."`
	JSON     bool   `help:"One JSON object a portal."`
	From     int    `default:"2019" help:"First year of the coverage table."`
}

func (statusCmd) Help() string {
	return `Says for each portal when it was last visited, which reports were found and which years are missing, what went wrong,
and when it is visited next.`
}

type portalStatus struct {
	Portal   string         `json:"portal"`
	Name     string         `json:"name"`
	Last     string         `json:"last_visit,omitempty"`
	State    string         `json:"state,omitempty"`
	Reason   string         `json:"reason,omitempty"`
	Reports  int            `json:"reports"`
	Own      map[int]string `json:"own,omitempty"` // year → present, late, vanished
	Missing  []int          `json:"missing,omitempty"`
	Files    int            `json:"files"`
	Requests int64          `json:"requests"`
	NotTaken int64          `json:"not_taken"`
	Next     string         `json:"next_visit,omitempty"`
}

func (c *statusCmd) Run(ctx context.Context, std streams) error {
	portals, err := corpus.LoadPortals(append(c.Portals, ownPortals(c.Work)...), !c.Only)
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(portals)
	if err != nil {
		return err
	}
	l, err := ledger.Open(ctx, c.db(), true)
	if err != nil {
		return err
	}
	defer l.Close()
	unread, err := unreadOf(c.Dataset)
	if err != nil {
		return err
	}
	now := time.Now()
	last := corpus.LastYear(now)
	var rows []portalStatus
	for _, p := range chosen {
		v, err := l.LastVisit(ctx, p.ID)
		if err != nil {
			return err
		}
		if v == nil && !c.All {
			continue
		}
		s := portalStatus{Portal: p.ID, Name: p.Name, Own: map[int]string{}}
		if v != nil {
			s.Last, s.State, s.Reason, s.Requests, s.NotTaken = v.Started.Local().Format("2006-01-02 15:04"), v.State, v.Reason, v.Pages, v.Refused
		}
		err = l.Documents(ctx, p.ID, func(d ledger.Document) error {
			if d.Kind != crawl.KindReport {
				s.Files++
				return nil
			}
			s.Reports++
			if d.Own {
				switch {
				case d.State == "vanished" && s.Own[d.Year] == "":
					s.Own[d.Year] = "vanished"
				case unread[d.SHA256]:
					if s.Own[d.Year] == "" {
						s.Own[d.Year] = "unread"
					}
				case d.State == "present" && d.Late && s.Own[d.Year] != "present":
					s.Own[d.Year] = "late"
				case d.State == "present":
					s.Own[d.Year] = "present"
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		for y := c.From; y <= last; y++ {
			if s.Own[y] == "" && v != nil && (y < last || corpus.Calendar(deadline).Over(p, y, now)) {
				s.Missing = append(s.Missing, y)
			}
		}
		next, _, err := l.NextVisit(ctx, p.ID)
		if err != nil {
			return err
		}
		if !next.IsZero() {
			s.Next = next.Local().Format("2006-01-02 15:04")
		}
		rows = append(rows, s)
	}
	switch {
	case c.Coverage:
		return coverage(std.out, rows, c.From, last)
	case c.JSON:
		e := json.NewEncoder(std.out)
		for _, r := range rows {
			if err := e.Encode(r); err != nil {
				return err
			}
		}
		return nil
	}
	t := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "portal\tname\tlast visit\tstate\treports\town, by year\tmissing\tnot taken\tnext visit")
	for _, r := range rows {
		own, missing := map[int]int{}, map[int]int{}
		for y := range r.Own {
			own[y]++
		}
		for _, y := range r.Missing {
			missing[y]++
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t%d\t%s\n", r.Portal, r.Name, r.Last, strings.TrimSpace(r.State+" "+clip(r.Reason, 50)), r.Reports, spans(own), spans(missing), r.NotTaken, r.Next)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	if c.Failures {
		return failures(ctx, std.out, l, rows)
	}
	return nil
}

// unreadOf gives the hashes of the documents of a dataset that could not be read.
func unreadOf(dir string) (map[string]bool, error) {
	out := map[string]bool{}
	if dir == "" {
		return out, nil
	}
	d, err := output.Open(dir)
	if err != nil {
		return nil, err
	}
	return out, d.Documents(func(_ int, r output.DocumentRow) error {
		if r.Status == string(normalize.StatusUnread) {
			out[r.Document] = true
		}
		return nil
	})
}

// ownPortals are the files that crawl --url wrote.
func ownPortals(work string) []string {
	files, err := filepath.Glob(filepath.Join(work, "portal-*.csv"))
	if err != nil {
		return nil
	}
	return files
}

func failures(ctx context.Context, w io.Writer, l *ledger.Ledger, rows []portalStatus) error {
	for _, r := range rows {
		v, err := l.LastVisit(ctx, r.Portal)
		if err != nil || v == nil {
			return err
		}
		err = l.Frontier(ctx, v.ID, "", func(it ledger.Item) error {
			if it.State == ledger.Failed || it.State == ledger.Left || it.State == ledger.Waiting && it.Reason != "" {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Portal, it.State, it.URL, clip(it.Words, 60), it.Reason)
			}
			return nil
		})
		if err != nil {
			return err
		}
		err = l.Refusals(ctx, r.Portal, func(x ledger.Refusal) error {
			fmt.Fprintf(w, "%s\thost\t%s\t%d times\t%s\n", r.Portal, x.URL, x.Times, x.Reason)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func coverage(w io.Writer, rows []portalStatus, from, to int) error {
	fmt.Fprint(w, "portal,name")
	for y := from; y <= to; y++ {
		fmt.Fprintf(w, ",%d", y)
	}
	fmt.Fprintln(w)
	for _, r := range rows {
		fmt.Fprintf(w, "%s,%s", r.Portal, r.Name)
		for y := from; y <= to; y++ {
			s := map[string]string{"present": "published"}[r.Own[y]]
			if s == "" {
				s = r.Own[y]
			}
			for _, m := range r.Missing {
				if m == y {
					s = "missing"
				}
			}
			fmt.Fprintf(w, ",%s", s)
		}
		fmt.Fprintln(w)
	}
	return nil
}
