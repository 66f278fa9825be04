package query

import (
	"fmt"
	"io"
	"slices"

	"github.com/gongkai/gongkai/output/listing"
)

// Write writes the rows of a query, as o says.
//
// In csv, line and json is all; a table and md are for reading: null is NULL, and at most limit rows are shown (0: all); more
// reports whether there are others, which the text says too. A blob is written in hexadecimal.
func Write(w io.Writer, rows *Rows, o listing.Options, limit int) (n int, more bool, err error) {
	columns := make([]listing.Column, len(rows.Columns))
	for i, c := range rows.Columns {
		columns[i].Key = c
	}
	l, err := listing.Open(w, o, columns...)
	if err != nil {
		return 0, false, fmt.Errorf("query: %w", err)
	}
	shown := o.Format == "table" || o.Format == "md"
	for rows.Next() {
		if shown && limit > 0 && n == limit {
			more = true
			break
		}
		values := slices.Clone(rows.Values()) // a table keeps them
		for i, v := range values {
			if v == nil && shown {
				values[i] = null{}
			}
		}
		if err := l.Add(values...); err != nil {
			return n, false, err
		}
		n++
	}
	if !more {
		err = rows.Err()
	}
	if e := l.Close(); err == nil { // what came before an error is still handed on
		err = e
	}
	if more && err == nil {
		if o.Format == "md" {
			fmt.Fprintln(w)
		}
		_, err = fmt.Fprintf(w, "… the first %d rows; there are more (--limit 0 shows all)\n", n)
	}
	return n, more, err
}

// null stands in a table where there is none, and is neither a number nor a text.
type null = listing.Null
