package announce

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/gongkai/gongkai/corpus/ledger"
)

// A hook is a webhook: the generic one, or a robot's, whose servers want bodies of their own and answer 200 with a code
// in the body where they took nothing.
type hook struct {
	w     Ways
	at    string
	robot *robot
	pace  time.Duration
}

// A robot is one of the group robots, with the limits that its makers state: 20 messages a minute (企业微信
// developer.work.weixin.qq.com/document/path/91770, 钉钉 open.dingtalk.com/document/robots/custom-robot-access), 飞书 five a second
// and a hundred a minute; 4096 bytes of Markdown, 20000 bytes, 20 KB of a request.
type robot struct {
	hosts []string
	bytes int // of a message
	pace  time.Duration
	body  func(h *hook, at time.Time, title string, lines []line) (url string, body any, err error)
	// busy are the codes that say that messages come too fast; for how long that robot is then silent
	busy  []int
	quiet time.Duration
}

// A line is an event as robots show it.
type line struct{ text, link string }

var robots = map[string]*robot{
	"wecom": {hosts: []string{"qyapi.weixin.qq.com"}, bytes: 4000, pace: 3100 * time.Millisecond, body: wecom,
		busy: []int{45009}, quiet: time.Minute},
	"dingtalk": {hosts: []string{"oapi.dingtalk.com"}, bytes: 16000, pace: 3100 * time.Millisecond, body: dingtalk,
		busy: []int{130101, 410100}, quiet: 10 * time.Minute},
	"feishu": {hosts: []string{"open.feishu.cn", "open.larksuite.com"}, bytes: 16000, pace: 3100 * time.Millisecond, body: feishu,
		busy: []int{9499, 11232}, quiet: time.Minute},
}

// hook makes ready what the webhook is. Its error does not say the address.
func (w Ways) hook() (*hook, error) {
	u, err := url.Parse(w.Webhook)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errors.New("the address of a webhook begins with https:// or http://")
	}
	h := &hook{w: w, at: w.Webhook}
	as := w.As
	if as == "" || as == "auto" {
		as = "json"
		for name, r := range robots {
			for _, host := range r.hosts {
				if u.Hostname() == host {
					as = name
				}
			}
		}
	}
	if as == "json" {
		return h, nil
	}
	if h.robot = robots[as]; h.robot == nil {
		return nil, fmt.Errorf("webhooks are json, wecom, dingtalk or feishu, not %s", as)
	}
	h.pace = h.robot.pace
	return h, nil
}

// longestText is how many characters of an event a robot is told; the generic webhook, feed and mail have all.
const longestText = 400

func (h *hook) line(e ledger.Event) line {
	text := strings.Join(strings.Fields(h.w.Text(e)), " ")
	if utf8.RuneCountInString(text) > longestText {
		text = string([]rune(text)[:longestText-1]) + "…"
	}
	return line{text, h.w.link(e)}
}

// pack tells how many events fit into a message.
func (h *hook) pack(events []ledger.Event) int {
	if h.robot == nil {
		return most
	}
	room := h.robot.bytes - 300 // the title, and what holds it
	for i, e := range events {
		x := h.line(e)
		text, err := json.Marshal(x.text + x.link) // as long as it gets
		if err != nil {
			return i
		}
		if room -= len(text) + 90; room < 0 {
			return i
		}
	}
	return len(events)
}

func (h *hook) title(n int) string {
	if h.w.Chinese {
		return fmt.Sprintf("gongkai 公开：年度报告有 %d 条新消息", n)
	}
	return fmt.Sprintf("gongkai: %d news of annual reports", n)
}

// client follows no redirect: a message that is sent on as a GET has arrived nowhere.
var client = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func (h *hook) send(ctx context.Context, delivery string, events []ledger.Event) error {
	at := h.at
	var body any = h.generic(delivery, events)
	if h.robot != nil {
		var lines []line
		for _, e := range events {
			lines = append(lines, h.line(e))
		}
		var err error
		if at, body, err = h.robot.body(h, h.w.now(), h.title(len(events)), lines); err != nil {
			return &refused{err}
		}
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(body); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, at, &b)
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	if h.robot == nil {
		req.Header.Set("Idempotency-Key", strings.TrimPrefix(delivery, "urn:uuid:"))
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, 64<<10))
	switch {
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable:
		return &later{fmt.Errorf("it answered %s", resp.Status), retryAfter(resp.Header.Get("Retry-After"))}
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		err := fmt.Errorf("it answered %s", resp.Status)
		if resp.StatusCode < 500 {
			return &refused{err}
		}
		return err
	case h.robot == nil:
		return nil
	case err != nil:
		return err
	}
	return h.robot.answer(said)
}

func retryAfter(s string) time.Duration {
	n, err := strconv.Atoi(strings.TrimSpace(s))
	if err != nil || n < 0 {
		return 0
	}
	return time.Duration(min(n, 86400)) * time.Second
}

// answer reads the code in the answer of a robot's server.
func (r *robot) answer(said []byte) error {
	var a struct {
		ErrCode    *int   `json:"errcode"`
		ErrMsg     string `json:"errmsg"`
		Code       *int   `json:"code"`
		Msg        string `json:"msg"`
		StatusCode *int
	}
	if err := json.Unmarshal(said, &a); err != nil {
		return errors.New("it answered what is no answer of a robot")
	}
	for _, code := range []*int{a.ErrCode, a.Code, a.StatusCode} {
		if code == nil {
			continue
		}
		if *code == 0 {
			return nil
		}
		err := fmt.Errorf("the robot refused the message: %d %.200s", *code, a.ErrMsg+a.Msg)
		for _, busy := range r.busy {
			if *code == busy {
				return &later{err, r.quiet}
			}
		}
		return &refused{err}
	}
	return errors.New("it answered what is no answer of a robot")
}

// genericEvent is an event with what a reader is shown of it.
type genericEvent struct {
	ledger.Event
	Name string `json:"name,omitempty"`
	Text string `json:"text"`
	Page string `json:"page,omitempty"`
}

func (h *hook) generic(delivery string, events []ledger.Event) any {
	list := make([]genericEvent, len(events))
	for i, e := range events {
		list[i] = genericEvent{e, h.w.Names[e.Portal], h.w.Text(e), ""}
		if at := h.w.link(e); at != e.URL {
			list[i].Page = at
		}
	}
	return map[string]any{"delivery": delivery, "events": list}
}

// flat are characters of Markdown that would make of a title a link or an emphasis.
var flat = strings.NewReplacer("[", "［", "]", "］", "*", "＊", "_", "＿", "`", "｀", "<", "＜", ">", "＞", "#", "＃")

func markdown(title string, lines []line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "**%s**\n", title)
	for _, x := range lines {
		if x.link == "" {
			fmt.Fprintf(&b, "\n- %s", flat.Replace(x.text))
			continue
		}
		fmt.Fprintf(&b, "\n- [%s](%s)", flat.Replace(x.text), strings.NewReplacer("(", "%28", ")", "%29", " ", "%20").Replace(x.link))
	}
	return b.String()
}

func wecom(h *hook, _ time.Time, title string, lines []line) (string, any, error) {
	return h.at, map[string]any{"msgtype": "markdown", "markdown": map[string]any{"content": markdown(title, lines)}}, nil
}

// dingtalk signs with milliseconds in the address.
func dingtalk(h *hook, now time.Time, title string, lines []line) (string, any, error) {
	at := h.at
	if h.w.Secret != "" {
		u, err := url.Parse(h.at)
		if err != nil {
			return "", nil, errors.New("its address cannot be read")
		}
		stamp := strconv.FormatInt(now.UnixMilli(), 10)
		q := u.Query()
		q.Set("timestamp", stamp)
		q.Set("sign", sign([]byte(h.w.Secret), stamp+"\n"+h.w.Secret))
		u.RawQuery = q.Encode()
		at = u.String()
	}
	return at, map[string]any{"msgtype": "markdown", "markdown": map[string]any{"title": title, "text": markdown(title, lines)}}, nil
}

// feishu signs nothing with what it signs as the key, and seconds in the body.
func feishu(h *hook, now time.Time, title string, lines []line) (string, any, error) {
	rows := make([][]map[string]any, 0, len(lines))
	for _, x := range lines {
		cell := map[string]any{"tag": "text", "text": x.text}
		if x.link != "" {
			cell = map[string]any{"tag": "a", "text": x.text, "href": x.link}
		}
		rows = append(rows, []map[string]any{cell})
	}
	lang := "en_us"
	if h.w.Chinese {
		lang = "zh_cn"
	}
	body := map[string]any{"msg_type": "post", "content": map[string]any{"post": map[string]any{
		lang: map[string]any{"title": title, "content": rows}}}}
	if h.w.Secret != "" {
		stamp := strconv.FormatInt(now.Unix(), 10)
		body["timestamp"], body["sign"] = stamp, sign([]byte(stamp+"\n"+h.w.Secret), "")
	}
	return h.at, body, nil
}

func sign(key []byte, text string) string {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}
