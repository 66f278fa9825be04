package normalize_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/normalize"
	"github.com/gongkai/gongkai/normalize/form"
)

// The floors that the reading of heads does not fall below. A wrong body, year or day without a warning is never let
// through, whatever the floors say.
var headFloors = map[string]float64{"kind": 0.99, "agency": 0.99, "year": 0.99, "published": 0.99, "period": 0.99,
	"id where it can be placed": 0.97, "no warning where right": 0.98}

// A headStyle is one way in which pages print their head.
type headStyle struct {
	name, text string
	want       map[string]string
}

func readHeadStyles(t *testing.T, file string) []headStyle {
	t.Helper()
	body, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []headStyle
	for _, stanza := range strings.Split("\n"+string(body), "\n== ")[1:] {
		head, text, ok := strings.Cut(stanza, "\n\n")
		if !ok {
			t.Fatalf("%s: no text in %q", file, stanza)
		}
		lines := strings.Split(head, "\n")
		s := headStyle{name: lines[0], text: strings.TrimRight(text, "\n") + "\n", want: map[string]string{}}
		for _, l := range lines[1:] {
			k, v, ok := strings.Cut(l, ": ")
			if !ok {
				t.Fatalf("%s: %s: %q is no key and value", file, s.name, l)
			}
			s.want[k] = v
		}
		out = append(out, s)
	}
	return out
}

// A headBody is a body that reports, with what it is called.
type headBody struct{ name, id, self, near, trad string }

func readHeadBodies(t *testing.T) []headBody {
	t.Helper()
	body, err := os.ReadFile("testdata/heads/bodies.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []headBody
	for line := range strings.Lines(string(body)) {
		if f := strings.Split(strings.TrimSpace(line), " | "); len(f) == 5 && line[0] != '#' {
			out = append(out, headBody{f[0], f[1], f[2], f[3], f[4]})
		}
	}
	return out
}

// saysNothing are texts that do not name the body.
var saysNothing = []string{
	"根据《中华人民共和国政府信息公开条例》要求编制本报告。\n一、总体情况\n主动公开政府信息268条，未收到政府信息公开申请。\n二、主动公开政府信息情况\n无。",
	"本报告由概述、主动公开政府信息情况、依申请公开政府信息情况、存在的主要问题及改进措施等部分组成。\n一、概述\n推进政府信息公开工作运行正常。\n二、主动公开政府信息情况\n全年主动公开政府信息91条。",
	"一、总体情况\n认真贯彻落实《中华人民共和国政府信息公开条例》，全年公开各类信息120条，收到申请2件，答复2件。\n二、存在的主要问题及改进情况\n公开内容不够全面。",
}

var headNumerals = []rune("〇一二三四五六七八九")

// fill puts a body and a year into a style.
func (s *headStyle) fill(text string, b headBody, year, n int) string {
	words := ""
	for _, r := range fmt.Sprint(year) {
		words += string(headNumerals[r-'0'])
	}
	return strings.NewReplacer("{body}", b.name, "{self}", b.self, "{near}", b.near, "{trad}", b.trad,
		"{year}", fmt.Sprint(year), "{next}", fmt.Sprint(year+1), "{words}", words,
		"{text}", saysNothing[n%len(saysNothing)]).Replace(text)
}

func heading(t *testing.T, forms *form.Forms, text, name string) *normalize.Report {
	t.Helper()
	doc, err := extract.Read([]byte(text), name)
	if err != nil {
		t.Fatal(err)
	}
	return normalize.ReadAll(doc, forms, normalize.Origin{})[0]
}

func warned(rep *normalize.Report, prefixes ...string) bool {
	for _, f := range rep.Findings {
		for _, p := range prefixes {
			if f.Severity != normalize.Note && strings.HasPrefix(f.Code, p) {
				return true
			}
		}
	}
	return false
}

func refused(rep *normalize.Report) bool {
	if rep.Status != normalize.StatusUnread {
		return false
	}
	for _, p := range []string{"not an annual report", "a list of reports", "another kind", "a login page", "the page holds no text"} {
		if strings.HasPrefix(rep.Reason, p) {
			return true
		}
	}
	return false
}

// TestHeads reads the heads of testdata/heads: every style with bodies of all levels and years of all eras. Each body,
// year, day and period is right, or is absent, or carries a warning; and an id is that of the body.
func TestHeads(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	styles, bodies := readHeadStyles(t, "testdata/heads/styles.txt"), readHeadBodies(t)
	right, all := map[string]int{}, map[string]int{}
	score := func(what string, ok bool) {
		all[what]++
		if ok {
			right[what]++
		}
	}
	heads := 0
	for i := range styles {
		s := &styles[i]
		only := regexp.MustCompile(s.want["bodies"])
		for j, b := range bodies {
			if !only.MatchString(b.name) || s.want["bodies"] == "" && (j+i)%4 != 0 && testing.Short() {
				continue
			}
			heads++
			year := 2008 + (7*i+5*j)%18
			want := func(key, usual string) string {
				v, ok := s.want[key]
				switch {
				case !ok:
					v = usual
				case v == "-":
					v = ""
				}
				return s.fill(v, b, year, i)
			}
			file := "head.txt"
			if f := s.want["format"]; f != "" {
				file = "head." + f
			}
			text := s.fill(s.text, b, year, i+j)
			rep := heading(t, forms, text, file)
			at := fmt.Sprintf("%s, %s %d", s.name, b.name, year)
			bad := func(format string, args ...any) { t.Errorf("%s: %s", at, fmt.Sprintf(format, args...)) }

			score("kind", !refused(rep))
			if refused(rep) {
				bad("refused: %s", rep.Reason)
			}
			agency := form.Squeeze(want("agency", "{body}"))
			also, hasAlso := s.want["also"]
			ok := rep.Agency == agency || hasAlso && rep.Agency == form.Squeeze(s.fill(strings.TrimPrefix(also, "-"), b, year, i))
			doubt := warned(rep, "agency", "title")
			score("agency", ok)
			if !ok {
				bad("agency %q, want %q (warned: %v)", rep.Agency, agency, doubt)
			}
			if s.want["doubt"] == "yes" {
				if !doubt || rep.Body.ID != "" {
					bad("no doubt, or an id: %q %q", rep.Agency, rep.Body.ID)
				}
			} else if ok && agency != "" {
				y := warned(rep, "agency", "title", "year")
				score("no warning where right", !y)
				if y {
					bad("a warning: %v", rep.Findings)
				}
				if b.id != "-" {
					score("id where it can be placed", rep.Body.ID == b.id)
				}
			}
			if rep.Body.ID != "" && rep.Body.ID != b.id {
				bad("id %q of %q, want %q", rep.Body.ID, rep.Agency, b.id)
			}
			score("year", rep.Year == year)
			if rep.Year != year {
				bad("year %d", rep.Year)
			}
			published := want("published", "")
			score("published", rep.Published == published)
			if rep.Published != published {
				bad("published %q, want %q", rep.Published, published)
			}
			period := want("period", "")
			if period == "whole" {
				period = fmt.Sprintf("%d-01-01 %d-12-31", year, year)
			}
			got := strings.TrimSpace(rep.Period.From + " " + rep.Period.To)
			if period == "" && year == 2008 && got != "" {
				period = "2008-05-01 2008-12-31" // the Regulations of 2007 were in force for eight months of it
			}
			score("period", got == period)
			if got != period {
				bad("period %q, want %q", got, period)
			}
		}
	}
	if heads < 400 {
		t.Errorf("%d heads, want 400 and more", heads)
	}
	for what, floor := range headFloors {
		rate := float64(right[what]) / float64(max(1, all[what]))
		t.Logf("%-26s %d of %d", what, right[what], all[what])
		if rate < floor {
			t.Errorf("%s right: %.4f is below the floor of %.4f", what, rate, floor)
		}
	}
}

// TestNoHeads: papers of other kinds are not taken for reports.
func TestNoHeads(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	others := readHeadStyles(t, "testdata/heads/others.txt")
	if len(others) < 60 {
		t.Errorf("%d papers, want 60 and more", len(others))
	}
	for _, s := range others {
		rep := heading(t, forms, s.text, "other.txt")
		if !refused(rep) {
			t.Errorf("%s: taken for a report: %s %q, title %q", s.name, rep.Status, rep.Reason, rep.Title)
		}
	}
}
