package normalize

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize/form"
)

// moreForms are the forms of the program and those of testdata/forms: a table of another family, and editions of tables
// III and IV with a row and columns more.
func moreForms(t *testing.T) *form.Forms {
	t.Helper()
	forms, err := form.LoadFS(os.DirFS("form/notices"), os.DirFS("testdata/forms"))
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

// only gives a set of forms of files of a folder.
func only(t *testing.T, files ...string) *form.Forms {
	t.Helper()
	dir := t.TempDir()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+"/"+f[strings.LastIndexByte(f, '/')+1:], b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	forms, err := form.LoadFS(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	return forms
}

func dumped(t *testing.T, name string) *extract.Document {
	t.Helper()
	f, err := os.Open("testdata/forms/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	doc, err := extract.ParseText(f)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func number(rep *Report, name string) string {
	for i := range rep.Values {
		if v := &rep.Values[i]; v.Name == name {
			if v.Number == nil {
				return string(v.State)
			}
			return v.Number.String()
		}
	}
	return "no such value"
}

func codes(rep *Report, code string) (out []string) {
	for _, f := range rep.Findings {
		if f.Code == code {
			out = append(out, f.Name+": "+f.Message)
		}
	}
	return out
}

// TestAnotherFamily: a table that no code names is read by its file alone, rows of the same words told apart by the
// heading above them, columns by their headers; the tables of other years are not missed.
func TestAnotherFamily(t *testing.T) {
	for file, editions := range map[string]string{"statistics.dump": "crossed", "statistics-list.dump": "list"} {
		forms := moreForms(t)
		if !slices.Contains(forms.Tables(), "statistics") {
			t.Fatal("the form file was not taken")
		}
		doc := dumped(t, file)
		rep := Read(doc, forms)
		if rep.Status != StatusRead || rep.Year != 2016 || rep.Editions["statistics"] != "2014" ||
			len(rep.Values) != 12 {
			t.Errorf("%s: %s %q, editions %v, %d values", file, rep.Status, rep.Reason, rep.Editions, len(rep.Values))
		}
		for name, want := range map[string]string{
			"statistics.published_website.year": "310", "statistics.published_website.ever": "1204",
			"statistics.answered_website.year": "9", "statistics.answered_website.ever": "41",
			"statistics.published_total.ever": "1300", "statistics.answered_total.year": "11",
		} {
			if got := number(rep, name); got != want {
				t.Errorf("%s: %s is %s, not %s", file, name, got, want)
			}
		}
		for _, v := range rep.Values {
			if v.Verdict != Proved {
				t.Errorf("%s: %s is %s", file, v.Name, v.Verdict)
			}
		}
		if missing := codes(rep, CodeTableMissing); missing != nil {
			t.Errorf("%s: %q", file, missing)
		}
		a := match(forms, sheets(doc, nil), 2016, "")
		if len(a) != 1 || string(a[0].layout) != editions || a[0].orderAssumed {
			t.Errorf("%s: %d tables, layout %s", file, len(a), a[0].layout)
		}
	}
}

// TestOneRowMore: an edition with one row more is its file; the year and the print decide for it.
func TestOneRowMore(t *testing.T) {
	forms := moreForms(t)
	rep := Read(dumped(t, "one-row-more.dump"), forms)
	if rep.Editions["applications"] != "2026" {
		t.Fatalf("editions %v", rep.Editions)
	}
	if got := number(rep, "applications.refused_trial.total"); got == "0" || got == "absent" || got == "no such value" {
		t.Errorf("the new row reads %s", got)
	}
	for _, v := range rep.Values {
		if strings.HasPrefix(v.Name, "applications.") && v.Verdict != Proved {
			t.Errorf("%s is %s %s", v.Name, v.State, v.Verdict)
		}
	}
	if left := codes(rep, CodeUnclaimed); left != nil {
		t.Errorf("%q", left)
	}
	// the tables in force beside it are missing, that of other years is not
	missing := strings.Join(codes(rep, CodeTableMissing), "; ")
	if !strings.Contains(missing, "active") || !strings.Contains(missing, "disputes") ||
		strings.Contains(missing, "statistics") {
		t.Errorf("missing: %s", missing)
	}
}

// TestNineColumns: nothing in the reader of strips depends on how many columns a form has.
func TestNineColumns(t *testing.T) {
	forms := moreForms(t)
	var first []Value
	for _, file := range []string{"nine-columns.dump", "nine-columns-turned.dump"} {
		rep := Read(dumped(t, file), forms)
		var values []Value
		for _, v := range rep.Values {
			if strings.HasPrefix(v.Name, "disputes.") {
				values = append(values, v)
			}
		}
		if rep.Editions["disputes"] != "2026" || len(values) != 27 {
			t.Fatalf("%s: editions %v, %d values", file, rep.Editions, len(values))
		}
		for i, v := range values {
			if v.Verdict != Proved || first != nil && v.Text != first[i].Text {
				t.Errorf("%s: %s is %q, %s", file, v.Name, v.Text, v.Verdict)
			}
		}
		first = values
	}
}

// TestOtherLayout: a table that is printed in a layout which its form does not declare is found below its own title,
// and only there.
func TestOtherLayout(t *testing.T) {
	forms := only(t, "form/notices/disputes-2021.form")
	text, err := os.ReadFile("form/notices/disputes-2021.form")
	if err != nil {
		t.Fatal(err)
	}
	f, err := form.Parse("x.form", strings.Replace(string(text), "layout strip", "layout crossed", 1))
	if err != nil {
		t.Fatal(err)
	}
	const grid = `table grid 3x15 table=1
cell 0,0 1x5 "行政复议"
cell 0,5 1x5 "未经复议直接起诉"
cell 0,10 1x5 "复议后起诉"
cell 1,0 1x1 "结果维持"
cell 1,1 1x1 "结果纠正"
cell 1,2 1x1 "其他结果"
cell 1,3 1x1 "尚未审结"
cell 1,4 1x1 "总计"
cell 1,5 1x1 "结果维持"
cell 1,6 1x1 "结果纠正"
cell 1,7 1x1 "其他结果"
cell 1,8 1x1 "尚未审结"
cell 1,9 1x1 "总计"
cell 1,10 1x1 "结果维持"
cell 1,11 1x1 "结果纠正"
cell 1,12 1x1 "其他结果"
cell 1,13 1x1 "尚未审结"
cell 1,14 1x1 "总计"
cell 2,0 1x1 "3"
cell 2,1 1x1 "1"
cell 2,2 1x1 "0"
cell 2,3 1x1 "2"
cell 2,4 1x1 "6"
cell 2,5 1x1 "0"
cell 2,6 1x1 "0"
cell 2,7 1x1 "0"
cell 2,8 1x1 "0"
cell 2,9 1x1 "0"
cell 2,10 1x1 "1"
cell 2,11 1x1 "0"
cell 2,12 1x1 "0"
cell 2,13 1x1 "1"
cell 2,14 1x1 "2"
`
	for title, want := range map[string]int{"四、政府信息公开行政复议、行政诉讼情况": 15, "附：有关情况": 0} {
		doc, err := extract.ParseText(strings.NewReader("paragraph \"" + title + "\"\n" + grid))
		if err != nil {
			t.Fatal(err)
		}
		all := sheets(doc, nil)
		q := &quest{forms: forms, all: all, printed: tableLabels(all)}
		a := q.table([]*form.Form{f})
		if a.cells != want || want > 0 && a.layout != form.Strip {
			t.Errorf("below %s: %d cells, layout %s", title, a.cells, a.layout)
		}
	}
}

// TestOrderAssumed: each layout says whether it took the form's own order for want of headers.
func TestOrderAssumed(t *testing.T) {
	forms := moreForms(t)
	newest := func(table string) *form.Form { e := forms.Editions(table); return e[len(e)-1] }
	for _, c := range []struct {
		name, dump string
		layout     form.Layout
		form       *form.Form
		assumed    bool
	}{
		{"crossed below headers", "header", form.Crossed, newest("statistics"), false},
		{"crossed without", "", form.Crossed, newest("statistics"), true},
		{"list below headers", "header", form.List, newest("statistics"), false},
		{"list without", "", form.List, newest("statistics"), true},
		{"blocks below headers", "header", form.Blocks, newest("statistics"), false},
		{"blocks without", "", form.Blocks, newest("statistics"), true},
	} {
		dump := "table grid 4x3 table=1\n"
		if c.dump == "header" {
			dump += "cell 0,0 1x1 \"统计指标\"\ncell 0,1 1x1 \"本年度数\"\ncell 0,2 1x1 \"历年累计数\"\n"
		}
		for i, l := range []string{"政府公报公开数", "新闻发布会回应数"} {
			row := string(rune('1' + i))
			dump += "cell " + row + ",0 1x1 \"" + l + "\"\ncell " + row + ",1 1x1 \"12\"\ncell " + row +
				",2 1x1 \"96\"\n"
		}
		dump += "cell 3,0 1x1 \"统计指标说明\"\n" // an anchor, for blocks without headers
		doc, err := extract.ParseText(strings.NewReader(dump))
		if err != nil {
			t.Fatal(err)
		}
		a := attemptIn(c.layout, c.form, sheets(doc, nil))
		if a.cells != 4 || a.orderAssumed != c.assumed {
			t.Errorf("%s: %d cells, order assumed %v", c.name, a.cells, a.orderAssumed)
		}
	}
	for _, c := range []struct {
		name, dump string
		assumed    bool
	}{
		{"strip below headers", "nine-columns.dump", false},
		{"strip on its side", "nine-columns-turned.dump", false},
	} {
		doc := dumped(t, c.dump)
		a := attemptIn(form.Strip, newest("disputes"), sheets(doc, nil))
		if a.cells != 27 || a.orderAssumed != c.assumed {
			t.Errorf("%s: %d cells, order assumed %v", c.name, a.cells, a.orderAssumed)
		}
		for i := range doc.Blocks { // the same without the names of the columns
			if tb := doc.Blocks[i].Table; tb != nil {
				tb.Cells = slices.DeleteFunc(tb.Cells, func(x extract.Cell) bool { return x.Row == 1 })
			}
		}
		if doc.Blocks[len(doc.Blocks)-1].Table == nil {
			continue
		}
		doc.Blocks[1].Text = "四、政府信息公开行政复议、行政诉讼情况"
		if a := attemptIn(form.Strip, newest("disputes"), sheets(doc, nil)); a.cells != 27 || !a.orderAssumed {
			t.Errorf("%s, without them: %d cells, order assumed %v", c.name, a.cells, a.orderAssumed)
		}
	}
}

// TestEditionMixed: two tables are mixed where their editions were not both in force, whatever they are called.
func TestEditionMixed(t *testing.T) {
	edition := func(table, name string, from, to int) *attempt {
		f := &form.Form{Table: table, Edition: name, From: from, To: to,
			Section: map[string]int{"active": 2, "applications": 3}[table]}
		return &attempt{form: f, cells: 1}
	}
	alike := edition("disputes", "2019", 2019, 2020)
	alike.alike = true
	for _, c := range []struct {
		name   string
		year   int
		tables []*attempt
		mixed  string
		odd    int
	}{
		{"one notice", 2022, []*attempt{edition("active", "2021", 2021, 0), edition("applications", "2021", 2021, 0)},
			"", 0},
		{"two notices, both in force", 2024, []*attempt{edition("active", "2021", 2021, 0),
			edition("applications", "2023", 2023, 0)}, "", 0},
		{"one not yet in force", 2022, []*attempt{edition("active", "2021", 2021, 0),
			edition("applications", "2023", 2023, 0)},
			"table II follows the edition of 2021, table III that of 2023", 1},
		{"one no longer in force", 2022, []*attempt{edition("active", "2019", 2019, 2020),
			edition("applications", "2021", 2021, 0)},
			"table II follows the edition of 2019, table III that of 2021", 1},
		{"no year, in force together in some", 0, []*attempt{edition("active", "2019", 2019, 0),
			edition("applications", "2021", 2021, 0)}, "", 0},
		{"no year, never together", 0, []*attempt{edition("active", "2019", 2019, 2020),
			edition("applications", "2021", 2021, 0)},
			"table II follows the edition of 2019, table III that of 2021", 0},
		{"editions that print alike", 2022, []*attempt{edition("applications", "2021", 2021, 0), alike}, "", 0},
		{"another table", 2022, []*attempt{edition("applications", "2021", 2021, 0),
			edition("annex", "2019", 2019, 2020)},
			"table III follows the edition of 2021, table annex that of 2019", 1},
	} {
		rep := &Report{Year: c.year}
		rep.tellEditions(c.tables, func(f Finding) { rep.Findings = append(rep.Findings, f) })
		mixed := strings.Join(codes(rep, CodeEditionMixed), "; ")
		if mixed != "" {
			mixed = strings.TrimPrefix(mixed, ": ")
		}
		if mixed != c.mixed || len(codes(rep, CodeEditionOdd)) != c.odd {
			t.Errorf("%s: %q, %q", c.name, mixed, codes(rep, CodeEditionOdd))
		}
	}
}

// TestProvince: a table that is for one province is looked for, and missed, only there.
func TestProvince(t *testing.T) {
	forms := only(t, "form/notices/disputes-2021.form", "form/notices/applications-2021.form")
	annex := forms.Editions("disputes")[0]
	where := *annex
	where.Where = []string{"440000"}
	q := &quest{forms: forms, division: "320000"}
	if q.here(&where) || !q.here(annex) {
		t.Error("an edition for another province is tried")
	}
	q.division = "440100"
	if !q.here(&where) || !q.inProvince(&where) {
		t.Error("an edition of the province is not tried")
	}
	q.division = ""
	if !q.here(&where) || q.inProvince(&where) {
		t.Error("where the province is not known, an edition of one is tried, but not missed")
	}
}
