package archive

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
)

// gzipped ends the name of a body that is kept as it came, compressed; the name is that of what it unpacks to.
const gzipped = ".gzip"

// isCoded tells a body that came otherwise than it is.
func isCoded(body, coded []byte) bool { return coded != nil && !bytes.Equal(body, coded) }

// PutBody keeps a body and gives its name. A body that no capture names does no harm.
func (a *Archive) PutBody(ctx context.Context, body []byte) (string, error) {
	return a.PutCoded(ctx, body, nil, "")
}

// PutCoded keeps a body that came in a content encoding, as it came, and gives the name of the body. What came in gzip
// is kept in the place of the body, other encodings beside it.
func (a *Archive) PutCoded(ctx context.Context, body, coded []byte, coding string) (sum string, err error) {
	sum = Sum(body)
	name, b := blobName(sum), body
	switch coding = strings.ToLower(strings.TrimSpace(coding)); {
	case !isCoded(body, coded):
	case coding == "gzip" || coding == "x-gzip":
		name, b = name+gzipped, coded
	default:
		if err := a.s.put(ctx, blobName(Sum(coded)), coded); err != nil {
			return sum, err
		}
	}
	there, at, err := a.kept(ctx, sum)
	if err != nil {
		return sum, err
	}
	if at == "" {
		return sum, a.s.put(ctx, name, b)
	}
	if got, err := plain(at, there); err != nil || Sum(got) != sum { // the bytes that just came heal those that were damaged
		if err := a.quarantine(ctx, at, there); err != nil {
			return sum, err
		}
		if err := a.s.replace(ctx, name, b); err != nil || name == at {
			return sum, err
		}
		return sum, a.s.remove(ctx, at)
	}
	if isCoded(body, coded) && !bytes.Equal(there, coded) { // the same page, packed in another way: kept as it came
		return sum, a.s.put(ctx, blobName(Sum(coded)), coded)
	}
	return sum, nil
}

// kept gives the object that a body is kept as, and its name; "" = there is none.
func (a *Archive) kept(ctx context.Context, sum string) (b []byte, name string, err error) {
	for _, name := range []string{blobName(sum), blobName(sum) + gzipped} {
		b, err := a.s.get(ctx, name)
		if errors.Is(err, ErrMissing) {
			continue
		}
		return b, name, err
	}
	return nil, "", nil
}

// plain takes the content encoding off an object of a body.
func plain(name string, b []byte) ([]byte, error) {
	if strings.HasSuffix(name, gzipped) {
		return Decode(b, "gzip", MaxBody)
	}
	return b, nil
}

// Body gives the bytes kept under a SHA-256 and proves them: what was damaged on the disk is an error of ErrDamaged, never
// a document.
func (a *Archive) Body(ctx context.Context, sum string) ([]byte, error) {
	if len(sum) != 64 || !isHex(sum) {
		return nil, fmt.Errorf("archive: %q is no SHA-256", sum)
	}
	b, name, err := a.kept(ctx, sum)
	switch {
	case err != nil:
		return nil, fmt.Errorf("archive: body %s: %w", sum, err)
	case name == "":
		return nil, fmt.Errorf("archive: body %s: %w", sum, ErrMissing)
	}
	body, err := plain(name, b)
	if err != nil {
		return nil, fmt.Errorf("archive: body %s is %w: %w", sum, ErrDamaged, err)
	}
	if got := Sum(body); got != sum {
		return nil, fmt.Errorf("archive: body %s is %w: its bytes have the hash %s", sum, ErrDamaged, got)
	}
	return body, nil
}

// Broken tells the error of a body or capture that the archive should hold and does not, or not whole, from one of the
// store itself, which may pass.
func Broken(err error) bool { return errors.Is(err, ErrDamaged) || errors.Is(err, ErrMissing) }

// Coded gives the body of a capture as it came, in its content encoding where it had one.
func (a *Archive) Coded(ctx context.Context, c *Capture) ([]byte, error) {
	if c.Coded == nil {
		return a.Body(ctx, c.SHA256)
	}
	b, err := a.s.get(ctx, blobName(c.SHA256)+gzipped)
	if err == nil && Sum(b) == c.Coded.SHA256 {
		return b, nil
	}
	if err != nil && !errors.Is(err, ErrMissing) {
		return nil, err
	}
	return a.Body(ctx, c.Coded.SHA256)
}

// Has says whether a body is kept.
func (a *Archive) Has(ctx context.Context, sum string) (bool, error) {
	for _, name := range []string{blobName(sum), blobName(sum) + gzipped} {
		if ok, err := a.s.has(ctx, name); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}
