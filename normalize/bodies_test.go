package normalize_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/agencies"
	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/places"
)

// noID is what no identity of a body looks like: one that holds a place's word left over, half an ending, a bracket without
// its name, a sentence.
var noID = regexp.MustCompile(`/(?:other|department|zone|township|subdistrict)/` +
	`(?:[省市县区州盟旗](?:残|供销|教|财|民|统|水|农|卫|公安|人民)|\()|总$|负责|公开|报告|年|^0{6}/(?:township|subdistrict|zone)`)

// TestBodies lists every distinct identity that the texts here lead to, with the names that it came from (-v shows the list,
// which is to be read whole), and asks of each what can be asked: a division that is there, a well-formed name, no doubt.
func TestBodies(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]map[string]string{} // id, name, where
	add := func(rep *normalize.Report, at string) {
		if rep.Body.ID == "" {
			return
		}
		if names[rep.Body.ID] == nil {
			names[rep.Body.ID] = map[string]string{}
		}
		names[rep.Body.ID][rep.Agency] = at
		if flaw := agencies.Flaw(rep.Agency); flaw != "" || warned(rep, "agency-doubtful", "title-doubtful", "head-unreadable") {
			t.Errorf("%s: an id for %q: %s %v", at, rep.Agency, flaw, rep.Findings)
		}
		if code := strings.Split(rep.Body.ID, "/")[0]; code != agencies.NationalCode && places.At(code, 0) == nil {
			t.Errorf("%s: %s is in no division", at, rep.Body.ID)
		}
		if noID.MatchString(rep.Body.ID) {
			t.Errorf("%s: %q has the id %s", at, rep.Agency, rep.Body.ID)
		}
	}
	for _, file := range []string{"pages", "others"} {
		for i, s := range readHeadStyles(t, "testdata/heads/"+file+".txt") {
			as := "page.txt"
			if f := s.want["format"]; f != "" {
				as = "page." + f
			}
			text := strings.ReplaceAll(s.text, "{text}", saysNothing[i%len(saysNothing)])
			add(heading(t, forms, text, as), file+": "+s.name)
		}
	}
	for _, folder := range []string{"../../shared/wild/*.txt", "../../shared/samples/*.*t*", "../../shared/faults/*.txt",
		"../../shared/faults/*.md", "../examples/*/*.html", "../examples/*/*.txt"} {
		files, _ := filepath.Glob(folder)
		for _, path := range files {
			body, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			doc, err := extract.Read(body, filepath.Base(path))
			if err != nil {
				continue
			}
			for _, rep := range normalize.ReadAll(doc, forms, normalize.Origin{}) {
				add(rep, filepath.Base(path))
			}
		}
	}
	var list []string
	for id, ns := range names {
		var each []string
		for n, at := range ns {
			each = append(each, fmt.Sprintf("%s (%s)", n, at))
		}
		sort.Strings(each)
		list = append(list, id+"  "+strings.Join(each, ", "))
	}
	sort.Strings(list)
	t.Logf("%d bodies\n%s", len(list), strings.Join(list, "\n"))
	if len(list) < 100 {
		t.Errorf("%d bodies, want 100 and more", len(list))
	}
}
