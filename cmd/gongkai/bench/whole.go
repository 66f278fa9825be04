package bench

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/gongkai/gongkai/output"
)

// partly is the exit code of a command that left something unread.
const partly = 3

// step runs the program and tells what it cost for n reports.
func (p *Program) step(ctx context.Context, name string, n int, args ...string) (Step, error) {
	p.say("%s", name)
	c, err := Spend(p.command(ctx, args...), partly)
	if err != nil {
		return Step{}, err
	}
	s := Step{Name: name, CPU: seconds(c.CPU), Memory: c.Memory}
	s.Each = each(s.CPU, n)
	return s, nil
}

// Run reads the documents as gongkai run does, and again when nothing has changed; of made ones it changes one in a hundred and
// reads once more.
func (p *Program) Run(ctx context.Context, in Input) (*Result, error) {
	dir, done, err := p.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	r := start("run", "gongkai run: documents to a dataset, in child processes, each document under its limits.", &in)
	paths := in.Paths
	var made []string
	if paths == nil {
		p.say("run: making %d documents", in.Made.Reports)
		d, _, err := p.work(ctx, task{Do: "make", Dir: filepath.Join(dir, "documents"), Made: in.Made})
		if err != nil {
			return nil, err
		}
		paths, made = []string{filepath.Join(dir, "documents")}, d.Files
		r.Bytes, r.Documents = size(paths[0])
	}
	dataset, readings := filepath.Join(dir, "dataset"), filepath.Join(dir, "readings")
	run := slices.Concat([]string{"run"}, paths, []string{"--out", dataset, "--readings", readings, "-q"})
	for _, name := range []string{"everything is new", "nothing has changed", "1 % has changed"} {
		if name == "1 % has changed" {
			if made == nil {
				break
			}
			if err := change(made, 100); err != nil {
				return nil, err
			}
		}
		s, err := p.step(ctx, name, r.Documents, run...)
		if err != nil {
			return nil, err
		}
		if r.Steps == nil && made == nil {
			if r.Documents, err = documents(dataset); err != nil {
				return nil, err
			}
			s.Each = each(s.CPU, r.Documents)
		}
		s.Disk, s.Files = size(dataset)
		r.add(s)
	}
	r.Notes = append(r.Notes, takes("the readings that are kept", readings))
	return r, nil
}

// add adds a step, with its share of the first.
func (r *Result) add(s Step) {
	if len(r.Steps) > 0 && r.Steps[0].CPU > 0 {
		s.Share = s.CPU / r.Steps[0].CPU
	}
	r.Steps = append(r.Steps, s)
}

// change changes one of so many files: a byte behind its end, which no format minds.
func change(files []string, of int) error {
	for i := 0; i < len(files); i += of {
		body, err := os.ReadFile(files[i])
		if err != nil {
			return err
		}
		if err := os.WriteFile(files[i], append(body, '\n'), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// documents counts those of a dataset.
func documents(dataset string) (n int, err error) {
	d, err := output.Open(dataset)
	if err != nil {
		return 0, err
	}
	return n, d.Documents(func(int, output.DocumentRow) error { n++; return nil })
}

// dataset gives the folder of the dataset: that of the user, or one of made reports.
func (p *Program) dataset(ctx context.Context, dir string, in *Input, r *Result) (string, error) {
	if in.Paths != nil {
		n, err := documents(in.Paths[0])
		r.Documents = n
		return in.Paths[0], err
	}
	at := filepath.Join(dir, "dataset")
	p.say("%s: making a dataset of %d reports", r.Name, in.Made.Reports)
	_, _, err := p.work(ctx, task{Do: "dataset", Dir: at, Made: in.Made})
	return at, err
}

// aside makes a folder that holds what a dataset does, as further names of its files where the system has them, so that nothing
// that is measured lies beside the dataset of the user.
func aside(from, to string) error {
	from, err := filepath.EvalSymlinks(from)
	if err != nil {
		return err
	}
	return filepath.WalkDir(from, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return err
		}
		at := filepath.Join(to, rel)
		if d.IsDir() {
			return os.MkdirAll(at, 0o755)
		}
		if os.Link(name, at) == nil {
			return nil
		}
		body, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(at, body, 0o644)
	})
}

// Anomalies looks across the reports of a dataset as gongkai anomalies does, of which nothing is kept yet, and again when nothing
// has changed; of a made one it makes one report in a hundred anew and looks once more.
func (p *Program) Anomalies(ctx context.Context, in Input) (*Result, error) {
	dir, done, err := p.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	r := start("anomalies", "gongkai anomalies: all rules across the reports of a dataset.", &in)
	dataset, err := p.dataset(ctx, dir, &in, r)
	if err != nil {
		return nil, err
	}
	if in.Paths != nil {
		own := filepath.Join(dir, "dataset")
		if err := aside(dataset, own); err != nil {
			return nil, err
		}
		dataset = own
	}
	var found lines
	for _, name := range []string{"everything is new", "nothing has changed", "1 % has changed"} {
		if name == "1 % has changed" {
			if in.Paths != nil {
				break
			}
			p.say("anomalies: making the dataset anew, one report in a hundred another")
			if err := os.RemoveAll(dataset); err != nil {
				return nil, err
			}
			if _, _, err := p.work(ctx, task{Do: "dataset", Dir: dataset, Made: in.Made, Other: 100}); err != nil {
				return nil, err
			}
		}
		p.say("anomalies: %s", name)
		cmd := p.command(ctx, "anomalies", dataset, "--format", "json")
		found = 0
		cmd.Stdout = &found
		c, err := Spend(cmd)
		if err != nil {
			return nil, err
		}
		s := Step{Name: name, CPU: seconds(c.CPU), Memory: c.Memory}
		s.Each = each(s.CPU, r.Documents)
		r.add(s)
	}
	r.Notes = append(r.Notes, takes("the dataset", dataset), fmt.Sprintf("%d anomalies were found", found))
	return r, nil
}

// lines counts the lines that are written.
type lines int

func (n *lines) Write(p []byte) (int, error) {
	*n += lines(bytes.Count(p, []byte{'\n'}))
	return len(p), nil
}

// Release makes a release of a dataset, and once more where nothing has changed.
func (p *Program) Release(ctx context.Context, in Input) (*Result, error) {
	dir, done, err := p.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	r := start("release", "gongkai release: Parquet, CSV, Excel, Stata, codebook and checksums of a dataset.", &in)
	dataset, err := p.dataset(ctx, dir, &in, r)
	if err != nil {
		return nil, err
	}
	out := filepath.Join(dir, "release")
	for _, name := range []string{"the first release", "nothing has changed"} {
		s, err := p.step(ctx, name, r.Documents, "release", dataset, "--out", out, "-q")
		if err != nil {
			return nil, err
		}
		s.Disk, s.Files = size(out)
		r.add(s)
	}
	r.Notes = append(r.Notes, takes("the dataset", dataset))
	return r, nil
}

// takes says how much room a folder takes.
func takes(what, dir string) string {
	bytes, files := size(dir)
	return fmt.Sprintf("%s: %s in %d files", what, megabytes(bytes), files)
}
