package normalize

import (
	"math/rand"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
)

// TestFinders: what is found by hand, or looked for only in texts that may hold it, is what the regular expressions find that
// say what is meant.
func TestFinders(t *testing.T) {
	years := regexp.MustCompile(`(?:20[012]\d|二[〇○零OoΟ0][一二三四五六七八九〇○零OoΟ0]{2})年?度?`)
	titles := regexp.MustCompile(`[《〈<][^《》〈〉<>]{1,120}[》〉>]`)
	long := strings.Repeat("规", 119)
	letters := strings.Split("2 20 202 2022 2022年 20222 1 9 0 3 7 年 年度 度 二 二〇 二〇二二 二零一O o Ο 一 月 日 - . / ~ ， 《 》 〈 〉 < > X "+
		"\n \xe4 学年 学 机关 单位： 来源 至 到 由 编制 撰写 ,由 报告由 此 ( ) （ ） 位置: 首页 home index> 当前 附件 【 】 正文: 字号 title: 公布 关于 填报 发布了 “ › » → > / "+
		"第 页 — 二、 ③ | │ 。 , "+long, " ")
	byWhomAnywhere := regexp.MustCompile(`(?:^|[,。;:(]|规定|要求|报告|年报|精神|有关|此)由` +
		`([\p{Han}()、·]{2,60}?)(?:编制|编写|编撰|撰写|编辑|起草|编报|制作|编纂)`)
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
		if want := byWhomAnywhere.FindAllStringSubmatchIndex(s, 3); len(want) > 0 || len(findByWhom(s, 3)) > 0 {
			for i := range want {
				want[i] = want[i][2:]
			}
			var got [][]int
			for _, m := range findByWhom(s, 3) {
				got = append(got, m[2:])
			}
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("%q says at %v by whom it is, the expression finds %v", s, got, want)
			}
		}
		if !strings.ContainsRune(frontBegins, firstRune(s)) && titleFront.MatchString(s) {
			t.Fatalf("before a title %q may stand, of which the first character is not known", s)
		}
		for _, re := range partStyles {
			if !strings.ContainsRune(partBegins, firstRune(s)) && re.MatchString(s) {
				t.Fatalf("%q begins a part, and its first character is not known", s)
			}
		}
		if got, want := doingAt(s), doings.FindStringIndex(s); !reflect.DeepEqual(got, want) {
			t.Fatalf("%q says at %v what is done with a report, the expression finds %v", s, got, want)
		}
		if got := isPageFurniture(form.Squeeze(s)); isPageNumber(s) != got {
			t.Fatalf("whether %q is the number of a page: %v squeezed", s, got)
		}
		if got, want := leadOf(s), leadVerbs.FindString(s); got != want {
			t.Fatalf("before a name %q says %q, the expression finds %q", s, got, want)
		}
		if !containsAny(s, pathWords) && pathLike.MatchString(s) {
			t.Fatalf("%q is like a path, of which no word is known", s)
		}
		if got, want := holdsStep(s), containsAny(s, stepMarks); got != want {
			t.Fatalf("whether %q holds the mark of a step: %v, not %v", s, got, want)
		}
		if got, want := halfOpen(s), holds(s, "（", "(") != holds(s, "）", ")"); got != want {
			t.Fatalf("whether a bracket of %q is torn: %v, not %v", s, got, want)
		}
		if got, want := beforeBars(s), strings.TrimRight(s, "|｜ 　\n"); got != want {
			t.Fatalf("before its bars %q is %q, not %q", s, want, got)
		}
	}
}
