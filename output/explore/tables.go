package explore

import (
	"errors"
	"fmt"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

// A table is its open files by year. They are read by several at once.
type table map[int]*tables.Reader

// openTable opens the files of a table. A table that is not there has none.
func openTable(d *output.Dataset, name string) (table, error) {
	files, err := d.Files(name)
	if err != nil {
		return nil, err
	}
	t := table{}
	for _, x := range files {
		if t[x.Year] != nil {
			t.close()
			return nil, fmt.Errorf("%s: a second file of the year", x.Path)
		}
		// of wide whole columns are read
		r, err := x.Open(parquet.SkipBloomFilters(true), parquet.SkipPageIndex(name == "wide"))
		if err == nil {
			if err = checkColumns(name, r); err != nil {
				r.Close()
			}
		}
		if err != nil {
			t.close()
			return nil, err
		}
		t[x.Year] = r
	}
	return t, nil
}

// checkColumns reports a column that is read later, of one report, and that the file does not have.
func checkColumns(table string, r *tables.Reader) error {
	switch table {
	case "reports":
		return tables.Check[factRow](r)
	case "values":
		return tables.Check[output.ValueRow](r)
	case "findings":
		return tables.Check[output.FindingRow](r)
	case "sections":
		return tables.Check[sectionRow](r)
	case "terms":
		return tables.Check[output.TermRow](r)
	case "claims":
		return tables.Check[output.ClaimRow](r)
	case "reuse":
		return tables.Check[output.ReuseRow](r)
	case "anomalies":
		err := tables.Check[output.AnomalyRow](r)
		if wrong := new(tables.ColumnError); errors.As(err, &wrong) {
			return fmt.Errorf("%w; look again with gongkai anomalies --write", err)
		}
		return err
	}
	return nil
}

func (t table) close() {
	for _, r := range t {
		r.Close()
	}
}
