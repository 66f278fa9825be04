package claims

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/normalize/form"
)

// The prose of reports of before 2019 speaks of the rows of other tables: channels, kinds of replies, fees, staff,
// training. Which number counts which row is told by the words of its own clause alone, from the mark or the number before
// it: each of them must be known (before.txt), and together they must name one row. Only a reply or an application that
// the clause does not name is taken from the heading. The mentions themselves are those that Read finds.
//
// It has no row rather than a wrong one: one unknown word, a word of another year, two rows of which neither is a part of
// the other, a unit that does not fit, and nothing is counted.

//go:embed before.txt
var beforeText string

// beforeWords are the words of before.txt: class by word, and the units of each row.
type beforeWords struct {
	class   map[string][]string // a word may be of two rows, told apart by their units: 培训3次, 培训40人
	units   map[string][]string
	longest int // bytes
}

var loadBefore = sync.OnceValue(func() *beforeWords {
	b := &beforeWords{class: map[string][]string{}, units: map[string][]string{}}
	for line := range strings.Lines(beforeText) {
		line = strings.TrimRight(line, "\n")
		head, words, ok := strings.Cut(line, "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		class, units, _ := strings.Cut(head, " ")
		b.units[class] = strings.Fields(strings.Trim(units, "()"))
		for _, w := range strings.Fields(words) {
			b.class[w] = append(b.class[w], class)
			b.longest = max(b.longest, len(w))
		}
	}
	return b
})

// appUnits are what applications, replies and disputes are counted in.
var appUnits = []string{"件", "条", "份", "宗", "起", "例", "次", "件次", "人次", "项", "个", "封"}

// rowParents are the rows of which others are a part: named together, the part is meant.
var rowParents = map[string]string{"disclosed_normative": "disclosed", "disclosed_gazette": "disclosed", "disclosed_website": "disclosed",
	"disclosed_weibo": "disclosed", "disclosed_wechat": "disclosed", "received_in_person": "received", "received_fax": "received",
	"received_email": "received", "received_online": "received", "received_letter": "received", "closed_on_time": "closed",
	"closed_extended": "closed", "answered_granted": "answered", "answered_partly": "answered", "answered_refused": "answered",
	"answered_not_held": "answered", "answered_not_existing": "answered", "answered_amend": "answered", "answered_other_ways": "answered",
	"answered_already_public": "answered", "refused_state_secret": "answered_refused", "refused_trade_secret": "answered_refused",
	"refused_privacy": "answered_refused", "staff_full": "staff", "staff_part": "staff"}

// Before gives the claims of a paragraph of a report of before 2019 the rows of the tables of statistics in place of those
// of the tables of 2019: cell names the cell of a row in the table that the report prints, or, if it prints none, in the
// national one.
func Before(text string, cs []Claim, known Context, cell func(row string) string) {
	plain, _ := simplified(text)
	if len(plain) != len(text) {
		plain = text
	}
	words := loadBefore()
	last := 0
	for i := range cs {
		c := &cs[i]
		c.Cells, c.Of, c.Or, c.Relation, c.Down = nil, nil, nil, "", false
		begin := last
		if at := strings.LastIndexAny(plain[:c.Start], "，。；：、（）,;:()\n！？"); at >= begin {
			_, n := utf8.DecodeRuneInString(plain[at:])
			begin = at + n
		}
		last = c.End
		if c.Year != 0 && known.Year != 0 && c.Year != known.Year || c.About && c.Unit == "" {
			continue
		}
		left := withoutBody(plain[begin:c.Start], known.Body)
		if c.Value.IsZero() && !strings.ContainsFunc(c.Text, unicode.IsDigit) { // 未收到…申请: its words are its own
			left += plain[c.Start:c.End]
		}
		row := words.row(left, c.Unit)
		if row == "" && c.Unit != "" { // 受理21件申请
			right := plain[c.End:]
			if at := strings.IndexAny(right, "，。；：、（）,;:()\n！？"); at >= 0 {
				right = right[:at]
			}
			if right != "" && !strings.ContainsFunc(right, unicode.IsDigit) {
				row = words.row(left+right, c.Unit)
			}
		}
		if row == "" {
			continue
		}
		if name := cell(row); name != "" {
			c.Cells, c.Relation = []string{name}, Equals
		}
	}
}

// row gives the row that the words of a clause name; "" if they name none, or several, or there are words that are not
// known.
func (b *beforeWords) row(clause, unit string) string {
	s := form.Squeeze(clause)
	var classes []string
	for s != "" {
		if r, n := utf8.DecodeRuneInString(s); !unicode.Is(unicode.Han, r) {
			if unicode.IsLetter(r) {
				return ""
			}
			s = s[n:] // digits of a year, marks
			continue
		}
		n := min(b.longest, len(s))
		for n > 0 && b.class[s[:n]] == nil {
			n--
		}
		if n == 0 {
			return ""
		}
		found := b.class[s[:n]]
		if len(found) > 1 { // by the unit
			found = slices.DeleteFunc(slices.Clone(found), func(c string) bool { return !b.fits(c, unit) })
		}
		for _, c := range found {
			if c == "!" {
				return ""
			}
			if c != "-" && !slices.Contains(classes, c) {
				classes = append(classes, c)
			}
		}
		s = s[n:]
	}
	row := ""
	has := func(c string) bool { return slices.Contains(classes, c) }
	for _, c := range classes {
		switch {
		case c == "app" || c == "recv" || c == "reply":
		case row == "" || within(c, row):
			row = c
		case !within(row, c):
			return ""
		}
	}
	switch {
	case row != "":
		if has("recv") && (within(row, "answered") || within(row, "closed")) || has("reply") && within(row, "received") {
			return ""
		}
	case has("recv") && has("reply"):
	case has("app") && has("recv"):
		row = "received"
	case has("reply"):
		row = "answered"
	}
	if row == "" || !b.fits(row, unit) {
		return ""
	}
	return row
}

// within reports whether a row is another, or a part of it.
func within(row, whole string) bool {
	for row != "" {
		if row == whole {
			return true
		}
		row = rowParents[row]
	}
	return false
}

// fits reports whether a row may be counted in a unit. A zero in words has none.
func (b *beforeWords) fits(row, unit string) bool {
	if unit == "" || row == "-" || row == "!" {
		return true
	}
	units := b.units[row]
	if len(units) == 0 {
		units = appUnits
	}
	return slices.Contains(units, unit)
}

// withoutBody leaves the name of the reporting body out of a clause: whose number it is says nothing of what it counts.
func withoutBody(clause, body string) string {
	if body == "" {
		return clause
	}
	return strings.ReplaceAll(clause, body, "")
}
