package output

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestLeftovers: what a writer that was killed left is removed by the next one, what a living one works on is not; a
// dataset that was killed between two renames comes back.
func TestLeftovers(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("what is left over cannot be told there")
	}
	t.Parallel()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	base := t.TempDir()
	dir := filepath.Join(base, "data[1]")
	write := func(version string) {
		t.Helper()
		w, err := Create(dir, forms, Info{ProgramVersion: version})
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	names := func() (out []string) {
		entries, err := os.ReadDir(base)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			out = append(out, e.Name())
		}
		return out
	}
	write("1")
	write("2") // takes its place
	if got := names(); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	living, err := Create(dir, forms, Info{ProgramVersion: "3"})
	if err != nil {
		t.Fatal(err)
	}
	dead := filepath.Join(base, ".data[1].partial-1")
	if err := os.MkdirAll(filepath.Join(dead, "values"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, dead+replaced); err != nil { // killed here
		t.Fatal(err)
	}
	other := filepath.Join(base, ".data2.partial-1")
	if err := os.Mkdir(other, 0o755); err != nil {
		t.Fatal(err)
	}
	removeLeftovers(dir)
	if _, err := Open(dir); err != nil {
		t.Errorf("the dataset is lost: %v", err)
	}
	if got := names(); len(got) != 3 { // the dataset, the living one's, another dataset's
		t.Errorf("%q", got)
	}
	// what a living writer is about to replace is that writer's
	release, err := held.Take(other)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(dir, other+replaced); err != nil {
		t.Fatal(err)
	}
	removeLeftovers(filepath.Join(base, "data2"))
	if _, err := os.Stat(other + replaced); err != nil {
		t.Error("it was taken from a living writer")
	}
	release()
	removeLeftovers(filepath.Join(base, "data2"))
	if _, err := Open(filepath.Join(base, "data2")); err != nil {
		t.Error(err)
	}
	if err := living.Close(); err != nil {
		t.Error(err)
	}
	if got := names(); len(got) != 2 {
		t.Errorf("%q", got)
	}
}
