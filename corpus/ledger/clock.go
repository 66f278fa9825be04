package ledger

import "time"

// SetClock has a ledger on SQLite go by a clock of the caller's; PostgreSQL has its own, which all workers share.
func (l *Ledger) SetClock(now func() time.Time) {
	if now != nil {
		l.now = now
	}
}

// A machine whose clock was wrong for an hour wrote times that lie in the future when it is right again. None of them
// may silence a host or a portal until they come: each kind of time has a bound, beyond which it is no time that this
// program would have kept, and counts as if it were not there. A clock that goes back costs a portal one visit more.
const (
	longestPause = 48 * time.Hour      // of a host that is left alone: a day by the rules, a day by its own word
	longestPace  = time.Hour           // between two requests of a host
	longestLease = 2 * time.Hour       // on a host or a visit
	longestDue   = 8 * 24 * time.Hour  // of an address that is tried again
	longestNext  = 62 * 24 * time.Hour // between two visits of a portal: 45 days after failures, and the hour of the portal
)

// beyond tells that a time is farther ahead than it may be.
func beyond(ms, now int64, most time.Duration) bool { return ms > now+most.Milliseconds() }
