package pdf

import (
	"math"
	"strings"
	"unicode"

	objects "github.com/ledongthuc/pdf"

	"github.com/gongkai/gongkai/extract/layout"
)

// annotations draws what is laid on the page (12.5). Filled form fields and notes typed onto the page are text of it;
// what was drawn upon it with a pen, a stamp or a frame is ink; what has no appearance every program draws in its own
// way, or not at all.
func (in *interpreter) annotations(pg *page, list objects.Value, st state) {
	for i := 0; i < list.Len() && i < 2000; i++ {
		a := list.Index(i)
		const hidden, noView = 2, 32
		if a.Key("F").Int64()&(hidden|noView) != 0 {
			continue
		}
		if oc := a.Key("OC"); !oc.IsNull() && !in.layers.shown(oc, reference(a, "OC")) {
			continue
		}
		look := a.Key("AP").Key("N")
		if look.Kind() == objects.Dict {
			look = look.Key(a.Key("AS").Name())
		}
		switch kind := a.Key("Subtype").Name(); kind {
		case "Popup", "Link", "Text", "Highlight", "Underline", "Squiggly", "PrinterMark", "TrapNet":
			// they say nothing, or lie below what is read
		case "Watermark":
			in.appearance(pg, a, look, st)
		case "StrikeOut":
			in.strikeOut(pg, a, st)
		case "Widget":
			in.widget(pg, a, look, st)
		case "FreeText":
			if look.Kind() != objects.Stream {
				pg.ink(in, a, st)
			} else {
				in.appearance(pg, a, look, st)
			}
		case "Ink", "Line", "PolyLine", "Polygon", "Square", "Circle":
			if look.Kind() != objects.Stream {
				in.drawing(pg, a, kind, st)
			} else {
				in.laidOn(pg, a, look, st)
			}
		default: // stamps, files, pictures, and whatever else there will be
			if look.Kind() != objects.Stream {
				pg.ink(in, a, st)
			} else {
				in.laidOn(pg, a, look, st)
			}
		}
	}
}

// appearance draws the appearance of an annotation in its place.
func (in *interpreter) appearance(pg *page, a, look objects.Value, st state) {
	to, ok := rect(a.Key("Rect"))
	from, ok2 := rect(look.Key("BBox"))
	if look.Kind() != objects.Stream || !ok || !ok2 {
		return
	}
	m := matrixOf(look.Key("Matrix"))
	bx := bounds(m, from)
	if bx[2]-bx[0] < 0.01 || bx[3]-bx[1] < 0.01 {
		return
	}
	sx, sy := (to[2]-to[0])/(bx[2]-bx[0]), (to[3]-to[1])/(bx[3]-bx[1])
	s := st
	s.ctm = matrix{sx, 0, 0, sy, to[0] - bx[0]*sx, to[1] - bx[1]*sy}.Then(st.ctm)
	in.form(pg, look, in.resources(objects.Value{}), s, 1)
}

// ink marks the place of an annotation as one that nobody knows the meaning of.
func (pg *page) ink(in *interpreter, a objects.Value, st state) {
	to, ok := rect(a.Key("Rect"))
	if !ok {
		return
	}
	switch a.Key("Subtype").Name() {
	case "Redact", "FreeText":
		pg.cover(in, a, bounds(st.ctm, to))
	default:
		pg.mark(in, bounds(st.ctm, to), layout.Ink)
	}
}

// cover records an annotation below which nothing is seen. One that is as large as the page covers all that is drawn on it.
func (pg *page) cover(in *interpreter, a objects.Value, box [4]float64) {
	thin := a.Key("CA")
	if !finite(box[:]...) || areaOf(box) < 0.5*pg.Width*pg.Height || !thin.IsNull() && thin.Float64() < 0.9 {
		pg.mark(in, box, layout.Cover)
		return
	}
	in.paint(pg, layout.Area{Box: box, Colour: -1})
}

// mark records something that is no text and no rule.
func (pg *page) mark(in *interpreter, box [4]float64, kind layout.MarkKind) {
	if len(pg.Marks) < maxMarks && finite(box[:]...) {
		in.order++
		pg.Marks = append(pg.Marks, layout.Mark{Box: box, Order: in.order, Kind: kind})
	}
}

const maxMarks = 20_000 // of a page

// laidOn draws an annotation apart from the page: all that it shows is ink upon it.
func (in *interpreter) laidOn(pg *page, a, look objects.Value, st state) {
	on := &page{}
	on.Number, on.Width, on.Height = pg.Number, pg.Width, pg.Height
	in.appearance(on, a, look, st)
	for _, r := range on.Across {
		on.Marks = append(on.Marks, layout.StrokeMark(r.A, r.At, r.B, r.At))
	}
	for _, r := range on.Down {
		on.Marks = append(on.Marks, layout.StrokeMark(r.At, r.A, r.At, r.B))
	}
	for i := range on.Glyphs {
		if g := &on.Glyphs[i]; strings.TrimSpace(g.Text) != "" && !g.Pale {
			on.Marks = append(on.Marks, layout.Mark{Box: [4]float64{g.X0, g.Y0, g.X1, g.Y1}, Order: g.Order})
		}
	}
	for _, m := range on.Marks {
		if m.Kind != layout.Stroke && m.Kind != layout.Cover {
			m.Kind = layout.Ink
		}
		if len(pg.Marks) < maxMarks {
			pg.Marks = append(pg.Marks, m)
		}
	}
	pg.Areas = append(pg.Areas, on.Areas...) // a box laid on the page covers what is below
	pg.pictures += on.pictures
}

func areaOf(b [4]float64) float64 { return (b[2] - b[0]) * (b[3] - b[1]) }

// drawing marks the lines of an annotation that has no appearance, as most programs draw them.
func (in *interpreter) drawing(pg *page, a objects.Value, kind string, st state) {
	points := func(v objects.Value) (out [][2]float64) {
		for i := 0; i+1 < v.Len() && i < 2*maxPoints; i += 2 {
			out = append(out, [2]float64{v.Index(i).Float64(), v.Index(i + 1).Float64()})
		}
		return out
	}
	var path []subpath
	switch kind {
	case "Ink":
		for i := 0; i < a.Key("InkList").Len() && i < 1000; i++ {
			path = append(path, subpath{points: points(a.Key("InkList").Index(i)), curved: true})
		}
	case "Line":
		path = append(path, subpath{points: points(a.Key("L"))})
	case "PolyLine", "Polygon":
		path = append(path, subpath{points: points(a.Key("Vertices")), closed: kind == "Polygon"})
	}
	if kind == "Square" || kind == "Circle" || a.Key("IC").Len() > 0 {
		to, ok := rect(a.Key("Rect"))
		if !ok {
			return
		}
		if a.Key("IC").Len() > 0 { // filled
			pg.cover(in, a, bounds(st.ctm, to))
			return
		}
		path = append(path, subpath{closed: true, points: [][2]float64{{to[0], to[1]}, {to[2], to[1]}, {to[2], to[3]},
			{to[0], to[3]}}})
		if kind == "Circle" {
			path[len(path)-1].points = ellipse(to)
		}
	}
	for _, s := range path {
		n := len(s.points)
		for i := 0; i+1 < n || s.closed && i < n && n > 2; i++ {
			p, q := s.points[i], s.points[(i+1)%n]
			x0, y0 := st.ctm.Apply(p[0], p[1])
			x1, y1 := st.ctm.Apply(q[0], q[1])
			pg.strokeMark(in, x0, y0, x1, y1)
		}
	}
}

func ellipse(b [4]float64) (out [][2]float64) {
	for i := range 24 {
		sin, cos := math.Sincos(float64(i) * math.Pi / 12)
		out = append(out, [2]float64{(b[0]+b[2])/2 + cos*(b[2]-b[0])/2, (b[1]+b[3])/2 + sin*(b[3]-b[1])/2})
	}
	return out
}

// strokeMark records a straight line.
func (pg *page) strokeMark(in *interpreter, x0, y0, x1, y1 float64) {
	if len(pg.Marks) < maxMarks && finite(x0, y0, x1, y1) {
		in.order++
		m := layout.StrokeMark(x0, y0, x1, y1)
		m.Order = in.order
		pg.Marks = append(pg.Marks, m)
	}
}

// strikeOut leaves out the characters that an annotation strikes out (12.5.6.10).
func (in *interpreter) strikeOut(pg *page, a objects.Value, st state) {
	q := a.Key("QuadPoints")
	var boxes [][4]float64
	for i := 0; i+7 < q.Len() && i < 8000; i += 8 {
		b := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
		for k := 0; k < 8; k += 2 {
			x, y := st.ctm.Apply(q.Index(i+k).Float64(), q.Index(i+k+1).Float64())
			b = [4]float64{math.Min(b[0], x), math.Min(b[1], y), math.Max(b[2], x), math.Max(b[3], y)}
		}
		boxes = append(boxes, b)
	}
	if to, ok := rect(a.Key("Rect")); ok && len(boxes) == 0 {
		boxes = append(boxes, bounds(st.ctm, to))
	}
	for _, b := range boxes {
		var said strings.Builder
		kept := pg.Glyphs[:0]
		for _, g := range pg.Glyphs {
			x, y := g.Center()
			if x >= b[0] && x <= b[2] && y >= b[1]-0.2*g.Size && y <= b[3]+0.2*g.Size {
				said.WriteString(g.Text)
				continue
			}
			kept = append(kept, g)
		}
		pg.Glyphs = kept
		if s := strings.TrimSpace(said.String()); s != "" {
			pg.Struck = append(pg.Struck, s)
		}
	}
}

// widget draws a field of a form (12.7). What it shows is certain where its appearance says the same as its value:
// some programs show one of them and some the other.
func (in *interpreter) widget(pg *page, a, look objects.Value, st state) {
	kind, value := inherited(a, "FT").Name(), inherited(a, "V")
	from := len(pg.Glyphs)
	if look.Kind() == objects.Stream {
		in.appearance(pg, a, look, st)
	}
	if kind != "Tx" && kind != "Ch" {
		if look.Kind() != objects.Stream && kind == "Btn" && a.Key("AP").IsNull() {
			pg.ink(in, a, st)
		}
		return
	}
	var shown strings.Builder
	for i := from; i < len(pg.Glyphs); i++ {
		shown.WriteString(pg.Glyphs[i].Text)
	}
	said := ""
	switch value.Kind() {
	case objects.String:
		said = value.Text()
	case objects.Stream:
		b, _ := in.file.data(value, 1<<16)
		said = string(b)
	case objects.Array: // several of a list are chosen
		for i := 0; i < value.Len() && i < 1000; i++ {
			said += value.Index(i).Text()
		}
	}
	if kind == "Ch" && said != "" {
		said = displayed(inherited(a, "Opt"), said)
	}
	if look.Kind() != objects.Stream || bare(shown.String()) != bare(said) &&
		(said != "" || in.needAppearances) {
		pg.ink(in, a, st)
	}
}

// displayed gives what a choice shows for its value.
func displayed(options objects.Value, value string) string {
	for i := 0; i < options.Len() && i < 1000; i++ {
		if o := options.Index(i); o.Kind() == objects.Array && o.Index(0).Text() == value {
			return o.Index(1).Text()
		}
	}
	return value
}

// inherited gives an entry of a field, which it may have of the fields above it (12.7.3.2).
func inherited(v objects.Value, key string) objects.Value {
	for range 20 {
		if x := v.Key(key); !x.IsNull() {
			return x
		}
		if v = v.Key("Parent"); v.Kind() != objects.Dict {
			break
		}
	}
	return objects.Value{}
}

// bare leaves letters and digits of a text.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '.' || r == '-' || r == unicode.ReplacementChar {
			return r
		}
		return -1
	}, s)
}
