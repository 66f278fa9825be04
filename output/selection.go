package output

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// A Selection says of which reports a dataset is wanted: all its conditions hold.
type Selection []Condition

// A Condition is met where a column has one of the values; one that ends in * stands for all that begin so.
type Condition struct {
	Column string
	Any    []string
}

// selectable are the columns that a selection may name, with their lists of codes; "" = anything.
var selectable = map[string]string{"level": "level", "kind": "kind", "scope": "scope", "status": "status", "function": "",
	"division": "", "series": "", "province": "", "agency_id": "", "year": ""}

// ParseSelection reads level=county|township,kind=government: columns of reports, or province, each with one value or
// several.
func ParseSelection(text string) (out Selection, err error) {
	if text == "" {
		return nil, nil
	}
	for _, part := range strings.Split(text, ",") {
		column, values, ok := strings.Cut(part, "=")
		list, known := selectable[column]
		if !ok || values == "" {
			return nil, fmt.Errorf("%q: not COLUMN=VALUE", part)
		}
		if !known {
			var names []string
			for n := range selectable {
				names = append(names, n)
			}
			slices.Sort(names)
			return nil, fmt.Errorf("%q: no column to select by; there are %s", column, strings.Join(names, ", "))
		}
		c := Condition{column, strings.Split(values, "|")}
		for _, v := range c.Any {
			if list != "" && !slices.Contains(CodeWords(list), v) {
				return nil, fmt.Errorf("%s=%s: no such code; there are %s", column, v, strings.Join(CodeWords(list), ", "))
			}
		}
		out = append(out, c)
	}
	return out, nil
}

// String is the selection as it is written.
func (s Selection) String() string {
	var parts []string
	for _, c := range s {
		parts = append(parts, c.Column+"="+strings.Join(c.Any, "|"))
	}
	return strings.Join(parts, ",")
}

// holds reports whether all conditions are met; of gives a column's value, and whether there is such a column at all.
// A column that is not there is asked of other.
func (s Selection) holds(of func(column string) (string, bool), other func() bool) bool {
	for _, c := range s {
		v, there := of(c.Column)
		if !there {
			if !other() {
				return false
			}
			continue
		}
		if !slices.ContainsFunc(c.Any, func(want string) bool {
			begin, open := strings.CutSuffix(want, "*")
			return v == want || open && strings.HasPrefix(v, begin)
		}) {
			return false
		}
	}
	return true
}

// Named reports whether one of the names stands for a cell or a figure; * in a name stands for any characters, but not
// for a dot.
func Named(names []string, name string) bool {
	return slices.ContainsFunc(names, func(n string) bool {
		ok, err := path.Match(strings.ReplaceAll(n, ".", "/"), strings.ReplaceAll(name, ".", "/"))
		return err == nil && ok
	})
}

// An extraction is one extract in the making.
type extraction struct {
	chosen    Selection
	names     []string
	forms     *form.Forms
	figures   *panel.Figures
	reports   map[reportKey]bool
	documents map[string]bool
	bodies    map[string]bool // body and year
	rows      map[string]int64
}

// Extract writes into dir what a dataset has of the reports that are selected: every table, of wide, panel and values
// only the cells and figures named (none = all). A selection without a report and a name that stands for nothing are
// errors.
func Extract(ctx context.Context, d *Dataset, dir string, chosen Selection, names []string, forms *form.Forms) (*Dataset,
	error) {
	figures, err := panel.FiguresOf(forms)
	if err != nil {
		return nil, err
	}
	x := &extraction{chosen, names, forms, figures, map[reportKey]bool{}, map[string]bool{}, map[string]bool{}, map[string]int64{}}
	if err := x.namesKnown(); err != nil {
		return nil, err
	}
	err = d.Reports(func(year int, r ReportRow) error {
		word := func(s *string) string {
			if s == nil {
				return ""
			}
			return *s
		}
		of := map[string]string{"level": word(r.Level), "kind": word(r.Kind), "scope": word(r.Scope), "status": r.Status,
			"function": word(r.Function), "division": word(r.Division), "series": word(r.Series),
			"province": provinceOf(word(r.Division)), "agency_id": word(r.AgencyID), "year": strconv.Itoa(year)}
		if chosen.holds(func(c string) (string, bool) { v, ok := of[c]; return v, ok }, nil) {
			x.reports[reportKey{r.Document, r.Part}], x.documents[r.Document] = true, true
			if r.Body != nil {
				x.bodies[*r.Body] = true
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	if len(x.reports) == 0 {
		return nil, fmt.Errorf("%s: no report with %s", d.Dir(), chosen)
	}
	for _, t := range Tables(forms) {
		files, err := d.Files(t.Name)
		if err != nil {
			return nil, err
		}
		if len(files) > 0 {
			x.rows[t.Name] = 0
		}
		for _, f := range files {
			if err := errors.Join(ctx.Err(), x.file(t, f, tables.FileOf(dir, t.Name, f.Year).Path)); err != nil {
				return nil, err
			}
		}
	}
	m, err := tables.ReadManifest(d.Dir())
	if err != nil {
		return nil, err
	}
	m.Rows = x.rows
	m.Print, m.Years, m.Timeless, m.Later, m.LaterAsRun = "", nil, nil, nil, false // they are of the files of the whole
	b, err := m.Bytes()
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, tables.ManifestName), b, 0o644); err != nil {
		return nil, err
	}
	return Open(dir)
}

// namesKnown refuses a name that stands for no cell and no figure.
func (x *extraction) namesKnown() error {
	for _, n := range x.names {
		if _, err := path.Match(n, ""); err != nil {
			return fmt.Errorf("name %q: %w", n, err)
		}
		one := []string{n}
		if !slices.ContainsFunc(x.forms.Cells(), func(c form.Cell) bool { return Named(one, c.Name) }) &&
			!slices.ContainsFunc(x.figures.Counts, func(c panel.Count) bool { return Named(one, c.Name) }) &&
			!slices.ContainsFunc(x.figures.Rates, func(r panel.Rate) bool { return Named(one, r.Name) }) {
			return fmt.Errorf("name %q: no cell of the forms and no figure of panel", n)
		}
	}
	return nil
}

// columns are those of a table that the extract has.
func (x *extraction) columns(t TableDoc) []ColumnDoc {
	if len(x.names) == 0 {
		return t.Columns
	}
	figure := map[string]bool{} // columns of panel, whether they are wanted
	for _, c := range x.figures.Counts {
		on := Named(x.names, c.Name)
		figure[c.Name], figure[StatePrefix+c.Name] = on, on
	}
	for _, r := range x.figures.Rates {
		on := Named(x.names, r.Name)
		for _, p := range []string{RatePrefix, StatePrefix + RatePrefix, NumeratorPrefix, DenominatorPrefix} {
			figure[p+r.Name] = on
		}
	}
	return slices.DeleteFunc(slices.Clone(t.Columns), func(c ColumnDoc) bool {
		on, is := figure[c.Name]
		switch t.Name {
		case "wide":
			return c.Cell != nil && !Named(x.names, c.Cell.Name)
		case "panel":
			return is && !on
		}
		return false
	})
}

// schema is that of a table with some of its columns, none of which is a list of structs.
func schemaOf(columns []ColumnDoc) *parquet.Schema {
	var fields []reflect.StructField
	for i, c := range columns {
		typ, null := strings.CutSuffix(c.Type, ", null")
		money := typ == "decimal(18,6)"
		if money {
			typ = "int64"
		}
		if null {
			typ += ", null"
		}
		t, tag := goType(typ)
		if money {
			tag += ",decimal(6:18)"
		}
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: t,
			Tag: reflect.StructTag(`parquet:"` + c.Name + tag + `"`)})
	}
	return parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
}

// file writes what is wanted of a file.
func (x *extraction) file(t TableDoc, from File, to string) error {
	r, err := from.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	schema, at := r.Parquet().Schema(), []int(nil) // at is the new place of each column; nil = as they are
	if len(x.names) > 0 && (t.Name == "wide" || t.Name == "panel") {
		columns := x.columns(t)
		schema = schemaOf(columns)
		for _, p := range r.Parquet().Schema().Columns() {
			at = append(at, slices.IndexFunc(columns, func(c ColumnDoc) bool { return c.Name == p[0] }))
		}
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	w := parquet.NewGenericWriter[any](out, append(rewriting(r), schema)...)
	wanted := x.wanted(t.Name, r)
	err = r.Rows(0, r.NumRows(), func(row parquet.Row) error {
		if !wanted(row) {
			return nil
		}
		x.rows[t.Name]++
		if at != nil {
			kept := make(parquet.Row, 0, len(row))
			for _, v := range row {
				if k := at[v.Column()]; k >= 0 {
					kept = append(kept, v.Level(v.RepetitionLevel(), v.DefinitionLevel(), k))
				}
			}
			row = kept
		}
		_, err := w.WriteRows([]parquet.Row{row})
		return err
	})
	return errors.Join(err, w.Close(), out.Close())
}

// rewriting are the options of a file whose rows are written again, or some of them: what the file says of itself stays.
func rewriting(r *tables.Reader) []parquet.WriterOption {
	opts := []parquet.WriterOption{codec(), parquet.MaxRowsPerRowGroup(rowGroup)}
	for _, kv := range r.Parquet().Metadata().KeyValueMetadata {
		opts = append(opts, parquet.KeyValueMetadata(kv.Key, kv.Value))
	}
	if r.Has("document") {
		opts = append(opts, ofDocument())
	}
	if table := r.File().Table; table == "reports" || table == "wide" || table == "panel" {
		opts = append(opts, sortingColumns())
	}
	switch r.File().Table {
	case "wide":
		opts = append(opts, parquet.PageBufferSize(widePage))
	case "sections":
		opts = append(opts, parquet.MaxRowsPerRowGroup(sectionGroup))
	}
	return opts
}

// wanted tells of the rows of a table which are of the extract.
func (x *extraction) wanted(table string, r *tables.Reader) func(parquet.Row) bool {
	schema := r.Parquet().Schema()
	leaf := func(column string) int {
		if l, ok := schema.Lookup(column); ok {
			return l.ColumnIndex
		}
		return -1
	}
	value := func(row parquet.Row, column int) (out parquet.Value) {
		for _, v := range row {
			if v.Column() == column {
				return v
			}
		}
		return out
	}
	text := func(row parquet.Row, column int) string {
		if v := value(row, column); !v.IsNull() {
			return string(v.ByteArray())
		}
		return ""
	}
	document, part, name := leaf("document"), leaf("part"), leaf("name")
	year := strconv.Itoa(r.File().Year)
	body := leaf("body")
	places := map[string]int{}
	for c := range selectable {
		places[c] = leaf(c)
	}
	ofReport := func(row parquet.Row) bool {
		return x.reports[reportKey{text(row, document), value(row, part).Int32()}]
	}
	switch {
	case document < 0:
		return func(parquet.Row) bool { return true } // of no report
	case table == "panel" || table == "authorities":
		return func(row parquet.Row) bool {
			if text(row, document) != "" {
				return ofReport(row)
			}
			return x.chosen.holds(func(c string) (string, bool) {
				if c == "year" {
					return year, true
				}
				return text(row, places[c]), places[c] >= 0
			}, func() bool { return x.bodies[text(row, body)] })
		}
	case part < 0:
		return func(row parquet.Row) bool { return x.documents[text(row, document)] }
	case table == "values" && len(x.names) > 0:
		named := map[string]bool{}
		return func(row parquet.Row) bool {
			n := text(row, name)
			on, known := named[n]
			if !known {
				on = Named(x.names, n)
				named[n] = on
			}
			return on && ofReport(row)
		}
	}
	return ofReport
}
