package pdf

import (
	"bytes"
	"context"
	"io"
	"math"
	"strconv"
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

// A glyph is one drawn character in displayed page space: points, origin at the top left, y down.
type glyph struct {
	text           string
	x0, y0, x1, y1 float64
	base           float64 // y of the baseline; for vertical writing the bottom of the glyph
	size           float64
	order          int // in the content stream
}

func (g *glyph) center() (float64, float64) { return (g.x0 + g.x1) / 2, (g.y0 + g.y1) / 2 }

// A rule is a drawn line along an axis: horizontal from a to b at height at, or vertical from a to b at x = at.
type rule struct{ at, a, b float64 }

type page struct {
	number        int
	width, height float64
	glyphs        []glyph
	across, down  []rule // horizontal and vertical rules
	pictures      int
	hiddenGlyphs  int
	unknown       int
}

type interpreter struct {
	ctx     context.Context
	doc     *Document
	fonts   map[string]*font
	content int
	glyphs  int
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
	fillComps, strokeComps            int
	width                             float64
	clip                              [4]float64
	hasClip                           bool
}

// page draws one page onto glyphs and rules.
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
	pg.width, pg.height = w, h
	st := state{ctm: base, scale: 1, width: 1}
	body := in.contents(p.dict.Key("Contents"), number)
	in.run(pg, body, p.resources, st, 0)
	// what lies off the page is not shown
	kept := pg.glyphs[:0]
	for _, g := range pg.glyphs {
		if x, y := g.center(); x >= -2 && x <= w+2 && y >= -2 && y <= h+2 {
			kept = append(kept, g)
		}
	}
	pg.glyphs = kept
	return pg
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
func (in *interpreter) stream(v objects.Value, number int) (out []byte) {
	if v.Kind() != objects.Stream {
		return nil
	}
	defer func() {
		if p := recover(); p != nil {
			in.doc.Doubts = append(in.doc.Doubts, Doubt{Code: "broken-stream", Message: "a content stream could not be decoded", Page: number})
		}
	}()
	left := maxContent - in.content
	if left <= 0 {
		in.limit(number)
		return nil
	}
	r := v.Reader()
	defer r.Close()
	var b bytes.Buffer
	n, err := io.Copy(&b, io.LimitReader(r, int64(left)))
	in.content += int(n)
	if err != nil {
		in.doc.Doubts = append(in.doc.Doubts, Doubt{Code: "broken-stream", Message: "a content stream breaks off: " + err.Error(), Page: number})
	}
	if int(n) == left {
		in.limit(number)
	}
	return b.Bytes()
}

func (in *interpreter) limit(number int) {
	if !in.stopped {
		in.stopped = true
		in.doc.Doubts = append(in.doc.Doubts, Doubt{Code: "limit", Message: "more content than the limit; the rest was not read", Page: number})
	}
}

// A path under construction: subpaths of points, curves only by their ends.
type subpath struct {
	points [][2]float64
	curved bool
	closed bool
}

// run interprets a content stream.
func (in *interpreter) run(pg *page, body []byte, res objects.Value, st state, depth int) {
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
	show := func(s string) { in.show(pg, &st, &tm, s) }
	newline := func(x, y float64) {
		tlm = matrix{1, 0, 0, 1, x, y}.mul(tlm)
		tm = tlm
	}
	white := func(comps []float64) bool {
		switch len(comps) {
		case 1:
			return comps[0] > 0.93
		case 3:
			return comps[0] > 0.93 && comps[1] > 0.93 && comps[2] > 0.93
		case 4:
			return comps[0]+comps[1]+comps[2]+comps[3] < 0.08
		}
		return false
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
		if stroke && !st.strokeWhite {
			in.stroke(pg, &st, path)
		}
		if fill && !st.fillWhite {
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
			if g := res.Key("ExtGState").Key(name(0)); !g.IsNull() {
				if f := g.Key("Font"); f.Kind() == objects.Array && f.Len() == 2 {
					st.font, st.size = in.font(f.Index(0), ""), f.Index(1).Float64()
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
			st.fillWhite, st.fillComps = white(numbers()), 1
		case "G":
			st.strokeWhite, st.strokeComps = white(numbers()), 1
		case "rg", "k", "sc", "scn":
			st.fillWhite = white(numbers())
		case "RG", "K", "SC", "SCN":
			st.strokeWhite = white(numbers())
		case "cs":
			st.fillWhite = false
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
			st.font, st.size = in.font(res.Key("Font").Key(name(0)), name(0)), num(1)
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
			in.xobject(pg, res.Key("XObject").Key(name(0)), res, st, depth)
		case "BI":
			pg.pictures++
			lex.skipInlineImage()
		}
		args = args[:0]
	}
}

func closeLast(path []subpath) {
	if n := len(path); n > 0 {
		path[n-1].closed = true
	}
}

// xobject draws a form; a picture is only counted.
func (in *interpreter) xobject(pg *page, x, res objects.Value, st state, depth int) {
	switch x.Key("Subtype").Name() {
	case "Image":
		if w, h := x.Key("Width").Int64(), x.Key("Height").Int64(); w > 50 && h > 50 {
			pg.pictures++
		}
	case "Form":
		if m := x.Key("Matrix"); m.Kind() == objects.Array && m.Len() == 6 {
			var f matrix
			for i := range f {
				f[i] = m.Index(i).Float64()
			}
			st.ctm = f.mul(st.ctm)
		}
		if own := x.Key("Resources"); !own.IsNull() {
			res = own
		}
		if b, ok := rect(x.Key("BBox")); ok {
			st.clipTo([]subpath{{points: [][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[2], b[3]}, {b[0], b[3]}}}})
		}
		in.run(pg, in.stream(x, pg.number), res, st, depth+1)
	}
}

// clipTo narrows the clip to the bounding box of a path.
func (st *state) clipTo(path []subpath) {
	if len(path) == 0 {
		return
	}
	b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, s := range path {
		if s.curved {
			return // its ends do not bound it
		}
		for _, p := range s.points {
			x, y := st.ctm.apply(p[0], p[1])
			b = [4]float64{math.Min(b[0], x), math.Min(b[1], y), math.Max(b[2], x), math.Max(b[3], y)}
		}
	}
	if st.hasClip {
		b = [4]float64{math.Max(b[0], st.clip[0]), math.Max(b[1], st.clip[1]), math.Min(b[2], st.clip[2]), math.Min(b[3], st.clip[3])}
	}
	st.clip, st.hasClip = b, true
}

// thin is how thick a filled shape may be to count as a line, in points.
const thin = 3.2

// stroke records the axis-parallel segments of a stroked path.
func (in *interpreter) stroke(pg *page, st *state, path []subpath) {
	if st.width*scaleOf(st.ctm) > 12 {
		in.fill(pg, st, nil)
		return
	}
	for _, s := range path {
		n := len(s.points)
		for i := 0; i+1 < n; i++ {
			in.segment(pg, st, s.points[i], s.points[i+1])
		}
		if s.closed && n > 2 {
			in.segment(pg, st, s.points[n-1], s.points[0])
		}
	}
}

func scaleOf(m matrix) float64 { return math.Sqrt(math.Abs(m[0]*m[3] - m[1]*m[2])) }

func (in *interpreter) segment(pg *page, st *state, p, q [2]float64) {
	x0, y0 := st.ctm.apply(p[0], p[1])
	x1, y1 := st.ctm.apply(q[0], q[1])
	pg.addRule(st, x0, y0, x1, y1)
}

// addRule records a segment if it runs along an axis, cut to the clip.
func (pg *page) addRule(st *state, x0, y0, x1, y1 float64) {
	if st.hasClip {
		const slack = 2
		c := st.clip
		x0, x1 = math.Max(math.Min(x0, c[2]+slack), c[0]-slack), math.Max(math.Min(x1, c[2]+slack), c[0]-slack)
		y0, y1 = math.Max(math.Min(y0, c[3]+slack), c[1]-slack), math.Max(math.Min(y1, c[3]+slack), c[1]-slack)
	}
	if len(pg.across)+len(pg.down) > 200_000 {
		return
	}
	dx, dy := math.Abs(x1-x0), math.Abs(y1-y0)
	switch {
	case dy <= 0.8 && dx > 1:
		pg.across = append(pg.across, rule{(y0 + y1) / 2, math.Min(x0, x1), math.Max(x0, x1)})
	case dx <= 0.8 && dy > 1:
		pg.down = append(pg.down, rule{(x0 + x1) / 2, math.Min(y0, y1), math.Max(y0, y1)})
	}
}

// fill records thin filled shapes as lines.
func (in *interpreter) fill(pg *page, st *state, path []subpath) {
	for _, s := range path {
		if len(s.points) < 3 || len(s.points) > 6 || s.curved {
			continue
		}
		x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for _, p := range s.points {
			x, y := st.ctm.apply(p[0], p[1])
			x0, y0, x1, y1 = math.Min(x0, x), math.Min(y0, y), math.Max(x1, x), math.Max(y1, y)
		}
		switch w, h := x1-x0, y1-y0; {
		case h <= thin && w > 2*h:
			pg.addRule(st, x0, (y0+y1)/2, x1, (y0+y1)/2)
		case w <= thin && h > 2*w:
			pg.addRule(st, (x0+x1)/2, y0, (x0+x1)/2, y1)
		}
	}
}

// show draws a string.
func (in *interpreter) show(pg *page, st *state, tm *matrix, s string) {
	f := st.font
	if f == nil || s == "" {
		return
	}
	for _, c := range f.decode(s) {
		if in.glyphs > maxGlyphs {
			return
		}
		trm := matrix{st.size * st.scale, 0, 0, st.size, 0, st.rise}.mul(*tm).mul(st.ctm)
		var tx, ty float64
		var box [4]float64
		if f.vertical {
			w0 := c.width
			x, y := -w0/2, -0.88
			ax, ay := trm.apply(x, y)
			bx, by := trm.apply(x+w0, y+1)
			box = [4]float64{ax, ay, bx, by}
			down := math.Abs(c.down)
			if down == 0 {
				down = 1
			}
			ty = -(down*st.size + st.charSpace)
			if c.space {
				ty -= st.wordSpace
			}
		} else {
			ax, ay := trm.apply(0, -0.2)
			bx, by := trm.apply(c.width, 0.8)
			box = [4]float64{ax, ay, bx, by}
			tx = c.width*st.size + st.charSpace
			if c.space {
				tx += st.wordSpace
			}
			tx *= st.scale
		}
		g := glyph{text: c.text, order: in.glyphs}
		g.x0, g.x1 = math.Min(box[0], box[2]), math.Max(box[0], box[2])
		g.y0, g.y1 = math.Min(box[1], box[3]), math.Max(box[1], box[3])
		_, g.base = trm.apply(0, 0)
		g.size = math.Hypot(trm[2], trm[3])
		if f.vertical {
			g.base = g.y1 - 0.12*g.size
		}
		if !finite(g.x0, g.y0, g.x1, g.y1, g.size) {
			return
		}
		in.glyphs++
		switch {
		case st.render == 3 || st.render == 7:
			if strings.TrimSpace(c.text) != "" {
				pg.hiddenGlyphs++
			}
		case st.hasClip && outside(&g, st.clip):
		case g.size < 0.5:
		default:
			if strings.ContainsRune(c.text, '\ufffd') {
				pg.unknown++
			}
			pg.glyphs = append(pg.glyphs, g)
		}
		*tm = matrix{1, 0, 0, 1, tx, ty}.mul(*tm)
	}
}

func outside(g *glyph, c [4]float64) bool {
	x, y := g.center()
	return x < c[0]-3 || x > c[2]+3 || y < c[1]-3 || y > c[3]+3
}

func finite(xs ...float64) bool {
	for _, x := range xs {
		if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e6 {
			return false
		}
	}
	return true
}

// The tokens of a content stream: numbers are float64, strings string, names nameToken, arrays []any, dictionaries nil.
type nameToken string

type tokenKind int

const (
	tokEnd tokenKind = iota
	tokOp
	tokValue
)

type lexer struct {
	b []byte
	i int
}

func isPDFSpace(c byte) bool {
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0
}
func isDelim(c byte) bool { return strings.IndexByte("()<>[]{}/%", c) >= 0 }

func (l *lexer) skip() {
	for l.i < len(l.b) {
		c := l.b[l.i]
		if c == '%' {
			for l.i < len(l.b) && l.b[l.i] != '\n' && l.b[l.i] != '\r' {
				l.i++
			}
		} else if !isPDFSpace(c) {
			return
		} else {
			l.i++
		}
	}
}

func (l *lexer) next() (any, tokenKind) { return l.nested(0) }

func (l *lexer) nested(depth int) (any, tokenKind) {
	for {
		l.skip()
		if l.i >= len(l.b) {
			return nil, tokEnd
		}
		switch c := l.b[l.i]; {
		case c == '(':
			return l.literal(), tokValue
		case c == '<' && l.i+1 < len(l.b) && l.b[l.i+1] == '<':
			l.i += 2
			for depth < 40 { // dictionaries (marked content, inline properties) carry nothing we need
				l.skip()
				if l.i >= len(l.b) {
					return nil, tokEnd
				}
				if bytes.HasPrefix(l.b[l.i:], []byte(">>")) {
					l.i += 2
					break
				}
				if _, k := l.nested(depth + 1); k == tokEnd {
					return nil, tokEnd
				}
			}
			return nil, tokValue
		case c == '<':
			return l.hex(), tokValue
		case c == '[':
			l.i++
			list := []any{}
			for {
				l.skip()
				if l.i >= len(l.b) {
					return list, tokValue
				}
				if l.b[l.i] == ']' {
					l.i++
					return list, tokValue
				}
				if depth > 40 {
					return list, tokValue
				}
				v, k := l.nested(depth + 1)
				if k == tokEnd {
					return list, tokValue
				}
				if k == tokValue {
					list = append(list, v)
				}
			}
		case c == '/':
			l.i++
			start := l.i
			for l.i < len(l.b) && !isPDFSpace(l.b[l.i]) && !isDelim(l.b[l.i]) {
				l.i++
			}
			return nameToken(unescapeName(l.b[start:l.i])), tokValue
		case c == ')' || c == '>' || c == ']' || c == '{' || c == '}':
			l.i++
		default:
			start := l.i
			for l.i < len(l.b) && !isPDFSpace(l.b[l.i]) && !isDelim(l.b[l.i]) {
				l.i++
			}
			word := l.b[start:l.i]
			if c >= '0' && c <= '9' || c == '-' || c == '+' || c == '.' {
				if f, ok := number(word); ok {
					return f, tokValue
				}
			}
			return string(word), tokOp
		}
	}
}

func number(b []byte) (float64, bool) {
	s := string(b)
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		return f, !math.IsInf(f, 0) && !math.IsNaN(f)
	}
	// writers print --5 and 0.-3
	if f, err := strconv.ParseFloat(strings.TrimLeft(s, "-+"), 64); err == nil {
		return -f, true
	}
	if i := strings.LastIndexByte(s, '-'); i > 0 {
		if f, err := strconv.ParseFloat(s[:i], 64); err == nil {
			return f, true
		}
	}
	return 0, false
}

func unescapeName(b []byte) string {
	if bytes.IndexByte(b, '#') < 0 {
		return string(b)
	}
	var out []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '#' && i+2 < len(b) {
			if v, err := strconv.ParseUint(string(b[i+1:i+3]), 16, 8); err == nil {
				out = append(out, byte(v))
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return string(out)
}

func (l *lexer) literal() string {
	l.i++
	var out []byte
	depth := 1
	for l.i < len(l.b) {
		c := l.b[l.i]
		l.i++
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return string(out)
			}
		case '\r':
			if l.i < len(l.b) && l.b[l.i] == '\n' {
				l.i++
			}
			c = '\n'
		case '\\':
			if l.i >= len(l.b) {
				return string(out)
			}
			e := l.b[l.i]
			l.i++
			switch {
			case e == 'n':
				c = '\n'
			case e == 'r':
				c = '\r'
			case e == 't':
				c = '\t'
			case e == 'b':
				c = '\b'
			case e == 'f':
				c = '\f'
			case e == '\r':
				if l.i < len(l.b) && l.b[l.i] == '\n' {
					l.i++
				}
				continue
			case e == '\n':
				continue
			case e >= '0' && e <= '7':
				v := int(e - '0')
				for k := 0; k < 2 && l.i < len(l.b) && l.b[l.i] >= '0' && l.b[l.i] <= '7'; k++ {
					v = v*8 + int(l.b[l.i]-'0')
					l.i++
				}
				c = byte(v)
			default:
				c = e
			}
		}
		out = append(out, c)
	}
	return string(out)
}

func (l *lexer) hex() string {
	l.i++
	var out []byte
	hi := -1
	for l.i < len(l.b) {
		c := l.b[l.i]
		l.i++
		v := -1
		switch {
		case c == '>':
			if hi >= 0 {
				out = append(out, byte(hi<<4))
			}
			return string(out)
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'a' && c <= 'f':
			v = int(c-'a') + 10
		case c >= 'A' && c <= 'F':
			v = int(c-'A') + 10
		}
		if v < 0 {
			continue
		}
		if hi < 0 {
			hi = v
		} else {
			out = append(out, byte(hi<<4|v))
			hi = -1
		}
	}
	return string(out)
}

// skipInlineImage skips from BI past EI: the bytes of a picture are no tokens.
func (l *lexer) skipInlineImage() {
	i := bytes.Index(l.b[l.i:], []byte("ID"))
	if i < 0 {
		l.i = len(l.b)
		return
	}
	l.i += i + 3
	for l.i < len(l.b) {
		j := bytes.Index(l.b[l.i:], []byte("EI"))
		if j < 0 {
			l.i = len(l.b)
			return
		}
		k := l.i + j
		l.i = k + 2
		before := k == 0 || isPDFSpace(l.b[k-1])
		after := l.i >= len(l.b) || isPDFSpace(l.b[l.i])
		if before && after && plausible(l.b[l.i:min(len(l.b), l.i+24)]) {
			return
		}
	}
}

// plausible reports whether bytes look like operators, not like more of a picture.
func plausible(b []byte) bool {
	for _, c := range b {
		if c >= 0x7f || c < ' ' && !isPDFSpace(c) {
			return false
		}
	}
	return true
}
