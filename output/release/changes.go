package release

import (
	"bufio"
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/panel"
	"github.com/gongkai/gongkai/output/tables"
)

// Changes are the differences to the release before, counted; each is a line of changes.csv.
type Changes struct {
	Added, Removed, Replaced, Reread int // reports
	// of the reports replaced or read again: cells of the form, and columns of reports
	Cells, Fields int
}

// A side is a report of one of the two releases.
type side struct {
	document string
	part     int32
	agency   string
	id       string // what the other release knows the body by
	hash     uint64 // of its values
	at       int64  // the first of its values in the file
	cells    int64
	fields   []string
	gone     bool // replaced by another
}

// printed is what a cell says.
type printed struct{ text, number, state, verdict string }

// A change is a line of changes.csv.
type change struct {
	year           int
	what           string // added, removed, replaced, reread
	agency         string
	before, after  string // documents
	name           string // cell, or reports.COLUMN; "" = the report as a whole
	was, is        printed
	wasSet, nowSet bool
}

// A cause is what changed for one of two reasons: the report changed ("replaced"), or our reading of it did ("reread").
type cause struct {
	reports, cells int
	largest        []jump // numbers that are most otherwise, the largest first
}

// A jump is a number that is otherwise.
type jump struct {
	change
	by decimal.Decimal
}

// mostJumps are told by name in CHANGES.md.
const mostJumps = 10

// note counts a line of changes.csv for CHANGES.md.
func (m *maker) note(c *change) {
	if m.causes[c.what] == nil {
		m.causes[c.what] = &cause{}
	}
	x := m.causes[c.what]
	switch {
	case c.name == "":
		x.reports++
		return
	case strings.HasPrefix(c.name, "reports."):
		return
	}
	x.cells++
	was, err1 := decimal.NewFromString(c.was.number)
	is, err2 := decimal.NewFromString(c.is.number)
	if err1 != nil || err2 != nil || was.Equal(is) {
		return // a number that came or went has no size; changes.csv has it
	}
	j := jump{*c, is.Sub(was).Abs()}
	at, _ := slices.BinarySearchFunc(x.largest, j, func(a, b jump) int {
		return cmp.Or(b.by.Cmp(a.by), cmp.Compare(a.year, b.year), strings.Compare(a.agency, b.agency),
			strings.Compare(a.after, b.after), strings.Compare(a.name, b.name))
	})
	if at < mostJumps {
		x.largest = slices.Insert(x.largest, at, j)
		x.largest = x.largest[:min(len(x.largest), mostJumps)]
	}
}

// comparedTables are those that tell what changed.
var comparedTables = []string{"values", "reports"}

// changedYears are those of which the values or reports are others than in the release before, or in one of the two
// only.
func (m *maker) changedYears() []int {
	years := map[int]bool{}
	for _, t := range comparedTables {
		for y, p := range m.parts[t] {
			if m.old.Sources[t+"/"+strconv.Itoa(y)] != p.hash {
				years[y] = true
			}
		}
		for k := range m.old.Sources {
			if table, year, _ := strings.Cut(k, "/"); table == t {
				if y, err := strconv.Atoi(year); err == nil && m.parts[t][y].hash == "" {
					years[y] = true
				}
			}
		}
	}
	var list []int
	for y := range years {
		list = append(list, y)
	}
	sort.Ints(list)
	return list
}

// changes compares the years whose files are others than in the release before, as it was set aside, and writes
// changes.csv.
func (m *maker) changes(ctx context.Context) (Changes, error) {
	var sum Changes
	m.causes = map[string]*cause{}
	list := m.changedYears()
	e, err := m.writeFile("changes.csv", func(out io.Writer) error {
		w := bufio.NewWriter(out)
		if _, err := w.WriteString(
			"\ufeffyear,change,agency,document_before,document_after,name,text_before,text_after,number_before," +
				"number_after,state_before,state_after,verdict_before,verdict_after\r\n"); err != nil {
			return err
		}
		for _, y := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			err := m.changesOf(ctx, y, &sum, func(c *change) error {
				m.note(c)
				_, err := w.Write(c.line())
				return err
			})
			if err != nil {
				return err
			}
		}
		return w.Flush()
	})
	m.now.Files["changes.csv"] = e
	return sum, err
}

func (c *change) line() []byte {
	field := func(s string, set bool) string {
		if !set {
			return ""
		}
		return string(appendQuoted(nil, output.Guard(s)))
	}
	f := []string{strconv.Itoa(c.year), c.what, field(c.agency, c.agency != ""), c.before, c.after, c.name,
		field(c.was.text, c.wasSet && c.was.state != "absent"), field(c.is.text, c.nowSet && c.is.state != "absent"),
		c.was.number, c.is.number, c.was.state, c.is.state, c.was.verdict, c.is.verdict}
	return []byte(strings.Join(f, ",") + "\r\n")
}

// changesOf compares a year: reports of the same document first, then those of the same body. They are told in the
// order of the dataset, those that are gone last; one pair is held at a time.
func (m *maker) changesOf(ctx context.Context, year int, sum *Changes, each func(*change) error) error {
	files := [2][2]*output.File{} // release before and dataset: reports, values; nil = none
	for i, t := range []string{"reports", "values"} {
		if m.old.Sources[t+"/"+strconv.Itoa(year)] != "" {
			f := tables.FileOf(m.beforeDir(), t, year)
			files[0][i] = &f
		}
		if p, ok := m.parts[t][year]; ok {
			files[1][i] = &p.File
		}
	}
	var lists [2][]*side
	var sides [2]map[string]*side
	seed := maphash.MakeSeed()
	for i, f := range files {
		var err error
		if lists[i], sides[i], err = readSides(f[0], f[1], m.opts.Forms.Tables(), seed); err != nil {
			return err
		}
	}
	byID := map[string][]*side{} // those that are not there any more, in their order
	for _, a := range lists[0] {
		if sides[1][a.key()] == nil {
			byID[a.id] = append(byID[a.id], a)
		}
	}
	var cells [2]*cellReader
	for i, f := range files {
		if f[1] == nil {
			continue
		}
		r, err := openCells(*f[1])
		if err != nil {
			return err
		}
		defer r.close()
		cells[i] = r
	}
	tell := func(what string, n *int, a, b *side) error {
		*n++
		c := change{year: year, what: what}
		if a != nil {
			c.agency, c.before = a.agency, a.document
		}
		if b != nil {
			c.agency, c.after = b.agency, b.document
		}
		if err := each(&c); err != nil || a == nil || b == nil {
			return err
		}
		return c.within(a, b, comparedFields(m.opts.Forms.Tables()), cells, sum, each)
	}
	for _, b := range lists[1] {
		if err := ctx.Err(); err != nil {
			return err
		}
		var err error
		a := sides[0][b.key()]
		switch l := byID[b.id]; {
		case a != nil && a.hash == b.hash && slices.Equal(a.fields, b.fields):
		case a != nil:
			err = tell("reread", &sum.Reread, a, b)
		case b.id != "" && len(l) > 0:
			byID[b.id] = l[1:]
			l[0].gone = true
			err = tell("replaced", &sum.Replaced, l[0], b)
		default:
			err = tell("added", &sum.Added, nil, b)
		}
		if err != nil {
			return err
		}
	}
	for _, a := range lists[0] {
		if sides[1][a.key()] == nil && !a.gone {
			if err := tell("removed", &sum.Removed, a, nil); err != nil {
				return err
			}
		}
	}
	return nil
}

// within tells what is otherwise between two readings of a report: columns of reports first, then cell by cell.
func (c change) within(a, b *side, fields []string, cells [2]*cellReader, sum *Changes,
	each func(*change) error) error {
	for i, f := range fields {
		if was, is := a.fields[i], b.fields[i]; was != is {
			x := c
			x.name, x.was.text, x.is.text, x.wasSet, x.nowSet = "reports."+f, was, is, was != "", is != ""
			sum.Fields++
			if err := each(&x); err != nil {
				return err
			}
		}
	}
	if a.hash == b.hash {
		return nil
	}
	var says [2]map[string]printed
	names := map[string]bool{}
	for i, s := range []*side{a, b} {
		var err error
		if says[i], err = cells[i].read(s); err != nil {
			return err
		}
		for n := range says[i] {
			names[n] = true
		}
	}
	for _, n := range slices.Sorted(maps.Keys(names)) {
		x := c
		x.name = n
		x.was, x.wasSet = says[0][n]
		x.is, x.nowSet = says[1][n]
		if x.was != x.is || x.wasSet != x.nowSet {
			sum.Cells++
			if err := each(&x); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *side) key() string { return s.document + " " + strconv.Itoa(int(s.part)) }

// A sideRow is what the comparison reads of reports.
type sideRow struct {
	Document   string  `parquet:"document"`
	Part       int32   `parquet:"part"`
	Agency     *string `parquet:"agency,optional"`
	AgencyID   *string `parquet:"agency_id,optional"`
	Title      *string `parquet:"title,optional"`
	Published  *int32  `parquet:"published,optional,date"`
	Scope      *string `parquet:"scope,optional"`
	PeriodFrom *int32  `parquet:"period_from,optional,date"`
	PeriodTo   *int32  `parquet:"period_to,optional,date"`
	Deadline   *int32  `parquet:"deadline,optional,date"`
	Superseded *int32  `parquet:"superseded,optional,date"`
	Status     string  `parquet:"status"`
}

// comparedFields are the columns of reports whose changes are told; fields gives them in this order, null as nothing.
func comparedFields(tables []string) []string {
	out := []string{"agency", "agency_id", "title", "published", "scope", "period_from", "period_to", "deadline"}
	for _, t := range tables {
		out = append(out, output.EditionColumn(t))
	}
	return append(out, "superseded", "status")
}

func (r *sideRow) fields(editions []string) []string {
	word := func(s *string) string {
		if s == nil {
			return ""
		}
		return *s
	}
	day := func(n *int32) string {
		if n == nil {
			return ""
		}
		return time.Unix(int64(*n)*86400, 0).UTC().Format(time.DateOnly)
	}
	before := []string{word(r.Agency), word(r.AgencyID), word(r.Title), day(r.Published), word(r.Scope),
		day(r.PeriodFrom), day(r.PeriodTo), day(r.Deadline)}
	return slices.Concat(before, editions, []string{day(r.Superseded), r.Status})
}

// A cellRow is what it reads of values.
type cellRow struct {
	Document string  `parquet:"document"`
	Part     int32   `parquet:"part"`
	Name     string  `parquet:"name"`
	Text     *string `parquet:"text,optional"`
	Number   *int64  `parquet:"number,optional,decimal(6:18)"`
	State    string  `parquet:"state"`
	Verdict  string  `parquet:"verdict"`
}

func (r *cellRow) printed() printed {
	p := printed{state: r.State, verdict: r.Verdict}
	if r.Text != nil {
		p.text = *r.Text
	}
	if r.Number != nil {
		p.number = string(appendMoney(nil, *r.Number))
	}
	return p
}

// readSides reads the reports of a year, in their order and by their key; a file may be missing.
func readSides(reports, values *output.File, of []string, seed maphash.Seed) ([]*side, map[string]*side, error) {
	var list []*side
	out := map[string]*side{}
	if reports == nil {
		return nil, out, nil
	}
	editions, err := panel.FileEditions(*reports, of)
	if err != nil {
		return nil, nil, err
	}
	err = tables.Each(*reports, func(r sideRow) error {
		s := &side{document: r.Document, part: r.Part, fields: r.fields(editions[len(list)])}
		if r.Agency != nil {
			s.agency, s.id = *r.Agency, "as printed: "+*r.Agency
		}
		if r.AgencyID != nil {
			s.id = *r.AgencyID
		}
		out[s.key()] = s
		list = append(list, s)
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if values == nil {
		return list, out, nil
	}
	var h maphash.Hash
	h.SetSeed(seed)
	var last *side
	var b [8]byte
	at := int64(0)
	err = tables.Each(*values, func(r cellRow) error {
		if last == nil || last.document != r.Document || last.part != r.Part {
			if last = out[(&side{document: r.Document, part: r.Part}).key()]; last == nil {
				return fmt.Errorf("row %d: %s: a value of no report", at+1, r.Document)
			}
			if last.cells > 0 {
				return fmt.Errorf("row %d: %s: values of a report stand in two places", at+1, r.Document)
			}
			last.at = at
		}
		at++
		last.cells++
		h.Reset()
		binary.LittleEndian.PutUint64(b[:], last.hash)
		_, _ = h.Write(b[:]) // never fails
		has, n := byte(0), int64(0)
		if r.Text != nil {
			has |= 1
			_, _ = h.WriteString(*r.Text)
		}
		if r.Number != nil {
			has, n = has|2, *r.Number
		}
		binary.LittleEndian.PutUint64(b[:], uint64(n))
		_, _ = h.Write(b[:])
		_ = h.WriteByte(has)
		for _, s := range []string{r.Name, r.State, r.Verdict} {
			_ = h.WriteByte(0)
			_, _ = h.WriteString(s)
		}
		last.hash = h.Sum64()
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	return list, out, nil
}

// A cellReader reads the values of one report after another.
type cellReader struct {
	f    *tables.Reader
	rows tables.Stream[cellRow]
	buf  []cellRow
}

func openCells(file output.File) (*cellReader, error) {
	f, err := file.Open()
	if err != nil {
		return nil, err
	}
	c := &cellReader{f: f}
	if err := c.rows.Begin(f); err != nil {
		f.Close()
		return nil, err
	}
	return c, nil
}

func (c *cellReader) close() {
	c.rows.Close()
	c.f.Close()
}

func (c *cellReader) read(s *side) (map[string]printed, error) {
	out := make(map[string]printed, s.cells)
	if s.cells == 0 {
		return out, nil
	}
	if int64(len(c.buf)) < s.cells {
		c.buf = make([]cellRow, s.cells)
	}
	if err := c.rows.Read(s.at, c.buf[:s.cells]); err != nil {
		return nil, err
	}
	for i, r := range c.buf[:s.cells] {
		if r.Document != s.document || r.Part != s.part {
			return nil, fmt.Errorf("%s: row %d: a value of %s, expected %s", c.f.File().Path, s.at+int64(i), r.Document,
				s.document)
		}
		out[r.Name] = r.printed()
	}
	return out, nil
}
