package office

import (
	"bytes"
	"strconv"
	"strings"
)

// docxColours are the colours of a document that go by name.
type docxColours map[string]ink

// docxThemes are the names under which a document speaks of its theme's colours (ECMA-376 17.18.97, 20.1.10.54).
var docxThemes = map[string]string{"dark1": "dk1", "light1": "lt1", "dark2": "dk2", "light2": "lt2",
	"background1": "lt1", "text1": "dk1", "background2": "lt2", "text2": "dk2", "bg1": "lt1", "tx1": "dk1", "bg2": "lt2",
	"tx2": "dk2", "hyperlink": "hlink", "followedHyperlink": "folHlink"}

func (t docxColours) named(name string) ink {
	if n, ok := docxThemes[name]; ok {
		name = n
	}
	k := t[name]
	if k == noInk { // a document without a theme
		k = map[string]ink{"dk1": isRGB, "lt1": white}[name]
	}
	return k
}

// colour reads a colour that is given as such and, for those that know it, by the name of the theme; differ says that
// the two are not the same.
func (t docxColours) colour(x *xmlReader, value, theme string) (k ink, differ bool) {
	v := x.attr(value)
	if k = hexInk(v); v == "auto" {
		k = autoInk
	}
	name := x.attr(theme)
	if name == "" || name == "none" {
		return k, false
	}
	named := t.named(name)
	if named == noInk {
		return k, false
	}
	part := func(of string) float64 {
		n, err := strconv.ParseUint(x.attr(of), 16, 8)
		if err != nil {
			return 1
		}
		return float64(n) / 255
	}
	named = tinted(tinted(named, 1-part(theme+"Tint")), part(theme+"Shade")-1)
	if k < isRGB && k != autoInk { // for those that know no theme it has no colour
		return named, named >= isRGB && apart(named, white) < nearColour
	}
	return named, k >= isRGB && apart(k, named) >= nearColour
}

var docxHighlights = map[string]ink{"black": isRGB, "white": white, "red": rgb(255, 0, 0), "green": rgb(0, 255, 0),
	"blue": rgb(0, 0, 255), "yellow": rgb(255, 255, 0), "magenta": rgb(255, 0, 255), "cyan": rgb(0, 255, 255),
	"darkBlue": rgb(0, 0, 128), "darkCyan": rgb(0, 128, 128), "darkGreen": rgb(0, 128, 0),
	"darkMagenta": rgb(128, 0, 128), "darkRed": rgb(128, 0, 0), "darkYellow": rgb(128, 128, 0),
	"darkGray": rgb(128, 128, 128), "lightGray": rgb(192, 192, 192)}

// shading reads the ground of a run, a paragraph or a cell.
func (t docxColours) shading(x *xmlReader) ink {
	fill, differ := t.shadingColour(x, "fill", "themeFill")
	if differ {
		return mixed
	}
	switch v := x.attr("val"); {
	case v == "" || v == "clear" || v == "nil":
		return fill
	case v == "solid":
		if k, _ := t.colour(x, "color", "themeColor"); k >= isRGB {
			return k
		}
		return isRGB
	case strings.HasPrefix(v, "pct"):
		n, err := strconv.Atoi(v[3:])
		if err != nil {
			return mixed
		}
		fore, _ := t.colour(x, "color", "themeColor")
		return mix(n, fore, fill)
	}
	return mixed
}

func (t docxColours) shadingColour(x *xmlReader, value, theme string) (ink, bool) {
	k, differ := t.colour(x, value, theme)
	if k == autoInk {
		k = noInk
	}
	return k, differ
}

// run takes one property of a run (ECMA-376 17.3.2).
func (t docxColours) run(l *look, x *xmlReader) {
	switch x.name {
	case "vertAlign":
		switch x.attr("val") {
		case "superscript":
			l.script = scriptRaised
		case "subscript":
			l.script = scriptLowered
		default:
			l.script = scriptLine
		}
	case "position":
		l.move(x.number("val", 0))
	case "strike":
		l.struck = onOff(x.on())
	case "dstrike":
		l.struck2 = onOff(x.on())
	case "vanish":
		l.hidden = onOff(x.on())
	case "specVanish": // that of a paragraph's end, beside vanish; alone, programs differ
		if x.on() && l.hidden != on {
			l.doubt = on
		}
	case "del", "moveFrom":
		l.hidden = on
	case "color":
		k, differ := t.colour(x, "val", "themeColor")
		l.ink = k
		if differ {
			l.doubt = on
		}
	case "shd":
		l.mark = t.shading(x)
	case "highlight":
		if l.mark = docxHighlights[x.attr("val")]; l.mark == noInk {
			l.mark = autoInk
		}
	case "sz":
		if n := x.number("val", 0); n > 0 {
			l.size(n)
		}
	case "w": // the width of its characters, in percent
		if n := x.number("val", 100); n < 20 {
			l.tiny = on
		}
	case "spacing":
		if x.number("val", 0) <= crowded {
			l.odd = on
		}
	case "fitText": // a width that no character has
		if w := x.number("val", 1000); w < 60 {
			l.tiny = on
		}
	case "rFonts":
		if f := x.attr("ascii"); f != "" {
			l.odd = onOff(symbolFont(f))
		}
	case "eastAsianLayout":
		if v := x.attr("combine"); v == "1" || v == "true" || v == "on" {
			l.odd = on
		}
	case "textFill":
		t.textFill(l, x)
	}
}

// textFill takes what the characters of later versions are filled with.
func (t docxColours) textFill(l *look, x *xmlReader) {
	for depth := x.depth; x.depth >= depth; {
		if x.next() == xmlEnd {
			return
		}
		if x.kind != xmlOpen {
			continue
		}
		switch x.name {
		case "noFill":
			l.odd = on
		case "alpha":
			if x.number("val", 0) > 70000 {
				l.odd = on
			}
		case "srgbClr":
			l.ink = hexInk(x.attr("val"))
		case "schemeClr":
			if k := t.named(x.attr("val")); k != noInk {
				l.ink = k
			}
		}
	}
}

// paragraph takes one property of a paragraph that bears on how its text looks.
func (t docxColours) paragraph(l *look, x *xmlReader) {
	switch x.name {
	case "shd":
		l.ground = t.shading(x)
	case "spacing":
		if n := x.number("line", 240); x.attr("lineRule") == "exact" && n < 60 { // lines of three points
			l.tiny = on
		}
	}
}

// A docxStyleLook is what a style says of how text looks.
type docxStyleLook struct {
	kind  string // paragraph, character, table, numbering
	run   look   // with the ground of the paragraph, or of all cells of a table
	parts map[string]look
	bands int // rows of a band of a table
}

// style reads the look of a style; x stands at one of its children.
func (t docxColours) style(s *docxStyleLook, x *xmlReader) {
	switch x.name {
	case "rPr":
		x.children(func() { t.run(&s.run, x) })
	case "pPr":
		x.children(func() { t.paragraph(&s.run, x) })
	case "tblPr":
		x.children(func() {
			switch x.name {
			case "shd":
				s.run.ground = t.shading(x)
			case "tblStyleRowBandSize":
				s.bands = x.number("val", 1)
			}
		})
	case "tcPr":
		x.children(func() {
			if x.name == "shd" {
				s.run.ground = t.shading(x)
			}
		})
	case "tblStylePr":
		var part docxStyleLook
		kind := x.attr("type")
		x.children(func() { t.style(&part, x) })
		if part.run != (look{}) {
			if s.parts == nil {
				s.parts = map[string]look{}
			}
			s.parts[kind] = part.run
		}
	}
}

// look gives what a style and those that it is based on say.
func (d *docx) look(id string, depth int) look {
	if id == "" || depth > 20 {
		return look{}
	}
	if l, ok := d.looks[id]; ok {
		return l
	}
	s, ok := d.styles[id]
	if !ok {
		return look{}
	}
	l := s.look.run.over(d.look(s.based, depth+1))
	if d.looks == nil {
		d.looks = map[string]look{}
	}
	d.looks[id] = l
	return l
}

// defaults gives what holds for all text, and the default style of a kind.
func (d *docx) defaults(kind string) string { return d.styles["\x00"+kind].based }

// base gives the look of a paragraph's text: defaults, the table's style, the paragraph's.
func (d *docx) base(style string) look {
	if _, ok := d.styles[style]; !ok || style == "" {
		style = d.defaults("paragraph")
	}
	l := d.look(style, 0)
	doubt := d.cell.hidden == on && l.hidden == on || d.cell.crossed() && l.crossed()
	l = l.over(d.cell.over(d.styles["\x00"].look.run))
	if l.ground == noInk {
		l.ground = d.page
	}
	if doubt { // on twice is off, in some programs
		l.doubt = on
	}
	return l
}

// dressed gives the look of a run: its own properties on its style on that of its paragraph.
func (d *docx) dressed(own look, style string, paragraph look) look {
	l := own
	if style != "" {
		s := d.look(style, 0)
		if own.hidden == unsaid && s.hidden == on && paragraph.hidden == on ||
			own.struck == unsaid && s.struck == on && paragraph.struck == on {
			l.doubt = on
		}
		l = l.over(s)
	}
	return l.over(paragraph)
}

// A docxTable is the table whose cells are being read.
type docxTable struct {
	style              string
	first, last        bool // its first and last row are set apart
	firstCol, lastCol  bool
	rowBands, colBands bool
	row, rows, cols    int
	ground             ink
	tiny               bool // the row is too low to show anything
}

// tableLook reads which parts of its style a table uses.
func (t *docxTable) tableLook(x *xmlReader) {
	bits, err := strconv.ParseUint(x.attr("val"), 16, 16)
	use := func(name string, bit uint64) bool {
		if v, ok := x.lookup(name); ok {
			return v == "1" || v == "true" || v == "on"
		}
		return err == nil && bits&bit != 0
	}
	t.first, t.last = use("firstRow", 0x20), use("lastRow", 0x40)
	t.firstCol, t.lastCol = use("firstColumn", 0x80), use("lastColumn", 0x100)
	t.rowBands, t.colBands = !use("noHBand", 0x200), !use("noVBand", 0x400)
}

// part gives what a part of a table's style says, with those that it is based on.
func (d *docx) part(id, name string, depth int) (look, bool) {
	s, ok := d.styles[id]
	if !ok || depth > 20 {
		return look{}, false
	}
	l, has := s.look.parts[name]
	base, more := d.part(s.based, name, depth+1)
	return l.over(base), has || more
}

// at gives the look of a table's cell, as its style has it for the place where the cell stands.
func (d *docx) at(t *docxTable, col, span int) look {
	style := t.style
	if style == "" {
		style = d.defaults("table")
	}
	l := d.look(style, 0)
	if t.ground != noInk {
		l.ground = t.ground
	}
	put := func(name string, holds bool) {
		if p, ok := d.part(style, name, 0); holds && ok {
			l = p.over(l)
		}
	}
	if d.styles[style].based != "" || len(d.styles[style].look.parts) > 0 {
		firstRow, firstCol := t.first && t.row == 0, t.firstCol && col == 0
		lastRow, lastCol := t.last && t.row == t.rows-1 && t.row > 0, t.lastCol && col+span >= t.cols && col > 0
		size := max(d.styles[style].look.bands, 1)
		row := t.row
		if t.first {
			row--
		}
		if t.colBands {
			k := col
			if t.firstCol {
				k--
			}
			put("band1Vert", k >= 0 && k%2 == 0)
			put("band2Vert", k >= 0 && k%2 == 1)
		}
		if t.rowBands {
			put("band1Horz", row >= 0 && row/size%2 == 0)
			put("band2Horz", row >= 0 && row/size%2 == 1)
		}
		put("firstCol", firstCol)
		put("lastCol", lastCol)
		put("firstRow", firstRow)
		put("lastRow", lastRow)
		put("nwCell", firstRow && firstCol)
		put("neCell", firstRow && lastCol)
		put("swCell", lastRow && firstCol)
		put("seCell", lastRow && lastCol)
	}
	if t.tiny {
		l.tiny = on
	}
	return l
}

// docxUnderstood are the namespaces (by the end of their names) and prefixes of content that is read here where it
// stands beside another form for those who do not know it.
var docxUnderstood = []string{"wordprocessingShape", "wordprocessingGroup", "wordprocessingCanvas",
	"wordprocessingDrawing", "word/2010/wordml", "word/2012/wordml", "drawing/2010/main", "drawing/2010/picture"}

// understands reports whether a form is for those who know what this reader knows.
func understands(x *xmlReader) bool {
	for _, prefix := range strings.Fields(x.attr("Requires")) {
		known := false
		at := bytes.Index(x.b, []byte("xmlns:"+prefix+"="))
		if at < 0 {
			known = prefix == "wps" || prefix == "wpg" || prefix == "wpc" || prefix == "w14" || prefix == "w15"
		} else {
			name := x.b[at+len("xmlns:")+len(prefix)+2:]
			if end := bytes.IndexByte(name, x.b[at+len("xmlns:")+len(prefix)+1]); end >= 0 {
				for _, n := range docxUnderstood {
					known = known || bytes.HasSuffix(name[:end], []byte(n))
				}
			}
		}
		if !known {
			return false
		}
	}
	return true
}

// A field is one that is open: its instruction does not show, its result does.
type field struct {
	result bool
	code   string
	from   int      // what had been written when its result began
	text   int      // the length of the paragraph's text then
	cells  int      // the cells within each other that it stands in
	dirty  bool     // it is to be worked out anew
	list   *choices // of which it shows one
}

// choices are the entries of a list of which a field shows one.
type choices struct {
	entries []string
	chosen  int
}

// shows gives the entry that is chosen.
func (c *choices) shows() (string, bool) {
	if c == nil || c.chosen < 0 || c.chosen >= len(c.entries) {
		return "", false
	}
	return c.entries[c.chosen], true
}

// stale reports whether a field's result may be another one when the page is made: it is marked as one to be worked out
// anew. Tables of contents and links are marked so by programs that cannot make them, and are no figures.
func stale(code string) bool {
	switch fieldKind(code) {
	case "TOC", "INDEX", "TOA", "PAGEREF", "HYPERLINK":
		return false
	}
	return true
}

func fieldKind(code string) string {
	kind, _, _ := strings.Cut(strings.TrimSpace(code), " ")
	return strings.ToUpper(strings.TrimLeft(kind, `\`))
}

// silentFields are those that print nothing where they stand.
var silentFields = map[string]bool{"XE": true, "TC": true, "TA": true, "RD": true, "PRIVATE": true, "SET": true,
	"ASK": true, "NEXT": true, "NEXTIF": true, "SKIPIF": true, "ADDIN": true, "HYPERLINK": true, "COMMENTS": true,
	"BOOKMARK": true, "DATABASE": true}

// livingFields are those whose print is worked out when the page is made.
var livingFields = map[string]bool{"DATE": true, "TIME": true, "PAGE": true, "NUMPAGES": true, "SECTION": true,
	"SECTIONPAGES": true, "PRINTDATE": true, "SAVEDATE": true, "EDITTIME": true}

// fieldPrints tells whether a field prints something that is not in the text: an equation, or what nobody has worked
// out. some says that it has a result.
func fieldPrints(code string, some, inCell bool) bool {
	kind := fieldKind(code)
	switch {
	case kind == "EQ" || strings.HasPrefix(kind, "EQ\\"):
		return true
	case livingFields[kind]:
		return inCell
	}
	return !some && !silentFields[kind]
}
