package ofd

import (
	"bytes"
	"fmt"
	"image"
	"math"
	"path"
	"strings"
)

// A seal is the picture of a signature on a page.
type seal struct {
	at      box // of the picture
	clip    box // what of it is shown, from its own corner: seals over the edges of pages show a part on each
	clipped bool
	of      *stamp
}

// shown is the part of the page on which it shows.
func (s *seal) shown() box {
	if !s.clipped {
		return s.at
	}
	x0, y0 := math.Max(s.at.x, s.at.x+s.clip.x), math.Max(s.at.y, s.at.y+s.clip.y)
	x1 := math.Min(s.at.x+s.at.w, s.at.x+s.clip.x+s.clip.w)
	y1 := math.Min(s.at.y+s.at.h, s.at.y+s.clip.y+s.clip.h)
	return box{x0, y0, math.Max(0, x1-x0), math.Max(0, y1-y0)}
}

// A stamp is what a signature's seals look like.
type stamp struct {
	parts  []string // that may hold the picture: the signature's value, and the seal's own file
	opened bool
	form   string // the name of the drawing's object; "" = it cannot be drawn
	entry  *media
}

// stampOf gives the stamp of a signature, whose Signature.xml is at a path.
func (d *drawing) stampOf(x *node, at, dir string) *stamp {
	t := &stamp{}
	seal := x.kid("SignedInfo").kid("Seal")
	for _, location := range []string{x.said("SignedValue"), seal.said("BaseLoc"), seal.attr("BaseLoc")} {
		if p, ok := d.container.find(location, path.Dir(at), dir); ok {
			t.parts = append(t.parts, p)
		}
	}
	return t
}

// openStamp finds the picture of a stamp and puts it into the drawing.
func (d *drawing) openStamp(t *stamp) {
	if t.opened {
		return
	}
	t.opened = true
	for _, p := range t.parts {
		b, err := d.container.read(p)
		if err != nil {
			continue
		}
		kind, data := sealPicture(b)
		if data == nil {
			continue
		}
		if strings.HasSuffix(strings.ToLower(kind), "ofd") || bytes.HasPrefix(data, []byte("PK")) {
			if t.form = d.drawnSeal(data); t.form != "" {
				return
			}
			continue
		}
		if _, _, err := image.DecodeConfig(bytes.NewReader(data)); err != nil {
			continue
		}
		m := &media{said: p, body: data}
		d.picture(m, false, 0)
		if m.broken == "" {
			t.entry = m
			return
		}
	}
}

// drawnSeal draws the first page of a seal that is an OFD file itself, as a form of one unit square; "" where it cannot be
// drawn.
func (d *drawing) drawnSeal(data []byte) string {
	if d.within { // seals of seals
		return ""
	}
	inner, root, err := open(d.ctx, data)
	if err != nil {
		return ""
	}
	outer, doubts, buffer := d.container, d.doc.Doubts, d.buffer
	inner.container.left = min(inner.container.left, outer.left)
	d.container, d.within, d.buffer = inner.container, true, nil
	defer func() {
		outer.left = inner.container.left
		d.container, d.within, d.doc.Doubts, d.buffer = outer, false, doubts, buffer
	}()
	p, doc, err := d.document(root.kid("DocBody"))
	if err != nil {
		return ""
	}
	b := d.prepare(p, doc)
	pages := doc.kid("Pages").all("Page")
	if len(pages) == 0 {
		return ""
	}
	s, _, _ := d.drawPage(b, pages[0], 0)
	d.drawn += len(s.out.b)
	n := d.out.stream(fmt.Sprintf("/Type /XObject /Subtype /Form /BBox [0 0 %.4f %.4f] /Matrix [%.8f 0 0 %.8f 0 0] /Resources %d 0 R",
		s.width, s.height, 1/s.width, 1/s.height, d.shared), s.out.b)
	name := fmt.Sprintf("S%d", n)
	fmt.Fprintf(&d.xobjects, "/%s %d 0 R ", name, n)
	return name
}

// seal draws a seal, for whoever looks at the page: its picture, or a frame where that cannot be had.
func (s *sheet) seal(x *seal) {
	s.d.openStamp(x.of)
	s.out.save()
	defer s.out.restore()
	name := x.of.form
	if x.of.entry != nil {
		name = x.of.entry.entry
	}
	if name == "" {
		red := colour{ink: ink{space: "rg", parts: [4]float64{1, 0, 0}}, alpha: 1}
		red.paint(s, true)
		s.out.lineWidth(1)
		s.corners(x.shown(), s.at)
		s.out.raw("S\n")
		return
	}
	s.d.states["GM"] = "<< /BM /Multiply >>" // what is below is seen through it, as with ink
	s.out.raw("/GM gs\n")
	if x.clipped {
		s.corners(x.shown(), s.at)
		s.out.raw("W n\n")
	}
	m := matrix{x.at.w, 0, 0, -x.at.h, x.at.x, x.at.y + x.at.h}.Then(s.at)
	s.out.put("cm", m[:]...)
	s.out.raw("/" + name + " Do\n")
}

// sealPicture finds the picture in a seal or a signature with one (GM/T 0031, GB/T 38540): of all that the ASN.1 holds, the
// sequence of a kind, the bytes and two sizes.
func sealPicture(b []byte) (kind string, data []byte) {
	const enough = 20_000 // values
	values := 0
	var find func(b []byte, depth int) bool
	find = func(b []byte, depth int) bool {
		for len(b) > 0 && depth < 20 && values < enough {
			values++
			tag, body, rest, ok := value(b)
			if !ok {
				return false
			}
			b = rest
			if tag&0x20 == 0 {
				continue
			}
			if tag == 0x30 {
				t0, v0, r0, ok0 := value(body)
				t1, v1, r1, ok1 := value(r0)
				t2, _, r2, ok2 := value(r1)
				t3, _, _, ok3 := value(r2)
				if ok0 && ok1 && ok2 && ok3 && (t0 == 0x16 || t0 == 0x0c || t0 == 0x13) && t1 == 4 && t2 == 2 && t3 == 2 && len(v0) < 20 {
					kind, data = string(v0), v1
					return true
				}
			}
			if find(body, depth+1) {
				return true
			}
		}
		return false
	}
	find(b, 0)
	return kind, data
}

// value cuts the first value off the encoding of some (X.690): its tag and its content.
func value(b []byte) (tag byte, body, rest []byte, ok bool) {
	if len(b) < 2 || b[0]&0x1f == 0x1f {
		return 0, nil, nil, false
	}
	n, at := int(b[1]), 2
	if n >= 0x80 {
		long := n & 0x7f
		if long == 0 || long > 4 || len(b) < 2+long {
			return 0, nil, nil, false
		}
		n = 0
		for _, c := range b[2 : 2+long] {
			n = n<<8 | int(c)
		}
		at += long
	}
	if n > len(b)-at {
		return 0, nil, nil, false
	}
	return b[0], b[at : at+n], b[at+n:], true
}
