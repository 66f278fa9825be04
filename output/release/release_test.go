package release

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/shopspring/decimal"
	"github.com/xuri/excelize/v2"

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

// dataset writes the example reports, and one document that is unread; change may change them.
func dataset(t *testing.T, change func(i int, r *output.Result) bool) *output.Dataset {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dataset")
	w, err := output.Create(dir, load(t), output.Info{ProgramVersion: "test"})
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range gold.Examples() {
		doc, err := extract.Read(e.Body, e.File)
		if err != nil {
			t.Fatal(err)
		}
		r := output.Result{Document: output.Document{File: e.File, SHA256: doc.SHA256, MediaType: doc.MediaType,
			Bytes: doc.Bytes, Pages: doc.Pages}, Report: normalize.ReadFrom(doc, load(t),
			normalize.Origin{URL: "http://127.0.0.1/art/" + e.File})}
		if change != nil && !change(i, &r) {
			continue
		}
		if err := w.Write(r); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Write(output.Result{Document: output.Document{File: "x", SHA256: strings.Repeat("0", 64)},
		Report: normalize.Unread("binary data")}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	d, err := output.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func write(t *testing.T, d *output.Dataset, dir string) *Summary {
	t.Helper()
	s, err := Write(context.Background(), d, dir, Options{Forms: load(t), Program: "test", Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// tree gives the hash of every file.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		h := sha256.Sum256(b)
		rel, _ := filepath.Rel(dir, path)
		out[filepath.ToSlash(rel)] = hex.EncodeToString(h[:])
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// infos gives what the system says of every file.
func infos(t *testing.T, dir string) map[string]os.FileInfo {
	t.Helper()
	out := map[string]os.FileInfo{}
	for f := range tree(t, dir) {
		info, err := os.Stat(filepath.Join(dir, filepath.FromSlash(f)))
		if err != nil {
			t.Fatal(err)
		}
		out[f] = info
	}
	return out
}

func read(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestSameBytes: the same dataset gives the same release, and doing it again writes nothing.
func TestSameBytes(t *testing.T) {
	d := dataset(t, nil)
	a, b := filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")
	first := write(t, d, a)
	if _, err := Write(context.Background(), d, b, Options{Forms: load(t), Program: "test", Workers: 7}); err != nil {
		t.Fatal(err)
	}
	one, two := tree(t, a), tree(t, b)
	for f, h := range one {
		if two[f] != h {
			t.Errorf("%s: other bytes the second time", f)
		}
	}
	if len(one) != len(two) || len(one) < 60 || first.Version != "2024.1" {
		t.Errorf("%d and %d files, version %s", len(one), len(two), first.Version)
	}
	before := infos(t, a)
	again := write(t, d, a)
	for f, i := range infos(t, a) {
		if strings.Contains(f, "/") && (!os.SameFile(i, before[f]) || !i.ModTime().Equal(before[f].ModTime())) {
			t.Errorf("%s was written again", f)
		}
	}
	if again.Written != 0 || again.Kept != first.Written || again.Version != first.Version {
		t.Errorf("again: %+v", again)
	}
	for f, h := range tree(t, a) {
		if one[f] != h {
			t.Errorf("%s: other bytes after doing it again", f)
		}
	}
	// what was damaged, even at the same length, is written again
	damaged := filepath.Join(a, "csv", "wide", "2022.csv")
	if err := os.WriteFile(damaged, bytes.Repeat([]byte("x"), len(read(t, damaged))), 0o644); err != nil {
		t.Fatal(err)
	}
	if s := write(t, d, a); s.Written != 1 || tree(t, a)["csv/wide/2022.csv"] != one["csv/wide/2022.csv"] {
		t.Errorf("a damaged file: %+v", s)
	}
	sums := read(t, filepath.Join(a, "SHA256SUMS"))
	for f, h := range one {
		if f != "SHA256SUMS" && f != manifestName && !strings.Contains(sums, h+"  "+f+"\n") {
			t.Errorf("SHA256SUMS lacks %s", f)
		}
	}
}

// TestChanges: of a dataset with another report only the files of its year are written again, and what changed is told
// to the cell.
func TestChanges(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "release")
	before := dataset(t, func(i int, r *output.Result) bool { return r.Document.File != "qinglan/2023.txt" })
	write(t, before, dir)
	old := tree(t, dir)
	changed, agency := "", ""
	after := dataset(t, func(i int, r *output.Result) bool {
		if r.Report.Year == 2023 && changed == "" && r.Document.File != "qinglan/2023.txt" {
			// the page of this body shows another document now, whose total is another
			changed, agency = r.Document.SHA256, r.Report.Agency
			r.Document.SHA256 = strings.Repeat("ab", 32)
			for k := range r.Report.Values {
				if v := &r.Report.Values[k]; v.Name == "applications.received.total" {
					n := decimal.NewFromInt(4711)
					v.Text, v.Number, v.Verdict = "4711", &n, normalize.Contradicted
				}
			}
		}
		return true
	})
	s := write(t, after, dir)
	if s.Before != "2024.1" || s.Version != "2024.2" || s.Changed.Added != 1 || s.Changed.Replaced != 1 ||
		s.Changed.Cells != 1 || s.Changed.Removed != 0 || s.Changed.Reread != 0 {
		t.Errorf("%+v", s)
	}
	for f, h := range tree(t, dir) {
		year := regexp.MustCompile(`20\d\d|unknown`).FindString(f)
		if data := strings.Contains(f, "/"); data && year != "2023" && old[f] != h &&
			!strings.HasPrefix(f, "parquet/reuse") {
			t.Errorf("%s was written again", f)
		} else if data && year == "2023" && strings.Contains(f, "wide") && old[f] == h {
			t.Errorf("%s was not", f)
		}
	}
	r := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, filepath.Join(dir, "changes.csv")), "\ufeff")))
	lines, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, l := range lines[1:] {
		if l[5] == "applications.received.total" {
			found = l[0] == "2023" && l[1] == "replaced" && l[2] == agency && l[3] == changed &&
				l[4] == strings.Repeat("ab", 32) && l[6] != "4711" && l[7] == "4711" && l[9] == "4711" &&
				l[13] == "contradicted"
		}
	}
	if !found {
		t.Errorf("changes.csv: %q", lines)
	}
	if !strings.Contains(read(t, filepath.Join(dir, "CHANGES.md")), "from 2024.1 to 2024.2") {
		t.Error("CHANGES.md does not tell")
	}
	// a year that is gone is gone from the release
	less := dataset(t, func(i int, r *output.Result) bool { return r.Report.Year != 2019 })
	s = write(t, less, dir)
	if _, err := os.Stat(filepath.Join(dir, "csv", "values", "2019.csv.gz")); !errors.Is(err, fs.ErrNotExist) ||
		s.Changed.Removed != 1 {
		t.Errorf("2019 is still there: %v, %+v", err, s)
	}
	fresh := filepath.Join(t.TempDir(), "fresh")
	write(t, less, fresh)
	want := tree(t, fresh)
	for f, h := range tree(t, dir) {
		if strings.Contains(f, "/") && want[f] != h {
			t.Errorf("%s is not what a release from nothing has", f)
		}
	}
}

// TestCutOff: a release that is cut off is made whole by the next run, and what lies in other folders is never written
// over.
func TestCutOff(t *testing.T) {
	d := dataset(t, nil)
	dir, whole := filepath.Join(t.TempDir(), "cut"), filepath.Join(t.TempDir(), "whole")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := Write(ctx, d, dir, Options{Forms: load(t), Program: "test", Progress: func(done, all int, file string) {
		if done == all/2 {
			cancel()
		}
	}})
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	write(t, d, dir)
	write(t, d, whole)
	have, want := tree(t, dir), tree(t, whole)
	for f, h := range want {
		if have[f] != h {
			t.Errorf("%s: other bytes after it was cut off", f)
		}
	}
	if len(have) != len(want) {
		t.Errorf("%d files, want %d", len(have), len(want))
	}
	mine := t.TempDir()
	if err := os.WriteFile(filepath.Join(mine, "thesis.docx"), []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Write(context.Background(), d, mine, Options{Forms: load(t)}); err == nil ||
		!strings.Contains(err.Error(), "no gongkai release") {
		t.Errorf("a folder with other files: %v", err)
	}
}

// oneCell is the examples with one cell of one report of 2023 printed otherwise, under the same hash as if read
// otherwise.
func oneCell(t *testing.T) (d *output.Dataset, document string) {
	return dataset(t, func(i int, r *output.Result) bool {
		if r.Report.Year == 2023 && document == "" {
			document = r.Document.SHA256
			for k := range r.Report.Values {
				if v := &r.Report.Values[k]; v.Name == "applications.received.total" {
					n := decimal.NewFromInt(4711)
					v.Text, v.Number = "4711", &n
				}
			}
		}
		return true
	}), document
}

// TestOneCell: one cell that is otherwise is told as that cell and nothing else, and only files of its year are
// written.
func TestOneCell(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "release")
	write(t, dataset(t, nil), dir)
	before := infos(t, dir)
	d, document := oneCell(t)
	s := write(t, d, dir)
	if want := (Changes{Reread: 1, Cells: 1}); s.Changed != want {
		t.Errorf("%+v, want %+v", s.Changed, want)
	}
	lines, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(read(t, filepath.Join(dir, "changes.csv")),
		"\ufeff"))).ReadAll()
	if err != nil || len(lines) != 3 || lines[1][5] != "" || lines[2][4] != document ||
		lines[2][5] != "applications.received.total" || lines[2][7] != "4711" || lines[2][6] == "4711" {
		t.Errorf("changes.csv: %q %v", lines, err)
	}
	written := 0
	for f, i := range infos(t, dir) {
		if same := os.SameFile(i, before[f]) && i.ModTime().Equal(before[f].ModTime()); strings.Contains(f, "/") &&
			!same {
			written++
			if !strings.Contains(f, "2023") || !strings.Contains(f, "values") && !strings.Contains(f, "wide") &&
				!strings.Contains(f, "panel") && !strings.HasPrefix(f, "xlsx/") {
				t.Errorf("%s was written again", f)
			}
		}
	}
	if written != s.Written || written != 10 { // three tables in three formats, and the workbook
		t.Errorf("%d files written, said to be %d", written, s.Written)
	}
	if text := read(t, filepath.Join(dir, "CHANGES.md")); !strings.Contains(text, "| values | 2023 | ") ||
		strings.Contains(text, "| values | 2022 | ") {
		t.Errorf("CHANGES.md: %s", text)
	}
	// a report that says of itself something else
	later := dataset(t, func(i int, r *output.Result) bool {
		if r.Document.SHA256 == document {
			r.Report.Title = "别的标题"
		}
		return true
	})
	if s = write(t, later, dir); s.Changed != (Changes{Reread: 1, Cells: 1, Fields: 1}) ||
		!strings.Contains(read(t, filepath.Join(dir, "changes.csv")), ",reports.title,") {
		t.Errorf("another title: %+v", s.Changed)
	}
}

// TestKilled: a run that is killed half-way leaves what the next makes whole, with what changed told as if nothing had
// happened.
func TestKilled(t *testing.T) {
	if args := os.Getenv("GONGKAI_KILLED"); args != "" { // the run that is killed
		data, dir, _ := strings.Cut(args, "\n")
		d, err := output.Open(data)
		if err != nil {
			t.Fatal(err)
		}
		_, err = Write(context.Background(), d, dir,
			Options{Forms: load(t), Program: "test", Progress: func(done, all int, file string) {
				if done == all-1 {
					p, _ := os.FindProcess(os.Getpid())
					_ = p.Kill()
					select {}
				}
			}})
		t.Fatalf("was not killed: %v", err)
	}
	first, killed, whole := dataset(t, nil), filepath.Join(t.TempDir(), "killed"), filepath.Join(t.TempDir(), "whole")
	second, _ := oneCell(t)
	kill := func(d *output.Dataset) {
		t.Helper()
		c := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		c.Env = append(os.Environ(), "GONGKAI_KILLED="+d.Dir()+"\n"+killed)
		if out, err := c.CombinedOutput(); err == nil || strings.Contains(string(out), "FAIL") {
			t.Fatalf("%v\n%s", err, out)
		}
	}
	kill(first)
	if _, err := os.Stat(filepath.Join(killed, "SHA256SUMS")); !errors.Is(err, fs.ErrNotExist) {
		t.Fatal("the run that was killed came to an end")
	}
	write(t, first, killed)
	write(t, first, whole)
	kill(second)
	kill(second) // twice
	a, b := write(t, second, killed), write(t, second, whole)
	if a.Changed != b.Changed || a.Changed != (Changes{Reread: 1, Cells: 1}) || a.Version != b.Version ||
		a.Before != b.Before {
		t.Errorf("killed %+v, whole %+v", a, b)
	}
	have, want := tree(t, killed), tree(t, whole)
	for f, h := range want {
		if have[f] != h {
			t.Errorf("%s: other bytes after the run was killed", f)
		}
	}
	for f := range have {
		if want[f] == "" {
			t.Errorf("%s is left over", f)
		}
	}
	// killed, and then the dataset is again the one that is released already
	kill(first)
	again := write(t, second, killed)
	for f, h := range tree(t, killed) {
		if want[f] != h {
			t.Errorf("%s: other bytes after a release that was given up", f)
		}
	}
	if again.Before != "" || again.Version != a.Version {
		t.Errorf("%+v", again)
	}
}

// TestSplit: a table of more rows than a sheet holds is split over workbooks of its own, row by row, and the workbook
// of the year says so.
func TestSplit(t *testing.T) {
	d := dataset(t, nil)
	whole, split := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "split")
	write(t, d, whole)
	const most = 300
	if _, err := Write(context.Background(), d, split,
		Options{Forms: load(t), Program: "test", Workers: 2, sheetRows: most}); err != nil {
		t.Fatal(err)
	}
	rows := func(path, sheet string) [][]string {
		f, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		r, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	for _, year := range []string{"2022", "2023"} {
		all := rows(filepath.Join(whole, "xlsx", "gongkai-"+year+".xlsx"), "values")
		n := (len(all) - 1 + most - 1) / most
		if n < 2 {
			t.Fatalf("%s: %d rows", year, len(all))
		}
		joined := all[:1:1]
		for k := range n {
			part := rows(filepath.Join(split, "xlsx", fmt.Sprintf("gongkai-%s-values-%d-of-%d.xlsx", year, k+1, n)),
				"values")
			if len(part)-1 > most || !slices.Equal(part[0], all[0]) {
				t.Errorf("%s, workbook %d: %d rows, %q", year, k+1, len(part), part[0])
			}
			joined = append(joined, part[1:]...)
		}
		if !reflect.DeepEqual(joined, all) {
			t.Errorf("%s: %d rows in all, want %d, or others", year, len(joined), len(all))
		}
		about := fmt.Sprint(rows(filepath.Join(split, "xlsx", "gongkai-"+year+".xlsx"), "about"))
		if !strings.Contains(about, fmt.Sprintf("%d rows, more than a sheet holds: in %d workbooks", len(all)-1, n)) {
			t.Errorf("%s: the workbook does not say that values are elsewhere: %s", year, about)
		}
	}
}

// TestCellText: what XML and a sheet cannot hold comes back as it was.
func TestCellText(t *testing.T) {
	for s, want := range map[string]string{"a<b>&c": "a&lt;b&gt;&amp;c", "a\rb\x00": "a_x000D_b_x0000_",
		"_x000D_": "_x005F_x000D_", "_x_": "_x_", "公开\n": "公开\n", "\xff": "\ufffd", "\uffff": "\ufffd"} {
		if got := string(appendXML(nil, s)); got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnLetters(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
	}
}

// TestSheets: a workbook read back says what the dataset does: numbers, dates and texts as such, nulls empty.
func TestSheets(t *testing.T) {
	d := dataset(t, nil)
	dir := filepath.Join(t.TempDir(), "release")
	write(t, d, dir)
	type key struct{ document, name string }
	seen, blanks := 0, 0
	books := map[int]map[key][]string{}
	for year := 2019; year <= 2024; year++ {
		f, err := excelize.OpenFile(filepath.Join(dir, "xlsx", "gongkai-"+strconv.Itoa(year)+".xlsx"))
		if err != nil {
			t.Fatal(err)
		}
		rows, err := f.GetRows("values", excelize.Options{RawCellValue: true})
		if err != nil {
			t.Fatal(err)
		}
		books[year] = map[key][]string{}
		for _, r := range rows[1:] {
			r = append(r, make([]string, 30)...)
			books[year][key{r[1], r[4]}] = r
		}
		if p, err := f.GetPanes("reports"); err != nil || !p.Freeze || p.YSplit != 1 {
			t.Errorf("%d: the header is not frozen: %+v %v", year, p, err)
		}
		typ, err := f.GetCellType("reports", "G2") // published
		day, err2 := f.GetCellValue("reports", "G2")
		if err != nil || err2 != nil || typ == excelize.CellTypeSharedString || typ == excelize.CellTypeInlineString ||
			day != strconv.Itoa(year+1)+day[4:] || len(day) != len(time.DateOnly) {
			t.Errorf("%d: published is %q, %v, %v %v", year, day, typ, err, err2)
		}
		f.Close()
	}
	err := d.Values(func(year int, v output.ValueRow) error {
		r := books[year][key{v.Document, v.Name}]
		if r == nil {
			t.Fatalf("%d %s is not in the workbook", year, v.Name)
		}
		seen++
		text, number := "", ""
		if v.Text != nil {
			text = *v.Text
		}
		if v.Number != nil {
			number = string(appendMoney(nil, *v.Number))
		} else {
			blanks++
		}
		if r[5] != text || r[6] != number || r[8] != v.State || r[9] != v.Verdict {
			t.Errorf("%d %s: %q, want %q %q %s %s", year, v.Name, r[5:10], text, number, v.State, v.Verdict)
		}
		return nil
	})
	if err != nil || int64(seen) != d.Rows["values"] || blanks == 0 {
		t.Errorf("%d values, %d without a number, %v", seen, blanks, err)
	}
}

// TestCSV: null is an empty field and a printed blank a quoted one, behind a byte order mark.
func TestCSV(t *testing.T) {
	d := dataset(t, nil)
	dir := filepath.Join(t.TempDir(), "release")
	write(t, d, dir)
	f, err := os.Open(filepath.Join(dir, "csv", "values", "2019.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var raw bytes.Buffer
	if _, err := raw.ReadFrom(z); err != nil ||
		!bytes.HasPrefix(raw.Bytes(), []byte("\ufeffyear,document,part,agency,name,text,number,")) {
		t.Fatalf("%.60q %v", raw.String(), err)
	}
	blank := 0
	lines := bufio.NewScanner(&raw)
	for lines.Scan() {
		if strings.Contains(lines.Text(), ",blank,") {
			blank++
			if !regexp.MustCompile(`,[a-z_.]+,"",0?,"",blank,`).MatchString(lines.Text()) {
				t.Errorf("a blank that is not quoted: %s", lines.Text())
			}
		}
	}
	if blank == 0 {
		t.Error("no blank in the example of 2019")
	}
	for _, c := range []struct {
		n    int64
		want string
	}{{0, "0"}, {25_100_000, "25.1"}, {-1, "-0.000001"}, {-7_730_280_000, "-7730.28"},
		{999_999_999_999_999_999, "999999999999.999999"}} {
		if got := string(appendMoney(nil, c.n)); got != c.want {
			t.Errorf("%d is %s, want %s", c.n, got, c.want)
		}
	}
}

// TestCodebook: every name, table, column, code and identity is explained in both languages.
func TestCodebook(t *testing.T) {
	d := dataset(t, nil)
	dir := filepath.Join(t.TempDir(), "release")
	write(t, d, dir)
	for _, file := range []string{"codebook.md", "codebook.zh.md", "codebook.html", "codebook.zh.html"} {
		book := read(t, filepath.Join(dir, file))
		name := func(s string) string {
			if strings.HasSuffix(file, ".md") {
				return "`" + s + "`"
			}
			return "<code>" + s + "</code>"
		}
		for _, c := range load(t).Cells() {
			if !strings.Contains(book, name(c.Name)) || !strings.Contains(book, name(c.Stata)) ||
				!strings.Contains(book, c.RowLabel) {
				t.Errorf("%s lacks %s", file, c.Name)
			}
		}
		for _, table := range output.Tables(load(t)) {
			for _, c := range table.Columns {
				if !strings.Contains(book, name(c.Name)) && table.Name != "anomalies" {
					t.Errorf("%s lacks %s of %s", file, c.Name, table.Name)
				}
				if c.Doc == "" || c.DocZh == "" {
					t.Errorf("%s of %s is not explained in both languages", c.Name, table.Name)
				}
			}
		}
		for _, c := range output.Codes() {
			if !strings.Contains(book, name(c.Code)) {
				t.Errorf("%s lacks %s", file, c.Code)
			}
		}
		if !strings.Contains(book, "received + carried_in = handled_total + carried_out") {
			t.Errorf("%s lacks the identities", file)
		}
	}
	// how many reports have a number in a cell is what the values say
	have := map[string]int{}
	err := d.Values(func(_ int, v output.ValueRow) error {
		if v.Number != nil {
			have[v.Name]++
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(read(t, filepath.Join(dir, "codebook.md")), "\n")
	for _, c := range load(t).Cells() {
		i := slices.IndexFunc(lines, func(l string) bool {
			return strings.HasPrefix(l, "| `"+c.Name+"` |") && strings.Count(l, "|") == 9
		})
		if i < 0 || !regexp.MustCompile(fmt.Sprintf(`\| %d( \(20[^|]*\))? \|$`, have[c.Name])).MatchString(lines[i]) {
			t.Errorf("%s: in %d reports; line %d: %s", c.Name, have[c.Name], i, lines[max(i, 0)])
		}
	}
	if got := covered(map[int]int64{2019: 1, 2020: 2, 2021: 3, 2023: 4, 0: 5}); got != "15 (2019–2021, 2023)" {
		t.Error(got)
	}
	var pkg struct {
		Resources []struct {
			Name   string
			Schema struct{ Fields []struct{ Name string } }
		}
	}
	if err := json.Unmarshal([]byte(read(t, filepath.Join(dir, "datapackage.json"))), &pkg); err != nil ||
		len(pkg.Resources) != 13 || len(pkg.Resources[0].Schema.Fields) < 10 {
		t.Errorf("datapackage.json: %+v %v", pkg, err)
	}
}

// TestStataNames: each cell has a variable of its own, as Stata allows it.
func TestStataNames(t *testing.T) {
	seen := map[string]string{}
	for _, c := range load(t).Cells() {
		n := c.Stata
		if len(n) > 32 || !regexp.MustCompile(`^[a-z][a-z0-9_]*$`).MatchString(n) || seen[n] != "" {
			t.Errorf("%s is %s (%d characters), as is %s", c.Name, n, len(n), seen[n])
		}
		seen[n] = c.Name
	}
}
