package extract

import (
	"context"

	"github.com/gongkai/gongkai/extract/pdf"
)

// readPDF reads a PDF and turns its pages into blocks.
func readPDF(ctx context.Context, doc *Document, body []byte, o options) error {
	p, err := pdf.Read(ctx, body, pdf.Options{Cache: o.cache})
	if p != nil {
		doc.Pages, doc.Title = p.Pages, clean(p.Title)
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		return &Unreadable{err.Error()}
	}
	tables := 0
	for i := range p.Blocks {
		b := &p.Blocks[i]
		box := b.Box
		if b.Table == nil {
			if s := clean(b.Text); s != "" {
				doc.Blocks = append(doc.Blocks, Block{Kind: Paragraph, Text: s, Place: Place{Page: b.Page, Box: &box}})
			}
			continue
		}
		tables++
		t := &Table{Kind: Grid, Rows: b.Table.Rows, Cols: b.Table.Cols, Place: Place{Page: b.Page, Table: tables, Box: &box}}
		for _, c := range b.Table.Cells {
			cellBox := c.Box
			t.Cells = append(t.Cells, Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan, Text: cleanLines(c.Text),
				Place: Place{Page: c.Page, Table: tables, Row: c.Row + 1, Column: c.Col + 1, Box: &cellBox}})
		}
		doc.Blocks = append(doc.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
	}
	for _, d := range p.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: d.Code, Message: d.Message, Place: Place{Page: d.Page, Box: d.Box}})
	}
	return nil
}
