package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/output"
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
