package crawl

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// fresh tells that no more than within has gone by since a time. What lies ahead of the clock is not fresh: it was kept
// by one that was wrong.
func fresh(t, now time.Time, within time.Duration) bool {
	ago := now.Sub(t)
	return !t.IsZero() && ago < within && ago > -time.Hour
}

// Dates are what the clocks of the hosts say, beside this machine's. An authority is called late or overdue by the
// machine's clock; where most hosts say that it is another day, it is called nothing. The zero one is ready to be used, by
// several goroutines.
type Dates struct {
	mu   sync.Mutex
	said map[string]said // by host
}

// said is how far a host's clock was ahead of this machine's, and when that was by the machine's.
type said struct {
	ahead time.Duration
	at    time.Time
}

// sameDay is how far two clocks may be apart for both to be right about the day, but for its turn.
const sameDay = 25 * time.Hour

func (d *Dates) note(host string, a *fetch.Answer, now time.Time) {
	if d == nil || a.Header == nil {
		return
	}
	t, err := http.ParseTime(a.Header.Get("Date"))
	if err != nil || a.Header.Get("Age") != "" {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.said == nil || len(d.said) > 10_000 {
		d.said = map[string]said{}
	}
	d.said[host] = said{t.Sub(now), now}
}

// Ahead is how far the clocks of hosts are ahead of this machine's: the one in the middle of those that said what time
// it is within an hour of now. What was said before this machine's clock jumped is none of them.
func (d *Dates) Ahead(now time.Time) time.Duration {
	if d == nil {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	var all []time.Duration
	for _, x := range d.said {
		if now.Sub(x.at).Abs() <= time.Hour {
			all = append(all, x.ahead)
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// Wrong tells that most hosts say that it is another day.
func (d *Dates) Wrong(now time.Time) bool { return d.Ahead(now).Abs() > sameDay }

// clockWrong says so where the clock is wrong.
func (c *Crawler) clockWrong(p corpus.Portal, v *ledger.Visit) bool {
	if !c.Dates.Wrong(c.now()) {
		return false
	}
	if c.Log != nil {
		c.Log("%s: not called late or overdue: by the clocks of the hosts it is %s, by that of this machine %s (visit %s)", p.ID,
			c.now().Add(c.Dates.Ahead(c.now())).Format(time.DateOnly), c.now().Format(time.DateOnly), v.Name)
	}
	return true
}
