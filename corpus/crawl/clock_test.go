package crawl

import (
	"net/http"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/fetch"
)

// TestDates: most hosts decide whether this machine's clock is believed; what was said before it jumped does not count.
func TestDates(t *testing.T) {
	now := time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	says := func(t time.Time) *fetch.Answer {
		return &fetch.Answer{Header: http.Header{"Date": {t.UTC().Format(http.TimeFormat)}}}
	}
	var d Dates
	d.note("a", says(now.Add(time.Minute)), now)
	d.note("b", says(now.AddDate(-3, 0, 0)), now) // one that is wrong itself
	d.note("c", says(now.Add(-time.Hour)), now)
	d.note("d", &fetch.Answer{}, now)
	if d.Wrong(now) || (*Dates)(nil).Wrong(now) || new(Dates).Wrong(now) {
		t.Error("the clock is right")
	}
	jumped := now.AddDate(1, 0, 0)
	if d.Wrong(jumped) {
		t.Error("nobody has said what time it is since")
	}
	d.note("a", says(now), jumped)
	if !d.Wrong(jumped) {
		t.Error("the clock is a year ahead")
	}
	if fresh(jumped, now, time.Hour) || fresh(time.Time{}, now, time.Hour) || !fresh(now, now, time.Hour) {
		t.Error("what lies ahead, or never was, is fresh")
	}
}
