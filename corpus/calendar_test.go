package corpus

import (
	"fmt"
	"testing"
	"time"
)

// byLevel is a calendar like that of the law since 2019, which this room does not know.
var byLevel Calendar = func(level string, year int) string {
	switch {
	case level == "town":
		return ""
	case level == "department":
		return fmt.Sprintf("%d-01-31", year+1)
	}
	return fmt.Sprintf("%d-03-31", year+1)
}

// TestLate: the last day is in time, in China; the day that is printed goes before the day it was seen; where no rule
// names a day, or nobody handed in a calendar, nothing is late.
func TestLate(t *testing.T) {
	t.Parallel()
	city, bureau, town := Portal{ID: "c", Level: "prefecture"}, Portal{ID: "b", Level: "department"},
		Portal{ID: "t", Level: "town"}
	for _, x := range []struct {
		c         Calendar
		p         Portal
		year      int
		published string
		seen      string
		late      bool
	}{
		{byLevel, city, 2024, "2025-03-31", "2025-06-01 12:00", false},
		{byLevel, city, 2024, "2025-04-01", "2025-06-01 12:00", true},
		{byLevel, bureau, 2024, "2025-01-31", "2025-06-01 12:00", false},
		{byLevel, bureau, 2024, "2025-02-01", "2025-06-01 12:00", true},
		{byLevel, city, 2024, "", "2025-03-31 23:59", false},
		{byLevel, city, 2024, "", "2025-04-01 00:00", true},
		{byLevel, city, 2024, "", "2026-04-01 00:00", false}, // so long after it the day it was seen says nothing
		{byLevel, town, 2024, "2025-12-31", "2025-12-31 12:00", false},
		{byLevel, city, 0, "2025-12-31", "2025-12-31 12:00", false},
		{nil, city, 2024, "2025-12-31", "2025-12-31 12:00", false},
	} {
		if got := x.c.Late(x.p, x.year, x.published, day(x.seen)); got != x.late {
			t.Errorf("%s, the report on %d published on %q, seen %s: late %v", x.p.ID, x.year, x.published, x.seen, got)
		}
	}
	for now, over := range map[string]bool{"2025-03-31 23:59": false, "2025-04-01 00:00": true} {
		if got := byLevel.Over(city, 2024, day(now)); got != over || byLevel.Over(town, 2024, day(now)) {
			t.Errorf("at %s the deadline is over: %v", now, got)
		}
	}
	// the year changes in China first
	if got := LastYear(time.Date(2025, 12, 31, 17, 0, 0, 0, time.UTC)); got != 2025 {
		t.Errorf("on New Year's morning in China %d is reported on", got)
	}
}

// TestNextVisit: more often near the deadline, less in the rest of the year, later and later where nothing answers.
func TestNextVisit(t *testing.T) {
	t.Parallel()
	city, bureau := Portal{ID: "c", Level: "prefecture"}, Portal{ID: "b", Level: "department"}
	days := func(p Portal, now string, has bool, fails int) float64 {
		return byLevel.NextVisit(p, day(now), has, fails).Sub(day(now)).Hours() / 24
	}
	for _, x := range []struct {
		p        Portal
		now      string
		has      bool
		fails    int
		min, max float64
	}{
		{Portal{ID: "t", Level: "town"}, "2026-03-25 12:00", false, 0, 0.9, 1.3}, // it comes with that of its county
		{city, "2026-03-25 12:00", false, 0, 0.9, 1.3}, {city, "2026-03-25 12:00", true, 0, 2.9, 3.3},
		{city, "2026-07-15 12:00", true, 0, 29, 31},
		{bureau, "2026-01-28 12:00", false, 0, 0.9, 1.3}, {bureau, "2026-03-25 12:00", true, 0, 29, 31},
		{city, "2026-02-25 12:00", true, 0, 9, 12},
		{bureau, "2025-12-20 12:00", true, 0, 16, 20}, {city, "2026-06-15 12:00", false, 0, 6.9, 7.3},
		{city, "2026-07-15 12:00", true, 1, 0.4, 0.8}, {city, "2026-07-15 12:00", true, 9, 44, 46},
	} {
		if got := days(x.p, x.now, x.has, x.fails); got < x.min || got > x.max {
			t.Errorf("%s on %s (has %v, %d failures): in %.2f days, want %g to %g", x.p.ID, x.now, x.has, x.fails, got,
				x.min, x.max)
		}
	}
}
