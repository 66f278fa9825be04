package claims

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Classes that the code asks for by name: what a token is where it is no word of words.txt, and words that are no
// part of a pattern.
const (
	silent  = "-" // says nothing of what is counted
	unknown = "U" // a run of characters that are no known word
	number  = "#"
	comma   = ","
	stop    = "."
	colon   = ":"
	opening = "("
	closing = ")"
	year    = "year"
	scope   = "scope" // whose number it is
	wide    = "wide"  // of all bodies of a place
	part    = "part"  // of some of them
	list    = "SEP"   // 、

	months  = "months"     // a part of the year
	none    = "NONE"       // there is none of what follows
	noText  = "NONE.issue" // no document of a kind was made
	grounds = "COMPLAINT"  // what no form counts, but a report says there was none of

	carriedIn  = "applications.carried_in"
	carriedOut = "applications.carried_out"
)

// plain are the classes that need no words.
var plain = []string{silent, unknown, number, comma, stop, colon, opening, closing, year, months, none, noText, grounds}

// A token is a known word, a mark, a number or a run of unknown characters.
type token struct {
	*class
	text string
	at   int // byte of the text
	m    *mention
	year int
}

func (t *token) is(names ...string) bool {
	for _, n := range names {
		if t.name == n {
			return true
		}
	}
	return false
}

func (t *token) isMark() bool { return t.is(comma, stop, colon, opening, closing) }

var marks = map[rune]string{
	'，': comma, ',': comma, '\t': comma, '：': colon, ':': colon,
	'；': stop, ';': stop, '。': stop, '\n': stop, '！': stop, '？': stop,
	'（': opening, '(': opening, '【': opening, '[': opening, '）': closing, ')': closing, '】': closing, ']': closing,
}

var (
	monthsAt = regexp.MustCompile(`^(?:\d{1,2}\s*月(?:\d{1,2}\s*日)?(?:底|末|份)?)` +
		`(?:起?(?:至|到|-|—|－)(?:20\d\d年)?\d{1,2}\s*月(?:\d{1,2}\s*日)?(?:底|止)?)?`)
)

// scanner cuts a text into tokens.
type scanner struct {
	g        *Grammar
	text     string
	mentions []mention // that are still to come
	out      []token
	unknown  int // where the run of unknown characters began; -1 = in none
}

// saysNone reports whether a text may hold a word that says that there was none of something.
func (g *Grammar) saysNone(text string) bool {
	for i, r := range text {
		if !g.noneBegin[r] {
			continue
		}
		for _, w := range g.noneWords {
			if strings.HasPrefix(text[i:], w) {
				return true
			}
		}
	}
	return false
}

// tokens cuts a text in which numbers stand.
func (g *Grammar) tokens(text string, numbers []mention) []token {
	s := &scanner{g: g, text: text, mentions: numbers, unknown: -1}
	s.out = make([]token, 0, len(text)/8+4)
	for i := 0; i < len(text); {
		for len(s.mentions) > 0 && s.mentions[0].start < i {
			s.mentions = s.mentions[1:]
		}
		i = s.next(i)
	}
	s.flush(len(text))
	return s.out
}

// flush ends the run of unknown characters.
func (s *scanner) flush(to int) {
	if s.unknown >= 0 {
		s.out = append(s.out, token{class: s.g.own.unknown, text: s.text[s.unknown:to], at: s.unknown})
		s.unknown = -1
	}
}

func (s *scanner) add(i int, t token) int {
	s.flush(i)
	t.at = i
	s.out = append(s.out, t)
	return i + len(t.text)
}

// next reads what begins at a byte and gives where it ends.
func (s *scanner) next(i int) int {
	r, n := utf8.DecodeRuneInString(s.text[i:])
	if isDigit(r) {
		if end := s.date(i); end > i {
			return end
		}
	}
	if len(s.mentions) > 0 && s.mentions[0].start == i {
		m := &s.mentions[0]
		return s.add(i, token{class: s.g.own.number, text: s.text[m.start:m.end], m: m})
	}
	if blank := r == ' ' || r == '　' || r == '\u00a0'; blank && s.endsHeading(i, i+n) {
		return s.add(i, token{class: s.g.own.stop, text: s.text[i : i+n]})
	} else if s.unknown < 0 && (blank || r == '”') {
		return i + n
	}
	if e := s.g.longest(r, s.text[i:]); e != nil && s.mayBegin(e, i) {
		return s.add(i, token{class: e.class, text: e.word})
	}
	if r < firstHan || r > lastHan {
		if mark := s.g.own.marks[r]; mark != nil {
			return s.add(i, token{class: mark, text: s.text[i : i+n]})
		}
	}
	if s.unknown < 0 {
		s.unknown = i
	}
	return i + n
}

// endsHeading reports whether a blank parts a heading from its text: a page's lines have become one.
func (s *scanner) endsHeading(i, next int) bool {
	r, _ := utf8.DecodeRuneInString(s.text[next:])
	return unicode.Is(unicode.Han, r) && hasAnySuffix(s.text[:i], "情况", "概述", "問題", "问题")
}

// wholeYear are months that are all of the year, or begin or end it: they say nothing.
var wholeYear = regexp.MustCompile(`(?:至|到|-|—|－)(?:20\d\d年)?12\s*月|^12\s*月(?:[23]\d日|底|末)|^1\s*月1日$`)

// mayBeMonths reports whether monthsAt may find something at the beginning of a text, which is a digit: most numbers are no
// dates.
func mayBeMonths(s string) bool {
	i := 0
	for i < len(s) && i < 2 && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	return i > 0 && strings.HasPrefix(strings.TrimLeft(s[i:], " \t\n\f\r"), "月")
}

// findYear gives where the year ends that a text begins with, ^20\d\d\s*年度?; 0 where it begins with none.
func findYear(s string) (end int) {
	if len(s) < 4 || s[0] != '2' || s[1] != '0' || s[2] < '0' || s[2] > '9' || s[3] < '0' || s[3] > '9' {
		return 0
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(s[4:], " \t\n\f\r"), "年")
	if !ok {
		return 0
	}
	return len(s) - len(strings.TrimPrefix(rest, "度"))
}

// date reads a year, or months.
func (s *scanner) date(i int) int {
	if end := findYear(s.text[i:]); end > 0 {
		y, _ := strconv.Atoi(s.text[i : i+len("2022")])
		return s.add(i, token{class: s.g.own.year, text: s.text[i : i+end], year: y})
	}
	if !mayBeMonths(s.text[i:]) {
		return i
	}
	if m := monthsAt.FindString(s.text[i:]); m != "" {
		if !wholeYear.MatchString(m) {
			return s.add(i, token{class: s.g.own.months, text: m})
		}
		s.flush(i)
		return i + len(m)
	}
	return i
}

// longest gives the longest known word at the beginning of a text, whose first character is r; nil where there is none.
func (g *Grammar) longest(r rune, text string) *entry {
	var entries []entry
	if r >= firstHan && r <= lastHan {
		entries = g.lists[g.list[r-firstHan]]
	} else {
		entries = g.lexicon[r]
	}
	for i := range entries {
		if strings.HasPrefix(text, entries[i].word) {
			return &entries[i]
		}
	}
	return nil
}

// mayBegin reports whether a word may begin here: within unknown characters a single one is more likely a part of
// another word, and 无 alone is a part of a name (无锡市) where no known word follows.
func (s *scanner) mayBegin(e *entry, i int) bool {
	if e.word == "无" {
		rest := s.text[i+len(e.word):]
		r, _ := utf8.DecodeRuneInString(rest)
		next := s.g.longest(r, rest)
		return s.unknown < 0 && next != nil && utf8.RuneCountInString(next.word) > 1
	}
	return s.unknown < 0 || e.class.name == list || utf8.RuneCountInString(e.word) > 1
}
