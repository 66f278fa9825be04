// Package told says in Chinese what the program says in English: why a document was not read, and what is in doubt about it.
//
// A finding is made in English wherever it arises, and stands so in the dataset, whose bytes are the same for everybody. Here its
// text is found again: told.zh.txt holds each as it stands in the source, with its %s and %d, and below it the Chinese one. So no
// package below knows of languages. A text that has no translation stays as it is: nothing is lost; tests hold that there is none.
// It does not know what anything means.
package told

import (
	"cmp"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/normalize/form"
)

//go:embed told.zh.txt
var file string

// Texts are those of a file of translations.
type Texts struct {
	Texts map[string]string // by the English
	Long  map[string]string // what follows a line that begins with "@ ", by the words behind it
}

// Parse reads a file of translations: an English text, and below it the Chinese one, set in by a tab. key gives the text that a
// line stands for; nil = itself.
func Parse(name, file string, key func(string) string) (t Texts, err error) {
	t = Texts{map[string]string{}, map[string]string{}}
	at, into := "", t.Texts
	n := 0
	for line := range strings.Lines(file) {
		n++
		line = strings.TrimRight(line, "\n")
		said, set := strings.CutPrefix(line, "\t")
		switch {
		case line == "" && at == "", strings.HasPrefix(line, "# "):
			continue
		case set || line == "":
			if at == "" {
				return t, fmt.Errorf("%s:%d: of what is this the Chinese?", name, n)
			}
			into[at] += said + "\n"
			continue
		}
		var long bool
		if at, long = strings.CutPrefix(line, "@ "); long {
			into = t.Long
		} else if into = t.Texts; key != nil {
			at = key(at)
		}
		if _, twice := into[at]; twice {
			return t, fmt.Errorf("%s:%d: twice", name, n)
		}
		into[at] = ""
	}
	for _, m := range []map[string]string{t.Texts, t.Long} {
		for k, v := range m {
			m[k] = strings.Trim(v, "\n")
		}
	}
	return t, nil
}

// Own are the texts of this package.
var Own = sync.OnceValue(func() map[string]string {
	t, err := Parse("told.zh.txt", file, nil)
	if err != nil {
		panic(err) // embedded, and read by a test
	}
	return t.Texts
})

// A saying is a text with verbs, and its Chinese.
type saying struct {
	zh      string
	literal string // the longest part without verbs: what does not contain it is not this
	form    *regexp.Regexp
	length  int  // of all parts without verbs
	wraps   bool // it has another text in it: these go first, for a text in their end would be taken for all, and then the longest
}

// Sayings are texts by which what is printed is found again.
type Sayings struct {
	plain map[string]string
	verbs []saying
	Named func(text string) bool // what somebody typed is a name, whatever else it may mean; nil = nothing was
}

// New makes sayings of texts.
func New(texts ...map[string]string) *Sayings {
	s := &Sayings{plain: map[string]string{}}
	for _, m := range texts {
		for en, zh := range m {
			if Verb.MatchString(en) {
				s.verbs = append(s.verbs, newSaying(en, zh))
			} else {
				s.plain[en] = zh
			}
		}
	}
	slices.SortFunc(s.verbs, func(a, b saying) int {
		switch {
		case a.wraps != b.wraps && a.wraps:
			return -1
		case a.wraps != b.wraps:
			return 1
		}
		return cmp.Or(b.length-a.length, strings.Compare(a.form.String(), b.form.String()))
	})
	return s
}

// Verb is a verb of a text: which operand it prints, where it says so, and how.
var Verb = regexp.MustCompile(`%(?:\[(\d)\])?[.\d]*([sdqgwvnfx])`)

// formsOfVerbs are what the verbs print.
var formsOfVerbs = map[string]string{"d": `(-?\d+)`, "g": `(\S+?)`, "f": `(\S+?)`, "q": `("(?:[^"\\]|\\.)*")`}

func newSaying(en, zh string) saying {
	s := saying{zh: zh, wraps: strings.Contains(zh, "%w") || strings.Contains(zh, "]w")}
	form := strings.Builder{}
	form.WriteString(`(?s)^`)
	add := func(part string) {
		form.WriteString(regexp.QuoteMeta(part))
		s.length += len(part)
		if len(part) > len(s.literal) {
			s.literal = part
		}
	}
	at, operand := 0, 0
	for _, m := range Verb.FindAllStringSubmatchIndex(en, -1) {
		add(en[at:m[0]])
		at = m[1]
		f := formsOfVerbs[en[m[4]:m[5]]]
		if f == "" {
			f = `(.*?)`
		}
		if m[2] >= 0 && int(en[m[2]]-'0') <= operand { // one that was printed before
			f = strings.Replace(f, "(", "(?:", 1)
		} else {
			operand++
		}
		form.WriteString(f)
	}
	add(en[at:])
	form.WriteString(`$`)
	s.form = regexp.MustCompile(form.String())
	return s
}

// Whole is the Chinese of a text that is known as a whole. Of several that it may be the first counts of which every part is
// known.
func (s *Sayings) Whole(text string) (string, bool) { return s.whole(text, "") }

func (s *Sayings) whole(text, table string) (string, bool) {
	if zh, ok := s.plain[text]; ok {
		return zh, true
	}
	first, met := "", false
	for i := range s.verbs {
		if !strings.Contains(text, s.verbs[i].literal) {
			continue
		}
		found := s.verbs[i].form.FindStringSubmatch(text)
		if found == nil {
			continue
		}
		zh, all := s.fill(&s.verbs[i], found[1:], table)
		if all {
			return zh, true
		}
		if !met {
			first, met = zh, true
		}
	}
	if met {
		return first, true
	}
	return text, false
}

// Text is a text in Chinese, put together of what is known of it; table is the one that it speaks of, "" = none. What is not known
// stays as it is.
func (s *Sayings) Text(text, table string) (zh string, any bool) {
	if out, ok := s.whole(text, table); ok {
		return out, true
	}
	return (&cutter{s, table, map[string]part{}}).translated(text)
}

// A cutter is a text under way: its parts that were looked for, so that each is looked for once, however the text is cut.
type cutter struct {
	*Sayings
	table string
	met   map[string]part
}

type part struct {
	zh string
	ok bool
}

// mostParts bounds how many are looked for in a line, which is some of those of a line of ten; the others stay as they are.
const mostParts = 60

func (c *cutter) translated(text string) (string, bool) {
	if known, ok := c.met[text]; ok {
		return known.zh, known.ok
	}
	if len(c.met) >= mostParts {
		return text, false
	}
	out, ok := c.whole(text, c.table)
	c.met[text] = part{out, ok}
	if first, rest, two := strings.Cut(text, ": "); !ok && two { // of what kind or of what, and a text that is known as a whole
		if out, ok = c.whole(rest, c.table); ok {
			if c.plain[first] != "" && !c.named(first) {
				first = c.plain[first]
			}
			out = first + "：" + out
		}
	}
	for _, sign := range [][2]string{{"; ", "；"}, {": ", "："}} {
		if ok {
			break
		}
		out, ok = c.cut(text, sign[0], sign[1])
	}
	c.met[text] = part{out, ok}
	return out, ok
}

func (s *Sayings) named(text string) bool { return s.Named != nil && s.Named(text) }

// cut is a text of two with a sign between them, of which at least one has its Chinese.
func (c *cutter) cut(text, sign, zh string) (string, bool) {
	for at := 0; ; at += len(sign) {
		i := strings.Index(text[at:], sign)
		if i < 0 {
			return text, false
		}
		at += i
		first, ok1 := c.plain[text[:at]]
		switch {
		case sign != ": ": // two texts, and not one in the other
			first, ok1 = c.translated(text[:at])
		case !ok1 || c.named(text[:at]): // a name, though one of a folder called done
			first, ok1 = text[:at], false
		}
		if rest, ok2 := c.translated(text[at+len(sign):]); ok1 || ok2 {
			return first + zh + rest, true
		}
	}
}

// english is a word of English prose.
var english = regexp.MustCompile(`\b[a-z]{2,}\b`)

// fill puts what was found in the places of the verbs of the Chinese text, and reports whether every part is in Chinese: %w is a
// text that is translated itself, %n names of cells, %v one that stands in quotes in English and not in Chinese.
func (s *Sayings) fill(y *saying, found []string, table string) (string, bool) {
	next, all := 0, true
	zh := Verb.ReplaceAllStringFunc(y.zh, func(v string) string {
		m := Verb.FindStringSubmatch(v)
		i := next
		if m[1] != "" {
			i, _ = strconv.Atoi(m[1])
			i--
		}
		if next = i + 1; i < 0 || i >= len(found) {
			return v
		}
		switch m[2] {
		case "w":
			out, ok := s.Text(found[i], table)
			all = all && (ok || !english.MatchString(found[i]))
			return out
		case "n":
			return names(found[i], table)
		case "v":
			if bare, err := strconv.Unquote(found[i]); err == nil {
				return bare
			}
		}
		return found[i]
	})
	return zh, all
}

// Finding is the message of a finding in Chinese, with the values of the English one; name is that of the cell, row or table that
// it is about. ok is false where nothing of it is known.
func Finding(name, message string) (zh string, ok bool) {
	table, _, _ := strings.Cut(name, ".")
	return own().Text(message, table)
}

var own = sync.OnceValue(func() *Sayings { return New(Own()) })

var (
	// nameOrQuote is a name of a cell, a row or a column, or what is printed, in which there are none.
	nameOrQuote = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*`)
	// what stands in a list of cells beside their names
	correctedTo = regexp.MustCompile(`, corrected to (\S+?)(,|$)`)
	andMore     = regexp.MustCompile(`, and (\d+) more$`)
)

// names says names of cells, or those of an identity, in the words of the form.
func names(text, table string) string {
	forms, err := form.Load()
	if err != nil {
		return text
	}
	text = correctedTo.ReplaceAllString(text, "（已更正为 $1）$2")
	text = andMore.ReplaceAllString(text, "，另有 $1 项")
	text = strings.ReplaceAll(text, ", ", "，")
	column := columnsOnly(forms, text, table)
	return nameOrQuote.ReplaceAllStringFunc(text, func(x string) string {
		switch {
		case x[0] == '"':
			return "“" + strings.Trim(x, `"`) + "”"
		case strings.Contains(x, ".") || slices.Contains(forms.Tables(), x):
			return forms.Short(x).ZH
		case column:
			return forms.ShortColumn(table, x).ZH
		case slices.ContainsFunc(forms.Editions(table), func(f *form.Form) bool { return f.Row(x) >= 0 }):
			return forms.Short(table + "." + x).ZH
		}
		return x
	})
}

// columnsOnly reports whether all names of an identity are those of columns.
func columnsOnly(forms *form.Forms, text, table string) bool {
	for _, x := range nameOrQuote.FindAllString(text, -1) {
		if x[0] != '"' && !slices.ContainsFunc(forms.Editions(table), func(f *form.Form) bool { return f.Column(x) >= 0 }) {
			return false
		}
	}
	return true
}
