package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// foreignTools make collections with other programs: a shell script each, which asks for $URL (three pages, of which two are
// reports) and leaves WARC or WACZ files in its folder. PY is the bin folder of Python with warcio and wacz, JWARC the class
// path of jwarc, WARCIO the program of npm. Files that a script makes of others are given as its last line.
var foreignTools = []struct{ name, needs, script, files string }{
	{"wget", "wget", `wget -q -r -l1 --warc-file=a $URL`, "a.warc.gz"},
	{"wget, not compressed", "wget", `wget -q -r -l1 --no-warc-compression --warc-file=a $URL`, "a.warc"},
	{"wget, compressed on its way", "wget", `wget -q -r -l1 --compression=gzip --warc-file=a $URL`, "a.warc.gz"},
	{"wget, in many files", "wget", `wget -q -r -l1 --warc-max-size=5K --warc-file=a $URL`, "a-*.warc.gz"},
	{"wget, the second time as revisits", "wget", `wget -q -r -l1 --warc-cdx --warc-file=a $URL; rm -rf 127*
		wget -q -r -l1 --warc-dedup=a.cdx --warc-file=b $URL`, "b.warc.gz a.warc.gz"},
	{"wget, without digests", "wget", `wget -q -r -l1 --no-warc-digests --warc-file=a $URL`, "a.warc.gz"},
	{"wget, one member", "wget", `wget -q -r -l1 --no-warc-compression --warc-file=a $URL; gzip a.warc`, "a.warc.gz"},
	{"zstd", "wget zstd", `wget -q -r -l1 --no-warc-compression --warc-file=a $URL; zstd -q --rm -19 a.warc`, "a.warc.zst"},
	{"zstd, with a dictionary", "wget zstd PY", `wget -q -r -l1 --no-warc-compression --warc-file=a $URL
		$PY/python -c "$SPLIT"; zstd -q --train part-* --maxdict=16384 -o dict || head -c 9000 part-3 >dict
		for f in $(ls part-* | sort -V); do zstd -q -D dict -c $f; done >body
		$PY/python -c "$DICT"`, "d.warc.zst"},
	{"warcio, Python", "PY", `$PY/python -c "$CAPTURE" a.warc.gz 1.0`, "a.warc.gz"},
	{"warcio, Python, WARC 1.1", "PY", `$PY/python -c "$CAPTURE" a.warc.gz 1.1`, "a.warc.gz"},
	{"warcio, Python, not compressed", "PY", `$PY/python -c "$CAPTURE" a.warc 1.1`, "a.warc"},
	{"warcio recompress", "wget PY", `wget -q -r -l1 --no-warc-compression --warc-file=a $URL
		$PY/warcio recompress a.warc b.warc.gz`, "b.warc.gz"},
	{"warcio, JavaScript", "WARCIO node", `cp $SCRIPTS/write.mjs . && node write.mjs "$WARCIO" sha-256 sha256: 16`, "a.warc.gz"},
	{"warcio, JavaScript, SHA-1", "WARCIO node", `cp $SCRIPTS/write.mjs . && node write.mjs "$WARCIO" sha-1 sha-1: 32`, "a.warc.gz"},
	{"warcio, JavaScript, SHA-1 under another name", "WARCIO node", `cp $SCRIPTS/write.mjs .
		node write.mjs "$WARCIO" sha-1 sha256: 16`, "a.warc.gz"},
	{"wacz", "wget PY", `wget -q -r -l1 --warc-file=a $URL; $PY/wacz create -o a.wacz a.warc.gz`, "a.wacz"},
	{"wacz, of two", "wget PY", `wget -q -r -l1 --warc-cdx --warc-file=a $URL; rm -rf 127*
		wget -q -r -l1 --warc-dedup=a.cdx --warc-file=b $URL; $PY/wacz create -o a.wacz b.warc.gz a.warc.gz`, "a.wacz"},
	{"wacz, MD5", "PY", `$PY/python -c "$CAPTURE" a.warc.gz 1.1; $PY/wacz create --hash-type md5 -d -t -o a.wacz a.warc.gz`, "a.wacz"},
	{"jwarc fetch", "JWARC java", `for p in "" 2022.html 2023.html; do $JAVA fetch $URL$p; done >a.warc`, "a.warc"},
	{"jwarc filter", "wget JWARC java", `wget -q -r -l1 --warc-file=a $URL; $JAVA filter 'warc-type == "response"' a.warc.gz >b.warc`,
		"b.warc"},
	{"cdxj-indexer leaves them as they are, and cat joins them", "wget PY", `wget -q -r -l1 --warc-file=a $URL
		$PY/cdxj-indexer a.warc.gz >/dev/null; $PY/python -c "$CAPTURE" b.warc.gz 1.0; cat a.warc.gz b.warc.gz >c.warc.gz`, "c.warc.gz"},
}

// What the scripts run in Python and JavaScript.
const (
	captureScript = `
import sys, os
from warcio.capture_http import capture_http
import requests
with capture_http(sys.argv[1], warc_version=sys.argv[2]):
    for p in ('', '2022.html', '2023.html'): requests.get(os.environ['URL'] + p)
`
	splitScript = `
import re
b = open('a.warc', 'rb').read()
for i, p in enumerate(re.split(rb'(?=WARC/1\.0\r\n)', b)[1:]): open('part-%d' % i, 'wb').write(p)
`
	dictScript = `
import struct
d, b = open('dict', 'rb').read(), open('body', 'rb').read()
open('d.warc.zst', 'wb').write(b'\x5d\x2a\x4d\x18' + struct.pack('<I', len(d)) + d + b)
`
	writeScript = `
import { createWriteStream } from "node:fs";
import { pathToFileURL } from "node:url";
const { WARCRecord, WARCSerializer } = await import(pathToFileURL(process.argv[2].replace(/\.bin\/warcio$/, "warcio/dist/index.js")));
const out = createWriteStream("a.warc.gz");
const put = async (r) => out.write(await WARCSerializer.serialize(r, { gzip: true, digest: { algo: process.argv[3], prefix: process.argv[4], base32: process.argv[5] === "32" } }));
await put(await WARCRecord.createWARCInfo({ filename: "a.warc.gz", warcVersion: "WARC/1.1" }, { software: "warcio.js" }));
for (const p of ["", "2022.html", "2023.html"]) {
  const res = await fetch(process.env.URL + p);
  const body = new Uint8Array(await res.arrayBuffer());
  const r = WARCRecord.create({ type: "response", url: process.env.URL + p, date: new Date().toISOString(), warcVersion: "WARC/1.1",
    httpHeaders: Object.fromEntries(res.headers), statusline: "HTTP/1.1 200 OK" }, (async function* () { yield body; })());
  await put(await r);
}
out.end();
`
)

// TestForeignTools imports what other programs write, those that are installed: wget in CI; and with GONGKAI_LONG=1, where
// GONGKAI_WARC_PYTHON, GONGKAI_JWARC and GONGKAI_WARCIO name them, all of these. Each file comes to the two reports that were
// served, at their addresses, and nothing of it is left.
func TestForeignTools(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts other programs; not with -short")
	}
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	judge, done := judgeWith(forms)
	t.Cleanup(done)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body string
		switch r.URL.Path {
		case "/":
			body = `<html><title>年报</title><a href="2022.html">2022年度报告</a><a href="2023.html">2023年度报告</a></html>`
		case "/2022.html":
			body = foreignPage(2022)
		case "/2023.html":
			body = foreignPage(2023)
		default:
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
			fmt.Fprint(w, body)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		z.Write([]byte(body))
		z.Close()
	}))
	t.Cleanup(site.Close)
	scripts := t.TempDir()
	if err := os.WriteFile(filepath.Join(scripts, "write.mjs"), []byte(writeScript), 0o644); err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), "URL="+site.URL+"/", "SCRIPTS="+scripts, "CAPTURE="+captureScript, "SPLIT="+splitScript,
		"DICT="+dictScript, "PY="+os.Getenv("GONGKAI_WARC_PYTHON"), "WARCIO="+os.Getenv("GONGKAI_WARCIO"), "NO_PROXY=127.0.0.1",
		"no_proxy=127.0.0.1", "http_proxy=", "HTTP_PROXY=",
		"JAVA=java -cp "+os.Getenv("GONGKAI_JWARC")+" org.netpreserve.jwarc.tools.WarcTool")
	for i, tool := range foreignTools {
		t.Run(tool.name, func(t *testing.T) {
			t.Parallel()
			if i > 1 && !longRun {
				t.Skip("GONGKAI_LONG=1 runs all of these")
			}
			for _, need := range strings.Fields(tool.needs) {
				at, what := map[string]string{"PY": "GONGKAI_WARC_PYTHON", "JWARC": "GONGKAI_JWARC", "WARCIO": "GONGKAI_WARCIO"}[need], need
				if at != "" && os.Getenv(at) != "" {
					continue
				}
				if at == "" {
					if _, err := exec.LookPath(need); err == nil {
						continue
					}
				} else {
					what = "what " + at + " names"
				}
				if os.Getenv("CI") == "true" && i < 2 {
					t.Fatalf("there is no %s", what)
				}
				t.Skipf("there is no %s", what)
			}
			dir := t.TempDir()
			cmd := exec.Command("sh", "-f", "-c", tool.script)
			cmd.Dir, cmd.Env = dir, env
			if strings.Contains(tool.script, "part-*") {
				cmd.Args = []string{"sh", "-c", tool.script}
			}
			var said bytes.Buffer
			cmd.Stdout, cmd.Stderr = &said, &said
			err := cmd.Run()
			var files []string
			for _, pattern := range strings.Fields(tool.files) {
				more, _ := filepath.Glob(filepath.Join(dir, pattern))
				files = append(files, more...)
			}
			if len(files) == 0 {
				t.Fatalf("%v\n%s", err, said.String())
			}
			lib, left := importAll(t, judge, files...)
			if lib == nil || len(left) > 0 {
				t.Fatalf("left %q; the tool said %v %s", left, err, said.String())
			}
			var at []string
			for _, n := range lib.Names() {
				d, err := lib.Get(context.Background(), n)
				if err != nil || d.Superseded != "" {
					t.Errorf("%s: superseded %q, %v", n, d.Superseded, err)
				}
				at = append(at, strings.TrimPrefix(d.URL, site.URL))
			}
			if got := strings.Join(at, " "); got != "/2022.html /2023.html" {
				t.Errorf("documents %s, want the two reports", got)
			}
		})
	}
}
