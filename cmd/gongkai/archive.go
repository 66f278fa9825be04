package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
)

type archiveCmd struct {
	Check  archiveCheckCmd  `cmd:"" help:"Read the whole archive and prove every hash."`
	List   archiveListCmd   `cmd:"" help:"List the captures, one JSON object a line."`
	Export archiveExportCmd `cmd:"" help:"Write the archive as WARC 1.1 files."`
	Import archiveImportCmd `cmd:"" help:"Take over WARC files and folders, so that existing collections can be processed."`
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

type portalsCmd struct {
	List  portalsListCmd  `cmd:"" help:"List the portals."`
	Check portalsCheckCmd `cmd:"" help:"Ask each home page whether it is that of the authority, and write what was found."`
}

type portalsListCmd struct {
	list
	choice
}

func (c *portalsListCmd) Run(std streams) error {
	all, err := c.list.load()
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(all)
	if err != nil {
		return err
	}
	t := tabwriter.NewWriter(std.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(t, "id\tcode\tname\tlevel\thome\tverified\tnote")
	for _, p := range chosen {
		home, verified := p.Home, p.Verified
		if home == "" {
			home = "not known"
		} else if verified == "" {
			verified = "not verified"
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", p.ID, p.Code, p.Name, p.Level, home, verified, p.Note)
	}
	return t.Flush()
}

type portalsCheckCmd struct {
	list
	choice
	conduct
	Out string `placeholder:"FILE" help:"Where the rows that were checked go, as a file for --portals (default: standard output)."`
}

func (portalsCheckCmd) Help() string {
	return `Asks for the home page of each portal, once, and says whether it answers and names the authority. The rows go to --out
with the day in the column verified, or with the reason in the column note; nothing is changed in place.`
}

func (c *portalsCheckCmd) Run(ctx context.Context, std streams) error {
	all, err := c.list.load()
	if err != nil {
		return err
	}
	chosen, err := c.choice.of(all)
	if err != nil {
		return err
	}
	out := std.out
	if c.Out != "" {
		f, err := os.Create(c.Out)
		if err != nil {
			return err
		}
		defer f.Close()
		out = f
	}
	client := fetch.New(fetch.Options{Agent: c.agent(), AllowPrivate: c.AllowPrivate})
	bad := 0
	rows := make([]corpus.Portal, 0, len(chosen))
	for i, p := range chosen {
		if p.Home == "" || ctx.Err() != nil {
			continue
		}
		if i > 0 {
			time.Sleep(100 * time.Millisecond) // each is another host
		}
		ok, why := corpus.Verify(ctx, client.Page, p)
		if ok {
			p.Verified, p.Note = time.Now().Format(time.DateOnly), strings.TrimSpace(why)
		} else {
			p.Verified, p.Note = "", why
			bad++
		}
		fmt.Fprintf(std.err, "%s %s %s: %s\n", p.ID, p.Name, p.Home, map[bool]string{true: "verified", false: why}[ok])
		rows = append(rows, p)
	}
	if err := corpus.WritePortals(out, rows); err != nil {
		return err
	}
	if bad > 0 {
		return errPartly
	}
	return nil
}
