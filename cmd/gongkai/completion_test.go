package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

// printed runs a command in this process and gives what it prints.
func printed(t *testing.T, args ...string) string {
	t.Helper()
	var out, words bytes.Buffer
	if code := realMain(args, streams{strings.NewReader(""), &out, &words}); code != exitDone {
		t.Fatalf("%q: exit code %d: %s", args, code, words.String())
	}
	return out.String()
}

// shell finds a program that only this test needs.
func shell(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return path
}

// TestCompletion has each shell complete lines by the script made for it.
func TestCompletion(t *testing.T) {
	lines := []struct {
		line        string
		has, hasNot []string
	}{
		{"gongkai re", []string{"release"}, []string{"run", "--help"}},
		{"gongkai archive ", []string{"check", "list", "export", "import"}, []string{"run"}},
		{"gongkai archive check --w", []string{"--work"}, []string{"--workers"}},
		{"gongkai extract --format ", []string{"json", "table", "dump"}, []string{"md"}},
		{"gongkai query --format ", []string{"json", "md", "csv"}, []string{"dump"}},
		{"gongkai completion ", []string{"bash", "zsh", "fish"}, nil},
		{"gongkai setup ", []string{"ocr"}, nil},
		{"gongkai --ve", []string{"--version"}, nil},
	}
	bash := func(line string) string {
		words := strings.Split(line, " ")
		var quotedWords []string
		for _, w := range words {
			quotedWords = append(quotedWords, quoted(w))
		}
		return fmt.Sprintf("COMP_WORDS=(%s) COMP_CWORD=%d; _gongkai; printf '%%s\\n' \"${COMPREPLY[@]}\"",
			strings.Join(quotedWords, " "), len(words)-1)
	}
	fish := func(line string) string { return "complete -C " + quoted(line) }
	for name, ask := range map[string]func(string) string{"bash": bash, "fish": fish} {
		t.Run(name, func(t *testing.T) {
			program := shell(t, name)
			script := filepath.Join(t.TempDir(), "completion")
			if err := os.WriteFile(script, []byte(printed(t, "completion", name)), 0o644); err != nil {
				t.Fatal(err)
			}
			for _, l := range lines {
				cmd := exec.Command(program, "-c", "source "+script+"; "+ask(l.line))
				cmd.Env = append(os.Environ(), "HOME="+t.TempDir())
				out, err := cmd.CombinedOutput()
				if err != nil {
					t.Fatalf("%s: %v\n%s", l.line, err, out)
				}
				got := map[string]bool{}
				for _, line := range strings.Split(string(out), "\n") {
					word, _, _ := strings.Cut(line, "\t")
					got[word] = true
				}
				for _, w := range l.has {
					if !got[w] {
						t.Errorf("%q: %q is not offered, but\n%s", l.line, w, out)
					}
				}
				for _, w := range l.hasNot {
					if got[w] {
						t.Errorf("%q: %q is offered", l.line, w)
					}
				}
			}
		})
	}
	t.Run("zsh", func(t *testing.T) {
		zsh := shell(t, "zsh")
		script := filepath.Join(t.TempDir(), "_gongkai")
		if err := os.WriteFile(script, []byte(printed(t, "completion", "zsh")), 0o644); err != nil {
			t.Fatal(err)
		}
		// zsh offers completions to a terminal alone: what _arguments and _describe are given is looked at instead
		out, err := exec.Command(zsh, "-f", "-c", `autoload -U compinit; compinit -u -d "$TMPPREFIX.dump"; source `+
			script+`
			print -- $_comps[gongkai]
			_describe() { print -l -- ${(P)2} }
			_arguments() { print -l -- "$@"; state=command }
			_gongkai
			_gongkai_extract`).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		for _, want := range []string{"_gongkai\n", "run:Read documents and write the dataset: the whole way",
			"--format=[", ":(json table line csv dump)", "*:path:_files"} {
			if !strings.Contains(string(out), want) {
				t.Errorf("no %q in\n%s", want, out)
			}
		}
	})
}

// TestMan: every command has a page that groff and mandoc read without a complaint, and that names all its flags.
func TestMan(t *testing.T) {
	dir := t.TempDir()
	printed(t, "man", "--out", dir)
	pages, err := filepath.Glob(filepath.Join(dir, "*.1"))
	if err != nil || len(pages) < 25 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	got, err := os.ReadFile(filepath.Join(dir, "gongkai-archive-check.1"))
	if err != nil || string(got) != printed(t, "man", "archive", "check") {
		t.Errorf("%v\n%s", err, got)
	}
	mandoc := shell(t, "mandoc")
	// a date would make each build another
	out, _ := exec.Command(mandoc, append([]string{"-T", "lint", "-W", "warning"}, pages...)...).CombinedOutput()
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		if line != "" && !strings.Contains(line, "missing date") {
			t.Error(line)
		}
	}
	text, err := exec.Command(mandoc, "-T", "utf8", filepath.Join(dir, "gongkai-extract.1")).CombinedOutput()
	if err != nil {
		t.Fatal(err)
	}
	plain := string(bytes.ReplaceAll(text, []byte{8}, nil))
	for _, want := range []string{"--format", "--workers", "GONGKAI_CACHE", "EXIT STATUS"} {
		if !strings.Contains(unstruck(string(text)), want) {
			t.Errorf("no %s in\n%s", want, plain)
		}
	}
}

// unstruck undoes the overstriking by which a terminal shows bold.
func unstruck(s string) string {
	var out []rune
	for _, r := range s {
		if r == '\b' {
			out = out[:max(0, len(out)-1)]
			continue
		}
		out = append(out, r)
	}
	return string(out)
}

func TestVersion(t *testing.T) {
	if got := printed(t, "--version"); !strings.HasPrefix(got, "gongkai v") || strings.Count(got, "\n") != 1 {
		t.Errorf("%q", got)
	}
	vcs := []debug.BuildSetting{{Key: "vcs.revision", Value: "c47ee3791b62f00d"}, {Key: "vcs.modified", Value: "true"}}
	for _, c := range []struct {
		main     string
		settings []debug.BuildSetting
		want     string
	}{
		{"(devel)", nil, "v0.2.0"},
		{"", nil, "v0.2.0"},
		{"v0.2.0", nil, "v0.2.0"},
		{"v0.2.1-0.20261127010319-c47ee3791b62", nil, "v0.2.0+c47ee3791b62"},
		{"v0.0.0-20261127010319-c47ee3791b62+dirty", vcs, "v0.2.0+c47ee3791b62.changed"},
		{"(devel)", vcs[:1], "v0.2.0+c47ee3791b62"},
		{"v0.2.0", vcs[:1], "v0.2.0"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: c.main}, Settings: c.settings}
		if got := versionOf("v0.2.0", info); got != c.want {
			t.Errorf("%s: %s, want %s", c.main, got, c.want)
		}
	}
}
