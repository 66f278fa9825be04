package pdf

import (
	"bufio"
	"bytes"
	"compress/gzip"
	_ "embed"
	"encoding/binary"
	"io"
	"sort"
	"sync"
	"unicode/utf16"

	objects "github.com/ledongthuc/pdf"
)

// A cmap maps codes to CIDs, or to text (ToUnicode): 9.7.5 and 9.10.3 of PDF 32000-1.
type cmap struct {
	spaces   []codespace
	cids     []cidRange // sorted by length of code and first code
	base     *cmap      // usecmap
	chars    map[uint64]string
	ranges   []textRange
	vertical bool
}

type codespace struct {
	n      int
	lo, hi uint32
}

type cidRange struct {
	n      int
	lo, hi uint32
	cid    int
}

type textRange struct {
	n      int
	lo, hi uint32
	to     []uint16
	list   []string
}

// split gives the length of the code that s begins with.
func (m *cmap) split(s string) int {
	var code uint32
	for n := 1; n <= 4 && n <= len(s); n++ {
		code = code<<8 | uint32(s[n-1])
		for k := m; k != nil; k = k.base {
			for _, c := range k.spaces {
				if c.n == n && within(code, c.lo, c.hi, n) {
					return n
				}
			}
		}
	}
	for k := m; k != nil; k = k.base {
		if len(k.spaces) > 0 {
			return k.spaces[0].n
		}
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

// cid gives the CID of a code of n bytes; -1 where the map has none.
func (m *cmap) cid(code uint32, n int) int {
	for k := m; k != nil; k = k.base {
		i := sort.Search(len(k.cids), func(i int) bool {
			r := &k.cids[i]
			return r.n > n || r.n == n && r.lo > code
		}) - 1
		if i >= 0 && k.cids[i].n == n {
			if r := &k.cids[i]; code <= r.hi {
				return r.cid + int(code-r.lo)
			}
		}
	}
	return -1
}

// text gives the text of a code of n bytes.
func (m *cmap) text(code uint32, n int) (string, bool) {
	for _, k := range [3]int{n, 2, 1} { // writers get the length of codes in ToUnicode wrong
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

const maxCMap = 8 << 20 // bytes of an embedded CMap

// readCMap reads an embedded CMap; nil where it cannot be read.
func (in *interpreter) readCMap(v objects.Value) *cmap {
	body, _ := in.file.data(v, maxCMap)
	if len(body) == 0 {
		return nil
	}
	m := parseCMap(body)
	if base := v.Key("UseCMap"); base.Kind() == objects.Name {
		m.base = predefined(base.Name())
	}
	return m
}

// parseCMap reads the text of a CMap: the operands up to each operator, of which those that end a section say what it
// held.
func parseCMap(body []byte) *cmap {
	m := &cmap{chars: map[uint64]string{}}
	l := lexer{b: body}
	var args operands
	for {
		tok, kind := l.next()
		if kind == tokEnd {
			break
		}
		if kind == tokValue {
			if len(args) < 100_000 {
				args = append(args, tok)
			}
			continue
		}
		switch tok.(string) {
		case "usecmap":
			m.useCMap(args)
		case "endcodespacerange":
			m.addSpaces(args)
		case "endbfchar":
			m.addChars(args)
		case "endbfrange":
			m.addRanges(args)
		case "endcidrange":
			m.addCIDRanges(args)
		case "endcidchar":
			m.addCIDs(args)
		case "def":
			m.define(args)
		}
		args = args[:0]
	}
	m.sort()
	return m
}

// operands are what stands before an operator of a CMap.
type operands []any

// code gives operand i as a code of n bytes.
func (args operands) code(i int) (code uint32, n int, ok bool) {
	if i >= len(args) {
		return 0, 0, false
	}
	s, ok := args[i].(string)
	if !ok || len(s) > 4 || len(s) == 0 {
		return 0, 0, false
	}
	for k := range len(s) {
		code = code<<8 | uint32(s[k])
	}
	return code, len(s), true
}

// codes gives operands i and i+1 as the first and the last code of a range.
func (args operands) codes(i int) (lo, hi uint32, n int, ok bool) {
	lo, n, ok = args.code(i)
	hi, _, ok2 := args.code(i + 1)
	return lo, hi, n, ok && ok2
}

func (m *cmap) useCMap(args operands) {
	if len(args) > 0 {
		if name, ok := args[len(args)-1].(nameToken); ok {
			m.base = predefined(string(name))
		}
	}
}

func (m *cmap) addSpaces(args operands) {
	for i := 0; i+1 < len(args); i += 2 {
		if lo, hi, n, ok := args.codes(i); ok && len(m.spaces) < 1000 {
			m.spaces = append(m.spaces, codespace{n, lo, hi})
		}
	}
}

func (m *cmap) addChars(args operands) {
	for i := 0; i+1 < len(args); i += 2 {
		c, n, ok := args.code(i)
		if to, is := args[i+1].(string); ok && is {
			m.chars[uint64(n)<<32|uint64(c)] = utf16String(to)
		}
	}
}

func (m *cmap) addRanges(args operands) {
	for i := 0; i+2 < len(args); i += 3 {
		lo, hi, n, ok := args.codes(i)
		if !ok || hi < lo {
			continue
		}
		r := textRange{n: n, lo: lo, hi: hi}
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
}

func (m *cmap) addCIDRanges(args operands) {
	for i := 0; i+2 < len(args); i += 3 {
		lo, hi, n, ok := args.codes(i)
		if cid, is := args[i+2].(float64); ok && is {
			m.cids = append(m.cids, cidRange{n, lo, hi, int(cid)})
		}
	}
}

func (m *cmap) addCIDs(args operands) {
	for i := 0; i+1 < len(args); i += 2 {
		c, n, ok := args.code(i)
		if cid, is := args[i+1].(float64); ok && is {
			m.cids = append(m.cids, cidRange{n, c, c, int(cid)})
		}
	}
}

// define takes what a CMap says of itself: the direction of its writing.
func (m *cmap) define(args operands) {
	if len(args) < 2 || args[len(args)-2] != any(nameToken("WMode")) {
		return
	}
	if n, ok := args[len(args)-1].(float64); ok {
		m.vertical = n == 1
	}
}

func (m *cmap) sort() {
	sort.SliceStable(m.cids, func(i, j int) bool {
		a, b := m.cids[i], m.cids[j]
		return a.n < b.n || a.n == b.n && a.lo < b.lo
	})
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

// gb1.gz holds the predefined CMaps of Adobe-GB1 (9.7.5.2, table 118), packed by packcmaps.go from Adobe's own; see
// gb1.LICENSE.
//
//go:embed gb1.gz
var packedGB1 []byte

// gb1 unpacks the predefined CMaps, once, when the first font asks for one.
var gb1 = sync.OnceValue(func() map[string]*cmap {
	z, err := gzip.NewReader(bytes.NewReader(packedGB1))
	if err != nil {
		panic(err) // part of the program
	}
	r := bufio.NewReader(z)
	get := func() int {
		n, err := binary.ReadUvarint(r)
		if err != nil {
			panic(err)
		}
		return int(n)
	}
	signed := func() int {
		n, err := binary.ReadVarint(r)
		if err != nil {
			panic(err)
		}
		return int(n)
	}
	word := func() string {
		b := make([]byte, get())
		if _, err := io.ReadFull(r, b); err != nil {
			panic(err)
		}
		return string(b)
	}
	out := map[string]*cmap{}
	for range get() {
		name := word()
		m := &cmap{base: out[word()], vertical: name[len(name)-1] == 'V'}
		for range get() {
			n, lo, hi := get(), get(), get()
			m.spaces = append(m.spaces, codespace{n, uint32(lo), uint32(hi)})
		}
		at, cid := 0, 0
		for range get() {
			n := get()
			lo := at + signed()
			hi := lo + get()
			cid += signed()
			m.cids = append(m.cids, cidRange{n, uint32(lo), uint32(hi), cid})
			at, cid = hi, cid+hi-lo
		}
		m.sort()
		out[name] = m
	}
	return out
})

// predefined gives a predefined CMap of Adobe-GB1; nil for a name that is none of them.
func predefined(name string) *cmap { return gb1()[name] }

// adobeGB1 gives the Unicode value of each CID of Adobe-GB1, as UniGB-UTF32 has it; of two characters with one CID the
// lower one outside of the compatibility blocks. 0 = none.
var adobeGB1 = sync.OnceValue(func() []rune {
	out := make([]rune, 32000)
	for c := '!'; c <= '~'; c++ { // half-width forms, which the Unicode CMaps do not use
		out[814+c-'!'] = c
	}
	out[7716] = ' '
	compat := func(r rune) bool {
		return r >= 0x2e80 && r <= 0x2fdf || r >= 0xe000 && r < 0xfb00 || r == 0xa0 || r == 0xad
	}
	for _, name := range []string{"UniGB-UTF32-H", "UniGB-UTF32-V"} {
		for _, r := range gb1()[name].cids {
			for c := r.lo; c <= r.hi; c++ {
				k := r.cid + int(c-r.lo)
				if k <= 0 || k >= len(out) {
					continue
				}
				if old := out[k]; old == 0 || compat(old) && !compat(rune(c)) {
					out[k] = rune(c)
				}
			}
		}
	}
	return out
})
