package bench

import (
	"bytes"
	"fmt"
	"os/exec"
	"time"
)

// A Cost is what a process took, and those that it started and waited for.
type Cost struct {
	CPU    time.Duration
	Memory int64 // bytes of the largest of the processes; 0 = the system does not tell
	// AtMost tells that Memory is what this process took: the system counts that for what a process starts.
	AtMost bool
}

// less keeps the smaller of two costs of the same, and the larger memory.
func (c Cost) less(other Cost) Cost {
	if other.CPU < c.CPU {
		c.CPU = other.CPU
	}
	if other.Memory > c.Memory {
		c.Memory, c.AtMost = other.Memory, other.AtMost
	}
	return c
}

// Spend runs a program to its end and tells what it cost. Where it fails, the error has the end of what it said. The exit codes
// in fine are no failure.
func Spend(cmd *exec.Cmd, fine ...int) (Cost, error) {
	var words tail
	if cmd.Stderr == nil {
		cmd.Stderr = &words
	}
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return Cost{}, err
	}
	for _, code := range fine {
		if cmd.ProcessState.ExitCode() == code {
			err = nil
		}
	}
	if err != nil {
		return Cost{}, fmt.Errorf("%s: %w %s", cmd.Path, err, bytes.TrimSpace(words.text))
	}
	c := Cost{CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Memory: most(cmd.ProcessState)}
	// between its making and its own program a process is this one, and the system remembers how large that was
	c.AtMost = c.Memory > 0 && c.Memory <= own()*101/100
	return c, nil
}

// lastWords is how much of what a program says is told where it fails.
const lastWords = 2000

// tail keeps the end of what is written.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-lastWords):]
	return len(p), nil
}
