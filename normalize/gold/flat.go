package gold

import (
	"fmt"
	"strings"
)

// How tables come out when somebody copies, converts or recognises a page. A format keeps what its file keeps; these
// lose the table itself: of merged cells, wrapped labels and pages only the traces that the program in question leaves.

// Manners are the ways in which a report is flattened, each as the program writes it that does so.
func Manners() []Format {
	text := func(name string, write func(r *Report, seed int64) string) Format {
		return Format{name, "report.txt", false, func(r *Report, seed int64) []byte { return r.finish([]byte(write(r, seed))) }}
	}
	tables := func(name string, table func(t *Table) string) Format {
		return text(name, func(r *Report, _ int64) string { return r.flat(table, "\n") })
	}
	markdown := func(name string, table func(t *Table) string) Format {
		return Format{name, "report.md", false, func(r *Report, seed int64) []byte {
			return r.finish([]byte(r.flatMarkdown(table, seed)))
		}}
	}
	return []Format{
		tables("tabs of a word processor", func(t *Table) string { return rowsOf(t.filled(true), "\t", "\n", true) }),
		tables("tabs, trailing ones cut", func(t *Table) string { return rowsOf(t.filled(true), "\t", "\n", true, trimTail("\t")) }),
		tables("tabs of a browser", func(t *Table) string { return rowsOf(t.origins(), "\t", "\n", false) }),
		tables("paragraphs in cells of a browser", func(t *Table) string { return rowsOf(t.origins(), "\n\t\n", "\n", true) }),
		tables("a cell a line, blank lines between", func(t *Table) string { return rowsOf(t.origins(), "\n\n", "\n\n", true) }),
		tables("a cell a line, no blanks", dropBlank),
		tables("lines of a page", func(t *Table) string { return strings.Join(squeezeLines(t.drawn(false)), "\n") + "\n" }),
		tables("lines of a page, a cell a line", func(t *Table) string { return cellLines(t.drawn(false)) }),
		tables("columns of a page", func(t *Table) string { return strings.Join(t.drawn(false), "\n") + "\n" }),
		tables("columns of a page, labels above", func(t *Table) string { return strings.Join(t.drawn(true), "\n") + "\n" }),
		text("recognised, spaces between characters", func(r *Report, _ int64) string {
			return r.flat(func(t *Table) string { return spacedRows(t) }, "\n")
		}),
		tables("bars between", func(t *Table) string { return rowsOf(t.origins(), " | ", "\n", false) }),
		tables("bars, full width", func(t *Table) string { return rowsOf(t.filled(true), "｜", "｜\n", false, before("｜")) }),
		tables("boxes", func(t *Table) string { return boxed(t.filled(true), "│", "─", "├", "┼", "┤") }),
		tables("heavy boxes", func(t *Table) string { return boxed(t.filled(true), "┃", "━", "┣", "╋", "┫") }),
		tables("lone bars", loneBars),
		tables("commas and quotes", func(t *Table) string { return commas(t.filled(true), "\n", false) }),
		tables("commas, trailing ones cut", func(t *Table) string { return commas(t.filled(true), "", true) }),
		tables("columns one by one", columnByColumn),
		markdown("markdown, spans repeated", func(t *Table) string { return pipeRows(t.repeated(), "", true) }),
		markdown("markdown, breaks in cells", func(t *Table) string { return pipeRows(t.filled(true), "<br>", true) }),
		markdown("markdown, padded", func(t *Table) string { return paddedPipes(t.filled(true)) }),
		markdown("markdown grid", func(t *Table) string { return gridTable(t.filled(true), max(t.Header, 1)) }),
		markdown("markdown grid, spans", gridSpans),
		markdown("markdown simple", func(t *Table) string { return simpleTable(t.filled(true), false) }),
		markdown("markdown multiline", func(t *Table) string { return simpleTable(t.filled(true), true) }),
		markdown("markdown html, a row a line", func(t *Table) string { return tableHTML(t, HTMLStyle{}, false) }),
		text("pages, lines of a page", func(r *Report, seed int64) string {
			drawn := func(t *Table) string { return strings.Join(squeezeLines(t.drawn(false)), "\n") + "\n" }
			return pages(r.flat(drawn, ""), seed, r.Title)
		}),
		text("pages, tabs", func(r *Report, seed int64) string {
			return pages(r.flat(func(t *Table) string { return rowsOf(t.filled(true), "\t", "\n", false) }, ""), seed, r.Title)
		}),
		text("pages, bars", func(r *Report, seed int64) string {
			bars := func(t *Table) string { return rowsOf(t.filled(true), " | ", " |\n", false, before("| ")) }
			return pages(r.flat(bars, ""), seed, r.Title)
		}),
		text("table goes on, header again", func(r *Report, seed int64) string { return r.goesOn(seed) }),
	}
}

// flat writes the report with its tables flattened, behind each paragraph what parts them.
func (r *Report) flat(table func(t *Table) string, behind string) string {
	var b strings.Builder
	for _, it := range r.Items {
		if it.Table != nil {
			b.WriteString(table(it.Table))
			continue
		}
		b.WriteString(it.Text + "\n" + behind)
	}
	return b.String()
}

func (r *Report) flatMarkdown(table func(t *Table) string, seed int64) string {
	var b strings.Builder
	for i, it := range r.Items {
		if it.Table != nil {
			b.WriteString(table(it.Table) + "\n")
			continue
		}
		b.WriteString(markdownParagraph(it.Text, i == 0, seed))
	}
	return b.String()
}

// origins gives the cells that begin in each row: of a merged one nothing is left elsewhere.
func (t *Table) origins() [][]string {
	var out [][]string
	for _, row := range t.Rows {
		var line []string
		for _, c := range row {
			line = append(line, c.Text)
		}
		out = append(out, line)
	}
	return out
}

// A placed cell knows the grid column and row where it begins.
type laidCell struct {
	*Cell
	row, col int
}

// laid gives each cell its place in the grid, and the grid's width.
func (t *Table) laid() (cells []laidCell, width int) {
	down := map[int]int{}
	for r, row := range t.Rows {
		col := 0
		for i := range row {
			for down[col] > r {
				col++
			}
			c := &row[i]
			cells = append(cells, laidCell{c, r, col})
			for k := 0; k < c.Cols; k++ {
				down[col+k] = r + c.Rows
			}
			col += c.Cols
			width = max(width, col)
		}
	}
	return cells, width
}

// repeated gives the grid with the text of a merged cell in every cell that it covers.
func (t *Table) repeated() [][]string {
	cells, width := t.laid()
	out := make([][]string, len(t.Rows))
	for r := range out {
		out[r] = make([]string, width)
	}
	for _, c := range cells {
		for r := c.row; r < min(c.row+c.Rows, len(out)); r++ {
			for k := c.col; k < c.col+c.Cols; k++ {
				out[r][k] = c.Text
			}
		}
	}
	return out
}

func trimTail(cut string) func(string) string {
	return func(s string) string { return strings.TrimRight(s, cut) }
}

func before(mark string) func(string) string { return func(s string) string { return mark + s } }

// rowsOf joins the cells of each row and the rows; breaks in cells are kept, or taken out.
func rowsOf(rows [][]string, between, behind string, breaks bool, change ...func(string) string) string {
	var b strings.Builder
	for _, row := range rows {
		line := strings.Join(row, between)
		if !breaks {
			line = strings.ReplaceAll(line, "\n", "")
		}
		if breaks && between == "\t" {
			line = strings.ReplaceAll(line, "\n", "")
		}
		for _, f := range change {
			line = f(line)
		}
		b.WriteString(line + behind)
	}
	return b.String()
}

func dropBlank(t *Table) string {
	var b strings.Builder
	for _, row := range t.Rows {
		for _, c := range row {
			if c.Text != "" {
				b.WriteString(c.Text + "\n")
			}
		}
	}
	return b.String()
}

// spacedRows is what a recogniser of characters makes of a row: a space behind each Chinese character, two between cells.
func spacedRows(t *Table) string {
	var b strings.Builder
	for _, row := range t.Rows {
		var line []string
		for _, c := range row {
			s := ""
			for _, r := range strings.ReplaceAll(c.Text, "\n", "") {
				if s != "" && r > 0x2e80 {
					s += " "
				}
				s += string(r)
			}
			line = append(line, s)
		}
		b.WriteString(strings.Join(line, "  ") + "\n")
	}
	return b.String()
}

// loneBars is a row of cells between bars of which each has come onto a line of its own; what a merged cell lacks stands
// behind its row.
func loneBars(t *Table) string {
	var b strings.Builder
	for _, row := range t.filled(true) {
		var cells []string
		for i, s := range row {
			if s == "" && !t.isValue(row, i) {
				continue
			}
			cells = append(cells, strings.ReplaceAll(s, "\n", ""))
		}
		for _, s := range cells {
			b.WriteString(strings.TrimLeft(s+" |\n", " "))
		}
		if n := len(row) - len(cells); n > 0 {
			b.WriteString(strings.Repeat("|", n) + "\n")
		}
	}
	return b.String()
}

// isValue reports whether a blank cell of a row may be one of its values: it is among the last seven of a row of ten.
func (t *Table) isValue(row []string, i int) bool {
	return len(row) == 10 && i >= 3 && row[0]+row[1]+row[2] != "" && i > 0 && !t.isHead(row)
}

func (t *Table) isHead(row []string) bool {
	for _, s := range row[3:] {
		if strings.ContainsAny(s, "人机组") {
			return true
		}
	}
	return strings.HasPrefix(row[0], "（本列")
}

func commas(rows [][]string, breakAs string, cut bool) string {
	var b strings.Builder
	for _, row := range rows {
		var line []string
		for _, c := range row {
			c = strings.ReplaceAll(c, "\n", breakAs)
			if strings.ContainsAny(c, ",\"\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			line = append(line, c)
		}
		s := strings.Join(line, ",")
		if cut {
			s = strings.TrimRight(s, ",")
		}
		b.WriteString(s + "\n")
	}
	return b.String()
}

// columnByColumn is a table whose cells are copied down its columns.
func columnByColumn(t *Table) string {
	cells, width := t.laid()
	var b strings.Builder
	for col := 0; col < width; col++ {
		for r := range t.Rows {
			for _, c := range cells {
				if c.col == col && c.row == r {
					b.WriteString(strings.ReplaceAll(c.Text, "\n", "") + "\n")
				}
			}
		}
	}
	return b.String()
}

func boxed(rows [][]string, bar, rule, left, cross, right string) string {
	var b strings.Builder
	widths := widthsOf(rows)
	line := func(l, m, r string) {
		var parts []string
		for _, w := range widths {
			parts = append(parts, strings.Repeat(rule, w/2+1))
		}
		b.WriteString(l + strings.Join(parts, m) + r + "\n")
	}
	for _, row := range rows {
		line(left, cross, right)
		for i, w := range widths {
			s := ""
			if i < len(row) {
				s = strings.ReplaceAll(row[i], "\n", "")
			}
			b.WriteString(bar + padded(s, w))
		}
		b.WriteString(bar + "\n")
	}
	line(left, cross, right)
	return b.String()
}

func pipeRows(rows [][]string, breakAs string, rule bool) string {
	var b strings.Builder
	for i, row := range rows {
		b.WriteString("| " + strings.ReplaceAll(strings.Join(row, " | "), "\n", breakAs) + " |\n")
		if i == 0 && rule {
			b.WriteString("|" + strings.Repeat("---|", len(row)) + "\n")
		}
	}
	return b.String()
}

func paddedPipes(rows [][]string) string {
	var b strings.Builder
	widths := widthsOf(rows)
	for i, row := range rows {
		for k, w := range widths {
			s := ""
			if k < len(row) {
				s = strings.ReplaceAll(row[k], "\n", "")
			}
			b.WriteString("| " + padded(s, w) + " ")
		}
		b.WriteString("|\n")
		if i == 0 {
			for _, w := range widths {
				b.WriteString("|" + strings.Repeat("-", w+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

func columns(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0x2e80 {
			n++
		}
	}
	return n
}

func padded(s string, width int) string { return s + strings.Repeat(" ", max(0, width-columns(s))) }

func widthsOf(rows [][]string) []int {
	var out []int
	for _, row := range rows {
		for i, s := range row {
			if i == len(out) {
				out = append(out, 2)
			}
			out[i] = max(out[i], min(columns(strings.ReplaceAll(s, "\n", "")), 200))
		}
	}
	return out
}

// wrapped breaks a text into lines of a width.
func wrapped(s string, width int) []string {
	var out []string
	for _, part := range strings.Split(s, "\n") {
		line := ""
		for _, r := range part {
			if columns(line)+columns(string(r)) > width {
				out = append(out, line)
				line = ""
			}
			line += string(r)
		}
		out = append(out, line)
	}
	return out
}

// gridTable is a table of pandoc's with rules around each cell; labels are wrapped.
func gridTable(rows [][]string, header int) string {
	var b strings.Builder
	widths := widthsOf(rows)
	for i := range widths {
		widths[i] = min(widths[i], 20)
	}
	line := func(mark string) {
		for _, w := range widths {
			b.WriteString("+" + strings.Repeat(mark, w+2))
		}
		b.WriteString("+\n")
	}
	line("-")
	for r, row := range rows {
		var parts [][]string
		high := 1
		for i, w := range widths {
			s := ""
			if i < len(row) {
				s = row[i]
			}
			parts = append(parts, wrapped(s, w))
			high = max(high, len(parts[i]))
		}
		for k := 0; k < high; k++ {
			for i, w := range widths {
				s := ""
				if k < len(parts[i]) {
					s = parts[i][k]
				}
				b.WriteString("| " + padded(s, w) + " ")
			}
			b.WriteString("|\n")
		}
		if r == header-1 {
			line("=")
		} else {
			line("-")
		}
	}
	return b.String()
}

// gridSpans is such a table with merged cells kept: no rule runs through them.
func gridSpans(t *Table) string {
	cells, width := t.laid()
	const w = 14
	high := t.heights(cells, func(*laidCell, int) int { return w }, w, 3)
	tops := []int{0}
	for _, h := range high {
		tops = append(tops, tops[len(tops)-1]+h+1)
	}
	canvas := make([][]rune, tops[len(tops)-1]+1)
	for i := range canvas {
		canvas[i] = []rune(strings.Repeat(" ", width*(w+3)+1))
	}
	for _, c := range cells {
		x0, x1 := c.col*(w+3), (c.col+c.Cols)*(w+3)
		y0, y1 := tops[c.row], tops[min(c.row+c.Rows, len(t.Rows))]
		for x := x0; x <= x1; x++ {
			for _, y := range []int{y0, y1} {
				if canvas[y][x] != '+' {
					canvas[y][x] = '-'
				}
			}
		}
		for y := y0; y <= y1; y++ {
			for _, x := range []int{x0, x1} {
				if y == y0 || y == y1 {
					canvas[y][x] = '+'
				} else {
					canvas[y][x] = '|'
				}
			}
		}
	}
	return t.written(canvas, cells, func(c *laidCell) (int, int, int) {
		return tops[c.row] + 1, c.col*(w+3) + 2, w*c.Cols + 3*(c.Cols-1)
	})
}

// written puts the texts of cells onto a canvas of characters, each wrapped in its place.
func (t *Table) written(canvas [][]rune, cells []laidCell, at func(c *laidCell) (y, x, width int)) string {
	type stroke struct {
		x    int
		text string
	}
	lines := make([][]stroke, len(canvas))
	for i := range cells {
		y, x, w := at(&cells[i])
		for k, s := range wrapped(cells[i].Text, w) {
			if y+k < len(lines) {
				lines[y+k] = append(lines[y+k], stroke{x, s})
			}
		}
	}
	var b strings.Builder
	for y, row := range canvas {
		line := make([]string, len(row))
		for i, r := range row {
			line[i] = string(r)
		}
		for _, s := range lines[y] {
			x := s.x
			for _, r := range s.text {
				line[x] = string(r)
				if x++; r > 0x2e80 && x < len(line) {
					line[x] = ""
					x++
				}
			}
		}
		b.WriteString(strings.TrimRight(strings.Join(line, ""), " ") + "\n")
	}
	return b.String()
}

// heights gives the lines that each row takes.
func (t *Table) heights(cells []laidCell, wide func(c *laidCell, w int) int, w, gap int) []int {
	high := make([]int, len(t.Rows))
	for pass := 0; pass < 2; pass++ {
		for i := range cells {
			c := &cells[i]
			need := len(wrapped(c.Text, wide(c, w)*c.Cols+gap*(c.Cols-1)))
			end := min(c.row+c.Rows, len(t.Rows))
			if c.Rows == 1 {
				high[c.row] = max(high[c.row], need)
				continue
			}
			sum := 0
			for r := c.row; r < end; r++ {
				sum += high[r]
			}
			if pass == 1 && sum < need {
				high[end-1] += need - sum
			}
		}
	}
	return high
}

// simpleTable is a table of pandoc's without bars: columns below rules, a line a row; of many lines, blank ones between.
func simpleTable(rows [][]string, many bool) string {
	var b strings.Builder
	widths := widthsOf(rows)
	if many {
		for i := range widths {
			widths[i] = min(widths[i], 16)
		}
	}
	rule := func(full bool) {
		var parts []string
		for _, w := range widths {
			parts = append(parts, strings.Repeat("-", w))
		}
		s := "  " + strings.Join(parts, " ")
		if full {
			s = "  " + strings.Repeat("-", len(s)-2)
		}
		b.WriteString(s + "\n")
	}
	if many {
		rule(true)
	}
	for r, row := range rows {
		var parts [][]string
		high := 1
		for i, w := range widths {
			s := ""
			if i < len(row) {
				s = row[i]
			}
			if many {
				parts = append(parts, wrapped(s, w))
			} else {
				parts = append(parts, []string{strings.ReplaceAll(s, "\n", "")})
			}
			high = max(high, len(parts[i]))
		}
		for k := 0; k < high; k++ {
			line := "  "
			for i, w := range widths {
				s := ""
				if k < len(parts[i]) {
					s = parts[i][k]
				}
				line += padded(s, w) + " "
			}
			b.WriteString(strings.TrimRight(line, " ") + "\n")
		}
		if r == 0 {
			rule(false)
		} else if many && r < len(rows)-1 {
			b.WriteString("\n")
		}
	}
	rule(many)
	return b.String()
}

// drawn is a table on a page as a program writes it that keeps the columns: labels wrapped in their cells, what stands
// beside them in the middle of the row, or at its top.
func (t *Table) drawn(top bool) []string {
	cells, width := t.laid()
	x := []int{0}
	for i := 0; i < width; i++ {
		w := 24
		switch {
		case width >= 15:
			w = 8
		case width >= 10 && i < 2:
			w = 12
		case width >= 10 && i == 2:
			w = 20
		case width >= 10:
			w = 8
		}
		x = append(x, x[i]+w+2)
	}
	wide := func(c *laidCell, _ int) int { return (x[c.col+c.Cols] - x[c.col] - 2) / c.Cols }
	high := t.heights(cells, wide, 0, 0)
	tops := []int{0}
	for _, h := range high {
		tops = append(tops, tops[len(tops)-1]+h)
	}
	canvas := make([][]rune, tops[len(tops)-1])
	for i := range canvas {
		canvas[i] = []rune(strings.Repeat(" ", x[width]+2))
	}
	s := t.written(canvas, cells, func(c *laidCell) (int, int, int) {
		w := x[c.col+c.Cols] - x[c.col] - 2
		y := tops[c.row]
		if room := tops[min(c.row+c.Rows, len(t.Rows))] - y; !top {
			y += (room - len(wrapped(c.Text, w))) / 2
		}
		return y, x[c.col], w
	})
	return strings.Split(strings.TrimRight(s, "\n"), "\n")
}

// squeezeLines leaves one space where a page has many.
func squeezeLines(lines []string) []string {
	var out []string
	for _, l := range lines {
		if s := strings.Join(strings.Fields(l), " "); s != "" {
			out = append(out, s)
		}
	}
	return out
}

// cellLines writes each piece of a line of a page on a line of its own.
func cellLines(lines []string) string {
	var b strings.Builder
	for _, l := range lines {
		for _, s := range strings.Fields(l) {
			b.WriteString(s + "\n")
		}
	}
	return b.String()
}

// pages cuts a text into pages: after so many lines the number of the page, and above the next the head of all pages.
func pages(text string, seed int64, head string) string {
	lines := strings.Split(text, "\n")
	every := 23 + int(seed%11)
	var b strings.Builder
	page := 1
	for i, l := range lines {
		b.WriteString(l + "\n")
		if (i+1)%every != 0 || i < 10 {
			continue
		}
		switch seed % 4 {
		case 0:
			fmt.Fprintf(&b, "- %d -\n", page)
		case 1:
			fmt.Fprintf(&b, "%d\n%s\n", page, head)
		case 2:
			fmt.Fprintf(&b, "第 %d 页 共 6 页\n%s\n", page, head)
		case 3:
			fmt.Fprintf(&b, "— %d —\n\f", page)
		}
		page++
	}
	return b.String()
}

// goesOn writes table III in parts, each with its header again below 续表.
func (r *Report) goesOn(seed int64) string {
	var b strings.Builder
	for _, it := range r.Items {
		t := it.Table
		if t == nil {
			b.WriteString(it.Text + "\n")
			continue
		}
		rows := t.filled(true)
		for i, row := range rows {
			if cut := 9 + int(seed%5); len(rows) > 12 && i > t.Header && i%cut == 0 {
				b.WriteString("续表\n")
				for _, h := range rows[:t.Header] {
					b.WriteString(strings.ReplaceAll(strings.Join(h, "\t"), "\n", "") + "\n")
				}
			}
			b.WriteString(strings.ReplaceAll(strings.Join(row, "\t"), "\n", "") + "\n")
		}
	}
	return b.String()
}
