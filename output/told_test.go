package output

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/output/tables"
)

// A shelf is a dataset that is written again and again.
type shelf struct {
	t       *testing.T
	dir     string
	heads   []func(w *Writer) Head
	again   []func() (Result, error)
	year    map[int]int // of results, another year
	gone    map[int]bool
	fixes   []Correction
	notRead []Unlooked
	later   bool // the table anomalies is made by each run
	print   string
	told    []Told
}

func newShelf(t *testing.T) *shelf {
	s := &shelf{t: t, dir: filepath.Join(t.TempDir(), "ds"), year: map[int]int{}, gone: map[int]bool{}, print: "a"}
	s.heads, s.again = several(t)
	return s
}

// write writes the dataset in dir as a run does, and gives whether it stayed.
func (s *shelf) write(dir string, fresh bool) (same bool) {
	s.t.Helper()
	forms, err := form.Load()
	if err != nil {
		s.t.Fatal(err)
	}
	s.told = nil
	w, err := Create(dir, forms, Info{ProgramVersion: "test", Print: s.print, Fresh: fresh, Corrections: s.fixes, NotRead: s.notRead,
		Explain: func(x Told) { s.told = append(s.told, x) }})
	if err != nil {
		s.t.Fatal(err)
	}
	for i := range s.heads {
		if s.gone[i] {
			continue
		}
		again := func() (Result, error) {
			r, err := s.again[i]()
			if y := s.year[i]; y != 0 && err == nil {
				rep := *r.Report
				rep.Year, r.Report = y, &rep
			}
			w.Correct(&r)
			return r, err
		}
		r, err := again()
		if err != nil {
			s.t.Fatal(err)
		}
		h := w.Head(&r)
		h.Digest = fmt.Sprint(i, s.year[i], w.Corrections(r.Document.SHA256))
		w.Keep(h, again)
	}
	d, err := w.Finish()
	if err != nil {
		s.t.Fatal(err)
	}
	if s.later && !w.Same() {
		s.look(d)
		if err := MarkLater(d); err != nil {
			s.t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		s.t.Fatal(err)
	}
	return w.Same()
}

// look makes a table anomalies that names a cell of the first document of each year.
func (s *shelf) look(d *Dataset) {
	rows := map[int][]AnomalyRow{}
	if err := d.Reports(func(year int, r ReportRow) error {
		if rows[year] == nil {
			rows[year] = []AnomalyRow{{ID: fmt.Sprint(year), Rule: "x", Document: r.Document, Part: 1, Evidence: []EvidenceRow{
				{Kind: "cell", Document: r.Document, Part: 1, Name: "applications.received.total"}}}}
		}
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	if err := Add(d, tables.Later, rows); err != nil {
		s.t.Fatal(err)
	}
	forms, err := form.Load()
	if err == nil {
		err = MarkPanel(d, forms)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// files are all that lie in a folder.
func (s *shelf) files(dir string) map[string]os.FileInfo {
	s.t.Helper()
	out := map[string]os.FileInfo{}
	if err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			out[strings.TrimPrefix(p, dir+"/")], err = e.Info()
		}
		return err
	}); err != nil {
		s.t.Fatal(err)
	}
	return out
}

// likeFresh holds the dataset against one that is written of nothing.
func (s *shelf) likeFresh(after string) {
	s.t.Helper()
	told := s.told
	fresh := filepath.Join(s.t.TempDir(), "fresh")
	s.write(fresh, true)
	s.told = told
	now, want := s.files(s.dir), s.files(fresh)
	for name := range now {
		if want[name] == nil {
			s.t.Errorf("after %s: %s lies there", after, name)
		}
	}
	for name := range want {
		a, _ := os.ReadFile(filepath.Join(s.dir, name))
		b, err := os.ReadFile(filepath.Join(fresh, name))
		if err != nil || !bytes.Equal(a, b) {
			s.t.Errorf("after %s: %s is not that of a fresh run (%v)", after, name, err)
		}
	}
}

// written are the tables and years of which a run told that it wrote them.
func (s *shelf) writtenTables() map[string]bool {
	out := map[string]bool{}
	for _, x := range s.told {
		if x.Whole || x.Taken {
			continue
		}
		list := x.Tables
		if list == nil {
			list = parts{true, true, true}.tables()
		}
		for _, t := range list {
			out[t+" "+yearName(int32(x.Year))] = true
		}
	}
	return out
}

func (s *shelf) why() (out []string) {
	for _, x := range s.told {
		out = append(out, x.Why...)
	}
	return out
}

// edit changes bytes of a file, in a file of its own: the one that lies there may have other names.
func (s *shelf) edit(name string, with func(b []byte) []byte) {
	s.t.Helper()
	p := filepath.Join(s.dir, name)
	b, err := os.ReadFile(p)
	if err == nil {
		err = os.Remove(p)
	}
	if err == nil {
		err = os.WriteFile(p, with(b), 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

func flip(b []byte) []byte {
	b[len(b)/2] ^= 1
	return b
}

func (s *shelf) copy(from, to string) {
	s.t.Helper()
	b, err := os.ReadFile(filepath.Join(s.dir, from))
	if err == nil {
		err = os.MkdirAll(filepath.Dir(filepath.Join(s.dir, to)), 0o755)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join(s.dir, to), b, 0o644)
	}
	if err != nil {
		s.t.Fatal(err)
	}
}

// TestNothingForeign: whatever lies in the folder of a dataset that the manifest does not name is read by nobody, and gone
// after the next run; what is hidden stays.
func TestNothingForeign(t *testing.T) {
	s := newShelf(t)
	s.write(s.dir, false)
	values := func() (n int64) {
		t.Helper()
		d, err := Open(s.dir)
		if err == nil {
			err = d.Values(func(int, ValueRow) error { n++; return nil })
		}
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	rows := values()
	for _, name := range []string{"values/year=2022/part-1.parquet", "values/year=1999/part-0.parquet", "mine/year=2022/part-0.parquet",
		"notes.txt", "anomalies/year=2022/part-0.parquet", "values/year=2022/._part-0.parquet", "values/year=2022/deeper/x.parquet"} {
		s.copy("values/year=2022/part-0.parquet", name)
		if n := values(); n != rows {
			t.Errorf("with %s there are %d values, not %d", name, n, rows)
		}
		if d, err := Open(s.dir); err != nil || d.Has(tables.Later) {
			t.Errorf("with %s there is a table of anomalies (%v)", name, err)
		}
		before := s.files(s.dir)
		if s.write(s.dir, false) {
			t.Errorf("%s stays", name)
		}
		if why := s.why(); len(why) != 1 || !strings.Contains(why[0], name) {
			t.Errorf("%s: %q", name, why)
		}
		if w := s.writtenTables(); len(w) > 0 {
			t.Errorf("%s: %v is written", name, w)
		}
		s.likeFresh(name)
		for f, info := range s.files(s.dir) {
			if f != tables.ManifestName && !os.SameFile(info, before[f]) {
				t.Errorf("%s: %s is another file", name, f)
			}
		}
	}
	for _, name := range []string{".mine", "values/.DS_Store", ".git/part-0.parquet"} {
		s.copy("dataset.json", name)
		if !s.write(s.dir, false) {
			t.Errorf("%s: %q", name, s.why())
		}
	}
	if err := os.Remove(filepath.Join(s.dir, "values/year=2022/part-0.parquet")); err != nil {
		t.Fatal(err)
	}
	d, err := Open(s.dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = d.Files("values"); err == nil || !strings.Contains(err.Error(), "dataset.json names it") {
		t.Errorf("a year is gone, and all the same %v", err)
	}
}

// TestNothingDamaged: what is not as it was written, be it the table anomalies or the manifest, is made anew, and told.
func TestNothingDamaged(t *testing.T) {
	s := newShelf(t)
	s.later = true
	s.write(s.dir, false)
	if !s.write(s.dir, false) {
		t.Fatalf("nothing has changed, and all the same %q", s.why())
	}
	type deed struct {
		why string
		do  func()
	}
	const (
		later = "the table anomalies is not as it was written"
		words = "dataset.json is not as it was written"
	)
	look := func() {
		d, err := Open(s.dir)
		if err != nil {
			t.Fatal(err)
		}
		s.look(d)
	}
	cases := map[string]deed{
		"a file of anomalies":      {later, func() { s.edit("anomalies/year=2022/part-0.parquet", flip) }},
		"anomalies of a year gone": {later, func() { os.RemoveAll(filepath.Join(s.dir, "anomalies/year=2022")) }},
		"a file of reuse":          {"its files are not as they were written", func() { s.edit("reuse/year=2022/part-0.parquet", flip) }},
		"a file of no year":        {"its files are not as they were written", func() { s.edit("breaks/year=0/part-0.parquet", flip) }},
		"a panel":                  {"its files are not as they were written", func() { s.edit("panel/year=2021/part-0.parquet", flip) }},
		"a table of its year":      {"its files are not as they were written", func() { s.edit("terms/year=2021/part-0.parquet", flip) }},
		"another version": {"the dataset that lies there was written by another version of the program, or with other forms", func() {
			s.print = "b"
		}},
		"another look": {"the table anomalies was made otherwise than a run makes it", look},
	}
	manifest := func(with func(m *tables.Manifest)) func() {
		return func() {
			m, err := tables.ReadManifest(s.dir)
			if err != nil {
				t.Fatal(err)
			}
			sum := m.Sum
			with(m)
			b, err := m.Bytes()
			if err != nil {
				t.Fatal(err)
			}
			at := bytes.LastIndex(b, []byte(`"sha256": "`)) + len(`"sha256": "`)
			copy(b[at:], sum)
			s.edit(tables.ManifestName, func([]byte) []byte { return b })
		}
	}
	for name, with := range map[string]func(m *tables.Manifest){
		"rows":              func(m *tables.Manifest) { m.Rows["values"]++ },
		"a year's":          func(m *tables.Manifest) { m.Years["2022"].Rows["terms"]++ },
		"forms":             func(m *tables.Manifest) { m.Forms["applications"] = "x" },
		"rows of anomalies": func(m *tables.Manifest) { m.Rows["anomalies"]++ },
		"no year":           func(m *tables.Manifest) { delete(m.Years, "2022") },
		"a hash":            func(m *tables.Manifest) { m.Years["2022"].Hash = "x" },
	} {
		cases["manifest: "+name] = deed{words, manifest(with)}
	}
	cases["manifest: a word more"] = deed{words, func() {
		s.edit(tables.ManifestName, func(b []byte) []byte { return bytes.Replace(b, []byte("{"), []byte(`{"x": 1,`), 1) })
	}}
	cases["a manifest to which something is added"] = deed{words, func() {
		manifest(func(m *tables.Manifest) { m.Rows["values"]++ })()
		look()
	}}
	cases["a panel that is marked"] = deed{"its files are not as they were written", func() {
		d, err := Open(s.dir)
		if err == nil {
			err = Add(d, tables.Later, map[int][]AnomalyRow{}) // nothing is marked any more
		}
		forms, e := form.Load()
		if err = errors.Join(err, e); err == nil {
			s.edit("panel/year=2021/part-0.parquet", func(b []byte) []byte { // what it says of its writer is not looked at
				return bytes.Replace(b, []byte("gongkai.version"), []byte("gongkai.VERSION"), 1)
			})
			err = MarkPanel(d, forms)
		}
		if err != nil {
			t.Fatal(err)
		}
	}}
	for name, c := range cases {
		c.do()
		if s.write(s.dir, false) {
			t.Errorf("%s: taken for the same", name)
			continue
		}
		if !slices.Contains(s.why(), c.why) {
			t.Errorf("%s: %q", name, s.why())
		}
		s.likeFresh(name)
		if !s.write(s.dir, false) {
			t.Errorf("%s: written once more: %q", name, s.why())
		}
	}
}

// TestNewBody: a department of which there is a first report in the newest year is no reason to write another year; a
// government is one, since it counts as never seen in all of them.
func TestNewBody(t *testing.T) {
	for _, kind := range []string{"department", "government"} {
		s := newShelf(t)
		newest := len(s.heads) - 1
		for i, one := range s.again {
			s.again[i] = func() (Result, error) {
				r, err := one()
				r.Report.Body.Code, r.Report.Body.Kind = "321203", agencies.Department
				if i == newest {
					r.Report.Body.ID, r.Report.Body.Kind = "321203/"+kind, agencies.Kind(kind)
				}
				return r, err
			}
		}
		s.gone[newest] = true
		s.write(s.dir, false)
		s.gone[newest] = false
		s.write(s.dir, false)
		other := false
		for x := range s.writtenTables() {
			other = other || !strings.HasSuffix(x, "2022")
		}
		if other != (kind == "government") {
			t.Errorf("%s: %v: %q", kind, slices.Sorted(maps.Keys(s.writtenTables())), s.why())
		}
		if !slices.Contains(s.why(), "documents of the year have come or gone") {
			t.Errorf("%s: %q", kind, s.why())
		}
		s.likeFresh(kind)
	}
}

// TestToldIsDone: after whatever changes, a run tells of each table of each year what it did with its file: what it is said to
// have taken over is the file that lay there, and what it is said to have written is another.
func TestToldIsDone(t *testing.T) {
	seed := int64(1)
	rng := rand.New(rand.NewSource(seed))
	s := newShelf(t)
	deeds := map[string]func(){
		"go":   func() { i := rng.Intn(len(s.heads)); s.gone[i] = !s.gone[i] },
		"year": func() { s.year[rng.Intn(len(s.heads))] = []int{0, 2020, 2024}[rng.Intn(3)] },
		"correct": func() {
			s.fixes = nil
			for range rng.Intn(3) {
				r, err := s.again[rng.Intn(len(s.again))]()
				if err != nil {
					t.Fatal(err)
				}
				s.fixes = append(s.fixes, Correction{Document: r.Document.SHA256, Name: "applications.received.total",
					Expected: "0", New: fmt.Sprint(rng.Intn(1000)), Reason: "r", Who: "w", Line: len(s.fixes) + 2})
			}
		},
		"look": func() {
			d, err := Open(s.dir)
			if err != nil {
				t.Fatal(err)
			}
			s.look(d)
			s.later = true // from now on each run makes it anew
		},
		"unlooked": func() {
			s.notRead = []Unlooked{{Division: "320000", Name: "江苏省人民政府", Reason: fmt.Sprint(rng.Intn(2)), Years: []int{2021 + rng.Intn(2)}}}
		},
		"spoil": func() {
			all := slices.Sorted(maps.Keys(s.files(s.dir)))
			if name := all[rng.Intn(len(all))]; name != tables.ManifestName {
				s.edit(name, flip)
			}
		},
		"foreign": func() {
			s.copy("dataset.json", fmt.Sprintf("values/year=%d/part-%d.parquet", 2020+rng.Intn(4), 1+rng.Intn(2)))
		},
		"program": func() { s.print = fmt.Sprint(rng.Intn(2)) },
		"nothing": func() {},
	}
	names := slices.Sorted(maps.Keys(deeds))
	s.write(s.dir, false)
	var did []string
	for round := range 24 {
		did = nil
		for range 1 + rng.Intn(2) {
			did = append(did, names[rng.Intn(len(names))])
			deeds[did[len(did)-1]]()
		}
		before := s.files(s.dir)
		sums := map[string][32]byte{}
		for name := range before {
			b, err := os.ReadFile(filepath.Join(s.dir, name))
			if err != nil {
				t.Fatal(err)
			}
			sums[name] = sha256.Sum256(b)
		}
		same := s.write(s.dir, false)
		after := fmt.Sprintf("round %d, %q (seed %d)", round, did, seed)
		written := s.writtenTables()
		if same && len(written) > 0 {
			t.Errorf("%s: nothing was done, and %v is told", after, written)
		}
		for name, info := range s.files(s.dir) {
			table, rest, _ := strings.Cut(name, "/")
			year, _, _ := strings.Cut(strings.TrimPrefix(rest, "year="), "/")
			switch {
			case same:
				if !os.SameFile(info, before[name]) {
					t.Errorf("%s: %s is another file", after, name)
				}
			case name == tables.ManifestName, table == tables.Later, strings.HasPrefix(rest, ".panel"):
			case written[table+" "+year]:
				if before[name] != nil && os.SameFile(info, before[name]) {
					t.Errorf("%s: %s is told as written, and was not", after, name)
				}
			case before[name] == nil:
				t.Errorf("%s: %s is new, and was not told", after, name)
			case table == "panel" && s.later: // it may be marked, which is told by who marks it
			case !os.SameFile(info, before[name]):
				t.Errorf("%s: %s is told as taken over, and is another file", after, name)
			}
		}
		s.likeFresh(after)
		if t.Failed() {
			t.Fatalf("%+v", s.told)
		}
	}
}

// TestWhyCorrections: a change of corrections alone is told as that.
func TestWhyCorrections(t *testing.T) {
	s := newShelf(t)
	s.write(s.dir, false)
	r, err := s.again[0]()
	if err != nil {
		t.Fatal(err)
	}
	s.fixes = []Correction{{Document: r.Document.SHA256, Name: "applications.received.total", Expected: "x", New: "7", Reason: "r",
		Who: "w", Line: 2}}
	s.write(s.dir, false)
	if why := s.why(); len(why) == 0 || why[0] != "the corrections of the year are others" {
		t.Errorf("%q", why)
	}
	s.likeFresh("corrections")
}
