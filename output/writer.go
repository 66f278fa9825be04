package output

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// Info is what a dataset says of its making. There is no clock in it: same input, same bytes.
type Info struct {
	ProgramVersion string
	Corrections    []Correction // by the user: see ReadCorrections
	// NotRead are the bodies whose column of reports was not read whole by the crawl: of them no report is called missing.
	NotRead []Unlooked
}

// An Unlooked body is one of which it is not known whether there are reports that were not found.
type Unlooked struct {
	Division string // code of a government's division, or that of the government that a department belongs to
	Name     string // of the authority, as the list of portals has it
	Years    []int  // on which this is so; nil = all
	Reason   string // one sentence
}

// CodeOutOfRange is the finding on a number that the dataset's columns cannot hold exactly; its text is kept.
const CodeOutOfRange = "number-out-of-range"

// rowGroup is how many rows stand in a row group: what DuckDB takes at a time, and what bounds memory. Rows of sections
// hold texts of some kilobytes and all their words, so that there are fewer.
const (
	rowGroup     = 122_880
	sectionGroup = 16_384
)

// widePage is how many bytes a page of wide has before it is packed: 4,000 rows of a column. There are hundreds of
// columns, and who asks for one report unpacks a page of each.
const widePage = 32 << 10

// sortedBy is the order of the rows within a year; sortingColumns says so to readers, where the table has agency_id.
const sortedBy = "agency_id, document, part"

// sortingColumns tell readers in which order the rows of a table are that has all three.
func sortingColumns() parquet.WriterOption {
	return parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("agency_id"),
		parquet.Ascending("document"), parquet.Ascending("part")))
}

// codec packs all files: zstd at its default level.
func codec() parquet.WriterOption {
	return parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault})
}

// ofDocument lets a reader skip the row groups that have nothing of a document. There is none on other columns: agency_id
// is sorted, so that the statistics do; a name is in every row group.
func ofDocument() parquet.WriterOption {
	return parquet.BloomFilters(parquet.SplitBlockFilter(10, "document"))
}

// noYear is the partition of reports whose year is not known. Hive's own name for it, __HIVE_DEFAULT_PARTITION__, makes
// DuckDB take every year for text and fail on comparisons; no report is on the year 0, and report_year is null there.
const noYear = "0"

// A Writer makes a dataset of results. It keeps them beside the target until all are there, settles which report of a
// body and year stands, writes the tables and puts the dataset in its place at Close, so that a reader never sees half
// of one.
type Writer struct {
	spool *spool

	corrections *corrections
	results     []indexed         // in the order given
	names       map[string]string // one copy of what stands in many of them
	whos        map[panel.Identity]*panel.Identity
	gone        map[int32][]goneBody
	unread      map[unreadAt]bool  // the documents that could not be read
	years       map[string][]int32 // of each body, the results that stand, by year
	kept        *spoolReader
	panel       *panelSchema
	dir, temp   string
	letGo       func() // of the folder in which it is made
	info        Info
	forms       *form.Forms
	wide        *wideSchema
	report      *reportSchema
	meta        []parquet.WriterOption
	parts       map[string]*partition
	rows        map[string]int64
	finished    bool // the files are whole
	closed      bool // nothing is left to do
	prose       *prose
	long        chan longRows         // rows on their way to the long table, which is written beside the others
	free        chan []ValueRow       // their buffers, used again
	done        chan struct{}         // closed when the long table's writer has ended
	failed      atomic.Pointer[error] // the first error of that writer
}

// longRows are the rows of one report for the long tables of a partition.
type longRows struct {
	to    *partition
	rows  []ValueRow
	terms []TermRow
}

// Create begins a dataset that will lie at dir. It refuses to replace anything that is not a dataset of its own making.
func Create(dir string, forms *form.Forms, info Info) (*Writer, error) {
	if err := checkLists(); err != nil {
		return nil, err
	}
	dir = filepath.Clean(dir)
	if err := replaceable(dir); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return nil, err
	}
	removeLeftovers(dir)
	temp, err := os.MkdirTemp(filepath.Dir(dir), "."+filepath.Base(dir)+".partial-")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	letGo, err := held.Take(temp)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return nil, err
	}
	text, err := newProse(temp)
	var results *spool
	if err == nil {
		results, err = newSpool(temp)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	w := &Writer{prose: text, spool: results, names: map[string]string{}, dir: dir, temp: temp, info: info, forms: forms,
		wide:   newWideSchema(forms),
		report: newReportSchema(forms), parts: map[string]*partition{}, rows: map[string]int64{}}
	w.letGo = letGo
	w.corrections = newCorrections(info.Corrections, forms)
	w.whos, w.unread = map[panel.Identity]*panel.Identity{}, map[unreadAt]bool{}
	if w.panel, err = newPanelSchema(forms); err != nil {
		return nil, err
	}
	w.meta = []parquet.WriterOption{
		codec(), parquet.MaxRowsPerRowGroup(rowGroup),
		parquet.CreatedBy("gongkai", info.ProgramVersion, ""),
		parquet.KeyValueMetadata("gongkai.version", info.ProgramVersion),
		parquet.KeyValueMetadata("gongkai.forms", formsWords(forms)),
		parquet.KeyValueMetadata("gongkai.sorted_by", sortedBy),
	}
	for _, t := range tableNames {
		w.rows[t] = 0
	}
	return w, nil
}

// writeLong writes the long table, nine tenths of a dataset, beside the rest. After an error it only drains.
func (w *Writer) writeLong() {
	defer close(w.done)
	fail := func(err error) {
		if err != nil {
			w.failed.CompareAndSwap(nil, &err)
		}
	}
	var last *partition
	for l := range w.long {
		if w.failed.Load() == nil {
			if last != nil && last != l.to {
				fail(errors.Join(last.values.Flush(), last.terms.Flush()))
			}
			last = l.to
			_, err := l.to.values.Write(l.rows)
			fail(err)
			_, err = l.to.terms.Write(l.terms)
			fail(err)
		}
		select {
		case w.free <- l.rows[:0]:
		default:
		}
	}
}

// stopLong waits until every row handed over is written, and gives the first error.
func (w *Writer) stopLong() error {
	close(w.long)
	<-w.done
	if err := w.failed.Load(); err != nil {
		return *err
	}
	return nil
}

var tableNames = []string{"documents", "reports", "values", "findings", "sections", "terms", "claims", "reuse", "wide",
	"panel", "authorities", "divisions", "linked_series", "crosswalk", "breaks", "rates", "corrections"}

// timeless are the tables that are of no year; they lie where what has no known year does.
var timeless = []string{"divisions", "crosswalk", "breaks", "rates"}

// replaceable reports an error unless dir is absent, empty, or a dataset of ours.
func replaceable(dir string) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("%s: not a folder that a dataset can take the place of: %w", dir, err)
	case len(entries) == 0:
		return nil
	}
	if _, err := tables.ReadManifest(dir); err != nil {
		return fmt.Errorf("%s: holds files that are no gongkai dataset (no %s); nothing was written", dir,
			tables.ManifestName)
	}
	return nil
}

func formsWords(forms *form.Forms) string {
	var out []string
	for _, t := range forms.Tables() {
		var eds []string
		for _, f := range forms.Editions(t) {
			eds = append(eds, f.Edition)
		}
		out = append(out, t+"="+strings.Join(eds, ","))
	}
	return strings.Join(out, ";")
}

// A partition is the open files of one report year.
type partition struct {
	files     []*os.File
	documents *parquet.GenericWriter[DocumentRow]
	reports   *parquet.GenericWriter[any]
	values    *parquet.GenericWriter[ValueRow]
	findings  *parquet.GenericWriter[FindingRow]
	sections  *parquet.GenericWriter[SectionRow]
	terms     *parquet.GenericWriter[TermRow]
	claims    *parquet.GenericWriter[ClaimRow]
	reuse     *parquet.GenericWriter[ReuseRow]
	wide      *parquet.GenericWriter[any]
	panel     *parquet.GenericWriter[any]

	authorities *parquet.GenericWriter[AuthorityRow]
	series      *parquet.GenericWriter[SeriesRow]
	corrections *parquet.GenericWriter[CorrectionRow]
}

func (w *Writer) partition(year int) (*partition, error) {
	name := noYear
	if year > 0 {
		name = strconv.Itoa(year)
	}
	if p := w.parts[name]; p != nil {
		return p, nil
	}
	p := &partition{}
	outs := map[string]io.Writer{}
	for _, t := range tableNames {
		if slices.Contains(timeless, t) {
			continue
		}
		f, err := w.create(t, name)
		if err != nil {
			return nil, err
		}
		p.files = append(p.files, f)
		outs[t] = f
	}
	with := w.with
	p.documents = parquet.NewGenericWriter[DocumentRow](outs["documents"], with("documents", ofDocument())...)
	p.reports = parquet.NewGenericWriter[any](outs["reports"], with("reports", ofDocument(), sortingColumns(),
		w.report.schema)...)
	p.values = parquet.NewGenericWriter[ValueRow](outs["values"], with("values", ofDocument())...)
	p.findings = parquet.NewGenericWriter[FindingRow](outs["findings"], with("findings", ofDocument())...)
	p.sections = parquet.NewGenericWriter[SectionRow](outs["sections"], with("sections", ofDocument(),
		parquet.MaxRowsPerRowGroup(sectionGroup))...)
	p.claims = parquet.NewGenericWriter[ClaimRow](outs["claims"], with("claims", ofDocument())...)
	p.terms = parquet.NewGenericWriter[TermRow](outs["terms"], with("terms", ofDocument())...)
	p.reuse = parquet.NewGenericWriter[ReuseRow](outs["reuse"], with("reuse", ofDocument())...)
	p.wide = parquet.NewGenericWriter[any](outs["wide"], append(with("wide", ofDocument(), sortingColumns(),
		w.wide.schema, parquet.PageBufferSize(widePage)), w.wide.docs()...)...)
	p.panel = parquet.NewGenericWriter[any](outs["panel"], with("panel", ofDocument(), sortingColumns(), w.panel.schema)...)
	p.authorities = parquet.NewGenericWriter[AuthorityRow](outs["authorities"], with("authorities",
		parquet.SortingWriterConfig(parquet.SortingColumns(parquet.Ascending("body"))))...)
	p.series = parquet.NewGenericWriter[SeriesRow](outs["linked_series"], with("linked_series")...)
	p.corrections = parquet.NewGenericWriter[CorrectionRow](outs["corrections"], with("corrections")...)
	w.parts[name] = p
	return p, nil
}

// create begins a file of a table.
func (w *Writer) create(table, year string) (*os.File, error) {
	dir := filepath.Join(w.temp, table, "year="+year)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	return os.Create(filepath.Join(dir, "part-0.parquet"))
}

// with are the options of the files of a table, and more.
func (w *Writer) with(table string, more ...parquet.WriterOption) []parquet.WriterOption {
	docs := listedColumns(table, w.forms)
	if table == "reports" {
		docs = reportDocs(w.forms)
	}
	return slices.Concat(w.meta, columnMetadata(docs), more)
}

// Write adds one result, after corrections have been put into its report. Of results that tie, the one given first
// stands; the rows of a year are by agency_id, document and part, in whatever order the results came.
func (w *Writer) Write(r Result) error {
	w.corrections.apply(&r, w.forms)
	at, err := w.spool.add(&r)
	if err != nil {
		return err
	}
	w.results = append(w.results, w.index(&r, at))
	return nil
}

// settleAndWrite writes what was kept, now that it is known which reports stand.
func (w *Writer) settleAndWrite() (err error) {
	if w.kept, err = w.spool.reader(); err != nil {
		return err
	}
	if err := w.settle(); err != nil {
		return err
	}
	if err := w.writeAuthorities(); err != nil {
		return err
	}
	w.long, w.free, w.done = make(chan longRows, 64), make(chan []ValueRow, 64), make(chan struct{})
	go w.writeLong()
	var last *partition
	year := int32(0)
	for _, i := range w.order() {
		x := &w.results[i]
		r, e := w.kept.get(x.span)
		var p *partition
		if e == nil {
			p, e = w.partition(r.Report.Year)
		}
		if e == nil && last != nil && p != last { // one year is held at a time
			e = errors.Join(w.writeGone(last, year, ""), last.flush())
		}
		last, year = p, x.year
		if e == nil && x.stands {
			before := "" // who has no agency_id stands behind all that have one
			if x.decided {
				before = x.body
			}
			e = w.writeGone(p, year, before)
		}
		if e == nil {
			e = w.put(p, r, x)
		}
		if err = e; err != nil {
			break
		}
	}
	if err == nil && last != nil {
		err = w.writeGone(last, year, "")
	}
	if e := w.stopLong(); err == nil {
		err = e
	}
	return err
}

// order is that of the rows: by year, agency_id (those of no decided body last), document and part; equal ones as given.
func (w *Writer) order() []int {
	out := make([]int, len(w.results))
	for i := range out {
		out[i] = i
	}
	slices.SortStableFunc(out, func(i, k int) int {
		a, b := &w.results[i], &w.results[k]
		if c := cmp.Compare(a.year, b.year); c != 0 {
			return c
		}
		switch {
		case a.decided != b.decided:
			if a.decided {
				return -1
			}
			return 1
		case a.decided && a.body != b.body:
			return strings.Compare(a.body, b.body)
		}
		return cmp.Or(strings.Compare(a.document, b.document), cmp.Compare(a.part, b.part))
	})
	return out
}

// put writes the rows of a result.
func (w *Writer) put(p *partition, r Result, x *indexed) error {
	rep := r.Report
	rep.Findings = append(rep.Findings, x.found...)
	if rep.Part <= 1 { // one row a document, with its first report
		if _, err := p.documents.Write([]DocumentRow{documentRow(&r)}); err != nil {
			return err
		}
		w.rows["documents"]++
	}
	part := r.part()
	findings := rep.Findings
	if rep.Status.HoldsReport() {
		row := w.reportRow(&r, x)
		if _, err := p.reports.WriteRows([]parquet.Row{w.report.row(row, rep.Editions)}); err != nil {
			return err
		}
		if x.stands {
			figures := w.panel.count(rep)
			if _, err := p.panel.WriteRows([]parquet.Row{w.panel.of(&r, &row, figures)}); err != nil {
				return err
			}
			if err := w.writeSeries(p, &r, x, figures); err != nil {
				return err
			}
			w.rows["panel"]++
		}
		w.rows["reports"]++
		lost, err := w.writeValues(p, &r, x.stands)
		if err != nil {
			return err
		}
		findings = append(findings[:len(findings):len(findings)], lost...)
		if _, err := p.wide.WriteRows([]parquet.Row{w.wide.row(&r, x)}); err != nil {
			return err
		}
		w.rows["wide"]++
	}
	agency := optional(rep.Agency)
	for _, f := range findings {
		row := FindingRow{Document: r.Document.SHA256, Part: part, Agency: agency, Code: f.Code,
			Severity: string(f.Severity), Name: f.Name, Message: f.Message,
			Page: ordinalOf(f.Place.Page), TableIndex: ordinalOf(f.Place.Table), GridRow: ordinalOf(f.Place.Row),
			GridColumn: ordinalOf(f.Place.Column),
			Path:       optional(f.Place.Path), Offset: offsetOf(f.Place.Offset)}
		if _, err := p.findings.Write([]FindingRow{row}); err != nil {
			return err
		}
		w.rows["findings"]++
	}
	for i := range rep.Sections {
		if _, err := p.sections.Write([]SectionRow{sectionRow(&r, i)}); err != nil {
			return err
		}
		w.rows["sections"]++
	}
	if rep.Status.HoldsReport() {
		if err := w.prose.add(&r); err != nil {
			return err
		}
	}
	for i := range rep.Claims {
		if _, err := p.claims.Write([]ClaimRow{claimRow(&r, &rep.Claims[i])}); err != nil {
			return err
		}
		w.rows["claims"]++
	}
	return nil
}

// flush ends the row groups of a partition's tables; those of the long ones are ended where they are written.
func (p *partition) flush() error {
	var all []error
	for _, f := range []interface{ Flush() error }{p.documents, p.reports, p.findings, p.sections, p.claims, p.wide,
		p.panel} {
		all = append(all, f.Flush())
	}
	return errors.Join(all...)
}

// writeValues adds the long rows and gives findings on numbers that the columns cannot hold.
func (w *Writer) writeValues(p *partition, r *Result, stands bool) (lost []normalize.Finding, err error) {
	rep := r.Report
	agency, part := optional(rep.Agency), r.part()
	n := len(rep.Values)
	var rows []ValueRow
	select {
	case rows = <-w.free:
	default:
	}
	ints := make([]int32, 4*n)
	numbers := make([]int64, n)
	texts := make([]string, n)
	for i := range rep.Values {
		v := &rep.Values[i]
		row := ValueRow{Document: r.Document.SHA256, Part: part, Agency: agency, Name: v.Name, Unit: v.Unit,
			State: string(v.State), Verdict: string(v.Verdict), Standing: stands}
		row.ConfirmedBy, row.UnitFrom = optional(v.ConfirmedBy), optional(string(v.UnitFrom))
		row.Label = optional(v.Label)
		if v.Confidence > 0 {
			c := v.Confidence
			row.Confidence = &c
		}
		if v.Found() {
			texts[i] = v.Text
			row.Text = &texts[i]
		}
		if v.Number != nil {
			if k, ok := scaled(v.Number); ok {
				numbers[i] = k
				row.Number = &numbers[i]
			} else {
				lost = append(lost, normalize.Finding{Code: CodeOutOfRange, Severity: normalize.Warning, Name: v.Name,
					Message: fmt.Sprintf("%s does not fit DECIMAL(18,6); the column number is null, text is kept",
						v.Number),
					Place: v.Place})
			}
		}
		set := func(k, x int) *int32 {
			if x == 0 {
				return nil
			}
			ints[4*i+k] = int32(x)
			return &ints[4*i+k]
		}
		row.Page, row.TableIndex = set(0, v.Place.Page), set(1, v.Place.Table)
		row.GridRow, row.GridColumn = set(2, v.Place.Row), set(3, v.Place.Column)
		if b := v.Place.Box; b != nil {
			row.X0, row.Y0, row.X1, row.Y1 = &b[0], &b[1], &b[2], &b[3]
		}
		row.Path = optional(v.Place.Path)
		row.Offset = offsetOf(v.Place.Offset)
		rows = append(rows, row)
	}
	terms := termRows(r, nil)
	w.long <- longRows{p, rows, terms}
	w.rows["values"] += int64(n)
	w.rows["terms"] += int64(len(terms))
	if err := w.failed.Load(); err != nil {
		return lost, *err
	}
	return lost, nil
}

// Close finishes the files and puts the dataset in its place.
func (w *Writer) Close() error {
	if !w.finished {
		if _, err := w.Finish(); err != nil {
			return err
		}
	}
	if w.closed {
		return errors.New("the dataset is closed already")
	}
	w.closed = true
	return w.putInPlace()
}

// Finish finishes the files, and gives the dataset as it lies, whole, beside its place, for tables to be added before
// Close puts it there: a reader never sees it without them, and what is killed in between has replaced nothing.
func (w *Writer) Finish() (*Dataset, error) {
	if w.closed || w.finished {
		return nil, errors.New("the dataset is closed already")
	}
	w.finished = true
	err := w.finish()
	if err == nil {
		var d *Dataset
		if d, err = Open(w.temp); err == nil {
			return d, nil
		}
	}
	w.closed = true
	return nil, w.fail(err)
}

func (w *Writer) finish() error {
	err := w.settleAndWrite()
	if e := w.spool.close(); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	if err := w.writeCorrections(); err != nil {
		return err
	}
	if err := w.writeTimeless(); err != nil {
		return err
	}
	if err := w.writeReuse(); err != nil {
		return err
	}
	if len(w.parts) == 0 { // an empty dataset still has its tables
		if _, err := w.partition(0); err != nil {
			return err
		}
	}
	names := make([]string, 0, len(w.parts))
	for n := range w.parts {
		names = append(names, n)
	}
	sort.Strings(names)
	for _, n := range names {
		if err := w.parts[n].close(); err != nil {
			return err
		}
	}
	m := tables.Manifest{Program: "gongkai", Version: w.info.ProgramVersion, Forms: map[string]string{}, Rows: w.rows,
		Unknown: noYear}
	for _, part := range strings.Split(formsWords(w.forms), ";") {
		k, v, _ := strings.Cut(part, "=")
		m.Forms[k] = v
	}
	b, err := m.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.temp, tables.ManifestName), b, 0o644)
}

// writeReuse compares the prose of all reports and writes what they repeat.
func (w *Writer) writeReuse() error {
	held := 0
	err := w.prose.compare(func(year int, r ReuseRow) error {
		p, err := w.partition(year)
		if err != nil {
			return err
		}
		if _, err := p.reuse.Write([]ReuseRow{r}); err != nil {
			return err
		}
		w.rows["reuse"]++
		if held += len(r.Passages) + 1; held >= rowGroup {
			held = 0
			return p.reuse.Flush()
		}
		return nil
	})
	if e := w.prose.close(); err == nil {
		err = e
	}
	return err
}

func (w *Writer) fail(err error) error {
	os.RemoveAll(w.temp)
	w.letGo()
	return err
}

func (p *partition) close() error {
	var first error
	keep := func(err error) {
		if err != nil && first == nil {
			first = err
		}
	}
	for _, c := range []io.Closer{p.documents, p.reports, p.values, p.findings, p.sections, p.terms, p.claims, p.reuse,
		p.wide, p.panel, p.authorities, p.series, p.corrections} {
		keep(c.Close())
	}
	for _, f := range p.files {
		keep(f.Close())
	}
	return first
}

// putInPlace moves the finished dataset to its name; an older one is moved aside first and removed last.
func (w *Writer) putInPlace() error {
	defer w.letGo()
	old := ""
	if _, err := os.Stat(w.dir); err == nil {
		if err := replaceable(w.dir); err != nil {
			return w.fail(err)
		}
		if exchange(w.temp, w.dir) {
			return os.RemoveAll(w.temp)
		}
		old = w.temp + replaced
		if err := os.Rename(w.dir, old); err != nil {
			return w.fail(err)
		}
	}
	if err := os.Rename(w.temp, w.dir); err != nil {
		if old != "" {
			os.Rename(old, w.dir)
		}
		return w.fail(err)
	}
	if old != "" {
		return os.RemoveAll(old)
	}
	return nil
}

// Abort gives the dataset up; what lay at its place stays as it was.
func (w *Writer) Abort() {
	if w.closed {
		return
	}
	w.closed = true
	defer w.letGo()
	defer os.RemoveAll(w.temp)
	if w.finished {
		return
	}
	_ = w.spool.close() // what it could not write is given up with the rest
	_ = w.prose.close() // likewise
}
