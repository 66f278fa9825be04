package announce

import (
	"bufio"
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// server is an SMTP server that takes whatever comes, for one message.
func server(t *testing.T) (address string, message <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	got := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		r := bufio.NewReader(c)
		fmt.Fprint(c, "220 test\r\n")
		for {
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			switch verb := strings.ToUpper(strings.Fields(line + " x")[0]); verb {
			case "EHLO", "HELO":
				fmt.Fprint(c, "250 test\r\n")
			case "DATA":
				fmt.Fprint(c, "354 go on\r\n")
				var b strings.Builder
				for {
					line, err := r.ReadString('\n')
					if err != nil {
						return
					}
					if line == ".\r\n" {
						break
					}
					b.WriteString(line)
				}
				got <- b.String()
				fmt.Fprint(c, "250 taken\r\n")
			case "QUIT":
				fmt.Fprint(c, "221 bye\r\n")
				return
			default:
				fmt.Fprint(c, "250 ok\r\n")
			}
		}
	}()
	return l.Addr().String(), got
}

// A clock goes on when somebody waits.
type clock struct {
	t     time.Time
	waits []time.Duration
}

func (c *clock) now() time.Time { return c.t }

func (c *clock) wait(_ context.Context, d time.Duration) error {
	c.t, c.waits = c.t.Add(d), append(c.waits, d)
	return nil
}

// TestTell: each way is told once; what could not be delivered is delivered the next time; a first visit is no news.
func TestTell(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	l, err := ledger.Open(ctx, filepath.Join(dir, "l.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at := time.Date(2026, 4, 2, 3, 4, 5, 0, time.UTC)
	for i, kind := range []string{"found", "new", "changed", "vanished", "overdue"} {
		if err := l.AddEvent(ctx, ledger.Event{ID: kind + "/x", Time: at.Add(time.Duration(i) * time.Hour),
			Portal: "p1",
			Kind:   kind, URL: "http://a.gov.cn/" + kind, Title: "某县人民政府2025年政府信息公开工作年度报告",
			Year: 2025}); err != nil {
			t.Fatal(err)
		}
	}
	var bodies, keys []string
	code := http.StatusInternalServerError
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		bodies, keys = append(bodies, string(b)), append(keys, r.Header.Get("Idempotency-Key"))
		w.WriteHeader(code)
	}))
	defer hook.Close()
	smtp, message := server(t)
	clock := &clock{t: at}
	w := Ways{Webhook: hook.URL + "/t0ken", Feed: filepath.Join(dir, "news.atom"), SMTP: "smtp://" + smtp,
		From: "gongkai@example.org", To: []string{"a@example.org"}, Names: map[string]string{"p1": "某县"}, Chinese: true,
		Now: clock.now, Wait: clock.wait}
	told, err := w.Tell(ctx, l)
	if err == nil || !strings.Contains(err.Error(), "webhook http://127.0.0.1") || told.Events != 4 || len(bodies) != 3 ||
		strings.Contains(err.Error(), "t0ken") {
		t.Errorf("with a hook that fails: %+v told after %d tries, %v", told, len(bodies), err)
	}
	if _, err = w.Tell(ctx, l); err == nil || !strings.Contains(err.Error(), "not tried before") || len(bodies) != 3 {
		t.Errorf("at once after it: %v, %d tries", err, len(bodies))
	}
	clock.t = clock.t.Add(time.Minute)
	raw := <-message
	m, err := mail.ReadMessage(strings.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		t.Fatal(err)
	}
	plain, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if err != nil || !strings.Contains(subject, "4 条新消息") ||
		!strings.Contains(string(plain), "[已撤下] 某县: 某县人民政府2025年") || strings.Contains(string(plain), "/found") {
		t.Errorf("the mail: %q, %v\n%s", subject, err, plain)
	}
	code = http.StatusNoContent
	for range 2 { // the second time there is nothing to tell
		if _, err := w.Tell(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	if len(bodies) != 4 || !strings.Contains(bodies[3], `"kind":"overdue"`) || strings.Contains(bodies[3], "found") ||
		keys[3] == "" || keys[3] != keys[0] {
		t.Errorf("%d calls of the hook: %q %q", len(bodies), bodies, keys)
	}
	f, err := os.ReadFile(w.Feed)
	if err != nil {
		t.Fatal(err)
	}
	var feed struct {
		Entries []struct {
			Title   string `xml:"title"`
			Updated string `xml:"updated"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(f, &feed); err != nil || len(feed.Entries) != 4 ||
		!strings.Contains(feed.Entries[0].Title, "[到期未发布]") || feed.Entries[0].Updated != "2026-04-02T07:04:05Z" {
		t.Errorf("the feed: %+v, %v", feed, err)
	}
}
