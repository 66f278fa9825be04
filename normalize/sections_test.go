package normalize_test

import (
	"os"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
)

// TestHeadings reads the heading structures of testdata/headings.txt.
func TestHeadings(t *testing.T) {
	forms, err := normalize.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/headings.txt")
	if err != nil {
		t.Fatal(err)
	}
	letters := map[normalize.SectionKind]string{normalize.GeneralSection: "g", normalize.ActiveSection: "a", normalize.ApplicationsSection: "p", normalize.DisputesSection: "d",
		normalize.ProblemsSection: "q", normalize.OtherSection: "o"}
	structures, headings, right := 0, 0, 0
	for i, line := range strings.Split(string(text), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		structures++
		hs, ws, _ := strings.Cut(line, " => ")
		heads, want := strings.Split(hs, "|"), strings.Fields(ws)
		if len(heads) != len(want) {
			t.Fatalf("line %d: %d headings, %d answers", i+1, len(heads), len(want))
		}
		doc := &extract.Document{Blocks: []extract.Block{{Text: "某局2022年政府信息公开工作年度报告"}}}
		for _, h := range heads {
			doc.Blocks = append(doc.Blocks, extract.Block{Text: h}, extract.Block{Text: "本年度按照上级部署有序推进，各项任务均已落实到位。"})
		}
		rep := normalize.Read(doc, forms)
		at := 0
		for _, s := range rep.Sections {
			if s.Title == "" {
				continue
			}
			for at < len(heads) && !strings.HasPrefix(heads[at], s.Title) {
				headings++
				if want[at] == "-" {
					right++
				} else {
					t.Errorf("line %d: %s is not found", i+1, heads[at])
				}
				at++
			}
			if at == len(heads) {
				t.Errorf("line %d: %s stands nowhere", i+1, s.Title)
				break
			}
			got := ""
			for _, k := range s.Kinds {
				got += letters[k]
			}
			if got == "" {
				got = "x"
			}
			headings++
			if got == want[at] {
				right++
			} else {
				t.Errorf("line %d: %s is %s, want %s", i+1, heads[at], got, want[at])
			}
			at++
		}
		for ; at < len(heads); at++ {
			headings++
			if want[at] == "-" {
				right++
			} else {
				t.Errorf("line %d: %s is not found", i+1, heads[at])
			}
		}
	}
	if structures < 60 {
		t.Errorf("%d structures are too few to measure by", structures)
	}
	t.Logf("%d structures, %d of %d headings right (%.4f)", structures, right, headings, float64(right)/float64(headings))
}
