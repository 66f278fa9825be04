package output

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output/tables"
)

// A Dataset is one that lies finished in a folder. How its files are read, package tables knows.
type Dataset struct{ *tables.Folder }

// A File is one file of a table.
type File = tables.File

// Open opens the dataset in dir. The error says what is there instead.
func Open(dir string) (*Dataset, error) {
	if err := checkLists(); err != nil {
		return nil, err
	}
	d, err := tables.Open(dir)
	if err != nil {
		return nil, err
	}
	return &Dataset{d}, nil
}

// Documents hands over the rows of documents, year by year; year is 0 where it is not known.
func (d *Dataset) Documents(each func(year int, r DocumentRow) error) error {
	return Select(d, "documents", each)
}

// Reports hands over the rows of reports.
func (d *Dataset) Reports(each func(year int, r ReportRow) error) error {
	return Select(d, "reports", each)
}

// Values hands over the rows of values.
func (d *Dataset) Values(each func(year int, r ValueRow) error) error {
	return Select(d, "values", each)
}

// Findings hands over the rows of findings.
func (d *Dataset) Findings(each func(year int, r FindingRow) error) error {
	return Select(d, "findings", each)
}

// Sections hands over the rows of sections.
func (d *Dataset) Sections(each func(year int, r SectionRow) error) error {
	return Select(d, "sections", each)
}

// Claims hands over the rows of claims.
func (d *Dataset) Claims(each func(year int, r ClaimRow) error) error {
	return Select(d, "claims", each)
}

// Terms hands over the rows of terms.
func (d *Dataset) Terms(each func(year int, r TermRow) error) error {
	return Select(d, "terms", each)
}

// Reuse hands over the rows of reuse.
func (d *Dataset) Reuse(each func(year int, r ReuseRow) error) error {
	return Select(d, "reuse", each)
}

// Select hands over the rows of a table with the columns that T names in its parquet tags; other columns are not
// read. A column that the table does not have is a *tables.ColumnError.
func Select[T any](d *Dataset, table string, each func(year int, r T) error) error {
	return tables.Select(d.Folder, table, each)
}

// Has reports whether the dataset has a table: anomalies is there once somebody has looked.
func (d *Dataset) Has(table string) bool {
	files, err := d.Files(table)
	return err == nil && len(files) > 0
}

// Add puts a table beside the others of a dataset that lies finished, in the place of an older one of that name. Rows
// are by report year, in the order given.
func Add[T any](d *Dataset, table string, rows map[int][]T) error {
	removeLeft(d.Dir(), "."+table+"-*")
	temp, letGo, err := held.Make(d.Dir(), "."+table+"-")
	if err != nil {
		return err
	}
	defer letGo()
	defer os.RemoveAll(temp)
	if len(rows) == 0 {
		rows = map[int][]T{0: nil} // an empty table still has its columns
	}
	n, sums := int64(0), map[string]string{}
	for year, list := range rows {
		n += int64(len(list))
		name := strconv.Itoa(year)
		if sums[name], err = addFile(filepath.Join(temp, "year="+name), listedColumns(table, nil), list); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	if err := os.Chmod(temp, 0o755); err != nil {
		return err
	}
	m, err := tables.ReadManifest(d.Dir())
	if err != nil {
		return err
	}
	m.Rows[table] = n
	if table == tables.Later {
		m.LaterAsRun, m.Later = false, sums
	}
	place := filepath.Join(d.Dir(), table)
	if err := os.RemoveAll(place); err != nil {
		return err
	}
	if err := os.Rename(temp, place); err != nil {
		return err
	}
	return d.Describe(m)
}

// MarkLater says in a dataset that its table anomalies was made by the run that wrote the rest, with no choice of a
// user's: another run of the same would make the same.
func MarkLater(d *Dataset) error {
	m, err := tables.ReadManifest(d.Dir())
	if err != nil || m.Print == "" {
		return err
	}
	m.LaterAsRun = true
	return d.Describe(m)
}

// addFile writes the file of a table and a year, and gives its hash.
func addFile[T any](dir string, columns []ColumnDoc, list []T) (sum string, err error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	file, err := os.Create(filepath.Join(dir, partFile))
	if err != nil {
		return "", err
	}
	f := &summed{file: file, hash: sha256.New()}
	defer f.Close()
	opts := []parquet.WriterOption{codec(), parquet.MaxRowsPerRowGroup(rowGroup)}
	opts = append(opts, columnMetadata(columns)...)
	w := parquet.NewGenericWriter[T](f, opts...)
	if _, err := w.Write(list); err != nil {
		return "", err
	}
	if err := w.Close(); err != nil {
		return "", err
	}
	return f.sum(), f.Close()
}

// columnMetadata puts what each column says into a file's metadata.
func columnMetadata(columns []ColumnDoc) (out []parquet.WriterOption) {
	for _, c := range columns {
		out = append(out, parquet.KeyValueMetadata("column."+c.Name, c.Doc))
	}
	return out
}
