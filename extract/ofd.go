package extract

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/ofd"
	"github.com/gongkai/gongkai/extract/pdf"
)

const mostAttachments = 20 // that are named

// readOFD reads an OFD file: as drawn by package ofd, its pages are those of a PDF.
func readOFD(ctx context.Context, doc *Document, body []byte, o options) error {
	drawn, err := ofd.Draw(ctx, body, ofd.Options{})
	if err != nil {
		return unreadOFD(ctx, err)
	}
	doc.Pages, doc.Title = drawn.Pages, clean(drawn.Title)
	look := pdf.Options{Cache: o.cache, PDFium: o.pdfium}
	p, err := pdf.Read(ctx, drawn.PDF, look)
	if errors.Is(err, pdf.ErrNoText) || errors.Is(err, pdf.ErrGarbled) || err == nil && p.Unseen() {
		see, no := o.recogniser()
		switch {
		case no == nil: // now the pictures themselves are needed
			if drawn, err = ofd.Draw(ctx, body, ofd.Options{Pictures: true}); err != nil {
				return unreadOFD(ctx, err)
			}
			look.Recognise = see
			p, err = pdf.Read(ctx, drawn.PDF, look)
		case errors.Is(err, pdf.ErrNoText):
			return noEngine("scanned", no)
		case err != nil:
			return noEngine(ofOFD(err), no)
		}
	}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return ctx.Err()
	default:
		reason := ofOFD(err)
		for _, d := range drawn.Doubts {
			if d.Code == "hidden-text" { // what there is was left out
				reason += "; " + d.Message
				break
			}
		}
		return &Unreadable{reason}
	}
	doc.takeBlocks(p.Blocks)
	for _, d := range drawn.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: d.Code, Message: d.Message, Place: Place{Page: d.Page}})
	}
	for _, d := range p.Doubts {
		doc.Doubts = append(doc.Doubts, Doubt{Code: d.Code, Message: d.Message, Place: Place{Page: d.Page, Box: d.Box}})
	}
	for i, f := range drawn.Attachments {
		if i == mostAttachments {
			doc.doubt("limit", Place{}, "%d more files hang on it", len(drawn.Attachments)-i)
			break
		}
		what := "a file hangs on it, a document of its own"
		if f.Hidden {
			what = "a file hangs on it that it does not show, which was not read"
		}
		doc.doubt("linked-document", Place{}, "%s: %s", what, f.Name)
	}
	return nil
}

func unreadOFD(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Unreadable{err.Error()}
}

// ofOFD says of the file what the reader of its drawing says of that.
func ofOFD(err error) string { return strings.Replace(err.Error(), "a PDF", "an OFD file", 1) }

// PagesPDF gives the pages of a document as a PDF file, which can be drawn: a PDF as it is, an OFD file as package ofd
// draws it, with what is laid on its pages.
func PagesPDF(ctx context.Context, media string, body []byte) ([]byte, error) {
	switch media {
	case kind.PDF:
		return body, nil
	case kind.OFD:
		drawn, err := ofd.Draw(ctx, body, ofd.Options{Pictures: true, Laid: true})
		if err != nil {
			return nil, unreadOFD(ctx, err)
		}
		return drawn.PDF, nil
	}
	return nil, fmt.Errorf("%s has no pages that are drawn", media)
}
