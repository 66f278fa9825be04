package office

import (
	"archive/zip"
	"bytes"
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
	const style = `<style:style style:name="%" style:family="table-cell" style:parent-style-name="b" `
	named := func(name, rest string) string { return strings.Replace(style, "%", name, 1) + rest + `</style:style>` }
	content := `<office:document-content><office:automatic-styles>` +
		`<number:number-style style:name="N2"><number:number number:decimal-places="2" ` +
		`number:min-integer-digits="1"/></number:number-style>` +
		`<number:number-style style:name="P0"><number:number number:decimal-places="0" ` +
		`number:min-integer-digits="1"/></number:number-style>` +
		`<number:number-style style:name="N5"><number:text>无</number:text><style:map ` +
		`style:condition="value()&gt;0" style:apply-style-name="P0"/>` +
		`</number:number-style><style:style style:name="b" style:family="table-cell">` +
		`<style:table-cell-properties fo:border="1pt solid #000"/></style:style>` +
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
	add("picture in the cell", `<c s="1" t="e" vm="1"><v>#VALUE!</v></c>`, "?")
	add("two places", `<c s="7"><v>2417.3450000000003</v></c>`, "2417.35")
	const main = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	border := `<left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/>`
	xf := func(font, fill, border, format, rest string) string {
		return `<xf numFmtId="` + format + `" fontId="` + font + `" fillId="` + fill + `" ` +
			`borderId="` + border + `">` + rest + `</xf>`
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
			`</fill></fills>`+
			`<borders><border/><border>`+border+`</border><border diagonalUp="1">`+border+`<diagonal `+
			`style="thin"/></border></borders><cellXfs>`+
			xf("0", "0", "0", "0", "")+xf("0", "0", "1", "0", "")+xf("1", "0", "1", "0", "")+xf("1", "2", "1", "0", "")+
			xf("2", "0", "1", "0", "")+xf("0", "0", "2", "0", "")+xf("0", "0", "1", "0", `<alignment `+
			`horizontal="fill"/>`)+
			xf("0", "0", "1", "2", "")+`</cellXfs></styleSheet>`,
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
