package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/told"
)

type checkCmd struct {
	Dataset  string `arg:"" help:"Folder of a dataset."`
	Severity string `enum:"note,warning,error" default:"note" help:"The least severity listed: note, warning or error."`
	Code     string `placeholder:"CODE" help:"Only findings of this code."`
	Agency   string `placeholder:"TEXT" help:"${check_agency}"`
	Summary  bool   `help:"Counts by code instead of the findings one by one."`
	Lang     string `enum:",en,zh" default:"" help:"${check_lang}"`
	Format   string `enum:",table,line,csv,json,tab" default:"" help:"${check_format}"`
	sheet
	manner
}

func (checkCmd) Help() string {
	return `Lists what is in doubt: severity, code, year, agency, name of the cell, row or table, place, message, file; a table on a
terminal, elsewhere a finding a line, with tabs between the fields. Documents that are unread or not whole come first, with the reason.

Example:  gongkai check dataset --severity warning | sort | less
          gongkai check dataset --summary --lang zh`
}

func (c *checkCmd) Run(ctx context.Context, std streams) error {
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	who, err := panel.Load(ctx, d.Folder)
	if err != nil {
		return err
	}
	looked, wanted := c.choose(who)
	files := map[string]string{}
	for i := range who.Documents {
		files[who.Documents[i].ID] = who.Documents[i].File
	}
	rows, err := c.findings(std)
	if err != nil {
		return err
	}
	if !c.Summary && c.Code == "" && c.Agency == "" {
		for i := range who.Documents {
			if x := &who.Documents[i]; x.Reason != "" {
				if err := rows.add(x.Status, "", int(x.Year), "", "", "", rows.read(x.Reason), x.File); err != nil {
					return err
				}
			}
		}
	}
	met, total, severities := map[string]int{}, 0, output.CodeWords("severity")
	err = d.Findings(func(year int, r output.FindingRow) error {
		agency := ""
		if r.Agency != nil {
			agency = *r.Agency
		}
		if slices.Index(severities, r.Severity) < slices.Index(severities, c.Severity) || c.Code != "" &&
			r.Code != c.Code || !c.wants(who, wanted, r.Document, r.Part, agency) {
			return ctx.Err()
		}
		total++
		met[r.Code]++
		if c.Summary {
			return ctx.Err()
		}
		return rows.add(r.Severity, r.Code, year, agency, orDocument(r.Name), findingPlace(&r, rows.zh), rows.message(&r),
			files[r.Document])
	})
	if e := rows.close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := looked.Err(); err != nil && total == 0 { // a document of which no report was read may have findings too
		return fmt.Errorf("%s: %w", c.Dataset, err)
	}
	if c.Code != "" && met[c.Code] == 0 && !slices.Contains(codes(), c.Code) {
		return unknownCode(c.Code)
	}
	if c.Summary {
		if err := c.summary(std, met); err != nil {
			return err
		}
	}
	c.note(std, say("%s in %s of %s in %s", "共有疑点 %s，涉及 %s、%s（%s）"), number(total, "finding", "findings", "个"),
		number(looked.Reports, "report", "reports", "份报告"), number(looked.Bodies, "body", "bodies", "个机关"), c.Dataset)
	return nil
}

// choose holds --agency against the bodies of the dataset, and says of each whether it is wanted: by its name, by those
// printed on its reports, and by the code of its division.
func (c *checkCmd) choose(who *panel.Panel) (*panel.Choice, []bool) {
	filter := panel.Filter{}
	if c.Agency != "" {
		filter.Names = []string{c.Agency}
	}
	looked := filter.Choose()
	years := make([][]int, len(who.Bodies))
	for i := range who.Reports {
		r := &who.Reports[i]
		if r.Body < 0 {
			looked.LookAt(r.Agency, "", "", int(r.Year))
			continue
		}
		years[r.Body] = append(years[r.Body], int(r.Year))
	}
	wanted := make([]bool, len(who.Bodies))
	for i := range who.Bodies {
		b := &who.Bodies[i]
		names := append([]string{b.Name}, b.Names...)
		wanted[i] = filter.WantsAny(names, b.Division, b.Level)
		looked.LookAny(names, b.Division, b.Level, years[i]...)
	}
	return looked, wanted
}

// wants reports whether the findings of a document's part are asked for: those of a body's report with the body, others
// by the name that is printed there.
func (c *checkCmd) wants(who *panel.Panel, wanted []bool, document string, part int32, printed string) bool {
	if c.Agency == "" {
		return true
	}
	of := false
	for n := range who.Copies(document, part) {
		if b := who.Reports[n].Body; b >= 0 {
			if of = true; wanted[b] {
				return true
			}
		}
	}
	return !of && strings.Contains(printed, c.Agency)
}

func codes() (out []string) {
	for _, x := range output.Codes() {
		out = append(out, x.Code)
	}
	return out
}

func unknownCode(code string) error {
	if near := panel.Nearest(code, codes(), 3); len(near) > 0 {
		return fmt.Errorf("no code %q; near it are %s; there are %s", code, strings.Join(near, ", "),
			strings.Join(codes(), ", "))
	}
	return fmt.Errorf("no code %q; there are %s", code, strings.Join(codes(), ", "))
}

// summary prints how often each code was met.
func (c *checkCmd) summary(std streams, met map[string]int) error {
	format := c.Format
	if format == "" || format == "tab" {
		format = "table"
	}
	zh := inChinese(c.Lang) && (c.Lang != "" || !c.forPrograms(format, c.sheet))
	rows, err := c.rows(std, format, c.sheet, listing.Column{Key: "findings"}, listing.Column{Key: "code"},
		coded(zh, listing.Column{Key: "severity", Less: 1}, "severity"), listing.Column{Key: "meaning", Main: true, Wrap: true})
	if err != nil {
		return err
	}
	for _, code := range output.Codes() {
		if n := met[code.Code]; n > 0 {
			meaning := code.Meaning
			if zh {
				meaning = code.MeaningZh
			}
			if err := rows.Add(n, code.Code, string(code.Severity), meaning); err != nil {
				return err
			}
		}
	}
	return rows.Close()
}

// A findingRows prints findings: a list, or lines of fields with tabs between them, as sort and cut take them.
type findingRows struct {
	tab   io.Writer
	list  *listing.List
	paint func(severity, word string) string
	zh    bool // it is read by who reads Chinese
}

// read is a reason in the language of whoever reads it, and as it is for programs.
func (f *findingRows) read(text string) string {
	if f.zh {
		return inZh(text)
	}
	return text
}

// message is what a finding says, in the language of whoever reads it.
func (f *findingRows) message(r *output.FindingRow) string {
	if f.zh {
		zh, _ := told.Finding(r.Name, r.Message)
		return zh
	}
	return r.Message
}

// findings begins the list. Where nobody says how, it is a table on a terminal, else lines with tabs.
func (c *checkCmd) findings(std streams) (*findingRows, error) {
	f := &findingRows{paint: painter(std.out)}
	format := c.Format
	if format == "" {
		if format = "tab"; terminal(std.out) || c.Excel || c.JSON {
			format = "table"
		}
	}
	if format == "tab" && c.Excel {
		format = "csv"
	}
	f.zh = inChinese(c.Lang) && (c.Lang != "" || !c.forPrograms(format, c.sheet))
	if format == "tab" && !c.JSON || c.Summary {
		f.tab = std.out
		return f, nil
	}
	o := c.options(std, format, c.sheet)
	o.Paint = f.paint
	var err error
	f.list, err = listing.Open(std.out, o, heads(findingColumns(f.zh)...)...)
	return f, err
}

// findingColumns are those of a list of findings. What a finding says goes on below where there is little room; its code, of which
// the message says more, and the file go first.
func findingColumns(zh bool) []listing.Column {
	return []listing.Column{coded(zh, listing.Column{Key: "severity"}, "severity", "status"), {Key: "code", Less: 1}, {Key: "year"},
		{Key: "agency", Wrap: true}, {Key: "name", Wrap: true}, {Key: "place", Wrap: true}, {Key: "message", Main: true, Wrap: true},
		{Key: "file", Less: 2}}
}

func (f *findingRows) add(severity, code string, year int, agency, name, place, message, file string) error {
	if f.list == nil {
		_, err := fmt.Fprintf(f.tab, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", f.paint(severity, severity), code, yearWord(year), agency, name,
			place, listing.OneLine(message), file)
		return err
	}
	var y any
	if year > 0 {
		y = year
	}
	return f.list.Add(severity, known(code), y, known(agency), known(name), known(place), message, file)
}

func (f *findingRows) close() error {
	if f.list == nil {
		return nil
	}
	return f.list.Close()
}

func yearWord(year int) string {
	if year == 0 {
		return "?"
	}
	return fmt.Sprint(year)
}

func findingPlace(r *output.FindingRow, zh bool) string {
	var parts []string
	add := func(word string, n *int32) {
		if n != nil {
			parts = append(parts, ordinal(word, int(*n), zh))
		}
	}
	add("page", r.Page)
	add("table", r.TableIndex)
	add("row", r.GridRow)
	add("column", r.GridColumn)
	if len(parts) == 0 && r.Offset != nil {
		parts = append(parts, ordinal("byte", int(*r.Offset), zh))
	}
	return placed(parts, zh)
}
