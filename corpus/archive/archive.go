// Package archive keeps every response that a crawl received, write-once: nothing in it is ever changed or removed.
// It knows bytes, headers and times; it knows nothing of what a page says.
//
// An archive holds two kinds of objects. A body lies under its SHA-256 ("blobs/sha256/ab/abcd…"), so that the same
// bytes are kept once however often they come. A capture ("captures/PORTAL/VISIT/KEY.json") says which request, made
// when, was answered how, by which redirects, and with which body. A visit that is resumed after a crash finds its
// captures and asks for nothing twice. The database of a crawl can be lost; the archive is enough to build it again.
package archive

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"strings"
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
	Header  http.Header `json:"header,omitempty"` // of the answer; the body is kept without its content encoding
	SHA256  string      `json:"sha256,omitempty"` // of the body, lower-case hex; "" = none kept
	Bytes   int64       `json:"bytes"`            // of the body
	Wire    int64       `json:"wire,omitempty"`   // bytes of the body as they came over the wire
	Result  string      `json:"result"`           // New, Changed, Unchanged, Gone, Failed, Imported
	Reason  string      `json:"reason,omitempty"` // why Failed or Gone, in words
	Kind    string      `json:"kind,omitempty"`   // what the crawl took it for: report, attachment, list …
	Page    string      `json:"page,omitempty"`   // of an attachment: the page that it hangs on
	Since   *Version    `json:"since,omitempty"`  // of Changed, Unchanged and Gone: the version before
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
	close() error
}

// An Archive is a place where captures are kept. It is safe for use by several goroutines and processes.
type Archive struct{ s store }

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
		return &Archive{s}, nil
	}
	s, err := openFolder(where)
	if err != nil {
		return nil, fmt.Errorf("archive %s: %w", where, err)
	}
	return &Archive{s}, nil
}

// Close ends the use of the archive.
func (a *Archive) Close() error { return a.s.close() }

func blobName(sum string) string { return "blobs/sha256/" + sum[:2] + "/" + sum }

func captureName(c *Capture) string { return path.Join("captures", c.Portal, c.Visit, c.Key+".json") }

// Sum is the name of a body: its SHA-256 as lower-case hex.
func Sum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

// Put keeps a capture and its body; a body of nil is none. The body is there before the capture that names it, so that
// whatever breaks off leaves at most a body that nothing names. A capture that is there already is left as it is.
func (a *Archive) Put(ctx context.Context, c *Capture, body []byte) error {
	if c.Portal == "" || c.Visit == "" || c.Key == "" {
		return fmt.Errorf("capture of %s: without portal, visit or key", c.URL)
	}
	if body != nil {
		sum, err := a.PutBody(ctx, body)
		if err != nil {
			return fmt.Errorf("archive: body of %s: %w", c.URL, err)
		}
		c.SHA256, c.Bytes = sum, int64(len(body))
	}
	b, err := json.MarshalIndent(c, "", " ")
	if err != nil {
		return err
	}
	if err := a.s.put(ctx, captureName(c), append(b, '\n')); err != nil {
		return fmt.Errorf("archive: capture of %s: %w", c.URL, err)
	}
	return nil
}

// PutBody keeps a body and gives its name. A body that no capture names does no harm.
func (a *Archive) PutBody(ctx context.Context, body []byte) (string, error) {
	sum := Sum(body)
	return sum, a.s.put(ctx, blobName(sum), body)
}

// Get gives the capture of a request in a visit, ErrMissing if there is none.
func (a *Archive) Get(ctx context.Context, portal, visit, key string) (*Capture, error) {
	return a.read(ctx, captureName(&Capture{Portal: portal, Visit: visit, Key: key}))
}

func (a *Archive) read(ctx context.Context, name string) (*Capture, error) {
	b, err := a.s.get(ctx, name)
	if err != nil {
		return nil, err
	}
	var c Capture
	if err := json.Unmarshal(b, &c); err != nil {
		return nil, fmt.Errorf("archive: %s: %w", name, err)
	}
	return &c, nil
}

// Body gives the bytes kept under a SHA-256 and proves them: what was damaged on the disk is an error, never a
// document.
func (a *Archive) Body(ctx context.Context, sum string) ([]byte, error) {
	if len(sum) != 64 {
		return nil, fmt.Errorf("archive: %q is no SHA-256", sum)
	}
	b, err := a.s.get(ctx, blobName(sum))
	if err != nil {
		return nil, fmt.Errorf("archive: body %s: %w", sum, err)
	}
	if got := Sum(b); got != sum {
		return nil, fmt.Errorf("archive: body %s is damaged: its bytes have the hash %s", sum, got)
	}
	return b, nil
}

// Has says whether a body is kept.
func (a *Archive) Has(ctx context.Context, sum string) (bool, error) {
	return a.s.has(ctx, blobName(sum))
}

// Captures hands over all captures, portal by portal, visit by visit; only those of one portal if it is named.
func (a *Archive) Captures(ctx context.Context, portal string, each func(*Capture) error) error {
	prefix := "captures/"
	if portal != "" {
		prefix += portal + "/"
	}
	return a.s.list(ctx, prefix, func(name string) error {
		c, err := a.read(ctx, name)
		if err != nil {
			return err
		}
		return each(c)
	})
}

// Check reads everything and hands over what is wrong: a body that is not what its name says, a capture that cannot be
// read or whose body is not there. It returns the numbers of captures and of bodies.
func (a *Archive) Check(ctx context.Context, wrong func(string)) (captures, bodies int, err error) {
	err = a.s.list(ctx, "blobs/", func(name string) error {
		bodies++
		b, err := a.s.get(ctx, name)
		if err != nil {
			wrong(name + ": " + err.Error())
		} else if got := Sum(b); got != path.Base(name) {
			wrong(name + ": damaged: its bytes have the hash " + got)
		}
		return nil
	})
	if err != nil {
		return captures, bodies, err
	}
	err = a.s.list(ctx, "captures/", func(name string) error {
		captures++
		c, err := a.read(ctx, name)
		if err != nil {
			wrong(err.Error())
			return nil
		}
		if c.SHA256 != "" {
			if ok, err := a.Has(ctx, c.SHA256); err != nil || !ok {
				wrong(fmt.Sprintf("%s: its body %s is not there", name, c.SHA256))
			}
		}
		return nil
	})
	return captures, bodies, err
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
