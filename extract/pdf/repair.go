package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"

	pdfium "github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/pdfcpu/pdfcpu/pkg/api"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu"
	"github.com/pdfcpu/pdfcpu/pkg/pdfcpu/model"
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
		if bytes.Contains(b, []byte("/Encrypt")) {
			return nil, errors.New("encrypted")
		}
		if out := rebuild(b); out != nil {
			return out, nil
		}
		return nil, errors.New("it has no catalogue")
	}},
	{"rewritten by pdfcpu", func(_ context.Context, b []byte, _ Options) ([]byte, error) { return rewrite(b) }},
	{"rewritten by PDFium", func(ctx context.Context, b []byte, o Options) ([]byte, error) { return save(ctx, b, o) }},
}

// rewrite has pdfcpu read, decrypt and write the file.
func rewrite(body []byte) (out []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%v", p)
		}
	}()
	pdfcpuOnce()
	conf := model.NewDefaultConfiguration()
	conf.ValidationMode = model.ValidationRelaxed
	conf.WriteObjectStream, conf.WriteXRefStream = false, false
	conf.Offline = true
	conf.Cmd = model.DECRYPT
	if !bytes.Contains(body, []byte("/Encrypt")) {
		conf.Cmd = model.OPTIMIZE
	}
	c, err := api.ReadContext(bytes.NewReader(body), conf)
	if errors.Is(err, pdfcpu.ErrWrongPassword) {
		return nil, ErrEncrypted
	}
	if err != nil {
		return nil, err
	}
	if err := api.ValidateContext(c); err != nil { // without it fonts are lost
		return nil, err
	}
	var b bytes.Buffer
	if err := api.WriteContext(c, &b); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// pdfcpuOnce keeps pdfcpu from writing a folder of its own into the user's configuration.
var pdfcpuOnce = sync.OnceFunc(api.DisableConfigDir)

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
		if _, err = p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Flags: requests.SaveFlagRemoveSecurity, Document: d.Document, FileWriter: &b}); err == nil {
			out = b.Bytes()
		}
		return err
	})
	return out, err
}
