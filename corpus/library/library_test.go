package library_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/corpus"
	"github.com/gongkai/gongkai/corpus/archive"
	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/fetch"
	"github.com/gongkai/gongkai/corpus/ledger"
	"github.com/gongkai/gongkai/corpus/library"
	"github.com/gongkai/gongkai/corpus/loopback"
)

// made is a crawl's folder with a page, the file and the picture that hang on it, and an older version of the file.
func made(t testing.TB) (db, at string) {
	t.Helper()
	ctx, dir := context.Background(), t.TempDir()
	db, at = filepath.Join(dir, "ledger.sqlite"), filepath.Join(dir, "archive")
	l, err := ledger.Open(ctx, db, false)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := archive.Open(ctx, at)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	v, _, err := l.Begin(ctx, "p1", "test", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2024, 3, 1, 8, 0, 0, 0, time.UTC)
	put := func(kind, url, page, body string, events ...ledger.Event) {
		t.Helper()
		sum, err := a.PutBody(ctx, []byte(body))
		if err != nil {
			t.Fatal(err)
		}
		d := &ledger.Document{Portal: "p1", Key: archive.Key("", url, ""), URL: url, Kind: kind, Page: page, Year: 2023,
			First: first, Last: first, SHA256: sum, Bytes: int64(len(body)), State: "present", Visit: v.ID}
		if ok, err := l.Commit(ctx, v, "test", &ledger.Step{Document: d, Events: events}); err != nil || !ok {
			t.Fatalf("%v, %v", ok, err)
		}
	}
	old, err := a.PutBody(ctx, []byte("old"))
	if err != nil {
		t.Fatal(err)
	}
	put(crawl.KindReport, "http://a.gov.cn/nb/2023.html", "", "page")
	put(crawl.KindImage, "http://a.gov.cn/nb/t.png", "http://a.gov.cn/nb/2023.html", "picture")
	put(crawl.KindAttachment, "http://a.gov.cn/nb/2023.pdf", "http://a.gov.cn/nb/2023.html", "new", ledger.Event{
		ID: "1", Time: first.AddDate(0, 1, 0), Portal: "p1", Kind: "changed", URL: "http://a.gov.cn/nb/2023.pdf",
		Before: old, SHA256: archive.Sum([]byte("new"))})
	return db, at
}

// TestLibrary: each version of a document has a name; a page and what hangs on it lie in one folder; pictures come with
// their page; and a document says when it was what its address showed.
func TestLibrary(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	db, at := made(t)
	lib, err := library.Open(ctx, db, at, []corpus.Portal{{ID: "p1", Code: "110000"}})
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	bodies := map[string]library.Document{}
	folders := map[string]string{}
	for _, name := range lib.Names() {
		d, err := lib.Get(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if d.File != name || d.Division != "110000" || d.SHA256 != archive.Sum(d.Body) ||
			d.Bytes != int64(len(d.Body)) {
			t.Errorf("%s: %+v", name, d)
		}
		bodies[string(d.Body)], folders[string(d.Body)] = d, filepath.Dir(name)
	}
	if len(bodies) != 3 {
		t.Fatalf("%d documents: %q", len(bodies), lib.Names())
	}
	if folders["page"] != folders["new"] || !strings.HasPrefix(folders["old"], folders["new"]+"@2024-04-01-") {
		t.Errorf("folders: %q", folders)
	}
	if got := bodies["page"].Linked["http://a.gov.cn/nb/t.png"]; string(got) != "picture" ||
		len(bodies["new"].Linked) > 0 {
		t.Errorf("the page comes with %q", got)
	}
	if got, want := bodies["old"].Versions,
		(library.Versions{Seen: "2024-03-01", Superseded: "2024-04-01"}); got != want {
		t.Errorf("the older version: %+v, want %+v", got, want)
	}
	if got, want := bodies["new"].Versions, (library.Versions{Seen: "2024-04-01"}); got != want {
		t.Errorf("the newer version: %+v, want %+v", got, want)
	}
}

// TestStyles: the style sheets of a report's page are fetched once for all pages of a host, outside the count of pages,
// and come with each of them.
func TestStyles(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	s := loopback.TRS()
	sheets := map[string]string{"/css/nb.css": "@import 'sub/base.css';.x{display:none}",
		"/css/sub/base.css": "@import url(../deep.css?v=2);", "/css/deep.css": "@import 'sub/base.css'; b{float:none}"}
	for at, css := range sheets {
		s.Sheet(at, css)
	}
	s.Style("/css/nb.css", sheets["/css/nb.css"])
	s.Start()
	defer s.Close()
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(ctx, filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	c := &crawl.Crawler{Ledger: l, Archive: a, Client: fetch.New(fetch.Options{Agent: "gongkai/test", AllowPrivate: true}),
		Manners: crawl.Manners{Off: true, Lease: time.Minute, Wait: time.Second}, Bounds: crawl.Usual(), Holder: "test"}
	o, err := c.Visit(ctx, corpus.Portal{ID: "p1", Name: s.Name, Level: "county", Home: s.URL})
	if err != nil || !o.Done {
		t.Fatal(o, err)
	}
	asked := 0
	for _, r := range s.Log() {
		if strings.HasPrefix(r.Path, "/css/") {
			asked++
		}
	}
	if asked != len(sheets) || int(o.Visit.Pages) != len(s.Log())-len(sheets) {
		t.Errorf("the sheet was asked for %d times; %d pages counted of %d requests", asked, o.Visit.Pages, len(s.Log()))
	}
	if err := errors.Join(l.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(ctx, filepath.Join(dir, "ledger.sqlite"), filepath.Join(dir, "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	pages := 0
	for _, name := range lib.Names() {
		d, err := lib.Get(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, ".html") {
			pages++
			for at, want := range map[string]string{"css/nb.css?v=1": sheets["/css/nb.css"],
				"css/sub/base.css": sheets["/css/sub/base.css"], "css/deep.css?v=2": sheets["/css/deep.css"]} {
				if got := string(d.Linked[s.URL+at]); got != want {
					t.Errorf("%s comes with %s: %q", name, at, got)
				}
			}
		}
	}
	if pages != len(s.Reports) {
		t.Errorf("%d pages", pages)
	}
}

// TestJoined: a report over several pages is one document, of all its pages.
func TestJoined(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	s := loopback.Parts()
	s.Start()
	defer s.Close()
	l, err := ledger.Open(ctx, filepath.Join(dir, "ledger.sqlite"), false)
	if err != nil {
		t.Fatal(err)
	}
	a, err := archive.Open(ctx, filepath.Join(dir, "archive"))
	if err != nil {
		t.Fatal(err)
	}
	c := &crawl.Crawler{Ledger: l, Archive: a, Client: fetch.New(fetch.Options{Agent: "gongkai/test", AllowPrivate: true}),
		Manners: crawl.Manners{Off: true, Lease: time.Minute, Wait: time.Second}, Bounds: crawl.Usual(), Holder: "test"}
	o, err := c.Visit(ctx, corpus.Portal{ID: "p1", Name: s.Name, Level: "county", Home: s.URL})
	if err != nil || !o.Done {
		t.Fatal(o, err)
	}
	if err := errors.Join(l.Close(), a.Close()); err != nil {
		t.Fatal(err)
	}
	lib, err := library.Open(ctx, filepath.Join(dir, "ledger.sqlite"), filepath.Join(dir, "archive"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer lib.Close()
	whole := 0
	for _, name := range lib.Names() {
		d, err := lib.Get(ctx, name)
		if err != nil {
			t.Fatal(err)
		}
		body := string(d.Body)
		if strings.Contains(body, "二、主动公开") && strings.Contains(body, "第30项") && strings.Contains(body, "六、其他") {
			whole++
		}
	}
	if n := len(s.Reports); len(lib.Names()) != n || whole != n-1 { // a page of one is not there
		t.Errorf("%d documents, %d of them whole", len(lib.Names()), whole)
	}
}

// TestNothing: a crawl that found nothing yet, and one that is not there, are errors that name the place.
func TestNothing(t *testing.T) {
	t.Parallel()
	ctx, dir := context.Background(), t.TempDir()
	db := filepath.Join(dir, "ledger.sqlite")
	if _, err := library.Open(ctx, db, dir, nil); err == nil || !strings.Contains(err.Error(), "there is none") {
		t.Errorf("a ledger that is not there: %v", err)
	}
	l, err := ledger.Open(ctx, db, false)
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := library.Open(ctx, db, filepath.Join(dir, "archive"), nil); err == nil ||
		!strings.Contains(err.Error(), "no report was found yet") {
		t.Errorf("an empty ledger: %v", err)
	}
}

func ExampleLibrary_Names() {
	ctx := context.Background()
	lib, err := library.Open(ctx, "crawl/ledger.sqlite", "crawl/archive", nil)
	if err != nil {
		fmt.Println("nothing was crawled here")
		return
	}
	defer lib.Close()
	for _, name := range lib.Names() {
		fmt.Println(name)
	}
	// Output: nothing was crawled here
}
