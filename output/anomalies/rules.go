package anomalies

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/output"
)

// A Rule is one kind of anomaly.
type Rule struct {
	Code           string
	Statistical    bool   // tested against peers, under the false-discovery rate; else exact: what is found is there
	Severity       string // usual; a rule may say less of a weak case
	Arithmetic     bool   // what it finds is about how figures add up, and no story by itself
	Title, TitleZh string
	Doc, DocZh     string   // what is looked for, and how
	Source         string   // the notice, article or paper that it rests on
	SourceZh       string   // the same in Chinese; "" = a paper, which has its name
	Innocent       []string // what would explain it away, most usual first
	InnocentZh     []string
	look           func(context.Context, *finder, *Rule) error
}

// lookOf is how a rule looks; nil = nobody knows.
func lookOf(code string) func(context.Context, *finder, *Rule) error {
	switch code {
	case "carried-over":
		return carriedOver
	case "in-force":
		return inForce
	case "cumulative":
		return cumulative
	case "sum-fails":
		return sumFails
	case "claim-differs":
		return claimDiffers
	case "departments-exceed":
		return departmentsExceed
	case "republished":
		return republished
	case "documents-differ":
		return documentsDiffer
	case "same-numbers-bodies":
		return sameNumbersBodies
	case "same-numbers-years":
		return sameNumbersYears
	case "prose-reused":
		return proseReused
	case "year-unchanged":
		return yearUnchanged
	case "late":
		return late
	case "missing":
		return missing
	case "vanished":
		return vanished
	case "volume":
		return volumes
	case "jump":
		return jumps
	case "structural-zero":
		return structuralZeros
	case "round-numbers":
		return roundNumbers
	case "last-digits":
		return lastDigits
	case "benford":
		return benford
	case "grant-rate", "refusal-reason", "not-held-rate", "backlog-rate", "correction-rate":
		return rates
	}
	return nil
}

//go:embed rules.txt
var rulesText string

var ruleList = sync.OnceValues(func() ([]*Rule, error) { return parseRules("rules.txt", rulesText) })

// Rules are all rules, exact ones first. Each is switched on and off by its code.
func Rules() []*Rule {
	list, _ := ruleList() // a list that cannot be read is told by Find
	return slices.Clone(list)
}

// parseRules reads the list of rules.
func parseRules(name, text string) (out []*Rule, err error) {
	let := map[string]string{}
	var now *Rule
	for i, line := range strings.Split(text, "\n") {
		wrong := func(what string) error { return fmt.Errorf("%s:%d: %s", name, i+1, what) }
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if head, ok := strings.CutPrefix(line, "["); ok {
			if now, err = parseRule(head); err != nil {
				return nil, wrong(err.Error())
			}
			if slices.ContainsFunc(out, func(r *Rule) bool { return r.Code == now.Code }) {
				return nil, wrong("a second rule " + now.Code)
			}
			out = append(out, now)
			continue
		}
		field, said, ok := strings.Cut(line, ": ")
		if !ok {
			return nil, wrong("not FIELD: text")
		}
		if said, err = expand(said, let); err != nil {
			return nil, wrong(err.Error())
		}
		if name, ok := strings.CutPrefix(field, "let "); ok {
			let[name] = said
			continue
		}
		if now == nil || !now.set(field, said) {
			return nil, wrong("no field " + field + " of a rule")
		}
	}
	for _, r := range out {
		if r.Title == "" || r.TitleZh == "" || r.Doc == "" || r.DocZh == "" || r.Source == "" || len(r.Innocent) == 0 ||
			len(r.Innocent) != len(r.InnocentZh) {
			return nil, fmt.Errorf("%s: rule %s is not told in full in both languages", name, r.Code)
		}
	}
	return out, nil
}

// parseRule reads the line that begins a rule, without its bracket.
func parseRule(head string) (*Rule, error) {
	code, rest, closed := strings.Cut(head, "]")
	f := strings.Fields(rest)
	arithmetic := len(f) == 3 && f[2] == "arithmetic"
	if !closed || len(f) != 2 && !arithmetic || f[0] != "exact" && f[0] != "statistical" ||
		!slices.Contains(output.CodeWords("severity"), f[1]) {
		return nil, errors.New("not [code] exact|statistical SEVERITY [arithmetic]")
	}
	r := &Rule{Code: code, Statistical: f[0] == "statistical", Severity: f[1], Arithmetic: arithmetic, look: lookOf(code)}
	if r.look == nil {
		return nil, fmt.Errorf("nobody knows how to look for %q", code)
	}
	return r, nil
}

// set puts a text into its field.
func (r *Rule) set(field, said string) bool {
	switch field {
	case "innocent":
		r.Innocent = append(r.Innocent, said)
	case "innocent zh":
		r.InnocentZh = append(r.InnocentZh, said)
	default:
		to := map[string]*string{"title": &r.Title, "title zh": &r.TitleZh, "doc": &r.Doc, "doc zh": &r.DocZh,
			"source": &r.Source, "source zh": &r.SourceZh}[field]
		if to == nil || *to != "" {
			return false
		}
		*to = said
	}
	return true
}

// expand puts texts in the place of their names.
func expand(s string, let map[string]string) (string, error) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "{")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		name, after, closed := strings.Cut(rest, "}")
		said, ok := let[name]
		if !closed || !ok {
			return "", fmt.Errorf("nothing is let %q", name)
		}
		b.WriteString(said)
		s = after
	}
}

// chosen gives the rules that are asked for and not switched off.
func chosen(only, off []string) ([]*Rule, error) {
	all, err := ruleList()
	if err != nil {
		return nil, err
	}
	var codes []string
	for _, r := range all {
		codes = append(codes, r.Code)
	}
	for _, c := range append(append([]string(nil), only...), off...) {
		if !slices.Contains(codes, c) {
			return nil, fmt.Errorf("no rule %q; there are %s", c, strings.Join(codes, ", "))
		}
	}
	var out []*Rule
	for _, r := range all {
		if (len(only) == 0 || slices.Contains(only, r.Code)) && !slices.Contains(off, r.Code) {
			out = append(out, r)
		}
	}
	return out, nil
}

// ByCode gives a rule; nil where there is none.
func ByCode(code string) *Rule {
	for _, r := range Rules() {
		if r.Code == code {
			return r
		}
	}
	return nil
}
