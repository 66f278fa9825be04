// Package explore shows a dataset in a browser: coverage, reports with the evidence of every cell, comparisons,
// anomalies, search. The page is one application of embedded files; what it shows are JSON resources, which a server
// makes as they are asked for and a static site holds as files under the same names. docs/explorer.md describes them,
// openapi.json for machines.
//
// It knows the dataset and what readers ask of it; how a value was read, it does not. It writes nothing into the
// dataset.
package explore

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/anomalies"
	"github.com/gongkai/gongkai/output/explore/evidence"
	"github.com/gongkai/gongkai/output/explore/search"
)

// Options of an explorer.
type Options struct {
	Forms     *form.Forms
	Program   string             // version of the program
	Documents evidence.Documents // where the archived documents are; nil = nowhere
	// folder for the index of the search, and for the pack of a large dataset, which are made when they are not there;
	// "" = neither
	Index  string
	Static bool // the resources become files: what needs a server is left out
	// FindUpTo is how many reports a dataset may have for anomalies to be looked for where nobody has
	// (gongkai anomalies --write): that takes memory.
	FindUpTo int
	// reports of a dataset from which on they are packed; below, looking one up takes no time that matters
	PackFrom int
	// SiteURL is where the explorer lies, "https://host/folder/", for what must be a whole address (canonical links,
	// previews); "" = it is not known, and left out
	SiteURL string
	CORS    bool                             // scripts of other origins may read the API
	Log     func(format string, args ...any) // may be nil
}

// An Explorer shows one dataset.
type Explorer struct {
	opts Options
	c    *catalog
	// opened is the state of the dataset before it was read, see datasetState
	opened string
	cells  []form.Cell
	rates  []rate
	cell   map[string]*form.Cell

	mu        sync.Mutex // what is made in the background
	index     *search.Index
	indexing  state
	finding   state
	packing   state
	pack      *pack
	unpacked  sync.Once      // it was said that a pack fails
	stage     int            // grows whenever one of these is there, and no answer is what it was
	answers   *answers       // as they were sent
	searched  sync.WaitGroup // the index is made, or never will be
	looked    sync.WaitGroup // the anomalies are looked for, or never will be
	oddities  *oddities
	cancel    context.CancelFunc
	work      sync.WaitGroup
	once      singleflight.Group
	overviews func() ([]byte, error)
	peers     sync.Map         // name → []byte
	homes     sync.Map         // state of the anomalies → []byte
	ordinal   map[string]int16 // of each cell
	standings *lru.Cache[string, []reckoned]
	doubts    map[int][]doubt // of each year, made when they are asked for
	judged    map[string][]anomalies.Judgement
	pinyin    map[string]string // of divisions, by code: what they are found by
	// the same of provinces, by their two digits
	pinyinOfRegions map[string]string
	edition         jsonEdition
	lost            map[string]string // of a static site: documents that could not be shown, and why
}

// errReplaced says that what is open is not what lies there.
var errReplaced = errors.New("the dataset was replaced while it was opened: open it again")

// state is how far something is that is made in the background.
type state struct {
	State   string `json:"state"` // ready, building, absent or failed
	Done    int    `json:"done"`
	Total   int    `json:"total"`
	Message string `json:"message"`
}

// Open reads what the lists need and begins, in the background, to make what is not there: the index of the search
// and, in a dataset in which nobody has looked, the anomalies.
func Open(ctx context.Context, d *output.Dataset, opts Options) (*Explorer, error) {
	opened, err := datasetState(d.Dir())
	if err != nil {
		return nil, err
	}
	c, err := load(ctx, d)
	if err != nil {
		return nil, err
	}
	e := &Explorer{opts: opts, c: c, opened: opened, cells: opts.Forms.Cells(), rates: makeRates(opts.Forms),
		cell: map[string]*form.Cell{}, ordinal: map[string]int16{}, doubts: map[int][]doubt{}}
	for i := range e.cells {
		e.ordinal[e.cells[i].Name] = int16(i)
		e.cell[e.cells[i].Name] = &e.cells[i]
	}
	if e.answers, err = newAnswers(keptBytes); err != nil {
		c.close()
		return nil, err
	}
	if e.standings, err = lru.New[string, []reckoned](keptStandings); err != nil {
		c.close()
		return nil, err
	}
	if e.judged, err = judgedOf(d.Dir()); err != nil {
		c.close()
		return nil, err
	}
	e.edition, err = editionOf(c)
	if now, stateErr := datasetState(d.Dir()); err == nil && (stateErr != nil || now != opened) {
		err = errors.Join(errReplaced, stateErr)
	}
	if err != nil {
		c.close()
		return nil, err
	}
	e.pinyin, e.pinyinOfRegions = pinyinOf(c)
	e.overviews = sync.OnceValues(e.makeOverview)
	background, cancel := context.WithCancel(context.WithoutCancel(ctx))
	e.cancel = cancel
	if err := e.openAnomalies(background); err != nil {
		e.Close()
		return nil, err
	}
	e.openSearch(background)
	e.openPack(background)
	return e, nil
}

// Close ends what is under way and closes the files.
func (e *Explorer) Close() {
	e.cancel()
	e.work.Wait()
	if e.index != nil {
		e.index.Close()
	}
	if e.pack != nil {
		e.pack.close()
	}
	e.c.close()
}

// Wait waits for what is made in the background; the error says what could not be.
func (e *Explorer) Wait() error {
	e.work.Wait()
	e.mu.Lock()
	defer e.mu.Unlock()
	var errs []error
	for what, s := range map[string]state{"search": e.indexing, "anomalies": e.finding, "reports": e.packing} {
		if s.State == "failed" {
			errs = append(errs, fmt.Errorf("%s: %s", what, s.Message))
		}
	}
	return errors.Join(errs...)
}

// Reports is how many reports the dataset has.
func (e *Explorer) Reports() int { return len(e.c.Reports) }

func (e *Explorer) log(format string, args ...any) {
	if e.opts.Log != nil {
		e.opts.Log(format, args...)
	}
}

func (e *Explorer) openSearch(ctx context.Context) {
	switch {
	case e.opts.Static:
		e.indexing = state{State: "ready", Total: len(e.c.Reports)}
		return
	case e.opts.Index == "":
		e.indexing = state{State: "absent",
			Message: "no index is kept: it was switched off, or there is no folder for " +
				"it (--index)"}
		return
	}
	place, err := search.Place(e.opts.Index, e.c.data)
	if err != nil {
		e.indexing = state{State: "failed", Message: err.Error()}
		return
	}
	if x, err := search.Open(place, e.c.data); err == nil {
		e.index, e.indexing = x, state{State: "ready", Total: len(e.c.Reports)}
		return
	}
	e.indexing = state{State: "building", Total: len(e.c.Reports)}
	e.work.Add(1)
	e.searched.Add(1)
	go func() {
		defer e.work.Done()
		defer e.searched.Done()
		var x *search.Index
		err := os.MkdirAll(filepath.Dir(place), 0o755)
		if err == nil {
			err = search.Build(ctx, e.c.data, place, func(done, total int) {
				e.mu.Lock()
				e.indexing.Done, e.indexing.Total = done, total
				e.mu.Unlock()
			})
		}
		if err == nil {
			x, err = search.Open(place, e.c.data)
		}
		e.mu.Lock()
		defer e.mu.Unlock()
		e.stage++
		if err != nil {
			e.indexing = state{State: "failed", Message: err.Error()}
			if ctx.Err() == nil {
				e.log("the index of the search could not be made: %v", err)
			}
			return
		}
		e.index, e.indexing = x, state{State: "ready", Done: len(e.c.Reports), Total: len(e.c.Reports)}
	}()
}

// openAnomalies opens the table anomalies, or looks for them where nobody has.
func (e *Explorer) openAnomalies(ctx context.Context) error {
	if len(e.c.anomaly) > 0 {
		o, err := e.storedOddities()
		if err != nil {
			return err
		}
		e.oddities, e.finding = o, state{State: "ready", Total: len(o.rows)}
		return nil
	}
	if len(e.c.Reports) > e.opts.FindUpTo {
		e.finding = state{State: "absent", Message: fmt.Sprintf("nobody has looked for anomalies in this dataset yet: "+
			"gongkai anomalies %s --write", filepath.Base(e.c.data.Dir()))}
		return nil
	}
	e.finding = state{State: "building", Total: len(e.c.Reports)}
	e.work.Add(1)
	e.looked.Add(1)
	go func() {
		defer e.work.Done()
		defer e.looked.Done()
		list, err := anomalies.Find(ctx, e.c.data, anomalies.Options{Forms: e.opts.Forms})
		e.mu.Lock()
		defer e.mu.Unlock()
		e.stage++
		if err != nil {
			e.finding = state{State: "failed", Message: err.Error()}
			if ctx.Err() == nil {
				e.log("anomalies could not be looked for: %v", err)
			}
			return
		}
		o, err := e.foundOddities(list)
		if err != nil {
			e.finding = state{State: "failed", Message: err.Error()}
			return
		}
		e.oddities, e.finding = o, state{State: "ready", Done: len(e.c.Reports), Total: len(o.rows)}
	}()
	return nil
}

// states gives how far search and anomalies are.
func (e *Explorer) states() (searching, finding state) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.indexing, e.finding
}

// marshal writes a resource. Chinese characters and < stay as they are: nothing here is put into HTML as it lies.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}
