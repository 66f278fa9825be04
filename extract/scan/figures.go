package scan

import (
	"image"
	"math"
	"strings"
	"unicode"

	"github.com/gongkai/gongkai/extract/pdf"
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
	like := 0
	n := 0
	for _, c := range s {
		n++
		if unicode.IsDigit(c) || strings.ContainsRune(".,，。·/-—－一~、|lIOoQDSsBbZzg%丨()（）:；;'’‘`", c) {
			like++
		}
	}
	return like*2 >= n
}

// alike are the letters and signs that are read for digits.
var alike = strings.NewReplacer("O", "0", "o", "0", "Q", "0", "D", "0", "〇", "0", "○", "0", "l", "1", "I", "1", "|", "1", "丨", "1", "!", "1", "S", "5", "s", "5", "B", "8", "Z", "2", "z", "2", "g", "9", "q", "9", "b", "6", "，", ",", "。", ".", "·", ".", "－", "-", " ", "")

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
		out.Others = append(out.Others, pdf.Alternative{Text: next, Confidence: p[next]})
	}
	return out
}

func told(as []pdf.Alternative, t string) bool {
	for _, a := range as {
		if a.Text == t {
			return true
		}
	}
	return false
}

// barOf reports whether a line of ink is a dash or a slash by its shape: engines take them for 一, 1 or nothing.
func barOf(l *image.Gray) (string, bool) {
	b := &bits{l.Bounds().Dx(), l.Bounds().Dy(), make([]uint8, l.Bounds().Dx()*l.Bounds().Dy())}
	for y := range b.h {
		for x := range b.w {
			if l.Pix[y*l.Stride+x] < 150 {
				b.on[y*b.w+x] = 1
			}
		}
	}
	x0, y0, x1, y1, area := 1<<30, 1<<30, 0, 0, 0
	for _, c := range b.blobs(0, 0, b.w, b.h) {
		if c.area < 4 {
			continue
		}
		x0, y0, x1, y1 = min(x0, c.x0), min(y0, c.y0), max(x1, c.x1), max(y1, c.y1)
		area += c.area
	}
	if area == 0 {
		return "", false
	}
	w, h := float64(x1-x0), float64(y1-y0)
	if w >= 3.2*h && float64(area) > 0.55*w*h {
		if w >= 7*h {
			return "—", true
		}
		return "-", true
	}
	// a slash: its ink lies along the rising diagonal
	if h > 1.2*w && w > 0.28*h {
		on, off := 0, 0
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				if b.on[y*b.w+x] == 0 {
					continue
				}
				if math.Abs(float64(x-x0)/w-(1-float64(y-y0)/h)) < 0.22 {
					on++
				} else {
					off++
				}
			}
		}
		if off*12 < on {
			return "/", true
		}
	}
	return "", false
}
