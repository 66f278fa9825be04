package office

import (
	"encoding/binary"
	"errors"
	"math"
	"sort"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"
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
	x := &xls{Document: &Document{}, b: b, formats: map[int]string{}}
	defer x.close()
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
	strings []string
	formats map[int]string
	xfs     []xlsXF
	date04  bool
	scratch *excelize.File // formats numbers as a sheet displays them
	styles  map[string]int
}

type xlsSheet struct {
	name   string
	at     int
	hidden bool
	kind   int
}

type xlsXF struct {
	format int
	ruled  bool
}

func (x *xls) close() {
	if x.scratch != nil {
		x.scratch.Close()
	}
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
			x.xfs = append(x.xfs, xlsXF{format: u16(data, 2), ruled: u16(data, 10) != 0})
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
		var s strings.Builder
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
			if b := parts[p][at : at+k*size]; wide {
				s.WriteString(wideString(b))
			} else {
				s.WriteString(latin(b))
			}
			at += k * size
			n -= k
		}
		if ext > len(x.b) {
			break
		}
		next(4*runs + ext)
		x.strings = append(x.strings, s.String())
	}
	if len(x.strings) < count {
		x.doubt("truncated", "%d of the %d strings could be read", len(x.strings), count)
	}
}

type xlsCell struct {
	text string
	xf   int
}

// An xlsGrid is a sheet being read.
type xlsGrid struct {
	*xls
	name                   string
	cells                  map[[2]int]xlsCell
	merges                 [][4]int // first and last row, first and last column
	hiddenRows, hiddenCols map[int]bool
	lastRow, lastCol       int     // the last that show something; -1 = none
	pending                *[3]int // row, column and format of the formula whose string follows
}

func (g *xlsGrid) put(row, col, xf int, text string) {
	if row >= maxRows || col >= maxCols {
		g.doubt("limit", "the sheet %q is larger than the limit; the rest is left out", g.name)
		return
	}
	g.cells[[2]int{row, col}] = xlsCell{text: text, xf: xf}
	if text != "" {
		g.lastRow, g.lastCol = max(g.lastRow, row), max(g.lastCol, col)
	}
}

// putNumber puts a number as its format prints it.
func (g *xlsGrid) putNumber(row, col, xf int, n float64) { g.put(row, col, xf, g.number(n, xf)) }

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
	g := &xlsGrid{xls: x, name: s.name, cells: map[[2]int]xlsCell{}, hiddenRows: map[int]bool{},
		hiddenCols: map[int]bool{}, lastRow: -1, lastCol: -1}
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
		if depth > 1 || len(d) == 0 {
			continue
		}
		g.value(kind, d)
		g.shape(kind, d)
	}
	if !ended {
		x.doubt("truncated", "the sheet %q breaks off", s.name)
	}
	x.place(s.name, g.cells, g.merges, g.hiddenRows, g.hiddenCols, g.lastRow+1, g.lastCol+1)
}

// value takes a record that holds what cells show ([MS-XLS] 2.4): most begin with row, column and format.
func (g *xlsGrid) value(kind int, d []byte) {
	row, col, xf := u16(d, 0), u16(d, 2), u16(d, 4)
	switch kind {
	case biffLabelSST:
		if i := u32(d, 6); i < len(g.strings) && len(d) >= 10 {
			g.put(row, col, xf, g.strings[i])
		} else {
			g.put(row, col, xf, "\ufffd")
		}
	case biffLabel, biffRString:
		t, _ := xlsString(slice(d, 6, len(d)), 2)
		g.put(row, col, xf, t)
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
			g.put(row, col+k, u16(d, 4+2*k), "")
		}
	case biffBlank:
		g.put(row, col, xf, "")
	case biffFormula:
		if len(d) >= 14 {
			g.formula(row, col, xf, d)
		}
	case biffString:
		if p := g.pending; p != nil {
			t, _ := xlsString(d, 2)
			g.put(p[0], p[1], p[2], t)
			g.pending = nil
		}
	case biffBoolErr:
		if len(d) >= 8 {
			g.put(row, col, xf, xlsBoolErr(d[6], d[7] != 0))
		}
	}
}

// formula takes the value of a formula when it was last worked out (2.5.133): a number, or what else its bytes tell.
func (g *xlsGrid) formula(row, col, xf int, d []byte) {
	if u16(d, 12) != 0xffff {
		g.putNumber(row, col, xf, math.Float64frombits(binary.LittleEndian.Uint64(d[6:])))
		return
	}
	switch d[6] {
	case 0: // a string, in the record that follows
		g.pending = &[3]int{row, col, xf}
	case 1:
		g.put(row, col, xf, xlsBoolErr(d[8], false))
	case 2:
		g.put(row, col, xf, xlsBoolErr(d[8], true))
	}
}

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
		if len(d) >= 16 && d[12]&0x20 != 0 {
			g.hiddenRows[u16(d, 0)] = true
		}
	case biffColInfo:
		if len(d) >= 10 && d[8]&1 != 0 {
			for c := u16(d, 0); c <= min(u16(d, 2), maxCols); c++ {
				g.hiddenCols[c] = true
			}
		}
	}
}

// place lays the cells of a sheet into rows.
func (x *xls) place(name string, cells map[[2]int]xlsCell, merges [][4]int, hiddenRows, hiddenCols map[int]bool, height,
	width int) {
	from, covered := map[[2]int][4]int{}, map[[2]int]bool{}
	sort.Slice(merges, func(i, j int) bool {
		return merges[i][0] < merges[j][0] || merges[i][0] == merges[j][0] && merges[i][2] < merges[j][2]
	})
	for _, m := range merges {
		if m[0] >= height || m[1] < m[0] || m[3] < m[2] || m[2] >= maxCols {
			continue
		}
		m[1], m[3] = min(m[1], height-1), min(m[3], maxCols-1)
		width = max(width, m[3]+1)
		if (m[1]-m[0]+1)*(m[3]-m[2]+1) > maxCells/10 {
			continue
		}
		from[[2]int{m[0], m[2]}] = m
		for r := m[0]; r <= m[1]; r++ {
			for c := m[2]; c <= m[3]; c++ {
				covered[[2]int{r, c}] = [2]int{r, c} != [2]int{m[0], m[2]}
			}
		}
	}
	if height*width > maxCells*4 {
		x.doubt("limit", "the sheet %q is larger than the limit and left out", name)
		return
	}
	var rows []rawRow
	leftRows, leftCols := 0, 0
	for c := range width {
		if hiddenCols[c] {
			leftCols++
		}
	}
	for r := range height {
		if hiddenRows[r] {
			leftRows++
			continue
		}
		row := rawRow{}
		for c := range width {
			key := [2]int{r, c}
			switch {
			case hiddenCols[c]:
				continue
			case covered[key]:
				row.cells = append(row.cells, rawCell{gap: true, span: 1})
				continue
			}
			v := cells[key]
			raw := rawCell{span: 1, rows: 1, content: []node{{text: v.text}},
				place: name + "!" + column(c) + strconv.Itoa(r+1)}
			if v.xf > 0 && v.xf < len(x.xfs) {
				raw.ruled = x.xfs[v.xf].ruled
			}
			if m, ok := from[key]; ok {
				raw.span, raw.rows = 0, 0
				for k := m[2]; k <= m[3]; k++ {
					if !hiddenCols[k] {
						raw.span++
					}
				}
				for k := m[0]; k <= m[1]; k++ {
					if !hiddenRows[k] {
						raw.rows++
					}
				}
			}
			row.cells = append(row.cells, raw)
		}
		row.uncover()
		rows = append(rows, row)
	}
	if leftRows+leftCols > 0 {
		x.doubt("hidden-text", "%d rows and %d columns of the sheet %q are hidden and left out", leftRows, leftCols,
			name)
	}
	x.sheet(name, rows)
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

// number prints a number as its cell's format displays it.
func (x *xls) number(v float64, xf int) string {
	id, code := 0, ""
	if xf < len(x.xfs) {
		id = x.xfs[xf].format
		code = x.formats[id]
	}
	if id == 0 || id == 49 || code == "General" || code == "GENERAL" || code == "@" {
		return general(v)
	}
	if (id == 1 || code == "0" || code == "0_ " || code == "0_);[Red]\\(0\\)") && v == math.Trunc(v) && v >= 0 &&
		v < 1e15 {
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	s, err := x.format(v, id, code)
	if err != nil {
		x.doubt("undecodable", "the number format %q is not known; %s is shown as it is kept", code, general(v))
		return general(v)
	}
	return s
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

// format has a sheet library format a number.
func (x *xls) format(v float64, id int, code string) (string, error) {
	if x.scratch == nil {
		x.scratch, x.styles = excelize.NewFile(), map[string]int{}
	}
	key := code
	style := &excelize.Style{CustomNumFmt: &code}
	if code == "" {
		key = "#" + strconv.Itoa(id)
		style = &excelize.Style{NumFmt: id}
	}
	st, ok := x.styles[key]
	if !ok {
		var err error
		if st, err = x.scratch.NewStyle(style); err != nil {
			return "", err
		}
		x.styles[key] = st
	}
	const sheet, cell = "Sheet1", "A1"
	if x.date04 && (strings.ContainsAny(code, "ymd") || id >= 14 && id <= 22) {
		v += 1462
	}
	if err := x.scratch.SetCellValue(sheet, cell, v); err != nil {
		return "", err
	}
	if err := x.scratch.SetCellStyle(sheet, cell, cell, st); err != nil {
		return "", err
	}
	return x.scratch.GetCellValue(sheet, cell)
}
