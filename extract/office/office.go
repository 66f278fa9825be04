// Package office reads the files that offices write: Word (.docx, .doc and the .wps that is one, .rtf), OpenDocument
// (.odt, .ods) and sheets (.xlsx, .xls), into paragraphs and tables as a reader of the final text sees them on paper:
// tracked insertions are text and tracked deletions are not, automatic numbers stand before their paragraphs, merged
// cells are one.
//
// It knows the file formats and nothing of what a report is. Nothing in a file is executed, and no file that it refers
// to is opened.
package office

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A Document is what a file shows, in reading order.
type Document struct {
	Title  string
	Blocks []Block
	Doubts []Doubt
	// Unsure says why another reader should be asked too; "" where the file was read as its format's specification
	// says.
	Unsure string
}

// A Block is a paragraph, a table or a picture.
type Block struct {
	Text    string
	Table   *Table
	Picture []byte // of any format; large ones only, as letterheads and bullets are no text
	Place   string // where in the file, in the format's own terms
}

// A Table is a grid of cells, sorted by (Row, Col). No two cover the same position.
type Table struct {
	Rows, Cols int
	Cells      []Cell
	Place      string
}

// A Cell is one printed cell.
type Cell struct {
	Row, Col         int
	RowSpan, ColSpan int
	Text             string // lines are parted by "\n"
	Header           bool
	Place            string // "Sheet1!B5" in a sheet, "" elsewhere
	ruled            bool   // it has borders (sheets only)
}

// A Doubt is something that could not be read for certain.
type Doubt struct{ Code, Message, Place string }

// ErrEncrypted is the error of a file that needs a password.
var ErrEncrypted = errors.New("protected by a password")

// Limits of what is unpacked. The largest report seen has 3 MB of XML in it.
const (
	maxPart  = 128 << 20 // bytes of one member of a zip container, unpacked
	maxDepth = 100       // elements, groups or tables within each other
	maxCells = 1_000_000 // positions of one table
	maxTexts = 50_000    // blocks of one document; a report has some hundreds
)

// raisedBy is the number of half points above the line from which text counts as raised.
const raisedBy = 4

func (d *Document) doubt(code, format string, args ...any) {
	if len(d.Doubts) < 100 {
		d.Doubts = append(d.Doubts, Doubt{Code: code, Message: fmt.Sprintf(format, args...)})
	}
}

// part unpacks one member of a zip container; missing members are empty.
func part(z *zip.Reader, name string) ([]byte, error) {
	for _, f := range z.File {
		if !strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		defer r.Close()
		b, err := io.ReadAll(io.LimitReader(r, maxPart+1))
		if len(b) > maxPart {
			return nil, fmt.Errorf("%s: unpacks to more than the limit of %d MiB", name, maxPart>>20)
		}
		if err != nil {
			return b, fmt.Errorf("%s: damaged: %w", name, err)
		}
		return b, nil
	}
	return nil, nil
}
