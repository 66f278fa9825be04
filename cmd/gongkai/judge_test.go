package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/gongkai/gongkai/corpus/crawl"
	"github.com/gongkai/gongkai/corpus/loopback"
	"github.com/gongkai/gongkai/normalize/form"
)

// TestJudge: the bodies of reports are told from those of walls, logins and notices.
func TestJudge(t *testing.T) {
	t.Parallel()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	judge, done := judgeWith(forms)
	defer done()
	ctx := context.Background()
	files, err := filepath.Glob(filepath.Join("..", "..", "examples", "*", "*.html"))
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		body, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		j := judge(ctx, crawl.Evidence{Body: body, URL: "http://www.example.gov.cn/nb.html"})
		if !j.Sure || !j.Report || len(j.Cells) == 0 || j.Text == "" {
			t.Errorf("%s: sure %v, report %v: %s; %d cells", f, j.Sure, j.Report, j.Why, len(j.Cells))
		}
	}
	made := loopback.Report("某县人民政府", 2024, 3)
	if j := judge(ctx, crawl.Evidence{Body: []byte(made), URL: "http://www.example.gov.cn/nb.html"}); !j.Report {
		t.Errorf("a report whose tables are of no form: %+v", j)
	}
	for name, html := range loopback.Walls() {
		j := judge(ctx, crawl.Evidence{Body: []byte(html), URL: "http://www.example.gov.cn/nb.html"})
		if j.Report {
			t.Errorf("%s is taken for a report", name)
		}
	}
}
