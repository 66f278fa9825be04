package words

import (
	_ "embed"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode"

	"github.com/go-ego/gse"

	"github.com/gongkai/gongkai/normalize/gold/floors"
)

//go:embed testdata/sentences.txt
var sentences string

// A sentence is one of the gold set: its text without the blanks, and the spans of its words.
type sentence struct {
	line  int
	held  bool // held out
	text  string
	spans map[[2]int]bool
}

func goldSentences(t testing.TB) []sentence {
	t.Helper()
	return readSentences(sentences)
}

func readSentences(text string) []sentence {
	var out []sentence
	n, held := 0, false
	for line := range strings.Lines(text) {
		n++
		if line[0] == '#' {
			held = held || strings.HasPrefix(line, "# -- held out")
			continue
		}
		s := sentence{line: n, held: held, spans: map[[2]int]bool{}}
		for w := range strings.FieldsSeq(line) {
			s.spans[[2]int{len(s.text), len(s.text) + len(w)}] = true
			s.text += w
		}
		out = append(out, s)
	}
	return out
}

// parts are the sentences that the dictionary was settled with, and those held out.
func parts(gold []sentence) (seen, unseen []sentence) {
	for _, s := range gold {
		if s.held {
			unseen = append(unseen, s)
		} else {
			seen = append(seen, s)
		}
	}
	return seen, unseen
}

// score compares cuttings with the gold set, by words: precision, recall and their harmonic mean.
func score(gold []sentence, cut func(string) [][2]int, each func(sentence, [][2]int)) (p, r, f1 float64) {
	right, have, want := 0, 0, 0
	for _, s := range gold {
		got := cut(s.text)
		ok := 0
		for _, g := range got {
			if s.spans[g] {
				ok++
			}
		}
		right, have, want = right+ok, have+len(got), want+len(s.spans)
		if each != nil && (ok != len(got) || ok != len(s.spans)) {
			each(s, got)
		}
	}
	p, r = float64(right)/float64(have), float64(right)/float64(want)
	return p, r, 2 * p * r / (p + r)
}

func ours(d *dictionary) func(string) [][2]int {
	return func(s string) [][2]int {
		var out [][2]int
		for _, t := range d.read(s, nil) {
			out = append(out, [2]int{t.Start, t.End})
		}
		return out
	}
}

func theirs(seg *gse.Segmenter) func(string) [][2]int {
	return func(s string) [][2]int {
		var out [][2]int
		at := 0
		for _, w := range seg.Cut(s, true) {
			out = append(out, [2]int{at, at + len(w)})
			at += len(w)
		}
		return out
	}
}

// shown gives a cutting, with what is wrong in it in brackets.
func shown(s sentence, got [][2]int) string {
	var words []string
	for _, g := range got {
		w := s.text[g[0]:g[1]]
		if !s.spans[g] {
			w = "[" + w + "]"
		}
		words = append(words, w)
	}
	return strings.Join(words, " ")
}

// TestGold cuts the sentences of testdata/sentences.txt, and for comparison lets gse with its default dictionary cut
// them too.
func TestGold(t *testing.T) {
	gold := goldSentences(t)
	if len(gold) < 200 {
		t.Fatalf("%d sentences", len(gold))
	}
	seen, unseen := parts(gold)
	gold = seen
	_, _, held := score(unseen, ours(load()), nil)
	t.Logf("%d sentences held out: F1 %.4f", len(unseen), held)
	floors.Hold(t, "words F1, held out", held)
	p, r, f1 := score(gold, ours(load()), func(s sentence, got [][2]int) {
		t.Logf("line %d: %s", s.line, shown(s, got))
	})
	t.Logf("%d sentences: precision %.4f, recall %.4f, F1 %.4f", len(gold), p, r, f1)
	floors.Hold(t, "words F1", f1)
	if testing.Short() || raceEnabled {
		return
	}
	var seg gse.Segmenter
	seg.SkipLog = true
	if err := seg.LoadDictEmbed("zh_s"); err != nil {
		t.Fatal(err)
	}
	dp, dr, df := score(gold, theirs(&seg), nil)
	t.Logf("gse with its own dictionary and HMM: precision %.4f, recall %.4f, F1 %.4f", dp, dr, df)
	if df >= f1 {
		t.Errorf("the default dictionary does better: %.4f", df)
	}
}

// TestSentences measures on the sentences of other files, cut as testdata/sentences.txt is: SENTENCES names them. What is
// wrong is printed, and what gse makes of the same sentences with its own dictionary.
func TestSentences(t *testing.T) {
	files := strings.Fields(os.Getenv("SENTENCES"))
	if len(files) == 0 {
		t.Skip("SENTENCES names no files")
	}
	var seg gse.Segmenter
	seg.SkipLog = true
	if err := seg.LoadDictEmbed("zh_s"); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		gold := readSentences(string(b))
		_, _, own := score(gold, ours(load()), func(s sentence, got [][2]int) { t.Logf("line %d: %s", s.line, shown(s, got)) })
		_, _, general := score(gold, theirs(&seg), nil)
		t.Logf("%s: %d sentences, F1 %.4f; gse with its own dictionary %.4f", f, len(gold), own, general)
	}
}

// TestTrimmed says what a smaller or larger list of general words would cost or bring. TRIMMED is a space-separated
// list of files as trim.go writes them.
func TestTrimmed(t *testing.T) {
	files := strings.Fields(os.Getenv("TRIMMED"))
	if len(files) == 0 {
		t.Skip("TRIMMED names no files")
	}
	seen, unseen := parts(goldSentences(t))
	for _, f := range append(files, os.DevNull) {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		d := newDictionary(string(b))
		_, _, f1 := score(seen, ours(d), nil)
		_, _, held := score(unseen, ours(d), nil)
		fmt.Printf("%s\t%d words\tF1 %.4f\theld out %.4f\n", f, d.entries, f1, held)
	}
}

func TestTokens(t *testing.T) {
	const text = "2023年，淮安市教育局收到依申请公开28件，\n同比增长12.5%；收费96171.6万元。"
	var got []string
	for _, k := range Read(text) {
		if text[k.Start:k.End] != k.Text || k.Tag == "" {
			t.Errorf("%+v", k)
		}
		w := k.Text + "/" + k.Tag
		if k.Stop {
			w += "!"
		}
		got = append(got, w)
	}
	want := "2023年/m! ，/w! 淮安市教育局/nt 收到/v 依申请公开/n 28件/m! ，/w! 同比/l! 增长/v 12.5%/m! ；/w! 收费/n 96171.6万元/m! 。/w!"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("%s\nwant %s", s, want)
	}
}

// TestNames: a body that the caller names is one word, though no list knows its place.
func TestNames(t *testing.T) {
	var got []string
	for _, k := range Read("北澜区人民政府办公室编制，由北澜区人民政府办公室解释", "北澜区人民政府办公室") {
		got = append(got, k.Text)
	}
	if s := strings.Join(got, " "); s != "北澜区人民政府办公室 编制 ， 由 北澜区人民政府办公室 解释" {
		t.Error(s)
	}
}

func TestTermsAndKeywords(t *testing.T) {
	terms := Terms(Read("公开义务教育招生政策。义务教育学区划分，义务教育入学。政府信息公开工作。政府信息公开。"))
	if terms[0] != (Count{"义务教育", terms[0].Tag, 3}) || terms[1].Term != "政府信息公开" || terms[1].Count != 2 {
		t.Errorf("%v", terms)
	}
	if k := Keywords(terms, 2); len(k) != 2 || k[0] != "义务教育" || k[1] == "政府信息公开" {
		t.Errorf("%q", k)
	}
}

// FuzzRead: tokens lie in order, apart, and leave out nothing but white space.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"全年共收到申请359件", "第", "第三方", "一二三", "各街道办事处", "镇人民政府", "12.3.4%，，", "ＡＢ１２件", "\xff市教育局",
		"二〇二二年度市", "国家税务总局淮安市税务局"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := 0
		for _, k := range Read(s) {
			if k.Start < at || k.End <= k.Start || k.End > len(s) || s[k.Start:k.End] != k.Text {
				t.Fatalf("%q: %+v after %d", s, k, at)
			}
			if gap := s[at:k.Start]; strings.TrimFunc(gap, unicode.IsSpace) != "" {
				t.Fatalf("%q: %q is in no word", s, gap)
			}
			at = k.End
		}
		if strings.TrimFunc(s[at:], unicode.IsSpace) != "" {
			t.Fatalf("%q: %q is in no word", s, s[at:])
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for text.Len() < 10<<10 {
		for _, s := range goldSentences(b) {
			text.WriteString(s.text)
		}
	}
	s := text.String()[:strings.LastIndex(text.String()[:10<<10], "。")]
	load()
	b.SetBytes(int64(len(s)))
	for b.Loop() {
		Read(s)
	}
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		newDictionary(frequencies())
	}
}

// TestPacked: what is compressed is frequencies.txt; go generate writes both.
func TestPacked(t *testing.T) {
	text, err := os.ReadFile("frequencies.txt")
	if err != nil {
		t.Fatal(err)
	}
	if frequencies() != string(text) {
		t.Error("frequencies.gz is not frequencies.txt")
	}
}
