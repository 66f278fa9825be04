package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output/explore/assets"
	"github.com/gongkai/gongkai/output/explore/evidence"
	"github.com/gongkai/gongkai/output/explore/search"
)

// siteName is the file that makes a folder a site of ours: the names of all its files.
const siteName = "site.json"

// A SiteSummary says what WriteSite did.
type SiteSummary struct {
	Files, Written int   // of the site, and those that were not there or otherwise before
	Bytes          int64 // of all
	Pages          int   // of them: HTML, one a body, report and anomaly, and one a view
	Documents      int   // shown as evidence
	Lost           int   // documents that could not be shown; each report says why
}

// siteWriter writes the files of a site.
type siteWriter struct {
	e    *Explorer
	dir  string
	mu   sync.Mutex
	sum  SiteSummary
	have map[string]bool
}

// WriteSite writes the explorer as files for any web host: what the server would answer, under the same names. A site
// that lies there is brought up to date; a folder with other files is refused. The same dataset and program give the
// same bytes.
func (e *Explorer) WriteSite(ctx context.Context, dir string, workers int, progress func(done, all int)) (
	_ *SiteSummary, err error) {
	if !e.opts.Static {
		return nil, errors.New("the explorer was not opened for a static site")
	}
	if err := e.Wait(); err != nil {
		return nil, err
	}
	old, err := readSite(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	w := &siteWriter{e: e, dir: dir, have: map[string]bool{}}
	// should this end half-way, the folder is a site of ours all the same
	if err := w.list(old); err != nil {
		return nil, err
	}
	defer func() { // and what was written is the site's, to be removed by the next one if it is not in that
		if err != nil {
			for f := range old {
				w.have[f] = true
			}
			err = errors.Join(err, w.list(w.have))
		}
	}()
	all, done := len(e.c.Documents)+len(e.c.Reports)+len(e.c.authorities), 0
	step := func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		if done++; progress != nil {
			progress(done, all)
		}
	}
	if err := w.each(ctx, workers, len(e.c.Documents), func(i int) error {
		defer step()
		return w.document(ctx,
			int32(i))
	}); err != nil {
		return nil, err
	}
	if err := w.each(ctx, workers, len(e.c.Reports), func(i int) error {
		defer step()
		key := e.c.key(int32(i))
		if n, _ := e.c.keyed(key); n != int32(i) {
			return nil // the same bytes at another place
		}
		return errors.Join(w.resource(ctx, "api/reports/"+key+".json"), w.page(ctx, "report/"+key))
	}); err != nil {
		return nil, err
	}
	if err := w.each(ctx, workers, len(e.c.authorities), func(i int) error {
		defer step()
		id := e.c.authorities[i].id
		return errors.Join(w.resource(ctx, "api/authorities/"+id+".json"), w.page(ctx, "authority/"+id))
	}); err != nil {
		return nil, err
	}
	names, err := e.siteNames()
	if err != nil {
		return nil, err
	}
	if err := w.each(ctx, workers, len(names), func(i int) error { return w.resource(ctx, names[i]) }); err != nil {
		return nil, err
	}
	singles := append(pageNames(), "embed")
	for _, name := range e.rankedFigures() {
		singles = append(singles, "rank/"+name)
	}
	for _, name := range singles {
		if err := w.page(ctx, name); err != nil {
			return nil, err
		}
	}
	if o := e.odd(); o != nil {
		if err := w.each(ctx, workers, len(o.rows), func(i int) error { return w.page(ctx, "anomaly/"+o.rows[i].ID) }); err != nil {
			return nil, err
		}
	}
	if err := w.search(ctx); err != nil {
		return nil, err
	}
	return &w.sum, w.finish(old)
}

func readSite(dir string) (map[string]bool, error) {
	b, err := os.ReadFile(filepath.Join(dir, siteName))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 {
			return nil, fmt.Errorf("%s: holds files that are no gongkai site (no %s); nothing was written", dir,
				siteName)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var s struct {
		Program string   `json:"program"`
		Files   []string `json:"files"`
	}
	if err := json.Unmarshal(b, &s); err != nil || s.Program != "gongkai site" {
		return nil, fmt.Errorf("%s: not written by gongkai site; nothing was written", filepath.Join(dir, siteName))
	}
	out := map[string]bool{}
	for _, f := range s.Files {
		if filepath.IsLocal(filepath.FromSlash(f)) {
			out[f] = true
		}
	}
	return out, nil
}

func (w *siteWriter) each(ctx context.Context, workers, n int, do func(i int) error) error {
	g, one := errgroup.WithContext(ctx)
	g.SetLimit(max(1, workers))
	for i := range n {
		if one.Err() != nil {
			break
		}
		g.Go(func() error { return do(i) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// siteNames are the resources of a site that are not one a document, report or authority.
func (e *Explorer) siteNames() ([]string, error) {
	names := []string{"api/dataset.json", "api/rules.json", "api/overview.json", "api/home.json", "api/openapi.json",
		"api/examples.json",
		"api/authorities.json", "api/anomalies/all.json"}
	files, err := fs.ReadDir(assets.Files, ".")
	if err != nil {
		return nil, err
	}
	for _, f := range files {
		if path.Ext(f.Name()) != ".html" {
			names = append(names, "assets/"+f.Name())
		}
	}
	for _, region := range append([]string{"all"}, e.c.regions...) {
		for _, level := range append([]string{"all", "none"}, levels...) {
			n := len(e.authoritiesIn(region, level))
			for page := 1; page <= pagesFor(n, pageAuthorities); page++ {
				names = append(names, fmt.Sprintf("api/coverage/%s/%s/%d.json", region, level, page))
			}
		}
	}
	for page := 1; page <= pagesFor(len(e.c.unread), pageUnread); page++ {
		names = append(names, fmt.Sprintf("api/unread/%d.json", page))
	}
	for i := range e.cells {
		names = append(names, "api/peers/"+e.cells[i].Name+".json", "api/figures/"+e.cells[i].Name+".json")
	}
	for i := range e.rates {
		names = append(names, "api/peers/"+e.rates[i].Name+".json", "api/figures/"+e.rates[i].Name+".json")
	}
	names = append(names, e.rankNames()...)
	if o := e.odd(); o != nil {
		for i := range o.rows {
			id := "api/anomalies/" + o.rows[i].ID
			names = append(names, id+".json", id+"/brief.en.html", id+"/brief.zh.html", id+"/brief.en.md",
				id+"/brief.zh.md")
		}
	}
	return names, nil
}

func (w *siteWriter) resource(ctx context.Context, name string) error {
	r, err := w.e.resource(ctx, name, url.Values{})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return w.put(name, r.body)
}

// page writes a page as the index of a folder of its own.
func (w *siteWriter) page(ctx context.Context, name string) error {
	r, err := w.e.resource(ctx, name, url.Values{})
	if err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	w.mu.Lock()
	w.sum.Pages++
	w.mu.Unlock()
	return w.put(path.Join(name, "index.html"), r.body)
}

// put writes a file unless it is there as it should be.
func (w *siteWriter) put(name string, b []byte) error {
	place := filepath.Join(w.dir, filepath.FromSlash(name))
	w.mu.Lock()
	w.have[name] = true
	w.sum.Files++
	w.sum.Bytes += int64(len(b))
	w.mu.Unlock()
	if have, err := os.ReadFile(place); err == nil && bytes.Equal(have, b) {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return err
	}
	temp := place + ".part"
	if err := os.WriteFile(temp, b, 0o644); err != nil {
		return err
	}
	w.mu.Lock()
	w.sum.Written++
	w.mu.Unlock()
	return os.Rename(temp, place)
}

// document writes what shows a document. One that cannot be shown stops nothing: its reports say why. But
// that the machine was too slow is nothing to write into a site: it ends there.
func (w *siteWriter) document(ctx context.Context, i int32) error {
	e := w.e
	d := &e.c.Documents[i]
	if n, _ := e.c.Document(d.ID); n != i {
		return nil
	}
	kind, _ := e.kindOfEvidence(d)
	var names []string
	switch kind {
	case "none":
		return nil
	case "page":
		names = append(names, pageName(d.ID))
	case "picture":
		pages := map[int32]bool{}
		marks, err := e.marks(d.ID)
		if err != nil {
			return err
		}
		for _, m := range marks {
			if m.Place.Page > 0 {
				pages[int32(m.Place.Page)] = true
			}
		}
		if len(pages) == 0 {
			pages[1] = true
		}
		for p := range pages {
			names = append(names, pictureName(d.ID, p))
		}
		slices.Sort(names)
	}
	for _, name := range names {
		r, err := e.resource(ctx, name, url.Values{})
		if err == nil {
			err = w.put(name, r.body)
			if err != nil {
				return err
			}
			continue
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if errors.Is(err, evidence.ErrMachine) {
			return fmt.Errorf("%s: %w; write the site again when the machine has less to do, or with fewer workers", name,
				err)
		}
		e.log("%s: %v", name, err)
		e.mu.Lock()
		if e.lost == nil {
			e.lost = map[string]string{}
		}
		e.lost[d.ID] = err.Error()
		e.mu.Unlock()
		w.mu.Lock()
		w.sum.Lost++
		w.mu.Unlock()
		return nil
	}
	w.mu.Lock()
	w.sum.Documents++
	w.mu.Unlock()
	return nil
}

// search writes the index that a browser can ask.
func (w *siteWriter) search(ctx context.Context) error {
	for _, left := range held.Leftovers(filepath.Join(w.dir, ".search-*")) {
		held.Remove(left) // of one that was killed
	}
	temp, letGo, err := held.Make(w.dir, ".search-")
	if err != nil {
		return err
	}
	defer letGo()
	defer os.RemoveAll(temp)
	if err := search.WriteStatic(ctx, w.e.c.data, temp, nil); err != nil {
		return err
	}
	return filepath.WalkDir(temp, func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(temp, file)
		if err != nil {
			return err
		}
		b, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		return w.put(filepath.ToSlash(rel), b)
	})
}

// list writes the names of the site's files.
func (w *siteWriter) list(names map[string]bool) error {
	list := make([]string, 0, len(names))
	for f := range names {
		list = append(list, f)
	}
	slices.Sort(list)
	b, err := json.MarshalIndent(map[string]any{"program": "gongkai site", "files": list}, "", " ")
	if err != nil {
		return err
	}
	temp := filepath.Join(w.dir, siteName+".part")
	if err := os.WriteFile(temp, append(b, '\n'), 0o644); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(w.dir, siteName))
}

// finish removes what an earlier site had and this one has not.
func (w *siteWriter) finish(old map[string]bool) error {
	for f := range old {
		if w.have[f] {
			continue
		}
		place := filepath.Join(w.dir, filepath.FromSlash(f))
		if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		for folder := filepath.Dir(place); folder != filepath.Clean(w.dir); folder = filepath.Dir(folder) {
			if os.Remove(folder) != nil {
				break // something else is in it
			}
		}
	}
	return w.list(w.have)
}
