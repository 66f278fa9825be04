package claims

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/gold/floors"
)

// A marked claim of testdata/prose.txt.
type marked struct {
	start, end int
	text, what string
	value      string // value and unit, where they are not the digits and the rest
	scope      string
}

type paragraph struct {
	line int
	text string
	want []marked
}

func gold(t testing.TB) []paragraph {
	b, err := os.ReadFile("testdata/prose.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []paragraph
	for i, line := range strings.Split(string(b), "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		p := paragraph{line: i + 1}
		var text strings.Builder
		for {
			a := strings.IndexByte(line, '{')
			if a < 0 {
				text.WriteString(line)
				break
			}
			z := strings.IndexByte(line, '}')
			text.WriteString(line[:a])
			shown, what, ok := strings.Cut(line[a+1:z], "|")
			if !ok {
				t.Fatalf("line %d: %q", i+1, line[a:z])
			}
			m := marked{start: text.Len(), text: shown}
			for _, f := range strings.Fields(what) {
				switch f[0] {
				case '=':
					m.value = f[1:]
				case '@':
					m.scope = f[1:]
				default:
					m.what = f
				}
			}
			text.WriteString(shown)
			m.end = text.Len()
			p.want = append(p.want, m)
			line = line[z+1:]
		}
		p.text = text.String()
		out = append(out, p)
	}
	return out
}

// columns are the short names that the gold uses for columns, rows those for rows, cells those for both.
var (
	columns = map[string]string{"np": "natural_person", "biz": "business", "res": "research", "pw": "public_welfare", "ls": "legal_service",
		"oth": "other", "org": "organisation", "u": "upheld", "c": "corrected", "o": "other", "p": "pending"}

	rows = map[string]concept{
		"rec": {table: "applications", row: "received"}, "ci": {table: "applications", row: "carried_in"}, "co": {table: "applications", row: "carried_out"},
		"h": {table: "applications", row: "handled_total"}, "in": {table: "applications", row: "all"},
		"g": {table: "applications", row: "granted"}, "pg": {table: "applications", row: "partly_granted"}, "rf": {table: "applications", row: "refused"},
		"uv": {table: "applications", row: "unavailable"}, "rj": {table: "applications", row: "rejected"}, "cl": {table: "applications", row: "closed"},

		"rf.secret": {table: "applications", row: "refused_state_secret"}, "rf.law": {table: "applications", row: "refused_other_law"},
		"rf.safety": {table: "applications", row: "refused_three_safeties"}, "rf.third": {table: "applications", row: "refused_third_party"},
		"rf.internal": {table: "applications", row: "refused_internal"}, "rf.process": {table: "applications", row: "refused_process"},
		"rf.file": {table: "applications", row: "refused_enforcement_file"}, "rf.inquiry": {table: "applications", row: "refused_inquiry"},
		"uv.held": {table: "applications", row: "unavailable_not_held"}, "uv.compiled": {table: "applications", row: "unavailable_not_compiled"},
		"uv.unclear":  {table: "applications", row: "unavailable_unclear"},
		"rj.petition": {table: "applications", row: "rejected_petition"}, "rj.repeat": {table: "applications", row: "rejected_repeat"},
		"rj.publication": {table: "applications", row: "rejected_publication"}, "rj.abusive": {table: "applications", row: "rejected_abusive"},
		"rj.reissue":   {table: "applications", row: "rejected_reissue"},
		"cl.corrected": {table: "applications", row: "closed_not_corrected"}, "cl.fee": {table: "applications", row: "closed_fee_unpaid"},
		"cl.other": {table: "applications", row: "closed_other"},

		"rc": {table: "disputes", row: "reconsideration"}, "lt": {table: "disputes", row: "litigation"},
		"ld": {table: "disputes", row: "litigation_direct"}, "la": {table: "disputes", row: "litigation_after"},
	}

	named = map[string]concept{
		"reg.i": {"active", "regulation", "issued|made"}, "reg.r": {"active", "regulation", "repealed|-"}, "reg.f": {"active", "regulation", "in_force|-"},
		"reg.made": {"active", "regulation", "made"}, "reg.public": {"active", "regulation", "public_total"},
		"nd.i": {"active", "normative_document", "issued|made"}, "nd.r": {"active", "normative_document", "repealed|-"},
		"nd.f": {"active", "normative_document", "in_force|-"}, "nd.made": {"active", "normative_document", "made"},
		"nd.public": {"active", "normative_document", "public_total"},
		"lic":       {"active", "licensing", "decisions"}, "pun": {"active", "punishment", "decisions"}, "coe": {"active", "coercion", "decisions"},
		"fee": {"active", "fees", "amount"}, "proc.items": {"active", "procurement", "items"}, "proc.amount": {"active", "procurement", "amount"},
	}
)

func cellsOf(t *testing.T, what string, known Context) string {
	var out []string
	for _, w := range strings.Split(what, "+") {
		c, ok := named[w]
		if !ok {
			c, ok = rows[w]
			c.column = "total"
		}
		if !ok {
			i := max(strings.LastIndexByte(w, '.'), 0)
			c = rows[w[:i]]
			if c.column = columns[w[min(i+1, len(w)):]]; c.column == "" || c.none() {
				t.Fatalf("%q is no short name", what)
			}
		}
		out = append(out, load().cells(c, known, 0)...)
	}
	return strings.Join(out, "+")
}

var anyYear = regexp.MustCompile(`20\d\d`)

// contextOf gives the context of a paragraph: the first year it names.
func contextOf(text string) Context {
	k := Context{}
	for _, m := range anyYear.FindAllString(text, -1) {
		if y := (int(m[2]-'0')*10 + int(m[3]-'0')) + 2000; y > k.Year && !strings.Contains(text, "〔"+m) && !strings.Contains(text, m+"年9月印发") && !strings.Contains(text, "结转至"+m) {
			k.Year = y
		}
	}
	return k
}

// TestGold reads the paragraphs of testdata/prose.txt and compares every claim: span, value, unit, scope and cells.
func TestGold(t *testing.T) {
	wanted, found, right, links, wrongLinks, wantLinks, gotLinks := 0, 0, 0, 0, 0, 0, 0
	paragraphs := 0
	for _, p := range gold(t) {
		paragraphs++
		k := contextOf(p.text)
		got := Read(p.text, k)
		wanted += len(p.want)
		found += len(got)
		at := map[int]Claim{}
		for _, c := range got {
			at[c.Start] = c
			if len(c.Cells) > 0 {
				links++
			}
		}
		for _, w := range p.want {
			want, of, relation := "", "", Relation("")
			if w.what != "-" {
				relation = Equals
				what := w.what
				switch {
				case strings.HasSuffix(what, "/rec^"):
					relation, what = Times, strings.TrimSuffix(what, "/rec^")
				case strings.HasSuffix(what, "~"):
					relation, what = Change, strings.TrimSuffix(what, "~")
				case strings.HasSuffix(what, "^"):
					relation, what = LastYear, strings.TrimSuffix(what, "^")
				case strings.Contains(what, "/"):
					relation = Share
					var o string
					what, o, _ = strings.Cut(what, "/")
					of = cellsOf(t, o, k)
				}
				want = cellsOf(t, what, k)
				wantLinks++
			}
			c, ok := at[w.start]
			if !ok || c.End != w.end {
				t.Errorf("line %d: %s is not found (%q)", p.line, w.text, c.Text)
				continue
			}
			delete(at, w.start)
			right++
			value := w.value
			if value == "" {
				value = w.text
			}
			if g := c.Value.String() + c.Unit; g != value && !strings.HasPrefix(value, "1/3") {
				t.Errorf("line %d: %s: value %s, want %s", p.line, w.text, g, value)
			}
			if w.scope != "" && c.Scope != w.scope {
				t.Errorf("line %d: %s: scope %q, want %q", p.line, w.text, c.Scope, w.scope)
			}
			cs, os := strings.Join(c.Cells, "+"), strings.Join(c.Of, "+")
			if cs == want && os == of && c.Relation == relation {
				if want != "" {
					gotLinks++
				}
				continue
			}
			if cs != "" {
				wrongLinks++
				t.Errorf("line %d: %s: WRONG LINK %s %s/%s, want %s %s/%s", p.line, w.text, c.Relation, cs, os, relation, want, of)
			} else {
				t.Logf("line %d: %s: no link, want %s %s/%s", p.line, w.text, relation, want, of)
			}
		}
		for _, c := range at {
			t.Errorf("line %d: %s is no claim (%s)", p.line, c.Text, c.Cells)
		}
	}
	if paragraphs < 120 || wanted < 500 {
		t.Errorf("%d paragraphs with %d claims are too few to measure by", paragraphs, wanted)
	}
	floors.Hold(t, "claims precision", float64(right)/float64(found))
	floors.Hold(t, "claims recall", float64(right)/float64(wanted))
	floors.Hold(t, "claims links found", float64(gotLinks)/float64(wantLinks))
	floors.Hold(t, "claims links right", 1-float64(wrongLinks)/float64(links))
	t.Logf("%d paragraphs, %d claims: precision %.4f, recall %.4f; links: %d of %d found, %d wrong", paragraphs, wanted, float64(right)/float64(found), float64(right)/float64(wanted), gotLinks, wantLinks, wrongLinks)
}

// FuzzRead: claims lie in the text, in order, and a claim with cells has a relation.
func FuzzRead(f *testing.F) {
	for _, p := range gold(f)[:40] {
		f.Add(p.text, 2022)
	}
	f.Fuzz(func(t *testing.T, text string, year int) {
		end := 0
		for _, c := range Read(text, Context{Year: year}) {
			if c.Start < end || c.End <= c.Start || c.End > len(text) || c.Text != text[c.Start:c.End] {
				t.Fatalf("%q: claim at %d–%d after %d", text, c.Start, c.End, end)
			}
			if (len(c.Cells) > 0) != (c.Relation != "") {
				t.Fatalf("%q: %+v", text, c)
			}
			end = c.End
		}
	})
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for _, p := range gold(b) {
		if text.Len() < 10_000 {
			text.WriteString(p.text + "\n")
		}
	}
	Read("一件", Context{})
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		Read(text.String(), Context{Year: 2022})
	}
}
