package gold

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// pictureOfDigit is a picture of 12 by 16 pixels with something on it.
func pictureOfDigit() string {
	img := image.NewGray(image.Rect(0, 0, 12, 16))
	for y := range 16 {
		for x := range 12 {
			img.SetGray(x, y, color.Gray{255})
			if x > 2 && x < 9 && y > 2 && y < 13 && (y%5 < 2 || x == 3+5*(y/8%2)) {
				img.SetGray(x, y, color.Gray{0})
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // a buffer takes all
	}
	return b.String()
}

// cells of an OFD file in which something else is seen than the text tells.
func ofdAppearFaults() []Fault {
	unread := &Print{Text: "█", State: normalize.Text, Number: "?"}
	blank := &Print{State: normalize.Blank}
	kind := func(name, what string, print *Print, draw func(w *pdfWriter, o *ofdFile, b pdfBox)) Fault {
		return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
			if !strings.HasPrefix(f.Name, "ofd") {
				return false
			}
			table := []string{"applications.", "applications.", "active.", "disputes."}[rng.Intn(4)]
			s, ok := one(rng, r.spots(table, positive))
			if !ok {
				return false
			}
			c := r.at(s)
			c.Draw = func(w *pdfWriter, b pdfBox) { draw(w, w.ofd, b) }
			if print != nil {
				c.Print = *print
			}
			return true
		}}
	}
	// one draws a text in one object, with more attributes and elements
	one := func(w *pdfWriter, o *ofdFile, x, y float64, s, more string) {
		o.raw("%s", o.textObject(w, x, y, cellSize, s, more))
	}
	other := func(s string) string {
		return strings.Map(func(r rune) rune { return '0' + (r-'0'+3)%10 }, s)
	}
	return []Fault{
		kind("ofd: drawn twice", "a number with a shadow, a point to the right of it", nil,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				w.text(x, y, cellSize, b.text)
				w.text(x+1, y+0.6, cellSize, b.text)
			}),
		kind("ofd: overprinted", "another number is printed over a number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			w.text(x, y, cellSize, b.text)
			w.text(x+1.5, y, cellSize, other(b.text))
		}),
		kind("ofd: crossed out aslant", "a cell is crossed out from corner to corner", blank,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				w.inCell(b, b.text)
				o.line(b.x0, b.y0, b.x1, b.y1)
				o.line(b.x0, b.y1, b.x1, b.y0)
			}),
		kind("ofd: struck by a box", "a thin box through a number", blank, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.box(x-1, y-3.3, w.width(b.text, cellSize)+2, 0.7, "0 0 0", "")
		}),
		kind("ofd: struck by an annotation", "an annotation strikes a number out", blank, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.annotation("Highlight", ` Subtype="Strikeout"`, x, y-7, w.width(b.text, cellSize), 9, "")
		}),
		kind("ofd: picture", "a picture of the number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			o.picture(pictureOfDigit(), (b.x0+b.x1)/2-10, (b.y0+b.y1)/2-5, 20, 10)
		}),
		kind("ofd: picture beside digits", "the last digit is a picture", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.picture(pictureOfDigit(), x+w.width(b.text, cellSize)+0.5, y-7, 5, 7)
		}),
		kind("ofd: outlines", "the number is drawn as outlines", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			for range b.text {
				o.raw(`<ofd:PathObject ID="%%ID%%" Boundary="%s %s 5 5" Stroke="false" Fill="true"><ofd:FillColor Value="0 0 0"/>`+
					`<ofd:AbbreviatedData>M 0 2.4 B 2.1 2.6 2.1 0 0 0.3 Q 1 2.2 0.5 2 A 1 1 0 0 1 0 2.4 C`+
					`</ofd:AbbreviatedData></ofd:PathObject>`,
					mm(x), mm(y-7))
				x += cellSize / 2
			}
		}),
		kind("ofd: blacked out", "a black box over a number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.box(x-2, y-8, w.width(b.text, cellSize)+4, 10, "0 0 0", "")
		}),
		kind("ofd: blacked out in the foreground", "a black box of a layer over the others", unread,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				at := o.now().body.Len()
				o.box(x-2, y-8, w.width(b.text, cellSize)+4, 10, "0 0 0", "")
				all := o.now().body.String()
				o.now().body.Reset()
				o.now().body.WriteString(all[:at])
				o.now().above.WriteString(all[at:])
				w.inCell(b, b.text)
			}),
		kind("ofd: white over it", "a white box over the first digit", nil, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			w.text(x-5, y, cellSize, "9")
			o.box(x-5.2, y-8, 5, 10, "255 255 255", "")
			w.inCell(b, b.text)
		}),
		kind("ofd: colour of the ground", "a digit of the colour of the cell's ground", nil,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				o.box(b.x0+1, b.y0+1, b.x1-b.x0-2, b.y1-b.y0-2, "204 230 255", "")
				one(w, o, x-4.6, y, "9", `<ofd:FillColor Value="204 230 255"/>`)
				w.inCell(b, b.text)
			}),
		kind("ofd: not visible", "digits that are not visible, clear, or neither filled nor stroked", nil,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				one(w, o, x-4.6, y, "9", ` Visible="false"`)
				one(w, o, x-4.6, y, "8", ` Alpha="0"`)
				one(w, o, x+w.width(b.text, cellSize)+0.5, y, "7", ` Fill="false"`)
				one(w, o, x+w.width(b.text, cellSize)+0.5, y, "5", `<ofd:FillColor Value="0 0 0" Alpha="0"/>`)
				w.inCell(b, b.text)
			}),
		kind("ofd: clipped away", "a digit outside of its clip", nil, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			one(w, o, x-4.6, y, "9", `<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="50 50 1 1">`+
				`<ofd:AbbreviatedData>M 0 0 L 1 0 L 1 1 `+
				`L 0 1 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>`)
			w.inCell(b, b.text)
		}),
		kind("ofd: clipped in part", "half of the first digit is cut away", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			one(w, o, x, y, b.text, fmt.Sprintf(`<ofd:Clips><ofd:Clip><ofd:Area><ofd:Path Boundary="0 0 50 10"><ofd:AbbreviatedData>`+
				`M %[1]s 0 L 50 0 L 50 10 L %[1]s 10 C</ofd:AbbreviatedData></ofd:Path></ofd:Area></ofd:Clip></ofd:Clips>`, mm(2.7)))
		}),
		kind("ofd: mirrored", "the number is drawn mirrored", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			wide := w.width(b.text, cellSize)
			o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" CTM="-1 0 0 1 %s 0" Font="3" Size="%s"><ofd:TextCode X="0" Y="%s" `+
				`DeltaX="g %d %s">%s</ofd:TextCode></ofd:TextObject>`, mm(x), mm(y-8), mm(wide), mm(11), mm(wide), mm(cellSize), mm(8),
				len(b.text), mm(cellSize/2), b.text)
		}),
		kind("ofd: turned characters", "each digit is turned upside down", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			one(w, o, x+cellSize/2, y-6, b.text, ` CharDirection="180"`)
		}),
		kind("ofd: aslant", "the number is set aslant", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" CTM=".97 .24 -.24 .97 0 0" Font="3" Size="%s">`+
				`<ofd:TextCode X="0" Y="%s" `+
				`DeltaX="g %d %s">%s</ofd:TextCode></ofd:TextObject>`, mm(x+1), mm(y-9), mm(40), mm(40), mm(cellSize), mm(8), len(b.text),
				mm(cellSize/2), b.text)
		}),
		kind("ofd: tiles", "the number is painted with a pattern", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			x, y := w.middle(b, b.text)
			one(w, o, x, y, b.text, `<ofd:FillColor><ofd:Pattern Width="1" Height="1"><ofd:CellContent/></ofd:Pattern></ofd:FillColor>`)
		}),
		kind("ofd: glyph of another digit", "the glyph that is drawn is another digit's", unread,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				if !o.style.Glyphs { // no font to disagree with
					o.annotation("Stamp", "", x, y-8, 10, 10, o.numbered(o.textObject(w, 1, 8, cellSize, "章", "")))
					w.inCell(b, b.text)
					return
				}
				var list []string
				for _, r := range other(b.text) {
					list = append(list, fmt.Sprint(o.glyph(r)))
				}
				o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" Font="3" Size="%s"><ofd:CGTransform `+
					`CodePosition="0" CodeCount="%d" `+
					`GlyphCount="%[6]d"><ofd:Glyphs>%s</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="%s" DeltaX="g %[6]d %s">%s`+
					`</ofd:TextCode></ofd:TextObject>`, mm(x), mm(y-8), mm(w.width(b.text, cellSize)), mm(11), mm(cellSize), len(b.text),
					strings.Join(list, " "), mm(8), mm(cellSize/2), b.text)
			}),
		kind("ofd: glyph of no character", "glyphs that neither text nor font tell", unread,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" Font="3" Size="%s"><ofd:CGTransform `+
					`CodePosition="0" CodeCount="1" `+
					`GlyphCount="1"><ofd:Glyphs>29999</ofd:Glyphs></ofd:CGTransform><ofd:TextCode X="0" Y="%s"> `+
					`</ofd:TextCode></ofd:TextObject>`,
					mm(x), mm(y-8), mm(9), mm(11), mm(cellSize), mm(8))
			}),
		kind("ofd: stamp", "a stamp lies on a number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			o.annotation("Stamp", "", (b.x0+b.x1)/2-15, (b.y0+b.y1)/2-6, 30, 12,
				o.textObject(w, 4, 10, 10, "作废", `<ofd:FillColor Value="255 0 0"/>`))
		}),
		kind("ofd: pen", "a pen has changed a number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.annotation("Path", ` Subtype="Pencil"`, x-6, y-9, 20, 12, fmt.Sprintf(`<ofd:PathObject ID="%%ID%%" Boundary="0 0 10 10" `+
				`LineWidth="0.4"><ofd:StrokeColor Value="255 0 0"/><ofd:AbbreviatedData>%s</ofd:AbbreviatedData></ofd:PathObject>`,
				pathOf(2, 9, 7, 3, 12, 10)))
		}),
		kind("ofd: seal", "the seal of a signature lies on a number", unread, func(w *pdfWriter, o *ofdFile, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			o.seal(x-2, y-9, w.width(b.text, cellSize)+4, 12)
		}),
		kind("ofd: step that is none", "a distance between digits that is no number", unread,
			func(w *pdfWriter, o *ofdFile, b pdfBox) {
				x, y := w.middle(b, b.text)
				o.raw(`<ofd:TextObject ID="%%ID%%" Boundary="%s %s %s %s" Font="3" Size="%s"><ofd:TextCode X="0" Y="%s" DeltaX="g 9 ?">%s0`+
					`</ofd:TextCode></ofd:TextObject>`, mm(x), mm(y-8), mm(30), mm(11), mm(cellSize), mm(8), b.text)
			}),
	}
}
