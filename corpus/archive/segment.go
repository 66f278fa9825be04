package archive

import (
	"bytes"
	"compress/gzip"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"path"
	"strconv"
	"strings"
)

// A segment is the file of one visit: what it received, line by line, and at its end the manifest of it. The format is
// that of docs/archive-format.md. Every record stands in a frame that says its kind, its length and its checksums:
//
//	gongkai-segment 1 00000003 130100 20260131T080000.000Z
//	capture 812 1c291ca3 5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03
//	{"portal":"130100", … }
//
// CRC-32C finds where a single bit was turned (heal.go), SHA-256 proves what a record is.
const segmentVersion = 1

// Kinds of records, in the order in which they stand in a segment.
const (
	kindCapture  = "capture"  // a Capture
	kindLost     = "lost"     // a Loss: a record that repair could not heal
	kindLedger   = "ledger"   // what the crawl's ledger holds of the visit, so that it can be made anew
	kindManifest = "manifest" // a Manifest: with it the visit has ended
	kindSeal     = "seal"     // SHA-256 of all that stands before it
	kindCopy     = "copy"     // the segment before this one: its name, a line feed, its bytes up to its seal, gzip
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func crcOf(b []byte) string { return fmt.Sprintf("%08x", crc32.Checksum(b, castagnoli)) }

// A Manifest ends the segment of a visit: what stands in it, and which segments of the portal stood before it.
type Manifest struct {
	Portal  string          `json:"portal"`
	Visit   string          `json:"visit"`
	Number  int             `json:"number"`  // counts the segments of a portal, from 1: a gap is a loss
	Records []Entry         `json:"records"` // before the manifest, in their order
	Before  []Link          `json:"before"`  // the segments of the number before
	Was     []string        `json:"was,omitempty"`
	Row     json.RawMessage `json:"row,omitempty"` // of the list of portals
}

// An Entry is a record in a manifest.
type Entry struct {
	Kind   string `json:"kind"`
	Key    string `json:"key,omitempty"` // of a capture
	Bytes  int    `json:"bytes"`
	CRC    string `json:"crc32c"`
	SHA256 string `json:"sha256"`
}

// A Link names a segment by its seal.
type Link struct {
	Visit  string `json:"visit"`
	Number int    `json:"number"`
	SHA256 string `json:"sha256,omitempty"` // its seal; "" = it had none
	Copied bool   `json:"copied,omitempty"` // its bytes stand behind the seal of this one
}

// A Loss is a record that was damaged and that nothing could heal.
type Loss struct {
	Entry
	Why string `json:"why"`
}

// record is one frame of a segment.
type record struct {
	Entry
	body  []byte
	frame int // where its frame begins
	end   int // behind it
}

func newRecord(kind, key string, body []byte) record {
	return record{Entry: Entry{kind, key, len(body), crcOf(body), Sum(body)}, body: body}
}

// framed writes a record as it stands in a segment.
func framed(r record) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s %d %s %s\n", r.Kind, r.Bytes, r.CRC, r.SHA256)
	b.Write(r.body)
	b.WriteByte('\n')
	return b.Bytes()
}

// segmentName names the segment of a visit.
func segmentName(portal string, number int, visit string) string {
	return path.Join("visits", portal, fmt.Sprintf("%08d-%s.seg", number, visit))
}

// parseSegmentName gives what the name of a segment says.
func parseSegmentName(name string) (portal string, number int, visit string, ok bool) {
	dir, base := path.Split(name)
	up, portal := path.Split(strings.TrimSuffix(dir, "/"))
	base, found := strings.CutSuffix(base, ".seg")
	n, visit, cut := strings.Cut(base, "-")
	number, err := strconv.Atoi(n)
	ok = up == "visits/" && found && cut && err == nil && number > 0 && segmentName(portal, number, visit) == name
	return portal, number, visit, ok
}

// headLine is the first line of a segment.
func headLine(name string) []byte {
	portal, number, visit, _ := parseSegmentName(name)
	return fmt.Appendf(nil, "gongkai-segment %d %08d %s %s\n", segmentVersion, number, portal, visit)
}

var kinds = map[string]bool{kindCapture: true, kindLost: true, kindLedger: true, kindManifest: true, kindSeal: true,
	kindCopy: true}

// mostLine is the longest line of a frame.
const mostLine = 128

// frameAt reads the line of a frame; ok is false where there is none.
func frameAt(b []byte, at int) (r record, ok bool) {
	line := b[at:min(len(b), at+mostLine)]
	end := bytes.IndexByte(line, '\n')
	if end < 0 {
		return r, false
	}
	f := strings.Split(string(line[:end]), " ")
	if len(f) != 4 || !kinds[f[0]] || len(f[2]) != 8 || len(f[3]) != 64 {
		return r, false
	}
	n, err := strconv.Atoi(f[1])
	if err != nil || n < 0 || strconv.Itoa(n) != f[1] || !isHex(f[2]) || !isHex(f[3]) {
		return r, false
	}
	r.Entry = Entry{Kind: f[0], Bytes: n, CRC: f[2], SHA256: f[3]}
	r.frame, r.end = at, at+end+1+n+1
	if r.end <= len(b) {
		r.body = b[at+end+1 : r.end-1]
	}
	return r, true
}

func isHex(s string) bool {
	_, err := hex.DecodeString(s)
	return err == nil && strings.ToLower(s) == s
}

// whole tells that a frame holds what it says.
func (r *record) whole(b []byte) bool {
	return r.end <= len(b) && b[r.end-1] == '\n' && r.CRC == crcOf(r.body) && Sum(r.body) == r.SHA256
}

// A span is a part of a segment that is no whole record.
type span struct{ from, to int }

// A segment is one that was read.
type segment struct {
	name     string
	bytes    []byte
	head     bool // its first line is right
	records  []record
	bad      []span
	torn     int // where a record begins that breaks off at the end; -1 = none does
	manifest *Manifest
	seal     string // as it is written; "" = none
	core     int    // where the seal ends: what is copied; 0 = it has none
	sum      string // SHA-256 of what stands before the seal
}

// readSegment takes the bytes of a segment apart. Whatever they are, it gives what can be read of them.
func readSegment(name string, b []byte) *segment {
	s := &segment{name: name, bytes: b, torn: -1}
	head := headLine(name)
	at := 0
	if s.head = bytes.HasPrefix(b, head); s.head {
		at = len(head)
	} else if bytes.HasPrefix(head, b) { // it breaks off in its first line
		s.head, s.torn = true, 0
		return s
	} else if r, ok := frameAt(b, min(len(head), len(b))); ok && r.end <= len(b) {
		at = len(head)
	} else {
		at = nextFrame(b, 0)
	}
	for at < len(b) {
		r, ok := frameAt(b, at)
		if ok && r.whole(b) {
			s.take(r)
			at = r.end
			continue
		}
		next := nextFrame(b, at+1)
		if ok && r.end <= len(b) {
			if _, follows := frameAt(b, min(r.end, len(b))); follows || r.end == len(b) {
				next = r.end
			}
		}
		if next >= len(b) && (!ok && bytes.IndexByte(b[at:], '\n') < 0 || ok && r.end > len(b)) {
			s.torn = at
			break
		}
		s.bad = append(s.bad, span{at, next})
		at = next
	}
	return s
}

func (s *segment) take(r record) {
	switch r.Kind {
	case kindCapture:
		var c struct{ Key string }
		if json.Unmarshal(r.body, &c) == nil {
			r.Key = c.Key
		}
	case kindManifest:
		var m Manifest
		if json.Unmarshal(r.body, &m) == nil {
			s.manifest = &m
		}
	case kindSeal:
		if s.core == 0 {
			s.seal, s.core, s.sum = string(r.body), r.end, Sum(s.bytes[:r.frame])
		}
	}
	s.records = append(s.records, r)
}

// nextFrame finds the next whole record from a place on, or else the end.
func nextFrame(b []byte, from int) int {
	for at := from; at < len(b); {
		if at == 0 || b[at-1] == '\n' {
			if r, ok := frameAt(b, at); ok && r.whole(b) {
				return at
			}
		}
		n := bytes.IndexByte(b[at:], '\n')
		if n < 0 {
			return len(b)
		}
		at += n + 1
	}
	return len(b)
}

// captures gives the captures that can be read.
func (s *segment) captures() (out []*Capture, err error) {
	for _, r := range s.records {
		if r.Kind != kindCapture {
			continue
		}
		c, err := parseCapture(r.body)
		if err != nil {
			return out, fmt.Errorf("archive: %s: %w", s.name, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// mended gives the records of damaged parts in which one bit was turned.
func (s *segment) mended() (out []record) {
	for _, p := range s.bad {
		if r, ok := turnedRecord(s.bytes[p.from:p.to]); ok {
			out = append(out, r)
		}
	}
	return out
}

// of gives the first record of a kind.
func (s *segment) of(kind string) *record {
	for i := range s.records {
		if s.records[i].Kind == kind {
			return &s.records[i]
		}
	}
	return nil
}

// sealed tells a segment whose visit has ended, and that is whole up to its seal.
func (s *segment) sealed() bool {
	return s.manifest != nil && s.seal != "" && s.seal == s.sum && s.head && len(s.lacks()) == 0
}

// lacks are the records that the manifest names and that are not there.
func (s *segment) lacks() (out []Entry) {
	if s.manifest == nil {
		return nil
	}
	have := map[string]int{}
	for _, r := range s.records {
		have[r.Kind+r.SHA256]++
	}
	for _, e := range s.manifest.Records {
		if have[e.Kind+e.SHA256]--; have[e.Kind+e.SHA256] < 0 {
			out = append(out, e)
		}
	}
	return out
}

// copies gives the segments that are copied behind the seal, by name.
func (s *segment) copies() map[string][]byte {
	out := map[string][]byte{}
	for _, r := range s.records {
		if r.Kind == kindCopy {
			if name, b, err := unpackCopy(r.body); err == nil {
				out[name] = b
			}
		}
	}
	return out
}

func packCopy(name string, core []byte) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(name + "\n")
	z := gzip.NewWriter(&b)
	if _, err := z.Write(core); err != nil {
		return nil, err
	}
	err := z.Close()
	return b.Bytes(), err
}

func unpackCopy(body []byte) (name string, core []byte, err error) {
	name, rest, ok := strings.Cut(string(body), "\n")
	if !ok {
		return "", nil, errors.New("a copy without a name")
	}
	z, err := gzip.NewReader(strings.NewReader(rest))
	if err != nil {
		return name, nil, err
	}
	core, err = io.ReadAll(z)
	return name, core, err
}

// closed writes what ends a segment behind its records: manifest, seal, copies. The records are those of the bytes.
func closed(head []byte, records []record, m *Manifest, copies []record) ([]byte, error) {
	b := bytes.Clone(head)
	m.Records = m.Records[:0]
	for _, r := range records {
		m.Records = append(m.Records, r.Entry)
		b = append(b, framed(r)...)
	}
	body, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	b = append(b, framed(newRecord(kindManifest, "", body))...)
	b = append(b, framed(newRecord(kindSeal, "", []byte(Sum(b))))...)
	for _, r := range copies {
		b = append(b, framed(r)...)
	}
	return b, nil
}

// parseCapture reads a capture; the headers are those of its head.
func parseCapture(body []byte) (*Capture, error) {
	var c Capture
	if err := json.Unmarshal(body, &c); err != nil {
		return nil, err
	}
	if c.Header == nil {
		c.Header = headerOf(c.Head)
	}
	for i := range c.Chain {
		if c.Chain[i].Header == nil {
			c.Chain[i].Header = headerOf(c.Chain[i].Head)
		}
	}
	return &c, nil
}
