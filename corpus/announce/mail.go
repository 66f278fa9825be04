package announce

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"github.com/gongkai/gongkai/corpus/ledger"
)

func mostInMail(events []ledger.Event) int { return most }

// server takes the address of the mail server apart. Its error does not say it.
func (w Ways) server() (*url.URL, []mail.Option, error) {
	wrong := errors.New("the address of the server looks like smtp://user:password@host:587")
	u, err := url.Parse(w.SMTP)
	if err != nil || u.Hostname() == "" || u.Scheme != "smtp" && u.Scheme != "smtps" {
		return nil, nil, wrong
	}
	options := []mail.Option{mail.WithTimeout(30 * time.Second), mail.WithTLSPortPolicy(mail.TLSOpportunistic)}
	if u.Scheme == "smtps" {
		options = append(options, mail.WithSSL())
	}
	if u.Port() != "" {
		port, err := strconv.Atoi(u.Port())
		if err != nil {
			return nil, nil, wrong
		}
		options = append(options, mail.WithPort(port))
	}
	if u.User != nil {
		password, _ := u.User.Password()
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(u.User.Username()),
			mail.WithPassword(password))
	}
	return u, options, nil
}

func (w Ways) mail(ctx context.Context, delivery string, events []ledger.Event) error {
	u, options, err := w.server()
	if err != nil {
		return &refused{err}
	}
	m := mail.NewMsg()
	if err := m.From(w.From); err != nil {
		return &refused{err}
	}
	if err := m.To(w.To...); err != nil {
		return &refused{err}
	}
	subject := fmt.Sprintf("gongkai: %d news of annual reports", len(events))
	if w.Chinese {
		subject = fmt.Sprintf("gongkai：年度报告有 %d 条新消息", len(events))
	}
	m.Subject(subject)
	m.SetDateWithValue(w.now())
	m.SetMessageIDWithValue(strings.TrimPrefix(delivery, "urn:uuid:") + "@gongkai.invalid")
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: nobody's absence note answers it
	var b strings.Builder
	for _, e := range events {
		fmt.Fprintf(&b, "%s\r\n%s\r\n", w.Text(e), e.URL)
		if at := w.link(e); at != e.URL {
			fmt.Fprintf(&b, "%s\r\n", at)
		}
		b.WriteString("\r\n")
	}
	m.SetBodyString(mail.TypeTextPlain, b.String())
	c, err := mail.NewClient(u.Hostname(), options...)
	if err != nil {
		return err
	}
	return c.DialAndSendWithContext(ctx, m)
}
