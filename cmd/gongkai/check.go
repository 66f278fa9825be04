package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

type checkCmd struct {
	Dataset  string `arg:"" help:"Folder of a dataset."`
	Severity string `enum:"note,warning,error" default:"note" help:"The least severity listed: note, warning or error."`
	Code     string `placeholder:"CODE" help:"Only findings of this code."`
	Agency   string `placeholder:"TEXT" help:"${check_agency}"`
	Summary  bool   `help:"Counts by code instead of the findings one by one."`
	Lang     string `enum:"en,zh" default:"en" help:"Language of the codes' meanings: en or zh."`
}

func (checkCmd) Help() string {
	return `Lists what is in doubt: one finding a line, tab-separated: severity, code, year, agency, name of the cell, row or table,
place, message, file. Documents that are unread or not whole come first, with the reason.

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
	colour := colourful(std.out, os.Getenv)
	if !c.Summary && c.Code == "" && c.Agency == "" {
		for i := range who.Documents {
			if x := &who.Documents[i]; x.Reason != "" {
				fmt.Fprintf(std.out, "%s\t\t%s\t\t\t\t%s\t%s\n", painted(colour, x.Status), yearWord(int(x.Year)), x.Reason, x.File)
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
		_, err := fmt.Fprintf(std.out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", painted(colour, r.Severity), r.Code, yearWord(year), agency,
			orDocument(r.Name), findingPlace(&r), r.Message, files[r.Document])
		return err
	})
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
		c.summary(std, met)
	}
	fmt.Fprintf(std.err, "%s in %s of %s in %s\n", plural(total, "finding"), plural(looked.Reports, "report"),
		count(looked.Bodies, "body", "bodies"), c.Dataset)
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
func (c *checkCmd) summary(std streams, met map[string]int) {
	t := newTable("findings", "code", "severity", "meaning")
	t.right = map[int]bool{0: true}
	for _, code := range output.Codes() {
		if n := met[code.Code]; n > 0 {
			meaning := code.Meaning
			if c.Lang == "zh" {
				meaning = code.MeaningZh
			}
			t.add(fmt.Sprint(n), code.Code, string(code.Severity), meaning)
		}
	}
	t.print(std.out)
}

func yearWord(year int) string {
	if year == 0 {
		return "?"
	}
	return fmt.Sprint(year)
}

func findingPlace(r *output.FindingRow) string {
	var parts []string
	add := func(word string, n *int32) {
		if n != nil {
			parts = append(parts, fmt.Sprintf("%s %d", word, *n))
		}
	}
	add("page", r.Page)
	add("table", r.TableIndex)
	add("row", r.GridRow)
	add("column", r.GridColumn)
	if len(parts) == 0 && r.Offset != nil {
		parts = append(parts, fmt.Sprintf("byte %d", *r.Offset))
	}
	return strings.Join(parts, " ")
}
