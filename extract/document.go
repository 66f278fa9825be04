// Package extract reads the bytes of a published document, whatever its format, into a Document:
// paragraphs and tables in reading order, every cell knowing its place in the source.
//
// It knows file formats and nothing of what a report is: no form, no label, no number.
// Text is exactly as printed; a blank cell is a cell with empty Text, never a missing one.
//
// Printed is what a reader of the rendered document sees, whatever the marks in the file say. All readers keep to this:
//
//   - What is not seen (hidden, without size, in the colour of its ground, pushed off the page) is left out; where it has
//     digits and stands in a table, the doubt hidden-text tells it.
//   - What is crossed out is left out, with the doubt struck-text.
//   - Raised and lowered characters are those of package script, ¹ and ₁: no digit of the number beside them.
//   - U+FFFD stands for what is there and cannot be told: a picture, a drawing, a control that draws itself, what a script
//     writes, digits that are turned, cut, moved, out of order or drawn by a font of the document's own. It is never
//     published: normalize makes it the error unreadable-cell, and the cell absent. Beside digits, too: 1 and a picture is
//     not 1.
//   - So a blank is earned: a cell is "" only if nothing at all is shown in it.
package extract

import (
	"fmt"

	"github.com/gongkai/gongkai/extract/layout"
)

// A Document is what a page shows, in reading order.
type Document struct {
	SHA256 string // of the raw bytes, lower-case hex
	// what the bytes are, by sniffing, not by file name: "text/html", "text/plain", "application/pdf", …
	MediaType string
	Bytes     int64  // length of the raw bytes
	Pages     int    // number of pages; 0 where the format has none
	Charset   string // how the bytes became text: "utf-8", "gb18030", "big5", "utf-16le", …; "" for binary formats
	Title     string // the document's own title outside its text: HTML <title>, PDF Info /Title; may be junk
	Meta      []Meta // name/content pairs outside the text (HTML meta elements), in source order
	Blocks    []Block
	Doubts    []Doubt   // what the reader itself could not be sure of
	Second    *Document // what another reader made of the same bytes, where this one is not sure; nil = none was asked
}

// Meta is one name/content pair, such as an HTML <meta name="PubDate" content="2023-01-18">.
type Meta struct{ Name, Content string }

// A Doubt is something in the bytes that the reader could not read for certain. It is never dropped:
// normalize turns each into a finding.
type Doubt struct {
	Code    string // short, stable: "truncated", "undecodable", "broken-span", "hidden-text", "struck-text", "limit", …
	Message string // one English sentence with the facts
	Place   Place
}

// BlockKind tells what a Block is.
type BlockKind uint8

const (
	// Paragraph is a run of prose or a heading, whole: no break where the source only wraps a line.
	Paragraph BlockKind = iota
	// Line is one line of a source in which a line may be a cell of a flattened table. Blank lines are
	// kept (Text ""), because a blank line may be a blank cell.
	Line
	// TableBlock is a table; Block.Table is set.
	TableBlock
)

// A Block is one paragraph, line or table of a Document.
type Block struct {
	Kind  BlockKind
	Text  string // Paragraph and Line: as printed, white space folded to single spaces and trimmed
	Table *Table // TableBlock only
	Bound bool   // Line: the source bounds it as a cell, which it is though it be blank
	Place Place
}

// TableKind tells how far the positions of a table's cells can be trusted.
type TableKind uint8

const (
	// Grid: rows, columns and spans are those of the source (HTML, PDF ruling lines, Word, tab- or pipe-separated
	// text).
	Grid TableKind = iota
	// Flow: the source gives the cells in order, and where rows begin, but no spans: Column is only the
	// ordinal of the cell in its row. Blank cells are cells.
	Flow
)

// A Table is a grid of cells. Cells are sorted by (Row, Column); a cell that spans is listed once, at its top left.
// No two cells cover the same position. A position may be covered by no cell (a ragged row: the source has
// fewer cells there), which is not the same as a blank cell.
type Table struct {
	Kind  TableKind
	Rows  int // number of rows
	Cols  int // number of columns of the widest row
	Cells []Cell
	Place Place // Page of its first row, Table = its 1-based ordinal in the document, Path or Box where known
}

// A Cell is one printed cell.
type Cell struct {
	Row, Col         int // 0-based position of the top-left corner in the grid
	RowSpan, ColSpan int // at least 1
	// as printed; spaces folded; a line break inside the cell (br, new paragraph, wrapped line) is "\n"
	Text   string
	Header bool // the source marks it as a header (HTML th)
	Place  Place
	Seen   *Reading // nil = Text is characters of the source; else it was recognised on a picture
}

// A Reading says how sure a recogniser is of what a cell prints.
type Reading = layout.Reading

// An Alternative is another text that a picture may show, and how likely it is, from 0 to 1.
type Alternative = layout.Alternative

// doubt adds a doubt.
func (d *Document) doubt(code string, at Place, format string, args ...any) {
	d.Doubts = append(d.Doubts, Doubt{Code: code, Message: fmt.Sprintf(format, args...), Place: at})
}

// A Place says where in the source something is printed, as exactly as the format allows.
// Page, Table, Row and Column count from 1; 0 means that the format has no such thing.
type Place struct {
	Page   int         // page number
	Table  int         // ordinal of the table in the document
	Row    int         // row of the table, Cell.Row + 1
	Column int         // column of the table, Cell.Col + 1
	Box    *[4]float64 // x0, y0, x1, y1 in points, origin at the top left of the page as displayed
	Path   string      // DOM path, such as /html/body/div[2]/table[1]/tbody/tr[3]/td[2]
	Offset int         // byte offset in the text decoded to UTF-8
}
