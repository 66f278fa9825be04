package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/corpus/loopback"
)

func TestMain(m *testing.M) {
	fingerprint.Changed = os.Getenv("GONGKAI_TEST_CHANGED")
	if child.Called() || os.Getenv("GONGKAI_TEST_MAIN") != "" {
		main()
	}
	testscript.Main(m, map[string]func(){"gongkai": main})
}

// TestCommands runs the scripts of testdata: each a command line, what it prints, and its exit code.
func TestCommands(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("EXAMPLES", filepath.Join(root, "examples"))
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			// exits N COMMAND … runs a command that must end with the exit code N
			"exits": func(ts *testscript.TestScript, neg bool, args []string) {
				if neg || len(args) < 2 {
					ts.Fatalf("usage: exits N COMMAND …")
				}
				err := ts.Exec(args[1], args[2:]...)
				code := 0
				var exit *exec.ExitError
				if errors.As(err, &exit) {
					code = exit.ExitCode()
				} else if err != nil {
					ts.Fatalf("%v", err)
				}
				if strconv.Itoa(code) != args[0] {
					ts.Fatalf("exit code %d, want %s", code, args[0])
				}
			},
			// fill FILE N TEXT writes N times TEXT
			"fill": func(ts *testscript.TestScript, neg bool, args []string) {
				n, err := strconv.Atoi(args[1])
				ts.Check(err)
				text, err := strconv.Unquote(`"` + args[2] + `"`)
				ts.Check(err)
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte(text), n), 0o644))
			},
			// portal FAMILY FILE starts a made-up portal and adds its row to a file of portals
			"portal": func(ts *testscript.TestScript, neg bool, args []string) {
				for _, s := range loopback.All() {
					if s.Family != args[0] {
						continue
					}
					s.Start()
					ts.Defer(s.Close)
					f, err := os.OpenFile(ts.MkAbs(args[1]), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
					ts.Check(err)
					if info, err := f.Stat(); err == nil && info.Size() == 0 {
						fmt.Fprintln(f, "id,name,level,home")
					}
					fmt.Fprintf(f, "%s,%s,prefecture,%s\n", strings.ToLower(s.Family), s.Name, s.URL)
					ts.Check(f.Close())
					ts.Setenv("HOME_"+s.Family, s.URL)
					return
				}
				ts.Fatalf("no family %s", args[0])
			},
			// same A B compares two folders byte for byte
			"same": func(ts *testscript.TestScript, neg bool, args []string) {
				ts.Check(ts.Exec("diff", "-r", args[0], args[1]))
			},
		},
	})
}

// TestReadme runs the commands that the README shows, in its order, on the bundled examples.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("the commands of the README run in the whole test")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"README.md", "README.zh.md"} {
		t.Run(name, func(t *testing.T) {
			lines := shellLines(t, filepath.Join(root, name))
			if len(lines) < 2 || lines[0] != "go run ./cmd/gongkai run examples --out dataset" ||
				lines[1] != "go test ./..." {
				t.Fatalf("the first two commands are %q", lines[:min(2, len(lines))])
			}
			ci, err := os.ReadFile(filepath.Join(root, ".ci", "run"))
			if err != nil || !strings.Contains(string(ci), "\n"+lines[1]+"\n") {
				t.Errorf(".ci/run does not run %q: %v", lines[1], err)
			}
			t.Chdir(t.TempDir())
			t.Setenv("GONGKAI_TEST_MAIN", "1") // bench starts its own program: this one
			if err := os.Symlink(filepath.Join(root, "examples"), "examples"); err != nil {
				t.Fatal(err)
			}
			ran := 0
			for _, line := range lines {
				line, _, _ = strings.Cut(line, " | ")
				args := shellWords(strings.TrimPrefix(line, "go run ./cmd/"))
				if len(args) == 0 || args[0] != "gongkai" {
					continue
				}
				var out, words bytes.Buffer
				if code := realMain(args[1:], streams{strings.NewReader(""), &out, &words}); code != exitDone {
					t.Errorf("%s: exit code %d\n%s", line, code, words.String())
				}
				if out.Len() == 0 {
					t.Errorf("%s prints nothing", line)
				}
				ran++
			}
			if ran < 5 {
				t.Errorf("%d commands", ran)
			}
		})
	}
}

// shellWords splits a line at spaces outside of single quotes.
func shellWords(line string) (out []string) {
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			out = append(out, part)
		} else {
			out = append(out, strings.Fields(part)...)
		}
	}
	return out
}

// shellLines gives the lines of the sh blocks of a Markdown file, comments left out.
func shellLines(t *testing.T, file string) []string {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	in := false
	s := bufio.NewScanner(f)
	for s.Scan() {
		line := strings.TrimSpace(s.Text())
		switch {
		case line == "```sh":
			in = true
		case line == "```":
			in = false
		case in && line != "" && !strings.HasPrefix(line, "#"):
			out = append(out, line)
		}
	}
	if err := s.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestImports: imports go one way. extract and corpus import none of the others, normalize imports extract, output
// imports corpus and normalize, and only cmd imports all. A list that is nothing but data, and imports nothing of ours,
// may be read by every room.
func TestImports(t *testing.T) {
	const module = "github.com/gongkai/gongkai/"
	allowed := map[string][]string{
		"extract":   {"extract"},
		"corpus":    {"corpus"},
		"normalize": {"normalize", "extract"},
		"output":    {"output", "corpus", "normalize"},
		"cmd":       {"cmd", "extract", "corpus", "normalize", "output"},
	}
	data := map[string]bool{"extract/kind": true}
	seen := map[string]bool{}
	err := filepath.WalkDir("../..", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, _ := filepath.Rel("../..", path)
		rel = filepath.ToSlash(rel)
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && rel != "." || d.Name() == "testdata" ||
			rel == "output/readback") {
			return filepath.SkipDir
		}
		if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		room, _, _ := strings.Cut(rel, "/")
		may := allowed[room]
		if may == nil {
			t.Errorf("%s: code in a top-level folder that the design does not know", rel)
			return nil
		}
		seen[room] = true
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, i := range f.Imports {
			p := strings.Trim(i.Path.Value, `"`)
			if !strings.HasPrefix(p, module) {
				continue
			}
			to, _, _ := strings.Cut(strings.TrimPrefix(p, module), "/")
			ok := data[strings.TrimPrefix(p, module)]
			if data[filepath.ToSlash(filepath.Dir(rel))] {
				t.Errorf("%s imports %s: it is data only", rel, p)
			}
			for _, m := range may {
				ok = ok || m == to
			}
			if !ok {
				t.Errorf("%s imports %s", rel, p)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != len(allowed) {
		t.Errorf("rooms seen: %v", seen)
	}
}
