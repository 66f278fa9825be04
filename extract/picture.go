package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // formats that pictures come in
	_ "image/jpeg" //
	_ "image/png"  //

	_ "golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/tiff"
	_ "golang.org/x/image/webp"

	"github.com/gongkai/gongkai/extract/layout"
	"github.com/gongkai/gongkai/extract/scan"
)

// maxPixels bounds the pictures that are read: two pages in 600 dots an inch.
const maxPixels = 70_000_000

// WithOCR names the engine that reads pictures of text. open is called when the first picture is met; its error is the
// reason why pictures are unread.
func WithOCR(open func() (scan.Engine, error)) Option { return func(o *options) { o.ocr = open } }

// WithPicture has told that a picture is to be read, the document itself or one in it: what was made of the document
// depends on the reader of pictures.
func WithPicture(say func()) Option { return func(o *options) { o.picture = say } }

// WithPages gives where what is recognised on pages is kept. Without it all are recognised each time.
func WithPages(shelf *scan.Shelf) Option { return func(o *options) { o.pages = shelf } }

// WithProgress has told how far a document is, which takes long where pages are recognised.
func WithProgress(say func(page, pages int)) Option { return func(o *options) { o.progress = say } }

// recogniser gives what reads pictures of pages; the error says why nothing does.
func (o *options) recogniser() (layout.Recogniser, error) {
	if o.ocr == nil {
		return nil, scan.ErrNoEngine
	}
	e, err := o.ocr()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, page, pages int, picture image.Image, scale float64) (*layout.Seen, error) {
		if o.progress != nil {
			o.progress(page, pages)
		}
		return o.pages.Page(ctx, e, picture, scale)
	}, nil
}

// noEngine is the reason why a picture is unread.
func noEngine(what string, err error) error {
	if errors.Is(err, scan.ErrNoEngine) {
		return &Unreadable{what + "; run gongkai setup ocr"}
	}
	return &Unreadable{fmt.Sprintf("%s; the engine that reads pictures cannot be used: %v", what, err)}
}

// readPicture reads a picture of a page, or of a table.
func readPicture(ctx context.Context, doc *Document, body []byte, o options) error {
	if o.picture != nil {
		o.picture()
	}
	if err := pictureFits(body); err != nil {
		return err
	}
	see, err := o.recogniser()
	if err != nil {
		return noEngine("scanned", err)
	}
	img, scale, err := Picture(body)
	if err != nil {
		return err
	}
	seen, err := see(ctx, 1, 1, img, scale)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &Unreadable{err.Error()}
	}
	blocks := layout.Read([]*layout.Page{seen.Page(1)})
	if len(blocks) == 0 {
		return &Unreadable{"a picture on which no text was found"}
	}
	doc.Pages = 1
	doc.takeBlocks(blocks)
	doc.Doubts = append(doc.Doubts, Doubt{Code: "recognised", Message: seen.Told(), Place: Place{Page: 1}})
	return nil
}

// pictureFits looks at the head of a picture's file: whether it can be one, and is not too large.
func pictureFits(body []byte) error {
	c, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return &Unreadable{"a damaged picture: " + err.Error()}
	}
	if c.Width*c.Height > maxPixels {
		return &Unreadable{fmt.Sprintf("a picture of %d × %d pixels, more than the limit of %d million",
			c.Width, c.Height, maxPixels/1_000_000)}
	}
	return nil
}

// Picture gives a picture of a page as the boxes of its Document are counted on it, with its pixels in a point. The
// error is an *Unreadable.
func Picture(body []byte) (image.Image, float64, error) {
	if err := pictureFits(body); err != nil {
		return nil, 0, err
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return nil, 0, &Unreadable{"a damaged picture: " + err.Error()}
	}
	img = enlarged(img)
	return img, pointScale(img.Bounds()), nil
}

// pointScale gives the pixels in a point of a picture that says nothing of its size: it is taken for a page of A4.
func pointScale(b image.Rectangle) float64 {
	if b.Dx() > b.Dy() {
		return max(float64(b.Dx())/842, 1.4)
	}
	return max(float64(b.Dx())/595, 1.4)
}

// enlarged doubles a picture that was made for a screen.
func enlarged(img image.Image) image.Image {
	b := img.Bounds()
	if pointScale(b) >= 1.9 {
		return img
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx()*2, b.Dy()*2))
	draw.CatmullRom.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

// A linkedPicture is a picture that stands in a document.
type linkedPicture struct {
	body  []byte
	place Place
}

// Pictures smaller than this, in pixels, hold no table.
const (
	leastPictureWidth  = 360
	leastPictureHeight = 150
	mostPictures       = 20
)

// readPictures reads the pictures of a document whose tables are not there as text: a page that shows them as pictures.
// Where there are tables, pictures are taken for illustrations.
func (doc *Document) readPictures(ctx context.Context, pictures []linkedPicture, o options) {
	tables := 0
	for i := range doc.Blocks {
		if t := doc.Blocks[i].Table; t != nil && len(t.Cells) > 10 {
			tables++
		}
	}
	if tables > 1 {
		return
	}
	for i, p := range pictures {
		if i == mostPictures {
			doc.doubt("limit", p.place, "more than %d pictures; the rest was not read", mostPictures)
			return
		}
		c, _, err := image.DecodeConfig(bytes.NewReader(p.body))
		if err != nil || c.Width < leastPictureWidth || c.Height < leastPictureHeight {
			continue
		}
		inner := &Document{}
		if err := readPicture(ctx, inner, p.body, o); err != nil {
			doc.doubt("picture", p.place, "a picture of %d × %d pixels was not read: %v", c.Width, c.Height, err)
			continue
		}
		n := 0
		for k := range doc.Blocks {
			if t := doc.Blocks[k].Table; t != nil {
				n = max(n, t.Place.Table)
			}
		}
		for _, b := range inner.Blocks {
			at := func(q *Place) { // the place of the picture, and within it the box
				q.Path = p.place.Path
				q.Page = p.place.Page
				if q.Table > 0 {
					q.Table += n
				}
			}
			at(&b.Place)
			if b.Table != nil {
				at(&b.Table.Place)
				for k := range b.Table.Cells {
					at(&b.Table.Cells[k].Place)
				}
			}
			doc.Blocks = append(doc.Blocks, b)
		}
		for _, d := range inner.Doubts {
			d.Place = p.place
			doc.Doubts = append(doc.Doubts, d)
		}
	}
}

// WithLinked gives the files that a page shows, by the references in it: its pictures. Without it only those are read
// that lie in the page itself.
func WithLinked(open func(ref string) ([]byte, error)) Option {
	return func(o *options) { o.linked = open }
}
