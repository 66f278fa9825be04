package office

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// xmlReader walks through XML token by token. It is not a validating parser: office files are written by programs, a
// megabyte of markup for two pages, and the standard library's reader takes longer for them than all that follows.
// Names are local names; what the namespaces tell apart nowhere matters here.
type xmlReader struct {
	b     []byte
	i     int
	kind  xmlKind
	name  string // of a start or end tag
	attrs []byte // of a start tag, as written
	text  []byte // of a text token, as written
	cdata bool
	ended bool // the start tag ended itself: its end tag comes next
	depth int
}

type xmlKind uint8

const (
	xmlEnd xmlKind = iota // of the file
	xmlOpen
	xmlClose
	xmlText
)

func newXML(b []byte) *xmlReader {
	if len(b) > 2 && (b[0] == 0xff && b[1] == 0xfe || b[0] == 0xfe && b[1] == 0xff) {
		u := make([]uint16, len(b)/2)
		for i := range u {
			if b[0] == 0xff {
				u[i] = uint16(b[2*i]) | uint16(b[2*i+1])<<8
			} else {
				u[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
			}
		}
		b = []byte(string(utf16.Decode(u[1:])))
	}
	return &xmlReader{b: b}
}

// next moves to the next token and tells its kind.
func (x *xmlReader) next() xmlKind {
	if x.ended {
		x.ended = false
		x.kind = xmlClose
		x.depth--
		return x.kind
	}
	for x.i < len(x.b) {
		if x.b[x.i] != '<' {
			end := bytes.IndexByte(x.b[x.i:], '<')
			if end < 0 {
				end = len(x.b) - x.i
			}
			x.text, x.cdata = x.b[x.i:x.i+end], false
			x.i += end
			x.kind = xmlText
			return x.kind
		}
		rest := x.b[x.i+1:]
		switch {
		case bytes.HasPrefix(rest, []byte("!--")):
			x.skipPast("-->")
		case bytes.HasPrefix(rest, []byte("![CDATA[")):
			from := x.i + 9
			x.skipPast("]]>")
			x.text, x.cdata = bytes.TrimSuffix(x.b[from:x.i], []byte("]]>")), true
			x.kind = xmlText
			return x.kind
		case bytes.HasPrefix(rest, []byte("?")):
			x.skipPast("?>")
		case bytes.HasPrefix(rest, []byte("!")): // a document type; nothing it declares is used
			x.skipPast(">")
		case bytes.HasPrefix(rest, []byte("/")):
			from := x.i + 2
			x.skipPast(">")
			x.name = localName(bytes.TrimRight(bytes.TrimSuffix(x.b[from:x.i], []byte(">")), " \t\r\n"))
			x.kind = xmlClose
			x.depth--
			return x.kind
		default:
			end := tagEnd(rest)
			if end < 0 {
				x.i = len(x.b)
				break
			}
			tag := rest[:end]
			x.i += 1 + end + 1
			if n := len(tag); n > 0 && tag[n-1] == '/' {
				tag, x.ended = tag[:n-1], true
			}
			name := tag
			x.attrs = nil
			for k, c := range tag {
				if c <= ' ' {
					name, x.attrs = tag[:k], tag[k:]
					break
				}
			}
			x.name = localName(name)
			x.kind = xmlOpen
			x.depth++
			return x.kind
		}
	}
	x.kind = xmlEnd
	return x.kind
}

func (x *xmlReader) skipPast(end string) {
	k := bytes.Index(x.b[x.i:], []byte(end))
	if k < 0 {
		x.i = len(x.b)
		return
	}
	x.i += k + len(end)
}

// tagEnd finds the > of a tag, passing over quoted values.
func tagEnd(b []byte) int {
	end := bytes.IndexByte(b, '>')
	if end < 0 || bytes.IndexByte(b[:end], '"')|bytes.IndexByte(b[:end], '\'') == -1 {
		return end
	}
	quote := byte(0)
	for i, c := range b {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i
		}
	}
	return -1
}

// names keeps the common element names from being allocated again and again.
var names = func() map[string]string {
	m := map[string]string{}
	for _, n := range strings.Fields(`
		p r t rPr pPr tc tcPr tr trPr tbl tblPr tblGrid gridCol tcW gridSpan vMerge rFonts sz szCs b bCs jc
		spacing ind lang tab br tcBorders top left bottom right start end kern color vAlign shd table-cell
		table-row table-column covered-table-cell span s h style pStyle rStyle numPr ilvl numId tabs
		snapToGrid widowControl tcMar noWrap sdt sdtContent sdtPr bookmarkStart bookmarkEnd proofErr c v row
		is si`) {
		m[n] = n
	}
	return m
}()

func localName(b []byte) string {
	if k := bytes.IndexByte(b, ':'); k >= 0 {
		b = b[k+1:]
	}
	if n, ok := names[string(b)]; ok {
		return n
	}
	return string(b)
}

// attr gives an attribute of the current start tag by its local name; "" where it has none.
func (x *xmlReader) attr(name string) string {
	v, _ := x.lookup(name)
	return v
}

func (x *xmlReader) lookup(name string) (string, bool) {
	b := x.attrs
	for len(b) > 0 {
		eq := bytes.IndexByte(b, '=')
		if eq < 0 {
			return "", false
		}
		key := bytes.TrimSpace(b[:eq])
		b = bytes.TrimLeft(b[eq+1:], " \t\r\n")
		if len(b) == 0 || b[0] != '"' && b[0] != '\'' {
			return "", false
		}
		end := bytes.IndexByte(b[1:], b[0])
		if end < 0 {
			return "", false
		}
		if k := bytes.IndexByte(key, ':'); k >= 0 {
			key = key[k+1:]
		}
		if string(key) == name {
			return unescape(b[1 : 1+end]), true
		}
		b = b[end+2:]
	}
	return "", false
}

// number gives an attribute that is a whole number, or another value where it is none.
func (x *xmlReader) number(name string, or int) int {
	n, err := strconv.Atoi(x.attr(name))
	if err != nil {
		return or
	}
	return n
}

// on reports whether an element that switches something on does so: present without a value, or with one that is true.
func (x *xmlReader) on() bool {
	switch v, ok := x.lookup("val"); v {
	case "0", "false", "off", "none":
		return !ok
	}
	return true
}

// said gives the current text token with its references resolved.
func (x *xmlReader) said() string {
	if x.cdata {
		return string(x.text)
	}
	return unescape(x.text)
}

// skip passes over the rest of the element whose start tag was read last.
func (x *xmlReader) skip() {
	for depth := x.depth; x.depth >= depth; {
		if x.next() == xmlEnd {
			return
		}
	}
}

// children calls each for the start tags of the element whose start tag was read last, one level down. each may read on
// to the end of the child; what it leaves is passed over.
func (x *xmlReader) children(each func()) {
	depth := x.depth
	for {
		switch x.next() {
		case xmlEnd:
			return
		case xmlClose:
			if x.depth < depth {
				return
			}
		case xmlOpen:
			if x.depth > maxDepth*4 {
				x.skip()
				continue
			}
			at := x.depth
			each()
			for x.depth >= at { // to the child's end tag
				if x.next() == xmlEnd {
					return
				}
			}
		}
	}
}

// texts gives all text within the element whose start tag was read last.
func (x *xmlReader) texts() string {
	var b strings.Builder
	for depth := x.depth; x.depth >= depth; {
		switch x.next() {
		case xmlEnd:
			return b.String()
		case xmlText:
			b.WriteString(x.said())
		}
	}
	return b.String()
}

// unescape resolves character references.
func unescape(b []byte) string {
	if bytes.IndexByte(b, '&') < 0 {
		return string(b)
	}
	var out strings.Builder
	for i := 0; i < len(b); {
		if b[i] != '&' {
			out.WriteByte(b[i])
			i++
			continue
		}
		end := bytes.IndexByte(b[i:min(len(b), i+12)], ';')
		if end < 0 {
			out.WriteByte('&')
			i++
			continue
		}
		switch ref := string(b[i+1 : i+end]); {
		case ref == "amp":
			out.WriteByte('&')
		case ref == "lt":
			out.WriteByte('<')
		case ref == "gt":
			out.WriteByte('>')
		case ref == "quot":
			out.WriteByte('"')
		case ref == "apos":
			out.WriteByte('\'')
		case strings.HasPrefix(ref, "#"):
			base, digits := 10, ref[1:]
			if strings.HasPrefix(digits, "x") || strings.HasPrefix(digits, "X") {
				base, digits = 16, digits[1:]
			}
			n, err := strconv.ParseUint(digits, base, 32)
			if err != nil || !utf8.ValidRune(rune(n)) {
				n = utf8.RuneError
			}
			out.WriteRune(rune(n))
		default:
			out.Write(b[i : i+end+1])
		}
		i += end + 1
	}
	return out.String()
}
