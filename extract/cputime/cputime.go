// Package cputime counts the time that processors spent on this process and on the programs that it started, and
// starts programs that may spend no more than is left. Unlike time on the wall, it is the same on a busy machine as
// on an idle one.
//
// It knows nothing of documents.
package cputime

import (
	"context"
	"fmt"
	"os/exec"
	"time"
)

type leftKey struct{}

// With gives a context that says how much CPU time is left of what was granted.
func With(ctx context.Context, left func() time.Duration) context.Context {
	return context.WithValue(ctx, leftKey{}, left)
}

// shell is what sets a limit before it becomes the program. "" = nothing does: the limit holds for this process alone.
const shell = "/bin/sh"

// Command is exec.CommandContext for a program that is ended by the system when it has used the CPU time that the
// context has left, in whole seconds rounded up. Where there is no shell, or no limit in the context, it is
// exec.CommandContext.
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
	seconds := max(1, int64((left()+time.Second-1)/time.Second))
	script := []string{"-c", `ulimit -t "$0" 2>/dev/null; exec "$@"`, fmt.Sprint(seconds), name}
	return exec.CommandContext(ctx, shell, append(script, args...)...)
}
