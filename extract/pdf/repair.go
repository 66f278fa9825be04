package pdf

import (
	"bytes"
	"context"
	"errors"

	pdfium "github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
)

// A repair is one way of making a file whole that cannot be read as it is.
type repair struct {
	name string // completes "the file was …"
	do   func(ctx context.Context, body []byte, o Options) ([]byte, error)
}

// repairs in the order in which they are tried: the cheap ones first.
var repairs = []repair{
	{"read as it is", func(_ context.Context, b []byte, _ Options) ([]byte, error) { return b, nil }},
	{"put together again from its objects", func(_ context.Context, b []byte, _ Options) ([]byte, error) {
		sec, err := openSecurity(b)
		if err != nil {
			return nil, err
		}
		if out := rebuild(b, sec); out != nil {
			return out, nil
		}
		return nil, errNoCatalogue
	}},
	{"rewritten by PDFium", func(ctx context.Context, b []byte, o Options) ([]byte, error) { return save(ctx, b, o) }},
}

// save has PDFium open the file and write a copy without security.
func save(ctx context.Context, body []byte, o Options) (out []byte, err error) {
	err = withPDFium(ctx, o, func(p pdfium.Pdfium) error {
		d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
		if errors.Is(err, pdfiumerrors.ErrPassword) {
			return ErrEncrypted
		}
		if err != nil {
			return err
		}
		var b bytes.Buffer
		if _, err = p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Flags: requests.SaveFlagRemoveSecurity,
			Document: d.Document, FileWriter: &b}); err == nil {
			out = b.Bytes()
		}
		return err
	})
	return out, err
}
