package child

import (
	"context"
	"errors"
	"image"
	"io/fs"
	"slices"
	"sync"
	"syscall"

	"github.com/gongkai/gongkai/cmd/gongkai/fingerprint"
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
	mu      sync.Mutex
	links   map[string]string           // what was asked for that lies beside it: hashes, "" = there is none
	part    fingerprint.Part            // what was asked for
	was     map[fingerprint.Part]string // the name of each of these when it was asked for
	name    func(fingerprint.Part) string
	drawer  *pdf.PDFium // that was asked for
	faults  int64       // of it, before
	machine bool        // something failed that may not the next time, and is not known to be the document's fault
	noScan  bool        // pictures are not to be recognised here
	scan    bool        // one was to be

	forms *form.Forms // by which it is read
	asked *form.Asked // what was asked of them
}

var errNotHere = errors.New("pictures are recognised elsewhere")

// beside notes what is asked for.
func (n *notice) beside(d *Document) func(ref string) ([]byte, error) {
	return func(ref string) ([]byte, error) {
		b, err := d.Beside(ref)
		sum := ""
		if err == nil {
			sum = reading.Sum(b)
		} else if short(err) {
			n.failed(err)
		}
		n.mu.Lock()
		defer n.mu.Unlock()
		n.links[ref] = sum
		return b, err
	}
}

func (n *notice) ocr(open func() (scan.Engine, error)) func() (scan.Engine, error) {
	return func() (scan.Engine, error) {
		n.ask(fingerprint.Part{OCR: true})
		if n.noScan {
			n.note(func() { n.scan = true })
			return nil, errNotHere
		}
		e, err := open()
		if err != nil {
			if !errors.Is(err, scan.ErrNoEngine) {
				n.failed(err)
			}
			return nil, err
		}
		return noted{e, n}, nil
	}
}

// noted is an engine of which it is noted that it failed. It is given lines of grey pixels, which no document can make
// such that they cannot be recognised: what fails is the machine (no room for a file, too little memory, a program that was
// ended), or was a limit, by which nothing is kept either.
type noted struct {
	scan.Engine
	n *notice
}

func (e noted) Recognise(ctx context.Context, lines []*image.Gray, figures []bool) ([]scan.Reading, error) {
	out, err := e.Engine.Recognise(ctx, lines, figures)
	e.n.failed(err)
	return out, err
}

func (n *notice) pdfium(open func(context.Context) (*pdf.PDFium, error)) func(context.Context) (*pdf.PDFium, error) {
	return func(ctx context.Context) (*pdf.PDFium, error) {
		e, err := open(ctx)
		n.failed(err)
		n.note(func() {
			if err == nil && n.drawer == nil {
				n.drawer, n.faults = e, e.Faults()
			}
		})
		return e, err
	}
}

// office notes that LibreOffice was wanted. Whether it gave nothing because of the file or of the machine cannot be told:
// it ends well, without a result, on a full disk too.
func (n *notice) office(failed error) {
	n.ask(fingerprint.Part{Office: true})
	n.failed(failed)
}

// ask notes that an engine was asked for, and who it is: one that is replaced while it works has no name.
func (n *notice) ask(engine fingerprint.Part) {
	name := n.name(engine)
	n.note(func() {
		n.part.OCR, n.part.Office = n.part.OCR || engine.OCR, n.part.Office || engine.Office
		if _, ok := n.was[engine]; !ok {
			n.was[engine] = name
		}
	})
}

// settle looks once more at what was asked for: nothing failed, and all are who they were.
func (n *notice) settle() (sound bool) {
	sound = !n.machine && (n.drawer == nil || n.drawer.Faults() == n.faults)
	for engine, was := range n.was {
		sound = sound && was != "" && n.name(engine) == was
	}
	return sound
}

func (n *notice) failed(err error) {
	if err != nil {
		n.note(func() { n.machine = true })
	}
}

func (n *notice) note(what func()) {
	n.mu.Lock()
	defer n.mu.Unlock()
	what()
}

// short reports whether an error is the system's that was short of something; what is not there, or may not be looked at, is
// found so again when it is asked for the next time.
func short(err error) bool {
	var no syscall.Errno
	return errors.As(err, &no) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission)
}

func (n *notice) picture() { n.note(func() { n.part.Pictures = true }) }

// keep makes of an answer the object that is kept, in the place of its reports. What says more of the machine, or of
// limits, than of the document stays as it is, and is read again the next time.
func (r *reader) keep(req *request, res *result, n *notice) {
	a := &res.Answer
	a.Scan, a.Unsettled = n.scan, !n.settle()
	if a.Scan || req.Key == "" || res.Late || res.Failed != "" || a.Broken || a.Machine || a.Unsettled {
		return
	}
	out := reading.Reading{Head: reading.Head{Media: a.MediaType, Pages: a.Pages, Bytes: int64(len(req.Body)),
		Pictures: n.part.Pictures, OCR: n.part.OCR, Office: n.part.Office, Archive: len(a.Members) > 0,
		Memory: req.Limits.Memory}}
	if req.Limits.Memory > 0 {
		out.Time = int64(req.Limits.Time)
	}
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
	for ref, sum := range n.links {
		out.Linked = append(out.Linked, reading.Link{Ref: ref, SHA256: sum})
	}
	slices.SortFunc(out.Linked, func(a, b reading.Link) int {
		if a.Ref < b.Ref {
			return -1
		}
		return 1
	})
	out.Print = r.machine.Reader(media, n.part)
	if n.asked.Notices.Load() {
		out.Forms = n.forms.ReadPrint()
	}
	if n.asked.Annexes.Load() {
		out.Annexes = n.forms.ReadAnnexPrint()
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
