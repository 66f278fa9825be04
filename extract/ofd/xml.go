package ofd

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// A node is an element of a part: its name without prefix, because producers write the namespace of 2016, older ones
// and none, with the prefix ofd and without.
type node struct {
	name  string
	attrs []attr
	kids  []*node
	text  string // the characters directly in it
}

type attr struct{ name, value string }

const (
	maxNodes = 4_000_000 // of a part
	maxDepth = 100
)

var errXML = errors.New("its XML breaks off")

// attr gives an attribute; "" where there is none.
func (n *node) attr(name string) string {
	if n != nil {
		for i := range n.attrs {
			if n.attrs[i].name == name {
				return n.attrs[i].value
			}
		}
	}
	return ""
}

// kid gives the first child of a name; nil where there is none.
func (n *node) kid(name string) *node {
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				return k
			}
		}
	}
	return nil
}

// all gives the children of a name.
func (n *node) all(name string) (out []*node) {
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				out = append(out, k)
			}
		}
	}
	return out
}

// said gives the text of a child, trimmed.
func (n *node) said(name string) string {
	if k := n.kid(name); k != nil {
		return strings.TrimSpace(k.text)
	}
	return ""
}

// number gives an attribute as a number.
func (n *node) number(name string) (float64, bool) { return parseNumber(n.attr(name)) }

func parseNumber(s string) (float64, bool) {
	f, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	return f, err == nil && f > -1e9 && f < 1e9
}

// numbers gives the numbers of a list, which white space or commas part; nil where one of them is none.
func numbers(s string) (out []float64) {
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r <= ' ' || r == ',' }) {
		f, ok := parseNumber(w)
		if !ok || len(out) > 100_000 {
			return nil
		}
		out = append(out, f)
	}
	return out
}

// isFalse reports whether an attribute says no.
func (n *node) isFalse(name string) bool {
	v := n.attr(name)
	return v == "false" || v == "0" || v == "False" || v == "FALSE"
}

func (n *node) isTrue(name string) bool {
	v := n.attr(name)
	return v == "true" || v == "1" || v == "True" || v == "TRUE"
}

// parse reads a part. Beside an error it gives what came before. It is a parser of its own because a page may have an
// object for each character: megabytes of small elements.
func parse(b []byte) (root *node, err error) {
	s, err := toUTF8(b)
	if err != nil {
		return nil, err
	}
	p := parser{s: s}
	top := &node{}
	err = p.content(top)
	for _, k := range top.kids {
		if root == nil {
			root = k
		}
	}
	if root == nil {
		root = &node{}
		if err == nil {
			err = errors.New("it is no XML")
		}
	}
	return root, err
}

// toUTF8 decodes a part: UTF-8, UTF-16 with its mark, or what it says of itself.
func toUTF8(b []byte) (string, error) {
	switch {
	case len(b) > 2 && b[0] == 0xef && b[1] == 0xbb && b[2] == 0xbf:
		return string(b[3:]), nil
	case len(b) > 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff):
		u := make([]uint16, 0, len(b)/2)
		for i := 2; i+1 < len(b); i += 2 {
			lo, hi := b[i], b[i+1]
			if b[0] == 0xfe {
				lo, hi = hi, lo
			}
			u = append(u, uint16(hi)<<8|uint16(lo))
		}
		return string(utf16.Decode(u)), nil
	}
	head := strings.ToLower(string(b[:min(len(b), 120)]))
	if end := strings.Index(head, "?>"); end > 0 && strings.Contains(head[:end], "encoding") {
		head = head[:end]
		if strings.Contains(head, "gb") {
			out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
			return string(out), err
		}
	}
	return string(b), nil
}

type parser struct {
	s     string
	at    int
	nodes int
}

// content reads the content of top and of all that lies in it.
func (p *parser) content(top *node) error {
	stack := []*node{top}
	for p.at < len(p.s) {
		open := stack[len(stack)-1]
		lt := strings.IndexByte(p.s[p.at:], '<')
		if lt < 0 {
			break
		}
		if lt > 0 && len(stack) > 1 {
			open.text += unescape(p.s[p.at : p.at+lt])
		}
		p.at += lt
		rest := p.s[p.at:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			if !p.skip("-->") {
				return errXML
			}
		case strings.HasPrefix(rest, "<![CDATA["):
			end := strings.Index(rest, "]]>")
			if end < 0 {
				return errXML
			}
			open.text += rest[9:end]
			p.at += end + 3
		case strings.HasPrefix(rest, "<?"):
			if !p.skip("?>") {
				return errXML
			}
		case strings.HasPrefix(rest, "<!"):
			// a document type may name entities: none of them is known here
			if !p.skip(">") {
				return errXML
			}
		case strings.HasPrefix(rest, "</"):
			end := strings.IndexByte(rest, '>')
			if end < 0 || len(stack) == 1 {
				return errXML
			}
			if local(strings.TrimSpace(rest[2:end])) != open.name {
				return errXML
			}
			p.at += end + 1
			stack = stack[:len(stack)-1]
		default:
			n, closed, ok := p.tag()
			if !ok {
				return errXML
			}
			if p.nodes++; p.nodes > maxNodes || len(stack) > maxDepth {
				return errors.New("it has more elements than the limit")
			}
			open.kids = append(open.kids, n)
			if !closed {
				stack = append(stack, n)
			}
		}
	}
	if len(stack) > 1 {
		return errXML
	}
	return nil
}

func (p *parser) skip(to string) bool {
	end := strings.Index(p.s[p.at:], to)
	if end < 0 {
		return false
	}
	p.at += end + len(to)
	return true
}

// tag reads a start tag.
func (p *parser) tag() (n *node, closed, ok bool) {
	s, i := p.s, p.at+1
	from := i
	for i < len(s) && !isSpace(s[i]) && s[i] != '>' && s[i] != '/' {
		i++
	}
	n = &node{name: local(s[from:i])}
	if n.name == "" {
		return nil, false, false
	}
	for {
		for i < len(s) && isSpace(s[i]) {
			i++
		}
		if i >= len(s) {
			return nil, false, false
		}
		switch s[i] {
		case '>':
			p.at = i + 1
			return n, false, true
		case '/':
			if i+1 >= len(s) || s[i+1] != '>' {
				return nil, false, false
			}
			p.at = i + 2
			return n, true, true
		}
		from = i
		for i < len(s) && s[i] != '=' && s[i] != '>' && s[i] != '<' && !isSpace(s[i]) {
			i++
		}
		name := s[from:i]
		for i < len(s) && isSpace(s[i]) {
			i++
		}
		if i >= len(s) || s[i] != '=' || name == "" {
			return nil, false, false
		}
		for i++; i < len(s) && isSpace(s[i]); i++ {
		}
		if i >= len(s) || s[i] != '"' && s[i] != '\'' {
			return nil, false, false
		}
		end := strings.IndexByte(s[i+1:], s[i])
		if end < 0 || len(n.attrs) > 200 {
			return nil, false, false
		}
		if name != "xmlns" && !strings.HasPrefix(name, "xmlns:") {
			n.attrs = append(n.attrs, attr{local(name), unescape(s[i+1 : i+1+end])})
		}
		i += end + 2
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

func local(name string) string { return name[strings.LastIndexByte(name, ':')+1:] }

var entities = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'"}

// unescape replaces references; one that is not known stands for something that nobody knows: U+FFFD.
func unescape(s string) string {
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	var b strings.Builder
	for {
		amp := strings.IndexByte(s, '&')
		if amp < 0 {
			b.WriteString(s)
			return b.String()
		}
		b.WriteString(s[:amp])
		s = s[amp:]
		end := strings.IndexByte(s[:min(len(s), 32)], ';')
		if end < 0 {
			b.WriteByte('&')
			s = s[1:]
			continue
		}
		b.WriteString(entity(s[1:end]))
		s = s[end+1:]
	}
}

func entity(name string) string {
	if t, ok := entities[name]; ok {
		return t
	}
	if digits, ok := strings.CutPrefix(name, "#"); ok {
		base := 10
		if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
			digits, base = digits[1:], 16
		}
		if v, err := strconv.ParseUint(digits, base, 32); err == nil && utf8.ValidRune(rune(v)) {
			return string(rune(v))
		}
	}
	return "\ufffd"
}
