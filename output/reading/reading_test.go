package reading_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/normalize/reuse"
	"github.com/gongkai/gongkai/output/reading"
)

func read(t testing.TB) []*normalize.Report {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out []*normalize.Report
	for _, e := range gold.AllExamples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.Read(doc, forms)
		rep.ReadWords()
		out = append(out, rep)
	}
	return out
}

// pack is a reading with one file of two reports.
func pack(t testing.TB, key string) []byte {
	t.Helper()
	all := read(t)
	r := reading.Reading{Head: reading.Head{Media: "text/html", Print: "p", Files: make([]reading.File, 1),
		Linked: []reading.Link{{Ref: "a.css", SHA256: "00"}}},
		Reports: [][]reading.Report{{{Report: all[0], Sketch: &reuse.Sketch{1, 2}}, {Report: all[1]}}}}
	return r.Pack(key)
}

// TestEncoding: every report of the examples comes back as it was, and the same one gives the same bytes.
func TestEncoding(t *testing.T) {
	for _, rep := range read(t) {
		b := reading.Append(nil, rep)
		var back *normalize.Report
		if err := reading.Decode(string(b), &back); err != nil {
			t.Fatal(err)
		}
		if again := reading.Append(nil, back); !bytes.Equal(again, b) {
			t.Errorf("%s: encoded again it is another", rep.Title)
		}
		if len(rep.Values) != len(back.Values) || len(rep.Sections) != len(back.Sections) {
			t.Fatalf("%s: %d values, %d sections", rep.Title, len(back.Values), len(back.Sections))
		}
		for i := range rep.Values {
			v, w := rep.Values[i], back.Values[i]
			if (v.Number == nil) != (w.Number == nil) || v.Number != nil && v.Number.String() != w.Number.String() {
				t.Errorf("%s: %v, was %v", v.Name, w.Number, v.Number)
			}
			v.Number, w.Number = nil, nil
			if !reflect.DeepEqual(v, w) {
				t.Errorf("%+v, was %+v", w, v)
			}
		}
		for i := range rep.Sections {
			if a, b := &rep.Sections[i], &back.Sections[i]; !slices.Equal(a.Tokens, b.Tokens) || a.Text != b.Text {
				t.Errorf("%s: section %d has other words", rep.Title, i+1)
			}
		}
	}
}

// TestForeign: an object with any byte changed, cut off, or of another key is not opened.
func TestForeign(t *testing.T) {
	object := pack(t, "k")
	k, err := reading.Open("k", object)
	if err != nil || len(k.Files[0].Reports) != 2 {
		t.Fatalf("%v %+v", err, k)
	}
	if r, err := k.Report(0, 1); err != nil || r.Report == nil || r.Sketch != nil {
		t.Errorf("%+v %v", r, err)
	}
	if _, err := k.Report(0, 2); err == nil {
		t.Error("there is a third report")
	}
	if _, err := reading.Open("other", object); !errors.Is(err, reading.ErrForeign) {
		t.Errorf("of another key: %v", err)
	}
	rng := rand.New(rand.NewSource(1))
	for range 200 {
		b := bytes.Clone(object)
		at := rng.Intn(len(b))
		b[at] ^= byte(1 + rng.Intn(255))
		if _, err := reading.Open("k", b); !errors.Is(err, reading.ErrForeign) {
			t.Errorf("byte %d changed: %v", at, err)
		}
		if _, err := reading.Open("k", object[:at]); !errors.Is(err, reading.ErrForeign) {
			t.Errorf("cut off at %d: %v", at, err)
		}
	}
}

// TestDigest: who read it is not part of what was read.
func TestDigest(t *testing.T) {
	digest := func(change func(*reading.Reading)) string {
		r := reading.Reading{Head: reading.Head{Print: "p", Files: make([]reading.File, 1)},
			Reports: [][]reading.Report{{{Report: &normalize.Report{Title: "a"}}}}}
		change(&r)
		r.Pack("k")
		return r.Digest
	}
	same := digest(func(*reading.Reading) {})
	if digest(func(r *reading.Reading) { r.Print = "q" }) != same {
		t.Error("another program, another digest")
	}
	if digest(func(r *reading.Reading) { r.Reports[0][0].Report.Title = "b" }) == same {
		t.Error("another title, the same digest")
	}
	if digest(func(r *reading.Reading) { r.Media = "b" }) == same {
		t.Error("another media type, the same digest")
	}
}

// FuzzDecode: bytes of whatever kind are refused or decoded, and never more than that.
func FuzzDecode(f *testing.F) {
	f.Add(string(reading.Append(nil, &normalize.Report{Title: "a", Editions: normalize.Editions{"b": "c"}})))
	f.Fuzz(func(t *testing.T, s string) {
		var rep *normalize.Report
		_ = reading.Decode(s, &rep)
	})
}

func ExampleAsked_Key() {
	a := reading.Asked{SHA256: "00", Name: "a/2024.HTM"}
	b := reading.Asked{SHA256: "00", Name: "elsewhere/old.htm"}
	c := reading.Asked{SHA256: "00", Name: "a/2024.txt"}
	fmt.Println(a.Key() == b.Key(), a.Key() == c.Key())
	// Output: true false
}
