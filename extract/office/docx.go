package office

import (
	"archive/zip"
	"bytes"
	"path"
	"strconv"
	"strings"
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
	if b, _ := part(z, folder+"_rels/"+file+".rels"); b != nil {
		for _, r := range relations(b) {
			if strings.HasSuffix(r.kind, "/image") && !r.external {
				d.pictures[r.id] = strings.TrimPrefix(path.Clean("/"+folder+r.target), "/")
			}
		}
	}
	if b, err := part(z, folder+"styles.xml"); err == nil {
		d.styles = readStyles(b)
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
	boxes    []node // text boxes and pictures met in the paragraph that is being read
	fields   []bool // of each open field: whether its result is being read
	ordinal  int    // of the paragraph
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

// alternate reads the first of several forms of the same thing.
func (d *docx) alternate(x *xmlReader, in func()) {
	done := false
	x.children(func() {
		if !done && (x.name == "Choice" || x.name == "Fallback") {
			done = true
			x.children(in)
		}
	})
}

// paragraph reads one paragraph. joined tells that its end is deleted.
func (d *docx) paragraph(x *xmlReader, depth int) (text string, joined bool) {
	var b strings.Builder
	style, num := "", numRef{-1, -1}
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
				}
			})
		case "r":
			d.run(x, &b, depth)
		case "hyperlink", "smartTag", "sdt", "sdtContent", "ins", "moveTo", "fldSimple", "dir", "bdo", "customXml",
			"oMath", "oMathPara", "e", "num", "den", "sub", "sup", "f", "sSub", "sSup", "d",
			"Choice", "annotation", "content", "hlink":
			if t := x.attr("type"); x.name == "annotation" && strings.HasSuffix(t, "Deletion") {
				return
			}
			x.children(in)
		case "AlternateContent":
			d.alternate(x, in)
		}
	}
	x.children(in)
	label := ""
	if d.numbers != nil {
		label = d.numbers.next(num, d.styles, style)
	}
	return label + b.String(), joined
}

// A docxRun is how a run of characters is set.
type docxRun struct{ hidden, raised, struck bool }

// run reads a run of characters.
func (d *docx) run(x *xmlReader, b *strings.Builder, depth int) {
	var set docxRun
	shown := func() bool { return !set.hidden && d.shown() }
	write := func(s string) {
		if shown() {
			b.WriteString(s)
		}
	}
	var in func()
	in = func() {
		switch x.name {
		case "rPr":
			x.children(func() { set.property(d, x) })
		case "t":
			if s := x.texts(); shown() {
				b.WriteString(d.set(s, set.raised, set.struck))
			}
		case "tab", "ptab":
			write("\t")
		case "br", "cr":
			write("\n")
		case "noBreakHyphen":
			write("-")
		case "sym":
			if n, err := strconv.ParseUint(x.attr("char"), 16, 32); err == nil {
				write(string(rune(n)))
			}
		case "fldChar":
			d.field(x.attr("fldCharType"))
		case "ruby":
			d.ruby(x, b, depth)
		case "drawing", "pict", "object":
			if x.name == "object" {
				d.doubt("embedded-object", "an embedded object is shown only as its picture")
			}
			d.drawing(x, depth)
		case "AlternateContent":
			d.alternate(x, in)
		}
	}
	x.children(in)
}

// property takes one property of a run.
func (r *docxRun) property(d *docx, x *xmlReader) {
	switch x.name {
	case "vertAlign":
		r.raised = r.raised || x.attr("val") == "superscript"
	case "position":
		n, err := strconv.Atoi(x.attr("val"))
		r.raised = r.raised || err == nil && n >= raisedBy
	case "strike", "dstrike":
		r.struck = r.struck || x.on()
	case "vanish":
		r.hidden = x.on()
	case "rStyle":
		r.hidden = r.hidden || d.styles[x.attr("val")].hidden
	case "del", "moveFrom":
		r.hidden = true
	}
}

// field takes a mark of a field: its instruction does not show, its result does.
func (d *docx) field(mark string) {
	n := len(d.fields)
	switch {
	case mark == "begin" && n < maxDepth:
		d.fields = append(d.fields, false)
	case mark == "separate" && n > 0:
		d.fields[n-1] = true
	case mark == "end" && n > 0:
		d.fields = d.fields[:n-1]
	}
}

// ruby reads characters without the reading printed above them.
func (d *docx) ruby(x *xmlReader, b *strings.Builder, depth int) {
	x.children(func() {
		if x.name == "rubyBase" {
			x.children(func() {
				if x.name == "r" {
					d.run(x, b, depth)
				}
			})
		}
	})
}

// shown reports whether text is shown here: not inside the instruction of a field.
func (d *docx) shown() bool { return len(d.fields) == 0 || d.fields[len(d.fields)-1] }

// drawing reads the text boxes and pictures of a drawing.
func (d *docx) drawing(x *xmlReader, depth int) {
	fields := d.fields
	d.fields = nil
	for at := x.depth; x.depth >= at; {
		switch x.next() {
		case xmlEnd:
			return
		case xmlOpen:
			switch x.name {
			case "txbxContent":
				inner := d.boxes
				d.boxes = nil
				nodes := d.content(x, depth+1)
				d.boxes = append(inner, append(nodes, d.boxes...)...)
			case "Fallback":
				x.skip()
			case "blip", "imagedata":
				id := x.attr("embed")
				if id == "" {
					id = x.attr("id")
				}
				d.picture(id)
			}
		}
	}
	d.fields = fields
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
	var in func()
	in = func() {
		switch x.name {
		case "tr":
			if r, ok := d.row(x, depth); ok {
				t.rows = append(t.rows, r)
			}
		case "sdt", "sdtContent", "customXml", "ins", "moveTo", "annotation", "content":
			x.children(in)
		}
	}
	x.children(in)
	return t
}

// row reads a row; ok is false where it was deleted.
func (d *docx) row(x *xmlReader, depth int) (r rawRow, ok bool) {
	ok = true
	var in func()
	in = func() {
		switch x.name {
		case "trPr":
			x.children(func() {
				switch x.name {
				case "gridBefore":
					r.before = min(max(x.number("val", 0), 0), 1000)
				case "tblHeader":
					r.header = x.on()
				case "del":
					ok = false
				case "hidden":
					ok = ok && !x.on()
				}
			})
		case "tc":
			c, beside, gone := d.cell(x, depth)
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

// cell reads a cell. beside tells that it continues the one to its left, gone that it was deleted.
func (d *docx) cell(x *xmlReader, depth int) (c rawCell, beside, gone bool) {
	c.span = 1
	depthOfCell := x.depth
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
		d.alternate(x, func() { join = d.piece(x, depth, out, join) })
	default:
		x.skip()
	}
	return false
}
