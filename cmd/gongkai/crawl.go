package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/queue"
)

type crawlCmd struct {
	place
	list
	choice
	conduct
	telling
	manner
	Due      bool          `help:"Only portals whose next visit is due: for cron and systemd timers."`
	Year     int           `placeholder:"YEAR" help:"Take reports of this year only."`
	URL      string        `placeholder:"ADDRESS" help:"Visit this home page, which needs to be in no list."`
	Name     string        `placeholder:"AUTHORITY" help:"With --url: whose home page it is."`
	Patience time.Duration `default:"10m" help:"${crawl_patience}"`
	Rebuild  bool          `help:"${crawl_rebuild}"`
	Plan     bool          `help:"Say with what the visits would begin, and ask for nothing."`
	ExitCode bool          `help:"Exit with 10 if a report is new, changed or vanished."`

	found visited `kong:"-"` // what came of it, for the command that goes on with it
}

// visited is what came of the visits of a crawl.
type visited struct {
	planned, ended, stopped, waiting int            // portals
	news                             map[string]int // events, by kind
}

func (crawlCmd) Help() string {
	return `Visits portals once and exits: finds the annual reports on them, keeps every answer in the archive, and prints what
each visit found. A crawl that is broken off, however, goes on where it was when it is started again.

Hosts are asked one request at a time, at the pace that robots.txt, the host's answers and --pace allow. What is
asked of them and why is in docs/crawl-policy.md.

Examples:  gongkai crawl --city 哈尔滨 --contact mailto:you@example.org
           gongkai crawl --due
           gongkai crawl --city 哈尔滨 --plan
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
	if c.rebuilds = c.Rebuild; c.rebuilds {
		if _, err := c.place.existing(ctx); err != nil {
			return err
		}
	}
	g, err := c.place.open(ctx, c.list, c.conduct, queue.Options{}, std, c.Quiet)
	if err != nil {
		return err
	}
	defer g.close()
	if c.Rebuild {
		return c.rebuild(ctx, g, std)
	}
	chosen, err := c.choice.of(g.portals)
	if err != nil {
		return err
	}
	if c.Plan {
		return c.printPlan(ctx, g, chosen, std)
	}
	if err := c.telling.check(); err != nil {
		return err
	}
	g.crawler.Year = c.Year
	start := g.now()
	if err := c.plan(ctx, g, chosen); err != nil {
		return err
	}
	left, werr := g.work(ctx, c.Patience)
	g.progress.end()
	out := context.WithoutCancel(ctx)
	news, err := g.report(out, std.out, start, c.JSON)
	if err != nil {
		return err
	}
	if c.found.news, err = g.newsSince(out, start); err != nil {
		return err
	}
	c.found.waiting = len(left)
	if err := c.telling.tell(out, g); err != nil {
		fmt.Fprintf(std.err, say("news could not be told, the next crawl tries again: %s\n", "通知未能发出，下次采集时再试：%s\n"), spoken(err.Error()))
	}
	partly := false
	for _, o := range g.done {
		partly = partly || o.Visit.State != "done"
		c.found.ended++
		if o.Visit.State != "done" {
			c.found.stopped++
		}
	}
	for _, w := range left {
		partly = true
		fmt.Fprintf(std.err, say("%s: not finished: goes on after %s\n", "%s：未完成，%s 之后继续\n"), w.Portal,
			w.At.Local().Format("2006-01-02 15:04:05"))
	}
	switch {
	case werr != nil && ctx.Err() != nil:
		return errBrokenOff
	case werr != nil:
		return werr
	case news && c.ExitCode:
		return errNews
	case partly:
		return errPartly
	}
	return nil
}

// rebuild makes the ledger from the archive.
func (c *crawlCmd) rebuild(ctx context.Context, g *crawling, std streams) error {
	portals, err := corpus.LoadPortals(append(slices.Clone(c.Portals), ownPortals(c.Work)...), !c.Only)
	if err != nil {
		return err
	}
	r, err := g.crawler.Rebuild(ctx, portals)
	if err != nil {
		return err
	}
	if err := c.result(std, map[string]any{"portals": r.Portals, "visits": r.Visits, "replayed": r.Replayed, "open": r.Open,
		"left": len(r.Left)}, func(w io.Writer) {
		fmt.Fprintf(w, say("%s: %d visits put in again, %d of earlier versions gone through anew, %d not ended\n",
			"%s：重新记入访问 %d 次，重新处理旧版本 %d 次，未完 %d 次\n"), number(r.Portals, "portal", "portals", "个门户"), r.Visits, r.Replayed, r.Open)
	}); err != nil {
		return err
	}
	for _, s := range r.Left {
		fmt.Fprintln(std.err, spoken(s))
	}
	if len(r.Left) > 0 {
		return errPartly
	}
	return nil
}

// work has the visits that are in the queue done, and gives those that wait for longer than patience.
func (g *crawling) work(ctx context.Context, patience time.Duration) ([]queue.Waiting, error) {
	if err := g.queue.Wake(ctx); err != nil {
		return nil, err
	}
	if left, err := g.queue.Unfinished(ctx); err != nil || len(left) == 0 {
		return nil, err
	}
	if err := g.queue.Start(ctx); err != nil {
		return nil, err
	}
	left, err := g.queue.Wait(ctx, patience)
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), 30*time.Second)
	defer cancel()
	if serr := g.queue.Stop(stop); err == nil {
		err = serr
	}
	return left, err
}

// newsSince counts the events since a time, by kind.
func (g *crawling) newsSince(ctx context.Context, since time.Time) (map[string]int, error) {
	events, err := g.ledger.Events(ctx, 100_000)
	n := map[string]int{}
	for _, e := range events {
		if !e.Time.Before(since.Truncate(time.Millisecond)) && !strings.HasPrefix(e.ID, anomalyEvent) {
			n[e.Kind]++
		}
	}
	return n, err
}

// printPlan says what the visits would ask for first, how fast, and what they would leave.
func (c *crawlCmd) printPlan(ctx context.Context, g *crawling, chosen []corpus.Portal, std streams) error {
	w := std.out
	for _, p := range chosen {
		next, _, err := g.ledger.NextVisit(ctx, p.ID)
		if err != nil {
			return err
		}
		if c.Due && next.After(g.now()) {
			continue
		}
		planned, pace, err := g.crawler.Plan(ctx, p)
		if err != nil {
			return err
		}
		if c.JSON {
			for _, x := range planned {
				if err := writeObject(w, map[string]any{"portal": p.ID, "role": x.Role, "url": x.URL, "not_asked": x.Why,
					"if_changed": x.Conditional}); err != nil {
					return err
				}
			}
			continue
		}
		if len(planned) == 0 {
			fmt.Fprintf(w, say("%s  %s: its home page is not known\n", "%s  %s：首页网址未知\n"), p.ID, p.Name)
			continue
		}
		fmt.Fprintf(w, say("%s  %s: at most %d requests, %s apart or more; it begins with\n", "%s  %s：至多 %d 次请求，间隔不少于 %s；起点为\n"),
			p.ID, p.Name, c.Pages, pace)
		for _, x := range planned {
			note := ""
			switch {
			case x.Why != "":
				note = say("  not asked for: ", "  不访问：") + spoken(x.Why)
			case x.Conditional:
				note = say("  if it has changed", "  如有改动")
			}
			fmt.Fprintf(w, "  %-10s %s%s\n", x.Role, x.URL, note)
		}
	}
	return nil
}

// plan puts the visits that are wanted into the queue.
func (c *crawlCmd) plan(ctx context.Context, g *crawling, chosen []corpus.Portal) error {
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
			if next.After(g.now()) {
				continue
			}
		}
		wanted[p.ID] = true
		c.found.planned++
		g.progress.planned.Add(1)
		if err := g.queue.Visit(ctx, p.ID); err != nil {
			return err
		}
	}
	if len(wanted) == 0 && unknown > 0 && !c.Due {
		return fmt.Errorf("of the %d portals chosen the home page is not known; add it with --portals, or use --url",
			unknown)
	}
	if c.choice.some() {
		g.queue.Only(wanted)
	}
	return nil
}

// visitObject is what a visit found, as JSON.
type visitObject struct {
	Portal   string      `json:"portal"`
	Name     string      `json:"name"`
	State    string      `json:"state"`
	Reason   string      `json:"reason,omitempty"`
	Reports  int         `json:"reports"`
	Years    map[int]int `json:"years"` // reports of each; 0 = of a year that is not known
	Files    int         `json:"files"`
	Requests int64       `json:"requests"`
	Bytes    int64       `json:"bytes"`
	Column   string      `json:"column_not_whole,omitempty"`
}

// eventObject is an event, as JSON.
type eventObject struct {
	Event  string `json:"event"`
	Portal string `json:"portal"`
	Title  string `json:"title"`
	URL    string `json:"url"`
	Year   int    `json:"year,omitempty"`
	Detail string `json:"detail,omitempty"`
}

// eventZh is a kind of event for who reads Chinese.
func eventZh(kind string) string {
	return cmp.Or(map[string]string{"found": "首次采集", "new": "新发布", "changed": "内容改动", "late": "逾期发布", "vanished": "已撤下",
		"back": "重新上线", "overdue": "到期未发", "suspect": "内容存疑", "anomaly": "数据异常"}[kind], kind)
}

// report prints what the visits found, and says whether there is news.
func (g *crawling) report(ctx context.Context, w io.Writer, since time.Time, asJSON bool) (news bool, err error) {
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
		column, err := g.ledger.Column(ctx, v.Portal)
		if err != nil {
			return news, err
		}
		why, do := crawl.ColumnReason(column, false)
		if asJSON {
			if err := writeObject(w, visitObject{v.Portal, g.names[v.Portal], v.State, v.Reason, reports, years, files, v.Pages, v.Bytes,
				why}); err != nil {
				return news, err
			}
			continue
		}
		fmt.Fprintf(w, say("%s  %s: %d reports (%s), %d files; %d requests, %s", "%s  %s：报告 %d 份（%s），其他文件 %d 份；请求 %d 次，%s"),
			v.Portal, g.names[v.Portal], reports,
			spans(years, chinese(os.Getenv)), files, v.Pages, size(v.Bytes))
		if v.Reason != "" {
			fmt.Fprintf(w, say("; %s", "；%s"), spoken(v.Reason))
		}
		fmt.Fprintln(w)
		if why != "" && v.State == "done" {
			zh, doZh := crawl.ColumnReason(column, true)
			fmt.Fprintf(w, say("  its column was not read whole: %s; %s\n", "  栏目未能完整读取：%s；%s\n"), say(why, zh), say(do, doZh))
		}
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
		news = news || e.Kind != "overdue" && e.Kind != "suspect"
		if asJSON {
			if err := writeObject(w, eventObject{e.Kind, e.Portal, e.Title, e.URL, e.Year, e.Detail}); err != nil {
				return news, err
			}
			continue
		}
		fmt.Fprintf(w, "%s %s  %s  %s\n", padded(say(e.Kind, eventZh(e.Kind)), 8), e.Portal, e.Title, e.URL)
		if e.Detail != "" {
			fmt.Fprintf(w, "         %s\n", spoken(e.Detail))
		}
	}
	return news, nil
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
