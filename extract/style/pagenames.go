package style

import (
	"github.com/tdewolff/parse/v2/css"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// The ids, classes and elements that a page has. A site's sheet is made for all its pages, and most of its rules speak of
// what one of them has not; these need not be understood to know that they say nothing here.
type pageNames struct {
	ids, classes, others map[string]bool
	tags                 map[atom.Atom]bool
}

func namesOf(root *html.Node) *pageNames {
	p := &pageNames{ids: map[string]bool{}, classes: map[string]bool{}, others: map[string]bool{}, tags: map[atom.Atom]bool{}}
	p.collect(root)
	return p
}

func (p *pageNames) collect(n *html.Node) {
	if n.Type == html.ElementNode {
		if n.DataAtom != 0 {
			p.tags[n.DataAtom] = true
		} else {
			p.others[n.Data] = true
		}
		for i := range n.Attr {
			switch a := &n.Attr[i]; a.Key {
			case "id":
				p.ids[a.Val] = true
			case "class":
				eachClass(a.Val, func(class string) { p.classes[class] = true })
			}
		}
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		p.collect(c)
	}
}

// eachClass calls f with every class of an attribute.
func eachClass(s string, f func(class string)) {
	for s != "" {
		for s != "" && isSpace(s[0]) {
			s = s[1:]
		}
		j := 0
		for j < len(s) && !isSpace(s[j]) {
			j++
		}
		if j > 0 {
			f(s[:j])
		}
		s = s[j:]
	}
}

// meet reports whether one of the selectors of a list may hold for an element of the page: whether the page has all that
// it names outside of brackets. What is in doubt may.
func (p *pageNames) meet(list []css.Token) bool {
	all, depth := true, 0
	for i := 0; i < len(list); i++ {
		t := list[i]
		switch t.TokenType {
		case css.LeftParenthesisToken, css.FunctionToken, css.LeftBracketToken:
			depth++
			continue
		case css.RightParenthesisToken, css.RightBracketToken:
			depth--
			continue
		}
		if depth > 0 {
			continue
		}
		switch t.TokenType {
		case css.CommaToken:
			if all {
				return true
			}
			all = true
		case css.HashToken:
			if escaped(t.Data) {
				return true
			}
			all = all && p.ids[string(t.Data[1:])]
		case css.IdentToken:
			if escaped(t.Data) {
				return true
			}
			all = all && p.hasTag(t.Data)
		case css.ColonToken: // what follows is a state, or a part that is no element
			for i+1 < len(list) && (list[i+1].TokenType == css.ColonToken || list[i+1].TokenType == css.IdentToken) {
				i++
			}
		case css.DelimToken:
			switch t.Data[0] {
			case '.':
				if i++; i == len(list) || list[i].TokenType != css.IdentToken || escaped(list[i].Data) {
					return true
				}
				all = all && p.classes[string(list[i].Data)]
			case '*', '>', '+', '~', '&':
			default: // a namespace, or what no browser reads
				return true
			}
		case css.WhitespaceToken:
		default:
			return true
		}
	}
	return all
}

func (p *pageNames) hasTag(name []byte) bool {
	if a := atom.Lookup(name); a != 0 {
		return p.tags[a]
	}
	s := lower(name)
	if a := atom.Lookup([]byte(s)); a != 0 {
		return p.tags[a]
	}
	return p.others[s]
}

func escaped(b []byte) bool {
	for _, c := range b {
		if c == '\\' || c == 0 {
			return true
		}
	}
	return false
}
