package office

import (
	"strconv"
	"strings"
)

// A field of OpenDocument keeps what it printed when the file was saved (OpenDocument 7): most of the time that is what
// it prints. Some are worked out anew whenever the page is made, some show a value that stands elsewhere in the file,
// some show what they hold only under a condition. Where the two do not agree, nobody can tell what is printed.

// recounted are the fields that are worked out anew when the page is made.
var recounted = map[string]bool{"page-number": true, "page-count": true, "date": true, "time": true, "print-date": true,
	"print-time": true, "page-continuation": true, "page-variable-get": true, "chapter": true, "word-count": true,
	"character-count": true, "paragraph-count": true, "table-count": true, "image-count": true, "object-count": true,
	"file-name": true, "template-name": true, "editing-cycles": true, "editing-duration": true, "modification-date": true,
	"modification-time": true, "database-row-number": true, "database-name": true, "note-ref": true, "sheet-name": true,
	"author-name": true, "author-initials": true, "sender-phone-private": true, "sender-phone-work": true,
	"sender-postal-code": true, "placeholder": true}

// field reads a field, or tells that the element is none.
func (d *odt) field(x *xmlReader, b *strings.Builder, l look, depth int) bool {
	said := func() string {
		var own strings.Builder
		d.inline(x, &own, l, depth+1)
		return own.String()
	}
	name, display := x.attr("name"), x.attr("display")
	switch x.name {
	case "variable-set", "variable-get", "variable-input", "expression", "table-formula", "user-field-get",
		"user-field-input":
		value, known := x.lookup("value")
		if !known {
			value, known = x.lookup("string-value")
		}
		lost := false
		if strings.HasPrefix(x.name, "user-field") {
			value, known = d.userFields[name]
			lost = !known // one without a value prints nothing
		}
		s := said()
		switch {
		case display == "none":
			return true
		case display == "formula", lost, s == "" && value != "", known && !samePrint(s, value):
			s += object
		}
		b.WriteString(s)
	case "sequence":
		s := said()
		if strings.TrimSpace(s) == "" {
			s = object
		}
		b.WriteString(s)
	case "conditional-text":
		yes, no := x.attr("string-value-if-true"), x.attr("string-value-if-false")
		if s := said(); yes == no && s == yes || s != "" && isLabel(yes) && isLabel(no) {
			b.WriteString(s)
		} else {
			b.WriteString(s + object)
		}
	case "hidden-text":
		// what a condition comes to is told by the program alone, which works it out anew
		holds := d.condition(x.attr("condition"))
		if s := x.attr("string-value"); x.attr("is-hidden") == "false" {
			b.WriteString(d.set(s, l) + object)
		} else if (holds != on || x.attr("is-hidden") != "true") && strings.ContainsFunc(s, tells) {
			b.WriteString(object)
		}
		x.skip()
	case "hidden-paragraph":
		if x.attr("is-hidden") != "false" {
			d.unseenParagraph = true
		}
		x.skip()
	case "drop-down":
		chosen, listed := "", false
		s, at := "", x.depth
		for x.depth >= at {
			switch x.next() {
			case xmlEnd:
				return true
			case xmlText:
				s += x.said()
			case xmlOpen:
				if x.name == "label" && x.attr("current-selected") == "true" {
					chosen, listed = x.attr("value"), true
				}
			}
		}
		if s = d.set(s, l); listed && strings.TrimSpace(s) != strings.TrimSpace(chosen) {
			s += object
		}
		b.WriteString(s)
	default:
		if !recounted[x.name] || x.attr("fixed") == "true" {
			return false
		}
		if d.cells > 0 {
			b.WriteString(object)
			x.skip()
		} else {
			b.WriteString(said())
		}
	}
	return true
}

// condition works out a condition that is a constant.
func (d *odt) condition(s string) said {
	if _, rest, ok := strings.Cut(s, ":"); ok {
		s = rest
	}
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "1", "true", `"1"`:
		return on
	case "0", "false", "":
		return off
	}
	if a, b, ok := strings.Cut(s, "=="); ok {
		x, err1 := strconv.ParseFloat(strings.TrimSpace(a), 64)
		y, err2 := strconv.ParseFloat(strings.TrimSpace(b), 64)
		if err1 == nil && err2 == nil {
			return onOff(x == y)
		}
	}
	return unsaid
}

// samePrint reports whether a text may be the print of a value: another number is none.
func samePrint(s, value string) bool {
	s = strings.TrimSpace(strings.ReplaceAll(s, ",", ""))
	v, err := strconv.ParseFloat(value, 64)
	if err != nil {
		return s == strings.TrimSpace(value)
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return true // a day, a share, a word in the place of a number
	}
	return n == v || agrees(s, v)
}

// readUserFields reads the values that fields of a name show.
func (d *odt) readUserFields(x *xmlReader) {
	x.children(func() {
		if x.name != "user-field-decl" {
			return
		}
		v, ok := x.lookup("value")
		if !ok {
			v = x.attr("string-value")
		}
		if d.userFields == nil {
			d.userFields = map[string]string{}
		}
		d.userFields[x.attr("name")] = v
	})
}

// readDeletions reads which tracked changes are deletions: what is marked as such in the text is none of it.
func (d *odt) readDeletions(x *xmlReader) {
	x.children(func() {
		if x.name != "changed-region" {
			return
		}
		id := x.attr("id")
		x.children(func() {
			if x.name == "deletion" {
				if d.deletions == nil {
					d.deletions = map[string]bool{}
				}
				d.deletions[id] = true
			}
		})
	})
}
