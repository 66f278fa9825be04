package office

import (
	"sort"
	"strconv"
	"strings"
	"unicode"
)

// A sheetValue is what a cell of a sheet holds, and how it is to be displayed.
type sheetValue struct {
	number   float64
	isNumber bool
	text     sheetText
	style    sheetStyle
	zeros    bool // zeros are displayed
	date1904 bool
}

// display gives what a cell shows: its value in its format, set in its font, on its ground.
func (d *Document) display(v sheetValue) string {
	if v.style.look.ink <= autoInk && v.style.look.ground >= isRGB && apart(v.style.look.ground, isRGB) < nearColour &&
		(v.isNumber || strings.ContainsFunc(v.text.plain, tells)) {
		return object // a colour that is left to the program is black in one, and white on black in another
	}
	if v.isNumber {
		if v.number == 0 && !v.zeros {
			return v.blank()
		}
		r := v.style.format.number(v.number, v.date1904)
		if !r.known {
			return object
		}
		return v.finish(d.set(r.text, coloured(v.style.look, r.ink)))
	}
	if v.text.plain == "" {
		return v.blank()
	}
	r := v.style.format.words(v.text.plain)
	if !r.known && strings.ContainsFunc(v.text.plain, unicode.IsDigit) {
		return object
	}
	l := coloured(v.style.look, r.ink)
	if len(v.text.runs) == 0 || r.known && r.text != v.text.plain {
		if !r.known {
			r.text = v.text.plain
		}
		return v.finish(d.set(r.text, l))
	}
	var b strings.Builder
	for _, run := range v.text.runs {
		how := l
		if run.own {
			how = run.look.over(look{ground: l.ground}) // it takes the place of the cell's font, wholly
		}
		b.WriteString(d.set(run.text, how))
	}
	return v.finish(b.String())
}

func coloured(l look, k ink) look {
	if k != noInk {
		l.ink = k
	}
	return l
}

// finish takes what else a cell's style does to its text.
func (v *sheetValue) finish(s string) string {
	switch {
	case strings.TrimSpace(s) == "":
		return v.blank()
	case v.style.diagonal && !isLabel(s), v.style.filled:
		return object
	}
	return s
}

// blank is the print of a cell without text: a line from corner to corner is a stroke, a mark.
func (v *sheetValue) blank() string {
	if v.style.diagonal {
		return "/"
	}
	return ""
}

// A sheetGrid collects the cells of a sheet until they are laid out.
type sheetGrid struct {
	doc                    *Document
	name                   string
	cells                  map[[2]int]sheetCell
	merges                 [][4]int // first and last row, first and last column
	hiddenRows, hiddenCols map[int]bool
	formulas               bool            // they are displayed instead of what they come to, and numbers without a format
	widths                 map[int]float64 // of columns, in digits
	heights                map[int]float64 // of rows, in points
	over                   [][4]int        // areas that drawings cover
	lastRow, lastCol       int             // the last that hold something; -1 = none
}

type sheetCell struct {
	text  string
	ruled bool
	value sheetValue // kept where it is asked for once more
}

func newSheetGrid(d *Document, name string) *sheetGrid {
	return &sheetGrid{doc: d, name: name, cells: map[[2]int]sheetCell{}, hiddenRows: map[int]bool{},
		hiddenCols: map[int]bool{}, widths: map[int]float64{}, heights: map[int]float64{}, lastRow: -1, lastCol: -1}
}

// fits gives what a cell shows in its row and column: nobody reads a row three points high, and a number that is far
// wider than its column is printed as a row of signs.
func (g *sheetGrid) fits(at [2]int, text string, number bool) string {
	if strings.TrimSpace(text) == "" {
		return text
	}
	if h, ok := g.heights[at[0]]; ok && h <= 3 {
		return object
	}
	w, ok := g.widths[at[1]]
	if !ok || !number || float64(len(text)) <= 1.6*w+1 {
		return text
	}
	for _, m := range g.merges {
		if at[0] == m[0] && at[1] == m[2] {
			return text
		}
	}
	return object
}

// reach says that a cell holds something, seen or not.
func (g *sheetGrid) reach(row, col int) {
	g.lastRow, g.lastCol = max(g.lastRow, row), max(g.lastCol, col)
}

// maxDrawn is the number of cells up to which a drawing is taken for one that stands in the place of what they print;
// what covers more lies behind the sheet.
const maxDrawn = 100

// cover says that a drawing lies over an area. A line beside words is an ornament.
func (g *sheetGrid) cover(a [4]int, line bool) {
	if a[0] < 0 || a[2] < 0 || a[1] < a[0] || a[3] < a[2] || a[0] >= maxRows || a[2] >= maxCols {
		return
	}
	a[1], a[3] = min(a[1], maxRows-1), min(a[3], maxCols-1)
	if (a[1]-a[0]+1)*(a[3]-a[2]+1) > maxDrawn {
		g.doc.doubt("picture", "a drawing lies over the sheet %q", g.name)
		return
	}
	for r := a[0]; r <= a[1]; r++ {
		for c := a[2]; c <= a[3]; c++ {
			at := [2]int{r, c}
			for _, m := range g.merges { // what covers a part of a merged cell covers the cell
				if r >= m[0] && r <= m[1] && c >= m[2] && c <= m[3] {
					at = [2]int{m[0], m[2]}
				}
			}
			x := g.cells[at]
			if isLabel(x.text) || line && r > a[0] && r < a[1] && strings.TrimSpace(x.text) == "" {
				continue
			}
			if !strings.Contains(x.text, object) {
				x.text += object
			}
			g.cells[at] = x
		}
	}
}

// The size of rows and columns of which nothing is said, and of a digit, in points.
const (
	usualHeight = 15
	usualWidth  = 8.43
	digitWidth  = 5.3
)

// reaches gives the row and the column in which a drawing ends that begins in a place and has a size, in points.
func (g *sheetGrid) reaches(row, col int, x, y, width, height float64) (lastRow, lastCol int) {
	for width += x; col < maxCols; col++ {
		w, ok := g.widths[col]
		if !ok {
			w = usualWidth
		}
		if g.hiddenCols[col] {
			w = 0
		}
		if width -= (w + 0.7) * digitWidth; width <= 1 {
			break
		}
	}
	for height += y; row < maxRows; row++ {
		h, ok := g.heights[row]
		if !ok {
			h = usualHeight
		}
		if g.hiddenRows[row] {
			h = 0
		}
		if height -= h; height <= 1 {
			break
		}
	}
	return row, col
}

// place lays the cells of a sheet into rows.
func (g *sheetGrid) place() {
	d, name, merges := g.doc, g.name, g.merges
	height, width := g.lastRow+1, g.lastCol+1
	from, covered, holder := map[[2]int][4]int{}, map[[2]int]bool{}, map[[2]int][2]int{}
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
		// what is merged shows in what is left of it where its first row or column is hidden
		first := [2]int{m[0], m[2]}
		for first[0] < m[1] && g.hiddenRows[first[0]] {
			first[0]++
		}
		for first[1] < m[3] && g.hiddenCols[first[1]] {
			first[1]++
		}
		from[first], holder[first] = m, [2]int{m[0], m[2]}
		for r := m[0]; r <= m[1]; r++ {
			for c := m[2]; c <= m[3]; c++ {
				covered[[2]int{r, c}] = [2]int{r, c} != first
			}
		}
	}
	if height*width > maxCells*4 {
		d.doubt("limit", "the sheet %q is larger than the limit and left out", name)
		return
	}
	var rows []rawRow
	leftRows, leftCols := 0, 0
	for c := range width {
		if g.hiddenCols[c] {
			leftCols++
		}
	}
	for r := range height {
		if g.hiddenRows[r] {
			leftRows++
			continue
		}
		row := rawRow{}
		for c := range width {
			key := [2]int{r, c}
			switch {
			case g.hiddenCols[c]:
				continue
			case covered[key]:
				row.cells = append(row.cells, rawCell{gap: true, span: 1})
				continue
			}
			at := key
			if h, ok := holder[key]; ok {
				at = h
			}
			v := g.cells[at]
			raw := rawCell{span: 1, rows: 1, content: []node{{text: strings.ReplaceAll(v.text, "\r\n", "\n")}},
				place: name + "!" + column(at[1]) + strconv.Itoa(at[0]+1), ruled: v.ruled}
			if m, ok := from[key]; ok {
				raw.span, raw.rows = 0, 0
				for k := m[2]; k <= m[3]; k++ {
					if !g.hiddenCols[k] {
						raw.span++
					}
				}
				for k := m[0]; k <= m[1]; k++ {
					if !g.hiddenRows[k] {
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
		d.doubt("hidden-text", "%d rows and %d columns of the sheet %q are hidden and left out", leftRows, leftCols,
			name)
	}
	d.sheet(name, rows)
}
