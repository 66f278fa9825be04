package gold

import (
	"archive/zip"
	"bytes"
	"fmt"
	"html"
	"strings"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// WordStyle is how a Word file is made.
type WordStyle struct {
	Revised  bool // with tracked changes, hidden text, fields, bookmarks; runs cut anywhere
	Numbered bool // ordinals of labels and headings are automatic numbers
	Boxed    bool // the title in a text box, tables inside content controls and layout tables
}

// container packs a file of the kinds that are zip archives. The first member is stored, as OpenDocument wants it.
func container(members ...string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i+1 < len(members); i += 2 {
		method := zip.Deflate
		if i == 0 {
			method = zip.Store
		}
		f, err := z.CreateHeader(&zip.FileHeader{Name: members[i], Method: method})
		if err != nil {
			panic(err) // a buffer takes everything
		}
		if _, err := f.Write([]byte(members[i+1])); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// wordNumbers are the ordinals that offices have Word count, and the list levels that do.
var wordNumbers = []struct{ suffix, format, text string }{
	{"、", "chineseCounting", "%1、"},
	{"）", "chineseCounting", "（%1）"},
	{".", "decimal", "%1."},
}

// ordinalOf cuts the ordinal off a label: its kind, its number, the rest.
func ordinalOf(s string) (kind, n int, rest string) {
	digits := []string{"一", "二", "三", "四", "五", "六", "七", "八", "九"}
	for i, d := range digits {
		switch {
		case strings.HasPrefix(s, d+"、"):
			return 0, i + 1, strings.TrimPrefix(s, d+"、")
		case strings.HasPrefix(s, "（"+d+"）"):
			return 1, i + 1, strings.TrimPrefix(s, "（"+d+"）")
		case strings.HasPrefix(s, fmt.Sprint(i+1)+".") && len(s) > 2 && (s[2] < '0' || s[2] > '9'):
			return 2, i + 1, s[2:]
		}
	}
	return -1, 0, s
}

// docx is a Word file being written.
type docx struct {
	b     strings.Builder
	style WordStyle
	nums  []string // instances of lists: each begins where its label says
	count map[int]int
}

const wordSpace = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
	`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" ` +
	`xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" ` +
	`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
	`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:v="urn:schemas-microsoft-com:vml"`

// DOCX writes the report as a Word file.
func (r *Report) DOCX(s WordStyle) []byte {
	w := &docx{style: s, count: map[int]int{}}
	for i, it := range r.Items {
		switch {
		case it.Table != nil && s.Boxed:
			w.b.WriteString(`<w:tbl><w:tblGrid><w:gridCol w:w="9000"/></w:tblGrid><w:tr><w:tc><w:sdt><w:sdtContent>`)
			w.table(it.Table, r.Spans)
			w.b.WriteString(`</w:sdtContent></w:sdt><w:p/></w:tc></w:tr></w:tbl>`)
		case it.Table != nil:
			w.table(it.Table, r.Spans)
			w.paragraph("", false)
		case i == 0 && s.Boxed:
			box := `<w:txbxContent><w:p><w:r><w:t>` + html.EscapeString(it.Text) + `</w:t></w:r></w:p></w:txbxContent>`
			w.b.WriteString(`<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wp:anchor>` +
				`<a:graphic><a:graphicData><wps:wsp><wps:txbx>` + box +
				`</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice><mc:Fallback>` +
				`<w:pict><v:shape><v:textbox>` + box +
				`</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>`)
		default:
			w.paragraph(it.Text, true)
		}
	}
	document := `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n<w:document " + wordSpace + "><w:body>" +
		w.b.String() + `<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`
	styles, styled := "", r.dressed()
	if styled {
		styles = `<Relationship Id="rId2" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`
	}
	members := []string{"[Content_Types].xml",
		`<?xml version="1.0" encoding="UTF-8"?><Types ` +
			`xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ` +
			`ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ` +
			`ContentType="application/xml"/><Override PartName="/word/document.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
			`<Override PartName="/word/numbering.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml"/>` +
			`<Override PartName="/word/styles.xml" ` +
			`ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`,
		"_rels/.rels", `<?xml version="1.0" encoding="UTF-8"?><Relationships ` +
			`xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" ` +
			`Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels",
		`<?xml version="1.0" encoding="UTF-8"?><Relationships ` +
			`xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" ` +
			`Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" ` +
			`Target="numbering.xml"/>` + styles + `</Relationships>`,
		"word/document.xml", document, "word/numbering.xml", w.numbering()}
	if styled {
		members = append(members, "word/styles.xml", stylesOfWord())
	}
	return r.finish(container(members...))
}

func (w *docx) numbering() string {
	var b strings.Builder
	b.WriteString(`<?xml version="1.0" encoding="UTF-8"?><w:numbering ` + wordSpace + `>`)
	for i, n := range wordNumbers {
		fmt.Fprintf(&b, `<w:abstractNum w:abstractNumId="%d"><w:multiLevelType w:val="singleLevel"/><w:lvl `+
			`w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="%s"/><w:suff w:val="nothing"/><w:lvlText w:val="%s"/>`+
			`</w:lvl></w:abstractNum>`, i, n.format, n.text)
	}
	for _, n := range w.nums {
		b.WriteString(n)
	}
	b.WriteString(`</w:numbering>`)
	return b.String()
}

// number gives the paragraph properties that count an ordinal, and the text without it.
func (w *docx) number(text string) (props, rest string) {
	kind, n, rest := ordinalOf(text)
	if !w.style.Numbered || kind < 0 || rest == "" {
		return "", text
	}
	if n != w.count[kind]+1 || len(w.nums) == 0 || kind == 2 && n == 1 { // a list of its own begins
		w.nums = append(w.nums, fmt.Sprintf(
			`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="%d"/>`+
				`</w:lvlOverride></w:num>`, len(w.nums)+1, kind, n))
		w.count[kind+10] = len(w.nums)
	}
	w.count[kind] = n
	if w.count[kind+10] == 0 {
		w.nums = append(w.nums, fmt.Sprintf(`<w:num w:numId="%d"><w:abstractNumId w:val="%d"/></w:num>`, len(w.nums)+1,
			kind))
		w.count[kind+10] = len(w.nums)
	}
	return fmt.Sprintf(`<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="%d"/></w:numPr></w:pPr>`, w.count[kind+10]),
		rest
}

func (w *docx) paragraph(text string, numbered bool) {
	props := ""
	if numbered {
		props, text = w.number(text)
	}
	w.b.WriteString("<w:p>" + props)
	w.run(text, w.style.Revised && len(text) > 30)
	w.b.WriteString("</w:p>")
}

// run writes text, in one run or, with a revision in its middle, in several.
func (w *docx) run(text string, revised bool) {
	if text == "" {
		return
	}
	one := func(s string) string {
		return `<w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312"/><w:sz ` +
			`w:val="21"/></w:rPr><w:t xml:space="preserve">` + html.EscapeString(s) + `</w:t></w:r>`
	}
	r := []rune(text)
	if !revised || len(r) < 2 {
		w.b.WriteString(one(text))
		return
	}
	k := len(r) / 2
	w.b.WriteString(one(string(r[:k])) +
		`<w:del w:id="1" w:author="a"><w:r><w:delText>73</w:delText></w:r></w:del><w:bookmarkStart w:id="2" ` +
		`w:name="x"/>` +
		`<w:r><w:rPr><w:vanish/></w:rPr><w:t>58</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r>` +
		`<w:instrText> =SUM(1,2) </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>` +
		`<w:ins w:id="3" w:author="a">` + one(string(r[k:])) +
		`</w:ins><w:r><w:fldChar w:fldCharType="end"/></w:r><w:bookmarkEnd w:id="2"/>`)
}

func (w *docx) table(t *Table, spans bool) {
	cells, cols := t.place()
	w.b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="9000" w:type="dxa"/></w:tblPr><w:tblGrid>`)
	for range cols {
		fmt.Fprintf(&w.b, `<w:gridCol w:w="%d"/>`, 9000/cols)
	}
	w.b.WriteString(`</w:tblGrid>`)
	deleted := w.style.Revised
	for r := range t.Rows {
		if deleted && r == t.Header+2 { // a row that was struck out
			w.b.WriteString(`<w:tr><w:trPr><w:del w:id="4" w:author="a"/></w:trPr>`)
			for range cols {
				w.b.WriteString(`<w:tc><w:p><w:pPr><w:rPr><w:del w:id="5" w:author="a"/></w:rPr></w:pPr><w:del ` +
					`w:id="6" w:author="a"><w:r><w:delText>91</w:delText></w:r></w:del></w:p></w:tc>`)
			}
			w.b.WriteString(`</w:tr>`)
		}
		w.b.WriteString(`<w:tr>`)
		at := 0
		gap := func(to int) { // columns that no cell of this row covers
			if to > at {
				w.b.WriteString(`<w:tc><w:tcPr>`)
				if to-at > 1 {
					fmt.Fprintf(&w.b, `<w:gridSpan w:val="%d"/>`, to-at)
				}
				w.b.WriteString(`</w:tcPr><w:p/></w:tc>`)
				at = to
			}
		}
		for c := 0; c < cols; c++ {
			for _, x := range cells {
				if x.col != c || r < x.row || r >= x.row+x.Rows {
					continue
				}
				if x.col > at {
					gap(x.col)
				}
				w.b.WriteString(`<w:tc><w:tcPr>`)
				if x.Cols > 1 {
					fmt.Fprintf(&w.b, `<w:gridSpan w:val="%d"/>`, x.Cols)
				}
				switch {
				case x.Rows > 1 && r == x.row:
					w.b.WriteString(`<w:vMerge w:val="restart"/>`)
				case x.Rows > 1:
					w.b.WriteString(`<w:vMerge/>`)
				}
				w.b.WriteString(`</w:tcPr>`)
				switch {
				case r > x.row:
					w.b.WriteString(`<w:p/></w:tc>`)
				case x.Runs != nil:
					w.b.WriteString("<w:p>")
					for _, run := range x.Runs {
						w.b.WriteString(wordRun(run))
					}
					w.b.WriteString("</w:p></w:tc>")
				default:
					for i, line := range strings.Split(x.Text, "\n") {
						props := ""
						if i == 0 && (x.Label || x.Group) {
							props, line = w.number(line)
						}
						w.b.WriteString("<w:p>" + props)
						w.run(line, len(line) > 1 && x.Name != "" && (w.style.Revised || spans))
						w.b.WriteString("</w:p>")
					}
					w.b.WriteString(`</w:tc>`)
				}
				at = x.col + x.Cols
			}
		}
		w.b.WriteString(`</w:tr>`)
	}
	w.b.WriteString(`</w:tbl>`)
}

// RTF writes the report as a rich-text file: Chinese as bytes of GBK and, where unicode is set, as \u with a question
// mark for those who do not know it.
func (r *Report) RTF(unicode bool) []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil\fcharset134 \'cb\'ce\'cc\'e5;` +
		`}{\f1\froman\fcharset0 Times New Roman;}}` + rtfLookTables + `{\info{\title x}{\author y}}{\header\pard 1\par}` + "\n")
	text := func(s string) string {
		var out strings.Builder
		for _, c := range s {
			switch {
			case c == '\\' || c == '{' || c == '}':
				out.WriteString(`\` + string(c))
			case c < 0x80:
				out.WriteRune(c)
			case unicode:
				for _, u := range utf16.Encode([]rune{c}) {
					fmt.Fprintf(&out, `\u%d?`, int16(u))
				}
			default:
				g, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte(string(c)))
				if err != nil {
					fmt.Fprintf(&out, `\u%d?`, int16(c))
					continue
				}
				for _, x := range g {
					fmt.Fprintf(&out, `\'%02x`, x)
				}
			}
		}
		return out.String()
	}
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(`\pard\plain\f0 ` + text(it.Text) + "\\par\n")
			continue
		}
		cells, cols := it.Table.place()
		edge := func(c int) int { return 9000 * c / max(cols, 1) }
		for row := range it.Table.Rows {
			def, body := strings.Builder{}, strings.Builder{}
			def.WriteString(`\trowd\trgaph108\trleft0`)
			at := 0
			for c := 0; c < cols; c++ {
				for _, x := range cells {
					if x.col != c || row < x.row || row >= x.row+x.Rows {
						continue
					}
					if x.col > at {
						fmt.Fprintf(&def, `\cellx%d`, edge(x.col))
						body.WriteString(`\pard\intbl\cell`)
					}
					switch {
					case x.Rows > 1 && row == x.row:
						def.WriteString(`\clvmgf`)
					case x.Rows > 1:
						def.WriteString(`\clvmrg`)
					}
					fmt.Fprintf(&def, `\clbrdrt\brdrs\cellx%d`, edge(x.col+x.Cols))
					body.WriteString(`\pard\intbl\f0 `)
					if row == x.row {
						s := strings.ReplaceAll(text(x.Text), "\n", `\line `)
						if x.Runs != nil {
							s = ""
							for _, run := range x.Runs {
								s += rtfRun(run)
							}
						} else if r.Spans && x.Name != "" && len(x.Text) > 1 && x.Text[0] >= '0' && x.Text[0] <= '9' {
							s = "{\\f1 " + s[:1] + "}{\\b " + s[1:] + "}"
						}
						body.WriteString(s)
					}
					body.WriteString(`\cell` + "\n")
					at = x.col + x.Cols
				}
			}
			b.WriteString(def.String() + "\n" + body.String() + `\row` + "\n")
		}
		b.WriteString(`\pard\par` + "\n")
	}
	b.WriteString("}")
	return r.finish([]byte(b.String()))
}

// ODT writes the report as an OpenDocument text.
func (r *Report) ODT() []byte {
	var b strings.Builder
	p := func(s string) string {
		lines := strings.ReplaceAll(html.EscapeString(s), "\n", "<text:line-break/>")
		return `<text:p text:style-name="P1">` + strings.ReplaceAll(lines, "  ", ` <text:s/>`) + `</text:p>`
	}
	for _, it := range r.Items {
		if it.Table == nil {
			b.WriteString(p(it.Text))
			continue
		}
		cells, cols := it.Table.place()
		fmt.Fprintf(&b, `<table:table table:name="T"><table:table-column table:number-columns-repeated="%d"/>`, cols)
		for row := range it.Table.Rows {
			b.WriteString(`<table:table-row>`)
			for c := 0; c < cols; {
				found := false
				for _, x := range cells {
					if row < x.row || row >= x.row+x.Rows || x.col != c {
						continue
					}
					found = true
					if row > x.row {
						fmt.Fprintf(&b, `<table:covered-table-cell table:number-columns-repeated="%d"/>`, x.Cols)
					} else {
						fmt.Fprintf(&b, `<table:table-cell table:number-columns-spanned="%d" `+
							`table:number-rows-spanned="%d">`, x.Cols, x.Rows)
						s := p(x.Text)
						if x.Runs != nil {
							s = "<text:p>"
							for _, run := range x.Runs {
								s += odtRun(run)
							}
							s += "</text:p>"
						} else if r.Spans && x.Name != "" && len(x.Text) > 1 && x.Text[0] >= '0' && x.Text[0] <= '9' {
							s = `<text:p><text:span text:style-name="T1">` + x.Text[:1] + `</text:span><text:span>` +
								html.EscapeString(x.Text[1:]) + `</text:span></text:p>`
						}
						b.WriteString(s + `</table:table-cell>`)
						if x.Cols > 1 {
							fmt.Fprintf(&b, `<table:covered-table-cell table:number-columns-repeated="%d"/>`, x.Cols-1)
						}
					}
					c += x.Cols
				}
				if !found {
					further := false // a row may end early
					for _, x := range cells {
						further = further || x.row <= row && row < x.row+x.Rows && x.col > c
					}
					if !further {
						break
					}
					b.WriteString(`<table:table-cell><text:p/></table:table-cell>`)
					c++
				}
			}
			b.WriteString(`</table:table-row>`)
		}
		b.WriteString(`</table:table>`)
	}
	const space = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" ` +
		`xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
		`xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" ` +
		`xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
		`xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"`
	return r.finish(container("mimetype", "application/vnd.oasis.opendocument.text",
		"META-INF/manifest.xml",
		`<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">`+
			`<manifest:file-entry manifest:full-path="/" `+
			`manifest:media-type="application/vnd.oasis.opendocument.text"/><manifest:file-entry `+
			`manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>`,
		"content.xml", `<?xml version="1.0" encoding="UTF-8"?><office:document-content `+space+
			` office:version="1.2">`+odtLookStyles()+`<office:body><office:text>`+b.String()+
			`</office:text></office:body></office:document-content>`))
}
