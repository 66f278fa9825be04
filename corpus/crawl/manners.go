package crawl

import (
	"context"
	"math/rand/v2"
	"net/url"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// Manners bound what is asked of a host. docs/crawl-policy.md says why.
type Manners struct {
	Off      bool          // no robots.txt, no pace, no budgets: for measuring against one's own host only
	Pace     time.Duration // at least between two requests of a host
	MaxPace  time.Duration // at most, however slowly it answers
	Lease    time.Duration // how long a host is held for one request
	Wait     time.Duration // how long a worker waits for a host before it turns to something else
	DayPages int64         // of a host, a day
	DayBytes int64
	Pause    time.Duration // how long a host is left alone after five troubles in a row; doubled with each more
	Robots   time.Duration // how long a robots.txt is good
	Backoff  float64       // multiplies the waits of fetch.Rules; 0 = 1
}

// Polite are the manners by default.
func Polite() Manners {
	return Manners{Pace: 2 * time.Second, MaxPace: time.Minute, Lease: 4 * time.Minute, Wait: 20 * time.Second,
		DayPages: 5000, DayBytes: 4 << 30, Pause: 30 * time.Minute, Robots: 24 * time.Hour}
}

// A gate is asked before each request; what it gives is told the answer.
type gate func(context.Context, *url.URL) (func(*fetch.Answer), error)

// gate makes the hook that stands before each request of a visit: it waits until the host may be asked, reads its
// robots.txt, and refuses what must not be asked; behind the request it keeps what was learned of the host.
func (c *Crawler) gate(p corpus.Portal, allowed func(host string) bool) gate {
	return func(ctx context.Context, u *url.URL) (func(*fetch.Answer), error) {
		m := c.Manners
		if !allowed(u.Host) {
			if err := c.Ledger.Refuse(ctx, p.ID, u.Host,
				"a redirect to a host outside *.gov.cn that the portal does not link to", u.String()); err != nil {
				return nil, err
			}
			return nil, fetch.Refuse(fetch.OffSite, "%s is outside *.gov.cn and not linked to by the portal", u.Host)
		}
		if m.Off {
			return func(*fetch.Answer) {}, nil
		}
		if quiet, until, err := corpus.QuietUntil(p.Options.Quiet, c.now()); err == nil && quiet {
			t := fetch.Refuse(fetch.Quiet, "left alone until %s", until.Format("15:04"))
			t.After = until.Sub(c.now())
			return nil, t
		}
		pace := max(m.Pace, p.Options.Pace)
		giveAddress, err := c.takeAddress(ctx, u.Hostname(), pace)
		if err != nil {
			return nil, err
		}
		h, err := c.takeHost(ctx, u.Host, pace)
		if err != nil {
			giveAddress(ctx, 0)
			return nil, err
		}
		robots, err := c.robots(ctx, &h, u, p, pace)
		if err != nil {
			giveAddress(ctx, pace)
			return nil, err
		}
		if !robots.Allowed(c.Client.Agent(), u) {
			giveAddress(ctx, 0)
			if err := c.Ledger.Give(ctx, h, c.Holder, 0, 0, 0); err != nil {
				return nil, err
			}
			return nil, fetch.Refuse(fetch.ByRobots, "robots.txt of %s forbids %s", u.Host, u.Path)
		}
		start := time.Now()
		return func(a *fetch.Answer) {
			c.Dates.note(u.Host, a, c.now())
			c.learn(ctx, h, a, max(pace, robots.Delay(c.Client.Agent())), time.Since(start))
			giveAddress(ctx, pace)
		}, nil
	}
}

// takeAddress takes the lease on the address of a host, which many portals of one platform share; what it returns gives
// it back, to be taken again after the pace.
func (c *Crawler) takeAddress(ctx context.Context, host string, pace time.Duration) (give func(context.Context,
	time.Duration), err error) {
	none := func(context.Context, time.Duration) {}
	if c.Address == nil {
		return none, nil
	}
	at := c.Address(ctx, host)
	if at == "" {
		return none, nil
	}
	name := "address " + at
	for start := time.Now(); ; {
		_, wait, err := c.Ledger.Take(ctx, name, c.Holder, c.Manners.Lease, pace)
		if err != nil {
			return nil, err
		}
		if wait == 0 {
			break
		}
		if time.Since(start)+wait > c.Manners.Wait+pace {
			t := fetch.Refuse(fetch.Held, "%s is at %s, which is being asked for another portal", host, at)
			t.After = wait
			return nil, t
		}
		if err := sleep(ctx, wait+time.Millisecond); err != nil {
			return nil, err
		}
	}
	return func(ctx context.Context, pace time.Duration) {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
		defer cancel()
		if err := c.Ledger.Give(ctx, ledger.Host{Name: name, Pace: pace}, c.Holder, 0, 0, 0); err != nil && c.Log != nil {
			c.Log("%s: %v", name, err)
		}
	}, nil
}

// takeHost takes the lease on a host, waiting for it within bounds.
func (c *Crawler) takeHost(ctx context.Context, host string, pace time.Duration) (ledger.Host, error) {
	m := c.Manners
	for start := time.Now(); ; {
		h, wait, err := c.Ledger.Take(ctx, host, c.Holder, m.Lease, pace)
		if err != nil {
			return h, err
		}
		now := c.now()
		if wait == 0 {
			refuse := func(k fetch.Kind, after time.Duration, format string, args ...any) (ledger.Host, error) {
				// what was taken is given back as it was
				was := ledger.Host{Name: host, Took: h.Took, Fails: h.Fails, Why: h.Why}
				if err := c.Ledger.Give(ctx, was, c.Holder, max(0, h.Paused.Sub(now)), 0, 0); err != nil {
					return h, err
				}
				t := fetch.Refuse(k, format, args...)
				t.After = after
				return h, t
			}
			if h.Paused.After(now) {
				return refuse(fetch.Paused, h.Paused.Sub(now), "%s is left alone until %s: %s", host,
					h.Paused.Format(time.RFC3339), h.Why)
			}
			if h.DayPages >= m.DayPages || h.DayBytes >= m.DayBytes {
				tomorrow := now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
				return refuse(fetch.Budget, tomorrow.Sub(now),
					"%d pages and %d bytes of %s today are as much as is asked of a host a day",
					h.DayPages, h.DayBytes, host)
			}
			return h, nil
		}
		if time.Since(start)+wait > m.Wait+pace {
			t := fetch.Refuse(fetch.Held, "%s is being asked by another worker, or wants more time", host)
			t.After = wait
			return h, t
		}
		if err := sleep(ctx, wait+time.Millisecond); err != nil {
			return h, err
		}
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// robots gives the rules of a host that is held, and reads them if they are old.
func (c *Crawler) robots(ctx context.Context, h *ledger.Host, u *url.URL, p corpus.Portal,
	pace time.Duration) (*fetch.Robots, error) {
	if fresh(h.RobotsTime, c.now(), c.Manners.Robots) {
		return fetch.ParseRobots(h.RobotsStatus, h.Robots), nil
	}
	start := time.Now()
	// its redirects may lead to other hosts (RFC 9309, section 2.3.1.2), which are held for their one request
	asked := 0
	r, a := c.Client.ReadRobots(ctx, u, p.Options.AnyCert,
		func(ctx context.Context, at *url.URL) (func(*fetch.Answer), error) {
			asked++
			switch {
			case asked == 1:
			case at.Host == u.Host:
				if err := sleep(ctx, pace); err != nil {
					return nil, err
				}
			default:
				other, err := c.takeHost(ctx, at.Host, pace)
				if err != nil {
					return nil, err
				}
				return func(a *fetch.Answer) { c.learn(ctx, other, a, pace, 0) }, nil
			}
			return func(*fetch.Answer) {}, nil
		})
	if r == nil {
		h.Why = a.Trouble.Error()
		c.learn(ctx, *h, a, pace, time.Since(start))
		return nil, a.Trouble
	}
	if err := c.Ledger.SetRobots(ctx, u.Host, r.Status, r.Text); err != nil {
		return nil, err
	}
	h.Pages++
	// the next request is one more of this host
	if err := sleep(ctx, max(pace, h.Pace, r.Delay(c.Client.Agent()))); err != nil {
		return nil, err
	}
	if err := c.Ledger.Hold(ctx, u.Host, c.Holder, c.Manners.Lease); err != nil {
		return nil, err
	}
	return r, nil
}

// learn gives a host back with what its answer taught: who answers slowly is asked slowly, who says that it is too much
// is asked half as often, who fails five times in a row is left alone.
func (c *Crawler) learn(ctx context.Context, h ledger.Host, a *fetch.Answer, pace, took time.Duration) {
	m := c.Manners
	if h.Took == 0 {
		h.Took = took
	}
	h.Took = (3*h.Took + took) / 4
	pause := time.Duration(0)
	rule := fetch.Rule{}
	if a.Trouble != nil {
		rule = fetch.Rules[a.Trouble.Kind]
	}
	base := max(pace, min(h.Took, m.MaxPace))
	switch {
	case a.Trouble == nil || !rule.Count:
		h.Fails, h.Why = 0, ""
		h.Pace = max(base, h.Pace*9/10)
	default:
		h.Fails++
		h.Why = a.Trouble.Error()
		h.Pace = min(max(base, 2*h.Pace), max(m.MaxPace, base))
		if h.Fails >= 5 {
			pause = min(m.Pause<<min(h.Fails-5, 6), 24*time.Hour)
		}
	}
	if a.Trouble != nil {
		pause = max(pause, a.Trouble.After)
	}
	// also where the crawl is being stopped
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	if err := c.Ledger.Give(ctx, h, c.Holder, pause, 1, a.Wire); err != nil && c.Log != nil {
		c.Log("host %s: %v", h.Name, err)
	}
}

// retry is when an address is tried again: doubled each time, with jitter, and not before the host says.
func (m Manners) retry(r fetch.Rule, t *fetch.Trouble, tries int) time.Duration {
	d := r.Wait << min(tries-1, 8)
	if m.Backoff > 0 {
		d = time.Duration(float64(d) * m.Backoff)
	}
	d = d/2 + rand.N(d/2+1) + d/4
	return max(d, t.After)
}

// allowedHost tells whether a host may be read for a portal: *.gov.cn, the portal's own, and those it links to itself.
func allowedHost(p corpus.Portal, host string) bool {
	name, _, _ := strings.Cut(strings.ToLower(host), ":")
	if name == "gov.cn" || strings.HasSuffix(name, ".gov.cn") {
		return true
	}
	for _, at := range append([]string{p.Home}, p.Listings...) {
		if u, err := weburl.Parse(at); err == nil && strings.EqualFold(u.Host, host) {
			return true
		}
	}
	return false
}
