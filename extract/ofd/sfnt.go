package ofd

import (
	"encoding/binary"
	"unicode"
	"unicode/utf8"
)

// A program is an embedded font, as far as it tells what its glyphs are.
type program struct {
	body   []byte
	kind   programKind
	glyphs map[rune]int   // by the characters that its cmap knows
	runes  map[int][]rune // and the other way round
	widths []float64      // of its glyphs, in ems; nil where they are not told
	count  int            // glyphs; 0 where that is not told
	loca   []byte
	long   bool
	steps  int // taken in its tables
	number int // of the drawing's object; 0 = it is not yet written
}

type programKind int

const (
	noProgram programKind = iota
	trueType
	openType // outlines of CFF in a container of TrueType
	bareCFF
)

// openProgram reads the tables of a font. Whatever breaks off says no more; a font of a kind that is not known is nil.
func openProgram(body []byte) *program {
	p := &program{body: body, glyphs: map[rune]int{}, runes: map[int][]rune{}}
	if len(body) < 12 {
		return nil
	}
	switch tag := string(body[:4]); {
	case tag == "\x00\x01\x00\x00" || tag == "true":
		p.kind = trueType
	case tag == "OTTO":
		p.kind = openType
	case body[0] == 1 && body[1] == 0 && body[2] >= 4 && body[3] >= 1 && body[3] <= 4:
		p.kind = bareCFF
		return p
	default:
		return nil
	}
	be := binary.BigEndian
	tables := map[string][]byte{}
	for i := range int(be.Uint16(body[4:])) {
		if 12+16*i+16 > len(body) {
			break
		}
		e := body[12+16*i:]
		if at, n := uint64(be.Uint32(e[8:])), uint64(be.Uint32(e[12:])); at <= uint64(len(body)) {
			tables[string(e[:4])] = body[at:min(uint64(len(body)), at+n)]
		}
	}
	if p.kind == trueType && tables["glyf"] == nil {
		if tables["CFF "] == nil {
			return nil
		}
		p.kind = openType
	}
	p.loca = tables["loca"]
	if head := tables["head"]; len(head) >= 54 {
		p.long = be.Uint16(head[50:]) != 0
		p.metrics(int(be.Uint16(head[18:])), tables["hhea"], tables["hmtx"])
	}
	if m := tables["maxp"]; len(m) >= 6 {
		p.count = int(be.Uint16(m[4:]))
	}
	guard(func() { p.cmap(tables["cmap"]) })
	return p
}

// guard runs f; what it was doing is left where it breaks off on a table that does.
func guard(f func()) {
	defer func() { recover() }()
	f()
}

func (p *program) metrics(units int, hhea, hmtx []byte) {
	if units == 0 || len(hhea) < 36 {
		return
	}
	be := binary.BigEndian
	for i := range int(be.Uint16(hhea[34:])) {
		if 4*i+2 > len(hmtx) {
			break
		}
		p.widths = append(p.widths, float64(be.Uint16(hmtx[4*i:]))/float64(units))
	}
}

// width gives how far a glyph moves what follows.
func (p *program) width(g int) (float64, bool) {
	if len(p.widths) == 0 || g < 0 {
		return 0, false
	}
	return p.widths[min(g, len(p.widths)-1)], true
}

// blank reports whether a glyph has no outline.
func (p *program) blank(g int) bool {
	be := binary.BigEndian
	switch {
	case p.kind != trueType || g < 0:
		return false
	case p.long && 4*g+8 <= len(p.loca):
		return be.Uint32(p.loca[4*g:]) == be.Uint32(p.loca[4*g+4:])
	case !p.long && 2*g+4 <= len(p.loca):
		return be.Uint16(p.loca[2*g:]) == be.Uint16(p.loca[2*g+2:])
	}
	return false
}

const (
	maxMapped = 200_000   // characters of a font
	maxSteps  = 2_000_000 // through its tables
)

func (p *program) add(r rune, g int) {
	if p.steps++; p.steps > maxSteps {
		panic("a table of a font that does not end")
	}
	if g <= 0 || !utf8.ValidRune(r) || len(p.glyphs) > maxMapped {
		return
	}
	if _, ok := p.glyphs[r]; ok {
		return
	}
	p.glyphs[r] = g
	p.runes[g] = append(p.runes[g], r)
}

// cmap reads the subtables whose codes are characters.
func (p *program) cmap(t []byte) {
	be := binary.BigEndian
	if len(t) < 4 {
		return
	}
	for i := range int(be.Uint16(t[2:])) {
		platform, encoding, at := be.Uint16(t[4+8*i:]), be.Uint16(t[6+8*i:]), int(be.Uint32(t[8+8*i:]))
		if at+8 > len(t) || !(platform == 3 && (encoding == 1 || encoding == 10) || platform == 0) {
			continue
		}
		if p.steps <= maxSteps {
			guard(func() { p.subtable(t[at:]) })
		}
	}
}

func (p *program) subtable(sub []byte) {
	be := binary.BigEndian
	switch be.Uint16(sub) {
	case 4:
		n := int(be.Uint16(sub[6:]))
		ends, starts, deltas, ranges := sub[14:], sub[16+n:], sub[16+2*n:], sub[16+3*n:]
		for i := 0; i < n; i += 2 {
			end, start := int(be.Uint16(ends[i:])), int(be.Uint16(starts[i:]))
			delta, offset := int(be.Uint16(deltas[i:])), int(be.Uint16(ranges[i:]))
			for r := start; r <= end && r < 0xffff; r++ {
				g := (r + delta) & 0xffff
				if offset != 0 {
					if g = int(be.Uint16(ranges[i+offset+2*(r-start):])); g != 0 {
						g = (g + delta) & 0xffff
					}
				}
				p.add(rune(r), g)
			}
		}
	case 6:
		first := int(be.Uint16(sub[6:]))
		for k := range int(be.Uint16(sub[8:])) {
			p.add(rune(first+k), int(be.Uint16(sub[10+2*k:])))
		}
	case 12:
		for i := range min(int(be.Uint32(sub[12:])), maxMapped) {
			e := sub[16+12*i:]
			start, end, g := int(be.Uint32(e)), int(be.Uint32(e[4:])), int(be.Uint32(e[8:]))
			for r := start; r <= end && r-start < maxMapped && r <= unicode.MaxRune; r++ {
				p.add(rune(r), g+r-start)
			}
		}
	}
}

// means gives the character that a glyph is drawn for; U+FFFD where the font does not tell it, or tells several that do
// not look alike.
func (p *program) means(g int) string {
	rs := p.runes[g]
	if len(rs) == 0 {
		return "\ufffd"
	}
	best := rs[0]
	for _, r := range rs { // characters before radicals and forms for compatibility that look like them
		if plainness(r) > plainness(best) {
			best = r
		}
	}
	if private(best) {
		return "\ufffd"
	}
	return string(best)
}

func plainness(r rune) int {
	switch {
	case private(r):
		return 0
	case r >= 0x2e80 && r <= 0x2fdf, r >= 0xf900 && r <= 0xfaff, r >= 0x2f800 && r <= 0x2fa1f:
		return 1
	}
	return 2
}

// private reports whether nobody but a font knows what a character is.
func private(r rune) bool {
	return r >= 0xe000 && r <= 0xf8ff || r >= 0xf0000 || r == utf8.RuneError
}
