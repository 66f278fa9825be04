package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/normalize/form"
)

// Collections of others, written here in the manner of the tools that make them (what they themselves write is read by
// TestForeignTools), and by hands that damage them.

// A foreign is one record of such a file.
type foreign struct {
	version string // "" = WARC/1.0
	kind    string
	url     string
	date    string
	fields  string // more of them, each ending with \r\n
	block   string
	length  string // "" = the right one
	eol     string // "" = \r\n
}

const foreignDay = "2024-02-03T04:05:06Z"

func (f foreign) String() string {
	or := func(a, b string) string {
		if a == "" {
			return b
		}
		return a
	}
	eol := or(f.eol, "\r\n")
	s := or(f.version, "WARC/1.0") + "\r\nWARC-Type: " + f.kind + "\r\n"
	if f.url != "" {
		s += "WARC-Target-URI: " + f.url + "\r\n"
	}
	s += "WARC-Date: " + or(f.date, foreignDay) + "\r\nWARC-Record-ID: <urn:uuid:" + f.kind + f.url + f.date + ">\r\n" + f.fields +
		"Content-Type: application/http; msgtype=response\r\nContent-Length: " + or(f.length, fmt.Sprint(len(f.block))) + "\r\n\r\n"
	s = strings.ReplaceAll(s, "\r\n", eol)
	return s + f.block + eol + eol
}

// page is a report as it is published.
func foreignPage(year int) string {
	return "<html><head><meta charset=utf-8></head><body>" + loopback.Report("云溪市人民政府", year, year) + "</body></html>"
}

func httpAnswer(head, body string) string { return "HTTP/1.1 200 OK\r\n" + head + "\r\n" + body }

func htmlAnswer(body string) string {
	return httpAnswer(fmt.Sprintf("Content-Type: text/html\r\nContent-Length: %d\r\n", len(body)), body)
}

func chunks(s string) string {
	var b strings.Builder
	for len(s) > 0 {
		n := min(len(s), 1000)
		fmt.Fprintf(&b, "%x;x=y\r\n%s\r\n", n, s[:n])
		s = s[n:]
	}
	return b.String() + "0\r\n\r\n"
}

func gz(s string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(s))
	w.Close()
	return b.String()
}

func sha1of(s string) string {
	sum := sha1.Sum([]byte(s))
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// eachGz compresses each record as a member.
func eachGz(records ...any) []byte {
	var b bytes.Buffer
	for _, r := range records {
		b.WriteString(gz(fmt.Sprint(r)))
	}
	return b.Bytes()
}

func joined(records ...any) []byte {
	var b strings.Builder
	for _, r := range records {
		fmt.Fprint(&b, r)
	}
	return []byte(b.String())
}

// eachZst compresses each record as a frame; with a dictionary that stands first, itself compressed or not.
func eachZst(dict []byte, packed bool, records ...any) []byte {
	var b bytes.Buffer
	options := []zstd.EOption{}
	if dict != nil {
		options = append(options, zstd.WithEncoderDictRaw(0, dict))
		d := dict
		if packed {
			e, _ := zstd.NewWriter(nil)
			d = e.EncodeAll(dict, nil)
		}
		b.Write([]byte{0x5d, 0x2a, 0x4d, 0x18})
		binary.Write(&b, binary.LittleEndian, uint32(len(d)))
		b.Write(d)
	}
	e, err := zstd.NewWriter(nil, options...)
	if err != nil {
		panic(err)
	}
	for _, r := range records {
		b.Write(e.EncodeAll([]byte(fmt.Sprint(r)), nil))
	}
	return b.Bytes()
}

// wacz packs files as a WACZ file; wrong gives one of them another digest.
func wacz(files map[string][]byte, method uint16, wrong string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	type resource struct {
		Name  string `json:"name"`
		Path  string `json:"path"`
		Hash  string `json:"hash"`
		Bytes int    `json:"bytes"`
	}
	p := map[string]any{"profile": "data-package", "wacz_version": "1.1.1"}
	var all []resource
	add := func(name string, body []byte) {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			panic(err)
		}
		w.Write(body)
		sum := sha256.Sum256(body)
		if name == wrong {
			sum[0]++
		}
		all = append(all, resource{filepath.Base(name), name, "sha256:" + hex.EncodeToString(sum[:]), len(body)})
	}
	for name, body := range files {
		add(name, body)
	}
	add("pages/pages.jsonl", []byte(`{"format":"json-pages-1.0"}`))
	p["resources"] = all
	text, _ := json.Marshal(p)
	w, _ := z.CreateHeader(&zip.FileHeader{Name: "datapackage.json", Method: zip.Deflate})
	w.Write(text)
	z.Close()
	return b.Bytes()
}

// A collection is one or more files, and what they are to come to.
type collection struct {
	files map[string][]byte
	docs  int      // documents
	left  []string // what is told, a part of each line
}

func collections() map[string]collection {
	one := foreignPage(2023)
	at := "http://www.yunxi.gov.cn/zwgk/nb/2023.html"
	response := foreign{kind: "response", url: at, block: htmlAnswer(one)}
	other := foreign{kind: "response", url: "http://www.yunxi.gov.cn/zwgk/nb/2022.html", block: htmlAnswer(foreignPage(2022))}
	with := func(f foreign, change func(*foreign)) foreign { change(&f); return f }
	info := foreign{kind: "warcinfo", block: "software: another\r\n"}
	digested := func(f foreign) foreign {
		_, body, _ := strings.Cut(f.block, "\r\n\r\n")
		f.fields += "WARC-Block-Digest: " + sha1of(f.block) + "\r\nWARC-Payload-Digest: " + sha1of(body) + "\r\n"
		return f
	}
	request := foreign{kind: "request", url: at, block: "GET /zwgk/nb/2023.html HTTP/1.1\r\nHost: www.yunxi.gov.cn\r\n\r\n"}
	warc := func(name string, b []byte, docs int, left ...string) collection {
		return collection{files: map[string][]byte{name: b}, docs: docs, left: left}
	}
	coded := func(encoding string, body []byte) foreign {
		return with(response, func(f *foreign) {
			f.block = httpAnswer("Content-Type: text/html\r\nContent-Encoding: "+encoding+"\r\n", string(body))
		})
	}
	var br bytes.Buffer
	w := brotli.NewWriter(&br)
	w.Write([]byte(one))
	w.Close()
	var deflated bytes.Buffer
	fw, _ := flate.NewWriter(&deflated, 6)
	fw.Write([]byte(one))
	fw.Close()
	sum := md5.Sum([]byte(response.block))
	sum256 := sha256.Sum256([]byte(response.block))
	index := foreign{kind: "response", url: "http://www.yunxi.gov.cn/zwgk/nb/", block: htmlAnswer(
		`<html><title>政府信息公开年报</title><a href="2023.html">云溪市人民政府2023年政府信息公开工作年度报告</a></html>`)}
	attached := `<html><body>` + loopback.Report("云溪市人民政府", 2023, 5) + `<a href="/f/2023.pdf">附件：2023年报全文.pdf</a></body></html>`
	bomb := gz("WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://b/\r\nWARC-Date: " + foreignDay +
		"\r\nContent-Length: 900000000\r\n\r\n" + strings.Repeat("\x00", 1<<20))
	half := len(response.block) / 2
	segment := func(n int, block, more string) foreign {
		f := foreign{kind: "continuation", url: at, block: block, date: fmt.Sprintf("2024-02-03T04:05:%02dZ", n),
			fields: fmt.Sprintf("WARC-Segment-Number: %d\r\nWARC-Segment-Origin-ID: <urn:uuid:response%s>\r\n", n, at) + more}
		if n == 1 {
			f.kind, f.date = "response", ""
			f.fields = "WARC-Segment-Number: 1\r\n"
		}
		return f
	}
	total := fmt.Sprintf("WARC-Segment-Total-Length: %d\r\n", len(response.block))
	revisit := foreign{version: "WARC/1.1", kind: "revisit", url: at, date: "2024-03-03T04:05:06Z",
		fields: "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\nWARC-Refers-To-Target-URI: " +
			at + "\r\nWARC-Refers-To-Date: " + foreignDay + "\r\n", block: httpAnswer("Content-Type: text/html\r\n", "")}
	byDigest := foreign{kind: "revisit", url: "http://m.yunxi.gov.cn/2023.html", date: "2024-03-03T04:05:06Z",
		fields: "WARC-Payload-Digest: " + strings.ToLower(sha1of(one)) + "\r\n", block: httpAnswer("Content-Type: text/html\r\n", "")}
	damaged := append(append(eachGz(info), func() []byte {
		b := []byte(gz(response.String()))
		b[len(b)/2] ^= 0x55
		return b
	}()...), eachGz(other)...)
	return map[string]collection{
		"warcio, Python": warc("a.warc.gz", eachGz(info, digested(response), request), 1),
		"warcio, JavaScript": warc("a.warc.gz", eachGz(info, with(digested(response), func(f *foreign) {
			f.version, f.date = "WARC/1.1", "2024-02-03T04:05:06.789Z"
			f.fields = "WARC-Page-ID: x\r\nWARC-Block-Digest: sha256:" + hex.EncodeToString(sum256[:]) + "\r\n"
		})), 1),
		"wget": warc("a.warc.gz", eachGz(info, with(request, func(f *foreign) { f.url = "<" + at + ">" }),
			with(digested(response), func(f *foreign) { f.url = "<" + at + ">" }),
			foreign{kind: "metadata", url: "<metadata://gnu.org/software/wget/warc/MANIFEST.txt>", block: "<urn:x>"},
			foreign{kind: "resource", url: "<metadata://gnu.org/software/wget/warc/wget_arguments.txt>", block: "\"-r\""}), 1),
		"Heritrix: chunked, with its payload as it came": warc("a.warc.gz", eachGz(info, digested(with(response, func(f *foreign) {
			f.block = httpAnswer("Content-Type: text/html\r\nTransfer-Encoding: chunked\r\n", chunks(one))
		})), foreign{kind: "metadata", url: at, block: "outlink: http://x/ L a/@href"}), 1),
		"Heritrix: chunked and compressed": warc("a.warc.gz", eachGz(digested(with(response, func(f *foreign) {
			f.block = httpAnswer("Content-Type: text/html\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n", chunks(gz(one)))
		}))), 1),
		"a browser: joined and decoded, the head as it came": warc("a.warc.gz", eachGz(digested(with(response, func(f *foreign) {
			f.block = "HTTP/2 200\r\ncontent-type: text/html\r\ncontent-encoding: br\r\ntransfer-encoding: chunked\r\n" +
				"content-length: 12\r\n\r\n" + one
		}))), 1),
		"a browser: renamed": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.block = "HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Encoding: gzip\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\n" +
				"Content-Type: text/html\r\n\r\n" + one
		})), 1),
		"brotli":            warc("a.warc", joined(coded("br", br.Bytes())), 1),
		"deflate":           warc("a.warc", joined(coded("deflate", deflated.Bytes())), 1),
		"zstd":              warc("a.warc", joined(coded("zstd", eachZst(nil, false, one))), 1),
		"not compressed":    warc("a.warc", joined(info, response, request), 1),
		"one member":        warc("a.warc.gz", []byte(gz(string(joined(info, response, other)))), 2),
		"lines end with LF": warc("a.warc", joined(with(response, func(f *foreign) { f.eol = "\n" })), 1),
		"blocks that records cross": warc("a.warc.gz", func() []byte {
			var b bytes.Buffer
			for s := string(joined(info, response, other)); len(s) > 0; {
				n := min(len(s), 700)
				b.WriteString(gz(s[:n]))
				s = s[n:]
			}
			return b.Bytes()
		}(), 2),
		"zst":                              warc("a.warc.zst", eachZst(nil, false, info, response, other), 2),
		"zst with a dictionary":            warc("a.warc.zst", eachZst([]byte(foreignPage(2020)), false, response, other), 2),
		"zst with a dictionary in a frame": warc("a.warc.zst", eachZst([]byte(foreignPage(2020)), true, response, other), 2),
		"resource":                         warc("a.warc", joined(foreign{kind: "resource", url: at, block: one}), 1),
		"MD5": warc("a.warc", joined(with(response, func(f *foreign) {
			f.fields = "WARC-Block-Digest: md5:" + hex.EncodeToString(sum[:]) + "\r\n"
		})), 1),
		"a file that hangs on a report": warc("a.warc.gz", eachGz(index, foreign{kind: "response",
			url: "http://www.yunxi.gov.cn/f/2023.pdf", block: httpAnswer("Content-Type: application/pdf\r\n", "%PDF-1.4\n"+
				strings.Repeat("% no more of it\n", 9))},
			with(response, func(f *foreign) { f.block = htmlAnswer(attached) })), 2),
		"two versions": warc("a.warc.gz", eachGz(with(other, func(f *foreign) { f.url, f.date = at, "2025-02-03T04:05:06Z" }),
			response), 2),
		"WACZ": warc("a.wacz", wacz(map[string][]byte{"archive/data.warc.gz": eachGz(info, response)}, zip.Store, ""), 1),
		"WACZ, compressed": warc("a.wacz", wacz(map[string][]byte{"archive/data.warc": joined(response),
			"archive/more.warc.gz": eachGz(other, revisit)}, zip.Deflate, ""), 2),
		"WACZ of WACZ files": warc("a.wacz", wacz(map[string][]byte{"a.wacz": wacz(map[string][]byte{
			"archive/x.warc.gz": eachGz(response)}, zip.Store, "")}, zip.Store, ""), 1),
		"WACZ with a digest that is not right": warc("a.wacz", wacz(map[string][]byte{"archive/data.warc.gz": eachGz(response),
			"archive/more.warc.gz": eachGz(other)}, zip.Store, "archive/data.warc.gz"), 1,
			"archive/data.warc.gz: it has not the digest"),
		"a zip file that is none": warc("a.wacz", wacz(map[string][]byte{"x.txt": []byte("x")}, zip.Store, ""), 0,
			"a zip file without WARC files"),
		"revisit": warc("a.warc.gz", eachGz(response, revisit), 1),
		"revisit before what it refers to, in another file": {files: map[string][]byte{"1.warc.gz": eachGz(byDigest),
			"2.warc.gz": eachGz(response)}, docs: 2},
		"revisit of nothing": warc("a.warc.gz", eachGz(revisit, other), 1, "a revisit of what is neither in these files"),
		"segments over two files": {files: map[string][]byte{
			"1.warc.gz": eachGz(segment(2, response.block[half:], total)),
			"2.warc.gz": eachGz(segment(1, response.block[:half], ""))}, docs: 1},
		"a segment is missing": warc("a.warc.gz", eachGz(segment(1, response.block[:half], ""), other), 1,
			"1 segments of a record"),
		"WARC-Truncated": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.fields, f.block = "WARC-Truncated: length\r\n", f.block[:half]
		}), other), 1, "WARC-Truncated: length; it is kept, and makes no document"),
		"cut off by its length": warc("a.warc.gz", eachGz(with(response, func(f *foreign) { f.block = f.block[:half] }), other), 1,
			"its body breaks off: after"),
		"cut off in a piece": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			s := httpAnswer("Transfer-Encoding: chunked\r\n", chunks(one))
			f.block = s[:len(s)/2]
		}), other), 1, "its body breaks off: in a piece"),
		"a part": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.block = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-99/1000\r\n\r\n" + one[:100]
		}), other), 1, "a part of the body only"),
		"a block with another digest": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.fields = "WARC-Block-Digest: " + sha1of("x") + "\r\n"
		}), other), 1, "its block has not the digest"),
		"a payload with another digest": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.fields = "WARC-Payload-Digest: sha-256:" + strings.Repeat("ab", 32) + "\r\n"
		}), other), 1, "its payload has not the digest"),
		"a damaged member": warc("a.warc.gz", damaged, 1, "gzip: "),
		"the end is missing": warc("a.warc.gz", func() []byte { b := eachGz(other, response); return b[:len(b)-200] }(), 1,
			"gzip: unexpected EOF"),
		"a length that is too large": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.length = fmt.Sprint(len(f.block) + 5000)
		}), other), 1, "its block ends after"),
		"a length that is too large, not compressed": warc("a.warc", joined(with(response, func(f *foreign) {
			f.length = fmt.Sprint(len(f.block) + 500)
		}), other, info), 1, "no record ends there"),
		"a length that is too small": warc("a.warc", joined(with(response, func(f *foreign) {
			f.length = fmt.Sprint(len(f.block) - 500)
		}), other), 1, "no record ends there"),
		"a length of all": warc("a.warc", joined(with(response, func(f *foreign) { f.length = "9223372036854775807" }), other), 1,
			"breaks off: Content-Length is"),
		"lengths that are none": warc("a.warc.gz", eachGz(with(response, func(f *foreign) { f.length = "-5" }),
			with(response, func(f *foreign) { f.length = "99999999999999999999999" }),
			with(response, func(f *foreign) { f.fields = "Content-Length: 4\r\n" }), other), 1,
			`Content-Length is "-5"`, `Content-Length is "999`, "it has two lengths"),
		"a head of a megabyte": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.fields = "X: " + strings.Repeat("x", 1<<20) + "\r\n"
		}), other), 1, "its head is larger than"),
		"junk": warc("a.warc", joined("\x00\x01\x02 junk\r\n", response, "\xff\xfe\r\n\r\n", digested(response),
			"junk\r\n\r\n", other), 2, "bytes that are no record",
			"no record ends there", "bytes that are no record"),
		"a bomb": warc("a.warc.gz", append([]byte(bomb), eachGz(other)...), 1, "bytes: larger than", "its block ends after"),
		"a body that is a bomb": warc("a.warc.gz", eachGz(coded("gzip", []byte(gz(strings.Repeat("\x00", 70<<20)))), other), 1,
			"larger than"),
		"dates that are none": warc("a.warc.gz", eachGz(with(response, func(f *foreign) { f.date = "yesterday" }), other), 1,
			`WARC-Date is "yesterday"`),
		"an ARC file": warc("a.arc", []byte("filedesc://a.arc 0.0.0.0 20080101000000 text/plain 76\n1 0 x\n"), 0, "an ARC file"),
		"addresses that are odd": warc("a.warc.gz", eachGz(with(response, func(f *foreign) {
			f.url = "http://www.yunxi.gov.cn/年报 2023\\x.html?" + strings.Repeat("y", 9000)
		}), with(other, func(f *foreign) { f.url = "http://" + strings.Repeat("x", 3000) + "/../../etc/passwd" })), 2),
		"no pages": warc("a.warc.gz", eachGz(foreign{kind: "response", url: "dns:x", block: "20240101 1.2.3.4"},
			foreign{kind: "response", url: at, block: "no http"}), 0, "no status line of HTTP"),
	}
}

// importAll imports files into a fresh folder and gives the documents that a run would read.
func importAll(t *testing.T, judge crawl.Judge, files ...string) (lib *library.Library, left []string) {
	t.Helper()
	ctx := context.Background()
	work := t.TempDir()
	l, err := ledger.Open(ctx, filepath.Join(work, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := archive.Open(ctx, filepath.Join(work, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	c := &crawl.Crawler{Ledger: l, Archive: a, Judge: judge}
	var n archive.ImportCount
	for round := range 2 { // the second finds everything there
		left = nil
		m := a.NewImport(archive.ImportOptions{Tell: func(s string) { left = append(left, s) }})
		for _, f := range files {
			if err := m.File(ctx, f); err != nil {
				t.Fatal(err)
			}
		}
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		n = m.Count()
		if round == 1 && n.Captures > 0 {
			t.Errorf("imported again: %d captures are new", n.Captures)
		}
		for id := range n.Portals {
			if _, err := c.Adopt(ctx, corpus.Portal{ID: id}); err != nil {
				t.Fatal(err)
			}
		}
	}
	lib, err = library.Open(ctx, filepath.Join(work, "ledger.sqlite"), filepath.Join(work, "archive"), nil)
	if err != nil {
		return nil, left
	}
	t.Cleanup(func() { lib.Close() })
	return lib, left
}

// TestForeignArchives: collections of others come to documents, with address and day, or are left with the reason; what is
// damaged in them keeps nothing else from coming.
func TestForeignArchives(t *testing.T) {
	t.Parallel()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	judge, done := judgeWith(forms)
	t.Cleanup(done)
	for name, c := range collections() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			var files []string
			for _, f := range sortedNames(c.files) {
				files = append(files, filepath.Join(dir, f))
				if err := os.WriteFile(filepath.Join(dir, f), c.files[f], 0o644); err != nil {
					t.Fatal(err)
				}
			}
			lib, left := importAll(t, judge, files...)
			docs := 0
			if lib != nil {
				docs = len(lib.Names())
				for _, n := range lib.Names() {
					d, err := lib.Get(context.Background(), n)
					if err != nil || d.Seen != "2024-02-03" && d.Seen != "2024-03-03" && d.Seen != "2025-02-03" ||
						!strings.HasPrefix(d.URL, "http://") {
						t.Errorf("%s: seen %q at %q, %v", n, d.Seen, d.URL, err)
					}
				}
			}
			if docs != c.docs {
				t.Errorf("%d documents, want %d; left %q", docs, c.docs, left)
			}
			if len(left) != len(c.left) {
				t.Errorf("left %q, want %q", left, c.left)
				return
			}
			for i, want := range c.left {
				if !strings.Contains(left[i], want) || !strings.HasPrefix(left[i], dir) {
					t.Errorf("left %q, want %q", left[i], want)
				}
			}
		})
	}
}

func sortedNames(m map[string][]byte) []string {
	var out []string
	for n := range m {
		out = append(out, n)
	}
	for i := range out {
		for j := i; j > 0 && out[j] < out[j-1]; j-- {
			out[j], out[j-1] = out[j-1], out[j]
		}
	}
	return out
}
