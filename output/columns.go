package output

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize/form"
)

//go:embed columns.txt
var columnsText string

// A ColumnDoc is one entry of the data dictionary.
type ColumnDoc struct {
	Name, Type, Doc string
	DocZh           string
	Codes           string     // the list of codes that it holds; "" = none
	Cell            *form.Cell // of a column of wide that is a cell
}

// A ColumnKind is what a column holds.
type ColumnKind int

const (
	TextColumn    ColumnKind = iota
	CountColumn              // an integer
	MeasureColumn            // floating point
	MoneyColumn              // decimal with six places
	DateColumn               // days since 1970-01-01
	TruthColumn
	ListColumn // of strings, numbers or structs
)

// Kind is what the column holds, and whether it may be null.
func (c *ColumnDoc) Kind() (k ColumnKind, nullable bool) {
	typ, nullable := strings.CutSuffix(c.Type, ", null")
	k = types[typ]
	return k, nullable
}

// A TableDoc is what the data dictionary says of a table.
type TableDoc struct {
	Name       string
	Doc, DocZh string // one sentence
	Columns    []ColumnDoc
}

// A listedTable is a table as columns.txt has it.
type listedTable struct {
	TableDoc
	editions int // where the columns of the editions stand; -1 = nowhere
	figures  int // those of the figures, likewise, before the editions are put in
}

var listed = sync.OnceValues(func() ([]listedTable, error) { return parseColumns("columns.txt", columnsText) })

// types are what a column may hold, and what that is to those who read it.
var types = map[string]ColumnKind{"string": TextColumn, "int32": CountColumn, "int64": CountColumn,
	"double": MeasureColumn,
	"date":   DateColumn, "boolean": TruthColumn, "decimal(18,6)": MoneyColumn,
	"list of string": ListColumn, "list of int32": ListColumn, "list of struct": ListColumn}

// parseColumns reads the list of tables and columns.
func parseColumns(name, text string) (out []listedTable, err error) {
	seen := map[string]bool{}
	for i, line := range strings.Split(text, "\n") {
		wrong := func(what string) error { return fmt.Errorf("%s:%d: %s", name, i+1, what) }
		line = strings.TrimSpace(line)
		table, head := strings.CutPrefix(line, "[")
		switch last := len(out) - 1; {
		case line == "" || strings.HasPrefix(line, "#"):
		case head:
			table, closed := strings.CutSuffix(table, "]")
			if !closed || table == "" || seen[table] {
				return nil, wrong("not [table], or a second of the name")
			}
			seen[table] = true
			out = append(out, listedTable{TableDoc{Name: table}, -1, -1})
		case last < 0:
			return nil, wrong("before the first [table]")
		case out[last].Doc == "":
			out[last].Doc = line
		case out[last].DocZh == "":
			out[last].DocZh = line
		case line == "editions":
			out[last].editions = len(out[last].Columns)
		case line == "figures":
			out[last].figures = len(out[last].Columns)
		default:
			c, err := parseColumn(line)
			if err == nil && seen[out[last].Name+"."+c.Name] {
				err = errors.New("a second column " + c.Name)
			}
			if err != nil {
				return nil, wrong(err.Error())
			}
			seen[out[last].Name+"."+c.Name] = true
			out[last].Columns = append(out[last].Columns, c)
		}
	}
	for _, t := range out {
		if len(t.Columns) == 0 {
			return nil, fmt.Errorf("%s: table %s has no columns", name, t.Name)
		}
	}
	return out, nil
}

func parseColumn(line string) (ColumnDoc, error) {
	f := strings.Split(line, " | ")
	if len(f) != 4 && len(f) != 5 {
		return ColumnDoc{}, errors.New("not name | type | English | Chinese, and a list of codes if need be")
	}
	c := ColumnDoc{Name: f[0], Type: f[1], Doc: f[2], DocZh: f[3]}
	if _, ok := types[strings.TrimSuffix(c.Type, ", null")]; !ok {
		return c, fmt.Errorf("no type %q", c.Type)
	}
	if len(f) == 5 {
		if c.Codes = f[4]; CodesOf(c.Codes) == nil {
			return c, fmt.Errorf("no list %q of codes", c.Codes)
		}
	}
	return c, nil
}

// listedColumns are the columns of a table, those of the editions among them; nil where the list has no such table.
func listedColumns(table string, forms *form.Forms) []ColumnDoc {
	all, _ := listed() // a list that cannot be read is told by Create and Open
	for _, t := range all {
		if t.Name != table {
			continue
		}
		cols := slices.Clone(t.Columns)
		if t.figures >= 0 && forms != nil { // behind the editions: first, so that their place stays
			cols = slices.Insert(cols, t.figures, figureDocs(forms)...)
		}
		if t.editions >= 0 && forms != nil {
			cols = slices.Insert(cols, t.editions, editionDocs(forms)...)
		}
		return cols
	}
	return nil
}

// Tables lists the tables of a dataset; anomalies, which is there only once somebody has looked, is the last.
func Tables(forms *form.Forms) (out []TableDoc) {
	all, _ := listed()
	for _, t := range all {
		t.Columns = listedColumns(t.Name, forms)
		if t.Name == "wide" {
			t.Columns = append(t.Columns, wideCells(forms)...)
		}
		if t.Name == "reports" {
			t.Columns = reportDocs(forms)
		}
		out = append(out, t.TableDoc)
	}
	return out
}

// wideCells are the columns of wide that are cells of the forms.
func wideCells(forms *form.Forms) (out []ColumnDoc) {
	for _, c := range forms.Cells() {
		t := "int64, null"
		if c.Unit != "" {
			t = "decimal(18,6), null"
		}
		label := c.RowLabel + " | " + c.ColumnLabel
		out = append(out, ColumnDoc{Name: WideName(c.Name), Type: t, Doc: label, DocZh: label, Cell: &c})
	}
	return out
}
