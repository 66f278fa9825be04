package held

import (
	"os"
	"path/filepath"
	"runtime"
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
