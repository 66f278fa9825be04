package bench

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/output"
)

// A task is something that is done in a process of its own: to be measured, or for this one to stay small.
type task struct {
	Do    string      `json:"do"` // make, read, tables, judge, dataset
	Made  made.Corpus `json:"made"`
	Dir   string      `json:"dir,omitempty"`
	Files []string    `json:"files,omitempty"` // to be read
	Other int         `json:"other,omitempty"` // of a dataset, one report in so many has other bytes; 0 = none
	Cells string      `json:"cells,omitempty"` // a file of what a tool found; "" = what gongkai reads
}

// done is what came of a task.
type done struct {
	Files  []string `json:"files,omitempty"` // that were made
	Failed int      `json:"failed"`
	Found  int      `json:"found"`
	Of     int      `json:"of"`
}

// Work does a task that Program.work has sent.
func Work(ctx context.Context, in io.Reader, out io.Writer) error {
	var t task
	if err := json.NewDecoder(in).Decode(&t); err != nil {
		return err
	}
	var d done
	var err error
	switch t.Do {
	case "make":
		d.Files, err = t.make()
	case "read", "tables":
		runtime.GOMAXPROCS(1)
		d.Failed, err = t.read(ctx)
	case "judge":
		d.Found, d.Of, err = t.judge(ctx)
	case "dataset":
		err = Dataset(t.Dir, t.Made, t.Other)
	default:
		err = fmt.Errorf("there is no task %q", t.Do)
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(d)
}

// work has a task done.
func (p *Program) work(ctx context.Context, t task) (d done, c Cost, err error) {
	asked, err := json.Marshal(t)
	if err != nil {
		return d, c, err
	}
	cmd := p.command(ctx, "bench", "work")
	var answer strings.Builder
	cmd.Stdin, cmd.Stdout = strings.NewReader(string(asked)), &answer
	if c, err = Spend(cmd); err != nil {
		return d, c, err
	}
	return d, c, json.Unmarshal([]byte(answer.String()), &d)
}

// make writes the corpus into a folder.
func (t *task) make() (files []string, err error) {
	for d := range t.Made.All() {
		name, err := d.WriteTo(t.Dir)
		if err != nil {
			return nil, err
		}
		files = append(files, name)
	}
	return files, nil
}

// read reads the files from their bytes to checked values, or to their tables.
func (t *task) read(ctx context.Context) (failed int, err error) {
	forms, err := form.Load()
	if err != nil {
		return 0, err
	}
	for _, name := range t.Files {
		body, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		debug.SetGCPercent(child.GarbageFor(len(body))) // as where documents are read to be kept
		doc, err := extract.ReadContext(ctx, body, name)
		switch {
		case err != nil:
			failed++
		case t.Do == "read" && normalize.Read(doc, forms).Status == normalize.StatusUnread:
			failed++
		}
	}
	return failed, nil
}

// judge counts the figures that made reports print, and of them those that were found: by gongkai under their names, by a
// tool in a cell of its tables, whatever stands beside it.
func (t *task) judge(ctx context.Context) (found, of int, err error) {
	forms, err := form.Load()
	if err != nil {
		return 0, 0, err
	}
	var tool *json.Decoder
	if t.Cells != "" {
		f, err := os.Open(t.Cells)
		if err != nil {
			return 0, 0, err
		}
		defer f.Close()
		tool = json.NewDecoder(bufio.NewReader(f))
	}
	for d := range t.Made.All() {
		truth := d.Report.Truth()
		of += figures(truth)
		if tool == nil {
			doc, err := extract.ReadContext(ctx, d.Bytes(), d.File)
			if err != nil {
				continue
			}
			for _, v := range normalize.Read(doc, forms).Values {
				if p, printed := truth[v.Name]; printed && p.Number != "" && gold.Same(p, v) {
					found++
				}
			}
			continue
		}
		var cells []string
		if err := tool.Decode(&cells); err != nil {
			return 0, 0, fmt.Errorf("%s: %w", t.Cells, err)
		}
		found += among(truth, cells)
	}
	return found, of, nil
}

// figures counts the cells in which a number is printed.
func figures(truth map[string]gold.Print) (n int) {
	for _, p := range truth {
		if p.Number != "" {
			n++
		}
	}
	return n
}

// among counts the printed figures that stand in cells, each cell once.
func among(truth map[string]gold.Print, cells []string) (found int) {
	have := map[string]int{}
	for _, c := range cells {
		have[plain(c)]++
	}
	for _, p := range truth {
		if text := plain(p.Text); p.Number != "" && have[text] > 0 {
			have[text]--
			found++
		}
	}
	return found
}

// plain writes a cell in one way: tools make numbers of it, with or without separators and zeros behind the point.
func plain(text string) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(text, ",", "")), "")
	if n, err := decimal.NewFromString(text); err == nil {
		return n.String()
	}
	return text
}

// Dataset writes a dataset of made reports, without the bytes of which they would be read. One report in so many has other
// bytes, of which the same is read; 0 = none.
func Dataset(dir string, c made.Corpus, other int) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	w, err := output.Create(dir, forms, output.Info{ProgramVersion: "bench"})
	if err != nil {
		return err
	}
	for d := range c.All() {
		sum := fmt.Sprintf("%064x", 1+d.Number)
		if other > 0 && d.Number%other == 0 {
			sum = "f" + sum[1:]
		}
		if err := w.Write(output.Result{Document: output.Document{File: d.File, SHA256: sum,
			MediaType: kind.Named(d.File).Media, Bytes: 40_000, URL: "http://127.0.0.1/" + d.File}, Report: d.Direct(forms)}); err != nil {
			return err
		}
	}
	return w.Close()
}

// size counts the files below a folder and their bytes.
func size(dir string) (bytes int64, files int) {
	_ = filepath.WalkDir(dir, func(_ string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return nil
		}
		if info, err := d.Info(); err == nil {
			bytes, files = bytes+info.Size(), files+1
		}
		return nil
	})
	return bytes, files
}

// number reads a number; other = there is none.
func number(text string, other float64) float64 {
	if n, err := strconv.ParseFloat(text, 64); err == nil {
		return n
	}
	return other
}

// oneCore asks a program and its libraries to use one core.
func oneCore(cmd *exec.Cmd) *exec.Cmd {
	cmd.Env = append(os.Environ(), "OMP_NUM_THREADS=1", "OPENBLAS_NUM_THREADS=1", "MKL_NUM_THREADS=1", "GOMAXPROCS=1")
	return cmd
}
