package layout

import "sort"

// A Block is a table, or a paragraph where Table is nil.
type Block struct {
	Table *Table
	Text  string
	Page  int        // from 1
	Box   [4]float64 // x0, y0, x1, y1 in points from the top left of the page as displayed

	// of a paragraph, to join what a page has cut
	flush  bool    // it begins at the left margin
	runsOn bool    // its last line ends at the right one
	item   bool    // it begins with an ordinal
	size   float64 // of its type
}

// A Table is a grid of cells. A table that runs over pages is one Table a page.
type Table struct {
	Rows, Cols int
	Cells      []Cell // sorted by row and column, none over another; those of a ruled table cover all its positions
	Page       int
	Box        [4]float64
}

// A Cell is one field of a table.
type Cell struct {
	Row, Col, RowSpan, ColSpan int    // from 0; spans are at least 1
	Text                       string // its lines joined by "\n"
	Page                       int
	Box                        [4]float64 // x0, y0, x1, y1 in points from the top left of the page as displayed
	Seen                       *Reading   // nil = the text is characters of the file; else recognised on a picture
}

// cell makes a cell of one row.
func (t *Table) cell(row, col, width int, text string, box [4]float64) Cell {
	return Cell{Row: row, Col: col, RowSpan: 1, ColSpan: width, Text: text, Page: t.Page, Box: box}
}

// Read makes pages into blocks in reading order: tables, and the paragraphs around them. The pages have been settled.
func Read(pages []*Page) []Block {
	// What most pages repeat in their margins is text of none of them.
	heads := runningHeads(pages)
	var d document
	// What stands side by side is read one after the other.
	for _, s := range sidesOf(pages) {
		// Rules that meet draw tables, and the glyphs between them are theirs.
		ruled, rest := ruledTables(s.Page)
		// The other glyphs stand in lines; page numbers and running heads are left out.
		ls := s.withoutMargins(lines(rest), heads)
		// Figures below one another make columns of tables without rules; those of the page before may go on.
		aligned, ls, open := alignedTables(s.Page, ls, d.open)
		d.open = open
		// So do a few words with a row or two below them.
		small, ls := smallTables(s.Page, ls)
		s.doubtLines(ls)
		// What is left are paragraphs: a line that runs to the right margin goes on with the next.
		blocks := paragraphs(s.Page, ls)
		// Where something is drawn that is no text, nobody knows what a cell says.
		for _, tables := range [][]Block{ruled, aligned, small} {
			for i := range tables {
				s.doubtCells(tables[i].Table)
			}
		}
		// All of it is read from top to bottom, and tells its place on the page as displayed.
		blocks = append(append(append(blocks, ruled...), aligned...), small...)
		sort.SliceStable(blocks, func(i, j int) bool { return blocks[i].Box[1] < blocks[j].Box[1] })
		s.whole.show(blocks)
		// A paragraph that the page before has cut goes on with the first of this one.
		d.add(blocks, s.whole)
	}
	// Cells that were recognised on a picture say how sure they are.
	d.judge(pages)
	return d.blocks
}

// A document is the blocks so far, and what of them may go on.
type document struct {
	blocks []Block
	open   []run // figures of a table without rules with which the last page ends
	cut    *int  // the last block, a paragraph that the last page may have cut
}

// show puts the blocks of a page in their places on it as displayed.
func (pg *Page) show(blocks []Block) {
	for i := range blocks {
		b := &blocks[i]
		b.Box = pg.Shown(b.Box)
		if b.Table != nil {
			b.Table.Box = b.Box
			for k := range b.Table.Cells {
				b.Table.Cells[k].Box = pg.Shown(b.Table.Cells[k].Box)
			}
		}
	}
}

// add takes the blocks of the next page, or of the next side of one.
func (d *document) add(blocks []Block, pg *Page) {
	if d.cut != nil && len(blocks) > 0 && d.blocks[*d.cut].joins(&blocks[0]) {
		b := &d.blocks[*d.cut]
		b.Text, b.runsOn = joinLines(b.Text, blocks[0].Text), blocks[0].runsOn
		blocks = blocks[1:]
	}
	from := len(d.blocks)
	d.blocks = append(d.blocks, blocks...)
	last := len(d.blocks) - 1
	for last >= from && d.blocks[last].footnote(pg, d.blocks[from:]) {
		last--
	}
	if last >= from {
		d.cut = &last
	}
}

// judge has the pages that were recognised judge the cells read on them.
func (d *document) judge(pages []*Page) {
	seen := map[int]*Seen{}
	for _, pg := range pages {
		if pg.Seen != nil {
			seen[pg.Number] = pg.Seen
		}
	}
	for i := range d.blocks {
		if s := seen[d.blocks[i].Page]; s != nil {
			s.judge(&d.blocks[i])
		}
	}
}

// Fields gives the boxes of the fields that ruling lines bound: what the cells of a page's tables will be.
func Fields(across, down []Rule) [][4]float64 {
	tables, _ := ruledTables(&Page{Number: 1, Across: across, Down: down})
	var out [][4]float64
	for _, t := range tables {
		for _, c := range t.Table.Cells {
			out = append(out, c.Box)
		}
	}
	return out
}
