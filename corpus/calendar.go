package corpus

import "time"

// A Calendar says by which day an authority of a level must publish its report on a year, as "2006-01-02"; "" where no
// rule names one. What the law says is not known in this room: the calendar is handed in, as the clock is. A nil
// Calendar names no day, and then nothing is ever late.
type Calendar func(level string, year int) string

// FirstYear is the first year that reports are expected of: the Regulations came into force in 2008.
const FirstYear = 2008

// SameDay tells whether two moments are of one day in China.
func SameDay(a, b time.Time) bool {
	return a.In(china).Format(time.DateOnly) == b.In(china).Format(time.DateOnly)
}

// LastYear is the year that is being reported on: the one before this one, in China.
func LastYear(now time.Time) int { return now.In(china).Year() - 1 }

// Deadline is the last day on which a portal's report on a year is in time; "" where no rule names one.
func (c Calendar) Deadline(p Portal, year int) string {
	if c == nil || year == 0 {
		return ""
	}
	return c(p.Level, year)
}

// Over tells that the deadline of a portal's report on a year has gone by. Where no rule names one, it never does.
func (c Calendar) Over(p Portal, year int, now time.Time) bool {
	end, ok := endOf(c.Deadline(p, year))
	return ok && !now.Before(end)
}

// Late tells whether a report on a year came after its deadline. The day that it says it was published decides; where
// it says none, the moment at which it was first seen, if that is not so long after the deadline (a year) that it says
// nothing.
func (c Calendar) Late(p Portal, year int, published string, seen time.Time) bool {
	deadline := c.Deadline(p, year)
	end, ok := endOf(deadline)
	if !ok {
		return false
	}
	if published != "" {
		return published > deadline
	}
	return !seen.Before(end) && seen.Before(end.AddDate(1, 0, 0))
}

// endOf is the first moment in China after a day.
func endOf(day string) (time.Time, bool) {
	t, err := time.ParseInLocation(time.DateOnly, day, china)
	return t.AddDate(0, 0, 1), err == nil
}

// due is the moment around which a portal's report on a year is looked for. Where no rule names a day for its level, it
// is the day of governments: a township's report comes with that of its county.
func (c Calendar) due(p Portal, year int) (time.Time, bool) {
	if t, ok := endOf(c.Deadline(p, year)); ok {
		return t, true
	}
	p.Level = "county"
	return endOf(c.Deadline(p, year))
}

// Intervals between the visits of a portal.
const (
	oneDay        = 24 * time.Hour
	untilMissing  = oneDay      // around the deadline, while the report is missing
	aroundDue     = 3 * oneDay  // around the deadline, when it is there
	nearSeason    = 7 * oneDay  // in the months around, while it is missing
	usualInterval = 30 * oneDay // in the rest of the year
	longestPause  = 45 * oneDay // after failures

	seasonBefore = 25 // days before the deadline on which the season begins
	seasonAfter  = 20 // and after it on which it ends
)

// NextVisit is when a portal is to be visited again: every day around its deadline while the report is missing, every
// third day around it otherwise, and every month in the rest of the year; after failed visits later and later. The same
// portal always falls on the same time after the hour, so that not all come at once.
func (c Calendar) NextVisit(p Portal, now time.Time, hasLast bool, fails int) time.Time {
	last := LastYear(now)
	interval := c.interval(p, now, hasLast)
	if fails > 0 {
		interval = min(max(interval, 6*time.Hour<<min(fails, 8)), longestPause)
		if fails <= 2 {
			interval = min(interval, time.Duration(fails)*12*time.Hour)
		}
	}
	next := now.Add(interval)
	// a long pause must not reach over the weeks before the deadline
	for _, year := range []int{last, last + 1} {
		due, ok := c.due(p, year)
		if season := due.AddDate(0, 0, -seasonBefore); ok && now.Before(season) && next.After(season) {
			next = season
			break
		}
	}
	h := 0
	for _, r := range p.ID {
		h = (h*31 + int(r)) % 360
	}
	return next.Truncate(time.Hour).Add(time.Duration(h) * time.Minute)
}

// interval is how long a portal that answers is left alone.
func (c Calendar) interval(p Portal, now time.Time, hasLast bool) time.Duration {
	due, ok := c.due(p, LastYear(now))
	switch {
	case !ok:
		return usualInterval
	case now.After(due.AddDate(0, 0, -seasonBefore)) && now.Before(due.AddDate(0, 0, seasonAfter)):
		if hasLast {
			return aroundDue
		}
		return untilMissing
	case !hasLast && now.After(due.AddDate(0, 0, -60)) && now.Before(due.AddDate(0, 6, 0)):
		return nearSeason
	}
	return usualInterval
}
