package main

import (
	"fmt"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestDeadlines: the crawl and the dataset say the same of the same body, in every year.
func TestDeadlines(t *testing.T) {
	t.Parallel()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for level, name := range map[string]string{
		"province": "湖南省人民政府", "prefecture": "长沙市人民政府", "county": "长沙县人民政府", "central": "财政部",
		"department": "长沙市财政局", "town": "长沙县黄花镇人民政府",
	} {
		for year := 2007; year <= 2026; year++ {
			text := fmt.Sprintf("%s%d年政府信息公开工作年度报告\n一、总体情况\n本年度依法公开。\n", name, year)
			doc, err := extract.Read([]byte(text), "report.txt")
			if err != nil {
				t.Fatal(err)
			}
			rep := normalize.Read(doc, forms)
			if rep.Year != year || rep.Body.Kind == "" {
				t.Fatalf("%q was read as the year %d of a body of kind %q", text, rep.Year, rep.Body.Kind)
			}
			if got := deadline(level, year); got != rep.Deadline {
				t.Errorf("%s, on %d: the crawl says %q, the dataset %q", name, year, got, rep.Deadline)
			}
		}
	}
	if got := deadline("galaxy", 2024); got != "" {
		t.Errorf("a level that is none has the deadline %q", got)
	}
}
