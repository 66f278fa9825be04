package tables

import (
	"fmt"

	"github.com/parquet-go/parquet-go"
)

// A Cursor gives single rows of some columns of a file, asked for in ascending order; each page is unpacked once at
// most.
type Cursor struct {
	r       *Reader
	groups  []parquet.RowGroup
	ends    []int64 // row after the last of each group
	columns []int
	group   int
	places  []place
	out     []parquet.Value
}

// A place is where a cursor stands in a column of a row group.
type place struct {
	pages      parquet.Pages
	page       parquet.Page
	start, end int64 // rows of the group
	buf        []parquet.Value
	from, to   int64 // rows in buf
}

// Cursor makes a cursor over columns, which are no lists. It is closed before the file.
func (r *Reader) Cursor(columns ...string) (*Cursor, error) {
	c := &Cursor{r: r, groups: r.file.RowGroups(), group: -1, out: make([]parquet.Value, len(columns))}
	last := int64(0)
	for _, g := range c.groups {
		last += g.NumRows()
		c.ends = append(c.ends, last)
	}
	for _, n := range columns {
		leaf, err := r.leaf(n)
		if err != nil {
			return nil, err
		}
		c.columns = append(c.columns, leaf)
	}
	return c, nil
}

// Row gives the columns of a row; they hold until the next call.
func (c *Cursor) Row(i int64) ([]parquet.Value, error) {
	g := max(c.group, 0)
	for g < len(c.ends) && i >= c.ends[g] {
		g++
	}
	if g == len(c.ends) || i < 0 {
		return nil, fmt.Errorf("%s: no row %d", c.r.of.Path, i)
	}
	if g != c.group {
		c.Close()
		c.group = g
		chunks := c.groups[g].ColumnChunks()
		for _, k := range c.columns {
			c.places = append(c.places, place{pages: chunks[k].Pages()})
		}
	}
	at := i
	if g > 0 {
		at -= c.ends[g-1]
	}
	for k := range c.places {
		v, err := c.places[k].at(at)
		if err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", c.r.of.Path, i, err)
		}
		c.out[k] = v
	}
	return c.out, nil
}

// ahead is how many values a cursor unpacks beyond the one that it is asked for.
const ahead = 16

func (c *place) at(row int64) (parquet.Value, error) {
	if row >= c.from && row < c.to {
		return c.buf[row-c.from], nil
	}
	if c.page == nil || row < c.start || row >= c.end {
		if c.page != nil {
			parquet.Release(c.page)
			c.page = nil
		}
		if err := c.pages.SeekToRow(row); err != nil {
			return parquet.Value{}, err
		}
		page, err := c.pages.ReadPage()
		if err != nil {
			return parquet.Value{}, err
		}
		c.page, c.start, c.end = page, row, row+page.NumRows()
	}
	n := min(int64(ahead), c.end-row)
	if c.buf == nil {
		c.buf = make([]parquet.Value, ahead)
	}
	slice := c.page.Slice(row-c.start, row-c.start+n)
	got, err := slice.Values().ReadValues(c.buf[:n])
	if got < 1 {
		return parquet.Value{}, err
	}
	for i := range c.buf[:got] {
		c.buf[i] = c.buf[i].Clone() // the page goes, what was read stays
	}
	c.from, c.to = row, row+int64(got)
	return c.buf[0], nil
}

// Close lets the pages go.
func (c *Cursor) Close() {
	for i := range c.places {
		if c.places[i].page != nil {
			parquet.Release(c.places[i].page)
		}
		c.places[i].pages.Close()
	}
	c.places = c.places[:0]
}
