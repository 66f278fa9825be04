package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/bench"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/normalize/gold/made"
)

type benchCmd struct {
	HTML      benchHTMLCmd      `cmd:"" name:"html" help:"Read pages of the web, beside pandas.read_html with lxml."`
	PDF       benchPDFCmd       `cmd:"" name:"pdf" help:"Read PDF documents, beside pdfplumber, camelot and pdftotext."`
	Office    benchOfficeCmd    `cmd:"" name:"office" help:"Read Word files, beside python-docx and LibreOffice."`
	Run       benchRunCmd       `cmd:"" help:"Read documents into a dataset: all, nothing new, 1 % new."`
	Anomalies benchAnomaliesCmd `cmd:"" help:"Look across the reports of a dataset: all, nothing new, 1 % new."`
	Release   benchReleaseCmd   `cmd:"" help:"Make a release of a dataset, and again."`
	Serve     benchServeCmd     `cmd:"" help:"Serve a dataset to readers who ask all the time."`
	All       benchAllCmd       `cmd:"" help:"All of these on made reports, a few minutes: what docs/benchmarks.md shows."`
	Work      benchWorkCmd      `cmd:"" hidden:"" help:"Do a part of a measurement in a process of its own."`
}

func (benchCmd) Help() string {
	return `Measures CPU seconds and the most memory of whole processes, on reports that are made from a seed or on files of your own, side by
side with public tools where they are installed. What is compared with what is in docs/benchmarks.md.

Examples:  gongkai bench html --python venv/bin/python
           gongkai bench run --reports 10000
           gongkai bench all --markdown`
}

// madeInput is how much is made where no files are named.
type madeInput struct {
	Reports int   `placeholder:"N" help:"So many reports are made, where no files are named."`
	Seed    int64 `default:"1" help:"Another seed makes other reports; the same makes the same bytes."`
}

// measured is how a measurement is printed.
type measured struct {
	Markdown bool `help:"Print Markdown, as in docs/benchmarks.md."`
	manner
}

// rivals is how other tools are found.
type rivals struct {
	Python string   `placeholder:"PYTHON" default:"python3" help:"${bench_python}"`
	Rounds int      `default:"3" help:"How often everything is read; the least counts."`
	Only   []string `placeholder:"TOOL,…" help:"Beside gongkai only tools whose names hold one of these; none: no other."`
}

func (c *madeInput) input(paths []string, reports int) bench.Input {
	if c.Reports > 0 {
		reports = c.Reports
	}
	return bench.Input{Made: made.Corpus{Reports: reports, Seed: c.Seed}, Paths: paths}
}

// How much is made where nobody says.
const (
	benchReads    = 200
	benchRuns     = 1000
	benchDatasets = 2000
	benchServed   = 500
)

// measure has something measured, and prints it.
func (c *measured) measure(ctx context.Context, std streams, each ...func(context.Context, *bench.Program) (*bench.Result, error)) error {
	if c.Markdown && c.JSON {
		return misused("--json and --markdown contradict each other")
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	p := &bench.Program{Path: self, Say: func(format string, args ...any) {
		c.note(std, "%s", spoken(fmt.Sprintf(format, args...)))
	}}
	for _, f := range each {
		machine, day := bench.Here(), time.Now().Format(time.DateOnly)
		r, err := f(ctx, p)
		if err != nil {
			return err
		}
		r.Machine, r.Day, r.Program = machine, day, version()
		if err := c.print(std, r); err != nil {
			return err
		}
	}
	return nil
}

func (c *measured) print(std streams, r *bench.Result) error {
	switch {
	case c.JSON:
		return writeObject(std.out, r)
	case c.Markdown:
		r.Markdown(std.out)
		return nil
	}
	fmt.Fprintf(std.out, say("%s: %s\n%s\n\n", "%s：%s\n%s\n\n"), r.Name, spoken(r.About), spoken(r.Given()))
	for _, t := range r.Tables() {
		out := newTable(t.Head...)
		for i, right := range t.Right {
			out.columns[i].Right = right
		}
		for _, row := range t.Rows {
			var cells []any
			for _, cell := range row {
				cells = append(cells, spoken(cell))
			}
			out.add(cells...)
		}
		if err := out.print(std.out, c.leftOut(std)); err != nil {
			return err
		}
		fmt.Fprintln(std.out)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(std.out, "%s\n", spoken(n))
	}
	return nil
}

type benchReadCmd struct {
	Paths []string `arg:"" optional:"" name:"path" help:"Documents, or folders of them; none: reports are made."`
	madeInput
	rivals
	measured
}

// readHelp is the help of what reads one format.
func readHelp(example string) string {
	return `Every tool reads the same files in one process of its own, on one core; what its start costs is measured apart and taken
off. Of made reports it is counted how many of the printed figures each tool found. A tool that is not there is named, with how it
is installed.

Example:  gongkai bench ` + example
}

func (benchHTMLCmd) Help() string   { return readHelp("html --reports 500 --python venv/bin/python") }
func (benchOfficeCmd) Help() string { return readHelp("office --reports 500 --only python-docx") }
func (benchPDFCmd) Help() string    { return readHelp("pdf --reports 100 --only pdfplumber") }

// compare compares tools on a format.
func (c *benchReadCmd) compare(name string, copies int) func(context.Context, *bench.Program) (*bench.Result, error) {
	return func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
		paths := c.Paths
		if paths != nil {
			found, err := corpus.Find(paths)
			if err != nil {
				return nil, err
			}
			paths = found
		}
		for _, f := range bench.Formats() {
			if f.Name == name {
				return p.Compare(ctx, f, c.input(paths, benchReads), bench.Comparison{Python: c.Python, Rounds: c.Rounds, Checks: 100,
					Copies: copies, Only: c.Only})
			}
		}
		return nil, errors.New("nothing is compared on " + name)
	}
}

type benchHTMLCmd struct{ benchReadCmd }

func (c *benchHTMLCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, c.compare("html", 0))
}

type benchOfficeCmd struct{ benchReadCmd }

func (c *benchOfficeCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, c.compare("office", 0))
}

type benchPDFCmd struct {
	benchReadCmd
	Copies int `placeholder:"N" help:"Each document is made N times as long, by pdfunite (poppler-utils)."`
}

func (c *benchPDFCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, c.compare("pdf", c.Copies))
}

type benchRunCmd struct {
	Paths []string `arg:"" optional:"" name:"path" help:"Documents, or folders of them; none: reports are made."`
	madeInput
	measured
}

func (c *benchRunCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
		return p.Run(ctx, c.input(c.Paths, benchRuns))
	})
}

// ofDataset is what is measured on a dataset.
type ofDataset struct {
	Dataset string `arg:"" optional:"" help:"Folder of a dataset; none: one of made reports."`
	madeInput
	measured
}

func (c *ofDataset) over(reports int) bench.Input {
	if c.Dataset == "" {
		return c.input(nil, reports)
	}
	return c.input([]string{c.Dataset}, reports)
}

type benchAnomaliesCmd struct{ ofDataset }

func (c *benchAnomaliesCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
		return p.Anomalies(ctx, c.over(benchDatasets))
	})
}

type benchReleaseCmd struct{ ofDataset }

func (c *benchReleaseCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
		return p.Release(ctx, c.over(benchDatasets))
	})
}

type benchServeCmd struct {
	ofDataset
	Readers   int           `default:"50" help:"Readers at a time, each as fast as it is answered."`
	Answers   int           `default:"6000" help:"Answers that they ask for, all in all."`
	Pause     time.Duration `placeholder:"TIME" help:"They look at an answer so long on average before they ask again (1s)."`
	Documents string        `placeholder:"DIR" help:"Folder that the names of the dataset's documents begin in: evidence is asked for too."`
}

func (c *benchServeCmd) serve(ctx context.Context, p *bench.Program) (*bench.Result, error) {
	return p.Serve(ctx, c.over(benchServed), bench.Crowd{Readers: max(1, c.Readers), Answers: c.Answers, Documents: c.Documents,
		Pause: c.Pause, Seed: c.Seed})
}

func (c *benchServeCmd) Run(ctx context.Context, std streams) error {
	return c.measure(ctx, std, c.serve)
}

type benchAllCmd struct {
	madeInput
	rivals
	measured
}

func (c *benchAllCmd) Run(ctx context.Context, std streams) error {
	read := &benchReadCmd{madeInput: c.madeInput, rivals: c.rivals}
	dataset := ofDataset{madeInput: c.madeInput}
	serve := &benchServeCmd{ofDataset: dataset, Readers: 50, Answers: 6000}
	return c.measure(ctx, std, read.compare("html", 0), read.compare("pdf", 0), read.compare("office", 0),
		func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
			return p.Run(ctx, c.input(nil, benchRuns))
		},
		func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
			return p.Anomalies(ctx, dataset.over(benchDatasets))
		},
		func(ctx context.Context, p *bench.Program) (*bench.Result, error) {
			return p.Release(ctx, dataset.over(benchDatasets))
		}, serve.serve)
}

type benchWorkCmd struct{}

func (benchWorkCmd) Run(ctx context.Context, std streams) error {
	return bench.Work(ctx, std.in, std.out)
}
