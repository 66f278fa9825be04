package office

import (
	"strings"
	"testing"
)

// TestODTFields reads cells whose text is that of a field: what the program works out anew, shows of another place, or
// hides, is not what the file says.
func TestODTFields(t *testing.T) {
	const declared = `<text:user-field-decls><text:user-field-decl office:value-type="float" office:value="15" ` +
		`text:name="u"/></text:user-field-decls><text:tracked-changes><text:changed-region text:id="c"><text:deletion/>` +
		`</text:changed-region></text:tracked-changes>`
	rows, want := "", map[string]string{}
	add := func(label, content, shows string) {
		rows += `<table:table-row><table:table-cell><text:p>` + label + `</text:p></table:table-cell><table:table-cell>` +
			content + `</table:table-cell><table:table-cell><text:p>1</text:p></table:table-cell></table:table-row>`
		want[label] = shows
	}
	p := func(s string) string { return `<text:p>` + s + `</text:p>` }
	add("variable", p(`<text:variable-set text:name="n" office:value-type="float" office:value="15">15</text:variable-set>`),
		"15")
	add("set, not shown", p(`<text:variable-set text:name="n" text:display="none" office:value="9">9</text:variable-set>15`),
		"15")
	add("formula shown", p(`<text:variable-set text:name="n" text:display="formula" office:value="9">9</text:variable-set>`),
		"?")
	add("other value", p(`<text:variable-set text:name="n" office:value="9">15</text:variable-set>`), "?")
	add("declared", p(`<text:user-field-get text:name="u">15</text:user-field-get>`), "15")
	add("declared otherwise", p(`<text:user-field-get text:name="u">16</text:user-field-get>`), "?")
	add("declared, not said", p(`<text:user-field-get text:name="u"/>`), "?")
	add("declared nowhere", p(`<text:user-field-get text:name="v">15</text:user-field-get>`), "?")
	add("condition", p(`<text:conditional-text text:condition="ooow:1" text:string-value-if-true="9" `+
		`text:string-value-if-false="15">15</text:conditional-text>`), "?")
	add("hidden", p(`15<text:hidden-text text:condition="ooow:1" text:string-value="9" text:is-hidden="true"/>`), "15")
	add("hidden perhaps", p(`15<text:hidden-text text:condition="ooow:x==1" text:string-value="9" text:is-hidden="true"/>`), "?")
	add("paragraph hides itself", p(`15<text:hidden-paragraph text:condition="ooow:1" text:is-hidden="true"/>`), "?")
	add("choice", p(`<text:drop-down><text:label text:value="9"/><text:label text:value="15" `+
		`text:current-selected="true"/>15</text:drop-down>`), "15")
	add("other choice", p(`<text:drop-down><text:label text:value="9" text:current-selected="true"/>15</text:drop-down>`), "?")
	add("count of words", p(`<text:word-count>15</text:word-count>`), "?")
	add("sequence", p(`<text:sequence text:name="T"/>15`), "?")
	add("deleted", p(`<text:change-start text:change-id="c"/>9<text:change-end text:change-id="c"/>15`), "?")
	add("numbered", `<text:list text:style-name="L"><text:list-item><text:p>213</text:p></text:list-item></text:list>`, "?")
	add("picture below", `<text:p>15</text:p>`, "?")
	rows = strings.Replace(rows, `<text:p>picture below</text:p></table:table-cell><table:table-cell>`,
		`<text:p>picture below</text:p></table:table-cell><table:table-cell table:style-name="G">`, 1)
	d, err := ReadODT(zipped(t, "content.xml", `<office:document-content><office:automatic-styles><text:list-style `+
		`style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" text:start-value="9"/>`+
		`</text:list-style><style:style style:name="G" style:family="table-cell"><style:table-cell-properties>`+
		`<style:background-image xlink:href="a.png"/></style:table-cell-properties></style:style>`+
		`</office:automatic-styles><office:body><office:text>`+declared+`<table:table>`+rows+
		`</table:table></office:text></office:body></office:document-content>`))
	if err != nil {
		t.Fatal(err)
	}
	checkBeside(t, d, want)
}

// TestRTFLook reads cells of rich text by what their styles, fields and lists show.
func TestRTFLook(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi{\fonttbl{\f0 A;}}{\colortbl;\red255\green255\blue255;}{\stylesheet{\s0 N;}{\s1\strike P;}` +
		`{\*\cs10\additive\v H;}{\*\cs11\additive\sbasedon10\b K;}{\*\cs12\additive\super U;}}` +
		`{\*\listtable{\list{\listlevel\levelnfc0\levelnfcn0{\leveltext\'01\'00;}}\listid7}{\list{\listlevel\levelnfc23` +
		`{\leveltext\'01*;}}\listid8}}{\*\listoverridetable{\listoverride\listid7\ls1}{\listoverride\listid8\ls2}}`)
	want := map[string]string{}
	add := func(label, paragraph, content, shows string) {
		b.WriteString(`\trowd\cellx2000\cellx4000\cellx6000\pard\plain\intbl ` + label + `\cell\pard\plain\intbl` + paragraph +
			` ` + content + `\cell\pard\plain\intbl 1\cell\row` + "\n")
		want[label] = shows
	}
	add("hidden by a style", "", `{\cs10 9}15`, "15")
	add("by the one below", "", `{\cs11 9}15`, "15")
	add("raised by a style", "", `15{\cs12 1}`, "15¹")
	add("not hidden", "", `{\cs10\v0 15}`, "15")
	add("struck out by a style", `\s1`, `15`, "")
	add("not struck out", `\s1`, `{\strike0 15}`, "15")
	add("style taken back", `\s1\plain`, `15`, "?")
	add("moved away", "", `{\mvf 9}15`, "15")
	add("to be worked out", "", `{\field\flddirty{\*\fldinst REF x}{\fldrslt 15}}`, "?")
	form := `{\field{\*\fldinst FORMDROPDOWN{\*\formfield{\fftype2\ffres1{\*\ffl 9}{\*\ffl 15}}}}{\fldrslt %}}`
	add("choice", "", strings.Replace(form, "%", "", 1), "15")
	add("choice and text", "", strings.Replace(form, "%", "15", 1), "15")
	add("choice, other text", "", strings.Replace(form, "%", "9", 1), "?")
	add("numbered", `\ls1\ilvl0`, `15`, "?")
	add("number written out", `\ls1\ilvl0`, `{\listtext 1.}15`, "1.15")
	add("bullet", `\ls2\ilvl0`, `15`, "15")
	add("formula", "", `{\mmath{\*\moMath{\mf{\mnum{\mr 15}}{\mden{\mr 2}}}}}`, "?")
	add("picture of old", "", `{\nonshppict{\pict\wmetafile8 00}}`, "?")
	add("two numbers", "", `2\tab 13`, "?")
	add("on each other", "", `{\expndtw-90 15}`, "?")
	b.WriteString(`\pard\par}`)
	d, err := ReadRTF([]byte(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	checkBeside(t, d, want)
}

// TestDocxFields reads cells of Word by what fields and boxes in the line show.
func TestDocxFields(t *testing.T) {
	rows, want := "", map[string]string{}
	add := func(label, content, shows string) {
		rows += `<w:tr><w:tc><w:p><w:r><w:t>` + label + `</w:t></w:r></w:p></w:tc><w:tc><w:p>` + content +
			`</w:p></w:tc><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr>`
		want[label] = shows
	}
	r := func(s string) string { return `<w:r><w:t>` + s + `</w:t></w:r>` }
	begin := func(data, attrs string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"` + attrs + `>` + data + `</w:fldChar></w:r>`
	}
	field := func(begin, code, result string) string {
		return begin + `<w:r><w:instrText>` + code + `</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
			result + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	const list = `<w:ffData><w:ddList><w:result w:val="1"/><w:default w:val="0"/><w:listEntry w:val="9"/>` +
		`<w:listEntry w:val="15"/></w:ddList></w:ffData>`
	add("choice", field(begin(list, ""), "FORMDROPDOWN", ""), "15")
	add("choice and text", field(begin(list, ""), "FORMDROPDOWN", r("15")), "15")
	add("choice, other text", field(begin(list, ""), "FORMDROPDOWN", r("9")), "?")
	add("stale", field(begin("", ` w:dirty="true"`), "REF x", r("15")), "?")
	add("stale link", field(begin("", ` w:dirty="true"`), "HYPERLINK x", r("15")), "15")
	add("simple and stale", `<w:fldSimple w:instr="REF x" w:dirty="1">`+r("15")+`</w:fldSimple>`, "?")
	shape := `<w:r><w:pict><v:shape style="STYLE"><v:textbox><w:txbxContent><w:p>` + r("5") +
		`</w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>`
	add("box in the line", r("1")+strings.Replace(shape, "STYLE", "width:9pt", 1), "15")
	add("box that floats", r("1")+strings.Replace(shape, "STYLE", "position:absolute", 1), "?")
	add("narrow", `<w:r><w:rPr><w:fitText w:val="5"/></w:rPr><w:t>15</w:t></w:r>`, "?")
	body := `<w:p>` + r("江州市人民政府") + strings.Replace(shape, "STYLE", "position:absolute;margin-top:0", 1) + r("年度报告") + `</w:p>` +
		`<w:p>` + r("江州市人民政府") + strings.Replace(shape, "STYLE", "position:absolute;margin-top:90pt", 1) + r("年度报告") + `</w:p>` +
		`<w:p>` + r("\u202e51件") + `</w:p>`
	d, err := ReadDocx(zipped(t, "word/document.xml", `<w:document><w:body>`+body+`<w:tbl>`+rows+
		`</w:tbl></w:body></w:document>`))
	if err != nil {
		t.Fatal(err)
	}
	checkBeside(t, d, want)
	var lines []string
	for _, b := range d.Blocks {
		if b.Table == nil && strings.TrimSpace(b.Text) != "5" {
			lines = append(lines, b.Text)
		}
	}
	for i, w := range []string{"江州市人民政府\ufffd年度报告", "江州市人民政府年度报告", "\ufffd51件"} {
		if i >= len(lines) || lines[i] != w {
			t.Errorf("line %d: %q, not %q", i, lines, w)
		}
	}
}
