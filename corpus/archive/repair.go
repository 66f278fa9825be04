package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// RepairOptions say with what an archive is repaired.
type RepairOptions struct {
	Witness
	Now time.Time // when what cannot be healed is marked as lost
	// Fetch asks the address of a capture anew, for a body of the hash sum, and puts into the archive what it received.
	// nil = nobody is asked, and nothing is given up that a server may have.
	Fetch func(ctx context.Context, c *Capture, sum string) (Fetched, error)
}

// Fetched is what asking an address anew came to.
type Fetched struct {
	Healed bool   // it gave the body
	Gone   bool   // it does not have it any more; neither = it may be asked again another time
	What   string // in words
}

// An Outcome is what became of a fault.
type Outcome struct {
	Fault
	Healed bool
	Lost   bool   // nothing has it any more: it is marked, and not told again
	How    string // in words
}

// String says it in a line.
func (o Outcome) String() string {
	state := "not healed"
	switch {
	case o.Healed:
		state = "healed"
	case o.Lost:
		state = "lost"
	}
	return fmt.Sprintf("%s: %s: %s", state, o.Fault, o.How)
}

// Repair heals what Inspect finds. Damaged bytes go into quarantine/, they are never thrown away. A segment is healed by
// its copy in the next one or in the ledger, or where single bits were turned by turning them back; a body by turning a
// bit back, or by its address; whatever is given in the place of something has its hash. What nothing has any more is
// marked as lost. Each fault is told once. Whatever breaks a repair off, it can be started again.
func (a *Archive) Repair(ctx context.Context, o RepairOptions, tell func(Outcome) error) error {
	heads := o.heads()
	portals, err := a.portals(ctx)
	if err != nil {
		return err
	}
	for _, h := range o.Heads {
		if !slices.Contains(portals, h.Portal) {
			portals = append(portals, h.Portal)
		}
	}
	for _, p := range portals {
		if err := a.repairPortal(ctx, p, heads[p], o, tell); err != nil {
			return err
		}
	}
	a.mu.Lock()
	a.visits = nil // what was read of them may be another now
	a.mu.Unlock()
	var faults []Fault
	if _, err := a.Inspect(ctx, o.Witness, func(f Fault) error {
		if f.Part == PartBody || f.Part == PartMark || f.Kind == FaultForeign || strings.HasPrefix(f.Object, "captures/") {
			faults = append(faults, f)
		}
		return nil
	}); err != nil {
		return err
	}
	return a.repairObjects(ctx, faults, o, tell)
}

// repairPortal heals the segments of a portal: first those that are there, then those that are not, by their copies in
// the others, and then the copies.
func (a *Archive) repairPortal(ctx context.Context, portal string, head Sealed, o RepairOptions, tell func(Outcome) error) error {
	v, err := a.view(ctx, portal, head)
	if err != nil {
		return err
	}
	touched := false
	for _, s := range v.segments {
		faults := v.faults(s)
		if len(faults) == 0 {
			continue
		}
		touched = true
		if err := a.repairSegment(ctx, v, s, faults, tell); err != nil {
			return fmt.Errorf("archive: %s: %w", s.name, err)
		}
	}
	for {
		if v, err = a.view(ctx, portal, head); err != nil {
			return err
		}
		names := v.lost()
		at := slices.IndexFunc(names, func(n string) bool { return v.copies[n] != nil })
		if at < 0 {
			for _, name := range names {
				if err := a.repairMissing(ctx, v, name, o, tell); err != nil {
					return fmt.Errorf("archive: %s: %w", name, err)
				}
			}
			break
		}
		touched = true
		if err := a.repairMissing(ctx, v, names[at], o, tell); err != nil {
			return fmt.Errorf("archive: %s: %w", names[at], err)
		}
	}
	if !touched {
		return nil
	}
	return a.completeCopies(ctx, v)
}

// repairSegment heals a segment that is there.
func (a *Archive) repairSegment(ctx context.Context, v *portalView, s *segment, faults []Fault, tell func(Outcome) error) error {
	ended := s.manifest != nil || s.seal != "" || v.expect[s.name] != ""
	if !ended && !a.s.appends() {
		return a.repairParts(ctx, s.name, faults, tell)
	}
	whole, lost, how, err := s.healed(v, ended)
	if err != nil {
		return err
	}
	if whole, err = v.withCopies(s.name, whole); err != nil {
		return err
	}
	if !bytes.Equal(whole, s.bytes) {
		if err := a.quarantine(ctx, s.name, s.bytes); err != nil {
			return err
		}
		if err := a.s.replace(ctx, s.name, whole); err != nil {
			return err
		}
	}
	for _, f := range faults {
		x := Outcome{Fault: f, Healed: true, How: how}
		if lost[f.Key] && f.Part == PartCapture || lost["*"] {
			x.Healed, x.Lost, x.How = false, true, "nothing has it any more; the damaged bytes are in quarantine"
		}
		if err := tell(x); err != nil {
			return err
		}
	}
	return nil
}

// repairMissing brings back a segment that is not there, or marks that it is lost.
func (a *Archive) repairMissing(ctx context.Context, v *portalView, name string, o RepairOptions, tell func(Outcome) error) error {
	if marked, err := a.s.has(ctx, markName(name)); err != nil || marked {
		return err
	}
	_, _, visit, _ := parseSegmentName(name)
	x := Outcome{Fault: Fault{Kind: FaultMissing, Part: PartSegment, Object: name, Portal: v.portal, Visit: visit,
		Why: "others name it, and it is not there"}}
	if core := v.copies[name]; core != nil {
		whole, err := v.withCopies(name, core)
		if err == nil {
			err = a.s.replace(ctx, name, whole)
		}
		if err != nil {
			return err
		}
		x.Healed, x.How = true, "by its copy"
		return tell(x)
	}
	x.Lost, x.How = true, "no copy of it is left"
	if err := a.mark(ctx, Mark{Object: name, Portal: v.portal, Time: o.Now.UTC(), Why: x.Why + "; " + x.How}); err != nil {
		return err
	}
	return tell(x)
}

// completeCopies puts copies where they belong and could not be put before what they are of was healed.
func (a *Archive) completeCopies(ctx context.Context, v *portalView) error {
	for _, s := range v.segments {
		if !s.sealed() {
			continue
		}
		whole, err := v.withCopies(s.name, s.bytes[:s.core])
		if err != nil {
			return err
		}
		if !bytes.Equal(whole, s.bytes) {
			if err := a.s.replace(ctx, s.name, whole); err != nil {
				return fmt.Errorf("archive: %s: %w", s.name, err)
			}
		}
	}
	return nil
}

// healed gives what a damaged segment is to be, to its seal: as it was where that can be told, and else without what was
// lost. lost has the keys of captures that were; "*" for all that its faults name.
func (s *segment) healed(v *portalView, ended bool) (whole []byte, lost map[string]bool, how string, err error) {
	if core := v.copies[s.name]; core != nil {
		return core, nil, "by its copy", nil
	}
	lost = map[string]bool{}
	var all []record // in their order, those too that could be turned back
	bad := slices.Clone(s.bad)
	if s.torn >= 0 && ended {
		bad = append(bad, span{s.torn, len(s.bytes)})
	}
	for _, r := range s.records {
		for len(bad) > 0 && bad[0].from < r.frame {
			all, bad = append(all, lostSpan(s, bad[0])), bad[1:]
		}
		all = append(all, r)
	}
	for _, p := range bad {
		all = append(all, lostSpan(s, p))
	}
	var m *Manifest
	have := map[string]record{}
	var body []byte
	for _, r := range all {
		have[r.Kind+r.SHA256] = r
		if r.Kind == kindManifest {
			m = &Manifest{}
			if err := json.Unmarshal(r.body, m); err != nil {
				m = nil
			}
			body = r.body
		}
	}
	head := headLine(s.name)
	var records []record
	if m != nil {
		for _, e := range m.Records {
			r, ok := have[e.Kind+e.SHA256]
			if !ok {
				r, ok = s.atPlace(m, e)
			}
			if !ok {
				lost[e.Key] = true
				note, err := json.Marshal(Loss{Entry: e, Why: "it was damaged, and no copy of it is left"})
				if err != nil {
					return nil, nil, "", err
				}
				r = newRecord(kindLost, e.Key, note)
			}
			records = append(records, r)
		}
		if len(lost) == 0 {
			b := bytes.Clone(head)
			for _, r := range records {
				b = append(b, framed(r)...)
			}
			b = append(b, framed(newRecord(kindManifest, "", body))...)
			seal := Sum(b)
			if e := v.expect[s.name]; e == "" || e == seal || slices.Contains(m.Was, e) {
				return append(b, framed(newRecord(kindSeal, "", []byte(seal)))...), nil, "by turning bits back, as its checksums prove", nil
			}
		}
	} else {
		for _, r := range all {
			if r.Kind != kindSeal && r.Kind != kindCopy {
				records = append(records, r)
			}
			if r.Kind == kindLost {
				lost["*"] = true
			}
		}
		if !ended {
			b := bytes.Clone(head)
			for _, r := range records {
				b = append(b, framed(r)...)
			}
			return b, lost, "by turning bits back, as its checksums prove", nil
		}
		lost["*"] = true
		m = &Manifest{Portal: v.portal, Before: []Link{}}
		_, m.Number, m.Visit, _ = parseSegmentName(s.name)
	}
	for _, was := range []string{s.seal, v.expect[s.name]} {
		if was != "" && !slices.Contains(m.Was, was) {
			m.Was = append(m.Was, was)
		}
	}
	whole, err = closed(head, records, m, nil)
	return whole, lost, "what is left of it was sealed anew", err
}

// atPlace gives a record that stands where the manifest says, with a bit turned that can be turned back; its frame may be
// damaged too.
func (s *segment) atPlace(m *Manifest, want Entry) (record, bool) {
	at := len(headLine(s.name))
	for _, e := range m.Records {
		line := len(framed(record{Entry: e})) - 1
		if from, to := at+line, at+line+e.Bytes; e.Kind == want.Kind && e.SHA256 == want.SHA256 && to <= len(s.bytes) {
			body := s.bytes[from:to]
			if Sum(body) != e.SHA256 {
				body = turnBack(body, e.CRC, e.SHA256)
			}
			if body != nil {
				return named(record{Entry: e, body: bytes.Clone(body)}), true
			}
		}
		at += line + e.Bytes + 1
	}
	return record{}, false
}

// withCopies puts the copies of the segments before behind a sealed one, as far as they can be had.
func (v *portalView) withCopies(name string, core []byte) ([]byte, error) {
	s := readSegment(name, core)
	if s.manifest == nil {
		return core, nil
	}
	out := bytes.Clone(core)
	for _, l := range s.manifest.Before {
		if !l.Copied {
			continue
		}
		before := segmentName(v.portal, l.Number, l.Visit)
		copied := v.copies[before]
		for _, p := range v.segments {
			if p.name == before && p.sealed() {
				copied = p.bytes[:p.core]
			}
		}
		if copied == nil {
			continue
		}
		body, err := packCopy(before, copied)
		if err != nil {
			return nil, err
		}
		out = append(out, framed(newRecord(kindCopy, "", body))...)
	}
	return out, nil
}

// repairParts heals the parts of a segment that is not sealed, in a store that cannot append.
func (a *Archive) repairParts(ctx context.Context, name string, faults []Fault, tell func(Outcome) error) error {
	var parts []string
	if err := a.s.list(ctx, name+openParts, func(p string) error { parts = append(parts, p); return nil }); err != nil {
		return err
	}
	for _, p := range parts {
		b, err := a.s.get(ctx, p)
		if err != nil {
			return err
		}
		if r, ok := frameAt(b, 0); ok && r.end == len(b) && r.whole(b) {
			continue
		}
		if err := a.quarantine(ctx, p, b); err != nil {
			return err
		}
		r := lostSpan(&segment{bytes: b}, span{0, len(b)})
		if err := a.s.replace(ctx, p, framed(r)); err != nil {
			return err
		}
		x := Outcome{Fault: Fault{Kind: FaultDamaged, Part: PartCapture, Object: p}, Healed: r.Kind != kindLost,
			How: "by turning bits back, as its checksums prove"}
		if x.Portal, _, x.Visit, _ = parseSegmentName(name); len(faults) > 0 {
			x.Why = faults[0].Why
		}
		if x.Lost = !x.Healed; x.Lost {
			x.How = "nothing has it any more; the damaged bytes are in quarantine"
		}
		if err := tell(x); err != nil {
			return err
		}
	}
	return nil
}

// repairObjects heals bodies, and puts aside what is foreign and what cannot be read.
func (a *Archive) repairObjects(ctx context.Context, faults []Fault, o RepairOptions, tell func(Outcome) error) error {
	from, err := a.namers(ctx, faults, o.Bodies)
	if err != nil {
		return err
	}
	for _, f := range faults {
		var x Outcome
		switch {
		case f.Kind == FaultForeign || f.Part == PartMark:
			x, err = a.putAside(ctx, f)
		case f.Part == PartCapture:
			x, err = a.giveUp(ctx, f, o, "captures of earlier versions have no checksums by which they could be healed")
		default:
			x, err = a.repairBody(ctx, f, from[f.SHA256], o)
		}
		if err == nil {
			err = tell(x)
		}
		if err != nil {
			return fmt.Errorf("archive: %s: %w", f.Object, err)
		}
	}
	return nil
}

// mostNamers is how many captures of a body are looked at to heal it: its addresses, newest last.
const mostNamers = 8

// namers gives the captures that name the bodies of faults.
func (a *Archive) namers(ctx context.Context, faults []Fault, more []*Capture) (map[string][]*Capture, error) {
	out := map[string][]*Capture{}
	for _, f := range faults {
		if f.Part == PartBody && f.SHA256 != "" {
			out[f.SHA256] = nil
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	take := func(c *Capture) error {
		sum := c.SHA256
		if sum == "" && c.Since != nil {
			sum = c.Since.SHA256
		}
		if all, wanted := out[sum]; wanted {
			if len(all) == mostNamers {
				all = append(all[:1], all[2:]...)
			}
			out[sum] = append(all, c)
		}
		return nil
	}
	for _, c := range more {
		if err := take(c); err != nil {
			return nil, err
		}
	}
	err := a.Captures(ctx, "", take)
	if errors.Is(err, ErrDamaged) {
		err = nil // told already
	}
	return out, err
}

// repairBody heals the body of captures.
func (a *Archive) repairBody(ctx context.Context, f Fault, from []*Capture, o RepairOptions) (Outcome, error) {
	x := Outcome{Fault: f}
	name := f.Object
	b, err := a.s.get(ctx, name)
	if err != nil && !errors.Is(err, ErrMissing) {
		return x, err
	}
	for _, c := range from {
		crc, sum := c.CRC, c.SHA256
		if strings.HasSuffix(name, gzipped) {
			if c.Coded == nil {
				continue
			}
			crc, sum = c.Coded.CRC, c.Coded.SHA256
		}
		if whole := turnBack(b, crc, sum); whole != nil {
			if err := a.quarantine(ctx, name, b); err != nil {
				return x, err
			}
			x.Healed, x.How = true, "by turning a bit back, as its hash proves"
			return x, a.s.replace(ctx, name, whole)
		}
	}
	other := blobName(f.SHA256)
	if other == name {
		other += gzipped
	}
	if ok, err := a.wholeObject(ctx, other, f.SHA256); err != nil || ok {
		if err == nil && b != nil {
			_, err = a.putAside(ctx, f)
		}
		x.Healed, x.How = true, "it is kept in another form"
		return x, err
	}
	if f.Named == 0 {
		if x, err := a.putAside(ctx, f); err != nil {
			return x, err
		}
		x.Healed, x.How = true, "no capture names it; it is in quarantine"
		return x, nil
	}
	if o.Fetch == nil {
		x.How = "nobody was asked for it"
		return x, nil
	}
	var said []string
	gone := true
	asked := map[string]bool{}
	for _, c := range slices.Backward(from) {
		if at := c.Method + " " + c.URL + " " + c.Form; !asked[at] {
			asked[at] = true
			got, err := o.Fetch(ctx, c, f.SHA256)
			if err != nil {
				return x, err
			}
			if got.Healed {
				x.Healed, x.How = true, got.What
				return x, nil
			}
			gone = gone && got.Gone
			said = append(said, got.What)
		}
	}
	if !gone {
		x.How = strings.Join(said, "; ") + "; it is asked for again by the next repair"
		return x, nil
	}
	return a.giveUp(ctx, f, o, strings.Join(said, "; "))
}

func (a *Archive) wholeObject(ctx context.Context, name, sum string) (bool, error) {
	b, err := a.s.get(ctx, name)
	if errors.Is(err, ErrMissing) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	body, err := plain(name, b)
	return err == nil && Sum(body) == sum, nil
}

// giveUp marks as lost what nothing has any more; its damaged bytes go into quarantine.
func (a *Archive) giveUp(ctx context.Context, f Fault, o RepairOptions, why string) (Outcome, error) {
	x := Outcome{Fault: f, Lost: true, How: why}
	m := Mark{Object: f.Object, SHA256: f.SHA256, Portal: f.Portal, URL: f.URL, Time: o.Now.UTC(),
		Why: strings.TrimPrefix(f.Why+"; "+why, "; ")}
	if err := a.mark(ctx, m); err != nil {
		return x, err
	}
	_, err := a.putAside(ctx, f)
	return x, err
}

// putAside moves an object into quarantine.
func (a *Archive) putAside(ctx context.Context, f Fault) (Outcome, error) {
	x := Outcome{Fault: f, Healed: true, How: "it is in quarantine now"}
	b, err := a.s.get(ctx, f.Object)
	if errors.Is(err, ErrMissing) {
		return x, nil
	}
	if err != nil {
		return x, err
	}
	if err := a.quarantine(ctx, path.Clean(f.Object), b); err != nil {
		return x, err
	}
	return x, a.s.remove(ctx, f.Object)
}
