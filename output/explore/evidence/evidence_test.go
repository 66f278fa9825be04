package evidence_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/net/html"
	"golang.org/x/text/unicode/norm"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

// A read is a document with what was read in it.
type read struct {
	name  string
	body  []byte
	marks []evidence.Mark
	doc   *extract.Document
}

func place(p extract.Place) evidence.Place {
	return evidence.Place{Page: p.Page, Table: p.Table, Row: p.Row, Column: p.Column, Box: p.Box, Path: p.Path,
		Offset: p.Offset}
}

// take reads a document and marks every value and finding that has a place.
func take(t testing.TB, name string, body []byte) read {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	doc, err := extract.Read(body, name)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	r := read{name: name, body: body, doc: doc}
	for part, rep := range normalize.ReadAll(doc, forms, normalize.Origin{}) {
		for _, v := range rep.Values {
			if v.State != normalize.Absent {
				r.marks = append(r.marks, evidence.Mark{ID: fmt.Sprintf("%d.%s", part+1, v.Name),
					Title: fmt.Sprintf("%q %s", v.Text, v.Verdict), Text: v.Text, Kind: string(v.Verdict),
					Place: place(v.Place)})
			}
		}
		for i, f := range rep.Findings {
			if f.Place != (extract.Place{}) {
				r.marks = append(r.marks, evidence.Mark{ID: fmt.Sprintf("%d.finding.%d", part+1, i), Title: f.Message,
					Kind: "finding", Place: place(f.Place)})
			}
		}
	}
	return r
}

func (r *read) page(t testing.TB) []byte {
	t.Helper()
	c, err := extract.Open(r.body, r.name)
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	var page []byte
	switch {
	case c.HTML:
		page, err = evidence.HTML(context.Background(), c.Text, r.marks)
	case c.Text != "":
		page, err = evidence.Text(context.Background(), c.Text, r.marks)
	default:
		var bs []evidence.Block
		for _, b := range r.doc.Blocks {
			x := evidence.Block{Text: b.Text, Place: place(b.Place)}
			if b.Table != nil {
				x.Table = &evidence.Table{Rows: b.Table.Rows, Cols: b.Table.Cols}
				for _, c := range b.Table.Cells {
					x.Table.Cells = append(x.Table.Cells, evidence.Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan,
						ColSpan: c.ColSpan, Header: c.Header, Text: c.Text, Place: place(c.Place)})
				}
			}
			bs = append(bs, x)
		}
		page, err = evidence.Blocks(context.Background(), bs, r.marks)
	}
	if err != nil {
		t.Fatalf("%s: %v", r.name, err)
	}
	return page
}

// squeezed leaves of a text what does not depend on how it is set.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

func elements(t testing.TB, page []byte) map[string]*html.Node {
	t.Helper()
	root, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]*html.Node{}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" {
				if out[a.Val] != nil {
					t.Errorf("two elements %s", a.Val)
				}
				out[a.Val] = n
			}
		}
	}
	return out
}

func textIn(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			b.WriteString(c.Data)
		}
	}
	return b.String()
}

// check holds a rendition against what was read: each value is an element, and that prints the value and nothing else.
func (r *read) check(t *testing.T) {
	t.Helper()
	page := r.page(t)
	at := elements(t, page)
	values, exact := 0, 0
	for _, m := range r.marks {
		n := at[m.ID]
		if n == nil {
			t.Errorf("%s: %s is not in the page", r.name, m.ID)
			continue
		}
		if n.Data == "li" && n.Parent.Data == "ul" && len(n.Parent.Attr) == 1 && n.Parent.Attr[0].Val == "said" {
			t.Errorf("%s: %s: %s", r.name, m.ID, textIn(n))
		}
		if m.Kind == "finding" {
			continue
		}
		values++
		if got, want := squeezed(textIn(n)), squeezed(m.Text); got == want {
			exact++
		} else if len(got) > 200 {
			t.Errorf("%s: %s %+v: %q is marked in %d bytes", r.name, m.ID, m.Place, want, len(got))
		} else {
			t.Errorf("%s: %s %+v: %q is printed, marked is %q", r.name, m.ID, m.Place, want, got)
		}
	}
	if again := r.page(t); !bytes.Equal(page, again) {
		t.Errorf("%s: two renditions differ", r.name)
	}
	if !bytes.Contains(page, []byte("<body>\n<pre>")) && !bytes.Contains(page, []byte("<body>\n<div>")) &&
		!bytes.Contains(page, []byte("not its looks")) {
		t.Errorf("%s: something is said first: %.600s", r.name, page[bytes.Index(page, []byte("<body>")):])
	}
	t.Logf("%s: %d of %d values exact, %d findings, %d → %d bytes", r.name, exact, values, len(r.marks)-values,
		len(r.body), len(page))
}

func TestExamplesAndSamples(t *testing.T) {
	var files []string
	for _, glob := range []string{"../../../examples/*/*.html", "../../../examples/*/*.txt",
		"../../../examples/*/*.pdf", "../../../../shared/samples/*.html", "../../../../shared/samples/*.txt",
		"../../../../shared/samples/*.pdf"} {
		found, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 12 {
		t.Fatalf("%d documents", len(files))
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		r := take(t, f, body)
		r.check(t)
	}
}

func TestFormats(t *testing.T) {
	rep := gold.New(7, 2022, "2021", "2021", gold.Options{Zero: "0", SplitTable: true, VerticalHeads: true,
		Mistake: "off by one"})
	blank := gold.New(8, 2020, "2019", "2019", gold.Options{Zero: "", ActiveTables: true})
	for _, rep := range []*gold.Report{rep, blank} {
		for name, body := range map[string][]byte{
			"word.docx":   rep.DOCX(gold.WordStyle{}),
			"word.rtf":    rep.RTF(true),
			"open.odt":    rep.ODT(),
			"sheet.xlsx":  rep.XLSX(),
			"word.html":   rep.HTML(gold.HTMLStyle{Word: true}),
			"layout.html": rep.HTML(gold.HTMLStyle{Layout: true, GBK: true, Unclosed: true}),
			"tabs.txt":    rep.Text(gold.Tabs),
			"lines.txt":   rep.Text(gold.Lines),
			"marked.txt":  rep.Text(gold.Marked),
		} {
			r := take(t, name, body)
			r.check(t)
		}
	}
}

// TestPieces: where a line holds a label and its numbers, each number is marked by itself, and it is the right one: a
// row's marks stand in the order of its columns.
func TestPieces(t *testing.T) {
	rep := gold.New(9, 2022, "2021", "2021", gold.Options{Zero: "0"})
	text := strings.ReplaceAll(string(rep.Text(gold.Tabs)), "\t", "   ")
	lines := strings.Split(text, "\n")
	for name, body := range map[string]string{
		"lines.txt":      text,
		"crlf.txt":       strings.ReplaceAll(text, "\n", "\r\n"),
		"paragraphs.htm": "<html><body><p>" + strings.Join(lines, "</p>\n<p>") + "</p></body></html>",
		"breaks.htm":     "<html><body><div>" + strings.Join(lines, "<br>\n") + "</div></body></html>",
		"bare.htm":       "<html><body>" + strings.Join(lines, "<br>\n") + "</body></html>",
	} {
		r := take(t, name, []byte(body))
		page := r.page(t)
		at := elements(t, page)
		order := map[*html.Node]int{}
		root, i := at[r.marks[0].ID], 0
		for root.Parent != nil {
			root = root.Parent
		}
		for n := range root.Descendants() {
			order[n] = i
			i++
		}
		exact, whole, row, last := 0, 0, "", 0
		for _, m := range r.marks {
			n := at[m.ID]
			if n == nil {
				t.Errorf("%s: %s is not in the page", name, m.ID)
				continue
			}
			if m.Kind == "finding" {
				continue
			}
			if squeezed(textIn(n)) != squeezed(m.Text) {
				whole++
				if !strings.Contains(squeezed(textIn(n)), squeezed(m.Text)) {
					t.Errorf("%s: %s: %q is marked in %q", name, m.ID, m.Text, textIn(n))
				}
				continue
			}
			exact++
			if k := m.ID[:strings.LastIndexByte(m.ID, '.')]; k == row && order[n] <= last {
				t.Errorf("%s: %s stands before the column on its left", name, m.ID)
			} else {
				row = k
			}
			last = order[n]
		}
		t.Logf("%s: %d exact, %d in their paragraph", name, exact, whole)
		if exact == 0 || strings.HasSuffix(name, ".txt") && whole > 0 {
			t.Errorf("%s: %d exact, %d in their paragraph", name, exact, whole)
		}
	}
}

// TestOffsets: in a text the marks stand at their bytes.
func TestOffsets(t *testing.T) {
	rep := gold.New(9, 2022, "2021", "2021", gold.Options{Zero: "—"})
	for _, layout := range []string{gold.Tabs, gold.Lines, gold.Marked, gold.Pipes} {
		r := take(t, "x.txt", rep.Text(layout))
		text := string(r.body)
		page := r.page(t)
		root, err := html.Parse(bytes.NewReader(page))
		if err != nil {
			t.Fatal(err)
		}
		before, starts := 0, map[string]int{}
		for pre := range root.Descendants() {
			if pre.Data != "pre" {
				continue
			}
			for n := range pre.Descendants() {
				if n.Type == html.TextNode {
					before += len(n.Data)
				}
				for _, a := range n.Attr {
					if a.Key == "id" {
						starts[a.Val] = before
					}
				}
			}
		}
		if before != len(text) {
			t.Fatalf("%s: a text of %d bytes has %d in its page", layout, len(text), before)
		}
		for _, m := range r.marks {
			if starts[m.ID] != m.Place.Offset {
				t.Errorf("%s: %s is marked at byte %d, read at %d", layout, m.ID, starts[m.ID], m.Place.Offset)
			}
		}
	}
}
