package normalize

import (
	"math/rand"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestFinders: what is found by hand, or looked for only in texts that may hold it, is what the regular expressions find that
// say what is meant.
func TestFinders(t *testing.T) {
	years := regexp.MustCompile(`(?:20[012]\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年?度?`)
	titles := regexp.MustCompile(`[《〈<][^《》〈〉<>]{1,120}[》〉>]`)
	long := strings.Repeat("规", 119)
	letters := strings.Split("2 20 202 2022 2022年 20222 1 9 0 3 7 年 年度 度 二 二〇 二〇二二 二零一O o Ο 一 月 日 - . / ~ ， 《 》 〈 〉 < > X "+
		"\n \xe4 学年 学 机关 单位： 来源 至 到 "+long, " ")
	rng := rand.New(rand.NewSource(1))
	for range 20_000 {
		var b strings.Builder
		for range 1 + rng.Intn(9) {
			b.WriteString(letters[rng.Intn(len(letters))])
		}
		s := b.String()
		if got, want := findYear(s), years.FindStringIndex(s); !reflect.DeepEqual(got, want) {
			t.Fatalf("the year of %q stands at %v, the expression finds %v", s, got, want)
		}
		if got, want := findShortYear(s), shortYear.FindStringSubmatchIndex(s); !reflect.DeepEqual(got, want) {
			t.Fatalf("the short year of %q stands at %v, the expression finds %v", s, got, want)
		}
		var got [][]int
		for _, m := range quotes(s) {
			got = append(got, m[:])
		}
		if want := titles.FindAllStringIndex(s, -1); !reflect.DeepEqual(got, want) {
			t.Fatalf("titles stand in %q at %v, the expression finds %v", s, got, want)
		}
		if got, want := withoutQuotes(s), titles.ReplaceAllString(s, ""); got != want {
			t.Fatalf("without titles %q is %q, the expression leaves %q", s, got, want)
		}
		if dated := namesDay(s); !dated && (periodWords.MatchString(s) || periodMonths.MatchString(s)) {
			t.Fatalf("%q names a day, which is not seen", s)
		}
		if !containsAny(s, bodyLabelWords) && bodyLabels.MatchString(s) {
			t.Fatalf("%q holds a label, of which no word is known", s)
		}
		if got, want := beforeBars(s), strings.TrimRight(s, "|｜ 　\n"); got != want {
			t.Fatalf("before its bars %q is %q, not %q", s, want, got)
		}
	}
}
