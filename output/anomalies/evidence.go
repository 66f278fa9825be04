package anomalies

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parquet-go/parquet-go"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/output"
)

// prove looks up what the anomalies rest on, and writes their sentences.
func (p *panel) prove(ctx context.Context, list []Anomaly) error {
	look := &looked{panel: p, values: map[pointer]Ref{}}
	for i := range list {
		for _, r := range list[i].draft.refs {
			look.want(r)
		}
	}
	if err := look.readValues(ctx); err != nil {
		return err
	}
	if err := look.readProse(ctx); err != nil {
		return err
	}
	for i := range list {
		a, c := &list[i], list[i].draft
		a.Refs = make([]Ref, len(c.refs))
		for k, r := range c.refs {
			var ok bool
			if a.Refs[k], ok = look.values[r]; !ok {
				return fmt.Errorf("%s: %s %s of %s is not in the dataset", c.rule.Code, r.kind, r.name, p.reports[r.rep].Document)
			}
		}
		var err error
		if a.Sentence, err = sentence(c.en, a.Refs, ", ", "blank"); err != nil {
			return fmt.Errorf("%s: %w", c.rule.Code, err)
		}
		if a.SentenceZh, err = sentence(c.zh, a.Refs, "、", "空白"); err != nil {
			return fmt.Errorf("%s: %w", c.rule.Code, err)
		}
		a.draft = nil
	}
	return nil
}

// looked are the places that were looked up.
type looked struct {
	*panel
	mu     sync.Mutex
	values map[pointer]Ref
	cells  []pointer
	texts  []pointer
}

func (l *looked) want(r pointer) {
	if _, ok := l.values[r]; ok {
		return
	}
	x := &l.reports[r.rep]
	ref := Ref{Kind: r.kind, Document: x.Document, Part: x.Part, Agency: text(x.Agency), Year: x.year, File: x.file, URL: x.url, Name: r.name, Start: r.start, End: r.end}
	switch r.kind {
	case "cell":
		l.cells = append(l.cells, r)
		ref.Label = l.words(r.name)
	case "prose":
		l.texts = append(l.texts, r)
	default:
		ref.Text = l.fact(x, r.name)
	}
	l.values[r] = ref
}

// fact is what a report is known by.
func (l *looked) fact(x *report, name string) string {
	day := func(d *int32) string {
		if d == nil {
			return ""
		}
		return dayWord(*d)
	}
	switch name {
	case "agency":
		return text(x.Agency)
	case "title":
		return text(x.Title)
	case "report_year":
		return strconv.Itoa(x.year)
	case "published":
		return day(x.Published)
	case "deadline":
		return day(x.Deadline)
	case "superseded":
		return day(x.Superseded)
	case "vanished":
		return day(&x.vanished)
	}
	return ""
}

func dayWord(d int32) string { return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly) }

// valueColumns are the columns of values that a place needs.
var valueColumns = []string{"document", "part", "name", "text", "number", "state", "page", "table_index", "grid_row", "grid_column", "x0", "y0", "x1", "y1", "path", "offset"}

// readValues looks cells up in values, which holds the cells of each report in one run of rows, in the order of reports.
func (l *looked) readValues(ctx context.Context) error {
	if len(l.cells) == 0 {
		return nil
	}
	slices.SortFunc(l.cells, func(a, b pointer) int {
		return cmp.Or(cmp.Compare(l.reports[a.rep].year, l.reports[b.rep].year), cmp.Compare(l.reports[a.rep].first, l.reports[b.rep].first), cmp.Compare(a.name, b.name))
	})
	files, err := l.data.Files("values")
	if err != nil {
		return err
	}
	var work errgroup.Group
	work.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for _, f := range files {
		var mine []pointer
		for len(l.cells) > 0 && l.reports[l.cells[0].rep].year == f.Year {
			mine, l.cells = append(mine, l.cells[0]), l.cells[1:]
		}
		if len(mine) == 0 {
			continue
		}
		work.Go(func() error {
			if err := l.readFile(ctx, f, mine); err != nil {
				return fmt.Errorf("%s: %w", f.Path, err)
			}
			return nil
		})
	}
	return work.Wait()
}

func (l *looked) readFile(ctx context.Context, f output.File, mine []pointer) error {
	orders := map[string]map[string]int64{} // of the names in a report, by its editions
	t, err := openRows(f.Path, valueColumns)
	if err != nil {
		return err
	}
	defer t.close()
	name, err := openRows(f.Path, []string{"name"})
	if err != nil {
		return err
	}
	defer name.close()
	for len(mine) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := &l.reports[mine[0].rep]
		key := strconv.Itoa(int(x.Cells))
		for _, t := range l.forms.Tables() {
			key += " " + l.edition(mine[0].rep, t)
		}
		order := orders[key]
		if order == nil {
			order = map[string]int64{}
			for i := range int64(x.Cells) {
				row, err := name.row(x.first + i)
				if err != nil {
					return err
				}
				order[row[0].String()] = i
			}
			orders[key] = order
		}
		n := 0
		for n < len(mine) && mine[n].rep == mine[0].rep {
			n++
		}
		of := mine[:n]
		mine = mine[n:]
		slices.SortFunc(of, func(a, b pointer) int { return cmp.Compare(order[a.name], order[b.name]) })
		for _, r := range of {
			at, ok := order[r.name]
			if !ok {
				return fmt.Errorf("%s has no cell %s", x.Document, r.name)
			}
			row, err := t.row(x.first + at)
			if err != nil {
				return err
			}
			if row[0].String() != x.Document || row[1].Int32() != x.Part || row[2].String() != r.name {
				return fmt.Errorf("row %d is %s of %s, not %s of %s: the tables do not belong together", x.first+at, row[2], row[0], r.name, x.Document)
			}
			l.mu.Lock()
			ref := l.values[r]
			l.mu.Unlock()
			if !row[3].IsNull() {
				ref.Text = strings.Clone(row[3].String())
			}
			if !row[4].IsNull() {
				v := row[4].Int64()
				ref.Number = &v
				ref.Zero = v == 0 && (row[5].String() == "blank" || row[5].String() == "mark")
			}
			ints := func(v parquet.Value) *int32 {
				if v.IsNull() {
					return nil
				}
				n := v.Int32()
				return &n
			}
			ref.Page, ref.TableIndex, ref.Row, ref.Column = ints(row[6]), ints(row[7]), ints(row[8]), ints(row[9])
			if !row[10].IsNull() && !row[13].IsNull() {
				ref.Box = &[4]float64{row[10].Double(), row[11].Double(), row[12].Double(), row[13].Double()}
			}
			if !row[14].IsNull() {
				ref.Path = strings.Clone(row[14].String())
			}
			if !row[15].IsNull() {
				v := row[15].Int64()
				ref.Offset = &v
			}
			l.mu.Lock()
			l.values[r] = ref
			l.mu.Unlock()
		}
	}
	return nil
}

// readProse looks passages up in sections.
func (l *looked) readProse(ctx context.Context) error {
	if len(l.texts) == 0 {
		return nil
	}
	type place struct {
		rep     int32
		section string
	}
	want := map[place][]pointer{}
	for _, r := range l.texts {
		want[place{r.rep, r.name}] = append(want[place{r.rep, r.name}], r)
	}
	return l.sections(ctx, func(rep, position int32) bool { return want[place{rep, fmt.Sprint(position)}] != nil }, func(rep, position int32, s string) error {
		for _, r := range want[place{rep, fmt.Sprint(position)}] {
			if r.start < 0 || r.end < r.start || int(r.end) > len(s) {
				return fmt.Errorf("section %d of %s has %d bytes, not %d to %d", position, l.reports[rep].Document, len(s), r.start, r.end)
			}
			ref := l.values[r]
			ref.Text = s[r.start:r.end]
			if r.clip {
				if words := []rune(ref.Text); len(words) > clipped {
					ref.Text = string(words[:clipped])
					ref.End = ref.Start + int32(len(ref.Text))
				}
			}
			l.values[r] = ref
		}
		return nil
	})
}

// clipped is how many characters of a long passage a sentence quotes.
const clipped = 48

// sections hands over the texts of the sections that are wanted.
func (p *panel) sections(ctx context.Context, want func(rep, position int32) bool, each func(rep, position int32, s string) error) error {
	files, err := p.data.Files("sections")
	if err != nil {
		return err
	}
	for _, f := range files {
		err := func() error {
			id, err := openRows(f.Path, []string{"document", "part", "position"})
			if err != nil {
				return err
			}
			defer id.close()
			words, err := openRows(f.Path, []string{"text"})
			if err != nil {
				return err
			}
			defer words.close()
			for i := range id.rows {
				row, err := id.row(i)
				if err != nil {
					return err
				}
				position, rep := row[2].Int32(), int32(-1)
				for _, r := range p.found[docPart{row[0].String(), row[1].Int32()}] {
					if want(r, position) {
						rep = r
					}
				}
				if rep < 0 {
					continue
				}
				s, err := words.row(i)
				if err != nil {
					return err
				}
				if err := each(rep, position, strings.Clone(s[0].String())); err != nil {
					return err
				}
				if err := ctx.Err(); err != nil {
					return err
				}
			}
			return nil
		}()
		if err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
	}
	return nil
}

// rows gives single rows of some columns of a file, asked for in ascending order; each page is unpacked once at most. The columns
// are not lists.
type rows struct {
	file    *os.File
	groups  []parquet.RowGroup
	ends    []int64 // row after the last of each group
	columns []int
	group   int
	cursors []cursor
	out     []parquet.Value
	rows    int64
}

type cursor struct {
	pages      parquet.Pages
	page       parquet.Page
	start, end int64 // rows of the group
	buf        []parquet.Value
	from, to   int64 // rows in buf
}

func openRows(path string, names []string) (*rows, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil {
		var pf *parquet.File
		if pf, err = parquet.OpenFile(f, info.Size(), parquet.SkipBloomFilters(true)); err == nil {
			t := &rows{file: f, groups: pf.RowGroups(), group: -1, out: make([]parquet.Value, len(names)), rows: pf.NumRows()}
			for _, g := range t.groups {
				last := int64(0)
				if len(t.ends) > 0 {
					last = t.ends[len(t.ends)-1]
				}
				t.ends = append(t.ends, last+g.NumRows())
			}
			for _, n := range names {
				leaf, ok := pf.Schema().Lookup(n)
				if !ok {
					err = fmt.Errorf("no column %s", n)
					break
				}
				t.columns = append(t.columns, leaf.ColumnIndex)
			}
			if err == nil {
				return t, nil
			}
		}
	}
	f.Close()
	return nil, err
}

// row gives the columns of a row; they hold until the next call.
func (t *rows) row(i int64) ([]parquet.Value, error) {
	g := max(t.group, 0)
	for g < len(t.ends) && i >= t.ends[g] {
		g++
	}
	if g == len(t.ends) || i < 0 {
		return nil, fmt.Errorf("no row %d", i)
	}
	if g != t.group {
		t.drop()
		t.group = g
		chunks := t.groups[g].ColumnChunks()
		for _, c := range t.columns {
			t.cursors = append(t.cursors, cursor{pages: chunks[c].Pages()})
		}
	}
	at := i
	if g > 0 {
		at -= t.ends[g-1]
	}
	for k := range t.cursors {
		v, err := t.cursors[k].at(at)
		if err != nil {
			return nil, err
		}
		t.out[k] = v
	}
	return t.out, nil
}

// ahead is how many values a cursor unpacks beyond the one that it is asked for.
const ahead = 16

func (c *cursor) at(row int64) (parquet.Value, error) {
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
		return parquet.Value{}, fmt.Errorf("row %d: %w", row, err)
	}
	for i := range c.buf[:got] {
		c.buf[i] = c.buf[i].Clone() // the page goes, what was read stays
	}
	c.from, c.to = row, row+int64(got)
	return c.buf[0], nil
}

func (t *rows) drop() {
	for i := range t.cursors {
		if t.cursors[i].page != nil {
			parquet.Release(t.cursors[i].page)
		}
		t.cursors[i].pages.Close()
	}
	t.cursors = t.cursors[:0]
}

func (t *rows) close() { t.drop(); t.file.Close() }

// sentence fills a template: {3} is what refs[3] prints, {3..5} what 3 to 5 print one after the other, {3+5} the same with plus signs.
func sentence(template string, refs []Ref, comma, blank string) ([]Segment, error) {
	var out []Segment
	words := func(s string) {
		if s == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Ref < 0 {
			out[n-1].Text += s
		} else {
			out = append(out, Segment{s, -1})
		}
	}
	for {
		before, rest, found := strings.Cut(template, "{")
		words(before)
		if !found {
			return out, nil
		}
		inside, after, closed := strings.Cut(rest, "}")
		if !closed {
			return nil, fmt.Errorf("%q: { without }", template)
		}
		first, last, between := inside, inside, ""
		if a, b, ok := strings.Cut(inside, ".."); ok {
			first, last, between = a, b, comma
		} else if a, b, ok := strings.Cut(inside, "+"); ok {
			first, last, between = a, b, " + "
		}
		from, err := strconv.Atoi(first)
		to, err2 := strconv.Atoi(last)
		if err != nil || err2 != nil || from < 0 || to < from || to >= len(refs) {
			return nil, fmt.Errorf("%q: no {%s} among %d", template, inside, len(refs))
		}
		for i := from; i <= to; i++ {
			if i > from {
				words(between)
			}
			s := refs[i].Text
			if s == "" {
				s = blank
			}
			out = append(out, Segment{s, i})
		}
		template = after
	}
}
