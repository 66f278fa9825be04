package office

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
)

// ReadXLS reads a binary Excel file of the versions since 97 (BIFF8, [MS-XLS]). Cells are given as they are displayed.
func ReadXLS(body []byte) (*Document, error) {
	streams, err := storage(body, "Workbook", "Book", "EncryptedPackage")
	if streams["EncryptedPackage"] != nil {
		return nil, ErrEncrypted
	}
	b := streams["Workbook"]
	if b == nil {
		if streams["Book"] != nil {
			return nil, errors.New("a file of an Excel before 97")
		}
		if err == nil {
			err = errors.New("it holds no workbook")
		}
		return nil, err
	}
	x := &xls{Document: &Document{}, b: b, formats: map[int]string{}, parsed: map[int]*numberFormat{}}
	if err != nil {
		x.Unsure = err.Error()
	}
	if err := x.globals(); err != nil {
		return nil, err
	}
	for i := range x.sheets {
		x.sheetAt(&x.sheets[i])
	}
	return x.Document, nil
}

// xls is the state of reading one workbook.
type xls struct {
	*Document
	b       []byte
	sheets  []xlsSheet
	strings []xlsText
	formats map[int]string
	parsed  map[int]*numberFormat
	fonts   []look
	palette []ink // the workbook's own; empty = that of Excel
	xfs     []xlsXF
	date04  bool
}

type xlsSheet struct {
	name   string
	at     int
	hidden bool
	kind   int
}

// An xlsXF is how cells are displayed.
type xlsXF struct {
	font, format    int
	ruled, diagonal bool
	filled          bool
	pattern, fore   int // of the ground
}

// An xlsText is a text with the places from which on its characters have another font.
type xlsText struct {
	units []uint16
	fonts [][2]int // from this unit on, this font
}

// A record of the stream: its kind, its data, and where the next begins.
func (x *xls) record(at int) (kind int, data []byte, next int) {
	if at < 0 || at+4 > len(x.b) {
		return -1, nil, len(x.b)
	}
	n := u16(x.b, at+2)
	return u16(x.b, at), slice(x.b, at+4, n), at + 4 + n
}

// Kinds of records.
const (
	biffBOF, biffEOF, biffFilePass           = 0x0809, 0x000a, 0x002f
	biffSheet, biffSST, biffContinue         = 0x0085, 0x00fc, 0x003c
	biffFormat, biffXF, biffDate1904         = 0x041e, 0x00e0, 0x0022
	biffLabelSST, biffLabel, biffRString     = 0x00fd, 0x0204, 0x00d6
	biffNumber, biffRK, biffMulRK            = 0x0203, 0x027e, 0x00bd
	biffFormula, biffString, biffBoolErr     = 0x0006, 0x0207, 0x0205
	biffBlank, biffMulBlank, biffMergedCells = 0x0201, 0x00be, 0x00e5
	biffRow, biffColInfo                     = 0x0208, 0x007d
	biffFont, biffPalette, biffWindow2       = 0x0031, 0x0092, 0x023e
	biffCondFmt, biffCF                      = 0x01b0, 0x01b1
	biffDrawing, biffObj, biffShared         = 0x00ec, 0x005d, 0x04bc
	biffUncalced, biffCondFmt12, biffCF12    = 0x005e, 0x0879, 0x087a
)

// globals reads the workbook's own part: sheets, strings, formats.
func (x *xls) globals() error {
	kind, data, at := x.record(0)
	if kind != biffBOF {
		return errors.New("the workbook does not begin as Excel's does")
	}
	if v := u16(data, 0); v != 0x0600 {
		return errors.New("a file of an Excel before 97")
	}
	for at < len(x.b) {
		kind, data, next := x.record(at)
		switch kind {
		case biffFilePass:
			return ErrEncrypted
		case biffSheet:
			if len(data) >= 8 {
				s, _ := xlsString(data[6:], 1)
				x.sheets = append(x.sheets, xlsSheet{name: s, at: u32(data, 0), hidden: data[4]&3 != 0,
					kind: int(data[5])})
			}
		case biffSST:
			parts := [][]byte{data}
			for {
				k, d, n := x.record(next)
				if k != biffContinue {
					break
				}
				parts = append(parts, d)
				next = n
			}
			x.readStrings(parts)
		case biffFormat:
			if len(data) > 5 {
				s, _ := xlsString(data[2:], 2)
				x.formats[u16(data, 0)] = s
			}
		case biffXF:
			x.xfs = append(x.xfs, xlsXF{font: u16(data, 0), format: u16(data, 2), ruled: u16(data, 10) != 0,
				diagonal: u16(data, 12)>>14 != 0 && u32(data, 14)>>21&15 != 0, filled: u16(data, 6)&7 == 4,
				pattern: u32(data, 14) >> 26 & 63, fore: u16(data, 18) & 127})
		case biffFont:
			x.fonts = append(x.fonts, xlsFont(data))
		case biffPalette:
			for k := 0; k < u16(data, 0) && 2+4*k+3 < len(data)+1 && k < 56; k++ {
				x.palette = append(x.palette, rgb(int(data[2+4*k]), int(data[3+4*k]), int(data[4+4*k])))
			}
		case biffDate1904:
			x.date04 = u16(data, 0) != 0
		case biffEOF:
			return nil
		}
		at = next
	}
	x.doubt("truncated", "the workbook breaks off")
	return nil
}

// xlsString reads a string whose length takes one or two bytes; used is how long it is in the file.
func xlsString(b []byte, lengthBytes int) (s string, used int) {
	n := 0
	if lengthBytes == 1 && len(b) > 0 {
		n = int(b[0])
	} else {
		n = u16(b, 0)
	}
	at := lengthBytes
	if at >= len(b) {
		return "", len(b)
	}
	flags := b[at]
	at++
	var runs, ext int
	if flags&8 != 0 {
		runs = u16(b, at)
		at += 2
	}
	if flags&4 != 0 {
		ext = u32(b, at)
		at += 4
	}
	if flags&1 != 0 {
		s = wideString(slice(b, at, 2*n))
		at += 2 * n
	} else {
		s = latin(slice(b, at, n))
		at += n
	}
	return s, at + 4*runs + ext
}

func wideString(b []byte) string {
	u := make([]uint16, len(b)/2)
	for i := range u {
		u[i] = binary.LittleEndian.Uint16(b[2*i:])
	}
	return string(utf16.Decode(u))
}

// latin decodes compressed characters: the low bytes of UTF-16.
func latin(b []byte) string {
	s, err := charmap.ISO8859_1.NewDecoder().Bytes(b)
	if err != nil {
		return ""
	}
	return string(s)
}

// readStrings reads the shared strings, which may be cut anywhere by continuation records; where characters go on in
// the next record, a new flag byte says how they are kept there.
func (x *xls) readStrings(parts [][]byte) {
	p, at := 0, 8
	next := func(n int) []byte { // n bytes, over the ends of records
		var out []byte
		for n > 0 && p < len(parts) {
			if at >= len(parts[p]) {
				p, at = p+1, 0
				continue
			}
			k := min(n, len(parts[p])-at)
			out = append(out, parts[p][at:at+k]...)
			at, n = at+k, n-k
		}
		return out
	}
	count := u32(parts[0], 4)
	for i := 0; i < count && p < len(parts) && i < 1_000_000; i++ {
		head := next(3)
		if len(head) < 3 {
			break
		}
		n, flags := u16(head, 0), head[2]
		runs, ext := 0, 0
		if flags&8 != 0 {
			runs = u16(next(2), 0)
		}
		if flags&4 != 0 {
			ext = u32(next(4), 0)
		}
		var t xlsText
		wide := flags&1 != 0
		for n > 0 && p < len(parts) {
			if at >= len(parts[p]) {
				p, at = p+1, 0
				if p < len(parts) && len(parts[p]) > 0 {
					wide = parts[p][0]&1 != 0
					at = 1
				}
				continue
			}
			size := 1
			if wide {
				size = 2
			}
			k := min(n, (len(parts[p])-at)/size)
			if k == 0 {
				at = len(parts[p])
				continue
			}
			for i := range k {
				if wide {
					t.units = append(t.units, uint16(u16(parts[p], at+2*i)))
				} else {
					t.units = append(t.units, uint16(parts[p][at+i]))
				}
			}
			at += k * size
			n -= k
		}
		if ext > len(x.b) {
			break
		}
		set := next(4 * runs)
		for k := 0; 4*k+4 <= len(set); k++ {
			t.fonts = append(t.fonts, [2]int{u16(set, 4*k), u16(set, 4*k+2)})
		}
		next(ext)
		x.strings = append(x.strings, t)
	}
	if len(x.strings) < count {
		x.doubt("truncated", "%d of the %d strings could be read", len(x.strings), count)
	}
}

// An xlsGrid is a sheet being read.
type xlsGrid struct {
	*xls
	*sheetGrid
	values  map[[2]int]xlsValue
	made    map[[2]int]bool // cells that hold formulas
	sums    map[[2]int]sum  // and those of them that only add
	waiting bool            // the formulas were not worked out when the file was saved
	worked  bool            // some of them have a value: somebody worked them out
	zeros   bool            // they are displayed
	pending *[3]int         // row, column and format of the formula whose string follows
	rules   []xlsxRule
	areas   [][4]int // of the rules that follow
	drawn   [][4]int // areas of drawings whose kind follows
	drawing []byte
	// emptyShared says that a formula of several cells may come to an empty text.
	emptyShared bool
}

// An xlsValue is what a cell holds.
type xlsValue struct {
	xf       int
	number   float64
	isNumber bool
	text     xlsText
	unknown  bool
	outdated bool // its formula comes to something else
	empty    bool // its formula may come to an empty text, and is said to
	shared   bool // its formula is that of several cells, and stands elsewhere
}

func (g *xlsGrid) put(row, col int, v xlsValue) {
	if row >= maxRows || col >= maxCols {
		g.xls.doubt("limit", "the sheet %q is larger than the limit; the rest is left out", g.name)
		return
	}
	g.values[[2]int{row, col}] = v
	if v.isNumber || v.unknown || len(v.text.units) > 0 {
		g.reach(row, col)
	}
}

func (g *xlsGrid) putNumber(row, col, xf int, n float64) {
	g.put(row, col, xlsValue{xf: xf, number: n, isNumber: true})
}

func (g *xlsGrid) putText(row, col, xf int, s string) {
	g.put(row, col, xlsValue{xf: xf, text: xlsText{units: utf16.Encode([]rune(s))}})
}

// sheetAt reads one sheet.
func (x *xls) sheetAt(s *xlsSheet) {
	if s.kind != 0 { // a chart or a macro sheet
		return
	}
	if s.hidden {
		x.doubt("hidden-text", "the sheet %q is hidden and left out", s.name)
		return
	}
	kind, _, at := x.record(s.at)
	if kind != biffBOF {
		x.doubt("undecodable", "the sheet %q is not where the workbook says", s.name)
		return
	}
	g := &xlsGrid{xls: x, sheetGrid: newSheetGrid(x.Document, s.name), values: map[[2]int]xlsValue{},
		made: map[[2]int]bool{}, zeros: true}
	depth := 1
	ended := false
	for at < len(x.b) && !ended {
		kind, d, next := x.record(at)
		at = next
		switch kind {
		case biffBOF:
			depth++
		case biffEOF:
			depth--
			ended = depth == 0
		}
		g.waiting = g.waiting || kind == biffUncalced && depth == 1
		if depth > 1 || len(d) == 0 {
			continue
		}
		g.value(kind, d)
		g.shape(kind, d)
	}
	if !ended {
		x.doubt("truncated", "the sheet %q breaks off", s.name)
	}
	for at := range g.sums {
		g.check(at)
	}
	for at, v := range g.values {
		v.unknown = v.unknown || g.waiting && g.made[at] || g.formulas && g.made[at] || v.empty && !g.worked
		g.cells[at] = sheetCell{text: g.fits(at, g.shown(at, v), v.isNumber), ruled: v.xf > 0 && v.xf < len(x.xfs) && x.xfs[v.xf].ruled}
	}
	for _, a := range g.drawn {
		g.cover(a, false)
	}
	g.place()
}

// value takes a record that holds what cells show ([MS-XLS] 2.4): most begin with row, column and format.
func (g *xlsGrid) value(kind int, d []byte) {
	row, col, xf := u16(d, 0), u16(d, 2), u16(d, 4)
	switch kind {
	case biffLabelSST:
		if i := u32(d, 6); i < len(g.strings) && len(d) >= 10 {
			g.put(row, col, xlsValue{xf: xf, text: g.strings[i]})
		} else {
			g.put(row, col, xlsValue{xf: xf, unknown: true})
		}
	case biffLabel, biffRString:
		t, used := xlsString(slice(d, 6, len(d)), 2)
		v := xlsValue{xf: xf, text: xlsText{units: utf16.Encode([]rune(t))}}
		if kind == biffRString {
			for k := 0; k < u16(d, 6+used); k++ {
				v.text.fonts = append(v.text.fonts, [2]int{u16(d, 8+used+4*k), u16(d, 10+used+4*k)})
			}
		}
		g.put(row, col, v)
	case biffNumber:
		if len(d) >= 14 {
			g.putNumber(row, col, xf, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
		}
	case biffRK:
		g.putNumber(row, col, xf, rk(u32(d, 6)))
	case biffMulRK:
		for k := 0; 4+6*k+6 <= len(d)-2; k++ {
			g.putNumber(row, col+k, u16(d, 4+6*k), rk(u32(d, 6+6*k)))
		}
	case biffMulBlank:
		for k := 0; 4+2*k+2 <= len(d)-2; k++ {
			g.putText(row, col+k, u16(d, 4+2*k), "")
		}
	case biffBlank:
		g.putText(row, col, xf, "")
	case biffFormula:
		if len(d) >= 14 {
			g.formula(row, col, xf, d)
		}
	case biffString:
		if p := g.pending; p != nil {
			t, _ := xlsString(d, 2)
			g.putText(p[0], p[1], p[2], t)
			g.pending = nil
		}
	case biffBoolErr:
		if len(d) >= 8 {
			g.putText(row, col, xf, xlsBoolErr(d[6], d[7] != 0))
		}
	}
}

// formula takes the value of a formula when it was last worked out (2.5.133): a number, or what else its bytes tell.
func (g *xlsGrid) formula(row, col, xf int, d []byte) {
	rule := slice(d, 22, u16(d, 20))
	unmade := u16(d, 14)&onLoad != 0 // whoever wrote it left it to who opens the file
	g.made[[2]int{row, col}] = true
	if comesAnew(rule) {
		g.put(row, col, xlsValue{xf: xf, unknown: true})
		return
	}
	if u16(d, 12) != 0xffff {
		v := xlsValue{xf: xf, number: math.Float64frombits(binary.LittleEndian.Uint64(d[6:])), isNumber: true}
		v.unknown = v.number == 0 && (unmade || isText(rule))
		g.worked = g.worked || !v.unknown
		g.put(row, col, v)
		if s, ok := xlsSum(rule); ok {
			if g.sums == nil {
				g.sums = map[[2]int]sum{}
			}
			g.sums[[2]int{row, col}] = s
		}
		return
	}
	g.worked = g.worked || d[6] < 3
	switch d[6] {
	case 0: // a string, in the record that follows
		g.put(row, col, xlsValue{xf: xf, unknown: true})
		g.pending = &[3]int{row, col, xf}
	case 1:
		g.putText(row, col, xf, xlsBoolErr(d[8], false))
	case 2:
		g.putText(row, col, xf, xlsBoolErr(d[8], true))
	case 3: // an empty text, or a value that the program that wrote the file did not work out
		v := xlsValue{xf: xf, unknown: true}
		v.shared = len(rule) > 0 && rule[0] == 0x01
		if givesEmpty(rule) && (!unmade || len(rule) == 3) {
			v.unknown, v.empty = false, len(rule) > 3
		}
		g.put(row, col, v)
	}
}

// check compares a sum with the number that is stored for it, after those that it adds.
func (g *xlsGrid) check(at [2]int) {
	s, is := g.sums[at]
	if !is {
		return
	}
	delete(g.sums, at) // each once, and none by itself
	v := g.values[at]
	total, ok, outdated := s.comesTo(func(row, col int) kept {
		g.check([2]int{row, col})
		c := g.values[[2]int{row, col}]
		return kept{c.number, c.isNumber && !c.unknown, len(c.text.units) > 0, c.unknown, c.outdated}
	})
	if outdated || ok && v.isNumber && !sameNumber(total, v.number) {
		g.xls.doubt("undecodable", "%s!%s is stored as %s, and its formula comes to something else", g.name,
			column(at[1])+strconv.Itoa(at[0]+1), general(v.number))
		v.unknown, v.outdated = true, true
		g.values[at] = v
	}
}

// onLoad is the flag of a formula that is to be worked out when the file is opened.
const onLoad = 2

// comesAnew reports whether a formula comes to something else on another day, or each time: it is marked as one that is
// worked out again and again, and asks for the day, the time or a number by chance.
func comesAnew(rule []byte) bool {
	if !bytes.Contains(rule, []byte{0x19, 0x01}) {
		return false
	}
	for _, f := range []byte{0xdd, 0x4a, 0x3f} { // TODAY, NOW, RAND
		for _, token := range []byte{0x21, 0x41, 0x61} {
			if bytes.Contains(rule, []byte{token, f, 0}) {
				return true
			}
		}
	}
	return false
}

// isText reports whether a formula surely comes to a text: it is one in quotes, or joins two.
func isText(rule []byte) bool {
	const quoted, join = 0x17, 0x08
	return len(rule) > 2 && (rule[0] == quoted && len(rule) == 3+int(rule[1])*(1+int(rule[2]&1)) || rule[len(rule)-1] == join)
}

// givesEmpty reports whether a formula may come to an empty text: it has one in it.
func givesEmpty(rule []byte) bool { return bytes.Contains(rule, []byte{0x17, 0x00}) }

// xlsBoolErr gives the print of a truth value, or of an error.
func xlsBoolErr(b byte, isError bool) string {
	if isError {
		return xlsError(b)
	}
	return strings.ToUpper(strconv.FormatBool(b != 0))
}

// shape takes a record that says how cells are laid out: which are merged, which rows and columns are hidden.
func (g *xlsGrid) shape(kind int, d []byte) {
	switch kind {
	case biffMergedCells:
		for k := 0; k < u16(d, 0) && 2+8*k+8 <= len(d); k++ {
			g.merges = append(g.merges, [4]int{u16(d, 2+8*k), u16(d, 4+8*k), u16(d, 6+8*k), u16(d, 8+8*k)})
		}
	case biffRow:
		if len(d) >= 16 && (d[12]&0x20 != 0 || u16(d, 6)&0x7fff == 0) {
			g.hiddenRows[u16(d, 0)] = true
		} else if len(d) >= 16 {
			g.heights[u16(d, 0)] = float64(u16(d, 6)&0x7fff) / 20
		}
	case biffWindow2:
		g.zeros = u16(d, 0)&0x10 != 0
		g.formulas = u16(d, 0)&1 != 0
	case biffShared:
		g.emptyShared = g.emptyShared || givesEmpty(d)
	case biffCondFmt, biffCondFmt12:
		if kind == biffCondFmt12 { // behind a head of its own
			d = slice(d, 12, len(d))
		}
		g.areas = nil
		for k := 0; k < u16(d, 12) && 14+8*k+8 <= len(d); k++ {
			g.areas = append(g.areas, [4]int{u16(d, 14+8*k), u16(d, 16+8*k), u16(d, 18+8*k), u16(d, 20+8*k)})
		}
	case biffCF:
		g.conditional(d)
	case biffCF12: // the same behind a head of its own, with the length of the look before it
		if d = slice(d, 12, len(d)); len(d) > 10 && d[0] <= 2 && u32(d, 6) > 0 {
			n := min(u32(d, 6), len(d)-10)
			g.conditional(append(append([]byte{}, d[:6]...), d[10:min(len(d), 10+n+u16(d, 2)+u16(d, 4))]...))
		}
	case biffDrawing:
		g.drawing = append(g.drawing[:0], d...)
	case biffObj:
		g.object(d)
	case biffColInfo:
		for c := u16(d, 0); len(d) >= 10 && c <= min(u16(d, 2), maxCols); c++ {
			if d[8]&1 != 0 || u16(d, 4) == 0 {
				g.hiddenCols[c] = true
			} else {
				g.widths[c] = float64(u16(d, 4)) / 256
			}
		}
	}
}

// rk unpacks a number of 30 bits.
func rk(v int) float64 {
	var f float64
	if v&2 != 0 {
		f = float64(int32(v) >> 2)
	} else {
		f = math.Float64frombits(uint64(uint32(v)&^3) << 32)
	}
	if v&1 != 0 {
		f /= 100
	}
	return f
}

func xlsError(code byte) string {
	switch code {
	case 0x00:
		return "#NULL!"
	case 0x07:
		return "#DIV/0!"
	case 0x0f:
		return "#VALUE!"
	case 0x17:
		return "#REF!"
	case 0x1d:
		return "#NAME?"
	case 0x24:
		return "#NUM!"
	}
	return "#N/A"
}

// general prints a number without a format, as a sheet does: at most 11 digits.
func general(v float64) string {
	if v == math.Trunc(v) && math.Abs(v) < 1e11 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	s := strconv.FormatFloat(v, 'g', 10, 64)
	if f, err := strconv.ParseFloat(s, 64); err == nil && math.Abs(f) >= 1e-4 && math.Abs(f) < 1e11 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return s
}
