package office

import (
	"archive/zip"
	"bytes"
	"errors"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// Limits of a sheet. A report's statistics fill some sixty rows.
const (
	maxRows = 20_000
	maxCols = 500
)

// ReadXLSX reads an Excel file of the years since 2007 (ECMA-376, SpreadsheetML). Cells are given as they are
// displayed.
func ReadXLSX(body []byte) (*Document, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		if _, other := excelize.OpenReader(bytes.NewReader(body)); errors.Is(other, excelize.ErrWorkbookPassword) {
			return nil, ErrEncrypted
		}
		return nil, err
	}
	x := &xlsx{Document: &Document{}, z: z, body: body, main: "xl/workbook.xml"}
	defer x.close()
	if rels, _ := part(z, "_rels/.rels"); rels != nil {
		for _, r := range relations(rels) {
			if strings.HasSuffix(r.kind, "/officeDocument") {
				x.main = strings.TrimPrefix(path.Clean("/"+r.target), "/")
			}
		}
	}
	if b, err := part(z, "docProps/core.xml"); err == nil {
		c := newXML(b)
		for c.next() != xmlEnd {
			if c.kind == xmlOpen && c.name == "title" {
				x.Title = strings.TrimSpace(c.texts())
			}
		}
	}
	if err := x.workbook(); err != nil {
		return nil, err
	}
	for _, s := range x.sheets {
		if s.hidden {
			x.doubt("hidden-text", "the sheet %q is hidden and left out", s.name)
			continue
		}
		if err := x.sheetAt(s); err != nil {
			x.doubt("undecodable", "the sheet %q could not be read: %v", s.name, err)
		}
	}
	return x.Document, nil
}

// xlsx is the state of reading one workbook.
type xlsx struct {
	*Document
	z        *zip.Reader
	body     []byte
	main     string
	sheets   []xlsxSheet
	strings  []sheetText
	theme    map[string]ink
	palette  []ink // colours that go by number, where the workbook has its own
	formats  map[int]string
	fonts    []look
	fills    []xlsxFill
	borders  []xlsxBorder
	styles   []sheetStyle
	dxfs     []xlsxDxf
	date1904 bool
	renew    bool           // formulas are worked out anew when the workbook is opened
	calc     *excelize.File // works out formulas whose value is not stored
	calcErr  error
}

type xlsxSheet struct {
	name, part string
	hidden     bool
}

type xlsxBorder struct{ ruled, diagonal bool }

// A sheetText is a text of runs.
type sheetText struct {
	plain string
	runs  []sheetRun
}

// A sheetRun is a stretch of a cell's text; own says that it is set apart from the cell's font.
type sheetRun struct {
	text string
	look look
	own  bool
}

// A sheetStyle is how a cell is displayed.
type sheetStyle struct {
	format   *numberFormat
	look     look
	ruled    bool
	diagonal bool // a line from corner to corner
	filled   bool // its text is repeated over the width of the cell
}

// An xlsxDxf is what a conditional format changes.
type xlsxDxf struct {
	look   look
	format *numberFormat
}

func (x *xlsx) close() {
	if x.calc != nil {
		x.calc.Close()
	}
}

// workbook reads what all sheets share.
func (x *xlsx) workbook() error {
	b, err := part(x.z, x.main)
	if len(b) == 0 {
		if err == nil {
			err = errors.New("it holds no workbook")
		}
		return err
	}
	folder, file := path.Split(x.main)
	parts := map[string]string{}
	if rels, _ := part(x.z, folder+"_rels/"+file+".rels"); rels != nil {
		for _, r := range relations(rels) {
			name := strings.TrimPrefix(path.Clean("/"+folder+r.target), "/")
			if strings.HasPrefix(r.target, "/") {
				name = strings.TrimPrefix(path.Clean(r.target), "/")
			}
			switch kind := r.kind[strings.LastIndexByte(r.kind, '/')+1:]; kind {
			case "worksheet":
				parts[r.id] = name
			case "sharedStrings", "styles", "theme":
				parts[kind] = name
			}
		}
	}
	read := func(kind string, each func([]byte)) {
		if name := parts[kind]; name != "" {
			b, err := part(x.z, name)
			if err != nil {
				x.doubt("truncated", "%v", err)
			}
			each(b)
		}
	}
	read("theme", func(b []byte) { x.theme = readTheme(b) })
	read("styles", x.readStyles)
	read("sharedStrings", x.readStrings)
	w := newXML(b)
	for w.next() != xmlEnd {
		if w.kind != xmlOpen {
			continue
		}
		switch w.name {
		case "workbookPr":
			v := w.attr("date1904")
			x.date1904 = v == "1" || v == "true"
		case "calcPr":
			v := w.attr("fullCalcOnLoad")
			x.renew = v == "1" || v == "true"
		case "sheet":
			state := w.attr("state")
			if p := parts[w.attr("id")]; p != "" {
				x.sheets = append(x.sheets, xlsxSheet{w.attr("name"), p, state != "" && state != "visible"})
			}
		}
	}
	return nil
}

// ink reads a colour.
func (x *xlsx) ink(e *xmlReader) ink {
	k := noInk
	tint, _ := strconv.ParseFloat(e.attr("tint"), 64)
	if v, ok := e.lookup("rgb"); ok {
		k = hexInk(v)
	} else if v, ok := e.lookup("theme"); ok {
		n, err := strconv.Atoi(v)
		names := []string{"lt1", "dk1", "lt2", "dk2", "accent1", "accent2", "accent3", "accent4", "accent5", "accent6",
			"hlink", "folHlink"}
		if err == nil && n >= 0 && n < len(names) {
			k = x.theme[names[n]]
			if k == noInk && n < 2 { // a workbook without a theme
				k = []ink{white, isRGB}[n]
			}
		}
	} else if v, ok := e.lookup("indexed"); ok {
		if n, err := strconv.Atoi(v); err == nil {
			k = paletteInk(n, x.palette)
		}
	} else if v := e.attr("auto"); v == "1" || v == "true" {
		k = autoInk
	}
	return tinted(k, tint)
}

// paletteInk gives a colour by number: eight of old, the 56 of the palette, and those of the system.
func paletteInk(n int, palette []ink) ink {
	switch {
	case n < 0:
	case n < 8:
		return xlsPalette[n]
	case n < 64 && n-8 < len(palette):
		return palette[n-8]
	case n < 64:
		return xlsPalette[n-8]
	case n == 65:
		return white
	}
	return autoInk
}

// font reads a font, or the properties of a run.
func (x *xlsx) font(e *xmlReader) (l look) {
	e.children(func() {
		switch e.name {
		case "strike":
			l.struck = onOff(e.on())
		case "vertAlign":
			switch e.attr("val") {
			case "superscript":
				l.script = scriptRaised
			case "subscript":
				l.script = scriptLowered
			default:
				l.script = scriptLine
			}
		case "color":
			l.ink = x.ink(e)
		case "sz":
			if v, err := strconv.ParseFloat(e.attr("val"), 64); err == nil {
				l.size(int(2 * v))
			}
		case "name", "rFont":
			l.odd = onOff(symbolFont(e.attr("val")))
		}
	})
	return l
}

// An xlsxFill is the ground of a cell, and the colour that it goes over into.
type xlsxFill struct{ ground, fade ink }

// gradient reads a ground that goes over from one colour into another; of more, nobody can tell which is where.
func (x *xlsx) gradient(e *xmlReader) (f xlsxFill) {
	known := true
	e.children(func() {
		e.children(func() {
			if e.name != "color" {
				return
			}
			switch k := x.ink(e); {
			case k < isRGB:
				known = false
			case f.ground == noInk || k == f.ground:
				f.ground = k
			case f.fade == noInk || k == f.fade:
				f.fade = k
			default:
				known = false
			}
		})
	})
	if !known || f.ground == noInk {
		return xlsxFill{ground: mixed}
	}
	return f
}

// fill reads the ground of a cell.
func (x *xlsx) fill(e *xmlReader, dxf bool) xlsxFill {
	k, fade := noInk, noInk
	e.children(func() {
		switch e.name {
		case "gradientFill":
			f := x.gradient(e)
			k, fade = f.ground, f.fade
		case "patternFill":
			kind := e.attr("patternType")
			fore, back := noInk, noInk
			e.children(func() {
				switch e.name {
				case "fgColor":
					fore = x.ink(e)
				case "bgColor":
					back = x.ink(e)
				}
			})
			switch {
			case dxf && (kind == "" || kind == "solid"): // there the ground is the other one
				k = back
				if k == noInk {
					k = fore
				}
			case kind == "solid":
				k = fore
				if k == noInk || k == autoInk {
					k = isRGB
				}
			case kind != "" && kind != "none":
				k = mixed
			}
		}
	})
	return xlsxFill{k, fade}
}

func (x *xlsx) border(e *xmlReader) (b xlsxBorder) {
	slanted := false
	for _, name := range []string{"diagonalUp", "diagonalDown"} {
		v := e.attr(name)
		slanted = slanted || v == "1" || v == "true"
	}
	e.children(func() {
		if s := e.attr("style"); s == "" || s == "none" {
			return
		}
		switch e.name {
		case "left", "right", "top", "bottom", "start", "end":
			b.ruled = true
		case "diagonal":
			b.diagonal = slanted
		}
	})
	return b
}

// readStyles reads styles.xml.
func (x *xlsx) readStyles(b []byte) {
	x.formats = map[int]string{}
	parsed := map[int]*numberFormat{}
	format := func(id int) *numberFormat {
		if parsed[id] == nil {
			code, ok := x.formats[id]
			if !ok {
				code = builtinFormats[id]
			}
			parsed[id] = parseFormat(code)
		}
		return parsed[id]
	}
	if at := bytes.Index(b, []byte("indexedColors")); at >= 0 { // stand behind what refers to them
		e := newXML(b[at-1:])
		for e.next() != xmlEnd && e.name != "mruColors" {
			if e.kind == xmlOpen && e.name == "rgbColor" {
				x.palette = append(x.palette, hexInk(e.attr("rgb")))
			}
		}
		if len(x.palette) > 8 { // the eight of old come first
			x.palette = x.palette[8:]
		}
	}
	e := newXML(b)
	for e.next() != xmlEnd {
		if e.kind != xmlOpen {
			continue
		}
		switch e.name {
		case "numFmt":
			x.formats[e.number("numFmtId", -1)] = e.attr("formatCode")
		case "fonts":
			e.children(func() { x.fonts = append(x.fonts, x.font(e)) })
		case "fills":
			e.children(func() { x.fills = append(x.fills, x.fill(e, false)) })
		case "borders":
			e.children(func() { x.borders = append(x.borders, x.border(e)) })
		case "cellXfs":
			e.children(func() {
				s := sheetStyle{format: format(e.number("numFmtId", 0))}
				if n := e.number("fontId", 0); n >= 0 && n < len(x.fonts) {
					s.look = x.fonts[n]
				}
				if n := e.number("fillId", 0); n >= 0 && n < len(x.fills) {
					s.look.ground, s.look.fade = x.fills[n].ground, x.fills[n].fade
				}
				if n := e.number("borderId", 0); n >= 0 && n < len(x.borders) {
					s.ruled, s.diagonal = x.borders[n].ruled, x.borders[n].diagonal
				}
				e.children(func() { s.filled = s.filled || e.name == "alignment" && e.attr("horizontal") == "fill" })
				x.styles = append(x.styles, s)
			})
		case "dxfs":
			e.children(func() { x.dxfs = append(x.dxfs, x.dxf(e)) })
		}
	}
}

// dxf reads what a conditional format changes.
func (x *xlsx) dxf(e *xmlReader) (d xlsxDxf) {
	e.children(func() {
		switch e.name {
		case "font":
			d.look = x.font(e).over(d.look)
		case "fill":
			f := x.fill(e, true)
			d.look.ground, d.look.fade = f.ground, f.fade
		case "numFmt":
			code, ok := e.lookup("formatCode")
			if !ok {
				code = builtinFormats[e.number("numFmtId", 0)]
			}
			d.format = parseFormat(code)
		}
	})
	return d
}

// readStrings reads the shared strings.
func (x *xlsx) readStrings(b []byte) {
	e := newXML(b)
	for e.next() != xmlEnd {
		if e.kind == xmlOpen && e.name == "si" {
			x.strings = append(x.strings, x.text(e))
		}
	}
}

// text reads a text of runs; the reading of Chinese characters, printed above them or not at all, is none of it.
func (x *xlsx) text(e *xmlReader) (t sheetText) {
	e.children(func() {
		switch e.name {
		case "t":
			s := unescapeX(e.texts())
			t.plain += s
			if s != "" {
				t.runs = append(t.runs, sheetRun{text: s})
			}
		case "r":
			r := sheetRun{}
			e.children(func() {
				switch e.name {
				case "rPr":
					r.look, r.own = x.font(e), true
				case "t":
					r.text += unescapeX(e.texts())
				}
			})
			t.plain += r.text
			t.runs = append(t.runs, r)
		}
	})
	return t
}

// unescapeX resolves _x000D_, which stands for a character that XML cannot hold.
func unescapeX(s string) string {
	for at := 0; ; {
		i := strings.Index(s[at:], "_x")
		if i < 0 {
			return s
		}
		i += at
		if i+7 <= len(s) && s[i+6] == '_' {
			if n, err := strconv.ParseUint(s[i+2:i+6], 16, 16); err == nil {
				s = s[:i] + string(rune(n)) + s[i+7:]
			}
		}
		at = i + 1
	}
}

// compute gives what a formula comes to whose value is not stored, as in files that no spreadsheet program has saved.
func (x *xlsx) compute(sheet, cell, formula string) (string, bool) {
	upper := strings.ToUpper(formula)
	for _, f := range []string{"TODAY(", "NOW(", "RAND", "INDIRECT(", "OFFSET(", "CELL(", "INFO(", "[", "#REF!"} {
		if strings.Contains(upper, f) { // depends on when and where it is worked out
			return "", false
		}
	}
	if x.calc == nil && x.calcErr == nil {
		x.calc, x.calcErr = excelize.OpenReader(bytes.NewReader(x.body),
			excelize.Options{UnzipSizeLimit: 256 << 20, UnzipXMLSizeLimit: 256 << 20})
	}
	if x.calcErr != nil {
		return "", false
	}
	v, err := x.calc.CalcCellValue(sheet, cell, excelize.Options{RawCellValue: true})
	return v, err == nil
}
