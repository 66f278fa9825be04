package gold

import (
	"bytes"
	"encoding/xml"
	"flag"
	"fmt"
	"image"
	"image/png"
	"maps"
	"math/rand"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"github.com/gongkai/gongkai/extract"
	"github.com/gongkai/gongkai/extract/script"
)

var inkFiles = flag.String("ink", "", "compare these files of offices only: 100-150 is from the 100th up to the 150th of each format")

// TestInk reads files of offices whose text is set in ways chosen by chance, and compares each cell with the ink on the
// page that LibreOffice prints: a word of the page counts if its box holds ink of another colour than its ground, and is
// no line runs through it. The cell must be read as that, or as one of which nobody can tell what it prints.
func TestInk(t *testing.T) {
	first, n := 0, 60 // files of each of seven formats
	if !longRun {
		n = 1
	}
	if *inkFiles != "" {
		if _, err := fmt.Sscanf(*inkFiles, "%d-%d", &first, &n); err != nil {
			t.Fatal(err)
		}
	}
	tool(t, "soffice", "libreoffice")
	tool(t, "pdftotext")
	tool(t, "pdftoppm")
	texts, sheets := map[string][]byte{}, map[string][]byte{}
	docx := map[string][]byte{}
	for i := first; i < n; i++ {
		rng := rand.New(rand.NewSource(int64(7000 + i)))
		name := fmt.Sprintf("%03d", i)
		docx[name+".docx"] = inkDocx(rng)
		texts[name+".docx"] = docx[name+".docx"]
		texts[name+".odt"] = inkODT(rng)
		texts[name+".rtf"] = inkRTF(rng)
		sheets[name+".xlsx"] = inkXLSX(rng)
	}
	files := map[string][]byte{}
	for _, from := range []struct {
		to, ext string
		in      map[string][]byte
	}{{"doc:MS Word 97", ".doc", docx}, {"xls:MS Excel 97", ".xls", sheets}, {"ods", ".ods", sheets}} {
		for name, body := range convert(t, from.to, "", from.in) {
			files[strings.TrimSuffix(name, filepath.Ext(name))+from.ext] = body
		}
	}
	for _, m := range []map[string][]byte{texts, sheets} {
		for name, body := range m {
			files[name] = body
		}
	}
	printed := map[string][]byte{}
	for batch := range slices.Chunk(slices.Sorted(maps.Keys(files)), 40) { // of more LibreOffice makes only some
		part := map[string][]byte{}
		for _, name := range batch {
			part[name] = files[name]
		}
		maps.Copy(printed, convert(t, "pdf", "", part))
	}
	counts := map[string]*[3]int{}
	shown := 0
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if printed[name] == nil {
			continue
		}
		truth := inked(t, printed[name])
		ext := filepath.Ext(name)
		if counts[ext] == nil {
			counts[ext] = &[3]int{}
		}
		got, err := labelled(files[name], "report"+ext)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for label, want := range truth {
			have, found := got[label]
			switch {
			case !found && strings.TrimSpace(want) != "": // a row of a label alone is no row of a table
				t.Errorf("%s %s: not read, %q is printed", name, label, want)
			case strings.ContainsRune(have, '\ufffd'):
				counts[ext][1]++
			case sameInk(have, want):
				counts[ext][0]++
			default:
				counts[ext][2]++
				if shown++; shown < 60 {
					t.Errorf("%s %s: %q is printed, %q is read", name, label, want, have)
				}
			}
		}
	}
	for _, ext := range []string{".docx", ".doc", ".odt", ".rtf", ".xlsx", ".xls", ".ods"} {
		if c := counts[ext]; c != nil {
			t.Logf("%-5s %5d cells as printed, %4d unreadable, %d otherwise", ext, c[0], c[1], c[2])
			if c[0] < c[1] {
				t.Errorf("%s: more cells unreadable than read", ext)
			}
		}
	}
}

// sameInk compares what is read with what is printed, and digits above or below the line with such.
func sameInk(have, want string) bool {
	want = script.Settle(want)
	return norm.NFKC.String(squeeze(have)) == norm.NFKC.String(squeeze(want)) &&
		(!strings.Contains(want, "888") || strings.ContainsAny(have,
			"⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉") == strings.ContainsAny(want, "⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉"))
}

// labelled gives the text that is read beside each label R00 … of a document.
func labelled(body []byte, name string) (map[string]string, error) {
	doc, err := extract.Read(body, name)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	for _, b := range doc.Blocks {
		if b.Table == nil {
			continue
		}
		for _, c := range b.Table.Cells {
			if c.Col != 0 || !strings.HasPrefix(c.Text, "R") {
				continue
			}
			out[c.Text] = ""
			for _, v := range b.Table.Cells {
				if v.Row == c.Row && v.Col == 1 {
					out[c.Text] = v.Text
				}
			}
		}
	}
	return out, nil
}

type inkWord struct {
	XMin float64 `xml:"xMin,attr"`
	YMin float64 `xml:"yMin,attr"`
	XMax float64 `xml:"xMax,attr"`
	YMax float64 `xml:"yMax,attr"`
	Text string  `xml:",chardata"`
}

// inked gives what is printed beside each label of a PDF: the words whose boxes hold ink, with raised digits as such.
func inked(t *testing.T, body []byte) map[string]string {
	t.Helper()
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.pdf"), filepath.Join(dir, "a.xml")
	if err := os.WriteFile(in, body, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := command(t, tool(t, "pdftotext"), "-bbox", in, out); err != nil {
		t.Fatal(err)
	}
	const dpi = 144
	if err := command(t, tool(t, "pdftoppm"), "-png", "-r", fmt.Sprint(dpi), in, filepath.Join(dir, "p")); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	var pages struct {
		Pages []struct {
			Words []inkWord `xml:"word"`
		} `xml:"body>doc>page"`
	}
	d := xml.NewDecoder(bytes.NewReader(b))
	d.Strict, d.Entity = false, xml.HTMLEntity
	if err := d.Decode(&pages); err != nil {
		t.Fatal(err)
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "p*.png"))
	if err != nil || len(pictures) != len(pages.Pages) {
		t.Fatalf("%d pictures of %d pages: %v", len(pictures), len(pages.Pages), err)
	}
	sort.Strings(pictures)
	truth := map[string]string{}
	for i, p := range pages.Pages {
		f, err := os.ReadFile(pictures[i])
		if err != nil {
			t.Fatal(err)
		}
		img, err := png.Decode(bytes.NewReader(f))
		if err != nil {
			t.Fatal(err)
		}
		var labels []inkWord
		for _, w := range p.Words {
			if len(w.Text) == 3 && w.Text[0] == 'R' {
				labels = append(labels, w)
				truth[w.Text] = ""
			}
		}
		sort.Slice(labels, func(a, b int) bool { return labels[a].YMin < labels[b].YMin })
		sort.SliceStable(p.Words, func(a, b int) bool { return p.Words[a].XMin < p.Words[b].XMin })
		for _, w := range p.Words {
			middle := (w.YMin + w.YMax) / 2
			k := sort.Search(len(labels), func(i int) bool { return labels[i].YMin-3 > middle }) - 1
			if k < 0 || w.XMin < labels[k].XMax+5 {
				continue
			}
			ink, crossed := look(img, w, dpi)
			if !ink || crossed {
				continue
			}
			text := w.Text
			// digits as high as no other word in the cell, or whose line is another, stand above or below
			for _, o := range p.Words {
				if o.XMin > labels[k].XMax && o.Text == "888" && sameRow(labels, k, o) {
					switch {
					case w.YMax < o.YMax-2.5:
						text = raisedDigits.Replace(text)
					case w.YMin > o.YMin+2:
						text = sunkDigits.Replace(text)
					}
				}
			}
			truth[labels[k].Text] += " " + text
		}
	}
	return truth
}

func sameRow(labels []inkWord, k int, w inkWord) bool {
	middle := (w.YMin + w.YMax) / 2
	return sort.Search(len(labels), func(i int) bool { return labels[i].YMin-3 > middle })-1 == k
}

var raisedDigits = strings.NewReplacer("1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷",
	"8", "⁸", "9",
	"⁹", "0", "⁰")
var sunkDigits = strings.NewReplacer("1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8",
	"₈", "9",
	"₉", "0", "₀")

// look tells whether the box of a word holds ink, and whether a line runs through it.
func look(img image.Image, w inkWord, dpi float64) (ink, crossed bool) {
	k := dpi / 72
	high := w.YMax - w.YMin
	x0, x1 := int((w.XMin+0.3)*k), int((w.XMax-0.3)*k)
	y0, y1 := int((w.YMin+high*0.15)*k), int((w.YMax-high*0.15)*k)
	at := func(x, y int) [3]int {
		r, g, b, _ := img.At(x, y).RGBA()
		return [3]int{int(r >> 8), int(g >> 8), int(b >> 8)}
	}
	count := map[[3]int]int{}
	for y := y0; y <= y1; y++ {
		for x := x0; x <= x1; x++ {
			count[at(x, y)]++
		}
	}
	var ground [3]int
	most := 0
	for c, n := range count {
		if n > most || n == most && fmt.Sprint(c) < fmt.Sprint(ground) {
			ground, most = c, n
		}
	}
	other := func(c [3]int) bool {
		far := 0
		for i := range c {
			far = max(far, c[i]-ground[i], ground[i]-c[i])
		}
		return far > 24
	}
	for y := y0; y <= y1; y++ {
		row := 0
		for x := x0; x <= x1; x++ {
			if other(at(x, y)) {
				row++
				ink = true
			}
		}
		if y > y0+(y1-y0)/5 && y < y1-(y1-y0)/5 && row*100 >= (x1-x0+1)*97 && strings.Trim(w.Text, "-—_+=") != "" {
			crossed = true
		}
	}
	return ink, crossed
}

// inkNumber is a number of three or four digits in which no digit is a bar from side to side.
func inkNumber(rng *rand.Rand) string {
	s := ""
	for range 3 + rng.Intn(2) {
		s += string("135696"[rng.Intn(6)]) // 888 is what is measured by
	}
	if strings.Trim(s, s[:1]) == "" { // the strokes of like digits may touch, and cross them out for who measures
		return s[:1] + "3951"[:len(s)-1]
	}
	return s
}

const inkRows = 24

// inkDocx makes a Word file: each row a label and a cell of some runs, each set in one of many ways.
func inkDocx(rng *rand.Rand) []byte {
	styles := `<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="table" w:default="1" w:styleId="TN"><w:name w:val="Normal Table"/></w:style>` +
		`<w:style w:type="table" w:styleId="T1"><w:name w:val="T1"/><w:basedOn w:val="TN"/><w:tblStylePr ` +
		`w:type="firstRow">` +
		`<w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>` +
		`</w:tcPr>` +
		`</w:tblStylePr><w:tblStylePr w:type="band1Horz"><w:tcPr><w:shd w:val="clear" w:fill="D9E2F3"/></w:tcPr>` +
		`</w:tblStylePr></w:style>`
	char := func(id, based, props string) {
		b := ""
		if based != "" {
			b = `<w:basedOn w:val="` + based + `"/>`
		}
		styles += `<w:style w:type="character" w:styleId="` + id + `"><w:name ` +
			`w:val="` + id + `"/>` + b + `<w:rPr>` + props +
			`</w:rPr></w:style>`
	}
	char("CW", "", `<w:color w:val="FFFFFF"/>`)
	char("CWB", "CW", `<w:b/>`)
	char("CS", "", `<w:strike/>`)
	char("CSB", "CS", `<w:i/>`)
	char("CU", "", `<w:vertAlign w:val="superscript"/>`)
	char("CUB", "CU", `<w:color w:val="FF0000"/>`)
	char("CH", "", `<w:vanish/>`)
	char("CHB", "CH", `<w:vanish w:val="0"/>`)
	char("CD", "", `<w:vertAlign w:val="subscript"/>`)
	styles += `<w:style w:type="paragraph" w:styleId="PW"><w:name w:val="PW"/><w:basedOn w:val="N"/><w:rPr>` +
		`<w:color w:val="FFFFFF"/></w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="PS"><w:name w:val="PS"/><w:basedOn w:val="N"/><w:rPr><w:strike/>` +
		`</w:rPr></w:style>` +
		`<w:style w:type="paragraph" w:styleId="PSB"><w:name w:val="PSB"/><w:basedOn w:val="PS"/><w:rPr><w:b/>` +
		`</w:rPr></w:style>`
	looks := []string{"", "", "", `<w:b/>`, `<w:color w:val="FF0000"/>`, `<w:color w:val="FFFFFF"/>`,
		`<w:color w:val="auto"/>`, `<w:strike/>`, `<w:dstrike/>`, `<w:vanish/>`, `<w:vertAlign w:val="superscript"/>`,
		`<w:vertAlign w:val="subscript"/>`, `<w:position w:val="12"/>`, `<w:position w:val="-12"/>`, `<w:rStyle ` +
			`w:val="CW"/>`,
		`<w:rStyle w:val="CWB"/>`, `<w:rStyle w:val="CS"/>`, `<w:rStyle w:val="CSB"/>`, `<w:rStyle w:val="CU"/>`,
		`<w:rStyle w:val="CUB"/>`, `<w:rStyle w:val="CH"/>`, `<w:rStyle w:val="CHB"/>`, `<w:rStyle w:val="CD"/>`,
		`<w:rStyle w:val="CS"/><w:strike w:val="0"/>`, `<w:rStyle w:val="CW"/><w:color w:val="000000"/>`,
		`<w:shd w:val="clear" w:fill="000000"/><w:color w:val="FFFFFF"/>`, `<w:highlight w:val="yellow"/>`,
		`<w:color w:val="FFFF00"/><w:highlight w:val="yellow"/>`, `<w:color w:val="1F3864"/>`, `<w:color ` +
			`w:val="D9E2F3"/>`,
		`<w:outline/>`, `<w:caps/>`, `<w:fitText w:val="900" w:id="1"/>`, `<w:spacing w:val="10"/>`, `<w:szCs w:val="2"/>`,
		`<w:shd w:val="clear" w:fill="FFFF00"/><w:color w:val="FFFF00"/>`, `<w:em w:val="dot"/>`}
	run := func() string {
		s := inkNumber(rng)
		props := looks[rng.Intn(len(looks))]
		r := `<w:r><w:rPr>` + props + `</w:rPr><w:t xml:space="preserve">` + s + `</w:t></w:r>`
		switch rng.Intn(16) {
		case 0:
			return `<w:del w:id="1" w:author="a"><w:r><w:delText>` + s + `</w:delText></w:r></w:del>`
		case 2:
			return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> QUOTE "777" </w:instrText></w:r>` +
				`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + r + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
		case 3:
			return `<w:r><mc:AlternateContent><mc:Choice Requires="zz"><w:t>777</w:t></mc:Choice><mc:Fallback>` +
				`<w:t>` + s +
				`</w:t></mc:Fallback></mc:AlternateContent></w:r>`
		case 4:
			return `<m:oMath><m:f><m:num><m:r><m:t>` + s + `</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r>` +
				`</m:den></m:f></m:oMath>`
		case 5:
			return `<w:hyperlink w:anchor="x">` + r + `</w:hyperlink>`
		}
		return r
	}
	body := ""
	for part := range 2 {
		style := pick(rng, "", `<w:tblStyle w:val="T1"/>`)
		body += `<w:tbl><w:tblPr>` + style + `<w:tblW w:w="9000" w:type="dxa"/><w:tblLayout w:type="fixed"/>` +
			`<w:tblLook w:val="0420" ` +
			`w:firstRow="1" w:lastRow="0" w:firstColumn="0" w:lastColumn="0" w:noHBand="0" w:noVBand="1"/>` +
			`</w:tblPr><w:tblGrid>` +
			`<w:gridCol w:w="2000"/><w:gridCol w:w="7000"/></w:tblGrid>`
		for i := range inkRows / 2 {
			fill := pick(rng, "", "", "", `<w:shd w:val="clear" w:color="auto" w:fill="1F3864"/>`,
				`<w:shd w:val="clear" w:color="auto" w:fill="FFFFFF"/>`, `<w:shd w:val="pct20" w:color="auto" `+
					`w:fill="FFFFFF"/>`)
			para := pick(rng, "", "", "", "", "PW", "PS", "PSB")
			if para != "" {
				para = `<w:pPr><w:pStyle w:val="` + para + `"/></w:pPr>`
			}
			cell := `<w:r><w:t xml:space="preserve">888</w:t></w:r>`
			if para != "" || rng.Intn(4) == 0 {
				cell = ""
			}
			for range rng.Intn(4) {
				cell += `<w:r><w:t xml:space="preserve"> </w:t></w:r>` + run()
			}
			body += fmt.Sprintf(`<w:tr><w:trPr><w:trHeight w:val="500"/></w:trPr><w:tc><w:tcPr><w:tcW `+
				`w:w="2000" w:type="dxa"/></w:tcPr><w:p><w:r><w:t>R%02d</w:t>`+
				`</w:r></w:p></w:tc><w:tc><w:tcPr><w:tcW w:w="7000" w:type="dxa"/>%s</w:tcPr><w:p>%s%s</w:p>`+
				`</w:tc></w:tr>`, part*inkRows/2+i, fill, para, cell)
		}
		body += `</w:tbl><w:p/>`
	}
	const types = "application/vnd.openxmlformats-officedocument.wordprocessingml."
	const rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	return container("[Content_Types].xml", `<?xml version="1.0"?><Types `+
		`xmlns="http://schemas.openxmlformats.org/package/2006/content-types">`+
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>`+
		`<Override PartName="/word/document.xml" ContentType="`+types+`document.main+xml"/>`+
		`<Override PartName="/word/styles.xml" ContentType="`+types+`styles+xml"/></Types>`,
		"_rels/.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+
			`<Relationship Id="rId1" `+
			`Type="`+rel+`/officeDocument" Target="word/document.xml"/></Relationships>`,
		"word/_rels/document.xml.rels", `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`+
			`<Relationship Id="rId1" `+
			`Type="`+rel+`/styles" Target="styles.xml"/></Relationships>`,
		"word/styles.xml", `<w:styles `+wordSpace+`>`+styles+`</w:styles>`,
		"word/document.xml", `<w:document `+wordSpace+` xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" `+
			`xmlns:zz="urn:zz">`+
			`<w:body>`+body+`<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>`)
}

// inkODT makes an OpenDocument text of the same kind.
func inkODT(rng *rand.Rand) []byte {
	const space = `xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" ` +
		`xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" ` +
		`xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" ` +
		`xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0" ` +
		`xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"`
	props := map[string]string{"W": `fo:color="#ffffff"`, "S": `style:text-line-through-type="double"`,
		"S2": `style:text-line-through-style="solid"`, "S0": `style:text-line-through-style="none" ` +
			`style:text-line-through-type="none"`,
		"U": `style:text-position="super 58%"`, "U2": `style:text-position="33% ` +
			`58%"`, "D": `style:text-position="sub 58%"`,
		"D2": `style:text-position="-33% 58%"`, "H": `text:display="none"`, "B": `fo:font-weight="bold"`,
		"R":  `fo:color="#ff0000"`,
		"WB": `fo:color="#ffffff" fo:background-color="#000000"`, "YY": `fo:color="#ffff00" ` +
			`fo:background-color="#ffff00"`,
		"A": `style:use-window-font-color="true"`, "N": `fo:color="#1f3864"`}
	named, auto := "", ""
	var spans []string
	for _, id := range []string{"W", "S", "S2", "S0", "U", "U2", "D", "D2", "H", "B", "R", "WB", "YY", "A", "N"} {
		named += `<style:style style:name="N` + id + `" style:family="text">` +
			`<style:text-properties ` + props[id] + `/></style:style>`
		auto += `<style:style style:name="T` + id + `" style:family="text">` +
			`<style:text-properties ` + props[id] + `/></style:style>` +
			`<style:style style:name="C` + id + `" style:family="text" style:parent-style-name="N` + id + `">` +
			`<style:text-properties fo:font-style="italic"/></style:style>`
		spans = append(spans, "N"+id, "T"+id, "C"+id)
	}
	for _, id := range []string{"W", "S", "R"} {
		auto += `<style:style style:name="P` + id + `" style:family="paragraph">` +
			`<style:text-properties ` + props[id] + `/></style:style>`
	}
	auto += `<style:style style:name="ce" style:family="table-cell"><style:table-cell-properties/></style:style>` +
		`<style:style style:name="dark" style:family="table-cell"><style:table-cell-properties ` +
		`fo:background-color="#1f3864"/></style:style>` +
		`<style:style style:name="white" style:family="table-cell"><style:table-cell-properties ` +
		`fo:background-color="#ffffff"/></style:style>` +
		`<style:style style:name="row" style:family="table-row"><style:table-row-properties ` +
		`style:min-row-height="0.9cm"/></style:style>`
	body := `<text:variable-decls><text:variable-decl office:value-type="float" text:name="n"/></text:variable-decls>` +
		`<text:user-field-decls><text:user-field-decl office:value-type="float" office:value="777" text:name="u"/>` +
		`</text:user-field-decls><table:table table:name="T"><table:table-column table:number-columns-repeated="2"/>`
	for i := range inkRows {
		para := pick(rng, "", "", "", "PW", "PS", "PR")
		cell := "888 "
		if para != "" || rng.Intn(4) == 0 {
			cell = ""
		}
		for range rng.Intn(4) {
			s := inkNumber(rng)
			span := `<text:span text:style-name="` + spans[rng.Intn(len(spans))] + `">` + s + `</text:span>`
			switch rng.Intn(14) {
			case 0:
				span = s
			case 1:
				span = `<text:span text:style-name="` + spans[rng.Intn(len(spans))] + `">` + span + `</text:span>`
			case 2:
				span = `<text:hidden-text text:condition="ooow:1" text:string-value="` + s + `" text:is-hidden="true"/>`
			case 3:
				span = `<text:user-field-get text:name="u">777</text:user-field-get>`
			case 4:
				span = `<text:variable-set text:name="n" text:display="none" office:value-type="float" office:value="777">` +
					`777</text:variable-set>` + span
			case 5:
				span = `<text:drop-down text:name="d"><text:label text:value="` + s + `" text:current-selected="true"/>` + s +
					`</text:drop-down>`
			}
			cell += span + " "
		}
		body += fmt.Sprintf(`<table:table-row table:style-name="row"><table:table-cell><text:p>R%02d</text:p>`+
			`</table:table-cell>`+
			`<table:table-cell table:style-name="%s"><text:p text:style-name="%s">%s</text:p></table:table-cell>`+
			`</table:table-row>`,
			i, pick(rng, "ce", "ce", "ce", "dark", "white"), para, cell)
	}
	body += `</table:table>`
	return container("mimetype", "application/vnd.oasis.opendocument.text", "META-INF/manifest.xml",
		`<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"><manifest:file-entry `+
			`manifest:full-path="/" manifest:media-type="application/vnd.oasis.opendocument.text"/>`+
			`<manifest:file-entry `+
			`manifest:full-path="content.xml" manifest:media-type="text/xml"/><manifest:file-entry `+
			`manifest:full-path="styles.xml" `+
			`manifest:media-type="text/xml"/></manifest:manifest>`,
		"styles.xml", `<office:document-styles `+space+` office:version="1.2">`+
			`<office:styles>`+named+`</office:styles></office:document-styles>`,
		"content.xml", `<office:document-content `+space+` office:version="1.2"><office:automatic-styles>`+auto+
			`</office:automatic-styles><office:body><office:text>`+body+`</office:text></office:body>`+
			`</office:document-content>`)
}

// inkRTF makes a rich-text file of the same kind.
func inkRTF(rng *rand.Rand) []byte {
	var b strings.Builder
	b.WriteString(`{\rtf1\ansi\deff0{\fonttbl{\f0 Times New Roman;}}{\colortbl;\red255\green255\blue255;\red255\green0\blue0;` +
		`\red31\green56\blue100;\red255\green255\blue0;}{\stylesheet{\s0 Normal;}{\s1\cf1 ` +
		`PW;}{\s2\sbasedon0\strike PS;}` +
		`{\*\cs10\additive\strike S;}{\*\cs11\additive\super U;}{\*\cs12\additive\v H;}{\*\cs13\additive\cf1 W;}` +
		`{\*\cs14\additive\sbasedon13\b WB;}}` + "\n")
	looks := []string{"", "", `\b`, `\cf1`, `\cf2`, `\strike`, `\striked1`, `\v`, `\super`, `\sub`, `\up8`,
		`\dn8`, `\cs10`, `\cs11`,
		`\cs12`, `\cs13`, `\cs14`, `\cs10\strike`, `\cs11\super`, `\cs12\v`, `\cs13\cf1`, `\strike\strike0`,
		`\cf1\highlight3`,
		`\cf4\highlight4`, `\deleted`, `\cf3`}
	for i := range inkRows {
		ground := pick(rng, "", "", "", `\clcbpat3`, `\clcbpat1`)
		para := pick(rng, "", "", "", `\s1\cf1`, `\s2\strike`, `\s2`, `\s1`)
		fmt.Fprintf(&b, `\trowd\trgaph108\trrh500\cellx2000%s\cellx9000\pard\plain\intbl\f0 `+
			`R%02d\cell\pard\plain\intbl%s\f0 `, ground, i, para)
		if para == "" && rng.Intn(4) > 0 {
			b.WriteString("888")
		}
		for range rng.Intn(4) {
			s := inkNumber(rng)
			run := "{" + looks[rng.Intn(len(looks))] + " " + s + "}"
			switch rng.Intn(10) {
			case 0:
				run = `{\field{\*\fldinst QUOTE "777"}{\fldrslt ` + run + `}}`
			case 1:
				run = `{\*\unknown 777}` + run
			}
			b.WriteString(" " + run)
		}
		b.WriteString(`\cell\row` + "\n")
	}
	b.WriteString(`\pard\par}`)
	return []byte(b.String())
}

// inkFormats are formats of numbers as offices use them, and as they do not.
var inkFormats = []string{"General", "0", "0.00", "#,##0", "#,##0.00", `0;-0;"none"`, `0;-0;;@`, `[=0]"";0`, `[>` +
	`100]0;"few"`,
	`[<100]"few";0`, "0%", "0.0%", "0,", "#,##0.0,", "# ?/?", "# ??/??", "0.00E+00", "@", `0"pc"`, `"in all "0" ` +
		`pc"`, `0_ ;[Red]-0 `,
	`_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ `, "yyyy-m-d", "m/d", "[White]0", "[$-804]0", "??0", "0.0#",
	"#.##", ".00", "000", "#",
	"0.00;;", `"x";"y"`, "#,##0;(#,##0)", `0;"down "0`, ";;;", `"a"0;"b"0;"c"0;"d"@`, "00-00",
	"#,##0.00_);[Red](#,##0.00)",
	`[>=1000]0.0,"k";0`, "0.000", "h:mm", `yyyy"-"mm`, "0.0,,", "$#,##0", `[Red][<0]0;[Blue][>=0]0`, `#,##0;-#,##0;"-"`,
	`General"pc"`, "?0", "0.##", "# ?/8", `0"."0`, "0 0", `General;-General;"-"`, `_(* #,##0_);_(* \(#,##0\);_(* "-"_);_(@_)`,
	`[<1]"none";0`, "[Blue]0;[Red]-0;0"}

var inkValues = []float64{0, 1, 5, -3, 1234, 15382, 2417.345, 0.5, 1.005, 2.675, 0.045, 99.995, 1250000, 44927,
	-0.4, 12.5, -2417.345, 0.005,
	100, 99.5, 1000, 999999.5, 3.14159, -1234567, 10}

// inkXLSX makes a sheet of the same kind.
func inkXLSX(rng *rand.Rand) []byte {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "Sheet1"
	must := func(err error) {
		if err != nil {
			panic(err) // what we write fits into a sheet
		}
	}
	must(f.SetColWidth(sheet, "A", "A", 10))
	must(f.SetColWidth(sheet, "B", "B", 40))
	row := 0
	white, fill := "FFFFFF", excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"1F3864"}}
	for i := range 2 * inkRows {
		row++
		must(f.SetCellStr(sheet, fmt.Sprintf("A%d", row), fmt.Sprintf("R%02d", i)))
		at := fmt.Sprintf("B%d", row)
		s := &excelize.Style{Font: &excelize.Font{Size: 10}, Alignment: &excelize.Alignment{Horizontal: "left"}}
		switch rng.Intn(12) {
		case 0:
			s.Font.Color = white
		case 1:
			s.Font.Color, s.Fill = white, fill
		case 2:
			s.Font.Strike = true
		case 3:
			s.Fill = fill
		case 4:
			s.Font.Color = white
			s.Fill = excelize.Fill{Type: "gradient", Color: []string{"1F3864", "4F6894"}, Shading: 1}
		case 5:
			s.Fill = excelize.Fill{Type: "gradient", Color: []string{"FFFFFF", "D9E2F3"}, Shading: 1}
		}
		switch rng.Intn(4) {
		case 0:
			must(f.SetCellStr(sheet, at, inkNumber(rng)))
			format := pick(rng, inkFormats...)
			if rng.Intn(2) == 0 {
				s.CustomNumFmt = &format
			}
		case 1:
			runs := []excelize.RichTextRun{{Text: "888 "}}
			for range 1 + rng.Intn(3) {
				font := &excelize.Font{Size: 10, Family: "Calibri"}
				switch rng.Intn(6) {
				case 0:
					font.Strike = true
				case 1:
					font.VertAlign = "superscript"
				case 2:
					font.VertAlign = "subscript"
				case 3:
					font.Color = white
				case 4:
					font.Color = "FF0000"
				}
				runs = append(runs, excelize.RichTextRun{Text: inkNumber(rng), Font: font},
					excelize.RichTextRun{Text: " "})
			}
			must(f.SetCellRichText(sheet, at, runs))
		default:
			must(f.SetCellValue(sheet, at, inkValues[rng.Intn(len(inkValues))]))
			format := pick(rng, inkFormats...)
			if s.Font.Strike && strings.ContainsAny(format, "-?") { // nobody tells a dash that is crossed out from one that is not
				format = "0.00"
			}
			s.CustomNumFmt = &format
		}
		id, err := f.NewStyle(s)
		must(err)
		must(f.SetCellStyle(sheet, at, at, id))
		if rng.Intn(15) == 0 {
			cond, err := f.NewConditionalStyle(&excelize.Style{Font: &excelize.Font{Color: white}})
			must(err)
			must(f.SetConditionalFormat(sheet, at, []excelize.ConditionalFormatOptions{{Type: "cell",
				Criteria: "<", Value: "100",
				Format: &cond}}))
		}
		if rng.Intn(20) == 0 {
			must(f.SetRowVisible(sheet, row, false))
		}
	}
	var b bytes.Buffer
	must(f.Write(&b))
	return b.Bytes()
}
