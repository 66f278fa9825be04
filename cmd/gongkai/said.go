package main

import (
	"cmp"
	_ "embed"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/gongkai/gongkai/output/listing"
)

// saidZh is what errors and reasons say, in Chinese, and the heads over tables. Below an English text, as it stands in the
// source with its %s and %d, stands the Chinese one. An error is made in English wherever it arises, and known by its
// code; here, at the very end, what is read is found again by its text. So no package below knows of languages, and a text
// that has no translation stays as it is: nothing is lost.
//
//go:embed said.zh.txt
var saidZh string

// A saying is a text with verbs, and its Chinese.
type saying struct {
	zh      string
	literal string // the longest part without verbs: what does not contain it is not this
	form    *regexp.Regexp
	length  int  // of all parts without verbs
	wraps   bool // it has another text in it: these go first, for a text in their end would be taken for all, and then the longest
}

// sayings are those of saidZh: texts without verbs, texts with, and heads by the key of the column.
type sayings struct {
	plain map[string]string
	verbs []saying
	heads map[string]string
}

var inChineseSaid = sync.OnceValue(func() sayings {
	t, err := readTranslation("said.zh.txt", saidZh)
	if err != nil {
		panic(err) // embedded, and read by a test
	}
	s := sayings{plain: map[string]string{}, heads: t.long}
	for en, zh := range t.texts {
		if !verb.MatchString(en) {
			s.plain[en] = zh
			continue
		}
		s.verbs = append(s.verbs, newSaying(en, zh))
	}
	slices.SortFunc(s.verbs, func(a, b saying) int {
		switch {
		case a.wraps != b.wraps && a.wraps:
			return -1
		case a.wraps != b.wraps:
			return 1
		}
		return cmp.Or(b.length-a.length, strings.Compare(a.zh, b.zh))
	})
	return s
})

// verb is a verb of fmt: which operand it prints, where it says so, and how.
var verb = regexp.MustCompile(`%(?:\[(\d)\])?[.\d]*([sdqgwv])`)

// formsOfVerbs are what the verbs print.
var formsOfVerbs = map[string]string{"d": `(-?\d+)`, "g": `(\S+?)`, "q": `("(?:[^"\\]|\\.)*")`}

func newSaying(en, zh string) saying {
	s := saying{zh: zh, wraps: strings.Contains(zh, "%w")}
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
	for _, m := range verb.FindAllStringSubmatchIndex(en, -1) {
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

// errorMark begins each error of several, as it begins the first.
const errorMark = "gongkai: "

// inZh is a text of the program in Chinese; what has none stays as it is.
func inZh(text string) string {
	if out, ok := wholeText(text); ok {
		return out
	}
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		tried := parts{}
		line, again := strings.CutPrefix(line, errorMark)
		if lines[i], _ = tried.translated(line); again {
			lines[i] = errorMark + lines[i]
		}
	}
	return strings.Join(lines, "\n")
}

// wholeText is the Chinese of a text that stands in saidZh as a whole.
func wholeText(text string) (string, bool) {
	all := inChineseSaid()
	if zh, ok := all.plain[text]; ok {
		return zh, true
	}
	for _, s := range all.verbs {
		if !strings.Contains(text, s.literal) {
			continue
		}
		if found := s.form.FindStringSubmatch(text); found != nil {
			return s.fill(found[1:]), true
		}
	}
	return text, false
}

// parts are those of a line that were looked for, so that each is looked for once, however the line is cut.
type parts map[string]part

type part struct {
	zh string
	ok bool
}

// mostParts bounds how many are looked for in a line, which is some of those of a line of ten; the others stay as they are.
const mostParts = 60

func (p parts) translated(text string) (string, bool) {
	if known, ok := p[text]; ok {
		return known.zh, known.ok
	}
	if len(p) >= mostParts {
		return text, false
	}
	out, ok := wholeText(text)
	p[text] = part{out, ok}
	for _, sign := range [][2]string{{"; ", "；"}, {": ", "："}} {
		if ok {
			break
		}
		out, ok = p.cut(text, sign[0], sign[1])
	}
	p[text] = part{out, ok}
	return out, ok
}

// cut is a text of two with a sign between them, of which at least one has its Chinese.
func (p parts) cut(text, sign, zh string) (string, bool) {
	for at := 0; ; at += len(sign) {
		i := strings.Index(text[at:], sign)
		if i < 0 {
			return text, false
		}
		at += i
		first, ok1 := inChineseSaid().plain[text[:at]]
		switch {
		case sign != ": ": // two texts, and not one in the other
			first, ok1 = p.translated(text[:at])
		case !ok1 || slices.Contains(os.Args, text[:at]): // a name, though one of a folder called done
			first, ok1 = text[:at], false
		}
		if rest, ok2 := p.translated(text[at+len(sign):]); ok1 || ok2 {
			return first + zh + rest, true
		}
	}
}

// fill puts what was found in the places of the verbs of the Chinese text; %w is a text that is translated itself, %v one that
// stands in quotes in English and not in Chinese.
func (s saying) fill(found []string) string {
	next := 0
	return verb.ReplaceAllStringFunc(s.zh, func(v string) string {
		m := verb.FindStringSubmatch(v)
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
			return inZh(found[i])
		case "v":
			if bare, err := strconv.Unquote(found[i]); err == nil {
				return bare
			}
		}
		return found[i]
	})
}

// spoken is an error, or why something is not whole, in the language of whoever reads.
func spoken(text string) string {
	if chinese(os.Getenv) {
		return inZh(text)
	}
	return text
}

// heads puts Chinese heads over the columns of a table where they are read by somebody who reads it. Keys, which CSV and
// JSON have, are the same in every language.
func heads(columns ...listing.Column) []listing.Column {
	if !chinese(os.Getenv) {
		return columns
	}
	out := slices.Clone(columns)
	for i, c := range out {
		if zh := inChineseSaid().heads[c.Key]; zh != "" {
			out[i].Head = zh
		}
	}
	return out
}

// number is so many of a thing, in the reader's language.
func number(n int, one, many, zh string) string {
	if chinese(os.Getenv) {
		return fmt.Sprintf("%d %s", n, zh)
	}
	return count(n, one, many)
}
