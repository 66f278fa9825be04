package atom

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// element is an element of a document as the rules look at it.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Children []element  `xml:",any"`
	Text     string     `xml:",chardata"`
}

func (e *element) all(name string) (out []*element) {
	for i := range e.Children {
		if c := &e.Children[i]; c.XMLName.Space == "http://www.w3.org/2005/Atom" && c.XMLName.Local == name {
			out = append(out, c)
		}
	}
	return out
}

func (e *element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// checks are those of single elements: each says what is wrong.
func checks(say func(string, ...any)) (once func(*element, string, ...string), iri func(where, s string), date,
	links func(*element, string)) {
	once = func(e *element, where string, names ...string) {
		for _, n := range names {
			if got := e.all(n); len(got) != 1 {
				say("%s: %d elements %s", where, len(got), n)
			} else if strings.TrimSpace(got[0].Text) == "" && len(got[0].Children) == 0 {
				say("%s: %s is empty", where, n)
			}
		}
	}
	iri = func(where, s string) {
		u, err := url.Parse(s)
		if err != nil || u.Scheme == "" || strings.ContainsAny(s, " <>\"{}|\\^`\n") {
			say("%s: %q is no IRI", where, s)
		}
		if strings.HasPrefix(s, "urn:") && !strings.HasPrefix(s, "urn:uuid:") {
			say("%s: %q is in no name space that is registered", where, s)
		}
	}
	date = func(e *element, where string) {
		for _, n := range []string{"updated", "published"} {
			for _, x := range e.all(n) {
				if t, err := time.Parse(time.RFC3339, x.Text); err != nil || t.Year() < 1990 {
					say("%s: %s is %q", where, n, x.Text)
				}
			}
		}
	}
	links = func(e *element, where string) {
		alternates := map[string]bool{}
		for _, l := range e.all("link") {
			href := l.attr("href")
			if href == "" {
				say("%s: a link without href", where)
			}
			if _, err := url.Parse(href); err != nil || strings.ContainsAny(href, " \n\"<>") {
				say("%s: a link to %q", where, href)
			}
			if l.attr("rel") == "alternate" {
				k := l.attr("type") + " " + l.attr("hreflang")
				if alternates[k] {
					say("%s: two alternate links of one type and language", where)
				}
				alternates[k] = true
			}
		}
	}
	return once, iri, date, links
}

// Validate holds a document against the rules of RFC 4287 (section 4) and RFC 5005 (section 4). It gives what is wrong.
func Validate(b []byte) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	d := xml.NewDecoder(strings.NewReader(string(b)))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			return []string{err.Error()}
		}
	}
	var f element
	if err := xml.Unmarshal(b, &f); err != nil {
		return []string{err.Error()}
	}
	if f.XMLName != (xml.Name{Space: "http://www.w3.org/2005/Atom", Local: "feed"}) {
		say("the root is %v", f.XMLName)
	}
	once, iri, date, links := checks(say)
	once(&f, "feed", "id", "title", "updated")
	for _, x := range f.all("id") {
		iri("feed", x.Text)
	}
	date(&f, "feed")
	links(&f, "feed")
	authors := len(f.all("author"))
	for _, a := range f.all("author") {
		once(a, "author", "name")
	}
	rels := map[string]int{}
	for _, l := range f.all("link") {
		rels[l.attr("rel")]++
	}
	for _, r := range []string{"self", "prev-archive", "next-archive", "current"} {
		if rels[r] > 1 {
			say("feed: %d links %s", rels[r], r)
		}
	}
	if rels["self"] != 1 {
		say("feed: no link to itself")
	}
	archive := false
	for _, c := range f.Children {
		archive = archive || c.XMLName == xml.Name{Space: "http://purl.org/syndication/history/1.0", Local: "archive"}
	}
	if archive != (rels["current"] == 1) {
		say("feed: an archive says where the current document is, others do not")
	}
	ids := map[string]bool{}
	last := time.Time{}
	for i, e := range f.all("entry") {
		where := fmt.Sprintf("entry %d", i+1)
		once(e, where, "id", "title", "updated")
		date(e, where)
		links(e, where)
		if authors == 0 && len(e.all("author")) == 0 {
			say("%s: no author", where)
		}
		for _, x := range e.all("id") {
			iri(where, x.Text)
			if ids[x.Text] {
				say("%s: the id %s is there twice", where, x.Text)
			}
			ids[x.Text] = true
		}
		content, alternate := e.all("content"), false
		for _, l := range e.all("link") {
			alternate = alternate || l.attr("rel") == "alternate"
		}
		if len(content) > 1 || len(content) == 0 && !alternate {
			say("%s: %d contents, and no page that shows it", where, len(content))
		}
		for _, c := range content {
			if t := c.attr("type"); t != "text" && t != "html" && t != "xhtml" {
				say("%s: content of type %q", where, t)
			}
		}
		for _, c := range e.all("category") {
			if c.attr("term") == "" {
				say("%s: a category without a term", where)
			}
		}
		if t, err := time.Parse(time.RFC3339, e.all("updated")[0].Text); err == nil && t.After(last) {
			last = t
		}
	}
	if t, err := time.Parse(time.RFC3339, f.all("updated")[0].Text); err == nil && t.Before(last) {
		say("feed: updated before its newest entry")
	}
	return wrong
}

func entries(n int) (out []Entry) {
	for i := range n {
		out = append(out, Entry{ID: ID(fmt.Sprint("event ", i)), Title: fmt.Sprintf("<b>第%d条</b>\x0b & \xff", i),
			Updated: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC), Published: time.Date(2026, 1, 1, 0, i, 0, 0, time.UTC),
			Link: "https://a.example/公开#/report/1 2", Via: "http://b.gov.cn/x y.html?a=1&b=<2>", Text: "一\n二]]>",
			Categories: []string{"new"}})
	}
	return out
}

// TestPut: what is written holds to the rules, with none, some and many entries; walking from the document with the
// newest to the oldest gives every entry.
func TestPut(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 299, 300, 301, 600, 1000} {
		dir := t.TempDir()
		file := filepath.Join(dir, "news feed.atom")
		f := Feed{ID: ID("x"), Title: "公开", Author: "gongkai", Lang: "zh-CN", Alternate: "https://a.example/",
			Updated: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
		for range 2 { // the second time all is as it should be
			if err := Put(file, f, n, Of(entries(n))); err != nil {
				t.Fatal(err)
			}
		}
		got, documents := map[string]bool{}, 0
		for at := file; at != ""; documents++ {
			b, err := os.ReadFile(at)
			if err != nil {
				t.Fatal(err)
			}
			for _, w := range Validate(b) {
				t.Errorf("%d entries, %s: %s", n, filepath.Base(at), w)
			}
			var x element
			if err := xml.Unmarshal(b, &x); err != nil {
				t.Fatal(err)
			}
			for _, e := range x.all("entry") {
				got[e.all("id")[0].Text] = true
			}
			at = ""
			for _, l := range x.all("link") {
				if l.attr("rel") == "prev-archive" {
					u, err := url.Parse(l.attr("href"))
					if err != nil {
						t.Fatal(err)
					}
					at = filepath.Join(dir, u.Path)
				}
			}
		}
		if len(got) != n {
			t.Errorf("of %d entries %d are found in %d documents", n, len(got), documents)
		}
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != documents {
			t.Errorf("%d entries: %d files, %d documents are linked: %v", n, len(files), documents, err)
		}
	}
}

// TestFewer: documents of a time in which there were more are removed.
func TestFewer(t *testing.T) {
	file := filepath.Join(t.TempDir(), "f.xml")
	for n, want := range []int{4, 1} {
		m := []int{1000, 10}[n]
		f := Feed{ID: ID("x"), Title: "x", Author: "x", Updated: time.Unix(1e9, 0)}
		if err := Put(file, f, m, Of(entries(m))); err != nil {
			t.Fatal(err)
		}
		if files, err := os.ReadDir(filepath.Dir(file)); err != nil || len(files) != want {
			t.Errorf("%d entries: %d files: %v", m, len(files), err)
		}
	}
}

// TestValidate: the rules find what is wrong.
func TestValidate(t *testing.T) {
	d := document{feed: Feed{ID: ID("x"), Title: "t", Author: "a"}, self: "f.atom"}
	b, err := d.bytes(entries(2))
	if err != nil {
		t.Fatal(err)
	}
	good := string(b)
	if w := Validate(b); len(w) > 0 {
		t.Fatal(w)
	}
	id := ID("event 1")
	for _, x := range [][2]string{
		{"<id>" + ID("x") + "</id>", ""}, {"<id>" + id, "<id>urn:sha256:1"}, {id, ID("event 0")}, {"<title>t</title>", ""},
		{"<updated>2026-01-01T00:01:00Z</updated>", "<updated></updated>"}, {"<name>a</name>", ""}, {`href="f.atom"`, ""},
		{"2026-01-01T00:01:00Z</updated>", "0001-01-01T00:00:00Z</updated>"}, {"</feed>", ""}, {"第1条", "\x01"},
	} {
		if !strings.Contains(good, x[0]) {
			t.Fatalf("%q is not there", x[0])
		}
		if w := Validate([]byte(strings.Replace(good, x[0], x[1], 1))); len(w) == 0 {
			t.Errorf("%q instead of %q: nothing is wrong", x[1], x[0])
		}
	}
	if _, err := d.bytes([]Entry{{ID: "a"}, {ID: "a"}}); err == nil {
		t.Error("two entries of one id")
	}
}

// TestFeedparser has a reader that many programs use read a feed: it finds nothing wrong with it.
func TestFeedparser(t *testing.T) {
	python := "python3"
	if dir := os.Getenv("GONGKAI_PYTHON_BIN"); dir != "" {
		python = filepath.Join(dir, "python")
	}
	if err := exec.Command(python, "-c", "import feedparser").Run(); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("the Python package feedparser is not installed")
		}
		t.Skip("the Python package feedparser is not installed")
	}
	file := filepath.Join(t.TempDir(), "f.atom")
	if err := Put(file, Feed{ID: ID("x"), Title: "公开", Author: "gongkai"}, 301, Of(entries(301))); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(python, "-c", `import feedparser, sys
f = feedparser.parse(open(sys.argv[1], "rb"), response_headers={"content-type": "application/atom+xml; charset=utf-8"})
e = f.entries
print(f.bozo, f.version, len(e), len({x.id for x in e}), all(x.updated_parsed for x in e), all(x.link for x in e), f.feed.title)`,
		file).CombinedOutput()
	if err != nil || strings.TrimSpace(string(out)) != "0 atom10 300 300 True True 公开" &&
		strings.TrimSpace(string(out)) != "False atom10 300 300 True True 公开" {
		t.Errorf("%s %v", out, err)
	}
}
