package child

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/output/reading"
)

// A moody engine fails when it is told to.
type moody struct{ fails error }

func (e *moody) Name() string { return "moody" }
func (e *moody) Close()       {}
func (e *moody) Recognise(_ context.Context, lines []*image.Gray, _ []bool) ([]scan.Reading, error) {
	if e.fails != nil {
		return nil, e.fails
	}
	out := make([]scan.Reading, len(lines))
	for i := range out {
		out[i] = scan.Reading{Text: "字", Confidence: 1}
	}
	return out, nil
}

// keeper is a reader in this process with an engine, and what keeps of one document.
func keeper(t *testing.T, e scan.Engine, m fingerprint.Machine, cache string) func(name string, body []byte) *reading.Kept {
	t.Helper()
	l := Limits{Time: time.Minute, Cache: cache}
	r := newReader(forms(t), l, &clock{}, engines{
		func(context.Context, string) (*pdf.PDFium, error) { return nil, errors.New("none") },
		func(string, string) (scan.Engine, error) {
			if e == nil {
				return nil, scan.ErrNoEngine
			}
			return e, nil
		}})
	r.machine = m
	return func(name string, body []byte) *reading.Kept {
		t.Helper()
		a := r.answer(t.Context(), &request{Document: Document{Body: body, File: name, Key: "k"}, Limits: l}, func(reply) {}).Answer
		if a.Object == nil {
			if !a.Unsettled {
				t.Errorf("%s: it is not kept, and the answer does not say that it could be read better", name)
			}
			return nil
		}
		k, err := reading.Open("k", a.Object)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
}

// textPicture is a picture with a line of something on it.
func textPicture(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 1200, 400))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	for x := 200; x < 800; x++ {
		for y := 150; y < 190; y++ {
			if x/12%3 > 0 && (x+y)/9%2 > 0 {
				img.SetGray(x, y, color.Gray{})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestEngineFails: whatever an engine fails of, what was read then is not kept, be the picture a document or in one; what
// is read in peace is, and says that the engine had a part in it.
func TestEngineFails(t *testing.T) {
	picture := textPicture(t)
	page := fmt.Appendf(nil, `<html><body><p>2022年政府信息公开工作年度报告</p><img src="data:image/png;base64,%s"></body></html>`,
		base64.StdEncoding.EncodeToString(picture))
	e := &moody{}
	keep := keeper(t, e, fingerprint.With("", "an engine"), "")
	for _, fails := range []error{nil, &os.PathError{Op: "stat", Path: "/nonexistent", Err: syscall.ENOENT}, syscall.ENOSPC, syscall.EMFILE,
		errors.New("tesseract: signal: killed"), errors.New("tesseract read 3 of 4 lines"), nil} {
		e.fails = fails
		for name, body := range map[string][]byte{"a.png": picture, "a.html": page} {
			k := keep(name, body)
			if (k != nil) != (fails == nil) {
				t.Errorf("%s, the engine fails of %v: kept %v", name, fails, k != nil)
			}
			if k != nil && (!k.OCR || !k.Pictures) {
				t.Errorf("%s: %+v", name, k.Head)
			}
		}
	}
	if k := keep("b.html", []byte("<p>2022年政府信息公开工作年度报告</p>")); k == nil || k.OCR || k.Office {
		t.Error("no engine was asked for", k)
	}
}

// TestEngineReplaced: what was read while an engine became another is nobody's; of a machine that cannot tell which engine
// it has, nothing is kept in which it had a part.
func TestEngineReplaced(t *testing.T) {
	picture := textPicture(t)
	names := []string{"one", "one", "another", "another", "another", "another", "another", "another"}
	n := 0
	machine := fingerprint.Named(nil, func() (string, error) {
		n++
		return names[min(n, len(names))-1], nil
	})
	keep := keeper(t, &moody{}, machine, "")
	if keep("a.png", picture) != nil {
		t.Error("the engine was replaced, and what was read is kept")
	}
	if keep("a.png", picture) == nil {
		t.Error("the engine stays, and what was read is not kept")
	}
	keep = keeper(t, &moody{}, fingerprint.Named(nil, func() (string, error) { return "", errors.New("who knows") }), "")
	if keep("a.png", picture) != nil {
		t.Error("nobody knows the engine, and what was read is kept")
	}
	if keep("a.html", []byte("<p>2022年政府信息公开工作年度报告</p>")) == nil {
		t.Error("it had no part in this")
	}
}

// TestSecondReaderFails: an old Word file of which our reader is not sure is kept where LibreOffice is not installed, which
// its name says, and not where it is and gave nothing: it does not say whether the file was to blame.
func TestSecondReaderFails(t *testing.T) {
	body, err := os.ReadFile("../../../extract/office/testdata/small.doc")
	if err != nil {
		t.Fatal(err)
	}
	sure := bytes.Clone(body)
	at := bytes.Index(body, []byte{0xec, 0xa5}) // the head of the text's stream
	if at < 0 {
		t.Fatal("not a Word file")
	}
	body[at] = 0
	keep := keeper(t, nil, fingerprint.Here("none", ""), "")
	dir := t.TempDir()
	t.Setenv("PATH", dir)
	k := keep("a.doc", body)
	if k == nil || !k.Office {
		t.Fatal("LibreOffice is not installed:", k)
	}
	without := k.Print
	for _, script := range []string{"exit 1", "kill -9 $$", "exit 0", `while [ $# -gt 1 ]; do [ "$1" = --outdir ] && out=$2; shift; done
mkdir -p "$out"; printf PK > "$out/in.docx"`} {
		if err := os.WriteFile(filepath.Join(dir, "soffice"), []byte("#!/bin/sh\nPATH=/bin:/usr/bin\n"+script+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
		if k := keep("a.doc", body); k != nil {
			t.Errorf("%s: kept", script)
		}
		if k := keep("a.doc", sure); k == nil || k.Office {
			t.Errorf("%s: one that is sure is %v", script, k)
		}
	}
	m := fingerprint.Here("none", "")
	if m.Reader([]string{k.Media}, fingerprint.Part{Office: true}) == without {
		t.Error("one that would have asked LibreOffice is not read again where it is there now")
	}
	if m.Reader([]string{k.Media}, fingerprint.Part{}) != fingerprint.With("", "").Reader([]string{k.Media}, fingerprint.Part{}) {
		t.Error("one that did not ask for LibreOffice is read again where it is there now")
	}
}

// TestPages: a page that was recognised is taken as it lies only if it lies there whole, under its own name, of this engine,
// and nobody asked for all to be read.
func TestPages(t *testing.T) {
	picture, cache := textPicture(t), t.TempDir()
	e := &moody{}
	names := []string{"an engine"}
	machine := fingerprint.Named(nil, func() (string, error) { return names[0], nil })
	read := func(fresh bool) (asked bool) {
		t.Helper()
		before := e.fails
		defer func() { e.fails = before }()
		l := Limits{Time: time.Minute, Cache: cache, Fresh: fresh}
		counted := &counting{Engine: e}
		r := newReader(forms(t), l, &clock{}, engines{nil, func(string, string) (scan.Engine, error) { return counted, nil }})
		r.machine = machine
		a := r.answer(t.Context(), &request{Document: Document{Body: picture, File: "a.png"}, Limits: l}, func(reply) {}).Answer
		if len(a.Reports) != 1 || a.Reports[0].Reason == "a picture on which no text was found" {
			t.Errorf("it has no text: %+v", a.Reports)
		}
		return counted.n > 0
	}
	if !read(false) || read(false) {
		t.Fatal("it is to be read once")
	}
	files := func() []string {
		all, err := filepath.Glob(filepath.Join(cache, "ocr-pages", "*", "*"))
		if err != nil || len(all) == 0 {
			t.Fatal("nothing is kept", err)
		}
		return all
	}
	kept, err := os.ReadFile(files()[0])
	if err != nil {
		t.Fatal(err)
	}
	for at := range len(kept) { // each byte changed, and each beginning
		if at%(len(kept)/4) > 0 && at < len(kept)-1 {
			continue
		}
		for _, b := range [][]byte{append(append(bytes.Clone(kept[:at]), kept[at]^0x20), kept[at+1:]...), kept[:at]} {
			if err := os.WriteFile(files()[0], b, 0o644); err != nil {
				t.Fatal(err)
			}
			if !read(false) || read(false) {
				t.Fatalf("damaged at %d of %d: it is taken, or not made anew", at, len(kept))
			}
		}
	}
	if err := os.WriteFile(files()[0], []byte("{}"), 0o644); err != nil {
		t.Fatal(err)
	}
	if !read(false) {
		t.Error("an empty object is taken for a page")
	}
	if !read(true) {
		t.Error("--fresh took what is kept")
	}
	names[0] = "another"
	if !read(false) || read(false) {
		t.Error("another engine took what the first had read, or did not keep its own")
	}
	one := files()
	for i := range one { // each in the place of the other
		b, err := os.ReadFile(one[i])
		if err != nil || len(one) != 2 {
			t.Fatal(err, one)
		}
		if i == 0 {
			err = os.WriteFile(one[1], b, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	names[0] = "an engine"
	first := read(false)
	names[0] = "another"
	if second := read(false); !first && !second {
		t.Error("a page of another name was taken")
	}
}

// counting counts how often an engine is asked.
type counting struct {
	scan.Engine
	n int
}

func (c *counting) Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]scan.Reading, error) {
	c.n++
	return c.Engine.Recognise(ctx, lines, figures)
}

// TestReadByForms: what was read says by which forms: none where no reader could take the file, and those of the division
// else.
func TestReadByForms(t *testing.T) {
	l := Limits{Time: time.Minute}
	r := newReader(forms(t), l, &clock{}, engines{nil, func(string, string) (scan.Engine, error) { return nil, scan.ErrNoEngine }})
	r.machine = fingerprint.With("", "")
	for _, c := range []struct {
		name, body string
		asked      bool
	}{{"a.docx", "PK\x03\x04 and no more", false}, {"a.html", "<p>2022年政府信息公开工作年度报告</p>", true}, {"a.txt", "nothing", true}} {
		req := &request{Document: Document{Body: []byte(c.body), File: c.name, Key: "k"}, Limits: l}
		a := r.answer(t.Context(), req, func(reply) {}).Answer
		k, err := reading.Open("k", a.Object)
		if err != nil {
			t.Fatal(c.name, err)
		}
		if want := forms(t).ReadPrint(); c.asked && k.Forms != want || !c.asked && k.Forms != "" {
			t.Errorf("%s was read by %q, all forms are %q", c.name, k.Forms, want)
		}
	}
}
