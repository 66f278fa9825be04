package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

func open(t testing.TB, where string) *Archive {
	t.Helper()
	a, err := Open(context.Background(), where)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	return a
}

// filled puts one capture of every kind in an archive.
func filled(t testing.TB, a *Archive) []*Capture {
	t.Helper()
	ctx := context.Background()
	at := time.Date(2026, 1, 31, 8, 0, 0, 123456000, time.UTC)
	var out []*Capture
	add := func(minutes int, visit string, c Capture, body string) {
		c.Portal, c.Visit, c.Time, c.Proto = "p1", visit, at.Add(time.Duration(minutes)*time.Minute), "HTTP/1.1"
		c.Key = Key(c.Method, c.URL, c.Form)
		c.Request = http.Header{"User-Agent": {"gongkai/test"}}
		var b []byte
		if body != "" {
			b = []byte(body)
		}
		if err := a.Put(ctx, &c, b); err != nil {
			t.Fatal(err)
		}
		out = append(out, &c)
	}
	head := http.Header{"Content-Type": {"text/html; charset=gbk"}, "Content-Encoding": {"gzip"}, "Etag": {`"x"`}}
	add(0, "20260131T080000.000Z", Capture{URL: "http://a.gov.cn/年报.html", Status: 200, Header: head, Result: New},
		"<html>2024年</html>")
	add(1, "20260131T080000.000Z", Capture{URL: "http://a.gov.cn/r", Final: "http://a.gov.cn/s",
		Chain:  []Hop{{URL: "http://a.gov.cn/r", Status: 302, Location: "/s", Header: http.Header{"Location": {"/s"}}}},
		Status: 200, Header: head, Result: New}, "s")
	add(2, "20260131T080000.000Z", Capture{URL: "http://a.gov.cn/list", Method: "POST", Form: "a=1&b=2", Status: 200,
		Header: head, Result: New}, "list")
	add(3, "20260131T080000.000Z", Capture{URL: "http://a.gov.cn/slow", Result: Failed, Reason: "slow: no answer"}, "")
	add(4, "20260131T080000.000Z", Capture{URL: "http://a.gov.cn/none", Status: 404,
		Header: http.Header{"Content-Type": {"text/html"}}, Result: Failed, Reason: "gone"}, "")
	v := &Version{SHA256: out[0].SHA256, Time: out[0].Time}
	add(100, "20260201T080000.000Z", Capture{URL: "http://a.gov.cn/年报.html", Status: 304,
		Header: http.Header{"Etag": {`"x"`}}, Result: Unchanged, Since: v}, "")
	add(200, "20260202T080000.000Z", Capture{URL: "http://a.gov.cn/年报.html", Status: 200, Header: head,
		Result: Changed, Since: v}, "<html>2024年，改</html>")
	add(300, "20260203T080000.000Z", Capture{URL: "http://a.gov.cn/年报.html", Status: 410, Header: head, Result: Gone,
		Reason: "gone", Since: v}, "")
	return out
}

func captures(t testing.TB, a *Archive) []*Capture {
	t.Helper()
	var out []*Capture
	if err := a.Captures(context.Background(), "",
		func(c *Capture) error { out = append(out, c); return nil }); err != nil {
		t.Fatal(err)
	}
	return out
}

// TestArchive: what was put in comes back, nothing is written twice, damage is seen.
func TestArchive(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	a := open(t, dir)
	want := filled(t, a)
	got := captures(t, a)
	if len(got) != len(want) {
		t.Fatalf("%d captures, want %d", len(got), len(want))
	}
	one, err := a.Get(ctx, "p1", want[0].Visit, want[0].Key)
	if err != nil || !reflect.DeepEqual(one, want[0]) {
		t.Errorf("got %+v, %v; want %+v", one, err, want[0])
	}
	if _, err := a.Get(ctx, "p1", "x", "y"); !errors.Is(err, ErrMissing) {
		t.Errorf("a capture that is not there: %v", err)
	}
	again := *want[0]
	again.Reason = "another"
	if err := a.Put(ctx, &again, []byte("other bytes")); err != nil {
		t.Fatal(err)
	}
	if one, _ := a.Get(ctx, "p1", want[0].Visit, want[0].Key); one.Reason != "" || one.SHA256 != want[0].SHA256 {
		t.Error("a capture was overwritten")
	}
	if b, err := a.Body(ctx, want[0].SHA256); err != nil || string(b) != "<html>2024年</html>" {
		t.Errorf("body %q, %v", b, err)
	}
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
	file := filepath.Join(dir, filepath.FromSlash(blobName(want[0].SHA256)))
	if err := os.WriteFile(file, []byte("<html>2025年</html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	wrong := 0
	if _, _, err := a.Check(ctx, func(string) { wrong++ }); err != nil || wrong != 1 {
		t.Errorf("%d wrong after damage, want 1; %v", wrong, err)
	}
	if _, err := a.Body(ctx, want[0].SHA256); err == nil {
		t.Error("a damaged body is given out")
	}
}

// TestDiskFull: a body that cannot be written leaves no capture that names it.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	a := open(t, dir)
	// no folder of bodies can be made there any more
	if err := os.WriteFile(filepath.Join(dir, "blobs"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	c := &Capture{Portal: "p", Visit: "v", Key: "k", URL: "http://a.gov.cn/"}
	if err := a.Put(context.Background(), c, []byte("x")); err == nil {
		t.Error("no error")
	}
	if n := len(captures(t, a)); n != 0 {
		t.Errorf("%d captures", n)
	}
}

// TestWARC: the archive goes out as WARC and comes back; the same bytes each time; a file that breaks off gives what
// came before.
func TestWARC(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	a := open(t, t.TempDir())
	filled(t, a)
	out := t.TempDir()
	files, err := a.Export(ctx, out, ExportOptions{})
	if err != nil || len(files) != 1 {
		t.Fatalf("%q, %v", files, err)
	}
	body, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	twice, err := a.Export(ctx, t.TempDir(), ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if other, err := os.ReadFile(twice[0]); err != nil || !bytes.Equal(body, other) {
		t.Errorf("the second export has other bytes: %v", err)
	}
	back := open(t, t.TempDir())
	n, err := back.ImportWARC(ctx, files[0], "p1")
	if err != nil || len(n.Left) != 0 {
		t.Fatalf("%+v, %v", n, err)
	}
	byURL := map[string]int{}
	for _, c := range captures(t, back) {
		byURL[c.URL+" "+c.Result]++
	}
	const report = "http://a.gov.cn/%E5%B9%B4%E6%8A%A5.html"
	want := map[string]int{report + " imported": 2, report + " unchanged": 1, report + " failed": 1, "http://a.gov.cn/s imported": 1,
		"http://a.gov.cn/list imported": 1, "http://a.gov.cn/none failed": 1}
	if !reflect.DeepEqual(byURL, want) {
		t.Errorf("read back: %v, want %v", byURL, want)
	}
	// cut in the middle of the last third
	cut := filepath.Join(t.TempDir(), "cut.warc.gz")
	if err := os.WriteFile(cut, body[:len(body)*2/3], 0o644); err != nil {
		t.Fatal(err)
	}
	part := open(t, t.TempDir())
	if n, err := part.ImportWARC(ctx, cut, ""); err != nil || len(n.Left) != 1 || n.Captures == 0 {
		t.Errorf("a file that breaks off: %+v, %v", n, err)
	}
	// one record at a time, in files of their own
	small, err := a.Export(ctx, t.TempDir(), ExportOptions{MaxBytes: 1})
	if err != nil || len(small) != 8 {
		t.Errorf("%d files, want 8; %v", len(small), err)
	}
}

// TestForeignWARC takes over records as other programs write them: WARC 1.0, not compressed record by record, with
// chunked and gzip-compressed bodies, and leaves with its reason what is none.
func TestForeignWARC(t *testing.T) {
	t.Parallel()
	var z bytes.Buffer
	g := gzip.NewWriter(&z)
	g.Write([]byte("<html>中文</html>"))
	g.Close()
	record := func(kind, uri, block string) string {
		return fmt.Sprintf("WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: %s\r\nWARC-Date: "+
			"2021-02-03T04:05:06Z\r\nWARC-Record-ID: <urn:uuid:%s>\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n",
			kind, uri, uri, len(block), block)
	}
	var b strings.Builder
	b.WriteString(record("warcinfo", "x", "software: another"))
	b.WriteString(record("request", "http://b.gov.cn/", "GET / HTTP/1.1\r\n\r\n"))
	b.WriteString(record("response", "http://b.gov.cn/",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"+
			fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n",
				z.Len(), z.String())))
	b.WriteString(record("response", "http://b.gov.cn/x",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain"))
	b.WriteString(record("resource", "http://b.gov.cn/a.pdf", "%PDF-1.4"))
	b.WriteString(record("response", "http://b.gov.cn/bad", "no http"))
	b.WriteString(record("response", "dns:b.gov.cn", "20210203 1.2.3.4"))
	file := filepath.Join(t.TempDir(), "foreign.warc")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	a := open(t, t.TempDir())
	n, err := a.ImportWARC(context.Background(), file, "")
	if err != nil || n.Captures != 3 || len(n.Left) != 1 || !strings.Contains(n.Left[0], "record 6") {
		t.Fatalf("%+v, %v", n, err)
	}
	texts := map[string]string{}
	for _, c := range captures(t, a) {
		body, err := a.Body(context.Background(), c.SHA256)
		if err != nil {
			t.Fatal(err)
		}
		texts[c.Portal+" "+c.URL] = string(body)
	}
	want := map[string]string{"b.gov.cn http://b.gov.cn/": "<html>中文</html>", "b.gov.cn http://b.gov.cn/x": "plain",
		"b.gov.cn http://b.gov.cn/a.pdf": "%PDF-1.4"}
	if !reflect.DeepEqual(texts, want) {
		t.Errorf("%q", texts)
	}
}

// TestOracle lets another program read what is exported: warcio of npm, installed by the tests only.
func TestOracle(t *testing.T) {
	t.Parallel()
	warcio := os.Getenv("GONGKAI_WARCIO")
	if warcio == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("GONGKAI_WARCIO does not name warcio")
		}
		t.Skip("GONGKAI_WARCIO does not name the program warcio (npm install warcio)")
	}
	a := open(t, t.TempDir())
	filled(t, a)
	files, err := a.Export(context.Background(), t.TempDir(), ExportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(warcio, "index", files[0]).Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	var kinds []string
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		var x map[string]any
		if err := json.Unmarshal([]byte(line), &x); err != nil {
			t.Fatalf("%v: %s", err, line)
		}
		kinds = append(kinds, fmt.Sprint(x["warc-type"]))
	}
	if got, want := strings.Join(kinds, " "), "warcinfo"; !strings.HasPrefix(got, want) ||
		strings.Count(got, "response") != 7 || strings.Count(got, "revisit") != 1 ||
		strings.Count(got, "request") != 7 ||
		strings.Count(got, "metadata") != 1 {
		t.Errorf("warcio sees %s", got)
	}
	out, err = exec.Command(warcio, "cdx-index", files[0]).Output()
	if err != nil || strings.Count(string(out), "a.gov.cn") == 0 && strings.Count(string(out), "cn,gov,a") == 0 {
		t.Errorf("cdx-index: %v\n%s", err, out)
	}
}
