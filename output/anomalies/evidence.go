package anomalies

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/parquet-go/parquet-go"
	"github.com/shopspring/decimal"
	"golang.org/x/sync/errgroup"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
)

// prove looks up what the anomalies rest on, and writes their sentences.
func (p *numbers) prove(ctx context.Context, list []Anomaly) error {
	look := &looked{numbers: p, values: map[pointer]Ref{}}
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
				return fmt.Errorf("%s: %s %s of %s is not in the dataset", c.rule.Code, r.kind, r.name,
					p.documentOf(r.rep))
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
	*numbers
	mu     sync.Mutex
	values map[pointer]Ref
	cells  []pointer
	texts  []pointer
}

func (l *looked) want(r pointer) {
	if _, ok := l.values[r]; ok {
		return
	}
	x := &l.Reports[r.rep]
	at := l.Source(x)
	ref := Ref{Kind: r.kind, Document: at.ID, Part: x.Part, Agency: x.Agency, Year: int(x.Year), File: at.File,
		URL: at.URL, Name: r.name, Start: r.start, End: r.end}
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
func (l *looked) fact(x *panel.Report, name string) string {
	switch name {
	case "agency":
		return x.Agency
	case "title":
		return x.Title
	case "report_year":
		return strconv.Itoa(int(x.Year))
	case "published":
		return dayWord(x.Published)
	case "deadline":
		return dayWord(x.Deadline)
	case "superseded":
		return dayWord(x.Superseded)
	case "vanished":
		return dayWord(l.Source(x).Vanished)
	}
	return ""
}

// dayWord writes a day; one that is not known is nothing.
func dayWord(d int32) string {
	if d == panel.NoDay {
		return ""
	}
	return time.Unix(int64(d)*86400, 0).UTC().Format(time.DateOnly)
}

// valueColumns are the columns of values that a place needs.
var valueColumns = []string{"document", "part", "name", "text", "number", "state", "page", "table_index", "grid_row",
	"grid_column", "x0", "y0", "x1", "y1", "path", "offset"}

// readValues looks cells up in values, which holds the cells of each report in one run of rows, in the order of
// reports.
func (l *looked) readValues(ctx context.Context) error {
	if len(l.cells) == 0 {
		return nil
	}
	slices.SortFunc(l.cells, func(a, b pointer) int {
		x, y := &l.Reports[a.rep], &l.Reports[b.rep]
		return cmp.Or(cmp.Compare(x.Year, y.Year), cmp.Compare(x.First, y.First), cmp.Compare(a.name, b.name))
	})
	files, err := l.data.Files("values")
	if err != nil {
		return err
	}
	var work errgroup.Group
	work.SetLimit(min(runtime.GOMAXPROCS(0), 4))
	for _, f := range files {
		var mine []pointer
		for len(l.cells) > 0 && int(l.Reports[l.cells[0].rep].Year) == f.Year {
			mine, l.cells = append(mine, l.cells[0]), l.cells[1:]
		}
		if len(mine) == 0 {
			continue
		}
		work.Go(func() error { return l.readFile(ctx, f, mine) })
	}
	return work.Wait()
}

// A printedCell is a cell of a report as the table values has it: the report's first row there, and what the cell says.
type printedCell struct {
	First                         int32
	Name, Document                string
	Part                          int32
	Text                          *string
	Number                        *int64
	State                         string
	Page, TableIndex, Row, Column *int32
	Box                           *[4]float64
	Path                          *string
	Offset                        *int64
}

// A cellAt names one in a year's file.
type cellAt struct {
	first int32
	name  string
}

// readFile looks up the cells of a year: those that are kept, and the others in its file.
func (l *looked) readFile(ctx context.Context, f output.File, mine []pointer) error {
	of, err := l.kept.of(f, "")
	if err != nil {
		return err
	}
	before, _ := taken[printedCell](&l.kept, "proof", f, of)
	known := make(map[cellAt]*printedCell, len(mine))
	for i := range before {
		known[cellAt{before[i].First, before[i].Name}] = &before[i]
	}
	at := func(r pointer) cellAt { return cellAt{l.Reports[r.rep].First, r.name} }
	if missing := slices.DeleteFunc(slices.Clone(mine), func(r pointer) bool { return known[at(r)] != nil }); len(missing) > 0 {
		l.kept.reads.Add(1)
		if err := l.readCells(ctx, f, missing, known); err != nil {
			return err
		}
	}
	used := make([]printedCell, 0, len(mine))
	for _, r := range mine {
		x, c := &l.Reports[r.rep], known[at(r)]
		if document := l.Source(x).ID; c.Document != document || c.Part != x.Part {
			return fmt.Errorf("%s: the row of %s of %s is of %s: the tables do not belong together", f.Path, r.name, document,
				c.Document)
		}
		used = append(used, *c)
		l.mu.Lock()
		l.values[r] = c.onto(l.values[r])
		l.mu.Unlock()
	}
	if !slices.EqualFunc(before, used, func(a, b printedCell) bool { return a.First == b.First && a.Name == b.Name }) {
		keep(&l.kept, "proof", "", f, of, used)
	}
	return nil
}

// onto adds to a place what it prints.
func (c *printedCell) onto(ref Ref) Ref {
	ref.Text = text(c.Text)
	if c.Number != nil {
		v := *c.Number
		ref.Number = &v
		ref.Zero = v == 0 && (c.State == "blank" || c.State == "mark")
		if c.State == string(normalize.Corrected) { // what is computed with is not what is printed
			ref.Text = fmt.Sprintf("%s〔corrected 更正; printed 原文所列 “%s”〕", decimal.New(v, -6), ref.Text)
		}
	}
	ref.Page, ref.TableIndex, ref.Row, ref.Column = c.Page, c.TableIndex, c.Row, c.Column
	ref.Box, ref.Path, ref.Offset = c.Box, text(c.Path), c.Offset
	return ref
}

// readCells reads cells from a year's file, in the order of reports.
func (l *looked) readCells(ctx context.Context, f output.File, mine []pointer, into map[cellAt]*printedCell) error {
	orders := map[string]map[string]int64{} // of the names in a report, by its editions
	file, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	defer file.Close()
	t, err := file.Cursor(valueColumns...)
	if err != nil {
		return err
	}
	defer t.Close()
	names, err := file.Cursor("name")
	if err != nil {
		return err
	}
	defer names.Close()
	for len(mine) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		x := &l.Reports[mine[0].rep]
		document, first := l.Source(x).ID, int64(x.First)
		key := strings.Join(x.Editions, " ") + " " + strconv.Itoa(int(x.Cells))
		if strings.TrimSpace(key) == strconv.Itoa(int(x.Cells)) { // tables of before 2019: which, the editions do not tell
			key += " " + document + " " + strconv.Itoa(int(x.Part))
		}
		order := orders[key]
		if order == nil {
			order = map[string]int64{}
			for i := range int64(x.Cells) {
				row, err := names.Row(first + i)
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
				return fmt.Errorf("%s: %s has no cell %s", f.Path, document, r.name)
			}
			row, err := t.Row(first + at)
			if err != nil {
				return err
			}
			if row[0].String() != document || row[1].Int32() != x.Part || row[2].String() != r.name {
				return fmt.Errorf("%s: row %d is %s of %s, not %s of %s: the tables do not belong together",
					f.Path, first+at, row[2], row[0], r.name, document)
			}
			into[cellAt{x.First, r.name}] = printed(x, document, r.name, row)
		}
	}
	return nil
}

// printed makes a cell of the values of valueColumns.
func printed(x *panel.Report, document, name string, row []parquet.Value) *printedCell {
	c := &printedCell{First: x.First, Name: name, Document: document, Part: x.Part, State: strings.Clone(row[5].String())}
	texts := func(v parquet.Value) *string {
		if v.IsNull() {
			return nil
		}
		s := strings.Clone(v.String())
		return &s
	}
	longs := func(v parquet.Value) *int64 {
		if v.IsNull() {
			return nil
		}
		n := v.Int64()
		return &n
	}
	ints := func(v parquet.Value) *int32 {
		if v.IsNull() {
			return nil
		}
		n := v.Int32()
		return &n
	}
	c.Text, c.Number, c.Path, c.Offset = texts(row[3]), longs(row[4]), texts(row[14]), longs(row[15])
	c.Page, c.TableIndex, c.Row, c.Column = ints(row[6]), ints(row[7]), ints(row[8]), ints(row[9])
	if !row[10].IsNull() && !row[13].IsNull() {
		c.Box = &[4]float64{row[10].Double(), row[11].Double(), row[12].Double(), row[13].Double()}
	}
	return c
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
	return l.sections(ctx, func(rep, position int32) bool { return want[place{rep, fmt.Sprint(position)}] != nil },
		func(rep, position int32, s string) error {
			for _, r := range want[place{rep, fmt.Sprint(position)}] {
				if r.start < 0 || r.end < r.start || int(r.end) > len(s) {
					return fmt.Errorf("section %d of %s has %d bytes, not %d to %d", position, l.documentOf(rep),
						len(s), r.start,
						r.end)
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
func (p *numbers) sections(ctx context.Context, want func(rep, position int32) bool,
	each func(rep, position int32, s string) error) error {
	files, err := p.data.Files("sections")
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := p.sectionsOf(ctx, f, want, each); err != nil {
			return err
		}
	}
	return nil
}

func (p *numbers) sectionsOf(ctx context.Context, f output.File, want func(rep, position int32) bool,
	each func(rep, position int32, s string) error) error {
	file, err := f.Open(parquet.SkipBloomFilters(true))
	if err != nil {
		return err
	}
	defer file.Close()
	id, err := file.Cursor("document", "part", "position")
	if err != nil {
		return err
	}
	defer id.Close()
	words, err := file.Cursor("text")
	if err != nil {
		return err
	}
	defer words.Close()
	for i := range file.NumRows() {
		row, err := id.Row(i)
		if err != nil {
			return err
		}
		position, rep := row[2].Int32(), int32(-1)
		for r := range p.Copies(row[0].String(), row[1].Int32()) {
			if want(r, position) {
				rep = r
			}
		}
		if rep < 0 {
			continue
		}
		s, err := words.Row(i)
		if err != nil {
			return err
		}
		if err := each(rep, position, strings.Clone(s[0].String())); err != nil {
			return fmt.Errorf("%s: %w", f.Path, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// said is what a place says in a sentence, in the language of the word for a blank cell. What is not known of a report
// is no blank and no 0.
func (r *Ref) said(blank string) string {
	zh := blank == "空白"
	switch {
	case r.Kind == "report" && r.Name == "report_year" && (r.Text == "0" || r.Text == ""):
		return says(zh, "an unknown year", "未知")
	case r.Text != "":
		return r.Text
	case r.Kind == "report" && r.Name == "agency":
		return says(zh, "An unnamed body", "（未署名）")
	case r.Kind == "report":
		return says(zh, "unknown", "不明")
	}
	return blank
}

// sentence fills a template: {3} is what refs[3] prints, {3..5} what 3 to 5 print one after the other, {3+5} the same
// with plus signs.
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
			out = append(out, Segment{refs[i].said(blank), i})
		}
		template = after
	}
}
