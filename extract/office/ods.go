package office

import (
	"bytes"
	"strconv"
	"strings"
	"unicode"
)

// ReadODS reads an OpenDocument sheet. Cells are given as they are displayed: the file keeps what a cell displayed when
// it was saved beside its value and its format; where these do not agree, nobody can tell what is shown.
func ReadODS(body []byte) (*Document, error) {
	d := newODT()
	content, err := d.open(body)
	if err != nil {
		return nil, err
	}
	if b, err := part(d.z, "settings.xml"); err == nil {
		d.zeros = !bytes.Contains(b, []byte(`"ShowZeroValues" config:type="boolean">false<`))
	}
	x := newXML(content)
	for x.next() != xmlEnd {
		if x.kind != xmlOpen {
			continue
		}
		switch x.name {
		case "automatic-styles":
			d.readStyles(x)
		case "spreadsheet":
			x.children(func() {
				if x.name != "table" {
					return
				}
				name := x.attr("name")
				if d.style("table", x.attr("style-name")).hidden == on {
					d.doubt("hidden-text", "the sheet %q is hidden and left out", name)
					return
				}
				d.readSheet(x, name)
			})
		}
	}
	if x.depth != 0 {
		d.doubt("truncated", "the file breaks off before its end")
	}
	return d.Document, nil
}

// maxSheet bounds the cells of a sheet; a report's has some two thousand.
const maxSheet = 200_000

// An odsColumn is what is said of a column.
type odsColumn struct {
	hidden bool
	style  string // of its cells that have none
}

// readSheet reads one sheet.
func (d *odt) readSheet(x *xmlReader, name string) {
	g := newSheetGrid(d.Document, name)
	var columns []odsColumn
	var rules []odsRule
	row, total := 0, 0
	collapsed := false
	var in func()
	in = func() {
		switch x.name {
		case "table-header-rows", "table-rows", "table-header-columns", "table-columns", "table-column-group":
			x.children(in)
		case "table-row-group":
			was := collapsed
			collapsed = collapsed || x.attr("display") == "false"
			x.children(in)
			collapsed = was
		case "table-column":
			c := odsColumn{style: x.attr("default-cell-style-name")}
			v := x.attr("visibility")
			c.hidden = v == "collapse" || v == "filter" || d.style("table-column", x.attr("style-name")).hidden == on
			for range max(x.number("number-columns-repeated", 1), 1) {
				if len(columns) >= maxCols {
					break
				}
				if c.hidden {
					g.hiddenCols[len(columns)] = true
				}
				columns = append(columns, c)
			}
		case "table-row":
			v := x.attr("visibility")
			hidden := collapsed || v == "collapse" || v == "filter" || d.style("table-row", x.attr("style-name")).hidden == on
			repeat := max(x.number("number-rows-repeated", 1), 1)
			filled := d.sheetRow(x, g, row, columns)
			if !filled && repeat > 50 {
				row += repeat
				return
			}
			for k := range min(repeat, 1000) {
				if row+k >= maxRows {
					break
				}
				if hidden {
					g.hiddenRows[row+k] = true
				}
				if k > 0 {
					for c := 0; c < maxCols && c <= g.lastCol; c++ {
						if v, ok := g.cells[[2]int{row, c}]; ok {
							if total++; total > maxSheet {
								d.doubt("limit", "a sheet of more than %d cells; the rest is left out", maxSheet)
								return
							}
							g.cells[[2]int{row + k, c}] = v
						}
					}
					if filled {
						g.reach(row+k, 0)
					}
				}
			}
			row += repeat
		case "conditional-formats":
			x.children(func() { rules = append(rules, d.odsRules(x)...) })
		case "shapes": // drawings that lie on the sheet and are bound to no cell
			x.children(func() {
				if s := d.frame(x, 1); s == object {
					d.doubt("picture", "a drawing lies over the sheet %q", name)
				}
			})
			d.boxes = nil
		}
	}
	x.children(in)
	for _, r := range rules {
		for _, a := range r.areas {
			for at, c := range g.cells {
				if c.value.text.plain != "" || c.value.isNumber {
					if at[0] >= a[0] && at[0] <= a[1] && at[1] >= a[2] && at[1] <= a[3] && d.mayHide(&c.value, r.maps) {
						c.text = object
						g.cells[at] = c
					}
				}
			}
		}
	}
	for _, c := range g.over {
		g.cover(c, false)
	}
	g.place()
}

// sheetRow reads the cells of one row; filled tells whether one of them holds something.
func (d *odt) sheetRow(x *xmlReader, g *sheetGrid, row int, columns []odsColumn) (filled bool) {
	col := 0
	rowLook := d.style("table-row", x.attr("style-name"))
	rowStyle := x.attr("default-cell-style-name")
	x.children(func() {
		if x.name != "table-cell" && x.name != "covered-table-cell" {
			return
		}
		again := max(x.number("number-columns-repeated", 1), 1)
		if col >= maxCols || row >= maxRows {
			col += again
			return
		}
		covered := x.name == "covered-table-cell"
		spanned, deep := min(max(x.number("number-columns-spanned", 1), 1), 1000), max(x.number("number-rows-spanned", 1), 1)
		name := x.attr("style-name")
		if name == "" {
			name = rowStyle
		}
		if name == "" && col < len(columns) {
			name = columns[col].style
		}
		style := d.style("table-cell", name)
		c := d.sheetCell(x, g, style, row, col)
		if rowLook.height > 0 && rowLook.height < 3 && strings.TrimSpace(c.text) != "" {
			c.text = object
		}
		holds := c.value.isNumber || c.value.text.plain != "" || c.text != ""
		if !holds && again > 200 { // the rest of the sheet
			col += again
			return
		}
		filled = filled || holds
		for range min(again, 1000) {
			if col >= maxCols {
				break
			}
			if !covered || holds {
				g.cells[[2]int{row, col}] = c
			}
			if holds {
				g.reach(row, col)
			}
			if !covered && (spanned > 1 || deep > 1) {
				g.merges = append(g.merges, [4]int{row, row + min(deep, maxRows) - 1, col, col + spanned - 1})
			}
			col++
		}
	})
	return filled
}

// oldDay reports whether a day is one before sheets count days: programs have other calendars for it, or show none.
func oldDay(s string) bool {
	return strings.HasPrefix(s, "-") || len(s) >= 4 && s[:4] < "1899"
}

// sheetCell reads one cell.
func (d *odt) sheetCell(x *xmlReader, g *sheetGrid, style odtStyle, row, col int) sheetCell {
	c := sheetCell{ruled: style.ruled}
	kind, formula := x.attr("value-type"), x.attr("formula")
	value, hasValue := x.lookup("value")
	stated, hasStated := x.lookup("string-value")
	day := x.attr("date-value")
	end := x.attr("end-cell-address")
	d.cells++
	d.cell = style.look
	d.cell.doubt = style.look.doubt
	drawn := false
	var content []node
	x.children(func() {
		switch x.name {
		case "p":
			content = append(content, d.paragraph(x, "", 1)...)
		case "frame", "g", "custom-shape", "line", "rect", "ellipse", "circle", "path", "polygon", "polyline", "connector",
			"measure", "caption", "control", "regular-polygon", "scene", "a":
			if e := x.attr("end-cell-address"); e != "" {
				end = e
			}
			boxes := d.boxes
			d.boxes = nil
			if s := d.frame(x, 1); s == object {
				drawn = true
			} else if s != "" {
				content = append(content, node{text: s})
			}
			d.boxes = boxes
		}
	})
	d.cells--
	d.cell = look{}
	shown := printed(content, 0)
	var plain strings.Builder
	for _, n := range content {
		plain.WriteString(n.text)
	}
	v := sheetValue{zeros: d.zeros, style: sheetStyle{look: style.look, diagonal: style.diagonal == on}}
	switch {
	case kind == "float" || kind == "percentage" || kind == "currency":
		f, err := strconv.ParseFloat(value, 64)
		if !hasValue || err != nil {
			c.text = object
			return c
		}
		v.number, v.isNumber = f, true
		c.text = d.odsNumber(&v, style.data, shown)
	case formula != "" && kind == "" && strings.TrimSpace(shown) == "":
		c.text = object
	case strings.TrimSpace(shown) == "" && kind == "string" && hasStated && stated != "":
		v.text.plain = stated
		switch f, known := d.numberFormat(style.data); {
		case hidesAll(style.look):
		case known && d.numbers[style.data].kind == "text-style":
			c.text = object
			if r := f.words(stated); r.known {
				c.text = d.set(r.text, coloured(style.look, r.ink))
			}
		case len(content) > 0: // it displayed nothing, and nobody knows why
			c.text = object
		default:
			c.text = d.set(stated, style.look)
		}
	case strings.TrimSpace(shown) == "" && kind != "" && kind != "string" && !hidesAll(style.look):
		c.text = object // a day or a truth value that is displayed nowhere
	default:
		v.text.plain = plain.String()
		c.text = d.odsText(style.data, shown)
	}
	if f := strings.ToUpper(formula); strings.Contains(f, "DISPIMG(") || strings.Contains(f, "IMAGE(") || changing(formula) {
		c.text = object
	}
	if kind == "date" || kind == "time" {
		_, err := strconv.ParseFloat(strings.TrimSpace(c.text), 64) // a day that looks like a number
		if err == nil || oldDay(day) {
			c.text = object
		}
	}
	if style.pictured && !isLabel(c.text) {
		c.text += object
	}
	if d.mayHide(&v, style.maps) {
		c.text = object
	}
	c.text = v.finish(c.text)
	c.value = v
	if drawn {
		area := [4]int{row, row, col, col}
		if _, cell, ok := strings.Cut(end, "."); ok {
			if a, ok := areaOf(cell); ok && a[0] >= row && a[2] >= col {
				area[1], area[3] = a[0], a[2]
			}
		}
		g.over = append(g.over, area)
		c.text += object
	}
	return c
}

// hidesAll reports whether nothing set so is seen.
func hidesAll(l look) bool { return l.hidden == on || l.crossed() || l.colours() != seen }

// odsNumber gives what a number displays: what the file says that it displayed, if its format makes the same of it.
func (d *odt) odsNumber(v *sheetValue, data, shown string) string {
	if v.number == 0 && !v.zeros { // not on the screen; on paper as the page's style has it
		return object
	}
	f, known := d.numberFormat(data)
	if !known {
		return shown
	}
	r := f.number(v.number, false)
	if !r.known {
		if d.likeGeneral(data) && agrees(shown, v.number) {
			return shown
		}
		if strings.TrimSpace(shown) == "" || !d.trusted(data) {
			return object
		}
		return shown
	}
	seen := d.set(r.text, coloured(v.style.look, r.ink))
	if squeezed(seen) == squeezed(shown) || squeezed(r.text) == squeezed(shown) || strings.TrimSpace(shown) == "" {
		return seen
	}
	if d.numbers[data].anySign && squeezed(r.text) == squeezed(strings.Trim(strings.Map(unsigned, shown), " ")) {
		return shown // the sign of money of the place where it is shown
	}
	if d.likeGeneral(data) && agrees(shown, v.number) {
		return shown
	}
	return object
}

func unsigned(r rune) rune {
	if unicode.Is(unicode.Sc, r) {
		return -1
	}
	return r
}

// agrees reports whether a print without a format is that of a number, with fewer places perhaps.
func agrees(shown string, n float64) bool {
	s := strings.TrimSpace(strings.ReplaceAll(shown, ",", ""))
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return false
	}
	_, part, _ := strings.Cut(s, ".")
	digits, point := decimalOf(n)
	whole, rest := rounded(digits, point, len(part))
	if whole == "" {
		whole = "0"
	}
	return strings.TrimPrefix(s, "-") == strings.TrimSuffix(whole+"."+rest, ".") && (v < 0) == (n < 0)
}

func squeezed(s string) string { return strings.Join(strings.Fields(s), "") }

// odsText gives what a text displays in a format: a format for text may say something else, or nothing.
func (d *odt) odsText(data, shown string) string {
	n, ok := d.numbers[data]
	if !ok || n.kind != "text-style" || strings.TrimSpace(shown) == "" {
		return shown
	}
	f, known := d.numberFormat(data)
	if !known {
		return object
	}
	if r := f.words(shown); !r.known || squeezed(r.text) != squeezed(shown) {
		return object // the file may hold the text before or after it was put into its format
	}
	return shown
}

// mayHide reports whether a style that holds under a condition may change whether a value shows. A condition that
// compares the value with numbers can be told.
func (d *odt) mayHide(v *sheetValue, maps []odtMap) bool {
	for _, m := range maps {
		s := d.style("table-cell", m.style)
		set := s.look.over(v.style.look)
		if s.data == "" && set.crossed() == v.style.look.crossed() && set.colours() == v.style.look.colours() &&
			set.hidden == v.style.look.hidden {
			continue
		}
		if cond := strings.NewReplacer("cell-content()", "", " ", "", "value()", "").Replace(m.condition); !v.isNumber &&
			v.text.plain != "" {
			if op, limit, ok := comparison(cond); ok && wordsMeet(op, []string{limit}) == off {
				continue
			}
		}
		if cond := strings.NewReplacer("cell-content()", "", " ", "", "value()", "").Replace(m.condition); v.isNumber {
			if op, limit, ok := comparison(cond); ok && compares(op, v.number, []string{limit}) == off {
				continue
			}
		}
		return true
	}
	return false
}

// comparison cuts ">=5" into a name of the comparison and its limit.
func comparison(s string) (op, limit string, ok bool) {
	for _, x := range [][2]string{{">=", "greaterThanOrEqual"}, {"<=", "lessThanOrEqual"}, {"!=", "notEqual"},
		{"<>", "notEqual"}, {"=", "equal"}, {">", "greaterThan"}, {"<", "lessThan"}} {
		if rest, found := strings.CutPrefix(s, x[0]); found {
			return x[1], rest, true
		}
	}
	return "", "", false
}

// An odsRule is a conditional format of some areas.
type odsRule struct {
	areas [][4]int
	maps  []odtMap
}

// odsRules reads a conditional format as LibreOffice writes it.
func (d *odt) odsRules(x *xmlReader) []odsRule {
	var r odsRule
	for _, f := range strings.Fields(x.attr("target-range-address")) {
		var ends []string
		for _, e := range strings.Split(f, ":") {
			ends = append(ends, e[strings.LastIndexByte(e, '.')+1:])
		}
		if a, ok := areaOf(strings.Join(ends, ":")); ok {
			r.areas = append(r.areas, a)
		}
	}
	x.children(func() {
		switch x.name {
		case "condition":
			r.maps = append(r.maps, odtMap{x.attr("value"), x.attr("apply-style-name")})
		case "data-bar", "icon-set":
			if x.attr("show-value") == "false" {
				d.styles["table-cell\x00\x00hidden"] = odtStyle{look: look{hidden: on}}
				r.maps = append(r.maps, odtMap{"", "\x00hidden"})
			}
		}
	})
	return []odsRule{r}
}
