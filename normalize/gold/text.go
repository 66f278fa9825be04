package gold

import "strings"

// Text layouts in which tables lie flattened.
const (
	Marked = "marked" // every cell begins with a tab, a row ends with an empty line, a merged cell is a blank one
	Lines  = "lines"  // one cell a line; a blank cell is a blank line
	Tabs   = "tabs"   // a row a line, cells between tabs
	Pipes  = "pipes"  // Markdown
	Parted = "parted" // one cell a line, a blank line behind each row and each paragraph
)

// Text writes the report as plain text.
func (r *Report) Text(layout string) []byte {
	var b strings.Builder
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(it.Text + "\n")
			if layout != Lines {
				b.WriteString("\n")
			}
			continue
		}
		switch layout {
		case Marked:
			for _, row := range it.Table.filled(false) {
				for _, c := range row {
					b.WriteString("\t" + c + "\n")
				}
				b.WriteString("\n")
			}
			b.WriteString("\n")
		case Lines, Parted:
			for _, row := range it.Table.Rows {
				for _, c := range row {
					b.WriteString(c.Text + "\n")
				}
				if layout == Parted {
					b.WriteString("\n")
				}
			}
		case Tabs, Pipes:
			for i, row := range it.Table.filled(true) {
				for k := range row {
					row[k] = strings.ReplaceAll(row[k], "\n", "")
				}
				if layout == Tabs {
					b.WriteString(strings.Join(row, "\t") + "\n")
					continue
				}
				b.WriteString("| " + strings.Join(row, " | ") + " |\n")
				if i == 0 {
					b.WriteString(strings.Repeat("| --- ", len(row)) + "|\n")
				}
			}
			b.WriteString("\n")
		}
	}
	return r.finish([]byte(b.String()))
}

// filled gives a table's rows with a blank where a cell from above reaches in, and, if wide, where one reaches in from
// the left.
func (t *Table) filled(wide bool) [][]string {
	var out [][]string
	down := map[int]int{} // grid column → rows still covered
	span := map[int]int{} // grid column where a covering cell begins → its width
	for _, row := range t.Rows {
		var line []string
		col := 0
		cover := func() {
			for down[col] > 0 {
				w := max(span[col], 1)
				line = append(line, "")
				for k := 0; k < w; k++ {
					if wide && k > 0 {
						line = append(line, "")
					}
					down[col+k]--
				}
				col += w
			}
		}
		for _, c := range row {
			cover()
			line = append(line, c.Text)
			if wide {
				for k := 1; k < c.Cols; k++ {
					line = append(line, "")
				}
			}
			if c.Rows > 1 {
				for k := 0; k < c.Cols; k++ {
					down[col+k] = c.Rows - 1
				}
				span[col] = c.Cols
			}
			col += c.Cols
		}
		cover()
		out = append(out, line)
	}
	return out
}
