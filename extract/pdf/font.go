package pdf

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"
	"unicode/utf8"

	objects "github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// A font turns the bytes of a string into characters with their widths (9.4 to 9.10 of PDF 32000-1).
type font struct {
	composite bool
	vertical  bool
	split     func(string) int      // length of the next code
	cid       func(uint32, int) int // code → CID, for widths; -1 unknown
	unicode   func(uint32, int) string
	toUnicode *cmap
	widths    map[int]float64 // per 1 unit of text space
	standard  float64         // width where widths has none
	down      map[int]float64 // vertical advance, where it is not 1
}

// A char is one decoded code.
type char struct {
	text        string
	width, down float64
	space       bool // single-byte code 32, to which word spacing applies
}

// decode splits a string into characters. A code that no table knows becomes U+FFFD, never nothing.
func (f *font) decode(s string) []char {
	out := make([]char, 0, len(s)/2+1)
	for len(s) > 0 {
		n := f.split(s)
		if n > len(s) {
			n = len(s)
		}
		var code uint32
		for i := 0; i < n; i++ {
			code = code<<8 | uint32(s[i])
		}
		c := char{space: n == 1 && code == 32, down: 1}
		text, known := "", false
		if f.toUnicode != nil {
			text, known = f.toUnicode.text(code, n)
			known = known && text != "" && text != "\x00" && !strings.ContainsRune(text, '\ufffd')
		}
		if !known {
			text = f.unicode(code, n)
		}
		c.text = foldRadicals(text)
		k := f.cid(code, n)
		if w, ok := f.widths[k]; ok {
			c.width = w
		} else {
			c.width = f.standard
		}
		if d, ok := f.down[k]; ok {
			c.down = d
		}
		out = append(out, c)
		s = s[n:]
	}
	return out
}

// font reads a font dictionary; fonts are kept by name and content for the document.
func (in *interpreter) font(v objects.Value, name string) (f *font) {
	if v.Kind() != objects.Dict {
		return nil
	}
	key := name + v.Key("BaseFont").Name() + v.Key("Subtype").Name() + v.String()
	if f, ok := in.fonts[key]; ok {
		return f
	}
	defer func() {
		if p := recover(); p != nil {
			f = &font{split: one, cid: codeIsCID, unicode: unknown, standard: 0.5}
			in.doc.Doubts = append(in.doc.Doubts, Doubt{Code: "broken-font", Message: fmt.Sprintf("font %s cannot be read", v.Key("BaseFont").Name())})
		}
		in.fonts[key] = f
	}()
	if tu := v.Key("ToUnicode"); tu.Kind() == objects.Stream {
		defer func() {
			if m := in.readCMap(tu); m != nil && len(m.ranges)+len(m.chars) > 0 {
				f.toUnicode = m
			}
		}()
	}
	if v.Key("Subtype").Name() == "Type0" {
		return in.composite(v)
	}
	return simple(v)
}

func one(string) int                    { return 1 }
func two(string) int                    { return 2 }
func codeIsCID(code uint32, n int) int  { return int(code) }
func unknown(code uint32, n int) string { return "\ufffd" }

// composite reads a Type0 font.
func (in *interpreter) composite(v objects.Value) *font {
	d := v.Key("DescendantFonts").Index(0)
	f := &font{composite: true, split: two, cid: codeIsCID, unicode: unknown, widths: map[int]float64{}, standard: 1, down: map[int]float64{}}
	if dw := d.Key("DW"); !dw.IsNull() {
		f.standard = dw.Float64() / 1000
	}
	readWidths(d.Key("W"), f.widths)
	readVertical(d.Key("W2"), f.down)
	ordering := d.Key("CIDSystemInfo").Key("Ordering").Text()
	enc := v.Key("Encoding")
	name := enc.Name()
	if enc.Kind() == objects.Stream {
		if m := in.readCMap(enc); m != nil {
			f.split = m.split
			f.cid = m.cid
			f.vertical = enc.Key("WMode").Int64() == 1 || m.vertical
		}
		name = enc.Key("CMapName").Name()
		if base := enc.Key("UseCMap"); base.Kind() == objects.Name {
			name = base.Name()
		}
	}
	f.vertical = f.vertical || strings.HasSuffix(name, "-V")
	base := strings.TrimSuffix(strings.TrimSuffix(name, "-H"), "-V")
	switch {
	case strings.HasPrefix(base, "Uni"): // UniGB-UCS2, UniGB-UTF16, UniCNS, UniJIS …
		switch {
		case strings.HasSuffix(base, "UTF8"):
			f.split = func(s string) int { _, n := utf8.DecodeRuneInString(s); return n }
			f.unicode = func(code uint32, n int) string {
				var b [4]byte
				binary.BigEndian.PutUint32(b[:], code)
				return string(b[4-n:])
			}
		case strings.HasSuffix(base, "UTF32"):
			f.split = func(string) int { return 4 }
			f.unicode = func(code uint32, n int) string { return string(rune(code)) }
		default:
			f.split = func(s string) int {
				if len(s) >= 4 && s[0] >= 0xd8 && s[0] < 0xdc {
					return 4
				}
				return 2
			}
			f.unicode = func(code uint32, n int) string {
				if n == 4 {
					return string(utf16.DecodeRune(rune(code>>16), rune(code&0xffff)))
				}
				return string(rune(code))
			}
		}
		f.cid = asciiCID(1)
	case strings.HasPrefix(base, "GB"): // GB-EUC, GBK-EUC, GBKp-EUC, GBK2K, GBpc-EUC, GBT-…
		four := base == "GBK2K"
		f.split = func(s string) int {
			switch {
			case s[0] < 0x80:
				return 1
			case four && len(s) >= 4 && s[1] >= '0' && s[1] <= '9':
				return 4
			}
			return 2
		}
		f.unicode = func(code uint32, n int) string {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], code)
			out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b[4-n:])
			if err != nil || len(out) == 0 {
				return "\ufffd"
			}
			return string(out)
		}
		half := 814
		if base == "GBKp-EUC" || base == "GBpc-EUC" {
			half = 1
		}
		f.cid = asciiCID(half)
		if f.widths[half] == 0 && half == 814 {
			for i := 0; i < 95; i++ {
				if _, ok := f.widths[814+i]; !ok {
					f.widths[814+i] = 0.5
				}
			}
		}
	case ordering == "GB1" || strings.HasPrefix(ordering, "GB"):
		table := adobeGB1()
		cid := f.cid
		f.unicode = func(code uint32, n int) string {
			if k := cid(code, n); k > 0 && k < len(table) && table[k] != 0 {
				return string(table[k])
			}
			return "\ufffd"
		}
	}
	return f
}

// asciiCID maps the printable ASCII codes to the CIDs that begin at first; all else has the standard width.
func asciiCID(first int) func(uint32, int) int {
	return func(code uint32, n int) int {
		if code >= 0x20 && code < 0x7f {
			return first + int(code) - 0x20
		}
		return -1
	}
}

// readWidths reads a /W array: c [w1 w2 …] or first last w.
func readWidths(v objects.Value, out map[int]float64) {
	for i := 0; i < v.Len() && i < 200_000; {
		first := int(v.Index(i).Int64())
		if list := v.Index(i + 1); list.Kind() == objects.Array {
			for k := 0; k < list.Len() && k < 70_000; k++ {
				out[first+k] = list.Index(k).Float64() / 1000
			}
			i += 2
			continue
		}
		last := int(v.Index(i + 1).Int64())
		w := v.Index(i+2).Float64() / 1000
		for k := first; k <= last && k-first < 70_000; k++ {
			out[k] = w
		}
		i += 3
	}
}

// readVertical reads the advances of a /W2 array: c [w1y vx vy …] or first last w1y vx vy.
func readVertical(v objects.Value, out map[int]float64) {
	for i := 0; i < v.Len() && i < 200_000; {
		first := int(v.Index(i).Int64())
		if list := v.Index(i + 1); list.Kind() == objects.Array {
			for k := 0; k+2 < list.Len(); k += 3 {
				out[first+k/3] = list.Index(k).Float64() / -1000
			}
			i += 2
			continue
		}
		last := int(v.Index(i + 1).Int64())
		for k := first; k <= last && k-first < 70_000; k++ {
			out[k] = v.Index(i+2).Float64() / -1000
		}
		i += 5
	}
}

// simple reads a Type1, TrueType or Type3 font.
func simple(v objects.Value) *font {
	f := &font{split: one, cid: codeIsCID, widths: map[int]float64{}, standard: 0.5}
	unit := 0.001
	if v.Key("Subtype").Name() == "Type3" {
		if m := v.Key("FontMatrix"); m.Len() == 6 {
			unit = m.Index(0).Float64()
		}
		f.standard = 0
	}
	if w := v.Key("FontDescriptor").Key("MissingWidth"); !w.IsNull() && w.Float64() > 0 {
		f.standard = w.Float64() * unit
	}
	first := int(v.Key("FirstChar").Int64())
	ws := v.Key("Widths")
	for i := 0; i < ws.Len() && i < 256; i++ {
		f.widths[first+i] = ws.Index(i).Float64() * unit
	}
	enc := v.Key("Encoding")
	baseName := enc.Name()
	if enc.Kind() == objects.Dict {
		baseName = enc.Key("BaseEncoding").Name()
	}
	base := charmap.Windows1252
	if baseName == "MacRomanEncoding" {
		base = charmap.Macintosh
	}
	var table [256]string
	symbolic := v.Key("FontDescriptor").Key("Flags").Int64()&4 != 0
	for i := range table {
		r := base.DecodeByte(byte(i))
		// a symbolic font with an encoding of its own says nothing about what its codes mean
		if r == utf8.RuneError || i < 32 || symbolic && baseName == "" && v.Key("Subtype").Name() != "Type1" {
			table[i] = "\ufffd"
		} else {
			table[i] = string(r)
		}
	}
	if v.Key("Subtype").Name() == "Type3" {
		for i := range table {
			table[i] = "\ufffd"
		}
	}
	diff := enc.Key("Differences")
	code := 0
	for i := 0; i < diff.Len() && i < 2000; i++ {
		switch x := diff.Index(i); x.Kind() {
		case objects.Integer:
			code = int(x.Int64())
		case objects.Name:
			if code >= 0 && code < 256 {
				table[code] = glyphName(x.Name())
			}
			code++
		}
	}
	f.unicode = func(code uint32, n int) string { return table[code&0xff] }
	return f
}

var glyphNames = map[string]string{
	"space": " ", "exclam": "!", "quotedbl": "\"", "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&",
	"quotesingle": "'", "parenleft": "(", "parenright": ")", "asterisk": "*", "plus": "+", "comma": ",", "hyphen": "-",
	"minus": "-", "period": ".", "slash": "/", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "colon": ":", "semicolon": ";", "less": "<", "equal": "=",
	"greater": ">", "question": "?", "at": "@", "bracketleft": "[", "backslash": "\\", "bracketright": "]",
	"underscore": "_", "braceleft": "{", "bar": "|", "braceright": "}", "asciitilde": "~", "emdash": "—", "endash": "–",
	"quoteleft": "‘", "quoteright": "’", "quotedblleft": "“", "quotedblright": "”", "bullet": "•", "ellipsis": "…",
	"periodcentered": "·", "nbspace": " ", "section": "§", "degree": "°", "multiply": "×", "divide": "÷", "sfthyphen": "-",
}

// glyphName gives the character of a glyph name of the Adobe Glyph List, as far as these documents use it.
func glyphName(s string) string {
	if t, ok := glyphNames[s]; ok {
		return t
	}
	if len(s) == 1 {
		return s
	}
	hex := ""
	switch {
	case strings.HasPrefix(s, "uni") && len(s) >= 7:
		hex = s[3:7]
	case strings.HasPrefix(s, "u") && len(s) >= 5 && len(s) <= 7:
		hex = s[1:]
	}
	if v, err := strconv.ParseUint(hex, 16, 32); err == nil && hex != "" {
		return string(rune(v))
	}
	return "\ufffd"
}

//go:embed adobe-gb1.gz
var adobeGB1Packed []byte

// adobeGB1 is the Unicode value of each CID of Adobe-GB1 (see adobe-gb1.LICENSE); unpacked once, when first asked for.
var adobeGB1 = sync.OnceValue(func() []rune {
	z, err := gzip.NewReader(bytes.NewReader(adobeGB1Packed))
	if err != nil {
		return nil
	}
	r := bufio.NewReader(z)
	var out []rune
	var at int64
	for {
		d, err := binary.ReadUvarint(r)
		if err != nil {
			return out
		}
		if d&1 == 0 {
			at += int64(d >> 1)
		} else {
			at -= int64(d>>1) + 1
		}
		out = append(out, rune(at))
	}
})

// A cmap is an embedded CMap: ToUnicode, or an encoding.
type cmap struct {
	spaces   []codespace
	chars    map[uint64]string
	ranges   []cmapRange
	cids     []cidRange
	vertical bool
}

type codespace struct {
	n      int
	lo, hi uint32
}

type cmapRange struct {
	n      int
	lo, hi uint32
	to     []uint16
	list   []string
}

type cidRange struct {
	n      int
	lo, hi uint32
	cid    int
}

func (m *cmap) split(s string) int {
	var code uint32
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | uint32(s[n-1])
		for _, c := range m.spaces {
			if c.n == n && within(code, c.lo, c.hi, n) {
				return n
			}
		}
	}
	if len(m.spaces) > 0 {
		return m.spaces[0].n
	}
	return 2
}

// within compares byte by byte: a codespace is a rectangle (9.7.6.2).
func within(code, lo, hi uint32, n int) bool {
	for i := 0; i < n; i++ {
		sh := uint(8 * i)
		c, l, h := code>>sh&0xff, lo>>sh&0xff, hi>>sh&0xff
		if c < l || c > h {
			return false
		}
	}
	return true
}

func (m *cmap) cid(code uint32, n int) int {
	for i := len(m.cids) - 1; i >= 0; i-- {
		if r := &m.cids[i]; r.n == n && code >= r.lo && code <= r.hi {
			return r.cid + int(code-r.lo)
		}
	}
	return int(code)
}

func (m *cmap) text(code uint32, n int) (string, bool) {
	for _, k := range []int{n, 2, 1} { // writers get the length of codes in ToUnicode wrong
		if t, ok := m.chars[uint64(k)<<32|uint64(code)]; ok {
			return t, true
		}
		for i := range m.ranges {
			r := &m.ranges[i]
			if r.n != k || code < r.lo || code > r.hi {
				continue
			}
			off := code - r.lo
			if r.list != nil {
				if int(off) < len(r.list) {
					return r.list[off], true
				}
				return "", false
			}
			// the last unit is counted up, with carry
			u := append([]uint16(nil), r.to...)
			for j := len(u) - 1; j >= 0 && off > 0; j-- {
				sum := uint32(u[j]) + off
				u[j], off = uint16(sum), sum>>16
			}
			return string(utf16.Decode(u)), true
		}
	}
	return "", false
}

// readCMap reads an embedded CMap; nil where it cannot be read.
func (in *interpreter) readCMap(v objects.Value) (m *cmap) {
	defer func() {
		if p := recover(); p != nil {
			m = nil
		}
	}()
	r := v.Reader()
	defer r.Close()
	body, _ := io.ReadAll(io.LimitReader(r, 4<<20))
	m = &cmap{chars: map[uint64]string{}}
	l := lexer{b: body}
	var args []any
	str := func(i int) (uint32, int, bool) {
		if i >= len(args) {
			return 0, 0, false
		}
		s, ok := args[i].(string)
		if !ok || len(s) > 4 || len(s) == 0 {
			return 0, 0, false
		}
		var c uint32
		for k := 0; k < len(s); k++ {
			c = c<<8 | uint32(s[k])
		}
		return c, len(s), true
	}
	for {
		tok, kind := l.next()
		if kind == tokEnd {
			return m
		}
		if kind == tokValue {
			if len(args) < 100_000 {
				args = append(args, tok)
			}
			continue
		}
		switch tok.(string) {
		case "endcodespacerange":
			for i := 0; i+1 < len(args); i += 2 {
				lo, n, ok := str(i)
				hi, _, ok2 := str(i + 1)
				if ok && ok2 {
					m.spaces = append(m.spaces, codespace{n, lo, hi})
				}
			}
		case "endbfchar":
			for i := 0; i+1 < len(args); i += 2 {
				c, n, ok := str(i)
				if to, is := args[i+1].(string); ok && is {
					m.chars[uint64(n)<<32|uint64(c)] = utf16String(to)
				}
			}
		case "endbfrange":
			for i := 0; i+2 < len(args); i += 3 {
				lo, n, ok := str(i)
				hi, _, ok2 := str(i + 1)
				if !ok || !ok2 || hi < lo {
					continue
				}
				r := cmapRange{n: n, lo: lo, hi: hi}
				switch to := args[i+2].(type) {
				case string:
					r.to = units(to)
				case []any:
					r.list = []string{}
					for _, x := range to {
						s, _ := x.(string)
						r.list = append(r.list, utf16String(s))
					}
				}
				m.ranges = append(m.ranges, r)
			}
		case "endcidrange":
			for i := 0; i+2 < len(args); i += 3 {
				lo, n, ok := str(i)
				hi, _, ok2 := str(i + 1)
				if cid, is := args[i+2].(float64); ok && ok2 && is {
					m.cids = append(m.cids, cidRange{n, lo, hi, int(cid)})
				}
			}
		case "endcidchar":
			for i := 0; i+1 < len(args); i += 2 {
				c, n, ok := str(i)
				if cid, is := args[i+1].(float64); ok && is {
					m.cids = append(m.cids, cidRange{n, c, c, int(cid)})
				}
			}
		case "def":
			if len(args) >= 2 {
				if k, ok := args[len(args)-2].(nameToken); ok && k == "WMode" {
					if n, ok := args[len(args)-1].(float64); ok {
						m.vertical = n == 1
					}
				}
			}
		}
		args = args[:0]
	}
}

func units(s string) []uint16 {
	if len(s) == 1 {
		return []uint16{uint16(s[0])}
	}
	var u []uint16
	for i := 0; i+1 < len(s); i += 2 {
		u = append(u, uint16(s[i])<<8|uint16(s[i+1]))
	}
	return u
}

func utf16String(s string) string { return string(utf16.Decode(units(s))) }
