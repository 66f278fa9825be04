// Package child has documents read in child processes, each under a limit of CPU time and of memory: whatever a
// document does to its reader, it can take no more than its own process with it, and the answer says why it is
// unread.
//
// It knows processes, limits, and what is asked of a document: to be read, or to be shown. It does not know where
// documents come from or where answers go.
//
// # The same answer on a busy machine
//
// What a document is must not depend on what else the machine does:
//
//   - The limit counts the CPU time of the process that reads, not time on the wall.
//   - Engines (PDFium, what reads pictures) are made ready when the first document needs them, and neither their time
//     nor their memory is the document's: see clock.aside.
//   - A document that was too much for a process which had read others before is tried in a fresh one: see Pool.try.
//   - Where the time on the wall is far beyond all measure, or the system does not let a process live, it was the
//     machine and not the document. That is tried once more with no other document beside it, and if it happens again
//     the reason begins with "the machine" and Answer.Machine is set; where a document was to be shown, the error wraps
//     ErrMachine. It must not be kept as what the document is.
//
// A program that calls Open must begin with
//
//	if child.Called() {
//		os.Exit(child.Main(os.Stdin, os.Stdout, os.Stderr))
//	}
package child

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output/explore/evidence"
)

// Limits bound the reading of one document.
type Limits struct {
	Time   time.Duration // CPU time; each page that is recognised on a picture has pageTimes as much
	Memory int64         // bytes; 0 = documents are read in this process, without limits
	Cache  string        // folder for what is kept between documents; "" = nothing is
	OCR    string        // engine that reads pictures, as scan.Open names it
	Fresh  bool          // pages that were recognised before are recognised again
}

// pageTimes is how many times the limit of a document a page may take that is recognised on its picture.
const pageTimes = 4

// OCRFolder is where the engine that reads pictures lies within the cache folder.
func OCRFolder(cache string) string { return filepath.Join(cache, "ocr") }

// A Document is what is to be read, and what is asked for beside its reports.
type Document struct {
	Body     []byte
	File     string
	URL      string            // where it was fetched
	Division string            // code of the division whose portal it was found at; "" = not known
	Linked   map[string][]byte // pictures in it, by their addresses

	Key    string // Answer.Object is wanted, under this key; "" = the reports as they are
	NoScan bool   // what needs a picture recognised, where an engine is there for it, is not read: Answer.Scan
	Blocks bool   // Answer.Document is wanted
	View   int    // Answer.View of this page is wanted; 0 = of none
}

// An Answer is what became of a document.
type Answer struct {
	MediaType string
	Pages     int
	Reports   []*normalize.Report // at least one, unless there are Members or Object
	Object    []byte              // the whole reading as it is kept, where a Key was given and it may be kept
	Document  *extract.Document
	View      *pdf.View
	Members   []Member // what became of each file in an archive, or attached to the document
	Machine   bool     // it is unread because of the machine, not because of what it is
	Unsettled bool     // what reads a part of it failed on this machine: it may be read better on another, or later
	Broken    bool     // no reader came to its end: what is in it is not known
	Scan      bool     // a picture was to be recognised, which NoScan forbids: there is no answer yet
}

// A Member is what became of one file of an archive, or one that is attached to a document.
type Member struct {
	Name, SHA256 string
	Bytes        int64
	MediaType    string
	Pages        int
	Reports      []*normalize.Report
	Broken       bool // no reader came to its end
}

// Progress is told when a page of a document begins to be recognised, which takes long.
type Progress func(page, pages int)

// Unread is the answer where there is no document that could be read.
func Unread(reason string) []*normalize.Report { return []*normalize.Report{normalize.Unread(reason)} }

// Read reads one document. It never fails: what goes wrong is in the reports. at may be nil.
func (p *Pool) Read(ctx context.Context, d Document, at Progress) Answer {
	r := p.ask(ctx, &request{Document: d}, at)
	if r.Failed != "" {
		r.Reports, r.Broken = Unread(r.Failed), true
	}
	return r.Answer
}

// ErrMachine is wrapped by errors of Page, Picture and Member that say nothing of the document: the machine was too slow
// or short of memory. It is that of evidence, for who shows documents and knows no processes.
var ErrMachine = evidence.ErrMachine

// Page gives a document as an inert page with its marks.
func (p *Pool) Page(ctx context.Context, d Document, marks []evidence.Mark) ([]byte, error) {
	return p.show(ctx, &request{Document: d, Show: showPage, Marks: marks})
}

// Picture gives a page of a document as PNG, a pixel half a point.
func (p *Pool) Picture(ctx context.Context, d Document, page int) ([]byte, error) {
	return p.show(ctx, &request{Document: d, Show: showPicture, Page: page})
}

// Member unpacks the file with this SHA-256 from an archive; nil = it is not in it.
func (p *Pool) Member(ctx context.Context, d Document, sha256 string) ([]byte, error) {
	return p.show(ctx, &request{Document: d, Show: showMember, Member: sha256})
}

func (p *Pool) show(ctx context.Context, req *request) ([]byte, error) {
	r := p.ask(ctx, req, nil)
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case r.Machine:
		return nil, machineError(r.Failed)
	case r.Failed != "":
		return nil, errors.New(r.Failed)
	}
	return r.Shown, nil
}

// A machineError is a reason that begins with "the machine".
type machineError string

func (e machineError) Error() string { return string(e) }
func (machineError) Unwrap() error   { return ErrMachine }

// Why a document is unread that no reader said anything about.

func tooLong(limit time.Duration) string {
	return fmt.Sprintf("not read within the limit of %s of CPU time", limit)
}

func tooMuch(memory int64) string {
	return fmt.Sprintf("more memory than the limit of %d MB was needed to read it", memory>>20)
}

func brokeDown(said string) string { return "the process that read it broke down: " + said }

func tooSlow(wall time.Duration) string {
	return fmt.Sprintf("the machine was too slow: not read within %s, though the limit of CPU time was not used up",
		wall)
}

func noProcess(err error) string {
	return fmt.Sprintf("the machine could not start a process to read it: %v", err)
}

const killed = "the machine ended the process that read it, as it does when its memory runs out"
