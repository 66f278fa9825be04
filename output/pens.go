package output

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
)

// The files of a year are written by pens, one a table, each in a goroutine of its own: to encode and to pack rows is most
// of what a dataset costs, and no table waits for another. A pen goes from year to year. While it still ends the file of
// one, others may be at the next; it never has more than one open, and no more than some reports' rows wait for it. What
// it writes depends on the order of what it is given alone.

// queued is of how many reports the rows may wait for a pen.
const queued = 16

// Pens are the pens of all tables.
type pens struct {
	create  func(table, year string) (*summed, error)
	failed  atomic.Pointer[error] // the first error of any
	running sync.WaitGroup
	started []*pen

	documents   sheet[DocumentRow]
	reports     sheet[any]
	values      sheet[ValueRow]
	findings    sheet[FindingRow]
	sections    sheet[SectionRow]
	terms       sheet[TermRow]
	claims      sheet[ClaimRow]
	reuse       sheet[ReuseRow]
	wide        sheet[any]
	panel       sheet[any]
	authorities sheet[AuthorityRow]
	series      sheet[SeriesRow]
	corrections sheet[CorrectionRow]
}

// pens are made with the options of each table; none runs before it has something to write.
func (w *Writer) pens() *pens {
	p := &pens{create: w.create}
	of := func(x *pen, table string, more ...parquet.WriterOption) {
		x.all, x.table, x.options = p, table, w.with(table, more...)
	}
	of(&p.documents.pen, "documents", ofDocument())
	of(&p.reports.pen, "reports", ofDocument(), sortingColumns(), w.report.schema)
	of(&p.values.pen, "values", ofDocument())
	of(&p.findings.pen, "findings", ofDocument())
	of(&p.sections.pen, "sections", ofDocument(), parquet.MaxRowsPerRowGroup(sectionGroup))
	of(&p.claims.pen, "claims", ofDocument())
	of(&p.terms.pen, "terms", ofDocument())
	of(&p.wide.pen, "wide", append([]parquet.WriterOption{ofDocument(), sortingColumns(), w.wide.schema,
		parquet.PageBufferSize(widePage)}, w.wide.docs()...)...)
	of(&p.corrections.pen, "corrections")
	of(&p.panel.pen, "panel", ofDocument(), sortingColumns(), w.panel.schema)
	of(&p.authorities.pen, "authorities", parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("body"))))
	of(&p.series.pen, "linked_series")
	of(&p.reuse.pen, "reuse", ofDocument())
	return p
}

// A beginner begins the file of a year, and ends it.
type beginner interface {
	begin(year string)
	end()
}

// sheets are the pens of the tables that are asked for.
func (p *pens) sheets(asked parts) (out []beginner) {
	if asked.own {
		out = append(out, &p.documents, &p.reports, &p.values, &p.findings, &p.sections, &p.claims, &p.terms, &p.wide,
			&p.corrections)
	}
	if asked.panel {
		out = append(out, &p.panel, &p.authorities, &p.series)
	}
	if asked.reuse {
		out = append(out, &p.reuse)
	}
	return out
}

// err is the first error of any pen.
func (p *pens) err() error {
	if err := p.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// stop waits until all that was handed over is written and every file is closed. After an error, its own or one of a pen,
// what waits is given up. It gives the first error.
func (p *pens) stop(err error) error {
	if err != nil {
		p.failed.CompareAndSwap(nil, &err)
	}
	for _, x := range p.started {
		close(x.jobs)
	}
	p.running.Wait()
	return cmp.Or(err, p.err())
}

// A pen does what it is given, one after the other.
type pen struct {
	all     *pens
	table   string
	options []parquet.WriterOption
	jobs    chan func() error // nil = it does not run yet
	file    *summed           // that is open
	wrote   []wrote
}

// wrote is a file that is whole.
type wrote struct{ year, sum string }

// do has something done after all that came before. After an error nothing is done any more.
func (x *pen) do(job func() error) {
	if x.jobs == nil {
		x.jobs = make(chan func() error, queued)
		x.all.started = append(x.all.started, x)
		x.all.running.Go(x.run)
	}
	x.jobs <- job
}

func (x *pen) run() {
	for job := range x.jobs {
		if x.all.failed.Load() != nil {
			continue
		}
		if err := job(); err != nil {
			x.all.failed.CompareAndSwap(nil, &err)
		}
	}
	if x.file != nil {
		_ = x.file.Close() // it is given up
	}
}

// A sheet is the pen of a table with rows of a type.
type sheet[T any] struct {
	pen
	to *parquet.GenericWriter[T]
}

// begin begins the file of a year, with an encoder of its own: one that was Reset leaves other bytes (parquet-go v0.32).
func (s *sheet[T]) begin(year string) {
	s.do(func() (err error) {
		if s.file, err = s.all.create(s.table, year); err != nil {
			return err
		}
		s.to = parquet.NewGenericWriter[T](s.file, s.options...)
		s.wrote = append(s.wrote, wrote{year: year})
		return nil
	})
}

// end ends it.
func (s *sheet[T]) end() {
	s.do(func() error {
		if err := s.to.Close(); err != nil {
			return err
		}
		f := s.file
		s.file = nil
		s.wrote[len(s.wrote)-1].sum = f.sum()
		s.to = nil
		return f.Close()
	})
}

// together adds rows. Pages end between calls of the encoder and within what a call is given: together gives it all at once,
// each one by one, and where pages end depends on it.
func (s *sheet[T]) together(rows []T) {
	if len(rows) == 0 {
		return
	}
	s.do(func() error {
		_, err := s.to.Write(rows)
		return err
	})
}

func (s *sheet[T]) each(rows []T) {
	if len(rows) == 0 {
		return
	}
	s.do(func() error {
		for row := range slices.Chunk(rows, 1) {
			if _, err := s.to.Write(row); err != nil {
				return err
			}
		}
		return nil
	})
}

// row adds one that is laid into columns already.
func (s *sheet[T]) row(row parquet.Row) {
	s.do(func() error {
		_, err := s.to.WriteRows([]parquet.Row{row})
		return err
	})
}
