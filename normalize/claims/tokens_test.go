package claims

import (
	"math/rand"
	"regexp"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestFindDate: a year is found where the expression finds it, and no text in which months are found is passed over.
func TestFindDate(t *testing.T) {
	yearAt := regexp.MustCompile(`^(20\d\d)\s*年度?`)
	parts := []string{"", "1", "12", "123", "20", "2022", "0", "年", "年度", "月", "日", " ", "\n", "\t", "至", "12月", "件", "，"}
	for _, a := range parts {
		for _, b := range parts {
			for _, c := range parts {
				for _, d := range parts {
					s := a + b + c + d
					if got, want := findYear(s), len(yearAt.FindString(s)); got != want {
						t.Fatalf("the year of %q ends at %d, not %d", s, got, want)
					}
					if monthsAt.MatchString(s) && !mayBeMonths(s) {
						t.Fatalf("%q begins with months, which are not seen", s)
					}
				}
			}
		}
	}
}

// TestNothingToRead: a text that is passed over has no token of which a claim could be made, and one with such a token is not.
func TestNothingToRead(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	if len(g.noneWords) < 20 {
		t.Fatalf("there are %d words for none: %q", len(g.noneWords), g.noneWords)
	}
	parts := append([]string{"2022年", "3件", "两起", "一是", "进一步", "行政复议", "，", "。", "无", "未", "申请", "《3件》", "没有"}, g.noneWords...)
	rng := rand.New(rand.NewSource(1))
	passed := 0
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.Intn(5) {
			b.WriteString(parts[rng.Intn(len(parts))])
		}
		s := b.String()
		numbers := mentions(s)
		if len(numbers) > 0 || g.saysNone(s) {
			continue
		}
		passed++
		for _, k := range g.tokens(s, numbers) {
			if k.is(number, none, noText) {
				t.Fatalf("%q is passed over, and holds %q", s, k.text)
			}
		}
	}
	if passed < 300 {
		t.Errorf("only %d texts were passed over", passed)
	}
}

// TestLexicon: every word is found by its first character, the longest first.
func TestLexicon(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	for r, entries := range g.lexicon {
		for _, e := range entries {
			if got := g.longest(r, e.word); got == nil || got.word != e.word {
				t.Errorf("%q is not found: %v", e.word, got)
			}
		}
	}
	if e := g.longest('龘', "龘"); e != nil {
		t.Errorf("%q is found where no word is", e.word)
	}
}
