// Package archive keeps every response that a crawl received, write-once: what was received is never changed or removed.
// It knows bytes, headers and times; it knows nothing of what a page says.
//
// An archive holds two kinds of objects. A body lies under its SHA-256 ("blobs/sha256/ab/abcd…"), so that the same
// bytes are kept once however often they come; as it came where it came compressed ("….gzip"). A segment
// ("visits/PORTAL/NUMBER-VISIT.seg") holds the captures of one visit: which request, made when, was answered how, by
// which redirects, and with which body; each with checksums, and at the end a manifest that names the segment before it,
// so that every loss is seen, and a copy of that segment, so that one loss is healed. docs/archive-format.md has the
// whole of it. A visit that is resumed after a crash finds its captures and asks for nothing twice. The database of a
// crawl can be lost; the archive is enough to build it again.
//
// Archives of earlier versions, a file a capture ("captures/PORTAL/VISIT/KEY.json"), are read as they are, and gone on
// with.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// Results of a capture.
const (
	New       = "new"       // an answer of a URL that was never answered before
	Changed   = "changed"   // the body is another than at the last capture
	Unchanged = "unchanged" // the body is the same, whether sent again or said to be (304)
	Gone      = "gone"      // there was an answer once, now the server says there is nothing (404, 410)
	Failed    = "failed"    // no answer, or one that is no page: Reason says why
	Imported  = "imported"  // taken over from another collection
)

// ErrMissing is returned for what the archive does not hold.
var ErrMissing = errors.New("not in the archive")

// A Capture is one request and what became of it.
type Capture struct {
	Portal  string      `json:"portal"`           // the portal it was made for
	Visit   string      `json:"visit"`            // which visit: the time it began, 20060102T150405.000Z
	Key     string      `json:"key"`              // of the request within the visit: see Key
	URL     string      `json:"url"`              // as asked for
	Method  string      `json:"method,omitempty"` // "" = GET; POST; RENDER: built by a browser of what was received; JOIN: of Parts
	Form    string      `json:"form,omitempty"`   // body of a POST
	Time    time.Time   `json:"time"`             // when the answer was there, UTC
	Final   string      `json:"final,omitempty"`  // where the redirects ended, if elsewhere
	Chain   []Hop       `json:"chain,omitempty"`  // the redirects
	Status  int         `json:"status,omitempty"` // of the last answer; 0 = none
	Proto   string      `json:"proto,omitempty"`  // "HTTP/1.1"
	Request http.Header `json:"request,omitempty"`
	Header  http.Header `json:"header,omitempty"` // of the answer
	Head    []byte      `json:"head,omitempty"`   // of the answer: the bytes as received, to the empty line
	SHA256  string      `json:"sha256,omitempty"` // of the body without its content encoding, lower-case hex; "" = none kept
	Bytes   int64       `json:"bytes"`            // of the body
	CRC     string      `json:"crc32c,omitempty"` // of the body, hex
	Coded   *Coded      `json:"coded,omitempty"`  // the body as received, where it came in a content encoding
	Wire    int64       `json:"wire,omitempty"`   // bytes of the body as they came over the wire
	Result  string      `json:"result"`           // New, Changed, Unchanged, Gone, Failed, Imported
	Reason  string      `json:"reason,omitempty"` // why Failed or Gone, in words
	Kind    string      `json:"kind,omitempty"`   // what the crawl took it for: report, attachment, list …
	Page    string      `json:"page,omitempty"`   // of an attachment: the page that it hangs on
	Since   *Version    `json:"since,omitempty"`  // of Changed, Unchanged and Gone: the version before
	Source  string      `json:"source,omitempty"` // of what was imported: the file, and the record in it
	Parts   []Part      `json:"parts,omitempty"`  // of JOIN: the answers that it was put together of, in their order
}

// A Part is an answer that a document was put together of.
type Part struct {
	URL    string `json:"url"`
	Form   string `json:"form,omitempty"`
	SHA256 string `json:"sha256"`
}

// A Hop is one redirect.
type Hop struct {
	URL      string      `json:"url"`
	Status   int         `json:"status"`
	Location string      `json:"location"`
	Header   http.Header `json:"header,omitempty"`
	Head     []byte      `json:"head,omitempty"`
}

// Coded is a body in the content encoding in which it came.
type Coded struct {
	Coding string `json:"coding"` // as the header says it
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	CRC    string `json:"crc32c"`
}

// A Version is a body that a URL had.
type Version struct {
	SHA256 string    `json:"sha256"`
	Time   time.Time `json:"time"`
}

// Key names a request within a visit: 32 hex digits of the hash of method, URL and form.
func Key(method, url, form string) string {
	if method == "" {
		method = "GET"
	}
	sum := sha256.Sum256([]byte(method + " " + url + "\n" + form))
	return hex.EncodeToString(sum[:16])
}

// A store keeps named bytes. It never overwrites.
type store interface {
	put(ctx context.Context, name string, body []byte) error // durable when it returns; nil where the name is taken
	get(ctx context.Context, name string) ([]byte, error)    // ErrMissing
	has(ctx context.Context, name string) (bool, error)
	list(ctx context.Context, prefix string, each func(name string) error) error // in the order of names
	replace(ctx context.Context, name string, body []byte) error                 // for what is damaged only
	remove(ctx context.Context, name string) error                               // nil where it is not there
	// appends tells whether extend appends to one object, or keeps each piece as a part of its own.
	appends() bool
	// extend puts a piece at a place in an object of a size; durable when it returns. errMoved = it has another size.
	extend(ctx context.Context, name, part string, at, size int, piece []byte) error
	close() error
}

// An Archive is a place where captures are kept. It is safe for use by several goroutines and processes.
type Archive struct {
	s      store
	mu     sync.Mutex
	visits map[string]*visited
	told   func(done, all int, on string)
}

// Progress has Inspect and Repair tell how far they are: objects that were read, of how many as far as it is known (what
// captures name), and which is next. It is called for each.
func (a *Archive) Progress(tell func(done, all int, on string)) { a.told = tell }

// Open opens an archive, and makes it if it is not there: a folder by its path, or a bucket by its URL
// ("s3://bucket?region=…&endpoint=…"; a path behind the bucket is a prefix). The options are region, endpoint (a URL),
// use_path_style, profile, role, anonymous, dualstack, fips, accelerate, disable_https, ssetype and kmskeyid;
// credentials, region and endpoint are otherwise those of the environment (AWS_ACCESS_KEY_ID …), of ~/.aws, or of the
// machine's role.
func Open(ctx context.Context, where string) (*Archive, error) {
	if u, err := url.Parse(where); err == nil && len(u.Scheme) > 1 && strings.Contains(where, "://") {
		s, err := openBucket(ctx, where)
		if err != nil {
			return nil, fmt.Errorf("archive %s: %w", where, err)
		}
		return &Archive{s: s}, nil
	}
	s, err := openFolder(where)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", where, err)
	}
	return &Archive{s: s}, nil
}

// Close ends the use of the archive.
func (a *Archive) Close() error { return a.s.close() }

func blobName(sum string) string { return "blobs/sha256/" + sum[:2] + "/" + sum }

// captureName names a capture in an export, and named its file in earlier versions.
func captureName(c *Capture) string {
	return "captures/" + c.Portal + "/" + c.Visit + "/" + c.Key + ".json"
}

// Sum is the name of a body: its SHA-256 as lower-case hex.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Put keeps a capture and its body; a body of nil is none. The body is there before the capture that names it, so that
// whatever breaks off leaves at most a body that nothing names. A capture that is there already is left as it is.
func (a *Archive) Put(ctx context.Context, c *Capture, body []byte) error {
	return a.PutReceived(ctx, c, body, nil)
}

// PutReceived is Put of a body that came in a content encoding: coded are its bytes as they came, in the encoding that
// the header says; nil = it came in none.
func (a *Archive) PutReceived(ctx context.Context, c *Capture, body, coded []byte) error {
	if c.Portal == "" || c.Visit == "" || c.Key == "" {
		return fmt.Errorf("capture of %s: without portal, visit or key", c.URL)
	}
	if body != nil {
		sum, err := a.PutCoded(ctx, body, coded, strings.Join(c.Header.Values("Content-Encoding"), ","))
		if err != nil {
			return fmt.Errorf("archive: body of %s: %w", c.URL, err)
		}
		c.SHA256, c.Bytes, c.CRC = sum, int64(len(body)), crcOf(body)
		if isCoded(body, coded) {
			c.Coded = &Coded{Coding: strings.Join(c.Header.Values("Content-Encoding"), ","), SHA256: Sum(coded), Bytes: int64(len(coded)),
				CRC: crcOf(coded)}
		}
	}
	if err := a.keep(ctx, c); err != nil {
		return fmt.Errorf("archive: capture of %s: %w", c.URL, err)
	}
	return nil
}

// Get gives the capture of a request in a visit, ErrMissing if there is none.
func (a *Archive) Get(ctx context.Context, portal, visit, key string) (*Capture, error) {
	v, err := a.visit(ctx, portal, visit)
	if err != nil {
		return nil, err
	}
	defer v.mu.Unlock()
	b, err := a.there(ctx, v, portal, visit, key)
	if err != nil {
		return nil, err
	}
	if b == nil {
		return nil, ErrMissing
	}
	return parseCapture(b)
}

// readAllLimited reads at most limit bytes.
func readAllLimited(r io.Reader, limit int64) ([]byte, error) {
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, limit+1))
	if err == nil && n > limit {
		err = fmt.Errorf("larger than %d bytes", limit)
	}
	return b.Bytes(), err
}
