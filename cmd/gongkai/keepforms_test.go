package main

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold"
)

// TestKeptForms: a form file that is new, changed or gone makes void what was read of documents in which it could make a
// difference, and nothing else; and the bytes are those of a run that knows nothing. A family of tables of statistics makes
// none where the tables of the notices account for all; those of the notices were tried on every document that could be
// opened. Remarks, and what tables are called in datasets, make none to any.
func TestKeptForms(t *testing.T) {
	notices := fstest.MapFS{}
	from := os.DirFS("../../normalize/form/notices")
	names, err := fs.Glob(from, "*.form")
	if err != nil || len(names) == 0 {
		t.Fatal(err)
	}
	for _, n := range names {
		b, err := fs.ReadFile(from, n)
		if err != nil {
			t.Fatal(err)
		}
		notices[n] = &fstest.MapFile{Data: b}
	}
	t.Chdir(t.TempDir())
	s := &bookcase{t: t, dir: "docs"}
	old := 0
	for i, r := range gold.OldReports() {
		if i%3 > 0 && !longRun {
			continue
		}
		if s.put(r, 10, r.Year, "html"); r.Year <= 2018 {
			old++
		}
	}
	for i := range 6 {
		edition := []string{"2019", "2019", "2021", "2021", "2021"}[i%5]
		s.put(gold.New(int64(i), 2019+i%5, edition, "2019", gold.Options{Zero: "0"}), i, 2019+i%5,
			[]string{"html", "pdf ruled", "word docx"}[i%3])
	}
	none := filepath.Join(s.dir, "a11", "none.html") // a report of today without a table
	if err := os.MkdirAll(filepath.Dir(none), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(none,
		[]byte("<html><body><p>临溪县人民政府2022年政府信息公开工作年度报告</p><p>一、总体情况</p></body></html>"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(s.dir, "a11", "broken.docx"), []byte("PK\x03\x04 and no more"), 0o644); err != nil {
		t.Fatal(err)
	}
	run := func(files fstest.MapFS, out, readings string) (read []string, said string) {
		t.Helper()
		forms, err := form.LoadFS(files)
		if err != nil {
			t.Fatal(err)
		}
		c := runCmd{Out: out, Readings: readings, Explain: true, NoCorrections: true, forms: forms}
		c.Paths, c.OCR, c.Workers, c.Quiet = []string{s.dir}, "none", 2, true
		var b bytes.Buffer
		if err := c.Run(t.Context(), streams{strings.NewReader(""), &b, &b}); err != nil && err != errPartly {
			t.Fatalf("%v\n%s", err, b.String())
		}
		for line := range strings.Lines(b.String()) {
			if name, ok := strings.CutPrefix(line, "read docs/"); ok {
				read = append(read, name)
			}
		}
		return read, b.String()
	}
	edit := func(of string, with func(text string) string) fstest.MapFS {
		c := fstest.MapFS{}
		for n, f := range notices {
			c[n] = f
		}
		text := with(string(notices[of].Data))
		if delete(c, of); text != "" {
			c[of] = &fstest.MapFile{Data: []byte(text)}
		}
		return c
	}
	add := func(name, of string, pairs ...string) fstest.MapFS {
		c := edit(of, func(text string) string { return text })
		c[name] = &fstest.MapFile{Data: []byte(strings.NewReplacer(pairs...).Replace(string(notices[of].Data)))}
		return c
	}
	run(notices, "ds", "readings")
	all, back := len(s.files()), 0
	if longRun { // one more than is kept beside each other
		back = old + 1
	}
	for i, c := range []struct {
		name  string
		files fstest.MapFS
		read  int
	}{
		{"a wording in a family of statistics", edit("statistics_anhui-2009.form", func(text string) string {
			return strings.Replace(text, "  also 数值 @", "  also 件数 @ seen in a report\n  also 数值 @", 1)
		}), old + 1},
		{"another family", add("statistics_hunan-2010.form", "statistics_anhui-2009.form", "statistics_anhui", "statistics_hunan",
			"where 340000", "where 430000", "stata sa", "stata sh", "安徽", "湖南", "Anhui", "Hunan"), old + 1},
		{"a family is gone", edit("statistics_fujian-2012.form", func(string) string { return "" }), old + 1},
		{"a remark", edit("disputes-2019.form", func(text string) string { return text + "\n# seen\n" }), 0},
		{"where a wording was seen", edit("applications-2021.form", func(text string) string {
			return strings.Replace(text, "  also 公民 @ short header", "  also 公民 @ a short header", 1)
		}), 0},
		{"a wording in a table of the notices", edit("applications-2021.form", func(text string) string {
			return strings.Replace(text, "  also 公民 @ short header", "  also 公民 @ short header\n  also 公民们 @ seen", 1)
		}), all - 1},
		{"all as it was", notices, back}, // what was read by these forms is kept beside what was read since
	} {
		if c.name == "a family is gone" && !longRun {
			continue
		}
		read, said := run(c.files, "ds", "readings")
		if len(read) != c.read {
			t.Errorf("%s: %d documents of %d were read again, want %d\n%s", c.name, len(read), all, c.read, said)
		}
		for _, name := range read {
			if c.read < all-1 && !strings.HasPrefix(name, "a10/") && !strings.HasPrefix(name, "a11/") {
				t.Errorf("%s: %s", c.name, name)
			}
		}
		os.RemoveAll("fresh")
		run(c.files, "fresh", filepath.Join(t.TempDir(), "other"))
		if !sameFolders(t, "ds", "fresh") {
			t.Fatalf("%d, %s: not what a fresh run gives", i, c.name)
		}
	}
	if read, _ := run(notices, "ds", "readings"); len(read) > 0 {
		t.Errorf("nothing has changed, and %q was read", read)
	}
	// and whatever is changed
	seed, rounds := int64(1), 2
	if longRun {
		seed, rounds = time.Now().UnixNano(), 30
	}
	rng := rand.New(rand.NewSource(seed))
	of := slices.Sorted(maps.Keys(notices))
	for range rounds {
		files, did := maps.Clone(notices), []string(nil)
		for range 1 + rng.Intn(3) {
			name := of[rng.Intn(len(of))]
			if files[name] == nil {
				continue
			}
			lines := strings.Split(string(files[name].Data), "\n")
			var words []int // lines that other files do not rest on
			for i, l := range lines {
				if strings.HasPrefix(l, "  also ") || strings.HasPrefix(l, "  said ") || strings.HasPrefix(l, "#") {
					words = append(words, i)
				}
			}
			at := words[rng.Intn(len(words))]
			switch rng.Intn(3) {
			case 0: // a wording is gone
				lines = slices.Delete(lines, at, at+1)
			case 1: // one is another's too
				lines = slices.Insert(lines, at, lines[words[rng.Intn(len(words))]])
			case 2: // it is another
				lines[at] = strings.Replace(lines[at], "申请", "请求", 1)
			}
			changed := maps.Clone(files)
			changed[name] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
			if _, err := form.LoadFS(changed); err == nil {
				files, did = changed, append(did, name)
			}
		}
		read, _ := run(files, "ds", "readings")
		os.RemoveAll("fresh")
		run(files, "fresh", filepath.Join(t.TempDir(), "other"))
		if !sameFolders(t, "ds", "fresh") {
			t.Fatalf("seed %d, changed %q, read %d: not what a fresh run gives", seed, did, len(read))
		}
	}
}
