package main

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
)

// What a user fetches and keeps. A new dependency that goes beyond is either worth it, and the number is raised with a
// reason in the commit, or has a part that can be left out.
const (
	mostBuilt    = 98  // MB of the program as go build makes it
	mostReleased = 73  // MB of the program as it is released
	mostModules  = 86  // modules that the program is made of
	mostFetched  = 200 // MB of their archives, which the first go run downloads
)

// TestSize builds the program as the README has it and as cmd/release does, but with the paths in it, for nothing to be
// compiled for this test alone; without them it is smaller still.
func TestSize(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it builds the program; not with -short")
	}
	for _, c := range []struct {
		name string
		most int64
		args []string
	}{{"built", mostBuilt, nil}, {"released", mostReleased, []string{"-ldflags", "-s -w"}}} {
		out := filepath.Join(t.TempDir(), "gongkai")
		args := append(append([]string{"build"}, c.args...), "-o", out, ".")
		if said, err := exec.Command("go", args...).CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, said)
		}
		f, err := os.Stat(out)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %.1f MB", c.name, float64(f.Size())/1e6)
		if f.Size() > c.most*1e6 {
			t.Errorf("as %s the program has %.1f MB; %d are the most", c.name, float64(f.Size())/1e6, c.most)
		}
	}
}

// TestModules counts the modules of which the program is made, and their archives, as the module cache keeps them.
func TestModules(t *testing.T) {
	t.Parallel()
	cmd := exec.Command("go", "list", "-deps", "-json=Module", ".")
	list, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	cache, err := exec.Command("go", "env", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	total, without := int64(0), 0
	for d := json.NewDecoder(strings.NewReader(string(list))); ; {
		var p struct {
			Module *struct {
				Path, Version string
				Main          bool
			}
		}
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if p.Module == nil || p.Module.Main || seen[p.Module.Path] {
			continue
		}
		seen[p.Module.Path] = true
		zip := filepath.Join("cache", "download", escaped(p.Module.Path), "@v", p.Module.Version+".zip")
		f, err := os.Stat(filepath.Join(strings.TrimSpace(string(cache)), zip))
		if err != nil {
			without++ // fetched as a folder, or cleaned up since
			continue
		}
		total += f.Size()
	}
	t.Logf("%d modules, %.1f MB to fetch", len(seen), float64(total)/1e6)
	if len(seen) > mostModules || len(seen) < 20 {
		t.Errorf("%d modules; %d are the most", len(seen), mostModules)
	}
	if total > mostFetched*1e6 {
		t.Errorf("%.1f MB of modules; %d are the most", float64(total)/1e6, mostFetched)
	}
	if without > 0 {
		say := t.Logf
		if os.Getenv("CI") == "true" { // there the number must mean something
			say = t.Errorf
		}
		say("the archives of %d modules are not in the module cache and not counted", without)
	}
}

// escaped writes a module's path as the cache does: capitals as a mark and a small letter.
func escaped(path string) string {
	var b strings.Builder
	for _, r := range path {
		if unicode.IsUpper(r) {
			b.WriteByte('!')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
