package crawl

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// A Crawler visits portals. Several of them may work with one ledger, each with a Holder of its own.
type Crawler struct {
	Ledger  *ledger.Ledger
	Archive *archive.Archive
	Client  *fetch.Client
	Manners Manners
	Bounds  Bounds
	Holder  string // names this worker
	Year    int    // only reports of this year are taken; 0 = all
	Now     func() time.Time
	// Address gives the address of a host, by which many portals of one platform are asked one request at a time, as each
	// host is; "" = it is not known. nil = hosts are told by their names only.
	Address func(ctx context.Context, host string) string
	// Judge reads bodies: whether they are reports; nil = titles and sections decide.
	Judge Judge
	// Calendar says by when reports are due; nil = no day is known, and none is late or overdue.
	Calendar corpus.Calendar
	// Dates compares this machine's clock with the hosts'; nil = it is believed.
	Dates *Dates
	Log   func(format string, args ...any)
	// Render has a browser build a page; ask answers what the page asks for. nil = no browser.
	Render   func(ctx context.Context, at string, ask Ask) ([]byte, error)
	Progress func(p corpus.Portal, v *ledger.Visit, it *ledger.Item, what string)
	// replay is set where a visit is gone through again in the archive alone: it is told the time of each answer, and
	// nobody is asked.
	replay func(time.Time)
}

// An Ask answers what a page that a browser builds asks for; form is the body of a POST. An error is no answer.
type Ask = func(ctx context.Context, url, form string) (status int, header http.Header, body []byte, err error)

// Bounds of one visit.
type Bounds struct {
	Pages   int64         // requests
	Bytes   int64         // that come
	Slice   time.Duration // after which a worker turns to the next portal; the visit goes on later
	Depth   int           // links from the home page
	Recheck time.Duration // after which a page that gave nothing is asked again, and a report without validators
}

// Usual bounds.
func Usual() Bounds {
	return Bounds{Pages: 3000, Bytes: 3 << 30, Slice: 10 * time.Minute, Depth: 12, Recheck: 30 * 24 * time.Hour}
}

// An Outcome is what a call of Visit came to.
type Outcome struct {
	Done  bool          // the visit has ended
	After time.Duration // otherwise: go on after this time
	Why   string
	Visit *ledger.Visit
}

func (c *Crawler) now() time.Time {
	if c.Now != nil {
		return c.Now()
	}
	return time.Now()
}

var errTaken = errors.New("another worker has taken the visit over")

// Visit goes through a portal, or on with a visit that is open. It returns when the visit has ended, when its slice of
// time is over, or when nothing can be asked for a while.
func (c *Crawler) Visit(ctx context.Context, p corpus.Portal) (Outcome, error) {
	hold := c.Manners.Lease + c.Manners.Lease/2
	v, resumed, err := c.Ledger.Begin(ctx, p.ID, c.Holder, hold)
	if err != nil {
		return Outcome{}, err
	}
	if v == nil {
		return Outcome{After: 5 * time.Second, Why: "another worker visits it"}, nil
	}
	if p.Home == "" && len(p.Listings) == 0 {
		return c.end(ctx, p, v, "stopped", "its home page is not known")
	}
	first, err := c.Ledger.Visits(ctx, p.ID)
	if err != nil {
		return Outcome{}, err
	}
	w := &walk{c: c, p: p, v: v, first: first == 0}
	c.Archive.Resume(p.ID, v.Name) // another may have gone on with it meanwhile
	if resumed {
		began, err := c.Ledger.Started(ctx, v)
		if err != nil {
			return Outcome{}, err
		}
		resumed = began // one that was found in the archive has no frontier yet
	}
	if !resumed {
		if err := w.seed(ctx); err != nil {
			return Outcome{}, err
		}
	}
	letGo := func(after time.Duration, why string) (Outcome, error) {
		ctx := context.WithoutCancel(ctx)
		return Outcome{After: after, Why: why, Visit: v}, c.Ledger.LetGo(ctx, v.ID, c.Holder)
	}
	start, held := time.Now(), time.Now()
	for {
		if ctx.Err() != nil {
			return letGo(0, "stopped")
		}
		if c.Bounds.Slice > 0 && time.Since(start) > c.Bounds.Slice {
			return letGo(0, "its slice of time is over")
		}
		if time.Since(held) > hold/4 {
			ok, err := c.Ledger.HoldVisit(ctx, v.ID, c.Holder, hold)
			if err != nil || !ok {
				return Outcome{After: 5 * time.Second, Why: errTaken.Error()}, err
			}
			held = time.Now()
		}
		if v.Pages >= c.Bounds.Pages || v.Bytes >= c.Bounds.Bytes {
			return c.end(ctx, p, v, "done",
				fmt.Sprintf("stopped at %d pages and %d bytes: the most that a visit asks for",
					v.Pages, v.Bytes))
		}
		it, due, err := c.Ledger.Next(ctx, v.ID)
		if err != nil {
			return Outcome{}, err
		}
		if it == nil && due.IsZero() {
			more, err := w.elsewhere(ctx)
			if err != nil {
				return Outcome{}, err
			}
			if more {
				continue
			}
			return c.end(ctx, p, v, "done", "")
		}
		if it == nil {
			wait := due.Sub(c.now())
			if wait > c.Manners.Wait {
				return letGo(wait, "nothing may be asked before "+due.Format(time.RFC3339))
			}
			if err := sleep(ctx, max(wait, time.Millisecond)); err != nil {
				return letGo(0, "stopped")
			}
			continue
		}
		if err := w.step(ctx, it); err != nil {
			if errors.Is(err, errTaken) {
				return Outcome{After: 5 * time.Second, Why: err.Error()}, nil
			}
			if ctx.Err() != nil {
				return letGo(0, "stopped")
			}
			_, lerr := letGo(0, "")
			return Outcome{}, errors.Join(err, lerr)
		}
	}
}

// What is suspect is asked for again within a day, for so many days.
const (
	suspectAgain = 20 * time.Hour
	suspectDays  = 14
)

// end closes a visit: when the next one is, and whether the portal's own report is overdue.
func (c *Crawler) end(ctx context.Context, p corpus.Portal, v *ledger.Visit, state, reason string) (Outcome, error) {
	now := c.now()
	answered, hasLast, suspects := false, false, false
	last := corpus.LastYear(now)
	own := map[int]bool{}
	column, err := (&walk{c: c, p: p, v: v}).column(ctx, reason)
	if err != nil {
		return Outcome{}, err
	}
	err = c.Ledger.Documents(ctx, p.ID, func(d ledger.Document) error {
		if d.Kind == KindReport && d.State == "present" {
			own[d.Year] = own[d.Year] || d.Own
			if !d.Own && Whose(d.Title, p.Name) == Open && column.Years[d.Year] == "" {
				column.Years[d.Year] = fmt.Sprintf("whose report %.40q is cannot be told", d.Title)
			}
		}
		suspects = suspects || fresh(d.Suspect, now, suspectDays*24*time.Hour)
		return nil
	})
	for y, is := range own {
		if !is {
			delete(own, y)
		}
	}
	hasLast = own[last]
	if err != nil {
		return Outcome{}, err
	}
	err = c.Ledger.Frontier(ctx, v.ID, ledger.Done, func(it ledger.Item) error {
		answered = answered || it.Role == RoleHome || it.Role == RoleColumn && it.Depth <= 1
		return nil
	})
	if err != nil {
		return Outcome{}, err
	}
	_, fails, err := c.Ledger.NextVisit(ctx, p.ID)
	if err != nil {
		return Outcome{}, err
	}
	if answered {
		fails = 0
	} else {
		fails++
		if reason == "" {
			reason = "its home page gave no answer"
			state = "stopped"
			err := c.Ledger.Frontier(ctx, v.ID, "", func(it ledger.Item) error {
				if it.Role == RoleHome && it.State != ledger.Done {
					reason += ": " + it.Reason
				}
				return nil
			})
			if err != nil {
				return Outcome{}, err
			}
		}
	}
	if err := c.Ledger.SetColumn(ctx, column); err != nil {
		return Outcome{}, err
	}
	lacks, _ := Lacks(&column, own, last)
	if answered && lacks && c.Calendar.Over(p, last, now) && !c.clockWrong(p, v) {
		err := c.Ledger.AddEvent(ctx, ledger.Event{ID: fmt.Sprintf("overdue/%s/%d", p.ID, last), Time: now,
			Portal: p.ID, Kind: "overdue", URL: p.Home,
			Title: fmt.Sprintf("%s%d年政府信息公开工作年度报告", p.Name, last), Year: last})
		if err != nil {
			return Outcome{}, err
		}
	}
	next := c.Calendar.NextVisit(p, now, hasLast, fails)
	if soon := now.Add(suspectAgain); suspects && soon.Before(next) {
		next = soon
	}
	if err := c.Ledger.SetNext(ctx, p.ID, p.Name, p.Level, p.Code, p.Home, next, fails); err != nil {
		return Outcome{}, err
	}
	if err := c.seal(ctx, p, v, state, reason); err != nil {
		return Outcome{}, err
	}
	if err := c.Ledger.End(ctx, v, state, reason); err != nil {
		return Outcome{}, err
	}
	v.State, v.Reason = state, reason
	return Outcome{Done: true, Why: reason, Visit: v}, nil
}
