package crawl

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
)

// seal ends a visit in the archive, with what the ledger holds of it: first the archive, then the ledger.
func (c *Crawler) seal(ctx context.Context, p corpus.Portal, v *ledger.Visit, state, reason string) error {
	if c.replay != nil {
		return nil // it lies there as it was
	}
	part, err := c.Ledger.Part(ctx, v, state, reason)
	if err != nil {
		return err
	}
	packed, err := part.Pack()
	if err != nil {
		return err
	}
	row, err := json.Marshal(p)
	if err != nil {
		return err
	}
	s, err := c.Archive.Seal(ctx, p.ID, v.Name, archive.Ending{Row: row, Ledger: packed})
	if err != nil {
		return err
	}
	return c.Ledger.SetHead(ctx, headOf(s))
}

func headOf(s *archive.Sealed) ledger.Head {
	return ledger.Head{Portal: s.Portal, Visit: s.Visit, Name: s.Name, SHA256: s.SHA256, Core: s.Core}
}

// Witness gives what the ledger knows of the archive.
func Witness(ctx context.Context, l *ledger.Ledger) (w archive.Witness, err error) {
	err = l.Heads(ctx, func(h ledger.Head) error {
		w.Heads = append(w.Heads, archive.Sealed{Portal: h.Portal, Visit: h.Visit, Name: h.Name, SHA256: h.SHA256, Core: h.Core})
		return nil
	})
	if err != nil {
		return w, err
	}
	return w, l.Bodies(ctx, func(portal, url, form, sum string) error {
		c := &archive.Capture{Portal: portal, URL: url, Form: form, SHA256: sum}
		if form != "" {
			c.Method = "POST"
		}
		w.Bodies = append(w.Bodies, c)
		return nil
	})
}

// Rebuilt counts what a rebuild made of an archive.
type Rebuilt struct {
	Portals  int
	Visits   int      // whose part of the ledger lies in the archive
	Replayed int      // of earlier versions, which have none: gone through again in the archive alone
	Open     int      // that had not ended: the next crawl goes on with them
	Left     []string // place: why it could not be used
}

// Rebuild makes the ledger anew from the archive. Visits leave there what they wrote into the ledger; those of earlier
// versions, which did not, are gone through again in the archive, as after a crash, and nobody is asked. What is learned of
// hosts (pace, troubles, robots.txt) is learned anew. The ledger must be empty, or one whose rebuild broke off.
func (c *Crawler) Rebuild(ctx context.Context, portals []corpus.Portal) (r Rebuilt, err error) {
	if err := c.Ledger.BeginRebuild(ctx); err != nil {
		return r, err
	}
	known := map[string]corpus.Portal{}
	for _, p := range portals {
		known[p.ID] = p
	}
	ids, err := c.Archive.Portals(ctx)
	if err != nil {
		return r, err
	}
	imported := false
	for _, id := range ids {
		r.Portals++
		p, listed := known[id]
		var open []archive.Visit
		var last *archive.Sealed
		err := c.Archive.Visits(ctx, id, func(v archive.Visit) error {
			if !listed && v.Row != nil && json.Unmarshal(v.Row, &p) == nil {
				listed = true
			}
			switch {
			case v.Sealed != nil && v.Ledger != nil:
				part, err := ledger.Unpack(v.Ledger)
				if err == nil {
					err = c.Ledger.Restore(ctx, part)
				}
				if err != nil {
					return fmt.Errorf("%s: %w", v.Object, err)
				}
				r.Visits++
				last = v.Sealed
			case v.Sealed != nil:
				last = v.Sealed // taken over from elsewhere: no visit of ours
			case v.Old:
				if !listed {
					r.Left = append(r.Left, v.Object+": a visit of a portal that is in no list; name its list with --portals")
					return nil
				}
				if err := c.again(ctx, p, v); err != nil {
					return err
				}
				r.Replayed++
			case v.Damaged:
				r.Left = append(r.Left, v.Object+": damaged; gongkai archive repair heals what can be healed")
			case !v.Foreign:
				open = append(open, v)
			}
			return nil
		})
		if err != nil {
			return r, err
		}
		if last != nil {
			if err := c.Ledger.SetHead(ctx, headOf(last)); err != nil {
				return r, err
			}
		}
		for _, v := range open[max(0, len(open)-1):] { // a portal has one visit that is open
			began, err := time.Parse(visitName, v.Name)
			if err != nil {
				continue
			}
			if _, err := c.Ledger.RestoreOpen(ctx, id, v.Name, began); err != nil {
				return r, err
			}
			r.Open++
		}
		if !listed {
			p = corpus.Portal{ID: id}
		}
		n, err := c.Adopt(ctx, p)
		if err != nil {
			return r, fmt.Errorf("%s: %w", id, err)
		}
		imported = imported || n != (Adopted{})
	}
	if imported {
		if err := c.Importing(ctx); err != nil {
			return r, err
		}
	}
	return r, c.Ledger.EndRebuild(ctx)
}

// visitName is how visits are named: by the time they began.
const visitName = "20060102T150405.000Z"

// again goes through a visit of an earlier version in the archive.
func (c *Crawler) again(ctx context.Context, p corpus.Portal, old archive.Visit) error {
	began, err := time.Parse(visitName, old.Name)
	if err != nil {
		return nil // none of ours: imported by an earlier version
	}
	clock := began
	one := *c
	one.Now = func() time.Time { return clock }
	one.replay = func(t time.Time) { clock = t }
	one.Bounds.Slice, one.Bounds.Pages, one.Bounds.Bytes = 0, 1<<40, 1<<60
	one.Progress = nil
	v, err := c.Ledger.RestoreOpen(ctx, p.ID, old.Name, began)
	if err != nil {
		return err
	}
	for {
		o, err := one.Visit(ctx, p)
		if err != nil {
			return fmt.Errorf("%s: %w", old.Object, err)
		}
		if o.Done {
			return c.Ledger.EndAt(ctx, v, clock)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}

// Refetch asks the address of a capture anew for a body that is damaged or lost, as politely as a visit. What comes is put
// into the archive: the body itself where it has the hash, and else a capture of its own, of a visit that is named by the
// time of the repair.
func (c *Crawler) Refetch(ctx context.Context, p corpus.Portal, visit string, of *archive.Capture, sum string) (archive.Fetched,
	error) {
	none := func(what string) (archive.Fetched, error) { return archive.Fetched{Gone: true, What: what}, nil }
	again := archive.Fetched{Healed: true, What: "its address gave it again"}
	if of.Method != "" && of.Method != "GET" && of.Method != "POST" {
		return none("it was made here (" + of.Method + "), not received; a visit makes it anew")
	}
	w := &walk{c: c, p: p, v: &ledger.Visit{ID: p.ID + "/" + visit, Portal: p.ID, Name: visit}}
	it := w.item(of.URL, of.Form, "", "", 0, 0, "")
	if it.Host == "" {
		return none("it did not come from a server: " + of.URL)
	}
	w.p.Listings = append([]string{of.URL}, w.p.Listings...) // the host was asked for this before
	kept, err := c.Archive.Get(ctx, p.ID, visit, it.Key)
	switch {
	case err == nil && kept.SHA256 != sum:
		return none("its address gives another body now, kept as " + kept.SHA256)
	case err != nil && !errors.Is(err, archive.ErrMissing):
		return archive.Fetched{}, err
	}
	a, _ := w.ask(ctx, &it, nil, false)
	switch {
	case ctx.Err() != nil:
		return archive.Fetched{}, ctx.Err()
	case a.Body != nil && archive.Sum(a.Body) == sum: // also one of an error, whose page was kept
		if _, err := c.Archive.PutCoded(ctx, a.Body, a.Coded, strings.Join(a.Header.Values("Content-Encoding"), ",")); err != nil {
			return archive.Fetched{}, err
		}
		return again, c.healedBody(ctx, p, sum)
	case a.Trouble != nil:
		switch a.Trouble.Kind {
		case fetch.Gone, fetch.SoftGone, fetch.ByRobots, fetch.OffSite, fetch.Private, fetch.BadURL:
			return none("its address does not give it any more: " + a.Trouble.Error())
		}
		return archive.Fetched{What: a.Trouble.Error()}, nil
	}
	capture := w.captureOf(&it, nil, a)
	capture.Result, capture.Reason = archive.Changed, "asked for by a repair, in the place of the body "+sum
	if err := c.Archive.PutReceived(ctx, capture, a.Body, a.Coded); err != nil {
		return archive.Fetched{}, err
	}
	return none("its address gives another body now, kept as " + capture.SHA256)
}

func (c *Crawler) healedBody(ctx context.Context, p corpus.Portal, sum string) error {
	return (&walk{c: c, p: p}).healed(ctx, sum)
}
