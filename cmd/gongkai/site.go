package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/gongkai/gongkai/output/explore"
)

type siteCmd struct {
	Dataset string `arg:"" help:"Folder of a dataset."`
	Out     string `required:"" placeholder:"DIR" help:"Folder of the site. One that lies there is brought up to date."`
	Workers int    `placeholder:"N" help:"Files made at the same time (default: one a processor)."`
	shown
	manner
}

func (siteCmd) Help() string {
	return `Writes the explorer as static files for any web host, into any folder of it: what gongkai serve shows, with the evidence of every cell, and
the same JSON. Where the list of anomalies is filtered and the prose searched, the browser does it. Files that are there as they
should be are left alone. The same dataset and program give the same bytes.

Example:  gongkai site dataset --out public`
}

func (c *siteCmd) Run(ctx context.Context, std streams) error {
	debug.SetMemoryLimit(700 << 20)
	if inside(c.Dataset, c.Out) || inside(c.Out, c.Dataset) {
		return fmt.Errorf("%s: the site and the dataset cannot lie in each other", c.Out)
	}
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	e, done, err := c.open(ctx, std, c.Dataset, "", explore.Options{Static: true})
	if err != nil {
		return err
	}
	defer done()
	meter := c.meter(std.err, "writing", "写入")
	s, err := e.WriteSite(ctx, c.Out, c.Workers, func(done, all int) { meter.at(done, all, c.Out) })
	meter.end()
	if err != nil {
		return fmt.Errorf("%s: %w", c.Out, err)
	}
	if err := c.result(std, map[string]any{"site": c.Out, "files": s.Files, "pages": s.Pages, "bytes": s.Bytes, "written": s.Written,
		"documents": s.Documents, "lost": s.Lost}, func(w io.Writer) {
		fmt.Fprintf(w, c.say("site in %s: %s (%s), %.1f MB, %d written; %s shown as evidence, %d not to be had\n",
			"网站写入 %s：%s（%s），%.1f MB，本次写入 %d 个；原文可供查看的 %s，无法取得 %d 份\n"), c.Out,
			c.number(s.Files, "file", "files", "个文件"), c.number(s.Pages, "page", "pages", "个页面"), float64(s.Bytes)/1e6, s.Written,
			c.number(s.Documents, "document", "documents", "份文件"), s.Lost)
	}); err != nil {
		return err
	}
	return wholly(s.Lost)
}
