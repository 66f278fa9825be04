package pdf

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	pdfium "github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	wasm "github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
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

// PDFium runs as WebAssembly: no cgo, no access to files, a limit of memory.
const pdfiumPages = 256 << 20 >> 16 // of 64 KiB

// withPDFium starts PDFium for one use. What it compiles is kept in o.Cache for the next one (0.1 s instead of 3 s).
func withPDFium(ctx context.Context, o Options, use func(pdfium.Pdfium) error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("PDFium: %v", p)
		}
	}()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	conf := wazero.NewRuntimeConfig().
		WithCoreFeatures(wasm.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithMemoryLimitPages(pdfiumPages).
		WithCloseOnContextDone(true)
	if o.Cache != "" {
		dir := filepath.Join(o.Cache, "pdfium")
		if os.MkdirAll(dir, 0o755) == nil {
			if c, err := wazero.NewCompilationCacheWithDir(dir); err == nil {
				defer c.Close(ctx)
				conf = conf.WithCompilationCache(c)
			}
		}
	}
	pool, err := webassembly.Init(webassembly.Config{Context: ctx, MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		RuntimeConfig: conf, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		return fmt.Errorf("PDFium: %w", err)
	}
	defer pool.Close()
	instance, err := pool.GetInstanceWithContext(ctx)
	if err != nil {
		return fmt.Errorf("PDFium: %w", err)
	}
	defer instance.Close()
	return use(instance)
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
		if _, err = p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Flags: requests.SaveFlagRemoveSecurity, Document: d.Document, FileWriter: &b}); err == nil {
			out = b.Bytes()
		}
		return err
	})
	return out, err
}
