package claims

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/gongkai/gongkai/normalize/form"
	"github.com/gongkai/gongkai/normalize/gold/floors"
)

// builtIn gives the grammar for the forms that are built in.
func builtIn(t testing.TB) *Grammar {
	t.Helper()
	forms, err := form.Load()
	if err != nil {
		t.Fatal(err)
	}
	g, err := New(forms)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

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

func gold(t testing.TB, file string) []paragraph {
	b, err := os.ReadFile(file)
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

// The short names that the gold uses: rows of table III and IV, which it follows with a column or leaves total,
// columns, and cells of table II.
var (
	shortColumns = pairs(`np natural_person biz business res research pw public_welfare ls legal_service oth other
		org organisation u upheld c corrected o other p pending`)
	shortRows = map[string]map[string]string{
		"applications": pairs(`rec received ci carried_in co carried_out h handled_total in all g granted pg partly_granted
			rf refused rf.secret refused_state_secret rf.law refused_other_law rf.safety refused_three_safeties
			rf.third refused_third_party rf.internal refused_internal rf.process refused_process
			rf.file refused_enforcement_file rf.inquiry refused_inquiry
			uv unavailable uv.held unavailable_not_held uv.compiled unavailable_not_compiled uv.unclear unavailable_unclear
			rj rejected rj.petition rejected_petition rj.repeat rejected_repeat rj.publication rejected_publication
			rj.abusive rejected_abusive rj.reissue rejected_reissue
			cl closed cl.corrected closed_not_corrected cl.fee closed_fee_unpaid cl.other closed_other`),
		"disputes": pairs(`rc reconsideration lt litigation ld litigation_direct la litigation_after`),
	}
	shortCells = pairs(`reg.i regulation.issued|made reg.r regulation.repealed|- reg.f regulation.in_force|-
		reg.made regulation.made reg.public regulation.public_total nd.i normative_document.issued|made
		nd.r normative_document.repealed|- nd.f normative_document.in_force|- nd.made normative_document.made
		nd.public normative_document.public_total lic licensing.decisions pun punishment.decisions coe coercion.decisions
		fee fees.amount proc.items procurement.items proc.amount procurement.amount`)
)

func pairs(text string) map[string]string {
	out := map[string]string{}
	for f := strings.Fields(text); len(f) > 1; f = f[2:] {
		out[f[0]] = f[1]
	}
	return out
}

// conceptOf gives what a short name stands for.
func conceptOf(short string) concept {
	if cell := shortCells[short]; cell != "" {
		row, column, _ := strings.Cut(cell, ".")
		return concept{"active", row, column}
	}
	for table, rows := range shortRows {
		if row := rows[short]; row != "" {
			return concept{table, row, "total"}
		}
		if i := strings.LastIndexByte(short, '.'); i > 0 && rows[short[:i]] != "" {
			return concept{table, rows[short[:i]], shortColumns[short[i+1:]]}
		}
	}
	return concept{}
}

func cellsOf(t *testing.T, what string, known Context) string {
	var out []string
	for _, w := range strings.Split(what, "+") {
		c := conceptOf(w)
		if c.none() || c.column == "" {
			t.Fatalf("%q is no short name", what)
		}
		out = append(out, builtIn(t).cells(c, known, 0)...)
	}
	return strings.Join(out, "+")
}

var anyYear = regexp.MustCompile(`20\d\d`)

// contextOf gives the context of a paragraph: the first year it names.
func contextOf(text string) Context {
	k := Context{}
	for _, m := range anyYear.FindAllString(text, -1) {
		if y := (int(m[2]-'0')*10 + int(m[3]-'0')) + 2000; y > k.Year && !strings.Contains(text, "〔"+m) &&
			!strings.Contains(text, m+"年9月印发") && !strings.Contains(text, "结转至"+m) {
			k.Year = y
		}
	}
	return k
}

// TestGold reads the paragraphs of testdata/prose.txt and compares every claim: span, value, unit, scope and cells.
func TestGold(t *testing.T) { testGold(t, "testdata/prose.txt", "claims ", 120, 500) }

// TestPlain does so with the sentences of testdata/plain.txt, as small bodies write them.
func TestPlain(t *testing.T) { testGold(t, "testdata/plain.txt", "plain claims ", 150, 180) }

func testGold(t *testing.T, file, name string, least, leastClaims int) {
	wanted, found, right, links, wrongLinks, wantLinks, gotLinks := 0, 0, 0, 0, 0, 0, 0
	paragraphs := 0
	for _, p := range gold(t, file) {
		paragraphs++
		k := contextOf(p.text)
		got := builtIn(t).Read(p.text, k)
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
				t.Errorf("line %d: %s: WRONG LINK %s %s/%s, want %s %s/%s", p.line, w.text, c.Relation, cs, os,
					relation, want, of)
			} else {
				t.Logf("line %d: %s: no link, want %s %s/%s", p.line, w.text, relation, want, of)
			}
		}
		for _, c := range at {
			t.Errorf("line %d: %s is no claim (%s)", p.line, c.Text, c.Cells)
		}
	}
	if paragraphs < least || wanted < leastClaims {
		t.Errorf("%d paragraphs with %d claims are too few to measure by", paragraphs, wanted)
	}
	floors.Hold(t, name+"precision", float64(right)/float64(found))
	floors.Hold(t, name+"recall", float64(right)/float64(wanted))
	floors.Hold(t, name+"links found", float64(gotLinks)/float64(wantLinks))
	floors.Hold(t, name+"links right", 1-float64(wrongLinks)/float64(links))
	t.Logf("%d paragraphs, %d claims: precision %.4f, recall %.4f; links: %d of %d found, %d wrong", paragraphs, wanted,
		float64(right)/float64(found), float64(right)/float64(wanted), gotLinks, wantLinks, wrongLinks)
}

// FuzzRead: claims lie in the text, in order, and a claim with cells has a relation.
func FuzzRead(f *testing.F) {
	for _, p := range slices.Concat(gold(f, "testdata/prose.txt")[:40], gold(f, "testdata/plain.txt")[:40]) {
		f.Add(p.text, 2022)
	}
	g := builtIn(f)
	f.Fuzz(func(t *testing.T, text string, year int) {
		end := 0
		for _, c := range g.Read(text, Context{Year: year}) {
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
	for _, p := range gold(b, "testdata/prose.txt") {
		if text.Len() < 10_000 {
			text.WriteString(p.text + "\n")
		}
	}
	g := builtIn(b)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		g.Read(text.String(), Context{Year: 2022})
	}
}
