// Package bench measures what gongkai costs, beside public tools where they are installed: CPU seconds and the most memory of
// whole processes, on the same files, and beside the speed how many cells were found.
//
// It knows how a process is measured, how other tools are asked, and how readers ask a server. It does not know flags.
//
// # What is compared with what
//
// Whatever is measured runs in a process of its own, which is given all the files at once, and may use one core. What it
// costs to be started (imports of Python, tables of gongkai, of which some are made ready by the first document) is measured
// apart, with the first document alone, and taken off: what is told is the cost of all the others. Of several rounds, in each of
// which every tool has its turn, the least counts: what else the machine does only adds.
//
// Time is CPU time of the process and of those that it started. Time on the wall is told of answers of a server alone.
package bench

import (
	"context"
	"os"
	"os/exec"
	"time"

	"github.com/gongkai/gongkai/normalize/gold/made"
)

// A Program is the program that is measured, as it is started again for each measurement.
type Program struct {
	Path string
	Dir  string // for what is made and goes again
	Say  func(format string, args ...any)
}

// command is the program with arguments.
func (p *Program) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, p.Path, args...)
	cmd.Env = append(os.Environ(), "GONGKAI_CONFIG=") // what is measured is not what a settings file here says
	return cmd
}

// An Input is what is measured: made reports, or files or a dataset of the user.
type Input struct {
	Made  made.Corpus
	Paths []string // nil = made
}

// A Result is one measurement with all that it takes to read it.
type Result struct {
	Name      string       `json:"name"` // html, pdf, office, run, anomalies, release, serve
	About     string       `json:"about"`
	Documents int          `json:"documents"` // or reports, of a dataset
	Bytes     int64        `json:"bytes,omitempty"`
	Made      *made.Corpus `json:"made,omitempty"` // nil = of the user
	Rounds    int          `json:"rounds,omitempty"`
	Program   string       `json:"program"`
	Day       string       `json:"day"`
	Machine   Machine      `json:"machine"`
	Tools     []Tool       `json:"tools,omitempty"`
	Steps     []Step       `json:"steps,omitempty"`
	Views     []View       `json:"views,omitempty"`
	Notes     []string     `json:"notes,omitempty"`
}

// A Tool is what one program cost on the documents.
type Tool struct {
	Name    string  `json:"tool"`
	Does    string  `json:"does"`
	Version string  `json:"version,omitempty"`
	CPU     float64 `json:"cpu_seconds"`   // without Start
	Start   float64 `json:"start_seconds"` // with the first document
	Each    float64 `json:"cpu_ms_a_document"`
	Times   float64 `json:"times_of_gongkai"` // CPU of this against that of gongkai's whole way
	Memory  int64   `json:"memory_bytes,omitempty"`
	// AtMost tells that Memory is that of the process which started it: the tool took no more.
	AtMost  bool   `json:"memory_at_most,omitempty"`
	Found   int    `json:"cells_found,omitempty"`
	Of      int    `json:"cells_of,omitempty"` // 0 = not looked at
	Failed  int    `json:"failed,omitempty"`   // documents
	Missing string `json:"missing,omitempty"`  // it is not installed: how it would be
}

// A Step is one run of the program.
type Step struct {
	Name   string  `json:"step"`
	CPU    float64 `json:"cpu_seconds"`
	Each   float64 `json:"cpu_ms_a_report"`
	Memory int64   `json:"memory_bytes,omitempty"` // of the largest of its processes
	Disk   int64   `json:"disk_bytes,omitempty"`   // of what it wrote
	Files  int     `json:"disk_files,omitempty"`
	Share  float64 `json:"share_of_first,omitempty"` // of the CPU of the first step, where they can be compared
}

// A View is what readers asked a server for.
type View struct {
	Name    string  `json:"view"`
	Answers int     `json:"answers"`
	P50     float64 `json:"p50_ms"`
	P99     float64 `json:"p99_ms"`
	Most    float64 `json:"most_ms"`
}

// start begins a result.
func start(name, about string, in *Input) *Result {
	r := &Result{Name: name, About: about}
	if in.Paths == nil {
		made := in.Made
		r.Made = &made
		r.Documents = made.Reports
	}
	return r
}

// say tells what is being done.
func (p *Program) say(format string, args ...any) {
	if p.Say != nil {
		p.Say(format, args...)
	}
}

// folder makes a folder for what is made and goes again.
func (p *Program) folder() (dir string, done func(), err error) {
	dir, err = os.MkdirTemp(p.Dir, "bench")
	return dir, func() { os.RemoveAll(dir) }, err
}

func seconds(d time.Duration) float64 { return max(0, d.Seconds()) }

// each is milliseconds for one of n.
func each(cpu float64, n int) float64 {
	if n == 0 {
		return 0
	}
	return 1000 * cpu / float64(n)
}
