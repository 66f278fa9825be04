package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/sample"
)

type sampleCmd struct {
	Draw  sampleDrawCmd  `cmd:"" default:"withargs" help:"Draw cells of a dataset into a sheet to code by hand."`
	Score sampleScoreCmd `cmd:"" help:"Hold a sheet that was coded against the dataset."`
}

func (sampleCmd) Help() string {
	return `Measures how often a dataset is right. draw writes a sheet (CSV) of cells of the reports that stand, by format, table and what
they say in proportion, and nothing of what was read: who codes it opens the document and writes, of each cell, coded_number, or
coded_state where no number is printed: blank, mark (a dash or slash), text, absent (not in the document). score compares: agreement,
Cohen's kappa, and the upper bound of the share of wrong cells, with 95 % confidence, of all and of those without a finding.

Example:  gongkai sample dataset --cells 300 --out sheet.csv
          gongkai sample score dataset sheet.csv`
}

type sampleDrawCmd struct {
	Dataset string `arg:"" help:"Folder of a dataset."`
	Cells   int    `short:"n" default:"300" placeholder:"N" help:"Cells to draw. With 300 and no error, the bound is 1 %."`
	Seed    uint64 `default:"1" placeholder:"N" help:"Another number draws other cells."`
	Out     string `placeholder:"FILE" help:"Where the sheet goes (default: standard output). A file there is not replaced."`
	sheet
	manner
}

func (c *sampleDrawCmd) Run(ctx context.Context, std streams) (err error) {
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	forms, err := form.Load()
	if err != nil {
		return err
	}
	w := std.out
	if c.JSON && c.Out == "" {
		return misused("--json needs --out FILE: the sheet is a table to be filled in")
	}
	if c.Out != "" {
		// a sheet that somebody coded is a day's work
		f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if err != nil {
			return err
		}
		defer func() {
			if e := f.Close(); err == nil {
				err = e
			}
			if err != nil {
				os.Remove(c.Out)
			}
		}()
		w = f
	}
	n, of, err := sample.Draw(ctx, d, forms, c.Cells, c.Seed, w, c.Excel)
	if err != nil {
		return err
	}
	c.note(std, say("%d of %d cells; write coded_number, or coded_state (blank, mark, text, absent)",
		"共抽取 %d 个数据项（总数 %d）；请填 coded_number，无数值者填 coded_state"+
			"（blank 空白、mark 横线或斜线、text 文字、absent 原文缺失）"), n, of)
	return c.result(std, map[string]any{"sheet": c.Out, "cells": n, "of": of}, func(io.Writer) {})
}

type sampleScoreCmd struct {
	Dataset string `arg:"" help:"Folder of the dataset that it was drawn from."`
	Sheet   string `arg:"" help:"A coded sheet."`
	manner
}

func (c *sampleScoreCmd) Run(ctx context.Context, std streams) error {
	if isFolder(c.Sheet) && !isFolder(c.Dataset) {
		c.Dataset, c.Sheet = c.Sheet, c.Dataset // as it was written before
	}
	d, err := output.Open(c.Dataset)
	if err != nil {
		return err
	}
	f, err := os.Open(c.Sheet)
	if err != nil {
		return err
	}
	defer f.Close()
	s, err := sample.ScoreSheet(ctx, d, f)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Sheet, err)
	}
	return c.result(std, scoreOf(s), func(w io.Writer) { writeScore(w, s) })
}

// scoreOf is a score as JSON.
func scoreOf(s *sample.Score) map[string]any {
	others := []map[string]any{}
	for _, o := range s.Others {
		others = append(others, map[string]any{"row": o.ID, "name": o.Name, "document": o.Document, "coded": o.Coded,
			"published": o.Published, "finding": o.Doubted})
	}
	return map[string]any{"coded": s.Coded, "left": s.Left, "equal": s.Equal, "kappa": s.Kappa, "same_state": s.SameState,
		"state_kappa": s.StateKappa, "upper_error": s.UpperError, "silent": s.Silent, "upper_silent": s.UpperSilent, "others": others}
}

func writeScore(w io.Writer, s *sample.Score) {
	n := float64(s.Coded)
	fmt.Fprintf(w, say("cells coded %d, left open %d\n", "已填写 %d 格，未填 %d 格\n"), s.Coded, s.Left)
	fmt.Fprintf(w, say("agreement %d (%.2f %%), Cohen's kappa %.4f\n", "一致 %d 格（%.2f%%），Cohen’s kappa %.4f\n"),
		s.Equal, 100*float64(s.Equal)/n, s.Kappa)
	fmt.Fprintf(w, say("agreement on what the cell says %d (%.2f %%), kappa %.4f\n", "状态一致 %d 格（%.2f%%），kappa %.4f\n"), s.SameState,
		100*float64(s.SameState)/n, s.StateKappa)
	fmt.Fprintf(w, say("otherwise %d, at most %.2f %% of all cells (95 %%, Clopper-Pearson)\n",
		"不一致 %d 格，占全部数据项至多 %.2f%%（95%%，Clopper-Pearson）\n"), s.Coded-s.Equal, 100*s.UpperError)
	fmt.Fprintf(w, say("otherwise without a finding %d, at most %.2f %% of all cells\n", "不一致且未列为疑点 %d 格，占全部数据项至多 %.2f%%\n"),
		s.Silent, 100*s.UpperSilent)
	for _, o := range s.Others {
		said := say("no finding", "未列为疑点")
		if o.Doubted {
			said = say("has a finding", "已列为疑点")
		}
		fmt.Fprintf(w, say("row %s: %s of %s: coded %s, published %s (%s)\n",
			"第 %s 行：%[3]s 的 %[2]s：填写为 %[4]s，发布为 %[5]s（%[6]s）\n"), o.ID, o.Name, o.Document, o.Coded, o.Published, said)
	}
}
