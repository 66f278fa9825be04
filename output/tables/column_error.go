package tables

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// A ColumnError says that a table has not the column that was asked for, or holds something else in it.
type ColumnError struct {
	Table, Column string
	Holds, Want   string // what the column holds and what was asked for; empty where there is no such column
}

func (e *ColumnError) Error() string {
	what := "no column " + e.Column
	if e.Holds != "" {
		what = fmt.Sprintf("column %s holds %s, not %s", e.Column, e.Holds, e.Want)
	}
	if e.Table != "" {
		what = e.Table + ": " + what
	}
	return what + "; the dataset was written by another version of the program"
}

// Check reports a column that the parquet tags of T name and the file has not, or has otherwise.
func Check[T any](r *Reader) error {
	want, have := parquet.SchemaOf(new(T)), r.file.Schema()
	for _, path := range want.Columns() {
		w, _ := want.Lookup(path...)
		h, ok := have.Lookup(path...)
		if ok && typeOf(h) == typeOf(w) && h.MaxRepetitionLevel == w.MaxRepetitionLevel &&
			h.MaxDefinitionLevel <= w.MaxDefinitionLevel {
			continue
		}
		return r.columnError(path, h, ok, typeOf(w), w)
	}
	return nil
}

// columnError says what is otherwise about a column of which at most the first names of the path are in the file.
func (r *Reader) columnError(path []string, have parquet.LeafColumn, found bool, want string,
	w parquet.LeafColumn) error {
	e := &ColumnError{Table: r.of.Table, Column: strings.Join(fieldsOf(path), ".")}
	switch {
	case found && typeOf(have) == want && have.MaxDefinitionLevel > w.MaxDefinitionLevel:
		e.Holds, e.Want = want+", null", want
	case found && have.MaxRepetitionLevel == w.MaxRepetitionLevel:
		e.Holds, e.Want = typeOf(have), want
	default:
		for _, other := range r.file.Schema().Columns() {
			if other[0] != path[0] {
				continue
			}
			// the column is there, of another shape: a list and no list, or a list of other things
			if isList(other) != isList(path) || len(other) != len(path) {
				leaf, _ := r.file.Schema().Lookup(other...)
				e.Column, e.Holds, e.Want = path[0], shape(other, typeOf(leaf)), shape(path, want)
				break
			}
		}
	}
	return e
}

func isList(path []string) bool { return len(path) >= 3 && path[1] == "list" && path[2] == "element" }

// fieldsOf is the path without the names that Parquet puts between a list and its elements.
func fieldsOf(path []string) []string {
	if isList(path) {
		return append([]string{path[0]}, path[3:]...)
	}
	return path
}

func shape(path []string, typ string) string {
	switch {
	case isList(path) && len(path) > 3:
		return "list of struct"
	case isList(path):
		return "list of " + typ
	case len(path) > 1:
		return "struct"
	}
	return typ
}

// typeOf is what a column holds, in the words of the data dictionary.
func typeOf(c parquet.LeafColumn) string {
	t := c.Node.Type()
	if l := t.LogicalType(); l != nil {
		switch v := l.Value.(type) {
		case *format.DateType:
			return "date"
		case *format.DecimalType:
			return fmt.Sprintf("decimal(%d,%d)", v.Precision, v.Scale)
		}
	}
	switch t.Kind() {
	case parquet.ByteArray:
		return "string"
	case parquet.Int32:
		return "int32"
	case parquet.Int64:
		return "int64"
	case parquet.Double:
		return "double"
	case parquet.Boolean:
		return "boolean"
	}
	return t.String()
}

// columnName is the name of the column of a field.
func columnName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("parquet"), ",")
	return name
}
