package cputime

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// A Program is a command that is ended with everything that it starts: when the context ends, when it has ended itself,
// and when this process ends, however it ends. On systems of the Unix family it runs in a process group of its own, in which a
// watcher waits for the end of a pipe that this process holds open, and then ends the group.
type Program struct {
	*exec.Cmd
	Memory int64 // bytes that each of its processes may take; 0 = as much as there is. It is heeded on Linux
	held   []*os.File
}

// shell is what sets limits before it becomes the program. Where there is none limits hold for this process alone.
const shell = "/bin/sh"

// script begins the watcher, sets the limits and becomes the program. Memory is limited as what a process writes to (-d),
// which is what it takes, and as what it may address (-v), of which programs reserve much more than they take.
const script = `(read -r x <&3; kill -KILL 0) </dev/null >/dev/null 2>&1 &
[ "$0" = 0 ] || ulimit -t "$0" 2>/dev/null; ulimit -c 0 2>/dev/null
[ "$1" = 0 ] || { ulimit -d "$1"; ulimit -v $((4 * $1)); } 2>/dev/null
shift; exec "$@" 3<&-`

// Command makes a program ready, which the system ends some time after it has used all the CPU time that the context
// has left: systems count the time by which they end a program coarsely, and one that was ended must have used up what
// was left beyond doubt. Where there is no shell it is exec.CommandContext.
func Command(ctx context.Context, name string, args ...string) *Program {
	seconds := int64(0)
	if left, limited := ctx.Value(leftKey{}).(func() time.Duration); limited {
		seconds = 2 + max(0, int64(left()*3/2/time.Second))
	}
	if _, err := exec.LookPath(shell); err != nil || !groups {
		return &Program{Cmd: exec.CommandContext(ctx, name, args...)}
	}
	words := append([]string{"-c", script, fmt.Sprint(seconds), "0", name}, args...)
	p := &Program{Cmd: exec.CommandContext(ctx, shell, words...)}
	apart(p.Cmd)
	return p
}

// watched reports whether the program runs in a group of its own.
func (p *Program) watched() bool { return p.Path == shell && len(p.Args) > 4 && p.Args[2] == script }

// ready opens the pipe that says that this process lives, and sets the limit of memory.
func (p *Program) ready() error {
	if !p.watched() {
		return nil
	}
	if p.Memory > 0 {
		p.Args[4] = strconv.FormatInt(max(1, p.Memory>>10), 10)
	}
	r, w, err := os.Pipe()
	if err != nil {
		return err
	}
	p.ExtraFiles, p.held = []*os.File{r}, []*os.File{r, w}
	return nil
}

// end ends what the program left running.
func (p *Program) end() {
	if p.watched() && p.Process != nil {
		killGroup(p.Process.Pid)
	}
	for _, f := range p.held {
		f.Close()
	}
	p.held = nil
}

// Run is that of exec.Cmd.
func (p *Program) Run() error {
	if err := p.ready(); err != nil {
		return err
	}
	defer p.end()
	return p.Cmd.Run()
}

// Output is that of exec.Cmd.
func (p *Program) Output() ([]byte, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	defer p.end()
	return p.Cmd.Output()
}

// CombinedOutput is that of exec.Cmd.
func (p *Program) CombinedOutput() ([]byte, error) {
	if err := p.ready(); err != nil {
		return nil, err
	}
	defer p.end()
	return p.Cmd.CombinedOutput()
}

// Start and the like would leave nobody to end the group.
func (p *Program) Start() error { return fmt.Errorf("%s: a program is run, not started", p.Path) }

// StdoutPipe is of no use without Start.
func (p *Program) StdoutPipe() (io.ReadCloser, error) { return nil, p.Start() }
