package crawl

import (
	"context"
	"net/url"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/weburl"
)

// A Planned address is one with which a visit would begin.
type Planned struct {
	URL, Role   string
	Conditional bool   // asked for only if it has changed
	Why         string // it would not be asked for: the reason
}

// Plan says with what a visit of a portal would begin, and asks for nothing: the robots.txt of its hosts where they are
// not known, the home page, the listings of its row, and what earlier visits found to lead to reports. What these lead
// to is not known before they are asked for. pace is the least time between two requests of the home page's host.
func (c *Crawler) Plan(ctx context.Context, p corpus.Portal) (out []Planned, pace time.Duration, err error) {
	w := &walk{c: c, p: p}
	items, err := w.seeds(ctx)
	if err != nil {
		return nil, 0, err
	}
	rules, pace := map[string]*fetch.Robots{}, max(c.Manners.Pace, p.Options.Pace)
	for _, it := range items {
		u, err := weburl.Parse(it.URL)
		if err != nil {
			continue
		}
		r, met := rules[u.Host]
		if !met {
			h, _, err := c.Ledger.Peek(ctx, u.Host)
			if err != nil {
				return nil, 0, err
			}
			if !fresh(h.RobotsTime, c.now(), c.Manners.Robots) {
				out = append(out, Planned{URL: (&url.URL{Scheme: u.Scheme, Host: u.Host, Path: "/robots.txt"}).String(),
					Role: "robots"})
			} else {
				r = fetch.ParseRobots(h.RobotsStatus, h.Robots)
			}
			rules[u.Host] = r
			if it.Role == RoleHome {
				pace = max(pace, h.Pace, r.Delay(c.Client.Agent()))
			}
		}
		x := Planned{URL: it.URL, Role: it.Role}
		switch known, err := c.Ledger.Known(ctx, p.ID, it.Key); {
		case err != nil:
			return nil, 0, err
		case !allowedHost(p, u.Host) && (it.Role == RoleColumn || it.Role == RoleNext):
			x.Why = "outside *.gov.cn, and not the portal's own host"
		case !r.Allowed(c.Client.Agent(), u):
			x.Why = "robots.txt of " + u.Host + " forbids it"
		default:
			x.Conditional = known != nil && known.State == "here" && (known.ETag != "" || known.Modified != "")
		}
		out = append(out, x)
	}
	return out, pace, nil
}
