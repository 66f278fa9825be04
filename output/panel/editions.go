package panel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output/tables"
)

// EditionColumn begins the names of the columns of reports that tell which edition of the form a table follows.
const EditionColumn = "edition_"

// Edition is the edition that a table of a report follows; "" where the table was not found.
func (p *Panel) Edition(r *Report, table string) string {
	if i := slices.Index(p.Tables, table); i >= 0 {
		return r.Editions[i]
	}
	return ""
}

// FileEditions gives the editions that the reports of a file follow, row by row: one of each of the tables, "" where
// it was not found or the file knows no such table. Rows that say the same share the list.
func FileEditions(f tables.File, of []string) ([][]string, error) {
	r, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	columns, w := make([][]string, len(of)), words{}
	for i, t := range of {
		columns[i] = make([]string, r.NumRows())
		if !r.Has(EditionColumn + t) {
			continue
		}
		if err := r.Column(EditionColumn+t, func(row int64, v parquet.Value) {
			if !v.IsNull() {
				s := string(v.ByteArray())
				columns[i][row] = w.one(&s)
			}
		}); err != nil {
			return nil, err
		}
	}
	known := map[string][]string{}
	out, list := make([][]string, r.NumRows()), make([]string, len(of))
	for row := range out {
		for i := range list {
			list[i] = columns[i][row]
		}
		key := strings.Join(list, " ")
		if known[key] == nil {
			known[key] = append([]string{}, list...)
		}
		out[row] = known[key]
	}
	return out, nil
}

// readEditions reads which edition of the form each table of each report follows. What tables there are, the columns
// say.
func (p *Panel) readEditions(d *tables.Folder) error {
	files, err := d.Files("reports")
	if err != nil {
		return err
	}
	first := 0
	for i, f := range files {
		if i == 0 {
			if p.Tables, err = tablesOf(f); err != nil {
				return err
			}
		}
		list, err := FileEditions(f, p.Tables)
		if err != nil {
			return err
		}
		if first+len(list) > len(p.Reports) {
			return fmt.Errorf("%s: %d rows, of which %d were read", f.Path, len(list), len(p.Reports)-first)
		}
		for row := range list {
			p.Reports[first+row].Editions = list[row]
		}
		first += len(list)
	}
	return nil
}

// tablesOf are the tables of which a file of reports tells editions.
func tablesOf(f tables.File) (out []string, err error) {
	r, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	for _, c := range r.Columns() {
		if t, ok := strings.CutPrefix(c, EditionColumn); ok {
			out = append(out, t)
		}
	}
	return out, nil
}
