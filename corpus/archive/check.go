package archive

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// What can be wrong with an archive.
const (
	FaultDamaged = "damaged" // it is there, and not as it was written
	FaultMissing = "missing" // something names it, and it is not there
	FaultForeign = "foreign" // nothing of this archive has such a name
)

// What can be wrong in it.
const (
	PartBody     = "body"
	PartCapture  = "capture"
	PartSegment  = "segment"  // as a whole
	PartManifest = "manifest" // what ends a segment: manifest, seal, copy
	PartMark     = "mark"     // that something was lost, or a quarantined object
)

// A Fault is one thing that is wrong in an archive. Each is told once.
type Fault struct {
	Kind   string // FaultDamaged, FaultMissing, FaultForeign
	Part   string // PartBody …
	Object string // its name in the archive
	Key    string // of a capture, where it is known
	SHA256 string // of a body
	URL    string // of a body: an address that gave it
	Portal string
	Visit  string
	Named  int    // of a body: how many captures name it
	Why    string // a sentence
}

// String says it in a line.
func (f Fault) String() string {
	s := fmt.Sprintf("%s: %s %s", f.Object, f.Part, f.Kind)
	if f.Key != "" {
		s += ": capture " + f.Key
	}
	if f.Why != "" {
		s += ": " + f.Why
	}
	if f.URL != "" {
		s += fmt.Sprintf("; from %s", f.URL)
		if f.Portal != "" {
			s += " (" + f.Portal + ")"
		}
	}
	return s
}

// Counts are what a check went through.
type Counts struct {
	Captures, Bodies, Segments int
	Open                       int // segments of visits that have not ended
	Lost                       int // bodies and records that are known to be lost: repair said so
}

// Check reads everything and hands over what is wrong, a sentence for each fault. It returns the numbers of captures and
// of bodies.
func (a *Archive) Check(ctx context.Context, wrong func(string)) (captures, bodies int, err error) {
	n, err := a.Inspect(ctx, Witness{}, func(f Fault) error { wrong(f.String()); return nil })
	return n.Captures, n.Bodies, err
}

// Inspect reads everything and hands over what is wrong, each fault once: bodies that are not what their name says, that
// are missing, or that are none; captures, manifests, seals and copies that are damaged; segments that are missing.
func (a *Archive) Inspect(ctx context.Context, w Witness, wrong func(Fault) error) (Counts, error) {
	i := &inspection{a: a, wrong: wrong, bodies: map[[32]byte]*wanted{}}
	known := w.heads()
	portals, err := a.portals(ctx)
	if err == nil {
		err = i.foreign(ctx)
	}
	if err != nil {
		return i.n, err
	}
	for _, p := range slices.Sorted(maps.Keys(known)) {
		if !slices.Contains(portals, p) {
			portals = append(portals, p)
		}
	}
	for _, p := range portals {
		i.tell(p)
		if err := i.portal(ctx, p, known[p]); err != nil {
			return i.n, err
		}
	}
	for _, b := range w.Bodies {
		if k, ok := sumKey(b.SHA256); ok && i.bodies[k] == nil {
			i.bodies[k] = &wanted{portal: b.Portal, url: b.URL, named: 1}
		}
	}
	if err := i.marks(ctx); err != nil {
		return i.n, err
	}
	if err := i.kept(ctx); err != nil {
		return i.n, err
	}
	return i.n, i.missing()
}

// A Witness is what a ledger knows of the archive: what is newest, and what only lost captures named, has no other one.
type Witness struct {
	Heads  []Sealed   // the last segments of portals
	Bodies []*Capture // that its addresses and documents have: portal, URL, method, form, and SHA-256
}

func (w Witness) heads() map[string]Sealed {
	out := map[string]Sealed{}
	for _, h := range w.Heads {
		out[h.Portal] = h
	}
	return out
}

// wanted is a body that captures name.
type wanted struct {
	portal, visit, url string
	named              int
	there, lost        bool
	of                 *wanted  // it is what this body came as, and is kept apart where that is kept otherwise; nil = it is a body
	gzip               string   // hash of what it is kept as, where that is in gzip
	bad                bool     // it is kept, and damaged
	coded              []string // hashes of what it came as
}

type inspection struct {
	a      *Archive
	n      Counts
	wrong  func(Fault) error
	bodies map[[32]byte]*wanted
}

// tell says what is looked at next. Of how many bodies is known when all segments were read.
func (i *inspection) tell(on string) {
	if i.a.told != nil {
		all := 0
		if i.n.Bodies > 0 {
			all = max(len(i.bodies), i.n.Bodies)
		}
		i.a.told(i.n.Bodies, all, on)
	}
}

func sumKey(s string) (k [32]byte, ok bool) {
	if len(s) != 64 || !isHex(s) {
		return k, false
	}
	hex.Decode(k[:], []byte(s))
	return k, true
}

// foreign tells what lies among the segments and is none.
func (i *inspection) foreign(ctx context.Context) error {
	var names []string
	err := i.a.s.list(ctx, "visits/", func(name string) error {
		if _, _, _, ok := parseSegmentName(name); !ok && !strings.Contains(name, openParts) {
			names = append(names, name)
		}
		return nil
	})
	for _, name := range names {
		if err == nil {
			err = i.wrong(Fault{Kind: FaultForeign, Part: PartSegment, Object: name, Why: "its name is not that of a segment"})
		}
	}
	return err
}

// want notes the bodies that a capture names.
func (i *inspection) want(c *Capture) {
	i.n.Captures++
	note := func(sum string) *wanted {
		k, ok := sumKey(sum)
		if !ok {
			return &wanted{}
		}
		w := i.bodies[k]
		if w == nil {
			w = &wanted{portal: c.Portal, visit: c.Visit, url: c.URL}
			i.bodies[k] = w
		}
		w.named++
		return w
	}
	if c.SHA256 != "" {
		w := note(c.SHA256)
		if c.Coded != nil && !slices.Contains(w.coded, c.Coded.SHA256) {
			w.coded = append(w.coded, c.Coded.SHA256)
			note(c.Coded.SHA256).of = w
		}
	}
	if c.Since != nil && c.Since.SHA256 != "" {
		note(c.Since.SHA256)
	}
}

// A portalView is the segments of a portal, and what they say of each other.
type portalView struct {
	portal   string
	segments []*segment
	expect   map[string]string // name of a segment → its seal, as the next one or the ledger knows it
	copies   map[string][]byte // name of a segment → what it was to its seal, as the next one or the ledger has it
}

// view reads the segments of a portal.
func (a *Archive) view(ctx context.Context, portal string, head Sealed) (*portalView, error) {
	v := &portalView{portal: portal, expect: map[string]string{}, copies: map[string][]byte{}}
	names, err := a.segments(ctx, portal)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		b, err := a.segmentBytes(ctx, name)
		if errors.Is(err, ErrMissing) {
			continue // sealed between list and look
		}
		if err != nil {
			return nil, fmt.Errorf("archive: %s: %w", name, err)
		}
		s := readSegment(name, b)
		v.segments = append(v.segments, s)
		m := s.manifest
		for _, r := range s.mended() { // what is damaged may name and copy what is not there
			switch r.Kind {
			case kindManifest:
				m = &Manifest{}
				if err := json.Unmarshal(r.body, m); err != nil {
					m = nil
				}
			case kindCopy:
				if name, core, err := unpackCopy(r.body); err == nil {
					v.copies[name] = core
				}
			}
		}
		if m != nil {
			for _, l := range m.Before {
				v.expect[segmentName(portal, l.Number, l.Visit)] = l.SHA256
			}
		}
		maps.Copy(v.copies, s.copies())
	}
	if head.Name != "" {
		v.expect[head.Name] = head.SHA256
		if _, there := v.copies[head.Name]; !there && len(head.Core) > 0 {
			v.copies[head.Name] = head.Core
		}
	}
	for name, core := range v.copies { // a copy that is not what was sealed is none
		if s := readSegment(name, core); !s.sealed() || s.core != len(core) || v.expect[name] != "" && v.expect[name] != s.seal {
			delete(v.copies, name)
			continue
		} else if s.manifest != nil {
			for _, l := range s.manifest.Before {
				if at := segmentName(portal, l.Number, l.Visit); v.expect[at] == "" {
					v.expect[at] = l.SHA256
				}
			}
		}
	}
	return v, nil
}

// has tells whether a segment is there.
func (v *portalView) has(name string) bool {
	return slices.ContainsFunc(v.segments, func(s *segment) bool { return s.name == name })
}

// faults are what is wrong within a segment.
func (v *portalView) faults(s *segment) []Fault { return s.faults(v.expect[s.name], v.has) }

// lost lists the segments that are named somewhere, or whose number is missing, and are not there.
func (v *portalView) lost() (out []string) {
	numbers, have := map[int]bool{}, map[string]bool{}
	last := 0
	for _, s := range v.segments {
		_, n, _, _ := parseSegmentName(s.name)
		numbers[n], have[s.name], last = true, true, max(last, n)
	}
	for _, name := range slices.Sorted(maps.Keys(v.expect)) {
		if !have[name] {
			out = append(out, name)
			_, n, _, _ := parseSegmentName(name)
			numbers[n] = true
		}
	}
	for n := 1; n < last; n++ {
		if !numbers[n] {
			out = append(out, segmentName(v.portal, n, "unknown"))
		}
	}
	return out
}

// faults are what is wrong within a segment, each once; expect is its seal as others know it, "" = nobody does; there
// tells whether another segment is there.
func (s *segment) faults(expect string, there func(name string) bool) (out []Fault) {
	portal, _, visit, _ := parseSegmentName(s.name)
	add := func(kind, part, key, why string) {
		out = append(out, Fault{Kind: kind, Part: part, Object: s.name, Key: key, Portal: portal, Visit: visit, Why: why})
	}
	if !s.head {
		add(FaultDamaged, PartSegment, "", "its first line is not that of its name")
	}
	explained := false
	bad := s.bad
	if s.manifest != nil {
		for _, e := range s.lacks() {
			part := PartManifest
			if e.Kind == kindCapture {
				part = PartCapture
			}
			add(FaultDamaged, part, e.Key, fmt.Sprintf("the record %s of %d bytes is not as it was written", e.Kind, e.Bytes))
			explained = true
		}
		// what is bad before the manifest is what was told; behind it stand seal and copies
		at := s.of(kindManifest).frame
		bad = slices.DeleteFunc(slices.Clone(bad), func(p span) bool { return explained && p.from < at })
	}
	for _, p := range bad {
		part, what := PartCapture, "bytes that are no record"
		if r, ok := frameAt(s.bytes, p.from); ok {
			what = "bytes of a record " + r.Kind
			if r.Kind != kindCapture {
				part = PartManifest
			}
		}
		if s.manifest != nil && p.from >= s.of(kindManifest).end {
			part = PartManifest
		}
		add(FaultDamaged, part, "", fmt.Sprintf("%d %s, at %d", p.to-p.from, what, p.from))
		explained = true
	}
	switch ended := s.manifest != nil || s.seal != "" || expect != ""; {
	case !ended: // an open segment may break off: its writer was killed, and the next one writes over it
	case s.torn >= 0 && s.core > 0:
		add(FaultDamaged, PartManifest, "", "its copy of the segment before breaks off")
	case s.torn >= 0 || s.seal == "" && !explained || s.manifest == nil && !explained:
		add(FaultDamaged, PartSegment, "", fmt.Sprintf("it breaks off after %d bytes", len(s.bytes)))
	case explained || !s.head:
	case s.seal != s.sum:
		add(FaultDamaged, PartManifest, "", "its seal is not that of its bytes")
	case expect != "" && s.seal != expect && !slices.Contains(s.manifest.Was, expect):
		add(FaultDamaged, PartSegment, "", "it is another than the one that was sealed: "+expect)
	}
	if s.manifest != nil && s.core > 0 && s.torn < 0 && len(out) == 0 {
		have := s.copies()
		for _, l := range s.manifest.Before {
			if name := segmentName(portal, l.Number, l.Visit); l.Copied && have[name] == nil && there(name) {
				add(FaultDamaged, PartManifest, "", "its copy of "+name+" is not there")
			}
		}
	}
	return out
}

func (i *inspection) portal(ctx context.Context, portal string, head Sealed) error {
	v, err := i.a.view(ctx, portal, head)
	if err != nil {
		return err
	}
	for _, s := range v.segments {
		i.n.Segments++
		if s.manifest == nil && s.seal == "" && v.expect[s.name] == "" {
			i.n.Open++
		}
		for _, f := range v.faults(s) {
			if err := i.wrong(f); err != nil {
				return err
			}
		}
		of := s
		if core := v.copies[s.name]; core != nil && len(s.bad) > 0 {
			of = readSegment(s.name, core)
		} else {
			of.records = append(of.records, s.mended()...)
		}
		all, err := of.captures()
		if err != nil {
			if err := i.wrong(Fault{Kind: FaultDamaged, Part: PartCapture, Object: s.name, Portal: portal,
				Why: err.Error()}); err != nil {
				return err
			}
		}
		for _, r := range s.records {
			if r.Kind == kindLost {
				i.n.Lost++
			}
		}
		for _, c := range all {
			i.want(c)
		}
	}
	for _, name := range v.lost() {
		marked, err := i.a.s.has(ctx, markName(name))
		if err != nil {
			return err
		}
		if marked {
			continue
		}
		if core := v.copies[name]; core != nil {
			all, err := readSegment(name, core).captures()
			if err != nil {
				return err
			}
			for _, c := range all {
				i.want(c)
			}
		}
		_, _, visit, _ := parseSegmentName(name)
		if err := i.wrong(Fault{Kind: FaultMissing, Part: PartSegment, Object: name, Portal: portal, Visit: visit,
			Why: "others name it, and it is not there"}); err != nil {
			return err
		}
	}
	return i.oldCaptures(ctx, portal)
}

// oldCaptures goes through the captures that earlier versions kept in files of their own.
func (i *inspection) oldCaptures(ctx context.Context, portal string) error {
	root := path.Join("captures", portal) + "/"
	var names []string
	if err := i.a.s.list(ctx, root, func(name string) error { names = append(names, name); return nil }); err != nil {
		return err
	}
	for _, name := range names {
		b, err := i.a.s.get(ctx, name)
		if errors.Is(err, ErrMissing) {
			continue
		}
		if err != nil {
			return err
		}
		c, err := parseOld(name, b)
		if err == nil {
			i.want(c)
			continue
		}
		f := Fault{Kind: FaultDamaged, Part: PartCapture, Object: name, Portal: portal,
			Why: strings.TrimPrefix(err.Error(), "archive: "+name+": ")}
		if f.Key = strings.TrimSuffix(path.Base(name), ".json"); len(f.Key) != 32 || !strings.HasSuffix(name, ".json") {
			f.Kind, f.Key = FaultForeign, ""
		}
		if err := i.wrong(f); err != nil {
			return err
		}
	}
	return nil
}

// kept goes through the objects of bodies.
func (i *inspection) kept(ctx context.Context) error {
	var names []string
	flush := func() error {
		for _, name := range names {
			if err := i.object(ctx, name); err != nil {
				return err
			}
		}
		names = names[:0]
		return nil
	}
	err := i.a.s.list(ctx, "blobs/", func(name string) error {
		names = append(names, name)
		if len(names) < 1000 {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// object proves the object of a body.
func (i *inspection) object(ctx context.Context, name string) error {
	i.n.Bodies++
	i.tell(name)
	sum := strings.TrimSuffix(path.Base(name), gzipped)
	k, ok := sumKey(sum)
	if !ok || name != blobName(sum) && name != blobName(sum)+gzipped {
		return i.wrong(Fault{Kind: FaultForeign, Part: PartBody, Object: name, Why: "its name is not that of a body"})
	}
	w := i.bodies[k]
	if w == nil {
		w = &wanted{}
	}
	b, err := i.a.s.get(ctx, name)
	if errors.Is(err, ErrMissing) {
		i.n.Bodies--
		return nil // replaced by its other form meanwhile
	}
	why := ""
	if err != nil {
		why = "it cannot be read: " + err.Error()
	} else {
		why = wrongBody(name, sum, b, w.coded)
	}
	if why == "" {
		w.there = true
		if strings.HasSuffix(name, gzipped) {
			w.gzip = Sum(b)
		}
		return nil
	}
	w.there, w.bad = true, true // it is told once
	return i.wrong(Fault{Kind: FaultDamaged, Part: PartBody, Object: name, SHA256: sum, URL: w.url, Portal: w.portal,
		Visit: w.visit, Named: w.named, Why: why})
}

// wrongBody says what is wrong with the object of a body; "" = nothing.
func wrongBody(name, sum string, b []byte, coded []string) string {
	body, err := plain(name, b)
	switch {
	case len(b) == 0 && sum != Sum(nil):
		return "it is empty"
	case err != nil:
		return "it cannot be unpacked: " + err.Error()
	case Sum(body) != sum:
		if strings.Trim(string(b[:min(len(b), 4096)]), "\x00") == "" {
			return fmt.Sprintf("its %d bytes are zeros", len(b))
		}
		return "its bytes have the hash " + Sum(body)
	case strings.HasSuffix(name, gzipped) && len(coded) > 0 && !slices.Contains(coded, Sum(b)):
		return "it unpacks to what it was, and came otherwise"
	}
	return ""
}

// missing tells the bodies that captures name and that are not there.
func (i *inspection) missing() error {
	var sums []string
	for k, w := range i.bodies {
		if !w.there && w.named > 0 {
			if w.lost || w.of != nil && (!w.of.there || w.of.bad || w.of.gzip == hex.EncodeToString(k[:])) {
				continue
			}
			sums = append(sums, hex.EncodeToString(k[:]))
		}
	}
	slices.Sort(sums)
	for _, sum := range sums {
		k, _ := sumKey(sum)
		w := i.bodies[k]
		if err := i.wrong(Fault{Kind: FaultMissing, Part: PartBody, Object: blobName(sum), SHA256: sum, URL: w.url, Portal: w.portal,
			Visit: w.visit, Named: w.named, Why: "captures or the ledger name it"}); err != nil {
			return err
		}
	}
	return nil
}

// A Mark says that something is lost: repair could not heal it.
type Mark struct {
	Object string    `json:"object"`
	SHA256 string    `json:"sha256,omitempty"` // of a body
	Portal string    `json:"portal,omitempty"`
	URL    string    `json:"url,omitempty"`
	Time   time.Time `json:"time"`
	Why    string    `json:"why"`
}

func markName(object string) string { return "lost/" + object + ".mark" }

// mark keeps that something is lost.
func (a *Archive) mark(ctx context.Context, m Mark) error {
	body, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return a.s.replace(ctx, markName(m.Object), framed(newRecord(kindLost, "", body)))
}

// Marks hands over what is marked as lost.
func (a *Archive) Marks(ctx context.Context, each func(Mark) error) error {
	return a.eachMark(ctx, func(_ string, m *Mark, _ []byte) error {
		if m == nil {
			return nil
		}
		return each(*m)
	})
}

func (a *Archive) eachMark(ctx context.Context, each func(name string, m *Mark, b []byte) error) error {
	var names []string
	if err := a.s.list(ctx, "lost/", func(name string) error { names = append(names, name); return nil }); err != nil {
		return err
	}
	for _, name := range names {
		b, err := a.s.get(ctx, name)
		if err != nil {
			return fmt.Errorf("archive: %s: %w", name, err)
		}
		var m *Mark
		if r, ok := frameAt(b, 0); ok && r.end == len(b) && r.whole(b) {
			m = &Mark{}
			if json.Unmarshal(r.body, m) != nil || markName(m.Object) != name {
				m = nil
			}
		}
		if err := each(name, m, b); err != nil {
			return err
		}
	}
	return nil
}

// marks takes what is known to be lost.
func (i *inspection) marks(ctx context.Context) error {
	return i.a.eachMark(ctx, func(name string, m *Mark, _ []byte) error {
		if m == nil {
			return i.wrong(Fault{Kind: FaultDamaged, Part: PartMark, Object: name, Why: "it is not as it was written"})
		}
		i.n.Lost++
		if k, ok := sumKey(m.SHA256); ok && i.bodies[k] != nil {
			i.bodies[k].lost = true
		}
		return nil
	})
}
