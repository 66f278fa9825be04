package normalize_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold/floors"
)

// TestHeadings reads the heading structures of testdata/headings.txt.
func TestHeadings(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile("testdata/headings.txt")
	if err != nil {
		t.Fatal(err)
	}
	letters := map[normalize.SectionKind]string{normalize.GeneralSection: "g", normalize.ActiveSection: "a",
		normalize.ApplicationsSection: "p", normalize.DisputesSection: "d",
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
	floors.Hold(t, "headings right", float64(right)/float64(headings))
	t.Logf("%d structures, %d of %d headings right (%.4f)", structures, right, headings,
		float64(right)/float64(headings))
}

// TestSubsections: numbered headings below the six, as records with the bytes that they cover.
func TestSubsections(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string // level ordinal title | first and last words covered
	}{
		{"brackets", "概述如下。\n（一）主动公开\n公开信息3条。\n（二）依申请公开。全年收到2件。\n（三）平台建设",
			[]string{"1 1 （一）主动公开", "1 2 （二）依申请公开", "1 3 （三）平台建设"}},
		{"two levels", "（一）工作\n1.组织领导\n明确分工。\n2. 培训：举办2次。\n（二）监督\n1、考核\n纳入绩效。",
			[]string{"1 1 （一）工作", "2 1 1.组织领导", "2 2 2. 培训", "1 2 （二）监督", "2 1 1、考核"}},
		{"Arabic first", "1.存在的问题\n（1）内容不全\n（2）更新不快\n2.改进",
			[]string{"1 1 1.存在的问题", "2 1 （1）内容不全", "2 2 （2）更新不快", "1 2 2.改进"}},
		{"numbers that begin lines", "2022年，工作推进。\n1.5万条信息公开。\n3件申请办结。\n3.其他", nil},
		{"a sentence without a heading", "（一）我局高度重视，成立了由主要负责人任组长的政务公开工作领导小组，多次召开会议研究部署，并且明确了专人负责此项工作",
			[]string{"1 1 （一）"}},
		{"circles", "①学习\n②检查", []string{"1 1 ①学习", "1 2 ②检查"}},
	} {
		rep := identity(t, "淮安市教育局2022年政府信息公开工作年度报告\n一、总体情况\n"+c.text+"\n二、主动公开政府信息情况\n略。", normalize.Origin{})
		var got []string
		for _, s := range rep.Sections {
			if len(s.Kinds) == 0 || s.Kinds[0] != normalize.GeneralSection {
				continue
			}
			for i, p := range s.Parts {
				got = append(got, fmt.Sprintf("%d %d %s", p.Level, p.Ordinal, p.Title))
				if !strings.HasPrefix(s.Text[p.Start:p.End], p.Title) ||
					strings.HasSuffix(s.Text[p.Start:p.End], "\n") {
					t.Errorf("%s: %q covers %q", c.name, p.Title, s.Text[p.Start:p.End])
				}
				if i > 0 && p.Level <= s.Parts[i-1].Level && s.Parts[i-1].End > p.Start {
					t.Errorf("%s: %q reaches into %q", c.name, s.Parts[i-1].Title, p.Title)
				}
			}
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}
