package normalize_test

import (
	"bytes"
	"math/rand"
	"sort"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/gongkai/gongkai/normalize"
)

// nodeAt follows a DOM path such as /html/body/table[2]/tbody/tr/td[3].
func nodeAt(n *html.Node, path string) *html.Node {
	for _, step := range strings.Split(strings.TrimPrefix(path, "/"), "/") {
		name, index := step, 1
		if i := strings.IndexByte(step, '['); i > 0 {
			name = step[:i]
			index, _ = strconv.Atoi(strings.TrimSuffix(step[i+1:], "]"))
		}
		c := n.FirstChild
		for ; c != nil; c = c.NextSibling {
			if c.Type == html.ElementNode && c.Data == name {
				if index--; index == 0 {
					break
				}
			}
		}
		if c == nil {
			return nil
		}
		n = c
	}
	return n
}

func cell(text string) *html.Node {
	td := &html.Node{Type: html.ElementNode, Data: "td"}
	td.AppendChild(&html.Node{Type: html.TextNode, Data: text})
	return td
}

func setNode(n *html.Node, texts ...string) {
	for n.FirstChild != nil {
		n.RemoveChild(n.FirstChild)
	}
	for i, s := range texts {
		if i > 0 {
			n.AppendChild(&html.Node{Type: html.ElementNode, Data: "br"})
		}
		n.AppendChild(&html.Node{Type: html.TextNode, Data: s})
	}
}

func previous(n *html.Node) *html.Node {
	for p := n.PrevSibling; p != nil; p = p.PrevSibling {
		if p.Type == html.ElementNode {
			return p
		}
	}
	return nil
}

// TestPageFaults edits the cells of a published page around one value at a time.
func TestPageFaults(t *testing.T) {
	body, truth := sample(t, "shanghai-office-2019.html")
	base := readBytes(t, body, "x.html")
	path := map[string]string{}
	rows := map[string][]string{}
	var names []string
	for _, v := range base.Values {
		path[v.Name] = v.Place.Path
		row := v.Name[:strings.LastIndexByte(v.Name, '.')]
		rows[row] = append(rows[row], v.Name)
		names = append(names, v.Name)
	}
	const absent = "\x00absent"
	type edit func(doc *html.Node, at *html.Node, name string, row []string, want map[string]string) (unclear []string,
		ok bool)
	index := func(row []string, name string) int {
		for i, n := range row {
			if n == name {
				return i
			}
		}
		return -1
	}
	edits := map[string]edit{
		"blank": func(_, at *html.Node, name string, _ []string, want map[string]string) ([]string, bool) {
			setNode(at, "\u00a0")
			want[name] = ""
			return nil, true
		},
		"mark": func(_, at *html.Node, name string, _ []string, want map[string]string) ([]string, bool) {
			setNode(at, "/")
			want[name] = "/"
			return nil, true
		},
		"number": func(_, at *html.Node, name string, _ []string, want map[string]string) ([]string, bool) {
			setNode(at, "99")
			want[name] = "99"
			return nil, true
		},
		"two lines": func(_, at *html.Node, name string, _ []string, want map[string]string) ([]string, bool) {
			setNode(at, "9", "8")
			want[name] = "98"
			return nil, true
		},
		"space": func(_, at *html.Node, name string, _ []string, want map[string]string) ([]string, bool) {
			setNode(at, "13 612")
			want[name] = "13 612"
			return nil, true
		},
		"lost": func(_, at *html.Node, _ string, row []string, _ map[string]string) ([]string, bool) {
			at.Parent.RemoveChild(at)
			return row, true
		},
		"extra blank": func(_, at *html.Node, _ string, row []string, _ map[string]string) ([]string, bool) {
			at.Parent.InsertBefore(cell(""), at)
			return row, true
		},
		"extra number": func(_, at *html.Node, _ string, row []string, _ map[string]string) ([]string, bool) {
			at.Parent.InsertBefore(cell("6"), at)
			return row, true
		},
		"split": func(_, at *html.Node, name string, row []string, want map[string]string) ([]string, bool) {
			if len(want[name]) < 2 {
				return nil, false
			}
			w := want[name]
			setNode(at, w[1:])
			at.Parent.InsertBefore(cell(w[:1]), at)
			return row, true
		},
		"shift": func(_, at *html.Node, name string, row []string, want map[string]string) ([]string, bool) {
			if !strings.HasPrefix(name, "applications.") {
				return nil, false
			}
			first := at
			for i := index(row, name); i > 0; i-- {
				first = previous(first)
			}
			parent := first.Parent
			parent.InsertBefore(cell(""), first)
			last := parent.LastChild
			for last.Type != html.ElementNode {
				last = last.PrevSibling
			}
			parent.RemoveChild(last)
			for i := len(row) - 1; i > 0; i-- {
				want[row[i]] = want[row[i-1]]
			}
			want[row[0]] = ""
			return nil, true
		},
		"label": func(_, at *html.Node, name string, row []string, _ map[string]string) ([]string, bool) {
			if strings.HasPrefix(name, "disputes.") {
				return nil, false
			}
			label := at
			for i := index(row, name); i >= 0 && label != nil; i-- {
				label = previous(label)
			}
			if label == nil {
				return nil, false
			}
			setNode(label, "")
			return row, true
		},
		"row": func(_, at *html.Node, name string, row []string, want map[string]string) ([]string, bool) {
			if !strings.HasPrefix(name, "applications.") || at.Parent.FirstChild == nil {
				return nil, false
			}
			for c := at.Parent.FirstChild; c != nil; c = c.NextSibling {
				for _, a := range c.Attr {
					if a.Key == "rowspan" && a.Val != "1" {
						return nil, false
					}
				}
			}
			at.Parent.Parent.RemoveChild(at.Parent)
			for _, n := range row {
				want[n] = absent
			}
			return nil, true
		},
		"row twice": func(_, at *html.Node, name string, row []string, _ map[string]string) ([]string, bool) {
			for c := at.Parent.FirstChild; c != nil; c = c.NextSibling {
				for _, a := range c.Attr {
					if a.Key == "rowspan" && a.Val != "1" {
						return nil, false
					}
				}
			}
			var b bytes.Buffer
			if err := html.Render(&b, at.Parent); err != nil {
				return nil, false
			}
			nodes, err := html.ParseFragment(&b, &html.Node{Type: html.ElementNode, Data: "tbody",
				DataAtom: atom.Tbody})
			if err != nil || len(nodes) == 0 {
				return nil, false
			}
			at.Parent.Parent.InsertBefore(nodes[0], at.Parent)
			return nil, true
		},
		"merged": func(_, at *html.Node, name string, row []string, _ map[string]string) ([]string, bool) {
			i := index(row, name)
			if !strings.HasPrefix(name, "applications.") || i+1 >= len(row) {
				return nil, false
			}
			next := at.NextSibling
			for next != nil && next.Type != html.ElementNode {
				next = next.NextSibling
			}
			if next == nil {
				return nil, false
			}
			at.Parent.RemoveChild(next)
			at.Attr = append(at.Attr, html.Attribute{Key: "colspan", Val: "2"})
			return row, true
		},
		"page number": func(_, at *html.Node, name string, _ []string, _ map[string]string) ([]string, bool) {
			tr := &html.Node{Type: html.ElementNode, Data: "tr"}
			td := cell("- 4 -")
			td.Attr = []html.Attribute{{Key: "colspan", Val: "10"}}
			tr.AppendChild(td)
			if insideSpan(at.Parent) {
				return nil, false
			}
			at.Parent.Parent.InsertBefore(tr, at.Parent)
			return nil, true
		},
	}
	var kinds []string
	for k := range edits {
		kinds = append(kinds, k)
	}
	sort.Strings(kinds)
	for _, kind := range kinds {
		rng := rand.New(rand.NewSource(3))
		cells, exact, silent, tried := 0, 0, 0, 0
		for i := 0; i < 60; i++ {
			name := names[rng.Intn(len(names))]
			doc, err := html.Parse(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			at := nodeAt(doc, path[name])
			if at == nil {
				t.Fatalf("%s: no node at %s", name, path[name])
			}
			want := map[string]string{}
			for n, w := range truth.Cells {
				want[n] = w
			}
			unclear, ok := edits[kind](doc, at, name, rows[name[:strings.LastIndexByte(name, '.')]], want)
			if !ok {
				continue
			}
			tried++
			doubt := map[string]bool{}
			for _, n := range unclear {
				doubt[n] = true
			}
			var b bytes.Buffer
			if err := html.Render(&b, doc); err != nil {
				t.Fatal(err)
			}
			rep := readBytes(t, b.Bytes(), "x.html")
			for _, v := range rep.Values {
				w, known := want[v.Name]
				published := v.State != normalize.Absent
				right := known && published && w != absent && v.Text == w || !published && (!known || w == absent)
				if v.Verdict == normalize.Inferred && truth.Cells[v.Name] != "" && truth.Cells[v.Name] != "0" {
					right = false
				}
				if !doubt[v.Name] {
					cells++
					if right {
						exact++
					} else {
						t.Logf("%s at %s: %s printed %q, read %q %s", kind, name, v.Name, w, v.Text, v.State)
					}
				}
				if published && !right && !covered(rep, v.Name) {
					silent++
					t.Errorf("%s at %s: silent: %s printed %q, read %q %s", kind, name, v.Name, w, v.Text, v.State)
				}
			}
		}
		t.Logf("%-14s %d pages, %6.2f %% exact, %d silent", kind, tried, 100*float64(exact)/float64(cells), silent)
		if tried == 0 {
			t.Errorf("%s was never tried", kind)
		}
		if float64(exact) < 0.97*float64(cells) {
			t.Errorf("%s: less than 97 %% exact", kind)
		}
	}
}

// insideSpan reports whether a merged cell of a row above reaches into the row, so that a row before it shifts its
// cells.
func insideSpan(tr *html.Node) bool {
	k := 0
	for r := tr.PrevSibling; r != nil; r = r.PrevSibling {
		if r.Type != html.ElementNode {
			continue
		}
		k++
		for c := r.FirstChild; c != nil; c = c.NextSibling {
			for _, a := range c.Attr {
				if n, err := strconv.Atoi(a.Val); a.Key == "rowspan" && err == nil && n > k-1 && k > 1 {
					return true
				}
			}
		}
	}
	return false
}
