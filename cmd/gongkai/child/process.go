package child

import (
	"bytes"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/gongkai/gongkai/corpus/secret"
)

// env tells a process that it is a child, and its limits.
const env = "GONGKAI_CHILD"

// A process is a child that reads one document after the other.
type process struct {
	to      *gob.Encoder
	from    *gob.Decoder
	kill    func()
	wait    func() exit   // until it has ended
	answers int           // that it gave
	used    time.Duration // its CPU time when the budget of what it reads began
}

// An exit says how a process ended.
type exit struct {
	code   int           // -1 = by a signal
	killed bool          // by the system, or by kill
	used   time.Duration // its CPU time, and that of programs it started that have ended
	said   string        // the first line of what it wrote to standard error, else the error
}

// startProcess starts this program again, as a child.
func startProcess(l Limits) (*process, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	cmd.Args[0] = os.Args[0]
	// what reads hostile bytes, and what it starts, is told none of this process's secrets
	cmd.Env = append(secret.Environ(), env+"=1", fmt.Sprintf("%s_MEMORY=%d", env, l.Memory),
		fmt.Sprintf("%s_CACHE=%s", env, l.Cache), fmt.Sprintf("%s_OCR=%s", env, l.OCR))
	return startCommand(cmd)
}

func startCommand(cmd *exec.Cmd) (*process, error) {
	var said tail
	cmd.Stderr = &said
	cmd.WaitDelay = waitDelay
	apart(cmd)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	w := &process{to: gob.NewEncoder(in), from: gob.NewDecoder(out)}
	w.kill = func() { killAll(cmd) }
	w.wait = sync.OnceValue(func() exit {
		in.Close()
		// one that is ending is waited for, because its exit code says why; one that has only gone silent is ended
		far := time.AfterFunc(exitWall, w.kill)
		err := cmd.Wait()
		far.Stop()
		w.kill() // programs that it started
		e := exit{said: said.first()}
		if s := cmd.ProcessState; s != nil {
			e.code, e.used = s.ExitCode(), s.UserTime()+s.SystemTime()
			if ws, ok := s.Sys().(syscall.WaitStatus); ok {
				e.killed = ws.Signaled() && ws.Signal() == syscall.SIGKILL
			}
		}
		if e.said == "" && err != nil && !errors.Is(err, exec.ErrWaitDelay) {
			e.said = err.Error()
		}
		if e.said == "" {
			e.said = fmt.Sprintf("it ended with exit code %d", e.code)
		}
		return e
	})
	return w, nil
}

// exitWall is how long a process that has closed its output is waited for, waitDelay how long for what it started.
const (
	exitWall  = time.Minute
	waitDelay = 10 * time.Second
)

// A tail keeps the first bytes of what a process says before it dies.
type tail struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if room := 4096 - t.b.Len(); room > 0 {
		t.b.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (t *tail) first() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s, _, _ := strings.Cut(strings.TrimSpace(t.b.String()), "\n")
	return s
}
