package office

import (
	"strconv"
	"strings"
)

// An odtNumber is a style of numbers (OpenDocument 16.27): the same as one section of a format of other sheets, with
// other styles for the numbers that meet a condition.
type odtNumber struct {
	kind  string // number-style, percentage-style, date-style, …
	items section
	maps  []odtMap
	plain bool // no places are laid down: as many as are needed
	// anySign tells that the sign of money is that of the place where it is shown
	anySign bool
}

// readNumber reads a style of numbers.
func (d *odt) readNumber(x *xmlReader) {
	name := x.attr("name")
	n := odtNumber{kind: x.name, items: section{point: -1, exp: -1, slash: -1}}
	s := &n.items
	if x.attr("transliteration-format") != "" && x.attr("transliteration-format") != "1" {
		s.unknown = true
	}
	add, places := s.add, s.places
	x.children(func() {
		switch x.name {
		case "text":
			if t := x.texts(); t != "" {
				if strings.Contains(t, "%") && n.kind == "percentage-style" {
					s.percent = 1
				}
				add('l', t)
			}
		case "currency-symbol":
			t := x.texts()
			n.anySign = n.anySign || t == ""
			add('l', t)
		case "fill-character":
			if strings.TrimSpace(x.texts()) != "" {
				s.unknown = true
			}
		case "text-properties":
			if k := hexInk(x.attr("color")); k != noInk {
				s.ink = k
			}
		case "number":
			decimals, said := x.lookup("decimal-places")
			whole := x.number("min-integer-digits", -1)
			if !said && whole < 0 {
				n.plain = true
			}
			k, err := strconv.Atoi(decimals)
			if !said || err != nil {
				k, n.plain = 0, true
			}
			least := x.number("min-decimal-places", k)
			s.group = x.attr("grouping") == "true"
			if f := x.attr("display-factor"); f != "" {
				v, err := strconv.ParseFloat(f, 64)
				for err == nil && v >= 1000 {
					v /= 1000
					s.scale++
				}
				s.unknown = s.unknown || err != nil || v != 1
			}
			if v := x.attr("decimal-replacement"); v != "" {
				s.unknown = true
			}
			if n.plain && whole <= 1 && !s.group && s.scale == 0 {
				s.general = true
				add('g', "")
				return
			}
			places('#', 1)
			places('0', max(whole, 0))
			last := len(s.items)
			if k > 0 {
				s.point = len(s.items)
				add('.', "")
				places('0', min(least, k))
				places('#', k-min(least, k))
			}
			x.children(func() {
				at := x.number("position", 0) // so many digits stand behind it
				if s.unknown = s.unknown || x.name != "embedded-text" || at < 1 || at > max(whole, 0) || s.group; s.unknown {
					return
				}
				i := last - at
				for k := i; k < last; k++ { // those that are put in already
					if s.items[k].kind == 'l' {
						s.unknown = true
						return
					}
				}
				s.items = append(s.items[:i:i], append([]formatItem{{'l', x.texts()}}, s.items[i:]...)...)
				if last++; s.point >= 0 {
					s.point++
				}
			})
		case "scientific-number":
			s.takeScientific(x)
		case "fraction":
			s.takeFraction(x)
		case "text-content":
			s.text = true
			add('@', "")
		case "map":
			n.maps = append(n.maps, odtMap{x.attr("condition"), x.attr("apply-style-name")})
		default: // fractions, exponents, days, truth values
			s.unknown = true
		}
	})
	d.numbers[name] = n
}

// numberFormat gives the format that a style of numbers and the styles that it refers to make; known is false where none
// is named that there is. A cell without one displays as many places as it needs.
func (d *odt) numberFormat(name string) (f *numberFormat, known bool) {
	if name == "" {
		return parseFormat("General"), true
	}
	n, ok := d.numbers[name]
	if !ok {
		return nil, false
	}
	if f, ok := d.formats[name]; ok {
		return f, true
	}
	f = &numberFormat{}
	for _, m := range n.maps {
		op, limit, ok := comparison(strings.ReplaceAll(strings.Replace(m.condition, "value()", "", 1), " ", ""))
		v, err := strconv.ParseFloat(limit, 64)
		other, found := d.numbers[m.style]
		if !ok || err != nil || !found {
			f.unknown = true
			continue
		}
		s := other.items
		s.test = map[string]string{"greaterThanOrEqual": ">=", "lessThanOrEqual": "<=", "notEqual": "<>", "equal": "=",
			"greaterThan": ">", "lessThan": "<"}[op]
		s.limit = v
		if other.plain && !s.general {
			s.unknown = true
		}
		f.sections = append(f.sections, s)
	}
	last := n.items
	if n.plain && !last.general {
		last.unknown = true
	}
	f.sections = append(f.sections, last)
	f.mapped = len(n.maps) > 0
	if d.formats == nil {
		d.formats = map[string]*numberFormat{}
	}
	d.formats[name] = f
	return f, true
}

// likeGeneral reports whether a style lays down no number of places.
func (d *odt) likeGeneral(name string) bool { return name == "" || d.numbers[name].plain }

// trusted reports whether what a cell displayed when it was saved may be taken for what it displays, though its format
// is not carried out here: it is one of days, fractions, words that nobody writes by hand.
func (d *odt) trusted(name string) bool {
	switch d.numbers[name].kind {
	case "date-style", "time-style", "boolean-style":
		return true
	}
	return false
}

func (s *section) add(kind byte, text string) { s.items = append(s.items, formatItem{kind, text}) }

func (s *section) places(kind byte, k int) {
	for range min(max(k, 0), 30) {
		s.add(kind, "")
	}
}

// takeScientific reads how many places a number with an exponent has.
func (s *section) takeScientific(x *xmlReader) {
	if x.number("exponent-interval", 1) != 1 || x.number("min-integer-digits", 1) != 1 {
		s.unknown = true
	}
	s.places('0', 1)
	if k := x.number("decimal-places", 0); k > 0 {
		s.point = len(s.items)
		s.add('.', "")
		least := min(max(x.number("min-decimal-places", k), 0), k)
		s.places('0', least)
		s.places('#', k-least)
	}
	s.exp = len(s.items)
	sign := "-"
	if v, ok := x.lookup("forced-exponent-sign"); !ok || v == "true" {
		sign = "+"
	}
	s.add('e', sign)
	s.places('0', x.number("min-exponent-digits", 2))
}

// takeFraction reads how many places a fraction has.
func (s *section) takeFraction(x *xmlReader) {
	s.places('#', 1)
	s.add('l', " ")
	s.places('?', max(x.number("max-numerator-digits", x.number("min-numerator-digits", 1)), 1))
	s.slash = len(s.items)
	s.add('/', "")
	if v := x.attr("denominator-value"); v != "" {
		s.add('l', v)
	} else {
		s.places('?', max(len(x.attr("max-denominator-value")), x.number("min-denominator-digits", 1)))
	}
}
