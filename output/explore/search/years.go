package search

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	folders "github.com/gongkai/gongkai/corpus/held"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// A reportYear is what a dataset has of one report year, and what it is known by: 16 hex digits that change when the
// year's reports or sections do, and with nothing else.
type reportYear struct {
	year              int
	reports, sections []output.File
	identity          string
	rows              int // reports, with prose or without, once count was called
}

// yearsOf are the years of a dataset, newest first, the one that is not known last.
func yearsOf(d *output.Dataset) (years []reportYear, err error) {
	m, err := tables.ReadManifest(d.Dir())
	if err != nil {
		return nil, err
	}
	sections, err := d.Files("sections")
	if err != nil {
		return nil, err
	}
	reports, err := d.Files("reports")
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(sections, func(a, b output.File) int { return cmp.Compare(b.Year, a.Year) })
	for _, f := range sections {
		if n := len(years); n == 0 || years[n-1].year != f.Year {
			years = append(years, reportYear{year: f.Year})
		}
		y := &years[len(years)-1]
		y.sections = append(y.sections, f)
	}
	for i := range years {
		y := &years[i]
		for _, f := range reports {
			if f.Year == y.year {
				y.reports = append(y.reports, f)
			}
		}
		if err := y.identify(d.Dir(), m.Years[strconv.Itoa(y.year)]); err != nil {
			return nil, err
		}
	}
	return years, nil
}

// identify takes the year's identity of the names, sizes and footers of its files, and of the hashes that the manifest
// has of them: a footer tells how long the columns are and between what they lie, and that may stay where a text changes.
func (y *reportYear) identify(dir string, said *tables.Year) error {
	h := sha256.New()
	fmt.Fprintln(h, format)
	for _, f := range slices.Concat(y.reports, y.sections) {
		if err := identifyFile(h, dir, f.Path); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		if said != nil {
			fmt.Fprintln(h, said.Files[f.Table])
		}
	}
	y.identity = hex.EncodeToString(h.Sum(nil)[:8])
	return nil
}

func identifyFile(h io.Writer, dir, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	rel, err := filepath.Rel(dir, path)
	if err != nil {
		return err
	}
	fmt.Fprintf(h, "%s %d\n", filepath.ToSlash(rel), info.Size())
	// A Parquet file ends with its footer, the footer's length in 4 bytes and "PAR1".
	var tail [8]byte
	if info.Size() < int64(len(tail)) {
		return errors.New("no Parquet file")
	}
	if _, err := f.ReadAt(tail[:], info.Size()-int64(len(tail))); err != nil {
		return err
	}
	size := min(int64(binary.LittleEndian.Uint32(tail[:])), info.Size()-int64(len(tail)))
	_, err = io.Copy(h, io.NewSectionReader(f, info.Size()-int64(len(tail))-size, size))
	return err
}

// identityOf is that of all years together.
func identityOf(years []reportYear) string {
	h := sha256.New()
	for _, y := range years {
		fmt.Fprintln(h, y.year, y.identity)
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// count sets rows.
func (y *reportYear) count() error {
	y.rows = 0
	for _, f := range y.reports {
		r, err := f.Open(parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
		if err != nil {
			return err
		}
		y.rows += int(r.NumRows())
		r.Close()
	}
	return nil
}

// Place is where the index of a dataset belongs in a folder of caches: the beginning of the names of its files, of which
// there is one a report year. The rest of a name changes when the reports of the year do; what is added beside them
// (anomalies) and what other years say changes nothing.
func Place(cacheDir string, d *output.Dataset) (string, error) {
	dir, err := filepath.Abs(d.Dir())
	if err != nil {
		return "", err
	}
	of := sha256.Sum256([]byte(dir))
	return filepath.Join(cacheDir, prefix+hex.EncodeToString(of[:6])), nil
}

const (
	prefix  = "search-"
	suffix  = ".index"
	partial = ".partial-"
)

// file is the file of a year of the index at path.
func (y *reportYear) file(path string) string {
	return fmt.Sprintf("%s-%d-%s%s", path, y.year, y.identity, suffix)
}

// removePartial removes what builds of the index at path that were killed left.
func removePartial(path string) {
	eachFile(filepath.Dir(path), func(name string) {
		if strings.HasPrefix(name, "."+filepath.Base(path)+"-") && strings.Contains(name, suffix+partial) {
			folders.Remove(filepath.Join(filepath.Dir(path), name)) // else another process is at it
		}
	})
}

// removeOld removes the files of the index at path that are of no year of the dataset any more, among them those of
// all years in one, as they once were.
func removeOld(path string, years []reportYear) {
	keep := map[string]bool{}
	for i := range years {
		keep[filepath.Base(years[i].file(path))] = true
	}
	eachFile(filepath.Dir(path), func(name string) {
		if strings.HasPrefix(name, filepath.Base(path)+"-") && strings.HasSuffix(name, suffix) && !keep[name] {
			os.RemoveAll(filepath.Join(filepath.Dir(path), name)) // one that cannot be removed only takes up space
		}
	})
}

func eachFile(dir string, do func(name string)) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		do(e.Name())
	}
}
