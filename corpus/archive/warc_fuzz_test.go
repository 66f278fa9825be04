package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"testing"

	"github.com/klauspost/compress/zstd"
)

// FuzzWARC reads records out of bytes of any kind: it ends, a record that it gives is as long as it says, and an answer
// that is made of one has an address, a day and a body.
func FuzzWARC(f *testing.F) {
	const one = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.gov.cn/\r\nWARC-Date: 2021-02-03T04:05:06Z\r\n" +
		"WARC-Record-ID: <urn:uuid:1>\r\nContent-Length: 38\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1\r\n\r\n"
	const segments = "WARC/1.1\r\nWARC-Type: response\r\nWARC-Segment-Number: 1\r\nWARC-Record-ID: <x>\r\nWARC-Target-URI: http://a/\r\n" +
		"WARC-Date: 2021-02-03\r\nContent-Length: 9\r\n\r\nHTTP/2 20\r\n\r\nWARC/1.1\r\nWARC-Type: continuation\r\n" +
		"WARC-Segment-Number: 2\r\nWARC-Segment-Origin-ID: <x>\r\nWARC-Segment-Total-Length: 12\r\nContent-Length: 3\r\n\r\n0\n\n\r\n\r\n"
	const revisit = "WARC/1.1\r\nWARC-Type: revisit\r\nWARC-Target-URI: http://a.gov.cn/\r\nWARC-Date: 2022-02-03T04:05:06Z\r\n" +
		"WARC-Refers-To-Date: 2021-02-03T04:05:06Z\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
	var packed bytes.Buffer
	for _, s := range []string{one, segments, revisit} {
		f.Add([]byte(s))
		z := gzip.NewWriter(&packed)
		z.Write([]byte(s))
		z.Close()
	}
	f.Add(packed.Bytes())
	e, err := zstd.NewWriter(nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(e.EncodeAll([]byte(one), e.EncodeAll([]byte(revisit), []byte{0x5d, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 'a', 'b'})))
	f.Add([]byte("junk\r\n" + one + "\x00" + revisit))
	f.Fuzz(func(t *testing.T, b []byte) {
		in, err := openInput(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			return
		}
		defer in.close()
		m := (*Archive)(nil).NewImport(ImportOptions{})
		r := readRecords(in, "x", m.left)
		n := 0
		for rec := r.next(); rec != nil; rec = r.next() {
			if n++; n > len(b)+1 && in.form == plainFile {
				t.Fatal("more records than bytes")
			}
			block, ok := r.block(rec)
			if !ok || rec.kind == "revisit" { // which looks into the archive
				continue
			}
			if int64(len(block)) != rec.length {
				t.Fatalf("a block of %d bytes, which says %d", len(block), rec.length)
			}
			if rec.get("warc-segment-number") != "" {
				if rec, block = m.join(rec, block); rec == nil {
					continue
				}
			}
			if rec.kind != "response" && rec.kind != "resource" {
				continue
			}
			if m.held = nil; m.whole(context.Background(), rec, block) != nil {
				t.Fatal("an error without an archive")
			}
			if m.held != nil && (m.held.c.URL == "" || m.held.c.Time.IsZero() || m.held.body == nil) {
				t.Fatalf("an answer without address, day or body: %+v", m.held.c)
			}
		}
	})
}

// FuzzMessage takes answers apart: what it gives is of the bytes that it got.
func FuzzMessage(f *testing.F) {
	f.Add([]byte("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;x\r\nabc\r\n0\r\n\r\n"))
	f.Add([]byte("HTTP/2 200\ncontent-encoding: gzip, br\ncontent-length: 3\n\n\x1f\x8b\x08"))
	f.Add([]byte("\r\nICY 200\r\n a\r\n: b\r\nX-Archive-Orig-Content-Length: 5\r\nContent-Length: 4\r\n\r\nbody"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readMessage(b)
		if err != nil {
			return
		}
		if !bytes.HasSuffix(b, append(append([]byte{}, m.head...), m.body...)) {
			t.Fatal("head and body are not the message")
		}
		p, err := m.readPayload()
		if err == nil && len(p.joined) > len(m.body) {
			t.Fatal("pieces that are joined are more than they were")
		}
		head := originalHead(m.head)
		block := answerHead(m.proto, m.status, headerOf(head), head, len(p.plain), false)
		back, err := readMessage(append(block, p.plain...))
		if err != nil || !bytes.Equal(back.body, p.plain) {
			t.Fatalf("what is exported does not come back: %q, %v", block, err)
		}
	})
}
