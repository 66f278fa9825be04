package output

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/reuse"
)

// Whose a text is that a report repeats.
const (
	lastYear    = "last-year"
	otherAgency = "other-agency"
)

// leastShare is the share from which on the repetition of another agency's text is a row; every report repeats some
// words of the form.
const leastShare = 0.2

// A prose is the text of the reports of a dataset in the making, kept in a file beside it until all are there to be
// compared. What is held in memory is some 200 bytes a report, and while a year is compared the sketches of it and of
// the year before.
type prose struct {
	file *os.File
	out  *bufio.Writer
	at   int64
	recs map[int][]proseRecord // by year
}

// A proseRecord is where the prose of one report lies.
type proseRecord struct {
	document, agency, body string
	part                   int32
	at, size               int64 // the sketch, then the texts
}

func newProse(dir string) (*prose, error) {
	f, err := os.Create(filepath.Join(dir, "prose"))
	if err != nil {
		return nil, err
	}
	return &prose{file: f, out: bufio.NewWriterSize(f, 1<<20), recs: map[int][]proseRecord{}}, nil
}

// bodyKey tells bodies apart: by identity, where that is undecided by name. "" = nobody is named.
func bodyKey(rep *normalize.Report) string {
	if rep.Body.ID != "" {
		return rep.Body.ID
	}
	return agencies.Fold(rep.Agency)
}

// add keeps the prose of a report. Versions that others followed are left out: they would be what their newest repeats.
func (p *prose) add(r *Result) error {
	rep := r.Report
	key := bodyKey(rep)
	if rep.Year == 0 || key == "" || len(rep.Sections) == 0 || r.Document.Superseded != "" {
		return nil
	}
	texts := make([]string, len(rep.Sections))
	for i := range rep.Sections {
		texts[i] = rep.Sections[i].Text
	}
	sketch := reuse.Sum(texts...)
	if sketch == (reuse.Sketch{}) {
		return nil
	}
	buf := make([]byte, 0, 8*len(sketch)+64)
	for _, v := range sketch {
		buf = binary.LittleEndian.AppendUint64(buf, v)
	}
	for _, t := range texts {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(len(t)))
		buf = append(buf, t...)
	}
	if _, err := p.out.Write(buf); err != nil {
		return err
	}
	p.recs[rep.Year] = append(p.recs[rep.Year], proseRecord{r.Document.SHA256, rep.Agency, key, r.part(), p.at,
		int64(len(buf))})
	p.at += int64(len(buf))
	return nil
}

// read gives sketch and texts of a report back; texts only where they are wanted.
func (p *prose) read(rec *proseRecord, texts bool) (s reuse.Sketch, out []string, err error) {
	n := int64(8 * len(s))
	if texts {
		n = rec.size
	}
	buf := make([]byte, n)
	if _, err := p.file.ReadAt(buf, rec.at); err != nil && err != io.EOF {
		return s, nil, fmt.Errorf("prose of %s: %w", rec.document, err)
	}
	for i := range s {
		s[i] = binary.LittleEndian.Uint64(buf[8*i:])
	}
	for buf = buf[8*len(s):]; len(buf) >= 4; {
		n := binary.LittleEndian.Uint32(buf)
		out = append(out, string(buf[4:4+n]))
		buf = buf[4+n:]
	}
	return s, out, nil
}

// compare finds what each report repeats of the same body's report on the year before, and of other bodies' on the
// same year and the one before, and hands the rows over, year by year in the order in which the reports were written.
func (p *prose) compare(row func(year int, r ReuseRow) error) error {
	if err := p.out.Flush(); err != nil {
		return err
	}
	var years []int
	for y := range p.recs {
		years = append(years, y)
	}
	slices.Sort(years)
	for _, y := range years {
		var all []proseRecord // of the year before, then of the year
		all = append(append(all, p.recs[y-1]...), p.recs[y]...)
		before := len(p.recs[y-1])
		last := map[string]int{}
		var near reuse.Index
		for i := range all {
			s, _, err := p.read(&all[i], false)
			if err != nil {
				return err
			}
			near.Add(&s)
			if _, ok := last[all[i].body]; !ok && i < before {
				last[all[i].body] = i
			}
		}
		for i := before; i < len(all); i++ {
			if err := p.compareOne(y, all, i, before, last, &near, row); err != nil {
				return err
			}
		}
	}
	return nil
}

// compareOne compares the report all[i] of a year.
func (p *prose) compareOne(year int, all []proseRecord, i, before int, last map[string]int, near *reuse.Index,
	row func(int, ReuseRow) error) error {
	mine := &all[i]
	sketch, texts, err := p.read(mine, true)
	if err != nil {
		return err
	}
	against := func(k int, of string) (ReuseRow, error) {
		other := &all[k]
		_, theirs, err := p.read(other, true)
		if err != nil {
			return ReuseRow{}, err
		}
		y := year
		if k < before {
			y--
		}
		r := ReuseRow{Document: mine.document, Part: mine.part, Agency: optional(mine.agency), Of: of,
			OtherDocument: other.document, OtherPart: other.part, OtherAgency: optional(other.agency),
			OtherYear: ordinalOf(y)}
		share, passages := reuse.Compare(texts, theirs)
		r.Share = share
		for _, x := range passages {
			r.Passages = append(r.Passages, PassageRow{int32(x.Text + 1), int32(x.Start), int32(x.End), int32(x.In + 1),
				int32(x.InStart), int32(x.InEnd)})
		}
		return r, nil
	}
	if k, ok := last[mine.body]; ok {
		r, err := against(k, lastYear)
		if err != nil {
			return err
		}
		if err := row(year, r); err != nil {
			return err
		}
	}
	var best ReuseRow
	tried := 0
	for _, k := range near.Near(&sketch) {
		if all[k].body == mine.body || strings.EqualFold(all[k].document, mine.document) {
			continue
		}
		if tried++; tried > 3 {
			break
		}
		r, err := against(k, otherAgency)
		if err != nil {
			return err
		}
		if r.Share > best.Share {
			best = r
		}
	}
	if best.Share >= leastShare {
		return row(year, best)
	}
	return nil
}

// close removes the file.
func (p *prose) close() error {
	err := p.file.Close()
	if e := os.Remove(p.file.Name()); err == nil {
		err = e
	}
	return err
}
