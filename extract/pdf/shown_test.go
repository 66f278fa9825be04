package pdf

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"testing"
)

// shownPage is a table of a label and a figure, with what is drawn in the figure's cell, in an own object (6) and the
// page's other entries.
func shownPage(cell, page, catalog string, more ...string) []byte {
	const xs, label = "/Resources<</Font<</F1 5 0 R>>", "(count)"
	body := grid([]float64{50, 150, 300}, []float64{700, 680, 660}) + text(60, 686, label) + text(60, 666, "(other)") +
		text(200, 666, "(15)") + cell
	return build(append([]string{
		"<</Type/Catalog/Pages 2 0 R" + catalog + ">>",
		"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R" + xs + "/XObject<</X1 6 0 R>>/Properties<</P1 6 0 R>>/ExtGState<</G1 " +
			"6 0 R>>/ColorSpace<</C1 6 0 R>>>>" + page + ">>",
		stream("", body),
		helvetica(),
	}, more...)...)
}

// TestAsShown reads cells in which something else is seen than their text tells.
func TestAsShown(t *testing.T) {
	number := text(200, 686, "(895)")
	nine := text(194, 686, "(9)")
	annotation := func(kind, entries string) string {
		return "/Annots[<</Type/Annot/Subtype/" + kind + "/F 4/Rect[195 682 225 698]" + entries + ">>]"
	}
	form := stream("/Type/XObject/Subtype/Form/BBox[0 0 30 16]/Resources<</Font<</F1 5 0 R>>>>",
		"BT /F1 10 Tf 5 4 Td (895) Tj ET")
	for name, c := range map[string]struct {
		cell, page, catalog, object, want string
	}{
		"text":           {cell: number, want: "895"},
		"white on white": {cell: "q 1 g " + nine + "Q " + number, want: "895"},
		"no ink of a spot colour": {cell: "q /C1 cs 0 scn " + nine + "Q " + number,
			object: "[/Separation/Spot/DeviceGray 9 0 R]", want: "895"},
		"all ink of black": {cell: "/C1 cs 1 scn " + number, object: "[/Separation/Black/DeviceGray 9 0 R]", want: "895"},
		"white of a palette": {cell: "q /C1 cs 1 scn " + nine + "Q " + number,
			object: "[/Indexed/DeviceGray 1<00FF>]", want: "895"},
		"the colour of its ground":   {cell: "q .2 g 150 680 150 20 re f " + nine + "1 g " + number + "Q", want: "895"},
		"hardly opaque":              {cell: "q /G1 gs " + nine + "Q " + number, object: "<</ca .03>>", want: "895"},
		"below a soft mask":          {cell: "q /G1 gs " + number + "Q", object: "<</SMask<</S/Luminosity>>>>", want: "\ufffd\ufffd\ufffd"},
		"lighter on white":           {cell: "q /G1 gs " + number + "Q", object: "<</BM/Screen>>", want: "\ufffd\ufffd\ufffd"},
		"clipped off":                {cell: "q 199.8 680 50 20 re W n " + text(195, 686, "(9895)") + "Q", want: "895"},
		"clipped through":            {cell: "q 190 690.5 50 20 re W n " + number + "Q", want: "\ufffd\ufffd\ufffd"},
		"text as clip, never filled": {cell: "q 7 Tr " + nine + "Q " + number, want: "895"},
		"text as clip, filled":       {cell: "q 7 Tr " + number + "190 680 40 20 re f Q", want: "\ufffd\ufffd\ufffd"},
		"no width":                   {cell: "BT 1 Tz ET " + nine + "BT 100 Tz ET " + number, want: "895"},
		"mirrored":                   {cell: "q -1 0 0 1 415 0 cm " + number + "Q", want: "\ufffd\ufffd\ufffd"},
		"turned over":                {cell: "q -1 0 0 -1 415 1379 cm " + number + "Q", want: "895"},
		"a layer that is off": {cell: "/OC/P1 BDC " + nine + "EMC " + number, object: "<</Type/OCG/Name(a)>>",
			catalog: "/OCProperties<</OCGs[6 0 R]/D<</OFF[6 0 R]>>>>", want: "895"},
		"a layer off at first": {cell: "/OC/P1 BDC " + nine + "EMC " + number, object: "<</Type/OCG/Name(a)>>",
			catalog: "/OCProperties<</OCGs[6 0 R]/D<</BaseState/OFF>>>>", want: "895"},
		"a layer switched on": {cell: "/OC/P1 BDC " + number + "EMC ", object: "<</Type/OCG/Name(a)>>",
			catalog: "/OCProperties<</OCGs[6 0 R]/D<</BaseState/OFF/ON[6 0 R]>>>>", want: "895"},
		"a layer not for the screen": {cell: "/OC/P1 BDC " + nine + "EMC " + number,
			object:  "<</Type/OCG/Name(a)/Usage<</View<</ViewState/OFF>>>>>>",
			catalog: "/OCProperties<</OCGs[6 0 R]/D<</AS[<</Event/View/OCGs[6 0 R]/Category[/View]>>]>>>>", want: "895"},
		"members that are off": {cell: "/OC/P1 BDC " + nine + "EMC " + number, object: "<</Type/OCMD/OCGs[5 0 R]/P/AllOn>>",
			catalog: "/OCProperties<</OCGs[5 0 R]/D<</OFF[5 0 R]>>>>", want: "895"},
		"an expression that fails": {cell: "/OC/P1 BDC " + nine + "EMC " + number, object: "<</Type/OCMD/VE[/And[/Not 5 0 R]]>>",
			catalog: "/OCProperties<</OCGs[5 0 R]/D<<>>>>", want: "895"},
		"a picture": {cell: "q 20 0 0 10 200 685 cm /X1 Do Q", object: stream("/Subtype/Image/Width 2/Height 1"+
			"/BitsPerComponent 8/ColorSpace/DeviceGray", "\x00\xff"), want: "\ufffd"},
		"a picture of one colour": {cell: number + "q 20 0 0 10 250 685 cm /X1 Do Q", object: stream("/Subtype/Image/Width 2"+
			"/Height 1/BitsPerComponent 8/ColorSpace/DeviceGray", "\xf0\xf0"), want: "895"},
		"an inline picture":        {cell: number + "q 5 0 0 8 220 686 cm BI /W 8 /H 1 /BPC 1 /CS /G ID \x5a EI Q", want: "895\ufffd"},
		"an outline":               {cell: "200 686 m 210 690 190 690 200 696 c 206 690 l f", want: "\ufffd"},
		"a drawing":                {cell: "200 686 m 205 686 203 690 205 693 c S", want: "\ufffd"},
		"a line aslant":            {cell: number + "198 684 m 218 697 l S", want: "\ufffd\ufffd5"},
		"a thick line":             {cell: number + "q 10 w 195 690 m 220 690 l S Q", want: "\ufffd\ufffd\ufffd"},
		"a shading over it":        {cell: number + "q 190 682 40 16 re W n /S1 sh Q", want: "\ufffd\ufffd\ufffd"},
		"StrikeOut":                {cell: number, page: annotation("StrikeOut", "/QuadPoints[199 697 216 697 199 683 216 683]"), want: ""},
		"a note's own look":        {page: annotation("FreeText", "/AP<</N 6 0 R>>"), object: form, want: "895"},
		"a note without look":      {page: annotation("FreeText", "/Contents(895)"), want: "\ufffd"},
		"a hidden note":            {cell: number, page: annotation("FreeText", "/Contents(895)/F 2"), want: "895"},
		"a highlight":              {cell: number, page: annotation("Highlight", "/AP<</N 6 0 R>>"), object: form, want: "895"},
		"a stamp":                  {cell: number, page: annotation("Stamp", "/AP<</N 6 0 R>>"), object: form, want: "895\ufffd"},
		"ink":                      {cell: number, page: annotation("Ink", "/InkList[[198 684 207 697 216 684]]"), want: "\ufffd9\ufffd"},
		"a field and its look":     {page: annotation("Widget", "/FT/Tx/V(895)/AP<</N 6 0 R>>"), object: form, want: "895"},
		"a field of old look":      {page: annotation("Widget", "/FT/Tx/V(896)/AP<</N 6 0 R>>"), object: form, want: "895\ufffd"},
		"a field without look":     {page: annotation("Widget", "/FT/Tx/V(895)"), want: "\ufffd"},
		"a font that is not there": {cell: "BT /F9 10 Tf 1 0 0 1 200 686 Tm (89) Tj ET", want: "\ufffd\ufffd"},
	} {
		t.Run(name, func(t *testing.T) {
			object := c.object
			if object == "" {
				object = "<<>>"
			}
			page := c.page
			if strings.Contains(page, "/F 2") {
				page = strings.Replace(page, "/F 4", "", 1)
			}
			d, err := Read(context.Background(), shownPage(c.cell, page, c.catalog, object), Options{})
			if err != nil {
				t.Fatal(err)
			}
			want := fmt.Sprintf("|count|%s\n|other|15", c.want)
			if got := words(d); got != want {
				t.Errorf("read as\n%s\nnot\n%s", got, want)
			}
		})
	}
}

// TestFontThatLies reads digits that one table of their font tells as others than they are drawn.
func TestFontThatLies(t *testing.T) {
	const names = "/Encoding<</Differences[48/zero/one/two/three/four/five/six/seven/eight/nine]>>"
	toUnicode := stream("", "1 begincodespacerange <00> <FF> endcodespacerange 1 beginbfchar <35> <0036> endbfchar "+
		"1 beginbfchar <36> <0036> endbfchar")
	type1 := "<</Type/Font/Subtype/Type1/BaseFont/Helvetica" + names + "/ToUnicode 7 0 R>>"
	glyph := func(shape string) string { return stream("", "500 0 d0 "+shape+" f") }
	type3 := "<</Type/Font/Subtype/Type3/FontMatrix[.001 0 0 .001 0 0]/FontBBox[0 0 1000 1000]/FirstChar 49/LastChar 51" +
		"/Widths[500 500 500]/Encoding<</Differences[49/one/two/three]>>/CharProcs<</one 7 0 R/two 7 0 R/three 8 0 R>>>>"
	for name, c := range map[string]struct{ font, shown, seven, want string }{
		"names against ToUnicode": {type1, "(a56)", toUnicode, "a\ufffd6"},
		"two digits alike":        {type3, "(123)", glyph("0 0 400 700 re"), "\ufffd\ufffd3"},
		"a glyph of nothing":      {type3, "(13)", stream("", "500 0 d0"), "3"},
	} {
		t.Run(name, func(t *testing.T) {
			body := onePage(c.font, "", text(100, 700, c.shown), "<<>>", c.seven, glyph("0 0 300 300 re"))
			d, err := Read(context.Background(), body, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := words(d); got != c.want {
				t.Errorf("read as %q, not %q", got, c.want)
			}
		})
	}
}

// TestShownProse reads lines of prose over which something is drawn.
func TestShownProse(t *testing.T) {
	number := text(200, 720, "(paid 895 yuan)")
	for name, c := range map[string]struct{ draw, page, object, want string }{
		"nothing":            {"", "", "", "paid 895 yuan"},
		"a white shape":      {"q 1 g 224 716 m 245 717 l 246 730 l 223 730 l h f Q", "", "", "paid \ufffd\ufffd\ufffd yuan"},
		"a thick white line": {"q 1 G 14 w 225 723 m 243 723 l S Q", "", "", "paid yuan"},
		"to be blacked out":  {"", "/Annots[<</Type/Annot/Subtype/Redact/F 4/Rect[224 716 244 730]>>]", "", "paid \ufffd\ufffd\ufffd yuan"},
		"a filled frame": {"", "/Annots[<</Type/Annot/Subtype/Square/F 4/IC[1 1 1]/Rect[224 716 244 730]>>]", "",
			"paid \ufffd\ufffd\ufffd yuan"},
		"a box over the page": {"", "/Annots[<</Type/Annot/Subtype/Square/F 4/IC[1 1 1]/Rect[0 0 600 800]>>]", "",
			"unread"},
		"a tint over the page": {"", "/Annots[<</Type/Annot/Subtype/Square/F 4/CA .2/IC[1 1 0]/Rect[0 0 600 800]>>]", "",
			"paid 895 yuan"},
		"a stamp over the page": {"", "/Annots[<</Type/Annot/Subtype/Stamp/F 4/Rect[0 0 600 800]/AP<</N 6 0 R>>>>]",
			stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]", ".5 g 0 0 600 800 re f"),
			"unread"},
		"a stamp of white": {"", "/Annots[<</Type/Annot/Subtype/Stamp/F 4/Rect[0 0 600 800]/AP<</N 6 0 R>>>>]",
			stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]", "1 g 0 0 600 800 re f"), "unread"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Read(context.Background(), shownPage(number+c.draw, c.page, "", cmp.Or(c.object, "<<>>")), Options{})
			if err != nil && c.want == "unread" {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got, _, _ := strings.Cut(words(d), "\n"); got != c.want {
				t.Errorf("read as %q, not %q", got, c.want)
			}
		})
	}
}
