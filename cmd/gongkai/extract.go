package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

type extractCmd struct {
	source
	Format string `enum:"json,table,dump" default:"json" help:"json: one object a line, every name of the form in it; table: for reading; dump: blocks and tables as the reader of the file format sees them."`
	Words  bool   `help:"With json: the words of the prose too, with positions, parts of speech and keywords."`
}

func (extractCmd) Help() string {
	return `Takes each document the whole way, from bytes to checked values, and writes nothing but its answer on standard
output. A document that cannot be read is an object with "status":"unread" and a "reason".

Example:  gongkai extract report.html | jq '.values[] | select(.verdict == "contradicted")'`
}

func (c *extractCmd) Run(ctx context.Context, std streams) error {
	forms, names, err := c.find()
	if err != nil {
		return err
	}
	ws := newWorkers(c.limits(), forms)
	defer ws.close()
	partly := false
	if c.Format == "dump" {
		for _, f := range names {
			res, r := readOne(ctx, f, files(std.in), ws, request{Dump: true}, pageTeller(std.err, f))
			partly = partly || res[0].Report.Status == normalize.StatusUnread
			if err := dump(std, res[0], r.Document); err != nil {
				return err
			}
		}
	} else {
		err = readAll(ctx, names, files(std.in), ws, c.workers(), c.Words, func(f string, n, of int) { pageTeller(std.err, f)(n, of) }, func(r output.Result) error {
			partly = partly || r.Report.Status != normalize.StatusRead
			if c.Format == "table" {
				return printReport(std.out, r)
			}
			return output.WriteJSON(std.out, r)
		})
		if err != nil {
			return err
		}
	}
	if partly {
		return errPartly
	}
	return nil
}

func dump(std streams, res output.Result, doc *extract.Document) error {
	if res.Report.Status == normalize.StatusUnread {
		fmt.Fprintf(std.err, "%s: unread: %s\n", res.Document.File, res.Report.Reason)
	}
	if doc == nil {
		return nil
	}
	return extract.WriteText(std.out, doc)
}

// printReport prints one report for reading: its head, its tables as the form has them, its findings.
func printReport(w io.Writer, r output.Result) error {
	rep := r.Report
	fmt.Fprintf(w, "%s  %s\n", r.Document.File, rep.Status)
	if rep.Reason != "" {
		fmt.Fprintf(w, "  %s\n", rep.Reason)
	}
	if rep.Title != "" {
		fmt.Fprintf(w, "  %s\n", rep.Title)
	}
	if rep.Status == normalize.StatusUnread {
		_, err := fmt.Fprintln(w)
		return err
	}
	t := newTable("name", "printed", "number", "unit", "state", "verdict", "where")
	t.right = map[int]bool{1: true, 2: true}
	for _, v := range rep.Values {
		number := ""
		if v.Number != nil {
			number = v.Number.String()
		}
		t.add(v.Name, clip(v.Text, 30), number, v.Unit, string(v.State), string(v.Verdict), where(v.Place))
	}
	t.print(w)
	for _, f := range rep.Findings {
		fmt.Fprintf(w, "%-7s  %s  %s: %s\n", f.Severity, f.Code, orDocument(f.Name), f.Message)
	}
	_, err := fmt.Fprintln(w)
	return err
}

func orDocument(name string) string {
	if name == "" {
		return "document"
	}
	return name
}

// where says in short where in the source a value is printed.
func where(p extract.Place) string {
	s := ""
	if p.Page > 0 {
		s += fmt.Sprintf("page %d ", p.Page)
	}
	if p.Table > 0 {
		s += fmt.Sprintf("table %d ", p.Table)
	}
	if p.Row > 0 {
		s += fmt.Sprintf("row %d column %d ", p.Row, p.Column)
	}
	if s == "" && p.Path != "" {
		s = p.Path
	}
	if s == "" && p.Offset > 0 {
		s = fmt.Sprintf("byte %d", p.Offset)
	}
	return s
}

type showCmd struct {
	File  string `arg:"" help:"One document, or - for standard input."`
	Stage string `enum:"bytes,dump,values" default:"values" help:"bytes: as they lie there; dump: blocks and tables with their places; values: names, numbers, verdicts and findings."`
	Page  int    `placeholder:"N" help:"A picture of page N of a PDF with what was read drawn on it: lines (magenta), cells (blue, dashed), values by verdict (green proved, grey unchecked, amber inferred, red contradicted or in doubt)."`
	Out   string `placeholder:"FILE" help:"Where the picture goes, as PNG or SVG by its name (default: SVG on standard output)."`
	bounds
}

func (showCmd) Help() string {
	return `For whoever must judge a reading: the same document at each stage of the way.

Example:  gongkai show --stage dump report.pdf | less
          gongkai show report.pdf --page 4 --out page4.png`
}

func (c *showCmd) Run(ctx context.Context, std streams) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	if c.Stage == "bytes" {
		cap, err := corpus.Read(c.File, std.in)
		if err != nil {
			return err
		}
		if cap.Body == nil && cap.Bytes > 0 {
			return fmt.Errorf("%s: larger than the limit of %d MiB (%d bytes)", c.File, corpus.MaxBytes>>20, cap.Bytes)
		}
		_, err = std.out.Write(cap.Body)
		return err
	}
	ws := newWorkers(c.limits(), forms)
	defer ws.close()
	res, r := readOne(ctx, c.File, files(std.in), ws, request{Dump: true, Page: c.Page}, pageTeller(std.err, c.File))
	if c.Page > 0 {
		return c.picture(std, r)
	}
	if c.Stage == "dump" {
		err = dump(std, res[0], r.Document)
	}
	partly := false
	for i := range res {
		if c.Stage == "values" && err == nil {
			err = printReport(std.out, res[i])
		}
		partly = partly || res[i].Report.Status != normalize.StatusRead
	}
	if err == nil && partly {
		err = errPartly
	}
	return err
}

// picture writes the picture of a page.
func (c *showCmd) picture(std streams, r response) error {
	switch {
	case r.View == nil && r.MediaType != "application/pdf":
		return fmt.Errorf("%s: pages can be shown of PDF documents only, this is %s", c.File, orUnknown(r.MediaType))
	case r.View == nil:
		return fmt.Errorf("%s: %s", c.File, r.Reports[0].Reason)
	case r.View.Width == 0:
		return fmt.Errorf("%s: %s", c.File, r.View.Why)
	}
	if r.View.Picture == nil {
		fmt.Fprintf(std.err, "the page itself could not be drawn: %s\n", r.View.Why)
	}
	ms := marks(r.View, r.Document, r.Reports, c.Page)
	write, to := writeSVG, std.out
	if strings.HasSuffix(strings.ToLower(c.Out), ".png") {
		write = writePNG
	}
	if c.Out == "" {
		return write(to, r.View, ms)
	}
	f, err := os.Create(c.Out)
	if err != nil {
		return err
	}
	err = write(f, r.View, ms)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

func orUnknown(s string) string {
	if s == "" {
		return "of an unknown kind"
	}
	return s
}

type versionCmd struct{}

func (versionCmd) Run(std streams) error {
	forms, err := form.Load()
	if err != nil {
		return err
	}
	fmt.Fprintln(std.out, "gongkai", version())
	for _, t := range forms.Tables() {
		for _, f := range forms.Editions(t) {
			fmt.Fprintf(std.out, "  %s %s (%d cells)\n", t, f.Edition, len(f.Names()))
		}
	}
	return nil
}
