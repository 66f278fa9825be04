//go:build unix

package readings_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/readings"
)

// TestParts: what a writer left that was killed goes when the store is opened, and what one that lives is writing stays.
func TestParts(t *testing.T) {
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	tmp := filepath.Join(dir, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	mine := archive.PartPrefix()
	of := func(pid int) string {
		return filepath.Join(tmp, strings.Replace(mine, "-"+strconv.Itoa(os.Getpid())+"-", "-"+strconv.Itoa(pid)+"-", 1)+"1")
	}
	left, held, parent := of(dead.Process.Pid), of(os.Getpid()), of(os.Getppid())
	for _, name := range []string{left, held, parent, filepath.Join(tmp, "notes.txt")} {
		if err := os.WriteFile(name, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	s, err := readings.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(left); err == nil {
		t.Error("what a dead writer left is there")
	}
	if err := s.Put(t.Context(), "abcd", nil); err != nil {
		t.Fatal(err)
	}
	all, err := os.ReadDir(tmp)
	if err != nil || len(all) != 3 {
		t.Errorf("%v %v", all, err)
	}
}
