// Package style computes what a style sheet does to the elements of a page: which are seen, which are struck out, raised
// or lowered, where the order of what is printed is not that of the markup. It knows the cascade (sheets, style
// attributes, old attributes, what a browser does by itself; specificity, importance, layers, inheritance, @media for a
// screen of 1280 pixels, custom properties) and of the properties only those that decide what a reader sees of a text.
//
// It knows no layout: where something is pushed away, cut or turned it says so, and does not compute where it lands.
// Sheets are read by github.com/tdewolff/parse, selectors by github.com/andybalholm/cascadia. What a rule means that
// only a browser could evaluate (the size of a container, a calculation) is Unknown, never guessed.
package style

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// A Cascade is the style sheets of one page.
type Cascade struct {
	quirks    bool // a page that browsers treat as one of the nineties
	open      func(ref string) ([]byte, error)
	missing   []string // sheets whose bytes are not here
	imports   int
	rules     int
	byPseudo  map[string]*index
	layers    map[string]int
	faces     map[string]face
	keyframes map[string][]declaration
	initial   map[string]string // of custom properties, from @property
	attrs     attributeCache
	bodyColor Color
	scratch   []*rule
	asked     int // how often a rule was asked whether it holds
	root      *html.Node
	names     *pageNames // nil until a rule asks for them
	plain     map[plainKey]*Style
}

// New reads the style sheets of a page. open gives the bytes of linked sheets; nil if nobody has any.
func New(root *html.Node, open func(ref string) ([]byte, error)) *Cascade {
	c := &Cascade{open: open, byPseudo: map[string]*index{}, layers: map[string]int{}, faces: map[string]face{},
		keyframes: map[string][]declaration{}, bodyColor: black, plain: map[plainKey]*Style{}, root: root}
	c.quirks = inQuirks(root)
	c.attrs = attributeCache{quirks: c.quirks, known: map[string][]declaration{}}
	c.collect(root)
	return c
}

// Perhaps reads a sheet of which nobody can say whether it holds: one that a script adds to the page.
func (c *Cascade) Perhaps(body string) { c.sheet([]byte(body), "", context{unsure: true}) }

// Missing lists the sheets that the page asks for and whose bytes are not here.
func (c *Cascade) Missing() []string { return c.missing }

// Overrun reports whether the page has so many elements and rules that not all were looked at.
func (c *Cascade) Overrun() bool { return c.asked > maxAsked || c.rules >= maxRules }

// Has reports whether any rule speaks of a pseudo-element.
func (c *Cascade) Has(pseudo string) bool { return c.byPseudo[pseudo] != nil }

// collect reads the sheets in the order of the page. Trees are as deep as the parser allows.
func (c *Cascade) collect(n *html.Node) {
	if n.Type == html.ElementNode {
		switch n.DataAtom {
		case atom.Template, atom.Noscript:
			return
		case atom.Style:
			if kind := attr(n, "type"); kind != "" && !strings.EqualFold(strings.TrimSpace(kind), "text/css") {
				return
			}
			if is := media(attr(n, "media")); is != no && n.FirstChild != nil {
				body := n.FirstChild.Data
				c.sheet([]byte(body), "", context{unsure: is == perhaps})
			}
			return
		case atom.Link:
			c.link(n)
			return
		}
	}
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		c.collect(k)
	}
}

func (c *Cascade) link(n *html.Node) {
	rel := strings.Fields(strings.ToLower(attr(n, "rel")))
	href := strings.TrimSpace(attr(n, "href"))
	is := media(attr(n, "media"))
	if !slices.Contains(rel, "stylesheet") || slices.Contains(rel, "alternate") || href == "" || is == no {
		return
	}
	if _, off := lookup(n, "disabled"); off {
		return
	}
	c.linked(href, context{unsure: is == perhaps})
}

func dataURL(head, data string) ([]byte, bool) {
	if strings.HasSuffix(head, ";base64") {
		b, err := base64.StdEncoding.DecodeString(strings.TrimSpace(data))
		return b, err == nil
	}
	s, err := url.PathUnescape(data)
	return []byte(s), err == nil
}

// inQuirks tells by the document type whether browsers read numbers without units and colours without # (HTML, "the
// initial insertion mode").
func inQuirks(root *html.Node) bool {
	for n := root.FirstChild; n != nil; n = n.NextSibling {
		if n.Type != html.DoctypeNode {
			continue
		}
		public, system := "", ""
		for _, a := range n.Attr {
			switch a.Key {
			case "public":
				public = strings.ToLower(a.Val)
			case "system":
				system = a.Val
			}
		}
		if n.Data != "html" {
			return true
		}
		for _, old := range [...]string{"-//w3c//dtd html 3", "-//w3c//dtd html 4.0 ", "-//ietf", "-//netscape",
			"-//microsoft", "-//w3o"} {
			if strings.HasPrefix(public, old) {
				return true
			}
		}
		return system == "" && strings.HasPrefix(public, "-//w3c//dtd html 4.01 ") &&
			(strings.Contains(public, "transitional") || strings.Contains(public, "frameset"))
	}
	return true
}

func attr(n *html.Node, key string) string {
	v, _ := lookup(n, key)
	return v
}

func lookup(n *html.Node, key string) (string, bool) {
	for i := range n.Attr {
		if n.Attr[i].Key == key {
			return n.Attr[i].Val, true
		}
	}
	return "", false
}
