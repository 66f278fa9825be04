package office

import (
	"sort"
	"strings"
)

// A node is a paragraph, a table or a picture as a reader of a file format finds it.
type node struct {
	text    string
	table   *rawTable
	picture []byte
	place   string
}

// A rawTable is a table as its file says it: rows of cells, whose columns are counted by spans or given by their edges.
type rawTable struct {
	rows  []rawRow
	place string
}

type rawRow struct {
	cells  []rawCell
	before int // columns left free before the first cell
	header bool
}

type rawCell struct {
	span        int // columns, where edges are not given
	rows        int // rows, where the format counts them
	left, right int // edges, in any unit; both 0 = not given
	merge       vMerge
	content     []node
	place       string
	gap         bool // no cell: columns that a cell from above or nothing covers
	ruled       bool // it has borders (sheets only)
}

// vMerge says how a cell continues those above it.
type vMerge uint8

const (
	mergeNone vMerge = iota
	mergeStart
	mergeContinue
)

// settle turns nodes into blocks. Tables that only serve to arrange others are passed through.
func (d *Document) settle(nodes []node, depth int) {
	for i := range nodes {
		n := &nodes[i]
		if len(d.Blocks) >= maxTexts {
			d.doubt("limit", "more than %d paragraphs and tables; the rest is left out", maxTexts)
			return
		}
		switch {
		case n.table != nil:
			d.settleTable(n.table, depth)
		case n.picture != nil:
			d.Blocks = append(d.Blocks, Block{Picture: n.picture, Place: n.place})
		default:
			for _, line := range strings.Split(loose(n.text), "\n") {
				d.Blocks = append(d.Blocks, Block{Text: line, Place: n.place})
			}
		}
	}
}

func (d *Document) settleTable(t *rawTable, depth int) {
	if depth > maxDepth {
		d.doubt("limit", "tables within tables, more than %d deep, are left out", maxDepth)
		return
	}
	cells, nested, long, texts := 0, false, 0, 0
	for i := range t.rows {
		for k := range t.rows[i].cells {
			c := &t.rows[i].cells[k]
			if c.gap {
				continue
			}
			cells++
			n := 0
			for _, x := range c.content {
				nested = nested || x.table != nil
				n += len(x.text)
			}
			texts += n
			if n > 450 {
				long++
			}
		}
	}
	// the same rule as for pages: a cell alone, tables in few cells, or mostly long text is layout
	if cells <= 1 || nested && cells <= 60 || cells <= 6 && texts > 1500 && long > 0 || long > 0 && long*3 >= cells {
		for i := range t.rows {
			for k := range t.rows[i].cells {
				d.settle(t.rows[i].cells[k].content, depth+1)
			}
		}
		return
	}
	if g := d.grid(t); g != nil {
		d.Blocks = append(d.Blocks, Block{Table: g, Place: t.place})
	}
	for i := range t.rows { // tables and pictures inside the cells are read on their own as well
		for k := range t.rows[i].cells {
			for _, x := range t.rows[i].cells[k].content {
				if x.table != nil || x.picture != nil {
					d.settle([]node{x}, depth+1)
				}
			}
		}
	}
}

// printed is the text of a cell: its paragraphs as lines.
func printed(nodes []node, depth int) string {
	var b strings.Builder
	for _, n := range nodes {
		s := n.text
		if n.table != nil && depth < maxDepth {
			var in []string
			for _, r := range n.table.rows {
				for _, c := range r.cells {
					in = append(in, printed(c.content, depth+1))
				}
			}
			s = strings.Join(in, "\n")
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	return b.String()
}

// grid lays a table's cells onto its columns.
func (d *Document) grid(t *rawTable) *Table {
	t.columns()
	g := &Table{Rows: len(t.rows), Place: t.place}
	above := map[int]int{} // column → index in g.Cells of the cell that covers it in the row above
	var until []int        // column → row that is free of what a counted row span covers
	free := func(row, col, span int) bool {
		for k := col; k < min(col+span, len(until)); k++ {
			if until[k] > row {
				return false
			}
		}
		return true
	}
	for r := range t.rows {
		row := &t.rows[r]
		col := row.before
		here := map[int]int{}
		for i := range row.cells {
			c := &row.cells[i]
			span := max(c.span, 1)
			if c.gap {
				col += span
				continue
			}
			for !free(r, col, 1) {
				col++
			}
			if (col+span)*len(t.rows) > maxCells {
				d.doubt("limit", "a table larger than the limit; the rest of its cells is left out")
				return g
			}
			rows := max(c.rows, 1)
			rows = min(rows, len(t.rows)-r)
			if !free(r, col, span) {
				cut := 1
				for free(r, col, cut+1) {
					cut++
				}
				d.doubt("broken-span", "a cell that spans %d columns overlaps one from a row above and was cut to %d",
					span, cut)
				span = cut
			}
			g.Cols = max(g.Cols, col+span)
			k, ok := above[col]
			if ok && c.merge == mergeContinue && g.Cells[k].continues(r, col, span) {
				g.Cells[k].RowSpan++ // what a continued cell holds, nobody sees
				for x := range span {
					here[col+x] = k
				}
				col += span
				continue
			}
			k = len(g.Cells)
			g.Cells = append(g.Cells, Cell{Row: r, Col: col, RowSpan: rows, ColSpan: span, Text: settled(printed(c.content, 0)),
				Header: row.header, Place: c.place, ruled: c.ruled})
			for x := range span {
				if c.merge != mergeNone {
					here[col+x] = k
				}
			}
			for len(until) < col+span {
				until = append(until, 0)
			}
			for x := col; x < col+span; x++ {
				until[x] = r + rows
			}
			col += span
		}
		above = here
	}
	if len(g.Cells) == 0 {
		return nil
	}
	sort.SliceStable(g.Cells, func(i, j int) bool {
		a, b := &g.Cells[i], &g.Cells[j]
		return a.Row < b.Row || a.Row == b.Row && a.Col < b.Col
	})
	g.trim()
	return g
}

// columns turns edges into columns. Edges that lie within a millimetre or so are one: rows are dragged by hand.
func (t *rawTable) columns() {
	var edges []int
	for _, r := range t.rows {
		for _, c := range r.cells {
			if c.right <= c.left {
				return
			}
			edges = append(edges, c.left, c.right)
		}
	}
	if len(edges) == 0 {
		return
	}
	sort.Ints(edges)
	const near = 80 // twentieths of a point
	var starts []int
	for _, e := range edges {
		if len(starts) == 0 || e-starts[len(starts)-1] > near {
			starts = append(starts, e)
		}
	}
	at := func(x int) int { return sort.SearchInts(starts, x+1) - 1 }
	for i := range t.rows {
		r := &t.rows[i]
		col := 0
		var cells []rawCell
		for _, c := range r.cells {
			from, to := at(c.left), at(c.right)
			if from > col {
				cells = append(cells, rawCell{span: from - col, gap: true})
			}
			c.span = max(1, to-max(from, col))
			col = max(from, col) + c.span
			cells = append(cells, c)
		}
		r.cells = cells
	}
}

// trim drops grid columns in which no cell begins: they only say that the row above was dragged.
func (g *Table) trim() {
	begins := make([]bool, g.Cols+1)
	for _, c := range g.Cells {
		begins[c.Col] = true
	}
	to := make([]int, g.Cols+1)
	n := 0
	for i := range to {
		to[i] = n
		if begins[i] {
			n++
		}
	}
	to[g.Cols] = n
	if n == g.Cols {
		return
	}
	for i := range g.Cells {
		c := &g.Cells[i]
		from, end := to[c.Col], to[c.Col+c.ColSpan]
		c.Col, c.ColSpan = from, max(1, end-from)
	}
	g.Cols = n
}

// continues reports whether a cell of the row above stands over so many columns from col on.
func (c *Cell) continues(row, col, span int) bool {
	return c.Col == col && c.ColSpan == span && c.Row+c.RowSpan == row
}
