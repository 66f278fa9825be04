package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestUnits: the units that the documentation shows are as systemd wants them, and the commands in them are ones that this
// program takes.
func TestUnits(t *testing.T) {
	t.Parallel()
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "unattended.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	unit := regexp.MustCompile("(?s)`/etc/systemd/system/([a-z.-]+)`[^\n]*:\n\n```ini\n(.*?)```")
	for _, m := range unit.FindAllStringSubmatch(string(b), -1) {
		text := m[2]
		for _, line := range strings.Split(text, "\n") {
			if words, ok := strings.CutPrefix(line, "ExecStart=/usr/local/bin/gongkai "); ok {
				refused(t, strings.Fields(words))
			}
		}
		text = strings.ReplaceAll(text, "/usr/local/bin/gongkai", self)
		text = regexp.MustCompile(`(?m)^Documentation=.*\n`).ReplaceAllString(text, "") // the manual pages are not installed here
		text = regexp.MustCompile(`(?m)^(User|Group)=.*\n`).ReplaceAllString(text, "")
		file := filepath.Join(dir, m[1])
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	if len(files) != 3 {
		t.Fatalf("%d units", len(files))
	}
	for _, line := range strings.Split(string(b), "\n") {
		if _, words, ok := strings.Cut(line, "* * *  gongkai "); ok {
			refused(t, strings.Fields(words))
		}
	}
	analyze, err := exec.LookPath("systemd-analyze")
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("systemd-analyze is not installed")
		}
		t.Skip("systemd-analyze is not installed")
	}
	out, err := exec.Command(analyze, append([]string{"verify", "--recursive-errors=no"}, files...)...).CombinedOutput()
	if err != nil || strings.Contains(string(out), dir) {
		t.Errorf("%v\n%s", err, out)
	}
}

// refused fails where the program does not know a command or one of its flags.
func refused(t *testing.T, args []string) {
	t.Helper()
	var out, words strings.Builder
	if code := realMain(append(args, "--help"), streams{strings.NewReader(""), &out, &words}); code != exitDone ||
		!strings.Contains(out.String(), "Usage: gongkai "+args[0]) {
		t.Errorf("gongkai %q: exit code %d\n%s", args, code, words.String())
	}
	for _, a := range args {
		if strings.HasPrefix(a, "--") && !strings.Contains(out.String(), a) {
			t.Errorf("gongkai %s has no %s", args[0], a)
		}
	}
}
