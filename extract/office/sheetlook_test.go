package office

import (
	"archive/zip"
	"bytes"
	"strconv"
	"strings"
	"testing"
)

// zipped packs members, given as name and content in turn.
func zipped(t *testing.T, members ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		w, err := z.Create(members[i])
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(members[i+1])); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// beside gives what is read beside each label of a sheet; "?" is a cell of which nobody can tell what it prints.
func beside(d *Document) map[string]string {
	out := map[string]string{}
	for _, b := range d.Blocks {
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells {
			for _, v := range b.Table.Cells {
				if c.Col == 0 && v.Row == c.Row && v.Col == 1 {
					if out[c.Text] = strings.TrimSpace(v.Text); strings.Contains(v.Text, "\ufffd") {
						out[c.Text] = "?"
					}
				}
			}
		}
	}
	return out
}

func checkBeside(t *testing.T, d *Document, want map[string]string) {
	t.Helper()
	got := beside(d)
	for label, w := range want {
		if g, ok := got[label]; !ok || g != w {
			t.Errorf("%s: %q (%v), not %q", label, g, ok, w)
		}
	}
}

// TestODSLook reads cells of an OpenDocument sheet by what they display.
func TestODSLook(t *testing.T) {
	want := map[string]string{}
	rows := ""
	add := func(label, cell, shows string) {
		rows += `<table:table-row><table:table-cell table:style-name="b"><text:p>` + label + `</text:p>` +
			`</table:table-cell>` + cell +
			`<table:table-cell table:style-name="b" office:value-type="float" office:value="1"><text:p>` +
			`1</text:p></table:table-cell></table:table-row>`
		want[label] = shows
	}
	number := func(style, value, text string) string {
		s := `<table:table-cell table:style-name="` + style + `" office:value-type="float" ` +
			`office:value="` + value + `">`
		if text != "" {
			s += `<text:p>` + text + `</text:p>`
		}
		return s + `</table:table-cell>`
	}
	add("plain", number("b", "15382", "15382"), "15382")
	add("without print", number("b", "15382", ""), "15382")
	add("other print", number("b", "15382", "9"), "?")
	add("two places", number("two", "2417.345", "2417.35"), "2417.35")
	add("two places, another print", number("two", "2417.345", "2417.34"), "?")
	add("zero as a word", number("zero", "0", "无"), "无")
	add("not zero", number("zero", "7", "7"), "7")
	add("white", number("white", "15382", "15382"), "")
	add("white on blue", number("blue", "15382", "15382"), "15382")
	add("by a condition", number("cond", "5", "5"), "?")
	add("not by the condition", number("cond", "500", "500"), "500")
	add("struck in part", `<table:table-cell table:style-name="b" office:value-type="string"><text:p><text:span `+
		`text:style-name="s">9</text:span>12</text:p></table:table-cell>`, "12")
	add("formula", `<table:table-cell table:style-name="b" table:formula="of:=1+2"/>`, "?")
	add("picture", `<table:table-cell table:style-name="b"><draw:frame><draw:image xlink:href="a.png"/>`+
		`</draw:frame></table:table-cell>`, "?")
	add("of the day", `<table:table-cell table:style-name="b" table:formula="of:=TODAY()-40000" office:value-type="float" `+
		`office:value="12"><text:p>12</text:p></table:table-cell>`, "?")
	add("crossed out by a thin line", number("thin", "12", "12"), "?")
	add("on a picture", number("photo", "12", "12"), "?")
	add("words behind", number("pieces", "12", "12件"), "12件")
	add("a half", number("half", "2.5", "2 1/2"), "2 1/2")
	add("an exponent", number("exp", "1234", "1.23E+03"), "1.23E+03")
	add("words between", number("dash", "1234", "12-34"), "12-34")
	add("other words between", number("dash", "1234", "12/34"), "?")
	add("money of the place", number("money", "12", "$12"), "$12")
	add("white by its format", number("pale", "12", "12"), "")
	add("words and the condition", `<table:table-cell table:style-name="cond" office:value-type="string"><text:p>12</text:p>`+
		`</table:table-cell>`, "12")
	add("a day of old", `<table:table-cell office:value-type="date" office:date-value="-1482-11-13"><text:p>11/26</text:p>`+
		`</table:table-cell>`, "?")
	add("a day like a number", `<table:table-cell table:style-name="b" office:value-type="date" office:date-value="2023-01-12">`+
		`<text:p>12</text:p></table:table-cell>`, "?")
	const style = `<style:style style:name="%" style:family="table-cell" style:parent-style-name="b" `
	named := func(name, rest string) string { return strings.Replace(style, "%", name, 1) + rest + `</style:style>` }
	content := `<office:document-content><office:automatic-styles>` +
		`<number:number-style style:name="N2"><number:number number:decimal-places="2" ` +
		`number:min-integer-digits="1"/></number:number-style>` +
		`<number:number-style style:name="P0"><number:number number:decimal-places="0" ` +
		`number:min-integer-digits="1"/></number:number-style>` +
		`<number:number-style style:name="N5"><number:text>无</number:text><style:map ` +
		`style:condition="value()&gt;0" style:apply-style-name="P0"/>` +
		`</number:number-style>` +
		`<number:number-style style:name="N6"><number:number number:min-integer-digits="1"/><number:text>件</number:text>` +
		`</number:number-style><number:number-style style:name="N7"><number:fraction number:min-integer-digits="0" ` +
		`number:min-numerator-digits="1" number:min-denominator-digits="1"/></number:number-style>` +
		`<number:number-style style:name="N8"><number:scientific-number number:decimal-places="2" ` +
		`number:min-integer-digits="1" number:min-exponent-digits="2"/></number:number-style>` +
		`<number:number-style style:name="N9"><number:number number:decimal-places="0" number:min-integer-digits="4">` +
		`<number:embedded-text number:position="2">-</number:embedded-text></number:number></number:number-style>` +
		`<number:currency-style style:name="N10"><number:currency-symbol/><number:number number:decimal-places="0" ` +
		`number:min-integer-digits="1"/></number:currency-style><number:number-style style:name="N11">` +
		`<style:text-properties fo:color="#ffffff"/><number:number number:decimal-places="0" number:min-integer-digits="1"/>` +
		`</number:number-style><style:style style:name="b" style:family="table-cell">` +
		`<style:table-cell-properties fo:border="1pt solid #000"/></style:style>` +
		named("thin", `><style:table-cell-properties style:diagonal-tl-br="0.74pt solid #000000"/>`) +
		named("photo", `><style:table-cell-properties><style:background-image xlink:href="a.png"/></style:table-cell-properties>`) +
		named("pieces", `style:data-style-name="N6">`) + named("half", `style:data-style-name="N7">`) +
		named("exp", `style:data-style-name="N8">`) + named("dash", `style:data-style-name="N9">`) +
		named("money", `style:data-style-name="N10">`) + named("pale", `style:data-style-name="N11">`) +
		named("two", `style:data-style-name="N2">`) + named("zero", `style:data-style-name="N5">`) +
		named("white", `><style:text-properties fo:color="#ffffff"/>`) +
		named("blue", `><style:table-cell-properties fo:background-color="#1f3864"/><style:text-properties `+
			`fo:color="#ffffff"/>`) +
		named("cond", `><style:map style:condition="cell-content()&lt;100" style:apply-style-name="white"/>`) +
		`<style:style style:name="s" style:family="text"><style:text-properties ` +
		`style:text-line-through-type="single"/></style:style>` +
		`</office:automatic-styles><office:body><office:spreadsheet><table:table table:name="T"><table:table-column/>` +
		`<table:table-column/>` + rows + `</table:table></office:spreadsheet></office:body></office:document-content>`
	d, err := ReadODS(zipped(t, "mimetype", "application/vnd.oasis.opendocument.spreadsheet", "content.xml", content))
	if err != nil {
		t.Fatal(err)
	}
	checkBeside(t, d, want)
}

// TestXLSXLook reads cells of a sheet by what they display.
func TestXLSXLook(t *testing.T) {
	want := map[string]string{}
	rows, n := "", 0
	add := func(label, cell, shows string) {
		n++
		rows += `<row><c s="1" t="inlineStr"><is><t>` + label + `</t></is></c>` + cell + `<c s="1"><v>1</v></c></row>`
		want[label] = shows
	}
	add("plain", `<c s="1"><v>15382</v></c>`, "15382")
	add("zero", `<c s="1"><v>0</v></c>`, "")
	add("zero in words", `<c s="1" t="inlineStr"><is><t>0</t></is></c>`, "0")
	add("white", `<c s="2"><v>15382</v></c>`, "")
	add("white on blue", `<c s="3"><v>15382</v></c>`, "15382")
	add("theme's white", `<c s="4"><v>15382</v></c>`, "")
	add("crossed out by a line", `<c s="5"><v>15382</v></c>`, "?")
	add("a stroke", `<c s="5"/>`, "/")
	add("repeated", `<c s="6" t="inlineStr"><is><t>1</t></is></c>`, "?")
	add("run struck", `<c s="1" t="s"><v>0</v></c>`, "12")
	add("run lowered", `<c s="1" t="s"><v>1</v></c>`, "12₁")
	add("formula", `<c s="1"><f>15000+382</f></c>`, "15382")
	add("formula of the day", `<c s="1"><f>TODAY()</f></c>`, "?")
	add("empty text", `<c s="1" t="str"><f>IF(1,"","")</f><v></v></c>`, "")
	add("of the day, with a value", `<c s="1"><f>TODAY()-40000</f><v>12</v></c>`, "?")
	add("of an empty cell", `<c s="1"><f>Z99</f></c>`, "?")
	add("from white to blue", `<c s="8"><v>12</v></c>`, "12")
	add("white, from white to blue", `<c s="9"><v>12</v></c>`, "?")
	add("white, from blue to blue", `<c s="10"><v>12</v></c>`, "12")
	add("black, left to the program", `<c s="11"><v>12</v></c>`, "?")
	add("picture in the cell", `<c s="1" t="e" vm="1"><v>#VALUE!</v></c>`, "?")
	add("two places", `<c s="7"><v>2417.3450000000003</v></c>`, "2417.35")
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	border := `<left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>`
	xf := func(font, fill, border, format, rest string) string {
		return `<xf numFmtId="` + format + `" fontId="` + font + `" fillId="` + fill + `" ` +
			`borderId="` + border + `">` + rest + `</xf>`
	}
	fade := func(from, to string) string {
		return `<fill><gradientFill degree="90"><stop position="0"><color rgb="` + from + `"/></stop><stop position="1"><color rgb="` +
			to + `"/></stop></gradientFill></fill>`
	}
	body := zipped(t,
		"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
			`<Override PartName="/xl/workbook.xml" `+
			`ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+
			`<Relationship Id="a" Type="`+rel+
			`/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml", `<workbook `+main+` xmlns:r="`+rel+`"><sheets><sheet name="S" sheetId="1" r:id="a"/>`+
			`</sheets></workbook>`,
		"xl/_rels/workbook.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship `+
			`Id="a" Type="`+rel+`/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="b" `+
			`Type="`+rel+`/styles" Target="styles.xml"/>`+
			`<Relationship Id="c" Type="`+rel+`/sharedStrings" Target="sharedStrings.xml"/></Relationships>`,
		"xl/styles.xml", `<styleSheet `+main+`><fonts><font/><font><color rgb="FFFFFFFF"/></font><font><color `+
			`theme="0"/></font></fonts>`+
			`<fills><fill/><fill/><fill><patternFill patternType="solid"><fgColor rgb="FF1F3864"/></patternFill>`+
			`</fill>`+fade("FFFFFFFF", "FFD9E2F3")+fade("FF1F3864", "FF4F6894")+`<fill><patternFill patternType="solid">`+
			`<fgColor rgb="FF000000"/></patternFill></fill></fills>`+
			`<borders><border/><border>`+border+`</border><border diagonalUp="1">`+border+`<diagonal `+
			`style="thin"/></border></borders><cellXfs>`+
			xf("0", "0", "0", "0", "")+xf("0", "0", "1", "0", "")+xf("1", "0", "1", "0", "")+xf("1", "2", "1", "0", "")+
			xf("2", "0", "1", "0", "")+xf("0", "0", "2", "0", "")+xf("0", "0", "1", "0", `<alignment `+
			`horizontal="fill"/>`)+
			xf("0", "0", "1", "2", "")+xf("0", "3", "1", "0", "")+xf("1", "3", "1", "0", "")+xf("1", "4", "1", "0", "")+
			xf("0", "5", "1", "0", "")+`</cellXfs></styleSheet>`,
		"xl/sharedStrings.xml", `<sst `+main+`><si><r><rPr><strike/></rPr><t>9</t></r><r><t>12</t></r></si>`+
			`<si><r><t>12</t></r><r><rPr><vertAlign val="subscript"/></rPr><t>1</t></r><rPh sb="0" eb="1"><t>`+
			`7</t></rPh></si></sst>`,
		"xl/worksheets/sheet1.xml", `<worksheet `+main+`><sheetViews><sheetView showZeros="0" `+
			`workbookViewId="0"/></sheetViews><sheetData>`+rows+
			`</sheetData></worksheet>`)
	d, err := ReadXLSX(body)
	if err != nil {
		t.Fatal(err)
	}
	checkBeside(t, d, want)
}

// TestXLSXView reads a sheet that displays its formulas, on which controls and pictures lie and colours follow the values.
func TestXLSXView(t *testing.T) {
	read := func(view, after string, more ...string) *Document {
		t.Helper()
		rows := ""
		for i, cell := range []string{`<c r="B1"><f>10+5</f><v>15</v></c>`, `<c r="B2" s="1"><v>15</v></c>`, `<c r="B3"><v>16</v></c>`,
			`<c r="B4"><v>17</v></c>`} {
			n := strconv.Itoa(i + 1)
			rows += `<row r="` + n + `"><c r="A` + n + `" t="inlineStr"><is><t>r` + n + `</t></is></c>` + cell + `<c r="C` + n +
				`"><v>1</v></c></row>`
		}
		const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
		relation := func(id, kind, to string) string {
			return `<Relationship Id="` + id + `" Type="` + rel + kind + `" Target="` + to + `"/>`
		}
		d, err := ReadXLSX(zipped(t, append([]string{"xl/workbook.xml", `<workbook><sheets><sheet name="S" sheetId="1" r:id="a"/>` +
			`</sheets></workbook>`, "xl/_rels/workbook.xml.rels", `<Relationships>` + relation("a", "/worksheet", "worksheets/s.xml") +
			relation("b", "/styles", "styles.xml") + `</Relationships>`, "xl/styles.xml", `<styleSheet><numFmts><numFmt numFmtId="170" ` +
			`formatCode="0&quot;件&quot;"/></numFmts><cellXfs><xf/><xf numFmtId="170"/></cellXfs></styleSheet>`,
			"xl/worksheets/s.xml", `<worksheet><sheetViews><sheetView ` + view + `/></sheetViews><sheetData>` + rows + `</sheetData>` +
				after + `</worksheet>`, "xl/worksheets/_rels/s.xml.rels", `<Relationships>` + relation("d", "/drawing", "../d.xml") +
				relation("v", "/vmlDrawing", "../v.xml") + `</Relationships>`}, more...)...))
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	checkBeside(t, read("", ""), map[string]string{"r1": "15", "r2": "15件", "r3": "16", "r4": "17"})
	checkBeside(t, read(`showFormulas="1"`, ""), map[string]string{"r1": "?", "r2": "15", "r3": "16"})
	control := func(kind string) string {
		return `<xml><v:shape><x:ClientData ObjectType="` + kind + `"><x:Anchor>1, 0, 1, 0, 2, 0, 2, 0</x:Anchor>` +
			`</x:ClientData></v:shape></xml>`
	}
	checkBeside(t, read("", `<legacyDrawing r:id="v"/>`, "xl/v.xml", control("Checkbox")),
		map[string]string{"r1": "15", "r2": "?", "r3": "16"})
	checkBeside(t, read("", `<legacyDrawing r:id="v"/>`, "xl/v.xml", control("Note")), map[string]string{"r2": "15件"})
	checkBeside(t, read("", `<drawing r:id="d"/>`, "xl/d.xml", `<wsDr><oneCellAnchor><from><col>1</col><colOff>0</colOff><row>1</row>`+
		`<rowOff>0</rowOff></from><ext cx="300000" cy="381000"/><pic/></oneCellAnchor></wsDr>`),
		map[string]string{"r1": "15", "r2": "?", "r3": "?", "r4": "17"})
	scale := func(from, to string) string {
		return `<conditionalFormatting sqref="B1:B4"><cfRule type="colorScale"><colorScale><color rgb="` + from + `"/><color rgb="` + to +
			`"/></colorScale></cfRule></conditionalFormatting>`
	}
	checkBeside(t, read("", scale("FF000000", "FFFFFFFF")), map[string]string{"r3": "?"})
	checkBeside(t, read("", scale("FFFF0000", "FFFFFFFF")), map[string]string{"r3": "16"})
}

// TestXLSFormula tells formulas of .xls that have a value from those that nobody worked out.
func TestXLSFormula(t *testing.T) {
	quoted := []byte{0x17, 2, 0, '1', '5'}
	joined := append(append(append([]byte(nil), quoted...), quoted...), 0x08)
	today := []byte{0x19, 0x01, 0, 0, 0x41, 0xdd, 0}
	sum := []byte{0x1e, 1, 0, 0x1e, 14, 0, 0x03}
	for _, c := range []struct {
		name         string
		rule         []byte
		isText, anew bool
	}{{"quoted", quoted, true, false}, {"joined", joined, true, false}, {"today", today, false, true}, {"sum", sum, false, false}} {
		if got := isText(c.rule); got != c.isText {
			t.Errorf("%s: a text: %v", c.name, got)
		}
		if got := comesAnew(c.rule); got != c.anew {
			t.Errorf("%s: anew: %v", c.name, got)
		}
	}
	value := func(options uint16, result [8]byte, rule []byte) string {
		g := &xlsGrid{xls: &xls{Document: &Document{}, parsed: map[int]*numberFormat{}}, values: map[[2]int]xlsValue{},
			made: map[[2]int]bool{}, zeros: true}
		g.sheetGrid = newSheetGrid(g.Document, "S")
		d := append([]byte{0, 0, 0, 0, 0, 0}, result[:]...)
		d = append(d, byte(options), byte(options>>8), 0, 0, 0, 0, byte(len(rule)), 0)
		g.formula(0, 0, 0, append(d, rule...))
		v := g.values[[2]int{}]
		if v.unknown || v.empty && !g.worked {
			return "?"
		}
		return g.shown([2]int{}, v)
	}
	zero, empty := [8]byte{}, [8]byte{3, 0, 0, 0, 0, 0, 0xff, 0xff}
	for _, c := range []struct {
		name string
		got  string
		want string
	}{
		{"a sum of 0", value(0, zero, sum), "0"}, {"a sum never worked out", value(2, zero, sum), "?"},
		{"a text as 0", value(0, zero, quoted), "?"}, {"nothing, never worked out", value(2, empty, []byte{0x17, 0, 0, 0x03}), "?"},
		{"empty quotes", value(2, empty, []byte{0x17, 0, 0}), ""},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, not %q", c.name, c.got, c.want)
		}
	}
}

// TestLinesInBorders reads a sheet whose columns have borders from the first row to the last.
func TestLinesInBorders(t *testing.T) {
	row := func(texts ...string) (r rawRow) {
		for _, s := range texts {
			r.cells = append(r.cells, rawCell{span: 1, rows: 1, ruled: true, content: []node{{text: s}}})
		}
		return r
	}
	d := &Document{}
	d.sheet("S", []rawRow{row("江州市人民政府2022年政府信息公开工作年度报告", "", ""), row("本年度共收到申请486件。", "", ""),
		row("二、主动公开政府信息情况", "", ""), row("信息内容", "制发", "废止"), row("规章", "3", "1"), row("", "", "")})
	lines, tables := 0, 0
	for _, b := range d.Blocks {
		if b.Table != nil {
			tables++
		} else {
			lines++
		}
	}
	if lines != 3 || tables != 1 {
		t.Errorf("%d lines and %d tables", lines, tables)
	}
}
