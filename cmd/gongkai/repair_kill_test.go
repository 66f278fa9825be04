package main

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// leftovers are the files that a killed process left lying in the folder of a crawl.
func leftovers(t *testing.T, work string) (out []string) {
	t.Helper()
	err := filepath.WalkDir(work, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && (strings.HasPrefix(d.Name(), ".part-") || strings.HasPrefix(d.Name(), ".partial-")) {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// killing starts a command so many times, and kills it at a random moment between two times; it says how often it was
// killed, and how often it ended by itself.
func killing(t *testing.T, rng *rand.Rand, times int, from, to time.Duration, bin string, args ...string) (killed, ended int) {
	t.Helper()
	for range times {
		cmd := exec.Command(bin, args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() { done <- cmd.Wait() }()
		select {
		case <-done:
			ended++
		case <-time.After(from + time.Duration(rng.Int63n(int64(to-from)))):
			cmd.Process.Kill()
			<-done
			killed++
		}
	}
	return killed, ended
}

// TestKillRepair kills a repair with SIGKILL at random moments and starts it again: in the end all is healed, nothing is
// lost or doubled, and nothing of the killed ones is left lying. GONGKAI_LONG=1 kills it fifty times, else five.
func TestKillRepair(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program and kills it; not with -short")
	}
	times := 5
	if longRun {
		times = 50
	}
	bin, dir, ctx := program(t), t.TempDir(), context.Background()
	all := []*loopback.Site{loopback.Departments(12), loopback.TRS()}
	portals := sites(t, dir, all...)
	work := filepath.Join(dir, "crawl")
	common := []string{"--work", work, "--portals", portals, "--only", "--pace", "1ms", "--allow-private"}
	if out, err := exec.Command(bin, append([]string{"crawl", "-q"}, common...)...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	at := filepath.Join(work, "archive")
	before := hashes(t, filepath.Join(at, "visits"))
	bodies := hashes(t, filepath.Join(at, "blobs"))
	rng := rand.New(rand.NewSource(11))
	killed, ended, removed := 0, 0, 0
	for round := 0; killed+ended < times; round++ {
		for name := range bodies { // half of the bodies damaged anew, so that there is something to do each time
			file := filepath.Join(at, "blobs", name)
			switch rng.Intn(4) {
			case 0:
				removed++
				if err := os.Remove(file); err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
			case 1:
				if b, err := os.ReadFile(file); err == nil && len(b) > 4 {
					if err := os.WriteFile(file, b[:len(b)/2], 0o644); err != nil {
						t.Fatal(err)
					}
				}
			}
		}
		for name := range before {
			file := filepath.Join(at, "visits", name)
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			b[rng.Intn(len(b))] ^= 16
			if err := os.WriteFile(file, b, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range all {
			s.Slow(10 * time.Millisecond)
		}
		k, e := killing(t, rng, min(5, times-killed-ended), 150*time.Millisecond, 1500*time.Millisecond, bin,
			append([]string{"archive", "repair"}, common...)...)
		killed, ended = killed+k, ended+e
		for _, s := range all {
			s.Slow(0)
		}
		if out, err := exec.Command(bin, append([]string{"archive", "repair"}, common...)...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		if got := hashes(t, filepath.Join(at, "blobs")); fmt.Sprint(got) != fmt.Sprint(bodies) {
			t.Fatalf("round %d: %d bodies, %d before, or others", round, len(got), len(bodies))
		}
		if got := hashes(t, filepath.Join(at, "visits")); fmt.Sprint(got) != fmt.Sprint(before) {
			t.Fatalf("round %d: the segments are not what they were: %v, %v", round, got, before)
		}
	}
	a, err := archive.Open(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
	if l := leftovers(t, work); len(l) > 0 {
		t.Errorf("left lying: %q", l)
	}
	seen := map[string]bool{}
	for name := range hashes(t, filepath.Join(at, "quarantine")) { // each damaged object once
		if seen[name] {
			t.Errorf("%s twice", name)
		}
		seen[name] = true
	}
	t.Logf("killed %d times, ended %d times by itself; %d bodies removed, %d damaged objects in quarantine", killed, ended, removed,
		len(seen))
}
