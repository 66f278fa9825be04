package fetch

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"

	"golang.org/x/net/html/charset"
)

// A Trouble is why a request gave no page. Its Kind says what is done about it.
type Trouble struct {
	Kind   Kind
	Reason string
	After  time.Duration // the server asks to wait so long
}

func (t *Trouble) Error() string { return string(t.Kind) + ": " + t.Reason }

func trouble(k Kind, format string, args ...any) *Trouble {
	return &Trouble{Kind: k, Reason: fmt.Sprintf(format, args...)}
}

// Refuse is a Trouble of a request that was not made.
func Refuse(k Kind, format string, args ...any) *Trouble { return trouble(k, format, args...) }

// A Kind is a class of trouble.
type Kind string

// The kinds of trouble.
const (
	BadURL       Kind = "bad-url"
	Stopped      Kind = "stopped"       // the crawl ends
	DNS          Kind = "dns"           // the name has no address
	NoName       Kind = "no-such-name"  // the name is not there
	Private      Kind = "private"       // the address is one of this machine or of a private network
	Connect      Kind = "connect"       // nobody listens, or the connection broke
	TLS          Kind = "tls"           // the certificate, or the handshake
	Slow         Kind = "slow"          // the answer did not come in time
	TooLarge     Kind = "too-large"     // the body is larger than the limit
	Bomb         Kind = "bomb"          // the body is larger than the limit when its encoding is taken off
	BadEncoding  Kind = "bad-encoding"  // the content encoding is not what the header says
	WrongLength  Kind = "wrong-length"  // the body broke off before its length
	RedirectLoop Kind = "redirect-loop" // or more redirects than are followed, or one to nowhere
	OffSite      Kind = "off-site"      // the host is none that the portal may be read from
	ByRobots     Kind = "robots"        // robots.txt forbids it
	RobotsWait   Kind = "robots-wait"   // robots.txt cannot be had: nothing is asked until it can
	Budget       Kind = "budget"        // the pages or bytes of the host are used up
	Quiet        Kind = "quiet"         // the hours in which the host is left alone
	Held         Kind = "held"          // the host is being asked by another worker
	Paused       Kind = "paused"        // the host asked to be left alone, or failed too often
	Forbidden    Kind = "forbidden"     // 401, 403, and what the walls of such sites answer
	Busy         Kind = "busy"          // 429, 503
	Server       Kind = "server"        // any other 5xx
	Gone         Kind = "gone"          // 404, 410
	Odd          Kind = "client"        // any other 4xx
	Captcha      Kind = "captcha"       // a page that wants a person
	SoftGone     Kind = "soft-404"      // 200, and the page says that there is none
	Empty        Kind = "empty"         // 200 without a body
	Suspect      Kind = "suspect"       // 200, and something else in the place of a document that is known
	NotAReport   Kind = "not-a-report"  // 200, and not what it was linked as
	NotKept      Kind = "not-kept"      // a ledger is made again, and the archive has no answer to this
)

// A Rule is what is done about a kind of trouble.
type Rule struct {
	Tries int           // how often a request is made in one visit before it is given up
	Wait  time.Duration // before the second try; doubled each time, with jitter
	Host  bool          // the whole host is waited for, not only this page
	Count bool          // it counts against the host: after several in a row it is left alone for a while
}

// Rules are those of docs/crawl-policy.md.
var Rules = map[Kind]Rule{
	BadURL:       {Tries: 1},
	Stopped:      {Tries: 1 << 20},
	DNS:          {Tries: 4, Wait: time.Minute, Host: true, Count: true},
	NoName:       {Tries: 2, Wait: time.Minute, Host: true, Count: true},
	Private:      {Tries: 1},
	Connect:      {Tries: 4, Wait: 20 * time.Second, Host: true, Count: true},
	TLS:          {Tries: 2, Wait: 30 * time.Second, Count: true},
	Slow:         {Tries: 3, Wait: 30 * time.Second, Host: true, Count: true},
	TooLarge:     {Tries: 1},
	Bomb:         {Tries: 1},
	BadEncoding:  {Tries: 2, Wait: 10 * time.Second},
	WrongLength:  {Tries: 3, Wait: 10 * time.Second},
	RedirectLoop: {Tries: 1},
	OffSite:      {Tries: 1},
	ByRobots:     {Tries: 1},
	RobotsWait:   {Tries: 6, Wait: 5 * time.Minute, Host: true},
	Budget:       {Tries: 1},
	Quiet:        {Tries: 1 << 20, Host: true},
	Held:         {Tries: 1 << 20, Host: true},
	Paused:       {Tries: 1 << 20, Host: true},
	Forbidden:    {Tries: 2, Wait: 5 * time.Minute, Count: true},
	Busy:         {Tries: 5, Wait: 30 * time.Second, Host: true, Count: true},
	Server:       {Tries: 3, Wait: 20 * time.Second, Count: true},
	Gone:         {Tries: 1},
	Odd:          {Tries: 1},
	Captcha:      {Tries: 2, Wait: 10 * time.Minute, Host: true, Count: true},
	SoftGone:     {Tries: 1},
	Empty:        {Tries: 2, Wait: 10 * time.Second},
	Suspect:      {Tries: 1},
	NotAReport:   {Tries: 1},
	NotKept:      {Tries: 1},
}

// wireTrouble names what went wrong before an answer was there.
func wireTrouble(ctx context.Context, err error) *Trouble {
	var private *addressError
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var unknown x509.UnknownAuthorityError
	var host x509.HostnameError
	var invalid x509.CertificateInvalidError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var timeout net.Error
	cause := context.Cause(ctx)
	switch {
	case errors.As(err, &private):
		return trouble(Private, "%v", private)
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return trouble(NoName, "%v", dns)
		}
		return trouble(DNS, "%v", dns)
	case errors.As(err, &cert), errors.As(err, &unknown), errors.As(err, &host), errors.As(err, &invalid),
		errors.As(err, &record), errors.As(err, &alert),
		strings.Contains(err.Error(), "tls:"), strings.Contains(err.Error(), "HTTP response to HTTPS"):
		t := trouble(TLS, "%v", short(err))
		if errors.As(err, &alert) && alert == 40 || strings.Contains(t.Reason, "tls: handshake failure") {
			t.Reason += " (it has no version or cipher that is still spoken: browsers do not reach it either)"
		}
		return t
	case errors.Is(cause, errTotal), errors.Is(cause, errIdle), errors.As(err, &timeout) && timeout.Timeout():
		return trouble(Slow, "no answer in time: %v", short(err))
	case errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded):
		return trouble(Stopped, "%v", cause)
	case errors.Is(err, syscall.ECONNREFUSED):
		return trouble(Connect, "nobody listens: %v", short(err))
	}
	return trouble(Connect, "%v", short(err))
}

// short leaves out of an error what its row says already.
func short(err error) error {
	for {
		inner := errors.Unwrap(err)
		if _, ok := err.(interface{ Timeout() bool }); !ok || inner == nil {
			return err
		}
		err = inner
	}
}

// bodyTrouble names what went wrong in the body.
func bodyTrouble(ctx context.Context, err error, resp *http.Response) *Trouble {
	cause := context.Cause(ctx)
	switch {
	case errors.Is(err, errLarge):
		return trouble(TooLarge, "more than the limit came, Content-Length %s", lengthOf(resp))
	case errors.Is(cause, errIdle):
		return trouble(Slow, "the body stopped coming")
	case errors.Is(cause, errTotal):
		return trouble(Slow, "the body came too slowly")
	case errors.Is(cause, context.Canceled), errors.Is(cause, context.DeadlineExceeded):
		return trouble(Stopped, "%v", cause)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return trouble(WrongLength, "the body broke off, Content-Length %s", lengthOf(resp))
	}
	return trouble(Connect, "in the body: %v", short(err))
}

func lengthOf(resp *http.Response) string {
	if resp.ContentLength < 0 {
		return "not given"
	}
	return fmt.Sprint(resp.ContentLength)
}

// statusTrouble names what the answer is if it is no page.
func statusTrouble(resp *http.Response, body []byte) *Trouble {
	t := &Trouble{After: retryAfter(resp.Header), Reason: fmt.Sprintf("the server answered %d", resp.StatusCode)}
	switch s := resp.StatusCode; {
	case s == 404 || s == 410:
		t.Kind = Gone
	case s == 429 || s == 503:
		t.Kind = Busy
	case s == 401 || s == 403 || s == 405 || s == 406:
		t.Kind = Forbidden
	case s == 412 || s == 521 || s == 202 && len(body) < 20<<10: // what the walls before such sites answer first
		t.Kind, t.Reason = Captcha, t.Reason+": a wall that wants a browser"
	case s >= 500:
		t.Kind = Server
	case s >= 400:
		t.Kind = Odd
	case s >= 300:
		t.Kind, t.Reason = RedirectLoop, t.Reason+" without saying where"
	case len(bytes.TrimSpace(body)) == 0:
		t.Kind, t.Reason = Empty, "an empty page"
	default:
		return pageTrouble(resp.Header.Get("Content-Type"), body)
	}
	if t.Kind != Gone && isWall(text(resp.Header.Get("Content-Type"), body)) {
		t.Kind, t.Reason = Captcha, t.Reason+": a page that wants a person"
	}
	return t
}

var (
	wall = regexp.MustCompile(`请输入验证码|滑动验证|拖动滑块|人机验证|安全验证|访问验证|访问频率过高|访问过于频繁|请求过于频繁|您的访问(?:存在|疑似)|疑似(?:攻击|黑客)|网站防火墙|` +
		`(?i:captcha|acw_sc__v2|__jsl_clearance|geetest|waf[-_ ]?block)`)
	gone = regexp.MustCompile(`(?:页面|网页|文件|文章|内容|信息|栏目|资源)(?:已经?)?(?:不存在|被删除|没有找到|未找到|找不到|已删除|已下线|走丢了)|找不到(?:该|您|此|` +
		`相关)?[^。]{0,12}(?:页面|网页|文件)|(?:404|Error)\s*[-–—|:：]?\s*(?i:not found|页面|错误)|(?i:page not found|file not found)`)
	tags = regexp.MustCompile(`(?is)<script\b.*?</script>|<style\b.*?</style>|<!--.*?-->|<[^>]*>`)
)

// pageTrouble looks whether a page that came with 200 is one: short pages only, since long ones speak of much.
func pageTrouble(media string, body []byte) *Trouble {
	if len(body) > 40<<10 || !strings.Contains(media, "html") &&
		!bytes.Contains(bytes.ToLower(body[:min(len(body), 1024)]), []byte("<html")) {
		return nil
	}
	s := text(media, body)
	if !mayBeNone(s) {
		return nil
	}
	words := strings.Join(strings.Fields(tags.ReplaceAllString(s, " ")), " ")
	if len([]rune(words)) < 400 && isWall(s) {
		return trouble(Captcha, "a page that wants a person: %.60q", words)
	}
	if n := len([]rune(words)); n < 300 && gone.MatchString(words) {
		return trouble(SoftGone, "the page says that there is none: %.60q", words)
	}
	return nil
}

// mayBeNone looks for the words without which neither expression matches: they are slow on a whole page.
func mayBeNone(s string) bool {
	lower := strings.ToLower(s)
	for _, w := range []string{"验证", "频", "您的访问", "疑似", "防火墙", "captcha", "acw_sc", "jsl_clearance",
		"geetest", "waf", "不存在", "删除", "没有", "找", "下线", "走丢", "404", "error", "not found"} {
		if strings.Contains(lower, w) {
			return true
		}
	}
	return false
}

func isWall(s string) bool { return wall.MatchString(s) }

func text(media string, body []byte) string {
	e, _, _ := charset.DetermineEncoding(body[:min(len(body), 1024)], media)
	b, err := e.NewDecoder().Bytes(body)
	if err != nil {
		return string(body)
	}
	return string(b)
}
