package release

import (
	"fmt"
	"io"
	"sort"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/gongkai/gongkai/output"
)

// A dataset is written as reports arrive, and so its smaller tables are in row groups of a few hundred rows. A reader
// over HTTP asks for each column of each row group by itself, and for a footer that names them all: the release joins
// them.
const (
	groupRows  = 122_880   // what DuckDB takes at a time
	groupBytes = 256 << 20 // unpacked; bounds memory
)

// writeParquet writes the file of a table for readers far away. One whose row groups are large already is taken as it
// is.
func writeParquet(w io.Writer, file output.File) error {
	f, err := file.Open()
	if err != nil {
		return err
	}
	defer f.Close()
	pf := f.Parquet()
	groups := pf.RowGroups()
	join := joined(pf)
	if len(join) == len(groups) {
		_, err := io.Copy(w, io.NewSectionReader(pf, 0, pf.Size()))
		return err
	}
	opts := []parquet.WriterOption{pf.Schema(), parquet.Compression(&zstd.Codec{Level: zstd.SpeedDefault})}
	meta := pf.Metadata()
	sort.SliceStable(meta.KeyValueMetadata, func(i, k int) bool {
		return meta.KeyValueMetadata[i].Key < meta.KeyValueMetadata[k].Key
	})
	for _, kv := range meta.KeyValueMetadata {
		opts = append(opts, parquet.KeyValueMetadata(kv.Key, kv.Value))
	}
	if _, ok := pf.Schema().Lookup("document"); ok {
		opts = append(opts, parquet.BloomFilters(parquet.SplitBlockFilter(10, "document")))
	}
	out := parquet.NewWriter(w, opts...)
	for _, n := range join {
		for _, g := range groups[:n] {
			rows := g.Rows()
			_, err := parquet.CopyRows(out, rows)
			if e := rows.Close(); err == nil {
				err = e
			}
			if err != nil {
				return fmt.Errorf("%s: %w", file.Path, err)
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		groups = groups[n:]
	}
	return out.Close()
}

// joined gives how many row groups of a file become one, in turn.
func joined(pf *parquet.File) (out []int) {
	var rows, bytes int64
	for _, g := range pf.Metadata().RowGroups {
		if len(out) == 0 || rows+g.NumRows > groupRows || bytes+g.TotalByteSize > groupBytes {
			out = append(out, 0)
			rows, bytes = 0, 0
		}
		out[len(out)-1]++
		rows += g.NumRows
		bytes += g.TotalByteSize
	}
	return out
}
