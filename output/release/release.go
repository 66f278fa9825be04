// Package release turns a dataset into what is cited and opened: Parquet, CSV, workbooks and Stata files, with a
// codebook, descriptions for machines, a report on what holds and what does not, checksums, and what changed since
// the release before.
//
// It knows formats and what a release says of itself; how a value was read, it does not.
package release

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// Options of a release.
type Options struct {
	Forms   *form.Forms
	Program string // version of the program that makes the release
	Version string // of the release; "" = the newest report year and a number that counts on
	Workers int    // partitions written at the same time; 0 = 1
	// WithoutAnomalies lets a release lose the table anomalies that the one before has.
	WithoutAnomalies bool
	Cite             Citation
	// Formats are some of the words of Formats; Parquet is there whether it is named or not. None = DefaultFormats.
	Formats []string
	// Select and Names make the release an extract: of the reports that are selected, the cells and figures named.
	Select   output.Selection
	Names    []string
	Progress func(done, all int, file string) // may be nil

	sheetRows int64 // for tests: rows of a sheet at most
}

// Formats are what a release may be in: the words of --formats. Stata and xlsx are the tables that most work begins with
// (panel, wide, reports; for Stata divisions and authorities too, for Excel a summary with Chinese headers), stata-all
// and xlsx-all all that those programs hold.
var (
	Formats        = []string{"parquet", "csv", "stata", "stata-all", "xlsx", "xlsx-all"}
	DefaultFormats = []string{"parquet", "csv", "stata", "xlsx"}
)

// in reports whether the release is in one of the formats.
func (m *maker) in(formats ...string) bool {
	list := m.opts.Formats
	if len(list) == 0 {
		list = DefaultFormats
	}
	return slices.ContainsFunc(formats, func(f string) bool { return has(list, f) })
}

// A Summary says what a release did.
type Summary struct {
	Version, Before string // of the release, and of the one before; "" = there was none
	Written, Kept   int    // data files
	Reports, Values int64
	Changed         Changes
}

// manifestName is the file that makes a folder a release of ours.
const manifestName = "release.json"

// A manifest says of a release from what it was made: what is the same next time is not written again.
type manifest struct {
	Program string            `json:"program"`
	Made    string            `json:"made_by"` // version of the program
	Version string            `json:"version"`
	Sources map[string]string `json:"sources"` // TABLE/YEAR → SHA-256 of the dataset's file
	Rows    map[string]int64  `json:"rows"`    // TABLE/YEAR → rows
	Extract string            `json:"extract,omitempty"`
	Files   map[string]entry  `json:"files"`
}

// An entry is a file of a release.
type entry struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	// what it was made from: hash of the sources; empty for what describes the whole
	From string `json:"from,omitempty"`
}

// A job is a data file to write.
type job struct {
	path   string
	tables []string // of the year
	year   int
	rows   int64 // where it is only a part of the table
	write  func(io.Writer) error
}

// maker holds one release in the making.
type maker struct {
	opts   Options
	data   *output.Dataset
	dir    string
	tables []output.TableDoc
	parts  map[string]map[int]part // table → year
	old    manifest
	now    manifest

	causes map[string]*cause // what changed, by the word of changes.csv
}

// A part is the file of a table and a year.
type part struct {
	output.File
	hash        string
	rows, bytes int64
}

// Write makes a release of the dataset in dir. A release that lies there is brought up to date: only what changed is
// written, and the changes are told. Same dataset, same release before, same bytes.
func Write(ctx context.Context, d *output.Dataset, dir string, opts Options) (*Summary, error) {
	m := &maker{opts: opts, data: d, dir: filepath.Clean(dir), parts: map[string]map[int]part{}}
	for _, f := range opts.Formats {
		if !has(Formats, f) {
			return nil, fmt.Errorf("no format %q; there are %s", f, strings.Join(Formats, ", "))
		}
	}
	if err := m.opts.Cite.check(); err != nil {
		return nil, err
	}
	old, err := readManifest(m.dir)
	if err != nil {
		return nil, err
	}
	if old.Version != "" && old.Extract != m.extract() {
		return nil, fmt.Errorf("%s: holds a release of %s, and this is one of %s; release into another folder", m.dir,
			cmp.Or(old.Extract, "the whole dataset"), cmp.Or(m.extract(), "the whole dataset"))
	}
	m.old = old
	if m.extract() != "" {
		temp, err := os.MkdirTemp("", "gongkai-extract-*")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(temp)
		if m.data, err = output.Extract(ctx, d, filepath.Join(temp, "dataset"), opts.Select, opts.Names, opts.Forms); err != nil {
			return nil, err
		}
		d = m.data
	}
	if err := m.look(ctx); err != nil {
		return nil, err
	}
	if err := m.keepsAnomalies(); err != nil {
		return nil, err
	}
	m.now = manifest{Program: "gongkai", Made: opts.Program, Extract: m.extract(), Sources: map[string]string{}, Rows: map[string]int64{},
		Files: map[string]entry{}}
	for t, years := range m.parts {
		for y, p := range years {
			k := t + "/" + strconv.Itoa(y)
			m.now.Sources[k], m.now.Rows[k] = p.hash, p.rows
		}
	}
	same := m.old.Made == m.now.Made && equalMaps(m.old.Sources, m.now.Sources)
	m.now.Version = m.version(same)
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return nil, err
	}
	sum := &Summary{Version: m.now.Version, Reports: d.Rows["reports"], Values: d.Rows["values"]}
	if m.old.Version != m.now.Version || !same {
		sum.Before = m.old.Version
	}
	if err := m.renew(filepath.Join(m.dir, partialName)); err != nil {
		return nil, err
	}
	if sum.Before != "" {
		if err := m.setAside(); err != nil {
			return nil, err
		}
	}
	if err := m.writeData(ctx, sum); err != nil {
		return nil, err
	}
	if sum.Before != "" {
		if sum.Changed, err = m.changes(ctx); err != nil {
			return nil, err
		}
	}
	if err := m.describe(ctx, sum); err != nil {
		return nil, err
	}
	return sum, m.finish()
}

// keepsAnomalies refuses a release that would lose the table anomalies without anybody's having said so: a run of the
// dataset without it, or an older copy, is no reason that its readers could guess.
func (m *maker) keepsAnomalies() error {
	if m.opts.WithoutAnomalies || len(m.parts["anomalies"]) > 0 {
		return nil
	}
	for k := range m.old.Sources {
		if strings.HasPrefix(k, "anomalies/") {
			return fmt.Errorf("%s: no table anomalies, which release %s in %s has; "+
				"gongkai anomalies %[1]s --write makes it, --no-anomalies leaves it out; nothing was written",
				m.data.Dir(), m.old.Version, m.dir)
		}
	}
	return nil
}

// Folders that are there only while a release is made. What is on its way to its place is in partial; before holds
// what the release before said of the years that change, so that a run that was cut off does not lose what changed.
const (
	partialName = ".partial"
	beforeName  = ".before"
)

func (m *maker) renew(dir string) error {
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Mkdir(dir, 0o755)
}

// beforeDir is the place of the files set aside; its name says of which release they are.
func (m *maker) beforeDir() string {
	return filepath.Join(m.dir, beforeName, hashOf(m.old.Sources)[:16])
}

// setAside keeps the reports and values of the release before, of the years that change, until the release is whole.
// What a run before this one set aside and did not come to an end with stays: its place may hold something newer now.
func (m *maker) setAside() error {
	for _, y := range m.changedYears() {
		for _, t := range comparedTables {
			if m.old.Sources[t+"/"+strconv.Itoa(y)] == "" {
				continue // that release had none, whatever lies there
			}
			from, to := tables.FileOf(filepath.Join(m.dir, "parquet"), t, y).Path,
				tables.FileOf(m.beforeDir(), t, y).Path
			if _, err := os.Stat(to); err == nil {
				continue
			}
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				return err
			}
			if os.Link(from, to) == nil {
				continue
			}
			// no hard links here
			f, err := os.Open(from)
			if err != nil {
				return fmt.Errorf("%s: of release %s, without which what changed cannot be told (release into "+
					"another folder "+
					"to begin anew): %w", from, m.old.Version, err)
			}
			rel, err := filepath.Rel(m.dir, to)
			if err == nil {
				_, err = m.writeFile(filepath.ToSlash(rel),
					func(w io.Writer) error { _, err := io.Copy(w, f); return err })
			}
			f.Close()
			if err != nil {
				return err
			}
		}
	}
	return nil
}

func equalMaps(a, b map[string]string) bool {
	for k, v := range a {
		if b[k] != v {
			return false
		}
	}
	return len(a) == len(b)
}

// readManifest reads what lies in dir; an empty or absent folder has no release, and one with other files is refused.
func readManifest(dir string) (manifest, error) {
	var m manifest
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		entries, err := os.ReadDir(dir)
		if err == nil && len(entries) > 0 && (len(entries) > 1 || entries[0].Name() != partialName) {
			return m, fmt.Errorf("%s: holds files that are no gongkai release (no %s); nothing was written", dir,
				manifestName)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return m, err
		}
		return m, nil
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal(b, &m); err != nil {
		return m, fmt.Errorf("%s: %w", filepath.Join(dir, manifestName), err)
	}
	if m.Program != "gongkai" {
		return m, fmt.Errorf("%s: made by %q; nothing was written", filepath.Join(dir, manifestName), m.Program)
	}
	return m, nil
}

// version gives the release its name: the one asked for, or the newest report year and a number that counts on.
func (m *maker) version(same bool) string {
	if m.opts.Version != "" {
		return m.opts.Version
	}
	if same && m.old.Version != "" {
		return m.old.Version
	}
	newest := 0
	for y := range m.parts["documents"] {
		newest = max(newest, y)
	}
	if year, n, ok := strings.Cut(m.old.Version, "."); ok {
		y, err1 := strconv.Atoi(year)
		k, err2 := strconv.Atoi(n)
		if err1 == nil && err2 == nil && y >= newest { // also where the newest year is gone: versions never go back
			return fmt.Sprintf("%d.%d", y, k+1)
		}
	}
	return fmt.Sprintf("%d.1", newest)
}

// look finds the files of the dataset, with their hashes and rows.
func (m *maker) look(ctx context.Context) error {
	for _, t := range output.Tables(m.opts.Forms) {
		files, err := m.data.Files(t.Name)
		if err != nil {
			return err
		}
		if len(files) == 0 && t.Name == "anomalies" {
			continue // nobody has looked
		}
		if len(files) == 0 {
			return fmt.Errorf("%s: no table %s; the dataset was written by another version of the program",
				m.data.Dir(), t.Name)
		}
		if t.Columns, err = m.columnsThere(t, files[0]); err != nil {
			return err
		}
		m.tables = append(m.tables, t)
		m.parts[t.Name] = map[int]part{}
		for _, f := range files {
			if _, ok := m.parts[t.Name][f.Year]; ok {
				return fmt.Errorf("%s: a second file of the year", f.Path)
			}
			p, err := lookAt(f)
			if err != nil {
				return err
			}
			m.parts[t.Name][f.Year] = p
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
	return nil
}

func lookAt(file output.File) (part, error) {
	f, err := os.Open(file.Path)
	if err != nil {
		return part{}, err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(h, f)
	if err != nil {
		return part{}, err
	}
	r, err := file.Open(parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return part{}, err
	}
	defer r.Close()
	return part{file, hex.EncodeToString(h.Sum(nil)), r.NumRows(), n}, nil
}

// yearName is the year as it stands in names of files.
func yearName(y int) string {
	if y == 0 {
		return "unknown-year"
	}
	return strconv.Itoa(y)
}

// csvTables are neither those that are words or letters counted, terms and reuse, nor linked_series, of which panel has the
// numbers: these are in Parquet only.
var csvTables = []string{"documents", "reports", "values", "findings", "sections", "claims", "wide", "panel",
	"authorities", "divisions", "crosswalk", "breaks", "rates", "corrections", "anomalies"}

func (m *maker) jobs() []job {
	var out []job
	for _, t := range m.tables {
		for _, y := range sortedYears(m.parts[t.Name]) {
			p := m.parts[t.Name][y]
			out = append(out, job{path: fmt.Sprintf("parquet/%s/year=%d/part-0.parquet", t.Name, y),
				tables: []string{t.Name},
				year:   y, write: func(w io.Writer) error { return writeParquet(w, p.File) }})
			if has(csvTables, t.Name) && m.in("csv") {
				// the long table is compressed: its keys stand in every row
				ext := ".csv"
				if t.Name == "values" {
					ext = ".csv.gz"
				}
				out = append(out, job{path: "csv/" + t.Name + "/" + yearName(y) + ext, tables: []string{t.Name},
					year: y,
					write: func(w io.Writer) error {
						cols := csvColumns(t)
						s, err := newCSV(w, cols, ext == ".csv.gz")
						if err != nil {
							return err
						}
						if err := readRows(p.File, cols, s.write); err != nil {
							return err
						}
						return s.close()
					}})
			}
			if _, ok := stataTables[t.Name]; ok && (m.in("stata-all") || has(stataFirst, t.Name) && m.in("stata")) {
				out = append(out, job{path: "stata/" + t.Name + "/" + yearName(y) + ".dta", tables: []string{t.Name},
					year: y,
					write: func(w io.Writer) error {
						return writeStata(w, t, m.opts.Forms, p.File, p.rows, "gongkai "+t.Name+" "+yearName(y))
					}})
			}
		}
	}
	for _, y := range sortedYears(m.parts["documents"]) {
		if !m.in("xlsx", "xlsx-all") {
			break
		}
		if p, ok := m.parts["panel"][y]; ok && p.rows > 0 {
			out = append(out, job{path: "xlsx/summary-" + yearName(y) + ".xlsx", tables: []string{"panel"}, year: y,
				write: func(w io.Writer) error { return m.summary(w, y) }})
		}
		var inside []string
		for _, t := range m.tables {
			p, ok := m.parts[t.Name][y]
			switch {
			case !ok || !m.hasSheet(t.Name):
			case p.rows <= m.sheetRows():
				inside = append(inside, t.Name)
			default:
				books := (p.rows + m.sheetRows() - 1) / m.sheetRows()
				for k := range books {
					out = append(out, job{path: splitBook(y, t.Name, k, books), tables: []string{t.Name}, year: y,
						rows: min(m.sheetRows(), p.rows-k*m.sheetRows()), write: func(w io.Writer) error {
							return m.split(w, y, t, k,
								books)
						}})
				}
			}
		}
		out = append(out, job{path: "xlsx/gongkai-" + yearName(y) + ".xlsx", tables: inside, year: y,
			write: func(w io.Writer) error { return m.workbook(w, y, inside) }})
	}
	// the largest first, so that the workers end together
	size := func(j *job) (n int64) {
		if j.rows > 0 {
			return 3 * j.rows
		}
		for _, t := range j.tables {
			n += m.parts[t][j.year].rows * int64(1+len(j.tables))
		}
		return n
	}
	sort.SliceStable(out, func(i, k int) bool { return size(&out[i]) > size(&out[k]) })
	return out
}

// csvColumns leaves out what makes no sense in a table of text: the words of a section one by one.
func csvColumns(t output.TableDoc) []column {
	var out []column
	for _, c := range columnsOf(t) {
		if t.Name == "sections" && (c.Name == "tokens" || c.Name == "tags" || c.Name == "starts") {
			continue
		}
		out = append(out, c)
	}
	return out
}

// hasSheet reports whether a table has a sheet in the workbooks.
func (m *maker) hasSheet(table string) bool {
	return has(sheetTables, table) && (m.in("xlsx-all") || has(sheetsFirst, table))
}

// extract says in words of what the release is an extract; "" = it is of the whole dataset.
func (m *maker) extract() string {
	var parts []string
	if len(m.opts.Select) > 0 {
		parts = append(parts, "reports with "+m.opts.Select.String())
	}
	if len(m.opts.Names) > 0 {
		parts = append(parts, "the names "+strings.Join(m.opts.Names, ", "))
	}
	return strings.Join(parts, "; ")
}

// columnsThere are the columns of a table that are in the release: all, but of an extract those named.
func (m *maker) columnsThere(t output.TableDoc, file output.File) ([]output.ColumnDoc, error) {
	if len(m.opts.Names) == 0 || t.Name != "wide" && t.Name != "panel" {
		return t.Columns, nil
	}
	r, err := file.Open(parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	there := r.Columns()
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c output.ColumnDoc) bool { return !has(there, c.Name) }), nil
}

// sheetRows is how many rows of a table are in one sheet at most.
func (m *maker) sheetRows() int64 {
	if m.opts.sheetRows > 0 {
		return m.opts.sheetRows
	}
	return sheetRows
}

// splitBook names workbook k of those over which the table of a year is split.
func splitBook(year int, table string, k, books int64) string {
	return fmt.Sprintf("xlsx/gongkai-%s-%s-%d-of-%d.xlsx", yearName(year), table, k+1, books)
}

var aboutLines = [][2]string{
	{"", "A number is one that is printed, or a zero that the identities prove; an empty cell is not 0. Excel keeps " +
		"15 digits; text has what is printed. 数值与原文一致，或为经勾稽推定的零；空单元格不等于 0。Excel 保留 15 位有效数字，所印内容见 text 列。"},
	{"", "Prose, words and all columns explained: codebook.md, codebook.zh.md and csv/ beside this folder."},
	{"", ""},
}

// workbook writes the tables of a year that fit into a sheet each, and says where the others are.
func (m *maker) workbook(w io.Writer, year int, tables []string) error {
	b := newWorkbook(w)
	for _, name := range sheetTables {
		for _, t := range m.tables {
			p, ok := m.parts[name][year]
			if t.Name != name || !ok {
				continue
			}
			if !m.hasSheet(name) {
				continue
			}
			if !has(tables, name) {
				books := (p.rows + m.sheetRows() - 1) / m.sheetRows()
				first := filepath.Base(splitBook(year, name, 0, books))
				b.about = append(b.about, [2]string{name, fmt.Sprintf("%d rows, more than a sheet holds: "+
					"in %d workbooks, %s and so on · 共 %d 行，超出单个工作表，分为 %d 个工作簿",
					p.rows, books, first, p.rows, books)})
				continue
			}
			if err := b.sheet(t, p.File, 0, p.rows); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return b.finish(append([][2]string{{"gongkai", "政府信息公开工作年度报告 · annual open-government-information reports, " +
		"report year " + yearName(year)}}, aboutLines...))
}

// split writes workbook k of those over which a long table is split.
func (m *maker) split(w io.Writer, year int, t output.TableDoc, k, books int64) error {
	b := newWorkbook(w)
	p := m.parts[t.Name][year]
	from, to := k*m.sheetRows(), min((k+1)*m.sheetRows(), p.rows)
	if err := b.sheet(t, p.File, from, to); err != nil {
		return fmt.Errorf("%s: %w", t.Name, err)
	}
	return b.finish(append([][2]string{{"gongkai", fmt.Sprintf("政府信息公开工作年度报告 · annual open-government-information "+
		"reports, report year %s: rows %d to %d of %d of %s (workbook %d of %d)", yearName(year), from+1, to, p.rows,
		t.Name, k+1, books)}}, aboutLines...))
}

func sortedYears(m map[int]part) []int {
	var out []int
	for y := range m {
		out = append(out, y)
	}
	sort.Ints(out)
	return out
}

func has(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// from is the hash of what a file is made of: the program and the dataset's files.
func (m *maker) from(j *job) string {
	h := sha256.New()
	fmt.Fprintln(h, m.opts.Program)
	for _, t := range j.tables {
		fmt.Fprintln(h, t, m.parts[t][j.year].hash)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// writeData writes the data files that changed or are not what they were.
func (m *maker) writeData(ctx context.Context, sum *Summary) error {
	jobs := m.jobs()
	fresh := make([]bool, len(jobs)) // lies there as it would be written
	err := m.each(ctx, len(jobs), func(i int) error {
		e, ok := m.old.Files[jobs[i].path]
		fresh[i] = ok && e.From == m.from(&jobs[i]) && m.lies(jobs[i].path, e)
		return nil
	})
	if err != nil {
		return err
	}
	// what is about to change is no longer vouched for, should this end half-way; it is named all the same, so that the
	// next run knows it for one of ours
	begun := m.old
	begun.Program, begun.Files = "gongkai", map[string]entry{}
	for f, e := range m.old.Files {
		begun.Files[f] = e
	}
	var todo []job
	for i, j := range jobs {
		if fresh[i] {
			m.now.Files[j.path] = m.old.Files[j.path]
			sum.Kept++
			continue
		}
		begun.Files[j.path] = entry{}
		todo = append(todo, j)
	}
	if err := m.writeManifest(begun); err != nil {
		return err
	}
	sum.Written = len(todo)
	var mu sync.Mutex
	begin := 0
	return m.each(ctx, len(todo), func(i int) error {
		j := &todo[i]
		if m.opts.Progress != nil {
			mu.Lock()
			begin++
			m.opts.Progress(begin, len(todo), j.path)
			mu.Unlock()
		}
		e, err := m.writeFile(j.path, j.write)
		if err != nil {
			return fmt.Errorf("%s: %w", j.path, err)
		}
		e.From = m.from(j)
		mu.Lock()
		m.now.Files[j.path] = e
		mu.Unlock()
		return nil
	})
}

// each does n things with as many workers as there may be, in turn, up to the first error.
func (m *maker) each(ctx context.Context, n int, do func(i int) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var wg sync.WaitGroup
	var next atomic.Int64
	for range max(1, m.opts.Workers) {
		wg.Go(func() {
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if err := do(i); err != nil {
					cancel(err)
				}
			}
		})
	}
	wg.Wait()
	return context.Cause(ctx)
}

// lies reports whether a file of the release is what its entry says, byte for byte.
func (m *maker) lies(path string, e entry) bool {
	f, err := os.Open(filepath.Join(m.dir, filepath.FromSlash(path)))
	if err != nil {
		return false
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() != e.Bytes {
		return false
	}
	h := sha256.New()
	_, err = io.Copy(h, f)
	return err == nil && hex.EncodeToString(h.Sum(nil)) == e.SHA256
}

// writeFile writes a file of the release beside its place and puts it there when it is whole.
func (m *maker) writeFile(path string, write func(io.Writer) error) (entry, error) {
	place := filepath.Join(m.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return entry{}, err
	}
	f, err := os.CreateTemp(filepath.Join(m.dir, partialName), "*")
	if err != nil {
		return entry{}, err
	}
	defer os.Remove(f.Name())
	w := &hashed{w: f, h: sha256.New()}
	err = write(w)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return entry{}, err
	}
	return entry{SHA256: hex.EncodeToString(w.h.Sum(nil)), Bytes: w.n}, os.Rename(f.Name(), place)
}

// hashed writes and hashes.
type hashed struct {
	w io.Writer
	h hash.Hash
	n int64
}

func (h *hashed) Write(b []byte) (int, error) {
	n, err := h.w.Write(b)
	h.h.Write(b[:n])
	h.n += int64(n)
	return n, err
}

func (m *maker) writeManifest(x manifest) error {
	b, err := json.MarshalIndent(x, "", " ")
	if err != nil {
		return err
	}
	_, err = m.writeFile(manifestName, func(w io.Writer) error { _, err := w.Write(append(b, '\n')); return err })
	return err
}

// finish writes the checksums and the manifest, and removes what an earlier release left that this one has not.
func (m *maker) finish() error {
	var names []string
	for f := range m.now.Files {
		names = append(names, f)
	}
	sort.Strings(names)
	_, err := m.writeFile("SHA256SUMS", func(w io.Writer) error {
		for _, f := range names {
			if _, err := fmt.Fprintf(w, "%s  %s\n", m.now.Files[f].SHA256, f); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for f := range m.old.Files {
		if _, ok := m.now.Files[f]; !ok && filepath.IsLocal(filepath.FromSlash(f)) {
			place := filepath.Join(m.dir, filepath.FromSlash(f))
			if err := os.Remove(place); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			_ = os.Remove(filepath.Dir(place)) // the folder of a year, if nothing is left in it
		}
	}
	if err := m.writeManifest(m.now); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(filepath.Join(m.dir, partialName)), os.RemoveAll(filepath.Join(m.dir, beforeName)))
}
