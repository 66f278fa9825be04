package office

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"
)

// ReadODT reads an OpenDocument text (ISO/IEC 26300).
func ReadODT(body []byte) (*Document, error) {
	d := newODT()
	content, err := d.open(body)
	if err != nil {
		return nil, err
	}
	x := newXML(content)
	found := false
	for x.next() != xmlEnd {
		if x.kind != xmlOpen {
			continue
		}
		switch x.name {
		case "automatic-styles":
			d.readStyles(x)
		case "text":
			found = true
			d.settle(d.content(x, 0), 0)
			d.settle(d.footnotes, 0)
		}
	}
	if !found {
		d.doubt("truncated", "the file has no text")
	} else if x.depth != 0 {
		d.doubt("truncated", "the text breaks off before its end")
	}
	return d.Document, nil
}

// odt is the state of reading one OpenDocument file.
type odt struct {
	*Document
	z              *zip.Reader
	lists          map[string]*list
	styles         map[string]odtStyle // family, 0, name
	resolvedStyles map[string]odtStyle // the same, with what they inherit
	numbers        map[string]odtNumber
	formats        map[string]*numberFormat
	cells          int               // cells within each other that are being read
	cell           look              // what the cell says of its text
	page           ink               // the ground of the page
	zeros          bool              // a sheet displays zeros
	listOf         map[string]string // paragraph style → list style
	boxes          []node
	footnotes      []node
	ordinal        int

	userFields      map[string]string // their values by name
	deletions       map[string]bool   // tracked changes that are deletions
	deleting        int               // stretches within each other that are deleted
	unseenParagraph bool              // the paragraph that is being read hides itself
}

// open unpacks the content and reads what styles.xml and meta.xml say.
func (d *odt) open(body []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return nil, err
	}
	d.z = z
	if m, _ := part(z, "META-INF/manifest.xml"); bytes.Contains(m, []byte("encryption-data")) {
		return nil, ErrEncrypted
	}
	if b, err := part(z, "styles.xml"); err == nil {
		x := newXML(b)
		for x.next() != xmlEnd {
			if x.kind == xmlOpen && (x.name == "styles" || x.name == "automatic-styles") {
				d.readStyles(x)
			}
		}
	}
	if b, err := part(z, "meta.xml"); err == nil {
		x := newXML(b)
		for x.next() != xmlEnd {
			if x.kind == xmlOpen && x.name == "title" {
				d.Title = strings.TrimSpace(x.texts())
			}
		}
	}
	content, err := part(z, "content.xml")
	if len(content) == 0 && err != nil {
		return nil, err
	}
	if err != nil {
		d.doubt("truncated", "the text breaks off: %v", err)
	}
	return content, nil
}

func (d *odt) readStyles(x *xmlReader) {
	x.children(func() {
		switch x.name {
		case "style", "default-style":
			d.readStyle(x)
		case "number-style", "percentage-style", "currency-style", "date-style", "time-style", "boolean-style",
			"text-style":
			d.readNumber(x)
		case "page-layout":
			x.children(func() {
				if x.name == "page-layout-properties" {
					if k := hexInk(x.attr("background-color")); k >= isRGB && k != white {
						d.page = k
					}
				}
			})
		case "list-style":
			name := x.attr("name")
			l := &list{levels: defaultLevels()}
			for i := range l.levels {
				l.levels[i].format = "none"
			}
			x.children(func() {
				k := x.number("level", 1) - 1
				if k < 0 || k > 8 || x.name != "list-level-style-number" {
					return
				}
				lv := level{start: x.number("start-value", 1), restart: -1, suffix: "tab", format: "decimal"}
				format := x.attr("num-format")
				switch format {
				case "1", "":
				case "i":
					lv.format = "lowerRoman"
				case "I":
					lv.format = "upperRoman"
				case "a":
					lv.format = "lowerLetter"
				case "A":
					lv.format = "upperLetter"
				default:
					switch []rune(format)[0] {
					case '一':
						lv.format = "chineseCounting"
					case '壹', '壱':
						lv.format = "chineseLegalSimplified"
					case '甲':
						lv.format = "ideographTraditional"
					case '子':
						lv.format = "ideographZodiac"
					case '①':
						lv.format = "decimalEnclosedCircle"
					case '１':
						lv.format = "decimalFullWidth"
					}
				}
				if format == "" {
					lv.format = "none"
				}
				lv.text = x.attr("num-prefix")
				show := x.number("display-levels", 1)
				for i := max(0, k+1-show); i <= k && format != ""; i++ {
					if i > max(0, k+1-show) {
						lv.text += "."
					}
					lv.text += "%" + strconv.Itoa(i+1)
				}
				lv.text += x.attr("num-suffix")
				l.levels[k] = lv
			})
			d.lists[name] = l
		}
	})
}

// content reads paragraphs and tables.
func (d *odt) content(x *xmlReader, depth int) []node {
	var out []node
	if depth > maxDepth {
		x.skip()
		return nil
	}
	var in func()
	in = func() {
		switch x.name {
		case "p", "h":
			out = append(out, d.paragraph(x, "", depth)...)
		case "table":
			out = append(out, node{table: d.table(x, depth+1)})
		case "list":
			out = append(out, d.list(x, "", 0, depth+1)...)
		case "section", "index-body", "table-of-content", "index-title", "soft-page-break", "text-box", "shape",
			"numbered-paragraph":
			if x.attr("display") == "none" || d.style("section", x.attr("style-name")).hidden == on {
				return
			}
			if x.attr("display") == "condition" && x.attr("is-hidden") != "false" { // worked out by the program
				if d.condition(x.attr("condition")) != on && d.cells > 0 {
					out = append(out, node{text: object})
				}
				if x.attr("is-hidden") == "true" || d.cells > 0 {
					return
				}
			}
			x.children(in)
		case "user-field-decls":
			d.readUserFields(x)
		case "tracked-changes":
			d.readDeletions(x)
		case "frame", "g", "custom-shape", "line", "rect", "ellipse", "circle", "path", "polygon", "polyline", "connector",
			"measure", "caption", "control", "regular-polygon", "scene", "a":
			boxes := d.boxes
			d.boxes = nil
			if s := d.frame(x, depth); s != "" && d.cells > 0 {
				out = append(out, node{text: s})
			}
			out = append(out, d.boxes...)
			d.boxes = boxes
		}
	}
	x.children(in)
	return out
}

// list reads a list: its items carry numbers that are nowhere in the text.
func (d *odt) list(x *xmlReader, style string, k, depth int) []node {
	var out []node
	if depth > maxDepth || k > 8 {
		x.skip()
		return nil
	}
	if s, ok := x.lookup("style-name"); ok {
		style = s
	}
	l := d.lists[style]
	if on := x.attr("continue-numbering"); k == 0 && on != "true" && l != nil && x.attr("continue-list") == "" {
		l.used = [9]bool{}
	}
	x.children(func() {
		switch x.name {
		case "list-item", "list-header":
			numbered := x.name == "list-item"
			if v, ok := x.lookup("start-value"); ok && l != nil {
				if n, err := strconv.Atoi(v); err == nil {
					l.counters[k], l.used[k] = n-1, true
				}
			}
			first := true
			x.children(func() {
				switch x.name {
				case "p", "h":
					label := ""
					if first && numbered && l != nil {
						label = l.count(k)
					}
					first = false
					out = append(out, d.paragraph(x, label, depth)...)
				case "list":
					out = append(out, d.list(x, style, k+1, depth+1)...)
				case "table":
					out = append(out, node{table: d.table(x, depth+1)})
				}
			})
		}
	})
	return out
}

// paragraph reads a paragraph and the boxes anchored in it.
func (d *odt) paragraph(x *xmlReader, label string, depth int) []node {
	d.ordinal++
	place := "p[" + strconv.Itoa(d.ordinal) + "]"
	boxes := d.boxes
	d.boxes = nil
	var b strings.Builder
	l := d.style("paragraph", x.attr("style-name")).look
	if l.ground == noInk {
		l.ground = d.cell.ground
	}
	if l.ground == noInk || l.ground == autoInk {
		l.ground = d.page
	}
	if l.tiny == unsaid {
		l.tiny = d.cell.tiny
	}
	unseen := d.unseenParagraph
	d.unseenParagraph = false
	d.inline(x, &b, l.over(d.cell), depth)
	if label != "" {
		text := b.String()
		b.Reset()
		b.WriteString(labelled(label, text, d.cells > 0))
	}
	if d.unseenParagraph { // hidden, unless it is all that stands in a cell, or the program shows what is hidden
		if d.cells == 0 {
			b.Reset()
		} else {
			b.WriteString(object)
		}
	}
	d.unseenParagraph = unseen
	out := append([]node{{text: b.String(), place: place}}, d.boxes...)
	d.boxes = boxes
	return out
}

// inline reads the text of the element whose start tag was read last, which looks as given.
func (d *odt) inline(x *xmlReader, b *strings.Builder, l look, depth int) {
	at := x.depth
	if depth > maxDepth {
		x.skip()
		return
	}
	for {
		switch x.next() {
		case xmlEnd:
			return
		case xmlClose:
			if x.depth < at {
				return
			}
		case xmlText:
			if d.deleting > 0 { // some programs keep it where it stood, and show it crossed out
				b.WriteString(object)
				continue
			}
			b.WriteString(d.set(x.said(), l))
		case xmlOpen:
			switch x.name {
			case "s":
				b.WriteString(d.set(strings.Repeat(" ", min(max(x.number("c", 1), 1), 100)), l))
			case "tab":
				b.WriteString(d.set("\t", l))
			case "line-break":
				b.WriteString(d.set("\n", l))
			case "span":
				d.inline(x, b, d.style("text", x.attr("style-name")).look.over(l), depth+1)
			case "note":
				x.children(func() {
					if x.name == "note-body" {
						cells, cell := d.cells, d.cell
						d.cells, d.cell = 0, look{}
						d.footnotes = append(d.footnotes, d.content(x, depth+1)...)
						d.cells, d.cell = cells, cell
					}
				})
			case "change-start", "change-end":
				if d.deletions[x.attr("change-id")] {
					d.deleting += map[string]int{"change-start": 1, "change-end": -1}[x.name]
				}
				x.skip()
			case "annotation", "tracked-changes", "bookmark", "change", "ruby-text", "forms", "script", "annotation-end",
				"label":
				x.skip()
			case "frame", "g", "custom-shape", "line", "rect", "ellipse", "circle", "path", "polygon", "polyline",
				"connector", "measure", "caption", "control", "regular-polygon", "scene":
				anchor := x.attr("anchor-type")
				s := d.frame(x, depth+1)
				if s == "" && d.cells == 0 && (anchor == "as-char" || anchor == "char") {
					s, anchor = aside, "as-char"
				}
				if s != "" && (d.cells > 0 || anchor == "as-char") && l.hidden != on {
					b.WriteString(s)
				}
			default:
				if !d.field(x, b, l, depth) {
					d.inline(x, b, l, depth+1)
				}
			}
		}
	}
}

// frame reads the text boxes and pictures of a drawing. It gives what stands for it in the text: an object, a mere
// line, or nothing where all that it shows is words that are read.
func (d *odt) frame(x *xmlReader, depth int) string {
	cells, cell := d.cells, d.cell
	d.cells, d.cell = 0, look{}
	defer func() { d.cells, d.cell = cells, cell }()
	words, texts, other := true, false, false
	line := x.name == "line" || x.name == "connector" || x.name == "measure"
	for _, side := range []string{"width", "height"} {
		if v, ok := x.lookup(side); ok && points(v) < 3 {
			line = true
		}
	}
	see := func(nodes []node) {
		if s := strings.TrimSpace(printed(nodes, 0)); s != "" {
			texts, words = true, words && isLabel(s)
		}
	}
	for at := x.depth; x.depth >= at; {
		switch x.next() {
		case xmlEnd:
			return object
		case xmlOpen:
			switch x.name {
			case "text-box":
				inner := d.boxes
				d.boxes = nil
				nodes := d.content(x, depth+1)
				see(nodes)
				d.boxes = append(append(inner, nodes...), d.boxes...)
			case "p": // a shape's own text
				nodes := d.paragraph(x, "", depth+1)
				see(nodes)
				d.boxes = append(d.boxes, nodes...)
			case "image":
				other = true
				name := strings.TrimPrefix(x.attr("href"), "./")
				if b, err := part(d.z, name); err == nil && len(b) >= smallPicture {
					d.boxes = append(d.boxes, node{picture: b, place: name})
				}
			case "object", "object-ole":
				other = true
				d.doubt("embedded-object", "an embedded object is shown only as its picture")
			case "title", "desc", "annotation":
				x.skip()
			}
		}
	}
	switch {
	case texts && words && !other:
		return ""
	case line && !texts:
		return stroke
	}
	return object
}

// table reads a table of a text.
func (d *odt) table(x *xmlReader, depth int) *rawTable {
	t := &rawTable{}
	if depth > maxDepth {
		x.skip()
		return t
	}
	header := false
	ground := d.style("table", x.attr("style-name")).look.ground
	var in func()
	in = func() {
		switch x.name {
		case "table-header-rows":
			header = true
			x.children(in)
			header = false
		case "table-rows", "table-row-group":
			x.children(in)
		case "table-row":
			if x.attr("visibility") == "collapse" || x.attr("visibility") == "filter" {
				return
			}
			r := rawRow{header: header}
			row := d.style("table-row", x.attr("style-name"))
			if row.hidden == on {
				return
			}
			cell := d.cell
			defer func() { d.cell = cell }()
			repeat := min(max(x.number("number-rows-repeated", 1), 1), 1000)
			x.children(func() {
				if x.name != "table-cell" && x.name != "covered-table-cell" {
					return
				}
				c := rawCell{gap: x.name == "covered-table-cell"}
				c.span, c.rows = x.number("number-columns-spanned", 1), x.number("number-rows-spanned", 1)
				again := min(max(x.number("number-columns-repeated", 1), 1), 1000)
				if c.gap {
					c.span = 1
				}
				style := d.style("table-cell", x.attr("style-name"))
				d.cell = look{ground: style.look.over(row.look).ground, doubt: style.look.doubt}
				if d.cell.ground == noInk {
					d.cell.ground = ground
				}
				if row.height > 0 && row.height < 5 {
					d.cell.tiny = on
				}
				d.cells++
				c.content = d.content(x, depth+1)
				d.cells--
				if style.diagonal == on {
					c.content = slant(c.content)
				}
				if style.pictured && !isLabel(printed(c.content, 0)) {
					c.content = append(c.content, node{text: object})
				}
				for range again {
					r.cells = append(r.cells, c)
				}
			})
			r.uncover()
			for range repeat {
				t.rows = append(t.rows, r)
			}
		}
	}
	x.children(in)
	return t
}

// uncover takes out the covered cells that the cell to their left already accounts for, and leaves those that one from
// above covers.
func (r *rawRow) uncover() {
	var out []rawCell
	covered := 0
	for _, c := range r.cells {
		if c.gap && covered > 0 {
			covered--
			continue
		}
		covered = 0
		if !c.gap {
			c.span = min(max(c.span, 1), 1000)
			covered = c.span - 1
		}
		out = append(out, c)
	}
	r.cells = out
}

func newODT() *odt {
	return &odt{Document: &Document{}, lists: map[string]*list{}, styles: map[string]odtStyle{},
		numbers: map[string]odtNumber{}, zeros: true, listOf: map[string]string{}}
}
