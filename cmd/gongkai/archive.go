package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	"github.com/gongkai/gongkai/corpus/queue"
	"github.com/gongkai/gongkai/normalize/form"
)

type archiveCmd struct {
	Check  archiveCheckCmd  `cmd:"" help:"Read the whole archive, prove every hash, and tell every loss."`
	Repair archiveRepairCmd `cmd:"" help:"${archive_repair}"`
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

type archiveCheckCmd struct {
	place
	manner
}

// witness is what the ledger knows of the archive, where there is one.
func (p place) witness(ctx context.Context) (w archive.Witness, there bool, err error) {
	if !strings.Contains(p.db(), "://") {
		if _, err := os.Stat(p.db()); err != nil {
			return w, false, nil
		}
	}
	l, err := ledger.Open(ctx, p.db(), true)
	if err != nil {
		return w, false, err
	}
	defer l.Close()
	state, err := l.State(ctx)
	if err != nil || state != ledger.Used {
		return w, false, err // it knows nothing yet
	}
	w, err = crawl.Witness(ctx, l)
	return w, true, err
}

func (c *archiveCheckCmd) Run(ctx context.Context, std streams) error {
	a, err := c.existing(ctx)
	if err != nil {
		return err
	}
	defer a.Close()
	w, there, err := c.witness(ctx)
	if err != nil {
		return err
	}
	wrong := 0
	meter := c.meter(std.err, "bodies read", "已核对原件")
	a.Progress(meter.at)
	n, err := a.Inspect(ctx, w, func(f archive.Fault) error {
		wrong++
		meter.end()
		if c.JSON {
			return writeObject(std.out, faultObject(f))
		}
		_, err := fmt.Fprintln(std.out, f)
		return err
	})
	meter.end()
	if err != nil {
		return err
	}
	if c.JSON {
		if err := writeObject(std.out, map[string]any{"captures": n.Captures, "bodies": n.Bodies, "wrong": wrong, "segments": n.Segments,
			"open": n.Open, "lost": n.Lost, "ledger": there}); err != nil {
			return err
		}
		return wholly(wrong)
	}
	fmt.Fprintf(std.out, say("%d captures, %d bodies, %d of them wrong; %d segments, %d of visits that go on; %d known to be lost\n",
		"应答 %d 条，内容 %d 份，其中有误 %d 份；分段 %d 个，其中访问未完 %d 个；已知丢失 %d 份\n"),
		n.Captures, n.Bodies, wrong, n.Segments, n.Open, n.Lost)
	if !there {
		fmt.Fprintf(std.out, say("the ledger %s is not there, or empty: the loss of the newest segment of a portal would not be seen\n",
			"采集台账 %s 不存在或为空：各门户最新分段如有丢失，无法发现\n"), c.db())
	}
	if wrong > 0 {
		c.note(std, "%s", say("gongkai archive repair heals what can be healed", "可用 gongkai archive repair 修复"))
	}
	return wholly(wrong)
}

// wholly is the error of a command that left n things undone.
func wholly(n int) error {
	if n > 0 {
		return errPartly
	}
	return nil
}

// faultObject is what is wrong in an archive, as JSON.
func faultObject(f archive.Fault) map[string]any {
	o := map[string]any{"kind": f.Kind, "part": f.Part, "object": f.Object, "why": f.Why}
	for k, v := range map[string]string{"key": f.Key, "sha256": f.SHA256, "url": f.URL, "portal": f.Portal, "visit": f.Visit} {
		if v != "" {
			o[k] = v
		}
	}
	if f.Named > 0 {
		o["named"] = f.Named
	}
	return o
}

type archiveRepairCmd struct {
	place
	manner
	list
	conduct
	Offline bool `help:"Ask no server: heal by copies and checksums only."`
}

func (archiveRepairCmd) Help() string {
	return `Heals what gongkai archive check finds: by the copies and checksums that the archive has, and bodies by asking their
addresses anew, as politely as a crawl does. What takes the place of something has its hash. Damaged bytes go into the
archive's folder quarantine. What no copy and no server has any more is marked as lost and not told again. A repair that is
broken off is started again by the same command.`
}

func (c *archiveRepairCmd) Run(ctx context.Context, std streams) error {
	a, err := c.existing(ctx)
	if err != nil {
		return err
	}
	w, there, err := c.witness(ctx)
	if err != nil {
		a.Close()
		return err
	}
	o := archive.RepairOptions{Witness: w, Now: time.Now()}
	note := func(archive.Outcome) error { return nil }
	end := func() error { return nil }
	if there { // the lock of the ledger keeps crawls away meanwhile
		a.Close()
		g, err := c.place.open(ctx, c.list, c.conduct, queue.Options{Idle: true}, std, true)
		if err != nil {
			return err
		}
		defer g.close()
		a = g.archive
		r := newRefetching(g, ownPortals(c.Work), o.Now)
		if note, end = r.note, r.end; !c.Offline {
			o.Fetch = r.fetch
		}
	} else {
		defer a.Close()
	}
	healed, lost, left := 0, 0, 0
	meter := c.meter(std.err, "bodies read", "已核对原件")
	a.Progress(meter.at)
	err = a.Repair(ctx, o, func(x archive.Outcome) error {
		switch {
		case x.Healed:
			healed++
		case x.Lost:
			lost++
		default:
			left++
		}
		meter.end()
		if err := c.told(std.out, x); err != nil {
			return err
		}
		return note(x)
	})
	meter.end()
	if err == nil {
		err = end()
	}
	if err != nil {
		return err
	}
	if err := c.result(std, map[string]any{"healed": healed, "lost": lost, "left": left, "ledger": there}, func(w io.Writer) {
		fmt.Fprintf(w, say("%d healed, %d lost, %d not healed\n", "修复 %d 份，丢失 %d 份，未修复 %d 份\n"), healed, lost, left)
	}); err != nil {
		return err
	}
	if !there && left > 0 {
		fmt.Fprintf(c.words(std), say("no server was asked: the ledger %s is not there, or empty; gongkai crawl --rebuild makes it\n",
			"未访问任何服务器：采集台账 %s 不存在或为空；可用 gongkai crawl --rebuild 重建\n"), c.db())
	}
	return wholly(lost + left)
}

// told prints what became of a fault.
func (c *archiveRepairCmd) told(w io.Writer, x archive.Outcome) error {
	if !c.JSON {
		_, err := fmt.Fprintln(w, x)
		return err
	}
	o := faultObject(x.Fault)
	o["healed"], o["lost"] = x.Healed, x.Lost
	if x.How != "" {
		o["how"] = x.How
	}
	return writeObject(w, o)
}

// A refetching asks servers for bodies that are damaged.
type refetching struct {
	g       *crawling
	portals map[string]corpus.Portal
	visit   string
	touched map[string]bool
	now     time.Time
}

func newRefetching(g *crawling, own []string, now time.Time) *refetching {
	r := &refetching{g: g, portals: map[string]corpus.Portal{}, touched: map[string]bool{}, now: now,
		visit: now.UTC().Format("20060102T150405.000Z")}
	more, err := corpus.LoadPortals(own, false)
	if err != nil {
		more = nil
	}
	for _, p := range append(more, g.portals...) {
		r.portals[p.ID] = p
	}
	return r
}

func (r *refetching) fetch(ctx context.Context, c *archive.Capture, sum string) (archive.Fetched, error) {
	p, ok := r.portals[c.Portal]
	if !ok {
		p = corpus.Portal{ID: c.Portal}
	}
	r.touched[p.ID] = true
	return r.g.crawler.Refetch(ctx, p, r.visit, c, sum)
}

// note keeps for status what became of a body.
func (r *refetching) note(x archive.Outcome) error {
	if x.Part != archive.PartBody || x.Portal == "" || x.SHA256 == "" {
		return nil
	}
	b := ledger.Broken{Portal: x.Portal, SHA256: x.SHA256, URL: x.URL, Why: x.Why, Found: r.now, How: x.How}
	switch {
	case x.Healed:
		b.Healed = r.now
	case !x.Lost:
		b.Why, b.How = x.Why+"; "+x.How, ""
	}
	return r.g.ledger.SetBroken(context.Background(), b)
}

// end seals what was received in the place of what was lost.
func (r *refetching) end() error {
	ctx := context.Background()
	for _, id := range slices.Sorted(maps.Keys(r.touched)) {
		any := false
		err := r.g.archive.Visits(ctx, id, func(v archive.Visit) error { any = any || v.Name == r.visit; return nil })
		if err != nil {
			return err
		}
		if !any {
			continue
		}
		s, err := r.g.archive.Seal(ctx, id, r.visit, archive.Ending{})
		if err != nil {
			return err
		}
		if err := r.g.ledger.SetHead(ctx, ledger.Head{Portal: id, Visit: s.Visit, Name: s.Name, SHA256: s.SHA256,
			Core: s.Core}); err != nil {
			return err
		}
	}
	return nil
}

type archiveListCmd struct {
	place
	manner
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
	err = a.Captures(ctx, c.Portal, func(x *archive.Capture) error { return e.Encode(x) })
	if errors.Is(err, archive.ErrDamaged) {
		fmt.Fprintln(std.err, spoken(err.Error()))
		return errPartly
	}
	return err
}

type archiveExportCmd struct {
	place
	manner
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
		if err := c.result(std, map[string]string{"file": f}, func(w io.Writer) { fmt.Fprintln(w, f) }); err != nil {
			return err
		}
	}
	if errors.Is(err, archive.ErrDamaged) {
		fmt.Fprintln(std.err, spoken(err.Error()))
		return errPartly
	}
	return err
}

type archiveImportCmd struct {
	place
	list
	Paths  []string `arg:"" help:"WARC and WACZ files, or folders of them and of documents."`
	Portal string   `placeholder:"ID" help:"${archive_import_portal}"`
	manner
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
	forms, err := form.Load()
	if err != nil {
		return err
	}
	judge, done := judgeWith(forms)
	defer done()
	g := &crawling{ledger: l, archive: a, crawler: &crawl.Crawler{Ledger: l, Archive: a, Judge: judge}}
	if err := c.belongs(ctx, g); err != nil {
		return err
	}
	if err := g.crawler.Importing(ctx); err != nil {
		return err
	}
	n, err := c.takeOver(ctx, std, g, portals, byID)
	if err != nil {
		return err
	}
	docs, err := adopt(ctx, g.crawler, slices.Sorted(maps.Keys(n.Portals)), byID)
	if err != nil {
		return err
	}
	if c.JSON {
		if err := writeObject(std.out, map[string]any{"captures": n.Captures, "bodies": n.Bodies, "known": n.Known, "left": n.NLeft(),
			"reports": docs.Reports, "attachments": docs.Attachments, "copies": docs.Copies, "others": docs.Others,
			"undecided": docs.Undecided}); err != nil {
			return err
		}
		return wholly(n.NLeft())
	}
	fmt.Fprintf(std.out, say("documents: %s, %s, %s of one of them; %d are none\n", "文件：%s，%s，%s；其他 %d 份\n"),
		number(docs.Reports, "report", "reports", "份报告"), number(docs.Attachments, "attachment", "attachments", "个附件"),
		number(docs.Copies, "copy", "copies", "份副本"), docs.Others)
	if docs.Undecided > 0 {
		fmt.Fprintf(std.out, say("%d could not be read, so that it is not known whether they are reports\n", "%d 份未能读取，是否报告尚不可知\n"),
			docs.Undecided)
	}
	if n.NLeft() > 0 {
		return errPartly
	}
	return nil
}

// takeOver brings the files into the archive.
func (c *archiveImportCmd) takeOver(ctx context.Context, std streams, g *crawling, portals []corpus.Portal,
	byID map[string]corpus.Portal) (archive.ImportCount, error) {
	meter, on := c.meter(std.err, "records read", "已读取记录"), ""
	defer meter.end()
	m := g.archive.NewImport(archive.ImportOptions{Portal: c.Portal, PortalOf: portalOf(portals, byID),
		Tell: func(left string) { meter.line("%s", left) }, Progress: func(records int) { meter.at(records, 0, on) }})
	var before archive.ImportCount
	for i, p := range c.Paths {
		on = fmt.Sprintf(say("file %d of %d, %s", "文件 %d/%d，%s"), i+1, len(c.Paths), p)
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
		meter.end()
		fmt.Fprintf(c.words(std), "%s: %d captures, %d bodies, %d known, %d left\n", p, n.Captures-before.Captures,
			n.Bodies-before.Bodies, n.Known-before.Known, n.NLeft()-before.NLeft())
		before = n
	}
	err := m.Close(ctx)
	if err == nil {
		err = g.crawler.Imported(ctx, m.Sealed())
	}
	n := m.Count()
	if more := n.NLeft() - before.NLeft(); more > 0 || n.Captures > before.Captures {
		fmt.Fprintf(c.words(std), say("what referred to other files: %d captures, %d left\n", "引用其他文件的：应答 %d 条，未导入 %d 条\n"),
			n.Captures-before.Captures, more)
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
