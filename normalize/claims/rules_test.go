package claims

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// without gives the grammar without one rule.
func without(t *testing.T, section string, i int) *grammar {
	t.Helper()
	g, err := parseGrammar(wordsText, rulesText)
	if err != nil {
		t.Fatal(err)
	}
	s := g.sections()[section]
	s.rules = slices.Delete(s.rules, i, i+1)
	return g
}

// contexts are those that the sentences of rules.txt are read in.
var contexts = []Context{{}, {Year: 2022}, {Year: 2022, Topic: "disputes"}, {Year: 2022, Topic: "applications"}}

func readings(g *grammar, text string) []string {
	var out []string
	for _, known := range contexts {
		var b strings.Builder
		for _, c := range g.read(text, known) {
			fmt.Fprintln(&b, c.Text, c.Relation, c.Cells, c.Of)
		}
		out = append(out, b.String())
	}
	return out
}

// TestEveryRuleIsNeeded reads the sentences of every rule with it and without: each must be read otherwise. A rule that an earlier
// one hides, or that says what none says too, fails.
func TestEveryRuleIsNeeded(t *testing.T) {
	g := load()
	n := 0
	for name, s := range g.sections() {
		for i, u := range s.rules {
			less := without(t, name, i)
			for _, text := range u.examples {
				if n++; slices.Equal(readings(g, text), readings(less, text)) {
					t.Errorf("rules.txt:%d: %q is read the same without the rule:\n%s", u.line, text, readings(g, text)[1])
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
	for _, c := range []struct{ words, rules, want string }{
		{"APP 申请", "", "words.txt:1: a class without a tab and words"},
		{"", "> 申请\n", "rules.txt:1: > before the first section"},
		{"", "section tables", "rules.txt:1: section tables is not known, or there twice"},
		{"", "section rates\nsection rates", "rules.txt:2: section rates is not known, or there twice"},
		{"", "section rates at once", `rules.txt:1: section rates "at once" is neither in order nor by the first word`},
		{"", "section rates\n\nwords APP", "rules.txt:3: no words say APP"},
		{"APP\t申请", "section rates\nwords APP\nrows R APP=received", "rules.txt:3: APP is in the section already"},
		{"APP\t申请", "section rates\nwords APP\nAPP → nothing", "rules.txt:3: a rule without the sentence that needs it"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP", `rules.txt:4: "APP" is no rule: it has no →`},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nNEW → nothing", "rules.txt:4: NEW is no word of the section"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nonly → nothing", "rules.txt:4: a pattern without words"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP if rain → nothing", "rules.txt:4: no condition is called rain"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP →", "rules.txt:4: a rule without an effect"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing at all", "rules.txt:4: nothing and more"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → share before", "rules.txt:4: a share is CELL of CELL"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → a.total b.total", "rules.txt:4: b.total where + should be"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing; weather fine", `rules.txt:4: "weather fine" is nothing to remember`},
		{"APP\t申请\nNP\t自然人", "section rates\nwords APP\ncolumns C NP=natural_person\n> 申请\nAPP|NP → nothing", "rules.txt:5: NP names something else than the words beside it"},
		{"APP\t申请", "section rates\nwords APP\n> 申请\nAPP → nothing", "rules.txt: no rules of section "},
	} {
		if _, err := parseGrammar(c.words, c.rules); err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%q %q: %v, want %s", c.words, c.rules, err, c.want)
		}
	}
}
