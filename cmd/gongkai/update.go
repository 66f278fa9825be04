package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/secret"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/tables"
)

type updateCmd struct {
	place
	list
	choice
	conduct
	telling
	bounds
	Readings string        `placeholder:"URL" env:"GONGKAI_READINGS" help:"${run_readings}"`
	Out      string        `required:"" placeholder:"DATASET" help:"${update_out}"`
	Release  string        `placeholder:"DIR" help:"${update_release}"`
	Site     string        `placeholder:"DIR" help:"${update_site}"`
	Readers  int           `placeholder:"N" help:"${update_readers}"`
	Patience time.Duration `default:"10m" help:"${update_patience}"`
	NoWords  bool          `help:"${run_nowords}"`
	manner

	Corrections   string `placeholder:"FILE" type:"path" help:"${run_corrections}"`
	NoCorrections bool   `help:"${run_nocorrections}"`
}

func (updateCmd) Help() string {
	return `All that a schedule needs, in one command: visits the portals that are due (as gongkai crawl --due does), reads what the
crawl keeps (gongkai run --from), looks for anomalies (gongkai anomalies --write), brings release and site up to date where they
are named, and tells the news. What nothing has changed for is not made again. gongkai serve shows the new dataset by itself.

One update works on a folder at a time; a second one says who does, and ends. It may be broken off or killed at any moment: the
next one goes on, loses nothing, tells nothing twice and removes what was left lying.

Exit codes are those of every command: 0 all is done; 3 done, but not all of it (a portal could not be visited to its end, a
document is unread or not whole, a message could not be delivered yet); 1 a step failed, or another update is under way. The
summary says which step, also as JSON. A step that failed does not keep those that need nothing of it.

Examples:  gongkai update --work /var/lib/gongkai --out /srv/gongkai/dataset --contact mailto:you@example.org
           gongkai update --out dataset --site public --feed public/news.atom --site-url https://example.org/ogi/`
}

// below is how the single commands speak: their results are words here.
func (c *updateCmd) below() manner {
	return manner{Quiet: c.Quiet, Verbose: c.Verbose, english: c.JSON}
}

// A step of an update, as the summary tells it.
type step struct {
	Name    string  `json:"step"`
	State   string  `json:"state"` // done, unchanged, partly, failed, skipped
	Words   string  `json:"words"`
	Seconds float64 `json:"seconds"`
	Error   string  `json:"error,omitempty"`
}

// stepsZh are the names of steps for who reads Chinese. They stand here and not among the messages: a folder may be called news.
var stepsZh = map[string]string{"visits": "采集", "dataset": "数据集", "anomalies": "异常", "release": "发布版", "site": "网站",
	"news": "通知"}

// An updating is an update under way.
type updating struct {
	*updateCmd
	std   streams
	said  streams // for the single commands: their results are progress here
	state updateState
	steps []step
	made  bool // the dataset is there, and is that of what the crawl keeps
}

// updateState is what updates of a folder remember: which dataset they made, and of which release and site were.
type updateState struct {
	Program string `json:"program"`
	Dataset string `json:"dataset"` // SHA-256 of its dataset.json, when it was made
	Release string `json:"release"` // the dataset and folder that it was made of
	Site    string `json:"site"`
	Lost    bool   `json:"lost"` // the site lacks evidence
}

// errSkipped says that a step had nothing to work on; errUnchanged that all is as it should be.
var (
	errSkipped   = errors.New("skipped")
	errUnchanged = errors.New("unchanged")
)

func (c *updateCmd) Run(ctx context.Context, std streams) error {
	for _, dir := range []string{c.Release, c.Site} {
		if dir != "" && (inside(c.Out, dir) || inside(dir, c.Out)) {
			return fmt.Errorf("%s: it and the dataset cannot lie in each other", dir)
		}
	}
	if err := errors.Join(c.conduct.check(), c.telling.check()); err != nil {
		return err
	}
	if err := os.MkdirAll(c.Work, 0o755); err != nil {
		return err
	}
	release, err := held.File(filepath.Join(c.Work, "update.lock"), whoIs(c.clock()))
	if errors.Is(err, held.ErrHeld) {
		return fmt.Errorf("an update of %s is under way: %w", c.Work, err)
	}
	if err != nil {
		return err
	}
	defer release()
	u := &updating{updateCmd: c, std: std, said: streams{std.in, std.err, std.err}}
	if c.Quiet {
		u.said.out = io.Discard
	}
	if u.state, err = readState(u.stateFile()); err != nil {
		return err
	}
	for _, s := range []struct {
		name string
		do   func(context.Context) (string, error)
	}{
		{"visits", u.visit}, {"dataset", u.read}, {"anomalies", u.look}, {"release", u.publish}, {"site", u.show}, {"news", u.news},
	} {
		began := time.Now()
		words, err := "", ctx.Err()
		if err == nil {
			words, err = s.do(ctx)
		}
		u.steps = append(u.steps, stepOf(ctx, s.name, words, err, time.Since(began)))
	}
	return u.summary()
}

// whoIs says which process this is.
func whoIs(now time.Time) string {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return fmt.Sprintf("process %d on %s, since %s", os.Getpid(), host, now.Format(time.RFC3339))
}

func stepOf(ctx context.Context, name, words string, err error, took time.Duration) step {
	s := step{Name: name, State: "done", Words: words, Seconds: float64(took.Milliseconds()) / 1000}
	switch {
	case err == nil:
	case errors.Is(err, errSkipped), errors.Is(err, errUnchanged), errors.Is(err, errPartly):
		s.State = map[bool]string{true: "skipped", false: "partly"}[errors.Is(err, errSkipped)]
		if errors.Is(err, errUnchanged) {
			s.State = "unchanged"
		}
	case ctx.Err() != nil:
		s.State, s.Error = "failed", "broken off; the next update goes on"
	default:
		s.State, s.Error = "failed", secret.Text(err)
	}
	return s
}

// visit visits the portals that are due.
func (u *updating) visit(ctx context.Context) (string, error) {
	c := crawlCmd{place: u.place, list: u.list, choice: u.choice, conduct: u.conduct, Due: true, Patience: u.Patience,
		manner: u.below()}
	err := c.Run(ctx, u.said)
	f := c.found
	words := u.number(f.planned, "portal due", "portals due", "个门户到期")
	if f.ended > 0 {
		words += fmt.Sprintf(u.say(", %d visited", "，访问 %d 个"), f.ended)
	}
	if f.stopped > 0 {
		words += fmt.Sprintf(u.say(", %d not to the end", "，未完成 %d 个"), f.stopped)
	}
	if f.waiting > 0 {
		words += fmt.Sprintf(u.say(", %d go on later", "，稍后继续 %d 个"), f.waiting)
	}
	for _, kind := range slices.Sorted(maps.Keys(f.news)) {
		words += u.say(fmt.Sprintf(", %d %s", f.news[kind], kind), fmt.Sprintf("，%s %d 项", eventZh(kind), f.news[kind]))
	}
	if err == nil && f.ended == 0 {
		err = errUnchanged
	}
	return words, err
}

// read makes the dataset of what the crawl keeps. Whether it is that already is for the run to say, which asks that of every
// document and every file of the dataset, and is cheap where nothing has changed.
func (u *updating) read(ctx context.Context) (string, error) {
	run := runCmd{source: source{Workers: u.Readers, bounds: u.bounds}, list: u.list, From: u.Work, DB: u.DB, Archive: u.place.Archive,
		Out: u.Out, NoWords: u.NoWords, Readings: u.Readings, manner: u.below(), Corrections: u.Corrections,
		NoCorrections: u.NoCorrections}
	var said bytes.Buffer // is progress where something was made, and nothing where nothing was
	err := run.Run(ctx, streams{u.said.in, &said, u.said.err})
	if errors.Is(err, library.ErrNone) {
		return u.say("no report was found yet", "尚未找到报告"), errPartly
	}
	if !run.same {
		_, _ = u.said.out.Write(said.Bytes()) // it is beside the results
	}
	if err != nil && !errors.Is(err, errPartly) {
		return "", err
	}
	u.made = true
	documents := u.number(run.documents, "document", "documents", "份文件")
	if run.same {
		words := fmt.Sprintf(u.say("%s, as %s", "%s，%s 已是最新"), documents, u.Out)
		u.state.Dataset = datasetSum(u.Out)
		if err != nil {
			return words + u.say(", some of them unread or not whole", "，其中有的未能读取或不完整"), cmp.Or(u.keepState(), errPartly)
		}
		return words, cmp.Or(u.keepState(), errUnchanged)
	}
	d, oerr := output.Open(u.Out)
	if oerr != nil {
		return "", oerr
	}
	u.state.Dataset = datasetSum(u.Out)
	words := fmt.Sprintf(u.say("%s of %s in %s", "%s，出自 %s，写入 %s"), u.number(int(d.Rows["reports"]), "report", "reports", "份报告"),
		documents, u.Out)
	if n := unreadIn(d); n > 0 {
		words += fmt.Sprintf(u.say(", %d unread", "，未能读取 %d 份"), n)
	}
	return words, cmp.Or(u.keepState(), err)
}

func unreadIn(d *output.Dataset) (n int) {
	type row struct {
		Status string `parquet:"status"`
	}
	err := output.Select(d, "documents", func(_ int, r row) error {
		if r.Status == string(normalize.StatusUnread) {
			n++
		}
		return nil
	})
	if err != nil {
		return 0 // it is said in the rows
	}
	return n
}

// datasetSum tells datasets apart; "" = there is none.
func datasetSum(dir string) string {
	b, err := os.ReadFile(filepath.Join(dir, tables.ManifestName))
	if err != nil {
		return ""
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// look makes the table anomalies where the dataset has none, and keeps what of it was not there before for the news.
func (u *updating) look(ctx context.Context) (string, error) {
	if !u.made {
		return u.say("there is no dataset of what the crawl keeps", "采集所得尚无数据集"), errSkipped
	}
	d, err := output.Open(u.Out)
	if err != nil {
		return "", err
	}
	unchanged := d.Has("anomalies")
	if !unchanged {
		if err := lookAgain(ctx, u.said, d, u.Out); err != nil {
			return "", err
		}
		u.state.Dataset = datasetSum(u.Out)
		if err := u.keepState(); err != nil {
			return "", err
		}
	}
	fresh, first, err := u.keepAnomalies(ctx, d)
	if err != nil {
		return "", err
	}
	words := u.number(int(d.Rows["anomalies"]), "anomaly", "anomalies", "条异常")
	switch {
	case first:
		words += u.say(", looked for the first time: no news", "，首次查找，不列为新增")
	case fresh > 0:
		words += fmt.Sprintf(u.say(", %d new", "，新增 %d 条"), fresh)
	case unchanged:
		return words, errUnchanged
	}
	return words, nil
}

// anomalyEvent begins the ids of events that are anomalies.
const anomalyEvent = "anomaly/"

// keepAnomalies adds to the news the anomalies that no update before found. Those of the first dataset are no news, as
// what the first visit of a portal finds is none; notes never are.
func (u *updating) keepAnomalies(ctx context.Context, d *output.Dataset) (fresh int, first bool, err error) {
	l, err := ledger.Open(ctx, u.db(), false)
	if err != nil {
		return 0, false, err
	}
	defer l.Close()
	l.SetClock(u.now)
	way, err := l.Way(ctx, "anomalies")
	if err != nil {
		return 0, false, err
	}
	known, err := l.EventIDs(ctx, anomalyEvent)
	if err != nil {
		return 0, false, err
	}
	first = way.Last.IsZero()
	var list []ledger.Event
	of := map[string]string{} // document → address
	err = output.Select(d, "anomalies", func(year int, r output.AnomalyRow) error {
		if r.Severity == "note" || known[anomalyEvent+r.ID] {
			return nil
		}
		e := ledger.Event{ID: anomalyEvent + r.ID, Time: u.clock(), Kind: "anomaly", Year: year, SHA256: r.Document,
			Title: r.SentenceZh, Detail: r.Sentence}
		if r.Agency != nil {
			e.Title, e.Detail = *r.Agency+"："+e.Title, *r.Agency+": "+e.Detail
		}
		if first {
			e.Kind = "found"
		}
		of[r.Document] = ""
		list = append(list, e)
		return nil
	})
	if err != nil {
		return 0, false, err
	}
	if len(list) > 0 {
		if err := addressesOf(d, of); err != nil {
			return 0, false, err
		}
		for i := range list {
			list[i].URL = of[list[i].SHA256]
		}
		if err := l.AddEvents(ctx, list); err != nil {
			return 0, false, err
		}
	}
	way.Last = u.clock()
	if err := l.SetWay(ctx, way); err != nil {
		return 0, false, err
	}
	if first {
		return 0, true, nil
	}
	return len(list), false, nil
}

// addressesOf fills in where the documents named were published.
func addressesOf(d *output.Dataset, of map[string]string) error {
	type row struct {
		Document string  `parquet:"document"`
		URL      *string `parquet:"url"`
	}
	return output.Select(d, "documents", func(_ int, r row) error {
		if _, wanted := of[r.Document]; wanted && r.URL != nil {
			of[r.Document] = *r.URL
		}
		return nil
	})
}

// publish brings the release up to date.
func (u *updating) publish(ctx context.Context) (string, error) {
	if u.Release == "" || !u.made {
		return "", errSkipped
	}
	return u.onceFor(&u.state.Release, u.Release, func(std streams) error {
		return (&releaseCmd{Dataset: u.Out, Out: u.Release, manner: u.below()}).Run(ctx, std)
	})
}

// show brings the site up to date.
func (u *updating) show(ctx context.Context) (string, error) {
	if u.Site == "" || !u.made {
		return "", errSkipped
	}
	words, err := u.onceFor(&u.state.Site, u.Site, func(std streams) error {
		err := (&siteCmd{Dataset: u.Out, Out: u.Site, manner: u.below(), shown: shown{Documents: ".", From: u.Work,
			Archive: u.place.Archive, bounds: u.bounds}}).Run(ctx, std)
		u.state.Lost = errors.Is(err, errPartly)
		return err
	})
	if errors.Is(err, errUnchanged) && u.state.Lost {
		return words + u.say(", not every document can be shown", "，有的文件无法显示"), errPartly
	}
	return words, err
}

// onceFor makes something of the dataset, once for each and each folder. Its words are the first line that is said of it.
func (u *updating) onceFor(done *string, dir string, make func(streams) error) (string, error) {
	what := u.state.Dataset + " " + version() + " " + dir
	if _, err := os.Stat(dir); err == nil && *done == what {
		return dir, errUnchanged
	}
	var said strings.Builder
	err := make(streams{u.std.in, &said, u.said.err})
	if err != nil && !errors.Is(err, errPartly) {
		return "", err
	}
	*done = what
	words, _, _ := strings.Cut(said.String(), "\n")
	return words, errors.Join(err, u.keepState())
}

// news tells what is new, in all ways that are named.
func (u *updating) news(ctx context.Context) (string, error) {
	if u.Webhook == "" && u.Feed == "" && u.SMTP == "" {
		return "", errSkipped
	}
	portals, err := u.list.load()
	if err != nil {
		return "", err
	}
	names := map[string]string{}
	for _, p := range portals {
		names[p.ID] = p.Name
	}
	kept := map[string]bool{}
	if u.made && u.SiteURL != "" {
		d, err := output.Open(u.Out)
		if err != nil {
			return "", err
		}
		type row struct {
			Document string `parquet:"document"`
		}
		if err := output.Select(d, "reports", func(_ int, r row) error { kept[r.Document] = true; return nil }); err != nil {
			return "", err
		}
	}
	l, err := ledger.Open(ctx, u.db(), false)
	if err != nil {
		return "", err
	}
	defer l.Close()
	l.SetClock(u.now)
	told, err := u.telling.ways(names, u.clock, func(sum string) bool { return kept[sum] }).Tell(ctx, l)
	words := fmt.Sprintf(u.say("%s told in %s", "%s，分 %s发出"), u.number(told.Events, "event", "events", "条新消息"),
		u.number(told.Messages, "message", "messages", "次"))
	if u.Feed != "" {
		words += u.say(", feed ", "，订阅源 ") + u.Feed
	}
	if err != nil { // it is told by the next one
		fmt.Fprintf(u.std.err, say("news could not be told, the next update tries again: %s\n", "通知未能发出，下次更新时再试：%s\n"), spoken(err.Error()))
		return words + u.say("; not told yet: ", "；尚未发出：") + u.say(err.Error(), inZh(err.Error())), errPartly
	}
	return words, nil
}

// summary says what was done, and gives the command's error.
func (u *updating) summary() error {
	exit, failed := exitDone, []string{}
	for _, s := range u.steps {
		switch {
		case s.State == "failed":
			exit, failed = exitFailed, append(failed, u.say(s.Name, stepsZh[s.Name])+": "+s.Error)
		case s.State == "partly" && exit == exitDone:
			exit = exitPartly
		}
	}
	if u.JSON {
		e := json.NewEncoder(u.std.out)
		e.SetEscapeHTML(false)
		if err := e.Encode(map[string]any{"exit": exit, "steps": u.steps}); err != nil {
			return err
		}
	} else {
		for _, s := range u.steps {
			if s.State == "skipped" && s.Words == "" {
				continue
			}
			fmt.Fprintf(u.std.out, "%s %s %s\n", padded(u.say(s.Name, stepsZh[s.Name]), 10), padded(spoken(s.State), 10),
				s.Words+spoken(s.Error))
		}
	}
	switch exit {
	case exitFailed:
		return errors.New(strings.Join(failed, "\n"+errorMark))
	case exitPartly:
		return errPartly
	}
	return nil
}

func (u *updating) stateFile() string { return filepath.Join(u.Work, "update.json") }

func (u *updating) keepState() error {
	u.state.Program = "gongkai update"
	b, err := json.MarshalIndent(u.state, "", " ")
	if err != nil {
		return err
	}
	return replaceFile(u.stateFile(), append(b, '\n'))
}

// readState reads what updates remember. What cannot be read is forgotten: it costs time, and nothing else.
func readState(name string) (s updateState, err error) {
	b, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil || s.Program != "gongkai update" {
		return updateState{}, nil
	}
	return s, nil
}

// padded is a word in a column of so many cells.
func padded(word string, wide int) string {
	return word + strings.Repeat(" ", max(0, wide-listing.Width(word)))
}
