package normalize_test

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

var update = flag.Bool("update", false, "rewrite what is beside the dumps of testdata")

// TestCodes: every code of finding in the source is explained in both languages.
func TestCodes(t *testing.T) {
	known := map[string]bool{}
	for _, c := range normalize.Codes() {
		if known[c.Code] || c.Meaning == "" || c.MeaningZh == "" {
			t.Errorf("code %s: twice, or not explained", c.Code)
		}
		known[c.Code] = true
	}
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	ast.Inspect(file, func(x ast.Node) bool {
		if v, ok := x.(*ast.ValueSpec); ok && strings.HasPrefix(v.Names[0].Name, "Code") {
			n++
			if code := strings.Trim(v.Values[0].(*ast.BasicLit).Value, `"`); !known[code] {
				t.Errorf("code %s is not explained", code)
			}
		}
		return true
	})
	if n != len(known) {
		t.Errorf("%d codes in the source, %d explained", n, len(known))
	}
}

// words gives a report in a form for reading: what is not as the form would have it, and every value that is not a
// plain proved number.
func asRead(r *normalize.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %q\nagency %q year %d published %q\neditions %s %s %s\n", r.Status, r.Reason, r.Agency, r.Year,
		r.Published, r.Editions["active"], r.Editions["applications"], r.Editions["disputes"])
	for _, v := range r.Values {
		number := "-"
		if v.Number != nil {
			number = v.Number.String()
		}
		if v.State == normalize.Absent {
			continue
		}
		fmt.Fprintf(&b, "%s %q %s %s %s\n", v.Name, v.Text, number, v.State, v.Verdict)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "finding %s %s %s: %s\n", f.Severity, f.Code, f.Name, f.Message)
	}
	for _, s := range r.Sections {
		fmt.Fprintf(&b, "section %d %q %q\n", s.Ordinal, s.Title, s.Text)
	}
	return b.String()
}

// TestFixtures reads the documents of testdata, each named for a defect, and compares what is read with what stands
// beside. A document is a plain text in which a cell follows a tab, or a page.
func TestFixtures(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	var files []string
	for _, p := range []string{"testdata/*.txt", "testdata/*.html"} {
		found, err := filepath.Glob(p)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, found...)
	}
	if len(files) < 8 {
		t.Fatalf("%d fixtures", len(files))
	}
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := extract.Read(body, file)
		if err != nil {
			t.Fatal(err)
		}
		got := asRead(normalize.Read(doc, forms))
		if *update {
			if err := os.WriteFile(file+".read", []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file + ".read")
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
		}
	}
}

// TestUnread: a document that is no report says what it is.
func TestUnread(t *testing.T) {
	for body, want := range map[string]string{
		"<form>用户名<input>密码<input type=password>验证码</form>":                   "a login page, not a report",
		"<h1>青岚市2022年统计公报</h1><table><tr><td>指标</td><td>总计</td></tr></table>": "not an annual report: no title",
		"<h1>江州市教育局2016年政府信息公开工作年度报告</h1><p>政府信息公开情况统计表</p>" +
			"<table><tr><td>统计指标</td><td>统计数</td></tr></table>": "2014–2018",
		"<h1>江州市教育局2022年政府信息公开工作年度报告</h1><a href=a.pdf>江州市教育局2022年政府信息公开工作年度报告.pdf</a>": "linked file",
		"<p>欢迎访问</p>": "neither its title nor a table",
	} {
		rep := readBytes(t, []byte("<html><body>"+body+"</body></html>"), "x.html")
		if rep.Status != normalize.StatusUnread || !strings.Contains(rep.Reason, want) {
			t.Errorf("%s: %s %q, want %q", body, rep.Status, rep.Reason, want)
		}
		if len(rep.Values) > 0 {
			t.Errorf("%s: %d values", body, len(rep.Values))
		}
	}
}

// FuzzRead reads whatever a dump may hold; a value that is published must be in the document.
func FuzzRead(f *testing.F) {
	forms, err := form.Load()
	if err != nil {
		f.Fatal(err)
	}
	files, _ := filepath.Glob("testdata/*.*")
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		if doc, err := extract.Read(body, file); err == nil {
			var b bytes.Buffer
			if err := extract.WriteText(&b, doc); err != nil {
				f.Fatal(err)
			}
			f.Add(b.String())
		}
	}
	f.Fuzz(func(t *testing.T, dump string) {
		doc, err := extract.ParseText(strings.NewReader(dump))
		if err != nil {
			return
		}
		rep := normalize.Read(doc, forms)
		names := map[string]bool{}
		for _, v := range rep.Values {
			if names[v.Name] {
				t.Errorf("%s twice", v.Name)
			}
			names[v.Name] = true
			if v.State == normalize.Absent && (v.Text != "" || v.Number != nil) {
				t.Errorf("%s is absent, but %q", v.Name, v.Text)
			}
			if v.State == normalize.Number && v.Number == nil || v.Verdict == normalize.Inferred && !v.Number.IsZero() {
				t.Errorf("%+v", v)
			}
		}
	})
}
