package cputime

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// grand is a script that starts a program of its own, which starts another one and ignores what it may; both say who they
// are, in a file, and go on for ever.
const grand = `trap '' TERM HUP INT
sh -c 'trap "" TERM HUP INT; echo $$ >>"$1"; while :; do sleep 100; done' x "$1" &
echo $$ >>"$1"; wait`

// living are the processes of a file that have not ended. One that has, and that nobody has asked for, is none.
func living(t *testing.T, file string) (pids []string, n int) {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	all := strings.Fields(string(b))
	for _, pid := range all {
		stat, err := os.ReadFile("/proc/" + pid + "/stat")
		if _, after, ok := strings.Cut(string(stat), ") "); err == nil && ok && !strings.HasPrefix(after, "Z") {
			pids = append(pids, pid)
		}
	}
	return pids, len(all)
}

// until waits for a condition, and fails after a minute.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !is(); {
		if time.Now().After(end) {
			t.Fatalf("in a minute not: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestGroup: what a program started ends with it: when the context ends, when it ends itself, and when the process that
// started it is killed.
func TestGroup(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil || !groups {
		t.Skip("who lives cannot be seen here")
	}
	if _, err := exec.LookPath(shell); err != nil {
		t.Skip("there is no shell to start")
	}
	file := func() string { return filepath.Join(t.TempDir(), "pids") }
	t.Run("context", func(t *testing.T) {
		pids := file()
		ctx, cancel := context.WithCancel(context.Background())
		ended := make(chan error, 1)
		go func() { ended <- Command(ctx, shell, "-c", grand, "x", pids).Run() }()
		until(t, "two processes", func() bool { p, _ := living(t, pids); return len(p) == 2 })
		cancel()
		if err := <-ended; err == nil {
			t.Error("it ended well")
		}
		until(t, "none is left", func() bool { p, _ := living(t, pids); return len(p) == 0 })
	})
	t.Run("itself", func(t *testing.T) {
		pids := file()
		out, err := Command(context.Background(), shell, "-c",
			`sh -c 'echo $$ >>"$1"; exec sleep 1000' x "$1" >/dev/null 2>&1 & while [ ! -s "$1" ]; do :; done; echo done`, "x",
			pids).Output()
		if err != nil || string(out) != "done\n" {
			t.Fatalf("%q %v", out, err)
		}
		until(t, "none is left", func() bool { p, n := living(t, pids); return n == 1 && len(p) == 0 })
	})
	t.Run("killed", func(t *testing.T) {
		pids := file()
		cmd := exec.Command(os.Args[0], "-test.run", "TestStarter")
		cmd.Env = append(os.Environ(), "GONGKAI_STARTER="+pids)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		until(t, "two processes", func() bool { p, _ := living(t, pids); return len(p) == 2 })
		cmd.Process.Kill()
		cmd.Wait()
		until(t, "none is left", func() bool { p, _ := living(t, pids); return len(p) == 0 })
	})
}

// TestStarter is the process that TestGroup kills.
func TestStarter(t *testing.T) {
	pids := os.Getenv("GONGKAI_STARTER")
	if pids == "" {
		t.Skip("TestGroup starts it")
	}
	go func() { // it does not outlive the test either
		io.Copy(io.Discard, bufio.NewReader(os.Stdin))
		os.Exit(1)
	}()
	Command(context.Background(), shell, "-c", grand, "x", pids).Run()
}

// TestMemory: a program that takes more than it may does not get it.
func TestMemory(t *testing.T) {
	if _, err := os.Stat("/proc/self/stat"); err != nil || !groups {
		t.Skip("memory is limited on Linux")
	}
	take := func(megabytes int) error {
		cmd := Command(context.Background(), os.Args[0], "-test.run", "TestTaker")
		cmd.Env = append(os.Environ(), fmt.Sprintf("GONGKAI_TAKER=%d", megabytes))
		cmd.Memory = 800 << 20
		return cmd.Run()
	}
	if err := take(10); err != nil {
		t.Errorf("10 MB of 800: %v", err)
	}
	if err := take(1500); err == nil {
		t.Error("1500 MB of 800 are given")
	}
}

// TestTaker takes memory.
func TestTaker(t *testing.T) {
	var megabytes int
	if fmt.Sscan(os.Getenv("GONGKAI_TAKER"), &megabytes); megabytes == 0 {
		t.Skip("TestMemory starts it")
	}
	b := make([]byte, megabytes<<20)
	for i := 0; i < len(b); i += 4096 {
		b[i] = 1
	}
	if b[len(b)/2] > 1 {
		t.Log("never")
	}
}
