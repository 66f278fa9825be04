package pdf

import (
	"encoding/binary"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	objects "github.com/ledongthuc/pdf"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/simplifiedchinese"

	"github.com/gongkai/gongkai/extract/layout"
)

// A font turns the bytes of a string into characters with their widths (9.4 to 9.10 of PDF 32000-1).
type font struct {
	name      string // BaseFont
	vertical  bool
	split     func(string) int                // length of the next code
	cid       func(code uint32, n int) int    // code → key of widths; -1 unknown
	unicode   func(code uint32, n int) string // what the encoding says; U+FFFD where it says nothing
	certain   bool                            // the encoding says what is drawn: ToUnicode is not asked
	toUnicode *cmap
	widths    map[int]float64                            // per 1 unit of text space
	standard  float64                                    // width where widths has none
	down      map[int][3]float64                         // vertical advance and origin (w1y, vx, vy), where they are not the standard ones
	downAll   [3]float64                                 // the standard ones; vx 0 = half of the width
	known     map[uint64]char                            // codes decoded so far
	origins   *origins                                   // where they are numbered
	encodes   func(code uint32) bool                     // of a simple font: whether its dictionary says what a code is drawn as
	named     bool                                       // the encoding names its glyphs one by one
	garbled   bool                                       // its characters have proved to be junk (see garbledfonts.go)
	witness   func(code uint32, n int, text string) bool // whether what a code is drawn with speaks against a text
	empty     map[uint32]bool                            // codes of a Type 3 font that draw nothing,
	look      map[uint32]string                          // and what the others draw
	bare      bool                                       // the file does not hold its glyphs: who draws it takes another font
}

// A char is one decoded code.
type char struct {
	text    string
	width   float64
	down    float64 // vertical advance, positive downwards
	vx, vy  float64 // origin of vertical writing
	space   bool    // single-byte code 32, to which word spacing applies
	nothing bool    // its glyph draws nothing
	origin  int32   // which code of which font it is, for whoever must know it of a glyph
}

// origins number the codes of fonts: a glyph's Ref is the number of what it was drawn from. Number 0 is of none.
type origins []origin

type origin struct {
	font *font
	code uint64 // its length in the upper half
}

func newOrigins() *origins { return &origins{{}} }

func (o *origins) add(f *font, code uint64) int32 {
	*o = append(*o, origin{f, code})
	return int32(len(*o) - 1)
}

// bare reports whether the file does not hold the glyph.
func (o origin) bare() bool { return o.font != nil && o.font.bare }

// of gives what a glyph was drawn from.
func (o *origins) of(g *layout.Glyph) origin { return (*o)[g.Ref] }

// decode calls each with the characters of a string. A code that no table knows becomes U+FFFD, never nothing.
func (f *font) decode(s string, each func(c char)) {
	for len(s) > 0 {
		n := max(1, min(f.split(s), len(s)))
		var code uint32
		for i := 0; i < n; i++ {
			code = code<<8 | uint32(s[i])
		}
		key := uint64(n)<<32 | uint64(code)
		c, ok := f.known[key]
		if !ok {
			c = f.char(code, n)
			c.origin = f.origins.add(f, key)
			if len(f.known) < 100_000 {
				f.known[key] = c
			}
		}
		each(c)
		s = s[n:]
	}
}

func (f *font) char(code uint32, n int) char {
	c := char{space: n == 1 && code == 32}
	text, known := "\ufffd", false
	if f.certain {
		text = f.unicode(code, n)
		known = text != "\ufffd"
	}
	if !known && f.toUnicode != nil {
		text, known = f.toUnicode.text(code, n)
		known = known && text != "" && !strings.ContainsFunc(text, func(r rune) bool {
			return r == utf8.RuneError || r < 0x20 && r != '\t' && r != '\n' && r != '\r'
		})
	}
	if !known {
		text = f.unicode(code, n)
	}
	if f.witness != nil && (isDigitText(text) || strings.TrimSpace(text) == "") {
		if f.witness(code, n, text) {
			text = "\ufffd" // drawn as one digit and told as another
		}
	}
	if f.empty[code] {
		c.nothing = true
	} else if f.look != nil && digit(text) != "" {
		for other, look := range f.look {
			if look == f.look[code] && other != code && f.digitOf(other, n) != "" && f.digitOf(other, n) != text {
				text = "\ufffd" // two digits that look alike
			}
		}
	}
	c.text = FoldRadicals(text)
	k := f.cid(code, n)
	if w, ok := f.widths[k]; ok {
		c.width = w
	} else {
		c.width = f.standard
	}
	d, ok := f.down[k]
	if !ok {
		d = f.downAll
	}
	c.down, c.vx, c.vy = d[0], d[1], d[2]
	if c.vx == 0 {
		c.vx = c.width / 2
	}
	return c
}

// font reads a font dictionary.
func (in *interpreter) font(v objects.Value) (f *font) {
	if v.Kind() != objects.Dict {
		return nil
	}
	name := v.Key("BaseFont").Name()
	defer func() {
		if p := recover(); p != nil {
			f = &font{split: one, cid: codeIsCID, unicode: unknown, standard: 0.5}
			in.doubt(Doubt{Code: "broken-font", Message: fmt.Sprintf("font %s cannot be read", name)})
		}
		f.name, f.known, f.origins = name, map[uint64]char{}, in.origins
	}()
	descriptor := v.Key("FontDescriptor")
	if v.Key("Subtype").Name() == "Type0" {
		f = in.composite(v)
		descriptor = v.Key("DescendantFonts").Index(0).Key("FontDescriptor")
	} else {
		f = simple(v)
	}
	f.bare = v.Key("Subtype").Name() != "Type3"
	for _, file := range []string{"FontFile", "FontFile2", "FontFile3"} {
		f.bare = f.bare && descriptor.Key(file).IsNull()
	}
	if tu := v.Key("ToUnicode"); tu.Kind() == objects.Stream {
		if m := in.readCMap(tu); m != nil && len(m.ranges)+len(m.chars) > 0 {
			f.toUnicode = m
		}
	}
	if f.toUnicode != nil && !f.certain {
		f.witness = in.witness(f, v, v.Key("DescendantFonts").Index(0))
	}
	if v.Key("Subtype").Name() == "Type3" {
		f.empty, f.look = in.typeThree(v)
	}
	return f
}

// digitOf gives the digit that a code is said to be; "" for none.
func (f *font) digitOf(code uint32, n int) string {
	if f.toUnicode != nil {
		if t, ok := f.toUnicode.text(code, n); ok {
			return digit(t)
		}
	}
	return digit(f.unicode(code, n))
}

func one(string) int                    { return 1 }
func two(string) int                    { return 2 }
func codeIsCID(code uint32, n int) int  { return int(code) }
func unknown(code uint32, n int) string { return "\ufffd" }

// composite reads a Type0 font.
func (in *interpreter) composite(v objects.Value) *font {
	d := v.Key("DescendantFonts")
	if d.Kind() == objects.Array {
		d = d.Index(0)
	}
	f := &font{split: two, cid: codeIsCID, unicode: unknown, widths: map[int]float64{}, standard: 1,
		down: map[int][3]float64{}, downAll: [3]float64{1, 0, 0.88}}
	if dw := d.Key("DW"); !dw.IsNull() {
		f.standard = dw.Float64() / 1000
	}
	if dw := d.Key("DW2"); dw.Len() == 2 {
		f.downAll = [3]float64{dw.Index(1).Float64() / -1000, 0, dw.Index(0).Float64() / 1000}
	}
	readWidths(d.Key("W"), f.widths)
	readVertical(d.Key("W2"), f.down)
	enc := v.Key("Encoding")
	name := enc.Name()
	var m *cmap
	if enc.Kind() == objects.Stream {
		if m = in.readCMap(enc); m != nil {
			f.vertical = enc.Key("WMode").Int64() == 1 || m.vertical
		}
		name = ""
	} else {
		m = predefined(name)
	}
	f.vertical = f.vertical || strings.HasSuffix(name, "-V")
	if m != nil {
		f.split = m.split
		f.cid = m.cid
	}
	cidText := func(code uint32, n int) string {
		table := adobeGB1()
		if k := f.cid(code, n); k > 0 && k < len(table) && table[k] != 0 {
			return string(table[k])
		}
		return "\ufffd"
	}
	switch {
	case strings.HasPrefix(name, "Uni"): // UniGB-UCS2, UniGB-UTF16, UniCNS, UniJIS …: codes are characters
		f.unicodeEncoding(name)
	case m != nil && gbkCodes(name):
		f.certain = true
		f.unicode = func(code uint32, n int) string {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], code)
			if n == 1 && code >= 0x80 {
				return cidText(code, n)
			}
			out, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b[4-n:])
			if err != nil || len(out) == 0 || code < 0x20 {
				return cidText(code, n)
			}
			return string(out)
		}
	case strings.HasPrefix(d.Key("CIDSystemInfo").Key("Ordering").Text(), "GB"):
		f.unicode = cidText
	}
	return f
}

// gbkCodes reports whether the codes of a predefined CMap are characters of GBK or GB 18030.
func gbkCodes(name string) bool {
	return strings.HasPrefix(name, "GB") && !strings.HasPrefix(name, "GBT") && name != "GB-H" && name != "GB-V"
}

// unicodeEncoding makes the codes of a predefined Uni… CMap characters: UCS-2, UTF-16, UTF-8 or UTF-32.
func (f *font) unicodeEncoding(name string) {
	f.certain = true
	switch base := name[:len(name)-2]; {
	case strings.HasSuffix(base, "UTF8"):
		f.split = func(s string) int { _, n := utf8.DecodeRuneInString(s); return n }
		f.unicode = func(code uint32, n int) string {
			var b [4]byte
			binary.BigEndian.PutUint32(b[:], code)
			return strings.ToValidUTF8(string(b[4-n:]), "\ufffd")
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
	wide := predefined("UniGB-UTF32-" + name[len(name)-1:])
	f.cid = func(code uint32, n int) int {
		r, size := utf8.DecodeRuneInString(f.unicode(code, n))
		if wide == nil || size == 0 || !strings.HasPrefix(name, "UniGB") {
			return -1
		}
		return wide.cid(uint32(r), 4)
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

// readVertical reads a /W2 array: c [w1y vx vy …] or first last w1y vx vy.
func readVertical(v objects.Value, out map[int][3]float64) {
	at := func(v objects.Value, i int) [3]float64 {
		return [3]float64{v.Index(i).Float64() / -1000, v.Index(i+1).Float64() / 1000, v.Index(i+2).Float64() / 1000}
	}
	for i := 0; i < v.Len() && i < 200_000; {
		first := int(v.Index(i).Int64())
		if list := v.Index(i + 1); list.Kind() == objects.Array {
			for k := 0; k+2 < list.Len() && k < 200_000; k += 3 {
				out[first+k/3] = at(list, k)
			}
			i += 2
			continue
		}
		last := int(v.Index(i + 1).Int64())
		d := at(v, i+2)
		for k := first; k <= last && k-first < 70_000; k++ {
			out[k] = d
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
	if ws.Len() == 0 {
		standardWidths(v.Key("BaseFont").Name(), f.widths)
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
	f.named = diff.Len() > 0
	listed := map[uint32]bool{}
	f.encodes = func(code uint32) bool { return baseName != "" || listed[code] }
	code := 0
	for i := 0; i < diff.Len() && i < 2000; i++ {
		switch x := diff.Index(i); x.Kind() {
		case objects.Integer:
			code = int(x.Int64())
		case objects.Name:
			if code >= 0 && code < 256 {
				table[code] = glyphName(x.Name())
				listed[uint32(code)] = true
			}
			code++
		}
	}
	f.unicode = func(code uint32, n int) string { return table[code&0xff] }
	return f
}

// standardWidths gives the widths of the standard 14 fonts (9.6.2.2), which need not carry any, for codes 32 to 126.
func standardWidths(name string, to map[int]float64) {
	var list string
	switch {
	case strings.Contains(name, "Courier"):
		for c := 32; c < 127; c++ {
			to[c] = 0.6
		}
		return
	case strings.Contains(name, "Helvetica"), strings.Contains(name, "Arial"):
		list = "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 " +
			"556 556 278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 " +
			"667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 " +
			"556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
	case strings.Contains(name, "Times"):
		list = "250 333 408 500 500 833 778 180 333 333 500 564 250 333 250 278 500 500 500 500 500 500 500 500 " +
			"500 500 278 278 564 564 564 444 921 722 667 667 722 611 556 722 722 333 389 722 611 889 722 722 " +
			"556 722 667 556 611 722 722 944 722 722 611 333 278 333 469 500 333 444 500 444 500 444 333 500 " +
			"500 278 278 500 278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541"
	}
	for i, w := range strings.Fields(list) {
		n, _ := strconv.Atoi(w)
		to[32+i] = float64(n) / 1000
	}
}

var glyphNames = map[string]string{
	"space": " ", "exclam": "!", "quotedbl": "\"", "numbersign": "#", "dollar": "$", "percent": "%", "ampersand": "&",
	"quotesingle": "'", "parenleft": "(", "parenright": ")", "asterisk": "*", "plus": "+", "comma": ",", "hyphen": "-",
	"minus": "-", "period": ".", "slash": "/", "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4",
	"five": "5",
	"six":  "6", "seven": "7", "eight": "8", "nine": "9", "colon": ":", "semicolon": ";", "less": "<", "equal": "=",
	"greater": ">", "question": "?", "at": "@", "bracketleft": "[", "backslash": "\\", "bracketright": "]",
	"underscore": "_", "braceleft": "{", "bar": "|", "braceright": "}", "asciitilde": "~", "emdash": "—", "endash": "–",
	"quoteleft": "‘", "quoteright": "’", "quotedblleft": "“", "quotedblright": "”", "bullet": "•", "ellipsis": "…",
	"periodcentered": "·", "nbspace": " ", "section": "§", "degree": "°", "multiply": "×", "divide": "÷",
	"sfthyphen": "-",
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
