package archive

import (
	"bytes"
	"context"
	"os"
	"reflect"
	"testing"
)

// TestFileACapture: an archive of an earlier version, a file a capture, is read as it is, checked, exported and gone on
// with; what can be seen of damage without checksums is told.
func TestFileACapture(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS("testdata/file-a-capture")); err != nil {
		t.Fatal(err)
	}
	a := open(t, dir)
	want := filled(t, open(t, t.TempDir()))
	got := captures(t, a)
	if len(got) != len(want) {
		t.Fatalf("%d captures, want %d", len(got), len(want))
	}
	for i, c := range want {
		c.CRC = "" // it was not kept
		if !reflect.DeepEqual(got[i], c) {
			t.Errorf("got %+v, want %+v", got[i], c)
		}
		one, err := a.Get(ctx, c.Portal, c.Visit, c.Key)
		if err != nil || !reflect.DeepEqual(one, c) {
			t.Errorf("got %+v, %v", one, err)
		}
	}
	if n, err := a.Inspect(ctx, Witness{}, func(f Fault) error { t.Error(f); return nil }); err != nil || n.Captures != 8 || n.Bodies != 4 {
		t.Errorf("%+v, %v", n, err)
	}
	// the visit goes on: nothing is doubled
	again := *want[0]
	if err := a.Put(ctx, &again, []byte("<html>2024年</html>")); err != nil {
		t.Fatal(err)
	}
	more := *want[0]
	more.URL, more.Key = "http://a.gov.cn/more", Key("", "http://a.gov.cn/more", "")
	if err := a.Put(ctx, &more, []byte("more")); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Seal(ctx, "p1", more.Visit, Ending{}); err != nil {
		t.Fatal(err)
	}
	if n := len(captures(t, a)); n != 9 {
		t.Errorf("%d captures, want 9", n)
	}
	if _, _, err := a.Check(ctx, func(s string) { t.Error(s) }); err != nil {
		t.Error(err)
	}
	// flips: of 8 in each byte of a capture, those are seen that change its form, its names or its place
	name := captureName(want[1])
	b, err := a.s.get(ctx, name)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for at := range b {
		x := bytes.Clone(b)
		x[at] ^= 1 << (at % 8)
		if _, err := parseOld(name, x); err != nil {
			seen++
		}
	}
	t.Logf("of %d flips in a capture without a checksum %d are seen", len(b), seen)
	if seen*3 < len(b) {
		t.Errorf("of %d flips %d are seen", len(b), seen)
	}
}
