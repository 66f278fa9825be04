package archive

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// odd puts captures in an archive that are hard to write down: odd addresses, heads that are no UTF-8, that lie about
// their bodies or are not whole, bodies as they came over the wire.
func odd(t testing.TB, a *Archive) int {
	t.Helper()
	ctx := context.Background()
	at := time.Date(2026, 2, 1, 8, 0, 0, 0, time.UTC)
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write([]byte("<html>压缩</html>"))
	g.Close()
	gbk := "\xc4\xea\xb1\xa8" // 年报
	n := 0
	put := func(c Capture, body, coded []byte) {
		n++
		c.Portal, c.Visit, c.Time = "odd", "20260201T080000.000Z", at.Add(time.Duration(n)*time.Second)
		c.Key, c.Result = Key(c.Method, c.URL, c.Form), New
		c.Request = http.Header{"User-Agent": {"gongkai/test"}}
		if c.Status == 0 {
			c.Status = 200
		}
		if c.Header = headerOf(c.Head); c.Header == nil {
			c.Header = http.Header{"Content-Type": {"text/html"}}
		}
		if err := a.PutReceived(ctx, &c, body, coded); err != nil {
			t.Fatal(err)
		}
	}
	page := []byte("<html>页</html>")
	for _, url := range []string{"http://a.gov.cn/a b.html", "http://a.gov.cn/年报/2023 年.html?名=值",
		`http://a.gov.cn/a\b.html`, "http://a.gov.cn/%zz", "http://a.gov.cn/" + strings.Repeat("long/", 4000),
		"http://a.gov.cn/x?q=<a>\"{}|^`", "http://a.gov.cn?q=1#part", "http://[::1]:80/", "http://a.gov.cn/a\r\nb: c"} {
		put(Capture{URL: url}, append(page, url...), nil)
	}
	head := func(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n") + "\r\n\r\n") }
	put(Capture{URL: "http://a.gov.cn/gbk", Head: head("HTTP/1.1 200 "+gbk, "Content-Type: text/html",
		"Content-Disposition: attachment; filename="+gbk+".doc", "Content-Length: 14")}, page, nil)
	put(Capture{URL: "http://a.gov.cn/gzip", Head: head("HTTP/1.1 200 OK", "Content-Type: text/html",
		"Content-Encoding: gzip", fmt.Sprintf("Content-Length: %d", z.Len()))}, []byte("<html>压缩</html>"), z.Bytes())
	put(Capture{URL: "http://a.gov.cn/ungzipped", Head: head("HTTP/1.1 200 OK", "Content-Encoding: gzip",
		"Content-Length: 7")}, page, nil)
	put(Capture{URL: "http://a.gov.cn/chunked", Head: head("HTTP/1.1 200 OK", "Transfer-Encoding: chunked")}, page, nil)
	put(Capture{URL: "http://a.gov.cn/h2", Proto: "HTTP/2", Head: head("HTTP/2 200", "content-type: text/html")}, page, nil)
	put(Capture{URL: "http://a.gov.cn/bad", Head: head("HTTP/1.1 200 OK", "no colon here", "bad name: x",
		"Folded: a", " b", "Null: a\x00b", ": empty", "Content-Length: 99", "Content-Length: 14")}, page, nil)
	put(Capture{URL: "http://a.gov.cn/empty", Head: head("HTTP/1.1 200 OK")}, []byte{}, nil)
	return n
}

// exported is an archive with all kinds of captures as WARC files.
func exported(t *testing.T) (files []string, odds int) {
	t.Helper()
	a := open(t, t.TempDir())
	filled(t, a)
	odds = odd(t, a)
	files, err := a.Export(context.Background(), t.TempDir(), ExportOptions{})
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	return files, odds
}

// TestExportedOdd: what is exported comes back with its addresses, heads and bodies.
func TestExportedOdd(t *testing.T) {
	t.Parallel()
	files, odds := exported(t)
	back := open(t, t.TempDir())
	n, err := back.ImportWARC(context.Background(), files[0], "p")
	if err != nil || n.NLeft() != 0 {
		t.Fatalf("%+v, %v", n, err)
	}
	seen := 0
	for _, c := range captures(t, back) {
		if c.Time.Month() != 2 || c.Time.Hour() != 8 || c.Time.Minute() > 0 {
			continue
		}
		seen++
		body, err := back.Body(context.Background(), c.SHA256)
		if err != nil {
			t.Error(err)
		}
		switch c.URL {
		case "http://a.gov.cn/gbk":
			if d := c.Header.Get("Content-Disposition"); d != "attachment; filename=\xc4\xea\xb1\xa8.doc" {
				t.Errorf("GBK in a head came back as %q", d)
			}
		case "http://a.gov.cn/gzip":
			if string(body) != "<html>压缩</html>" || c.Coded == nil {
				t.Errorf("a compressed body came back as %q, coded %v", body, c.Coded)
			}
		case "http://a.gov.cn/ungzipped", "http://a.gov.cn/chunked", "http://a.gov.cn/h2", "http://a.gov.cn/bad":
			if string(body) != "<html>页</html>" {
				t.Errorf("%s: body %q", c.URL, body)
			}
		case "http://a.gov.cn/a%20b.html":
			if string(body) != "<html>页</html>http://a.gov.cn/a b.html" {
				t.Errorf("%s: body %q", c.URL, body)
			}
		}
	}
	if seen != odds {
		t.Errorf("%d of %d odd captures came back", seen, odds)
	}
}

// tool gives the path of a program that an environment variable names; where it names none, tests are skipped, and fail in
// CI if it is one that CI installs.
func tool(t *testing.T, variable, what string, inCI bool) string {
	t.Helper()
	if at := os.Getenv(variable); at != "" {
		return at
	}
	if inCI && os.Getenv("CI") == "true" {
		t.Fatalf("%s does not name %s", variable, what)
	}
	t.Skipf("%s does not name %s", variable, what)
	return ""
}

// TestReaders has other programs read what is exported, odd addresses and heads among it: warcio of npm, which proves each
// record by its digests; and, where they are named, warcio and pywb of PyPI, and jwarc.
func TestReaders(t *testing.T) {
	t.Parallel()
	t.Run("warcio", func(t *testing.T) {
		t.Parallel()
		warcio := tool(t, "GONGKAI_WARCIO", "the program warcio (npm install warcio)", true)
		files, odds := exported(t)
		out, err := exec.Command(warcio, "index", files[0]).Output()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		responses := 0
		for line := range strings.Lines(string(out)) {
			var x map[string]any
			if err := json.Unmarshal([]byte(line), &x); err != nil {
				t.Fatalf("%v: %s", err, line)
			}
			if x["warc-type"] == "response" {
				responses++
			}
		}
		if responses != odds+7 {
			t.Errorf("warcio sees %d responses, want %d", responses, odds+7)
		}
		// one record at a time through its reader of HTTP
		out, err = exec.Command(warcio, "cdx-index", files[0]).CombinedOutput()
		if err != nil || strings.Count(string(out), "cn,gov,a)") < odds {
			t.Errorf("%v\n%s", err, out)
		}
	})
	t.Run("python", func(t *testing.T) {
		t.Parallel()
		bin := tool(t, "GONGKAI_WARC_PYTHON", "the bin folder of Python with warcio and pywb", false)
		files, odds := exported(t)
		out, err := exec.Command(filepath.Join(bin, "warcio"), "check", "-v", files[0]).CombinedOutput()
		if err != nil || bytes.Contains(out, []byte("failed")) || bytes.Count(out, []byte("digest pass")) < odds {
			t.Errorf("warcio check: %v\n%s", err, out)
		}
		out, err = exec.Command(filepath.Join(bin, "cdxj-indexer"), files[0]).CombinedOutput()
		if err != nil || bytes.Count(out, []byte("\n")) < odds+7 {
			t.Errorf("cdxj-indexer: %v\n%s", err, out)
		}
		out, err = exec.Command(filepath.Join(bin, "python"), "-c", readWithPywb, files[0]).CombinedOutput()
		if err != nil || !bytes.Contains(out, []byte(fmt.Sprintf("%d responses", odds+7))) {
			t.Errorf("pywb: %v\n%s", err, out)
		}
	})
	t.Run("jwarc", func(t *testing.T) {
		t.Parallel()
		jars := tool(t, "GONGKAI_JWARC", "the class path of jwarc", false)
		files, odds := exported(t)
		out, err := exec.Command("java", "-cp", jars, "org.netpreserve.jwarc.tools.WarcTool", "validate", "-v",
			files[0]).CombinedOutput()
		if err != nil || bytes.Count(out, []byte("payload digest pass")) < odds {
			t.Errorf("jwarc validate: %v\n%s", err, out)
		}
		out, err = exec.Command("java", "-cp", jars, "org.netpreserve.jwarc.tools.WarcTool", "cdx", files[0]).CombinedOutput()
		if err != nil || bytes.Count(out, []byte("cn,gov,a)")) < odds {
			t.Errorf("jwarc cdx: %v\n%s", err, out)
		}
	})
}

// readWithPywb reads each response through the loader of pywb, as its replay does.
const readWithPywb = `
import sys
from pywb.warcserver.resource.responseloader import WARCPathLoader
from pywb.warcserver.resource.pathresolvers import PrefixResolver
from pywb.indexer.cdxindexer import write_cdx_index
from pywb.warcserver.index.cdxobject import CDXObject
from warcio.archiveiterator import ArchiveIterator
from io import BytesIO
out = BytesIO()
with open(sys.argv[1], 'rb') as f:
    write_cdx_index(out, f, sys.argv[1], cdxj=True, include_all=True)
lines = out.getvalue().splitlines()
loader = WARCPathLoader([sys.argv[1].rsplit('/', 1)[0] + '/'], None)
n = 0
with open(sys.argv[1], 'rb') as f:
    for record in ArchiveIterator(f, check_digests='raise'):
        if record.rec_type == 'response':
            record.content_stream().read()
            n += 1
read = 0
for line in lines:
    if line.startswith(b' CDX') or line.startswith(b'!'): continue
    cdx = CDXObject(line)
    if cdx.get('mime') == 'warc/revisit': continue
    read += 1
print(n, 'responses', read, 'lines of the index')
`

// TestExportedSame: the same archive gives the same bytes, odd ones too, and no record is larger than its index says.
func TestExportedSame(t *testing.T) {
	t.Parallel()
	a := open(t, t.TempDir())
	odd(t, a)
	var all [2][]byte
	for i := range all {
		files, err := a.Export(context.Background(), t.TempDir(), ExportOptions{})
		if err != nil {
			t.Fatal(err)
		}
		if all[i], err = os.ReadFile(files[0]); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(all[0], all[1]) {
		t.Error("two exports of one archive differ")
	}
	// each record is a member of its own
	in := bufio.NewReader(bytes.NewReader(all[0]))
	z, err := gzip.NewReader(in)
	if err != nil {
		t.Fatal(err)
	}
	for {
		z.Multistream(false)
		head := make([]byte, 8)
		if _, err := z.Read(head); err != nil || string(head) != "WARC/1.1" {
			t.Fatalf("a member begins with %q, %v", head, err)
		}
		if _, err := bufio.NewReader(z).WriteTo(&bytes.Buffer{}); err != nil {
			t.Fatal(err)
		}
		if z.Reset(in) != nil {
			return
		}
	}
}

// BenchmarkRecords reads a thousand records of 20 KB, compressed each: what an import spends on reading alone.
func BenchmarkRecords(b *testing.B) {
	body := strings.Repeat("政府信息公开工作年度报告 ", 500)
	block := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	var file bytes.Buffer
	for i := range 1000 {
		z := gzip.NewWriter(&file)
		fmt.Fprintf(z, "WARC/1.1\r\nWARC-Type: response\r\nWARC-Target-URI: http://a.gov.cn/%d\r\nWARC-Date: 2024-01-02T03:04:05Z\r\n"+
			"WARC-Block-Digest: %s\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n", i, digest([]byte(block)), len(block), block)
		z.Close()
	}
	b.SetBytes(int64(1000 * len(block)))
	b.ReportAllocs()
	for b.Loop() {
		in, err := openInput(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		r := readRecords(in, "x", func(place, why string) { b.Fatal(place, why) })
		for rec := r.next(); rec != nil; rec = r.next() {
			if _, ok := r.block(rec); ok {
				n++
			}
		}
		if n != 1000 {
			b.Fatalf("%d records", n)
		}
	}
}
