// Package evidence shows an archived document so that nothing in it can act, with the cells that were read from it
// marked: pages and texts as they are, files of offices as the tables and paragraphs that were read. Of PDF and scans
// there are pictures of pages, which cmd makes.
//
// It knows where a value stands and nothing of what it means, nor how a file format is read.
package evidence

import (
	"context"
	"errors"
)

// ErrNotKept is wrapped by the errors of documents whose bytes are not to be had: neither in the archive nor,
// unchanged, where they were read.
var ErrNotKept = errors.New("the bytes of the document are not kept")

// ErrMachine is wrapped by the errors of documents that could not be shown because of the machine, which was too slow
// or short of memory: another time they can. It says nothing of the document, and must not be kept.
var ErrMachine = errors.New("because of the machine")

// A Source is a document of the dataset: a row of the table documents.
type Source struct {
	SHA256    string // lower-case hex; the key
	File      string // as it was given: a path, or an address; "a.zip!x.pdf" in an archive
	URL       string // "" for files
	MediaType string // "" where the bytes could not be looked at
	Pages     int    // 0 where the format has none
}

// A Mark is one place of a document that is to be found again.
type Mark struct {
	ID    string // of the element: "1.applications.received.total", "1.finding.3"
	Title string // what pointing at it shows: printed text, verdict, finding
	Text  string // of a value, the text that is printed there; "" for blank cells and findings
	Kind  string // a verdict ("proved", "unchecked", "contradicted", "inferred"), or "finding"
	Place Place
}

// A Place is where something is printed, in the words of the dataset's columns. 0, "" and nil stand for null.
type Place struct {
	Page, Table, Row, Column int         // page, table_index, grid_row, grid_column
	Box                      *[4]float64 // x0, y0, x1, y1
	Path                     string
	Offset                   int
}

// Documents gives the documents of a dataset as evidence. The bytes of a document are hostile; what comes out is not.
type Documents interface {
	// Page gives an inert page of HTML in which each mark is an element with its ID.
	Page(ctx context.Context, d Source, marks []Mark) ([]byte, error)
	// Picture gives a page (from 1) as PNG at 144 dots an inch: a pixel is half a point.
	Picture(ctx context.Context, d Source, page int) ([]byte, error)
	// Raw gives the bytes themselves.
	Raw(ctx context.Context, d Source) ([]byte, error)
}
