//go:build unix

package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/gongkai/gongkai/corpus/loopback"
)

// TestReadOnly: the folder of a crawl that cannot be written to, such as another user's or a disk that is mounted so, can be
// looked at, checked, exported and read, and nothing is written into it.
func TestReadOnly(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program; not with -short")
	}
	bin, dir := program(t), t.TempDir()
	portals := sites(t, dir, loopback.TRS())
	work, out := filepath.Join(dir, "crawl"), filepath.Join(dir, "out")
	crawl := exec.Command(bin, "crawl", "--work", work, "--portals", portals, "--only", "--pace", "1ms", "--allow-private", "-q")
	if said, err := crawl.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	if err := os.Mkdir(out, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(out, 0o777); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{dir, filepath.Dir(dir), filepath.Dir(bin), filepath.Dir(filepath.Dir(bin))} {
		if err := os.Chmod(p, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	mode := func(folder, file fs.FileMode) {
		err := filepath.WalkDir(work, func(p string, d fs.DirEntry, err error) error {
			if err != nil || !d.IsDir() {
				if err == nil {
					err = os.Chmod(p, file)
				}
				return err
			}
			return os.Chmod(p, folder|0o200) // so that the walk goes on, also where it is no root that walks
		})
		if err == nil {
			err = filepath.WalkDir(work, func(p string, d fs.DirEntry, err error) error {
				if err == nil && d.IsDir() {
					err = os.Chmod(p, folder)
				}
				return err
			})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	mode(0o555, 0o444)
	t.Cleanup(func() { mode(0o755, 0o644) })
	before := hashes(t, work)
	for _, args := range [][]string{
		{"status", "--work", work, "--portals", portals, "--only"},
		{"archive", "check", "--work", work},
		{"archive", "list", "--work", work},
		{"archive", "export", "--work", work, "--out", filepath.Join(out, "warc")},
		{"run", "--from", work, "--portals", portals, "--only", "--out", filepath.Join(out, "dataset"), "-q", "--ocr", "none", "--no-words",
			"--cache", filepath.Join(out, "cache")},
	} {
		c := exec.Command(bin, args...)
		c.Dir = out
		c.Env = append(os.Environ(), "HOME="+out, "TMPDIR="+out)
		if os.Geteuid() == 0 { // who may write everywhere is somebody else here
			c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
		}
		said, err := c.CombinedOutput()
		if exit := c.ProcessState.ExitCode(); exit != 0 && !(exit == 3 && args[0] == "run") {
			t.Errorf("%s: %v\n%s", strings.Join(args[:2], " "), err, said)
		}
	}
	if got := hashes(t, work); len(got) != len(before) {
		t.Errorf("%d files, %d before", len(got), len(before))
	}
	if left, err := filepath.Glob(filepath.Join(out, "gongkai-ledger-*")); err != nil || len(left) > 0 {
		t.Errorf("left lying: %q, %v", left, err)
	}
}
