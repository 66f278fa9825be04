package release

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"github.com/gongkai/gongkai/output"
)

// Changes are the differences to the release before, counted; each is a line of changes.csv.
type Changes struct {
	Added, Removed, Replaced, Reread int // reports
	Cells                            int // of the reports replaced or read again
}

// A side is a report of one of the two releases.
type side struct {
	document string
	part     int32
	agency   string
	id       string // what the other release knows the body by
	hash     uint64 // of its values
	cells    map[string]printed
}

// printed is what a cell says.
type printed struct{ text, number, state, verdict string }

// A change is a line of changes.csv.
type change struct {
	year           int
	what           string // added, removed, replaced, reread
	agency         string
	before, after  string // documents
	name           string // cell; "" = the report as a whole
	was, is        printed
	wasSet, nowSet bool
}

// changes compares the years whose files are others than in the release that lies in the folder, and writes changes.csv.
func (m *maker) changes(ctx context.Context) (Changes, error) {
	var sum Changes
	years := map[int]bool{}
	for _, t := range []string{"values", "reports"} {
		for y, p := range m.parts[t] {
			if m.old.Sources[t+"/"+strconv.Itoa(y)] != p.hash {
				years[y] = true
			}
		}
		for k := range m.old.Sources {
			if table, year, _ := strings.Cut(k, "/"); table == t {
				if y, err := strconv.Atoi(year); err == nil {
					if _, ok := m.parts[t][y]; !ok {
						years[y] = true
					}
				}
			}
		}
	}
	var list []int
	for y := range years {
		list = append(list, y)
	}
	sort.Ints(list)
	e, err := m.writeFile("changes.csv", func(out io.Writer) error {
		w := bufio.NewWriter(out)
		if _, err := w.WriteString("\ufeffyear,change,agency,document_before,document_after,name,text_before,text_after,number_before,number_after,state_before,state_after,verdict_before,verdict_after\r\n"); err != nil {
			return err
		}
		for _, y := range list {
			if err := ctx.Err(); err != nil {
				return err
			}
			found, err := m.changesOf(y, &sum)
			if err != nil {
				return err
			}
			for i := range found {
				if _, err := w.Write(found[i].line()); err != nil {
					return err
				}
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
		return string(appendQuoted(nil, s))
	}
	f := []string{strconv.Itoa(c.year), c.what, field(c.agency, c.agency != ""), c.before, c.after, c.name,
		field(c.was.text, c.wasSet && c.was.state != "absent"), field(c.is.text, c.nowSet && c.is.state != "absent"), c.was.number, c.is.number, c.was.state, c.is.state, c.was.verdict, c.is.verdict}
	return []byte(strings.Join(f, ",") + "\r\n")
}

// changesOf compares a year: reports of the same document first, then those of the same body.
func (m *maker) changesOf(year int, sum *Changes) ([]change, error) {
	dirs := [2]string{filepath.Join(m.dir, "parquet"), m.data.Dir()}
	var sides [2]map[string]*side
	seed := maphash.MakeSeed()
	for i, dir := range dirs {
		var err error
		if sides[i], err = readSides(dir, year, seed); err != nil {
			return nil, err
		}
	}
	before, after := sides[0], sides[1]
	type pair struct {
		what string
		a, b *side
	}
	var pairs []pair
	byID := map[string][]*side{}
	for k, a := range before {
		if b := after[k]; b == nil {
			byID[a.id] = append(byID[a.id], a)
		} else if a.hash != b.hash {
			pairs = append(pairs, pair{"reread", a, b})
		}
	}
	for _, l := range byID {
		sort.Slice(l, func(i, k int) bool { return l[i].key() < l[k].key() })
	}
	var fresh []*side
	for k, b := range after {
		if before[k] == nil {
			fresh = append(fresh, b)
		}
	}
	sort.Slice(fresh, func(i, k int) bool { return fresh[i].key() < fresh[k].key() })
	for _, b := range fresh {
		if l := byID[b.id]; b.id != "" && len(l) > 0 {
			pairs = append(pairs, pair{"replaced", l[0], b})
			byID[b.id] = l[1:]
			continue
		}
		pairs = append(pairs, pair{"added", nil, b})
	}
	for _, l := range byID {
		for _, a := range l {
			pairs = append(pairs, pair{"removed", a, nil})
		}
	}
	want := [2]map[string]*side{{}, {}}
	for _, p := range pairs {
		if p.a != nil && p.b != nil {
			want[0][p.a.key()], want[1][p.b.key()] = p.a, p.b
		}
	}
	for i, dir := range dirs {
		if err := readCells(dir, year, want[i]); err != nil {
			return nil, err
		}
	}
	key := func(p *pair) string {
		s := p.b
		if s == nil {
			s = p.a
		}
		return s.agency + " " + s.key()
	}
	sort.Slice(pairs, func(i, k int) bool { return key(&pairs[i]) < key(&pairs[k]) })
	var out []change
	for _, p := range pairs {
		c := change{year: year, what: p.what}
		if p.a != nil {
			c.agency, c.before = p.a.agency, p.a.document
		}
		if p.b != nil {
			c.agency, c.after = p.b.agency, p.b.document
		}
		switch p.what {
		case "added":
			sum.Added++
		case "removed":
			sum.Removed++
		case "replaced":
			sum.Replaced++
		case "reread":
			sum.Reread++
		}
		out = append(out, c)
		if p.a == nil || p.b == nil {
			continue
		}
		names := map[string]bool{}
		for n := range p.a.cells {
			names[n] = true
		}
		for n := range p.b.cells {
			names[n] = true
		}
		var sorted []string
		for n := range names {
			sorted = append(sorted, n)
		}
		sort.Strings(sorted)
		for _, n := range sorted {
			x := c
			x.name = n
			x.was, x.wasSet = p.a.cells[n]
			x.is, x.nowSet = p.b.cells[n]
			if x.was != x.is || x.wasSet != x.nowSet {
				sum.Cells++
				out = append(out, x)
			}
		}
	}
	return out, nil
}

func (s *side) key() string { return s.document + " " + strconv.Itoa(int(s.part)) }

// A sideRow is what the comparison reads of reports.
type sideRow struct {
	Document string  `parquet:"document"`
	Part     int32   `parquet:"part"`
	Agency   *string `parquet:"agency,optional"`
	AgencyID *string `parquet:"agency_id,optional"`
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

// yearFile is the file of a table and a year in a folder of Parquet; ok is false where there is none.
func yearFile(dir, table string, year int) (path string, ok bool) {
	path = filepath.Join(dir, table, "year="+strconv.Itoa(year), "part-0.parquet")
	_, err := os.Stat(path)
	return path, err == nil
}

func readSides(dir string, year int, seed maphash.Seed) (map[string]*side, error) {
	out := map[string]*side{}
	path, ok := yearFile(dir, "reports", year)
	if !ok {
		return out, nil
	}
	err := output.ReadFile(path, func(r sideRow) error {
		s := &side{document: r.Document, part: r.Part}
		if r.Agency != nil {
			s.agency, s.id = *r.Agency, "as printed: "+*r.Agency
		}
		if r.AgencyID != nil {
			s.id = *r.AgencyID
		}
		out[s.key()] = s
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if path, ok = yearFile(dir, "values", year); !ok {
		return out, nil
	}
	var h maphash.Hash
	h.SetSeed(seed)
	var last *side
	err = output.ReadFile(path, func(r cellRow) error {
		if last == nil || last.document != r.Document || last.part != r.Part {
			if last = out[(&side{document: r.Document, part: r.Part}).key()]; last == nil {
				return fmt.Errorf("%s: a value of no report", r.Document)
			}
		}
		h.Reset()
		var b [8]byte
		binary.LittleEndian.PutUint64(b[:], last.hash)
		_, _ = h.Write(b[:]) // never fails
		p := r.printed()
		for _, s := range []string{r.Name, p.text, p.number, p.state, p.verdict} {
			_, _ = h.WriteString(s)
			_ = h.WriteByte(0)
		}
		last.hash = h.Sum64()
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return out, nil
}

func readCells(dir string, year int, want map[string]*side) error {
	path, ok := yearFile(dir, "values", year)
	if !ok || len(want) == 0 {
		return nil
	}
	var last *side
	var document string
	part := int32(-1)
	err := output.ReadFile(path, func(r cellRow) error {
		if document != r.Document || part != r.Part {
			document, part = r.Document, r.Part
			last = want[(&side{document: r.Document, part: r.Part}).key()]
		}
		if last != nil {
			if last.cells == nil {
				last.cells = map[string]printed{}
			}
			last.cells[r.Name] = r.printed()
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
