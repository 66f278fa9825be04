package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gongkai/gongkai/normalize/gold"
	"github.com/gongkai/gongkai/output/reading"
	"github.com/gongkai/gongkai/output/tables"
)

// A bookcase is a folder of made reports that changes.
type bookcase struct {
	t     *testing.T
	dir   string
	rng   *rand.Rand
	n     int
	fixes string // lines of corrections
}

// formats that readers of their own take; the first two are one report in two formats, beside each other.
var bookcaseFormats = []string{"html", "pdf ruled", "text lines", "word docx", "html", "html word"}

func (s *bookcase) write(agency int, year int, format string) {
	s.t.Helper()
	edition := "2021"
	if year < 2021 {
		edition = "2019"
	}
	seed := int64(s.rng.Intn(3)) // few, so that copies agree and differ
	s.put(gold.New(seed*100+int64(agency), year, edition, edition, gold.Options{Zero: "0", Agency: fmt.Sprintf("第%s县人民政府",
		string([]rune("一二三四五六七八九十")[agency]))}), agency, year, format)
}

func (s *bookcase) put(r *gold.Report, agency, year int, format string) {
	for _, f := range gold.Formats() {
		if f.Name != format {
			continue
		}
		s.n++
		name := filepath.Join(s.dir, fmt.Sprintf("a%d/%d-%d%s", agency, year, s.n, filepath.Ext(f.File)))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			s.t.Fatal(err)
		}
		body := f.Write(r, int64(s.n))
		if format == "html word" {
			body = bytes.Replace(body, []byte("<head>"), []byte(`<head><link rel="stylesheet" href="look.css">`), 1)
		}
		if err := os.WriteFile(name, body, 0o644); err != nil {
			s.t.Fatal(err)
		}
		return
	}
	s.t.Fatalf("no format %s", format)
}

func (s *bookcase) files() (out []string) {
	err := filepath.WalkDir(s.dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(p) != ".css" {
			out = append(out, p)
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

func (s *bookcase) some() string {
	all := s.files()
	return all[s.rng.Intn(len(all))]
}

func (s *bookcase) add() {
	s.write(s.rng.Intn(5), 2019+s.rng.Intn(4), bookcaseFormats[s.rng.Intn(len(bookcaseFormats))])
}

// program of the tests, as a process that can be killed. changed is fingerprint.Changed.
func testProgram(t *testing.T, changed string, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, args...)
	cmd.Env = append(os.Environ(), "GONGKAI_TEST_MAIN=1", "GONGKAI_TEST_CHANGED="+changed)
	return cmd
}

// ran runs the program, which may leave something unread.
func ran(t *testing.T, changed string, args ...string) string {
	t.Helper()
	out, err := testProgram(t, changed, args...).CombinedOutput()
	if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() != exitPartly) {
		t.Fatalf("%q: %v\n%s", args, err, out)
	}
	return string(out)
}

// sameFolders reports what differs between two folders.
func sameFolders(t *testing.T, a, b string) bool {
	t.Helper()
	read := func(dir string) map[string]string {
		out := map[string]string{}
		err := filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				var body []byte
				body, err = os.ReadFile(p)
				out[strings.TrimPrefix(p, dir)] = string(body)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	x, y := read(a), read(b)
	same := len(x) == len(y)
	for name, body := range x {
		if y[name] != body {
			t.Errorf("%s differs", name)
			same = false
		}
	}
	if len(x) != len(y) {
		t.Errorf("%d files, there should be %d", len(x), len(y))
	}
	return same
}

// objects are the files of a folder of readings; index = that of what the run before knew.
func objects(t *testing.T, dir string, index bool) (out []string) {
	t.Helper()
	_ = filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasPrefix(d.Name(), "index-") == index && !strings.HasPrefix(d.Name(), ".") {
			out = append(out, p)
		}
		return nil
	})
	return out
}

// deeds are what can happen between two runs: to documents, to corrections, to the program (changed says how it reads otherwise),
// to what is kept and to the dataset.
func (s *bookcase) deeds(t *testing.T, changed *string, run func(out string, more ...string) []string) map[string]func() {
	return map[string]func(){
		"add":    s.add,
		"remove": func() { os.Remove(s.some()) },
		"move": func() {
			f := s.some()
			os.Rename(f, filepath.Join(s.dir, "a"+fmt.Sprint(s.rng.Intn(5)), filepath.Base(f)))
		},
		"change": func() {
			from, to := s.some(), s.some()
			if b, err := os.ReadFile(from); err == nil && filepath.Ext(from) == filepath.Ext(to) {
				os.WriteFile(to, b, 0o644)
			} else if err == nil {
				os.WriteFile(to, append(b, '\n'), 0o644)
			}
		},
		"twin": func() { // the same bytes beside it, under another name
			f := s.some()
			if b, err := os.ReadFile(f); err == nil {
				s.n++
				os.WriteFile(fmt.Sprintf("%s-%d%s", strings.TrimSuffix(f, filepath.Ext(f)), s.n, filepath.Ext(f)), b, 0o644)
			}
		},
		"formats": func() { // one report in two formats
			r := gold.New(int64(s.rng.Intn(100)), 2021, "2021", "2021", gold.Options{Zero: "0", Agency: "第七县人民政府"})
			s.put(r, 7, 2021, "html")
			s.put(r, 7, 2021, "word docx")
		},
		"touch": func() { // nothing but its stamp is another
			f := s.some()
			if b, err := os.ReadFile(f); err == nil {
				os.WriteFile(f, b, 0o644)
			}
		},
		"year": func() { // one comes, or goes
			year := 2024 + s.rng.Intn(2)
			left, _ := filepath.Glob(filepath.Join(s.dir, "*", fmt.Sprint(year, "-*")))
			for _, f := range left {
				os.Remove(f)
			}
			if left == nil {
				s.write(s.rng.Intn(5), year, "html")
			}
		},
		"style": func() {
			os.WriteFile(filepath.Join(filepath.Dir(s.some()), "look.css"), fmt.Appendf(nil, "td{color:#%06x}p{display:%s}",
				s.rng.Intn(1<<24), []string{"none", "block"}[s.rng.Intn(2)]), 0o644)
		},
		"correct": func() {
			s.fixes = ""
			for range s.rng.Intn(3) {
				sum := sha256Of(t, s.some())
				s.fixes += fmt.Sprintf("%s,applications.received.total,%d,%d,a reason,somebody\n", sum, s.rng.Intn(100), s.rng.Intn(1000))
			}
		},
		"program": func() {
			*changed = fmt.Sprintf("%s:%d", []string{"html", "pdf", "text", "office", "writer"}[s.rng.Intn(5)], s.rng.Intn(100))
		},
		"lose": func() {
			for _, o := range objects(t, ".ds.readings", s.rng.Intn(2) == 0) {
				if s.rng.Intn(3) == 0 {
					os.Remove(o)
				}
			}
		},
		"damage": func() {
			all := append(objects(t, ".ds.readings", false), objects(t, ".ds.readings", true)...)
			o := all[s.rng.Intn(len(all))]
			b, err := os.ReadFile(o)
			if err != nil {
				t.Fatal(err)
			}
			b[s.rng.Intn(len(b))] ^= byte(1 + s.rng.Intn(255))
			os.WriteFile(o, b[:len(b)-s.rng.Intn(2)*s.rng.Intn(len(b))], 0o644)
		},
		"swap": func() { // an object of another document
			all := objects(t, ".ds.readings", false)
			if b, err := os.ReadFile(all[s.rng.Intn(len(all))]); err == nil {
				os.WriteFile(all[s.rng.Intn(len(all))], b, 0o644)
			}
		},
		"spoil": func() { // a file of the dataset
			files, _ := filepath.Glob("ds/*/*/part-0.parquet")
			f := files[s.rng.Intn(len(files))]
			b, err := os.ReadFile(f)
			if err == nil {
				b[len(b)/2] ^= 1
				os.Remove(f)
				os.WriteFile(f, b, 0o644)
			}
		},
		"kill": func() {
			cmd := testProgram(t, *changed, run("ds")...)
			var said bytes.Buffer
			cmd.Stdout = &said
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			end := time.AfterFunc(time.Duration(s.rng.Intn(1500))*time.Millisecond, func() { cmd.Process.Kill() })
			_ = cmd.Wait()
			end.Stop()
		},
		"anomalies": func() { ran(t, *changed, "anomalies", "ds", "--write") },
		"stain": func() { // the table anomalies, where it is there
			files, _ := filepath.Glob("ds/anomalies/*/part-0.parquet")
			for _, f := range files {
				if b, err := os.ReadFile(f); err == nil {
					copy(b[len(b)/2:], "OOPS")
					os.WriteFile(f, b, 0o644)
				}
			}
		},
		"foreign": func() { // a file that is none of the dataset's
			files, _ := filepath.Glob("ds/*/*/part-0.parquet")
			f := files[s.rng.Intn(len(files))]
			table := filepath.Dir(filepath.Dir(f))
			to := []string{filepath.Join(filepath.Dir(f), "part-1.parquet"), filepath.Join(table, "year=1999", "part-0.parquet"),
				"ds/mine/year=2022/part-0.parquet", "ds/notes.txt"}[s.rng.Intn(4)]
			b, err := os.ReadFile(f)
			if err == nil {
				err = os.MkdirAll(filepath.Dir(to), 0o755)
			}
			if err == nil {
				err = os.WriteFile(to, b, 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"manifest": func() { // what it counts is untrue
			m, err := tables.ReadManifest("ds")
			if err != nil {
				t.Fatal(err)
			}
			if m.Rows["values"]++; len(m.Years) > 0 && s.rng.Intn(2) == 0 {
				m.Rows["values"]--
				m.Years[slices.Min(slices.Collect(maps.Keys(m.Years)))].Rows["reports"]++
			}
			b, err := json.MarshalIndent(m, "", "  ")
			if err == nil {
				err = os.WriteFile("ds/dataset.json", append(b, '\n'), 0o644)
			}
			if err != nil {
				t.Fatal(err)
			}
		},
		"body": func() { // a department that reported on one year alone
			name := fmt.Sprintf("第%s县教育局", string([]rune("一二三四五六七八九十")[s.rng.Intn(10)]))
			s.put(gold.New(int64(s.rng.Intn(100)), 2022, "2021", "2021", gold.Options{Zero: "0", Agency: name}), 8, 2022, "html")
		},
	}
}

// TestKeptRuns: after whatever happens to documents, corrections, the program, and what is kept, a run that takes what is
// kept gives the bytes of one that knows nothing. GONGKAI_LONG=1 tries 60 rounds in the place of 4.
func TestKeptRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("it runs the program some twenty times; not with -short")
	}
	rounds := 4
	if longRun {
		rounds = 60
	}
	seed := int64(1) // the same each time, and others in the long run
	if longRun {
		seed = time.Now().UnixNano()
	}
	t.Logf("seed %d", seed)
	root := t.TempDir()
	t.Chdir(root)
	s := &bookcase{t: t, dir: "docs", rng: rand.New(rand.NewSource(seed))}
	for a := range 4 {
		for y := 2019; y < 2023; y++ {
			s.write(a, y, bookcaseFormats[(a+y)%len(bookcaseFormats)])
		}
	}
	for range 4 {
		s.add()
	}
	changed := ""
	did := []string{"begin"}
	run := func(out string, more ...string) []string {
		args := append([]string{"run", s.dir, "--out", out, "-q", "--explain"}, more...)
		if s.fixes != "" {
			err := os.WriteFile("fixes.csv", []byte("document,name,expected,new,reason,who\n"+s.fixes), 0o644)
			if err != nil {
				t.Fatal(err)
			}
			return append(args, "--corrections", "fixes.csv")
		}
		return append(args, "--no-corrections")
	}
	deeds := s.deeds(t, &changed, run)
	ever := [][]string{nil, {"foreign", "anomalies"}, {"stain", "body"}, {"manifest"}} // of the first rounds, beside others
	var names []string
	for n := range deeds {
		names = append(names, n)
	}
	slices.Sort(names)
	for round := range rounds {
		if round > 0 {
			did = nil
			for range 1 + s.rng.Intn(3) {
				n := names[s.rng.Intn(len(names))]
				deeds[n]()
				did = append(did, n)
			}
			if round < len(ever) {
				for _, n := range ever[round] {
					deeds[n]()
					did = append(did, n)
				}
			}
		}
		t.Logf("round %d: %q", round, did)
		had, before := hadAnomalies("ds"), datasetFiles(t, "ds")
		said := ran(t, changed, run("ds")...)
		if err := toldTruly(said, before, datasetFiles(t, "ds")); err != nil {
			t.Fatalf("round %d, after %q: %v\n%s", round, did, err, said)
		}
		os.RemoveAll("fresh")
		if had { // it is made anew where it was
			ran(t, changed, run("fresh", "--readings", "other")...)
			ran(t, changed, "anomalies", "fresh", "--write")
		}
		fresh := ran(t, changed, run("fresh", "--readings", "other", "--fresh")...)
		if !sameFolders(t, "ds", "fresh") {
			t.Fatalf("round %d, after %q:\n%s\nfresh:\n%s", round, did, said, fresh)
		}
		again := ran(t, changed, run("ds")...)
		if strings.Contains(again, "\nread ") || strings.HasPrefix(again, "read ") || strings.Contains(again, "written") &&
			!strings.Contains(again, "is written") {
			t.Fatalf("round %d, after %q: nothing has changed, and all the same\n%s", round, did, again)
		}
		if !sameFolders(t, "ds", "fresh") {
			t.Fatalf("round %d, after %q, and nothing:\n%s", round, did, again)
		}
	}
	if left, err := filepath.Glob(".*.partial-*"); err != nil || len(left) > 0 {
		t.Errorf("left lying about: %q %v", left, err)
	}
}

// datasetFiles are the files of a dataset by table and year.
func datasetFiles(t *testing.T, dir string) map[string]os.FileInfo {
	t.Helper()
	out := map[string]os.FileInfo{}
	files, err := filepath.Glob(filepath.Join(dir, "*", "year=*", "part-0.parquet"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		year := strings.TrimPrefix(filepath.Base(filepath.Dir(f)), "year=")
		out[filepath.Base(filepath.Dir(filepath.Dir(f)))+" "+year] = info
	}
	return out
}

var toldLine = regexp.MustCompile(`(?m)^(\d+|without a year): (?:([a-z_, ]+) )?(written|taken over|marked)(?:: .*)?$`)

// toldTruly compares what a run told of its tables with what became of their files: one that was taken over is the file that
// lay there, one that was written is another.
func toldTruly(said string, before, now map[string]os.FileInfo) error {
	told := map[string]string{}
	for _, m := range toldLine.FindAllStringSubmatch(said, -1) {
		year := strings.Replace(m[1], "without a year", "0", 1)
		for name := range now {
			table, of, _ := strings.Cut(name, " ")
			if of != year || table == "anomalies" || m[2] != "" && !slices.Contains(strings.Split(m[2], ", "), table) {
				continue
			}
			if m[2] == "" && told[name] != "" {
				continue // what is of no year is told by name
			}
			told[name] = m[3]
		}
	}
	for name, info := range now {
		if strings.HasPrefix(name, "anomalies ") {
			continue
		}
		stays := before[name] != nil && os.SameFile(before[name], info)
		if told[name] == "" || stays != (told[name] == "taken over") {
			return fmt.Errorf("%s: told as %q, and that it is the same file is %v", name, told[name], stays)
		}
	}
	return nil
}

func sha256Of(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return reading.Sum(b)
}
