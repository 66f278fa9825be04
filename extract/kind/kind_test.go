package kind

import (
	"fmt"
	"strings"
	"testing"
)

// TestList: a media type and an ending stand for one kind each, endings are written as they are compared, and what is
// drawn is a document or a picture.
func TestList(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, k := range All() {
		names := k.Extensions
		if k.Media != "" {
			names = append(names[:len(names):len(names)], k.Media)
		}
		if len(names) == 0 {
			t.Errorf("%+v can never be met", k)
		}
		for _, n := range names {
			if seen[n] {
				t.Errorf("%s stands there twice", n)
			}
			seen[n] = true
		}
		for _, e := range k.Extensions {
			if e != strings.ToLower(strings.Trim(e, ".")) {
				t.Errorf("%q is not compared with any name", e)
			}
			if got := Named("/a.b/报告." + strings.ToUpper(e)); got.Class != k.Class || got.Media != k.Media {
				t.Errorf("a file named .%s is %+v, want %+v", e, got, k)
			}
		}
		if k.Media != "" && Of(k.Media).Class != k.Class {
			t.Errorf("%s is %+v", k.Media, Of(k.Media))
		}
		if k.Drawn && k.Class != Document && k.Class != Picture {
			t.Errorf("%+v is drawn", k)
		}
	}
	for _, n := range []string{"", "报告", ".", "a.", "a.b/c", "pdf"} {
		if k := Named(n); k.Class != Unknown {
			t.Errorf("%q is taken for %+v", n, k)
		}
	}
	if k := Of(""); k.Class != Unknown || Of("text/unheard-of").Class != Unknown {
		t.Errorf("no media type is taken for %+v", k)
	}
}

func TestLinked(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"/a.pdf": true, "/a.PDF#page=2": true, "/down.jsp?file=a.ofd&id=1": true, "/x/年报.wps": true, "a.zip?t=1": true,
		"": false, "/": false, "/a.html": false, "/pdf": false, "/a.pdfx": false, "http://www.et.gov.cn/": false,
		"/a.etc":  false,
		"/a.pptx": false, "/a.jpg": false,
	} {
		if got := Linked(at); got != want {
			t.Errorf("%q names a file: %v, want %v", at, got, want)
		}
	}
}

// TestSlides: slides are not fetched, and are not of those files that hold nothing.
func TestSlides(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"2023年度报告.pptx", "a.PPT"} {
		if k := Named(name); k.Class == Other || k.Class == Note || k.Fetched() || k.IsFile() {
			t.Errorf("%s is %+v", name, k)
		}
	}
	if Named("a.js").Fetched() || !Named("a.pdf").Fetched() || !Named("a.xml").Fetched() || !Named("a").Fetched() {
		t.Error("what a crawl follows")
	}
}

func ExampleNamed() {
	k := Named("/zfxxgk/2024年报.OFD")
	fmt.Println(k.Media, k.IsFile(), k.Drawn)
	// Output: application/ofd true true
}
