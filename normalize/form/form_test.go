package form_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestForms holds the built-in forms against the text of their files, counted here without the parser: every row, cell
// and identity that a file writes is there, under a name of its own. That the cells are those of the notices, the
// reports of normalize/testdata and normalize/gold tell, which name them.
func TestForms(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("notices/*.form")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".form")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		rows, cells, sums := written(string(text))
		found := false
		all := slices.Clone(forms.Annexes())
		for _, table := range forms.Tables() {
			all = append(all, forms.Editions(table)...)
		}
		for _, f := range all {
			if f.Table+"-"+f.Edition != name {
				continue
			}
			found = true
			if n := len(f.RowSums) + len(f.ColSums) + len(f.Bounds); len(f.Rows) != rows || f.Size() != cells || n != sums {
				t.Errorf("%s: %d rows, %d cells, %d identities; the file has %d, %d, %d", file, len(f.Rows), f.Size(), n, rows, cells, sums)
			}
			if f.IsAnnex() {
				checkAnnex(t, forms, f)
				continue
			}
			checkNames(t, forms, f)
		}
		if !found {
			t.Errorf("%s is not the name of a table and its edition", file)
		}
	}
}

var someColumns = regexp.MustCompile(`^row \w+\[([\w ]+)\] `)

// written counts the rows, cells and identities of a form file.
func written(text string) (rows, cells, sums int) {
	columns := 0
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "column "):
			columns++
		case strings.HasPrefix(line, "sum "):
			sums++
		case strings.HasPrefix(line, "row "):
			rows++
			// row NAME[A B C] PATH, or row NAME PATH
			if m := someColumns.FindStringSubmatch(line); m != nil {
				cells += len(strings.Fields(m[1]))
			} else {
				cells += columns
			}
		}
	}
	return rows, cells, sums
}

// checkAnnex checks what only a family of tables of statistics has: each row is found by its own label, alone or below its
// parent, and counted in something.
func checkAnnex(t *testing.T, forms *form.Forms, f *form.Form) {
	t.Helper()
	x := f.Annex()
	for r := range f.Rows {
		if f.Rows[r].Unit == "" || forms.Rank(f.Table+"."+f.Rows[r].Name) == 0 {
			t.Errorf("%s %s: row %s has no unit or no rank", f.Table, f.Edition, f.Rows[r].Name)
		}
		key, _ := form.AnnexLabel(f.Rows[r].Path[len(f.Rows[r].Path)-1])
		if !slices.Contains(x.Rows(key), r) {
			t.Errorf("%s %s: row %s is not found by its label", f.Table, f.Edition, f.Rows[r].Name)
		}
		for _, other := range x.Rows(key) {
			_, mine := x.Parent(r)
			if _, above := x.Parent(other); other != r && above == mine {
				t.Errorf("%s %s: rows %s and %s have one label below one parent", f.Table, f.Edition, f.Rows[r].Name, f.Rows[other].Name)
			}
		}
	}
}

func checkNames(t *testing.T, forms *form.Forms, f *form.Form) {
	t.Helper()
	key := f.Table + " " + f.Edition
	for _, n := range f.Names() {
		if strings.Count(n, ".") != 2 || !strings.HasPrefix(n, f.Table+".") || strings.ToLower(n) != n {
			t.Errorf("%s: name %q", key, n)
		}
		if !forms.Has(f.Table, f.Edition, n) || forms.Rank(n) == 0 {
			t.Errorf("%s: %s is not among the cells of all", key, n)
		}
	}
	for _, r := range f.Rows {
		if len(r.Path) == 0 || len(r.Columns) == 0 {
			t.Errorf("%s: row %s has no label or no columns", key, r.Name)
		}
	}
	total := false
	for _, s := range append(append([]form.Sum(nil), f.RowSums...), f.ColSums...) {
		if len(s.Left) < 2 || len(s.Right) == 0 {
			t.Errorf("%s: an identity of %v and %v", key, s.Left, s.Right)
		}
	}
	for _, s := range f.RowSums {
		total = total || len(s.Right) == 1 && slices.Contains(f.Columns[s.Right[0]].Kinds, "total")
	}
	if has := slices.ContainsFunc(f.Columns, func(c form.Column) bool {
		return slices.Contains(c.Kinds, "total")
	}); has != total {
		t.Errorf("%s: has a total of columns: %v, and says what it is the sum of: %v", key, has, total)
	}
}

// small is a whole form in few lines; each test changes one thing of it.
const small = `table annex
edition 2020
years 2020-
layout crossed
title 附表
column a 甲
column b 乙
row x 一、收到 / （一）其他
row y 二、办结 / （一）其他
sum columns a = b
`

// TestFormErrors: an error in a form file names its place.
func TestFormErrors(t *testing.T) {
	if _, err := form.Parse("x.form", small); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ old, now, want string }{
		{"edition 2020", "edition", "x.form:2: edition without a value"},
		{"edition 2020", "nonsense here", `x.form:2: unknown word "nonsense"`},
		{"edition 2020\n", "", "x.form: a form without a line edition"},
		{"table annex", "table Annex II", "x.form:1: table"},
		{"title 附表", "table annex", "x.form:5: table twice"},
		{"years 2020-", "years 2020", "x.form:3: years"},
		{"years 2020-", "years 2020-2019", "x.form:3: years"},
		{"layout crossed\n", "", "x.form: a form without a line layout"},
		{"layout crossed", "layout crossed round",
			`x.form:4: unknown layout "round"; known are crossed, blocks, strip, list`},
		{"title 附表", "section 12", "x.form:5: section"},
		{"title 附表", "where 44", "x.form:5: where"},
		{"title 附表", "required\noptional", "x.form:6: a table is either required or optional"},
		{"column b 乙", "column b", "x.form:7: column b without a label"},
		{"column b 乙", "column a 乙", "x.form:7: column a twice"},
		{"row y", "column c 丙\nrow y", "x.form:9: column c below a row"},
		{"row y", "row x", "x.form: annex.x.a twice"},
		{"row y", "row y[a c]", "x.form:9: row y has no column c"},
		{"column b 乙", "column b 乙\nshort one", "x.form:8: short"},
		{"column b 乙", "column b 乙\nis refused", `x.form:8: unknown kind "refused"`},
		{"column b 乙", "column b 乙\narticle 一", "x.form:8: article stands below a row"},
		{"row y", "signed\nrow y", "x.form:9: signed stands below a column"},
		{"title 附表", "is total", "x.form:5: is stands below a column or row"},
		{"row y", "row y[a]", "x.form: layout crossed needs every row to have every column, row y has 1 of 2"},
		{"layout crossed\ntitle 附表\ncolumn a 甲\ncolumn b 乙\nrow x",
			"layout blocks strip\ntitle 附表\ncolumn a 甲\ncolumn b 乙\nrow x[b]",
			"x.form: layout strip needs every row to have every column, row x has 1 of 2"},
		{"layout crossed\ntitle 附表\ncolumn a 甲\ncolumn b 乙\nrow x",
			"layout list\ntitle 附表\ncolumn a 甲\ncolumn b 乙\nrow x[b]", "x.form: layout list needs every row"},
		{"a = b", "a + c = b", `x.form:10: sum names "c", which is none of the columns`},
		{"a = b", "a", "x.form:10: sum without ="},
		{"sum columns", "sum cells", `x.form:10: sum over "cells"`},
	} {
		text := strings.Replace(small, c.old, c.now, 1)
		if _, err := form.Parse("x.form", text); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.now, err, c.want)
		}
	}
}

// set makes forms of texts.
func set(t *testing.T, texts ...string) (*form.Forms, error) {
	t.Helper()
	files := fstest.MapFS{}
	for i, text := range texts {
		files[fmt.Sprintf("%d.form", i)] = &fstest.MapFile{Data: []byte(text)}
	}
	return form.LoadFS(files)
}

// TestSetErrors: what is wrong between files names one of them.
func TestSetErrors(t *testing.T) {
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"1.form: another file is edition 2020 of table annex", []string{small, small}},
		{"1.form: another file is edition 2020 of table annex: each edition has a name of its own",
			[]string{small, strings.Replace(small, "title", "where 440000\ntitle", 1)}},
		{"forms: annex.x.a is annex_x_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa in Stata, longer than 32 characters",
			[]string{strings.Replace(small, "column a 甲", "column a 甲\nstata "+strings.Repeat("a", 30), 1)}},
		{"forms: annex.x.a and annex.x.b are both annex_x_b in Stata",
			[]string{strings.Replace(small, "column a 甲", "column a 甲\nstata b", 1)}},
		{"forms: no file of a form", nil},
	} {
		if _, err := set(t, c.texts...); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

// TestTables: tables are what files there are, by their sections, those in none last; an edition that is open ends
// where the next begins, in its own province only.
func TestTables(t *testing.T) {
	text := func(changes ...string) string { return strings.NewReplacer(changes...).Replace(small) }
	forms, err := set(t, small,
		text("annex", "later", "title", "section 四\ntitle"),
		text("annex", "zeal", "title", "section 二\ntitle"),
		text("2020", "2024"),
		text("2020", "2022", "title", "where 440000\ntitle"))
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(forms.Tables(), " "); got != "zeal later annex" {
		t.Errorf("tables %s", got)
	}
	got := ""
	for _, f := range forms.Editions("annex") {
		got += fmt.Sprintf("%d-%d %v; ", f.From, f.To, f.Where)
	}
	if got != "2020-2023 []; 2022-0 [440000]; 2024-0 []; " {
		t.Errorf("editions %s", got)
	}
	if w := forms.Title("later"); w.EN != "IV. later" || w.ZH != "四、附表" {
		t.Errorf("title %v", w)
	}
	if w := forms.Short("annex.x.a"); w.EN != "x, a" || w.ZH != "其他·甲" {
		t.Errorf("without short words: %v", w)
	}
}

// TestBlocks: only groups below headers of their own may lack columns.
func TestBlocks(t *testing.T) {
	text := strings.NewReplacer("crossed", "blocks", "row y", "row y[a]").Replace(small)
	if _, err := form.Parse("x.form", text); err != nil {
		t.Error(err)
	}
}

// TestUnder: rows with the same label are told apart by what stands above them, and without it are none.
func TestUnder(t *testing.T) {
	f, err := form.Parse("x.form", small)
	if err != nil {
		t.Fatal(err)
	}
	if row, _, _ := f.Labels.Find("其他"); row != -1 {
		t.Errorf("其他 alone is row %d", row)
	}
	for above, want := range map[string]string{"收到": "x", "办结": "y"} {
		if row, ok := f.Labels.Under(above, "其他"); !ok || f.Rows[row].Name != want {
			t.Errorf("其他 below %s: row %d, %v", above, row, ok)
		}
	}
	if _, ok := f.Labels.Under("结转", "其他"); ok {
		t.Error("其他 below a heading that the form does not have is a row")
	}
}

// TestWhole: every file of the program says what is made of it elsewhere.
func TestWhole(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range forms.Tables() {
		for _, f := range forms.Editions(table) {
			place := table + " " + f.Edition
			if f.Notice == "" || f.English == "" || f.Section == 0 || f.Short.EN == "" || f.Stata == "" {
				t.Errorf("%s: notice %q, english %q, section %d, short %v, stata %q", place, f.Notice, f.English,
					f.Section, f.Short, f.Stata)
			}
			for _, r := range f.Rows {
				if r.Short.EN == "" || r.Short.ZH == "" {
					t.Errorf("%s: row %s without short words", place, r.Name)
				}
			}
			for _, c := range f.Columns {
				if c.Short.EN == "" || c.Short.ZH == "" {
					t.Errorf("%s: column %s without short words", place, c.Name)
				}
			}
		}
	}
	for _, kind := range []string{"received", "handled", "granted", "refused", "unavailable", "rejected", "closed",
		"reason"} {
		if len(forms.Select("applications", kind, "total")) == 0 {
			t.Errorf("no row is %s", kind)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"一、本年新收政府信息公开申请数量": "本年新收政府信息公开申请数量",
		"（一）予以公开":          "予以公开",
		"1.属于国家秘密":         "属于国家秘密",
		"1、属于国家秘密":         "属于国家秘密",
		"（3）其他":            "其他",
		"3．危及“三安全一稳定”":     "危及三安全一稳定",
		"商 业 企 业":          "商业企业",
		"商\n业\n企\n业":       "商业企业",
		"（二）部分公开（区分处理的，只计这一情形，不计其他情形）": "部分公开",
		"本年收费金额（单位：万元）":                "本年收费金额",
		"": "",
	} {
		if got := form.Fold(in); got != want {
			t.Errorf("form.Fold(%q) = %q, want %q", in, got, want)
		}
	}
}
