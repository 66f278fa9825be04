// Package overlay draws what was read on the picture of a page: lines, cells, paragraphs, and values by their verdicts.
//
// It knows views and reports. It reads nothing itself.
package overlay

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"io"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/basicfont"
	"golang.org/x/image/math/fixed"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/pdf"
	"github.com/gongkai/gongkai/normalize"
)

// A Mark is one thing drawn on the picture of a page.
type Mark struct {
	box   [4]float64 // points
	kind  string     // "line", "cell", or a verdict or "finding" for a value
	name  string     // of a value
	text  string     // as printed
	words string     // what else there is to say: state, verdict, findings
}

var colors = map[string]color.RGBA{
	"line":         {200, 0, 200, 255},
	"paragraph":    {150, 150, 150, 255},
	"cell":         {30, 90, 200, 255},
	"proved":       {0, 140, 60, 255},
	"unchecked":    {110, 110, 110, 255},
	"inferred":     {200, 140, 0, 255},
	"contradicted": {220, 30, 30, 255},
	"finding":      {220, 30, 30, 255},
}

// Marks gathers what to draw on a page: the lines seen, the cells and paragraphs read, and the values.
func Marks(v *pdf.View, doc *extract.Document, reports []*normalize.Report, page int) []Mark {
	var out []Mark
	for _, l := range v.Lines {
		out = append(out, Mark{box: l, kind: "line"})
	}
	for i := range doc.Blocks {
		b := &doc.Blocks[i]
		if b.Table == nil {
			if b.Place.Page == page && b.Place.Box != nil {
				out = append(out, Mark{box: *b.Place.Box, kind: "paragraph", text: b.Text})
			}
			continue
		}
		for k := range b.Table.Cells {
			c := &b.Table.Cells[k]
			if c.Place.Page == page && c.Place.Box != nil {
				out = append(out, Mark{box: *c.Place.Box, kind: "cell", text: c.Text,
					words: fmt.Sprintf("table %d row %d column %d", c.Place.Table, c.Place.Row, c.Place.Column)})
			}
		}
	}
	for _, rep := range reports {
		for i := range rep.Values {
			x := &rep.Values[i]
			if x.Place.Page != page || x.Place.Box == nil {
				continue
			}
			m := Mark{box: *x.Place.Box, kind: string(x.Verdict), name: x.Name, text: x.Text,
				words: fmt.Sprintf("%s, %s", x.State, x.Verdict)}
			for _, f := range rep.Findings {
				if f.Name == x.Name {
					m.words += "; " + f.Message
					if f.Severity != normalize.Note {
						m.kind = "finding"
					}
				}
			}
			out = append(out, m)
		}
		for _, f := range rep.Findings {
			if f.Place.Page == page && f.Place.Box != nil && f.Severity != normalize.Note {
				out = append(out, Mark{box: *f.Place.Box, kind: "finding", words: f.Message})
			}
		}
	}
	return out
}

// WriteSVG writes the page's picture with the marks over it, in points; pointing at a mark shows its words.
func WriteSVG(w io.Writer, v *pdf.View, ms []Mark) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" `, v.Width*1.5, v.Height*1.5)
	fmt.Fprintf(&b, `viewBox="0 0 %.2f %.2f" font-family="sans-serif">`+"\n", v.Width, v.Height)
	fmt.Fprintf(&b, `<rect width="%.2f" height="%.2f" fill="white"/>`+"\n", v.Width, v.Height)
	if v.Picture != nil {
		fmt.Fprintf(&b, `<image width="%.2f" height="%.2f" href="data:image/png;base64,%s"/>`+"\n", v.Width, v.Height,
			base64.StdEncoding.EncodeToString(v.Picture))
	}
	for _, m := range ms {
		c := colors[m.kind]
		rgb := fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B)
		x, y, wd, ht := m.box[0], m.box[1], m.box[2]-m.box[0], m.box[3]-m.box[1]
		if m.kind == "line" {
			fmt.Fprintf(&b, `<line x1="%.2f" y1="%.2f" x2="%.2f" y2="%.2f" stroke="%s" stroke-width="0.6"/>`+"\n",
				m.box[0], m.box[1], m.box[2], m.box[3], rgb)
			continue
		}
		opacity, dash := "0", ` stroke-dasharray="2 1.5"`
		if m.name != "" || m.kind == "finding" {
			opacity, dash = "0.14", ""
		}
		fmt.Fprintf(&b, `<rect x="%.2f" y="%.2f" width="%.2f" height="%.2f" fill="%s" fill-opacity="%s" stroke="%s" `+
			`stroke-width="0.5"%s>`, x, y, wd, ht, rgb, opacity, rgb, dash)
		words := strings.TrimSpace(strings.Join([]string{m.name, fmt.Sprintf("%q", m.text), m.words}, "\n"))
		fmt.Fprintf(&b, "<title>%s</title></rect>\n", html.EscapeString(words))
		if v.Picture == nil && m.text != "" && m.name == "" {
			for i, l := range strings.Split(m.text, "\n") {
				fmt.Fprintf(&b, `<text x="%.2f" y="%.2f" font-size="7">%s</text>`+"\n",
					x+1, y+8+8*float64(i), html.EscapeString(l))
			}
		}
		if m.name != "" {
			fmt.Fprintf(&b, `<text x="%.2f" y="%.2f" font-size="2.6" fill="%s">%s</text>`+"\n", x+0.6, y+2.8, rgb,
				html.EscapeString(shortName(m.name)))
		}
	}
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// shortName leaves out the table: what stands in a cell has little room.
func shortName(name string) string {
	_, rest, _ := strings.Cut(name, ".")
	return rest
}

// WritePNG writes the same as one picture.
func WritePNG(w io.Writer, v *pdf.View, ms []Mark) error {
	scale := float64(v.DPI) / 72
	img := image.NewRGBA(image.Rect(0, 0, int(v.Width*scale+0.5), int(v.Height*scale+0.5)))
	draw.Draw(img, img.Bounds(), image.White, image.Point{}, draw.Src)
	if v.Picture != nil {
		p, err := png.Decode(bytes.NewReader(v.Picture))
		if err != nil {
			return err
		}
		draw.Draw(img, img.Bounds(), p, p.Bounds().Min, draw.Over)
	}
	fill := func(x0, y0, x1, y1 float64, c color.Color) {
		at := image.Pt(int(x0*scale), int(y0*scale))
		box := image.Rect(at.X, at.Y, max(int(x1*scale), at.X+1), max(int(y1*scale), at.Y+1))
		draw.Draw(img, box, image.NewUniform(c), image.Point{}, draw.Over)
	}
	for _, m := range ms {
		c := colors[m.kind]
		x0, y0, x1, y1 := m.box[0], m.box[1], m.box[2], m.box[3]
		if m.kind == "line" {
			fill(x0, y0, x1, y1, c)
			continue
		}
		if m.name != "" || m.kind == "finding" {
			fill(x0, y0, x1, y1, color.NRGBA{c.R, c.G, c.B, 40})
		}
		const thin = 0.5
		fill(x0, y0, x1, y0+thin, c)
		fill(x0, y1-thin, x1, y1, c)
		fill(x0, y0, x0+thin, y1, c)
		fill(x1-thin, y0, x1, y1, c)
	}
	legend := font.Drawer{Dst: img, Src: image.Black, Face: basicfont.Face7x13, Dot: fixed.P(6, 14)}
	for _, k := range []string{"line", "cell", "proved", "unchecked", "inferred", "contradicted"} {
		legend.Src = image.NewUniform(colors[k])
		legend.DrawString(k + "  ")
	}
	return png.Encode(w, img)
}
