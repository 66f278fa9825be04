package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/told"
)

type extractCmd struct {
	source
	Format string `enum:"json,table,line,csv,dump" default:"json" help:"${extract_format}"`
	sheet
	manner
	Words bool `help:"With json: the words of the prose too, with positions, parts of speech and keywords."`
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
	rows, err := c.valueRows(std, c.Format, c.sheet)
	if err != nil {
		return err
	}
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
				if rows == nil {
					return output.WriteJSON(std.out, r)
				}
				return rows.report(r)
			})
		if e := rows.close(); err == nil {
			err = e
		}
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
		fmt.Fprintf(std.err, say("%s: unread: %s\n", "%s：未能读取：%s\n"), res.Document.File, spoken(res.Report.Reason))
	}
	if doc == nil {
		return nil
	}
	return extract.WriteText(std.out, doc)
}

// printReport prints one report for reading: its head, its tables as the form has them, its findings.
func printReport(w io.Writer, r output.Result, note func([]string)) error {
	rep := r.Report
	zh := chinese(os.Getenv)
	word := func(code, list string) string {
		if zh {
			return codeZh(code, list)
		}
		return code
	}
	fmt.Fprintf(w, "%s  %s\n", r.Document.File, word(string(rep.Status), "status"))
	if rep.Reason != "" {
		fmt.Fprintf(w, "  %s\n", spoken(rep.Reason))
	}
	if rep.Title != "" {
		fmt.Fprintf(w, "  %s\n", rep.Title)
	}
	if !rep.Status.HoldsReport() {
		_, err := fmt.Fprintln(w)
		return err
	}
	t := newTable("name", "printed", "number", "unit", "state", "verdict", "where")
	for _, v := range rep.Values {
		t.add(v.Name, v.Text, numberOf(v), v.Unit, word(string(v.State), "state"), word(string(v.Verdict), "verdict"), where(v.Place, zh))
	}
	if err := t.print(w, note); err != nil {
		return err
	}
	for _, f := range rep.Findings {
		severity, message := string(f.Severity), f.Message
		if zh {
			severity = codeZh(severity, "severity")
			message, _ = told.Finding(f.Name, f.Message)
		}
		pad := strings.Repeat(" ", max(0, 7-listing.Width(severity)))
		fmt.Fprintf(w, "%s%s  %s  %s: %s\n", severity, pad, f.Code, orDocument(f.Name), listing.OneLine(message))
	}
	_, err := fmt.Fprintln(w)
	return err
}

// numberOf is the number of a value; nil where it has none.
func numberOf(v normalize.Value) any {
	if v.Number == nil {
		return nil
	}
	return json.Number(v.Number.String())
}

// valueRows are the values of reports as one prints them: for reading, report by report, or as rows of one list.
type valueRows struct {
	std  streams
	note func([]string) // of columns that the terminal had no room for
	list *listing.List  // nil = for reading
	zh   bool           // lines are read by who reads Chinese
}

// valueRows gives nil where no rows are wanted, but objects or a dump.
func (m manner) valueRows(std streams, format string, s sheet) (*valueRows, error) {
	o := m.options(std, format, s)
	switch {
	case o.Format == "table":
		return &valueRows{std: std, note: o.Note}, nil
	case o.Format != "line" && o.Format != "csv":
		return nil, nil
	}
	zh := o.Format == "line" && chinese(os.Getenv)
	l, err := listing.Open(std.out, o, listing.Column{Key: "file"}, coded(zh, listing.Column{Key: "status"}, "status"),
		listing.Column{Key: "reason"}, listing.Column{Key: "name"}, listing.Column{Key: "printed"}, listing.Column{Key: "number"},
		listing.Column{Key: "unit"}, coded(zh, listing.Column{Key: "state"}, "state"),
		coded(zh, listing.Column{Key: "verdict"}, "verdict"), listing.Column{Key: "where"}, listing.Column{Key: "findings"})
	return &valueRows{std: std, list: l, zh: zh}, err
}

// report prints one report. Findings stand with the cell that they are of; those of a row, a table or the document, and a
// document without a report, have a row without a value.
func (v *valueRows) report(r output.Result) error {
	if v.list == nil {
		return printReport(v.std.out, r, v.note)
	}
	rep := r.Report
	found := map[string]string{}
	reason := rep.Reason
	if v.zh {
		reason = inZh(reason)
	}
	for _, f := range rep.Findings {
		severity, message := string(f.Severity), f.Message
		if v.zh {
			severity = codeZh(severity, "severity")
			message, _ = told.Finding(f.Name, f.Message)
		}
		found[f.Name] += fmt.Sprintf("%s %s: %s; ", severity, f.Code, message)
	}
	take := func(name string) any {
		s := strings.TrimSuffix(found[name], "; ")
		delete(found, name)
		return known(s)
	}
	for _, x := range rep.Values {
		if err := v.list.Add(r.Document.File, string(rep.Status), known(reason), x.Name, x.Text, numberOf(x), known(x.Unit),
			string(x.State), string(x.Verdict), known(where(x.Place, v.zh)), take(x.Name)); err != nil {
			return err
		}
	}
	others := slices.Sorted(maps.Keys(found))
	if len(rep.Values) == 0 && len(others) == 0 {
		others = []string{""}
	}
	for _, name := range others {
		if err := v.list.Add(r.Document.File, string(rep.Status), known(reason), known(name), nil, nil, nil, nil, nil, nil,
			take(name)); err != nil {
			return err
		}
	}
	return nil
}

func (v *valueRows) close() error {
	if v == nil || v.list == nil {
		return nil
	}
	return v.list.Close()
}

func orDocument(name string) string {
	if name == "" {
		return "document"
	}
	return name
}

// where says in short where in the source a value is printed.
func where(p extract.Place, zh bool) string {
	var parts []string
	if p.Page > 0 {
		parts = append(parts, ordinal("page", p.Page, zh))
	}
	if p.Table > 0 {
		parts = append(parts, ordinal("table", p.Table, zh))
	}
	if p.Row > 0 {
		parts = append(parts, ordinal("row", p.Row, zh), ordinal("column", p.Column, zh))
	}
	if len(parts) == 0 && p.Path != "" {
		return p.Path
	}
	if len(parts) == 0 && p.Offset > 0 {
		return ordinal("byte", int(p.Offset), zh)
	}
	return placed(parts, zh)
}

// ordinal is the number of a part of a document.
func ordinal(word string, n int, zh bool) string {
	if zh {
		return fmt.Sprintf(map[string]string{"page": "第 %d 页", "table": "表 %d", "row": "第 %d 行", "column": "第 %d 列",
			"byte": "第 %d 字节"}[word], n)
	}
	return fmt.Sprintf("%s %d", word, n)
}

// placed are such parts, the one in the other.
func placed(parts []string, zh bool) string {
	if zh {
		return strings.Join(parts, "，")
	}
	return strings.Join(parts, " ")
}
