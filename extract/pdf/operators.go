package pdf

import (
	"strings"

	objects "github.com/ledongthuc/pdf"

	"github.com/gongkai/gongkai/extract/layout"
)

// A contentStream is a content stream being interpreted.
type contentStream struct {
	in    *interpreter
	pg    *page
	res   *resources
	depth int // forms around it

	lex      lexer
	args     []operand // that wait for their operator
	st       state
	saved    []state // by q
	path     []subpath
	clipNext bool // the path will also clip
	tm, tlm  matrix
	marked   int // depth of marked content
	hidden   int // the depth at which a layer began that is not shown; 0 = all is shown
}

// An operand is a number or another value. Most are numbers, which have no value of their own to point to.
type operand struct {
	value    any
	number   float64
	isNumber bool
}

// run interprets a content stream.
func (in *interpreter) run(pg *page, body []byte, res *resources, st state, depth int) {
	if depth > maxForms {
		return
	}
	s := &contentStream{in: in, pg: pg, res: res, depth: depth, lex: lexer{b: body}, st: st}
	s.tm, s.tlm = identity, identity
	ops := 0
	add := func(x operand) {
		if len(s.args) < 4096 {
			s.args = append(s.args, x)
		}
	}
	for {
		if f, ok := s.lex.number(); ok {
			add(operand{number: f, isNumber: true})
			continue
		}
		tok, kind := s.lex.next()
		switch {
		case kind == tokEnd:
			return
		case kind != tokOp:
			add(operand{value: tok})
			continue
		}
		if ops++; ops%2048 == 0 && (in.ctx.Err() != nil || in.glyphs > maxGlyphs) {
			in.limit(pg.Number)
			return
		}
		s.operate(tok.(string))
		s.args = s.args[:0]
	}
}

// operate carries out one operator with the operands before it: the list of annex A of PDF 32000-1, a line each,
// without those that change nothing that text and lines need (line caps and dashes, rendering intents, Type 3 metrics,
// marked points). It is as long as the list is; whatever takes more than a line has a method of its own.
func (s *contentStream) operate(op string) {
	st := &s.st
	switch op {
	// graphics state (8.4)
	case "q":
		s.save()
	case "Q":
		s.restore()
	case "cm":
		st.ctm = s.matrix().Then(st.ctm)
	case "w":
		st.width = s.num(0)
	case "gs":
		s.extended(s.res.entry("ExtGState", s.name(0)))

	// paths (8.5)
	case "m":
		s.path = append(s.path, subpath{points: append(make([][2]float64, 0, 2), [2]float64{s.num(0), s.num(1)})})
	case "l":
		s.lineTo(s.num(0), s.num(1), false)
	case "c":
		s.lineTo(s.num(4), s.num(5), true, s.num(0), s.num(1), s.num(2), s.num(3))
	case "v", "y":
		s.lineTo(s.num(2), s.num(3), true, s.num(0), s.num(1))
	case "h":
		closeLast(s.path)
	case "re":
		s.rectangle(s.num(0), s.num(1), s.num(2), s.num(3))
	case "S":
		s.paint(true, false)
	case "s":
		closeLast(s.path)
		s.paint(true, false)
	case "f", "F", "f*":
		s.paint(false, true)
	case "B", "B*":
		s.paint(true, true)
	case "b", "b*":
		closeLast(s.path)
		s.paint(true, true)
	case "n":
		s.paint(false, false)
	case "W", "W*":
		s.clipNext = true

	// colours (8.6)
	case "g", "rg", "k", "sc", "scn", "cs":
		s.fillColour(op)
	case "G", "RG", "K", "SC", "SCN", "CS":
		s.lineColour(op)
	case "sh":
		s.shade()

	// text (9.3, 9.4)
	case "BT":
		s.tm, s.tlm = identity, identity
	case "Tc":
		st.charSpace = s.num(0)
	case "Tw":
		st.wordSpace = s.num(0)
	case "Tz":
		st.scale = s.num(0) / 100
	case "TL":
		st.leading = s.num(0)
	case "Ts":
		st.rise = s.num(0)
	case "Tr":
		st.render = int(s.num(0))
	case "Tf":
		st.font, st.size = s.res.font(s.name(0)), s.num(1)
	case "Td":
		s.newline(s.num(0), s.num(1))
	case "TD":
		st.leading = -s.num(1)
		s.newline(s.num(0), s.num(1))
	case "Tm":
		s.tlm = s.matrix()
		s.tm = s.tlm
	case "T*":
		s.newline(0, -st.leading)
	case "Tj":
		s.show(s.text(0))
	case "'":
		s.newline(0, -st.leading)
		s.show(s.text(0))
	case "\"":
		st.wordSpace, st.charSpace = s.num(0), s.num(1)
		s.newline(0, -st.leading)
		s.show(s.text(2))
	case "TJ":
		s.showKerned()

	// pictures and forms (8.8 to 8.10), layers (14.6, 8.11)
	case "Do":
		s.drawObject(s.name(0))
	case "BI":
		s.drawInline()
	case "BMC", "BDC":
		s.beginMarked(s.name(0), s.name(1))
	case "EMC":
		s.endMarked()
	}
}

// num gives operand i as a number; 0 where it is none.
func (s *contentStream) num(i int) float64 {
	if i < len(s.args) {
		return s.args[i].number
	}
	return 0
}

// name gives operand i as a name; "" where it is none.
func (s *contentStream) name(i int) string {
	if i < len(s.args) {
		if n, ok := s.args[i].value.(nameToken); ok {
			return string(n)
		}
	}
	return ""
}

// text gives operand i as a string; "" where it is none.
func (s *contentStream) text(i int) string {
	if i < len(s.args) {
		if t, ok := s.args[i].value.(string); ok {
			return t
		}
	}
	return ""
}

// numbers gives the operands that are numbers.
func (s *contentStream) numbers() []float64 {
	var out []float64
	for i := range s.args {
		if s.args[i].isNumber {
			out = append(out, s.args[i].number)
		}
	}
	return out
}

// matrix gives the first six operands.
func (s *contentStream) matrix() matrix {
	return matrix{s.num(0), s.num(1), s.num(2), s.num(3), s.num(4), s.num(5)}
}

func (s *contentStream) save() {
	if len(s.saved) < 512 {
		s.saved = append(s.saved, s.st)
	}
}

func (s *contentStream) restore() {
	if n := len(s.saved); n > 0 {
		s.st = s.saved[n-1]
		s.saved = s.saved[:n-1]
		s.pg.clipText = nil
	}
}

// extended takes a graphics state from the resources (8.4.5).
func (s *contentStream) extended(g objects.Value) {
	if g.IsNull() {
		return
	}
	st := &s.st
	if f := g.Key("Font"); f.Kind() == objects.Array && f.Len() == 2 {
		st.font, st.size = s.in.font(f.Index(0)), f.Index(1).Float64()
	}
	if a := g.Key("ca"); !a.IsNull() {
		st.opacity = a.Float64()
		st.fillClear, st.veiled = st.opacity < 0.02, st.opacity < 0.98
	}
	if a := g.Key("CA"); !a.IsNull() {
		st.strokeClear = a.Float64() < 0.02
	}
	if m := g.Key("BM"); m.Kind() == objects.Name && m.Name() != "Normal" && m.Name() != "Compatible" {
		st.veiled = true
		st.mixed = !opaqueBlend(m.Name())
	}
	if m := g.Key("SMask"); !m.IsNull() {
		st.masked = m.Kind() == objects.Dict
	}
	if lw := g.Key("LW"); !lw.IsNull() {
		st.width = lw.Float64()
	}
}

// lineTo goes on with the last subpath, with a curve that control points bound.
func (s *contentStream) lineTo(x, y float64, curved bool, controls ...float64) {
	n := len(s.path)
	if n == 0 || len(s.path[n-1].points) >= maxPoints {
		return
	}
	p := &s.path[n-1]
	p.points = append(p.points, [2]float64{x, y})
	p.curved = p.curved || curved
	for i := 0; i+1 < len(controls); i += 2 {
		p.controls = append(p.controls, [2]float64{controls[i], controls[i+1]})
	}
}

const maxPoints = 100_000 // of a subpath

func (s *contentStream) rectangle(x, y, w, h float64) {
	corners := [][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}
	s.path = append(s.path, subpath{points: corners, closed: true})
}

// paint strokes and fills the path, and ends it.
func (s *contentStream) paint(stroke, fill bool) {
	if stroke && !s.st.line.none && !s.st.strokeClear && s.hidden == 0 {
		if s.st.line.white {
			s.in.strokeWhite(s.pg, &s.st, s.path)
		} else {
			s.in.stroke(s.pg, &s.st, s.path)
		}
	}
	if fill && !s.st.fillClear && !s.st.fill.none && s.hidden == 0 {
		s.in.fill(s.pg, &s.st, s.path)
	}
	if s.clipNext {
		s.st.clipTo(s.path)
		s.clipNext = false
	}
	s.path = nil
}

// How light a colour is that is taken for white, and for pale.
const (
	white = 0.93
	pale  = 0.7
)

// lighter reports whether a colour of one, three or four components (grey, red green blue, cyan magenta yellow black)
// is lighter than that.
func lighter(comps []float64, than float64) bool {
	switch len(comps) {
	case 1:
		return comps[0] > than
	case 3:
		return comps[0] > than && comps[1] > than && comps[2] > than
	case 4:
		return comps[0]+comps[1]+comps[2]+comps[3] < 1.14*(1-than)
	}
	return false
}

var deviceSpaces = map[string]*colourSpace{"g": grays, "rg": rgbs, "k": cmyks}

// fillColour takes the colour of what is filled.
func (s *contentStream) fillColour(op string) {
	st := &s.st
	switch op {
	case "cs":
		st.fillSpace = s.res.colourSpace(s.name(0))
		st.fill = st.fillSpace.initial()
		return
	case "g", "rg", "k":
		st.fillSpace = deviceSpaces[op]
	}
	st.fill = st.fillSpace.colour(s.numbers())
	if st.fillSpace.family == "Pattern" && s.res.entry("Pattern", s.name(0)).Key("PatternType").Int64() == 1 {
		st.fill.tiles = true
	}
}

// lineColour takes the colour of what is stroked.
func (s *contentStream) lineColour(op string) {
	st := &s.st
	switch op {
	case "CS":
		st.lineSpace = s.res.colourSpace(s.name(0))
		st.line = st.lineSpace.initial()
		return
	case "G", "RG", "K":
		st.lineSpace = deviceSpaces[strings.ToLower(op)]
	}
	st.line = st.lineSpace.colour(s.numbers())
}

// shade paints what the clip bounds with colours that change.
func (s *contentStream) shade() {
	if s.hidden == 0 && !s.st.fillClear && !s.st.veiled && s.st.hasClip {
		s.in.paint(s.pg, layout.Area{Box: s.st.clip, Picture: true, Colour: -1})
	}
}

// newline moves to the next line of text.
func (s *contentStream) newline(x, y float64) {
	s.tlm = matrix{1, 0, 0, 1, x, y}.Then(s.tlm)
	s.tm = s.tlm
}

func (s *contentStream) show(text string) { s.in.show(s.pg, &s.st, &s.tm, text, s.hidden > 0) }

// showKerned draws the strings of an array, moved by the numbers between them.
func (s *contentStream) showKerned() {
	if len(s.args) == 0 {
		return
	}
	list, _ := s.args[len(s.args)-1].value.([]any)
	for _, x := range list {
		switch x := x.(type) {
		case string:
			s.show(x)
		case float64:
			d := -x / 1000 * s.st.size
			if s.st.font != nil && s.st.font.vertical {
				s.tm = matrix{1, 0, 0, 1, 0, d}.Then(s.tm)
			} else {
				s.tm = matrix{1, 0, 0, 1, d * s.st.scale, 0}.Then(s.tm)
			}
		}
	}
}

func (s *contentStream) drawObject(name string) {
	if s.hidden == 0 {
		s.in.xobject(s.pg, s.res.entry("XObject", name), s.res, s.st, s.depth)
	}
}

func (s *contentStream) drawInline() {
	w, h := s.lex.inlineImage()
	if s.hidden == 0 {
		s.in.picture(s.pg, &s.st, w, h, false, func() bool { return w*h <= 1 })
	}
}

// beginMarked begins marked content, which may be of a layer that is not shown.
func (s *contentStream) beginMarked(tag, properties string) {
	s.marked++
	if s.hidden == 0 && tag == "OC" && s.in.layers != nil &&
		!s.in.layers.shown(s.res.entry("Properties", properties), s.res.reference("Properties", properties)) {
		s.hidden = s.marked
	}
}

func (s *contentStream) endMarked() {
	if s.marked == s.hidden {
		s.hidden = 0
	}
	s.marked = max(0, s.marked-1)
}
