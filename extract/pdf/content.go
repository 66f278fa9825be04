package pdf

import (
	"context"
	"math"
	"strings"

	objects "github.com/ledongthuc/pdf"
)

// A matrix is [a b c d e f] of PDF 32000-1, 8.3.3.
type matrix [6]float64

var identity = matrix{1, 0, 0, 1, 0, 0}

// mul is the transformation m followed by n.
func (m matrix) mul(n matrix) matrix {
	return matrix{
		m[0]*n[0] + m[1]*n[2], m[0]*n[1] + m[1]*n[3],
		m[2]*n[0] + m[3]*n[2], m[2]*n[1] + m[3]*n[3],
		m[4]*n[0] + m[5]*n[2] + n[4], m[4]*n[1] + m[5]*n[3] + n[5],
	}
}

func (m matrix) apply(x, y float64) (float64, float64) {
	return x*m[0] + y*m[2] + m[4], x*m[1] + y*m[3] + m[5]
}

type interpreter struct {
	ctx     context.Context
	file    *file
	doc     *Document
	fonts   map[string]*font // by reference
	off     map[string]bool  // layers that are not shown (optional content groups, as text of their dictionaries)
	content int
	glyphs  int
	order   int
	forms   int
	cuts    int // streams that break off
	stopped bool
}

// A state is the graphics state of 8.4, as far as text and lines need it.
type state struct {
	ctm                               matrix
	font                              *font
	size, charSpace, wordSpace, scale float64
	leading, rise                     float64
	render                            int
	fillWhite, strokeWhite            bool
	fillPale                          bool // light, but not white
	fillClear, strokeClear            bool // painted with no opacity
	veiled                            bool // not wholly opaque, or mixed with what is below
	width                             float64
	clip                              [4]float64
	hasClip                           bool
}

// page draws one page onto glyphs, rules and areas.
func (in *interpreter) page(number int, p pageObject) *page {
	pg := &page{number: number}
	box, ok := rect(p.cropBox)
	media, mok := rect(p.mediaBox)
	switch {
	case !ok && mok:
		box = media
	case !ok:
		box = [4]float64{0, 0, 595, 842}
	}
	if mok && ok { // what lies outside the media does not show
		box = [4]float64{math.Max(box[0], media[0]), math.Max(box[1], media[1]), math.Min(box[2], media[2]), math.Min(box[3], media[3])}
		if box[2]-box[0] < 1 || box[3]-box[1] < 1 {
			box = media
		}
	}
	w, h := box[2]-box[0], box[3]-box[1]
	rotate := ((int(p.rotate.Int64())%360 + 360) % 360) / 90 * 90
	var base matrix
	switch rotate {
	case 90:
		base = matrix{0, 1, 1, 0, -box[1], -box[0]}
		w, h = h, w
	case 180:
		base = matrix{-1, 0, 0, 1, box[2], -box[1]}
	case 270:
		base = matrix{0, -1, -1, 0, box[3], box[2]}
		w, h = h, w
	default:
		base = matrix{1, 0, 0, -1, -box[0], box[3]}
	}
	if u := p.userUnit.Float64(); u > 0.1 && u < 100 {
		base = base.mul(matrix{u, 0, 0, u, 0, 0})
		w, h = w*u, h*u
	}
	pg.width, pg.height = w, h
	st := state{ctm: base, scale: 1, width: 1}
	cuts := in.cuts
	body := in.contents(p.dict.Key("Contents"), number)
	in.run(pg, body, in.resources(p.resources), st, 0)
	if in.cuts > cuts {
		pg.doubtLast()
	}
	in.annotations(pg, p.dict.Key("Annots"), st)
	pg.settle()
	return pg
}

// annotations draws what is laid on the page: filled form fields, notes typed onto it, stamps (12.5.5).
func (in *interpreter) annotations(pg *page, list objects.Value, st state) {
	for i := 0; i < list.Len() && i < 2000; i++ {
		a := list.Index(i)
		const hidden, noView = 2, 32
		if a.Key("F").Int64()&(hidden|noView) != 0 || a.Key("Subtype").Name() == "Popup" {
			continue
		}
		look := a.Key("AP").Key("N")
		if look.Kind() == objects.Dict {
			look = look.Key(a.Key("AS").Name())
		}
		to, ok := rect(a.Key("Rect"))
		from, ok2 := rect(look.Key("BBox"))
		if look.Kind() != objects.Stream || !ok || !ok2 {
			continue
		}
		m := matrixOf(look.Key("Matrix"))
		bx := bounds(m, from)
		if bx[2]-bx[0] < 0.01 || bx[3]-bx[1] < 0.01 {
			continue
		}
		sx, sy := (to[2]-to[0])/(bx[2]-bx[0]), (to[3]-to[1])/(bx[3]-bx[1])
		s := st
		s.ctm = matrix{sx, 0, 0, sy, to[0] - bx[0]*sx, to[1] - bx[1]*sy}.mul(st.ctm)
		in.form(pg, look, in.resources(objects.Value{}), s, 1)
	}
}

func matrixOf(v objects.Value) matrix {
	if v.Len() != 6 {
		return identity
	}
	var m matrix
	for i := range m {
		m[i] = v.Index(i).Float64()
	}
	return m
}

// bounds is the box around a transformed rectangle.
func bounds(m matrix, r [4]float64) [4]float64 {
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, p := range [4][2]float64{{r[0], r[1]}, {r[2], r[1]}, {r[2], r[3]}, {r[0], r[3]}} {
		x, y := m.apply(p[0], p[1])
		b = [4]float64{math.Min(b[0], x), math.Min(b[1], y), math.Max(b[2], x), math.Max(b[3], y)}
	}
	return b
}

func rect(v objects.Value) ([4]float64, bool) {
	if v.Kind() != objects.Array || v.Len() != 4 {
		return [4]float64{}, false
	}
	var r [4]float64
	for i := range r {
		r[i] = v.Index(i).Float64()
	}
	r = [4]float64{math.Min(r[0], r[2]), math.Min(r[1], r[3]), math.Max(r[0], r[2]), math.Max(r[1], r[3])}
	return r, r[2]-r[0] > 1 && r[3]-r[1] > 1
}

// contents reads a content stream, or an array of them joined by white space.
func (in *interpreter) contents(v objects.Value, number int) []byte {
	if v.Kind() == objects.Array {
		var out []byte
		for i := 0; i < v.Len() && i < 10000; i++ {
			out = append(append(out, in.stream(v.Index(i), number)...), '\n')
		}
		return out
	}
	return in.stream(v, number)
}

// stream reads one stream within the limit for all; a stream that breaks off gives what came before.
func (in *interpreter) stream(v objects.Value, number int) []byte {
	if v.Kind() != objects.Stream {
		return nil
	}
	left := maxContent - in.content
	if left <= 0 {
		in.limit(number)
		return nil
	}
	b, err := in.file.data(v, left)
	in.content += len(b)
	switch {
	case err == errLimit:
		in.limit(number)
	case err != nil:
		in.cuts++
		in.doubt(Doubt{Code: "broken-stream", Message: "a content stream breaks off: " + err.Error(), Page: number})
	}
	return b
}

func (in *interpreter) doubt(d Doubt) { in.doc.Doubts = append(in.doc.Doubts, d) }

func (in *interpreter) limit(number int) {
	if !in.stopped {
		in.stopped = true
		in.doubt(Doubt{Code: "limit", Message: "more content than the limit; the rest was not read", Page: number})
	}
}

// run interprets a content stream.
func (in *interpreter) run(pg *page, body []byte, res *resources, st state, depth int) {
	if depth > 12 {
		return
	}
	lex := lexer{b: body}
	var stack []state
	var args []any
	var path []subpath
	clipNext := false
	tm, tlm := identity, identity
	num := func(i int) float64 {
		if i < len(args) {
			if f, ok := args[i].(float64); ok {
				return f
			}
		}
		return 0
	}
	name := func(i int) string {
		if i < len(args) {
			if s, ok := args[i].(nameToken); ok {
				return string(s)
			}
		}
		return ""
	}
	text := func(i int) string {
		if i < len(args) {
			if s, ok := args[i].(string); ok {
				return s
			}
		}
		return ""
	}
	marked, hiddenFrom := 0, 0 // depth of marked content; where a layer that is not shown began
	hidden := func() bool { return hiddenFrom > 0 }
	show := func(s string) { in.show(pg, &st, &tm, s, hidden()) }
	newline := func(x, y float64) {
		tlm = matrix{1, 0, 0, 1, x, y}.mul(tlm)
		tm = tlm
	}
	lighter := func(comps []float64, than float64) bool {
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
	white := func(comps []float64) bool { return lighter(comps, 0.93) }
	fillColor := func(comps []float64) {
		st.fillWhite, st.fillPale = white(comps), lighter(comps, 0.7)
	}
	numbers := func() []float64 {
		var out []float64
		for i := range args {
			if f, ok := args[i].(float64); ok {
				out = append(out, f)
			}
		}
		return out
	}
	paint := func(stroke, fill bool) {
		if stroke && !st.strokeWhite && !st.strokeClear && !hidden() {
			in.stroke(pg, &st, path)
		}
		if fill && !st.fillClear && !hidden() {
			in.fill(pg, &st, path)
		}
	}
	end := func() {
		if clipNext {
			st.clipTo(path)
			clipNext = false
		}
		path = nil
	}
	ops := 0
	for {
		tok, kind := lex.next()
		if kind == tokEnd {
			return
		}
		if kind != tokOp {
			if len(args) < 4096 {
				args = append(args, tok)
			}
			continue
		}
		if ops++; ops%2048 == 0 && (in.ctx.Err() != nil || in.glyphs > maxGlyphs) {
			in.limit(pg.number)
			return
		}
		switch op := tok.(string); op {
		case "q":
			if len(stack) < 512 {
				stack = append(stack, st)
			}
		case "Q":
			if len(stack) > 0 {
				st = stack[len(stack)-1]
				stack = stack[:len(stack)-1]
			}
		case "cm":
			st.ctm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}.mul(st.ctm)
		case "w":
			st.width = num(0)
		case "gs":
			if g := res.entry("ExtGState", name(0)); !g.IsNull() {
				if f := g.Key("Font"); f.Kind() == objects.Array && f.Len() == 2 {
					st.font, st.size = in.font(f.Index(0)), f.Index(1).Float64()
				}
				if a := g.Key("ca"); !a.IsNull() {
					st.fillClear, st.veiled = a.Float64() < 0.02, a.Float64() < 0.98
				}
				if a := g.Key("CA"); !a.IsNull() {
					st.strokeClear = a.Float64() < 0.02
				}
				if m := g.Key("BM"); m.Kind() == objects.Name && m.Name() != "Normal" && m.Name() != "Compatible" {
					st.veiled = true
				}
				if lw := g.Key("LW"); !lw.IsNull() {
					st.width = lw.Float64()
				}
			}
		case "m":
			path = append(path, subpath{points: [][2]float64{{num(0), num(1)}}})
		case "l":
			if n := len(path); n > 0 && len(path[n-1].points) < 100000 {
				path[n-1].points = append(path[n-1].points, [2]float64{num(0), num(1)})
			}
		case "c", "v", "y":
			if n := len(path); n > 0 {
				k := 4
				if op != "c" {
					k = 2
				}
				path[n-1].points = append(path[n-1].points, [2]float64{num(k), num(k + 1)})
				path[n-1].curved = true
			}
		case "h":
			if n := len(path); n > 0 {
				path[n-1].closed = true
			}
		case "re":
			x, y, w, h := num(0), num(1), num(2), num(3)
			path = append(path, subpath{points: [][2]float64{{x, y}, {x + w, y}, {x + w, y + h}, {x, y + h}}, closed: true})
		case "S":
			paint(true, false)
			end()
		case "s":
			closeLast(path)
			paint(true, false)
			end()
		case "f", "F", "f*":
			paint(false, true)
			end()
		case "B", "B*":
			paint(true, true)
			end()
		case "b", "b*":
			closeLast(path)
			paint(true, true)
			end()
		case "n":
			end()
		case "W", "W*":
			clipNext = true
		case "g":
			fillColor(numbers())
		case "G":
			st.strokeWhite = white(numbers())
		case "rg", "k", "sc", "scn":
			fillColor(numbers())
		case "RG", "K", "SC", "SCN":
			st.strokeWhite = white(numbers())
		case "cs":
			st.fillWhite, st.fillPale = false, false
		case "CS":
			st.strokeWhite = false
		case "BT":
			tm, tlm = identity, identity
		case "Tc":
			st.charSpace = num(0)
		case "Tw":
			st.wordSpace = num(0)
		case "Tz":
			st.scale = num(0) / 100
		case "TL":
			st.leading = num(0)
		case "Ts":
			st.rise = num(0)
		case "Tr":
			st.render = int(num(0))
		case "Tf":
			st.font, st.size = res.font(name(0)), num(1)
		case "Td":
			newline(num(0), num(1))
		case "TD":
			st.leading = -num(1)
			newline(num(0), num(1))
		case "Tm":
			tlm = matrix{num(0), num(1), num(2), num(3), num(4), num(5)}
			tm = tlm
		case "T*":
			newline(0, -st.leading)
		case "Tj":
			show(text(0))
		case "'":
			newline(0, -st.leading)
			show(text(0))
		case "\"":
			st.wordSpace, st.charSpace = num(0), num(1)
			newline(0, -st.leading)
			show(text(2))
		case "TJ":
			if len(args) > 0 {
				if list, ok := args[len(args)-1].([]any); ok {
					for _, x := range list {
						switch x := x.(type) {
						case string:
							show(x)
						case float64:
							d := -x / 1000 * st.size
							if st.font != nil && st.font.vertical {
								tm = matrix{1, 0, 0, 1, 0, d}.mul(tm)
							} else {
								tm = matrix{1, 0, 0, 1, d * st.scale, 0}.mul(tm)
							}
						}
					}
				}
			}
		case "Do":
			if hiddenFrom == 0 {
				in.xobject(pg, res.entry("XObject", name(0)), res, st, depth)
			}
		case "BI":
			w, h := lex.inlineImage()
			if hiddenFrom == 0 {
				in.picture(pg, &st, w, h, false)
			}
		case "BMC", "BDC":
			marked++
			if hiddenFrom == 0 && name(0) == "OC" && len(in.off) > 0 && in.off[res.entry("Properties", name(1)).String()] {
				hiddenFrom = marked
			}
		case "EMC":
			if marked == hiddenFrom {
				hiddenFrom = 0
			}
			marked = max(0, marked-1)
		}
		args = args[:0]
	}
}

// xobject draws a form, or notes a picture.
func (in *interpreter) xobject(pg *page, x objects.Value, res *resources, st state, depth int) {
	if oc := x.Key("OC"); len(in.off) > 0 && in.off[oc.String()] {
		return
	}
	switch x.Key("Subtype").Name() {
	case "Image":
		clear := !x.Key("SMask").IsNull() || !x.Key("Mask").IsNull() || x.Key("ImageMask").Bool() || x.Key("SMaskInData").Int64() > 0
		in.picture(pg, &st, x.Key("Width").Float64(), x.Key("Height").Float64(), clear)
	case "Form":
		in.form(pg, x, res, st, depth)
	}
}

func (in *interpreter) form(pg *page, x objects.Value, res *resources, st state, depth int) {
	st.ctm = matrixOf(x.Key("Matrix")).mul(st.ctm)
	if own := x.Key("Resources"); !own.IsNull() {
		res = in.resources(own)
	}
	if b, ok := rect(x.Key("BBox")); ok {
		st.clipTo([]subpath{{points: [][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[2], b[3]}, {b[0], b[3]}}}})
	}
	if depth >= maxForms || in.forms > maxFormRuns {
		in.limit(pg.number)
		return
	}
	in.forms++
	in.run(pg, in.stream(x, pg.number), res, st, depth+1)
}

const (
	maxForms    = 12      // forms within forms
	maxFormRuns = 100_000 // forms drawn in a document
)

// show draws a string.
func (in *interpreter) show(pg *page, st *state, tm *matrix, s string, hidden bool) {
	f := st.font
	if f == nil || s == "" {
		return
	}
	f.decode(s, func(code uint64, c char) {
		if in.glyphs > maxGlyphs {
			return
		}
		trm := matrix{st.size * st.scale, 0, 0, st.size, 0, st.rise}.mul(*tm).mul(st.ctm)
		var tx, ty float64
		var box [4]float64
		g := glyph{text: c.text, font: f, code: code, upright: f.vertical, pale: st.fillPale || st.veiled}
		if f.vertical {
			// the origin of vertical writing is the middle of the top; boxes are those of the character's square
			ox, oy := -c.vx, -c.vy
			box = bounds(trm, [4]float64{ox, oy - 0.12, ox + math.Max(c.width, 0.1), oy + 0.88})
			ty = -(c.down*st.size - st.charSpace)
			if c.down > 0 {
				ty = -(c.down*st.size + st.charSpace)
			}
			if c.space {
				ty -= st.wordSpace
			}
			g.size = math.Hypot(trm[2], trm[3])
			_, g.base = trm.apply(ox, oy)
		} else {
			box = bounds(trm, [4]float64{0, -0.2, c.width, 0.8})
			tx = c.width*st.size + st.charSpace
			if c.space {
				tx += st.wordSpace
			}
			tx *= st.scale
			g.size = math.Hypot(trm[2], trm[3])
			_, g.base = trm.apply(0, 0)
		}
		g.turn = turnOf(trm[0], trm[1], trm[2], trm[3])
		g.x0, g.y0, g.x1, g.y1 = box[0], box[1], box[2], box[3]
		*tm = matrix{1, 0, 0, 1, tx, ty}.mul(*tm)
		if !finite(g.x0, g.y0, g.x1, g.y1, g.size) {
			return
		}
		in.glyphs++
		in.order++
		g.order = in.order
		blank := strings.TrimSpace(c.text) == ""
		switch {
		case st.render == 3 || st.render == 7 || hidden || st.fillClear && st.render%4 == 0:
			if !blank {
				pg.hiddenGlyphs++
			}
		case st.hasClip && outside(&g, st.clip):
		case g.size < 0.5:
		case st.fillWhite && st.render%4 == 0 && !pg.shaded(&g):
			if !blank {
				pg.hiddenGlyphs++ // white on white
			}
		default:
			pg.glyphs = append(pg.glyphs, g)
		}
	})
}
