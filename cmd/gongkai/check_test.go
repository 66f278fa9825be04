package main

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
	"github.com/gongkai/gongkai/output/listing"
)

// TestCheckAgency: findings are asked for by all that is known of a body (its name with the path of its division, every
// name printed on its reports, the code of its division), and all of its reports are meant.
func TestCheckAgency(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "dataset")
	w := begun(t, dir)
	for i, x := range []struct{ printed, id, name, code string }{
		{"哈尔滨市人民政府", "230100", "黑龙江省哈尔滨市人民政府", "230100"},
		{"哈市政府办公室", "230100", "黑龙江省哈尔滨市人民政府", "230100"},
		{"淮安市人民政府", "320800", "江苏省淮安市人民政府", "320800"},
		{"望川市卫生健康委员会", "", "", ""},
	} {
		rep := &normalize.Report{Status: normalize.StatusRead, Agency: x.printed, Year: 2021 + i,
			Findings: []normalize.Finding{{Code: "sum-fails", Severity: normalize.Error, Message: x.printed}}}
		rep.Body.ID, rep.Body.Normal, rep.Body.Code = x.id, x.name, x.code
		doc := output.Document{File: x.printed + ".html", SHA256: strings.Repeat(string(rune('a'+i)), 64)}
		if err := w.Write(output.Result{Document: doc, Report: rep}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for agency, want := range map[string]struct {
		lines int
		said  string
	}{
		"":     {4, "4 findings in 4 reports of 3 bodies in "},
		"黑龙江":  {2, "2 findings in 2 reports of 1 body in "},
		"2301": {2, "2 findings in 2 reports of 1 body in "},
		"哈市":   {2, "2 findings in 2 reports of 1 body in "},
		"人民政府": {3, "3 findings in 3 reports of 2 bodies in "},
		"望川":   {1, "1 finding in 1 report of 1 body in "},
	} {
		var out, said bytes.Buffer
		c := checkCmd{Dataset: dir, Severity: "note", Agency: agency, Lang: "en"}
		err := c.Run(context.Background(), streams{out: &out, err: &said})
		if n := strings.Count(out.String(), "\tsum-fails\t"); err != nil || n != want.lines ||
			!strings.HasPrefix(said.String(), want.said) {
			t.Errorf("%s: %v, %q\n%s", agency, err, said.String(), out.String())
		}
	}
	c := checkCmd{Dataset: dir, Severity: "note", Agency: "吉林"}
	if err := c.Run(context.Background(), streams{out: new(bytes.Buffer), err: new(bytes.Buffer)}); err == nil ||
		!strings.Contains(err.Error(), "no body's name holds 吉林") {
		t.Error(err)
	}
}

// doubtful is a dataset of one report with findings.
func doubtful(t *testing.T) (dir string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "dataset")
	w := begun(t, dir)
	at := extract.Place{Table: 2, Row: 6, Column: 10}
	rep := &normalize.Report{Status: normalize.StatusPartly, Agency: "上海市人民政府办公厅", Year: 2019,
		Reason: "3 of 200 cells of table applications are absent",
		Values: []normalize.Value{{Name: "applications.granted.total", State: normalize.Blank, Verdict: normalize.Unchecked}},
		Findings: []normalize.Finding{
			{Code: "sum-fails", Severity: normalize.Error, Name: "applications.handled_total.total", Place: at,
				Message: "granted + … + closed = handled_total does not hold: 27 against 21"},
			{Code: "blank-not-zero", Severity: normalize.Warning, Name: "applications.granted.total", Place: at,
				Message: `"" is printed, but natural_person + … + other = total gives 272`},
			{Code: "blank-not-zero", Severity: normalize.Warning, Name: "applications.partly_granted.total", Place: at,
				Message: `"" is printed, but natural_person + … + other = total gives 3`},
		}}
	doc := output.Document{File: "2019.html", SHA256: strings.Repeat("a", 64)}
	if err := w.Write(output.Result{Document: doc, Report: rep}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestCheckZh: what check prints for reading is in the reader's language, with its values: severities, messages, reasons. Data are
// the same in every language, but where a language is asked for.
func TestCheckZh(t *testing.T) {
	dir := doubtful(t)
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	read := []string{"数据不一致", "原文空白；据 自然人 + … + 其他 = 总计，应为 272", "不成立：左边为 27，右边为 21", "个数据项原文缺失", "部分读出"}
	for _, c := range []struct {
		args string
		has  []string
		not  []string
	}{
		{"--format table", read, []string{"is printed", "warning", "partly "}},
		{"--format line", read, []string{"is printed", "warning", "partly "}},
		{"", []string{read[1], "warning\tblank-not-zero"}, []string{"is printed"}},
		{"--format csv", []string{"is printed, but", "warning,blank-not-zero"}, []string{"应为", "警告"}},
		{"--json", []string{"is printed, but", `"severity":"warning"`}, []string{"应为", "警告"}},
		{"--lang en --format table", []string{"is printed, but", "warning"}, []string{"应为", "警告"}},
		{"--lang zh --format csv", []string{"应为 272", "warning,blank-not-zero"}, []string{"is printed"}},
		{"--summary", []string{"警告"}, []string{"warning"}},
		{"--summary --format csv", []string{"warning"}, []string{"警告"}},
	} {
		code, out, words := asked(t, append([]string{"check", dir}, strings.Fields(c.args)...)...)
		if code != exitDone {
			t.Fatal(c.args, words)
		}
		for _, s := range c.has {
			if !strings.Contains(out, s) {
				t.Errorf("check %s: no %q in\n%s", c.args, s, out)
			}
		}
		for _, s := range c.not {
			if strings.Contains(out, s) {
				t.Errorf("check %s: %q in\n%s", c.args, s, out)
			}
		}
	}
}

// TestNarrow: on a terminal of eighty columns a table has what it is read for: of a finding the cell, the place and all of its
// message, of a run what is in doubt.
func TestNarrow(t *testing.T) {
	row := []any{"warning", "blank-not-zero", 2019, "上海市人民政府办公厅", "applications.unavailable_not_compiled.total",
		"表 2，第 17 行，第 10 列", "原文空白；据 自然人 + … + 其他 = 总计，应为 272", "examples/real/shanghai-2019.html"}
	for _, wide := range []int{80, 100, 120} {
		var out bytes.Buffer
		l, err := listing.Open(&out, listing.Options{Format: "table", Width: wide}, findingColumns(true)...)
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(l.Add(row...), l.Close()); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(out.String()) {
			if n := listing.Width(strings.TrimRight(line, "\n")); n > wide {
				t.Errorf("%d: a line of %d: %s", wide, n, line)
			}
		}
		whole := byColumn(out.String())
		for _, i := range []int{3, 4, 5, 6} {
			if want := strings.ReplaceAll(row[i].(string), " ", ""); !slices.Contains(whole, want) {
				t.Errorf("%d: %s is not whole:\n%s%q", wide, want, out.String(), whole)
			}
		}
		if strings.Contains(out.String(), "….") || strings.Contains(out.String(), "file") != (wide > 110) && wide < 100 {
			t.Errorf("%d:\n%s", wide, out.String())
		}
	}
	var out bytes.Buffer
	var left []string
	l, err := listing.Open(&out, listing.Options{Format: "table", Width: 80, Note: func(l []string) { left = l }}, summaryColumns()...)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(l.Add("望川市卫生健康委员会", 2024, "2021 2021 2021", "200/200", 162, "–", "2 errors, 1 warning, 14 notes"), l.Close())
	if err != nil || !slices.Contains(byColumn(out.String()), "2errors,1warning,14notes") || byColumn(out.String())[0] != "望川市卫生健康委员会" ||
		len(left) == 0 || left[0] != editionsHead() {
		t.Errorf("%v %q\n%s", err, left, out.String())
	}
}

// byColumn puts the lines of the one row of a table together again, column by column, without spaces.
func byColumn(table string) (out []string) {
	lines := strings.Split(strings.TrimRight(table, "\n"), "\n")
	rule := []rune(lines[1])
	for at := 0; at < len(rule); {
		end := at
		for end < len(rule) && rule[end] == '─' {
			end++
		}
		cell := ""
		for _, line := range lines[2:] {
			used := 0
			for _, r := range line {
				if used >= at && used < end {
					cell += string(r)
				}
				used += listing.Width(string(r))
			}
		}
		out = append(out, strings.ReplaceAll(cell, " ", ""))
		at = end + 2
	}
	return out
}
