package fetch

import (
	"bytes"
	"context"
	"net"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/net/http/httpguts"
)

// mostHead is how long the head of an answer may be.
const mostHead = 1 << 20

// A headConn is a connection that puts the head of each answer into the form that net/http wants: old servers, and programs
// behind them that write their heads by hand, break the rules in ways that browsers have always passed over. The head as it
// came is kept. Bodies pass through.
//
// One request is on its way at a time: the transport does not pipeline. So what is read first after a request was written is
// a head, up to its empty line; heads of interim answers (1xx) are followed by another.
type headConn struct {
	net.Conn
	mu    sync.Mutex
	due   bool   // a head is due
	raw   []byte // the head as it came: what of it is there
	ready []byte // read, and not yet given on
}

// methods are how a request begins; what else is written is its body.
var methods = [][]byte{[]byte("GET "), []byte("POST "), []byte("HEAD ")}

func (c *headConn) Write(p []byte) (int, error) {
	for _, m := range methods {
		if bytes.HasPrefix(p, m) {
			c.mu.Lock()
			c.due, c.raw = true, nil
			c.mu.Unlock()
		}
	}
	return c.Conn.Write(p)
}

func (c *headConn) Read(p []byte) (int, error) {
	for {
		c.mu.Lock()
		if len(c.ready) > 0 {
			n := copy(p, c.ready)
			c.ready = c.ready[n:]
			c.mu.Unlock()
			return n, nil
		}
		c.mu.Unlock()
		n, err := c.Conn.Read(p)
		c.mu.Lock()
		if !c.due {
			c.mu.Unlock()
			return n, err
		}
		c.raw = append(c.raw, p[:n]...)
		end := headEnd(c.raw)
		switch {
		case end > 0:
			head := c.raw[:end:end]
			rest := c.raw[end:]
			c.ready = append(tidyHead(head), rest...)
			c.raw = head
			if c.due = interim(head); c.due { // another follows, some of which may be here
				c.ready, c.raw = c.ready[:len(c.ready)-len(rest)], append([]byte(nil), rest...)
				if headEnd(c.raw) > 0 {
					c.mu.Unlock()
					continue
				}
			}
			err = nil
		case err != nil || len(c.raw) > mostHead: // broken off, or none: net/http says so
			c.ready, c.due = c.raw, false
		}
		empty := len(c.ready) == 0
		c.mu.Unlock()
		if empty && err != nil {
			return 0, err
		}
	}
}

// head is the head of the answer that came last, byte for byte.
func (c *headConn) head() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.raw)
}

// headEnd is where the body begins: behind the first empty line, whatever ends the lines. Empty lines before the first are
// no end.
func headEnd(b []byte) int {
	start := len(b) - len(bytes.TrimLeft(b, "\r\n"))
	for i := start; i < len(b); i++ {
		if b[i] != '\n' {
			continue
		}
		switch rest := b[i+1:]; {
		case len(rest) > 0 && rest[0] == '\n':
			return i + 2
		case len(rest) > 1 && rest[0] == '\r' && rest[1] == '\n':
			return i + 3
		}
	}
	return 0
}

func interim(head []byte) bool {
	_, rest, _ := strings.Cut(string(head[:min(len(head), 64)]), " ")
	return strings.HasPrefix(rest, "1") && !strings.HasPrefix(rest, "101")
}

// tidyHead writes a head as RFC 9112 has it. What browsers read otherwise than the standard, or drop, is listed in
// docs/crawl-policy.md; what they refuse (lengths that contradict each other, a line of no protocol) stays as it is, so that
// net/http refuses it and says why.
func tidyHead(head []byte) []byte {
	lines := strings.Split(strings.ReplaceAll(string(head), "\r\n", "\n"), "\n")
	for len(lines) > 0 && strings.TrimSpace(lines[0]) == "" {
		lines = lines[1:]
	}
	if len(lines) == 0 {
		return head
	}
	out := []string{statusLine(lines[0])}
	kept := true // the header before, to which a folded line belongs
	for _, l := range lines[1:] {
		if l == "" {
			continue
		}
		if l[0] == ' ' || l[0] == '\t' {
			if kept && len(out) > 1 {
				out[len(out)-1] += " " + strings.Trim(l, " \t")
			}
			continue
		}
		name, value, ok := strings.Cut(l, ":")
		name = strings.TrimRight(name, " \t")
		value = strings.Trim(value, " \t\r")
		if kept = ok && httpguts.ValidHeaderFieldName(name) && meant(name, value); kept {
			out = append(out, name+": "+strings.ReplaceAll(value, "\r", " "))
		}
	}
	return []byte(strings.Join(out, "\r\n") + "\r\n\r\n")
}

// meant tells a header that says something: framing that is none is passed over.
func meant(name, value string) bool {
	switch {
	case strings.EqualFold(name, "Transfer-Encoding"):
		return strings.EqualFold(value, "chunked")
	case strings.EqualFold(name, "Content-Length"):
		_, err := strconv.ParseUint(value, 10, 63)
		return err == nil
	}
	return true
}

// statusLine writes the first line of an answer with version, three digits and a reason.
func statusLine(l string) string {
	if i := strings.Index(strings.ToUpper(l[:min(len(l), 12)]), "HTTP"); i > 0 && i <= 4 {
		l = l[i:] // browsers pass over a few bytes before it
	}
	proto, rest, _ := strings.Cut(l, " ")
	switch upper := strings.ToUpper(proto); {
	case strings.HasPrefix(upper, "HTTP/1.") && len(upper) == 8 && upper[7] >= '0' && upper[7] <= '9':
		proto = "HTTP/1.1"
		if upper[7] == '0' {
			proto = "HTTP/1.0"
		}
	case upper == "HTTP", upper == "ICY", strings.HasPrefix(upper, "HTTP/"):
		proto = "HTTP/1.0"
	default:
		return l
	}
	rest = strings.TrimLeft(rest, " ")
	digits := 0
	for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
		digits++
	}
	if digits != 3 {
		return l
	}
	reason := strings.Map(func(r rune) rune {
		if r < ' ' {
			return -1
		}
		return r
	}, strings.TrimSpace(rest[3:]))
	return proto + " " + rest[:3] + " " + reason
}

// dialed gives the connections of a transport their headConn.
func dialed(dial dial) dial {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &headConn{Conn: c}, nil
	}
}
