package ofd

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/gongkai/gongkai/extract/pdf"
)

// A font is a font of the resources, and what of it the pages have used.
type font struct {
	name    string
	program *program // nil = the file does not hold it
	used    []*alias // of its glyphs, by their numbers; a second one where a glyph stands for two texts
	outside []*alias // of what the file does not hold, numbered as they come
	codes   []map[string]int
	met     bool // text was set in it
}

const maxFonts = 2000 // of a document, that text is set in

// An alias is a font of the drawing: codes of two bytes, a text and a width for each.
type alias struct {
	name   string               // F1, F2 …
	codes  [256]*[256]aliasCode // by the two bytes of the code; nil = none is used
	inside bool                 // the codes are the numbers of glyphs of the program
}

type aliasCode struct {
	text  string
	width float64 // in ems
	used  bool
}

func (d *drawing) newAlias(inside bool) *alias {
	d.aliases++
	return &alias{name: fmt.Sprintf("F%d", d.aliases), inside: inside}
}

// code gives the entry of a code.
func (a *alias) code(n int) *aliasCode {
	if a.codes[n>>8] == nil {
		a.codes[n>>8] = new([256]aliasCode)
	}
	return &a.codes[n>>8][n&255]
}

// glyph gives the code, in an alias, of a glyph of the program that stands for a text.
func (d *drawing) glyph(f *font, g int, text string) (*alias, int, float64) {
	if g > 0xffff { // no font has it
		return d.character(f, "\ufffd", 0)
	}
	for _, a := range f.used {
		c := a.code(g)
		if !c.used {
			*c = aliasCode{text, f.width(g, text), true}
		}
		if c.text == text {
			return a, g, c.width
		}
	}
	if len(f.used) >= 40 { // a glyph that stands for everything stands for nothing
		return d.character(f, "\ufffd", 0)
	}
	f.used = append(f.used, d.newAlias(true))
	return d.glyph(f, g, text)
}

func (f *font) width(g int, text string) float64 {
	w, ok := f.program.width(g)
	if !ok {
		w = usualWidth(text)
	}
	return math.Round(1000*w) / 1000 // as it is written
}

// character gives the code of a text in the font that whoever shows the file takes in the place of one it does not hold.
// step is how far on what follows it stands, in ems; 0 = unknown. A character is no wider than that, so that none seems
// to lie over the next.
//
// A second width of one text is one of a second font: a font with several codes for one digit is taken for a broken one.
func (d *drawing) character(f *font, text string, step float64) (*alias, int, float64) {
	width := inkWidth(text)
	if step > 0.02 {
		if width = usualWidth(text); step < 0.98*width {
			width = math.Max(0.05, math.Floor(50*step)/50)
		}
	}
	for i := 0; ; i++ {
		if i == len(f.outside) {
			f.outside = append(f.outside, d.newAlias(false))
			f.codes = append(f.codes, map[string]int{})
		}
		a := f.outside[i]
		code, ok := f.codes[i][text]
		if !ok {
			if code = len(f.codes[i]) + 1; code > 0xffff {
				continue
			}
			f.codes[i][text] = code
			*a.code(code) = aliasCode{text, width, true}
		}
		if w := a.code(code).width; w == width || i == mostWidths {
			return a, code, w
		}
	}
}

const mostWidths = 60 // of a character of one font

// inkWidth is the width of a character in a font that is not known, in ems: what the narrower of the usual ones give it.
func inkWidth(text string) float64 {
	switch text {
	case ".", ",", ":", ";", "'", "|", "!":
		return 0.25
	case "-", "/", "(", ")", "[", "]":
		return 0.28
	}
	return usualWidth(text)
}

// usualWidth is the width of a character in the fonts of Chinese offices, in ems: those of Latin script, digits and marks
// of ASCII take half of the square of the others.
func usualWidth(text string) float64 {
	r, _ := utf8.DecodeRuneInString(text)
	if r < 0x2000 && r != '·' && r != '×' && r != '§' && r != '°' && r != '±' && r != '÷' {
		return 0.5
	}
	return 1
}

// shown decides what a place of a text shows: code is what the text says, glyph the number of the glyph that a
// transformation gives it, negative where there is none. Where the text does not say what the glyph is, the font may;
// where they disagree nobody knows it.
func (f *font) shown(code string, glyph int) (text string, g int) {
	r, n := utf8.DecodeRuneInString(code)
	single := n == len(code)
	p := f.program
	if p == nil || p.kind == noProgram {
		if unsaid(code) && (glyph >= 0 || code != "" && private(r)) {
			return "\ufffd", -1 // a glyph of a font that is not there
		}
		return code, -1
	}
	if glyph < 0 {
		if g, ok := p.glyphs[r]; ok && single {
			return code, g
		}
		switch {
		case strings.TrimSpace(code) == "":
			return code, -1
		case private(r):
			return "\ufffd", -1
		case len(p.glyphs) > 0 && single && unicode.IsDigit(r):
			return "\ufffd", -1 // the font has characters and not this one: some show a box, and some another font's digit
		}
		return code, -1
	}
	if p.count > 0 && glyph >= p.count {
		return "\ufffd", -1
	}
	if unsaid(code) {
		switch {
		case p.blank(glyph):
			return " ", glyph
		case slices.ContainsFunc(p.runes[glyph], unicode.IsSpace):
			return " ", glyph
		}
		return p.means(glyph), glyph
	}
	if single && p.glyphs[r] != glyph && weighty(r) {
		if known := p.means(glyph); known != "\ufffd" && !alike(known, code) && weighty([]rune(known)[0]) {
			return "\ufffd", glyph
		}
		if p.blank(glyph) {
			return "\ufffd", glyph // nothing is drawn, or what another font has
		}
	}
	return code, glyph
}

// unsaid reports whether a text does not say what is drawn.
func unsaid(code string) bool {
	r, _ := utf8.DecodeRuneInString(code)
	return strings.TrimFunc(code, unicode.IsSpace) == "" || private(r) || r < ' ' || strings.Contains(code, "\ufffd")
}

// weighty characters are those by which a report is read: digits and Chinese ones.
func weighty(r rune) bool { return unicode.IsDigit(r) || unicode.Is(unicode.Han, r) }

// alike reports whether two texts are one character in two forms: full and half width, a radical and what it is of.
func alike(a, b string) bool { return a == b || folded(a) == folded(b) }

func folded(s string) string { return norm.NFKC.String(pdf.FoldRadicals(s)) }

// fonts puts the fonts that the pages use into the file, and gives the entries of its resources.
func (w *writer) fonts(fonts []*font) string {
	var out strings.Builder
	for _, f := range fonts {
		for _, a := range slices.Concat(f.used, f.outside) {
			file := ""
			if a.inside {
				if f.program.number == 0 {
					f.program.number = w.program(f.program)
				}
				file = map[programKind]string{trueType: "/FontFile2", openType: "/FontFile3", bareCFF: "/FontFile3"}[f.program.kind]
				file = fmt.Sprintf(" %s %d 0 R", file, f.program.number)
			}
			fmt.Fprintf(&out, "/%s %d 0 R ", a.name, w.font(f, a, file))
		}
	}
	return out.String()
}

func (w *writer) program(p *program) int {
	switch p.kind {
	case openType:
		return w.stream("/Subtype /OpenType", p.body)
	case bareCFF:
		return w.stream("/Subtype /CIDFontType0C", p.body)
	}
	return w.stream(fmt.Sprintf("/Length1 %d", len(p.body)), p.body)
}

// font writes a composite font whose codes are its CIDs.
func (w *writer) font(f *font, a *alias, file string) int {
	var used []int
	for high, part := range a.codes {
		for low := 0; part != nil && low < len(part); low++ {
			if part[low].used {
				used = append(used, high<<8|low)
			}
		}
	}
	var widths, to content
	to.raw("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /O def /CMapType 2 def\n" +
		"1 begincodespacerange <0000> <FFFF> endcodespacerange\n")
	for i := 0; i < len(used); i += 100 {
		part := used[i:min(len(used), i+100)]
		to.put("beginbfchar", float64(len(part)))
		for _, c := range part {
			widths.number(float64(c))
			widths.raw("[")
			widths.number(math.Round(1000 * a.code(c).width))
			widths.raw("] ")
			to.raw("<")
			to.code(c)
			to.raw("> <")
			for _, u := range utf16.Encode([]rune(a.code(c).text)) {
				to.code(int(u))
			}
			to.raw(">\n")
		}
		to.raw("endbfchar\n")
	}
	to.raw("endcmap CMapName currentdict /CMap defineresource pop end end\n")
	unicodes := w.stream("", to.b)
	subtype := "CIDFontType2 /CIDToGIDMap /Identity"
	if a.inside && f.program.kind != trueType {
		subtype = "CIDFontType0"
	}
	name := pdfName(f.name)
	down := w.object(fmt.Sprintf("<< /Type /Font /Subtype /%s /BaseFont /%s /CIDSystemInfo << /Registry (Adobe) /Ordering "+
		"(Identity) /Supplement 0 >> /DW 1000 /W [%s] /FontDescriptor << /Type /FontDescriptor /FontName /%s /Flags 4 "+
		"/FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80%s >> >>",
		subtype, name, widths.b, name, file))
	return w.object(fmt.Sprintf("<< /Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] "+
		"/ToUnicode %d 0 R >>", name, down, unicodes))
}

// pdfName writes a name with the letters and digits of ASCII that it has.
func pdfName(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' {
			return r
		}
		return -1
	}, s)
	if s == "" {
		return "Font"
	}
	return s[:min(len(s), 60)]
}
