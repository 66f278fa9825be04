package output

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

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
	// Print names the program that writes, with its data. With it the dataset says of what its years were made, and what
	// of the dataset that lies there is of the same, written by the same program, is taken over. "" = all is written.
	Print   string
	Fresh   bool // nothing is taken over all the same
	NoLater bool // the table anomalies is not wanted, though the dataset that lies there has it
	// Explain is told what is done with the tables of each year, and why; nil = nobody asks.
	Explain func(Told)
	// Recall gives what was kept under a name, nil = nothing; Remember keeps it, and may fail to: what is missing is made
	// again. Both or none; they are called with Print alone.
	Recall   func(name string) []byte
	Remember func(name string, b []byte)
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
	spool *spool // of the results that Write was given; nil = of none

	corrections *corrections
	results     []indexed         // in the order given
	names       map[string]string // one copy of what stands in many of them
	whos        map[panel.Identity]*panel.Identity
	reporters   map[reporter]*reporter
	manners     map[manner]*manner
	unread      map[unreadAt]bool  // the documents that could not be read
	years       map[string][]int32 // of each body, the results that stand, by year
	kept        *spoolReader
	spills      []*Spill
	panel       *panelSchema
	dir, temp   string
	letGo       func() // of the folder in which it is made
	info        Info
	forms       *form.Forms
	wide        *wideSchema
	report      *reportSchema
	meta        []parquet.WriterOption
	rows        map[string]int64
	old         *tables.Manifest // of the dataset that lies there, where years of it may be taken over
	written     map[string]*tables.Year
	taken       [][2]string // tables and years of the old dataset that are taken over and not linked yet
	timeless    *tables.Year

	timelessTaken bool   // it is that of the old dataset
	whyAll        reason // that no year of the old dataset can be taken over

	same     bool  // the dataset that lies there is the one that was to be written
	finished bool  // the files are whole
	closed   bool  // nothing is left to do
	desk     *pens // nil = nothing was to be written yet
	open     func(path string) (*os.File, error)
	free     chan []ValueRow // buffers of rows, used again
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
	temp, letGo, err := held.Make(filepath.Dir(dir), "."+filepath.Base(dir)+".partial-")
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return nil, err
	}
	w := &Writer{letGo: letGo, names: map[string]string{}, dir: dir, temp: temp, info: info, forms: forms,
		wide: newWideSchema(forms), report: newReportSchema(forms), rows: map[string]int64{}, written: map[string]*tables.Year{},
		open: os.Create}
	w.corrections = newCorrections(info.Corrections, forms)
	w.whos, w.unread = map[panel.Identity]*panel.Identity{}, map[unreadAt]bool{}
	w.reporters, w.manners = map[reporter]*reporter{}, map[manner]*manner{}
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
	w.old, w.whyAll = takeable(dir, &info)
	return w, nil
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

// create begins a file of a table.
func (w *Writer) create(table, year string) (*summed, error) {
	dir := filepath.Join(w.temp, table, "year="+year)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	f, err := w.open(filepath.Join(dir, partFile))
	if err != nil {
		return nil, err
	}
	return &summed{file: f, hash: sha256.New()}, nil
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
	w.Correct(&r)
	if w.spool == nil {
		var err error
		if w.spool, err = newSpool(w.temp); err != nil {
			return err
		}
	}
	at, err := w.spool.add(&r)
	if err != nil {
		return err
	}
	h := w.Head(&r)
	w.keep(&h, at, nil)
	return nil
}

// Correct puts the corrections into a report that no writer has yet. Results must come in one order; one that comes
// again is corrected as before.
func (w *Writer) Correct(r *Result) { w.corrections.apply(r, w.forms) }

// Corrections says which corrections there are of a document, "" = none: what is made of it depends on them.
func (w *Writer) Corrections(sha256 string) string {
	var b strings.Builder
	for _, x := range w.corrections.of[sha256] {
		fmt.Fprintf(&b, "%+v\n", *x.Correction)
	}
	return b.String()
}

// Keep adds a result by its head. Where its rows are written, again gives it as Head had it, corrected, each time anew;
// it may be called from several places at once. Only with Info.Print, where Head.Digest names all that again gives, a
// year may be taken over.
func (w *Writer) Keep(h Head, again func() (Result, error)) { w.keep(&h, span{}, again) }

// Expect makes room for so many results.
func (w *Writer) Expect(n int) { w.results = slices.Grow(w.results, n) }

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

// Laid are the rows that a result comes to in the tables of its year that are written.
type laid struct {
	r        Result
	document []DocumentRow // one a document, with its first report
	report   parquet.Row   // nil = none
	wide     parquet.Row
	values   []ValueRow
	terms    []TermRow
	findings []FindingRow
	sections []SectionRow
	claims   []ClaimRow
	panel    parquet.Row // nil = none
	series   []SeriesRow
}

// lay makes the rows of a result. It may be called from several places at once.
func (w *Writer) lay(asked parts, r Result, x *indexed) (l laid) {
	l.r = r
	rep := r.Report
	rep.Findings = append(rep.Findings, x.found...)
	holds := rep.Status.HoldsReport()
	var row ReportRow
	if holds {
		row = w.reportRow(&r, x)
	}
	if asked.panel && holds && x.stands {
		figures := w.panel.count(rep)
		l.panel, l.series = w.panel.of(&r, &row, figures), w.seriesRows(&r, x, figures)
	}
	if !asked.own {
		return l
	}
	if rep.Part <= 1 {
		l.document = []DocumentRow{documentRow(&r)}
	}
	findings := rep.Findings
	if holds {
		l.report, l.wide = w.report.row(row, rep.Editions), w.wide.row(&r, x)
		var lost []normalize.Finding
		l.values, lost = w.valueRows(&r, x.stands)
		l.terms = termRows(&r, nil)
		findings = append(findings[:len(findings):len(findings)], lost...)
	}
	l.findings = findingRows(&r, findings)
	for i := range rep.Sections {
		l.sections = append(l.sections, sectionRow(&r, i))
	}
	for i := range rep.Claims {
		l.claims = append(l.claims, claimRow(&r, &rep.Claims[i]))
	}
	return l
}

// put hands rows to those who write them.
func (w *Writer) put(l *laid, rows map[string]int64) error {
	p := w.desk
	one := func(s *sheet[any], row parquet.Row) {
		if row != nil {
			rows[s.table]++
			s.row(row)
		}
	}
	one(&p.panel, l.panel)
	p.series.together(l.series)
	p.documents.together(l.document)
	one(&p.reports, l.report)
	if values := l.values; len(values) > 0 {
		p.values.do(func() error {
			_, err := p.values.to.Write(values)
			select {
			case w.free <- values[:0]:
			default:
			}
			return err
		})
	}
	p.terms.together(l.terms)
	one(&p.wide, l.wide)
	p.findings.each(l.findings)
	p.sections.each(l.sections)
	p.claims.each(l.claims)
	for t, n := range map[string]int{"linked_series": len(l.series), "documents": len(l.document), "values": len(l.values),
		"terms": len(l.terms), "findings": len(l.findings), "sections": len(l.sections), "claims": len(l.claims)} {
		rows[t] += int64(n)
	}
	return p.err()
}

// findingRows are what there is of documents that are no reports, too.
func findingRows(r *Result, findings []normalize.Finding) (out []FindingRow) {
	part, agency := r.part(), optional(r.Report.Agency)
	for _, f := range findings {
		out = append(out, FindingRow{Document: r.Document.SHA256, Part: part, Agency: agency, Code: f.Code,
			Severity: string(f.Severity), Name: f.Name, Message: f.Message,
			Page: ordinalOf(f.Place.Page), TableIndex: ordinalOf(f.Place.Table), GridRow: ordinalOf(f.Place.Row),
			GridColumn: ordinalOf(f.Place.Column),
			Path:       optional(f.Place.Path), Offset: offsetOf(f.Place.Offset)})
	}
	return out
}

// valueRows gives the long rows, and findings on numbers that the columns cannot hold.
func (w *Writer) valueRows(r *Result, stands bool) (rows []ValueRow, lost []normalize.Finding) {
	rep := r.Report
	agency, part := optional(rep.Agency), r.part()
	n := len(rep.Values)
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
	return rows, lost
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
// Close puts it there: a reader never sees it without them, and what is killed in between has replaced nothing. Where
// the dataset that lies there is the very same it is that one (see Same), and Close leaves it as it is.
func (w *Writer) Finish() (*Dataset, error) {
	if w.closed || w.finished {
		return nil, errors.New("the dataset is closed already")
	}
	w.finished = true
	err := w.finish()
	if err == nil {
		var d *Dataset
		at := w.temp
		if w.same {
			at = w.dir
		}
		if d, err = Open(at); err == nil {
			return d, nil
		}
	}
	w.closed = true
	return nil, w.fail(err)
}

func (w *Writer) finish() error {
	err := w.settleAndWrite()
	if e := w.closeSpills(); err == nil {
		err = e
	}
	if w.spool != nil {
		if e := w.spool.close(); err == nil {
			err = e
		}
	}
	if err != nil || w.same {
		return err
	}
	m := w.manifest()
	b, err := m.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.temp, tables.ManifestName), b, 0o644)
}

func (w *Writer) fail(err error) error {
	os.RemoveAll(w.temp)
	w.letGo()
	return err
}

// putInPlace moves the finished dataset to its name; an older one is moved aside first and removed last.
func (w *Writer) putInPlace() error {
	defer w.letGo()
	if w.same {
		return os.RemoveAll(w.temp)
	}
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
	if !w.finished && w.spool != nil {
		_ = w.spool.close() // what it could not write is given up with the rest
	}
	_ = w.closeSpills()
}
