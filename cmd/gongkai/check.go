package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

type checkCmd struct {
	Dataset  string `arg:"" help:"Folder of a dataset."`
	Severity string `enum:"note,warning,error" default:"note" help:"The least severity listed: note, warning or error."`
	Code     string `placeholder:"CODE" help:"Only findings of this code."`
	Agency   string `placeholder:"TEXT" help:"Only findings of agencies whose name holds the text."`
	Summary  bool   `help:"Counts by code instead of the findings one by one."`
	Lang     string `enum:"en,zh" default:"en" help:"Language of the codes' meanings: en or zh."`
}

func (checkCmd) Help() string {
	return `Lists what is in doubt: one finding a line, tab-separated: severity, code, year, agency, name of the cell, row or table,
place, message, file. Documents that are unread or not whole come first, with the reason.

Example:  gongkai check dataset --severity warning | sort | less
          gongkai check dataset --summary --lang zh`
}

var severities = map[string]int{string(normalize.Note): 0, string(normalize.Warning): 1, string(normalize.Error): 2}

func (c *checkCmd) Run(ctx context.Context, std streams) error {
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	files := map[string]string{}
	err = d.Documents(func(year int, r output.DocumentRow) error {
		files[r.Document] = r.File
		if r.Reason != nil && r.Status != string(normalize.StatusSkipped) && !c.Summary && c.Code == "" && c.Agency == "" {
			fmt.Fprintf(std.out, "%s\t\t%s\t\t\t\t%s\t%s\n", r.Status, yearWord(year), *r.Reason, r.File)
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	count, total := map[string]int{}, 0
	err = d.Findings(func(year int, r output.FindingRow) error {
		agency := ""
		if r.Agency != nil {
			agency = *r.Agency
		}
		if severities[r.Severity] < severities[c.Severity] || c.Code != "" && r.Code != c.Code || !strings.Contains(agency, c.Agency) {
			return ctx.Err()
		}
		total++
		count[r.Code]++
		if c.Summary {
			return ctx.Err()
		}
		_, err := fmt.Fprintf(std.out, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Severity, r.Code, yearWord(year), agency, orDocument(r.Name), findingPlace(&r), r.Message, files[r.Document])
		return err
	})
	if err != nil {
		return err
	}
	if c.Summary {
		t := newTable("findings", "code", "severity", "meaning")
		t.right = map[int]bool{0: true}
		for _, code := range output.Codes() {
			if n := count[code.Code]; n > 0 {
				meaning := code.Meaning
				if c.Lang == "zh" {
					meaning = code.MeaningZh
				}
				t.add(fmt.Sprint(n), code.Code, string(code.Severity), meaning)
			}
		}
		t.print(std.out)
	}
	fmt.Fprintf(std.err, "%s in %s\n", plural(total, "finding"), c.Dataset)
	return nil
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
