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
	z         *zip.Reader
	lists     map[string]*list
	hidden    map[string]bool   // styles that hide
	struck    map[string]bool   // styles that cross out
	raised    map[string]bool   // styles that raise
	ruled     map[string]bool   // styles of cells with borders
	listOf    map[string]string // paragraph style → list style
	boxes     []node
	footnotes []node
	ordinal   int
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
		case "style":
			name := x.attr("name")
			if l, ok := x.lookup("list-style-name"); ok && x.attr("family") == "paragraph" {
				d.listOf[name] = l
			}
			x.children(func() {
				switch x.name {
				case "text-properties", "table-properties":
					if v := x.attr("display"); v == "none" || v == "false" {
						d.hidden[name] = true
					}
					if v := x.attr("text-line-through-style"); v != "" && v != "none" {
						d.struck[name] = true
					}
					if v := x.attr("text-position"); strings.HasPrefix(v, "super") || v != "" && v[0] >= '1' &&
						v[0] <= '9' {
						d.raised[name] = true
					}
				case "table-cell-properties":
					for _, edge := range []string{"border", "border-left", "border-right", "border-top",
						"border-bottom"} {
						if v := x.attr(edge); v != "" && v != "none" {
							d.ruled[name] = true
						}
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
		case "section", "index-body", "table-of-content", "index-title", "soft-page-break", "text-box", "shape":
			if x.attr("display") != "none" {
				x.children(in)
			}
		case "frame", "g", "custom-shape":
			boxes := d.boxes
			d.boxes = nil
			d.frame(x, depth)
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
	b.WriteString(label)
	if !d.hidden[x.attr("style-name")] {
		d.inline(x, &b, depth)
	} else {
		x.skip()
	}
	out := append([]node{{text: b.String(), place: place}}, d.boxes...)
	d.boxes = boxes
	return out
}

// inline reads the text of the element whose start tag was read last.
func (d *odt) inline(x *xmlReader, b *strings.Builder, depth int) {
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
			b.WriteString(x.said())
		case xmlOpen:
			switch x.name {
			case "s":
				b.WriteString(strings.Repeat(" ", min(max(x.number("c", 1), 1), 100)))
			case "tab":
				b.WriteByte('\t')
			case "line-break":
				b.WriteByte('\n')
			case "span":
				switch name := x.attr("style-name"); {
				case d.hidden[name]:
					x.skip()
				case d.struck[name], d.raised[name]:
					var run strings.Builder
					d.inline(x, &run, depth+1)
					b.WriteString(d.set(run.String(), d.raised[name], d.struck[name]))
				default:
					d.inline(x, b, depth+1)
				}
			case "note":
				x.children(func() {
					if x.name == "note-body" {
						d.footnotes = append(d.footnotes, d.content(x, depth+1)...)
					}
				})
			case "annotation", "tracked-changes", "hidden-text", "bookmark", "change", "change-start", "change-end",
				"ruby-text", "forms":
				x.skip()
			case "frame", "g", "custom-shape":
				d.frame(x, depth+1)
			default:
				d.inline(x, b, depth+1)
			}
		}
	}
}

// frame reads the text boxes and pictures of a drawing.
func (d *odt) frame(x *xmlReader, depth int) {
	for at := x.depth; x.depth >= at; {
		switch x.next() {
		case xmlEnd:
			return
		case xmlOpen:
			switch x.name {
			case "text-box":
				inner := d.boxes
				d.boxes = nil
				nodes := d.content(x, depth+1)
				d.boxes = append(append(inner, nodes...), d.boxes...)
			case "p": // a shape's own text
				d.boxes = append(d.boxes, d.paragraph(x, "", depth+1)...)
			case "image":
				name := strings.TrimPrefix(x.attr("href"), "./")
				if b, err := part(d.z, name); err == nil && len(b) >= smallPicture {
					d.boxes = append(d.boxes, node{picture: b, place: name})
				}
			case "object", "object-ole":
				d.doubt("embedded-object", "an embedded object is shown only as its picture")
			}
		}
	}
}

// table reads a table of a text.
func (d *odt) table(x *xmlReader, depth int) *rawTable {
	t := &rawTable{}
	if depth > maxDepth {
		x.skip()
		return t
	}
	header := false
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
				c.content = d.content(x, depth+1)
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

// ReadODS reads an OpenDocument sheet. Cells are given as they are displayed.
func ReadODS(body []byte) (*Document, error) {
	d := newODT()
	content, err := d.open(body)
	if err != nil {
		return nil, err
	}
	x := newXML(content)
	for x.next() != xmlEnd {
		if x.kind != xmlOpen || x.name != "spreadsheet" {
			continue
		}
		x.children(func() {
			if x.name == "table" {
				name := x.attr("name")
				if d.hidden[x.attr("style-name")] {
					d.doubt("hidden-text", "the sheet %q is hidden and left out", name)
					return
				}
				rows := d.sheetRows(x)
				for r := range rows {
					col := rows[r].before
					for i := range rows[r].cells {
						rows[r].cells[i].place = name + "!" + column(col) + strconv.Itoa(r+1)
						col += max(rows[r].cells[i].span, 1)
					}
				}
				d.sheet(name, rows)
			}
		})
	}
	return d.Document, nil
}

// maxSheet bounds the cells of a sheet; a report's has some two thousand.
const maxSheet = 200_000

func (d *odt) sheetRows(x *xmlReader) []rawRow {
	var rows []rawRow
	total := 0
	var in func()
	in = func() {
		switch x.name {
		case "table-header-rows", "table-rows", "table-row-group":
			x.children(in)
		case "table-row":
			hidden := x.attr("visibility") == "collapse" || x.attr("visibility") == "filter"
			r := rawRow{}
			repeat := max(x.number("number-rows-repeated", 1), 1)
			filled := false
			x.children(func() {
				if x.name != "table-cell" && x.name != "covered-table-cell" {
					return
				}
				c := rawCell{gap: x.name == "covered-table-cell", rows: x.number("number-rows-spanned", 1)}
				c.span = min(max(x.number("number-columns-spanned", 1), 1), 1000)
				again := max(x.number("number-columns-repeated", 1), 1)
				c.ruled = d.ruled[x.attr("style-name")]
				c.content = d.content(x, 1)
				empty := printed(c.content, 0) == ""
				filled = filled || !empty
				if empty && again > 200 {
					again = 0 // the rest of the sheet
				}
				for range min(again, 1000) {
					r.cells = append(r.cells, c)
				}
			})
			if !filled && repeat > 50 {
				repeat = 0
			}
			if hidden {
				if filled {
					d.doubt("hidden-text", "%d rows of a sheet are hidden and left out", repeat)
				}
				return
			}
			r.uncover()
			for i := 0; i < min(repeat, 1000); i++ {
				if total += len(r.cells); total > maxSheet {
					d.doubt("limit", "a sheet of more than %d cells; the rest is left out", maxSheet)
					return
				}
				r := r
				r.cells = append([]rawCell(nil), r.cells...)
				rows = append(rows, r)
			}
		}
	}
	x.children(in)
	return rows
}

func newODT() *odt {
	return &odt{Document: &Document{}, lists: map[string]*list{}, hidden: map[string]bool{}, struck: map[string]bool{},
		raised: map[string]bool{}, ruled: map[string]bool{}, listOf: map[string]string{}}
}
