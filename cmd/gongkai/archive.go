package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus/archive"
)

type archiveCmd struct {
	Check  archiveCheckCmd  `cmd:"" help:"Read the whole archive and prove every hash."`
	List   archiveListCmd   `cmd:"" help:"List the captures, one JSON object a line."`
	Export archiveExportCmd `cmd:"" help:"Write the archive as WARC 1.1 files."`
	Import archiveImportCmd `cmd:"" help:"${archive_import}"`
}

// existing opens an archive that is to be read: one that is not there is an error, not an empty one.
func (p place) existing(ctx context.Context) (*archive.Archive, error) {
	at := p.archive()
	if !strings.Contains(at, "://") {
		if _, err := os.Stat(at); err != nil {
			return nil, fmt.Errorf("archive %s: there is none; gongkai crawl or archive import makes it", at)
		}
	}
	return archive.Open(ctx, at)
}

type archiveCheckCmd struct{ place }

func (c *archiveCheckCmd) Run(ctx context.Context, std streams) error {
	a, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	wrong := 0
	captures, bodies, err := a.Check(ctx, func(s string) { wrong++; fmt.Fprintln(std.out, s) })
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "%d captures, %d bodies, %d of them wrong\n", captures, bodies, wrong)
	if wrong > 0 {
		return errPartly
	}
	return nil
}

type archiveListCmd struct {
	place
	Portal string `placeholder:"ID" help:"Only this portal."`
}

func (c *archiveListCmd) Run(ctx context.Context, std streams) error {
	a, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	e := json.NewEncoder(std.out)
	e.SetEscapeHTML(false)
	return a.Captures(ctx, c.Portal, func(x *archive.Capture) error { return e.Encode(x) })
}

type archiveExportCmd struct {
	place
	Out       string `required:"" placeholder:"DIR" help:"Folder for the WARC files."`
	Portal    string `placeholder:"ID" help:"Only this portal."`
	Since     string `placeholder:"DAY" help:"Only captures from this day on, such as 2026-01-31."`
	Megabytes int64  `default:"1000" help:"Size from which a file is followed by another."`
}

func (c *archiveExportCmd) Run(ctx context.Context, std streams) error {
	o := archive.ExportOptions{Portal: c.Portal, MaxBytes: c.Megabytes << 20, Software: "gongkai/" + version()}
	if c.Since != "" {
		t, err := time.Parse(time.DateOnly, c.Since)
		if err != nil {
			return fmt.Errorf("--since %s: a day looks like 2026-01-31", c.Since)
		}
		o.Since = t
	}
	a, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	files, err := a.Export(ctx, c.Out, o)
	for _, f := range files {
		fmt.Fprintln(std.out, f)
	}
	return err
}

type archiveImportCmd struct {
	place
	Paths  []string `arg:"" help:"WARC files (.warc, .warc.gz), or folders of documents."`
	Portal string   `placeholder:"ID" help:"The portal that all of it counts for (default: the host of each page)."`
}

func (c *archiveImportCmd) Run(ctx context.Context, std streams) error {
	a, err := archive.Open(ctx, c.archive())
	if err != nil {
		return err
	}
	defer a.Close()
	left := 0
	for _, p := range c.Paths {
		info, err := os.Stat(p)
		if err != nil {
			return err
		}
		var n archive.ImportCount
		if info.IsDir() {
			n, err = a.ImportFolder(ctx, p, c.Portal)
		} else {
			n, err = a.ImportWARC(ctx, p, c.Portal)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		fmt.Fprintf(std.out, "%s: %d captures, %d bodies, %d left\n", p, n.Captures, n.Bodies, len(n.Left))
		for _, s := range n.Left {
			fmt.Fprintln(std.err, s)
		}
		left += len(n.Left)
	}
	if left > 0 {
		return errPartly
	}
	return nil
}
