package pdf

import (
	"context"
	"fmt"
	"image"
	"math"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/requests"
)

// pictureDPI is the resolution in which pages are drawn for the recogniser; pages of more than mostPoints square points
// (four of A3) in less.
const (
	pictureDPI = 200
	mostPoints = 4_000_000
)

// Unseen reports whether the document has pages that are pictures, or garbled, which a recogniser has not read.
func (doc *Document) Unseen() bool { return doc.unseen }

// look has the recogniser read the pages that are pictures, or garbled, and gives the pages with these put in.
func (doc *Document) look(ctx context.Context, body []byte, pages []*page, o Options) ([]*page, error) {
	var which []int
	for i, pg := range pages {
		if pg.unread() {
			which = append(which, i)
		}
	}
	if len(which) == 0 {
		return pages, nil
	}
	out := append([]*page(nil), pages...)
	err := withPDFium(ctx, o, func(p pdfium.Pdfium) error {
		d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
		if err != nil {
			return err
		}
		for _, i := range which {
			dpi := pictureDPI
			if area := pages[i].Width * pages[i].Height; area > mostPoints { // a poster
				dpi = max(36, int(pictureDPI*math.Sqrt(mostPoints/area)))
			}
			where := requests.Page{ByIndex: &requests.PageByIndex{Document: d.Document, Index: i}}
			r, err := p.RenderPageInDPI(&requests.RenderPageInDPI{DPI: dpi, Page: where})
			if err != nil {
				return fmt.Errorf("page %d: %w", i+1, err)
			}
			s, err := o.Recognise(ctx, i+1, len(pages), image.Image(r.Result.RenderedImage), float64(dpi)/72)
			r.Cleanup()
			if err != nil {
				return fmt.Errorf("page %d: %w", i+1, err)
			}
			out[i] = &page{Page: *s.Page(i + 1)}
		}
		return nil
	})
	return out, err
}
