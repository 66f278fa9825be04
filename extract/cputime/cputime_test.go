package cputime

import (
	"context"
	"os/exec"
	"testing"
	"time"
)

// TestUsed: what is computed counts, here and in a program that was started and has ended; what is waited for does not.
func TestUsed(t *testing.T) {
	if _, err := exec.LookPath(shell); err != nil {
		t.Skip("there is no shell to start")
	}
	before := Used()
	for x := 1; Used()-before < 20*time.Millisecond; x++ {
		if x < 0 {
			t.Fatal("the time of this process does not go on")
		}
	}
	before = Used()
	cmd := exec.Command(shell, "-c", "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	spent := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	if used := Used() - before; used < spent {
		t.Errorf("%v counted, the program alone used %v", used, spent)
	}
}

// TestCommand: a program that goes on for ever is ended when it has used what was left; without a limit it is left
// alone.
func TestCommand(t *testing.T) {
	if _, err := exec.LookPath(shell); err != nil {
		t.Skip("there is no shell to start")
	}
	const left = 500 * time.Millisecond
	ctx := With(context.Background(), func() time.Duration { return left })
	cmd := Command(ctx, shell, "-c", "while :; do :; done")
	if err := cmd.Run(); err == nil {
		t.Error("a program without an end ended well")
	}
	if used := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(); used < left || used > 8*left {
		t.Errorf("it was ended after %v of CPU time", used)
	}
	for _, c := range []context.Context{ctx, context.Background()} {
		out, err := Command(c, shell, "-c", `printf '%s|' "$@"`, "x", "a b", `"$0"`, "").Output()
		if err != nil || string(out) != `a b|"$0"||` {
			t.Errorf("%q, %v", out, err)
		}
	}
	if err := Command(ctx, "/no/such/program").Run(); err == nil {
		t.Error("a program that is not there was run")
	}
	if cmd := Command(context.Background(), "x"); cmd.Path == shell && cmd.Args[3] != "0" {
		t.Errorf("a limit that nobody set: %q", cmd.Args)
	}
}

// TestWithLimit: a context ends when so much was computed, not when so much time has passed.
func TestWithLimit(t *testing.T) {
	ctx, cancel := WithLimit(context.Background(), 30*time.Millisecond)
	defer cancel()
	before := Used()
	for x := 1; ctx.Err() == nil && x > 0; x++ {
	}
	if used := Used() - before; context.Cause(ctx) != ErrUsedUp || used < 29*time.Millisecond {
		t.Errorf("it ended after %v: %v", used, context.Cause(ctx))
	}
	ctx, cancel = WithLimit(context.Background(), time.Hour)
	if cmd := Command(ctx, "x"); cmd.Path == shell && cmd.Args[3] != "5401" {
		t.Errorf("a program of it has %q", cmd.Args)
	}
	if cancel(); ctx.Err() == nil {
		t.Error("it does not end")
	}
}
