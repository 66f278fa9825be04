package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize/gold/made"
)

// A Format is a kind of documents that tools are compared on.
type Format struct {
	Name       string // html, pdf, office
	kind       string // of made reports
	about      string
	extensions []string
	rivals     []rival
}

// Formats are those that there are.
func Formats() []Format {
	return []Format{
		{"html", "html", "pages of the web", []string{".html", ".htm", ".shtml"}, []rival{
			ofPython("pandas.read_html with lxml", "pandas", "pandas lxml")}},
		{"pdf", "pdf", "PDF with text", []string{".pdf"}, []rival{
			ofPython("pdfplumber", "pdfplumber", "pdfplumber"), ofPython("camelot (lattice)", "camelot", "camelot-py"), pdftotext}},
		{"office", "word", "Word files", []string{".docx"}, []rival{
			ofPython("python-docx", "docx", "python-docx"), libreOffice}},
	}
}

// A Comparison is how tools are compared.
type Comparison struct {
	Python string // the interpreter that has the packages
	Rounds int
	Checks int      // of how many made documents the cells are counted
	Copies int      // of PDF: a document is made of so many copies of each, by pdfunite; under 2: as they are
	Only   []string // of the other tools those whose names hold one of these; nil = all
}

// Compare reads the documents by gongkai and by every tool that is installed.
func (p *Program) Compare(ctx context.Context, f Format, in Input, c Comparison) (*Result, error) {
	dir, done, err := p.folder()
	if err != nil {
		return nil, err
	}
	defer done()
	in.Made.Kind = f.kind
	r := start(f.Name, f.about+": gongkai goes the whole way, from bytes to checked values; what the others do is said.", &in)
	r.Rounds = max(1, c.Rounds)
	files, err := p.files(ctx, dir, f, &in)
	if err != nil {
		return nil, err
	}
	if c.Copies > 1 && f.Name == "pdf" {
		if files, err = joined(ctx, dir, files, c.Copies); err != nil {
			return nil, err
		}
		r.Notes = append(r.Notes, fmt.Sprintf("each document is %d times one, put together by pdfunite", c.Copies))
	}
	r.Documents = len(files)
	for _, name := range files {
		if info, err := os.Stat(name); err == nil {
			r.Bytes += info.Size()
		}
	}
	checks := 0
	if in.Paths == nil && c.Copies < 2 {
		checks = min(c.Checks, in.Made.Reports)
	}
	contest := &contest{p: p, setting: &setting{python: c.Python, dir: dir}, files: files, rounds: r.Rounds,
		checked: made.Corpus{Reports: checks, Seed: in.Made.Seed, Kind: f.kind}}
	if err := contest.enter(ctx, f, c.Only); err != nil {
		return nil, err
	}
	if err := contest.run(ctx); err != nil {
		return nil, err
	}
	r.Tools = contest.tools()
	if checks > 0 && checks < len(files) {
		r.Notes = append(r.Notes, fmt.Sprintf("cells were counted of %d documents", checks))
	}
	return r, nil
}

// files makes the documents, or finds those of the user.
func (p *Program) files(ctx context.Context, dir string, f Format, in *Input) (files []string, err error) {
	if in.Paths == nil {
		p.say("%s: making %d documents", f.Name, in.Made.Reports)
		d, _, err := p.work(ctx, task{Do: "make", Dir: filepath.Join(dir, "documents"), Made: in.Made})
		return d.Files, err
	}
	for _, name := range in.Paths {
		if name, err = filepath.Abs(name); err != nil {
			return nil, err
		}
		if slices.Contains(f.extensions, strings.ToLower(filepath.Ext(name))) {
			files = append(files, name)
		}
	}
	if files == nil {
		return nil, fmt.Errorf("no document with a name that ends in %s is there", strings.Join(f.extensions, ", "))
	}
	return files, nil
}

// joined makes of each document one of n copies, each with fonts of its own.
func joined(ctx context.Context, dir string, files []string, n int) (out []string, err error) {
	for i, name := range files {
		long := filepath.Join(dir, fmt.Sprintf("long-%d.pdf", i))
		cmd := exec.CommandContext(ctx, "pdfunite", append(slices.Repeat([]string{name}, n), long)...)
		if said, err := cmd.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("%s: pdfunite (poppler-utils): %w %s", name, err, strings.TrimSpace(string(said)))
		}
		out = append(out, long)
	}
	return out, nil
}

// A contest has tools read the same files by turns.
type contest struct {
	p       *Program
	setting *setting
	files   []string
	rounds  int
	checked made.Corpus
	all     []*contestant
}

// A contestant is a tool with what it cost.
type contestant struct {
	tool  Tool
	spend func(ctx context.Context, files []string) (Cost, int, error) // nil = it is not there
	judge func(ctx context.Context) (found, of int, err error)         // nil = not looked at
	start Cost
	cost  Cost
}

// enter lists who takes part: gongkai's whole way, its tables alone, and others.
func (c *contest) enter(ctx context.Context, f Format, only []string) error {
	ours := func(do, does string) *contestant {
		return &contestant{tool: Tool{Name: "gongkai", Does: does}, spend: func(ctx context.Context, files []string) (Cost, int, error) {
			d, cost, err := c.p.work(ctx, task{Do: do, Files: files})
			return cost, d.Failed, err
		}}
	}
	whole := ours("read", "the whole way: bytes to checked values")
	if c.checked.Reports > 0 {
		whole.judge = func(ctx context.Context) (int, int, error) {
			d, _, err := c.p.work(ctx, task{Do: "judge", Made: c.checked})
			return d.Found, d.Of, err
		}
	}
	c.all = []*contestant{whole, ours("tables", "text and tables only")}
	for _, v := range f.rivals {
		asked := func(name string) bool { return strings.Contains(strings.ToLower(v.name), strings.ToLower(name)) }
		if only != nil && !slices.ContainsFunc(only, asked) {
			continue
		}
		version, err := v.open(ctx, c.setting)
		x := &contestant{tool: Tool{Name: v.name, Does: v.does, Version: version}}
		c.all = append(c.all, x)
		switch {
		case errors.Is(err, errMissing):
			x.tool.Missing = v.install
			continue
		case err != nil:
			return fmt.Errorf("%s: %w", v.name, err)
		}
		x.spend = func(ctx context.Context, files []string) (Cost, int, error) { return v.spend(ctx, c.setting, files) }
		if v.cells != nil && c.checked.Reports > 0 {
			x.judge = func(ctx context.Context) (int, int, error) { return c.judged(ctx, &v) }
		}
	}
	return nil
}

// judged has a tool write its cells, and counts them.
func (c *contest) judged(ctx context.Context, v *rival) (found, of int, err error) {
	cells := filepath.Join(c.setting.dir, "cells")
	out, err := os.Create(cells)
	if err != nil {
		return 0, 0, err
	}
	cmd := v.cells(ctx, c.setting, c.files[:c.checked.Reports])
	cmd.Stdout = out
	_, err = Spend(cmd)
	if err := errors.Join(err, out.Close()); err != nil {
		return 0, 0, err
	}
	d, _, err := c.p.work(ctx, task{Do: "judge", Made: c.checked, Cells: cells})
	return d.Found, d.Of, err
}

// first are the files of the run by which it is told what the start costs: one, or none where there is no other.
func (c *contest) first() []string { return c.files[:min(1, len(c.files)-1)] }

// run has everybody read everything, in every round.
func (c *contest) run(ctx context.Context) error {
	for round := range c.rounds {
		for _, x := range c.all {
			if x.spend == nil {
				continue
			}
			c.p.say("round %d of %d: %s, %s", round+1, c.rounds, x.tool.Name, x.tool.Does)
			begun, _, err := x.spend(ctx, c.first())
			if err != nil {
				return fmt.Errorf("%s: %w", x.tool.Name, err)
			}
			cost, failed, err := x.spend(ctx, c.files)
			if err != nil {
				return fmt.Errorf("%s: %w", x.tool.Name, err)
			}
			x.tool.Failed = failed
			if round == 0 {
				x.start, x.cost = begun, cost
				continue
			}
			x.start, x.cost = x.start.less(begun), x.cost.less(cost)
		}
	}
	for _, x := range c.all {
		if x.judge == nil {
			continue
		}
		c.p.say("counting the cells that were found by %s", x.tool.Name)
		var err error
		if x.tool.Found, x.tool.Of, err = x.judge(ctx); err != nil {
			return fmt.Errorf("%s: %w", x.tool.Name, err)
		}
	}
	return nil
}

// tools gives what everybody cost, and how many times that of gongkai it is.
func (c *contest) tools() (out []Tool) {
	for _, x := range c.all {
		if x.spend != nil {
			t := &x.tool
			t.Start, t.CPU = seconds(x.start.CPU), seconds(x.cost.CPU-x.start.CPU)
			t.Each, t.Memory, t.AtMost = each(t.CPU, len(c.files)-len(c.first())), x.cost.Memory, x.cost.AtMost
			if ours := seconds(c.all[0].cost.CPU - c.all[0].start.CPU); ours > 0 {
				t.Times = t.CPU / ours
			}
		}
		out = append(out, x.tool)
	}
	return out
}
