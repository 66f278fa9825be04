package output

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
)

// A wideSchema is the table with one row a report and one column a name of the form.
type wideSchema struct {
	schema *parquet.Schema
	cells  []normalize.FormCell
	column map[string]int // name → column
	fixed  int
}

// wideFixed are the columns before the names.
var wideFixed = []ColumnDoc{
	{Name: "document", Type: "string", Doc: "key of the document", DocZh: "文件键值（原文 SHA-256）"},
	{Name: "part", Type: "int32", Doc: "ordinal of the report in a document that holds several, from 1", DocZh: "一份文件含多份报告时的序号，从 1 起"},
	{Name: "agency", Type: "string, null", Doc: "the reporting body as printed", DocZh: "所印报告机关名称"},
	{Name: "agency_id", Type: "string, null", Doc: "the reporting body, the same over years and sources; null where it could not be decided", DocZh: "报告机关标识，跨年度、跨来源一致；无法确定者为空"},
	{Name: "division", Type: "string, null", Doc: "code of its division in the report year, GB/T 2260", DocZh: "报告年度的行政区划代码（GB/T 2260）"},
	{Name: "edition_active", Type: "string, null", Doc: "edition of the form that table II follows", DocZh: "表二所用版本"},
	{Name: "edition_applications", Type: "string, null", Doc: "edition of the form that table III follows", DocZh: "表三所用版本"},
	{Name: "edition_disputes", Type: "string, null", Doc: "edition of the form that table IV follows", DocZh: "表四所用版本"},
	{Name: "status", Type: "string", Doc: "read or partly", DocZh: "read 全部读出，partly 部分读出"},
	{Name: "superseded", Type: "date, null", Doc: "day on which its address showed another version of it; null for the newest", DocZh: "该网址出现新版本之日；最新版本为空"},
	{Name: "findings", Type: "int32", Doc: "findings of severity warning and error; look at them before using the row", DocZh: "警告与错误级存疑数；使用该行前请先查看"},
}

// newWideSchema makes the schema: column names are those of the form with "." as "__", in the order of the form.
func newWideSchema(forms *normalize.Forms) *wideSchema {
	s := &wideSchema{cells: forms.Cells(), column: map[string]int{}, fixed: len(wideFixed)}
	var fields []reflect.StructField
	add := func(name string, t reflect.Type, tag string) {
		fields = append(fields, reflect.StructField{Name: fmt.Sprintf("C%d", len(fields)), Type: t, Tag: reflect.StructTag(`parquet:"` + name + tag + `"`)})
	}
	str, num := reflect.TypeOf((*string)(nil)), reflect.TypeOf((*int64)(nil))
	add("document", str.Elem(), "")
	add("part", reflect.TypeOf(int32(0)), "")
	for _, n := range []string{"agency", "agency_id", "division", "edition_active", "edition_applications", "edition_disputes"} {
		add(n, str, ",optional,dict")
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
	for _, c := range wideFixed {
		out = append(out, parquet.KeyValueMetadata("column."+c.Name, c.Doc))
	}
	for _, c := range s.cells {
		unit := "count"
		if c.Unit != "" {
			unit = c.Unit
		}
		out = append(out, parquet.KeyValueMetadata("column."+WideName(c.Name), c.RowLabel+" | "+c.ColumnLabel+" | "+unit))
	}
	return out
}

// row lays a report into columns. A number is one that is printed, or a zero that the identities prove; all else is null.
func (s *wideSchema) row(r *Result) parquet.Row {
	rep := r.Report
	row := make(parquet.Row, s.fixed+len(s.cells))
	text := func(i int, v string, optional bool) {
		switch {
		case optional && v == "":
			row[i] = parquet.NullValue().Level(0, 0, i)
		case optional:
			row[i] = parquet.ByteArrayValue([]byte(v)).Level(0, 1, i)
		default:
			row[i] = parquet.ByteArrayValue([]byte(v)).Level(0, 0, i)
		}
	}
	text(0, r.Document.SHA256, false)
	row[1] = parquet.Int32Value(r.part()).Level(0, 0, 1)
	text(2, rep.Agency, true)
	text(3, rep.Body.ID, true)
	text(4, rep.Body.Code, true)
	text(5, rep.Editions.Active, true)
	text(6, rep.Editions.Applications, true)
	text(7, rep.Editions.Disputes, true)
	text(8, string(rep.Status), false)
	doubts := int32(0)
	for i := range rep.Findings {
		if rep.Findings[i].Severity != normalize.Note {
			doubts++
		}
	}
	row[9] = parquet.NullValue().Level(0, 0, 9)
	if d := dateOf(r.Document.Superseded); d != nil {
		row[9] = parquet.Int32Value(*d).Level(0, 1, 9)
	}
	row[10] = parquet.Int32Value(doubts).Level(0, 0, 10)
	for i := s.fixed; i < len(row); i++ {
		row[i] = parquet.NullValue().Level(0, 0, i)
	}
	for i := range rep.Values {
		v := &rep.Values[i]
		k, ok := s.column[v.Name]
		if !ok || v.Number == nil {
			continue
		}
		n, fits := int64(0), false
		if s.cells[k-s.fixed].Unit != "" {
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
