// Package cputime counts the time that processors spent on this process and on the programs that it started, and
// starts programs that may spend no more than is left. Unlike time on the wall, it is the same on a busy machine as
// on an idle one.
//
// It knows nothing of documents.
package cputime

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
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

// shell is what sets a limit before it becomes the program. "" = nothing does: the limit holds for this process alone.
const shell = "/bin/sh"

// Command is exec.CommandContext for a program that the system ends some time after it has used all the CPU time that
// the context has left: systems count the time by which they end a program coarsely, and one that was ended must have
// used up what was left beyond doubt. Where there is no shell, or no limit in the context, it is exec.CommandContext.
func Command(ctx context.Context, name string, args ...string) *exec.Cmd {
	left, limited := ctx.Value(leftKey{}).(func() time.Duration)
	if limited {
		if _, err := exec.LookPath(shell); err != nil {
			limited = false
		}
	}
	if !limited {
		return exec.CommandContext(ctx, name, args...)
	}
	seconds := 2 + max(0, int64(left()*3/2/time.Second))
	script := []string{"-c", `ulimit -t "$0" 2>/dev/null; exec "$@"`, fmt.Sprint(seconds), name}
	return exec.CommandContext(ctx, shell, append(script, args...)...)
}
