package main

import (
	"context"
	"fmt"
	"io"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

type extractCmd struct {
	source
	Format string `enum:"json,table,dump" default:"json" help:"${extract_format}"`
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
	pool := child.Open(c.limits(), forms)
	defer pool.Close()
	partly := false
	if c.Format == "dump" {
		for _, f := range names {
			res, r := readOne(ctx, f, files(std.in, c.Paths...), pool, child.Document{Blocks: true},
				pageTeller(std.err, f))
			partly = partly || res[0].Report.Status == normalize.StatusUnread
			if err := dump(std, res[0], r.Document); err != nil {
				return err
			}
		}
	} else {
		tell := func(f string, n, of int) { pageTeller(std.err, f)(n, of) }
		err = readAll(ctx, names, files(std.in, c.Paths...), pool, c.workers(), c.Words, tell,
			func(r output.Result) error {
				partly = partly || notWhole(r.Report.Status)
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

// notWhole tells a document of which something is missing.
func notWhole(s normalize.Status) bool {
	return s == normalize.StatusUnread || s == normalize.StatusPartly
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
	if !rep.Status.HoldsReport() {
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
