package office

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/richardlehane/mscfb"
	"golang.org/x/text/encoding/charmap"
)

// ReadDoc reads a binary Word file of the versions since 97 ([MS-DOC]), or what WPS writes in the same form.
func ReadDoc(body []byte) (*Document, error) {
	streams, err := storage(body, "WordDocument", "0Table", "1Table", "Data", "EncryptedPackage")
	if err != nil && streams["WordDocument"] == nil {
		return nil, err
	}
	if streams["EncryptedPackage"] != nil {
		return nil, ErrEncrypted
	}
	w := &doc{Document: &Document{}, main: streams["WordDocument"], data: streams["Data"]}
	if err != nil {
		w.unsure("the container is damaged: %v", err)
	}
	if err := w.open(streams); err != nil {
		return nil, err
	}
	w.read()
	return w.Document, nil
}

// storage gives streams of a compound file ([MS-CFB]) by their names, those in storages within it too.
func storage(body []byte, wanted ...string) (streams map[string][]byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("damaged container: %v", p)
		}
	}()
	f, err := mscfb.New(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	streams = map[string][]byte{}
	entries := 0
	for e, nextErr := f.Next(); ; e, nextErr = f.Next() {
		if nextErr == io.EOF {
			return streams, err
		}
		if nextErr != nil {
			return streams, nextErr
		}
		if entries++; entries > 5000 {
			return streams, errors.New("more than 5000 streams")
		}
		for _, name := range wanted {
			if e.Name != name || streams[name] != nil {
				continue
			}
			if len(e.Path) > 0 && name != "EncryptedPackage" {
				continue // of an embedded file
			}
			if e.Size > int64(len(body)) {
				return streams, fmt.Errorf("the stream %s is longer than the file", name)
			}
			b, readErr := io.ReadAll(io.LimitReader(e, int64(len(body))+1))
			streams[name] = b
			if readErr != nil {
				err = fmt.Errorf("the stream %s breaks off: %w", name, readErr)
			}
		}
	}
}

// doc is the state of reading one binary Word file.
type doc struct {
	*Document
	main, table, data []byte
	chars             []rune   // of all the parts of the text, by character position
	pieces            []piece  // where the characters lie in the file
	grpprls           [][]byte // changes that pieces of a fast-saved file refer to
	papx, chpx        []docRun // properties by place in the file
	styles            []docStyle
	looks             map[int]look // of characters, by style
	symbolFonts       map[int]bool
	boxed             bool          // it has text boxes
	written           int           // characters and objects so far
	lists             map[int]*list // by 1-based ilfo
	restarts          map[int]map[int]int
	begun             map[int]bool
	stale             map[int]bool // ends of fields, by character position, whose result is not what is shown
}

// A piece is a stretch of characters that lie together in the file.
type piece struct {
	from, to int // character positions
	fc       int // offset in the file
	wide     bool
	prm      uint16
}

// A docRun gives the properties of the bytes from … to-1 of the file.
type docRun struct {
	from, to int
	istd     int
	sprms    []byte
}

type docStyle struct {
	base  int
	sprms []byte // of paragraphs
	chars []byte // of characters
}

func (w *doc) unsure(format string, args ...any) {
	if w.Unsure == "" {
		w.Unsure = fmt.Sprintf(format, args...)
	}
}

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.LittleEndian.Uint32(b[at:]))
}

// slice gives b[at:at+n] as far as it is there.
func slice(b []byte, at, n int) []byte {
	if at < 0 || n <= 0 || at >= len(b) {
		return nil
	}
	return b[at:min(len(b), at+n)]
}

// open reads the file information block and what it refers to.
func (w *doc) open(streams map[string][]byte) error {
	m := w.main
	if len(m) < 0x9a+34*8 || u16(m, 0) != 0xa5ec && u16(m, 0) != 0xa5dc {
		if len(m) > 2 && u16(m, 0) != 0 && u16(m, 0)&0xff00 == 0xa500 {
			return errors.New("a file of a Word before 97")
		}
		return errors.New("the text stream does not begin as Word's does")
	}
	version, flags := u16(m, 2), u16(m, 0x0a)
	if flags&0x100 != 0 {
		return ErrEncrypted
	}
	if version < 0xc1 {
		return fmt.Errorf("a file of a Word before 97 (version %d)", version)
	}
	w.table = streams["0Table"]
	if flags&0x200 != 0 {
		w.table = streams["1Table"]
	}
	if w.table == nil {
		return errors.New("the table stream is missing")
	}
	if saves := flags >> 4 & 15; flags&4 != 0 && saves > 0 && version < 0xd9 {
		w.unsure("it was fast-saved %d times", saves)
	}
	if err := w.readPieces(w.ref(33)); err != nil {
		return err
	}
	w.papx = w.readRuns(w.ref(13), true)
	w.chpx = w.readRuns(w.ref(12), false)
	w.readFonts(w.ref(15))
	w.readStyles(w.ref(1))
	w.readFields(w.ref(16))
	w.readLists()
	return nil
}

// ref gives the bytes of the table stream that the i-th pair of the file information block names.
func (w *doc) ref(i int) []byte {
	at := 0x9a + 8*i
	if i >= u16(w.main, 0x98) {
		return nil
	}
	return slice(w.table, u32(w.main, at), u32(w.main, at+4))
}

// readPieces reads the piece table, and the text by it.
func (w *doc) readPieces(clx []byte) error {
	for len(clx) > 0 && clx[0] == 1 {
		n := u16(clx, 1)
		w.grpprls = append(w.grpprls, slice(clx, 3, n))
		if 3+n > len(clx) {
			return errors.New("the piece table is damaged")
		}
		clx = clx[3+n:]
	}
	if len(clx) < 5 || clx[0] != 2 {
		return errors.New("the piece table is missing")
	}
	plc := slice(clx, 5, u32(clx, 1))
	n := (len(plc) - 4) / 12
	if n <= 0 {
		return errors.New("the piece table is empty")
	}
	for i := range n {
		p := piece{from: u32(plc, 4*i), to: u32(plc, 4*i+4), prm: uint16(u16(plc, 4*(n+1)+8*i+6))}
		fc := u32(plc, 4*(n+1)+8*i+2)
		p.fc, p.wide = fc&0x3fffffff, fc&0x40000000 == 0
		size := 2
		if !p.wide {
			p.fc, size = p.fc/2, 1
		}
		if p.from != len(w.chars) || p.to < p.from || p.to-p.from > len(w.main) {
			return errors.New("the piece table is damaged")
		}
		text := slice(w.main, p.fc, (p.to-p.from)*size)
		if len(text) < (p.to-p.from)*size {
			w.doubt("truncated", "characters %d to %d lie outside the file", p.from, p.to)
			w.unsure("a part of the text lies outside the file")
		}
		for k := range p.to - p.from {
			r := '\ufffd'
			switch {
			case p.wide && 2*k+2 <= len(text):
				r = rune(u16(text, 2*k))
			case !p.wide && k < len(text):
				r = charmap.Windows1252.DecodeByte(text[k])
			}
			w.chars = append(w.chars, r)
		}
		w.pieces = append(w.pieces, p)
	}
	return nil
}

// place gives the offset in the file of a character, and the piece it belongs to.
func (w *doc) place(cp int) (fc int, p *piece) {
	i := sort.Search(len(w.pieces), func(i int) bool { return w.pieces[i].to > cp })
	if i == len(w.pieces) {
		return -1, nil
	}
	p = &w.pieces[i]
	if p.wide {
		return p.fc + 2*(cp-p.from), p
	}
	return p.fc + cp - p.from, p
}

// readRuns reads the properties of paragraphs or characters from the 512-byte pages that a bin table lists.
func (w *doc) readRuns(plc []byte, paragraphs bool) []docRun {
	var out []docRun
	n := (len(plc) - 4) / 8
	for i := 0; i < n; i++ {
		page := slice(w.main, (u32(plc, 4*(n+1)+4*i)&0x3fffff)*512, 512)
		if len(page) < 512 {
			w.unsure("a page of properties lies outside the file")
			continue
		}
		runs := int(page[511])
		for k := range runs {
			r := docRun{from: u32(page, 4*k), to: u32(page, 4*k+4)}
			if paragraphs {
				at := 4*(runs+1) + 13*k
				if at >= 511 {
					break
				}
				if at = int(page[at]) * 2; at > 0 {
					size := int(page[at]) * 2
					if size == 0 && at+1 < 512 {
						at++
						size = int(page[at]) * 2
					} else {
						size--
					}
					b := slice(page[:511], at+1, size)
					if len(b) >= 2 {
						r.istd, r.sprms = u16(b, 0), b[2:]
					}
				}
			} else {
				at := 4*(runs+1) + k
				if at >= 511 {
					break
				}
				if at = int(page[at]) * 2; at > 0 {
					r.sprms = slice(page[:511], at+1, int(page[at]))
				}
			}
			out = append(out, r)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].from < out[j].from })
	return out
}

func runAt(runs []docRun, fc int) *docRun {
	i := sort.Search(len(runs), func(i int) bool { return runs[i].from > fc }) - 1
	if i < 0 || fc >= runs[i].to {
		return nil
	}
	return &runs[i]
}

// sprms calls each for the single property modifiers of a list ([MS-DOC] 2.2.5).
func (w *doc) sprms(b []byte, depth int, each func(op int, arg []byte)) {
	for len(b) >= 2 {
		op := u16(b, 0)
		b = b[2:]
		size := 0
		switch op >> 13 {
		case 0, 1:
			size = 1
		case 2, 4, 5:
			size = 2
		case 3:
			size = 4
		case 7:
			size = 3
		case 6:
			switch {
			case op == 0xd608 || op == 0xd606:
				size = u16(b, 0) + 1
			case op == 0xc615 && len(b) > 0 && b[0] == 255:
				if del := int(b[min(1, len(b)-1)]); 2+4*del < len(b) {
					size = 1 + 1 + 4*del + 1 + 3*int(b[2+4*del])
				} else {
					return
				}
			case len(b) > 0:
				size = 1 + int(b[0])
			}
		}
		if size > len(b) {
			return
		}
		switch {
		case (op == 0x6646 || op == 0x6645 || op == 0x646b) && depth < 4: // the rest lies in the data stream
			at := u32(b, 0)
			w.sprms(slice(w.data, at+2, u16(w.data, at)), depth+1, each)
		default:
			each(op, b[:size])
		}
		b = b[size:]
	}
}

// docPara is what the properties of a paragraph say.
type docPara struct {
	inTable, ttp           bool
	innerCell, innerTtp    bool
	itap                   int
	ilvl, ilfo             int
	edges                  []int // of the row that this paragraph ends
	flags                  []int
	header                 bool
	istd                   int
	ground                 ink    // of the paragraph
	shades                 []ink  // of the row's cells
	tiny                   bool   // its lines are too low to show anything
	low                    bool   // the row that it ends is
	slants                 []bool // cells of the row that a line crosses from corner to corner
	verticals, horizontals [][3]int
}

// paragraph gives the properties of the paragraph whose last character is at cp.
func (w *doc) paragraph(cp int) docPara {
	p := docPara{ilfo: -1, ilvl: -1}
	fc, pc := w.place(cp)
	if pc == nil {
		return p
	}
	run := runAt(w.papx, fc)
	if run != nil {
		p.istd = run.istd
		w.style(run.istd, &p, 0)
		w.apply(&p, run.sprms)
	}
	switch {
	case pc.prm == 0:
	case pc.prm&1 == 1:
		if i := int(pc.prm >> 1); i < len(w.grpprls) {
			w.apply(&p, w.grpprls[i])
		}
	default:
		if op, ok := prmOps[int(pc.prm>>1&0x7f)]; ok {
			w.apply(&p, []byte{byte(op), byte(op >> 8), byte(pc.prm >> 8)})
		}
	}
	if p.itap == 0 && (p.inTable || p.ttp) {
		p.itap = 1
	}
	return p
}

// prmOps are the modifiers that a piece may carry in a single byte, those that matter here.
var prmOps = map[int]int{0x0c: 0x260a, 0x18: 0x2416, 0x19: 0x2417}

func (w *doc) apply(p *docPara, sprms []byte) {
	w.sprms(sprms, 0, func(op int, arg []byte) {
		p.dress(op, arg)
		switch op {
		case 0x2416:
			p.inTable = arg[0] != 0
		case 0x2417:
			p.ttp = arg[0] != 0
		case 0x244b:
			p.innerCell = arg[0] != 0
		case 0x244c:
			p.innerTtp = arg[0] != 0
		case 0x6649:
			p.itap = min(max(int(int32(u32(arg, 0))), 0), maxDepth)
		case 0x664a:
			p.itap = min(max(p.itap+int(int32(u32(arg, 0))), 0), maxDepth)
		case 0x260a:
			p.ilvl = int(arg[0])
		case 0x460b:
			p.ilfo = int(int16(u16(arg, 0)))
		case 0x3404:
			p.header = arg[0] != 0
		case 0xd608, 0xd606:
			n := 0
			if len(arg) > 2 {
				n = int(arg[2])
			}
			if n == 0 || n > 63 || 3+2*(n+1) > len(arg) {
				return
			}
			p.edges, p.flags = nil, make([]int, n)
			for i := range n + 1 {
				p.edges = append(p.edges, int(int16(u16(arg, 3+2*i))))
			}
			size := 20
			if op == 0xd606 {
				size = 10
			}
			for i := range n {
				p.flags[i] = u16(arg, 3+2*(n+1)+size*i)
			}
		case 0x5624: // cells merged side by side
			p.horizontals = append(p.horizontals, [3]int{int(arg[0]), int(arg[1]), 1})
		case 0x5625:
			p.horizontals = append(p.horizontals, [3]int{int(arg[0]), int(arg[1]), 0})
		case 0xd62b:
			if len(arg) >= 3 {
				p.verticals = append(p.verticals, [3]int{int(arg[1]), int(arg[2])})
			}
		case 0x7621: // columns put in
			at, n, width := int(arg[0]), int(arg[1]), int(int16(u16(arg, 2)))
			if at < len(p.edges) && len(p.flags)+n <= 63 {
				for range n {
					p.edges = append(p.edges[:at+1],
						append([]int{p.edges[at] + width}, shifted(p.edges[at+1:], width)...)...)
					p.flags = append(p.flags[:at:at], append([]int{0}, p.flags[at:]...)...)
				}
			}
		case 0x5622: // columns taken out
			from, to := int(arg[0]), min(int(arg[1]), len(p.flags))
			if from < to {
				gone := p.edges[to] - p.edges[from]
				p.edges = append(p.edges[:from:from], shifted(p.edges[to:], -gone)...)
				p.flags = append(p.flags[:from:from], p.flags[to:]...)
			}
		case 0x7623: // columns of another width
			from, to, width := int(arg[0]), min(int(arg[1]), len(p.flags)), u16(arg, 2)
			for i := from; i < to; i++ {
				by := width - (p.edges[i+1] - p.edges[i])
				copy(p.edges[i+1:], shifted(p.edges[i+1:], by))
			}
		}
	})
	for _, h := range p.horizontals {
		for i := h[0]; i < min(h[1], len(p.flags)); i++ {
			p.flags[i] &^= 3
			switch {
			case h[2] == 0:
			case i == h[0]:
				p.flags[i] |= 1
			default:
				p.flags[i] |= 2
			}
		}
	}
	for _, v := range p.verticals {
		if v[0] < len(p.flags) {
			p.flags[v[0]] = p.flags[v[0]]&^0x60 | v[1]&3<<5
		}
	}
	p.horizontals, p.verticals = nil, nil
}

// dress takes a property that bears on how a paragraph's text looks, or that of the cells of a row.
func (p *docPara) dress(op int, arg []byte) {
	switch op {
	case 0x442d: // sprmPShd80
		p.ground = shd80(u16(arg, 0))
	case 0xc64d: // sprmPShd
		p.ground = shd(arg[1:])
	case 0x6412: // sprmPDyaLine: a height that is below zero is exact
		p.tiny = int16(u16(arg, 0)) < 0 && int16(u16(arg, 0)) > -60
	case 0x9407: // sprmTDyaRowHeight: exact below zero
		p.low = int16(u16(arg, 0)) < 0 && int16(u16(arg, 0)) > -100
	case 0xd62f, 0xd620: // sprmTSetBrc, sprmTSetBrc80: of which cells which borders are what
		kind := map[int]int{0xd62f: 9, 0xd620: 5}[op]
		for i := 0; len(arg) > kind && arg[3]&0x30 != 0 && i < min(int(arg[2]), 64); i++ {
			for len(p.slants) <= i {
				p.slants = append(p.slants, false)
			}
			if i >= int(arg[1]) {
				p.slants[i] = arg[kind] != 0 && arg[kind] != 0xff
			}
		}
	case 0xd609: // sprmTDefTableShd80
		for k := 1; k+2 <= len(arg); k += 2 {
			p.shade((k-1)/2, shd80(u16(arg, k)))
		}
	case 0xd612, 0xd616, 0xd60c: // sprmTDefTableShd, for the first cells, the next, the last
		for k := 1; k+10 <= len(arg); k += 10 {
			p.shade((k-1)/10+map[int]int{0xd616: 22, 0xd60c: 44}[op], shd(arg[k:]))
		}
	case 0xd62d: // sprmTSetShd
		for k := 1; len(arg) >= 13 && k < int(arg[2])+1; k++ {
			if i := int(arg[1]) + k - 1; i < int(arg[2]) {
				p.shade(i, shd(arg[3:]))
			}
		}
	}
}

// shade gives a cell of the row its ground.
func (p *docPara) shade(i int, k ink) {
	for len(p.shades) <= i && i < 64 {
		p.shades = append(p.shades, noInk)
	}
	if i < len(p.shades) && k != noInk {
		p.shades[i] = k
	}
}

func shifted(edges []int, by int) []int {
	out := make([]int, len(edges))
	for i, e := range edges {
		out[i] = e + by
	}
	return out
}

// read turns the text into paragraphs and tables: first the main text, then the text boxes, then the notes.
func (w *doc) read() {
	m := w.main
	var at [8]int // main, footnotes, headers, macros, comments, endnotes, text boxes, text boxes of headers
	for i := range at {
		at[i] = max(0, u32(m, 0x4c+4*i))
	}
	begin := 0
	starts := [9]int{}
	for i, n := range at {
		starts[i] = begin
		begin = min(begin+n, len(w.chars))
	}
	starts[8] = begin
	w.boxed = at[6] > 0
	if starts[1] == 0 {
		w.doubt("truncated", "the file has no text")
	}
	for _, part := range []int{0, 6, 1, 5} {
		w.settle(w.story(starts[part], starts[part+1]), 0)
	}
}

// story reads one part of the text.
func (w *doc) story(from, to int) []node {
	s := &rtfStory{} // a Word file and a rich-text file are the same thing said in two ways
	var text strings.Builder
	var fields []field
	start := from
	for cp := from; cp < to; cp++ {
		c := w.chars[cp]
		if c == 0x0d || c == 0x07 || c == 0x0c {
			p := w.paragraph(cp)
			joined := w.line(&text, start, cp, &p, &fields)
			start = cp + 1
			if joined && c == 0x0d { // the paragraph's end was deleted
				continue
			}
			w.end(s, text.String(), cp, c, &p)
			text.Reset()
		}
	}
	w.line(&text, start, to, &docPara{}, &fields)
	if text.Len() > 0 {
		s.add(node{text: text.String()}, 0)
	}
	s.to(0)
	return s.nodes
}

// line writes the shown characters from … cp-1 of a paragraph; it reports whether the mark at cp is deleted.
func (w *doc) line(b *strings.Builder, from, cp int, p *docPara, fields *[]field) (joined bool) {
	var units []uint16
	var look docLook
	var runEnd int // the look holds up to here
	open := len(*fields)
	grounded := false
	var ground ink
	flush := func() {
		if len(units) > 0 {
			b.WriteString(w.set(string(utf16.Decode(units)), look.look))
			units = units[:0]
			w.written++
		}
	}
	mark := func(s string) {
		flush()
		if look.hidden != on && shownIn(*fields) {
			b.WriteString(s)
			w.written++
		}
	}
	for i := from; i < cp; i++ {
		if i >= runEnd {
			next := w.lookAt(i, p)
			if next.ink >= isRGB {
				if !grounded {
					ground, grounded = w.ground(cp, p), true
				}
				next.ground = ground
			}
			if n := len(*fields); n > 0 && (next.colours() != seen || next.crossed()) &&
				strings.Contains((*fields)[n-1].code, "HYPERLINK") {
				next.doubt = on // some programs give links a look of their own
			}
			if next.look != look.look {
				flush()
			}
			look, runEnd = next, w.runEnd(i)
		}
		c := w.chars[i]
		if c >= 0x13 && c <= 0x15 {
			flush()
			w.fieldMark(c, fields, p.itap > 0, w.stale[i], mark)
			continue
		}
		if n := len(*fields); n > 0 && !(*fields)[n-1].result {
			if len((*fields)[n-1].code) < 100 {
				(*fields)[n-1].code += string(c)
			}
		}
		if look.hidden == on || !shownIn(*fields) {
			continue
		}
		switch c {
		case 0x0b, 0x0e:
			units = append(units, '\n')
		case 0x1e:
			units = append(units, '-')
		case 0x02: // the number of a note, which cannot be told from a figure before it unless it is raised
			if p.itap > 0 && look.special && !look.raised() {
				mark(object)
			}
		case 0x08: // a drawing that is anchored here
			if p.itap > 0 {
				mark(stroke)
			} else if w.boxed {
				mark(aside)
			}
		case 0x1f, 0x00, 0x03, 0x04, 0x05:
		case 0x01:
			w.doubt("picture", "a picture stands in the text")
			mark(object)
		case 0x28:
			switch {
			case !look.special || look.symbol == 0:
				units = append(units, 0x28)
			case look.symbol >= 0xf000 && look.symbol <= 0xf0ff:
				mark(object)
			default:
				units = append(units, uint16(look.symbol))
			}
		default:
			units = append(units, uint16(c))
		}
	}
	flush()
	for len(*fields) > open && !(*fields)[len(*fields)-1].result { // an instruction ends with its paragraph
		*fields = (*fields)[:len(*fields)-1]
		mark(object)
	}
	if cp >= len(w.chars) || w.chars[cp] != 0x0d {
		return false
	}
	return w.lookAt(cp, p).hidden == on
}

// shownIn reports whether text is shown inside fields: not in the instruction of one.
func shownIn(fields []field) bool {
	for i := range fields {
		if !fields[i].result {
			return false
		}
	}
	return true
}

// fieldMark takes the marks of a field: its instruction, from 0x13 on, does not show, its result, from 0x14 on, does.
func (w *doc) fieldMark(c rune, fields *[]field, inCell, old bool, mark func(string)) {
	n := len(*fields)
	switch {
	case c == 0x13 && n < maxDepth:
		*fields = append(*fields, field{})
	case c == 0x14 && n > 0:
		(*fields)[n-1].result, (*fields)[n-1].from = true, w.written
	case c == 0x15 && n > 0:
		f := (*fields)[n-1]
		*fields = (*fields)[:n-1]
		if fieldPrints(f.code, f.result && w.written > f.from, inCell) || old && inCell && stale(f.code) {
			mark(object)
		}
	}
}

// readFields finds the ends of fields whose result is to be worked out anew, or not to be shown (PlcFld).
func (w *doc) readFields(b []byte) {
	const dirty, private = 0x04, 0x20
	n := (len(b) - 4) / 6
	for i := range max(n, 0) {
		if f := b[4*(n+1)+2*i:]; f[0]&0x1f == 0x15 && f[1]&(dirty|private) != 0 {
			if w.stale == nil {
				w.stale = map[int]bool{}
			}
			w.stale[u32(b, 4*i)] = true
		}
	}
}

// runEnd gives the first character position behind cp at which the properties may be others.
func (w *doc) runEnd(cp int) int {
	fc, p := w.place(cp)
	if p == nil {
		return cp + 1
	}
	size := 1
	if p.wide {
		size = 2
	}
	i := sort.Search(len(w.chpx), func(i int) bool { return w.chpx[i].from > fc }) - 1
	if i < 0 || w.chpx[i].to <= fc {
		return cp + 1
	}
	return max(cp+1, min(p.to, cp+(w.chpx[i].to-fc)/size))
}

// end ends a paragraph, a cell or a row, as the mark at cp and the paragraph's properties say.
func (w *doc) end(s *rtfStory, text string, cp int, mark rune, p *docPara) {
	if p.ttp || p.innerTtp {
		level := max(p.itap, 1)
		s.to(level)
		t := s.tables[level-1]
		t.def = rtfRow{header: p.header}
		for i := range p.flags {
			c := rtfCell{right: p.edges[i+1]}
			if i == 0 {
				t.def.left = p.edges[0]
			}
			switch p.flags[i] >> 5 & 3 {
			case 1:
				c.merge = mergeContinue
			case 2, 3:
				c.merge = mergeStart
			}
			if p.flags[i]&2 != 0 {
				c.beside = 2
			}
			c.slanted = i < len(p.slants) && p.slants[i]
			t.def.cells = append(t.def.cells, c)
		}
		for i := range t.cells {
			if p.low && strings.ContainsFunc(printed(t.cells[i], 0), tells) {
				t.cells[i] = append(t.cells[i], node{text: object})
			}
		}
		if len(t.cells) != len(p.flags) {
			w.doubt("broken-row", "a row of %d cells is defined as one of %d", len(t.cells), len(p.flags))
			w.unsure("a row's definition does not fit its cells")
		}
		t.row()
		return
	}
	label := w.label(p)
	s.add(node{text: labelled(label, text, p.itap > 0)}, p.itap)
	if mark == 0x07 || p.innerCell {
		level := max(p.itap, 1)
		s.to(level)
		t := s.tables[level-1]
		if len(t.cells) < 1000 {
			t.cells = append(t.cells, t.content)
		}
		t.content = nil
	}
}

// add puts a paragraph where it belongs: into the text, or into the cell that is open at its level.
func (s *rtfStory) add(n node, level int) {
	s.to(level)
	if k := len(s.tables); k > 0 {
		s.tables[k-1].content = append(s.tables[k-1].content, n)
	} else {
		s.nodes = append(s.nodes, n)
	}
}
