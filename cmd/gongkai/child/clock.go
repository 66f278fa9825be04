package child

import (
	"context"
	"sync"
	"time"

	"github.com/gongkai/gongkai/extract/cputime"
)

// A clock counts the CPU time of this process against the budget of what it reads. One document is read at a time.
type clock struct {
	used func() time.Duration // by this process; nil = there is no limit
	said func(aside bool)     // is told when the time is not the document's, and when it is again

	mu     sync.Mutex
	budget time.Duration
	from   time.Duration      // what was used when the budget began
	cancel context.CancelFunc // ends what is read; nil = nothing is
	late   bool
	since  time.Duration // what was used when it was found to be late
	asides int           // making ready
	out    time.Duration // what was used when that began
}

func (c *clock) now() time.Duration {
	if c.used == nil {
		return 0
	}
	return c.used()
}

// run does something within a budget. Its context ends when the budget is used up; then the answer does not count,
// however far it came: late. Programs that it starts by cputime.Command have what is left.
func (c *clock) run(ctx context.Context, budget time.Duration, do func(context.Context)) (late bool) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if c.used != nil {
		ctx = cputime.With(ctx, c.left)
	}
	c.mu.Lock()
	c.budget, c.from, c.cancel, c.late, c.since = budget, c.now(), cancel, false, 0
	c.mu.Unlock()
	do(ctx)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.cancel = nil
	return c.late || c.used != nil && c.now()-c.from > c.budget
}

// again begins a new budget for what is being read.
func (c *clock) again(budget time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.late {
		c.budget, c.from = budget, c.now()
	}
}

// left is what is left of the budget.
func (c *clock) left() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.from + c.budget - c.now()
}

// aside does something that is not the document's: neither its time nor its memory counts.
func (c *clock) aside(do func()) {
	c.mu.Lock()
	if c.asides++; c.asides == 1 {
		c.out = c.now()
		if c.said != nil {
			c.said(true)
		}
	}
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.asides--; c.asides == 0 {
			if c.said != nil {
				c.said(false)
			}
			c.from, c.since = c.from+c.now()-c.out, c.since+c.now()-c.out
		}
	}()
	do()
}

// graceTime is the CPU time that what is read has to heed the end of its context.
const graceTime = 500 * time.Millisecond

// look ends the context of what is read if its budget is used up, and reports whether that is not heeded. Unless an
// engine is being made ready it looks at what else there is to be looked at, too.
func (c *clock) look(memory func()) (unheeded bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.asides > 0 {
		return false
	}
	memory()
	used := c.now() - c.from
	if c.cancel == nil || used <= c.budget {
		return false
	}
	if !c.late {
		// The time of a program counts when it has ended, all at once: what is read is given its grace from now on.
		c.late, c.since = true, c.now()
		c.cancel()
	}
	return c.now() >= c.since+graceTime
}
