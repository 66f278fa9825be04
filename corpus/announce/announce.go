// Package announce tells people what a crawl found: reports that are new, changed, late, overdue or vanished. It knows
// webhooks, Atom feeds and e-mail; it does not know how news comes about. Each way is told each event at least once:
// what could not be delivered is delivered the next time.
package announce

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/gorilla/feeds"
	"github.com/wneessen/go-mail"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// Ways are how news is told. An empty one is not used.
type Ways struct {
	Webhook string            // address that is sent {"events": […]} as JSON
	Feed    string            // file of an Atom feed, rewritten each time
	SMTP    string            // smtp://user:password@host:port; smtps:// where TLS begins at once
	From    string            // of the e-mail
	To      []string          // of the e-mail
	Names   map[string]string // of the authorities, by portal
	Chinese bool              // texts in Chinese
}

// most is how many events are told at once.
const most = 500

// kinds in words. What the first visit of a portal finds is no news.
var kinds = map[string][2]string{
	"new":      {"new report", "新发布"},
	"changed":  {"changed without notice", "内容有改动"},
	"late":     {"published after its deadline", "逾期发布"},
	"vanished": {"vanished", "已撤下"},
	"back":     {"back again", "重新上线"},
	"overdue":  {"overdue", "到期未发布"},
	"suspect":  {"something else in its place, not taken; it is asked for again", "原处出现其他内容，未予采用，将再次访问"},
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
	text := fmt.Sprintf("[%s] %s: %s", what, who, e.Title)
	if e.Detail != "" {
		text += " (" + e.Detail + ")"
	}
	return text
}

// Tell tells each way what it was not told yet, and returns how many events were told somewhere. An error of one way
// does not keep the others.
func (w Ways) Tell(ctx context.Context, l *ledger.Ledger) (int, error) {
	told := 0
	var errs []error
	for _, way := range []struct {
		name string
		used bool
		send func(context.Context, []ledger.Event) error
	}{
		{"webhook", w.Webhook != "", w.webhook},
		{"mail", w.SMTP != "" && len(w.To) > 0, w.mail},
	} {
		if !way.used {
			continue
		}
		n, err := tell(ctx, l, way.name, way.send)
		told += n
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", way.name, err))
		}
	}
	if w.Feed != "" {
		if err := w.feed(ctx, l); err != nil {
			errs = append(errs, fmt.Errorf("feed: %w", err))
		}
	}
	return told, errors.Join(errs...)
}

func tell(ctx context.Context, l *ledger.Ledger, name string, send func(context.Context, []ledger.Event) error) (int,
	error) {
	n := 0
	for {
		events, err := l.Untold(ctx, name, most)
		if err != nil || len(events) == 0 {
			return n, err
		}
		var news []ledger.Event
		var ids []string
		for _, e := range events {
			ids = append(ids, e.ID)
			if e.Kind != "found" {
				news = append(news, e)
			}
		}
		if len(news) > 0 {
			if err := send(ctx, news); err != nil {
				return n, err
			}
		}
		if err := l.Told(ctx, name, ids); err != nil {
			return n, err
		}
		n += len(news)
	}
}

func (w Ways) webhook(ctx context.Context, events []ledger.Event) error {
	body, err := json.Marshal(map[string]any{"events": events})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Webhook, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("%s answered %s", req.URL.Redacted(), resp.Status)
	}
	return nil
}

// feed writes the last events as Atom (RFC 4287), whole or not at all.
func (w Ways) feed(ctx context.Context, l *ledger.Ledger) error {
	events, err := l.News(ctx, 300)
	if err != nil {
		return err
	}
	f := feeds.Feed{Title: "gongkai: annual reports", Link: &feeds.Link{Href: "https://github.com/gongkai/gongkai"},
		Id: "urn:gongkai:news"}
	if w.Chinese {
		f.Title = "gongkai：政府信息公开年度报告"
	}
	for _, e := range events {
		if f.Updated.IsZero() {
			f.Updated = e.Time
		}
		f.Items = append(f.Items, &feeds.Item{Title: w.Text(e), Link: &feeds.Link{Href: e.URL},
			Id: "urn:gongkai:" + url.PathEscape(e.ID), Updated: e.Time, Created: e.Time, Description: w.Text(e)})
	}
	text, err := f.ToAtom()
	if err != nil {
		return err
	}
	part, err := os.CreateTemp(filepath.Dir(w.Feed), ".feed-*")
	if err != nil {
		return err
	}
	defer os.Remove(part.Name())
	_, err = part.WriteString(text)
	if err == nil {
		err = part.Chmod(0o644)
	}
	if cerr := part.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return err
	}
	return os.Rename(part.Name(), w.Feed)
}

func (w Ways) mail(ctx context.Context, events []ledger.Event) error {
	u, err := url.Parse(w.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return errors.New("the address of the server looks like smtp://user:password@host:587")
	}
	m := mail.NewMsg()
	if err := m.From(w.From); err != nil {
		return err
	}
	if err := m.To(w.To...); err != nil {
		return err
	}
	subject := fmt.Sprintf("gongkai: %d news of annual reports", len(events))
	if w.Chinese {
		subject = fmt.Sprintf("gongkai：年度报告有 %d 条新消息", len(events))
	}
	m.Subject(subject)
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s\r\n%s\r\n\r\n", w.Text(e), e.URL)
	}
	m.SetBodyString(mail.TypeTextPlain, b.String())
	options := []mail.Option{mail.WithTimeout(30 * time.Second), mail.WithTLSPortPolicy(mail.TLSOpportunistic)}
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL())
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return err
		}
		options = append(options, mail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()),
			mail.WithPassword(password))
	}
	c, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, m)
}
