package office

import "strings"

// An rtfStyle is what a style of the table of styles says of how text looks.
type rtfStyle struct {
	based int
	look  look
}

// styleLook gives what a style and those that it is based on say. Paragraph, character and table styles are numbered
// together.
func (r *rtf) styleLook(n, depth int) look {
	s, ok := r.styles[n]
	if !ok || depth > 20 {
		return look{}
	}
	if s.based == n || s.based == noStyle {
		return s.look
	}
	return s.look.over(r.styleLook(s.based, depth+1))
}

// unlike reports whether text set so is seen otherwise than text set in another way.
func (l look) unlike(other look) bool {
	return l.hidden != other.hidden && (l.hidden == on || other.hidden == on) || l.crossed() != other.crossed() ||
		l.raised() != other.raised() || l.lowered() != other.lowered() || l.tiny != other.tiny && (l.tiny == on || other.tiny == on) ||
		l.odd != other.odd && (l.odd == on || other.odd == on) || l.colours() != other.colours()
}

// noStyle is the style that a style is based on which is based on none.
const noStyle = 222

// colour gives a colour of the table by its number; 0 is left to the program.
func (r *rtf) colour(n int) ink {
	if n < 0 || n >= len(r.colours) || r.colours[n] == noInk {
		return autoInk
	}
	return r.colours[n]
}

// ground gives a ground by its number in the table; 0 is none.
func (r *rtf) ground(n int) ink {
	if k := r.colour(n); k >= isRGB {
		return k
	}
	return noInk
}

// lookNow gives the look of the text that is being read.
func (r *rtf) lookNow() look {
	s := &r.state
	l := s.look
	if s.style != 0 || s.charStyle != 0 || s.tableStyle != 0 {
		// a writer repeats in the text what its styles say; where one has not, the style holds. Programs differ in what
		// holds of a table's style, in what is on twice, and behind a word that says that nothing holds.
		character, paragraph := r.styleLook(s.charStyle, 0), r.styleLook(s.style, 0)
		style := character.over(paragraph)
		whole := style.over(r.styleLook(s.tableStyle, 0))
		character.ground, paragraph.ground, style.ground, whole.ground = noInk, noInk, noInk, noInk
		twice := l.hidden == unsaid && character.hidden == on && paragraph.hidden == on ||
			l.struck == unsaid && character.struck == on && paragraph.struck == on
		full := l.over(whole)
		if l = l.over(style); twice || full.unlike(l) || s.plain && l.unlike(s.look) {
			l.doubt = on
		}
	}
	st := r.story()
	if l.ground == noInk {
		l.ground = s.under
	}
	if k := len(st.tables); l.ground == noInk && (s.inTable || s.level > 0) {
		cell := 0
		if k > 0 {
			cell = len(st.tables[k-1].cells)
		}
		if cell < len(st.rowDef.cells) {
			l.ground = st.rowDef.cells[cell].ground
		}
		if st.rowDef.tiny {
			l.tiny = on
		}
	}
	return l
}

// lookWord takes a word that says how text looks; false: it is none of these.
func (r *rtf) lookWord(l *look, word string, n int, has bool) bool {
	on1 := onOff(!has || n != 0)
	switch word {
	case "super", "sub", "nosupersub":
		l.script = map[string]int8{"super": scriptRaised, "sub": scriptLowered, "nosupersub": scriptLine}[word]
		if on1 == off {
			l.script = scriptLine
		}
	case "up", "dn":
		if !has {
			n = 6
		}
		if word == "dn" {
			n = -n
		}
		l.move(n)
	case "strike":
		l.struck = on1
	case "striked":
		l.struck2 = on1
	case "v":
		l.hidden = on1
	case "fs":
		if has {
			l.size(n)
		}
	case "cf":
		l.ink = r.colour(n)
	case "cb": // some programs know it, some do not
		if l.mark == noInk && r.ground(n) != noInk {
			l.mark = mixed
		}
	case "webhidden": // hidden where it is a page of the web; programs differ
		l.doubt = on1
	case "highlight", "chcbpat":
		if l.mark = r.ground(n); l.mark == noInk {
			l.mark = autoInk
		}
	case "charscalex":
		l.tiny = onOff(n < 20)
	case "expnd", "expndtw":
		l.odd = onOff(word == "expndtw" && n <= crowded || word == "expnd" && n <= crowded/5)
	case "twoinone", "horzvert":
		l.odd = onOff(word == "twoinone")
	default:
		return false
	}
	return true
}

// styleWord takes a word of the table of styles.
func (r *rtf) styleWord(word string, n int, has bool) {
	switch word {
	case "s", "cs", "ts", "ds":
		r.state.style = n
	case "sbasedon":
		s := r.styles[r.state.style]
		s.based = n
		r.styles[r.state.style] = s
	default:
		s, ok := r.styles[r.state.style]
		if !ok {
			s.based = noStyle
		}
		if r.lookWord(&s.look, word, n, has) || !ok {
			r.styles[r.state.style] = s
		}
	}
}

// endField ends a field: one that printed nothing, though it prints something, is an object.
func (r *rtf) endField(f *rtfField) {
	some := r.written > f.from && f.result
	if entry, ok := f.list.shows(); ok {
		st := r.story()
		switch {
		case !some:
			r.write(entry)
			return
		case f.text <= st.text.Len() && strings.TrimSpace(st.text.String()[f.text:]) != strings.TrimSpace(entry):
			r.mark(true)
		}
		return
	}
	if fieldPrints(f.code.String(), some, r.inCell()) || f.dirty && stale(f.code.String()) {
		r.mark(true)
	}
}

// An rtfField is a field that is being read.
type rtfField struct {
	code   strings.Builder
	result bool
	from   int
	text   int      // the length of the paragraph's text where its result begins
	dirty  bool     // it is to be worked out anew, or its result is not to be shown
	list   *choices // of which it shows one
}

func (r *rtf) inCell() bool { return len(r.stories) > 0 && (r.state.inTable || r.state.level > 0) }

// mark says that something is printed here that is no text.
func (r *rtf) mark(inLine bool) {
	if r.state.dest == rtfText && r.state.look.hidden != on && !r.state.deleted && (r.inCell() || inLine) {
		st := r.story()
		st.text.WriteString(object)
		st.some = true
		r.written++
	}
}
