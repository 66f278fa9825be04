package extract

import (
	"context"
	"errors"

	"github.com/gongkai/gongkai/extract/layout"
	"github.com/gongkai/gongkai/extract/pdf"
)

// WithPDFium gives PDFium, which draws and repairs PDF documents. open is called when it is first needed; without it
// PDFium is compiled while a document is read, unless that lies in the cache.
func WithPDFium(open func(context.Context) (*pdf.PDFium, error)) Option {
	return func(o *options) { o.pdfium = open }
}

// readPDF reads a PDF and turns its pages into blocks.
func readPDF(ctx context.Context, doc *Document, body []byte, o options) error {
	p, err := pdf.Read(ctx, body, pdf.Options{Cache: o.cache, PDFium: o.pdfium})
	if errors.Is(err, pdf.ErrNoText) || errors.Is(err, pdf.ErrGarbled) || err == nil && p.Unseen() {
		see, no := o.recogniser()
		switch {
		case no == nil:
			p, err = pdf.Read(ctx, body, pdf.Options{Cache: o.cache, PDFium: o.pdfium, Recognise: see})
		case errors.Is(err, pdf.ErrNoText):
			doc.Pages, doc.Title = p.Pages, clean(p.Title)
			return noEngine("scanned", no)
		case err != nil:
			doc.Pages, doc.Title = p.Pages, clean(p.Title)
			return noEngine(err.Error(), no)
		}
	}
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
	doc.takeBlocks(p.Blocks)
	for _, d := range p.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: d.Code, Message: d.Message, Place: Place{Page: d.Page, Box: d.Box}})
	}
	return nil
}

// takeBlocks takes what the layout of pages has told.
func (doc *Document) takeBlocks(blocks []layout.Block) {
	tables := 0
	for i := range blocks {
		b := &blocks[i]
		box := b.Box
		if b.Table == nil {
			if s := clean(b.Text); s != "" {
				doc.Blocks = append(doc.Blocks, Block{Kind: Paragraph, Text: s, Place: Place{Page: b.Page, Box: &box}})
			}
			continue
		}
		tables++
		t := &Table{Kind: Grid, Rows: b.Table.Rows, Cols: b.Table.Cols}
		t.Place = Place{Page: b.Page, Table: tables, Box: &box}
		t.Cells = make([]Cell, 0, len(b.Table.Cells))
		for _, c := range b.Table.Cells {
			cellBox := c.Box
			t.Cells = append(t.Cells, Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan,
				Text: cleanLines(c.Text), Seen: c.Seen,
				Place: Place{Page: c.Page, Table: tables, Row: c.Row + 1, Column: c.Col + 1, Box: &cellBox}})
		}
		doc.Blocks = append(doc.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
	}
}
