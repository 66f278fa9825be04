package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/gongkai/gongkai/cmd/gongkai/child"
	"github.com/gongkai/gongkai/cmd/gongkai/overlay"
	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
)

type showCmd struct {
	File   string `arg:"" help:"One document, or - for standard input."`
	Format string `enum:"table,line,csv,json" default:"table" help:"${printing_format}"`
	sheet
	Stage string `enum:"bytes,dump,values" default:"values" help:"${show_stage}"`
	Page  int    `placeholder:"N" help:"${show_page}"`
	Out   string `placeholder:"FILE" help:"${show_out}"`
	bounds
	manner
}

func (showCmd) Help() string {
	return `For whoever must judge a reading: the same document at each stage of the way.

Example:  gongkai show --stage dump report.pdf | less
          gongkai show report.pdf --page 4 --out page4.png`
}

func (c *showCmd) Run(ctx context.Context, std streams) error {
	if c.File != "-" {
		if _, err := os.Stat(c.File); err != nil { // no document of which a row could say why it is unread
			return fmt.Errorf("%s: %w", c.File, errors.Unwrap(err))
		}
	}
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
	pool := child.Open(c.limits(), forms)
	defer pool.Close()
	want := child.Document{Blocks: true, View: c.Page}
	res, r := readOne(ctx, c.File, files(std.in, c.File), pool, want, pageTeller(std.err, c.File))
	if c.Page > 0 {
		return c.picture(std, r)
	}
	if c.Stage == "dump" && c.JSON {
		err = writeObject(std.out, r.Document)
	} else if c.Stage == "dump" {
		err = dump(std, res[0], r.Document)
	}
	rows, ferr := c.valueRows(std, c.Format, c.sheet)
	if err == nil {
		err = ferr
	}
	partly := false
	for i := range res {
		switch {
		case c.Stage != "values" || err != nil:
		case rows == nil:
			err = output.WriteJSON(std.out, res[i])
		default:
			err = rows.report(res[i])
		}
		partly = partly || notWhole(res[i].Report.Status)
	}
	if e := rows.close(); err == nil {
		err = e
	}
	if err == nil && partly {
		err = errPartly
	}
	return err
}

// picture writes the picture of a page.
func (c *showCmd) picture(std streams, r child.Answer) error {
	switch {
	case r.View == nil && (r.MediaType == "" || r.MediaType == kind.PDF || r.MediaType == kind.OFD): // the reading did not come to its end
		// a file that cannot be opened is named by the reason
		return fmt.Errorf("%s: %s", c.File, strings.TrimPrefix(r.Reports[0].Reason, c.File+": "))
	case r.View == nil:
		return fmt.Errorf("%s: pages can be shown of PDF and OFD documents only, this is %s", c.File, r.MediaType)
	case r.View.Width == 0:
		return fmt.Errorf("%s: %s", c.File, r.View.Why)
	}
	if r.View.Picture == nil {
		fmt.Fprintf(std.err, say("the page itself could not be drawn: %s\n", "页面本身未能绘出：%s\n"), spoken(r.View.Why))
	}
	ms := overlay.Marks(r.View, r.Document, r.Reports, c.Page)
	write, to := overlay.WriteSVG, std.out
	if strings.HasSuffix(strings.ToLower(c.Out), ".png") {
		write = overlay.WritePNG
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
