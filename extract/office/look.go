package office

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gongkai/gongkai/extract/script"
)

// All formats set text in the same few ways, each in its own words: a style says something, a style based on it says
// more, the run itself has the last word. A look is what one of these says, or what all of them say together. What it
// comes to for the reader is decided in one place, Document.set: text is as written, or raised or lowered, or not there
// (hidden, crossed out, of the colour of its ground), or it is an object: something stands there of which this program
// cannot tell what a reader sees.

// object stands in a text for something that is drawn and is no text that could be read: a picture, a field without a
// result, a formula, characters that may or may not show. In a cell it becomes U+FFFD, which is never published and
// never blank; see settled.
const object = "\ufffc"

// stroke stands for a line that is drawn: an ornament beside words, and what crosses figures out.
const stroke = "\ufff9"

// aside stands for a box of words that lies on a line: they are read behind it, and where in it a reader sees them is not
// known.
const aside = "\ufffa"

// said is what a style or a run says of something that is on or off.
type said int8

const (
	unsaid said = iota
	on
	off
)

func onOff(b bool) said {
	if b {
		return on
	}
	return off
}

// An ink is a colour: unsaid, left to the program (black on a light ground, white on a dark one), or its RGB value
// above bit 24.
type ink int32

const (
	noInk   ink = 0
	autoInk ink = 1
	isRGB   ink = 1 << 24
	white       = isRGB | 0xffffff
	// mixed is a ground of which the colour cannot be told: a pattern, a gradient, a picture.
	mixed ink = 2
)

func rgb(r, g, b int) ink { return isRGB | ink(r&255<<16|g&255<<8|b&255) }

func (k ink) channels() [3]int { return [3]int{int(k >> 16 & 255), int(k >> 8 & 255), int(k & 255)} }

// hexInk reads RRGGBB, #RRGGBB or AARRGGBB.
func hexInk(s string) ink {
	s = strings.TrimPrefix(s, "#")
	if len(s) == 8 {
		s = s[2:]
	}
	n, err := strconv.ParseUint(s, 16, 32)
	if len(s) != 6 || err != nil {
		return noInk
	}
	return isRGB | ink(n)
}

// mix gives the colour of a pattern of which so many percent are the foreground.
func mix(percent int, fore, back ink) ink {
	if fore < isRGB {
		fore = isRGB // automatic is black
	}
	if back < isRGB {
		back = white
	}
	f, b := fore.channels(), back.channels()
	for i := range f {
		f[i] = (f[i]*percent + b[i]*(100-percent)) / 100
	}
	return rgb(f[0], f[1], f[2])
}

// apart is how far two colours lie apart in the channel in which they differ most, 0 to 255.
func apart(a, b ink) int {
	far := 0
	x, y := a.channels(), b.channels()
	for i := range x {
		far = max(far, x[i]-y[i], y[i]-x[i])
	}
	return far
}

func dark(k ink) bool {
	c := k.channels()
	return c[0]*3+c[1]*6+c[2] < 800
}

// Where text stands to the line.
const (
	scriptUnsaid int8 = iota
	scriptLine
	scriptRaised
	scriptLowered
)

// A look is how a run of text is set, as far as it is said.
type look struct {
	hidden   said
	struck   said
	struck2  said // with two lines, which some formats switch on their own
	script   int8
	position said // it stands above (on) or below (off) the line; see moved
	moved    bool // position says something, if only that the run is on the line
	tiny     said // too small to be seen
	odd      said // its characters are not what is printed: a font of symbols, two lines in one, no fill
	ink      ink  // of the text
	mark     ink  // the ground of the run alone: highlighting, shading
	ground   ink  // the ground of its paragraph or cell; noInk is the page, which is white
	fade     ink  // the colour that the ground goes over into; noInk: it is one colour
	doubt    said // what the style says and the run does not: programs differ
}

// over gives the look of something set as l on a base: what l says counts.
func (l look) over(base look) look {
	pick := func(a, b said) said {
		if a != unsaid {
			return a
		}
		return b
	}
	l.hidden, l.struck, l.struck2 = pick(l.hidden, base.hidden), pick(l.struck, base.struck), pick(l.struck2, base.struck2)
	l.tiny, l.odd, l.doubt = pick(l.tiny, base.tiny), pick(l.odd, base.odd), pick(l.doubt, base.doubt)
	if l.script == scriptUnsaid {
		l.script = base.script
	}
	if !l.moved {
		l.position, l.moved = base.position, base.moved
	}
	if l.ink == noInk {
		l.ink = base.ink
	}
	if l.mark == noInk {
		l.mark = base.mark
	}
	if l.ground == noInk {
		l.ground, l.fade = base.ground, base.fade
	}
	return l
}

// move takes a distance from the line in half points; up is positive.
func (l *look) move(halfPoints int) {
	l.moved, l.position = true, unsaid
	switch {
	case halfPoints >= raisedBy:
		l.position = on
	case halfPoints <= -raisedBy:
		l.position = off
	}
}

// size takes the size of the type in half points.
func (l *look) size(halfPoints int) { l.tiny = onOff(halfPoints <= tinySize) }

// crowded is the distance by which characters are moved together, in twentieths of a point, from which on they lie on
// each other: a digit of the usual size is some five points wide.
const crowded = -60

// tinySize is the size of type, in half points, up to which nobody reads it.
const tinySize = 5

func (l look) raised() bool  { return l.position == on || l.script == scriptRaised }
func (l look) lowered() bool { return l.position == off || l.script == scriptLowered }
func (l look) crossed() bool { return l.struck == on || l.struck2 == on }

// plain reports whether nothing is to be said of text set so.
func (l look) plain() bool {
	return l.hidden != on && !l.crossed() && !l.raised() && !l.lowered() && l.tiny != on && l.odd != on &&
		l.ink <= autoInk && l.mark == noInk && l.ground == noInk && l.doubt != on
}

// between is how near a colour comes to those that lie between two others.
func between(k, from, to ink) int {
	near := apart(k, from)
	a, b := from.channels(), to.channels()
	const steps = 16
	for i := 1; i <= steps; i++ {
		var c [3]int
		for n := range c {
			c[n] = a[n] + (b[n]-a[n])*i/steps
		}
		near = min(near, apart(k, rgb(c[0], c[1], c[2])))
	}
	return near
}

// A sight is what becomes of text for who looks at the page.
type sight int8

const (
	seen     sight = iota
	unseen         // of the colour of its ground
	unclear        // nobody can tell without drawing it
	blackout       // something dark stands there, and no text on it
)

// colours tells whether text shows on its ground. A few steps of a channel are what rounding makes of one colour.
func (l look) colours() sight {
	ground := l.ground
	if l.mark != noInk && l.mark != autoInk {
		ground = l.mark
	}
	if ground == autoInk || ground == noInk {
		ground = white
	}
	k := l.ink
	if l.fade >= isRGB && l.mark == noInk && ground >= isRGB {
		if k < isRGB {
			k = isRGB
		}
		if between(k, ground, l.fade) < nearColour {
			return unclear
		}
		return seen
	}
	if k == noInk || k == autoInk {
		// black or, on a dark ground, white; but programs differ in what is dark, and in whether highlighting counts
		if l.mark >= isRGB && apart(l.mark, isRGB) < nearColour {
			return unclear
		}
		return seen
	}
	if ground == mixed {
		if apart(k, white) < nearColour {
			return unclear
		}
		return seen
	}
	switch d := apart(k, ground); {
	case d <= sameColour && dark(ground) && (l.mark >= isRGB || apart(ground, isRGB) < nearColour):
		return blackout
	case d <= sameColour:
		return unseen
	case d < nearColour:
		return unclear
	}
	return seen
}

const (
	sameColour = 2
	nearColour = 30
)

// set gives what a reader sees of a run: raised characters as such (the mark of a footnote is no digit of the number
// before it), crossed-out, hidden and colourless ones not at all.
func (d *Document) set(s string, l look) string {
	if s == "" || l.plain() {
		return s
	}
	if l.hidden == on {
		return ""
	}
	t := strings.TrimSpace(s)
	if t == "" {
		if l.crossed() {
			return ""
		}
		return s
	}
	if l.doubt == on {
		return object
	}
	switch l.colours() {
	case unseen:
		if strings.ContainsFunc(t, tells) {
			d.doubt("hidden-text", "%q has the colour of its ground and is left out", t)
		}
		return ""
	case unclear, blackout:
		return object
	}
	switch {
	case l.tiny == on || l.odd == on:
		return object
	case l.crossed():
		d.doubt("struck-text", "%q is crossed out and left out", t)
		return ""
	case l.raised():
		return script.Raise(s)
	case l.lowered():
		return script.Lower(s)
	}
	return s
}

// tells reports whether a character says something: a letter or a digit.
func tells(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// isLabel reports whether a text is words: two Chinese characters or more, and no figure but in a whole sentence. What
// is drawn beside a label is no value.
func isLabel(s string) bool {
	han, figures := 0, false
	for _, r := range s {
		switch {
		case unicode.IsDigit(r) || strings.ContainsRune("〇一二三四五六七八九十百千", r):
			figures = true
		case unicode.Is(unicode.Han, r):
			han++
		}
	}
	return han >= 2 && !figures || han >= 8
}

// settled gives the text of a cell in which objects may stand: it is unreadable where one does. A character that turns
// the direction of what follows it does the same to figures, which are read as they are written.
func settled(s string) string {
	if strings.Contains(s, stroke) {
		with := object
		if isLabel(s) {
			with = ""
		}
		s = strings.ReplaceAll(s, stroke, with)
	}
	if strings.Contains(s, object) {
		s = strings.ReplaceAll(s, object, "\ufffd")
	}
	s = strings.ReplaceAll(s, aside, "")
	if apartByTab(s) {
		s += "\ufffd"
	}
	if strings.ContainsAny(s, turning) && strings.ContainsFunc(s, unicode.IsDigit) {
		s += "\ufffd"
	}
	return s
}

// apartByTab reports whether a tab stands between two digits, which are two numbers for who sees them.
func apartByTab(s string) bool {
	for at := 0; ; {
		i := strings.IndexByte(s[at:], '\t')
		if i < 0 {
			return false
		}
		i += at
		before, _ := utf8.DecodeLastRuneInString(s[:i])
		after, _ := utf8.DecodeRuneInString(s[i+1:])
		if unicode.IsDigit(before) && unicode.IsDigit(after) {
			return true
		}
		at = i + 1
	}
}

const turned = "\u202e"

const turning = turned + "\u202d\u202b\u2067"

// loose gives the text of a paragraph in which objects may stand. There a drawing before the text or alone is an
// ornament, a letterhead, and one within a long text is an illustration; one behind the words of a short line stands
// where a figure would, and one beside a digit is a part of the number.
func loose(s string) string {
	s = within(strings.ReplaceAll(s, stroke, ""))
	if strings.Contains(s, turned) && strings.ContainsFunc(s, unicode.IsDigit) {
		s = strings.ReplaceAll(s, turned, object) // figures behind it are read from right to left
	}
	if !strings.Contains(s, object) {
		return s
	}
	short := utf8.RuneCountInString(s) < shortLine
	var b strings.Builder
	for {
		i := strings.Index(s, object)
		if i < 0 {
			break
		}
		b.WriteString(s[:i])
		s = s[i+len(object):]
		head := b.String()
		before, _ := utf8.DecodeLastRuneInString(head)
		after, _ := utf8.DecodeRuneInString(s)
		if short && strings.TrimSpace(head) != "" || unicode.IsDigit(before) || unicode.IsDigit(after) {
			b.WriteString("\ufffd")
		}
	}
	b.WriteString(s)
	return b.String()
}

// within makes what cannot be read of a box that lies between the words of a line, such as a title; beside them it is a
// stamp, a mark.
func within(s string) string {
	if !strings.Contains(s, aside) {
		return s
	}
	word := func(r rune) bool { return unicode.Is(unicode.Han, r) || unicode.IsDigit(r) }
	parts := strings.Split(s, aside)
	line := utf8.RuneCountInString(s) < 2*shortLine
	s = parts[0]
	for _, p := range parts[1:] {
		before, _ := utf8.DecodeLastRuneInString(s)
		after, _ := utf8.DecodeRuneInString(p)
		if line && word(before) && word(after) {
			s += "\ufffd"
		}
		s += p
	}
	return s
}

// shortLine is the number of characters below which a paragraph may be a line of a list: a label and its figure.
const shortLine = 40

// slant draws a line from corner to corner of a cell: a stroke, a mark, where nothing else stands, an ornament beside
// words; figures it crosses out.
func slant(content []node) []node {
	switch s := printed(content, 0); {
	case strings.TrimSpace(s) == "":
		return []node{{text: "/"}}
	case isLabel(s):
		return content
	}
	return append(content, node{text: object})
}
