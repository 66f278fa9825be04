// Package tables reads the tables of a dataset that lies finished in a folder: TABLE/year=YYYY/part-0.parquet and
// dataset.json. It is the only reader of those files: rows of a struct (Each, Select), some rows of one (At, Stream),
// one column (Column, Ints, Runs), single rows of some columns (Cursor), all columns (Rows).
//
// It knows files and columns, and that a column asked for is there and of the type asked for: one that the file does
// not have is an error that names table and column, never null or zero. What a column means, and how it is written,
// it does not know.
package tables

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
)

// ManifestName is the file that makes a folder a dataset of ours.
const ManifestName = "dataset.json"

// A Manifest describes a dataset. There is no clock in it: same input, same bytes.
type Manifest struct {
	Program string            `json:"program"`
	Version string            `json:"version"` // of the program that wrote it
	Forms   map[string]string `json:"forms"`
	Rows    map[string]int64  `json:"rows"`
	Unknown string            `json:"year_unknown"`    // the partition of reports without a known year
	Print   string            `json:"print,omitempty"` // names the program that wrote it, with its data; "" = not said

	// What was written, by report year and of no year: what is made of the dataset has changed where a hash has.
	Years    map[string]*Year `json:"years,omitempty"`
	Timeless *Year            `json:"timeless,omitempty"`
	// LaterAsRun says that the table anomalies was made by the run that wrote the rest, as it always makes it.
	LaterAsRun bool `json:"anomalies_as_run,omitempty"`
	// SHA-256 of the files of the table anomalies, by year; nil = nobody has looked
	Later map[string]string `json:"anomalies,omitempty"`
	// Sum is the SHA-256 of this file with no sum in it: see Intact.
	Sum string `json:"sha256"`
}

// A Year is what was written of a report year.
type Year struct {
	Hash string `json:"hash"` // of its files
	// what they were made of: hashes, for documents, panel and reuse and what goes with each, and of what tells why one of them
	// is another
	Of   map[string]string `json:"of"`
	Rows map[string]int64  `json:"rows"`
	// SHA-256 of the file of each table
	Files map[string]string `json:"files"`
	// Marked says that panel names what the table anomalies names, and is not as it was written.
	Marked bool `json:"marked,omitempty"`
}

// Seal computes the hash.
func (y *Year) Seal() {
	h := sha256.New()
	for _, t := range slices.Sorted(maps.Keys(y.Files)) {
		fmt.Fprintf(h, "%s %s\n", t, y.Files[t])
	}
	y.Hash = hex.EncodeToString(h.Sum(nil))
}

// ReadManifest reads what a folder says of itself; the error says why it is no dataset.
func ReadManifest(dir string) (*Manifest, error) {
	b, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(b, &m); err != nil {
		return nil, err
	}
	if m.Program != "gongkai" {
		return nil, fmt.Errorf("made by %q", m.Program)
	}
	return &m, nil
}

// Bytes is the manifest as it is written.
func (m *Manifest) Bytes() ([]byte, error) {
	b, err := m.with("")
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(b)
	return m.with(hex.EncodeToString(sum[:]))
}

func (m *Manifest) with(sum string) ([]byte, error) {
	x := *m
	x.Sum = sum
	b, err := json.MarshalIndent(&x, "", "  ")
	return append(b, '\n'), err
}

// Intact reports whether the manifest of a folder is, byte for byte, as a program wrote it.
func (m *Manifest) Intact(dir string) bool {
	lies, err := os.ReadFile(filepath.Join(dir, ManifestName))
	if err != nil {
		return false
	}
	b, err := m.Bytes()
	return err == nil && bytes.Equal(b, lies)
}

// Names are the files that the manifest names, as paths with slashes within the folder of the dataset; nil where it names
// none, as those of datasets do that were not written by a run.
func (m *Manifest) Names() (names []string) {
	if m.Years == nil {
		return nil
	}
	add := func(table, year string) {
		names = append(names, path.Join(table, "year="+year, partFile))
	}
	for year, y := range m.Years {
		for t := range y.Files {
			add(t, year)
		}
	}
	if m.Timeless != nil {
		for t := range m.Timeless.Files {
			add(t, m.Unknown)
		}
	}
	for year := range m.Later {
		add(Later, year)
	}
	slices.Sort(names)
	return names
}

const partFile = "part-0.parquet"

// A Folder is a dataset that lies finished.
type Folder struct {
	dir      string
	Version  string           // of the program that wrote it
	Rows     map[string]int64 // rows of each table
	manifest *Manifest
}

// Open opens the dataset in dir. The error says what is there instead.
func Open(dir string) (*Folder, error) {
	m, err := ReadManifest(dir)
	if err != nil {
		if _, stat := os.Stat(dir); stat != nil {
			return nil, fmt.Errorf("%s: no such folder", dir)
		}
		return nil, fmt.Errorf("%s: no gongkai dataset: %w", dir, err)
	}
	return &Folder{dir, m.Version, m.Rows, m}, nil
}

// Describe writes another manifest of the dataset, in the place of the one that it has. If that one is not as it was written
// the other has no hash: what is untrue in it does not become true because something was added.
func (d *Folder) Describe(m *Manifest) error {
	was, err := ReadManifest(d.dir)
	if err != nil {
		return err
	}
	b, err := m.Bytes()
	if err == nil && !was.Intact(d.dir) {
		b, err = m.with("")
	}
	if err != nil {
		return err
	}
	part := filepath.Join(d.dir, "."+ManifestName)
	if err := os.WriteFile(part, b, 0o644); err != nil {
		return err
	}
	if err := os.Rename(part, filepath.Join(d.dir, ManifestName)); err != nil {
		return err
	}
	d.Rows, d.manifest = m.Rows, m
	return nil
}

// Dir is the folder of the dataset.
func (d *Folder) Dir() string { return d.dir }

// A File is one file of a table.
type File struct {
	Table string
	Path  string
	Year  int // the report year; 0 where it is not known
}

// Later is the table that is in a dataset only once somebody has looked for what it holds.
const Later = "anomalies"

// Files are the files of a table, year by year: those that the manifest names, or all that lie there where it names none.
// There may be none where the manifest counts no rows of it, and of the table Later; that any other is not there is an
// error, and no table without rows.
func (d *Folder) Files(table string) ([]File, error) {
	paths, err := d.paths(table)
	if err != nil {
		return nil, err
	}
	if len(paths) == 0 {
		return nil, d.missing(table)
	}
	sort.Strings(paths)
	var out []File
	for _, p := range paths {
		year, _ := strconv.Atoi(strings.TrimPrefix(path.Base(path.Dir(p)), "year="))
		out = append(out, File{table, filepath.Join(d.dir, filepath.FromSlash(p)), year})
	}
	return out, nil
}

func (d *Folder) paths(table string) (out []string, err error) {
	_, counted := d.manifest.Rows[Later]
	of := os.DirFS(filepath.Clean(d.dir)) // the folder's own name may hold what a pattern takes for signs
	if d.manifest.Years == nil || table == Later && d.manifest.Later == nil && counted {
		return fs.Glob(of, path.Join(table, "year=*", "*.parquet"))
	}
	var gone string
	for _, name := range d.manifest.Names() {
		if !strings.HasPrefix(name, table+"/") {
			continue
		}
		if _, err := fs.Stat(of, name); err == nil {
			out = append(out, name)
		} else if gone = name; !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	if gone != "" && len(out) > 0 {
		return nil, fmt.Errorf("%s: not there, though %s names it; the dataset is damaged", filepath.Join(d.dir, filepath.FromSlash(gone)),
			ManifestName)
	}
	return out, nil
}

// missing says what is wrong with a table that has no files; nil where nothing is.
func (d *Folder) missing(table string) error {
	n, counted := d.Rows[table]
	switch {
	case n > 0:
		return fmt.Errorf("%s: no files, though %s counts %d rows of it; the dataset is damaged",
			filepath.Join(d.dir, table), ManifestName, n)
	case !counted && table != Later:
		return fmt.Errorf("%s: no table %s; the dataset was written by another version of the program", d.dir, table)
	}
	return nil
}

// FileOf is the file of a table and a year in a folder of tables, whether it is there or not.
func FileOf(dir, table string, year int) File {
	return File{table, filepath.Join(dir, table, "year="+strconv.Itoa(year), partFile), year}
}
