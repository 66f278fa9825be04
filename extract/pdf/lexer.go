package pdf

import (
	"bytes"
	"math"
	"strconv"
	"strings"
)

// The tokens of a content stream: numbers are float64, strings string, names nameToken, arrays []any, dictionaries
// dictToken (without the entries that are references).
type nameToken string

type dictToken map[string]any

func (d dictToken) number(key string) float64 {
	f, _ := d[key].(float64)
	return f
}

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokOp
	tokValue
)

type lexer struct {
	b []byte
	i int
}

// class tells white space (1) and delimiters (2) of 7.2.3.
var class = func() (c [256]uint8) {
	for _, b := range []byte(" \n\r\t\f\x00") {
		c[b] = 1
	}
	for _, b := range []byte("()<>[]{}/%") {
		c[b] = 2
	}
	return c
}()

func isPDFSpace(c byte) bool { return class[c] == 1 }
func isDelim(c byte) bool    { return class[c] == 2 }

func (l *lexer) skip() {
	for l.i < len(l.b) {
		c := l.b[l.i]
		if c == '%' {
			for l.i < len(l.b) && l.b[l.i] != '\n' && l.b[l.i] != '\r' {
				l.i++
			}
		} else if !isPDFSpace(c) {
			return
		} else {
			l.i++
		}
	}
}

func (l *lexer) next() (any, tokenKind) { return l.value(0) }

// maxDepth is how deep arrays and dictionaries may be nested.
const maxDepth = 40

func (l *lexer) value(depth int) (any, tokenKind) {
	for {
		l.skip()
		if l.i >= len(l.b) {
			return nil, tokEnd
		}
		switch c := l.b[l.i]; {
		case c == '(':
			return l.literal(), tokValue
		case c == '<' && l.i+1 < len(l.b) && l.b[l.i+1] == '<':
			l.i += 2
			return l.dict(depth), tokValue
		case c == '<':
			return l.hex(), tokValue
		case c == '[':
			l.i++
			list := []any{}
			for {
				l.skip()
				if l.i >= len(l.b) {
					return list, tokValue
				}
				if l.b[l.i] == ']' {
					l.i++
					return list, tokValue
				}
				if depth > maxDepth {
					return list, tokValue
				}
				v, k := l.value(depth + 1)
				if k == tokEnd {
					return list, tokValue
				}
				if k == tokValue {
					list = append(list, v)
				}
			}
		case c == '/':
			l.i++
			start := l.i
			for l.i < len(l.b) && class[l.b[l.i]] == 0 {
				l.i++
			}
			return nameToken(unescapeName(l.b[start:l.i])), tokValue
		case c == ')' || c == '>' || c == ']' || c == '{' || c == '}':
			l.i++
		default:
			start := l.i
			for l.i < len(l.b) && class[l.b[l.i]] == 0 {
				l.i++
			}
			word := l.b[start:l.i]
			if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
				if f, ok := number(word); ok {
					return f, tokValue
				}
			}
			if op, ok := operators[string(word)]; ok {
				return op, tokOp
			}
			return string(word), tokOp
		}
	}
}

// operators are the words of content streams, which are made mostly of them, and of objects, each as it is handed over.
var operators = func() map[string]any {
	out := map[string]any{}
	for _, w := range strings.Fields("q Q cm w J j M d ri i gs m l c v y h re S s f F f* B B* b b* n W W* g rg k sc scn cs " +
		"G RG K SC SCN CS sh BT ET Tc Tw Tz TL Ts Tr Tf Td TD Tm T* Tj ' \" TJ Do BI ID EI BMC BDC EMC MP DP d0 d1 R obj endobj") {
		out[w] = w
	}
	return out
}()

// number reads a number if one comes next.
func (l *lexer) number() (f float64, ok bool) {
	l.skip()
	if l.i >= len(l.b) {
		return 0, false
	}
	if c := l.b[l.i]; (c < '0' || c > '9') && c != '-' && c != '+' && c != '.' {
		return 0, false
	}
	end := l.i
	for end < len(l.b) && class[l.b[end]] == 0 {
		end++
	}
	if f, ok = number(l.b[l.i:end]); ok {
		l.i = end
	}
	return f, ok
}

// dict reads a dictionary up to its >>.
func (l *lexer) dict(depth int) dictToken {
	d := dictToken{}
	var items []any // values, and nil for a word such as the R of a reference
	for depth <= maxDepth && len(items) < 20_000 {
		l.skip()
		if l.i >= len(l.b) {
			break
		}
		if bytes.HasPrefix(l.b[l.i:], []byte(">>")) {
			l.i += 2
			break
		}
		v, kind := l.value(depth + 1)
		switch kind {
		case tokEnd:
			return d
		case tokOp:
			if w := v.(string); w == "stream" || w == "endobj" {
				return d
			}
			v = nil
		}
		items = append(items, v)
	}
	for i := 0; i+1 < len(items); {
		key, ok := items[i].(nameToken)
		if !ok {
			i++
			continue
		}
		_, num := items[i+1].(float64)
		if num && i+3 < len(items) && items[i+3] == nil {
			if _, ok := items[i+2].(float64); ok { // 12 0 R
				i += 4
				continue
			}
		}
		if items[i+1] != nil {
			d[string(key)] = items[i+1]
		}
		i += 2
	}
	return d
}

// plainNumber reads what nearly all numbers are: a sign, and up to 15 digits with a point.
func plainNumber(b []byte) (float64, bool) {
	i, sign := 0, 1.0
	if len(b) > 1 && (b[0] == '-' || b[0] == '+') {
		if b[0] == '-' {
			sign = -1
		}
		i = 1
	}
	if len(b)-i > 15 {
		return 0, false
	}
	n, scale, point, digits := int64(0), 1.0, false, 0
	for ; i < len(b); i++ {
		switch c := b[i]; {
		case c == '.' && !point:
			point = true
		case isDigit(c):
			n = n*10 + int64(c-'0')
			digits++
			if point {
				scale *= 10
			}
		default:
			return 0, false
		}
	}
	return sign * float64(n) / scale, digits > 0
}

func number(b []byte) (float64, bool) {
	if f, ok := plainNumber(b); ok {
		return f, true
	}
	s := string(b)
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f, !math.IsInf(f, 0) && !math.IsNaN(f)
	}
	// writers print --5 and 0.-3
	if f, err := strconv.ParseFloat(strings.TrimLeft(s, "-+"), 64); err == nil {
		return -f, true
	}
	if i := strings.LastIndexByte(s, '-'); i > 0 {
		if f, err := strconv.ParseFloat(s[:i], 64); err == nil {
			return f, true
		}
	}
	return 0, false
}

func unescapeName(b []byte) string {
	if bytes.IndexByte(b, '#') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

func (l *lexer) literal() string {
	l.i++
	var room [64]byte
	out := room[:0]
	depth := 1
	for l.i < len(l.b) {
		c := l.b[l.i]
		l.i++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return string(out)
			}
		case '\r':
			if l.i < len(l.b) && l.b[l.i] == '\n' {
				l.i++
			}
			c = '\n'
		case '\\':
			if l.i >= len(l.b) {
				return string(out)
			}
			e := l.b[l.i]
			l.i++
			switch {
			case e == 'n':
				c = '\n'
			case e == 'r':
				c = '\r'
			case e == 't':
				c = '\t'
			case e == 'b':
				c = '\b'
			case e == 'f':
				c = '\f'
			case e == '\r':
				if l.i < len(l.b) && l.b[l.i] == '\n' {
					l.i++
				}
				continue
			case e == '\n':
				continue
			case e >= '0' && e <= '7':
				v := int(e - '0')
				for k := 0; k < 2 && l.i < len(l.b) && l.b[l.i] >= '0' && l.b[l.i] <= '7'; k++ {
					v = v*8 + int(l.b[l.i]-'0')
					l.i++
				}
				c = byte(v)
			default:
				c = e
			}
		}
		out = append(out, c)
	}
	return string(out)
}

func (l *lexer) hex() string {
	l.i++
	var room [64]byte
	out := room[:0]
	hi := -1
	for l.i < len(l.b) {
		c := l.b[l.i]
		l.i++
		v := -1
		switch {
		case c == '>':
			if hi >= 0 {
				out = append(out, byte(hi<<4))
			}
			return string(out)
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'a' && c <= 'f':
			v = int(c-'a') + 10
		case c >= 'A' && c <= 'F':
			v = int(c-'A') + 10
		}
		if v < 0 {
			continue
		}
		if hi < 0 {
			hi = v
		} else {
			out = append(out, byte(hi<<4|v))
			hi = -1
		}
	}
	return string(out)
}

// inlineImage skips from BI past EI: the bytes of a picture are no tokens. It gives the picture's size in samples.
func (l *lexer) inlineImage() (width, height float64) {
	d := dictToken{}
	for {
		l.skip()
		key, kind := l.next()
		if kind == tokEnd {
			return
		}
		if kind == tokOp {
			if key == "ID" {
				break
			}
			continue
		}
		name, ok := key.(nameToken)
		if !ok {
			continue
		}
		start := l.i
		v, kind := l.next()
		if kind == tokOp { // true, false, or a value that is missing
			if v == "ID" {
				l.i = start
			}
			continue
		}
		d[string(name)] = v
	}
	get := func(long, short string) float64 { return max(d.number(long), d.number(short)) }
	width, height = get("Width", "W"), get("Height", "H")
	l.i++ // one white space
	if d["Filter"] == nil && d["F"] == nil {
		bits, comps := get("BitsPerComponent", "BPC"), 1.0
		space, _ := d["ColorSpace"].(nameToken)
		if space == "" {
			space, _ = d["CS"].(nameToken)
		}
		switch space {
		case "RGB", "DeviceRGB":
			comps = 3
		case "CMYK", "DeviceCMYK":
			comps = 4
		}
		if bits == 0 {
			bits = 1
		}
		if n := int((width*comps*bits + 7) / 8 * height); n > 0 && l.i+n < len(l.b) && width < 1e5 && height < 1e5 {
			rest := l.b[l.i+n : min(len(l.b), l.i+n+12)]
			if t := bytes.TrimLeft(rest, " \r\n\t"); bytes.HasPrefix(t, []byte("EI")) {
				l.i += n + len(rest) - len(t) + 2
				return
			}
		}
	}
	for l.i < len(l.b) {
		j := bytes.Index(l.b[l.i:], []byte("EI"))
		if j < 0 {
			l.i = len(l.b)
			return
		}
		k := l.i + j
		l.i = k + 2
		before := k == 0 || isPDFSpace(l.b[k-1])
		after := l.i >= len(l.b) || isPDFSpace(l.b[l.i])
		if before && after && plausible(l.b[l.i:min(len(l.b), l.i+24)]) {
			return
		}
	}
	return
}

// plausible reports whether bytes look like operators, not like more of a picture.
func plausible(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && !isPDFSpace(c) {
			return false
		}
	}
	return true
}
