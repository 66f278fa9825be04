package gold

import (
	"encoding/base64"
	"fmt"
	"math/rand"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/gongkai/gongkai/normalize"
)

// A Look is how a stretch of a cell's text is set in files of offices, or what stands in its place that is no text.
type Look string

// The looks that the writers of Word files, rich text, OpenDocument and sheets know.
const (
	Hidden   Look = "hidden"
	Pale     Look = "pale"   // of the colour of its ground
	Struck   Look = "struck" // crossed out
	Doubly   Look = "doubly" // with two lines
	Raised   Look = "raised"
	Lifted   Look = "lifted" // moved up, of full size
	Lowered  Look = "lowered"
	Deleted  Look = "deleted"  // a tracked deletion
	Picture  Look = "picture"  // a picture of it
	Equation Look = "equation" // a fraction with it above the line
	Quoted   Look = "quoted"   // a field that prints it, without a result
	Endless  Look = "endless"  // a field that does not end
	Boxed    Look = "boxed"    // in a box that floats
	Drawn    Look = "drawn"    // letters as a drawing
	Other    Look = "other"    // beside another form of it, for programs that know more
)

// A Run is a stretch of a cell's text; Styled says that a style, and a style based on it, says how it is set.
type Run struct {
	Text   string
	Look   Look
	Styled bool
}

// A Shown is what a sheet's cell holds, where that is not what it displays.
type Shown struct {
	Value   float64
	Formula string // without a value
	Format  string
	Rule    string // a conditional format hides what is less than this
}

// dressed reports whether a cell of the report is set in runs.
func (r *Report) dressed() bool {
	for _, it := range r.Items {
		if it.Table == nil {
			continue
		}
		for _, row := range it.Table.Rows {
			for _, c := range row {
				if c.Runs != nil {
					return true
				}
			}
		}
	}
	return false
}

// unreadable is a print of which nobody can say what it is without looking at the page.
var unreadable = Print{Text: "\ufffd", State: normalize.Text, Number: "?"}

// officeFaults are numbers that look otherwise than their text says, in the formats of offices.
func officeFaults() []Fault {
	word := func(f Format) bool { return strings.HasPrefix(f.Name, "word") }
	sheet := func(f Format) bool { return strings.HasPrefix(f.Name, "sheet") }
	docx := func(f Format) bool { return strings.HasPrefix(f.Name, "word docx") }
	rtf := func(f Format) bool { return f.Name == "word rtf" }
	either := func(f Format) bool { return word(f) || sheet(f) }
	set := func(name, what string, in func(Format) bool, ok func(Cell) bool, looks []Look,
		change func(c *Cell, l Look, rng *rand.Rand)) Fault {
		return Fault{name, what, func(r *Report, rng *rand.Rand, f Format) bool {
			if !in(f) {
				return false
			}
			table := []string{"applications.", "applications.", "active.", "disputes."}[rng.Intn(4)]
			s, found := one(rng, r.spots(table, ok))
			if !found {
				s, found = one(rng, r.spots("", ok))
			}
			look := looks[rng.Intn(len(looks))]
			if !found || sheet(f) && (look == Hidden || look == Lifted) || look == Deleted && !docx(f) {
				return false
			}
			change(r.at(s), look, rng)
			return true
		}}
	}
	beside := func(c *Cell, l Look, rng *rand.Rand) { // a stretch that is not seen before or behind the number
		extra := Run{strconv.Itoa(1 + rng.Intn(99)), l, rng.Intn(2) == 0}
		if rng.Intn(2) == 0 {
			c.Runs = []Run{extra, {Text: c.Text}}
		} else {
			c.Runs = []Run{{Text: c.Text}, extra}
		}
	}
	note := func(c *Cell, l Look, rng *rand.Rand) {
		n := 1 + rng.Intn(9)
		c.Runs = []Run{{Text: c.Text}, {strconv.Itoa(n), l, rng.Intn(2) == 0}}
		marks := []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
		if l == Lowered {
			marks = []rune("₀₁₂₃₄₅₆₇₈₉")
		}
		p := c.Print
		p.State, p.Number = normalize.Text, "?"
		p.Text = c.Text + string(marks[n])
		c.Print = p
	}
	instead := func(c *Cell, l Look, rng *rand.Rand) {
		c.Runs = []Run{{c.Text, l, false}}
		if len(c.Text) > 1 && rng.Intn(2) == 0 { // the rest of the number is text
			c.Runs = []Run{{Text: c.Text[:1]}, {c.Text[1:], l, false}}
		}
		c.Print = unreadable
	}
	zero := func(c Cell) bool { return counted(c) && c.Text == "0" }
	shown := func(name, what string, ok func(Cell) bool, change func(c *Cell, rng *rand.Rand)) Fault {
		return set(name, what, sheet, ok, []Look{""}, func(c *Cell, _ Look, rng *rand.Rand) { change(c, rng) })
	}
	return []Fault{
		set("unseen digits", "hidden digits, or such as have the colour of their ground, beside a number",
			either, positive,
			[]Look{Hidden, Pale, Deleted, Pale}, beside),
		set("unseen number", "a number that has the colour of its ground", either, positive, []Look{Pale},
			func(c *Cell, l Look, rng *rand.Rand) {
				text := c.Text
				setText(c, "", blankPrint)
				c.Text, c.Runs = text, []Run{{text, l, rng.Intn(2) == 0}}
			}),
		set("digits crossed out", "digits crossed out beside a number, by a style or by hand", either, positive,
			[]Look{Struck, Doubly}, func(c *Cell, l Look, rng *rand.Rand) {
				p := c.Print
				beside(c, l, rng)
				c.Print = p
			}),
		set("mark of a note", "a digit above or below the line behind a number", either, positive,
			[]Look{Raised, Lifted, Lowered}, note),
		set("picture of digits", "a picture in the place of a number, or of its end", either, positive,
			[]Look{Picture}, instead),
		set("digits drawn", "an equation, letters as a drawing, a box that floats, in the place of digits",
			func(f Format) bool { return docx(f) }, positive, []Look{Equation, Drawn, Boxed}, instead),
		set("field without a result", "a field that prints digits that are not in the text",
			func(f Format) bool { return docx(f) || rtf(f) }, positive, []Look{Quoted, Quoted, Endless},
			func(c *Cell, l Look, rng *rand.Rand) {
				if l == Endless {
					c.Runs = []Run{{Text: c.Text}, {"", l, false}}
					c.Print = unreadable
					return
				}
				instead(c, l, rng)
			}),
		set("form for other programs", "digits for programs that know more beside those for the others", docx, positive,
			[]Look{Other}, func(c *Cell, l Look, _ *rand.Rand) { c.Runs = []Run{{c.Text, l, false}} }),
		shown("zero as a word", "a format that displays zero as a dash, a word or nothing", zero, func(c *Cell,
			rng *rand.Rand) {
			switch rng.Intn(3) {
			case 0:
				setText(c, "-", markPrint)
				c.Shown = &Shown{Format: `0;-0;"-"`}
			case 1:
				setText(c, "无", wordPrint)
				c.Shown = &Shown{Format: `0;0;"无"`}
			default:
				setText(c, "", blankPrint)
				c.Shown = &Shown{Format: `0;-0;;@`}
			}
		}),
		shown("format with a condition", "a format that chooses by the number", positive, func(c *Cell,
			rng *rand.Rand) {
			n, err := strconv.ParseFloat(c.Text, 64)
			if err != nil {
				return
			}
			c.Shown = &Shown{Value: n, Format: []string{`[=0]"";0`, `[<0]"无";0`, `[>=1]0;"少"`, `[>` +
				`999999]0,"千";0`}[rng.Intn(4)]}
		}),
		shown("rounded in display", "a number with more places than are displayed",
			func(c Cell) bool {
				return strings.HasPrefix(c.Name, "active.fees.amount") && plainDigits(strings.ReplaceAll(c.Text,
					".", ""))
			},
			func(c *Cell, rng *rand.Rand) {
				n := rng.Intn(90000)
				text := fmt.Sprintf("%d.%02d", n/100, n%100)
				setText(c, text, numberPrint(text))
				v, err := strconv.ParseFloat(fmt.Sprintf("%s%d", text, rng.Intn(5)), 64)
				if err != nil {
					return
				}
				if n%100 > 0 && rng.Intn(2) == 0 { // half a unit below rounds up
					if v, err = strconv.ParseFloat(fmt.Sprintf("%d.%02d5", n/100, n%100-1), 64); err != nil {
						return
					}
				}
				c.Shown = &Shown{Value: v, Format: "0.00"}
			}),
		shown("formula without a value", "a formula that nobody has worked out", positive, func(c *Cell, _ *rand.Rand) {
			c.Shown = &Shown{Formula: "TODAY()-TODAY()+" + c.Text}
			c.Print = unreadable
		}),
		shown("hidden by a rule", "a conditional format that makes a number white", positive, func(c *Cell,
			rng *rand.Rand) {
			n, err := strconv.ParseFloat(c.Text, 64)
			if err != nil {
				return
			}
			if rng.Intn(2) == 0 {
				c.Shown = &Shown{Value: n, Format: "0", Rule: "0"} // which hides none of these
				return
			}
			text := c.Text
			setText(c, "", blankPrint)
			c.Text, c.Shown = text, &Shown{Value: n, Format: "0", Rule: "999999"}
		}),
	}
}

var wordLooks = map[Look]string{Hidden: `<w:vanish/>`, Pale: `<w:color w:val="FFFFFF"/>`, Struck: `<w:strike/>`,
	Doubly: `<w:dstrike/>`, Raised: `<w:vertAlign w:val="superscript"/>`, Lifted: `<w:position w:val="10"/>`,
	Lowered: `<w:vertAlign w:val="subscript"/>`}

// stylesOfWord gives styles.xml: each look as a style, and one based on it.
func stylesOfWord() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:styles ` + wordSpace + `>`)
	for _, l := range []Look{Hidden, Pale, Struck, Doubly, Raised, Lifted, Lowered} {
		fmt.Fprintf(&b, `<w:style w:type="character" w:styleId="%s"><w:name w:val="%s"/><w:rPr>%s</w:rPr></w:style>`+
			`<w:style w:type="character" w:styleId="%s2"><w:name w:val="%s2"/><w:basedOn w:val="%s"/><w:rPr>`+
			`<w:b/></w:rPr>`+
			`</w:style>`, l, l, wordLooks[l], l, l, l)
	}
	b.WriteString(`</w:styles>`)
	return b.String()
}

// wordRun writes a run of a Word file.
func wordRun(x Run) string {
	text := `<w:t xml:space="preserve">` + x.Text + `</w:t>`
	const field = `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> %s ` +
		`</w:instrText></w:r>`
	switch x.Look {
	case "":
		return `<w:r>` + text + `</w:r>`
	case Deleted:
		return `<w:del w:id="90" w:author="a"><w:r><w:delText>` + x.Text + `</w:delText></w:r></w:del>`
	case Picture:
		return `<w:r><w:drawing><wp:inline><wp:extent cx="300000" cy="150000"/><a:graphic><a:graphicData><pic/>` +
			`</a:graphicData>` +
			`</a:graphic></wp:inline></w:drawing></w:r>`
	case Equation:
		return `<m:oMath xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"><m:f><m:num><m:r>` +
			`<m:t>` + x.Text +
			`</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>`
	case Quoted:
		return fmt.Sprintf(field, `QUOTE "`+x.Text+`"`) + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	case Endless:
		return fmt.Sprintf(field, "QUOTE 1")
	case Boxed:
		return `<w:r><w:pict><v:shape style="position:absolute"><v:textbox><w:txbxContent><w:p><w:r>` + text +
			`</w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>`
	case Drawn:
		return `<w:r><w:pict><v:shape><v:textpath string="` + x.Text + `"/></v:shape></w:pict></w:r>`
	case Other:
		return `<w:r><mc:AlternateContent><mc:Choice Requires="later"><w:t>77</w:t></mc:Choice><mc:Fallback>` + text +
			`</mc:Fallback></mc:AlternateContent></w:r>`
	}
	props := wordLooks[x.Look]
	if x.Styled {
		props = `<w:rStyle w:val="` + string(x.Look) + `2"/>`
	}
	return `<w:r><w:rPr>` + props + `</w:rPr>` + text + `</w:r>`
}

// What rich text needs before its text for runs to be set in: the colour white, and a style of each look.
const (
	rtfLookTables = `{\colortbl;\red255\green255\blue255;}{\stylesheet{\s0 Normal;}{\*\cs10\additive\v H;}` +
		`{\*\cs11\additive\cf1 P;}{\*\cs12\additive\strike S;}{\*\cs13\additive\striked1 ` +
		`D;}{\*\cs14\additive\super R;}` +
		`{\*\cs15\additive\up10 L;}{\*\cs16\additive\sub W;}}`
	onePixel = "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgYGD4jwPTXIYBAB1QP8FCb9Y0AAAAAElFTkSuQmCC"
)

var rtfLooks = map[Look]string{Hidden: `\v`, Pale: `\cf1`, Struck: `\strike`, Doubly: `\striked1`, Raised: `\super`,
	Lifted: `\up10`, Lowered: `\sub`}

var rtfLookStyles = map[Look]string{Hidden: `\cs10`, Pale: `\cs11`, Struck: `\cs12`, Doubly: `\cs13`, Raised: `\cs14`,
	Lifted: `\cs15`, Lowered: `\cs16`}

// rtfRun writes a run of rich text. A style's own look is said again, as writers do.
func rtfRun(x Run) string {
	switch x.Look {
	case "":
		return x.Text
	case Picture:
		return `{\*\shppict{\pict\pngblip\picwgoal300\pichgoal150 89504e47}}`
	case Quoted:
		return `{\field{\*\fldinst QUOTE "` + x.Text + `"}{\fldrslt }}`
	case Endless:
		return `{\field{\*\fldinst QUOTE 1}}`
	}
	if x.Styled {
		return `{` + rtfLookStyles[x.Look] + rtfLooks[x.Look] + ` ` + x.Text + `}`
	}
	return `{` + rtfLooks[x.Look] + ` ` + x.Text + `}`
}

var odtLooks = map[Look]string{Hidden: `text:display="none"`, Pale: `fo:color="#ffffff"`,
	Struck: `style:text-line-through-style="solid"`, Doubly: `style:text-line-through-type="double"`,
	Raised: `style:text-position="super 58%"`, Lifted: `style:text-position="33% ` +
		`100%"`, Lowered: `style:text-position="sub 58%"`}

// odtLookStyles gives the styles of an OpenDocument text that runs are set in: one of each look, one based on it.
func odtLookStyles() string {
	var b strings.Builder
	b.WriteString(`<office:automatic-styles>`)
	for _, l := range []Look{Hidden, Pale, Struck, Doubly, Raised, Lifted, Lowered} {
		fmt.Fprintf(&b, `<style:style style:name="%s" style:family="text"><style:text-properties %s/></style:style>`+
			`<style:style style:name="%s2" style:family="text" style:parent-style-name="%s"><style:text-properties `+
			`fo:font-weight="bold"/></style:style>`, l, odtLooks[l], l, l)
	}
	b.WriteString(`</office:automatic-styles>`)
	return b.String()
}

func odtRun(x Run) string {
	switch x.Look {
	case "":
		return x.Text
	case Picture:
		return `<draw:frame text:anchor-type="as-char" svg:width="0.8cm" svg:height="0.4cm"><draw:image ` +
			`xlink:href="Pictures/1.png"/></draw:frame>`
	}
	name := string(x.Look)
	if x.Styled {
		name += "2"
	}
	return `<text:span text:style-name="` + name + `">` + x.Text + `</text:span>`
}

// sheetRuns sets a cell of a sheet in runs, and what a cell holds that does not display it.
func sheetRuns(f *excelize.File, sheet, at string, c *Cell) error {
	if c.Runs != nil {
		return textRuns(f, sheet, at, c)
	}
	s := c.Shown
	style := &excelize.Style{}
	if s.Format != "" {
		style.CustomNumFmt = &s.Format
	}
	id, err := f.NewStyle(style)
	if err != nil {
		return err
	}
	if err := f.SetCellStyle(sheet, at, at, id); err != nil {
		return err
	}
	if s.Formula != "" {
		return f.SetCellFormula(sheet, at, s.Formula)
	}
	if s.Rule != "" {
		pale, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: "FFFFFF"}})
		if err != nil {
			return err
		}
		if err := f.SetConditionalFormat(sheet, at, []excelize.ConditionalFormatOptions{{Type: "cell", Criteria: "<",
			Value: s.Rule, Format: &pale}}); err != nil {
			return err
		}
	}
	return f.SetCellValue(sheet, at, s.Value)
}

func textRuns(f *excelize.File, sheet, at string, c *Cell) error {
	var runs []excelize.RichTextRun
	for _, x := range c.Runs {
		font := &excelize.Font{Family: "Calibri", Size: 11}
		switch x.Look {
		case Pale:
			font.Color = "FFFFFF"
		case Struck, Doubly:
			font.Strike = true
		case Raised:
			font.VertAlign = "superscript"
		case Lowered:
			font.VertAlign = "subscript"
		case Picture:
			png, err := base64.StdEncoding.DecodeString(onePixel)
			if err != nil {
				return err
			}
			if err := f.AddPictureFromBytes(sheet, at, &excelize.Picture{Extension: ".png", File: png,
				Format: &excelize.GraphicOptions{Positioning: "oneCell"}}); err != nil {
				return err
			}
			continue
		}
		runs = append(runs, excelize.RichTextRun{Text: x.Text, Font: font})
	}
	if len(runs) == 0 {
		return nil
	}
	return f.SetCellRichText(sheet, at, runs)
}
