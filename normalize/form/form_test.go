package form_test

import (
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestForms lints the form files: names, columns and identities are those of the contract.
func TestForms(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	cells := map[string]int{"active 2021": 10, "active 2019": 22, "applications 2021": 175, "applications 2019": 161, "disputes 2021": 15, "disputes 2019": 15}
	for _, table := range []string{"active", "applications", "disputes"} {
		for _, f := range forms.Editions(table) {
			key := table + " " + f.Edition
			if n := len(f.Names()); n != cells[key] {
				t.Errorf("%s: %d cells, the contract has %d", key, n, cells[key])
			}
			delete(cells, key)
			for _, n := range f.Names() {
				if strings.Count(n, ".") != 2 || !strings.HasPrefix(n, table+".") || strings.ToLower(n) != n {
					t.Errorf("%s: name %q", key, n)
				}
			}
			for _, r := range f.Rows {
				if len(r.Path) == 0 || len(r.Columns) == 0 {
					t.Errorf("%s: row %s has no label or no columns", key, r.Name)
				}
			}
			for _, s := range append(append([]form.Sum(nil), f.RowSums...), f.ColSums...) {
				if len(s.Left) < 2 || len(s.Right) == 0 {
					t.Errorf("%s: an identity of %v and %v", key, s.Left, s.Right)
				}
			}
		}
	}
	if len(cells) > 0 {
		t.Errorf("no form for %v", cells)
	}
	for _, c := range []struct {
		table string
		sums  int
	}{{"applications", 3}, {"disputes", 1}, {"active", 0}} {
		for _, f := range forms.Editions(c.table) {
			if n := len(f.RowSums) + len(f.ColSums); n != c.sums {
				t.Errorf("%s %s: %d identities, want %d", c.table, f.Edition, n, c.sums)
			}
		}
	}
}

// TestFormErrors: an error in a form file names its place.
func TestFormErrors(t *testing.T) {
	for text, want := range map[string]string{
		"table active\nedition":        "x.form:2",
		"nonsense here":                "x.form:1",
		"table active\ncolumn":         "x.form:2",
		"table active\nsum columns a":  "x.form:2",
		"":                             "x.form",
		"table active\nedition 2021\n": "x.form",
	} {
		if _, err := form.Parse("x.form", text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
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
