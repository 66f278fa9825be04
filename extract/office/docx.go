package office

import (
	"archive/zip"
	"bytes"
	"cmp"
	"path"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ReadDocx reads a Word file of the years since 2007 (ECMA-376, WordprocessingML).
func ReadDocx(body []byte) (*Document, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, err
	}
	d := &docx{Document: &Document{}, z: z, main: "word/document.xml"}
	if rels, _ := part(z, "_rels/.rels"); rels != nil {
		for _, r := range relations(rels) {
			if strings.HasSuffix(r.kind, "/officeDocument") {
				d.main = strings.TrimPrefix(path.Clean("/"+r.target), "/")
			}
		}
	}
	text, err := part(z, d.main)
	if len(text) == 0 && err != nil {
		return nil, err
	}
	if err != nil {
		d.doubt("truncated", "the text breaks off: %v", err)
	}
	folder, file := path.Split(d.main)
	d.pictures = map[string]string{}
	theme := folder + "theme/theme1.xml"
	if b, _ := part(z, folder+"_rels/"+file+".rels"); b != nil {
		for _, r := range relations(b) {
			switch name := strings.TrimPrefix(path.Clean("/"+folder+r.target), "/"); {
			case strings.HasSuffix(r.kind, "/image") && !r.external:
				d.pictures[r.id] = name
			case strings.HasSuffix(r.kind, "/theme"):
				theme = name
			}
		}
	}
	if b, err := part(z, theme); err == nil && len(b) > 0 {
		d.colours = readTheme(b)
	}
	if b, err := part(z, folder+"styles.xml"); err == nil {
		d.styles = readStyles(b, d.colours)
	}
	if b, err := part(z, folder+"numbering.xml"); err == nil {
		d.numbers = readNumbering(b, d.styles)
	}
	if b, err := part(z, "docProps/core.xml"); err == nil {
		x := newXML(b)
		for x.next() != xmlEnd {
			if x.kind == xmlOpen && x.name == "title" {
				d.Title = strings.TrimSpace(x.texts())
			}
		}
	}
	d.read(text)
	for _, notes := range []string{"footnotes.xml", "endnotes.xml"} {
		if b, err := part(z, folder+notes); err == nil {
			d.notes(b)
		}
	}
	return d.Document, nil
}

// ReadWordXML reads a Word document that is one XML file: the flat form of 2003 or that of later packages.
func ReadWordXML(body []byte) (*Document, error) {
	d := &docx{Document: &Document{}}
	if from, end := bytes.Index(body, []byte(":styles")), bytes.LastIndex(body, []byte(":styles>")); end > from {
		d.styles = readStyles(body[from:end])
	}
	d.read(body)
	return d.Document, nil
}

// docx is the state of reading one document.
type docx struct {
	*Document
	z        *zip.Reader
	main     string
	pictures map[string]string // relation → member of the container
	styles   map[string]docxStyle
	numbers  *numbering
	colours  docxColours
	looks    map[string]look // of styles
	boxes    []node          // text boxes and pictures met in the paragraph that is being read
	fields   []field         // open ones
	written  int             // characters and drawings of the text so far
	cells    int             // cells within each other that are being read
	cell     look            // what the table's style and the cell say of its text
	turned   int             // stretches within each other whose characters go the other way
	ordinal  int             // of the paragraph
	page     ink             // the ground of the page
}

type relation struct {
	id, kind, target string
	external         bool
}

func relations(b []byte) (out []relation) {
	x := newXML(b)
	for x.next() != xmlEnd {
		if x.kind == xmlOpen && x.name == "Relationship" {
			out = append(out, relation{x.attr("Id"), x.attr("Type"), x.attr("Target"),
				x.attr("TargetMode") == "External"})
		}
	}
	return out
}

// read reads the main part.
func (d *docx) read(text []byte) {
	x := newXML(text)
	found := false
	for x.next() != xmlEnd {
		if x.kind == xmlOpen && x.name == "background" {
			if k := hexInk(x.attr("color")); k >= isRGB && k != white { // shown on the screen, not on paper
				d.page = mixed
			}
		}
		if x.kind == xmlOpen && x.name == "body" {
			found = true
			d.settle(d.content(x, 0), 0)
		}
	}
	if !found {
		d.doubt("truncated", "the file has no text")
	} else if x.depth != 0 {
		d.doubt("truncated", "the text breaks off before its end")
	}
}

// notes appends the footnotes, which stand below the text.
func (d *docx) notes(b []byte) {
	x := newXML(b)
	for x.next() != xmlEnd {
		if x.kind == xmlOpen && (x.name == "footnote" || x.name == "endnote") {
			if t := x.attr("type"); t == "" || t == "normal" {
				d.settle(d.content(x, 0), 0)
			}
		}
	}
}

// content reads what stands inside a body, a cell, a text box: paragraphs and tables.
func (d *docx) content(x *xmlReader, depth int) []node {
	var out []node
	join := false // the end of the paragraph before was deleted: this one goes on with it
	if depth > maxDepth {
		x.skip()
		return nil
	}
	var in func()
	in = func() {
		switch x.name {
		case "p":
			boxes := d.boxes
			d.boxes = nil
			d.ordinal++
			place := "p[" + strconv.Itoa(d.ordinal) + "]"
			text, joined := d.paragraph(x, depth)
			if k := len(out) - 1; join && k >= 0 && out[k].table == nil && out[k].picture == nil {
				out[k].text += text
			} else {
				out = append(out, node{text: text, place: place})
			}
			join = joined
			out = append(out, d.boxes...)
			d.boxes = boxes
		case "tbl":
			join = false
			if t := d.table(x, depth+1); len(t.rows) > 0 {
				out = append(out, node{table: t})
			}
		case "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "sect", "sub-section", "Choice",
			"annotation", "content":
			x.children(in)
		case "AlternateContent":
			d.alternate(x, in)
		case "altChunk":
			d.doubt("embedded-object", "a part of the text is an embedded file, which is not read")
		}
	}
	x.children(in)
	return out
}

// alternate reads the first of several forms of the same thing that is for readers who know what this one does; done
// tells whether there is one.
func (d *docx) alternate(x *xmlReader, in func()) (done bool) {
	x.children(func() {
		if !done && (x.name == "Choice" && understands(x) || x.name == "Fallback") {
			done = true
			x.children(in)
		}
	})
	return done
}

// paragraph reads one paragraph. joined tells that its end is deleted.
func (d *docx) paragraph(x *xmlReader, depth int) (text string, joined bool) {
	var b strings.Builder
	style, num, own := "", numRef{-1, -1}, look{}
	based, open := false, len(d.fields)
	var base look
	var in func()
	in = func() {
		switch x.name {
		case "pPr":
			x.children(func() {
				switch x.name {
				case "pStyle":
					style = x.attr("val")
				case "numPr", "listPr":
					num = readNumPr(x)
				case "rPr":
					x.children(func() { joined = joined || x.name == "del" || x.name == "moveFrom" })
				default:
					d.colours.paragraph(&own, x)
				}
			})
		case "r":
			if !based {
				base, based = own.over(d.base(style)), true
			}
			d.run(x, &b, base, depth)
		case "hyperlink", "smartTag", "sdt", "sdtContent", "ins", "moveTo", "customXml", "Choice", "annotation", "content",
			"hlink", "oMathPara":
			if t := x.attr("type"); x.name == "annotation" && strings.HasSuffix(t, "Deletion") {
				return
			}
			x.children(in)
		case "oMath":
			if isBuilt(x) { // a fraction, a power, a root: no row of characters
				d.mark(&b, true)
				return
			}
			x.children(in)
		case "dir", "bdo":
			if x.attr("val") == "rtl" {
				d.turned++
				x.children(in)
				d.turned--
				return
			}
			x.children(in)
		case "fldSimple":
			code, from, dirty := x.attr("instr"), d.written, isTrue(x.attr("dirty"))
			x.children(in)
			if fieldPrints(code, d.written > from, d.cells > 0) || dirty && stale(code) {
				d.mark(&b, true)
			}
		case "contentPart", "subDoc":
			d.mark(&b, true)
		case "sdtPr":
			d.bound(x, &b)
		case "AlternateContent":
			if !d.alternate(x, in) {
				d.mark(&b, true)
			}
		}
	}
	x.children(in)
	for len(d.fields) > open && !d.fields[len(d.fields)-1].result { // an instruction ends with its paragraph
		d.fields = d.fields[:len(d.fields)-1]
		d.mark(&b, true)
	}
	label := ""
	if d.numbers != nil {
		label = d.numbers.next(num, d.styles, style)
	}
	return labelled(label, b.String(), d.cells > 0), joined
}

// bound marks content that is bound to data elsewhere in the file, which are shown in its place.
func (d *docx) bound(x *xmlReader, b *strings.Builder) {
	x.children(func() {
		if x.name == "dataBinding" && d.cells > 0 {
			d.mark(b, false)
		}
	})
}

// isBuilt reports whether an equation is more than a row of characters.
func isBuilt(x *xmlReader) bool {
	ahead := *x
	for depth := ahead.depth; ahead.depth >= depth; {
		switch ahead.next() {
		case xmlEnd:
			return false
		case xmlOpen:
			switch ahead.name {
			case "oMath", "r", "t", "rPr", "ctrlPr", "sty", "nor", "rFonts", "oMathParaPr":
			case "f", "sSup", "sSub", "sSubSup", "sPre", "rad", "nary", "d", "eqArr", "m", "acc", "bar", "groupChr", "limLow",
				"limUpp", "func", "box", "borderBox", "phant":
				return true
			}
		}
	}
	return false
}

// mark says that something is printed here that is not in the text. In a cell it always counts; in a paragraph only
// where it stands in the line, as one that floats is put anywhere.
func (d *docx) mark(b *strings.Builder, inLine bool) {
	if d.shown() && (d.cells > 0 || inLine) {
		b.WriteString(object)
		d.written++
	}
}

// run reads a run of characters of a paragraph whose text looks like base.
func (d *docx) run(x *xmlReader, b *strings.Builder, base look, depth int) {
	var own look
	style := ""
	l, dressed := base, false
	if d.turned > 0 {
		l.odd = on
	}
	write := func(s string) {
		if d.shown() && l.hidden != on {
			b.WriteString(s)
			d.written++
		}
	}
	var in func()
	in = func() {
		switch x.name {
		case "rPr":
			x.children(func() {
				if x.name == "rStyle" {
					style = x.attr("val")
					return
				}
				if x.name == "webHidden" && x.on() && d.cells > 0 { // hidden where it is a page of the web; programs differ
					own.doubt = on
				}
				d.colours.run(&own, x)
			})
			if !dressed && (style != "" || own != look{}) {
				l, dressed = d.dressed(own, style, base), true
				if d.turned > 0 {
					l.odd = on
				}
			}
		case "t":
			if s := x.texts(); d.shown() && s != "" {
				b.WriteString(d.set(s, l))
				d.written++
			}
		case "tab", "ptab":
			write("\t")
		case "br", "cr":
			write("\n")
		case "noBreakHyphen":
			write("-")
		case "sym":
			write(d.set(symbol(x.attr("font"), x.attr("char")), l))
		case "fldChar":
			d.field(x, b, l)
		case "instrText":
			if n := len(d.fields); n > 0 && !d.fields[n-1].result {
				d.fields[n-1].code += x.texts()
			}
		case "footnoteReference", "endnoteReference":
			// its number, or the mark that follows, is not raised: nobody can tell it from the figure before it
			if d.cells > 0 && !l.raised() && l.hidden != on {
				d.mark(b, false)
			}
		case "pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong", "contentPart":
			if d.cells > 0 {
				d.mark(b, false)
			}
		case "ruby":
			d.ruby(x, b, base, depth)
		case "drawing", "pict", "object":
			if x.name == "object" {
				d.doubt("embedded-object", "an embedded object is shown only as its picture")
			}
			if s, inLine := d.drawing(x, depth); s != "" && l.hidden != on && d.shown() && (d.cells > 0 || inLine) {
				b.WriteString(s)
				d.written++
			}
		case "AlternateContent":
			if !d.alternate(x, in) {
				d.mark(b, true)
			}
		}
	}
	x.children(in)
}

// symbol gives a character of a font of symbols: digits of the font Symbol are digits, what else such fonts draw is no
// text.
func symbol(font, char string) string {
	n, err := strconv.ParseUint(char, 16, 32)
	if err != nil {
		return ""
	}
	if n >= 0xf000 && n <= 0xf0ff {
		if c := rune(n - 0xf000); strings.EqualFold(font, "Symbol") && c >= '0' && c <= '9' {
			return string(c)
		}
		return object
	}
	if symbolFont(font) {
		return object
	}
	return string(rune(n))
}

// field takes a mark of a field: its instruction does not show, its result does. One that is a list shows the entry that
// is chosen.
func (d *docx) field(x *xmlReader, b *strings.Builder, l look) {
	n := len(d.fields)
	switch mark := x.attr("fldCharType"); {
	case mark == "begin" && n < maxDepth:
		f := field{cells: d.cells, dirty: isTrue(x.attr("dirty"))}
		x.children(func() {
			x.children(func() { f.list = choicesOf(x, f.list) })
		})
		d.fields = append(d.fields, f)
	case mark == "separate" && n > 0:
		d.fields[n-1].result, d.fields[n-1].from, d.fields[n-1].text = true, d.written, b.Len()
	case mark == "end" && n > 0 && d.fields[n-1].cells == d.cells:
		f := d.fields[n-1]
		d.fields = d.fields[:n-1]
		some := f.result && d.written > f.from
		entry, ok := f.list.shows()
		switch {
		case ok && !some:
			if d.shown() {
				b.WriteString(d.set(entry, l))
				d.written++
			}
		case ok && f.text <= b.Len() && strings.TrimSpace(b.String()[f.text:]) != strings.TrimSpace(entry),
			fieldPrints(f.code, some, d.cells > 0), f.dirty && stale(f.code):
			d.mark(b, true)
		}
	}
}

// choicesOf reads the list of a field's entries; x stands at what may be one.
func choicesOf(x *xmlReader, before *choices) *choices {
	if x.name != "ddList" {
		return before
	}
	c := &choices{}
	chosen := false
	x.children(func() {
		switch x.name {
		case "result":
			c.chosen, chosen = x.number("val", -1), true
		case "default": // before anything is chosen
			if !chosen {
				c.chosen = x.number("val", -1)
			}
		case "listEntry":
			c.entries = append(c.entries, x.attr("val"))
		}
	})
	return c
}

func isTrue(s string) bool { return s == "1" || s == "true" || s == "on" }

// ruby reads characters without the reading printed above them.
func (d *docx) ruby(x *xmlReader, b *strings.Builder, base look, depth int) {
	x.children(func() {
		if x.name == "rubyBase" {
			x.children(func() {
				if x.name == "r" {
					d.run(x, b, base, depth)
				}
			})
		}
	})
}

// shown reports whether text is shown here: not inside the instruction of a field, however deep.
func (d *docx) shown() bool {
	for i := range d.fields {
		if !d.fields[i].result {
			return false
		}
	}
	return true
}

// drawing reads the text boxes and pictures of a drawing. It gives what stands for it in the text: an object, a mere
// line, or nothing where all that it shows is words that are read; and whether it stands in the line.
func (d *docx) drawing(x *xmlReader, depth int) (stands string, inLine bool) {
	fields, cells, cell, boxes := d.fields, d.cells, d.cell, d.boxes
	d.fields, d.cells, d.cell = nil, 0, look{}
	defer func() { d.fields, d.cells, d.cell = fields, cells, cell }()
	words, small, hidden, float := true, false, false, false
	texts, text, other, onLine := 0, "", false, false
	var sh docxShapes
	for at := x.depth; x.depth >= at; {
		switch x.next() {
		case xmlEnd:
			return object, !float && !sh.float
		case xmlOpen:
			switch x.name {
			case "txbxContent":
				inner := d.boxes
				d.boxes = nil
				nodes := d.content(x, depth+1)
				d.boxes = append(inner, append(nodes, d.boxes...)...)
				if s := strings.TrimSpace(printed(nodes, 0)); s != "" {
					texts, text = texts+1, s
					words = words && isLabel(s)
				}
				for _, n := range nodes {
					other = other || n.table != nil || n.picture != nil
				}
			case "Fallback":
				x.skip()
			case "blip", "imagedata":
				words, other = false, true
				d.picture(cmp.Or(x.attr("embed"), x.attr("id")))
			case "textpath", "prstTxWarp", "OLEObject", "control", "chart", "relIds", "contentPart":
				plain := x.name == "prstTxWarp" && x.attr("prst") == "textNoShape"
				words, other = words && plain, other || !plain
			case "anchor":
				float, onLine = true, true
			case "positionV":
				onLine = besideLine(x)
			case "extent":
				small = min(x.number("cx", 1<<20), x.number("cy", 1<<20)) < 38100 // three points
			case "docPr", "cNvPr":
				hidden = hidden || isTrue(x.attr("hidden"))
			default:
				sh.see(x)
			}
		}
	}
	onLine, inLine, hidden = sh.settled(onLine, !float, hidden)
	if !hidden && inLine && texts == 1 && !other && fitsLine(text) { // a box that stands in the line like a character
		d.boxes = boxes
		return text, inLine
	}
	free := cells == 0 // no table around it
	switch {
	case !hidden && words && texts > 0 && free && (inLine || onLine):
		return aside, true
	case hidden, words && texts > 0:
		return "", inLine
	case texts > 0 && onLine && free: // it floats, but over this very line
		return object, true
	case words && (small || sh.lines > 0 && sh.lines == sh.shapes):
		return stroke, inLine
	}
	return object, inLine
}

// docxShapes are the shapes of a drawing.
type docxShapes struct {
	shapes, lines int  // how many, and how many of them are but lines
	hidden        bool // one is
	float, onLine bool // of the last whose style says its place: it floats, and if it lies over its line
}

// settled puts what the shapes say of their places to what the drawing says of its own.
func (s *docxShapes) settled(onLine, inLine, hidden bool) (bool, bool, bool) {
	return onLine && !s.float || s.onLine, inLine && !s.float, hidden || s.hidden
}

// see counts an element if it is a shape.
func (s *docxShapes) see(x *xmlReader) {
	switch x.name {
	case "line", "cxnSp", "connector":
		s.shapes, s.lines = s.shapes+1, s.lines+1
	case "prstGeom":
		s.shapes++
		if isStraight(x.attr("prst")) {
			s.lines++
		}
	case "custGeom":
		s.shapes++
	case "shape", "rect", "oval", "roundrect", "polyline", "arc", "curve":
		s.shapes++
		if strings.HasPrefix(x.attr("hr"), "t") {
			s.lines++
		}
		style := x.attr("style")
		if strings.Contains(style, "position:absolute") {
			s.float, s.onLine = true, styledBesideLine(style)
		}
		s.hidden = s.hidden || strings.Contains(style, "visibility:hidden")
	}
}

// boxInLine is the number of characters up to which the text of a box in a line is read as a part of the line.
const boxInLine = 24

func isStraight(shape string) bool { return shape == "line" || strings.HasSuffix(shape, "Connector1") }

func fitsLine(s string) bool {
	return utf8.RuneCountInString(s) <= boxInLine && !strings.ContainsAny(s, "\n"+object)
}

// besideLine reports whether a drawing that floats lies on the line that it is anchored in: not above or below it, and
// not where the page or the margin has it.
func besideLine(x *xmlReader) bool {
	from, near := x.attr("relativeFrom"), true
	x.children(func() {
		if x.name == "posOffset" {
			n, err := strconv.Atoi(strings.TrimSpace(x.texts()))
			near = err == nil && n > -8*12700 && n < 8*12700 // eight points
		}
	})
	return near && (from == "" || from == "paragraph" || from == "line")
}

// styledBesideLine is the same for a drawing of old, whose place is said in its style.
func styledBesideLine(style string) bool {
	for _, s := range strings.Split(style, ";") {
		name, value, _ := strings.Cut(s, ":")
		switch value = strings.TrimSpace(value); strings.TrimSpace(name) {
		case "margin-top":
			if v := points(value); v < -8 || v > 8 {
				return false
			}
		case "mso-position-vertical-relative":
			if value != "text" && value != "line" {
				return false
			}
		}
	}
	return true
}

// smallPicture is the size in bytes below which a picture is no table: a letterhead, a bullet, a seal.
const smallPicture = 6 << 10

func (d *docx) picture(id string) {
	name := d.pictures[id]
	if name == "" || d.z == nil {
		return
	}
	b, err := part(d.z, name)
	if err != nil {
		d.doubt("undecodable", "a picture could not be unpacked: %v", err)
		return
	}
	if len(b) >= smallPicture {
		d.boxes = append(d.boxes, node{picture: b, place: name})
	}
}

// table reads a table.
func (d *docx) table(x *xmlReader, depth int) *rawTable {
	t := &rawTable{}
	var set docxTable
	cell := d.cell
	defer func() { d.cell = cell }()
	var in func()
	in = func() {
		switch x.name {
		case "tblPr":
			x.children(func() {
				switch x.name {
				case "tblStyle":
					set.style = x.attr("val")
				case "tblLook":
					set.tableLook(x)
				case "shd":
					set.ground = d.colours.shading(x)
				}
			})
			if set.last {
				set.rows = rowsAhead(x)
			}
		case "tblGrid":
			x.children(func() { set.cols++ })
		case "tr":
			if r, ok := d.row(x, &set, depth); ok {
				t.rows = append(t.rows, r)
			}
			set.row++
		case "sdt", "sdtContent", "customXml", "ins", "moveTo", "annotation", "content":
			x.children(in)
		}
	}
	x.children(in)
	return t
}

// rowsAhead counts the rows of the table whose properties have been read.
func rowsAhead(x *xmlReader) (n int) {
	ahead := *x
	within := 0
	for {
		switch ahead.next() {
		case xmlEnd:
			return n
		case xmlOpen:
			switch {
			case ahead.name == "tbl":
				within++
			case ahead.name == "tr" && within == 0:
				n++
			}
		case xmlClose:
			if ahead.name == "tbl" {
				if within == 0 {
					return n
				}
				within--
			}
		}
	}
}

// row reads a row; ok is false where it was deleted.
func (d *docx) row(x *xmlReader, t *docxTable, depth int) (r rawRow, ok bool) {
	ok = true
	col := 0
	t.tiny = false
	var in func()
	in = func() {
		switch x.name {
		case "trPr":
			x.children(func() {
				switch x.name {
				case "gridBefore":
					r.before = min(max(x.number("val", 0), 0), 1000)
					col = r.before
				case "trHeight":
					t.tiny = x.attr("hRule") == "exact" && x.number("val", 1000) < 100 // five points
				case "tblHeader":
					r.header = x.on()
				case "del":
					ok = false
				case "hidden":
					ok = ok && !x.on()
				}
			})
		case "tc":
			c, beside, gone := d.tableCell(x, t, col, depth)
			col += c.span
			switch k := len(r.cells) - 1; {
			case gone:
			case beside && k >= 0:
				r.cells[k].span += c.span
			default:
				r.cells = append(r.cells, c)
			}
		case "sdt", "sdtContent", "customXml":
			x.children(in)
		}
	}
	x.children(in)
	return r, ok && len(r.cells) > 0
}

// tableCell reads a cell. beside tells that it continues the one to its left, gone that it was deleted.
func (d *docx) tableCell(x *xmlReader, t *docxTable, col, depth int) (c rawCell, beside, gone bool) {
	c.span = 1
	d.cell = d.at(t, col, 1)
	d.cells++
	open, slanted := len(d.fields), false
	defer func() {
		for len(d.fields) > open { // a field that is not closed ends with its cell
			d.fields = d.fields[:len(d.fields)-1]
			c.content = append(c.content, node{text: object})
		}
		d.cells--
		if slanted {
			c.content = slant(c.content)
		}
	}()
	depthOfCell := x.depth
	ground := noInk
	join := false
	for {
		switch x.next() {
		case xmlEnd:
			return c, beside, gone
		case xmlClose:
			if x.depth < depthOfCell {
				return c, beside, gone
			}
		case xmlOpen:
			if x.name == "tcPr" {
				x.children(func() {
					switch x.name {
					case "gridSpan":
						c.span = min(max(x.number("val", 1), 1), 1000)
						d.cell = d.at(t, col, c.span)
						if ground != noInk {
							d.cell.ground = ground
						}
					case "shd":
						if ground = d.colours.shading(x); ground != noInk {
							d.cell.ground = ground
						}
					case "tcBorders":
						x.children(func() {
							if v := x.attr("val"); x.name == "tl2br" || x.name == "tr2bl" {
								slanted = slanted || v != "" && v != "nil" && v != "none"
							}
						})
					case "vMerge", "vmerge":
						if v := x.attr("val"); v == "restart" {
							c.merge = mergeStart
						} else {
							c.merge = mergeContinue
						}
					case "hMerge", "hmerge":
						beside = x.attr("val") != "restart"
					case "cellDel":
						gone = true
					case "cellMerge":
						if x.attr("vMerge") == "cont" {
							c.merge = mergeContinue
						} else if x.attr("vMerge") == "rest" {
							c.merge = mergeStart
						}
					}
				})
				continue
			}
			join = d.piece(x, depth, &c.content, join)
		}
	}
}

// piece reads one element of a cell's content.
func (d *docx) piece(x *xmlReader, depth int, out *[]node, join bool) bool {
	switch x.name {
	case "p":
		boxes := d.boxes
		d.boxes = nil
		text, joined := d.paragraph(x, depth)
		if k := len(*out) - 1; join && k >= 0 && (*out)[k].table == nil {
			(*out)[k].text += text
		} else {
			*out = append(*out, node{text: text})
		}
		*out = append(*out, d.boxes...) // text in a box on a cell is the cell's
		d.boxes = boxes
		return joined
	case "tbl":
		if depth > maxDepth {
			x.skip()
			return false
		}
		*out = append(*out, node{table: d.table(x, depth+1)})
	case "sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo", "annotation", "content":
		x.children(func() { join = d.piece(x, depth, out, join) })
		return join
	case "AlternateContent":
		if !d.alternate(x, func() { join = d.piece(x, depth, out, join) }) {
			*out = append(*out, node{text: object})
		}
	case "altChunk":
		*out = append(*out, node{text: object})
		x.skip()
	case "sdtPr":
		var b strings.Builder
		if d.bound(x, &b); b.Len() > 0 {
			*out = append(*out, node{text: b.String()})
		}
	default:
		x.skip()
	}
	return false
}
