package output

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// A wideSchema is the table with one row a report and one column a name of the form.
type wideSchema struct {
	schema   *parquet.Schema
	cells    []form.Cell
	column   map[string]int // name → column
	fixed    []ColumnDoc    // the columns before the cells
	tables   []string       // whose editions stand among them
	editions int            // the first of these
	lists    int            // the first of the columns that are lists of names
}

// newWideSchema makes the schema: column names are those of the form with "." as "__", in the order of the form.
func newWideSchema(forms *form.Forms) *wideSchema {
	s := &wideSchema{cells: forms.Cells(), column: map[string]int{}, fixed: listedColumns("wide", forms),
		tables: forms.Tables()}
	var fields []reflect.StructField
	add := func(name string, t reflect.Type, tag string) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("C%d", len(fields)), Type: t,
			Tag: reflect.StructTag(`parquet:"` + name + tag + `"`)})
	}
	str, num := reflect.TypeOf((*string)(nil)), reflect.TypeOf((*int64)(nil))
	add("document", str.Elem(), "")
	add("part", reflect.TypeOf(int32(0)), "")
	for _, n := range []string{"agency", "agency_id", "division"} {
		add(n, str, ",optional,dict")
	}
	s.editions = len(fields)
	for _, t := range s.tables {
		add(EditionColumn(t), str, ",optional,dict")
	}
	add("status", str.Elem(), ",dict")
	add("superseded", reflect.TypeOf((*int32)(nil)), ",optional,date")
	add("body", str, ",optional,dict")
	add("standing", reflect.TypeOf(false), "")
	for _, n := range []string{"within", "series", "level", "kind", "function", "scope"} {
		add(n, str, ",optional,dict")
	}
	s.lists = len(fields)
	for _, n := range []string{"inferred", "contradicted", "corrected"} {
		add(n, reflect.TypeOf([]string(nil)), ",list")
	}
	add("findings", reflect.TypeOf(int32(0)), "")
	for _, c := range s.cells {
		s.column[c.Name] = len(fields)
		tag := ",optional"
		if c.Unit != "" {
			tag += ",decimal(6:18)"
		}
		add(WideName(c.Name), num, tag)
	}
	s.schema = parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())
	return s
}

// WideName is the column of a cell in the wide table: dots would have to be quoted everywhere.
func WideName(name string) string { return strings.ReplaceAll(name, ".", "__") }

// CellName is the cell of a column of the wide table; "" for the columns before the cells.
func CellName(column string) string {
	if !strings.Contains(column, "__") {
		return ""
	}
	return strings.ReplaceAll(column, "__", ".")
}

func (s *wideSchema) docs() []parquet.WriterOption {
	var out []parquet.WriterOption
	for _, c := range s.fixed {
		out = append(out, parquet.KeyValueMetadata("column."+c.Name, c.Doc))
	}
	for _, c := range s.cells {
		unit := "count"
		if c.Unit != "" {
			unit = c.Unit
		}
		out = append(out, parquet.KeyValueMetadata("column."+WideName(c.Name),
			c.RowLabel+" | "+c.ColumnLabel+" | "+unit))
	}
	return out
}

// row lays a report into columns. A number is one that is printed, or a zero that the identities prove; all else is
// null.
func (s *wideSchema) row(r *Result, x *indexed) parquet.Row {
	rep := r.Report
	first := len(s.fixed) // of the cells
	row := make(parquet.Row, 0, first+len(s.cells)+16)
	add := func(v parquet.Value) { row = append(row, v.Level(0, 0, len(row))) }
	text := func(t string) { row = append(row, optionalText(t, len(row))) }
	add(parquet.ByteArrayValue([]byte(r.Document.SHA256)))
	add(parquet.Int32Value(r.part()))
	text(rep.Agency)
	text(rep.Body.ID)
	text(rep.Body.Code)
	for _, t := range s.tables {
		text(rep.Editions[t])
	}
	add(parquet.ByteArrayValue([]byte(rep.Status)))
	if d := dateOf(r.Document.Superseded); d != nil {
		row = append(row, parquet.Int32Value(*d).Level(0, 1, len(row)))
	} else {
		add(parquet.NullValue())
	}
	text(x.body)
	add(parquet.BooleanValue(x.stands))
	for _, t := range []string{x.within, rep.Body.Series, string(rep.Body.Level), string(rep.Body.Kind), rep.Body.Function,
		string(rep.Scope)} {
		text(t)
	}
	row = appendNames(row, s.lists, rep, func(v *normalize.Value) bool { return v.Verdict == normalize.Inferred })
	row = appendNames(row, s.lists+1, rep, func(v *normalize.Value) bool { return v.Verdict == normalize.Contradicted })
	row = appendNames(row, s.lists+2, rep, func(v *normalize.Value) bool { return v.State == normalize.Corrected })
	doubts := int32(0)
	for i := range rep.Findings {
		if rep.Findings[i].Severity != normalize.Note {
			doubts++
		}
	}
	row = append(row, parquet.Int32Value(doubts).Level(0, 0, first-1))
	start := len(row) - first // lists have as many values as names
	for i := first; i < first+len(s.cells); i++ {
		row = append(row, parquet.NullValue().Level(0, 0, i))
	}
	for i := range rep.Values {
		v := &rep.Values[i]
		k, ok := s.column[v.Name]
		if !ok || v.Number == nil {
			continue
		}
		n, fits := int64(0), false
		if s.cells[k-first].Unit != "" {
			n, fits = scaled(v.Number)
		} else {
			n, fits = whole(v.Number)
		}
		if fits {
			row[start+k] = parquet.Int64Value(n).Level(0, 1, k)
		}
	}
	return row
}

// appendNames adds the list of the cells of which something is so: one value a name, or one that says that there is
// none.
func appendNames(row parquet.Row, column int, rep *normalize.Report, so func(*normalize.Value) bool) parquet.Row {
	n := 0
	for i := range rep.Values {
		if v := &rep.Values[i]; so(v) {
			row = append(row, parquet.ByteArrayValue([]byte(v.Name)).Level(min(n, 1), 1, column))
			n++
		}
	}
	if n == 0 {
		row = append(row, parquet.NullValue().Level(0, 0, column))
	}
	return row
}
