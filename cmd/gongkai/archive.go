package main

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/normalize/form"
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
	list
	Paths  []string `arg:"" help:"WARC and WACZ files, or folders of them and of documents."`
	Portal string   `placeholder:"ID" help:"${archive_import_portal}"`
}

func (archiveImportCmd) Help() string {
	return `Takes over WARC files (.warc, .warc.gz, .warc.zst) and WACZ files, also those below folders; any other file of a folder
is taken over as a document. What is taken over is judged like pages of a crawl: reports and what hangs on them become documents,
with the address and the day of their capture, which gongkai run --from reads. What was taken over before is there already.

An answer counts for the portal whose home page has its host, else for its host, of whose division nothing is known. Digests are
checked; revisits and segments are put together over all files that are named at once. What is damaged, cut off or no answer is
left and told, with file and place, and the exit code is 3.

Examples:  gongkai archive import crawl-2023.warc.gz --work imported
           gongkai run --from imported --out dataset`
}

func (c *archiveImportCmd) Run(ctx context.Context, std streams) error {
	portals, err := c.load()
	if err != nil {
		return err
	}
	byID := map[string]corpus.Portal{}
	for _, p := range portals {
		byID[p.ID] = p
	}
	if _, ok := byID[c.Portal]; c.Portal != "" && !ok {
		return fmt.Errorf("--portal %s: no portal has this id%s; --portals FILE names portals of your own", c.Portal,
			nearPortals(c.Portal, portals))
	}
	for _, p := range c.Paths {
		if _, err := os.Stat(p); err != nil {
			return err
		}
	}
	l, err := ledger.Open(ctx, c.db(), false)
	if err != nil {
		return err
	}
	defer l.Close()
	a, err := archive.Open(ctx, c.archive())
	if err != nil {
		return err
	}
	defer a.Close()
	n, err := c.takeOver(ctx, std, a, portals, byID)
	if err != nil {
		return err
	}
	forms, err := form.Load()
	if err != nil {
		return err
	}
	judge, done := judgeWith(forms)
	defer done()
	docs, err := adopt(ctx, &crawl.Crawler{Ledger: l, Archive: a, Judge: judge}, slices.Sorted(maps.Keys(n.Portals)), byID)
	if err != nil {
		return err
	}
	fmt.Fprintf(std.out, "documents: %s, %s, %s of one of them; %d are none\n", plural(docs.Reports, "report"),
		plural(docs.Attachments, "attachment"), count(docs.Copies, "copy", "copies"), docs.Others)
	if docs.Undecided > 0 {
		fmt.Fprintf(std.out, "%d could not be read, so that it is not known whether they are reports\n", docs.Undecided)
	}
	if n.NLeft() > 0 {
		return errPartly
	}
	return nil
}

// takeOver brings the files into the archive.
func (c *archiveImportCmd) takeOver(ctx context.Context, std streams, a *archive.Archive, portals []corpus.Portal,
	byID map[string]corpus.Portal) (archive.ImportCount, error) {
	m := a.NewImport(archive.ImportOptions{Portal: c.Portal, PortalOf: portalOf(portals, byID),
		Tell: func(left string) { fmt.Fprintln(std.err, left) }})
	var before archive.ImportCount
	for _, p := range c.Paths {
		info, err := os.Stat(p)
		if err != nil {
			return m.Count(), err
		}
		if info.IsDir() {
			err = m.Folder(ctx, p)
		} else {
			err = m.File(ctx, p)
		}
		if err != nil {
			return m.Count(), fmt.Errorf("%s: %w", p, err)
		}
		n := m.Count()
		fmt.Fprintf(std.out, "%s: %d captures, %d bodies, %d known, %d left\n", p, n.Captures-before.Captures,
			n.Bodies-before.Bodies, n.Known-before.Known, n.NLeft()-before.NLeft())
		before = n
	}
	err := m.Close(ctx)
	n := m.Count()
	if more := n.NLeft() - before.NLeft(); more > 0 || n.Captures > before.Captures {
		fmt.Fprintf(std.out, "what referred to other files: %d captures, %d left\n", n.Captures-before.Captures, more)
	}
	return n, err
}

// adopt makes documents of what was imported for portals.
func adopt(ctx context.Context, c *crawl.Crawler, ids []string, byID map[string]corpus.Portal) (n crawl.Adopted, err error) {
	for _, id := range ids {
		p, ok := byID[id]
		if !ok { // a host that is that of no portal
			p = corpus.Portal{ID: id}
		}
		m, err := c.Adopt(ctx, p)
		if err != nil {
			return n, fmt.Errorf("%s: %w", id, err)
		}
		n.Add(m)
	}
	return n, nil
}

// portalOf gives each address the portal whose home page has its host: of several on one host that whose path it lies
// below. A host that is that of no portal stands for itself, under a name that no portal has.
func portalOf(portals []corpus.Portal, byID map[string]corpus.Portal) func(at string) string {
	type home struct{ id, path string }
	host := func(s string) string { return strings.TrimPrefix(strings.ToLower(s), "www.") }
	homes := map[string][]home{}
	for _, p := range portals {
		if u, err := url.Parse(p.Home); err == nil && u.Host != "" {
			homes[host(u.Host)] = append(homes[host(u.Host)], home{p.ID, path.Dir(u.Path + "x")})
		}
	}
	return func(at string) string {
		u, err := url.Parse(at)
		if err != nil || u.Host == "" {
			return ""
		}
		best, deep, twice := "", -1, false
		for _, h := range homes[host(u.Host)] {
			below := h.path == "/" || h.path == "." || u.Path == h.path || strings.HasPrefix(u.Path, h.path+"/")
			switch n := len(h.path); {
			case !below:
			case n > deep:
				best, deep, twice = h.id, n, false
			case n == deep:
				twice = true
			}
		}
		if best != "" && !twice {
			return best
		}
		id := archive.HostPortal(at)
		if _, taken := byID[id]; taken {
			id = "imported-" + id
		}
		return id
	}
}
