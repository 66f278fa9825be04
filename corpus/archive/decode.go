package archive

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

var errNotEncoded = errors.New("the body has not the encoding that its header names")

// Decode takes the content encoding off a body: gzip, deflate, br or zstd. A body of more than limit bytes is an error.
func Decode(body []byte, encoding string, limit int64) ([]byte, error) {
	codings := strings.Split(encoding, ",")
	for i := len(codings) - 1; i >= 0; i-- { // the last one was put on last
		var err error
		if body, err = decodeOne(body, strings.ToLower(strings.TrimSpace(codings[i])), limit); err != nil {
			return nil, err
		}
	}
	return body, nil
}

func decodeOne(body []byte, encoding string, limit int64) ([]byte, error) {
	if len(body) == 0 {
		return nil, nil
	}
	var r io.Reader = bytes.NewReader(body)
	switch encoding {
	case "gzip", "x-gzip":
		z, err := gzip.NewReader(r)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", errNotEncoded)
		}
		z.Multistream(false) // what stands behind it is not of it
		out, err := readAllLimited(z, limit)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			if at := gzipBody(body); at > 0 { // whole but for its trailer, as browsers take it
				return readAllLimited(flate.NewReader(bytes.NewReader(body[at:])), limit)
			}
		}
		return out, err
	case "deflate":
		if len(body) > 2 && body[0]&0x0f == 8 && (int(body[0])<<8|int(body[1]))%31 == 0 { // with the head of zlib
			r = bytes.NewReader(body[2:])
		}
		r = flate.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		if !bytes.HasPrefix(body, zstdMagic) {
			return nil, fmt.Errorf("zstd: %w", errNotEncoded)
		}
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(8<<20)) // RFC 9659
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	default:
		return body, nil // a name in the place of a coding (utf-8, none): browsers pass it over
	}
	return readAllLimited(r, limit)
}

// gzipBody is where the data of a gzip file begins (RFC 1952, section 2.3); 0 = its head is not whole.
func gzipBody(b []byte) int {
	if len(b) < 10 {
		return 0
	}
	flags, at := b[3], 10
	if flags&4 != 0 { // extra field
		if len(b) < at+2 {
			return 0
		}
		at += 2 + int(b[at]) + int(b[at+1])<<8
	}
	for _, flag := range []byte{8, 16} { // name, comment
		if flags&flag != 0 {
			end := bytes.IndexByte(b[min(at, len(b)):], 0)
			if end < 0 {
				return 0
			}
			at += end + 1
		}
	}
	if flags&2 != 0 { // checksum of the head
		at += 2
	}
	if at >= len(b) {
		return 0
	}
	return at
}
