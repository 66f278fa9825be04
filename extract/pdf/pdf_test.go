package pdf

import (
	"bytes"
	"compress/zlib"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"github.com/gongkai/gongkai/extract/cputime"
)

// build writes a PDF of numbered objects; object 1 is the catalog.
func build(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.5\n")
	var at []int
	for i, o := range objects {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

func stream(dict, body string) string {
	return fmt.Sprintf("<<%s/Length %d>>\nstream\n%s\nendstream", dict, len(body), body)
}

const (
	// closed by widths
	latin = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/FirstChar 32/LastChar 126/Widths["
	song  = "/DescendantFonts[<</Type/Font/Subtype/CIDFontType0/BaseFont/STSong-Light/CIDSystemInfo<</Registry(Adobe" +
		")/Ordering(GB1)/Supplement 4>>/DW 1000/W[1 95 500]>>]>>"
)

// onePage makes a PDF of one page with the font F1 and a content stream; page holds further entries of the page.
func onePage(font, page, content string, more ...string) []byte {
	return build(append([]string{
		"<</Type/Catalog/Pages 2 0 R>>",
		"<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[0 0 600 800]>>",
		"<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>" + page + ">>",
		stream("", content),
		font,
	}, more...)...)
}

func helvetica() string { return latin + strings.Repeat("500 ", 95) + "]>>" }

func cjk(encoding string) string {
	return "<</Type/Font/Subtype/Type0/BaseFont/STSong-Light/Encoding/" + encoding + song
}

func gbk(s string) string {
	b, err := simplifiedchinese.GBK.NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("<%X>", b)
}

func ucs2(s string) string {
	b, err := unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder().String(s)
	if err != nil {
		panic(err)
	}
	return fmt.Sprintf("<%X>", b)
}

// words gives the blocks as text: paragraphs, and tables as rows of cells between bars.
func words(d *Document) string {
	var out []string
	for _, b := range d.Blocks {
		if b.Table == nil {
			out = append(out, b.Text)
			continue
		}
		row, line := 0, ""
		for _, c := range b.Table.Cells {
			if c.Row != row {
				out = append(out, line)
				row, line = c.Row, ""
			}
			span := ""
			if c.RowSpan*c.ColSpan > 1 {
				span = fmt.Sprintf("(%dx%d)", c.RowSpan, c.ColSpan)
			}
			line += "|" + strings.ReplaceAll(c.Text, "\n", "/") + span
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

// grid draws the rules of a table of the given column and row positions.
func grid(xs, ys []float64) string {
	var b strings.Builder
	for _, x := range xs {
		fmt.Fprintf(&b, "%g %g m %g %g l S\n", x, ys[0], x, ys[len(ys)-1])
	}
	for _, y := range ys {
		fmt.Fprintf(&b, "%g %g m %g %g l S\n", xs[0], y, xs[len(xs)-1], y)
	}
	return b.String()
}

func filled(xs, ys []float64) string {
	var b strings.Builder
	for _, x := range xs {
		fmt.Fprintf(&b, "%g %g 0.5 %g re f\n", x, ys[len(ys)-1], ys[0]-ys[len(ys)-1])
	}
	for _, y := range ys {
		fmt.Fprintf(&b, "%g %g %g 0.5 re f\n", xs[0], y, xs[len(xs)-1]-xs[0])
	}
	return b.String()
}

func text(x, y float64, shown string) string {
	return fmt.Sprintf("BT /F1 10 Tf 1 0 0 1 %g %g Tm %s Tj ET\n", x, y, shown)
}

func twoColumns() string {
	out := ""
	for i := range 4 {
		end := "丁"
		if i == 3 {
			end = "。"
		}
		out += text(50, 700-14*float64(i), gbk("一二三四五六七八九十甲乙丙丁甲乙丙丁甲乙丙"+end)) + text(320, 700-14*float64(i),
			gbk("子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉"))
	}
	for i := range 4 { // page furniture is no prose
		out += text(50, 100-14*float64(i), "<>")
	}
	return out
}

// strings2bytes replaces the content stream of a page by another with its dictionary.
func strings2bytes(body []byte, content, with string) []byte {
	return bytes.Replace(body, []byte(stream("", content)), []byte(with), 1)
}

// lzwStream packs without ever using a sequence twice: each byte is a code of nine bits.
func lzwStream(s string) string {
	var out []byte
	acc, n := 0, 0
	put := func(code int) {
		acc, n = acc<<9|code, n+9
		for n >= 8 {
			out = append(out, byte(acc>>(n-8)))
			n -= 8
			acc &= 1<<n - 1
		}
	}
	for i := range len(s) {
		if i%200 == 0 {
			put(256)
		}
		put(int(s[i]))
	}
	put(257)
	return stream("/Filter/LZWDecode", string(append(out, byte(acc<<(8-n)))))
}

func runsStream(s string) string {
	out := fmt.Sprintf("%02x%x", len(s)-1, s) + "80>"
	return stream("/Filter[/ASCIIHexDecode/RunLengthDecode]", out)
}

// predictedStream uses each of PNG's predictors in turn, over rows of 8 bytes.
func predictedStream(s string) string {
	const row = 8
	for len(s)%row != 0 {
		s += " "
	}
	var raw []byte
	above := make([]byte, row)
	for i := 0; i < len(s); i += row {
		line, kind := []byte(s[i:i+row]), byte(i/row%5)
		raw = append(raw, kind)
		for k := range line {
			var left, corner int
			if k > 0 {
				left, corner = int(line[k-1]), int(above[k-1])
			}
			up := int(above[k])
			raw = append(raw, line[k]-[]byte{0, byte(left), byte(up), byte((left + up) / 2),
				byte(paeth(left, up, corner))}[kind])
		}
		copy(above, line)
	}
	return stream("/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 8>>", string(deflate(raw)))
}

func deflate(b []byte) []byte {
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.Bytes()
}

func TestContent(t *testing.T) {
	cols, rows := []float64{100, 200, 300}, []float64{700, 680, 660}
	cells := text(120, 685, gbk("许可")) + text(240, 685, gbk("31")) + text(120, 665, gbk("处罚")) + text(240, 665,
		gbk("7"))
	const table = "|许可|31\n|处罚|7"
	toUnicode := stream("", "/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <FFFF> "+
		"endcodespacerange 1 beginbfchar <0001> <653F> endbfchar 1 beginbfrange <0002> <0003> <5E9C> endbfrange "+
		"endcmap end")
	for name, c := range map[string]struct {
		body []byte
		want string
	}{
		"GBK-EUC-H":    {onePage(cjk("GBK-EUC-H"), "", text(100, 700, gbk("政府信息公开"))), "政府信息公开"},
		"UniGB-UCS2-H": {onePage(cjk("UniGB-UCS2-H"), "", text(100, 700, ucs2("政府信息公开"))), "政府信息公开"},
		"simple font":  {onePage(helvetica(), "", text(100, 700, "(13612)")), "13612"},
		"ToUnicode": {onePage(
			"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R"+strings.Replace(song, "(GB1)",
				"(Identity)", 1), "", text(100, 700, "<000100020003>"), toUnicode), "政府庝"},
		"digits in runs": {onePage(helvetica(), "",
			text(100, 700, "(1)")+text(105, 700, "(3)")+text(110, 700, "(6)")), "136"},
		"kerned array": {onePage(helvetica(), "",
			"BT /F1 10 Tf 100 700 Td [(1) -20 (3) 30 (6)] TJ ET"), "136"},
		"columns apart": {onePage(helvetica(), "", text(100, 700, "(12)")+text(300, 700, "(34)")),
			"12 34"},
		"stroked rules": {onePage(cjk("GBK-EUC-H"), "", grid(cols, rows)+cells), table},
		"filled rules":  {onePage(cjk("GBK-EUC-H"), "", filled(cols, rows)+cells), table},
		"rectangles": {onePage(cjk("GBK-EUC-H"), "",
			"100 680 100 20 re 200 680 100 20 re 100 660 100 20 re 200 660 100 20 re S\n"+cells), table},
		"scaled": {onePage(cjk("GBK-EUC-H"), "",
			"q 0.5 0 0 0.5 20 30 cm 2 0 0 2 0 0 cm\n"+grid(cols, rows)+cells+"Q"), table},
		"upside down": {onePage(cjk("GBK-EUC-H"), "/Rotate 180",
			"-1 0 0 -1 600 800 cm\n"+grid(cols, rows)+cells), table},
		"lying": {onePage(cjk("GBK-EUC-H"), "/Rotate 90/MediaBox[0 0 800 600]",
			"0 1 -1 0 800 0 cm\n"+grid(cols, rows)+cells), table},
		"white rules are none": {onePage(cjk("GBK-EUC-H"), "",
			"1 1 1 RG 1 1 1 rg "+filled(cols, rows)+"0 0 0 rg "+text(100, 700, gbk("甲"))+text(100, 600, gbk("乙"))),
			"甲\n乙"},
		"merged cells": {onePage(cjk("GBK-EUC-H"), "", "100 700 m 300 700 l S 100 680 m 300 680 l "+
			"S 100 660 m 300 660 l S 100 700 m 100 660 l S 300 700 m 300 660 l S 200 680 m 200 660 l S\n"+text(190, 685,
			gbk("总计"))+text(140, 665, gbk("1"))+text(240, 665, gbk("2"))), "|总计(1x2)\n|1|2"},
		"form": {onePage(cjk("GBK-EUC-H"), "", "q 1 0 0 1 0 0 cm /X1 Do Q",
			stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]", grid(cols, rows)+cells)), table},
		"form that draws itself": {onePage(helvetica(), "", "/X1 Do",
			stream("/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</Font<</F1 5 0 R>>/XObject<</X1 6 0 R>>>>",
				text(100, 700, "(1)")+"/X1 Do")), "1"},
		"inline image": {onePage(helvetica(), "",
			"BI /W 2 /H 2 /BPC 8 /CS /G ID \x01EI\x02 EI\n"+text(100, 700, "(9)")), "9"},
		"white text": {onePage(helvetica(), "",
			"1 g "+text(100, 700, "(99)")+"0 g "+text(100, 600, "(1)")), "1"},
		"white text on a dark band": {onePage(helvetica(), "",
			"0 0 1 rg 90 690 100 30 re f 1 g "+text(100, 700, "(99)")), "99"},
		"painted over in white": {onePage(helvetica(), "",
			text(100, 700, "(99)")+"1 g 90 690 100 30 re f 0 g "+text(100, 700, "(1)")), "1"},
		"no opacity": {onePage(helvetica(), "/Group<<>>", "/G1 gs "+text(100, 600, "(1)")), "1"},
		"below a stamp's picture": {onePage(helvetica(), "",
			text(100, 700, "(99)")+text(100, 600, "(1)")+"q 60 0 0 60 80 680 cm /X1 Do Q",
			stream("/Type/XObject/Subtype/Image/Width 60/Height 60/ColorSpace/DeviceGray/BitsPerComponent 8",
				strings.Repeat("x", 3600))), "\ufffd\ufffd\n1"},
		"below a stamp that is clear": {onePage(helvetica(), "",
			text(100, 700, "(99)")+"q 60 0 0 60 80 680 cm /X1 Do Q",
			stream("/Type/XObject/Subtype/Image/Width 60/Height 60/SMask 7 0 R/ColorSpace/DeviceGray/BitsPerComponent 8",
				strings.Repeat("x", 3600)), stream("", "")), "99"},
		"watermark": {onePage(helvetica(), "",
			text(100, 700, "(1)")+"BT /F1 40 Tf 0.7 0.7 -0.7 0.7 100 300 Tm (2023) Tj ET"), "1"},
		"vertical writing": {onePage(cjk("UniGB-UCS2-V"), "",
			grid(cols, rows)+text(150, 697, ucs2("许"))+text(150, 677, ucs2("处"))+text(250, 697, ucs2("可"))+text(250,
				677, ucs2("罚"))), "|许|可\n|处|罚"},
		"a vertical label": {onePage(cjk("GBK-EUC-V"), "",
			grid([]float64{100, 200, 300}, []float64{700, 640})+text(150, 695, gbk("总计数"))+text(250, 695, gbk("年度"))),
			"|总计数|年度"},
		"a vertical label of two columns": {onePage(cjk("GBK-EUC-V"), "",
			grid([]float64{100, 200, 300}, []float64{700, 640})+text(156, 695, gbk("本年度"))+text(142, 695,
				gbk("办理"))+text(250, 695, gbk("一"))), "|本年度办理|一"},
		"text set upwards": {onePage(cjk("GBK-EUC-H"), "",
			text(100, 500, gbk("政府信息"))+grid([]float64{100, 200, 300}, []float64{700, 640})+
				"BT /F1 10 Tf 0 1 -1 0 150 650 Tm "+gbk("总计")+" Tj ET "+text(250, 660, gbk("三"))), "|总计|三\n政府信息"},
		"a filled-in field": {onePage(helvetica(),
			"/Annots[<</Subtype/Widget/Rect[100 690 200 710]/AP<</N 6 0 R>>>>]", text(50, 700, "(1)"),
			stream("/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>",
				"BT /F1 10 Tf 2 10 Td (42) Tj ET")), "1 42"},
		"a hidden note": {onePage(helvetica(),
			"/Annots[<</Subtype/FreeText/F 2/Rect[100 690 200 710]/AP<</N 6 0 R>>>>]", text(50, 700, "(1)"),
			stream("/Type/XObject/Subtype/Form/BBox[0 0 100 20]/Resources<</Font<</F1 5 0 R>>>>",
				"BT /F1 10 Tf 2 10 Td (42) Tj ET")), "1"},
		"LZW": {strings2bytes(onePage(helvetica(), "", "@"), "@",
			lzwStream(text(100, 700, "(13612)"))), "13612"},
		"ASCII hex and run length": {strings2bytes(onePage(helvetica(), "", "@"), "@",
			runsStream(text(100, 700, "(13612)"))), "13612"},
		"predictor of rows": {strings2bytes(onePage(helvetica(), "", "@"), "@",
			predictedStream(text(100, 700, "(13612)"))), "13612"},
		"wrong length": {bytes.Replace(onePage(helvetica(), "", text(100, 700, "(13612)")),
			[]byte("/Length "), []byte("/Length 9"), 1), "13612"},
		"two columns of prose": {onePage(cjk("GBK-EUC-H"), "", twoColumns()),
			"一二三四五六七八九十甲乙丙丁甲乙丙丁甲乙丙丁一二三四五六七八九十甲乙丙丁甲乙丙丁甲乙丙丁一二三四五六七八九十甲乙丙丁甲乙丙丁甲乙丙丁一二三四五六七八九十甲乙丙丁甲乙丙丁甲乙丙。" +
				"\n子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉"},
		"hidden text": {onePage(helvetica(), "",
			"3 Tr "+text(100, 700, "(99)")+"0 Tr "+text(100, 600, "(1)")), "1"},
		"cell text in two lines": {onePage(cjk("GBK-EUC-H"), "",
			grid([]float64{100, 200, 300}, []float64{700, 660})+text(120, 685, gbk("商业"))+text(120, 670, gbk("企业"))+
				text(240, 678, gbk("5"))), "|商业/企业|5"},
		"unbalanced and broken code": {onePage(helvetica(), "",
			"Q Q Q ] >> ) "+text(100, 700, "(7)")+"q q (never closed"), "7"},
		"the mark of a footnote": {onePage(helvetica(), "",
			text(100, 700, "(524)")+"BT /F1 6 Tf 115 704 Td (12) Tj ET"), "524¹²"},
		"text rise": {onePage(helvetica(), "",
			"BT /F1 10 Tf 100 700 Td (524) Tj /F1 6 Tf 4 Ts (1) Tj 0 Ts /F1 10 Tf ( 7) Tj ET"), "524¹ 7"},
		"a small number of its own": {onePage(helvetica(), "",
			text(100, 700, "(524)")+"BT /F1 6 Tf 140 704 Td (12) Tj ET"), "12\n524"},
		"a number crossed out": {onePage(helvetica(), "",
			text(100, 700, "(895)")+text(120, 700, "(859)")+"100 703.5 m 115 703.5 l S"), "859"},
		"a number underlined": {onePage(helvetica(), "", text(100, 700, "(895)")+"100 698.5 m 115 698.5 l S"),
			"895"},
		"a rule that goes on": {onePage(helvetica(), "", text(100, 700, "(of 895 no)")+"40 703.5 m 300 703.5 l S"),
			"of \ufffd\ufffd\ufffd no"},
		"vertical writing again": {onePage(cjk("GBK-EUC-V"), "", text(100, 700, gbk("本年度办理结果"))), "本年度办理结果"},
	} {
		t.Run(name, func(t *testing.T) {
			d, err := Read(context.Background(), c.body, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := words(d); strings.Join(strings.Fields(got), " ") != strings.Join(strings.Fields(c.want), " ") {
				t.Errorf("read\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestBoxes: a cell's box is where its rules are, from the top left of the page as it is displayed.
func TestBoxes(t *testing.T) {
	for name, page := range map[string]string{"": "", "lying": "/Rotate 90/MediaBox[0 0 800 600]"} {
		content := grid([]float64{100, 200, 300}, []float64{700, 680}) + text(120, 685, gbk("许可")) + text(240, 685,
			gbk("31"))
		if page != "" {
			content = "0 1 -1 0 800 0 cm\n" + content
		}
		d, err := Read(context.Background(), onePage(cjk("GBK-EUC-H"), page, content), Options{})
		if err != nil || len(d.Blocks) != 1 || d.Blocks[0].Table == nil {
			t.Fatalf("%s: %v %v", name, d, err)
		}
		want := [4]float64{200, 100, 300, 120}
		for i, v := range d.Blocks[0].Table.Cells[1].Box {
			if v < want[i]-0.6 || v > want[i]+0.6 {
				t.Errorf("%s: box %v, want %v", name, d.Blocks[0].Table.Cells[1].Box, want)
				break
			}
		}
	}
}

// TestUndecodable: characters that no table can tell are a doubt, never a guess.
func TestUndecodable(t *testing.T) {
	font := "<</Type/Font/Subtype/Type0/BaseFont/ABCDEF+Private/Encoding/Identity-H" + strings.Replace(song, "(GB1)",
		"(Identity)", 1)
	d, err := Read(context.Background(), onePage(font, "", text(100, 700, "<0001000200030004>")), Options{})
	if !errors.Is(err, ErrGarbled) || len(d.Doubts) == 0 || d.Doubts[0].Code != "undecodable" ||
		strings.ContainsAny(words(d), "0123456789") {
		t.Errorf("%q, %v, %v", words(d), d.Doubts, err)
	}
}

func TestErrors(t *testing.T) {
	encrypted := bytes.Replace(onePage(helvetica(), "", text(100, 700, "(1)")), []byte("/Root 1 0 R"),
		[]byte("/Root 1 0 R/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4/O<"+strings.Repeat("11",
			32)+">/U<"+strings.Repeat("22", 32)+">>>"), 1)
	if _, err := Read(context.Background(), encrypted, Options{}); !errors.Is(err, ErrEncrypted) {
		t.Errorf("encrypted: %v", err)
	}
	if _, err := Read(context.Background(), []byte("%PDF-1.4\nno more"), Options{}); err == nil {
		t.Error("half a PDF was read")
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Read(ctx, onePage(helvetica(), "", strings.Repeat(text(100, 700, "(1)"), 5000)),
		Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(onePage(cjk("GBK-EUC-H"), "", grid([]float64{100, 200, 300}, []float64{700, 680})+text(120, 685, gbk("许可"))))
	f.Add(onePage(helvetica(), "/Rotate 90", "q 1 0 0 1 5 5 cm /X1 Do Q BI /W 1 ID x EI",
		stream("/Subtype/Form/BBox[0 0 9 9]", "BT (x) ' ET")))
	f.Fuzz(func(t *testing.T, body []byte) {
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		defer cancel()
		rebuild(body, nil)
		d, err := read(ctx, body, Options{}) // without the repairs, which start other programs
		if ctx.Err() != nil {
			t.Fatal("more than ten seconds of CPU time")
		}
		if err != nil {
			return
		}
		for _, b := range d.Blocks {
			if b.Page < 1 || b.Page > d.Pages {
				t.Errorf("a block on page %d of %d", b.Page, d.Pages)
			}
		}
	})
}

// FuzzContent runs content streams alone: most of what goes wrong in a page goes wrong there.
func FuzzContent(f *testing.F) {
	f.Add("q 1 0 0 1 0 0 cm BT /F1 10 Tf 100 700 Td [(1) -20 <32>] TJ T* (3) ' 1 2 (4) \" ET Q")
	f.Add("0 0 m 10 0 l 10 10 20 20 30 30 c h S 1 1 5 5 re W n /X1 Do BI /W 1 /H 1 ID \x00 EI")
	f.Fuzz(func(t *testing.T, content string) {
		ctx, cancel := cputime.WithLimit(context.Background(), 10*time.Second)
		defer cancel()
		if _, err := read(ctx, onePage(cjk("GBK-EUC-H"), "", content), Options{}); ctx.Err() != nil {
			t.Fatal("more than ten seconds of CPU time", err)
		}
	})
}
