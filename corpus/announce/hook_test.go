package announce

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// TestRobots: each robot is told in the body that it takes, signed as it wants it, no more often than it may be, within
// the size it takes; each event once, also where the robot refuses some for coming too fast.
func TestRobots(t *testing.T) {
	t.Parallel()
	const events, secret = 900, "SEC0123456789"
	type message struct {
		at    time.Time
		bytes int
		text  string
	}
	for name, size := range map[string]int{"wecom": 4096, "dingtalk": 20000, "feishu": 20000} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			l, err := ledger.Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			at := time.Date(2026, 4, 2, 3, 4, 5, 0, time.UTC)
			var list []ledger.Event
			for i := range events {
				list = append(list, ledger.Event{ID: fmt.Sprint("new/", i), Time: at, Portal: "p", Kind: "new",
					URL:   fmt.Sprintf("http://a.gov.cn/t(%d).html", i),
					Title: fmt.Sprintf("〈%d〉[某县]人民政府_2025_年政府信息公开工作年度报告%s", i, strings.Repeat("长", i%7*30))})
			}
			if err := l.AddEvents(ctx, list); err != nil {
				t.Fatal(err)
			}
			clock := &clock{t: at}
			var got []message
			busy := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				b, _ := io.ReadAll(r.Body)
				var x struct {
					MsgType, Timestamp, Sign string
					Msg_Type                 string
					Markdown                 struct{ Title, Text, Content string }
					Content                  struct {
						Post struct {
							ZhCN struct {
								Title   string
								Content [][]struct{ Tag, Text, Href string }
							} `json:"zh_cn"`
						}
					}
				}
				if err := json.Unmarshal(b, &x); err != nil {
					t.Error(err)
				}
				if len(got) == 3 && busy == 0 { // once it says that this was too fast
					busy++
					code := map[string]int{"wecom": 45009, "dingtalk": 130101, "feishu": 11232}[name]
					fmt.Fprintf(w, `{"errcode":%d,"errmsg":"too fast"}`, code)
					return
				}
				m := message{at: clock.now(), bytes: len(b)}
				stamp, signed, key, text := "", "", "", ""
				switch name {
				case "wecom":
					m.text, m.bytes = x.Markdown.Content, len(x.Markdown.Content)
				case "dingtalk":
					m.text = x.Markdown.Text
					stamp, signed = r.URL.Query().Get("timestamp"), r.URL.Query().Get("sign")
					key, text = secret, stamp+"\n"+secret
					if r.URL.Query().Get("access_token") != "t" || stamp != fmt.Sprint(clock.now().UnixMilli()) {
						t.Errorf("%s", r.URL)
					}
				case "feishu":
					for _, row := range x.Content.Post.ZhCN.Content {
						m.text += "- [" + row[0].Text + "](" + row[0].Href + ")\n"
					}
					stamp, signed = x.Timestamp, x.Sign
					key = stamp + "\n" + secret
					if stamp != fmt.Sprint(clock.now().Unix()) || x.Msg_Type != "post" {
						t.Errorf("%q %q", stamp, x.Msg_Type)
					}
				}
				if name != "wecom" {
					h := hmac.New(sha256.New, []byte(key))
					io.WriteString(h, text)
					if signed != base64.StdEncoding.EncodeToString(h.Sum(nil)) {
						t.Errorf("signed %q", signed)
					}
				}
				got = append(got, m)
				if name == "feishu" {
					fmt.Fprint(w, `{"StatusCode":0,"code":0,"msg":"success"}`)
				} else {
					fmt.Fprint(w, `{"errcode":0,"errmsg":"ok"}`)
				}
			}))
			defer server.Close()
			w := Ways{Webhook: server.URL + "/robot?access_token=t", As: name, Secret: secret, Chinese: true, Now: clock.now,
				Wait: clock.wait}
			if _, err := w.Tell(ctx, l); err == nil || !strings.Contains(err.Error(), "too fast") {
				t.Errorf("the robot was busy: %v", err)
			}
			clock.t = clock.t.Add(11 * time.Minute)
			for range 2 {
				if _, err := w.Tell(ctx, l); err != nil {
					t.Fatal(err)
				}
			}
			told := 0
			for i, m := range got {
				told += strings.Count(m.text, "- [")
				if m.bytes > size {
					t.Errorf("a message of %d bytes", m.bytes)
				}
				in := 0
				for _, n := range got[i:] {
					if n.at.Sub(m.at) < time.Minute {
						in++
					}
				}
				if in > 20 {
					t.Fatalf("%d messages in a minute", in)
				}
			}
			for i := range events {
				n := 0
				for _, m := range got {
					n += strings.Count(m.text, fmt.Sprintf("〈%d〉", i))
				}
				if n != 1 {
					t.Errorf("event %d was told %d times", i, n)
				}
			}
			t.Logf("%d events in %d messages", told, len(got))
		})
	}
}

// TestAs: the address says whose robot it is; no error says the address.
func TestAs(t *testing.T) {
	for at, want := range map[string]string{
		"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x": "wecom", "https://example.org/x": "",
		"https://oapi.dingtalk.com/robot/send?access_token=x": "dingtalk", "https://open.feishu.cn/open-apis/bot/v2/hook/x": "feishu",
	} {
		h, err := Ways{Webhook: at}.hook()
		if err != nil || h.robot != robots[want] {
			t.Errorf("%s: %v", at, err)
		}
	}
	for _, w := range []Ways{{Webhook: "ftp://s3cret"}, {Webhook: "https://h.example/s3cret", As: "x"},
		{SMTP: "imap://u:s3cret@h", To: []string{"a"}, From: "b"}, {SMTP: "smtp://u:s3cret@h:x", To: []string{"a"}, From: "b"},
		{To: []string{"a@b.c"}}} {
		if err := w.Check(); err == nil || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%+v: %v", w, err)
		}
	}
}

// TestKilled: a message that was begun when the process ended is sent again as it was, with the same number; one that
// was led elsewhere has not arrived.
func TestKilled(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	l, err := ledger.Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	at := time.Date(2026, 4, 2, 3, 4, 5, 0, time.UTC)
	add := func(id string) {
		if err := l.AddEvent(ctx, ledger.Event{ID: id, Time: at, Kind: "new", Title: id}); err != nil {
			t.Fatal(err)
		}
	}
	add("a")
	var mu sync.Mutex // of what follows: a handler that breaks off may end after the request
	var keys, bodies []string
	answer := func(w http.ResponseWriter, r *http.Request) { panic(http.ErrAbortHandler) }
	answerWith := func(f http.HandlerFunc) {
		mu.Lock()
		defer mu.Unlock()
		answer = f
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		mu.Lock()
		if r.Method == http.MethodPost {
			keys, bodies = append(keys, r.Header.Get("Idempotency-Key")), append(bodies, string(b))
		}
		f := answer
		mu.Unlock()
		f(w, r)
	}))
	defer server.Close()
	clock := &clock{t: at}
	w := Ways{Webhook: server.URL, Now: clock.now, Wait: clock.wait}
	if _, err := w.Tell(ctx, l); err == nil {
		t.Fatal("no error")
	}
	add("b") // news that comes meanwhile waits for the next message
	clock.t = clock.t.Add(time.Hour)
	answerWith(func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/elsewhere", http.StatusFound) })
	if _, err := w.Tell(ctx, l); err == nil || !strings.Contains(err.Error(), "302") {
		t.Fatalf("led elsewhere: %v", err)
	}
	clock.t = at.AddDate(-1, 0, 0) // a clock that goes back does not make it silent
	answerWith(func(http.ResponseWriter, *http.Request) {})
	told, err := w.Tell(ctx, l)
	if err != nil || told.Events != 2 || told.Messages != 2 {
		t.Fatalf("%+v %v", told, err)
	}
	mu.Lock()
	defer mu.Unlock()
	n := len(keys)
	if same := slices.Compact(slices.Clone(keys)); len(same) != 2 || keys[n-1] == keys[0] || bodies[n-2] != bodies[0] {
		t.Errorf("%q\n%q", keys, bodies)
	}
}
