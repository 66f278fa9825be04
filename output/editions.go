package output

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"reflect"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// The columns edition_TABLE of reports and wide: which edition of the form each table of a report follows. They are what
// tables the forms have, so they are in no struct.

// EditionColumn is the column of reports and wide that gives a table's edition.
func EditionColumn(table string) string { return "edition_" + table }

// editionDocs are the columns of the editions in the data dictionary.
func editionDocs(forms *form.Forms) []ColumnDoc {
	var out []ColumnDoc
	for _, t := range forms.Tables() {
		w := forms.Place(t)
		out = append(out, ColumnDoc{Name: EditionColumn(t), Type: "string, null", Doc: "edition of the form that " + w.EN + " follows", DocZh: w.ZH + "所用版本"})
	}
	return out
}

// editionsBefore is the column of reports that stands after those of the editions.
const editionsBefore = "superseded"

// reportDocs are the columns of reports in the data dictionary.
func reportDocs(forms *form.Forms) []ColumnDoc {
	docs, editions := columnDocs(reflect.TypeOf(ReportRow{})), editionDocs(forms)
	if len(editions) > 0 {
		editions[0].Doc += "; null where the table was not found"
		editions[0].DocZh += "；未见该表为空"
	}
	at := slices.IndexFunc(docs, func(c ColumnDoc) bool { return c.Name == editionsBefore })
	return slices.Insert(docs, at, editions...)
}

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
				fields = append(fields, reflect.StructField{Name: fmt.Sprintf("Edition%d", k), Type: reflect.TypeOf((*string)(nil)), Tag: reflect.StructTag(tag)})
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

// Editions are the editions of one table that the reports of a dataset follow, in the order of the rows of reports.
type Editions struct {
	names []string // "" first
	of    []uint8
}

// At is the edition of a report, "" where the table was not found.
func (e *Editions) At(report int) string { return e.names[e.of[report]] }

// Editions gives the editions that the reports of the dataset follow, by table. A table that the dataset does not know is
// in no report.
func (d *Dataset) Editions(tables []string) (map[string]*Editions, error) {
	files, err := d.Files("reports")
	if err != nil {
		return nil, err
	}
	out := map[string]*Editions{}
	for _, t := range tables {
		out[t] = &Editions{names: []string{""}}
	}
	for _, f := range files {
		if err := readEditions(f.Path, out); err != nil {
			return nil, fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return out, nil
}

// FileEditions gives the editions of the reports of one file.
func FileEditions(path string, tables []string) (map[string]*Editions, error) {
	out := map[string]*Editions{}
	for _, t := range tables {
		out[t] = &Editions{names: []string{""}}
	}
	return out, readEditions(path, out)
}

func readEditions(path string, to map[string]*Editions) error {
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
	for table, e := range to {
		leaf, ok := pf.Schema().Lookup(EditionColumn(table))
		if !ok {
			e.of = append(e.of, make([]uint8, pf.NumRows())...)
			continue
		}
		for _, g := range pf.RowGroups() {
			if err := e.read(g.ColumnChunks()[leaf.ColumnIndex]); err != nil {
				return fmt.Errorf("column %s: %w", EditionColumn(table), err)
			}
		}
	}
	return nil
}

// read adds the values of a column; null is the empty text.
func (e *Editions) read(chunk parquet.ColumnChunk) error {
	values := parquet.NewColumnChunkValueReader(chunk)
	defer values.Close()
	buf := make([]parquet.Value, 512)
	for {
		n, err := values.ReadValues(buf)
		for _, v := range buf[:n] {
			k := slices.Index(e.names, string(v.ByteArray()))
			if k < 0 {
				if k = len(e.names); k > math.MaxUint8 {
					return errors.New("more editions than there can be")
				}
				e.names = append(e.names, string(v.ByteArray()))
			}
			e.of = append(e.of, uint8(k))
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
