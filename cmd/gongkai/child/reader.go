package child

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// A reader is what a process needs to read documents, for as long as it lives.
type reader struct {
	forms   *form.Forms
	machine fingerprint.Machine
	cache   string
	clock   *clock
	pdfium  func(context.Context) (*pdf.PDFium, error)
	ocr     func() (scan.Engine, error)
	close   func()
}

// engines are how the engines are made ready.
type engines struct {
	pdfium func(ctx context.Context, cache string) (*pdf.PDFium, error)
	ocr    func(name, folder string) (scan.Engine, error)
}

// ours are the engines that there are.
func ours() engines { return engines{pdf.OpenPDFium, scan.Open} }

// newReader gives a reader whose engines are made ready when the first document needs them, aside from its time.
func newReader(forms *form.Forms, l Limits, c *clock, from engines) *reader {
	r := &reader{forms: forms, machine: l.Machine(), cache: l.Cache, clock: c}
	var opened *pdf.PDFium
	open := sync.OnceValues(func() (e *pdf.PDFium, err error) {
		c.aside(func() { e, err = from.pdfium(context.Background(), l.Cache) })
		opened = e
		return e, err
	})
	r.pdfium = func(context.Context) (*pdf.PDFium, error) { return open() }
	r.ocr = r.engine(func() (e scan.Engine, err error) {
		c.aside(func() { e, err = from.ocr(l.OCR, OCRFolder(l.Cache)) })
		return e, err
	})
	r.close = func() {
		if opened != nil {
			opened.Close()
		}
	}
	return r
}

// engine gives what reads pictures, made ready once, and again where another lies there now, or it could not be made
// ready. One that was replaced is not closed: it may be reading.
func (r *reader) engine(open func() (scan.Engine, error)) func() (scan.Engine, error) {
	var mu sync.Mutex
	var is string
	var e scan.Engine
	var err error
	asked := false
	return func() (scan.Engine, error) {
		mu.Lock()
		defer mu.Unlock()
		now := r.machine.Reader(nil, fingerprint.Part{OCR: true})
		if !asked || now != is || err != nil && !errors.Is(err, scan.ErrNoEngine) {
			asked, is = true, now
			e, err = open()
		}
		return e, err
	}
}

// answer does what is asked of a document, and says how far it is.
func (r *reader) answer(ctx context.Context, req *request, say func(reply)) (res result) {
	defer func() { // a fault of ours in one document must not end the run
		if p := recover(); p != nil {
			res = result{Failed: fmt.Sprintf("the program failed on this document, which is a fault of the program: %v",
				p)}
		}
	}()
	say(reply{Step: stepBegun, MediaType: extract.MediaType(req.Body, req.File)})
	met := &notice{links: map[string]string{}, noScan: req.NoScan && r.machine.Scans(), was: map[fingerprint.Part]string{},
		name: func(p fingerprint.Part) string { return r.machine.Reader(nil, p) }}
	met.forms, met.asked = r.forms.For(req.Division).Watch()
	opts := r.options(req, met, say)
	if req.Show != "" {
		var err error
		late := r.clock.run(ctx, req.Limits.Time, func(ctx context.Context) { res.Shown, err = r.show(ctx, req, opts) })
		if err != nil {
			res.Failed = err.Error()
		}
		res.Late = late
		return res
	}
	a := &res.Answer
	var doc *extract.Document
	res.Late = r.clock.run(ctx, req.Limits.Time, func(ctx context.Context) {
		doc, a.Reports = r.read(ctx, req, req.Body, req.File, met.forms, opts)
		if req.View > 0 && (doc.MediaType == kind.PDF || doc.MediaType == kind.OFD) {
			var view *pdf.View
			pages, err := extract.PagesPDF(ctx, doc.MediaType, req.Body)
			if err == nil {
				view, err = pdf.Look(ctx, pages, req.View, pictureDPI, pdf.Options{Cache: r.cache, PDFium: r.pdfium})
			}
			if err != nil {
				view = &pdf.View{Why: err.Error()}
			}
			a.View = view
		}
	})
	a.MediaType, a.Pages = doc.MediaType, doc.Pages
	if !res.Late && extract.HasMembers(req.Body) {
		doc, res.Late = r.unpack(ctx, req, doc, a, met, opts, say)
	}
	if req.Blocks {
		a.Document = doc
	}
	r.keep(req, &res, met)
	return res
}

// read takes one file the whole way: bytes, blocks and tables, values.
func (r *reader) read(ctx context.Context, req *request, body []byte, name string,
	forms *form.Forms, opts []extract.Option) (*extract.Document, []*normalize.Report) {
	doc, err := extract.ReadContext(ctx, body, name, opts...)
	if err != nil {
		return doc, Unread(err.Error())
	}
	return doc, normalize.ReadAll(doc, forms, normalize.Origin{URL: req.URL, Division: req.Division})
}

// unpack reads the files of an archive, or those that are attached to a document, each as a document of its own with a
// budget of its own. It gives the blocks of the first that has some.
func (r *reader) unpack(ctx context.Context, req *request, doc *extract.Document, a *Answer, met *notice,
	opts []extract.Option, say func(reply)) (*extract.Document, bool) {
	var files []extract.Member
	var err error
	if r.clock.run(ctx, req.Limits.Time, func(ctx context.Context) { files, err = extract.Members(ctx, req.Body) }) {
		return doc, true
	}
	for _, f := range files {
		m := Member{Name: f.Name, Bytes: int64(len(f.Body))}
		if f.Err != nil {
			m.Reports = Unread(f.Err.Error())
		} else {
			say(reply{Step: stepFile})
			var inner *extract.Document
			late := r.clock.run(ctx, req.Limits.Time, func(ctx context.Context) {
				inner, m.Reports = r.read(ctx, req, f.Body, f.Name, met.forms, opts)
			})
			m.SHA256, m.MediaType, m.Pages = inner.SHA256, inner.MediaType, inner.Pages
			if late {
				m.MediaType, m.Pages, m.Reports = extract.MediaType(f.Body, f.Name), 0, Unread(tooLong(req.Limits.Time))
				m.Broken = true
			} else if doc.Blocks == nil {
				doc = inner
			}
		}
		a.Members = append(a.Members, m)
	}
	switch archive := extract.IsArchive(req.Body); {
	case !archive && err != nil: // why it has no pages, or that not all of its files were read, stays beside them
		for _, rep := range a.Reports {
			if rep.Status != normalize.StatusUnread {
				rep.Findings = append(rep.Findings, normalize.Finding{Code: normalize.CodeReader, Severity: normalize.Warning,
					Message: "linked-document: what is attached: " + err.Error()})
			}
		}
	case !archive:
	case err != nil:
		a.Reports = Unread(err.Error())
	case len(files) == 0:
		a.Reports = Unread("an archive without files")
	default:
		a.Reports = nil // each of its files has a row of its own
	}
	return doc, false
}

// options are how documents are read here. Each page that has to be recognised on a picture has a budget of its own.
func (r *reader) options(req *request, met *notice, say func(reply)) []extract.Option {
	soffice, _ := exec.LookPath("soffice") // "" where it is not installed
	next := func(page, pages int) {
		say(reply{Step: stepPage, Page: page, Pages: pages})
		r.clock.again(pageTimes * req.Limits.Time)
	}
	shelf := &scan.Shelf{Reader: r.machine.Pages, Fresh: req.Limits.Fresh}
	if r.cache != "" {
		shelf.Dir = filepath.Join(r.cache, "ocr-pages")
	}
	return []extract.Option{extract.WithCache(r.cache), extract.WithPages(shelf), extract.WithPDFium(met.pdfium(r.pdfium)),
		extract.WithOCR(met.ocr(r.ocr)), extract.WithPicture(met.picture), extract.WithProgress(next),
		extract.WithLibreOffice(soffice), extract.WithSecondReader(met.office), extract.WithLinked(met.beside(&req.Document))}
}

// Beside gives what a page refers to: of what a crawl kept, only what came with it; of a file, what lies beside it.
func (d *Document) Beside(ref string) ([]byte, error) {
	if d.URL != "" {
		base, err := url.Parse(d.URL)
		if err != nil {
			return nil, err
		}
		at, err := base.Parse(ref)
		if err != nil {
			return nil, err
		}
		if b, ok := d.Linked[at.String()]; ok {
			return b, nil
		}
		return nil, fmt.Errorf("%s is not in the archive", at)
	}
	ref, _, _ = strings.Cut(ref, "?")
	name, err := url.PathUnescape(ref)
	if err != nil || !filepath.IsLocal(filepath.FromSlash(name)) {
		return nil, fmt.Errorf("%s does not lie beside the page", ref)
	}
	f, err := os.Open(filepath.Join(filepath.Dir(d.File), filepath.FromSlash(name)))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, extract.MaxBytes))
}
