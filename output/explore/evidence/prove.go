package evidence

import (
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var errTooLong = errors.New("evidence: more than a rendition may hold")

// A notInert error names what in a rendition is not on the list of what may be there.
type notInert struct{ what string }

func (e *notInert) Error() string { return "evidence: the rendition would not be inert: " + e.what }

// kept are the elements that a rendition has. None of them runs, loads, sends or leads anywhere; all are of HTML
// alone, and none makes a parser read what follows as anything but markup.
var kept = map[atom.Atom]bool{
	atom.P: true, atom.Div: true, atom.Span: true, atom.Br: true, atom.Hr: true, atom.Pre: true, atom.Blockquote: true,
	atom.H1: true, atom.H2: true, atom.H3: true, atom.H4: true, atom.H5: true, atom.H6: true,
	atom.Ul: true, atom.Ol: true, atom.Li: true, atom.Dl: true, atom.Dt: true, atom.Dd: true,
	atom.Table: true, atom.Caption: true, atom.Colgroup: true, atom.Col: true, atom.Thead: true, atom.Tbody: true,
	atom.Tfoot: true, atom.Tr: true, atom.Td: true, atom.Th: true,
	atom.B: true, atom.Strong: true, atom.I: true, atom.Em: true, atom.U: true, atom.S: true, atom.Strike: true,
	atom.Del: true, atom.Ins: true,
	atom.Sub: true, atom.Sup: true, atom.Small: true, atom.Big: true, atom.Code: true, atom.Ruby: true, atom.Rt: true,
	atom.Rp:  true,
	atom.Img: true,
}

var (
	keptClass = regexp.MustCompile(
		`^(?:mark(?: (?:proved|inferred|unchecked|contradicted|finding))?|address|left|seen|leaf|none|said)$`)
	keptStyle = regexp.MustCompile(`^[a-zA-Z0-9 .%;:-]*$`)
	keptCount = regexp.MustCompile(`^[0-9]{1,5}$`)
	keptWidth = regexp.MustCompile(`^[0-9]{1,4}(?:\.[0-9]{1,3})?(?:%|px)?$`)
	keptAlign = regexp.MustCompile(`^(?i:left|right|center|justify|top|middle|bottom|baseline)$`)
	keptKind  = regexp.MustCompile(`^[1aAiI]$`)
	keptImage = regexp.MustCompile(`^data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*$`)
)

// mayHave reports whether an element of a rendition may have an attribute.
func mayHave(n *html.Node, a html.Attribute) bool {
	switch a.Key {
	case "title":
		return true
	case "class":
		return keptClass.MatchString(a.Val)
	case "style":
		return keptStyle.MatchString(a.Val)
	case "hidden":
		return a.Val == ""
	case "lang":
		return n.DataAtom == atom.Span && (a.Val == "zh" || a.Val == "en")
	case "colspan", "rowspan", "span", "start", "value":
		return keptCount.MatchString(a.Val)
	case "width":
		return keptWidth.MatchString(a.Val)
	case "align", "valign":
		return keptAlign.MatchString(a.Val)
	case "type":
		return (n.DataAtom == atom.Ol || n.DataAtom == atom.Li) && keptKind.MatchString(a.Val)
	case "src":
		return n.DataAtom == atom.Img && keptImage.MatchString(a.Val)
	}
	return false
}

// A shown is the folded text of an element, and whether that is all of it.
type shown struct {
	text  string
	whole bool
}

// prove parses a rendition as a browser would, and holds every element and attribute of it against the list of what
// may be there, whatever made it. It gives the marks that are there, once each.
func prove(ctx context.Context, page []byte, marks []Mark) (map[string]shown, error) {
	ids := map[string]bool{}
	for i := range marks {
		ids[marks[i].ID] = true
	}
	root, err := html.Parse(&reader{ctx: ctx, r: strings.NewReader(string(page))})
	if err != nil {
		return nil, fmt.Errorf("evidence: %w", err)
	}
	found := map[string]shown{}
	head := ""
	var look func(n *html.Node) error
	look = func(n *html.Node) error {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch c.Type {
			case html.TextNode, html.DoctypeNode:
				continue
			case html.ElementNode:
			default:
				return &notInert{"a comment"}
			}
			if c.Namespace != "" || !kept[c.DataAtom] {
				return &notInert{"<" + c.Data + ">"}
			}
			for _, a := range c.Attr {
				if a.Key == "id" && a.Namespace == "" && ids[a.Val] {
					if _, twice := found[a.Val]; twice {
						return &notInert{"two elements " + a.Val}
					}
					text, whole := textOf(c)
					found[a.Val] = shown{fold(text), whole}
					continue
				}
				if a.Namespace != "" || !mayHave(c, a) {
					return &notInert{fmt.Sprintf("<%s %s=%q>", c.Data, a.Key, clip(a.Val))}
				}
			}
			if err := look(c); err != nil {
				return err
			}
		}
		return nil
	}
	for n := range root.Descendants() {
		switch n.DataAtom {
		case atom.Html:
			if len(n.Attr) != 1 || n.Attr[0].Key != "lang" {
				return nil, &notInert{"<html> with attributes"}
			}
		case atom.Head:
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				if c.Type != html.ElementNode {
					continue
				}
				head += c.Data + " "
				if c.DataAtom == atom.Link && !slices.Equal(c.Attr, icon) {
					return nil, &notInert{"a <link> to something"}
				}
			}
		case atom.Body:
			if len(n.Attr) != 0 || n.Parent != root.LastChild {
				return nil, &notInert{"<body> with attributes"}
			}
			if err := look(n); err != nil {
				return nil, err
			}
		}
	}
	if head != "meta meta meta meta link title style " {
		return nil, &notInert{"a head of " + head}
	}
	return found, nil
}

// icon is the one link of a frame: to no icon, so that none is asked for.
var icon = []html.Attribute{{Key: "rel", Val: "icon"}, {Key: "href", Val: "data:,"}}

// longText is the most text of an element, in bytes, that is looked at for what is printed in it.
const longText = 64 << 10

// textOf gives the text that an element shows, not what is hidden or crossed out, and whether that is all of it.
func textOf(n *html.Node) (text string, whole bool) {
	var b strings.Builder
	var write func(n *html.Node) bool
	write = func(n *html.Node) bool {
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			switch {
			case c.Type == html.TextNode:
				if b.Len()+len(c.Data) > longText {
					return false
				}
				b.WriteString(c.Data)
			case c.Type == html.ElementNode && !concealed(c):
				if !write(c) {
					return false
				}
			}
		}
		return true
	}
	whole = write(n)
	return b.String(), whole
}

// concealed reports whether an element's text is no part of what is printed.
func concealed(n *html.Node) bool {
	switch n.DataAtom {
	case atom.S, atom.Strike, atom.Del, atom.Rt, atom.Rp:
		return true
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "hidden":
			return true
		case "style":
			s := strings.ReplaceAll(strings.ToLower(a.Val), " ", "")
			if strings.Contains(s, "display:none") || strings.Contains(s, "visibility:hidden") ||
				strings.Contains(s, "line-through") {
				return true
			}
		}
	}
	return false
}

// reader ends a parser when nobody waits for it any more.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p[:min(len(p), 16<<10)])
}
