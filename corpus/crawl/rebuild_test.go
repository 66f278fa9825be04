package crawl

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// documents are those of a ledger, as the library uses them.
func documents(t testing.TB, l *ledger.Ledger) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := l.Documents(context.Background(), "", func(d ledger.Document) error {
		out[d.Portal+" "+d.Key] = fmt.Sprint(d.URL, d.Kind, d.Page, d.Title, d.Year, d.Published, d.First.Format("2006-01-02"), d.SHA256,
			d.Media, d.Bytes, d.Versions, d.State, d.Own, d.Late)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	changes, err := l.Changes(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range changes {
		out["event "+e.Kind+e.URL] = e.Before + e.SHA256
	}
	return out
}

// TestRebuild: the ledger is made anew from the archive: that of this version, by the parts that visits left there, that
// of earlier versions, a file a capture and nothing of the ledger, by going through the visits again without asking anybody.
func TestRebuild(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	c := crawler(t, dir, quick())
	all := []*loopback.Site{loopback.TRS(), loopback.Hanweb(), loopback.Parts()} // of the last, reports are put together of pages
	var portals []corpus.Portal
	for i, s := range all {
		s.Start()
		defer s.Close()
		portals = append(portals, portal(s, i))
		visit(t, c, portals[i])
		for path := range s.Reports { // the second visit finds a change
			if s.Replace(path, "政府信息公开", "政府信息公开、") {
				break
			}
		}
		visit(t, c, portals[i])
		s.Forget()
	}
	want := documents(t, c.Ledger)
	rebuild := func(at string) (*Crawler, Rebuilt) {
		l, err := ledger.Open(ctx, filepath.Join(t.TempDir(), "l.sqlite"), false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		a, err := archive.Open(ctx, at)
		if err != nil {
			t.Fatal(err)
		}
		x := *c
		x.Ledger, x.Archive = l, a
		r, err := x.Rebuild(ctx, portals)
		if err != nil {
			t.Fatal(err)
		}
		return &x, r
	}
	x, r := rebuild(filepath.Join(dir, "archive"))
	if r.Portals != 3 || r.Visits != 6 || r.Replayed != 0 || len(r.Left) > 0 {
		t.Errorf("%+v", r)
	}
	if got := documents(t, x.Ledger); !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	files, err := filepath.Glob(filepath.Join(dir, "archive", "visits", "*", "*.seg"))
	if err != nil || len(files) != 6 {
		t.Errorf("%q, %v", files, err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s: %d bytes", filepath.Base(f), info.Size())
	}
	old := t.TempDir()
	asBefore(t, c.Archive, old)
	x, r = rebuild(old)
	if r.Replayed != 6 || len(r.Left) > 0 {
		t.Errorf("of an earlier version: %+v", r)
	}
	if got := documents(t, x.Ledger); !reflect.DeepEqual(got, want) {
		for k, v := range want {
			if got[k] != v {
				t.Errorf("of an earlier version: %s: %s, want %s", k, got[k], v)
			}
		}
	}
	for _, s := range all {
		if n := len(s.Log()); n > 0 {
			t.Errorf("%d requests were made", n)
		}
	}
	if err := x.Ledger.Check(ctx); err != nil {
		t.Error(err)
	}
	// and the next visit costs no more than it would have
	visit(t, x, portals[0])
	for _, q := range all[0].Log() {
		if q.Status == 200 && strings.Contains(q.Path, "t2025") {
			t.Errorf("%s is asked for again", q.Path)
		}
	}
}

// asBefore writes an archive as earlier versions did.
func asBefore(t testing.TB, a *archive.Archive, dir string) {
	t.Helper()
	ctx := context.Background()
	write := func(name string, b []byte) {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	err := a.Captures(ctx, "", func(c *archive.Capture) error {
		if c.SHA256 != "" {
			body, err := a.Body(ctx, c.SHA256)
			if err != nil {
				return err
			}
			write("blobs/sha256/"+c.SHA256[:2]+"/"+c.SHA256, body)
		}
		x := *c
		x.Head, x.CRC, x.Coded = nil, "", nil
		for i := range x.Chain {
			x.Chain[i].Head = nil
		}
		b, err := json.MarshalIndent(x, "", " ")
		write("captures/"+c.Portal+"/"+c.Visit+"/"+c.Key+".json", append(b, '\n'))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestDamagedBody: a body that was damaged, of an address that answers 304, stops no visit: it is asked for whole, and what
// comes heals it; the ledger keeps that it was.
func TestDamagedBody(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	dir := t.TempDir()
	c := crawler(t, dir, quick())
	s := loopback.TRS()
	s.Start()
	defer s.Close()
	p := portal(s, 0)
	visit(t, c, p)
	docs := found(t, c, p, KindReport)
	damaged := 0
	for path, d := range docs {
		file := filepath.Join(dir, "archive", "blobs", "sha256", d.SHA256[:2], d.SHA256)
		b, err := os.ReadFile(file)
		if err != nil {
			if file += ".gzip"; damaged == 0 {
				b, err = os.ReadFile(file)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		switch damaged % 4 {
		case 0:
			b[len(b)/2] ^= 1
		case 1:
			b = b[:len(b)/3]
		case 2:
			b = make([]byte, len(b))
		default:
			b = []byte("something else")
		}
		if damaged == 5 { // and one changed meanwhile
			s.Replace(path, "政府信息公开", "政府信息公开、")
		}
		if err := os.WriteFile(file, b, 0o644); err != nil {
			t.Fatal(err)
		}
		damaged++
	}
	v := visit(t, c, p)
	if v.State != "done" || v.Reason != "" {
		t.Errorf("the visit is %s: %s", v.State, v.Reason)
	}
	healed, left := 0, 0
	if err := c.Ledger.Broken(ctx, p.ID, func(b ledger.Broken) error {
		if b.Healed.IsZero() {
			left++
		} else {
			healed++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if healed != damaged-1 || left != 1 {
		t.Errorf("%d healed, %d not, %d were damaged and one of them changed", healed, left, damaged)
	}
	changed := ""
	events, err := c.Ledger.Changes(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		changed += e.Kind + ": " + e.Detail
	}
	if !strings.HasPrefix(changed, "changed: what changed cannot be said") {
		t.Errorf("events: %s", changed)
	}
	wrong := 0
	if _, _, err := c.Archive.Check(ctx, func(string) { wrong++ }); err != nil || wrong != left {
		t.Errorf("%d wrong in the archive, %v", wrong, err)
	}
	visit(t, c, p) // and it goes on
}

// TestRefetch: a body comes again from its address, also that of an error's page; an address that gives another one keeps
// that as a capture, and one that does not answer now is to be asked another time.
func TestRefetch(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	c := crawler(t, t.TempDir(), quick())
	s := loopback.TRS()
	s.Start()
	p := portal(s, 0)
	visit(t, c, p)
	seen := map[string]bool{}
	err := c.Archive.Captures(ctx, p.ID, func(x *archive.Capture) error {
		if x.SHA256 == "" || seen[x.Result] || x.Method != "" {
			return nil
		}
		seen[x.Result] = true
		got, err := c.Refetch(ctx, p, "20270101T000000.000Z", x, x.SHA256)
		if err == nil && !got.Healed {
			t.Errorf("%s (%s, %d): %+v", x.URL, x.Result, x.Status, got)
		}
		return err
	})
	if err != nil || !seen[archive.New] || !seen[archive.Failed] {
		t.Fatalf("%v, %v", seen, err)
	}
	of := &archive.Capture{Portal: p.ID, URL: s.URL}
	got, err := c.Refetch(ctx, p, "20270101T000000.000Z", of, strings.Repeat("0", 64))
	if err != nil || got.Healed || !got.Gone {
		t.Errorf("another body: %+v, %v", got, err)
	}
	if x, err := c.Archive.Get(ctx, p.ID, "20270101T000000.000Z", archive.Key("", s.URL, "")); err != nil || x.SHA256 == "" {
		t.Errorf("what came is not kept: %v", err)
	}
	s.Close()
	of.URL += "other.html"
	if got, err := c.Refetch(ctx, p, "20270101T000000.000Z", of, strings.Repeat("0", 64)); err != nil || got.Healed || got.Gone {
		t.Errorf("a server that does not answer: %+v, %v", got, err)
	}
}
