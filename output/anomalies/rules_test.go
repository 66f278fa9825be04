package anomalies

import (
	"strings"
	"testing"
)

// TestRuleErrors: what is wrong with the list of rules is told with its line.
func TestRuleErrors(t *testing.T) {
	whole := "title: t\ntitle zh: z\ndoc: d\ndoc zh: z\nsource: s\ninnocent: i\ninnocent zh: z\n"
	if list, err := parseRules("r.txt", "let who: peers\n[late] exact note\n"+strings.Replace(whole, "doc: d",
		"doc: of {who}.", 1)); err != nil ||
		len(list) != 1 || list[0].Doc != "of peers." || list[0].Severity != "note" {
		t.Fatalf("%+v: %v", list, err)
	}
	for text, want := range map[string]string{
		"title: x":                                                  "r.txt:1: no field title of a rule",
		"[late] exact":                                              "r.txt:1: not [code] exact|statistical SEVERITY [arithmetic]",
		"[late] exact grave":                                        "r.txt:1: not [code] exact|statistical SEVERITY [arithmetic]",
		"[never] exact note":                                        `r.txt:1: nobody knows how to look for "never"`,
		"[late] exact note\nwords":                                  "r.txt:2: not FIELD: text",
		"[late] exact note\nbody: x":                                "r.txt:2: no field body of a rule",
		"[late] exact note\ntitle: x\ntitle: y":                     "r.txt:3: no field title of a rule",
		"[late] exact note\ndoc: {peers}":                           `r.txt:2: nothing is let "peers"`,
		"[late] exact note\n" + whole + "[late] exact note\n":       "r.txt:9: a second rule late",
		"[late] exact note\n" + strings.Replace(whole, "zh", "", 1): "r.txt:3: no field title  of a rule",
		"[late] exact note\n" + whole +
			"innocent: j\n": "r.txt: rule late is not told in full in both languages",
	} {
		if _, err := parseRules("r.txt", text); err == nil || err.Error() != want {
			t.Errorf("%q: %v, not %s", text, err, want)
		}
	}
}
