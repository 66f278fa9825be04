// Package announce tells people what a crawl found, and what stands out in what was read: reports that are new,
// changed, late, overdue or vanished, and anomalies. It knows webhooks, also those of the robots of 企业微信, 钉钉 and 飞书,
// feeds and e-mail; it does not know how news comes about.
//
// Each way is told each event once. What could not be delivered is delivered later, after a wait that grows with each
// failure; nothing is dropped. What a message holds is written down before it is sent: where a process is killed while
// it sends, the next one sends the same message again, with the same number, by which a receiver knows it (Delivery,
// Message-ID). Only of robots, which take no number, may one message come twice then.
package announce

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/atom"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/secret"
)

// Ways are how news is told. An empty one is not used.
type Ways struct {
	Webhook string // address that messages are sent to
	As      string // json, wecom, dingtalk, feishu; "" = by the address
	Secret  string // with which 钉钉 and 飞书 have messages signed
	Feed    string // file of an Atom feed, written each time
	SMTP    string // smtp://user:password@host:port; smtps:// where TLS begins at once
	From    string // of the e-mail
	To      []string
	Names   map[string]string         // of the authorities, by portal
	Chinese bool                      // texts in Chinese
	Page    func(ledger.Event) string // page that shows an event; nil or "" = the address that it has itself
	Site    string                    // page that shows all; "" = none
	Now     func() time.Time          // nil = the machine's clock
	Wait    func(context.Context, time.Duration) error
}

// kinds in words. What the first visit of a portal finds is no news.
var kinds = map[string][2]string{
	"new":      {"new report", "新发布"},
	"changed":  {"changed without notice", "内容有改动"},
	"late":     {"published after its deadline", "逾期发布"},
	"vanished": {"vanished", "已撤下"},
	"back":     {"back again", "重新上线"},
	"overdue":  {"overdue", "到期未发布"},
	"suspect":  {"something else in its place, not taken; it is asked for again", "原处出现其他内容，未予采用，将再次访问"},
	"anomaly":  {"anomaly", "数据异常"},
}

// Text is an event in one line.
func (w Ways) Text(e ledger.Event) string {
	i := 0
	if w.Chinese {
		i = 1
	}
	what := kinds[e.Kind][i]
	if what == "" {
		what = e.Kind
	}
	who := w.Names[e.Portal]
	if who == "" {
		who = e.Portal
	}
	title, detail := e.Title, e.Detail
	if e.Kind == "anomaly" { // its sentence, in either language
		if !w.Chinese && detail != "" {
			title = detail
		}
		detail = ""
	}
	text := fmt.Sprintf("[%s] %s", what, title)
	if who != "" {
		text = fmt.Sprintf("[%s] %s: %s", what, who, title)
	}
	if detail != "" {
		text += " (" + detail + ")"
	}
	return text
}

// link is the page of an event.
func (w Ways) link(e ledger.Event) string {
	if w.Page != nil {
		if at := w.Page(e); at != "" {
			return at
		}
	}
	return e.URL
}

func (w Ways) now() time.Time {
	if w.Now != nil {
		return w.Now()
	}
	return time.Now()
}

func (w Ways) wait(ctx context.Context, d time.Duration) error {
	if w.Wait != nil {
		return w.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// A Told is what came of telling.
type Told struct {
	Events   int            // that were told somewhere
	Messages int            // that carried them
	By       map[string]int // events, by way
}

// Check refuses ways that could not work, before anything is found that is to be told.
func (w Ways) Check() error {
	if w.Webhook != "" {
		if _, err := w.hook(); err != nil {
			return err
		}
	}
	if w.SMTP != "" || len(w.To) > 0 {
		if w.SMTP == "" || len(w.To) == 0 || w.From == "" {
			return errors.New("mail needs a server, a sender and a receiver")
		}
		_, _, err := w.server()
		return err
	}
	return nil
}

// Tell tells each way what it was not told yet. An error of one way does not keep the others; none says an address that
// is secret.
func (w Ways) Tell(ctx context.Context, l *ledger.Ledger) (Told, error) {
	told := Told{By: map[string]int{}}
	var errs []error
	if w.Webhook != "" {
		h, err := w.hook()
		if err == nil {
			err = w.tell(ctx, l, "webhook", sender{pack: h.pack, pace: h.pace, send: h.send}, &told)
		}
		if err != nil {
			errs = append(errs, fmt.Errorf("webhook %s: %s", secret.Hook(w.Webhook), secret.Text(err)))
		}
	}
	if w.SMTP != "" && len(w.To) > 0 {
		if err := w.tell(ctx, l, "mail", sender{pack: mostInMail, send: w.mail}, &told); err != nil {
			errs = append(errs, fmt.Errorf("mail: %s", secret.Text(err)))
		}
	}
	if w.Feed != "" {
		if err := w.feed(ctx, l); err != nil {
			errs = append(errs, fmt.Errorf("feed: %w", err))
		}
	}
	return told, errors.Join(errs...)
}

// A sender is how one way sends messages.
type sender struct {
	pack func([]ledger.Event) int // how many of the events fit into one message; at least 1
	pace time.Duration            // between two messages
	send func(ctx context.Context, delivery string, events []ledger.Event) error
}

const (
	most        = 500 // events that are looked at at once
	tries       = 3   // of one message, before it is put off
	firstWait   = 2 * time.Second
	putOff      = time.Minute // after the first failure; doubled with each more
	longestWait = 6 * time.Hour
)

// A later error is that of a server that wants to be left alone for a while.
type later struct {
	error
	after time.Duration
}

func (l *later) Unwrap() error { return l.error }

// refused is an error of a server that will refuse the same message again.
type refused struct{ error }

func (r *refused) Unwrap() error { return r.error }

func (w Ways) tell(ctx context.Context, l *ledger.Ledger, name string, s sender, told *Told) error {
	way, err := l.Way(ctx, name)
	if err != nil {
		return err
	}
	// a time that is farther than the longest wait was kept by a clock that was wrong
	if now := w.now(); way.Next.After(now) && way.Next.Sub(now) <= longestWait {
		return fmt.Errorf("not tried before %s: %s", way.Next.Format(time.RFC3339), way.Why)
	}
	for {
		events, err := w.next(ctx, l, &way, s)
		if err != nil || len(events) == 0 {
			return err
		}
		ids := make([]string, len(events))
		for i, e := range events {
			ids[i] = e.ID
		}
		way.Pending = ids
		if err := l.SetWay(ctx, way); err != nil {
			return err
		}
		if gone := w.now().Sub(way.Last); gone >= 0 && gone < s.pace {
			if err := w.wait(ctx, s.pace-gone); err != nil {
				return err
			}
		}
		if err := w.deliver(ctx, s, atom.ID("delivery "+name+" "+strings.Join(ids, "\n")), events); err != nil {
			if ctx.Err() == nil {
				way.Fails++
				after := min(putOff<<min(way.Fails-1, 12), longestWait)
				var l *later
				if errors.As(err, &l) {
					after = min(max(after, l.after), longestWait)
				}
				way.Next, way.Why = w.now().Add(after), secret.Text(err)
			}
			return errors.Join(err, l.SetWay(context.WithoutCancel(ctx), way))
		}
		way.Pending, way.Fails, way.Why, way.Next, way.Last = nil, 0, "", time.Time{}, w.now()
		// also where the process is being stopped: what has arrived is told
		if err := l.Delivered(context.WithoutCancel(ctx), way, ids); err != nil {
			return err
		}
		told.Messages++
		told.Events += len(events)
		told.By[name] += len(events)
	}
}

// next gives the events of the next message: those of one that was begun, else as many of those not told as fit.
func (w Ways) next(ctx context.Context, l *ledger.Ledger, way *ledger.Way, s sender) ([]ledger.Event, error) {
	if len(way.Pending) > 0 {
		events, err := l.EventsOf(ctx, way.Pending)
		if err != nil || len(events) > 0 {
			return events, err
		}
	}
	for {
		all, err := l.Untold(ctx, way.Name, most)
		if err != nil || len(all) == 0 {
			return nil, err
		}
		var news []ledger.Event
		var quiet []string
		for _, e := range all {
			if e.Kind == "found" {
				quiet = append(quiet, e.ID)
			} else {
				news = append(news, e)
			}
		}
		if len(news) > 0 {
			return news[:max(1, min(s.pack(news), len(news)))], nil
		}
		if err := l.Told(ctx, way.Name, quiet); err != nil {
			return nil, err
		}
	}
}

// deliver sends a message, and tries again after seconds where it did not arrive.
func (w Ways) deliver(ctx context.Context, s sender, delivery string, events []ledger.Event) (err error) {
	for n, wait := 0, firstWait; n < tries; n, wait = n+1, 4*wait {
		if n > 0 {
			if err := w.wait(ctx, wait); err != nil {
				return err
			}
		}
		if err = s.send(ctx, delivery, events); err == nil {
			return nil
		}
		var l *later
		var r *refused
		if errors.As(err, &l) || errors.As(err, &r) || ctx.Err() != nil {
			return err
		}
	}
	return err
}

// feed writes the news as Atom: the newest, and beside them all that was before.
func (w Ways) feed(ctx context.Context, l *ledger.Ledger) error {
	n, err := l.CountNews(ctx)
	if err != nil {
		return err
	}
	// the oldest documents do not change, unless a clock was wrong: some of the newest are looked at each time
	f := atom.Feed{ID: atom.ID("news"), Title: "gongkai: annual reports", Lang: "en", Author: "gongkai", Alternate: w.Site,
		Updated: w.now(), Looked: 12}
	if w.Chinese {
		f.ID, f.Title, f.Lang = atom.ID("news zh"), "gongkai：政府信息公开年度报告", "zh-CN"
	}
	if n == 0 { // a feed that changes each minute because nothing happened is none
		f.Updated = f.Updated.Truncate(24 * time.Hour)
	}
	return atom.Put(w.Feed, f, n, func(from, n int) ([]atom.Entry, error) {
		events, err := l.NewsFrom(ctx, from, n)
		var out []atom.Entry
		for _, e := range events {
			out = append(out, atom.Entry{ID: atom.ID("event " + e.ID), Title: w.Text(e), Published: e.Time, Updated: e.Time,
				Link: w.link(e), Via: e.URL, Text: w.Text(e), Categories: []string{e.Kind}})
		}
		return out, err
	})
}
