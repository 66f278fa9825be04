package child

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
	"github.com/gongkai/gongkai/extract/kind"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/extract/scan"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/reuse"
	"github.com/gongkai/gongkai/output/reading"
)

// What is known of a reading beside its reports, for those that are kept.

// A notice is what happened while one document was read.
type notice struct {
	mu       sync.Mutex
	links    map[string]string // what was asked for that lies beside it: hashes, "" = there is none
	pictures bool              // a picture was to be recognised
	machine  bool              // an engine could not be used, and may be the next time
	noScan   bool              // pictures are not to be recognised here
	scan     bool              // one was to be

	forms   *form.Forms  // by which it is read
	annexes *atomic.Bool // the tables of before were looked for
}

var errNotHere = errors.New("pictures are recognised elsewhere")

// beside notes what is asked for.
func (n *notice) beside(d *Document) func(ref string) ([]byte, error) {
	return func(ref string) ([]byte, error) {
		b, err := d.Beside(ref)
		sum := ""
		if err == nil {
			sum = reading.Sum(b)
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.links[ref] = sum
		return b, err
	}
}

func (n *notice) ocr(open func() (scan.Engine, error)) func() (scan.Engine, error) {
	return func() (scan.Engine, error) {
		if n.noScan {
			n.mu.Lock()
			defer n.mu.Unlock()
			n.scan = true
			return nil, errNotHere
		}
		e, err := open()
		n.mu.Lock()
		defer n.mu.Unlock()
		n.machine = n.machine || err != nil && !errors.Is(err, scan.ErrNoEngine)
		return e, err
	}
}

func (n *notice) pdfium(open func(context.Context) (*pdf.PDFium, error)) func(context.Context) (*pdf.PDFium, error) {
	return func(ctx context.Context) (*pdf.PDFium, error) {
		e, err := open(ctx)
		n.mu.Lock()
		defer n.mu.Unlock()
		n.machine = n.machine || err != nil
		return e, err
	}
}

func (n *notice) picture() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.pictures = true
}

// keep makes of an answer the object that is kept, in the place of its reports. What says more of the machine, or of
// limits, than of the document stays as it is, and is read again the next time.
func (r *reader) keep(req *request, res *result, n *notice) {
	a := &res.Answer
	if a.Scan = n.scan; a.Scan || req.Key == "" || res.Late || res.Failed != "" || a.Broken || a.Machine || n.machine {
		return
	}
	out := reading.Reading{Head: reading.Head{Media: a.MediaType, Pages: a.Pages, Bytes: int64(len(req.Body)),
		Pictures: n.pictures, Archive: len(a.Members) > 0}}
	media := []string{a.MediaType}
	add := func(f reading.File, reports []*normalize.Report) {
		var list []reading.Report
		for _, rep := range reports {
			rep.ReadWords()
			list = append(list, reading.Report{Report: rep, Sketch: SketchOf(rep)})
		}
		out.Files, out.Reports = append(out.Files, f), append(out.Reports, list)
	}
	add(reading.File{Media: a.MediaType, Pages: a.Pages, Bytes: int64(len(req.Body))}, a.Reports)
	for _, m := range a.Members {
		if m.Broken {
			return
		}
		media = append(media, m.MediaType)
		add(reading.File{Name: m.Name, SHA256: m.SHA256, Bytes: m.Bytes, Media: m.MediaType, Pages: m.Pages}, m.Reports)
	}
	for i, f := range out.Files { // LibreOffice may have had a bad day
		for _, rep := range out.Reports[i] {
			if rep.Status == normalize.StatusUnread && (f.Media == kind.Doc || f.Media == kind.Xls || f.Media == kind.WordXML) {
				return
			}
		}
	}
	for ref, sum := range n.links {
		out.Linked = append(out.Linked, reading.Link{Ref: ref, SHA256: sum})
	}
	slices.SortFunc(out.Linked, func(a, b reading.Link) int {
		if a.Ref < b.Ref {
			return -1
		}
		return 1
	})
	out.Print, out.Forms = r.machine.Reader(media, n.pictures), n.forms.Print()
	if n.annexes.Load() {
		out.Annexes = n.forms.AnnexPrint()
	}
	a.Object = out.Pack(req.Key)
	a.Reports, a.Members = nil, nil
}

// SketchOf gives the sketch of a report's prose; nil where it is too short for one.
func SketchOf(rep *normalize.Report) *reuse.Sketch {
	texts := make([]string, len(rep.Sections))
	for i := range rep.Sections {
		texts[i] = rep.Sections[i].Text
	}
	s := reuse.Sum(texts...)
	if s == (reuse.Sketch{}) {
		return nil
	}
	return &s
}

// Machine is the machine that the processes of a pool read with.
func (l Limits) Machine() fingerprint.Machine { return fingerprint.Here(l.OCR, OCRFolder(l.Cache)) }
