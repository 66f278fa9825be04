package fetch

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// TestHeadConn: on one connection the heads of several answers are put in order, whatever pieces they come in; bodies that
// look like heads pass through, and each head is kept as it came.
func TestHeadConn(t *testing.T) {
	heads := []string{
		"http/1.1 200\r\nContent-Length: 20\r\nX-Name: \xd5\xfe\xb8\xae.doc\r\n\r\n",
		"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\nbroken\nContent-Length: 20\n\n",
		"\r\nHTTP/1.1 200 OK\r\nContent-Length: 20\r\nX-A: 1\r\n 2\r\n\r\n",
	}
	const body = "http/1.1 404\nA B: 1\n\n"
	for name, piece := range map[string]func(io.Reader) io.Reader{"whole": func(r io.Reader) io.Reader { return r },
		"byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader} {
		t.Run(name, func(t *testing.T) {
			here, there := net.Pipe()
			defer here.Close()
			go func() {
				defer there.Close()
				r := bufio.NewReader(there)
				for _, h := range heads {
					if _, err := http.ReadRequest(r); err != nil {
						return
					}
					io.Copy(there, piece(strings.NewReader(h+body[:20])))
				}
			}()
			c := &headConn{Conn: here}
			r := bufio.NewReader(c)
			for i, h := range heads {
				req, err := http.NewRequest(http.MethodGet, "http://x/", nil)
				if err != nil {
					t.Fatal(err)
				}
				w := bufio.NewWriter(c)
				if err := req.Write(w); err != nil {
					t.Fatal(err)
				}
				if err := w.Flush(); err != nil {
					t.Fatal(err)
				}
				resp, err := http.ReadResponse(r, req)
				for err == nil && resp.StatusCode == http.StatusContinue {
					resp, err = http.ReadResponse(r, req)
				}
				if err != nil {
					t.Fatalf("answer %d: %v", i, err)
				}
				got, err := io.ReadAll(resp.Body)
				if err != nil || string(got) != body[:20] || resp.StatusCode != 200 {
					t.Errorf("answer %d: %d %q %v", i, resp.StatusCode, got, err)
				}
				want := h[max(0, strings.LastIndex(h, "HTTP/1.1 200")):]
				if i == 0 {
					want = h
					if resp.Header.Get("X-Name") != "\xd5\xfe\xb8\xae.doc" {
						t.Errorf("a name in GBK became %q", resp.Header.Get("X-Name"))
					}
				}
				if raw := bytes.TrimLeft(c.head(), "\r\n"); string(raw) != want {
					t.Errorf("answer %d: the head is kept as %q", i, raw)
				}
				if i == 2 && resp.Header.Get("X-A") != "1 2" {
					t.Errorf("a folded header is %q", resp.Header.Get("X-A"))
				}
			}
		})
	}
}

// FuzzTidyHead: whatever comes in the place of a head, what is made of it is as long as it at the most, but for the line ends,
// and has one empty line, at its end.
func FuzzTidyHead(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nA: b\r\n\r\n"))
	f.Add([]byte("\n\nhttp 99\n : x\n y\n\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		end := headEnd(b)
		if end < 0 || end > len(b) {
			t.Fatal(end)
		}
		out := tidyHead(b[:end])
		if end > 0 && len(out) > 2*end+32 {
			t.Errorf("%d bytes became %d", end, len(out))
		}
		if end > 0 && bytes.HasPrefix(out, []byte("HTTP/1.")) && bytes.Index(out, []byte("\r\n\r\n")) != len(out)-4 {
			t.Errorf("%q", out)
		}
	})
}
