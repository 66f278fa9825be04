package pdf

import (
	"encoding/binary"
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// A font says in two places what its codes mean: in ToUnicode, for whoever copies text, and in its encoding, the names
// of its glyphs or the tables of the font program, by which they are drawn. Where both say that a code is a digit, and
// not the same one, nobody knows which one is drawn without looking: U+FFFD. Other characters are left to ToUnicode:
// subsets of fonts give letters' codes to other characters as a matter of course.

// digitsOf gives the digits that the glyphs of an embedded TrueType or OpenType program are, by its own tables: cmap, and
// the names in post.
func digitsOf(program []byte) (out map[int]string) {
	defer func() {
		if recover() != nil { // a table that breaks off
			out = nil
		}
	}()
	out = map[int]string{}
	be := binary.BigEndian
	if len(program) < 12 {
		return nil
	}
	for i := range int(be.Uint16(program[4:])) {
		entry := program[12+16*i:]
		at, n := int(be.Uint32(entry[8:])), int(be.Uint32(entry[12:]))
		if at > len(program) {
			continue
		}
		table := program[at:min(len(program), at+n)]
		switch string(entry[:4]) {
		case "cmap":
			digitsOfCmap(table, out)
		case "post":
			digitsOfPost(table, out)
		}
	}
	return out
}

func digitsOfCmap(t []byte, out map[int]string) {
	be := binary.BigEndian
	for i := range int(be.Uint16(t[2:])) {
		platform, encoding, at := be.Uint16(t[4+8*i:]), be.Uint16(t[6+8*i:]), int(be.Uint32(t[8+8*i:]))
		if at+8 > len(t) || !(platform == 3 && (encoding == 1 || encoding == 10) || platform == 0) {
			continue // codes that are no characters
		}
		sub := t[at:]
		for d := '0'; d <= '9'; d++ {
			if g := glyphIn(sub, int(d)); g > 0 {
				out[g] = string(d)
			}
		}
	}
}

// glyphIn gives the glyph that a subtable of cmap has for a character; 0 = none.
func glyphIn(sub []byte, r int) int {
	be := binary.BigEndian
	switch be.Uint16(sub) {
	case 4:
		n := int(be.Uint16(sub[6:]))
		ends, starts := sub[14:], sub[16+n:]
		deltas, ranges := sub[16+2*n:], sub[16+3*n:]
		for i := 0; i < n; i += 2 {
			if end, start := int(be.Uint16(ends[i:])), int(be.Uint16(starts[i:])); r <= end {
				if r < start {
					return 0
				}
				delta, offset := int(be.Uint16(deltas[i:])), int(be.Uint16(ranges[i:]))
				if offset == 0 {
					return (r + delta) & 0xffff
				}
				if g := int(be.Uint16(ranges[i+offset+2*(r-start):])); g != 0 {
					return (g + delta) & 0xffff
				}
				return 0
			}
		}
	case 6:
		if first := int(be.Uint16(sub[6:])); r >= first && r < first+int(be.Uint16(sub[8:])) {
			return int(be.Uint16(sub[10+2*(r-first):]))
		}
	case 12:
		for i := range min(int(be.Uint32(sub[12:])), 100_000) {
			g := sub[16+12*i:]
			if start, end := int(be.Uint32(g)), int(be.Uint32(g[4:])); r >= start && r <= end {
				return int(be.Uint32(g[8:])) + r - start
			}
		}
	}
	return 0
}

func digitsOfPost(t []byte, out map[int]string) {
	be := binary.BigEndian
	if len(t) < 34 || be.Uint32(t) != 0x20000 {
		return
	}
	n := int(be.Uint16(t[32:]))
	var names []string
	for rest := t[34+2*n:]; len(rest) > 0 && len(rest) > int(rest[0]); rest = rest[1+int(rest[0]):] {
		names = append(names, string(rest[1:1+int(rest[0])]))
	}
	for g := range n {
		k := int(be.Uint16(t[34+2*g:]))
		switch { // the order of the Macintosh: zero is 19
		case k >= 19 && k <= 28:
			out[g] = string(rune('0' + k - 19))
		case k >= 258 && k-258 < len(names):
			if d := digit(glyphName(names[k-258])); d != "" {
				out[g] = d
			}
		}
	}
}

// digit gives a text that is one digit of ASCII; else "".
func digit(s string) string {
	if len(s) == 1 && isDigit(s[0]) {
		return s
	}
	return ""
}

// witness finds what else a font says of its digits than ToUnicode does. v is its dictionary, d that of its descendant
// and the same for a simple font.
func (in *interpreter) witness(f *font, v, d objects.Value) func(code uint32, n int) string {
	if v.Key("Subtype").Name() != "Type0" {
		if v.Key("FontDescriptor").Key("Flags").Int64()&4 != 0 && !f.named && v.Key("Subtype").Name() != "Type1" {
			return nil // an encoding that its program does not heed
		}
		return func(code uint32, n int) string { return digit(f.unicode(code, n)) }
	}
	descriptor := d.Key("FontDescriptor")
	if file := descriptor.Key("FontFile2"); !file.IsNull() {
		body, _ := in.file.data(file, 32<<20)
		digits := digitsOf(body)
		if len(digits) == 0 {
			return nil
		}
		to, _ := in.file.data(d.Key("CIDToGIDMap"), 1<<18)
		return func(code uint32, n int) string {
			g := f.cid(code, n)
			if len(to) > 0 {
				if 2*g+1 >= len(to) || g < 0 {
					return ""
				}
				g = int(to[2*g])<<8 | int(to[2*g+1])
			}
			return digits[g]
		}
	}
	if f.bare && strings.HasPrefix(d.Key("CIDSystemInfo").Key("Ordering").Text(), "GB") {
		return func(code uint32, n int) string { return digit(f.unicode(code, n)) }
	}
	return nil
}

// Type 3 glyphs are content streams (9.6.5). emptyGlyphs gives the codes of those that draw nothing, and the digits of
// those that are drawn as another one is.
func (in *interpreter) typeThree(v objects.Value) (empty map[uint32]bool, look map[uint32]string) {
	procs, diff := v.Key("CharProcs"), v.Key("Encoding").Key("Differences")
	empty, look = map[uint32]bool{}, map[uint32]string{}
	code := uint32(0)
	for i := 0; i < diff.Len() && i < 2000; i++ {
		switch x := diff.Index(i); x.Kind() {
		case objects.Integer:
			code = uint32(x.Int64())
		case objects.Name:
			p := procs.Key(x.Name())
			body, err := in.file.data(p, 1<<16)
			if err == nil {
				empty[code] = p.Kind() != objects.Stream || !paints(body)
				look[code] = string(body)
			}
			code++
		}
	}
	return empty, look
}

// paints reports whether a content stream has an operator that paints.
func paints(body []byte) bool {
	l := lexer{b: body}
	for {
		tok, kind := l.next()
		switch {
		case kind == tokEnd:
			return false
		case kind == tokOp:
			switch tok.(string) {
			case "S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Do", "BI", "sh", "Tj", "TJ", "'", "\"":
				return true
			}
		}
	}
}
