package gold

import (
	"bytes"
	"fmt"
	"io"
	"sync"

	pdfium "github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	wasm "github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// printer is a PDFium that puts pages on sheets; it is made ready once for all tests.
var printer = sync.OnceValues(func() (pdfium.Pdfium, error) {
	conf := wazero.NewRuntimeConfig().WithCoreFeatures(wasm.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling)
	pool, err := webassembly.Init(webassembly.Config{MaxIdle: 1, MaxTotal: 1, RuntimeConfig: conf,
		FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard})
	if err != nil {
		return nil, err
	}
	return pool.GetInstance(0)
})

// twoUp prints two pages on each sheet, A4 across.
func twoUp(body []byte) ([]byte, error) {
	p, err := printer()
	if err != nil {
		return nil, err
	}
	d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
	if err != nil {
		return nil, err
	}
	defer p.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d.Document})
	sheets, err := p.FPDF_ImportNPagesToOne(&requests.FPDF_ImportNPagesToOne{Source: d.Document,
		OutputWidth: 842, OutputHeight: 595, NumPagesOnXAxis: 2, NumPagesOnYAxis: 1})
	if err != nil {
		return nil, err
	}
	return saved(p, sheets.Document)
}

// inTurn takes a page of the one and a page of the other in turn, n of each; where one has no more, an empty page.
func inTurn(one, other []byte, n int) ([]byte, error) {
	p, err := printer()
	if err != nil {
		return nil, err
	}
	var sources [2]references.FPDF_DOCUMENT
	var counts [2]int
	for i, body := range [][]byte{one, other} {
		d, err := p.OpenDocument(&requests.OpenDocument{File: &body})
		if err != nil {
			return nil, err
		}
		defer p.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d.Document})
		c, err := p.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.Document})
		if err != nil {
			return nil, err
		}
		sources[i], counts[i] = d.Document, c.PageCount
	}
	out, err := p.FPDF_CreateNewDocument(&requests.FPDF_CreateNewDocument{})
	if err != nil {
		return nil, err
	}
	for at := range 2 * n {
		if page := at/2 + 1; page > counts[at%2] {
			_, err = p.FPDFPage_New(&requests.FPDFPage_New{Document: out.Document, PageIndex: at, Width: 595,
				Height: 842})
		} else {
			which := fmt.Sprint(page)
			_, err = p.FPDF_ImportPages(&requests.FPDF_ImportPages{Source: sources[at%2],
				Destination: out.Document, PageRange: &which, Index: at})
		}
		if err != nil {
			return nil, err
		}
	}
	return saved(p, out.Document)
}

func saved(p pdfium.Pdfium, d references.FPDF_DOCUMENT) ([]byte, error) {
	defer p.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: d})
	var b bytes.Buffer
	_, err := p.FPDF_SaveAsCopy(&requests.FPDF_SaveAsCopy{Flags: requests.SaveFlagNoIncremental, Document: d,
		FileWriter: &b})
	return b.Bytes(), err
}
