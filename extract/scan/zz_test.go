package scan

import (
	"fmt"
	"github.com/gongkai/gongkai/extract/pdf"
	"image"
	"image/png"
	"os"
	"testing"
)

func TestZZ(t *testing.T) {
	f, err := os.Open("/tmp/off/sl.png")
	if err != nil {
		t.Skip()
	}
	img, _ := png.Decode(f)
	p := load(img)
	p.flatten()
	limit := p.threshold()
	p = p.turn(p.skew(limit))
	ink := p.ink(limit)
	across, down := ink.rules(200)
	p.whiten(ink, limit)
	ink = p.faint(limit)
	scale := 200 / 72.0
	var a, d []pdf.Line
	for _, l := range across {
		a = append(a, pdf.Line{At: l.at / scale, A: l.a / scale, B: l.b / scale})
	}
	for _, l := range down {
		d = append(d, pdf.Line{At: l.at / scale, A: l.a / scale, B: l.b / scale})
	}
	ss := p.strips(ink, pdf.Fields(a, d), scale, limit)
	n := 0
	for _, s := range ss {
		if s.figure {
			b, ok := barOf(s.crop)
			bb := s.crop.Bounds()
			if !ok && bb.Dx() < bb.Dy() && bb.Dx() < 18 && n < 14 {
				n++
				o, _ := os.Create(fmt.Sprintf("/tmp/off/crop%d.png", n))
				png.Encode(o, s.crop)
				o.Close()
				fmt.Println(n, s.box, b, ok, bb)
			}
		}
	}
	g := image.NewGray(image.Rect(0, 0, p.w, p.h))
	copy(g.Pix, p.pix)
	o, _ := os.Create("/tmp/off/sk.png")
	png.Encode(o, g)
	o.Close()
}
