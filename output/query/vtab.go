package query

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/parquet-go/parquet-go"
	"modernc.org/sqlite/vtab"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/tables"
)

const moduleName = "gongkai"

// module gives SQLite the tables of a dataset.
type module struct{ db *DB }

func (m module) Create(ctx vtab.Context, args []string) (vtab.Table, error) {
	if len(args) != 4 {
		return nil, fmt.Errorf("%s(TABLE), not %q", moduleName, args)
	}
	for _, t := range m.db.tables {
		if t.name == args[3] {
			var b strings.Builder
			for i, c := range t.columns {
				if i > 0 {
					b.WriteString(", ")
				}
				b.WriteString(quoted(c.name) + " " + affinity(c.kind))
			}
			return t, ctx.Declare("CREATE TABLE x(" + b.String() + ")")
		}
	}
	return nil, fmt.Errorf("no table %s", args[3])
}

func (m module) Connect(ctx vtab.Context, args []string) (vtab.Table, error) {
	return m.Create(ctx, args)
}

// A table is one table of the dataset.
type table struct {
	db      *DB
	name    string
	columns []column
	files   []*file
	rows    int64
	reports int64 // of the dataset: how many values a key has

	asked   map[int]int // how often a column was asked for one value
	indexes map[int]*index
	kept    []*group // groups that look-ups go to, the one used last at the end
}

// A file is one file of a table, opened when it is needed.
type file struct {
	output.File
	open   *tables.Reader
	groups []*fileGroup
	leaves map[string][]int
	fields map[string][]string
}

// A fileGroup is a row group of a file.
type fileGroup struct {
	parquet.RowGroup
	first int64 // its first row in the file
}

func newTable(db *DB, doc output.TableDoc, files []output.File, rows map[string]int64) *table {
	t := &table{db: db, name: doc.Name, columns: []column{{name: "year", kind: count}}, rows: rows[doc.Name],
		reports: max(rows["documents"], 1), asked: map[int]int{}, indexes: map[int]*index{}}
	for _, c := range doc.Columns {
		t.columns = append(t.columns, columnOf(c))
	}
	for _, f := range files {
		t.files = append(t.files, &file{File: f})
	}
	slices.SortStableFunc(t.files, func(a, b *file) int { return cmp.Compare(a.Year, b.Year) })
	return t
}

func (t *table) close() {
	for _, g := range t.kept {
		g.close()
	}
	t.kept = nil
	for _, f := range t.files {
		if f.open != nil {
			f.open.Close()
		}
	}
}

func (t *table) Disconnect() error { return nil }
func (t *table) Destroy() error    { return nil }

// guard turns what a damaged file makes of the reader into an error, and keeps the error for the user: SQLite does
// not hand on its words.
func (c *cursor) guard(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("damaged: %v", p)
		switch {
		case c.now != nil:
			*err = c.at(*err)
		case c.file < len(c.files):
			*err = fmt.Errorf("%s: %w", c.files[c.file].Path, *err)
		default:
			*err = fmt.Errorf("%s: %w", c.table.name, *err)
		}
	}
	if db := c.table.db; *err != nil && db.fault == nil && db.ctx.Err() == nil {
		db.fault = *err
	}
}

func (t *table) ready(f *file) error {
	if f.open != nil {
		return nil
	}
	via := func(o *os.File) io.ReaderAt { return counted{o, t.db} }
	r, err := f.OpenVia(via, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	leaves, fields := map[string][]int{}, map[string][]string{}
	for _, c := range t.columns[1:] {
		if leaves[c.name], fields[c.name], err = r.Leaves(c.name, c.typ); err != nil {
			r.Close()
			return err
		}
	}
	at := int64(0)
	for _, g := range r.Parquet().RowGroups() {
		f.groups = append(f.groups, &fileGroup{g, at})
		at += g.NumRows()
	}
	f.open, f.leaves, f.fields = r, leaves, fields
	return nil
}

// What a plan of BestIndex asks of Filter: column and operator of each argument.
type asking struct {
	column int
	op     vtab.ConstraintOp
}

// BestIndex says which conditions the table looks at itself: those on year, and equality. SQLite tests all of them
// again, so that it is enough never to leave out a row that meets them.
func (t *table) BestIndex(info *vtab.IndexInfo) error {
	var plan []string
	years, narrowed := float64(max(len(t.files), 1)), false
	scanned, rows := float64(max(t.rows, 1)), float64(max(t.rows, 1))
	looked := 1.0 // the best share of a column that equality leaves
	for i := range info.Constraints {
		c := &info.Constraints[i]
		if !c.Usable || c.Column < 0 {
			continue
		}
		switch {
		case c.Column == 0:
			switch c.Op {
			case vtab.OpEQ, vtab.OpIS, vtab.OpISNULL:
				scanned /= years
				rows /= years
			case vtab.OpGT, vtab.OpGE, vtab.OpLT, vtab.OpLE:
				if !narrowed {
					scanned, rows, narrowed = scanned*0.6, rows*0.6, true
				}
			case vtab.OpNE, vtab.OpISNOTNULL:
			default:
				continue
			}
		case c.Op != vtab.OpEQ && c.Op != vtab.OpIS || t.columns[c.Column].kind == list ||
			t.columns[c.Column].kind == money || t.columns[c.Column].kind == measure:
			continue
		default:
			if t.columns[c.Column].kind == text {
				share := 1 / t.values(c.Column)
				looked = min(looked, share)
				rows *= share
			} else {
				rows *= 0.5
			}
		}
		c.ArgIndex = len(plan)
		plan = append(plan, strconv.Itoa(c.Column)+":"+strconv.Itoa(int(c.Op)))
	}
	// A row that SQLite sees costs 1. A condition of ours costs little a row, and where it is asked again and again, as
	// in a join, there is an index by then.
	info.EstimatedCost = scanned + 10
	if looked < 1 {
		info.EstimatedCost = 25 + 2*max(rows, 1) + scanned*looked/10
		if looked > 0.02 {
			info.EstimatedCost += scanned / 50
		}
	}
	info.EstimatedRows = int64(max(rows, 1))
	info.IdxStr = strings.Join(plan, ",")
	if len(info.OrderBy) == 1 && info.OrderBy[0].Column == 0 && !info.OrderBy[0].Desc {
		info.OrderByConsumed = true // the files are year by year, null first as in SQLite
	}
	return nil
}

// values is about how many values a column of text has.
func (t *table) values(col int) float64 {
	switch t.columns[col].name {
	case "document", "other_document":
		return float64(t.reports)
	case "agency", "agency_id", "agency_name":
		return max(float64(t.reports)/6, 2)
	case "name":
		return 200
	case "id", "file", "url", "path":
		return float64(max(t.rows, 1))
	}
	return 8
}

func (t *table) Open() (vtab.Cursor, error) { return &cursor{table: t}, nil }

// A cursor goes over rows of a table.
type cursor struct {
	table *table
	files []*file // that the years let through
	tests []test
	spans []span // where an index gives the rows; else all of files
	byKey bool

	file, group, span int
	now               *group
	row, end          int64 // in the group
	eof               bool
}

// A test is equality with a string or an int64.
type test struct {
	column int
	want   any
}

// Filter begins.
func (c *cursor) Filter(_ int, plan string, args []vtab.Value) (err error) {
	t := c.table
	defer c.guard(&err)
	c.leave()
	*c = cursor{table: t}
	asked, err := parsePlan(plan)
	if err != nil || len(asked) > len(args) {
		return fmt.Errorf("%s: plan %q with %d arguments", t.name, plan, len(args))
	}
	none := false
	var years []asking
	var bounds []float64
	for i, a := range asked {
		v := args[i]
		if v == nil && a.op != vtab.OpIS && a.op != vtab.OpISNULL && a.op != vtab.OpISNOTNULL {
			none = true // nothing compares with null
			continue
		}
		if a.column == 0 {
			switch {
			case a.op == vtab.OpISNULL, a.op == vtab.OpIS && v == nil:
				years, bounds = append(years, asking{0, vtab.OpISNULL}), append(bounds, 0)
			case a.op == vtab.OpISNOTNULL:
				years, bounds = append(years, a), append(bounds, 0)
			default:
				if n, ok := numeric(v); ok {
					years, bounds = append(years, a), append(bounds, n)
				}
			}
			continue
		}
		switch w := v.(type) {
		case string:
			if t.columns[a.column].kind == text && !t.db.collate || t.columns[a.column].kind == date && !t.db.collate {
				c.tests = append(c.tests, test{a.column, strings.Clone(w)})
			}
		case int64:
			if t.columns[a.column].kind == count {
				c.tests = append(c.tests, test{a.column, w})
			}
		}
	}
	for _, f := range t.files {
		if !none && within(f.Year, years, bounds) {
			c.files = append(c.files, f)
		}
	}
	slices.SortStableFunc(c.tests, func(a, b test) int { return cmp.Compare(t.weight(b), t.weight(a)) })
	if err := c.useIndex(); err != nil {
		return err
	}
	c.file, c.group, c.span = 0, -1, -1
	return c.step()
}

// weight is how much a test leaves out.
func (t *table) weight(x test) float64 {
	if t.columns[x.column].kind != text {
		return 1
	}
	return t.values(x.column)
}

func parsePlan(s string) (out []asking, err error) {
	if s == "" {
		return nil, nil
	}
	for _, p := range strings.Split(s, ",") {
		a, b, _ := strings.Cut(p, ":")
		col, err1 := strconv.Atoi(a)
		op, err2 := strconv.Atoi(b)
		if err := errors.Join(err1, err2); err != nil {
			return nil, err
		}
		out = append(out, asking{col, vtab.ConstraintOp(op)})
	}
	return out, nil
}

// numeric gives a value as SQLite compares it with an INTEGER column; what is no number is left to SQLite.
func numeric(v vtab.Value) (float64, bool) {
	switch n := v.(type) {
	case int64:
		return float64(n), true
	case float64:
		return n, true
	}
	return 0, false
}

func within(year int, ops []asking, bounds []float64) bool {
	for i, a := range ops {
		y, b, ok := float64(year), bounds[i], false
		if a.op == vtab.OpISNULL {
			ok = year == 0
		} else if year != 0 {
			switch a.op {
			case vtab.OpEQ, vtab.OpIS:
				ok = y == b
			case vtab.OpNE:
				ok = y != b
			case vtab.OpGT:
				ok = y > b
			case vtab.OpGE:
				ok = y >= b
			case vtab.OpLT:
				ok = y < b
			case vtab.OpLE:
				ok = y <= b
			default:
				ok = true
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// step finds the next row that the tests let through, from row on.
func (c *cursor) step() error {
	for {
		if c.now != nil && c.row < c.end {
			row, err := c.match(c.row)
			if err != nil {
				return c.at(err)
			}
			if row < c.end {
				c.row = row
				return nil
			}
		}
		more, err := c.advance()
		if err != nil || !more {
			c.eof = true
			return err
		}
	}
}

func (c *cursor) at(err error) error {
	if c.now != nil {
		return fmt.Errorf("%s: %w", c.now.file.Path, err)
	}
	return err
}

// match gives the first row from row on that meets all tests.
func (c *cursor) match(row int64) (int64, error) {
	for {
		start := row
		for _, x := range c.tests {
			ch, err := c.now.chunk(x.column)
			if err != nil {
				return 0, err
			}
			if row, err = ch.find(row, c.end, x.want); err != nil || row == c.end {
				return row, err
			}
		}
		if row == start || len(c.tests) == 1 {
			return row, nil
		}
	}
}

// advance goes to the next rows to look at: a row group that may hold what is asked for, or the next span of an index.
func (c *cursor) advance() (bool, error) {
	t := c.table
	if err := t.db.ctx.Err(); err != nil {
		return false, err
	}
	if c.byKey {
		for c.span++; c.span < len(c.spans); c.span++ {
			s := c.spans[c.span]
			f := t.files[s.file]
			if !slices.Contains(c.files, f) {
				continue
			}
			var err error
			if c.now, err = t.keep(f, int(s.group)); err != nil {
				return false, fmt.Errorf("%s: %w", f.Path, err)
			}
			c.row, c.end = int64(s.from), int64(s.to)
			return true, nil
		}
		c.now = nil
		return false, nil
	}
	c.leave()
	for ; c.file < len(c.files); c.file, c.group = c.file+1, -1 {
		f := c.files[c.file]
		if c.group < 0 {
			if err := t.ready(f); err != nil {
				return false, err
			}
			t.db.read.Files++
		}
		for c.group++; c.group < len(f.groups); c.group++ {
			g := f.groups[c.group]
			ok, err := t.mayHold(f, g, c.tests)
			if err != nil {
				return false, fmt.Errorf("%s: %w", f.Path, err)
			}
			if !ok || g.NumRows() == 0 {
				continue
			}
			t.db.read.Groups++
			c.now = &group{table: t, file: f, number: c.group, of: g}
			c.row, c.end = 0, g.NumRows()
			return true, nil
		}
	}
	return false, nil
}

// mayHold reports whether a row group can have rows that meet the tests, by what the file says of it.
func (t *table) mayHold(f *file, g *fileGroup, tests []test) (bool, error) {
	for _, x := range tests {
		col := t.columns[x.column]
		w, ok := x.want.(string)
		if !ok || col.kind != text {
			continue
		}
		ch := g.ColumnChunks()[f.leaves[col.name][0]]
		want := parquet.ByteArrayValue([]byte(w))
		if b, ok := ch.(interface {
			Bounds() (parquet.Value, parquet.Value, bool)
		}); ok {
			low, high, ok := b.Bounds()
			// bounds may be cut short: below is exact, above only as far as it goes
			if ok && !low.IsNull() && !high.IsNull() {
				if w < string(low.ByteArray()) || w > string(high.ByteArray()) &&
					!strings.HasPrefix(w, string(high.ByteArray())) {
					return false, nil
				}
			}
		}
		if bloom := ch.BloomFilter(); bloom != nil {
			has, err := bloom.Check(want)
			if err != nil && !errors.Is(err, parquet.ErrMissingBloomFilter) {
				return false, err
			}
			if err == nil && !has {
				return false, nil
			}
		}
	}
	return true, nil
}

// leave closes the group that the cursor reads alone.
func (c *cursor) leave() {
	if c.now != nil && !c.byKey {
		c.now.close()
	}
	c.now = nil
}

func (c *cursor) Next() (err error) {
	defer c.guard(&err)
	c.row++
	return c.step()
}

func (c *cursor) Eof() bool { return c.eof }

func (c *cursor) Column(i int) (v vtab.Value, err error) {
	defer c.guard(&err)
	if c.eof || c.now == nil {
		return nil, nil
	}
	if i == 0 {
		if y := c.now.file.Year; y != 0 {
			return int64(y), nil
		}
		return nil, nil
	}
	if c.table.columns[i].kind == list {
		l, err := c.now.list(i)
		if err != nil {
			return nil, c.at(err)
		}
		if v, err = l.json(c.row); err != nil {
			return nil, c.at(err)
		}
		return v, nil
	}
	ch, err := c.now.chunk(i)
	if err != nil {
		return nil, c.at(err)
	}
	if v, err = ch.value(c.row); err != nil {
		return nil, c.at(err)
	}
	return v, nil
}

// Rowid numbers the rows: the place of the file, then the row in it.
func (c *cursor) Rowid() (int64, error) {
	if c.now == nil {
		return 0, nil
	}
	return int64(slices.Index(c.table.files, c.now.file))<<40 + c.now.of.first + c.row, nil
}

func (c *cursor) Close() error {
	c.leave()
	return nil
}

// A group is a row group that is read.
type group struct {
	table  *table
	file   *file
	number int
	of     *fileGroup
	chunks []*chunk
	lists  []*lists
}

func (g *group) chunk(i int) (*chunk, error) {
	if g.chunks == nil {
		g.chunks = make([]*chunk, len(g.table.columns))
	}
	if g.chunks[i] == nil {
		c := g.table.columns[i]
		g.chunks[i] = &chunk{db: g.table.db, kind: c.kind, pages: g.of.ColumnChunks()[g.file.leaves[c.name][0]].Pages()}
	}
	return g.chunks[i], nil
}

func (g *group) list(i int) (*lists, error) {
	if g.lists == nil {
		g.lists = make([]*lists, len(g.table.columns))
	}
	if g.lists[i] == nil {
		name := g.table.columns[i].name
		l := &lists{fields: g.file.fields[name]}
		for _, k := range g.file.leaves[name] {
			l.leaves = append(l.leaves, &leaf{db: g.table.db, pages: g.of.ColumnChunks()[k].Pages()})
		}
		g.lists[i] = l
	}
	return g.lists[i], nil
}

func (g *group) close() {
	for _, c := range g.chunks {
		if c != nil {
			c.close()
		}
	}
	for _, l := range g.lists {
		if l != nil {
			for _, f := range l.leaves {
				f.pages.Close()
			}
		}
	}
	g.chunks, g.lists = nil, nil
}

// An index says where the values of a column stand. It is made when a column is asked for one value after another, as
// a join does.
type index struct{ spans map[string][]span }

// A span is a run of rows with one value.
type span struct {
	file, group int32
	from, to    uint32
}

const (
	indexAfter = 3       // look-ups without an index
	mostSpans  = 4 << 20 // of an index: 64 MB and the values
	keptGroups = 16
)

// useIndex takes the rows from an index where a column of text was asked for before.
func (c *cursor) useIndex() error {
	t := c.table
	if len(c.tests) == 0 || t.columns[c.tests[0].column].kind != text {
		return nil
	}
	col := c.tests[0].column
	if t.asked[col]++; t.asked[col] <= indexAfter {
		return nil
	}
	x := t.indexes[col]
	if x == nil {
		var err error
		if x, err = t.makeIndex(col); err != nil {
			return err
		}
		t.indexes[col] = x
	}
	if x.spans == nil { // too many
		return nil
	}
	c.byKey, c.spans, c.tests = true, x.spans[c.tests[0].want.(string)], c.tests[1:]
	return nil
}

func (t *table) makeIndex(col int) (*index, error) {
	x := &index{map[string][]span{}}
	n := 0
	for i, f := range t.files {
		if err := t.ready(f); err != nil {
			return nil, err
		}
		for k, of := range f.groups {
			g := &group{table: t, file: f, number: k, of: of}
			ch, err := g.chunk(col)
			if err != nil {
				return nil, err
			}
			t.db.read.Groups++
			var last any
			var s span
			put := func() {
				if w, ok := last.(string); ok {
					x.spans[w] = append(x.spans[w], s)
					n++
				}
			}
			for row := range of.NumRows() {
				v, err := ch.value(row)
				if err != nil {
					g.close()
					return nil, fmt.Errorf("%s: %w", f.Path, err)
				}
				if row > 0 && v == last {
					s.to++
					continue
				}
				put()
				last, s = v, span{int32(i), int32(k), uint32(row), uint32(row) + 1}
			}
			put()
			g.close()
			if n > mostSpans {
				return &index{}, nil
			}
		}
	}
	return x, nil
}

// keep gives a row group for look-ups; those used last stay open.
func (t *table) keep(f *file, number int) (*group, error) {
	for i, g := range t.kept {
		if g.file == f && g.number == number {
			t.kept = append(append(t.kept[:i:i], t.kept[i+1:]...), g)
			return g, nil
		}
	}
	if err := t.ready(f); err != nil {
		return nil, err
	}
	if len(t.kept) >= keptGroups {
		t.kept[0].close()
		t.kept = t.kept[1:]
	}
	t.db.read.Groups++
	g := &group{table: t, file: f, number: number, of: f.groups[number]}
	t.kept = append(t.kept, g)
	return g, nil
}
