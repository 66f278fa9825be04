package child

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

// show makes evidence of a document.
func (r *reader) show(ctx context.Context, req *request, opts []extract.Option) ([]byte, error) {
	if req.Show == showMember {
		files, err := extract.Members(ctx, req.Body)
		for i := range files {
			if files[i].Err == nil && fmt.Sprintf("%x", sha256.Sum256(files[i].Body)) == req.Member {
				return files[i].Body, nil
			}
		}
		return nil, err
	}
	c, err := extract.Open(req.Body, req.File)
	if err != nil {
		return nil, err
	}
	if req.Show == showPicture {
		return r.picture(ctx, c, req.Page)
	}
	switch {
	case c.HTML:
		return evidence.HTML(ctx, c.Text, req.Marks)
	case c.MediaType == "text/plain":
		return evidence.Text(ctx, c.Text, req.Marks)
	}
	doc, err := extract.ReadContext(ctx, req.Body, req.File, opts...)
	if err != nil {
		return nil, err
	}
	return evidence.Blocks(ctx, blocksOf(doc), req.Marks)
}

// pictureDPI is the resolution of a page's picture, in dots an inch.
const pictureDPI = 144

// picture draws a page so that a pixel is half a point.
func (r *reader) picture(ctx context.Context, c extract.Content, page int) ([]byte, error) {
	switch {
	case c.MediaType == kind.PDF || c.MediaType == kind.OFD:
		pages, err := extract.PagesPDF(ctx, c.MediaType, c.Body)
		if err != nil {
			return nil, err
		}
		v, err := pdf.Look(ctx, pages, page, pictureDPI, pdf.Options{Cache: r.cache, PDFium: r.pdfium})
		if err == nil && v.Picture == nil {
			err = fmt.Errorf("page %d cannot be drawn: %s", page, v.Why)
		}
		if err != nil {
			return nil, err
		}
		return letter(v, chineseFonts)
	case !kind.Of(c.MediaType).Drawn:
		return nil, fmt.Errorf("%s has no pages to be shown as pictures", cmp.Or(c.MediaType, "of an unknown kind"))
	case page != 1:
		return nil, fmt.Errorf("no page %d: a picture is one page", page)
	}
	img, scale, err := extract.Picture(c.Body)
	if err != nil {
		return nil, err
	}
	b := img.Bounds()
	w, h := int(float64(b.Dx())/scale*pictureDPI/72+0.5), int(float64(b.Dy())/scale*pictureDPI/72+0.5)
	if most := 40_000_000; w < 1 || h < 1 || w > most/h {
		return nil, fmt.Errorf("a picture of %d × %d points is too large to be shown", w/2, h/2)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src) // paper, where a picture is transparent
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Over, nil)
	var to bytes.Buffer
	if err := png.Encode(&to, out); err != nil {
		return nil, err
	}
	return to.Bytes(), nil
}

// blocksOf gives what a reader saw in the words of evidence.
func blocksOf(doc *extract.Document) []evidence.Block {
	place := func(p extract.Place) evidence.Place {
		return evidence.Place{Page: p.Page, Table: p.Table, Row: p.Row, Column: p.Column,
			Box: p.Box, Path: p.Path, Offset: p.Offset}
	}
	out := make([]evidence.Block, len(doc.Blocks))
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		out[i] = evidence.Block{Text: b.Text, Place: place(b.Place)}
		if b.Table == nil {
			continue
		}
		t := &evidence.Table{Rows: b.Table.Rows, Cols: b.Table.Cols, Cells: make([]evidence.Cell, len(b.Table.Cells))}
		for k := range b.Table.Cells {
			c := &b.Table.Cells[k]
			t.Cells[k] = evidence.Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan,
				Header: c.Header, Text: c.Text, Place: place(c.Place)}
		}
		out[i].Table = t
	}
	return out
}
