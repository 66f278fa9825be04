package output

import (
	"path/filepath"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output/reading"
)

// Pairs compares documents of one report in different formats that lie in one folder or one archive: a page and the
// PDF or the Word file that hangs on it. Results pass through it in their order; no more than a folder's are held,
// and of a large folder no more than MostHeld.
type Pairs struct {
	folder string
	held   []Result
	each   func(Result) error
}

// NewPairs hands the results on to each.
func NewPairs(each func(Result) error) *Pairs { return &Pairs{each: each} }

// MostHeld bounds how many results wait for their likes; a result takes some 60 KB.
const MostHeld = 256

// Take takes a result, and hands on those for which no other can come any more.
func (p *Pairs) Take(r Result) error {
	folder, _, _ := strings.Cut(r.Document.File, "!")
	folder = filepath.Dir(folder)
	if folder != p.folder {
		if err := p.Flush(); err != nil {
			return err
		}
		p.folder = folder
	}
	for i := range p.held {
		if like(&p.held[i], &r) {
			normalize.Confirm(p.held[i].Report, p.held[i].Document.SHA256, r.Report, r.Document.SHA256)
		}
	}
	if p.held = append(p.held, r); len(p.held) > MostHeld {
		first := p.held[0]
		p.held = p.held[1:]
		return p.each(first)
	}
	return nil
}

// like reports whether two documents are the same report of the same agency in different formats. Copies in one format
// prove nothing.
func like(a, b *Result) bool {
	of := func(r *normalize.Report) reading.Outline {
		return reading.Outline{Status: r.Status, Agency: r.Agency, Year: r.Year}
	}
	return Like(a.Document, of(a.Report), b.Document, of(b.Report))
}

// Like is the same of documents of which only the outlines are known.
func Like(a Document, x reading.Outline, b Document, y reading.Outline) bool {
	return x.Status != normalize.StatusUnread && y.Status != normalize.StatusUnread && x.Agency != "" && x.Year != 0 &&
		x.Agency == y.Agency && x.Year == y.Year && a.MediaType != b.MediaType &&
		a.SHA256 != b.SHA256
}

// Flush hands on what is held.
func (p *Pairs) Flush() error {
	held := p.held
	p.held = nil
	for _, r := range held {
		if err := p.each(r); err != nil {
			return err
		}
	}
	return nil
}
