// Package output writes what was read: JSON lines and a Parquet dataset that DuckDB, pandas, R, Spark and ClickHouse
// read as it lies, and reads the dataset back.
//
// It knows rows and columns, not how a value was read. Null is not zero and not blank; the same input gives the same
// bytes.
package output

import (
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/reuse"
)

// A Document is where a result came from.
type Document struct {
	File      string // the path as given
	SHA256    string // of the raw bytes, lower-case hex
	MediaType string // "" where the bytes could not be looked at
	Bytes     int64
	Pages     int    // 0 where the format has none
	URL       string // where it was fetched; "" for files
	// Days as "2006-01-02", known of what a crawl keeps: when these bytes were first seen at the address, when others
	// were seen there ("" = they are the newest), when the address no longer showed a report ("" = it does).
	Seen, Superseded, Vanished string
}

// A Result is one document with what was read from it.
type Result struct {
	Document Document
	Report   *normalize.Report
	Sketch   *reuse.Sketch // of its prose, where it is known already; nil = it is computed
}

// part is the ordinal of the report in its document, from 1.
func (r *Result) part() int32 { return int32(max(1, r.Report.Part)) }
