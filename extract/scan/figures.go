package scan

import (
	"image"
	"math"
	"strings"
	"unicode"

	"github.com/gongkai/gongkai/extract/layout"
)

// couldBeFigure reports whether a reading is what the cell of a figure prints, or something that looks like it.
func couldBeFigure(r *Reading) bool {
	s := strings.TrimSpace(r.Text)
	if s == "" {
		return true
	}
	if n := len([]rune(s)); n > 16 {
		return false
	}
	like, n, han := 0, 0, 0
	for _, c := range s {
		n++
		if unicode.Is(unicode.Han, c) && c != '一' {
			han++
		}
		if unicode.IsDigit(c) || strings.ContainsRune(".,，。·/-—－一~、|lIOoQDSsBbZzg%丨()（）:；;'’‘`", c) {
			like++
		}
	}
	return like*2 >= n && han < 2
}

// alike are the letters and signs that are read for digits.
var alike = strings.NewReplacer(
	"O", "0", "o", "0", "Q", "0", "D", "0", "〇", "0", "○", "0", "l", "1", "I", "1", "|", "1",
	"丨", "1", "!", "1", "S", "5", "s", "5", "B", "8", "Z", "2", "z", "2", "g", "9", "q", "9",
	"b", "6", "，", ",", "。", ".", "·", ".", "－", "-", " ", "",
)

// digits reports whether a text is a number in print.
func digits(s string) bool {
	n := 0
	for i, c := range s {
		switch {
		case c >= '0' && c <= '9':
			n++
		case c == '-' && i == 0, c == '.' || c == ',':
		default:
			return false
		}
	}
	return n > 0
}

// agree brings two looks at one figure together. Where they differ, neither is trusted.
func agree(a, b Reading) Reading {
	p := map[string]float64{}
	var order []string
	add := func(text string, conf float64) {
		if _, ok := p[text]; !ok {
			order = append(order, text)
		}
		p[text] += conf / 2
	}
	figure := func(text string) string { // letters among digits are digits badly seen
		if t := alike.Replace(text); t != text && digits(t) {
			return t
		}
		return text
	}
	for _, r := range []Reading{a, b} {
		add(figure(r.Text), r.Confidence)
		for _, o := range r.Others {
			add(figure(o.Text), o.Confidence)
		}
	}
	best := order[0]
	for _, t := range order {
		if p[t] > p[best] {
			best = t
		}
	}
	out := Reading{Text: best, Confidence: math.Min(p[best], 1)}
	if a.Text == b.Text { // two looks see more than one
		out.Confidence = math.Max(out.Confidence, 1-3*(1-math.Min(a.Confidence, 1))*(1-math.Min(b.Confidence, 1)))
	}
	if figure(a.Text) != figure(b.Text) {
		out.Confidence = math.Min(out.Confidence, 0.5)
	} else if a.Text != figure(a.Text) || b.Text != figure(b.Text) {
		out.Confidence = math.Min(out.Confidence, 0.8)
	}
	for {
		next := ""
		for _, t := range order {
			if t != best && p[t] > 0.0003 && !told(out.Others, t) && (next == "" || p[t] > p[next]) {
				next = t
			}
		}
		if next == "" || len(out.Others) >= 8 {
			break
		}
		out.Others = append(out.Others, layout.Alternative{Text: next, Confidence: p[next]})
	}
	return out
}

func told(as []layout.Alternative, t string) bool {
	for _, a := range as {
		if a.Text == t {
			return true
		}
	}
	return false
}

// barOf reports whether a line of ink is a dash or a slash by its shape: engines take them for 一, 1 or nothing.
func barOf(l *image.Gray) (string, bool) {
	b := &bits{w: l.Bounds().Dx(), h: l.Bounds().Dy(), on: make([]uint8, l.Bounds().Dx()*l.Bounds().Dy())}
	darkest := uint8(255)
	for y := range b.h {
		for x := range b.w {
			darkest = min(darkest, l.Pix[y*l.Stride+x])
		}
	}
	limit := darkest + uint8(int(245-min(darkest, 245))*3/4) // thin strokes are darker and lighter along their length
	for y := range b.h {
		for x := range b.w {
			if l.Pix[y*l.Stride+x] < limit {
				b.on[y*b.w+x] = 1
			}
		}
	}
	blobs := b.blobs(0, 0, b.w, b.h)
	var most blob
	for _, c := range blobs {
		if c.area > most.area {
			most = c
		}
	}
	if most.area < 6 {
		return "", false
	}
	reach := max(most.x1-most.x0, most.y1-most.y0)
	for _, c := range blobs { // what else there is must be dust
		if c != most && c.area*6 > most.area && (c.area*2 > most.area || 10*max(c.x1-c.x0, c.y1-c.y0) > 4*reach) {
			return "", false
		}
	}
	// the axes of the ink, as of a body
	var n, mx, my, xx, yy, xy float64
	for y := most.y0; y < most.y1; y++ {
		for x := most.x0; x < most.x1; x++ {
			if b.on[y*b.w+x] != 0 {
				n++
				mx, my = mx+float64(x), my+float64(y)
				xx, yy, xy = xx+float64(x*x), yy+float64(y*y), xy+float64(x*y)
			}
		}
	}
	mx, my = mx/n, my/n
	xx, yy, xy = xx/n-mx*mx, yy/n-my*my, xy/n-mx*my
	mean, diff := (xx+yy)/2, math.Hypot((xx-yy)/2, xy)
	long, short := math.Sqrt(12*(mean+diff)), math.Sqrt(12*math.Max(mean-diff, 0.08))
	lean := 0.5 * math.Atan2(2*xy, xx-yy) * 180 / math.Pi // of the long axis; y grows downwards
	if short > 0.3*long {
		return "", false
	}
	switch {
	case math.Abs(lean) < 12 && short < 0.26*long:
		if long >= 4.2*short {
			return "—", true
		}
		return "-", true
	case lean < -35 && lean > -79 && short < 0.27*long:
		return "/", true
	}
	return "", false
}

// inFigures is a reading that only knows what figures are printed with, for what is a figure but for a smudge.
func inFigures(r Reading) Reading {
	t := strings.TrimFunc(alike.Replace(r.Text), func(c rune) bool { return (c < '0' || c > '9') && c != '-' })
	t = strings.TrimRight(t, "-")
	switch extra := len([]rune(r.Text)) - len([]rune(t)); {
	case t == r.Text:
	case digits(t) && extra <= 3:
		r.Others = append([]layout.Alternative{{Text: r.Text, Confidence: r.Confidence / 2}}, r.Others...)
		r.Text, r.Confidence = t, math.Min(r.Confidence, 0.6)
	case strings.Trim(r.Text, "·.,，。'‘’\"`:：;~、") == "" && r.Text != "":
		r.Text, r.Confidence = "", 0 // dust
	}
	return r
}

// minus reports whether a short bar stands by itself before the figures of a line: engines pass over it.
func minus(l *image.Gray) bool {
	b := &bits{w: l.Bounds().Dx(), h: l.Bounds().Dy(), on: make([]uint8, l.Bounds().Dx()*l.Bounds().Dy())}
	for y := range b.h {
		for x := range b.w {
			if l.Pix[y*l.Stride+x] < 165 {
				b.on[y*b.w+x] = 1
			}
		}
	}
	blobs := b.blobs(0, 0, b.w, b.h)
	if len(blobs) < 2 {
		return false
	}
	first, tall := blobs[0], 0
	for _, c := range blobs {
		if c.x0 < first.x0 {
			first = c
		}
		tall = max(tall, c.y1-c.y0)
	}
	w, h, mid := first.x1-first.x0, first.y1-first.y0, (first.y0+first.y1)/2
	return tall >= 10 && 4*w > tall && 10*w >= 16*h && 3*h < tall && mid*4 > b.h && mid*4 < 3*b.h
}

// trusted lowers the confidence of a figure in which there is anything but figures.
func trusted(r Reading) Reading {
	if r.Text != "" && !digits(r.Text) {
		r.Confidence = math.Min(r.Confidence, 0.5)
	}
	return r
}

// signed gives a figure the minus that stands before it.
func signed(r Reading, l *image.Gray) Reading {
	if !digits(r.Text) || !minus(l) {
		return r
	}
	if r.Text[0] == '-' { // engine and shape agree
		r.Confidence = 1 - (1-r.Confidence)/3
	} else {
		r.Others = append([]layout.Alternative{{Text: r.Text, Confidence: 0.1}}, r.Others...)
		r.Text = "-" + r.Text
	}
	return r
}
