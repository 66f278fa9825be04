// Package release turns a dataset into what is cited and opened: Parquet, CSV, workbooks and Stata files, with a codebook, descriptions
// for machines, a report on what holds and what does not, checksums, and what changed since the release before.
//
// It knows formats and what a release says of itself; how a value was read, it does not.
package release

import (
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
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
)

// Options of a release.
type Options struct {
	Forms    *normalize.Forms
	Program  string                           // version of the program that makes the release
	Version  string                           // of the release; "" = the newest report year and a number that counts on
	Workers  int                              // partitions written at the same time; 0 = 1
	Progress func(done, all int, file string) // may be nil
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
	Files   map[string]entry  `json:"files"`
}

// An entry is a file of a release.
type entry struct {
	SHA256 string `json:"sha256"`
	Bytes  int64  `json:"bytes"`
	From   string `json:"from,omitempty"` // what it was made from: hash of the sources; empty for what describes the whole
}

// A job is a data file to write.
type job struct {
	path   string
	tables []string // of the year
	year   int
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
}

// A part is the file of a table and a year.
type part struct {
	output.File
	hash string
	rows int64
}

// Write makes a release of the dataset in dir. A release that lies there is brought up to date: only what changed is written, and
// the changes are told. Same dataset, same release before, same bytes.
func Write(ctx context.Context, d *output.Dataset, dir string, opts Options) (*Summary, error) {
	m := &maker{opts: opts, data: d, dir: filepath.Clean(dir), parts: map[string]map[int]part{}}
	old, err := readManifest(m.dir)
	if err != nil {
		return nil, err
	}
	m.old = old
	if err := os.MkdirAll(m.dir, 0o755); err != nil {
		return nil, err
	}
	if err := m.look(ctx); err != nil {
		return nil, err
	}
	m.now = manifest{Program: "gongkai", Made: opts.Program, Sources: map[string]string{}, Files: map[string]entry{}}
	for t, years := range m.parts {
		for y, p := range years {
			m.now.Sources[t+"/"+strconv.Itoa(y)] = p.hash
		}
	}
	same := m.old.Made == m.now.Made && equalMaps(m.old.Sources, m.now.Sources)
	m.now.Version = m.version(same)
	sum := &Summary{Version: m.now.Version, Before: m.old.Version, Reports: d.Rows["reports"], Values: d.Rows["values"]}
	if same {
		sum.Before = ""
		if m.old.Version != m.now.Version {
			sum.Before = m.old.Version
		}
	} else if m.old.Version != "" {
		// the values before are still there: tell what changed first
		if sum.Changed, err = m.changes(ctx); err != nil {
			return nil, err
		}
	}
	if err := m.writeData(ctx, sum); err != nil {
		return nil, err
	}
	if err := m.describe(ctx, sum, same); err != nil {
		return nil, err
	}
	return sum, m.finish()
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
		if err == nil && len(entries) > 0 {
			return m, fmt.Errorf("%s: holds files that are no gongkai release (no %s); nothing was written", dir, manifestName)
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
	year, n, ok := strings.Cut(m.old.Version, ".")
	if k, err := strconv.Atoi(n); ok && err == nil && year == strconv.Itoa(newest) {
		return fmt.Sprintf("%d.%d", newest, k+1)
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
			return fmt.Errorf("%s: no table %s; the dataset was written by another version of the program", m.data.Dir(), t.Name)
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
	pf, err := parquet.OpenFile(f, n, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return part{}, fmt.Errorf("%s: %w", file.Path, err)
	}
	return part{file, hex.EncodeToString(h.Sum(nil)), pf.NumRows()}, nil
}

// yearName is the year as it stands in names of files.
func yearName(y int) string {
	if y == 0 {
		return "unknown-year"
	}
	return strconv.Itoa(y)
}

// csvTables are not those that are words or letters counted: terms and reuse are in Parquet only.
var csvTables = []string{"documents", "reports", "values", "findings", "sections", "claims", "wide", "anomalies"}

func (m *maker) jobs() []job {
	var out []job
	for _, t := range m.tables {
		for _, y := range sortedYears(m.parts[t.Name]) {
			p := m.parts[t.Name][y]
			out = append(out, job{path: fmt.Sprintf("parquet/%s/year=%d/part-0.parquet", t.Name, y), tables: []string{t.Name}, year: y, write: func(w io.Writer) error { return copyFile(w, p.Path) }})
			if has(csvTables, t.Name) {
				// the long table is compressed: its keys stand in every row
				ext := ".csv"
				if t.Name == "values" {
					ext = ".csv.gz"
				}
				out = append(out, job{path: "csv/" + t.Name + "/" + yearName(y) + ext, tables: []string{t.Name}, year: y, write: func(w io.Writer) error {
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
			if _, ok := stataTables[t.Name]; ok {
				out = append(out, job{path: "stata/" + t.Name + "/" + yearName(y) + ".dta", tables: []string{t.Name}, year: y, write: func(w io.Writer) error {
					return writeStata(w, t, m.opts.Forms, p.File, p.rows, "gongkai "+t.Name+" "+yearName(y))
				}})
			}
		}
	}
	for _, y := range sortedYears(m.parts["documents"]) {
		out = append(out, job{path: "xlsx/gongkai-" + yearName(y) + ".xlsx", tables: sheetTables, year: y, write: func(w io.Writer) error { return m.workbook(w, y) }})
	}
	// the largest first, so that the workers end together
	size := func(j *job) (n int64) {
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

func (m *maker) workbook(w io.Writer, year int) error {
	b, err := newWorkbook()
	if err != nil {
		return err
	}
	for _, name := range sheetTables {
		for _, t := range m.tables {
			p, ok := m.parts[name][year]
			if t.Name != name || !ok {
				continue
			}
			if err := b.sheet(t, p.File, p.rows); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return b.finish(w, [][2]string{
		{"gongkai", "政府信息公开工作年度报告 · annual open-government-information reports, report year " + yearName(year)},
		{"", "A number is one that is printed, or a zero that the identities prove; an empty cell is not 0. 数值为所印或经证明的零；空单元格不等于 0。"},
		{"", "Prose, words and all columns explained: codebook.md, codebook.zh.md and csv/ beside this folder."},
		{"", ""},
	})
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

func copyFile(w io.Writer, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(w, f)
	return err
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

// writeData writes the data files that changed, and removes those whose partition is gone.
func (m *maker) writeData(ctx context.Context, sum *Summary) error {
	jobs := m.jobs()
	var todo []job
	for _, j := range jobs {
		e, ok := m.old.Files[j.path]
		if info, err := os.Stat(filepath.Join(m.dir, j.path)); ok && err == nil && info.Size() == e.Bytes && e.From == m.from(&j) {
			m.now.Files[j.path] = e
			sum.Kept++
			continue
		}
		todo = append(todo, j)
	}
	// what is about to change is no longer vouched for, should this end half-way
	kept := m.old
	kept.Files = m.now.Files
	if kept.Program != "" {
		if err := m.writeManifest(kept); err != nil {
			return err
		}
	} else if err := m.writeManifest(manifest{Program: "gongkai"}); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var first error
	next := 0
	for range max(1, m.opts.Workers) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				mu.Lock()
				if next == len(todo) || ctx.Err() != nil {
					mu.Unlock()
					return
				}
				j := todo[next]
				next++
				if m.opts.Progress != nil {
					m.opts.Progress(next, len(todo), j.path)
				}
				mu.Unlock()
				e, err := m.writeFile(j.path, j.write)
				e.From = m.from(&j)
				mu.Lock()
				if err != nil && first == nil {
					first = fmt.Errorf("%s: %w", j.path, err)
					cancel()
				}
				m.now.Files[j.path] = e
				mu.Unlock()
			}
		}()
	}
	wg.Wait()
	if first == nil {
		first = ctx.Err()
	}
	sum.Written = len(todo)
	return first
}

// writeFile writes a file of the release beside its place and puts it there when it is whole.
func (m *maker) writeFile(path string, write func(io.Writer) error) (entry, error) {
	place := filepath.Join(m.dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(place), 0o755); err != nil {
		return entry{}, err
	}
	f, err := os.CreateTemp(filepath.Dir(place), "."+filepath.Base(place)+"-*")
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
			if err := os.Remove(filepath.Join(m.dir, filepath.FromSlash(f))); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return m.writeManifest(m.now)
}
