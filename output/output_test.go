package output_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"github.com/parquet-go/parquet-go"
	"github.com/shopspring/decimal"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output"
)

func load(t testing.TB) *form.Forms {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

// exampleResults reads the example documents.
func exampleResults(t testing.TB) []output.Result {
	t.Helper()
	forms := load(t)
	var out []output.Result
	for _, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		rep := normalize.Read(doc, forms)
		rep.ReadWords()
		out = append(out, output.Result{
			Document: output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType, Bytes: doc.Bytes,
				Pages: doc.Pages},
			Report: rep})
	}
	return out
}

func write(t testing.TB, dir string, results []output.Result) {
	t.Helper()
	w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// hashes gives the sha256 of each file below dir.
func hashes(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(p)
		rel, _ := filepath.Rel(dir, p)
		out[filepath.ToSlash(rel)] = fmt.Sprintf("%x", sha256.Sum256(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestSameInputSameBytes(t *testing.T) {
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	write(t, a, exampleResults(t))
	write(t, b, exampleResults(t))
	ha, hb := hashes(t, a), hashes(t, b)
	if len(ha) < 6*5+1 {
		t.Errorf("%d files", len(ha))
	}
	if !reflect.DeepEqual(ha, hb) {
		t.Errorf("two datasets of the same results differ:\n%v\n%v", ha, hb)
	}
}

// TestReadsBack: every value comes back with its text, number, state and place; null, blank and zero stay apart.
func TestReadsBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	results := exampleResults(t)
	write(t, dir, results)
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	type key struct{ doc, name string }
	want := map[key]normalize.Value{}
	years := map[string]int{}
	findings := 0
	for _, r := range results {
		years[r.Document.SHA256] = r.Report.Year
		findings += len(r.Report.Findings)
		for _, v := range r.Report.Values {
			want[key{r.Document.SHA256, v.Name}] = v
		}
	}
	seen := map[normalize.State]int{}
	err = d.Values(func(year int, r output.ValueRow) error {
		v, ok := want[key{r.Document, r.Name}]
		if !ok || years[r.Document] != year {
			t.Errorf("%s %s in year %d was never written", r.Document, r.Name, year)
			return nil
		}
		delete(want, key{r.Document, r.Name})
		seen[v.State]++
		if (r.Text == nil) != (v.State == normalize.Absent) || r.Text != nil && *r.Text != v.Text ||
			r.State != string(v.State) || r.Verdict != string(v.Verdict) || r.Unit != v.Unit {
			t.Errorf("%s: %+v, written %+v", r.Name, r, v)
		}
		switch {
		case (r.Number == nil) != (v.Number == nil):
			t.Errorf("%s: number %v, written %v", r.Name, r.Number, v.Number)
		case r.Number != nil && !decimal.New(*r.Number, -6).Equal(*v.Number):
			t.Errorf("%s: number %d, written %s", r.Name, *r.Number, v.Number)
		}
		if v.State == normalize.Blank && v.Verdict != normalize.Inferred && r.Number != nil {
			t.Errorf("%s: a blank became %d", r.Name, *r.Number)
		}
		if (r.Page == nil) != (v.Place.Page == 0) || (r.X0 == nil) != (v.Place.Box == nil) ||
			r.X0 != nil && *r.X0 != v.Place.Box[0] {
			t.Errorf("%s: place %v, written %v", r.Name, r, v.Place)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(want) > 0 || seen[normalize.Blank] == 0 || seen[normalize.Mark] == 0 || seen[normalize.Number] == 0 {
		t.Errorf("%d values missing; states seen: %v", len(want), seen)
	}
	n := 0
	if err := d.Findings(func(int, output.FindingRow) error { n++; return nil }); err != nil || n != findings {
		t.Errorf("%d findings, %d written: %v", n, findings, err)
	}
	if d.Rows["reports"] != int64(len(results)) || d.Rows["values"] == 0 {
		t.Errorf("rows %v", d.Rows)
	}
	for _, each := range []func() error{
		func() error { return d.Documents(func(int, output.DocumentRow) error { n++; return nil }) },
		func() error { return d.Reports(func(int, output.ReportRow) error { n++; return nil }) },
		func() error { return d.Sections(func(int, output.SectionRow) error { n++; return nil }) },
	} {
		n = 0
		if err := each(); err != nil || n < len(results) {
			t.Errorf("%d rows: %v", n, err)
		}
	}
}

// TestMetadata: each file says which program and forms made it, and what its columns mean.
func TestMetadata(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, exampleResults(t))
	files, err := filepath.Glob(filepath.Join(dir, "*", "year=*", "*.parquet"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parquet.OpenFile(bytes.NewReader(b), int64(len(b)))
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if v, _ := f.Lookup("gongkai.version"); v != "test" {
			t.Errorf("%s: version %q", file, v)
		}
		if v, _ := f.Lookup("gongkai.forms"); v != "active=2019,2021;applications=2019,2021;disputes=2019,2021" {
			t.Errorf("%s: forms %q", file, v)
		}
		for _, c := range f.Schema().Columns() {
			if doc, _ := f.Lookup("column." + c[0]); doc == "" {
				t.Errorf("%s: nothing is said of column %s", file, c[0])
			}
		}
		for _, g := range f.Metadata().RowGroups {
			for _, c := range g.Columns {
				if c.MetaData.Codec.String() != "ZSTD" {
					t.Errorf("%s: codec %s", file, c.MetaData.Codec)
				}
			}
		}
	}
}

func TestRefusesForeignFolders(t *testing.T) {
	dir := t.TempDir()
	note := filepath.Join(dir, "thesis.docx")
	if err := os.WriteFile(note, []byte("years of work"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := output.Create(dir, load(t), output.Info{}); err == nil || !strings.Contains(err.Error(), dir) {
		t.Errorf("took the place of a folder with other files: %v", err)
	}
	if _, err := output.Create(note, load(t), output.Info{}); err == nil {
		t.Error("took the place of a file")
	}
	if b, err := os.ReadFile(note); err != nil || string(b) != "years of work" {
		t.Errorf("%q, %v", b, err)
	}
	if _, err := output.Open(dir); err == nil || !strings.Contains(err.Error(), "no gongkai dataset") {
		t.Errorf("opened a folder that is no dataset: %v", err)
	}
}

// TestKeepsTheOldUntilTheNewIsWhole: a dataset is replaced only by a finished one, and nothing is left lying about.
func TestKeepsTheOldUntilTheNewIsWhole(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "dataset")
	results := exampleResults(t)
	write(t, dir, results[:3])
	before := hashes(t, dir)
	w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(results[4]); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(hashes(t, dir), before) {
		t.Error("the old dataset changed before the new one was finished")
	}
	w.Abort()
	if !reflect.DeepEqual(hashes(t, dir), before) {
		t.Error("an abandoned dataset changed the old one")
	}
	whole, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	d, err := whole.Finish()
	if err == nil { // a table may be added before anybody sees the dataset
		err = output.Add(d, "anomalies", map[int][]output.AnomalyRow{})
	}
	if err != nil || !d.Has("anomalies") || !reflect.DeepEqual(hashes(t, dir), before) {
		t.Errorf("finished and not closed, it changed the old one: %v", err)
	}
	whole.Abort()
	if err := whole.Close(); err == nil || !reflect.DeepEqual(hashes(t, dir), before) {
		t.Errorf("given up when it was finished, it changed the old one: %v", err)
	}
	write(t, dir, results[:5])
	if reflect.DeepEqual(hashes(t, dir), before) {
		t.Error("the new dataset did not take the old one's place")
	}
	entries, err := os.ReadDir(parent)
	if err != nil || len(entries) != 1 {
		t.Errorf("%v, %v", entries, err)
	}
}

func TestEmptyDataset(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, nil)
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Values(func(int, output.ValueRow) error { return errors.New("a value out of nothing") }); err != nil {
		t.Fatal(err)
	}
}

// TestUnreadDocuments: a document that could not be read is a row that says why, and no report.
func TestUnreadDocuments(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	write(t, dir, []output.Result{{Document: output.Document{File: "x.bin", SHA256: "00"},
		Report: normalize.Unread("binary data")}})
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = d.Documents(func(year int, r output.DocumentRow) error {
		n++
		if year != 0 || r.Status != "unread" || r.Reason == nil || *r.Reason != "binary data" || r.MediaType != nil {
			t.Errorf("%d %+v", year, r)
		}
		return nil
	})
	if err != nil || n != 1 || d.Rows["reports"] != 0 {
		t.Errorf("%d rows, %v, %v", n, d.Rows, err)
	}
}

// TestNumberOutOfRange: what a column cannot hold exactly is null with a finding, never rounded.
func TestNumberOutOfRange(t *testing.T) {
	for _, c := range []struct {
		number string
		fits   bool
	}{{"0", true}, {"0.000001", true}, {"0.0000001", false}, {"999999999999", true}, {"1000000000000", false},
		{"-5", true}, {"96171.6", true}} {
		dir := filepath.Join(t.TempDir(), "dataset")
		n := decimal.RequireFromString(c.number)
		write(t, dir, []output.Result{{Document: output.Document{SHA256: "00"},
			Report: &normalize.Report{Status: normalize.StatusRead, Year: 2022,
				Values: []normalize.Value{{Name: "active.fees.amount", Text: c.number, Number: &n, Unit: "万元",
					State: normalize.Number}}}}})
		d, err := output.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		err = d.Values(func(_ int, r output.ValueRow) error {
			if (r.Number != nil) != c.fits || r.Number != nil && !decimal.New(*r.Number, -6).Equal(n) ||
				*r.Text != c.number {
				t.Errorf("%s: %v %q", c.number, r.Number, *r.Text)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		codes := 0
		if err := d.Findings(func(_ int, r output.FindingRow) error {
			if r.Code == output.CodeOutOfRange && r.Name == "active.fees.amount" {
				codes++
			}
			return nil
		}); err != nil || (codes == 1) == c.fits {
			t.Errorf("%s: %d findings, %v", c.number, codes, err)
		}
	}
}

// TestJSONContract: the line has just the keys of the contract, in its order, and reads back as it was.
func TestJSONContract(t *testing.T) {
	var b bytes.Buffer
	results := exampleResults(t)
	results = append(results, output.Result{Document: output.Document{File: "nothing", SHA256: "e3"},
		Report: normalize.Unread("the document holds no text")})
	for _, r := range results {
		if err := output.WriteJSON(&b, r); err != nil {
			t.Fatal(err)
		}
	}
	if n := bytes.Count(b.Bytes(), []byte("\n")); n != len(results) {
		t.Errorf("%d lines for %d results", n, len(results))
	}
	lines := strings.Split(b.String(), "\n")
	for _, want := range []string{
		`{"document":{"file":"jiangzhou/2021.html","sha256":"`, `"media_type":"text/html","bytes":`,
		`"pages":0},"status":"read","reason":"",`,
		`"report":{"agency":"江州市人民政府","year":2021,"title":"`,
		`"editions":{"active":"2021","applications":"2021","disputes":"2021"},"body":{"id":"","name":"江州市人民政府",` +
			`"division":"","series":"","level":"","kind":"government",`,
		`"scope":"all","scope_evidence":"`,
		`"period":{"from":"2021-01-01","to":"2021-12-31"},"deadline":"2022-03-31","in_time":"kept"},` +
			`"values":[{"name":"active.regulation.issued","text":"`,
		`"unit":"万元","state":"number","verdict":"unchecked","place":{"table":`, `"unit_from":"header"}`,
		`"findings":[{"code":"agency-undecided","severity":"note","name":"",`,
		`"sections":[{"ordinal":0,"title":"","text":"`, `"keywords":["`, `"tokens":[{"text":"`,
	} {
		if !strings.Contains(lines[0], want) {
			t.Errorf("the first line lacks %s", want)
		}
	}
	last := lines[len(results)-1]
	if want := `{"document":{"file":"nothing","sha256":"e3","media_type":"","bytes":0,"pages":0},"status":"unread",` +
		`"reason":"the document holds no text",` +
		`"report":{"agency":"","year":0,"title":"","published":"","editions":{"active":"","applications":"",` +
		`"disputes":""},"body":null,"scope":"","scope_evidence":"","period":{"from":"","to":""},"deadline":"",` +
		`"in_time":""},"values":[],"findings":[],"sections":[],"claims":[]}`; last != want {
		t.Errorf("unread:\n%s\nwant\n%s", last, want)
	}
	var back []output.Result
	if err := output.ReadJSON(bytes.NewReader(b.Bytes()),
		func(r output.Result) error { back = append(back, r); return nil }); err != nil {
		t.Fatal(err)
	}
	var again bytes.Buffer
	for _, r := range back {
		if err := output.WriteJSON(&again, r); err != nil {
			t.Fatal(err)
		}
	}
	if again.String() != b.String() {
		t.Error("what was read back is not what was written")
	}
	for i, r := range back[:12] {
		if len(r.Report.Values) != len(results[i].Report.Values) || !reflect.DeepEqual(r.Report.Findings,
			results[i].Report.Findings) && len(r.Report.Findings) > 0 {
			t.Errorf("%s differs", r.Document.File)
		}
	}
	var v map[string]any
	if err := json.Unmarshal([]byte(lines[0]), &v); err != nil || len(v) != 8 {
		t.Errorf("%d keys, %v", len(v), err)
	}
	if err := output.ReadJSON(strings.NewReader("{\"document\":{}}\n{oops"),
		func(output.Result) error { return nil }); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("a broken line: %v", err)
	}
}

// TestProse: sections with their parts and words, terms, and what reports repeat come back as they were.
func TestProse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	results := exampleResults(t)
	write(t, dir, results)
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	reports := map[string]*normalize.Report{}
	for _, r := range results {
		reports[r.Document.SHA256] = r.Report
	}
	words, counted := 0, 0
	err = d.Sections(func(_ int, r output.SectionRow) error {
		s := reports[r.Document].Sections[r.Position-1]
		if len(r.Tokens) != len(s.Tokens) || len(r.Tags) != len(s.Tokens) || len(r.Starts) != len(s.Tokens) ||
			len(r.Parts) != len(s.Parts) || !reflect.DeepEqual(r.Keywords, s.Keywords) && len(s.Keywords) > 0 {
			t.Errorf("%s %d: %d words, %d parts", r.Document, r.Position, len(r.Tokens), len(r.Parts))
		}
		for i, k := range r.Tokens {
			words++
			if at := int(r.Starts[i]); r.Text[at:at+len(k)] != k || r.Tags[i] == "" {
				t.Errorf("%q does not stand at %d", k, at)
			}
			if !s.Tokens[i].Stop {
				counted++
			}
		}
		return nil
	})
	if err != nil || words == 0 {
		t.Fatal(words, err)
	}
	total := 0
	if err := d.Terms(func(_ int, r output.TermRow) error { total += int(r.Count); return nil }); err != nil ||
		total != counted {
		t.Errorf("terms count %d words, the sections have %d, %v", total, counted, err)
	}
	of := map[string]int{}
	err = d.Reuse(func(year int, r output.ReuseRow) error {
		of[r.Of]++
		a, b := reports[r.Document], reports[r.OtherDocument]
		if a.Year != year || b.Year != int(*r.OtherYear) || (a.Agency == b.Agency) != (r.Of == "last-year") ||
			r.Share < 0 || r.Share > 1 || r.Document == r.OtherDocument {
			t.Errorf("%+v", r)
		}
		for _, p := range r.Passages {
			x, y := a.Sections[p.Section-1].Text[p.Start:p.End],
				b.Sections[p.OtherSection-1].Text[p.OtherStart:p.OtherEnd]
			if letters(x) != letters(y) || len([]rune(letters(x))) < 20 {
				t.Errorf("%q is not %q", x, y)
			}
		}
		return nil
	})
	if err != nil || of["last-year"] < 3 || of["other-agency"] == 0 {
		t.Errorf("%v, %v", of, err)
	}
}

func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}
