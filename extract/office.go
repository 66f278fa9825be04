package extract

import (
	"context"
	"errors"

	"github.com/gongkai/gongkai/extract/office"
	"github.com/gongkai/gongkai/extract/script"
)

// WithLibreOffice names LibreOffice's program, the second reader of old files of which our own is not sure.
func WithLibreOffice(soffice string) Option { return func(o *options) { o.soffice = soffice } }

// WithSecondReader has told, with nil, that LibreOffice is wanted for a document, whether it is there or not: what was made
// of the document depends on it. Where it is of no use, why is told then. That may be the file or the machine (a full disk,
// too little memory, a program that was ended): LibreOffice does not say.
func WithSecondReader(say func(failed error)) Option { return func(o *options) { o.second = say } }

// readOffice reads a file of Word, OpenDocument or a sheet and turns what it shows into blocks.
func readOffice(ctx context.Context, doc *Document, body []byte, o options) error {
	var read, second func([]byte) (*office.Document, error)
	var ext, to string
	switch doc.MediaType {
	case mediaDocx:
		read = office.ReadDocx
	case mediaWordXML:
		read = office.ReadWordXML
	case mediaOdt:
		read = office.ReadODT
	case mediaOds:
		read = office.ReadODS
	case mediaRTF:
		read = office.ReadRTF
	case mediaXlsx:
		read = office.ReadXLSX
	case mediaDoc:
		read, second, ext, to = office.ReadDoc, office.ReadDocx, "doc", "docx"
	case mediaXls:
		read, second, ext, to = office.ReadXLS, office.ReadXLSX, "xls", "xlsx"
	}
	d, err := read(body)
	if errors.Is(err, office.ErrEncrypted) {
		return &Unreadable{"the file is protected by a password"}
	}
	if second != nil && (err != nil || d.Unsure != "") {
		other, why := (*office.Document)(nil), error(nil)
		say := o.second
		if say == nil {
			say = func(error) {}
		}
		say(nil)
		if o.soffice == "" {
			why = errors.New("LibreOffice, which might read it, is not installed")
		} else if converted, cerr := office.Convert(ctx, o.soffice, body, ext, to); cerr != nil {
			why = cerr
		} else {
			other, why = second(converted)
		}
		if why != nil && o.soffice != "" {
			say(why)
		}
		switch {
		case err != nil && why != nil:
			return &Unreadable{"it cannot be read (" + err.Error() + "); " + why.Error()}
		case err != nil:
			doc.doubt("second-reader", Place{}, "it cannot be read (%v); it was read by LibreOffice", err)
			d, err = other, nil
		case why != nil:
			doc.doubt("one-reader", Place{},
				"the reading is not certain (%s), and no other could be compared: %v", d.Unsure, why)
		default:
			doc.doubt("second-reader", Place{},
				"the reading is not certain (%s); it was compared with LibreOffice's", d.Unsure)
			doc.Second = &Document{SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes}
			takeOffice(ctx, doc.Second, other, options{})
		}
	}
	if err != nil {
		return &Unreadable{"a damaged file: " + err.Error()}
	}
	takeOffice(ctx, doc, d, o)
	return nil
}

// takeOffice turns what was read of an office file into blocks.
func takeOffice(ctx context.Context, doc *Document, d *office.Document, o options) {
	doc.Title = clean(d.Title)
	tables := 0
	var pictures []linkedPicture
	for i := range d.Blocks {
		b := &d.Blocks[i]
		switch {
		case b.Table != nil:
			tables++
			t := &Table{Kind: Grid, Rows: b.Table.Rows, Cols: b.Table.Cols,
				Place: Place{Table: tables, Path: b.Table.Place}}
			for _, c := range b.Table.Cells {
				t.Cells = append(t.Cells, Cell{Row: c.Row, Col: c.Col, RowSpan: c.RowSpan, ColSpan: c.ColSpan,
					Text: script.Settle(cleanLines(c.Text)), Header: c.Header,
					Place: Place{Table: tables, Row: c.Row + 1, Column: c.Col + 1, Path: c.Place}})
			}
			doc.Blocks = append(doc.Blocks, Block{Kind: TableBlock, Table: t, Place: t.Place})
		case b.Picture != nil:
			pictures = append(pictures, linkedPicture{b.Picture, Place{Path: b.Place}})
		default:
			if s := clean(b.Text); s != "" {
				doc.Blocks = append(doc.Blocks, Block{Kind: Paragraph, Text: s, Place: Place{Path: b.Place}})
			}
		}
	}
	for _, x := range d.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: x.Code, Message: x.Message, Place: Place{Path: x.Place}})
	}
	doc.readPictures(ctx, pictures, o)
}
