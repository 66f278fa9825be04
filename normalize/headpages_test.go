package normalize_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
)

// strayStart is what a page puts before a title.
var strayStart = regexp.MustCompile(`^(?:正文|当前|您|【|\[|标题|名称|题名|字号|字体|打印|附件|《|[?？\-|#*:：]|首页|title)`)

// TestHeadPages reads the tops of pages in testdata/heads/pages.txt: portals' chrome, letters, covers, phones. A wrong body or
// year without a warning is never let through, nor is an id in another division; what is right is placed and carries no
// warning.
func TestHeadPages(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	right, all := map[string]int{}, map[string]int{}
	score := func(what string, ok bool) {
		all[what]++
		if ok {
			right[what]++
		}
	}
	for i, s := range readHeadStyles(t, "testdata/heads/pages.txt") {
		file := "page.txt"
		if f := s.want["format"]; f != "" {
			file = "page." + f
		}
		rep := heading(t, forms, strings.ReplaceAll(s.text, "{text}", saysNothing[i%len(saysNothing)]), file)
		bad := func(format string, args ...any) { t.Errorf("%s: %s", s.name, fmt.Sprintf(format, args...)) }
		score("kind", !refused(rep))
		if refused(rep) {
			bad("refused: %s", rep.Reason)
			continue
		}
		names := []string{}
		for _, n := range append(strings.Split(s.want["also"], "|"), s.want["agency"]) {
			if n = form.Squeeze(n); n != "" {
				names = append(names, strings.TrimPrefix(n, "-"))
			}
		}
		doubt := warned(rep, "agency", "title", "year")
		ok := slices.Contains(names, rep.Agency)
		score("agency", ok)
		if !ok {
			bad("agency %q, want %q (warned: %v)", rep.Agency, names, doubt)
		}
		if strayStart.MatchString(rep.Title) {
			bad("title %q", rep.Title)
		}
		year, _ := strconv.Atoi(s.want["year"])
		score("year", rep.Year == year)
		if rep.Year != year {
			bad("year %d", rep.Year)
		}
		score("published", rep.Published == s.want["published"])
		if rep.Published != s.want["published"] {
			bad("published %q, want %q", rep.Published, s.want["published"])
		}
		if d := s.want["doubt"]; d == "yes" && !doubt {
			bad("no doubt")
		} else if d == "" && ok && rep.Agency != "" {
			score("no warning where right", !doubt)
			if doubt {
				bad("a warning: %v", rep.Findings)
			}
		}
		if want := s.want["place"]; want != "" {
			at := "-"
			if d := places.At(rep.Body.Code, 0); d != nil {
				at = d.Path()
			} else if rep.Body.Code != "" {
				at = rep.Body.Code
			}
			if want != "-" && (ok || at != "-") {
				score("id where it can be placed", at == want && rep.Body.ID != "")
			}
			if at != want && !(at == "-" && doubt) {
				bad("in %s, want %s: %q %v", at, want, rep.Agency, rep.Body.Evidence)
			}
		} else if rep.Body.ID != "" {
			t.Logf("%s: %s", s.name, rep.Body.ID)
		}
	}
	for what, n := range all {
		t.Logf("%-26s %d of %d", what, right[what], n)
	}
}
