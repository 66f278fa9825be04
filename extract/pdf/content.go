package pdf

import (
	"context"
	"math"
	"slices"
	"strings"

	objects "github.com/ledongthuc/pdf"

	"github.com/gongkai/gongkai/extract/layout"
)

// A matrix is [a b c d e f] of PDF 32000-1, 8.3.3.
type matrix = layout.Matrix

var identity = layout.Identity()

type interpreter struct {
	ctx     context.Context
	file    *file
	doc     *Document
	fonts   map[string]*font // by reference
	origins *origins
	layers  *layers
	content int
	glyphs  int
	order   int32
	forms   int
	cuts    int // streams that break off
	stopped bool
	missing *font

	needAppearances bool // the fields of the form are to be drawn by whoever shows them
}

// newInterpreter begins to draw a document; what cannot be read of it is told to doc.
func newInterpreter(ctx context.Context, f *file, doc *Document) *interpreter {
	in := &interpreter{ctx: ctx, file: f, doc: doc, fonts: map[string]*font{}, origins: newOrigins()}
	in.layers = layersOf(f.Trailer().Key("Root"))
	in.needAppearances = f.Trailer().Key("Root").Key("AcroForm").Key("NeedAppearances").Bool()
	return in
}

// A state is the graphics state of 8.4, as far as text and lines need it.
type state struct {
	ctm                               matrix
	font                              *font
	size, charSpace, wordSpace, scale float64
	leading, rise                     float64
	render                            int
	fill, line                        paintColour // of what is filled and of what is stroked
	fillSpace, lineSpace              *colourSpace
	opacity                           float64 // of what is filled
	fillClear, strokeClear            bool    // painted with no opacity
	veiled                            bool    // not wholly opaque, or mixed with what is below
	masked, mixed                     bool    // a soft mask, or a way of mixing, says what of it is seen
	width                             float64
	clip                              [4]float64
	hasClip                           bool
}

// page draws one page onto glyphs, rules and areas.
func (in *interpreter) page(number int, p pageObject) *page {
	pg := &page{Page: layout.Page{Number: number}}
	box, ok := rect(p.cropBox)
	media, mok := rect(p.mediaBox)
	switch {
	case !ok && mok:
		box = media
	case !ok:
		box = [4]float64{0, 0, 595, 842}
	}
	if mok && ok { // what lies outside the media does not show
		box = intersect(box, media)
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
		base = base.Then(matrix{u, 0, 0, u, 0, 0})
		w, h = w*u, h*u
	}
	pg.Width, pg.Height = w, h
	st := state{ctm: base, scale: 1, width: 1, opacity: 1, fillSpace: grays, lineSpace: grays}
	st.clip, st.hasClip = [4]float64{-2, -2, w + 2, h + 2}, true
	cuts := in.cuts
	body := in.contents(p.dict.Key("Contents"), number)
	in.run(pg, body, in.resources(p.resources), st, 0)
	if in.cuts > cuts {
		pg.doubtLast()
	}
	in.annotations(pg, p.dict.Key("Annots"), st)
	left := pg.Settle()
	left.Hidden, left.Doubted = left.Hidden+pg.Hidden, left.Doubted+pg.Doubted // what the content itself hides
	left.Struck = append(pg.Struck, left.Struck...)
	pg.LeftOut = left
	return pg
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
		x, y := m.Apply(p[0], p[1])
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

// xobject draws a form, or notes a picture.
func (in *interpreter) xobject(pg *page, x objects.Value, res *resources, st state, depth int) {
	if oc := x.Key("OC"); !oc.IsNull() && !in.layers.shown(oc, reference(x, "OC")) {
		return
	}
	switch x.Key("Subtype").Name() {
	case "Image":
		clear := !x.Key("SMask").IsNull() || !x.Key("Mask").IsNull() || x.Key("ImageMask").Bool() ||
			x.Key("SMaskInData").Int64() > 0
		in.picture(pg, &st, x.Key("Width").Float64(), x.Key("Height").Float64(), clear, func() bool { return in.plain(x) })
	case "Form":
		in.form(pg, x, res, st, depth)
	}
}

func (in *interpreter) form(pg *page, x objects.Value, res *resources, st state, depth int) {
	st.ctm = matrixOf(x.Key("Matrix")).Then(st.ctm)
	if own := x.Key("Resources"); !own.IsNull() {
		res = in.resources(own)
	}
	if b, ok := rect(x.Key("BBox")); ok {
		st.clipTo([]subpath{{points: [][2]float64{{b[0], b[1]}, {b[2], b[1]}, {b[2], b[3]}, {b[0], b[3]}}}})
	}
	if depth >= maxForms || in.forms > maxFormRuns {
		in.limit(pg.Number)
		return
	}
	in.forms++
	in.run(pg, in.stream(x, pg.Number), res, st, depth+1)
}

const (
	maxForms    = 12      // forms within forms
	maxFormRuns = 100_000 // forms drawn in a document
)

// show draws a string.
func (in *interpreter) show(pg *page, st *state, tm *matrix, s string, hidden bool) {
	if s == "" {
		return
	}
	f := st.font
	if f == nil { // a font that is not there: who shows it takes another one
		f = in.missing
		if f == nil {
			f = &font{split: one, cid: codeIsCID, unicode: unknown, standard: 0.5, known: map[uint64]char{},
				origins: in.origins}
			in.missing = f
		}
	}
	f.decode(s, func(c char) {
		if in.glyphs > maxGlyphs {
			return
		}
		trm := matrix{st.size * st.scale, 0, 0, st.size, 0, st.rise}.Then(*tm).Then(st.ctm)
		var tx, ty float64
		var box [4]float64
		g := layout.Glyph{Text: c.text, Ref: c.origin, Upright: f.vertical, Pale: st.fill.pale || st.veiled}
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
			g.Size = math.Hypot(trm[2], trm[3])
			_, g.Base = trm.Apply(ox, oy)
		} else {
			box = bounds(trm, [4]float64{0, -0.2, c.width, 0.8})
			tx = c.width*st.size + st.charSpace
			if c.space {
				tx += st.wordSpace
			}
			tx *= st.scale
			g.Size = math.Hypot(trm[2], trm[3])
			_, g.Base = trm.Apply(0, 0)
		}
		g.Turn = layout.TurnOf(trm[0], trm[1])
		g.X0, g.Y0, g.X1, g.Y1 = box[0], box[1], box[2], box[3]
		*tm = matrix{1, 0, 0, 1, tx, ty}.Then(*tm)
		if !finite(g.X0, g.Y0, g.X1, g.Y1, g.Size) || g.Size < 0.5 {
			return
		}
		in.glyphs++
		in.order++
		g.Order = in.order
		blank := strings.TrimSpace(c.text) == ""
		if isDigitText(g.Text) || isHanText(g.Text) {
			mirrored := trm[0]*trm[3]-trm[1]*trm[2] > 0
			if mirrored || st.fill.tiles || st.masked || st.mixed { // seen as far as tiles or a mask say
				g.Text = "\ufffd"
				pg.Doubted++
			}
		}
		if st.hasClip {
			switch outside(&g, st.clip) {
			case gone:
				return
			case cut:
				g.Text = "\ufffd"
				pg.Doubted++
			}
			c := &st.clip
			g.Clipped = g.X0 < c[0]-0.5 || g.X1 > c[2]+0.5 || g.Y0 < c[1]-0.5 || g.Y1 > c[3]+0.5
		}
		switch {
		case c.nothing && !blank || hidden || math.Hypot(trm[0], trm[1]) < 0.05*math.Hypot(trm[2], trm[3]) ||
			in.invisible(pg, st, &g):
			if st.render == 7 && !hidden {
				pg.clipText = append(pg.clipText, g)
			}
			if !blank {
				pg.Hidden++
			}
		default:
			if n := len(pg.Glyphs); n == cap(pg.Glyphs) { // append takes less of large ones, and copies them more often
				pg.Glyphs = slices.Grow(pg.Glyphs, max(n, 256))
			}
			pg.Glyphs = append(pg.Glyphs, g)
		}
	})
}

// invisible reports whether a glyph leaves nothing to be seen: it is not painted, or of the colour of its ground.
func (in *interpreter) invisible(pg *page, st *state, g *layout.Glyph) bool {
	paint, clear := &st.fill, st.opacity < 0.07 || st.fillClear
	switch st.render % 4 {
	case 3:
		return true
	case 1:
		paint, clear = &st.line, st.strokeClear
	}
	if clear || paint.none {
		return true
	}
	if !paint.white && !pg.hasGround(paint.rgb) {
		return false
	}
	if st.render%4 == 2 && !(st.line.white || pg.hasGround(st.line.rgb)) {
		return false // its rim is seen
	}
	x, y := g.Center()
	ground := pg.Ground(x, y, g.Order)
	return paint.white && ground == 0xffffff || layout.Alike(paint.rgb, ground)
}
