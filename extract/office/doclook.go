package office

import "strings"

// docInks are the colours that go by number in files of old ([MS-DOC] 2.9.119).
var docInks = []ink{autoInk, isRGB, rgb(0, 0, 255), rgb(0, 255, 255), rgb(0, 255, 0), rgb(255, 0, 255), rgb(255, 0, 0),
	rgb(255, 255, 0), white, rgb(0, 0, 128), rgb(0, 128, 128), rgb(0, 128, 0), rgb(128, 0, 128), rgb(128, 0, 0),
	rgb(128, 128, 0), rgb(128, 128, 128), rgb(192, 192, 192)}

func docInk(n int) ink {
	if n < len(docInks) {
		return docInks[n]
	}
	return autoInk
}

// colorRef reads a colour of three bytes and one that says that it is left to the program.
func colorRef(b []byte) ink {
	if len(b) < 4 || b[3] != 0 {
		return autoInk
	}
	return rgb(int(b[0]), int(b[1]), int(b[2]))
}

// docPatterns are the percentages of the foreground in patterns; other patterns are lines.
var docPatterns = map[int]int{0: 0, 1: 100, 2: 5, 3: 10, 4: 20, 5: 25, 6: 30, 7: 40, 8: 50, 9: 60, 10: 70, 11: 75, 12: 80,
	13: 90, 0xffff: 0}

func docShade(fore, back ink, pattern int) ink {
	percent, ok := docPatterns[pattern]
	switch {
	case !ok:
		return mixed
	case percent == 0 && back < isRGB:
		return noInk
	}
	return mix(percent, fore, back)
}

// shd80 reads a ground of two bytes, shd one of ten.
func shd80(n int) ink {
	if n == 0xffff {
		return noInk
	}
	return docShade(docInk(n&31), docInk(n>>5&31), n>>10)
}

func shd(b []byte) ink {
	if len(b) < 10 {
		return noInk
	}
	return docShade(colorRef(b), colorRef(b[4:]), u16(b, 8))
}

// A docLook is how a character is set.
type docLook struct {
	look
	special bool // it stands for symbol
	symbol  rune
	style   int // of characters; 0 = none
}

// sprm takes one property of characters ([MS-DOC] 2.6.1). under is what the style says, to which some properties refer.
func (l *docLook) sprm(w *doc, op int, arg []byte, under look) {
	flag := func(style said) said {
		switch arg[0] {
		case 0x80:
			return style
		case 0x81:
			return onOff(style != on)
		}
		return onOff(arg[0]&1 != 0)
	}
	switch op {
	case 0x083c: // sprmCFVanish
		l.hidden = flag(under.hidden)
	case 0x0818: // sprmCFSpecVanish
		if flag(unsaid) == on {
			l.hidden = on
		}
	case 0x0837: // sprmCFStrike
		l.struck = flag(under.struck)
	case 0x2a53: // sprmCFDStrike
		l.struck2 = flag(under.struck2)
	case 0x2a48: // sprmCIss
		l.script = []int8{scriptLine, scriptRaised, scriptLowered, scriptLine}[arg[0]&3]
	case 0x4845: // sprmCHpsPos
		l.move(int(int16(u16(arg, 0))))
	case 0x4a43: // sprmCHps
		l.size(u16(arg, 0))
	case 0x2a42: // sprmCIco
		l.ink = docInk(int(arg[0]))
	case 0x6870: // sprmCCv
		l.ink = colorRef(arg)
	case 0x2a0c: // sprmCHighlight
		l.mark = docInk(int(arg[0]))
	case 0x4866: // sprmCShd80
		l.mark = shd80(u16(arg, 0))
	case 0xca71: // sprmCShd
		l.mark = shd(arg[1:])
	case 0x4852: // sprmCCharScale
		l.tiny = onOff(u16(arg, 0) < 20)
	case 0x8840: // sprmCDxaSpace
		l.odd = onOff(int16(u16(arg, 0)) <= crowded)
	case 0xca76: // sprmCFitText
		if len(arg) >= 5 && u32(arg, 1) > 0 && u32(arg, 1) < 60 {
			l.tiny = on
		}
	case 0x0811: // sprmCFWebHidden: hidden where it is a page of the web; programs differ
		l.doubt = flag(unsaid)
	case 0x4a4f: // sprmCRgFtc0
		l.odd = onOff(w.symbolFonts[u16(arg, 0)])
	case 0xca78: // sprmCFELayout: two lines in one
		if len(arg) > 1 && arg[1]&2 != 0 {
			l.odd = on
		}
	case 0x0855: // sprmCFSpec
		l.special = arg[0] != 0
	case 0x6a09: // sprmCSymbol
		l.symbol = rune(u16(arg, 2))
	case 0x4a30: // sprmCIstd
		l.style = u16(arg, 0)
	}
}

// styleLook gives what a style and those that it is based on say of characters.
func (w *doc) styleLook(i, depth int) look {
	if i < 0 || i >= len(w.styles) || depth > 12 {
		return look{}
	}
	if l, ok := w.looks[i]; ok {
		return l
	}
	s := w.styles[i]
	base := look{}
	if s.base != 0xfff && s.base != i {
		base = w.styleLook(s.base, depth+1)
	}
	l := docLook{}
	w.sprms(s.chars, 0, func(op int, arg []byte) { l.sprm(w, op, arg, base) })
	out := l.over(base)
	if w.looks == nil {
		w.looks = map[int]look{}
	}
	w.looks[i] = out
	return out
}

// prmLooks are the modifiers of characters that a piece may carry in a single byte ([MS-DOC] 2.9.215), those that matter
// here.
var prmLooks = map[int]int{0x41: 0x0800, 0x4d: 0x2a0c, 0x50: 0x0811, 0x51: 0x0818, 0x57: 0x0837, 0x5c: 0x083c, 0x62: 0x2a42,
	0x68: 0x2a48, 0x73: 0x2a53}

// lookAt gives the look of a character in a paragraph: the paragraph's style, the character's, its own properties, and
// what its piece says besides.
func (w *doc) lookAt(i int, p *docPara) (l docLook) {
	fc, pc := w.place(i)
	if pc == nil {
		return l
	}
	base := w.styleLook(p.istd, 0)
	gone := false
	under := base
	see := func(sprms []byte) {
		w.sprms(sprms, 0, func(op int, arg []byte) {
			if op == 0x0800 { // sprmCFRMarkDel
				gone = arg[0] != 0
				return
			}
			l.sprm(w, op, arg, under)
			if op == 0x4a30 && l.style > 0 {
				s := w.styleLook(l.style, 0)
				under = s.over(base)
				if s.hidden == on && base.hidden == on || s.crossed() && base.crossed() { // on twice is off, in some programs
					under.doubt = on
				}
			}
		})
	}
	if run := runAt(w.chpx, fc); run != nil {
		see(run.sprms)
	}
	if pc.prm&1 == 1 && int(pc.prm>>1) < len(w.grpprls) {
		see(w.grpprls[pc.prm>>1])
	} else if op, ok := prmLooks[int(pc.prm>>1&0x7f)]; ok && pc.prm&1 == 0 {
		see([]byte{byte(op), byte(op >> 8), byte(pc.prm >> 8)})
	}
	l.look = l.over(under)
	if p.tiny {
		l.tiny = on
	}
	if gone {
		l.hidden = on
	}
	return l
}

// ground gives the colour on which a paragraph's text stands: its own, or that of its cell, which the end of the row
// knows.
func (w *doc) ground(cp int, p *docPara) ink {
	if p.ground != noInk || p.itap == 0 {
		return p.ground
	}
	if p.itap > 1 {
		return mixed
	}
	cells := 0
	for i := cp; i < min(len(w.chars), cp+20_000); i++ {
		if w.chars[i] != 0x07 {
			continue
		}
		end := w.paragraph(i)
		if !end.ttp {
			cells++
			continue
		}
		if k := len(end.flags) - cells; k >= 0 && k < len(end.shades) {
			return end.shades[k]
		}
		return noInk
	}
	return noInk
}

// readFonts finds the fonts that draw symbols (SttbfFfn).
func (w *doc) readFonts(b []byte) {
	at := 4
	for i := 0; i < u16(b, 0) && at < len(b); i++ {
		size := int(b[at]) + 1
		var name []uint16
		for k := at + 40; k+2 <= min(len(b), at+size) && u16(b, k) != 0; k += 2 {
			name = append(name, uint16(u16(b, k)))
		}
		if len(name) > 0 && symbolFont(strings.ToLower(string(runes(name)))) {
			if w.symbolFonts == nil {
				w.symbolFonts = map[int]bool{}
			}
			w.symbolFonts[i] = true
		}
		at += size
	}
}

func runes(u []uint16) []rune {
	out := make([]rune, len(u))
	for i, c := range u {
		out[i] = rune(c)
	}
	return out
}
