package office

import (
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
)

// An xlsxCell is a cell as the sheet keeps it.
type xlsxCell struct {
	style   int
	kind    string // its type: "n", "s", "str", "inlineStr", "b", "e", "d"
	value   string
	text    sheetText
	stored  bool // a value is kept
	formula string
	isRule  bool // it has a formula, if only one that is shared
	picture bool // a picture in the cell, or a graph
}

// An xlsxRule is one rule of conditional formatting that may change whether something shows.
type xlsxRule struct {
	areas    [][4]int // first and last row, first and last column
	kind     string
	operator string
	formulas []string
	dxf      xlsxDxf
	hides    bool  // the value is not displayed, but an icon or a bar
	scale    []ink // the colours of the ground, from the lowest value to the highest
}

// An xlsxGrid is a sheet being read.
type xlsxGrid struct {
	*xlsx
	*sheetGrid
	cells  map[[2]int]xlsxCell
	zeros  bool // they are displayed
	rules  []xlsxRule
	drawn  [][5]int        // areas that a drawing covers, and whether it is but a line
	stale  map[[2]int]bool // sums that were compared with what is stored; true = that is another number
	tables bool            // it holds tables, whose styles give cells colours
}

// sheetAt reads one sheet.
func (x *xlsx) sheetAt(s xlsxSheet) error {
	b, err := part(x.z, s.part)
	if len(b) == 0 && err != nil {
		return err
	}
	if err != nil {
		x.doubt("truncated", "the sheet %q breaks off: %v", s.name, err)
	}
	g := &xlsxGrid{xlsx: x, sheetGrid: newSheetGrid(x.Document, s.name), cells: map[[2]int]xlsxCell{}, zeros: true}
	folder, file := path.Split(s.part)
	drawings := map[string]string{}
	if rels, _ := part(x.z, folder+"_rels/"+file+".rels"); rels != nil {
		for _, r := range relations(rels) {
			if strings.HasSuffix(r.kind, "/drawing") || strings.HasSuffix(r.kind, "/vmlDrawing") {
				drawings[r.id] = strings.TrimPrefix(path.Join("/"+folder, r.target), "/")
				if strings.HasPrefix(r.target, "/") {
					drawings[r.id] = strings.TrimPrefix(path.Clean(r.target), "/")
				}
			}
		}
	}
	e := newXML(b)
	for e.next() != xmlEnd {
		if e.kind != xmlOpen {
			continue
		}
		switch e.name {
		case "sheetView":
			if v := e.attr("showZeros"); v == "0" || v == "false" {
				g.zeros = false
			}
			g.formulas = isTrue(e.attr("showFormulas"))
		case "col":
			g.column(e)
		case "sheetData":
			if !g.data(e) {
				x.doubt("limit", "the sheet %q has more than %d rows or %d columns; the rest is left out", s.name, maxRows,
					maxCols)
			}
		case "mergeCell":
			if a, ok := areaOf(e.attr("ref")); ok {
				g.merges = append(g.merges, a)
			}
		case "conditionalFormatting":
			g.conditional(e)
		case "sparkline":
			e.children(func() {
				if e.name == "sqref" {
					g.draw(areasOf(e.texts()), 0)
				}
			})
		case "drawing":
			if d, err := part(x.z, drawings[e.attr("id")]); err == nil && len(d) > 0 {
				g.anchors(newXML(d))
			}
		case "legacyDrawing":
			if d, err := part(x.z, drawings[e.attr("id")]); err == nil && len(d) > 0 {
				g.controls(newXML(d))
			}
		case "controls":
			g.anchors(e)
		case "tablePart":
			g.tables = true
		}
	}
	if e.depth != 0 {
		x.doubt("truncated", "the sheet %q breaks off", s.name)
	}
	for at, c := range g.cells {
		number := c.kind == "" || c.kind == "n"
		g.sheetGrid.cells[at] = sheetCell{text: g.fits(at, g.shown(at, c), number), ruled: g.style(c.style).ruled}
	}
	for _, d := range g.drawn {
		g.cover([4]int(d[:4]), d[4] != 0)
	}
	g.place()
	return nil
}

// column takes the widths of columns.
func (g *xlsxGrid) column(e *xmlReader) {
	width, err := strconv.ParseFloat(e.attr("width"), 64)
	hidden := e.attr("hidden")
	gone := hidden == "1" || hidden == "true" || err == nil && width <= 0
	for c := max(e.number("min", 1), 1); c <= min(e.number("max", 0), maxCols); c++ {
		if gone {
			g.hiddenCols[c-1] = true
		} else if err == nil {
			g.widths[c-1] = width
		}
	}
}

// data reads the rows; ok is false where there are too many.
func (g *xlsxGrid) data(e *xmlReader) (ok bool) {
	row, ok := -1, true
	e.children(func() {
		if e.name != "row" {
			return
		}
		row++
		if n := e.number("r", 0); n > 0 {
			row = n - 1
		}
		if row >= maxRows {
			ok = false
			return
		}
		height, err := strconv.ParseFloat(e.attr("ht"), 64)
		if h := e.attr("hidden"); h == "1" || h == "true" || err == nil && height <= 0 {
			g.hiddenRows[row] = true
		} else if err == nil {
			g.heights[row] = height
		}
		col := -1
		e.children(func() {
			if e.name != "c" {
				return
			}
			col++
			if v := e.attr("r"); v != "" {
				if c, r, err := excelize.CellNameToCoordinates(v); err == nil && r == row+1 {
					col = c - 1
				}
			}
			if col >= maxCols {
				ok = false
				return
			}
			g.cell(e, row, col)
		})
	})
	return ok
}

// cell reads one cell.
func (g *xlsxGrid) cell(e *xmlReader, row, col int) {
	c := xlsxCell{style: e.number("s", 0), kind: e.attr("t")}
	_, c.picture = e.lookup("vm") // a value that is more than text: a picture, a chart
	e.children(func() {
		switch e.name {
		case "f":
			c.formula, c.isRule = e.texts(), true
			f := strings.ToUpper(c.formula)
			c.picture = c.picture || strings.Contains(f, "DISPIMG(") || strings.Contains(f, "IMAGE(")
		case "v":
			c.value = e.texts()
			c.stored = c.value != "" || c.kind == "str"
		case "is":
			c.text = g.text(e)
			c.stored = true
		}
	})
	if c.kind == "s" {
		n, err := strconv.Atoi(strings.TrimSpace(c.value))
		switch {
		case err == nil && n >= 0 && n < len(g.strings):
			c.text = g.strings[n]
		case c.stored:
			c.text = sheetText{plain: "\ufffd"}
		}
	}
	if c.stored || c.isRule || c.picture {
		g.reach(row, col)
	}
	g.cells[[2]int{row, col}] = c
}

func (x *xlsx) style(n int) sheetStyle {
	if n >= 0 && n < len(x.styles) {
		return x.styles[n]
	}
	return sheetStyle{format: parseFormat("General")}
}

// shown gives what a cell shows.
func (g *xlsxGrid) shown(at [2]int, c xlsxCell) string {
	if c.picture {
		return object
	}
	name := column(at[1]) + strconv.Itoa(at[0]+1)
	if c.isRule && (g.formulas || changing(c.formula)) {
		g.doubt("undecodable", "%s!%s displays its formula, or what it comes to on the day: %s", g.name, name, c.formula)
		return object
	}
	if c.isRule && (!c.stored || g.renew) {
		v, ok := g.compute(g.name, name, c.formula)
		switch {
		case !ok:
			g.doubt("undecodable", "%s!%s is a formula without a value: %s", g.name, name, c.formula)
			return object
		case !c.stored && v == "" && !strings.Contains(c.formula, `""`): // of an empty cell it displays 0
			return object
		case c.stored && !sameValue(v, c.value):
			g.doubt("undecodable", "%s!%s is worked out anew when it is opened; %s is stored, and its formula %s comes to %s",
				g.name, name, c.value, c.formula, v)
			return object
		case !c.stored && v != "":
			g.doubt("computed", "%s!%s is a formula without a stored value; %s was computed from %s", g.name, name, v,
				c.formula)
		}
		if !c.stored {
			c.value, c.kind = v, "str"
			if _, err := strconv.ParseFloat(v, 64); err == nil {
				c.kind = "n"
			}
		}
	}
	if g.outdated(at) {
		g.doubt("undecodable", "%s!%s is stored as %s, and its formula %s comes to something else", g.name, name, c.value, c.formula)
		return object
	}
	v := sheetValue{style: g.style(c.style), zeros: g.zeros, date1904: g.date1904}
	if g.formulas {
		v.style.format = parseFormat("General")
	}
	switch c.kind {
	case "", "n":
		f, err := strconv.ParseFloat(strings.TrimSpace(c.value), 64)
		switch {
		case strings.TrimSpace(c.value) == "":
			return v.blank()
		case err != nil:
			v.text = sheetText{plain: c.value}
		default:
			v.number, v.isNumber = f, true
		}
	case "s", "inlineStr":
		v.text = c.text
	case "b":
		v.text = sheetText{plain: map[string]string{"1": "TRUE", "0": "FALSE", "true": "TRUE", "false": "FALSE"}[c.value]}
	default:
		v.text = sheetText{plain: unescapeX(c.value)}
	}
	if !g.changed(at, &v) {
		return object
	}
	// the style of a table may lie below
	if g.tables && v.style.look.ground == noInk && v.style.look.ink >= isRGB && apart(v.style.look.ink, white) < nearColour {
		v.style.look.ground = mixed
	}
	return g.display(v)
}

// outdated reports whether a cell is a sum for which another number is stored than its cells come to.
func (g *xlsxGrid) outdated(at [2]int) bool {
	c := g.cells[at]
	if c.formula == "" || !c.stored || c.kind != "" && c.kind != "n" {
		return false
	}
	if is, done := g.stale[at]; done {
		return is
	}
	if g.stale == nil {
		g.stale = map[[2]int]bool{}
	}
	g.stale[at] = false
	s, ok := parseSum(c.formula)
	if !ok {
		return false
	}
	total, ok, outdated := s.comesTo(func(row, col int) kept {
		c := g.cells[[2]int{row, col}]
		n, err := strconv.ParseFloat(strings.TrimSpace(c.value), 64)
		is := err == nil && c.stored && (c.kind == "" || c.kind == "n")
		return kept{n, is, !is && (c.value != "" || c.kind == "inlineStr"), c.isRule && !c.stored, g.outdated([2]int{row, col})}
	})
	n, err := strconv.ParseFloat(strings.TrimSpace(c.value), 64)
	g.stale[at] = outdated || ok && err == nil && !sameNumber(total, n)
	return g.stale[at]
}

// changing reports whether a formula comes to something else on another day, or each time.
func changing(formula string) bool {
	f := strings.ToUpper(formula)
	return strings.Contains(f, "TODAY(") || strings.Contains(f, "NOW(") || strings.Contains(f, "RAND(") ||
		strings.Contains(f, "RANDBETWEEN(") || strings.Contains(f, "RANDARRAY(")
}

func sameValue(a, b string) bool {
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	if err1 == nil && err2 == nil {
		return x == y || x-y < 1e-9 && y-x < 1e-9
	}
	return a == b
}

// changed applies the conditional formats of a cell; false where it cannot be told what they do to what it shows.
func (g *xlsxGrid) changed(at [2]int, v *sheetValue) bool {
	for i := range g.rules {
		r := &g.rules[i]
		inside := false
		for _, a := range r.areas {
			inside = inside || at[0] >= a[0] && at[0] <= a[1] && at[1] >= a[2] && at[1] <= a[3]
		}
		if !inside {
			continue
		}
		if r.hides {
			return false
		}
		for k := 0; k < len(r.scale); k++ { // its ground is one of these colours, or one between
			ink := max(v.style.look.ink, isRGB)
			if between(ink, r.scale[max(k-1, 0)], r.scale[k]) < nearColour {
				return false
			}
		}
		set := r.dxf.look.over(v.style.look)
		if r.dxf.format == nil && set.crossed() == v.style.look.crossed() && set.colours() == v.style.look.colours() {
			continue
		}
		switch r.met(v) {
		case off:
		case on:
			v.style.look = set
			if r.dxf.format != nil {
				v.style.format = r.dxf.format
			}
		default:
			return false
		}
	}
	return true
}

// met tells whether a value meets a rule: one that compares it with numbers can be told.
func (r *xlsxRule) met(v *sheetValue) said {
	switch {
	case r.kind != "cellIs" || len(r.formulas) == 0:
		return unsaid
	case !v.isNumber && v.text.plain != "":
		return wordsMeet(r.operator, r.formulas)
	case !v.isNumber:
		return unsaid
	}
	return compares(r.operator, v.number, r.formulas)
}

// wordsMeet tells whether a text meets a comparison with numbers: it is no smaller than one, and is none.
func wordsMeet(operator string, with []string) said {
	for _, s := range with {
		if _, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(s), "="), 64); err != nil {
			return unsaid
		}
	}
	switch operator {
	case "equal", "lessThan", "lessThanOrEqual", "between":
		return off
	}
	return unsaid
}

// compares tells whether a number meets a comparison with constants.
func compares(operator string, n float64, with []string) said {
	var limits []float64
	for _, s := range with {
		f, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(s), "="), 64)
		if err != nil {
			return unsaid
		}
		limits = append(limits, f)
	}
	a := limits[0]
	switch operator {
	case "equal":
		return onOff(n == a)
	case "notEqual":
		return onOff(n != a)
	case "greaterThan":
		return onOff(n > a)
	case "greaterThanOrEqual":
		return onOff(n >= a)
	case "lessThan":
		return onOff(n < a)
	case "lessThanOrEqual":
		return onOff(n <= a)
	}
	if len(limits) < 2 {
		return unsaid
	}
	low, high := min(a, limits[1]), max(a, limits[1])
	switch operator {
	case "between":
		return onOff(n >= low && n <= high)
	case "notBetween":
		return onOff(n < low || n > high)
	}
	return unsaid
}

// conditional reads rules of conditional formatting.
func (g *xlsxGrid) conditional(e *xmlReader) {
	areas := areasOf(e.attr("sqref"))
	from := len(g.rules)
	e.children(func() {
		switch e.name {
		case "sqref": // of an extension: behind its rules
			areas = append(areas, areasOf(e.texts())...)
		case "cfRule":
			r := xlsxRule{kind: e.attr("type"), operator: e.attr("operator")}
			if n, ok := e.lookup("dxfId"); ok {
				if k, err := strconv.Atoi(n); err == nil && k >= 0 && k < len(g.dxfs) {
					r.dxf = g.dxfs[k]
				}
			}
			e.children(func() {
				switch e.name {
				case "formula", "f":
					r.formulas = append(r.formulas, e.texts())
				case "dxf":
					r.dxf = g.dxf(e)
				case "colorScale":
					e.children(func() {
						if k := g.ink(e); e.name == "color" && k >= isRGB {
							r.scale = append(r.scale, k)
						}
					})
				case "dataBar", "iconSet":
					v := e.attr("showValue")
					r.hides = v == "0" || v == "false"
				}
			})
			g.rules = append(g.rules, r)
		}
	})
	for i := from; i < len(g.rules); i++ {
		g.rules[i].areas = areas
	}
}

func (g *xlsxGrid) draw(areas [][4]int, line int) {
	for _, a := range areas {
		g.drawn = append(g.drawn, [5]int{a[0], a[1], a[2], a[3], line})
	}
}

// anchors takes the places of drawings, controls and ink.
func (g *xlsxGrid) anchors(e *xmlReader) {
	depth := e.depth
	for e.next() != xmlEnd && e.depth >= depth {
		if e.kind != xmlOpen || e.name != "twoCellAnchor" && e.name != "oneCellAnchor" && e.name != "anchor" &&
			e.name != "absoluteAnchor" {
			continue
		}
		a, to, line, hidden := [4]int{}, false, 0, false
		const point = 12700
		var x, y, width, height float64
		end := e.depth
		for e.next() != xmlEnd && e.depth >= end {
			if e.kind != xmlOpen {
				continue
			}
			switch e.name {
			case "from", "to":
				k := 0
				if e.name == "to" {
					k, to = 1, true
				}
				e.children(func() {
					n, err := strconv.Atoi(strings.TrimSpace(e.texts()))
					switch {
					case err != nil:
					case e.name == "row":
						a[k] = n
					case e.name == "col":
						a[2+k] = n
					case e.name == "colOff" && k == 0:
						x = float64(n) / point
					case e.name == "rowOff" && k == 0:
						y = float64(n) / point
					case e.name == "rowOff" && k == 1 && n < 20000 && a[1] > a[0]:
						a[1]-- // it ends where that row begins
					case e.name == "colOff" && k == 1 && n < 20000 && a[3] > a[2]:
						a[3]--
					}
				})
			case "pos":
				if e.depth == end+1 {
					x, y = float64(e.number("x", 0))/point, float64(e.number("y", 0))/point
					a[0], a[2] = g.reaches(0, 0, 0, 0, x, y)
					x, y = 0, 0
				}
			case "ext":
				if e.depth == end+1 {
					width, height = float64(e.number("cx", 0))/point, float64(e.number("cy", 0))/point
				}
			case "cxnSp":
				line = 1
			case "cNvPr":
				hidden = hidden || e.attr("hidden") == "1"
			}
		}
		if !to {
			a[1], a[3] = g.reaches(a[0], a[2], x, y, width, height)
		}
		if !hidden {
			g.draw([][4]int{a}, line)
		}
	}
}

// controls takes the places of controls that are kept in the way of old: boxes to tick, buttons, lists. Comments are
// kept so too, and are shown when one points at them.
func (g *xlsxGrid) controls(e *xmlReader) {
	for e.next() != xmlEnd {
		if e.kind != xmlOpen || e.name != "ClientData" || e.attr("ObjectType") == "Note" {
			continue
		}
		e.children(func() {
			if e.name != "Anchor" {
				return
			}
			var n []int
			for _, s := range strings.Split(e.texts(), ",") {
				if v, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
					n = append(n, v)
				}
			}
			if len(n) != 8 { // column, pixels, row, pixels, from and to
				return
			}
			a := [4]int{n[2], n[6], n[0], n[4]}
			if n[5] < 2 && a[3] > a[2] {
				a[3]--
			}
			if n[7] < 2 && a[1] > a[0] {
				a[1]--
			}
			g.draw([][4]int{a}, 0)
		})
	}
}

// areasOf reads "A1:B3 D5".
func areasOf(s string) (out [][4]int) {
	for _, f := range strings.Fields(s) {
		if a, ok := areaOf(f); ok {
			out = append(out, a)
		}
	}
	return out
}

// areaOf reads "A1:B3" as first and last row, first and last column.
func areaOf(s string) ([4]int, bool) {
	from, to, ok := strings.Cut(strings.ReplaceAll(s, "$", ""), ":")
	if !ok {
		to = from
	}
	c0, r0, err0 := excelize.CellNameToCoordinates(from)
	c1, r1, err1 := excelize.CellNameToCoordinates(to)
	return [4]int{r0 - 1, r1 - 1, c0 - 1, c1 - 1}, err0 == nil && err1 == nil && r1 >= r0 && c1 >= c0
}
