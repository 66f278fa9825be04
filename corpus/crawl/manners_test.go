package crawl

import (
	"context"
	"errors"
	"net/url"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/fetch"
)

// TestAddress: two portals at one address are asked one after the other, with the pace between them; portals at
// different ones do not wait for each other.
func TestAddress(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	m := quick()
	m.Pace, m.Wait = 300*time.Millisecond, time.Millisecond
	c := crawler(t, t.TempDir(), m)
	c.Address = func(_ context.Context, host string) string {
		return map[string]string{"a.gov.cn": "192.0.2.1", "b.gov.cn": "192.0.2.1", "c.gov.cn": "192.0.2.2"}[host]
	}
	for _, host := range []string{"a.gov.cn", "b.gov.cn", "c.gov.cn"} { // their robots.txt are known
		h, wait, err := c.Ledger.Take(ctx, host, "test", time.Minute, 0)
		if err != nil || wait != 0 {
			t.Fatal(wait, err)
		}
		if err := errors.Join(c.Ledger.SetRobots(ctx, host, 404, ""), c.Ledger.Give(ctx, h, "test", 0, 0, 0)); err != nil {
			t.Fatal(err)
		}
		if h, ok, err := c.Ledger.Peek(ctx, host); err != nil || !ok || h.RobotsTime.IsZero() {
			t.Fatal(h, ok, err)
		}
	}
	ask := func(holder, host string) (func(*fetch.Answer), error) {
		c := *c
		c.Holder = holder
		return c.gate(corpus.Portal{ID: host}, func(string) bool { return true })(ctx, &url.URL{Scheme: "http", Host: host, Path: "/"})
	}
	after, err := ask("one", "a.gov.cn")
	if err != nil {
		t.Fatal(err)
	}
	var held *fetch.Trouble
	if _, err := ask("two", "b.gov.cn"); !errors.As(err, &held) || held.Kind != fetch.Held {
		t.Errorf("another portal at the address that is being asked: %v", err)
	}
	other, err := ask("three", "c.gov.cn")
	if err != nil {
		t.Errorf("a portal at another address: %v", err)
	} else {
		other(&fetch.Answer{Status: 200})
	}
	after(&fetch.Answer{Status: 200})
	begun := time.Now()
	for {
		after, err := ask("two", "b.gov.cn")
		if err == nil {
			after(&fetch.Answer{Status: 200})
			break
		}
		if !errors.As(err, &held) || held.Kind != fetch.Held {
			t.Fatal(err)
		}
		time.Sleep(held.After)
	}
	if waited := time.Since(begun); waited < m.Pace-20*time.Millisecond {
		t.Errorf("the next request at one address came after %s", waited)
	}
}
