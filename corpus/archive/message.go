package archive

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
)

// A message is an answer as a record holds it.
type message struct {
	proto  string
	status int
	header http.Header
	head   []byte // status line and header lines, as they are
	body   []byte // as it is
}

// statusLine is one of HTTP/1.0, 1.1, 2 or 3: the later ones have no words behind the number, and none of their own on
// the wire; tools write "HTTP/2 200" for them. Streams of old begin with ICY.
var statusLine = regexp.MustCompile(`^(?i:(HTTP/\d(?:\.\d)?|h2|h3|ICY))[ \t]+(\d{3})(?:[ \t]|$)`)

// readMessage takes an answer apart, as browsers do: lines may end with LF, and what is no header line is passed over.
func readMessage(block []byte) (m message, err error) {
	rest := bytes.TrimLeft(block, "\r\n")
	skipped := len(block) - len(rest)
	line, rest, _ := bytes.Cut(rest, []byte("\n"))
	found := statusLine.FindSubmatch(bytes.TrimRight(line, "\r"))
	if found == nil {
		return m, fmt.Errorf("%.40q is no status line of HTTP", printable(line[:min(len(line), 40)]))
	}
	m.proto = strings.ToUpper(string(found[1]))
	switch m.proto {
	case "H2":
		m.proto = "HTTP/2"
	case "H3":
		m.proto = "HTTP/3"
	}
	m.status, _ = strconv.Atoi(string(found[2]))
	m.header = http.Header{}
	last := ""
	for len(rest) > 0 {
		line, rest, _ = bytes.Cut(rest, []byte("\n"))
		line = bytes.TrimRight(line, "\r")
		if len(line) == 0 {
			break
		}
		if (line[0] == ' ' || line[0] == '\t') && last != "" {
			v := m.header[last]
			v[len(v)-1] += " " + strings.TrimSpace(string(line))
			continue
		}
		name, value, ok := strings.Cut(string(line), ":")
		if name = strings.TrimSpace(name); !ok || name == "" {
			continue
		}
		last = textproto.CanonicalMIMEHeaderKey(name)
		m.header[last] = append(m.header[last], strings.TrimSpace(value))
	}
	m.body = rest
	m.head = block[skipped : len(block)-len(rest)]
	return m, nil
}

var (
	errCutOff     = errors.New("its body breaks off")
	errNotChunked = errors.New("not chunked")
)

// dechunk joins a body that came in pieces (RFC 9112, section 7.1). A body that is not in pieces, though its header says
// so, is errNotChunked: browsers hand it over joined.
func dechunk(body []byte) ([]byte, error) {
	var out []byte
	for rest, first := body, true; ; first = false {
		line, behind, ok := bytes.Cut(rest, []byte("\n"))
		digits, _, _ := strings.Cut(strings.TrimSpace(string(line[:min(len(line), 64)])), ";")
		digits = strings.TrimSpace(digits)
		n, err := strconv.ParseUint(digits, 16, 31)
		switch {
		case err != nil && first, !ok && first:
			return nil, errNotChunked
		case err != nil || !ok:
			return nil, fmt.Errorf("%w: in its pieces", errCutOff)
		case n == 0:
			return out, nil
		case uint64(len(behind)) < n:
			return nil, fmt.Errorf("%w: in a piece of %d bytes", errCutOff, n)
		}
		out = append(out, behind[:n]...)
		rest = bytes.TrimPrefix(bytes.TrimPrefix(behind[n:], []byte("\r")), []byte("\n"))
	}
}

// A payload is the body of an answer in its three states.
type payload struct {
	raw    []byte // as the record holds it
	joined []byte // without the transfer coding
	plain  []byte // without the content coding
}

// readPayload takes off a body what was put on for its way. An error says that it is not whole, or cannot be read.
func (m *message) readPayload() (p payload, err error) {
	p.raw, p.joined = m.body, m.body
	chunked := false
	for _, v := range m.header["Transfer-Encoding"] {
		chunked = chunked || strings.Contains(strings.ToLower(v), "chunked")
	}
	if chunked {
		joined, err := dechunk(m.body)
		switch {
		case err == nil:
			p.joined = joined
		case !errors.Is(err, errNotChunked):
			return p, err
		}
	}
	p.plain = p.joined
	encoding := strings.Join(m.header["Content-Encoding"], ",")
	coded := false
	if strings.TrimSpace(encoding) != "" && len(p.joined) > 0 {
		plain, err := Decode(p.joined, encoding, MaxBody)
		switch {
		case err == nil:
			coded = true
			p.plain = plain
		case errors.Is(err, errNotEncoded), readable(p.joined) && !bytes.HasPrefix(p.joined, gzipMagic[:2]):
			coded = true // it was taken off already
		default:
			return p, err
		}
	}
	if n, err := strconv.ParseInt(m.header.Get("Content-Length"), 10, 64); err == nil && !coded && !chunked &&
		int64(len(p.joined)) < n {
		return p, fmt.Errorf("%w: after %d of %d bytes", errCutOff, len(p.joined), n)
	}
	return p, nil
}

// readable tells a body that is a page, a text or a file as it is: its first bytes are printed, or those of a document.
func readable(b []byte) bool {
	for _, magic := range []string{"%PDF", "PK\x03\x04", "\xd0\xcf\x11\xe0", "\x89PNG", "\xff\xd8\xff", "GIF8", "Rar!"} {
		if bytes.HasPrefix(b, []byte(magic)) {
			return true
		}
	}
	for _, c := range b[:min(len(b), 512)] {
		if c < ' ' && c != '\n' && c != '\r' && c != '\t' && c != '\f' {
			return false
		}
	}
	return true
}
