package listing_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/output/listing"
)

// list prints rows.
func list(t *testing.T, o listing.Options, columns []listing.Column, rows ...[]any) string {
	t.Helper()
	var b bytes.Buffer
	l, err := listing.Open(&b, o, columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := l.Add(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

var (
	columns = []listing.Column{{Key: "agency"}, {Key: "received", Head: "received (件)"}, {Key: "note", Less: 1}, {Key: "place", Less: 2}}
	rows    = [][]any{
		{"江州市人民政府办公室", 2234, "=1+1", "第二张表"}, {"江州市海河区人民政府", 17, nil, "a\x1b[31mb"}, {"青岚市", nil, "", "3"}}
)

// TestFormats: the same rows in each format.
func TestFormats(t *testing.T) {
	for format, want := range map[string]string{
		"line": "agency    江州市人民政府办公室\nreceived  2234\nnote      =1+1\nplace     第二张表\n\n" +
			"agency    江州市海河区人民政府\nreceived  17\nplace     a [31mb\n\nagency    青岚市\nnote      \nplace     3\n",
		"csv": "agency,received,note,place\r\n江州市人民政府办公室,2234,=1+1,第二张表\r\n江州市海河区人民政府,17,,a\x1b[31mb\r\n青岚市,,\"\",3\r\n",
		"json": `{"agency":"江州市人民政府办公室","received":2234,"note":"=1+1","place":"第二张表"}` + "\n" +
			`{"agency":"江州市海河区人民政府","received":17,"note":null,"place":"a\u001b[31mb"}` + "\n" +
			`{"agency":"青岚市","received":null,"note":"","place":"3"}` + "\n",
		"table": "agency                received (件)  note  place\n────────────────────  ─────────────  ────  ────────\n" +
			"江州市人民政府办公室           2234  =1+1  第二张表\n江州市海河区人民政府             17        a [31mb\n" +
			"青岚市                                     3\n",
	} {
		got := list(t, listing.Options{Format: format}, columns, rows...)
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", format, got, want)
		}
	}
	excel := list(t, listing.Options{Format: "csv", Excel: true}, columns, rows...)
	if !strings.HasPrefix(excel, "\ufeffagency,") || !strings.Contains(excel, ",2234,'=1+1,") {
		t.Errorf("for Excel: %q", excel)
	}
	if _, err := listing.Open(&bytes.Buffer{}, listing.Options{Format: "json"}, columns[0], columns[0]); err == nil {
		t.Error("an object with two fields of one name")
	}
	if _, err := listing.Open(&bytes.Buffer{}, listing.Options{Format: "xml"}); err == nil {
		t.Error("xml")
	}
}

// TestFit: whatever the width, no line is wider, no number is cut, what is cut ends in …, and what is left out is said.
func TestFit(t *testing.T) {
	whole := list(t, listing.Options{Format: "table"}, columns, rows...)
	for wide := 30; wide <= 80; wide++ {
		var left []string
		note := func(l []string) { left = l }
		got := list(t, listing.Options{Format: "table", Width: wide, Note: note}, columns, rows...)
		for line := range strings.Lines(got) {
			if n := listing.Width(strings.TrimRight(line, "\n")); n > wide {
				t.Errorf("%d: a line of %d: %s", wide, n, line)
			}
		}
		if !strings.Contains(got, " 2234") || !strings.Contains(got, "agency") {
			t.Errorf("%d: a number or the first column is lost:\n%s", wide, got)
		}
		if strings.Contains(got, "江州市人民政府办公室") != !strings.Contains(got, "江州市人民政…") && wide > 60 {
			t.Errorf("%d:\n%s", wide, got)
		}
		if len(left) > 0 && left[0] != "place" || strings.Contains(got, "left out") {
			t.Errorf("%d: %v\n%s", wide, left, got)
		}
		if wide >= 55 && got != whole {
			t.Errorf("%d: there is room for all:\n%s", wide, got)
		}
		if got != whole && !strings.Contains(got, "…") && len(left) == 0 {
			t.Errorf("%d: cut, and nobody says so:\n%s", wide, got)
		}
	}
}

// TestLong: a list longer than those rows that decide the widths is whole, and the same is read back from csv and json.
func TestLong(t *testing.T) {
	const n = 2500
	var many [][]any
	for i := range n {
		many = append(many, []any{fmt.Sprint("r", i), i})
	}
	two := []listing.Column{{Key: "name"}, {Key: "number"}}
	table := list(t, listing.Options{Format: "table"}, two, append(many, []any{"a name that is longer than all", n})...)
	if strings.Count(table, "\n") != n+3 || !strings.Contains(table, "a name that is longer than all") {
		t.Errorf("%d lines", strings.Count(table, "\n"))
	}
	long := strings.Repeat("a name that is longer than all ", 8)
	md := list(t, listing.Options{Format: "md", Width: 40}, []listing.Column{{Key: "name", Wrap: true}, {Key: "number"}},
		append(many, []any{long, n})...)
	if strings.Count(md, "\n") != n+3 || !strings.Contains(md, strings.TrimSpace(long)) {
		t.Errorf("md: %d lines, or it is cut", strings.Count(md, "\n"))
	}
	got, err := csv.NewReader(strings.NewReader(list(t, listing.Options{Format: "csv"}, two, many...))).ReadAll()
	if err != nil || len(got) != n+1 || got[n][1] != "2499" {
		t.Errorf("csv: %d rows, %v", len(got), err)
	}
	d := json.NewDecoder(strings.NewReader(list(t, listing.Options{Format: "json"}, two, many...)))
	for i := range n {
		var o struct {
			Name   string
			Number int
		}
		if err := d.Decode(&o); err != nil || o.Number != i {
			t.Fatalf("json %d: %+v %v", i, o, err)
		}
	}
}

// TestNumbers: a number is written out as far as one would by hand, is a number in JSON, and is never cut, also where it is a
// text or stands among texts.
func TestNumbers(t *testing.T) {
	one := []listing.Column{{Key: "x"}}
	for x, want := range map[float64]string{1234567.5: "1234567.5", 0: "0", -2e20: "-200000000000000000000", 1e-6: "0.000001",
		1e21: "1e+21", 2.5e-7: "2.5e-07", 0.1: "0.1", -3: "-3"} {
		for format, whole := range map[string]string{"csv": "x\r\n" + want + "\r\n", "line": "x  " + want + "\n",
			"json": `{"x":` + want + "}\n"} {
			if got := list(t, listing.Options{Format: format}, one, []any{x}); got != whole {
				t.Errorf("%s of %g: %q", format, x, got)
			}
		}
	}
	two := []listing.Column{{Key: "name"}, {Key: "value"}}
	for _, number := range []any{1234567890123456789.0, 9007199254740993, "1,234,567,890,123,456", "+12,345,678,901.25%",
		"-0.123456789012345"} {
		for wide := 12; wide < 60; wide++ {
			got := list(t, listing.Options{Format: "table", Width: wide}, two, []any{strings.Repeat("江州市", 10), number},
				[]any{"b", "a text that is much longer than any number of this table"})
			want := strings.TrimSpace(strings.Split(list(t, listing.Options{Format: "line"}, one, []any{number}), "  ")[1])
			if !strings.Contains(got, want) {
				t.Errorf("%d: %s is cut:\n%s", wide, want, got)
			}
		}
	}
}

// TestLeftOut: who has to be told of columns is told when all rows are out.
func TestLeftOut(t *testing.T) {
	var b bytes.Buffer
	said := -1
	l, err := listing.Open(&b, listing.Options{Format: "table", Width: 40, Note: func([]string) { said = b.Len() }}, columns...)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if err := l.Add(r...); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil || said != b.Len() || said <= 0 {
		t.Errorf("%v, told at %d of %d", err, said, b.Len())
	}
}

func TestClip(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want string
	}{{"江州市", 6, "江州市"}, {"江州市", 5, "江州…"}, {"江州市", 4, "江…"}, {"abc", 2, "a…"}, {"é́", 1, "é́"}} {
		if got := listing.Clip(c.text, c.n); got != c.want || listing.Width(got) > c.n {
			t.Errorf("%q to %d: %q", c.text, c.n, got)
		}
	}
}

// TestWrap: what goes on below has all of its text, a word is broken only where a line has no room for it, and no line begins with
// a sign that closes.
func TestWrap(t *testing.T) {
	for _, c := range []struct {
		text string
		n    int
		want []string
	}{
		{"", 10, []string{""}}, {"a text of words", 8, []string{"a text", "of words"}},
		{"applications.granted.total", 14, []string{"applications.", "granted.total"}},
		{"江州市人民政府，办公室", 8, []string{"江州市人", "民政府，", "办公室"}},
		{"abcdefghij", 4, []string{"abcd", "efgh", "ij"}}, {"应为 1,234.5", 8, []string{"应为", "1,234.5"}},
	} {
		if got := listing.Wrap(c.text, c.n); !slices.Equal(got, c.want) {
			t.Errorf("%q to %d: %q", c.text, c.n, got)
		}
	}
	two := []listing.Column{{Key: "code", Words: strings.ToUpper}, {Key: "message", Main: true, Wrap: true}, {Key: "n"}}
	paint := func(code, cell string) string { return "<" + code + ">" + cell }
	got := list(t, listing.Options{Format: "table", Width: 40, Paint: paint}, two,
		[]any{"a", "one two three four five six seven eight nine", 1})
	want := "code  message                          n\n────  ─────────────────────────────  ───\n" +
		"<a>A     one two three four five six      1\n      seven eight nine\n"
	if got != want {
		t.Errorf("%s", got)
	}
	for format, want := range map[string]string{"line": "code     A\n", "csv": "\r\na,", "json": `"code":"a"`} {
		if got := list(t, listing.Options{Format: format}, two, []any{"a", "b", 1}); !strings.Contains(got, want) {
			t.Errorf("%s: %s", format, got)
		}
	}
}
