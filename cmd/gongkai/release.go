package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/release"
)

type releaseCmd struct {
	Dataset string `arg:"" help:"Folder of a dataset."`
	Out     string `required:"" placeholder:"DIR" help:"${release_out}"`
	As      string `placeholder:"VERSION" help:"${release_as}"`
	Workers int    `placeholder:"N" help:"Files written at the same time (default: one a processor)."`
	manner

	NoAnomalies bool `help:"${release_noanomalies}"`

	Formats []string `placeholder:"FORMAT,…" help:"${release_formats}"`
	Select  string   `placeholder:"COLUMN=VALUE,…" help:"${release_select}"`
	Names   []string `placeholder:"NAME,…" help:"${release_names}"`

	Title   string   `placeholder:"TEXT" help:"Title to cite it by."`
	Author  []string `sep:"none" placeholder:"NAME" help:"${release_author}"`
	License string   `placeholder:"SPDX" help:"Licence of the release, an SPDX identifier: CC-BY-4.0."`
	DOI     string   `name:"doi" placeholder:"10.…/…" help:"Its DOI."`
	URL     string   `name:"url" placeholder:"URL" help:"Where it lies."`
}

func (releaseCmd) Help() string {
	return `Makes of a dataset what a researcher can cite and a journalist can open: Parquet, CSV (with byte order mark), workbooks a year,
one of them a summary in Chinese, Stata files with labels in both languages, a codebook in Chinese and English, datapackage.json
(Frictionless), Croissant, CITATION.cff, BibTeX, RIS, metadata for Zenodo and DataCite, a validation report, checksums, and what
changed since the release that lies there, down to the cell. Stata and Excel have panel, wide and reports; --formats
csv,stata-all,xlsx-all gives them all tables. --select and --names make an extract with a codebook of its own. Only files
whose report year changed are written again. The same dataset and program give the same bytes. The table anomalies is in it where
gongkai anomalies --write has made it; one that the release before had is not left out unless --no-anomalies says so.

Examples: gongkai release dataset --out release
          gongkai release dataset --out counties --select level=county,kind=government --names 'applications.received.*'`
}

func (c *releaseCmd) Run(ctx context.Context, std streams) error {
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	forms, err := form.Load()
	if err != nil {
		return err
	}
	if inside(c.Dataset, c.Out) || inside(c.Out, c.Dataset) {
		return fmt.Errorf("%s: the release and the dataset cannot lie in each other", c.Out)
	}
	opts := release.Options{Forms: forms, Program: version(), Version: c.As, Workers: c.Workers,
		WithoutAnomalies: c.NoAnomalies, Formats: c.Formats, Names: c.Names, Cite: release.Citation{Title: c.Title,
			Authors: c.Author, License: c.License, DOI: c.DOI, URL: c.URL}}
	if opts.Select, err = output.ParseSelection(c.Select); err != nil {
		return fmt.Errorf("--select: %w", err)
	}
	if opts.Workers == 0 {
		opts.Workers = runtime.GOMAXPROCS(0)
	}
	meter := c.meter(std.err, "writing", "写入")
	opts.Progress = meter.at
	s, err := release.Write(ctx, d, c.Out, opts)
	meter.end()
	if err != nil {
		return err
	}
	if !d.Has("anomalies") {
		c.note(std, say("without the table anomalies; gongkai anomalies %s --write makes it",
			"没有异常表；可用 gongkai anomalies %s --write 生成"), c.Dataset)
	}
	x := s.Changed
	return c.result(std, map[string]any{"release": c.Out, "version": s.Version, "before": known(s.Before), "reports": s.Reports,
		"values": s.Values, "written": s.Written, "kept": s.Kept, "added": x.Added, "removed": x.Removed, "replaced": x.Replaced,
		"reread": x.Reread, "cells_changed": x.Cells}, func(w io.Writer) {
		fmt.Fprintf(w, c.say("release %s in %s: %s, %s; %s written, %d kept\n", "发布版 %s 写入 %s：%s，%s；写入 %s，沿用 %d 个\n"), s.Version, c.Out,
			c.number(int(s.Reports), "report", "reports", "份报告"), c.number(int(s.Values), "value", "values", "个数值"),
			c.number(s.Written, "data file", "data files", "个数据文件"), s.Kept)
		if s.Before != "" {
			fmt.Fprintf(w, c.say("since %s: %s added, %d removed, %d replaced, %d read otherwise, %s changed (changes.csv)\n",
				"与 %s 相比：新增 %s，移除 %d 份，替换 %d 份，重新读取后结果不同 %d 份，改动 %s（changes.csv）\n"), s.Before,
				c.number(x.Added, "report", "reports", "份报告"), x.Removed, x.Replaced, x.Reread, c.number(x.Cells, "cell", "cells", "个数据项"))
		}
	})
}

// inside reports whether path lies in dir or is it.
func inside(dir, path string) bool {
	a, err1 := filepath.Abs(dir)
	b, err2 := filepath.Abs(path)
	rel, err := filepath.Rel(a, b)
	return err1 == nil && err2 == nil && err == nil && filepath.IsLocal(rel)
}
