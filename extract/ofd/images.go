package ofd

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // formats that pictures come in
	_ "image/jpeg" //
	_ "image/png"  //

	_ "golang.org/x/image/bmp"
	_ "golang.org/x/image/tiff"
)

const (
	maxPixels   = 70_000_000
	allPixels   = 2_000_000_000 // of all pictures that are decoded
	smallPixels = 1 << 16       // of pictures that are looked into though nobody draws them: they may be plain ground
	maxPictures = 5_000         // of a document
)

// image draws an ImageObject (10): the picture fills the unit square of its matrix, or its boundary where it has none.
func (s *sheet) image(n *node, k look, m matrix, b box) {
	id := n.attr("ResourceID")
	p := s.resources.medium(id)
	if p == nil || p.path == "" {
		said := id
		if p != nil {
			said = p.said
		}
		s.d.doubt("broken-picture", s.page, "a picture is missing: %s", said)
		p = &media{w: 1, h: 1, broken: "missing"}
	}
	if _, ok := matrixOf(n); !ok || n.attr("CTM") == "" {
		m = matrix{b.w, 0, 0, b.h, b.x, b.y}
	}
	if p.number == 0 {
		clear := n.attr("ImageMask") != "" && n.attr("ImageMask") != "0"
		s.d.picture(p, clear, s.page)
	}
	draw := func() {
		s.opacity(0, k.alpha)
		at := matrix{1, 0, 0, -1, 0, 1}.Then(m).Then(s.at) // pictures are drawn from the top
		s.out.save()
		s.out.put("cm", at[:]...)
		s.out.raw("/" + p.entry + " Do\n")
		s.out.restore()
	}
	x0, y0, x1, y1 := reach([]command{{'M', [7]float64{0, 0}}, {'L', [7]float64{1, 0}}, {'L', [7]float64{1, 1}}, {'L', [7]float64{0,
		1}}}, m)
	if inside(b, k.width, x0, y0, x1, y1) {
		draw()
	} else {
		s.within(b, k.width, draw)
	}
}

// picture puts a picture into the drawing: itself where pictures are wanted or it is small, else a square of its size.
func (d *drawing) picture(p *media, clear bool, page int) {
	var body []byte
	switch {
	case d.drawnPictures >= maxPictures:
	case p.body != nil:
		body = p.body
	case p.path != "":
		var err error
		if body, err = d.container.read(p.path); err != nil {
			p.broken = err.Error()
		}
	}
	d.drawnPictures++
	dict, data, alpha := "", []byte(nil), []byte(nil)
	c, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case p.broken != "":
	case bytes.HasPrefix(body, []byte("\x97JB2\r\n\x1a\n")):
		dict, data = jbig2(p, body)
	case err != nil:
		p.broken = err.Error()
	case c.Width*c.Height > maxPixels:
		p.broken = fmt.Sprintf("it has %d × %d pixels", c.Width, c.Height)
	default:
		p.w, p.h = c.Width, c.Height
		dict, data, alpha, err = d.pixelsOf(body, format, c, &clear)
		if err != nil {
			p.broken = err.Error()
		}
	}
	if p.broken != "" {
		if p.path != "" {
			d.doubt("broken-picture", page, "the picture %s cannot be read: %s", p.path, p.broken)
		}
		p.w, p.h = max(p.w, 2), max(p.h, 2)
		dict, data, alpha = "", nil, nil
	}
	if dict == "" { // its place alone
		dict = "/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode"
	}
	switch {
	case alpha != nil:
		dict += fmt.Sprintf(" /SMask %d 0 R", d.out.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d "+
			"/ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode", p.w, p.h), alpha))
	case clear:
		mask := d.out.stream("/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8",
			[]byte{255})
		dict += fmt.Sprintf(" /SMask %d 0 R", mask)
	}
	p.number = d.out.stream(fmt.Sprintf("/Type /XObject /Subtype /Image /Width %d /Height %d %s", p.w, p.h, dict), data)
	p.entry = fmt.Sprintf("I%d", p.number)
	fmt.Fprintf(&d.xobjects, "/%s %d 0 R ", p.entry, p.number)
}

// pixelsOf gives the pixels of a picture: those of JPEG as they are, others as red, green and blue. Where some of them let
// through what is below, clear is set, and alpha is how much of each pixel is painted, where pictures are wanted.
func (d *drawing) pixelsOf(body []byte, format string, c image.Config, clear *bool) (dict string, data, alpha []byte, err error) {
	if format == "jpeg" {
		if !d.options.Pictures {
			return "", nil, nil, nil
		}
		name := "/DeviceRGB"
		switch components := jpegComponents(body); components {
		case 1:
			name = "/DeviceGray"
		case 4:
			name = "/DeviceCMYK /Decode [1 0 1 0 1 0 1 0]"
		}
		return "/ColorSpace " + name + " /BitsPerComponent 8 /Filter /DCTDecode", body, nil, nil
	}
	if !d.options.Pictures && c.Width*c.Height > smallPixels {
		// whether it lets through what is below is told by its kind of pixels
		*clear = *clear || transparentModel(body, format)
		return "", nil, nil, nil
	}
	if d.pixels += c.Width * c.Height; d.pixels > allPixels {
		return "", nil, nil, errors.New("the pictures before it have as many pixels as the limit")
	}
	img, _, err := image.Decode(bytes.NewReader(body))
	if err != nil {
		return "", nil, nil, err
	}
	b := img.Bounds()
	rgb := make([]byte, 0, 3*b.Dx()*b.Dy())
	alpha = make([]byte, 0, b.Dx()*b.Dy())
	through := false
	if gray, ok := img.(*image.Gray); ok {
		for y := range b.Dy() {
			for _, v := range gray.Pix[y*gray.Stride : y*gray.Stride+b.Dx()] {
				rgb = append(rgb, v, v, v)
			}
		}
		return "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", deflated(rgb), nil, nil
	}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A != 255 {
				through = true
				if !d.options.Pictures || c.A == 0 { // on white paper
					white := 255 - uint32(c.A)
					on := func(v uint8) uint8 { return uint8((uint32(v)*uint32(c.A) + 255*white) / 255) }
					c.R, c.G, c.B = on(c.R), on(c.G), on(c.B)
				}
			}
			rgb, alpha = append(rgb, c.R, c.G, c.B), append(alpha, c.A)
		}
	}
	*clear = *clear || through
	if !through || !d.options.Pictures {
		alpha = nil
	} else {
		alpha = deflated(alpha)
	}
	return "/ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode", deflated(rgb), alpha, nil
}

func deflated(b []byte) []byte {
	var z bytes.Buffer
	w, _ := zlib.NewWriterLevel(&z, zlib.BestSpeed)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

// transparentModel reports whether the kind of a picture's pixels lets some of them be clear.
func transparentModel(body []byte, format string) bool {
	if format != "png" || len(body) < 26 {
		return format == "gif"
	}
	kind := body[25]
	return kind == 4 || kind == 6 || bytes.Contains(body[:min(len(body), 4096)], []byte("tRNS"))
}

// jpegComponents gives the number of colours of a JPEG; 3 where it is not found.
func jpegComponents(b []byte) int {
	for i := 2; i+9 < len(b) && b[i] == 0xff; {
		marker := b[i+1]
		if marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc {
			return int(b[i+9])
		}
		i += 2 + int(binary.BigEndian.Uint16(b[i+2:]))
	}
	return 3
}

// jbig2 gives a picture of JBIG2 as PDF has it: without the head of the file.
func jbig2(p *media, body []byte) (dict string, data []byte) {
	if len(body) < 40 {
		p.broken = "it breaks off"
		return "", nil
	}
	data = body[9:]
	if body[8]&2 == 0 { // the number of pages is told
		data = body[13:]
	}
	if body[8]&1 == 0 || data[4]&0x3f != 48 {
		p.broken = "its segments are in no order that is read here"
		return "", nil
	}
	be := binary.BigEndian // the first segment tells of the page
	info := data[11:]
	if len(info) < 8 || be.Uint32(info) > 1<<16 || be.Uint32(info[4:]) > 1<<16 {
		p.broken = "it breaks off"
		return "", nil
	}
	p.w, p.h = int(be.Uint32(info)), int(be.Uint32(info[4:]))
	return "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode", data
}
