package extract

import (
	"errors"

	"github.com/gongkai/gongkai/extract/office"
)

// readOffice reads a file of Word, OpenDocument or a sheet and turns what it shows into blocks.
func readOffice(doc *Document, body []byte, read func([]byte) (*office.Document, error)) error {
	d, err := read(body)
	switch {
	case errors.Is(err, office.ErrEncrypted):
		return &Unreadable{"the file is protected by a password"}
	case err != nil:
		return &Unreadable{"a damaged file: " + err.Error()}
	}
	doc.Title = clean(d.Title)
	tables := 0
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch {
		case b.Table != nil:
			tables++
			t := &Table{Kind: Grid, Rows: b.Table.Rows, Cols: b.Table.Cols, Place: Place{Table: tables, Path: b.Table.Place}}
			for _, c := range b.Table.Cells {
				t.Cells = append(t.Cells, Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Text: cleanLines(c.Text), Header: c.Header,
					Place: Place{Table: tables, Row: c.Row + 1, Column: c.Col + 1, Path: c.Place}})
			}
			doc.Blocks = append(doc.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
		case b.Picture != nil:
			doc.Doubts = append(doc.Doubts, Doubt{Code: "picture", Message: "a picture, " + plural(len(b.Picture), "byte"), Place: Place{Path: b.Place}})
		default:
			if s := clean(b.Text); s != "" {
				doc.Blocks = append(doc.Blocks, Block{Kind: Paragraph, Text: s, Place: Place{Path: b.Place}})
			}
		}
	}
	for _, x := range d.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: x.Code, Message: x.Message, Place: Place{Path: x.Place}})
	}
	return nil
}
