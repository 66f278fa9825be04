package held

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
)

// TestLeftovers: what is held stays, what is not is found; files and links are none.
func TestLeftovers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no locks on folders")
	}
	dir := t.TempDir()
	for _, n := range []string{"a-1", "a-2", "b-1"} {
		if err := os.Mkdir(filepath.Join(dir, n), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "a-3"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(dir, "b-1"), filepath.Join(dir, "a-4")); err != nil {
		t.Fatal(err)
	}
	release, err := Take(filepath.Join(dir, "a-1"))
	if err != nil {
		t.Fatal(err)
	}
	if got := Leftovers(filepath.Join(dir, "a-*")); len(got) != 1 || filepath.Base(got[0]) != "a-2" {
		t.Errorf("%q", got)
	}
	// a folder that is held is held under another name too
	if err := os.Rename(filepath.Join(dir, "a-1"), filepath.Join(dir, "a-9")); err != nil {
		t.Fatal(err)
	}
	if Free(filepath.Join(dir, "a-9")) {
		t.Error("it is held")
	}
	release()
	if got := Leftovers(filepath.Join(dir, "a-*")); len(got) != 2 {
		t.Errorf("%q", got)
	}
}

// TestMake: what one makes is never removed by another that looks for what nobody holds, though it looks all the time.
func TestMake(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no locks on folders")
	}
	dir := t.TempDir()
	var makers, cleaners sync.WaitGroup
	done := make(chan struct{})
	for range 2 {
		cleaners.Go(func() {
			for {
				for _, x := range Leftovers(filepath.Join(dir, "x-*")) {
					Remove(x)
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for range 4 {
		makers.Go(func() {
			for range 500 {
				made, release, err := Make(dir, "x-*")
				if err != nil {
					t.Error(err)
					return
				}
				if err := os.WriteFile(filepath.Join(made, "file"), nil, 0o644); err != nil {
					t.Error(err)
				}
				if Remove(made) {
					t.Errorf("%s is held, and was removed", made)
				}
				release()
			}
		})
	}
	makers.Wait()
	close(done)
	cleaners.Wait()
	for _, x := range Leftovers(filepath.Join(dir, "x-*")) {
		if !Remove(x) {
			t.Errorf("%s is left", x)
		}
	}
}

// TestFile: who holds a file is said to the next one, and nobody does once it was given back.
func TestFile(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a file that is open cannot be read there")
	}
	path := filepath.Join(t.TempDir(), "lock")
	release, err := File(path, "process 1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := File(path, "process 2"); !errors.Is(err, ErrHeld) || err.Error() != "held by another process: process 1" {
		t.Errorf("%v", err)
	}
	release()
	release, err = File(path, "process 3")
	if err != nil {
		t.Fatal(err)
	}
	release()
}
