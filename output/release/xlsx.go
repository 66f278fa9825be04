package release

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/zip"

	"github.com/gongkai/gongkai/output"
)

// Limits of a sheet (ECMA-376, as Excel has them). A table of more rows than fit is split over workbooks of its own.
const (
	sheetRows = 1_000_000 // of data; Excel holds 1,048,576 lines
	cellChars = 32_767    // UTF-16 units
)

// sheetTables are the tables of a workbook, in its order. The prose has texts longer than a cell may be; it is in the
// other formats.
var sheetTables = []string{"reports", "panel", "wide", "values", "findings", "claims", "documents", "anomalies"}

// sheetsFirst are those that are there unless more is asked for.
var sheetsFirst = []string{"reports", "panel", "wide"}

// A workbook is written as it goes: 20 million rows pass through it, and a library that keeps or formats each cell
// takes minutes. Texts stand in their cells (inlineStr), so that there is no table of all of them to hold.
type workbook struct {
	zip    *zip.Writer
	sheets []string
	about  [][2]string
}

// Styles, by their place in cellXfs below.
const (
	styleHead  = 1
	styleDate  = 2
	styleMoney = 3
	// of the summary: why there is no number, a share, a number and a share in a sum that fails
	styleWhy        = 4
	styleShare      = 5
	styleDoubt      = 6
	styleDoubtShare = 7
)

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS   = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	relType  = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	mimeBase = "application/vnd.openxmlformats-officedocument.spreadsheetml."

	stylesXML = xmlHead + `<styleSheet ` + mainNS +
		`><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/>` +
		`<numFmt numFmtId="165" formatCode="0.######"/></numFmts>` +
		`<fonts count="3"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/>` +
		`</font><font><sz val="11"/><color rgb="FF808080"/><name val="Calibri"/></font></fonts>` +
		`<fills count="4"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>` +
		`</fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFE8EEF7"/></patternFill></fill>` +
		`<fill><patternFill patternType="solid"><fgColor rgb="FFFAD7A0"/></patternFill></fill></fills>` +
		`<borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border><left/><right/><top/>` +
		`<bottom style="thin"><color rgb="FF808080"/></bottom><diagonal/></border></borders>` +
		`<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="8"><xf/>` +
		`<xf fontId="1" fillId="2" borderId="1" applyFont="1" applyFill="1" applyBorder="1"/>` +
		`<xf numFmtId="164" applyNumberFormat="1"/><xf numFmtId="165" applyNumberFormat="1"/>` +
		`<xf fontId="2" applyFont="1"/><xf numFmtId="10" applyNumberFormat="1"/><xf fillId="3" applyFill="1"/>` +
		`<xf numFmtId="10" fillId="3" applyNumberFormat="1" applyFill="1"/></cellXfs>` +
		`<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`
)

func newWorkbook(w io.Writer) *workbook {
	b := &workbook{zip: zip.NewWriter(w)}
	b.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w,
			flate.BestSpeed)
	})
	return b
}

// begin opens the next sheet, with its header line frozen or without one.
func (b *workbook) begin(name string, widths []int, frozen bool) (*bufio.Writer, error) {
	b.sheets = append(b.sheets, name)
	part, err := b.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(b.sheets)))
	if err != nil {
		return nil, err
	}
	w := bufio.NewWriterSize(part, 1<<16)
	_, _ = w.WriteString(xmlHead + `<worksheet ` + mainNS + `>`) // the writer keeps its first error for Flush
	if frozen {
		_, _ = w.WriteString(
			`<sheetViews><sheetView workbookViewId="0">` +
				`<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>`)
	}
	_, _ = w.WriteString("<cols>")
	for i, n := range widths {
		fmt.Fprintf(w, `<col min="%d" max="%d" width="%d" customWidth="1"/>`, i+1, i+1, n)
	}
	_, _ = w.WriteString("</cols><sheetData>")
	return w, nil
}

func end(w *bufio.Writer) error {
	_, _ = w.WriteString("</sheetData></worksheet>")
	return w.Flush()
}

// sheet writes rows from to to (without it) of a table; what a cell cannot hold is named in its place and counted in
// the sheet about.
func (b *workbook) sheet(t output.TableDoc, file output.File, from, to int64) error {
	cols := columnsOf(t)
	widths := make([]int, len(cols))
	letters := make([]string, len(cols))
	for i := range cols {
		widths[i], letters[i] = 16, columnLetters(i)
	}
	w, err := b.begin(t.Name, widths, true)
	if err != nil {
		return err
	}
	line := []byte(`<row r="1">`)
	for i, c := range cols {
		line = appendText(line, letters[i], "1", styleHead, c.Name)
	}
	_, _ = w.Write(append(line, "</row>"...))
	n, cut := 1, 0
	var number []byte
	err = readRowsFrom(file, cols, from, to, func(row []cell) error {
		n++
		number = strconv.AppendInt(number[:0], int64(n), 10)
		at := string(number)
		line = append(append(append(line[:0], `<row r="`...), at...), `">`...)
		for i := range cols {
			v := &row[i]
			if v.null {
				continue
			}
			switch k := cols[i].kind; k {
			case text, list:
				s := v.s
				if len(s) > cellChars && units(s) > cellChars {
					cut++
					s = fmt.Sprintf("(%d characters: see csv/%s)", utf8.RuneCountInString(s), t.Name)
				}
				line = appendText(line, letters[i], at, 0, s)
			case truth:
				line = append(appendStart(line, letters[i], at, 0), ` t="b"><v>`...)
				line = append(strconv.AppendInt(line, v.i, 10), "</v></c>"...)
			default:
				style := 0
				switch {
				case k == date:
					style = styleDate
				case k == money && v.i%1_000_000 != 0:
					style = styleMoney
				}
				line = append(appendStart(line, letters[i], at, style), "><v>"...)
				switch k {
				case date:
					line = strconv.AppendInt(line, v.i+25569, 10) // days since 1899-12-30
				case money:
					line = appendMoney(line, v.i)
				case measure:
					line = strconv.AppendFloat(line, v.f, 'g', -1, 64)
				default:
					line = strconv.AppendInt(line, v.i, 10)
				}
				line = append(line, "</v></c>"...)
			}
		}
		line = append(line, "</row>"...)
		_, err := w.Write(line)
		return err
	})
	if err != nil {
		return err
	}
	if cut > 0 {
		b.about = append(b.about, [2]string{t.Name, fmt.Sprintf("%d texts longer than a cell holds are named, not "+
			"shown "+
			"· %d 处文本超出单元格容量，仅注明字数", cut, cut)})
	}
	b.about = append(b.about, [2]string{t.Name, t.Doc + " · " + t.DocZh})
	return end(w)
}

// finish writes the sheet about, which stands first, and what binds the parts together.
func (b *workbook) finish(lines [][2]string) error {
	w, err := b.begin("about", []int{16, 110}, false)
	if err != nil {
		return err
	}
	for i, l := range append(lines, b.about...) {
		at := strconv.Itoa(i + 1)
		line := []byte(`<row r="` + at + `">`)
		for k, s := range l {
			if s != "" {
				line = appendText(line, columnLetters(k), at, 0, s)
			}
		}
		_, _ = w.Write(append(line, "</row>"...))
	}
	if err := end(w); err != nil {
		return err
	}
	var types, list, rels strings.Builder
	types.WriteString(xmlHead +
		`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/xl/workbook.xml" ContentType="` + mimeBase + `sheet.main+xml"/><Override ` +
		`PartName="/xl/styles.xml" ContentType="` + mimeBase + `styles+xml"/>`)
	rels.WriteString(xmlHead +
		`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId0" Type="` + relType + `/styles" Target="styles.xml"/>`)
	for i := range b.sheets {
		fmt.Fprintf(&types, `<Override PartName="/xl/worksheets/sheet%d.xml" ContentType="%sworksheet+xml"/>`,
			i+1, mimeBase)
		fmt.Fprintf(&rels, `<Relationship Id="rId%d" Type="%s/worksheet" Target="worksheets/sheet%d.xml"/>`,
			i+1, relType, i+1)
		k := (i + len(b.sheets) - 1) % len(b.sheets) // the last, about, first
		fmt.Fprintf(&list, `<sheet name="%s" sheetId="%d" r:id="rId%d"/>`, b.sheets[k], k+1, k+1)
	}
	for _, p := range [][2]string{
		{"[Content_Types].xml", types.String() + "</Types>"},
		{"_rels/.rels", xmlHead +
			`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
			`<Relationship Id="rId1" Type="` + relType + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", xmlHead + `<workbook ` + mainNS + ` xmlns:r="` + relType +
			`"><bookViews><workbookView activeTab="0"/></bookViews><sheets>` + list.String() + `</sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", rels.String() + "</Relationships>"},
		{"xl/styles.xml", stylesXML},
	} {
		part, err := b.zip.Create(p[0])
		if err != nil {
			return err
		}
		if _, err := io.WriteString(part, p[1]); err != nil {
			return err
		}
	}
	return b.zip.Close()
}

func columnLetters(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return columnLetters(i/26-1) + string(rune('A'+i%26))
}

func appendStart(b []byte, letters, row string, style int) []byte {
	b = append(append(append(append(b, `<c r="`...), letters...), row...), '"')
	if style != 0 {
		b = append(append(b, ` s="`...), byte('0'+style), '"')
	}
	return b
}

func appendText(b []byte, letters, row string, style int, s string) []byte {
	b = append(appendStart(b, letters, row, style), ` t="inlineStr"><is><t`...)
	if s != "" && (s[0] <= ' ' || s[len(s)-1] <= ' ' || strings.ContainsAny(s, "\n\t") || strings.Contains(s, "  ")) {
		b = append(b, ` xml:space="preserve"`...)
	}
	return append(appendXML(append(b, '>'), s), "</t></is></c>"...)
}

// appendXML writes a text as ST_Xstring: what XML cannot hold is _xHHHH_, and what looks like that is escaped itself.
// Bytes that are no UTF-8 become U+FFFD, as everywhere in XML.
func appendXML(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '_' && looksEscaped(s[i:]):
			b = append(b, "_x005F_"...)
		case c < ' ' && c != '\n' && c != '\t':
			b = fmt.Appendf(b, "_x%04X_", c)
		case c < utf8.RuneSelf:
			b = append(b, c)
		default:
			r, n := utf8.DecodeRuneInString(s[i:])
			if r == 0xfffe || r == 0xffff {
				r = utf8.RuneError
			}
			b = utf8.AppendRune(b, r)
			i += n
			continue
		}
		i++
	}
	return b
}

func looksEscaped(s string) bool {
	if len(s) < 7 || s[1] != 'x' || s[6] != '_' {
		return false
	}
	_, err := strconv.ParseUint(s[2:6], 16, 16)
	return err == nil
}

// units counts UTF-16 units: what the limit of a cell is in.
func units(s string) (n int) {
	for _, r := range s {
		if n++; r > 0xffff {
			n++
		}
	}
	return n
}
