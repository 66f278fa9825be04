package archive

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/textproto"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// MaxBody is the size from which a body is not taken: 64 MiB.
const MaxBody = 64 << 20

// ImportCount counts what an import took over, and names what it left.
type ImportCount struct {
	Captures, Bodies int
	Left             []string // place: why
}

// ImportWARC takes over the responses, revisits and resources of a WARC file (1.0 or 1.1; compressed record by record,
// as a whole, or not). The portal of each is its host, or the one named. What cannot be read is left, with its place; a
// file that breaks off gives what came before.
func (a *Archive) ImportWARC(ctx context.Context, file, portal string) (n ImportCount, err error) {
	f, err := os.Open(file)
	if err != nil {
		return n, err
	}
	defer f.Close()
	in := bufio.NewReaderSize(f, 1<<16)
	var r *bufio.Reader
	if head, _ := in.Peek(2); len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(in) // members follow each other as one stream
		if err != nil {
			return n, fmt.Errorf("%s: %w", file, err)
		}
		r = bufio.NewReaderSize(z, 1<<16)
	} else {
		r = in
	}
	last := map[string]Version{}
	for number := 1; ; number++ {
		head, err := warcHead(r)
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		place := fmt.Sprintf("%s: record %d", file, number)
		if err != nil {
			n.Left = append(n.Left, place+": "+err.Error()+"; what follows is not read")
			return n, nil
		}
		length, err := strconv.ParseInt(head.Get("Content-Length"), 10, 64)
		if err != nil || length < 0 {
			n.Left = append(n.Left, fmt.Sprintf("%s: Content-Length is %q; what follows is not read", place,
				head.Get("Content-Length")))
			return n, nil
		}
		kind := head.Get("Warc-Type")
		if length > MaxBody+1<<16 || kind != "response" && kind != "revisit" && kind != "resource" {
			if kind == "response" || kind == "resource" {
				n.Left = append(n.Left, fmt.Sprintf("%s: %d bytes: larger than %d", place, length, MaxBody))
			}
			if _, err := io.CopyN(io.Discard, r, length); err != nil {
				n.Left = append(n.Left, place+": breaks off")
				return n, nil
			}
			continue
		}
		block, err := io.ReadAll(io.LimitReader(r, length))
		if err != nil || int64(len(block)) < length {
			n.Left = append(n.Left, place+": breaks off")
			return n, nil
		}
		c, body, err := fromWARC(head, block, last)
		if err != nil {
			n.Left = append(n.Left, place+": "+err.Error())
			continue
		}
		if c == nil {
			continue
		}
		c.Portal = portal
		if portal == "" {
			c.Portal = importPortal(c.URL)
		}
		if err := a.Put(ctx, c, body); err != nil {
			return n, err
		}
		if c.SHA256 != "" && c.Result == Imported {
			last[c.URL] = Version{c.SHA256, c.Time}
			n.Bodies++
		}
		n.Captures++
	}
}

// importPortal names a portal by the host of a URL, as a folder can be named.
func importPortal(at string) string {
	if u, err := url.Parse(at); err == nil && u.Hostname() != "" {
		return safeName(u.Hostname())
	}
	return "import"
}

func safeName(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || r == '-' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r > 0x7f {
			return r
		}
		return '_'
	}, strings.TrimLeft(s, "."))
}

func warcHead(r *bufio.Reader) (textproto.MIMEHeader, error) {
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			if strings.TrimSpace(line) == "" && errors.Is(err, io.EOF) {
				return nil, io.EOF
			}
			return nil, fmt.Errorf("breaks off: %w", noEOF(err))
		}
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if !strings.HasPrefix(line, "WARC/1.") && !strings.HasPrefix(line, "WARC/0.1") {
			return nil, fmt.Errorf("%.40q is no WARC version", line)
		}
		h, err := textproto.NewReader(r).ReadMIMEHeader()
		if err != nil {
			return nil, fmt.Errorf("breaks off: %w", noEOF(err))
		}
		return h, nil
	}
}

func noEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// fromWARC makes a capture of a record; nil for one that is none (dns:, a redirect).
func fromWARC(head textproto.MIMEHeader, block []byte, last map[string]Version) (*Capture, []byte, error) {
	c := &Capture{URL: strings.Trim(head.Get("Warc-Target-Uri"), "<>"), Result: Imported}
	t, err := time.Parse(time.RFC3339Nano, head.Get("Warc-Date"))
	if err != nil {
		return nil, nil, fmt.Errorf("WARC-Date is %q", head.Get("Warc-Date"))
	}
	c.Time = t.UTC()
	c.Visit = c.Time.Format("20060102T150405.000Z")
	c.Key = Key("", c.URL, "")
	if !strings.HasPrefix(c.URL, "http:") && !strings.HasPrefix(c.URL, "https:") {
		return nil, nil, nil
	}
	body := block
	if head.Get("Warc-Type") != "resource" {
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(block)), nil)
		if err != nil {
			return nil, nil, fmt.Errorf("%s: %w", c.URL, noEOF(err))
		}
		c.Status, c.Proto, c.Header = resp.StatusCode, resp.Proto, resp.Header
		if head.Get("Warc-Type") == "revisit" {
			v, ok := last[firstOf(strings.Trim(head.Get("Warc-Refers-To-Target-Uri"), "<>"), c.URL)]
			if !ok {
				return nil, nil, fmt.Errorf("%s: a revisit of what is not in this file", c.URL)
			}
			c.Result, c.SHA256, c.Since = Unchanged, v.SHA256, &v
			return c, nil, nil
		}
		if c.Status >= 300 && c.Status < 400 {
			return nil, nil, nil
		}
		if resp.ContentLength >= 0 && int64(len(block)) < resp.ContentLength {
			// length before the encoding was taken off
			resp.Body = io.NopCloser(bytes.NewReader(block[bytes.Index(block, []byte("\r\n\r\n"))+4:]))
		}
		if body, err = readAllLimited(resp.Body, MaxBody); err != nil && len(body) == 0 {
			return nil, nil, fmt.Errorf("%s: %w", c.URL, noEOF(err))
		}
		if plain, err := Decode(body, resp.Header.Get("Content-Encoding"), MaxBody); err == nil {
			body = plain
		} else if enc := resp.Header.Get("Content-Encoding"); enc != "" && !errors.Is(err, errNotEncoded) {
			return nil, nil, fmt.Errorf("%s: %w", c.URL, err)
		}
	}
	if c.Status >= 400 {
		c.Result, c.Reason = Failed, fmt.Sprintf("the server answered %d", c.Status)
	}
	return c, body, nil
}

var errNotEncoded = errors.New("the body has not the encoding that its header names")

// Decode takes the content encoding off a body: gzip, deflate or br. A body of more than limit bytes is an error.
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

// noCodings are names that servers give in the place of a coding; browsers pass them over.
var noCodings = map[string]bool{"": true, "identity": true, "none": true, "utf-8": true, "utf8": true, "gbk": true, "gb2312": true,
	"gb18030": true, "binary": true, "chunked": true, "text/html": true}

func decodeOne(body []byte, encoding string, limit int64) ([]byte, error) {
	if noCodings[encoding] {
		return body, nil
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
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(64<<20))
		if err != nil {
			return nil, err
		}
		defer z.Close()
		r = z
	default:
		return nil, fmt.Errorf("content encoding %q is not known", encoding)
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

// ImportFolder takes over the files below a folder, WARC files record by record, any other as the
// capture of a page at "file:" and its path.
func (a *Archive) ImportFolder(ctx context.Context, dir, portal string) (n ImportCount, err error) {
	warcPortal := portal
	if portal == "" {
		portal = "import"
	}
	err = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			n.Left = append(n.Left, err.Error())
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
		if lower := strings.ToLower(d.Name()); strings.HasSuffix(lower, ".warc") ||
			strings.HasSuffix(lower, ".warc.gz") {
			m, err := a.ImportWARC(ctx, p, warcPortal)
			n.Captures, n.Bodies, n.Left = n.Captures+m.Captures, n.Bodies+m.Bodies, append(n.Left, m.Left...)
			return err
		}
		info, err := d.Info()
		if err != nil {
			n.Left = append(n.Left, err.Error())
			return nil
		}
		if info.Size() > MaxBody {
			n.Left = append(n.Left, fmt.Sprintf("%s: %d bytes: larger than %d", p, info.Size(), MaxBody))
			return nil
		}
		body, err := os.ReadFile(p)
		if err != nil {
			n.Left = append(n.Left, err.Error())
			return nil
		}
		rel, err := filepath.Rel(dir, p)
		if err != nil {
			return err
		}
		at := (&url.URL{Scheme: "file", Path: "/" + filepath.ToSlash(rel)}).String()
		c := &Capture{Portal: safeName(portal), Visit: info.ModTime().UTC().Format("20060102T150405.000Z"),
			Key: Key("", at, ""), URL: at, Time: info.ModTime().UTC(), Result: Imported}
		if err := a.Put(ctx, c, body); err != nil {
			return err
		}
		n.Captures++
		n.Bodies++
		return nil
	})
	return n, err
}
