package evidence

import (
	"bytes"
	"context"
	"fmt"
	"html"
	"strings"
)

// A Block is a paragraph or a table of a document as its reader saw it.
type Block struct {
	Text  string // of a paragraph
	Table *Table // nil for a paragraph
	Place Place
}

// A Table is a grid; its cells are in the order of rows and columns, and no two cover the same position.
type Table struct {
	Rows, Cols int
	Cells      []Cell
}

// A Cell is one cell of a table.
type Cell struct {
	Row, Col         int // from 0
	RowSpan, ColSpan int
	Header           bool
	Text             string // "\n" between lines
	Place            Place
}

// maxGrid bounds the positions of a table.
const maxGrid = 2_000_000

// Blocks shows what a reader saw in a file that no browser shows: of Word, of a sheet. It is the words and the
// tables, not the looks.
func Blocks(ctx context.Context, blocks []Block, marks []Mark) ([]byte, error) {
	notes := []said{{"", "This is what was read in the file: its words and tables, not its looks.",
		"以下为从文件中读出的文字与表格，不含原版式。"}}
	var b bytes.Buffer
	placed := placeMarks(blocks, marks)
	for i := range blocks {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if b.Len() > maxPage/2 {
			notes = append(notes, said{"", fmt.Sprintf("Only the first %d of %d paragraphs and tables are shown.", i,
				len(blocks)), fmt.Sprintf("共 %[2]d 个段落与表格，仅显示前 %[1]d 个。", i, len(blocks))})
			break
		}
		x := &blocks[i]
		if x.Table == nil {
			b.WriteString("<p>")
			writeMarked(&b, x.Text, placed[spot{i, -1}])
			b.WriteString("</p>\n")
			continue
		}
		whole := placed[spot{i, -1}]
		for _, m := range whole {
			fmt.Fprintf(&b, `<div id="%s" class="%s" title="%s">`, html.EscapeString(m.ID), m.class(),
				html.EscapeString(m.Title))
		}
		if rows := x.Table.write(&b, func(cell int) []*Mark { return placed[spot{i, cell}] }); rows < x.Table.Rows {
			notes = append(notes, said{"", fmt.Sprintf("Only the first %d of %d rows of a table are shown.", rows,
				x.Table.Rows), fmt.Sprintf("某表格共 %[2]d 行，仅显示前 %[1]d 行。", rows, x.Table.Rows)})
		}
		b.WriteString(strings.Repeat("</div>", len(whole)) + "\n")
	}
	return finish(ctx, b.Bytes(), marks, notes)
}

// A spot is a cell of a block; cell -1 is the block itself.
type spot struct{ block, cell int }

// placeMarks finds the marks: cells by their table, row and column; paragraphs by their path, or where they lie on
// the page.
func placeMarks(blocks []Block, marks []Mark) map[spot][]*Mark {
	cells := map[[3]int]spot{}
	paths := map[string][]int{}
	boxes := map[string]int{}
	box := func(p Place) string { return fmt.Sprint(p.Page, *p.Box) }
	for i := range blocks {
		x := &blocks[i]
		if x.Table != nil {
			cells[[3]int{x.Place.Table, 0, 0}] = spot{i, -1}
			for k := range x.Table.Cells {
				p := x.Table.Cells[k].Place
				cells[[3]int{p.Table, p.Row, p.Column}] = spot{i, k}
			}
			continue
		}
		if x.Place.Path != "" {
			paths[x.Place.Path] = append(paths[x.Place.Path], i)
		}
		if x.Place.Box != nil {
			boxes[box(x.Place)] = i
		}
	}
	out := map[spot][]*Mark{}
	for i := range marks {
		m := &marks[i]
		if m.Place.Table > 0 {
			if at, ok := cells[[3]int{m.Place.Table, m.Place.Row, m.Place.Column}]; ok {
				out[at] = append(out[at], m)
			} else if at, ok := cells[[3]int{m.Place.Table, 0, 0}]; ok && m.Place.Column == 0 { // a row: the table
				out[at] = append(out[at], m)
			}
			continue
		}
		if m.Place.Path != "" && len(paths[m.Place.Path]) > 0 {
			among := paths[m.Place.Path]
			at := among[0]
			for _, k := range among { // lines of one paragraph
				if _, _, ok := piece(blocks[k].Text, m); ok {
					at = k
					break
				}
			}
			out[spot{at, -1}] = append(out[spot{at, -1}], m)
			continue
		}
		if m.Place.Box != nil {
			if k, ok := boxes[box(m.Place)]; ok {
				out[spot{k, -1}] = append(out[spot{k, -1}], m)
			}
		}
	}
	return out
}

// piece finds the text of a mark at its offset in a paragraph.
func piece(text string, m *Mark) (start, end int, ok bool) {
	at := m.Place.Offset
	if m.Text == "" || at < 0 || at > len(text) || !strings.HasPrefix(text[at:], m.Text) {
		return 0, 0, false
	}
	return at, at + len(m.Text), true
}

// writeMarked writes a paragraph with its marks: each at its text, or over all of it.
func writeMarked(b *bytes.Buffer, text string, marks []*Mark) {
	var runs []run
	for _, m := range marks {
		start, end, ok := piece(text, m)
		if !ok {
			start, end = 0, len(text)
		}
		runs = append(runs, run{start, end, m})
	}
	writeRuns(b, text, runs)
}

// write writes a table and gives the number of rows written: all of them, but for tables beyond the limit.
func (t *Table) write(b *bytes.Buffer, marks func(cell int) []*Mark) int {
	b.WriteString("<table>\n")
	down := make([]int, t.Cols) // rows from here on that a cell above covers
	next, positions := 0, 0
	for r := range t.Rows {
		if positions += t.Cols; positions > maxGrid {
			b.WriteString("</table>")
			return r
		}
		b.WriteString("<tr>")
		col := 0
		upTo := func(to int) { // positions that no cell covers
			for col < to {
				if down[col] > 0 {
					down[col]--
					col++
					continue
				}
				from := col
				for col < to && down[col] == 0 {
					col++
				}
				fmt.Fprintf(b, `<td class="none" colspan="%d"></td>`, col-from)
			}
		}
		for ; next < len(t.Cells) && t.Cells[next].Row <= r; next++ {
			c := &t.Cells[next]
			if c.Row < r || c.Col < col || c.ColSpan < 1 || c.Col+c.ColSpan > t.Cols {
				continue // not a grid as promised: what it marks is told to be missing
			}
			upTo(c.Col)
			name := "td"
			if c.Header {
				name = "th"
			}
			ms := marks(next)
			b.WriteString("<" + name)
			if c.RowSpan > 1 {
				fmt.Fprintf(b, ` rowspan="%d"`, c.RowSpan)
			}
			if c.ColSpan > 1 {
				fmt.Fprintf(b, ` colspan="%d"`, c.ColSpan)
			}
			if len(ms) > 0 {
				fmt.Fprintf(b, ` id="%s" class="%s" title="%s"`, html.EscapeString(ms[0].ID), ms[0].class(),
					html.EscapeString(ms[0].Title))
			}
			b.WriteString(">")
			for _, m := range ms[min(1, len(ms)):] {
				b.WriteString(m.open())
			}
			for k, l := range strings.Split(c.Text, "\n") {
				if k > 0 {
					b.WriteString("<br>")
				}
				writeText(b, l)
			}
			if len(ms) > 1 {
				b.WriteString(strings.Repeat("</span>", len(ms)-1))
			}
			b.WriteString("</" + name + ">")
			for k := col; k < col+c.ColSpan; k++ {
				down[k] = c.RowSpan - 1
			}
			col += c.ColSpan
		}
		upTo(t.Cols)
		b.WriteString("</tr>\n")
	}
	b.WriteString("</table>")
	return t.Rows
}
