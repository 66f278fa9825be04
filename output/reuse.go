package output

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

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

// A prose is the text of the reports of one year of a dataset in the making, kept in a file beside it while they are
// compared. What is held in memory is some 200 bytes a report, and while a year is compared the sketches of it and of
// the year before.
type prose struct {
	file *os.File
	out  *bufio.Writer
	at   int64
	recs []proseRecord
}

// A proseRecord is where the prose of one report lies.
type proseRecord struct {
	document, agency, body string
	part                   int32
	name                   name // of the prose, where it has one
	in                     *prose
	at, size               int64 // the sketch, then the texts
}

func newProse(dir string) (*prose, error) {
	f, err := os.CreateTemp(dir, "prose-*")
	if err != nil {
		return nil, err
	}
	return &prose{file: f, out: bufio.NewWriterSize(f, 1<<20)}, nil
}

// bodyKey tells bodies apart: by identity, where that is undecided by name. "" = nobody is named.
func bodyKey(rep *normalize.Report) string {
	if rep.Body.ID != "" {
		return rep.Body.ID
	}
	return agencies.Fold(rep.Agency)
}

// proseOf gives the texts of a report that are compared, and whose they are; none where the report takes no part.
// Versions that others followed are left out: they would be what their newest repeats.
func proseOf(r *Result) (key string, texts []string) {
	rep := r.Report
	key = bodyKey(rep)
	if !rep.Status.HoldsReport() || rep.Year == 0 || key == "" || len(rep.Sections) == 0 || r.Document.Superseded != "" {
		return "", nil
	}
	texts = make([]string, len(rep.Sections))
	for i := range rep.Sections {
		texts[i] = rep.Sections[i].Text
	}
	return key, texts
}

// add keeps the prose of a report.
func (p *prose) add(r *Result, text name) error {
	key, texts := proseOf(r)
	if key == "" {
		return nil
	}
	rep := r.Report
	var sketch reuse.Sketch
	if r.Sketch != nil {
		sketch = *r.Sketch
	} else {
		sketch = reuse.Sum(texts...)
	}
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
	// copies: what was decoded are parts of the text of a whole reading
	p.recs = append(p.recs, proseRecord{strings.Clone(r.Document.SHA256), strings.Clone(rep.Agency), strings.Clone(key), r.part(), text,
		p, p.at, int64(len(buf))})
	p.at += int64(len(buf))
	return nil
}

// read gives sketch and texts of a report back; texts only where they are wanted.
func (rec *proseRecord) read(texts bool) (s reuse.Sketch, out []string, err error) {
	n := int64(8 * len(s))
	if texts {
		n = rec.size
	}
	buf := make([]byte, n)
	if _, err := rec.in.file.ReadAt(buf, rec.at); err != nil && err != io.EOF {
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

// A yearsProse is the prose of a year and of the one before it, ready to be compared.
type yearsProse struct {
	year   int
	all    []proseRecord // of the year before, then of the year
	before int           // how many are of the year before
	last   map[string]int
	near   reuse.Index
	kept   *comparisons // nil = of none
}

// compareProse finds what each report of a year repeats of the same body's report on the year before, and of other
// bodies' on the same year and the one before, and hands the rows over in the order in which the reports were added.
// before may be nil, and so may what is kept of comparisons.
func compareProse(year int, before, now *prose, kept *comparisons, row func(r ReuseRow) error) error {
	y := yearsProse{year: year, last: map[string]int{}, kept: kept}
	for _, p := range []*prose{before, now} {
		if p != nil {
			y.before = len(y.all)
			y.all = append(y.all, p.recs...)
			if err := p.out.Flush(); err != nil {
				return err
			}
		}
	}
	for i := range y.all {
		s, _, err := y.all[i].read(false)
		if err != nil {
			return err
		}
		y.near.Add(&s)
		if _, ok := y.last[y.all[i].body]; !ok && i < y.before {
			y.last[y.all[i].body] = i
		}
	}
	for from := y.before; from < len(y.all); from += comparedAtOnce {
		for k, got := range y.compareAll(from, min(from+comparedAtOnce, len(y.all))) {
			if got.err != nil {
				return got.err
			}
			kept.add(&y.all[from+k].name, got.list)
			for _, r := range got.rows {
				if err := row(r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// comparedAtOnce is of how many reports the rows are held until they are handed over.
const comparedAtOnce = 256

// compared are the rows of one report.
type compared struct {
	rows []ReuseRow
	list []byte // its comparisons, to be kept
	err  error
}

// compareAll compares the reports all[from:to], several at a time.
func (y *yearsProse) compareAll(from, to int) []compared {
	out := make([]compared, to-from)
	var next atomic.Int64
	var wg sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(out)) {
		wg.Go(func() {
			for k := next.Add(1) - 1; k < int64(len(out)); k = next.Add(1) - 1 {
				out[k] = y.compare(from + int(k))
			}
		})
	}
	wg.Wait()
	return out
}

// compare compares the report all[i].
func (y *yearsProse) compare(i int) (c compared) {
	mine := &y.all[i]
	var sketch reuse.Sketch
	if sketch, _, c.err = mine.read(false); c.err != nil {
		return c
	}
	var known []byte
	if y.kept != nil {
		known = y.kept.of[[halfName]byte(mine.name[:])]
	}
	var ready *reuse.Text
	against := func(k int, of string) (r ReuseRow, err error) {
		other := &y.all[k]
		year := y.year
		if k < y.before {
			year--
		}
		r = ReuseRow{Document: mine.document, Part: mine.part, Agency: optional(mine.agency), Of: of,
			OtherDocument: other.document, OtherPart: other.part, OtherAgency: optional(other.agency),
			OtherYear: ordinalOf(year)}
		found := false
		if r.Share, r.Passages, found = findCompared(known, &other.name); !found {
			if ready == nil {
				_, texts, err := mine.read(true)
				if err != nil {
					return r, err
				}
				ready = reuse.Read(texts)
			}
			_, theirs, err := other.read(true)
			if err != nil {
				return r, err
			}
			share, passages := ready.Compare(theirs)
			r.Share = share
			for _, x := range passages {
				r.Passages = append(r.Passages, PassageRow{int32(x.Text + 1), int32(x.Start), int32(x.End), int32(x.In + 1),
					int32(x.InStart), int32(x.InEnd)})
			}
		}
		if y.kept != nil {
			c.list = appendCompared(c.list, &other.name, r.Share, r.Passages)
		}
		return r, nil
	}
	if k, ok := y.last[mine.body]; ok {
		r, err := against(k, lastYear)
		if err != nil {
			return compared{err: err}
		}
		c.rows = append(c.rows, r)
	}
	var best ReuseRow
	tried := 0
	for _, k := range y.near.Near(&sketch) {
		if y.all[k].body == mine.body || strings.EqualFold(y.all[k].document, mine.document) {
			continue
		}
		if tried++; tried > 3 {
			break
		}
		r, err := against(k, otherAgency)
		if err != nil {
			return compared{err: err}
		}
		if r.Share > best.Share {
			best = r
		}
	}
	if best.Share >= leastShare {
		c.rows = append(c.rows, best)
	}
	return c
}

// close removes the file; of no prose, nothing.
func (p *prose) close() error {
	if p == nil {
		return nil
	}
	err := p.file.Close()
	if e := os.Remove(p.file.Name()); err == nil {
		err = e
	}
	return err
}
