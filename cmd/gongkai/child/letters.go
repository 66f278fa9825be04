package child

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"os"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/gongkai/gongkai/extract/pdf"
)

// chineseFonts are where systems keep a font with Chinese characters.
var chineseFonts = []string{
	"/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc", "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf", "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc",
	"/usr/share/fonts/noto-cjk/NotoSerifCJK-Regular.ttc", "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
	"/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
	"/System/Library/Fonts/Supplemental/Songti.ttc", "/System/Library/Fonts/STHeiti Light.ttc",
	`C:\Windows\Fonts\simsun.ttc`, `C:\Windows\Fonts\msyh.ttc`,
}

// letter draws the characters of fonts that the file does not hold onto the page's picture, with a font of this
// machine. Those that it cannot draw are said to be missing, on the picture itself: a page that looks empty is no
// evidence.
func letter(v *pdf.View, fonts []string) ([]byte, error) {
	p, err := png.Decode(bytes.NewReader(v.Picture))
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(p.Bounds())
	draw.Draw(out, out.Bounds(), p, p.Bounds().Min, draw.Src)
	if len(v.Letters) == 0 {
		return pagePNG(out)
	}
	f, done := openFont(fonts)
	defer done()
	missing := 0
	const scale = float64(pictureDPI) / 72
	faces := map[float64]font.Face{}
	for _, l := range v.Letters {
		if f == nil || !l.Upright || l.Size < 1 || l.Size > 200 {
			missing++
			continue
		}
		face := faces[l.Size]
		if face == nil {
			size := &opentype.FaceOptions{Size: l.Size * scale, DPI: 72, Hinting: font.HintingNone}
			if face, err = opentype.NewFace(f, size); err != nil {
				return nil, err
			}
			faces[l.Size] = face
		}
		if r := []rune(l.Text)[0]; !has(face, r) {
			missing++
			continue
		}
		d := font.Drawer{Dst: out, Src: image.NewUniform(color.RGBA{40, 40, 40, 255}), Face: face,
			Dot: fixed.Point26_6{X: fixed.Int26_6(l.X * scale * 64), Y: fixed.Int26_6(l.Base * scale * 64)}}
		d.DrawString(l.Text)
	}
	if missing > 0 {
		d := font.Drawer{Dst: out, Src: image.NewUniform(color.RGBA{190, 0, 0, 255}), Face: basicfont.Face7x13,
			Dot: fixed.P(8, 16)}
		const said = "%d of the characters on this page are of fonts that are not in the file, and are not drawn here"
		d.DrawString(fmt.Sprintf(said, missing))
	}
	return pagePNG(out)
}

// pagePNG writes a page: one without colour in sixteen shades of grey, which is a third of the bytes.
func pagePNG(img *image.RGBA) ([]byte, error) {
	var out image.Image = img
	if grey(img) {
		var shades color.Palette
		for i := range 16 {
			shades = append(shades, color.Gray{uint8(17 * i)})
		}
		small := image.NewPaletted(img.Bounds(), shades)
		for i := range small.Pix {
			small.Pix[i] = uint8((int(img.Pix[4*i]) + 8) / 17)
		}
		out = small
	}
	var b bytes.Buffer
	e := png.Encoder{CompressionLevel: png.BestCompression}
	if err := e.Encode(&b, out); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// grey reports whether a picture has no colour.
func grey(img *image.RGBA) bool {
	const slight = 32
	for i := 0; i+3 < len(img.Pix); i += 4 {
		r, g, b := int(img.Pix[i]), int(img.Pix[i+1]), int(img.Pix[i+2])
		if max(r, g, b)-min(r, g, b) > slight {
			return false
		}
	}
	return true
}

func has(face font.Face, r rune) bool {
	_, ok := face.GlyphAdvance(r)
	return ok
}

// openFont opens the first of the fonts that is there and can be read; nil = none. done lets go of it.
func openFont(paths []string) (f *opentype.Font, done func()) {
	for _, path := range paths {
		file, err := os.Open(path)
		if err != nil {
			continue
		}
		if c, err := opentype.ParseCollectionReaderAt(io.ReaderAt(file)); err == nil && c.NumFonts() > 0 {
			if f, err := c.Font(0); err == nil {
				return f, func() { file.Close() }
			}
		}
		file.Close()
	}
	return nil, func() {}
}
