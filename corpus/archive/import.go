package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// Source of the format: ISO 28500:2017, WARC 1.1, and 1.0 before it; http://iipc.github.io/warc-specifications/.

// MaxBody is the size from which a body is not taken: 64 MiB.
const MaxBody = 64 << 20

const (
	mostLeft     = 1000      // of what is left so many are kept in the count; all are told
	mostSegments = 256 << 20 // bytes of records that lie in segments and wait for the rest
	mostWaiting  = 100_000   // revisits that wait for what they refer to
	mostRequests = 64        // requests that wait for their answers
	mostURL      = 64 << 10
	mostSlots    = 1000 // answers of one address in one moment
)

// ImportOptions say for whom an import counts.
type ImportOptions struct {
	Portal   string                 // all of it counts for this portal; "" = PortalOf says it
	PortalOf func(at string) string // the portal of an address; nil or "" = its host
	Tell     func(left string)      // is told each thing that is left, when it is met; nil = nobody
	Progress func(records int)      // is told how many records were looked at, after each; nil = nobody
}

// ImportCount counts what an import took over, and names what it left.
type ImportCount struct {
	Captures, Bodies int            // that were not there yet
	Known            int            // captures that were there already
	Passed           map[string]int // records that are no answers to take over, by kind: request, warcinfo, redirect …
	Left             []string       // "place: why", the first thousand
	More             int            // left beyond these
	Portals          map[string]int // captures that counted for each, new and known
}

// cutOff begins the reason of an answer that is kept, and of which something is missing.
const cutOff = "cut off: "

// NLeft is how much was left.
func (n *ImportCount) NLeft() int { return len(n.Left) + n.More }

// An Import takes over files: WARC and WACZ files record by record, and folders. What refers from one file to another
// (revisits, segments) is settled when it is closed, in whatever order the files come. What was taken over before is
// there already and is left as it is, so that an import that broke off is simply made again.
type Import struct {
	a       *Archive
	o       ImportOptions
	n       ImportCount
	records int // that were looked at

	held     *answer                // waits for its request, which may be the next record
	asked    []request              // the last ones
	segments map[string]*warcPieces // by the id of the first
	held2    int                    // bytes of them
	digests  map[[16]byte]origin    // answers by the digests of their payloads
	byURL    map[[16]byte]origin    // the last answer of each address
	waiting  []revisit
	visits   map[[2]string]bool // portals and visits, which are sealed at the end
	order    [][2]string        // in which they began
	sealed   map[string]*Sealed // the last of each portal
}

// An answer is a capture that is not put in the archive yet.
type answer struct {
	c     *Capture
	body  []byte
	coded []byte // as it came, in a content coding
	id    string // of its record
	to    string // of the record that it is concurrent to
	place string
}

type request struct {
	id, to string
	header http.Header
	method string
	body   []byte
}

// An origin is what a revisit may refer to.
type origin struct {
	key   [16]byte // of its address
	sum   [32]byte
	time  time.Time
	bytes int64
}

type revisit struct {
	c             *Capture
	digest        string
	refers, since string
	place         string
}

// warcPieces are a record that lies in several.
type warcPieces struct {
	first *warcRecord
	parts map[int][]byte
	total int64 // bytes of all; 0 = the last was not met yet
	place string
}

// NewImport begins an import. It is used by one goroutine, and closed.
func (a *Archive) NewImport(o ImportOptions) *Import {
	return &Import{a: a, o: o, segments: map[string]*warcPieces{}, digests: map[[16]byte]origin{}, byURL: map[[16]byte]origin{},
		visits: map[[2]string]bool{}, sealed: map[string]*Sealed{}, n: ImportCount{Passed: map[string]int{}, Portals: map[string]int{}}}
}

// ImportWARC takes over one file: WARC (1.0 or 1.1; plain, .gz or .zst) or WACZ. The portal of each answer is its host,
// or the one named.
func (a *Archive) ImportWARC(ctx context.Context, file, portal string) (ImportCount, error) {
	m := a.NewImport(ImportOptions{Portal: portal})
	err := errors.Join(m.File(ctx, file), m.Close(ctx))
	return m.n, err
}

// ImportFolder takes over the files below a folder, as Import.Folder does.
func (a *Archive) ImportFolder(ctx context.Context, dir, portal string) (ImportCount, error) {
	m := a.NewImport(ImportOptions{Portal: portal})
	err := errors.Join(m.Folder(ctx, dir), m.Close(ctx))
	return m.n, err
}

// Count is what came of it so far.
func (m *Import) Count() ImportCount { return m.n }

func (m *Import) left(place, why string) {
	s := place + ": " + why
	if m.o.Tell != nil {
		m.o.Tell(s)
	}
	if len(m.n.Left) < mostLeft {
		m.n.Left = append(m.n.Left, s)
	} else {
		m.n.More++
	}
}

// File takes over a WARC or WACZ file. An error is one of the archive, or that the file cannot be opened; what is wrong
// in the file is told and left.
func (m *Import) File(ctx context.Context, file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	var head [4]byte
	if n, _ := f.ReadAt(head[:], 0); bytes.Equal(head[:n], []byte("PK\x03\x04")) {
		return m.wacz(ctx, f, info.Size(), file, 0)
	}
	return m.warc(ctx, f, info.Size(), file)
}

// warc takes over the records of a WARC file.
func (m *Import) warc(ctx context.Context, f io.ReaderAt, size int64, name string) error {
	if size == 0 {
		m.left(name, "it is empty")
		return nil
	}
	in, err := openInput(f, size)
	if err != nil {
		m.left(name, err.Error())
		return nil
	}
	defer in.close()
	records := readRecords(in, name, m.left)
	for rec := records.next(); rec != nil; rec = records.next() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := m.record(ctx, records, rec); err != nil {
			return err
		}
		if m.records++; m.o.Progress != nil {
			m.o.Progress(m.records)
		}
	}
	return m.release(ctx)
}

func (m *Import) record(ctx context.Context, records *warcReader, rec *warcRecord) error {
	switch rec.kind {
	case "response", "resource", "revisit", "request", "continuation":
	default:
		if rec.length > 1<<20 {
			records.skip(rec)
		} else if _, ok := records.block(rec); !ok {
			return nil
		}
		m.n.Passed[kindName(rec.kind)]++
		return nil
	}
	block, ok := records.block(rec)
	if !ok {
		return nil
	}
	if rec.kind == "request" {
		return m.request(ctx, rec, block)
	}
	if err := m.release(ctx); err != nil {
		return err
	}
	if rec.kind == "continuation" || rec.get("warc-segment-number") != "" {
		if rec, block = m.join(rec, block); rec == nil {
			return nil
		}
	}
	return m.whole(ctx, rec, block)
}

// kindName is a kind of records that is counted, of a kind that there is not "other".
func kindName(kind string) string {
	switch kind {
	case "warcinfo", "metadata", "conversion":
		return kind
	}
	return "other"
}

// whole makes an answer of a record that is whole.
func (m *Import) whole(ctx context.Context, rec *warcRecord, block []byte) error {
	c, err := captureOf(rec)
	if err != nil {
		m.left(rec.place, err.Error())
		return nil
	}
	if c == nil {
		m.n.Passed["other"]++
		return nil
	}
	c.Source = sourceOf(rec.place)
	if rec.kind == "revisit" {
		return m.revisit(ctx, rec, c, block)
	}
	a := &answer{c: c, id: rec.id("warc-record-id"), to: rec.id("warc-concurrent-to"), place: rec.place}
	p := payload{raw: block, joined: block, plain: block}
	if rec.kind == "response" {
		msg, err := readMessage(block)
		if err != nil {
			m.left(rec.place, c.URL+": "+err.Error())
			return nil
		}
		p, err = msg.readPayload()
		c.setHead(msg)
		switch {
		case msg.status < 200 || msg.status >= 300 && msg.status < 400:
			m.n.Passed["redirect"]++
			return nil
		case errors.Is(err, errCutOff):
			c.Result, c.Reason = Failed, cutOff+err.Error()
		case err != nil && rec.get("warc-truncated") == "":
			m.left(rec.place, c.URL+": "+err.Error())
			return nil
		case msg.status == http.StatusPartialContent && !wholeRange(msg.header.Get("Content-Range")):
			c.Result, c.Reason = Failed, cutOff+"a part of the body only: "+msg.header.Get("Content-Range")
		case msg.status >= 400:
			c.Result, c.Reason = Failed, fmt.Sprintf("the server answered %d", msg.status)
		}
		if p.plain == nil {
			p.plain = p.joined
		}
	} else if t := rec.get("content-type"); t != "" {
		c.Header = http.Header{"Content-Type": {t}}
	}
	if why := rec.get("warc-truncated"); why != "" {
		c.Result, c.Reason = Failed, cutOff+"WARC-Truncated: "+why
	}
	if strings.HasPrefix(c.Reason, cutOff) {
		m.left(rec.place, c.URL+": "+c.Reason+"; it is kept, and makes no document")
	} else if err := m.proven(rec, p); err != nil {
		m.left(rec.place, c.URL+": "+err.Error())
		return nil
	}
	if len(p.plain) > MaxBody {
		m.left(rec.place, fmt.Sprintf("%s: %d bytes: larger than %d", c.URL, len(p.plain), MaxBody))
		return nil
	}
	if a.body = p.plain; !bytes.Equal(p.plain, p.joined) {
		a.coded = p.joined
	}
	if a.body == nil {
		a.body = []byte{}
	}
	m.index(rec, c, p)
	m.held = a
	m.paired()
	return nil
}

// proven compares the digest of a payload. What it is taken of is told in several ways by the tools that write it: of the
// payload as it lies in the record, joined, or without its content coding. Where the block is proven by its own digest the
// bytes are those that were written, whatever the tool took for the payload.
func (m *Import) proven(rec *warcRecord, p payload) error {
	_, why := proveDigest(rec.get("warc-payload-digest"), p.raw, p.joined, p.plain)
	if why == "" || rec.get("warc-block-digest") != "" {
		return nil
	}
	return errors.New("its payload " + why)
}

// setHead gives a capture the head of its answer, as it was before an archive that keeps bodies decoded renamed lines of
// it.
func (c *Capture) setHead(m message) {
	c.Status, c.Proto, c.Head = m.status, m.proto, originalHead(m.head)
	if c.Header = headerOf(c.Head); c.Header == nil {
		c.Header = m.header
	}
}

// renamed begins the names of header lines that do not hold for a body as an archive keeps it.
const renamed = "X-Archive-Orig-"

// originalHead gives lines of a head the names that they had, and leaves out what stood in their place.
func originalHead(head []byte) []byte {
	if !bytes.Contains(bytes.ToLower(head), []byte(strings.ToLower(renamed))) {
		return head
	}
	lines := bytes.SplitAfter(head, []byte("\n"))
	was := map[string]bool{}
	for _, l := range lines {
		if len(l) > len(renamed) && strings.EqualFold(string(l[:len(renamed)]), renamed) {
			name, _, _ := strings.Cut(string(l[len(renamed):]), ":")
			was[strings.ToLower(name)] = true
		}
	}
	var out []byte
	for _, l := range lines {
		name, _, _ := strings.Cut(string(l), ":")
		switch {
		case len(l) > len(renamed) && strings.EqualFold(string(l[:len(renamed)]), renamed):
			out = append(out, l[len(renamed):]...)
		case !was[strings.ToLower(name)]:
			out = append(out, l...)
		}
	}
	return out
}

var wholeRangeOf = "bytes 0-"

// wholeRange tells the Content-Range of a part that is all.
func wholeRange(s string) bool {
	last, total, ok := strings.Cut(strings.TrimPrefix(s, wholeRangeOf), "/")
	if !ok || !strings.HasPrefix(s, wholeRangeOf) {
		return false
	}
	a, err := strconv.ParseInt(last, 10, 64)
	b, berr := strconv.ParseInt(total, 10, 64)
	return err == nil && berr == nil && a+1 == b
}

// sourceOf names where a record lay: file and place, without the folder.
func sourceOf(place string) string {
	file, at, _ := strings.Cut(place, ": record ")
	return filepath.Base(file) + ": record " + at
}

// captureOf makes a capture of the head of a record; nil for one that is of no page (dns:, metadata:, urn:).
func captureOf(rec *warcRecord) (*Capture, error) {
	c := &Capture{URL: rec.id("warc-target-uri"), Result: Imported}
	scheme, _, _ := strings.Cut(c.URL, ":")
	switch strings.ToLower(scheme) {
	case "http", "https":
	case "ftp", "ftps", "file":
		if rec.kind != "resource" {
			return nil, nil
		}
	default:
		return nil, nil
	}
	if len(c.URL) > mostURL {
		return nil, fmt.Errorf("an address of %d bytes", len(c.URL))
	}
	if at, err := url.Parse(c.URL); err == nil { // blanks and characters that an address has not are written as %…
		c.URL = at.String()
	}
	t, err := warcDate(rec.get("warc-date"))
	if err != nil {
		return nil, err
	}
	c.Time = t
	return c, nil
}

// warcDate reads a date: of WARC 1.0 in seconds, of 1.1 with a fraction or without what follows the day; some tools write
// fourteen digits. The web is younger than 1990.
func warcDate(s string) (time.Time, error) {
	for _, layout := range []string{time.RFC3339Nano, "20060102150405", "2006-01-02T15:04Z", "2006-01-02T15:04:05",
		time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil && t.Year() >= 1990 && t.Year() < 2200 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("WARC-Date is %.40q", s)
}

// request keeps a request for its answer, which stands before or behind it.
func (m *Import) request(ctx context.Context, rec *warcRecord, block []byte) error {
	m.n.Passed["request"]++
	head, body, _ := bytes.Cut(block, []byte("\r\n\r\n"))
	line, lines, _ := strings.Cut(string(head), "\r\n")
	method, _, _ := strings.Cut(line, " ")
	q := request{id: rec.id("warc-record-id"), to: rec.id("warc-concurrent-to"), method: method, header: http.Header{}}
	if method == http.MethodPost && len(body) <= 1<<20 {
		q.body = body
	}
	for _, l := range strings.Split(lines, "\r\n") {
		name, value, ok := strings.Cut(l, ":")
		switch name = http.CanonicalHeaderKey(strings.TrimSpace(name)); name {
		case "Host", "Content-Length", "Cookie", "Authorization", "Proxy-Authorization": // secrets are of no use here
		default:
			if ok && name != "" {
				q.header[name] = append(q.header[name], strings.TrimSpace(value))
			}
		}
	}
	if len(m.asked) == mostRequests {
		m.asked = m.asked[1:]
	}
	m.asked = append(m.asked, q)
	if m.paired() {
		return m.release(ctx)
	}
	return nil
}

// paired gives the answer that is held its request, if that is there.
func (m *Import) paired() bool {
	if m.held == nil {
		return false
	}
	for i := len(m.asked) - 1; i >= 0; i-- {
		q := m.asked[i]
		if q.to != "" && q.to == m.held.id || q.id != "" && q.id == m.held.to {
			m.held.c.Request = q.header
			if q.method == http.MethodPost {
				m.held.c.Method, m.held.c.Form = http.MethodPost, string(q.body)
			}
			m.asked = append(m.asked[:i], m.asked[i+1:]...)
			return true
		}
	}
	return false
}

// release puts the answer that is held in the archive.
func (m *Import) release(ctx context.Context) error {
	a := m.held
	if a == nil {
		return nil
	}
	m.held = nil
	return m.put(ctx, a.c, a.body, a.coded, a.place)
}

// put keeps a capture in the visit of its day, under address and moment. One that is there already is left as it is, so
// that nothing is doubled, whatever file brings it; where another answer of the address was there in the same moment, it is
// counted on.
func (m *Import) put(ctx context.Context, c *Capture, body, coded []byte, place string) error {
	c.Portal = m.portal(c.URL)
	sum := c.SHA256
	if body != nil {
		sum = Sum(body)
	}
	c.Visit = visitOf(c.Time)
	for slot := range mostSlots {
		c.Key = importKey(c.Method, c.URL, c.Form, c.Time, slot)
		there, err := m.a.Get(ctx, c.Portal, c.Visit, c.Key)
		if errors.Is(err, ErrMissing) {
			if err := m.a.PutReceived(ctx, c, body, coded); err != nil {
				return err
			}
			m.n.Captures++
			if c.SHA256 != "" && c.Result == Imported {
				m.n.Bodies++
			}
			m.took(c)
			return nil
		}
		if err != nil {
			return err
		}
		if there.SHA256 == sum && there.Status == c.Status {
			m.n.Known++
			m.took(c)
			return nil
		}
	}
	m.left(place, fmt.Sprintf("%s: more than %d answers in one moment", c.URL, mostSlots))
	return nil
}

func (m *Import) took(c *Capture) {
	m.n.Portals[c.Portal]++
	if v := [2]string{c.Portal, c.Visit}; !m.visits[v] {
		m.visits[v], m.order = true, append(m.order, v)
	}
}

// portal is the one that an address counts for.
func (m *Import) portal(at string) string {
	id := m.o.Portal
	if id == "" && m.o.PortalOf != nil {
		id = m.o.PortalOf(at)
	}
	if id == "" {
		id = HostPortal(at)
	}
	return id
}

// visitOf names the visit of what is imported: the day of its answer.
func visitOf(t time.Time) string { return t.UTC().Format("20060102") + "T000000.000Z" }

// importKey names an answer within such a visit.
func importKey(method, at, form string, t time.Time, slot int) string {
	moment := t.UTC().Format(time.RFC3339Nano)
	if slot > 0 {
		moment += fmt.Sprint(" ", slot)
	}
	return Key(method, at, form+"\n"+moment)
}

// HostPortal names a portal by the host of an address, as a folder can be named: "import" where it has none.
func HostPortal(at string) string {
	host := ""
	if u, err := url.Parse(at); err == nil {
		host = u.Hostname()
	} else if _, rest, ok := strings.Cut(at, "://"); ok {
		host, _, _ = strings.Cut(rest, "/")
	}
	if host = safeName(strings.ToLower(host)); host != "" {
		return host
	}
	return "import"
}

// mostName is how long the name of a folder may be.
const mostName = 100

func safeName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f {
			return r
		}
		return '_'
	}, strings.Trim(strings.ToValidUTF8(s, "_"), "."))
	if len(s) > mostName {
		sum := sha256.Sum256([]byte(s))
		s = strings.ToValidUTF8(s[:mostName], "") + "-" + hex.EncodeToString(sum[:6])
	}
	return s
}

func short(s string) (k [16]byte) {
	sum := sha256.Sum256([]byte(s))
	copy(k[:], sum[:])
	return k
}

// index remembers an answer for those that refer to it.
func (m *Import) index(rec *warcRecord, c *Capture, p payload) {
	if c.Result != Imported || rec.kind == "revisit" {
		return
	}
	o := origin{key: short(c.URL), sum: sha256.Sum256(p.plain), time: c.Time, bytes: int64(len(p.plain))}
	stated := plainDigest(rec.get("warc-payload-digest"))
	if stated == "" {
		stated = "sha1:" + hex.EncodeToString(digestOf("sha1", p.raw))
	}
	if _, ok := m.digests[short(stated)]; !ok {
		m.digests[short(stated)] = o
	}
	m.byURL[o.key] = o
}

// revisit makes a capture of a record that says that an answer was as another one, or keeps it until that is met.
func (m *Import) revisit(ctx context.Context, rec *warcRecord, c *Capture, block []byte) error {
	if len(bytes.TrimSpace(block)) > 0 {
		msg, err := readMessage(block)
		if err != nil {
			m.left(rec.place, c.URL+": "+err.Error())
			return nil
		}
		c.setHead(msg)
	}
	if c.Status >= 400 || c.Status >= 300 && c.Status != http.StatusNotModified {
		m.n.Passed["redirect"]++
		return nil
	}
	v := revisit{c: c, digest: plainDigest(rec.get("warc-payload-digest")), place: rec.place,
		refers: rec.id("warc-refers-to-target-uri"), since: rec.get("warc-refers-to-date")}
	done, err := m.resolve(ctx, &v, false)
	if done || err != nil {
		return err
	}
	if len(m.waiting) >= mostWaiting {
		m.left(v.place, c.URL+": a revisit of what was not met yet, and too many wait")
		return nil
	}
	m.waiting = append(m.waiting, v)
	return nil
}

// resolve finds what a revisit refers to: by the digest of its payload, by address and date, also in what was imported
// before, and, where it says neither, by its address.
func (m *Import) resolve(ctx context.Context, v *revisit, last bool) (bool, error) {
	c := v.c
	o, ok := m.digests[short(v.digest)]
	ok = ok && v.digest != ""
	if t, err := warcDate(v.since); !ok && err == nil {
		at := firstOf(v.refers, c.URL)
		if u, err := url.Parse(at); err == nil {
			at = u.String()
		}
		there, err := m.a.Get(ctx, m.portal(at), visitOf(t), importKey("", at, "", t, 0))
		switch {
		case err == nil && there.SHA256 != "" && (there.Result == Imported || there.Result == New || there.Result == Changed):
			o = origin{key: short(at), time: there.Time, bytes: there.Bytes}
			_, err := hex.Decode(o.sum[:], []byte(there.SHA256))
			ok = err == nil
			if c.Header == nil {
				c.Header = there.Header
			}
		case err != nil && !errors.Is(err, ErrMissing):
			return false, err
		}
	}
	if !ok && last && v.since == "" && v.digest == "" {
		o, ok = m.byURL[short(firstOf(v.refers, c.URL))]
	}
	if !ok {
		return false, nil
	}
	if o.key == short(c.URL) {
		c.Result, c.Since = Unchanged, &Version{SHA256: hex.EncodeToString(o.sum[:]), Time: o.time}
	} else { // the same at another address
		c.SHA256, c.Bytes = hex.EncodeToString(o.sum[:]), o.bytes
	}
	return true, m.put(ctx, c, nil, nil, v.place)
}

// join keeps a segment until all of its record are there, and gives it whole then.
func (m *Import) join(rec *warcRecord, block []byte) (*warcRecord, []byte) {
	n, err := strconv.Atoi(rec.get("warc-segment-number"))
	id := rec.id("warc-segment-origin-id")
	if rec.kind != "continuation" {
		id = rec.id("warc-record-id")
	}
	if err != nil || n < 1 || n > 1<<16 || id == "" || (n == 1) == (rec.kind == "continuation") {
		m.left(rec.place, fmt.Sprintf("a segment with the number %.20q of the record %.60q", rec.get("warc-segment-number"), id))
		return nil, nil
	}
	s := m.segments[id]
	if s == nil {
		s = &warcPieces{parts: map[int][]byte{}, place: rec.place}
		m.segments[id] = s
	}
	if s.parts[n] != nil {
		m.n.Known++
		return nil, nil
	}
	if m.held2+len(block) > mostSegments {
		m.left(rec.place, "a segment of a record: too many wait for the rest")
		return nil, nil
	}
	if block == nil {
		block = []byte{}
	}
	s.parts[n], m.held2 = block, m.held2+len(block)
	if n == 1 {
		s.first, s.place = rec, rec.place
	}
	if t, err := strconv.ParseInt(rec.get("warc-segment-total-length"), 10, 64); err == nil {
		s.total = t
	}
	have := int64(0)
	for i := 1; i <= len(s.parts); i++ {
		if s.parts[i] == nil {
			return nil, nil
		}
		have += int64(len(s.parts[i]))
	}
	if s.first == nil || s.total == 0 || have < s.total {
		return nil, nil
	}
	delete(m.segments, id)
	m.held2 -= int(have)
	if have > s.total || have > MaxBody+1<<20 {
		m.left(s.place, fmt.Sprintf("%d segments of %d bytes, which are to be %d, and at most %d", len(s.parts), have,
			s.total, MaxBody))
		return nil, nil
	}
	out := make([]byte, 0, have)
	for i := 1; i <= len(s.parts); i++ {
		out = append(out, s.parts[i]...)
	}
	whole := *s.first
	whole.fields = map[string]string{}
	for k, v := range s.first.fields {
		if k != "warc-block-digest" && k != "warc-truncated" {
			whole.fields[k] = v
		}
	}
	return &whole, out
}

// Close settles what referred to other files, and tells what cannot be settled.
func (m *Import) Close(ctx context.Context) error {
	if err := m.release(ctx); err != nil {
		return err
	}
	for _, v := range m.waiting {
		done, err := m.resolve(ctx, &v, true)
		if err != nil {
			return err
		}
		if !done {
			m.left(v.place, v.c.URL+": a revisit of what is neither in these files nor in the archive")
		}
	}
	m.waiting = nil
	for _, id := range sortedKeys(m.segments) {
		s := m.segments[id]
		m.left(s.place, fmt.Sprintf("%d segments of a record (%s), and the others are not in these files", len(s.parts), id))
	}
	m.segments, m.held2 = map[string]*warcPieces{}, 0
	for _, v := range m.order {
		sealed, err := m.a.Seal(ctx, v[0], v[1], Ending{})
		if err != nil {
			return err
		}
		if last := m.sealed[v[0]]; last == nil || last.Name < sealed.Name {
			m.sealed[v[0]] = sealed
		}
	}
	m.visits, m.order = map[[2]string]bool{}, nil
	return nil
}

// Sealed gives the last segment of each portal that an import has closed.
func (m *Import) Sealed() (out []*Sealed) {
	for _, id := range sortedKeys(m.sealed) {
		out = append(out, m.sealed[id])
	}
	return out
}

// isWARC tells by its name a file of records.
func isWARC(name string) bool {
	name = strings.ToLower(name)
	for _, end := range []string{".warc", ".warc.gz", ".warc.zst", ".wacz", ".arc", ".arc.gz"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}

// Folder takes over the files below a folder: WARC and WACZ files record by record, any other as the capture of a page
// at "file:" and its path, of the time at which it was last written.
func (m *Import) Folder(ctx context.Context, dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			m.left(p, err.Error())
			return nil
		}
		if strings.HasPrefix(d.Name(), ".") && p != dir {
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		}
		if d.IsDir() || !d.Type().IsRegular() {
			return ctx.Err()
		}
		if isWARC(d.Name()) {
			err := m.File(ctx, p)
			if errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrNotExist) {
				m.left(p, err.Error())
				return nil
			}
			return err
		}
		info, err := d.Info()
		if err != nil {
			m.left(p, err.Error())
			return nil
		}
		if info.Size() > MaxBody {
			m.left(p, fmt.Sprintf("%d bytes: larger than %d", info.Size(), MaxBody))
			return nil
		}
		body, err := os.ReadFile(p)
		if err != nil {
			m.left(p, err.Error())
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		at := (&url.URL{Scheme: "file", Path: "/" + filepath.ToSlash(rel)}).String()
		c := &Capture{URL: at, Time: info.ModTime().UTC(), Result: Imported, Source: filepath.Base(p)}
		return m.put(ctx, c, body, nil, p)
	})
}
