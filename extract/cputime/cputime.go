// Package cputime counts the time that processors spent on this process and on the programs that it started, and
// starts programs that may spend no more than is left, and that end when this process does. Unlike time on the wall, it is
// the same on a busy machine as on an idle one.
//
// It knows nothing of documents.
package cputime

import (
	"context"
	"errors"
	"time"
)

type leftKey struct{}

// With gives a context that says how much CPU time is left of what was granted.
func With(ctx context.Context, left func() time.Duration) context.Context {
	return context.WithValue(ctx, leftKey{}, left)
}

// ErrUsedUp is the cause of the end of a context whose CPU time was used up.
var ErrUsedUp = errors.New("the limit of CPU time was used up")

// every is how often what was used is looked at.
const every = 10 * time.Millisecond

// WithLimit gives a context that ends when this process has used so much more CPU time, as With says to programs that
// it starts. cancel ends it before.
func WithLimit(ctx context.Context, limit time.Duration) (_ context.Context, cancel context.CancelFunc) {
	ctx, end := context.WithCancelCause(ctx)
	upTo := Used() + limit
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if Used() > upTo {
					end(ErrUsedUp)
				}
			}
		}
	}()
	return With(ctx, func() time.Duration { return upTo - Used() }), func() { end(context.Canceled) }
}
