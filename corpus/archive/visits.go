package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"sync"
)

// A visited visit is what this process knows of one that it puts captures into: where they go, and which there are.
// What is known holds as long as nobody else puts captures into the same visit: see Resume.
type visited struct {
	mu     sync.Mutex
	loaded bool
	old    bool              // captures of it lie in files of their own, as earlier versions kept them
	open   string            // the segment that is not sealed; "" = none
	at     int               // where its last whole record ends
	size   int               // of it, as it was read
	sealed string            // its last segment that is sealed; "" = none
	keys   map[string][]byte // captures by their keys
}

// mostVisited is how many visits are kept in mind.
const mostVisited = 64

// errMoved says that a segment is not as long as it was: another has written to it.
var errMoved = errors.New("the segment was written to by another")

// Resume has what this process knows of a visit read anew: another may have gone on with it meanwhile.
func (a *Archive) Resume(portal, visit string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.visits, portal+"/"+visit)
}

// visit gives a visit, locked and read.
func (a *Archive) visit(ctx context.Context, portal, visit string) (*visited, error) {
	if !nameable(portal) || !nameable(visit) {
		return nil, fmt.Errorf("archive: portal %q, visit %q: no names of a folder and a file", portal, visit)
	}
	a.mu.Lock()
	v := a.visits[portal+"/"+visit]
	if v == nil {
		if a.visits == nil {
			a.visits = map[string]*visited{}
		}
		for k, old := range a.visits {
			if len(a.visits) < mostVisited {
				break
			}
			if old.mu.TryLock() { // nobody is at it: it is read again when it is wanted
				delete(a.visits, k)
				old.mu.Unlock()
			}
		}
		v = &visited{}
		a.visits[portal+"/"+visit] = v
	}
	a.mu.Unlock()
	v.mu.Lock()
	if v.loaded {
		return v, nil
	}
	if err := a.load(ctx, v, portal, visit); err != nil {
		v.mu.Unlock()
		return nil, err
	}
	return v, nil
}

// nameable tells what can be the name of a folder or a part of one of a file, here and in a bucket.
func nameable(s string) bool {
	return s != "" && s != "." && s != ".." && !strings.ContainsAny(s, "/\\\n\x00 ")
}

func (a *Archive) load(ctx context.Context, v *visited, portal, visit string) error {
	v.open, v.at, v.size, v.sealed, v.keys, v.old = "", 0, 0, "", map[string][]byte{}, false
	names, err := a.segments(ctx, portal)
	if err != nil {
		return err
	}
	for _, name := range names {
		if _, _, of, _ := parseSegmentName(name); of != visit {
			continue
		}
		b, err := a.segmentBytes(ctx, name)
		if err != nil {
			return fmt.Errorf("archive: %s: %w", name, err)
		}
		s := readSegment(name, b)
		for _, r := range s.records {
			if r.Kind == kindCapture && r.Key != "" {
				v.keys[r.Key] = r.body
			}
		}
		if s.manifest != nil || s.seal != "" {
			v.sealed = name
			continue
		}
		v.open, v.at, v.size = name, len(b), len(b)
		if s.torn >= 0 {
			v.at = s.torn
		}
	}
	stop := errors.New("there is one")
	err = a.s.list(ctx, path.Join("captures", portal, visit)+"/", func(string) error { return stop })
	if v.old = errors.Is(err, stop); v.old {
		err = nil
	}
	v.loaded = err == nil
	return err
}

// segments lists the segments of a portal, in the order of their numbers, those too that are not sealed.
func (a *Archive) segments(ctx context.Context, portal string) ([]string, error) {
	seen := map[string]bool{}
	err := a.s.list(ctx, path.Join("visits", portal)+"/", func(name string) error {
		name, _, _ = strings.Cut(name, openParts)
		if _, _, _, ok := parseSegmentName(name); ok {
			seen[name] = true
		}
		return nil
	})
	return slices.Sorted(maps.Keys(seen)), err
}

// openParts stands in the names of the parts of a segment that is not sealed, where a store cannot append: a part a
// record.
const openParts = ".open/"

// segmentBytes gives a segment; one that is not sealed as far as it goes.
func (a *Archive) segmentBytes(ctx context.Context, name string) ([]byte, error) {
	b, err := a.s.get(ctx, name)
	if !errors.Is(err, ErrMissing) || a.s.appends() {
		return b, err
	}
	type part struct {
		order string
		bytes []byte
	}
	var parts []part
	err = a.s.list(ctx, name+openParts, func(at string) error {
		p, err := a.s.get(ctx, at)
		if err != nil {
			return err
		}
		x := part{order: path.Base(at), bytes: p}
		if r, ok := frameAt(p, 0); ok && r.whole(p) {
			if c, err := parseCapture(r.body); err == nil {
				x.order = c.Time.UTC().Format("20060102150405.000000000") + c.Key
			}
		}
		parts = append(parts, x)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(parts) == 0 {
		return nil, ErrMissing
	}
	slices.SortFunc(parts, func(a, b part) int { return strings.Compare(a.order, b.order) })
	b = headLine(name)
	for _, p := range parts {
		b = append(b, p.bytes...)
	}
	return b, nil
}

// keep puts the record of a capture into the segment of its visit. One that is there already is left as it is.
func (a *Archive) keep(ctx context.Context, c *Capture) error {
	v, err := a.visit(ctx, c.Portal, c.Visit)
	if err != nil {
		return err
	}
	defer v.mu.Unlock()
	if there, err := a.there(ctx, v, c.Portal, c.Visit, c.Key); there != nil || err != nil {
		return err
	}
	body, err := marshal(c)
	if err != nil {
		return err
	}
	return a.extend(ctx, v, c.Portal, c.Visit, newRecord(kindCapture, c.Key, body))
}

// there gives the bytes of a capture, nil if there is none.
func (a *Archive) there(ctx context.Context, v *visited, portal, visit, key string) ([]byte, error) {
	if b := v.keys[key]; b != nil {
		return b, nil
	}
	if v.old {
		b, err := a.s.get(ctx, path.Join("captures", portal, visit, key+".json"))
		if errors.Is(err, ErrMissing) {
			return nil, nil
		}
		return b, err
	}
	return nil, nil
}

// extend appends a record to the segment of a visit, and makes the segment if there is none.
func (a *Archive) extend(ctx context.Context, v *visited, portal, visit string, r record) error {
	for try := 0; ; try++ {
		if v.open == "" {
			number, err := a.nextNumber(ctx, portal)
			if err != nil {
				return err
			}
			v.open, v.at, v.size = segmentName(portal, number, visit), 0, 0
		}
		b := framed(r)
		if v.at == 0 && a.s.appends() {
			b = append(headLine(v.open), b...)
		}
		err := a.s.extend(ctx, v.open, r.Key, v.at, v.size, b)
		if errors.Is(err, errMoved) && try < 10 {
			if err := a.load(ctx, v, portal, visit); err != nil {
				return err
			}
			if v.keys[r.Key] != nil {
				return nil
			}
			continue
		}
		if err != nil {
			v.loaded = false // how far it came is seen when it is read again
			return err
		}
		v.at += len(b)
		v.size = v.at
		v.keys[r.Key] = r.body
		return nil
	}
}

func (a *Archive) nextNumber(ctx context.Context, portal string) (int, error) {
	names, err := a.segments(ctx, portal)
	if err != nil || len(names) == 0 {
		return 1, err
	}
	_, number, _, _ := parseSegmentName(names[len(names)-1])
	return number + 1, nil
}

// An Ending is what is written at the end of a visit.
type Ending struct {
	Row    json.RawMessage // the portal, as it stands in the list; nil = nothing
	Ledger []byte          // what the ledger holds of the visit: see ledger.Part; nil = nothing
}

// A Sealed segment is one of a visit that has ended.
type Sealed struct {
	Portal, Visit string
	Name          string // of the object
	SHA256        string // its seal
	Core          []byte // its bytes to the end of the seal
}

// Seal ends a visit: what it captured is listed in a manifest, with the seal of the segment before. A visit that captured
// nothing has a segment too. One that is sealed and got no capture since is left as it is.
func (a *Archive) Seal(ctx context.Context, portal, visit string, e Ending) (*Sealed, error) {
	s, err := a.sealVisit(ctx, portal, visit, e)
	if err != nil {
		return nil, fmt.Errorf("archive: visit %s of %s: %w", visit, portal, err)
	}
	return s, nil
}

func (a *Archive) sealVisit(ctx context.Context, portal, visit string, e Ending) (*Sealed, error) {
	v, err := a.visit(ctx, portal, visit)
	if err != nil {
		return nil, err
	}
	defer v.mu.Unlock()
	if v.open == "" && v.sealed != "" {
		b, err := a.s.get(ctx, v.sealed)
		if err == nil {
			err = a.removeParts(ctx, v.sealed) // the one who sealed it was killed before it did
		}
		if err != nil {
			return nil, err
		}
		s := readSegment(v.sealed, b)
		return &Sealed{portal, visit, v.sealed, s.seal, b[:s.core]}, nil
	}
	var b []byte
	if v.open == "" {
		number, err := a.nextNumber(ctx, portal)
		if err != nil {
			return nil, err
		}
		v.open, v.at, v.size = segmentName(portal, number, visit), 0, 0
		b = headLine(v.open)
	} else {
		if b, err = a.segmentBytes(ctx, v.open); err != nil {
			return nil, err
		}
		if a.s.appends() {
			b = b[:min(v.at, len(b))]
		}
	}
	s := readSegment(v.open, b)
	mended := len(s.bad) > 0 || !s.head
	records := s.records
	if mended {
		records = mend(s)
	}
	if e.Ledger != nil {
		records = append(records, newRecord(kindLedger, "", e.Ledger))
	}
	m := &Manifest{Portal: portal, Visit: visit, Row: e.Row}
	_, m.Number, _, _ = parseSegmentName(v.open)
	copies, err := a.before(ctx, portal, m)
	if err != nil {
		return nil, err
	}
	whole, err := closed(headLine(v.open), records, m, copies)
	if err != nil {
		return nil, err
	}
	switch {
	case mended:
		if err := a.quarantine(ctx, v.open, b); err != nil {
			return nil, err
		}
		err = a.s.replace(ctx, v.open, whole)
	case a.s.appends():
		err = a.s.extend(ctx, v.open, "", v.at, v.size, whole[v.at:])
	default:
		err = a.s.put(ctx, v.open, whole)
	}
	v.loaded = false // it is read again if it is asked for
	if err != nil {
		return nil, err
	}
	if err := a.removeParts(ctx, v.open); err != nil {
		return nil, err
	}
	done := readSegment(v.open, whole)
	return &Sealed{portal, visit, v.open, done.seal, whole[:done.core]}, nil
}

// removeParts removes the parts of a segment that stands as a whole now.
func (a *Archive) removeParts(ctx context.Context, name string) error {
	if a.s.appends() {
		return nil
	}
	var parts []string
	if err := a.s.list(ctx, name+openParts, func(p string) error { parts = append(parts, p); return nil }); err != nil {
		return err
	}
	for _, p := range parts {
		if err := a.s.remove(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// before links a manifest to the segments of the number before, and gives copies of them.
func (a *Archive) before(ctx context.Context, portal string, m *Manifest) (copies []record, err error) {
	names, err := a.segments(ctx, portal)
	if err != nil {
		return nil, err
	}
	last := 0
	for _, name := range names {
		if _, n, _, _ := parseSegmentName(name); n < m.Number {
			last = max(last, n)
		}
	}
	m.Before = []Link{}
	for _, name := range names {
		_, n, visit, _ := parseSegmentName(name)
		if n != last {
			continue
		}
		link := Link{Visit: visit, Number: n}
		b, err := a.segmentBytes(ctx, name)
		if err != nil && !errors.Is(err, ErrMissing) {
			return nil, err
		}
		s := readSegment(name, b)
		if link.SHA256 = s.seal; s.sealed() {
			body, err := packCopy(name, b[:s.core])
			if err != nil {
				return nil, err
			}
			copies, link.Copied = append(copies, newRecord(kindCopy, "", body)), true
		}
		m.Before = append(m.Before, link)
	}
	return copies, nil
}

// mend takes the whole records of a segment that is not sealed, and marks where something was lost.
func mend(s *segment) []record {
	var out []record
	bad := slices.Clone(s.bad)
	for _, r := range s.records {
		for len(bad) > 0 && bad[0].from < r.frame {
			out, bad = append(out, lostSpan(s, bad[0])), bad[1:]
		}
		out = append(out, r)
	}
	for _, p := range bad {
		out = append(out, lostSpan(s, p))
	}
	return out
}

// lostSpan is the record of a damaged part, or what stood there where a bit was turned that can be turned back.
func lostSpan(s *segment, p span) record {
	if r, ok := turnedRecord(s.bytes[p.from:p.to]); ok {
		return r
	}
	l := Loss{Why: fmt.Sprintf("%d bytes that are no record", p.to-p.from)}
	if r, ok := frameAt(s.bytes, p.from); ok {
		l.Entry, l.Why = r.Entry, "its bytes are not those that its checksums are of"
	}
	body, err := json.Marshal(l)
	if err != nil {
		body = []byte("{}")
	}
	return newRecord(kindLost, "", body)
}

// quarantine keeps damaged bytes before others take their place; the same bytes once.
func (a *Archive) quarantine(ctx context.Context, name string, b []byte) error {
	return a.s.put(ctx, path.Join("quarantine", name+"."+Sum(b)[:16]), b)
}

// eachPortal hands over the portals that have visits, in the order of their names.
func (a *Archive) portals(ctx context.Context) ([]string, error) {
	seen := map[string]bool{}
	for _, root := range []string{"captures/", "visits/"} {
		err := a.s.list(ctx, root, func(name string) error {
			if f := strings.SplitN(strings.TrimPrefix(name, root), "/", 2); len(f) == 2 {
				seen[f[0]] = true
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return slices.Sorted(maps.Keys(seen)), nil
}

// ErrDamaged is in the error of what was damaged and could not be given. The rest was.
var ErrDamaged = errors.New("damaged in the archive")

// A damage collects what could not be given.
type damage struct {
	n     int
	first []string
}

func (d *damage) add(format string, args ...any) {
	if d.n++; len(d.first) < 5 {
		d.first = append(d.first, fmt.Sprintf(format, args...))
	}
}

func (d *damage) err() error {
	if d.n == 0 {
		return nil
	}
	return fmt.Errorf("%d objects or records are %w, the rest was read; gongkai archive check names all of them: %s", d.n,
		ErrDamaged, strings.Join(d.first, "; "))
}

// Captures hands over all captures, portal by portal, visit by visit, in the order of their times; only those of one
// portal if it is named. What is damaged does not stop it: at the end its error is one of ErrDamaged.
func (a *Archive) Captures(ctx context.Context, portal string, each func(*Capture) error) error {
	portals := []string{portal}
	if portal == "" {
		var err error
		if portals, err = a.portals(ctx); err != nil {
			return err
		}
	}
	var d damage
	for _, p := range portals {
		if err := a.portalCaptures(ctx, p, &d, each); err != nil {
			return err
		}
	}
	return d.err()
}

func (a *Archive) portalCaptures(ctx context.Context, portal string, d *damage, each func(*Capture) error) error {
	names, err := a.segments(ctx, portal)
	if err != nil {
		return err
	}
	objects := map[string][]string{} // by visit
	for _, name := range names {
		_, _, visit, _ := parseSegmentName(name)
		objects[visit] = append(objects[visit], name)
	}
	root := path.Join("captures", portal) + "/"
	err = a.s.list(ctx, root, func(name string) error {
		if visit, _, ok := strings.Cut(strings.TrimPrefix(name, root), "/"); ok {
			objects[visit] = append(objects[visit], name)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, visit := range slices.Sorted(maps.Keys(objects)) {
		var all []*Capture
		for _, name := range objects[visit] {
			got, err := a.capturesOf(ctx, name, d)
			if err != nil {
				return err
			}
			all = append(all, got...)
		}
		slices.SortStableFunc(all, func(a, b *Capture) int {
			if c := a.Time.Compare(b.Time); c != 0 {
				return c
			}
			return strings.Compare(a.Key, b.Key)
		})
		for _, c := range all {
			if err := each(c); err != nil {
				return err
			}
		}
	}
	return nil
}

// capturesOf gives the captures of a segment, or of an old file.
func (a *Archive) capturesOf(ctx context.Context, name string, d *damage) ([]*Capture, error) {
	if strings.HasPrefix(name, "captures/") {
		b, err := a.s.get(ctx, name)
		if errors.Is(err, ErrMissing) {
			return nil, nil // packed meanwhile
		}
		if err != nil {
			return nil, err
		}
		c, err := parseOld(name, b)
		if err != nil {
			d.add("%v", err)
			return nil, nil
		}
		return []*Capture{c}, nil
	}
	b, err := a.segmentBytes(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", name, err)
	}
	s := readSegment(name, b)
	for range s.bad {
		d.add("%s", name)
	}
	out, err := s.captures()
	if err != nil {
		d.add("%v", err)
	}
	return out, nil
}

// parseOld reads a capture as earlier versions kept it, in a file of its own. It has no checksum: what can be seen is that
// it is not written as they wrote it, or not in its place.
func parseOld(name string, b []byte) (*Capture, error) {
	var c Capture
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", name, err)
	}
	again, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return nil, fmt.Errorf("archive: %s: %w", name, err)
	}
	if !bytes.Equal(append(again, '\n'), b) {
		return nil, fmt.Errorf("archive: %s: it is not as it was written", name)
	}
	if path.Join("captures", c.Portal, c.Visit, c.Key+".json") != name {
		return nil, fmt.Errorf("archive: %s: it is the capture %s of %s, visit %s", name, c.Key, c.Portal, c.Visit)
	}
	return &c, nil
}

// Portals lists the portals of which there are visits.
func (a *Archive) Portals(ctx context.Context) ([]string, error) { return a.portals(ctx) }

// A Visit is one that lies in the archive.
type Visit struct {
	Name    string
	Object  string          // its segment, or the folder of its captures
	Sealed  *Sealed         // nil = it has not ended, or is of an earlier version
	Ledger  []byte          // what the ledger held of it; nil = it is not kept
	Row     json.RawMessage // the portal, as it stood in the list
	Old     bool            // an earlier version kept it, a file a capture
	Damaged bool            // it is
	Foreign bool            // it was taken over from elsewhere
}

// Visits hands over the visits of a portal, in the order of their names.
func (a *Archive) Visits(ctx context.Context, portal string, each func(Visit) error) error {
	names, err := a.segments(ctx, portal)
	if err != nil {
		return err
	}
	var out []Visit
	segmented := map[string]bool{}
	for _, name := range names {
		b, err := a.segmentBytes(ctx, name)
		if err != nil {
			return fmt.Errorf("archive: %s: %w", name, err)
		}
		s := readSegment(name, b)
		v := Visit{Object: name}
		_, _, v.Name, _ = parseSegmentName(name)
		segmented[v.Name] = true
		for _, r := range s.records {
			if c, err := parseCapture(r.body); r.Kind == kindCapture && err == nil && c.Result == Imported {
				v.Foreign = true
			}
		}
		if r := s.of(kindLedger); r != nil {
			v.Ledger = r.body
		}
		if s.manifest != nil {
			v.Row = s.manifest.Row
		}
		if v.Damaged = len(s.bad) > 0; s.sealed() {
			v.Sealed = &Sealed{portal, v.Name, name, s.seal, b[:s.core]}
		}
		out = append(out, v)
	}
	root := path.Join("captures", portal) + "/"
	old := map[string]bool{}
	err = a.s.list(ctx, root, func(name string) error {
		if visit, _, ok := strings.Cut(strings.TrimPrefix(name, root), "/"); ok && !old[visit] {
			old[visit] = true
			if segmented[visit] { // begun by an earlier version, and gone on with
				return nil
			}
			out = append(out, Visit{Name: visit, Object: root + visit, Old: true})
		}
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(out, func(a, b Visit) int { return strings.Compare(a.Name, b.Name) })
	for _, v := range out {
		if err := each(v); err != nil {
			return err
		}
	}
	return nil
}
