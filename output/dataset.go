package output

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"sort"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"
)

// A Dataset is one that lies finished in a folder.
type Dataset struct {
	dir     string
	Version string           // of the program that wrote it
	Rows    map[string]int64 // rows of each table
}

// Open opens the dataset in dir. The error says what is there instead.
func Open(dir string) (*Dataset, error) {
	m, err := readManifest(dir)
	if err != nil {
		if _, stat := os.Stat(dir); stat != nil {
			return nil, fmt.Errorf("%s: no such folder", dir)
		}
		return nil, fmt.Errorf("%s: no gongkai dataset: %w", dir, err)
	}
	return &Dataset{dir, m.Version, m.Rows}, nil
}

// Dir is the folder of the dataset.
func (d *Dataset) Dir() string { return d.dir }

// Documents hands over the rows of documents, year by year; year is 0 where it is not known.
func (d *Dataset) Documents(each func(year int, r DocumentRow) error) error {
	return readTable(d, "documents", each)
}

// Reports hands over the rows of reports.
func (d *Dataset) Reports(each func(year int, r ReportRow) error) error {
	return readTable(d, "reports", each)
}

// Values hands over the rows of values.
func (d *Dataset) Values(each func(year int, r ValueRow) error) error {
	return readTable(d, "values", each)
}

// Findings hands over the rows of findings.
func (d *Dataset) Findings(each func(year int, r FindingRow) error) error {
	return readTable(d, "findings", each)
}

// Sections hands over the rows of sections.
func (d *Dataset) Sections(each func(year int, r SectionRow) error) error {
	return readTable(d, "sections", each)
}

// Claims hands over the rows of claims.
func (d *Dataset) Claims(each func(year int, r ClaimRow) error) error {
	return readTable(d, "claims", each)
}

// Terms hands over the rows of terms.
func (d *Dataset) Terms(each func(year int, r TermRow) error) error {
	return readTable(d, "terms", each)
}

// Reuse hands over the rows of reuse.
func (d *Dataset) Reuse(each func(year int, r ReuseRow) error) error {
	return readTable(d, "reuse", each)
}

// A File is one file of a table.
type File struct {
	Path string
	Year int // the report year; 0 where it is not known
}

// Files are the files of a table, year by year.
func (d *Dataset) Files(table string) ([]File, error) {
	paths, err := filepath.Glob(filepath.Join(d.dir, table, "year=*", "*.parquet"))
	if err != nil {
		return nil, err
	}
	sort.Strings(paths)
	var out []File
	for _, p := range paths {
		year, _ := strconv.Atoi(strings.TrimPrefix(filepath.Base(filepath.Dir(p)), "year="))
		out = append(out, File{p, year})
	}
	return out, nil
}

// Select hands over the rows of a table with the columns that T names in its parquet tags; other columns are not read.
func Select[T any](d *Dataset, table string, each func(year int, r T) error) error {
	return readTable(d, table, each)
}

// Add puts a table beside the others of a dataset that lies finished, in the place of an older one of that name. Rows are by report
// year, in the order given.
func Add[T any](d *Dataset, table string, rows map[int][]T) error {
	temp, err := os.MkdirTemp(d.dir, "."+table+"-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	if len(rows) == 0 {
		rows = map[int][]T{0: nil} // an empty table still has its columns
	}
	n := int64(0)
	for year, list := range rows {
		n += int64(len(list))
		if err := addFile(filepath.Join(temp, "year="+strconv.Itoa(year)), list); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	m, err := readManifest(d.dir)
	if err != nil {
		return err
	}
	m.Rows[table] = n
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	place := filepath.Join(d.dir, table)
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	if err := os.Rename(temp, place); err != nil {
		return err
	}
	part := filepath.Join(d.dir, "."+manifestName)
	if err := os.WriteFile(part, append(b, '\n'), 0o644); err != nil {
		return err
	}
	d.Rows[table] = n
	return os.Rename(part, filepath.Join(d.dir, manifestName))
}

func addFile[T any](dir string, list []T) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, "part-0.parquet"))
	if err != nil {
		return err
	}
	defer f.Close()
	opts := []parquet.WriterOption{parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest})}
	var row T
	for _, c := range columnDocs(reflect.TypeOf(row)) {
		opts = append(opts, parquet.KeyValueMetadata("column."+c.Name, c.Doc))
	}
	w := parquet.NewGenericWriter[T](f, opts...)
	if _, err := w.Write(list); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return f.Close()
}

func readTable[T any](d *Dataset, table string, each func(int, T) error) error {
	files, err := d.Files(table)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := ReadFile(f.Path, func(r T) error { return each(f.Year, r) }); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}

// ReadFile hands over the rows of one file of a table, with the columns that T names.
func ReadFile[T any](path string, each func(T) error) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	pf, err := parquet.OpenFile(f, info.Size())
	if err != nil {
		return err
	}
	r := parquet.NewGenericReader[T](pf)
	defer r.Close()
	buf := make([]T, 512)
	for {
		n, err := r.Read(buf)
		for _, row := range buf[:n] {
			if e := each(row); e != nil {
				return e
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
