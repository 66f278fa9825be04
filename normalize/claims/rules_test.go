package claims

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/gongkai/gongkai/normalize/form"
)

// without gives the grammar without one rule.
func without(whole *Grammar, section string, i int) *Grammar {
	g := *whole
	s := g.sections()[section]
	s.rules = slices.Concat(s.rules[:i:i], s.rules[i+1:])
	return &g
}

// contexts are those that the sentences of rules.txt are read in.
var contexts = []Context{{}, {Year: 2022}, {Year: 2022, Topic: "disputes"}, {Year: 2022, Topic: "applications"}}

func readings(g *Grammar, text string) []string {
	var out []string
	for _, known := range contexts {
		var b strings.Builder
		for _, c := range g.Read(text, known) {
			fmt.Fprintln(&b, c.Text, c.Relation, c.Cells, c.Of, c.Or)
		}
		out = append(out, b.String())
	}
	return out
}

// TestEveryRuleIsNeeded reads the sentences of every rule with it and without: each must be read otherwise. A rule
// that an earlier one hides, or that says what none says too, fails.
func TestEveryRuleIsNeeded(t *testing.T) {
	g := builtIn(t)
	n := 0
	for name, s := range g.sections() {
		for i, u := range s.rules {
			less := without(g, name, i)
			for _, text := range u.examples {
				if n++; slices.Equal(readings(g, text), readings(less, text)) {
					t.Errorf("rules.txt:%d: %q is read the same without the rule:\n%s", u.line, text,
						readings(g, text)[1])
				}
			}
		}
	}
	if n < 60 {
		t.Errorf("%d sentences", n)
	}
}

// TestGrammarErrors: what is wrong in the files is told with file and line.
func TestGrammarErrors(t *testing.T) {
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ words, rules, want string }{
		{"APP 申请", "", "words.txt:1: a class without a tab and words"},
		{"", "> 申请\n", "rules.txt:1: > before the first section"},
		{"", "section tables", "rules.txt:1: section tables is not known, or there twice"},
		{"", "section rates\nsection rates", "rules.txt:2: section rates is not known, or there twice"},
		{"", "section rates at once", `rules.txt:1: section rates "at once" is neither in order nor by the first word`},
		{"", "section rates\n\nwords APP", "rules.txt:3: no words say APP"},
		{"APP\t申请", "section rates\nwords APP\nrows R APP=received", "rules.txt:3: APP is in the section already"},
		{"APP\t申请", "section rates\nwords APP\nAPP → nothing",
			"rules.txt:3: a rule without the sentence that needs it"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP", `rules.txt:4: "APP" is no rule: it has no →`},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nNEW → nothing", "rules.txt:4: NEW is no word of the section"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nonly → nothing", "rules.txt:4: a pattern without words"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP if rain → nothing",
			"rules.txt:4: no condition is called rain"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP →", "rules.txt:4: a rule without an effect"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing at all", "rules.txt:4: nothing and more"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → share before", "rules.txt:4: a share is CELL of CELL"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → a.total b.total", "rules.txt:4: b.total where + should be"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing; weather fine",
			`rules.txt:4: "weather fine" is nothing to remember`},
		{"APP\t申请\nNP\t自然人", "section rates\nwords APP\ncolumns C NP=natural_person\n> 申请\nAPP|NP → nothing",
			"rules.txt:5: NP names something else than the words beside it"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing", "rules.txt: no rules of section "},
	} {
		if _, err := newGrammar(forms, c.words, c.rules); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q %q: %v, want %s", c.words, c.rules, err, c.want)
		}
	}
}

// TestNewRow: a notice that brings a row is one file. The row is read where its words stand, and is part of its kind.
func TestNewRow(t *testing.T) {
	b, err := os.ReadFile("../form/notices/applications-2021.form")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.NewReplacer(
		"edition 2021", "edition 2031", "years 2021-", "years 2031-",
		"row unavailable_not_held", "row refused_weather 三、本年度办理结果 / （三）不予公开 / 9.属于天气\n  is refused reason\n"+
			"  said 属于天气\nrow unavailable_not_held",
		"refused_inquiry +", "refused_inquiry + refused_weather +").Replace(string(b))
	forms, err := form.LoadFS(os.DirFS("../form/notices"), fstest.MapFS{"applications-2031.form": {Data: []byte(text)}})
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	const said = "不予公开12件，其中属于天气3件，占25%。"
	claims := g.Read(said, Context{Year: 2031})
	all := forms.Editions("applications")
	var want []string
	for _, row := range all[len(all)-1].Rows {
		if slices.Contains(row.Kinds, "refused") {
			want = append(want, "applications."+row.Name+".total")
		}
	}
	if got := claims[0].Cells; len(want) != 9 || !slices.Equal(got, want) {
		t.Errorf("不予公开 is %s, want %s", got, want)
	}
	if got := claims[1].Cells; !slices.Equal(got, []string{"applications.refused_weather.total"}) {
		t.Errorf("属于天气 is %s", got)
	}
	if got := g.Read(said, Context{Year: 2022}); len(got[0].Cells) != 8 {
		t.Errorf("不予公开 of 2022 is %s", got[0].Cells)
	}
	if got := builtIn(t).Read(said, Context{Year: 2031}); len(got[0].Cells) != 8 || got[1].Cells != nil {
		t.Errorf("without the notice: %s, %s", got[0].Cells, got[1].Cells)
	}
}

// TestEditions: which edition has which cells is asked of the forms.
func TestEditions(t *testing.T) {
	for _, c := range []struct {
		text  string
		known Context
		want  string
	}{
		{"制发规章3件", Context{Year: 2022}, "active.regulation.issued"},
		{"制发规章3件", Context{Year: 2019}, "active.regulation.made"},
		{"制发规章3件", Context{Year: 2022, Editions: map[string]string{"active": "2019"}}, "active.regulation.made"},
		{"2020年制发规章3件", Context{}, "active.regulation.made"},
		{"制发规章3件", Context{}, "active.regulation.issued"},
		{"新制作规章3件", Context{Year: 2022}, "active.regulation.made"},
		{"废止规章3件", Context{Year: 2022}, "active.regulation.repealed"},
		{"废止规章3件", Context{Year: 2019}, ""},
		{"其他处理3件", Context{Year: 2019}, "applications.closed.total"},
		{"其他处理3件", Context{Year: 2022, Editions: map[string]string{"active": "2019"}}, "applications.closed.total"},
		{"其他处理3件", Context{Year: 2022},
			"applications.closed_not_corrected.total+applications.closed_fee_unpaid.total+applications.closed_other." +
				"total"},
		{"行政诉讼3件", Context{Year: 2022}, "disputes.litigation_direct.total+disputes.litigation_after.total"},
	} {
		if got := builtIn(t).Read(c.text, c.known); len(got) != 1 || strings.Join(got[0].Cells, "+") != c.want {
			t.Errorf("%s %v: %+v, want %s", c.text, c.known, got, c.want)
		}
	}
}

// TestTableBefore: a table of another form that stands before those that the prose speaks of changes nothing.
func TestTableBefore(t *testing.T) {
	forms, err := form.Load(fstest.MapFS{"annex.form": {Data: []byte("table annex\nedition 2021\nyears 2021-\n" +
		"section 一\nlayout crossed\ntitle 总体情况\ncolumn a 甲\nrow x 某事项\n")}})
	if err != nil {
		t.Fatal(err)
	}
	if forms.Tables()[0] != "annex" {
		t.Fatalf("the tables are %s", forms.Tables())
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	known := Context{Year: 2022, Editions: map[string]string{"annex": "2021", "active": "2019"}}
	if got := g.Read("其他处理3件", known); len(got) != 1 ||
		!slices.Equal(got[0].Cells, []string{"applications.closed.total"}) {
		t.Errorf("%+v", got)
	}
}

// TestWordsOnce: no word of words.txt is there twice, or said by a form.
func TestWordsOnce(t *testing.T) {
	g := builtIn(t)
	seen := map[string]string{}
	for _, e := range g.formWords() {
		if was := seen[e.word]; was != "" && was != e.class.name {
			t.Errorf("%s is said for %s and for %s", e.word, was, e.class.name)
		}
		seen[e.word] = e.class.name
	}
	for line := range strings.Lines(wordsText) {
		name, words, ok := strings.Cut(strings.TrimSpace(line), "\t")
		for w := range strings.FieldsSeq(words) {
			if was := seen[w]; ok && was != "" {
				t.Errorf("%s is a word of %s and of %s", w, was, name)
			}
			seen[w] = name
		}
	}
}
