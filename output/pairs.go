package output

import (
	"path/filepath"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// Pairs compares documents of one report in different formats that lie in one folder or one archive: a page and the
// PDF or the Word file that hangs on it. Results pass through it in their order; no more than a folder's are held,
// and of a large folder no more than maxHeld.
type Pairs struct {
	folder string
	held   []Result
	each   func(Result) error
}

// NewPairs hands the results on to each.
func NewPairs(each func(Result) error) *Pairs { return &Pairs{each: each} }

// maxHeld bounds how many results wait for their likes; a result takes some 60 KB.
const maxHeld = 256

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
	if p.held = append(p.held, r); len(p.held) > maxHeld {
		first := p.held[0]
		p.held = p.held[1:]
		return p.each(first)
	}
	return nil
}

// like reports whether two documents are the same report of the same agency in different formats. Copies in one format
// prove nothing.
func like(a, b *Result) bool {
	x, y := a.Report, b.Report
	return x.Status != normalize.StatusUnread && y.Status != normalize.StatusUnread && x.Agency != "" && x.Year != 0 &&
		x.Agency == y.Agency && x.Year == y.Year && a.Document.MediaType != b.Document.MediaType &&
		a.Document.SHA256 != b.Document.SHA256
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
