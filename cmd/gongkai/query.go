package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
	"github.com/gongkai/gongkai/output/query"
)

type queryCmd struct {
	Dataset string `arg:"" help:"Folder of a dataset."`
	SQL     string `arg:"" name:"sql" help:"A SELECT in the SQL of SQLite; - reads it from standard input."`
	Format  string `enum:"table,line,csv,json,md" default:"table" help:"${query_format}"`
	Limit   int    `default:"200" help:"Rows that a table shows; 0 shows all. line, csv and json always have all."`
	Explain bool   `help:"Say how the query is answered before, and what was read of the files after."`
	sheet
	manner
}

func (queryCmd) Help() string {
	return `Asks a dataset in SQL, without installing anything. Tables are those of the data dictionary: documents, reports, values, findings,
sections, terms, claims, reuse, wide, panel, authorities, divisions, linked_series, crosswalk, breaks, rates, and anomalies once gongkai anomalies --write
has looked; year is a column of each. VALUES is a word of SQL, so that the table is written "values". WHERE standing has each report
once, whatever copies of it there are. Null stays null, a blank is an empty text. Lists are JSON (json_each), dates are text, truths 0
or 1; an amount is an integer or the floating point number nearest to it, the printed characters are in text. A condition on year reads
that year alone. Nothing can be written.

Example:  gongkai query dataset "SELECT year, count(number), sum(number) FROM \"values\" WHERE name = 'applications.received.total' AND standing GROUP BY year"`
}

func (c *queryCmd) Run(ctx context.Context, std streams) error {
	if !isFolder(c.Dataset) && (isFolder(c.SQL) || c.Dataset == "-" || strings.ContainsAny(c.Dataset, " \n")) {
		c.Dataset, c.SQL = c.SQL, c.Dataset // as it was written before
	}
	text := c.SQL
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(std.in, 1<<20+1))
		if err != nil {
			return err
		}
		if len(b) > 1<<20 {
			return fmt.Errorf("standard input: more than a megabyte of SQL")
		}
		text = string(b)
	}
	if c.Limit < 0 {
		return misused("--limit %d: not a number of rows", c.Limit)
	}
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	forms, err := form.Load()
	if err != nil {
		return err
	}
	db, err := query.Open(ctx, d, forms)
	if err != nil {
		return err
	}
	defer db.Close()
	if c.Explain {
		if err := c.write(ctx, std.err, db, "EXPLAIN QUERY PLAN "+text, listing.Options{Format: "table"}, 0); err != nil {
			return err
		}
	}
	if err := c.write(ctx, std.out, db, text, c.options(std, c.Format, c.sheet), c.Limit); err != nil {
		return err
	}
	if c.Explain {
		r := db.Read()
		fmt.Fprintf(std.err, say("read: %s, %s, %s, %s\n", "读取：%s，%s，%s，%s\n"), number(r.Files, "file", "files", "个文件"),
			number(r.Groups, "row group", "row groups", "个行组"), number(r.Pages, "page", "pages", "页"),
			number(int(r.Bytes), "byte", "bytes", "字节"))
	}
	return nil
}

func (c *queryCmd) write(ctx context.Context, w io.Writer, db *query.DB, text string, o listing.Options, limit int) error {
	rows, err := db.Query(ctx, text)
	if err != nil {
		return err
	}
	defer rows.Close()
	_, _, err = query.Write(w, rows, o, limit)
	return err
}

// isFolder reports whether a folder of this name is there.
func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}
