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
	mu    sync.Mutex
	ahead map[string]time.Duration // by host: how far its clock was ahead of ours
}

// apart is how far two clocks may be apart for both to be right about the day, but for its turn.
const apart = 25 * time.Hour

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
	if d.ahead == nil {
		d.ahead = map[string]time.Duration{}
	}
	if len(d.ahead) < 10_000 || d.ahead[host] != 0 {
		d.ahead[host] = t.Sub(now)
	}
}

// Ahead is how far the clocks of hosts are ahead of this machine's: the one in the middle of all that said what time it is.
func (d *Dates) Ahead() time.Duration {
	if d == nil {
		return 0
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.ahead) == 0 {
		return 0
	}
	all := make([]time.Duration, 0, len(d.ahead))
	for _, x := range d.ahead {
		all = append(all, x)
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// Wrong tells that most hosts say that it is another day.
func (d *Dates) Wrong() bool { return d.Ahead().Abs() > apart }

// clockWrong says so where the clock is wrong.
func (c *Crawler) clockWrong(p corpus.Portal, v *ledger.Visit) bool {
	if !c.Dates.Wrong() {
		return false
	}
	if c.Log != nil {
		c.Log("%s: not called late or overdue: by the clocks of the hosts it is %s, by that of this machine %s (visit %s)", p.ID,
			c.now().Add(c.Dates.Ahead()).Format(time.DateOnly), c.now().Format(time.DateOnly), v.Name)
	}
	return true
}
