package reuse

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

const (
	first  = "本年度我局完善公开目录，及时更新栏目内容，畅通受理渠道，规范答复文书，加强业务培训，公开质量稳步提升。"
	second = "全县各单位围绕重点领域开展自查，对照标准目录逐项整改，公开时效明显加快，群众查询更加方便。"
)

func TestCompare(t *testing.T) {
	for _, c := range []struct {
		name, text, other string
		share             float64
		passages          []string
	}{
		{"the same", first, first, 1, []string{strings.TrimSuffix(first, "。")}},
		{"nothing", first, second, 0, nil},
		{"half, punctuation aside", first + second, "（一）" + strings.ReplaceAll(first, "，", " "), 44.0 / 84,
			[]string{strings.TrimSuffix(first, "。")}},
		{"a phrase is no passage", "政府信息公开工作年度报告", "政府信息公开工作年度报告", 0, nil},
		{"empty", "", first, 0, nil},
	} {
		share, ps := Compare([]string{c.text}, []string{c.other})
		var got []string
		for _, p := range ps {
			got = append(got, c.text[p.Start:p.End])
			if a, b := lettersOf([]string{c.text[p.Start:p.End]}),
				lettersOf([]string{c.other[p.InStart:p.InEnd]}); string(a.runes) != string(b.runes) {
				t.Errorf("%s: %q is not %q", c.name, string(a.runes), string(b.runes))
			}
		}
		if math.Abs(share-c.share) > 0.02 || fmt.Sprint(got) != fmt.Sprint(c.passages) {
			t.Errorf("%s: %.3f %q, want %.3f %q", c.name, share, got, c.share, c.passages)
		}
	}
}

// TestSketch holds the estimate against the exact share of shingles in common.
func TestSketch(t *testing.T) {
	var whole strings.Builder
	for i := range 200 {
		fmt.Fprintf(&whole, "第%d条事项由第%d科室负责办理并公开结果", i*7919%1000, i*104729%997)
	}
	text := whole.String()
	runes := []rune(text)
	for _, part := range []float64{0, 0.25, 0.5, 0.75, 1} {
		n := int(part * float64(len(runes)))
		other := string(runes[:n]) + strings.Repeat(second, 1)
		in := map[uint64]int{}
		a, b := lettersOf([]string{text}), lettersOf([]string{other})
		for _, h := range a.hashes() {
			in[h] |= 1
		}
		for _, h := range b.hashes() {
			in[h] |= 2
		}
		both := 0
		for _, v := range in {
			if v == 3 {
				both++
			}
		}
		exact := float64(both) / float64(len(in))
		x, y := Sum(text), Sum(other)
		if got := x.Like(&y); math.Abs(got-exact) > 0.15 {
			t.Errorf("part %.2f: %.3f, exactly %.3f", part, got, exact)
		}
	}
}

// TestTexts: a passage lies in one text of each side, and says in which.
func TestTexts(t *testing.T) {
	share, ps := Compare([]string{first, second}, []string{"前言。", second + first})
	if share != 1 || len(ps) != 2 || ps[0].Text != 0 || ps[1].Text != 1 || ps[0].In != 1 || ps[1].InStart != 0 ||
		ps[0].InStart != len(second) {
		t.Errorf("%.2f %+v", share, ps)
	}
	if share, ps := Compare([]string{first + second}, []string{first, second}); share != 1 || len(ps) != 2 {
		t.Errorf("%.2f %+v", share, ps)
	}
}

// TestIndex: texts that share much are found, others seldom.
func TestIndex(t *testing.T) {
	text := func(seed, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "第%d条事项由第%d科室负责办理并公开结果，", (i+seed)*7919%100003, (i+seed)*104729%99991)
		}
		return b.String()
	}
	var x Index
	for i := range 300 {
		s := Sum(text(i*1000, 60))
		x.Add(&s)
	}
	for _, i := range []int{0, 150, 299} {
		s := Sum(text(i*1000, 60) + text(900_000+i, 30)) // two thirds of it
		near := x.Near(&s)
		if len(near) == 0 || near[0] != i {
			t.Errorf("%d: %v", i, near)
		}
	}
	if s := Sum(text(5_000_000, 60)); len(x.Near(&s)) > 3 {
		t.Errorf("a text like none is near %v", x.Near(&s))
	}
	if s := Sum("短"); len(x.Near(&s)) != 0 {
		t.Error("a text too short is near one")
	}
}

func FuzzCompare(f *testing.F) {
	f.Add(first, second)
	f.Add(first+second, second+first)
	f.Fuzz(func(t *testing.T, text, other string) {
		share, ps := Compare([]string{text}, []string{other})
		if share < 0 || share > 1 {
			t.Fatal(share)
		}
		end := 0
		for _, p := range ps {
			if p.Start < end || p.End > len(text) || p.InEnd > len(other) {
				t.Fatalf("%+v", p)
			}
			end = p.End
		}
	})
}

// TestPlaces: a shingle's places are found in their order, as many as are looked at.
func TestPlaces(t *testing.T) {
	hashes := make([]uint64, 500)
	for i := range hashes {
		hashes[i] = mix(uint64(i * i % 97))
	}
	table := placesOf(hashes)
	for _, h := range append(hashes, 1, 2, 3) {
		var got, want []int32
		for j := table.first(h); j >= 0; j = table.next[j] {
			got = append(got, j)
		}
		for j := range hashes {
			if hashes[j] == h {
				want = append(want, int32(j))
			}
		}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("%x stands at %v, want %v", h, got, want)
		}
	}
}

func BenchmarkCompare(b *testing.B) {
	var mine, theirs strings.Builder
	for i := range 100 {
		fmt.Fprintf(&mine, "第%d条事项由第%d科室负责办理并公开结果，", i*7919%1000, i*104729%997)
		fmt.Fprintf(&theirs, "第%d条事项由第%d科室负责办理并公开结果，", i*7919%1000, i*104729%(990+i%8))
	}
	b.ReportAllocs()
	for b.Loop() {
		Compare([]string{mine.String()}, []string{theirs.String()})
	}
}
