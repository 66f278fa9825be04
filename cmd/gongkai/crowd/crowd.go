// Package crowd makes what is kept of made reports without reading them: documents of a few bytes, and beside them the
// readings that a run takes in the place of reading. It is how a million reports are measured from readings on.
//
// A reading is that of one of a few reports of its year that were read, with the body, the figures and the prose of
// another.
package crowd

import (
	"context"
	"fmt"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/corpus/readings"
	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold/made"
	"github.com/gongkai/gongkai/normalize/reuse"
	"github.com/gongkai/gongkai/output/reading"
)

// A Crowd makes readings of the reports of a corpus. It is safe for use by several goroutines.
type Crowd struct {
	corpus made.Corpus
	first  int // of its years
	years  int
	limits reading.Head                // of it only the limits of the readings
	print  func(media []string) string // of what reads them
	like   map[int][]*normalize.Report // of each year
	media  string
	forms  string // names those of the notices
}

// likes is how many reports of a year are read.
const likes = 3

// New reads what others are made like: of so many years, the newest of the corpus, so that the same number of reports
// can be of few years or of many. limits are those of the run that takes the readings, and print names what reads.
func New(c made.Corpus, years int, limits reading.Head, print func(media []string) string) (*Crowd, error) {
	x := &Crowd{corpus: c, first: made.LastYear + 1 - years, years: years, limits: limits, print: print,
		like: map[int][]*normalize.Report{}}
	forms, err := form.Load()
	if err != nil {
		return nil, err
	}
	x.forms = forms.ReadPrint()
	c.Kind = "html"
	for k := range likes {
		for y := x.first; y <= made.LastYear; y++ {
			d := c.At(k*made.Years + y - made.FirstYear)
			doc, err := extract.Read(d.Bytes(), d.File)
			if err != nil {
				return nil, err
			}
			x.media = doc.MediaType
			x.like[y] = append(x.like[y], normalize.Read(doc, forms))
		}
	}
	return x, nil
}

// Write puts the document of a number into a folder, and its reading into a store.
func (x *Crowd) Write(ctx context.Context, i int, dir string, store *readings.Store) error {
	body, year := made.BodyAt(i/x.years), x.first+i%x.years
	name := filepath.Join(dir, fmt.Sprintf("d%d", body.Number/1000), fmt.Sprintf("b%d", body.Number), fmt.Sprintf("%d.html", year))
	text := fmt.Appendf(nil, "report %d\n", i)
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	if err := os.WriteFile(name, text, 0o644); err != nil {
		return err
	}
	rep := x.report(i, body, year)
	r := reading.Reading{Head: reading.Head{Files: []reading.File{{Media: x.media, Bytes: int64(len(text))}}, Media: x.media,
		Bytes: int64(len(text)), Print: x.print([]string{x.media}), Forms: x.forms, Time: x.limits.Time,
		Memory: x.limits.Memory},
		Reports: [][]reading.Report{{{Report: rep, Sketch: sketchOf(rep)}}}}
	key := reading.Asked{SHA256: reading.Sum(text), Name: filepath.ToSlash(name)}.Key()
	return store.Put(ctx, key, r.Pack(key))
}

func sketchOf(rep *normalize.Report) *reuse.Sketch {
	texts := make([]string, len(rep.Sections))
	for i := range rep.Sections {
		texts[i] = rep.Sections[i].Text
	}
	s := reuse.Sum(texts...)
	return &s
}

// report is like one that was read: of another body, with its figures, and prose that nobody else has.
func (x *Crowd) report(i int, body made.Body, year int) *normalize.Report {
	rep := *x.like[year][body.Number%likes]
	rep.Agency = body.Name
	rep.Body = agencies.Read(body.Name, agencies.Context{Year: year})
	rep.Title = fmt.Sprintf("%s%d年政府信息公开工作年度报告", body.Name, year)
	rep.Editions = maps.Clone(rep.Editions)
	figures := map[string]int64{}
	if year >= 2019 {
		figures = x.corpus.Figures(body, year)
	}
	rep.Values = slices.Clone(rep.Values)
	for k := range rep.Values {
		v := &rep.Values[k]
		if n, ok := figures[v.Name]; ok {
			d := decimal.NewFromInt(n)
			v.Number, v.Text = &d, d.String()
		}
	}
	// a report that was read says of its own figures what is wrong with them: of others nothing is known
	rep.Findings, rep.Claims = nil, nil
	rng := rand.New(rand.NewSource(int64(i)))
	rep.Sections = slices.Clone(rep.Sections)
	for k := range rep.Sections {
		s := &rep.Sections[k]
		s.Text, s.Parts, s.Tokens, s.Keywords = made.Prose(rng, 3), nil, nil, nil
	}
	rep.ReadWords()
	return &rep
}
