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
	maxNodes = 2_000_000 // of a part
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
	if s == "" {
		return 0, false
	}
	s = strings.TrimSpace(s)
	if f, ok := plainNumber(s); ok {
		return f, true
	}
	f, err := strconv.ParseFloat(s, 64)
	return f, err == nil && f > -1e9 && f < 1e9
}

// plainNumber reads what nearly all numbers are: at most nine digits with a sign and a point. The value is that of
// strconv.ParseFloat, which divides the same two exact numbers.
func plainNumber(s string) (float64, bool) {
	at, negative := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		negative, at = s[0] == '-', 1
	}
	if len(s)-at > 10 || len(s) == at {
		return 0, false
	}
	n, digits, point := 0, 0, -1
	for ; at < len(s); at++ {
		switch c := s[at]; {
		case c >= '0' && c <= '9':
			n, digits = 10*n+int(c-'0'), digits+1
		case c == '.' && point < 0:
			point = digits
		default:
			return 0, false
		}
	}
	if digits == 0 || digits > 9 {
		return 0, false
	}
	f := float64(n)
	if point >= 0 {
		f /= tens[digits-point]
	}
	if negative {
		f = -f
	}
	return f, true
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9}

// word cuts the first word off a list, which white space or commas part; "" where there is none left.
func word(s string) (first, rest string) {
	i := 0
	for i < len(s) && (s[i] <= ' ' || s[i] == ',') {
		i++
	}
	from := i
	for i < len(s) && s[i] > ' ' && s[i] != ',' {
		i++
	}
	return s[from:i], s[i:]
}

// numbers gives the numbers of a list; nil where one of them is none.
func numbers(s string) (out []float64) {
	for w, rest := word(s); w != ""; w, rest = word(rest) {
		f, ok := parseNumber(w)
		if !ok || len(out) > 100_000 {
			return nil
		}
		out = append(out, f)
	}
	return out
}

// few puts the numbers of a list into one of this length, and reports whether these are all of it.
func few(s string, into []float64) bool {
	for i := range into {
		w, rest := word(s)
		f, ok := parseNumber(w)
		if !ok {
			return false
		}
		into[i], s = f, rest
	}
	w, _ := word(s)
	return w == ""
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
func (p *parser) parse(s string) (root *node, err error) {
	if p.s, err = toUTF8(s); err != nil {
		return &node{}, err
	}
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
func toUTF8(b string) (string, error) {
	switch {
	case strings.HasPrefix(b, "\xef\xbb\xbf"):
		return b[3:], nil
	case len(b) > 2 && (b[:2] == "\xff\xfe" || b[:2] == "\xfe\xff"):
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
	head := strings.ToLower(b[:min(len(b), 120)])
	if end := strings.Index(head, "?>"); end > 0 && strings.Contains(head[:end], "encoding") {
		head = head[:end]
		if strings.Contains(head, "gb") {
			return simplifiedchinese.GB18030.NewDecoder().String(b)
		}
	}
	return b, nil
}

type parser struct {
	s     string
	at    int
	nodes int

	// elements, attributes and lists are cut from larger pieces of memory; what lies in an element that is open waits on a
	// stack
	elements pool[node]
	attrs    pool[attr]
	lists    pool[*node]
	waiting  []*node
	said     []attr // by the tag that is being read
}

// again lets the memory of what was parsed be used for what comes.
func (p *parser) again() {
	*p = parser{elements: p.elements.again(), attrs: p.attrs.again(), lists: p.lists.again(), waiting: p.waiting[:0], said: p.said[:0]}
}

// A pool is memory for many values, in pieces.
type pool[T any] struct {
	pieces [][]T
	at     int // the piece in use
	used   int // of it
}

const piece = 512 // values

// take gives memory for so many values.
func (p *pool[T]) take(n int) []T {
	for ; p.at < len(p.pieces); p.at++ {
		if of := p.pieces[p.at]; len(of)-p.used >= n {
			out := of[p.used : p.used+n : p.used+n]
			p.used += n
			return out
		}
		p.used = 0
	}
	p.pieces = append(p.pieces, make([]T, max(piece, n)))
	p.used = n
	return p.pieces[p.at][:n:n]
}

func (p pool[T]) again() pool[T] { return pool[T]{pieces: p.pieces} }

// keep gives values as they are kept.
func (p *pool[T]) keep(values []T) []T {
	if len(values) == 0 {
		return nil
	}
	out := p.take(len(values))
	copy(out, values)
	return out
}

// An open element: what waits from there on lies in it.
type opened struct {
	n    *node
	from int
	text []byte // where it comes in several pieces
}

// say adds characters to an element.
func (o *opened) say(s string) {
	switch {
	case o.n.text == "":
		o.n.text = s
	case o.text == nil:
		o.text = append([]byte(o.n.text), s...)
	default:
		o.text = append(o.text, s...)
	}
}

// content reads the content of top and of all that lies in it.
func (p *parser) content(top *node) (err error) {
	stack := []opened{{n: top}}
	end := func() {
		o := &stack[len(stack)-1]
		if o.text != nil {
			o.n.text = string(o.text)
		}
		o.n.kids = p.lists.keep(p.waiting[o.from:])
		p.waiting, stack = p.waiting[:o.from], stack[:len(stack)-1]
	}
	defer func() {
		for len(stack) > 0 {
			end()
		}
	}()
	for p.at < len(p.s) {
		open := &stack[len(stack)-1]
		lt := strings.IndexByte(p.s[p.at:], '<')
		if lt < 0 {
			break
		}
		if lt > 0 && len(stack) > 1 {
			if text := p.s[p.at : p.at+lt]; len(p.waiting) == open.from || strings.TrimSpace(text) != "" { // else it parts elements
				open.say(unescape(text))
			}
		}
		p.at += lt
		rest := p.s[p.at:]
		switch {
		case strings.HasPrefix(rest, "</"):
			to := strings.IndexByte(rest, '>')
			if to < 0 || len(stack) == 1 {
				return errXML
			}
			if name := rest[2:to]; local(name) != open.n.name && local(strings.TrimSpace(name)) != open.n.name {
				return errXML
			}
			p.at += to + 1
			end()
		case strings.HasPrefix(rest, "<!--"):
			if !p.skip("-->") {
				return errXML
			}
		case strings.HasPrefix(rest, "<![CDATA["):
			to := strings.Index(rest, "]]>")
			if to < 0 {
				return errXML
			}
			open.say(rest[9:to])
			p.at += to + 3
		case strings.HasPrefix(rest, "<?"):
			if !p.skip("?>") {
				return errXML
			}
		case strings.HasPrefix(rest, "<!"):
			// a document type may name entities: none of them is known here
			if !p.skip(">") {
				return errXML
			}
		default:
			n, closed, ok := p.tag()
			if !ok {
				return errXML
			}
			if p.nodes++; p.nodes > maxNodes || len(stack) > maxDepth {
				return errors.New("it has more elements than the limit")
			}
			p.waiting = append(p.waiting, n)
			if !closed {
				stack = append(stack, opened{n: n, from: len(p.waiting)})
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
	n = &p.elements.take(1)[0]
	if *n = (node{name: local(s[from:i])}); n.name == "" {
		return nil, false, false
	}
	p.said = p.said[:0]
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
			n.attrs = p.attrs.keep(p.said)
			return n, false, true
		case '/':
			if i+1 >= len(s) || s[i+1] != '>' {
				return nil, false, false
			}
			p.at = i + 2
			n.attrs = p.attrs.keep(p.said)
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
		if end < 0 || len(p.said) > 200 {
			return nil, false, false
		}
		if name != "xmlns" && !strings.HasPrefix(name, "xmlns:") {
			p.said = append(p.said, attr{local(name), unescape(s[i+1 : i+1+end])})
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
