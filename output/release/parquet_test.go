package release

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress/zstd"

	"github.com/gongkai/gongkai/output"
)

// small writes a table as a dataset has it: in row groups of a few hundred rows.
func small(t *testing.T, rows, group int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "part-0.parquet")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := parquet.NewGenericWriter[output.ReportRow](f, parquet.Compression(&zstd.Codec{Level: zstd.SpeedFastest}),
		parquet.KeyValueMetadata("column.title", "title as printed"))
	for i := range rows {
		title, day := fmt.Sprintf("临溪市第%d局年度报告", i), int32(19000+i%300)
		r := output.ReportRow{Document: fmt.Sprintf("%064x", i*2654435761%(1<<40)), Part: 1, Title: &title,
			Published: &day, Candidates: []string{"a", "b"}[:i%3], Status: "read", Cells: int32(i)}
		if i%7 == 0 {
			r.Title = nil
		}
		if _, err := w.Write([]output.ReportRow{r}); err != nil {
			t.Fatal(err)
		}
		if i%group == group-1 {
			if err := w.Flush(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func all(t *testing.T, r io.ReaderAt, size int64) []output.ReportRow {
	t.Helper()
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		t.Fatal(err)
	}
	rows := make([]output.ReportRow, f.NumRows())
	if n, err := parquet.NewGenericReader[output.ReportRow](f).Read(rows); n != len(rows) {
		t.Fatalf("%d rows of %d: %v", n, len(rows), err)
	}
	return rows
}

// TestJoined: row groups of a few hundred rows are joined, with the same rows, types, descriptions, and what lets a
// reader skip: statistics, indexes of pages, a filter on the document.
func TestJoined(t *testing.T) {
	path := small(t, 5000, 300)
	var out bytes.Buffer
	if err := writeParquet(&out, output.File{Path: path}); err != nil {
		t.Fatal(err)
	}
	from := []byte(read(t, path))
	if a, b := fmt.Sprintf("%v", deref(all(t, bytes.NewReader(from), int64(len(from))))),
		fmt.Sprintf("%v", deref(all(t, bytes.NewReader(out.Bytes()), int64(out.Len())))); a != b {
		t.Error("other rows")
	}
	before, err := parquet.OpenFile(bytes.NewReader(from), int64(len(from)))
	if err != nil {
		t.Fatal(err)
	}
	after, err := parquet.OpenFile(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if before.Schema().String() != after.Schema().String() {
		t.Errorf("another schema:\n%s\n%s", before.Schema(), after.Schema())
	}
	if len(before.RowGroups()) != 17 || len(after.RowGroups()) != 1 {
		t.Errorf("%d row groups became %d", len(before.RowGroups()), len(after.RowGroups()))
	}
	if v, ok := after.Lookup("column.title"); !ok || v != "title as printed" {
		t.Errorf("description: %q", v)
	}
	for i, c := range after.RowGroups()[0].ColumnChunks() {
		name := after.Schema().Columns()[i]
		meta := after.Metadata().RowGroups[0].Columns[i].MetaData
		if x, err := c.ColumnIndex(); err != nil || x == nil {
			t.Errorf("%v: no index: %v", name, err)
		}
		if x, err := c.OffsetIndex(); err != nil || x == nil {
			t.Errorf("%v: no offsets: %v", name, err)
		}
		if meta.Codec.String() != "ZSTD" || meta.Statistics.MinValue == nil && meta.Statistics.NullCount == 0 {
			t.Errorf("%v: %v, no statistics: %+v", name, meta.Codec, meta.Statistics)
		}
		if name[0] == "document" {
			b := c.BloomFilter()
			if b == nil {
				t.Fatal("no filter on document")
			}
			in, err1 := b.Check(parquet.ByteArrayValue([]byte(fmt.Sprintf("%064x", 0))))
			absent := 0
			for k := range 100 {
				if ok, err := b.Check(parquet.ByteArrayValue([]byte(fmt.Sprintf("%064x", k+1<<50)))); err == nil &&
					!ok {
					absent++
				}
			}
			if !in || err1 != nil || absent < 90 {
				t.Errorf("filter on document: %v %d %v", in, absent, err1)
			}
		}
	}
}

func deref(rows []output.ReportRow) (out []string) {
	for _, r := range rows {
		title := "null"
		if r.Title != nil {
			title = *r.Title
		}
		out = append(out, fmt.Sprint(r.Document, r.Part, title, *r.Published, len(r.Candidates), r.Candidates, r.Status,
			r.Cells, r.Agency == nil))
	}
	return out
}

// far reads a file over HTTP, range by range.
type far struct {
	url             string
	requests, bytes atomic.Int64
}

func (f *far) ReadAt(p []byte, at int64) (int, error) {
	r, err := http.NewRequest("GET", f.url, nil)
	if err != nil {
		return 0, err
	}
	r.Header.Set("Range", "bytes="+strconv.FormatInt(at, 10)+"-"+strconv.FormatInt(at+int64(len(p))-1, 10))
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.ReadFull(res.Body, p)
	f.requests.Add(1)
	f.bytes.Add(int64(n))
	return n, err
}

// TestOverHTTP: one column of a file on a web server costs a few requests and no more bytes than the column has, with
// the footer; of the same table in the dataset's row groups it costs many.
func TestOverHTTP(t *testing.T) {
	path := small(t, 20_000, 300)
	var joined bytes.Buffer
	if err := writeParquet(&joined, output.File{Path: path}); err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{"/before": []byte(read(t, path)), "/after": joined.Bytes()}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.ServeContent(w, r, "part-0.parquet", time.Time{}, bytes.NewReader(files[r.URL.Path]))
	}))
	defer srv.Close()
	sum := func(at string) (requests, size int64) {
		f := &far{url: srv.URL + at}
		pf, err := parquet.OpenFile(f, int64(len(files[at])), parquet.SkipPageIndex(true),
			parquet.SkipBloomFilters(true),
			parquet.ReadBufferSize(1<<20))
		if err != nil {
			t.Fatal(err)
		}
		leaf, _ := pf.Schema().Lookup("cells")
		total, rows := int64(0), 0
		for _, g := range pf.RowGroups() {
			pages := g.ColumnChunks()[leaf.ColumnIndex].Pages()
			for {
				p, err := pages.ReadPage()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatal(err)
				}
				values := make([]parquet.Value, p.NumValues())
				if n, err := p.Values().ReadValues(values); n != len(values) {
					t.Fatal(err)
				}
				for _, v := range values {
					total += int64(v.Int32())
					rows++
				}
			}
			pages.Close()
		}
		if want := int64(20_000) * 19_999 / 2; total != want || rows != 20_000 {
			t.Fatalf("%s: %d in %d rows, want %d", at, total, rows, want)
		}
		return f.requests.Load(), f.bytes.Load()
	}
	manyRequests, manyBytes := sum("/before")
	requests, size := sum("/after")
	t.Logf("before: %d requests, %d of %d bytes; after: %d requests, %d of %d bytes", manyRequests, manyBytes,
		len(files["/before"]), requests, size, len(files["/after"]))
	if requests > 10 || requests*5 > manyRequests || size*3 > int64(joined.Len()) {
		t.Errorf("%d requests (before: %d), %d of %d bytes", requests, manyRequests, size, joined.Len())
	}
	if strings.Count(string(files["/after"]), "临溪市第") == 20_000 {
		t.Error("the file is not compressed")
	}
}
