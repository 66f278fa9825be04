package pdf

import (
	"encoding/binary"
	"math"
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// A font says in two places what its codes mean: in ToUnicode, for whoever copies text, and in its encoding, the names
// of its glyphs or the tables of the font program, by which they are drawn. Where both say that a code is a digit, and
// not the same one, nobody knows which one is drawn without looking: U+FFFD. Other characters are left to ToUnicode:
// subsets of fonts give letters' codes to other characters as a matter of course.

// A program is an embedded TrueType program, as far as it tells what its glyphs are.
type program struct {
	digits map[int]string    // the digits among its glyphs, by cmap and by the names in post
	tables map[string][]byte // as they are
}

func openProgram(body []byte) *program {
	p := &program{digits: map[int]string{}, tables: map[string][]byte{}}
	defer func() { recover() }() // a table that breaks off says no more
	be := binary.BigEndian
	if len(body) < 12 {
		return p
	}
	for i := range int(be.Uint16(body[4:])) {
		entry := body[12+16*i:]
		if at, n := int(be.Uint32(entry[8:])), int(be.Uint32(entry[12:])); at <= len(body) {
			p.tables[string(entry[:4])] = body[at:min(len(body), at+n)]
		}
	}
	if t := p.tables["post"]; t != nil {
		digitsOfPost(t, p.digits)
	}
	if t := p.tables["cmap"]; t != nil {
		digitsOfCmap(t, p.digits)
	}
	return p
}

// glyphOfCode gives the glyph that a symbolic font draws for a code; 0 = not known.
func (p *program) glyphOfCode(code int) (g int) {
	defer func() {
		if recover() != nil {
			g = 0
		}
	}()
	t, be := p.tables["cmap"], binary.BigEndian
	if len(t) < 4 {
		return 0
	}
	for i := range int(be.Uint16(t[2:])) {
		platform, encoding, at := be.Uint16(t[4+8*i:]), be.Uint16(t[6+8*i:]), int(be.Uint32(t[8+8*i:]))
		switch {
		case at+8 > len(t):
		case platform == 3 && encoding == 0:
			for _, high := range [4]int{0xf000, 0, 0xf100, 0xf200} {
				if g := glyphIn(t[at:], high+code); g > 0 {
					return g
				}
			}
		case platform == 1 && be.Uint16(t[at:]) == 0 && code < 256:
			if g := int(t[at+6+code]); g > 0 {
				return g
			}
		case platform == 1:
			if g := glyphIn(t[at:], code); g > 0 {
				return g
			}
		}
	}
	return 0
}

// unlike reports whether the outline of a glyph cannot be that of a digit: by the holes in it. 8 has two; 6, 9 and 0 have
// one, of 6 below the middle, of 9 above it; 1, 2, 3, 5 and 7 have none.
func (p *program) unlike(g int, text string) bool {
	if digit(text) == "" {
		return false
	}
	holes, middle, ok := p.holes(g)
	switch {
	case !ok:
		return false
	case text == "8":
		return holes != 2
	case text == "6":
		return holes != 1 || middle > 0.5
	case text == "9":
		return holes != 1 || middle < 0.5
	case text == "0":
		return holes != 1 && holes != 2 // one that is crossed
	case text == "4":
		return holes > 1
	}
	return holes > 0
}

// holes counts the holes in the outline of a glyph: contours that run the other way round than the largest one. middle is
// how high the middle of the first lies, from 0 to 1.
func (p *program) holes(g int) (n int, middle float64, ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	be := binary.BigEndian
	head, loca, glyf := p.tables["head"], p.tables["loca"], p.tables["glyf"]
	if len(head) < 52 || loca == nil || glyf == nil {
		return 0, 0, false
	}
	var from, to int
	if be.Uint16(head[50:]) == 0 {
		from, to = 2*int(be.Uint16(loca[2*g:])), 2*int(be.Uint16(loca[2*g+2:]))
	} else {
		from, to = int(be.Uint32(loca[4*g:])), int(be.Uint32(loca[4*g+4:]))
	}
	t := glyf[from:to]
	contours := int(int16(be.Uint16(t)))
	if contours <= 0 || contours > 20 {
		return 0, 0, false // empty, of other glyphs, or no plain digit
	}
	points := outline(t, contours)
	var areas []float64
	largest := 0
	for i, c := range points {
		areas = append(areas, signedArea(c))
		if math.Abs(areas[i]) > math.Abs(areas[largest]) {
			largest = i
		}
	}
	y0, y1 := extent(points[largest])
	for i, c := range points {
		if areas[i]*areas[largest] < 0 && math.Abs(areas[i]) > 0.004*math.Abs(areas[largest]) && y1 > y0 {
			if n++; n == 1 {
				a, b := extent(c)
				middle = ((a+b)/2 - y0) / (y1 - y0)
			}
		}
	}
	return n, middle, true
}

// outline reads the points of a simple glyph.
func outline(t []byte, contours int) [][][2]float64 {
	be := binary.BigEndian
	ends := make([]int, contours)
	for i := range ends {
		ends[i] = int(be.Uint16(t[10+2*i:]))
	}
	n := ends[contours-1] + 1
	at := 10 + 2*contours
	at += 2 + int(be.Uint16(t[at:])) // instructions
	flags := make([]byte, 0, n)
	for len(flags) < n {
		f := t[at]
		at++
		flags = append(flags, f)
		if f&8 != 0 {
			for range int(t[at]) {
				flags = append(flags, f)
			}
			at++
		}
	}
	all := make([][2]float64, n)
	for axis, bits := range [2][2]byte{{2, 16}, {4, 32}} {
		v := 0
		for i := range n {
			switch f := flags[i]; {
			case f&bits[0] != 0 && f&bits[1] != 0:
				v += int(t[at])
				at++
			case f&bits[0] != 0:
				v -= int(t[at])
				at++
			case f&bits[1] == 0:
				v += int(int16(be.Uint16(t[at:])))
				at += 2
			}
			all[i][axis] = float64(v)
		}
	}
	out := make([][][2]float64, contours)
	start := 0
	for i, e := range ends {
		out[i], start = all[start:e+1], e+1
	}
	return out
}

func signedArea(c [][2]float64) float64 {
	sum := 0.0
	for i, p := range c {
		q := c[(i+1)%len(c)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum / 2
}

// extent is the lowest and the highest y of points.
func extent(c [][2]float64) (lo, hi float64) {
	lo, hi = math.Inf(1), math.Inf(-1)
	for _, p := range c {
		lo, hi = math.Min(lo, p[1]), math.Max(hi, p[1])
	}
	return lo, hi
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
func (in *interpreter) witness(f *font, v, d objects.Value) func(code uint32, n int, text string) bool {
	composite := v.Key("Subtype").Name() == "Type0"
	encoded := func(code uint32, n int, text string) bool {
		other := digit(f.unicode(code, n))
		return other != "" && other != text && (composite || f.bare || f.encodes(code))
	}
	if !composite {
		d = v
	}
	if file := d.Key("FontDescriptor").Key("FontFile2"); !file.IsNull() {
		body, _ := in.file.data(file, 32<<20)
		p := openProgram(body)
		to, _ := in.file.data(d.Key("CIDToGIDMap"), 1<<18)
		glyph := func(code uint32, n int) int {
			if !composite {
				return p.glyphOfCode(int(code))
			}
			g := f.cid(code, n)
			if len(to) > 0 {
				if g < 0 || 2*g+1 >= len(to) {
					return 0
				}
				g = int(to[2*g])<<8 | int(to[2*g+1])
			}
			return g
		}
		symbolic := v.Key("FontDescriptor").Key("Flags").Int64()&4 != 0
		return func(code uint32, n int, text string) bool {
			if !composite && (f.named || !symbolic) && encoded(code, n, text) {
				return true
			}
			g := glyph(code, n)
			if g <= 0 {
				return false
			}
			if other := p.digits[g]; composite && other != "" {
				return other != text
			}
			return p.unlike(g, text)
		}
	}
	switch {
	case !composite && !f.bare: // its program has codes and names of its own, and not every writer means them
		return nil
	case !composite && (f.named || v.Key("Subtype").Name() == "Type1" ||
		v.Key("FontDescriptor").Key("Flags").Int64()&4 == 0): // else an encoding that its program does not heed
		return encoded
	case composite && f.bare && strings.HasPrefix(d.Key("CIDSystemInfo").Key("Ordering").Text(), "GB"):
		return encoded
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
