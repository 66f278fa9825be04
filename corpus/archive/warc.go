package archive

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha1"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Source of the format: ISO 28500:2017, WARC 1.1; http://iipc.github.io/warc-specifications/. Digests are SHA-1 in
// base 32, as the tools that read WARC expect them.

const (
	identical   = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
	notModified = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
	warcTime    = "2006-01-02T15:04:05.000000Z" // section 5.4: of WARC 1.1, with a fraction
)

// ExportOptions choose what is exported.
type ExportOptions struct {
	Portal   string // this portal only
	Since    time.Time
	MaxBytes int64  // a file is followed by another from this size; 0 = 1 GB
	Software string // for the warcinfo record
}

// Export writes the archive as WARC 1.1 files into dir, a gzip member for each record, and returns their names: a
// response and its request for each answer, one response for each redirect, a revisit for what had not changed. Failed
// requests without an answer are metadata records. The same archive gives the same bytes. Each file appears when it is
// whole. A body that is damaged or lost does not stop it: a metadata record stands for the answer, and the error, with all
// files, is one of ErrDamaged.
func (a *Archive) Export(ctx context.Context, dir string, o ExportOptions) (files []string, err error) {
	if o.MaxBytes == 0 {
		o.MaxBytes = 1 << 30
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	w := &warcFiles{dir: dir, o: o, payloads: map[string]string{}}
	defer func() {
		if err != nil {
			w.abort()
		}
	}()
	var broken damage
	err = a.Captures(ctx, o.Portal, func(c *Capture) error {
		if c.Time.Before(o.Since) {
			return nil
		}
		err := a.exportOne(ctx, w, c)
		if Broken(err) {
			broken.add("%s: %v", c.URL, err)
			return a.exportBroken(w, c, err)
		}
		return err
	})
	left := err
	if errors.Is(err, ErrDamaged) { // the rest is there
		err = nil
	}
	if err == nil {
		err = w.finish()
	}
	if err == nil {
		return w.files, errors.Join(left, broken.err())
	}
	return w.files, err
}

// exportBroken writes, in the place of an answer whose body is damaged or lost, that there was one.
func (a *Archive) exportBroken(w *warcFiles, c *Capture, why error) error {
	note, err := json.Marshal(map[string]string{"result": c.Result, "reason": "its body is not in the archive any more: " + why.Error()})
	if err != nil {
		return err
	}
	return w.record(c, "broken", "metadata", c.URL, "application/json", note, nil, nil)
}

// exportOne writes the records of one capture. A revisit refers to the version before.
func (a *Archive) exportOne(ctx context.Context, w *warcFiles, c *Capture) error {
	if err := w.room(c.Time); err != nil {
		return err
	}
	at := c.URL
	for i, h := range c.Chain {
		block := answerHead(c.Proto, h.Status, h.Header, h.Head, noBody, false)
		if err := w.record(c, fmt.Sprint("hop", i), "response", h.URL, httpResponse, block, nil, nil); err != nil {
			return err
		}
		at = firstOf(c.Final, at)
	}
	if c.Method == "RENDER" { // section 6.9: what was made of what was received
		body, err := a.Body(ctx, c.SHA256)
		if err != nil {
			return err
		}
		of := &Capture{Portal: c.Portal, Visit: c.Visit, Key: Key("", c.URL, "")}
		return w.record(c, "", "conversion", c.URL, firstOf(c.Header.Get("Content-Type"), "text/html"), body, body,
			map[string]string{"WARC-Refers-To": recordID(of, "")})
	}
	switch {
	case c.Result == Unchanged && c.Since != nil:
		if err := a.exportRevisit(ctx, w, c, at); err != nil {
			return err
		}
	case c.Status == 0 && c.SHA256 == "" || c.Result == Failed && c.SHA256 == "" && c.Status < 400:
		note, err := json.Marshal(map[string]string{"result": c.Result, "reason": c.Reason})
		if err != nil {
			return err
		}
		return w.record(c, "failed", "metadata", c.URL, "application/json", note, nil, nil)
	case c.Status == 0: // imported from a resource
		body, err := a.Body(ctx, c.SHA256)
		if err != nil {
			return err
		}
		return w.record(c, "", "resource", at, firstOf(c.Header.Get("Content-Type"), "application/octet-stream"), body, body, nil)
	default:
		body, coded := []byte{}, c.Coded != nil
		if c.SHA256 != "" {
			var err error
			if body, err = a.Coded(ctx, c); err != nil {
				return err
			}
		}
		extra := map[string]string{}
		if why, ok := strings.CutPrefix(c.Reason, cutOff); ok {
			why, named := strings.CutPrefix(why, "WARC-Truncated: ")
			if !named {
				why = "unspecified"
			}
			extra["WARC-Truncated"] = why
		}
		block := append(answerHead(c.Proto, c.Status, c.Header, c.Head, len(body), coded), body...)
		if err := w.record(c, "", "response", at, httpResponse, block, body, extra); err != nil {
			return err
		}
		w.payloads[c.SHA256] = digest(body)
	}
	if c.Status == 0 {
		return nil
	}
	return w.record(c, "request", "request", at, "application/http; msgtype=request", requestBlock(c, at), nil,
		map[string]string{"WARC-Concurrent-To": recordID(c, "")})
}

const httpResponse = "application/http; msgtype=response"

// exportRevisit writes that an answer was as the version before: its payload has the digest that stands at that.
func (a *Archive) exportRevisit(ctx context.Context, w *warcFiles, c *Capture, at string) error {
	extra := map[string]string{"WARC-Profile": identical, "WARC-Refers-To-Target-URI": asURI(at),
		"WARC-Refers-To-Date": c.Since.Time.UTC().Format(warcTime), "WARC-Payload-Digest": w.payloads[c.Since.SHA256]}
	if c.Status == http.StatusNotModified {
		extra["WARC-Profile"] = notModified
	}
	if extra["WARC-Payload-Digest"] == "" { // the version is not among what is exported
		body, err := a.Body(ctx, c.Since.SHA256)
		if err != nil {
			return err
		}
		extra["WARC-Payload-Digest"] = digest(body)
	}
	var block []byte
	if c.Status != 0 {
		block = answerHead(c.Proto, c.Status, c.Header, c.Head, noBody, false)
	}
	return w.record(c, "", "revisit", at, httpResponse, block, nil, extra)
}

func firstOf(a ...string) string {
	for _, s := range a {
		if s != "" {
			return s
		}
	}
	return ""
}

// noBody is the length of a body that is not there.
const noBody = -1

// answerHead writes the head of an answer: the lines as they were received, where they are kept. Readers of WARC take a
// head at its word, so that what does not hold for the body that follows is said under another name: pieces that were
// joined, a content coding that was taken off, another length. Lines that are no header lines, by which strict readers
// stumble, are kept the same way; and versions of HTTP without a dot are written with one.
func answerHead(proto string, status int, h http.Header, head []byte, length int, coded bool) []byte {
	var b bytes.Buffer
	lines := headLines(head)
	if len(lines) == 0 {
		b.WriteString(statusLineOf(proto, status, http.StatusText(status)))
		var names []string
		for n := range h {
			names = append(names, n)
		}
		sort.Strings(names)
		for _, n := range names {
			for _, v := range h[n] {
				lines = append(lines, n+": "+v)
			}
		}
	} else {
		words := ""
		if found := statusLine.FindStringIndex(lines[0]); found != nil {
			words = strings.TrimSpace(lines[0][found[1]:])
		}
		b.WriteString(statusLineOf(proto, status, words))
		lines = lines[1:]
	}
	told := false
	for _, line := range lines {
		line = printed(line)
		name, value, ok := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		lower := strings.ToLower(name)
		switch {
		case !ok || !isToken(name):
			name, value = renamed+"Line", line
		case lower == "transfer-encoding", lower == "content-encoding" && !coded && length != noBody:
			name = renamed + name
		case lower == "content-length" && length != noBody:
			if value == fmt.Sprint(length) && !told {
				told = true
			} else {
				name = renamed + name
			}
		}
		fmt.Fprintf(&b, "%s: %s\r\n", name, value)
	}
	if length != noBody && !told {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", length)
	}
	b.WriteString("\r\n")
	return b.Bytes()
}

var protoWithDot = regexp.MustCompile(`^HTTP/\d\.\d$`)

func statusLineOf(proto string, status int, words string) string {
	switch {
	case proto == "HTTP/2" || proto == "HTTP/3":
		proto += ".0"
	case !protoWithDot.MatchString(proto):
		proto = "HTTP/1.1"
	}
	return fmt.Sprintf("%s %03d %s\r\n", proto, status, printed(words))
}

// printed writes blanks for control characters; other bytes stay what they are.
func printed(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c < ' ' && c != '\t' || c == 0x7f {
			b[i] = ' '
		}
	}
	return string(b)
}

// headLines gives the lines of a head as they were received, those that go on in the next joined.
func headLines(head []byte) (lines []string) {
	for line := range strings.SplitSeq(string(head), "\n") {
		line = strings.TrimRight(line, "\r")
		switch {
		case line == "":
		case (line[0] == ' ' || line[0] == '\t') && len(lines) > 1:
			lines[len(lines)-1] += " " + strings.TrimSpace(line)
		default:
			lines = append(lines, line)
		}
	}
	return lines
}

// isToken tells what can be the name of a header (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	return s != "" && strings.Trim(s, "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == ""
}

// asURI writes an address with the characters only that one may have (RFC 3986): readers cut at blanks, and indexes do.
func asURI(at string) string {
	var b strings.Builder
	for i := range len(at) {
		c := at[i]
		if c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func requestBlock(c *Capture, at string) []byte {
	var b bytes.Buffer
	_, rest, _ := strings.Cut(asURI(at), "://")
	rest, _, _ = strings.Cut(rest, "#")
	host, path := rest, "/"
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		host, path = rest[:i], "/"+strings.TrimPrefix(rest[i:], "/")
	}
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", firstOf(c.Method, "GET"), path, host)
	var names []string
	for n := range c.Request {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		for _, v := range c.Request[n] {
			if isToken(n) {
				fmt.Fprintf(&b, "%s: %s\r\n", n, strings.NewReplacer("\r", " ", "\n", " ").Replace(v))
			}
		}
	}
	if c.Form != "" {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(c.Form))
	}
	b.WriteString("\r\n" + c.Form)
	return b.Bytes()
}

// recordID names a record: the same capture has the same one in every export.
func recordID(c *Capture, part string) string {
	return "<urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(captureName(c)+"#"+part)).String() + ">"
}

// warcFiles writes records to numbered files.
type warcFiles struct {
	dir   string
	o     ExportOptions
	f     *os.File
	name  string
	size  int64
	files []string
	// digests of the payloads that were written, by the bodies that they are of: what a revisit refers to
	payloads map[string]string
}

// room opens the first file, and the next one where the last is full.
func (w *warcFiles) room(t time.Time) error {
	if w.f != nil && w.size < w.o.MaxBytes {
		return nil
	}
	if err := w.finish(); err != nil {
		return err
	}
	w.name = filepath.Join(w.dir, fmt.Sprintf("gongkai-%s-%05d.warc.gz", t.UTC().Format("20060102150405"),
		len(w.files)))
	f, err := os.Create(w.name + ".part")
	if err != nil {
		return err
	}
	w.f, w.size = f, 0
	info := "software: " + firstOf(w.o.Software, "gongkai") +
		"\r\nformat: WARC File Format 1.1\r\nconformsTo: " +
		"http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	id := "<urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte(filepath.Base(w.name))).String() + ">"
	return w.write("warcinfo", id, t, "", "application/warc-fields", []byte(info), nil,
		map[string]string{"WARC-Filename": filepath.Base(w.name)})
}

func (w *warcFiles) record(c *Capture, part, kind, target, media string, block, payload []byte,
	extra map[string]string) error {
	return w.write(kind, recordID(c, part), c.Time, target, media, block, payload, extra)
}

func (w *warcFiles) write(kind, id string, t time.Time, target, media string, block, payload []byte,
	extra map[string]string) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	fmt.Fprintf(z, "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Record-ID: %s\r\nWARC-Date: %s\r\n", kind, id,
		t.UTC().Format(warcTime))
	if target != "" {
		fmt.Fprintf(z, "WARC-Target-URI: %s\r\n", asURI(target))
	}
	var names []string
	for n := range extra {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		fmt.Fprintf(z, "%s: %s\r\n", n, strings.NewReplacer("\r", " ", "\n", " ").Replace(extra[n]))
	}
	fmt.Fprintf(z, "WARC-Block-Digest: %s\r\n", digest(block))
	if payload != nil {
		fmt.Fprintf(z, "WARC-Payload-Digest: %s\r\n", digest(payload))
	}
	fmt.Fprintf(z, "Content-Type: %s\r\nContent-Length: %d\r\n\r\n", media, len(block))
	z.Write(block)
	io.WriteString(z, "\r\n\r\n")
	if err := z.Close(); err != nil {
		return err
	}
	n, err := w.f.Write(b.Bytes())
	w.size += int64(n)
	return err
}

func digest(b []byte) string {
	sum := sha1.Sum(b)
	return "sha1:" + base32.StdEncoding.EncodeToString(sum[:])
}

// finish brings the file to the disk and gives it its name.
func (w *warcFiles) finish() error {
	if w.f == nil {
		return nil
	}
	err := w.f.Sync()
	if cerr := w.f.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(w.name+".part", w.name)
	}
	w.f = nil
	if err == nil {
		w.files = append(w.files, w.name)
	}
	return err
}

func (w *warcFiles) abort() {
	if w.f != nil {
		w.f.Close()
		os.Remove(w.name + ".part")
		w.f = nil
	}
}
