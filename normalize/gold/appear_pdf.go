package gold

import (
	"fmt"
	"math/rand"
	"strings"

	"github.com/gongkai/gongkai/normalize"
)

// A pdfBox is where a cell is drawn: its sides in points from the top left of the page, and its text.
type pdfBox struct {
	x0, y0, x1, y1 float64
	text           string
}

// pdfExtras are what drawings of single cells need besides the content of pages.
type pdfExtras struct {
	objects []string // an object's body, named /X0, /X1 … in the pages' resources and "%X0%" in other objects
	annots  map[int][]string
	gs      string // entries of /ExtGState
	fonts   string // entries of /Font
	layer   string // the object that is /L0, a layer that the base state hides
	fields  bool
}

// object adds an object and gives its name.
func (w *pdfWriter) object(body string) string {
	for i, o := range w.extras.objects {
		if o == body {
			return fmt.Sprintf("X%d", i)
		}
	}
	w.extras.objects = append(w.extras.objects, body)
	return fmt.Sprintf("X%d", len(w.extras.objects)-1)
}

func pdfStream(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

func (w *pdfWriter) annotation(format string, args ...any) {
	if w.extras.annots == nil {
		w.extras.annots = map[int][]string{}
	}
	k := len(w.pages) - 1
	w.extras.annots[k] = append(w.extras.annots[k], fmt.Sprintf(format, args...))
}

// place puts what the extras need into the objects of the file: first is the number of the first of theirs.
func (e *pdfExtras) place(first int) func(string) string {
	var pairs []string
	for i := range e.objects {
		pairs = append(pairs, fmt.Sprintf("%%X%d%%", i), fmt.Sprintf("%d 0 R", first+i))
	}
	return strings.NewReplacer(pairs...).Replace
}

// resources gives the entries of a page's resources and of the page itself.
func (e *pdfExtras) resources(page int) (inside, beside string) {
	var x strings.Builder
	for i, o := range e.objects {
		if strings.Contains(o, "/Subtype /Image") || strings.Contains(o, "/Subtype /Form") {
			fmt.Fprintf(&x, "/X%d %%X%d%% ", i, i)
		}
	}
	if x.Len() > 0 {
		inside += " /XObject << " + x.String() + ">>"
	}
	if e.gs != "" {
		inside += " /ExtGState << " + e.gs + " >>"
	}
	if e.layer != "" {
		inside += " /Properties << /L0 %" + e.layer + "% >>"
	}
	if list := e.annots[page]; len(list) > 0 {
		beside = " /Annots [" + strings.Join(list, " ") + "]"
	}
	return inside, beside
}

func (e *pdfExtras) catalog() (out string) {
	if e.layer != "" {
		out += " /OCProperties << /OCGs [%" + e.layer + "%] /D << /BaseState /OFF /ON [] >> >>"
	}
	if e.fields {
		out += " /AcroForm << /Fields [] /NeedAppearances true >>"
	}
	return out
}

// middle gives where a text of a cell begins so that it stands in its middle, and its baseline from the top.
func (w *pdfWriter) middle(b pdfBox, s string) (x, y float64) {
	return (b.x0+b.x1)/2 - w.width(s, cellSize)/2, (b.y0+b.y1)/2 + cellSize*0.35
}

func (w *pdfWriter) inCell(b pdfBox, s string) {
	x, y := w.middle(b, s)
	w.text(x, y, cellSize, s)
}

// raw writes operators.
func (w *pdfWriter) raw(format string, args ...any) { fmt.Fprintf(w.out(), format+"\n", args...) }

// digitPicture is a picture of 12 by 16 pixels with something on it.
func (w *pdfWriter) digitPicture() string {
	var px strings.Builder
	for y := range 16 {
		for x := range 12 {
			if x > 2 && x < 9 && y > 2 && y < 13 && (y%5 < 2 || x == 3+5*(y/8%2)) {
				px.WriteString("00")
			} else {
				px.WriteString("FF")
			}
		}
	}
	return w.object(pdfStream("/Type /XObject /Subtype /Image /Width 12 /Height 16 /BitsPerComponent 8 /ColorSpace "+
		"/DeviceGray /Filter /ASCIIHexDecode", px.String()+">"))
}

// cells of a PDF in which something else is seen than the text tells.
func pdfAppearFaults() []Fault {
	unread := Print{Text: "█", State: normalize.Text, Number: "?"}
	kind := func(name, what string, print *Print, turned bool, draw func(w *pdfWriter, b pdfBox)) Fault {
		return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
			if !strings.HasPrefix(f.Name, "pdf") || !turned && f.Name == "pdf rotated" {
				return false
			}
			table := []string{"applications.", "applications.", "active.", "disputes."}[rng.Intn(4)]
			s, ok := one(rng, r.spots(table, positive))
			if !ok {
				return false
			}
			c := r.at(s)
			c.Draw = draw
			if print != nil {
				c.Print = *print
			}
			return true
		}}
	}
	blank := &Print{State: normalize.Blank}
	return []Fault{
		kind("pdf: drawn twice", "a number with a shadow, a point to the right of it", nil, true,
			func(w *pdfWriter, b pdfBox) {
				x, y := w.middle(b, b.text)
				w.text(x, y, cellSize, b.text)
				w.text(x+1, y+0.6, cellSize, b.text)
			}),
		kind("pdf: overprinted", "another number is printed over a number", &unread, true,
			func(w *pdfWriter, b pdfBox) {
				x, y := w.middle(b, b.text)
				w.text(x, y, cellSize, b.text)
				w.text(x+1.5, y, cellSize, strings.Map(func(r rune) rune { return '0' + (r-'0'+3)%10 }, b.text))
			}),
		kind("pdf: crossed out aslant", "a cell is crossed out from corner to corner", blank, true,
			func(w *pdfWriter, b pdfBox) {
				w.inCell(b, b.text)
				w.raw("%.2f %.2f m %.2f %.2f l S", b.x0, pageHeight-b.y0, b.x1, pageHeight-b.y1)
				w.raw("%.2f %.2f m %.2f %.2f l S", b.x0, pageHeight-b.y1, b.x1, pageHeight-b.y0)
			}),
		kind("pdf: crossed out along the cell", "a line runs through a number from border to border", blank, true,
			func(w *pdfWriter, b pdfBox) {
				w.inCell(b, b.text)
				_, y := w.middle(b, b.text)
				w.raw("%.2f %.2f m %.2f %.2f l S", b.x0, pageHeight-y+3, b.x1, pageHeight-y+3)
			}),
		kind("pdf: struck by a box", "a thin box through a number", blank, true, func(w *pdfWriter, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			w.raw("%.2f %.2f %.2f 0.7 re f", x-1, pageHeight-y+2.6, w.width(b.text, cellSize)+2)
		}),
		kind("pdf: StrikeOut", "an annotation strikes a number out", blank, false, func(w *pdfWriter, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			l, r, u, d := x, x+w.width(b.text, cellSize), pageHeight-y+7, pageHeight-y-2
			w.annotation("<< /Type /Annot /Subtype /StrikeOut /F 4 /C [1 0 0] /Rect [%.2f %.2f %.2f %.2f] /QuadPoints "+
				"[%.2f %.2f %.2f %.2f %.2f %.2f %.2f %.2f] >>", l, d, r, u, l, u, r, u, l, d, r, d)
		}),
		kind("pdf: picture", "a picture of the number", &unread, true, func(w *pdfWriter, b pdfBox) {
			w.raw("q 20 0 0 10 %.2f %.2f cm /%s Do Q", (b.x0+b.x1)/2-10, pageHeight-(b.y0+b.y1)/2-5, w.digitPicture())
		}),
		kind("pdf: picture beside digits", "the last digit is a picture", &unread, true,
			func(w *pdfWriter, b pdfBox) {
				w.inCell(b, b.text)
				x, y := w.middle(b, b.text)
				w.raw("q 5 0 0 7 %.2f %.2f cm /%s Do Q", x+w.width(b.text, cellSize)+0.5, pageHeight-y, w.digitPicture())
			}),
		kind("pdf: inline picture", "a picture within the content of the page", &unread, true,
			func(w *pdfWriter, b pdfBox) {
				w.raw("q 20 0 0 10 %.2f %.2f cm BI /W 8 /H 8 /BPC 1 /CS /G /F /AHx ID\n00 7E 60 7C 06 06 7C 00 >\nEI Q",
					(b.x0+b.x1)/2-10, pageHeight-(b.y0+b.y1)/2-5)
			}),
		kind("pdf: outlines", "the number is drawn as outlines", &unread, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			for range b.text {
				u := pageHeight - y
				w.raw("%.2f %.2f m %.2f %.2f %.2f %.2f %.2f %.2f c %.2f %.2f %.2f %.2f %.2f %.2f c h f", x, u, x+6, u-1, x+6,
					u+7, x, u+6, x+2, u+5, x+3, u+1, x, u)
				x += cellSize / 2
			}
		}),
		kind("pdf: strokes", "the number is drawn as strokes of a pen", &unread, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			u := pageHeight - y
			w.raw("%.2f %.2f m %.2f %.2f l %.2f %.2f l S", x, u+6, x+4, u+6, x+1.5, u)
			w.raw("%.2f %.2f m %.2f %.2f l S", x+7, u, x+7, u+6)
		}),
		kind("pdf: blacked out", "a black box over a number", &unread, true, func(w *pdfWriter, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			w.raw("%.2f %.2f %.2f 10 re f", x-2, pageHeight-y-2, w.width(b.text, cellSize)+4)
		}),
		kind("pdf: box without text", "a black box and no text below it", &unread, true,
			func(w *pdfWriter, b pdfBox) {
				x, y := w.middle(b, b.text)
				w.raw("%.2f %.2f %.2f 10 re f", x-2, pageHeight-y-2, w.width(b.text, cellSize)+4)
			}),
		kind("pdf: white over it", "a white box over the first digit", nil, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			w.text(x-5, y, cellSize, "9")
			w.raw("q 1 g %.2f %.2f 5 10 re f Q", x-5.2, pageHeight-y-2)
			w.inCell(b, b.text)
		}),
		kind("pdf: colour of the ground", "a digit of the colour of the cell's ground", nil, true,
			func(w *pdfWriter, b pdfBox) {
				x, y := w.middle(b, b.text)
				w.raw("q .8 .9 1 rg %.2f %.2f %.2f %.2f re f", b.x0+1, pageHeight-b.y1+1, b.x1-b.x0-2, b.y1-b.y0-2)
				w.text(x-4.6, y, cellSize, "9")
				w.raw("Q")
				w.inCell(b, b.text)
			}),
		kind("pdf: layer off", "a digit of a layer that is not shown", nil, true, func(w *pdfWriter, b pdfBox) {
			w.extras.layer = w.object("<< /Type /OCG /Name (draft) >>")
			x, y := w.middle(b, b.text)
			w.raw("/OC /L0 BDC")
			w.text(x-4.6, y, cellSize, "9")
			w.raw("EMC")
			w.inCell(b, b.text)
		}),
		kind("pdf: outside of its form", "a digit beyond the box of a form", nil, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			body := fmt.Sprintf("BT /F1 9 Tf 1 0 0 1 -4.6 0 Tm <%X> Tj ET", w.encode("9"))
			w.raw("q 1 0 0 1 %.2f %.2f cm /%s Do Q", x, pageHeight-y, w.object(pdfStream(
				"/Type /XObject /Subtype /Form /BBox [0.3 -3 40 9] /Resources << /Font << /F1 3 0 R >> >>", body)))
			w.inCell(b, b.text)
		}),
		kind("pdf: not painted", "digits that are neither filled nor stroked", nil, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			w.raw("q 3 Tr")
			w.text(x-4.6, y, cellSize, "9")
			w.raw("7 Tr")
			w.text(x+w.width(b.text, cellSize)+0.5, y, cellSize, "9")
			w.raw("Q")
			w.inCell(b, b.text)
		}),
		kind("pdf: mirrored", "the number is drawn mirrored", &unread, true, func(w *pdfWriter, b pdfBox) {
			x, _ := w.middle(b, b.text)
			w.raw("q -1 0 0 1 %.2f 0 cm", 2*x+w.width(b.text, cellSize))
			w.inCell(b, b.text)
			w.raw("Q")
		}),
		kind("pdf: aslant", "the number is set aslant", &unread, true, func(w *pdfWriter, b pdfBox) {
			x, y := w.middle(b, b.text)
			w.raw("BT /F1 9 Tf .97 .24 -.24 .97 %.2f %.2f Tm <%X> Tj ET", x, pageHeight-y-1, w.encode(b.text))
		}),
		kind("pdf: soft mask", "a mask says what is seen of the number", &unread, true, func(w *pdfWriter, b pdfBox) {
			mask := w.object(pdfStream("/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Group << /S /Transparency /CS "+
				"/DeviceGray >>", "1 g 0 0 100 100 re f"))
			w.extras.gs = "/M0 << /SMask << /S /Luminosity /G %" + mask + "% >> >> /M1 << /SMask /None >>"
			w.raw("/M0 gs")
			w.inCell(b, b.text)
			w.raw("/M1 gs")
		}),
		kind("pdf: ActualText", "the text to be copied is another than the one drawn", nil, true,
			func(w *pdfWriter, b pdfBox) {
				w.raw("/Span << /ActualText (%s9) >> BDC", b.text)
				w.inCell(b, b.text)
				w.raw("EMC")
			}),
		kind("pdf: font that lies", "the table for copying tells a digit as another one", &unread, true,
			func(w *pdfWriter, b pdfBox) {
				const names = "zero one two three four five six seven eight nine"
				to := w.object(pdfStream("", "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfrange <31> <39> "+
					"<0030> endbfrange"))
				w.extras.fonts = " /F3 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding << /Type /Encoding " +
					"/Differences [48 /" + strings.ReplaceAll(names, " ", " /") + "] >> /ToUnicode %" + to + "% >>"
				x, y := w.middle(b, b.text)
				w.raw("BT /F3 9 Tf 1 0 0 1 %.2f %.2f Tm (%s) Tj ET", x, pageHeight-y, b.text)
			}),
		kind("pdf: field without an appearance", "a form field of which only the value is told", &unread, false,
			func(w *pdfWriter, b pdfBox) {
				w.extras.fields = true
				w.annotation("<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /V (%s) /DA (/Helv 9 Tf 0 g) /Rect [%.2f "+
					"%.2f %.2f %.2f] >>", b.text, b.x0+2, pageHeight-b.y1+2, b.x1-2, pageHeight-b.y0-2)
			}),
		kind("pdf: field that shows another value", "the appearance of a form field is an older one", &unread, false,
			func(w *pdfWriter, b pdfBox) {
				look := w.object(pdfStream("/Type /XObject /Subtype /Form /BBox [0 0 30 12] /Resources << /Font << /F1 3 0 R "+
					">> >>", fmt.Sprintf("/Tx BMC BT /F1 9 Tf 2 3 Td <%X> Tj ET EMC", w.encode(b.text))))
				w.annotation("<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /F 4 /V (9%s) /Rect [%.2f %.2f %.2f %.2f] /AP << "+
					"/N %%%s%% >> >>", b.text, b.x0+2, pageHeight-b.y1+2, b.x0+32, pageHeight-b.y1+14, look)
			}),
		kind("pdf: ink", "a pen has changed a number", &unread, false, func(w *pdfWriter, b pdfBox) {
			w.inCell(b, b.text)
			x, y := w.middle(b, b.text)
			u := pageHeight - y
			w.annotation("<< /Type /Annot /Subtype /Ink /F 4 /C [1 0 0] /Rect [%.2f %.2f %.2f %.2f] /InkList [[%.2f %.2f %.2f "+
				"%.2f %.2f %.2f]] >>", x-6, u-2, x+8, u+9, x-4, u+6, x+1, u+1, x+6, u+7)
		}),
		kind("pdf: stamp", "a stamp lies on a number", &unread, false, func(w *pdfWriter, b pdfBox) {
			w.inCell(b, b.text)
			look := w.object(pdfStream("/Type /XObject /Subtype /Form /BBox [0 0 30 12] /Resources << /Font << /F1 3 0 R >> "+
				">>", fmt.Sprintf("1 0 0 rg BT /F1 10 Tf 4 2 Td <%X> Tj ET", w.encode("作废"))))
			w.annotation("<< /Type /Annot /Subtype /Stamp /F 4 /Rect [%.2f %.2f %.2f %.2f] /AP << /N %%%s%% >> >>",
				(b.x0+b.x1)/2-15, pageHeight-(b.y0+b.y1)/2-6, (b.x0+b.x1)/2+15, pageHeight-(b.y0+b.y1)/2+6, look)
		}),
		kind("pdf: note without an appearance", "a number typed onto the page as a note", &unread, false,
			func(w *pdfWriter, b pdfBox) {
				w.annotation("<< /Type /Annot /Subtype /FreeText /F 4 /Contents (%s) /DA (/Helv 9 Tf 0 g) /Rect [%.2f %.2f %.2f "+
					"%.2f] >>", b.text, b.x0+2, pageHeight-b.y1+2, b.x1-2, pageHeight-b.y0-2)
			}),
		overRuleFault(),
	}
}

// overRuleFault prints a number over the rule to its right, where no number stands beside it.
func overRuleFault() Fault {
	return Fault{"pdf: over a rule", "a number runs over the rule beside it", func(r *Report, rng *rand.Rand, f Format) bool {
		if !strings.HasPrefix(f.Name, "pdf") || f.Name == "pdf without rules" {
			return false
		}
		s, ok := one(rng, r.spots("applications.", counted))
		if !ok || s.cell+1 >= len(*r.rowAt(s)) {
			return false
		}
		next := &(*r.rowAt(s))[s.cell+1]
		setText(next, "", blankPrint)
		setText(r.at(s), "1234567", numberPrint("1234567"))
		r.at(s).Draw = func(w *pdfWriter, b pdfBox) {
			_, y := w.middle(b, b.text)
			w.text(b.x1-22.5, y, cellSize, b.text)
		}
		return true
	}}
}
