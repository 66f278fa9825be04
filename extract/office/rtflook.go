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
		// a writer repeats in the text what its styles say. Where one has not, programs differ in whether it holds.
		style := r.styleLook(s.charStyle, 0).over(r.styleLook(s.style, 0)).over(r.styleLook(s.tableStyle, 0))
		whole := l.over(style)
		style.ground, style.mark = noInk, noInk
		if l.hidden == unsaid && style.hidden == on || l.struck == unsaid && style.struck == on ||
			l.struck2 == unsaid && style.struck2 == on || l.script == scriptUnsaid && (style.script == scriptRaised ||
			style.script == scriptLowered) || !l.moved && style.position != unsaid || l.tiny == unsaid && style.tiny == on ||
			l.odd == unsaid && style.odd == on {
			l.doubt = on
		}
		if l.ink == noInk && style.ink >= isRGB {
			l.ink = style.ink
			if whole.colours() != seen {
				l.doubt = on
			}
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
	case "highlight", "chcbpat", "cb":
		if l.mark = r.ground(n); l.mark == noInk {
			l.mark = autoInk
		}
	case "charscalex":
		l.tiny = onOff(n < 20)
	case "expnd", "expndtw":
		l.odd = onOff(word == "expndtw" && n <= -100 || word == "expnd" && n <= -20)
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
	if fieldPrints(f.code.String(), r.written > f.from && f.result, r.inCell()) {
		r.mark(true)
	}
}

// An rtfField is a field that is being read.
type rtfField struct {
	code   strings.Builder
	result bool
	from   int
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
