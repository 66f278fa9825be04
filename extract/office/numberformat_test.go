package office

import (
	"strings"
	"testing"
)

// TestNumberFormat displays numbers as sheet programs do. "?" is a display of which programs differ.
func TestNumberFormat(t *testing.T) {
	for _, c := range []struct {
		code string
		n    float64
		want string
	}{
		{"General", 15382, "15382"}, {"General", 2417.345, "2417.345"}, {"General", 0.1 + 0.2, "0.3"},
		{"General", -5, "-5"}, {`General"件"`, 7, "7件"}, {"General", 1.0 / 3, "?"}, {"G/通用格式", 12, "12"},
		{"0", 2.5, "3"}, {"0", 1.4999999999999999, "2"}, {"0.00", 2417.345, "2417.35"}, {"0.00", 1.005, "1.01"},
		{"0.00", -2.675, "-2.68"}, {"0.0", 9.96, "10.0"}, {"0.00", 0.005, "0.01"}, {"0", -0.4, "?"},
		{"#,##0", 1234567, "1,234,567"}, {"#,##0", 12, "12"}, {"#,##0.00", 999999.995, "1,000,000.00"},
		{"0,000", 7, "0,007"}, {"0,", 15382, "15"}, {"0.0,,", 1260000, "1.3"}, {"0.0,,", 1250000, "?"},
		{"0.00,", 2417.35, "2.42"},
		{"0%", 0.5, "50%"}, {"0.0%", 0.1234, "12.3%"}, {"0%", 2417.345, "?"},
		{`0;-0;"无"`, 0, "无"}, {`0;-0;"无"`, -3, "-3"}, {`0;-0;"-"`, 0, "-"}, {"0;-0;;@", 0, ""}, {"0;-0;;@", 8, "8"},
		{";;;", 5, ""}, {"0.00;;", -5, ""}, {"0.00;;", 0, ""}, {"0;(0)", -12, "(12)"},
		{`[=0]"";0`, 15382, "15382"}, {`[=0]"";0`, 0, ""}, {`[>100]0;"少"`, 5, "少"}, {`[>100]0;"少"`, 101, "101"},
		{`[>100]0`, 5, "?"}, {`[<0]"无";0`, 3, "3"}, {`[>=1000]0.0,"k";0`, 44927, "44.9k"}, {`[>100]0;0;0`, 5, "?"},
		{`[>=1000]0.0,"k";0`, -5, "?"},
		{`"共"0"件"`, 12, "共12件"}, {`0_ `, 12, "12 "}, {`* #,##0`, 5, "5"}, {"*-0", 5, "?"}, {`\-0`, 5, "-5"},
		{"??0", 5, "  5"}, {"000", 7, "007"}, {"00-00", 1234, "12-34"}, {"#.##", 0.5, ".5"}, {"#.##", 100, "100"},
		{"0.##", 12, "12"}, {"0.##", 0, "0"}, {"#.##", 0, "?"}, {`0.##"元"`, 12, "?"}, {"1General", 5, "?"}, {"0%%", 1, "?"},
		{"[Color2]0", 5, "?"}, {"[Color10]0", 5, "5"}, {"# ?/8", 2.375, "2 3/8"},
		{"#", 0, ""}, {"0.0#", 3.14159, "3.14"}, {".00", 12.5, "12.50"},
		{"0.00E+00", 15382, "1.54E+04"}, {"0E+0", 0.00012, "1E-4"}, {"##0.0E+0", 15382, "?"},
		{"# ?/?", 0.5, "1/2"}, {"# ??/??", 3.25, "3 1/4"}, {"# ?/8", 2.5, "2 4/8"}, {"# ?/?", 3, "3"},
		{"yyyy-m-d", 44927, "2023-1-1"}, {`yyyy"年"m"月"d"日"`, 44927, "2023年1月1日"}, {"d-mmm", 44933, "7-Jan"},
		{"h:mm", 0.5, "12:00"}, {"mm:ss", 0.0125, "18:00"}, {"[h]:mm", 1.5, "36:00"}, {"yyyy-m-d", 5, "?"},
		{"h:mm AM/PM", 0.75, "6:00 PM"}, {"aaaa", 44927, "?"},
		{"[DBNum1]0", 15, "?"}, {"[$-804]0", 15, "15"}, {"[$¥-804]#,##0", 1500, "¥1,500"}, {"[Red]0", 15, "15"},
		{"@", 15, "15"},
	} {
		got := parseFormat(c.code).number(c.n, false)
		if !got.known {
			got.text = "?"
		}
		if got.text != c.want {
			t.Errorf("%v as %s: %q, not %q", c.n, c.code, got.text, c.want)
		}
	}
	if k := parseFormat("[White]0").number(5, false).ink; k != white {
		t.Errorf("[White] is %x", k)
	}
	for _, c := range []struct{ code, text, want string }{
		{"General", "无", "无"}, {"0;-0;0;", "无", ""}, {`0;-0;0;"见"@`, "附件", "见附件"}, {`@"件"`, "12", "12件"},
		{";;;", "12", ""},
		{"0", "12", "12"},
	} {
		if got := parseFormat(c.code).words(c.text); !got.known || got.text != c.want {
			t.Errorf("%q as %s: %q", c.text, c.code, got.text)
		}
	}
}

func FuzzNumberFormat(f *testing.F) {
	for _, code := range []string{`[=0]"";0`, "# ??/??", "0.00E+00", `yyyy"年"m"月"`, `_ * #,##0_ ;_ * "-"??_ ;_ ` +
		`@_ `, "[h]:mm:ss.00",
		"0,,.0#%"} {
		f.Add(code, 15382.345)
	}
	f.Fuzz(func(t *testing.T, code string, n float64) {
		if len(code) > 200 {
			return
		}
		x := parseFormat(code)
		x.number(n, false)
		x.number(-n, true)
		x.words("12")
	})
}

// TestLook reads one table whose cells are set in ways that change what a reader sees of them, as Word XML and as rich
// text. "?" is a cell of which nobody can tell what it prints.
func TestLook(t *testing.T) {
	const styles = `<w:styles><w:docDefaults><w:rPrDefault><w:rPr><w:color w:val="auto"/></w:rPr></w:rPrDefault>` +
		`</w:docDefaults>` +
		`<w:style w:type="character" w:styleId="H"><w:rPr><w:vanish/></w:rPr></w:style>` +
		`<w:style w:type="character" w:styleId="H2"><w:basedOn w:val="H"/><w:rPr><w:b/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="S"><w:rPr><w:strike/></w:rPr></w:style></w:styles>`
	run := func(props, text string) string {
		return `<w:r><w:rPr>` + props + `</w:rPr><w:t>` + text + `</w:t></w:r>`
	}
	for _, c := range []struct{ name, docx, rtf, want string }{
		{"plain", run("", "12"), `12`, "12"},
		{"hidden", run("<w:vanish/>", "9") + run("", "12"), `{\v 9}12`, "12"},
		{"white", run(`<w:color w:val="FFFFFF"/>`, "9") + run("", "12"), `{\cf1 9}12`, "12"},
		{"nearly white", run(`<w:color w:val="F8F8F8"/>`, "9") + run("", "12"), `{\cf2 9}12`, "?"},
		{"highlighted in its colour", run(`<w:color w:val="FF0000"/><w:highlight `+
			`w:val="red"/>`, "9"), `{\cf3\highlight3 9}`, "?"},
		{"white on black", run(`<w:color w:val="FFFFFF"/><w:shd w:val="clear" `+
			`w:fill="000000"/>`, "9"), `{\cf1\chcbpat4 9}`, "9"},
		{"struck", run("<w:strike/>", "9") + run("", "12"), `{\strike 9}12`, "12"},
		{"struck and not", run(`<w:strike w:val="0"/>`, "12"), `{\strike\strike0 12}`, "12"},
		{"raised", run("", "12") + run(`<w:vertAlign w:val="superscript"/>`, "1"), `12{\super 1}`, "12¹"},
		{"lowered", run("", "12") + run(`<w:position w:val="-8"/>`, "1"), `12{\dn8 1}`, "12₁"},
		{"tiny", run("", "12") + run(`<w:sz w:val="2"/>`, "1"), `12{\fs2 1}`, "?"},
		{"hidden by a style", run(`<w:rStyle w:val="H2"/>`, "9") + run("", "12"), `{\cs10\v 9}12`, "12"},
		{"shown against its style", run(`<w:rStyle w:val="H2"/><w:vanish w:val="0"/>`, "12"), `{\cs10\v0 12}`, "12"},
		{"paragraph struck", `<w:pPr><w:pStyle w:val="S"/></w:pPr>` + run("", "9"), `\s1\strike 9`, ""},
		{"field with a result", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> QUOTE "12" ` +
			`</w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + run("", "12") + `<w:r><w:fldChar ` +
			`w:fldCharType="end"/></w:r>`,
			`{\field{\*\fldinst QUOTE "12"}{\fldrslt 12}}`, "12"},
		{"field without one", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> EQ \o(1,2) ` +
			`</w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="end"/></w:r>`, `{\field{\*\fldinst EQ \\o(1,2)}{\fldrslt }}`, "?"},
		{"field within an instruction", `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> IF ` +
			`</w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/>` +
			`</w:r>` + run("", "9") +
			`<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:fldChar w:fldCharType="separate"/>` +
			`</w:r>` + run("", "12") +
			`<w:r><w:fldChar w:fldCharType="end"/></w:r>`,
			`{\field{\*\fldinst IF {\field{\*\fldinst X}{\fldrslt 9}}}{\fldrslt 12}}`, "12"},
		{"index entry", run("", "12") + `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> XE "a" ` +
			`</w:instrText></w:r>` +
			`<w:r><w:fldChar w:fldCharType="end"/></w:r>`, `12{\field{\*\fldinst XE a}}`, "12"},
		{"picture", run("", "1") + `<w:r><w:drawing><wp:inline><a:blip/></wp:inline></w:drawing></w:r>`,
			`1{\*\shppict{\pict 00}}`, "?"},
		{"note without a raised mark", run("", "12") + `<w:r><w:footnoteReference w:id="2"/></w:r>`, `12\chftn `, "?"},
		{"the other way", `<w:bdo w:val="rtl">` + run("", "12") + `</w:bdo>`, "12\\u8238?", "?"},
	} {
		for format, read := range map[string]func() (*Document, error){
			"docx": func() (*Document, error) {
				row := func(s string) string {
					return `<w:tr><w:tc><w:p><w:r><w:t>行</w:t></w:r></w:p></w:tc><w:tc><w:p>` + s + `</w:p>` +
						`</w:tc></w:tr>`
				}
				return ReadWordXML([]byte(`<pkg>` + styles + `<w:document><w:body><w:tbl>` + row(c.docx) + row("") +
					`</w:tbl></w:body></w:document></pkg>`))
			},
			"rtf": func() (*Document, error) {
				row := func(s string) string {
					return `\trowd\cellx1000\cellx2000\pard\plain\intbl a\cell\pard\plain\intbl ` + s + `\cell\row`
				}
				return ReadRTF([]byte(`{\rtf1{\colortbl;\red255\green255\blue255;\red248\green248\blue248;\red255\green0\blue0;` +
					`\red0\green0\blue0;}{\stylesheet{\s1\strike S;}{\*\cs10\additive\v ` +
					`H;}}` + row(c.rtf) + row("") + `}`))
			},
		} {
			d, err := read()
			if err != nil || len(d.Blocks) == 0 || d.Blocks[0].Table == nil {
				t.Errorf("%s %s: %v %v", format, c.name, d, err)
				continue
			}
			got := strings.TrimSpace(d.Blocks[0].Table.Cells[1].Text)
			if strings.Contains(got, "\ufffd") {
				got = "?"
			}
			if got != c.want {
				t.Errorf("%s %s: %q, not %q", format, c.name, got, c.want)
			}
		}
	}
}

// TestLoose keeps an object in a paragraph where it stands in the place of a figure, and no ornament.
func TestLoose(t *testing.T) {
	long := strings.Repeat("政府信息公开", 8)
	for in, want := range map[string]string{object + "江州市人民政府": "江州市人民政府", "行政许可" + object: "行政许可\ufffd", object: "",
		long + object: long, long + "1" + object + "件": long + "1\ufffd件", "江州" + stroke + "市": "江州市",
		"江州市" + aside + "2022年报告": "江州市\ufffd2022年报告", aside + "江州市报告": "江州市报告", "江州市报告 " + aside: "江州市报告 ",
		long + long + aside + long: long + long + long} {
		if got := loose(in); got != want {
			t.Errorf("%q gives %q, not %q", in, got, want)
		}
	}
}
