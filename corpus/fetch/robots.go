package fetch

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/temoto/robotstxt"
)

// Robots are the rules of a host: RFC 9309. The zero value allows everything.
type Robots struct {
	Status int    // of the answer; 0 = none came
	Text   string // the file, at most 500 KiB (section 2.5)
	data   *robotstxt.RobotsData
}

// robotsBytes is how much of a robots.txt is read.
const robotsBytes = 500 << 10

// ReadRobots asks for the robots.txt of a host. Where none is to be had for certain (section 2.3.1.4: unreachable,
// 5xx), it returns the Trouble RobotsWait: everything is forbidden until it answers.
func (c *Client) ReadRobots(ctx context.Context, host *url.URL, anyCert bool,
	before func(context.Context, *url.URL) (func(*Answer), error)) (*Robots, *Answer) {
	at := (&url.URL{Scheme: host.Scheme, Host: host.Host, Path: "/robots.txt"}).String()
	a := c.Do(ctx, Request{URL: at, AnyCert: anyCert, Limit: 4 << 20, Before: before})
	if t := a.Trouble; t != nil {
		switch t.Kind {
		case Gone, Odd, Forbidden, SoftGone, Empty, OffSite, RedirectLoop: // 2.3.1.3: unavailable: nothing is forbidden
			return &Robots{Status: a.Status}, a
		case Stopped, Held, Paused, Quiet, Budget, Private:
			return nil, a
		}
		a.Trouble = &Trouble{Kind: RobotsWait, Reason: "robots.txt: " + t.Error(), After: t.After}
		return nil, a
	}
	return ParseRobots(a.Status, string(a.Body[:min(len(a.Body), robotsBytes)])), a
}

// ParseRobots reads a robots.txt. A page in its place (many sites answer anything with their home page) forbids
// nothing.
func ParseRobots(status int, text string) *Robots {
	r := &Robots{Status: status, Text: text}
	if status >= 400 || strings.HasPrefix(strings.TrimSpace(strings.ToLower(text)), "<") {
		r.Text = ""
		return r
	}
	if data, err := robotstxt.FromString(strings.TrimPrefix(text, "\ufeff")); err == nil {
		r.data = data
	}
	return r
}

// Allowed says whether a page may be asked for by the agent.
func (r *Robots) Allowed(agent string, u *url.URL) bool {
	if r == nil || r.data == nil {
		return true
	}
	return r.data.TestAgent(u.RequestURI(), product(agent))
}

// Delay is the crawl delay that the host asks of the agent; at most a minute is heeded.
func (r *Robots) Delay(agent string) time.Duration {
	if r == nil || r.data == nil {
		return 0
	}
	return min(r.data.FindGroup(product(agent)).CrawlDelay, time.Minute)
}

// Sitemaps are those that the host names.
func (r *Robots) Sitemaps() []string {
	if r == nil || r.data == nil {
		return nil
	}
	return r.data.Sitemaps
}

// product is the token of a User-Agent that robots.txt speaks of: "gongkai/1.0 (+…)" is gongkai.
func product(agent string) string {
	p, _, _ := strings.Cut(agent, "/")
	return strings.TrimSpace(p)
}
