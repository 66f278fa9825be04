// Command release makes of a commit what is published of the program (docs/releasing.md): archives for each system,
// packages for Debian and Fedora, an image for container engines, checksums. The same commit gives the same bytes:
// times are those of the commit, or of SOURCE_DATE_EPOCH. It knows how files are packed and nothing of what the
// program does.
package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A target is one program that is built.
type target struct {
	system, arch string // as Go calls them
	static       bool   // linked to nothing, for Linux without glibc; it cannot bind the engine that reads scans
}

func (t target) String() string {
	s := t.system + "_" + t.arch
	if t.static {
		s += "_static"
	}
	return s
}

// targets are all that are published.
var targets = []target{
	{"linux", "amd64", false}, {"linux", "arm64", false}, {"linux", "amd64", true}, {"linux", "arm64", true},
	{"darwin", "amd64", false}, {"darwin", "arm64", false}, {"windows", "amd64", false}, {"windows", "arm64", false},
}

// A release is what is made.
type release struct {
	root    string // of the module
	out     string // folder of what is published
	work    string // folder of what is not
	version string // without the v
	date    time.Time
	flags   []string // of go build
	level   int      // of compression
	log     io.Writer
}

func main() {
	out := flag.String("out", "release", "folder of the files")
	only := flag.String("only", "", "systems, such as linux/amd64,windows/arm64 (default: all)")
	packages := flag.Bool("packages", true, "make deb and rpm, with nfpm")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *out, *only, *packages); err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out, only string, packages bool) error {
	chosen, err := choose(only)
	if err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)
	r := &release{work: work, flags: []string{"-trimpath"}, level: gzip.BestCompression, log: os.Stderr}
	if r.out, err = filepath.Abs(out); err != nil {
		return err
	}
	if err := r.describe(ctx); err != nil {
		return err
	}
	built, err := r.compile(ctx, chosen)
	if err != nil {
		return err
	}
	return r.pack(ctx, built, packages)
}

// choose gives the targets of the systems named, all where none is.
func choose(only string) ([]target, error) {
	if only == "" {
		return targets, nil
	}
	var out []target
	for _, name := range strings.Split(only, ",") {
		n := len(out)
		for _, t := range targets {
			if t.system+"/"+t.arch == name {
				out = append(out, t)
			}
		}
		if len(out) == n {
			return nil, fmt.Errorf("%q is not among the systems: %v", name, targets)
		}
	}
	return out, nil
}

// describe finds where the module lies, which version it is, and of when.
func (r *release) describe(ctx context.Context) error {
	mod, err := r.command(ctx, nil, "go", "env", "GOMOD")
	if err != nil {
		return err
	}
	r.root = filepath.Dir(mod)
	tag, err := os.ReadFile(filepath.Join(r.root, "cmd", "gongkai", "VERSION"))
	if err != nil {
		return err
	}
	r.version = strings.TrimPrefix(strings.TrimSpace(string(tag)), "v")
	seconds := os.Getenv("SOURCE_DATE_EPOCH")
	if seconds == "" {
		if seconds, err = r.command(ctx, nil, "git", "-C", r.root, "log", "-1", "--format=%ct"); err != nil {
			return fmt.Errorf("of when is this? set SOURCE_DATE_EPOCH: %w", err)
		}
		if changes, err := r.command(ctx, nil, "git", "-C", r.root, "status", "--porcelain"); err == nil &&
			changes != "" {
			fmt.Fprintf(r.log, "there are changes that are not committed:\n%s\n", changes)
		}
	}
	n, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return fmt.Errorf("SOURCE_DATE_EPOCH: %w", err)
	}
	r.date = time.Unix(n, 0).UTC()
	return nil
}

// built are programs, each with its path, and what goes with all of them.
type built struct {
	targets  []target
	programs []string
	papers   []entry
}

// compile builds the targets.
func (r *release) compile(ctx context.Context, chosen []target) (*built, error) {
	papers, err := r.papers(ctx)
	if err != nil {
		return nil, err
	}
	b := &built{targets: chosen, papers: papers}
	for _, t := range chosen {
		program, err := r.build(ctx, t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", t, err)
		}
		b.programs = append(b.programs, program)
	}
	return b, nil
}

// pack writes what is published.
func (r *release) pack(ctx context.Context, b *built, packages bool) error {
	if err := os.MkdirAll(r.out, 0o755); err != nil {
		return err
	}
	docs := b.papers
	var made []string
	static := map[string]string{}
	for i, t := range b.targets {
		program := b.programs[i]
		name, err := r.archive(t, program, docs)
		if err != nil {
			return fmt.Errorf("%s: %w", t, err)
		}
		made = append(made, name)
		if t.static {
			static[t.arch] = program
		} else if t.system == "linux" && packages {
			names, err := r.packages(ctx, t, program, docs)
			if err != nil {
				return fmt.Errorf("%s: %w", t, err)
			}
			made = append(made, names...)
		}
	}
	if len(static) > 0 {
		name, err := r.image(static, docs)
		if err != nil {
			return err
		}
		made = append(made, name)
	}
	return r.sums(made)
}

// command runs a program in the module's folder and gives what it prints.
func (r *release) command(ctx context.Context, env []string, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = r.root, append(os.Environ(), env...)
	var out, words bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &words
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s%s", name, strings.Join(args, " "), err, out.Bytes(), words.Bytes())
	}
	return strings.TrimSpace(out.String()), nil
}

// build compiles a target and gives the path of the program.
func (r *release) build(ctx context.Context, t target) (string, error) {
	name := "gongkai"
	if t.system == "windows" {
		name += ".exe"
	}
	path := filepath.Join(r.work, t.String(), name)
	// without the commit: it is in the date, and an unpacked archive of the sources has none
	args := append([]string{"build", "-buildvcs=false", "-ldflags", "-s -w", "-o", path}, r.flags...)
	if t.static {
		args = append(args, "-tags", "static")
	}
	fmt.Fprintln(r.log, "building", t)
	env := []string{"CGO_ENABLED=0", "GOOS=" + t.system, "GOARCH=" + t.arch}
	_, err := r.command(ctx, env, "go", append(args, "./cmd/gongkai")...)
	return path, err
}

// papers gives what goes with each program, by the name it has in an archive: texts, manual pages, completion.
func (r *release) papers(ctx context.Context) ([]entry, error) {
	var out []entry
	for _, name := range []string{"LICENSE", "NOTICE", "README.md", "README.zh.md", "CHANGELOG.md"} {
		body, err := os.ReadFile(filepath.Join(r.root, name))
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name: name, body: body})
	}
	path := filepath.Join(r.work, "here", "gongkai")
	args := append([]string{"build", "-buildvcs=false", "-o", path}, r.flags...)
	if _, err := r.command(ctx, []string{"CGO_ENABLED=0"}, "go", append(args, "./cmd/gongkai")...); err != nil {
		return nil, err
	}
	pages := filepath.Join(r.work, "man")
	if _, err := r.command(ctx, nil, path, "man", "--out", pages); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(pages)
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		body, err := os.ReadFile(filepath.Join(pages, f.Name()))
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name: "man/" + f.Name(), body: body})
	}
	for shell, name := range map[string]string{"bash": "gongkai.bash", "zsh": "_gongkai", "fish": "gongkai.fish"} {
		script, err := r.command(ctx, nil, path, "completion", shell)
		if err != nil {
			return nil, err
		}
		out = append(out, entry{name: "completion/" + name, body: []byte(script + "\n")})
	}
	slices.SortFunc(out, func(a, b entry) int { return cmp.Compare(a.name, b.name) })
	return out, nil
}

// sums writes SHA256SUMS, as sha256sum --check reads it.
func (r *release) sums(names []string) error {
	slices.Sort(names)
	var b strings.Builder
	for _, name := range names {
		f, err := os.Open(filepath.Join(r.out, name))
		if err != nil {
			return err
		}
		h := sha256.New()
		n, err := io.Copy(h, f)
		f.Close()
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%x  %s\n", h.Sum(nil), name)
		fmt.Fprintf(r.log, "%6.1f MB  %s\n", float64(n)/1e6, name)
	}
	return os.WriteFile(filepath.Join(r.out, "SHA256SUMS"), []byte(b.String()), 0o644)
}
