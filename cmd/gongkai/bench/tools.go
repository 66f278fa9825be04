package bench

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed tools.py
var script string

// A rival is a public tool that reads the same files.
type rival struct {
	name, does string
	install    string
	// open looks for the tool. It gives its version, or why it is not there.
	open func(ctx context.Context, s *setting) (version string, err error)
	// command makes a process that reads the files, of which there may be none.
	command func(ctx context.Context, s *setting, files []string) *exec.Cmd
	// single: the tool reads one file a process, and is started for each.
	single bool
	// cells has it write the cells of each file as a line of JSON; nil = it gives no tables.
	cells func(ctx context.Context, s *setting, files []string) *exec.Cmd
}

// A setting is where rivals run.
type setting struct {
	python string
	dir    string // for the script and what they write
}

// errMissing: a tool is not installed.
var errMissing = errors.New("not installed")

// ofPython is a tool that the script knows.
func ofPython(name, tool, packages string) rival {
	run := func(task string) func(context.Context, *setting, []string) *exec.Cmd {
		return func(ctx context.Context, s *setting, files []string) *exec.Cmd {
			cmd := oneCore(exec.CommandContext(ctx, s.python, filepath.Join(s.dir, "tools.py"), tool, task))
			cmd.Stdin = strings.NewReader(strings.Join(slices.Concat(files, []string{""}), "\n"))
			return cmd
		}
	}
	return rival{name: name, does: "tables only", install: "python3 -m pip install " + packages,
		open: func(ctx context.Context, s *setting) (string, error) {
			if _, err := exec.LookPath(s.python); err != nil {
				return "", fmt.Errorf("%w: %w", errMissing, err)
			}
			if err := os.WriteFile(filepath.Join(s.dir, "tools.py"), []byte(script), 0o644); err != nil {
				return "", err
			}
			out, err := run("version")(ctx, s, nil).Output()
			var exit *exec.ExitError
			if errors.As(err, &exit) && exit.ExitCode() == 4 { // the script's word for a package that is not there
				return "", fmt.Errorf("%w: %s", errMissing, strings.TrimSpace(string(exit.Stderr)))
			}
			return strings.TrimSpace(string(out)), err
		}, command: run("time"), cells: run("cells")}
}

// pdftotext has poppler tell every word with its box.
var pdftotext = rival{name: "pdftotext -bbox-layout", does: "words with boxes, no tables; a process a document", single: true,
	install: "apt-get install poppler-utils, brew install poppler",
	open: func(ctx context.Context, _ *setting) (string, error) {
		out, err := exec.CommandContext(ctx, "pdftotext", "-v").CombinedOutput()
		if errors.Is(err, exec.ErrNotFound) {
			return "", errMissing
		}
		first, _, _ := strings.Cut(string(out), "\n")
		return strings.TrimSpace(strings.TrimPrefix(first, "pdftotext version")), nil // its exit code tells nothing
	},
	command: func(ctx context.Context, _ *setting, files []string) *exec.Cmd {
		return oneCore(exec.CommandContext(ctx, "pdftotext", "-bbox-layout", files[0], os.DevNull))
	}}

// libreOffice converts to HTML.
var libreOffice = rival{name: "LibreOffice", does: "converts to HTML", install: "apt-get install libreoffice-writer-nogui, " +
	"or from libreoffice.org",
	open: func(ctx context.Context, s *setting) (string, error) {
		out, err := office(ctx, s, "--version").Output()
		if errors.Is(err, exec.ErrNotFound) {
			return "", errMissing
		}
		words := strings.Fields(string(out))
		if err != nil || len(words) < 2 {
			return "", err
		}
		return words[1], office(ctx, s, "--terminate_after_init").Run() // which makes its profile
	},
	command: func(ctx context.Context, s *setting, files []string) *exec.Cmd {
		if len(files) == 0 {
			return office(ctx, s, "--terminate_after_init")
		}
		return office(ctx, s, append([]string{"--convert-to", "html", "--outdir", filepath.Join(s.dir, "office")}, files...)...)
	}}

func office(ctx context.Context, s *setting, args ...string) *exec.Cmd {
	profile := "-env:UserInstallation=file://" + filepath.ToSlash(filepath.Join(s.dir, "profile"))
	return apart(oneCore(exec.CommandContext(ctx, "soffice", append([]string{profile, "--headless", "--norestore"}, args...)...)))
}

// spend has a rival read files, and tells how many failed.
func (v *rival) spend(ctx context.Context, s *setting, files []string) (c Cost, failed int, err error) {
	if v.single {
		for i := range files {
			one, err := Spend(v.command(ctx, s, files[i:i+1]))
			if ctx.Err() != nil {
				return c, failed, ctx.Err()
			}
			if err != nil {
				failed++
				continue
			}
			c = Cost{CPU: c.CPU + one.CPU, Memory: max(c.Memory, one.Memory), AtMost: one.AtMost}
		}
		return c, failed, nil
	}
	cmd := v.command(ctx, s, files)
	var out strings.Builder
	cmd.Stdout = &out
	if c, err = Spend(cmd); err != nil {
		return c, 0, err
	}
	var said struct{ Failed int }
	if v.cells != nil {
		err = json.Unmarshal([]byte(out.String()), &said)
	}
	return c, said.Failed, err
}
