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
func (s *wideSchema) row(r *Result) parquet.Row {
	rep := r.Report
	first := len(s.fixed) // of the cells
	row := make(parquet.Row, first+len(s.cells))
	row[0] = parquet.ByteArrayValue([]byte(r.Document.SHA256)).Level(0, 0, 0)
	row[1] = parquet.Int32Value(r.part()).Level(0, 0, 1)
	row[2] = optionalText(rep.Agency, 2)
	row[3] = optionalText(rep.Body.ID, 3)
	row[4] = optionalText(rep.Body.Code, 4)
	at := s.editions
	for _, t := range s.tables {
		row[at] = optionalText(rep.Editions[t], at)
		at++
	}
	row[at] = parquet.ByteArrayValue([]byte(rep.Status)).Level(0, 0, at)
	at++
	doubts := int32(0)
	for i := range rep.Findings {
		if rep.Findings[i].Severity != normalize.Note {
			doubts++
		}
	}
	row[at] = parquet.NullValue().Level(0, 0, at)
	if d := dateOf(r.Document.Superseded); d != nil {
		row[at] = parquet.Int32Value(*d).Level(0, 1, at)
	}
	at++
	row[at] = parquet.Int32Value(doubts).Level(0, 0, at)
	for i := first; i < len(row); i++ {
		row[i] = parquet.NullValue().Level(0, 0, i)
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
			row[k] = parquet.Int64Value(n).Level(0, 1, k)
		}
	}
	return row
}
