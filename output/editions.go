package output

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/panel"
)

// The columns edition_TABLE of reports and wide: which edition of the form each table of a report follows. They are
// what tables the forms have, so they are in no struct.

// EditionColumn is the column of reports and wide that gives a table's edition.
func EditionColumn(table string) string { return panel.EditionColumn + table }

// editionDocs are the columns of the editions in the data dictionary.
func editionDocs(forms *form.Forms) []ColumnDoc {
	var out []ColumnDoc
	for _, t := range forms.Tables() {
		w := forms.Place(t)
		out = append(out, ColumnDoc{Name: EditionColumn(t), Type: "string, null",
			Doc: "edition of the form that " + w.EN +
				" follows", DocZh: w.ZH + "所用版本"})
	}
	return out
}

// reportDocs are the columns of reports in the data dictionary.
func reportDocs(forms *form.Forms) []ColumnDoc {
	docs := listedColumns("reports", forms)
	first := slices.IndexFunc(docs, func(c ColumnDoc) bool { return strings.HasPrefix(c.Name, panel.EditionColumn) })
	if first >= 0 {
		docs[first].Doc += "; null where the table was not found"
		docs[first].DocZh += "；未见该表为空"
	}
	return docs
}

// editionsBefore is the column of reports that stands after those of the editions.
const editionsBefore = "superseded"

// A reportSchema lays reports into rows: the columns of ReportRow, and among them those of the editions.
type reportSchema struct {
	tables []string
	plain  *parquet.Schema // of ReportRow
	schema *parquet.Schema
	at     int // the first column of an edition
}

func newReportSchema(forms *form.Forms) *reportSchema {
	s := &reportSchema{tables: forms.Tables(), plain: parquet.SchemaOf(ReportRow{})}
	t := reflect.TypeOf(ReportRow{})
	var fields []reflect.StructField
	for i := range t.NumField() {
		if f := t.Field(i); f.Name == "Superseded" {
			for k, table := range s.tables {
				tag := `parquet:"` + EditionColumn(table) + `,optional,dict"`
				fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Edition%d", k),
					Type: reflect.TypeOf((*string)(nil)), Tag: reflect.StructTag(tag)})
			}
		}
		fields = append(fields, t.Field(i))
	}
	s.schema = parquet.NewSchema(t.Name(), parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface()))
	leaf, _ := s.plain.Lookup(editionsBefore)
	s.at = leaf.ColumnIndex
	return s
}

// row lays a report into columns.
func (s *reportSchema) row(r ReportRow, editions normalize.Editions) parquet.Row {
	plain := s.plain.Deconstruct(nil, &r)
	row := make(parquet.Row, 0, len(plain)+len(s.tables))
	told := false
	for _, v := range plain {
		c := v.Column()
		if c >= s.at && !told {
			told = true
			for i, t := range s.tables {
				row = append(row, optionalText(editions[t], s.at+i))
			}
		}
		if c >= s.at {
			c += len(s.tables)
		}
		row = append(row, v.Level(v.RepetitionLevel(), v.DefinitionLevel(), c))
	}
	return row
}

// optionalText is a text in a column that may be null; nothing is null.
func optionalText(s string, column int) parquet.Value {
	if s == "" {
		return parquet.NullValue().Level(0, 0, column)
	}
	return parquet.ByteArrayValue([]byte(s)).Level(0, 1, column)
}

// Editions gives the editions that the reports of the dataset follow, by table, in the order of the rows of reports;
// "" where a table was not found. A table that the dataset does not know is in no report.
func (d *Dataset) Editions(tables []string) (map[string]Editions, error) {
	files, err := d.Files("reports")
	if err != nil {
		return nil, err
	}
	out := map[string]Editions{}
	for _, f := range files {
		rows, err := panel.FileEditions(f, tables)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			for i, t := range tables {
				out[t] = append(out[t], row[i])
			}
		}
	}
	return out, nil
}

// Editions are those of one table that the reports of a dataset follow.
type Editions []string

// At is the edition of a report, counted in the order of the rows of reports.
func (e Editions) At(report int) string { return e[report] }
