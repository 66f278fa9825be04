// Package atom writes feeds of RFC 4287, and those that are longer than a reader wants to fetch at once as archived
// feeds of RFC 5005, section 4: a document with the newest entries, and beside it documents that hold the older ones
// and are linked from one to the next, so that nothing is cut off. It knows feeds, and not what they tell.
package atom

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"
)

// A Feed is what a feed says of itself.
type Feed struct {
	ID        string // as ID makes one: the same for ever
	Title     string
	Lang      string // of its texts: zh-CN, en
	Author    string
	Alternate string    // page that shows the same; "" = none
	Updated   time.Time // of a feed that has no entries
	// Looked is at how many of the older documents Put looks whether they are as they should be, the newest first; those
	// before are written where they are not there. 0 = at all.
	Looked int
}

// An Entry is one message.
type Entry struct {
	ID         string // as ID makes one
	Title      string
	Published  time.Time
	Updated    time.Time
	Link       string // page that shows it; "" = none
	Via        string // where it comes from; "" = the same, or nowhere
	Text       string // plain; paragraphs are parted by line breaks
	Categories []string
}

// PerDocument is how many entries a document holds.
const PerDocument = 300

// ID makes an identifier of a name: urn:uuid:…, the same for the same name everywhere.
func ID(name string) string {
	return "urn:uuid:" + uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://github.com/gongkai/gongkai#"+name)).String()
}

// Entries gives n entries from a place on, counted from the oldest.
type Entries func(from, n int) ([]Entry, error)

// Put writes a feed of so many entries into a file, and those older than the newest PerDocument into files beside it: of
// news.atom into news-0001.atom and so on. A document is put in its place whole, and left alone where it is as it should
// be.
func Put(file string, f Feed, all int, entries Entries) error {
	full := all / PerDocument
	name := func(i int) string {
		ext := filepath.Ext(file)
		return fmt.Sprintf("%s-%04d%s", strings.TrimSuffix(file, ext), i, ext)
	}
	if all <= PerDocument {
		full = 0 // the document itself holds all
	}
	first := 1
	if f.Looked > 0 {
		first = max(1, full-f.Looked+1)
	}
	for i := 1; i <= full; i++ {
		if _, err := os.Stat(name(i)); err == nil && i < first {
			continue
		}
		d := document{feed: f, self: name(i), current: file, archive: true}
		if i > 1 {
			d.previous = name(i - 1)
		}
		if i < full {
			d.next = name(i + 1)
		}
		if err := d.put(entries, (i-1)*PerDocument, PerDocument); err != nil {
			return err
		}
	}
	d := document{feed: f, self: file}
	if full > 0 {
		d.previous = name(full)
	}
	n := min(all, PerDocument)
	if err := d.put(entries, all-n, n); err != nil {
		return err
	}
	for i := full + 1; ; i++ { // of a time in which there were more
		if err := os.Remove(name(i)); err != nil {
			if errors.Is(err, os.ErrNotExist) {
				return nil
			}
			return err
		}
	}
}

// Of are the entries of a list, the oldest first.
func Of(list []Entry) Entries {
	return func(from, n int) ([]Entry, error) { return list[from : from+n], nil }
}

// A document is one file of a feed.
type document struct {
	feed                          Feed
	self, current, previous, next string // files
	archive                       bool
}

func (d *document) put(entries Entries, from, n int) error {
	list, err := entries(from, n)
	if err != nil {
		return err
	}
	b, err := d.bytes(list)
	if err != nil {
		return fmt.Errorf("%s: %w", d.self, err)
	}
	if old, err := os.ReadFile(d.self); err == nil && bytes.Equal(old, b) {
		return nil
	}
	// one name for what is not whole: what a process that was killed left there the next one writes over
	part := filepath.Join(filepath.Dir(d.self), "."+filepath.Base(d.self)+".part")
	if err := os.WriteFile(part, b, 0o644); err != nil {
		return err
	}
	if err := os.Rename(part, d.self); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return nil
}

// The elements of RFC 4287, in the order in which they are written.
type (
	xmlFeed struct {
		XMLName   xml.Name  `xml:"http://www.w3.org/2005/Atom feed"`
		Lang      string    `xml:"xml:lang,attr,omitempty"`
		History   string    `xml:"xmlns:fh,attr,omitempty"`
		ID        string    `xml:"id"`
		Title     string    `xml:"title"`
		Updated   string    `xml:"updated"`
		Author    string    `xml:"author>name"`
		Generator string    `xml:"generator"`
		Archive   *struct{} `xml:"fh:archive"`
		Links     []xmlLink
		Entries   []xmlEntry
	}
	xmlLink struct {
		XMLName xml.Name `xml:"link"`
		Rel     string   `xml:"rel,attr"`
		Type    string   `xml:"type,attr,omitempty"`
		Href    string   `xml:"href,attr"`
	}
	xmlEntry struct {
		XMLName    xml.Name `xml:"entry"`
		ID         string   `xml:"id"`
		Title      string   `xml:"title"`
		Published  string   `xml:"published,omitempty"`
		Updated    string   `xml:"updated"`
		Links      []xmlLink
		Categories []xmlCategory
		Content    xmlText `xml:"content"`
	}
	xmlCategory struct {
		XMLName xml.Name `xml:"category"`
		Term    string   `xml:"term,attr"`
	}
	xmlText struct {
		Type string `xml:"type,attr"`
		Text string `xml:",chardata"`
	}
)

const media = "application/atom+xml"

func (d *document) bytes(list []Entry) ([]byte, error) {
	f := d.feed
	x := xmlFeed{Lang: f.Lang, ID: f.ID, Title: clean(f.Title), Author: clean(f.Author), Generator: "gongkai"}
	add := func(to *[]xmlLink, rel, media, href string) {
		if href != "" {
			*to = append(*to, xmlLink{Rel: rel, Type: media, Href: href})
		}
	}
	at := func(file string) string {
		if file == "" {
			return ""
		}
		return (&url.URL{Path: filepath.Base(file)}).String()
	}
	add(&x.Links, "self", media, at(d.self))
	add(&x.Links, "alternate", "text/html", address(f.Alternate))
	add(&x.Links, "current", media, at(d.current))
	add(&x.Links, "prev-archive", media, at(d.previous))
	add(&x.Links, "next-archive", media, at(d.next))
	if d.archive {
		x.Archive, x.History = &struct{}{}, "http://purl.org/syndication/history/1.0"
	}
	updated := time.Time{}
	ids := map[string]bool{}
	for i := len(list) - 1; i >= 0; i-- { // the newest first
		e := list[i]
		if ids[e.ID] {
			return nil, fmt.Errorf("two entries with the id %s", e.ID)
		}
		ids[e.ID] = true
		if e.Updated.After(updated) {
			updated = e.Updated
		}
		y := xmlEntry{ID: e.ID, Title: clean(e.Title), Updated: stamp(e.Updated), Content: xmlText{"text", clean(e.Text)}}
		if !e.Published.IsZero() {
			y.Published = stamp(e.Published)
		}
		add(&y.Links, "alternate", "", address(e.Link))
		if e.Via != e.Link {
			add(&y.Links, "via", "", address(e.Via))
		}
		for _, c := range e.Categories {
			y.Categories = append(y.Categories, xmlCategory{Term: clean(c)})
		}
		x.Entries = append(x.Entries, y)
	}
	if updated.IsZero() {
		updated = f.Updated
	}
	x.Updated = stamp(updated)
	b, err := xml.MarshalIndent(x, "", " ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(b, '\n')...), nil
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// clean leaves out what XML cannot hold.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r < ' ' || r == 0xFFFE || r == 0xFFFF || r == 0x7F:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
}

// address is an address as a link holds it; "" where it is none of the web.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return noIRI.Replace(u.String())
}

// noIRI writes the characters that stand in no address, and that browsers take as they are.
var noIRI = strings.NewReplacer(" ", "%20", `"`, "%22", "<", "%3C", ">", "%3E", `\`, "%5C", "^", "%5E", "`", "%60", "{", "%7B",
	"|", "%7C", "}", "%7D")
